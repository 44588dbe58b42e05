-- Query parameters of EPCIS 2.0, and the SQL conditions that they mean

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
			substring(serial.key(id) FROM CASE
				WHEN p.scheme IN ('sgtin', 'gtin', 'lgtin', 'sscc', 'itip', 'upui', 'grai') THEN 2
				ELSE 1 END FOR length(p.fields[1])) = p.fields[1]
		WHEN pattern NOT LIKE '%*' THEN id = serial.try_parse(p.example)
		-- the key has the GTIN, piece and total, of two digits each
		WHEN p.scheme = 'itip' THEN starts_with(serial.key(id),
			left(serial.key(serial.try_parse(replace(p.example, '*', '99'))), 8 + 2 * array_position(p.fields, '*')))
		ELSE serial.key(id) = serial.key(serial.try_parse(replace(p.example, '*', '99'))) END
	FROM (SELECT split_part(pattern, ':', 4) AS scheme, string_to_array(split_part(pattern, ':', 5), '.') AS fields,
				 replace(pattern, 'idpat', CASE WHEN pattern LIKE 'urn:epc:idpat:lgtin:%' THEN 'class' ELSE 'id' END)
					 AS example) AS p;
$$;
COMMENT ON FUNCTION serial_internal.matches_pattern(serial.serial, text) IS
'does an identifier match an EPC pattern URI?';

-- A class may be a pattern itself, such as that of a GTIN, which the patterns of SGTINs find.
CREATE FUNCTION serial_internal.matches_class(class text, patterns text[])
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (
		SELECT FROM unnest(patterns) AS p(pattern)
		WHERE serial_internal.canonical_link(class) = serial_internal.canonical_link(p.pattern)
		   OR ((p.pattern LIKE 'urn:epc:idpat:%*' OR p.pattern LIKE 'urn:epc:idpat:lgtin:%')
			   AND ((class LIKE 'urn:epc:idpat:%' AND starts_with(class, split_part(p.pattern, '*', 1)))
					OR serial_internal.matches_pattern(serial.try_parse(class),
													   replace(p.pattern, ':sgtin:', ':gtin:')))));
$$;
COMMENT ON FUNCTION serial_internal.matches_class(text, text[]) IS
'is a class one of a query, or does it match one of its patterns?';

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
			WHEN is_number AND serial_internal.is_number(operand)
			THEN sign(CAST(value AS numeric) - CAST(operand AS numeric))
			WHEN value = operand THEN 0
			ELSE sign(extract(epoch FROM at - serial_internal.instant(operand))) END;
		holds := CASE operator
			WHEN 'EQ' THEN difference = 0 WHEN 'GT' THEN difference > 0 WHEN 'GE' THEN difference >= 0
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
			WHEN 'SENSORELEMENT' THEN '$.sensorElementList[*]'
			WHEN 'SENSORMETADATA' THEN '$.sensorElementList[*].sensorMetadata'
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
			SELECT o.key, o.value
			FROM jsonb_each(CASE jsonb_typeof(m.value) WHEN 'object' THEN m.value ELSE '{}' END) AS o
			UNION ALL
			SELECT NULL, a.value FROM jsonb_array_elements(CASE jsonb_typeof(m.value) WHEN 'array' THEN m.value
				ELSE '[]' END) AS a(value)) AS i
	)
	SELECT EXISTS (
		SELECT FROM member AS m
		WHERE m.name = ANY (names) AND (m.depth > 0) = is_inner
		  AND (operator = 'EXISTS' OR serial_internal.compares(
			CASE jsonb_typeof(m.value) WHEN 'object' THEN m.value ->> '#text' WHEN 'array' THEN NULL
				ELSE m.value #>> '{}' END,
			operator, operands)));
$$;
COMMENT ON FUNCTION serial_internal.has_member(bigint, text, boolean, text[], text, text[]) IS
'has an event a member of one''s own in a part of it, and does its value compare as a query says?';

