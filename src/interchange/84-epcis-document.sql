-- Documents for partners

CREATE FUNCTION serial.epcis_document(
	events bigint[] DEFAULT NULL, format text DEFAULT 'digital_link', sender text DEFAULT NULL,
	receiver text DEFAULT NULL, instance_identifier text DEFAULT NULL, master_data boolean DEFAULT false,
	query jsonb DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF query IS NOT NULL THEN
		IF events IS NOT NULL THEN
			RAISE EXCEPTION 'a document has the events of a list, or those of a query'
				USING ERRCODE = 'invalid_parameter_value';
		END IF;
		events := (serial_internal.found_events(query, NULL)).events;
	END IF;
	RETURN (
		SELECT serial_internal.document_of_events(
			jsonb_build_object(
				'@context', jsonb_build_array('https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'),
				'type', 'EPCISDocument', 'schemaVersion', '2.0',
				'creationDate', serial_internal.time_text(clock_timestamp(), '+00:00'),
				'epcisBody', jsonb_build_object('eventList', NULL))
				|| jsonb_strip_nulls(jsonb_build_object(
					'sender', sender, 'receiver', receiver, 'instanceIdentifier', instance_identifier))
				|| coalesce((SELECT jsonb_build_object('epcisHeader', jsonb_build_object(
								'epcisMasterData', jsonb_build_object('vocabularyList', m.list)))
							 FROM serial_internal.master_data(events, format) AS m(list)
							 WHERE master_data AND m.list IS NOT NULL), '{}'),
			array_agg(e.content), array_agg(e.hash), array_agg(e.context), NULL, format)
		FROM serial_internal.event_contents(events) AS e
		HAVING events IS NOT NULL AND format IS NOT NULL);
END;
$$;
COMMENT ON FUNCTION serial.epcis_document(bigint[], text, text, text, text, boolean, jsonb) IS
'an EPCISDocument for partners, of events in the order given or of those that a query finds; with sender, receiver '
'and number, and with what documents and tables say of the places, trade items and lots in the events, on request; '
'query has the parameters of serial.epcis_query; errors as serial.event_json and serial.epcis_query, 22004 one of the '
'events is NULL, 22023 both events and a query';
REVOKE EXECUTE ON FUNCTION serial.epcis_document(bigint[], text, text, text, text, boolean, jsonb) FROM PUBLIC;

-- EPCIS 1.2 knows no Digital Links.
CREATE FUNCTION serial.event_xml(event bigint, version text DEFAULT '2.0')
RETURNS xml
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT serial.epcis_json_to_xml(
		serial.event_json(event, CASE version WHEN '1.2' THEN 'urn' ELSE 'digital_link' END), version);
END;
COMMENT ON FUNCTION serial.event_xml(bigint, text) IS
'an event as XML of EPCIS 2.0 or 1.2, the latter with EPC URIs; errors as serial.event_json and '
'serial.epcis_json_to_xml';
REVOKE EXECUTE ON FUNCTION serial.event_xml(bigint, text) FROM PUBLIC;

CREATE FUNCTION serial.epcis_xml(
	events bigint[] DEFAULT NULL, version text DEFAULT '2.0', sender text DEFAULT NULL, receiver text DEFAULT NULL,
	instance_identifier text DEFAULT NULL, master_data boolean DEFAULT false, query jsonb DEFAULT NULL)
RETURNS xml
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.epcis_json_to_xml(
		serial.epcis_document(events, CASE version WHEN '1.2' THEN 'urn' ELSE 'digital_link' END, sender, receiver,
							  instance_identifier, master_data, query), version);
END;
COMMENT ON FUNCTION serial.epcis_xml(bigint[], text, text, text, text, boolean, jsonb) IS
'the same document as XML of EPCIS 2.0 or 1.2, the latter with EPC URIs; a sender, receiver or number makes a Standard '
'Business Document Header; errors as serial.epcis_document and serial.epcis_json_to_xml';
REVOKE EXECUTE ON FUNCTION serial.epcis_xml(bigint[], text, text, text, text, boolean, jsonb) FROM PUBLIC;
