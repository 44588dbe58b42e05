-- Changes: events after a number, for subscribers; see also the isolation test "changes".
\set SHOW_CONTEXT never

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE ROLE regress_serial_north;
SELECT serial.grant_access('regress_serial_north', 'reader');

SELECT count(*) AS before_the_first FROM serial.changes();
SELECT serial.commission('{plain:a}', place => 'north', at => '2026-01-01 08:00') AS a,
	   serial.commission('{plain:b}', place => 'south', at => '2026-01-01 09:00') AS b,
	   serial.aggregate('plain:box', '{plain:a}', 'north', '2026-01-02 08:00') AS packed,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:b}', 'dispensing', place => 'south', at => '2025-12-31', strict => false) AS kept;
SELECT serial.declare_error(3, 'did_not_occur') AS declared;

-- A page at a time, evidence and declarations of errors too.
SELECT event, type, action, business_step, is_accepted, corrects FROM serial.changes(0, 2);
SELECT event, type, action, business_step, is_accepted, corrects FROM serial.changes(2);
SELECT count(*) AS after_the_last FROM serial.changes(5);
SELECT c.event, i.id, i.role FROM serial.changes(2, "limit" => 1) AS c
JOIN serial.event_item AS i ON i.event = c.event AND i.record_time = c.record_time ORDER BY i.id;

-- One's own event, and one of a subtransaction, only when they are committed.
BEGIN;
SAVEPOINT s;
SELECT serial.receive('{plain:a}', 'south', at => '2026-01-03 08:00') AS rolled_back;
ROLLBACK TO s;
SELECT serial.receive('{plain:a}', 'south', at => '2026-01-03 08:00') AS received;
SELECT count(*) AS own FROM serial.changes(5);
COMMIT;
SELECT event, business_step FROM serial.changes(5);

-- What is asked wrongly.
SELECT * FROM serial.changes(8);
SELECT * FROM serial.changes(NULL);
SELECT * FROM serial.changes(0, NULL);
SELECT * FROM serial.changes(0, 0);

-- The caller sees what policies let him see.
ALTER TABLE serial.event ENABLE ROW LEVEL SECURITY;
CREATE POLICY at_home ON serial.event FOR SELECT TO regress_serial_north USING (place = 'north');
SET ROLE regress_serial_north;
SELECT event, place FROM serial.changes();
RESET ROLE;
ALTER TABLE serial.event DISABLE ROW LEVEL SECURITY;

-- A session cannot keep others from being notified.
SET ROLE regress_serial_north;
SET serial.notify_events = off;
RESET ROLE;

-- Events that are detached are not passed over.
SET session_replication_role = replica;
SELECT serial_internal.open_month('2020-01-01 00:00+00');
UPDATE serial.event SET record_time = '2020-01-10 00:00+00' WHERE event <= 2;
RESET session_replication_role;
SELECT serial.detach_month('2020-01-01');
SELECT * FROM serial.changes(1);
SELECT event, business_step FROM serial.changes(2, 2);

\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_north;
