-- Adopted tables: hierarchies that other applications keep in tables of their own.

CREATE FUNCTION serial_internal.sync_adopted()
RETURNS trigger
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_sync_adopted';
COMMENT ON FUNCTION serial_internal.sync_adopted() IS
'trigger function that keeps the links in step with an adopted table; errors 22P02 not an identifier, 23505 an identifier in more than one row, and those of serial.pack';
REVOKE EXECUTE ON FUNCTION serial_internal.sync_adopted() FROM PUBLIC;

CREATE FUNCTION serial.adopt(relation regclass, id_column name, parent_column name, scheme text DEFAULT NULL)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_adopt';
COMMENT ON FUNCTION serial.adopt(regclass, name, name, text) IS
'packs items as the rows of a table say, keeps the links in step with the table by triggers, and returns how many links it made; only for the table''s owner; errors 22P02 rows without valid identifiers, 23505 an identifier in more than one row or in another container, 23514 a container inside itself, 42501 not the owner, 42710 already adopted, 42809 not a table that can be adopted, 42701, 42703, 42804, 42883 or 0A000 columns that are the same, missing, of another type, not comparable or virtual, 22023 a scheme that does not exist or does not apply, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.adopt(regclass, name, name, text) FROM PUBLIC;

CREATE FUNCTION serial.unadopt(relation regclass)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unadopt';
COMMENT ON FUNCTION serial.unadopt(regclass) IS
'ends what serial.adopt began: drops its triggers; items stay packed; only for the table''s owner; errors 42501 not the owner, 42704 not adopted, 22004 NULL';
REVOKE EXECUTE ON FUNCTION serial.unadopt(regclass) FROM PUBLIC;
