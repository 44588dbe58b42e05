-- Installation: a trusted extension, whole and traceless.
CREATE ROLE regress_serial_installer;
SELECT current_database() AS db \gset
GRANT CREATE ON DATABASE :"db" TO regress_serial_installer;

-- A role that may create in the database may install.
SET ROLE regress_serial_installer;
CREATE EXTENSION serial;
RESET ROLE;

-- The schema is the extension's, not the installer's.
SELECT pg_describe_object(d.classid, d.objid, 0) AS schema, d.deptype,
       n.nspowner = e.extowner AS owned_by_installer,
       has_schema_privilege('regress_serial_installer', n.oid, 'CREATE') AS installer_may_create
FROM pg_namespace AS n
JOIN pg_depend AS d ON d.classid = 'pg_namespace'::regclass AND d.objid = n.oid
JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
WHERE n.nspname = 'serial';

-- Every object carries a comment.
SELECT pg_describe_object(d.classid, d.objid, 0) AS uncommented
FROM pg_depend AS d
JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
WHERE e.extname = 'serial' AND d.deptype = 'e'
  AND obj_description(d.objid, d.classid::regclass::name) IS NULL
  -- those that PostgreSQL makes along with an object that has one
  AND NOT (d.classid = 'pg_type'::regclass
           AND (SELECT t.typrelid <> 0 OR t.typelem <> 0 FROM pg_type AS t WHERE t.oid = d.objid))
ORDER BY 1;
SELECT a.attrelid::regclass AS uncommented_column, a.attname
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
WHERE c.relnamespace = 'serial'::regnamespace AND a.attnum > 0
  AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL
ORDER BY 1, 2;

-- Everyone may use the type; nobody unasked may write or issue.
SELECT p.oid::regprocedure AS open_to_all_but_volatile
FROM pg_proc AS p
WHERE p.pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace) AND p.provolatile = 'v'
  AND has_function_privilege('public', p.oid, 'EXECUTE')
ORDER BY 1;
SELECT c.oid::regclass AS open_to_all, c.relkind
FROM pg_class AS c
WHERE c.relnamespace = 'serial'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
  AND has_table_privilege('public', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
ORDER BY 1;

-- A definer's function has its search_path pinned.
SELECT p.oid::regprocedure AS unpinned
FROM pg_proc AS p
WHERE p.pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace) AND p.prosecdef
  AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
ORDER BY 1;

-- pg_upgrade recreates functions before operator classes, and parses their bodies if
-- these are not strings: none may sort or group by the type.
SELECT p.oid::regprocedure AS not_upgradable
FROM pg_proc AS p
WHERE EXISTS (SELECT FROM pg_operator AS o
              WHERE 'serial.serial'::regtype IN (o.oprleft, o.oprright)
                AND p.prosqlbody::text ~ format(':(eqop|sortop) %s ', o.oid))
ORDER BY 1;

-- The installer is an admin, may grant, and reads all that pg_dump does; he writes no
-- table of records.
SELECT a.object AS not_granted FROM serial_internal.access_rights() AS a
WHERE NOT CASE WHEN a.object LIKE 'FUNCTION %'
               THEN has_function_privilege('regress_serial_installer', substr(a.object, 10)::regprocedure, a.privilege)
               ELSE has_table_privilege('regress_serial_installer', substr(a.object, 7), a.privilege) END;
SELECT c.oid::regclass AS not_dumped
FROM pg_extension AS e JOIN pg_class AS c ON c.oid = ANY (e.extconfig)
WHERE e.extname = 'serial'
  AND NOT CASE c.relkind WHEN 'S' THEN has_sequence_privilege('regress_serial_installer', c.oid, 'SELECT')
               ELSE has_table_privilege('regress_serial_installer', c.oid, 'SELECT') END;
SELECT c.oid::regclass AS written
FROM pg_class AS c
WHERE c.relnamespace = 'serial'::regnamespace AND c.relkind IN ('r', 'p')
  AND has_table_privilege('regress_serial_installer', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
ORDER BY c.relname;
SET SESSION AUTHORIZATION regress_serial_installer;
SELECT serial.grant_access('regress_serial_installer', 'reader');
SELECT serial.create_pool('units', 'sgtin', '09506000134352');
SELECT serial.issue('units');
RESET SESSION AUTHORIZATION;

-- The past that is detached is the installer's to drop, and not dropped unasked.
SET SESSION AUTHORIZATION regress_serial_installer;
SELECT serial.partition_history('2021-01-01 00:00+00');
SELECT serial.partition_history('2022-01-01 00:00+00');
ALTER TABLE serial.aggregation_history DETACH PARTITION serial.aggregation_history_to_20210101;
SELECT serial.detach_history('serial.aggregation_history_to_20210101');
DROP EXTENSION serial;
DROP TABLE serial.aggregation_history_to_20220101;
DROP TABLE serial.aggregation_history_to_20210101;
RESET SESSION AUTHORIZATION;

-- The library of one version refuses to work with the SQL of another.
SELECT serial.version() = extversion AS agrees FROM pg_extension WHERE extname = 'serial';
\c
BEGIN;
UPDATE pg_extension SET extversion = '0.0.9' WHERE extname = 'serial';
DO $$
BEGIN
	PERFORM serial.contents('plain:A');
EXCEPTION WHEN object_not_in_prerequisite_state THEN
	RAISE NOTICE '%', replace(SQLERRM, serial.version(), '(the library''s)');
END;
$$;
ROLLBACK;
SELECT count(*) FROM serial.contents('plain:A');

-- Dropping leaves nothing behind, pools and their sequences included, and
-- partitions of history.
SELECT serial.pack('(00)302335678902000022', ARRAY['(01)80614141123458(21)6789']);
DROP EXTENSION serial;
SELECT count(*) FROM pg_namespace WHERE nspname = 'serial';
SELECT oprname FROM pg_operator WHERE oid >= 16384;
SELECT relname FROM pg_class WHERE relname ~ '^(pool|aggregation)';

-- An existing schema is never taken over.
CREATE SCHEMA serial;
\set VERBOSITY terse
CREATE EXTENSION serial;
\set VERBOSITY default
DROP SCHEMA serial;

REVOKE CREATE ON DATABASE :"db" FROM regress_serial_installer;
DROP OWNED BY regress_serial_installer;
DROP ROLE regress_serial_installer;

-- For the tests that follow: the extension, and what it says when it refuses.
CREATE EXTENSION serial;
CREATE FUNCTION refusal(spelling text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	details text;
BEGIN
	RETURN 'accepted: ' || serial.parse(spelling);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, details = PG_EXCEPTION_DETAIL;
	RETURN format('%s %s. %s', SQLSTATE, message, details);
END;
$$;
