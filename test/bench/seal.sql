-- Sealing a million events in one pass, against SHA-256 over their rows.

SET client_min_messages = warning;

SELECT serial_internal.open_month(now());
INSERT INTO serial.event (event, type, action, event_time, time_zone_offset, record_time, recorded_by, business_step, place, is_accepted, digest)
SELECT nextval('serial.event_sequence'), 'ObjectEvent', 'OBSERVE', now(), '+00:00', now(), 'bench', 'storing', 'urn:bench:shelf:' || n, true, sha256(n::text::bytea)
FROM generate_series(1, 1000000) AS n;
VACUUM ANALYZE serial.event;
CREATE FUNCTION bench.seal() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	ASSERT serial.seal() IS NOT NULL;
	RAISE EXCEPTION 'again' USING ERRCODE = 'P9999';
EXCEPTION WHEN SQLSTATE 'P9999' THEN
	RETURN;    -- so that there is as much to seal the next time
END $$;
SELECT bench.compare('sealing 1 million events : SELECT sha256(...) over them', 5,
	'SELECT bench.seal()', 'SELECT count(sha256(convert_to(e::text, ''UTF8''))) FROM serial.event AS e', 5);
