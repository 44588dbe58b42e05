-- Leases: blocks of numbers that a holder issues without the pool.  And what
-- is left of each pool.

CREATE SEQUENCE serial.lease_seq;
COMMENT ON SEQUENCE serial.lease_seq IS 'numbers of leases';

-- batch.c depends on the order of the columns of these tables.
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
'blocks of numbers leased to a line, plant or contract manufacturer; never deleted';
COMMENT ON COLUMN serial.lease.lease IS 'number of the lease';
COMMENT ON COLUMN serial.lease.pool IS 'number of the pool';
COMMENT ON COLUMN serial.lease.ordinals IS 'ordinals of the pool that are leased';
COMMENT ON COLUMN serial.lease.first IS 'the lowest of these ordinals';
COMMENT ON COLUMN serial.lease.last IS 'the highest of these ordinals';
COMMENT ON COLUMN serial.lease.issued IS 'sequence of the ordinals issued from the lease';
COMMENT ON COLUMN serial.lease.holder IS 'holder of the lease';
COMMENT ON COLUMN serial.lease.expires_at IS 'when the lease expires; NULL: never';
COMMENT ON COLUMN serial.lease.leased_at IS 'when it was granted';
COMMENT ON COLUMN serial.lease.leased_by IS 'role that granted it';
COMMENT ON COLUMN serial.lease.returned_at IS 'when the lease was returned';
COMMENT ON COLUMN serial.lease.returned_by IS 'role that returned it';
COMMENT ON COLUMN serial.lease.exported IS 'the batch of the remaining numbers that serial.lease_serials issued';

