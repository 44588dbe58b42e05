-- Row security by place and by partner: what each function and each table tells of what is hidden.
-- A reader sees everything.  "place" sees what was recorded at the place east, and "party" what was
-- shipped to the partner east or came from it.
CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
SET client_min_messages = warning;
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE ROLE regress_serial_reader;
CREATE ROLE regress_serial_place;
CREATE ROLE regress_serial_party;
SELECT serial.grant_access('regress_serial_reader', 'reader'), serial.grant_access('regress_serial_place', 'reader'), serial.grant_access('regress_serial_party', 'reader');

-- u1 and u2 went to east in a case on a pallet, u3 and u4 to west, where u3 was damaged and u4
-- stolen; u5 stayed.  Number 9 was issued and never commissioned, and seen in the west.
SELECT serial.create_pool('units', 'sgtin', '09506000134352', length => 1) IS NOT NULL AS pool;
SELECT count(*) FROM serial.issue('units', 9, 'order 1') AS issued;
CREATE FUNCTION unit(n integer) RETURNS serial.serial LANGUAGE sql AS $$ SELECT format('(01)09506000134352(21)%s', n)::serial.serial $$;
SELECT serial.commission(ARRAY[unit(1), unit(2), unit(3), unit(4), unit(5)], 'L1', '2099-12-31', 'plant', '2026-01-01') > 0 AS commissioned,
	   serial.aggregate('plain:case1', ARRAY[unit(1), unit(2)], 'plant', '2026-01-02') > 0 AS packed, serial.aggregate('plain:case2', ARRAY[unit(3), unit(4)], 'plant', '2026-01-02') > 0 AS packed,
	   serial.aggregate('plain:pallet', '{plain:case1}', 'plant', '2026-01-03') > 0 AS loaded;
SELECT serial.ship('{plain:pallet}', 'plant', 'east', at => '2026-01-04') > 0 AS shipped, serial.ship('{plain:case2}', 'plant', 'west', at => '2026-01-04') > 0 AS shipped;
SELECT serial.receive('{plain:pallet}', 'east', 'east', at => '2026-01-05') > 0 AS received, serial.receive('{plain:case2}', 'west', 'west', at => '2026-01-05') > 0 AS received;
SELECT serial.record('ObjectEvent', 'OBSERVE', ARRAY[unit(3)], 'inspecting', at => '2026-01-06', place => 'west', disposition => 'damaged') > 0 AS damaged,
	   serial.decommission(ARRAY[unit(4)], 'stolen', 'west', '2026-01-06') > 0 AS stolen,
	   serial.record('ObjectEvent', 'OBSERVE', ARRAY[unit(9)], 'inspecting', at => '2026-01-06', place => 'west') > 0 AS seen;
SELECT serial.record('ObjectEvent', 'OBSERVE', ARRAY[unit(1)], 'dispensing', at => '2026-01-07', place => 'east') > 0 AS dispensed;
SELECT serial.record('ObjectEvent', 'ADD', ARRAY[unit(3)], 'commissioning', at => '2026-01-08', place => 'west', strict => false) > 0 AS twice;
SELECT serial.recall('09506000134352', '{L1}', 'stability') AS recall, serial.recall_items('{plain:case2}', 'dented') AS items, serial.seal() > 0 AS sealed;
INSERT INTO serial.named_query (name, parameters) VALUES ('case2', '{"MATCH_anyEPC": ["plain:case2"]}');
SELECT count(*) AS verified FROM serial.verify(unit(4)::text, record => true, place => 'west');

CREATE POLICY everything ON serial.event TO regress_serial_reader USING (true);
CREATE POLICY place ON serial.event TO regress_serial_place USING (coalesce(place, read_point) = 'east');
CREATE POLICY party ON serial.event TO regress_serial_party
	USING (destinations @> '[{"destination": "east"}]' OR sources @> '[{"source": "east"}]');
CREATE POLICY everything ON serial.item TO regress_serial_reader USING (true);
CREATE POLICY place ON serial.item TO regress_serial_place USING (place = 'east');
CREATE POLICY party ON serial.item TO regress_serial_party USING (consignee = 'east');
ALTER TABLE serial.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE serial.item ENABLE ROW LEVEL SECURITY;
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY '{event_item,alert}'::text[] LOOP
		EXECUTE format('CREATE POLICY everything ON serial.%I TO regress_serial_reader USING (true)', name);
		EXECUTE format('CREATE POLICY as_events ON serial.%I TO regress_serial_place, regress_serial_party '
					   'USING (EXISTS (SELECT FROM serial.event AS e WHERE e.event = %I.event))', name, name);
		EXECUTE format('ALTER TABLE serial.%I ENABLE ROW LEVEL SECURITY', name);
	END LOOP;
END $$;

