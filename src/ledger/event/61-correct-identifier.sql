-- Corrections of identifiers: one was recorded in place of another.

CREATE FUNCTION serial_internal.has_links(id serial.serial)
RETURNS boolean
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM serial.aggregation AS a WHERE id IN (a.child, a.parent))
		OR EXISTS (SELECT FROM serial.aggregation_history AS h WHERE id IN (h.child, h.parent));
$$;
COMMENT ON FUNCTION serial_internal.has_links(serial.serial) IS
'is an identifier in a link, as child or as container, now or in the past?';

-- Links first: while one of them may change, nobody else writes links, so that the checks
-- below see them all.
CREATE FUNCTION serial_internal.lock_links_of(id serial.serial)
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	is_linked boolean;
BEGIN
	-- An older snapshot would not show links that were written since.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'cannot correct an identifier at isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'feature_not_supported', HINT = 'Use READ COMMITTED.';
	END IF;
	is_linked := serial_internal.has_links(id);
	IF is_linked THEN
		LOCK TABLE serial.aggregation, serial.aggregation_history IN SHARE ROW EXCLUSIVE MODE;
	END IF;
	RETURN is_linked;
END;
$$;
COMMENT ON FUNCTION serial_internal.lock_links_of(serial.serial) IS
'locks all links if an identifier has some, now or in the past, and returns whether it has; errors 0A000 not READ '
'COMMITTED';

CREATE FUNCTION serial_internal.intervals_of_child(id serial.serial)
RETURNS TABLE (parent serial.serial, since timestamptz, until timestamptz)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 2
BEGIN ATOMIC
	SELECT a.parent, a.since, 'infinity' FROM serial.aggregation AS a WHERE a.child = intervals_of_child.id
	UNION ALL
	SELECT h.parent, h.since, h.until FROM serial.aggregation_history AS h WHERE h.child = intervals_of_child.id;
END;
COMMENT ON FUNCTION serial_internal.intervals_of_child(serial.serial) IS
'the containers that an item is or was directly in, and when';

CREATE FUNCTION serial_internal.move_links(wrong serial.serial, "right" serial.serial)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	conflict record;
BEGIN
	IF EXISTS (SELECT FROM serial_internal.intervals_of_child(wrong) AS i WHERE i.parent = "right"
			   UNION ALL SELECT FROM serial_internal.intervals_of_child("right") AS i WHERE i.parent = wrong) THEN
		RAISE EXCEPTION 'cannot correct "%" to "%"', wrong, "right"
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = 'One of the two is or was packed in the other.';
	END IF;
	SELECT w.parent AS wrong_parent, r.parent, greatest(w.since, r.since) AS since INTO conflict
	FROM serial_internal.intervals_of_child(wrong) AS w
	JOIN serial_internal.intervals_of_child("right") AS r ON w.since < r.until AND r.since < w.until
	ORDER BY 3 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'cannot correct "%" to "%"', wrong, "right"
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = format('At %s, "%s" was in "%s" and "%s" in "%s".', conflict.since,
								  wrong, conflict.wrong_parent, "right", conflict.parent);
	END IF;
	UPDATE serial.aggregation AS a SET child = "right" WHERE a.child = wrong;
	UPDATE serial.aggregation AS a SET parent = "right" WHERE a.parent = wrong;
	UPDATE serial.aggregation_history AS h SET child = "right" WHERE h.child = wrong;
	UPDATE serial.aggregation_history AS h SET parent = "right" WHERE h.parent = wrong;
	IF EXISTS (SELECT FROM serial.aggregation AS a WHERE a.parent = "right")
	   OR EXISTS (SELECT FROM serial.aggregation_history AS h WHERE h.parent = "right") THEN
		UPDATE serial.aggregation AS a SET is_container = true WHERE a.child = "right" AND NOT a.is_container;
		UPDATE serial.aggregation_history AS h SET is_container = true WHERE h.child = "right" AND NOT h.is_container;
	END IF;
	BEGIN
		PERFORM serial_internal.containment("right");
	EXCEPTION WHEN data_corrupted THEN
		RAISE EXCEPTION 'cannot correct "%" to "%"', wrong, "right"
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = format('"%s" would be inside itself.', "right");
	END;
