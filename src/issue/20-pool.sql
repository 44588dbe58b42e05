-- Pools: number spaces, each on a sequence of its own.

CREATE SEQUENCE serial.pool_number_seq AS integer;
COMMENT ON SEQUENCE serial.pool_number_seq IS 'numbers of pools';

-- pool.c depends on the order of the columns.
CREATE TABLE serial.pool
(
	number integer NOT NULL DEFAULT nextval('serial.pool_number_seq') PRIMARY KEY,
	name text NOT NULL UNIQUE CHECK (name <> ''),
	scheme text NOT NULL,
	prefix text NOT NULL,
	length integer NOT NULL,
	alphabet text NOT NULL,
	random boolean NOT NULL,
	guess_bound double precision NOT NULL,
	capacity bigint NOT NULL CHECK (capacity > 0),
	ordinals regclass NOT NULL UNIQUE,
	master_key bytea,
	open boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by name NOT NULL DEFAULT session_user,
	first bigint NOT NULL DEFAULT 1 CHECK (first > 0)
);
ALTER SEQUENCE serial.pool_number_seq OWNED BY serial.pool.number;
COMMENT ON TABLE serial.pool IS
'pools of numbers; created by serial.create_pool, never deleted';
COMMENT ON COLUMN serial.pool.number IS
'number of the pool';
COMMENT ON COLUMN serial.pool.name IS
'name that serial.issue takes';
COMMENT ON COLUMN serial.pool.scheme IS
'scheme of the identifiers issued';
COMMENT ON COLUMN serial.pool.prefix IS
'prefix of every number of the pool, as in scheme:value';
COMMENT ON COLUMN serial.pool.length IS
'number of issued characters after the prefix, without the check digit';
COMMENT ON COLUMN serial.pool.alphabet IS
'issued characters, in the order of their values';
COMMENT ON COLUMN serial.pool.random IS
'whether ordinals are permuted by FF1';
COMMENT ON COLUMN serial.pool.guess_bound IS
'largest share of the number space that a random pool may issue';
COMMENT ON COLUMN serial.pool.capacity IS
'how many numbers the pool can issue';
COMMENT ON COLUMN serial.pool.ordinals IS
'sequence of the ordinals';
COMMENT ON COLUMN serial.pool.master_key IS
'fingerprint of the master key that the key of the pool is derived from; NULL: the key is in serial.pool_key, or '
'the pool is not random';
COMMENT ON COLUMN serial.pool.open IS
'false: issues no more numbers; other pools still cannot use its numbers';
COMMENT ON COLUMN serial.pool.created_at IS
'when the pool was created';
COMMENT ON COLUMN serial.pool.created_by IS
'role that created it';
COMMENT ON COLUMN serial.pool.first IS
'ordinal of the first number that the pool issues';

-- No right on this table is ever granted, but to the owner of the extension to read it.
CREATE TABLE serial.pool_key
(
	pool integer PRIMARY KEY,
	key bytea NOT NULL CHECK (length(key) = 32)
);
-- Without a policy, row-level security keeps members of pg_read_all_data from
-- the keys.  Superusers, roles with BYPASSRLS and the owner can dump them.  An owner of
-- the extension who is no superuser could not: for him, it is disabled again.
ALTER TABLE serial.pool_key ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE serial.pool_key IS
'keys of random pools that are not derived from a master key; no role has rights on it but the owner of the '
'extension, who must be able to dump it';
COMMENT ON COLUMN serial.pool_key.pool IS 'number of the pool';
COMMENT ON COLUMN serial.pool_key.key IS 'AES-256 key of its permutation';

SELECT pg_catalog.pg_extension_config_dump('serial.pool', '');
SELECT pg_catalog.pg_extension_config_dump('serial.pool_number_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.pool_key', '');
CREATE FUNCTION serial_internal.pools_changed()
RETURNS trigger
LANGUAGE C
AS 'MODULE_PATHNAME', 'serial_pools_changed';
COMMENT ON FUNCTION serial_internal.pools_changed() IS
'makes all sessions read the pools again';
REVOKE EXECUTE ON FUNCTION serial_internal.pools_changed() FROM PUBLIC;

CREATE TRIGGER pools_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON serial.pool
FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.pools_changed();
-- Also under session_replication_role = replica, which disables ordinary triggers
ALTER TABLE serial.pool ENABLE ALWAYS TRIGGER pools_changed;
COMMENT ON TRIGGER pools_changed ON serial.pool IS
'makes all sessions read the pools again';

