-- Rights: reader, operator, admin.

CREATE ROLE regress_serial_reader;
CREATE ROLE regress_serial_operator;
CREATE ROLE regress_serial_admin;
SELECT serial.grant_access('regress_serial_reader', 'reader');
SELECT serial.grant_access('regress_serial_operator', 'operator');
SELECT serial.grant_access('regress_serial_admin', 'admin');
SELECT serial.grant_access('regress_serial_admin', 'king');
SELECT serial.grant_access('regress_serial_nobody', 'reader');

-- What is in the list exists, and each level has what the one below has.
SELECT level, count(*) > 0 AS any FROM serial_internal.access_rights() GROUP BY level ORDER BY level;

SET ROLE regress_serial_reader;
SELECT count(*) >= 0 AS may_read FROM serial.contents('(00)306141410000099994');
SELECT count(*) > 0 AS may_see FROM serial.pools;
SELECT serial.issue('unit');
SELECT serial.pack('(00)306141410000099994', '{}');
SELECT serial.grant_access('regress_serial_reader', 'admin');
RESET ROLE;

SET ROLE regress_serial_operator;
SELECT serial.issue('unit') IS NOT NULL AS may_issue;
SELECT count(*) FROM serial.issue('unit', 2);
SELECT nextval('serial.pool_1_seq');
SELECT setval('serial.pool_1_seq', 1);
UPDATE serial.pool SET capacity = 1;
SELECT serial.pack('(00)306141410000099994', ARRAY['(01)09506000134352(21)A']);
SELECT serial.container('(01)09506000134352(21)A');
DELETE FROM serial.aggregation;
SELECT serial.unpack(ARRAY['(01)09506000134352(21)A']);
SELECT serial.unpack_all('(00)306141410000099994');
SELECT serial.create_pool('x', 'plain', 'X-');
RESET ROLE;

SET ROLE regress_serial_admin;
SELECT serial.create_pool('admin''s', 'plain', 'ADMIN-');
SELECT serial.issue('admin''s');
SELECT created_by = session_user AS by_session_user FROM serial.pool WHERE name = 'admin''s';
RESET ROLE;

-- A pool cannot be captured through the search_path.
SET search_path = pg_temp, public;
CREATE FUNCTION pg_temp.nextval(regclass) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
SELECT serial.issue('admin''s');
RESET search_path;

-- Nor can what runs with the owner's rights be made to run an operator of the
-- caller's.
SELECT serial.create_pool('to lease', 'plain', 'TL-');
SELECT serial.lease('to lease', 10, 'x') AS lease \gset
CREATE SCHEMA regress_serial_trap AUTHORIZATION regress_serial_operator;
SET SESSION AUTHORIZATION regress_serial_operator;
CREATE FUNCTION regress_serial_trap.eq(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE 'trapped: %', current_user;
	RETURN $1 OPERATOR(pg_catalog.=) $2;
END $$;
CREATE OPERATOR regress_serial_trap.= (FUNCTION = regress_serial_trap.eq, LEFTARG = bigint, RIGHTARG = bigint);
SET search_path = regress_serial_trap, pg_catalog;
SELECT serial.issue_lease(:lease, 1);
SELECT count(*) FROM serial.issue('to lease', 2, 'x');
SELECT (serial.origin('plain:TL-000000000001')).state;
RESET search_path;
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
DROP SCHEMA regress_serial_trap CASCADE;
RESET client_min_messages;

-- Nor does code that a superuser's session runs for somebody else speak for
-- the superuser.
CREATE SCHEMA regress_serial_trap AUTHORIZATION regress_serial_reader;
SET ROLE regress_serial_reader;
CREATE FUNCTION regress_serial_trap.f(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	PERFORM serial.grant_access('regress_serial_reader', 'admin');
	RETURN $1;
EXCEPTION WHEN insufficient_privilege THEN
	RETURN $1;
END $$;
CREATE TABLE regress_serial_trap.t (i integer);
INSERT INTO regress_serial_trap.t VALUES (1);
CREATE INDEX ON regress_serial_trap.t (regress_serial_trap.f(i));
RESET ROLE;
ANALYZE regress_serial_trap.t;
SELECT has_function_privilege('regress_serial_reader', 'serial.close_pool(text)', 'execute') AS trapped;
SET client_min_messages = warning;
DROP SCHEMA regress_serial_trap CASCADE;
RESET client_min_messages;

DROP OWNED BY regress_serial_reader, regress_serial_operator, regress_serial_admin;
DROP ROLE regress_serial_reader, regress_serial_operator, regress_serial_admin;
DROP EXTENSION serial CASCADE;
DROP FUNCTION refusal;
