SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE EXTENSION IF NOT EXISTS serial WITH SCHEMA pg_catalog;

COMMENT ON EXTENSION serial IS 'serialized inventory: checked identifiers, issue of numbers, pallet-case-item hierarchy, ledger of events';

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.package (
    id integer NOT NULL,
    code text,
    parent integer
);

CREATE TABLE public.product (
    id serial.serial
)
PARTITION BY RANGE (id);

CREATE TABLE public.product_default (
    id serial.serial
);

CREATE TABLE public.unit (
    id serial.serial(sgtin) DEFAULT serial.issue('unit'::text) NOT NULL,
    n integer
);

CREATE VIEW public.sorted AS
 SELECT DISTINCT unit.id,
    serial.container(unit.id) AS container,
    serial.gtin(unit.id) AS gtin
   FROM public.unit
  ORDER BY unit.id;

CREATE TABLE public.stored (
    id serial.serial,
    hash bigint,
    bytes integer
);

CREATE TABLE serial.aggregation_history_to_20220101 (
    child serial.serial NOT NULL,
    parent serial.serial NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    is_container boolean DEFAULT false NOT NULL,
    CONSTRAINT aggregation_history_check CHECK ((since < until))
);

COMMENT ON TABLE serial.aggregation_history_to_20220101 IS 'intervals that ended before 2022-01-01 00:00:00+00';

CREATE TABLE serial.aggregation_history_to_20230101 (
    child serial.serial NOT NULL,
    parent serial.serial NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    is_container boolean DEFAULT false NOT NULL,
    CONSTRAINT aggregation_history_check CHECK ((since < until))
);

COMMENT ON TABLE serial.aggregation_history_to_20230101 IS 'intervals that ended before 2023-01-01 00:00:00+00';

CREATE TABLE serial.event_201912 (
    event bigint DEFAULT nextval('serial.event_sequence'::regclass) NOT NULL,
    type text NOT NULL,
    action text,
    event_time timestamp with time zone NOT NULL,
    time_zone_offset text NOT NULL,
    record_time timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    business_step text,
    disposition text,
    read_point text,
    place text,
    parent serial.serial,
    lot text,
    expiry date,
    quantities jsonb,
    input_quantities jsonb,
    business_transactions jsonb,
    sources jsonb,
    destinations jsonb,
    persistent_disposition jsonb,
    transformation text,
    event_id text,
    corrects bigint,
    error_reason text,
    attributes jsonb,
    is_accepted boolean NOT NULL,
    digest bytea NOT NULL
);

COMMENT ON TABLE serial.event_201912 IS 'rows of serial.event recorded in 2019-12 (UTC)';

CREATE TABLE serial.event_202001 (
    event bigint DEFAULT nextval('serial.event_sequence'::regclass) NOT NULL,
    type text NOT NULL,
    action text,
    event_time timestamp with time zone NOT NULL,
    time_zone_offset text NOT NULL,
    record_time timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    business_step text,
    disposition text,
    read_point text,
    place text,
    parent serial.serial,
    lot text,
    expiry date,
    quantities jsonb,
    input_quantities jsonb,
    business_transactions jsonb,
    sources jsonb,
    destinations jsonb,
    persistent_disposition jsonb,
    transformation text,
    event_id text,
    corrects bigint,
    error_reason text,
    attributes jsonb,
    is_accepted boolean NOT NULL,
    digest bytea NOT NULL
);

COMMENT ON TABLE serial.event_202001 IS 'rows of serial.event recorded in 2020-01 (UTC)';

CREATE TABLE serial.event_202611 (
    event bigint DEFAULT nextval('serial.event_sequence'::regclass) NOT NULL,
    type text NOT NULL,
    action text,
    event_time timestamp with time zone NOT NULL,
    time_zone_offset text NOT NULL,
    record_time timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    business_step text,
    disposition text,
    read_point text,
    place text,
    parent serial.serial,
    lot text,
    expiry date,
    quantities jsonb,
    input_quantities jsonb,
    business_transactions jsonb,
    sources jsonb,
    destinations jsonb,
    persistent_disposition jsonb,
    transformation text,
    event_id text,
    corrects bigint,
    error_reason text,
    attributes jsonb,
    is_accepted boolean NOT NULL,
    digest bytea NOT NULL
);

COMMENT ON TABLE serial.event_202611 IS 'rows of serial.event recorded in 2026-11 (UTC)';

CREATE TABLE serial.event_item_201912 (
    id serial.serial NOT NULL,
    event_time timestamp with time zone NOT NULL,
    event bigint NOT NULL,
    role text NOT NULL,
    leaves text,
    record_time timestamp with time zone NOT NULL
);

COMMENT ON TABLE serial.event_item_201912 IS 'rows of serial.event_item recorded in 2019-12 (UTC)';

CREATE TABLE serial.event_item_202001 (
    id serial.serial NOT NULL,
    event_time timestamp with time zone NOT NULL,
    event bigint NOT NULL,
    role text NOT NULL,
    leaves text,
    record_time timestamp with time zone NOT NULL
);

COMMENT ON TABLE serial.event_item_202001 IS 'rows of serial.event_item recorded in 2020-01 (UTC)';

CREATE TABLE serial.event_item_202611 (
    id serial.serial NOT NULL,
    event_time timestamp with time zone NOT NULL,
    event bigint NOT NULL,
    role text NOT NULL,
    leaves text,
    record_time timestamp with time zone NOT NULL
);

COMMENT ON TABLE serial.event_item_202611 IS 'rows of serial.event_item recorded in 2026-11 (UTC)';

CREATE SEQUENCE serial.lease_1_seq
    START WITH 1
    INCREMENT BY 1
    MINVALUE 0
    MAXVALUE 100
    CACHE 1;

CREATE SEQUENCE serial.lease_2_seq
    START WITH 101
    INCREMENT BY 1
    MINVALUE 100
    MAXVALUE 150
    CACHE 1;

CREATE SEQUENCE serial.pool_1_seq
    START WITH 1
    INCREMENT BY 1
    MINVALUE 0
    MAXVALUE 999999999999
    CACHE 1;

