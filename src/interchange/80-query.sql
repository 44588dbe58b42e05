-- Queries with the parameters of EPCIS 2.0

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
	  AND v.value IS NOT NULL
	LIMIT 1;
$$;
COMMENT ON FUNCTION serial_internal.member_order(bigint, text[]) IS
'the value of a member of one''s own of an event, to order by; NULL if the event does not have it';

CREATE FUNCTION serial_internal.query_order_key(field text, context jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF field = 'eventTime' THEN
		RETURN 'e.event_time';
	ELSIF field = 'recordTime' THEN
		RETURN 'e.record_time';
	ELSIF field ~ '[:#]' THEN
		RETURN format('serial_internal.member_order(e.event, %L::text[])',
					  serial_internal.query_members(field, context));
	END IF;
	PERFORM serial_internal.refuse_parameter('orderBy',
		'Events can be ordered by eventTime, recordTime or a member of one''s own.');
END;
$$;
COMMENT ON FUNCTION serial_internal.query_order_key(text, jsonb) IS
'the SQL expression by which orderBy orders events; errors 22023 none';

-- Events without the member come last in either direction.
CREATE FUNCTION serial_internal.query_ordering(order_key text, direction text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN order_key IS NULL THEN 'e.event'
		ELSE format('%1$s %2$s NULLS LAST, e.event %2$s', order_key, direction) END;
END;
COMMENT ON FUNCTION serial_internal.query_ordering(text, text) IS
'the SQL order by an expression, in a direction; that of recording where the expression is NULL';

CREATE FUNCTION serial_internal.query_page(order_key text, direction text, last_event bigint)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF order_key IS NULL THEN
		RETURN format('e.event > %s', last_event);
	ELSIF NOT EXISTS (SELECT FROM serial.event AS e WHERE e.event = last_event) THEN
		PERFORM serial_internal.refuse_parameter('nextPageToken', 'There is no such event.');
	END IF;
	RETURN format('(%1$s %2$s %3$s OR %1$s IS NULL AND NOT %3$s IS NULL'
				  ' OR %1$s IS NOT DISTINCT FROM %3$s AND e.event %2$s %4$s)',
				  order_key, CASE direction WHEN 'ASC' THEN '>' ELSE '<' END,
				  format('(SELECT %s FROM serial.event AS e WHERE e.event = %s)', order_key, last_event), last_event);
END;
$$;
COMMENT ON FUNCTION serial_internal.query_page(text, text, bigint) IS
'the SQL condition of events that come behind an event in the order of serial_internal.query_ordering; errors 22023 no '
'such event';

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
			WHERE m.key NOT IN ('@context', 'orderBy', 'orderDirection', 'eventCountLimit', 'maxEventCount', 'perPage',
								'nextPageToken'));
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
	order_key text;
	count_limit bigint;
	maximum CONSTANT bigint := serial_internal.parameter_count('maxEventCount', parameters -> 'maxEventCount');
	page_size CONSTANT bigint := serial_internal.parameter_count('perPage', parameters -> 'perPage');
	last_event CONSTANT bigint := serial_internal.parameter_count('nextPageToken', parameters -> 'nextPageToken');
	direction CONSTANT text := CASE WHEN parameters ? 'orderDirection'
		THEN serial_internal.parameter_scalar('orderDirection', parameters -> 'orderDirection') ELSE 'DESC' END;
BEGIN
	IF direction NOT IN ('ASC', 'DESC') THEN
		PERFORM serial_internal.refuse_parameter('orderDirection', 'It must be ASC or DESC.');
	ELSIF page_size = 0 THEN
		PERFORM serial_internal.refuse_parameter('perPage', 'A page has at least one event.');
	END IF;
	IF parameters ? 'orderBy' THEN
		order_key := serial_internal.query_order_key(
			serial_internal.parameter_scalar('orderBy', parameters -> 'orderBy'),
			serial_internal.whole_context(context, parameters -> '@context'));
	END IF;
	IF parameters ? 'eventCountLimit' AND (maximum IS NOT NULL OR NOT parameters ? 'orderBy') THEN
		PERFORM serial_internal.refuse_parameter('eventCountLimit', 'It needs orderBy, and excludes maxEventCount.');
	END IF;
	IF parameters ?| '{perPage,nextPageToken}' AND parameters ?| '{eventCountLimit,maxEventCount}' THEN
		PERFORM serial_internal.refuse_parameter('perPage', 'Pages exclude eventCountLimit and maxEventCount.');
	END IF;
	IF last_event IS NOT NULL THEN
		condition := format('%s AND %s', condition, serial_internal.query_page(order_key, direction, last_event));
	END IF;
	count_limit := coalesce(serial_internal.parameter_count('eventCountLimit', parameters -> 'eventCountLimit'),
							page_size, CASE WHEN last_event IS NOT NULL THEN 30 END, maximum + 1);
	RETURN format('SELECT e.event, e.event_time, e.record_time FROM serial.event AS e WHERE %s ORDER BY %s LIMIT %s',
				  condition, serial_internal.query_ordering(order_key, direction), coalesce(count_limit::text, 'ALL'));
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
	SELECT jsonb_strip_nulls(jsonb_build_object('type', 'epcisException:' || p.type, 'title', message,
		'status', p.status, 'detail', detail))
	FROM (SELECT CASE
			WHEN message LIKE 'invalid query parameter%' OR message LIKE 'query parameters %'
			THEN 'QueryParameterException'
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
