-- Queries with the parameters of EPCIS 2.0.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
SELECT count(*) FROM serial.capture('{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "https://ns.example.com/"}],
	"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "epcisBody": {"eventList": [
	{"type": "ObjectEvent", "eventID": "urn:x:1", "eventTime": "2026-01-01T08:00:00+01:00", "eventTimeZoneOffset": "+01:00", "action": "ADD", "bizStep": "commissioning", "disposition": "active",
	 "epcList": ["urn:epc:id:sgtin:9506000.013435.1", "urn:epc:id:sgtin:9506000.013435.2"], "bizLocation": {"id": "urn:epc:id:sgln:9506000.00001.0", "ext:floor": 2},
	 "ilmd": {"cbvmda:lotNumber": "L1", "ext:colour": {"ext:name": "red", "ext:shade": "7.5"}}},
	{"type": "AggregationEvent", "eventID": "urn:x:2", "eventTime": "2026-01-01T09:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "ADD", "bizStep": "packing",
	 "parentID": "urn:epc:id:sscc:9506000.0000000001", "childEPCs": ["urn:epc:id:sgtin:9506000.013435.1"], "childQuantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 4.5, "uom": "KGM"}]},
	{"type": "ObjectEvent", "eventID": "urn:x:3", "eventTime": "2026-01-01T10:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "bizStep": "shipping", "disposition": "in_transit",
	 "epcList": ["urn:epc:id:sscc:9506000.0000000001"], "readPoint": {"id": "urn:epc:id:sgln:9506000.00001.dock"}, "persistentDisposition": {"set": ["completeness_verified"]},
	 "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:po1"}], "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:4012345.00000"}], "ext:priority": 10},
	{"type": "TransformationEvent", "eventID": "urn:x:4", "eventTime": "2026-01-01T11:00:00Z", "eventTimeZoneOffset": "+01:00", "inputEPCList": ["urn:epc:id:sgtin:9506000.013435.2"],
	 "outputQuantityList": [{"epcClass": "urn:epc:idpat:sgtin:9506000.013435.*", "quantity": 10}], "transformationID": "urn:epc:id:gdti:9506000.00001.t1"},
	{"type": "ObjectEvent", "eventID": "urn:x:5", "eventTime": "2026-01-01T12:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "epcList": [], "readPoint": {"id": "urn:epc:id:sgln:9506000.00001.0"},
	 "sensorElementList": [{"sensorMetadata": {"time": "2026-01-01T12:00:00Z", "deviceID": "urn:epc:id:giai:9506000.s1", "ext:unit": "A"}, "sensorReport": [{"type": "gs1:Temperature", "value": 26.10, "uom": "CEL"}, {"type": "Speed", "booleanValue": true}]}]},
	{"type": "ObjectEvent", "eventID": "urn:x:3", "eventTime": "2026-01-01T10:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "bizStep": "shipping", "disposition": "in_transit",
	 "epcList": ["urn:epc:id:sscc:9506000.0000000001"], "readPoint": {"id": "urn:epc:id:sgln:9506000.00001.dock"}, "persistentDisposition": {"set": ["completeness_verified"]},
	 "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:po1"}], "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:4012345.00000"}], "ext:priority": 10,
	 "errorDeclaration": {"declarationTime": "2026-01-02T00:00:00Z", "reason": "did_not_occur", "correctiveEventIDs": ["urn:x:9"], "ext:by": "me"}}]}}');
INSERT INTO serial.place (place, parent, attributes) VALUES ('9506000000015', NULL, '{"city": "Here"}'), ('(414)9506000000015(254)dock', '9506000000015', NULL);

