-- The main uses of the extension, from a file of scans to a moved case, and from
-- the commissioning of a lot to its recall.  "make demo" runs this script.  By hand,
-- run it as a superuser in an empty database:
--
--     perl demo/scans.pl > /tmp/scans.txt
--     psql -X -q -d demo -v scans=/tmp/scans.txt -f demo/demo.sql
--
-- The server reads the file.  Statements that the reader should see are shown with
-- ECHO, so that exactly the statements that run are shown.

\set ON_ERROR_STOP on
\encoding UTF8
\pset pager off
\pset border 1
\pset linestyle ascii
\pset footer off
\pset null '(none)'
\pset format aligned

CREATE EXTENSION serial;

\echo '== 1. Scans come in =================================================================='
\echo 'Cameras, handheld scanners, RFID portals and telephones write the same identifier in'
\echo 'different ways.  Our file has one scan a line.  The readers are set up to send keys and'
\echo 'serial numbers only; some web addresses also have lot and expiry date, which are ignored.'

CREATE TABLE scan (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text NOT NULL);

-- Delimiter and quote are bytes that no scanner sends, so that a line is read
-- unchanged: commas, tabs, quotes and backslashes included.
COPY scan (line) FROM :'scans' (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02', ENCODING 'UTF8');

\echo -n 'demo=# '
\set ECHO queries
CREATE TABLE reading AS SELECT n, line, serial.try_parse(line) AS id FROM scan;
\set ECHO none

SELECT spelling, (array_agg(replace(line, E'\x1D', '<GS>') ORDER BY n))[1] AS "such as",
	   count(*) AS lines, count(*) - count(id) AS refused
FROM (SELECT *, CASE WHEN line LIKE ']d2%' THEN 'GS1 DataMatrix'
					 WHEN line LIKE ']Q3%' THEN 'GS1 QR Code'
					 WHEN line LIKE ']C1%' THEN 'GS1-128 bar code'
					 WHEN line LIKE '(%' THEN 'bracketed, as printed'
					 WHEN line LIKE 'urn:epc:%' THEN 'EPC URI (RFID)'
					 WHEN line LIKE 'http%' THEN 'GS1 Digital Link'
					 WHEN line ~ '^[0-9]' THEN 'raw, no symbology'
					 ELSE 'something else' END AS spelling
	  FROM reading) AS r
GROUP BY spelling
ORDER BY lines DESC, spelling;

\echo '== 2. How many items are these? ======================================================'
\echo 'All spellings of an identifier are one value, so count(DISTINCT id) counts items.'
\echo -n 'demo=# '
\set ECHO queries
SELECT serial.scheme(id) AS scheme, count(*) AS lines, count(DISTINCT id) AS items,
       min(id) AS "the first of them"
       FROM reading WHERE id IS NOT NULL GROUP BY scheme ORDER BY lines DESC;
\set ECHO none

-- The unit that was scanned in most spellings, among those whose serial number has a
-- character that URIs escape.
SELECT id AS item FROM reading WHERE serial.number(id) LIKE '%/%'
GROUP BY id ORDER BY count(DISTINCT line) DESC, id LIMIT 1 \gset

\echo 'One of these units, in all the spellings in which it was scanned:'
\echo -n 'demo=# '
\set ECHO queries
SELECT line, count(*) AS times FROM reading
       WHERE id = :'item' GROUP BY line ORDER BY min(n);
\set ECHO none

\echo '== 3. What was refused, and why ======================================================'
\echo 'serial.try_parse gave NULL for these.  serial.parse, and every column of the type, raise'
\echo 'an error that says what is wrong, where, and what was expected.  One of each kind:'
\echo

-- Runs a statement that must fail, and returns what the error says.
CREATE FUNCTION refusal(statement text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		EXECUTE statement;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT,
			detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
		detail := nullif(detail, '');
		hint := nullif(hint, '');
		RETURN;
	END;
	RAISE EXCEPTION 'this was not refused: %', statement;
END;
$$;

CREATE TABLE refused AS
SELECT n, line, r.message, r.detail
FROM reading, refusal(format('SELECT serial.parse(%L)', line)) AS r
WHERE id IS NULL;

-- A message begins with the line in quotes; the rest is the kind of error.
\pset format unaligned
\pset tuples_only on
SELECT format(E'%s  %s  %s\n     %s',
			  lpad(lines::text, 3), rpad(kind, 43), replace(line, E'\x1D', '<GS>'),
			  CASE WHEN length(detail) > 95
				   THEN regexp_replace(detail, '^(.{1,95}) ', E'\\1\n     ')
				   ELSE detail END)
FROM (SELECT regexp_replace(message, '^".*" ', '') AS kind, count(*) AS lines, min(n) AS n
	  FROM refused GROUP BY kind) AS k
	 JOIN refused AS example USING (n)
ORDER BY lines DESC, kind;
\pset tuples_only off
\pset format aligned

\echo
\echo '== 4. Numbers for cases and pallets =================================================='
\echo 'The units get a table of their own, whose column takes serialized GTINs and nothing else.'
\echo 'Item A is GTIN 09506000134352, item B is GTIN 09521234543213.'
\echo -n 'demo=# '
\set ECHO queries
CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY);
\echo -n 'demo=# '
INSERT INTO unit SELECT DISTINCT id FROM reading WHERE serial.scheme(id) = 'sgtin'
       AND serial.gtin(id) IN ('09506000134352', '09521234543213');
\set ECHO none
\echo
\echo 'A case holds 24 units of one item and has a GTIN of its own.  A pallet gets an SSCC, here'
\echo 'extension digit 3 and company prefix 9506000.  A pool never issues a number twice.'

-- How many cases do the units of each item fill?
SELECT ceil(count(*) FILTER (WHERE serial.gtin(id) = '09506000134352') / 24.0) AS cases_a,
	   ceil(count(*) FILTER (WHERE serial.gtin(id) = '09521234543213') / 24.0) AS cases_b
FROM unit \gset

CREATE TABLE carton (id serial.serial(sgtin) PRIMARY KEY);
CREATE TABLE pallet (id serial.serial(sscc) PRIMARY KEY);

-- Creating a pool returns nothing worth a table.
\o /dev/null
\set ECHO queries
\echo -n 'demo=# '
SELECT serial.create_pool('cases of A', 'sgtin', '19506000134359');
\echo -n 'demo=# '
SELECT serial.create_pool('cases of B', 'sgtin', '19521234543210', length => 6);
\echo -n 'demo=# '
SELECT serial.create_pool('pallets', 'sscc', '39506000');
\o
\echo -n 'demo=# '
INSERT INTO carton SELECT serial.issue('cases of A', :cases_a);
\echo -n 'demo=# '
INSERT INTO carton SELECT serial.issue('cases of B', :cases_b);
\echo -n 'demo=# '
INSERT INTO pallet SELECT serial.issue('pallets', 2);
\echo -n 'demo=# '
SELECT name, prefix, capacity, issued, remaining FROM serial.pools ORDER BY name;
\set ECHO none

\echo 'Cases may have consecutive numbers.  Where the law demands numbers that nobody can guess, a'
\echo 'random pool issues them: only a secret key tells the next, and none is issued twice.'
\o /dev/null
\set ECHO queries
\echo -n 'demo=# '
SELECT serial.create_pool('packs', 'sgtin', '04006381333931', random => true);
\o
\echo -n 'demo=# '
SELECT serial.issue('packs', 3, 'order 4711') AS pack;
\set ECHO none
\echo 'serial.origin tells where a number came from, without a row for each number: first a number'
\echo 'that the pool issued, then one that a counterfeiter invented, with a right check digit.'
SELECT min(v)::text AS issued FROM serial.batch AS b, serial.batch_serials(b.batch) AS v WHERE b.reference = 'order 4711' \gset
\set ECHO queries
\echo -n 'demo=# '
SELECT pool, issued, reference, state FROM serial.origin(:'issued');
\echo -n 'demo=# '
SELECT pool, issued, reference, state FROM serial.origin('(01)04006381333931(21)804125778213');
\set ECHO none

\echo '== 5. Packing ========================================================================'
\echo 'Two lists say which unit goes into which case, and which case onto which pallet.'
\echo 'serial.aggregate packs, records an EPCIS aggregation event, and returns its number.'

-- Units in their order, 24 to a case.  A case's GTIN is its item's but for the
-- first digit, the packaging level, and the last, the check digit.
CREATE TABLE packing_list AS
SELECT u.id AS unit, c.id AS carton
FROM (SELECT id, substr(serial.gtin(id), 2, 12) AS item,
			 (row_number() OVER (PARTITION BY serial.gtin(id) ORDER BY id) - 1) / 24 AS nth
	  FROM unit) AS u
	 JOIN
	 (SELECT id, substr(serial.gtin(id), 2, 12) AS item,
			 row_number() OVER (PARTITION BY serial.gtin(id) ORDER BY id) - 1 AS nth
	  FROM carton) AS c USING (item, nth);

-- The first half of the cases goes onto the first pallet.
CREATE TABLE loading_list AS
SELECT c.id AS carton, p.id AS pallet
FROM (SELECT id, ntile(2) OVER (ORDER BY id) AS nth FROM carton) AS c
	 JOIN (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM pallet) AS p USING (nth);

\echo -n 'demo=# '
\set ECHO queries
SELECT count(*) AS cases, min(event) AS "first event", max(event) AS "last event" FROM (
       SELECT serial.aggregate(carton, array_agg(unit)) AS event
       FROM packing_list GROUP BY carton) AS p;
\echo -n 'demo=# '
SELECT pallet, count(*) AS cases, serial.aggregate(pallet, array_agg(carton)) AS event
       FROM loading_list GROUP BY pallet ORDER BY pallet;
\set ECHO none

-- The two pallets, the first case on the first pallet, and the first unit in that
-- case.
SELECT min(id) AS pallet1, max(id) AS pallet2 FROM pallet \gset
SELECT min(id) AS carton FROM serial.contents(:'pallet1', max_depth => 1) \gset
SELECT min(id) AS unit FROM serial.contents(:'carton') \gset

\echo '== 6. Walking a pallet both ways ====================================================='
\echo 'Downwards: how many items are inside the first pallet, at which depth?'
\echo -n 'demo=# '
\set ECHO queries
SELECT depth, count(*), min(id) AS "the first of them"
       FROM serial.contents(:'pallet1') GROUP BY depth ORDER BY depth;
\set ECHO none

\echo 'Which trade items?  Cases and units by their GTIN:'
\echo -n 'demo=# '
\set ECHO queries
SELECT depth, scheme, key, items FROM serial.summary(:'pallet1');
\set ECHO none

\echo 'The same as a condition on your own table; <@ means "is inside, at any depth":'
\pset format unaligned
\pset tuples_only on
\echo -n 'demo=# '
\set ECHO queries
SELECT count(*) FROM unit WHERE id <@ :'pallet1';
\set ECHO none
\pset tuples_only off
\pset format aligned

\echo
\echo 'Upwards: the containers of this unit, from the innermost; the outermost is the one to look for.'
\echo -n 'demo=# '
\set ECHO queries
SELECT * FROM serial.containers(:'unit');
\set ECHO none
\pset format unaligned
\pset tuples_only on
\echo -n 'demo=# '
\set ECHO queries
SELECT serial.outermost(:'unit');
\set ECHO none

\echo
\echo '== 7. Moving a case =================================================================='
\echo 'The pallets before:'
SELECT count(*) AS before1 FROM unit WHERE id <@ :'pallet1' \gset
SELECT count(*) AS before2 FROM unit WHERE id <@ :'pallet2' \gset
SELECT clock_timestamp() AS loaded \gset
\echo -n 'demo=# '
\set ECHO queries
SELECT serial.tree(:'pallet1');
\echo -n 'demo=# '
SELECT serial.tree(:'pallet2', max_depth => 1);
\set ECHO none

-- Shows the error message instead of failing.
\set refuse 'SELECT concat_ws(E''\\n         '', ''Refused: '' || message, detail, hint)'
\set refuse :refuse ' FROM refusal(:''attempt'');'

\echo
\echo 'An item is in one container at a time.  If somebody packs the first case onto the second'
\echo 'pallet without repack, he has probably scanned the wrong case:'
SELECT format(E'SELECT serial.aggregate(%L,\n       ARRAY[%L]);',
			  :'pallet2', :'carton') AS attempt \gset
\echo 'demo=#' :attempt
:refuse

\echo
\echo 'With repack it is moved, with everything inside:'
\echo -n 'demo=# '
\set ECHO queries
SELECT serial.aggregate(:'pallet2',
       ARRAY[:'carton'], repack => true);
\set ECHO none

\echo
\echo 'The pallets afterwards, and the unit from above, of which no row was written:'
\echo -n 'demo=# '
\set ECHO queries
SELECT serial.tree(:'pallet1', max_depth => 1);
\echo -n 'demo=# '
SELECT serial.tree(:'pallet2', max_depth => 1);
\echo -n 'demo=# '
SELECT serial.outermost(:'unit');
\set ECHO none

\echo
\echo 'The past is kept: the outermost container of that unit before the move, and the number of'
\echo 'units that were on the first pallet.'
\echo -n 'demo=# '
\set ECHO queries
SELECT id FROM serial.containers(:'unit',
       as_of => :'loaded') ORDER BY depth DESC LIMIT 1;
\echo -n 'demo=# '
SELECT items FROM serial.summary(:'pallet1',
       as_of => :'loaded') WHERE depth = 2;
\set ECHO none

\echo
\echo 'A cycle is always refused: here the pallet would be packed into the case that is on it.'
SELECT format(E'SELECT serial.aggregate(%L,\n       ARRAY[%L], repack => true);',
			  :'carton', :'pallet2') AS attempt \gset
\echo 'demo=#' :attempt
:refuse

\echo
\echo '== 8. A lot goes out ================================================================='
\echo 'A plant makes 48 packs of lot L7 and ships them to a pharmacy, on a pallet.  Each step is one'
\echo 'EPCIS event; the functions return its number.'
\set plant 9506000000015
\set pharmacy 4023456000017
\pset format aligned
\pset tuples_only off
SELECT serial.issue('pallets') AS pallet3 \gset
\set ECHO queries
\echo -n 'demo=# '
CREATE TABLE pack AS SELECT serial.issue('packs', 48, 'lot L7') AS id;
\pset tuples_only on
\pset format unaligned
\echo -n 'demo=# '
SELECT serial.commission(array_agg(id), 'L7', '2031-12-31', place => :'plant')
       FROM pack;
\echo -n 'demo=# '
SELECT serial.aggregate(:'pallet3', array_agg(id), place => :'plant')
       FROM pack;
\echo -n 'demo=# '
SELECT serial.ship(ARRAY[:'pallet3'], :'plant',
       destination => :'pharmacy');
\echo -n 'demo=# '
SELECT serial.receive(ARRAY[:'pallet3'], :'pharmacy');
\set ECHO none
\pset tuples_only off
\pset format aligned

SELECT min(id) AS pack FROM pack \gset
\echo
\echo 'Only the pallet was shipped and received, with one row for each; the trace of a pack has both.'
\echo -n 'demo=# '
\set ECHO queries
SELECT event, source_item, business_step, place FROM serial.trace(:'pack');
\set ECHO none

\echo '== 9. Genuine or not ================================================================='
\echo 'The pharmacist scans four packs.  serial.verify gives one verdict for each, and the reason.'
CREATE TABLE counter AS
SELECT v.* FROM (VALUES
	('one of these', :'pack', 'L7'), ('another lot on it', (SELECT max(id)::text FROM pack), 'L8'),
	('an invented number', '(01)04006381333931(21)804125778213', 'L7'),
	('a digit changed', '(01)04006381333932(21)804125778213', 'L7')) AS v(pack, scan, lot);
\echo -n 'demo=# '
\set ECHO queries
SELECT pack, verdict, reason FROM counter, serial.verify(scan, lot, record => true);
\set ECHO none

\echo 'The first one is dispensed.  Then a copy of it is scanned:'
\pset tuples_only on
\pset format unaligned
\set ECHO queries
\echo -n 'demo=# '
SELECT serial.disaggregate(:'pallet3', ARRAY[:'pack'], place => :'pharmacy');
\echo -n 'demo=# '
SELECT serial.dispense(ARRAY[:'pack'], :'pharmacy');
\set ECHO none
SELECT format(E'SELECT serial.dispense(ARRAY[%L], %L);', :'pack', :'pharmacy') AS attempt \gset
\echo 'demo=#' :attempt
:refuse
\pset tuples_only off
\pset format aligned

\echo
\echo '== 10. Recall ========================================================================'
\echo 'Lot L7 is recalled.  Where is it?'
\echo -n 'demo=# '
\set ECHO queries
SELECT outermost, place, disposition, count(*) AS packs
       FROM serial.recalled(serial.recall('04006381333931', ARRAY['L7'], 'particles'))
       GROUP BY outermost, place, disposition ORDER BY packs DESC;
\set ECHO none

\echo '== 11. Sealed ========================================================================'
\echo 'Recorded events are sealed under a hash that can be published.  Events cannot be changed:'
\pset tuples_only on
\pset format unaligned
\echo -n 'demo=# '
\set ECHO queries
SELECT serial.seal();
\set ECHO none
SELECT max(event) AS received FROM serial.event WHERE business_step = 'receiving' \gset
SELECT format('UPDATE serial.event SET place = ''elsewhere'' WHERE event = %s;', :'received') AS attempt \gset
\echo 'demo=#' :attempt
:refuse
\echo
\echo 'A superuser can disable the triggers, but the change is found:'
\set ECHO queries
\echo -n 'demo=# '
SET session_replication_role = replica;
\echo -n 'demo=# '
UPDATE serial.event SET place = 'elsewhere' WHERE event = :received;
\echo -n 'demo=# '
RESET session_replication_role;
\pset tuples_only off
\pset format aligned
\echo -n 'demo=# '
SELECT * FROM serial.check_seals();
\set ECHO none
\pset tuples_only on
\pset format unaligned

\echo '== Summing up ========================================================================'
SELECT format('%s scans, %s refused, %s items; %s units on %s pallets: '
			  '%s + %s, after the move %s + %s; %s events.',
			  (SELECT count(*) FROM scan), (SELECT count(*) FROM refused),
			  (SELECT count(DISTINCT id) FROM reading),
			  (SELECT count(*) FROM unit WHERE id <@ ARRAY(SELECT id FROM pallet)),
			  (SELECT count(*) FROM pallet), :before1, :before2,
			  (SELECT count(*) FROM unit WHERE id <@ :'pallet1'),
			  (SELECT count(*) FROM unit WHERE id <@ :'pallet2'),
			  (SELECT count(*) FROM serial.event));
