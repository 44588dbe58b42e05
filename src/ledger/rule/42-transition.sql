-- Legal transitions

CREATE FUNCTION serial_internal.transition_conditions()
RETURNS text[]
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_transition_conditions';
COMMENT ON FUNCTION serial_internal.transition_conditions() IS
'the words that serial.transition.conditions may contain';

CREATE TABLE serial.transition
(
	business_step text NOT NULL,
	from_disposition text NOT NULL,
	to_disposition text,
	within interval,
	same_actor boolean NOT NULL DEFAULT false,
	same_place boolean NOT NULL DEFAULT false,
	conditions text[] NOT NULL DEFAULT '{}',
	is_shipped boolean NOT NULL DEFAULT false,
	is_legal boolean NOT NULL DEFAULT true,
	since timestamptz,
	PRIMARY KEY (business_step, from_disposition, is_shipped)
);
CREATE INDEX transition_own_idx ON serial.transition (business_step) WHERE NOT is_shipped;
COMMENT ON TABLE serial.transition IS
'the dispositions that a business step accepts, and the disposition that results; a step without rows accepts '
'every disposition that is not final';
COMMENT ON COLUMN serial.transition.business_step IS
'the step';
COMMENT ON COLUMN serial.transition.from_disposition IS
'a disposition that the step accepts; "none" stands for an item without events';
COMMENT ON COLUMN serial.transition.to_disposition IS
'the disposition that results if the event names none; NULL if it stays';
COMMENT ON COLUMN serial.transition.within IS
'how long after the step that led to the disposition, and after its recording, the step is legal; days are those '
'of UTC';
COMMENT ON COLUMN serial.transition.same_actor IS
'true if only the session user and actor who recorded that step may record this one';
COMMENT ON COLUMN serial.transition.same_place IS
'true if the step is legal only at the place of that step';
COMMENT ON COLUMN serial.transition.conditions IS
'in which conditions an item makes the step illegal: recalled, quarantined, expired, in_transit, not_here, '
'packed, shipped_twice, not_returned, never_seen, not_shipped';
COMMENT ON COLUMN serial.transition.is_shipped IS
'true for a row that came with the extension';
COMMENT ON COLUMN serial.transition.is_legal IS
'false forbids what a row of the extension allows';
COMMENT ON COLUMN serial.transition.since IS
'when a row of your own was inserted or last changed: it counts for events recorded since then; NULL for rows that '
'came with the extension';
SELECT pg_catalog.pg_extension_config_dump('serial.transition', 'WHERE NOT is_shipped');

-- A dump contains only the users' own rows, so rows of the extension must not
-- change; a row of one's own replaces one of them.
CREATE FUNCTION serial_internal.keep_shipped()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF OLD.is_shipped OR (TG_OP = 'UPDATE' AND NEW.is_shipped) THEN
		RAISE EXCEPTION 'transition "%" from "%" came with the extension', OLD.business_step, OLD.from_disposition
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'Insert a row of your own, which replaces it; with is_legal false it forbids the step.';
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_shipped() IS
'refuses to change or delete transitions that came with the extension; errors 55000';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_shipped() FROM PUBLIC;
CREATE TRIGGER keep_shipped BEFORE UPDATE OR DELETE ON serial.transition
	FOR EACH ROW EXECUTE FUNCTION serial_internal.keep_shipped();

-- A row whose words are not in the form that events have would never apply.
CREATE FUNCTION serial_internal.normalize_transition()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	unknown text;
BEGIN
	SELECT c INTO unknown FROM unnest(NEW.conditions) AS c
	WHERE (c = ANY (serial_internal.transition_conditions())) IS NOT TRUE;
	IF FOUND THEN
		RAISE EXCEPTION '% is not a condition', coalesce('"' || unknown || '"', 'NULL')
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = format('The conditions are %s.',
								array_to_string(serial_internal.transition_conditions(), ', '));
	END IF;
	NEW.business_step := serial_internal.vocabulary_word('business_step', NEW.business_step);
	NEW.to_disposition := serial_internal.vocabulary_word('disposition', NEW.to_disposition);
	IF NEW.from_disposition <> 'none' THEN
		NEW.from_disposition := serial_internal.vocabulary_word('disposition', NEW.from_disposition);
	END IF;
	RETURN NEW;
