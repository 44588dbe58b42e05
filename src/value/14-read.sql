-- Lists of schemes and check algorithms, accessors, other spellings.

CREATE FUNCTION serial.schemes(
	OUT scheme text, OUT title text, OUT key_ai text, OUT number_ai text,
	OUT key_min integer, OUT key_max integer, OUT key_characters text,
	OUT number_min integer, OUT number_max integer, OUT number_characters text,
	OUT check_algorithm text, OUT example serial.serial)
RETURNS SETOF record
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 40
AS 'MODULE_PATHNAME', 'serial_schemes';
COMMENT ON FUNCTION serial.schemes() IS
'the schemes: application identifiers, lengths and characters of key and number, check algorithm, an example';

CREATE FUNCTION serial.algorithms(
	OUT algorithm text, OUT standard text, OUT payload_characters text,
	OUT check_length integer, OUT check_position integer)
RETURNS SETOF record
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'serial_algorithms';
COMMENT ON FUNCTION serial.algorithms() IS
'the check algorithms; check_position counts from 1, NULL when the check ends the value';

CREATE FUNCTION serial.check_digit(algorithm text, payload text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_check_digit';
COMMENT ON FUNCTION serial.check_digit(text, text) IS
'the check character or characters of a payload, which is the value without them; errors 22023 no such '
'algorithm, 22P02 a payload it is not defined on';

CREATE FUNCTION serial.has_valid_check(algorithm text, value text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_valid_check';
COMMENT ON FUNCTION serial.has_valid_check(text, text) IS
'whether the value carries the right check; error 22023 for an unknown algorithm';

CREATE FUNCTION serial.suggest(spelling text)
RETURNS SETOF serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'serial_suggest';
COMMENT ON FUNCTION serial.suggest(text) IS
'identifiers that a wrong text may have meant, the likelier first: with upper and lower case swapped, with '
'characters replaced that look alike (O and 0, I and 1, S and 5, B and 8), or with one transposition or one '
'character of the key changed where its check is wrong; a valid text suggests itself';

-- Accessors

CREATE FUNCTION serial.scheme(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_scheme';
COMMENT ON FUNCTION serial.scheme(serial.serial) IS
'name of the identifier''s scheme, such as sgtin';

CREATE FUNCTION serial.key(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_key';
COMMENT ON FUNCTION serial.key(serial.serial) IS
'the primary key: GTIN, SSCC and so on, check digit included';

CREATE FUNCTION serial.number(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_number';
COMMENT ON FUNCTION serial.number(serial.serial) IS
'the serial component, lot or extension; NULL if there is none';

CREATE FUNCTION serial.gtin(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_gtin';
COMMENT ON FUNCTION serial.gtin(serial.serial) IS
'the 14-digit GTIN of the trade item; NULL if it is not one';

-- Other spellings

-- EPC separates company prefix and reference; the key itself does not say
-- where, and GS1's table of prefixes is licensed, so it is the user's to fill.
CREATE TABLE serial.company_prefix
(
	prefix text PRIMARY KEY CHECK (prefix ~ '^[0-9]{1,12}$'),
	length integer NOT NULL CHECK (length BETWEEN 6 AND 12)
);
GRANT SELECT ON serial.company_prefix TO PUBLIC;
COMMENT ON TABLE serial.company_prefix IS
'how long company prefixes are, for EPC URIs and EPC binary; filled by the user';
COMMENT ON COLUMN serial.company_prefix.prefix IS
'leading digits of a company prefix; the longest that matches a key counts';
COMMENT ON COLUMN serial.company_prefix.length IS
'length of the company prefixes that begin with these digits';

SELECT pg_catalog.pg_extension_config_dump('serial.company_prefix', '');

CREATE FUNCTION serial_internal.company_prefix_digits(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_company_prefix_digits';
COMMENT ON FUNCTION serial_internal.company_prefix_digits(serial.serial) IS
'up to twelve digits of the key from where its company prefix begins; NULL if it has none';

-- The digits of a GTIN-8 begin with five zeros: EPC takes those and its
-- three-digit GS1-8 prefix for a company prefix of eight.
CREATE FUNCTION serial_internal.company_prefix_length(id serial.serial)
RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(
		(SELECT c.length
		 FROM pg_catalog.generate_series(12, 1, -1) AS n
		 JOIN serial.company_prefix AS c ON c.prefix = pg_catalog.left(serial_internal.company_prefix_digits(id), n)
		 WHERE pg_catalog.length(c.prefix) = n
		 ORDER BY n DESC
		 LIMIT 1),
		CASE WHEN serial.gtin(id) LIKE '000000%' THEN 8 END);
END;
COMMENT ON FUNCTION serial_internal.company_prefix_length(serial.serial) IS
'length of the company prefix in the key, by the longest match in serial.company_prefix; NULL if unknown';

CREATE FUNCTION serial.element_string(id serial.serial, raw boolean DEFAULT false)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_element_string';
COMMENT ON FUNCTION serial.element_string(serial.serial, boolean) IS
'bracketed GS1 element string, or the raw one that a scanner transmits, with GS for FNC1; NULL for a scheme '
'that is not GS1''s';

CREATE FUNCTION serial.epc_uri(id serial.serial, company_prefix_length integer)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epc_uri';
COMMENT ON FUNCTION serial.epc_uri(serial.serial, integer) IS
'EPC pure identity URI, or the pattern of a class; error 22023 if there is none, or the length is unknown or '
'unsuitable';

CREATE FUNCTION serial.epc_uri(id serial.serial)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.epc_uri(id, serial_internal.company_prefix_length(id));
END;
COMMENT ON FUNCTION serial.epc_uri(serial.serial) IS
'EPC pure identity URI with the company prefix length of serial.company_prefix';

-- The US National Drug Code in a GTIN: 03, ten digits, check digit.

CREATE FUNCTION serial.ndc(id serial.serial)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN serial.gtin(id) LIKE '_03%' THEN pg_catalog.substr(serial.gtin(id), 4, 10) END;
END;
COMMENT ON FUNCTION serial.ndc(serial.serial) IS
'the ten digits of the US National Drug Code in the GTIN; NULL if there is none. Where its hyphens stand, the GTIN '
'does not tell';

CREATE FUNCTION serial.from_ndc(ndc text, indicator integer DEFAULT 0)
RETURNS serial.serial
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	payload text := indicator || '03' || replace(ndc, '-', '');
BEGIN
	IF ndc !~ '^([0-9]{10}|[0-9]{4}-[0-9]{4}-[0-9]{2}|[0-9]{5}-[0-9]{3}-[0-9]{2}|[0-9]{5}-[0-9]{4}-[0-9])$' THEN
		RAISE EXCEPTION '"%" is not a National Drug Code (NDC) of ten digits', ndc
			USING ERRCODE = 'invalid_text_representation',
				  DETAIL = 'Expected ten digits, or labeler, product and package of 4, 4 and 2, of 5, 3 and 2, '
						   'or of 5, 4 and 1 digits.',
				  HINT = 'The eleven digits of claims have a zero that is no part of the NDC.';
	ELSIF indicator NOT BETWEEN 0 AND 9 THEN
		RAISE EXCEPTION 'indicator % is not from 0 to 9', indicator
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	RETURN serial.make('gtin', payload || serial.check_digit('mod10', payload));
END;
$$;
COMMENT ON FUNCTION serial.from_ndc(text, integer) IS
'the GTIN of a US National Drug Code of ten digits, with or without hyphens, at a packaging level; errors 22P02 '
'another text, 22023 the packaging level is not from 0 to 9';
