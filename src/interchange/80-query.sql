-- Queries with the parameters of EPCIS 2.0

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

-- Years of four digits, of which there is none 0000, and days that the month has
CREATE FUNCTION serial_internal.instant(spelling text)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN extract(month FROM make_date(m.part[1]::integer, m.part[2]::integer, 1) + (m.part[3]::integer - 1))
			= m.part[2]::integer
		THEN CAST(spelling || CASE WHEN m.part[4] IS NULL THEN 'Z' ELSE '' END AS timestamptz) END
	FROM regexp_match(spelling, '^(?!0000)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
		'T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,30})?(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?$') AS m(part);
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
'is something asked for by a query parameter that asks whether it is there? whatever its value, unless that is false; '
'errors 22023 a list or an object';

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

-- A word that is not of CBV finds nothing.
CREATE FUNCTION serial_internal.query_words(kind text, words text[], context jsonb)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	result text[] := '{}';
	word text;
BEGIN
	FOREACH word IN ARRAY words LOOP
		word := serial_internal.event_word(word, NULL, context);
		BEGIN
			word := serial_internal.vocabulary_word(kind, word);
		EXCEPTION WHEN invalid_parameter_value THEN
			NULL;
		END;
		result := result || word;
	END LOOP;
	RETURN result;
END;
$$;
COMMENT ON FUNCTION serial_internal.query_words(text, text[], jsonb) IS
'words of a query in the form that serial.event has';

-- What is spelled as a GLN and is none finds nothing, as any other identifier that nobody has.
CREATE FUNCTION serial_internal.query_places(places text[])
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT ARRAY(SELECT serial_internal.canonical_place(p.place) FROM unnest(places) AS p(place)
				 WHERE serial_internal.names_place(p.place));
$$;
COMMENT ON FUNCTION serial_internal.query_places(text[]) IS
'places of a query in the form that serial.event has, those aside that cannot exist';

CREATE FUNCTION serial_internal.query_patterns(name text, uris text[])
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	result text[] := '{}';
	uri text;
BEGIN
	FOREACH uri IN ARRAY uris LOOP
		IF uri ILIKE 'urn:epc:idpat:%' THEN
			uri := 'urn:epc:idpat:' || substring(uri FROM length('urn:epc:idpat:') + 1);
			IF uri !~ '^urn:epc:idpat:[a-z]+:([^*.]*\.)*([^*.]+|\*(\.\*)*)$' THEN
				PERFORM serial_internal.refuse_parameter(name,
					'The stars of a pattern stand at its end, as in urn:epc:idpat:sgtin:9506000.013435.*.');
			END IF;
		END IF;
		result := result || uri;
	END LOOP;
	RETURN result;
END;
$$;
COMMENT ON FUNCTION serial_internal.query_patterns(text, text[]) IS
'identifiers and EPC pattern URIs of a query; errors 22023 a pattern that is none';

