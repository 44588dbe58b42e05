-- Verdicts

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
'recorded verifications';
COMMENT ON COLUMN serial.verification.verification IS
'the number of the verification';
COMMENT ON COLUMN serial.verification.asked IS
'the text as it was presented';
COMMENT ON COLUMN serial.verification.lot IS
'the lot in the scan or beside it';
COMMENT ON COLUMN serial.verification.expiry IS
'the expiry date in the scan or beside it';
COMMENT ON COLUMN serial.verification.verdict IS
'the verdict';
COMMENT ON COLUMN serial.verification.reason IS
'its reason';
COMMENT ON COLUMN serial.verification.place IS
'where it was presented: a GLN as its digits, whatever spelling it came in';
COMMENT ON COLUMN serial.verification.verified_at IS
'when it was presented';
COMMENT ON COLUMN serial.verification.verified_by IS
'the session user who verified it';
COMMENT ON SEQUENCE serial.verification_verification_seq IS
'numbers of verifications';
SELECT pg_catalog.pg_extension_config_dump('serial.verification', '');
SELECT pg_catalog.pg_extension_config_dump('serial.verification_verification_seq', '');

CREATE TYPE serial.verdict AS
(
	verdict text,
	reason text,
	is_genuine boolean,
	is_authentic boolean,
	is_saleable boolean,
	is_alarming boolean,
	known_lot text,
	known_expiry date,
	disposition text,
	known_place text,
	since timestamptz,
	event bigint,
	recall bigint
);
COMMENT ON TYPE serial.verdict IS
'the answer of serial.verify, and what is known of the item';
COMMENT ON COLUMN serial.verdict.verdict IS
'one of the words in the reference, from "genuine" to "never issued"';
COMMENT ON COLUMN serial.verdict.reason IS
'why it is not simply genuine; NULL for users who may only verify';
COMMENT ON COLUMN serial.verdict.is_genuine IS
'is the verdict "genuine"?';
COMMENT ON COLUMN serial.verdict.is_authentic IS
'did the item begin to exist by a recorded event, and agree with what is printed, whatever its state is now?';
COMMENT ON COLUMN serial.verdict.is_saleable IS
'may it be sold?';
COMMENT ON COLUMN serial.verdict.is_alarming IS
'should somebody look into it?';
COMMENT ON COLUMN serial.verdict.known_lot IS
'its lot; NULL if it is not known';
COMMENT ON COLUMN serial.verdict.known_expiry IS
'its expiry date; NULL if it is not known';
COMMENT ON COLUMN serial.verdict.disposition IS
'its disposition';
COMMENT ON COLUMN serial.verdict.known_place IS
'its place';
COMMENT ON COLUMN serial.verdict.since IS
'the time of the event that set the disposition';
COMMENT ON COLUMN serial.verdict.event IS
'its last event';
COMMENT ON COLUMN serial.verdict.recall IS
'the recall that covers it, or something in it';

CREATE FUNCTION serial.verify(id serial.serial, lot text DEFAULT NULL, expiry date DEFAULT NULL)
RETURNS serial.verdict
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'serial_verify';
COMMENT ON FUNCTION serial.verify(serial.serial, text, date) IS
'is this item genuine, and may it be sold? One verdict with its reason and what is known; users who may not read '
'the ledger get the verdict only';
REVOKE EXECUTE ON FUNCTION serial.verify(serial.serial, text, date) FROM PUBLIC;

CREATE FUNCTION serial_internal.record_verification(
	asked text, id serial.serial, lot text, expiry date, verdict text, reason text, place text, is_alarming boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	BEGIN
		place := serial_internal.canonical_place(place);
	EXCEPTION WHEN invalid_parameter_value OR string_data_right_truncation THEN
		NULL;    -- a wrong name of the place is kept as it is: the question is answered nevertheless
	END;
	INSERT INTO serial.verification (asked, lot, expiry, verdict, reason, place)
	VALUES (asked, lot, expiry, verdict, reason, place);
	IF is_alarming THEN
		PERFORM serial_internal.raise_alert('verified as ' || verdict, id, NULL,
											reason || coalesce(' (asked at "' || place || '")', ''));
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.record_verification(text, serial.serial, text, date, text, text, text, boolean) IS
'records a verification, and raises an alert if it is alarming';
REVOKE EXECUTE ON FUNCTION
	serial_internal.record_verification(text, serial.serial, text, date, text, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION serial.verify(
	scanned text, lot text DEFAULT NULL, expiry date DEFAULT NULL, record boolean DEFAULT false,
	place text DEFAULT NULL)
RETURNS serial.verdict
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'serial_verify_text';
COMMENT ON FUNCTION serial.verify(text, text, date, boolean, text) IS
'as serial.verify of an identifier, of whatever a scanner sends or a person types: lot and expiry date in it '
'count as given, and what cannot be read is "not well formed"; with record the verification is kept, and an alert '
'raised if it is alarming; errors 22023 a lot or expiry date is given twice and different';
REVOKE EXECUTE ON FUNCTION serial.verify(text, text, date, boolean, text) FROM PUBLIC;

CREATE FUNCTION serial.saleable(id serial.serial, confirmed boolean DEFAULT true)
RETURNS boolean
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT v.is_saleable OR (NOT saleable.confirmed AND v.verdict = 'unconfirmed') FROM serial.verify(saleable.id) AS v;
END;
COMMENT ON FUNCTION serial.saleable(serial.serial, boolean) IS
'may an item be sold? Unless confirmed, also one whose commissioning nobody recorded and no pool here could have '
'issued';
REVOKE EXECUTE ON FUNCTION serial.saleable(serial.serial, boolean) FROM PUBLIC;
