-- Questions.  All run with the caller's rights.

CREATE FUNCTION serial_internal.trace_sql(id serial.serial)
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, source_item serial.serial, role text,
			   type text, action text, business_step text, disposition text, read_point text, place text,
			   parent serial.serial, recorded_by text, is_accepted boolean, corrects bigint, correcting_event bigint,
			   attributes jsonb)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT t.event, t.event_time, t.record_time, t.source_item, t.role, e.type, e.action, e.business_step,
		   e.disposition, e.read_point, e.place, e.parent, e.recorded_by, e.is_accepted, e.corrects,
		   (SELECT w.event FROM serial.event AS w WHERE w.corrects = t.event), e.attributes
	FROM (SELECT serial_internal.is_complete() IS NOT NULL AS is_asked) AS c
	CROSS JOIN LATERAL serial_internal.events_of(trace_sql.id) AS t
	JOIN serial.event AS e ON e.event = t.event AND e.record_time = t.record_time
	WHERE c.is_asked
	ORDER BY t.event_time, t.event;
END;
COMMENT ON FUNCTION serial_internal.trace_sql(serial.serial) IS
'the answer of serial.trace where row-level security or foreign partitions must be honoured';

-- Scans the indexes directly where that gives the same answer as serial_internal.trace_sql.
CREATE FUNCTION serial.trace(id serial.serial)
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, source_item serial.serial, role text,
			   type text, action text, business_step text, disposition text, read_point text, place text,
			   parent serial.serial, recorded_by text, is_accepted boolean, corrects bigint, correcting_event bigint,
			   attributes jsonb)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'serial_trace';
COMMENT ON FUNCTION serial.trace(serial.serial) IS
'every event of an item and, only while it was inside, of its containers, in order of event time; is_accepted and '
'correcting_event mark events that were not accepted and events that were declared in error';

