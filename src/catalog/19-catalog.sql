-- The C description of the extension's own tables, for the regression test that
-- compares it with the system catalogs.

CREATE FUNCTION serial_internal.catalog_columns()
RETURNS TABLE (relation text, number integer, name text, type regtype, has_default boolean)
LANGUAGE C STABLE PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'serial_catalog_columns';
COMMENT ON FUNCTION serial_internal.catalog_columns() IS
'the columns of the extension''s own tables, as its library expects them';
REVOKE EXECUTE ON FUNCTION serial_internal.catalog_columns() FROM PUBLIC;

CREATE FUNCTION serial_internal.catalog_indexes()
RETURNS TABLE (relation text, name text, columns text[], keys integer, is_partial boolean)
LANGUAGE C STABLE PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'serial_catalog_indexes';
COMMENT ON FUNCTION serial_internal.catalog_indexes() IS
'the indexes of these tables that its library scans: their columns, how many of these are keys, and whether they '
'hold only some of the rows; name is NULL where each partition has such an index';
REVOKE EXECUTE ON FUNCTION serial_internal.catalog_indexes() FROM PUBLIC;

CREATE FUNCTION serial_internal.prevent_on_copy(action text, relation regclass)
RETURNS void
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'serial_prevent_on_copy';
COMMENT ON FUNCTION serial_internal.prevent_on_copy(text, regclass) IS
'raises an error where an action must not write a table: 25006 on a standby, 55000 where a subscription writes it';
REVOKE EXECUTE ON FUNCTION serial_internal.prevent_on_copy(text, regclass) FROM PUBLIC;
