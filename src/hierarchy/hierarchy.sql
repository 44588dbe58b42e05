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

-- Adopting: hierarchies that are kept in tables of others.

CREATE FUNCTION serial.follow()
RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_follow';
COMMENT ON FUNCTION serial.follow() IS
'keeps the links of an adopted table; errors 22P02 no identifier, 23505 an identifier in more than one row, and those of serial.pack';
REVOKE EXECUTE ON FUNCTION serial.follow() FROM PUBLIC;

CREATE FUNCTION serial.adopt(source regclass, id_column name, parent_column name, scheme text DEFAULT NULL)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_adopt';
COMMENT ON FUNCTION serial.adopt(regclass, name, name, text) IS
'packs what a table says is packed, keeps it so by triggers on the table, and returns how many links it made; only for the table''s owner; errors 22P02 rows without valid identifiers, 23505 an identifier in more than one row or in another container, 23514 a container inside itself, 42501 not the owner, 42710 adopted already, 42809 not a table that can be adopted, 42703 or 42804 no such column or of no such type';
REVOKE EXECUTE ON FUNCTION serial.adopt(regclass, name, name, text) FROM PUBLIC;

CREATE FUNCTION serial.release(source regclass)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_release';
COMMENT ON FUNCTION serial.release(regclass) IS
'drops the triggers of serial.adopt; what is packed stays packed; only for the table''s owner; errors 42501 not the owner, 42704 not adopted';
REVOKE EXECUTE ON FUNCTION serial.release(regclass) FROM PUBLIC;

-- Drawing

-- Branches of the picture.  Not every encoding has the characters for lines.
CREATE FUNCTION serial.tree_branch(branch text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- Not in SQL: there chr() would be called for its constant in any encoding.
	IF getdatabaseencoding() = 'UTF8' THEN
		RETURN CASE branch
			WHEN 'fork' THEN chr(9500) || chr(9472) || ' '
			WHEN 'end' THEN chr(9492) || chr(9472) || ' '
			WHEN 'pass' THEN chr(9474) || '  '
			ELSE '   ' END;
	END IF;
	RETURN CASE branch WHEN 'fork' THEN '|- ' WHEN 'end' THEN '`- ' WHEN 'pass' THEN '|  ' ELSE '   ' END;
END;
$$;
COMMENT ON FUNCTION serial.tree_branch(text) IS
'what serial.tree draws before a thing: fork, end, pass, or nothing';

-- One line a thing; of siblings beyond the first few, only how many they are.
CREATE FUNCTION serial.tree_below(container serial.serial, indent text, max_depth integer)
RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
	folded_above CONSTANT integer := 5;
	shown_when_folded CONSTANT integer := 3;
	children bigint;
	shown bigint;
	line record;
BEGIN
	SELECT count(*) INTO children FROM serial.aggregation AS a WHERE a.parent = container;
	IF children = 0 OR max_depth = 0 THEN
		RETURN;
	END IF;
	shown := CASE WHEN children > folded_above THEN shown_when_folded ELSE children END;
	FOR line IN
		SELECT a.child AS id, (SELECT count(*) FROM serial.contents(a.child)) AS below,
			   row_number() OVER (ORDER BY a.child) = children AS is_last
		FROM (SELECT b.child FROM serial.aggregation AS b
			  WHERE b.parent = container ORDER BY b.child LIMIT shown) AS a
		ORDER BY a.child
	LOOP
		RETURN NEXT indent || serial.tree_branch(CASE WHEN line.is_last THEN 'end' ELSE 'fork' END)
			|| line.id || serial.tree_count(line.below);
		RETURN QUERY SELECT serial.tree_below(line.id,
			indent || serial.tree_branch(CASE WHEN line.is_last THEN '' ELSE 'pass' END), max_depth - 1);
	END LOOP;
	IF shown < children THEN
		RETURN NEXT format('%s%s... and %s more', indent, serial.tree_branch('end'), children - shown);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.tree_below(serial.serial, text, integer) IS
'lines of serial.tree below its first';

CREATE FUNCTION serial.tree_count(below bigint)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE below WHEN 0 THEN '' ELSE format('   [%s inside]', below) END;
END;
COMMENT ON FUNCTION serial.tree_count(bigint) IS
'how serial.tree says how much is inside';

CREATE FUNCTION serial.tree(container serial.serial, max_depth integer DEFAULT NULL)
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT line
	FROM (SELECT 0, container::text || serial.tree_count((SELECT count(*) FROM serial.contents(container)))
		  WHERE container IS NOT NULL
		  UNION ALL
		  SELECT n, below
		  FROM serial.tree_below(container, '', max_depth) WITH ORDINALITY AS t(below, n)
		 ) AS lines(n, line)
	ORDER BY n;
END;
COMMENT ON FUNCTION serial.tree(serial.serial, integer) IS
'a picture of a container and what is inside, one line a row; long lists of siblings are folded';
