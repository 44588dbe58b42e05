-- Hierarchy: what is packed in what, what was, and the operators that walk it.

-- Links.  The index by parent holds all that a walk down asks for.
CREATE TABLE serial.aggregation
(
	child serial.serial PRIMARY KEY,
	parent serial.serial NOT NULL,
	since timestamptz NOT NULL,
	is_container boolean NOT NULL DEFAULT false,
	CHECK (child <> parent)
);
CREATE INDEX aggregation_parent_idx ON serial.aggregation (parent, child) INCLUDE (is_container, since);
COMMENT ON TABLE serial.aggregation IS
'what is packed in what now; written by serial.pack and serial.unpack only';
COMMENT ON COLUMN serial.aggregation.child IS
'the thing or container that is inside';
COMMENT ON COLUMN serial.aggregation.parent IS
'the container it is directly in';
COMMENT ON COLUMN serial.aggregation.since IS
'when it was packed';
COMMENT ON COLUMN serial.aggregation.is_container IS
'false if nothing was ever packed into the child, so that walks need not look';

-- Partitioned from the first day, so that what is old can be detached.  Each
-- partition has the indexes of the default one; see serial.partition_history.
CREATE TABLE serial.aggregation_history
(
	child serial.serial NOT NULL,
	parent serial.serial NOT NULL,
	since timestamptz NOT NULL,
	until timestamptz NOT NULL,
	is_container boolean NOT NULL DEFAULT false,
	CHECK (since < until)
) PARTITION BY RANGE (until);
COMMENT ON TABLE serial.aggregation_history IS
'what was packed in what, from since up to but not including until; written by serial.pack and serial.unpack only';
COMMENT ON COLUMN serial.aggregation_history.child IS
'the thing or container that was inside';
COMMENT ON COLUMN serial.aggregation_history.parent IS
'the container it was directly in';
COMMENT ON COLUMN serial.aggregation_history.since IS
'when it was packed';
COMMENT ON COLUMN serial.aggregation_history.until IS
'when it was unpacked, or packed elsewhere';
COMMENT ON COLUMN serial.aggregation_history.is_container IS
'false if nothing was ever packed into the child, so that walks need not look';

CREATE TABLE serial.aggregation_history_default PARTITION OF serial.aggregation_history DEFAULT;
ALTER TABLE serial.aggregation_history_default ADD PRIMARY KEY (child, until);
CREATE INDEX aggregation_history_default_parent_idx ON serial.aggregation_history_default (parent, until)
	INCLUDE (child, is_container, since);
CREATE INDEX aggregation_history_default_until_idx ON serial.aggregation_history_default (until);
COMMENT ON TABLE serial.aggregation_history_default IS
'intervals for which serial.partition_history has made no partition';
COMMENT ON COLUMN serial.aggregation_history_default.child IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.parent IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.since IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.until IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.is_container IS
'as in serial.aggregation_history';

SELECT pg_catalog.pg_extension_config_dump('serial.aggregation', '');
SELECT pg_catalog.pg_extension_config_dump('serial.aggregation_history_default', '');

-- Writing

CREATE FUNCTION serial.pack(
	container serial.serial, children serial.serial[],
	at timestamptz DEFAULT now(), repack boolean DEFAULT false)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_pack';
