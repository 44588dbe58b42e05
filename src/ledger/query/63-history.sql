-- Questions of a quality manager, each one statement.  All run with the caller's rights.

CREATE FUNCTION serial_internal.party(list jsonb, member text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT p.entry ->> member
	FROM jsonb_array_elements(list) WITH ORDINALITY AS p(entry, n)
	WHERE p.entry ->> 'type' IN ('owning_party', 'possessing_party')
	ORDER BY p.entry ->> 'type', p.n LIMIT 1;
END;
COMMENT ON FUNCTION serial_internal.party(jsonb, text) IS
'the first owning party among the sources or destinations of an event, or else the first possessing party; NULL if '
'there is neither';

CREATE FUNCTION serial.history(id serial.serial)
RETURNS TABLE (
	event bigint, event_time timestamptz, record_time timestamptz, source_item serial.serial, role text,
	type text, action text, business_step text, disposition text, read_point text, place text,
	from_party text, to_party text, sources jsonb, destinations jsonb, business_transactions jsonb,
	transaction_statement jsonb, recorded_by text, is_accepted boolean, corrects bigint,
	correcting_event bigint, attributes jsonb)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT t.event, t.event_time, t.record_time, t.source_item, t.role,
		   t.type, t.action, t.business_step, t.disposition, t.read_point, t.place,
		   serial_internal.party(e.sources, 'source'), serial_internal.party(e.destinations, 'destination'),
		   e.sources, e.destinations, e.business_transactions,
		   (SELECT a.value FROM jsonb_each(e.attributes) AS a
			WHERE a.key ~ '(^|[:/#])dscsaTransactionStatement$' ORDER BY a.key LIMIT 1),
		   t.recorded_by, t.is_accepted, t.corrects, t.correcting_event, t.attributes
	FROM serial.trace(history.id) AS t
	JOIN serial.event AS e ON e.event = t.event AND e.record_time = t.record_time
	ORDER BY t.event_time, t.event;
END;
COMMENT ON FUNCTION serial.history(serial.serial) IS
'every event of an item and, only while it was inside, of its containers, in order of event time, with sources, '
'destinations, business transactions and the transaction statement (DSCSA) that the event carries as attribute '
'dscsaTransactionStatement; from_party and to_party are the owning, or else the possessing parties; is_accepted, '
'corrects and correcting_event mark events that were not accepted, declarations of errors and the events that these '
'declare wrong';

-- Where nothing else happened at the time of shipping and no shipping was undone, the
-- contents as of that time are what was shipped.  Else each item is asked for its own
-- shipments.
CREATE FUNCTION serial_internal.shipped_contents(
	shipped serial.serial, at timestamptz, event bigint, may_be_undone boolean)
RETURNS TABLE (id serial.serial, depth integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 100
BEGIN ATOMIC
	WITH inside AS MATERIALIZED (
		SELECT c.id, c.depth FROM serial.contents(shipped, at) AS c
		UNION ALL
		SELECT shipped, 0
	), asked AS MATERIALIZED (
		SELECT shipped_contents.may_be_undone
			OR EXISTS (SELECT FROM serial.aggregation_history AS h
					   WHERE h.until = at AND h.until_event > shipped_contents.event)
			OR EXISTS (SELECT FROM inside AS i JOIN serial.aggregation AS a ON a.child = i.id
					   WHERE a.since = at AND a.since_event > shipped_contents.event)
			OR EXISTS (SELECT FROM inside AS i JOIN serial.aggregation_history AS h ON h.child = i.id
					   WHERE h.since = at AND h.since_event > shipped_contents.event) AS each_item
	)
	SELECT i.id, i.depth FROM asked AS q CROSS JOIN inside AS i WHERE NOT q.each_item
	UNION ALL
	SELECT h.id, k.depth
	FROM asked AS q
	CROSS JOIN LATERAL serial_internal.shipments(ARRAY(
		SELECT c.id FROM serial_internal.contents_around(shipped, at) AS c(id))) AS h
	CROSS JOIN LATERAL serial_internal.containment(h.id) AS k
	WHERE q.each_item AND h.event = shipped_contents.event AND k.container = shipped
	  AND (at, shipped_contents.event) >= (k.since, k.since_event)
	  AND (at, shipped_contents.event) < (k.until, k.until_event);
END;
COMMENT ON FUNCTION serial_internal.shipped_contents(serial.serial, timestamptz, bigint, boolean) IS
'an item that an event shipped (depth 0) and what was inside it then; without those of which a void_shipping undid '
'the shipping, which may_be_undone says is possible';

CREATE FUNCTION serial.shipped_to(
	party text, since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity')
RETURNS TABLE (
	id serial.serial, gtin text, lot text, shipped serial.serial, depth integer, event bigint,
	event_time timestamptz, from_place text, business_transactions jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT serial_internal.canonical_place(party);    -- a wrong name is an error in an empty ledger, too
	WITH undone AS MATERIALIZED (    -- what was named when a shipping was undone, and all that it was ever in
		SELECT k.container
		FROM serial.event AS e
		JOIN serial.event_item AS n ON n.event = e.event AND n.record_time = e.record_time
		CROSS JOIN LATERAL serial_internal.containment(n.id) AS k
		WHERE e.business_step = 'void_shipping' AND e.event_time >= coalesce(since, '-infinity') AND e.is_accepted
	)
	SELECT c.id, serial.gtin(c.id), serial_internal.lot_of(c.id, i.lot), s.id, c.depth, s.event, s.event_time,
		   s.read_point, s.business_transactions
	FROM (SELECT e.event, e.event_time, e.read_point, e.business_transactions, n.id,
				 n.id IN (SELECT u.container FROM undone AS u) AS may_be_undone,
				 EXISTS (SELECT FROM serial.aggregation AS a WHERE a.parent = n.id)
				 OR EXISTS (SELECT FROM serial.aggregation_history AS h WHERE h.parent = n.id) AS is_container
		  FROM (SELECT ARRAY(SELECT w.place FROM serial_internal.places_within(shipped_to.party, false) AS w(place))
				AS places) AS p
		  CROSS JOIN serial.event AS e
		  JOIN serial.event_item AS n ON n.event = e.event AND n.record_time = e.record_time AND n.role <> 'parent'
		  WHERE serial_internal.is_complete() IS NOT NULL AND party IS NOT NULL
			AND e.business_step IN ('shipping', 'consigning') AND e.event_time >= coalesce(since, '-infinity')
			AND e.event_time < coalesce(until, 'infinity') AND e.is_accepted AND e.corrects IS NULL
			AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
			AND EXISTS (SELECT FROM jsonb_array_elements(e.destinations) AS d(entry)
						WHERE d.entry ->> 'destination' = ANY (p.places))) AS s
	CROSS JOIN LATERAL (
		SELECT s.id AS id, 0 AS depth WHERE NOT (s.may_be_undone OR s.is_container)
		UNION ALL
		SELECT w.id, w.depth
		FROM serial_internal.shipped_contents(s.id, s.event_time, s.event, s.may_be_undone) AS w
		WHERE s.may_be_undone OR s.is_container) AS c
	LEFT JOIN LATERAL (SELECT n.lot FROM serial.item AS n WHERE n.id = c.id OFFSET 0) AS i ON true
	ORDER BY s.event_time, s.event, c.depth;
END;
COMMENT ON FUNCTION serial.shipped_to(text, timestamptz, timestamptz) IS
'what was shipped or consigned to a party or place, or to a place below it, from since to before until, with the '
'contents of containers at the time of shipping, without what void_shipping undid: the item, its GTIN and lot, the '
'shipped item that it was in (depth 0: itself), and the event; errors 22023 the party is spelled as a GLN and is none';

CREATE FUNCTION serial.stock(as_of timestamptz DEFAULT NULL)
RETURNS TABLE (place text, gtin text, lot text, items bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
SET jit = off
BEGIN ATOMIC
	SELECT c.place, c.gtin, c.lot, c.items FROM serial_internal.current_stock() AS c WHERE as_of IS NULL
	UNION ALL
	SELECT t.place, t.gtin, t.lot, count(*)
	FROM (SELECT s.place, serial.gtin(s.id) AS gtin, s.lot
		  FROM serial_internal.past_stock(NULL, as_of) AS s WHERE as_of IS NOT NULL OFFSET 0) AS t
	WHERE t.gtin IS NOT NULL
	GROUP BY 1, 2, 3
	ORDER BY 1, 2, 3;
END;
COMMENT ON FUNCTION serial.stock(timestamptz) IS
'the number of items of each GTIN and lot at every place, through all containers, now or as of a time, without those '
'in transit or in a final disposition';

CREATE FUNCTION serial.outstanding(recall bigint)
RETURNS TABLE (id serial.serial, lot text, outermost serial.serial, place text, consignee text, disposition text)
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
BEGIN ATOMIC
	SELECT r.id, r.lot, r.outermost, r.place, r.consignee, r.disposition
	FROM serial.recalled(outstanding.recall) AS r
	WHERE serial_internal.is_final(r.disposition) IS NOT TRUE AND r.disposition IS DISTINCT FROM 'returned';
END;
COMMENT ON FUNCTION serial.outstanding(bigint) IS
'the items of a recall that are still to be found: neither dispensed, sold, ended nor returned; errors 42704 no such '
'recall';
REVOKE EXECUTE ON FUNCTION serial.outstanding(bigint) FROM PUBLIC;

CREATE FUNCTION serial.suspects()
RETURNS TABLE (
	id serial.serial, kinds text[], alerts bigint, first_raised timestamptz, last_raised timestamptz, age interval,
	disposition text, place text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
AS $$
	SELECT a.id, a.kinds, a.alerts, a.first_raised, a.last_raised,
		   pg_catalog.now() OPERATOR(pg_catalog.-) a.first_raised, p.disposition, p.place
	FROM (SELECT n.id, pg_catalog.array_agg(DISTINCT n.kind ORDER BY n.kind) AS kinds, pg_catalog.count(*) AS alerts,
				 pg_catalog.min(n.raised_at) AS first_raised, pg_catalog.max(n.raised_at) AS last_raised
		  FROM serial.alert AS n WHERE n.acknowledged_at IS NULL AND n.id IS NOT NULL GROUP BY n.id) AS a
	LEFT JOIN LATERAL serial_internal.current_state(a.id) AS p ON true
	ORDER BY a.first_raised, a.id;
$$;
COMMENT ON FUNCTION serial.suspects() IS
'items with alerts that nobody has acknowledged, the oldest first: kinds, number, first and last alert, how long the '
'first has been open, and the disposition and place of the item now';
