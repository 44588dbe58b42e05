-- The names that users call, as \df serial.* lists them, and what PUBLIC may call in
-- schema serial_internal.
SET search_path = pg_catalog;

SELECT p.proname AS name, pg_get_function_identity_arguments(p.oid) AS arguments
FROM pg_proc AS p
WHERE p.pronamespace = 'serial'::regnamespace
ORDER BY p.proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C";

SELECT c.relname AS name, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS kind
FROM pg_class AS c
WHERE c.relnamespace = 'serial'::regnamespace AND c.relkind IN ('r', 'p', 'v')
  AND EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname COLLATE "C";

SELECT p.oid::regprocedure AS "PUBLIC may call"
FROM pg_proc AS p
WHERE p.pronamespace = 'serial_internal'::regnamespace AND has_function_privilege('public', p.oid, 'execute')
ORDER BY p.proname COLLATE "C", p.oid::regprocedure::text COLLATE "C";

-- A function that runs with the rights of its caller must be able to call all functions
-- that its SQL mentions, whether PUBLIC or only a reader may call it.
CREATE ROLE surface_reader;
SELECT serial.grant_access('surface_reader', 'reader');
SELECT f.oid::regprocedure AS function, c.oid::regprocedure AS calls
FROM pg_proc AS f
JOIN pg_proc AS c ON c.pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace)
	AND (f.prosrc ~ format('\m%s\.%s\(', c.pronamespace::regnamespace, c.proname)
		 OR EXISTS (SELECT FROM pg_depend AS d
					WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'n'
					  AND d.refclassid = 'pg_proc'::regclass AND d.refobjid = c.oid))
WHERE f.pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace) AND NOT f.prosecdef
  AND EXISTS (SELECT FROM unnest('{public,surface_reader}'::text[]) AS r(role)
			  WHERE has_function_privilege(r.role, f.oid, 'execute') AND NOT has_function_privilege(r.role, c.oid, 'execute'))
ORDER BY f.proname COLLATE "C", c.proname COLLATE "C";

-- Tables and views that are open to PUBLIC.
SELECT c.oid::regclass AS "PUBLIC may read"
FROM pg_class AS c
WHERE c.relnamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace)
  AND c.relkind IN ('r', 'p', 'v', 'S') AND has_table_privilege('public', c.oid, 'select')
ORDER BY c.relname COLLATE "C";

DROP OWNED BY surface_reader;
DROP ROLE surface_reader;
