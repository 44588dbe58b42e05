-- Declarations of errors that come before their events

CREATE TABLE serial.early_declaration
(
	event_id text PRIMARY KEY,
	reason text,
	attributes jsonb,
	declared_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	declared_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE serial.early_declaration IS
'declarations that an event is an error, of events that are not recorded yet; such an event is never applied';
COMMENT ON COLUMN serial.early_declaration.event_id IS
'the eventID of the event';
COMMENT ON COLUMN serial.early_declaration.reason IS
'why: did_not_occur, incorrect_data or a URI; NULL if no reason is given';
COMMENT ON COLUMN serial.early_declaration.attributes IS
'everything else that the declaration says';
COMMENT ON COLUMN serial.early_declaration.declared_at IS
'when the declaration came';
COMMENT ON COLUMN serial.early_declaration.declared_by IS
'the session user who declared it';
SELECT pg_catalog.pg_extension_config_dump('serial.early_declaration', '');

CREATE FUNCTION serial_internal.lock_known_event(event_id text)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_lock_known_event';
COMMENT ON FUNCTION serial_internal.lock_known_event(text) IS
'the event with an eventID, NULL if there is none, after locking the eventID as serial.record does until the end of '
'the transaction; errors 40001 another transaction has recorded it, which the snapshot of this one does not see';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_known_event(text) FROM PUBLIC;

-- The event may be about to be recorded, hence the lock.
CREATE FUNCTION serial_internal.declare_early(event_id text, reason text, attributes jsonb)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known CONSTANT bigint := serial_internal.lock_known_event(event_id);
BEGIN
	IF known IS NULL THEN
		INSERT INTO serial.early_declaration (event_id, reason, attributes)
		VALUES (event_id, serial_internal.vocabulary_word('error_reason', reason), attributes)
		ON CONFLICT DO NOTHING;
	END IF;
	RETURN known;
END;
$$;
COMMENT ON FUNCTION serial_internal.declare_early(text, text, jsonb) IS
'keeps the declaration that the event with an eventID is an error until the event is recorded; returns the event '
'if it is recorded already, and then keeps nothing';
REVOKE EXECUTE ON FUNCTION serial_internal.declare_early(text, text, jsonb) FROM PUBLIC;

CREATE FUNCTION serial_internal.declare_recorded(event bigint, event_id text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	d serial.early_declaration;
BEGIN
	DELETE FROM serial.early_declaration AS e WHERE e.event_id = declare_recorded.event_id RETURNING e.* INTO d;
	RETURN serial.declare_error(event, d.reason, d.attributes);
END;
$$;
COMMENT ON FUNCTION serial_internal.declare_recorded(bigint, text) IS
'declares an event that has just been recorded an error, as was declared before it came';
REVOKE EXECUTE ON FUNCTION serial_internal.declare_recorded(bigint, text) FROM PUBLIC;
