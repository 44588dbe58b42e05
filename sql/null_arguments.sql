-- A NULL that a function does not expect must not end the session: functions that are not STRICT are called with
-- NULL for every argument, and for one argument after another.  What they return is tested elsewhere.

CREATE FUNCTION sample_argument(type regtype) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT format('%s::%s', CASE type::text
		WHEN 'text' THEN '''a''' WHEN 'text[]' THEN '''{a}''' WHEN 'name' THEN '''a'''
		WHEN 'serial.serial' THEN '''(01)09506000134352(21)A'''
		WHEN 'serial.serial[]' THEN '''{(01)09506000134352(21)A}'''
		WHEN 'integer' THEN '1' WHEN 'bigint' THEN '1' WHEN 'double precision' THEN '1' WHEN 'boolean' THEN 'true'
		WHEN 'date' THEN '''2024-01-01''' WHEN 'timestamp with time zone' THEN '''2024-01-01 00:00Z'''
		WHEN 'interval' THEN '''1 day''' WHEN 'jsonb' THEN '''{}''' WHEN 'bytea' THEN '''\x00'''
		WHEN 'regclass' THEN '''pg_class''' ELSE 'NULL' END, type)
$$;

-- Returns the internal error of a call, which is rolled back; NULL if there is none.
CREATE FUNCTION internal_error_of(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'SELECT ' || call;
	RAISE EXCEPTION USING ERRCODE = 'transaction_rollback';
EXCEPTION WHEN OTHERS THEN
	RETURN CASE WHEN sqlstate LIKE 'XX%' THEN format('%s: %s', call, sqlerrm) END;
END;
$$;

SET client_min_messages = error;
SET jit = off;
SELECT e.error
FROM pg_proc AS p
CROSS JOIN LATERAL generate_series(0, p.pronargs) AS missing
CROSS JOIN LATERAL (
	SELECT string_agg(CASE WHEN missing IN (0, a.n) THEN format('NULL::%s', a.type::regtype)
					  ELSE sample_argument(a.type) END, ', ' ORDER BY a.n) AS list
	FROM unnest(p.proargtypes) WITH ORDINALITY AS a(type, n)) AS arguments
CROSS JOIN LATERAL (SELECT internal_error_of(format('%s(%s)', p.oid::regproc, arguments.list)) AS error OFFSET 0) AS e
WHERE p.pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace) AND p.prokind = 'f'
  AND NOT p.proisstrict AND p.pronargs > 0 AND p.prorettype <> 'internal'::regtype AND e.error IS NOT NULL
ORDER BY 1;
RESET client_min_messages;

-- Arrays that belong together may be of different lengths.
SELECT serial_internal.format_event_items('{item}', '{active}', '{(01)09506000134352(21)A,(01)09506000134352(21)B}');
SELECT serial_internal.format_event_items('{item,item}', '{active,NULL}',
										  '{(01)09506000134352(21)A,(01)09506000134352(21)B}');
SELECT serial_internal.format_event_items('{}', '{}', '{}');
DROP FUNCTION sample_argument, internal_error_of;
