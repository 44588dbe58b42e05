-- Answers to partners who ask about one item

CREATE TABLE serial.verification_answer
(
	release text NOT NULL CHECK (release IN ('1.0.2', '1.1.0', '1.3.0')),
	verdict text NOT NULL,
	is_verified boolean NOT NULL,
	failure_reason text,
	additional_info text,
	is_shipped boolean NOT NULL DEFAULT false,
	PRIMARY KEY (release, verdict, is_shipped),
	CHECK (is_verified = (failure_reason IS NULL))
);
COMMENT ON TABLE serial.verification_answer IS
'what serial.verification_response says for a verdict, in the words of each release of the standard; a row of one''s own replaces that of the extension';
COMMENT ON COLUMN serial.verification_answer.release IS
'the release of the GS1 Lightweight Messaging Standard, 1.0.2 or 1.1.0, or 1.3.0, the guideline for the US';
COMMENT ON COLUMN serial.verification_answer.verdict IS
'a verdict of serial.verify, or "wrong lot and expiry"';
COMMENT ON COLUMN serial.verification_answer.is_verified IS
'is the item verified?';
COMMENT ON COLUMN serial.verification_answer.failure_reason IS
'why it is not: verificationFailureReason; NULL if it is';
COMMENT ON COLUMN serial.verification_answer.additional_info IS
'additionalInfo; NULL if there is none';
COMMENT ON COLUMN serial.verification_answer.is_shipped IS
'true for a row that came with the extension';
SELECT pg_catalog.pg_extension_config_dump('serial.verification_answer', 'WHERE NOT is_shipped');

INSERT INTO serial.verification_answer (release, verdict, is_verified, failure_reason, additional_info, is_shipped)
SELECT r.release, v.verdict, v.failure_reason IS NULL, v.failure_reason,
	   CASE WHEN r.release <> '1.0.2' THEN v.additional_info
			-- the only word that this release has
			WHEN v.additional_info = 'Recalled' THEN 'recalled' END, true
FROM (VALUES ('1.0.2'), ('1.1.0'), ('1.3.0')) AS r(release),
	(VALUES
		('genuine', NULL, NULL),
		('expired', NULL, 'Expired'),
		('recalled', NULL, 'Recalled'),
		('recalled content', NULL, 'Recalled'),
		-- one answer, so that nobody learns which numbers are issued
		('not well formed', 'No_match_GTIN_Serial', NULL),
		('unknown', 'No_match_GTIN_Serial', NULL),
		('never issued', 'No_match_GTIN_Serial', NULL),
		('not commissioned', 'No_match_GTIN_Serial', NULL),
		('void', 'No_match_GTIN_Serial', NULL),
		-- recorded here, but not how it began
		('unconfirmed', 'No_match_GTIN_Serial', NULL),
		('wrong lot', 'No_match_GTIN_Serial_Lot', NULL),
		('wrong expiry', 'No_match_GTIN_Serial_Expiry', NULL),
		('wrong lot and expiry', 'No_match_GTIN_Serial_Lot_Expiry', NULL),
		('stolen', 'Not_for_re-distribution', 'Illegitimate'),
		('destroyed', 'Not_for_re-distribution', NULL),
		('inactive', 'Not_for_re-distribution', NULL),
		('dispensed', 'Not_for_re-distribution', NULL),
		('retail_sold', 'Not_for_re-distribution', NULL),
		('disposed', 'Not_for_re-distribution', NULL),
		('quarantined', 'Not_for_re-distribution', NULL),
		('blocked', 'Not_for_re-distribution', NULL)) AS v(verdict, failure_reason, additional_info);

-- A dump contains only the users' own rows, so rows of the extension must not change.
CREATE FUNCTION serial_internal.keep_shipped_answer()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (TG_OP <> 'INSERT' AND OLD.is_shipped) OR (TG_OP <> 'DELETE' AND NEW.is_shipped) THEN
		RAISE EXCEPTION 'rows of serial.verification_answer that came with the extension cannot be changed'
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'Insert a row of your own, in which is_shipped is false: it replaces that of the extension.';
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_shipped_answer() IS
'refuses to change, delete or add answers that came with the extension; errors 55000';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_shipped_answer() FROM PUBLIC;
CREATE TRIGGER keep_shipped_answer BEFORE INSERT OR UPDATE OR DELETE ON serial.verification_answer
	FOR EACH ROW EXECUTE FUNCTION serial_internal.keep_shipped_answer();

