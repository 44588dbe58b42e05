-- Declarations of errors that are made here: written, and captured elsewhere.

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

-- Events of all types that were captured, with and without eventIDs, and with what no column holds.  One packs at the
-- time at which another begins what it packs.
SELECT count(*) AS captured FROM serial.capture('{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "https://ns.example.com/"}],
	"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00.000Z", "epcisBody": {"eventList": [
	{"type": "ObjectEvent", "eventTime": "2026-01-01T08:00:00.1234567+01:00", "eventTimeZoneOffset": "+01:00", "action": "ADD",
	 "bizStep": "urn:epcglobal:cbv:bizstep:commissioning", "disposition": "https://ref.gs1.org/cbv/Disp-active",
	 "epcList": ["urn:epc:id:sgtin:9506000.013435.1", "https://example.com/01/09506000134352/10/L1/21/2"],
	 "bizLocation": {"id": "https://id.gs1.org/414/9506000000015", "ext:floor": "2"},
	 "ilmd": {"cbvmda:lotNumber": "L1", "cbvmda:itemExpirationDate": "2027-12-31", "ext:colour": "red"}},
	{"type": "AssociationEvent", "eventTime": "2026-01-01T09:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "eventID": "urn:x:associated",
	 "parentID": "urn:epc:id:grai:9506000.00002.1", "childEPCs": ["urn:epc:id:giai:9506000.s1"], "ext:mount": {"ext:bolts": [4, 6]}},
	{"type": "AggregationEvent", "eventTime": "2026-01-01T08:00:00.1234567+01:00", "eventTimeZoneOffset": "+01:00", "action": "ADD", "bizStep": "packing",
	 "parentID": "urn:epc:id:sscc:9506000.0000000001", "childEPCs": ["urn:epc:id:sgtin:9506000.013435.2"],
	 "childQuantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 2.50, "uom": "KGM"}]},
	{"type": "TransactionEvent", "eventTime": "2026-01-01T10:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "epcList": ["urn:epc:id:sgtin:9506000.013435.1"],
	 "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506000000015:2"}]},
	{"@context": {"cook": "urn:x:cook:"}, "type": "TransformationEvent", "eventTime": "2026-01-01T11:00:00Z", "eventTimeZoneOffset": "+00:00", "eventID": "urn:x:cooked",
	 "inputEPCList": ["urn:epc:id:sgtin:9506000.013435.1"], "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 2.50, "uom": "KGM"}],
	 "outputQuantityList": [{"epcClass": "urn:epc:idpat:sgtin:9506000.013435.*", "quantity": 10}], "transformationID": "urn:x:t1", "bizStep": "cook:ing", "ilmd": {"cook:heat": "high"}},
	{"type": "ObjectEvent", "eventTime": "2026-01-01T12:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "bizStep": "sensor_reporting",
	 "epcList": ["urn:epc:id:sscc:9506000.0000000001"], "persistentDisposition": {"set": ["completeness_verified"]},
	 "readPoint": {"id": "urn:epc:id:sgln:9506000.00001.0", "ext:dock": 1},
	 "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:9506000.00001"}],
	 "sensorElementList": [{"sensorMetadata": {"time": "2026-01-01T12:00:00Z", "ext:probe": "a"}, "sensorReport": [{"type": "gs1:Temperature", "value": 4.0, "uom": "CEL"}]}]}]}}'::jsonb);
-- Others that were recorded
SELECT serial.commission('{(01)09506000134352(21)90,plain:box}', 'L9', '2027-01-31', '9506000000015', '2026-01-02 08:00:00.25') AS commissioned,
	   serial.quarantine('{plain:box}', 'too warm', at => '2026-01-02 09:00:00') AS quarantined \gset

