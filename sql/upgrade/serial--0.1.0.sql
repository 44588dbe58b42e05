\echo Use "CREATE EXTENSION serial" to load this file. \quit
-- What every room stands on.  The schema is made here, not named in the
-- control file, so that it belongs to the extension and not to its installer.

CREATE SCHEMA serial;
GRANT USAGE ON SCHEMA serial TO PUBLIC;

COMMENT ON SCHEMA serial IS
'serialized inventory: identifiers, issue, containment; call its functions qualified and keep it out of search_path';
-- The value: type serial.serial, its operators, classes, casts, accessors.

CREATE TYPE serial.serial;

CREATE FUNCTION serial.serial_in(cstring, oid, integer)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_in(cstring, oid, integer) IS 'I/O';

CREATE FUNCTION serial.serial_out(serial.serial)
RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_out(serial.serial) IS 'I/O';

CREATE FUNCTION serial.serial_recv(internal, oid, integer)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_recv(internal, oid, integer) IS 'I/O';

CREATE FUNCTION serial.serial_send(serial.serial)
RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_send(serial.serial) IS 'I/O';

CREATE FUNCTION serial.serial_typmod_in(cstring[])
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_typmod_in(cstring[]) IS 'I/O typmod';

CREATE FUNCTION serial.serial_typmod_out(integer)
RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_typmod_out(integer) IS 'I/O typmod';

