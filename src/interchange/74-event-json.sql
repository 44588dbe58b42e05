-- Events as EPCIS 2.0 JSON

CREATE FUNCTION serial_internal.expand_name(name text, event jsonb, context jsonb)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_expand_name';
COMMENT ON FUNCTION serial_internal.expand_name(text, jsonb, jsonb) IS
'a compact name in full, by the @context of an event and that of its document; anything else as it is';

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

CREATE FUNCTION serial_internal.canonical_links(list jsonb)
RETURNS jsonb
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_canonical_links';
COMMENT ON FUNCTION serial_internal.canonical_links(jsonb) IS
'the same of each URI in an array; anything else as it is';

-- PARALLEL UNSAFE, and with it all that may call it: before PostgreSQL 17 an exception
-- block is an error while a query runs in parallel.
CREATE FUNCTION serial_internal.epc_uri_or_null(id serial.serial)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN serial.epc_uri(id);
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN NULL;
END;
$$;
COMMENT ON FUNCTION serial_internal.epc_uri_or_null(serial.serial) IS
'the EPC URI of an identifier; NULL if it has none, or its company prefix is not known';

-- As a URI, other schemes than GS1's are written in their canonical form.
CREATE FUNCTION serial_internal.item_uri(id serial.serial)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(serial.digital_link(id), CASE serial.scheme(id) WHEN 'uri' THEN serial.key(id) END, serial.text(id));
END;
COMMENT ON FUNCTION serial_internal.item_uri(serial.serial) IS
'an identifier as EPCIS writes it: a Digital Link, another URI as it is, or the canonical form of a scheme that '
'is not GS1''s';

CREATE FUNCTION serial_internal.uri_in(uri text, format text)
RETURNS text
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT CASE format WHEN 'urn' THEN coalesce(serial_internal.epc_uri_or_null(serial.try_parse(uri)), uri)
		   ELSE serial_internal.canonical_link(uri) END;
END;
COMMENT ON FUNCTION serial_internal.uri_in(text, text) IS
'an identifier as a Digital Link or as an EPC URI, where it has one; any other URI as it is';

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

