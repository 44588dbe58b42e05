-- Recording

-- What an event says

-- The typed items of business transactions, sources and destinations.  Only
-- business transactions may do without a type.
CREATE FUNCTION serial_internal.check_typed(kind text, member text, list jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF list IS NULL THEN
		RETURN NULL;
	END IF;
	IF jsonb_typeof(list) <> 'array' OR EXISTS (
		SELECT FROM jsonb_array_elements(list) AS v(entry)
		WHERE coalesce(jsonb_typeof(v.entry -> member), '') <> 'string'
		   OR coalesce(jsonb_typeof(v.entry -> 'type'), CASE kind WHEN 'business_transaction' THEN 'string' END, '') <> 'string') THEN
		RAISE EXCEPTION '% is no list of a % each', list, member
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('Expected an array of objects like {"type": "...", "%s": "..."}.', member);
	END IF;
	RETURN (
		SELECT coalesce(jsonb_agg(CASE WHEN v.entry ? 'type'
			THEN v.entry || jsonb_build_object('type', serial_internal.vocabulary_word(kind, v.entry ->> 'type'))
			ELSE v.entry END ORDER BY v.n), list)
		FROM jsonb_array_elements(list) WITH ORDINALITY AS v(entry, n));
END;
$$;
COMMENT ON FUNCTION serial_internal.check_typed(text, text, jsonb) IS
'a list of typed entries with their types in one form; errors 22023 no such list, or a type that is neither of CBV 2.0 nor a URI';

-- Without a unit a quantity counts whole trade items.
CREATE FUNCTION serial_internal.check_quantities(list jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wrong jsonb := (
		SELECT q.entry FROM jsonb_array_elements(CASE jsonb_typeof(list) WHEN 'array' THEN list ELSE jsonb_build_array(list) END) AS q(entry)
		WHERE NOT coalesce(jsonb_typeof(list) = 'array' AND jsonb_typeof(q.entry -> 'epcClass') = 'string'
			AND CASE WHEN q.entry ? 'quantity' THEN jsonb_path_exists(q.entry, '$.quantity ? (@ > 0)')
					AND (q.entry ? 'uom' OR jsonb_path_exists(q.entry, '$.quantity ? (@.floor() == @)'))
				ELSE true END
			AND CASE WHEN q.entry ? 'uom' THEN q.entry ->> 'uom' ~ '^[A-Z0-9]{2,3}$' ELSE true END, false)
		LIMIT 1);
BEGIN
	IF list IS NOT NULL AND wrong IS NOT NULL THEN
		RAISE EXCEPTION '% is no quantity', wrong
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected an array of objects like {"epcClass": "...", "quantity": 3}, with a positive whole number, or one of any kind and a unit ("uom") of two or three characters.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_quantities(jsonb) IS
'refuses quantityElements that EPCIS 2.0 does not allow; errors 22023';

CREATE FUNCTION serial_internal.check_persistent_disposition(marks jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	checked jsonb;
BEGIN
	IF marks IS NULL THEN
		RETURN NULL;
	END IF;
	IF jsonb_typeof(marks) = 'object' AND marks <> '{}' AND marks - '{set,unset}'::text[] = '{}'
	   AND coalesce(jsonb_typeof(marks -> 'set'), 'array') = 'array' AND coalesce(jsonb_typeof(marks -> 'unset'), 'array') = 'array' THEN
		checked := (
			SELECT jsonb_object_agg(m.key, (SELECT coalesce(jsonb_agg(serial_internal.vocabulary_word('disposition', w.word) ORDER BY w.n), '[]')
											FROM jsonb_array_elements_text(m.value) WITH ORDINALITY AS w(word, n)))
			FROM jsonb_each(marks) AS m);
		IF NOT coalesce(checked -> 'set' ?| ARRAY(SELECT jsonb_array_elements_text(checked -> 'unset')), false) THEN
			RETURN checked;
		END IF;
	END IF;
	RAISE EXCEPTION '% is no persistent disposition', marks
		USING ERRCODE = 'invalid_parameter_value',
			  DETAIL = 'Expected {"set": [...], "unset": [...]}, or one of the two, and no word in both.';
END;
$$;
COMMENT ON FUNCTION serial_internal.check_persistent_disposition(jsonb) IS
'a persistent disposition with its words in one form; errors 22023 none, or a word that is neither of CBV 2.0 nor a URI';

CREATE FUNCTION serial_internal.new_persistent_dispositions(persistent_disposition jsonb, event_time timestamptz, event bigint)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_object_agg(w.word, jsonb_build_object('set', m.key = 'set', 'at', serial_internal.timestamp_text(new_persistent_dispositions.event_time), 'by', new_persistent_dispositions.event)
							ORDER BY m.key DESC)
	FROM jsonb_each(persistent_disposition) AS m CROSS JOIN LATERAL jsonb_array_elements_text(m.value) AS w(word);
END;
COMMENT ON FUNCTION serial_internal.new_persistent_dispositions(jsonb, timestamptz, bigint) IS
'the persistent disposition of an event as serial_internal.decide_persistent_dispositions has it; NULL if it names no word';

-- What is known of things

-- The first event that was told of a thing itself after another and would not
-- have been legal if that one had left it so.  What comes behind an event that
-- leaves it as something new has been judged by that.
CREATE FUNCTION serial_internal.contradicted_by(
	item serial.serial, disposition text, since timestamptz, actor text, after_time timestamptz, after_event bigint)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT n.event FROM (
		SELECT e.event, e.business_step, e.event_time, e.recorded_by,
			   count(i.resulting_disposition) OVER (ORDER BY i.event_time, i.event ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS news
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = item AND (i.event_time, i.event) > (after_time, after_event) AND i.role <> 'parent'
		  AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)) AS n
	WHERE n.news = 0
	  AND NOT serial_internal.is_legal(n.business_step, contradicted_by.disposition, contradicted_by.since,
							  CASE WHEN n.recorded_by = actor THEN session_user::text END, n.event_time)
	ORDER BY n.event_time, n.event LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.contradicted_by(serial.serial, text, timestamptz, text, timestamptz, bigint) IS
'the first event of a thing after another that is not legal for a thing in a disposition since then by an actor; NULL if none';

CREATE FUNCTION serial_internal.lock_items(things serial.serial[])
RETURNS void
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_lock_items';
COMMENT ON FUNCTION serial_internal.lock_items(serial.serial[]) IS
'locks the rows of things in serial.item, in one order, makes those that are missing, and holds what they are in as it is';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_items(serial.serial[]) FROM PUBLIC;

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

CREATE FUNCTION serial_internal.check_travel_speed(event bigint, place text, event_time timestamptz, things serial.serial[])
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT count(serial_internal.raise_alert('impossible travel', v.id, check_travel_speed.event,
		format('It was at "%s" at %s and at "%s" at %s: %s km.', v.place, v.place_since, n.place, check_travel_speed.event_time, round(d.km))))
	FROM serial.place AS n
	CROSS JOIN LATERAL (
		SELECT t.id, p.place, p.place_since FROM unnest(things) AS t(id)
		CROSS JOIN LATERAL serial_internal.state(t.id, check_travel_speed.event_time) AS p) AS v
	JOIN serial.place AS o ON o.place = v.place
	CROSS JOIN LATERAL (SELECT serial_internal.distance_km(o, n) AS km) AS d
	WHERE n.place = check_travel_speed.place
	  AND d.km > 1 AND d.km > current_setting('serial.max_speed')::double precision
		  * extract(epoch FROM check_travel_speed.event_time - v.place_since) / 3600;
END;
COMMENT ON FUNCTION serial_internal.check_travel_speed(bigint, text, timestamptz, serial.serial[]) IS
'raises an alert for each thing that serial.max_speed does not let be at the place of an event at that time, and returns how many';
REVOKE EXECUTE ON FUNCTION serial_internal.check_travel_speed(bigint, text, timestamptz, serial.serial[]) FROM PUBLIC;

-- Does in the hierarchy what an aggregation event says.
CREATE FUNCTION serial_internal.do_aggregation(action text, parent serial.serial, items serial.serial[], at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	stranger serial.serial;
BEGIN
	IF action = 'ADD' THEN
		PERFORM serial.pack(parent, items, at);
	ELSIF action = 'DELETE' AND coalesce(cardinality(items), 0) = 0 THEN
		PERFORM serial.unpack_all(parent, at);
	ELSIF action = 'DELETE' THEN
		SELECT t.id INTO stranger FROM unnest(items) AS t(id)
		WHERE serial.container(t.id) IS DISTINCT FROM parent LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '"%" is not in "%"', stranger, parent
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  DETAIL = format('It is in %s.', coalesce('"' || serial.container(stranger)::text || '"', 'nothing'));
		END IF;
		PERFORM serial.unpack(items, at);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.do_aggregation(text, serial.serial, serial.serial[], timestamptz) IS
'packs or unpacks what an aggregation event says; errors as serial.pack and serial.unpack, 55000 a child that is not in the parent';
REVOKE EXECUTE ON FUNCTION serial_internal.do_aggregation(text, serial.serial, serial.serial[], timestamptz) FROM PUBLIC;

CREATE FUNCTION serial_internal.follow_aggregation(action text, parent serial.serial, items serial.serial[], at timestamptz, strict boolean)
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	objection text;
BEGIN
	IF strict THEN
		PERFORM serial_internal.do_aggregation(action, parent, items, at);
		RETURN NULL;
	END IF;
	BEGIN
		PERFORM serial_internal.do_aggregation(action, parent, items, at);
	EXCEPTION WHEN unique_violation OR check_violation OR invalid_parameter_value OR object_not_in_prerequisite_state THEN
		GET STACKED DIAGNOSTICS objection = MESSAGE_TEXT;
	END;
	RETURN objection;
END;
$$;
COMMENT ON FUNCTION serial_internal.follow_aggregation(text, serial.serial, serial.serial[], timestamptz, boolean) IS
'packs or unpacks what an aggregation event says; where that is refused, the error as text, and as error if it is strict; NULL if it is done';
REVOKE EXECUTE ON FUNCTION serial_internal.follow_aggregation(text, serial.serial, serial.serial[], timestamptz, boolean) FROM PUBLIC;

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
	attributes jsonb DEFAULT NULL, strict boolean DEFAULT true)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_record';
COMMENT ON FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text, serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb, text, text, text, jsonb, boolean) IS
'records an event of EPCIS 2.0 and returns its number; strict refuses what is not legal, else it is kept as evidence, leaves everything as it is and raises alerts; an event_id that is known is not recorded again; errors 55000 not legal, 22023 no such event in EPCIS 2.0, 22001 a place, lot, transformation or event_id of more than 2000 bytes, 22004 a NULL, 21000 a thing named twice, and for aggregations those of serial.pack and serial.unpack';
REVOKE EXECUTE ON FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text, serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb, text, text, text, jsonb, boolean) FROM PUBLIC;
