-- Schemes: what each demands.

-- One of each, from published examples.
SELECT v AS value, serial.scheme(v), serial.key(v), serial.number(v), serial.gtin(v)
FROM unnest(ARRAY[
	'(01)09506000134352',
	'(01)80614141123458(21)6789',
	'(01)80614141123458(10)998877',
	'(00)302335678902000022',
	'(8003)00614141123452400',
	'(8003)00614141123452',
	'(8004)06141419876',
	'luhn:79927398713',
	'mod10:6291041500213',
	'plain:LOC-0042'
]::serial.serial[]) AS v;

-- Check digits: the detail names the right one.
SELECT refusal('(01)09506000134353(21)A1');
SELECT refusal('(00)302335678902000023');
SELECT refusal('(8003)00614141123453400');
SELECT refusal('luhn:79927398710');
SELECT refusal('mod10:6291041500214');

-- Lengths
SELECT refusal('(01)0950600013435(21)A1');
SELECT refusal('(01)095060001343520(21)A1');
SELECT refusal('(00)30233567890200002');
SELECT refusal('(01)09506000134352(21)123456789012345678901');
SELECT refusal('(01)09506000134352(21)12345678901234567890');
SELECT refusal('(01)09506000134352(21)');
SELECT refusal('(8003)006141411234');
SELECT refusal('(8003)0061414112345212345678901234567');
SELECT refusal('(8004)0614');
SELECT refusal('(8004)1234567890123456789012345678901');
SELECT refusal('luhn:7');
SELECT refusal('luhn:');
SELECT refusal('plain:' || repeat('x', 65));
SELECT refusal('plain:' || repeat('x', 64));

-- Characters
SELECT refusal('(01)0950600013435X(21)A1');
SELECT refusal('(01)09506000134352(21)A 1');
SELECT refusal('(01)09506000134352(21)A#1');
SELECT refusal('(01)09506000134352(21)АBC');   -- a Cyrillic А
SELECT refusal('(01)09506000134352(21)1é');
SELECT refusal('luhn:7992739871X');
SELECT refusal('plain:two words');

-- All of set 82 is good, the rest of ASCII is not.
SELECT string_agg(chr(c), '' ORDER BY c) AS set_82, count(*)
FROM generate_series(1, 126) AS c
WHERE serial.try_parse('(01)09506000134352(21)' || CASE c WHEN ascii('(') THEN '\(' ELSE chr(c) END) IS NOT NULL;

-- Rules of single schemes
SELECT refusal('(8003)10614141123459400');
SELECT refusal('(8004)061X1419876');
SELECT refusal('(8004)ABCDE');
