-- Round trips: every scheme in every spelling that it has, from the table of
-- schemes, and back to the same value.

CREATE FUNCTION try_epc_hex(id serial.serial, n integer, coding text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN serial.epc_hex(id, n, coding);
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN NULL;
END;
$$;

-- Each scheme's example, and the same with the longest number it takes
CREATE TABLE sample AS
SELECT s.scheme, s.key_ai, v.id
FROM serial.schemes() AS s,
LATERAL (
	SELECT s.example
	UNION
	SELECT serial.parse(CASE
		WHEN s.number_ai IS NOT NULL
		THEN format('(%s)%s(%s)%s', s.key_ai, serial.key(s.example), s.number_ai, longest)
		ELSE format('(%s)%s%s', s.key_ai, serial.key(s.example), longest)
	END)
	FROM (SELECT CASE s.number_characters
			WHEN 'GS1 set 82' THEN left('!"%&''*+,-./:;<=>?_AZaz09+(', s.number_max)
			ELSE repeat('9', s.number_max) END) AS n(raw),
	LATERAL (SELECT replace(raw, '(', '\(')) AS e(longest)
	WHERE s.key_ai IS NOT NULL AND s.number_max IS NOT NULL
) AS v(id);
SELECT count(DISTINCT scheme) AS schemes, count(*) AS samples FROM sample;

-- Company prefixes of 6 to 12 digits, as far as the key begins with so many
CREATE TABLE spelled AS
SELECT id, 'text' AS spelling, id::text AS written FROM sample
UNION ALL
SELECT id, 'scheme:value', scheme || ':' || serial.key(id) ||
	coalesce(CASE WHEN scheme IN ('grai', 'gdti', 'sgcn') THEN '' WHEN scheme IN ('adi', 'usdod') THEN '.' ELSE '/' END
	         || serial.number(id), '') FROM sample
UNION ALL
SELECT id, 'element string', serial.element_string(id) FROM sample WHERE key_ai IS NOT NULL
UNION ALL
SELECT id, 'raw element string', serial.element_string(id, raw => true) FROM sample WHERE key_ai IS NOT NULL
UNION ALL
SELECT id, 'scan of ' || symbology, symbology || serial.element_string(id, raw => true)
FROM sample, unnest(ARRAY[']C1', ']e0', ']d2', ']Q3', ']J1', E'\x1D', '^']) AS symbology WHERE key_ai IS NOT NULL
UNION ALL
SELECT id, 'digital link', serial.digital_link(id) FROM sample WHERE key_ai IS NOT NULL
UNION ALL
SELECT id, 'digital link on a path', serial.digital_link(id, 'http://example.com:8080/a/01') FROM sample WHERE key_ai IS NOT NULL
UNION ALL
SELECT id, 'epc uri, prefix of ' || n, serial.epc_uri(id, n) FROM sample, generate_series(6, 12) AS n
WHERE scheme NOT IN ('gmn') AND key_ai IS NOT NULL
  AND (length(serial_internal.company_prefix_digits(id)) >= n AND length(serial.key(id)) > n)
UNION ALL
SELECT id, 'epc uri', serial.epc_uri(id, NULL) FROM sample WHERE scheme IN ('adi', 'bic', 'imovn', 'usdod')
UNION ALL
SELECT id, 'tag uri', serial.epc_tag_uri(id, 7) FROM sample
WHERE scheme IN ('sgtin', 'sscc', 'sgln', 'grai', 'giai', 'gsrn', 'gsrnp', 'gdti', 'cpi', 'sgcn', 'itip', 'adi', 'usdod')
  AND scheme = serial.scheme(id) AND (serial.number(id) IS NOT NULL OR scheme NOT IN ('grai', 'gdti', 'sgcn'));

SELECT regexp_replace(regexp_replace(spelling, '[0-9]+$', 'n'), '^scan of.*', 'scan') AS spelling, count(*) AS written,
       count(*) FILTER (WHERE serial.parse(written) = id) AS read_back
FROM spelled GROUP BY 1 ORDER BY 1;
SELECT id, spelling, written FROM spelled
WHERE serial.try_parse(written) IS DISTINCT FROM id ORDER BY 1, 2;

-- EPC binary, in every coding that can hold the value, with 6 to 12 digits
SELECT count(*) AS encoded, count(*) FILTER (WHERE serial.from_epc_hex(hex) = id) AS read_back
FROM sample, generate_series(6, 12) AS n, unnest(ARRAY[
	'sgtin-96', 'sgtin-198', 'sscc-96', 'sgln-96', 'sgln-195', 'grai-96', 'grai-170', 'giai-96', 'giai-202', 'gsrn-96', 'gsrnp-96',
	'gdti-96', 'gdti-174', 'cpi-96', 'cpi-var', 'sgcn-96', 'itip-110', 'itip-212', 'adi-var', 'usdod-96',
	'sgtin+', 'sscc+', 'sgln+', 'grai+', 'giai+', 'gsrn+', 'gsrnp+', 'gdti+', 'cpi+', 'sgcn+', 'itip+']) AS coding,
LATERAL try_epc_hex(id, n, coding) AS hex
WHERE hex IS NOT NULL;

-- Binary: what is sent is what is stored, and distinct values are distinct.
SELECT count(*) = count(DISTINCT serial_internal.serial_send(id)) AS distinct FROM sample;

-- Every spelling of one item is one value to DISTINCT, hashes and joins.
SELECT count(DISTINCT serial.parse(written)) = count(DISTINCT id) AS one_value_each FROM spelled;
DROP TABLE sample, spelled;
DROP FUNCTION try_epc_hex;
