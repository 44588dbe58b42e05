-- Order and equality.  Operators live in pg_catalog: they work under every
-- search_path and nobody can shadow them.

CREATE FUNCTION serial_internal.serial_lt(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_lt(serial.serial, serial.serial) IS
'implementation of < operator';

CREATE FUNCTION serial_internal.serial_le(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_le(serial.serial, serial.serial) IS
'implementation of <= operator';

CREATE FUNCTION serial_internal.serial_eq(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_eq(serial.serial, serial.serial) IS
'implementation of = operator';

CREATE FUNCTION serial_internal.serial_ne(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_ne(serial.serial, serial.serial) IS
'implementation of <> operator';

CREATE FUNCTION serial_internal.serial_ge(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_ge(serial.serial, serial.serial) IS
'implementation of >= operator';

CREATE FUNCTION serial_internal.serial_gt(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_gt(serial.serial, serial.serial) IS
'implementation of > operator';

CREATE FUNCTION serial_internal.serial_cmp(serial.serial, serial.serial)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_cmp(serial.serial, serial.serial) IS
'less-equal-greater';

CREATE FUNCTION serial_internal.serial_sortsupport(internal)
RETURNS void
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_sortsupport(internal) IS 'sort support';

CREATE FUNCTION serial_internal.serial_hash(serial.serial)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_hash(serial.serial) IS 'hash';

CREATE FUNCTION serial_internal.serial_hash_extended(serial.serial, bigint)
RETURNS bigint
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_hash_extended(serial.serial, bigint) IS
'hash with seed';

CREATE OPERATOR pg_catalog.<
(
	FUNCTION = serial_internal.serial_lt,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.>),
	NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.<(serial.serial, serial.serial) IS 'less than';

CREATE OPERATOR pg_catalog.<=
(
	FUNCTION = serial_internal.serial_le,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.>=),
	NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<=(serial.serial, serial.serial) IS
'less than or equal';

CREATE OPERATOR pg_catalog.=
(
	FUNCTION = serial_internal.serial_eq,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.=),
	NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel,
	HASHES, MERGES
);
COMMENT ON OPERATOR pg_catalog.=(serial.serial, serial.serial) IS 'equal';

CREATE OPERATOR pg_catalog.<>
(
	FUNCTION = serial_internal.serial_ne,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<>),
	NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<>(serial.serial, serial.serial) IS 'not equal';

CREATE OPERATOR pg_catalog.>=
(
	FUNCTION = serial_internal.serial_ge,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<=),
	NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>=(serial.serial, serial.serial) IS
'greater than or equal';

CREATE OPERATOR pg_catalog.>
(
	FUNCTION = serial_internal.serial_gt,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<),
	NEGATOR = OPERATOR(pg_catalog.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.>(serial.serial, serial.serial) IS
'greater than';

CREATE OPERATOR FAMILY serial.serial_ops USING btree;
COMMENT ON OPERATOR FAMILY serial.serial_ops USING btree IS
'order of identifiers: by scheme, key and number';

CREATE OPERATOR CLASS serial.serial_ops
DEFAULT FOR TYPE serial.serial USING btree FAMILY serial.serial_ops AS
	OPERATOR 1 pg_catalog.<,
	OPERATOR 2 pg_catalog.<=,
	OPERATOR 3 pg_catalog.=,
	OPERATOR 4 pg_catalog.>=,
	OPERATOR 5 pg_catalog.>,
	FUNCTION 1 serial_internal.serial_cmp(serial.serial, serial.serial),
	FUNCTION 2 serial_internal.serial_sortsupport(internal),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS serial.serial_ops USING btree IS
'order of identifiers: by scheme, key and number';

CREATE OPERATOR FAMILY serial.serial_ops USING hash;
COMMENT ON OPERATOR FAMILY serial.serial_ops USING hash IS
'equality of identifiers';

CREATE OPERATOR CLASS serial.serial_ops
DEFAULT FOR TYPE serial.serial USING hash FAMILY serial.serial_ops AS
	OPERATOR 1 pg_catalog.=,
	FUNCTION 1 serial_internal.serial_hash(serial.serial),
	FUNCTION 2 serial_internal.serial_hash_extended(serial.serial, bigint);
COMMENT ON OPERATOR CLASS serial.serial_ops USING hash IS
'equality of identifiers';

CREATE OPERATOR FAMILY serial.serial_minmax_ops USING brin;
COMMENT ON OPERATOR FAMILY serial.serial_minmax_ops USING brin IS
'smallest and largest identifier of a range of blocks';

CREATE OPERATOR CLASS serial.serial_minmax_ops
DEFAULT FOR TYPE serial.serial USING brin FAMILY serial.serial_minmax_ops AS
	OPERATOR 1 pg_catalog.<,
	OPERATOR 2 pg_catalog.<=,
	OPERATOR 3 pg_catalog.=,
	OPERATOR 4 pg_catalog.>=,
	OPERATOR 5 pg_catalog.>,
	FUNCTION 1 pg_catalog.brin_minmax_opcinfo(internal),
	FUNCTION 2 pg_catalog.brin_minmax_add_value(internal, internal, internal, internal),
	FUNCTION 3 pg_catalog.brin_minmax_consistent(internal, internal, internal),
	FUNCTION 4 pg_catalog.brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR CLASS serial.serial_minmax_ops USING brin IS
'smallest and largest identifier of a range of blocks';

CREATE FUNCTION serial_internal.serial_smaller(serial.serial, serial.serial)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_smaller(serial.serial, serial.serial) IS
'the smaller of two; transition of min';

CREATE FUNCTION serial_internal.serial_larger(serial.serial, serial.serial)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_larger(serial.serial, serial.serial) IS
'the larger of two; transition of max';

CREATE AGGREGATE pg_catalog.min(serial.serial)
(
	SFUNC = serial_internal.serial_smaller, STYPE = serial.serial,
	COMBINEFUNC = serial_internal.serial_smaller,
	SORTOP = OPERATOR(pg_catalog.<), PARALLEL = SAFE
);
COMMENT ON AGGREGATE pg_catalog.min(serial.serial) IS
'the smallest identifier';

CREATE AGGREGATE pg_catalog.max(serial.serial)
(
	SFUNC = serial_internal.serial_larger, STYPE = serial.serial,
	COMBINEFUNC = serial_internal.serial_larger,
	SORTOP = OPERATOR(pg_catalog.>), PARALLEL = SAFE
);
COMMENT ON AGGREGATE pg_catalog.max(serial.serial) IS
'the largest identifier';

-- pg_upgrade recreates functions before operator classes, and parses their bodies if
-- these are not strings: such a body cannot sort or group by the type itself.
CREATE FUNCTION serial_internal.sort_key(id serial.serial)
RETURNS bytea
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_sort_key';
COMMENT ON FUNCTION serial_internal.sort_key(serial.serial) IS
'bytes that have the order of the identifiers, to sort by in the body of a function that is not a string';
