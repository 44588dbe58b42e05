-- Events as EPCIS 2.0 JSON

CREATE FUNCTION serial_internal.expand_name(name text, event jsonb, context jsonb)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_expand_name';
COMMENT ON FUNCTION serial_internal.expand_name(text, jsonb, jsonb) IS
'a compact name in full, by the @context of an event and that of its document; anything else as it is';

CREATE FUNCTION serial_internal.expand_names(value jsonb, context jsonb)
RETURNS jsonb
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_expand_names';
COMMENT ON FUNCTION serial_internal.expand_names(jsonb, jsonb) IS
'a value with the compact names of members in full, at every level';

CREATE FUNCTION serial_internal.braced_name(name text, event jsonb, context jsonb)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_braced_name';
COMMENT ON FUNCTION serial_internal.braced_name(text, jsonb, jsonb) IS
'the name of a member as {namespace}local, by the @context of an event and that of its document';

CREATE FUNCTION serial_internal.event_problem(event jsonb, context jsonb, may_lack_offset boolean)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_problem';
COMMENT ON FUNCTION serial_internal.event_problem(jsonb, jsonb, boolean) IS
'what is wrong with the structure of an event of EPCIS 2.0, a sentence; NULL if nothing is';

CREATE FUNCTION serial_internal.utc_time(spelling text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_utc_time';
COMMENT ON FUNCTION serial_internal.utc_time(text) IS
'a time of EPCIS in UTC with three decimals, as texts that sort by time; NULL if it is none';

CREATE FUNCTION serial_internal.canonical_link(uri text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_canonical_link';
COMMENT ON FUNCTION serial_internal.canonical_link(text) IS
'the canonical Digital Link of an EPC URI or Digital Link; any other text as it is';

CREATE FUNCTION serial_internal.uri_in(uri text, format text)
RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_uri_in';
COMMENT ON FUNCTION serial_internal.uri_in(text, text) IS
'an identifier as a Digital Link or as an EPC URI, where it has one and its company prefix is known; any other URI as '
'it is; errors 22023 no such format';

CREATE FUNCTION serial_internal.uris_in(list jsonb, format text)
RETURNS jsonb
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_uris_in';
COMMENT ON FUNCTION serial_internal.uris_in(jsonb, text) IS
'the same of each URI in an array; anything else as it is';

CREATE FUNCTION serial_internal.item_spelling(uri text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_item_spelling';
COMMENT ON FUNCTION serial_internal.item_spelling(text) IS
'what an identifier is read from that a document names by a URI: one of a scheme that is none of identifiers, such as '
'did:, is of scheme uri';

CREATE FUNCTION serial_internal.item_uri(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_item_uri';
COMMENT ON FUNCTION serial_internal.item_uri(serial.serial) IS
'an identifier as EPCIS writes it: a Digital Link, another URI as it is, or the canonical form of a scheme that '
'is not GS1''s';

-- A place as serial.event has it, or a party
CREATE FUNCTION serial_internal.place_uri(place text, ai text DEFAULT '414')
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE
		WHEN place ~ '^[0-9]{13}$' THEN 'https://id.gs1.org/' || ai || '/' || place
		WHEN place ~ '^\(41[47]\)' THEN coalesce(serial.digital_link(serial.try_parse(place)), place)
		WHEN place ~ '^[A-Za-z][A-Za-z0-9+.-]*:' THEN place
		ELSE 'urn:serial:place:' || replace(place, ' ', '%20') END;
END;
COMMENT ON FUNCTION serial_internal.place_uri(text, text) IS
'a place or party as EPCIS writes it: a URI';

CREATE FUNCTION serial_internal.number_uri(number text, kind text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE
		WHEN number ~ '^[A-Za-z][A-Za-z0-9+.-]*:' THEN number
		ELSE 'urn:serial:' || kind || ':' || replace(number, ' ', '%20') END;
END;
COMMENT ON FUNCTION serial_internal.number_uri(text, text) IS
'the number of a business transaction or transformation as EPCIS writes it: a URI';

CREATE FUNCTION serial_internal.time_text(at timestamptz, zone_offset text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT to_char(t.there, 'YYYY-MM-DD"T"HH24:MI:SS'
		|| CASE WHEN extract(microseconds FROM t.there)::integer % 1000 = 0 THEN '.MS' ELSE '.US' END)
		|| zone_offset
	FROM (SELECT (at AT TIME ZONE 'UTC') + zone_offset::interval AS there) AS t;
END;
COMMENT ON FUNCTION serial_internal.time_text(timestamptz, text) IS
'a time of EPCIS, at an offset from UTC';

CREATE FUNCTION serial_internal.typed_json(list jsonb, member text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_agg(t.entry || jsonb_build_object(member,
		CASE WHEN member = 'bizTransaction' THEN serial_internal.number_uri(t.entry ->> member, 'transaction')
			 ELSE serial_internal.place_uri(t.entry ->> member, CASE t.entry ->> 'type' WHEN 'location' THEN '414'
				ELSE '417' END) END) ORDER BY t.n)
	FROM jsonb_array_elements(list) WITH ORDINALITY AS t(entry, n);
END;
COMMENT ON FUNCTION serial_internal.typed_json(jsonb, text) IS
'a list of sources, destinations or business transactions as EPCIS writes it';

CREATE FUNCTION serial_internal.prefixed_names(members jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(jsonb_object_agg(CASE WHEN m.key LIKE '%:%' THEN m.key ELSE p.prefix || m.key END, m.value), '{}')
	FROM (SELECT CASE WHEN serial_internal.expand_name('serial:', NULL, context) IN ('serial:', 'urn:serial:attribute:')
			THEN 'serial:' ELSE 'urn:serial:attribute:' END AS prefix) AS p
	CROSS JOIN LATERAL jsonb_each(members) AS m;
END;
COMMENT ON FUNCTION serial_internal.prefixed_names(jsonb, jsonb) IS
'an object with bare names of members under the prefix serial:, or in full where an @context declares that otherwise';

CREATE FUNCTION serial_internal.with_prefix(members jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT members || CASE
		WHEN members::text LIKE '%"serial:%'
			AND NOT coalesce(members -> '@context' @> '[{"serial": "urn:serial:attribute:"}]', false)
			THEN jsonb_build_object('@context',
				'[{"serial": "urn:serial:attribute:"}]'::jsonb || coalesce(members -> '@context', '[]'))
		ELSE '{}' END;
END;
COMMENT ON FUNCTION serial_internal.with_prefix(jsonb) IS
'members of an event with an @context that declares the prefix serial: if they use it';

-- EPCIS allows bare names to members of the standard alone.
CREATE FUNCTION serial_internal.attribute_members(attributes jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial_internal.with_prefix(m.members)
	FROM (SELECT a.standard || serial_internal.prefixed_names(a.own, attributes -> '@context')
			|| CASE jsonb_typeof(a.standard -> 'ilmd')
			WHEN 'object' THEN jsonb_build_object('ilmd',
				serial_internal.prefixed_names(a.standard -> 'ilmd', attributes -> '@context'))
			ELSE '{}' END AS members
		  FROM (SELECT coalesce(jsonb_object_agg(n.key, n.value) FILTER (WHERE n.is_standard), '{}') AS standard,
					   coalesce(jsonb_object_agg(n.key, n.value) FILTER (WHERE NOT n.is_standard), '{}') AS own
				FROM (SELECT t.key, t.value, t.key IN ('@context', 'ilmd', 'readPoint', 'bizLocation',
													   'sensorElementList', 'certificationInfo') AS is_standard
					  FROM jsonb_each(attributes - 'errorDeclaration') AS t) AS n) AS a) AS m;
END;
COMMENT ON FUNCTION serial_internal.attribute_members(jsonb) IS
'attributes of an event as members of EPCIS 2.0 JSON: what the standard does not name gets the prefix serial:, '
'which the @context declares';

CREATE FUNCTION serial_internal.with_items(
	content jsonb, items serial.serial[], children serial.serial[], inputs serial.serial[], outputs serial.serial[])
RETURNS jsonb
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_with_items';
COMMENT ON FUNCTION serial_internal.with_items(
	jsonb, serial.serial[], serial.serial[], serial.serial[], serial.serial[]) IS
'an event of EPCIS 2.0 JSON with its lists of items, those that are NULL left out';

-- A declaration that was captured repeats the attributes of its event, which are written once.
CREATE FUNCTION serial_internal.own_attributes(attributes jsonb, repeated jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(jsonb_object_agg(a.key, a.value), '{}')
	FROM jsonb_each(attributes) AS a
	WHERE a.value IS DISTINCT FROM repeated -> a.key;
END;
COMMENT ON FUNCTION serial_internal.own_attributes(jsonb, jsonb) IS
'the attributes that a declaration of an error has besides those of the wrong event';

-- Those of the wrong event are known even if its month is detached, if it was captured.
CREATE FUNCTION serial_internal.declaration_attributes(declaration serial.event)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT serial_internal.own_attributes(declaration.attributes, w.attributes)
		FROM (SELECT e.attributes FROM serial.event AS e WHERE e.event = declaration.corrects
			  UNION ALL
			  SELECT serial_internal.event_attributes(c.content) FROM serial.captured_event AS c
			  WHERE c.event = declaration.corrects) AS w
		LIMIT 1);
END;
$$;
COMMENT ON FUNCTION serial_internal.declaration_attributes(serial.event) IS
'the attributes of a declaration of an error that are not those of the wrong event; NULL if the month of that is '
'detached, and it was not captured';

-- An event that was recorded anew is known to others by the eventID with which it is written.
CREATE FUNCTION serial_internal.corrective_event_ids(declaration serial.event, own jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	corrective CONSTANT bigint := serial_internal.corrective_event(declaration);
	ids jsonb := '[]';
	recorded_id text;
BEGIN
	IF jsonb_typeof(own #> '{errorDeclaration,correctiveEventIDs}') = 'array' THEN
		RETURN own #> '{errorDeclaration,correctiveEventIDs}';
	ELSIF jsonb_typeof(own -> 'correctiveEventIDs') = 'array' THEN
		ids := own -> 'correctiveEventIDs';
	END IF;
	IF corrective IS NOT NULL THEN
		recorded_id := serial.event_json(corrective) ->> 'eventID';
		ids := ids || CASE WHEN ids ? recorded_id THEN '[]' ELSE jsonb_build_array(recorded_id) END;
	END IF;
	RETURN nullif(ids, '[]');
END;
$$;
COMMENT ON FUNCTION serial_internal.corrective_event_ids(serial.event, jsonb) IS
'the correctiveEventIDs of an event that declares another an error, which has attributes of its own: those that were '
'given, and the eventID of the event that serial.correct recorded; NULL if there are none';

CREATE FUNCTION serial_internal.error_declaration(declaration serial.event, own jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT jsonb_strip_nulls(jsonb_build_object(
				'declarationTime', serial_internal.time_text(declaration.record_time, '+00:00'),
				'reason', declaration.error_reason,
				'correctiveEventIDs', serial_internal.corrective_event_ids(declaration, own)))
			|| serial_internal.prefixed_names(own - '{@context,errorDeclaration,correctiveEventIDs}'::text[],
											  own -> '@context')
			|| CASE jsonb_typeof(own -> 'errorDeclaration')
				WHEN 'object' THEN (own -> 'errorDeclaration') - 'reason' ELSE '{}' END);
END;
$$;
COMMENT ON FUNCTION serial_internal.error_declaration(serial.event, jsonb) IS
'the errorDeclaration, as EPCIS 2.0 JSON, of an event that declares another an error, with attributes of its own';

-- The lists of items are long, and are added last, since each || copies its operands.
CREATE FUNCTION serial_internal.recorded_contents(events bigint[])
RETURNS TABLE (event bigint, content jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	n bigint;
BEGIN
	RETURN QUERY
	SELECT e.event, coalesce(
		CASE WHEN e.corrects IS NOT NULL THEN serial_internal.declaration_content(e)
			 WHEN e.attributes ? 'correction'
			 THEN serial_internal.corrected_content(e, i.items, i.children, i.inputs, i.outputs) END,
		serial_internal.with_items(
		coalesce(serial_internal.attribute_members(
			-- EPCIS allows ilmd only where items are created, but a lot is corrected later
			CASE WHEN e.action = 'OBSERVE' AND (e.lot IS NOT NULL OR e.expiry IS NOT NULL)
				THEN coalesce(e.attributes, '{}')
					|| jsonb_strip_nulls(jsonb_build_object('lot', e.lot, 'expiry', e.expiry))
				ELSE e.attributes END), '{}')
		|| jsonb_strip_nulls(jsonb_build_object(
			'type', e.type, 'action', e.action, 'eventID', e.event_id,
			'eventTime', serial_internal.time_text(e.event_time, e.time_zone_offset),
			'eventTimeZoneOffset', e.time_zone_offset,
			'parentID', serial_internal.item_uri(e.parent),
			CASE WHEN e.type = 'TransformationEvent' THEN 'outputQuantityList'
				 WHEN e.type IN ('AggregationEvent', 'AssociationEvent') THEN 'childQuantityList'
				 ELSE 'quantityList' END, e.quantities,
			'inputQuantityList', e.input_quantities,
			'transformationID', serial_internal.number_uri(e.transformation, 'transformation'),
			'bizStep', e.business_step, 'disposition', e.disposition,
			'persistentDisposition', e.persistent_disposition,
			'bizTransactionList', serial_internal.typed_json(e.business_transactions, 'bizTransaction'),
			'sourceList', serial_internal.typed_json(e.sources, 'source'),
			'destinationList', serial_internal.typed_json(e.destinations, 'destination')))
		|| CASE WHEN e.read_point IS NULL OR e.attributes ? 'readPoint' THEN '{}'
				ELSE jsonb_build_object('readPoint',
					jsonb_build_object('id', serial_internal.place_uri(e.read_point))) END
		|| CASE WHEN e.place IS NULL OR e.attributes ? 'bizLocation' THEN '{}'
				ELSE jsonb_build_object('bizLocation',
					jsonb_build_object('id', serial_internal.place_uri(e.place))) END
		|| CASE WHEN e.attributes ? 'ilmd' OR e.action = 'OBSERVE' OR (e.lot IS NULL AND e.expiry IS NULL) THEN '{}'
				ELSE jsonb_build_object('ilmd', jsonb_strip_nulls(jsonb_build_object(
					'cbvmda:lotNumber', e.lot, 'cbvmda:itemExpirationDate', e.expiry))) END
		|| CASE WHEN e.corrects IS NULL THEN '{}'
				ELSE jsonb_build_object('errorDeclaration', serial_internal.error_declaration(e,
					jsonb_build_object('errorDeclaration', e.attributes -> 'errorDeclaration'))) END,
		i.items, i.children, i.inputs, i.outputs))
	FROM serial.event AS e
	CROSS JOIN LATERAL (
		SELECT array_agg(i.id ORDER BY i.id) FILTER (WHERE i.role = 'item') AS items,
			   array_agg(i.id ORDER BY i.id) FILTER (WHERE i.role = 'child') AS children,
			   array_agg(i.id ORDER BY i.id) FILTER (WHERE i.role = 'input') AS inputs,
			   array_agg(i.id ORDER BY i.id) FILTER (WHERE i.role = 'output') AS outputs
		FROM serial.event_item AS i WHERE i.event = e.event AND i.record_time = e.record_time) AS i
	WHERE e.event = ANY (events);
	GET DIAGNOSTICS n = ROW_COUNT;
	IF n < cardinality(events) THEN
		RAISE EXCEPTION 'event % does not exist', (
			SELECT min(u.event) FROM unnest(events) AS u(event)
			WHERE NOT EXISTS (SELECT FROM serial.event AS e WHERE e.event = u.event))
			USING ERRCODE = 'undefined_object';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.recorded_contents(bigint[]) IS
'events as EPCIS 2.0 JSON, made of what their columns say; each must be given once; errors 42704 no such event';

CREATE FUNCTION serial_internal.whole_context(document_context jsonb, event_context jsonb)
RETURNS jsonb
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_whole_context';
COMMENT ON FUNCTION serial_internal.whole_context(jsonb, jsonb) IS
'the @context of an event that stands by itself, of that of its document and its own: the standard context, objects '
'that declare prefixes, and URLs of other contexts';

CREATE FUNCTION serial_internal.event_in(
	content jsonb, hash text, context jsonb, format text, record_time text DEFAULT NULL)
RETURNS jsonb
LANGUAGE C STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_in';
COMMENT ON FUNCTION serial_internal.event_in(jsonb, text, jsonb, text, text) IS
'an event that stands by itself, with its identifiers in a format, words of CBV bare, its hash as the eventID if it '
'has none, and a recordTime if there is one; context is that of its document, or NULL; errors 22023 no such format';

CREATE FUNCTION serial_internal.document_of_events(
	document jsonb, contents jsonb[], hashes text[], contexts jsonb[], record_times text[], format text)
RETURNS jsonb
LANGUAGE C STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_document_of_events';
COMMENT ON FUNCTION serial_internal.document_of_events(jsonb, jsonb[], text[], jsonb[], text[], text) IS
'a document with events for its eventList, each as serial_internal.event_in writes it, but with an @context only if '
'that says more than the standard context; errors 22023 no such format';

-- The @context of a document is read once, and not for each of its events: its header may
-- be long.  Compiling takes longer than reading a few events, for which this is mostly called.
CREATE FUNCTION serial_internal.event_contents(events bigint[])
RETURNS TABLE (content jsonb, hash text, context jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
AS $$
BEGIN
	IF array_position(events, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'events must not be null'
			USING ERRCODE = 'null_value_not_allowed',
				  DETAIL = format('Element %s of the array is null.', array_position(events, NULL));
	END IF;
	RETURN QUERY
	WITH captured AS MATERIALIZED (
		SELECT u.n, u.event, c.content, c.hash, c.document
		FROM unnest(events) WITH ORDINALITY AS u(event, n) LEFT JOIN serial.captured_event AS c ON c.event = u.event
	), document AS MATERIALIZED (
		SELECT d.document, d.header -> '@context' AS context
		FROM serial.document AS d WHERE d.document IN (SELECT c.document FROM captured AS c)
	), recorded AS MATERIALIZED (
		SELECT r.event, r.content, serial.event_hash(r.content) AS hash
		FROM serial_internal.recorded_contents(
			ARRAY(SELECT DISTINCT c.event FROM captured AS c WHERE c.content IS NULL)) AS r
	)
	SELECT coalesce(c.content, r.content), coalesce(c.hash, r.hash), d.context
	FROM captured AS c
	LEFT JOIN document AS d ON d.document = c.document
	LEFT JOIN recorded AS r ON r.event = c.event
	ORDER BY c.n;
END;
$$;
COMMENT ON FUNCTION serial_internal.event_contents(bigint[]) IS
'events as they were captured, or as their columns say, in the order given, with their hashes and the @context of '
'their documents; errors 22004 a NULL, 42704 no such event';

CREATE FUNCTION serial.event_json(event bigint, format text DEFAULT 'digital_link')
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT serial_internal.event_in(c.content, c.hash, c.context, format)
			FROM serial_internal.event_contents(ARRAY[event]) AS c);
END;
$$;
COMMENT ON FUNCTION serial.event_json(bigint, text) IS
'an event as EPCIS 2.0 JSON, with everything that was captured: identifiers as Digital Links, as EPC URIs (urn) '
'where the company prefix is known, or as they came (as_captured); errors 42704 no such event, 22023 no such '
'format';
REVOKE EXECUTE ON FUNCTION serial.event_json(bigint, text) FROM PUBLIC;

-- A prefix that is not declared may be one of another context, or begin a URI.
CREATE FUNCTION serial_internal.prefixes_of_event(event jsonb, context jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(array_agg(DISTINCT p.prefix), '{}')
	FROM jsonb_array_elements('[]'::jsonb || context) AS c(entry)
	CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(c.entry) WHEN 'object' THEN c.entry ELSE '{}' END)
		AS p(prefix)
	CROSS JOIN LATERAL (SELECT p.prefix || ':' AS name) AS n
	CROSS JOIN LATERAL (SELECT serial_internal.expand_name(n.name, event, NULL) AS meaning) AS e
	WHERE e.meaning <> serial_internal.expand_name(n.name, NULL, context)
	  AND (e.meaning <> n.name OR strpos(event::text, '"' || n.name) > 0);
END;
COMMENT ON FUNCTION serial_internal.prefixes_of_event(jsonb, jsonb) IS
'the prefixes in an @context that mean something else in an event';

-- Later entries count: those that come again are left out.
CREATE FUNCTION serial_internal.merged_context(context jsonb, event_context jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial_internal.whole_context(jsonb_agg(c.entry ORDER BY c.n), event_context)
	FROM jsonb_array_elements('[]'::jsonb || context) WITH ORDINALITY AS c(entry, n)
	WHERE NOT event_context @> jsonb_build_array(c.entry);
END;
COMMENT ON FUNCTION serial_internal.merged_context(jsonb, jsonb) IS
'the @context of an event that stands by itself, an array, with the prefixes of another one';

-- Each keeps the meaning of its prefixes: names in full need none.
CREATE FUNCTION serial_internal.with_members(event jsonb, members jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT event || CASE WHEN x.taken IS NULL THEN members - '@context'
			ELSE serial_internal.expand_names(members - '@context', x.taken) END
		|| jsonb_build_object('@context', serial_internal.merged_context(x.other, event -> '@context'))
	FROM (SELECT serial_internal.prefixes_of_event(event, members -> '@context') AS prefixes) AS p
	CROSS JOIN LATERAL (
		SELECT jsonb_agg(CASE jsonb_typeof(c.entry) WHEN 'object' THEN c.entry - p.prefixes ELSE c.entry END
						 ORDER BY c.n) AS other,
			   jsonb_agg((SELECT jsonb_object_agg(d.key, d.value) FROM jsonb_each(c.entry) AS d
						  WHERE d.key = ANY (p.prefixes)) ORDER BY c.n)
			   FILTER (WHERE jsonb_typeof(c.entry) = 'object' AND c.entry ?| p.prefixes) AS taken
		FROM jsonb_array_elements('[]'::jsonb || (members -> '@context')) WITH ORDINALITY AS c(entry, n)) AS x;
END;
COMMENT ON FUNCTION serial_internal.with_members(jsonb, jsonb) IS
'an event that stands by itself with more members, whose @context is among them';

CREATE FUNCTION serial_internal.declaration_content(declaration serial.event)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT serial_internal.with_members(c.content, serial_internal.with_prefix(jsonb_build_object(
			'@context', coalesce(a.own -> '@context', '[]'),
			'errorDeclaration', serial_internal.error_declaration(declaration, a.own))))
		FROM (SELECT serial_internal.declaration_attributes(declaration) AS own) AS a
		CROSS JOIN LATERAL serial.event_json(declaration.corrects, 'as_captured') AS c(content)
		WHERE a.own IS NOT NULL);
END;
$$;
COMMENT ON FUNCTION serial_internal.declaration_content(serial.event) IS
'an event that declares another an error as EPCIS 2.0 JSON: all that the other says, with the errorDeclaration; NULL '
'if the month of the other is detached, and it was not captured';

-- The others keep their spelling, unless it needs the @context: serial_internal.recorded_with_hash finds an event by
-- its first item, without the @context.
CREATE FUNCTION serial_internal.corrected_list(list jsonb, ids serial.serial[])
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT coalesce(jsonb_agg(coalesce(l.entry, serial_internal.item_uri(i.id)) ORDER BY l.n, i.id), '[]')
		FROM unnest(ids) AS i(id)
		LEFT JOIN (
			SELECT u.entry, u.n, serial.try_parse(btrim(u.entry, E' \t\r\n')) AS id
			FROM jsonb_array_elements_text(list) WITH ORDINALITY AS u(entry, n)) AS l ON l.id = i.id);
END;
$$;
COMMENT ON FUNCTION serial_internal.corrected_list(jsonb, serial.serial[]) IS
'a list of items of an event that was captured, with these items in it';

CREATE FUNCTION serial_internal.corrected_items(
	content jsonb, parent serial.serial, items serial.serial[], children serial.serial[], inputs serial.serial[],
	outputs serial.serial[])
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT content || coalesce(jsonb_object_agg(m.name, CASE
			WHEN jsonb_typeof(m.value) = 'string'
			THEN serial_internal.corrected_list(jsonb_build_array(m.value), m.ids) -> 0
			ELSE serial_internal.corrected_list(m.value, m.ids) END), '{}')
		FROM (SELECT l.name, content -> l.name AS value, l.ids
			  FROM (VALUES ('parentID', ARRAY[parent]), ('epcList', items), ('childEPCs', children),
					('inputEPCList', inputs), ('outputEPCList', outputs)) AS l(name, ids)) AS m
		WHERE m.value <> '[]');
END;
$$;
COMMENT ON FUNCTION serial_internal.corrected_items(
	jsonb, serial.serial, serial.serial[], serial.serial[], serial.serial[], serial.serial[]) IS
'an event that was captured, with these items in the lists that it has';

-- What no column holds is in the event that was captured, its prefixes in the @context of the document.
CREATE FUNCTION serial_internal.corrected_content(
	e serial.event, items serial.serial[], children serial.serial[], inputs serial.serial[], outputs serial.serial[])
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT serial_internal.with_members(
			serial_internal.corrected_items(j.content - '{eventID,recordTime}'::text[], e.parent, items, children,
											inputs, outputs),
			serial_internal.with_prefix(jsonb_build_object('serial:correction', e.attributes -> 'correction')))
		FROM serial.captured_event AS c CROSS JOIN LATERAL serial.event_json(c.event, 'as_captured') AS j(content)
		WHERE c.event = serial_internal.first_wrong_event(e));
END;
$$;
COMMENT ON FUNCTION serial_internal.corrected_content(
	serial.event, serial.serial[], serial.serial[], serial.serial[], serial.serial[]) IS
'an event that serial.correct recorded anew as EPCIS 2.0 JSON: all that the wrong one says, with the items that '
'this one has; NULL if the wrong one was not captured';

CREATE FUNCTION serial.event_hash(event bigint)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN coalesce((SELECT c.hash FROM serial.captured_event AS c WHERE c.event = event_hash.event),
					serial.event_hash(serial.event_json(event)));
END;
$$;
COMMENT ON FUNCTION serial.event_hash(bigint) IS
'the event hash of CBV 2.0 of an event that was captured or recorded; errors 42704 no such event';
REVOKE EXECUTE ON FUNCTION serial.event_hash(bigint) FROM PUBLIC;
