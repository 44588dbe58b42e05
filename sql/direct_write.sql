-- Rows of events and items are written without SQL, with all that was added to the
-- tables: triggers, constraints and indexes.  Other changes are refused.

SELECT current_database() AS db \gset
CREATE DATABASE regress_serial_ledger TEMPLATE template0;
\c regress_serial_ledger
SET client_min_messages = warning;
CREATE EXTENSION serial;

-- A history with something of everything, the numbers of whose events are the
-- same in any database.
CREATE FUNCTION refused(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE command;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
CREATE FUNCTION history() RETURNS text LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
	day CONSTANT timestamptz := '2026-01-01';
	items serial.serial[] := ARRAY(SELECT ('plain:' || n)::serial.serial FROM generate_series(10, 29) AS n);
	wrong bigint;
BEGIN
	PERFORM serial.commission(items, 'L1', '2030-12-31', 'plant', day);
	PERFORM serial.commission('{plain:a,plain:b}', at => day);
	PERFORM serial.record('ObjectEvent', 'ADD', '{plain:c}', 'commissioning', at => day, attributes => '{"note": 1}');
	PERFORM serial.aggregate('plain:box', items[1:6], 'plant', day + interval '1 h');
	PERFORM serial.aggregate('plain:crate', '{plain:box,plain:a}', 'plant', day + interval '2 h');
	PERFORM serial.ship('{plain:crate,plain:20}', 'plant', 'wholesaler', 'D1', day + interval '3 h');
	PERFORM serial.receive('{plain:crate,plain:20}', 'depot', 'wholesaler', 'D1', day + interval '5 h');
	PERFORM serial.quarantine('{plain:20,plain:21}', 'cold', 'depot', day + interval '6 h');
	PERFORM serial.release_quarantine('{plain:20}', 'warm', day + interval '7 h');
	PERFORM serial.disaggregate('plain:box', items[1:2], 'depot', day + interval '8 h');
	PERFORM serial.dispense('{plain:10}', 'shop', day + interval '9 h');
	PERFORM serial.record('ObjectEvent', 'OBSERVE', '{plain:22,plain:23}', 'storing', at => day + interval '9 h', place => 'shelf');
	PERFORM serial.record('TransformationEvent', inputs => '{plain:22,plain:23}', outputs => '{plain:x,plain:y}', at => day + interval '10 h',
		place => 'kitchen', lot => 'L3');
	PERFORM serial.record('ObjectEvent', 'OBSERVE', '{plain:10,plain:24}', 'dispensing', at => day + interval '11 h', strict => false);
	-- late, wrong, and come back
	PERFORM serial.record('ObjectEvent', 'OBSERVE', '{plain:crate,plain:24}', 'storing', at => day + interval '4 h', place => 'truck');
	wrong := serial.ship('{plain:25}', 'plant', 'nobody', at => day + interval '12 h');
	PERFORM serial.declare_error(wrong, 'did_not_occur');
	PERFORM serial.record('ObjectEvent', 'DELETE', '{plain:26}', at => day + interval '12 h');
	PERFORM serial.dispense('{plain:27}', 'shop', clock_timestamp() - interval '1 h');
	PERFORM serial.reinstate('{plain:27}', clock_timestamp());
	RETURN refused($q$SELECT serial.dispense('{plain:10}')$q$) || ' ' || refused($q$SELECT serial.commission('{plain:new,plain:10}')$q$);
END $$;

CREATE VIEW item AS
SELECT i.id, concat_ws(' ', i.lot, to_char(i.expiry, 'YYYY-MM-DD')) AS lot, concat_ws(' ', i.disposition, to_char(i.since AT TIME ZONE 'UTC', 'HH24:MI'), i.disposition_event) AS state,
	   concat_ws(' ', i.place, to_char(i.place_since AT TIME ZONE 'UTC', 'HH24:MI'), i.place_event) AS place, concat_ws('-', i.first_event, i.last_event) AS events,
	   to_char(i.last_time AT TIME ZONE 'UTC', 'HH24:MI') AS last_time,
	   concat_ws(' ', i.consignee, to_char(i.consignee_since AT TIME ZONE 'UTC', 'HH24:MI'), i.consignee_event) AS consignee, i.persistent_dispositions, i.attributes
FROM serial.item AS i WHERE i.id <> 'plain:27';
CREATE VIEW entry AS
SELECT i.event, i.id, i.role, i.resulting_disposition, i.event_time = e.event_time AND i.record_time = e.record_time AND e.digest = serial_internal.event_digest(e, serial_internal.event_items_text(e.event)) AS fits
FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event;

-- What may not be NULL is not.
ALTER TABLE serial.event ALTER business_step SET NOT NULL;
SELECT refused($$SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:m}', place => 'shelf')$$);
ALTER TABLE serial.event ALTER business_step DROP NOT NULL;

-- The same tables in four databases, in three of them with what we have not given
-- them
\c :db
CREATE DATABASE regress_serial_triggers TEMPLATE regress_serial_ledger;
CREATE DATABASE regress_serial_columns TEMPLATE regress_serial_ledger;
CREATE DATABASE regress_serial_others TEMPLATE regress_serial_ledger;

\c regress_serial_ledger
SELECT history();
SELECT id, lot, state, place, events, last_time, consignee FROM item ORDER BY id;
SELECT id, persistent_dispositions, attributes FROM item WHERE num_nonnulls(persistent_dispositions, attributes) > 0 ORDER BY id;
SELECT event, count(*) AS items, string_agg(DISTINCT role || coalesce(' ' || resulting_disposition, ''), ', ') AS roles, bool_and(fits) AS fits FROM entry GROUP BY event ORDER BY event;
SELECT md5(string_agg(i::text, ' ' ORDER BY id)) AS items FROM item AS i \gset
SELECT md5(string_agg(e::text, ' ' ORDER BY event, id)) AS entries FROM entry AS e \gset

-- The indexes lead to every row.
CREATE EXTENSION amcheck;
SELECT c.relname !~ '[0-9]{6}' AS of_items, count(*) AS indexes, count(bt_index_check(i.indexrelid, true)) AS checked
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam AND m.amname = 'btree'
WHERE c.relnamespace = 'serial'::regnamespace AND c.relname ~ '^(item|event(_item)?_[0-9]{6})$' GROUP BY 1 ORDER BY 1;

-- Indexes of one's own, of any kind, are kept, too.
SELECT format('event_%s', to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')) AS month, format('event_item_%s', to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')) AS month_of_items \gset
CREATE INDEX of_attributes ON serial.:month USING gin (attributes);
CREATE INDEX of_time ON serial.:month USING brin (event_time) WITH (autosummarize = off, pages_per_range = 1);
CREATE INDEX of_reason ON serial.:month ((attributes ->> 'reason')) WHERE business_step = 'holding';
CREATE INDEX of_length ON serial.item (length(place), lot);
CREATE INDEX of_role ON serial.:month_of_items USING hash (role);
SELECT serial.commission('{plain:m,plain:n}', 'L9', NULL, 'a_place_of_some_length', '2026-02-01'), serial.quarantine('{plain:m}', 'mould', at => '2026-02-02'),
	   serial.ship('{plain:n}', 'here', 'there', at => '2026-02-03', attributes => '{"van": 7}');
