-- The rights to record and to ask, and what row security leaves of the answers.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE ROLE regress_serial_nobody;
CREATE ROLE regress_serial_verifier;
CREATE ROLE regress_serial_reader;
CREATE ROLE regress_serial_operator;
CREATE ROLE regress_serial_admin;
CREATE ROLE regress_serial_north;
SELECT serial.grant_access('regress_serial_verifier', 'verifier'), serial.grant_access('regress_serial_reader', 'reader'), serial.grant_access('regress_serial_operator', 'operator'),
	   serial.grant_access('regress_serial_admin', 'admin'), serial.grant_access('regress_serial_north', 'reader');

-- The first value that a command returns to a role, or its error; taken back.
CREATE FUNCTION answer(role text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	BEGIN
		EXECUTE format('SET LOCAL ROLE %I', role);
		EXECUTE query INTO answer;
		RAISE EXCEPTION SQLSTATE 'RR000';
	EXCEPTION WHEN SQLSTATE 'RR000' THEN
		RETURN answer;
	END;
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ': ' || sqlerrm;
END $$;

-- a is in the north, b in the south; c is in the north, in a box.
SELECT serial.commission('{plain:a}', 'L', '2099-12-31', 'north', '2026-01-01') AS a,
	   serial.commission('{plain:b}', 'L', '2099-12-31', 'south', '2026-01-01') AS b,
	   serial.commission('{plain:c}', 'L', '2099-12-31', 'south', '2026-01-01') AS c;
SELECT serial.aggregate('plain:box', '{plain:c}', 'south', '2026-01-02') AS packed, serial.receive('{plain:box}', 'north', at => '2026-01-03') AS received;
INSERT INTO serial.recall (key, lots, reason) VALUES ('09506000134352', '{L}', 'x');

-- ---------------------------------------------------------------------------
SELECT role, query, left(answer('regress_serial_' || role, query), 70) AS answer
FROM unnest('{nobody,verifier,reader,operator,admin}'::text[]) WITH ORDINALITY AS r(role, n), unnest(ARRAY[
	$$SELECT verdict FROM serial.verify('plain:a'::serial.serial)$$,
	$$SELECT verdict FROM serial.verify('plain:a')$$,
	$$SELECT verdict FROM serial.verify('plain:nobody_knows')$$,
	$$SELECT verdict FROM serial.verify('plain:a', record => true)$$,
	$$SELECT serial.saleable('plain:a')$$,
	$$SELECT concat_ws(' ', known_lot, known_place, reason, event) FROM serial.verify('plain:a'::serial.serial)$$,
	$$SELECT count(*) FROM serial.trace('plain:c')$$,
	$$SELECT place FROM serial.where_is('plain:c')$$,
	$$SELECT place FROM serial.where_is('plain:c', '2026-01-02 12:00+00')$$,
	$$SELECT count(*) FROM serial.on_hand('north')$$,
	$$SELECT count(*) FROM serial.recalled(1)$$,
	$$SELECT count(*) FROM serial.expiring('1 day')$$,
	$$SELECT count(*) FROM serial.made_from('plain:a')$$,
	$$SELECT count(*) FROM serial.check_seals()$$,
	$$SELECT count(*) FROM serial.proof(1)$$,
	$$SELECT count(*) FROM serial.alert$$,
	$$SELECT serial.commission('{plain:new}') > 0$$,
	$$SELECT serial.ship('{plain:a}') > 0$$,
	$$SELECT serial.receive('{plain:a}', 'x') > 0$$,
	$$SELECT serial.dispense('{plain:a}') > 0$$,
	$$SELECT serial.decommission('{plain:a}', 'stolen') > 0$$,
	$$SELECT serial.reinstate('{plain:unknown}') > 0$$,
	$$SELECT serial.quarantine('{plain:a}', 'x') > 0$$,
	$$SELECT serial.release_quarantine('{plain:a}') > 0$$,
	$$SELECT serial.aggregate('plain:box', '{plain:a}', NULL) > 0$$,
	$$SELECT serial.disaggregate('plain:box', '{plain:c}', NULL) > 0$$,
	$$SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:a}') > 0$$,
	$$SELECT serial.acknowledge(-1)$$,
	$$SELECT serial.seal() > 0$$,
	$$SELECT serial.declare_error(1, 'did_not_occur') > 0$$,
	$$SELECT serial.recall('09506000134352', '{L}', 'x') > 0$$,
	$$SELECT serial.close_recall(1)$$,
	$$SELECT serial.detach_month('2020-01-01')$$,
	$$SELECT serial.attach_month('2020-01-01')$$,
	$$SELECT serial_internal.raise_alert('x', NULL, NULL, 'x')$$,
	$$SELECT serial_internal.recompute_items('{plain:a}')$$,
	$$SELECT serial_internal.open_month(now())$$,
	$$INSERT INTO serial.lot (gtin, lot) VALUES ('09506000134352', 'x') RETURNING lot$$,
	$$INSERT INTO serial.place (place) VALUES ('x') RETURNING place$$,
	$$UPDATE serial.transition SET within = '11 days' WHERE within IS NOT NULL RETURNING within$$,
	$$UPDATE serial.item SET disposition = 'active' RETURNING 1$$,
	$$INSERT INTO serial.event SELECT * FROM serial.event RETURNING 1$$,
	$$INSERT INTO serial.event_item SELECT * FROM serial.event_item RETURNING 1$$,
	$$UPDATE serial.alert SET note = 'x' RETURNING 1$$,
	$$INSERT INTO serial.alert (kind, detail) VALUES ('x', 'x') RETURNING 1$$,
	$$INSERT INTO serial.seal SELECT * FROM serial.seal RETURNING 1$$,
	$$SELECT nextval('serial.event_sequence') > 0$$,
	$$SELECT setval('serial.event_sequence', 1)$$,
	$$SELECT set_config('serial.max_speed', '1000000', true)$$]) WITH ORDINALITY AS q(query, m)
