-- EPCIS documents in XML as EPCIS 2.0 JSON-LD.
SET search_path = pg_catalog;

CREATE TEMPORARY TABLE document (name text PRIMARY KEY, content text);

-- A shipment in EPCIS 1.2, with a business document header and master data.
INSERT INTO document VALUES ('shipment 1.2', $xml$<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda"
    xmlns:sbdh="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    xmlns:ex="http://example.com/ns/" schemaVersion="1.2" creationDate="2026-03-01T12:00:00Z">
  <EPCISHeader>
    <sbdh:StandardBusinessDocumentHeader>
      <sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>
      <sbdh:Sender><sbdh:Identifier Authority="GLN">4012345000122</sbdh:Identifier></sbdh:Sender>
      <sbdh:Receiver><sbdh:Identifier Authority="GLN">4098765000010</sbdh:Identifier></sbdh:Receiver>
      <sbdh:DocumentIdentification>
        <sbdh:Standard>EPCglobal</sbdh:Standard>
        <sbdh:TypeVersion>1.0</sbdh:TypeVersion>
        <sbdh:InstanceIdentifier>D-1</sbdh:InstanceIdentifier>
        <sbdh:Type>Events</sbdh:Type>
        <sbdh:CreationDateAndTime>2026-03-01T12:00:00Z</sbdh:CreationDateAndTime>
      </sbdh:DocumentIdentification>
    </sbdh:StandardBusinessDocumentHeader>
    <extension>
      <EPCISMasterData>
        <VocabularyList>
          <Vocabulary type="urn:epcglobal:epcis:vtype:Location">
            <VocabularyElementList>
              <VocabularyElement id="urn:epc:id:sgln:4012345.00012.0">
                <attribute id="urn:epcglobal:cbv:mda#name">Smith &amp; Sons</attribute>
                <children><id>urn:epc:id:sgln:4012345.00012.7</id></children>
              </VocabularyElement>
            </VocabularyElementList>
          </Vocabulary>
        </VocabularyList>
      </EPCISMasterData>
    </extension>
  </EPCISHeader>
  <EPCISBody>
    <EventList>
      <ObjectEvent>
        <eventTime>2026-03-01T10:00:00.123456789Z</eventTime>
        <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
        <epcList><epc>urn:epc:id:sgtin:4012345.077889.1</epc><epc>urn:epc:id:sgtin:4012345.077889.2</epc></epcList>
        <action>ADD</action>
        <bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>
        <disposition>urn:epcglobal:cbv:disp:active</disposition>
        <readPoint><id>urn:epc:id:sgln:4012345.00012.7</id></readPoint>
        <extension>
          <ilmd>
            <cbvmda:lotNumber>L1</cbvmda:lotNumber>
            <cbvmda:itemExpirationDate>2028-03-31</cbvmda:itemExpirationDate>
          </ilmd>
        </extension>
        <ex:line ex:shift="night">4</ex:line>
      </ObjectEvent>
      <AggregationEvent>
        <eventTime>2026-03-01T10:05:00Z</eventTime>
        <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
        <parentID>urn:epc:id:sscc:4012345.3000000012</parentID>
        <childEPCs><epc>urn:epc:id:sgtin:4012345.077889.1</epc></childEPCs>
        <action>ADD</action>
        <bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep>
        <extension>
          <childQuantityList>
            <quantityElement><epcClass>urn:epc:class:lgtin:4012345.077889.L1</epcClass><quantity>3.50</quantity><uom>KGM</uom></quantityElement>
          </childQuantityList>
        </extension>
      </AggregationEvent>
      <ObjectEvent>
        <eventTime>2026-03-01T11:00:00Z</eventTime>
        <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
        <baseExtension><eventID>urn:uuid:6a3f3a06-5f8c-4b5e-9c9b-000000000001</eventID></baseExtension>
        <epcList><epc>urn:epc:id:sscc:4012345.3000000012</epc></epcList>
        <action>OBSERVE</action>
        <bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>
        <disposition>urn:epcglobal:cbv:disp:in_transit</disposition>
        <bizTransactionList>
          <bizTransaction type="urn:epcglobal:cbv:btt:po">
            urn:epcglobal:cbv:bt:4098765000010:PO1
          </bizTransaction>
        </bizTransactionList>
        <extension>
          <sourceList><source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:sgln:4012345.00012.0</source></sourceList>
          <destinationList><destination type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:sgln:4098765.00001.0</destination></destinationList>
        </extension>
      </ObjectEvent>
    </EventList>
  </EPCISBody>
</epcis:EPCISDocument>
$xml$);
SELECT jsonb_pretty(serial.epcis_xml_to_json(content)) FROM document WHERE name = 'shipment 1.2';

