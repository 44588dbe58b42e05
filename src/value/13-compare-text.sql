-- Comparisons of identifiers with texts, which are read as identifiers: drivers
-- bind strings as text or varchar.  The planner replaces them by comparisons of
-- two identifiers, but for = ANY of an array.

CREATE FUNCTION serial_internal.compare_text_support(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_compare_text_support';
COMMENT ON FUNCTION serial_internal.compare_text_support(internal) IS
'planner support for comparisons with text: compares identifiers';

CREATE FUNCTION serial_internal.serial_lt_serial_text(serial.serial, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_lt_serial_text(serial.serial, text) IS
'implementation of < operator';

CREATE FUNCTION serial_internal.serial_le_serial_text(serial.serial, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_le_serial_text(serial.serial, text) IS
'implementation of <= operator';

CREATE FUNCTION serial_internal.serial_eq_serial_text(serial.serial, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_eq_serial_text(serial.serial, text) IS
'implementation of = operator';

CREATE FUNCTION serial_internal.serial_ne_serial_text(serial.serial, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_ne_serial_text(serial.serial, text) IS
'implementation of <> operator';

CREATE FUNCTION serial_internal.serial_ge_serial_text(serial.serial, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_ge_serial_text(serial.serial, text) IS
'implementation of >= operator';

CREATE FUNCTION serial_internal.serial_gt_serial_text(serial.serial, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_gt_serial_text(serial.serial, text) IS
'implementation of > operator';

CREATE FUNCTION serial_internal.serial_cmp_serial_text(serial.serial, text)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_cmp_serial_text(serial.serial, text) IS
'less-equal-greater';

CREATE FUNCTION serial_internal.serial_lt_text_serial(text, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_lt_text_serial(text, serial.serial) IS
'implementation of < operator';

CREATE FUNCTION serial_internal.serial_le_text_serial(text, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_le_text_serial(text, serial.serial) IS
'implementation of <= operator';

CREATE FUNCTION serial_internal.serial_eq_text_serial(text, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_eq_text_serial(text, serial.serial) IS
'implementation of = operator';

CREATE FUNCTION serial_internal.serial_ne_text_serial(text, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_ne_text_serial(text, serial.serial) IS
'implementation of <> operator';

CREATE FUNCTION serial_internal.serial_ge_text_serial(text, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_ge_text_serial(text, serial.serial) IS
'implementation of >= operator';

CREATE FUNCTION serial_internal.serial_gt_text_serial(text, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT serial_internal.compare_text_support
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_gt_text_serial(text, serial.serial) IS
'implementation of > operator';

CREATE FUNCTION serial_internal.serial_cmp_text_serial(text, serial.serial)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_cmp_text_serial(text, serial.serial) IS
'less-equal-greater';

CREATE FUNCTION serial_internal.serial_lt_text_text(text, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_lt_text_text(text, text) IS
'implementation of < operator';

CREATE FUNCTION serial_internal.serial_le_text_text(text, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_le_text_text(text, text) IS
'implementation of <= operator';

CREATE FUNCTION serial_internal.serial_eq_text_text(text, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_eq_text_text(text, text) IS
'implementation of = operator';

CREATE FUNCTION serial_internal.serial_ge_text_text(text, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_ge_text_text(text, text) IS
'implementation of >= operator';

CREATE FUNCTION serial_internal.serial_gt_text_text(text, text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_gt_text_text(text, text) IS
'implementation of > operator';

CREATE FUNCTION serial_internal.serial_cmp_text_text(text, text)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_cmp_text_text(text, text) IS
'less-equal-greater';

-- The operators of two texts complete the operator family, as an index scan for
-- = ANY sorts the array; they live where nobody finds them by accident.

CREATE OPERATOR pg_catalog.<
(
	FUNCTION = serial_internal.serial_lt_serial_text,
	LEFTARG = serial.serial, RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.>),
	NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.<(serial.serial, text) IS
'less than, the text read as an identifier';

CREATE OPERATOR pg_catalog.<=
(
	FUNCTION = serial_internal.serial_le_serial_text,
	LEFTARG = serial.serial, RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.>=),
	NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<=(serial.serial, text) IS
'less than or equal, the text read as an identifier';

CREATE OPERATOR pg_catalog.=
(
	FUNCTION = serial_internal.serial_eq_serial_text,
	LEFTARG = serial.serial, RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.=),
	NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR pg_catalog.=(serial.serial, text) IS
'equal, the text read as an identifier';

CREATE OPERATOR pg_catalog.<>
(
	FUNCTION = serial_internal.serial_ne_serial_text,
	LEFTARG = serial.serial, RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.<>),
	NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<>(serial.serial, text) IS
'not equal, the text read as an identifier';

CREATE OPERATOR pg_catalog.>=
(
	FUNCTION = serial_internal.serial_ge_serial_text,
	LEFTARG = serial.serial, RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.<=),
	NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>=(serial.serial, text) IS
'greater than or equal, the text read as an identifier';

CREATE OPERATOR pg_catalog.>
(
	FUNCTION = serial_internal.serial_gt_serial_text,
	LEFTARG = serial.serial, RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.<),
	NEGATOR = OPERATOR(pg_catalog.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.>(serial.serial, text) IS
'greater than, the text read as an identifier';

CREATE OPERATOR pg_catalog.<
(
	FUNCTION = serial_internal.serial_lt_text_serial,
	LEFTARG = text, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.>),
	NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.<(text, serial.serial) IS
'less than, the text read as an identifier';

CREATE OPERATOR pg_catalog.<=
(
	FUNCTION = serial_internal.serial_le_text_serial,
	LEFTARG = text, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.>=),
	NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<=(text, serial.serial) IS
'less than or equal, the text read as an identifier';

CREATE OPERATOR pg_catalog.=
(
	FUNCTION = serial_internal.serial_eq_text_serial,
	LEFTARG = text, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.=),
	NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR pg_catalog.=(text, serial.serial) IS
'equal, the text read as an identifier';

CREATE OPERATOR pg_catalog.<>
(
	FUNCTION = serial_internal.serial_ne_text_serial,
	LEFTARG = text, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<>),
	NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<>(text, serial.serial) IS
'not equal, the text read as an identifier';

CREATE OPERATOR pg_catalog.>=
(
	FUNCTION = serial_internal.serial_ge_text_serial,
	LEFTARG = text, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<=),
	NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>=(text, serial.serial) IS
'greater than or equal, the text read as an identifier';

CREATE OPERATOR pg_catalog.>
(
	FUNCTION = serial_internal.serial_gt_text_serial,
	LEFTARG = text, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<),
	NEGATOR = OPERATOR(pg_catalog.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.>(text, serial.serial) IS
'greater than, the text read as an identifier';

CREATE OPERATOR serial_internal.<
(
	FUNCTION = serial_internal.serial_lt_text_text,
	LEFTARG = text, RIGHTARG = text,
	COMMUTATOR = OPERATOR(serial_internal.>),
	NEGATOR = OPERATOR(serial_internal.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR serial_internal.<(text, text) IS
'less than, both read as identifiers';

CREATE OPERATOR serial_internal.<=
(
	FUNCTION = serial_internal.serial_le_text_text,
	LEFTARG = text, RIGHTARG = text,
	COMMUTATOR = OPERATOR(serial_internal.>=),
	NEGATOR = OPERATOR(serial_internal.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR serial_internal.<=(text, text) IS
'less than or equal, both read as identifiers';

CREATE OPERATOR serial_internal.=
(
	FUNCTION = serial_internal.serial_eq_text_text,
	LEFTARG = text, RIGHTARG = text,
	COMMUTATOR = OPERATOR(serial_internal.=),
	RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR serial_internal.=(text, text) IS
'equal, both read as identifiers';

CREATE OPERATOR serial_internal.>=
(
	FUNCTION = serial_internal.serial_ge_text_text,
	LEFTARG = text, RIGHTARG = text,
	COMMUTATOR = OPERATOR(serial_internal.<=),
	NEGATOR = OPERATOR(serial_internal.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR serial_internal.>=(text, text) IS
'greater than or equal, both read as identifiers';

CREATE OPERATOR serial_internal.>
(
	FUNCTION = serial_internal.serial_gt_text_text,
	LEFTARG = text, RIGHTARG = text,
	COMMUTATOR = OPERATOR(serial_internal.<),
	NEGATOR = OPERATOR(serial_internal.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR serial_internal.>(text, text) IS
'greater than, both read as identifiers';

ALTER OPERATOR FAMILY serial.serial_ops USING btree ADD
	OPERATOR 1 pg_catalog.<(serial.serial, text),
	OPERATOR 2 pg_catalog.<=(serial.serial, text),
	OPERATOR 3 pg_catalog.=(serial.serial, text),
	OPERATOR 4 pg_catalog.>=(serial.serial, text),
	OPERATOR 5 pg_catalog.>(serial.serial, text),
	FUNCTION 1 (serial.serial, text) serial_internal.serial_cmp_serial_text(serial.serial, text),
	OPERATOR 1 pg_catalog.<(text, serial.serial),
	OPERATOR 2 pg_catalog.<=(text, serial.serial),
	OPERATOR 3 pg_catalog.=(text, serial.serial),
	OPERATOR 4 pg_catalog.>=(text, serial.serial),
	OPERATOR 5 pg_catalog.>(text, serial.serial),
	FUNCTION 1 (text, serial.serial) serial_internal.serial_cmp_text_serial(text, serial.serial),
	OPERATOR 1 serial_internal.<(text, text),
	OPERATOR 2 serial_internal.<=(text, text),
	OPERATOR 3 serial_internal.=(text, text),
	OPERATOR 4 serial_internal.>=(text, text),
	OPERATOR 5 serial_internal.>(text, text),
	FUNCTION 1 (text, text) serial_internal.serial_cmp_text_text(text, text);
