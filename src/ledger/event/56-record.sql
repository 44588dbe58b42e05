-- Recording

-- Without a unit a quantity counts whole trade items.
CREATE FUNCTION serial_internal.check_quantities(list jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wrong jsonb := (
		SELECT q.entry FROM jsonb_array_elements(CASE jsonb_typeof(list) WHEN 'array' THEN list
			ELSE jsonb_build_array(list) END) AS q(entry)
		WHERE NOT coalesce(jsonb_typeof(list) = 'array' AND jsonb_typeof(q.entry -> 'epcClass') = 'string'
			AND CASE WHEN q.entry ? 'quantity' THEN jsonb_path_exists(q.entry, '$.quantity ? (@ > 0)')
					AND (q.entry ? 'uom' OR jsonb_path_exists(q.entry, '$.quantity ? (@.floor() == @)'))
				ELSE true END
			AND CASE WHEN q.entry ? 'uom' THEN q.entry ->> 'uom' ~ '^[A-Z0-9]{2,3}$' ELSE true END, false)
		LIMIT 1);
BEGIN
	IF list IS NOT NULL AND wrong IS NOT NULL THEN
		RAISE EXCEPTION 'invalid quantity: %', wrong
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'It must be in an array of objects like {"epcClass": "...", "quantity": 3}, with a positive '
						   'whole number, or one of any kind and a unit ("uom") of two or three characters.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_quantities(jsonb) IS
'refuses quantityElements that EPCIS 2.0 does not allow; errors 22023';

CREATE FUNCTION serial_internal.check_persistent_disposition(persistent jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	checked jsonb;
BEGIN
	IF persistent IS NULL THEN
		RETURN NULL;
	END IF;
	IF jsonb_typeof(persistent) = 'object' AND persistent <> '{}' AND persistent - '{set,unset}'::text[] = '{}'
	   AND coalesce(jsonb_typeof(persistent -> 'set'), 'array') = 'array'
		AND coalesce(jsonb_typeof(persistent -> 'unset'), 'array') = 'array' THEN
		checked := (
			SELECT jsonb_object_agg(m.key,
				(SELECT coalesce(jsonb_agg(serial_internal.vocabulary_word('disposition', w.word) ORDER BY w.n), '[]')
											FROM jsonb_array_elements_text(m.value) WITH ORDINALITY AS w(word, n)))
			FROM jsonb_each(persistent) AS m);
		IF NOT coalesce(checked -> 'set' ?| ARRAY(SELECT jsonb_array_elements_text(checked -> 'unset')), false) THEN
			RETURN checked;
		END IF;
	END IF;
	RAISE EXCEPTION 'invalid persistent disposition: %', persistent
		USING ERRCODE = 'invalid_parameter_value',
			  DETAIL = 'It must be {"set": [...], "unset": [...]}, or one of the two, and no word may be in both.';
END;
$$;
COMMENT ON FUNCTION serial_internal.check_persistent_disposition(jsonb) IS
'a persistent disposition with its words in one form; errors 22023 none, or a word that is neither of CBV 2.0 nor '
'a URI';

CREATE FUNCTION serial_internal.new_persistent_dispositions(persistent_disposition jsonb, event_time timestamptz,
	event bigint)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_object_agg(w.word, jsonb_build_object('set', m.key = 'set', 'at',
		serial_internal.timestamp_text(new_persistent_dispositions.event_time), 'by', new_persistent_dispositions.event)
							ORDER BY m.key DESC)
	FROM jsonb_each(persistent_disposition) AS m CROSS JOIN LATERAL jsonb_array_elements_text(m.value) AS w(word);
END;
COMMENT ON FUNCTION serial_internal.new_persistent_dispositions(jsonb, timestamptz, bigint) IS
'the persistent disposition of an event as serial_internal.decide_persistent_dispositions has it; NULL if it '
'names no word';

-- The state of items

-- A recall that is open now counts whenever the event happened.  What happens to a container
-- happens to its contents, so that their conditions are its own.
CREATE FUNCTION serial_internal.item_conditions(ids serial.serial[], with_persistent_dispositions serial.serial[],
	at timestamptz)
RETURNS TABLE (id serial.serial, condition text, detail text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
	WITH member AS (
		SELECT t.id AS asked, t.id, 'It' AS subject FROM unnest(ids) AS t(id)
		UNION ALL
		SELECT t.id, c.id, format('It contains "%s", which', c.id)
		FROM unnest(ids) AS t(id)
		-- LIMIT 1 makes the planner use the index, and ask for contents only where there are some
		CROSS JOIN LATERAL (
			SELECT a.parent FROM serial.aggregation AS a
			WHERE a.parent = t.id AND a.since <= item_conditions.at LIMIT 1) AS p
		CROSS JOIN LATERAL serial.contents(p.parent, item_conditions.at) AS c
	), item AS MATERIALIZED (
		SELECT m.asked, m.subject, m.id, i.lot, coalesce(l.expiry, i.expiry) AS expiry, i.last_time,
			   m.id <> m.asked AND i.persistent_dispositions IS NOT NULL AS is_marked,
			   CASE WHEN m.id = m.asked THEN NULL
					WHEN i.last_time > item_conditions.at THEN
						(SELECT s.disposition FROM serial_internal.state(m.id, item_conditions.at) AS s)
					ELSE i.disposition END AS disposition
		FROM member AS m
		LEFT JOIN LATERAL (SELECT n.* FROM serial.item AS n WHERE n.id = m.id OFFSET 0) AS i ON true
		LEFT JOIN LATERAL (
			SELECT k.expiry FROM serial.lot AS k
			WHERE k.gtin = serial.gtin(m.id) AND k.lot = serial_internal.lot_of(m.id, i.lot) OFFSET 0) AS l ON true
	), marked AS MATERIALIZED (
		SELECT i.asked, i.subject, i.id, w.word
		FROM (SELECT o.*
			  FROM unnest(with_persistent_dispositions) AS t(id) JOIN item AS o ON o.id = t.id AND o.asked = t.id
			  UNION ALL
			  SELECT c.* FROM item AS c WHERE c.is_marked) AS i
		CROSS JOIN LATERAL unnest(serial_internal.blocking_dispositions(
			CASE WHEN i.last_time > item_conditions.at THEN (SELECT s.persistent_dispositions
				FROM serial_internal.state(i.id, item_conditions.at) AS s)
				 ELSE serial_internal.current_persistent_dispositions(i.id) END)) AS w(word)
	)
	SELECT DISTINCT ON (c.asked, c.n, c.condition) c.asked, c.condition, c.subject || c.detail
	FROM (
		SELECT i.asked, i.subject, i.id, 1 AS n, 'recalled' AS condition,
			   format(' is under recall %s.', r.recall) AS detail
		FROM item AS i
		JOIN serial.recall AS r ON r.recall = serial_internal.recall_of(i.id, serial_internal.lot_of(i.id, i.lot))
		WHERE EXISTS (SELECT FROM serial.recall AS o WHERE o.closed_at IS NULL)
		UNION ALL
		SELECT m.asked, m.subject, m.id, 2, 'recalled', ' has the persistent disposition recalled.'
		FROM marked AS m WHERE m.word = 'recalled'
		UNION ALL
		SELECT m.asked, m.subject, m.id, 3, 'quarantined', format(' has the persistent disposition %s.',
			string_agg(m.word, ', ' ORDER BY m.word))
		FROM marked AS m WHERE m.word <> 'recalled' GROUP BY m.asked, m.subject, m.id
		UNION ALL
		SELECT i.asked, i.subject, i.id, 4, 'expired', format(' expired on %s.', i.expiry)
		FROM item AS i WHERE i.expiry < serial_internal.day_of(item_conditions.at)
		UNION ALL    -- of the items themselves, transitions tell which dispositions are legal
		SELECT i.asked, i.subject, i.id, 5, i.disposition, format(' is %s.', i.disposition)
		FROM item AS i WHERE i.disposition IN ('recalled', 'expired')
	) AS c
	ORDER BY c.asked, c.n, c.condition, c.id;
$$;
COMMENT ON FUNCTION serial_internal.item_conditions(serial.serial[], serial.serial[], timestamptz) IS
'of items, some of which may have persistent dispositions, those that are recalled, quarantined or expired at a '
'time, or contain something that is, with the reason, in the order of their identifiers';

-- The state is computed once a container, and not for each of the items in it: the planner does
-- not know how few containers there are.
CREATE FUNCTION serial_internal.containers_elsewhere(ids serial.serial[], place text, read_point text)
RETURNS TABLE (id serial.serial, container serial.serial, place text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
	WITH link AS MATERIALIZED (
		SELECT a.child, a.parent FROM serial_internal.links_of(ids) AS a
	), elsewhere AS MATERIALIZED (
		SELECT q.parent, s.place
		FROM (SELECT DISTINCT n.parent FROM link AS n) AS q
		CROSS JOIN LATERAL serial_internal.current_state(q.parent) AS s
		WHERE s.place IS NOT NULL
		  AND serial_internal.is_elsewhere(s.place, containers_elsewhere.place, containers_elsewhere.read_point)
	)
	SELECT l.child, l.parent, e.place FROM link AS l JOIN elsewhere AS e USING (parent) ORDER BY l.child;
$$;
COMMENT ON FUNCTION serial_internal.containers_elsewhere(serial.serial[], text, text) IS
'of items, those that are in a container which is known to be elsewhere than an event, with the container and its '
'place, in the order of their identifiers';

CREATE FUNCTION serial_internal.lock_items(ids serial.serial[])
RETURNS void
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_lock_items';
COMMENT ON FUNCTION serial_internal.lock_items(serial.serial[]) IS
'locks the rows of items in serial.item in the order of their identifiers, creates those that are missing, and '
'locks their containers for share';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_items(serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial_internal.lock_known_items(ids serial.serial[])
RETURNS void
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_lock_known_items';
COMMENT ON FUNCTION serial_internal.lock_known_items(serial.serial[]) IS
'locks the rows of items in serial.item, where there are any, in the order of their identifiers, so that sessions '
'that will record events of the same items wait for each other instead of blocking each other';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_known_items(serial.serial[]) FROM PUBLIC;

-- A place without coordinates, such as a bin, is where the place above it is.
CREATE FUNCTION serial_internal.location_of(place text)
RETURNS serial.place
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH RECURSIVE above AS (
		SELECT p.place, p.parent, num_nulls(p.latitude, p.longitude) = 0 AS is_located
		FROM serial.place AS p WHERE p.place = location_of.place
		UNION
		SELECT p.place, p.parent, num_nulls(p.latitude, p.longitude) = 0
		FROM above AS a JOIN serial.place AS p ON p.place = a.parent WHERE NOT a.is_located
	)
	SELECT p FROM above AS a JOIN serial.place AS p ON p.place = a.place WHERE a.is_located;
END;
COMMENT ON FUNCTION serial_internal.location_of(text) IS
'a place or, if its coordinates are not known, the nearest place above it that has some; NULL if there is none';

-- Great circles, on a sphere: an alert needs no more.
CREATE FUNCTION serial_internal.distance_km(a serial.place, b serial.place)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT 2 * 6371 * asin(sqrt(CASE WHEN h.haversine > 1 THEN 1 ELSE h.haversine END))
	FROM (SELECT sind(((b).latitude - (a).latitude) / 2) ^ 2
		  + cosd((a).latitude) * cosd((b).latitude) * sind(((b).longitude - (a).longitude) / 2) ^ 2 AS haversine) AS h;
END;
COMMENT ON FUNCTION serial_internal.distance_km(serial.place, serial.place) IS
'the distance of two places in kilometres; NULL if the coordinates of one are not known';

CREATE FUNCTION serial_internal.check_travel_speed(event bigint, place text, event_time timestamptz,
	ids serial.serial[])
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH item AS MATERIALIZED (
		SELECT t.id, p.place, p.place_since
		FROM unnest(ids) AS t(id)
		CROSS JOIN LATERAL serial_internal.state(t.id, check_travel_speed.event_time) AS p
	), distance AS MATERIALIZED (
		SELECT k.place, d.km
		FROM (SELECT DISTINCT i.place FROM item AS i) AS k
		CROSS JOIN LATERAL serial_internal.distance_km(serial_internal.location_of(k.place),
			serial_internal.location_of(check_travel_speed.place)) AS d(km)
		WHERE d.km > 1 AND serial_internal.is_elsewhere(k.place, check_travel_speed.place, NULL)
	)
	SELECT count(serial_internal.raise_alert('impossible travel', i.id, check_travel_speed.event,
		format('It was at "%s" at %s and at "%s" at %s: %s km.', i.place, i.place_since, check_travel_speed.place,
			check_travel_speed.event_time, round(d.km))))
	FROM item AS i JOIN distance AS d ON d.place = i.place
	WHERE d.km > current_setting('serial.max_speed')::double precision
		  * extract(epoch FROM check_travel_speed.event_time - i.place_since) / 3600;
END;
COMMENT ON FUNCTION serial_internal.check_travel_speed(bigint, text, timestamptz, serial.serial[]) IS
'raises an alert for each item that cannot have reached the place of an event in time at serial.max_speed, from a '
'place that is neither a part of it nor the reverse, and returns how many';
REVOKE EXECUTE ON FUNCTION serial_internal.check_travel_speed(bigint, text, timestamptz, serial.serial[]) FROM PUBLIC;

-- Links, as events change them

CREATE FUNCTION serial_internal.leave_at_end(children serial.serial[], container serial.serial, at timestamptz)
RETURNS void
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_leave_at_end';
COMMENT ON FUNCTION serial_internal.leave_at_end(serial.serial[], serial.serial, timestamptz) IS
'takes children that were packed at a time, as is reported only now, out of the container when they ended by '
'themselves after it';
REVOKE EXECUTE ON FUNCTION serial_internal.leave_at_end(serial.serial[], serial.serial, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial_internal.apply_later_packings(container serial.serial, at timestamptz, event bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	packings bigint[] := ARRAY(SELECT i.event FROM serial.event_item AS i
							   WHERE i.id = container AND i.role = 'parent'
								 AND (i.event_time, i.event) > (apply_later_packings.at, apply_later_packings.event));
BEGIN
	IF cardinality(packings) = 0 THEN
		RETURN;
	END IF;
	PERFORM serial_internal.pack_for_event(container, n.children, n.event_time, n.event, false)
	FROM (SELECT p.event_time, p.event, array_agg(p.child) AS children
		  FROM (SELECT DISTINCT ON (c.id) c.id AS child, a.event_time, a.event
				FROM serial_internal.accepted_item AS a
				JOIN serial.event_item AS c ON c.event = a.event AND c.record_time = a.record_time AND c.role = 'child'
				WHERE a.event = ANY (packings) AND a.id = apply_later_packings.container AND a.role = 'parent'
				  AND a.type = 'AggregationEvent' AND a.action = 'ADD'
				ORDER BY c.id, a.event_time, a.event) AS p
		  JOIN serial.aggregation_history AS h
			ON h.child = p.child AND h.until = apply_later_packings.at AND h.until_event = apply_later_packings.event
		  WHERE h.parent = apply_later_packings.container
		  GROUP BY p.event_time, p.event) AS n;
END;
$$;
COMMENT ON FUNCTION serial_internal.apply_later_packings(serial.serial, timestamptz, bigint) IS
'packs what an event unpacked, as is reported only now, into the same container again where a later event says so';
REVOKE EXECUTE ON FUNCTION serial_internal.apply_later_packings(serial.serial, timestamptz, bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.later_unpacking(container serial.serial, at timestamptz, after bigint)
RETURNS TABLE (event_time timestamptz, event bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN QUERY
	SELECT a.event_time, a.event
	FROM serial_internal.accepted_item AS a
	JOIN serial.event AS e ON e.event = a.event AND e.record_time = a.record_time
	WHERE a.id = later_unpacking.container AND a.role = 'parent'
	  AND a.type = 'AggregationEvent' AND a.action = 'DELETE' AND e.quantities IS NULL
	  AND (a.event_time, a.event) > (later_unpacking.at, later_unpacking.after)
	  AND NOT EXISTS (SELECT FROM serial.event_item AS c
					  WHERE c.event = a.event AND c.record_time = a.record_time AND c.role = 'child')
	ORDER BY a.event_time, a.event LIMIT 1;
END;
$$;
COMMENT ON FUNCTION serial_internal.later_unpacking(serial.serial, timestamptz, bigint) IS
'the first event after a given one that took all out of a container; no row if there is none';
REVOKE EXECUTE ON FUNCTION serial_internal.later_unpacking(serial.serial, timestamptz, bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.apply_later_unpacking(container serial.serial, ids serial.serial[], at timestamptz,
	event bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	later record;
	children serial.serial[];
BEGIN
	SELECT u.* INTO later FROM serial_internal.later_unpacking(container, at, event) AS u;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	children := ARRAY(SELECT l.child FROM serial_internal.links_of(ids) AS l
					  WHERE l.parent = apply_later_unpacking.container
						AND (l.since, l.since_event) <= (later.event_time, later.event));
	IF cardinality(children) > 0 THEN
		PERFORM serial_internal.unpack_for_event(children, later.event_time, later.event, false);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.apply_later_unpacking(serial.serial, serial.serial[], timestamptz, bigint) IS
'takes items that were packed at a time, as is reported only now, out of the container where a later event took '
'all out of it';
REVOKE EXECUTE ON FUNCTION serial_internal.apply_later_unpacking(serial.serial, serial.serial[], timestamptz, bigint)
	FROM PUBLIC;

CREATE FUNCTION serial_internal.do_aggregation(
	action text, parent serial.serial, ids serial.serial[], at timestamptz, event bigint,
	later serial.serial[], states_follow boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	outsider serial.serial;
BEGIN
	IF action = 'ADD' THEN
		PERFORM serial_internal.pack_for_event(parent, ids, at, event, true);
		IF later IS NOT NULL THEN
			PERFORM serial_internal.leave_at_end(later, parent, at);
			PERFORM serial_internal.apply_later_unpacking(parent, ids, at, event);
		END IF;
	ELSIF action = 'DELETE' AND coalesce(cardinality(ids), 0) = 0 THEN
		PERFORM serial_internal.unpack_all_for_event(parent, at, event, states_follow);
		PERFORM serial_internal.apply_later_packings(parent, at, event) WHERE at < statement_timestamp();
	ELSIF action = 'DELETE' THEN
		SELECT o.id INTO outsider
		FROM (SELECT t.id FROM unnest(ids) AS t(id)
			  EXCEPT
			  SELECT l.child FROM serial_internal.links_of(ids) AS l WHERE l.parent = do_aggregation.parent) AS o
		ORDER BY o.id LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '"%" is not in "%"', outsider, parent
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  DETAIL = format('It is in %s.',
									  coalesce('"' || serial.container(outsider)::text || '"', 'nothing'));
		END IF;
		PERFORM serial_internal.unpack_for_event(ids, at, event, states_follow);
		PERFORM serial_internal.apply_later_packings(parent, at, event) WHERE at < statement_timestamp();
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.do_aggregation(text, serial.serial, serial.serial[], timestamptz, bigint,
	serial.serial[], boolean) IS
'packs or unpacks what an aggregation event says; later are those of the ids of which a later event is known, NULL '
'if none is known of the containers either; states_follow if the caller brings the states of what is unpacked up '
'to date; errors as serial.pack and serial.unpack, 55000 a child '
'that is not in the parent';
REVOKE EXECUTE ON FUNCTION serial_internal.do_aggregation(text, serial.serial, serial.serial[], timestamptz, bigint,
	serial.serial[], boolean) FROM PUBLIC;

CREATE FUNCTION serial_internal.apply_aggregation(
	action text, parent serial.serial, ids serial.serial[], at timestamptz, event bigint, strict boolean,
	later serial.serial[], states_follow boolean)
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	refusal text;
BEGIN
	IF strict THEN
		PERFORM serial_internal.do_aggregation(action, parent, ids, at, event, later, states_follow);
		RETURN NULL;
	END IF;
	BEGIN
		PERFORM serial_internal.do_aggregation(action, parent, ids, at, event, later, states_follow);
	EXCEPTION WHEN unique_violation OR check_violation OR invalid_parameter_value
				OR object_not_in_prerequisite_state THEN
		GET STACKED DIAGNOSTICS refusal = MESSAGE_TEXT;
	END;
	RETURN refusal;
END;
$$;
COMMENT ON FUNCTION serial_internal.apply_aggregation(text, serial.serial, serial.serial[], timestamptz, bigint,
	boolean, serial.serial[], boolean) IS
'packs or unpacks what an aggregation event says; if that is refused, raises the error if strict, else returns '
'its message; NULL if it is done';
REVOKE EXECUTE ON FUNCTION serial_internal.apply_aggregation(text, serial.serial, serial.serial[], timestamptz, bigint,
	boolean, serial.serial[], boolean) FROM PUBLIC;

-- An item that ends leaves its container, unless it was packed there later.  If the end
-- is reported after the item was unpacked, it left its container when it ended.
CREATE FUNCTION serial_internal.leave_containers(
	ids serial.serial[], at timestamptz, event bigint, together serial.serial[], states_follow boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	inside serial.serial[];
	were_inside serial.serial[];
BEGIN
	SELECT array_agg(l.child ORDER BY l.child) FILTER (WHERE l.until = 'infinity' AND l.since <= leave_containers.at),
		   array_agg(DISTINCT l.child) FILTER (WHERE l.until < 'infinity' AND l.until > leave_containers.at)
	INTO inside, were_inside
	FROM serial_internal.links_of(ids, true) AS l;
	IF cardinality(inside) > 0 THEN
		PERFORM serial_internal.unpack_for_event(inside, at, event, states_follow);
	END IF;
	IF were_inside IS NULL THEN
		RETURN;
	END IF;
	UPDATE serial.aggregation_history AS h
	SET until = leave_containers.at, until_event = leave_containers.event,
		former_until = coalesce(h.former_until, h.until)
	WHERE h.child = ANY (were_inside) AND (h.since, h.since_event) < (leave_containers.at, leave_containers.event)
	  AND h.until > leave_containers.at
	  AND NOT EXISTS (SELECT FROM unnest(together) AS t(id) WHERE t.id = h.parent);
END;
$$;
COMMENT ON FUNCTION serial_internal.leave_containers(serial.serial[], timestamptz, bigint, serial.serial[],
	boolean) IS
'takes items that an event ends at a time out of the containers that they are, or were, in since before, unless '
'it ends these together with them; states_follow if the caller brings their states up to date';
REVOKE EXECUTE ON FUNCTION serial_internal.leave_containers(serial.serial[], timestamptz, bigint, serial.serial[],
	boolean) FROM PUBLIC;

-- What the row of an event does not tell, because its month is detached, is taken as given.
CREATE FUNCTION serial_internal.has_other_content(
	event bigint, at timestamptz, content text[], roles text[], ids serial.serial[])
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (
		SELECT FROM serial.event AS e
		WHERE e.event = has_other_content.event
		  AND (e.event_time <> has_other_content.at
			   OR ARRAY[e.type, e.action, e.business_step, e.disposition, e.read_point, e.place, e.lot, e.expiry::text,
						e.quantities::text, e.input_quantities::text, e.business_transactions::text, e.sources::text,
						e.destinations::text, e.persistent_disposition::text, e.transformation, e.time_zone_offset,
						e.attributes::text] IS DISTINCT FROM content
			   OR ARRAY(SELECT i.role || ' ' || i.id::text FROM serial.event_item AS i
						WHERE i.event = e.event AND i.record_time = e.record_time ORDER BY i.id)
				  <> ARRAY(SELECT t.role || ' ' || t.id::text FROM unnest(roles, ids) AS t(role, id) ORDER BY t.id)));
$$;
COMMENT ON FUNCTION serial_internal.has_other_content(bigint, timestamptz, text[], text[], serial.serial[]) IS
'does an event differ from what is given in its time, unless that is NULL, in its items or their roles, or in the rest '
'of its content, in the order of EventCheckSameContent?';
REVOKE EXECUTE ON FUNCTION
	serial_internal.has_other_content(bigint, timestamptz, text[], text[], serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial.record(
	type text, action text DEFAULT NULL, ids serial.serial[] DEFAULT '{}',
	business_step text DEFAULT NULL, disposition text DEFAULT NULL,
	at timestamptz DEFAULT now(), read_point text DEFAULT NULL, place text DEFAULT NULL,
	parent serial.serial DEFAULT NULL,
	inputs serial.serial[] DEFAULT '{}', outputs serial.serial[] DEFAULT '{}',
	lot text DEFAULT NULL, expiry date DEFAULT NULL,
	quantities jsonb DEFAULT NULL, input_quantities jsonb DEFAULT NULL, business_transactions jsonb DEFAULT NULL,
	sources jsonb DEFAULT NULL, destinations jsonb DEFAULT NULL,
	persistent_disposition jsonb DEFAULT NULL, transformation text DEFAULT NULL,
	event_id text DEFAULT NULL, time_zone_offset text DEFAULT '+00:00',
	attributes jsonb DEFAULT NULL, strict boolean DEFAULT NULL)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_record';
COMMENT ON FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text, serial.serial,
	serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb, text, text, text, jsonb,
	boolean) IS
'records an event of EPCIS 2.0 and returns its number; strict refuses an event that violates the rules, strict '
'false keeps it as evidence that changes nothing and raises alerts, and by default only observations of numbers '
'that were never issued are kept so; an event_id that is known is not recorded again; errors 23505 it is known '
'with other content, 55000 not legal, 22023 no such event in EPCIS 2.0, 22008 a time in the future, 22001 a '
'place, lot, transformation or event_id of more than 2000 bytes, 22004 a NULL, 21000 an identifier given twice, '
'and for aggregations those of serial.pack and serial.unpack';
REVOKE EXECUTE ON FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text,
	serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb, text, text,
	text, jsonb, boolean) FROM PUBLIC;
