-- Random pools: FF1, its keys and its bounds.
\set SHOW_CONTEXT never

-- NIST's sample vectors (SP 800-38G, FF1samples)
\set key '2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94'
SELECT n, serial_internal.ff1_encrypt(k, t, a, p) = c AS encrypts, serial_internal.ff1_decrypt(k, t, a, c) = p AS decrypts
FROM (VALUES
	(1, 16, '', 10, '0123456789', '2433477484'),
	(2, 16, '39383736353433323130', 10, '0123456789', '6124200773'),
	(3, 16, '3737373770717273373737', 36, '0123456789abcdefghi', 'a9tv40mll9kdu509eum'),
	(4, 24, '', 10, '0123456789', '2830668132'),
	(5, 24, '39383736353433323130', 10, '0123456789', '2496655549'),
	(6, 24, '3737373770717273373737', 36, '0123456789abcdefghi', 'xbj3kv35jrawxv32ysr'),
	(7, 32, '', 10, '0123456789', '6657667009'),
	(8, 32, '39383736353433323130', 10, '0123456789', '1001623463'),
	(9, 32, '3737373770717273373737', 36, '0123456789abcdefghi', 'xs8a0azh2avyalyzuwd')
) AS v(n, bytes, tweak, radix, p, c),
LATERAL (SELECT substr(decode(:'key', 'hex'), 1, bytes), decode(tweak, 'hex'),
                left('0123456789abcdefghijklmnopqrstuvwxyz', radix)) AS args(k, t, a)
ORDER BY n;

-- Every radix and length it takes: decryption undoes encryption.
\set set82 '!"%&''()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
SELECT count(*) AS tried, count(*) FILTER (WHERE serial_internal.ff1_decrypt(k, t, a, serial_internal.ff1_encrypt(k, t, a, p)) = p) AS undone
FROM generate_series(2, 82) AS radix, generate_series(2, 30) AS length,
LATERAL (SELECT left(:'set82', radix), decode(:'key', 'hex'), decode(md5(radix::text), 'hex')) AS args(a, k, t),
LATERAL (SELECT string_agg(substr(a, 1 + (i * 7919 + length) % radix, 1), '' ORDER BY i) FROM generate_series(1, length) AS i) AS text(p)
WHERE radix::numeric ^ length >= 1000000;

-- It is a permutation: a whole domain of a million, each text once.
SELECT count(DISTINCT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0123456789', lpad(i::text, 6, '0')))
FROM generate_series(0, 999999) AS i;

-- Anything else is an error.
\set VERBOSITY terse
SELECT serial_internal.ff1_encrypt(substr(decode(:'key', 'hex'), 1, 15), '', '0123456789', '0123456789');
SELECT serial_internal.ff1_encrypt('', '', '0123456789', '0123456789');
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0', '000000');
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '', '000000');
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '00', '000000');
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', :'set82' || '#', '000000');
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0123456789', '01234');
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0123456789', '');
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0123456789', repeat('0', 31));
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0123456789', '012345678X');
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0123456789', '01234567é');
SELECT serial_internal.ff1_decrypt(decode(:'key', 'hex'), '', '0123456789', '01234567é');
\set VERBOSITY default
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0123456789', NULL);

-- Pools
SELECT serial.create_pool('aspirin', 'sgtin', '04006381333931', random => true);
SELECT serial.create_pool('base32', 'sgtin', '04012345678901', length => 20, alphabet => 'base32', random => true);
SELECT serial.create_pool('set 82', 'sgtin', '00012345678905', length => 20, alphabet => :'set82', random => true);
SELECT serial.create_pool('small', 'sgtin', '04012345123456', length => 6, random => true, guess_bound => 0.00001);
SELECT serial.create_pool('container', 'sscc', '340123456', random => true, guess_bound => 0.001, capacity => 5000);
SELECT name, capacity, issued, remaining, guess_probability, state FROM serial.pools
WHERE random ORDER BY name;

-- Numbers are distinct, of the alphabet, and not in order.
SELECT count(DISTINCT v) AS numbers,
       bool_and(serial.number(v) ~ '^[0-9]{12}$') AS shape,
       count(*) FILTER (WHERE serial.number(v) > serial.number(previous)) BETWEEN 4700 AND 5300 AS no_order
