-- Identifiers that are URIs of other issuers: reading, storing, comparing.

CREATE FUNCTION uri_refusal(spelling text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found record := serial.diagnose(spelling);
BEGIN
	RETURN coalesce(found.detail, 'accepted: ' || found.id);
END;
$$;

-- URNs and web addresses are read by themselves, others behind "uri:".
SELECT spelling, serial.parse(spelling) AS id
FROM (VALUES ('urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6'),
             ('uri:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6'),
             ('URN:UUID:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'),
             ('urn:isbn:0451450523'), ('urn:example:a123,z456'), ('URN:Example:A'),
             ('https://example.com/obj/1'), ('uri:https://example.com/obj/1'), ('https://Example.com/Obj/%7e1?a=b#c'),
             ('http://[2001:db8::7]:8080/obj'),
             ('uri:did:example:123456789abcdefghi'), ('uri:tag:example.com,2026:item/1'),
             ('uri:ldap://[2001:db8::7]/c=GB?objectClass?one'), ('uri:mailto:John.Doe@example.com')) AS s(spelling);
SELECT serial.parse('https://example.com/obj/1', 'uri') AS parsed, serial.make('uri', 'https://example.com/obj/1') AS made,
       serial.key('https://example.com/obj/1'), serial.number('https://example.com/obj/1'), serial.scheme('urn:example:a');

-- GS1 Digital Links and EPC URIs are never read as URIs, right or wrong.
SELECT serial.parse('https://example.com/01/09506000134352/21/A1'), serial.parse('URN:EPC:id:sgtin:9506000.013435.A1');
SELECT spelling, uri_refusal(spelling)
FROM (VALUES ('uri:https://example.com/01/09506000134352/21/A1'), ('uri:https://example.com/gtin/09506000134352'),
             ('uri:HTTPS://EXAMPLE.COM/x/8004/95060001'), ('uri:https://example.com/415/9506000134352/8020/A'),
             ('uri:urn:epc:id:sgtin:9506000.013435.A1'), ('uri:URN:EPC:anything'),
             ('https://example.com/01/09506000134353/21/A1'), ('https://example.com/01/09506000134352/21'),
             ('https://example.com/01/09506000134352/'), ('https://example.com/001/09506000134352/21/A1'),
             ('https://example.com/gtin/09506000134352/info'), ('urn:epc:id:nothing:1'),
             ('https://example.com/2026/01/0042x'), ('https://example.com/01/abc/d'), ('https://example.com/party/one/two')) AS s(spelling);

-- What is no URI
SELECT spelling, uri_refusal(spelling)
FROM (VALUES ('uri:'), ('uri:abc'), ('uri:a:'), ('uri:1a:b'), ('uri:a_b:c'), ('uri:https:///path'), ('https://example.com'), ('https://example.com/'),
             ('https://'), ('uri:https://:80/a'), ('uri:http://a/[b]'), ('uri:http://[::1/a'), ('uri:http://[::1]/a]'), ('uri:a:b#c#d'), ('uri:a:%4'),
             ('uri:a:%4g'), ('urn:x y:1'), ('https://example.com/a b'), ('https://example.com/"a"'), ('https://example.com/é'),
             ('urn:a:b'), ('urn:-a:b'), ('urn:isbn'), ('urn:isbn:'), ('urn:isbn:?x'),
             ('urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf'), ('urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf66'),
             ('urn:uuid:f81d4fae7dec-11d0-a765-00a0c91e6bf6-'), ('urn:uuid:g81d4fae-7dec-11d0-a765-00a0c91e6bf6')) AS s(spelling);
SELECT uri_refusal('https://example.com/' || repeat('x', 235)) LIKE 'accepted%' AS longest,
       uri_refusal('https://example.com/' || repeat('x', 236)) AS too_long;

-- Stored, indexed, sorted and hashed at every length, like shorter identifiers
CREATE TABLE object (id serial.serial(uri) PRIMARY KEY, n integer);
INSERT INTO object SELECT ('https://example.com/obj/' || repeat(chr(97 + n % 26), n % 231) || n / 231)::serial.serial, n FROM generate_series(0, 1616) AS n;
SELECT max(pg_column_size(id)), max(length(id::text)), count(*) = count(DISTINCT id) AS distinct FROM object;
CREATE INDEX object_hash ON object USING hash (id);
SET enable_seqscan = off;
SELECT count(*) FROM object AS o WHERE (SELECT n FROM object WHERE id = o.id) = o.n;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM object AS a JOIN object AS b USING (id);
SELECT count(*) FROM (SELECT id, lag(id) OVER (ORDER BY id) AS before FROM object) AS o WHERE id <= before;
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;
SELECT count(*) FROM object WHERE serial.parse(id::text) IS DISTINCT FROM id;
SELECT count(*) FROM object, LATERAL unnest(ARRAY[id]) AS u(from_array) WHERE from_array IS DISTINCT FROM id;
INSERT INTO object VALUES ('(00)302335678902000022');

-- Rows so long that PostgreSQL compresses values or stores them elsewhere
SELECT format('CREATE TABLE wide (%s)', string_agg(format('c%s serial.serial', n), ', ')) AS create_wide,
       format('INSERT INTO wide SELECT %s FROM object WHERE length(id::text) > 240 LIMIT 5', string_agg('id', ', ')) AS fill_wide
FROM generate_series(1, 200) AS n \gset
:create_wide;
:fill_wide;
SELECT count(DISTINCT c1), count(*) FILTER (WHERE c1 = c200 AND serial.parse(c200::text) = c1) AS equal FROM wide;
SELECT count(*) FROM wide JOIN object ON id = c200;
DROP TABLE wide;

-- Binary form: the version of the format is the same
SELECT encode(serial_internal.serial_send('uri:a:b'), 'hex');
CREATE TEMPORARY TABLE sent AS SELECT serial_internal.serial_send(id) AS bytes, id FROM object;
SELECT count(*) = count(DISTINCT bytes) AS distinct, max(length(bytes)) FROM sent;

-- In containers
SELECT serial.pack('https://example.com/pallet/1', array_agg(id ORDER BY n)) FROM object WHERE n < 300;
SELECT count(*), count(*) FILTER (WHERE o.id IS NOT NULL) AS known, min(c.container)
FROM serial.contents('https://example.com/pallet/1') AS c LEFT JOIN object AS o USING (id);
SELECT count(*) FROM object WHERE id <@ 'https://example.com/pallet/1';

-- A pool of them
SELECT serial.create_pool('objects', 'uri', 'https://example.com/issued/', length => 6) AS made;
SELECT * FROM serial.issue('objects', 2);
SELECT state, ordinal FROM serial.origin('https://example.com/issued/000002');
DROP TABLE object;
DROP FUNCTION uri_refusal;
