-- Corrections

-- What a transformation makes may have been used before that is known: it does
-- not count.
CREATE FUNCTION serial_internal.is_beginning(type text, action text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT type = 'ObjectEvent' AND action = 'ADD';
END;
COMMENT ON FUNCTION serial_internal.is_beginning(text, text) IS
'do the items of an event of this type and action begin with it?';

-- Later events that would not be legal without the event, or that have an item
-- only because it began with the event.
CREATE FUNCTION serial_internal.depends_on(wrong bigint)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT n.event
	FROM serial.event_item AS i
	LEFT JOIN LATERAL serial_internal.state(i.id, i.event_time, false, i.event - 1) AS b ON true
	CROSS JOIN LATERAL (
		SELECT serial_internal.contradicted_by(i.id, b.disposition, b.disposition_event, b.since, i.event_time, i.event)) AS n(event)
	WHERE i.event = wrong AND i.resulting_disposition IS NOT NULL AND n.event IS NOT NULL
	UNION ALL
	-- other events of items that the event begins
	SELECT n.event
	FROM serial.event_item AS i
	JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	CROSS JOIN LATERAL (
		SELECT o.event FROM serial.event_item AS o JOIN serial.event AS x ON x.event = o.event AND x.record_time = o.record_time
		WHERE o.id = i.id AND (o.event_time, o.event) > (i.event_time, i.event) AND x.is_accepted AND x.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = x.event)
		ORDER BY o.event_time, o.event LIMIT 1) AS n
	WHERE i.event = wrong AND serial_internal.is_beginning(e.type, e.action)
	LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.depends_on(bigint) IS
'an event that would not have been legal without another; NULL if none';

-- A body in a string, since one that is parsed here would keep a column of the row type
-- from being altered, which writers refuse with a better message.
CREATE FUNCTION serial_internal.link_depends_on(e serial.event)
RETURNS TABLE (child serial.serial, parent serial.serial)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.child, l.parent
	FROM serial.event_item AS i
	CROSS JOIN LATERAL (
		SELECT a.child, a.parent FROM serial.aggregation AS a WHERE a.child = i.id
		UNION ALL
		SELECT a.child, a.parent FROM serial.aggregation AS a WHERE a.parent = i.id
		UNION ALL
		SELECT h.child, h.parent FROM serial.aggregation_history AS h WHERE h.child = i.id AND h.until > (e).event_time
		UNION ALL
		SELECT h.child, h.parent FROM serial.aggregation_history AS h WHERE h.parent = i.id AND h.until > (e).event_time) AS l
	WHERE i.event = (e).event AND serial_internal.is_beginning((e).type, (e).action)
	LIMIT 1;
$$;
COMMENT ON FUNCTION serial_internal.link_depends_on(serial.event) IS
'a link of an item that an event begins, from that time on; no row if there is none';

-- Undoes what an aggregation event did to the links, if they are still so.
CREATE FUNCTION serial_internal.undo_aggregation(e serial.event)
RETURNS serial.serial[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	children serial.serial[] := ARRAY(SELECT i.id FROM serial.event_item AS i WHERE i.event = e.event AND i.role = 'child' ORDER BY i.id);
	changed serial.serial;
BEGIN
	IF e.action = 'ADD' THEN
		SELECT c.id INTO changed FROM unnest(children) AS c(id)
		WHERE NOT EXISTS (SELECT FROM serial.aggregation AS a WHERE a.child = c.id AND a.parent = e.parent AND a.since <= e.event_time) LIMIT 1;
		IF NOT FOUND THEN
			DELETE FROM serial.aggregation AS a WHERE a.child = ANY (children) AND a.since = e.event_time;
			RETURN children;
		END IF;
	ELSIF e.action = 'DELETE' AND (cardinality(children) > 0 OR coalesce(jsonb_array_length(e.quantities), 0) = 0) THEN
		children := ARRAY(SELECT h.child FROM serial.aggregation_history AS h
						  WHERE h.parent = e.parent AND h.until = e.event_time
							AND (cardinality(children) = 0 OR h.child = ANY (children)) ORDER BY h.child);
		SELECT c.id INTO changed FROM unnest(children) AS c(id)
		WHERE serial.container(c.id) IS NOT NULL
		   OR EXISTS (SELECT FROM serial.aggregation_history AS h WHERE h.child = c.id AND h.until > e.event_time) LIMIT 1;
		IF NOT FOUND THEN
			WITH gone AS (
				DELETE FROM serial.aggregation_history AS h
				WHERE h.parent = e.parent AND h.until = e.event_time AND h.child = ANY (children)
				RETURNING h.child, h.since)
			SELECT count(serial.pack(e.parent, g.children, g.since))
			INTO e.event FROM (SELECT gone.since, array_agg(gone.child) AS children FROM gone GROUP BY gone.since) AS g;
			RETURN children;
		END IF;
	ELSE
		RETURN '{}';
	END IF;
	RAISE EXCEPTION 'event % cannot be undone', e.event
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  DETAIL = format('"%s" has been packed or unpacked since.', changed);
END;
$$;
COMMENT ON FUNCTION serial_internal.undo_aggregation(serial.event) IS
'unpacks what an aggregation event packed, or packs what it unpacked, as if it had not been, and returns what that was; errors 55000 something was packed or unpacked since';
REVOKE EXECUTE ON FUNCTION serial_internal.undo_aggregation(serial.event) FROM PUBLIC;

-- Items that an event ended are packed again as they were, if they have not been
-- packed since and no other event unpacked them at that time.
CREATE FUNCTION serial_internal.return_to_containers(e serial.event)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	WITH ended AS MATERIALIZED (
		SELECT i.id FROM serial.event_item AS i
		WHERE i.event = e.event AND i.role <> 'parent' AND serial_internal.is_final(i.resulting_disposition)
		  AND NOT EXISTS (SELECT FROM serial.aggregation AS a WHERE a.child = i.id)
		  AND NOT EXISTS (SELECT FROM serial.aggregation_history AS h WHERE h.child = i.id AND h.until > e.event_time)
		  AND NOT EXISTS (
			SELECT FROM serial.event_item AS u JOIN serial.event AS o ON o.event = u.event AND o.record_time = u.record_time
			WHERE u.id = i.id AND u.event_time = e.event_time AND u.role = 'child' AND o.type = 'AggregationEvent' AND o.action = 'DELETE'
			  AND o.is_accepted AND o.corrects IS NULL AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = o.event))
	), gone AS (
		DELETE FROM serial.aggregation_history AS h USING ended AS n
		WHERE h.child = n.id AND h.until = e.event_time
		RETURNING h.parent, h.child, h.since
	)
	SELECT count(serial.pack(g.parent, g.children, g.since)) INTO e.event
	FROM (SELECT gone.parent, gone.since, array_agg(gone.child ORDER BY gone.child) AS children FROM gone GROUP BY gone.parent, gone.since) AS g;
