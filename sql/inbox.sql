-- Documents as text and XML, and the inbox.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
\set SHOW_CONTEXT never

-- A US shipment in EPCIS 1.2
\set shipment '<?xml version="1.0" encoding="UTF-8"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda" xmlns:ex="http://example.com/ns/" schemaVersion="1.2" creationDate="2026-03-01T12:00:00Z"><EPCISBody><EventList><ObjectEvent><eventTime>2026-03-01T08:00:00</eventTime><eventTimeZoneOffset>-05:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sgtin:0300060.013435.1</epc><epc>urn:epc:id:sgtin:0300060.013435.2</epc></epcList><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><disposition>urn:epcglobal:cbv:disp:active</disposition><extension><ilmd><cbvmda:lotNumber>L1</cbvmda:lotNumber><cbvmda:itemExpirationDate>2027-12-31</cbvmda:itemExpirationDate></ilmd></extension></ObjectEvent><AggregationEvent><eventTime>2026-03-01T09:00:00Z</eventTime><eventTimeZoneOffset>-05:00</eventTimeZoneOffset><baseExtension><eventID>urn:uuid:00000000-0000-0000-0000-000000000001</eventID></baseExtension><parentID>urn:epc:id:sscc:0300060.0000000001</parentID><childEPCs><epc>urn:epc:id:sgtin:0300060.013435.1</epc><epc>urn:epc:id:sgtin:0300060.013435.2</epc></childEPCs><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep><ex:line side="left">7</ex:line></AggregationEvent><extension><TransformationEvent><eventTime>2026-03-01T09:30:00Z</eventTime><eventTimeZoneOffset>-05:00</eventTimeZoneOffset><inputQuantityList><quantityElement><epcClass>urn:epc:class:lgtin:0300060.013435.L0</epcClass><quantity>2.50</quantity><uom>KGM</uom></quantityElement></inputQuantityList><outputQuantityList><quantityElement><epcClass>urn:epc:idpat:sgtin:0300060.013435.*</epcClass><quantity>10</quantity></quantityElement></outputQuantityList></TransformationEvent></extension><QuantityEvent><eventTime>2026-03-01T10:00:00Z</eventTime><eventTimeZoneOffset>-05:00</eventTimeZoneOffset><epcClass>urn:epc:idpat:sgtin:0300060.013435.*</epcClass><quantity>200</quantity><bizStep>urn:epcglobal:cbv:bizstep:stock_taking</bizStep></QuantityEvent></EventList></EPCISBody></epcis:EPCISDocument>'
SELECT ordinal, status, message, detail FROM serial.check_document(:'shipment');
SELECT ordinal, event, status, event_id = hash AS is_hash FROM serial.capture(:'shipment', source => 'maker');
SELECT type, action, event_time, business_step, lot, expiry, quantities, input_quantities, attributes FROM serial.event ORDER BY event;
SELECT ordinal, event, status FROM serial.capture(:'shipment'::xml);

-- The same events in EPCIS 2.0 JSON are duplicates.
SELECT array_agg(event ORDER BY event) AS events FROM serial.event \gset
SELECT ordinal, event, status FROM serial.capture(serial.epcis_document(:'events')::text);
SELECT ordinal, status FROM serial.capture(chr(65279) || serial.epcis_document(:'events', 'urn')::text);
SELECT * FROM serial.capture('no document');
SELECT * FROM serial.capture('<x/>');
SELECT * FROM serial.capture(NULL::text);

-- The text of a document is kept on request, also of one that came before.
SELECT count(content) AS texts FROM serial.document;
SELECT count(*) FROM serial.capture(:'shipment', keep => true);
SELECT count(*) FROM serial.capture(:'shipment'::xml, keep => true);
SELECT status FROM serial.capture('{"@context": [], "type": "ObjectEvent", "eventTime": "2026-03-01T11:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "epcList": ["urn:epc:id:sscc:0300060.0000000001"]}'::jsonb, keep => true);
SELECT document, type, left(content, 30) AS content, content = :'shipment' AS is_shipment FROM serial.document WHERE content IS NOT NULL ORDER BY document;

-- An attribute that EPCIS does not know is an error of its event.
SELECT ordinal, status, sqlstate, detail FROM serial.check_document('<EPCISDocument schemaVersion="1.2" creationDate="2026-03-01T12:00:00Z" xmlns:ex="http://example.com/ns/"><EPCISBody><EventList>'
	|| (SELECT string_agg('<ObjectEvent><eventTime>2026-03-04T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sscc:0300060.000000001' || n || '</epc></epcList><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po"' || attribute || '>urn:epcglobal:cbv:bt:0300060000001:1</bizTransaction></bizTransactionList></ObjectEvent>', '' ORDER BY n)
		FROM unnest('{""," date=\"2026-03-04\""," ex:date=\"2026-03-04\""}'::text[]) WITH ORDINALITY AS a(attribute, n))
	|| '</EventList></EPCISBody></EPCISDocument>'::text);
SELECT * FROM serial.check_document('<ObjectEvent><eventTime>2026-03-04T08:00:00Z</eventTime><bizTransactionList><bizTransaction bizTransaction="urn:x:1">urn:x:1</bizTransaction></bizTransactionList></ObjectEvent>'::text);
SELECT * FROM serial.check_document('<ObjectEvent><eventTime>2026-03-04T08:00:00Z</eventTime><bizTransactionList date="2026-03-04"><bizTransaction>urn:x:1</bizTransaction></bizTransactionList></ObjectEvent>'::text);

-- The inbox: one document is refused, and the others are captured.
CREATE ROLE regress_serial_operator;
SELECT serial.grant_access('regress_serial_operator', 'operator');
SET ROLE regress_serial_operator;
INSERT INTO serial.inbox (content, source) VALUES (:'shipment', 'maker'), ('<x/>', 'stranger'),
	('[{"type": "ObjectEvent", "eventTime": "2026-03-02T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "bizStep": "shipping", "epcList": ["urn:epc:id:sscc:0300060.0000000001"]}, {}]', 'maker');
COPY serial.inbox (content) FROM stdin;
{"@context": [], "type": "ObjectEvent", "eventTime": "2026-03-03T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "bizStep": "receiving", "epcList": ["urn:epc:id:sscc:0300060.0000000001"]}
\.
UPDATE serial.inbox SET content = '';
SELECT * FROM serial.take_inbox(0);
SELECT * FROM serial.take_inbox(2, 'skip');
SELECT entry, counts, sqlstate, message FROM serial.take_inbox(2);
SELECT entry, counts, sqlstate, message, detail FROM serial.take_inbox(5, 'proceed');
SELECT entry FROM serial.take_inbox();
RESET ROLE;
SELECT entry, source, finished_at IS NOT NULL AS is_finished, counts, problems -> 0 ->> 'detail' AS problem, sqlstate FROM serial.inbox ORDER BY entry;
SELECT source, type, events, counts FROM serial.document ORDER BY document;
SELECT disposition FROM serial.where_is('(00)003000600000000010');

\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_operator;