CREATE SEQUENCE serial.pool_2_seq
    START WITH 1
    INCREMENT BY 1
    MINVALUE 0
    MAXVALUE 1000000
    CACHE 1;

CREATE SEQUENCE serial.pool_3_seq
    START WITH 1
    INCREMENT BY 1
    MINVALUE 0
    MAXVALUE 999999999
    CACHE 1;

CREATE SEQUENCE serial.pool_4_seq
    START WITH 1
    INCREMENT BY 1
    MINVALUE 0
    MAXVALUE 999999999999
    CACHE 1;

ALTER TABLE ONLY public.product ATTACH PARTITION public.product_default DEFAULT;

ALTER TABLE ONLY serial.aggregation_history ATTACH PARTITION serial.aggregation_history_to_20230101 FOR VALUES FROM ('2022-01-01 00:00:00+00') TO ('2023-01-01 00:00:00+00');

ALTER TABLE ONLY serial.event ATTACH PARTITION serial.event_202001 FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00');

ALTER TABLE ONLY serial.event ATTACH PARTITION serial.event_202611 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');

ALTER TABLE ONLY serial.event_item ATTACH PARTITION serial.event_item_202001 FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00');

ALTER TABLE ONLY serial.event_item ATTACH PARTITION serial.event_item_202611 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');

COPY public.package (id, code, parent) FROM stdin;
1	plain:ONE	\N
2	plain:TWO	1
3	plain:THREE	1
\.

COPY public.product_default (id) FROM stdin;
(01)00614141123452(21)5904957124
(01)00614141123452(21)1263600024
(01)00614141123452(21)0680732586
(01)00614141123452(21)3722400963
(01)00614141123452(21)6903077548
(01)00614141123452(21)3215884980
(01)00614141123452(21)4189566333
(01)00614141123452(21)5550335140
(01)00614141123452(21)0729405740
(01)00614141123452(21)9029090693
(01)00614141123452(21)5076007377
(01)00614141123452(21)6184825571
(01)00614141123452(21)8195347663
(01)00614141123452(21)0112122220
(01)00614141123452(21)6292009576
(01)00614141123452(21)3753306989
(01)00614141123452(21)8340399944
(01)00614141123452(21)7272731263
(01)00614141123452(21)0404480929
(01)00614141123452(21)2281529015
\.

COPY public.stored (id, hash, bytes) FROM stdin;
(01)09506000134352	482016257030943553	8
(01)80614141123458(21)6789	-6151292609541596077	11
(01)80614141123458(10)998877	-8795289581924662015	12
(01)01234567987651(235)51qIgY)<&Jp3*j7'SDB	6232563136685655421	26
(8006)040123451234560102(21)987	6348451035223640698	13
(00)302335678902000022	6581561576559775170	10
(414)0614141123452(254)400	4126565711375366665	10
(417)1234567890128	943736756368904444	7
(8003)00614141123452400	9163085877340362872	11
(8004)06141419876	4326753023704377966	9
(8018)061414112345678902	-5444616532716969649	10
(8017)061414112345678902	-2803491520099049115	10
(253)0614141123452400	7801440816834655707	10
(8010)0614141123ABC(8011)123456789	-1610166484718765103	20
(255)401234567890104711	3698067892556057064	11
(401)0614141xyz47/11	-1068493398157797470	17
(402)06141411234567890	6436974213767209737	9
(8013)1987654Ad4X4bL5ttr2310c2K	4372138103418303233	25
adi:35962.PQ7VZ4.M37GXB92	1197644963052700219	20
bic:CSQU3054383	4935780017475236263	12
imovn:9319466	-9150407608045505049	5
usdod:CAGEY.5678	2393079615984369581	11
vin:1M8GDM9AXKP042788	-5883311628267557566	16
imei:354178036859789	-6915331374980826365	8
meid:AF0123450ABCDE	1990240203103854044	14
luhn:79927398713	3414893113037869358	9
luhn_mod_n:A12425GABC1234002C	5229483439958225418	17
verhoeff:2363	7776128350825872099	5
damm:5724	3881082785550699365	5
mod10:6291041500213	-6725096249885179658	10
mod11_2:079X	-2945159991772257721	6
mod37_2:G123489654321Y	-4708556086114261619	14
mod97_10:79444	-3957444594394663885	6
mod661_26:BAISDLAFKBM	-1641700907989600565	12
mod1271_36:ISO793W	4687416503589534042	9
mod11_10:07945	-3687735172699075841	6
mod27_26:JEJLMGJS	-4302350142867189067	9
mod37_36:A12425GABC1234002M	668619351268751314	17
plain:LOC-0042	8682082542000626564	9
\.

COPY public.unit (id, n) FROM stdin;
(01)09506000134352(21)000000000151	1
(01)09506000134352(21)000000000152	2
(01)09506000134352(21)000000000153	3
(01)09506000134352(21)000000000154	4
(01)09506000134352(21)000000000155	5
(01)09506000134352(21)000000000156	6
(01)09506000134352(21)000000000157	7
(01)09506000134352(21)000000000158	8
(01)09506000134352(21)000000000159	9
(01)09506000134352(21)000000000160	10
(01)09506000134352(21)000000000161	11
(01)09506000134352(21)000000000162	12
(01)09506000134352(21)000000000163	13
(01)09506000134352(21)000000000164	14
(01)09506000134352(21)000000000165	15
(01)09506000134352(21)000000000166	16
(01)09506000134352(21)000000000167	17
(01)09506000134352(21)000000000168	18
(01)09506000134352(21)000000000169	19
(01)09506000134352(21)000000000170	20
(01)09506000134352(21)000000000171	21
(01)09506000134352(21)000000000172	22
(01)09506000134352(21)000000000173	23
(01)09506000134352(21)000000000174	24
(01)09506000134352(21)000000000175	25
(01)09506000134352(21)000000000176	26
(01)09506000134352(21)000000000177	27
(01)09506000134352(21)000000000178	28
(01)09506000134352(21)000000000179	29
(01)09506000134352(21)000000000180	30
\.