SET enable_seqscan = off;
SELECT id, disposition FROM serial.item WHERE length(place) = 22 ORDER BY id;
SELECT business_step FROM serial.:month WHERE attributes @> '{"van": 7}';
SELECT business_step FROM serial.:month WHERE event_time = '2026-02-03';
SELECT event_time = '2026-02-02' AS then FROM serial.:month WHERE attributes ->> 'reason' = 'mould' AND business_step = 'holding';
SELECT count(*) FROM serial.:month_of_items WHERE role = 'input';
RESET enable_seqscan;

-- A row that stays on its page gets the entries that an UPDATE would give it.
CREATE EXTENSION pageinspect;
CREATE INDEX of_last_time ON serial.item USING brin (last_time);
CREATE FUNCTION entries() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM bt_page_items('serial.item_pkey', 1) $$;
VACUUM FULL serial.item;
SELECT entries() AS before \gset
UPDATE serial.item SET last_time = last_time + interval '1 s' WHERE id = 'plain:20';
SELECT entries() - :before AS by_update \gset
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:20}', at => '2026-05-01') > 0 AS recorded;
SELECT entries() - :before - :by_update = :by_update AS as_by_update;

-- What may not be there twice is not: at once, and when all is done.
CREATE UNIQUE INDEX one_shelf ON serial.item (place) WHERE place = 'shelf of one';
SELECT serial.receive('{plain:m}', 'shelf of one') > 0 AS one;
SELECT refused($$SELECT serial.receive('{plain:n}', 'shelf of one')$$);
SELECT id FROM serial.item WHERE place = 'shelf of one';
DROP INDEX serial.one_shelf;
ALTER TABLE serial.item ADD CONSTRAINT one_at_mars UNIQUE (place, last_time, consignee) DEFERRABLE INITIALLY DEFERRED;
BEGIN;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:x,plain:y}', 'storing', place => 'mars', destinations => '[{"type": "owning_party", "destination": "me"}]') > 0 AS twice;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:x}', 'storing', place => 'venus') > 0 AS once;
COMMIT;
SELECT id, place, consignee FROM serial.item WHERE consignee = 'me' ORDER BY id;
ALTER TABLE serial.item DROP CONSTRAINT one_at_mars;