-- The first value that a query returns to a role, or its error; taken back.
CREATE FUNCTION answer(role text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', 'regress_serial_' || role);
		EXECUTE query INTO answer;
		RAISE EXCEPTION SQLSTATE 'RR000';
	EXCEPTION WHEN SQLSTATE 'RR000' THEN
		RETURN answer;
	END;
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate;
END $$;

-- ---------------------------------------------------------------------------
-- Verdicts.  What is hidden is unknown, and never an alarm.
CREATE TABLE asked AS SELECT unit(n) AS id FROM generate_series(1, 9) AS n UNION ALL SELECT unnest('{plain:case1,plain:case2,plain:pallet}'::serial.serial[]);
GRANT SELECT ON asked TO PUBLIC;
SELECT a.id, answer('reader', q.query) AS reader, answer('place', q.query) AS place, answer('party', q.query) AS party
FROM asked AS a CROSS JOIN LATERAL format('SELECT verdict || CASE WHEN is_alarming THEN '' !'' ELSE '''' END FROM serial.verify(%L::serial.serial)', a.id) AS q(query) ORDER BY a.id;
-- no partner gets an alarm about what everybody else finds in order
SELECT a.id, r.role
FROM asked AS a CROSS JOIN (VALUES ('place'), ('party')) AS r(role)
WHERE answer(r.role, format('SELECT is_alarming FROM serial.verify(%L::serial.serial)', a.id))::boolean
  AND NOT answer('reader', format('SELECT is_alarming FROM serial.verify(%L::serial.serial)', a.id))::boolean;

-- ---------------------------------------------------------------------------
-- Functions.
CREATE TABLE question (n integer GENERATED ALWAYS AS IDENTITY, query text);
INSERT INTO question (query)
SELECT f FROM unnest(ARRAY[
	$$string_agg(v.verdict, ',' ORDER BY a.id) FROM asked AS a, serial.verify(a.id) AS v$$,
	$$string_agg(serial.saleable(a.id)::text, ',' ORDER BY a.id) FROM asked AS a$$,
	$$string_agg(concat_ws('/', o.pool, o.state, o.reference), ',' ORDER BY n) FROM generate_series(8, 9) AS n, serial.origin(unit(n)) AS o$$,
	$$string_agg(concat_ws('/', w.place, w.disposition, w.outermost), ',' ORDER BY a.id) FROM asked AS a, serial.where_is(a.id) AS w$$,
	$$string_agg(concat_ws('/', w.place, w.disposition, w.outermost), ',' ORDER BY a.id) FROM asked AS a, serial.where_is(a.id, '2026-01-05 12:00') AS w$$,
	$$string_agg(t.business_step, ',' ORDER BY t.event) FROM serial.trace(unit(1)) AS t$$,
	$$string_agg(t.business_step, ',' ORDER BY t.event) FROM serial.trace(unit(3)) AS t$$,
	$$string_agg(h.business_step, ',' ORDER BY h.event) FROM serial.history(unit(1)) AS h$$,
	$$string_agg(h.business_step, ',' ORDER BY h.event) FROM serial.history(unit(4)) AS h$$,
	$$string_agg(t::text, ',' ORDER BY t) FROM serial.items_at('east') AS t$$,
	$$string_agg(t::text, ',' ORDER BY t) FROM serial.items_at('west') AS t$$,
	$$string_agg(t::text, ',' ORDER BY t) FROM serial.items_at('west', '2026-01-05 12:00') AS t$$,
	$$string_agg(concat_ws('/', gtin, lot, items), ',' ORDER BY gtin, lot) FROM serial.on_hand('east')$$,
	$$string_agg(concat_ws('/', gtin, lot, items), ',' ORDER BY gtin, lot) FROM serial.on_hand('west')$$,
	$$string_agg(s::text, ',' ORDER BY s::text) FROM serial.stock() AS s$$,
	$$string_agg(e.id::text, ',' ORDER BY e.id) FROM serial.expiring('100 years') AS e$$,
	$$string_agg(e.id::text, ',' ORDER BY e.id) FROM serial.expiring('100 years', 'west') AS e$$,
	$$string_agg(s.id::text, ',' ORDER BY s.id) FROM serial.shipped_to('east', '2026-01-01', '2026-02-01') AS s$$,
	$$string_agg(s.id::text, ',' ORDER BY s.id) FROM serial.shipped_to('west', '2026-01-01', '2026-02-01') AS s$$,
	$$string_agg(concat_ws('/', r.id, r.place, r.consignee, r.disposition), ',' ORDER BY r.id) FROM serial.recalled(1) AS r$$,
	$$string_agg(concat_ws('/', r.id, r.place, r.consignee, r.disposition), ',' ORDER BY r.id) FROM serial.recalled(2) AS r$$,
	$$string_agg(concat_ws('/', c.consignee, c.items), ',' ORDER BY c.consignee) FROM serial.recall_consignees(1) AS c$$,
	$$string_agg(concat_ws('/', c.container, c.items, c.place), ',' ORDER BY c.container) FROM serial.recall_containers(1) AS c$$,
	$$string_agg(concat_ws('/', o.id, o.place), ',' ORDER BY o.id) FROM serial.outstanding(1) AS o$$,
	$$string_agg(s.id::text, ',' ORDER BY s.id) FROM serial.suspects() AS s$$,
	$$string_agg(c.business_step, ',' ORDER BY c.event) FROM serial.changes(0) AS c$$,
	$$count(*) FROM serial.made_from(unit(1))$$,
	$$count(*) FROM serial.made_into(unit(1))$$,
	$$count(*) FROM serial.check_seals()$$,
	$$count(*) FROM serial.check_state()$$,
	$$count(*) FROM serial.proof(1)$$,
	$$serial.event_json(e.event) IS NOT NULL FROM (SELECT max(n) AS event FROM generate_series(1, 12) AS n) AS e$$,
	$$serial.event_hash(8) IS NOT NULL$$,
	$$jsonb_array_length(serial.epcis_document(ARRAY[8]) #> '{epcisBody,eventList}')$$,
	$$serial.event_xml(8, '2.0') IS NOT NULL$$,
	$$serial.epcis_xml(ARRAY[8], '2.0') IS NOT NULL$$,
	$$count(*) FROM serial.run_query('case2')$$,
	$$count(*) FROM serial.poll_query('case2', 0, 10)$$,
	$$count(*) FROM serial.epcis_query('{"MATCH_anyEPC": ["plain:case2"]}')$$,
	$$serial.epcis_query_document('{}') IS NOT NULL$$,
	$$serial.epcis_master_data('{"includeAttributes": true, "includeChildren": false}') IS NOT NULL$$,
	$$string_agg(p.property, ',') FROM serial.provenance(unit(1)) AS p(property)$$,
	$$serial.linkset('https://example.com/01/09506000134352/21/1') IS NOT NULL$$,
	$$serial.verification_response('09506000134352', '4', 'L1', '2099-12-31', responder => 'x', correlation => 'y') #>> '{data,verified}'$$,
	$$string_agg(b::text, ',') FROM serial.batch_serials(1) AS b$$,
	$$string_agg(serial.container(a.id)::text, ',' ORDER BY a.id) FROM asked AS a$$,
	$$string_agg(serial.outermost(a.id)::text, ',' ORDER BY a.id) FROM asked AS a$$,
	$$string_agg(c.id::text, ',' ORDER BY c.id) FROM asked AS a, serial.containers(a.id) AS c$$,
	$$string_agg(c.id::text, ',' ORDER BY c.id) FROM serial.contents('plain:case2') AS c$$,
	$$string_agg(serial.inside(a.id, 'plain:pallet', '2026-01-05')::text, ',' ORDER BY a.id) FROM asked AS a$$,
	$$count(*) FROM serial.tree('plain:case2')$$,
	$$string_agg(s::text, ',' ORDER BY s::text) FROM serial.summary('plain:case2') AS s$$]) AS f;
\pset format unaligned
\pset fieldsep ' | '
SELECT q.query AS object, answer('reader', 'SELECT ' || q.query) AS reader, answer('place', 'SELECT ' || q.query) AS place, answer('party', 'SELECT ' || q.query) AS party
FROM question AS q ORDER BY q.n;

-- ---------------------------------------------------------------------------
-- Tables and views: how many rows of each.  Those without a policy are shown whole.
SELECT c.relname AS object, answer('reader', q.query) AS reader, answer('place', q.query) AS place, answer('party', q.query) AS party
FROM pg_class AS c CROSS JOIN LATERAL format('SELECT count(*) FROM serial.%I', c.relname) AS q(query)
WHERE c.relnamespace = 'serial'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND c.relname !~ '_[0-9]{6}$'
  AND c.relname NOT IN ('transition', 'transitions', 'vocabulary')
ORDER BY c.relname COLLATE "C";

-- Nothing that a reader may call, and that reads such tables, is left out above.
SELECT p.oid::regprocedure AS left_out
FROM pg_proc AS p
WHERE p.pronamespace = 'serial'::regnamespace AND p.provolatile <> 'i' AND p.proname !~ '^(epc_|scan|try_scan|unmet)'
  AND has_function_privilege('regress_serial_place', p.oid, 'execute')
  AND NOT EXISTS (SELECT FROM question AS q WHERE q.query ~ format('serial\.%s\(', p.proname))
ORDER BY p.proname COLLATE "C", p.oid::regprocedure::text COLLATE "C";

DROP OWNED BY regress_serial_reader, regress_serial_place, regress_serial_party;
\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_reader, regress_serial_place, regress_serial_party;