COPY serial.aggregation (child, parent, since, is_container) FROM stdin;
plain:THREE	plain:ONE	2026-11-28 11:28:41.14888+00	f
plain:TWO	plain:ONE	2026-11-28 11:28:41.14888+00	f
(01)09506000134352(21)000000000151	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000152	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000153	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000154	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000155	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000156	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000157	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000158	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000159	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000160	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000161	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000162	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000163	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000164	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000165	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000166	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000167	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000168	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000169	plain:box	2020-01-02 00:00:00+00	f
(01)09506000134352(21)000000000170	plain:box	2020-01-02 00:00:00+00	f
\.

COPY serial.aggregation_history_default (child, parent, since, until, is_container) FROM stdin;
plain:C	(00)302335678902000022	2021-01-01 00:00:00+00	2024-07-01 00:00:00+00	f
\.

COPY serial.aggregation_history_to_20220101 (child, parent, since, until, is_container) FROM stdin;
plain:A	(00)302335678902000022	2021-01-01 00:00:00+00	2021-07-01 00:00:00+00	f
\.

COPY serial.aggregation_history_to_20230101 (child, parent, since, until, is_container) FROM stdin;
plain:B	(00)302335678902000022	2021-01-01 00:00:00+00	2022-07-01 00:00:00+00	f
\.

COPY serial.alert (alert, kind, id, event, detail, raised_at, raised_by, acknowledged_at, acknowledged_by, note) FROM stdin;
1	seen after dispensed	(01)09506000134352(21)000000000151	7	It is dispensed since 2020-02-03 00:00:00+00, by event 6.	2026-11-28 11:28:42.129028+00	postgres	\N	\N	\N
\.

COPY serial.batch (batch, pool, ordinals, lease, reference, issued_at, issued_by) FROM stdin;
1	1	{[1,4)}	1	\N	2026-11-28 11:28:40.983345+00	postgres
2	2	{[1,21)}	\N	\N	2026-11-28 11:28:41.069036+00	postgres
\.

COPY serial.company_prefix (prefix, length) FROM stdin;
9506	7
\.

COPY serial.detached_event_id (event_id, event) FROM stdin;
urn:x:old	2
\.

COPY serial.detached_month (month, events, detached_at, detached_by) FROM stdin;
2019-12-01	{[2,3)}	2026-11-28 11:28:42.216107+00	postgres
\.

COPY serial.event_201912 (event, type, action, event_time, time_zone_offset, record_time, recorded_by, business_step, disposition, read_point, place, parent, lot, expiry, quantities, input_quantities, business_transactions, sources, destinations, persistent_disposition, transformation, event_id, corrects, error_reason, attributes, is_accepted, digest) FROM stdin;
2	ObjectEvent	ADD	2019-12-01 00:00:00+00	+00:00	2019-12-01 00:00:00+00	postgres	commissioning	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	urn:x:old	\N	\N	\N	t	\\xbb47e8eed80e8dad3460638ebcdb52a8cd9300625ca7be6502658ca4693c5e74
\.

COPY serial.event_202001 (event, type, action, event_time, time_zone_offset, record_time, recorded_by, business_step, disposition, read_point, place, parent, lot, expiry, quantities, input_quantities, business_transactions, sources, destinations, persistent_disposition, transformation, event_id, corrects, error_reason, attributes, is_accepted, digest) FROM stdin;
1	ObjectEvent	ADD	2020-01-01 00:00:00+00	+00:00	2020-01-01 00:00:00+00	postgres	commissioning	\N	urn:x:plant	urn:x:plant	\N	A-1	2099-12-31	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	t	\\xf76dfde2e7952cb86a85cfa73fcc5fc0677f01d662f5af104ec946420090e3ae
\.

COPY serial.event_202611 (event, type, action, event_time, time_zone_offset, record_time, recorded_by, business_step, disposition, read_point, place, parent, lot, expiry, quantities, input_quantities, business_transactions, sources, destinations, persistent_disposition, transformation, event_id, corrects, error_reason, attributes, is_accepted, digest) FROM stdin;
3	AggregationEvent	ADD	2020-01-02 00:00:00+00	+00:00	2026-11-28 11:28:41.868136+00	postgres	packing	\N	urn:x:plant	urn:x:plant	plain:box	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	t	\\xcad21ce7c60d181d681b76bf19371da4c4c3fa17bc569b2ac049d738f761926d
4	ObjectEvent	OBSERVE	2020-02-01 00:00:00+00	+00:00	2026-11-28 11:28:41.911701+00	postgres	shipping	\N	urn:x:plant	\N	\N	\N	\N	\N	\N	[{"type": "desadv", "bizTransaction": "D-1"}]	\N	[{"type": "owning_party", "destination": "urn:x:shop"}]	\N	\N	\N	\N	\N	\N	t	\\x9d9375a97f71dd843ab5fcc807d51bf4dc9d379520c2e7cd997cb36e97eaf8ab
5	ObjectEvent	OBSERVE	2020-02-02 00:00:00+00	+00:00	2026-11-28 11:28:41.915842+00	postgres	receiving	\N	urn:x:shop	urn:x:shop	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	t	\\x9b71c8fea6f9463c169e7939f32d9b71a295f40406033b1a916a7a1defbc1b94
6	ObjectEvent	OBSERVE	2020-02-03 00:00:00+00	+00:00	2026-11-28 11:28:41.95065+00	postgres	dispensing	\N	urn:x:shop	urn:x:shop	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	t	\\xf5640ce1efdc45859f36e2025b51556ecb3526d20654f740f5998bb514f7aca3
7	ObjectEvent	OBSERVE	2020-02-04 00:00:00+00	+00:00	2026-11-28 11:28:42.127943+00	postgres	dispensing	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	f	\\x8650d402fd22f3a846e7077ec7c50f7909a20619b52c9fcf63571881e6dce301
8	TransformationEvent	\N	2020-02-05 00:00:00+00	+00:00	2026-11-28 11:28:42.141269+00	postgres	creating_class_instance	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	t	\\x6c5fa6859c4ece9e4e3a76524588bf835191d0f47c60414f97a6a52685c3ab0d
9	ObjectEvent	OBSERVE	2020-02-06 00:00:00+00	+00:00	2026-11-28 11:28:42.152631+00	postgres	holding	\N	urn:x:plant	urn:x:plant	\N	\N	\N	\N	\N	\N	\N	\N	{"set": ["unavailable"]}	\N	\N	\N	\N	{"reason": "torn"}	t	\\x914e917d0f014a4a0b9052cca8d3392e888d7c8b10e6690ec5637dcf944b3da8
\.

