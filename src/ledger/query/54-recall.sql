-- Recall

CREATE TABLE serial.recall
(
	recall bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	gtin text NOT NULL,
	lots text[] NOT NULL,
	reason text NOT NULL,
	recalled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	recalled_by text NOT NULL DEFAULT session_user,
	closed_at timestamptz,
	closed_by text
);
CREATE INDEX recall_gtin_idx ON serial.recall (gtin);
COMMENT ON TABLE serial.recall IS
'recalls of lots';
COMMENT ON COLUMN serial.recall.recall IS
'the number of the recall';
COMMENT ON COLUMN serial.recall.gtin IS
'the 14 digits of the trade item';
COMMENT ON COLUMN serial.recall.lots IS
'the recalled lots';
COMMENT ON COLUMN serial.recall.reason IS
'the reason';
COMMENT ON COLUMN serial.recall.recalled_at IS
'when the recall was opened';
COMMENT ON COLUMN serial.recall.recalled_by IS
'the session user who opened it';
COMMENT ON COLUMN serial.recall.closed_at IS
'when it was closed; NULL while it is open';
COMMENT ON COLUMN serial.recall.closed_by IS
'the session user who closed it';
COMMENT ON SEQUENCE serial.recall_recall_seq IS
'numbers of recalls';
SELECT pg_catalog.pg_extension_config_dump('serial.recall', '');
SELECT pg_catalog.pg_extension_config_dump('serial.recall_recall_seq', '');

CREATE FUNCTION serial.recall(gtin text, lots text[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	number bigint;
BEGIN
	IF gtin IS NULL OR lots IS NULL OR reason IS NULL OR array_position(lots, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'GTIN, lots and reason must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF cardinality(lots) = 0 THEN
		RAISE EXCEPTION 'lots must not be empty' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF NOT serial.has_valid_check('mod10', gtin) OR gtin !~ '^[0-9]{14}$' THEN
		RAISE EXCEPTION '"%" is not a GTIN', gtin
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Expected 14 digits, the last of them the check digit.';
	END IF;
	INSERT INTO serial.recall (gtin, lots, reason)
	VALUES (gtin, ARRAY(SELECT DISTINCT l.lot FROM unnest(lots) AS l(lot) ORDER BY l.lot), reason) RETURNING recall.recall INTO number;
	RETURN number;
END;
$$;
COMMENT ON FUNCTION serial.recall(text, text[], text) IS
'recalls lots of a GTIN and returns the number of the recall; serial.verify answers "recalled" until it is closed; errors 22023 not a GTIN, or no lot, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.recall(text, text[], text) FROM PUBLIC;

CREATE FUNCTION serial.close_recall(recall bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.recall AS r SET closed_at = clock_timestamp(), closed_by = session_user
	WHERE r.recall = close_recall.recall AND r.closed_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'recall % does not exist or is closed', recall USING ERRCODE = 'undefined_object';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.close_recall(bigint) IS
'closes a recall; errors 42704 no such open recall';
REVOKE EXECUTE ON FUNCTION serial.close_recall(bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.recall_of(id serial.serial, lot text)
RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_recall_of';
COMMENT ON FUNCTION serial_internal.recall_of(serial.serial, text) IS
'the first open recall that covers an item of a lot; NULL if there is none';

-- Each row is what serial.outermost and serial_internal.current_state answer for one item,
-- but the containers of all items are found together and the row of each container is
-- read once.  JIT is disabled: compilation costs more than the query.
CREATE FUNCTION serial.recalled(recall bigint)
RETURNS TABLE (id serial.serial, lot text, outermost serial.serial, place text, consignee text, disposition text)
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SET jit = off
AS 'MODULE_PATHNAME', 'serial_recalled';
COMMENT ON FUNCTION serial.recalled(bigint) IS
'every item of the recalled lots: the outermost container that it is in now, its place, the party to which it was last shipped, and its disposition';
REVOKE EXECUTE ON FUNCTION serial.recalled(bigint) FROM PUBLIC;