SELECT pg_catalog.pg_extension_config_dump('serial.lease', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lease_seq', '');

CREATE FUNCTION serial.lease(pool text, n bigint, holder text, expires_at timestamptz DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	allocated int8range;
	new_lease bigint;
BEGIN
	IF pool IS NULL OR n IS NULL OR holder IS NULL THEN
		RAISE EXCEPTION 'pool, n and holder must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF expires_at <= now() THEN
		RAISE EXCEPTION 'expires_at must be in the future'
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('It is %s.', expires_at);
	END IF;
	allocated := serial_internal.allocate(pool, n);
	new_lease := nextval('serial.lease_seq');
	-- The bounds are not those of the sequence, since every user can read them.
	EXECUTE format('CREATE SEQUENCE serial.lease_%s_seq AS bigint MINVALUE 0 START 1', new_lease);
	PERFORM setval(format('serial.lease_%s_seq', new_lease)::regclass, lower(allocated) - 1);
	EXECUTE format('ALTER SEQUENCE serial.lease_%s_seq OWNED BY serial.lease.issued', new_lease);
	PERFORM serial_internal.let_owner_dump(format('serial.lease_%s_seq', new_lease)::regclass);
	INSERT INTO serial.lease (lease, pool, ordinals, issued, holder, expires_at)
	SELECT new_lease, p.number, allocated,
		   format('serial.lease_%s_seq', new_lease)::regclass, lease.holder, lease.expires_at
	FROM serial.pool AS p
	WHERE p.name = lease.pool;
	RETURN new_lease;
END;
$$;
COMMENT ON FUNCTION serial.lease(text, bigint, text, timestamptz) IS
'leases n numbers of a pool to a holder, who issues them without the pool, and returns the number of the lease; '
'errors as for serial.issue, 22004 a NULL, 22023 expires_at is in the past';
REVOKE EXECUTE ON FUNCTION serial.lease(text, bigint, text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.issue_lease(lease bigint, n bigint, reference text DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_issue_lease';
COMMENT ON FUNCTION serial.issue_lease(bigint, bigint, text) IS
'issues n numbers of a lease and records them as one batch; errors 42704 no such lease, 55000 returned or '
'expired, 2200H fewer left, 22023 n is not from 1 to the size of the lease, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.issue_lease(bigint, bigint, text) FROM PUBLIC;

CREATE FUNCTION serial_internal.lease_left(lease bigint)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT serial_internal.count_issuable(l.pool, serial_internal.last_allocated(l.issued, l.first, l.last) + 1, l.last)
	FROM serial.lease AS l
	WHERE l.lease = lease_left.lease;
END;
COMMENT ON FUNCTION serial_internal.lease_left(bigint) IS
'how many numbers of a lease have not been issued; NULL: no such lease';
REVOKE EXECUTE ON FUNCTION serial_internal.lease_left(bigint) FROM PUBLIC;

-- Exported numbers count as issued: a line that prints offline may use any of
-- them.
CREATE FUNCTION serial.lease_serials(lease bigint)
RETURNS SETOF serial.serial
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	export bigint;
	left_over bigint;
BEGIN
	PERFORM serial_internal.prevent_on_copy('issue numbers', 'serial.pool');
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
'issues the remaining numbers of a lease and returns them, for a line that works offline; called again, returns '
'the same numbers; errors 42704 no such lease, 55000 returned or expired, or a logical subscriber, 25006 a '
'standby';
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
'ends a lease and returns how many of its numbers were unused: these are never issued; errors 42704 no such '
'lease, 55000 returned before';
REVOKE EXECUTE ON FUNCTION serial.return_lease(bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.pool_allocated(pool integer)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT serial_internal.last_allocated(p.ordinals, p.first, p.first + p.capacity - 1)
	FROM serial.pool AS p
	WHERE p.number = pool_allocated.pool;
END;
COMMENT ON FUNCTION serial_internal.pool_allocated(integer) IS
'the highest ordinal that the pool has issued or leased; below the first: none';
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
'how many leased numbers of the pool have not been issued, those of ended leases included';
REVOKE EXECUTE ON FUNCTION serial_internal.pool_leased(integer) FROM PUBLIC;

CREATE FUNCTION serial_internal.pool_reserved(pool integer, OUT reserved bigint, OUT passed bigint, OUT ahead bigint)
RETURNS record
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT (SELECT coalesce(sum(r.numbers), 0)::bigint FROM serial.reservation AS r WHERE r.pool = p.number),
		   (SELECT coalesce(sum(least(r.last, a.allocated) - greatest(r.first, p.first) + 1), 0)::bigint
			FROM serial.reserved AS r
			WHERE r.pool = p.number AND r.first <= a.allocated AND r.last >= p.first),
		   (SELECT coalesce(sum(least(r.last, p.first::numeric + p.capacity - 1)
								- greatest(r.first, a.allocated + 1) + 1), 0)::bigint
			FROM serial.reserved AS r
			WHERE r.pool = p.number AND r.first <= p.first::numeric + p.capacity - 1 AND r.last > a.allocated)
	FROM serial.pool AS p,
		 serial_internal.pool_allocated(p.number) AS a(allocated)
	WHERE p.number = pool_reserved.pool;
END;
COMMENT ON FUNCTION serial_internal.pool_reserved(integer) IS
'how many numbers of the pool are reserved; of these, how many the pool has passed and how many it will';
REVOKE EXECUTE ON FUNCTION serial_internal.pool_reserved(integer) FROM PUBLIC;

CREATE VIEW serial.pools AS
SELECT p.name, p.scheme, p.prefix, p.length, p.alphabet, p.random, p.capacity,
	   n.issued, l.leased, n.remaining,
	   CASE WHEN p.random
			THEN (n.issued + r.reserved) / length(p.alphabet)::double precision ^ p.length
	   END AS guess_probability,
	   CASE WHEN NOT p.open THEN 'closed'
			WHEN n.remaining = 0 THEN 'used up'
			ELSE 'open' END AS state,
	   r.reserved
FROM serial.pool AS p,
	 serial_internal.pool_allocated(p.number) AS a(allocated),
	 serial_internal.pool_leased(p.number) AS l(leased),
	 serial_internal.pool_reserved(p.number) AS r,
	 LATERAL (SELECT a.allocated - p.first + 1 - l.leased - r.passed,
					 p.first + p.capacity - 1 - a.allocated - r.ahead) AS n(issued, remaining);
COMMENT ON VIEW serial.pools IS
'the pools: capacity, numbers issued, leased and remaining, probability that a guessed number was issued, state';
COMMENT ON COLUMN serial.pools.name IS 'name of the pool';
COMMENT ON COLUMN serial.pools.scheme IS 'scheme of the identifiers issued';
COMMENT ON COLUMN serial.pools.prefix IS 'prefix of every number';
COMMENT ON COLUMN serial.pools.length IS 'number of issued characters after the prefix';
COMMENT ON COLUMN serial.pools.alphabet IS 'issued characters';
COMMENT ON COLUMN serial.pools.random IS 'whether numbers are a random permutation of ordinals';
COMMENT ON COLUMN serial.pools.capacity IS 'how many numbers the pool can issue in all';
COMMENT ON COLUMN serial.pools.issued IS 'how many numbers were issued, including those burnt by rollback or crash';
COMMENT ON COLUMN serial.pools.leased IS 'how many leased numbers have not been issued';
COMMENT ON COLUMN serial.pools.remaining IS 'how many numbers were neither issued nor leased';
COMMENT ON COLUMN serial.pools.guess_probability IS
'probability that a number guessed at random was issued; NULL for sequential pools';
COMMENT ON COLUMN serial.pools.state IS 'open, used up or closed';
COMMENT ON COLUMN serial.pools.reserved IS 'how many numbers of an older system were reserved by serial.reserve';
