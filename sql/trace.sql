-- The two ways of serial.trace: by the indexes themselves, and in SQL where
-- policies or other tables than ours ask for it.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
-- One passes by all policies, the other is shown everything by policies.
CREATE ROLE regress_serial_direct BYPASSRLS;
CREATE ROLE regress_serial_policy;
SELECT serial.grant_access('regress_serial_direct', 'reader'), serial.grant_access('regress_serial_policy', 'reader');
CREATE POLICY everything ON serial.event TO regress_serial_policy USING (true);
ALTER TABLE serial.event ENABLE ROW LEVEL SECURITY;

-- ---------------------------------------------------------------------------
-- Units in boxes on a pallet, that move about
SELECT serial.commission('{plain:u1,plain:u2,plain:u3,plain:u4}', 'L', '2099-12-31', 'plant', '2026-01-01') AS commissioned;
SELECT serial.aggregate('plain:b1', '{plain:u1,plain:u2,plain:u3}', 'plant', '2026-01-02') AS packed;
SELECT serial.aggregate('plain:p', '{plain:b1,plain:b2}', 'plant', '2026-01-03') AS loaded;
SELECT serial.ship('{plain:p}', 'plant', 'shop', at => '2026-01-04') AS shipped, serial.receive('{plain:p}', 'shop', at => '2026-01-05') AS received;
-- An event of a unit, of its box and of the pallet is reported once, of the unit.
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:u1,plain:b1,plain:p}', 'inspecting', at => '2026-01-06') AS all_at_once;
SELECT serial.disaggregate('plain:b1', '{plain:u1}', 'shop', '2026-01-07') AS unpacked, serial.aggregate('plain:b2', '{plain:u1}', 'shop', '2026-01-08') AS moved;
SELECT serial.disaggregate('plain:p', '{plain:b1}', 'shop', '2026-01-09') AS unloaded;
-- Several at one time, one reported late, one not accepted, one of parts, and
-- many.
SELECT count(serial.record('ObjectEvent', 'OBSERVE', '{plain:p}', 'storing', at => '2026-01-08 12:00+00', attributes => jsonb_build_object('n', n))) AS at_one_moment FROM generate_series(1, 3) AS n;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:b1}', 'storing', at => '2026-01-02 12:00+00') AS late;
SELECT serial.record('ObjectEvent', 'ADD', '{plain:u2}', 'commissioning', disposition => 'active', at => '2026-01-10', strict => false) AS evidence;
SELECT serial.record('TransformationEvent', NULL, inputs => '{plain:u3}', outputs => '{plain:v}', at => '2026-01-11') AS made;
SELECT count(serial.record('ObjectEvent', 'OBSERVE', ARRAY[CASE WHEN n % 3 = 0 THEN 'plain:v' ELSE 'plain:u4' END], 'storing', place => 'shelf ' || n, at => '2026-02-01'::timestamptz + n * interval '1 hour')) AS many
FROM generate_series(1, 100) AS n;
-- Declared wrong: the first of many, some between, and the last; with some of
-- another item among them.
SELECT count(serial.declare_error(e.event, 'did_not_occur')) AS wrong
FROM (SELECT e.event FROM serial.event AS e WHERE e.place IN ('shelf 1', 'shelf 33', 'shelf 34', 'shelf 36', 'shelf 39', 'shelf 40', 'shelf 66', 'shelf 100') OR e.attributes = '{"n": 2}' ORDER BY e.event DESC) AS e;

-- As if it had been recorded in three months.
SELECT serial_internal.open_month('2020-01-01 00:00+00'), serial_internal.open_month('2020-02-01 00:00+00');
SET session_replication_role = replica;
WITH moved AS (UPDATE serial.event SET record_time = CASE WHEN event % 3 = 1 THEN '2020-01-15 00:00+00' ELSE '2020-02-15 00:00+00' END::timestamptz
			   WHERE event % 3 > 0 RETURNING event, record_time)
