-- Issuing numbers from pools, and the batches that record it.

CREATE SEQUENCE serial.batch_seq;
COMMENT ON SEQUENCE serial.batch_seq IS 'numbers of batches';

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
'numbers that were issued together: one row a batch';
COMMENT ON COLUMN serial.batch.batch IS 'number of the batch';
COMMENT ON COLUMN serial.batch.pool IS 'number of the pool';
COMMENT ON COLUMN serial.batch.ordinals IS 'ordinals of the pool that were issued';
COMMENT ON COLUMN serial.batch.first IS 'the lowest of these ordinals';
COMMENT ON COLUMN serial.batch.last IS 'the highest of these ordinals';
COMMENT ON COLUMN serial.batch.lease IS 'lease that they were issued from; NULL: the pool itself';
COMMENT ON COLUMN serial.batch.reference IS 'reference that was given, such as an order or a production run';
COMMENT ON COLUMN serial.batch.issued_at IS 'when they were issued';
COMMENT ON COLUMN serial.batch.issued_by IS 'role that issued them';

SELECT pg_catalog.pg_extension_config_dump('serial.batch', '');
SELECT pg_catalog.pg_extension_config_dump('serial.batch_seq', '');

-- Numbers that an older system has issued.  Positions are numeric because the
-- number space of a random pool may be larger than bigint.

CREATE SEQUENCE serial.reservation_seq;
COMMENT ON SEQUENCE serial.reservation_seq IS 'numbers of reservations';

-- reservation.c depends on the order of the columns of these tables.
CREATE TABLE serial.reservation
(
	reservation bigint NOT NULL DEFAULT nextval('serial.reservation_seq') PRIMARY KEY,
	pool integer NOT NULL,
	numbers bigint NOT NULL,
	reference text,
	reserved_at timestamptz NOT NULL DEFAULT now(),
	reserved_by name NOT NULL DEFAULT session_user
);
ALTER SEQUENCE serial.reservation_seq OWNED BY serial.reservation.reservation;
CREATE INDEX reservation_pool_reservation_idx ON serial.reservation (pool, reservation);
COMMENT ON TABLE serial.reservation IS
'calls of serial.reserve: numbers that an older system has issued';
COMMENT ON COLUMN serial.reservation.reservation IS 'number of the reservation';
COMMENT ON COLUMN serial.reservation.pool IS 'number of the pool';
COMMENT ON COLUMN serial.reservation.numbers IS 'how many numbers were reserved';
COMMENT ON COLUMN serial.reservation.reference IS 'reference that was given, such as the name of the older system';
COMMENT ON COLUMN serial.reservation.reserved_at IS 'when they were reserved';
COMMENT ON COLUMN serial.reservation.reserved_by IS 'role that reserved them';

CREATE TABLE serial.reserved
(
	pool integer NOT NULL,
	first numeric NOT NULL,
	last numeric NOT NULL CHECK (last >= first),
	reservation bigint NOT NULL,
	PRIMARY KEY (pool, first)
);
COMMENT ON TABLE serial.reserved IS
'positions of reserved numbers in the number space of their pool, as runs that do not overlap; never deleted';
COMMENT ON COLUMN serial.reserved.pool IS 'number of the pool';
COMMENT ON COLUMN serial.reserved.first IS 'the lowest position of the run';
COMMENT ON COLUMN serial.reserved.last IS 'the highest position of the run';
COMMENT ON COLUMN serial.reserved.reservation IS 'number of the reservation';

SELECT pg_catalog.pg_extension_config_dump('serial.reservation', '');
SELECT pg_catalog.pg_extension_config_dump('serial.reservation_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.reserved', '');

CREATE TRIGGER keep_reserved
BEFORE UPDATE OR DELETE OR TRUNCATE ON serial.reserved
FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.keep_pools();
ALTER TABLE serial.reserved ENABLE ALWAYS TRIGGER keep_reserved;
COMMENT ON TRIGGER keep_reserved ON serial.reserved IS
'refuses to change and delete reserved numbers';

-- pg_sequence_last_value would lock each sequence until the end of the
-- transaction, and there may be thousands of leases.
CREATE FUNCTION serial_internal.last_allocated(ordinals regclass, lowest bigint, highest bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_last_allocated';
COMMENT ON FUNCTION serial_internal.last_allocated(regclass, bigint, bigint) IS
'the highest ordinal allocated from a sequence of ordinals from lowest to highest, lowest - 1 if there is none; '
'error 42809 not a sequence';
REVOKE EXECUTE ON FUNCTION serial_internal.last_allocated(regclass, bigint, bigint) FROM PUBLIC;

CREATE FUNCTION serial.issue(pool text)
RETURNS serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_issue';
COMMENT ON FUNCTION serial.issue(text) IS
'issues one number of a pool, which is never issued again, even after a rollback or a crash; errors 42704 no such '
'pool, 55000 closed, or created in the same transaction, 2200H used up';
REVOKE EXECUTE ON FUNCTION serial.issue(text) FROM PUBLIC;

CREATE FUNCTION serial.issue(pool text, n bigint, reference text DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_issue_many';
COMMENT ON FUNCTION serial.issue(text, bigint, text) IS
'issues n numbers of a pool and records them as one batch; errors as of serial.issue(text), and 22023 n is not from '
'1 to the capacity, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.issue(text, bigint, text) FROM PUBLIC;

CREATE FUNCTION serial_internal.allocate(pool text, n bigint)
RETURNS int8range
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_allocate';
COMMENT ON FUNCTION serial_internal.allocate(text, bigint) IS
'allocates ordinals of a pool of which n may be issued; for serial.lease';
REVOKE EXECUTE ON FUNCTION serial_internal.allocate(text, bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.pool_serials(pool integer, first bigint, last bigint)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_pool_serials';
COMMENT ON FUNCTION serial_internal.pool_serials(integer, bigint, bigint) IS
'the numbers of the ordinals from first to last that may be issued; for reprints and exports';
REVOKE EXECUTE ON FUNCTION serial_internal.pool_serials(integer, bigint, bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.count_issuable(pool integer, first bigint, last bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_count_issuable';
COMMENT ON FUNCTION serial_internal.count_issuable(integer, bigint, bigint) IS
'how many of the ordinals from first to last may be issued: those that are neither reserved nor void, and whose '
'check character is in the alphabet of a base32 pool';
REVOKE EXECUTE ON FUNCTION serial_internal.count_issuable(integer, bigint, bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.lock_allocation(pool text)
RETURNS void
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_lock_allocation';
COMMENT ON FUNCTION serial_internal.lock_allocation(text) IS
'keeps other sessions from issuing numbers of a pool until the transaction ends';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_allocation(text) FROM PUBLIC;

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
		 serial_internal.pool_serials(b.pool, lower(r), upper(r) - 1) AS s
	WHERE b.batch = batch_serials.batch;
END;
$$;
COMMENT ON FUNCTION serial.batch_serials(bigint) IS
'the numbers of a batch in their order, for a reprint; error 42704 no such batch';
REVOKE EXECUTE ON FUNCTION serial.batch_serials(bigint) FROM PUBLIC;
