-- Events whose identifiers are corrected here (serial.correct): written, and captured elsewhere.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
CREATE DATABASE regress_serial_other TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_other
CREATE EXTENSION serial;
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
\set SHOW_CONTEXT never

-- Events of all types that were captured, with and without eventIDs, and with what no column holds.  One prefix is bound
-- to another namespace by an event.
CREATE TABLE captured AS SELECT c.* FROM serial.capture('{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "https://ns.example.com/", "item": "https://id.gs1.org/01/09506000134352/21/"}],
	"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00.000Z", "epcisBody": {"eventList": [
	{"type": "ObjectEvent", "eventTime": "2026-01-01T08:00:00.1234567+01:00", "eventTimeZoneOffset": "+01:00", "action": "ADD",
	 "bizStep": "urn:epcglobal:cbv:bizstep:commissioning", "disposition": "https://ref.gs1.org/cbv/Disp-active",
	 "epcList": ["urn:epc:id:sgtin:9506000.013435.1", "https://example.com/01/09506000134352/10/L1/21/2", "urn:epc:id:sgtin:9506000.013435.3"],
	 "quantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 2.50, "uom": "KGM"}],
	 "bizLocation": {"id": "https://id.gs1.org/414/9506000000015", "ext:floor": "2"},
	 "ilmd": {"cbvmda:lotNumber": "L1", "cbvmda:itemExpirationDate": "2027-12-31", "ext:colour": "red"}},
	{"type": "AggregationEvent", "eventTime": "2026-01-01T09:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "ADD", "bizStep": "packing",
	 "parentID": "urn:epc:id:sscc:9506000.0000000001", "childEPCs": ["urn:epc:id:sgtin:9506000.013435.1", "urn:epc:id:sgtin:9506000.013435.2"]},
	{"type": "AssociationEvent", "eventTime": "2026-01-01T09:30:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "eventID": "urn:x:associated", "@context": {"ext": "urn:x:other:"},
	 "parentID": "urn:epc:id:sgtin:9506000.013435.1", "childEPCs": ["urn:epc:id:giai:9506000.s1"], "ext:mount": {"ext:bolts": [4, 6]}, "ext:mounted": true, "ext:weight": 4.50},
	{"type": "TransactionEvent", "eventTime": "2026-01-01T10:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "epcList": ["urn:epc:id:sgtin:9506000.013435.1", "urn:epc:id:sgtin:9506000.013435.2"],
	 "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506000000015:2"}]},
	{"type": "ObjectEvent", "eventTime": "2026-01-01T10:30:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "bizStep": "sensor_reporting",
	 "epcList": ["item:5", "urn:epc:id:sscc:9506000.0000000001", "item:1"], "persistentDisposition": {"set": ["completeness_verified"]},
	 "readPoint": {"id": "urn:epc:id:sgln:9506000.00001.0", "ext:dock": 1},
	 "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:9506000.00001"}], "destinationList": [{"type": "ext:agent", "destination": "urn:epc:id:pgln:9506000.00002"}],
	 "sensorElementList": [{"sensorMetadata": {"time": "2026-01-01T12:00:00Z", "ext:probe": "a"}, "sensorReport": [{"type": "gs1:Temperature", "value": 4.0, "uom": "CEL"}, {"type": "ext:Smell", "stringValue": "fine"}]}]},
	{"@context": {"cook": "urn:x:cook:"}, "type": "TransformationEvent", "eventTime": "2026-01-01T11:00:00Z", "eventTimeZoneOffset": "+00:00", "eventID": "urn:x:cooked",
	 "inputEPCList": ["urn:epc:id:sgtin:9506000.013435.1"], "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 2.50, "uom": "KGM"}],
	 "outputQuantityList": [{"epcClass": "urn:epc:idpat:sgtin:9506000.013435.*", "quantity": 10}], "transformationID": "urn:x:t1", "bizStep": "cook:ing", "ilmd": {"cook:heat": "high"}},
	{"type": "ObjectEvent", "eventTime": "2026-01-02T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "bizStep": "dispensing", "epcList": ["urn:epc:id:sgtin:9506000.013435.1"], "ext:till": "4"}]}}'::jsonb) AS c;
SELECT ordinal, event, status, message FROM captured ORDER BY ordinal;
-- Another that was recorded
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)1,(01)09506000134352(21)3}', 'inspecting', at => '2026-01-01 08:30:00', attributes => '{"inspector": "Kim"}') AS inspected \gset