END;
$$;
COMMENT ON FUNCTION serial_internal.return_to_containers(serial.event) IS
'packs the items that an event ended into the containers that they left with it';
REVOKE EXECUTE ON FUNCTION serial_internal.return_to_containers(serial.event) FROM PUBLIC;

-- The state before an event cannot be computed for items that began in a month
-- that is detached.
CREATE FUNCTION serial_internal.check_attached(events bigint[])
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing record;
BEGIN
	SELECT e.event, d.month INTO missing FROM unnest(events) AS e(event) JOIN serial.detached_month AS d ON d.events @> e.event LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'event % is needed and is detached', missing.event
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('serial.attach_month(%L) takes it back.', missing.month);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_attached(bigint[]) IS
'refuses events that are detached; errors 55000';

CREATE FUNCTION serial.declare_error(event bigint, reason text, attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	e serial.event;
	items serial.serial[];
	dependent bigint;
	linked record;
	changed_since timestamptz;
BEGIN
	SELECT o.* INTO e FROM serial.event AS o WHERE o.event = declare_error.event AND o.corrects IS NULL;
	PERFORM serial_internal.check_attached(ARRAY[event]
		|| ARRAY(SELECT i.first_event FROM serial.event_item AS t JOIN serial.item AS i ON i.id = t.id WHERE t.event = e.event));
	IF e.event IS NULL THEN
		RAISE EXCEPTION 'event % does not exist', event USING ERRCODE = 'undefined_object';
	END IF;
	items := ARRAY(SELECT i.id FROM serial.event_item AS i WHERE i.event = e.event);
	PERFORM serial_internal.open_month(clock_timestamp()), serial_internal.lock_items(items);
	LOCK TABLE ONLY serial.event IN ROW EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event) THEN
		RAISE EXCEPTION 'event % has already been declared an error', event USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	dependent := serial_internal.depends_on(e.event);
	IF e.is_accepted AND dependent IS NOT NULL THEN
		RAISE EXCEPTION 'event % cannot be undone: event % depends on it', event, dependent
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('Declare event %s an error first.', dependent);
	END IF;
	SELECT l.* INTO linked FROM serial_internal.link_depends_on(e) AS l;
	IF e.is_accepted AND FOUND THEN
		RAISE EXCEPTION 'event % cannot be undone: "%" is packed in "%"', event, linked.child, linked.parent
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = 'The event begins an item of that link, which depends on it.',
				  HINT = 'Undo the packing first.';
	END IF;
	IF e.is_accepted AND e.type = 'AggregationEvent' THEN
		items := items || serial_internal.undo_aggregation(e);    -- what was in the container then may not be named in the event
	END IF;
	IF e.is_accepted AND e.type <> 'AggregationEvent' THEN
		PERFORM serial_internal.return_to_containers(e);
	END IF;
	e.corrects := e.event;
	e.event := serial_internal.assign_event_number();
	e.error_reason := serial_internal.vocabulary_word('error_reason', reason);
	e.attributes := coalesce(e.attributes, '{}') || coalesce(declare_error.attributes, '{}');
	e.record_time := clock_timestamp();
	e.recorded_by := session_user;
	e.actor := nullif(current_setting('serial.actor'), '');
	INSERT INTO serial.event_item (id, event_time, event, role, record_time)
	SELECT i.id, i.event_time, e.event, i.role, e.record_time FROM serial.event_item AS i WHERE i.event = e.corrects;
	e.digest := serial_internal.event_digest(e, serial_internal.event_items_text(e.event));
	INSERT INTO serial.event SELECT e.*;
	-- an item that was final before may not be so now, or the reverse: its events since then count, or do not
	changed_since := least(e.event_time, (
		SELECT min(o.event_time) FROM unnest(items) AS t(id) CROSS JOIN LATERAL serial_internal.last_own_event(t.id, e.event_time, e.corrects - 1) AS o
		WHERE serial_internal.is_final(o.resulting_disposition)));
	PERFORM serial_internal.recompute_items(items
		|| ARRAY(SELECT serial_internal.unpacked_since(items, changed_since) UNION SELECT serial_internal.ended_inside(items, changed_since)));
	RETURN e.event;
END;
$$;
COMMENT ON FUNCTION serial.declare_error(bigint, text, jsonb) IS
'declares an event an error, which is an event too, and undoes what it did; returns the number of the declaration; errors 42704 no such event, 55000 already declared, or a later event or a link depends on it, or the state before it is detached';
REVOKE EXECUTE ON FUNCTION serial.declare_error(bigint, text, jsonb) FROM PUBLIC;
