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
'lots that are called back';
COMMENT ON COLUMN serial.recall.recall IS
'its number';
COMMENT ON COLUMN serial.recall.gtin IS
'the 14 digits of the trade item';
COMMENT ON COLUMN serial.recall.lots IS
'the lots called back';
COMMENT ON COLUMN serial.recall.reason IS
'why';
COMMENT ON COLUMN serial.recall.recalled_at IS
'when';
COMMENT ON COLUMN serial.recall.recalled_by IS
'the session user who called them back';
COMMENT ON COLUMN serial.recall.closed_at IS
'when it ended; NULL while it is open';
COMMENT ON COLUMN serial.recall.closed_by IS
'the session user who ended it';
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
		RAISE EXCEPTION 'a recall names a GTIN, lots and a reason' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF cardinality(lots) = 0 THEN
		RAISE EXCEPTION 'a recall names lots' USING ERRCODE = 'invalid_parameter_value';
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
'calls lots of a GTIN back and returns the number of the recall; from then on serial.verify says so; errors 22023 no GTIN or no lot, 22004 a NULL';
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
'ends a recall; errors 42704 no such open recall';
REVOKE EXECUTE ON FUNCTION serial.close_recall(bigint) FROM PUBLIC;

CREATE FUNCTION serial_internal.recall_of(id serial.serial, lot text)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.recall FROM serial.recall AS r
	WHERE r.gtin = serial.gtin(recall_of.id) AND recall_of.lot = ANY (r.lots) AND r.closed_at IS NULL
	ORDER BY r.recall LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.recall_of(serial.serial, text) IS
'the open recall that a thing of a lot falls under; NULL if none';

-- The same as serial.outermost and serial_internal.current_state say of each thing, but what it is
-- in is found for all together, and the row of a container is read once.  Without
-- the compiler, which takes longer than the answer.
CREATE FUNCTION serial.recalled(recall bigint)
RETURNS TABLE (id serial.serial, lot text, outermost serial.serial, place text, consignee text, disposition text)
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SET jit = off
AS 'MODULE_PATHNAME', 'serial_recalled';
COMMENT ON FUNCTION serial.recalled(bigint) IS
'every thing of the lots of a recall: the outermost container it is in now, the place, the party it was last shipped to, and its state';
REVOKE EXECUTE ON FUNCTION serial.recalled(bigint) FROM PUBLIC;
