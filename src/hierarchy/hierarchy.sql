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

-- Partitioned from the first day, so that what is old can be detached.
CREATE TABLE serial.aggregation_history
(
	child serial.serial NOT NULL,
	parent serial.serial NOT NULL,
	since timestamptz NOT NULL,
	until timestamptz NOT NULL,
	is_container boolean NOT NULL DEFAULT false,
	PRIMARY KEY (child, until),
	CHECK (since < until)
) PARTITION BY RANGE (until);
CREATE INDEX aggregation_history_parent_idx ON serial.aggregation_history (parent, until)
	INCLUDE (child, is_container, since);
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

CREATE FUNCTION serial.contents_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_contents_support';
COMMENT ON FUNCTION serial.contents_support(internal) IS
'tells the planner how many rows serial.contents returns';

CREATE FUNCTION serial.contents(
	container serial.serial, as_of timestamptz DEFAULT NULL, max_depth integer DEFAULT NULL)
RETURNS TABLE (id serial.serial, container serial.serial, depth integer)
LANGUAGE C STABLE PARALLEL SAFE COST 2000 ROWS 100
SUPPORT serial.contents_support
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

CREATE FUNCTION serial.contents_array(container serial.serial)
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 2000
AS 'MODULE_PATHNAME', 'serial_contents_array';
COMMENT ON FUNCTION serial.contents_array(serial.serial) IS
'everything inside a container, as an array in no order; what <@ becomes in an index condition; errors 42501 no right to read the links';

CREATE FUNCTION serial.contents_array(containers serial.serial[])
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 4000
AS 'MODULE_PATHNAME', 'serial_contents_array_of_any';
COMMENT ON FUNCTION serial.contents_array(serial.serial[]) IS
'everything inside any of the containers, as an array in no order; what <@ becomes in an index condition; errors 42501 no right to read the links';

CREATE FUNCTION serial.containers_array(item serial.serial)
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_containers_array';
COMMENT ON FUNCTION serial.containers_array(serial.serial) IS
'the containers an item is in, from the inside out, as an array; what @> becomes in an index condition; errors 42501 no right to read the links';

-- Operators.  Leakproof: they fail for lack of rights or of memory only, and
-- say nothing of a value then.

CREATE FUNCTION serial.is_inside_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_inside_support';
COMMENT ON FUNCTION serial.is_inside_support(internal) IS
'offers the planner an index condition in place of <@, and estimates';

CREATE FUNCTION serial.has_inside_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_inside_support';
COMMENT ON FUNCTION serial.has_inside_support(internal) IS
'offers the planner an index condition in place of @>, and estimates';

CREATE FUNCTION serial.is_inside_sel(internal, oid, internal, integer)
RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_inside_sel';
COMMENT ON FUNCTION serial.is_inside_sel(internal, oid, internal, integer) IS
'restriction selectivity of <@';

CREATE FUNCTION serial.has_inside_sel(internal, oid, internal, integer)
RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_inside_sel';
COMMENT ON FUNCTION serial.has_inside_sel(internal, oid, internal, integer) IS
'restriction selectivity of @>';

CREATE FUNCTION serial.is_inside_joinsel(internal, oid, internal, smallint, internal)
RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_inside_joinsel';
COMMENT ON FUNCTION serial.is_inside_joinsel(internal, oid, internal, smallint, internal) IS
'join selectivity of <@';

CREATE FUNCTION serial.has_inside_joinsel(internal, oid, internal, smallint, internal)
RETURNS double precision
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_inside_joinsel';
COMMENT ON FUNCTION serial.has_inside_joinsel(internal, oid, internal, smallint, internal) IS
'join selectivity of @>';

CREATE FUNCTION serial.is_inside(item serial.serial, container serial.serial)
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial.is_inside_support
AS 'MODULE_PATHNAME', 'serial_is_inside';
COMMENT ON FUNCTION serial.is_inside(serial.serial, serial.serial) IS
'implementation of <@ operator';

CREATE FUNCTION serial.is_inside_any(item serial.serial, containers serial.serial[])
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial.is_inside_support
AS 'MODULE_PATHNAME', 'serial_is_inside_any';
COMMENT ON FUNCTION serial.is_inside_any(serial.serial, serial.serial[]) IS
'implementation of <@ operator';

CREATE FUNCTION serial.has_inside(container serial.serial, item serial.serial)
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial.has_inside_support
AS 'MODULE_PATHNAME', 'serial_has_inside';
COMMENT ON FUNCTION serial.has_inside(serial.serial, serial.serial) IS
'implementation of @> operator';

CREATE FUNCTION serial.any_has_inside(containers serial.serial[], item serial.serial)
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial.has_inside_support
AS 'MODULE_PATHNAME', 'serial_any_has_inside';
COMMENT ON FUNCTION serial.any_has_inside(serial.serial[], serial.serial) IS
'implementation of @> operator';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial.is_inside,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = serial.is_inside_sel, JOIN = serial.is_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.<@(serial.serial, serial.serial) IS
'is packed inside, at any depth';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial.has_inside,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = serial.has_inside_sel, JOIN = serial.has_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial, serial.serial) IS
'has packed inside, at any depth';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial.is_inside_any,
	LEFTARG = serial.serial, RIGHTARG = serial.serial[],
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = serial.is_inside_sel, JOIN = serial.is_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.<@(serial.serial, serial.serial[]) IS
'is packed inside any of';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial.any_has_inside,
	LEFTARG = serial.serial[], RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = serial.has_inside_sel, JOIN = serial.has_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial[], serial.serial) IS
'any of which has packed inside';

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
