-- Issue: pools of numbers on real sequences.

CREATE SEQUENCE serial.pool_number_seq AS integer;
COMMENT ON SEQUENCE serial.pool_number_seq IS 'numbers the pools';
REVOKE ALL ON SEQUENCE serial.pool_number_seq FROM PUBLIC;

-- The order of the columns is known to pool.c.
CREATE TABLE serial.pool
(
	number integer NOT NULL DEFAULT nextval('serial.pool_number_seq') PRIMARY KEY,
	name text NOT NULL UNIQUE CHECK (name <> ''),
	scheme text NOT NULL,
	prefix text NOT NULL,
	length integer NOT NULL,
	capacity bigint NOT NULL CHECK (capacity > 0),
	ordinals regclass NOT NULL UNIQUE,
	open boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by name NOT NULL DEFAULT session_user
);
ALTER SEQUENCE serial.pool_number_seq OWNED BY serial.pool.number;
COMMENT ON TABLE serial.pool IS
'pools of numbers; made by serial.create_pool, never deleted';
COMMENT ON COLUMN serial.pool.number IS
'number of the pool';
COMMENT ON COLUMN serial.pool.name IS
'name that serial.issue takes';
COMMENT ON COLUMN serial.pool.scheme IS
'scheme of the identifiers issued';
COMMENT ON COLUMN serial.pool.prefix IS
'what every number of the pool begins with, as in scheme:value';
COMMENT ON COLUMN serial.pool.length IS
'count of characters issued after the prefix, check digit aside';
COMMENT ON COLUMN serial.pool.capacity IS
'count of numbers that the pool can issue; ordinals are 1 to capacity';
COMMENT ON COLUMN serial.pool.ordinals IS
'sequence of the ordinals';
COMMENT ON COLUMN serial.pool.open IS
'false: issues nothing any more, and still keeps its numbers from other pools';
COMMENT ON COLUMN serial.pool.created_at IS
'when the pool was made';
COMMENT ON COLUMN serial.pool.created_by IS
'who made it';

SELECT pg_catalog.pg_extension_config_dump('serial.pool', '');
SELECT pg_catalog.pg_extension_config_dump('serial.pool_number_seq', '');

CREATE FUNCTION serial.issue(pool text)
RETURNS serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_issue';
COMMENT ON FUNCTION serial.issue(text) IS
'issues one number: never the same twice, whatever is rolled back or crashes; errors 42704 no such pool, 55000 closed, 2200H used up';
REVOKE EXECUTE ON FUNCTION serial.issue(text) FROM PUBLIC;

CREATE FUNCTION serial.issue(pool text, n bigint)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_issue_many';
COMMENT ON FUNCTION serial.issue(text, bigint) IS
'issues n numbers; errors as for one, and 22023 when n is not from 1 to the capacity';
REVOKE EXECUTE ON FUNCTION serial.issue(text, bigint) FROM PUBLIC;

CREATE FUNCTION serial.pool_identifier(scheme text, prefix text, length integer, ordinal bigint)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_identifier';
COMMENT ON FUNCTION serial.pool_identifier(text, text, integer, bigint) IS
'what a sequential pool of this description issues for an ordinal; error 22023 if that is no valid identifier';

CREATE FUNCTION serial.pool_length(scheme text, prefix text)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_length';
COMMENT ON FUNCTION serial.pool_length(text, text) IS
'count of characters that a pool issues by default: what the scheme leaves after the prefix, else 12';

