-- Many items at once: what takes items out of a container, undoes, or is reported late,
-- against commissioning as many.

SET client_min_messages = warning;

CREATE FUNCTION bench.items(name text, many integer) RETURNS serial.serial[] LANGUAGE sql AS $$
	SELECT array_agg(format('(01)09506000134352(21)%s%s', name, n)::serial.serial) FROM generate_series(1, many) AS n
$$;

-- Each run has items of its own; the steps depend on one another.  As events are, each is recorded
-- in a transaction of its own: within one, no old version of a row could make space for the next.
CREATE PROCEDURE bench.many(many integer, runs integer) LANGUAGE plpgsql AS $$
DECLARE
	day CONSTANT timestamptz := '2026-01-01';
	name text;
	step record;
	took double precision;
	unit double precision;
BEGIN
	CREATE TEMPORARY TABLE took (what text, n integer, ms double precision, of_commissioning double precision);
	FOR run IN 1 .. runs LOOP
		name := format('m%sr%s', many, run);
		unit := bench.ms(format($q$SELECT serial.commission(bench.items(%L, %s), 'L', '2030-12-31', 'plant', %L)$q$, name || 'l', many, day));
		COMMIT;
		PERFORM serial.commission(bench.items(name, many), 'L', '2030-12-31', 'plant', day);
		COMMIT;
		PERFORM serial.aggregate(('plain:' || name)::serial.serial, bench.items(name, many), 'plant', day + interval '1 day');
		COMMIT;
		PERFORM serial.ship(ARRAY['plain:' || name]::serial.serial[], 'plant', 'wholesaler', at => day + interval '2 days');
		PERFORM serial.receive(ARRAY['plain:' || name]::serial.serial[], 'depot', at => day + interval '3 days');
		COMMIT;
		FOR step IN
			SELECT s.what, s.command
			FROM (VALUES
				(1, 'in order', $q$SELECT serial.receive(bench.items('%1$sl', %2$s), 'depot', at => '2026-01-09')$q$),
				(2, 'late', $q$SELECT serial.receive(bench.items('%1$sl', %2$s), 'dock', at => '2026-01-08')$q$),
				(3, 'packed again', $q$SELECT serial.aggregate('plain:%1$s', bench.items('%1$s', %2$s), 'plant', '2026-01-02')$q$),
				(4, 'dispensed inside', $q$SELECT serial.dispense(bench.items('%1$s', %2$s), 'depot', at => '2026-01-10')$q$),
				(5, 'undone', $q$SELECT serial.declare_error((SELECT max(e.event) FROM serial.event AS e), 'did_not_occur')$q$),
				(6, 'unpacked', $q$SELECT serial.disaggregate('plain:%1$s', bench.items('%1$s', %2$s), 'depot', '2026-01-11')$q$)
			) AS s(n, what, command) ORDER BY s.n
		LOOP
			took := bench.ms(format(step.command, name, many));
			COMMIT;
			INSERT INTO took VALUES (step.what, run, took, took / unit);
		END LOOP;
	END LOOP;
	INSERT INTO bench.result (what, a_ms, b_ms, ratio, at_most)
	SELECT format('%s items %s : commissioning as many', many, t.what),
		   percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ms)::numeric,
		   percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ms / t.of_commissioning)::numeric,
		   percentile_cont(0.5) WITHIN GROUP (ORDER BY t.of_commissioning)::numeric,
		   CASE WHEN t.what IN ('in order', 'late', 'packed again') THEN 3 ELSE 5 END
	FROM took AS t GROUP BY t.what ORDER BY min(t.n), t.what;
	DROP TABLE took;
END $$;

CALL bench.many(2000, 5);
CALL bench.many(100000, 1);

-- A case that took a blocking disposition along from another pallet, and many events of the one that it is on
-- now: each of these counts for the unit in the case only if nothing between the two is blocked then.
CREATE PROCEDURE bench.block(many integer) LANGUAGE plpgsql AS $$
DECLARE
	ids CONSTANT serial.serial[] := ARRAY(SELECT format('plain:%s%s', kind, many) FROM unnest('{unit,case,former,pallet}'::text[]) AS kind);
BEGIN
	PERFORM serial.commission(ids, place => 'plant', at => '2026-01-01');
	PERFORM serial.aggregate(ids[2], ids[1:1], 'plant', '2026-01-02');
	PERFORM serial.aggregate(ids[3], ids[2:2], 'plant', '2026-01-03');
	PERFORM serial.record('ObjectEvent', 'OBSERVE', ids[3:3], 'inspecting', at => '2026-01-04', disposition => 'non_conformant');
	PERFORM serial.aggregate(ids[4], ids[2:2], 'plant', '2026-01-05', repack => true);
	FOR n IN 1 .. many LOOP
		PERFORM serial.record('ObjectEvent', 'OBSERVE', ids[4:4], 'inspecting', disposition => 'conformant',
							  at => timestamptz '2026-01-06' + n * interval '1 minute');
	END LOOP;
END $$;

CALL bench.block(800);
CALL bench.block(3200);
SELECT bench.compare('where_is, a blocked case on a pallet of 3,200 events : of 800', 8,
	$q$SELECT * FROM serial.where_is('plain:unit3200', '2027-01-01')$q$, $q$SELECT * FROM serial.where_is('plain:unit800', '2027-01-01')$q$);
