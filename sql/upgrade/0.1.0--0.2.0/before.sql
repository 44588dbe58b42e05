\echo Use "ALTER EXTENSION serial UPDATE" to load this file. \quit
-- From 0.1.0 to 0.2.0, where many functions moved to schema serial_internal and tables have
-- other columns.  The tables are made anew, and their rows copied: what is old waits in
-- schema serial_0_1 until it is dropped at the end.
--
-- What users' columns, indexes and views can depend on stays the same object: the type, its
-- operators, casts, operator classes and aggregates, and functions with the same arguments
-- and result.  No function of the old version is called.

-- Additions of users to tables of the extension would be lost.
DO $$
DECLARE
	additions text;
BEGIN
	WITH own AS (
		SELECT c.oid, c.relname, c.relnatts, c.relname ~ '_[0-9]{6,}(_|$)' AS is_month
		FROM pg_class AS c
		WHERE c.relnamespace = 'serial'::regnamespace AND c.relkind IN ('r', 'p')
	)
	SELECT string_agg(format('%s of serial.%I', a.addition, o.relname), ', ' ORDER BY o.relname, a.addition) INTO additions
	FROM own AS o
	CROSS JOIN LATERAL (
		SELECT format('trigger %I', t.tgname) FROM pg_trigger AS t
		WHERE t.tgrelid = o.oid AND NOT t.tgisinternal
		  AND t.tgname <> ALL ('{pools_changed,keep_shipped,normalize_transition,refuse_change,refuse_delete,
			refuse_truncate}')
		UNION ALL
		SELECT format('policy %I', p.polname) FROM pg_policy AS p WHERE p.polrelid = o.oid
		UNION ALL
		SELECT format('rule %I', r.rulename) FROM pg_rewrite AS r WHERE r.ev_class = o.oid
		UNION ALL
		SELECT format('constraint %I', k.conname) FROM pg_constraint AS k
		WHERE k.conrelid = o.oid AND k.contype NOT IN ('p', 'n')
		  AND k.conname <> ALL ('{aggregation_check,aggregation_history_check,company_prefix_prefix_check,
			company_prefix_length_check,lease_issued_key,place_latitude_check,place_longitude_check,pool_name_check,
			pool_capacity_check,pool_name_key,pool_ordinals_key,pool_key_key_check}')
		UNION ALL
		SELECT format('index %s', i.indexrelid::regclass) FROM pg_index AS i
		WHERE i.indrelid = o.oid AND NOT o.is_month AND NOT i.indisprimary
		  AND i.indexrelid <> ALL (ARRAY(
			SELECT n::regclass FROM unnest('{aggregation_parent_idx,aggregation_history_default_parent_idx,
				aggregation_history_default_until_idx,alert_id_idx,batch_pool_first_idx,item_lot_idx,item_place_idx,
				item_expiry_idx,item_ended_idx,lease_pool_first_idx,lease_issued_key,pool_name_key,pool_ordinals_key,
				recall_gtin_idx}'::text[]) AS u(name) CROSS JOIN LATERAL to_regclass('serial.' || u.name) AS n WHERE n IS NOT NULL))
		UNION ALL
		SELECT 'an index' FROM pg_index AS i
		WHERE i.indrelid = o.oid AND o.is_month
		HAVING count(*) > CASE WHEN o.relname ~ '^event_item' THEN 2 WHEN o.relname ~ '^event' THEN 5 ELSE 3 END
		UNION ALL
		SELECT 'a column'
		FROM (VALUES ('aggregation', 4), ('alert', 10), ('batch', 9), ('company_prefix', 2), ('detached_event_id', 2),
			('detached_month', 4), ('event', 27), ('event_item', 6), ('item', 17), ('lease', 13), ('lot', 5), ('place', 5),
			('pool', 14), ('pool_key', 2), ('recall', 8), ('seal', 9), ('transition', 7), ('verification', 9),
			('voided', 5)) AS n(relname, columns)
		WHERE n.relname = o.relname AND o.relnatts > n.columns
		UNION ALL
		SELECT format('publication %I', p.pubname) FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid
		WHERE r.prrelid = o.oid
		UNION ALL
		SELECT format('statistics %I', s.stxname) FROM pg_statistic_ext AS s WHERE s.stxrelid = o.oid
	) AS a(addition);
	IF additions IS NOT NULL THEN
		RAISE EXCEPTION 'extension "serial" cannot be updated while its tables have additions'
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('Added: %s.', additions),
				  HINT = 'The update makes the tables anew. Drop the additions, update, and add them again.';
	END IF;
END;
$$;

-- A snapshot of the transaction's would not show what was committed since.
DO $$
BEGIN
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'extension "serial" cannot be updated at isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'feature_not_supported', HINT = 'Use READ COMMITTED.';
	END IF;
END;
$$;

CREATE SCHEMA serial_0_1;
CREATE SCHEMA IF NOT EXISTS serial_internal;

-- Roles with a level of access, which they are granted again at the end, and others.
CREATE TABLE serial_0_1.grantee AS
SELECT r.oid AS role,
	   CASE WHEN has_create THEN 'admin' WHEN has_record THEN 'operator' WHEN has_event THEN 'reader' END AS level
FROM (
	SELECT a.grantee AS oid,
		   bool_or(a.object = to_regprocedure('serial.create_pool(text, text, text, integer, text, boolean, double '
				'precision, bigint)')) AS has_create,
		   bool_or(a.object = to_regprocedure('serial.unpack_all(serial.serial,timestamptz)')) AS has_record,
		   bool_or(a.object = to_regclass('serial.event')) AS has_event
	FROM (
		SELECT p.oid AS object, x.grantee FROM pg_proc AS p, aclexplode(p.proacl) AS x
		WHERE p.pronamespace = 'serial'::regnamespace AND x.grantee <> p.proowner
		UNION ALL
		SELECT c.oid, x.grantee FROM pg_class AS c, aclexplode(c.relacl) AS x
		WHERE c.relnamespace = 'serial'::regnamespace AND x.grantee <> c.relowner
	) AS a
	WHERE a.grantee <> 0
	GROUP BY a.grantee
) AS r
WHERE r.oid <> (SELECT e.extowner FROM pg_extension AS e WHERE e.extname = 'serial');

-- Functions that stay, by their new and old signatures.
CREATE TABLE serial_0_1.kept_function (signature text, old_signature text);
INSERT INTO serial_0_1.kept_function (signature, old_signature) VALUES
-- KEPT FUNCTIONS
;

-- CREATE OR REPLACE changes neither rights nor names of arguments.  What is granted to roles
-- is granted again, and PUBLIC gets what a new function gives it.
DO $$
DECLARE
	kept record;
	grantee regrole;
BEGIN
	FOR kept IN
		SELECT k.old_signature::regprocedure AS function, k.signature ~ '^serial_internal\.' AS is_internal
		FROM serial_0_1.kept_function AS k
	LOOP
		UPDATE pg_proc
		SET pronargdefaults = 0, proargdefaults = NULL,
			proargnames = CASE WHEN proargmodes IS NOT NULL THEN ARRAY(
				SELECT CASE WHEN proargmodes[n] = 'i' THEN '' ELSE proargnames[n] END
				FROM generate_subscripts(proargmodes, 1) AS n ORDER BY n) END
		WHERE oid = kept.function;
		FOR grantee IN
			SELECT DISTINCT a.grantee FROM pg_proc AS p, aclexplode(p.proacl) AS a
			WHERE p.oid = kept.function AND a.grantee NOT IN (0, p.proowner)
		LOOP
			EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %s CASCADE', kept.function, grantee);
		END LOOP;
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', kept.function);
		IF kept.is_internal THEN
			EXECUTE format('ALTER FUNCTION %s SET SCHEMA serial_internal', kept.function);
		END IF;
	END LOOP;
END;
$$;

-- Everything else makes way.  Sequences follow the tables that own them.
DO $$
DECLARE
	relation record;
	function regprocedure;
BEGIN
	FOR function IN
		SELECT p.oid FROM pg_proc AS p
		WHERE p.pronamespace = 'serial'::regnamespace
		  AND p.oid <> ALL (ARRAY(SELECT to_regprocedure(k.signature) FROM serial_0_1.kept_function AS k
								  WHERE k.signature !~ '^serial_internal\.'))
	LOOP
		EXECUTE format('ALTER FUNCTION %s SET SCHEMA serial_0_1', function);
	END LOOP;
	-- among them partitions of the history that are detached, whose constraints have a name
	-- that the new tables need
	FOR relation IN
		SELECT c.oid::regclass AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind
		FROM pg_class AS c
		WHERE c.relnamespace = 'serial'::regnamespace AND c.relkind IN ('r', 'p', 'v')
	LOOP
		EXECUTE format('ALTER %s %s SET SCHEMA serial_0_1', relation.kind, relation.name);
	END LOOP;
	FOR relation IN
		SELECT c.oid::regclass AS name FROM pg_class AS c
		WHERE c.relnamespace = 'serial'::regnamespace AND c.relkind = 'S'
	LOOP
		EXECUTE format('ALTER SEQUENCE %s SET SCHEMA serial_0_1', relation.name);
	END LOOP;
	ALTER TYPE serial.closing SET SCHEMA serial_0_1;
	ALTER TYPE serial.verdict SET SCHEMA serial_0_1;
	-- or pg_extension would go on to list them among the tables to dump
	FOR relation IN
		SELECT c.oid::regclass AS name, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
		FROM pg_class AS c
		JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
		WHERE c.relnamespace = 'serial_0_1'::regnamespace AND c.relkind IN ('r', 'p', 'S')
	LOOP
		EXECUTE format('ALTER EXTENSION serial DROP %s %s', relation.kind, relation.name);
	END LOOP;
END;
$$;

-- Whatever else depends on what will be dropped has to go first.
DO $$
DECLARE
	dependents text;
BEGIN
	WITH old AS (
		SELECT d.classid, d.objid FROM pg_depend AS d
		WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'serial_0_1'::regnamespace
		UNION ALL
		SELECT 'pg_type'::regclass, t.oid FROM pg_type AS t WHERE t.typnamespace = 'serial_0_1'::regnamespace
	)
	SELECT string_agg(DISTINCT CASE WHEN r.oid IS NULL THEN pg_describe_object(d.classid, d.objid, 0)
							   ELSE pg_describe_object('pg_class'::regclass, r.ev_class, 0) END, ', ') INTO dependents
	FROM old AS o
	JOIN pg_depend AS d ON d.refclassid = o.classid AND d.refobjid = o.objid AND d.deptype IN ('n', 'a')
	LEFT JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
	CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) AS i
	WHERE coalesce(i.schema, '') <> 'serial_0_1' AND i.identity !~ '( on|^for) serial_0_1\.'
	  AND NOT EXISTS (SELECT FROM pg_depend AS m WHERE m.classid = d.classid AND m.objid = d.objid AND m.deptype = 'e')
	  AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
					  AND t.tgfoid = 'serial_0_1.follow()'::regprocedure);
	IF dependents IS NOT NULL THEN
		RAISE EXCEPTION 'extension "serial" cannot be updated while other objects depend on what the update replaces'
			USING ERRCODE = 'dependent_objects_still_exist', DETAIL = format('Dependent objects: %s.', dependents),
				  HINT = 'Drop them, update, and create them again; CHANGELOG.md names what replaces old functions and columns.';
	END IF;
END;
$$;

-- All that is new, and what stays in its new form
