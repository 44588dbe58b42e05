-- Hierarchy: what is packed in what, and the operators that walk it.

CREATE TABLE serial.aggregation
(
	child serial.serial PRIMARY KEY,
	parent serial.serial NOT NULL,
	since timestamptz NOT NULL,
	CHECK (child <> parent)
);
CREATE INDEX aggregation_parent_child_idx ON serial.aggregation (parent, child);
COMMENT ON TABLE serial.aggregation IS
'what is packed in what now; written by serial.pack and serial.unpack only';
COMMENT ON COLUMN serial.aggregation.child IS
'the thing or container that is inside';
COMMENT ON COLUMN serial.aggregation.parent IS
'the container it is directly in';
COMMENT ON COLUMN serial.aggregation.since IS
'when it was packed';

SELECT pg_catalog.pg_extension_config_dump('serial.aggregation', '');

-- Writing

CREATE FUNCTION serial.pack(
	container serial.serial, children serial.serial[],
	at timestamptz DEFAULT now(), repack boolean DEFAULT false)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_pack';
COMMENT ON FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean) IS
'packs children into a container and returns how many were not in it yet; errors 22004 a NULL, 21000 a child named twice, 23505 a child in another container (unless repack), 23514 a container inside itself';
REVOKE EXECUTE ON FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION serial.unpack(children serial.serial[], at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH gone AS (
		DELETE FROM serial.aggregation AS a WHERE a.child = ANY (children)
		RETURNING a.child
	)
	SELECT count(*) FROM gone;
END;
COMMENT ON FUNCTION serial.unpack(serial.serial[], timestamptz) IS
'takes children out of the containers they are in, with whatever they contain, and returns how many were in one; this version keeps no history, so that at leaves no trace';
REVOKE EXECUTE ON FUNCTION serial.unpack(serial.serial[], timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.unpack_all(container serial.serial, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH gone AS (
		DELETE FROM serial.aggregation AS a WHERE a.parent = container
		RETURNING a.child
	)
	SELECT count(*) FROM gone;
END;
COMMENT ON FUNCTION serial.unpack_all(serial.serial, timestamptz) IS
'takes everything that is directly in a container out of it, and returns how many that were; this version keeps no history, so that at leaves no trace';
REVOKE EXECUTE ON FUNCTION serial.unpack_all(serial.serial, timestamptz) FROM PUBLIC;

-- Walking.  These run with the caller's rights: who may not read
-- serial.aggregation learns nothing from them.

CREATE FUNCTION serial.contents(container serial.serial, max_depth integer DEFAULT NULL)
RETURNS TABLE (id serial.serial, container serial.serial, depth integer)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
BEGIN ATOMIC
	WITH RECURSIVE below(id, container, depth) AS (
		SELECT a.child, a.parent, 1
		FROM serial.aggregation AS a
		WHERE a.parent = $1 AND coalesce($2 >= 1, true)
		UNION ALL
		SELECT a.child, a.parent, b.depth + 1
		FROM below AS b JOIN serial.aggregation AS a ON a.parent = b.id
		WHERE coalesce(b.depth < $2, true)
	)
	SELECT below.id, below.container, below.depth FROM below;
END;
COMMENT ON FUNCTION serial.contents(serial.serial, integer) IS
'everything inside a container, with the container each is directly in and its depth, 1 being directly inside; no deeper than max_depth';

CREATE FUNCTION serial.containers(item serial.serial)
RETURNS TABLE (id serial.serial, depth integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 3
BEGIN ATOMIC
	WITH RECURSIVE above(id, depth) AS (
		SELECT a.parent, 1
		FROM serial.aggregation AS a
		WHERE a.child = $1
		UNION ALL
		SELECT a.parent, b.depth + 1
		FROM above AS b JOIN serial.aggregation AS a ON a.child = b.id
	)
	SELECT above.id, above.depth FROM above ORDER BY above.depth;
END;
COMMENT ON FUNCTION serial.containers(serial.serial) IS
'the containers an item is in, from the inside out, depth 1 being the one it is directly in';

CREATE FUNCTION serial.container(item serial.serial)
RETURNS serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT a.parent FROM serial.aggregation AS a WHERE a.child = item;
END;
COMMENT ON FUNCTION serial.container(serial.serial) IS
'the container an item is directly in; NULL if it is in none';

CREATE FUNCTION serial.outermost(item serial.serial)
RETURNS serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce((SELECT c.id FROM serial.containers(item) AS c
					 ORDER BY c.depth DESC LIMIT 1), item);
END;
COMMENT ON FUNCTION serial.outermost(serial.serial) IS
'the outermost container an item is in; the item itself if it is in none';

-- Operators

CREATE FUNCTION serial.is_inside(item serial.serial, container serial.serial)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM serial.containers(item) AS c
				   WHERE c.id = container);
END;
COMMENT ON FUNCTION serial.is_inside(serial.serial, serial.serial) IS
'implementation of <@ operator';

CREATE FUNCTION serial.is_inside_any(item serial.serial, containers serial.serial[])
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM serial.containers(item) AS c
				   WHERE c.id = ANY (containers));
END;
COMMENT ON FUNCTION serial.is_inside_any(serial.serial, serial.serial[]) IS
'implementation of <@ operator';

CREATE FUNCTION serial.has_inside(container serial.serial, item serial.serial)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT serial.is_inside(item, container);
END;
COMMENT ON FUNCTION serial.has_inside(serial.serial, serial.serial) IS
'implementation of @> operator';

CREATE FUNCTION serial.any_has_inside(containers serial.serial[], item serial.serial)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT serial.is_inside_any(item, containers);
END;
COMMENT ON FUNCTION serial.any_has_inside(serial.serial[], serial.serial) IS
'implementation of @> operator';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial.is_inside,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.<@(serial.serial, serial.serial) IS
'is packed inside, at any depth';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial.has_inside,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial, serial.serial) IS
'has packed inside, at any depth';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial.is_inside_any,
	LEFTARG = serial.serial, RIGHTARG = serial.serial[],
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.<@(serial.serial, serial.serial[]) IS
'is packed inside any of';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial.any_has_inside,
	LEFTARG = serial.serial[], RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = contsel, JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial[], serial.serial) IS
'any of which has packed inside';

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
