-- What the library expects of the extension's own tables is what they are.

-- columns: names, types and defaults in their order; nothing follows them
SELECT c.relname AS relation, a.attnum::integer AS number, a.attname::text AS name, a.atttypid::regtype AS type,
	   a.atthasdef OR a.attidentity <> '' AS has_default
INTO TEMP there
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'serial'::regnamespace
	AND c.relname IN (SELECT relation FROM serial_internal.catalog_columns());
TABLE there EXCEPT SELECT * FROM serial_internal.catalog_columns();
SELECT * FROM serial_internal.catalog_columns() EXCEPT TABLE there;
SELECT relation, count(*) AS columns FROM serial_internal.catalog_columns() GROUP BY relation ORDER BY relation COLLATE "C";

-- indexes, by their names, or as each partition has one
SELECT serial_internal.open_month('2026-01-01');
SELECT i.indrelid::regclass::text AS relation, i.indexrelid::regclass::text AS name,
	   ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum ORDER BY k.n) AS columns,
	   i.indnkeyatts::integer AS keys, i.indpred IS NOT NULL AS is_partial
INTO TEMP indexes
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
WHERE c.relnamespace = 'serial'::regnamespace AND i.indisvalid;
SELECT relation, name FROM serial_internal.catalog_indexes() AS e
WHERE name IS NOT NULL AND NOT EXISTS (SELECT FROM indexes AS i
	WHERE i.relation = 'serial.' || e.relation AND i.name = 'serial.' || e.name AND i.columns = e.columns AND i.keys = e.keys AND i.is_partial = e.is_partial);
SELECT e.relation, e.columns, p.inhrelid::regclass AS partition_without FROM serial_internal.catalog_indexes() AS e
JOIN pg_inherits AS p ON p.inhparent = ('serial.' || e.relation)::regclass
WHERE e.name IS NULL AND NOT EXISTS (SELECT FROM indexes AS i
	WHERE i.relation::regclass = p.inhrelid AND i.columns = e.columns AND i.keys = e.keys AND i.is_partial = e.is_partial);
SELECT count(*) > 10 AS indexes, count(*) FILTER (WHERE name IS NULL) > 2 AS of_partitions FROM serial_internal.catalog_indexes();
