-- The present is the fold of the past, in whatever order events are reported, and
-- serial.check_state() holds the rows of serial.item against it.
SET client_min_messages = warning;
CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
SET client_min_messages = warning;
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- ---------------------------------------------------------------------------
-- A row that a superuser falsified is found, column by column, and so is a row that is
-- gone.  A row that nothing but a lock made is no difference.
SELECT serial.commission('{plain:a,plain:b,plain:c}', 'L1', '2030-12-31', 'plant', '2026-01-01') AS commissioned,
	   serial.aggregate('plain:case', '{plain:a}', 'plant', '2026-01-02') AS packed,
	   serial.ship('{plain:case}', 'plant', 'wholesaler', at => '2026-01-03') AS shipped,
	   serial.quarantine('{plain:b}', 'cold', at => '2026-01-04') AS quarantined;
SELECT serial_internal.lock_items('{plain:unknown}');
SELECT * FROM serial.check_state();
BEGIN;
UPDATE serial.item SET place = 'elsewhere', disposition = 'dispensed' WHERE id = 'plain:b';
DELETE FROM serial.item WHERE id = 'plain:c';
UPDATE serial.item SET last_event = 1 WHERE id = 'plain:unknown';
SELECT * FROM serial.check_state();
ROLLBACK;

-- A caller who may not see all rows gets an error, not a list of what is hidden.
CREATE ROLE regress_serial_auditor;
SELECT serial.grant_access('regress_serial_auditor', 'reader');
\set VERBOSITY terse
SET ROLE regress_serial_auditor;
SELECT count(*) FROM serial.check_state();
RESET ROLE;
ALTER TABLE serial.event_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON serial.event_item TO regress_serial_auditor USING (id <> 'plain:b');
SET ROLE regress_serial_auditor;
SELECT count(*) FROM serial.check_state();
SELECT count(*) FROM serial.check_seals();
RESET ROLE;
DROP POLICY see ON serial.event_item;
ALTER TABLE serial.event_item DISABLE ROW LEVEL SECURITY;
SELECT serial.seal() AS seal;
ALTER TABLE serial.event ENABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_auditor;
SELECT count(*) FROM serial.check_seals();
RESET ROLE;
ALTER TABLE serial.event DISABLE ROW LEVEL SECURITY;

-- ---------------------------------------------------------------------------
\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_auditor;