-- A pool that is deleted, or changed in what its numbers depend on, would let a
-- new pool issue the same numbers again.
CREATE FUNCTION serial_internal.keep_pools()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'cannot % "serial.%"', CASE tg_op WHEN 'UPDATE' THEN 'update' WHEN 'DELETE' THEN 'delete from'
										   ELSE 'truncate' END, tg_table_name
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  DETAIL = 'Numbers that have been issued could be issued again.',
			  HINT = 'serial.close_pool ends the issue of numbers from a pool.';
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_pools() IS
'refuses to delete and change rows without which numbers could be issued again';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_pools() FROM PUBLIC;

CREATE TRIGGER keep_pools
BEFORE DELETE OR TRUNCATE ON serial.pool
FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.keep_pools();
CREATE TRIGGER keep_pool_definition
BEFORE UPDATE ON serial.pool
FOR EACH ROW
WHEN ((new.number, new.scheme, new.prefix, new.length, new.alphabet, new.random, new.capacity, new.ordinals, new.first)
	  IS DISTINCT FROM
	  (old.number, old.scheme, old.prefix, old.length, old.alphabet, old.random, old.capacity, old.ordinals, old.first)
	  OR new.master_key IS DISTINCT FROM old.master_key)
EXECUTE FUNCTION serial_internal.keep_pools();
CREATE TRIGGER keep_keys
BEFORE UPDATE OR DELETE OR TRUNCATE ON serial.pool_key
FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.keep_pools();
ALTER TABLE serial.pool ENABLE ALWAYS TRIGGER keep_pools;
ALTER TABLE serial.pool ENABLE ALWAYS TRIGGER keep_pool_definition;
ALTER TABLE serial.pool_key ENABLE ALWAYS TRIGGER keep_keys;
COMMENT ON TRIGGER keep_pools ON serial.pool IS
'refuses to delete pools';
COMMENT ON TRIGGER keep_pool_definition ON serial.pool IS
'refuses to change what the numbers of a pool depend on; its name can be changed';
COMMENT ON TRIGGER keep_keys ON serial.pool_key IS
'refuses to change and delete keys';

-- Creating pools

CREATE FUNCTION serial_internal.check_pool(scheme text, prefix text, length integer, alphabet text, random boolean)
RETURNS void
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_check_pool';
COMMENT ON FUNCTION serial_internal.check_pool(text, text, integer, text, boolean) IS
'raises 22023 unless every number of such a pool is a valid identifier';

CREATE FUNCTION serial_internal.pool_length(scheme text, prefix text)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_length';
COMMENT ON FUNCTION serial_internal.pool_length(text, text) IS
'default number of issued characters: those that the scheme requires after the prefix, else 12';

