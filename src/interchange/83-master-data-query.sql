-- Queries for master data, with the parameters of the SimpleMasterDataQuery of EPCIS

CREATE FUNCTION serial_internal.parameter_boolean(name text, value jsonb)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF value IS NULL OR value NOT IN ('true', 'false', '"true"', '"false"') THEN
		PERFORM serial_internal.refuse_parameter(name, 'It must be there, and its value must be true or false.');
	END IF;
	RETURN value IN ('true', '"true"');
END;
$$;
COMMENT ON FUNCTION serial_internal.parameter_boolean(text, jsonb) IS
'the value of a query parameter that must be true or false; errors 22023 it is neither, or not there';

CREATE FUNCTION serial_internal.elements_within(elements text[])
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE within(element) AS (
		SELECT e.element FROM unnest(elements) AS e(element)
		UNION
		SELECT c.child FROM within AS w JOIN serial.vocabulary_element AS v ON v.element = w.element
		CROSS JOIN LATERAL unnest(v.children) AS c(child)
	)
	SELECT w.element FROM within AS w;
$$;
COMMENT ON FUNCTION serial_internal.elements_within(text[]) IS
'elements of vocabularies and all that they contain, by the documents that describe them';

CREATE FUNCTION serial_internal.element_has(attributes jsonb, parameters jsonb, context jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(bool_and(coalesce(CASE m.key
		WHEN 'HASATTR' THEN attributes ?| ARRAY(
			SELECT serial_internal.attribute_name(l.name, context)
			FROM unnest(serial_internal.parameter_list(m.key, m.value)) AS l(name))
		ELSE attributes -> serial_internal.attribute_name(substring(m.key FROM 8), context)
			 ?| serial_internal.parameter_values(m.key, m.value)
		END, false)), true)
	FROM jsonb_each(parameters) AS m WHERE m.key = 'HASATTR' OR starts_with(m.key, 'EQATTR_');
$$;
COMMENT ON FUNCTION serial_internal.element_has(jsonb, jsonb, jsonb) IS
'do the attributes of an element of a vocabulary meet the parameters HASATTR and EQATTR_ of a query?';

CREATE FUNCTION serial_internal.element_answer(content jsonb, parameters jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT (content - '{attributes,children}'::text[])
		|| CASE WHEN content ? 'children'
					 AND serial_internal.parameter_boolean('includeChildren', parameters -> 'includeChildren')
			THEN jsonb_build_object('children', content -> 'children') ELSE '{}' END
		|| CASE WHEN content ? 'attributes'
					 AND serial_internal.parameter_boolean('includeAttributes', parameters -> 'includeAttributes')
			THEN jsonb_build_object('attributes', (
				SELECT coalesce(jsonb_agg(a.entry ORDER BY a.n), '[]')
				FROM jsonb_array_elements(content -> 'attributes') WITH ORDINALITY AS a(entry, n)
				WHERE NOT parameters ? 'attributeNames' OR serial_internal.attribute_name(a.entry ->> 'id', NULL) IN (
					SELECT serial_internal.attribute_name(l.name, context)
					FROM unnest(serial_internal.parameter_list('attributeNames', parameters -> 'attributeNames'))
						AS l(name))))
			ELSE '{}' END;
$$;
COMMENT ON FUNCTION serial_internal.element_answer(jsonb, jsonb, jsonb) IS
'an element of a vocabulary with the attributes and children that a query asks for';

CREATE FUNCTION serial.epcis_master_data(parameters jsonb, context jsonb DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	p CONSTANT jsonb := coalesce(parameters, '{}');
	names CONSTANT jsonb := serial_internal.whole_context(context, p -> '@context');
	maximum CONSTANT bigint := serial_internal.parameter_count('maxElementCount', p -> 'maxElementCount');
	unknown text;
	vocabularies jsonb;
	elements bigint;
BEGIN
	IF jsonb_typeof(p) <> 'object' THEN
		RAISE EXCEPTION 'query parameters must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT m.key INTO unknown FROM jsonb_object_keys(p) AS m(key)
	WHERE NOT starts_with(m.key, 'EQATTR_')
	  AND m.key NOT IN ('@context', 'includeAttributes', 'includeChildren', 'vocabularyName', 'EQ_name', 'WD_name',
						'HASATTR', 'attributeNames', 'maxElementCount')
	ORDER BY m.key LIMIT 1;
	IF FOUND THEN
		PERFORM serial_internal.refuse_parameter(unknown, 'There is no such parameter.');
	END IF;
	PERFORM serial_internal.parameter_boolean(b.name, p -> b.name)
	FROM unnest('{includeAttributes,includeChildren}'::text[]) AS b(name);
	SELECT coalesce(jsonb_agg(v.vocabulary ORDER BY v.type), '[]'), coalesce(sum(v.elements), 0)
	INTO vocabularies, elements
	FROM (SELECT v.type, count(*) AS elements, jsonb_build_object('type', v.type, 'vocabularyElementList',
				jsonb_agg(serial_internal.element_answer(v.content, p, names) ORDER BY v.element)) AS vocabulary
		  FROM serial.vocabulary_element AS v
		  WHERE (NOT p ? 'vocabularyName'
				 OR v.type = ANY (serial_internal.parameter_list('vocabularyName', p -> 'vocabularyName')))
			AND (NOT p ? 'EQ_name' OR v.element IN (
				SELECT serial_internal.element_key(v.type, l.id, names)
				FROM unnest(serial_internal.parameter_list('EQ_name', p -> 'EQ_name')) AS l(id)))
			AND (NOT p ? 'WD_name' OR v.element IN (
				SELECT serial_internal.elements_within(ARRAY(
					SELECT serial_internal.element_key(v.type, l.id, names)
					FROM unnest(serial_internal.parameter_list('WD_name', p -> 'WD_name')) AS l(id)))))
			AND serial_internal.element_has(v.attributes, p, names)
		  GROUP BY v.type) AS v;
	IF elements > maximum THEN
		RAISE EXCEPTION 'query has more than % results', maximum
			USING ERRCODE = 'program_limit_exceeded', HINT = 'Ask for fewer elements, or raise maxElementCount.';
	END IF;
	RETURN jsonb_build_object(
		'@context', jsonb_build_array('https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'),
		'type', 'EPCISQueryDocument', 'schemaVersion', '2.0',
		'creationDate', serial_internal.time_text(clock_timestamp(), '+00:00'),
		'epcisBody', jsonb_build_object('queryResults', jsonb_build_object('queryName', 'SimpleMasterDataQuery',
			'resultsBody', jsonb_build_object('vocabularyList', vocabularies))));
END;
$$;
COMMENT ON FUNCTION serial.epcis_master_data(jsonb, jsonb) IS
'the master data of documents that meets all parameters of a SimpleMasterDataQuery of EPCIS, as an EPCISQueryDocument; '
'context declares the prefixes that parameters use; errors 22023 no such parameter or a wrong value '
'(QueryParameterException), 54000 more elements than maxElementCount (QueryTooLargeException)';
REVOKE EXECUTE ON FUNCTION serial.epcis_master_data(jsonb, jsonb) FROM PUBLIC;
