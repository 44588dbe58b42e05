-- Answers to partners and consumers who ask about one item

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
'what serial.verification_response says for a verdict, in the words of each release of the standard; a row of '
'one''s own replaces that of the extension';
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
		('partially_dispensed', 'Not_for_re-distribution', NULL),
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
		(SELECT jsonb_strip_nulls(jsonb_build_object('verified', a.is_verified,
			'verificationFailureReason', a.failure_reason, 'additionalInfo', a.additional_info))
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
	correlation text DEFAULT NULL, release text DEFAULT '1.1.0', requester text DEFAULT NULL,
	record boolean DEFAULT false)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 4000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	id serial.serial;
	verdict text;
	is_authentic boolean;
BEGIN
	IF coalesce(gtin, '') = '' OR coalesce(serial, '') = '' THEN
		RAISE EXCEPTION 'a verification needs a GTIN and a serial number' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF (release IN ('1.0.2', '1.1.0', '1.3.0')) IS NOT TRUE THEN
		RAISE EXCEPTION '"%" is not a release of verification messages', release
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The releases are 1.0.2, 1.1.0 and 1.3.0.';
	END IF;
	gtin := serial_internal.canonical_gtin(gtin);
	BEGIN
		id := serial.make('sgtin', gtin, serial);
	EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
		verdict := 'not well formed';
	END;
	IF id IS NOT NULL AND record THEN
		-- the form without brackets, in which a serial number that contains them cannot be misread
		SELECT v.verdict, v.is_authentic INTO verdict, is_authentic
		FROM serial.verify(serial.element_string(id, true), lot, expiry, true, requester) AS v;
	ELSIF id IS NOT NULL THEN
		SELECT v.verdict, v.is_authentic INTO verdict, is_authentic FROM serial.verify(id, lot, expiry) AS v;
	END IF;
	-- the date that is printed, or the lot, of a number that nobody has made is no match
	IF verdict IN ('expired', 'recalled', 'recalled content') AND NOT is_authentic
	   OR verdict = 'wrong expiry' AND NOT (serial.verify(id)).is_authentic THEN
		verdict := 'unknown';
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
'the answer to a request for verification of an item, in the form of the GS1 Lightweight Messaging Standard, by '
'the verdict of serial.verify and serial.verification_answer; with record the verification is kept; errors 22023 '
'not a GTIN, no serial number, or no such release';
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
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'Dates have the form YYMMDD; day 00 is the last of the month.';
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
'the answer to a request for verification in JSON, with the members gtin, lot and ser of its path, exp, reqGLN and '
'corrUUID of its query, and GS1US-Version of its header; others are ignored; errors as of '
'serial.verification_response(text, text, ...), and 22023 exp is not a date';
REVOKE EXECUTE ON FUNCTION serial.verification_response(jsonb, text, boolean) FROM PUBLIC;

-- Resolver of Digital Links

CREATE TABLE serial.resolver_link
(
	link bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	gtin text CHECK (gtin ~ '^[0-9]{14}$' AND serial.has_valid_check('mod10', gtin)),
	lot text CHECK (lot IS NULL OR gtin IS NOT NULL),
	link_type text NOT NULL CHECK (link_type ~ '^[A-Za-z]+$' OR link_type ~ '^https?://(?!(ref\.)?gs1\.org/voc/)'),
	href text NOT NULL CHECK (href ~ '^https?://' AND href !~ '\{(?!(gtin|lot|serial)\})'),
	title text,
	media_type text,
	languages text[],
	contexts text[]
);
CREATE INDEX resolver_link_gtin_idx ON serial.resolver_link (gtin);
-- A default link has exactly one target.
CREATE UNIQUE INDEX resolver_link_default_idx ON serial.resolver_link
	(coalesce(gtin, ''), coalesce(lot, ''), (href ~ '\{serial\}'), (href ~ '\{lot\}')) WHERE link_type = 'defaultLink';
COMMENT ON TABLE serial.resolver_link IS
'the targets that serial.linkset gives for Digital Links';
COMMENT ON COLUMN serial.resolver_link.link IS
'its number';
COMMENT ON COLUMN serial.resolver_link.gtin IS
'the GTIN that it is for, with 14 digits; NULL for all';
COMMENT ON COLUMN serial.resolver_link.lot IS
'the lot of the GTIN that it is for; NULL for all';
COMMENT ON COLUMN serial.resolver_link.link_type IS
'a word of the GS1 Web Vocabulary, such as defaultLink or pip, or the URI of another type';
COMMENT ON COLUMN serial.resolver_link.href IS
'the URL; {gtin}, {lot} and {serial} in it stand for what was asked, and a link without lot or serial number does '
'not get a URL that has it';
COMMENT ON COLUMN serial.resolver_link.title IS
'its title for people';
COMMENT ON COLUMN serial.resolver_link.media_type IS
'its media type, such as text/html';
COMMENT ON COLUMN serial.resolver_link.languages IS
'its languages, such as en: hreflang';
COMMENT ON COLUMN serial.resolver_link.contexts IS
'the contexts that it is for, such as countries';
COMMENT ON SEQUENCE serial.resolver_link_link_seq IS
'numbers of targets of Digital Links';
SELECT pg_catalog.pg_extension_config_dump('serial.resolver_link', '');
SELECT pg_catalog.pg_extension_config_dump('serial.resolver_link_link_seq', '');

