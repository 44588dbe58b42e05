-- Links are inserted and moved without SQL, with all that was added to the tables:
-- triggers, constraints, indexes and partitions.

SELECT current_database() AS db \gset
CREATE DATABASE regress_serial_relink TEMPLATE template0;
\c regress_serial_relink
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET client_min_messages = warning;
CREATE EXTENSION serial;
SET serial.clock_tolerance = '10000d';   -- some of what follows is in the future
CREATE FUNCTION says(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE command INTO answer;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- Three hundred moves of twelve items between four containers, some of them
-- at once, some of them at one time, some of them of nothing; now and then two
-- are taken out and put with what is there.
CREATE FUNCTION moves() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	two CONSTANT serial.serial[] := ARRAY['plain:4', 'plain:11']::serial.serial[];
	moved bigint := 0;
BEGIN
	FOR i IN 1 .. 300 LOOP
		IF i % 10 = 0 THEN
			moved := moved + serial.unpack(two, timestamptz '2026-01-01' + i / 2 * interval '1 hour');
			moved := moved + serial.pack('plain:C1', two || ARRAY(SELECT a.child FROM serial.aggregation AS a WHERE a.parent = 'plain:C1'),
				timestamptz '2026-01-01' + i / 2 * interval '1 hour');
		END IF;
		moved := moved + serial.pack(('plain:C' || i * 7 % 4)::serial.serial,
			ARRAY(SELECT ('plain:' || (i * 5 + n) % 12)::serial.serial FROM generate_series(0, i % 3) AS n),
			timestamptz '2026-01-01' + i / 2 * interval '1 hour', repack => true);
	END LOOP;
	RETURN moved;
END $$;
CREATE VIEW link AS
SELECT child, parent, since, timestamptz 'infinity' AS until, is_container FROM serial.aggregation
UNION ALL
SELECT child, parent, since, until, is_container FROM serial.aggregation_history;

SELECT serial.pack('plain:3', '{plain:inner}', '2026-01-01');
SELECT moves();
CREATE TABLE as_made AS TABLE link;
SELECT count(*) AS links, count(*) FILTER (WHERE until = 'infinity') AS now, count(*) FILTER (WHERE is_container) AS containers FROM as_made;
TRUNCATE serial.aggregation, serial.aggregation_history;

-- A trigger has to see each row: this one changes nothing.
CREATE TABLE reported (what text);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO public.reported VALUES (TG_TABLE_NAME || ' ' || TG_OP);
	RETURN NEW;
END $$;
CREATE TRIGGER tell BEFORE UPDATE ON serial.aggregation FOR EACH ROW EXECUTE FUNCTION tell();
SELECT serial.pack('plain:3', '{plain:inner}', '2026-01-01');
SELECT moves();
SELECT what, count(*) > 100 AS often FROM reported GROUP BY what;
(TABLE link EXCEPT ALL TABLE as_made) UNION ALL (TABLE as_made EXCEPT ALL TABLE link);
DROP TRIGGER tell ON serial.aggregation;
TRUNCATE reported;

-- and one on a single partition of the history, or on all of it
SELECT serial.pack('plain:P', '{plain:a}', '2026-03-01');
CREATE TRIGGER tell AFTER INSERT ON serial.aggregation_history_default FOR EACH ROW EXECUTE FUNCTION tell();
SELECT serial.pack('plain:Q', '{plain:a}', '2026-03-02', repack => true);
DROP TRIGGER tell ON serial.aggregation_history_default;
CREATE TRIGGER tell AFTER INSERT ON serial.aggregation_history FOR EACH STATEMENT EXECUTE FUNCTION tell();
SELECT serial.pack('plain:P', '{plain:a}', '2026-03-03', repack => true);
DROP TRIGGER tell ON serial.aggregation_history;
SELECT serial.pack('plain:Q', '{plain:a}', '2026-03-04', repack => true);
SELECT what, count(*) FROM reported GROUP BY what ORDER BY what;
SELECT parent, since, until FROM link WHERE child = 'plain:a' ORDER BY since;

-- Whatever else was given to the tables is heeded: a rule of one's own
ALTER TABLE serial.aggregation ADD CONSTRAINT never_in_r CHECK (parent <> 'plain:R');
SELECT says($$SELECT serial.pack('plain:R', '{plain:a}', '2026-03-05', repack => true)$$);
ALTER TABLE serial.aggregation DROP CONSTRAINT never_in_r;
ALTER TABLE serial.aggregation_history_default ADD CONSTRAINT never_then CHECK (until <> '2026-03-05');
SELECT says($$SELECT serial.pack('plain:R', '{plain:a}', '2026-03-05', repack => true)$$) ~ '^23514 .*"never_then"' AS refused;
ALTER TABLE serial.aggregation_history_default DROP CONSTRAINT never_then;
-- indexes, plain ones, partial ones and those of expressions
CREATE INDEX aggregation_since_idx ON serial.aggregation (since);
CREATE UNIQUE INDEX aggregation_one_in_r_idx ON serial.aggregation (parent) WHERE parent = 'plain:R';
SELECT serial.pack('plain:R', '{plain:a}', '2026-03-05', repack => true);
SELECT serial.pack('plain:S', '{plain:b}', '2026-03-05');
SELECT says($$SELECT serial.pack('plain:R', '{plain:b}', '2026-03-06', repack => true)$$);
DROP INDEX serial.aggregation_one_in_r_idx;
CREATE INDEX aggregation_year_idx ON serial.aggregation (date_part('year', since AT TIME ZONE 'UTC'));
SELECT serial.pack('plain:R', '{plain:b}', '2027-03-06', repack => true);
SET enable_seqscan = off;
SELECT child FROM serial.aggregation WHERE date_part('year', since AT TIME ZONE 'UTC') = 2027;
DROP INDEX serial.aggregation_year_idx;
SELECT serial.pack('plain:S', '{plain:b}', '2027-03-07', repack => true);
SELECT child FROM serial.aggregation WHERE since = '2027-03-07';
RESET enable_seqscan;
DROP INDEX serial.aggregation_since_idx;

-- Each link is kept in its partition.
SELECT serial.partition_history('2026-03-02');
SELECT serial.pack('plain:P', '{plain:x,plain:y}', '2026-02-01');
SELECT serial.pack('plain:Q', '{plain:x}', '2026-03-01 23:59:59.999999+00', repack => true);
SELECT serial.pack('plain:Q', '{plain:y}', '2026-03-02', repack => true);
SELECT tableoid::regclass AS partition, child, parent, since, until FROM serial.aggregation_history WHERE child IN ('plain:x', 'plain:y') ORDER BY child;

-- Twice in one statement, and what the same statement wrote before
SELECT serial.pack('plain:P', '{plain:x}', '2031-01-01', repack => true), serial.pack('plain:Q', '{plain:x}', '2031-01-02', repack => true),
	   serial.pack('plain:R', '{plain:x}', '2031-01-03', repack => true), serial.container('plain:x') AS before, serial.pack('plain:R', '{plain:x}', '2031-01-04', repack => true);
SELECT serial.container('plain:x');
-- What is rolled back has not been; what is open is seen by the next.
BEGIN;
SELECT serial.pack('plain:P', '{plain:x}', '2031-02-01', repack => true);
SAVEPOINT s;
SELECT serial.pack('plain:Q', '{plain:x}', '2031-02-02', repack => true);
ROLLBACK TO s;
SELECT serial.pack('plain:R', '{plain:x}', '2031-02-03', repack => true);
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT serial.pack('plain:S', '{plain:x}', '2031-02-04', repack => true), serial.pack('plain:T', '{plain:x}', '2031-02-05', repack => true);
COMMIT;
SELECT parent, since, until FROM link WHERE child = 'plain:x' AND until > '2031-02-01' ORDER BY since;
BEGIN READ ONLY;
SELECT says($$SELECT serial.pack('plain:P', '{plain:x}', '2031-03-01', repack => true)$$);
ROLLBACK;

-- A column of another type is refused.
BEGIN;
DROP VIEW link;
CREATE DOMAIN full_one AS boolean CHECK (VALUE);
ALTER TABLE serial.aggregation_history ALTER is_container TYPE full_one USING true;
SELECT says($$SELECT serial.pack('plain:V', '{plain:b}', '2027-04-01', repack => true)$$);
ROLLBACK;

-- So is a column that has been added, until it is dropped.
ALTER TABLE serial.aggregation_history ADD COLUMN note text DEFAULT 'added';
SELECT serial.pack('plain:T', '{plain:b}', '2027-03-08', repack => true);
ALTER TABLE serial.aggregation_history DROP COLUMN note;
SELECT serial.pack('plain:T', '{plain:b}', '2027-03-09', repack => true);
SELECT child, parent, until FROM serial.aggregation_history WHERE until = '2027-03-09';

-- To pack what is there is nothing new, whatever else is unique.
SELECT serial.pack('plain:c', '{plain:in_c}', '2027-01-01');
CREATE UNIQUE INDEX aggregation_own_idx ON serial.aggregation (child);
REINDEX INDEX CONCURRENTLY serial.aggregation_pkey;
SELECT serial.pack('plain:c', '{plain:in_c,plain:in_c_too}', '2027-01-03');
DROP INDEX serial.aggregation_own_idx;
-- and leaves next to nothing to vacuum
SELECT serial.pack('plain:W', ARRAY(SELECT ('plain:w' || n)::serial.serial FROM generate_series(1, 500) AS n), '2027-01-01');
SELECT pg_relation_size('serial.aggregation') AS before \gset
SELECT serial.pack('plain:W', ARRAY(SELECT ('plain:w' || n)::serial.serial FROM generate_series(1, 500) AS n), '2027-01-01');
SELECT pg_relation_size('serial.aggregation') - :before <= current_setting('block_size')::bigint AS hardly_grew;

-- Links may begin, but not move, where subscribers could not tell which one did.
BEGIN;
SET LOCAL client_min_messages = error;
ALTER TABLE serial.aggregation REPLICA IDENTITY NOTHING;
CREATE PUBLICATION regress_serial_links FOR TABLE serial.aggregation;
SELECT says($$SELECT serial.pack('plain:U', '{plain:d}', '2027-01-01')$$) AS begun;
SELECT says($$SELECT serial.pack('plain:V', '{plain:d}', '2027-01-02', repack => true)$$) ~ '^55000 ' AS refused;
ROLLBACK;

-- The indexes lead to every row.
CREATE TABLE by_table AS TABLE link;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(*) = (SELECT count(*) FROM by_table) AS all FROM (
	SELECT l.* FROM by_table AS t, LATERAL (SELECT a.child, a.parent, a.since, a.is_container FROM serial.aggregation AS a WHERE a.child = t.child AND a.since = t.since) AS l WHERE t.until = 'infinity'
	UNION ALL
	SELECT a.child, a.parent, a.since, t.is_container FROM by_table AS t, LATERAL (
		SELECT * FROM serial.aggregation_history AS h WHERE h.parent = t.parent AND h.until = t.until AND h.child = t.child) AS a) AS found;
SELECT count(*) = (SELECT count(*) FROM by_table WHERE until = 'infinity') AS all
FROM (SELECT DISTINCT parent FROM by_table) AS p, LATERAL (SELECT a.child FROM serial.aggregation AS a WHERE a.parent = p.parent) AS c;

\c :db
DROP DATABASE regress_serial_relink;