-- Whatever else was given to the tables is heeded: triggers of rows, which
-- change nothing, and of statements
\c regress_serial_triggers
CREATE TABLE reported (what text);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO public.reported VALUES (concat_ws(' ', regexp_replace(TG_TABLE_NAME, '_[0-9]{6}$', ''), TG_OP, 'of', lower(TG_LEVEL)));
	RETURN NEW;
END $$;
CREATE TRIGGER tell AFTER INSERT ON serial.event FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER tell AFTER INSERT ON serial.event_item FOR EACH STATEMENT EXECUTE FUNCTION tell();
CREATE TRIGGER tell BEFORE INSERT OR UPDATE ON serial.item FOR EACH ROW EXECUTE FUNCTION tell();
SELECT history();
SELECT what, count(*) > 10 AS often FROM reported GROUP BY what ORDER BY what;
SELECT (SELECT md5(string_agg(i::text, ' ' ORDER BY id)) FROM item AS i) = :'items' AS items,
	   (SELECT md5(string_agg(e::text, ' ' ORDER BY event, id)) FROM entry AS e) = :'entries' AS entries;

-- columns and constraints
\c regress_serial_columns
ALTER TABLE serial.event ADD CONSTRAINT no_moon CHECK (place <> 'moon');
ALTER TABLE serial.event_item ADD CONSTRAINT no_moon CHECK (id <> 'plain:moon');
SELECT history();
SELECT (SELECT md5(string_agg(i::text, ' ' ORDER BY id)) FROM item AS i) = :'items' AS items,
	   (SELECT md5(string_agg(e::text, ' ' ORDER BY event, id)) FROM entry AS e) = :'entries' AS entries;
ALTER TABLE serial.item ADD COLUMN price numeric DEFAULT 7;
SELECT refused($$SELECT serial.receive('{plain:a}', 'mars')$$) AS added;
ALTER TABLE serial.item DROP COLUMN price;
SELECT refused($$SELECT serial.receive('{plain:a}', 'moon')$$) AS place, refused($$SELECT serial.commission('{plain:moon}')$$) AS item,
	   refused($$SELECT serial.receive('{plain:a}', 'mars')$$) AS neither;

-- one that takes the place of another, and more of them than are kept
ALTER TABLE serial.item ADD CONSTRAINT no_moon CHECK (place <> 'venus');
SELECT refused($$SELECT serial.receive('{plain:a}', 'venus')$$) AS venus;
ALTER TABLE serial.item DROP CONSTRAINT no_moon, ADD CONSTRAINT no_moon CHECK (place <> 'pluto');
SELECT refused($$SELECT serial.receive('{plain:a}', 'pluto')$$) AS pluto, refused($$SELECT serial.receive('{plain:a}', 'venus')$$) AS venus;
DO $$
BEGIN
	FOR i IN 1 .. 20 LOOP
		EXECUTE format('ALTER TABLE serial.item ADD CHECK (place <> %L)', 'star' || i);
	END LOOP;
END $$;
SELECT string_agg(refused(format($$SELECT serial.receive('{plain:a}', 'star%s')$$, i)), E'\n' ORDER BY i) AS stars
FROM (VALUES (1), (15), (20), (21)) AS star(i);

-- and whatever else can be given to them
\c regress_serial_others
SELECT serial.commission('{plain:a}', at => '2026-01-01') > 0 AS begun;

-- a default
BEGIN;
ALTER TABLE serial.item ALTER attributes SET DEFAULT '{"note": "none"}';
SELECT refused($$SELECT serial.commission('{plain:b}')$$);
ROLLBACK;

-- inheritance children
BEGIN;
CREATE TABLE child_table () INHERITS (serial.item);
WITH gone AS (DELETE FROM ONLY serial.item RETURNING *) INSERT INTO child_table SELECT * FROM gone;
SELECT refused($$SELECT serial.receive('{plain:a}', 'mars')$$);
ROLLBACK;

-- rules
BEGIN;
CREATE RULE quiet AS ON UPDATE TO serial.item DO INSTEAD NOTHING;
SELECT refused($$SELECT serial.receive('{plain:a}', 'mars')$$);
ROLLBACK;

