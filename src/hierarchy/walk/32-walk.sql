-- Walks of the hierarchy.  All run with the caller's rights: without SELECT on
-- serial.aggregation (and, for the past, on serial.aggregation_history) each of
-- them raises 42501.

CREATE FUNCTION serial_internal.contents_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_contents_support';
COMMENT ON FUNCTION serial_internal.contents_support(internal) IS
'planner support for serial.contents: estimates the number of rows';

CREATE FUNCTION serial.contents(
	container serial.serial, as_of timestamptz DEFAULT NULL, max_depth integer DEFAULT NULL)
RETURNS TABLE (id serial.serial, container serial.serial, depth integer)
LANGUAGE C STABLE PARALLEL SAFE COST 2000 ROWS 100
SUPPORT serial_internal.contents_support
AS 'MODULE_PATHNAME', 'serial_contents';
COMMENT ON FUNCTION serial.contents(serial.serial, timestamptz, integer) IS
'everything inside a container, now or as of a point in time, each with the container that it is directly in and '
'its depth (1 is directly inside), down to max_depth; no rows for NULL; errors 42501 no right to read the links';

CREATE FUNCTION serial.containers(id serial.serial, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (id serial.serial, depth integer)
LANGUAGE C STABLE PARALLEL SAFE COST 1000 ROWS 3
AS 'MODULE_PATHNAME', 'serial_containers';
COMMENT ON FUNCTION serial.containers(serial.serial, timestamptz) IS
'the containers around an item, now or as of a point in time, from the inside out; depth 1 is the container that '
'it is directly in; no rows for NULL; errors 42501 no right to read the links';

CREATE FUNCTION serial.container(id serial.serial)
RETURNS serial.serial
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_container';
COMMENT ON FUNCTION serial.container(serial.serial) IS
'the container that an item is directly in; NULL if it is in none; errors 42501 no right to read the links';

CREATE FUNCTION serial.outermost(id serial.serial)
RETURNS serial.serial
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_outermost';
COMMENT ON FUNCTION serial.outermost(serial.serial) IS
'the outermost container around an item; the item itself if it is in none; errors 42501 no right to read the links';

CREATE FUNCTION serial.inside(id serial.serial, container serial.serial, as_of timestamptz)
RETURNS boolean
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_inside';
COMMENT ON FUNCTION serial.inside(serial.serial, serial.serial, timestamptz) IS
'whether an item was inside a container, at any depth, as of a point in time; errors 42501 no right to read the links';

CREATE FUNCTION serial_internal.containment(id serial.serial)
RETURNS TABLE (container serial.serial, since timestamptz, until timestamptz, depth integer,
			   since_event bigint, until_event bigint)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 3
AS 'MODULE_PATHNAME', 'serial_containment';
COMMENT ON FUNCTION serial_internal.containment(serial.serial) IS
'the containers around an item, now and in the past, at any depth, from since up to but not including until '
'(infinity if it lasts); since_event and until_event tell which events at these times are in the interval; the '
'item itself comes first, at depth 0, from -infinity to infinity; errors 42501 no right to read the links';

-- Statements that look links up for many items at once are planned by what is known of the
-- tables then, and may read all links for each item.  This does not.
CREATE FUNCTION serial_internal.links_of(ids serial.serial[], with_former boolean DEFAULT false)
RETURNS TABLE (child serial.serial, parent serial.serial, since timestamptz, since_event bigint,
			   until timestamptz, until_event bigint)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 100
AS 'MODULE_PATHNAME', 'serial_links_of';
COMMENT ON FUNCTION serial_internal.links_of(serial.serial[], boolean) IS
'the links of items to the containers that they are directly in and, with_former, those that have ended; until is '
'infinity if a link lasts; errors 42501 no right to read the links';
REVOKE EXECUTE ON FUNCTION serial_internal.links_of(serial.serial[], boolean) FROM PUBLIC;

CREATE FUNCTION serial_internal.contents_array(container serial.serial)
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 2000
AS 'MODULE_PATHNAME', 'serial_contents_array';
COMMENT ON FUNCTION serial_internal.contents_array(serial.serial) IS
'everything inside a container, as an unordered array; used by the index condition of <@; errors 42501 no right '
'to read the links';

CREATE FUNCTION serial_internal.contents_array(containers serial.serial[])
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 4000
AS 'MODULE_PATHNAME', 'serial_contents_array_of_any';
COMMENT ON FUNCTION serial_internal.contents_array(serial.serial[]) IS
'everything inside any of the containers, as an unordered array; used by the index condition of <@; errors 42501 '
'no right to read the links';

CREATE FUNCTION serial_internal.containers_array(id serial.serial)
RETURNS serial.serial[]
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'serial_containers_array';
COMMENT ON FUNCTION serial_internal.containers_array(serial.serial) IS
'the containers around an item, from the inside out, as an array; used by the index condition of @>; errors 42501 '
'no right to read the links';

CREATE FUNCTION serial.tree(container serial.serial, max_depth integer DEFAULT NULL)
RETURNS SETOF text
LANGUAGE C STABLE PARALLEL SAFE COST 2000 ROWS 20
AS 'MODULE_PATHNAME', 'serial_tree';
COMMENT ON FUNCTION serial.tree(serial.serial, integer) IS
'draws a container and its contents as text, one line a row: scheme, key and number of an item, and the count of '
'its contents level by level, down to max_depth; long lists of siblings are summed up by scheme and key; no rows '
'for NULL; errors 42501 no right to read the links';

-- A key without a number, such as an SSCC, identifies one item: keys of that kind
-- are not grouped by.
CREATE FUNCTION serial.summary(container serial.serial, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (depth integer, scheme text, key text, gtin text, items bigint)
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
'counts the items inside a container, now or as of a point in time, by depth, scheme and key; key is NULL for '
'identifiers without a number, whose key is their own, and gtin for those without a GTIN; no rows for NULL; '
'errors 42501 no right to read the links';