SELECT serial.epcis_document(array_agg(event ORDER BY event)) AS wrong FROM serial.event \gset
SELECT serial.correct('(01)09506000134352(21)1', '(01)09506000134352(21)7', 'misread') AS corrected;
CREATE VIEW state AS SELECT id, disposition, place, lot, expiry, ARRAY(SELECT jsonb_object_keys(persistent_dispositions)) AS persistent FROM serial.item;
SELECT md5(string_agg(s::text, E'\n' ORDER BY s.id)) AS state FROM state AS s \gset
CREATE TABLE corrected AS SELECT w.event AS wrong, d.event AS declaration, (d.attributes #>> '{correction,right_event}')::bigint AS corrective
FROM serial.event AS w JOIN serial.event AS d ON d.corrects = w.event;
-- A new event says all that the wrong one says, but for the identifier, in the spelling in which it came.
SELECT wrong, corrective, r.content ->> 'type' AS type, r.content -> '@context' @> (w.content -> '@context') AS same_prefixes,
	   r.content - '{@context,eventID,epcList,childEPCs,parentID,inputEPCList,serial:correction}'::text[]
	   = w.content - '{@context,eventID,epcList,childEPCs,parentID,inputEPCList}'::text[] AS same,
	   concat_ws(' ', r.content -> 'epcList', r.content -> 'childEPCs', r.content -> 'parentID', r.content -> 'inputEPCList') AS items
FROM corrected CROSS JOIN LATERAL serial.event_json(wrong, 'as_captured') AS w(content)
CROSS JOIN LATERAL serial.event_json(corrective, 'as_captured') AS r(content) ORDER BY wrong;
-- A declaration names the new event by the eventID with which that is written.
SELECT declaration, d.error -> 'correctiveEventIDs' = jsonb_build_array(serial.event_json(corrective) -> 'eventID') AS names_it, d.error - '{declarationTime,correctiveEventIDs}'::text[] AS error
FROM corrected CROSS JOIN LATERAL (SELECT serial.event_json(declaration) -> 'errorDeclaration' AS error) AS d ORDER BY declaration;
-- Queries find both by what is written.
SELECT c.declaration, string_agg(concat_ws(' ', q.event, q.content ->> 'type'), ', ') AS found
FROM corrected AS c CROSS JOIN LATERAL serial.epcis_query(jsonb_build_object('EQ_correctiveEventID', jsonb_build_array(serial.event_json(c.corrective) -> 'eventID'))) AS q
GROUP BY c.declaration ORDER BY c.declaration;
CREATE FUNCTION found(query jsonb, context jsonb DEFAULT NULL) RETURNS bigint[] LANGUAGE sql AS $$
	SELECT array_agg(q.event ORDER BY q.event) FROM serial.epcis_query(query, context) AS q
$$;
SELECT found('{"EQ_ILMD_e:colour": ["red"]}', '{"e": "https://ns.example.com/"}') AS coloured, found('{"EXISTS_INNER_o:bolts": true}', '{"o": "urn:x:other:"}') AS bolted,
	   found('{"EXISTS_INNER_o:bolts": true}', '{"o": "https://ns.example.com/"}') AS not_bolted, found('{"EQ_type": ["e:Smell"]}', '{"e": "https://ns.example.com/"}') AS smelt;

-- Other declarations are found by what is written, too, and members of the name that are not of serial.correct are not.
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:a}', 'inspecting', at => '2026-01-03', attributes => '{"correction": {"wrong_event": 1, "right_event": 2}, "correctiveEventIDs": ["urn:x:own"]}') AS plain \gset
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:b}', 'inspecting', at => '2026-01-03') AS other \gset
SELECT serial.declare_error(:plain, 'did_not_occur') AS plain_error, serial.declare_error(:other, 'did_not_occur', '{"correctiveEventIDs": ["urn:x:right"]}') AS other_error \gset
SELECT event - :plain AS n, content - '{eventID,eventTime,eventTimeZoneOffset,@context,type,action}'::text[] #- '{errorDeclaration,declarationTime}' AS content
FROM serial.event, serial.event_json(event) AS j(content) WHERE event >= :plain ORDER BY event;
SELECT found('{"EQ_correctiveEventID": ["urn:x:right", "urn:x:other"]}') = ARRAY[:other_error::bigint] AS given, found('{"EQ_correctiveEventID": ["urn:x:own"]}') AS own,
	   found('{"EXISTS_errorDeclaration": true}') = ARRAY(SELECT e.event FROM serial.event AS e WHERE e.corrects IS NOT NULL ORDER BY e.event) AS declarations,
	   found('{"EQ_errorReason": ["did_not_occur"]}') = ARRAY[:plain_error, :other_error]::bigint[] AS reason;