-- The last part of the eventIDs found, declarations in brackets; or the error
CREATE FUNCTION finds(parameters jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	reason text;
BEGIN
	RETURN (SELECT string_agg(CASE WHEN q.content ? 'errorDeclaration' THEN '[' || split_part(q.content ->> 'eventID', ':', 3) || ']' ELSE split_part(q.content ->> 'eventID', ':', 3) END, ' ' ORDER BY q.n)
			FROM serial.epcis_query(parameters, '{"e": "https://ns.example.com/"}') WITH ORDINALITY AS q(event, content, n));
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, reason);
END $$;
SELECT p AS parameters, finds(p::jsonb) FROM unnest(ARRAY[
	'{}', '{"eventType": ["ObjectEvent"]}', '{"eventType": "AggregationEvent"}', '{"eventType": ["ObjectEvent"], "EQ_action": ["ADD"]}',
	'{"GE_eventTime": "2026-01-01T10:00:00+01:00", "LT_eventTime": "2026-01-01T11:00:00Z"}', '{"GE_recordTime": "2020-01-01T00:00:00Z"}', '{"LT_recordTime": "2020-01-01T00:00:00Z"}', '{"GE_eventTime": "2026-01-01"}', '{"GE_eventTime": "2026-02-31T00:00:00Z"}',
	'{"EQ_action": ["add"]}', '{"EQ_bizStep": ["shipping"]}', '{"EQ_bizStep": ["urn:epcglobal:cbv:bizstep:packing", "https://ref.gs1.org/cbv/BizStep-commissioning"]}', '{"EQ_bizStep": ["Shipping"]}', '{"EQ_disposition": ["active"]}',
	'{"EQ_persistentDisposition_set": ["completeness_verified"]}', '{"EQ_persistentDisposition_unset": ["completeness_verified"]}',
	'{"EQ_readPoint": ["https://id.gs1.org/414/9506000000015"]}', '{"WD_readPoint": ["urn:epc:id:sgln:9506000.00001.0"]}', '{"WD_readPoint": ["urn:epc:id:sgln:9506000.00001.dock"]}', '{"EQ_bizLocation": ["9506000000015"]}', '{"EQ_readPoint": ["urn:epc:id:sgln:1.2.3"]}',
	'{"EQ_bizTransaction_po": ["urn:x:po1"]}', '{"EQ_bizTransaction_inv": ["urn:x:po1"]}', '{"EQ_destination_owning_party": ["https://id.gs1.org/417/4012345000009"]}', '{"EQ_source_location": ["urn:x:y"]}',
	'{"EQ_transformationID": ["https://id.gs1.org/253/9506000000015t1"]}', '{"EQ_eventID": ["urn:x:2", "urn:x:4"]}',
	'{"EXISTS_errorDeclaration": true}', '{"EXISTS_errorDeclaration": false, "eventType": ["TransformationEvent"]}', '{"GE_errorDeclarationTime": "2026-01-02T00:00:00Z"}', '{"LT_errorDeclaration_Time": "2026-01-02T00:00:00Z"}', '{"EQ_errorReason": ["did_not_occur"]}', '{"EQ_correctiveEventID": ["urn:x:9"]}',
	'{"MATCH_epc": ["https://example.com/01/09506000134352/21/1"]}', '{"MATCH_epc": ["urn:epc:id:sscc:9506000.0000000001"]}', '{"MATCH_parentID": ["urn:epc:id:sscc:9506000.0000000001"]}', '{"MATCH_anyEPC": ["urn:epc:id:sscc:9506000.0000000001"]}',
	'{"MATCH_epc": ["urn:epc:idpat:sgtin:9506000.013435.*"]}', '{"MATCH_anyEPC": ["urn:epc:idpat:sgtin:9506000.*.*"]}', '{"MATCH_anyEPC": ["urn:epc:idpat:sgtin:*.*.*"]}', '{"MATCH_anyEPC": ["urn:epc:idpat:sgtin:9506001.*.*"]}', '{"MATCH_anyEPC": ["urn:epc:idpat:sscc:9506000.*"]}', '{"MATCH_inputEPC": ["urn:epc:id:sgtin:9506000.013435.2"]}', '{"MATCH_outputEPC": ["urn:epc:id:sgtin:9506000.013435.2"]}', '{"MATCH_epc": ["nothing"]}',
	'{"MATCH_epcClass": ["https://id.gs1.org/01/09506000134352/10/L1"]}', '{"MATCH_outputEPCClass": ["https://id.gs1.org/01/09506000134352"]}', '{"MATCH_inputEPCClass": ["https://id.gs1.org/01/09506000134352"]}', '{"MATCH_anyEPCClass": ["urn:epc:idpat:sgtin:9506000.*.*"]}',
	'{"MATCH_epcClass": ["urn:epc:idpat:lgtin:*.*.*"]}', '{"MATCH_epcClass": ["urn:epc:idpat:lgtin:9506000.*.*"]}', '{"MATCH_epcClass": ["urn:epc:idpat:lgtin:9506000.013435.*"]}', '{"MATCH_epcClass": ["urn:epc:idpat:lgtin:9506000.013435.L1"]}',
	'{"MATCH_epcClass": ["urn:epc:idpat:lgtin:9506000.013436.*"]}', '{"MATCH_epcClass": ["urn:epc:idpat:lgtin:9506000.013435.L2"]}', '{"MATCH_epcClass": ["urn:epc:idpat:lgtin:0950600.*.*"]}', '{"MATCH_epcClass": ["urn:epc:class:lgtin:9506000.013435.*"]}',
	'{"EQ_quantity": 10}', '{"GT_quantity_KGM": 4}', '{"GE_quantity_KGM": 5}', '{"LE_quantity": 4.50}',
	'{"EXISTS_sensorElementList": true}', '{"EQ_type": ["Temperature"]}', '{"EQ_type": ["https://gs1.org/voc/Mass"]}', '{"EQ_type": ["https://ref.gs1.org/voc/Temperature"]}', '{"EQ_deviceID": ["https://id.gs1.org/8004/9506000s1"]}', '{"EQ_booleanValue": true}', '{"GE_time": "2026-01-01T12:00:00Z"}', '{"LT_time": "2026-01-01T12:00:00Z"}', '{"GT_value_CEL": 26}', '{"GT_value_CEL": 27}', '{"GT_value_FAH": 26}',
	'{"EXISTS_e:priority": true}', '{"EQ_e:priority": ["10.0"]}', '{"GT_e:priority": 9}', '{"LT_https://ns.example.com/#priority": 9}', '{"EQ_ILMD_cbvmda:lotNumber": ["L1"]}', '{"EQ_INNER_ILMD_e:name": ["red"]}', '{"EQ_ILMD_e:name": ["red"]}', '{"LT_INNER_ILMD_e:shade": 8}', '{"EQ_bizLocation_e:floor": ["2"]}', '{"EXISTS_SENSORMETADATA_e:unit": null}', '{"EQ_ERROR_DECLARATION_e:by": ["me"]}',
	'{"HASATTR_bizLocation": ["city"]}', '{"EQATTR_bizLocation_city": ["Here"]}', '{"EQATTR_readPoint_city": ["There"]}',
	'{"orderBy": "eventTime", "eventCountLimit": 2}', '{"orderBy": "eventTime", "orderDirection": "ASC", "eventCountLimit": 2}', '{"orderBy": "recordTime", "orderDirection": "up"}', '{"orderBy": "e:priority"}', '{"orderBy": "e:priority", "orderDirection": "ASC", "eventCountLimit": 1}', '{"orderBy": "priority"}', '{"@context": {"own": "https://ns.example.com/"}, "GT_own:priority": 9}', '{"@context": "https://ref.gs1.org/standards/epcis/2.0.0/query-schema.json", "EQ_action": ["ADD"]}', '{"eventCountLimit": 2}', '{"maxEventCount": 5}', '{"maxEventCount": 6}', '{"maxEventCount": "x"}',
	'{"orderBy": "eventTime", "maxEventCount": 9, "eventCountLimit": 2}', '{"perPage": 2}', '{"perPage": 2, "nextPageToken": "2"}', '{"perPage": 2, "orderBy": "eventTime"}', '{"perPage": 2, "maxEventCount": 9}', '{"orderBy": "eventTime", "nextPageToken": "0"}',
	'{"eventtype": ["ObjectEvent"]}', '{"EQ_nothing": ["x"]}', '{"eventType": [{}]}', '{"GE_eventTime": ["2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z"]}', '[]',
	'{"EQ_eventID": ["x'' OR true --"]}', '{"EQ_bizTransaction_po'' OR true --": ["x"]}', '{"GT_value_C'' OR true": 1}'
	]) AS p;