CREATE FUNCTION serial.pool_prefix(scheme text, prefix text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_prefix';
COMMENT ON FUNCTION serial.pool_prefix(text, text) IS
'the prefix as serial.pool stores it: with what stands between key and number';

-- Seen from a pool whose prefix is shorter by "rest", the numbers of the other
-- are those behind this ordinal; NULL: none of them is an ordinal.
CREATE FUNCTION serial.pool_offset(rest text, length integer)
RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN rest ~ '^[0-9]*$' THEN ('0' || rest)::numeric * 10::numeric ^ length END;
END;
COMMENT ON FUNCTION serial.pool_offset(text, integer) IS
'ordinal in a pool behind which the numbers of a pool with a longer prefix lie; NULL if nowhere';

CREATE FUNCTION serial.create_pool(
	name text, scheme text, prefix text,
	length integer DEFAULT NULL, alphabet text DEFAULT 'numeric',
	random boolean DEFAULT false, guess_bound double precision DEFAULT 0.0001,
	capacity bigint DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	stored_prefix text := prefix;
	issued integer;
	space numeric;
	other text;
	pool_number integer;
BEGIN
	IF name IS NULL OR name = '' OR scheme IS NULL OR prefix IS NULL THEN
		RAISE EXCEPTION 'a pool needs a name, a scheme and a prefix'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF random OR alphabet <> 'numeric' THEN
		RAISE EXCEPTION 'pool "%" can only be sequential and numeric', name
			USING ERRCODE = 'feature_not_supported',
				  DETAIL = 'Random pools and other alphabets are not part of this version.';
	END IF;

	issued := coalesce(length, serial.pool_length(scheme, prefix));
	PERFORM serial.pool_identifier(scheme, prefix, issued, 1);
	stored_prefix := serial.pool_prefix(scheme, prefix);
	space := least(10::numeric ^ issued - 1, 9223372036854775807);
	IF capacity < 1 OR capacity > space THEN
		RAISE EXCEPTION 'capacity % does not suit pool "%"', capacity, name
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('%s digits have room for 1 to %s numbers.', issued, space);
	END IF;
	capacity := coalesce(capacity, space);

	-- Nobody makes another pool between the look and the insertion.
	LOCK TABLE serial.pool IN SHARE ROW EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM serial.pool AS p WHERE p.name = create_pool.name) THEN
		RAISE EXCEPTION 'pool "%" already exists', name
			USING ERRCODE = 'duplicate_object';
	END IF;
	SELECT p.name INTO other
	FROM serial.pool AS p
	WHERE p.scheme = create_pool.scheme
	  AND length(p.prefix) + p.length = length(stored_prefix) + issued
	  AND CASE
			WHEN starts_with(stored_prefix, p.prefix) THEN
				serial.pool_offset(substr(stored_prefix, length(p.prefix) + 1), issued) < p.capacity
			WHEN starts_with(p.prefix, stored_prefix) THEN
				serial.pool_offset(substr(p.prefix, length(stored_prefix) + 1), p.length) < create_pool.capacity
		  END
	ORDER BY p.number
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'pool "%" would issue numbers of pool "%"', name, other
			USING ERRCODE = 'unique_violation',
				  DETAIL = format('Both have scheme "%s", and "%s" followed by %s digits lies in the other''s space.',
								  scheme, prefix, issued);
	END IF;

	pool_number := nextval('serial.pool_number_seq');
	EXECUTE format('CREATE SEQUENCE serial.pool_%s_seq AS bigint MINVALUE 1 MAXVALUE %s',
				   pool_number, capacity);
	EXECUTE format('ALTER SEQUENCE serial.pool_%s_seq OWNED BY serial.pool.ordinals',
				   pool_number);
	INSERT INTO serial.pool (number, name, scheme, prefix, length, capacity, ordinals)
	VALUES (pool_number, create_pool.name, create_pool.scheme, stored_prefix,
			issued, create_pool.capacity,
			format('serial.pool_%s_seq', pool_number)::regclass);
END;
$$;
COMMENT ON FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint) IS
'makes a pool of numbers that begin with a prefix; errors 22023 prefix, length or capacity unsuitable, 42710 name taken, 23505 the space meets another pool''s';
REVOKE EXECUTE ON FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint) FROM PUBLIC;

-- A definer's function, since who may see the pools need not have rights on
-- their sequences.
CREATE FUNCTION serial.pool_issued(ordinals regclass)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT coalesce(pg_sequence_last_value(ordinals), 0)
	FROM serial.pool AS p
	WHERE p.ordinals = pool_issued.ordinals;
END;
COMMENT ON FUNCTION serial.pool_issued(regclass) IS
'the highest ordinal that the pool with this sequence has given out; 0: none yet';
REVOKE EXECUTE ON FUNCTION serial.pool_issued(regclass) FROM PUBLIC;

CREATE VIEW serial.pools AS
SELECT p.name, p.scheme, p.prefix, p.length, p.capacity, i.issued,
	   p.capacity - i.issued AS remaining,
	   CASE WHEN NOT p.open THEN 'closed'
			WHEN i.issued = p.capacity THEN 'used up'
			ELSE 'open' END AS state
FROM serial.pool AS p, serial.pool_issued(p.ordinals) AS i(issued);
COMMENT ON VIEW serial.pools IS
'the pools: capacity, numbers issued and remaining, state';