-- The same events in EPCIS 2.0 have the same hashes.
INSERT INTO document VALUES ('shipment 2.0', $xml$<EPCISDocument xmlns="urn:epcglobal:epcis:xsd:2" xmlns:m="urn:epcglobal:cbv:mda"
    xmlns:x="http://example.com/ns/" schemaVersion="2.0" creationDate="2026-03-01T12:00:00Z">
  <EPCISBody xmlns="">
    <EventList>
      <ObjectEvent>
        <eventTime>2026-03-01T11:00:00.123456789+01:00</eventTime>
        <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
        <epcList>
          <epc>https://id.gs1.org/01/04012345778892/21/2</epc>
          <epc>https://id.gs1.org/01/04012345778892/21/1</epc>
        </epcList>
        <action>ADD</action>
        <bizStep>https://ref.gs1.org/cbv/BizStep-commissioning</bizStep>
        <disposition>https://ref.gs1.org/cbv/Disp-active</disposition>
        <readPoint><id>https://id.gs1.org/414/4012345000122/254/7</id></readPoint>
        <ilmd>
          <m:itemExpirationDate>2028-03-31</m:itemExpirationDate>
          <m:lotNumber><![CDATA[L1]]></m:lotNumber>
        </ilmd>
        <x:line x:shift="night" xsi:type="xsd:string" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">4</x:line>
      </ObjectEvent>
      <AggregationEvent>
        <eventTime>2026-03-01T10:05:00Z</eventTime>
        <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
        <parentID>https://id.gs1.org/00/340123450000000123</parentID>
        <childEPCs><epc>https://id.gs1.org/01/04012345778892/21/1</epc></childEPCs>
        <action>ADD</action>
        <bizStep>https://ref.gs1.org/cbv/BizStep-packing</bizStep>
        <childQuantityList>
          <quantityElement><epcClass>https://id.gs1.org/01/04012345778892/10/L1</epcClass><quantity>3.5</quantity><uom>KGM</uom></quantityElement>
        </childQuantityList>
      </AggregationEvent>
      <ObjectEvent>
        <eventTime>2026-03-01T11:00:00Z</eventTime>
        <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
        <epcList><epc>https://id.gs1.org/00/340123450000000123</epc></epcList>
        <action>OBSERVE</action>
        <bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>
        <disposition>https://ref.gs1.org/cbv/Disp-in_transit</disposition>
        <bizTransactionList><bizTransaction type="https://ref.gs1.org/cbv/BTT-po">urn:epcglobal:cbv:bt:4098765000010:PO1</bizTransaction></bizTransactionList>
        <sourceList><source type="https://ref.gs1.org/cbv/SDT-owning_party">https://id.gs1.org/414/4012345000122</source></sourceList>
        <destinationList><destination type="https://ref.gs1.org/cbv/SDT-owning_party">https://id.gs1.org/414/4098765000010</destination></destinationList>
      </ObjectEvent>
    </EventList>
  </EPCISBody>
</EPCISDocument>
$xml$);
CREATE FUNCTION pg_temp.hashes(wanted text) RETURNS TABLE (ordinal bigint, hash text)
LANGUAGE sql
BEGIN ATOMIC
	SELECT e.ordinality, serial.event_hash(e.value, d.json -> '@context')
	FROM (SELECT serial.epcis_xml_to_json(content) AS json FROM document WHERE name = wanted) AS d,
		LATERAL jsonb_array_elements(d.json #> '{epcisBody,eventList}') WITH ORDINALITY AS e;
END;
SELECT ordinal, old.hash = new.hash AS same
FROM pg_temp.hashes('shipment 1.2') AS old FULL JOIN pg_temp.hashes('shipment 2.0') AS new USING (ordinal)
ORDER BY ordinal;

-- A QuantityEvent of EPCIS 1.0, a query document, own types of events, sensor data.
SELECT jsonb_pretty(serial.epcis_xml_to_json($xml$<epcisq:EPCISQueryDocument
    xmlns:epcisq="urn:epcglobal:epcis-query:xsd:1" xmlns:ex="http://example.com/ns/">
  <EPCISBody>
    <epcisq:QueryResults>
      <queryName>SimpleEventQuery</queryName>
      <resultsBody>
        <EventList>
          <QuantityEvent>
            <eventTime>2026-03-01T10:00:00</eventTime>
            <recordTime>2026-03-01T10:00:05Z</recordTime>
            <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
            <epcClass>urn:epc:idpat:sgtin:4012345.077889.*</epcClass>
            <quantity>12</quantity>
          </QuantityEvent>
          <extension>
            <extension>
              <ex:Calibration>
                <eventTime>2026-03-01T10:00:00Z</eventTime>
                <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
                <ex:result><ex:step>1</ex:step><ex:step>2</ex:step></ex:result>
              </ex:Calibration>
            </extension>
          </extension>
          <ObjectEvent>
            <eventTime>2026-03-01T10:00:00Z</eventTime>
            <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
            <action>OBSERVE</action>
            <readPoint><id>urn:epc:id:sgln:4012345.00012.7</id><ex:gate xmlns:ex="http://example.com/other/">3</ex:gate></readPoint>
            <sensorElementList>
              <sensorElement>
                <sensorMetadata time="2026-03-01T09:59:00Z" ex:probe="7"/>
                <sensorReport type="gs1:Temperature" value="4.50" uom="CEL"/>
                <sensorReport type="gs1:Humidity" booleanValue="1"/>
              </sensorElement>
            </sensorElementList>
          </ObjectEvent>
        </EventList>
      </resultsBody>
    </epcisq:QueryResults>
  </EPCISBody>
</epcisq:EPCISQueryDocument>$xml$));

-- Values of type xml have been converted to the encoding of the database, whatever they declare.
SELECT serial.epcis_xml_to_json('<?xml version="1.0" encoding="ISO-8859-1"?><ObjectEvent><eventTime>t</eventTime></ObjectEvent>'::xml) ->> 'type' AS type;
SELECT serial.epcis_xml_to_json(NULL::text) IS NULL AS is_null;
SELECT serial.epcis_xml_to_json(E'\uFEFF<ObjectEvent><eventTime>\u20AC</eventTime></ObjectEvent>') ->> 'eventTime' AS with_mark;

-- An event that is a document has the attributes of one, and a document may have any.
SELECT serial.epcis_xml_to_json('<ObjectEvent schemaVersion="2.0" creationDate="2026-01-01T00:00:00Z"><eventTime>t</eventTime></ObjectEvent>') AS event,
	serial.epcis_xml_to_json('<EPCISDocument schemaVersion="2.0" createdAt="2026-01-01T00:00:00Z"><EPCISBody/></EPCISDocument>') AS document;

-- Errors say where, and what was expected.
CREATE FUNCTION pg_temp.problem(document text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
	detail text;
BEGIN
	RETURN serial.epcis_xml_to_json(document);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN format('%s: %s | %s', SQLSTATE, SQLERRM, detail);
END;
$$;
SELECT pg_temp.problem(content) AS problem
FROM unnest(ARRAY[
	'',
	'{"type": "ObjectEvent"}',
	'<EPCISDocument>',
	'<html/>',
	'<!DOCTYPE a [<!ENTITY b "c">]><EPCISDocument/>',
	'<EPCISDocument>&xxe;</EPCISDocument>',
	'<?xml version="1.0" encoding="ISO-8859-1"?><EPCISDocument/>',
	repeat('<a>', 1000),
	E'<EPCISDocument>\n<EPCISBody>\n<EventList/><Event/></EPCISBody></EPCISDocument>',
	'<ObjectEvent><eventTime>t</eventTime><action>ADD</action><action>ADD</action></ObjectEvent>',
	'<ObjectEvent><eventTime>t</eventTime><epcList><id>x</id></epcList></ObjectEvent>',
	'<ObjectEvent><eventTime>t</eventTime><ex:a/></ObjectEvent>']) WITH ORDINALITY AS c(content, ordinality)
ORDER BY ordinality;

-- JSON as XML, of both versions.
INSERT INTO document VALUES ('story', $json${
	"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "http://example.com/ns/"}],
	"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T12:00:00Z",
	"sender": "4012345000122", "receiver": "4098765000010", "instanceIdentifier": "D-2",
	"epcisHeader": {"epcisMasterData": {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:EPCClass",
		"vocabularyElementList": [{"id": "urn:epc:idpat:sgtin:4012345.077889.*", "attributes": [
			{"id": "cbvmda:descriptionShort", "attribute": "Tea & cake"},
			{"id": "urn:epcglobal:cbv:mda:netWeight", "attribute": {"@measurementUnitCode": "KGM", "#text": "3.5"}}]}]}]}},
	"epcisBody": {"eventList": [
		{"type": "ObjectEvent", "eventTime": "2026-03-01T10:00:00.123456789Z", "eventTimeZoneOffset": "+01:00",
		 "eventID": "urn:uuid:6a3f3a06-5f8c-4b5e-9c9b-000000000002", "epcList": ["urn:epc:id:sgtin:4012345.077889.1"],
		 "action": "ADD", "bizStep": "commissioning", "disposition": "active",
		 "readPoint": {"id": "urn:epc:id:sgln:4012345.00012.7", "ex:gate": "3"},
		 "ilmd": {"cbvmda:lotNumber": "L1", "ex:list": ["a", "b"]},
		 "ex:object": {"ex:number": 1.50, "ex:flag": true, "ex:nothing": null, "ex:blank": " x ", "ex:empty": ""}},
		{"type": "AggregationEvent", "eventTime": "2026-03-01T10:05:00Z", "eventTimeZoneOffset": "+01:00",
		 "parentID": "urn:epc:id:sscc:4012345.3000000012", "action": "ADD", "bizStep": "packing",
		 "childQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.077889.L1", "quantity": 3.5, "uom": "KGM"}],
		 "errorDeclaration": {"declarationTime": "2026-03-01T10:06:00Z", "reason": "incorrect_data",
			"correctiveEventIDs": ["urn:uuid:6a3f3a06-5f8c-4b5e-9c9b-000000000003"]}},
		{"type": "TransformationEvent", "eventTime": "2026-03-01T10:10:00Z", "eventTimeZoneOffset": "+01:00",
		 "inputEPCList": ["urn:epc:id:sgtin:4012345.077889.1"],
		 "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.077889.L2", "quantity": 12}],
		 "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4098765000010:PO1"}],
		 "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00012"}]},
		{"type": "ex:Calibration", "@context": {"ex": "http://example.com/other/"}, "eventTime": "2026-03-01T10:00:00Z",
		 "eventTimeZoneOffset": "+01:00", "ex:step": "1"}]}
}$json$), ('new in 2.0', $json${
	"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "http://example.com/ns/"}],
	"type": "EPCISDocument", "creationDate": "2026-03-01T12:00:00Z", "epcisBody": {"eventList": [
		{"type": "AssociationEvent", "eventTime": "2026-03-01T10:00:00Z", "eventTimeZoneOffset": "+01:00",
		 "parentID": "urn:epc:id:grai:4012345.12345.1", "childEPCs": ["https://id.gs1.org/8004/4012345987"],
		 "action": "ADD", "bizStep": "installing"},
		{"type": "ObjectEvent", "eventTime": "2026-03-01T10:00:00Z", "eventTimeZoneOffset": "+01:00",
		 "action": "OBSERVE", "bizStep": "sensor_reporting", "readPoint": {"id": "urn:epc:id:sgln:4012345.00012.7"},
		 "certificationInfo": "https://example.com/certificate",
		 "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
		 "sensorElementList": [{"sensorMetadata": {"time": "2026-03-01T09:59:00Z", "ex:probe": "7"},
			"sensorReport": [{"type": "Temperature", "value": 4.50, "uom": "CEL", "component": "x", "booleanValue": true},
				{"exception": "ALARM_CONDITION", "stringValue": "warm"}]}]}]}
}$json$);
\pset format unaligned
SELECT replace(serial.epcis_json_to_xml(content::jsonb, version)::text, '><', E'>\n<') AS xml
FROM document, unnest(ARRAY['2.0', '1.2']) AS version WHERE name = 'story' ORDER BY version DESC;
SELECT replace(serial.epcis_json_to_xml(content::jsonb)::text, '><', E'>\n<') AS xml FROM document WHERE name = 'new in 2.0';

