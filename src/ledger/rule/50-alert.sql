-- Alerts

CREATE TABLE serial.alert
(
	alert bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL,
	id serial.serial,
	event bigint,
	detail text NOT NULL,
	raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	raised_by text NOT NULL DEFAULT session_user,
	acknowledged_at timestamptz,
	acknowledged_by text,
	note text
);
CREATE INDEX alert_id_idx ON serial.alert (id);
CREATE INDEX alert_event_idx ON serial.alert (event);
CREATE INDEX alert_open_idx ON serial.alert (id) WHERE acknowledged_at IS NULL;
COMMENT ON TABLE serial.alert IS
'reports that contradict what is known, and verifications that alarm; never deleted';
COMMENT ON COLUMN serial.alert.alert IS
'its number';
COMMENT ON COLUMN serial.alert.kind IS
'the kind of contradiction, in a few words';
COMMENT ON COLUMN serial.alert.id IS
'the item';
COMMENT ON COLUMN serial.alert.event IS
'the event that raised it; NULL for a verification';
COMMENT ON COLUMN serial.alert.detail IS
'what contradicts it';
COMMENT ON COLUMN serial.alert.raised_at IS
'when it was raised';
COMMENT ON COLUMN serial.alert.raised_by IS
'the session user in whose session it was raised';
COMMENT ON COLUMN serial.alert.acknowledged_at IS
'when somebody acknowledged it; NULL while it is open';
COMMENT ON COLUMN serial.alert.acknowledged_by IS
'the session user who acknowledged it';
COMMENT ON COLUMN serial.alert.note IS
'the note of the session user who acknowledged it';
COMMENT ON SEQUENCE serial.alert_alert_seq IS
'numbers of alerts';
SELECT pg_catalog.pg_extension_config_dump('serial.alert', '');
SELECT pg_catalog.pg_extension_config_dump('serial.alert_alert_seq', '');

CREATE TRIGGER refuse_change BEFORE UPDATE ON serial.alert
	FOR EACH ROW WHEN (OLD.acknowledged_at IS NOT NULL
		OR (OLD.alert, OLD.kind, OLD.id, OLD.event, OLD.detail, OLD.raised_at, OLD.raised_by)
			IS DISTINCT FROM (NEW.alert, NEW.kind, NEW.id, NEW.event, NEW.detail, NEW.raised_at, NEW.raised_by))
	EXECUTE FUNCTION serial_internal.refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON serial.alert
	FOR EACH ROW EXECUTE FUNCTION serial_internal.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.alert
	FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.refuse_change();

CREATE FUNCTION serial_internal.raise_alert(kind text, id serial.serial, event bigint, detail text)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	INSERT INTO serial.alert (kind, id, event, detail) VALUES (kind, id, event, detail) RETURNING alert;
END;
COMMENT ON FUNCTION serial_internal.raise_alert(text, serial.serial, bigint, text) IS
'writes an alert and returns its number';
REVOKE EXECUTE ON FUNCTION serial_internal.raise_alert(text, serial.serial, bigint, text) FROM PUBLIC;

CREATE FUNCTION serial_internal.raise_alerts(kinds text[], ids serial.serial[], event bigint, details text[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.alert (kind, id, event, detail)
	SELECT a.kind, a.id, raise_alerts.event, a.detail
	FROM unnest(kinds, ids, details) WITH ORDINALITY AS a(kind, id, detail, n) ORDER BY a.n;
END;
$$;
COMMENT ON FUNCTION serial_internal.raise_alerts(text[], serial.serial[], bigint, text[]) IS
'writes the alerts of an event, one for each element of the arrays';
REVOKE EXECUTE ON FUNCTION serial_internal.raise_alerts(text[], serial.serial[], bigint, text[]) FROM PUBLIC;

CREATE FUNCTION serial.acknowledge(alert bigint, note text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.alert AS a
	SET acknowledged_at = clock_timestamp(), acknowledged_by = session_user, note = acknowledge.note
	WHERE a.alert = acknowledge.alert AND a.acknowledged_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'alert % does not exist or has been acknowledged', alert
			USING ERRCODE = 'undefined_object';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.acknowledge(bigint, text) IS
'notes who has looked into an alert, when, and with what result; once; errors 42704 no such open alert';
REVOKE EXECUTE ON FUNCTION serial.acknowledge(bigint, text) FROM PUBLIC;