-- Pages in the order of orderBy, whatever events have the same value or none
CREATE FUNCTION pages(parameters jsonb, per_page integer) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
	found bigint[] := '{}';
	page bigint[];
BEGIN
	LOOP
		SELECT coalesce(array_agg(q.event ORDER BY q.n), '{}') INTO page
		FROM serial.epcis_query(parameters || jsonb_build_object('perPage', per_page) ||
			CASE WHEN found = '{}' THEN '{}' ELSE jsonb_build_object('nextPageToken', found[cardinality(found)]) END,
			'{"e": "https://ns.example.com/"}') WITH ORDINALITY AS q(event, content, n);
		EXIT WHEN page = '{}';
		found := found || page;
	END LOOP;
	RETURN found;
END $$;
SELECT p AS parameters, (SELECT bool_and(pages(p::jsonb, n) = w.events) FROM generate_series(1, 4) AS n) AS pages_are_whole, cardinality(w.events) AS events
FROM unnest(ARRAY['{}', '{"orderBy": "eventTime"}', '{"orderBy": "eventTime", "orderDirection": "ASC"}', '{"orderBy": "recordTime"}',
	'{"orderBy": "e:priority"}', '{"orderBy": "e:priority", "orderDirection": "ASC"}', '{"orderBy": "e:none"}']) AS p
