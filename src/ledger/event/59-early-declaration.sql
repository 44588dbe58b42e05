-- Declarations of errors that come before their events

CREATE TABLE serial.early_declaration
(
	event_id text PRIMARY KEY,
	hash text NOT NULL,
	reason text,
	attributes jsonb,
	declared_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	declared_by text NOT NULL DEFAULT session_user
);
CREATE INDEX early_declaration_hash_idx ON serial.early_declaration (hash);
COMMENT ON TABLE serial.early_declaration IS
'declarations that an event is an error, of events that are not recorded yet; such an event is never applied';
COMMENT ON COLUMN serial.early_declaration.event_id IS
'the eventID of the event, or its event hash if the declaration has none';
COMMENT ON COLUMN serial.early_declaration.hash IS
'the event hash of the event, which is that of the declaration';
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
CREATE FUNCTION serial_internal.declare_early(event_id text, hash text, reason text, attributes jsonb)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known CONSTANT bigint := serial_internal.lock_known_event(event_id);
BEGIN
	IF known IS NULL THEN
		INSERT INTO serial.early_declaration (event_id, hash, reason, attributes)
		VALUES (event_id, hash, serial_internal.vocabulary_word('error_reason', reason), attributes)
		ON CONFLICT DO NOTHING;
	END IF;
	RETURN known;
END;
$$;
COMMENT ON FUNCTION serial_internal.declare_early(text, text, text, jsonb) IS
'keeps the declaration that the event with an eventID is an error until the event is recorded; returns the event '
'if it is recorded already, and then keeps nothing';
REVOKE EXECUTE ON FUNCTION serial_internal.declare_early(text, text, text, jsonb) FROM PUBLIC;

-- It is found as a known event is: by its eventID or, where either of the two has none, by its hash.
CREATE FUNCTION serial_internal.find_early_declaration(name text, content_hash text)
RETURNS TABLE (event_id text, hash text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT d.event_id, d.hash FROM serial.early_declaration AS d
	WHERE d.event_id = name OR (d.hash = content_hash AND (d.event_id = d.hash OR name = content_hash))
	ORDER BY d.event_id <> name, d.declared_at LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.find_early_declaration(text, text) IS
'the declaration that came before an event of this eventID, or event hash if it has none, and content; no row if there '
'is none';

CREATE FUNCTION serial_internal.rename_early_declaration(event_id text, name text)
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	UPDATE serial.early_declaration AS d SET event_id = rename_early_declaration.name
	WHERE d.event_id = rename_early_declaration.event_id AND d.event_id <> rename_early_declaration.name
	  AND (d.event_id = d.hash OR d.hash = rename_early_declaration.name);
END;
COMMENT ON FUNCTION serial_internal.rename_early_declaration(text, text) IS
'gives a declaration that came before its event the eventID under which that is recorded, if the declaration or the '
'event has none of its own';
REVOKE EXECUTE ON FUNCTION serial_internal.rename_early_declaration(text, text) FROM PUBLIC;

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
