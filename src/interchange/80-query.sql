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

CREATE FUNCTION serial_internal.parameter_list(name text, value jsonb)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	list CONSTANT jsonb := CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE jsonb_build_array(value) END;
BEGIN
	IF jsonb_path_exists(list, '$[*] ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")') THEN
		PERFORM serial_internal.refuse_parameter(name, 'Its value must be a list of strings.');
	END IF;
	RETURN ARRAY(SELECT l.entry FROM jsonb_array_elements_text(list) AS l(entry));
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_list(text, jsonb) IS
'the values of a query parameter that takes a list; errors 22023 no list of scalars';

CREATE FUNCTION serial_internal.parameter_scalar(name text, value jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	list CONSTANT text[] := serial_internal.parameter_list(name, value);
BEGIN
	IF cardinality(list) <> 1 THEN
		PERFORM serial_internal.refuse_parameter(name, 'It takes a single value.');
	END IF;
	RETURN list[1];
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_scalar(text, jsonb) IS
'the value of a query parameter that takes one; errors 22023 none or several';

CREATE FUNCTION serial_internal.parameter_time(name text, value jsonb)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	spelling CONSTANT text := serial_internal.parameter_scalar(name, value);
BEGIN
	IF spelling !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$' THEN
		PERFORM serial_internal.refuse_parameter(name,
			'Its value must be a time with an offset, like 2024-02-29T12:00:00.000Z.');
	END IF;
	RETURN CAST(spelling AS timestamptz);
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
	PERFORM serial_internal.refuse_parameter(name, 'There is no such time.');
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_time(text, jsonb) IS
'the value of a query parameter that takes a time; errors 22023 no time';

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

-- urn:epc:idpat:SCHEME:COMPANY.REFERENCE.*: the stars stand at the end.
CREATE FUNCTION serial_internal.matches_pattern(id serial.serial, pattern text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT serial.scheme(id) = p.scheme AND CASE
		WHEN p.fields[1] = '*' THEN true
		WHEN p.fields[2] = '*' THEN
			substring(serial.key(id) FROM CASE WHEN p.scheme IN ('sgtin', 'sscc', 'itip', 'upui', 'grai') THEN 2
				ELSE 1 END FOR length(p.fields[1])) = p.fields[1]
		ELSE serial.key(id) = serial.key(serial.try_parse('urn:epc:id:' || p.scheme || ':'
			|| replace(array_to_string(p.fields, '.'), '*', '1'))) END
	FROM (SELECT split_part(pattern, ':', 4) AS scheme, string_to_array(split_part(pattern, ':', 5), '.') AS fields) AS p;
$$;
COMMENT ON FUNCTION serial_internal.matches_pattern(serial.serial, text) IS
'does an identifier match an EPC pattern URI?';

CREATE FUNCTION serial_internal.matches_class(class text, pattern text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT serial_internal.canonical_link(class) = serial_internal.canonical_link(pattern)
		OR (p.fields[1] = '*' AND split_part(class, ':', 4) = split_part(pattern, ':', 4))
		OR (p.fields[2] = '*' AND pattern LIKE 'urn:epc:idpat:sgtin:%'
			AND serial_internal.canonical_link(class) LIKE 'https://id.gs1.org/01/_' || p.fields[1] || '%')
		OR (p.fields[2] = '*' AND split_part(class, ':', 4) = split_part(pattern, ':', 4)
			AND split_part(split_part(class, ':', 5), '.', 1) = p.fields[1])
	FROM (SELECT CASE WHEN pattern LIKE 'urn:epc:idpat:%' THEN string_to_array(split_part(pattern, ':', 5), '.')
		ELSE '{}' END AS fields) AS p;
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
	number CONSTANT text := '^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$';
	operand text;
	difference integer;
	holds boolean;
BEGIN
	FOREACH operand IN ARRAY operands LOOP
		difference := CASE
			WHEN value ~ number AND operand ~ number THEN sign(CAST(value AS numeric) - CAST(operand AS numeric))
			WHEN serial_internal.utc_time(value) IS NOT NULL AND serial_internal.utc_time(operand) IS NOT NULL
				THEN sign(extract(epoch FROM CAST(value AS timestamptz) - CAST(operand AS timestamptz)))
			WHEN value = operand THEN 0 END;
		holds := CASE operator WHEN 'EQ' THEN difference = 0 WHEN 'GT' THEN difference > 0 WHEN 'GE' THEN difference >= 0
			WHEN 'LT' THEN difference < 0 ELSE difference <= 0 END;
		IF holds AND (operator = 'EQ' OR value ~ number OR serial_internal.utc_time(value) IS NOT NULL) THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END;
$$;
COMMENT ON FUNCTION serial_internal.compares(text, text, text[]) IS
'does a value compare with one of several as EQ, GT, GE, LT or LE says?';

-- Members of one's own, at the top of a part of an event or, for INNER_, below it
CREATE FUNCTION serial_internal.has_member(event bigint, part text, is_inner boolean, names text[], operator text,
	operands text[])
RETURNS boolean
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE content AS (
		SELECT serial.event_json(event, 'as_captured') AS event
	), part AS (
		SELECT p.value FROM content AS c CROSS JOIN LATERAL jsonb_path_query(c.event, CAST(CASE part
			WHEN 'EVENT' THEN '$' WHEN 'ILMD' THEN '$.ilmd' WHEN 'ERROR_DECLARATION' THEN '$.errorDeclaration'
			WHEN 'SENSORELEMENT' THEN '$.sensorElementList[*]' WHEN 'SENSORMETADATA' THEN '$.sensorElementList[*].sensorMetadata'
			WHEN 'SENSORREPORT' THEN '$.sensorElementList[*].sensorReport[*]' WHEN 'readPoint' THEN '$.readPoint'
				ELSE '$.bizLocation' END AS jsonpath)) AS p(value)
		WHERE jsonb_typeof(p.value) = 'object'
	), member(name, value, depth) AS (
		SELECT serial_internal.braced_name(m.key, c.event, NULL), m.value, 0
		FROM part AS p CROSS JOIN content AS c CROSS JOIN LATERAL jsonb_each(p.value) AS m
		WHERE m.key LIKE '%:%'
		UNION ALL
		SELECT coalesce(serial_internal.braced_name(i.key, c.event, NULL), m.name), i.value, m.depth + CASE
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

CREATE FUNCTION serial_internal.query_items(name text, roles text, uris text[])
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
COMMENT ON FUNCTION serial_internal.query_items(text, text, text[]) IS
'the SQL condition of a MATCH_ parameter about items';

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

CREATE FUNCTION serial_internal.query_condition(name text, value jsonb, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	part text[];
	list text[];
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
				THEN format('e.corrects IS NOT NULL AND coalesce(CAST(e.attributes #>> ''{errorDeclaration,declarationTime}'' AS timestamptz), e.record_time) %s %L',
				CASE part[1] WHEN 'GE' THEN '>=' ELSE '<' END, serial_internal.parameter_time(name, value))
			ELSE serial_internal.query_sensors(sensors, format('serial_internal.compares(s.o ->> %L, %L, %L::text[])', part[2],
				part[1],
				ARRAY[to_char(serial_internal.parameter_time(name, value) AT TIME ZONE 'UTC',
					'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')])) END;
	END IF;
	IF name IN ('EXISTS_errorDeclaration', 'EXISTS_sensorElementList') THEN
		RETURN CASE WHEN value IN ('false', '"false"') THEN 'true' WHEN name = 'EXISTS_errorDeclaration'
			THEN 'e.corrects IS NOT NULL'
			ELSE 'e.attributes ? ''sensorElementList''' END;
	END IF;
	part := regexp_match(name,
		'^EXISTS_(INNER_)?(?:(ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)_)?(.+[:#].+)$');
	IF part IS NOT NULL THEN
		RETURN CASE WHEN value IN ('false', '"false"') THEN 'true'
			ELSE format('serial_internal.has_member(e.event, %L, %L, %L::text[], ''EXISTS'', NULL)',
			coalesce(part[2], 'EVENT'), part[1] IS NOT NULL, serial_internal.query_members(part[3], context)) END;
	END IF;
	part := regexp_match(name, '^(HASATTR|EQATTR|EQ_ATTR)_([A-Za-z]+)(?:_(.+))?$');
	IF part IS NOT NULL THEN
		RETURN serial_internal.query_attributes(name, part[2], serial_internal.attribute_name(part[3], context),
			serial_internal.parameter_list(name, value), context);
	END IF;

	list := serial_internal.parameter_list(name, value);
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
		WHEN 'EQ_readPoint' THEN RETURN format('e.read_point = ANY (%L::text[])', serial_internal.query_places(list));
		WHEN 'EQ_bizLocation' THEN RETURN format('e.place = ANY (%L::text[])', serial_internal.query_places(list));
		WHEN 'WD_readPoint', 'WD_bizLocation' THEN
			RETURN format('e.%I = ANY (%L::text[])', CASE name WHEN 'WD_readPoint' THEN 'read_point' ELSE 'place' END,
				ARRAY(SELECT w.place FROM unnest(serial_internal.query_places(list)) AS p(place)
					  CROSS JOIN LATERAL serial_internal.places_within(p.place, false) AS w(place)));
		WHEN 'EQ_transformationID' THEN
			RETURN format('serial_internal.canonical_link(e.transformation) = ANY (%L::text[])',
				ARRAY(SELECT serial_internal.canonical_link(l.uri) FROM unnest(list) AS l(uri)));
		WHEN 'EQ_eventID' THEN RETURN format('e.event_id = ANY (%L::text[])', list);
		WHEN 'EQ_errorReason' THEN RETURN format('e.error_reason = ANY (%L::text[])',
			serial_internal.query_words('error_reason', list, context));
		WHEN 'EQ_correctiveEventID'
			THEN RETURN format('e.attributes #> ''{errorDeclaration,correctiveEventIDs}'' ?| %L::text[]', list);
		WHEN 'MATCH_epc' THEN RETURN serial_internal.query_items(name, '{item,child}', list);
		WHEN 'MATCH_parentID' THEN RETURN serial_internal.query_items(name, '{parent}', list);
		WHEN 'MATCH_inputEPC' THEN RETURN serial_internal.query_items(name, '{input}', list);
		WHEN 'MATCH_outputEPC' THEN RETURN serial_internal.query_items(name, '{output}', list);
		WHEN 'MATCH_anyEPC' THEN RETURN serial_internal.query_items(name, '{item,child,parent,input,output}', list);
		WHEN 'MATCH_epcClass', 'MATCH_inputEPCClass', 'MATCH_outputEPCClass', 'MATCH_anyEPCClass' THEN
			RETURN format('EXISTS (SELECT FROM jsonb_array_elements(%s) AS q(o), unnest(%L::text[]) AS p(pattern) WHERE serial_internal.matches_class(q.o ->> ''epcClass'', p.pattern))',
				CASE name WHEN 'MATCH_epcClass' THEN 'CASE WHEN e.type <> ''TransformationEvent'' THEN e.quantities END'
					WHEN 'MATCH_inputEPCClass' THEN 'e.input_quantities'
					WHEN 'MATCH_outputEPCClass' THEN 'CASE WHEN e.type = ''TransformationEvent'' THEN e.quantities END'
					ELSE 'coalesce(e.quantities, ''[]'') || coalesce(e.input_quantities, ''[]'')' END, list);
		WHEN 'EQ_type' THEN
			RETURN serial_internal.query_sensors(reports,
				format('regexp_replace(s.o ->> ''type'', ''^(gs1:|https://gs1.org/voc/)'', '''') = ANY (%L::text[])',
				ARRAY(SELECT regexp_replace(l.word, '^(gs1:|https://gs1.org/voc/)', '') FROM unnest(list) AS l(word))));
		WHEN 'EQ_deviceID', 'EQ_dataProcessingMethod', 'EQ_microorganism', 'EQ_chemicalSubstance', 'EQ_bizRules',
			'EQ_stringValue', 'EQ_booleanValue',
			 'EQ_hexBinaryValue', 'EQ_uriValue' THEN
			RETURN serial_internal.query_sensors(sensors,
				format('serial_internal.canonical_link(s.o ->> %L) = ANY (%L::text[])', split_part(name, '_', 2),
				ARRAY(SELECT serial_internal.canonical_link(l.uri) FROM unnest(list) AS l(uri))));
		ELSE
			NULL;
	END CASE;
	part := regexp_match(name, '^EQ_(bizTransaction|source|destination)_(.+)$');
	IF part IS NOT NULL THEN
		RETURN format('EXISTS (SELECT FROM jsonb_array_elements(e.%I) AS t(o) WHERE t.o ->> ''type'' = ANY (%L::text[]) AND t.o ->> %L = ANY (%L::text[]))',
			CASE part[1] WHEN 'bizTransaction' THEN 'business_transactions' ELSE part[1] || 's' END,
			serial_internal.query_words(CASE part[1] WHEN 'bizTransaction' THEN 'business_transaction'
				ELSE 'source_destination' END, ARRAY[part[2]], context), part[1],
			CASE part[1] WHEN 'bizTransaction' THEN list ELSE serial_internal.query_places(list) END);
	END IF;
	part := regexp_match(name, '^(EQ|GT|GE|LT|LE)_quantity(?:_(.+))?$');
	IF part IS NOT NULL THEN
		RETURN format('EXISTS (SELECT FROM jsonb_array_elements(coalesce(e.quantities, ''[]'') || coalesce(e.input_quantities, ''[]'')) AS q(o) WHERE serial_internal.compares(q.o ->> ''quantity'', %L, %L::text[])%s)',
			part[1], list, CASE WHEN part[2] IS NOT NULL THEN format(' AND q.o ->> ''uom'' = %L', part[2]) END);
	END IF;
	part := regexp_match(name, '^(EQ|GT|GE|LT|LE)_(value|minValue|maxValue|meanValue|sDev|percValue|percRank)(?:_(.+))?$');
	IF part IS NOT NULL THEN
		RETURN serial_internal.query_sensors(reports, format('serial_internal.compares(s.o ->> %L, %L, %L::text[])%s',
			part[2], part[1], list,
			CASE WHEN part[3] IS NOT NULL THEN format(' AND s.o ->> ''uom'' = %L', part[3]) END));
	END IF;
	part := regexp_match(name,
		'^(EQ|GT|GE|LT|LE)_(INNER_)?(?:(ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)_)?(.+[:#].+)$');
	IF part IS NOT NULL THEN
		RETURN format('serial_internal.has_member(e.event, %L, %L, %L::text[], %L, %L::text[])', coalesce(part[3], 'EVENT'),
			part[2] IS NOT NULL,
			serial_internal.query_members(part[4], context), part[1], list);
	END IF;
	PERFORM serial_internal.refuse_parameter(name, 'There is no such parameter.');
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
	FROM (SELECT serial.event_json(event, 'as_captured') AS event) AS c
	CROSS JOIN LATERAL jsonb_each(c.event) AS m
	CROSS JOIN LATERAL (
		SELECT CASE jsonb_typeof(m.value) WHEN 'object' THEN m.value ->> '#text' WHEN 'array' THEN m.value ->> 0
			ELSE m.value #>> '{}' END AS value) AS v
	WHERE m.key LIKE '%:%' AND serial_internal.braced_name(m.key, c.event, NULL) = ANY (names)
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
	IF direction NOT IN ('ASC', 'DESC') THEN
		PERFORM serial_internal.refuse_parameter('orderDirection', 'It must be ASC or DESC.');
	END IF;
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
'the SQL order that orderBy and orderDirection name; errors 22023 none';

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
BEGIN
	IF parameters ? 'orderBy' THEN
		ordering := serial_internal.query_ordering(
			serial_internal.parameter_scalar('orderBy', parameters -> 'orderBy'),
				coalesce(parameters ->> 'orderDirection', 'DESC'),
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
							serial_internal.parameter_count('perPage', parameters -> 'perPage'),
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
	EXECUTE format('SELECT coalesce(array_agg(q.event), ''{}''), coalesce(array_agg(q.record_time), ''{}'') FROM (%s) AS q',
				   serial_internal.query_sql(p, context))
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
