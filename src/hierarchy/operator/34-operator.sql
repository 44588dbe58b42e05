-- The operators <@ and @>.  They are marked LEAKPROOF: they fail only for lack of
-- rights or memory or for damaged links, and no such error contains a value.

CREATE FUNCTION serial_internal.is_inside_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_inside_support';
COMMENT ON FUNCTION serial_internal.is_inside_support(internal) IS
'planner support for <@: an index condition and estimates';

CREATE FUNCTION serial_internal.has_inside_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_inside_support';
COMMENT ON FUNCTION serial_internal.has_inside_support(internal) IS
'planner support for @>: an index condition and estimates';

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

CREATE FUNCTION serial_internal.is_inside(id serial.serial, container serial.serial)
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial_internal.is_inside_support
AS 'MODULE_PATHNAME', 'serial_is_inside';
COMMENT ON FUNCTION serial_internal.is_inside(serial.serial, serial.serial) IS
'implementation of <@ operator';

CREATE FUNCTION serial_internal.is_inside_any(id serial.serial, containers serial.serial[])
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial_internal.is_inside_support
AS 'MODULE_PATHNAME', 'serial_is_inside_any';
COMMENT ON FUNCTION serial_internal.is_inside_any(serial.serial, serial.serial[]) IS
'implementation of <@ operator';

CREATE FUNCTION serial_internal.has_inside(container serial.serial, id serial.serial)
RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1000
SUPPORT serial_internal.has_inside_support
AS 'MODULE_PATHNAME', 'serial_has_inside';
COMMENT ON FUNCTION serial_internal.has_inside(serial.serial, serial.serial) IS
'implementation of @> operator';

CREATE FUNCTION serial_internal.any_has_inside(containers serial.serial[], id serial.serial)
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
'is packed inside the container, at any depth';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial_internal.has_inside,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = serial_internal.has_inside_sel, JOIN = serial_internal.has_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial, serial.serial) IS
'has packed inside itself, at any depth';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial_internal.is_inside_any,
	LEFTARG = serial.serial, RIGHTARG = serial.serial[],
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = serial_internal.is_inside_sel, JOIN = serial_internal.is_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.<@(serial.serial, serial.serial[]) IS
'is packed inside any of the containers, at any depth';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial_internal.any_has_inside,
	LEFTARG = serial.serial[], RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = serial_internal.has_inside_sel, JOIN = serial_internal.has_inside_joinsel
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial[], serial.serial) IS
'any of the containers has packed inside, at any depth';
