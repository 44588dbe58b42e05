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

CREATE FUNCTION serial_internal.contradicted_by(
	id serial.serial, disposition text, disposition_event bigint, since timestamptz, after_time timestamptz,
		after_event bigint)
RETURNS bigint
LANGUAGE C STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_contradicted_by';
COMMENT ON FUNCTION serial_internal.contradicted_by(serial.serial, text, bigint, timestamptz, timestamptz, bigint) IS
'the first event of an item after another that would not be legal if the item were in a disposition since a time, '
'by an event; NULL if none';
REVOKE EXECUTE ON FUNCTION serial_internal.contradicted_by(serial.serial, text, bigint, timestamptz, timestamptz,
	bigint) FROM PUBLIC;

-- One pass over the items, since to read what happened to an item is most of the cost.
CREATE FUNCTION serial_internal.before_and_after(
	ids serial.serial[], changed serial.serial[], begins boolean, at timestamptz, event bigint,
	OUT ended_since timestamptz, OUT dependent bigint)
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_before_and_after';
COMMENT ON FUNCTION serial_internal.before_and_after(serial.serial[], serial.serial[], boolean, timestamptz,
	bigint) IS
'the first time since which one of the items of an event is in a final disposition before it, infinity if none is; '
'and a later event that would not be legal without it, by the items of which it changed the dispositions, or that '
'names an item that it begins, NULL if there is none';
REVOKE EXECUTE ON FUNCTION serial_internal.before_and_after(serial.serial[], serial.serial[], boolean, timestamptz,
	bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.affected_items(containers serial.serial[], since timestamptz)
RETURNS serial.serial[]
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_affected_items';
COMMENT ON FUNCTION serial_internal.affected_items(serial.serial[], timestamptz) IS
'what was in containers, at any depth, and has left one at or after a time, or has an event since';
REVOKE EXECUTE ON FUNCTION serial_internal.affected_items(serial.serial[], timestamptz) FROM PUBLIC;

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
		SELECT h.child, h.parent FROM serial.aggregation_history AS h WHERE h.child = i.id
			AND (h.until, h.until_event) > ((e).event_time, (e).event)
		UNION ALL
		SELECT h.child, h.parent FROM serial.aggregation_history AS h WHERE h.parent = i.id
			AND (h.until, h.until_event) > ((e).event_time, (e).event)) AS l
	WHERE i.event = (e).event AND serial_internal.is_beginning((e).type, (e).action)
	LIMIT 1;
$$;
COMMENT ON FUNCTION serial_internal.link_depends_on(serial.event) IS
'a link of an item that an event begins, from that time on; no row if there is none';