COMMENT ON FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean) IS
'packs children into a container and returns how many were not in it yet; what is in it already stays as it is; errors 22004 a NULL, 21000 a child named twice, 23505 a child in another container (unless repack), 23514 a container inside itself, 22023 a child was elsewhere at that time, 22008 at is infinite';
REVOKE EXECUTE ON FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION serial.unpack(children serial.serial[], at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unpack';
COMMENT ON FUNCTION serial.unpack(serial.serial[], timestamptz) IS
'takes children out of the containers they are in, with whatever they contain, and returns how many were in one; errors 22004 a NULL, 22023 a child was packed after at, 22008 at is infinite';
REVOKE EXECUTE ON FUNCTION serial.unpack(serial.serial[], timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.unpack_all(container serial.serial, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unpack_all';
COMMENT ON FUNCTION serial.unpack_all(serial.serial, timestamptz) IS
'takes everything that is directly in a container out of it, and returns how many that were; errors 22004 a NULL, 22023 a child was packed after at, 22008 at is infinite';
REVOKE EXECUTE ON FUNCTION serial.unpack_all(serial.serial, timestamptz) FROM PUBLIC;

-- Walking.  These run with the caller's rights: who may not read
-- serial.aggregation (and, for the past, serial.aggregation_history) gets
-- error 42501 from each of them.

CREATE FUNCTION serial_internal.contents_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_contents_support';
COMMENT ON FUNCTION serial_internal.contents_support(internal) IS
'tells the planner how many rows serial.contents returns';

CREATE FUNCTION serial.contents(
	container serial.serial, as_of timestamptz DEFAULT NULL, max_depth integer DEFAULT NULL)
RETURNS TABLE (id serial.serial, container serial.serial, depth integer)
LANGUAGE C STABLE PARALLEL SAFE COST 2000 ROWS 100
SUPPORT serial_internal.contents_support
AS 'MODULE_PATHNAME', 'serial_contents';
COMMENT ON FUNCTION serial.contents(serial.serial, timestamptz, integer) IS
'everything inside a container now, or as of a moment, with the container each is directly in and its depth, 1 being directly inside; no deeper than max_depth; nothing for NULL; errors 42501 no right to read the links';

CREATE FUNCTION serial.containers(item serial.serial, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (id serial.serial, depth integer)
LANGUAGE C STABLE PARALLEL SAFE COST 1000 ROWS 3
AS 'MODULE_PATHNAME', 'serial_containers';
COMMENT ON FUNCTION serial.containers(serial.serial, timestamptz) IS
'the containers an item is in now, or was in as of a moment, from the inside out, depth 1 being the one it is directly in; nothing for NULL; errors 42501 no right to read the links';

CREATE FUNCTION serial.container(item serial.serial)
RETURNS serial.serial
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_container';
COMMENT ON FUNCTION serial.container(serial.serial) IS
'the container an item is directly in; NULL if it is in none; errors 42501 no right to read the links';

CREATE FUNCTION serial.outermost(item serial.serial)
RETURNS serial.serial
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_outermost';
COMMENT ON FUNCTION serial.outermost(serial.serial) IS
'the outermost container an item is in; the item itself if it is in none; errors 42501 no right to read the links';

CREATE FUNCTION serial.inside(item serial.serial, container serial.serial, at timestamptz)
RETURNS boolean
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_inside';
COMMENT ON FUNCTION serial.inside(serial.serial, serial.serial, timestamptz) IS
'was an item inside a container, at any depth, at a moment? errors 42501 no right to read the links';

CREATE FUNCTION serial_internal.containment(item serial.serial)
RETURNS TABLE (container serial.serial, since timestamptz, until timestamptz, depth integer)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 3
AS 'MODULE_PATHNAME', 'serial_containment';
COMMENT ON FUNCTION serial_internal.containment(serial.serial) IS
'what an item is and was inside, at any depth, from since up to but not including until (infinity while it lasts); the item itself comes first, at depth 0, from -infinity to infinity; errors 42501 no right to read the links';

CREATE FUNCTION serial_internal.contents_array(container serial.serial)
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 2000
AS 'MODULE_PATHNAME', 'serial_contents_array';
COMMENT ON FUNCTION serial_internal.contents_array(serial.serial) IS
'everything inside a container, as an array in no order; what <@ becomes in an index condition; errors 42501 no right to read the links';

CREATE FUNCTION serial_internal.contents_array(containers serial.serial[])
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 4000
AS 'MODULE_PATHNAME', 'serial_contents_array_of_any';
COMMENT ON FUNCTION serial_internal.contents_array(serial.serial[]) IS
'everything inside any of the containers, as an array in no order; what <@ becomes in an index condition; errors 42501 no right to read the links';

CREATE FUNCTION serial_internal.containers_array(item serial.serial)
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_containers_array';
COMMENT ON FUNCTION serial_internal.containers_array(serial.serial) IS
'the containers an item is in, from the inside out, as an array; what @> becomes in an index condition; errors 42501 no right to read the links';

-- Operators.  Leakproof: they fail for lack of rights or of memory only, and
-- say nothing of a value then.

CREATE FUNCTION serial_internal.is_inside_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_inside_support';
COMMENT ON FUNCTION serial_internal.is_inside_support(internal) IS
'offers the planner an index condition in place of <@, and estimates';

CREATE FUNCTION serial_internal.has_inside_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_inside_support';
COMMENT ON FUNCTION serial_internal.has_inside_support(internal) IS
'offers the planner an index condition in place of @>, and estimates';

CREATE FUNCTION serial_internal.is_inside_sel(internal, oid, internal, integer)
RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_inside_sel';
COMMENT ON FUNCTION serial_internal.is_inside_sel(internal, oid, internal, integer) IS
'restriction selectivity of <@';

CREATE FUNCTION serial_internal.has_inside_sel(internal, oid, internal, integer)
RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_inside_sel';
COMMENT ON FUNCTION serial_internal.has_inside_sel(internal, oid, internal, integer) IS
'restriction selectivity of @>';

CREATE FUNCTION serial_internal.is_inside_joinsel(internal, oid, internal, smallint, internal)
RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_inside_joinsel';
COMMENT ON FUNCTION serial_internal.is_inside_joinsel(internal, oid, internal, smallint, internal) IS
'join selectivity of <@';

CREATE FUNCTION serial_internal.has_inside_joinsel(internal, oid, internal, smallint, internal)
RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_inside_joinsel';
COMMENT ON FUNCTION serial_internal.has_inside_joinsel(internal, oid, internal, smallint, internal) IS
'join selectivity of @>';

CREATE FUNCTION serial_internal.is_inside(item serial.serial, container serial.serial)
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial_internal.is_inside_support
AS 'MODULE_PATHNAME', 'serial_is_inside';
COMMENT ON FUNCTION serial_internal.is_inside(serial.serial, serial.serial) IS
'implementation of <@ operator';

CREATE FUNCTION serial_internal.is_inside_any(item serial.serial, containers serial.serial[])
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial_internal.is_inside_support
AS 'MODULE_PATHNAME', 'serial_is_inside_any';
COMMENT ON FUNCTION serial_internal.is_inside_any(serial.serial, serial.serial[]) IS
'implementation of <@ operator';

CREATE FUNCTION serial_internal.has_inside(container serial.serial, item serial.serial)
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial_internal.has_inside_support
AS 'MODULE_PATHNAME', 'serial_has_inside';
COMMENT ON FUNCTION serial_internal.has_inside(serial.serial, serial.serial) IS
'implementation of @> operator';

CREATE FUNCTION serial_internal.any_has_inside(containers serial.serial[], item serial.serial)
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial_internal.has_inside_support
AS 'MODULE_PATHNAME', 'serial_any_has_inside';
COMMENT ON FUNCTION serial_internal.any_has_inside(serial.serial[], serial.serial) IS
'implementation of @> operator';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial_internal.is_inside,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = serial_internal.is_inside_sel, JOIN = serial_internal.is_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.<@(serial.serial, serial.serial) IS
'is packed inside, at any depth';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial_internal.has_inside,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = serial_internal.has_inside_sel, JOIN = serial_internal.has_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial, serial.serial) IS
'has packed inside, at any depth';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial_internal.is_inside_any,
	LEFTARG = serial.serial, RIGHTARG = serial.serial[],
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = serial_internal.is_inside_sel, JOIN = serial_internal.is_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.<@(serial.serial, serial.serial[]) IS
'is packed inside any of';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial_internal.any_has_inside,
	LEFTARG = serial.serial[], RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = serial_internal.has_inside_sel, JOIN = serial_internal.has_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial[], serial.serial) IS
'any of which has packed inside';

-- Adopting: hierarchies that are kept in tables of others.

CREATE FUNCTION serial_internal.sync_adopted()
RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_sync_adopted';
COMMENT ON FUNCTION serial_internal.sync_adopted() IS
'keeps the links of an adopted table; errors 22P02 no identifier, 23505 an identifier in more than one row, and those of serial.pack';
REVOKE EXECUTE ON FUNCTION serial_internal.sync_adopted() FROM PUBLIC;

CREATE FUNCTION serial.adopt(source regclass, id_column name, parent_column name, scheme text DEFAULT NULL)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_adopt';
COMMENT ON FUNCTION serial.adopt(regclass, name, name, text) IS
'packs what a table says is packed, keeps it so by triggers on the table, and returns how many links it made; only for the table''s owner; errors 22P02 rows without valid identifiers, 23505 an identifier in more than one row or in another container, 23514 a container inside itself, 42501 not the owner, 42710 adopted already, 42809 not a table that can be adopted, 42701, 42703, 42804, 42883 or 0A000 columns that are the same, not there, of no such type, not comparable or virtual, 22023 a scheme that is none or not wanted, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.adopt(regclass, name, name, text) FROM PUBLIC;

CREATE FUNCTION serial.unadopt(source regclass)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unadopt';
COMMENT ON FUNCTION serial.unadopt(regclass) IS
'drops the triggers of serial.adopt; what is packed stays packed; only for the table''s owner; errors 42501 not the owner, 42704 not adopted, 22004 NULL';
REVOKE EXECUTE ON FUNCTION serial.unadopt(regclass) FROM PUBLIC;

-- Pictures and sums, with the caller's rights like walks

CREATE FUNCTION serial.tree(container serial.serial, max_depth integer DEFAULT NULL)
RETURNS SETOF text
LANGUAGE C STABLE PARALLEL SAFE COST 2000 ROWS 20
AS 'MODULE_PATHNAME', 'serial_tree';
COMMENT ON FUNCTION serial.tree(serial.serial, integer) IS
'a picture of a container and what is inside, one line a row: scheme, key and number of a thing, and how much is in it, level by level; drawn no deeper than max_depth; long lists of siblings are folded by scheme and key; nothing for NULL; errors 42501 no right to read the links';

-- A key without a number is a thing's own, as an SSCC is: no sum is by that.
CREATE FUNCTION serial.summary(container serial.serial, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (depth integer, scheme text, key text, gtin text, things bigint)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT s.depth, s.scheme, s.key, s.gtin, count(*)
	FROM (SELECT c.depth, serial.scheme(c.id) AS scheme,
				 CASE WHEN serial.number(c.id) IS NOT NULL THEN serial.key(c.id) END AS key,
				 serial.gtin(c.id) AS gtin
		  FROM serial.contents(container, as_of) AS c) AS s
	GROUP BY s.depth, s.scheme, s.key, s.gtin
	ORDER BY s.depth, s.scheme COLLATE "C", s.key COLLATE "C", s.gtin COLLATE "C";
END;
COMMENT ON FUNCTION serial.summary(serial.serial, timestamptz) IS
'how many things are inside a container now, or were as of a moment, by depth, scheme and key; key is NULL for things without a number, whose key is their own, and gtin for those without a GTIN; nothing for NULL; errors 42501 no right to read the links';

-- Retention.  The partitions made here are no members of the extension, so
-- that pg_dump dumps them.  What it writes attaches a partition before it makes
-- its indexes: were there an index on serial.aggregation_history itself,
-- attaching would make them first.

-- What waits until the transaction ends: whoever packs, unpacks, or walks the
-- past.  This waits for them, too.  The lock comes before the look, so every
-- interval is seen and none is written meanwhile; hence no older snapshot.  It is
-- on the whole table, since a writer that waits for a partition only has
-- chosen it already.
CREATE FUNCTION serial.partition_history(before timestamptz)
RETURNS regclass
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $$
DECLARE
	begun timestamptz;
	partition text;
BEGIN
	PERFORM serial_internal.check_history_bound(before);
	LOCK TABLE ONLY serial.aggregation_history, serial.aggregation_history_default IN ACCESS EXCLUSIVE MODE;
	begun := serial_internal.history_bound();
	IF before <= begun THEN
		RAISE EXCEPTION 'history is partitioned up to % already', begun
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('Expected a moment after that, not %s.', before);
	END IF;
	partition := 'aggregation_history_to_'
		|| to_char(before, CASE WHEN before = date_trunc('day', before) THEN 'YYYYMMDD' ELSE 'YYYYMMDD_HH24MISSUS' END);
	EXECUTE format('CREATE TABLE serial.%I (LIKE serial.aggregation_history INCLUDING ALL)', partition);
	EXECUTE format('REVOKE ALL ON TABLE serial.%I FROM PUBLIC', partition);
	EXECUTE format('COMMENT ON TABLE serial.%I IS %L', partition, format('intervals that ended before %s', before));
	EXECUTE format('WITH moved AS (DELETE FROM serial.aggregation_history_default WHERE until < $1 AND until >= $2 RETURNING *)'
				   ' INSERT INTO serial.%I SELECT * FROM moved', partition)
		USING before, coalesce(begun, '-infinity');
	-- The same indexes as of the default partition.
	EXECUTE format('ALTER TABLE serial.%I ADD PRIMARY KEY (child, until)', partition);
	EXECUTE format('CREATE INDEX %I ON serial.%I (parent, until) INCLUDE (child, is_container, since)',
				   partition || '_parent_idx', partition);
	EXECUTE format('CREATE INDEX %I ON serial.%I (until)', partition || '_until_idx', partition);
	EXECUTE format('ALTER TABLE serial.aggregation_history ATTACH PARTITION serial.%I FOR VALUES FROM (%s) TO (%L)',
				   partition, coalesce(quote_literal(begun), 'MINVALUE'), before);
	RETURN format('serial.%I', partition)::regclass;
END;
$$;
COMMENT ON FUNCTION serial.partition_history(timestamptz) IS
'moves what ended before a moment, and after the partitions made before, from the default partition of serial.aggregation_history into a new one, and returns that; errors 22004 NULL, 22008 infinite, 22023 in the future or not after the partitions there are, 42P07 a detached partition has its name, 0A000 not READ COMMITTED';
REVOKE EXECUTE ON FUNCTION serial.partition_history(timestamptz) FROM PUBLIC;

CREATE FUNCTION serial_internal.check_history_bound(before timestamptz)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF before IS NULL THEN
		RAISE EXCEPTION 'argument "before" of serial.partition_history is NULL'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT isfinite(before) THEN
		RAISE EXCEPTION 'history cannot be partitioned at %', before
			USING ERRCODE = 'datetime_field_overflow', DETAIL = 'Expected a moment in time.';
	END IF;
	IF before > now() THEN
		RAISE EXCEPTION 'history cannot be partitioned at %', before
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected a moment that has passed: intervals that end before it are still to come.';
	END IF;
	-- An older snapshot would not show what was written before the lock.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'history cannot be partitioned in a transaction of isolation level %',
			current_setting('transaction_isolation')
			USING ERRCODE = 'feature_not_supported', HINT = 'Use READ COMMITTED.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_history_bound(timestamptz) IS
'refuses moments at which serial.partition_history cannot cut; errors 22004, 22008, 22023, 0A000';

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
'the moment up to which serial.aggregation_history is partitioned; NULL if it has its default partition only';

-- The tables are a superuser's, and an admin is none; the extension's owner,
-- who need not be one either, gets what was detached, to archive and drop it.
-- There is no function to attach it again: what its owner may have added to it,
-- triggers and defaults, would run with the rights of serial.pack.
CREATE FUNCTION serial.detach_history(partition regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r record;
BEGIN
	IF partition IS NULL THEN
		RAISE EXCEPTION 'argument "partition" of serial.detach_history is NULL'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT EXISTS (SELECT FROM pg_inherits AS i
				   WHERE i.inhrelid = partition AND i.inhparent = 'serial.aggregation_history'::regclass) THEN
		RAISE EXCEPTION '"%" is not a partition of serial.aggregation_history', partition
			USING ERRCODE = 'wrong_object_type';
	END IF;
	IF partition = 'serial.aggregation_history_default'::regclass THEN
		RAISE EXCEPTION 'the default partition of serial.aggregation_history cannot be detached'
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected a partition that serial.partition_history made.';
	END IF;
	EXECUTE format('ALTER TABLE serial.aggregation_history DETACH PARTITION %s', partition);
	FOR r IN SELECT * FROM serial_internal.detached_history_rights(partition) LOOP
		EXECUTE r.statement;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.detach_history(regclass) IS
'makes a partition of serial.aggregation_history a table of its own, which the extension''s owner owns and those may read who may read serial.aggregation_history; errors 22004 NULL, 42809 not such a partition, 22023 the default partition';
REVOKE EXECUTE ON FUNCTION serial.detach_history(regclass) FROM PUBLIC;

-- Policies are not taken along, so where there are any, nobody may read.
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
'statements that give a detached partition to those whose serial.detach_history makes it';