END;
$$;
COMMENT ON FUNCTION serial_internal.normalize_transition() IS
'brings the words of a transition into their canonical form; errors 22023 a word that is neither of CBV 2.0 nor a '
'URI, or an unknown condition';
REVOKE EXECUTE ON FUNCTION serial_internal.normalize_transition() FROM PUBLIC;
CREATE TRIGGER normalize_transition BEFORE INSERT OR UPDATE ON serial.transition
	FOR EACH ROW EXECUTE FUNCTION serial_internal.normalize_transition();

-- The disposition that results from a step is computed anew with each state, by the
-- transitions that were in force when the step was recorded.
CREATE TABLE serial.former_transition
(
	business_step text NOT NULL,
	from_disposition text NOT NULL,
	to_disposition text,
	conditions text[] NOT NULL,
	is_legal boolean NOT NULL,
	since timestamptz NOT NULL,
	until timestamptz NOT NULL
);
CREATE INDEX former_transition_step_idx ON serial.former_transition (business_step, from_disposition);
COMMENT ON TABLE serial.former_transition IS
'rows of serial.transition that users have changed or deleted: they count for events that were recorded before';
COMMENT ON COLUMN serial.former_transition.business_step IS 'as in serial.transition';
COMMENT ON COLUMN serial.former_transition.from_disposition IS 'as in serial.transition';
COMMENT ON COLUMN serial.former_transition.to_disposition IS 'as in serial.transition';
COMMENT ON COLUMN serial.former_transition.conditions IS 'as in serial.transition';
COMMENT ON COLUMN serial.former_transition.is_legal IS 'as in serial.transition';
COMMENT ON COLUMN serial.former_transition.since IS 'as in serial.transition';
COMMENT ON COLUMN serial.former_transition.until IS 'when the row was changed or deleted';
SELECT pg_catalog.pg_extension_config_dump('serial.former_transition', '');

-- Rows that a dump restores have their times already.
CREATE FUNCTION serial_internal.keep_former_transition()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	at timestamptz := clock_timestamp();
BEGIN
	IF TG_OP = 'UPDATE'
		AND (OLD.business_step, OLD.from_disposition, OLD.to_disposition, OLD.conditions, OLD.is_legal)
			IS NOT DISTINCT FROM
			(NEW.business_step, NEW.from_disposition, NEW.to_disposition, NEW.conditions, NEW.is_legal) THEN
		RETURN NEW;
	END IF;
	IF TG_OP <> 'INSERT' THEN
		INSERT INTO serial.former_transition
		VALUES (OLD.business_step, OLD.from_disposition, OLD.to_disposition, OLD.conditions, OLD.is_legal,
				OLD.since, at);
	END IF;
	IF TG_OP = 'DELETE' THEN
		RETURN OLD;
	ELSIF TG_OP = 'UPDATE' OR NEW.since IS NULL THEN
		NEW.since := at;
	END IF;
	RETURN NEW;
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_former_transition() IS
'says since when a transition of the users'' own is in force, and keeps those that are changed or deleted';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_former_transition() FROM PUBLIC;
CREATE TRIGGER stamp_transition BEFORE INSERT ON serial.transition
	FOR EACH ROW WHEN (NOT NEW.is_shipped) EXECUTE FUNCTION serial_internal.keep_former_transition();
CREATE TRIGGER stamp_changed_transition BEFORE UPDATE OR DELETE ON serial.transition
	FOR EACH ROW WHEN (NOT OLD.is_shipped) EXECUTE FUNCTION serial_internal.keep_former_transition();

CREATE FUNCTION serial_internal.transition_at(business_step text, from_disposition text, at timestamptz)
RETURNS TABLE (is_ruled boolean, is_legal boolean, to_disposition text, conditions text[])
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH in_force AS MATERIALIZED (
		SELECT t.from_disposition, t.to_disposition, t.conditions, t.is_legal, t.is_shipped
		FROM serial.transition AS t
		WHERE t.business_step = transition_at.business_step AND (t.is_shipped OR t.since <= transition_at.at)
		UNION ALL
		SELECT f.from_disposition, f.to_disposition, f.conditions, f.is_legal, false
		FROM serial.former_transition AS f
		WHERE f.business_step = transition_at.business_step
		  AND f.since <= transition_at.at AND f.until > transition_at.at
	)
	SELECT EXISTS (SELECT FROM in_force), coalesce(r.is_legal, false), r.to_disposition, r.conditions
	FROM (VALUES (1)) AS one
	LEFT JOIN LATERAL (
		SELECT i.is_legal, i.to_disposition, i.conditions FROM in_force AS i
		WHERE i.from_disposition = coalesce(transition_at.from_disposition, 'none')
		ORDER BY i.is_shipped LIMIT 1) AS r ON true;
