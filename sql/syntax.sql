-- Spellings: many ways to write one value.

-- Five spellings of one SGTIN are one row.
SELECT DISTINCT v::serial.serial AS value
FROM (VALUES ('(01)09506000134352(21)A1B2'),
             ('010950600013435221A1B2'),
             ('urn:epc:id:sgtin:9506000.013435.A1B2'),
             ('https://example.com/01/09506000134352/21/A1B2'),
             ('sgtin:09506000134352/A1B2')) AS spelling(v);

-- Element strings: order carries no meaning; scanners say FNC1 in several ways.
SELECT spelling, serial.parse(spelling)
FROM (VALUES ('(21)A1B2(01)09506000134352'),
             (E']C1010950600013435221A1B2'),
             (E']e0010950600013435221A1B2'),
             (E']d2010950600013435221A1B2'),
             (E']Q3010950600013435221A1B2'),
             (E']J1010950600013435221A1B2'),
             (E']d221A1B2\x1D0109506000134352'),
             (E']d2010950600013435221A1B2\x1D'),
             (E'\x1D010950600013435221A1B2'),
             ('^0109506000134352^21A1B2'),
             ('(01)09506000134352(21)A\(1)'),
             ('00302335678902000022'),
             (']C100302335678902000022'),
             ('(8003)00614141123452400'),
             ('800300614141123452400')) AS s(spelling);

-- EPC pure identity URIs; the first five pairs are from the Tag Data Standard.
SELECT uri, serial.parse(uri)
FROM (VALUES ('urn:epc:id:sgtin:0614141.812345.6789'),
             ('urn:epc:id:sscc:023356789.30200002'),
             ('urn:epc:id:grai:0614141.12345.400'),
             ('urn:epc:id:giai:0614141.9876'),
             ('urn:epc:class:lgtin:0614141.812345.998877'),
             ('urn:epc:id:sgtin:0614141.812345.32a%2Fb'),
             ('urn:epc:id:sgtin:0614141.812345.a.b.c'),
             ('urn:epc:idpat:sgtin:0614141.812345.*'),
             ('urn:epc:idpat:grai:0614141.12345.*')) AS s(uri);

-- Digital Links: any domain, any stem, qualifiers in order, the rest ignored.
SELECT link, serial.parse(link)
FROM (VALUES ('https://id.gs1.org/01/09521234543213/21/S%2F9'),
             ('HTTP://example.com:8080/some/stem/01/09521234543213/21/abc'),
             ('https://example.com/01/09521234543213/22/2A/10/L%2B1/21/abc'),
             ('https://example.com/01/09521234543213/22/2A/10/L%2B1'),
             ('https://example.com/01/09521234543213'),
             ('https://example.com/01/09521234543213/21/abc?17=271231&linkType=all#top'),
             ('https://example.com/01/09521234543213/21/00'),
             ('https://example.com/00/306141411234567891'),
             ('https://id.gs1.org/8003/00614141123452400'),
             ('https://id.gs1.org/8004/06141419876')) AS s(link);

-- What is wrong is stated with its place in the text as it was given.
SELECT refusal('');
SELECT refusal('hello');
SELECT refusal('abc:123');
SELECT refusal('SGTIN:09506000134352/1');
SELECT refusal(' (01)09506000134352(21)A1');
SELECT refusal('(0l)09506000134352(21)A1');
SELECT refusal('(1)09506000134352');
SELECT refusal('(001)09506000134352');
SELECT refusal('(05)09506000134352');
SELECT refusal('(01)09506000134352(21)A1(17)271231');
SELECT refusal('(01)09506000134352(17)271231');
SELECT refusal('(21)A1');
SELECT refusal('(01)09506000134352(21)A(1');
SELECT refusal('(01)09506000134352)21(A1');
SELECT refusal('(01)09506000134352(21)A1\');
SELECT refusal('(01');
SELECT refusal(']d2');
SELECT refusal(']A0010950600013435221A1');
SELECT refusal(E']d20109506000134352\x1D\x1D21A1');
SELECT refusal(E']d221A1B20109506000134352');
SELECT refusal(E']d2010950600013\x1D21A1');
SELECT refusal('urn:epc:id:sgtin:0614141.812345');
SELECT refusal('urn:epc:id:sgtin:0614141.812345.');
SELECT refusal('urn:epc:id:sgtin:0614141');
SELECT refusal('urn:epc:id:sgtin:06141.81234567.1');
SELECT refusal('urn:epc:id:sgtin:0614141.81234.1');
SELECT refusal('urn:epc:id:sgtin:061414X.812345.1');
SELECT refusal('urn:epc:id:sgtin:0614141.8123X5.1');
SELECT refusal('urn:epc:id:sgtin:0614141.812345.a%2');
SELECT refusal('urn:epc:id:sgtin:0614141.812345.a%20b');
SELECT refusal('urn:epc:id:sscc:023356789.30200002.1');
SELECT refusal('urn:epc:idpat:sgtin:0614141.*.*');
SELECT refusal('urn:epc:id:nothing:1.2.3');
SELECT refusal('urn:epc:');
SELECT refusal('https://example.com/');
SELECT refusal('https:///01/09521234543213');
SELECT refusal('https://u:p@example.com/01/09521234543213');
SELECT refusal('https://example.com/01/09521234543213/');
SELECT refusal('https://example.com/01/09521234543213/21/');
SELECT refusal('https://example.com/01/09521234543213/21/a/10/b');
SELECT refusal('https://example.com/01/09521234543213/21/a%2');
SELECT refusal('https://example.com/01/09521234543213/21/a%00b');
SELECT refusal('https://example.com/01/09521234543214/21/a');
SELECT refusal('sgtin:09506000134352A1');
SELECT refusal('sgtin:09506000134352/');
SELECT refusal('sgtin:09506000134352');

-- A long text costs no more than reading it, and is shown cut.
SELECT refusal('(01)09506000134352(21)' || repeat('9', 1000000));
SELECT refusal(repeat('é', 1000));

-- Domains
SELECT refusal('https://a b/01/09506000134352/21/A1');
SELECT refusal(E'https://e\nx.com/01/09506000134352/21/A1');
SELECT refusal('https://éx.com/01/09506000134352/21/A1');
SELECT refusal('https://[::1]:8080/01/09506000134352/21/A1');