ORDER BY r.n, q.m;
-- An admin adds a condition.
SELECT answer('regress_serial_admin', $$INSERT INTO serial.transition (business_step, from_disposition, conditions) VALUES ('shipping', 'active', '{recalled}') RETURNING business_step$$);

-- ---------------------------------------------------------------------------
-- Nothing is changed, in the partitions neither, by the owner neither.
SELECT p.relname, c.command, answer(current_user::text, format(c.command, i.inhrelid::regclass)) AS answer
FROM pg_inherits AS i JOIN pg_class AS p ON p.oid = i.inhparent
CROSS JOIN (VALUES ('UPDATE %s SET event = 0 RETURNING 1'), ('DELETE FROM %s RETURNING 1'), ('TRUNCATE %s')) AS c(command)
WHERE i.inhparent IN ('serial.event'::regclass, 'serial.event_item'::regclass) ORDER BY p.relname, c.command COLLATE "C";
SELECT command, answer(current_user::text, command) FROM unnest(ARRAY['UPDATE serial.event SET event = 0 RETURNING 1', 'DELETE FROM serial.event RETURNING 1', 'TRUNCATE serial.event',
	'UPDATE serial.event_item SET event = 0 RETURNING 1', 'DELETE FROM serial.event_item RETURNING 1', 'TRUNCATE serial.event_item',
	'MERGE INTO serial.event AS e USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE']) WITH ORDINALITY AS u(command, n) ORDER BY n;

-- ---------------------------------------------------------------------------
-- The recorder is the user who logged in, whatever role is set and whose function runs.
CREATE FUNCTION by_somebody_else() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$
	SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:a}', 'inspecting', attributes => '{"recorded_by": "me"}')
$$;
SET SESSION AUTHORIZATION regress_serial_operator;
SELECT by_somebody_else() IS NOT NULL AS ok, serial.record('ObjectEvent', 'OBSERVE', '{plain:a}', 'inspecting') IS NOT NULL AS ok;
SELECT (serial.verify('plain:nonsense', 'x', record => true)).verdict;
RESET SESSION AUTHORIZATION;
SET ROLE regress_serial_operator;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:a}', 'inspecting') IS NOT NULL AS ok;
RESET ROLE;
SELECT CASE recorded_by WHEN session_user THEN 'the one who logged in' ELSE recorded_by END AS recorded_by
FROM serial.event WHERE business_step = 'inspecting' ORDER BY event;
SELECT verified_by FROM serial.verification;

