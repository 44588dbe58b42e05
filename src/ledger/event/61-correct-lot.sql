-- Corrections of lots: EPCIS lets only commissioning name one, and other events depend on
-- that, so that a lot typed wrong is corrected by an event of its own.

INSERT INTO serial.transition (business_step, from_disposition, to_disposition, is_shipped)
SELECT 'urn:serial:step:correcting_lot', d.disposition, NULL, true
FROM unnest('{prepared,circulating,blocked,left,ended}'::text[]) AS s(state)
CROSS JOIN LATERAL serial_internal.dispositions(s.state) AS d(disposition);

CREATE FUNCTION serial.correct_lot(ids serial.serial[], lot text, expiry date, reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF ids IS NULL OR lot IS NULL OR reason IS NULL THEN
		RAISE EXCEPTION 'identifiers, lot and reason must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF cardinality(ids) = 0 THEN
		RAISE EXCEPTION 'ids must not be empty' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	RETURN serial.record('ObjectEvent', 'OBSERVE', ids, 'urn:serial:step:correcting_lot', lot => lot, expiry => expiry,
						 attributes => jsonb_build_object('reason', reason));
END;
$$;
COMMENT ON FUNCTION serial.correct_lot(serial.serial[], text, date, text) IS
'corrects the lot of items and, unless it is NULL, their expiry date, whatever their state is; returns the event; '
'errors as serial.record, 22023 no identifier';
REVOKE EXECUTE ON FUNCTION serial.correct_lot(serial.serial[], text, date, text) FROM PUBLIC;