CREATE FUNCTION serial_internal.time_text(at timestamptz, zone_offset text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT to_char(t.there, 'YYYY-MM-DD"T"HH24:MI:SS' || CASE WHEN extract(microseconds FROM t.there)::integer % 1000 = 0
		THEN '.MS' ELSE '.US' END)
		|| zone_offset
	FROM (SELECT (at AT TIME ZONE 'UTC') + zone_offset::interval AS there) AS t;
END;
COMMENT ON FUNCTION serial_internal.time_text(timestamptz, text) IS
'a time of EPCIS, at an offset from UTC';

CREATE FUNCTION serial_internal.items_json(event bigint, role text)
RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT jsonb_agg(serial_internal.item_uri(i.id) ORDER BY i.id)
	FROM serial.event_item AS i WHERE i.event = items_json.event AND i.role = items_json.role;
$$;
COMMENT ON FUNCTION serial_internal.items_json(bigint, text) IS
'the items of an event in a role, as a list of URIs; NULL if there are none';

CREATE FUNCTION serial_internal.typed_json(list jsonb, member text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_agg(t.entry || jsonb_build_object(member,
		CASE WHEN member = 'bizTransaction' THEN t.entry ->> member
			 ELSE serial_internal.place_uri(t.entry ->> member, CASE t.entry ->> 'type' WHEN 'location' THEN '414'
				ELSE '417' END) END) ORDER BY t.n)
	FROM jsonb_array_elements(list) WITH ORDINALITY AS t(entry, n);
END;
COMMENT ON FUNCTION serial_internal.typed_json(jsonb, text) IS
'a list of sources, destinations or business transactions as EPCIS writes it';

CREATE FUNCTION serial_internal.prefixed_names(members jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(jsonb_object_agg(CASE WHEN m.key LIKE '%:%' THEN m.key ELSE 'serial:' || m.key END, m.value), '{}')
	FROM jsonb_each(members) AS m;
END;
COMMENT ON FUNCTION serial_internal.prefixed_names(jsonb) IS
'an object with bare names of members under the prefix serial:';

-- EPCIS allows bare names to members of the standard alone.
CREATE FUNCTION serial_internal.attribute_members(attributes jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT m.members || CASE
		WHEN m.members::text LIKE '%"serial:%' THEN jsonb_build_object('@context',
			'[{"serial": "urn:serial:attribute:"}]'::jsonb || coalesce(m.members -> '@context', '[]'))
		ELSE '{}' END
	FROM (SELECT a.standard || serial_internal.prefixed_names(a.own) || CASE jsonb_typeof(a.standard -> 'ilmd')
			WHEN 'object' THEN jsonb_build_object('ilmd', serial_internal.prefixed_names(a.standard -> 'ilmd'))
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

-- A body in a string, as of serial_internal.link_depends_on
CREATE FUNCTION serial_internal.recorded_json(event bigint)
RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(serial_internal.attribute_members(e.attributes), '{}') || jsonb_strip_nulls(jsonb_build_object(
		'type', e.type, 'action', e.action, 'eventID', e.event_id,
		'eventTime', serial_internal.time_text(e.event_time, e.time_zone_offset),
		'eventTimeZoneOffset', e.time_zone_offset,
		'epcList', serial_internal.items_json(e.event, 'item'),
		'parentID', serial_internal.item_uri(e.parent),
		'childEPCs', serial_internal.items_json(e.event, 'child'),
		'inputEPCList', serial_internal.items_json(e.event, 'input'),
		'outputEPCList', serial_internal.items_json(e.event, 'output'),
		CASE e.type WHEN 'TransformationEvent' THEN 'outputQuantityList' WHEN 'AggregationEvent' THEN 'childQuantityList'
			WHEN 'AssociationEvent' THEN 'childQuantityList' ELSE 'quantityList' END, e.quantities,
		'inputQuantityList', e.input_quantities,
		'transformationID', e.transformation,
		'bizStep', e.business_step, 'disposition', e.disposition,
		'persistentDisposition', e.persistent_disposition,
		'bizTransactionList', serial_internal.typed_json(e.business_transactions, 'bizTransaction'),
		'sourceList', serial_internal.typed_json(e.sources, 'source'),
		'destinationList', serial_internal.typed_json(e.destinations, 'destination')))
		|| CASE WHEN e.read_point IS NULL OR e.attributes ? 'readPoint' THEN '{}'
				ELSE jsonb_build_object('readPoint', jsonb_build_object('id', serial_internal.place_uri(e.read_point))) END
		|| CASE WHEN e.place IS NULL OR e.attributes ? 'bizLocation' THEN '{}'
				ELSE jsonb_build_object('bizLocation', jsonb_build_object('id', serial_internal.place_uri(e.place))) END
		|| CASE WHEN e.attributes ? 'ilmd' OR (e.lot IS NULL AND e.expiry IS NULL) THEN '{}'
				ELSE jsonb_build_object('ilmd',
					jsonb_strip_nulls(jsonb_build_object('cbvmda:lotNumber', e.lot, 'cbvmda:itemExpirationDate', e.expiry))) END
		|| CASE WHEN e.corrects IS NULL THEN '{}'
				ELSE jsonb_build_object('errorDeclaration', coalesce(e.attributes -> 'errorDeclaration',
					jsonb_strip_nulls(jsonb_build_object(
					'declarationTime', serial_internal.time_text(e.record_time, '+00:00'), 'reason', e.error_reason)))) END
	FROM serial.event AS e WHERE e.event = recorded_json.event;
$$;
COMMENT ON FUNCTION serial_internal.recorded_json(bigint) IS
'an event as EPCIS 2.0 JSON, made of what its columns say; NULL if there is none';

-- This and event_in are PL/pgSQL, which plans them once a session, since a document is written
-- event by event.
CREATE FUNCTION serial_internal.context_additions(context jsonb)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN coalesce((
		SELECT jsonb_agg(c.entry ORDER BY c.n)
		FROM jsonb_array_elements(
			CASE jsonb_typeof(context) WHEN 'array' THEN context
				ELSE jsonb_build_array(context) END) WITH ORDINALITY AS c(entry, n)
		WHERE CASE jsonb_typeof(c.entry)
			WHEN 'object' THEN c.entry <> '{}'
			WHEN 'string' THEN c.entry #>> '{}' !~ '^https://(ref\.gs1\.org/standards/epcis|gs1\.github\.io/EPCIS)/.*epcis-context\.jsonld$' END),
		'[]');
END;
$$;
COMMENT ON FUNCTION serial_internal.context_additions(jsonb) IS
'what an @context has beside the standard context, in an array: objects that declare prefixes, and URLs of other '
'contexts';

CREATE FUNCTION serial_internal.whole_context(document_context jsonb, event_context jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CAST('["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]' AS jsonb)
		|| serial_internal.context_additions(document_context) || serial_internal.context_additions(event_context);
END;
COMMENT ON FUNCTION serial_internal.whole_context(jsonb, jsonb) IS
'the @context of an event that stands by itself, of that of its document and its own';

-- EPCIS 2.0 JSON has the words of CBV bare.
CREATE FUNCTION serial_internal.bare_words(words jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(jsonb_agg(serial_internal.vocabulary_word('disposition', w.word) ORDER BY w.n), '[]')
	FROM jsonb_array_elements_text(words) WITH ORDINALITY AS w(word, n);
END;
COMMENT ON FUNCTION serial_internal.bare_words(jsonb) IS
'a list of dispositions, those of CBV as bare words';

CREATE FUNCTION serial_internal.list_in(list jsonb, member text, format text)
RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT coalesce(jsonb_agg(CASE jsonb_typeof(t.entry)
		WHEN 'string' THEN to_jsonb(serial_internal.uri_in(btrim(t.entry #>> '{}', E' \t\r\n'), format))
		ELSE t.entry || jsonb_build_object(member, serial_internal.uri_in(btrim(t.entry ->> member, E' \t\r\n'), format))
			|| CASE WHEN t.entry ? 'type' THEN jsonb_build_object('type', serial_internal.vocabulary_word(
				CASE member WHEN 'bizTransaction' THEN 'business_transaction' ELSE 'source_destination' END, t.entry ->> 'type'))
					ELSE '{}' END
		END ORDER BY t.n), '[]')
	FROM jsonb_array_elements(list) WITH ORDINALITY AS t(entry, n);
END;
COMMENT ON FUNCTION serial_internal.list_in(jsonb, text, text) IS
'a list of URIs, or of objects with one in a member, in a format';

CREATE FUNCTION serial_internal.member_in(name text, value jsonb, format text)
RETURNS jsonb
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT CASE
		WHEN name = 'eventTime' THEN to_jsonb((value #>> '{}') || CASE WHEN value #>> '{}' ~ '(Z|[+-][0-9]{2}:[0-9]{2})\s*$'
			THEN '' ELSE 'Z' END)
		WHEN name = 'bizStep' THEN to_jsonb(serial_internal.vocabulary_word('business_step', value #>> '{}'))
		WHEN name = 'disposition' THEN to_jsonb(serial_internal.vocabulary_word('disposition', value #>> '{}'))
		WHEN name = 'persistentDisposition' THEN jsonb_strip_nulls(jsonb_build_object(
			'set', serial_internal.bare_words(value -> 'set'), 'unset', serial_internal.bare_words(value -> 'unset')))
		WHEN name IN ('readPoint', 'bizLocation') THEN value || jsonb_build_object('id',
			serial_internal.uri_in(btrim(value ->> 'id', E' \t\r\n'), format))
		WHEN name IN ('parentID', 'transformationID')
			THEN to_jsonb(serial_internal.uri_in(btrim(value #>> '{}', E' \t\r\n'), format))
		WHEN name IN ('epcList', 'childEPCs', 'inputEPCList', 'outputEPCList') AND format <> 'urn'
			THEN serial_internal.canonical_links(value)
		WHEN name IN ('epcList', 'childEPCs', 'inputEPCList', 'outputEPCList', 'quantityList', 'childQuantityList',
			'inputQuantityList', 'outputQuantityList')
			THEN serial_internal.list_in(value, 'epcClass', format)
		WHEN name = 'bizTransactionList' THEN serial_internal.list_in(value, 'bizTransaction', format)
		WHEN name = 'sourceList' THEN serial_internal.list_in(value, 'source', format)
		WHEN name = 'destinationList' THEN serial_internal.list_in(value, 'destination', format)
		WHEN name = 'errorDeclaration' AND value ? 'reason'
			THEN value || jsonb_build_object('reason', serial_internal.vocabulary_word('error_reason', value ->> 'reason'))
		ELSE value END;
END;
COMMENT ON FUNCTION serial_internal.member_in(text, jsonb, text) IS
'a member of an event with its identifiers in a format, and words of CBV bare';

CREATE FUNCTION serial_internal.event_in(content jsonb, format text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN (SELECT jsonb_object_agg(m.key, serial_internal.member_in(m.key, m.value, format))
		FROM jsonb_each(content) AS m);
END;
$$;
COMMENT ON FUNCTION serial_internal.event_in(jsonb, text) IS
'an event with its identifiers in a format, and words of CBV bare';

CREATE FUNCTION serial.event_json(event bigint, format text DEFAULT 'digital_link')
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	content jsonb;
	hash text;
	context jsonb;
BEGIN
	IF format NOT IN ('digital_link', 'urn', 'as_captured') THEN
		RAISE EXCEPTION '"%" is not a format of events', format
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The formats are digital_link, urn and as_captured.';
	END IF;
	SELECT c.content, c.hash, serial_internal.whole_context(d.header -> '@context', c.content -> '@context') INTO content,
		hash, context
	FROM serial.captured_event AS c JOIN serial.document AS d ON d.document = c.document
	WHERE c.event = event_json.event;
	IF NOT FOUND THEN
		content := serial_internal.recorded_json(event);
		IF content IS NULL THEN
			RAISE EXCEPTION 'event % does not exist', event USING ERRCODE = 'undefined_object';
		END IF;
		hash := serial.event_hash(content);
		context := serial_internal.whole_context(NULL, content -> '@context');
	END IF;
	IF format <> 'as_captured' THEN
		content := serial_internal.event_in(jsonb_build_object('eventID', hash) || (content - 'recordTime'), format);
	END IF;
	RETURN content || jsonb_build_object('@context', context);
END;
$$;
COMMENT ON FUNCTION serial.event_json(bigint, text) IS
'an event as EPCIS 2.0 JSON, with everything that was captured: identifiers as Digital Links, as EPC URIs (urn) '
'where the company prefix is known, or as they came (as_captured); errors 42704 no such event, 22023 no such '
'format';
REVOKE EXECUTE ON FUNCTION serial.event_json(bigint, text) FROM PUBLIC;

CREATE FUNCTION serial.event_hash(event bigint)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
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