UPDATE serial.event_item AS i SET record_time = m.record_time FROM moved AS m WHERE m.event = i.event;
RESET session_replication_role;

-- ---------------------------------------------------------------------------
-- What a role is shown of everything, in order; or the error.
CREATE FUNCTION traces(role text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	answer text[];
BEGIN
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', role);
		SELECT array_agg(t::text ORDER BY n.n, t.ordinality) INTO answer
		FROM unnest('{plain:u1,plain:u2,plain:u3,plain:u4,plain:v,plain:b1,plain:b2,plain:p,plain:nothing}'::serial.serial[]) WITH ORDINALITY AS n(id, n),
			 serial.trace(n.id) WITH ORDINALITY AS t;
		RAISE EXCEPTION SQLSTATE 'RR000';
	EXCEPTION WHEN SQLSTATE 'RR000' THEN
		RETURN answer;
	END;
EXCEPTION WHEN OTHERS THEN
	RETURN ARRAY[sqlstate || ': ' || sqlerrm];
END $$;
-- A role that asks in SQL needs the function for that; how each of the two asks is thus seen.
CREATE FUNCTION compare() RETURNS TABLE (events integer, same boolean, direct text, policy text) LANGUAGE plpgsql AS $$
BEGIN
	events := cardinality(traces('regress_serial_direct'));
	same := traces('regress_serial_direct') = traces('regress_serial_policy');
	REVOKE EXECUTE ON FUNCTION serial_internal.trace_sql FROM regress_serial_direct, regress_serial_policy;
	direct := CASE WHEN cardinality(traces('regress_serial_direct')) = events THEN 'by itself' ELSE (traces('regress_serial_direct'))[1] END;
	policy := CASE WHEN cardinality(traces('regress_serial_policy')) = events THEN 'by itself' ELSE (traces('regress_serial_policy'))[1] END;
	GRANT EXECUTE ON FUNCTION serial_internal.trace_sql TO regress_serial_direct, regress_serial_policy;
	RETURN NEXT;
END $$;
SELECT * FROM compare();
SELECT event, event_time, CASE WHEN record_time < '2026-01-01' THEN to_char(record_time, 'YYYY-MM') ELSE 'now' END AS recorded,
	   source_item, role, business_step, corrects, correcting_event, attributes
FROM serial.trace('plain:u1');
SELECT count(*), count(corrects) AS declarations, array_agg(place ORDER BY place) FILTER (WHERE correcting_event IS NOT NULL) AS wrong,
	   bool_and(correcting_event = (SELECT w.event FROM serial.event AS w WHERE w.corrects = t.event)) AS by_the_right_one
FROM serial.trace('plain:u4') AS t;

-- In the list of what is selected, too
SELECT count(t) AS n, min((t).event) AS first, max((t).event) AS last FROM (SELECT serial.trace('plain:u1') AS t) AS t;

-- A month that is aside is missed in both ways, and both say so.
SELECT serial.detach_month('2020-01-01');
SET client_min_messages = error;
SELECT * FROM compare();
RESET client_min_messages;
SET ROLE regress_serial_direct;
SELECT count(*) FROM serial.trace('plain:u1');
SET ROLE regress_serial_policy;
SELECT count(*) FROM serial.trace('plain:u1');
RESET ROLE;
SELECT serial.attach_month('2020-01-01');
SELECT * FROM compare();

-- A month that is cut further is read like any other.
ALTER TABLE serial.event DETACH PARTITION serial.event_202001;
CREATE TABLE cut (LIKE serial.event INCLUDING DEFAULTS) PARTITION BY HASH (event);
CREATE TABLE cut_0 PARTITION OF cut FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE cut_1 PARTITION OF cut FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO cut SELECT * FROM serial.event_202001;
CREATE UNIQUE INDEX ON cut (event, record_time);
CREATE INDEX ON cut (corrects) WHERE corrects IS NOT NULL;
ALTER TABLE serial.event ATTACH PARTITION cut FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
SELECT * FROM compare();

-- One with the columns in other places, or without the indexes, is left to SQL.
ALTER TABLE serial.event DETACH PARTITION cut;
CREATE TABLE otherwise AS
SELECT digest, is_accepted, attributes, error_reason, corrects, event_id, transformation, persistent_disposition, destinations, sources,
	   business_transactions, input_quantities, quantities, expiry, lot, parent, read_point AS place, place AS read_point, disposition, business_step, actor, recorded_by,
	   record_time, time_zone_offset, event_time, action, type, event FROM serial.event_202001;
ALTER TABLE otherwise RENAME COLUMN place TO n;
ALTER TABLE otherwise RENAME COLUMN read_point TO place;
ALTER TABLE otherwise RENAME COLUMN n TO read_point;
DO $$
DECLARE
	c name;
BEGIN
	FOR c IN SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = 'serial.event'::regclass AND a.attnum > 0 AND a.attnotnull ORDER BY a.attnum LOOP
		EXECUTE format('ALTER TABLE otherwise ALTER COLUMN %I SET NOT NULL', c);
	END LOOP;
END $$;
CREATE UNIQUE INDEX ON otherwise (event, record_time);
CREATE INDEX ON otherwise (corrects) WHERE corrects IS NOT NULL;
ALTER TABLE serial.event ATTACH PARTITION otherwise FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
SELECT * FROM compare();
ALTER TABLE serial.event DETACH PARTITION otherwise;
ALTER TABLE serial.event ATTACH PARTITION serial.event_202001 FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
SELECT * FROM compare();
BEGIN;
ALTER TABLE serial.event_202001 DROP CONSTRAINT event_202001_pkey;
SELECT * FROM compare();
ROLLBACK;
BEGIN;
DROP INDEX serial.event_202002_corrects_idx;
SELECT * FROM compare();
CREATE INDEX ON serial.event_202002 (corrects) WHERE corrects IS NOT NULL AND is_accepted;
CREATE INDEX ON serial.event_202002 (corrects DESC) WHERE corrects IS NOT NULL;
SELECT * FROM compare();
CREATE INDEX ON serial.event_202002 (corrects);
SELECT * FROM compare();
ROLLBACK;
BEGIN;
ALTER TABLE serial.event_item_202002 DROP CONSTRAINT event_item_202002_pkey;
SELECT * FROM compare();
ROLLBACK;

-- A user who may not read a table gets an error that names it.
ALTER TABLE serial.event DISABLE ROW LEVEL SECURITY;
CREATE ROLE regress_serial_nobody;
SELECT traces('regress_serial_nobody');
DO $$
DECLARE
	f text;
BEGIN
	FOR f IN SELECT object FROM serial_internal.access_rights() WHERE level = 'reader' AND privilege = 'EXECUTE' LOOP
		EXECUTE format('GRANT EXECUTE ON %s TO regress_serial_nobody', f);
	END LOOP;
END $$;
SELECT traces('regress_serial_nobody');
GRANT SELECT ON serial.event, serial.event_item TO regress_serial_nobody;
SELECT traces('regress_serial_nobody');
GRANT SELECT ON serial.detached_month TO regress_serial_nobody;
SELECT traces('regress_serial_nobody');
GRANT SELECT ON serial.aggregation, serial.aggregation_history TO regress_serial_nobody;
SELECT traces('regress_serial_nobody') = traces('regress_serial_direct') AS same;
REVOKE SELECT ON serial.event FROM regress_serial_nobody;
GRANT SELECT (event, event_time, record_time, type) ON serial.event TO regress_serial_nobody;
SELECT traces('regress_serial_nobody');

DROP OWNED BY regress_serial_direct, regress_serial_policy, regress_serial_nobody;
\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_direct, regress_serial_policy, regress_serial_nobody;
