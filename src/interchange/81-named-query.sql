-- Named queries, for clients and subscribers that ask again and again

CREATE TABLE serial.named_query
(
	name text PRIMARY KEY CHECK (name <> ''),
	parameters jsonb NOT NULL,
	context jsonb,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	created_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE serial.named_query IS
'queries that have a name, by serial.create_query';
COMMENT ON COLUMN serial.named_query.name IS
'its name';
COMMENT ON COLUMN serial.named_query.parameters IS
'its parameters, as of serial.epcis_query';
COMMENT ON COLUMN serial.named_query.context IS
'an @context for the prefixes that parameters use';
COMMENT ON COLUMN serial.named_query.created_at IS
'when it was created';
COMMENT ON COLUMN serial.named_query.created_by IS
'the session user who created it';
SELECT pg_catalog.pg_extension_config_dump('serial.named_query', '');

CREATE FUNCTION serial.create_query(name text, parameters jsonb, context jsonb DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF coalesce(name, '') = '' OR parameters IS NULL THEN
		RAISE EXCEPTION 'a named query must have a name and parameters' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM serial_internal.query_sql(parameters, context);
	INSERT INTO serial.named_query (name, parameters, context) VALUES (name, parameters, context)
	ON CONFLICT ON CONSTRAINT named_query_pkey DO NOTHING;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'named query "%" already exists', name USING ERRCODE = 'unique_violation';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.create_query(text, jsonb, jsonb) IS
'gives a query a name; parameters and context as of serial.epcis_query; errors 23505 the name is taken, 22023 no such '
'parameter or a wrong value, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.create_query(text, jsonb, jsonb) FROM PUBLIC;

CREATE FUNCTION serial_internal.query_named(name text)
RETURNS serial.named_query
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known serial.named_query;
BEGIN
	SELECT q.* INTO known FROM serial.named_query AS q WHERE q.name = query_named.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'named query "%" does not exist', name USING ERRCODE = 'undefined_object';
	END IF;
	RETURN known;
END;
$$;
COMMENT ON FUNCTION serial_internal.query_named(text) IS
'the query of a name; errors 42704 no such query';

CREATE FUNCTION serial.drop_query(name text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM serial_internal.query_named(name);
	DELETE FROM serial.named_query AS q WHERE q.name = drop_query.name;
END;
$$;
COMMENT ON FUNCTION serial.drop_query(text) IS
'drops a named query; errors 42704 no such query';
REVOKE EXECUTE ON FUNCTION serial.drop_query(text) FROM PUBLIC;

CREATE FUNCTION serial.run_query(name text)
RETURNS TABLE (event bigint, content jsonb)
LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT e.event, e.content
	FROM serial_internal.query_named(name) AS q CROSS JOIN LATERAL serial.epcis_query(q.parameters, q.context)
		WITH ORDINALITY AS e(event, content, n)
	ORDER BY e.n;
$$;
COMMENT ON FUNCTION serial.run_query(text) IS
'the events of a named query, as of serial.epcis_query; errors 42704 no such query, and those of serial.epcis_query';
REVOKE EXECUTE ON FUNCTION serial.run_query(text) FROM PUBLIC;

-- The last row is that of the last event that was looked at, whether or not the query
-- finds it: from there the next poll goes on.
CREATE FUNCTION serial.poll_query(name text, since_event bigint DEFAULT 0, "limit" integer DEFAULT 1000)
RETURNS TABLE (event bigint, content jsonb)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	asked CONSTANT serial.named_query := serial_internal.query_named(name);
	shaping text;
	last_event bigint;
	events bigint[];
	record_times timestamptz[];
BEGIN
	SELECT m.key INTO shaping FROM jsonb_object_keys(asked.parameters) AS m(key)
	WHERE m.key IN ('orderBy', 'eventCountLimit', 'maxEventCount', 'perPage', 'nextPageToken') ORDER BY m.key LIMIT 1;
	IF FOUND THEN
		PERFORM serial_internal.refuse_parameter(shaping, 'A query that is polled cannot have it.');
	END IF;
	last_event := (SELECT max(c.event) FROM serial.changes(since_event, "limit") AS c);
	EXECUTE format(
		'SELECT array_agg(e.event ORDER BY e.event), array_agg(e.record_time ORDER BY e.event) FROM serial.event AS e
		 WHERE e.event > $1 AND e.event <= $2 AND (%s)', serial_internal.query_where(asked.parameters, asked.context))
		INTO events, record_times USING since_event, last_event;
	RETURN QUERY
	SELECT coalesce(a.event, l.event), CASE WHEN a.event IS NOT NULL THEN
		serial_internal.event_in(a.content, a.hash, a.context, 'digital_link', a.record_time) END
	FROM serial_internal.answered_events(events, record_times) AS a
	FULL JOIN (SELECT last_event AS event WHERE last_event IS NOT NULL) AS l ON l.event = a.event
	ORDER BY coalesce(a.event, l.event);
END;
$$;
COMMENT ON FUNCTION serial.poll_query(text, bigint, integer) IS
'the events of a named query among the next events after a number, as serial.changes has them; the last row has the '
'number to go on from, and no content if the query does not find that event; errors 42704 no such query, 22023 a '
'query with orderBy, eventCountLimit, maxEventCount, perPage or nextPageToken, and those of serial.changes';
REVOKE EXECUTE ON FUNCTION serial.poll_query(text, bigint, integer) FROM PUBLIC;
