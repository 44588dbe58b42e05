-- Documents as text and XML, and an inbox for them

CREATE FUNCTION serial_internal.is_xml(document text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT document ~ '^\W*<';
END;
COMMENT ON FUNCTION serial_internal.is_xml(text) IS
'is a document in XML, and not in JSON? A byte order mark and white space before it do not matter';

CREATE FUNCTION serial_internal.json_document(document text)
RETURNS jsonb
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_json_document';
COMMENT ON FUNCTION serial_internal.json_document(text) IS
'a document in JSON; errors 22P02 no JSON, 22030 an object with several members of one name';

CREATE FUNCTION serial_internal.document_of_text(document text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN serial_internal.is_xml(t.content) THEN serial.epcis_xml_to_json(t.content)
		   ELSE serial_internal.json_document(t.content) END
	FROM (SELECT CASE WHEN substring(convert_to(document, 'UTF8') FROM 1 FOR 3) = '\xefbbbf'
		THEN substring(document FROM 2)
			ELSE document END AS content) AS t;
END;
COMMENT ON FUNCTION serial_internal.document_of_text(text) IS
'a document of EPCIS in JSON or XML, with or without a byte order mark, as EPCIS 2.0 JSON';

CREATE FUNCTION serial.capture(
	document text, on_error text DEFAULT 'rollback', strict boolean DEFAULT false, source text DEFAULT NULL,
	keep boolean DEFAULT false)
RETURNS TABLE (ordinal integer, event bigint, event_id text, hash text, status text, sqlstate text, message text,
	detail text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
	SELECT u.ordinal, u.event, u.event_id, u.hash, u.status, u.sqlstate, u.message, u.detail
	FROM unnest(serial_internal.keep_content(
		serial_internal.capture_document(
			serial_internal.document_of_text(document), sha256(convert_to(document, 'UTF8')),
			on_error, strict, source, serial_internal.is_xml(document)),
		CASE WHEN keep THEN document END)) AS u;
END;
COMMENT ON FUNCTION serial.capture(text, text, boolean, text, boolean) IS
'records the events of a document in JSON or XML, as serial.capture(jsonb) does; errors as of that function, '
'22P02 not JSON, 22030 an object with several members of one name, and those of serial.epcis_xml_to_json';
REVOKE EXECUTE ON FUNCTION serial.capture(text, text, boolean, text, boolean) FROM PUBLIC;

CREATE FUNCTION serial.capture(
	document xml, on_error text DEFAULT 'rollback', strict boolean DEFAULT false, source text DEFAULT NULL,
	keep boolean DEFAULT false)
RETURNS TABLE (ordinal integer, event bigint, event_id text, hash text, status text, sqlstate text, message text,
	detail text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
	SELECT u.ordinal, u.event, u.event_id, u.hash, u.status, u.sqlstate, u.message, u.detail
	FROM unnest(serial_internal.keep_content(
		serial_internal.capture_document(serial.epcis_xml_to_json(document),
			sha256(convert_to(CAST(document AS text), 'UTF8')),
										 on_error, strict, source, true),
		CASE WHEN keep THEN CAST(document AS text) END)) AS u;
END;
COMMENT ON FUNCTION serial.capture(xml, text, boolean, text, boolean) IS
'records the events of a document in XML, as serial.capture(jsonb) does; errors as of that function, and those of '
'serial.epcis_xml_to_json';
REVOKE EXECUTE ON FUNCTION serial.capture(xml, text, boolean, text, boolean) FROM PUBLIC;

CREATE FUNCTION serial.check_document(document text, strict boolean DEFAULT false)
RETURNS TABLE (ordinal integer, event bigint, event_id text, hash text, status text, sqlstate text, message text,
	detail text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
	SELECT u.ordinal, u.event, u.event_id, u.hash, u.status, u.sqlstate, u.message, u.detail
	FROM unnest(serial_internal.check_document(serial_internal.document_of_text(document), strict,
		serial_internal.is_xml(document))) AS u;
END;
COMMENT ON FUNCTION serial.check_document(text, boolean) IS
'the rows that serial.capture would return for a document in JSON or XML; keeps nothing; errors as serial.capture';
REVOKE EXECUTE ON FUNCTION serial.check_document(text, boolean) FROM PUBLIC;

CREATE FUNCTION serial.check_document(document xml, strict boolean DEFAULT false)
RETURNS TABLE (ordinal integer, event bigint, event_id text, hash text, status text, sqlstate text, message text,
	detail text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
	SELECT u.ordinal, u.event, u.event_id, u.hash, u.status, u.sqlstate, u.message, u.detail
	FROM unnest(serial_internal.check_document(serial.epcis_xml_to_json(document), strict, true)) AS u;
END;
COMMENT ON FUNCTION serial.check_document(xml, boolean) IS
'the rows that serial.capture would return for a document in XML; keeps nothing; errors as serial.capture';
REVOKE EXECUTE ON FUNCTION serial.check_document(xml, boolean) FROM PUBLIC;

CREATE TABLE serial.inbox
(
	entry bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	content text NOT NULL,
	source text,
	received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	received_by text NOT NULL DEFAULT session_user,
	finished_at timestamptz,
	counts jsonb,
	problems jsonb,
	sqlstate text,
	message text,
	detail text
);
CREATE INDEX inbox_open_idx ON serial.inbox (entry) WHERE finished_at IS NULL;
COMMENT ON TABLE serial.inbox IS
'documents that wait for serial.take_inbox, and what became of them; filled by INSERT or COPY of content and source';
COMMENT ON COLUMN serial.inbox.entry IS
'its number';
COMMENT ON COLUMN serial.inbox.content IS
'the document, in JSON or XML';
COMMENT ON COLUMN serial.inbox.source IS
'where it came from';
COMMENT ON COLUMN serial.inbox.received_at IS
'when it was put here';
COMMENT ON COLUMN serial.inbox.received_by IS
'the session user who put it here';
COMMENT ON COLUMN serial.inbox.finished_at IS
'when it was captured or refused; NULL while it waits';
COMMENT ON COLUMN serial.inbox.counts IS
'how many of its events had each status; empty if the document was refused';
COMMENT ON COLUMN serial.inbox.problems IS
'the rows of serial.capture for events that were refused, in conflict or evidence; NULL if there are none';
COMMENT ON COLUMN serial.inbox.sqlstate IS
'why the document was refused; NULL if it was captured';
COMMENT ON COLUMN serial.inbox.message IS
'the message of that error';
COMMENT ON COLUMN serial.inbox.detail IS
'the detail of that error';
COMMENT ON SEQUENCE serial.inbox_entry_seq IS
'numbers of entries of the inbox';
SELECT pg_catalog.pg_extension_config_dump('serial.inbox', '');
SELECT pg_catalog.pg_extension_config_dump('serial.inbox_entry_seq', '');

CREATE FUNCTION serial_internal.lock_inbox("limit" integer)
RETURNS TABLE (entry bigint, content text, source text)
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE ROWS 10
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT i.entry, i.content, i.source FROM serial.inbox AS i WHERE i.finished_at IS NULL
	ORDER BY i.entry LIMIT lock_inbox."limit" FOR UPDATE SKIP LOCKED;
END;
COMMENT ON FUNCTION serial_internal.lock_inbox(integer) IS
'the next entries of the inbox, locked, without those that another session has locked';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_inbox(integer) FROM PUBLIC;

CREATE FUNCTION serial_internal.finish_inbox(entry bigint, results serial_internal.capture_result[], sqlstate text,
	message text, detail text)
RETURNS jsonb
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	UPDATE serial.inbox AS i SET finished_at = clock_timestamp(),
		counts = (SELECT coalesce(jsonb_object_agg(s.status, s.n), '{}')
				  FROM (SELECT u.status, count(*) AS n FROM unnest(finish_inbox.results) AS u GROUP BY u.status) AS s
				  WHERE finish_inbox.results IS NOT NULL),
		problems = (SELECT jsonb_agg(to_jsonb(u) ORDER BY u.ordinal) FROM unnest(finish_inbox.results) AS u
					WHERE u.status IN ('refused', 'conflict', 'evidence')),
		sqlstate = finish_inbox.sqlstate, message = finish_inbox.message, detail = finish_inbox.detail
	WHERE i.entry = finish_inbox.entry AND i.finished_at IS NULL
	RETURNING i.counts;
END;
COMMENT ON FUNCTION serial_internal.finish_inbox(bigint, serial_internal.capture_result[], text, text, text) IS
'keeps what became of an entry of the inbox, and returns how many of its events had each status';
REVOKE EXECUTE ON FUNCTION serial_internal.finish_inbox(bigint, serial_internal.capture_result[], text, text, text)
	FROM PUBLIC;

CREATE FUNCTION serial.take_inbox("limit" integer DEFAULT 10, on_error text DEFAULT 'rollback',
	strict boolean DEFAULT false)
RETURNS TABLE (entry bigint, counts jsonb, sqlstate text, message text, detail text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	e record;
	results serial_internal.capture_result[];
	state text;
	problem text;
	reason text;
BEGIN
	IF coalesce("limit", 0) < 1 THEN
		RAISE EXCEPTION '"limit" must be at least 1' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM serial_internal.check_capture_arguments('{}', on_error);
	FOR e IN SELECT l.entry, l.content, l.source FROM serial_internal.lock_inbox("limit") AS l LOOP
		results := NULL;
		state := NULL;
		problem := NULL;
		reason := NULL;
		BEGIN
			results := serial_internal.capture_document(serial_internal.document_of_text(e.content),
				sha256(convert_to(e.content, 'UTF8')),
														on_error, strict, e.source, serial_internal.is_xml(e.content));
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, problem = MESSAGE_TEXT, reason = PG_EXCEPTION_DETAIL;
			IF NOT serial_internal.is_about_event(state) AND state NOT LIKE '54%' THEN
				RAISE;
			END IF;
		END;
		RETURN QUERY SELECT e.entry, serial_internal.finish_inbox(e.entry, results, state, problem, nullif(reason, '')),
			state, problem, nullif(reason, '');
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.take_inbox(integer, text, boolean) IS
'captures the next documents of serial.inbox, as serial.capture does, and returns what became of each; a document '
'that is refused does not keep the others from being captured, and sessions that do this at once take different '
'documents; errors 22023 a limit below 1, or on_error neither rollback nor proceed';
REVOKE EXECUTE ON FUNCTION serial.take_inbox(integer, text, boolean) FROM PUBLIC;
