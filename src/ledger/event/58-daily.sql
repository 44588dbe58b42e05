-- Names for daily use.  All are strict.

CREATE FUNCTION serial.commission(
	items serial.serial[], lot text DEFAULT NULL, expiry date DEFAULT NULL, place text DEFAULT NULL,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.lot (gtin, lot, expiry)
	SELECT DISTINCT serial.gtin(i), commission.lot, commission.expiry
	FROM unnest(items) AS i WHERE serial.gtin(i) IS NOT NULL AND commission.lot IS NOT NULL
	ON CONFLICT DO NOTHING;
	RETURN serial.record('ObjectEvent', 'ADD', items, 'commissioning', event_time => at, read_point => place,
						 place => place, lot => lot, expiry => expiry, attributes => attributes);
END;
$$;
COMMENT ON FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb) IS
'things begin to exist, of a lot and with an expiry; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.ship(
	items serial.serial[], read_point text DEFAULT NULL, destination text DEFAULT NULL,
	reference text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'shipping', event_time => at, read_point => read_point,
		business_transactions => CASE WHEN reference IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'desadv', 'bizTransaction', reference)) END,
		destinations => CASE WHEN destination IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'owning_party', 'destination', destination)) END,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb) IS
'things leave a place (read_point) for a party (destination) under a despatch advice (reference), with all that is in them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.receive(
	items serial.serial[], place text, source text DEFAULT NULL,
	reference text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'receiving', event_time => at, read_point => place, place => place,
		business_transactions => CASE WHEN reference IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'recadv', 'bizTransaction', reference)) END,
		sources => CASE WHEN source IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'owning_party', 'source', source)) END,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb) IS
'things arrive at a place from a party (source) under a receiving advice (reference), with all that is in them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.dispense(
	items serial.serial[], place text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'dispensing', event_time => at, read_point => place, place => place,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb) IS
'things are given to a consumer; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb) FROM PUBLIC;

-- The reasons of Regulation (EU) 2016/161 for taking a pack out of circulation.
-- What is withdrawn is there still, and cannot be reinstated.
CREATE FUNCTION serial.decommission(
	items serial.serial[], reason text, place text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step text;
	left_as text;
BEGIN
	SELECT r.step, r.left_as INTO step, left_as
	FROM (VALUES ('exported', 'decommissioning', 'inactive'), ('sample', 'sampling', 'inactive'),
				 ('free sample', 'decommissioning', 'inactive'), ('locked', 'decommissioning', 'inactive'),
				 ('checked out', 'decommissioning', 'inactive'), ('withdrawn', 'decommissioning', 'recalled'),
				 ('destroyed', 'destroying', 'destroyed'), ('stolen', 'decommissioning', 'stolen')) AS r(reason, step, left_as)
	WHERE r.reason = decommission.reason;
	IF NOT FOUND THEN
		RAISE EXCEPTION '% is not a reason to decommission', coalesce('"' || reason || '"', 'NULL')
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected exported, sample, free sample, locked, checked out, withdrawn, destroyed or stolen.';
	END IF;
	RETURN serial.record('ObjectEvent', 'DELETE', items, step, left_as, at, place, place,
						 attributes => coalesce(attributes, '{}') || jsonb_build_object('reason', reason));
END;
$$;
COMMENT ON FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb) IS
'things leave circulation for a reason; returns the event; errors as serial.record, 22023 no such reason';
REVOKE EXECUTE ON FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.reinstate(items serial.serial[], at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	barred record;
BEGIN
	SELECT i.id, CASE WHEN i.expiry < at::date THEN 'expired' ELSE 'recalled' END AS as_what INTO barred
	FROM serial.item AS i
	WHERE i.id = ANY (items) AND (i.expiry < at::date OR serial_internal.recall_of(i.id, i.lot) IS NOT NULL) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '"%" cannot be reinstated: it is %', barred.id, barred.as_what
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = 'Regulation (EU) 2016/161, Article 13, does not allow it.';
	END IF;
	RETURN serial.record('ObjectEvent', 'OBSERVE', items, 'urn:serial:step:reinstating', event_time => at, attributes => attributes);
END;
$$;
COMMENT ON FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb) IS
'undoes that things were dispensed or decommissioned: within 10 days, by the session user who did it, and not what is destroyed, stolen, expired or recalled; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.quarantine(items serial.serial[], reason text, place text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'holding', event_time => at, read_point => place, place => place,
		persistent_disposition => '{"set": ["unavailable"]}', attributes => jsonb_build_object('reason', reason));
END;
COMMENT ON FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz) IS
'things, and all that is in them, are held back, whatever else happens to them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.release_quarantine(items serial.serial[], reason text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'inspecting', event_time => at,
		persistent_disposition => '{"unset": ["unavailable"]}', attributes => jsonb_build_object('reason', reason));
END;
COMMENT ON FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz) IS
'things are no longer held back; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.pack(
	container serial.serial, children serial.serial[], record boolean, place text,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT CASE WHEN record THEN
		serial.record('AggregationEvent', 'ADD', children, 'packing', event_time => at, read_point => place, place => place,
			parent => container, attributes => attributes)
		ELSE serial.pack(container, children, at) END;
END;
COMMENT ON FUNCTION serial.pack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) IS
'packs children into a container and, if it is to be recorded, records that as an aggregation event at a place; returns the event, else how many were packed; errors as serial.pack and serial.record';
REVOKE EXECUTE ON FUNCTION serial.pack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.unpack(
	container serial.serial, children serial.serial[], record boolean, place text,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT CASE WHEN record THEN
		serial.record('AggregationEvent', 'DELETE', children, 'unpacking', event_time => at, read_point => place, place => place,
			parent => container, attributes => attributes)
		ELSE serial.unpack(children, at) END;
END;
COMMENT ON FUNCTION serial.unpack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) IS
'takes children out of a container and, if it is to be recorded, records that as an aggregation event at a place; returns the event, else how many were taken out; errors as serial.unpack and serial.record';
REVOKE EXECUTE ON FUNCTION serial.unpack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) FROM PUBLIC;
