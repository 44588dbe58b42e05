-- The state of an item, folded from events

CREATE FUNCTION serial_internal.events_of(id serial.serial, as_of timestamptz DEFAULT 'infinity')
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, source_item serial.serial, depth integer,
			   role text, resulting_disposition text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT DISTINCT ON (i.event_time, i.event)
		   i.event, i.event_time, i.record_time, s.container, s.depth, i.role, i.resulting_disposition
	FROM serial_internal.containment(events_of.id) AS s
	JOIN serial.event_item AS i ON i.id = s.container AND i.event_time >= s.since AND i.event_time < s.until
	WHERE i.event_time <= as_of
	ORDER BY i.event_time, i.event, s.depth;
END;
COMMENT ON FUNCTION serial_internal.events_of(serial.serial, timestamptz) IS
'the events of an item and, only while it was inside, of its containers, in order of event time; events declared in error and events not accepted are included';

-- A persistent disposition that was set stays in force until it is unset: on the
-- item itself, or on the container on which it was set or one between the two, if
-- the item has been inside that container ever since.  Unsetting one on a container
-- therefore leaves it in force for an item on which it was set directly, or which
-- had it before it was packed.
CREATE FUNCTION serial_internal.decide_persistent_dispositions(mentions jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH mention AS MATERIALIZED (
		SELECT m.word, m.depth, m.inside_since, m.is_set, m.at, m.by
		FROM jsonb_to_recordset(mentions) AS m(word text, depth integer, inside_since text, is_set boolean, at text, by bigint)
	)
	SELECT jsonb_object_agg(d.word, jsonb_build_object('set', d.is_set, 'at', d.at, 'by', d.by))
	FROM (SELECT DISTINCT ON (m.word) m.word, m.is_set, m.at, m.by
		  FROM mention AS m
		  WHERE CASE WHEN m.is_set THEN NOT EXISTS (
					SELECT FROM mention AS u
					WHERE u.word = m.word AND NOT u.is_set AND (u.at, u.by) > (m.at, m.by)
					  AND (u.depth = 0 OR (u.depth <= m.depth AND u.inside_since <= m.at)))
				ELSE m.depth = 0 END
		  ORDER BY m.word, m.is_set DESC, m.at DESC, m.by DESC) AS d;
END;
COMMENT ON FUNCTION serial_internal.decide_persistent_dispositions(jsonb) IS
'chooses, among mentions of persistent dispositions (word, depth, inside_since, is_set, at, by), the one that decides for each word; the result has the form {word: {set, at, by}}';

CREATE FUNCTION serial_internal.persistent_dispositions_set(persistent_dispositions jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(m.key ORDER BY m.key) FROM jsonb_each(persistent_dispositions) AS m WHERE (m.value ->> 'set')::boolean;
END;
COMMENT ON FUNCTION serial_internal.persistent_dispositions_set(jsonb) IS
'the words that are set in a result of serial_internal.decide_persistent_dispositions';

CREATE FUNCTION serial_internal.blocking_dispositions(persistent_dispositions jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(w.word ORDER BY w.word)
	FROM unnest(serial_internal.persistent_dispositions_set(persistent_dispositions)) AS w(word)
	WHERE w.word IN (SELECT serial_internal.dispositions('blocked')) OR serial_internal.is_final(w.word);
END;
COMMENT ON FUNCTION serial_internal.blocking_dispositions(jsonb) IS
'the persistent dispositions that are set and block an item: those in which something is wrong with it, or which are final; NULL if there is none';

CREATE FUNCTION serial_internal.new_owning_party(destinations jsonb)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_new_owning_party';
COMMENT ON FUNCTION serial_internal.new_owning_party(jsonb) IS
'the owning party among the destinations of an event';

CREATE FUNCTION serial_internal.last_own_event(id serial.serial, as_of timestamptz, upto bigint)
RETURNS TABLE (resulting_disposition text, event_time timestamptz, event bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT i.resulting_disposition, i.event_time, i.event
	FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	WHERE i.id = last_own_event.id AND (i.event_time, i.event) <= (as_of, upto) AND i.resulting_disposition IS NOT NULL
	  AND e.is_accepted AND e.corrects IS NULL
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	ORDER BY i.event_time DESC, i.event DESC LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.last_own_event(serial.serial, timestamptz, bigint) IS
'the last event, up to a time and at that time up to an event number, that changed the disposition of an item itself; events of its containers do not count';

CREATE TYPE serial.closing AS
(
	depth integer,
	since timestamptz,
	until timestamptz,
	event_time timestamptz,
	event bigint
);
COMMENT ON TYPE serial.closing IS
'from since to until, no event at or after (event_time, event) of a container outside the given depth affects the item';
COMMENT ON COLUMN serial.closing.depth IS
'the depth, counted from the item outwards; 0 is the item itself';
COMMENT ON COLUMN serial.closing.since IS
'the beginning of the containment interval at that depth';
COMMENT ON COLUMN serial.closing.until IS
'its end';
COMMENT ON COLUMN serial.closing.event_time IS
'the time at which what is at that depth reached a final disposition, or left a container that had';
COMMENT ON COLUMN serial.closing.event IS
'the event that did so; 0 if a container was left';

-- A shipping is undone by the next void_shipping, if no other shipping comes between.
CREATE FUNCTION serial_internal.is_shipping_undone(id serial.serial, at timestamptz, event bigint)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce((
		SELECT e.business_step = 'void_shipping'
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = is_shipping_undone.id
		  AND (i.event_time, i.event) > (is_shipping_undone.at, is_shipping_undone.event)
		  AND (e.business_step = 'void_shipping' OR serial_internal.new_owning_party(e.destinations) IS NOT NULL)
		  AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
		ORDER BY i.event_time, i.event LIMIT 1), false);
END;
COMMENT ON FUNCTION serial_internal.is_shipping_undone(serial.serial, timestamptz, bigint) IS
'has the shipping of an item by an event been undone by void_shipping?';

-- A blocking disposition stays until an event changes it that is about the item itself, or
-- about the container that has it, or one between the two: what happens to containers
-- further out lifts it neither from the item nor from the container, and does not reach
-- the contents of a container that has one, unless it is a final disposition.
--
-- An item in a final disposition keeps it whatever happens to its container, and so
-- do the contents of a container in a final disposition, whatever happens to the
-- containers around it and to others into which they are packed later.  When the
-- item is reinstated, the events of its containers since then count again.
CREATE FUNCTION serial_internal.state(
	id serial.serial, as_of timestamptz DEFAULT 'infinity', own_only boolean DEFAULT false, upto bigint DEFAULT 9223372036854775807)
RETURNS TABLE (disposition text, since timestamptz, place text, place_since timestamptz, event bigint, source_item serial.serial,
			   persistent_dispositions jsonb, consignee text, consignee_since timestamptz, disposition_event bigint,
			   event_time timestamptz, place_event bigint, consignee_event bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH RECURSIVE intervals AS MATERIALIZED (
		SELECT s.container, s.since, s.until, s.depth FROM serial_internal.containment(state.id) AS s
	), known AS MATERIALIZED (
		SELECT i.event, i.event_time, s.container AS source_item, s.depth, s.since AS inside_since, i.resulting_disposition,
			   CASE WHEN i.role <> 'input' THEN e.place END AS place, e.persistent_disposition,
			   serial_internal.new_owning_party(e.destinations) AS consignee, e.business_step = 'void_shipping' AS is_undoing
		FROM intervals AS s
		JOIN serial.event_item AS i ON i.id = s.container AND i.event_time >= s.since AND i.event_time < s.until
		JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE (i.event_time, i.event) <= (as_of, upto) AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	), levels(depth, closings) AS (
		-- what had a final disposition when its containment interval ended, or has one now
		SELECT (SELECT max(s.depth) FROM intervals AS s), ARRAY(
			SELECT ROW(s.depth, s.since, s.until, o.event_time, o.event)::serial.closing
			FROM (SELECT t.*, t.until <= as_of AND t.until < 'infinity' AS is_over FROM intervals AS t) AS s
			CROSS JOIN LATERAL serial_internal.last_own_event(
				s.container, CASE WHEN s.is_over THEN s.until - interval '1 microsecond' ELSE as_of END,
				CASE WHEN s.is_over THEN 9223372036854775807 ELSE upto END) AS o
			WHERE serial_internal.is_final(o.resulting_disposition) AND EXISTS (SELECT FROM intervals AS u WHERE u.depth > s.depth))
		UNION ALL
		-- from the outermost container inwards: what left a container whose final disposition it
		-- shared, and has not been reinstated itself
		SELECT v.depth - 1, v.closings || ARRAY(
			SELECT ROW(s.depth, s.since, s.until, o.until, 0)::serial.closing
			FROM intervals AS o JOIN intervals AS s ON s.depth = o.depth - 1 AND s.since <= o.since AND s.until > o.until
			CROSS JOIN LATERAL (
				SELECT k.resulting_disposition, k.depth FROM known AS k
				WHERE k.depth >= s.depth AND k.resulting_disposition IS NOT NULL AND k.event_time >= s.since AND k.event_time < o.until
				  AND NOT EXISTS (SELECT FROM unnest(v.closings) AS c
								  WHERE c.depth < k.depth AND k.event_time >= c.since AND k.event_time < c.until
									AND (k.event_time, k.event) >= (c.event_time, c.event))
				ORDER BY k.event_time DESC, k.event DESC, k.depth LIMIT 1) AS l
			WHERE o.depth = v.depth AND o.until <= as_of AND l.depth > s.depth AND serial_internal.is_final(l.resulting_disposition)
			  AND NOT EXISTS (SELECT FROM known AS k WHERE k.depth = s.depth AND k.resulting_disposition IS NOT NULL
								AND k.event_time >= o.until AND k.event_time < s.until))
		FROM levels AS v WHERE v.depth > 0
	), closed AS MATERIALIZED (
		SELECT c.* FROM levels AS v CROSS JOIN LATERAL unnest(v.closings) AS c WHERE v.depth = 0
	), relevant AS MATERIALIZED (
		SELECT k.* FROM known AS k
		WHERE NOT EXISTS (SELECT FROM closed AS c
						  WHERE c.depth < k.depth AND k.event_time >= c.since AND k.event_time < c.until
							AND (k.event_time, k.event) >= (c.event_time, c.event))
		  AND (k.depth = 0 OR NOT own_only OR EXISTS (SELECT FROM closed AS c WHERE c.depth = 0)
			   OR k.event_time < coalesce((SELECT a.since FROM serial.aggregation AS a WHERE a.child = state.id), 'infinity'))
	)
	SELECT d.resulting_disposition, d.event_time, p.place, p.event_time, l.event, l.source_item, s.persistent_dispositions,
		   o.consignee, greatest(o.event_time, v.event_time), d.event, l.event_time, p.event,
		   CASE WHEN v.event_time >= o.event_time IS NOT FALSE THEN coalesce(v.event, o.event) ELSE o.event END
	FROM (SELECT r.event, r.event_time, r.source_item FROM relevant AS r ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS l
	LEFT JOIN (SELECT b.resulting_disposition, b.event_time, b.event
			   FROM (SELECT r.*, r.resulting_disposition IN (SELECT serial_internal.dispositions('blocked')) AND NOT EXISTS (
						SELECT FROM relevant AS u
						WHERE u.resulting_disposition IS NOT NULL AND (u.event_time, u.event) > (r.event_time, r.event)
						  AND (u.depth = 0 OR (u.depth <= r.depth AND u.inside_since <= r.event_time)
							   OR serial_internal.is_final(u.resulting_disposition))) AS is_blocking
					 FROM relevant AS r
					 WHERE r.resulting_disposition IS NOT NULL
					   AND (r.depth < 2 OR serial_internal.is_final(r.resulting_disposition) OR NOT EXISTS (
							SELECT FROM intervals AS s
							CROSS JOIN LATERAL serial_internal.last_own_event(s.container, r.event_time, r.event) AS o
							WHERE s.depth BETWEEN 1 AND r.depth - 1 AND s.since <= r.event_time AND s.until > r.event_time
							  AND o.resulting_disposition IN (SELECT serial_internal.dispositions('blocked'))))) AS b
			   ORDER BY b.is_blocking DESC, CASE WHEN b.is_blocking THEN b.event_time END,
						CASE WHEN b.is_blocking THEN b.event END, b.event_time DESC, b.event DESC, b.depth LIMIT 1) AS d ON true
	LEFT JOIN (SELECT r.place, r.event_time, r.event FROM relevant AS r WHERE r.place IS NOT NULL
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS p ON true
	LEFT JOIN (SELECT r.consignee, r.event_time, r.event FROM relevant AS r
			   WHERE r.consignee IS NOT NULL
				 AND (SELECT n.is_undoing FROM relevant AS n
					  WHERE (n.event_time, n.event) > (r.event_time, r.event) AND (n.consignee IS NOT NULL OR n.is_undoing)
						AND (n.depth = 0 OR (n.depth <= r.depth AND n.inside_since <= r.event_time))
					  ORDER BY n.event_time, n.event LIMIT 1) IS NOT TRUE
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS o ON true
	LEFT JOIN (SELECT r.event_time, r.event FROM relevant AS r WHERE r.is_undoing
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS v ON true
	CROSS JOIN LATERAL (
		SELECT serial_internal.decide_persistent_dispositions(jsonb_agg(jsonb_build_object(
			'word', w.word, 'depth', r.depth, 'inside_since', serial_internal.timestamp_text(r.inside_since),
			'is_set', m.is_set, 'at', serial_internal.timestamp_text(r.event_time), 'by', r.event))) AS persistent_dispositions
		FROM relevant AS r
		CROSS JOIN (VALUES ('set', true), ('unset', false)) AS m(member, is_set)
		CROSS JOIN LATERAL jsonb_array_elements_text(r.persistent_disposition -> m.member) AS w(word)) AS s;
END;
COMMENT ON FUNCTION serial_internal.state(serial.serial, timestamptz, boolean, bigint) IS
'the state of an item as of an event time and, at that time, up to an event number: the fold of its events and of those of its containers while it was inside; own_only leaves out the container that it is in now, unless the item has reached a final disposition there; no row if there is no event';

CREATE FUNCTION serial_internal.current_persistent_dispositions(id serial.serial)
RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH known AS MATERIALIZED (
		SELECT s.depth, s.since AS inside_since, i.disposition, i.persistent_dispositions
		FROM serial_internal.containment(current_persistent_dispositions.id) AS s JOIN serial.item AS i ON i.id = s.container
		WHERE s.until = 'infinity'
	)
	SELECT serial_internal.decide_persistent_dispositions(jsonb_agg(jsonb_build_object('word', m.key, 'depth', k.depth,
		'inside_since', serial_internal.timestamp_text(k.inside_since), 'is_set', (m.value ->> 'set')::boolean,
		'at', m.value ->> 'at', 'by', m.value -> 'by')))
	FROM known AS k CROSS JOIN LATERAL jsonb_each(k.persistent_dispositions) AS m
	WHERE k.depth = 0
	   OR (m.value ->> 'at' >= serial_internal.timestamp_text(k.inside_since)
		   AND NOT EXISTS (SELECT FROM known AS o WHERE o.depth < k.depth AND serial_internal.is_final(o.disposition)));
END;
COMMENT ON FUNCTION serial_internal.current_persistent_dispositions(serial.serial) IS
'the persistent dispositions of an item now, its own and those of its containers, in the form of serial_internal.decide_persistent_dispositions; NULL if none was ever set or unset';

-- For the present, the rows of the item and of its containers suffice: no event is read.
CREATE FUNCTION serial_internal.current_state(id serial.serial)
RETURNS TABLE (disposition text, since timestamptz, place text, place_since timestamptz, event bigint, source_item serial.serial,
			   persistent_dispositions jsonb, consignee text, consignee_since timestamptz, disposition_event bigint,
			   event_time timestamptz)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1
AS 'MODULE_PATHNAME', 'serial_current_state';
COMMENT ON FUNCTION serial_internal.current_state(serial.serial) IS
'the state of an item now; no row if there is no event of it or of a container that it is in';

CREATE FUNCTION serial_internal.first_event(id serial.serial)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT i.event FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	WHERE i.id = first_event.id AND i.resulting_disposition IS NOT NULL AND e.is_accepted AND e.corrects IS NULL
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	ORDER BY i.event_time, i.event LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.first_event(serial.serial) IS
'the first event that gave an item itself a disposition; events of its containers do not count; NULL if there is none';

CREATE FUNCTION serial_internal.commissioning_event(id serial.serial)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT i.event FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	WHERE i.id = commissioning_event.id AND e.is_accepted AND e.corrects IS NULL
	  AND (i.role = 'output'
		   OR (i.role = 'item' AND e.type = 'ObjectEvent' AND e.action = 'ADD'
			   AND (e.business_step IN ('encoding', 'reserving')) IS NOT TRUE))
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	ORDER BY i.event_time, i.event LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.commissioning_event(serial.serial) IS
'the first event by which an item began to exist: ADD of an ObjectEvent, unless it only encoded or reserved the identifier, or output of a TransformationEvent; NULL if there is none';

CREATE FUNCTION serial_internal.last_mention(id serial.serial)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT i.event FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	WHERE i.id = last_mention.id AND e.is_accepted AND e.corrects IS NULL
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	ORDER BY i.event_time DESC, i.event DESC LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.last_mention(serial.serial) IS
'the last event of an item itself, in any role; NULL if there is none';

-- Differences in spelling that scanners and people make.
CREATE FUNCTION serial_internal.known_variant(id serial.serial)
RETURNS serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT i.id
	FROM (SELECT regexp_match(known_variant.id::text, '^(.*[):])([^):]*)$')) AS t(parts)
	CROSS JOIN LATERAL unnest(ARRAY[upper(t.parts[2]), lower(t.parts[2]),
		translate(t.parts[2], 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
				  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'),
		translate(t.parts[2], 'Oo', '00'), translate(upper(t.parts[2]), 'O', '0'),
		translate(t.parts[2], '0', 'O'), translate(upper(t.parts[2]), '0', 'O')]) AS v(part)
	JOIN serial.item AS i ON i.id = serial.try_parse(t.parts[1] || v.part)
	WHERE v.part <> t.parts[2] AND i.id <> known_variant.id AND i.first_event IS NOT NULL
	LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.known_variant(serial.serial) IS
'an identifier that events are recorded of and that differs from another in upper and lower case, or in 0 and O, only; NULL if there is none';

CREATE FUNCTION serial_internal.lot_of_events(id serial.serial)
RETURNS TABLE (lot text, expiry date)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH named AS MATERIALIZED (
		SELECT e.lot, e.expiry, i.event_time, i.event
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = lot_of_events.id AND i.role <> 'input' AND coalesce(e.lot, e.expiry::text) IS NOT NULL
		  AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	)
	SELECT (SELECT t.lot FROM named AS t WHERE t.lot IS NOT NULL ORDER BY t.event_time DESC, t.event DESC LIMIT 1),
		   (SELECT t.expiry FROM named AS t WHERE t.expiry IS NOT NULL ORDER BY t.event_time DESC, t.event DESC LIMIT 1);
END;
COMMENT ON FUNCTION serial_internal.lot_of_events(serial.serial) IS
'the lot and the expiry date that the last events with one give an item';

CREATE FUNCTION serial_internal.newer_persistent_dispositions(a jsonb, b jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_object_agg(d.key, d.value)
	FROM (SELECT DISTINCT ON (m.key) m.key, m.value
		  FROM (SELECT * FROM jsonb_each(a) UNION ALL SELECT * FROM jsonb_each(b)) AS m
		  ORDER BY m.key, m.value ->> 'at' DESC) AS d;
END;
COMMENT ON FUNCTION serial_internal.newer_persistent_dispositions(jsonb, jsonb) IS
'merges two results of serial_internal.decide_persistent_dispositions: the newer entry of each word';

-- The container that an item is in now is left out, because serial_internal.current_state
-- reads its row whenever it is asked.  If an item began in a month that is detached,
-- what its row says is kept where the attached events say nothing newer.
CREATE FUNCTION serial_internal.folded_items(ids serial.serial[])
RETURNS TABLE (id serial.serial, lot text, expiry date, disposition text, since timestamptz, disposition_event bigint,
			   place text, place_since timestamptz, place_event bigint, first_event bigint, commissioning_event bigint,
			   last_event bigint, last_time timestamptz, persistent_dispositions jsonb, consignee text,
			   consignee_since timestamptz, consignee_event bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT t.id,
		   CASE WHEN a.is_older THEN coalesce(l.lot, i.lot) ELSE l.lot END,
		   CASE WHEN a.is_older THEN coalesce(l.expiry, i.expiry) ELSE l.expiry END,
		   CASE WHEN k.disposition THEN i.disposition ELSE s.disposition END,
		   CASE WHEN k.disposition THEN i.since ELSE s.since END,
		   CASE WHEN k.disposition THEN i.disposition_event ELSE s.disposition_event END,
		   CASE WHEN k.place THEN i.place ELSE s.place END,
		   CASE WHEN k.place THEN i.place_since ELSE s.place_since END,
		   CASE WHEN k.place THEN i.place_event ELSE s.place_event END,
		   CASE WHEN a.is_older THEN i.first_event ELSE serial_internal.first_event(t.id) END,
		   coalesce((SELECT i.commissioning_event FROM serial.detached_month AS d WHERE d.events @> i.commissioning_event),
					serial_internal.commissioning_event(t.id)),
		   CASE WHEN k.last THEN i.last_event ELSE s.event END,
		   CASE WHEN k.last THEN i.last_time ELSE s.event_time END,
		   CASE WHEN a.is_older
			THEN serial_internal.newer_persistent_dispositions(i.persistent_dispositions, s.persistent_dispositions)
			ELSE s.persistent_dispositions END,
		   CASE WHEN k.consignee THEN i.consignee ELSE s.consignee END,
		   CASE WHEN k.consignee THEN i.consignee_since ELSE s.consignee_since END,
		   CASE WHEN k.consignee THEN i.consignee_event ELSE s.consignee_event END
	FROM (SELECT DISTINCT u.id FROM unnest(ids) AS u(id)) AS t
	LEFT JOIN LATERAL (SELECT n.* FROM serial.item AS n WHERE n.id = t.id OFFSET 0) AS i ON true
	LEFT JOIN LATERAL serial_internal.state(t.id, 'infinity', true) AS s ON true
	CROSS JOIN LATERAL serial_internal.lot_of_events(t.id) AS l
	CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM serial.detached_month AS d WHERE d.events @> i.first_event)) AS a(is_older)
	CROSS JOIN LATERAL (
		SELECT a.is_older AND s.since >= i.since IS NOT TRUE, a.is_older AND s.place_since >= i.place_since IS NOT TRUE,
			   a.is_older AND s.consignee_since >= i.consignee_since IS NOT TRUE,
			   a.is_older AND s.event_time >= i.last_time IS NOT TRUE) AS k(disposition, place, consignee, last);
$$;
COMMENT ON FUNCTION serial_internal.folded_items(serial.serial[]) IS
'the rows of items in serial.item, attributes aside, as their events give them; NULLs for an item of which there is no event';
REVOKE EXECUTE ON FUNCTION serial_internal.folded_items(serial.serial[]) FROM PUBLIC;

-- The rows are locked before the events are read, so that no event recorded
-- concurrently is missed.
CREATE FUNCTION serial_internal.recompute_items(ids serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.item (id)
	SELECT t.id FROM (SELECT DISTINCT u.id FROM unnest(ids) AS u(id)) AS t
	WHERE NOT EXISTS (SELECT FROM serial.item AS i WHERE i.id = t.id)
	  AND EXISTS (SELECT FROM serial_internal.state(t.id, 'infinity', true))
	ORDER BY t.id
	ON CONFLICT (id) DO NOTHING;
	PERFORM FROM serial.item AS i WHERE i.id = ANY (ids) ORDER BY i.id FOR UPDATE;
	UPDATE serial.item AS i
	SET lot = f.lot, expiry = f.expiry,
		disposition = f.disposition, since = f.since, disposition_event = f.disposition_event,
		place = f.place, place_since = f.place_since, place_event = f.place_event,
		first_event = f.first_event, commissioning_event = f.commissioning_event,
		last_event = f.last_event, last_time = f.last_time, persistent_dispositions = f.persistent_dispositions,
		consignee = f.consignee, consignee_since = f.consignee_since, consignee_event = f.consignee_event
	FROM serial_internal.folded_items(ids) AS f
	WHERE i.id = f.id;
END;
$$;
COMMENT ON FUNCTION serial_internal.recompute_items(serial.serial[]) IS
'computes the rows of items in serial.item anew from their events';
REVOKE EXECUTE ON FUNCTION serial_internal.recompute_items(serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial_internal.unpacked_since(containers serial.serial[], since timestamptz)
RETURNS SETOF serial.serial
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	WITH RECURSIVE inside(id, has_left) AS (
		SELECT t.id, false FROM unnest(containers) AS t(id)
		UNION
		SELECT l.child, l.has_left
		FROM inside AS i
		CROSS JOIN LATERAL (
			SELECT a.child, false AS has_left FROM serial.aggregation AS a WHERE a.parent = i.id AND a.is_container
			UNION ALL
			SELECT h.child, true FROM serial.aggregation_history AS h WHERE h.parent = i.id AND h.until >= unpacked_since.since) AS l
	)
	SELECT DISTINCT i.id FROM inside AS i WHERE i.has_left;
END;
$$;
COMMENT ON FUNCTION serial_internal.unpacked_since(serial.serial[], timestamptz) IS
'the items that were in containers, at any depth, and have left the container that they were directly in at or after a time';

-- The row of an item in a final disposition holds what its container's events had said
-- before, so that it must be computed anew when one of these is reported late.
CREATE FUNCTION serial_internal.ended_inside(containers serial.serial[], since timestamptz)
RETURNS SETOF serial.serial
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT DISTINCT i.id
	FROM unnest(containers) AS t(id) CROSS JOIN LATERAL serial.contents(t.id) AS c JOIN serial.item AS i ON i.id = c.id
	WHERE i.since >= ended_inside.since AND serial_internal.is_final(i.disposition);
END;
$$;
COMMENT ON FUNCTION serial_internal.ended_inside(serial.serial[], timestamptz) IS
'the items in containers, at any depth, that have reached a final disposition at or after a time';

CREATE FUNCTION serial_internal.lock_containers_for_share(containers serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.item (id) SELECT DISTINCT c.id FROM unnest(containers) AS c(id) ORDER BY c.id ON CONFLICT (id) DO NOTHING;
	PERFORM FROM serial.item AS i WHERE i.id = ANY (containers) ORDER BY i.id FOR KEY SHARE;
END;
$$;
COMMENT ON FUNCTION serial_internal.lock_containers_for_share(serial.serial[]) IS
'waits for the events of containers that are being recorded, and keeps others from being recorded';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_containers_for_share(serial.serial[]) FROM PUBLIC;

-- Called when children have left containers: writes what the containers' events said to
-- the children's own rows.  Events of the containers that other sessions are recording
-- are awaited.  If the unpacking is reported late (late_since is not NULL), events of the
-- containers after it no longer concern the children, nor what has been unpacked from
-- them or has reached a final disposition inside them since.
CREATE FUNCTION serial_internal.materialize_container_state(children serial.serial[], containers serial.serial[], late_since timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF late_since IS NOT NULL THEN
		PERFORM serial_internal.lock_items(children);
	END IF;
	PERFORM serial_internal.lock_containers_for_share(ARRAY(
		SELECT p.id FROM unnest(containers) AS p(id)
		UNION SELECT c.id FROM unnest(containers) AS p(id) CROSS JOIN LATERAL serial.containers(p.id) AS c));
	IF late_since IS NOT NULL THEN
		children := children || ARRAY(SELECT serial_internal.unpacked_since(children, late_since)
									  UNION SELECT serial_internal.ended_inside(children, late_since));
	END IF;
	PERFORM serial_internal.recompute_items(children);
END;
$$;
COMMENT ON FUNCTION serial_internal.materialize_container_state(serial.serial[], serial.serial[], timestamptz) IS
'computes anew the rows of children that have left containers and, if that was in the past, of what has been unpacked from them or has reached a final disposition in them since';
REVOKE EXECUTE ON FUNCTION serial_internal.materialize_container_state(serial.serial[], serial.serial[], timestamptz) FROM PUBLIC;

-- Called when a packing is reported late: events of the container since then concern the
-- children, too.  What is still inside needs nothing, because the container's row is read
-- whenever it is asked; the rows of what has left it, or has reached a final disposition,
-- before the packing was reported are computed anew.
CREATE FUNCTION serial_internal.apply_late_container_events(children serial.serial[], container serial.serial, since timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM serial_internal.lock_items(children);    -- and their containers
	PERFORM serial_internal.recompute_items(ARRAY(
		SELECT serial_internal.unpacked_since(children, since)
		UNION SELECT serial_internal.ended_inside(children || container, since)));
END;
$$;
COMMENT ON FUNCTION serial_internal.apply_late_container_events(serial.serial[], serial.serial, timestamptz) IS
'computes anew the rows of what has been unpacked from children, or has reached a final disposition in them, since a time as of which they have now been packed into a container';
REVOKE EXECUTE ON FUNCTION serial_internal.apply_late_container_events(serial.serial[], serial.serial, timestamptz) FROM PUBLIC;