-- The latest first, since an event on which others depend is not declared an error
CREATE TABLE declared (event bigint, declaration bigint);
INSERT INTO declared SELECT e.event, serial.declare_error(e.event, 'incorrect_data', CASE e.event % 3
	WHEN 0 THEN '{"why": {"code": 7}, "correctiveEventIDs": ["urn:x:1"], "ilmd": {"a": 1}}'
	WHEN 1 THEN '{"@context": {"own": "urn:x:own:", "ext": "urn:x:other:"}, "own:by": "me"}' END::jsonb)
FROM (SELECT e.event FROM serial.event AS e ORDER BY e.event DESC) AS e;
-- A declaration says all that its event says, and has its event hash.
SELECT event, type, error, (declaration - 'errorDeclaration' - '@context') = (content - '@context') AS is_whole,
	   serial.event_hash(declaration) = serial.event_hash(content) AS same_hash
FROM (SELECT d.event, j.content ->> 'type' AS type, j.content, w.declaration, (w.declaration -> 'errorDeclaration') - 'declarationTime' AS error
	  FROM declared AS d, serial.event_json(d.event) AS j(content), serial.event_json(d.declaration) AS w(declaration)) AS x ORDER BY event;

-- What is sent: the declarations behind their events and before them, in JSON and in XML.  XML 1.2 has no form for some.
SELECT array_agg(event ORDER BY event) || array_agg(declaration ORDER BY event) AS behind,
	   array_agg(declaration ORDER BY event) || array_agg(event ORDER BY event) AS before,
	   array_agg(event ORDER BY event) FILTER (WHERE is_old) || array_agg(declaration ORDER BY event) FILTER (WHERE is_old) AS old
FROM declared, LATERAL (SELECT event NOT IN (3, 6, 8)) AS v(is_old) \gset
SELECT serial.epcis_document(:'behind') AS behind, serial.epcis_document(:'before') AS before,
	   serial.epcis_xml(:'behind') AS xml, serial.epcis_xml(:'old', '1.2') AS old_xml \gset

-- Captured elsewhere and written again, it is the same.  A declaration follows its event at once, even if an event of the
-- same time depends on that.
\c regress_serial_other
SET timezone = 'UTC';
BEGIN;
SELECT array_agg(event ORDER BY ordinal) AS events, string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(:'behind'::jsonb) \gset
SELECT :'statuses' AS statuses, serial.epcis_document(:'events') - 'creationDate' = :'behind'::jsonb - 'creationDate' AS is_same,
	   (SELECT count(*) FROM serial.check_state()) AS wrong, (SELECT count(*) FROM serial.item WHERE disposition IS NOT NULL) AS items;
SELECT string_agg(DISTINCT status, ', ') AS again FROM serial.capture(:'before'::jsonb);
SELECT string_agg(DISTINCT status, ', ') AS again_in_xml FROM serial.capture(XMLPARSE(DOCUMENT :'xml'));
SELECT string_agg(DISTINCT status, ', ') AS again_in_old_xml FROM serial.capture(XMLPARSE(DOCUMENT :'old_xml'));
ROLLBACK;
BEGIN;
SELECT array_agg(event ORDER BY ordinal) FILTER (WHERE status = 'evidence') AS events, string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(:'before'::jsonb) \gset
SELECT array_agg(w.event ORDER BY e.n) || :'events'::bigint[] AS events
FROM unnest(:'events'::bigint[]) WITH ORDINALITY AS e(event, n) JOIN serial.event AS w ON w.corrects = e.event \gset
SELECT :'statuses' AS statuses, serial.epcis_document(:'events') - 'creationDate' = :'before'::jsonb - 'creationDate' AS is_same,
	   (SELECT count(*) FROM serial.check_state()) AS wrong, (SELECT count(*) FROM serial.item WHERE disposition IS NOT NULL) AS items;
