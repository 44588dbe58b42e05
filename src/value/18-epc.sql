-- EPC on RFID tags.  A company prefix length of NULL means that it is not known;
-- some codings do not need it.

CREATE FUNCTION serial.epc_hex(id serial.serial, company_prefix_length integer,
	coding text DEFAULT NULL, filter integer DEFAULT 0)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epc_hex';
COMMENT ON FUNCTION serial.epc_hex(serial.serial, integer, text, integer) IS
'EPC binary encoding for an RFID tag, in hexadecimal: in the coding, such as sgtin-96, or else the first of '
'the scheme''s that holds it, smaller ones first, "+" codings never; error 22023 if it cannot hold the '
'identifier';

CREATE FUNCTION serial.epc_tag_uri(id serial.serial, company_prefix_length integer,
	coding text DEFAULT NULL, filter integer DEFAULT 0)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epc_tag_uri';
COMMENT ON FUNCTION serial.epc_tag_uri(serial.serial, integer, text, integer) IS
'EPC tag URI, which names coding and filter value; error 22023 if the coding cannot hold the identifier';

CREATE FUNCTION serial.from_epc_hex(hex text)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_from_epc_hex';
COMMENT ON FUNCTION serial.from_epc_hex(text) IS
'the identifier in the EPC binary encoding of an RFID tag, given in hexadecimal; error 22P02 says what is '
'wrong and where';

CREATE FUNCTION serial.epc_hex(id serial.serial)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.epc_hex(id, serial_internal.company_prefix_length(id));
END;
COMMENT ON FUNCTION serial.epc_hex(serial.serial) IS
'EPC binary as hexadecimal digits, with the company prefix length of serial.company_prefix';

CREATE FUNCTION serial.epc_tag_uri(id serial.serial)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.epc_tag_uri(id, serial_internal.company_prefix_length(id));
END;
COMMENT ON FUNCTION serial.epc_tag_uri(serial.serial) IS
'EPC tag URI, with the company prefix length of serial.company_prefix';