-- triggers that suppress a row
BEGIN;
CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER suppress BEFORE INSERT ON serial.event_item FOR EACH ROW EXECUTE FUNCTION suppress();
SELECT refused($$SELECT serial.receive('{plain:a}', 'mars')$$);
ROLLBACK;

-- triggers of statements see all rows of an event, triggers of rows both versions
BEGIN;
CREATE TABLE seen (what text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_LEVEL = 'ROW' THEN
		INSERT INTO public.seen VALUES (concat_ws(' ', TG_WHEN, TG_OP, OLD.place, '->', NEW.place));
		RETURN NEW;
	END IF;
	INSERT INTO public.seen SELECT TG_OP || ' of ' || count(*) FROM rows;
	RETURN NULL;
END $$;
CREATE TRIGGER see AFTER INSERT ON serial.event_item REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION see();
CREATE TRIGGER see_rows AFTER UPDATE ON serial.item REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION see();
CREATE TRIGGER see_place AFTER UPDATE OF place ON serial.item FOR EACH ROW EXECUTE FUNCTION see();
CREATE TRIGGER see_lot AFTER UPDATE OF lot ON serial.item FOR EACH ROW EXECUTE FUNCTION see();
SELECT serial.commission('{plain:b,plain:c}', at => '2026-01-01') > 0 AS begun;
SELECT serial.receive('{plain:a,plain:b,plain:c}', 'mars') > 0 AS received;
SELECT what, count(*) FROM seen GROUP BY what ORDER BY what;
ROLLBACK;

-- distribution by citus: its catalog names the table
BEGIN;
SET LOCAL allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod "char");
RESET allow_system_table_mods;
SELECT refused($$SELECT serial.receive('{plain:a}', 'mars')$$) AS none;
INSERT INTO pg_dist_partition VALUES ('serial.item', 'n');
SELECT refused($$SELECT serial.receive('{plain:a}', 'mars')$$) AS item;
ROLLBACK;

-- policies that apply to the owner of the functions
BEGIN;
CREATE ROLE regress_serial_owner;
GRANT ALL ON SCHEMA serial TO regress_serial_owner;
ALTER TABLE serial.aggregation OWNER TO regress_serial_owner;
ALTER TABLE serial.aggregation ENABLE ROW LEVEL SECURITY;
ALTER TABLE serial.aggregation FORCE ROW LEVEL SECURITY;
ALTER FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean) OWNER TO regress_serial_owner;
SELECT refused($$SELECT serial.pack('plain:box', '{plain:x}')$$);
ROLLBACK;

-- an identity
BEGIN;
ALTER TABLE serial.event ALTER event DROP DEFAULT;
ALTER TABLE serial.event ALTER event ADD GENERATED ALWAYS AS IDENTITY;
SELECT refused($$SELECT serial.receive('{plain:a}', 'mars')$$);
ROLLBACK;

-- a whole of which events are but a part
BEGIN;
CREATE TABLE whole (LIKE serial.event) PARTITION BY LIST (business_step);
ALTER TABLE whole ATTACH PARTITION serial.event FOR VALUES IN ('commissioning', 'receiving');
SELECT refused($$SELECT serial.receive('{plain:a}', 'mars')$$) AS part, refused($$SELECT serial.ship('{plain:a}', 'mars', 'moon')$$) AS other;
ROLLBACK;

-- subscribers who could not tell which row was updated
BEGIN;
SET LOCAL client_min_messages = error;
ALTER TABLE serial.item REPLICA IDENTITY NOTHING;
CREATE PUBLICATION regress_serial_items FOR TABLE serial.item;
SELECT refused($$SELECT serial.commission('{plain:b}')$$) AS insert, refused($$SELECT serial.receive('{plain:a}', 'mars')$$) AS update;
ROLLBACK;

-- What the command has written already is seen.
BEGIN;
UPDATE serial.item SET attributes = '{"n": 1}' WHERE id = 'plain:a' RETURNING serial.receive(ARRAY[id], 'mars') > 0 AS received;
INSERT INTO serial.item (id, attributes) VALUES ('plain:b', '{"n": 2}') RETURNING serial.commission(ARRAY[id], at => '2026-01-01') > 0 AS begun;
SELECT id, place, disposition, attributes FROM serial.item ORDER BY id;
ROLLBACK;

\c :db
DROP DATABASE regress_serial_others;
DROP DATABASE regress_serial_ledger;
DROP DATABASE regress_serial_triggers;
DROP DATABASE regress_serial_columns;
