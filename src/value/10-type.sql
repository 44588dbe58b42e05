-- Type serial.serial and its casts.

CREATE TYPE serial.serial;

CREATE FUNCTION serial_internal.serial_in(cstring, oid, integer)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_in(cstring, oid, integer) IS 'I/O';

CREATE FUNCTION serial_internal.serial_out(serial.serial)
RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_out(serial.serial) IS 'I/O';

CREATE FUNCTION serial_internal.serial_recv(internal, oid, integer)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_recv(internal, oid, integer) IS 'I/O';

CREATE FUNCTION serial_internal.serial_send(serial.serial)
RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_send(serial.serial) IS 'I/O';

CREATE FUNCTION serial_internal.serial_typmod_in(cstring[])
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_typmod_in(cstring[]) IS 'I/O typmod';

CREATE FUNCTION serial_internal.serial_typmod_out(integer)
RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_typmod_out(integer) IS 'I/O typmod';

-- STORAGE is not plain, because a value taken out of an array has a long header
-- and a table may shorten it only then.
CREATE TYPE serial.serial
(
	INPUT = serial_internal.serial_in,
	OUTPUT = serial_internal.serial_out,
	RECEIVE = serial_internal.serial_recv,
	SEND = serial_internal.serial_send,
	TYPMOD_IN = serial_internal.serial_typmod_in,
	TYPMOD_OUT = serial_internal.serial_typmod_out,
	INTERNALLENGTH = VARIABLE,
	STORAGE = main
);
COMMENT ON TYPE serial.serial IS
'identifier of an item, a class or a container: scheme, key and serial number, checked and canonical';

-- Casts

CREATE FUNCTION serial.serial(serial.serial, integer, boolean)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_enforce_typmod';
COMMENT ON FUNCTION serial.serial(serial.serial, integer, boolean) IS
'the value, if its scheme is the one that the type modifier names; error 22P02 otherwise';

CREATE FUNCTION serial.parse(spelling text)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_from_text';
COMMENT ON FUNCTION serial.parse(text) IS
'the identifier that a text spells, in any spelling; error 22P02 says what is wrong and where';

CREATE FUNCTION serial.parse(spellings text[])
RETURNS serial.serial[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_from_text_array';
COMMENT ON FUNCTION serial.parse(text[]) IS
'the identifiers that texts spell, NULLs and dimensions kept; error 22P02 at the first that is wrong';

CREATE FUNCTION serial.try_parse(spelling text)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_try_parse';
COMMENT ON FUNCTION serial.try_parse(text) IS
'the identifier that a text spells, or NULL if it spells none';

CREATE FUNCTION serial.parse(key text, scheme text)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_parse_key';
COMMENT ON FUNCTION serial.parse(text, text) IS
'the identifier of a scheme whose bare key a text is, with the number behind "/" where there is one; blanks and '
'hyphens that people write in the key are dropped; error 22P02 says what is wrong and where, 22023 no such scheme';

CREATE FUNCTION serial.try_parse(key text, scheme text)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_try_parse_key';
COMMENT ON FUNCTION serial.try_parse(text, text) IS
'the identifier of a scheme whose bare key a text is, as by serial.parse(text, text), or NULL if it is not such a '
'key; error 22023 no such scheme';

CREATE FUNCTION serial.make(scheme text, key text, number text DEFAULT NULL)
RETURNS serial.serial
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_make';
COMMENT ON FUNCTION serial.make(text, text, text) IS
'the identifier of a scheme, a key and a serial number, lot or extension; error 22P02 says what is wrong and where';

CREATE FUNCTION serial.diagnose(spelling text, scheme text DEFAULT NULL,
	OUT id serial.serial, OUT is_valid boolean, OUT message text,
	OUT detail text, OUT "position" integer, OUT hint text)
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_diagnose';
COMMENT ON FUNCTION serial.diagnose(text, text) IS
'the identifier that a text spells, or is the bare key of if a scheme is named; or else message, detail, position '
'and hint of the error that serial.parse would raise, as values';

CREATE FUNCTION serial.text(serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_to_text';
COMMENT ON FUNCTION serial.text(serial.serial) IS
'the canonical spelling: GS1 keys as bracketed element string, others as scheme:value';

CREATE CAST (serial.serial AS serial.serial)
WITH FUNCTION serial.serial(serial.serial, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (serial.serial AS serial.serial) IS
'applies the type modifier';

CREATE CAST (text AS serial.serial)
WITH FUNCTION serial.parse(text) AS ASSIGNMENT;
COMMENT ON CAST (text AS serial.serial) IS
'reads any spelling';

CREATE CAST (serial.serial AS text)
WITH FUNCTION serial.text(serial.serial) AS ASSIGNMENT;
COMMENT ON CAST (serial.serial AS text) IS
'writes the canonical spelling';

-- ARRAY['(00)...'] is text[] before any function sees it.
CREATE CAST (text[] AS serial.serial[])
WITH FUNCTION serial.parse(text[]) AS IMPLICIT;
COMMENT ON CAST (text[] AS serial.serial[]) IS
'reads any spelling; implicit, so that ARRAY[''(00)...''] can be an argument';

-- PostgreSQL does not go from varchar over text by itself.
CREATE CAST (varchar AS serial.serial)
WITH FUNCTION serial.parse(text) AS ASSIGNMENT;
COMMENT ON CAST (varchar AS serial.serial) IS
'reads any spelling';

CREATE FUNCTION serial_internal.parse(spelling character)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_from_bpchar';
COMMENT ON FUNCTION serial_internal.parse(character) IS
'the identifier that a text spells, without the blanks that pad it';

CREATE CAST (character AS serial.serial)
WITH FUNCTION serial_internal.parse(character) AS ASSIGNMENT;
COMMENT ON CAST (character AS serial.serial) IS
'reads any spelling, without the blanks that pad it';

CREATE FUNCTION serial_internal.parse(spellings varchar[])
RETURNS serial.serial[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_from_text_array';
COMMENT ON FUNCTION serial_internal.parse(varchar[]) IS
'the identifiers that texts spell, NULLs and dimensions kept';

CREATE CAST (varchar[] AS serial.serial[])
WITH FUNCTION serial_internal.parse(varchar[]) AS IMPLICIT;
COMMENT ON CAST (varchar[] AS serial.serial[]) IS
'reads any spelling; implicit, like the cast from text[]';
