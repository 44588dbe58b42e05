-- A truck, as EPCIS 2.0 JSON: units and cases are commissioned, units packed into cases
-- and these on pallets, and the pallets shipped.  1,145 events with 103,000 identifiers,
-- 6 MB, if it is whole.

CREATE FUNCTION bench.truck_gtins(truck integer, gtin text, first integer, many integer) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT jsonb_agg(format('https://id.gs1.org/01/%s/21/%s%s', gtin, truck, lpad(n::text, 8, '0')) ORDER BY n)
	FROM generate_series(first, first + many - 1) AS n;
$$;

CREATE FUNCTION bench.truck_units(truck integer, first integer, many integer) RETURNS jsonb
LANGUAGE sql AS $$ SELECT bench.truck_gtins(truck, '09506000134352', first, many) $$;

CREATE FUNCTION bench.truck_cases(truck integer, first integer, many integer) RETURNS jsonb
LANGUAGE sql AS $$ SELECT bench.truck_gtins(truck, '19506000134359', first, many) $$;

CREATE FUNCTION bench.truck_pallets(truck integer, first integer, many integer) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT jsonb_agg('https://id.gs1.org/00/' || s.payload || serial.check_digit('mod10', s.payload) ORDER BY n)
	FROM generate_series(first, first + many - 1) AS n
	CROSS JOIN LATERAL (SELECT '09506000' || lpad((1000 * truck + n)::text, 9, '0') AS payload) AS s;
$$;

-- An event, so many minutes after the first of the truck
CREATE FUNCTION bench.truck_event(minute integer, what jsonb) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT jsonb_build_object(
		'eventTime', to_char(timestamp '2026-03-01 00:00' + minute * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'),
		'eventTimeZoneOffset', '+00:00',
		'readPoint', '{"id": "https://id.gs1.org/414/9506000134352"}'::jsonb) || what;
$$;

CREATE FUNCTION bench.truck_beginning(minute integer, items jsonb, ilmd jsonb) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT bench.truck_event(minute, jsonb_build_object('type', 'ObjectEvent', 'action', 'ADD', 'bizStep', 'commissioning',
		'disposition', 'active', 'bizLocation', '{"id": "https://id.gs1.org/414/9506000134352"}'::jsonb, 'epcList', items) || ilmd);
$$;

CREATE FUNCTION bench.truck_packing(minute integer, parent jsonb, children jsonb) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT bench.truck_event(minute, jsonb_build_object('type', 'AggregationEvent', 'action', 'ADD', 'bizStep', 'packing',
		'disposition', 'in_progress', 'parentID', parent -> 0, 'childEPCs', children));
$$;

CREATE FUNCTION bench.truck_step(minute integer, step text, disposition text, items jsonb) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT bench.truck_event(minute, jsonb_build_object('type', 'ObjectEvent', 'action', 'OBSERVE', 'bizStep', step,
		'disposition', disposition, 'epcList', items));
$$;

CREATE FUNCTION bench.truck_document(events jsonb) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT jsonb_build_object('@context', '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]'::jsonb,
		'type', 'EPCISDocument', 'schemaVersion', '2.0', 'creationDate', '2026-03-05T00:00:00.000Z',
		'epcisBody', jsonb_build_object('eventList', events));
$$;

CREATE FUNCTION bench.truck(truck integer, pallets integer DEFAULT 26, cases integer DEFAULT 40, units integer DEFAULT 48)
RETURNS jsonb LANGUAGE sql AS $$
	SELECT bench.truck_document(jsonb_agg(e.event ORDER BY e.minute))
	FROM (
		SELECT m.minute, CASE m.what
			WHEN 1 THEN bench.truck_beginning(m.minute, bench.truck_units(truck, p * cases * units, cases * units),
				jsonb_build_object('ilmd', jsonb_build_object('cbvmda:lotNumber', 'T' || truck, 'cbvmda:itemExpirationDate', '2030-12-31')))
			WHEN 2 THEN bench.truck_beginning(m.minute, bench.truck_cases(truck, p * cases, cases), '{}')
			ELSE bench.truck_beginning(m.minute, bench.truck_pallets(truck, p, 1), '{}') END AS event
		FROM generate_series(0, pallets - 1) AS p
		CROSS JOIN LATERAL (SELECT w AS what, 3 * p + w AS minute FROM generate_series(1, 3) AS w) AS m
		UNION ALL
		SELECT m.minute, bench.truck_packing(m.minute, bench.truck_cases(truck, c, 1), bench.truck_units(truck, c * units, units))
		FROM generate_series(0, pallets * cases - 1) AS c
		CROSS JOIN LATERAL (SELECT 1000 + c AS minute) AS m
		UNION ALL
		SELECT m.minute, bench.truck_packing(m.minute, bench.truck_pallets(truck, p, 1), bench.truck_cases(truck, p * cases, cases))
		FROM generate_series(0, pallets - 1) AS p
		CROSS JOIN LATERAL (SELECT 3000 + p AS minute) AS m
		UNION ALL
		SELECT 4000, bench.truck_step(4000, 'shipping', 'in_transit', bench.truck_pallets(truck, 0, pallets))) AS e;
$$;

-- The same truck as it comes in at the other end
CREATE FUNCTION bench.truck_receiving(truck integer, pallets integer DEFAULT 26) RETURNS jsonb LANGUAGE sql AS $$
	SELECT bench.truck_document(jsonb_build_array(bench.truck_step(5000, 'receiving', 'in_progress', bench.truck_pallets(truck, 0, pallets))));
$$;
