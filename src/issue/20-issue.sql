-- Issue: pools of numbers on real sequences, leases of them, and what is
-- known of a number afterwards.

CREATE SEQUENCE serial.pool_number_seq AS integer;
COMMENT ON SEQUENCE serial.pool_number_seq IS 'numbers the pools';

-- The order of the columns is known to pool.c.
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
COMMENT ON COLUMN serial.pool.alphabet IS
'characters that are issued, in the order of their values';
COMMENT ON COLUMN serial.pool.random IS
'are ordinals permuted by FF1?';
COMMENT ON COLUMN serial.pool.guess_bound IS
'largest share of a random pool''s space that may be issued';
COMMENT ON COLUMN serial.pool.capacity IS
'count of numbers that the pool can issue; ordinals are 1 to capacity';
COMMENT ON COLUMN serial.pool.ordinals IS
'sequence of the ordinals';
COMMENT ON COLUMN serial.pool.master_key IS
'fingerprint of the master key that the pool''s key is derived from; NULL: the key is in serial.pool_key, or there is none';
COMMENT ON COLUMN serial.pool.open IS
'false: issues nothing any more, and still keeps its numbers from other pools';
COMMENT ON COLUMN serial.pool.created_at IS
'when the pool was made';
COMMENT ON COLUMN serial.pool.created_by IS
'who made it';

-- Nobody is ever granted anything on this table.
CREATE TABLE serial.pool_key
(
	pool integer PRIMARY KEY,
	key bytea NOT NULL CHECK (length(key) = 32)
);
COMMENT ON TABLE serial.pool_key IS
'keys of random pools, unless derived from a master key; for nobody to read';
COMMENT ON COLUMN serial.pool_key.pool IS 'number of the pool';
COMMENT ON COLUMN serial.pool_key.key IS 'AES-256 key of its permutation';

CREATE SEQUENCE serial.lease_seq;
COMMENT ON SEQUENCE serial.lease_seq IS 'numbers the leases';

-- The order of the columns is known to record.c, here and below.
CREATE TABLE serial.lease
(
	lease bigint NOT NULL DEFAULT nextval('serial.lease_seq') PRIMARY KEY,
	pool integer NOT NULL,
	ordinals int8range NOT NULL,
	first bigint NOT NULL GENERATED ALWAYS AS (lower(ordinals)) STORED,
	last bigint NOT NULL GENERATED ALWAYS AS (upper(ordinals) - 1) STORED,
	issued regclass NOT NULL UNIQUE,
	holder text NOT NULL,
	expires_at timestamptz,
	leased_at timestamptz NOT NULL DEFAULT now(),
	leased_by name NOT NULL DEFAULT session_user,
	returned_at timestamptz,
	returned_by name,
	exported bigint
);
ALTER SEQUENCE serial.lease_seq OWNED BY serial.lease.lease;
CREATE INDEX lease_pool_first_idx ON serial.lease (pool, first);
COMMENT ON TABLE serial.lease IS
'blocks of numbers handed to a line, plant or contract manufacturer; never deleted';
COMMENT ON COLUMN serial.lease.lease IS 'number of the lease';
COMMENT ON COLUMN serial.lease.pool IS 'number of the pool';
COMMENT ON COLUMN serial.lease.ordinals IS 'ordinals of the pool that are leased';
COMMENT ON COLUMN serial.lease.first IS 'the lowest of them';
COMMENT ON COLUMN serial.lease.last IS 'the highest of them';
COMMENT ON COLUMN serial.lease.issued IS 'sequence of the ordinals issued from the lease';
COMMENT ON COLUMN serial.lease.holder IS 'who holds it';
COMMENT ON COLUMN serial.lease.expires_at IS 'when it stops issuing; NULL: never';
COMMENT ON COLUMN serial.lease.leased_at IS 'when it was handed out';
COMMENT ON COLUMN serial.lease.leased_by IS 'by whom';
COMMENT ON COLUMN serial.lease.returned_at IS 'when what was unused of it was returned';
COMMENT ON COLUMN serial.lease.returned_by IS 'by whom';
COMMENT ON COLUMN serial.lease.exported IS 'the batch that serial.lease_serials made of what was left';

