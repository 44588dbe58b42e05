-- Retention of history.
--
-- The partitions made here are not members of the extension, so that pg_dump
-- dumps them.  A dump attaches a partition before it creates the partition's
-- indexes.  So there is no index on serial.aggregation_history itself: attaching
-- would create them first, and the restore would fail.

-- Packing, unpacking and walks of the past wait until the transaction ends, and
-- this function waits for those in progress.  It takes its lock before it reads,
-- so that it sees every interval and none is written meanwhile; an older snapshot
-- would not do.  The lock is on the whole table, because a writer that waits for
-- a lock on a partition has chosen that partition already.
CREATE FUNCTION serial.partition_history(until timestamptz)
RETURNS regclass
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $$
DECLARE
	bound timestamptz;
	partition text;
BEGIN
	PERFORM serial_internal.check_history_bound(until);
	LOCK TABLE ONLY serial.aggregation_history, serial.aggregation_history_default IN ACCESS EXCLUSIVE MODE;
	bound := serial_internal.history_bound();
	IF until <= bound THEN
		RAISE EXCEPTION 'history is already partitioned up to %', bound
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('The requested time, %s, must be later.', until);
	END IF;
	partition := 'aggregation_history_to_'
		|| to_char(until, CASE WHEN until = date_trunc('day', until) THEN 'YYYYMMDD' ELSE 'YYYYMMDD_HH24MISSUS' END);
	EXECUTE format('CREATE TABLE serial.%I (LIKE serial.aggregation_history INCLUDING ALL)', partition);
	EXECUTE format('REVOKE ALL ON TABLE serial.%I FROM PUBLIC', partition);
	EXECUTE format('COMMENT ON TABLE serial.%I IS %L', partition, format('intervals that ended before %s', until));
	EXECUTE format('WITH moved AS (DELETE FROM serial.aggregation_history_default WHERE until < $1 AND until >= $2'
				   ' RETURNING *) INSERT INTO serial.%I SELECT * FROM moved', partition)
		USING until, coalesce(bound, '-infinity');
	-- the same indexes as those of the default partition
	EXECUTE format('ALTER TABLE serial.%I ADD PRIMARY KEY (child, until, until_event)', partition);
	EXECUTE format('CREATE INDEX %I ON serial.%I (parent, until) INCLUDE (child, is_container, since)',
				   partition || '_parent_idx', partition);
	EXECUTE format('CREATE INDEX %I ON serial.%I (until)', partition || '_until_idx', partition);
	EXECUTE format('ALTER TABLE serial.aggregation_history ATTACH PARTITION serial.%I FOR VALUES FROM (%s) TO (%L)',
				   partition, coalesce(quote_literal(bound), 'MINVALUE'), until);
	PERFORM serial_internal.let_owner_dump(format('serial.%I', partition)::regclass);
	RETURN format('serial.%I', partition)::regclass;
END;
$$;
COMMENT ON FUNCTION serial.partition_history(timestamptz) IS
'moves the intervals that ended before until, and are in no other partition, from the default partition of '
'serial.aggregation_history into a new one, and returns that; errors 22004 NULL, 22008 infinite, 22023 in the '
'future or not later than the existing partitions, 42P07 a detached partition has its name, 0A000 not READ '
'COMMITTED';
REVOKE EXECUTE ON FUNCTION serial.partition_history(timestamptz) FROM PUBLIC;

CREATE FUNCTION serial_internal.check_history_bound(until timestamptz)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF until IS NULL THEN
		RAISE EXCEPTION 'argument "until" of serial.partition_history must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT isfinite(until) THEN
		RAISE EXCEPTION 'cannot partition history at %', until
			USING ERRCODE = 'datetime_field_overflow', DETAIL = 'The time must be finite.';
	END IF;
	IF until > now() THEN
		RAISE EXCEPTION 'cannot partition history at %', until
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'The time must be in the past, because links that last now may still end before it.';
	END IF;
	-- An older snapshot would not show intervals that were written before the lock.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'cannot partition history in a transaction of isolation level %',
			current_setting('transaction_isolation')
			USING ERRCODE = 'feature_not_supported', HINT = 'Use READ COMMITTED.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_history_bound(timestamptz) IS
'raises an error for a bound that serial.partition_history cannot take; errors 22004, 22008, 22023, 0A000';

CREATE FUNCTION serial_internal.history_bound()
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $$
	SELECT max(substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$TO \('(.*)'\)$re$)::timestamptz)
	FROM pg_inherits AS i
	JOIN pg_class AS c ON c.oid = i.inhrelid
	WHERE i.inhparent = 'serial.aggregation_history'::regclass;
$$;
COMMENT ON FUNCTION serial_internal.history_bound() IS
'the time up to which serial.aggregation_history is partitioned; NULL if it has only its default partition';

-- The tables belong to a superuser, and an administrator need not be one.  So the
-- extension's owner, who need not be one either, gets the detached partition, to
-- archive and drop it.  There is no function to attach it again: triggers and
-- defaults that its owner may have added would run with the rights of serial.pack.
CREATE FUNCTION serial.detach_history(partition regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r record;
BEGIN
	IF partition IS NULL THEN
		RAISE EXCEPTION 'argument "partition" of serial.detach_history must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT EXISTS (SELECT FROM pg_inherits AS i
				   WHERE i.inhrelid = partition AND i.inhparent = 'serial.aggregation_history'::regclass) THEN
		RAISE EXCEPTION '"%" is not a partition of serial.aggregation_history', partition
			USING ERRCODE = 'wrong_object_type';
	END IF;
	IF partition = 'serial.aggregation_history_default'::regclass THEN
		RAISE EXCEPTION 'cannot detach the default partition of serial.aggregation_history'
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Only partitions made by serial.partition_history can be detached.';
	END IF;
	EXECUTE format('ALTER TABLE serial.aggregation_history DETACH PARTITION %s', partition);
	FOR r IN SELECT * FROM serial_internal.detached_history_rights(partition) LOOP
		EXECUTE r.statement;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.detach_history(regclass) IS
'detaches a partition of serial.aggregation_history; the table then belongs to the extension''s owner, and the '
'roles that may read serial.aggregation_history may read it; errors 22004 NULL, 42809 not such a partition, 22023 '
'the default partition';
REVOKE EXECUTE ON FUNCTION serial.detach_history(regclass) FROM PUBLIC;

-- Policies are not copied to the detached table, so that where there are policies
-- no right to read is granted.
CREATE FUNCTION serial_internal.detached_history_rights(partition regclass)
RETURNS TABLE (statement text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('ALTER TABLE %s OWNER TO %I', partition, pg_get_userbyid(e.extowner))
	FROM pg_extension AS e WHERE e.extname = 'serial'
	UNION ALL
	SELECT format('GRANT SELECT ON TABLE %s TO %s', partition,
				  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
	FROM pg_class AS c, aclexplode(c.relacl) AS a
	WHERE c.oid = 'serial.aggregation_history'::regclass AND NOT c.relrowsecurity
	  AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner;
$$;
COMMENT ON FUNCTION serial_internal.detached_history_rights(regclass) IS
'statements that set the owner and the rights of a detached partition';