CROSS JOIN LATERAL (SELECT array_agg(q.event ORDER BY q.n) AS events
	FROM serial.epcis_query(p::jsonb, '{"e": "https://ns.example.com/"}') WITH ORDINALITY AS q(event, content, n)) AS w;
SELECT q -> 'type' AS type, q #> '{epcisBody,queryResults,queryName}' AS name, q #>> '{epcisBody,queryResults,resultsBody,eventList,0,eventID}' AS event_id,
	   q #> '{epcisBody,queryResults,resultsBody,eventList,0}' ? 'recordTime' AS has_record_time
FROM serial.epcis_query_document('{"MATCH_inputEPC": ["urn:epc:id:sgtin:9506000.013435.2"]}') AS q;
SELECT array_agg(DISTINCT c.status) FROM serial.capture(serial.epcis_query_document('{}')) AS c;
SELECT serial.problem(s.state, s.message, s.detail) FROM (VALUES ('22023', 'invalid query parameter "x"', 'There is no such parameter.'), ('54000', 'query has more than 5 results', NULL),
	('22023', 'event does not have the structure of EPCIS 2.0', NULL), ('23505', 'event "x" is known with other content', NULL), ('42501', 'permission denied', NULL), ('42704', 'event 0 does not exist', NULL), ('XX000', 'oh', NULL)) AS s(state, message, detail);
-- A document of what a query finds: literals without a type name are clear in both forms.
SELECT jsonb_path_query_array(serial.epcis_document('{2,1}'), '$.epcisBody.eventList[*].eventID') AS of_list,
	   jsonb_path_query_array(serial.epcis_document('{2,1}', 'urn'), '$.epcisBody.eventList[*].epcList[*]') AS with_urns,
	   jsonb_path_query_array(serial.epcis_document(query => '{"EQ_action": "ADD", "orderBy": "eventTime", "orderDirection": "DESC"}'), '$.epcisBody.eventList[*].eventID') AS of_query,
	   jsonb_path_query_array(serial.epcis_document(query => '{"GT_ext:priority": 9, "@context": {"ext": "https://ns.example.com/"}}', format => 'urn'), '$.epcisBody.eventList[0].epcList[*]') AS of_member;
SELECT serial.epcis_document(query => '{"EQ_eventID": ["urn:x:none"]}') -> 'epcisBody' AS of_nothing, serial.epcis_document(query => NULL) AS of_null, serial.epcis_document() AS of_neither;
SELECT regexp_count(serial.epcis_xml('{1,2}')::text, '<eventID>') AS of_list, regexp_count(serial.epcis_xml('{1,2}', '1.2')::text, '<epc>') AS in_1_2,
	   regexp_count(serial.epcis_xml(query => '{"eventType": "TransformationEvent"}', version => '1.2', master_data => true, sender => '9506000000015')::text, '<TransformationEvent') AS of_query;
