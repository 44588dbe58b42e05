-- <@ and @> with a text, which is read as an identifier.  The functions are
-- inlined, so that the planner sees the operators of identifiers.

CREATE FUNCTION serial_internal.is_inside_text(id serial.serial, container text)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT id OPERATOR(pg_catalog.<@) serial.parse(container);
END;
COMMENT ON FUNCTION serial_internal.is_inside_text(serial.serial, text) IS
'implementation of <@ operator';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial_internal.is_inside_text,
	LEFTARG = serial.serial, RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.@>)
);
COMMENT ON OPERATOR pg_catalog.<@(serial.serial, text) IS
'is packed inside the container, at any depth; the text is read as an identifier';

CREATE FUNCTION serial_internal.text_is_inside(id text, container serial.serial)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT serial.parse(id) OPERATOR(pg_catalog.<@) container;
END;
COMMENT ON FUNCTION serial_internal.text_is_inside(text, serial.serial) IS
'implementation of <@ operator';

CREATE OPERATOR pg_catalog.<@
(
	FUNCTION = serial_internal.text_is_inside,
	LEFTARG = text, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.@>)
);
COMMENT ON OPERATOR pg_catalog.<@(text, serial.serial) IS
'is packed inside the container, at any depth; the text is read as an identifier';

CREATE FUNCTION serial_internal.has_text_inside(container serial.serial, id text)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT container OPERATOR(pg_catalog.@>) serial.parse(id);
END;
COMMENT ON FUNCTION serial_internal.has_text_inside(serial.serial, text) IS
'implementation of @> operator';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial_internal.has_text_inside,
	LEFTARG = serial.serial, RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.<@)
);
COMMENT ON OPERATOR pg_catalog.@>(serial.serial, text) IS
'has packed inside itself, at any depth; the text is read as an identifier';

CREATE FUNCTION serial_internal.text_has_inside(container text, id serial.serial)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT serial.parse(container) OPERATOR(pg_catalog.@>) id;
END;
COMMENT ON FUNCTION serial_internal.text_has_inside(text, serial.serial) IS
'implementation of @> operator';

CREATE OPERATOR pg_catalog.@>
(
	FUNCTION = serial_internal.text_has_inside,
	LEFTARG = text, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<@)
);
COMMENT ON OPERATOR pg_catalog.@>(text, serial.serial) IS
'has packed inside itself, at any depth; the text is read as an identifier';