CREATE FUNCTION serial_internal.pool_prefix(scheme text, prefix text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_prefix';
COMMENT ON FUNCTION serial_internal.pool_prefix(text, text) IS
'the prefix as serial.pool stores it: with the separator between key and number';

CREATE FUNCTION serial_internal.pool_alphabet(alphabet text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE alphabet
		WHEN 'numeric' THEN '0123456789'
		WHEN 'base32' THEN '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
		WHEN 'alphanumeric' THEN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
		ELSE alphabet
	END;
END;
COMMENT ON FUNCTION serial_internal.pool_alphabet(text) IS
'characters of the alphabets numeric, base32 (without 0, 1, I, O) and alphanumeric; any other text is returned as '
'it is';

CREATE FUNCTION serial_internal.make_pool_key(pool integer)
RETURNS bytea
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_make_pool_key';
COMMENT ON FUNCTION serial_internal.make_pool_key(integer) IS
'creates the key of a random pool and returns the fingerprint of the master key if it is derived, NULL if it is stored';
REVOKE EXECUTE ON FUNCTION serial_internal.make_pool_key(integer) FROM PUBLIC;

-- "rest" is what the inner pool's prefix has more than the outer pool's.  In the
-- outer pool the numbers of the inner one follow the ordinal that is returned.
-- NULL: the outer pool cannot issue them.
CREATE FUNCTION serial_internal.pool_offset(rest text, length integer, alphabet text)
RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	result numeric := 0;
	c text;
BEGIN
	FOREACH c IN ARRAY regexp_split_to_array(rest, '') LOOP
		EXIT WHEN c = '';
		IF strpos(alphabet, c) = 0 THEN
			RETURN NULL;
		END IF;
		result := result * length(alphabet) + strpos(alphabet, c) - 1;
	END LOOP;
	RETURN result * length(alphabet)::numeric ^ length;
END;
$$;
COMMENT ON FUNCTION serial_internal.pool_offset(text, integer, text) IS
'ordinal of a pool that the numbers of a pool with a longer prefix follow; NULL if it cannot issue them';

-- Could both pools issue the same number?  The prefix of "inner" is at least as
-- long as that of "outer".  True unless it can be ruled out.
CREATE FUNCTION serial_internal.pools_overlap("outer" serial.pool, "inner" serial.pool)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	behind numeric;
BEGIN
	IF "outer".scheme <> "inner".scheme
	   OR length("outer".prefix) + "outer".length <> length("inner".prefix) + "inner".length
	   OR NOT starts_with("inner".prefix, "outer".prefix)
	   OR NOT EXISTS (SELECT regexp_split_to_table("outer".alphabet, '')
					  INTERSECT SELECT regexp_split_to_table("inner".alphabet, '')) THEN
		RETURN false;
	END IF;
	behind := serial_internal.pool_offset(substr("inner".prefix, length("outer".prefix) + 1),
								 "inner".length, "outer".alphabet);
	IF behind IS NULL THEN
		RETURN false;
	END IF;
	-- A sequential pool may end before the other pool begins.
	-- "behind" is number 0 of the inner pool, which only a sequential pool with
	-- the same alphabet never issues.
	RETURN "outer".random OR behind < "outer".first::numeric + "outer".capacity - 1
		OR behind = "outer".first::numeric + "outer".capacity - 1
		   AND ("inner".random OR "inner".alphabet <> "outer".alphabet);
END;
$$;
COMMENT ON FUNCTION serial_internal.pools_overlap(serial.pool, serial.pool) IS
'whether a pool and one with a prefix of at least the same length could issue the same number';

-- Number 0 is not issued.
CREATE FUNCTION serial_internal.set_pool_numbers(INOUT pool serial.pool, capacity bigint)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	space CONSTANT numeric := trunc(length(pool.alphabet)::numeric ^ pool.length);
	most numeric := least(CASE WHEN pool.random THEN floor(space * pool.guess_bound::numeric) ELSE space - 1 END,
						  space - 1, 9223372036854775806);
	reason CONSTANT text := CASE WHEN pool.random THEN ' under this guess_bound' ELSE '' END;
BEGIN
	IF pool.first < 1 OR pool.first > greatest(most, 1) THEN
		RAISE EXCEPTION 'invalid first number % of pool "%"', pool.first, pool.name
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('A number space of %s allows 1 to %s%s.', space, most, reason);
	END IF;
	most := most - pool.first + 1;
	IF coalesce(capacity, most) NOT BETWEEN 1 AND most THEN
		RAISE EXCEPTION 'invalid capacity % of pool "%"', coalesce(capacity, most), pool.name
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('A number space of %s allows a capacity of 1 to %s%s.', space, most, reason);
	END IF;
	pool.capacity := coalesce(capacity, most);
END;
$$;
COMMENT ON FUNCTION serial_internal.set_pool_numbers(serial.pool, bigint) IS
'sets the capacity of a new pool: the one given, or all that its number space allows; errors 22023 it allows less, or '
'not the first number';
REVOKE EXECUTE ON FUNCTION serial_internal.set_pool_numbers(serial.pool, bigint) FROM PUBLIC;

-- Two sessions must not create overlapping pools at the same time.
CREATE FUNCTION serial_internal.lock_out_other_pools(pool serial.pool, prefix text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	other text;
BEGIN
	LOCK TABLE serial.pool IN SHARE ROW EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM serial.pool AS p WHERE p.name = pool.name) THEN
		RAISE EXCEPTION 'pool "%" already exists', pool.name
			USING ERRCODE = 'duplicate_object';
	END IF;
	SELECT p.name INTO other
	FROM serial.pool AS p
	WHERE CASE WHEN length(p.prefix) <= length(pool.prefix) THEN serial_internal.pools_overlap(p, pool)
			   ELSE serial_internal.pools_overlap(pool, p) END
	ORDER BY p.number
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'pool "%" overlaps pool "%"', pool.name, other
			USING ERRCODE = 'unique_violation',
				  DETAIL = format('Both could issue an identifier of scheme "%s" with prefix "%s" and %s further '
								  'characters.', pool.scheme, prefix, pool.length),
				  HINT = 'Choose another prefix or length.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.lock_out_other_pools(serial.pool, text) IS
'keeps other sessions from creating pools; errors 42710 there is one of that name, 23505 overlap with another pool, '
'with the prefix as its caller wrote it';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_out_other_pools(serial.pool, text) FROM PUBLIC;

-- The bounds are not those of the sequence, since every user can read them.
CREATE FUNCTION serial_internal.create_pool_sequence(number integer, first bigint)
RETURNS regclass
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	ordinals regclass;
BEGIN
	EXECUTE format('CREATE SEQUENCE serial.pool_%s_seq AS bigint MINVALUE 0 START 1', number);
	EXECUTE format('ALTER SEQUENCE serial.pool_%s_seq OWNED BY serial.pool.ordinals', number);
	ordinals := format('serial.pool_%s_seq', number)::regclass;
	PERFORM setval(ordinals, first - 1);
	PERFORM serial_internal.let_owner_dump(ordinals);
	RETURN ordinals;
END;
$$;
COMMENT ON FUNCTION serial_internal.create_pool_sequence(integer, bigint) IS
'creates the sequence of a pool that begins with a number';
REVOKE EXECUTE ON FUNCTION serial_internal.create_pool_sequence(integer, bigint) FROM PUBLIC;

CREATE FUNCTION serial.create_pool(
	name text, scheme text, prefix text,
	length integer DEFAULT NULL, alphabet text DEFAULT 'numeric',
	random boolean DEFAULT false, guess_bound double precision DEFAULT 0.0001,
	capacity bigint DEFAULT NULL, first bigint DEFAULT 1)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pool serial.pool;
BEGIN
	IF name IS NULL OR scheme IS NULL OR prefix IS NULL
	   OR alphabet IS NULL OR random IS NULL OR guess_bound IS NULL OR first IS NULL THEN
		RAISE EXCEPTION 'name, scheme, prefix, alphabet, random, guess_bound and first must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF name = '' THEN
		RAISE EXCEPTION 'pool name must not be empty'
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	-- The snapshot must show pools that other sessions have just created.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'cannot create a pool at isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'feature_not_supported',
				  HINT = 'Use READ COMMITTED.';
	END IF;
	IF NOT (guess_bound > 0 AND guess_bound <= 1) THEN
		RAISE EXCEPTION 'guess_bound must be between 0 and 1'
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('It is %s.', guess_bound),
				  HINT = 'The default is 0.0001.';
	END IF;

	pool.name := name;
	pool.scheme := scheme;
	pool.prefix := serial_internal.pool_prefix(scheme, prefix);
	pool.length := coalesce(length, serial_internal.pool_length(scheme, prefix));
	pool.alphabet := serial_internal.pool_alphabet(alphabet);
	pool.random := random;
	pool.guess_bound := guess_bound;
	PERFORM serial_internal.check_pool(scheme, prefix, pool.length, pool.alphabet, random);
	pool.first := first;
	pool := serial_internal.set_pool_numbers(pool, capacity);
	PERFORM serial_internal.lock_out_other_pools(pool, prefix);
	pool.number := nextval('serial.pool_number_seq');
	pool.ordinals := serial_internal.create_pool_sequence(pool.number, first);
	IF random THEN
		pool.master_key := serial_internal.make_pool_key(pool.number);
	END IF;
	INSERT INTO serial.pool (number, name, scheme, prefix, length, alphabet, random,
							 guess_bound, capacity, ordinals, master_key, first)
	VALUES (pool.number, pool.name, pool.scheme, pool.prefix, pool.length, pool.alphabet, pool.random,
			pool.guess_bound, pool.capacity, pool.ordinals, pool.master_key, pool.first);
END;
$$;
COMMENT ON FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint, bigint) IS
'creates a pool of numbers that begin with a prefix; errors 22023 invalid name, prefix, length, alphabet, '
'guess_bound, capacity or first number, 42710 duplicate name, 23505 overlap with another pool, 22004 a NULL, '
'F0000 no master key, 0A000 not READ COMMITTED';
REVOKE EXECUTE ON FUNCTION
	serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint, bigint) FROM PUBLIC;

