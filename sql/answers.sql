-- Answers to partners who ask about one item.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
CREATE ROLE regress_serial_verifier;
SELECT serial.grant_access('regress_serial_verifier', 'verifier');

-- Verification
SELECT serial.create_pool('p', 'sgtin', '09506000134352', length => 4) AS pool;
SELECT array_agg(id) AS issued FROM serial.issue('p', 3) AS id \gset
SELECT serial.commission(ARRAY[serial.make('sgtin', '09506000134376', 'A1'), serial.make('sgtin', '09506000134376', 'A2'),
	serial.make('sgtin', '09506000134376', 'A3'), serial.make('sgtin', '09506000134376', 'A/4(10)L2')], 'L1', '2049-12-31', 'W1') > 0 AS made;
SELECT serial.commission(ARRAY[serial.make('sgtin', '09506000134376', 'B1')], 'L0', '2020-01-31', 'W1') > 0 AS made,
	   serial.receive(ARRAY[serial.make('sgtin', '04006381333931', 'C1'), serial.make('sgtin', '04006381333931', 'C2')], 'W1') > 0 AS received,
	   serial.recall('09506000134376', '{L5}', 'odd smell') > 0 AS lot_recalled,
	   serial.recall_items(ARRAY[serial.make('sgtin', '04006381333931', 'C2')], 'odd smell') > 0 AS stranger_recalled,
	   serial.void((CAST(:'issued' AS serial.serial[]))[1:1], 'torn') AS voided,
	   serial.recall_items(ARRAY[serial.make('sgtin', '09506000134376', 'A2')], 'odd smell') > 0 AS recalled,
	   serial.dispense(ARRAY[serial.make('sgtin', '09506000134376', 'A3')], 'W1') > 0 AS dispensed;