\pset format aligned

-- Read again, the events have the same hashes, and what XML can say is the same.
WITH original AS MATERIALIZED (
	SELECT name, version, content::jsonb AS json FROM document, unnest(ARRAY['2.0', '1.2']) AS version
	WHERE content LIKE '{%' AND (name, version) <> ('new in 2.0', '1.2')),
again AS (
	SELECT name, version, json, serial.epcis_xml_to_json(serial.epcis_json_to_xml(json, version)) AS copy FROM original)
SELECT a.name, a.version, o.ordinality AS event, o.value ->> 'type' AS type,
	serial.event_hash(o.value, a.json -> '@context') = serial.event_hash(c.value, a.copy -> '@context') AS same_hash,
	(SELECT array_agg(coalesce(k.key, l.key) ORDER BY coalesce(k.key, l.key)) FROM jsonb_each(o.value) AS k
		FULL JOIN jsonb_each(c.value) AS l USING (key) WHERE k.value IS DISTINCT FROM l.value) AS written_differently
FROM again AS a, jsonb_array_elements(a.json #> '{epcisBody,eventList}') WITH ORDINALITY AS o
	JOIN LATERAL jsonb_array_elements(a.copy #> '{epcisBody,eventList}') WITH ORDINALITY AS c ON c.ordinality = o.ordinality
ORDER BY a.name, a.version, o.ordinality;
SELECT (serial.epcis_xml_to_json(serial.epcis_json_to_xml(serial.epcis_xml_to_json(content), '1.2'))
	= serial.epcis_xml_to_json(content)) AS same FROM document WHERE name = 'shipment 1.2';

-- What a version has no form for is named.
CREATE FUNCTION pg_temp.write_problem(event text, version text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
	detail text;
BEGIN
	RETURN serial.epcis_json_to_xml(format('{"type": "EPCISDocument", "epcisBody": {"eventList": [{"type": "ObjectEvent"}, %s]}}',
		event)::jsonb, version);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN format('%s: %s | %s', SQLSTATE, SQLERRM, detail);
END;
$$;
SELECT pg_temp.write_problem(event, version) AS problem
FROM (VALUES
	(1, '{"type": "AssociationEvent"}', '1.2'),
	(2, '{"type": "ObjectEvent", "sensorElementList": []}', '1.2'),
	(3, '{"type": "ObjectEvent", "persistentDisposition": {"set": ["recalled"]}}', '1.2'),
	(4, '{"type": "ObjectEvent", "certificationInfo": "https://example.com/"}', '1.2'),
	(5, '{"type": "ObjectEvent", "childEPCs": []}', '2.0'),
	(6, '{"type": "ObjectEvent", "http://example.com/a": [[1]]}', '2.0'),
	(7, '{"type": "ObjectEvent", "ex:a": "1"}', '2.0'),
	(8, '{"type": "ObjectEvent", "color": "red"}', '2.0'),
	(9, '{"type": "ObjectEvent", "epcList": "urn:a:b"}', '2.0'),
	(10, '{"type": "ObjectEvent", "http://example.com/a b": "1"}', '2.0'),
	(11, '{"type": "OtherEvent"}', '2.0'),
	(12, '{"type": "ObjectEvent", "action": "\u0001"}', '2.0'),
	(13, '{"type": "ObjectEvent"}', '1.1'),
	(14, '{"type": "ObjectEvent", "@context": [{"ex": " "}], "ex:a": "1"}', '2.0'),
	(15, '{"type": "ObjectEvent", "@context": [{"ex": " http://www.w3.org/2000/xmlns/"}], "ex:a": "1"}', '2.0')) AS c(n, event, version)
ORDER BY n;

-- Many events.
SELECT jsonb_array_length(serial.epcis_xml_to_json(
	'<EPCISDocument><EPCISBody><EventList>'
	|| (SELECT string_agg(format('<ObjectEvent><eventTime>%s</eventTime></ObjectEvent>', i), '') FROM generate_series(1, 20000) AS i)
	|| '</EventList></EPCISBody></EPCISDocument>') #> '{epcisBody,eventList}') AS events;

-- A value whose prefix XML does not declare is a URI, whatever other events of the document declare.
CREATE FUNCTION pg_temp.event_hashes(events text) RETURNS text[] LANGUAGE sql AS $$
	SELECT array_agg(serial.event_hash(e.event, d.document -> '@context') ORDER BY e.n)
	FROM serial.epcis_xml_to_json(format('<EPCISDocument><EPCISBody><EventList>%s</EventList></EPCISBody></EPCISDocument>', events))
		AS d(document),
		jsonb_array_elements(d.document #> '{epcisBody,eventList}') WITH ORDINALITY AS e(event, n)
$$;
CREATE FUNCTION pg_temp.event_with(content text) RETURNS text LANGUAGE sql AS $$
	SELECT format('<ObjectEvent><eventTime>2026-01-01T00:00:00Z</eventTime>%s</ObjectEvent>', content)
$$;
\set own '<e:a xmlns:e="http://e/">1</e:a>'
SELECT pg_temp.event_hashes(e.a || e.b) = pg_temp.event_hashes(e.a) || pg_temp.event_hashes(e.b) AS before,
	   pg_temp.event_hashes(e.b || e.a) = pg_temp.event_hashes(e.b) || pg_temp.event_hashes(e.a) AS after,
	   pg_temp.event_hashes(e.b) = pg_temp.event_hashes(e.full) AS is_expanded
FROM unnest(ARRAY['<bizStep>e:x</bizStep>', '<epcList><epc>e:x</epc></epcList>',
				  '<bizTransactionList><bizTransaction type="e:x">e:y</bizTransaction></bizTransactionList>']) WITH ORDINALITY AS c(content, n)
CROSS JOIN LATERAL (SELECT pg_temp.event_with(:'own') AS a, pg_temp.event_with(c.content) AS b,
						   pg_temp.event_with(replace(c.content, 'e:', 'http://e/')) AS full) AS e
ORDER BY c.n;
-- One that it declares is a compact name, whatever other events have.
SELECT pg_temp.event_hashes(pg_temp.event_with(c.content)) = pg_temp.event_hashes(pg_temp.event_with(c.expanded)) AS is_expanded
FROM (VALUES (1, '<bizStep xmlns:e="http://e/">e:x</bizStep>', '<bizStep>http://e/x</bizStep>'),
			 (2, '<epcList xmlns:e="http://e/"><epc>e:x</epc></epcList>', '<epcList><epc>http://e/x</epc></epcList>'),
			 (3, '<readPoint xmlns:e="http://e/"><id>e:x</id></readPoint>', '<readPoint><id>http://e/x</id></readPoint>')) AS c(n, content, expanded)
ORDER BY c.n;
-- A document may have a thousand schemes of URIs.
SELECT n, left(pg_temp.problem(format('<EPCISDocument><EPCISBody><EventList>%s</EventList></EPCISBody></EPCISDocument>',
	(SELECT string_agg(pg_temp.event_with(format('<bizStep>e%s:x</bizStep>', i)), '') FROM generate_series(1, n) AS i))), 200) AS problem
FROM (VALUES (1000), (1001)) AS c(n);

-- The @context of an event may declare xsi itself.
SELECT serial.epcis_xml_to_json(serial.epcis_json_to_xml(
	'{"type": "ObjectEvent", "eventTime": "t", "e:a": true,
	  "@context": {"e": "http://e/", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}}')) -> 'e:a' AS a;