-- STORAGE is not plain: a value taken out of an array has a long header, and
-- only then may a table shorten it again.
CREATE TYPE serial.serial
(
	INPUT = serial.serial_in,
	OUTPUT = serial.serial_out,
	RECEIVE = serial.serial_recv,
	SEND = serial.serial_send,
	TYPMOD_IN = serial.serial_typmod_in,
	TYPMOD_OUT = serial.serial_typmod_out,
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

CREATE FUNCTION serial.serial_lt(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_lt(serial.serial, serial.serial) IS
'implementation of < operator';

CREATE FUNCTION serial.serial_le(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_le(serial.serial, serial.serial) IS
'implementation of <= operator';

CREATE FUNCTION serial.serial_eq(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_eq(serial.serial, serial.serial) IS
'implementation of = operator';

CREATE FUNCTION serial.serial_ne(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_ne(serial.serial, serial.serial) IS
'implementation of <> operator';

CREATE FUNCTION serial.serial_ge(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_ge(serial.serial, serial.serial) IS
'implementation of >= operator';

CREATE FUNCTION serial.serial_gt(serial.serial, serial.serial)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_gt(serial.serial, serial.serial) IS
'implementation of > operator';

CREATE FUNCTION serial.serial_cmp(serial.serial, serial.serial)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_cmp(serial.serial, serial.serial) IS
'less-equal-greater';

CREATE FUNCTION serial.serial_sortsupport(internal)
RETURNS void
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_sortsupport(internal) IS 'sort support';

CREATE FUNCTION serial.serial_hash(serial.serial)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_hash(serial.serial) IS 'hash';

CREATE FUNCTION serial.serial_hash_extended(serial.serial, bigint)
RETURNS bigint
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_hash_extended(serial.serial, bigint) IS
'hash with seed';

CREATE OPERATOR pg_catalog.<
(
	FUNCTION = serial.serial_lt,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.>),
	NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.<(serial.serial, serial.serial) IS 'less than';

CREATE OPERATOR pg_catalog.<=
(
	FUNCTION = serial.serial_le,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.>=),
	NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<=(serial.serial, serial.serial) IS
'less than or equal';

CREATE OPERATOR pg_catalog.=
(
	FUNCTION = serial.serial_eq,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.=),
	NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel,
	HASHES, MERGES
);
COMMENT ON OPERATOR pg_catalog.=(serial.serial, serial.serial) IS 'equal';

CREATE OPERATOR pg_catalog.<>
(
	FUNCTION = serial.serial_ne,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<>),
	NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<>(serial.serial, serial.serial) IS 'not equal';

CREATE OPERATOR pg_catalog.>=
(
	FUNCTION = serial.serial_ge,
	LEFTARG = serial.serial, RIGHTARG = serial.serial,
	COMMUTATOR = OPERATOR(pg_catalog.<=),
	NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>=(serial.serial, serial.serial) IS
'greater than or equal';

CREATE OPERATOR pg_catalog.>
(
	FUNCTION = serial.serial_gt,
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
	FUNCTION 1 serial.serial_cmp(serial.serial, serial.serial),
	FUNCTION 2 serial.serial_sortsupport(internal),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS serial.serial_ops USING btree IS
'order of identifiers: by scheme, key and number';

CREATE OPERATOR FAMILY serial.serial_ops USING hash;
COMMENT ON OPERATOR FAMILY serial.serial_ops USING hash IS
'equality of identifiers';

CREATE OPERATOR CLASS serial.serial_ops
DEFAULT FOR TYPE serial.serial USING hash FAMILY serial.serial_ops AS
	OPERATOR 1 pg_catalog.=,
	FUNCTION 1 serial.serial_hash(serial.serial),
	FUNCTION 2 serial.serial_hash_extended(serial.serial, bigint);
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

CREATE FUNCTION serial.serial_smaller(serial.serial, serial.serial)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_smaller(serial.serial, serial.serial) IS
'the smaller of two; transition of min';

CREATE FUNCTION serial.serial_larger(serial.serial, serial.serial)
RETURNS serial.serial
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION serial.serial_larger(serial.serial, serial.serial) IS
'the larger of two; transition of max';

CREATE AGGREGATE pg_catalog.min(serial.serial)
(
	SFUNC = serial.serial_smaller, STYPE = serial.serial,
	COMBINEFUNC = serial.serial_smaller,
	SORTOP = OPERATOR(pg_catalog.<), PARALLEL = SAFE
);
COMMENT ON AGGREGATE pg_catalog.min(serial.serial) IS
'the smallest identifier';

CREATE AGGREGATE pg_catalog.max(serial.serial)
(
	SFUNC = serial.serial_larger, STYPE = serial.serial,
	COMBINEFUNC = serial.serial_larger,
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

CREATE FUNCTION serial.company_prefix_digits(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_company_prefix_digits';
COMMENT ON FUNCTION serial.company_prefix_digits(serial.serial) IS
'up to twelve digits of the key from where its company prefix begins; NULL if it has none';

-- The digits of a GTIN-8 begin with five zeros: EPC takes those and its
-- three-digit GS1-8 prefix for a company prefix of eight.
CREATE FUNCTION serial.company_prefix_length(id serial.serial)
RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(
		(SELECT c.length
		 FROM pg_catalog.generate_series(12, 1, -1) AS n
		 JOIN serial.company_prefix AS c ON c.prefix = pg_catalog.left(serial.company_prefix_digits(id), n)
		 WHERE pg_catalog.length(c.prefix) = n
		 ORDER BY n DESC
		 LIMIT 1),
		CASE WHEN serial.gtin(id) LIKE '000000%' THEN 8 END);
END;
COMMENT ON FUNCTION serial.company_prefix_length(serial.serial) IS
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
	SELECT serial.epc_uri(id, serial.company_prefix_length(id));
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
	SELECT serial.epc_hex(id, serial.company_prefix_length(id));
END;
COMMENT ON FUNCTION serial.epc_hex(serial.serial) IS
'EPC binary as hexadecimal digits, with the company prefix length of serial.company_prefix';

CREATE FUNCTION serial.epc_tag_uri(id serial.serial)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.epc_tag_uri(id, serial.company_prefix_length(id));
END;
COMMENT ON FUNCTION serial.epc_tag_uri(serial.serial) IS
'EPC tag URI, with the company prefix length of serial.company_prefix';
-- Issue: pools of numbers on real sequences, leases of them, and what is
-- known of a number afterwards.

CREATE SEQUENCE serial.pool_number_seq AS integer;
COMMENT ON SEQUENCE serial.pool_number_seq IS 'numbers the pools';

-- The order of the columns is known to pool.c.
CREATE TABLE serial.pool
(
	number integer NOT NULL DEFAULT nextval('serial.pool_number_seq') PRIMARY KEY,
	name text NOT NULL UNIQUE CHECK (name <> ''),
	scheme text NOT NULL,
	prefix text NOT NULL,
	length integer NOT NULL,
	alphabet text NOT NULL,
	random boolean NOT NULL,
	guess_bound double precision NOT NULL,
	capacity bigint NOT NULL CHECK (capacity > 0),
	ordinals regclass NOT NULL UNIQUE,
	master_key bytea,
	open boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by name NOT NULL DEFAULT session_user
);
ALTER SEQUENCE serial.pool_number_seq OWNED BY serial.pool.number;
COMMENT ON TABLE serial.pool IS
'pools of numbers; made by serial.create_pool, never deleted';
COMMENT ON COLUMN serial.pool.number IS
'number of the pool';
COMMENT ON COLUMN serial.pool.name IS
'name that serial.issue takes';
COMMENT ON COLUMN serial.pool.scheme IS
'scheme of the identifiers issued';
COMMENT ON COLUMN serial.pool.prefix IS
'what every number of the pool begins with, as in scheme:value';
COMMENT ON COLUMN serial.pool.length IS
'count of characters issued after the prefix, check digit aside';
COMMENT ON COLUMN serial.pool.alphabet IS
'characters that are issued, in the order of their values';
COMMENT ON COLUMN serial.pool.random IS
'are ordinals permuted by FF1?';
COMMENT ON COLUMN serial.pool.guess_bound IS
'largest share of a random pool''s space that may be issued';
COMMENT ON COLUMN serial.pool.capacity IS
'count of numbers that the pool can issue; ordinals are 1 to capacity';
COMMENT ON COLUMN serial.pool.ordinals IS
'sequence of the ordinals';
COMMENT ON COLUMN serial.pool.master_key IS
'fingerprint of the master key that the pool''s key is derived from; NULL: the key is in serial.pool_key, or there is none';
COMMENT ON COLUMN serial.pool.open IS
'false: issues nothing any more, and still keeps its numbers from other pools';
COMMENT ON COLUMN serial.pool.created_at IS
'when the pool was made';
COMMENT ON COLUMN serial.pool.created_by IS
'who made it';

-- Nobody is ever granted anything on this table.
CREATE TABLE serial.pool_key
(
	pool integer PRIMARY KEY,
	key bytea NOT NULL CHECK (length(key) = 32)
);
COMMENT ON TABLE serial.pool_key IS
'keys of random pools, unless derived from a master key; for nobody to read';
COMMENT ON COLUMN serial.pool_key.pool IS 'number of the pool';
COMMENT ON COLUMN serial.pool_key.key IS 'AES-256 key of its permutation';

CREATE SEQUENCE serial.lease_seq;
COMMENT ON SEQUENCE serial.lease_seq IS 'numbers the leases';

-- The order of the columns is known to record.c, here and below.
CREATE TABLE serial.lease
(
	lease bigint NOT NULL DEFAULT nextval('serial.lease_seq') PRIMARY KEY,
	pool integer NOT NULL,
	ordinals int8range NOT NULL,
	first bigint NOT NULL GENERATED ALWAYS AS (lower(ordinals)) STORED,
	last bigint NOT NULL GENERATED ALWAYS AS (upper(ordinals) - 1) STORED,
	issued regclass NOT NULL UNIQUE,
	holder text NOT NULL,
	expires_at timestamptz,
	leased_at timestamptz NOT NULL DEFAULT now(),
	leased_by name NOT NULL DEFAULT session_user,
	returned_at timestamptz,
	returned_by name,
	exported bigint
);
ALTER SEQUENCE serial.lease_seq OWNED BY serial.lease.lease;
CREATE INDEX lease_pool_first_idx ON serial.lease (pool, first);
COMMENT ON TABLE serial.lease IS
'blocks of numbers handed to a line, plant or contract manufacturer; never deleted';
COMMENT ON COLUMN serial.lease.lease IS 'number of the lease';
COMMENT ON COLUMN serial.lease.pool IS 'number of the pool';
COMMENT ON COLUMN serial.lease.ordinals IS 'ordinals of the pool that are leased';
COMMENT ON COLUMN serial.lease.first IS 'the lowest of them';
COMMENT ON COLUMN serial.lease.last IS 'the highest of them';
COMMENT ON COLUMN serial.lease.issued IS 'sequence of the ordinals issued from the lease';
COMMENT ON COLUMN serial.lease.holder IS 'who holds it';
COMMENT ON COLUMN serial.lease.expires_at IS 'when it stops issuing; NULL: never';
COMMENT ON COLUMN serial.lease.leased_at IS 'when it was handed out';
COMMENT ON COLUMN serial.lease.leased_by IS 'by whom';
COMMENT ON COLUMN serial.lease.returned_at IS 'when what was unused of it was returned';
COMMENT ON COLUMN serial.lease.returned_by IS 'by whom';
COMMENT ON COLUMN serial.lease.exported IS 'the batch that serial.lease_serials made of what was left';

CREATE SEQUENCE serial.batch_seq;
COMMENT ON SEQUENCE serial.batch_seq IS 'numbers the batches';

CREATE TABLE serial.batch
(
	batch bigint NOT NULL DEFAULT nextval('serial.batch_seq') PRIMARY KEY,
	pool integer NOT NULL,
	ordinals int8multirange NOT NULL,
	first bigint NOT NULL GENERATED ALWAYS AS (lower(ordinals)) STORED,
	last bigint NOT NULL GENERATED ALWAYS AS (upper(ordinals) - 1) STORED,
	lease bigint,
	reference text,
	issued_at timestamptz NOT NULL DEFAULT now(),
	issued_by name NOT NULL DEFAULT session_user
);
ALTER SEQUENCE serial.batch_seq OWNED BY serial.batch.batch;
CREATE INDEX batch_pool_first_idx ON serial.batch (pool, first);
COMMENT ON TABLE serial.batch IS
'numbers issued together: one row for all of them';
COMMENT ON COLUMN serial.batch.batch IS 'number of the batch';
COMMENT ON COLUMN serial.batch.pool IS 'number of the pool';
COMMENT ON COLUMN serial.batch.ordinals IS 'ordinals of the pool that were issued';
COMMENT ON COLUMN serial.batch.first IS 'the lowest of them';
COMMENT ON COLUMN serial.batch.last IS 'the highest of them';
COMMENT ON COLUMN serial.batch.lease IS 'the lease they were issued from; NULL: from the pool itself';
COMMENT ON COLUMN serial.batch.reference IS 'what the issuer named: an order, a run';
COMMENT ON COLUMN serial.batch.issued_at IS 'when they were issued';
COMMENT ON COLUMN serial.batch.issued_by IS 'by whom';

CREATE TABLE serial.voided
(
	pool integer NOT NULL,
	ordinal bigint NOT NULL,
	reason text NOT NULL,
	voided_at timestamptz NOT NULL DEFAULT now(),
	voided_by name NOT NULL DEFAULT session_user,
	PRIMARY KEY (pool, ordinal)
);
COMMENT ON TABLE serial.voided IS
'numbers declared void: they exist, and must not be used';
COMMENT ON COLUMN serial.voided.pool IS 'number of the pool';
COMMENT ON COLUMN serial.voided.ordinal IS 'ordinal of the number';
COMMENT ON COLUMN serial.voided.reason IS 'why it is void';
COMMENT ON COLUMN serial.voided.voided_at IS 'since when';
COMMENT ON COLUMN serial.voided.voided_by IS 'who said so';

SELECT pg_catalog.pg_extension_config_dump('serial.pool', '');
SELECT pg_catalog.pg_extension_config_dump('serial.pool_number_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.pool_key', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lease', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lease_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.batch', '');
SELECT pg_catalog.pg_extension_config_dump('serial.batch_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.voided', '');

CREATE FUNCTION serial.pools_changed()
RETURNS trigger
LANGUAGE C
AS 'MODULE_PATHNAME', 'serial_pools_changed';
COMMENT ON FUNCTION serial.pools_changed() IS
'tells all sessions to read the pools again';
REVOKE EXECUTE ON FUNCTION serial.pools_changed() FROM PUBLIC;

CREATE TRIGGER pools_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON serial.pool
FOR EACH STATEMENT EXECUTE FUNCTION serial.pools_changed();
-- Also where replication or a restore fires no ordinary triggers
ALTER TABLE serial.pool ENABLE ALWAYS TRIGGER pools_changed;
COMMENT ON TRIGGER pools_changed ON serial.pool IS
'tells all sessions to read the pools again';

-- Issuing

CREATE FUNCTION serial.issue(pool text)
RETURNS serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_issue';
COMMENT ON FUNCTION serial.issue(text) IS
'issues one number: never the same twice, whatever is rolled back or crashes; errors 42704 no such pool, 55000 closed, or made in the same transaction, 2200H used up';
REVOKE EXECUTE ON FUNCTION serial.issue(text) FROM PUBLIC;

CREATE FUNCTION serial.issue(pool text, n bigint, reference text DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_issue_many';
COMMENT ON FUNCTION serial.issue(text, bigint, text) IS
'issues n numbers and records them as one batch; errors as for one, and 22023 when n is not from 1 to the capacity, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.issue(text, bigint, text) FROM PUBLIC;

CREATE FUNCTION serial.draw(pool text, n bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_draw';
COMMENT ON FUNCTION serial.draw(text, bigint) IS
'takes n ordinals that follow one another out of a pool and returns the first; for serial.lease';
REVOKE EXECUTE ON FUNCTION serial.draw(text, bigint) FROM PUBLIC;

CREATE FUNCTION serial.pool_serials(pool integer, first bigint, n bigint)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_pool_serials';
COMMENT ON FUNCTION serial.pool_serials(integer, bigint, bigint) IS
'the numbers of a run of ordinals; for reprints and exports';
REVOKE EXECUTE ON FUNCTION serial.pool_serials(integer, bigint, bigint) FROM PUBLIC;

-- Making pools

CREATE FUNCTION serial.check_pool(scheme text, prefix text, length integer, alphabet text, random boolean)
RETURNS void
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_check_pool';
COMMENT ON FUNCTION serial.check_pool(text, text, integer, text, boolean) IS
'error 22023 unless every number of such a pool is a valid identifier';

CREATE FUNCTION serial.pool_length(scheme text, prefix text)
RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_length';
COMMENT ON FUNCTION serial.pool_length(text, text) IS
'count of characters that a pool issues by default: what the scheme leaves after the prefix, else 12';

CREATE FUNCTION serial.pool_prefix(scheme text, prefix text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_pool_prefix';
COMMENT ON FUNCTION serial.pool_prefix(text, text) IS
'the prefix as serial.pool stores it: with what stands between key and number';

CREATE FUNCTION serial.pool_alphabet(alphabet text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE alphabet
		WHEN 'numeric' THEN '0123456789'
		WHEN 'base32' THEN '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
		WHEN 'alphanumeric' THEN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
		ELSE alphabet
	END;
END;
COMMENT ON FUNCTION serial.pool_alphabet(text) IS
'the characters that numeric, base32 (without 0, 1, I, O) and alphanumeric stand for; any other text is its own characters';

CREATE FUNCTION serial.make_pool_key(pool integer)
RETURNS bytea
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_make_pool_key';
COMMENT ON FUNCTION serial.make_pool_key(integer) IS
'makes the key of a random pool; the fingerprint of the master key if it is derived, NULL if it is stored';
REVOKE EXECUTE ON FUNCTION serial.make_pool_key(integer) FROM PUBLIC;

-- Seen from a pool whose prefix is shorter by "rest", the numbers of the other
-- are those behind this ordinal; NULL: they are none of its numbers.
CREATE FUNCTION serial.pool_offset(rest text, length integer, alphabet text)
RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	result numeric := 0;
	c text;
BEGIN
	FOREACH c IN ARRAY regexp_split_to_array(rest, '') LOOP
		EXIT WHEN c = '';
		IF strpos(alphabet, c) = 0 THEN
			RETURN NULL;
		END IF;
		result := result * length(alphabet) + strpos(alphabet, c) - 1;
	END LOOP;
	RETURN result * length(alphabet)::numeric ^ length;
END;
$$;
COMMENT ON FUNCTION serial.pool_offset(text, integer, text) IS
'ordinal in a pool behind which the numbers of a pool with a longer prefix lie; NULL if nowhere';

-- Could some number be issued by both?  "inner" has the longer prefix, or one
-- as long.  Where that cannot be ruled out the answer is yes.
CREATE FUNCTION serial.pools_meet("outer" serial.pool, "inner" serial.pool)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	behind numeric;
BEGIN
	IF "outer".scheme <> "inner".scheme
	   OR length("outer".prefix) + "outer".length <> length("inner".prefix) + "inner".length
	   OR NOT starts_with("inner".prefix, "outer".prefix)
	   OR NOT EXISTS (SELECT regexp_split_to_table("outer".alphabet, '')
					  INTERSECT SELECT regexp_split_to_table("inner".alphabet, '')) THEN
		RETURN false;
	END IF;
	behind := serial.pool_offset(substr("inner".prefix, length("outer".prefix) + 1),
								 "inner".length, "outer".alphabet);
	IF behind IS NULL THEN
		RETURN false;
	END IF;
	-- A sequential pool may end before the other begins.  Number 0 of the inner
	-- one lies at "behind"; only a sequential pool that counts in the same
	-- characters is sure never to issue it.
	RETURN "outer".random OR behind < "outer".capacity
		OR behind = "outer".capacity
		   AND ("inner".random OR "inner".alphabet <> "outer".alphabet);
END;
$$;
COMMENT ON FUNCTION serial.pools_meet(serial.pool, serial.pool) IS
'could a pool and one with a prefix as long or longer issue the same number?';

CREATE FUNCTION serial.create_pool(
	name text, scheme text, prefix text,
	length integer DEFAULT NULL, alphabet text DEFAULT 'numeric',
	random boolean DEFAULT false, guess_bound double precision DEFAULT 0.0001,
	capacity bigint DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pool serial.pool;
	space numeric;
	most numeric;
	other text;
BEGIN
	IF name IS NULL OR name = '' OR scheme IS NULL OR prefix IS NULL
	   OR alphabet IS NULL OR random IS NULL OR guess_bound IS NULL THEN
		RAISE EXCEPTION 'a pool needs a name, a scheme, a prefix, an alphabet and a bound'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	-- An older snapshot would not show what others have made meanwhile.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'a pool cannot be made in a transaction of isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'feature_not_supported',
				  HINT = 'Use READ COMMITTED.';
	END IF;
	IF NOT (guess_bound > 0 AND guess_bound <= 1) THEN
		RAISE EXCEPTION 'guess_bound % of pool "%" is not a share', guess_bound, name
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected a number above 0 and not above 1.';
	END IF;

	pool.name := name;
	pool.scheme := scheme;
	pool.prefix := serial.pool_prefix(scheme, prefix);
	pool.length := coalesce(length, serial.pool_length(scheme, prefix));
	pool.alphabet := serial.pool_alphabet(alphabet);
	pool.random := random;
	pool.guess_bound := guess_bound;
	PERFORM serial.check_pool(scheme, prefix, pool.length, pool.alphabet, random);

	-- Number 0 is not issued.
	space := trunc(length(pool.alphabet)::numeric ^ pool.length);
	most := least(CASE WHEN random THEN floor(space * guess_bound::numeric) ELSE space - 1 END,
				  space - 1, 9223372036854775806);
	IF coalesce(capacity, most) NOT BETWEEN 1 AND most THEN
		RAISE EXCEPTION 'pool "%" cannot have a capacity of %', name, coalesce(capacity, most)
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('Its space of %s numbers has room for 1 to %s%s.', space, most,
								  CASE WHEN random THEN ' under its guess_bound' ELSE '' END);
	END IF;
	pool.capacity := coalesce(capacity, most);

	-- Nobody makes another pool between the look and the insertion.
	LOCK TABLE serial.pool IN SHARE ROW EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM serial.pool AS p WHERE p.name = create_pool.name) THEN
		RAISE EXCEPTION 'pool "%" already exists', name
			USING ERRCODE = 'duplicate_object';
	END IF;
	SELECT p.name INTO other
	FROM serial.pool AS p
	WHERE CASE WHEN length(p.prefix) <= length(pool.prefix) THEN serial.pools_meet(p, pool)
			   ELSE serial.pools_meet(pool, p) END
	ORDER BY p.number
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'pool "%" could issue numbers of pool "%"', name, other
			USING ERRCODE = 'unique_violation',
				  DETAIL = format('Both have scheme "%s", and "%s" followed by %s characters lies in the other''s space.',
								  scheme, prefix, pool.length);
	END IF;

	pool.number := nextval('serial.pool_number_seq');
	-- A sequence has room for two values at least, even if one is all we want.
	EXECUTE format('CREATE SEQUENCE serial.pool_%s_seq AS bigint MINVALUE 0 MAXVALUE %s START 1',
				   pool.number, pool.capacity);
	EXECUTE format('ALTER SEQUENCE serial.pool_%s_seq OWNED BY serial.pool.ordinals',
				   pool.number);
	pool.ordinals := format('serial.pool_%s_seq', pool.number)::regclass;
	IF random THEN
		pool.master_key := serial.make_pool_key(pool.number);
	END IF;
	INSERT INTO serial.pool (number, name, scheme, prefix, length, alphabet, random,
							 guess_bound, capacity, ordinals, master_key)
	VALUES (pool.number, pool.name, pool.scheme, pool.prefix, pool.length, pool.alphabet, pool.random,
			pool.guess_bound, pool.capacity, pool.ordinals, pool.master_key);
END;
$$;
COMMENT ON FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint) IS
'makes a pool of numbers that begin with a prefix; errors 22023 prefix, length, alphabet, bound or capacity unsuitable, 42710 name taken, 23505 its numbers could meet another pool''s, 22004 a NULL, F0000 no master key, 0A000 not READ COMMITTED';
REVOKE EXECUTE ON FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint) FROM PUBLIC;

CREATE FUNCTION serial.close_pool(name text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.pool AS p SET open = false WHERE p.name = close_pool.name;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'pool "%" does not exist', name
			USING ERRCODE = 'undefined_object';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.close_pool(text) IS
'ends issue and leasing from a pool for good; leases that are out go on, and its numbers stay kept from other pools; error 42704 no such pool';
REVOKE EXECUTE ON FUNCTION serial.close_pool(text) FROM PUBLIC;

-- Leases

CREATE FUNCTION serial.lease(pool text, n bigint, holder text, expires_at timestamptz DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	first bigint;
	new_lease bigint;
BEGIN
	IF pool IS NULL OR n IS NULL OR holder IS NULL THEN
		RAISE EXCEPTION 'a lease needs a pool, a count and a holder'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF expires_at <= now() THEN
		RAISE EXCEPTION 'a lease cannot expire at %, which has passed', expires_at
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	first := serial.draw(pool, n);
	new_lease := nextval('serial.lease_seq');
	EXECUTE format('CREATE SEQUENCE serial.lease_%s_seq AS bigint MINVALUE %s MAXVALUE %s START %s',
				   new_lease, first - 1, first + n - 1, first);
	EXECUTE format('ALTER SEQUENCE serial.lease_%s_seq OWNED BY serial.lease.issued', new_lease);
	INSERT INTO serial.lease (lease, pool, ordinals, issued, holder, expires_at)
	SELECT new_lease, p.number, int8range(first, first + n),
		   format('serial.lease_%s_seq', new_lease)::regclass, lease.holder, lease.expires_at
	FROM serial.pool AS p
	WHERE p.name = lease.pool;
	RETURN new_lease;
END;
$$;
COMMENT ON FUNCTION serial.lease(text, bigint, text, timestamptz) IS
'hands n numbers of a pool to a holder, who issues them without asking the pool, and returns the lease''s number; errors as for serial.issue, 22004 a NULL, 22023 an expiry that has passed';
REVOKE EXECUTE ON FUNCTION serial.lease(text, bigint, text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.issue_lease(lease bigint, n bigint, reference text DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000
AS 'MODULE_PATHNAME', 'serial_issue_lease';
COMMENT ON FUNCTION serial.issue_lease(bigint, bigint, text) IS
'issues n numbers of a lease and records them as one batch; errors 42704 no such lease, 55000 returned or expired, 2200H fewer left, 22023 a bad count, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.issue_lease(bigint, bigint, text) FROM PUBLIC;

-- pg_sequence_last_value would hold a lock for each sequence to the end of the
-- transaction, and there may be thousands of leases.
CREATE FUNCTION serial.drawn_so_far(ordinals regclass, lowest bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_drawn_so_far';
COMMENT ON FUNCTION serial.drawn_so_far(regclass, bigint) IS
'the highest ordinal drawn from a sequence; one below the lowest if there is none';
REVOKE EXECUTE ON FUNCTION serial.drawn_so_far(regclass, bigint) FROM PUBLIC;

CREATE FUNCTION serial.lease_left(lease bigint)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT l.last - serial.drawn_so_far(l.issued, l.first)
	FROM serial.lease AS l
	WHERE l.lease = lease_left.lease;
END;
COMMENT ON FUNCTION serial.lease_left(bigint) IS
'how many numbers of a lease have not been issued; NULL if there is no such lease';
REVOKE EXECUTE ON FUNCTION serial.lease_left(bigint) FROM PUBLIC;

-- An export is an issue of all that is left: whoever prints offline may have
-- used any of it.
CREATE FUNCTION serial.lease_serials(lease bigint)
RETURNS SETOF serial.serial
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	export bigint;
	left_over bigint;
BEGIN
	SELECT l.exported INTO export
	FROM serial.lease AS l
	WHERE l.lease = lease_serials.lease
	FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'lease % does not exist', lease
			USING ERRCODE = 'undefined_object';
	END IF;
	left_over := serial.lease_left(lease);
	IF left_over > 0 THEN
		PERFORM count(*) FROM serial.issue_lease(lease, left_over, 'export');
		SELECT max(b.batch) INTO export FROM serial.batch AS b WHERE b.lease = lease_serials.lease;
		UPDATE serial.lease AS l SET exported = export WHERE l.lease = lease_serials.lease;
	END IF;
	IF export IS NOT NULL THEN
		RETURN QUERY SELECT s.* FROM serial.batch_serials(export) AS s;
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.lease_serials(bigint) IS
'issues all that is left of a lease, for a line that is offline, and returns it; called again, returns the same; errors 42704 no such lease, 55000 returned or expired';
REVOKE EXECUTE ON FUNCTION serial.lease_serials(bigint) FROM PUBLIC;

CREATE FUNCTION serial.return_lease(lease bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.lease AS l
	SET returned_at = now(), returned_by = session_user
	WHERE l.lease = return_lease.lease AND l.returned_at IS NULL;
	IF NOT FOUND THEN
		IF EXISTS (SELECT FROM serial.lease AS l WHERE l.lease = return_lease.lease) THEN
			RAISE EXCEPTION 'lease % has been returned', lease
				USING ERRCODE = 'object_not_in_prerequisite_state';
		END IF;
		RAISE EXCEPTION 'lease % does not exist', lease
			USING ERRCODE = 'undefined_object';
	END IF;
	RETURN serial.lease_left(lease);
END;
$$;
COMMENT ON FUNCTION serial.return_lease(bigint) IS
'ends a lease and returns how many of its numbers were unused: they are dead, not free; errors 42704 no such lease, 55000 returned before';
REVOKE EXECUTE ON FUNCTION serial.return_lease(bigint) FROM PUBLIC;

-- Knowing

CREATE FUNCTION serial.origin(
	id serial.serial,
	OUT pool text, OUT ordinal bigint, OUT issued boolean, OUT batch bigint,
	OUT reference text, OUT issued_at timestamptz, OUT issued_by text,
	OUT holder text, OUT state text, OUT reason text)
RETURNS record
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_origin';
COMMENT ON FUNCTION serial.origin(serial.serial) IS
'was this number ever issued here? pool NULL: it is no pool''s; state: issued (or drawn, and burnt by a rollback or crash), not issued, leased, returned, expired, void, foreign';
REVOKE EXECUTE ON FUNCTION serial.origin(serial.serial) FROM PUBLIC;

CREATE FUNCTION serial.batch_serials(batch bigint)
RETURNS SETOF serial.serial
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM serial.batch AS b WHERE b.batch = batch_serials.batch) THEN
		RAISE EXCEPTION 'batch % does not exist', batch
			USING ERRCODE = 'undefined_object';
	END IF;
	RETURN QUERY
	SELECT s.*
	FROM serial.batch AS b,
		 unnest(b.ordinals) AS r,
		 serial.pool_serials(b.pool, lower(r), upper(r) - lower(r)) AS s
	WHERE b.batch = batch_serials.batch;
END;
$$;
COMMENT ON FUNCTION serial.batch_serials(bigint) IS
'the numbers of a batch again, in their order, for a reprint; error 42704 no such batch';
REVOKE EXECUTE ON FUNCTION serial.batch_serials(bigint) FROM PUBLIC;

CREATE FUNCTION serial.void(serials serial.serial[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	foreign_one serial.serial;
	voided bigint;
BEGIN
	IF serials IS NULL OR reason IS NULL OR array_position(serials, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'to void needs numbers and a reason'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT s INTO foreign_one
	FROM unnest(serials) AS s, serial.origin(s) AS o
	WHERE o.ordinal IS NULL OR o.state = 'not issued'
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '"%" cannot be voided', foreign_one
			USING ERRCODE = 'undefined_object',
				  DETAIL = 'No pool here has issued or leased it.';
	END IF;
	INSERT INTO serial.voided (pool, ordinal, reason)
	SELECT p.number, o.ordinal, void.reason
	FROM unnest(serials) AS s, serial.origin(s) AS o
	JOIN serial.pool AS p ON p.name = o.pool
	ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS voided = ROW_COUNT;
	RETURN voided;
END;
$$;
COMMENT ON FUNCTION serial.void(serial.serial[], text) IS
'declares issued or leased numbers void and returns how many were not void yet; errors 42704 a number that was never issued here, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.void(serial.serial[], text) FROM PUBLIC;

CREATE FUNCTION serial.pool_drawn(pool integer)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT serial.drawn_so_far(p.ordinals, 1)
	FROM serial.pool AS p
	WHERE p.number = pool_drawn.pool;
END;
COMMENT ON FUNCTION serial.pool_drawn(integer) IS
'the highest ordinal that the pool has issued or leased; 0: none yet';
REVOKE EXECUTE ON FUNCTION serial.pool_drawn(integer) FROM PUBLIC;

CREATE FUNCTION serial.pool_leased(pool integer)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT coalesce(sum(serial.lease_left(l.lease)), 0)::bigint
	FROM serial.lease AS l
	WHERE l.pool = pool_leased.pool;
END;
COMMENT ON FUNCTION serial.pool_leased(integer) IS
'how many numbers of the pool are in leases without having been issued, those of ended leases included';
REVOKE EXECUTE ON FUNCTION serial.pool_leased(integer) FROM PUBLIC;

CREATE VIEW serial.pools AS
SELECT p.name, p.scheme, p.prefix, p.length, p.alphabet, p.random, p.capacity,
	   d.drawn - l.leased AS issued,
	   l.leased,
	   p.capacity - d.drawn AS remaining,
	   CASE WHEN p.random
			THEN (d.drawn - l.leased) / length(p.alphabet)::double precision ^ p.length
	   END AS guess_probability,
	   CASE WHEN NOT p.open THEN 'closed'
			WHEN d.drawn = p.capacity THEN 'used up'
			ELSE 'open' END AS state
FROM serial.pool AS p,
	 serial.pool_drawn(p.number) AS d(drawn),
	 serial.pool_leased(p.number) AS l(leased);
COMMENT ON VIEW serial.pools IS
'the pools: capacity, numbers issued, leased and remaining, the chance to guess an issued one, state';
COMMENT ON COLUMN serial.pools.name IS 'name of the pool';
COMMENT ON COLUMN serial.pools.scheme IS 'scheme of the identifiers issued';
COMMENT ON COLUMN serial.pools.prefix IS 'what every number begins with';
COMMENT ON COLUMN serial.pools.length IS 'count of characters issued after the prefix';
COMMENT ON COLUMN serial.pools.alphabet IS 'characters that are issued';
COMMENT ON COLUMN serial.pools.random IS 'are the numbers unguessable?';
COMMENT ON COLUMN serial.pools.capacity IS 'count of numbers the pool can issue in all';
COMMENT ON COLUMN serial.pools.issued IS 'count of numbers issued, those burnt by rollback or crash included';
COMMENT ON COLUMN serial.pools.leased IS 'count of numbers in leases that have not been issued';
COMMENT ON COLUMN serial.pools.remaining IS 'count of numbers neither issued nor leased';
COMMENT ON COLUMN serial.pools.guess_probability IS 'chance that a random number of the space has been issued; NULL for sequential pools';
COMMENT ON COLUMN serial.pools.state IS 'open, used up or closed';

-- The permutation by itself, for tests

CREATE FUNCTION serial.ff1_encrypt(key bytea, tweak bytea, alphabet text, plaintext text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_ff1_encrypt';
COMMENT ON FUNCTION serial.ff1_encrypt(bytea, bytea, text, text) IS
'FF1 of NIST SP 800-38G: key of 16, 24 or 32 bytes, 2 to 30 characters of an alphabet of 2 to 82, at least a million texts; error 22023 otherwise';
REVOKE EXECUTE ON FUNCTION serial.ff1_encrypt(bytea, bytea, text, text) FROM PUBLIC;

CREATE FUNCTION serial.ff1_decrypt(key bytea, tweak bytea, alphabet text, ciphertext text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_ff1_decrypt';
COMMENT ON FUNCTION serial.ff1_decrypt(bytea, bytea, text, text) IS
'the inverse of serial.ff1_encrypt';
REVOKE EXECUTE ON FUNCTION serial.ff1_decrypt(bytea, bytea, text, text) FROM PUBLIC;
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

CREATE FUNCTION serial.stays(item serial.serial)
RETURNS TABLE (container serial.serial, since timestamptz, until timestamptz, depth integer)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 3
AS 'MODULE_PATHNAME', 'serial_stays';
COMMENT ON FUNCTION serial.stays(serial.serial) IS
'what an item is and was inside, at any depth, from since up to but not including until (infinity while it lasts); the item itself comes first, at depth 0, from -infinity to infinity; errors 42501 no right to read the links';

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
'packs what a table says is packed, keeps it so by triggers on the table, and returns how many links it made; only for the table''s owner; errors 22P02 rows without valid identifiers, 23505 an identifier in more than one row or in another container, 23514 a container inside itself, 42501 not the owner, 42710 adopted already, 42809 not a table that can be adopted, 42701, 42703, 42804, 42883 or 0A000 columns that are the same, not there, of no such type, not comparable or virtual, 22023 a scheme that is none or not wanted, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.adopt(regclass, name, name, text) FROM PUBLIC;

CREATE FUNCTION serial.release(source regclass)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_release';
COMMENT ON FUNCTION serial.release(regclass) IS
'drops the triggers of serial.adopt; what is packed stays packed; only for the table''s owner; errors 42501 not the owner, 42704 not adopted, 22004 NULL';
REVOKE EXECUTE ON FUNCTION serial.release(regclass) FROM PUBLIC;

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
	PERFORM serial.check_history_bound(before);
	LOCK TABLE ONLY serial.aggregation_history, serial.aggregation_history_default IN ACCESS EXCLUSIVE MODE;
	begun := serial.history_bound();
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

CREATE FUNCTION serial.check_history_bound(before timestamptz)
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
COMMENT ON FUNCTION serial.check_history_bound(timestamptz) IS
'refuses moments at which serial.partition_history cannot cut; errors 22004, 22008, 22023, 0A000';

CREATE FUNCTION serial.history_bound()
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
COMMENT ON FUNCTION serial.history_bound() IS
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
	FOR r IN SELECT * FROM serial.detached_history_rights(partition) LOOP
		EXECUTE r.statement;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.detach_history(regclass) IS
'makes a partition of serial.aggregation_history a table of its own, which the extension''s owner owns and those may read who may read serial.aggregation_history; errors 22004 NULL, 42809 not such a partition, 22023 the default partition';
REVOKE EXECUTE ON FUNCTION serial.detach_history(regclass) FROM PUBLIC;

-- Policies are not taken along, so where there are any, nobody may read.
CREATE FUNCTION serial.detached_history_rights(partition regclass)
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
COMMENT ON FUNCTION serial.detached_history_rights(regclass) IS
'statements that give a detached partition to those whose serial.detach_history makes it';
-- Words, of the Core Business Vocabulary (CBV) 2.0.

CREATE FUNCTION serial.vocabulary_words()
RETURNS TABLE (kind text, word text)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'serial_vocabulary_words';
COMMENT ON FUNCTION serial.vocabulary_words() IS
'the bare words of CBV 2.0';

CREATE VIEW serial.vocabulary AS SELECT w.kind, w.word FROM serial.vocabulary_words() AS w;
COMMENT ON VIEW serial.vocabulary IS
'the bare words of CBV 2.0; other words are URIs';
COMMENT ON COLUMN serial.vocabulary.kind IS
'business_step, disposition, business_transaction, source_destination or error_reason';
COMMENT ON COLUMN serial.vocabulary.word IS
'the bare word';
GRANT SELECT ON serial.vocabulary TO PUBLIC;

CREATE FUNCTION serial.vocabulary_word(kind text, word text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_vocabulary_word';
COMMENT ON FUNCTION serial.vocabulary_word(text, text) IS
'the one form of a word of CBV 2.0, which may come bare, as a web URI or as a URN; a URI of one''s own passes; errors 22023 neither, or no such kind';
-- Legal transitions

CREATE TABLE serial.transition
(
	business_step text NOT NULL,
	from_disposition text NOT NULL,
	to_disposition text,
	within interval,
	same_actor boolean NOT NULL DEFAULT false,
	is_shipped boolean NOT NULL DEFAULT false,
	is_legal boolean NOT NULL DEFAULT true,
	PRIMARY KEY (business_step, from_disposition, is_shipped)
);
COMMENT ON TABLE serial.transition IS
'what a business step may find a thing as, and what it leaves it as; a step without a row may find it as anything that has not ended';
COMMENT ON COLUMN serial.transition.business_step IS
'the step';
COMMENT ON COLUMN serial.transition.from_disposition IS
'the disposition it may find; "none" for a thing of which nothing is known';
COMMENT ON COLUMN serial.transition.to_disposition IS
'the disposition it leaves if the event names none; NULL leaves it unchanged';
COMMENT ON COLUMN serial.transition.within IS
'only so long after the event that left the thing as it is';
COMMENT ON COLUMN serial.transition.same_actor IS
'only by the session user who recorded that event';
COMMENT ON COLUMN serial.transition.is_shipped IS
'the row came with the extension';
COMMENT ON COLUMN serial.transition.is_legal IS
'false forbids what a row that came with the extension allows';
SELECT pg_catalog.pg_extension_config_dump('serial.transition', 'WHERE NOT is_shipped');

-- Rows that came with the extension stay as they came, since a dump has only
-- the others: these take their place.
CREATE FUNCTION serial.keep_shipped()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF OLD.is_shipped OR (TG_OP = 'UPDATE' AND NEW.is_shipped) THEN
		RAISE EXCEPTION 'transition "%" from "%" came with the extension', OLD.business_step, OLD.from_disposition
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'Insert a row of your own, which takes its place; with is_legal false it forbids the step.';
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
COMMENT ON FUNCTION serial.keep_shipped() IS
'refuses to change or delete transitions that came with the extension; errors 55000';
REVOKE EXECUTE ON FUNCTION serial.keep_shipped() FROM PUBLIC;
CREATE TRIGGER keep_shipped BEFORE UPDATE OR DELETE ON serial.transition
	FOR EACH ROW EXECUTE FUNCTION serial.keep_shipped();

-- A rule in other words than events have would never apply, and nobody would notice.
CREATE FUNCTION serial.normalize_transition()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	NEW.business_step := serial.vocabulary_word('business_step', NEW.business_step);
	NEW.to_disposition := serial.vocabulary_word('disposition', NEW.to_disposition);
	IF NEW.from_disposition <> 'none' THEN
		NEW.from_disposition := serial.vocabulary_word('disposition', NEW.from_disposition);
	END IF;
	RETURN NEW;
END;
$$;
COMMENT ON FUNCTION serial.normalize_transition() IS
'brings the words of a transition into their one form; errors 22023 a word that is neither of CBV 2.0 nor a URI';
REVOKE EXECUTE ON FUNCTION serial.normalize_transition() FROM PUBLIC;
CREATE TRIGGER normalize_transition BEFORE INSERT OR UPDATE ON serial.transition
	FOR EACH ROW EXECUTE FUNCTION serial.normalize_transition();

CREATE VIEW serial.transitions AS
SELECT t.business_step, t.from_disposition, t.to_disposition, t.within, t.same_actor
FROM serial.transition AS t
WHERE t.is_legal
  AND (NOT t.is_shipped
	   OR NOT EXISTS (SELECT FROM serial.transition AS o
					  WHERE o.business_step = t.business_step AND o.from_disposition = t.from_disposition AND NOT o.is_shipped));
COMMENT ON VIEW serial.transitions IS
'the transitions in force: one''s own, and those that came with the extension where there is none of one''s own';
COMMENT ON COLUMN serial.transitions.business_step IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.from_disposition IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.to_disposition IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.within IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.same_actor IS 'as in serial.transition';

-- Dispositions in which a thing is about, in which something is wrong with it,
-- and after which nothing happens to it any more.
CREATE FUNCTION serial.dispositions(state text)
RETURNS SETOF text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'serial_dispositions';
COMMENT ON FUNCTION serial.dispositions(text) IS
'the dispositions of CBV 2.0 in which a thing is circulating, blocked, left, or ended';

CREATE FUNCTION serial.is_final(disposition text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_final';
COMMENT ON FUNCTION serial.is_final(text) IS
'has a thing in this disposition left or ended?';

INSERT INTO serial.transition (business_step, from_disposition, to_disposition, is_shipped)
SELECT s.step, d.disposition, s.to_disposition, true
FROM (VALUES
	('commissioning', 'before', 'active'),
	('encoding', 'before', 'encoded'),
	('reserving', 'before', 'reserved'),
	('decommissioning', 'circulating', 'inactive'), ('decommissioning', 'blocked', 'inactive'),
	('destroying', 'circulating', 'destroyed'), ('destroying', 'blocked', 'destroyed'), ('destroying', 'inactive', 'destroyed'),
	('sampling', 'circulating', 'inactive'), ('sampling', 'blocked', 'inactive'),
	('shipping', 'none', 'in_transit'), ('shipping', 'circulating', 'in_transit'), ('shipping', 'blocked', NULL),
	('consigning', 'none', 'in_transit'), ('consigning', 'circulating', 'in_transit'), ('consigning', 'blocked', NULL),
	('departing', 'none', 'in_transit'), ('departing', 'circulating', 'in_transit'), ('departing', 'blocked', NULL),
	('transporting', 'none', 'in_transit'), ('transporting', 'circulating', 'in_transit'), ('transporting', 'blocked', NULL),
	('void_shipping', 'in_transit', 'active'),
	('receiving', 'none', 'in_progress'), ('receiving', 'circulating', 'in_progress'), ('receiving', 'blocked', NULL),
	('arriving', 'none', 'in_progress'), ('arriving', 'circulating', 'in_progress'), ('arriving', 'blocked', NULL),
	('accepting', 'none', 'in_progress'), ('accepting', 'circulating', 'in_progress'), ('accepting', 'blocked', NULL),
	('stocking', 'circulating', 'sellable_accessible'), ('stocking', 'blocked', NULL),
	('dispensing', 'circulating', 'dispensed'), ('dispensing', 'partially_dispensed', 'dispensed'),
	('retail_selling', 'circulating', 'retail_sold')
) AS s(step, state, to_disposition)
CROSS JOIN LATERAL (
	SELECT serial.dispositions(s.state)
	UNION ALL SELECT unnest('{none,encoded,reserved}'::text[]) WHERE s.state = 'before'
	UNION ALL SELECT s.state WHERE s.state IN ('none', 'inactive', 'in_transit', 'partially_dispensed')
) AS d(disposition);

-- Undoing: Regulation (EU) 2016/161, Article 13.  Never what is destroyed or
-- stolen.
INSERT INTO serial.transition (business_step, from_disposition, to_disposition, within, same_actor, is_shipped)
SELECT 'urn:serial:step:reinstating', d, 'active', '10 days', true, true
FROM unnest('{inactive,dispensed,partially_dispensed,retail_sold}'::text[]) AS d;

-- Is a step legal for a thing that is so since an event by somebody?
CREATE FUNCTION serial.is_legal(step text, disposition text, since timestamptz, actor text, at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN EXISTS (SELECT FROM serial.transition AS t WHERE t.business_step = step)
		THEN EXISTS (SELECT FROM serial.transitions AS t
					 WHERE t.business_step = step AND t.from_disposition = coalesce(is_legal.disposition, 'none')
					   AND (t.within IS NULL OR at <= is_legal.since + t.within)
					   AND (NOT t.same_actor OR actor = session_user))
		ELSE serial.is_final(is_legal.disposition) IS NOT TRUE END;
END;
COMMENT ON FUNCTION serial.is_legal(text, text, timestamptz, text, timestamptz) IS
'does serial.transition let a business step find a thing in a disposition, since then and by the doing of that actor?';

CREATE FUNCTION serial.legal_steps(disposition text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT string_agg(t.business_step || CASE WHEN t.within IS NOT NULL OR t.same_actor
		THEN format(' (%s)', concat_ws(', ', 'within ' || t.within::text, CASE WHEN t.same_actor THEN 'by who did it' END)) ELSE '' END,
		', ' ORDER BY t.business_step COLLATE "C")
	FROM serial.transitions AS t WHERE t.from_disposition = coalesce(legal_steps.disposition, 'none');
END;
COMMENT ON FUNCTION serial.legal_steps(text) IS
'the steps that serial.transition lets find a thing so';
-- Events, as EPCIS 2.0 has them

CREATE SEQUENCE serial.event_sequence;
COMMENT ON SEQUENCE serial.event_sequence IS
'numbers of events';
SELECT pg_catalog.pg_extension_config_dump('serial.event_sequence', '');
CREATE TABLE serial.event
(
	event bigint NOT NULL DEFAULT nextval('serial.event_sequence'),
	type text NOT NULL,
	action text,
	event_time timestamptz NOT NULL,
	time_zone_offset text NOT NULL,
	record_time timestamptz NOT NULL,
	recorded_by text NOT NULL,
	business_step text,
	disposition text,
	read_point text,
	place text,
	parent serial.serial,
	lot text,
	expiry date,
	quantities jsonb,
	input_quantities jsonb,
	business_transactions jsonb,
	sources jsonb,
	destinations jsonb,
	persistent_disposition jsonb,
	transformation text,
	event_id text,
	corrects bigint,
	error_reason text,
	attributes jsonb,
	is_accepted boolean NOT NULL,
	digest bytea NOT NULL
) PARTITION BY RANGE (record_time);
COMMENT ON TABLE serial.event IS
'what happened, as EPCIS 2.0 has it; written by serial.record only, and never changed';
COMMENT ON COLUMN serial.event.event IS
'its number, in the order of recording';
COMMENT ON COLUMN serial.event.type IS
'ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent';
COMMENT ON COLUMN serial.event.action IS
'ADD, OBSERVE or DELETE; NULL for a TransformationEvent';
COMMENT ON COLUMN serial.event.event_time IS
'when it happened';
COMMENT ON COLUMN serial.event.time_zone_offset IS
'the offset from UTC where and when it happened';
COMMENT ON COLUMN serial.event.record_time IS
'when it was recorded';
COMMENT ON COLUMN serial.event.recorded_by IS
'the session user who recorded it';
COMMENT ON COLUMN serial.event.business_step IS
'what was being done: a word of serial.vocabulary or a URI';
COMMENT ON COLUMN serial.event.disposition IS
'what it says the things are from then on: a word of serial.vocabulary or a URI';
COMMENT ON COLUMN serial.event.read_point IS
'where it happened';
COMMENT ON COLUMN serial.event.place IS
'where the things are from then on: the bizLocation of EPCIS';
COMMENT ON COLUMN serial.event.parent IS
'the container or the whole';
COMMENT ON COLUMN serial.event.lot IS
'the lot of things that begin to exist';
COMMENT ON COLUMN serial.event.expiry IS
'the day until which things that begin to exist are good';
COMMENT ON COLUMN serial.event.quantities IS
'the quantityElements of EPCIS: things of a class without numbers of their own; of a TransformationEvent, those that come out';
COMMENT ON COLUMN serial.event.input_quantities IS
'those that go into a TransformationEvent';
COMMENT ON COLUMN serial.event.business_transactions IS
'the bizTransactionList of EPCIS';
COMMENT ON COLUMN serial.event.sources IS
'the sourceList of EPCIS';
COMMENT ON COLUMN serial.event.destinations IS
'the destinationList of EPCIS';
COMMENT ON COLUMN serial.event.persistent_disposition IS
'marks that outlast later dispositions, as {set: [...], unset: [...]}';
COMMENT ON COLUMN serial.event.transformation IS
'the transformationID that joins several TransformationEvents';
COMMENT ON COLUMN serial.event.event_id IS
'the eventID by which others know it: a URI';
COMMENT ON COLUMN serial.event.corrects IS
'the event that this one declares wrong';
COMMENT ON COLUMN serial.event.error_reason IS
'why: did_not_occur or incorrect_data';
COMMENT ON COLUMN serial.event.attributes IS
'whatever else EPCIS or the reporter says of it';
COMMENT ON COLUMN serial.event.is_accepted IS
'did it change serial.item? else it is kept as evidence, and serial.alert says why';
COMMENT ON COLUMN serial.event.digest IS
'the leaf that serial.seal takes; see serial.event_digest';

-- Which thing an event is about.  What it leaves the thing as is found here
-- without a look at the event.
CREATE TABLE serial.event_item
(
	id serial.serial NOT NULL,
	event_time timestamptz NOT NULL,
	event bigint NOT NULL,
	role text NOT NULL,
	leaves text,
	record_time timestamptz NOT NULL
) PARTITION BY RANGE (record_time);
COMMENT ON TABLE serial.event_item IS
'which thing an event is about, and as what; written by serial.record only, and never changed';
COMMENT ON COLUMN serial.event_item.id IS
'the thing';
COMMENT ON COLUMN serial.event_item.event_time IS
'as of the event';
COMMENT ON COLUMN serial.event_item.event IS
'the event';
COMMENT ON COLUMN serial.event_item.role IS
'item, parent, child, input or output';
COMMENT ON COLUMN serial.event_item.leaves IS
'the disposition that the event leaves the thing in; NULL leaves it unchanged';
COMMENT ON COLUMN serial.event_item.record_time IS
'as of the event';

-- Nothing that was recorded is changed: not by the owner's slip either.
CREATE FUNCTION serial.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'nothing in serial.% is ever changed', regexp_replace(TG_TABLE_NAME, '_[0-9]{6}$', '')
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  DETAIL = format('%s was refused.', TG_OP),
			  HINT = CASE WHEN TG_TABLE_NAME = 'alert' THEN 'Who has taken note of an alert says so with serial.acknowledge.'
				ELSE 'What was recorded wrongly is declared so with serial.declare_error.' END;
END;
$$;
COMMENT ON FUNCTION serial.refuse_change() IS
'refuses to change, delete or truncate what was recorded; errors 55000 always';
REVOKE EXECUTE ON FUNCTION serial.refuse_change() FROM PUBLIC;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.event
	FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event
	FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.event_item
	FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_item
	FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

-- What is sealed

CREATE FUNCTION serial.moment_text(moment timestamptz)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_moment_text';
COMMENT ON FUNCTION serial.moment_text(timestamptz) IS
'a moment in UTC with microseconds, in ISO 8601; the empty text for -infinity, NULL for infinity';

CREATE FUNCTION serial.event_content(e serial.event, things jsonb)
RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_content';
COMMENT ON FUNCTION serial.event_content(serial.event, jsonb) IS
'an event with its things as JSON text, in one form for ever and whatever the settings of the session: an outsider who gets it with a proof need not know how it is made';

CREATE FUNCTION serial.event_digest(e serial.event, things jsonb)
RETURNS bytea
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_event_digest';
COMMENT ON FUNCTION serial.event_digest(serial.event, jsonb) IS
'the leaf of an event in a Merkle tree as RFC 6962 has it: SHA-256 of a zero byte and the event''s content in UTF-8';

CREATE FUNCTION serial.things_of_event(event bigint)
RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT to_jsonb(ARRAY(SELECT i.role || ' ' || coalesce(i.leaves, '-') || ' ' || i.id::text
						  FROM serial.event_item AS i WHERE i.event = things_of_event.event ORDER BY i.id));
END;
COMMENT ON FUNCTION serial.things_of_event(bigint) IS
'the things of an event, for serial.event_content';
-- Months: events are range-partitioned by record time, without anyone having to
-- think of it.

-- The partitions are no members of the extension, so that pg_dump dumps them.
-- What it writes attaches a partition before it makes its indexes: were there an
-- index on serial.event itself, attaching would make them first.
CREATE FUNCTION serial.index_month(parent text, month text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF parent = 'event' THEN
		EXECUTE format('ALTER TABLE serial.%I ADD PRIMARY KEY (event, record_time)', month);
		EXECUTE format('CREATE INDEX ON serial.%I (corrects) WHERE corrects IS NOT NULL', month);
		EXECUTE format('CREATE INDEX ON serial.%I (event_id) WHERE event_id IS NOT NULL', month);
		EXECUTE format('CREATE INDEX ON serial.%I (transformation) WHERE transformation IS NOT NULL', month);
		EXECUTE format('CREATE INDEX ON serial.%I (place, event_time) WHERE place IS NOT NULL', month);
	ELSE
		EXECUTE format('ALTER TABLE serial.%I ADD PRIMARY KEY (id, event_time, event, role, record_time)', month);
		EXECUTE format('CREATE INDEX ON serial.%I (event)', month);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.index_month(text, text) IS
'makes the indexes of a new partition of serial.event or serial.event_item';
REVOKE EXECUTE ON FUNCTION serial.index_month(text, text) FROM PUBLIC;

-- A month of events is a partition, made when the first of them is recorded.
CREATE FUNCTION serial.open_month(at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
	month timestamptz := date_trunc('month', at);
	suffix text := to_char(month, '_YYYYMM');
	parent text;
BEGIN
	IF to_regclass('serial.event_item' || suffix) IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock('serial.event'::regclass::oid::bigint);
	IF to_regclass('serial.event_item' || suffix) IS NOT NULL THEN
		RETURN;
	END IF;
	FOREACH parent IN ARRAY '{event,event_item}'::text[] LOOP
		EXECUTE format('CREATE TABLE serial.%I (LIKE serial.%I INCLUDING ALL)', parent || suffix, parent);
		EXECUTE format('REVOKE ALL ON TABLE serial.%I FROM PUBLIC', parent || suffix);
		EXECUTE format('COMMENT ON TABLE serial.%I IS %L', parent || suffix,
					   format('rows of serial.%s recorded in %s (UTC)', parent, to_char(month, 'YYYY-MM')));
		PERFORM serial.index_month(parent, parent || suffix);
		EXECUTE format('ALTER TABLE serial.%I ATTACH PARTITION serial.%I FOR VALUES FROM (%L) TO (%L)',
					   parent, parent || suffix, month, month + interval '1 month');
		EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.%I FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change()',
					   parent || suffix);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.open_month(timestamptz) IS
'makes the partitions of events for a month (UTC), if there are none';
REVOKE EXECUTE ON FUNCTION serial.open_month(timestamptz) FROM PUBLIC;

-- Months that were put aside.

CREATE TABLE serial.detached_month
(
	month date PRIMARY KEY,
	events int8multirange NOT NULL,
	detached_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	detached_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE serial.detached_month IS
'months (UTC) whose events were detached, and which events those are';
COMMENT ON COLUMN serial.detached_month.month IS
'the first day of the month';
COMMENT ON COLUMN serial.detached_month.events IS
'the numbers of its events';
COMMENT ON COLUMN serial.detached_month.detached_at IS
'when it was detached';
COMMENT ON COLUMN serial.detached_month.detached_by IS
'the session user who detached it';
SELECT pg_catalog.pg_extension_config_dump('serial.detached_month', '');

-- An event that is aside stays known by its eventID, also when its tables are gone.
CREATE TABLE serial.detached_event_id
(
	event_id text NOT NULL,
	event bigint NOT NULL,
	PRIMARY KEY (event_id, event)
);
COMMENT ON TABLE serial.detached_event_id IS
'the eventIDs of events whose month is detached, which are not recorded again';
COMMENT ON COLUMN serial.detached_event_id.event_id IS
'the eventID by which others know it';
COMMENT ON COLUMN serial.detached_event_id.event IS
'the event';
SELECT pg_catalog.pg_extension_config_dump('serial.detached_event_id', '');

CREATE FUNCTION serial.known_event(event_id text)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(
		(SELECT min(e.event) FROM serial.event AS e WHERE e.event_id = known_event.event_id AND e.corrects IS NULL),
		(SELECT min(d.event) FROM serial.detached_event_id AS d WHERE d.event_id = known_event.event_id));
END;
COMMENT ON FUNCTION serial.known_event(text) IS
'the event with an eventID, declarations of error aside, also if its month is detached; NULL if there is none';

CREATE FUNCTION serial.detach_month(month date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	first date := date_trunc('month', month);
	suffix text := to_char(month, '_YYYYMM');
	events int8multirange;
	parent text;
BEGIN
	IF to_regclass('serial.event' || suffix) IS NULL OR EXISTS (SELECT FROM serial.detached_month AS d WHERE d.month = first) THEN
		RAISE EXCEPTION 'there are no events of % to detach', to_char(first, 'YYYY-MM') USING ERRCODE = 'undefined_object';
	END IF;
	IF first >= date_trunc('month', now() AT TIME ZONE 'UTC') THEN
		RAISE EXCEPTION 'month % is not over', to_char(first, 'YYYY-MM')
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'Events are still recorded in it.';
	END IF;
	EXECUTE format('SELECT range_agg(int8range(event, event, ''[]'')) FROM serial.%I', 'event' || suffix) INTO events;
	FOREACH parent IN ARRAY '{event,event_item}'::text[] LOOP
		EXECUTE format('ALTER TABLE serial.%I DETACH PARTITION serial.%I', parent, parent || suffix);
		-- a partition has this trigger of its parent, and loses it
		EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.%I FOR EACH ROW EXECUTE FUNCTION serial.refuse_change()',
					   parent || suffix);
	END LOOP;
	EXECUTE format('INSERT INTO serial.detached_event_id (event_id, event)
					SELECT e.event_id, e.event FROM serial.%I AS e WHERE e.event_id IS NOT NULL AND e.corrects IS NULL', 'event' || suffix);
	INSERT INTO serial.detached_month (month, events) VALUES (first, coalesce(events, '{}'));
END;
$$;
COMMENT ON FUNCTION serial.detach_month(date) IS
'puts the events of a month aside: the tables stay, no question looks into them; errors 42704 no such month, 55000 the month is not over';
REVOKE EXECUTE ON FUNCTION serial.detach_month(date) FROM PUBLIC;

-- Only tables of the owner's own are attached: another's may carry triggers.
CREATE FUNCTION serial.attach_month(month date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	first date := date_trunc('month', month);
	suffix text := to_char(month, '_YYYYMM');
	parent text;
BEGIN
	IF NOT EXISTS (SELECT FROM serial.detached_month AS d WHERE d.month = first) THEN
		RAISE EXCEPTION 'month % is not detached', to_char(first, 'YYYY-MM') USING ERRCODE = 'undefined_object';
	END IF;
	FOREACH parent IN ARRAY '{event,event_item}'::text[] LOOP
		IF NOT EXISTS (SELECT FROM pg_class AS c, pg_class AS p
					   WHERE c.oid = to_regclass('serial.' || parent || suffix) AND p.oid = to_regclass('serial.' || parent)
						 AND c.relowner = p.relowner) THEN
			RAISE EXCEPTION 'there is no table "serial.%" of the owner of "serial.%"', parent || suffix, parent
				USING ERRCODE = 'undefined_table';
		END IF;
		EXECUTE format('DROP TRIGGER IF EXISTS refuse_change ON serial.%I', parent || suffix);
		EXECUTE format('ALTER TABLE serial.%I ATTACH PARTITION serial.%I FOR VALUES FROM (%L) TO (%L)', parent, parent || suffix,
					   first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
	END LOOP;
	DELETE FROM serial.detached_event_id AS i USING serial.detached_month AS d WHERE d.month = first AND d.events @> i.event;
	DELETE FROM serial.detached_month AS d WHERE d.month = first;
END;
$$;
COMMENT ON FUNCTION serial.attach_month(date) IS
'takes the events of a detached month back; errors 42704 the month is not detached, 42P01 its tables are not there';
REVOKE EXECUTE ON FUNCTION serial.attach_month(date) FROM PUBLIC;

CREATE FUNCTION serial.is_complete()
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	months text := (SELECT string_agg(to_char(d.month, 'YYYY-MM'), ', ' ORDER BY d.month) FROM serial.detached_month AS d);
BEGIN
	IF months IS NOT NULL THEN
		RAISE WARNING 'events of % are detached', months
			USING DETAIL = 'What was recorded then is not in the answer.', HINT = 'serial.attach_month takes them back.';
	END IF;
	RETURN months IS NULL;
END;
$$;
COMMENT ON FUNCTION serial.is_complete() IS
'are all events at hand? else a warning says which months are not';
-- Things, and the master data of their lots and places

CREATE TABLE serial.item
(
	id serial.serial PRIMARY KEY,
	lot text,
	expiry date,
	disposition text,
	since timestamptz,
	decided_by bigint,
	place text,
	place_since timestamptz,
	placed_by bigint,
	first_event bigint,
	last_event bigint,
	last_time timestamptz,
	marks jsonb,
	consignee text,
	consignee_since timestamptz,
	consigned_by bigint,
	attributes jsonb
);
CREATE INDEX item_lot_idx ON serial.item (lot, id) WHERE lot IS NOT NULL;
CREATE INDEX item_place_idx ON serial.item (place, id) WHERE place IS NOT NULL;
CREATE INDEX item_expiry_idx ON serial.item (expiry, id)
	WHERE (disposition IN ('dispensed', 'retail_sold', 'disposed', 'inactive', 'destroyed', 'stolen')) IS NOT TRUE AND expiry IS NOT NULL;
CREATE INDEX item_ended_idx ON serial.item (since)
	WHERE disposition IN ('dispensed', 'retail_sold', 'disposed', 'inactive', 'destroyed', 'stolen');
COMMENT ON TABLE serial.item IS
'what events have left each thing as, one row an identifier seen; of what is inside something, serial.state knows more';
COMMENT ON COLUMN serial.item.id IS
'the thing';
COMMENT ON COLUMN serial.item.lot IS
'its lot';
COMMENT ON COLUMN serial.item.expiry IS
'the day until which it is good';
COMMENT ON COLUMN serial.item.disposition IS
'what the last event that said so left it as';
COMMENT ON COLUMN serial.item.since IS
'when that happened';
COMMENT ON COLUMN serial.item.decided_by IS
'by which event';
COMMENT ON COLUMN serial.item.place IS
'where the last event that said so left it';
COMMENT ON COLUMN serial.item.place_since IS
'when that happened';
COMMENT ON COLUMN serial.item.placed_by IS
'by which event';
COMMENT ON COLUMN serial.item.first_event IS
'the first event that said of the thing itself what it is';
COMMENT ON COLUMN serial.item.last_event IS
'the last event of it';
COMMENT ON COLUMN serial.item.last_time IS
'when that happened';
COMMENT ON COLUMN serial.item.marks IS
'persistent dispositions and when each was set or unset, as serial.decide_marks has them';
COMMENT ON COLUMN serial.item.consignee IS
'the party that the last event with a new owner named';
COMMENT ON COLUMN serial.item.consignee_since IS
'when that happened';
COMMENT ON COLUMN serial.item.consigned_by IS
'by which event';
COMMENT ON COLUMN serial.item.attributes IS
'whatever else is to be known of it';

CREATE TABLE serial.lot
(
	gtin text NOT NULL,
	lot text NOT NULL,
	expiry date,
	produced_on date,
	attributes jsonb,
	PRIMARY KEY (gtin, lot)
);
COMMENT ON TABLE serial.lot IS
'master data of lots';
COMMENT ON COLUMN serial.lot.gtin IS
'the 14 digits of the trade item';
COMMENT ON COLUMN serial.lot.lot IS
'the lot';
COMMENT ON COLUMN serial.lot.expiry IS
'the day until which it is good';
COMMENT ON COLUMN serial.lot.produced_on IS
'the day it was made';
COMMENT ON COLUMN serial.lot.attributes IS
'quality, composition, and whatever else is to be known of it';

CREATE TABLE serial.place
(
	place text PRIMARY KEY,
	name text,
	latitude double precision CHECK (latitude BETWEEN -90 AND 90),
	longitude double precision CHECK (longitude BETWEEN -180 AND 180),
	attributes jsonb
);
COMMENT ON TABLE serial.place IS
'master data of places';
COMMENT ON COLUMN serial.place.place IS
'a GLN, a URI, or whatever names it in events';
COMMENT ON COLUMN serial.place.name IS
'what people call it';
COMMENT ON COLUMN serial.place.latitude IS
'degrees north';
COMMENT ON COLUMN serial.place.longitude IS
'degrees east';
COMMENT ON COLUMN serial.place.attributes IS
'whatever else is to be known of it';

SELECT pg_catalog.pg_extension_config_dump('serial.item', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lot', '');
SELECT pg_catalog.pg_extension_config_dump('serial.place', '');
-- Alerts: what does not fit

CREATE TABLE serial.alert
(
	alert bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL,
	id serial.serial,
	event bigint,
	detail text NOT NULL,
	raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	raised_by text NOT NULL DEFAULT session_user,
	acknowledged_at timestamptz,
	acknowledged_by text,
	note text
);
CREATE INDEX alert_id_idx ON serial.alert (id);
COMMENT ON TABLE serial.alert IS
'what does not fit: reports that contradict what is known, and verifications that failed; never deleted';
COMMENT ON COLUMN serial.alert.alert IS
'its number';
COMMENT ON COLUMN serial.alert.kind IS
'what does not fit, in two or three words';
COMMENT ON COLUMN serial.alert.id IS
'the thing';
COMMENT ON COLUMN serial.alert.event IS
'the event that raised it; NULL for a verification';
COMMENT ON COLUMN serial.alert.detail IS
'what speaks against it';
COMMENT ON COLUMN serial.alert.raised_at IS
'when';
COMMENT ON COLUMN serial.alert.raised_by IS
'the session user in whose session it was raised';
COMMENT ON COLUMN serial.alert.acknowledged_at IS
'when somebody took note of it; NULL while it is open';
COMMENT ON COLUMN serial.alert.acknowledged_by IS
'the session user who did';
COMMENT ON COLUMN serial.alert.note IS
'what that user said of it';
COMMENT ON SEQUENCE serial.alert_alert_seq IS
'numbers of alerts';
SELECT pg_catalog.pg_extension_config_dump('serial.alert', '');
SELECT pg_catalog.pg_extension_config_dump('serial.alert_alert_seq', '');

CREATE TRIGGER refuse_change BEFORE UPDATE ON serial.alert
	FOR EACH ROW WHEN (OLD.acknowledged_at IS NOT NULL
		OR (OLD.alert, OLD.kind, OLD.id, OLD.event, OLD.detail, OLD.raised_at, OLD.raised_by)
			IS DISTINCT FROM (NEW.alert, NEW.kind, NEW.id, NEW.event, NEW.detail, NEW.raised_at, NEW.raised_by))
	EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON serial.alert
	FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.alert
	FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

CREATE FUNCTION serial.raise_alert(kind text, id serial.serial, event bigint, detail text)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	INSERT INTO serial.alert (kind, id, event, detail) VALUES (kind, id, event, detail) RETURNING alert;
END;
COMMENT ON FUNCTION serial.raise_alert(text, serial.serial, bigint, text) IS
'writes an alert and returns its number';
REVOKE EXECUTE ON FUNCTION serial.raise_alert(text, serial.serial, bigint, text) FROM PUBLIC;

CREATE FUNCTION serial.acknowledge(alert bigint, note text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.alert AS a
	SET acknowledged_at = clock_timestamp(), acknowledged_by = session_user, note = acknowledge.note
	WHERE a.alert = acknowledge.alert AND a.acknowledged_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'alert % does not exist or has been acknowledged', alert
			USING ERRCODE = 'undefined_object';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.acknowledge(bigint, text) IS
'notes who has taken note of an alert, when, and what of it; once; errors 42704 no such open alert';
REVOKE EXECUTE ON FUNCTION serial.acknowledge(bigint, text) FROM PUBLIC;
-- What is known of a thing

CREATE FUNCTION serial.told(item serial.serial, as_of timestamptz DEFAULT 'infinity')
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, holder serial.serial, depth integer, role text, leaves text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT DISTINCT ON (i.event_time, i.event)
		   i.event, i.event_time, i.record_time, s.container, s.depth, i.role, i.leaves
	FROM serial.stays(item) AS s
	JOIN serial.event_item AS i ON i.id = s.container AND i.event_time >= s.since AND i.event_time < s.until
	WHERE i.event_time <= as_of
	ORDER BY i.event_time, i.event, s.depth;
END;
COMMENT ON FUNCTION serial.told(serial.serial, timestamptz) IS
'the events of an item and, only while it was inside, of its containers, in order of event time; those declared wrong and those not accepted among them';

-- Persistent dispositions.  What was set is in force until it is lifted: from the
-- thing itself, or from the container it was set on, or one between, if the
-- thing has been in that ever since.  What is lifted from a container is thus not
-- lifted from what was marked for itself, nor from what came marked.
CREATE FUNCTION serial.decide_marks(mentions jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH mention AS MATERIALIZED (
		SELECT m.word, m.depth, m.inside_since, m.is_set, m.at, m.by
		FROM jsonb_to_recordset(mentions) AS m(word text, depth integer, inside_since text, is_set boolean, at text, by bigint)
	)
	SELECT jsonb_object_agg(d.word, jsonb_build_object('set', d.is_set, 'at', d.at, 'by', d.by))
	FROM (SELECT DISTINCT ON (m.word) m.word, m.is_set, m.at, m.by
		  FROM mention AS m
		  WHERE CASE WHEN m.is_set THEN NOT EXISTS (
					SELECT FROM mention AS u
					WHERE u.word = m.word AND NOT u.is_set AND (u.at, u.by) > (m.at, m.by)
					  AND (u.depth = 0 OR (u.depth <= m.depth AND u.inside_since <= m.at)))
				ELSE m.depth = 0 END
		  ORDER BY m.word, m.is_set DESC, m.at DESC, m.by DESC) AS d;
END;
COMMENT ON FUNCTION serial.decide_marks(jsonb) IS
'of mentions of persistent dispositions (word, depth, inside_since, is_set, at, by), the one that decides for each word, as {word: {set, at, by}}';

CREATE FUNCTION serial.marks_in_force(marks jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(m.key ORDER BY m.key) FROM jsonb_each(marks) AS m WHERE (m.value ->> 'set')::boolean;
END;
COMMENT ON FUNCTION serial.marks_in_force(jsonb) IS
'the words of serial.decide_marks that are set';

CREATE FUNCTION serial.new_owner(destinations jsonb)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_new_owner';
COMMENT ON FUNCTION serial.new_owner(jsonb) IS
'the owning party among the destinations of an event';

-- What was said last of a thing itself, up to a moment and there to an event.
CREATE FUNCTION serial.last_own(item serial.serial, as_of timestamptz, upto bigint)
RETURNS TABLE (leaves text, event_time timestamptz, event bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT i.leaves, i.event_time, i.event
	FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	WHERE i.id = item AND (i.event_time, i.event) <= (as_of, upto) AND i.leaves IS NOT NULL AND e.is_accepted AND e.corrects IS NULL
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	ORDER BY i.event_time DESC, i.event DESC LIMIT 1;
END;
COMMENT ON FUNCTION serial.last_own(serial.serial, timestamptz, bigint) IS
'the disposition that events left a thing itself in, whatever was said of its containers, since when and by which';

CREATE TYPE serial.closing AS
(
	depth integer,
	since timestamptz,
	until timestamptz,
	event_time timestamptz,
	event bigint
);
COMMENT ON TYPE serial.closing IS
'from since to until, nothing that is said from a moment and an event on passes through what a thing was in at a depth';
COMMENT ON COLUMN serial.closing.depth IS
'how deep the thing was in it; 0 is the thing itself';
COMMENT ON COLUMN serial.closing.since IS
'since when the thing was in it';
COMMENT ON COLUMN serial.closing.until IS
'until when';
COMMENT ON COLUMN serial.closing.event_time IS
'when it left or ended, or left something with which it had';
COMMENT ON COLUMN serial.closing.event IS
'by which event; 0 if it is a container that was left';

-- A thing that has left or ended stays so, whatever happens to its container; and
-- with a container that has, so does what is in it, whatever happens to those
-- around, and to others in which it is later.  Who comes back hears of what was
-- said meanwhile.
CREATE FUNCTION serial.state(
	item serial.serial, as_of timestamptz DEFAULT 'infinity', own_only boolean DEFAULT false, upto bigint DEFAULT 9223372036854775807)
RETURNS TABLE (disposition text, since timestamptz, place text, place_since timestamptz, event bigint, holder serial.serial, marks jsonb,
			   consignee text, consignee_since timestamptz, decided_by bigint, event_time timestamptz, placed_by bigint, consigned_by bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH RECURSIVE stays AS MATERIALIZED (
		SELECT s.container, s.since, s.until, s.depth FROM serial.stays(item) AS s
	), known AS MATERIALIZED (
		SELECT i.event, i.event_time, s.container AS holder, s.depth, s.since AS inside_since, i.leaves,
			   CASE WHEN i.role <> 'input' THEN e.place END AS place, e.persistent_disposition,
			   serial.new_owner(e.destinations) AS consignee
		FROM stays AS s
		JOIN serial.event_item AS i ON i.id = s.container AND i.event_time >= s.since AND i.event_time < s.until
		JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE (i.event_time, i.event) <= (as_of, upto) AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	), levels(depth, closings) AS (
		-- what had left or ended when the stay in it did, or has now
		SELECT (SELECT max(s.depth) FROM stays AS s), ARRAY(
			SELECT ROW(s.depth, s.since, s.until, o.event_time, o.event)::serial.closing
			FROM (SELECT t.*, t.until <= as_of AND t.until < 'infinity' AS is_over FROM stays AS t) AS s
			CROSS JOIN LATERAL serial.last_own(s.container, CASE WHEN s.is_over THEN s.until - interval '1 microsecond' ELSE as_of END,
											   CASE WHEN s.is_over THEN 9223372036854775807 ELSE upto END) AS o
			WHERE serial.is_final(o.leaves) AND EXISTS (SELECT FROM stays AS u WHERE u.depth > s.depth))
		UNION ALL
		-- from the outside in: what left something with which it had left or ended, and has not come back itself
		SELECT v.depth - 1, v.closings || ARRAY(
			SELECT ROW(s.depth, s.since, s.until, o.until, 0)::serial.closing
			FROM stays AS o JOIN stays AS s ON s.depth = o.depth - 1 AND s.since <= o.since AND s.until > o.until
			CROSS JOIN LATERAL (
				SELECT k.leaves, k.depth FROM known AS k
				WHERE k.depth >= s.depth AND k.leaves IS NOT NULL AND k.event_time >= s.since AND k.event_time < o.until
				  AND NOT EXISTS (SELECT FROM unnest(v.closings) AS c
								  WHERE c.depth < k.depth AND k.event_time >= c.since AND k.event_time < c.until
									AND (k.event_time, k.event) >= (c.event_time, c.event))
				ORDER BY k.event_time DESC, k.event DESC, k.depth LIMIT 1) AS l
			WHERE o.depth = v.depth AND o.until <= as_of AND l.depth > s.depth AND serial.is_final(l.leaves)
			  AND NOT EXISTS (SELECT FROM known AS k WHERE k.depth = s.depth AND k.leaves IS NOT NULL
								AND k.event_time >= o.until AND k.event_time < s.until))
		FROM levels AS v WHERE v.depth > 0
	), closed AS MATERIALIZED (
		SELECT c.* FROM levels AS v CROSS JOIN LATERAL unnest(v.closings) AS c WHERE v.depth = 0
	), relevant AS MATERIALIZED (
		SELECT k.* FROM known AS k
		WHERE NOT EXISTS (SELECT FROM closed AS c
						  WHERE c.depth < k.depth AND k.event_time >= c.since AND k.event_time < c.until
							AND (k.event_time, k.event) >= (c.event_time, c.event))
		  AND (k.depth = 0 OR NOT own_only OR EXISTS (SELECT FROM closed AS c WHERE c.depth = 0)
			   OR k.event_time < coalesce((SELECT a.since FROM serial.aggregation AS a WHERE a.child = item), 'infinity'))
	)
	SELECT d.leaves, d.event_time, p.place, p.event_time, l.event, l.holder, s.marks,
		   o.consignee, o.event_time, d.event, l.event_time, p.event, o.event
	FROM (SELECT r.event, r.event_time, r.holder FROM relevant AS r ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS l
	LEFT JOIN (SELECT r.leaves, r.event_time, r.event FROM relevant AS r WHERE r.leaves IS NOT NULL
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS d ON true
	LEFT JOIN (SELECT r.place, r.event_time, r.event FROM relevant AS r WHERE r.place IS NOT NULL
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS p ON true
	LEFT JOIN (SELECT r.consignee, r.event_time, r.event FROM relevant AS r WHERE r.consignee IS NOT NULL
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS o ON true
	CROSS JOIN LATERAL (
		SELECT serial.decide_marks(jsonb_agg(jsonb_build_object('word', w.word, 'depth', r.depth,
			'inside_since', serial.moment_text(r.inside_since), 'is_set', m.is_set, 'at', serial.moment_text(r.event_time), 'by', r.event))) AS marks
		FROM relevant AS r
		CROSS JOIN (VALUES ('set', true), ('unset', false)) AS m(member, is_set)
		CROSS JOIN LATERAL jsonb_array_elements_text(r.persistent_disposition -> m.member) AS w(word)) AS s;
END;
COMMENT ON FUNCTION serial.state(serial.serial, timestamptz, boolean, bigint) IS
'what events have left an item as, by a moment of event time and, at that moment, up to an event: the fold of what was told of it and of its containers while it was inside; own_only leaves out the container it is in now, unless the item has left or ended there; no row if nothing was told';

-- Marks of a thing and of what it is in, now.
CREATE FUNCTION serial.marks_now(item serial.serial)
RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH known AS MATERIALIZED (
		SELECT s.depth, s.since AS inside_since, i.disposition, i.marks
		FROM serial.stays(item) AS s JOIN serial.item AS i ON i.id = s.container
		WHERE s.until = 'infinity'
	)
	SELECT serial.decide_marks(jsonb_agg(jsonb_build_object('word', m.key, 'depth', k.depth,
		'inside_since', serial.moment_text(k.inside_since), 'is_set', (m.value ->> 'set')::boolean,
		'at', m.value ->> 'at', 'by', m.value -> 'by')))
	FROM known AS k CROSS JOIN LATERAL jsonb_each(k.marks) AS m
	WHERE k.depth = 0
	   OR (m.value ->> 'at' >= serial.moment_text(k.inside_since)
		   AND NOT EXISTS (SELECT FROM known AS o WHERE o.depth < k.depth AND serial.is_final(o.disposition)));
END;
COMMENT ON FUNCTION serial.marks_now(serial.serial) IS
'the persistent dispositions of a thing now, as serial.decide_marks gives them; NULL if none was ever mentioned';

-- Now, and of one thing, the rows of serial.item say as much as all events.
CREATE FUNCTION serial.present(item serial.serial)
RETURNS TABLE (disposition text, since timestamptz, place text, place_since timestamptz, event bigint, holder serial.serial, marks jsonb,
			   consignee text, consignee_since timestamptz, decided_by bigint, event_time timestamptz)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1
AS 'MODULE_PATHNAME', 'serial_present';
COMMENT ON FUNCTION serial.present(serial.serial) IS
'what events have left an item as, now; no row if nothing was told of it or of what it is in';

CREATE FUNCTION serial.first_event(item serial.serial)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT i.event FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	WHERE i.id = item AND i.leaves IS NOT NULL AND e.is_accepted AND e.corrects IS NULL
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	ORDER BY i.event_time, i.event LIMIT 1;
END;
COMMENT ON FUNCTION serial.first_event(serial.serial) IS
'the first event that said of a thing itself what it is; NULL if none did, though something may have been said of what it was in';

-- What was said last of a thing's lot and expiry.
CREATE FUNCTION serial.lot_told(item serial.serial)
RETURNS TABLE (lot text, expiry date)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH told AS MATERIALIZED (
		SELECT e.lot, e.expiry, i.event_time, i.event
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = item AND i.role <> 'input' AND coalesce(e.lot, e.expiry::text) IS NOT NULL AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	)
	SELECT (SELECT t.lot FROM told AS t WHERE t.lot IS NOT NULL ORDER BY t.event_time DESC, t.event DESC LIMIT 1),
		   (SELECT t.expiry FROM told AS t WHERE t.expiry IS NOT NULL ORDER BY t.event_time DESC, t.event DESC LIMIT 1);
END;
COMMENT ON FUNCTION serial.lot_told(serial.serial) IS
'the lot and the expiry that events give a thing';

CREATE FUNCTION serial.newer_marks(a jsonb, b jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_object_agg(d.key, d.value)
	FROM (SELECT DISTINCT ON (m.key) m.key, m.value
		  FROM (SELECT * FROM jsonb_each(a) UNION ALL SELECT * FROM jsonb_each(b)) AS m
		  ORDER BY m.key, m.value ->> 'at' DESC) AS d;
END;
COMMENT ON FUNCTION serial.newer_marks(jsonb, jsonb) IS
'of two results of serial.decide_marks, the newer mark of each word';

-- Writes down as the present what the events of things say.  The stay that
-- lasts is left out: it is looked up.  The rows are locked before events are
-- looked at, so that none is missed that was recorded meanwhile.  Of what began
-- in a month that is detached, the row knows what events do not.
CREATE FUNCTION serial.refresh(things serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.item (id)
	SELECT t.id FROM (SELECT DISTINCT u.id FROM unnest(things) AS u(id)) AS t
	WHERE NOT EXISTS (SELECT FROM serial.item AS i WHERE i.id = t.id) AND EXISTS (SELECT FROM serial.state(t.id, 'infinity', true))
	ORDER BY t.id
	ON CONFLICT (id) DO NOTHING;
	PERFORM FROM serial.item AS i WHERE i.id = ANY (things) ORDER BY i.id FOR UPDATE;
	UPDATE serial.item AS i
	SET disposition = CASE WHEN k.disposition THEN i.disposition ELSE s.disposition END,
		since = CASE WHEN k.disposition THEN i.since ELSE s.since END,
		decided_by = CASE WHEN k.disposition THEN i.decided_by ELSE s.decided_by END,
		place = CASE WHEN k.place THEN i.place ELSE s.place END,
		place_since = CASE WHEN k.place THEN i.place_since ELSE s.place_since END,
		placed_by = CASE WHEN k.place THEN i.placed_by ELSE s.placed_by END,
		first_event = CASE WHEN a.is_older THEN i.first_event ELSE serial.first_event(i.id) END,
		last_event = CASE WHEN k.last THEN i.last_event ELSE s.event END,
		last_time = CASE WHEN k.last THEN i.last_time ELSE s.event_time END,
		marks = CASE WHEN a.is_older THEN serial.newer_marks(i.marks, s.marks) ELSE s.marks END,
		consignee = CASE WHEN k.consignee THEN i.consignee ELSE s.consignee END,
		consignee_since = CASE WHEN k.consignee THEN i.consignee_since ELSE s.consignee_since END,
		consigned_by = CASE WHEN k.consignee THEN i.consigned_by ELSE s.consigned_by END,
		lot = CASE WHEN a.is_older THEN coalesce(l.lot, i.lot) ELSE l.lot END,
		expiry = CASE WHEN a.is_older THEN coalesce(l.expiry, i.expiry) ELSE l.expiry END
	FROM serial.item AS o
	LEFT JOIN LATERAL serial.state(o.id, 'infinity', true) AS s ON true
	CROSS JOIN LATERAL serial.lot_told(o.id) AS l
	CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM serial.detached_month AS d WHERE d.events @> o.first_event)) AS a(is_older)
	CROSS JOIN LATERAL (
		SELECT a.is_older AND s.since >= o.since IS NOT TRUE, a.is_older AND s.place_since >= o.place_since IS NOT TRUE,
			   a.is_older AND s.consignee_since >= o.consignee_since IS NOT TRUE,
			   a.is_older AND s.event_time >= o.last_time IS NOT TRUE) AS k(disposition, place, consignee, last)
	WHERE o.id = ANY (things) AND i.id = o.id;
END;
$$;
COMMENT ON FUNCTION serial.refresh(serial.serial[]) IS
'brings the rows of things in serial.item up to what was recorded of them';
REVOKE EXECUTE ON FUNCTION serial.refresh(serial.serial[]) FROM PUBLIC;

-- What was in things, at any depth, and has left what it was directly in
-- since a moment.
CREATE FUNCTION serial.left_since(things serial.serial[], moment timestamptz)
RETURNS SETOF serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	WITH RECURSIVE inside(id, has_left) AS (
		SELECT t.id, false FROM unnest(things) AS t(id)
		UNION
		SELECT l.child, l.has_left
		FROM inside AS i
		CROSS JOIN LATERAL (
			SELECT a.child, false AS has_left FROM serial.aggregation AS a WHERE a.parent = i.id AND a.is_container
			UNION ALL
			SELECT h.child, true FROM serial.aggregation_history AS h WHERE h.parent = i.id AND h.until >= moment) AS l
	)
	SELECT DISTINCT i.id FROM inside AS i WHERE i.has_left;
END;
COMMENT ON FUNCTION serial.left_since(serial.serial[], timestamptz) IS
'what was in things, at any depth, and has left the container it was directly in since a moment';

-- What has left or ended keeps what was said of its container before, so that
-- its row must hear of what is told late.
CREATE FUNCTION serial.ended_inside(things serial.serial[], moment timestamptz)
RETURNS SETOF serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT DISTINCT i.id
	FROM unnest(things) AS t(id) CROSS JOIN LATERAL serial.contents(t.id) AS c JOIN serial.item AS i ON i.id = c.id
	WHERE i.since >= moment AND serial.is_final(i.disposition);
END;
COMMENT ON FUNCTION serial.ended_inside(serial.serial[], timestamptz) IS
'what is in things, at any depth, and has left or ended since a moment';

-- Holds containers as they are, against those who record an event of one, not
-- against others who hold them.
CREATE FUNCTION serial.hold_containers(containers serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.item (id) SELECT DISTINCT c.id FROM unnest(containers) AS c(id) ORDER BY c.id ON CONFLICT (id) DO NOTHING;
	PERFORM FROM serial.item AS i WHERE i.id = ANY (containers) ORDER BY i.id FOR KEY SHARE;
END;
$$;
COMMENT ON FUNCTION serial.hold_containers(serial.serial[]) IS
'waits for the events of containers that are being recorded, and keeps others from being recorded';
REVOKE EXECUTE ON FUNCTION serial.hold_containers(serial.serial[]) FROM PUBLIC;

-- What leaves a container keeps what was said of the container.
-- An event of the container that is being recorded meanwhile is waited for.
-- Where that is reported late, what was told of the container since was not
-- told of the children, nor of what has left or ended inside them since.  Who
-- is recording that holds the children.
CREATE FUNCTION serial.keep_what_was_said(children serial.serial[], containers serial.serial[], late_since timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF late_since IS NOT NULL THEN
		PERFORM serial.lock_things(children);
	END IF;
	PERFORM serial.hold_containers(ARRAY(
		SELECT p.id FROM unnest(containers) AS p(id)
		UNION SELECT c.id FROM unnest(containers) AS p(id) CROSS JOIN LATERAL serial.containers(p.id) AS c));
	IF late_since IS NOT NULL THEN
		children := children || ARRAY(SELECT serial.left_since(children, late_since) UNION SELECT serial.ended_inside(children, late_since));
	END IF;
	PERFORM serial.refresh(children);
END;
$$;
COMMENT ON FUNCTION serial.keep_what_was_said(serial.serial[], serial.serial[], timestamptz) IS
'refreshes what has left containers; and, if that was at a moment that is past, what has left or ended inside it since';
REVOKE EXECUTE ON FUNCTION serial.keep_what_was_said(serial.serial[], serial.serial[], timestamptz) FROM PUBLIC;

-- What was told of a container since its children were packed was told of them.
-- What lasts is looked up; what has left or ended before the packing was
-- reported has a row that does not know.
CREATE FUNCTION serial.hear_what_was_said(children serial.serial[], container serial.serial, since timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM serial.lock_things(children);    -- and all that they are in
	PERFORM serial.refresh(ARRAY(
		SELECT serial.left_since(children, since) UNION SELECT serial.ended_inside(children || container, since)));
END;
$$;
COMMENT ON FUNCTION serial.hear_what_was_said(serial.serial[], serial.serial, timestamptz) IS
'refreshes what has left or ended in children since a moment, as of which they are packed into a container now';
REVOKE EXECUTE ON FUNCTION serial.hear_what_was_said(serial.serial[], serial.serial, timestamptz) FROM PUBLIC;
-- Recall

CREATE TABLE serial.recall
(
	recall bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	gtin text NOT NULL,
	lots text[] NOT NULL,
	reason text NOT NULL,
	recalled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	recalled_by text NOT NULL DEFAULT session_user,
	closed_at timestamptz,
	closed_by text
);
CREATE INDEX recall_gtin_idx ON serial.recall (gtin);
COMMENT ON TABLE serial.recall IS
'lots that are called back';
COMMENT ON COLUMN serial.recall.recall IS
'its number';
COMMENT ON COLUMN serial.recall.gtin IS
'the 14 digits of the trade item';
COMMENT ON COLUMN serial.recall.lots IS
'the lots called back';
COMMENT ON COLUMN serial.recall.reason IS
'why';
COMMENT ON COLUMN serial.recall.recalled_at IS
'when';
COMMENT ON COLUMN serial.recall.recalled_by IS
'the session user who called them back';
COMMENT ON COLUMN serial.recall.closed_at IS
'when it ended; NULL while it is open';
COMMENT ON COLUMN serial.recall.closed_by IS
'the session user who ended it';
COMMENT ON SEQUENCE serial.recall_recall_seq IS
'numbers of recalls';
SELECT pg_catalog.pg_extension_config_dump('serial.recall', '');
SELECT pg_catalog.pg_extension_config_dump('serial.recall_recall_seq', '');

CREATE FUNCTION serial.recall(gtin text, lots text[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	number bigint;
BEGIN
	IF gtin IS NULL OR lots IS NULL OR reason IS NULL OR array_position(lots, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'a recall names a GTIN, lots and a reason' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF cardinality(lots) = 0 THEN
		RAISE EXCEPTION 'a recall names lots' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF NOT serial.has_valid_check('mod10', gtin) OR gtin !~ '^[0-9]{14}$' THEN
		RAISE EXCEPTION '"%" is not a GTIN', gtin
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Expected 14 digits, the last of them the check digit.';
	END IF;
	INSERT INTO serial.recall (gtin, lots, reason)
	VALUES (gtin, ARRAY(SELECT DISTINCT l.lot FROM unnest(lots) AS l(lot) ORDER BY l.lot), reason) RETURNING recall.recall INTO number;
	RETURN number;
END;
$$;
COMMENT ON FUNCTION serial.recall(text, text[], text) IS
'calls lots of a GTIN back and returns the number of the recall; from then on serial.verify says so; errors 22023 no GTIN or no lot, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.recall(text, text[], text) FROM PUBLIC;

CREATE FUNCTION serial.close_recall(recall bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.recall AS r SET closed_at = clock_timestamp(), closed_by = session_user
	WHERE r.recall = close_recall.recall AND r.closed_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'recall % does not exist or is closed', recall USING ERRCODE = 'undefined_object';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.close_recall(bigint) IS
'ends a recall; errors 42704 no such open recall';
REVOKE EXECUTE ON FUNCTION serial.close_recall(bigint) FROM PUBLIC;

CREATE FUNCTION serial.recall_of(id serial.serial, lot text)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.recall FROM serial.recall AS r
	WHERE r.gtin = serial.gtin(recall_of.id) AND recall_of.lot = ANY (r.lots) AND r.closed_at IS NULL
	ORDER BY r.recall LIMIT 1;
END;
COMMENT ON FUNCTION serial.recall_of(serial.serial, text) IS
'the open recall that a thing of a lot falls under; NULL if none';

-- The same as serial.outermost and serial.present say of each thing, but what it is
-- in is found for all together, and the row of a container is read once.  Without
-- the compiler, which takes longer than the answer.
CREATE FUNCTION serial.recalled(recall bigint)
RETURNS TABLE (id serial.serial, lot text, outermost serial.serial, place text, consignee text, disposition text)
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SET jit = off
AS 'MODULE_PATHNAME', 'serial_recalled';
COMMENT ON FUNCTION serial.recalled(bigint) IS
'every thing of the lots of a recall: the outermost container it is in now, the place, the party it was last shipped to, and its state';
REVOKE EXECUTE ON FUNCTION serial.recalled(bigint) FROM PUBLIC;
-- Recording

-- What an event says

-- The typed items of business transactions, sources and destinations.  Only
-- business transactions may do without a type.
CREATE FUNCTION serial.check_typed(kind text, member text, list jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF list IS NULL THEN
		RETURN NULL;
	END IF;
	IF jsonb_typeof(list) <> 'array' OR EXISTS (
		SELECT FROM jsonb_array_elements(list) AS v(entry)
		WHERE coalesce(jsonb_typeof(v.entry -> member), '') <> 'string'
		   OR coalesce(jsonb_typeof(v.entry -> 'type'), CASE kind WHEN 'business_transaction' THEN 'string' END, '') <> 'string') THEN
		RAISE EXCEPTION '% is no list of a % each', list, member
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('Expected an array of objects like {"type": "...", "%s": "..."}.', member);
	END IF;
	RETURN (
		SELECT coalesce(jsonb_agg(CASE WHEN v.entry ? 'type'
			THEN v.entry || jsonb_build_object('type', serial.vocabulary_word(kind, v.entry ->> 'type'))
			ELSE v.entry END ORDER BY v.n), list)
		FROM jsonb_array_elements(list) WITH ORDINALITY AS v(entry, n));
END;
$$;
COMMENT ON FUNCTION serial.check_typed(text, text, jsonb) IS
'a list of typed entries with their types in one form; errors 22023 no such list, or a type that is neither of CBV 2.0 nor a URI';

-- Without a unit a quantity counts whole trade items.
CREATE FUNCTION serial.check_quantities(list jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wrong jsonb := (
		SELECT q.entry FROM jsonb_array_elements(CASE jsonb_typeof(list) WHEN 'array' THEN list ELSE jsonb_build_array(list) END) AS q(entry)
		WHERE NOT coalesce(jsonb_typeof(list) = 'array' AND jsonb_typeof(q.entry -> 'epcClass') = 'string'
			AND CASE WHEN q.entry ? 'quantity' THEN jsonb_path_exists(q.entry, '$.quantity ? (@ > 0)')
					AND (q.entry ? 'uom' OR jsonb_path_exists(q.entry, '$.quantity ? (@.floor() == @)'))
				ELSE true END
			AND CASE WHEN q.entry ? 'uom' THEN q.entry ->> 'uom' ~ '^[A-Z0-9]{2,3}$' ELSE true END, false)
		LIMIT 1);
BEGIN
	IF list IS NOT NULL AND wrong IS NOT NULL THEN
		RAISE EXCEPTION '% is no quantity', wrong
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected an array of objects like {"epcClass": "...", "quantity": 3}, with a positive whole number, or one of any kind and a unit ("uom") of two or three characters.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.check_quantities(jsonb) IS
'refuses quantityElements that EPCIS 2.0 does not allow; errors 22023';

CREATE FUNCTION serial.check_marks(marks jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	checked jsonb;
BEGIN
	IF marks IS NULL THEN
		RETURN NULL;
	END IF;
	IF jsonb_typeof(marks) = 'object' AND marks <> '{}' AND marks - '{set,unset}'::text[] = '{}'
	   AND coalesce(jsonb_typeof(marks -> 'set'), 'array') = 'array' AND coalesce(jsonb_typeof(marks -> 'unset'), 'array') = 'array' THEN
		checked := (
			SELECT jsonb_object_agg(m.key, (SELECT coalesce(jsonb_agg(serial.vocabulary_word('disposition', w.word) ORDER BY w.n), '[]')
											FROM jsonb_array_elements_text(m.value) WITH ORDINALITY AS w(word, n)))
			FROM jsonb_each(marks) AS m);
		IF NOT coalesce(checked -> 'set' ?| ARRAY(SELECT jsonb_array_elements_text(checked -> 'unset')), false) THEN
			RETURN checked;
		END IF;
	END IF;
	RAISE EXCEPTION '% is no persistent disposition', marks
		USING ERRCODE = 'invalid_parameter_value',
			  DETAIL = 'Expected {"set": [...], "unset": [...]}, or one of the two, and no word in both.';
END;
$$;
COMMENT ON FUNCTION serial.check_marks(jsonb) IS
'a persistent disposition with its words in one form; errors 22023 none, or a word that is neither of CBV 2.0 nor a URI';

CREATE FUNCTION serial.new_marks(persistent_disposition jsonb, event_time timestamptz, event bigint)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_object_agg(w.word, jsonb_build_object('set', m.key = 'set', 'at', serial.moment_text(new_marks.event_time), 'by', new_marks.event)
							ORDER BY m.key DESC)
	FROM jsonb_each(persistent_disposition) AS m CROSS JOIN LATERAL jsonb_array_elements_text(m.value) AS w(word);
END;
COMMENT ON FUNCTION serial.new_marks(jsonb, timestamptz, bigint) IS
'the persistent disposition of an event as serial.decide_marks has it; NULL if it names no word';

-- What is known of things

-- The first event that was told of a thing itself after another and would not
-- have been legal if that one had left it so.  What comes behind an event that
-- leaves it as something new has been judged by that.
CREATE FUNCTION serial.contradicted_by(
	item serial.serial, disposition text, since timestamptz, actor text, after_time timestamptz, after_event bigint)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT n.event FROM (
		SELECT e.event, e.business_step, e.event_time, e.recorded_by,
			   count(i.leaves) OVER (ORDER BY i.event_time, i.event ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS news
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = item AND (i.event_time, i.event) > (after_time, after_event) AND i.role <> 'parent'
		  AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)) AS n
	WHERE n.news = 0
	  AND NOT serial.is_legal(n.business_step, contradicted_by.disposition, contradicted_by.since,
							  CASE WHEN n.recorded_by = actor THEN session_user::text END, n.event_time)
	ORDER BY n.event_time, n.event LIMIT 1;
END;
COMMENT ON FUNCTION serial.contradicted_by(serial.serial, text, timestamptz, text, timestamptz, bigint) IS
'the first event of a thing after another that is not legal for a thing in a disposition since then by an actor; NULL if none';

CREATE FUNCTION serial.lock_things(things serial.serial[])
RETURNS void
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_lock_things';
COMMENT ON FUNCTION serial.lock_things(serial.serial[]) IS
'locks the rows of things in serial.item, in one order, makes those that are missing, and holds what they are in as it is';
REVOKE EXECUTE ON FUNCTION serial.lock_things(serial.serial[]) FROM PUBLIC;

-- Great circles, on a sphere: an alert needs no more.
CREATE FUNCTION serial.distance_km(a serial.place, b serial.place)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT 2 * 6371 * asin(sqrt(CASE WHEN h.haversine > 1 THEN 1 ELSE h.haversine END))
	FROM (SELECT sind(((b).latitude - (a).latitude) / 2) ^ 2
		  + cosd((a).latitude) * cosd((b).latitude) * sind(((b).longitude - (a).longitude) / 2) ^ 2 AS haversine) AS h;
END;
COMMENT ON FUNCTION serial.distance_km(serial.place, serial.place) IS
'the distance of two places in kilometres; NULL if the coordinates of one are not known';

CREATE FUNCTION serial.watch_travel(event bigint, place text, event_time timestamptz, things serial.serial[])
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT count(serial.raise_alert('impossible travel', v.id, watch_travel.event,
		format('It was at "%s" at %s and at "%s" at %s: %s km.', v.place, v.place_since, n.place, watch_travel.event_time, round(d.km))))
	FROM serial.place AS n
	CROSS JOIN LATERAL (
		SELECT t.id, p.place, p.place_since FROM unnest(things) AS t(id)
		CROSS JOIN LATERAL serial.state(t.id, watch_travel.event_time) AS p) AS v
	JOIN serial.place AS o ON o.place = v.place
	CROSS JOIN LATERAL (SELECT serial.distance_km(o, n) AS km) AS d
	WHERE n.place = watch_travel.place
	  AND d.km > 1 AND d.km > current_setting('serial.max_speed')::double precision
		  * extract(epoch FROM watch_travel.event_time - v.place_since) / 3600;
END;
COMMENT ON FUNCTION serial.watch_travel(bigint, text, timestamptz, serial.serial[]) IS
'raises an alert for each thing that serial.max_speed does not let be at the place of an event at that time, and returns how many';
REVOKE EXECUTE ON FUNCTION serial.watch_travel(bigint, text, timestamptz, serial.serial[]) FROM PUBLIC;

-- Does in the hierarchy what an aggregation event says.
CREATE FUNCTION serial.do_aggregation(action text, parent serial.serial, items serial.serial[], at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	stranger serial.serial;
BEGIN
	IF action = 'ADD' THEN
		PERFORM serial.pack(parent, items, at);
	ELSIF action = 'DELETE' AND coalesce(cardinality(items), 0) = 0 THEN
		PERFORM serial.unpack_all(parent, at);
	ELSIF action = 'DELETE' THEN
		SELECT t.id INTO stranger FROM unnest(items) AS t(id)
		WHERE serial.container(t.id) IS DISTINCT FROM parent LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '"%" is not in "%"', stranger, parent
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  DETAIL = format('It is in %s.', coalesce('"' || serial.container(stranger)::text || '"', 'nothing'));
		END IF;
		PERFORM serial.unpack(items, at);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.do_aggregation(text, serial.serial, serial.serial[], timestamptz) IS
'packs or unpacks what an aggregation event says; errors as serial.pack and serial.unpack, 55000 a child that is not in the parent';
REVOKE EXECUTE ON FUNCTION serial.do_aggregation(text, serial.serial, serial.serial[], timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.follow_aggregation(action text, parent serial.serial, items serial.serial[], at timestamptz, strict boolean)
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	objection text;
BEGIN
	IF strict THEN
		PERFORM serial.do_aggregation(action, parent, items, at);
		RETURN NULL;
	END IF;
	BEGIN
		PERFORM serial.do_aggregation(action, parent, items, at);
	EXCEPTION WHEN unique_violation OR check_violation OR invalid_parameter_value OR object_not_in_prerequisite_state THEN
		GET STACKED DIAGNOSTICS objection = MESSAGE_TEXT;
	END;
	RETURN objection;
END;
$$;
COMMENT ON FUNCTION serial.follow_aggregation(text, serial.serial, serial.serial[], timestamptz, boolean) IS
'packs or unpacks what an aggregation event says; where that is refused, the error as text, and as error if it is strict; NULL if it is done';
REVOKE EXECUTE ON FUNCTION serial.follow_aggregation(text, serial.serial, serial.serial[], timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION serial.record(
	type text, action text DEFAULT NULL, items serial.serial[] DEFAULT '{}',
	business_step text DEFAULT NULL, disposition text DEFAULT NULL,
	event_time timestamptz DEFAULT now(), read_point text DEFAULT NULL, place text DEFAULT NULL,
	parent serial.serial DEFAULT NULL,
	inputs serial.serial[] DEFAULT '{}', outputs serial.serial[] DEFAULT '{}',
	lot text DEFAULT NULL, expiry date DEFAULT NULL,
	quantities jsonb DEFAULT NULL, input_quantities jsonb DEFAULT NULL, business_transactions jsonb DEFAULT NULL,
	sources jsonb DEFAULT NULL, destinations jsonb DEFAULT NULL,
	persistent_disposition jsonb DEFAULT NULL, transformation text DEFAULT NULL,
	event_id text DEFAULT NULL, time_zone_offset text DEFAULT '+00:00',
	attributes jsonb DEFAULT NULL, strict boolean DEFAULT true)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_record';
COMMENT ON FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text, serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb, text, text, text, jsonb, boolean) IS
'records an event of EPCIS 2.0 and returns its number; strict refuses what is not legal, else it is kept as evidence, leaves everything as it is and raises alerts; an event_id that is known is not recorded again; errors 55000 not legal, 22023 no such event in EPCIS 2.0, 22001 a place, lot, transformation or event_id of more than 2000 bytes, 22004 a NULL, 21000 a thing named twice, and for aggregations those of serial.pack and serial.unpack';
REVOKE EXECUTE ON FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text, serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb, text, text, text, jsonb, boolean) FROM PUBLIC;
-- Names for daily use.  All are strict.

CREATE FUNCTION serial.commission(
	items serial.serial[], lot text DEFAULT NULL, expiry date DEFAULT NULL, place text DEFAULT NULL,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.lot (gtin, lot, expiry)
	SELECT DISTINCT serial.gtin(i), commission.lot, commission.expiry
	FROM unnest(items) AS i WHERE serial.gtin(i) IS NOT NULL AND commission.lot IS NOT NULL
	ON CONFLICT DO NOTHING;
	RETURN serial.record('ObjectEvent', 'ADD', items, 'commissioning', event_time => at, read_point => place,
						 place => place, lot => lot, expiry => expiry, attributes => attributes);
END;
$$;
COMMENT ON FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb) IS
'things begin to exist, of a lot and with an expiry; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.ship(
	items serial.serial[], read_point text DEFAULT NULL, destination text DEFAULT NULL,
	reference text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'shipping', event_time => at, read_point => read_point,
		business_transactions => CASE WHEN reference IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'desadv', 'bizTransaction', reference)) END,
		destinations => CASE WHEN destination IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'owning_party', 'destination', destination)) END,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb) IS
'things leave a place (read_point) for a party (destination) under a despatch advice (reference), with all that is in them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.receive(
	items serial.serial[], place text, source text DEFAULT NULL,
	reference text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'receiving', event_time => at, read_point => place, place => place,
		business_transactions => CASE WHEN reference IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'recadv', 'bizTransaction', reference)) END,
		sources => CASE WHEN source IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'owning_party', 'source', source)) END,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb) IS
'things arrive at a place from a party (source) under a receiving advice (reference), with all that is in them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.dispense(
	items serial.serial[], place text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'dispensing', event_time => at, read_point => place, place => place,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb) IS
'things are given to a consumer; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb) FROM PUBLIC;

-- The reasons of Regulation (EU) 2016/161 for taking a pack out of circulation.
-- What is withdrawn is there still, and cannot be reinstated.
CREATE FUNCTION serial.decommission(
	items serial.serial[], reason text, place text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step text;
	left_as text;
BEGIN
	SELECT r.step, r.left_as INTO step, left_as
	FROM (VALUES ('exported', 'decommissioning', 'inactive'), ('sample', 'sampling', 'inactive'),
				 ('free sample', 'decommissioning', 'inactive'), ('locked', 'decommissioning', 'inactive'),
				 ('checked out', 'decommissioning', 'inactive'), ('withdrawn', 'decommissioning', 'recalled'),
				 ('destroyed', 'destroying', 'destroyed'), ('stolen', 'decommissioning', 'stolen')) AS r(reason, step, left_as)
	WHERE r.reason = decommission.reason;
	IF NOT FOUND THEN
		RAISE EXCEPTION '% is not a reason to decommission', coalesce('"' || reason || '"', 'NULL')
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected exported, sample, free sample, locked, checked out, withdrawn, destroyed or stolen.';
	END IF;
	RETURN serial.record('ObjectEvent', 'DELETE', items, step, left_as, at, place, place,
						 attributes => coalesce(attributes, '{}') || jsonb_build_object('reason', reason));
END;
$$;
COMMENT ON FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb) IS
'things leave circulation for a reason; returns the event; errors as serial.record, 22023 no such reason';
REVOKE EXECUTE ON FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.reinstate(items serial.serial[], at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	barred record;
BEGIN
	SELECT i.id, CASE WHEN i.expiry < at::date THEN 'expired' ELSE 'recalled' END AS as_what INTO barred
	FROM serial.item AS i
	WHERE i.id = ANY (items) AND (i.expiry < at::date OR serial.recall_of(i.id, i.lot) IS NOT NULL) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '"%" cannot be reinstated: it is %', barred.id, barred.as_what
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = 'Regulation (EU) 2016/161, Article 13, does not allow it.';
	END IF;
	RETURN serial.record('ObjectEvent', 'OBSERVE', items, 'urn:serial:step:reinstating', event_time => at, attributes => attributes);
END;
$$;
COMMENT ON FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb) IS
'undoes that things were dispensed or decommissioned: within 10 days, by the session user who did it, and not what is destroyed, stolen, expired or recalled; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.quarantine(items serial.serial[], reason text, place text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'holding', event_time => at, read_point => place, place => place,
		persistent_disposition => '{"set": ["unavailable"]}', attributes => jsonb_build_object('reason', reason));
END;
COMMENT ON FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz) IS
'things, and all that is in them, are held back, whatever else happens to them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.release_quarantine(items serial.serial[], reason text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'inspecting', event_time => at,
		persistent_disposition => '{"unset": ["unavailable"]}', attributes => jsonb_build_object('reason', reason));
END;
COMMENT ON FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz) IS
'things are no longer held back; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.pack(
	container serial.serial, children serial.serial[], record boolean, place text,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT CASE WHEN record THEN
		serial.record('AggregationEvent', 'ADD', children, 'packing', event_time => at, read_point => place, place => place,
			parent => container, attributes => attributes)
		ELSE serial.pack(container, children, at) END;
END;
COMMENT ON FUNCTION serial.pack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) IS
'packs children into a container and, if it is to be recorded, records that as an aggregation event at a place; returns the event, else how many were packed; errors as serial.pack and serial.record';
REVOKE EXECUTE ON FUNCTION serial.pack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.unpack(
	container serial.serial, children serial.serial[], record boolean, place text,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT CASE WHEN record THEN
		serial.record('AggregationEvent', 'DELETE', children, 'unpacking', event_time => at, read_point => place, place => place,
			parent => container, attributes => attributes)
		ELSE serial.unpack(children, at) END;
END;
COMMENT ON FUNCTION serial.unpack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) IS
'takes children out of a container and, if it is to be recorded, records that as an aggregation event at a place; returns the event, else how many were taken out; errors as serial.unpack and serial.record';
REVOKE EXECUTE ON FUNCTION serial.unpack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) FROM PUBLIC;
-- Corrections: an event that did not happen so

-- Things of which something was told later that would not be legal without the
-- event.
CREATE FUNCTION serial.depends_on(wrong bigint)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT n.event
	FROM serial.event_item AS i
	LEFT JOIN LATERAL serial.state(i.id, i.event_time, false, i.event - 1) AS b ON true
	CROSS JOIN LATERAL (
		SELECT serial.contradicted_by(i.id, b.disposition, b.since,
			(SELECT e.recorded_by FROM serial.event AS e WHERE e.event = b.decided_by), i.event_time, i.event)) AS n(event)
	WHERE i.event = wrong AND i.leaves IS NOT NULL AND n.event IS NOT NULL
	LIMIT 1;
END;
COMMENT ON FUNCTION serial.depends_on(bigint) IS
'an event that would not have been legal without another; NULL if none';

-- Takes back what an aggregation event did to the links, where it still is so.
CREATE FUNCTION serial.undo_aggregation(e serial.event)
RETURNS serial.serial[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	children serial.serial[] := ARRAY(SELECT i.id FROM serial.event_item AS i WHERE i.event = e.event AND i.role = 'child' ORDER BY i.id);
	changed serial.serial;
BEGIN
	IF e.action = 'ADD' THEN
		SELECT c.id INTO changed FROM unnest(children) AS c(id)
		WHERE NOT EXISTS (SELECT FROM serial.aggregation AS a WHERE a.child = c.id AND a.parent = e.parent AND a.since <= e.event_time) LIMIT 1;
		IF NOT FOUND THEN
			DELETE FROM serial.aggregation AS a WHERE a.child = ANY (children) AND a.since = e.event_time;
			RETURN children;
		END IF;
	ELSIF e.action = 'DELETE' AND (cardinality(children) > 0 OR coalesce(jsonb_array_length(e.quantities), 0) = 0) THEN
		children := ARRAY(SELECT h.child FROM serial.aggregation_history AS h
						  WHERE h.parent = e.parent AND h.until = e.event_time
							AND (cardinality(children) = 0 OR h.child = ANY (children)) ORDER BY h.child);
		SELECT c.id INTO changed FROM unnest(children) AS c(id)
		WHERE serial.container(c.id) IS NOT NULL
		   OR EXISTS (SELECT FROM serial.aggregation_history AS h WHERE h.child = c.id AND h.until > e.event_time) LIMIT 1;
		IF NOT FOUND THEN
			WITH gone AS (
				DELETE FROM serial.aggregation_history AS h
				WHERE h.parent = e.parent AND h.until = e.event_time AND h.child = ANY (children)
				RETURNING h.child, h.since)
			SELECT count(serial.pack(e.parent, g.children, g.since))
			INTO e.event FROM (SELECT gone.since, array_agg(gone.child) AS children FROM gone GROUP BY gone.since) AS g;
			RETURN children;
		END IF;
	ELSE
		RETURN '{}';
	END IF;
	RAISE EXCEPTION 'event % cannot be undone', e.event
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  DETAIL = format('"%s" has been packed or unpacked since.', changed);
END;
$$;
COMMENT ON FUNCTION serial.undo_aggregation(serial.event) IS
'unpacks what an aggregation event packed, or packs what it unpacked, as if it had not been, and returns what that was; errors 55000 something was packed or unpacked since';
REVOKE EXECUTE ON FUNCTION serial.undo_aggregation(serial.event) FROM PUBLIC;

-- What was before an event cannot be told of things that began in a month that
-- is detached.
CREATE FUNCTION serial.check_attached(events bigint[])
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing record;
BEGIN
	SELECT e.event, d.month INTO missing FROM unnest(events) AS e(event) JOIN serial.detached_month AS d ON d.events @> e.event LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'event % is needed and is detached', missing.event
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('serial.attach_month(%L) takes it back.', missing.month);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.check_attached(bigint[]) IS
'refuses events that are detached; errors 55000';

CREATE FUNCTION serial.declare_error(event bigint, reason text, attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	e serial.event;
	things serial.serial[];
	dependent bigint;
	changed_since timestamptz;
BEGIN
	SELECT o.* INTO e FROM serial.event AS o WHERE o.event = declare_error.event AND o.corrects IS NULL;
	PERFORM serial.check_attached(ARRAY[event]
		|| ARRAY(SELECT i.first_event FROM serial.event_item AS t JOIN serial.item AS i ON i.id = t.id WHERE t.event = e.event));
	IF e.event IS NULL THEN
		RAISE EXCEPTION 'event % does not exist', event USING ERRCODE = 'undefined_object';
	END IF;
	things := ARRAY(SELECT i.id FROM serial.event_item AS i WHERE i.event = e.event);
	PERFORM serial.open_month(clock_timestamp()), serial.lock_things(things);
	LOCK TABLE ONLY serial.event IN ROW EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event) THEN
		RAISE EXCEPTION 'event % has been declared wrong already', event USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	dependent := serial.depends_on(e.event);
	IF e.is_accepted AND dependent IS NOT NULL THEN
		RAISE EXCEPTION 'event % cannot be undone: event % depends on it', event, dependent
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('Declare event %s wrong first.', dependent);
	END IF;
	IF e.is_accepted AND e.type = 'AggregationEvent' THEN
		things := things || serial.undo_aggregation(e);    -- what was in the container then may not be named in the event
	END IF;
	e.corrects := e.event;
	e.event := nextval('serial.event_sequence');
	e.error_reason := serial.vocabulary_word('error_reason', reason);
	e.attributes := coalesce(e.attributes, '{}') || coalesce(declare_error.attributes, '{}');
	e.record_time := clock_timestamp();
	e.recorded_by := session_user;
	e.digest := serial.event_digest(e, (
		SELECT to_jsonb(coalesce(array_agg(format('%s - %s', i.role, i.id) ORDER BY i.id), '{}'))
		FROM serial.event_item AS i WHERE i.event = e.corrects));
	INSERT INTO serial.event SELECT e.*;
	INSERT INTO serial.event_item (id, event_time, event, role, record_time)
	SELECT i.id, i.event_time, e.event, i.role, e.record_time FROM serial.event_item AS i WHERE i.event = e.corrects;
	-- what left or ended before comes back, or not: all that was said meanwhile counts, or not
	changed_since := least(e.event_time, (
		SELECT min(o.event_time) FROM unnest(things) AS t(id) CROSS JOIN LATERAL serial.last_own(t.id, e.event_time, e.corrects - 1) AS o
		WHERE serial.is_final(o.leaves)));
	PERFORM serial.refresh(things
		|| ARRAY(SELECT serial.left_since(things, changed_since) UNION SELECT serial.ended_inside(things, changed_since)));
	RETURN e.event;
END;
$$;
COMMENT ON FUNCTION serial.declare_error(bigint, text, jsonb) IS
'declares an event wrong, which is an event too, and takes back what it did; returns the declaration''s number; errors 42704 no such event, 55000 declared wrong already, or a later event depends on it, or what was before is detached';
REVOKE EXECUTE ON FUNCTION serial.declare_error(bigint, text, jsonb) FROM PUBLIC;
-- Questions.  With the caller's rights.

CREATE FUNCTION serial.trace_in_sql(id serial.serial)
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, holder serial.serial, role text,
			   type text, action text, business_step text, disposition text, read_point text, place text,
			   parent serial.serial, recorded_by text, is_accepted boolean, corrects bigint, corrected_by bigint, attributes jsonb)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT t.event, t.event_time, t.record_time, t.holder, t.role, e.type, e.action, e.business_step, e.disposition,
		   e.read_point, e.place, e.parent, e.recorded_by, e.is_accepted, e.corrects,
		   (SELECT w.event FROM serial.event AS w WHERE w.corrects = t.event), e.attributes
	FROM (SELECT serial.is_complete() IS NOT NULL AS is_asked) AS c
	CROSS JOIN LATERAL serial.told(id) AS t
	JOIN serial.event AS e ON e.event = t.event AND e.record_time = t.record_time
	WHERE c.is_asked
	ORDER BY t.event_time, t.event;
END;
COMMENT ON FUNCTION serial.trace_in_sql(serial.serial) IS
'the same as serial.trace, for users who may not see all events, whom policies or other servers have to tell what they may';

-- Reads the indexes itself, where that gives what serial.trace_in_sql would.
CREATE FUNCTION serial.trace(id serial.serial)
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, holder serial.serial, role text,
			   type text, action text, business_step text, disposition text, read_point text, place text,
			   parent serial.serial, recorded_by text, is_accepted boolean, corrects bigint, corrected_by bigint, attributes jsonb)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'serial_trace';
COMMENT ON FUNCTION serial.trace(serial.serial) IS
'every event of a thing and, only while it was inside, of its containers, in order of event time; those not accepted, and those declared wrong, are marked so';

CREATE FUNCTION serial.where_is(id serial.serial, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (place text, since timestamptz, disposition text, outermost serial.serial, event bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT s.place, s.place_since, s.disposition, serial.outermost(id), s.event
	FROM serial.present(id) AS s WHERE as_of IS NULL
	UNION ALL
	SELECT s.place, s.place_since, s.disposition,
		   coalesce((SELECT c.id FROM serial.containers(where_is.id, as_of) AS c ORDER BY c.depth DESC LIMIT 1), where_is.id), s.event
	FROM serial.state(id, as_of) AS s WHERE as_of IS NOT NULL AND serial.is_complete() IS NOT NULL;
END;
COMMENT ON FUNCTION serial.where_is(serial.serial, timestamptz) IS
'where a thing is, or was as of a moment, since when, in which outermost container, and by which event; no row if nothing is known';

-- Whatever is at a place was said to be there, or is in something that was.  What
-- is in nothing is where its own row says.  What the others are in is found for all
-- together, and the row of a container is read once.  Without the compiler, which
-- takes longer than most answers.
CREATE FUNCTION serial.present_at(place text)
RETURNS TABLE (id serial.serial, disposition text, lot text, expiry date)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
SET jit = off
AS 'MODULE_PATHNAME', 'serial_present_at';
COMMENT ON FUNCTION serial.present_at(text) IS
'the things that are at a place now, as serial.present says, and what they are';

-- As of a moment, things of which the same events tell, and which have been in the
-- same containers at the same times, are the same.
CREATE FUNCTION serial.past_at(place text, as_of timestamptz)
RETURNS TABLE (id serial.serial, disposition text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1000
SET jit = off
BEGIN ATOMIC
	WITH said AS MATERIALIZED (
		SELECT DISTINCT i.id FROM serial.event AS e
		CROSS JOIN LATERAL (SELECT n.id FROM serial.event_item AS n WHERE n.event = e.event AND n.record_time = e.record_time OFFSET 0) AS i
		WHERE serial.is_complete() IS NOT NULL AND e.place = past_at.place AND e.event_time <= as_of
	), told AS MATERIALIZED (
		SELECT i.id, i.event_time FROM said AS s
		CROSS JOIN LATERAL (SELECT n.id, n.event_time FROM serial.event_item AS n WHERE n.id = s.id AND n.event_time <= as_of OFFSET 0) AS i
		WHERE EXISTS (SELECT FROM serial.aggregation AS a WHERE a.parent = s.id)
		   OR EXISTS (SELECT FROM serial.aggregation_history AS h WHERE h.parent = s.id)
	), candidates AS MATERIALIZED (
		SELECT s.id FROM said AS s
		UNION
		SELECT c.id FROM (SELECT DISTINCT t.id FROM told AS t) AS t CROSS JOIN LATERAL serial.contents(t.id, as_of) AS c
		UNION
		SELECT c.id FROM told AS t CROSS JOIN LATERAL serial.contents(t.id, t.event_time) AS c
	), alike AS MATERIALIZED (
		SELECT min(c.id) AS example, array_agg(c.id) AS things
		FROM candidates AS c
		CROSS JOIN LATERAL (
			SELECT string_agg(concat_ws(' ', i.event, i.role, i.leaves), ',' ORDER BY i.event, i.role) AS events
			FROM serial.event_item AS i WHERE i.id = c.id AND i.event_time <= as_of) AS e
		CROSS JOIN LATERAL (
			SELECT string_agg(concat_ws(' ', l.parent, extract(epoch FROM l.since), extract(epoch FROM l.until)), ',' ORDER BY l.since) AS stays
			FROM (SELECT a.parent, a.since, NULL::timestamptz AS until FROM serial.aggregation AS a WHERE a.child = c.id
				  UNION ALL
				  SELECT h.parent, h.since, h.until FROM serial.aggregation_history AS h WHERE h.child = c.id) AS l) AS l
		GROUP BY e.events, l.stays
	)
	SELECT t.id, s.disposition
	FROM alike AS k CROSS JOIN LATERAL serial.state(k.example, as_of) AS s CROSS JOIN LATERAL unnest(k.things) AS t(id)
	WHERE s.place = past_at.place;
END;
COMMENT ON FUNCTION serial.past_at(text, timestamptz) IS
'the things that were at a place as of a moment, as serial.state says, and what they were';

-- The lot of a thing as of a moment is what its row says now.
CREATE FUNCTION serial.stock_at(place text, as_of timestamptz)
RETURNS TABLE (id serial.serial, lot text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT t.id, t.lot
	FROM (SELECT n.id, n.lot, n.disposition FROM serial.present_at(stock_at.place) AS n WHERE as_of IS NULL
		  UNION ALL
		  SELECT p.id, i.lot, p.disposition FROM serial.past_at(stock_at.place, as_of) AS p
		  LEFT JOIN LATERAL (SELECT n.lot FROM serial.item AS n WHERE n.id = p.id OFFSET 0) AS i ON true
		  WHERE as_of IS NOT NULL) AS t
	WHERE coalesce(t.disposition NOT IN (SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended') UNION ALL SELECT 'in_transit'), true);
END;
COMMENT ON FUNCTION serial.stock_at(text, timestamptz) IS
'the things at a place, and their lots, now or as of a moment; what is in transit, has left or has ended is at none';

CREATE FUNCTION serial.things_at(place text, as_of timestamptz DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT s.id FROM serial.stock_at(place, as_of) AS s;
END;
COMMENT ON FUNCTION serial.things_at(text, timestamptz) IS
'the things at a place, containers and what is in them, now or as of a moment; what is in transit, has left or has ended is at none';

-- OFFSET 0: the GTIN is made once, not wherever it is asked for.
CREATE FUNCTION serial.on_hand(place text, gtin text DEFAULT NULL, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (gtin text, lot text, things bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT t.gtin, t.lot, count(*)
	FROM (SELECT serial.gtin(s.id) AS gtin, s.lot FROM serial.stock_at(place, as_of) AS s OFFSET 0) AS t
	WHERE t.gtin IS NOT NULL AND (on_hand.gtin IS NULL OR t.gtin = on_hand.gtin)
	GROUP BY 1, 2 ORDER BY 1, 2;
END;
COMMENT ON FUNCTION serial.on_hand(text, text, timestamptz) IS
'how many things of each GTIN, or of one, and lot are at a place, through all containers, now or as of a moment';

-- What expires anywhere is found in order of expiry, by an index without what has
-- left or ended; what expires at a place, among the things there.
CREATE FUNCTION serial.expiring(within interval)
RETURNS TABLE (id serial.serial, expiry date, lot text, place text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT i.id, i.expiry, i.lot, p.place
	FROM serial.item AS i LEFT JOIN LATERAL serial.present(i.id) AS p ON true
	WHERE i.expiry <= (now() + within)::date
	  AND (i.disposition IN ('dispensed', 'retail_sold', 'disposed', 'inactive', 'destroyed', 'stolen')) IS NOT TRUE
	  AND coalesce(p.disposition NOT IN (SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended')), true)
	ORDER BY i.expiry, i.id;
END;
COMMENT ON FUNCTION serial.expiring(interval) IS
'what expires within a time, first expired first; what has left or ended aside';

CREATE FUNCTION serial.expiring(within interval, place text)
RETURNS TABLE (id serial.serial, expiry date, lot text, place text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT x.id, x.expiry, x.lot, x.place
	FROM (SELECT e.id, e.expiry, e.lot, e.place FROM serial.expiring(within) AS e WHERE expiring.place IS NULL
		  UNION ALL
		  SELECT p.id, p.expiry, p.lot, expiring.place
		  FROM serial.present_at(expiring.place) AS p
		  WHERE p.expiry <= (now() + within)::date
			AND coalesce(p.disposition NOT IN (SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended')), true)) AS x
	ORDER BY x.expiry, x.id;
END;
COMMENT ON FUNCTION serial.expiring(interval, text) IS
'what expires within a time at a place, first expired first; what has left or ended aside; with NULL for the place, anywhere';

-- A transformation that was reported in several events is one: whatever went in
-- may be in whatever came out.
CREATE FUNCTION serial.transformed_in(number bigint, recorded_at timestamptz)
RETURNS TABLE (event bigint, record_time timestamptz)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH found AS (
		SELECT e.event, e.record_time, e.transformation FROM serial.event AS e
		WHERE e.event = number AND e.record_time = recorded_at AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	)
	SELECT f.event, f.record_time FROM found AS f
	UNION
	SELECT e.event, e.record_time FROM found AS f JOIN serial.event AS e ON e.transformation = f.transformation
	WHERE e.is_accepted AND e.corrects IS NULL AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event);
END;
COMMENT ON FUNCTION serial.transformed_in(bigint, timestamptz) IS
'an event and those that a transformation joins with it; none if it was not accepted, or was declared wrong';

-- Goes from event to event, each once.  A thing may have been used before it was
-- made, as one that was reinstated: what it was made from is not in what it was
-- used for then.
CREATE FUNCTION serial.made(item serial.serial, from_role text, to_role text)
RETURNS TABLE (id serial.serial, event bigint, depth integer)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	things serial.serial[] := ARRAY[item];
	moments timestamptz[] := ARRAY[CASE from_role WHEN 'output' THEN 'infinity' ELSE '-infinity' END::timestamptz];
	events bigint[];
	known bigint[] := '{}';
	step integer := 0;
BEGIN
	PERFORM serial.is_complete();    -- it warns
	LOOP
		SELECT array_agg(n.id), array_agg(n.event_time), array_agg(n.event) INTO things, moments, events
		FROM (SELECT DISTINCT j.event, j.record_time
			  FROM (SELECT DISTINCT o.event, o.record_time
					FROM unnest(things, moments) AS t(id, moment)
					CROSS JOIN LATERAL (    -- OFFSET 0: by the index, whatever the planner believes
						SELECT i.event, i.record_time FROM serial.event_item AS i
						WHERE i.id = t.id AND i.role = from_role
						  AND CASE from_role WHEN 'output' THEN i.event_time <= t.moment ELSE i.event_time >= t.moment END OFFSET 0) AS o) AS u
			  CROSS JOIN LATERAL serial.transformed_in(u.event, u.record_time) AS j
			  WHERE j.event <> ALL (known)) AS e
		CROSS JOIN LATERAL (
			SELECT i.id, i.event_time, i.event FROM serial.event_item AS i
			WHERE i.event = e.event AND i.record_time = e.record_time AND i.role = to_role OFFSET 0) AS n;
		EXIT WHEN things IS NULL;
		step := step + 1;
		known := known || ARRAY(SELECT DISTINCT u.number FROM unnest(events) AS u(number));
		RETURN QUERY SELECT u.thing, u.number, step FROM unnest(things, events) AS u(thing, number);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.made(serial.serial, text, text) IS
'from an item in one role of a transformation to those in the other, through all transformations';

CREATE FUNCTION serial.made_from(id serial.serial)
RETURNS TABLE (id serial.serial, event bigint, depth integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT m.id, m.event, m.depth FROM serial.made(id, 'output', 'input') AS m ORDER BY m.depth, m.id, m.event;
END;
COMMENT ON FUNCTION serial.made_from(serial.serial) IS
'what a thing was made from, through all transformations, with the event and how many steps back';

CREATE FUNCTION serial.made_into(id serial.serial)
RETURNS TABLE (id serial.serial, event bigint, depth integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT m.id, m.event, m.depth FROM serial.made(id, 'input', 'output') AS m ORDER BY m.depth, m.id, m.event;
END;
COMMENT ON FUNCTION serial.made_into(serial.serial) IS
'what was made from a thing, through all transformations, with the event and how many steps on';
-- A verdict

CREATE TABLE serial.verification
(
	verification bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	asked text NOT NULL,
	lot text,
	expiry date,
	verdict text NOT NULL,
	reason text,
	place text,
	verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	verified_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE serial.verification IS
'verifications that were to be recorded';
COMMENT ON COLUMN serial.verification.verification IS
'its number';
COMMENT ON COLUMN serial.verification.asked IS
'the identifier as it was asked for';
COMMENT ON COLUMN serial.verification.lot IS
'the lot that was asked for with it';
COMMENT ON COLUMN serial.verification.expiry IS
'the expiry that was asked for with it';
COMMENT ON COLUMN serial.verification.verdict IS
'what serial.verify said';
COMMENT ON COLUMN serial.verification.reason IS
'and why';
COMMENT ON COLUMN serial.verification.place IS
'where it was asked';
COMMENT ON COLUMN serial.verification.verified_at IS
'when';
COMMENT ON COLUMN serial.verification.verified_by IS
'the session user who asked';
COMMENT ON SEQUENCE serial.verification_verification_seq IS
'numbers of verifications';
SELECT pg_catalog.pg_extension_config_dump('serial.verification', '');
SELECT pg_catalog.pg_extension_config_dump('serial.verification_verification_seq', '');

CREATE TYPE serial.verdict AS
(
	verdict text,
	is_genuine boolean,
	reason text,
	alert boolean,
	known_lot text,
	known_expiry date,
	disposition text,
	known_place text,
	since timestamptz,
	event bigint,
	recall bigint
);
COMMENT ON TYPE serial.verdict IS
'what serial.verify says: a verdict with its reason, whether it should alarm, and what is known of the thing';

CREATE FUNCTION serial.verify(id serial.serial, lot text DEFAULT NULL, expiry date DEFAULT NULL)
RETURNS serial.verdict
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'serial_verify';
COMMENT ON FUNCTION serial.verify(serial.serial, text, date) IS
'is this thing genuine, and may it be sold? one verdict with its reason, whether it should alarm, and what is known';
REVOKE EXECUTE ON FUNCTION serial.verify(serial.serial, text, date) FROM PUBLIC;

CREATE FUNCTION serial.note_verification(asked text, lot text, expiry date, verdict text, reason text, place text, alert boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.verification (asked, lot, expiry, verdict, reason, place)
	VALUES (asked, lot, expiry, verdict, reason, place);
	IF alert THEN
		PERFORM serial.raise_alert('verified as ' || verdict, serial.try_parse(asked), NULL, reason || coalesce(' (asked at "' || place || '")', ''));
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.note_verification(text, text, date, text, text, text, boolean) IS
'records a verification, and raises an alert if it should alarm';
REVOKE EXECUTE ON FUNCTION serial.note_verification(text, text, date, text, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION serial.verify(id text, lot text DEFAULT NULL, expiry date DEFAULT NULL, record boolean DEFAULT false, place text DEFAULT NULL)
RETURNS serial.verdict
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
	answer serial.verdict;
	thing serial.serial;
BEGIN
	IF id IS NULL THEN
		RETURN NULL;
	END IF;
	BEGIN
		thing := id::serial.serial;
	EXCEPTION WHEN invalid_text_representation THEN
		GET STACKED DIAGNOSTICS answer.reason = MESSAGE_TEXT;
		answer.verdict := 'not well formed';
		answer.is_genuine := false;
		answer.alert := true;
	END;
	IF thing IS NOT NULL THEN
		answer := serial.verify(thing, lot, expiry);
	END IF;
	IF record THEN
		PERFORM serial.note_verification(id, lot, expiry, answer.verdict, answer.reason, place, answer.alert);
	END IF;
	RETURN answer;
END;
$$;
COMMENT ON FUNCTION serial.verify(text, text, date, boolean, text) IS
'as serial.verify of an identifier, of any text: what cannot be read is "not well formed"; with record the question is kept, and what alarms raises an alert; errors 42501 to record without the right';
REVOKE EXECUTE ON FUNCTION serial.verify(text, text, date, boolean, text) FROM PUBLIC;

CREATE FUNCTION serial.saleable(id serial.serial)
RETURNS boolean
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT (serial.verify(id)).is_genuine;
END;
COMMENT ON FUNCTION serial.saleable(serial.serial) IS
'is the verdict of serial.verify "genuine"?';
REVOKE EXECUTE ON FUNCTION serial.saleable(serial.serial) FROM PUBLIC;
-- Sealing

CREATE FUNCTION serial.merkle_root(leaves bytea)
RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_merkle_root';
COMMENT ON FUNCTION serial.merkle_root(bytea) IS
'the root of a Merkle tree (RFC 6962, SHA-256) over entries of an event''s number (8 bytes) and digest (32 bytes); NULL of none; errors 22023 no such entries';

CREATE FUNCTION serial.merkle_path(leaves bytea, event bigint)
RETURNS text[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_merkle_path';
COMMENT ON FUNCTION serial.merkle_path(bytea, bigint) IS
'the steps from an event''s leaf to the root: L or R, where the other branch is, and that branch''s root in hex; NULL if the event is not among the entries; errors 22023 no such entries';

CREATE FUNCTION serial.seal_leaves(leaves bytea)
RETURNS TABLE (event bigint, digest bytea)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_seal_leaves';
COMMENT ON FUNCTION serial.seal_leaves(bytea) IS
'the entries of a seal; errors 22023 no such entries';

CREATE FUNCTION serial.wait_for_recorders()
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_wait_for_recorders';
COMMENT ON FUNCTION serial.wait_for_recorders() IS
'waits for the transactions that are recording events now, without making others wait';
REVOKE EXECUTE ON FUNCTION serial.wait_for_recorders() FROM PUBLIC;

CREATE TABLE serial.seal
(
	seal bigint PRIMARY KEY,
	last_event bigint NOT NULL,
	events bigint NOT NULL,
	root bytea NOT NULL,
	previous bytea,
	chain bytea NOT NULL,
	sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	sealed_by text NOT NULL DEFAULT session_user,
	leaves bytea NOT NULL
);
ALTER TABLE serial.seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
COMMENT ON TABLE serial.seal IS
'events closed under the root of a Merkle tree; chain, which covers all seals so far, is what to publish';
COMMENT ON COLUMN serial.seal.seal IS
'its number: 1, 2, 3 and so on';
COMMENT ON COLUMN serial.seal.last_event IS
'no event up to this number is recorded after the seal';
COMMENT ON COLUMN serial.seal.events IS
'how many events it covers';
COMMENT ON COLUMN serial.seal.root IS
'the root of their Merkle tree';
COMMENT ON COLUMN serial.seal.previous IS
'the chain of the seal before';
COMMENT ON COLUMN serial.seal.chain IS
'covers this seal and all before; see serial.seal_chain';
COMMENT ON COLUMN serial.seal.sealed_at IS
'when';
COMMENT ON COLUMN serial.seal.sealed_by IS
'the session user who sealed';
COMMENT ON COLUMN serial.seal.leaves IS
'number and digest of each event, as serial.seal_leaves reads them';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.seal
	FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.seal
	FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();
SELECT pg_catalog.pg_extension_config_dump('serial.seal', '');

CREATE FUNCTION serial.seal_chain(previous bytea, root bytea, events bigint)
RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sha256('\x02'::bytea || coalesce(previous, '') || root || int8send(events));
END;
COMMENT ON FUNCTION serial.seal_chain(bytea, bytea, bigint) IS
'SHA-256 of a byte 2, the chain before, the root, and the number of events in 8 bytes';

-- Numbers are drawn under a lock of the table of events: whoever has drawn one
-- up to the horizon is waited for, and is seen or gone then.
CREATE FUNCTION serial.seal()
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	last serial.seal;
	horizon bigint;
	sealed bigint;
	leaves bytea;
	root bytea;
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'serial.seal must be called in READ COMMITTED'
			USING ERRCODE = 'invalid_transaction_state', DETAIL = 'It has to see what is committed while it waits.';
	END IF;
	LOCK TABLE serial.seal IN SHARE ROW EXCLUSIVE MODE;
	horizon := (SELECT s.last_value FROM serial.event_sequence AS s);
	PERFORM serial.wait_for_recorders();
	SELECT s.* INTO last FROM serial.seal AS s ORDER BY s.seal DESC LIMIT 1;
	SELECT count(*), string_agg(int8send(e.event) || e.digest, ''::bytea ORDER BY e.event) INTO sealed, leaves
	FROM serial.event AS e WHERE e.event > coalesce(last.last_event, 0) AND e.event <= horizon;
	IF sealed = 0 THEN
		RETURN NULL;
	END IF;
	root := serial.merkle_root(leaves);
	INSERT INTO serial.seal (seal, last_event, events, root, previous, chain, leaves)
	VALUES (coalesce(last.seal, 0) + 1, horizon, sealed, root, last.chain, serial.seal_chain(last.chain, root, sealed), leaves);
	RETURN coalesce(last.seal, 0) + 1;
END;
$$;
COMMENT ON FUNCTION serial.seal() IS
'closes the events recorded since the last seal under a Merkle root chained to those before, and returns the seal, NULL if there is nothing to seal; waits for those who are recording, who never wait for it; errors 25000 not READ COMMITTED';
REVOKE EXECUTE ON FUNCTION serial.seal() FROM PUBLIC;

CREATE FUNCTION serial.check_seals()
RETURNS TABLE (seal bigint, event bigint, problem text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH seals AS (
		SELECT s.seal, s.last_event, s.events, s.root, s.previous, s.chain, s.leaves,
			   lag(s.last_event, 1, 0::bigint) OVER w AS after_event, lag(s.chain) OVER w AS chain_before, lag(s.seal, 1, 0::bigint) OVER w AS seal_before
		FROM serial.seal AS s WINDOW w AS (ORDER BY s.seal)
	), sealed AS (
		SELECT max(s.last_event) AS last_event FROM serial.seal AS s
	), differences AS (
		SELECT s.seal, coalesce(l.event, e.event) AS event,
			   CASE WHEN l.event IS NULL THEN 'inserted'
					WHEN e.is_there THEN 'changed'
					WHEN EXISTS (SELECT FROM serial.detached_month AS d WHERE d.events @> l.event) THEN 'detached'
					ELSE 'removed' END AS problem
		FROM seals AS s
		CROSS JOIN LATERAL (
			SELECT l.event, l.digest FROM serial.seal_leaves(s.leaves) AS l) AS l
		FULL JOIN (
			-- the times are in both tables, and those of the things are read
			SELECT e.event, true AS is_there, e.digest,
				   CASE WHEN NOT EXISTS (SELECT FROM serial.event_item AS i WHERE i.event = e.event
										 AND (i.event_time, i.record_time) <> (e.event_time, e.record_time))
						THEN serial.event_digest(e, serial.things_of_event(e.event)) ELSE '' END AS computed
			FROM serial.event AS e
			WHERE e.event <= (SELECT m.last_event FROM sealed AS m)
			UNION ALL
			SELECT DISTINCT i.event, false, ''::bytea, ''::bytea
			FROM serial.event_item AS i
			WHERE i.event <= (SELECT m.last_event FROM sealed AS m) AND NOT EXISTS (SELECT FROM serial.event AS e WHERE e.event = i.event)
		) AS e ON e.event = l.event
		WHERE l.event IS NULL OR e.event IS NULL OR e.digest <> l.digest OR e.computed <> l.digest
	)
	SELECT s.seal, NULL::bigint, 'the seal itself was changed'
	FROM seals AS s
	WHERE serial.merkle_root(s.leaves) IS DISTINCT FROM s.root
	   OR s.previous IS DISTINCT FROM s.chain_before
	   OR s.seal <> s.seal_before + 1
	   OR s.events <> length(s.leaves) / 40
	   OR NOT (SELECT min(l.event) > s.after_event AND max(l.event) <= s.last_event FROM serial.seal_leaves(s.leaves) AS l)
	   OR serial.seal_chain(s.previous, s.root, s.events) <> s.chain
	UNION ALL
	SELECT coalesce(d.seal, (SELECT min(n.seal) FROM seals AS n WHERE n.last_event >= d.event)), d.event, d.problem FROM differences AS d
	ORDER BY 1, 2 NULLS FIRST;
END;
COMMENT ON FUNCTION serial.check_seals() IS
'what does not agree with the seals: events changed, removed or inserted since, seals changed, and events that are detached and cannot be checked; no row if all is well';

CREATE FUNCTION serial.proof(event bigint)
RETURNS TABLE (seal bigint, content text, leaf text, path text[], root text, previous text, events bigint, chain text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT s.seal, serial.event_content(e, serial.things_of_event(e.event)),
		   encode(sha256('\x00'::bytea || convert_to(serial.event_content(e, serial.things_of_event(e.event)), 'UTF8')), 'hex'),
		   serial.merkle_path(s.leaves, e.event), encode(s.root, 'hex'), encode(s.previous, 'hex'), s.events, encode(s.chain, 'hex')
	FROM serial.event AS e
	JOIN LATERAL (SELECT n.* FROM serial.seal AS n WHERE n.last_event >= e.event ORDER BY n.seal LIMIT 1) AS s ON true
	WHERE e.event = proof.event
	UNION ALL
	-- no row, but a warning
	SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	WHERE CASE WHEN EXISTS (SELECT FROM serial.detached_month AS d WHERE d.events @> proof.event) THEN serial.is_complete() IS NULL END;
END;
COMMENT ON FUNCTION serial.proof(bigint) IS
'what proves an event to an outsider who knows a published chain: its content, the steps from its leaf to the root, and what the chain is made of; no row before it is sealed, nor while it is detached';
-- Rights: what readers, operators and admins may do.  The last room, since it
-- knows what the others hold.

-- Readers ask, verify included.  Operators record what they do, take note of
-- alerts and seal.  To declare an event of somebody's wrong, to recall, and to
-- say what is legal takes an admin.
CREATE FUNCTION serial.access_rights()
RETURNS TABLE (level text, privilege text, object text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.level, r.privilege, r.object
	FROM (VALUES
		('reader', 'SELECT', 'TABLE serial.aggregation'),
		('reader', 'SELECT', 'TABLE serial.aggregation_history'),
		('reader', 'SELECT', 'TABLE serial.pool'),
		('reader', 'SELECT', 'TABLE serial.lease'),
		('reader', 'SELECT', 'TABLE serial.batch'),
		('reader', 'SELECT', 'TABLE serial.voided'),
		('reader', 'SELECT', 'TABLE serial.pools'),
		('reader', 'EXECUTE', 'FUNCTION serial.pool_drawn(integer)'),
		('reader', 'EXECUTE', 'FUNCTION serial.pool_leased(integer)'),
		('reader', 'EXECUTE', 'FUNCTION serial.lease_left(bigint)'),
		('reader', 'EXECUTE', 'FUNCTION serial.origin(serial.serial)'),
		('reader', 'SELECT', 'TABLE serial.event'),
		('reader', 'SELECT', 'TABLE serial.event_item'),
		('reader', 'SELECT', 'TABLE serial.item'),
		('reader', 'SELECT', 'TABLE serial.lot'),
		('reader', 'SELECT', 'TABLE serial.place'),
		('reader', 'SELECT', 'TABLE serial.alert'),
		('reader', 'SELECT', 'TABLE serial.recall'),
		('reader', 'SELECT', 'TABLE serial.verification'),
		('reader', 'SELECT', 'TABLE serial.transition'),
		('reader', 'SELECT', 'TABLE serial.transitions'),
		('reader', 'SELECT', 'TABLE serial.detached_month'),
		('reader', 'SELECT', 'TABLE serial.detached_event_id'),
		('reader', 'SELECT', 'TABLE serial.seal'),
		('reader', 'EXECUTE', 'FUNCTION serial.verify(serial.serial, text, date)'),
		('reader', 'EXECUTE', 'FUNCTION serial.verify(text, text, date, boolean, text)'),
		('reader', 'EXECUTE', 'FUNCTION serial.saleable(serial.serial)'),
		('reader', 'EXECUTE', 'FUNCTION serial.recalled(bigint)'),
		('operator', 'EXECUTE', 'FUNCTION serial.issue(text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.issue(text, bigint, text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.issue_lease(bigint, bigint, text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.lease_serials(bigint)'),
		('operator', 'EXECUTE', 'FUNCTION serial.batch_serials(bigint)'),
		('operator', 'EXECUTE', 'FUNCTION serial.void(serial.serial[], text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.unpack(serial.serial[], timestamptz)'),
		('operator', 'EXECUTE', 'FUNCTION serial.unpack_all(serial.serial, timestamptz)'),
		('operator', 'EXECUTE', 'FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text, serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb, text, text, text, jsonb, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz)'),
		('operator', 'EXECUTE', 'FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz)'),
		('operator', 'EXECUTE', 'FUNCTION serial.pack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.unpack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.acknowledge(bigint, text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.note_verification(text, text, date, text, text, text, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.seal()'),
		('admin', 'EXECUTE', 'FUNCTION serial.lease(text, bigint, text, timestamptz)'),
		('admin', 'EXECUTE', 'FUNCTION serial.return_lease(bigint)'),
		('admin', 'EXECUTE', 'FUNCTION serial.close_pool(text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.partition_history(timestamptz)'),
		('admin', 'EXECUTE', 'FUNCTION serial.detach_history(regclass)'),
		('admin', 'EXECUTE', 'FUNCTION serial.adopt(regclass, name, name, text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.release(regclass)'),
		('admin', 'EXECUTE', 'FUNCTION serial.follow()'),
		('admin', 'EXECUTE', 'FUNCTION serial.declare_error(bigint, text, jsonb)'),
		('admin', 'EXECUTE', 'FUNCTION serial.recall(text, text[], text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.close_recall(bigint)'),
		('admin', 'EXECUTE', 'FUNCTION serial.detach_month(date)'),
		('admin', 'EXECUTE', 'FUNCTION serial.attach_month(date)'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.lot'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.place'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.transition'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.company_prefix'),
		('admin', 'EXECUTE', 'FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double precision, bigint)')
	) AS r(level, privilege, object);
END;
COMMENT ON FUNCTION serial.access_rights() IS
'what serial.grant_access grants at each level, those of the levels below aside';

-- The installer of a trusted extension owns it without owning its functions,
-- so the right to grant is granted to the extension's owner.  It is left to the
-- function's own ACL: a look at session_user or at SET ROLE from inside would
-- take whatever code a superuser's session runs for the superuser's word.
CREATE FUNCTION serial.grant_access(role regrole, level text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	levels CONSTANT text[] := ARRAY['reader', 'operator', 'admin'];
	r record;
BEGIN
	IF level <> ALL (levels) THEN
		RAISE EXCEPTION '"%" is not a level of access', level
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected reader, operator or admin.';
	END IF;
	FOR r IN
		SELECT a.privilege, a.object FROM serial.access_rights() AS a
		WHERE array_position(levels, a.level) <= array_position(levels, grant_access.level)
	LOOP
		EXECUTE format('GRANT %s ON %s TO %s', r.privilege, r.object, role);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.grant_access(regrole, text) IS
'grants a role what a reader, operator or admin may do; only for the extension''s owner; errors 42501 not the owner, 22023 no such level';
REVOKE EXECUTE ON FUNCTION serial.grant_access(regrole, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION serial.grant_access(regrole, text) TO @extowner@;
