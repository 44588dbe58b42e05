-- The value: type serial.serial, its operators, classes, casts, accessors.

CREATE TYPE serial.serial;

CREATE FUNCTION serial_internal.serial_in(cstring, oid, integer)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_in(cstring, oid, integer) IS 'I/O';

CREATE FUNCTION serial_internal.serial_out(serial.serial)
RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_out(serial.serial) IS 'I/O';

CREATE FUNCTION serial_internal.serial_recv(internal, oid, integer)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_recv(internal, oid, integer) IS 'I/O';

CREATE FUNCTION serial_internal.serial_send(serial.serial)
RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_send(serial.serial) IS 'I/O';

CREATE FUNCTION serial_internal.serial_typmod_in(cstring[])
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_typmod_in(cstring[]) IS 'I/O typmod';

CREATE FUNCTION serial_internal.serial_typmod_out(integer)
RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial_internal.serial_typmod_out(integer) IS 'I/O typmod';

-- STORAGE is not plain: a value taken out of an array has a long header, and
-- only then may a table shorten it again.
CREATE TYPE serial.serial
(
	INPUT = serial_internal.serial_in,
	OUTPUT = serial_internal.serial_out,
	RECEIVE = serial_internal.serial_recv,
	SEND = serial_internal.serial_send,
	TYPMOD_IN = serial_internal.serial_typmod_in,
	TYPMOD_OUT = serial_internal.serial_typmod_out,
	INTERNALLENGTH = VARIABLE,
	STORAGE = main
);
COMMENT ON TYPE serial.serial IS
'identifier of a thing, a class or a container: scheme, key and serial number, checked and canonical';

-- Casts

CREATE FUNCTION serial.serial(serial.serial, integer, boolean)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_enforce_typmod';
COMMENT ON FUNCTION serial.serial(serial.serial, integer, boolean) IS
'the value, if it is of the scheme that the type modifier names; else error 22P02';

CREATE FUNCTION serial.parse(spelling text)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_from_text';
COMMENT ON FUNCTION serial.parse(text) IS
'the identifier that a text spells, in any spelling; error 22P02 says what is wrong and where';

