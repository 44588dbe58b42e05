-- Capturing documents

-- The parts of a document besides its events: where they are, and their members by type.  In an open part, others may
-- stand beside one of them.
CREATE FUNCTION serial_internal.document_parts()
RETURNS TABLE (path text[], is_open boolean, strings text[], arrays text[], objects text[], others text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
	VALUES ('{}'::text[], false, '{id,type,schemaVersion,creationDate,instanceIdentifier,sender,receiver}'::text[],
			'{}'::text[], '{epcisHeader,epcisBody}'::text[], '{@context}'::text[]),
		('{epcisHeader}', false, '{}', '{}', '{epcisMasterData}', '{}'),
		('{epcisBody}', true, '{}', '{eventList}', '{event,queryResults}', '{}'),
		('{epcisBody,queryResults}', false, '{queryName,subscriptionID}', '{}', '{resultsBody}', '{}'),
		('{epcisBody,queryResults,resultsBody}', false, '{}', '{eventList,vocabularyList}', '{}', '{}');
END;
COMMENT ON FUNCTION serial_internal.document_parts() IS
'the parts of a document of EPCIS 2.0 JSON, with the members that they may have';

CREATE FUNCTION serial_internal.problem_of_parts(document jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE
		WHEN m.key = ANY (p.strings) THEN format('Member "%s" must be a string.', m.key)
		WHEN m.key = ANY (p.arrays) THEN format('Member "%s" must be an array.', m.key)
		WHEN m.key = ANY (p.objects) THEN format('Member "%s" must be an object.', m.key)
		ELSE format('Member "%s" is not known in %s; members of one''s own need a prefix or a URI.', m.key,
					coalesce(p.path[cardinality(p.path)], 'a document')) END
	FROM serial_internal.document_parts() AS p
	CROSS JOIN LATERAL (SELECT document #> p.path AS part, p.strings || p.arrays || p.objects || p.others AS members
						OFFSET 0) AS d
	CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(d.part) WHEN 'object' THEN d.part ELSE '{}' END) AS m
	WHERE CASE
		WHEN m.key = ANY (p.strings) THEN jsonb_typeof(m.value) <> 'string'
		WHEN m.key = ANY (p.arrays) THEN jsonb_typeof(m.value) <> 'array'
		WHEN m.key = ANY (p.objects) THEN jsonb_typeof(m.value) <> 'object'
		ELSE m.key <> ALL (p.others) AND m.key NOT LIKE '%:%' AND NOT (p.is_open AND d.part ?| d.members) END
	ORDER BY p.path, m.key LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.problem_of_parts(jsonb) IS
'what is wrong with a part of a document, as a sentence; NULL: nothing; events are not looked at';

CREATE FUNCTION serial_internal.document_type(document jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	problem text;
BEGIN
	IF jsonb_typeof(document) = 'array' THEN
		RETURN 'events';
	ELSIF jsonb_typeof(document) <> 'object' THEN
		problem := 'A document must be a JSON object, or an array of events.';
	ELSIF coalesce(document ->> 'type', '') NOT IN ('EPCISDocument', 'EPCISQueryDocument') THEN
		IF document ? 'epcisBody' THEN
			problem := 'The type of a document must be EPCISDocument or EPCISQueryDocument.';
		ELSIF NOT document ? '@context' THEN
			problem := 'An event that stands by itself must have a member "@context".';
		ELSE
			RETURN 'event';
		END IF;
	ELSIF NOT document ? '@context' THEN
		problem := 'A document must have a member "@context".';
	ELSIF jsonb_typeof(document -> 'epcisBody') IS DISTINCT FROM 'object' THEN
		problem := 'A document must have a member "epcisBody", which is an object.';
	ELSIF document ->> 'type' = 'EPCISDocument'
		  AND coalesce(jsonb_typeof(document -> 'schemaVersion'), '') <> 'string' THEN
		problem := 'An EPCISDocument must have a member "schemaVersion", which is a string.';
	ELSIF document ->> 'type' = 'EPCISDocument' AND document ->> 'schemaVersion' !~ '^\s*[0-9]+(\.[0-9]+)*\s*$' THEN
		problem := 'Member "schemaVersion" must be numbers with dots between them, such as 2.0.';
	ELSIF document ->> 'type' = 'EPCISDocument' AND serial_internal.utc_time(document ->> 'creationDate') IS NULL THEN
		problem := 'An EPCISDocument must have a member "creationDate", which is a time.';
	ELSIF num_nonnulls(document #> '{epcisBody,eventList}', document #> '{epcisBody,event}',
					   document #> '{epcisBody,queryResults,resultsBody,eventList}') > 1 THEN
		problem := 'A document must have its events in one place: eventList, event or queryResults.';
	ELSE
		problem := serial_internal.problem_of_parts(document);
	END IF;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION 'document does not have the structure of EPCIS 2.0' USING ERRCODE = 'invalid_parameter_value',
			DETAIL = problem;
	END IF;
	RETURN document ->> 'type';
END;
$$;
COMMENT ON FUNCTION serial_internal.document_type(jsonb) IS
'EPCISDocument, EPCISQueryDocument, event or events: what a document of EPCIS 2.0 JSON is; errors 22023 none of them';

CREATE FUNCTION serial_internal.event_list(document jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE
		WHEN jsonb_typeof(document) = 'array' THEN document
		WHEN NOT document ? 'epcisBody' THEN jsonb_build_array(document)
		WHEN jsonb_typeof(document #> '{epcisBody,eventList}') = 'array' THEN document #> '{epcisBody,eventList}'
		WHEN jsonb_typeof(document #> '{epcisBody,queryResults,resultsBody,eventList}') = 'array'
			THEN document #> '{epcisBody,queryResults,resultsBody,eventList}'
		WHEN document #> '{epcisBody,event}' IS NOT NULL THEN jsonb_build_array(document #> '{epcisBody,event}')
		ELSE '[]' END;
END;
COMMENT ON FUNCTION serial_internal.event_list(jsonb) IS
'the events of a document, as an array';

CREATE FUNCTION serial_internal.is_event_type(type text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(type IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent',
							 'AssociationEvent'), false);
END;
COMMENT ON FUNCTION serial_internal.is_event_type(text) IS
'is it one of the types of events of EPCIS 2.0?';

CREATE FUNCTION serial_internal.numbered_events(events jsonb)
RETURNS TABLE (ordinal integer, event jsonb)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 100
BEGIN ATOMIC
	SELECT e.n::integer, CASE WHEN t.type IS NULL THEN e.event ELSE e.event || jsonb_build_object('type', t.type) END
	FROM jsonb_array_elements(events) WITH ORDINALITY AS e(event, n)
	CROSS JOIN LATERAL (
		SELECT substring(e.event ->> 'type' FROM '^(?:epcis:|https://ref\.gs1\.org/epcis/)(.*)$') AS name OFFSET 0) AS u
	CROSS JOIN LATERAL (SELECT CASE WHEN serial_internal.is_event_type(u.name) THEN u.name END AS type) AS t;
END;
COMMENT ON FUNCTION serial_internal.numbered_events(jsonb) IS
'the events in an array, numbered from 1, with the types of the standard bare';

CREATE FUNCTION serial_internal.document_header(document jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN jsonb_typeof(document) = 'object' AND document ? 'epcisBody'
		THEN document #- '{epcisBody,eventList}' #- '{epcisBody,event}'
			#- '{epcisBody,queryResults,resultsBody,eventList}' END;
END;
COMMENT ON FUNCTION serial_internal.document_header(jsonb) IS
'a document without its events; NULL if events are all that there is';

-- One item in two spellings is one.
CREATE FUNCTION serial_internal.event_identifiers(list jsonb, event jsonb, context jsonb)
RETURNS serial.serial[]
LANGUAGE C STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_identifiers';
COMMENT ON FUNCTION serial_internal.event_identifiers(jsonb, jsonb, jsonb) IS
'the items in a list of an event, sorted and each once; errors 22P02 a URI that names none';

CREATE FUNCTION serial_internal.event_word(word text, event jsonb, context jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial_internal.expand_name(btrim(word, E' \t\r\n'), event, context);
END;
COMMENT ON FUNCTION serial_internal.event_word(text, jsonb, jsonb) IS
'a word or URI of an event, with a compact name in full';

CREATE FUNCTION serial_internal.event_typed_list(list jsonb, member text, event jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('type',
		serial_internal.event_word(t.entry ->> 'type', event, context),
		member, serial_internal.event_word(t.entry ->> member, event, context))) ORDER BY t.n)
	FROM jsonb_array_elements(list) WITH ORDINALITY AS t(entry, n);
END;
COMMENT ON FUNCTION serial_internal.event_typed_list(jsonb, text, jsonb, jsonb) IS
'business transactions, sources or destinations of an event, with compact names in full; NULL if there are none';

CREATE FUNCTION serial_internal.event_persistent(persistent jsonb, event jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_object_agg(m.key, (SELECT jsonb_agg(serial_internal.event_word(w.word, event, context))
		FROM jsonb_array_elements_text(m.value) AS w(word)))
	FROM jsonb_each(persistent) AS m;
END;
COMMENT ON FUNCTION serial_internal.event_persistent(jsonb, jsonb, jsonb) IS
'the persistent disposition of an event, with compact names in full';

-- Master data of CBV in ilmd, such as the lot; US guidelines put "#" before the name.
CREATE FUNCTION serial_internal.event_ilmd(member text, event jsonb, context jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT btrim(CASE jsonb_typeof(m.value) WHEN 'object' THEN m.value ->> '#text' WHEN 'array' THEN m.value ->> 0
		ELSE m.value #>> '{}' END, E' \t\r\n')
	FROM jsonb_each(CASE jsonb_typeof(event -> 'ilmd') WHEN 'object' THEN event -> 'ilmd' ELSE '{}' END) AS m
	WHERE serial_internal.braced_name(m.key, event, context) = '{urn:epcglobal:cbv:mda}' || member
	LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.event_ilmd(text, jsonb, jsonb) IS
'a member of the CBV master data in the ilmd of an event; NULL if it is not there';

CREATE FUNCTION serial_internal.event_expiry(expiry text)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT make_date(d.part[1]::integer, d.part[2]::integer, d.part[3]::integer)
	FROM regexp_match(expiry, '^([0-9]{4})-([0-9]{2})-([0-9]{2})') AS d(part);
END;
COMMENT ON FUNCTION serial_internal.event_expiry(text) IS
'the date of an itemExpirationDate; NULL if it has another form; errors 22008 no such date';

-- What columns of serial.event do not hold
CREATE FUNCTION serial_internal.event_attributes(event jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT nullif((event - string_to_array(
			'@context type action eventID eventTime eventTimeZoneOffset recordTime epcList parentID childEPCs '
			'inputEPCList outputEPCList quantityList childQuantityList inputQuantityList outputQuantityList '
			'transformationID bizStep disposition persistentDisposition bizTransactionList sourceList '
			'destinationList errorDeclaration', ' '))
		- CASE WHEN (event -> 'readPoint') - 'id' = '{}' THEN 'readPoint' ELSE '' END
		- CASE WHEN (event -> 'bizLocation') - 'id' = '{}' THEN 'bizLocation' ELSE '' END, '{}');
END;
COMMENT ON FUNCTION serial_internal.event_attributes(jsonb) IS
'the members of an event that are attributes of the recorded one; NULL if there are none';

CREATE FUNCTION serial_internal.first_item_uri(event jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(event #>> '{epcList,0}', event #>> '{childEPCs,0}', event ->> 'parentID',
					event #>> '{inputEPCList,0}', event #>> '{outputEPCList,0}');
END;
COMMENT ON FUNCTION serial_internal.first_item_uri(jsonb) IS
'an item of an event, as it is written; NULL if it names none';

-- These are planned once, maybe when the tables are empty or without statistics, and then asked
-- for each event of a document: hence the settings, and OFFSET 0, without which the planner might
-- look for the first row in the order of all.

CREATE FUNCTION serial_internal.captured_with_id(id text)
RETURNS TABLE (event bigint, event_id text, hash text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN QUERY
	SELECT k.event, k.event_id, k.hash
	FROM (SELECT c.* FROM serial.captured_event AS c WHERE c.event_id = id AND c.status <> 'declared' OFFSET 0) AS k
	ORDER BY k.captured LIMIT 1;
END;
$$;
COMMENT ON FUNCTION serial_internal.captured_with_id(text) IS
'the first event that was captured with an eventID, declarations aside; no row if there is none';

CREATE FUNCTION serial_internal.captured_with_hash(event_hash text, any_id boolean)
RETURNS TABLE (event bigint, event_id text, hash text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN QUERY
	SELECT k.event, k.event_id, k.hash
	FROM (SELECT c.* FROM serial.captured_event AS c
		  WHERE c.hash = event_hash AND c.status <> 'declared' AND (any_id OR c.event_id = c.hash) OFFSET 0) AS k
	ORDER BY k.captured LIMIT 1;
END;
$$;
COMMENT ON FUNCTION serial_internal.captured_with_hash(text, boolean) IS
'the first event that was captured with an event hash, declarations aside; only one that had no eventID, unless any '
'will do; no row if there is none';

-- The condition is that of the index.
CREATE FUNCTION serial_internal.recorded_without_items(at timestamptz)
RETURNS TABLE (event bigint, type text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN QUERY
	SELECT e.event, e.type
	FROM serial.event AS e
	WHERE e.event_time BETWEEN at - interval '1 millisecond' AND at + interval '1 millisecond'
	  AND e.event_id IS NULL AND e.parent IS NULL
	  AND (e.quantities IS NOT NULL OR e.input_quantities IS NOT NULL OR e.attributes IS NOT NULL
		   OR e.type = 'TransactionEvent')
	  AND e.corrects IS NULL;
END;
$$;
COMMENT ON FUNCTION serial_internal.recorded_without_items(timestamptz) IS
'events of a time, to the millisecond, that were recorded without an eventID and may have no items: reports of '
'quantities or sensors, and of business transactions that end';

-- Events that were recorded without an eventID and without a document have no hash that
-- is stored: they are found by the time, and by an item if they name one.
CREATE FUNCTION serial_internal.recorded_with_hash(event jsonb, hash text)
RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	item CONSTANT serial.serial := serial.try_parse(
		serial_internal.item_spelling(serial_internal.first_item_uri(event)));
	at CONSTANT timestamptz := CAST(serial_internal.utc_time(event ->> 'eventTime') AS timestamptz);
	kind CONSTANT text := event ->> 'type';
BEGIN
	RETURN (
		SELECT k.event
		FROM (
			SELECT i.event
			FROM (SELECT n.event, n.record_time FROM serial.event_item AS n
				  WHERE n.id = item
					AND n.event_time BETWEEN at - interval '1 millisecond' AND at + interval '1 millisecond'
				  OFFSET 0) AS i
			CROSS JOIN LATERAL (
				SELECT FROM serial.event AS e
				WHERE e.event = i.event AND e.record_time = i.record_time
				  AND e.event_id IS NULL AND e.corrects IS NULL AND e.type = kind OFFSET 0) AS e
			UNION ALL
			SELECT r.event FROM serial_internal.recorded_without_items(at) AS r
			WHERE item IS NULL AND r.type = kind) AS k
		WHERE serial.event_hash(k.event) = recorded_with_hash.hash
		ORDER BY k.event LIMIT 1);
END;
$$;
COMMENT ON FUNCTION serial_internal.recorded_with_hash(jsonb, text) IS
'an event without an eventID that was recorded with this event hash; NULL if there is none';

CREATE FUNCTION serial_internal.recorded_status(event bigint)
RETURNS TABLE (status text, message text, detail text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	IF EXISTS (SELECT FROM serial.event AS e WHERE e.event = recorded_status.event AND e.is_accepted) THEN
		RETURN QUERY SELECT 'accepted', NULL::text, NULL::text;
		RETURN;
	END IF;
	RETURN QUERY SELECT 'evidence', k.kind, k.detail
	FROM (SELECT a.* FROM serial.alert AS a WHERE a.event = recorded_status.event OFFSET 0) AS k
	ORDER BY k.alert LIMIT 1;
	IF NOT FOUND THEN
		RETURN QUERY SELECT 'evidence', 'event was declared an error before it came', NULL::text;
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.recorded_status(bigint) IS
'the status, in serial.capture, of an event that has just been recorded, with what speaks against it';

CREATE FUNCTION serial_internal.record_captured(event jsonb, context jsonb, event_id text, strict boolean)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	kind CONSTANT text := event ->> 'type';
	happened CONSTANT text := btrim(event ->> 'eventTime', E' \t\r\n');
	has_lot CONSTANT boolean := event ? 'ilmd';
BEGIN
	RETURN serial.record(kind, event ->> 'action',
		serial_internal.event_identifiers(coalesce(event -> 'epcList', event -> 'childEPCs'), event, context),
		serial_internal.event_word(event ->> 'bizStep', event, context),
		serial_internal.event_word(event ->> 'disposition', event, context),
		CAST(happened || CASE WHEN happened ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' THEN '' ELSE 'Z' END AS timestamptz),
		serial_internal.event_word(event #>> '{readPoint,id}', event, context),
		serial_internal.event_word(event #>> '{bizLocation,id}', event, context),
		CAST(serial_internal.item_spelling(serial_internal.event_word(event ->> 'parentID', event, context))
			AS serial.serial),
		serial_internal.event_identifiers(event -> 'inputEPCList', event, context),
		serial_internal.event_identifiers(event -> 'outputEPCList', event, context),
		CASE WHEN has_lot THEN serial_internal.event_ilmd('lotNumber', event, context) END,
		CASE WHEN has_lot THEN
			serial_internal.event_expiry(serial_internal.event_ilmd('itemExpirationDate', event, context)) END,
		nullif(coalesce(event -> 'quantityList', event -> 'childQuantityList', event -> 'outputQuantityList'), '[]'),
		nullif(event -> 'inputQuantityList', '[]'),
		CASE WHEN event ? 'bizTransactionList' THEN
			serial_internal.event_typed_list(event -> 'bizTransactionList', 'bizTransaction', event, context) END,
		CASE WHEN event ? 'sourceList' THEN
			serial_internal.event_typed_list(event -> 'sourceList', 'source', event, context) END,
		CASE WHEN event ? 'destinationList' THEN
			serial_internal.event_typed_list(event -> 'destinationList', 'destination', event, context) END,
		CASE WHEN event ? 'persistentDisposition' THEN
			serial_internal.event_persistent(event -> 'persistentDisposition', event, context) END,
		serial_internal.event_word(event ->> 'transformationID', event, context),
		event_id, btrim(event ->> 'eventTimeZoneOffset', E' \t\r\n'),
		serial_internal.event_attributes(event), strict);
END;
$$;
COMMENT ON FUNCTION serial_internal.record_captured(jsonb, jsonb, text, boolean) IS
'records an event of EPCIS 2.0 JSON; errors as serial.record, 22P02 a URI that names no item';

CREATE TYPE serial_internal.capture_result AS (
	ordinal integer, event bigint, event_id text, hash text, status text, sqlstate text, message text, detail text);
COMMENT ON TYPE serial_internal.capture_result IS
'a row of serial.capture';

CREATE FUNCTION serial_internal.find_captured(content jsonb, name text, content_hash text)
RETURNS TABLE (event bigint, event_id text, hash text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	has_id CONSTANT boolean := content ->> 'eventID' IS NOT NULL;
	recorded bigint;
BEGIN
	RETURN QUERY SELECT k.* FROM serial_internal.captured_with_id(name) AS k;
	IF FOUND THEN
		RETURN;
	END IF;
	recorded := serial_internal.known_event(name);
	IF recorded IS NULL THEN
		RETURN QUERY SELECT k.* FROM serial_internal.captured_with_hash(content_hash, NOT has_id) AS k;
		IF FOUND THEN
			RETURN;
		ELSIF name = content_hash THEN
			recorded := serial_internal.recorded_with_hash(content, content_hash);
		END IF;
	END IF;
	IF recorded IS NOT NULL THEN
		-- the content of an event in a detached month cannot be compared
		RETURN QUERY SELECT recorded, name, CASE
			WHEN EXISTS (SELECT FROM serial.event AS e WHERE e.event = recorded) THEN serial.event_hash(recorded)
			ELSE content_hash END;
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.find_captured(jsonb, text, text) IS
'what is known under the eventID of an event or, without one, with its hash: the recorded event, NULL if it changed '
'nothing, its eventID and its hash; no row if nothing is';

CREATE FUNCTION serial_internal.captured_name(event jsonb, hash text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(btrim(event ->> 'eventID', E' \t\r\n'), hash);
END;
COMMENT ON FUNCTION serial_internal.captured_name(jsonb, text) IS
'the eventID of an event, or its event hash if it has none';

-- One query for all events of a document, of which mostly nothing is known.  It may take a new
-- event for a known one, and not the reverse: what other sessions capture meanwhile is found by
-- serial.record, which does not look for declarations and events of types of one's own.
CREATE FUNCTION serial_internal.are_new(events jsonb, hashes text[])
RETURNS boolean[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN ARRAY(
		SELECT NOT (n.is_repeated OR n.is_declaration OR NOT n.is_of_epcis
			OR EXISTS (SELECT FROM serial.captured_event AS c WHERE c.event_id = n.name OFFSET 0)
			OR EXISTS (SELECT FROM serial.captured_event AS c WHERE c.hash = n.hash OFFSET 0)
			OR EXISTS (SELECT FROM serial.event AS e WHERE e.event_id = n.name OFFSET 0)
			OR EXISTS (SELECT FROM serial.detached_event_id AS d WHERE d.event_id = n.name OFFSET 0)
			OR EXISTS (SELECT FROM serial.event_item AS i WHERE i.id = serial.try_parse(n.unnamed_item) OFFSET 0)
			OR (n.name = n.hash AND n.unnamed_item IS NULL))
		FROM (
			SELECT d.ordinal, h.hash, u.name, d.event ? 'errorDeclaration' AS is_declaration,
				   serial_internal.is_event_type(d.event ->> 'type') AS is_of_epcis,
				   CASE WHEN u.name = h.hash THEN
					serial_internal.item_spelling(serial_internal.first_item_uri(d.event)) END AS unnamed_item,
				   count(*) OVER (PARTITION BY u.name) > 1 OR count(*) OVER (PARTITION BY h.hash) > 1 AS is_repeated
			FROM serial_internal.numbered_events(events) AS d
			CROSS JOIN LATERAL (SELECT hashes[d.ordinal] AS hash) AS h
			CROSS JOIN LATERAL (SELECT serial_internal.captured_name(d.event, h.hash) AS name) AS u) AS n
		ORDER BY n.ordinal);
END;
$$;
COMMENT ON FUNCTION serial_internal.are_new(jsonb, text[]) IS
'of each event of a document: is nothing known of it, and is no other one in the document like it? else it is to be '
'looked up';

CREATE FUNCTION serial_internal.is_declared(event bigint, name text, hash text)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = is_declared.event)
		OR EXISTS (SELECT FROM serial.captured_event AS c
				   WHERE c.event_id = name AND c.hash = is_declared.hash AND c.status = 'declared');
END;
COMMENT ON FUNCTION serial_internal.is_declared(bigint, text, text) IS
'has an event been declared an error, or will it be when it comes?';

CREATE FUNCTION serial_internal.capture_declaration(event jsonb, context jsonb, name text, hash text, known bigint,
	is_known boolean)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	attributes CONSTANT jsonb := jsonb_build_object('errorDeclaration', event -> 'errorDeclaration');
	reason CONSTANT text := serial_internal.event_word(event #>> '{errorDeclaration,reason}', event, context);
BEGIN
	IF NOT is_known THEN
		-- its prefixes are those of this document, and not of the one in which the event will come
		known := serial_internal.declare_early(name, hash, reason, attributes
			|| jsonb_build_object('@context', serial_internal.whole_context(context, event -> '@context')));
	END IF;
	IF known IS NOT NULL THEN
		RETURN serial.declare_error(known, reason, attributes);
	END IF;
	RETURN NULL;
END;
$$;
COMMENT ON FUNCTION serial_internal.capture_declaration(jsonb, jsonb, text, text, bigint, boolean) IS
'declares an event an error, now or when it comes; returns the event that declares it, NULL if there is none yet; '
'errors as serial.declare_error';

CREATE FUNCTION serial_internal.capture_event(
	event jsonb, context jsonb, hash text, is_new boolean, document bigint, ordinal integer, strict boolean,
	may_lack_offset boolean)
RETURNS serial_internal.capture_result
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r serial_internal.capture_result;
	name CONSTANT text := serial_internal.captured_name(event, hash);
	problem CONSTANT text := serial_internal.event_problem(event, context, may_lack_offset);
	known serial_internal.capture_result;
	is_known boolean := false;
	early text;    -- the name of the event in a declaration that came before it
BEGIN
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION 'event does not have the structure of EPCIS 2.0'
			USING ERRCODE = 'invalid_parameter_value', DETAIL = problem;
	END IF;
	r.ordinal := ordinal;
	r.event_id := name;
	r.hash := hash;
	IF NOT is_new THEN
		SELECT k.event, k.event_id, k.hash INTO known.event, known.event_id, known.hash
		FROM serial_internal.find_captured(event, name, hash) AS k;
		is_known := FOUND;
	END IF;
	IF NOT is_new AND NOT is_known THEN
		SELECT d.event_id, d.hash INTO early, known.hash FROM serial_internal.find_early_declaration(name, hash) AS d;
	END IF;

	IF known.hash <> hash THEN
		r.event := known.event;
		r.status := 'conflict';
		r.sqlstate := '23505';
		r.message := format('event "%s" is known with other content', name);
		r.detail := format('The content that is known has the event hash %s.', known.hash);
		RETURN r;
	ELSIF event ? 'errorDeclaration' THEN
		IF early IS NOT NULL OR serial_internal.is_declared(known.event, name, hash) THEN
			r.event := (SELECT w.event FROM serial.event AS w WHERE w.corrects = known.event LIMIT 1);
			r.status := 'duplicate';
			RETURN r;
		END IF;
		r.event := serial_internal.capture_declaration(event, context, name, hash, known.event, is_known);
		r.status := 'declared';
	ELSIF is_known THEN
		r.event := known.event;
		r.event_id := known.event_id;
		r.status := 'duplicate';
		RETURN r;
	ELSIF NOT serial_internal.is_event_type(event ->> 'type') THEN
		r.status := 'unsupported';
		r.message := format('events of type "%s" change nothing', event ->> 'type');
	ELSE
		PERFORM serial_internal.rename_early_declaration(early, name);
		r.event := serial_internal.record_captured(event, context, name, strict);
		SELECT s.* INTO r.status, r.message, r.detail FROM serial_internal.recorded_status(r.event) AS s;
	END IF;
	IF NOT serial_internal.keep_event(document, ordinal, r.event, name, hash, r.status, event) THEN
		r.status := 'duplicate';	-- another session has captured it meanwhile
	END IF;
	RETURN r;
END;
$$;
COMMENT ON FUNCTION serial_internal.capture_event(jsonb, jsonb, text, boolean, bigint, integer, boolean, boolean) IS
'captures an event of a document; errors as serial.capture';

-- Serialization failures, lack of resources, interventions and internal errors are not
-- about an event.
CREATE FUNCTION serial_internal.is_about_event(sqlstate text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlstate = '42501' OR (sqlstate !~ '^(08|25|40|42|53|54|57|58|F0|XX)' AND sqlstate <> '55P03');
END;
COMMENT ON FUNCTION serial_internal.is_about_event(text) IS
'can an error be about an event that is captured, and not about the session or the server?';

CREATE FUNCTION serial_internal.known_before(event jsonb, context jsonb, hash text, may_lack_offset boolean)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE
		WHEN event ? 'errorDeclaration' AND serial_internal.event_problem(event, context, may_lack_offset) IS NULL
		THEN (SELECT k.event
			  FROM serial_internal.find_captured(event, serial_internal.captured_name(event, hash), hash) AS k) END;
$$;
COMMENT ON FUNCTION serial_internal.known_before(jsonb, jsonb, text, boolean) IS
'the event that a declaration of a document is about, if it is known already; NULL for any other event';

-- Events that are known are declared errors first, the latest of them before those on which it depends: what is right
-- in their place may be in the document.  Any other declaration has the event hash of an event of the document.  It
-- follows that event at once: others of the same time might depend on it.
CREATE FUNCTION serial_internal.capture_events(
	events jsonb, context jsonb, hashes text[], are_new boolean[], kept bigint, strict boolean,
	may_lack_offset boolean, each_by_itself boolean)
RETURNS serial_internal.capture_result[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	results serial_internal.capture_result[] := '{}';
	r serial_internal.capture_result;
	e record;
BEGIN
	FOR e IN
		SELECT d.ordinal, d.event
		FROM serial_internal.numbered_events(events) AS d
		CROSS JOIN LATERAL (SELECT serial_internal.utc_time(d.event ->> 'eventTime') AS at,
								   serial_internal.known_before(d.event, context, hashes[d.ordinal],
																may_lack_offset) AS known) AS t
		ORDER BY t.known IS NULL, CASE WHEN t.known IS NOT NULL THEN t.at END DESC, t.known DESC, t.at,
			CASE WHEN d.event ? 'errorDeclaration' THEN min(d.ordinal) OVER (PARTITION BY hashes[d.ordinal] COLLATE "C")
				ELSE d.ordinal END, d.ordinal
	LOOP
		IF NOT each_by_itself THEN
			r := serial_internal.capture_event(e.event, context, hashes[e.ordinal], are_new[e.ordinal], kept, e.ordinal,
				strict, may_lack_offset);
			IF r.status = 'conflict' THEN
				RAISE EXCEPTION '%', r.message USING ERRCODE = r.sqlstate;
			END IF;
		ELSE
			BEGIN
				r := serial_internal.capture_event(e.event, context, hashes[e.ordinal], are_new[e.ordinal], kept,
					e.ordinal, strict, may_lack_offset);
			EXCEPTION WHEN OTHERS THEN
				IF NOT serial_internal.is_about_event(SQLSTATE) THEN
					RAISE;
				END IF;
				r := ROW(e.ordinal, NULL, coalesce(e.event ->> 'eventID', hashes[e.ordinal]), hashes[e.ordinal],
					'refused', SQLSTATE, SQLERRM, NULL);
				GET STACKED DIAGNOSTICS r.detail = PG_EXCEPTION_DETAIL;
				r.detail := nullif(r.detail, '');
			END;
		END IF;
		results := results || r;
	END LOOP;
	RETURN ARRAY(SELECT u FROM unnest(results) AS u ORDER BY u.ordinal);
END;
$$;
COMMENT ON FUNCTION serial_internal.capture_events(jsonb, jsonb, text[], boolean[], bigint, boolean, boolean,
	boolean) IS
'captures the events of a document in order of event time, behind declarations of errors of known events in the '
'reverse order, and other declarations right behind their events; each by itself, or until one is refused';

CREATE FUNCTION serial_internal.event_company_prefixes(event jsonb)
RETURNS text[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_company_prefixes';
COMMENT ON FUNCTION serial_internal.event_company_prefixes(jsonb) IS
'the company prefixes in the EPC URIs of the items of an event, whose structure is not checked yet';

CREATE FUNCTION serial_internal.event_items(event jsonb, context jsonb)
RETURNS serial.serial[]
LANGUAGE C STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_items';
COMMENT ON FUNCTION serial_internal.event_items(jsonb, jsonb) IS
'the items of an event whose structure is not checked yet, those aside that cannot be read';

CREATE FUNCTION serial_internal.prepare_capture(events jsonb, context jsonb, hashes text[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- nothing is joined, since that might read all events for each of them
	unknown CONSTANT jsonb[] := ARRAY(
		SELECT d.event
		FROM serial_internal.numbered_events(events) AS d
		WHERE NOT EXISTS (SELECT FROM serial.captured_event AS c WHERE c.hash = hashes[d.ordinal] OFFSET 0));
BEGIN
	PERFORM serial_internal.lock_known_items(ARRAY(
		SELECT i.id FROM unnest(unknown) AS e(event)
			CROSS JOIN LATERAL unnest(serial_internal.event_items(e.event, context)) AS i(id)));
	PERFORM serial_internal.learn_company_prefixes(ARRAY(
		SELECT DISTINCT p.prefix
		FROM unnest(unknown) AS e(event)
			CROSS JOIN LATERAL unnest(serial_internal.event_company_prefixes(e.event)) AS p(prefix)));
END;
$$;
COMMENT ON FUNCTION serial_internal.prepare_capture(jsonb, jsonb, text[]) IS
'locks the items of a document in order, and learns company prefixes from its EPC URIs, events that were captured '
'before aside';

CREATE FUNCTION serial_internal.check_capture_arguments(document jsonb, on_error text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF document IS NULL THEN
		RAISE EXCEPTION 'document must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF coalesce(on_error, '') NOT IN ('rollback', 'proceed') THEN
		RAISE EXCEPTION 'on_error must be rollback or proceed' USING ERRCODE = 'invalid_parameter_value';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_capture_arguments(jsonb, text) IS
'errors 22004 no document, 22023 an unknown way to treat errors';

CREATE FUNCTION serial_internal.capture_document(
	given jsonb, sha256 bytea, on_error text, strict boolean, source text, is_xml boolean)
RETURNS serial_internal.capture_result[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- out of a row of a table it would be decompressed at each use
	document CONSTANT jsonb := jsonb_path_query_first(given, '$');
	kind text;
	context jsonb;
	events jsonb;
	hashes text[];
	are_new boolean[];
	kept bigint;
	results serial_internal.capture_result[];
	refused serial_internal.capture_result;
	others bigint;
	may_lack_offset CONSTANT boolean := is_xml OR coalesce(document ->> 'schemaVersion', '') LIKE '1%';
BEGIN
	PERFORM serial_internal.check_capture_arguments(document, on_error);
	kind := serial_internal.document_type(document);
	context := CASE WHEN kind LIKE 'EPCIS%' THEN document -> '@context' END;
	events := serial_internal.event_list(document);
	hashes := ARRAY(SELECT CASE jsonb_typeof(d.event) WHEN 'object' THEN serial.event_hash(d.event, context) ELSE '' END
					FROM serial_internal.numbered_events(events) AS d ORDER BY d.ordinal);
	PERFORM serial_internal.prepare_capture(events, context, hashes);
	are_new := serial_internal.are_new(events, hashes);
	kept := serial_internal.keep_document(kind, source, sha256, serial_internal.document_header(document),
		cardinality(hashes));
	PERFORM serial_internal.keep_master_data(kept, document);
	IF on_error = 'rollback' THEN
		BEGIN
			results := serial_internal.capture_events(events, context, hashes, are_new, kept, strict, may_lack_offset,
				false);
		EXCEPTION WHEN OTHERS THEN
			IF NOT serial_internal.is_about_event(SQLSTATE) THEN
				RAISE;
			END IF;
		END;
	END IF;
	results := coalesce(results,
		serial_internal.capture_events(events, context, hashes, are_new, kept, strict, may_lack_offset, true));
	IF on_error = 'rollback' THEN
		SELECT u.* INTO refused FROM unnest(results) AS u WHERE u.status IN ('refused', 'conflict') ORDER BY u.ordinal
			LIMIT 1;
		others := (SELECT count(*) - 1 FROM unnest(results) AS u WHERE u.status IN ('refused', 'conflict'));
		IF refused.ordinal IS NOT NULL THEN
			RAISE EXCEPTION 'event % of the document: %', refused.ordinal, refused.message
				USING ERRCODE = refused.sqlstate, DETAIL = concat_ws(' ', refused.detail,
					CASE WHEN others = 1 THEN 'Another event would be refused, too.'
						 WHEN others > 1 THEN format('%s other events would be refused, too.', others) END),
					  HINT = 'Nothing of the document is kept. serial.check_document tells what is wrong with each '
							 'event; on_error => ''proceed'' keeps the others.';
		END IF;
	END IF;
	PERFORM serial_internal.keep_counts(kept, (
		SELECT jsonb_object_agg(s.status, s.n) FROM (SELECT u.status, count(*) AS n FROM unnest(results) AS u
			GROUP BY u.status) AS s));
	RETURN results;
END;
$$;
COMMENT ON FUNCTION serial_internal.capture_document(jsonb, bytea, text, boolean, text, boolean) IS
'captures a document; errors as serial.capture';

CREATE FUNCTION serial_internal.keep_content(results serial_internal.capture_result[], content text)
RETURNS serial_internal.capture_result[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.document AS d SET content = keep_content.content
	WHERE d.sha256 = sha256(convert_to(keep_content.content, 'UTF8')) AND d.content IS NULL;
	RETURN results;
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_content(serial_internal.capture_result[], text) IS
'keeps the text of a document that was captured, if there is one, and returns what became of its events';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_content(serial_internal.capture_result[], text) FROM PUBLIC;

CREATE FUNCTION serial.capture(
	document jsonb, on_error text DEFAULT 'rollback', strict boolean DEFAULT false, source text DEFAULT NULL,
	keep boolean DEFAULT false)
RETURNS TABLE (ordinal integer, event bigint, event_id text, hash text, status text, sqlstate text, message text,
	detail text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
	SELECT u.ordinal, u.event, u.event_id, u.hash, u.status, u.sqlstate, u.message, u.detail
	FROM unnest(serial_internal.keep_content(
		serial_internal.capture_document(document, sha256(convert_to(document::text, 'UTF8')), on_error, strict, source,
			false),
		CASE WHEN keep THEN document::text END)) AS u;
END;
COMMENT ON FUNCTION serial.capture(jsonb, text, boolean, text, boolean) IS
'records the events of a document of EPCIS 2.0 JSON, in order of event time, and returns what became of each: '
'accepted, evidence, duplicate, declared, conflict, refused or unsupported; on_error rollback keeps nothing if an '
'event is refused, proceed keeps the others; strict and source as in serial.record and serial.document; keep keeps '
'the text of the document, too; errors '
'22023 not the structure of EPCIS 2.0, 23505 a known eventID with other content, 22004 a NULL, and those of '
'serial.record and serial.declare_error';
REVOKE EXECUTE ON FUNCTION serial.capture(jsonb, text, boolean, text, boolean) FROM PUBLIC;

-- Everything is done and undone.
CREATE FUNCTION serial_internal.check_document(document jsonb, strict boolean, is_xml boolean)
RETURNS serial_internal.capture_result[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	results serial_internal.capture_result[];
BEGIN
	BEGIN
		results := serial_internal.capture_document(document, sha256(convert_to(document::text, 'UTF8')), 'proceed',
			strict, NULL, is_xml);
		RAISE EXCEPTION 'undo' USING ERRCODE = 'SE000';
	EXCEPTION WHEN SQLSTATE 'SE000' THEN
		RETURN ARRAY(
			SELECT CAST(ROW(u.ordinal, CASE WHEN u.status IN ('duplicate', 'conflict') THEN u.event END, u.event_id,
							u.hash, u.status, u.sqlstate, u.message, u.detail) AS serial_internal.capture_result)
			FROM unnest(results) AS u ORDER BY u.ordinal);
	END;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_document(jsonb, boolean, boolean) IS
'what serial.capture would do with a document; keeps nothing';

CREATE FUNCTION serial.check_document(document jsonb, strict boolean DEFAULT false)
RETURNS TABLE (ordinal integer, event bigint, event_id text, hash text, status text, sqlstate text, message text,
	detail text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
	SELECT u.ordinal, u.event, u.event_id, u.hash, u.status, u.sqlstate, u.message, u.detail
	FROM unnest(serial_internal.check_document(document, strict, false)) AS u;
END;
COMMENT ON FUNCTION serial.check_document(jsonb, boolean) IS
'the rows that serial.capture would return for a document, with on_error proceed; keeps nothing; errors as '
'serial.capture, those of single events aside';
REVOKE EXECUTE ON FUNCTION serial.check_document(jsonb, boolean) FROM PUBLIC;