SELECT bool_and(found(jsonb_build_object('GE_errorDeclarationTime', t.at, 'LT_errorDeclarationTime', serial_internal.time_text(t.at::timestamptz + '1 microsecond', '+00:00'))) = ARRAY[t.event]) AS by_time
FROM (SELECT event, content #>> '{errorDeclaration,declarationTime}' AS at FROM serial.event, serial.event_json(event) AS j(content) WHERE corrects IS NOT NULL) AS t;

-- What is sent is known again here.  XML 1.2 has no form for some.
SELECT serial.epcis_document(array_agg(event ORDER BY event)) AS everything, serial.epcis_xml(array_agg(event ORDER BY event)) AS everything_xml FROM serial.event WHERE event < :plain \gset
SELECT serial.epcis_document(array_agg(event ORDER BY event)) AS news, serial.epcis_xml(array_agg(event ORDER BY event)) AS news_xml,
	   serial.epcis_document(array_agg(event ORDER BY event) FILTER (WHERE corrects IN (1, 2))) AS part FROM serial.event WHERE event > :inspected AND event < :plain \gset
SELECT serial.epcis_xml(ARRAY(SELECT unnest(ARRAY[c.declaration, c.corrective]) FROM corrected AS c JOIN serial.event AS e ON e.event = c.wrong
	WHERE e.type IN ('AggregationEvent', 'TransactionEvent', 'TransformationEvent')), '1.2') AS old_xml \gset
SELECT string_agg(DISTINCT status, ', ') AS in_json FROM serial.check_document(:'everything'::jsonb);
SELECT string_agg(DISTINCT status, ', ') AS in_xml FROM serial.check_document(XMLPARSE(DOCUMENT :'everything_xml'));
SELECT string_agg(DISTINCT status, ', ') AS in_old_xml FROM serial.check_document(XMLPARSE(DOCUMENT :'old_xml'));

-- The same while the month of the wrong events is detached.  (The clock says when an event is recorded, so this takes a
-- superuser.)  What was not captured is made of its columns.
CREATE FUNCTION written() RETURNS TABLE (event bigint, content jsonb) LANGUAGE sql AS $$
	SELECT c.event, j.content FROM (SELECT c.declaration FROM corrected AS c UNION SELECT c.corrective FROM corrected AS c) AS c(event), serial.event_json(c.event) AS j(content)
$$;
CREATE TABLE written AS SELECT w.* FROM written() AS w;
SELECT serial.correct('(01)09506000134352(21)7', '(01)09506000134352(21)9', 'misread again') AS corrected_again;
CREATE TABLE written_again AS SELECT e.event, j.content FROM serial.event AS e, serial.event_json(e.event) AS j(content) WHERE e.attributes #>> '{correction,reason}' = 'misread again';
SELECT string_agg(DISTINCT status, ', ') AS known_again FROM serial.check_document((SELECT jsonb_agg(w.content) FROM written_again AS w));
SELECT e.attributes -> 'correction' AS correction, content -> 'childEPCs' AS children, content -> '@context' AS context
FROM serial.event AS e, serial.event_json(e.event, 'as_captured') AS j(content) WHERE e.type = 'AggregationEvent' AND e.attributes #> '{correction,first_event}' IS NOT NULL AND e.corrects IS NULL;
SELECT serial_internal.open_month('2020-01-01');
SET session_replication_role = replica;
UPDATE serial.event_item SET record_time = '2020-01-12' WHERE event <= :inspected;
UPDATE serial.event SET record_time = '2020-01-12' WHERE event <= :inspected;
RESET session_replication_role;
SELECT serial.detach_month('2020-01-01') IS NOT NULL AS detached;
SELECT count(*) AS written, count(*) FILTER (WHERE n.content = w.content) AS same, string_agg(n.event || ' ' || (n.content - '{eventID,errorDeclaration}'::text[])::text, ', ') FILTER (WHERE n.content <> w.content) AS other
FROM written AS w JOIN written() AS n ON n.event = w.event;
SELECT count(*) AS written, count(*) FILTER (WHERE j.content = w.content) AS same FROM written_again AS w, serial.event_json(w.event) AS j(content);
SELECT count(*) AS found FROM corrected AS c WHERE found(jsonb_build_object('EQ_correctiveEventID', jsonb_build_array(serial.event_json(c.corrective) -> 'eventID'))) = ARRAY[c.declaration];

-- Captured elsewhere and written again, it is the same, and leaves the same state.
\c regress_serial_other
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE VIEW state AS SELECT id, disposition, place, lot, expiry, ARRAY(SELECT jsonb_object_keys(persistent_dispositions)) AS persistent FROM serial.item;
BEGIN;
SELECT array_agg(event ORDER BY ordinal) AS events, string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(:'everything'::jsonb) \gset
SELECT :'statuses' AS statuses, serial.epcis_document(:'events') - 'creationDate' = :'everything'::jsonb - 'creationDate' AS is_same,
	   (SELECT md5(string_agg(s::text, E'\n' ORDER BY s.id)) FROM state AS s) = :'state' AS same_state, (SELECT count(*) FROM serial.check_state()) AS wrong;
SELECT string_agg(DISTINCT status, ', ') AS again_in_xml FROM serial.capture(XMLPARSE(DOCUMENT :'everything_xml'));
-- The correction is known: of each declaration, the event that is right.
SELECT count(*) AS declarations, count(r.event) AS known, count(q.event) AS found
FROM serial.event AS d CROSS JOIN LATERAL serial.event_json(d.event) AS j(content)
LEFT JOIN serial.event AS r ON r.event_id = j.content #>> '{errorDeclaration,correctiveEventIDs,0}'
LEFT JOIN LATERAL serial.epcis_query(jsonb_build_object('EQ_correctiveEventID', jsonb_build_array(r.event_id))) AS q ON q.event = d.event
WHERE d.corrects IS NOT NULL;
ROLLBACK;
BEGIN;
SELECT string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(XMLPARSE(DOCUMENT :'everything_xml'));
SELECT (SELECT md5(string_agg(s::text, E'\n' ORDER BY s.id)) FROM state AS s) = :'state' AS same_state;
SELECT string_agg(DISTINCT status, ', ') AS again_in_json FROM serial.capture(:'everything'::jsonb);
ROLLBACK;
-- Where the wrong events are known, their declarations are captured first, the latest before those on which it depends,
-- and then the right events.
BEGIN;
SELECT string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(:'wrong'::jsonb);
SELECT ordinal, status, message FROM serial.check_document(:'part'::jsonb);
SELECT string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(:'news'::jsonb);
SELECT (SELECT md5(string_agg(s::text, E'\n' ORDER BY s.id)) FROM state AS s) = :'state' AS same_state, (SELECT count(*) FROM serial.check_state()) AS wrong;
SELECT string_agg(DISTINCT status, ', ') AS again FROM serial.capture(:'everything'::jsonb);
ROLLBACK;
BEGIN;
SELECT string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(:'wrong'::jsonb);
SELECT string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(XMLPARSE(DOCUMENT :'news_xml'), 'proceed');
SELECT (SELECT md5(string_agg(s::text, E'\n' ORDER BY s.id)) FROM state AS s) = :'state' AS same_state;
ROLLBACK;
-- So does somebody who takes one after the other, in the order of their numbers.
BEGIN;
SELECT string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(:'wrong'::jsonb);
SELECT n, c.status, c.message FROM jsonb_array_elements(:'news'::jsonb #> '{epcisBody,eventList}') WITH ORDINALITY AS e(event, n)
CROSS JOIN LATERAL serial.capture(jsonb_set(:'news'::jsonb, '{epcisBody,eventList}', jsonb_build_array(e.event))) AS c ORDER BY n;
SELECT (SELECT md5(string_agg(s::text, E'\n' ORDER BY s.id)) FROM state AS s) = :'state' AS same_state, (SELECT count(*) FROM serial.check_state()) AS wrong;
ROLLBACK;
-- What is malformed is refused by itself.
SELECT string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(:'wrong'::jsonb);
SELECT ordinal, status, message FROM serial.check_document(jsonb_set(jsonb_set(:'news'::jsonb, '{epcisBody,eventList,1,eventTime}', '"yesterday"'), '{epcisBody,eventList,3,epcList}', '7')) WHERE status = 'refused';

\c :db
DROP DATABASE regress_serial_other;
DROP DATABASE regress_serial_ledger;