SELECT serial.epcis_document('{1}', query => '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT serial.epcis_document(query => '{"maxEventCount": 2}');
\echo :LAST_ERROR_SQLSTATE
SELECT serial.epcis_xml(query => '{"nothing": 1}');
\echo :LAST_ERROR_SQLSTATE
-- Polling gives all events at once, in order, and goes on behind the last that was looked at.
SELECT serial.create_query('added', '{"EQ_action": "ADD"}'), serial.create_query('observed', '{"EQ_action": "OBSERVE"}');
SELECT q.name, array_agg(p.event || coalesce(p.content ->> 'eventID', '') ORDER BY p.n) AS found, bool_and(p.content ? 'recordTime') AS have_record_time
FROM (VALUES ('added'), ('observed')) AS q(name), serial.poll_query(q.name) WITH ORDINALITY AS p(event, content, n) GROUP BY q.name ORDER BY q.name;
-- Compact names and classes in other spellings in the events, times that there are not, and wrong values
SELECT status FROM serial.capture('{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "https://ns.example.com/"}],
	"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "epcisBody": {"eventList": [
	{"type": "ObjectEvent", "eventID": "urn:x:6", "eventTime": "2026-01-03T08:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE", "ext:when": "2026-02-31T00:00:00Z", "ext:local": "2026-03-01T12:00:00",
	 "quantityList": [{"epcClass": "https://id.gs1.org/01/09506000134352", "quantity": 3}, {"epcClass": "urn:epc:idpat:grai:9506000.00001.*", "quantity": 2}],
	 "bizTransactionList": [{"type": "inv", "bizTransaction": "urn:epc:id:gdti:9506000.00001.i1"}, {"type": "ext:own", "bizTransaction": "urn:x:own1"}],
	 "sensorElementList": [{"sensorReport": [{"type": "ext:Glow", "value": 1, "uriValue": "ext:lamp", "stringValue": "https://id.gs1.org/01/09506000134352"}]}]}]}}');
SELECT p AS parameters, finds(p::jsonb) FROM unnest(ARRAY[
	'{"EQ_eventID": ["urn:x:3"]}', '{"EQ_type": ["https://ns.example.com/Glow"]}', '{"EQ_type": ["e:Glow"]}', '{"EQ_type": ["ext:Glow"]}', '{"EQ_uriValue": ["https://ns.example.com/lamp"]}', '{"EQ_stringValue": ["https://example.com/01/09506000134352"]}', '{"EQ_stringValue": ["https://id.gs1.org/01/09506000134352"]}',
	'{"EQ_bizTransaction_inv": ["https://id.gs1.org/253/9506000000015i1"]}', '{"EQ_bizTransaction_e:own": ["urn:x:own1"]}',
	'{"MATCH_epc": ["urn:epc:idpat:sgtin:9506000.013435.2"]}', '{"MATCH_epc": ["URN:EPC:idpat:sgtin:9506000.013435.*"]}', '{"MATCH_epc": ["urn:epc:idpat:sgtin:9506000.*.1"]}', '{"MATCH_anyEPCClass": ["urn:epc:idpat:sgtin:*.013435.*"]}', '{"MATCH_anyEPC": ["urn:epc:idpat:sgtin"]}',
	'{"MATCH_anyEPCClass": ["urn:epc:idpat:sgtin:*.*.*"]}', '{"MATCH_anyEPCClass": ["urn:epc:idpat:sgtin:9506000.013435.*"]}', '{"MATCH_anyEPCClass": ["urn:epc:idpat:grai:9506000.*.*"]}', '{"MATCH_anyEPCClass": ["urn:epc:idpat:sgtin:9506001.*.*"]}',
	'{"EQ_e:when": ["2026-02-28T00:00:00Z"]}', '{"EQ_e:when": ["2026-02-31T00:00:00Z"]}', '{"GT_e:when": "2020-01-01T00:00:00Z"}', '{"EQ_e:local": ["2026-03-01T12:00:00Z"]}', '{"GE_e:local": "2026-03-01T13:00:00+01:00"}', '{"GE_errorDeclarationTime": "0001-01-01T00:00:00Z"}',
	'{"GE_eventTime": "2026-01-01T10:00Z"}', '{"GE_eventTime": null}', '{"EQ_quantity": "x"}', '{"EQ_quantity": [10, 4.5]}', '{"GT_quantity": [1, 2]}', '{"GT_quantity": true}', '{"GT_value_CEL": "warm"}', '{"EQ_booleanValue": [true, false]}', '{"EQ_booleanValue": "maybe"}',
	'{"GT_e:priority": [1, 2]}', '{"GT_e:priority": "high"}', '{"EQ_e:priority": ["high", "10"]}', '{"EQ_e:priority": []}', '{"EXISTS_e:priority": [1]}', '{"EXISTS_errorDeclaration": ""}', '{"EQ_bizStep": [true]}', '{"EQ_bizStep": [["shipping"]]}', '{"EQ_action": []}',
	'{"orderDirection": "up"}', '{"orderBy": "eventTime", "orderDirection": null}', '{"orderBy": "eventTime", "orderDirection": ["ASC"]}', '{"perPage": 0}'
	]) AS p;
