-- Partitions of the history, also those that are detached, get the columns and constraints of now.
DO $$
DECLARE
	partition record;
	description record;
	old_constraint record;
BEGIN
	FOR partition IN
		SELECT c.relname AS name, c.relispartition AS is_attached, pg_get_expr(c.relpartbound, c.oid) AS bound
		FROM pg_class AS c
		WHERE c.relnamespace = 'serial_0_1'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^aggregation_history_to_'
	LOOP
		IF partition.is_attached THEN
			EXECUTE format('ALTER TABLE serial_0_1.aggregation_history DETACH PARTITION serial_0_1.%I', partition.name);
		END IF;
		EXECUTE format('ALTER TABLE serial_0_1.%I SET SCHEMA serial', partition.name);
		-- steps at one time count in the order of recording: of what 0.1.0 recorded that is not known
		FOR old_constraint IN
			SELECT c.conname AS name FROM pg_constraint AS c
			WHERE c.conrelid = format('serial.%I', partition.name)::regclass AND c.contype IN ('c', 'p')
		LOOP
			EXECUTE format('ALTER TABLE serial.%I DROP CONSTRAINT %I', partition.name, old_constraint.name);
		END LOOP;
		EXECUTE format('ALTER TABLE serial.%I ADD COLUMN since_event bigint NOT NULL DEFAULT 0,
			ADD COLUMN until_event bigint NOT NULL DEFAULT 0, ADD COLUMN former_until timestamptz,
			ADD CONSTRAINT aggregation_history_check CHECK ((since, since_event) < (until, until_event)),
			ADD PRIMARY KEY (child, until, until_event)', partition.name);
		FOR description IN
			SELECT a.attname, col_description(a.attrelid, a.attnum) AS description
			FROM pg_attribute AS a WHERE a.attrelid = 'serial.aggregation_history'::regclass AND a.attnum > 0
		LOOP
			EXECUTE format('COMMENT ON COLUMN serial.%I.%I IS %L', partition.name, description.attname,
						   description.description);
		END LOOP;
		IF partition.is_attached THEN
			PERFORM serial_internal.let_owner_dump(format('serial.%I', partition.name)::regclass);
			EXECUTE format('ALTER TABLE serial.aggregation_history ATTACH PARTITION serial.%I %s',
						   partition.name, partition.bound);
		END IF;
	END LOOP;
END;
$$;

-- The rows of the old tables, and the sequences behind them

DO $$
DECLARE
	relation record;
	target text;
	source text;
BEGIN
	FOR relation IN
		SELECT t.name, t.condition
		FROM (VALUES
			('company_prefix', ''), ('pool', ''), ('pool_key', ''), ('batch', ''), ('lease', ''), ('voided', ''),
			('aggregation', ''), ('aggregation_history_default', ''), ('transition', 'WHERE NOT is_shipped'), ('place', ''),
			('lot', ''), ('item', ''), ('alert', ''), ('recall', ''), ('verification', ''), ('seal', '')) AS t(name, condition)
	LOOP
		SELECT string_agg(format('%I', n.attname), ', ' ORDER BY n.attnum),
			   string_agg(format('%I', o.attname), ', ' ORDER BY n.attnum)
		INTO target, source
		FROM pg_attribute AS n
		LEFT JOIN (VALUES
			('item', 'disposition_event', 'decided_by'), ('item', 'place_event', 'placed_by'),
			('item', 'persistent_dispositions', 'marks'), ('item', 'consignee_event', 'consigned_by'),
			('recall', 'key', 'gtin')) AS r(relation, name, old_name)
		  ON r.relation = relation.name AND r.name = n.attname
		JOIN pg_attribute AS o ON o.attrelid = format('serial_0_1.%I', relation.name)::regclass
		  AND o.attname = coalesce(r.old_name, n.attname)
		WHERE n.attrelid = format('serial.%I', relation.name)::regclass AND n.attnum > 0 AND n.attgenerated = '';
		EXECUTE format('INSERT INTO serial.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM serial_0_1.%I %s',
					   relation.name, target, source, relation.name, relation.condition);
	END LOOP;
END;
$$;

UPDATE serial.item SET final_since = since WHERE serial_internal.is_final(disposition);

-- Transitions of one's own are in force for all events: since when is not known.
UPDATE serial.transition SET since = '-infinity' WHERE NOT is_shipped;

-- Sequences of pools and leases stay, with other bounds: every user can read them, and those
-- of a lease were numbers of its own.
DO $$
DECLARE
	sequence record;
	last_value bigint;
	is_called boolean;
BEGIN
	FOR sequence IN
		SELECT c.oid::regclass AS old, to_regclass(format('serial.%I', c.relname)) AS new, c.relname AS name,
			   CASE WHEN c.relname ~ '^pool_' THEN 'serial.pool.ordinals' ELSE 'serial.lease.issued' END AS owner
		FROM pg_class AS c
		WHERE c.relnamespace = 'serial_0_1'::regnamespace AND c.relkind = 'S'
	LOOP
		EXECUTE format('SELECT s.last_value, s.is_called FROM %s AS s', sequence.old) INTO last_value, is_called;
		IF sequence.new IS NOT NULL THEN
			PERFORM setval(sequence.new, last_value, is_called);
		ELSE
			EXECUTE format('ALTER SEQUENCE %s OWNED BY NONE', sequence.old);
			EXECUTE format('ALTER SEQUENCE %s SET SCHEMA serial', sequence.old);
			EXECUTE format('ALTER SEQUENCE serial.%I MINVALUE 0 NO MAXVALUE START 1 OWNED BY %s',
						   sequence.name, sequence.owner);
			IF NOT is_called THEN
				PERFORM setval(format('serial.%I', sequence.name)::regclass, last_value - 1);
			END IF;
			PERFORM serial_internal.let_owner_dump(format('serial.%I', sequence.name)::regclass);
		END IF;
	END LOOP;
END;
$$;

-- Months of events, those that are detached first: their tables are detached again.
DO $$
DECLARE
	columns CONSTANT text := (
		SELECT string_agg(format('%I', o.attname), ', ' ORDER BY o.attnum) FROM pg_attribute AS o
		WHERE o.attrelid = 'serial_0_1.event'::regclass AND o.attnum > 0);
	month record;
BEGIN
	FOR month IN
		SELECT substring(c.relname FROM '[0-9]{6}$') AS suffix,
			   to_date(substring(c.relname FROM '[0-9]{6}$'), 'YYYYMM') AS first, c.relispartition
		FROM pg_class AS c
		WHERE c.relnamespace = 'serial_0_1'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^event_item_[0-9]{6}$'
		ORDER BY c.relispartition, c.relname
	LOOP
		PERFORM serial_internal.open_month(month.first::timestamp AT TIME ZONE 'UTC');
		EXECUTE format('INSERT INTO serial.event_%s (%s) SELECT %s FROM serial_0_1.event_%s',
					   month.suffix, columns, columns, month.suffix);
		EXECUTE format('INSERT INTO serial.event_item_%s (event, role, id, event_time, record_time, resulting_disposition)'
					   ' SELECT event, role, id, event_time, record_time, leaves FROM serial_0_1.event_item_%s',
					   month.suffix, month.suffix);
		IF NOT month.relispartition THEN
			PERFORM serial.detach_month(month.first);
		END IF;
	END LOOP;
	DELETE FROM serial.detached_event_id;
	INSERT INTO serial.detached_event_id (event_id, event) SELECT event_id, event FROM serial_0_1.detached_event_id;
	DELETE FROM serial.detached_month;
	INSERT INTO serial.detached_month (month, events, detached_at, detached_by)
	SELECT d.month, d.events, d.detached_at, d.detached_by FROM serial_0_1.detached_month AS d;
END;
$$;

-- These partitions are no members of the extension, so that pg_dump dumps them.
DO $$
DECLARE
	partition regclass;
BEGIN
	FOR partition IN
		SELECT c.oid FROM pg_class AS c
		JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
		WHERE c.relnamespace = 'serial'::regnamespace AND c.relkind = 'r'
		  AND c.relname ~ '^(event|event_item)_[0-9]{6}$'
	LOOP
		EXECUTE format('ALTER EXTENSION serial DROP TABLE %s', partition);
	END LOOP;
END;
$$;

-- The present by the rules of the new version: what ended by itself left its container then.
SELECT serial_internal.leave_at_end(array_agg(l.child ORDER BY l.child), l.parent, l.since)
FROM (SELECT a.child, a.parent, a.since FROM serial.aggregation AS a
	  UNION ALL
	  SELECT h.child, h.parent, h.since FROM serial.aggregation_history AS h) AS l
JOIN serial.item AS i ON i.id = l.child
WHERE serial_internal.is_final(i.disposition) GROUP BY l.parent, l.since;
SELECT serial_internal.recompute_items(array_agg(i.id)) FROM serial.item AS i;

-- Adopted tables: the arguments of their triggers end with zero bytes.
DO $$
DECLARE
	adopted record;
	arguments text[];
	trigger_name name;
BEGIN
	FOR adopted IN
		SELECT t.tgrelid::regclass AS relation, array_agg(t.tgname) AS triggers,
			   regexp_replace(min(encode(t.tgargs, 'hex')), '(..)', '\1 ', 'g') AS bytes
		FROM pg_trigger AS t
		WHERE t.tgfoid = 'serial_0_1.follow()'::regprocedure
		GROUP BY t.tgrelid
	LOOP
		FOREACH trigger_name IN ARRAY adopted.triggers LOOP
			EXECUTE format('DROP TRIGGER %I ON %s', trigger_name, adopted.relation);
		END LOOP;
		arguments := string_to_array(
			convert_from(decode(replace(adopted.bytes, '00 ', '1f '), 'hex'), getdatabaseencoding()), E'\x1f');
		PERFORM serial.adopt(adopted.relation, arguments[1]::name, arguments[2]::name, nullif(arguments[4], ''));
	END LOOP;
END;
$$;

-- Rights.  What the script of an extension grants counts as coming with the extension, and
-- would not be dumped: so the catalogs that say so are set right.
DO $$
DECLARE
	grantee record;
	others text;
BEGIN
	FOR grantee IN SELECT g.role::regrole AS role, g.level FROM serial_0_1.grantee AS g WHERE g.level IS NOT NULL LOOP
		PERFORM serial.grant_access(grantee.role, grantee.level);
	END LOOP;
	UPDATE pg_init_privs AS p
	SET initprivs = ARRAY(SELECT a.item FROM unnest(p.initprivs) AS a(item), aclexplode(ARRAY[a.item]) AS x
						  WHERE x.grantee <> ALL (ARRAY(SELECT g.role FROM serial_0_1.grantee AS g)))
	WHERE EXISTS (SELECT FROM aclexplode(p.initprivs) AS x JOIN serial_0_1.grantee AS g ON g.role = x.grantee)
	  AND EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = p.classoid AND d.objid = p.objoid AND d.deptype = 'e'
				  AND d.refobjid = (SELECT e.oid FROM pg_extension AS e WHERE e.extname = 'serial'));
	-- from PostgreSQL 17 on
	DELETE FROM pg_shdepend AS s
	WHERE s.deptype = 'i' AND s.dbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
	  AND s.refclassid = 'pg_authid'::regclass AND s.refobjid IN (SELECT g.role FROM serial_0_1.grantee AS g)
	  AND EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = s.classid AND d.objid = s.objid AND d.deptype = 'e'
				  AND d.refobjid = (SELECT e.oid FROM pg_extension AS e WHERE e.extname = 'serial'));
	SELECT string_agg(g.role::regrole::text, ', ' ORDER BY g.role::regrole::text) INTO others
	FROM serial_0_1.grantee AS g WHERE g.level IS NULL;
	IF others IS NOT NULL THEN
		RAISE WARNING 'roles had rights on single functions or tables of extension "serial"'
			USING DETAIL = format('The update has revoked them from: %s.', others),
				  HINT = 'Grant them again, or use serial.grant_access.';
	END IF;
END;
$$;

-- Columns of a scheme keep the number by which version 0.1.0 stored it.
DO $$
DECLARE
	columns text;
BEGIN
	SELECT string_agg(format('%s.%I', a.attrelid::regclass, a.attname), ', ' ORDER BY a.attrelid::regclass::text, a.attnum)
	INTO columns
	FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
	WHERE a.atttypid IN ('serial.serial'::regtype, 'serial.serial[]'::regtype) AND a.atttypmod BETWEEN 0 AND 255
	  AND c.relkind IN ('r', 'p', 'f') AND NOT a.attisdropped;
	IF columns IS NOT NULL THEN
		RAISE WARNING 'columns have type modifiers in the form of version 0.1.0'
			USING DETAIL = format('They keep their meaning: %s.', columns),
				  HINT = 'For drivers that take type modifiers for a length, '
						 'run ALTER TABLE ... ALTER COLUMN ... TYPE with the same type.';
	END IF;
END;
$$;

DROP SCHEMA serial_0_1 CASCADE;