-- Verifiers read no tables.
CREATE FUNCTION serial_internal.verification_data(release text, verdict text)
RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT coalesce(
		(SELECT jsonb_strip_nulls(jsonb_build_object('verified', a.is_verified, 'verificationFailureReason', a.failure_reason,
													 'additionalInfo', a.additional_info))
		 FROM serial.verification_answer AS a
		 WHERE a.release = verification_data.release AND a.verdict = verification_data.verdict
		 ORDER BY a.is_shipped LIMIT 1),
		jsonb_build_object('verified', false, 'verificationFailureReason', 'No_reason_provided'));
END;
COMMENT ON FUNCTION serial_internal.verification_data(text, text) IS
'the member data of a verification response, by serial.verification_answer';
REVOKE EXECUTE ON FUNCTION serial_internal.verification_data(text, text) FROM PUBLIC;

CREATE FUNCTION serial.verification_response(
	gtin text, serial text, lot text DEFAULT NULL, expiry date DEFAULT NULL, responder text DEFAULT NULL,
	correlation text DEFAULT NULL, release text DEFAULT '1.1.0', requester text DEFAULT NULL, record boolean DEFAULT false)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 4000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	id serial.serial;
	verdict text;
BEGIN
	IF coalesce(gtin, '') = '' OR coalesce(serial, '') = '' THEN
		RAISE EXCEPTION 'a verification needs a GTIN and a serial number' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF (release IN ('1.0.2', '1.1.0', '1.3.0')) IS NOT TRUE THEN
		RAISE EXCEPTION '"%" is not a release of verification messages', release
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The releases are 1.0.2, 1.1.0 and 1.3.0.';
	END IF;
	gtin := serial.key(serial.make('gtin', gtin));
	BEGIN
		id := serial.make('sgtin', gtin, serial);
	EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
		verdict := 'not well formed';
	END;
	IF id IS NOT NULL AND record THEN
		-- the form without brackets, in which a serial number that contains them cannot be misread
		verdict := (serial.verify(serial.element_string(id, true), lot, expiry, true, requester)).verdict;
	ELSIF id IS NOT NULL THEN
		verdict := (serial.verify(id, lot, expiry)).verdict;
	END IF;
	IF verdict = 'wrong lot' AND (serial.verify(id, NULL, expiry)).verdict = 'wrong expiry' THEN
		verdict := 'wrong lot and expiry';
	END IF;
	RETURN jsonb_build_object(
		'responderGLN', coalesce(responder, ''),
		'verificationTimestamp', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
		'corrUUID', coalesce(correlation, ''),
		'data', serial_internal.verification_data(release, verdict));
END;
$$;
COMMENT ON FUNCTION serial.verification_response(text, text, text, date, text, text, text, text, boolean) IS
'the answer to a request for verification of an item, in the form of the GS1 Lightweight Messaging Standard, by the verdict of serial.verify and serial.verification_answer; with record the verification is kept; errors 22023 no GTIN, serial number or such release, 22P02 not a GTIN';
REVOKE EXECUTE ON FUNCTION
	serial.verification_response(text, text, text, date, text, text, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION serial_internal.request_expiry(exp text)
RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	expiry date := (serial.try_scan('17' || substring(exp FROM '^[0-9]{6}$'))).expiry;
BEGIN
	IF expiry IS NULL AND exp <> '' THEN
		RAISE EXCEPTION 'parameter "exp" is not a date: "%"', exp
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Dates have the form YYMMDD; day 00 is the last of the month.';
	END IF;
	RETURN expiry;
END;
$$;
COMMENT ON FUNCTION serial_internal.request_expiry(text) IS
'the date of a parameter exp, YYMMDD; NULL if there is none; errors 22023 not a date';
REVOKE EXECUTE ON FUNCTION serial_internal.request_expiry(text) FROM PUBLIC;

CREATE FUNCTION serial.verification_response(request jsonb, responder text DEFAULT NULL, record boolean DEFAULT false)
RETURNS jsonb
LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 4000
BEGIN ATOMIC
	SELECT serial.verification_response(
		request ->> 'gtin', request ->> 'ser', nullif(request ->> 'lot', ''),
		serial_internal.request_expiry(request ->> 'exp'), responder, request ->> 'corrUUID',
		coalesce(request ->> 'GS1US-Version', '1.1.0'), request ->> 'reqGLN', record);
END;
COMMENT ON FUNCTION serial.verification_response(jsonb, text, boolean) IS
'the same of a request, with the members gtin, lot and ser of its path, exp, reqGLN and corrUUID of its query, and GS1US-Version of its header; others are ignored; errors as of that, and 22023 exp is not a date';
REVOKE EXECUTE ON FUNCTION serial.verification_response(jsonb, text, boolean) FROM PUBLIC;
