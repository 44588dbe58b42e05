-- Names for daily use, which record with the default of strict

CREATE FUNCTION serial.commission(
	ids serial.serial[], lot text DEFAULT NULL, expiry date DEFAULT NULL, place text DEFAULT NULL,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'ADD', ids, 'commissioning', at => at, read_point => place,
						 place => place, lot => lot, expiry => expiry, attributes => attributes);
END;
COMMENT ON FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb) IS
'records that items come into existence, with a lot and an expiry date; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.ship(
	ids serial.serial[], read_point text DEFAULT NULL, destination text DEFAULT NULL,
	reference text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', ids, 'shipping', at => at, read_point => read_point,
		business_transactions => CASE WHEN reference IS NOT NULL THEN
			jsonb_build_array(jsonb_build_object('type', 'desadv', 'bizTransaction', reference)) END,
		destinations => CASE WHEN destination IS NOT NULL THEN
			jsonb_build_array(jsonb_build_object('type', 'owning_party', 'destination', destination)) END,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb) IS
'records that items and their contents leave a place (read_point) for a party (destination) under a despatch advice '
'(reference); returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.receive(
	ids serial.serial[], place text, source text DEFAULT NULL,
	reference text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', ids, 'receiving', at => at, read_point => place, place => place,
		business_transactions => CASE WHEN reference IS NOT NULL THEN
			jsonb_build_array(jsonb_build_object('type', 'recadv', 'bizTransaction', reference)) END,
		sources => CASE WHEN source IS NOT NULL THEN
			jsonb_build_array(jsonb_build_object('type', 'owning_party', 'source', source)) END,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb) IS
'records that items and their contents arrive at a place from a party (source) under a receiving advice '
'(reference); returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.dispense(
	ids serial.serial[], place text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', ids, 'dispensing', at => at, read_point => place, place => place,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb) IS
'records that items are handed to a consumer; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb) FROM PUBLIC;

-- The reasons of Regulation (EU) 2016/161 for taking a pack out of circulation.
-- A withdrawn pack still exists, and cannot be reinstated.
CREATE FUNCTION serial.decommission(
	ids serial.serial[], reason text, place text DEFAULT NULL, at timestamptz DEFAULT now(),
	attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step text;
	disposition text;
BEGIN
	SELECT r.step, r.disposition INTO step, disposition
	FROM (VALUES ('exported', 'decommissioning', 'inactive'), ('sample', 'sampling', 'inactive'),
				 ('free sample', 'decommissioning', 'inactive'), ('locked', 'decommissioning', 'inactive'),
				 ('checked out', 'decommissioning', 'inactive'), ('withdrawn', 'decommissioning', 'recalled'),
				 ('destroyed', 'destroying', 'destroyed'), ('stolen', 'decommissioning', 'stolen'))
		AS r(reason, step, disposition)
	WHERE r.reason = decommission.reason;
	IF NOT FOUND THEN
		RAISE EXCEPTION '% is not a reason to decommission', coalesce('"' || reason || '"', 'NULL')
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected exported, sample, free sample, locked, checked out, withdrawn, destroyed or '
						   'stolen.';
	END IF;
	RETURN serial.record('ObjectEvent', 'DELETE', ids, step, disposition, at, place, place,
						 attributes => coalesce(attributes, '{}') || jsonb_build_object('reason', reason));
END;
$$;
COMMENT ON FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb) IS
'records that items leave circulation for a reason; returns the event; errors as serial.record, 22023 no such reason';
REVOKE EXECUTE ON FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.reinstate(
	ids serial.serial[], at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL, place text DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', ids, 'urn:serial:step:reinstating', at => at,
		read_point => place, place => place, attributes => attributes);
END;
COMMENT ON FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb, text) IS
'takes back that items were dispensed or decommissioned: within 10 days, by the session user and actor who recorded '
'it, and not if they are destroyed, stolen, expired or recalled; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb, text) FROM PUBLIC;

CREATE FUNCTION serial.quarantine(
	ids serial.serial[], reason text, place text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', ids, 'holding', at => at, read_point => place, place => place,
		persistent_disposition => '{"set": ["unavailable"]}', attributes => jsonb_build_object('reason', reason));
END;
COMMENT ON FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz) IS
'records that items and their contents are held back until serial.release_quarantine; returns the event; errors as '
'serial.record';
REVOKE EXECUTE ON FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.release_quarantine(ids serial.serial[], reason text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', ids, 'inspecting', at => at,
		persistent_disposition => '{"unset": ["unavailable"]}', attributes => jsonb_build_object('reason', reason));
END;
COMMENT ON FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz) IS
'records that items are no longer held back; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.disaggregate(
	container serial.serial, ids serial.serial[], place text DEFAULT NULL,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF cardinality(ids) = 0 THEN
		RAISE EXCEPTION 'ids must not be empty'
			USING ERRCODE = 'invalid_parameter_value', HINT = 'NULL takes everything out of the container.';
	END IF;
	-- an event is about what it names: each item gets the place from it
	ids := coalesce(ids, ARRAY(
		SELECT c.id FROM serial.contents(container, CASE WHEN at < now() THEN at END, max_depth => 1) AS c
		ORDER BY c.id));
	RETURN serial.record('AggregationEvent', 'DELETE', ids, 'unpacking', at => at, read_point => place, place => place,
						 parent => container, attributes => attributes);
END;
$$;
COMMENT ON FUNCTION serial.disaggregate(serial.serial, serial.serial[], text, timestamptz, jsonb) IS
'takes items out of a container, or everything that was in it at the time if ids is NULL, and records that as an '
'aggregation event; returns the event; errors as serial.unpack and serial.record, 22023 an empty array';
REVOKE EXECUTE ON FUNCTION serial.disaggregate(serial.serial, serial.serial[], text, timestamptz, jsonb) FROM PUBLIC;

-- A partner who reads the events has to learn that items left their old
-- containers, so that is recorded as events of its own.
CREATE FUNCTION serial.aggregate(
	container serial.serial, ids serial.serial[], place text DEFAULT NULL,
	at timestamptz DEFAULT now(), repack boolean DEFAULT false, attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF repack IS NULL THEN
		RAISE EXCEPTION 'argument "repack" of serial.aggregate is NULL' USING ERRCODE = 'null_value_not_allowed';
	ELSIF repack THEN
		PERFORM serial.disaggregate(o.container, o.ids, place, at)
		FROM (SELECT serial.container(i.id) AS container, array_agg(i.id ORDER BY i.id) AS ids
			  FROM unnest(ids) AS i(id) GROUP BY 1) AS o
		WHERE o.container <> aggregate.container;
	END IF;
	RETURN serial.record('AggregationEvent', 'ADD', ids, 'packing', at => at, read_point => place, place => place,
						 parent => container, attributes => attributes);
END;
$$;
COMMENT ON FUNCTION serial.aggregate(serial.serial, serial.serial[], text, timestamptz, boolean, jsonb) IS
'packs items into a container and records that as an aggregation event; with repack, items that are in other '
'containers are taken out of these first, which is recorded too; returns the event of packing; errors as '
'serial.pack and serial.record';
REVOKE EXECUTE ON FUNCTION
	serial.aggregate(serial.serial, serial.serial[], text, timestamptz, boolean, jsonb) FROM PUBLIC;