CREATE FUNCTION serial.where_is(id serial.serial, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (place text, since timestamptz, disposition text, outermost serial.serial, event bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT s.place, s.place_since, s.disposition, serial.outermost(where_is.id), s.event
	FROM serial_internal.current_state(where_is.id) AS s WHERE as_of IS NULL
	UNION ALL
	SELECT s.place, s.place_since, s.disposition,
		   coalesce((SELECT c.id FROM serial.containers(where_is.id, as_of) AS c ORDER BY c.depth DESC LIMIT 1),
					where_is.id), s.event
	FROM serial_internal.state(where_is.id, as_of) AS s
	WHERE as_of IS NOT NULL AND serial_internal.is_complete() IS NOT NULL;
END;
COMMENT ON FUNCTION serial.where_is(serial.serial, timestamptz) IS
'the place of an item now or as of a time, since when, its disposition, its outermost container and the last '
'event; no row if nothing was recorded of it';

-- Candidates are the items whose own row names the place, and the contents of these.  The
-- row of each container is read once.  JIT is disabled: compilation costs more than the
-- query.
CREATE FUNCTION serial_internal.current_items_at(place text)
RETURNS TABLE (id serial.serial, disposition text, lot text, expiry date)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
SET jit = off
AS 'MODULE_PATHNAME', 'serial_current_items_at';
COMMENT ON FUNCTION serial_internal.current_items_at(text) IS
'the items that are at a place now according to serial_internal.current_state, with disposition, lot and expiry';

-- What happens at one time is ordered by the numbers of events: at the time of an event,
-- items may have been unpacked after it that nothing as of that time shows any more.
CREATE FUNCTION serial_internal.contents_around(container serial.serial, at timestamptz)
RETURNS SETOF serial.serial
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	WITH RECURSIVE inside(id) AS (
		SELECT contents_around.container
		UNION
		SELECT l.child
		FROM inside AS i
		CROSS JOIN LATERAL (
			SELECT a.child FROM serial.aggregation AS a WHERE a.parent = i.id AND a.since <= contents_around.at
			UNION ALL
			SELECT h.child FROM serial.aggregation_history AS h
			WHERE h.parent = i.id AND h.since <= contents_around.at AND h.until >= contents_around.at OFFSET 0) AS l
	)
	SELECT i.id FROM inside AS i;
END;
$$;
COMMENT ON FUNCTION serial_internal.contents_around(serial.serial, timestamptz) IS
'a container and everything that was inside it, at any depth, before or after whatever happened at a time';

CREATE FUNCTION serial_internal.current_stock(place text)
RETURNS TABLE (place text, gtin text, lot text, items bigint)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100000 ROWS 10
SET jit = off
AS 'MODULE_PATHNAME', 'serial_current_stock';
COMMENT ON FUNCTION serial_internal.current_stock(text) IS
'the number of those items of each GTIN and lot that serial_internal.is_in_stock tells are stock';

CREATE FUNCTION serial_internal.current_stock()
RETURNS TABLE (place text, gtin text, lot text, items bigint)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100000 ROWS 1000
SET jit = off
AS 'MODULE_PATHNAME', 'serial_current_stock';
COMMENT ON FUNCTION serial_internal.current_stock() IS
'the same of every place';

CREATE FUNCTION serial_internal.past_places(ids serial.serial[], as_of timestamptz)
RETURNS TABLE (id serial.serial, disposition text, place text)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100000 ROWS 1000
AS 'MODULE_PATHNAME', 'serial_past_places';
COMMENT ON FUNCTION serial_internal.past_places(serial.serial[], timestamptz) IS
'of each of these items that was at a place as of a time the disposition and place according to serial_internal.state';

-- What was read of containers and events to fold the state of one item is kept for the
-- next ones, of a thousand.
CREATE FUNCTION serial_internal.past_items(asked_place text, as_of timestamptz)
RETURNS TABLE (id serial.serial, disposition text, place text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
	RETURN QUERY
	WITH named AS MATERIALIZED (
		SELECT DISTINCT i.id FROM serial.event AS e
		CROSS JOIN LATERAL (SELECT n.id FROM serial.event_item AS n
							WHERE n.event = e.event AND n.record_time = e.record_time OFFSET 0) AS i
		WHERE serial_internal.is_complete() IS NOT NULL AND e.place = asked_place AND e.event_time <= as_of
	), container_event AS MATERIALIZED (
		SELECT i.id, i.event_time, i.event FROM named AS s
		CROSS JOIN LATERAL (SELECT n.id, n.event_time, n.event FROM serial.event_item AS n
							WHERE n.id = s.id AND n.event_time <= as_of OFFSET 0) AS i
		WHERE EXISTS (SELECT FROM serial.aggregation AS a WHERE a.parent = s.id)
		   OR EXISTS (SELECT FROM serial.aggregation_history AS h WHERE h.parent = s.id)
	), candidates AS MATERIALIZED (
		SELECT s.id FROM named AS s
		UNION
		SELECT c.id FROM (SELECT DISTINCT t.id FROM container_event AS t) AS t
		CROSS JOIN LATERAL serial.contents(t.id, as_of) AS c
		UNION
		SELECT c.id FROM container_event AS t CROSS JOIN LATERAL serial.contents(t.id, t.event_time) AS c
		UNION
		-- unpacked at the time of the event, but after it
		SELECT c.id FROM container_event AS t
		CROSS JOIN LATERAL serial_internal.contents_around(t.id, t.event_time) AS c(id)
		WHERE EXISTS (SELECT FROM serial.aggregation_history AS h
					  WHERE h.until = t.event_time AND h.until_event > t.event)
		UNION
		-- anywhere
		SELECT i.id FROM serial.event_item AS i
		WHERE asked_place IS NULL AND serial_internal.is_complete() IS NOT NULL AND i.event_time <= as_of
		UNION
		SELECT a.child FROM serial.aggregation AS a WHERE asked_place IS NULL AND a.since <= as_of
		UNION
		SELECT h.child FROM serial.aggregation_history AS h WHERE asked_place IS NULL AND h.since <= as_of
	), numbered AS (
		SELECT c.id, row_number() OVER () / 1000 AS thousand FROM candidates AS c
	)
	SELECT s.id, s.disposition, s.place
	FROM (SELECT array_agg(n.id) AS ids FROM numbered AS n GROUP BY n.thousand) AS t
	CROSS JOIN LATERAL serial_internal.past_places(t.ids, as_of) AS s
	WHERE s.place = coalesce(asked_place, s.place);
END;
$$;
COMMENT ON FUNCTION serial_internal.past_items(text, timestamptz) IS
'the items that were at a place, or with NULL at any, as of a time according to serial_internal.state, with their '
'dispositions and places';

-- The lot of an item as of a time is what its row says now.
CREATE FUNCTION serial_internal.past_stock(place text, as_of timestamptz)
RETURNS TABLE (id serial.serial, lot text, expiry date, place text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT p.id, serial_internal.lot_of(p.id, i.lot), i.expiry, p.place
	FROM serial_internal.past_items(past_stock.place, as_of) AS p
	LEFT JOIN LATERAL (SELECT n.lot, n.expiry FROM serial.item AS n WHERE n.id = p.id OFFSET 0) AS i ON true
	WHERE serial_internal.is_in_stock(p.disposition);
END;
COMMENT ON FUNCTION serial_internal.past_stock(text, timestamptz) IS
'those of serial_internal.past_items that serial_internal.is_in_stock tells are stock, with lot and expiry';

-- JIT is disabled, as above: the planner expects many places and many items at each.
CREATE FUNCTION serial_internal.stock_at(place text, as_of timestamptz, exactly boolean)
RETURNS TABLE (id serial.serial, lot text, expiry date, place text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
SET jit = off
BEGIN ATOMIC
	SELECT n.id, n.lot, n.expiry, w.place
	FROM serial_internal.places_within(stock_at.place, exactly) AS w(place)
	CROSS JOIN LATERAL serial_internal.current_items_at(w.place) AS n
	WHERE as_of IS NULL AND serial_internal.is_in_stock(n.disposition)
	UNION ALL
	SELECT p.id, p.lot, p.expiry, p.place
	FROM serial_internal.places_within(stock_at.place, exactly) AS w(place)
	CROSS JOIN LATERAL serial_internal.past_stock(w.place, as_of) AS p
	WHERE as_of IS NOT NULL AND w.place IS NOT NULL;
END;
COMMENT ON FUNCTION serial_internal.stock_at(text, timestamptz, boolean) IS
'the items at a place and, unless exactly, at the places below it, with lot, expiry and place, now or as of a time, '
'without those in transit or in a final disposition; errors 22023 the place is spelled as a GLN and is none';

CREATE FUNCTION serial.items_at(place text, as_of timestamptz DEFAULT NULL, exactly boolean DEFAULT false)
RETURNS SETOF serial.serial
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT s.id FROM serial_internal.stock_at(place, as_of, exactly) AS s;
END;
COMMENT ON FUNCTION serial.items_at(text, timestamptz, boolean) IS
'the items at a place and, unless exactly, at the places below it: containers and their contents, now or as of a '
'time, without those in transit or in a final disposition; errors 22023 the place is spelled as a GLN and is none';

CREATE FUNCTION serial_internal.stock_of(place text, as_of timestamptz, exactly boolean)
RETURNS TABLE (gtin text, lot text, items bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT c.gtin, c.lot, c.items
	FROM serial_internal.places_within(stock_of.place, exactly) AS w(place)
	CROSS JOIN LATERAL serial_internal.current_stock(w.place) AS c
	WHERE as_of IS NULL
	UNION ALL
	SELECT i.gtin, i.lot, count(*)
	-- OFFSET 0: the GTIN is computed once, not for each use
	FROM (SELECT serial.gtin(s.id) AS gtin, s.lot
		  FROM serial_internal.stock_at(stock_of.place, as_of, exactly) AS s WHERE as_of IS NOT NULL OFFSET 0) AS i
	WHERE i.gtin IS NOT NULL
	GROUP BY 1, 2;
END;
COMMENT ON FUNCTION serial_internal.stock_of(text, timestamptz, boolean) IS
'the number of items of each GTIN and lot at each of a place and, unless exactly, the places below it, now or as of a '
'time; errors 22023 the place is spelled as a GLN and is none';

CREATE FUNCTION serial.on_hand(
	place text, gtin text DEFAULT NULL, as_of timestamptz DEFAULT NULL, exactly boolean DEFAULT false)
RETURNS TABLE (gtin text, lot text, items bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	-- LATERAL makes the planner evaluate the GTIN first, so that a wrong one is an error at an empty place, too
	SELECT t.gtin, t.lot, t.items
	FROM (SELECT serial_internal.canonical_gtin(on_hand.gtin) AS gtin OFFSET 0) AS asked
	CROSS JOIN LATERAL (
		SELECT s.gtin, s.lot, sum(s.items)::bigint AS items
		FROM serial_internal.stock_of(place, as_of, exactly) AS s
		WHERE s.gtin = asked.gtin OR asked.gtin IS NULL
		GROUP BY 1, 2) AS t
	ORDER BY 1, 2;
END;
COMMENT ON FUNCTION serial.on_hand(text, text, timestamptz, boolean) IS
'the number of items of each GTIN, or of one, and lot at a place and, unless exactly, at the places below it, '
'through all containers, now or as of a time; errors 22023 no GTIN, or the place is spelled as a GLN and is none';

-- The expiry date of a lot in serial.lot counts before that in the row of an item.  Items
-- are found by the indexes of lots and of expiry dates; at a place, among the items there.
CREATE FUNCTION serial_internal.expiring_items(until date)
RETURNS TABLE (id serial.serial, expiry date, lot text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT i.id, l.expiry, l.lot
	FROM serial.lot AS l
	CROSS JOIN LATERAL (SELECT n.id, n.final_since FROM serial.item AS n
						WHERE n.lot = l.lot AND serial.gtin(n.id) = l.gtin OFFSET 0) AS i
	WHERE l.expiry <= until AND i.final_since IS NULL
	UNION ALL
	SELECT i.id, l.expiry, l.lot
	FROM serial.lot AS l JOIN serial.item AS i ON i.id = serial_internal.lgtin(l.gtin, l.lot)
	WHERE l.expiry <= until AND i.lot IS NULL AND i.final_since IS NULL
	UNION ALL
	SELECT i.id, i.expiry, serial_internal.lot_of(i.id, i.lot)
	FROM serial.item AS i
	WHERE i.expiry <= until AND i.final_since IS NULL
	  AND NOT EXISTS (SELECT FROM serial.lot AS l
					  WHERE l.gtin = serial.gtin(i.id) AND l.lot = serial_internal.lot_of(i.id, i.lot)
						AND l.expiry IS NOT NULL);
END;
COMMENT ON FUNCTION serial_internal.expiring_items(date) IS
'the items that expire up to a date, unless their own row says that they are in a final disposition';

CREATE FUNCTION serial.expiring(within interval)
RETURNS TABLE (id serial.serial, expiry date, lot text, place text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
	SELECT i.id, i.expiry, i.lot, p.place
	FROM serial_internal.expiring_items(serial_internal.day_of(pg_catalog.now() OPERATOR(pg_catalog.+) within)) AS i
	LEFT JOIN LATERAL serial_internal.current_state(i.id) AS p ON true
	WHERE serial_internal.is_final(p.disposition) IS NOT TRUE
	ORDER BY i.expiry, i.id
$$;
COMMENT ON FUNCTION serial.expiring(interval) IS
'the items that expire within an interval, first expired first, without those in a final disposition';

CREATE FUNCTION serial.expiring(within interval, place text, exactly boolean DEFAULT false)
RETURNS TABLE (id serial.serial, expiry date, lot text, place text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT x.id, x.expiry, x.lot, x.place
	FROM (SELECT e.id, e.expiry, e.lot, e.place FROM serial.expiring(within) AS e WHERE expiring.place IS NULL
		  UNION ALL
		  SELECT p.id, k.expiry, p.lot, w.place
		  FROM serial_internal.places_within(expiring.place, exactly) AS w(place)
		  CROSS JOIN LATERAL serial_internal.current_items_at(w.place) AS p
		  CROSS JOIN LATERAL (SELECT serial_internal.known_expiry(p.id, p.lot, p.expiry) OFFSET 0) AS k(expiry)
		  WHERE k.expiry <= serial_internal.day_of(now() + within)
			AND serial_internal.is_in_stock(p.disposition)) AS x
	ORDER BY x.expiry, serial_internal.sort_key(x.id);
END;
COMMENT ON FUNCTION serial.expiring(interval, text, boolean) IS
'the items at a place and, unless exactly, at the places below it that expire within an interval, first expired '
'first, without those in transit or in a final disposition; with NULL for the place, anywhere, and those in transit '
'too';

-- A transformation may be reported in several events with one transformation ID: any of
-- its inputs may be in any of its outputs.
CREATE FUNCTION serial_internal.events_of_transformation(event bigint, record_time timestamptz)
RETURNS TABLE (event bigint, record_time timestamptz)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH found AS (
		SELECT e.event, e.record_time, e.transformation FROM serial.event AS e
		WHERE e.event = events_of_transformation.event AND e.record_time = events_of_transformation.record_time
		  AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	)
	SELECT f.event, f.record_time FROM found AS f
	UNION
	SELECT e.event, e.record_time FROM found AS f JOIN serial.event AS e ON e.transformation = f.transformation
	WHERE e.is_accepted AND e.corrects IS NULL
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event);
END;
COMMENT ON FUNCTION serial_internal.events_of_transformation(bigint, timestamptz) IS
'an event and the other events of the same transformation; none if it was not accepted or was declared in error';

-- Each event is visited once.  An item may have been used before it was made, for example
-- one that was reinstated: its inputs are not in what it was used for before.
CREATE FUNCTION serial_internal.made(item serial.serial, from_role text, to_role text)
RETURNS TABLE (id serial.serial, event bigint, depth integer)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	ids serial.serial[] := ARRAY[item];
	times timestamptz[] := ARRAY[CASE from_role WHEN 'output' THEN 'infinity' ELSE '-infinity' END::timestamptz];
	events bigint[];
	known bigint[] := '{}';
	step integer := 0;
BEGIN
	PERFORM serial_internal.is_complete();    -- warns if months are detached
	LOOP
		SELECT array_agg(n.id), array_agg(n.event_time), array_agg(n.event) INTO ids, times, events
		FROM (SELECT DISTINCT j.event, j.record_time
			  FROM (SELECT DISTINCT o.event, o.record_time
					FROM unnest(ids, times) AS t(id, at)
					CROSS JOIN LATERAL (    -- OFFSET 0 makes the planner use the index
						SELECT i.event, i.record_time FROM serial.event_item AS i
						WHERE i.id = t.id AND i.role = from_role
						  AND CASE from_role WHEN 'output' THEN i.event_time <= t.at ELSE i.event_time >= t.at END
						OFFSET 0) AS o) AS u
			  CROSS JOIN LATERAL serial_internal.events_of_transformation(u.event, u.record_time) AS j
			  WHERE j.event <> ALL (known)) AS e
		CROSS JOIN LATERAL (
			SELECT i.id, i.event_time, i.event FROM serial.event_item AS i
			WHERE i.event = e.event AND i.record_time = e.record_time AND i.role = to_role OFFSET 0) AS n;
		EXIT WHEN ids IS NULL;
		step := step + 1;
		known := known || ARRAY(SELECT DISTINCT u.number FROM unnest(events) AS u(number));
		RETURN QUERY SELECT u.id, u.number, step FROM unnest(ids, events) AS u(id, number);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial_internal.made(serial.serial, text, text) IS
'from an item in one role of a transformation to those in the other, through all transformations';

CREATE FUNCTION serial.made_from(id serial.serial)
RETURNS TABLE (id serial.serial, event bigint, depth integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT m.id, m.event, m.depth FROM serial_internal.made(made_from.id, 'output', 'input') AS m
	ORDER BY m.depth, serial_internal.sort_key(m.id), m.event;
END;
COMMENT ON FUNCTION serial.made_from(serial.serial) IS
'the items that an item was made from, through all transformations, with the event and the number of steps back';

CREATE FUNCTION serial.made_into(id serial.serial)
RETURNS TABLE (id serial.serial, event bigint, depth integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT m.id, m.event, m.depth FROM serial_internal.made(made_into.id, 'input', 'output') AS m
	ORDER BY m.depth, serial_internal.sort_key(m.id), m.event;
END;
COMMENT ON FUNCTION serial.made_into(serial.serial) IS
'the items that were made from an item, through all transformations, with the event and the number of steps onwards';
