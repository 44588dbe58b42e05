-- A verdict

CREATE TABLE serial.verification
(
	verification bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	asked text NOT NULL,
	lot text,
	expiry date,
	verdict text NOT NULL,
	reason text,
	place text,
	verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	verified_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE serial.verification IS
'verifications that were to be recorded';
COMMENT ON COLUMN serial.verification.verification IS
'its number';
COMMENT ON COLUMN serial.verification.asked IS
'the identifier as it was asked for';
COMMENT ON COLUMN serial.verification.lot IS
'the lot that was asked for with it';
COMMENT ON COLUMN serial.verification.expiry IS
'the expiry that was asked for with it';
COMMENT ON COLUMN serial.verification.verdict IS
'what serial.verify said';
COMMENT ON COLUMN serial.verification.reason IS
'and why';
COMMENT ON COLUMN serial.verification.place IS
'where it was asked';
COMMENT ON COLUMN serial.verification.verified_at IS
'when';
COMMENT ON COLUMN serial.verification.verified_by IS
'the session user who asked';
COMMENT ON SEQUENCE serial.verification_verification_seq IS
'numbers of verifications';
SELECT pg_catalog.pg_extension_config_dump('serial.verification', '');
SELECT pg_catalog.pg_extension_config_dump('serial.verification_verification_seq', '');

CREATE TYPE serial.verdict AS
(
	verdict text,
	is_genuine boolean,
	reason text,
	alert boolean,
	known_lot text,
	known_expiry date,
	disposition text,
	known_place text,
	since timestamptz,
	event bigint,
	recall bigint
);
COMMENT ON TYPE serial.verdict IS
'what serial.verify says: a verdict with its reason, whether it should alarm, and what is known of the thing';

CREATE FUNCTION serial.verify(id serial.serial, lot text DEFAULT NULL, expiry date DEFAULT NULL)
RETURNS serial.verdict
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'serial_verify';
COMMENT ON FUNCTION serial.verify(serial.serial, text, date) IS
'is this thing genuine, and may it be sold? one verdict with its reason, whether it should alarm, and what is known';
REVOKE EXECUTE ON FUNCTION serial.verify(serial.serial, text, date) FROM PUBLIC;

CREATE FUNCTION serial_internal.note_verification(asked text, lot text, expiry date, verdict text, reason text, place text, alert boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.verification (asked, lot, expiry, verdict, reason, place)
	VALUES (asked, lot, expiry, verdict, reason, place);
	IF alert THEN
		PERFORM serial_internal.raise_alert('verified as ' || verdict, serial.try_parse(asked), NULL, reason || coalesce(' (asked at "' || place || '")', ''));
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.note_verification(text, text, date, text, text, text, boolean) IS
'records a verification, and raises an alert if it should alarm';
REVOKE EXECUTE ON FUNCTION serial_internal.note_verification(text, text, date, text, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION serial.verify(id text, lot text DEFAULT NULL, expiry date DEFAULT NULL, record boolean DEFAULT false, place text DEFAULT NULL)
RETURNS serial.verdict
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
	answer serial.verdict;
	thing serial.serial;
BEGIN
	IF id IS NULL THEN
		RETURN NULL;
	END IF;
	BEGIN
		thing := id::serial.serial;
	EXCEPTION WHEN invalid_text_representation THEN
		GET STACKED DIAGNOSTICS answer.reason = MESSAGE_TEXT;
		answer.verdict := 'not well formed';
		answer.is_genuine := false;
		answer.alert := true;
	END;
	IF thing IS NOT NULL THEN
		answer := serial.verify(thing, lot, expiry);
	END IF;
	IF record THEN
		PERFORM serial_internal.note_verification(id, lot, expiry, answer.verdict, answer.reason, place, answer.alert);
	END IF;
	RETURN answer;
END;
$$;
COMMENT ON FUNCTION serial.verify(text, text, date, boolean, text) IS
'as serial.verify of an identifier, of any text: what cannot be read is "not well formed"; with record the question is kept, and what alarms raises an alert; errors 42501 to record without the right';
REVOKE EXECUTE ON FUNCTION serial.verify(text, text, date, boolean, text) FROM PUBLIC;

CREATE FUNCTION serial.saleable(id serial.serial)
RETURNS boolean
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT (serial.verify(id)).is_genuine;
END;
COMMENT ON FUNCTION serial.saleable(serial.serial) IS
'is the verdict of serial.verify "genuine"?';
REVOKE EXECUTE ON FUNCTION serial.saleable(serial.serial) FROM PUBLIC;
