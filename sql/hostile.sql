-- Documents that are made to do harm end in a clear error, in linear time.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
\set SHOW_CONTEXT never

-- An event with further members, in JSON and in XML
CREATE FUNCTION event(members text, context text DEFAULT '{"e": "urn:e:"}') RETURNS text LANGUAGE sql AS $$
	SELECT format('{"@context": [%s], "type": "ObjectEvent", "eventTime": "2026-01-01T08:00:00Z", "eventTimeZoneOffset": "+00:00",
		"action": "OBSERVE", "epcList": ["urn:epc:id:sgtin:9506000.013435.1"]%s}', context, members)
$$;
CREATE FUNCTION xml_event(content text) RETURNS text LANGUAGE sql AS $$
	SELECT '<ObjectEvent xmlns:e="urn:e:"><eventTime>2026-01-01T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>'
		'<epcList><epc>urn:epc:id:sgtin:9506000.013435.1</epc></epcList><action>OBSERVE</action>' || content || '</ObjectEvent>'
$$;
CREATE FUNCTION series(pattern text, n integer, separator text DEFAULT '') RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(replace(pattern, '@', i::text), separator ORDER BY i) FROM generate_series(1, n) AS i
$$;
CREATE FUNCTION says(document text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	reason text;
BEGIN
	RETURN (SELECT string_agg(concat_ws(' ', c.status, c.sqlstate, c.message, c.detail), '; ' ORDER BY c.ordinal) FROM serial.check_document(document) AS c);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, reason);
END $$;

-- Depth and size
SELECT k.kind, says(k.document) FROM (VALUES
	(1, 'arrays in arrays', event(', "e:a": ' || repeat('[', 100000) || repeat(']', 100000))),
	(2, 'objects in objects', event(', "e:a": ' || repeat('{"e:a": ', 100000) || '1' || repeat('}', 100000))),
	(3, 'arrays that do not end', repeat('[', 100000)),
	(4, 'elements in elements', xml_event(repeat('<e:a>', 100000) || repeat('</e:a>', 100000))),
	(5, 'elements that do not end', repeat('<e:a xmlns:e="urn:e:">', 100000)),
	(6, 'attributes', xml_event('<e:a ' || series('a@="1" ', 10000) || '/>')),
	(7, 'namespaces', xml_event(series('<e:a xmlns:n@="urn:n:@" n@:b="1"/>', 10000))),
	(8, 'contexts', event(series(', "p@:m": 1', 10000), series('{"p@": "urn:p@:"}', 10000, ','))),
	(9, 'a comment that does not end', xml_event('<!-- ' || repeat('x', 1000000)))) AS k(n, kind, document) ORDER BY k.n;

-- Members of one name, which two readers could read differently
SELECT k.document, says(k.document) FROM (VALUES
	(1, '{"@context": [], "@context": [], "type": "EPCISDocument"}'),
	(2, '{"@context": [], "type": "EPCISDocument", "\u0074ype": "EPCISQueryDocument"}'),
	(3, '{"@context": [], "type": "ObjectEvent", "e:a": [{"e:b": {"e:c": ":\":", "e:c": ""}}]}')) AS k(n, document) ORDER BY k.n;
SELECT says(event(', "e:a": ":\\", "e:b": "\":", "e:c": [{"e:a": {}}, {"e:a": {}}]')) AS different_names;

-- Characters and encodings; what PostgreSQL itself says of JSON depends on its version.
SELECT k.kind, regexp_replace(says(k.document), '^(22P0.).*', '\1') AS says FROM (VALUES
	(1, 'U+0000 in JSON', event(', "e:a": "\u0000"')),
	(2, 'half a pair in JSON', event(', "e:a": "\ud83d"')),
	(3, 'a control character in JSON', event(', "e:a": "' || chr(1) || '"')),
	(4, 'U+0000 in XML', xml_event('<e:a>&#0;</e:a>')),
	(5, 'a control character in XML', xml_event('<e:a>' || chr(1) || '</e:a>')),
	(6, 'half a pair in XML', xml_event('<e:a>&#xd83d;</e:a>')),
	(7, 'another encoding', '<?xml version="1.0" encoding="UTF-16"?>' || xml_event('')),
	(8, 'something behind it in JSON', event('') || '{}'),
	(9, 'something behind it in XML', xml_event('') || '<a/>'),
	(10, 'neither', E'\\x1f8b0800')) AS k(n, kind, document) ORDER BY k.n;

-- Entities
SELECT k.kind, says(k.document) FROM (VALUES
	(1, 'that grow', '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' || xml_event('<e:a>&b;</e:a>')),
	(2, 'that read files', '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' || xml_event('<e:a>&a;</e:a>')),
	(3, 'of another document', '<!DOCTYPE a SYSTEM "http://example.com/a.dtd">' || xml_event('<e:a>&a;</e:a>'))) AS k(n, kind, document) ORDER BY k.n;

-- In the inbox they do not keep others from being captured.
INSERT INTO serial.inbox (content) VALUES (repeat('[', 100000)), ('{"type": 1, "type": 2}'), (event('', series('{"p@": "urn:p@:"}', 10000, ','))), (event(''));
SELECT entry, counts, sqlstate, message FROM serial.take_inbox(on_error => 'proceed');

-- Time: four times as much takes about four times as long, and not sixteen times.  What else
-- the machine does is in the measure, so the best of some tries counts.
CREATE FUNCTION large(kind text, n integer) RETURNS text LANGUAGE sql AS $$
	SELECT CASE kind
		WHEN 'members' THEN event(series(', "e:m@": "@"', n))
		WHEN 'prefixes' THEN event(series(', "p@:m": 1', n), '{' || series('"p@": "urn:p@:"', n, ',') || '}')
		WHEN 'entries' THEN event(', "e:a": [' || series('{"e:b": @}', n, ',') || ']')
		WHEN 'transactions' THEN event(', "bizTransactionList": [' || series('{"type": "po", "bizTransaction": "urn:x:@"}', n, ',') || ']')
		WHEN 'text' THEN event(', "e:a": "' || repeat('\u00e9', n * 50) || '"')
		WHEN 'duplicates' THEN event(series(', "e:same": @', n * 20))
		WHEN 'siblings' THEN xml_event(series('<e:a>@</e:a>', n))
		WHEN 'elements' THEN xml_event(series('<e:a@/>', n))
		WHEN 'references' THEN xml_event('<e:a>' || repeat('&amp;&#65;', n * 20) || '</e:a>')
		WHEN 'comments' THEN xml_event(repeat('<!-- x --><?a b?>', n * 20)) END
$$;
CREATE FUNCTION seconds(document text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	start CONSTANT timestamptz := clock_timestamp();
BEGIN
	PERFORM says(document);
	RETURN extract(epoch FROM clock_timestamp() - start);
END $$;
CREATE FUNCTION is_linear(kind text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	small CONSTANT text := large(kind, 1500);
	four_times CONSTANT text := large(kind, 6000);
BEGIN
	FOR try IN 1..5 LOOP
		IF seconds(four_times) < 8 * seconds(small) THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END $$;
SELECT k AS kind, is_linear(k) FROM unnest('{members,prefixes,entries,transactions,text,duplicates,siblings,elements,references,comments}'::text[]) AS k;

\c :db
DROP DATABASE regress_serial_ledger;
