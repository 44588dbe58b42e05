-- Capturing trucks, against INSERT of the rows that this makes into tables with the
-- same indexes.

SET client_min_messages = warning;

-- the tables, each with the rows of the truck that was captured last (rows_...)
CREATE TABLE bench.captured (name text, source text);
INSERT INTO bench.captured
SELECT t.name, CASE WHEN t.is_monthly THEN t.name || to_char(now() AT TIME ZONE 'UTC', '_YYYYMM') ELSE t.name END
FROM (VALUES ('event', true), ('event_item', true), ('item', false), ('aggregation', false), ('captured_event', false)) AS t(name, is_monthly);
SELECT serial_internal.open_month(now());
SELECT format('CREATE TABLE bench.plain_%s (LIKE serial.%I INCLUDING INDEXES)', c.name, c.source),
	   format('CREATE TABLE bench.rows_%s (LIKE serial.%I)', c.name, c.source)
FROM bench.captured AS c \gexec
CREATE TABLE bench.truck_document AS SELECT n AS truck, bench.truck(n) AS document FROM generate_series(1, 16) AS n;
CREATE TABLE bench.truck_xml AS
SELECT d.truck, serial.epcis_json_to_xml(d.document) AS document FROM bench.truck_document AS d WHERE d.truck > 13;

CREATE FUNCTION bench.capture(truck integer) RETURNS double precision LANGUAGE sql AS $$
	SELECT bench.ms(format('SELECT count(c.*) FROM bench.truck_document AS d, serial.capture(d.document) AS c WHERE d.truck = %s', truck));
$$;

-- What was captured since an event, INSERTed once more
CREATE FUNCTION bench.insert_plainly(since_event bigint) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	c record;
	took double precision := 0;
BEGIN
	FOR c IN SELECT t.* FROM bench.captured AS t LOOP
		EXECUTE format('TRUNCATE bench.rows_%s', c.name);
		EXECUTE format('INSERT INTO bench.rows_%s SELECT r.* FROM serial.%I AS r WHERE %s > $1', c.name, c.source,
			CASE c.name WHEN 'item' THEN 'r.last_event' WHEN 'aggregation' THEN 'r.since_event' ELSE 'r.event' END) USING since_event;
		took := took + bench.ms(format('INSERT INTO bench.plain_%1$s SELECT r.* FROM bench.rows_%1$s AS r', c.name));
	END LOOP;
	RETURN took;
END $$;

CREATE TABLE bench.truck_time (truck integer, ms double precision, plain_ms double precision, again_ms double precision);
CREATE PROCEDURE bench.capture_trucks() LANGUAGE plpgsql AS $$
DECLARE
	before bigint;
	t bench.truck_time;
BEGIN
	FOR n IN 1 .. 10 LOOP
		before := (SELECT coalesce(max(e.event), 0) FROM serial.event AS e);
		t.truck := n;
		t.ms := bench.capture(n);
		COMMIT;
		t.plain_ms := bench.insert_plainly(before);
		t.again_ms := bench.capture(n);
		INSERT INTO bench.truck_time VALUES (t.*);
		COMMIT;
		IF n = 4 THEN
			ANALYZE;    -- as autovacuum may at any time: plans are made anew
		END IF;
	END LOOP;
	FOR n IN 11 .. 13 LOOP
		PERFORM FROM serial.capture(bench.truck_receiving(n));
		INSERT INTO bench.truck_time VALUES (n, bench.capture(n));
		COMMIT;
	END LOOP;
	FOR n IN 14 .. 16 LOOP
		INSERT INTO bench.truck_time
		VALUES (n, bench.ms(format('SELECT count(c.*) FROM bench.truck_xml AS d, serial.capture(d.document) AS c WHERE d.truck = %s', n)));
		COMMIT;
	END LOOP;
END $$;
CALL bench.capture_trucks();

CREATE FUNCTION bench.median(first integer, last integer) RETURNS numeric LANGUAGE sql AS $$
	SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ms)::numeric FROM bench.truck_time AS t WHERE t.truck BETWEEN first AND last;
$$;
INSERT INTO bench.result (what, a_ms, b_ms, ratio, at_most)
SELECT 'capture of a truck : INSERT of its rows', percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ms)::numeric,
	   percentile_cont(0.5) WITHIN GROUP (ORDER BY t.plain_ms)::numeric, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ms / t.plain_ms)::numeric, 3
FROM bench.truck_time AS t WHERE t.truck <= 10;
INSERT INTO bench.result (what, a_ms, b_ms, ratio, at_most)
SELECT 'the same truck again : the first time', percentile_cont(0.5) WITHIN GROUP (ORDER BY t.again_ms)::numeric,
	   percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ms)::numeric, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.again_ms / t.ms)::numeric, 0.3
FROM bench.truck_time AS t WHERE t.truck <= 10;
SELECT bench.note('trucks 8 to 10 : trucks 1 to 3', 1.1, bench.median(8, 10), bench.median(1, 3));
SELECT bench.note('a truck whose receiving came first : in order', 2, bench.median(11, 13), bench.median(8, 10));
SELECT bench.note('a truck in XML : in JSON', 1.3, bench.median(14, 16), bench.median(8, 10));
SELECT bench.compare('export of a truck : jsonb_agg of its events', 3,
	'SELECT serial.epcis_document(array_agg(c.event ORDER BY c.ordinal)) FROM serial.captured_event AS c WHERE c.document = 1',
	'SELECT jsonb_agg(c.content ORDER BY c.ordinal) FROM serial.captured_event AS c WHERE c.document = 1', 5);
CREATE TABLE bench.prehash AS
SELECT c.content, convert_to(serial.event_prehash(c.content, '[]'), 'UTF8') AS prehash FROM serial.captured_event AS c WHERE c.document = 1;
SELECT bench.compare('event hashes of a truck : SHA-256 of as many bytes', 10,
	'SELECT count(serial.event_hash(p.content, ''[]'')) FROM bench.prehash AS p', 'SELECT count(sha256(p.prehash)) FROM bench.prehash AS p', 5);
