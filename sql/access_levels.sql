-- Errors about rights: each function of schema serial, called by a role of each level, either
-- may be called or says which level it takes, and never names what only the extension calls.

CREATE DATABASE regress_serial_access TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_access
CREATE EXTENSION serial;
CREATE ROLE regress_serial_nobody;
CREATE ROLE regress_serial_verifier;
CREATE ROLE regress_serial_reader;
CREATE ROLE regress_serial_operator;
CREATE ROLE regress_serial_admin;
SELECT serial.grant_access('regress_serial_verifier', 'verifier'), serial.grant_access('regress_serial_reader', 'reader'),
	   serial.grant_access('regress_serial_operator', 'operator'), serial.grant_access('regress_serial_admin', 'admin');
SELECT serial.create_pool('p', 'plain', 'P-');
SELECT serial.commission('{plain:x,plain:y}') > 0 AS commissioned;

-- A value of each type of argument.
CREATE TABLE argument (type regtype PRIMARY KEY, value text);
INSERT INTO argument VALUES
	('serial.serial', $$'plain:x'::serial.serial$$), ('serial.serial[]', $$'{plain:x}'::serial.serial[]$$),
	('text', $$'p'::text$$), ('text[]', $$'{p}'::text[]$$), ('name', $$'p'::name$$), ('bytea', $$''::bytea$$), ('date', $$'2020-01-01'::date$$),
	('timestamptz', $$'2020-01-01'::timestamptz$$), ('interval', $$'1 day'::interval$$), ('boolean', 'true'), ('integer', '1'),
	('bigint', '1::bigint'), ('bigint[]', $$'{1}'::bigint[]$$), ('double precision', '0.5::double precision'), ('numeric', '1::numeric'), ('jsonb', $$'{}'::jsonb$$),
	('xml', $$'<x/>'::xml$$), ('regclass', $$'public.argument'::regclass$$), ('regrole', $$'regress_serial_nobody'::regrole$$);
SELECT p.oid::regprocedure AS without_value FROM pg_proc AS p
WHERE p.pronamespace = 'serial'::regnamespace AND p.prokind = 'f'
  AND EXISTS (SELECT FROM unnest(p.proargtypes::regtype[]) AS t(type) WHERE t.type NOT IN (SELECT a.type FROM argument AS a));

-- SQLSTATE and message of a call, or nothing; what it did is taken back.
CREATE FUNCTION refusal(role text, f regprocedure) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	arguments text := (SELECT string_agg(a.value, ', ' ORDER BY t.n)
					   FROM pg_proc AS p, unnest(p.proargtypes::regtype[]) WITH ORDINALITY AS t(type, n) JOIN argument AS a USING (type) WHERE p.oid = f);
	details text;
	hint text;
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', role);
	EXECUTE format('SELECT * FROM %s(%s)', f::regproc, arguments);
	RAISE EXCEPTION SQLSTATE 'RR000';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS details = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN CASE WHEN sqlstate = '42501' THEN concat_ws(' | ', sqlerrm, nullif(details, ''), nullif(hint, '')) END;
END $$;
SET client_min_messages = error;
CREATE TABLE call AS
SELECT r.n, r.role, p.oid::regprocedure AS f, refusal('regress_serial_' || r.role, p.oid::regprocedure) AS refusal
FROM unnest('{nobody,verifier,reader,operator,admin}'::text[]) WITH ORDINALITY AS r(role, n), pg_proc AS p
WHERE p.pronamespace = 'serial'::regnamespace AND p.prokind = 'f';
RESET client_min_messages;

-- What a role may not call, without the function's name: by the level it takes.
SELECT c.role, replace(c.refusal, c.f::regproc::text, '...') AS refusal, count(*) > 0 AS any
FROM call AS c WHERE c.refusal IS NOT NULL GROUP BY c.n, c.role, 2 ORDER BY c.n, 2;
SELECT c.role, c.f, c.refusal FROM call AS c WHERE c.refusal ~ 'serial_internal' OR c.refusal ~ 'for table' ORDER BY 1, 2;
-- Each level may do what the levels below may.
SELECT c.role, c.f, c.refusal FROM call AS c WHERE c.refusal IS NOT NULL
  AND EXISTS (SELECT FROM call AS b WHERE b.f = c.f AND b.n < c.n AND b.refusal IS NULL);
-- What takes no level, and is not a matter of the value alone.
SELECT c.f FROM call AS c JOIN pg_proc AS p ON p.oid = c.f
WHERE c.role = 'nobody' AND c.refusal IS NULL AND p.provolatile <> 'i' ORDER BY c.f::text;
-- What verifiers may call.
SELECT c.f FROM call AS c WHERE c.role = 'verifier' AND c.refusal IS NULL
  AND EXISTS (SELECT FROM call AS b WHERE b.f = c.f AND b.role = 'nobody' AND b.refusal IS NOT NULL) ORDER BY c.f::text;

-- The operators that read the hierarchy.
SET ROLE regress_serial_nobody;
SELECT 'plain:x'::serial.serial <@ 'plain:y'::serial.serial;
SELECT 'plain:x'::serial.serial <@ '{plain:y}'::serial.serial[];
RESET ROLE;
-- With some of the rights of a level, an error names no function that only the extension calls.
GRANT EXECUTE ON FUNCTION serial.trace(serial.serial), serial.where_is(serial.serial, timestamptz) TO regress_serial_nobody;
SET ROLE regress_serial_nobody;
SELECT * FROM serial.trace('plain:x');
SELECT * FROM serial.where_is('plain:x');
RESET ROLE;

\c :db
DROP DATABASE regress_serial_access;
DROP ROLE regress_serial_nobody, regress_serial_verifier, regress_serial_reader, regress_serial_operator, regress_serial_admin;
