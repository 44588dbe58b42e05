-- Places: one name for a GLN in every spelling, and the tree of sites, zones and bins.
\set SHOW_CONTEXT never
CREATE DATABASE regress_serial_place TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_place
CREATE EXTENSION serial;
SET timezone = 'UTC';

-- Every spelling of a GLN is one place; other codes and URIs stay as they are.
SELECT spelling, serial_internal.canonical_place(spelling) AS place
FROM (VALUES ('9506000000015'), ('(414)9506000000015'), ('(417)9506000000015'), ('urn:epc:id:sgln:9506000.00001.0'),
			 ('urn:epc:id:pgln:9506000.00001'), ('(414)9506000000015(254)0'), ('https://id.gs1.org/414/9506000000015/254/0'),
			 ('https://example.com/414/9506000000015'), ('https://id.gs1.org/417/9506000000015'),
			 ('https://example.com/gln/9506000000015/glnx/32a'), ('Https://example.com/party/9506000000015'),
			 ('(414)9506000000015(254)32a'), ('urn:epc:id:sgln:9506000.00001.32a'),
			 ('https://example.com/414/9506000000015/254/32a'), (']C14149506000000015'), (']d24179506000000015'),
			 (']C1414950600000001525432a'), (']zone 4'),
			 ('W1'), ('dock 12'), ('https://example.com/places/7'), ('urn:uuid:0c7e8a3e-95f1-4a3b-8f55-0d0c6f1b8a11'),
			 ('950600000001')) AS s(spelling);

-- What claims to be a GLN must be one.
SELECT serial_internal.canonical_place('9506000000016');
SELECT serial_internal.canonical_place('(414)9506000000016');
SELECT serial_internal.canonical_place('urn:epc:id:sgln:9506000.0001.0');
SELECT serial_internal.canonical_place('https://example.com/414/9506000000016');
SELECT serial_internal.canonical_place('(414)');
SELECT serial_internal.canonical_place(']C14149506000000016');
INSERT INTO serial.place (place) VALUES (repeat('x', 2001));
SELECT serial.ship('{plain:G0}', 'W1', repeat('x', 2001));
-- A verification is answered, whatever its place is called.
SELECT verdict FROM serial.verify('plain:G0', record => true, place => repeat('x', 2001));
SELECT serial_internal.query_places(ARRAY[repeat('x', 2001), 'W1']);

-- An event recorded with one spelling is found by the others.
SELECT serial.commission('{plain:G1}', place => '9506000000015') > 0 AS bare,
	   serial.commission('{plain:G2}', place => 'urn:epc:id:sgln:9506000.00001.0') > 0 AS uri,
	   serial.commission('{plain:G3}', place => '(414)9506000000015') > 0 AS bracketed,
	   serial.commission('{(01)04006381333931(21)1}', 'L1', '2099-12-31', place => 'https://example.com/414/9506000000015') > 0 AS link;
SELECT spelling, (SELECT count(*) FROM serial.items_at(spelling)) AS items
FROM (VALUES ('9506000000015'), ('urn:epc:id:sgln:9506000.00001.0'), ('(414)9506000000015')) AS s(spelling);
SELECT place FROM serial.where_is('plain:G2');
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:G1}', 'receiving', 'in_progress',
	read_point => 'urn:epc:id:sgln:9506000.00001.dock', place => '(414)9506000000015') AS event \gset
SELECT read_point, place FROM serial.event WHERE event = :event;
SELECT serial.commission('{plain:G9}', place => '9506000000016');

-- So are the parties of an event: one consignee in every spelling.
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:G1}', 'shipping', 'in_transit', place => '9506000000015',
	sources => '[{"type": "urn:epcglobal:cbv:sdt:owning_party", "source": "urn:epc:id:pgln:9506000.00001"}]',
	destinations => '[{"type": "location", "destination": "dock 12"},
					  {"type": "owning_party", "destination": "(417)0614141000012", "ext:note": {"kept": [1, "x"]}}]') AS event \gset
SELECT sources, destinations FROM serial.event WHERE event = :event;
SELECT spelling, (SELECT count(*) FROM serial.shipped_to(spelling)) AS items
FROM (VALUES ('0614141000012'), ('urn:epc:id:pgln:0614141.00001'), ('https://id.gs1.org/417/0614141000012')) AS s(spelling);
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:G1}', 'receiving', 'in_progress', place => '0614141000012',
	destinations => '[{"type": "owning_party", "destination": "0614141000013"}]');
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:G1}', 'receiving', 'in_progress', place => '0614141000012',
	destinations => '[{"type": "owning_party", "destination": 12}]');

-- A code with a blank at an end would be another place that nobody can tell from the first.
SELECT serial.commission('{plain:G9}', place => 'dock 12 ');
SELECT serial.commission('{plain:G9}', place => '');
SELECT serial.commission('{plain:G9}', place => E'dock\t12');
SELECT serial.ship('{plain:G1}', 'dock 12', ' customer');
SELECT * FROM serial.on_hand('dock 12 ');
INSERT INTO serial.place (place) VALUES (' dock 12');

-- GTIN arguments in every spelling; what is none is an error, not an empty answer.
SELECT spelling, (SELECT sum(h.items) FROM serial.on_hand('9506000000015', spelling) AS h) AS items
FROM (VALUES ('04006381333931'), ('4006381333931'), ('(01)04006381333931'), ('https://example.com/01/04006381333931'),
			 ('gtin:4006381333931'), ('09506000134352')) AS s(spelling);
