-- Views for a monitor.  They show what the rows say that the caller may see.

CREATE VIEW serial.open_alerts WITH (security_invoker = true) AS
SELECT a.kind, count(*) AS alerts, min(a.raised_at) AS oldest, now() - min(a.raised_at) AS age
FROM serial.alert AS a
WHERE a.acknowledged_at IS NULL
GROUP BY a.kind;
COMMENT ON VIEW serial.open_alerts IS
'alerts that nobody has acknowledged, by kind';
COMMENT ON COLUMN serial.open_alerts.kind IS
'their kind';
COMMENT ON COLUMN serial.open_alerts.alerts IS
'how many there are';
COMMENT ON COLUMN serial.open_alerts.oldest IS
'when the oldest of them was raised';
COMMENT ON COLUMN serial.open_alerts.age IS
'how long ago that was';

CREATE VIEW serial.unsealed_events WITH (security_invoker = true) AS
SELECT count(*) AS events, min(e.record_time) AS oldest, now() - min(e.record_time) AS age
FROM serial.event AS e
WHERE e.event > coalesce((SELECT max(s.last_event) FROM serial.seal AS s), 0);
COMMENT ON VIEW serial.unsealed_events IS
'events recorded since the last seal; one row';
COMMENT ON COLUMN serial.unsealed_events.events IS
'how many there are';
COMMENT ON COLUMN serial.unsealed_events.oldest IS
'when the oldest of them was recorded';
COMMENT ON COLUMN serial.unsealed_events.age IS
'how long ago that was';

CREATE VIEW serial.unpartitioned_history WITH (security_invoker = true) AS
SELECT count(*) AS intervals, min(h.until) AS oldest, now() - min(h.until) AS age
FROM serial.aggregation_history_default AS h;
COMMENT ON VIEW serial.unpartitioned_history IS
'intervals in the default partition of serial.aggregation_history; one row';
COMMENT ON COLUMN serial.unpartitioned_history.intervals IS
'how many there are';
COMMENT ON COLUMN serial.unpartitioned_history.oldest IS
'when the first of them ended';
COMMENT ON COLUMN serial.unpartitioned_history.age IS
'how long ago that was';
