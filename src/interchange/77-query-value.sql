-- Values of query parameters of EPCIS 2.0

CREATE FUNCTION serial_internal.refuse_parameter(name text, reason text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'invalid query parameter "%"', name USING ERRCODE = 'invalid_parameter_value', DETAIL = reason;
END;
$$;
COMMENT ON FUNCTION serial_internal.refuse_parameter(text, text) IS
'raises the QueryParameterException of EPCIS; errors 22023 always';

CREATE FUNCTION serial_internal.parameter_values(name text, value jsonb)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	list CONSTANT jsonb := CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE jsonb_build_array(value) END;
BEGIN
	IF jsonb_path_exists(list, 'strict $[*] ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")')
	THEN
		PERFORM serial_internal.refuse_parameter(name,
			'Its value must be a string, a number, a boolean, or a list of these.');
	END IF;
	RETURN ARRAY(SELECT l.entry FROM jsonb_array_elements_text(list) AS l(entry));
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_values(text, jsonb) IS
'the values of a query parameter that takes texts, numbers or times; errors 22023 no scalar, nor a list of them';

CREATE FUNCTION serial_internal.parameter_list(name text, value jsonb)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF jsonb_path_exists(value, '$[*] ? (@.type() != "string")') THEN
		PERFORM serial_internal.refuse_parameter(name, 'Its value must be a list of strings.');
	END IF;
	RETURN serial_internal.parameter_values(name, value);
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_list(text, jsonb) IS
'the values of a query parameter that takes a list of texts; errors 22023 no text, nor a list of them';

CREATE FUNCTION serial_internal.parameter_scalar(name text, value jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	list CONSTANT text[] := serial_internal.parameter_values(name, value);
BEGIN
	IF cardinality(list) <> 1 THEN
		PERFORM serial_internal.refuse_parameter(name, 'It takes a single value.');
	END IF;
	RETURN list[1];
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_scalar(text, jsonb) IS
'the value of a query parameter that takes one; errors 22023 none or several';

-- Years have four digits and are not 0000, and the month must have the day.
CREATE FUNCTION serial_internal.instant(spelling text)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN extract(month FROM make_date(m.part[1]::integer, m.part[2]::integer, 1) + (m.part[3]::integer - 1))
			= m.part[2]::integer
		THEN CAST(spelling || CASE WHEN m.part[4] IS NULL THEN 'Z' ELSE '' END AS timestamptz) END
	FROM regexp_match(spelling, '^(?!0000)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
		'T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,30})?'
		'(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?$') AS m(part);
END;
COMMENT ON FUNCTION serial_internal.instant(text) IS
'a time of EPCIS, in UTC if it has no offset; NULL if it is none';

CREATE FUNCTION serial_internal.parameter_time(name text, value jsonb)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	spelling CONSTANT text := serial_internal.parameter_scalar(name, value);
	at CONSTANT timestamptz := serial_internal.instant(spelling);
BEGIN
	IF spelling !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$' THEN
		PERFORM serial_internal.refuse_parameter(name,
			'Its value must be a time with an offset, like 2024-02-29T12:00:00.000Z.');
	ELSIF at IS NULL THEN
		PERFORM serial_internal.refuse_parameter(name, 'There is no such time.');
	END IF;
	RETURN at;
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_time(text, jsonb) IS
'the value of a query parameter that takes a time; errors 22023 no time';

CREATE FUNCTION serial_internal.is_number(spelling text)
RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT spelling ~ '^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$';
END;
COMMENT ON FUNCTION serial_internal.is_number(text) IS
'does a text read as a number?';

-- EQ takes a list, GT, GE, LT and LE take one value.
CREATE FUNCTION serial_internal.parameter_operands(name text, value jsonb, may_be_text boolean, may_be_time boolean)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	is_equality CONSTANT boolean := starts_with(name, 'EQ_');
	operands CONSTANT text[] := CASE WHEN is_equality THEN serial_internal.parameter_values(name, value)
		ELSE ARRAY[serial_internal.parameter_scalar(name, value)] END;
	operand text;
BEGIN
	FOREACH operand IN ARRAY operands LOOP
		CONTINUE WHEN is_equality AND may_be_text OR serial_internal.is_number(operand)
			OR may_be_time AND serial_internal.instant(operand) IS NOT NULL;
		PERFORM serial_internal.refuse_parameter(name,
			format('Its value must be a number%s.', CASE WHEN may_be_time THEN ' or a time' END));
	END LOOP;
	RETURN operands;
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_operands(text, jsonb, boolean, boolean) IS
'the values that a query compares with; errors 22023 a wrong one';

CREATE FUNCTION serial_internal.parameter_presence(name text, value jsonb)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF jsonb_typeof(value) IN ('array', 'object') THEN
		PERFORM serial_internal.refuse_parameter(name, 'Its value must be true, false, a number, a string or null.');
	END IF;
	RETURN value NOT IN ('false', '"false"');
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_presence(text, jsonb) IS
'true if a query parameter asks for the presence of something: with any value but false; errors 22023 a list or an '
'object';

CREATE FUNCTION serial_internal.parameter_count(name text, value jsonb)
RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	spelling CONSTANT text := CASE WHEN value IS NOT NULL THEN serial_internal.parameter_scalar(name, value) END;
BEGIN
	IF spelling !~ '^[0-9]{1,18}$' THEN
		PERFORM serial_internal.refuse_parameter(name, 'Its value must be a whole number.');
	END IF;
	RETURN CAST(spelling AS bigint);
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_count(text, jsonb) IS
'the value of a query parameter that takes a whole number, NULL if it is not given; errors 22023 no number';
