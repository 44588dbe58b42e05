-- Packing and unpacking.

CREATE FUNCTION serial.pack(
	container serial.serial, ids serial.serial[],
	at timestamptz DEFAULT now(), repack boolean DEFAULT false)
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_pack';
COMMENT ON FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean) IS
'packs items into a container and returns how many were not in it before; links of items that are in it already '
'do not change, unless they were in it earlier than recorded; errors 22004 a NULL, 21000 an identifier '
'occurs twice, 23505 an item is in another container (unless repack), 23514 a container would be inside itself, '
'22023 an item was in another container at that time, 22008 at is infinite';
REVOKE EXECUTE ON FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION serial.unpack(ids serial.serial[], at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unpack';
COMMENT ON FUNCTION serial.unpack(serial.serial[], timestamptz) IS
'takes items out of the containers that they are directly in, together with their own contents, and returns how '
'many were in one; errors 22004 a NULL, 22023 an item was packed after at, 22008 at is infinite';
REVOKE EXECUTE ON FUNCTION serial.unpack(serial.serial[], timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.unpack_all(container serial.serial, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unpack_all';
COMMENT ON FUNCTION serial.unpack_all(serial.serial, timestamptz) IS
'takes everything that is directly in a container out of it and returns the count; errors 22004 a NULL, 22023 an '
'item was packed after at, 22008 at is infinite';
REVOKE EXECUTE ON FUNCTION serial.unpack_all(serial.serial, timestamptz) FROM PUBLIC;

-- The same for events: steps at one time count in the order of recording.

CREATE FUNCTION serial_internal.pack_for_event(
	container serial.serial, ids serial.serial[], at timestamptz, event bigint, are_locked boolean)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_pack_for_event';
COMMENT ON FUNCTION serial_internal.pack_for_event(serial.serial, serial.serial[], timestamptz, bigint, boolean) IS
'serial.pack for an event, by whose number the step counts among those of its time; are_locked if container and '
'ids are the items of the event, which are locked';

CREATE FUNCTION serial_internal.unpack_for_event(
	ids serial.serial[], at timestamptz, event bigint, states_follow boolean)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unpack_for_event';
COMMENT ON FUNCTION serial_internal.unpack_for_event(serial.serial[], timestamptz, bigint, boolean) IS
'serial.unpack for an event, by whose number the step counts among those of its time; states_follow if the caller '
'brings the states of the items up to date itself';

CREATE FUNCTION serial_internal.unpack_all_for_event(
	container serial.serial, at timestamptz, event bigint, states_follow boolean)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_unpack_all_for_event';
COMMENT ON FUNCTION serial_internal.unpack_all_for_event(serial.serial, timestamptz, bigint, boolean) IS
'serial.unpack_all for an event, by whose number the step counts among those of its time; states_follow as in '
'serial_internal.unpack_for_event';

CREATE FUNCTION serial_internal.pack_again(container serial.serial, ids serial.serial[], at timestamptz, event bigint)
RETURNS bigint
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_pack_again';
COMMENT ON FUNCTION serial_internal.pack_again(serial.serial, serial.serial[], timestamptz, bigint) IS
'packs items as they were packed before an event that is undone; the caller brings their states up to date';