END;
COMMENT ON FUNCTION serial_internal.transition_at(text, text, timestamptz) IS
'the transition of a step from a disposition that was in force for events recorded at a time';

CREATE FUNCTION serial_internal.transitions_changed_at()
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(max(c.at), '-infinity')
	FROM (SELECT t.since AS at FROM serial.transition AS t WHERE NOT t.is_shipped
		  UNION ALL SELECT f.until FROM serial.former_transition AS f) AS c;
END;
COMMENT ON FUNCTION serial_internal.transitions_changed_at() IS
'when users last changed a transition; -infinity if they never did';

CREATE VIEW serial.transitions AS
SELECT t.business_step, t.from_disposition, t.to_disposition, t.within, t.same_actor, t.same_place, t.conditions
FROM serial.transition AS t
WHERE t.is_legal
  AND (NOT t.is_shipped
	   OR NOT EXISTS (SELECT FROM serial.transition AS o
					  WHERE o.business_step = t.business_step AND o.from_disposition = t.from_disposition
						AND NOT o.is_shipped));
COMMENT ON VIEW serial.transitions IS
'the transitions in force: the users'' own, and those of the extension that these do not replace';
COMMENT ON COLUMN serial.transitions.business_step IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.from_disposition IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.to_disposition IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.within IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.same_actor IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.same_place IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.conditions IS 'as in serial.transition';

CREATE FUNCTION serial_internal.dispositions(state text)
RETURNS SETOF text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'serial_dispositions';
COMMENT ON FUNCTION serial_internal.dispositions(text) IS
'the dispositions of CBV 2.0 in which an item is circulating, blocked, transferred or terminal';