COPY serial.event_item_201912 (id, event_time, event, role, leaves, record_time) FROM stdin;
plain:old	2019-12-01 00:00:00+00	2	item	active	2019-12-01 00:00:00+00
\.

COPY serial.event_item_202001 (id, event_time, event, role, leaves, record_time) FROM stdin;
(01)09506000134352(21)000000000151	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000152	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000153	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000154	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000155	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000156	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000157	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000158	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000159	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000160	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000161	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000162	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000163	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000164	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000165	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000166	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000167	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000168	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000169	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000170	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000171	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000172	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000173	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000174	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000175	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000176	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000177	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000178	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000179	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
(01)09506000134352(21)000000000180	2020-01-01 00:00:00+00	1	item	active	2020-01-01 00:00:00+00
\.

COPY serial.event_item_202611 (id, event_time, event, role, leaves, record_time) FROM stdin;
(01)09506000134352(21)000000000151	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000152	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000153	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000154	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000155	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000156	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000157	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000158	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000159	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000160	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000161	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000162	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000163	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000164	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000165	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000166	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000167	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000168	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000169	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
(01)09506000134352(21)000000000170	2020-01-02 00:00:00+00	3	child	\N	2026-11-28 11:28:41.868136+00
plain:box	2020-01-02 00:00:00+00	3	parent	\N	2026-11-28 11:28:41.868136+00
plain:box	2020-02-01 00:00:00+00	4	item	in_transit	2026-11-28 11:28:41.911701+00
plain:box	2020-02-02 00:00:00+00	5	item	in_progress	2026-11-28 11:28:41.915842+00
(01)09506000134352(21)000000000151	2020-02-03 00:00:00+00	6	item	dispensed	2026-11-28 11:28:41.95065+00
(01)09506000134352(21)000000000151	2020-02-04 00:00:00+00	7	item	\N	2026-11-28 11:28:42.127943+00
(01)09506000134352(21)000000000180	2020-02-05 00:00:00+00	8	input	inactive	2026-11-28 11:28:42.141269+00
plain:made	2020-02-05 00:00:00+00	8	output	active	2026-11-28 11:28:42.141269+00
plain:made	2020-02-06 00:00:00+00	9	item	\N	2026-11-28 11:28:42.152631+00
\.

COPY serial.item (id, lot, expiry, disposition, since, decided_by, place, place_since, placed_by, first_event, last_event, last_time, marks, consignee, consignee_since, consigned_by, attributes) FROM stdin;
(01)09506000134352(21)000000000171	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000172	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000173	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000174	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000175	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000176	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000177	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000178	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000179	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-01 00:00:00+00	1	1	1	2020-01-01 00:00:00+00	\N	\N	\N	\N	\N
plain:old	\N	\N	active	2019-12-01 00:00:00+00	2	\N	\N	\N	2	2	2019-12-01 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000152	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000153	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000154	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000155	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000156	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000157	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000158	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000159	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000160	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000161	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000162	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000163	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000164	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000165	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000166	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000167	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000168	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000169	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
(01)09506000134352(21)000000000170	A-1	2099-12-31	active	2020-01-01 00:00:00+00	1	urn:x:plant	2020-01-02 00:00:00+00	3	1	3	2020-01-02 00:00:00+00	\N	\N	\N	\N	\N
plain:box	\N	\N	in_progress	2020-02-02 00:00:00+00	5	urn:x:shop	2020-02-02 00:00:00+00	5	4	5	2020-02-02 00:00:00+00	\N	urn:x:shop	2020-02-01 00:00:00+00	4	\N
(01)09506000134352(21)000000000151	A-1	2099-12-31	dispensed	2020-02-03 00:00:00+00	6	urn:x:shop	2020-02-03 00:00:00+00	6	1	6	2020-02-03 00:00:00+00	\N	urn:x:shop	2020-02-01 00:00:00+00	4	\N
(01)09506000134352(21)000000000180	A-1	2099-12-31	inactive	2020-02-05 00:00:00+00	8	urn:x:plant	2020-01-01 00:00:00+00	1	1	8	2020-02-05 00:00:00+00	\N	\N	\N	\N	\N
plain:made	\N	\N	active	2020-02-05 00:00:00+00	8	urn:x:plant	2020-02-06 00:00:00+00	9	8	9	2020-02-06 00:00:00+00	{"unavailable": {"at": "2020-02-06T00:00:00.000000Z", "by": 9, "set": true}}	\N	\N	\N	\N
\.

COPY serial.lease (lease, pool, ordinals, issued, holder, expires_at, leased_at, leased_by, returned_at, returned_by, exported) FROM stdin;
1	1	[1,101)	serial.lease_1_seq	line 3	\N	2026-11-28 11:28:40.939328+00	postgres	\N	\N	\N
2	1	[101,151)	serial.lease_2_seq	line 4	\N	2026-11-28 11:28:40.959777+00	postgres	\N	\N	\N
\.

COPY serial.lot (gtin, lot, expiry, produced_on, attributes) FROM stdin;
09506000134352	A-1	2099-12-31	\N	\N
\.

COPY serial.place (place, name, latitude, longitude, attributes) FROM stdin;
urn:x:plant	Plant	\N	\N	\N
\.

COPY serial.pool (number, name, scheme, prefix, length, alphabet, random, guess_bound, capacity, ordinals, master_key, open, created_at, created_by) FROM stdin;
1	unit	sgtin	09506000134352/	12	0123456789	f	0.0001	999999999999	serial.pool_1_seq	\N	t	2026-11-28 11:28:40.83531+00	postgres
2	random	sgtin	00614141123452/	10	0123456789	t	0.0001	1000000	serial.pool_2_seq	\N	t	2026-11-28 11:28:40.86889+00	postgres
3	pallet	sscc	30614141	9	0123456789	f	0.0001	999999999	serial.pool_3_seq	\N	t	2026-11-28 11:28:40.895339+00	postgres
4	unused	plain	U-	12	0123456789	f	0.0001	999999999999	serial.pool_4_seq	\N	t	2026-11-28 11:28:40.923313+00	postgres
\.

