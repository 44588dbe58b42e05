-- EPCIS documents in XML

CREATE FUNCTION serial.epcis_xml_to_json(document xml)
RETURNS jsonb
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epcis_xml_to_json_xml';
COMMENT ON FUNCTION serial.epcis_xml_to_json(xml) IS
'an EPCIS document of version 1.0 to 2.0, or a single event, in EPCIS 2.0 JSON-LD; errors 2200M not well-formed, '
'2200N no EPCIS document, 54000 too deep or too large';

CREATE FUNCTION serial.epcis_xml_to_json(document text)
RETURNS jsonb
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epcis_xml_to_json_text';
COMMENT ON FUNCTION serial.epcis_xml_to_json(text) IS
'an EPCIS document in XML that is text, in EPCIS 2.0 JSON-LD; its XML declaration must not name an encoding other '
'than UTF-8, and a byte order mark is skipped';

CREATE FUNCTION serial.epcis_json_to_xml(document jsonb, version text DEFAULT '2.0')
RETURNS xml
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_epcis_json_to_xml';
COMMENT ON FUNCTION serial.epcis_json_to_xml(jsonb, text) IS
'EPCIS 2.0 JSON-LD, a document or a single event, in XML of EPCIS 2.0 or 1.2; errors 0A000 the version has no '
'form for what the document says, 22023 no EPCIS document or no such version';
