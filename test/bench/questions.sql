-- Questions of a quality manager on the ledger that ledger.sql has made.  The answers
-- have the same size on either tree, so that they should cost the same.

SET client_min_messages = warning;

CREATE FUNCTION bench.pallet_number(wanted integer) RETURNS serial.serial LANGUAGE sql AS $$
	SELECT p.id FROM bench.pallet AS p WHERE p.n = wanted
$$;
SELECT serial.ship(ARRAY[bench.pallet_number(60)], 'urn:bench:plant', 'urn:bench:customer');
SELECT serial.receive(ARRAY[bench.pallet_number(61)], 'urn:bench:depot');
SELECT serial.receive(ARRAY[bench.pallet_number(62)], 'urn:bench:dock');
SELECT serial.ship(ARRAY[bench.pallet_number(62)], 'urn:bench:dock', 'urn:bench:customer', at => now() + interval '1 second');
SELECT serial.record('ObjectEvent', 'OBSERVE', ARRAY[u.id], 'commissioning', strict => false)
FROM bench.unit AS u WHERE u.n BETWEEN 4000 AND 4099;
SELECT serial.recall('09506000134352', ARRAY['L1-1'], 'bench') AS recall \gset
VACUUM ANALYZE serial.event, serial.event_item, serial.item, serial.alert, serial.recall, serial.recall_item;

-- Each question is a function of its own, so that its plan is kept.
CREATE TABLE bench.question (name text PRIMARY KEY, function regproc);
CREATE FUNCTION bench.add_question(name text, times integer, query text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE FUNCTION bench.%I() RETURNS void LANGUAGE plpgsql AS $q$
		DECLARE found bigint;
		BEGIN
			FOR i IN 1 .. %s LOOP
				SELECT count(*) INTO found FROM (%s) AS answer;
				ASSERT found > 0;
			END LOOP;
		END $q$', 'ask_' || name, times, query);
	INSERT INTO bench.question VALUES (add_question.name, format('bench.%I', 'ask_' || name)::regproc);
END;
$$;
SELECT id AS unit FROM bench.unit WHERE n = 4321 \gset
SELECT bench.add_question('lookup', 10000, format('SELECT * FROM bench.item_copy WHERE id = %L', :'unit')),
	   bench.add_question('history', 200, format('SELECT * FROM serial.history(%L)', :'unit')),
	   bench.add_question('shipped_to', 5, $$SELECT * FROM serial.shipped_to('urn:bench:customer')$$),
	   bench.add_question('outstanding', 1, format('SELECT * FROM serial.outstanding(%s)', :recall)),
	   bench.add_question('suspects', 5, 'SELECT * FROM serial.suspects()'),
	   bench.add_question('items_at', 5, $$SELECT * FROM serial.items_at('urn:bench:depot')$$),
	   bench.add_question('on_hand', 5, $$SELECT * FROM serial.on_hand('urn:bench:depot')$$),
	   bench.add_question('on_hand_then', 1, $$SELECT * FROM serial.on_hand('urn:bench:depot', as_of => now())$$),
	   bench.add_question('expiring_at', 5, $$SELECT * FROM serial.expiring('10 years', 'urn:bench:depot')$$),
	   bench.add_question('where_was', 200, format('SELECT * FROM serial.where_is(%L, now())', :'unit'));

-- A place with all units of the tree, against counting the same rows.
SELECT bench.compare('on_hand of the place of all units : GROUP BY of their rows', 5,
	$$SELECT count(*) FROM serial.on_hand('urn:bench:plant')$$,
	$$SELECT count(*) FROM (SELECT serial.gtin(i.id), i.lot, count(*) FROM bench.item_copy AS i WHERE i.place = 'urn:bench:plant' GROUP BY 1, 2) AS g$$, 1);
SELECT bench.compare('stock of all places : GROUP BY of all rows', 5,
	'SELECT count(*) FROM serial.stock()',
	'SELECT count(*) FROM (SELECT i.place, serial.gtin(i.id), i.lot, count(*) FROM bench.item_copy AS i GROUP BY 1, 2, 3) AS g', 1);
