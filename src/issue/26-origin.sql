-- Where a number comes from, and numbers that are void.

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
'numbers that were issued or leased and must not be used';
COMMENT ON COLUMN serial.voided.pool IS 'number of the pool';
COMMENT ON COLUMN serial.voided.ordinal IS 'ordinal of the number';
COMMENT ON COLUMN serial.voided.reason IS 'reason for which it is void';
COMMENT ON COLUMN serial.voided.voided_at IS 'when it was declared void';
COMMENT ON COLUMN serial.voided.voided_by IS 'role that declared it';

SELECT pg_catalog.pg_extension_config_dump('serial.voided', '');

CREATE FUNCTION serial.origin(
	id serial.serial,
	OUT pool text, OUT ordinal bigint, OUT issued boolean, OUT batch bigint,
	OUT reference text, OUT issued_at timestamptz, OUT issued_by text,
	OUT holder text, OUT state text, OUT reason text)
RETURNS record
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_origin';
COMMENT ON FUNCTION serial.origin(serial.serial) IS
'whether a number was issued by a pool of this database; pool NULL: none could issue it; state: issued (or burnt by a rollback or crash), not issued, leased, returned, expired, void, foreign';
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

CREATE FUNCTION serial.void(ids serial.serial[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	unissued serial.serial;
	voided bigint;
BEGIN
	IF ids IS NULL OR reason IS NULL OR array_position(ids, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'ids, their elements and reason must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT o.id INTO unissued
	FROM serial_internal.origin_states(ids) AS o
	WHERE o.state IN ('foreign', 'not issued')
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'cannot void "%"', unissued
			USING ERRCODE = 'undefined_object',
				  DETAIL = 'No pool of this database has issued or leased it.';
	END IF;
	INSERT INTO serial.voided (pool, ordinal, reason)
	SELECT p.number, o.ordinal, void.reason
	FROM unnest(ids) AS s, serial.origin(s) AS o
	JOIN serial.pool AS p ON p.name = o.pool
	ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS voided = ROW_COUNT;
	RETURN voided;
END;
$$;
COMMENT ON FUNCTION serial.void(serial.serial[], text) IS
'declares issued or leased numbers void and returns how many were not void before; errors 42704 a number was neither issued nor leased, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.void(serial.serial[], text) FROM PUBLIC;