COPY serial.pool_key (pool, key) FROM stdin;
2	\\xaefe2417a2aa19f132aac2071f90bacfd268392c25408f27c9323fae7543dfea
\.

COPY serial.recall (recall, gtin, lots, reason, recalled_at, recalled_by, closed_at, closed_by) FROM stdin;
1	09506000134352	{A-1}	test	2026-11-28 11:28:42.176708+00	postgres	\N	\N
\.

COPY serial.seal (seal, last_event, events, root, previous, chain, sealed_at, sealed_by, leaves) FROM stdin;
1	5	5	\\x4c3b94ae077d1800abf88db4b9ccfa80563a55c4d08c8b0b6a20ea774dfa298f	\N	\\x891d97aa96fd574e6a81e0214b1a226675422160932d1ce4245e13e5fc57997f	2026-11-28 11:28:41.949363+00	postgres	\\x0000000000000001f76dfde2e7952cb86a85cfa73fcc5fc0677f01d662f5af104ec946420090e3ae0000000000000002bb47e8eed80e8dad3460638ebcdb52a8cd9300625ca7be6502658ca4693c5e740000000000000003cad21ce7c60d181d681b76bf19371da4c4c3fa17bc569b2ac049d738f761926d00000000000000049d9375a97f71dd843ab5fcc807d51bf4dc9d379520c2e7cd997cb36e97eaf8ab00000000000000059b71c8fea6f9463c169e7939f32d9b71a295f40406033b1a916a7a1defbc1b94
2	9	4	\\x18ceba78067092324a67fff0419bc91c7208958afeaaaeadd3323d9ae124902e	\\x891d97aa96fd574e6a81e0214b1a226675422160932d1ce4245e13e5fc57997f	\\x85448a3ee11ff8dc04dbe15f137bdc5568fcdca5633f5502e468796642776f1a	2026-11-28 11:28:42.180415+00	postgres	\\x0000000000000006f5640ce1efdc45859f36e2025b51556ecb3526d20654f740f5998bb514f7aca300000000000000078650d402fd22f3a846e7077ec7c50f7909a20619b52c9fcf63571881e6dce30100000000000000086c5fa6859c4ece9e4e3a76524588bf835191d0f47c60414f97a6a52685c3ab0d0000000000000009914e917d0f014a4a0b9052cca8d3392e888d7c8b10e6690ec5637dcf944b3da8
\.

COPY serial.transition (business_step, from_disposition, to_disposition, within, same_actor, is_shipped, is_legal) FROM stdin;
urn:x:polishing	active	conformant	\N	f	f	t
\.

COPY serial.verification (verification, asked, lot, expiry, verdict, reason, place, verified_at, verified_by) FROM stdin;
1	(01)09506000134352(21)9999	\N	\N	unknown	Nothing was recorded of it, and no pool of ours could have issued it.	\N	2026-11-28 11:28:42.224991+00	postgres
\.

COPY serial.voided (pool, ordinal, reason, voided_at, voided_by) FROM stdin;
1	181	misprint	2026-11-28 11:28:41.070338+00	postgres
\.

SELECT pg_catalog.setval('serial.alert_alert_seq', 1, true);

SELECT pg_catalog.setval('serial.batch_seq', 2, true);

SELECT pg_catalog.setval('serial.event_sequence', 9, true);

SELECT pg_catalog.setval('serial.lease_1_seq', 3, true);

SELECT pg_catalog.setval('serial.lease_2_seq', 101, false);

SELECT pg_catalog.setval('serial.lease_seq', 2, true);

SELECT pg_catalog.setval('serial.pool_1_seq', 181, true);

SELECT pg_catalog.setval('serial.pool_2_seq', 20, true);

SELECT pg_catalog.setval('serial.pool_3_seq', 1, false);

SELECT pg_catalog.setval('serial.pool_4_seq', 1, false);

SELECT pg_catalog.setval('serial.pool_number_seq', 4, true);

SELECT pg_catalog.setval('serial.recall_recall_seq', 1, true);

SELECT pg_catalog.setval('serial.verification_verification_seq', 1, true);

ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_code_key UNIQUE (code);

ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY serial.aggregation_history_to_20220101
    ADD CONSTRAINT aggregation_history_to_20220101_pkey PRIMARY KEY (child, until);

ALTER TABLE ONLY serial.aggregation_history_to_20230101
    ADD CONSTRAINT aggregation_history_to_20230101_pkey PRIMARY KEY (child, until);

ALTER TABLE ONLY serial.event_201912
    ADD CONSTRAINT event_201912_pkey PRIMARY KEY (event, record_time);

ALTER TABLE ONLY serial.event_202001
    ADD CONSTRAINT event_202001_pkey PRIMARY KEY (event, record_time);

ALTER TABLE ONLY serial.event_202611
    ADD CONSTRAINT event_202611_pkey PRIMARY KEY (event, record_time);

ALTER TABLE ONLY serial.event_item_201912
    ADD CONSTRAINT event_item_201912_pkey PRIMARY KEY (id, event_time, event, role, record_time);

ALTER TABLE ONLY serial.event_item_202001
    ADD CONSTRAINT event_item_202001_pkey PRIMARY KEY (id, event_time, event, role, record_time);

ALTER TABLE ONLY serial.event_item_202611
    ADD CONSTRAINT event_item_202611_pkey PRIMARY KEY (id, event_time, event, role, record_time);

CREATE INDEX package_parent_idx ON public.package USING btree (parent);

CREATE INDEX unit_id_idx ON public.unit USING hash (id);

CREATE INDEX aggregation_history_to_20220101_parent_idx ON serial.aggregation_history_to_20220101 USING btree (parent, until) INCLUDE (child, is_container, since);

CREATE INDEX aggregation_history_to_20220101_until_idx ON serial.aggregation_history_to_20220101 USING btree (until);

