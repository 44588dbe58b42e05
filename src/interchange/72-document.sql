-- Documents of EPCIS and the events in them, as they came

CREATE TABLE serial.document
(
	document bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	type text NOT NULL,
	source text,
	sha256 bytea NOT NULL UNIQUE,
	header jsonb,
	events integer NOT NULL,
	counts jsonb,
	content text,
	captured_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	captured_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE serial.document IS
'documents that serial.capture took, each once however often it is sent';
COMMENT ON COLUMN serial.document.document IS
'its number';
COMMENT ON COLUMN serial.document.type IS
'EPCISDocument or EPCISQueryDocument; event or events where there is no document around them';
COMMENT ON COLUMN serial.document.source IS
'where it came from, as the caller of serial.capture named it';
COMMENT ON COLUMN serial.document.sha256 IS
'SHA-256 of the text of the document, or of the text of its jsonb, by which one that is sent again is known';
COMMENT ON COLUMN serial.document.header IS
'the document without its events: @context, sender, master data and so on';
COMMENT ON COLUMN serial.document.events IS
'how many events it has';
COMMENT ON COLUMN serial.document.counts IS
'how many of its events had each status, when it was captured last';
COMMENT ON COLUMN serial.document.content IS
'its text, if serial.capture was asked to keep it';
COMMENT ON COLUMN serial.document.captured_at IS
'when it came first';
COMMENT ON COLUMN serial.document.captured_by IS
'the session user who captured it first';
COMMENT ON SEQUENCE serial.document_document_seq IS
'numbers of documents';
SELECT pg_catalog.pg_extension_config_dump('serial.document', '');
SELECT pg_catalog.pg_extension_config_dump('serial.document_document_seq', '');

-- The columns of serial.event cannot say all that an event may: members of own
-- namespaces, sensor data, the spelling of identifiers, decimals of times.
CREATE TABLE serial.captured_event
(
	captured bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	document bigint NOT NULL REFERENCES serial.document,
	ordinal integer NOT NULL,
	event bigint UNIQUE,
	event_id text NOT NULL,
	hash text NOT NULL,
	status text NOT NULL,
	content jsonb NOT NULL
);
CREATE INDEX captured_event_hash_idx ON serial.captured_event (hash);
CREATE INDEX captured_event_event_id_idx ON serial.captured_event (event_id);
CREATE INDEX captured_event_document_idx ON serial.captured_event (document, ordinal);
COMMENT ON TABLE serial.captured_event IS
'events as they were captured, with everything that they say';
COMMENT ON COLUMN serial.captured_event.captured IS
'its number';
COMMENT ON COLUMN serial.captured_event.document IS
'the document that it came in';
COMMENT ON COLUMN serial.captured_event.ordinal IS
'its position in the document, from 1';
COMMENT ON COLUMN serial.captured_event.event IS
'the event that it was recorded as; NULL for a type of event that is not of EPCIS, and for a declaration that '
'came before its event';
COMMENT ON COLUMN serial.captured_event.event_id IS
'its eventID, or its event hash if it has none';
COMMENT ON COLUMN serial.captured_event.hash IS
'its event hash';
COMMENT ON COLUMN serial.captured_event.status IS
'accepted, evidence, declared or unsupported, as of serial.capture';
COMMENT ON COLUMN serial.captured_event.content IS
'the event, as it came';
COMMENT ON SEQUENCE serial.captured_event_captured_seq IS
'numbers of captured events';
SELECT pg_catalog.pg_extension_config_dump('serial.captured_event', '');
SELECT pg_catalog.pg_extension_config_dump('serial.captured_event_captured_seq', '');

-- serial.capture runs with the rights of the caller, and writes through these only.

CREATE FUNCTION serial_internal.keep_document(type text, source text, sha256 bytea, header jsonb, events integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	kept bigint;
BEGIN
	INSERT INTO serial.document (type, source, sha256, header, events) VALUES (type, source, sha256, header, events)
	ON CONFLICT ON CONSTRAINT document_sha256_key DO NOTHING RETURNING document INTO kept;
	IF NOT FOUND THEN
		SELECT d.document INTO STRICT kept FROM serial.document AS d WHERE d.sha256 = keep_document.sha256;
	END IF;
	RETURN kept;
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_document(text, text, bytea, jsonb, integer) IS
'keeps a document that was not sent before, and returns its number';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_document(text, text, bytea, jsonb, integer) FROM PUBLIC;

CREATE FUNCTION serial_internal.keep_counts(document bigint, counts jsonb)
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	UPDATE serial.document AS d SET counts = keep_counts.counts WHERE d.document = keep_counts.document;
END;
COMMENT ON FUNCTION serial_internal.keep_counts(bigint, jsonb) IS
'keeps how many events of a document had each status';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_counts(bigint, jsonb) FROM PUBLIC;

CREATE FUNCTION serial_internal.keep_event(
	document bigint, ordinal integer, event bigint, event_id text, hash text, status text, content jsonb)
RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.captured_event (document, ordinal, event, event_id, hash, status, content)
	VALUES (document, ordinal, event, event_id, hash, status, content)
	ON CONFLICT ON CONSTRAINT captured_event_event_key DO NOTHING;
	RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_event(bigint, integer, bigint, text, text, text, jsonb) IS
'keeps an event as it was captured; false if it was kept already';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_event(bigint, integer, bigint, text, text, text, jsonb) FROM PUBLIC;

-- EPC URIs divide company prefix and reference, which no other spelling does.  What is
-- learnt never contradicts what is known.
CREATE FUNCTION serial_internal.learn_company_prefixes(prefixes text[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found text;
BEGIN
	FOR found IN SELECT DISTINCT p.prefix FROM unnest(prefixes) AS p(prefix) WHERE p.prefix ~ '^[0-9]{6,12}$'
		ORDER BY p.prefix LOOP
		INSERT INTO serial.company_prefix (prefix, length)
		SELECT found, length(found)
		WHERE NOT EXISTS (SELECT FROM serial.company_prefix AS c
						  WHERE starts_with(found, c.prefix) OR starts_with(c.prefix, found))
		ON CONFLICT DO NOTHING;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial_internal.learn_company_prefixes(text[]) IS
'adds company prefixes to serial.company_prefix, where nothing is known of them';
REVOKE EXECUTE ON FUNCTION serial_internal.learn_company_prefixes(text[]) FROM PUBLIC;
