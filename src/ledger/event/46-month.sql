-- Months: events are range-partitioned by record time, without anyone having to
-- think of it.

-- The partitions are no members of the extension, so that pg_dump dumps them.
-- What it writes attaches a partition before it makes its indexes: were there an
-- index on serial.event itself, attaching would make them first.
CREATE FUNCTION serial_internal.index_month(parent text, month text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF parent = 'event' THEN
		EXECUTE format('ALTER TABLE serial.%I ADD PRIMARY KEY (event, record_time)', month);
		EXECUTE format('CREATE INDEX ON serial.%I (corrects) WHERE corrects IS NOT NULL', month);
		EXECUTE format('CREATE INDEX ON serial.%I (event_id) WHERE event_id IS NOT NULL', month);
		EXECUTE format('CREATE INDEX ON serial.%I (transformation) WHERE transformation IS NOT NULL', month);
		EXECUTE format('CREATE INDEX ON serial.%I (place, event_time) WHERE place IS NOT NULL', month);
		EXECUTE format('CREATE INDEX ON serial.%I (event_time) WHERE business_step IN (%L, %L)', month,
			'shipping', 'consigning');
		EXECUTE format('CREATE INDEX ON serial.%I (event_time) WHERE business_step = %L', month, 'void_shipping');
		EXECUTE format('CREATE INDEX ON serial.%I USING gin
						(serial_internal.lots_in_quantities(quantities, input_quantities))
						WHERE quantities IS NOT NULL OR input_quantities IS NOT NULL', month);
		-- events that may have no item and no eventID by which to find them
		EXECUTE format('CREATE INDEX ON serial.%I (event_time) WHERE event_id IS NULL AND parent IS NULL
						AND (quantities IS NOT NULL OR input_quantities IS NOT NULL OR attributes IS NOT NULL
							 OR type = %L)', month, 'TransactionEvent');
	ELSE
		EXECUTE format('ALTER TABLE serial.%I ADD PRIMARY KEY (id, event_time, event, role, record_time)', month);
		EXECUTE format('CREATE INDEX ON serial.%I (event)', month);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.index_month(text, text) IS
'makes the indexes of a new partition of serial.event or serial.event_item';
REVOKE EXECUTE ON FUNCTION serial_internal.index_month(text, text) FROM PUBLIC;

-- A month of events is a partition, made when the first of them is recorded.
CREATE FUNCTION serial_internal.open_month(at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
	month timestamptz := date_trunc('month', at);
	suffix text := to_char(month, '_YYYYMM');
	parent text;
BEGIN
	IF to_regclass('serial.event_item' || suffix) IS NOT NULL THEN
		RETURN;
	END IF;
	-- Recorders do not wait for this lock, and who has waited for it sees the partitions
	-- that were made meanwhile, as with no advisory lock.
	LOCK TABLE serial.event IN SHARE UPDATE EXCLUSIVE MODE;
	IF to_regclass('serial.event_item' || suffix) IS NOT NULL THEN
		RETURN;
	END IF;
	FOREACH parent IN ARRAY '{event,event_item}'::text[] LOOP
		EXECUTE format('CREATE TABLE serial.%I (LIKE serial.%I INCLUDING ALL)', parent || suffix, parent);
		EXECUTE format('REVOKE ALL ON TABLE serial.%I FROM PUBLIC', parent || suffix);
		PERFORM serial_internal.let_owner_dump(format('serial.%I', parent || suffix)::regclass);
		EXECUTE format('COMMENT ON TABLE serial.%I IS %L', parent || suffix,
					   format('rows of serial.%s recorded in %s (UTC)', parent, to_char(month, 'YYYY-MM')));
		PERFORM serial_internal.index_month(parent, parent || suffix);
		EXECUTE format('ALTER TABLE serial.%I ATTACH PARTITION serial.%I FOR VALUES FROM (%L) TO (%L)',
					   parent, parent || suffix, month, month + interval '1 month');
		EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.%I
						FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.refuse_change()', parent || suffix);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial_internal.open_month(timestamptz) IS
'makes the partitions of events for a month (UTC), if there are none';
REVOKE EXECUTE ON FUNCTION serial_internal.open_month(timestamptz) FROM PUBLIC;

-- Months that were put aside.

CREATE TABLE serial.detached_month
(
	month date PRIMARY KEY,
	events int8multirange NOT NULL,
	detached_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	detached_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE serial.detached_month IS
'months (UTC) whose events were detached, and which events those are';
COMMENT ON COLUMN serial.detached_month.month IS
'the first day of the month';
COMMENT ON COLUMN serial.detached_month.events IS
'the numbers of its events';
COMMENT ON COLUMN serial.detached_month.detached_at IS
'when it was detached';
COMMENT ON COLUMN serial.detached_month.detached_by IS
'the session user who detached it';
SELECT pg_catalog.pg_extension_config_dump('serial.detached_month', '');

-- An event that is aside stays known by its eventID, also when its tables are gone.
CREATE TABLE serial.detached_event_id
(
	event_id text NOT NULL,
	event bigint NOT NULL,
	PRIMARY KEY (event_id, event)
);
COMMENT ON TABLE serial.detached_event_id IS
'the eventIDs of events whose month is detached, which are not recorded again';
COMMENT ON COLUMN serial.detached_event_id.event_id IS
'the eventID by which others know it';
COMMENT ON COLUMN serial.detached_event_id.event IS
'the event';
SELECT pg_catalog.pg_extension_config_dump('serial.detached_event_id', '');

-- Planned once a session, as PL/pgSQL is; the planner, which knows the tables as they were
-- when it last saw statistics, might read all of them, or all numbers from the first on.
CREATE FUNCTION serial_internal.known_event(event_id text)
RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
BEGIN
	RETURN coalesce(
		(SELECT min(k.event)
		 FROM (SELECT e.event FROM serial.event AS e
			   WHERE e.event_id = known_event.event_id AND e.corrects IS NULL OFFSET 0) AS k),
		(SELECT min(d.event) FROM serial.detached_event_id AS d WHERE d.event_id = known_event.event_id));
END;
$$;
COMMENT ON FUNCTION serial_internal.known_event(text) IS
'the event with an eventID, declarations of error aside, also if its month is detached; NULL if there is none';

CREATE FUNCTION serial.detach_month(month date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	first date := date_trunc('month', month);
	suffix text := to_char(month, '_YYYYMM');
	events int8multirange;
	parent text;
BEGIN
	IF to_regclass('serial.event' || suffix) IS NULL
	   OR EXISTS (SELECT FROM serial.detached_month AS d WHERE d.month = first) THEN
		RAISE EXCEPTION 'there are no events of % to detach', to_char(first, 'YYYY-MM')
			USING ERRCODE = 'undefined_object';
	END IF;
	IF first >= date_trunc('month', now() AT TIME ZONE 'UTC') THEN
		RAISE EXCEPTION 'month % is not over', to_char(first, 'YYYY-MM')
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'Events are still recorded in it.';
	END IF;
	EXECUTE format('SELECT range_agg(int8range(event, event, ''[]'')) FROM serial.%I', 'event' || suffix) INTO events;
	FOREACH parent IN ARRAY '{event,event_item}'::text[] LOOP
		EXECUTE format('ALTER TABLE serial.%I DETACH PARTITION serial.%I', parent, parent || suffix);
		-- a partition has this trigger of its parent, and loses it
		EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.%I
						FOR EACH ROW EXECUTE FUNCTION serial_internal.refuse_change()', parent || suffix);
	END LOOP;
	EXECUTE format('INSERT INTO serial.detached_event_id (event_id, event)
					SELECT e.event_id, e.event FROM serial.%I AS e
					WHERE e.event_id IS NOT NULL AND e.corrects IS NULL', 'event' || suffix);
	INSERT INTO serial.detached_month (month, events) VALUES (first, coalesce(events, '{}'));
END;
$$;
COMMENT ON FUNCTION serial.detach_month(date) IS
'detaches the tables with the events of a month: they stay, and no function reads them; errors 42704 no such month, '
'55000 the month is not over';
REVOKE EXECUTE ON FUNCTION serial.detach_month(date) FROM PUBLIC;

-- Only tables of the owner's own are attached: another's may carry triggers.
CREATE FUNCTION serial.attach_month(month date)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	first date := date_trunc('month', month);
	suffix text := to_char(month, '_YYYYMM');
	parent text;
BEGIN
	IF NOT EXISTS (SELECT FROM serial.detached_month AS d WHERE d.month = first) THEN
		RAISE EXCEPTION 'month % is not detached', to_char(first, 'YYYY-MM') USING ERRCODE = 'undefined_object';
	END IF;
	FOREACH parent IN ARRAY '{event,event_item}'::text[] LOOP
		IF NOT EXISTS (SELECT FROM pg_class AS c, pg_class AS p
					   WHERE c.oid = to_regclass('serial.' || parent || suffix)
						 AND p.oid = to_regclass('serial.' || parent) AND c.relowner = p.relowner) THEN
			RAISE EXCEPTION 'there is no table "serial.%" of the owner of "serial.%"', parent || suffix, parent
				USING ERRCODE = 'undefined_table';
		END IF;
		EXECUTE format('DROP TRIGGER IF EXISTS refuse_change ON serial.%I', parent || suffix);
		EXECUTE format('ALTER TABLE serial.%I ATTACH PARTITION serial.%I FOR VALUES FROM (%L) TO (%L)',
					   parent, parent || suffix, first::timestamp AT TIME ZONE 'UTC',
					   (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
	END LOOP;
	DELETE FROM serial.detached_event_id AS i USING serial.detached_month AS d
	WHERE d.month = first AND d.events @> i.event;
	DELETE FROM serial.detached_month AS d WHERE d.month = first;
END;
$$;
COMMENT ON FUNCTION serial.attach_month(date) IS
'attaches the tables with the events of a detached month again; errors 42704 the month is not detached, 42P01 its '
'tables do not exist';
REVOKE EXECUTE ON FUNCTION serial.attach_month(date) FROM PUBLIC;

CREATE FUNCTION serial_internal.is_complete()
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	months text := (
		SELECT string_agg(to_char(d.month, 'YYYY-MM'), ', ' ORDER BY d.month) FROM serial.detached_month AS d);
BEGIN
	IF months IS NOT NULL THEN
		RAISE WARNING 'events of % are detached', months
			USING DETAIL = 'What was recorded then is not in the answer.',
				  HINT = 'serial.attach_month takes them back.';
	END IF;
	RETURN months IS NULL;
END;
$$;
COMMENT ON FUNCTION serial_internal.is_complete() IS
'are all events at hand? else a warning says which months are not';