CREATE FUNCTION serial_internal.is_final(disposition text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_final';
COMMENT ON FUNCTION serial_internal.is_final(text) IS
'is this disposition final, so that the item was transferred for good or has ended?';

CREATE FUNCTION serial_internal.is_in_stock(disposition text)
RETURNS boolean
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_in_stock';
COMMENT ON FUNCTION serial_internal.is_in_stock(text) IS
'does an item with this disposition, which may be NULL, count as stock, because it is neither in transit nor final?';

INSERT INTO serial.transition (business_step, from_disposition, to_disposition, conditions, is_shipped)
SELECT s.step, d.disposition, s.to_disposition,
	   -- what is in transit to one party must not be shipped to another
	   CASE WHEN s.to_disposition = 'in_transit' AND d.disposition = 'in_transit' THEN '{shipped_twice}'
			ELSE s.conditions END::text[], true
FROM (VALUES
	('commissioning', 'before', 'active', '{}'),
	('encoding', 'before', 'encoded', '{}'),
	('reserving', 'before', 'reserved', '{}'),
	-- what was only packed, or packed into, can be stolen
	('decommissioning', 'none', 'inactive', '{never_seen}'), ('destroying', 'none', 'destroyed', '{never_seen}'),
	('sampling', 'none', 'inactive', '{never_seen}'),
	-- labels that were spoiled before they were used
	('decommissioning', 'prepared', 'inactive', '{}'), ('destroying', 'prepared', 'destroyed', '{}'),
	('decommissioning', 'circulating', 'inactive', '{}'), ('decommissioning', 'blocked', 'inactive', '{}'),
	('destroying', 'circulating', 'destroyed', '{}'), ('destroying', 'blocked', 'destroyed', '{}'),
	('destroying', 'inactive', 'destroyed', '{}'),
	('sampling', 'circulating', 'inactive', '{}'), ('sampling', 'blocked', 'inactive', '{}'),
	('shipping', 'none', 'in_transit', '{}'), ('shipping', 'circulating', 'in_transit', '{}'),
	('shipping', 'blocked', NULL, '{shipped_twice}'),
	('consigning', 'none', 'in_transit', '{}'), ('consigning', 'circulating', 'in_transit', '{}'),
	('consigning', 'blocked', NULL, '{shipped_twice}'),
	('departing', 'none', 'in_transit', '{}'), ('departing', 'circulating', 'in_transit', '{}'),
	('departing', 'blocked', NULL, '{shipped_twice}'),
	('transporting', 'none', 'in_transit', '{}'), ('transporting', 'circulating', 'in_transit', '{}'),
	('transporting', 'blocked', NULL, '{shipped_twice}'),
	('void_shipping', 'in_transit', 'active', '{}'), ('void_shipping', 'blocked', NULL, '{not_shipped}'),
	('receiving', 'none', 'in_progress', '{}'), ('receiving', 'circulating', 'in_progress', '{}'),
	('receiving', 'blocked', NULL, '{}'), ('receiving', 'retail_sold', 'returned', '{not_returned}'),
	('arriving', 'none', 'in_progress', '{}'), ('arriving', 'circulating', 'in_progress', '{}'),
	('arriving', 'blocked', NULL, '{}'), ('arriving', 'retail_sold', 'returned', '{not_returned}'),
	('accepting', 'none', 'in_progress', '{}'), ('accepting', 'circulating', 'in_progress', '{}'),
	('accepting', 'blocked', NULL, '{}'), ('accepting', 'retail_sold', 'returned', '{not_returned}'),
	('stocking', 'circulating', 'sellable_accessible', '{}'), ('stocking', 'blocked', NULL, '{}'),
	('dispensing', 'circulating', 'dispensed', '{recalled,quarantined,expired}'),
	('dispensing', 'partially_dispensed', 'dispensed', '{recalled,quarantined,expired}'),
	('retail_selling', 'circulating', 'retail_sold', '{recalled,quarantined,expired}'),
	('repairing', 'before', NULL, '{}'), ('repairing', 'circulating', NULL, '{}'), ('repairing', 'blocked', NULL, '{}'),
	('repairing', 'retail_sold', NULL, '{}')
) AS s(step, state, to_disposition, conditions)
CROSS JOIN LATERAL (
	SELECT serial_internal.dispositions(CASE s.state WHEN 'before' THEN 'prepared' ELSE s.state END)
	UNION ALL SELECT 'none' WHERE s.state = 'before'
	UNION ALL SELECT s.state WHERE s.state IN ('none', 'inactive', 'in_transit', 'partially_dispensed', 'retail_sold')
) AS d(disposition);

-- Undoing: Regulation (EU) 2016/161, Article 13.  Items that are destroyed or
-- stolen never come back, nor do those that are expired or recalled.
INSERT INTO serial.transition
	(business_step, from_disposition, to_disposition, within, same_actor, conditions, is_shipped)
SELECT 'urn:serial:step:reinstating', d, 'active', '10 days', true, '{expired,recalled}', true
FROM unnest('{inactive,dispensed,partially_dispensed,retail_sold}'::text[]) AS d;

CREATE FUNCTION serial_internal.legal_steps(
	disposition text, other_than text, since timestamptz, at timestamptz, violation text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT string_agg(t.business_step || CASE WHEN t.within IS NOT NULL OR t.same_actor OR t.same_place
		THEN format(' (%s)', concat_ws(', ', 'within ' || t.within::text,
									   CASE WHEN t.same_actor THEN 'by the same actor' END,
									   CASE WHEN t.same_place THEN 'at the same place' END)) ELSE '' END,
		', ' ORDER BY t.business_step COLLATE "C")
	FROM serial.transitions AS t
	WHERE t.from_disposition = coalesce(legal_steps.disposition, 'none') AND t.business_step <> other_than
	  AND t.business_step <> 'urn:serial:step:correcting_lot'    -- it can always be recorded
	  AND NOT t.conditions && (ARRAY['not_returned', 'never_seen', 'not_shipped'] || replace(violation, ' ', '_'))
	  AND (t.within IS NULL OR (since AT TIME ZONE 'UTC') + t.within >= at AT TIME ZONE 'UTC');
END;
COMMENT ON FUNCTION serial_internal.legal_steps(text, text, timestamptz, timestamptz, text) IS
'the steps other than one that serial.transition allows at a time, from a disposition since another, without those '
'with the condition by which that one was refused';