CREATE FUNCTION serial.parse(spellings text[])
RETURNS serial.serial[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_from_text_array';
COMMENT ON FUNCTION serial.parse(text[]) IS
'the identifiers that texts spell, NULLs and dimensions kept; error 22P02 at the first that is wrong';

CREATE FUNCTION serial.try_parse(spelling text)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_try_parse';
COMMENT ON FUNCTION serial.try_parse(text) IS
'the identifier that a text spells, or NULL if it spells none';

CREATE FUNCTION serial.text(serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_to_text';
COMMENT ON FUNCTION serial.text(serial.serial) IS
'the canonical spelling: GS1 keys as bracketed element string, others as scheme:value';

CREATE CAST (serial.serial AS serial.serial)
WITH FUNCTION serial.serial(serial.serial, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (serial.serial AS serial.serial) IS
'applies the type modifier';

CREATE CAST (text AS serial.serial)
WITH FUNCTION serial.parse(text) AS ASSIGNMENT;
COMMENT ON CAST (text AS serial.serial) IS
'reads any spelling';

CREATE CAST (serial.serial AS text)
WITH FUNCTION serial.text(serial.serial) AS ASSIGNMENT;
COMMENT ON CAST (serial.serial AS text) IS
'writes the canonical spelling';

-- ARRAY['(00)...'] is text[] before any function sees it.
CREATE CAST (text[] AS serial.serial[])
WITH FUNCTION serial.parse(text[]) AS IMPLICIT;
COMMENT ON CAST (text[] AS serial.serial[]) IS
'reads any spelling; implicit, so that ARRAY[''(00)...''] can be an argument';

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

-- What there is

CREATE FUNCTION serial.schemes(
	OUT scheme text, OUT title text, OUT key_ai text, OUT number_ai text,
	OUT key_min integer, OUT key_max integer, OUT key_characters text,
	OUT number_min integer, OUT number_max integer, OUT number_characters text,
	OUT check_algorithm text, OUT example serial.serial)
RETURNS SETOF record
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 40
AS 'MODULE_PATHNAME', 'serial_schemes';
COMMENT ON FUNCTION serial.schemes() IS
'the schemes: application identifiers, lengths and characters of key and number, check algorithm, an example';

CREATE FUNCTION serial.algorithms(
	OUT algorithm text, OUT standard text, OUT payload_characters text,
	OUT check_length integer, OUT check_position integer)
RETURNS SETOF record
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'serial_algorithms';
COMMENT ON FUNCTION serial.algorithms() IS
'the check algorithms; check_position counts from 1, NULL when the check ends the value';

CREATE FUNCTION serial.check_digit(algorithm text, payload text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_check_digit';
COMMENT ON FUNCTION serial.check_digit(text, text) IS
'the check character or characters of a payload, which is the value without them; errors 22023 no such algorithm, 22P02 a payload it is not defined on';

CREATE FUNCTION serial.has_valid_check(algorithm text, value text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_has_valid_check';
COMMENT ON FUNCTION serial.has_valid_check(text, text) IS
'does the value carry the right check? error 22023 no such algorithm';

CREATE FUNCTION serial.suggest(spelling text)
RETURNS SETOF serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'serial_suggest';
COMMENT ON FUNCTION serial.suggest(text) IS
'where a check is wrong, the identifiers one transposition or one character of the key away, the likelier first; a valid text suggests itself, one that is wrong otherwise nothing';

-- Accessors

CREATE FUNCTION serial.scheme(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_scheme';
COMMENT ON FUNCTION serial.scheme(serial.serial) IS
'name of the identifier''s scheme, such as sgtin';

CREATE FUNCTION serial.key(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_key';
COMMENT ON FUNCTION serial.key(serial.serial) IS
'the primary key: GTIN, SSCC and so on, check digit included';

CREATE FUNCTION serial.number(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_number';
COMMENT ON FUNCTION serial.number(serial.serial) IS
'the serial component, lot or extension; NULL if there is none';

CREATE FUNCTION serial.gtin(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_gtin';
COMMENT ON FUNCTION serial.gtin(serial.serial) IS
'the 14-digit GTIN of the trade item; NULL if it is not one';

-- Other spellings

-- EPC separates company prefix and reference; the key itself does not say
-- where, and GS1's table of prefixes is licensed, so it is the user's to fill.
CREATE TABLE serial.company_prefix
(
	prefix text PRIMARY KEY CHECK (prefix ~ '^[0-9]{1,12}$'),
	length integer NOT NULL CHECK (length BETWEEN 6 AND 12)
);
GRANT SELECT ON serial.company_prefix TO PUBLIC;
COMMENT ON TABLE serial.company_prefix IS
'how long company prefixes are, for EPC URIs and EPC binary; filled by the user';
COMMENT ON COLUMN serial.company_prefix.prefix IS
'leading digits of a company prefix; the longest that matches a key counts';
COMMENT ON COLUMN serial.company_prefix.length IS
'count of digits of the company prefixes that begin so';

SELECT pg_catalog.pg_extension_config_dump('serial.company_prefix', '');

CREATE FUNCTION serial_internal.company_prefix_digits(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_company_prefix_digits';
COMMENT ON FUNCTION serial_internal.company_prefix_digits(serial.serial) IS
'up to twelve digits of the key from where its company prefix begins; NULL if it has none';

-- The digits of a GTIN-8 begin with five zeros: EPC takes those and its
-- three-digit GS1-8 prefix for a company prefix of eight.
CREATE FUNCTION serial_internal.company_prefix_length(id serial.serial)
RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(
		(SELECT c.length
		 FROM pg_catalog.generate_series(12, 1, -1) AS n
		 JOIN serial.company_prefix AS c ON c.prefix = pg_catalog.left(serial_internal.company_prefix_digits(id), n)
		 WHERE pg_catalog.length(c.prefix) = n
		 ORDER BY n DESC
		 LIMIT 1),
		CASE WHEN serial.gtin(id) LIKE '000000%' THEN 8 END);
END;
COMMENT ON FUNCTION serial_internal.company_prefix_length(serial.serial) IS
'length of the company prefix in the key, by the longest match in serial.company_prefix; NULL if unknown';

CREATE FUNCTION serial.element_string(id serial.serial, raw boolean DEFAULT false)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_element_string';
COMMENT ON FUNCTION serial.element_string(serial.serial, boolean) IS
'bracketed GS1 element string, or the raw one that a scanner transmits, with GS for FNC1; NULL for a scheme that is not GS1''s';

CREATE FUNCTION serial.epc_uri(id serial.serial, company_prefix_length integer)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epc_uri';
COMMENT ON FUNCTION serial.epc_uri(serial.serial, integer) IS
'EPC pure identity URI, or the pattern of a class; error 22023 if there is none, or the length is unknown or unsuitable';

CREATE FUNCTION serial.epc_uri(id serial.serial)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.epc_uri(id, serial_internal.company_prefix_length(id));
END;
COMMENT ON FUNCTION serial.epc_uri(serial.serial) IS
'EPC pure identity URI with the company prefix length of serial.company_prefix';

CREATE FUNCTION serial.digital_link(id serial.serial, domain text DEFAULT 'id.gs1.org')
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_digital_link';
COMMENT ON FUNCTION serial.digital_link(serial.serial, text) IS
'uncompressed GS1 Digital Link URI on a domain; NULL for a scheme that is not GS1''s, error 22023 for a bad domain';

-- Scans.  STABLE: which century a date is of depends on the current year.

CREATE FUNCTION serial.scan(scanned text, OUT id serial.serial, OUT gtin text,
	OUT serial text, OUT lot text, OUT expiry date, OUT production date,
	OUT elements jsonb)
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_scan';
COMMENT ON FUNCTION serial.scan(text) IS
'every element of a GS1 element string or Digital Link, each checked, and what they identify; error 22P02 says which is wrong and where. Whether all elements are there that others require is not checked: they may be in other bar codes of the item';

-- EPC on RFID tags.  A company prefix length of NULL is one that is not known,
-- which some codings do not mind.
CREATE FUNCTION serial.epc_hex(id serial.serial, company_prefix_length integer, coding text DEFAULT NULL, filter integer DEFAULT 0)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epc_hex';
COMMENT ON FUNCTION serial.epc_hex(serial.serial, integer, text, integer) IS
'EPC binary encoding for an RFID tag, in hexadecimal: in the coding, such as sgtin-96, or else the first of the scheme''s that holds it, smaller ones first, "+" codings never; error 22023 if it cannot hold the identifier';

CREATE FUNCTION serial.epc_tag_uri(id serial.serial, company_prefix_length integer, coding text DEFAULT NULL, filter integer DEFAULT 0)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epc_tag_uri';
COMMENT ON FUNCTION serial.epc_tag_uri(serial.serial, integer, text, integer) IS
'EPC tag URI, which names coding and filter value; error 22023 if the coding cannot hold the identifier';

CREATE FUNCTION serial.from_epc_hex(hex text)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_from_epc_hex';
COMMENT ON FUNCTION serial.from_epc_hex(text) IS
'the identifier in the EPC binary encoding of an RFID tag, given in hexadecimal; error 22P02 says what is wrong and where';

CREATE FUNCTION serial.epc_hex(id serial.serial)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.epc_hex(id, serial_internal.company_prefix_length(id));
END;
COMMENT ON FUNCTION serial.epc_hex(serial.serial) IS
'EPC binary as hexadecimal digits, with the company prefix length of serial.company_prefix';

CREATE FUNCTION serial.epc_tag_uri(id serial.serial)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.epc_tag_uri(id, serial_internal.company_prefix_length(id));
END;
COMMENT ON FUNCTION serial.epc_tag_uri(serial.serial) IS
'EPC tag URI, with the company prefix length of serial.company_prefix';
