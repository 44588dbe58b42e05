-- A document leaves what its events leave that are recorded one by one: a small truck,
-- in order and with its receiving first, and events that are not legal.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
\set SHOW_CONTEXT never

-- Events of n trucks with 2 pallets of 3 cases of 4 units each
CREATE FUNCTION link(kind text, n integer) RETURNS text LANGUAGE sql AS $$
	SELECT CASE kind WHEN 'pallet' THEN format('https://id.gs1.org/00/%s%s', p.payload, serial.check_digit('mod10', p.payload))
		WHEN 'case' THEN format('https://id.gs1.org/01/19506000134359/21/C%s', n)
		ELSE format('https://id.gs1.org/01/09506000134352/21/U%s', n) END
	FROM (SELECT '09506000' || lpad(n::text, 9, '0') AS payload) AS p;
$$;
CREATE FUNCTION links(kind text, first integer, many integer) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_agg(link(kind, n) ORDER BY n) FROM generate_series(first, first + many - 1) AS n;
$$;
CREATE FUNCTION event(minute integer, what jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('eventTime', to_char(timestamp '2026-01-01' + minute * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'),
		'eventTimeZoneOffset', '+00:00') || what;
$$;
CREATE FUNCTION step(minute integer, step text, items jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT event(minute, jsonb_build_object('type', 'ObjectEvent', 'action', CASE step WHEN 'commissioning' THEN 'ADD' ELSE 'OBSERVE' END,
		'bizStep', step, 'epcList', items) || more);
$$;
CREATE FUNCTION aggregation(minute integer, action text, parent text, children jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT event(minute, jsonb_build_object('type', 'AggregationEvent', 'action', action, 'bizStep', CASE action WHEN 'ADD' THEN 'packing' ELSE 'unpacking' END,
		'disposition', 'in_progress', 'parentID', parent, 'childEPCs', children, 'readPoint', '{"id": "https://id.gs1.org/414/9506000134352"}'::jsonb));
$$;
CREATE FUNCTION truck() RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_array(
			step(0, 'commissioning', links('unit', 1, 24), '{"bizLocation": {"id": "https://id.gs1.org/414/9506000134352"},
				"ilmd": {"cbvmda:lotNumber": "T1", "cbvmda:itemExpirationDate": "2030-12-31"}}'),
			step(1, 'commissioning', links('case', 1, 6)), step(2, 'commissioning', links('pallet', 1, 2)))
		|| (SELECT jsonb_agg(aggregation(10 + c, 'ADD', link('case', c), links('unit', 4 * c - 3, 4)) ORDER BY c) FROM generate_series(1, 6) AS c)
		|| (SELECT jsonb_agg(aggregation(20 + p, 'ADD', link('pallet', p), links('case', 3 * p - 2, 3)) ORDER BY p) FROM generate_series(1, 2) AS p)
		|| jsonb_build_array(step(30, 'shipping', links('pallet', 1, 2), '{"disposition": "in_transit",
				"destinationList": [{"type": "owning_party", "destination": "https://id.gs1.org/417/4012345000009"}]}'));
$$;
CREATE FUNCTION receiving() RETURNS jsonb LANGUAGE sql AS $$
	SELECT step(40, 'receiving', links('pallet', 1, 2), '{"disposition": "in_progress", "bizLocation": {"id": "https://id.gs1.org/414/4012345000009"}}');
$$;
CREATE TABLE scenario (name text PRIMARY KEY, documents jsonb[]);
INSERT INTO scenario VALUES
	('in order', ARRAY[truck(), jsonb_build_array(receiving())]),
	('one document, times mixed up', ARRAY[(SELECT jsonb_agg(e.event ORDER BY e.n DESC) FROM jsonb_array_elements(truck() || receiving()) WITH ORDINALITY AS e(event, n))]),
	('receiving first', ARRAY[jsonb_build_array(receiving()), truck()]),
	('what came later is recorded before', ARRAY[truck(), jsonb_build_array(receiving(),
		aggregation(60, 'DELETE', link('pallet', 1), links('case', 1, 3)), step(70, 'dispensing', links('unit', 1, 2)),
		step(80, 'decommissioning', links('unit', 5, 1), '{"action": "DELETE"}')),
		jsonb_build_array(step(50, 'storing', links('pallet', 1, 1), '{"readPoint": {"id": "https://id.gs1.org/414/4012345000016"}}'),
		aggregation(65, 'DELETE', link('case', 1), '[]'))]),
	('unpacked before it is packed', ARRAY[jsonb_build_array(aggregation(60, 'DELETE', link('pallet', 1), '[]')), truck() || receiving()]),
	('not legal', ARRAY[truck() || jsonb_build_array(receiving(), step(50, 'commissioning', links('unit', 3, 3)),
		step(51, 'dispensing', links('unit', 9, 1)), step(52, 'dispensing', links('unit', 9, 2)), step(53, 'shipping', links('unit', 9, 4)),
		aggregation(54, 'ADD', link('case', 6), links('unit', 1, 1)), aggregation(55, 'ADD', link('case', 6), jsonb_build_array(link('pallet', 2))),
		step(56, 'commissioning', links('unit', 100, 1), '{"ilmd": {"cbvmda:lotNumber": "T1", "cbvmda:itemExpirationDate": "2031-12-31"}}'),
		step(57, 'storing', links('unit', 101, 2)))]);

-- What is recorded, without the times of that
CREATE FUNCTION ledger() RETURNS TABLE (source text, content jsonb) LANGUAGE sql AS $$
	SELECT 'event' AS source, to_jsonb(e) - '{digest,record_time}'::text[] AS content FROM serial.event AS e
	UNION ALL SELECT 'event_item', to_jsonb(i) - 'record_time' FROM serial.event_item AS i
	UNION ALL SELECT 'item', to_jsonb(i) FROM serial.item AS i
	UNION ALL SELECT 'lot', to_jsonb(l) FROM serial.lot AS l
	UNION ALL SELECT 'aggregation', to_jsonb(a) FROM serial.aggregation AS a
	UNION ALL SELECT 'aggregation_history', to_jsonb(h) FROM serial.aggregation_history AS h
	UNION ALL SELECT 'alert', to_jsonb(a) - '{alert,raised_at}'::text[] FROM serial.alert AS a;
$$;

-- By the names of the columns of serial.record, which this test translates on its own
CREATE FUNCTION record_one(event jsonb) RETURNS bigint LANGUAGE sql AS $$
	SELECT serial.record(event ->> 'type', event ->> 'action',
		serial.parse(ARRAY(SELECT u.uri FROM jsonb_array_elements_text(coalesce(event -> 'epcList', event -> 'childEPCs')) AS u(uri))),
		event ->> 'bizStep', event ->> 'disposition', (event ->> 'eventTime')::timestamptz, event #>> '{readPoint,id}', event #>> '{bizLocation,id}',
		serial.parse(event ->> 'parentID'), lot => event #>> '{ilmd,cbvmda:lotNumber}', expiry => (event #>> '{ilmd,cbvmda:itemExpirationDate}')::date,
		destinations => event -> 'destinationList', event_id => serial.event_hash(event),
		attributes => CASE WHEN event ? 'ilmd' THEN jsonb_build_object('ilmd', event -> 'ilmd') END, strict => false);
$$;
CREATE FUNCTION leave_ledger(documents jsonb[], by_capture boolean) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	left_there jsonb;
	document jsonb;
BEGIN
	PERFORM setval('serial.event_sequence', 1, false);
	FOREACH document IN ARRAY documents LOOP
		IF by_capture THEN
			PERFORM FROM serial.capture(jsonb_build_object('@context', '[]'::jsonb, 'type', 'EPCISDocument', 'schemaVersion', '2.0',
				'creationDate', '2026-01-02T00:00:00Z', 'epcisBody', jsonb_build_object('eventList', document)));
		ELSE
			PERFORM record_one(e.event) FROM (SELECT a.event FROM jsonb_array_elements(document) AS a(event) ORDER BY a.event ->> 'eventTime' OFFSET 0) AS e;
		END IF;
	END LOOP;
	ASSERT NOT EXISTS (SELECT FROM serial.check_state());
	left_there := (SELECT jsonb_agg(to_jsonb(l) ORDER BY l.source, l.content) FROM ledger() AS l);
	RAISE EXCEPTION USING ERRCODE = 'P9999';	-- nothing stays
EXCEPTION WHEN SQLSTATE 'P9999' THEN
	RETURN left_there;
END;
$$;
CREATE TABLE outcome AS
SELECT s.name, leave_ledger(s.documents, true) AS captured, leave_ledger(s.documents, false) AS recorded FROM scenario AS s;
SELECT o.name, r."row" ->> 'source' AS source, count(*) AS rows
FROM outcome AS o CROSS JOIN LATERAL jsonb_array_elements(o.captured) AS r("row") GROUP BY o.name, 2 ORDER BY o.name, 2;
SELECT o.name, d.way, d."row" AS only_there
FROM outcome AS o CROSS JOIN LATERAL (
	(SELECT 'captured' AS way, r FROM jsonb_array_elements(o.captured) AS r EXCEPT ALL SELECT 'captured', r FROM jsonb_array_elements(o.recorded) AS r)
	UNION ALL
	(SELECT 'recorded', r FROM jsonb_array_elements(o.recorded) AS r EXCEPT ALL SELECT 'recorded', r FROM jsonb_array_elements(o.captured) AS r)) AS d(way, "row")
ORDER BY o.name, d.way, d."row";

\c :db
DROP DATABASE regress_serial_ledger;
