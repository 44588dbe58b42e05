-- Pictures of what is packed in what, and sums.

DELETE FROM serial.aggregation_history;   -- of the tests before
\set pallet '(00)306141410000099994'

-- Of an item by itself, and of nothing
SELECT * FROM serial.tree('(01)09506000134352(21)A');
SELECT * FROM serial.tree(:'pallet');
SELECT * FROM serial.tree(NULL);
SELECT * FROM serial.summary(:'pallet');
SELECT * FROM serial.summary(NULL);

-- A pallet of 40 cases of 48 units, one of which has contents of its own
SELECT serial.pack(:'pallet', array_agg(('(01)80614141123458(21)' || 100 + i)::serial.serial), '2026-01-05 08:00+00')
FROM generate_series(1, 40) AS i;
SELECT sum(serial.pack(('(01)80614141123458(21)' || 100 + i)::serial.serial,
					   (SELECT array_agg(('(01)09506000134352(21)' || i * 100 + j)::serial.serial)
						FROM generate_series(1, 48) AS j), '2026-01-05 07:00+00'))
FROM generate_series(1, 40) AS i;
SELECT serial.pack('(01)09506000134352(21)101', ARRAY['(8004)06141419876', 'plain:LOC-0042'], '2026-01-05 06:00+00');
SELECT serial.pack('plain:LOC-0042', ARRAY['luhn:79927398713'], '2026-01-05 06:00+00');
SELECT * FROM serial.tree(:'pallet');

-- No deeper than asked; the counts say all the same
SELECT * FROM serial.tree(:'pallet', 1);
SELECT * FROM serial.tree(:'pallet', 0);
SELECT * FROM serial.tree(:'pallet', -1);
SELECT * FROM serial.tree('(01)09506000134352(21)101', max_depth => NULL);

-- Printed the same where walks go in SQL
SET serial.enable_direct_walk = off;
SELECT * FROM serial.tree(:'pallet', 2);
RESET serial.enable_direct_walk;

-- Five are shown, six are folded, and one that was taken out is in no count.
SELECT serial.unpack_all(:'pallet', '2026-01-05 09:00+00');
SELECT serial.pack(:'pallet', array_agg(('(01)80614141123458(21)' || 100 + i)::serial.serial), '2026-01-05 10:00+00')
FROM generate_series(2, 6) AS i;
SELECT * FROM serial.tree(:'pallet', 1);
SELECT serial.pack(:'pallet', ARRAY['(01)80614141123458(21)107'], '2026-01-05 10:00+00');
SELECT * FROM serial.tree(:'pallet', 1);
SELECT serial.unpack_all('(01)80614141123458(21)107', '2026-01-05 11:00+00');
SELECT * FROM serial.tree(:'pallet', 1);
SELECT * FROM serial.tree('(01)80614141123458(21)107');

-- What is folded is reported apart by scheme and key, up to a point.  Of
-- containers without a number, only the scheme is stated.
SELECT serial.pack('(00)306141410000099987',
	ARRAY[:'pallet', '(00)306141410000099963', '(00)306141410000099956', '(00)306141410000099949', '(00)306141410000099932',
		  '(8004)06141419876X', '(01)09506000134352(21)loose1', '(01)09506000134352(21)loose2'], '2026-01-05 11:00+00');
SELECT * FROM serial.tree('(00)306141410000099987', 1);
SELECT serial.pack('(00)306141410000099987', ARRAY['(01)09521234543213(21)x', '(01)09521234543213(21)y', 'luhn:2634'], '2026-01-05 11:00+00');
SELECT * FROM serial.tree('(00)306141410000099987', 1);
SELECT serial.pack('(00)306141410000099987', ARRAY['vin:1M8GDM9AXKP042788'], '2026-01-05 11:00+00');
SELECT * FROM serial.tree('(00)306141410000099987', 1);

-- Sums, now and as of a time
SELECT * FROM serial.summary('(00)306141410000099987');
SELECT * FROM serial.summary(:'pallet', '2026-01-05 08:30+00');
SELECT * FROM serial.summary(:'pallet', '2026-01-05 09:30+00');
SELECT sum(items) = (SELECT count(*) FROM serial.contents('(00)306141410000099987')) AS whole
FROM serial.summary('(00)306141410000099987');

-- As much as the caller may see
CREATE ROLE regress_serial_viewer;
SET ROLE regress_serial_viewer;
SELECT * FROM serial.tree(:'pallet');
SELECT * FROM serial.summary(:'pallet');
RESET ROLE;
GRANT SELECT ON serial.aggregation TO regress_serial_viewer;
ALTER TABLE serial.aggregation ENABLE ROW LEVEL SECURITY;
CREATE POLICY regress_hide ON serial.aggregation USING (child <> '(01)80614141123458(21)102'::serial.serial);
SET ROLE regress_serial_viewer;
SELECT * FROM serial.tree(:'pallet', 1);
SELECT * FROM serial.summary(:'pallet');
RESET ROLE;
DROP POLICY regress_hide ON serial.aggregation;
ALTER TABLE serial.aggregation DISABLE ROW LEVEL SECURITY;
DROP OWNED BY regress_serial_viewer;
DROP ROLE regress_serial_viewer;

-- A cycle, which nothing but a superuser's hand can make, ends in an error.
INSERT INTO serial.aggregation VALUES ('(00)306141410000099987', '(01)80614141123458(21)103', now(), true);
UPDATE serial.aggregation SET is_container = true WHERE child = '(01)80614141123458(21)103';
SELECT * FROM serial.tree('(00)306141410000099987');

DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;

-- A chain of 20,000 containers takes a few tenths of a second; the limit is far above that
INSERT INTO serial.aggregation (child, parent, since, is_container)
SELECT ('plain:CHAIN-' || i)::serial.serial, ('plain:CHAIN-' || i - 1)::serial.serial, '2026-01-05', true
FROM generate_series(1, 20000) AS i;
ANALYZE serial.aggregation;
SET statement_timeout = '10s';
SELECT count(*) AS lines FROM serial.tree('plain:CHAIN-0');
RESET statement_timeout;
DELETE FROM serial.aggregation;