-- Patterns of schemes whose keys have more than a company prefix and a reference
SELECT t.uri, array_agg(p.pattern ORDER BY p.n) FILTER (WHERE serial_internal.matches_pattern(serial.parse(t.uri), 'urn:epc:idpat:' || p.pattern)) AS matches
FROM unnest(ARRAY['urn:epc:id:itip:4012345.012345.01.02.987', 'urn:epc:id:itip:4012345.012345.02.02.987', 'urn:epc:id:cpi:4012345.12.5', 'urn:epc:id:cpi:4012345.123.5', 'urn:epc:id:sgln:4012345.00001.7', 'urn:epc:id:giai:4012345.12']) AS t(uri),
	unnest(ARRAY['itip:*.*.*.*.*', 'itip:4012345.*.*.*.*', 'itip:4012345.012345.*.*.*', 'itip:4012345.012345.01.*.*', 'itip:4012345.012345.01.02.*', 'itip:4012345.012345.01.02.987', 'itip:4012345.012346.*.*.*',
		'cpi:4012345.12.*', 'cpi:4012345.*.*', 'cpi:4012346.*.*', 'sgln:4012345.00001.*', 'sgln:4012345.00002.*', 'giai:4012345.*', 'giai:4012345.12']) WITH ORDINALITY AS p(pattern, n)
GROUP BY t.uri ORDER BY t.uri COLLATE "C";
-- An event without an eventID is found by the hash with which it is written.
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)8}', 'inspecting', at => '2026-01-04 08:00') AS recorded \gset
SELECT array_agg(q.event) = ARRAY[:recorded]::bigint[] AS found FROM serial.epcis_query(jsonb_build_object('EQ_eventID', serial.event_json(:recorded) -> 'eventID')) AS q;
-- Parallel queries
SELECT count(set_config(s.name, 'on', false)) FROM pg_settings AS s WHERE s.name IN ('force_parallel_mode', 'debug_parallel_query');
SELECT count(serial.event_json(e.event, 'urn')) AS events, count(serial.event_hash(e.event)) AS hashes FROM serial.event AS e;
SELECT count(*) FROM serial.epcis_query('{"EQ_bizStep": ["Shipping"], "GE_eventTime": "2026-01-01T00:00:00Z", "WD_readPoint": ["urn:epc:id:sgln:1.2.3"]}');
SELECT finds('{"GE_eventTime": "2026-02-31T00:00:00Z"}');
SELECT count(set_config(s.name, 'off', false)) FROM pg_settings AS s WHERE s.name IN ('force_parallel_mode', 'debug_parallel_query');

CREATE ROLE regress_serial_reader;
SELECT serial.grant_access('regress_serial_reader', 'reader');
SET ROLE regress_serial_reader;
SELECT count(*) FROM serial.epcis_query('{"MATCH_anyEPC": ["urn:epc:idpat:sgtin:*.*.*"], "EXISTS_ILMD_cbvmda:lotNumber": true}');
RESET ROLE;

\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_reader;