FROM (SELECT v, lag(v) OVER (ORDER BY n) AS previous
      FROM serial.issue('aspirin', 10000) WITH ORDINALITY AS i(v, n)) AS s;
SELECT bool_and(serial.number(v) ~ '^[2-9A-HJ-NP-Z]{20}$') FROM serial.issue('base32', 1000) AS v;
SELECT bool_and(length(serial.number(v)) = 20) FROM serial.issue('set 82', 1000) AS v;
SELECT bool_and(serial.has_valid_check('mod10', serial.key(v))) FROM serial.issue('container', 1000) AS v;

-- The bound ends the pool.
SELECT count(*) FROM serial.issue('small', 10);
SELECT serial.issue('small');
SELECT issued, remaining, guess_probability, state FROM serial.pools WHERE name = 'small';

-- A whole random space is spoken for, issued or not.
SELECT serial.create_pool('x', 'sgtin', '04006381333931/9', length => 11, capacity => 1);
SELECT serial.create_pool('x', 'sgtin', '04006381333931', length => 12, alphabet => '9A', capacity => 1);
SELECT serial.create_pool('letters only', 'sgtin', '04006381333931', length => 12, alphabet => 'ABC');

-- Bad input
\set VERBOSITY terse
SELECT serial.create_pool('x', 'sgtin', '04012345123456', length => 5, random => true);
SELECT serial.create_pool('x', 'sgtin', '04012345123456', length => 7, random => true, guess_bound => 0);
SELECT serial.create_pool('x', 'sgtin', '04012345123456', length => 7, random => true, guess_bound => 1.1);
SELECT serial.create_pool('x', 'sgtin', '04012345123456', length => 7, random => true, guess_bound => 'NaN');
SELECT serial.create_pool('x', 'sgtin', '04012345123456', length => 7, random => true, guess_bound => 0.00000001);
SELECT serial.create_pool('x', 'sgtin', '04012345123456', length => 7, random => true, capacity => 1001);
SELECT count(*) FROM serial.issue('aspirin', 100000000);
\set VERBOSITY default
SELECT issued FROM serial.pools WHERE name = 'aspirin';

-- origin() inverts the permutation.
SELECT count(*) FILTER (WHERE o.ordinal = n AND o.issued AND o.pool = 'container') AS right
FROM serial.batch AS b, serial.batch_serials(b.batch) WITH ORDINALITY AS s(v, n), serial.origin(v) AS o
WHERE b.pool = (SELECT number FROM serial.pool WHERE name = 'container');
SELECT pool, issued, state FROM serial.origin('(01)04006381333931(21)804125778213');
SELECT pool, ordinal, issued, state FROM serial.origin('(01)04006381333931(21)80412577821');
SELECT pool, ordinal, issued, state FROM serial.origin('luhn:79927398713');
-- a pool that has issued none of its numbers knows none
SELECT count(*) FILTER (WHERE o.issued) AS issued, count(*) FILTER (WHERE o.pool = 'letters only') AS of_pool
FROM generate_series(1, 100) AS i,
     serial.origin(('(01)04006381333931(21)' || translate(lpad(i::text, 12, '0'), '0123456789', 'ABCABCABCA'))::serial.serial) AS o;

-- Keys are for nobody.
CREATE ROLE regress_serial_curious;
SELECT serial.grant_access('regress_serial_curious', 'admin');
SET ROLE regress_serial_curious;
SELECT key FROM serial.pool_key;
SELECT serial_internal.ff1_encrypt(decode(:'key', 'hex'), '', '0123456789', '0123456789');
SELECT serial_internal.make_pool_key(1);
SELECT serial_internal.pool_serials(1, 1, 10);
SELECT serial_internal.allocate('aspirin', 1);
SET serial.master_key_file = '/etc/hostname';
DO $$
BEGIN
	PERFORM current_setting('serial.master_key_file');
EXCEPTION WHEN insufficient_privilege THEN
	RAISE NOTICE 'serial.master_key_file is not shown';    -- in words that differ between majors
END $$;
RESET ROLE;
DROP OWNED BY regress_serial_curious;
DROP ROLE regress_serial_curious;
