-- Changes of adopted tables, as events.

-- The words are those of serial.aggregate and serial.disaggregate.  If one of the items
-- is refused, the others are recorded all the same, each by an event of its own.
CREATE FUNCTION serial_internal.record_links(
	action text, container serial.serial, ids serial.serial[], at timestamptz, cause text, strict boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step CONSTANT text := CASE action WHEN 'ADD' THEN 'packing' ELSE 'unpacking' END;
	attributes CONSTANT jsonb := jsonb_build_object('cause', cause);
BEGIN
	IF strict THEN
		PERFORM serial.record('AggregationEvent', action, ids, step, at => at, parent => container,
							  attributes => attributes, strict => true);
		RETURN;
	END IF;
	BEGIN
		PERFORM serial_internal.record_links(action, container, ids, at, cause, true);
	EXCEPTION WHEN unique_violation OR check_violation OR invalid_parameter_value
				OR object_not_in_prerequisite_state THEN
		PERFORM serial.record('AggregationEvent', action, ARRAY[i.id], step, at => at, parent => container,
							  attributes => attributes, strict => false)
		FROM unnest(ids) AS i(id);
	END;
END;
$$;
COMMENT ON FUNCTION serial_internal.record_links(text, serial.serial, serial.serial[], timestamptz, text, boolean) IS
'records that a change of an adopted table packed items into a container (ADD) or took them out (DELETE), and '
'does it; if not strict, what is illegal is kept as evidence; errors as of serial.record';
REVOKE EXECUTE ON FUNCTION
	serial_internal.record_links(text, serial.serial, serial.serial[], timestamptz, text, boolean) FROM PUBLIC;