-- The links that begin with a packing.  Those that version 0.1.0 wrote have no number.
CREATE FUNCTION serial_internal.links_begun_by(e serial.event, children serial.serial[])
RETURNS TABLE (child serial.serial, until timestamptz, until_event bigint, next_time timestamptz, next_event bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	WITH begun AS MATERIALIZED (
		SELECT l.child, l.until, l.until_event FROM serial_internal.links_of(children, true) AS l
		WHERE l.parent = (e).parent AND l.since = (e).event_time AND l.since_event IN (0, (e).event)
	)
	SELECT b.child, b.until, b.until_event, n.event_time, n.event
	FROM begun AS b
	LEFT JOIN LATERAL (
		SELECT o.event_time, o.event
		FROM serial_internal.accepted_item AS o
		WHERE o.id = b.child AND o.role = 'child' AND o.event <> (e).event AND o.event_time >= (e).event_time
		  AND (o.event_time, o.event) < (b.until, b.until_event)
		  AND o.type = 'AggregationEvent' AND o.action = 'ADD' AND o.parent = (e).parent
		ORDER BY o.event_time, o.event LIMIT 1) AS n ON true;
$$;
COMMENT ON FUNCTION serial_internal.links_begun_by(serial.event, serial.serial[]) IS
'the links of children that begin with a packing, when they end, and the next packing into the same container '
'before that end, with which they begin when the first one is undone; NULL if there is none';

CREATE FUNCTION serial_internal.undo_packing(e serial.event, children serial.serial[])
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH begun AS MATERIALIZED (
		SELECT l.* FROM serial_internal.links_begun_by(e, children) AS l
	), gone AS (
		DELETE FROM serial.aggregation AS a USING begun AS b
		WHERE a.child = b.child AND b.until = 'infinity' AND b.next_event IS NULL
	), later AS (
		UPDATE serial.aggregation AS a SET since = b.next_time, since_event = b.next_event FROM begun AS b
		WHERE a.child = b.child AND b.until = 'infinity' AND b.next_event IS NOT NULL
	)
	UPDATE serial.aggregation_history AS h SET since = b.next_time, since_event = b.next_event FROM begun AS b
	WHERE h.child = b.child AND h.until = b.until AND h.until_event = b.until_event AND b.next_event IS NOT NULL;
$$;
COMMENT ON FUNCTION serial_internal.undo_packing(serial.event, serial.serial[]) IS
'ends the links that a packing began; what a later event packed into the same container is in it since then';
REVOKE EXECUTE ON FUNCTION serial_internal.undo_packing(serial.event, serial.serial[]) FROM PUBLIC;

-- The planner does not know that the links of many items may have ended at one time, and might read
-- all of them for each item.  IS TRUE keeps it from another index than that by the child, OFFSET 0
-- from another order of joins.
CREATE FUNCTION serial_internal.links_ended_at(ids serial.serial[], at timestamptz)
RETURNS TABLE (relation oid, row_id tid, child serial.serial, parent serial.serial, until_event bigint,
			   former_until timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.relation, l.row_id, c.id, l.parent, l.until_event, l.former_until
	FROM unnest(ids) AS c(id) CROSS JOIN LATERAL (
		SELECT h.tableoid AS relation, h.ctid AS row_id, h.parent, h.until_event, h.former_until
		FROM serial.aggregation_history AS h
		WHERE h.child = c.id AND (h.until = links_ended_at.at) IS TRUE OFFSET 0) AS l;
$$;
COMMENT ON FUNCTION serial_internal.links_ended_at(serial.serial[], timestamptz) IS
'where in serial.aggregation_history the links of items are that ended at a time, and by what';
REVOKE EXECUTE ON FUNCTION serial_internal.links_ended_at(serial.serial[], timestamptz) FROM PUBLIC;

CREATE FUNCTION serial_internal.undo_unpacking(e serial.event, children serial.serial[])
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH gone AS (
		DELETE FROM serial.aggregation_history AS h
		USING serial_internal.links_ended_at(children, (e).event_time) AS l
		WHERE h.tableoid = l.relation AND h.ctid = l.row_id
		  AND l.parent = (e).parent AND l.until_event IN (0, (e).event)
		RETURNING h.child, h.since, h.since_event)
	SELECT count(serial_internal.pack_again((e).parent, g.children, g.since, g.since_event))
	FROM (SELECT gone.since, gone.since_event, array_agg(gone.child) AS children
		  FROM gone GROUP BY gone.since, gone.since_event) AS g;
$$;
COMMENT ON FUNCTION serial_internal.undo_unpacking(serial.event, serial.serial[]) IS
'packs what an unpacking took out of a container as it was packed before';
REVOKE EXECUTE ON FUNCTION serial_internal.undo_unpacking(serial.event, serial.serial[]) FROM PUBLIC;

-- Undoes what an aggregation event did to the links, if they are still so.
CREATE FUNCTION serial_internal.undo_aggregation(e serial.event)
RETURNS serial.serial[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	children serial.serial[] := ARRAY(
		SELECT i.id FROM serial.event_item AS i WHERE i.event = e.event AND i.role = 'child' ORDER BY i.id);
	changed serial.serial;
BEGIN
	IF e.action = 'ADD' THEN
		SELECT o.id INTO changed
		FROM (SELECT c.id FROM unnest(children) AS c(id)
			  EXCEPT
			  SELECT l.child FROM serial_internal.links_of(children, true) AS l
			  WHERE l.parent = e.parent AND l.since <= e.event_time
				AND (l.until, l.until_event) > (e.event_time, e.event)) AS o
		ORDER BY o.id LIMIT 1;
		IF NOT FOUND THEN
			SELECT l.child INTO changed FROM serial_internal.links_begun_by(e, children) AS l
			WHERE l.until < 'infinity' AND l.next_event IS NULL LIMIT 1;
		END IF;
		IF NOT FOUND THEN
			PERFORM serial_internal.undo_packing(e, children);
			RETURN children;
		END IF;
	ELSIF e.action = 'DELETE' AND (cardinality(children) > 0 OR coalesce(jsonb_array_length(e.quantities), 0) = 0) THEN
		children := ARRAY(SELECT h.child FROM serial.aggregation_history AS h
						  WHERE h.parent = e.parent AND h.until = e.event_time AND h.until_event IN (0, e.event)
							AND (cardinality(children) = 0 OR h.child IN (SELECT c.id FROM unnest(children) AS c(id)))
						  ORDER BY h.child);
		SELECT l.child INTO changed FROM serial_internal.links_of(children, true) AS l
		WHERE (l.until, l.until_event) > (e.event_time, e.event) ORDER BY l.child LIMIT 1;
		IF NOT FOUND THEN
			PERFORM serial_internal.undo_unpacking(e, children);
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
'unpacks what an aggregation event packed, or packs what it unpacked, as if it had not been, and returns what '
'that was; errors 55000 something was packed or unpacked since';
REVOKE EXECUTE ON FUNCTION serial_internal.undo_aggregation(serial.event) FROM PUBLIC;

-- Items that an event ended are packed again as they were, if they have not been
-- packed since and no other event unpacked them at that time.  What had been unpacked
-- before the end was reported stays unpacked since then.  NOT IN is hashed, however many
-- links there are.
CREATE FUNCTION serial_internal.undo_leaving(e serial.event, ids serial.serial[])
RETURNS TABLE (parent serial.serial, children serial.serial[], since timestamptz, since_event bigint)
LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
	WITH link AS MATERIALIZED (
		SELECT l.* FROM serial_internal.links_ended_at(ids, (e).event_time) AS l WHERE l.until_event IN (0, (e).event)
	), shortened AS (
		UPDATE serial.aggregation_history AS h SET until = h.former_until, until_event = 0, former_until = NULL
		FROM link AS l
		WHERE h.tableoid = l.relation AND h.ctid = l.row_id AND l.until_event = (e).event AND l.former_until IS NOT NULL
	), gone AS (
		DELETE FROM serial.aggregation_history AS h USING link AS l
		WHERE h.tableoid = l.relation AND h.ctid = l.row_id AND l.former_until IS NULL
		  AND l.child NOT IN (SELECT n.child FROM serial_internal.links_of(ids, true) AS n
							  WHERE (n.until, n.until_event) > ((e).event_time, (e).event))
		  AND (l.until_event = (e).event OR NOT EXISTS (    -- 0.1.0 kept no numbers
			SELECT FROM serial_internal.accepted_item AS u
			WHERE u.id = l.child AND u.event_time = (e).event_time AND u.role = 'child'
			  AND u.type = 'AggregationEvent' AND u.action = 'DELETE'))
		RETURNING h.parent, h.child, h.since, h.since_event
	)
	SELECT g.parent, array_agg(g.child ORDER BY g.child), g.since, g.since_event
	FROM gone AS g GROUP BY g.parent, g.since, g.since_event;
$$;
COMMENT ON FUNCTION serial_internal.undo_leaving(serial.event, serial.serial[]) IS
'removes from history that items that an event ended left their containers with it, and returns the links to '
'be restored';
REVOKE EXECUTE ON FUNCTION serial_internal.undo_leaving(serial.event, serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial_internal.return_to_containers(e serial.event)
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH packed AS MATERIALIZED (
		SELECT g.parent, serial_internal.pack_again(g.parent, g.children, g.since, g.since_event)
		FROM serial_internal.undo_leaving(e, ARRAY(
			SELECT i.id FROM serial.event_item AS i
			WHERE i.event = (e).event AND i.role <> 'parent'
			  AND serial_internal.is_final(i.resulting_disposition))) AS g
	)
	SELECT serial_internal.lock_items(array_agg(p.parent)) FROM packed AS p;
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
	SELECT e.event, d.month INTO missing FROM unnest(events) AS e(event)
		JOIN serial.detached_month AS d ON d.events @> e.event LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'event % is needed and is detached', missing.event
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('serial.attach_month(%L) takes it back.', missing.month);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_attached(bigint[]) IS
'refuses events that are detached; errors 55000';

CREATE FUNCTION serial_internal.insert_declaration(e serial.event, reason text, more_attributes jsonb, number bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	e.corrects := e.event;
	e.event := number;
	e.error_reason := reason;
	e.attributes := coalesce(e.attributes, '{}') || coalesce(more_attributes, '{}');
	e.record_time := clock_timestamp();
	e.recorded_by := session_user;
	e.actor := nullif(current_setting('serial.actor'), '');
	INSERT INTO serial.event_item (id, event_time, event, role, record_time)
	SELECT i.id, i.event_time, e.event, i.role, e.record_time FROM serial.event_item AS i WHERE i.event = e.corrects;
	e.digest := serial_internal.event_digest(e, serial_internal.event_items_text(e.event));
	INSERT INTO serial.event SELECT e.*;
	RETURN e.event;
END;
$$;
COMMENT ON FUNCTION serial_internal.insert_declaration(serial.event, text, jsonb, bigint) IS
'records the declaration that an event is an error, which repeats its content, under a number that was assigned to it, '
'and returns that';
REVOKE EXECUTE ON FUNCTION serial_internal.insert_declaration(serial.event, text, jsonb, bigint) FROM PUBLIC;

-- An item that exists keeps its lot: what agreed with a corrected lot depends on the correction, unless a later
-- one decides.
CREATE FUNCTION serial_internal.lot_depends_on(e serial.event)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.event
	FROM (
		SELECT o.event, o.event_time, o.lot, lag(o.lot) OVER earlier AS lot_before,
			   count(*) FILTER (WHERE o.business_step = (e).business_step) OVER later AS corrections
		FROM serial.event_item AS i JOIN serial_internal.accepted_item AS o ON o.id = i.id
		WHERE i.event = (e).event AND o.event <> (e).event
		  AND o.role IN ('item', 'output') AND o.lot IS NOT NULL
		  AND (o.role = 'item' AND (o.business_step IN ('encoding', 'reserving')
									OR o.disposition IN (SELECT serial_internal.dispositions('prepared')))) IS NOT TRUE
		WINDOW earlier AS (PARTITION BY o.id ORDER BY o.event_time, o.event),
			   later AS (PARTITION BY o.id ORDER BY o.event_time DESC, o.event DESC)) AS l
	WHERE l.corrections = 0 AND l.lot <> l.lot_before
	ORDER BY l.event_time, l.event LIMIT 1;
$$;
COMMENT ON FUNCTION serial_internal.lot_depends_on(serial.event) IS
'of an event that corrects a lot: another one that begins one of its items, with a lot that only the correction '
'explains; NULL if there is none';

CREATE FUNCTION serial_internal.check_nothing_depends(e serial.event, dependent bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	of_lot bigint;
	linked record;
BEGIN
	IF dependent IS NOT NULL THEN
		RAISE EXCEPTION 'event % cannot be undone: event % depends on it', e.event, dependent
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('Declare event %s an error first.', dependent);
	END IF;
	IF e.business_step = 'urn:serial:step:correcting_lot' THEN
		of_lot := serial_internal.lot_depends_on(e);
	END IF;
	IF of_lot IS NOT NULL THEN
		RAISE EXCEPTION 'event % cannot be undone: event % depends on it', e.event, of_lot
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = 'That event agrees with the lot to which this one corrected another.',
				  HINT = 'serial.correct_lot corrects the lot again.';
	END IF;
	SELECT l.* INTO linked FROM serial_internal.link_depends_on(e) AS l;
	IF FOUND THEN
		RAISE EXCEPTION 'event % cannot be undone: "%" is packed in "%"', e.event, linked.child, linked.parent
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = 'The event begins an item of that link, which depends on it.',
				  HINT = 'Undo the packing first.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_nothing_depends(serial.event, bigint) IS
'refuses an event that a later event, NULL for none, or a link depends on; errors 55000';

-- Compiling takes longer than to undo an event of ten thousand items.
CREATE FUNCTION serial_internal.event_to_declare(event bigint, attributes jsonb)
RETURNS serial.event
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	e serial.event;
BEGIN
	IF jsonb_typeof(attributes) <> 'object' THEN
		RAISE EXCEPTION 'attributes of an event are not a JSON object'
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('They are of the JSON type %s.', jsonb_typeof(attributes));
	END IF;
	SELECT o.* INTO e FROM serial.event AS o WHERE o.event = event_to_declare.event;
	PERFORM serial_internal.check_attached(ARRAY[event]
		|| ARRAY(SELECT i.first_event FROM serial.event_item AS t JOIN serial.item AS i ON i.id = t.id
			WHERE t.event = e.event AND EXISTS (SELECT FROM serial.detached_month)));
	IF e.event IS NULL THEN
		RAISE EXCEPTION 'event % does not exist', event USING ERRCODE = 'undefined_object';
	ELSIF e.corrects IS NOT NULL THEN
		RAISE EXCEPTION 'event % cannot be declared an error', event
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = format('It declares that event %s is an error.', e.corrects),
				  HINT = 'A declaration is not taken back. Record what happened as a new event.';
	END IF;
	RETURN e;
END;
$$;
COMMENT ON FUNCTION serial_internal.event_to_declare(bigint, jsonb) IS
'the event that is to be declared an error, with these attributes; errors 42704 no such event, 55000 it is a '
'declaration itself, or the state before it is detached, 22023 attributes are no object';
REVOKE EXECUTE ON FUNCTION serial_internal.event_to_declare(bigint, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.declare_error(event bigint, reason text, attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
	e serial.event;
	items serial.serial[];
	around record;
	repacked serial.serial[];
	changed_since timestamptz;
	declaration bigint;
BEGIN
	e := serial_internal.event_to_declare(event, attributes);
	items := ARRAY(SELECT i.id FROM serial.event_item AS i WHERE i.event = e.event);
	PERFORM serial_internal.open_month(clock_timestamp()), serial_internal.lock_items(items);
	LOCK TABLE ONLY serial.event IN ROW EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event) THEN
		RAISE EXCEPTION 'event % has already been declared an error', event
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	-- what a step left may be known better by now than when it was recorded
	SELECT a.* INTO around FROM serial_internal.before_and_after(items,
		ARRAY(SELECT i.id FROM serial.event_item AS i
			  WHERE i.event = e.event
				AND (i.resulting_disposition IS NOT NULL
					 OR EXISTS (SELECT FROM serial.transition AS t WHERE t.business_step = e.business_step))),
		serial_internal.is_beginning(e.type, e.action), e.event_time, e.event) AS a;
	IF e.is_accepted THEN
		PERFORM serial_internal.check_nothing_depends(e, around.dependent);
	END IF;
	changed_since := least(e.event_time, around.ended_since);
	IF e.is_accepted AND e.type = 'AggregationEvent' THEN
		-- what was in the container then may not be named in the event
		repacked := ARRAY(SELECT unnest(serial_internal.undo_aggregation(e)) EXCEPT SELECT unnest(items));
		IF cardinality(repacked) > 0 THEN
			SELECT least(changed_since, a.ended_since) INTO changed_since
			FROM serial_internal.before_and_after(repacked, '{}', false, e.event_time, e.event) AS a;
			items := items || repacked;
		END IF;
	END IF;
	IF e.is_accepted AND e.type <> 'AggregationEvent' THEN
		PERFORM serial_internal.return_to_containers(e);
	END IF;
	declaration := serial_internal.insert_declaration(e, serial_internal.vocabulary_word('error_reason', reason),
		attributes, serial_internal.assign_event_number());
	-- an item that was final before may not be so now, or the reverse: its events since then count, or do not
	PERFORM serial_internal.recompute_items(items
		|| serial_internal.affected_items(items, changed_since));
	RETURN declaration;
END;
$$;
COMMENT ON FUNCTION serial.declare_error(bigint, text, jsonb) IS
'declares an event an error, which is an event too, and undoes what it did; returns the number of the '
'declaration; errors 42704 no such event, 55000 already declared, or itself a declaration, or a later event or a '
'link depends on it, or the state before it is detached, 22023 no such reason, or attributes are no object';
REVOKE EXECUTE ON FUNCTION serial.declare_error(bigint, text, jsonb) FROM PUBLIC;