ROLLBACK;
-- XML declares the prefixes of a document in all of its events, once it was captured.
CREATE FUNCTION without_prefixes(document text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(document, ' (xmlns:\w+|creationDate)="[^"]*"', '', 'g')
$$;
BEGIN;
SELECT array_agg(event ORDER BY ordinal) AS events, string_agg(DISTINCT status, ', ') AS statuses FROM serial.capture(XMLPARSE(DOCUMENT :'xml')) \gset
SELECT :'statuses' AS statuses, without_prefixes(serial.epcis_xml(:'events')::text) = without_prefixes(:'xml') AS is_same,
	   (SELECT count(*) FROM serial.check_state()) AS wrong, (SELECT count(*) FROM serial.item WHERE disposition IS NOT NULL) AS items;
SELECT string_agg(DISTINCT status, ', ') AS again_in_json FROM serial.capture(:'behind'::jsonb);
ROLLBACK;

-- A declaration keeps the meaning of its prefixes, if its event, or the document of that, declares them otherwise.
SELECT status FROM serial.capture('{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "urn:x:a:", "fine": "urn:x:fine:"}],
	"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00.000Z", "epcisBody": {"eventList": [
	{"type": "ObjectEvent", "eventTime": "2026-01-01T08:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "epcList": ["urn:epc:id:sgtin:9506000.013435.1"], "eventID": "urn:x:1",
	"errorDeclaration": {"declarationTime": "2026-01-02T00:00:00Z", "reason": "ext:why", "correctiveEventIDs": ["urn:x:9"], "ext:by": {"ext:who": "me", "fine:a": 1}}}]}}'::jsonb);
SELECT status FROM serial.capture('{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "urn:x:b:", "serial": "urn:x:foreign:"}],
	"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00.000Z", "epcisBody": {"eventList": [
	{"type": "ObjectEvent", "eventTime": "2026-01-01T08:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "epcList": ["urn:epc:id:sgtin:9506000.013435.1"], "eventID": "urn:x:1"},
	{"type": "ObjectEvent", "eventTime": "2026-01-01T08:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "epcList": ["urn:epc:id:sgtin:9506000.013435.2"], "eventID": "urn:x:2", "serial:x": "y", "ext:b": 1}]}}'::jsonb);
SELECT serial.correct('(01)09506000134352(21)2', '(01)09506000134352(21)3', 'misread');
SELECT count(serial.declare_error(event, 'did_not_occur', '{"@context": {"ext": "urn:x:other:", "unused": "urn:x:unused:"}, "ext:by": "me", "why": "x"}')) AS declared FROM serial.event WHERE attributes #>> '{correction,reason}' = 'misread' AND corrects IS NULL;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:b}', 'inspecting', at => '2026-01-03', attributes => '{"@context": {"serial": "urn:x:foreign:"}, "serial:z": 1, "why": 2}') > 0 AS recorded;
SELECT (content -> '@context') - 0 AS context, (content - '{@context,type,action,eventTime,eventTimeZoneOffset,eventID,urn:serial:attribute:correction}'::text[])
	#- '{errorDeclaration,declarationTime}' #- '{errorDeclaration,correctiveEventIDs}' #- '{errorDeclaration,urn:serial:attribute:correction}' AS content
FROM serial.event, serial.event_json(event) AS j(content) ORDER BY event;
SELECT count(*) FILTER (WHERE q.content ? 'errorDeclaration') AS found FROM serial.epcis_query('{"EQ_ERROR_DECLARATION_a:by": ["me"], "EQ_errorReason": ["did_not_occur"]}', '{"a": "urn:x:other:"}') AS q;
SELECT string_agg(DISTINCT status, ', ') AS in_json FROM serial.check_document((SELECT serial.epcis_document(array_agg(event ORDER BY event)) FROM serial.event));
SELECT string_agg(DISTINCT status, ', ') AS in_xml FROM serial.check_document((SELECT serial.epcis_xml(array_agg(event ORDER BY event)) FROM serial.event));

\c :db
DROP DATABASE regress_serial_other;
DROP DATABASE regress_serial_ledger;
