-- The event hash of CBV 2.0

CREATE FUNCTION serial.event_prehash(event jsonb, context jsonb DEFAULT NULL)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_prehash';
COMMENT ON FUNCTION serial.event_prehash(jsonb, jsonb) IS
'the string of an event of EPCIS 2.0 that its event hash is computed of; context is the @context of its document, '
'where the event has none of its own; errors 22023 not a JSON object';

CREATE FUNCTION serial.event_hash(event jsonb, context jsonb DEFAULT NULL)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_hash';
COMMENT ON FUNCTION serial.event_hash(jsonb, jsonb) IS
'the event hash of CBV 2.0, as an ni URI: the same for an event in every spelling, and for the declaration that '
'it is an error; context as for serial.event_prehash; errors 22023 not a JSON object';

-- A literal is of no type, and would fit several functions of this name.
CREATE FUNCTION serial.event_hash(event text, context jsonb DEFAULT NULL)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.event_hash(event::jsonb, context);
END;
COMMENT ON FUNCTION serial.event_hash(text, jsonb) IS
'the event hash of CBV 2.0 of an event in JSON that is text; errors 22P02 not JSON, 22023 not a JSON object';
