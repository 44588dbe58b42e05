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

-- pg_sequence_last_value would lock each sequence until the end of the
-- transaction, and there may be thousands of leases.
CREATE FUNCTION serial_internal.last_allocated(ordinals regclass, lowest bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_last_allocated';
COMMENT ON FUNCTION serial_internal.last_allocated(regclass, bigint) IS
'the highest ordinal allocated from a sequence, lowest - 1 if there is none; error 42809 not a sequence';
REVOKE EXECUTE ON FUNCTION serial_internal.last_allocated(regclass, bigint) FROM PUBLIC;

CREATE FUNCTION serial.issue(pool text)
RETURNS serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_issue';
COMMENT ON FUNCTION serial.issue(text) IS
'issues one number, which is never issued again, even after a rollback or a crash; errors 42704 no such pool, 55000 closed, or created in the same transaction, 2200H used up';
REVOKE EXECUTE ON FUNCTION serial.issue(text) FROM PUBLIC;

CREATE FUNCTION serial.issue(pool text, n bigint, reference text DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_issue_many';
COMMENT ON FUNCTION serial.issue(text, bigint, text) IS
'issues n numbers and records them as one batch; errors as for one number, and 22023 n is not from 1 to the capacity, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.issue(text, bigint, text) FROM PUBLIC;

CREATE FUNCTION serial_internal.allocate(pool text, n bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_allocate';
COMMENT ON FUNCTION serial_internal.allocate(text, bigint) IS
'allocates n consecutive ordinals of a pool and returns the first; for serial.lease';
REVOKE EXECUTE ON FUNCTION serial_internal.allocate(text, bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.pool_serials(pool integer, first bigint, n bigint)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_pool_serials';
COMMENT ON FUNCTION serial_internal.pool_serials(integer, bigint, bigint) IS
'the numbers of n consecutive ordinals; for reprints and exports';
REVOKE EXECUTE ON FUNCTION serial_internal.pool_serials(integer, bigint, bigint) FROM PUBLIC;

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
'the numbers of a batch in their order, for a reprint; error 42704 no such batch';
REVOKE EXECUTE ON FUNCTION serial.batch_serials(bigint) FROM PUBLIC;