END;
$$;
COMMENT ON FUNCTION serial_internal.move_links(serial.serial, serial.serial) IS
'gives the links of one identifier, as child and as container, to another; errors 55000 they contradict the links '
'of the other';

-- The whole event is declared an error, as in EPCIS, and recorded anew for all its items.
-- At one time, events count in the order in which they were recorded, so that those
-- recorded later at that time for one of these items are recorded anew as well.
CREATE FUNCTION serial_internal.events_to_correct(id serial.serial)
RETURNS SETOF bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE corrected(event, event_time) AS (
		SELECT i.event, i.event_time
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = events_to_correct.id AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
		UNION
		SELECT n.event, n.event_time
		FROM corrected AS c
		JOIN serial.event_item AS i ON i.event = c.event
		JOIN serial.event_item AS n ON n.id = i.id AND n.event_time = c.event_time AND n.event > c.event
		JOIN serial.event AS e ON e.event = n.event AND e.record_time = n.record_time
		WHERE e.corrects IS NULL AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	)
	SELECT c.event FROM corrected AS c ORDER BY c.event;
$$;
COMMENT ON FUNCTION serial_internal.events_to_correct(serial.serial) IS
'the events of an identifier, and those recorded later at the same time for one of their items, in the order of '
'recording; declarations of error, and what they declare wrong, aside';

-- Events of a month that is detached are not seen, and would be left for the wrong identifier.
CREATE FUNCTION serial_internal.check_attached_since(id serial.serial)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing date := (
		SELECT d.month FROM serial.item AS i
		JOIN serial.detached_month AS d ON upper(d.events) > least(i.first_event, i.last_event)
		WHERE i.id = check_attached_since.id ORDER BY d.month LIMIT 1);
BEGIN
	IF missing IS NOT NULL THEN
		RAISE EXCEPTION 'events of % are needed and are detached', to_char(missing, 'YYYY-MM')
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('serial.attach_month(%L) takes them back.', missing);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_attached_since(serial.serial) IS
'refuses an item if events since its first are detached; errors 55000';

CREATE FUNCTION serial_internal.check_issued(id serial.serial)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	origin record := serial.origin(id);
BEGIN
	IF origin.pool IS NOT NULL AND origin.state <> 'issued' THEN
		RAISE EXCEPTION '"%" cannot be recorded', id
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = format('It is a number of pool "%s", in state "%s".', origin.pool, origin.state);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_issued(serial.serial) IS
'refuses a number of a pool here that has not been issued, or is void; errors 55000';

-- The numbers of events that are being recorded anew would lead nowhere after the error.
CREATE FUNCTION serial_internal.check_legal_events(id serial.serial)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	illegal record;
BEGIN
	SELECT n.recorded_as, n.business_step, b.disposition INTO illegal
	FROM (
		SELECT i.event, i.event_time, i.role, e.action, e.business_step,
			   coalesce(e.attributes #>> '{correction,wrong_event}', e.event::text) AS recorded_as
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = check_legal_events.id AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)) AS n
	LEFT JOIN LATERAL serial_internal.state(check_legal_events.id, n.event_time, false, n.event - 1) AS b ON true
	WHERE CASE n.role
		WHEN 'input' THEN serial_internal.is_final(b.disposition)
		WHEN 'parent' THEN n.action = 'ADD' AND serial_internal.is_final(b.disposition)
		ELSE serial_internal.contradicted_by(check_legal_events.id, b.disposition, b.disposition_event, b.since,
											 n.event_time, n.event - 1) = n.event END
	ORDER BY n.event_time, n.event LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'event % would not be legal for "%"', illegal.recorded_as, id
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = format('Its step is %s, and the item would be %s.',
								  coalesce(illegal.business_step, 'not given'),
								  coalesce(illegal.disposition, 'unknown'));
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_legal_events(serial.serial) IS
'refuses an item whose events are not legal one after the other; errors 55000';

CREATE FUNCTION serial_internal.check_lot_of(e serial.event, wrong serial.serial, "right" serial.serial)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	trade_item text := serial.gtin("right");
	known date;