CREATE SEQUENCE serial.batch_seq;
COMMENT ON SEQUENCE serial.batch_seq IS 'numbers the batches';

CREATE TABLE serial.batch
(
	batch bigint NOT NULL DEFAULT nextval('serial.batch_seq') PRIMARY KEY,
	pool integer NOT NULL,
	ordinals int8multirange NOT NULL,
	first bigint NOT NULL GENERATED ALWAYS AS (lower(ordinals)) STORED,
	last bigint NOT NULL GENERATED ALWAYS AS (upper(ordinals) - 1) STORED,
	lease bigint,
	reference text,
	issued_at timestamptz NOT NULL DEFAULT now(),
	issued_by name NOT NULL DEFAULT session_user
);
ALTER SEQUENCE serial.batch_seq OWNED BY serial.batch.batch;
CREATE INDEX batch_pool_first_idx ON serial.batch (pool, first);
COMMENT ON TABLE serial.batch IS
'numbers issued together: one row for all of them';
COMMENT ON COLUMN serial.batch.batch IS 'number of the batch';
COMMENT ON COLUMN serial.batch.pool IS 'number of the pool';
COMMENT ON COLUMN serial.batch.ordinals IS 'ordinals of the pool that were issued';
COMMENT ON COLUMN serial.batch.first IS 'the lowest of them';
COMMENT ON COLUMN serial.batch.last IS 'the highest of them';
COMMENT ON COLUMN serial.batch.lease IS 'the lease they were issued from; NULL: from the pool itself';
COMMENT ON COLUMN serial.batch.reference IS 'what the issuer named: an order, a run';
COMMENT ON COLUMN serial.batch.issued_at IS 'when they were issued';
COMMENT ON COLUMN serial.batch.issued_by IS 'by whom';

CREATE TABLE serial.voided
(
	pool integer NOT NULL,
	ordinal bigint NOT NULL,
	reason text NOT NULL,
	voided_at timestamptz NOT NULL DEFAULT now(),
	voided_by name NOT NULL DEFAULT session_user,
	PRIMARY KEY (pool, ordinal)
);
COMMENT ON TABLE serial.voided IS
'numbers declared void: they exist, and must not be used';
COMMENT ON COLUMN serial.voided.pool IS 'number of the pool';
COMMENT ON COLUMN serial.voided.ordinal IS 'ordinal of the number';
COMMENT ON COLUMN serial.voided.reason IS 'why it is void';
COMMENT ON COLUMN serial.voided.voided_at IS 'since when';
COMMENT ON COLUMN serial.voided.voided_by IS 'who said so';

SELECT pg_catalog.pg_extension_config_dump('serial.pool', '');
SELECT pg_catalog.pg_extension_config_dump('serial.pool_number_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.pool_key', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lease', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lease_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.batch', '');
SELECT pg_catalog.pg_extension_config_dump('serial.batch_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.voided', '');

CREATE FUNCTION serial_internal.pools_changed()
RETURNS trigger
LANGUAGE C
AS 'MODULE_PATHNAME', 'serial_pools_changed';
COMMENT ON FUNCTION serial_internal.pools_changed() IS
'tells all sessions to read the pools again';
REVOKE EXECUTE ON FUNCTION serial_internal.pools_changed() FROM PUBLIC;

CREATE TRIGGER pools_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON serial.pool
FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.pools_changed();
-- Also where replication or a restore fires no ordinary triggers
ALTER TABLE serial.pool ENABLE ALWAYS TRIGGER pools_changed;
COMMENT ON TRIGGER pools_changed ON serial.pool IS
'tells all sessions to read the pools again';

-- Issuing

CREATE FUNCTION serial.issue(pool text)
RETURNS serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_issue';
COMMENT ON FUNCTION serial.issue(text) IS
'issues one number: never the same twice, whatever is rolled back or crashes; errors 42704 no such pool, 55000 closed, or made in the same transaction, 2200H used up';
REVOKE EXECUTE ON FUNCTION serial.issue(text) FROM PUBLIC;