SELECT a.answer #>> '{responderGLN}' = '' AND a.answer #>> '{corrUUID}' = '' AS empty,
	   CAST(a.answer #>> '{verificationTimestamp}' AS timestamptz) BETWEEN now() - interval '1 s' AND clock_timestamp() AS is_now,
	   a.answer ->> 'verificationTimestamp' LIKE '____-__-__T__:__:__.___Z' AS in_utc, a.answer - 'verificationTimestamp' AS answer
FROM serial.verification_response('09506000134376', 'A1') AS a(answer);
SELECT serial.verification_response('{"gtin": "09506000134376", "lot": "L1", "ser": "A1", "exp": "491200", "linkType": "verificationService",
	"context": "dscsaSaleableReturn", "reqGLN": "9506000000015", "corrUUID": "8ebf6b74-7b0a-44d3-95ea-1a6bbf1b8f0e"}', responder => '9506000000022')
	- 'verificationTimestamp' AS answer;

\pset format unaligned
SET ROLE regress_serial_verifier;
SELECT q.why, v.verdict, string_agg(r.release || ' ' || (serial.verification_response(q.gtin, q.ser, q.lot, q.expiry, release => r.release) ->> 'data'), E'\n' ORDER BY r.release) AS answer
FROM (VALUES
	(1, 'genuine', '09506000134376', 'A1', 'L1', CAST('2049-12-31' AS date)),
	(2, 'genuine, a GTIN of 13 digits', '9506000134376', 'A1', NULL, NULL),
	(3, 'characters that a link escapes', '09506000134376', 'A/4(10)L2', 'L1', NULL),
	(4, 'wrong lot', '09506000134376', 'A1', 'L2', '2049-12-31'),
	(5, 'wrong expiry', '09506000134376', 'A1', 'L1', '2049-12-30'),
	(6, 'both', '09506000134376', 'A1', 'L2', '2049-12-30'),
	(7, 'no lot of GS1', '09506000134376', 'A1', 'L 1', NULL),
	(8, 'expired', '09506000134376', 'B1', NULL, NULL),
	(9, 'recalled', '09506000134376', 'A2', NULL, NULL),
	(10, 'dispensed', '09506000134376', 'A3', NULL, NULL),
	(11, 'unknown', '09506000134376', 'Z9', 'L2', '2049-12-30'),
	(12, 'never issued', '09506000134352', '0004', NULL, NULL),
	(13, 'not commissioned', '09506000134352', '0002', NULL, NULL),
	(14, 'void', '09506000134352', '0001', NULL, NULL),
	(15, 'received only', '04006381333931', 'C1', NULL, NULL),
	(16, 'no serial number', '09506000134376', 'A 1', NULL, NULL),
	(17, 'a separator in it', '09506000134376', E'A1\x1D10L1', NULL, NULL),
	(18, 'no lot', '09506000134376', 'A1', '', NULL),
	(19, 'unknown, expired as printed', '09506000134376', 'Z9', 'L2', '2020-01-31'),
	(20, 'unknown, of a lot that has expired', '09506000134376', 'Z9', 'L0', NULL),
	(21, 'unknown, of a recalled lot', '09506000134376', 'Z9', 'L5', NULL),
	(22, 'unknown, with another expiry date than its lot', '09506000134376', 'Z9', 'L1', '2048-12-31'),
	(23, 'received only, expired as printed', '04006381333931', 'C1', NULL, '2020-01-31'),
	(24, 'received only, recalled', '04006381333931', 'C2', NULL, NULL)) AS q(n, why, gtin, ser, lot, expiry)
	CROSS JOIN LATERAL (SELECT v.verdict FROM serial.verify('01' || lpad(q.gtin, 14, '0') || '21' || q.ser, q.lot, q.expiry) AS v) AS v
	CROSS JOIN unnest('{1.0.2,1.1.0,1.3.0}'::text[]) AS r(release)
GROUP BY q.n, q.why, v.verdict ORDER BY q.n;
\pset format aligned

-- A GTIN in any spelling
SELECT g.gtin, serial.verification_response(g.gtin, 'A1') -> 'data' AS data
FROM unnest('{(01)09506000134376,https://id.gs1.org/01/09506000134376,urn:epc:idpat:sgtin:9506000.013437.*}'::text[]) AS g(gtin);

-- Errors
SELECT serial.verification_response('09506000134377', 'A1');
SELECT serial.verification_response(' 09506000134376', 'A1');
SELECT serial.verification_response('09506000134376', '');
SELECT serial.verification_response('09506000134376', 'A1', release => '2.0');
SELECT serial.verification_response('{"gtin": "09506000134376", "lot": "L1"}');
SELECT serial.verification_response('{"gtin": "09506000134376", "ser": "A1", "exp": "261300"}');
SELECT serial.verification_response('{"gtin": "09506000134376", "ser": "A1", "exp": "2026-01-31"}');
SELECT serial.verification_response('[]');

-- What was asked is kept on request.
SELECT serial.verification_response('09506000134376', 'A/4(10)L2', 'L1', requester => '9506000000015', record => true) -> 'data' AS data;
SELECT serial.verification_response('{"gtin": "09506000134376", "ser": "A1", "lot": "L7", "reqGLN": "9506000000015"}', record => true) -> 'data' AS data;
SELECT * FROM serial.verification_answer;
RESET ROLE;
SELECT v.asked, v.lot, v.verdict, v.place FROM serial.verification AS v ORDER BY v.verification;
SELECT a.kind, a.id FROM serial.alert AS a WHERE a.kind LIKE 'verified%';

-- Rows of one's own replace those of the extension, which stay.
INSERT INTO serial.verification_answer (release, verdict, is_verified, failure_reason, additional_info)
VALUES ('1.1.0', 'recalled', false, 'Manufacturer_policy', 'Recalled');
SELECT serial.verification_response('09506000134376', 'A2') -> 'data' AS data;
DELETE FROM serial.verification_answer WHERE NOT is_shipped;
SELECT serial.verification_response('09506000134376', 'A2') -> 'data' AS data;
UPDATE serial.verification_answer SET additional_info = NULL;
DELETE FROM serial.verification_answer;
INSERT INTO serial.verification_answer VALUES ('1.1.0', 'odd', true, NULL, NULL, true);
INSERT INTO serial.verification_answer VALUES ('1.1.0', 'odd', true, 'Manufacturer_policy', NULL);
-- Each final disposition has an answer.
SELECT d AS without_answer FROM serial_internal.dispositions('transferred') AS d FULL JOIN serial_internal.dispositions('terminal') AS t(d) USING (d)
WHERE d NOT IN (SELECT a.verdict FROM serial.verification_answer AS a);

-- Links
SELECT serial.linkset('https://example.com/01/09506000134376') AS nothing_yet;
CREATE ROLE regress_serial_admin;
SELECT serial.grant_access('regress_serial_admin', 'admin');
SET ROLE regress_serial_admin;
INSERT INTO serial.resolver_link (gtin, lot, link_type, href, title, media_type, languages, contexts) VALUES
	(NULL, NULL, 'defaultLink', 'https://www.example.com/p/{gtin}', 'Our products', 'text/html', '{en}', NULL),
	('09506000134376', NULL, 'defaultLink', 'https://www.example.com/tea', 'Green tea', 'text/html', '{en}', '{gb,us}'),
	('09506000134376', NULL, 'pip', 'https://www.example.com/tea', 'Green tea', 'text/html', '{en}', NULL),
	('09506000134376', NULL, 'pip', 'https://www.example.com/tee', 'Grüner Tee', 'text/html', '{de}', NULL),
	(NULL, NULL, 'traceability', 'https://www.example.com/trace/{gtin}', NULL, NULL, NULL, NULL),
	(NULL, NULL, 'traceability', 'https://www.example.com/trace/{gtin}/{lot}', NULL, NULL, NULL, NULL),
	(NULL, NULL, 'traceability', 'https://www.example.com/trace/{gtin}/-/{serial}', NULL, 'application/json', NULL, NULL),
	('09506000134376', 'L1', 'recallStatus', 'https://www.example.com/recall/7', 'Recall of L1', NULL, NULL, NULL),
	(NULL, NULL, 'https://ns.example.com/warranty', 'https://www.example.com/warranty?s={serial}', NULL, NULL, NULL, NULL);
RESET ROLE;
SET ROLE regress_serial_verifier;
SELECT jsonb_pretty(serial.linkset('https://example.com/01/09506000134376'));
SELECT jsonb_pretty(serial.linkset('https://example.com/01/09506000134376/10/L1'));
SELECT jsonb_pretty(serial.linkset('http://example.com:8080/x/01/09506000134376/10/L%2F2/21/A%2F1?17=491231&linkType=all'));
-- a lot or serial number that looks like an application identifier
SELECT l.link, jsonb_path_query(serial.linkset(l.link), '$.linkset[0]."https://gs1.org/voc/traceability"[0].href') AS traceability,
	   jsonb_path_query(serial.linkset(l.link), '$.linkset[0]."https://ns.example.com/warranty"[0].href') AS warranty
FROM unnest('{https://id.gs1.org/01/09506000134376/10/21/21/S,https://id.gs1.org/01/09506000134376/10/10/21/10,https://id.gs1.org/01/09506000134376/21/10}'::text[]) AS l(link);
-- The anchor is the link that was asked, also for a piece of a trade item and where the serial number is that of a third party.
SELECT serial.linkset(l.link) #>> '{linkset,0,anchor}' AS anchor
FROM unnest('{https://id.gs1.org/8006/095060001343760102/10/L1/21/A1,https://id.gs1.org/8006/095060001343760102,https://id.gs1.org/01/09506000134376/235/TPX%2F1,
	https://id.gs1.org/01/09506000134376/22/2A/10/L1/21/A1,https://id.gs1.org/gtin/9506000134376/lot/L1}'::text[]) AS l(link);
-- another GTIN; a serial number that nobody knows
SELECT jsonb_pretty(serial.linkset('https://id.gs1.org/01/4006381333931/21/nobody'));
SELECT serial.linkset('https://id.gs1.org/00/306141410000099994') AS no_gtin, serial.linkset(NULL) AS nothing,
	   serial.linkset('https://id.gs1.org/00/306141410000099994?02=09506000134376&37=10&10=L1') AS gtin_of_contents;
SELECT serial.linkset('(01)09506000134376');
SELECT serial.linkset('https://id.gs1.org/01/09506000134377');
SELECT * FROM serial.resolver_link;
RESET ROLE;
SET ROLE regress_serial_admin;
INSERT INTO serial.resolver_link (gtin, link_type, href) VALUES ('09506000134376', 'defaultLink', 'https://www.example.com/other');
INSERT INTO serial.resolver_link (gtin, link_type, href) VALUES ('9506000134376', 'pip', 'https://www.example.com/');
INSERT INTO serial.resolver_link (gtin, link_type, href) VALUES ('09506000134377', 'pip', 'https://www.example.com/');
INSERT INTO serial.resolver_link (link_type, href) VALUES ('https://gs1.org/voc/pip', 'https://www.example.com/');
INSERT INTO serial.resolver_link (link_type, href) VALUES ('pip', '/p/{gtin}');
INSERT INTO serial.resolver_link (link_type, href) VALUES ('pip', 'https://www.example.com/{GTIN}');
INSERT INTO serial.resolver_link (lot, link_type, href) VALUES ('L1', 'pip', 'https://www.example.com/');
RESET ROLE;

-- Provenance: nothing is public without rules.
SELECT serial.record('ObjectEvent', 'OBSERVE', ARRAY[serial.make('sgtin', '09506000134376', 'A1')], 'inspecting', at => '2026-03-02 10:00Z',
	place => 'Secret place', attributes => '{"by": "Secret person"}') > 0 AS inspected;
SELECT serial.commission(ARRAY[serial.make('sgtin', '09506000134383', 'D1')], 'L5', '2049-06-30', 'Secret place', '2026-03-01 10:00Z') > 0 AS made,
	   serial.commission('{(00)306141410000099994}', at => '2026-03-01 11:00Z') > 0 AS pallet,
	   serial.aggregate('(00)306141410000099994', '{(01)09506000134383(21)D1}', 'Secret place', '2026-03-02 10:00Z') > 0 AS packed,
	   serial.ship('{(00)306141410000099994}', 'Secret place', 'Secret partner', at => '2026-03-31 10:00Z') > 0 AS shipped,
	   serial.receive('{(00)306141410000099994}', 'Secret partner', at => '2026-04-01 10:00Z') AS receiving \gset
UPDATE serial.lot SET produced_on = '2026-02-27', attributes = '{"farm": "Secret person"}' WHERE gtin = '09506000134383';
SELECT * FROM serial.provenance('(01)09506000134383(21)D1');
SET ROLE regress_serial_admin;
INSERT INTO serial.public_fact (gtin, fact, business_step, precision, title) VALUES
	(NULL, 'authentic', NULL, 'day', 'Genuine'), (NULL, 'recalled', NULL, 'day', 'Recalled'), (NULL, 'lot', NULL, 'day', 'Lot'),
	('09506000134383', 'production', NULL, 'month', 'Picked'), ('09506000134383', 'expiry', NULL, 'year', 'Best before'),
	(NULL, 'step', 'commissioning', 'day', 'Packed'), (NULL, 'step', 'shipping', 'month', 'Left our works'), (NULL, 'step', 'receiving', 'day', NULL);
INSERT INTO serial.public_fact (gtin, fact, is_public) VALUES ('09506000134376', 'lot', false);
INSERT INTO serial.public_fact (fact) VALUES ('place');
INSERT INTO serial.public_fact (fact) VALUES ('lot');
INSERT INTO serial.public_fact (fact) VALUES ('step');
INSERT INTO serial.public_fact (fact, business_step) VALUES ('step', 'urn:epcglobal:cbv:bizstep:packing');
RESET ROLE;
SET ROLE regress_serial_verifier;
SELECT * FROM serial.provenance('(01)09506000134383(21)D1');
-- recalled, and recalled after it was sold; of this GTIN the lot is not public
SELECT * FROM serial.provenance('(01)09506000134376(21)A2') WHERE fact <> 'commissioning';
RESET ROLE;
SELECT serial.recall_items('{(01)09506000134376(21)A3}', 'odd smell') > 0 AS recalled;
SELECT serial.declare_error(:receiving, 'did_not_occur') > 0 AS declared;
SET ROLE regress_serial_verifier;
SELECT * FROM serial.provenance('(01)09506000134376(21)A3') WHERE fact = 'recalled';
SELECT * FROM serial.provenance('(01)09506000134383(21)D1') WHERE fact = 'receiving';
-- a shipping that was undone
RESET ROLE;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(00)306141410000099994}', 'void_shipping', at => '2026-04-02') > 0 AS voided;
SET ROLE regress_serial_verifier;
SELECT * FROM serial.provenance('(01)09506000134383(21)D1') WHERE fact = 'shipping';
-- unknown, never issued, void and received numbers get one answer
SELECT n.id, p.* FROM unnest('{(01)09506000134376(21)Z9,(01)09506000134352(21)0004,(01)09506000134352(21)0001,(01)04006381333931(21)C1}'::serial.serial[]) AS n(id)
	LEFT JOIN LATERAL serial.provenance(n.id) AS p ON true;
SELECT string_agg(p::text, ' ') ~* 'secret' AS slips_out FROM serial.provenance('(01)09506000134383(21)D1') AS p;
SELECT * FROM serial.public_fact;
RESET ROLE;

\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_verifier, regress_serial_admin;