CREATE INDEX aggregation_history_to_20230101_parent_idx ON serial.aggregation_history_to_20230101 USING btree (parent, until) INCLUDE (child, is_container, since);

CREATE INDEX aggregation_history_to_20230101_until_idx ON serial.aggregation_history_to_20230101 USING btree (until);

CREATE INDEX event_201912_corrects_idx ON serial.event_201912 USING btree (corrects) WHERE (corrects IS NOT NULL);

CREATE INDEX event_201912_event_id_idx ON serial.event_201912 USING btree (event_id) WHERE (event_id IS NOT NULL);

CREATE INDEX event_201912_place_event_time_idx ON serial.event_201912 USING btree (place, event_time) WHERE (place IS NOT NULL);

CREATE INDEX event_201912_transformation_idx ON serial.event_201912 USING btree (transformation) WHERE (transformation IS NOT NULL);

CREATE INDEX event_202001_corrects_idx ON serial.event_202001 USING btree (corrects) WHERE (corrects IS NOT NULL);

CREATE INDEX event_202001_event_id_idx ON serial.event_202001 USING btree (event_id) WHERE (event_id IS NOT NULL);

CREATE INDEX event_202001_place_event_time_idx ON serial.event_202001 USING btree (place, event_time) WHERE (place IS NOT NULL);

CREATE INDEX event_202001_transformation_idx ON serial.event_202001 USING btree (transformation) WHERE (transformation IS NOT NULL);

CREATE INDEX event_202611_corrects_idx ON serial.event_202611 USING btree (corrects) WHERE (corrects IS NOT NULL);

CREATE INDEX event_202611_event_id_idx ON serial.event_202611 USING btree (event_id) WHERE (event_id IS NOT NULL);

CREATE INDEX event_202611_place_event_time_idx ON serial.event_202611 USING btree (place, event_time) WHERE (place IS NOT NULL);

CREATE INDEX event_202611_transformation_idx ON serial.event_202611 USING btree (transformation) WHERE (transformation IS NOT NULL);

CREATE INDEX event_item_201912_event_idx ON serial.event_item_201912 USING btree (event);

CREATE INDEX event_item_202001_event_idx ON serial.event_item_202001 USING btree (event);

CREATE INDEX event_item_202611_event_idx ON serial.event_item_202611 USING btree (event);

CREATE TRIGGER serial_follow_delete AFTER DELETE ON public.package REFERENCING OLD TABLE AS serial_old FOR EACH STATEMENT EXECUTE FUNCTION serial.follow('code', 'parent', 'id', '');

CREATE TRIGGER serial_follow_insert AFTER INSERT ON public.package REFERENCING NEW TABLE AS serial_new FOR EACH STATEMENT EXECUTE FUNCTION serial.follow('code', 'parent', 'id', '');

CREATE TRIGGER serial_follow_truncate BEFORE TRUNCATE ON public.package FOR EACH STATEMENT EXECUTE FUNCTION serial.follow('code', 'parent', 'id', '');

CREATE TRIGGER serial_follow_update AFTER UPDATE ON public.package REFERENCING OLD TABLE AS serial_old NEW TABLE AS serial_new FOR EACH STATEMENT EXECUTE FUNCTION serial.follow('code', 'parent', 'id', '');

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON serial.event_201912 FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON serial.event_item_201912 FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_201912 FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_202001 FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_202611 FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_item_201912 FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_item_202001 FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_item_202611 FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

ALTER TABLE ONLY public.package
    ADD CONSTRAINT package_parent_fkey FOREIGN KEY (parent) REFERENCES public.package(id);

GRANT ALL ON FUNCTION serial.acknowledge(alert bigint, note text) TO line;
GRANT ALL ON FUNCTION serial.acknowledge(alert bigint, note text) TO chief;

GRANT ALL ON FUNCTION serial.adopt(source regclass, id_column name, parent_column name, scheme text) TO chief;

GRANT ALL ON FUNCTION serial.attach_month(month date) TO chief;

GRANT ALL ON FUNCTION serial.batch_serials(batch bigint) TO line;
GRANT ALL ON FUNCTION serial.batch_serials(batch bigint) TO chief;

GRANT SELECT ON TABLE serial.event TO web;
GRANT SELECT ON TABLE serial.event TO line;
GRANT SELECT ON TABLE serial.event TO chief;

GRANT SELECT ON TABLE serial.event_item TO web;
GRANT SELECT ON TABLE serial.event_item TO line;
GRANT SELECT ON TABLE serial.event_item TO chief;

GRANT SELECT ON TABLE serial.detached_month TO web;
GRANT SELECT ON TABLE serial.detached_month TO line;
GRANT SELECT ON TABLE serial.detached_month TO chief;

GRANT SELECT ON TABLE serial.seal TO web;
GRANT SELECT ON TABLE serial.seal TO line;
GRANT SELECT ON TABLE serial.seal TO chief;

GRANT ALL ON FUNCTION serial.close_pool(name text) TO chief;

GRANT ALL ON FUNCTION serial.close_recall(recall bigint) TO chief;

GRANT ALL ON FUNCTION serial.commission(items serial.serial[], lot text, expiry date, place text, at timestamp with time zone, attributes jsonb) TO line;
GRANT ALL ON FUNCTION serial.commission(items serial.serial[], lot text, expiry date, place text, at timestamp with time zone, attributes jsonb) TO chief;

GRANT INSERT,DELETE,UPDATE ON TABLE serial.company_prefix TO chief;

GRANT SELECT ON TABLE serial.transition TO web;
GRANT SELECT ON TABLE serial.transition TO line;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE serial.transition TO chief;

GRANT SELECT ON TABLE serial.transitions TO web;
GRANT SELECT ON TABLE serial.transitions TO line;
GRANT SELECT ON TABLE serial.transitions TO chief;

GRANT ALL ON FUNCTION serial.create_pool(name text, scheme text, prefix text, length integer, alphabet text, random boolean, guess_bound double precision, capacity bigint) TO chief;

GRANT ALL ON FUNCTION serial.declare_error(event bigint, reason text, attributes jsonb) TO chief;