CREATE FUNCTION serial.issue(pool text, n bigint, reference text DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_issue_many';
COMMENT ON FUNCTION serial.issue(text, bigint, text) IS
'issues n numbers and records them as one batch; errors as for one, and 22023 when n is not from 1 to the capacity, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.issue(text, bigint, text) FROM PUBLIC;

CREATE FUNCTION serial_internal.allocate(pool text, n bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_allocate';
COMMENT ON FUNCTION serial_internal.allocate(text, bigint) IS
'takes n ordinals that follow one another out of a pool and returns the first; for serial.lease';
REVOKE EXECUTE ON FUNCTION serial_internal.allocate(text, bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.pool_serials(pool integer, first bigint, n bigint)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_pool_serials';
COMMENT ON FUNCTION serial_internal.pool_serials(integer, bigint, bigint) IS
'the numbers of a run of ordinals; for reprints and exports';
REVOKE EXECUTE ON FUNCTION serial_internal.pool_serials(integer, bigint, bigint) FROM PUBLIC;

-- Making pools

CREATE FUNCTION serial_internal.check_pool(scheme text, prefix text, length integer, alphabet text, random boolean)
RETURNS void
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_check_pool';
COMMENT ON FUNCTION serial_internal.check_pool(text, text, integer, text, boolean) IS
'error 22023 unless every number of such a pool is a valid identifier';

CREATE FUNCTION serial_internal.pool_length(scheme text, prefix text)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_length';
COMMENT ON FUNCTION serial_internal.pool_length(text, text) IS
'count of characters that a pool issues by default: what the scheme leaves after the prefix, else 12';

CREATE FUNCTION serial_internal.pool_prefix(scheme text, prefix text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_prefix';
COMMENT ON FUNCTION serial_internal.pool_prefix(text, text) IS
'the prefix as serial.pool stores it: with what stands between key and number';

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
'the characters that numeric, base32 (without 0, 1, I, O) and alphanumeric stand for; any other text is its own characters';

CREATE FUNCTION serial_internal.make_pool_key(pool integer)
RETURNS bytea
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_make_pool_key';
COMMENT ON FUNCTION serial_internal.make_pool_key(integer) IS
'makes the key of a random pool; the fingerprint of the master key if it is derived, NULL if it is stored';
REVOKE EXECUTE ON FUNCTION serial_internal.make_pool_key(integer) FROM PUBLIC;

-- Seen from a pool whose prefix is shorter by "rest", the numbers of the other
-- are those behind this ordinal; NULL: they are none of its numbers.
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
'ordinal in a pool behind which the numbers of a pool with a longer prefix lie; NULL if nowhere';

-- Could some number be issued by both?  "inner" has the longer prefix, or one
-- as long.  Where that cannot be ruled out the answer is yes.
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
	-- A sequential pool may end before the other begins.  Number 0 of the inner
	-- one lies at "behind"; only a sequential pool that counts in the same
	-- characters is sure never to issue it.
	RETURN "outer".random OR behind < "outer".capacity
		OR behind = "outer".capacity
		   AND ("inner".random OR "inner".alphabet <> "outer".alphabet);
END;
$$;
COMMENT ON FUNCTION serial_internal.pools_overlap(serial.pool, serial.pool) IS
'could a pool and one with a prefix as long or longer issue the same number?';

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
	pool serial.pool;
	space numeric;
	most numeric;
	other text;
BEGIN
	IF name IS NULL OR name = '' OR scheme IS NULL OR prefix IS NULL
	   OR alphabet IS NULL OR random IS NULL OR guess_bound IS NULL THEN
		RAISE EXCEPTION 'a pool needs a name, a scheme, a prefix, an alphabet and a bound'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	-- An older snapshot would not show what others have made meanwhile.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'a pool cannot be made in a transaction of isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'feature_not_supported',
				  HINT = 'Use READ COMMITTED.';
	END IF;
	IF NOT (guess_bound > 0 AND guess_bound <= 1) THEN
		RAISE EXCEPTION 'guess_bound % of pool "%" is not a share', guess_bound, name
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected a number above 0 and not above 1.';
	END IF;

	pool.name := name;
	pool.scheme := scheme;
	pool.prefix := serial_internal.pool_prefix(scheme, prefix);
	pool.length := coalesce(length, serial_internal.pool_length(scheme, prefix));
	pool.alphabet := serial_internal.pool_alphabet(alphabet);
	pool.random := random;
	pool.guess_bound := guess_bound;
	PERFORM serial_internal.check_pool(scheme, prefix, pool.length, pool.alphabet, random);

	-- Number 0 is not issued.
	space := trunc(length(pool.alphabet)::numeric ^ pool.length);
	most := least(CASE WHEN random THEN floor(space * guess_bound::numeric) ELSE space - 1 END,
				  space - 1, 9223372036854775806);
	IF coalesce(capacity, most) NOT BETWEEN 1 AND most THEN
		RAISE EXCEPTION 'pool "%" cannot have a capacity of %', name, coalesce(capacity, most)
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('Its space of %s numbers has room for 1 to %s%s.', space, most,
								  CASE WHEN random THEN ' under its guess_bound' ELSE '' END);
	END IF;
	pool.capacity := coalesce(capacity, most);

	-- Nobody makes another pool between the look and the insertion.
	LOCK TABLE serial.pool IN SHARE ROW EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM serial.pool AS p WHERE p.name = create_pool.name) THEN
		RAISE EXCEPTION 'pool "%" already exists', name
			USING ERRCODE = 'duplicate_object';
	END IF;
	SELECT p.name INTO other
	FROM serial.pool AS p
	WHERE CASE WHEN length(p.prefix) <= length(pool.prefix) THEN serial_internal.pools_overlap(p, pool)
			   ELSE serial_internal.pools_overlap(pool, p) END
	ORDER BY p.number
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'pool "%" could issue numbers of pool "%"', name, other
			USING ERRCODE = 'unique_violation',
				  DETAIL = format('Both have scheme "%s", and "%s" followed by %s characters lies in the other''s space.',
								  scheme, prefix, pool.length);
	END IF;

	pool.number := nextval('serial.pool_number_seq');
	-- A sequence has room for two values at least, even if one is all we want.
	EXECUTE format('CREATE SEQUENCE serial.pool_%s_seq AS bigint MINVALUE 0 MAXVALUE %s START 1',
				   pool.number, pool.capacity);
	EXECUTE format('ALTER SEQUENCE serial.pool_%s_seq OWNED BY serial.pool.ordinals',
				   pool.number);
	pool.ordinals := format('serial.pool_%s_seq', pool.number)::regclass;
	IF random THEN
		pool.master_key := serial_internal.make_pool_key(pool.number);
	END IF;
	INSERT INTO serial.pool (number, name, scheme, prefix, length, alphabet, random,
							 guess_bound, capacity, ordinals, master_key)
	VALUES (pool.number, pool.name, pool.scheme, pool.prefix, pool.length, pool.alphabet, pool.random,
			pool.guess_bound, pool.capacity, pool.ordinals, pool.master_key);
END;
$$;
COMMENT ON FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint) IS
'makes a pool of numbers that begin with a prefix; errors 22023 prefix, length, alphabet, bound or capacity unsuitable, 42710 name taken, 23505 its numbers could meet another pool''s, 22004 a NULL, F0000 no master key, 0A000 not READ COMMITTED';
REVOKE EXECUTE ON FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint) FROM PUBLIC;

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
'ends issue and leasing from a pool for good; leases that are out go on, and its numbers stay kept from other pools; error 42704 no such pool';
REVOKE EXECUTE ON FUNCTION serial.close_pool(text) FROM PUBLIC;

-- Leases

CREATE FUNCTION serial.lease(pool text, n bigint, holder text, expires_at timestamptz DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	first bigint;
	new_lease bigint;
BEGIN
	IF pool IS NULL OR n IS NULL OR holder IS NULL THEN
		RAISE EXCEPTION 'a lease needs a pool, a count and a holder'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF expires_at <= now() THEN
		RAISE EXCEPTION 'a lease cannot expire at %, which has passed', expires_at
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	first := serial_internal.allocate(pool, n);
	new_lease := nextval('serial.lease_seq');
	EXECUTE format('CREATE SEQUENCE serial.lease_%s_seq AS bigint MINVALUE %s MAXVALUE %s START %s',
				   new_lease, first - 1, first + n - 1, first);
	EXECUTE format('ALTER SEQUENCE serial.lease_%s_seq OWNED BY serial.lease.issued', new_lease);
	INSERT INTO serial.lease (lease, pool, ordinals, issued, holder, expires_at)
	SELECT new_lease, p.number, int8range(first, first + n),
		   format('serial.lease_%s_seq', new_lease)::regclass, lease.holder, lease.expires_at
	FROM serial.pool AS p
	WHERE p.name = lease.pool;
	RETURN new_lease;
END;
$$;
COMMENT ON FUNCTION serial.lease(text, bigint, text, timestamptz) IS
'hands n numbers of a pool to a holder, who issues them without asking the pool, and returns the lease''s number; errors as for serial.issue, 22004 a NULL, 22023 an expiry that has passed';
REVOKE EXECUTE ON FUNCTION serial.lease(text, bigint, text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.issue_lease(lease bigint, n bigint, reference text DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_issue_lease';
COMMENT ON FUNCTION serial.issue_lease(bigint, bigint, text) IS
'issues n numbers of a lease and records them as one batch; errors 42704 no such lease, 55000 returned or expired, 2200H fewer left, 22023 a bad count, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.issue_lease(bigint, bigint, text) FROM PUBLIC;

-- pg_sequence_last_value would hold a lock for each sequence to the end of the
-- transaction, and there may be thousands of leases.
CREATE FUNCTION serial_internal.last_allocated(ordinals regclass, lowest bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_last_allocated';
COMMENT ON FUNCTION serial_internal.last_allocated(regclass, bigint) IS
'the highest ordinal drawn from a sequence; one below the lowest if there is none';
REVOKE EXECUTE ON FUNCTION serial_internal.last_allocated(regclass, bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.lease_left(lease bigint)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT l.last - serial_internal.last_allocated(l.issued, l.first)
	FROM serial.lease AS l
	WHERE l.lease = lease_left.lease;
END;
COMMENT ON FUNCTION serial_internal.lease_left(bigint) IS
'how many numbers of a lease have not been issued; NULL if there is no such lease';
REVOKE EXECUTE ON FUNCTION serial_internal.lease_left(bigint) FROM PUBLIC;

-- An export is an issue of all that is left: whoever prints offline may have
-- used any of it.
CREATE FUNCTION serial.lease_serials(lease bigint)
RETURNS SETOF serial.serial
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	export bigint;
	left_over bigint;
BEGIN
	SELECT l.exported INTO export
	FROM serial.lease AS l
	WHERE l.lease = lease_serials.lease
	FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'lease % does not exist', lease
			USING ERRCODE = 'undefined_object';
	END IF;
	left_over := serial_internal.lease_left(lease);
	IF left_over > 0 THEN
		PERFORM count(*) FROM serial.issue_lease(lease, left_over, 'export');
		SELECT max(b.batch) INTO export FROM serial.batch AS b WHERE b.lease = lease_serials.lease;
		UPDATE serial.lease AS l SET exported = export WHERE l.lease = lease_serials.lease;
	END IF;
	IF export IS NOT NULL THEN
		RETURN QUERY SELECT s.* FROM serial.batch_serials(export) AS s;
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.lease_serials(bigint) IS
'issues all that is left of a lease, for a line that is offline, and returns it; called again, returns the same; errors 42704 no such lease, 55000 returned or expired';
REVOKE EXECUTE ON FUNCTION serial.lease_serials(bigint) FROM PUBLIC;

CREATE FUNCTION serial.return_lease(lease bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.lease AS l
	SET returned_at = now(), returned_by = session_user
	WHERE l.lease = return_lease.lease AND l.returned_at IS NULL;
	IF NOT FOUND THEN
		IF EXISTS (SELECT FROM serial.lease AS l WHERE l.lease = return_lease.lease) THEN
			RAISE EXCEPTION 'lease % has been returned', lease
				USING ERRCODE = 'object_not_in_prerequisite_state';
		END IF;
		RAISE EXCEPTION 'lease % does not exist', lease
			USING ERRCODE = 'undefined_object';
	END IF;
	RETURN serial_internal.lease_left(lease);
END;
$$;
COMMENT ON FUNCTION serial.return_lease(bigint) IS
'ends a lease and returns how many of its numbers were unused: they are dead, not free; errors 42704 no such lease, 55000 returned before';
REVOKE EXECUTE ON FUNCTION serial.return_lease(bigint) FROM PUBLIC;

-- Knowing

CREATE FUNCTION serial.origin(
	id serial.serial,
	OUT pool text, OUT ordinal bigint, OUT issued boolean, OUT batch bigint,
	OUT reference text, OUT issued_at timestamptz, OUT issued_by text,
	OUT holder text, OUT state text, OUT reason text)
RETURNS record
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_origin';
COMMENT ON FUNCTION serial.origin(serial.serial) IS
'was this number ever issued here? pool NULL: it is no pool''s; state: issued (or drawn, and burnt by a rollback or crash), not issued, leased, returned, expired, void, foreign';
REVOKE EXECUTE ON FUNCTION serial.origin(serial.serial) FROM PUBLIC;

CREATE FUNCTION serial_internal.origin_states(
	ids serial.serial[],
	OUT id serial.serial, OUT pool text, OUT state text, OUT reason text)
RETURNS SETOF record
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 100
AS 'MODULE_PATHNAME', 'serial_origin_states';
COMMENT ON FUNCTION serial_internal.origin_states(serial.serial[]) IS
'pool, state and void reason of many identifiers, as serial.origin has them, in the order of the array; NULLs are passed over';
REVOKE EXECUTE ON FUNCTION serial_internal.origin_states(serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial.batch_serials(batch bigint)
RETURNS SETOF serial.serial
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM serial.batch AS b WHERE b.batch = batch_serials.batch) THEN
		RAISE EXCEPTION 'batch % does not exist', batch
			USING ERRCODE = 'undefined_object';
	END IF;
	RETURN QUERY
	SELECT s.*
	FROM serial.batch AS b,
		 unnest(b.ordinals) AS r,
		 serial_internal.pool_serials(b.pool, lower(r), upper(r) - lower(r)) AS s
	WHERE b.batch = batch_serials.batch;
END;
$$;
COMMENT ON FUNCTION serial.batch_serials(bigint) IS
'the numbers of a batch again, in their order, for a reprint; error 42704 no such batch';
REVOKE EXECUTE ON FUNCTION serial.batch_serials(bigint) FROM PUBLIC;

CREATE FUNCTION serial.void(serials serial.serial[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	foreign_one serial.serial;
	voided bigint;
BEGIN
	IF serials IS NULL OR reason IS NULL OR array_position(serials, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'to void needs numbers and a reason'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT o.id INTO foreign_one
	FROM serial_internal.origin_states(serials) AS o
	WHERE o.state IN ('foreign', 'not issued')
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '"%" cannot be voided', foreign_one
			USING ERRCODE = 'undefined_object',
				  DETAIL = 'No pool here has issued or leased it.';
	END IF;
	INSERT INTO serial.voided (pool, ordinal, reason)
	SELECT p.number, o.ordinal, void.reason
	FROM unnest(serials) AS s, serial.origin(s) AS o
	JOIN serial.pool AS p ON p.name = o.pool
	ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS voided = ROW_COUNT;
	RETURN voided;
END;
$$;
COMMENT ON FUNCTION serial.void(serial.serial[], text) IS
'declares issued or leased numbers void and returns how many were not void yet; errors 42704 a number that was never issued here, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.void(serial.serial[], text) FROM PUBLIC;

CREATE FUNCTION serial_internal.pool_allocated(pool integer)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT serial_internal.last_allocated(p.ordinals, 1)
	FROM serial.pool AS p
	WHERE p.number = pool_allocated.pool;
END;
COMMENT ON FUNCTION serial_internal.pool_allocated(integer) IS
'the highest ordinal that the pool has issued or leased; 0: none yet';
REVOKE EXECUTE ON FUNCTION serial_internal.pool_allocated(integer) FROM PUBLIC;

CREATE FUNCTION serial_internal.pool_leased(pool integer)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT coalesce(sum(serial_internal.lease_left(l.lease)), 0)::bigint
	FROM serial.lease AS l
	WHERE l.pool = pool_leased.pool;
END;
COMMENT ON FUNCTION serial_internal.pool_leased(integer) IS
'how many numbers of the pool are in leases without having been issued, those of ended leases included';
REVOKE EXECUTE ON FUNCTION serial_internal.pool_leased(integer) FROM PUBLIC;

CREATE VIEW serial.pools AS
SELECT p.name, p.scheme, p.prefix, p.length, p.alphabet, p.random, p.capacity,
	   d.drawn - l.leased AS issued,
	   l.leased,
	   p.capacity - d.drawn AS remaining,
	   CASE WHEN p.random
			THEN (d.drawn - l.leased) / length(p.alphabet)::double precision ^ p.length
	   END AS guess_probability,
	   CASE WHEN NOT p.open THEN 'closed'
			WHEN d.drawn = p.capacity THEN 'used up'
			ELSE 'open' END AS state
FROM serial.pool AS p,
	 serial_internal.pool_allocated(p.number) AS d(drawn),
	 serial_internal.pool_leased(p.number) AS l(leased);
COMMENT ON VIEW serial.pools IS
'the pools: capacity, numbers issued, leased and remaining, the chance to guess an issued one, state';
COMMENT ON COLUMN serial.pools.name IS 'name of the pool';
COMMENT ON COLUMN serial.pools.scheme IS 'scheme of the identifiers issued';
COMMENT ON COLUMN serial.pools.prefix IS 'what every number begins with';
COMMENT ON COLUMN serial.pools.length IS 'count of characters issued after the prefix';
COMMENT ON COLUMN serial.pools.alphabet IS 'characters that are issued';
COMMENT ON COLUMN serial.pools.random IS 'are the numbers unguessable?';
COMMENT ON COLUMN serial.pools.capacity IS 'count of numbers the pool can issue in all';
COMMENT ON COLUMN serial.pools.issued IS 'count of numbers issued, those burnt by rollback or crash included';
COMMENT ON COLUMN serial.pools.leased IS 'count of numbers in leases that have not been issued';
COMMENT ON COLUMN serial.pools.remaining IS 'count of numbers neither issued nor leased';
COMMENT ON COLUMN serial.pools.guess_probability IS 'chance that a random number of the space has been issued; NULL for sequential pools';
COMMENT ON COLUMN serial.pools.state IS 'open, used up or closed';

-- The permutation by itself, for tests

CREATE FUNCTION serial_internal.ff1_encrypt(key bytea, tweak bytea, alphabet text, plaintext text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_ff1_encrypt';
COMMENT ON FUNCTION serial_internal.ff1_encrypt(bytea, bytea, text, text) IS
'FF1 of NIST SP 800-38G: key of 16, 24 or 32 bytes, 2 to 30 characters of an alphabet of 2 to 82, at least a million texts; error 22023 otherwise';
REVOKE EXECUTE ON FUNCTION serial_internal.ff1_encrypt(bytea, bytea, text, text) FROM PUBLIC;

CREATE FUNCTION serial_internal.ff1_decrypt(key bytea, tweak bytea, alphabet text, ciphertext text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_ff1_decrypt';
COMMENT ON FUNCTION serial_internal.ff1_decrypt(bytea, bytea, text, text) IS
'the inverse of serial_internal.ff1_encrypt';
REVOKE EXECUTE ON FUNCTION serial_internal.ff1_decrypt(bytea, bytea, text, text) FROM PUBLIC;
