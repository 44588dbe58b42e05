-- Where a number comes from, and numbers that are void.

CREATE TABLE serial.voided
(
	pool integer NOT NULL,
	ordinal numeric NOT NULL,
	reason text NOT NULL,
	voided_at timestamptz NOT NULL DEFAULT now(),
	voided_by name NOT NULL DEFAULT session_user,
	PRIMARY KEY (pool, ordinal)
);
COMMENT ON TABLE serial.voided IS
'numbers that were declared void and must not be used';
COMMENT ON COLUMN serial.voided.pool IS 'number of the pool';
COMMENT ON COLUMN serial.voided.ordinal IS
'position of the number in the number space of the pool: its ordinal, if the pool can issue it';
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
'whether a number was issued by a pool of this database; pool NULL: none could issue it; state: issued (or burnt '
'by a rollback or crash), not issued, leased, returned, expired, void, foreign';
REVOKE EXECUTE ON FUNCTION serial.origin(serial.serial) FROM PUBLIC;

CREATE FUNCTION serial_internal.origin_states(
	ids serial.serial[],
	OUT id serial.serial, OUT pool text, OUT state text, OUT reason text, OUT reserved boolean)
RETURNS SETOF record
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 100
AS 'MODULE_PATHNAME', 'serial_origin_states';
COMMENT ON FUNCTION serial_internal.origin_states(serial.serial[]) IS
'pool, state and void reason of identifiers, as serial.origin returns them, and whether they are reserved, in the '
'order of the array without NULLs';
REVOKE EXECUTE ON FUNCTION serial_internal.origin_states(serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial_internal.pool_positions(
	ids serial.serial[],
	OUT id serial.serial, OUT pool integer, OUT "position" numeric)
RETURNS SETOF record
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 100
AS 'MODULE_PATHNAME', 'serial_pool_positions';
COMMENT ON FUNCTION serial_internal.pool_positions(serial.serial[]) IS
'pool of identifiers and their position in its number space, in the order of the array without NULLs';
REVOKE EXECUTE ON FUNCTION serial_internal.pool_positions(serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial.void(ids serial.serial[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	unissued serial.serial;
	voided bigint;
BEGIN
	IF ids IS NULL OR reason IS NULL OR EXISTS (SELECT FROM unnest(ids) AS i WHERE i IS NULL) THEN
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
				  DETAIL = 'No pool of this database has issued or leased it.',
				  HINT = 'serial.reserve registers numbers that an older system has issued.';
	END IF;
	INSERT INTO serial.voided (pool, ordinal, reason)
	SELECT n.pool, n."position", void.reason
	FROM serial_internal.pool_positions(ids) AS n
	ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS voided = ROW_COUNT;
	RETURN voided;
END;
$$;
COMMENT ON FUNCTION serial.void(serial.serial[], text) IS
'declares issued or leased numbers void and returns how many were not void before; errors 42704 a number was '
'neither issued nor leased, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.void(serial.serial[], text) FROM PUBLIC;

CREATE FUNCTION serial_internal.check_reservable(pool text, number integer, highest numeric, ids serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	refused record;
BEGIN
	SELECT n.id, n.pool IS DISTINCT FROM number OR n."position" > highest AS is_foreign, o.state INTO refused
	FROM ROWS FROM (serial_internal.pool_positions(ids), serial_internal.origin_states(ids))
		 AS n(id, pool, "position", same_id, name, state, reason, reserved),
		 LATERAL (SELECT n.state) AS o
	WHERE n.pool IS DISTINCT FROM number OR n."position" > highest
	   OR n.state <> 'not issued' AND NOT n.reserved
	LIMIT 1;
	IF refused.is_foreign THEN
		RAISE EXCEPTION 'cannot reserve "%" in pool "%"', refused.id, pool
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'It is not a number that the pool could issue.';
	ELSIF FOUND THEN
		RAISE EXCEPTION 'cannot reserve "%" in pool "%"', refused.id, pool
			USING ERRCODE = 'unique_violation',
				  DETAIL = format('The pool has issued or leased it: its state is "%s".', refused.state);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_reservable(text, integer, numeric, serial.serial[]) IS
'refuses numbers that a pool could not issue up to its highest position, or has issued; errors 22023, 23505';
REVOKE EXECUTE ON FUNCTION serial_internal.check_reservable(text, integer, numeric, serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial_internal.insert_reservation(number integer, ids serial.serial[], reference text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	new_reservation CONSTANT bigint := nextval('serial.reservation_seq');
	reserved bigint;
BEGIN
	WITH new AS (
		SELECT DISTINCT n."position"
		FROM ROWS FROM (serial_internal.pool_positions(ids), serial_internal.origin_states(ids))
			 AS n(id, pool, "position", same_id, name, state, reason, reserved)
		WHERE NOT n.reserved
	), run AS (
		-- Consecutive positions have the same difference to their rank.
		INSERT INTO serial.reserved (pool, first, last, reservation)
		SELECT number, min(r."position"), max(r."position"), new_reservation
		FROM (SELECT n."position", n."position" - row_number() OVER (ORDER BY n."position") AS run FROM new AS n) AS r
		GROUP BY r.run
	)
	SELECT count(*) INTO reserved FROM new;
	IF reserved > 0 THEN
		INSERT INTO serial.reservation (reservation, pool, numbers, reference)
		VALUES (new_reservation, number, reserved, reference);
	END IF;
	RETURN reserved;
END;
$$;
COMMENT ON FUNCTION serial_internal.insert_reservation(integer, serial.serial[], text) IS
'registers numbers of a pool, and returns how many were not reserved before';
REVOKE EXECUTE ON FUNCTION serial_internal.insert_reservation(integer, serial.serial[], text) FROM PUBLIC;

CREATE FUNCTION serial.reserve(pool text, ids serial.serial[], reference text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	number integer;
	highest numeric;
BEGIN
	IF pool IS NULL OR ids IS NULL OR EXISTS (SELECT FROM unnest(ids) AS i WHERE i IS NULL) THEN
		RAISE EXCEPTION 'pool, ids and their elements must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	-- The snapshot must show what other sessions have just leased and reserved.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'cannot reserve numbers at isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'feature_not_supported',
				  HINT = 'Use READ COMMITTED.';
	END IF;
	PERFORM serial_internal.lock_allocation(pool);
	SELECT p.number, CASE WHEN NOT p.random THEN p.first::numeric + p.capacity - 1 END INTO number, highest
	FROM serial.pool AS p
	WHERE p.name = reserve.pool;
	PERFORM serial_internal.check_reservable(pool, number, highest, ids);
	RETURN serial_internal.insert_reservation(number, ids, reference);
END;
$$;
COMMENT ON FUNCTION serial.reserve(text, serial.serial[], text) IS
'registers numbers that an older system has issued: the pool never issues them, and serial.origin returns them as '
'issued; returns how many were not reserved before; errors 42704 no such pool, 22023 not a number of the pool, '
'23505 the pool has issued or leased it, 22004 a NULL, 0A000 not READ COMMITTED';
REVOKE EXECUTE ON FUNCTION serial.reserve(text, serial.serial[], text) FROM PUBLIC;