CREATE FUNCTION serial_internal.query_items(uris text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('SELECT i.event, i.role FROM serial.event_item AS i WHERE i.id = ANY (%L::serial.serial[])%s',
		array_agg(serial.try_parse(serial_internal.item_spelling(u.uri)))
			FILTER (WHERE u.uri NOT LIKE 'urn:epc:idpat:%'),
		string_agg(format(' UNION ALL SELECT i.event, i.role FROM serial.event_item AS i'
						  ' WHERE serial_internal.matches_pattern(i.id, %L)', u.uri), '')
			FILTER (WHERE u.uri LIKE 'urn:epc:idpat:%'))
	FROM unnest(uris) AS u(uri);
$$;
COMMENT ON FUNCTION serial_internal.query_items(text[]) IS
'the SQL query of the event items that identifiers and EPC pattern URIs name';

CREATE FUNCTION serial_internal.measurement_type(word text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT regexp_replace(word, '^https://(ref\.)?gs1\.org/voc/', '');
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

CREATE FUNCTION serial_internal.query_attributes(name text, value jsonb, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	takes_names CONSTANT boolean := starts_with(name, 'HASATTR_');
	part CONSTANT text[] := regexp_match(name, 'ATTR_([A-Za-z]+)(?:_(.+))?$');
	sought text[] := CASE WHEN takes_names THEN serial_internal.parameter_list(name, value)
		ELSE serial_internal.parameter_values(name, value) END;
	field text;
BEGIN
	IF takes_names <> (part[2] IS NULL) THEN
		PERFORM serial_internal.refuse_parameter(name,
			'HASATTR_ has a field in its name, EQATTR_ a field and an attribute.');
	END IF;
	field := CASE part[1]
		WHEN 'readPoint' THEN 'e.read_point'
		WHEN 'bizLocation' THEN 'e.place'
		WHEN 'bizStep' THEN 'e.business_step'
		WHEN 'disposition' THEN 'e.disposition'
		WHEN 'epcClass' THEN 'coalesce(e.quantities, ''[]'') || coalesce(e.input_quantities, ''[]'')'
		WHEN 'bizTransaction' THEN 'e.business_transactions'
		WHEN 'source' THEN 'e.sources'
		WHEN 'destination' THEN 'e.destinations' END;
	IF field IS NULL THEN
		PERFORM serial_internal.refuse_parameter(name, format('Master data is not kept for field "%s".', part[1]));
	END IF;
	IF takes_names THEN
		sought := ARRAY(SELECT serial_internal.attribute_name(s.name, context) FROM unnest(sought) AS s(name));
	END IF;
	RETURN format(
		CASE WHEN part[1] IN ('readPoint', 'bizLocation', 'bizStep', 'disposition') THEN '%1$s = ANY (%3$s)'
			ELSE 'EXISTS (SELECT FROM jsonb_array_elements(%1$s) AS m(o)'
				' WHERE serial_internal.canonical_link(m.o ->> %2$L) = ANY (%3$s))' END,
		field, part[1],
		format('ARRAY(SELECT serial_internal.elements_with_attribute(%L, %L))',
			   serial_internal.attribute_name(part[2], context), sought));
END;
$$;
COMMENT ON FUNCTION serial_internal.query_attributes(text, jsonb, jsonb) IS
'the SQL condition of a parameter about attributes of master data; errors 22023 no such field';

-- A name with parentheses is a regular expression.  "takes" is what serial_internal.query_operand
-- makes of the value.  The condition is a format of this operand, the @context, and what the
-- parentheses matched.  It is about the event e, or about any of the objects o that "part" gives.
CREATE FUNCTION serial_internal.query_parameters()
RETURNS TABLE (name text, takes text, part text, condition text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 60
BEGIN ATOMIC
	SELECT p.name, p.takes, p.part, p.condition
	FROM (VALUES (
		'jsonb_array_elements(coalesce(e.quantities, ''[]'') || coalesce(e.input_quantities, ''[]''))',
		'jsonb_path_query(e.attributes, ''$.sensorElementList[*].*[*]'')',
		'jsonb_path_query(e.attributes, ''$.sensorElementList[*].sensorReport[*]'')',
		'(INNER_)?(?:(ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)_)?'
		'(.+[:#].+)'))
		AS c(quantities, sensors, reports, own_member)
	CROSS JOIN LATERAL (VALUES
		('eventType', 'texts', NULL, $$e.type = ANY (%1$L)$$),
		('GE_eventTime', 'time', NULL, $$e.event_time >= %1$L$$),
		('LT_eventTime', 'time', NULL, $$e.event_time < %1$L$$),
		('GE_recordTime', 'time', NULL, $$e.record_time >= %1$L$$),
		('LT_recordTime', 'time', NULL, $$e.record_time < %1$L$$),
		('EQ_action', 'actions', NULL, $$e.action = ANY (%1$L)$$),
		('EQ_bizStep', 'business_step', NULL, $$e.business_step = ANY (%1$L)$$),
		('EQ_disposition', 'disposition', NULL, $$e.disposition = ANY (%1$L)$$),
		('EQ_persistentDisposition_(set|unset)', 'disposition', NULL, $$e.persistent_disposition -> %3$L ?| %1$L$$),
		('EQ_readPoint', 'places', NULL, $$e.read_point = ANY (%1$L)$$),
		('WD_readPoint', 'places_within', NULL, $$e.read_point = ANY (%1$L)$$),
		('EQ_bizLocation', 'places', NULL, $$e.place = ANY (%1$L)$$),
		('WD_bizLocation', 'places_within', NULL, $$e.place = ANY (%1$L)$$),
		('EQ_bizTransaction_(.+)', 'links', 'jsonb_array_elements(e.business_transactions)',
			$$o ->> 'type' = ANY (serial_internal.query_words('business_transaction', ARRAY[%3$L], %2$L))
			AND serial_internal.canonical_link(o ->> 'bizTransaction') = ANY (%1$L)$$),
		('EQ_source_(.+)', 'places', 'jsonb_array_elements(e.sources)',
			$$o ->> 'type' = ANY (serial_internal.query_words('source_destination', ARRAY[%3$L], %2$L))
			AND o ->> 'source' = ANY (%1$L)$$),
		('EQ_destination_(.+)', 'places', 'jsonb_array_elements(e.destinations)',
			$$o ->> 'type' = ANY (serial_internal.query_words('source_destination', ARRAY[%3$L], %2$L))
			AND o ->> 'destination' = ANY (%1$L)$$),
		('EQ_transformationID', 'links', NULL, $$serial_internal.canonical_link(e.transformation) = ANY (%1$L)$$),
		-- an event that was recorded without an eventID is written with its event hash
		('EQ_eventID', 'texts', NULL, $$e.event_id = ANY (%1$L)
			OR (%1$L ~ 'ni:///sha-256;' AND e.event_id IS NULL AND serial.event_hash(e.event) = ANY (%1$L))$$),
		('MATCH_epc', 'items', NULL,
			$$e.event IN (SELECT i.event FROM (%1$s) AS i WHERE i.role IN ('item', 'child'))$$),
		('MATCH_parentID', 'items', NULL, $$e.event IN (SELECT i.event FROM (%1$s) AS i WHERE i.role = 'parent')$$),
		('MATCH_inputEPC', 'items', NULL, $$e.event IN (SELECT i.event FROM (%1$s) AS i WHERE i.role = 'input')$$),
		('MATCH_outputEPC', 'items', NULL, $$e.event IN (SELECT i.event FROM (%1$s) AS i WHERE i.role = 'output')$$),
		('MATCH_anyEPC', 'items', NULL, $$e.event IN (SELECT i.event FROM (%1$s) AS i)$$),
		('MATCH_epcClass', 'patterns',
			'jsonb_array_elements(CASE WHEN e.type <> ''TransformationEvent'' THEN e.quantities END)',
			$$serial_internal.matches_class(o ->> 'epcClass', %1$L)$$),
		('MATCH_inputEPCClass', 'patterns', 'jsonb_array_elements(e.input_quantities)',
			$$serial_internal.matches_class(o ->> 'epcClass', %1$L)$$),
		('MATCH_outputEPCClass', 'patterns',
			'jsonb_array_elements(CASE WHEN e.type = ''TransformationEvent'' THEN e.quantities END)',
			$$serial_internal.matches_class(o ->> 'epcClass', %1$L)$$),
		('MATCH_anyEPCClass', 'patterns', c.quantities, $$serial_internal.matches_class(o ->> 'epcClass', %1$L)$$),
		('(EQ|GT|GE|LT|LE)_quantity(?:_(.+))?', 'numbers', c.quantities,
			$$serial_internal.compares(o ->> 'quantity', %3$L, %1$L) AND (%4$L IS NULL OR o ->> 'uom' = %4$L)$$),
		('EXISTS_errorDeclaration', 'presence', NULL, $$NOT %1$L OR e.corrects IS NOT NULL$$),
		('GE_errorDeclaration(_?)Time', 'time', NULL, $$e.corrects IS NOT NULL AND coalesce(serial_internal.instant(
			e.attributes #>> '{errorDeclaration,declarationTime}'), e.record_time) >= %1$L$$),
		('LT_errorDeclaration(_?)Time', 'time', NULL, $$e.corrects IS NOT NULL AND coalesce(serial_internal.instant(
			e.attributes #>> '{errorDeclaration,declarationTime}'), e.record_time) < %1$L$$),
		('EQ_errorReason', 'error_reason', NULL, $$e.error_reason = ANY (%1$L)$$),
		('EQ_correctiveEventID', 'texts', NULL, $$e.corrects IS NOT NULL AND serial_internal.corrective_event_ids(e,
			serial_internal.declaration_attributes(e)) ?| %1$L$$),
		('EXISTS_sensorElementList', 'presence', NULL, $$NOT %1$L OR e.attributes ? 'sensorElementList'$$),
		('GE_(startTime|endTime|time)', 'time', c.sensors, $$serial_internal.instant(o ->> %3$L) >= %1$L$$),
		('LT_(startTime|endTime|time)', 'time', c.sensors, $$serial_internal.instant(o ->> %3$L) < %1$L$$),
		('EQ_type', 'measurements', c.reports, $$serial_internal.measurement_type(
			serial_internal.word_in_event(o ->> 'type', e.event)) = ANY (%1$L)$$),
		('EQ_(deviceID|dataProcessingMethod|microorganism|chemicalSubstance|bizRules|uriValue)', 'links', c.sensors,
			$$serial_internal.canonical_link(serial_internal.word_in_event(o ->> %3$L, e.event)) = ANY (%1$L)$$),
		('EQ_(stringValue|hexBinaryValue)', 'texts', c.reports, $$o ->> %3$L = ANY (%1$L)$$),
		('EQ_booleanValue', 'boolean', c.reports, $$o ->> 'booleanValue' = %1$L$$),
		('(EQ|GT|GE|LT|LE)_(value|minValue|maxValue|meanValue|sDev|percValue|percRank)(?:_(.+))?', 'numbers', c.reports,
			$$serial_internal.compares(o ->> %4$L, %3$L, %1$L) AND (%5$L IS NULL OR o ->> 'uom' = %5$L)$$),
		('(HASATTR|EQ_?ATTR)_[A-Za-z]+(_.+)?', 'attributes', NULL, '%1$s'),
		('EXISTS_' || c.own_member, 'presence', NULL, $$NOT %1$L OR serial_internal.has_member(e.event,
			coalesce(%4$L, 'EVENT'), %3$L IS NOT NULL, serial_internal.query_members(%5$L, %2$L), 'EXISTS', NULL)$$),
		('(EQ|GT|GE|LT|LE)_' || c.own_member, 'member_values', NULL, $$serial_internal.has_member(e.event,
			coalesce(%5$L, 'EVENT'), %4$L IS NOT NULL, serial_internal.query_members(%6$L, %2$L), %3$L, %1$L)$$))
		AS p(name, takes, part, condition);
END;
COMMENT ON FUNCTION serial_internal.query_parameters() IS
'the query parameters of EPCIS, the values that they take, and their SQL conditions';

CREATE FUNCTION serial_internal.query_operand(takes text, name text, value jsonb, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	list text[];
	uris text[];
BEGIN
	CASE takes
		WHEN 'time' THEN RETURN serial_internal.parameter_time(name, value);
		WHEN 'presence' THEN RETURN serial_internal.parameter_presence(name, value);
		WHEN 'boolean' THEN
			IF serial_internal.parameter_scalar(name, value) NOT IN ('true', 'false') THEN
				PERFORM serial_internal.refuse_parameter(name, 'Its value must be true or false.');
			END IF;
			RETURN serial_internal.parameter_scalar(name, value);
		WHEN 'numbers' THEN RETURN serial_internal.parameter_operands(name, value, false, false);
		WHEN 'member_values' THEN RETURN serial_internal.parameter_operands(name, value, true, true);
		WHEN 'attributes' THEN RETURN serial_internal.query_attributes(name, value, context);
		ELSE list := serial_internal.parameter_list(name, value);
	END CASE;
	uris := ARRAY(SELECT serial_internal.event_word(l.uri, NULL, context) FROM unnest(list) AS l(uri));
	CASE takes
		WHEN 'texts' THEN RETURN list;
		WHEN 'actions' THEN
			IF NOT list <@ '{ADD,OBSERVE,DELETE}' THEN
				PERFORM serial_internal.refuse_parameter(name, 'An action is ADD, OBSERVE or DELETE.');
			END IF;
			RETURN list;
		WHEN 'places' THEN RETURN serial_internal.query_places(uris);
		WHEN 'places_within' THEN
			RETURN ARRAY(SELECT w.place FROM unnest(serial_internal.query_places(uris)) AS p(place)
						 CROSS JOIN LATERAL serial_internal.places_within(p.place, false) AS w(place));
		WHEN 'links' THEN RETURN ARRAY(SELECT serial_internal.canonical_link(u.uri) FROM unnest(uris) AS u(uri));
		WHEN 'patterns' THEN RETURN serial_internal.query_patterns(name, uris);
		WHEN 'items' THEN RETURN serial_internal.query_items(serial_internal.query_patterns(name, uris));
		WHEN 'measurements' THEN
			RETURN ARRAY(SELECT serial_internal.measurement_type(u.uri) FROM unnest(uris) AS u(uri));
		ELSE RETURN serial_internal.query_words(takes, list, context);
	END CASE;
END;
$$;
COMMENT ON FUNCTION serial_internal.query_operand(text, text, jsonb, jsonb) IS
'the operand that a query parameter compares with, as what it takes says: a kind of value, or the kind of the words '
'of CBV; errors 22023 a wrong value';

CREATE FUNCTION serial_internal.query_condition(name text, value jsonb, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	parameter record;
	condition text;
BEGIN
	-- members of one's own may have any name that no other parameter has
	SELECT p.takes, p.part, p.condition, regexp_match(query_condition.name, '^' || p.name || '$') AS matches
		INTO parameter
	FROM serial_internal.query_parameters() AS p
	WHERE CASE WHEN p.name LIKE '%(%' THEN query_condition.name ~ ('^' || p.name || '$')
			   ELSE query_condition.name = p.name END
	ORDER BY p.takes = 'member_values' LIMIT 1;
	IF NOT FOUND THEN
		PERFORM serial_internal.refuse_parameter(name, 'There is no such parameter.');
	END IF;
	condition := format(parameter.condition, VARIADIC ARRAY[
		serial_internal.query_operand(parameter.takes, name, value, context), context::text] || parameter.matches);
	RETURN CASE WHEN parameter.part IS NULL THEN condition
		ELSE format('EXISTS (SELECT FROM %s AS m(o) WHERE %s)', parameter.part, condition) END;
END;
$$;
COMMENT ON FUNCTION serial_internal.query_condition(text, jsonb, jsonb) IS
'the SQL condition of a query parameter; errors 22023 no such parameter, or a wrong value';

