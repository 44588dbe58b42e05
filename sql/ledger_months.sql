-- Months of events: made by themselves, put aside, and taken back.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE FUNCTION says(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
	details text;
BEGIN
	EXECUTE command INTO answer;
	RETURN coalesce(answer, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS details = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' | ', SQLSTATE || ' ' || regexp_replace(SQLERRM, to_char(now(), 'YYYY-MM'), 'this month'), nullif(details, ''));
END $$;

SELECT count(*) AS months FROM pg_inherits WHERE inhparent = 'serial.event'::regclass;
SELECT serial.commission('{plain:a,plain:b}', 'L', '2099-12-31', 'urn:x:plant', '2020-01-10') AS event;
SELECT serial.aggregate('plain:box', '{plain:a}', 'urn:x:plant', '2020-01-11') AS event;
SELECT serial.ship('{plain:box}', 'urn:x:plant', 'urn:x:shop', at => '2020-02-10') AS event;
SELECT serial.receive('{plain:box}', 'urn:x:shop', at => '2020-02-12') AS event;
SELECT count(*) AS months, bool_and(inhrelid::regclass::text = 'serial.event_' || to_char(now(), 'YYYYMM')) AS this_one
FROM pg_inherits WHERE inhparent = 'serial.event'::regclass;

-- As if events 1 and 2 had been recorded in January 2020, 3 in February: the
-- clock says when an event is recorded, so this takes a superuser.
SELECT serial_internal.open_month('2020-01-31 23:59:59.999999+00'), serial_internal.open_month('2020-02-01 00:00+00'), serial_internal.open_month('2020-02-29 00:00+14');
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound, obj_description(c.oid) AS comment
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent IN ('serial.event'::regclass, 'serial.event_item'::regclass) AND c.relname LIKE '%\_2020%' ORDER BY c.relname;
CREATE FUNCTION recorded_in(numbers bigint[], instant timestamptz) RETURNS void LANGUAGE sql AS $$
	UPDATE serial.event_item SET record_time = instant WHERE event = ANY (numbers);
	UPDATE serial.event SET record_time = instant WHERE event = ANY (numbers);
	UPDATE serial.event AS e SET digest = serial_internal.event_digest(e, serial_internal.event_items_text(e.event)) WHERE event = ANY (numbers);
$$;
SET session_replication_role = replica;
SELECT recorded_in('{1,2}', '2020-01-12'), recorded_in('{3}', '2020-02-10');
RESET session_replication_role;
SELECT event, to_char(record_time, 'YYYY-MM') IN ('2020-01', '2020-02') AS is_old FROM serial.event ORDER BY event;
SELECT serial.seal();
SELECT * FROM serial.check_seals();

CREATE VIEW everything AS
SELECT 'trace a' AS question, string_agg(t.business_step, ', ' ORDER BY t.event) AS answer FROM serial.trace('plain:a') AS t
UNION ALL SELECT 'where_is a', concat_ws(' ', w.place, w.disposition, w.outermost) FROM serial.where_is('plain:a') AS w
UNION ALL SELECT 'where_is b', concat_ws(' ', w.place, w.disposition, w.outermost) FROM serial.where_is('plain:b') AS w
UNION ALL SELECT 'verify a', v.verdict || ' ' || v.known_lot FROM serial.verify('plain:a'::serial.serial) AS v
UNION ALL SELECT 'verify b', v.verdict || ' ' || v.known_lot FROM serial.verify('plain:b'::serial.serial) AS v
UNION ALL SELECT 'seals', string_agg(format('%s of %s %s', c.event, c.seal, c.problem), ', ' ORDER BY c.event) FROM serial.check_seals() AS c
UNION ALL SELECT 'proofs', string_agg(e.n::text, ' ' ORDER BY e.n) FROM generate_series(1, 4) AS e(n) CROSS JOIN LATERAL serial.proof(e.n) AS p;
TABLE everything;

-- Not what is still written, not twice, not what there is none of
SELECT says('SELECT serial.detach_month(current_date)'), says($$SELECT serial.detach_month('2019-12-01')$$), says('SELECT serial.detach_month(NULL)');
SELECT says($$SELECT serial.attach_month('2020-01-01')$$), says('SELECT serial.attach_month(NULL)');
SELECT serial.detach_month('2020-01-20');
SELECT says($$SELECT serial.detach_month('2020-01-01')$$);
SELECT month, events, detached_by = session_user AS by_me FROM serial.detached_month;

-- A question warns; the present is known all the same.
TABLE everything;
SELECT serial.where_is('plain:b', '2020-01-20') AS as_of;
-- What is aside is not changed either.
SELECT says('DELETE FROM serial.event_202001 RETURNING 1'), says('UPDATE serial.event_item_202001 SET resulting_disposition = NULL RETURNING 1'), says('TRUNCATE serial.event_202001');
-- The ledger goes on: what began then is known.
SELECT says($$SELECT serial.commission('{plain:b}', at => '2020-03-01')$$) ~ '^55000 commissioning of "plain:b" is not legal: commissioned twice' AS refused;
SELECT serial.dispense('{plain:b}', 'urn:x:shop', '2020-03-02') AS event;
SELECT serial.disaggregate('plain:box', '{plain:a}', 'urn:x:shop', '2020-03-03') AS event;
SELECT serial.seal();
SELECT * FROM serial.where_is('plain:a');
SELECT serial.detach_month('2020-02-01');
TABLE everything;
SELECT says('SELECT serial.declare_error(1, ''did_not_occur'')');
-- What was before an event of then is needed to undo one of now; not for what began since.
SELECT says('SELECT serial.declare_error(6, ''did_not_occur'')');
SELECT serial.commission('{plain:n}', 'N', '2099-12-31', 'urn:x:plant', '2020-03-01') IS NOT NULL AS ok;
SELECT serial.dispense('{plain:n}', at => '2020-03-02') AS dispensed \gset
SELECT serial.declare_error(:dispensed, 'did_not_occur') IS NOT NULL AS ok;
SELECT place, disposition FROM serial.where_is('plain:n');

-- Back again: everything as if it had never been aside.
SELECT serial.attach_month('2020-01-15'), serial.attach_month('2020-02-01');
SELECT count(*) FROM serial.detached_month;
TABLE everything;
SELECT i.id, i.disposition, s.disposition, i.place, s.place
FROM serial.item AS i LEFT JOIN LATERAL serial_internal.state(i.id, 'infinity', true) AS s ON true
WHERE (i.disposition, i.since, i.place, i.place_since, i.persistent_dispositions) IS DISTINCT FROM (s.disposition, s.since, s.place, s.place_since, s.persistent_dispositions);
SELECT says('DELETE FROM serial.event_202001 RETURNING 1'), says('UPDATE serial.event_item_202001 SET resulting_disposition = NULL RETURNING 1'), says('TRUNCATE serial.event_202001');

-- What was made of what ends where what is aside would go on, and says so, also
-- where nothing is left of it.
SELECT serial.record('TransformationEvent', inputs => '{plain:ore}', outputs => '{plain:iron}', at => '2020-02-15') AS smelted \gset
SELECT serial.record('TransformationEvent', inputs => '{plain:iron}', outputs => '{plain:steel}', at => '2020-03-15') > 0 AS ok;
SET session_replication_role = replica;
SELECT recorded_in(ARRAY[:smelted], '2020-02-15');
RESET session_replication_role;
SELECT id, depth FROM serial.made_from('plain:steel');
SELECT id, depth FROM serial.made_into('plain:ore');
SELECT serial.detach_month('2020-02-01');
SELECT id, depth FROM serial.made_from('plain:steel');
SELECT id, depth FROM serial.made_into('plain:ore');
SELECT serial.attach_month('2020-02-01');

-- What asks events says that some are aside, once, though none of them would be
-- in the answer; what asks the present has no need to.
SELECT serial.commission('{(01)09506000134352(21)R1,(01)09506000134352(21)R2}', 'R', current_date + 10, 'urn:x:plant', '2020-02-16') AS made \gset
SELECT serial.recall('09506000134352', '{R}', 'test') AS recall \gset
SET session_replication_role = replica;
SELECT recorded_in(ARRAY[:made], '2020-02-16');
RESET session_replication_role;
SELECT count(*) FROM serial.items_at('urn:x:plant', '2020-02-17');
SELECT gtin, lot, items FROM serial.on_hand('urn:x:plant', as_of => '2020-02-17');
SELECT serial.detach_month('2020-02-01');
SELECT t FROM serial.items_at('urn:x:plant') AS t ORDER BY t;
SELECT gtin, lot, items FROM serial.on_hand('urn:x:plant');
SELECT id, expiry - current_date AS days, place FROM serial.expiring('10 days');
SELECT id, place FROM serial.expiring('10 days', 'urn:x:plant');
SELECT id, place, disposition FROM serial.recalled(:recall) ORDER BY id;
SELECT place, disposition FROM serial.where_is('(01)09506000134352(21)R1');
SELECT verdict FROM serial.verify('(01)09506000134352(21)R1'::serial.serial);
SELECT t FROM serial.items_at('urn:x:plant', '2020-02-17') AS t ORDER BY t;
SELECT gtin, lot, items FROM serial.on_hand('urn:x:plant', as_of => '2020-02-17');
SELECT gtin, lot, items FROM serial.on_hand('urn:x:nowhere', as_of => '2020-02-17');
SELECT place FROM serial.where_is('plain:steel', '2020-03-20');
SELECT event = :made AS is_made FROM serial.trace('(01)09506000134352(21)R1');
SELECT event, problem FROM serial.check_seals();
SELECT count(*) AS not_at_hand FROM serial.proof(3);
SELECT count(*) AS at_hand FROM serial.proof(4);
SELECT count(*) AS never_was FROM serial.proof(-1);
SELECT serial.attach_month('2020-02-01');
SELECT count(*) AS at_hand FROM serial.proof(3);

-- What is aside stays known by its eventID; of a declaration of error, the event
-- that it is about.
SELECT serial.record('ObjectEvent', 'ADD', '{plain:e1}', 'commissioning', at => '2020-02-20', event_id => 'urn:x:event:1') AS e1 \gset
SELECT serial.record('ObjectEvent', 'ADD', '{plain:e2}', 'commissioning', at => '2020-03-20', event_id => 'urn:x:event:2') AS e2 \gset
SELECT serial.record('ObjectEvent', 'ADD', '{plain:e3}', 'commissioning', at => '2020-02-20', event_id => 'urn:x:event:3') AS e3 \gset
SELECT serial.declare_error(:e3, 'did_not_occur') AS declared \gset
SET session_replication_role = replica;
SELECT recorded_in(ARRAY[:e1, :e3, :declared], '2020-02-20');
RESET session_replication_role;
CREATE VIEW known AS
SELECT u.n, serial_internal.known_event('urn:x:event:' || u.n) AS event, (SELECT count(*) FROM serial.event AS e WHERE e.event_id = 'urn:x:event:' || u.n) AS at_hand,
	   (SELECT count(*) FROM serial.detached_event_id AS d WHERE d.event_id = 'urn:x:event:' || u.n) AS aside
FROM generate_series(1, 4) AS u(n);
SELECT n, event IN (:e1, :e2, :e3) AS is_known, event - :e1 + 1 = n AS is_it, at_hand, aside FROM known ORDER BY n;
SELECT serial.detach_month('2020-02-01');
SELECT n, event IN (:e1, :e2, :e3) AS is_known, event - :e1 + 1 = n AS is_it, at_hand, aside FROM known ORDER BY n;
SELECT serial_internal.known_event(NULL) IS NULL AS is_null;
SELECT serial.detach_month('2020-01-01'), serial.attach_month('2020-01-01');
SELECT n, event IN (:e1, :e2, :e3) AS is_known, at_hand, aside FROM known ORDER BY n;
SELECT serial.attach_month('2020-02-01');
SELECT n, event IN (:e1, :e2, :e3) AS is_known, at_hand, aside FROM known ORDER BY n;

-- A month that was tampered with while it was aside is found when it is back.
SELECT serial.detach_month('2020-01-01');
SET session_replication_role = replica;
UPDATE serial.event_202001 SET place = 'urn:x:elsewhere' WHERE event = 2;
RESET session_replication_role;
SELECT serial.attach_month('2020-01-01');
SELECT * FROM serial.check_seals();
-- Somebody else's table is not attached.
SELECT serial.detach_month('2020-01-01');
CREATE ROLE regress_serial_other;
GRANT CREATE ON SCHEMA serial TO regress_serial_other;
ALTER TABLE serial.event_202001 OWNER TO regress_serial_other;
SELECT says($$SELECT serial.attach_month('2020-01-01')$$);
DROP TABLE serial.event_202001;
SELECT says($$SELECT serial.attach_month('2020-01-01')$$);
REVOKE CREATE ON SCHEMA serial FROM regress_serial_other;
DROP ROLE regress_serial_other;
-- The numbers that are gone are still said to be aside.
SELECT * FROM serial.check_seals();

\c :db
DROP DATABASE regress_serial_ledger;
