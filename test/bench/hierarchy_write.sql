-- What writing is measured with: a container of 4,800, and new cartons.

SET client_min_messages = warning;

SELECT serial.pack('(8004)30614141BIG',
	(SELECT array_agg(('(01)09506000134352(21)BIG' || n)::serial.serial) FROM generate_series(1, 4800) AS n));
SELECT serial.pack('(8004)30614141P500', ARRAY['(8004)30614141BIG']);
INSERT INTO bench.adjacency VALUES ('(8004)30614141BIG', '(8004)30614141P500', now());

CREATE SEQUENCE bench.carton_sequence;
CREATE FUNCTION bench.next_carton(OUT carton serial.serial, OUT units serial.serial[])
LANGUAGE plpgsql AS $$
DECLARE
	n bigint := nextval('bench.carton_sequence');
BEGIN
	carton := ('(01)80614141123458(21)N' || n)::serial.serial;
	units := (SELECT array_agg(('(01)09506000134352(21)N' || n || 'U' || u)::serial.serial)
			  FROM generate_series(1, 48) AS u);
END $$;