CREATE FUNCTION serial_internal.link_targets(gtin text, lot text, encoded_lot text, encoded_serial text)
RETURNS TABLE (link bigint, link_type text, title text, target jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT r.link, r.link_type, r.title,
		   jsonb_strip_nulls(jsonb_build_object(
				'href', replace(replace(replace(r.href, '{gtin}', r.asked_gtin), '{lot}', coalesce(encoded_lot, '')),
								'{serial}', coalesce(encoded_serial, '')),
				'title', r.title, 'type', r.media_type,
				'hreflang', to_jsonb(r.languages), 'context', to_jsonb(r.contexts)))
	FROM (SELECT l.*, link_targets.gtin AS asked_gtin,
				 -- targets of a lot or a GTIN count before those of all, and then
				 -- those with a serial number before those with a lot, and with neither
				 rank() OVER (PARTITION BY l.link_type
							  ORDER BY l.lot IS NULL, l.gtin IS NULL,
									   l.href ~ '\{serial\}' DESC, l.href ~ '\{lot\}' DESC) AS level
		  FROM serial.resolver_link AS l
		  WHERE (l.gtin = link_targets.gtin OR l.gtin IS NULL) AND (l.lot = link_targets.lot OR l.lot IS NULL)
			AND (encoded_lot IS NOT NULL OR l.href !~ '\{lot\}')
			AND (encoded_serial IS NOT NULL OR l.href !~ '\{serial\}')) AS r
	WHERE r.level = 1;
END;
COMMENT ON FUNCTION serial_internal.link_targets(text, text, text, text) IS
'the targets for a GTIN, lot and serial number, in JSON: of each type the most specific ones; lot and serial '
'number also as they are written in URLs';
REVOKE EXECUTE ON FUNCTION serial_internal.link_targets(text, text, text, text) FROM PUBLIC;

CREATE FUNCTION serial.linkset(digital_link text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	asked record;
	anchor text;
	answer jsonb;
BEGIN
	IF digital_link !~* '^https?://[^/?#]' THEN
		RAISE EXCEPTION 'not a Digital Link: "%"', digital_link USING ERRCODE = 'invalid_parameter_value';
	END IF;
	-- (02) is the GTIN of what a container holds
	SELECT s.id, serial.gtin(s.id) AS gtin, CASE WHEN serial.scheme(s.id) <> 'lgtin' THEN s.lot END AS lot_beside, s.lot
		INTO asked FROM serial.scan(digital_link) AS s;
	IF asked.gtin IS NULL THEN
		RETURN NULL;
	END IF;
	anchor := serial.digital_link(asked.id, substring(digital_link FROM '^[^:]*://[^/?#]*'), asked.lot_beside);
	SELECT jsonb_build_object('linkset', jsonb_build_array(
			jsonb_strip_nulls(jsonb_build_object('anchor', anchor, 'itemDescription', max(t.description)))
			|| jsonb_object_agg(t.uri, t.targets)))
		INTO answer
	FROM (SELECT CASE WHEN l.link_type ~ ':' THEN l.link_type ELSE 'https://gs1.org/voc/' || l.link_type END AS uri,
				 max(l.title) FILTER (WHERE l.link_type = 'defaultLink') AS description,
				 jsonb_agg(l.target ORDER BY l.link) AS targets
		  -- a lot or serial number may itself be 10 or 21
		  FROM serial_internal.link_targets(asked.gtin, asked.lot,
											substring(anchor FROM '/10/([^/]*)(?:/[0-9]+/[^/]*)?$'),
											substring(anchor FROM '/(?:21|235)/([^/]*)$')) AS l
		  GROUP BY l.link_type) AS t
	HAVING count(*) > 0;
	RETURN answer;
END;
$$;
COMMENT ON FUNCTION serial.linkset(text) IS
'what a resolver answers for the Digital Link of an item, lot or GTIN that asks for all links: a linkset (RFC '
'9264) of the targets in serial.resolver_link; NULL if there are none, or if the link has no GTIN; errors 22023 '
'not a link, 22P02 not a Digital Link';
REVOKE EXECUTE ON FUNCTION serial.linkset(text) FROM PUBLIC;

-- What consumers see of an item

CREATE TABLE serial.public_fact
(
	rule bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	gtin text CHECK (gtin ~ '^[0-9]{14}$' AND serial.has_valid_check('mod10', gtin)),
	fact text NOT NULL CHECK (fact IN ('authentic', 'recalled', 'lot', 'expiry', 'production', 'step')),
	business_step text CHECK (business_step = serial_internal.vocabulary_word('business_step', business_step)),
	precision text NOT NULL DEFAULT 'day' CHECK (precision IN ('day', 'month', 'year')),
	title text,
	is_public boolean NOT NULL DEFAULT true,
	CHECK ((fact = 'step') = (business_step IS NOT NULL))
);
CREATE UNIQUE INDEX public_fact_idx ON serial.public_fact (coalesce(gtin, ''), fact, coalesce(business_step, ''));
COMMENT ON TABLE serial.public_fact IS
'which facts of items serial.provenance makes public; without rows nothing is public';
COMMENT ON COLUMN serial.public_fact.rule IS
'the number of the rule, by which facts are sorted';
COMMENT ON COLUMN serial.public_fact.gtin IS
'the GTIN whose items it is for, with 14 digits; NULL for all items; a rule for a GTIN replaces that for all';
COMMENT ON COLUMN serial.public_fact.fact IS
'authentic, recalled, lot, expiry, production (the date in serial.lot) or step';
COMMENT ON COLUMN serial.public_fact.business_step IS
'the business step whose date is the fact; NULL for other facts';
COMMENT ON COLUMN serial.public_fact.precision IS
'how exact dates are: day, month or year';
COMMENT ON COLUMN serial.public_fact.title IS
'the name of the fact for people';
COMMENT ON COLUMN serial.public_fact.is_public IS
'false keeps from the public, for one GTIN, what a rule for all makes public';
COMMENT ON SEQUENCE serial.public_fact_rule_seq IS
'numbers of rules about public facts';
SELECT pg_catalog.pg_extension_config_dump('serial.public_fact', '');
SELECT pg_catalog.pg_extension_config_dump('serial.public_fact_rule_seq', '');

-- The columns of the answer can hold no place, person or partner, whatever the rules are.
CREATE FUNCTION serial.provenance(id serial.serial)
RETURNS TABLE (fact text, title text, value text)
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE COST 4000 ROWS 5
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT p.fact, p.title, p.value
	FROM (SELECT r.rule, r.title, v.is_authentic, CASE r.fact WHEN 'step' THEN r.business_step ELSE r.fact END AS fact,
				 CASE r.fact
					WHEN 'authentic' THEN CAST(v.is_authentic AS text)
					WHEN 'recalled' THEN CAST(
						v.verdict IN ('recalled', 'recalled content')
						OR serial_internal.recall_of(provenance.id, v.known_lot) IS NOT NULL AS text)
					WHEN 'lot' THEN v.known_lot
					ELSE to_char(
						CASE r.fact
							WHEN 'expiry' THEN v.known_expiry
							WHEN 'production' THEN (
								SELECT l.produced_on FROM serial.lot AS l
								WHERE l.gtin = serial.gtin(provenance.id) AND l.lot = v.known_lot)
							WHEN 'step' THEN (
								SELECT serial_internal.day_of(min(t.event_time)) FROM serial.trace(provenance.id) AS t
								WHERE t.business_step = r.business_step AND t.is_accepted
								  AND t.correcting_event IS NULL AND t.corrects IS NULL
								  -- a shipping that was undone is none
								  AND (t.business_step NOT IN ('shipping', 'consigning')
									   OR EXISTS (SELECT FROM serial_internal.shipments(ARRAY[provenance.id]) AS h
												  WHERE h.event = t.event))) END,
						CASE r.precision WHEN 'year' THEN 'YYYY' WHEN 'month' THEN 'YYYY-MM' ELSE 'YYYY-MM-DD' END)
					END AS value
		  FROM (SELECT DISTINCT ON (f.fact, f.business_step) f.*
				FROM serial.public_fact AS f
				WHERE f.gtin IS NULL OR f.gtin = serial.gtin(provenance.id)
				ORDER BY f.fact, f.business_step, f.gtin IS NULL) AS r
		  CROSS JOIN serial.verify(provenance.id) AS v
		  WHERE r.is_public) AS p
	WHERE p.value IS NOT NULL AND (p.is_authentic OR p.fact = 'authentic')
	ORDER BY p.rule;
END;
COMMENT ON FUNCTION serial.provenance(serial.serial) IS
'the facts of an item that the rules in serial.public_fact make public, for the page that a consumer sees; of an '
'item that is not authentic at most that; never a place, a person or a partner';
REVOKE EXECUTE ON FUNCTION serial.provenance(serial.serial) FROM PUBLIC;
