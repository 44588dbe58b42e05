-- Changes: events in the order of their numbers, for subscribers.

CREATE FUNCTION serial_internal.assign_event_number()
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_assign_event_number';
COMMENT ON FUNCTION serial_internal.assign_event_number() IS
'the number of an event that is about to be recorded, under the locks that serial.seal and serial.changes look for';
REVOKE EXECUTE ON FUNCTION serial_internal.assign_event_number() FROM PUBLIC;

CREATE FUNCTION serial_internal.changes_horizon(since_event bigint, "limit" integer)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_changes_horizon';
COMMENT ON FUNCTION serial_internal.changes_horizon(bigint, integer) IS
'the number up to which the calling statement sees all events, including those of transactions in progress; '
'errors as of serial.changes';
REVOKE EXECUTE ON FUNCTION serial_internal.changes_horizon(bigint, integer) FROM PUBLIC;

-- STABLE, so that it reads under the snapshot of the statement that calls it: the items
-- of what it returns are visible to that statement, too.
CREATE FUNCTION serial.changes(since_event bigint DEFAULT 0, "limit" integer DEFAULT 1000)
RETURNS SETOF serial.event
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	horizon bigint;
BEGIN
	IF since_event IS NULL OR "limit" IS NULL THEN
		RAISE EXCEPTION '% must not be null', CASE WHEN since_event IS NULL THEN 'since_event' ELSE '"limit"' END
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF "limit" < 1 THEN
		RAISE EXCEPTION '"limit" must be at least 1' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	horizon := serial_internal.changes_horizon(since_event, "limit");
	RETURN QUERY
	SELECT e.* FROM serial.event AS e
	WHERE e.event > since_event AND e.event <= horizon
	ORDER BY e.event LIMIT "limit";
END;
$$;
COMMENT ON FUNCTION serial.changes(bigint, integer) IS
'the next events after a number, in the order of their numbers, as far as no event that is still being recorded '
'can come before or between them; errors 25006 a standby, 55000 a logical subscriber, or events after that number '
'are detached, 22023 no such event yet, or a limit below 1, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.changes(bigint, integer) FROM PUBLIC;
