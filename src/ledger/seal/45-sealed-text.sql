-- The text of an event that seals cover

CREATE FUNCTION serial_internal.timestamp_text(at timestamptz)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_timestamp_text';
COMMENT ON FUNCTION serial_internal.timestamp_text(timestamptz) IS
'a timestamp in UTC with microseconds, in ISO 8601; the empty text for -infinity, NULL for infinity';

CREATE FUNCTION serial_internal.event_content(e serial.event, items text)
RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_content';
COMMENT ON FUNCTION serial_internal.event_content(serial.event, text) IS
'an event with its items as JSON text: the text that seals cover, which is the same for ever and whatever the '
'settings of the session, so that an outsider who receives it with a proof need not know how it is made';

CREATE FUNCTION serial_internal.event_digest(e serial.event, items text)
RETURNS bytea
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_digest';
COMMENT ON FUNCTION serial_internal.event_digest(serial.event, text) IS
'the leaf of an event in a Merkle tree by RFC 6962: SHA-256 of a zero byte and the content of the event in UTF-8';

CREATE FUNCTION serial_internal.format_event_items(roles text[], dispositions text[], ids serial.serial[])
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_format_event_items';
COMMENT ON FUNCTION serial_internal.format_event_items(text[], text[], serial.serial[]) IS
'items in the order of their identifiers as a JSON array, for serial_internal.event_items_text';

CREATE FUNCTION serial_internal.event_items_text(event bigint)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial_internal.format_event_items(
		coalesce(array_agg(i.role ORDER BY serial_internal.sort_key(i.id)), '{}'),
		coalesce(array_agg(i.resulting_disposition ORDER BY serial_internal.sort_key(i.id)), '{}'),
		coalesce(array_agg(i.id ORDER BY serial_internal.sort_key(i.id)), '{}'))
	FROM serial.event_item AS i WHERE i.event = event_items_text.event;
END;
COMMENT ON FUNCTION serial_internal.event_items_text(bigint) IS
'the items of an event as serial_internal.event_content takes them: a JSON array of role, resulting disposition '
'and identifier';
