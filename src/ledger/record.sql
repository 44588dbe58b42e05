-- Recording

-- Is a step legal for a thing that is so since an event by somebody?
CREATE FUNCTION serial.is_legal(step text, disposition text, since timestamptz, actor text, at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN EXISTS (SELECT FROM serial.transition AS t WHERE t.business_step = step)
		THEN EXISTS (SELECT FROM serial.transitions AS t
					 WHERE t.business_step = step AND t.from_disposition = coalesce(is_legal.disposition, 'none')
					   AND (t.within IS NULL OR at <= is_legal.since + t.within)
					   AND (NOT t.same_actor OR actor = session_user))
		ELSE coalesce(is_legal.disposition, 'none') NOT IN (SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended')) END;
END;
COMMENT ON FUNCTION serial.is_legal(text, text, timestamptz, text, timestamptz) IS
'does serial.transition let a business step find a thing in a disposition, since then and by the doing of that actor?';

-- The things that an event says something of, each with its role and what it
-- leaves the thing as if no transition says so.
CREATE FUNCTION serial.event_roles(type text, action text, items serial.serial[], parent serial.serial, inputs serial.serial[], outputs serial.serial[])
RETURNS TABLE (id serial.serial, role text, leaves text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT u.id, CASE WHEN type IN ('AggregationEvent', 'AssociationEvent') THEN 'child' ELSE 'item' END,
		   CASE WHEN type = 'ObjectEvent' THEN CASE action WHEN 'ADD' THEN 'active' WHEN 'DELETE' THEN 'inactive' END END
	FROM unnest(items) AS u(id)
	UNION ALL SELECT parent, 'parent', NULL WHERE parent IS NOT NULL
	UNION ALL SELECT u.id, 'input', 'inactive' FROM unnest(inputs) AS u(id)
	UNION ALL SELECT u.id, 'output', 'active' FROM unnest(outputs) AS u(id);
END;
COMMENT ON FUNCTION serial.event_roles(text, text, serial.serial[], serial.serial, serial.serial[], serial.serial[]) IS
'the things that an event is about, as what, and what an event of this type and action leaves them as';

-- EPCIS 2.0, "Per type": what an event must and may have.
CREATE FUNCTION serial.check_event(e serial.event, items serial.serial[], inputs serial.serial[], outputs serial.serial[])
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	has_things boolean := cardinality(items) > 0 OR jsonb_array_length(e.quantities) > 0;
	has_any boolean := has_things OR cardinality(inputs) > 0 OR cardinality(outputs) > 0;
	a_type text := CASE WHEN e.type ~ '^[AO]' THEN 'an ' ELSE 'a ' END || e.type;
	problem text := CASE
		WHEN e.type IS NULL THEN 'an event has a type'
		WHEN e.type NOT IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent')
			THEN format('"%s" is not a type of event', e.type)
		WHEN e.type = 'TransformationEvent' AND e.action IS NOT NULL
			THEN 'a TransformationEvent has no action'
		WHEN e.type <> 'TransformationEvent' AND e.action IS NULL
			THEN format('%s has an action', a_type)
		WHEN e.action NOT IN ('ADD', 'OBSERVE', 'DELETE')
			THEN format('"%s" is not an action', e.action)
		WHEN e.type IN ('AggregationEvent', 'AssociationEvent') AND e.parent IS NULL
			 AND (e.action <> 'OBSERVE' OR e.type = 'AssociationEvent')
			THEN format('%s to %s has a parent', a_type, e.action)
		WHEN e.type = 'ObjectEvent' AND e.parent IS NOT NULL
			THEN 'an ObjectEvent has no parent'
		WHEN e.type = 'TransactionEvent' AND coalesce(jsonb_array_length(e.business_transactions), 0) = 0
			THEN 'a TransactionEvent has business transactions'
		WHEN e.type = 'TransformationEvent' AND (cardinality(items) > 0 OR e.parent IS NOT NULL)
			THEN 'a TransformationEvent has inputs and outputs only'
		WHEN e.type = 'TransformationEvent' AND NOT coalesce(has_any, false)
			THEN 'a TransformationEvent is about something'
		WHEN e.type = 'TransformationEvent' AND e.transformation IS NULL
			 AND (cardinality(inputs) = 0 OR cardinality(outputs) = 0) AND e.quantities IS NULL
			THEN 'a TransformationEvent has inputs and outputs, or a transformation that joins several'
		WHEN e.type <> 'TransformationEvent' AND (cardinality(inputs) > 0 OR cardinality(outputs) > 0)
			THEN format('%s has neither inputs nor outputs', a_type)
		WHEN e.type <> 'TransformationEvent' AND (e.action <> 'DELETE' OR e.type = 'ObjectEvent') AND NOT coalesce(has_things, false)
			 AND NOT coalesce(e.type = 'ObjectEvent' AND e.attributes ? 'sensorElementList' AND e.read_point IS NOT NULL, false)
			THEN format('%s to %s is about something', a_type, e.action)
		WHEN (e.lot IS NOT NULL OR e.expiry IS NOT NULL)
			 AND e.type <> 'TransformationEvent' AND (e.type <> 'ObjectEvent' OR e.action <> 'ADD')
			THEN 'lot and expiry are given where things begin to exist'
		WHEN coalesce(NOT isfinite(e.event_time), true)
			THEN 'an event has a moment in time'
		WHEN coalesce(e.time_zone_offset !~ '^[+-](0[0-9]|1[0-3]):[0-5][0-9]$' AND e.time_zone_offset !~ '^[+-]14:00$', true)
			THEN format('%s is not an offset of a time zone', coalesce('"' || e.time_zone_offset || '"', 'NULL'))
		END;
BEGIN
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION '%', problem
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'See EPCIS 2.0, event types.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.check_event(serial.event, serial.serial[], serial.serial[], serial.serial[]) IS
'refuses an event that EPCIS 2.0 does not allow; errors 22023';

-- The typed items of business transactions, sources and destinations.  Only
-- business transactions may do without a type.
CREATE FUNCTION serial.check_typed(kind text, member text, list jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF list IS NULL THEN
		RETURN NULL;
	END IF;
	IF jsonb_typeof(list) <> 'array' OR EXISTS (
		SELECT FROM jsonb_array_elements(list) AS v(entry)
		WHERE coalesce(jsonb_typeof(v.entry -> member), '') <> 'string'
		   OR coalesce(jsonb_typeof(v.entry -> 'type'), CASE kind WHEN 'business_transaction' THEN 'string' END, '') <> 'string') THEN
		RAISE EXCEPTION '% is no list of a % each', list, member
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = format('Expected an array of objects like {"type": "...", "%s": "..."}.', member);
	END IF;
	RETURN (
		SELECT coalesce(jsonb_agg(CASE WHEN v.entry ? 'type'
			THEN v.entry || jsonb_build_object('type', serial.vocabulary_word(kind, v.entry ->> 'type'))
			ELSE v.entry END ORDER BY v.n), list)
		FROM jsonb_array_elements(list) WITH ORDINALITY AS v(entry, n));
END;
$$;
COMMENT ON FUNCTION serial.check_typed(text, text, jsonb) IS
'a list of typed entries with their types in one form; errors 22023 no such list, or a type that is neither of CBV 2.0 nor a URI';

-- Without a unit a quantity counts whole trade items.
CREATE FUNCTION serial.check_quantities(list jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wrong jsonb := (
		SELECT q.entry FROM jsonb_array_elements(CASE jsonb_typeof(list) WHEN 'array' THEN list ELSE jsonb_build_array(list) END) AS q(entry)
		WHERE NOT coalesce(jsonb_typeof(list) = 'array' AND jsonb_typeof(q.entry -> 'epcClass') = 'string'
			AND CASE WHEN q.entry ? 'quantity' THEN jsonb_path_exists(q.entry, '$.quantity ? (@ > 0)')
					AND (q.entry ? 'uom' OR jsonb_path_exists(q.entry, '$.quantity ? (@.floor() == @)'))
				ELSE true END
			AND CASE WHEN q.entry ? 'uom' THEN q.entry ->> 'uom' ~ '^[A-Z0-9]{2,3}$' ELSE true END, false)
		LIMIT 1);
BEGIN
	IF list IS NOT NULL AND wrong IS NOT NULL THEN
		RAISE EXCEPTION '% is no quantity', wrong
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected an array of objects like {"epcClass": "...", "quantity": 3}, with a positive whole number, or one of any kind and a unit ("uom") of two or three characters.';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.check_quantities(jsonb) IS
'refuses quantityElements that EPCIS 2.0 does not allow; errors 22023';

CREATE FUNCTION serial.check_marks(marks jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	checked jsonb;
BEGIN
	IF marks IS NULL THEN
		RETURN NULL;
	END IF;
	IF jsonb_typeof(marks) = 'object' AND marks <> '{}' AND marks - '{set,unset}'::text[] = '{}'
	   AND coalesce(jsonb_typeof(marks -> 'set'), 'array') = 'array' AND coalesce(jsonb_typeof(marks -> 'unset'), 'array') = 'array' THEN
		checked := (
			SELECT jsonb_object_agg(m.key, (SELECT coalesce(jsonb_agg(serial.vocabulary_word('disposition', w.word) ORDER BY w.n), '[]')
											FROM jsonb_array_elements_text(m.value) WITH ORDINALITY AS w(word, n)))
			FROM jsonb_each(marks) AS m);
		IF NOT coalesce(checked -> 'set' ?| ARRAY(SELECT jsonb_array_elements_text(checked -> 'unset')), false) THEN
			RETURN checked;
		END IF;
	END IF;
	RAISE EXCEPTION '% is no persistent disposition', marks
		USING ERRCODE = 'invalid_parameter_value',
			  DETAIL = 'Expected {"set": [...], "unset": [...]}, or one of the two, and no word in both.';
END;
$$;
COMMENT ON FUNCTION serial.check_marks(jsonb) IS
'a persistent disposition with its words in one form; errors 22023 none, or a word that is neither of CBV 2.0 nor a URI';

CREATE FUNCTION serial.check_words(e serial.event)
RETURNS serial.event
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	e.business_step := serial.vocabulary_word('business_step', e.business_step);
	e.disposition := serial.vocabulary_word('disposition', e.disposition);
	e.error_reason := serial.vocabulary_word('error_reason', e.error_reason);
	e.business_transactions := serial.check_typed('business_transaction', 'bizTransaction', e.business_transactions);
	e.sources := serial.check_typed('source_destination', 'source', e.sources);
	e.destinations := serial.check_typed('source_destination', 'destination', e.destinations);
	e.persistent_disposition := serial.check_marks(e.persistent_disposition);
	PERFORM serial.check_quantities(e.quantities);
	RETURN e;
END;
$$;
COMMENT ON FUNCTION serial.check_words(serial.event) IS
'an event with its words in the one form of serial.vocabulary_word; errors 22023';

-- What was said last of a thing itself, up to a moment and there to an event.
CREATE FUNCTION serial.last_own(item serial.serial, as_of timestamptz, upto bigint)
RETURNS TABLE (leaves text, event_time timestamptz, event bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT i.leaves, i.event_time, i.event
	FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	WHERE i.id = item AND (i.event_time, i.event) <= (as_of, upto) AND i.leaves IS NOT NULL AND e.is_accepted AND e.corrects IS NULL
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	ORDER BY i.event_time DESC, i.event DESC LIMIT 1;
END;
COMMENT ON FUNCTION serial.last_own(serial.serial, timestamptz, bigint) IS
'the disposition that events left a thing itself in, whatever was said of its containers, since when and by which';

-- Things that begin have no state to look for but their own row, and may be
-- many; others are looked up as of the event.
CREATE FUNCTION serial.found_as(things serial.serial[], is_beginning boolean, at timestamptz)
RETURNS TABLE (id serial.serial, disposition text, since timestamptz, event bigint, is_late boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF is_beginning THEN
		RETURN QUERY
			-- of what is detached only the row knows
			SELECT t.id, CASE WHEN o.event IS NULL AND i.last_time <= at THEN i.disposition ELSE o.leaves END,
				   CASE WHEN o.event IS NULL AND i.last_time <= at THEN i.since ELSE o.event_time END,
				   CASE WHEN o.event IS NULL AND i.last_time <= at THEN i.decided_by ELSE o.event END,
				   coalesce(i.last_time > at, false)
			FROM unnest(things) AS t(id)
			LEFT JOIN serial.item AS i ON i.id = t.id AND i.first_event IS NOT NULL
			LEFT JOIN LATERAL serial.last_own(t.id, at, 9223372036854775807) AS o ON i.first_event IS NOT NULL;
		RETURN;
	END IF;
	RETURN QUERY
		WITH now AS MATERIALIZED (
			SELECT t.id, CASE WHEN a.child IS NULL THEN i.disposition ELSE p.disposition END AS disposition,
				   CASE WHEN a.child IS NULL THEN i.since ELSE p.since END AS since,
				   CASE WHEN a.child IS NULL THEN i.decided_by ELSE p.decided_by END AS event,
				   coalesce(CASE WHEN a.child IS NULL THEN i.last_time ELSE p.event_time END > at, false) AS is_late
			FROM unnest(things) AS t(id)
			LEFT JOIN serial.item AS i ON i.id = t.id
			LEFT JOIN serial.aggregation AS a ON a.child = t.id
			LEFT JOIN LATERAL serial.present(t.id) AS p ON a.child IS NOT NULL
		)
		SELECT n.id, n.disposition, n.since, n.event, false FROM now AS n WHERE NOT n.is_late
		UNION ALL
		SELECT n.id, b.disposition, b.since, b.decided_by, true
		FROM now AS n LEFT JOIN LATERAL serial.state(n.id, at) AS b ON true WHERE n.is_late;
END;
$$;
COMMENT ON FUNCTION serial.found_as(serial.serial[], boolean, timestamptz) IS
'what an event at a moment finds things as, since when and by which event, and whether something newer is known';

-- The first event that was told of a thing itself after another and would not
-- have been legal if that one had left it so.  What comes behind an event that
-- leaves it as something new has been judged by that.
CREATE FUNCTION serial.contradicted_by(
	item serial.serial, disposition text, since timestamptz, actor text, after_time timestamptz, after_event bigint)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT n.event FROM (
		SELECT e.event, e.business_step, e.event_time, e.recorded_by,
			   count(i.leaves) OVER (ORDER BY i.event_time, i.event ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS news
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = item AND (i.event_time, i.event) > (after_time, after_event) AND i.role <> 'parent'
		  AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)) AS n
	WHERE n.news = 0
	  AND NOT serial.is_legal(n.business_step, contradicted_by.disposition, contradicted_by.since,
							  CASE WHEN n.recorded_by = actor THEN session_user::text END, n.event_time)
	ORDER BY n.event_time, n.event LIMIT 1;
END;
COMMENT ON FUNCTION serial.contradicted_by(serial.serial, text, timestamptz, text, timestamptz, bigint) IS
'the first event of a thing after another that is not legal for a thing in a disposition since then by an actor; NULL if none';

CREATE FUNCTION serial.legal_steps(disposition text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT string_agg(t.business_step || CASE WHEN t.within IS NOT NULL OR t.same_actor
		THEN format(' (%s)', concat_ws(', ', 'within ' || t.within::text, CASE WHEN t.same_actor THEN 'by who did it' END)) ELSE '' END,
		', ' ORDER BY t.business_step COLLATE "C")
	FROM serial.transitions AS t WHERE t.from_disposition = coalesce(legal_steps.disposition, 'none');
END;
COMMENT ON FUNCTION serial.legal_steps(text) IS
'the steps that serial.transition lets find a thing so';

CREATE TYPE serial.finding AS
(
	id serial.serial,
	role text,
	leaves text,
	disposition text,
	since timestamptz,
	event bigint,
	is_late boolean,
	problem text,
	detail text
);
COMMENT ON TYPE serial.finding IS
'a thing as serial.record finds it: its role in the event, what it would be left as, what it is and since which event, whether something newer is known, and what speaks against it';
COMMENT ON COLUMN serial.finding.id IS
'the thing';
COMMENT ON COLUMN serial.finding.role IS
'its role in the event';
COMMENT ON COLUMN serial.finding.leaves IS
'what the event would leave it as; NULL leaves it unchanged';
COMMENT ON COLUMN serial.finding.disposition IS
'what it is when the event finds it; NULL if nothing is known';
COMMENT ON COLUMN serial.finding.since IS
'since when';
COMMENT ON COLUMN serial.finding.event IS
'by which event';
COMMENT ON COLUMN serial.finding.is_late IS
'is something newer known of it?';
COMMENT ON COLUMN serial.finding.problem IS
'what speaks against the event, as a kind of alert; NULL if nothing does';
COMMENT ON COLUMN serial.finding.detail IS
'and how';

-- What an event finds, and what speaks against it.
CREATE FUNCTION serial.find_things(e serial.event, items serial.serial[], inputs serial.serial[], outputs serial.serial[])
RETURNS serial.finding[]
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH roles AS MATERIALIZED (
		SELECT r.id, r.role, r.leaves FROM serial.event_roles((e).type, (e).action, items, (e).parent, inputs, outputs) AS r
	), found AS MATERIALIZED (
		SELECT f.id, f.disposition, f.since, f.event, f.is_late
		FROM serial.found_as(ARRAY(SELECT r.id FROM roles AS r),
							 coalesce((e).type = 'ObjectEvent' AND (e).business_step IN ('commissioning', 'encoding', 'reserving'), false),
							 (e).event_time) AS f
	), known AS MATERIALIZED (
		SELECT EXISTS (SELECT FROM serial.transition AS t WHERE t.business_step = (e).business_step) AS is_ruled,
			   ARRAY(SELECT serial.dispositions('left')) AS gone,
			   ARRAY(SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended')) AS final,
			   coalesce((e).business_step = 'commissioning', false) AND EXISTS (SELECT FROM serial.pool) AS is_issue
	), judged AS (
		SELECT r.id, r.role,
			   CASE WHEN r.role IN ('input', 'output') THEN r.leaves
					WHEN (e).disposition IS NOT NULL THEN (e).disposition
					WHEN r.role = 'parent' THEN NULL
					WHEN t.business_step IS NOT NULL THEN t.to_disposition
					ELSE r.leaves END AS leaves,
			   f.disposition, f.since, f.event, f.is_late, f.disposition = ANY (k.gone) AS is_gone,
			   coalesce(CASE WHEN r.role = 'parent' THEN true
					WHEN k.is_ruled AND r.role <> 'input' THEN t.business_step IS NOT NULL
						AND (t.within IS NULL OR (e).event_time <= f.since + t.within)
						AND (NOT t.same_actor OR (SELECT p.recorded_by FROM serial.event AS p WHERE p.event = f.event) = session_user)
					ELSE f.disposition IS NULL OR f.disposition <> ALL (k.final) END, false) AS is_legal,
			   CASE WHEN k.is_issue AND r.role IN ('item', 'output') THEN (SELECT o.pool FROM serial.origin(r.id) AS o WHERE NOT o.issued) END AS idle_pool,
			   -- Regulation (EU) 2016/161, Article 13
			   CASE WHEN (e).business_step = 'urn:serial:step:reinstating' THEN
					(SELECT CASE WHEN i.expiry < (e).event_time::date THEN 'expired'
								 WHEN serial.recall_of(i.id, i.lot) IS NOT NULL THEN 'recalled' END
					 FROM serial.item AS i WHERE i.id = r.id) END AS bar
		FROM roles AS r
		CROSS JOIN known AS k
		JOIN found AS f ON f.id = r.id
		LEFT JOIN serial.transitions AS t
			ON t.business_step = (e).business_step AND t.from_disposition = coalesce(f.disposition, 'none')
	), compared AS (
		SELECT j.*, CASE WHEN j.is_late AND j.leaves IS NOT NULL THEN serial.contradicted_by(j.id, j.leaves, (e).event_time, session_user::text, (e).event_time, (e).event) END AS later
		FROM judged AS j
	)
	SELECT coalesce(array_agg(ROW(c.id, c.role, c.leaves, c.disposition, c.since, c.event, c.is_late,
		CASE WHEN NOT c.is_legal THEN
				CASE WHEN (e).business_step = 'commissioning' AND c.role <> 'input' THEN 'commissioned twice'
					 WHEN c.is_gone THEN 'seen after ' || c.disposition ELSE 'illegal step' END
			 WHEN c.later IS NOT NULL THEN 'contradicted'
			 WHEN c.idle_pool IS NOT NULL THEN 'never issued'
			 WHEN c.bar IS NOT NULL THEN c.bar END,
		CASE WHEN NOT c.is_legal THEN
				CASE WHEN c.disposition IS NULL THEN 'Nothing is known of it.'
					 ELSE format('It is %s since %s, by event %s.', c.disposition, c.since, c.event) END
			 WHEN c.later IS NOT NULL THEN format('Event %s came later and would not have been legal.', c.later)
			 WHEN c.idle_pool IS NOT NULL THEN format('Pool "%s" has not issued it.', c.idle_pool)
			 WHEN c.bar IS NOT NULL THEN format('It is %s, and may not come back.', c.bar) END)::serial.finding), '{}')
	FROM compared AS c;
END;
COMMENT ON FUNCTION serial.find_things(serial.event, serial.serial[], serial.serial[], serial.serial[]) IS
'the things of an event as serial.record finds them';
REVOKE EXECUTE ON FUNCTION serial.find_things(serial.event, serial.serial[], serial.serial[], serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial.refuse_step(e serial.event, f serial.finding)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '% of "%" is not legal: %', coalesce(e.business_step, e.type), f.id, f.problem
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  DETAIL = f.detail,
			  HINT = CASE WHEN f.problem IN ('contradicted', 'never issued') THEN 'With strict => false, serial.record keeps it as evidence.'
				ELSE 'Legal now: ' || coalesce(serial.legal_steps(f.disposition), 'nothing') || '.' END;
END;
$$;
COMMENT ON FUNCTION serial.refuse_step(serial.event, serial.finding) IS
'the error of serial.record where it is strict; errors 55000 always';

-- Locks the rows of things in one order, so that two events of one thing come
-- one after the other.  A thing has no row yet where nothing was told of it
-- itself; it gets one, but where it begins, which may be many.
CREATE FUNCTION serial.lock_things(things serial.serial[], is_beginning boolean)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	locked bigint;
BEGIN
	IF NOT is_beginning THEN
		INSERT INTO serial.item (id) SELECT t.id FROM unnest(things) AS t(id) ORDER BY t.id ON CONFLICT (id) DO NOTHING;
	END IF;
	PERFORM FROM serial.item AS i WHERE i.id = ANY (things) ORDER BY i.id FOR UPDATE;
	GET DIAGNOSTICS locked = ROW_COUNT;
	IF NOT is_beginning THEN
		PERFORM serial.hold_containers(ARRAY(
			SELECT c.id FROM unnest(things) AS t(id) CROSS JOIN LATERAL serial.containers(t.id) AS c
			EXCEPT SELECT t.id FROM unnest(things) AS t(id)));
	END IF;
	RETURN locked;
END;
$$;
COMMENT ON FUNCTION serial.lock_things(serial.serial[], boolean) IS
'locks the rows of things in serial.item, which it makes for those that do not begin, and returns how many there are';
REVOKE EXECUTE ON FUNCTION serial.lock_things(serial.serial[], boolean) FROM PUBLIC;

-- Carries an event to serial.item: things of which nothing newer is known
-- directly, the others, and what has left them since, by all their events.  So
-- are things in a container that leave, end or come back: it counts no more, or
-- again.  Of known things the row is locked.
CREATE FUNCTION serial.apply_event(e serial.event, findings serial.finding[], known bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	moment text := serial.moment_text(e.event_time);
	new_owner text := serial.new_owner(e.destinations);
	new_marks jsonb := (
		SELECT jsonb_object_agg(w, jsonb_build_object('set', m.key = 'set', 'at', moment, 'by', e.event) ORDER BY m.key DESC)
		FROM jsonb_each(e.persistent_disposition) AS m CROSS JOIN LATERAL jsonb_array_elements_text(m.value) AS w);
	final text[] := ARRAY(SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended'));
	fresh bigint := 0;
	things serial.serial[];
	late serial.serial[];
BEGIN
	IF known < cardinality(findings) THEN
		INSERT INTO serial.item AS i (id, lot, expiry, disposition, since, decided_by, place, place_since, placed_by, first_event, last_event, last_time, marks,
								consignee, consignee_since, consigned_by)
		SELECT f.id, e.lot, e.expiry,
			   f.leaves, CASE WHEN f.leaves IS NOT NULL THEN e.event_time END, CASE WHEN f.leaves IS NOT NULL THEN e.event END,
			   e.place, CASE WHEN e.place IS NOT NULL THEN e.event_time END, CASE WHEN e.place IS NOT NULL THEN e.event END,
			   CASE WHEN f.leaves IS NOT NULL THEN e.event END, e.event, e.event_time, new_marks,
			   new_owner, CASE WHEN new_owner IS NOT NULL THEN e.event_time END, CASE WHEN new_owner IS NOT NULL THEN e.event END
		FROM unnest(findings) AS f
		ORDER BY f.id
		ON CONFLICT (id) DO NOTHING;
		GET DIAGNOSTICS fresh = ROW_COUNT;
		IF known + fresh < cardinality(findings) THEN
			RAISE EXCEPTION 'could not serialize access due to concurrent recording of the same things'
				USING ERRCODE = 'serialization_failure', HINT = 'Record the event again.';
		END IF;
	END IF;
	IF known > 0 THEN
		UPDATE serial.item AS i
		SET lot = coalesce(n.lot, i.lot), expiry = coalesce(n.expiry, i.expiry),
			disposition = coalesce(n.leaves, i.disposition),
			since = CASE WHEN n.leaves IS NULL THEN i.since ELSE e.event_time END,
			decided_by = CASE WHEN n.leaves IS NULL THEN i.decided_by ELSE e.event END,
			place = coalesce(n.place, i.place),
			place_since = CASE WHEN n.place IS NULL THEN i.place_since ELSE e.event_time END,
			placed_by = CASE WHEN n.place IS NULL THEN i.placed_by ELSE e.event END,
			first_event = CASE WHEN n.leaves IS NULL THEN i.first_event ELSE coalesce(i.first_event, e.event) END,
			last_event = e.event, last_time = e.event_time,
			consignee = coalesce(new_owner, i.consignee),
			consignee_since = CASE WHEN new_owner IS NULL THEN i.consignee_since ELSE e.event_time END,
			consigned_by = CASE WHEN new_owner IS NULL THEN i.consigned_by ELSE e.event END,
			marks = CASE WHEN new_marks IS NULL THEN i.marks ELSE coalesce(i.marks, '{}') || new_marks END
		FROM (SELECT f.id, f.leaves, o.*
			  FROM unnest(findings) AS f
			  LEFT JOIN (SELECT e.lot, e.expiry, e.place) AS o ON f.role <> 'input'
			  WHERE NOT f.is_late) AS n
		WHERE i.id = n.id AND i.last_event IS DISTINCT FROM e.event;
	END IF;
	late := ARRAY(SELECT f.id FROM unnest(findings) AS f
				  WHERE f.is_late OR ((f.leaves = ANY (final) OR f.disposition = ANY (final)) AND serial.container(f.id) IS NOT NULL));
	IF known > 0 THEN
		things := ARRAY(SELECT f.id FROM unnest(findings) AS f);
		late := late || ARRAY(SELECT serial.left_since(things, e.event_time) UNION SELECT serial.ended_inside(things, e.event_time));
	END IF;
	IF cardinality(late) > 0 THEN
		PERFORM serial.refresh(late);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.apply_event(serial.event, serial.finding[], bigint) IS
'brings serial.item up to an event just recorded, of whose things so many had rows; errors 40001 others have rows now';
REVOKE EXECUTE ON FUNCTION serial.apply_event(serial.event, serial.finding[], bigint) FROM PUBLIC;

-- Great circles, on a sphere: an alert needs no more.
CREATE FUNCTION serial.distance_km(a serial.place, b serial.place)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT 2 * 6371 * asin(sqrt(CASE WHEN h.haversine > 1 THEN 1 ELSE h.haversine END))
	FROM (SELECT sind(((b).latitude - (a).latitude) / 2) ^ 2
		  + cosd((a).latitude) * cosd((b).latitude) * sind(((b).longitude - (a).longitude) / 2) ^ 2 AS haversine) AS h;
END;
COMMENT ON FUNCTION serial.distance_km(serial.place, serial.place) IS
'the distance of two places in kilometres; NULL if the coordinates of one are not known';

CREATE FUNCTION serial.watch_travel(e serial.event, things serial.serial[])
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT serial.raise_alert('impossible travel', v.id, (e).event,
		format('It was at "%s" at %s and at "%s" at %s: %s km.', v.place, v.place_since, n.place, (e).event_time, round(d.km)))
	FROM serial.place AS n
	CROSS JOIN LATERAL (
		SELECT t.id, p.place, p.place_since FROM unnest(things) AS t(id)
		CROSS JOIN LATERAL serial.state(t.id, (e).event_time) AS p) AS v
	JOIN serial.place AS o ON o.place = v.place
	CROSS JOIN LATERAL (SELECT serial.distance_km(o, n) AS km) AS d
	WHERE n.place = coalesce((e).read_point, (e).place)
	  AND d.km > 1 AND d.km > current_setting('serial.max_speed')::double precision
		  * extract(epoch FROM (e).event_time - v.place_since) / 3600;
END;
COMMENT ON FUNCTION serial.watch_travel(serial.event, serial.serial[]) IS
'raises an alert for each thing that serial.max_speed does not let be where an event has it';
REVOKE EXECUTE ON FUNCTION serial.watch_travel(serial.event, serial.serial[]) FROM PUBLIC;

-- Does in the hierarchy what an aggregation event says.
CREATE FUNCTION serial.follow_aggregation(e serial.event, items serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	stranger serial.serial;
BEGIN
	IF e.action = 'ADD' THEN
		PERFORM serial.pack(e.parent, items, e.event_time);
	ELSIF e.action = 'DELETE' AND cardinality(items) = 0 THEN
		PERFORM serial.unpack_all(e.parent, e.event_time);
	ELSIF e.action = 'DELETE' THEN
		SELECT t.id INTO stranger FROM unnest(items) AS t(id)
		WHERE serial.container(t.id) IS DISTINCT FROM e.parent LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '"%" is not in "%"', stranger, e.parent
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  DETAIL = format('It is in %s.', coalesce('"' || serial.container(stranger)::text || '"', 'nothing'));
		END IF;
		PERFORM serial.unpack(items, e.event_time);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.follow_aggregation(serial.event, serial.serial[]) IS
'packs or unpacks what an aggregation event says; errors as serial.pack and serial.unpack, 55000 a child that is not in the parent';
REVOKE EXECUTE ON FUNCTION serial.follow_aggregation(serial.event, serial.serial[]) FROM PUBLIC;

CREATE FUNCTION serial.check_things(things serial.serial[])
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	twice serial.serial;
BEGIN
	IF array_position(things, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'one of the things of an event is NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT t.id INTO twice FROM unnest(things) AS t(id) GROUP BY t.id HAVING count(*) > 1 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '"%" is named twice among the things of an event', twice USING ERRCODE = 'cardinality_violation';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.check_things(serial.serial[]) IS
'refuses a NULL (22004) and what is named twice (21000)';

-- What the digest of an event is taken of, in one form for ever: an outsider
-- who gets it with a proof need not know how this is made.
CREATE FUNCTION serial.event_content(e serial.event, things jsonb)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT (to_jsonb(e) - 'digest' || jsonb_build_object(
		'event_time', serial.moment_text((e).event_time),
		'record_time', serial.moment_text((e).record_time),
		'parent', (e).parent::text,
		'expiry', to_char((e).expiry, 'YYYY-MM-DD'),
		'things', things))::text;
END;
COMMENT ON FUNCTION serial.event_content(serial.event, jsonb) IS
'an event with its things as JSON text, the same whatever the settings of the session';

CREATE FUNCTION serial.event_digest(e serial.event, things jsonb)
RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sha256('\x00'::bytea || convert_to(serial.event_content(e, things), 'UTF8'));
END;
COMMENT ON FUNCTION serial.event_digest(serial.event, jsonb) IS
'the leaf of an event in a Merkle tree as RFC 6962 has it: SHA-256 of a zero byte and the event''s content in UTF-8';

CREATE FUNCTION serial.things_of_findings(findings serial.finding[])
RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT to_jsonb(ARRAY(SELECT f.role || ' ' || coalesce(f.leaves, '-') || ' ' || f.id::text
						  FROM unnest(findings) AS f ORDER BY f.id));
END;
COMMENT ON FUNCTION serial.things_of_findings(serial.finding[]) IS
'the things of an event that is being recorded, for serial.event_content';

CREATE FUNCTION serial.things_of_event(event bigint)
RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT to_jsonb(ARRAY(SELECT i.role || ' ' || coalesce(i.leaves, '-') || ' ' || i.id::text
						  FROM serial.event_item AS i WHERE i.event = things_of_event.event ORDER BY i.id));
END;
COMMENT ON FUNCTION serial.things_of_event(bigint) IS
'the things of an event that was recorded, for serial.event_content';

-- Writes an event and its things down.
CREATE FUNCTION serial.write_event(e serial.event, findings serial.finding[])
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	INSERT INTO serial.event SELECT (e).*;
	INSERT INTO serial.event_item (id, event_time, event, role, leaves, record_time)
	SELECT f.id, (e).event_time, (e).event, f.role, f.leaves, (e).record_time FROM unnest(findings) AS f;
END;
COMMENT ON FUNCTION serial.write_event(serial.event, serial.finding[]) IS
'inserts an event with its things';
REVOKE EXECUTE ON FUNCTION serial.write_event(serial.event, serial.finding[]) FROM PUBLIC;

CREATE FUNCTION serial.record(
	type text, action text DEFAULT NULL, items serial.serial[] DEFAULT '{}',
	business_step text DEFAULT NULL, disposition text DEFAULT NULL,
	event_time timestamptz DEFAULT now(), read_point text DEFAULT NULL, place text DEFAULT NULL,
	parent serial.serial DEFAULT NULL,
	inputs serial.serial[] DEFAULT '{}', outputs serial.serial[] DEFAULT '{}',
	lot text DEFAULT NULL, expiry date DEFAULT NULL,
	quantities jsonb DEFAULT NULL, business_transactions jsonb DEFAULT NULL,
	sources jsonb DEFAULT NULL, destinations jsonb DEFAULT NULL,
	persistent_disposition jsonb DEFAULT NULL, transformation text DEFAULT NULL,
	event_id text DEFAULT NULL, time_zone_offset text DEFAULT '+00:00',
	attributes jsonb DEFAULT NULL, strict boolean DEFAULT true)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	e serial.event;
	f serial.finding;
	findings serial.finding[];
	things serial.serial[] := coalesce(items, '{}') || coalesce(inputs, '{}') || coalesce(outputs, '{}')
		|| CASE WHEN parent IS NULL THEN '{}' ELSE ARRAY[parent] END;
	known bigint;
	objection text;
BEGIN
	IF strict IS NULL THEN
		RAISE EXCEPTION 'argument "strict" of serial.record is NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF event_id IS NOT NULL THEN    -- no index spans the partitions: one after the other
		PERFORM pg_advisory_xact_lock(hashtextextended(event_id, 'serial.event'::regclass::oid::bigint));
	END IF;
	e.event := (SELECT o.event FROM serial.event AS o WHERE o.event_id = record.event_id AND o.corrects IS NULL);
	IF e.event IS NOT NULL THEN
		RETURN e.event;    -- the same eventID is the same event
	END IF;
	e := (NULL, type, action, event_time, time_zone_offset, clock_timestamp(), session_user,
		  business_step, disposition, read_point, place, parent, lot, expiry, quantities,
		  business_transactions, sources, destinations, persistent_disposition, transformation,
		  event_id, NULL, NULL, attributes, true, NULL);
	e := serial.check_words(e);
	PERFORM serial.check_event(e, items, inputs, outputs), serial.check_things(things);
	PERFORM serial.open_month(e.record_time);
	known := serial.lock_things(things, coalesce(
		e.type = 'ObjectEvent' AND e.business_step IN ('commissioning', 'encoding', 'reserving'), false));
	LOCK TABLE ONLY serial.event IN ROW EXCLUSIVE MODE;    -- before the number: serial.seal waits for it
	e.event := nextval('serial.event_sequence');
	findings := serial.find_things(e, items, inputs, outputs);
	FOR f IN SELECT p.* FROM unnest(findings) AS p WHERE p.problem IS NOT NULL ORDER BY p.id LOOP
		IF strict THEN
			PERFORM serial.refuse_step(e, f);
		END IF;
		e.is_accepted := false;
		PERFORM serial.raise_alert(f.problem, f.id, e.event, f.detail);
	END LOOP;
	IF e.type = 'AggregationEvent' AND e.is_accepted THEN
		BEGIN
			PERFORM serial.follow_aggregation(e, items);
		EXCEPTION WHEN unique_violation OR check_violation OR invalid_parameter_value OR object_not_in_prerequisite_state THEN
			IF strict THEN
				RAISE;
			END IF;
			GET STACKED DIAGNOSTICS objection = MESSAGE_TEXT;
			e.is_accepted := false;
			PERFORM serial.raise_alert('aggregation refused', e.parent, e.event, objection);
		END;
	END IF;
	IF e.is_accepted AND e.business_step IS DISTINCT FROM 'commissioning' THEN
		PERFORM serial.watch_travel(e, things);    -- while this event is not among those told
	END IF;
	e.digest := serial.event_digest(e, serial.things_of_findings(findings));
	PERFORM serial.write_event(e, findings);
	IF e.is_accepted THEN
		PERFORM serial.apply_event(e, findings, known);
	END IF;
	RETURN e.event;
END;
$$;
COMMENT ON FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text, serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, text, text, text, jsonb, boolean) IS
'records an event of EPCIS 2.0 and returns its number; strict refuses what is not legal, else it is kept as evidence, leaves everything as it is and raises alerts; an event_id that is known is not recorded again; errors 55000 not legal, 22023 no such event in EPCIS 2.0, 22004 a NULL, 21000 a thing named twice, and for aggregations those of serial.pack and serial.unpack';
REVOKE EXECUTE ON FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, text, serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, text, text, text, jsonb, boolean) FROM PUBLIC;
