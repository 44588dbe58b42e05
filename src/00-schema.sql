-- What every module stands on.  The schema is made here, not named in the
-- control file, so that it belongs to the extension and not to its installer.

CREATE SCHEMA serial;
GRANT USAGE ON SCHEMA serial TO PUBLIC;

COMMENT ON SCHEMA serial IS
'serialized inventory: identifiers, issue, containment; call its functions qualified and keep it out of search_path';

CREATE SCHEMA serial_internal;
GRANT USAGE ON SCHEMA serial_internal TO PUBLIC;

COMMENT ON SCHEMA serial_internal IS
'what only the extension itself calls; its functions may change with any version';

-- The owner of the extension owns none of its relations when a superuser does not
-- install it, and pg_dump reads them with his rights.
CREATE FUNCTION serial_internal.let_owner_dump(relation regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	owner regrole;
BEGIN
	SELECT e.extowner::regrole INTO owner FROM pg_extension AS e JOIN pg_roles AS r ON r.oid = e.extowner
	WHERE e.extname = 'serial' AND NOT r.rolsuper;
	IF FOUND THEN
		EXECUTE format('GRANT SELECT ON %s TO %s', relation, owner);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.let_owner_dump(regclass) IS
'grants the owner of the extension, unless he is a superuser, to read a table or sequence, so that pg_dump can';
REVOKE EXECUTE ON FUNCTION serial_internal.let_owner_dump(regclass) FROM PUBLIC;

CREATE FUNCTION serial.version()
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_version';
COMMENT ON FUNCTION serial.version() IS
'version of the library, with which the version of the extension must agree';
