-- The value: input, output, sizes, casts, type modifier, binary form.

-- Stored sizes
CREATE TABLE sizes (what text, v serial.serial);
INSERT INTO sizes VALUES
	('SGTIN, 12 digits', '(01)09506000134352(21)123456789012'),
	('SGTIN, 20 digits', '(01)09506000134352(21)12345678901234567890'),
	('SGTIN, 20 capitals', '(01)09506000134352(21)ABCDEFGHIJKLMNOPQRST'),
	('SGTIN, 20 letters', '(01)09506000134352(21)abcdefghijklmnopqrst'),
	('SSCC', '(00)302335678902000022'),
	('GTIN', '(01)09506000134352'),
	('GIAI, 11 digits', '(8004)06141419876'),
	('Luhn, 11 digits', 'luhn:79927398713');
SELECT what, pg_column_size(v) FROM sizes;
-- ... out of an array too
INSERT INTO sizes SELECT 'from an array', unnest(array_agg(v)) FROM sizes WHERE what = 'SSCC';
SELECT what, pg_column_size(v) FROM sizes WHERE what = 'from an array';

-- Casts
SELECT serial.parse('(00)302335678902000022')::text;
SELECT ('(00)302335678902000022'::text)::serial.serial;
SELECT ARRAY['(00)302335678902000022', NULL]::text[]::serial.serial[];
SELECT ARRAY[['(00)302335678902000022'], ['luhn:79927398713']]::serial.serial[][];
SELECT '[5:5]={(00)302335678902000022}'::text[]::serial.serial[];
SELECT serial.parse(ARRAY['(00)302335678902000022', 'luhn:79927398710']);
CREATE TABLE t (c text);
INSERT INTO t VALUES ('(00)302335678902000022'::serial.serial);   -- assignment
SELECT * FROM t;
INSERT INTO sizes SELECT 'assigned', c FROM t;
SELECT v FROM sizes WHERE what = 'assigned';

-- try_parse
SELECT serial.try_parse('nonsense'), serial.try_parse('luhn:79927398713'), serial.try_parse(NULL);

-- The type modifier holds for literals, expressions, assignments and COPY.
CREATE TABLE pallet (id serial.serial(sscc) PRIMARY KEY);
SELECT format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = 'pallet'::regclass AND attname = 'id';
INSERT INTO pallet VALUES ('(00)302335678902000022');
INSERT INTO pallet VALUES ('(01)09506000134352(21)A1');
INSERT INTO pallet SELECT serial.parse('(01)09506000134352(21)A1');
INSERT INTO pallet SELECT v FROM sizes WHERE what = 'GTIN';
UPDATE pallet SET id = serial.parse('(01)09506000134352(21)A1');
COPY pallet FROM stdin;
(01)09506000134352(21)A1
\.
SELECT '(01)09506000134352(21)A1'::serial.serial(sscc);
SELECT serial.parse('(01)09506000134352(21)A1')::serial.serial(sgtin);
SELECT '{(01)09506000134352(21)A1}'::serial.serial(sscc)[];
SELECT NULL::serial.serial(sscc);
SELECT * FROM pallet;
CREATE TABLE wrong (id serial.serial(nothing));
CREATE TABLE wrong (id serial.serial(sscc, sgtin));
CREATE TABLE wrong (id serial.serial(SSCC));
DROP TABLE wrong;
CREATE DOMAIN crate AS serial.serial(grai) CHECK (serial.number(VALUE) IS NOT NULL);
SELECT '(8003)00614141123452400'::crate;
SELECT '(8003)00614141123452'::crate;

-- Binary form: one byte of version, then the stored bytes
SELECT encode(serial_internal.serial_send('(01)09506000134352(21)123456789012'), 'hex');
SELECT encode(serial_internal.serial_send('(00)302335678902000022'), 'hex');
SELECT encode(serial_internal.serial_send('(8004)06141419876'), 'hex');
SELECT encode(serial_internal.serial_send('(01)09506000134352(21)AB'), 'hex');
SELECT encode(serial_internal.serial_send('(01)09506000134352(21)ab'), 'hex');

-- The accessors take NULL for NULL.
SELECT serial.scheme(NULL), serial.key(NULL), serial.number(NULL), serial.gtin(NULL);
DROP DOMAIN crate;
DROP TABLE sizes, t, pallet;

-- A type modifier may be any number when the functions are called by hand.
SELECT serial.serial('(00)302335678902000022'::serial.serial, 999, true);
SELECT serial.serial('(00)302335678902000022'::serial.serial, 258, true);
SELECT serial.serial('(00)302335678902000022'::serial.serial, -7, true);
SELECT serial_internal.serial_in('(00)302335678902000022', 0, 999);
SELECT serial_internal.serial_typmod_out(257);
SELECT serial.serial('(00)302335678902000022'::serial.serial, -1, true);