BEGIN
	IF e.lot IS NULL OR trade_item IS NOT DISTINCT FROM serial.gtin(wrong) THEN
		RETURN;
	END IF;
	PERFORM serial_internal.check_lot(e.lot, trade_item IS NOT NULL);
	IF trade_item IS NOT NULL THEN
		SELECT l.known_expiry INTO known FROM serial_internal.enter_lot(ARRAY[trade_item], e.lot, e.expiry) AS l;
		IF FOUND THEN
			RAISE EXCEPTION 'cannot correct "%" to "%"', wrong, "right"
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  DETAIL = format('Lot "%s" of GTIN %s expires on %s, not on %s.', e.lot, trade_item, known,
									  e.expiry);
		END IF;
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_lot_of(serial.event, serial.serial, serial.serial) IS
'enters the lot of an event for the trade item of another identifier; errors 22023 no lot of that, 55000 it '
'expires on another day';

-- Attributes are what anybody records, so that an event counts as a correction only if a declaration of the wrong
-- event names it.
CREATE FUNCTION serial_internal.first_wrong_event(e serial.event)
RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT CAST(coalesce(c.correction ->> 'first_event', c.correction ->> 'wrong_event') AS bigint)
		FROM (SELECT e.attributes -> 'correction' AS correction) AS c
		WHERE EXISTS (
			SELECT FROM serial.event AS d
			WHERE d.corrects = CASE WHEN c.correction ->> 'wrong_event' ~ '^[0-9]{1,18}$'
					THEN CAST(c.correction ->> 'wrong_event' AS bigint) END
			  AND d.attributes #> '{correction,right_event}' = to_jsonb(e.event)));
END;
$$;
COMMENT ON FUNCTION serial_internal.first_wrong_event(serial.event) IS
'the event that serial.correct recorded anew as this one or, if that had been corrected before, the first of them; '
'NULL if it did not';

CREATE FUNCTION serial_internal.corrective_event(declaration serial.event)
RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT r.event
		FROM serial.event AS r
		WHERE r.event = CASE WHEN declaration.attributes #>> '{correction,right_event}' ~ '^[0-9]{1,18}$'
				THEN CAST(declaration.attributes #>> '{correction,right_event}' AS bigint) END
		  AND r.corrects IS NULL AND r.attributes #> '{correction,wrong_event}' = to_jsonb(declaration.corrects));
END;
$$;
COMMENT ON FUNCTION serial_internal.corrective_event(serial.event) IS
'the event that serial.correct recorded in place of the one that this declares an error; NULL if it did not';

CREATE FUNCTION serial_internal.corrected_attributes(e serial.event, reason text)
RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(e.attributes, '{}') || jsonb_build_object('correction', jsonb_strip_nulls(jsonb_build_object(
		'wrong_event', e.event, 'first_event', serial_internal.first_wrong_event(e), 'reason', reason)));
$$;
COMMENT ON FUNCTION serial_internal.corrected_attributes(serial.event, text) IS
'the attributes with which an event is recorded anew: those that it has, and in member correction its number, that of '
'the first wrong event if it was corrected before, and the reason';

-- What is legal was checked when the event was recorded, except for the other identifier.
CREATE FUNCTION serial_internal.correct_event(wrong_event bigint, number bigint, wrong serial.serial,
	"right" serial.serial, reason text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	e serial.event;
	corrected serial.event;
	is_named boolean;
BEGIN
	SELECT o.* INTO e FROM serial.event AS o WHERE o.event = wrong_event;
	SELECT count(*) > 0 INTO is_named FROM serial.event_item AS i WHERE i.event = wrong_event AND i.id = wrong;
	corrected := e;
	corrected.event := number;
	corrected.event_id := NULL;    -- a report of the wrong event that is repeated is known by its eventID
	corrected.record_time := clock_timestamp();
	corrected.recorded_by := session_user;
	corrected.actor := nullif(current_setting('serial.actor'), '');
	corrected.attributes := serial_internal.corrected_attributes(e, reason);
	IF e.parent = wrong THEN
		corrected.parent := "right";
	END IF;
	IF is_named THEN
		PERFORM serial_internal.check_lot_of(corrected, wrong, "right");
	END IF;
	INSERT INTO serial.event_item (id, event_time, event, role, resulting_disposition, record_time)
	SELECT CASE WHEN i.id = wrong THEN "right" ELSE i.id END, i.event_time, corrected.event, i.role,
		i.resulting_disposition, corrected.record_time
	FROM serial.event_item AS i WHERE i.event = wrong_event;
	corrected.digest := serial_internal.event_digest(corrected, serial_internal.event_items_text(corrected.event));
	INSERT INTO serial.event SELECT corrected.*;
END;
$$;
COMMENT ON FUNCTION serial_internal.correct_event(bigint, bigint, serial.serial, serial.serial, text) IS
'records an event anew with one identifier in place of another, under a number that was assigned to it; errors as '
'serial_internal.check_lot_of';

-- A subscriber who takes events in the order of their numbers gets the declarations first, the latest event before
-- those on which it depends, and then what is right.
CREATE FUNCTION serial_internal.correct_accepted(events bigint[], wrong serial.serial, "right" serial.serial,
	reason text)
RETURNS bigint[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	declarations CONSTANT bigint[] := ARRAY(SELECT serial_internal.assign_event_number() FROM unnest(events));
	corrected CONSTANT bigint[] := ARRAY(SELECT serial_internal.assign_event_number() FROM unnest(events));
BEGIN
	PERFORM serial_internal.insert_declaration(o.e, 'incorrect_data', jsonb_build_object('correction',
		jsonb_build_object('right_event', corrected[o.n], 'reason', reason)), declarations[o.latest])
	FROM (SELECT e, n.n, row_number() OVER (ORDER BY e.event_time DESC, e.event DESC) AS latest
		  FROM unnest(events) WITH ORDINALITY AS n(event, n) JOIN serial.event AS e ON e.event = n.event
		  ORDER BY latest) AS o;
	PERFORM serial_internal.correct_event(n.event, n.number, wrong, "right", reason)
	FROM (SELECT c.event, c.number FROM unnest(events, corrected) AS c(event, number) ORDER BY c.number) AS n;
	RETURN corrected;
END;
$$;
COMMENT ON FUNCTION serial_internal.correct_accepted(bigint[], serial.serial, serial.serial, text) IS
'declares events, which are in the order of recording, errors, records them anew with one identifier in place of '
'another, and returns the new events; errors as serial_internal.check_lot_of';

-- Reports that were kept as evidence may be legal for the right identifier: they go through
-- all checks.  The declaration names the new event, which therefore comes first; evidence bars nothing.
CREATE FUNCTION serial_internal.correct_evidence(wrong_event bigint, wrong serial.serial, "right" serial.serial,
	reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	e serial.event;
	ids serial.serial[];
	inputs serial.serial[];
	outputs serial.serial[];
	right_event bigint;
BEGIN
	SELECT o.* INTO e FROM serial.event AS o WHERE o.event = wrong_event;
	SELECT coalesce(array_agg(n.id) FILTER (WHERE n.role IN ('item', 'child')), '{}'),
		   coalesce(array_agg(n.id) FILTER (WHERE n.role = 'input'), '{}'),
		   coalesce(array_agg(n.id) FILTER (WHERE n.role = 'output'), '{}') INTO ids, inputs, outputs
	FROM (SELECT CASE WHEN i.id = wrong THEN "right" ELSE i.id END AS id, i.role FROM serial.event_item AS i
		WHERE i.event = wrong_event) AS n;
	right_event := serial.record(e.type, e.action, ids, e.business_step, e.disposition, e.event_time, e.read_point,
		e.place, CASE WHEN e.parent = wrong THEN "right" ELSE e.parent END, inputs, outputs, e.lot, e.expiry,
		e.quantities, e.input_quantities, e.business_transactions, e.sources, e.destinations,
		e.persistent_disposition, e.transformation, NULL, e.time_zone_offset,
		serial_internal.corrected_attributes(e, reason), false);
	PERFORM serial.declare_error(wrong_event, 'incorrect_data',
		jsonb_build_object('correction', jsonb_build_object('right_event', right_event, 'reason', reason)));
	RETURN right_event;
END;
$$;
COMMENT ON FUNCTION serial_internal.correct_evidence(bigint, serial.serial, serial.serial, text) IS
'declares an event that was not accepted an error, and reports it again with one identifier in place of another; '
'returns the new event';

-- Links count among the steps of their time by the numbers of events.
CREATE FUNCTION serial_internal.renumber_links(wrong_events bigint[], right_events bigint[])
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH event AS MATERIALIZED (
		SELECT n.wrong, n.right_event, i.id FROM unnest(wrong_events, right_events) AS n(wrong, right_event)
		JOIN serial.event_item AS i ON i.event = n.right_event
	), link AS (
		UPDATE serial.aggregation AS a SET since_event = n.right_event FROM event AS n
		WHERE a.since_event = n.wrong AND n.id = a.child
	), interval AS MATERIALIZED (
		SELECT h.child, h.until, h.until_event,
			   max(n.right_event) FILTER (WHERE n.wrong = h.since_event) AS since_number,
			   max(n.right_event) FILTER (WHERE n.wrong = h.until_event) AS until_number
		FROM event AS n JOIN serial.aggregation_history AS h ON n.id IN (h.child, h.parent)
			AND n.wrong IN (h.since_event, h.until_event)
		GROUP BY h.child, h.until, h.until_event
	)
	UPDATE serial.aggregation_history AS h
	SET since_event = coalesce(i.since_number, h.since_event), until_event = coalesce(i.until_number, h.until_event)
	FROM interval AS i WHERE h.child = i.child AND h.until = i.until AND h.until_event = i.until_event;
$$;
COMMENT ON FUNCTION serial_internal.renumber_links(bigint[], bigint[]) IS
'gives links the numbers of events that are recorded anew';
REVOKE EXECUTE ON FUNCTION serial_internal.renumber_links(bigint[], bigint[]) FROM PUBLIC;

-- Each of the two may have been in a container when the other was recorded to end.
CREATE FUNCTION serial_internal.leave_where_ended(wrong serial.serial, "right" serial.serial)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	ending record;
BEGIN
	FOR ending IN
		SELECT i.event, i.event_time, c.id, t.ids AS together
		FROM serial.event_item AS i
		JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		CROSS JOIN LATERAL (SELECT array_agg(t.id) FROM serial.event_item AS t WHERE t.event = i.event) AS t(ids)
		CROSS JOIN (VALUES (wrong), ("right")) AS c(id)
		WHERE i.id = "right" AND i.role <> 'parent' AND serial_internal.is_final(i.resulting_disposition)
		  AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS d WHERE d.corrects = e.event)
		ORDER BY i.event_time, i.event
	LOOP
		IF NOT EXISTS (SELECT FROM serial.aggregation AS a
			WHERE a.child = ending.id AND a.parent = ANY (ending.together)) THEN
			PERFORM serial_internal.leave_containers(ARRAY[ending.id], ending.event_time, ending.event, ending.together,
													 true);
		END IF;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial_internal.leave_where_ended(serial.serial, serial.serial) IS
'takes both identifiers of an item out of the containers in which they are, or were, when an event of the right one '
'ends it without the container';
REVOKE EXECUTE ON FUNCTION serial_internal.leave_where_ended(serial.serial, serial.serial) FROM PUBLIC;

CREATE FUNCTION serial_internal.check_never_together(events bigint[], wrong serial.serial, "right" serial.serial)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	common_event bigint;
BEGIN
	SELECT i.event INTO common_event FROM serial.event_item AS i
	WHERE i.event = ANY (events) AND i.id = "right"
	  AND EXISTS (SELECT FROM serial.event_item AS w WHERE w.event = i.event AND w.id = wrong) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'cannot correct "%" to "%"', wrong, "right"
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('Event %s names both.', common_event),
				  HINT = format('Declare event %s an error and record it again.', common_event);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_never_together(bigint[], serial.serial, serial.serial) IS
'refuses events of which one names both identifiers; errors 55000';

-- The events to correct, and whether there are links, were read before the locks were taken.
CREATE FUNCTION serial_internal.lock_items_to_correct(wrong serial.serial, wrong_events bigint[], is_linked boolean,
	items serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM serial_internal.lock_items(items);
	PERFORM serial_internal.check_attached_since(wrong),
		serial_internal.check_attached(ARRAY(SELECT i.first_event FROM serial.item AS i WHERE i.id = ANY (items)));
	IF wrong_events <> ARRAY(SELECT serial_internal.events_to_correct(wrong))
	   OR (NOT is_linked AND serial_internal.has_links(wrong)) THEN
		RAISE EXCEPTION 'could not serialize access due to concurrent recording of events or links of "%"', wrong
			USING ERRCODE = 'serialization_failure', HINT = 'Correct the identifier again.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.lock_items_to_correct(serial.serial, bigint[], boolean, serial.serial[]) IS
'locks the items of all events that are to be corrected; errors 55000 events that are needed are detached, 40001 the '
'wrong identifier has other events or links by now';
REVOKE EXECUTE ON FUNCTION
	serial_internal.lock_items_to_correct(serial.serial, bigint[], boolean, serial.serial[]) FROM PUBLIC;

-- JIT is disabled: compilation costs more than to correct an item.
CREATE FUNCTION serial.correct(wrong serial.serial, "right" serial.serial, reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
	is_linked boolean;
	is_known boolean;
	wrong_events bigint[];
	items serial.serial[];
	accepted bigint[];
	corrected bigint[];
	changed_since timestamptz;
BEGIN
	IF wrong IS NULL OR "right" IS NULL OR reason IS NULL THEN
		RAISE EXCEPTION 'identifiers and reason must not be null' USING ERRCODE = 'null_value_not_allowed';
	ELSIF wrong = "right" THEN
		RAISE EXCEPTION 'the wrong and the right identifier are the same: "%"', wrong
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	-- Events are recorded in this order, too: the partitions of a month are created before links are locked.
	PERFORM serial_internal.open_month(clock_timestamp());
	is_linked := serial_internal.lock_links_of(wrong);
	wrong_events := ARRAY(SELECT serial_internal.events_to_correct(wrong));
	IF cardinality(wrong_events) = 0 AND NOT is_linked THEN
		RAISE EXCEPTION 'no event of "%" is recorded', wrong USING ERRCODE = 'undefined_object';
	END IF;
	PERFORM serial_internal.check_issued("right");
	items := ARRAY(SELECT i.id FROM serial.event_item AS i WHERE i.event = ANY (wrong_events) UNION VALUES (wrong),
		("right"));
	is_known := EXISTS (SELECT FROM serial.event_item AS i WHERE i.id = "right")
		OR EXISTS (SELECT FROM serial_internal.intervals_of_child("right"));
	PERFORM serial_internal.lock_items_to_correct(wrong, wrong_events, is_linked, items);
	PERFORM serial_internal.check_never_together(wrong_events, wrong, "right");
	accepted := ARRAY(SELECT e.event FROM serial.event AS e WHERE e.event = ANY (wrong_events) AND e.is_accepted
		ORDER BY e.event);
	corrected := serial_internal.correct_accepted(accepted, wrong, "right", reason);
	PERFORM serial_internal.leave_where_ended(wrong, "right");
	IF is_linked THEN
		PERFORM serial_internal.move_links(wrong, "right");
	END IF;
	PERFORM serial_internal.renumber_links(accepted, corrected);
	IF is_known THEN
		PERFORM serial_internal.check_legal_events("right");
	END IF;
	changed_since := (SELECT min(e.event_time) FROM serial.event AS e WHERE e.event = ANY (accepted));
	PERFORM serial_internal.recompute_items(items
		|| serial_internal.affected_items(items, changed_since));
	PERFORM serial_internal.correct_evidence(c.event, wrong, "right", reason)
	FROM (SELECT n.event FROM unnest(wrong_events) AS n(event) WHERE n.event <> ALL (accepted) ORDER BY n.event) AS c;
	RETURN cardinality(wrong_events);
END;
$$;
COMMENT ON FUNCTION serial.correct(serial.serial, serial.serial, text) IS
'corrects an identifier that was recorded in place of another: its events are declared errors and recorded anew '
'for the right one, and its links become those of the right one; returns the number of events; errors 42704 '
'nothing is recorded of it, 55000 an event or link would not be legal for the right one, or is detached, 22023 '
'both are the same, 22004 a NULL, 40001 its events or links are being recorded, 0A000 an isolation level other '
'than READ COMMITTED';
REVOKE EXECUTE ON FUNCTION serial.correct(serial.serial, serial.serial, text) FROM PUBLIC;