GRANT ALL ON FUNCTION serial.decommission(items serial.serial[], reason text, place text, at timestamp with time zone, attributes jsonb) TO line;
GRANT ALL ON FUNCTION serial.decommission(items serial.serial[], reason text, place text, at timestamp with time zone, attributes jsonb) TO chief;

GRANT SELECT ON TABLE serial.aggregation TO web;
GRANT SELECT ON TABLE serial.aggregation TO line;
GRANT SELECT ON TABLE serial.aggregation TO chief;

GRANT ALL ON FUNCTION serial.detach_history(partition regclass) TO chief;

GRANT ALL ON FUNCTION serial.detach_month(month date) TO chief;

GRANT ALL ON FUNCTION serial.record(type text, action text, items serial.serial[], business_step text, disposition text, event_time timestamp with time zone, read_point text, place text, parent serial.serial, inputs serial.serial[], outputs serial.serial[], lot text, expiry date, quantities jsonb, input_quantities jsonb, business_transactions jsonb, sources jsonb, destinations jsonb, persistent_disposition jsonb, transformation text, event_id text, time_zone_offset text, attributes jsonb, strict boolean) TO line;
GRANT ALL ON FUNCTION serial.record(type text, action text, items serial.serial[], business_step text, disposition text, event_time timestamp with time zone, read_point text, place text, parent serial.serial, inputs serial.serial[], outputs serial.serial[], lot text, expiry date, quantities jsonb, input_quantities jsonb, business_transactions jsonb, sources jsonb, destinations jsonb, persistent_disposition jsonb, transformation text, event_id text, time_zone_offset text, attributes jsonb, strict boolean) TO chief;

GRANT ALL ON FUNCTION serial.dispense(items serial.serial[], place text, at timestamp with time zone, attributes jsonb) TO line;
GRANT ALL ON FUNCTION serial.dispense(items serial.serial[], place text, at timestamp with time zone, attributes jsonb) TO chief;

GRANT SELECT ON TABLE serial.place TO web;
GRANT SELECT ON TABLE serial.place TO line;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE serial.place TO chief;

GRANT SELECT ON TABLE serial.item TO web;
GRANT SELECT ON TABLE serial.item TO line;
GRANT SELECT ON TABLE serial.item TO chief;

GRANT ALL ON FUNCTION serial.follow() TO chief;

GRANT ALL ON FUNCTION serial.issue(pool text) TO line;
GRANT ALL ON FUNCTION serial.issue(pool text) TO chief;

GRANT ALL ON FUNCTION serial.issue(pool text, n bigint, reference text) TO line;
GRANT ALL ON FUNCTION serial.issue(pool text, n bigint, reference text) TO chief;

GRANT ALL ON FUNCTION serial.issue_lease(lease bigint, n bigint, reference text) TO line;
GRANT ALL ON FUNCTION serial.issue_lease(lease bigint, n bigint, reference text) TO chief;

GRANT SELECT ON TABLE serial.detached_event_id TO web;
GRANT SELECT ON TABLE serial.detached_event_id TO line;
GRANT SELECT ON TABLE serial.detached_event_id TO chief;

GRANT ALL ON FUNCTION serial.lease(pool text, n bigint, holder text, expires_at timestamp with time zone) TO chief;

GRANT SELECT ON TABLE serial.lease TO web;
GRANT SELECT ON TABLE serial.lease TO line;
GRANT SELECT ON TABLE serial.lease TO chief;

GRANT ALL ON FUNCTION serial.lease_left(lease bigint) TO web;
GRANT ALL ON FUNCTION serial.lease_left(lease bigint) TO line;
GRANT ALL ON FUNCTION serial.lease_left(lease bigint) TO chief;

GRANT ALL ON FUNCTION serial.lease_serials(lease bigint) TO line;
GRANT ALL ON FUNCTION serial.lease_serials(lease bigint) TO chief;

GRANT SELECT ON TABLE serial.aggregation_history TO web;
GRANT SELECT ON TABLE serial.aggregation_history TO line;
GRANT SELECT ON TABLE serial.aggregation_history TO chief;

GRANT ALL ON FUNCTION serial.note_verification(asked text, lot text, expiry date, verdict text, reason text, place text, alert boolean) TO line;
GRANT ALL ON FUNCTION serial.note_verification(asked text, lot text, expiry date, verdict text, reason text, place text, alert boolean) TO chief;

GRANT ALL ON FUNCTION serial.origin(id serial.serial, OUT pool text, OUT ordinal bigint, OUT issued boolean, OUT batch bigint, OUT reference text, OUT issued_at timestamp with time zone, OUT issued_by text, OUT holder text, OUT state text, OUT reason text) TO web;
GRANT ALL ON FUNCTION serial.origin(id serial.serial, OUT pool text, OUT ordinal bigint, OUT issued boolean, OUT batch bigint, OUT reference text, OUT issued_at timestamp with time zone, OUT issued_by text, OUT holder text, OUT state text, OUT reason text) TO line;
GRANT ALL ON FUNCTION serial.origin(id serial.serial, OUT pool text, OUT ordinal bigint, OUT issued boolean, OUT batch bigint, OUT reference text, OUT issued_at timestamp with time zone, OUT issued_by text, OUT holder text, OUT state text, OUT reason text) TO chief;

GRANT ALL ON FUNCTION serial.pack(container serial.serial, children serial.serial[], at timestamp with time zone, repack boolean) TO line;
GRANT ALL ON FUNCTION serial.pack(container serial.serial, children serial.serial[], at timestamp with time zone, repack boolean) TO chief;

GRANT ALL ON FUNCTION serial.pack(container serial.serial, children serial.serial[], record boolean, place text, at timestamp with time zone, attributes jsonb) TO line;
GRANT ALL ON FUNCTION serial.pack(container serial.serial, children serial.serial[], record boolean, place text, at timestamp with time zone, attributes jsonb) TO chief;

GRANT ALL ON FUNCTION serial.partition_history(before timestamp with time zone) TO chief;

GRANT SELECT ON TABLE serial.pool TO web;
GRANT SELECT ON TABLE serial.pool TO line;
GRANT SELECT ON TABLE serial.pool TO chief;