SELECT * FROM serial.on_hand('9506000000015', '4006381333932');
SELECT * FROM serial.on_hand('9506000000015', 'banana');
SELECT * FROM serial.on_hand('9506000000015', '');
SELECT * FROM serial.on_hand('an empty place', 'banana');
SELECT * FROM serial.shipped_to('9506000000016');
SELECT * FROM serial.shipped_to('9506000000016', since => '2020-01-01', until => '2020-01-02');

-- Site > zone > bin
INSERT INTO serial.place (place, name, parent) VALUES
	('urn:epc:id:sgln:9506000.00001.0', 'the site', NULL), ('zone A', 'cold store', '(414)9506000000015'),
	('bin A1', NULL, 'zone A'), ('bin A2', NULL, 'zone A');
SELECT place, name, parent FROM serial.place ORDER BY place;
SELECT serial.commission('{(01)04006381333931(21)2,(01)04006381333931(21)3}', 'L1', '2099-12-31', place => 'bin A1') > 0 AS bin_1,
	   serial.commission('{(01)04006381333931(21)4}', 'L2', '2099-12-31', place => 'zone A') > 0 AS zone;
SELECT place, exactly, (SELECT count(*) FROM serial.items_at(place, exactly => exactly)) AS items,
	   (SELECT string_agg(format('%s: %s', h.lot, h.items), ', ' ORDER BY h.lot) FROM serial.on_hand(place, exactly => exactly) AS h) AS on_hand,
	   (SELECT count(*) FROM serial.expiring('200 years', place, exactly)) AS expiring
FROM (VALUES ('9506000000015'), ('zone A'), ('bin A1'), ('bin A2'), ('elsewhere')) AS p(place)
CROSS JOIN (VALUES (false), (true)) AS e(exactly) ORDER BY place, exactly;
SELECT DISTINCT place FROM serial.expiring('200 years', '(414)9506000000015') ORDER BY place;
SELECT count(*) FROM serial.items_at('9506000000015', as_of => now() + interval '1 second');

-- Shipped to a place is what was shipped to any place in it.
BEGIN;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:y}', 'shipping', destinations => '[{"type": "location", "destination": "bin A1"}]') > 0 AS shipped;
SELECT p.place, s.id FROM unnest('{9506000000015,zone A,bin A1,bin A2}'::text[]) AS p(place), serial.shipped_to(p.place) AS s;
ROLLBACK;

-- What is in a bin leaves from its site, and what is at a site may be in any bin: only another bin is elsewhere.
BEGIN;
SELECT serial.ship('{(01)04006381333931(21)2}', '(414)9506000000015', 'C') > 0 AS from_site, serial.ship('{(01)04006381333931(21)4}', 'bin A2', 'C') > 0 AS from_bin;
SELECT kind, id, detail FROM serial.alert;
SELECT serial.ship('{(01)04006381333931(21)3}', 'bin A2', 'C') > 0 AS from_other_bin;
SELECT serial.commission('{plain:w}', place => 'zone A') > 0 AS made, serial.aggregate('plain:box', '{plain:w}', 'zone A') > 0 AS packed;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:w}', 'stocking', place => 'bin A1') > 0 AS in_zone,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:w}', 'stocking', place => '9506000000015') > 0 AS at_site,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:w}', 'stocking', place => 'another site') > 0 AS apart;
SELECT kind, id, detail FROM serial.alert;
INSERT INTO serial.transition (business_step, from_disposition, conditions) VALUES ('inspecting', 'active', '{not_here}');
SELECT serial.commission('{plain:x}', place => 'bin A1') > 0 AS made,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:x}', 'inspecting', read_point => '9506000000015') > 0 AS here;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:x}', 'inspecting', read_point => 'bin A2');
ROLLBACK;

-- A place without coordinates is where the place is that it is a part of: no alert within a site, nor between a site
-- and a part of it that is kilometres away, and one between bins of two sites.
BEGIN;
INSERT INTO serial.place (place, parent, latitude, longitude) VALUES
	('Graz', NULL, 47.1, 15.4), ('Graz hall', 'Graz', NULL, NULL), ('Graz bin 1', 'Graz hall', NULL, NULL), ('Graz bin 2', 'Graz hall', NULL, NULL),
	('Graz yard', 'Graz', 47.2, 15.4), ('Porto', NULL, 41.1, -8.6), ('Porto bin', 'Porto', NULL, NULL), ('nowhere', NULL, NULL, NULL);
SELECT m.place, serial.receive('{plain:traveller}', m.place, at => '2026-02-01 12:00+00'::timestamptz + m.n * interval '1 second') > 0 AS received
FROM unnest('{Graz bin 1,Graz bin 2,Graz,Graz yard,Graz,Graz bin 1,nowhere,Graz bin 2}'::text[]) WITH ORDINALITY AS m(place, n) ORDER BY m.n;
SELECT kind, detail FROM serial.alert WHERE id = 'plain:traveller';
SELECT serial.receive('{plain:traveller}', 'Porto bin', at => '2026-02-01 12:10+00') > 0 AS received;
SELECT kind, detail FROM serial.alert WHERE id = 'plain:traveller';
ROLLBACK;

-- No place is a part of itself, at any depth.
INSERT INTO serial.place (place, parent) VALUES ('loop', 'loop');
UPDATE serial.place SET parent = 'bin A1' WHERE place = '9506000000015';
INSERT INTO serial.place (place, parent) VALUES ('b', 'a'), ('a', 'b');
INSERT INTO serial.place (place) VALUES ('(414)9506000000015');
UPDATE serial.place SET parent = NULL WHERE place = 'zone A';
SELECT count(*) FROM serial.items_at('9506000000015');

\c :db
DROP DATABASE regress_serial_place;
