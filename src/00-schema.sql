-- What every room stands on.  The schema is made here, not named in the
-- control file, so that it belongs to the extension and not to its installer.

CREATE SCHEMA serial;
GRANT USAGE ON SCHEMA serial TO PUBLIC;

COMMENT ON SCHEMA serial IS
'serialized inventory: identifiers, issue, containment; call its functions qualified and keep it out of search_path';

CREATE SCHEMA serial_internal;
GRANT USAGE ON SCHEMA serial_internal TO PUBLIC;

COMMENT ON SCHEMA serial_internal IS
'what only the extension itself calls; its functions may change with any version';