GRANT ALL ON FUNCTION serial.pool_drawn(pool integer) TO web;
GRANT ALL ON FUNCTION serial.pool_drawn(pool integer) TO line;
GRANT ALL ON FUNCTION serial.pool_drawn(pool integer) TO chief;

GRANT ALL ON FUNCTION serial.pool_leased(pool integer) TO web;
GRANT ALL ON FUNCTION serial.pool_leased(pool integer) TO line;
GRANT ALL ON FUNCTION serial.pool_leased(pool integer) TO chief;

GRANT ALL ON FUNCTION serial.quarantine(items serial.serial[], reason text, place text, at timestamp with time zone) TO line;
GRANT ALL ON FUNCTION serial.quarantine(items serial.serial[], reason text, place text, at timestamp with time zone) TO chief;

GRANT SELECT ON TABLE serial.alert TO web;
GRANT SELECT ON TABLE serial.alert TO line;
GRANT SELECT ON TABLE serial.alert TO chief;

GRANT ALL ON FUNCTION serial.recall(gtin text, lots text[], reason text) TO chief;

GRANT SELECT ON TABLE serial.recall TO web;
GRANT SELECT ON TABLE serial.recall TO line;
GRANT SELECT ON TABLE serial.recall TO chief;

GRANT ALL ON FUNCTION serial.recalled(recall bigint) TO web;
GRANT ALL ON FUNCTION serial.recalled(recall bigint) TO line;
GRANT ALL ON FUNCTION serial.recalled(recall bigint) TO chief;

GRANT ALL ON FUNCTION serial.receive(items serial.serial[], place text, source text, reference text, at timestamp with time zone, attributes jsonb) TO line;
GRANT ALL ON FUNCTION serial.receive(items serial.serial[], place text, source text, reference text, at timestamp with time zone, attributes jsonb) TO chief;

GRANT ALL ON FUNCTION serial.reinstate(items serial.serial[], at timestamp with time zone, attributes jsonb) TO line;
GRANT ALL ON FUNCTION serial.reinstate(items serial.serial[], at timestamp with time zone, attributes jsonb) TO chief;

GRANT ALL ON FUNCTION serial.release(source regclass) TO chief;

GRANT ALL ON FUNCTION serial.release_quarantine(items serial.serial[], reason text, at timestamp with time zone) TO line;
GRANT ALL ON FUNCTION serial.release_quarantine(items serial.serial[], reason text, at timestamp with time zone) TO chief;

GRANT ALL ON FUNCTION serial.return_lease(lease bigint) TO chief;

GRANT ALL ON FUNCTION serial.verify(id serial.serial, lot text, expiry date) TO web;
GRANT ALL ON FUNCTION serial.verify(id serial.serial, lot text, expiry date) TO line;
GRANT ALL ON FUNCTION serial.verify(id serial.serial, lot text, expiry date) TO chief;

GRANT ALL ON FUNCTION serial.saleable(id serial.serial) TO web;
GRANT ALL ON FUNCTION serial.saleable(id serial.serial) TO line;
GRANT ALL ON FUNCTION serial.saleable(id serial.serial) TO chief;

GRANT ALL ON FUNCTION serial.seal() TO line;
GRANT ALL ON FUNCTION serial.seal() TO chief;

GRANT ALL ON FUNCTION serial.ship(items serial.serial[], read_point text, destination text, reference text, at timestamp with time zone, attributes jsonb) TO line;
GRANT ALL ON FUNCTION serial.ship(items serial.serial[], read_point text, destination text, reference text, at timestamp with time zone, attributes jsonb) TO chief;

GRANT ALL ON FUNCTION serial.unpack(children serial.serial[], at timestamp with time zone) TO line;
GRANT ALL ON FUNCTION serial.unpack(children serial.serial[], at timestamp with time zone) TO chief;

GRANT ALL ON FUNCTION serial.unpack(container serial.serial, children serial.serial[], record boolean, place text, at timestamp with time zone, attributes jsonb) TO line;
GRANT ALL ON FUNCTION serial.unpack(container serial.serial, children serial.serial[], record boolean, place text, at timestamp with time zone, attributes jsonb) TO chief;

GRANT ALL ON FUNCTION serial.unpack_all(container serial.serial, at timestamp with time zone) TO line;
GRANT ALL ON FUNCTION serial.unpack_all(container serial.serial, at timestamp with time zone) TO chief;

GRANT ALL ON FUNCTION serial.verify(id text, lot text, expiry date, record boolean, place text) TO web;
GRANT ALL ON FUNCTION serial.verify(id text, lot text, expiry date, record boolean, place text) TO line;
GRANT ALL ON FUNCTION serial.verify(id text, lot text, expiry date, record boolean, place text) TO chief;

GRANT ALL ON FUNCTION serial.void(serials serial.serial[], reason text) TO line;
GRANT ALL ON FUNCTION serial.void(serials serial.serial[], reason text) TO chief;

GRANT SELECT ON TABLE serial.aggregation_history_to_20220101 TO web;
GRANT SELECT ON TABLE serial.aggregation_history_to_20220101 TO line;
GRANT SELECT ON TABLE serial.aggregation_history_to_20220101 TO chief;

GRANT SELECT ON TABLE serial.batch TO web;
GRANT SELECT ON TABLE serial.batch TO line;
GRANT SELECT ON TABLE serial.batch TO chief;

GRANT SELECT ON TABLE serial.lot TO web;
GRANT SELECT ON TABLE serial.lot TO line;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE serial.lot TO chief;

GRANT SELECT ON TABLE serial.pools TO web;
GRANT SELECT ON TABLE serial.pools TO line;
GRANT SELECT ON TABLE serial.pools TO chief;

GRANT SELECT ON TABLE serial.verification TO web;
GRANT SELECT ON TABLE serial.verification TO line;
GRANT SELECT ON TABLE serial.verification TO chief;

GRANT SELECT ON TABLE serial.voided TO web;
GRANT SELECT ON TABLE serial.voided TO line;
GRANT SELECT ON TABLE serial.voided TO chief;

