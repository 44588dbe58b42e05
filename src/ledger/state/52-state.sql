-- The state of an item, folded from events

CREATE FUNCTION serial_internal.events_of(id serial.serial, as_of timestamptz DEFAULT 'infinity')
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, source_item serial.serial, depth integer,
			   role text, resulting_disposition text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT DISTINCT ON (i.event_time, i.event)
		   i.event, i.event_time, i.record_time, s.container, s.depth, i.role, i.resulting_disposition
	FROM serial_internal.containment(events_of.id) AS s
	JOIN serial.event_item AS i ON i.id = s.container
		AND (i.event_time, i.event) >= (s.since, s.since_event)
		AND ((i.event_time, i.event) < (s.until, s.until_event)
			 OR (i.event_time = s.until AND i.event = s.until_event AND i.role = 'parent'))    -- the unpacking
	WHERE i.event_time <= as_of
	ORDER BY i.event_time, i.event, s.depth;
END;
COMMENT ON FUNCTION serial_internal.events_of(serial.serial, timestamptz) IS
'the events of an item and, only while it was inside, of its containers, in order of event time; events declared '
'in error and events not accepted are included';

-- A persistent disposition that was set stays in force until it is unset: on the
-- item itself, or on the container on which it was set or one between the two, if
-- the item has been inside that container ever since.  Unsetting one on a container
-- therefore leaves it in force for an item on which it was set directly, or which
-- had it before it was packed.
CREATE FUNCTION serial_internal.decide_persistent_dispositions(mentions jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH mention AS MATERIALIZED (
		SELECT m.word, m.depth, m.inside_since, m.inside_event, m.is_set, m.at, m.by
		FROM jsonb_to_recordset(mentions) AS m(word text, depth integer, inside_since text, inside_event bigint,
											   is_set boolean, at text, by bigint)
	)
	SELECT jsonb_object_agg(d.word, jsonb_build_object('set', d.is_set, 'at', d.at, 'by', d.by))
	FROM (SELECT DISTINCT ON (m.word) m.word, m.is_set, m.at, m.by
		  FROM mention AS m
		  WHERE CASE WHEN m.is_set THEN NOT EXISTS (
					SELECT FROM mention AS u
					WHERE u.word = m.word AND NOT u.is_set AND (u.at, u.by) > (m.at, m.by)
					  AND (u.depth = 0 OR (u.depth <= m.depth AND (u.inside_since, u.inside_event) <= (m.at, m.by))))
				ELSE m.depth = 0 END
		  ORDER BY m.word, m.is_set DESC, m.at DESC, m.by DESC) AS d;
END;
COMMENT ON FUNCTION serial_internal.decide_persistent_dispositions(jsonb) IS
'chooses, among mentions of persistent dispositions (word, depth, inside_since, inside_event, is_set, at, by), '
'the one that decides for each word; the result has the form {word: {set, at, by}}';

CREATE FUNCTION serial_internal.persistent_dispositions_set(persistent_dispositions jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(m.key ORDER BY m.key) FROM jsonb_each(persistent_dispositions) AS m
		WHERE (m.value ->> 'set')::boolean;
END;
COMMENT ON FUNCTION serial_internal.persistent_dispositions_set(jsonb) IS
'the words that are set in a result of serial_internal.decide_persistent_dispositions';

CREATE FUNCTION serial_internal.blocking_dispositions(persistent_dispositions jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(w.word ORDER BY w.word)
	FROM unnest(serial_internal.persistent_dispositions_set(persistent_dispositions)) AS w(word)
	WHERE w.word IN (SELECT serial_internal.dispositions('blocked')) OR serial_internal.is_final(w.word);
END;
COMMENT ON FUNCTION serial_internal.blocking_dispositions(jsonb) IS
'the persistent dispositions that are set and block an item: those in which something is wrong with it, or which '
'are final; NULL if there is none';

-- The events that count, with the items that they name.  Declarations of error do not, nor
-- what they declare wrong, nor what is kept as evidence only.
CREATE VIEW serial_internal.accepted_item WITH (security_invoker = true) AS
SELECT i.id, i.event_time, i.event, i.record_time, i.role, i.resulting_disposition,
	   e.type, e.action, e.business_step, e.disposition, e.recorded_by, e.actor, e.read_point, e.place, e.parent,
	   e.lot, e.expiry, e.destinations, e.sources, e.persistent_disposition
FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
WHERE e.is_accepted AND e.corrects IS NULL
  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event);
COMMENT ON VIEW serial_internal.accepted_item IS
'the items of events that are accepted and have not been declared in error, with what the events say of them';

CREATE FUNCTION serial_internal.state(
	id serial.serial, as_of timestamptz DEFAULT 'infinity', own_only boolean DEFAULT false,
		upto bigint DEFAULT 9223372036854775807)
RETURNS TABLE (disposition text, since timestamptz, place text, place_since timestamptz, event bigint,
	source_item serial.serial,
			   persistent_dispositions jsonb, consignee text, consignee_since timestamptz, disposition_event bigint,
			   event_time timestamptz, place_event bigint, consignee_event bigint)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1
AS 'MODULE_PATHNAME', 'serial_state';
COMMENT ON FUNCTION serial_internal.state(serial.serial, timestamptz, boolean, bigint) IS
'the state of an item as of an event time and, at that time, up to an event number: the fold of its events and of '
'those of its containers while it was inside; own_only leaves out the container that it is in now; no row if there '
'is no event';

CREATE FUNCTION serial_internal.shipments(ids serial.serial[])
RETURNS TABLE (id serial.serial, party text, at timestamptz, event bigint, is_shipping boolean)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 100
AS 'MODULE_PATHNAME', 'serial_shipments';
COMMENT ON FUNCTION serial_internal.shipments(serial.serial[]) IS
'the events that shipped items, by themselves or in a container, when, and to which party, which is NULL if none is '
'named; also those of other steps that name the party to which the items come to belong; without what void_shipping '
'undid';

CREATE FUNCTION serial_internal.current_persistent_dispositions(id serial.serial)
RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH known AS MATERIALIZED (
		SELECT s.depth, s.since AS inside_since, s.since_event AS inside_event, i.persistent_dispositions
		FROM serial_internal.containment(current_persistent_dispositions.id) AS s
		JOIN serial.item AS i ON i.id = s.container
		WHERE s.until = 'infinity'
	)
	SELECT serial_internal.decide_persistent_dispositions(jsonb_agg(jsonb_build_object('word', m.key, 'depth', k.depth,
		'inside_since', serial_internal.timestamp_text(k.inside_since), 'inside_event', k.inside_event,
		'is_set', (m.value ->> 'set')::boolean,
		'at', m.value ->> 'at', 'by', m.value -> 'by')))
	FROM known AS k CROSS JOIN LATERAL jsonb_each(k.persistent_dispositions) AS m
	WHERE k.depth = 0
	   OR (m.value ->> 'at', (m.value ->> 'by')::bigint)
		  >= (serial_internal.timestamp_text(k.inside_since), k.inside_event);
END;
COMMENT ON FUNCTION serial_internal.current_persistent_dispositions(serial.serial) IS
'the persistent dispositions of an item now, its own and those of its containers, in the form of '
'serial_internal.decide_persistent_dispositions; NULL if none was ever set or unset';

-- For the present, the rows of the item and of its containers suffice: no event is read.
CREATE FUNCTION serial_internal.current_state(id serial.serial)
RETURNS TABLE (disposition text, since timestamptz, place text, place_since timestamptz, event bigint,
	source_item serial.serial,
			   persistent_dispositions jsonb, consignee text, consignee_since timestamptz, disposition_event bigint,
			   event_time timestamptz)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1
AS 'MODULE_PATHNAME', 'serial_current_state';
COMMENT ON FUNCTION serial_internal.current_state(serial.serial) IS
'the state of an item now; no row if there is no event of it or of a container that it is in';

CREATE FUNCTION serial_internal.last_mention(id serial.serial)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT a.event FROM serial_internal.accepted_item AS a WHERE a.id = last_mention.id
	ORDER BY a.event_time DESC, a.event DESC LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.last_mention(serial.serial) IS
'the last event of an item itself, in any role; NULL if there is none';

-- Differences in spelling that scanners and people make: of short numbers each combination,
-- of long ones what Caps Lock or reading all characters as letters or digits makes of them.
CREATE FUNCTION serial_internal.known_variant(id serial.serial)
RETURNS serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH RECURSIVE given AS MATERIALIZED (
		SELECT m.parts[1] AS prefix, m.parts[2] AS part
		FROM regexp_match(known_variant.id::text, '^(.*[):])([^):]*)$') AS m(parts)
	), spelled(part, position) AS (
		SELECT '', 1 FROM given AS g
		WHERE 3 ^ length(regexp_replace(g.part, '[^0Oo]', '', 'g'))
			  * 2 ^ length(regexp_replace(g.part, '[^A-NP-Za-np-z]', '', 'g')) <= 512
		UNION ALL
		SELECT s.part || n.character, s.position + 1
		FROM spelled AS s JOIN given AS g ON s.position <= length(g.part)
		CROSS JOIN LATERAL (SELECT substr(g.part, s.position, 1)) AS c(character)
		CROSS JOIN LATERAL unnest(CASE WHEN c.character IN ('0', 'O', 'o') THEN ARRAY['0', 'O', 'o']
			WHEN upper(c.character) <> lower(c.character) THEN ARRAY[upper(c.character), lower(c.character)]
			ELSE ARRAY[c.character] END) AS n(character)
	)
	SELECT i.id
	FROM given AS g
	CROSS JOIN LATERAL (
		SELECT s.part FROM spelled AS s WHERE s.position > length(g.part)
		UNION ALL
		SELECT unnest(ARRAY[upper(g.part), lower(g.part),
			translate(g.part, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
					  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'),
			translate(g.part, 'Oo', '00'), translate(upper(g.part), 'O', '0'),
			translate(g.part, '0', 'O'), translate(upper(g.part), '0', 'O')])) AS v(part)
	JOIN serial.item AS i ON i.id = serial.try_parse(g.prefix || v.part)
	WHERE v.part <> g.part AND i.id <> known_variant.id AND i.first_event IS NOT NULL
	LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.known_variant(serial.serial) IS
'an identifier that events are recorded of and that differs from another in upper and lower case, or in 0 and O, '
'only; NULL if there is none';

CREATE FUNCTION serial_internal.newer_persistent_dispositions(a jsonb, b jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_object_agg(d.key, d.value)
	FROM (SELECT DISTINCT ON (m.key) m.key, m.value
		  FROM (SELECT * FROM jsonb_each(a) UNION ALL SELECT * FROM jsonb_each(b)) AS m
		  ORDER BY m.key, m.value ->> 'at' DESC) AS d;
END;
COMMENT ON FUNCTION serial_internal.newer_persistent_dispositions(jsonb, jsonb) IS
'merges two results of serial_internal.decide_persistent_dispositions: the newer entry of each word';

CREATE FUNCTION serial_internal.folded_items(ids serial.serial[])
RETURNS TABLE (id serial.serial, lot text, expiry date, disposition text, since timestamptz, disposition_event bigint,
			   place text, place_since timestamptz, place_event bigint, first_event bigint, commissioning_event bigint,
			   last_event bigint, last_time timestamptz, persistent_dispositions jsonb, consignee text,
			   consignee_since timestamptz, consignee_event bigint, void_shipping_time timestamptz,
			   final_since timestamptz)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
AS 'MODULE_PATHNAME', 'serial_folded_items';
COMMENT ON FUNCTION serial_internal.folded_items(serial.serial[]) IS
'the rows of items in serial.item, attributes aside, as their events give them; NULLs for an item of which there '
'is no event';

CREATE FUNCTION serial_internal.recompute_items(ids serial.serial[])
RETURNS void
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'serial_recompute_items';
COMMENT ON FUNCTION serial_internal.recompute_items(serial.serial[]) IS
'locks the rows of items in serial.item and computes them anew from their events';

-- The plan is generic, because planning for each event costs more than the query, and uses
-- indexes, because the plan may have been made while the table was small.
CREATE FUNCTION serial_internal.lock_containers_for_share(containers serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	INSERT INTO serial.item (id) SELECT DISTINCT c.id FROM unnest(containers) AS c(id)
		ORDER BY c.id ON CONFLICT (id) DO NOTHING;
	PERFORM FROM serial.item AS i WHERE i.id = ANY (containers) ORDER BY i.id FOR KEY SHARE;
END;
$$;
COMMENT ON FUNCTION serial_internal.lock_containers_for_share(serial.serial[]) IS
'waits for the events of containers that are being recorded, and keeps others from being recorded';
REVOKE EXECUTE ON FUNCTION serial_internal.lock_containers_for_share(serial.serial[]) FROM PUBLIC;
