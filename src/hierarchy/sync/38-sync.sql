-- Adopted tables: hierarchies that other applications keep in tables of their own.

CREATE FUNCTION serial_internal.sync_adopted()
RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_sync_adopted';
COMMENT ON FUNCTION serial_internal.sync_adopted() IS
'trigger function that keeps the links in step with an adopted table; errors 22P02 not an identifier, 23505 an '
'identifier in more than one row, and those of serial.pack and serial.record';
REVOKE EXECUTE ON FUNCTION serial_internal.sync_adopted() FROM PUBLIC;

CREATE FUNCTION serial.adopt(
	relation regclass, id_column name, parent_column name, scheme text DEFAULT NULL,
	id_from text DEFAULT NULL, parent_from text DEFAULT NULL, on_error text DEFAULT 'error',
	record boolean DEFAULT false)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_adopt';
COMMENT ON FUNCTION serial.adopt(regclass, name, name, text, text, text, text, boolean) IS
'packs items as the rows of a table say, keeps the links in step with the table by triggers, and returns how many '
'links it made; id_from and parent_from name the column of another table that holds the identifiers to which '
'id_column and parent_column refer; with on_error => ''skip'' rows with errors are skipped; with record, changes '
'of links are recorded as aggregation events; only for the owner of the tables; errors 22P02 rows without valid '
'identifiers, 23505 an identifier in more than one row or in another container, 23514 a container inside itself, '
'42501 not the owner, 42710 already adopted, 42809 not a table that can be adopted, 42830 a column refers to '
'another table, 42P01 no such table, 42701, 42703, 42804, 42883 or 0A000 columns that are the same, missing, of '
'another type, not comparable or virtual, 22023 a scheme that does not exist or does not apply, or another '
'invalid argument, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.adopt(regclass, name, name, text, text, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION serial.unadopt(relation regclass)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unadopt';
COMMENT ON FUNCTION serial.unadopt(regclass) IS
'ends what serial.adopt began: drops its triggers; items stay packed; only for the table''s owner; errors 42501 '
'not the owner, 42704 not adopted, 42P01 no such table, 22004 NULL';
REVOKE EXECUTE ON FUNCTION serial.unadopt(regclass) FROM PUBLIC;

CREATE FUNCTION serial.resync(relation regclass)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_resync';
COMMENT ON FUNCTION serial.resync(regclass) IS
'reads all rows of an adopted table, moves items into the containers that they name, and returns how many links '
'it made; only for the table''s owner; errors as of serial.adopt, 42704 not adopted';
REVOKE EXECUTE ON FUNCTION serial.resync(regclass) FROM PUBLIC;

CREATE FUNCTION serial.adopted_skipped(relation regclass)
RETURNS TABLE (id text, parent text, problem text)
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_adopted_skipped';
COMMENT ON FUNCTION serial.adopted_skipped(regclass) IS
'the rows of an adopted table that have no link because an identifier is invalid or in more than one row, and '
'why; only for the table''s owner; errors 42501 not the owner, 42704 not adopted, 42P01 no such table, 22004 NULL';
REVOKE EXECUTE ON FUNCTION serial.adopted_skipped(regclass) FROM PUBLIC;

CREATE FUNCTION serial_internal.adopted_state(relation regclass)
RETURNS TABLE (id_column text, parent_column text, id_from text, parent_from text, scheme text, on_error text,
			   record boolean, rows bigint, skipped bigint, drift bigint)
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_adopted_state';
COMMENT ON FUNCTION serial_internal.adopted_state(regclass) IS
'how a table is adopted, and how many of its rows are skipped or differ from the links; no row for other tables';
REVOKE EXECUTE ON FUNCTION serial_internal.adopted_state(regclass) FROM PUBLIC;

CREATE VIEW serial.adopted AS
SELECT t.relation, s.id_column, s.parent_column, s.id_from, s.parent_from, s.scheme, s.on_error, s.record,
	   s.rows, s.skipped, s.drift
FROM (SELECT DISTINCT g.tgrelid::pg_catalog.regclass AS relation
	  FROM pg_catalog.pg_trigger AS g
	  WHERE g.tgfoid OPERATOR(pg_catalog.=) 'serial_internal.sync_adopted()'::pg_catalog.regprocedure) AS t
CROSS JOIN LATERAL serial_internal.adopted_state(t.relation) AS s;
COMMENT ON VIEW serial.adopted IS
'adopted tables; reads each of them';
COMMENT ON COLUMN serial.adopted.relation IS
'the adopted table';
COMMENT ON COLUMN serial.adopted.id_column IS
'the column of identifiers, or of references to them';
COMMENT ON COLUMN serial.adopted.parent_column IS
'the column of parents: identifiers, or references to rows';
COMMENT ON COLUMN serial.adopted.id_from IS
'the column of another table that id_column refers to; NULL if there is none';
COMMENT ON COLUMN serial.adopted.parent_from IS
'the column of another table that parent_column refers to; NULL if there is none';
COMMENT ON COLUMN serial.adopted.scheme IS
'the scheme of bare keys; NULL if identifiers are spelled in full';
COMMENT ON COLUMN serial.adopted.on_error IS
'"error" if a statement that writes an invalid row fails, "skip" if the row is skipped';
COMMENT ON COLUMN serial.adopted.record IS
'true if changes of links are recorded as aggregation events';
COMMENT ON COLUMN serial.adopted.rows IS
'rows with an identifier, valid or not';
COMMENT ON COLUMN serial.adopted.skipped IS
'rows with an invalid identifier, and identifiers in several rows that contradict each other; see '
'serial.adopted_skipped';
COMMENT ON COLUMN serial.adopted.drift IS
'rows whose item is not in the container that they name; serial.resync packs it there';