-- Names that somebody has put before ours are not called with the owner's rights.
CREATE SCHEMA regress_serial_trap AUTHORIZATION regress_serial_operator;
SET SESSION AUTHORIZATION regress_serial_operator;
CREATE FUNCTION regress_serial_trap.trap(text, text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE 'trapped: %', current_user;
	RETURN $1 OPERATOR(pg_catalog.=) $2;
END $$;
CREATE OPERATOR regress_serial_trap.= (FUNCTION = regress_serial_trap.trap, LEFTARG = text, RIGHTARG = text);
CREATE TEMP TABLE item (id serial.serial, disposition text);
SET search_path = regress_serial_trap, pg_temp, pg_catalog;
SELECT serial.commission('{plain:trap}', 'T', '2099-12-31', 'north', '2026-01-01') IS NOT NULL AS ok, serial.dispense('{plain:trap}', at => '2026-01-02') IS NOT NULL AS ok,
	   serial.reinstate('{plain:trap}', at => '2026-01-03') IS NOT NULL AS ok, serial.decommission('{plain:trap}', 'sample', at => '2026-01-04') IS NOT NULL AS ok,
	   serial.seal() IS NOT NULL AS ok;
SELECT verdict FROM serial.verify('plain:trap'::serial.serial);
SELECT disposition FROM serial.where_is('plain:trap');
RESET search_path;
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
DROP SCHEMA regress_serial_trap CASCADE;
RESET client_min_messages;

-- ---------------------------------------------------------------------------
-- Row security by place: north sees what was recorded there, and what is there.
CREATE POLICY north ON serial.event TO regress_serial_north USING (coalesce(place, read_point) = 'north');
CREATE POLICY north ON serial.item TO regress_serial_north USING (place = 'north');
CREATE POLICY all_events ON serial.event TO regress_serial_reader USING (true);
CREATE POLICY all_items ON serial.item TO regress_serial_reader USING (true);
ALTER TABLE serial.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE serial.item ENABLE ROW LEVEL SECURITY;
SELECT query, answer('regress_serial_reader', query) AS reader, answer('regress_serial_north', query) AS north
FROM unnest(ARRAY[
	$$SELECT string_agg(id::text, ',' ORDER BY id) FROM serial.item$$,
	$$SELECT verdict FROM serial.verify('plain:a'::serial.serial)$$,
	$$SELECT verdict FROM serial.verify('plain:b'::serial.serial)$$,
	$$SELECT verdict FROM serial.verify('plain:b')$$,
	$$SELECT serial.saleable('plain:b')$$,
	$$SELECT string_agg(business_step, ',') FROM serial.trace('plain:a')$$,
	$$SELECT string_agg(business_step, ',') FROM serial.trace('plain:b')$$,
	$$SELECT string_agg(business_step, ',') FROM serial.trace('plain:c')$$,
	$$SELECT place FROM serial.where_is('plain:b')$$,
	$$SELECT place FROM serial.where_is('plain:c')$$,
	$$SELECT place FROM serial.where_is('plain:b', '2026-02-01')$$,
	$$SELECT place FROM serial.where_is('plain:c', '2026-02-01')$$,
	$$SELECT place FROM serial.where_is('plain:c', '2026-01-02 12:00+00')$$,
	$$SELECT string_agg(t::text, ',' ORDER BY t) FROM serial.items_at('north') AS t$$,
	$$SELECT string_agg(t::text, ',' ORDER BY t) FROM serial.items_at('south') AS t$$,
	$$SELECT string_agg(t::text, ',' ORDER BY t) FROM serial.items_at('south', '2026-01-02 12:00+00') AS t$$,
	$$SELECT string_agg(id::text, ',' ORDER BY id) FROM serial.expiring('100 years')$$,
	$$SELECT count(*) FROM serial.made_from('plain:a')$$]) WITH ORDINALITY AS q(query, n) ORDER BY n;
-- A role that reads the items of events directly needs a policy there, too; the questions
-- answer as before.
SELECT answer('regress_serial_north', $$SELECT string_agg(DISTINCT id::text, ',' ORDER BY id::text) FROM serial.event_item$$) AS without_policy;
CREATE POLICY north ON serial.event_item TO regress_serial_north
	USING (EXISTS (SELECT FROM serial.event AS e WHERE e.event = event_item.event AND e.record_time = event_item.record_time));
CREATE POLICY all_events ON serial.event_item TO regress_serial_reader USING (true);
ALTER TABLE serial.event_item ENABLE ROW LEVEL SECURITY;
SELECT query, answer('regress_serial_reader', query) AS reader, answer('regress_serial_north', query) AS north
FROM unnest(ARRAY[
	$$SELECT string_agg(DISTINCT id::text, ',' ORDER BY id::text) FROM serial.event_item$$,
	$$SELECT string_agg(business_step, ',') FROM serial.trace('plain:c')$$,
	$$SELECT place FROM serial.where_is('plain:c', '2026-02-01')$$,
	$$SELECT string_agg(t::text, ',' ORDER BY t) FROM serial.items_at('north', '2026-02-01') AS t$$]) WITH ORDINALITY AS q(query, n) ORDER BY n;
ALTER TABLE serial.event_item DISABLE ROW LEVEL SECURITY;
-- Operators write what is, whatever they see of it.
SELECT answer('regress_serial_operator', $$SELECT count(*) FROM serial.item$$) AS sees,
	   answer('regress_serial_operator', $$SELECT serial.ship('{plain:b}', at => '2026-02-01') > 0$$) AS ships;
ALTER TABLE serial.event DISABLE ROW LEVEL SECURITY;
ALTER TABLE serial.item DISABLE ROW LEVEL SECURITY;

DROP OWNED BY regress_serial_nobody, regress_serial_reader, regress_serial_operator, regress_serial_admin, regress_serial_north;
\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_verifier, regress_serial_nobody, regress_serial_reader, regress_serial_operator, regress_serial_admin, regress_serial_north;