-- urn:epc:idpat:SCHEME:COMPANY.REFERENCE.*, or an identifier where there is no star
CREATE FUNCTION serial_internal.matches_pattern(id serial.serial, pattern text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT serial.scheme(id) = p.scheme AND CASE
		WHEN p.fields[1] = '*' THEN true
		WHEN p.fields[2] = '*' THEN
			substring(serial.key(id) FROM CASE WHEN p.scheme IN ('sgtin', 'gtin', 'sscc', 'itip', 'upui', 'grai') THEN 2
				ELSE 1 END FOR length(p.fields[1])) = p.fields[1]
		WHEN pattern NOT LIKE '%*' THEN id = serial.try_parse(p.example)
		-- the key has the GTIN, piece and total, of two digits each
		WHEN p.scheme = 'itip' THEN starts_with(serial.key(id),
			left(serial.key(serial.try_parse(replace(p.example, '*', '99'))), 8 + 2 * array_position(p.fields, '*')))
		ELSE serial.key(id) = serial.key(serial.try_parse(replace(p.example, '*', '99'))) END
	FROM (SELECT split_part(pattern, ':', 4) AS scheme, string_to_array(split_part(pattern, ':', 5), '.') AS fields,
				 replace(pattern, 'idpat', 'id') AS example) AS p;
$$;
COMMENT ON FUNCTION serial_internal.matches_pattern(serial.serial, text) IS
'does an identifier match an EPC pattern URI?';

-- A class may be a pattern itself, such as that of a GTIN, which the patterns of SGTINs find.
CREATE FUNCTION serial_internal.matches_class(class text, pattern text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT serial_internal.canonical_link(class) = serial_internal.canonical_link(pattern)
		OR (pattern LIKE 'urn:epc:idpat:%*'
			AND ((class LIKE 'urn:epc:idpat:%' AND starts_with(class, split_part(pattern, '*', 1)))
				 OR coalesce(serial_internal.matches_pattern(serial.try_parse(class),
															 replace(pattern, ':sgtin:', ':gtin:')), false)));
$$;
COMMENT ON FUNCTION serial_internal.matches_class(text, text) IS
'is a class the one of a query, or does it match its pattern?';

-- A value that reads as a number compares as a number, one that reads as a time as a
-- time, and others can only be equal.
CREATE FUNCTION serial_internal.compares(value text, operator text, operands text[])
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	at CONSTANT timestamptz := serial_internal.instant(value);
	is_number CONSTANT boolean := serial_internal.is_number(value);
	operand text;
	difference integer;
	holds boolean;
BEGIN
	FOREACH operand IN ARRAY operands LOOP
		difference := CASE
			WHEN is_number AND serial_internal.is_number(operand) THEN sign(CAST(value AS numeric) - CAST(operand AS numeric))
			WHEN value = operand THEN 0
			ELSE sign(extract(epoch FROM at - serial_internal.instant(operand))) END;
		holds := CASE operator WHEN 'EQ' THEN difference = 0 WHEN 'GT' THEN difference > 0 WHEN 'GE' THEN difference >= 0
			WHEN 'LT' THEN difference < 0 ELSE difference <= 0 END;
		IF holds AND (operator = 'EQ' OR is_number OR at IS NOT NULL) THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END;
$$;
COMMENT ON FUNCTION serial_internal.compares(text, text, text[]) IS
'does a value compare with one of several as EQ, GT, GE, LT or LE says?';

-- For conditions, which are checked for one event after the other
CREATE FUNCTION serial_internal.said_by_event(event bigint)
RETURNS TABLE (content jsonb, context jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT c.content, d.header -> '@context'
	FROM serial.captured_event AS c JOIN serial.document AS d ON d.document = c.document
	WHERE c.event = said_by_event.event
	UNION ALL
	SELECT serial.event_json(said_by_event.event, 'as_captured'), NULL
	WHERE NOT EXISTS (SELECT FROM serial.captured_event AS c WHERE c.event = said_by_event.event);
END;
COMMENT ON FUNCTION serial_internal.said_by_event(bigint) IS
'an event as it was captured, or as its columns say, and the @context of its document, NULL if there is none';

-- Members of one's own, at the top of a part of an event or, for INNER_, below it
CREATE FUNCTION serial_internal.has_member(event bigint, part text, is_inner boolean, names text[], operator text,
	operands text[])
RETURNS boolean
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE content AS (
		SELECT s.content AS event, s.context FROM serial_internal.said_by_event(event) AS s
	), part AS (
		SELECT p.value FROM content AS c CROSS JOIN LATERAL jsonb_path_query(c.event, CAST(CASE part
			WHEN 'EVENT' THEN '$' WHEN 'ILMD' THEN '$.ilmd' WHEN 'ERROR_DECLARATION' THEN '$.errorDeclaration'
			WHEN 'SENSORELEMENT' THEN '$.sensorElementList[*]' WHEN 'SENSORMETADATA' THEN '$.sensorElementList[*].sensorMetadata'
			WHEN 'SENSORREPORT' THEN '$.sensorElementList[*].sensorReport[*]' WHEN 'readPoint' THEN '$.readPoint'
				ELSE '$.bizLocation' END AS jsonpath)) AS p(value)
		WHERE jsonb_typeof(p.value) = 'object'
	), member(name, value, depth) AS (
		SELECT serial_internal.braced_name(m.key, c.event, c.context), m.value, 0
		FROM part AS p CROSS JOIN content AS c CROSS JOIN LATERAL jsonb_each(p.value) AS m
		WHERE m.key LIKE '%:%'
		UNION ALL
		SELECT coalesce(serial_internal.braced_name(i.key, c.event, c.context), m.name), i.value, m.depth + CASE
			WHEN i.key IS NULL THEN 0 ELSE 1 END
		FROM member AS m CROSS JOIN content AS c CROSS JOIN LATERAL (
			SELECT o.key, o.value FROM jsonb_each(CASE jsonb_typeof(m.value) WHEN 'object' THEN m.value ELSE '{}' END) AS o
			UNION ALL
			SELECT NULL, a.value FROM jsonb_array_elements(CASE jsonb_typeof(m.value) WHEN 'array' THEN m.value
				ELSE '[]' END) AS a(value)) AS i
	)
	SELECT EXISTS (
		SELECT FROM member AS m
		WHERE m.name = ANY (names) AND (m.depth > 0) = is_inner
		  AND (operator = 'EXISTS' OR serial_internal.compares(
			CASE jsonb_typeof(m.value) WHEN 'object' THEN m.value ->> '#text' WHEN 'array' THEN NULL ELSE m.value #>> '{}' END,
				operator, operands)));
$$;
COMMENT ON FUNCTION serial_internal.has_member(bigint, text, boolean, text[], text, text[]) IS
'has an event a member of one''s own in a part of it, and does its value compare as a query says?';

CREATE FUNCTION serial_internal.query_items(roles text, uris text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('e.event IN (SELECT i.event FROM serial.event_item AS i WHERE i.id = ANY (%L::serial.serial[]) AND i.role = ANY (%L::text[])%s)',
		array_agg(serial.try_parse(u.uri)) FILTER (WHERE u.uri NOT LIKE 'urn:epc:idpat:%'), roles,
		string_agg(format(' UNION ALL SELECT i.event FROM serial.event_item AS i WHERE serial_internal.matches_pattern(i.id, %L) AND i.role = ANY (%L::text[])', u.uri, roles), '')
			FILTER (WHERE u.uri LIKE 'urn:epc:idpat:%'))
	FROM unnest(uris) AS u(uri);
$$;
COMMENT ON FUNCTION serial_internal.query_items(text, text[]) IS
'the SQL condition of a MATCH_ parameter about items';

CREATE FUNCTION serial_internal.measurement_type(word text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT regexp_replace(word, '^https://gs1\.org/voc/', '');
END;
COMMENT ON FUNCTION serial_internal.measurement_type(text) IS
'a type of measurement of the GS1 Web Vocabulary bare, another one as it is';

-- The prefixes of the standard context need no look-up.
CREATE FUNCTION serial_internal.word_in_event(word text, event bigint)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	expanded CONSTANT text := serial_internal.event_word(word, NULL, NULL);
BEGIN
	IF expanded !~ '^[^:/]+:(?!//)' OR expanded ~* '^urn:' THEN
		RETURN expanded;
	END IF;
	RETURN (SELECT serial_internal.event_word(expanded, s.content, s.context)
			FROM serial_internal.said_by_event(event) AS s);
END;
$$;
COMMENT ON FUNCTION serial_internal.word_in_event(text, bigint) IS
'a word or URI in the sensor data of an event, with a compact name in full';

CREATE FUNCTION serial_internal.query_sensors(path text, condition text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT format('EXISTS (SELECT FROM jsonb_path_query(e.attributes, %L) AS s(o) WHERE %s)', path, condition);
END;
COMMENT ON FUNCTION serial_internal.query_sensors(text, text) IS
'the SQL condition of a parameter about sensor data';

-- Master data of documents, and of tables that users write
CREATE FUNCTION serial_internal.elements_with_attribute(attribute text, list text[])
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT k.element
	FROM (SELECT v.element, v.attributes FROM serial.vocabulary_element AS v
		  UNION ALL
		  SELECT p.place, coalesce(p.attributes, '{}') || jsonb_strip_nulls(jsonb_build_object(
			'name', p.name, 'latitude', p.latitude::text, 'longitude', p.longitude::text))
		  FROM serial.place AS p
		  UNION ALL
		  SELECT 'https://id.gs1.org/01/' || t.gtin, t.attributes FROM serial.trade_item AS t) AS k
	WHERE CASE WHEN attribute IS NULL THEN k.attributes ?| list
			   ELSE k.attributes -> attribute ?| list OR k.attributes ->> attribute = ANY (list) END;
$$;
COMMENT ON FUNCTION serial_internal.elements_with_attribute(text, text[]) IS
'what master data describes with one of several attributes or, if an attribute is named, with one of several values';

CREATE FUNCTION serial_internal.query_attributes(name text, field text, attribute text, list text[], context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	sought CONSTANT text[] := CASE WHEN attribute IS NOT NULL THEN list
		ELSE ARRAY(SELECT serial_internal.attribute_name(l.name, context) FROM unnest(list) AS l(name)) END;
	elements CONSTANT text := format(
		'= ANY (ARRAY(SELECT serial_internal.elements_with_attribute(%L, %L::text[])))', attribute, sought);
	entry CONSTANT text :=
		'EXISTS (SELECT FROM jsonb_array_elements(%s) AS t(o) WHERE serial_internal.canonical_link(t.o ->> %L) %s)';
BEGIN
	IF (attribute IS NULL) <> starts_with(name, 'HASATTR_') THEN
		PERFORM serial_internal.refuse_parameter(name, 'HASATTR_ has a field in its name, EQATTR_ a field and an attribute.');
	END IF;
	CASE field
		WHEN 'readPoint' THEN RETURN 'e.read_point ' || elements;
		WHEN 'bizLocation' THEN RETURN 'e.place ' || elements;
		WHEN 'bizStep' THEN RETURN 'e.business_step ' || elements;
		WHEN 'disposition' THEN RETURN 'e.disposition ' || elements;
		WHEN 'epcClass' THEN
			RETURN format(entry, 'coalesce(e.quantities, ''[]'') || coalesce(e.input_quantities, ''[]'')', 'epcClass', elements);
		WHEN 'bizTransaction' THEN RETURN format(entry, 'e.business_transactions', 'bizTransaction', elements);
		WHEN 'source' THEN RETURN format(entry, 'e.sources', 'source', elements);
		WHEN 'destination' THEN RETURN format(entry, 'e.destinations', 'destination', elements);
		ELSE
			PERFORM serial_internal.refuse_parameter(name, format('Master data is not kept for field "%s".', field));
	END CASE;
END;
$$;
COMMENT ON FUNCTION serial_internal.query_attributes(text, text, text, text[], jsonb) IS
'the SQL condition of a parameter about attributes of master data; errors 22023 no such field';

CREATE FUNCTION serial_internal.query_list_condition(name text, list text[], context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	part text[];
	reports CONSTANT text := '$.sensorElementList[*].sensorReport[*]';
	sensors CONSTANT text := '$.sensorElementList[*].*[*]';
	-- without compact names; identifiers in one spelling
	uris text[] := ARRAY(SELECT serial_internal.event_word(l.uri, NULL, context) FROM unnest(list) AS l(uri));
	links CONSTANT text[] := ARRAY(SELECT serial_internal.canonical_link(u.uri) FROM unnest(uris) AS u(uri));
BEGIN
	IF starts_with(name, 'MATCH_') THEN
		uris := serial_internal.query_patterns(name, uris);
	END IF;
	IF name = 'EQ_action' AND NOT list <@ '{ADD,OBSERVE,DELETE}' THEN
		PERFORM serial_internal.refuse_parameter(name, 'An action is ADD, OBSERVE or DELETE.');
	END IF;
	CASE name
		WHEN 'eventType' THEN RETURN format('e.type = ANY (%L::text[])', list);
		WHEN 'EQ_action' THEN RETURN format('e.action = ANY (%L::text[])', list);
		WHEN 'EQ_bizStep' THEN RETURN format('e.business_step = ANY (%L::text[])',
			serial_internal.query_words('business_step', list, context));
		WHEN 'EQ_disposition' THEN RETURN format('e.disposition = ANY (%L::text[])',
			serial_internal.query_words('disposition', list, context));
		WHEN 'EQ_persistentDisposition_set', 'EQ_persistentDisposition_unset' THEN
			RETURN format('e.persistent_disposition -> %L ?| %L::text[]', split_part(name, '_', 3),
				serial_internal.query_words('disposition', list, context));
		WHEN 'EQ_readPoint' THEN RETURN format('e.read_point = ANY (%L::text[])', serial_internal.query_places(uris));
		WHEN 'EQ_bizLocation' THEN RETURN format('e.place = ANY (%L::text[])', serial_internal.query_places(uris));
		WHEN 'WD_readPoint', 'WD_bizLocation' THEN
			RETURN format('e.%I = ANY (%L::text[])', CASE name WHEN 'WD_readPoint' THEN 'read_point' ELSE 'place' END,
				ARRAY(SELECT w.place FROM unnest(serial_internal.query_places(uris)) AS p(place)
					  CROSS JOIN LATERAL serial_internal.places_within(p.place, false) AS w(place)));
		WHEN 'EQ_transformationID' THEN
			RETURN format('serial_internal.canonical_link(e.transformation) = ANY (%L::text[])', links);
		WHEN 'EQ_eventID' THEN
			-- an event that was recorded without an eventID is written with its event hash
			RETURN format('e.event_id = ANY (%L::text[])', list) || CASE WHEN array_to_string(list, ' ') LIKE '%ni:///sha-256;%'
				THEN format(' OR (e.event_id IS NULL AND serial.event_hash(e.event) = ANY (%L::text[]))', list) ELSE '' END;
		WHEN 'EQ_errorReason' THEN RETURN format('e.error_reason = ANY (%L::text[])',
			serial_internal.query_words('error_reason', list, context));
		WHEN 'EQ_correctiveEventID'
			THEN RETURN format('e.attributes #> ''{errorDeclaration,correctiveEventIDs}'' ?| %L::text[]', list);
		WHEN 'MATCH_epc' THEN RETURN serial_internal.query_items('{item,child}', uris);
		WHEN 'MATCH_parentID' THEN RETURN serial_internal.query_items('{parent}', uris);
		WHEN 'MATCH_inputEPC' THEN RETURN serial_internal.query_items('{input}', uris);
		WHEN 'MATCH_outputEPC' THEN RETURN serial_internal.query_items('{output}', uris);
		WHEN 'MATCH_anyEPC' THEN RETURN serial_internal.query_items('{item,child,parent,input,output}', uris);
		WHEN 'MATCH_epcClass', 'MATCH_inputEPCClass', 'MATCH_outputEPCClass', 'MATCH_anyEPCClass' THEN
			RETURN format('EXISTS (SELECT FROM jsonb_array_elements(%s) AS q(o), unnest(%L::text[]) AS p(pattern) WHERE serial_internal.matches_class(q.o ->> ''epcClass'', p.pattern))',
				CASE name WHEN 'MATCH_epcClass' THEN 'CASE WHEN e.type <> ''TransformationEvent'' THEN e.quantities END'
					WHEN 'MATCH_inputEPCClass' THEN 'e.input_quantities'
					WHEN 'MATCH_outputEPCClass' THEN 'CASE WHEN e.type = ''TransformationEvent'' THEN e.quantities END'
					ELSE 'coalesce(e.quantities, ''[]'') || coalesce(e.input_quantities, ''[]'')' END, uris);
		WHEN 'EQ_type' THEN
			RETURN serial_internal.query_sensors(reports,
				format('serial_internal.measurement_type(serial_internal.word_in_event(s.o ->> ''type'', e.event))'
					' = ANY (%L::text[])', ARRAY(SELECT serial_internal.measurement_type(u.uri) FROM unnest(uris) AS u(uri))));
		WHEN 'EQ_deviceID', 'EQ_dataProcessingMethod', 'EQ_microorganism', 'EQ_chemicalSubstance', 'EQ_bizRules',
			'EQ_uriValue' THEN
			RETURN serial_internal.query_sensors(sensors,
				format('serial_internal.canonical_link(serial_internal.word_in_event(s.o ->> %L, e.event))'
					' = ANY (%L::text[])', split_part(name, '_', 2), links));
		WHEN 'EQ_stringValue', 'EQ_hexBinaryValue' THEN
			RETURN serial_internal.query_sensors(reports,
				format('s.o ->> %L = ANY (%L::text[])', split_part(name, '_', 2), list));
		ELSE
			NULL;
	END CASE;
	part := regexp_match(name, '^EQ_(bizTransaction|source|destination)_(.+)$');
	IF part IS NOT NULL THEN
		RETURN format('EXISTS (SELECT FROM jsonb_array_elements(e.%I) AS t(o)'
			' WHERE t.o ->> ''type'' = ANY (%L::text[]) AND %s = ANY (%L::text[]))',
			CASE part[1] WHEN 'bizTransaction' THEN 'business_transactions' ELSE part[1] || 's' END,
			serial_internal.query_words(CASE part[1] WHEN 'bizTransaction' THEN 'business_transaction'
				ELSE 'source_destination' END, ARRAY[part[2]], context),
			format(CASE part[1] WHEN 'bizTransaction' THEN 'serial_internal.canonical_link(t.o ->> %L)' ELSE 't.o ->> %L' END,
				   part[1]),
			CASE part[1] WHEN 'bizTransaction' THEN links ELSE serial_internal.query_places(uris) END);
	END IF;
	RETURN NULL;
END;
$$;
COMMENT ON FUNCTION serial_internal.query_list_condition(text, text[], jsonb) IS
'the SQL condition of a query parameter that takes a list of texts; NULL if there is no such parameter; errors 22023 '
'a wrong value';

CREATE FUNCTION serial_internal.query_condition(name text, value jsonb, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	part text[];
	condition text;
	reports CONSTANT text := '$.sensorElementList[*].sensorReport[*]';
	sensors CONSTANT text := '$.sensorElementList[*].*[*]';
BEGIN
	-- times
	part := regexp_match(name, '^(GE|LT)_(eventTime|recordTime|errorDeclaration_?Time|startTime|endTime|time)$');
	IF part IS NOT NULL THEN
		RETURN CASE
			WHEN part[2] IN ('eventTime', 'recordTime') THEN format('e.%I %s %L', CASE part[2] WHEN 'eventTime'
				THEN 'event_time' ELSE 'record_time' END,
				CASE part[1] WHEN 'GE' THEN '>=' ELSE '<' END, serial_internal.parameter_time(name, value))
			WHEN part[2] LIKE 'error%'
				THEN format('e.corrects IS NOT NULL AND coalesce(serial_internal.instant('
					'e.attributes #>> ''{errorDeclaration,declarationTime}''), e.record_time) %s %L',
				CASE part[1] WHEN 'GE' THEN '>=' ELSE '<' END, serial_internal.parameter_time(name, value))
			ELSE serial_internal.query_sensors(sensors, format('serial_internal.compares(s.o ->> %L, %L, %L::text[])', part[2],
				part[1],
				ARRAY[to_char(serial_internal.parameter_time(name, value) AT TIME ZONE 'UTC',
					'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')])) END;
	END IF;
	IF name IN ('EXISTS_errorDeclaration', 'EXISTS_sensorElementList') THEN
		RETURN CASE WHEN NOT serial_internal.parameter_presence(name, value) THEN 'true' WHEN name = 'EXISTS_errorDeclaration'
			THEN 'e.corrects IS NOT NULL'
			ELSE 'e.attributes ? ''sensorElementList''' END;
	END IF;
	part := regexp_match(name,
		'^EXISTS_(INNER_)?(?:(ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)_)?(.+[:#].+)$');
	IF part IS NOT NULL THEN
		RETURN CASE WHEN NOT serial_internal.parameter_presence(name, value) THEN 'true'
			ELSE format('serial_internal.has_member(e.event, %L, %L, %L::text[], ''EXISTS'', NULL)',
			coalesce(part[2], 'EVENT'), part[1] IS NOT NULL, serial_internal.query_members(part[3], context)) END;
	END IF;
	part := regexp_match(name, '^(HASATTR|EQATTR|EQ_ATTR)_([A-Za-z]+)(?:_(.+))?$');
	IF part IS NOT NULL THEN
		RETURN serial_internal.query_attributes(name, part[2], serial_internal.attribute_name(part[3], context),
			CASE part[1] WHEN 'HASATTR' THEN serial_internal.parameter_list(name, value)
				ELSE serial_internal.parameter_values(name, value) END, context);
	END IF;
	-- numbers, and members of one's own
	part := regexp_match(name, '^(EQ|GT|GE|LT|LE)_quantity(?:_(.+))?$');
	IF part IS NOT NULL THEN
		RETURN format('EXISTS (SELECT FROM jsonb_array_elements('
			'coalesce(e.quantities, ''[]'') || coalesce(e.input_quantities, ''[]'')) AS q(o)'
			' WHERE serial_internal.compares(q.o ->> ''quantity'', %L, %L::text[])%s)',
			part[1], serial_internal.parameter_operands(name, value, false, false),
			CASE WHEN part[2] IS NOT NULL THEN format(' AND q.o ->> ''uom'' = %L', part[2]) END);
	END IF;
	part := regexp_match(name, '^(EQ|GT|GE|LT|LE)_(value|minValue|maxValue|meanValue|sDev|percValue|percRank)(?:_(.+))?$');
	IF part IS NOT NULL THEN
		RETURN serial_internal.query_sensors(reports, format('serial_internal.compares(s.o ->> %L, %L, %L::text[])%s',
			part[2], part[1], serial_internal.parameter_operands(name, value, false, false),
			CASE WHEN part[3] IS NOT NULL THEN format(' AND s.o ->> ''uom'' = %L', part[3]) END));
	END IF;
	part := regexp_match(name,
		'^(EQ|GT|GE|LT|LE)_(INNER_)?(?:(ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)_)?(.+[:#].+)$');
	IF part IS NOT NULL AND name !~ '^EQ_(bizTransaction|source|destination)_' THEN
		RETURN format('serial_internal.has_member(e.event, %L, %L, %L::text[], %L, %L::text[])', coalesce(part[3], 'EVENT'),
			part[2] IS NOT NULL, serial_internal.query_members(part[4], context), part[1],
			serial_internal.parameter_operands(name, value, true, true));
	END IF;
	IF name = 'EQ_booleanValue' THEN
		IF serial_internal.parameter_scalar(name, value) NOT IN ('true', 'false') THEN
			PERFORM serial_internal.refuse_parameter(name, 'Its value must be true or false.');
		END IF;
		RETURN serial_internal.query_sensors(reports, format('s.o ->> ''booleanValue'' = %L',
			serial_internal.parameter_scalar(name, value)));
	END IF;

	condition := serial_internal.query_list_condition(name, serial_internal.parameter_values(name, value), context);
	IF condition IS NULL THEN
		PERFORM serial_internal.refuse_parameter(name, 'There is no such parameter.');
	END IF;
	PERFORM serial_internal.parameter_list(name, value);
	RETURN condition;
END;
$$;
COMMENT ON FUNCTION serial_internal.query_condition(text, jsonb, jsonb) IS
'the SQL condition of a query parameter; errors 22023 no such parameter, or a wrong value';

-- EPCIS 1.2 writes namespace#local, whether or not the namespace ends with "#" itself.
CREATE FUNCTION serial_internal.query_members(name text, context jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ARRAY[serial_internal.braced_name(name, NULL, context)]
		|| CASE WHEN name LIKE '%#%' THEN ARRAY[regexp_replace(name, '^(.*)#([^#]*)$', '{\1}\2')] ELSE '{}' END;
END;
COMMENT ON FUNCTION serial_internal.query_members(text, jsonb) IS
'the name of a member of one''s own in a query, as {namespace}local: one of these';

CREATE TYPE serial_internal.order_key AS (number numeric, content text COLLATE "C");
COMMENT ON TYPE serial_internal.order_key IS
'the value of a member of one''s own, by which events are ordered: numbers first, then texts by code points';

CREATE FUNCTION serial_internal.member_order(event bigint, names text[])
RETURNS serial_internal.order_key
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT ROW(CASE WHEN v.value ~ '^[+-]?[0-9]+(\.[0-9]+)?$' THEN CAST(v.value AS numeric) END,
		v.value)::serial_internal.order_key
	FROM serial_internal.said_by_event(event) AS s
	CROSS JOIN LATERAL jsonb_each(s.content) AS m
	CROSS JOIN LATERAL (
		SELECT CASE jsonb_typeof(m.value) WHEN 'object' THEN m.value ->> '#text' WHEN 'array' THEN m.value ->> 0
			ELSE m.value #>> '{}' END AS value) AS v
	WHERE m.key LIKE '%:%' AND serial_internal.braced_name(m.key, s.content, s.context) = ANY (names)
	LIMIT 1;
$$;
COMMENT ON FUNCTION serial_internal.member_order(bigint, text[]) IS
'the value of a member of one''s own of an event, to order by; NULL if the event does not have it';

-- Events without the member come last in either direction.
CREATE FUNCTION serial_internal.query_ordering(field text, direction text, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	expression text;
BEGIN
	IF field = 'eventTime' THEN
		expression := 'e.event_time ' || direction;
	ELSIF field = 'recordTime' THEN
		expression := 'e.record_time ' || direction;
	ELSIF field ~ '[:#]' THEN
		expression := format('serial_internal.member_order(e.event, %L::text[]) %s NULLS LAST',
							 serial_internal.query_members(field, context), direction);
	ELSE
		PERFORM serial_internal.refuse_parameter('orderBy',
			'Events can be ordered by eventTime, recordTime or a member of one''s own.');
	END IF;
	RETURN format('%s, e.event %s', expression, direction);
END;
$$;
COMMENT ON FUNCTION serial_internal.query_ordering(text, text, jsonb) IS
'the SQL order that orderBy names, in a direction; errors 22023 none';

-- Which events a query finds, and not how many and in which order
CREATE FUNCTION serial_internal.query_where(parameters jsonb, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	names CONSTANT jsonb := serial_internal.whole_context(context, parameters -> '@context');
BEGIN
	IF jsonb_typeof(parameters) <> 'object' THEN
		RAISE EXCEPTION 'query parameters must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	RETURN (SELECT coalesce(string_agg('(' || serial_internal.query_condition(m.key, m.value, names) || ')', ' AND '
		ORDER BY m.key), 'true')
			FROM jsonb_each(parameters) AS m
			WHERE m.key <> ALL ('{@context,orderBy,orderDirection,eventCountLimit,maxEventCount,perPage,nextPageToken}'));
END;
$$;
COMMENT ON FUNCTION serial_internal.query_where(jsonb, jsonb) IS
'the SQL condition of all parameters of a query; errors 22023 no such parameter, or a wrong value';

CREATE FUNCTION serial_internal.query_sql(parameters jsonb, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	condition text := serial_internal.query_where(parameters, context);
	ordering text := 'e.event';
	count_limit bigint;
	maximum CONSTANT bigint := serial_internal.parameter_count('maxEventCount', parameters -> 'maxEventCount');
	page_size CONSTANT bigint := serial_internal.parameter_count('perPage', parameters -> 'perPage');
	direction CONSTANT text := CASE WHEN parameters ? 'orderDirection'
		THEN serial_internal.parameter_scalar('orderDirection', parameters -> 'orderDirection') ELSE 'DESC' END;
BEGIN
	IF direction NOT IN ('ASC', 'DESC') THEN
		PERFORM serial_internal.refuse_parameter('orderDirection', 'It must be ASC or DESC.');
	ELSIF page_size = 0 THEN
		PERFORM serial_internal.refuse_parameter('perPage', 'A page has at least one event.');
	END IF;
	IF parameters ? 'orderBy' THEN
		ordering := serial_internal.query_ordering(
			serial_internal.parameter_scalar('orderBy', parameters -> 'orderBy'), direction,
			serial_internal.whole_context(context, parameters -> '@context'));
	END IF;
	IF parameters ? 'eventCountLimit' AND (maximum IS NOT NULL OR NOT parameters ? 'orderBy') THEN
		PERFORM serial_internal.refuse_parameter('eventCountLimit', 'It needs orderBy, and excludes maxEventCount.');
	END IF;
	IF parameters ?| '{perPage,nextPageToken}' AND parameters ?| '{orderBy,eventCountLimit,maxEventCount}' THEN
		PERFORM serial_internal.refuse_parameter('perPage', 'Pages exclude orderBy, eventCountLimit and maxEventCount.');
	END IF;
	IF parameters ? 'nextPageToken' THEN
		condition := format('%s AND e.event > %s', condition,
							serial_internal.parameter_count('nextPageToken', parameters -> 'nextPageToken'));
	END IF;
	count_limit := coalesce(serial_internal.parameter_count('eventCountLimit', parameters -> 'eventCountLimit'),
							page_size,
							CASE WHEN parameters ? 'nextPageToken' THEN 30 END, maximum + 1);
	RETURN format('SELECT e.event, e.event_time, e.record_time FROM serial.event AS e WHERE %s ORDER BY %s LIMIT %s',
				  condition, ordering, coalesce(count_limit::text, 'ALL'));
END;
$$;
COMMENT ON FUNCTION serial_internal.query_sql(jsonb, jsonb) IS
'the SQL query of the parameters of a query; errors 22023 no such parameter, or a wrong value';

-- Arrays, so that what the events say is read at once.
CREATE FUNCTION serial_internal.found_events(
	parameters jsonb, context jsonb, OUT events bigint[], OUT record_times timestamptz[])
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	p CONSTANT jsonb := coalesce(parameters, '{}');
BEGIN
	EXECUTE format('SELECT coalesce(array_agg(q.event), ''{}''), coalesce(array_agg(q.record_time), ''{}'')'
				   ' FROM (%s) AS q', serial_internal.query_sql(p, context))
		INTO events, record_times;
	IF cardinality(events) > serial_internal.parameter_count('maxEventCount', p -> 'maxEventCount') THEN
		RAISE EXCEPTION 'query has more than % results', p ->> 'maxEventCount'
			USING ERRCODE = 'program_limit_exceeded', HINT = 'Ask for fewer events, or raise maxEventCount.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.found_events(jsonb, jsonb) IS
'the events that a query finds, in its order; errors as of serial.epcis_query';

CREATE FUNCTION serial_internal.answered_events(events bigint[], record_times timestamptz[])
RETURNS TABLE (event bigint, content jsonb, hash text, context jsonb, record_time text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT a.event, a.content, a.hash, a.context, serial_internal.time_text(a.record_time, '+00:00')
	FROM ROWS FROM (unnest(events, record_times), serial_internal.event_contents(events))
		AS a(event, record_time, content, hash, context);
$$;
COMMENT ON FUNCTION serial_internal.answered_events(bigint[], timestamptz[]) IS
'the arguments of serial_internal.event_in for events with which a query answers, in the order given';

CREATE FUNCTION serial.epcis_query(parameters jsonb, context jsonb DEFAULT NULL)
RETURNS TABLE (event bigint, content jsonb)
LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT a.event, serial_internal.event_in(a.content, a.hash, a.context, 'digital_link', a.record_time)
	FROM serial_internal.found_events(parameters, context) AS f
	CROSS JOIN LATERAL serial_internal.answered_events(f.events, f.record_times) AS a;
$$;
COMMENT ON FUNCTION serial.epcis_query(jsonb, jsonb) IS
'events that meet all parameters of a query of EPCIS 2.0, with their recordTime; context declares the prefixes '
'that parameters use; errors 22023 no such parameter or a wrong value (QueryParameterException), 54000 more '
'events than maxEventCount (QueryTooLargeException)';
REVOKE EXECUTE ON FUNCTION serial.epcis_query(jsonb, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.epcis_query_document(parameters jsonb, context jsonb DEFAULT NULL)
RETURNS jsonb
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT serial_internal.document_of_events(
		jsonb_build_object(
			'@context', jsonb_build_array('https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'),
			'type', 'EPCISQueryDocument', 'schemaVersion', '2.0',
			'creationDate', serial_internal.time_text(clock_timestamp(), '+00:00'),
			'epcisBody', jsonb_build_object('queryResults', jsonb_build_object('queryName', 'SimpleEventQuery',
				'resultsBody', jsonb_build_object('eventList', NULL)))),
		array_agg(a.content), array_agg(a.hash), array_agg(a.context), array_agg(a.record_time), 'digital_link')
	FROM serial_internal.found_events(parameters, context) AS f
	CROSS JOIN LATERAL serial_internal.answered_events(f.events, f.record_times) AS a;
$$;
COMMENT ON FUNCTION serial.epcis_query_document(jsonb, jsonb) IS
'the events of serial.epcis_query as an EPCISQueryDocument; errors as of serial.epcis_query';
REVOKE EXECUTE ON FUNCTION serial.epcis_query_document(jsonb, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.problem(sqlstate text, message text, detail text DEFAULT NULL)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object('type', 'epcisException:' || p.type, 'title', message, 'status', p.status,
		'detail', detail))
	FROM (SELECT CASE
			WHEN message LIKE 'invalid query parameter%' OR message LIKE 'query parameters %' THEN 'QueryParameterException'
			WHEN message LIKE 'query has more than %' THEN 'QueryTooLargeException'
			WHEN sqlstate = '23505' THEN 'ResourceAlreadyExistsException'
			WHEN sqlstate = '42501' OR sqlstate LIKE '28%' THEN 'SecurityException'
			WHEN message LIKE 'named query % does not exist' THEN 'NoSuchNameException'
			WHEN sqlstate = '42704' THEN 'NoSuchResourceException'
			WHEN sqlstate LIKE '22%' OR sqlstate IN ('21000', '23514', '55000') THEN 'ValidationException'
			WHEN sqlstate LIKE '54%' THEN 'CaptureLimitExceededException'
			ELSE 'ImplementationException' END AS type,
		CASE
			WHEN message LIKE 'query has more than %' OR sqlstate LIKE '54%' THEN 413
			WHEN sqlstate = '23505' THEN 409
			WHEN sqlstate LIKE '28%' THEN 401
			WHEN sqlstate = '42501' THEN 403
			WHEN sqlstate = '42704' THEN 404
			WHEN sqlstate LIKE '22%' OR sqlstate IN ('21000', '23514', '55000') THEN 400
			ELSE 500 END AS status) AS p;
END;
COMMENT ON FUNCTION serial.problem(text, text, text) IS
'an error as the problem object (RFC 7807) that EPCIS 2.0 answers with: its exception and the HTTP status';
