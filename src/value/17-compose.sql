-- What goes into bar codes.

CREATE FUNCTION serial.compose(id serial.serial, lot text DEFAULT NULL, expiry date DEFAULT NULL,
	production_date date DEFAULT NULL, elements jsonb DEFAULT NULL, separator text DEFAULT E'\x1D')
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_compose';
COMMENT ON FUNCTION serial.compose(serial.serial, text, date, date, jsonb, text) IS
'the element string for a bar code: elements of predefined length first, a separator (FNC1) where one is needed, '
'none in front; checked like a scan; NULL for a scheme that is not GS1''s';

CREATE FUNCTION serial.digital_link(id serial.serial, domain text DEFAULT 'id.gs1.org', lot text DEFAULT NULL,
	expiry date DEFAULT NULL, production_date date DEFAULT NULL, elements jsonb DEFAULT NULL)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_digital_link';
COMMENT ON FUNCTION serial.digital_link(serial.serial, text, text, date, date, jsonb) IS
'uncompressed GS1 Digital Link URI on a domain, other elements too: qualifiers of the key in the path, the rest in '
'the query; NULL for a scheme that is not GS1''s, error 22023 for a bad domain';

CREATE FUNCTION serial.hri(id serial.serial, lot text DEFAULT NULL, expiry date DEFAULT NULL,
	production_date date DEFAULT NULL, elements jsonb DEFAULT NULL)
RETURNS text[]
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_hri';
COMMENT ON FUNCTION serial.hri(serial.serial, text, date, date, jsonb) IS
'the human readable lines below a bar code, in the order of its elements';

-- Ranges of numbers of one length.

CREATE FUNCTION serial.between(id serial.serial, first serial.serial, last serial.serial)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT id OPERATOR(pg_catalog.>=) first AND id OPERATOR(pg_catalog.<=) last
		AND pg_catalog.length(serial.key(id)) OPERATOR(pg_catalog.=) pg_catalog.length(serial.key(first))
		AND (pg_catalog.length(serial.number(id)) IS NOT DISTINCT FROM pg_catalog.length(serial.number(first)))
		AND pg_catalog.length(serial.key(first)) OPERATOR(pg_catalog.=) pg_catalog.length(serial.key(last))
		AND (pg_catalog.length(serial.number(first)) IS NOT DISTINCT FROM pg_catalog.length(serial.number(last)))
		AND (serial.number(first) IS NULL OR serial.key(first) OPERATOR(pg_catalog.=) serial.key(last));
END;
COMMENT ON FUNCTION serial.between(serial.serial, serial.serial, serial.serial) IS
'whether an identifier lies between two, both included, of one length and, where they have numbers, one key; an '
'index on the identifier serves it';

CREATE FUNCTION serial.series(first serial.serial, last serial.serial)
RETURNS SETOF serial.serial
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	scheme text := serial.scheme(first);
	check_name text := (SELECT s.check_algorithm FROM serial.schemes() AS s WHERE s.scheme = serial.scheme(first));
	has_number boolean := serial.number(first) IS NOT NULL;
	from_digits text := coalesce(serial.number(first), serial.key(first));
	to_digits text := coalesce(serial.number(last), serial.key(last));
	check_length integer := CASE WHEN has_number OR check_name IS NULL THEN 0
		ELSE (SELECT a.check_length FROM serial.algorithms() AS a WHERE a.algorithm = check_name) END;
	digits integer := length(from_digits) - check_length;
	payload text;
	n numeric;
BEGIN
	from_digits := left(from_digits, digits);
	to_digits := left(to_digits, length(to_digits) - check_length);
	IF scheme <> serial.scheme(last)
		OR has_number <> (serial.number(last) IS NOT NULL)
		OR (has_number AND serial.key(first) <> serial.key(last))
		OR length(to_digits) <> digits
		OR from_digits !~ '^[0-9]+$' OR to_digits !~ '^[0-9]+$' THEN
		RAISE EXCEPTION '"%" and "%" do not begin and end a series', first, last
			USING ERRCODE = 'invalid_parameter_value',
				DETAIL = 'Expected two identifiers of one scheme and key whose numbers have the same count of digits.';
	END IF;
	IF to_digits::numeric - from_digits::numeric >= 10000000 THEN
		RAISE EXCEPTION 'series from "%" to "%" is too long', first, last
			USING ERRCODE = 'program_limit_exceeded',
				DETAIL = format('It has %s identifiers. The maximum is 10000000.',
								to_digits::numeric - from_digits::numeric + 1),
				HINT = 'serial.between tells whether an identifier is in a range of any size.';
	END IF;
	FOR n IN SELECT g FROM generate_series(from_digits::numeric, to_digits::numeric) AS g LOOP
		payload := lpad(n::text, digits, '0');
		RETURN NEXT CASE
			WHEN has_number THEN serial.make(scheme, serial.key(first), payload)
			WHEN check_length = 0 THEN serial.make(scheme, payload)
			ELSE serial.make(scheme, payload || serial.check_digit(check_name, payload)) END;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.series(serial.serial, serial.serial) IS
'all identifiers from first to last, at most ten million, whose numbers, or else keys, have the same count of digits; '
'errors 22023 they are of different schemes, keys or lengths, 54000 there are more';