CREATE FUNCTION serial.close_pool(name text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.pool AS p SET open = false WHERE p.name = close_pool.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'pool "%" does not exist', name
			USING ERRCODE = 'undefined_object';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.close_pool(text) IS
'ends issue and leasing from a pool for good; existing leases continue, and no other pool can use its numbers; '
'error 42704 no such pool';
REVOKE EXECUTE ON FUNCTION serial.close_pool(text) FROM PUBLIC;

-- The permutation alone, for tests

CREATE FUNCTION serial_internal.ff1_encrypt(key bytea, tweak bytea, alphabet text, plaintext text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_ff1_encrypt';
COMMENT ON FUNCTION serial_internal.ff1_encrypt(bytea, bytea, text, text) IS
'FF1 of NIST SP 800-38G: key of 16, 24 or 32 bytes, 2 to 30 characters of an alphabet of 2 to 82, a domain of at '
'least a million texts; error 22023 otherwise';
REVOKE EXECUTE ON FUNCTION serial_internal.ff1_encrypt(bytea, bytea, text, text) FROM PUBLIC;

CREATE FUNCTION serial_internal.ff1_decrypt(key bytea, tweak bytea, alphabet text, ciphertext text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_ff1_decrypt';
COMMENT ON FUNCTION serial_internal.ff1_decrypt(bytea, bytea, text, text) IS
'the inverse of serial_internal.ff1_encrypt';
REVOKE EXECUTE ON FUNCTION serial_internal.ff1_decrypt(bytea, bytea, text, text) FROM PUBLIC;
