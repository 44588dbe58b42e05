-- Legal transitions

CREATE TABLE serial.transition
(
	business_step text NOT NULL,
	from_disposition text NOT NULL,
	to_disposition text,
	within interval,
	same_actor boolean NOT NULL DEFAULT false,
	is_shipped boolean NOT NULL DEFAULT false,
	is_legal boolean NOT NULL DEFAULT true,
	PRIMARY KEY (business_step, from_disposition, is_shipped)
);
COMMENT ON TABLE serial.transition IS
'what a business step may find a thing as, and what it leaves it as; a step without a row may find it as anything that has not ended';
COMMENT ON COLUMN serial.transition.business_step IS
'the step';
COMMENT ON COLUMN serial.transition.from_disposition IS
'the disposition it may find; "none" for a thing of which nothing is known';
COMMENT ON COLUMN serial.transition.to_disposition IS
'the disposition it leaves if the event names none; NULL leaves it unchanged';
COMMENT ON COLUMN serial.transition.within IS
'only so long after the event that left the thing as it is';
COMMENT ON COLUMN serial.transition.same_actor IS
'only by the session user who recorded that event';
COMMENT ON COLUMN serial.transition.is_shipped IS
'the row came with the extension';
COMMENT ON COLUMN serial.transition.is_legal IS
'false forbids what a row that came with the extension allows';
SELECT pg_catalog.pg_extension_config_dump('serial.transition', 'WHERE NOT is_shipped');

-- Rows that came with the extension stay as they came, since a dump has only
-- the others: these take their place.
CREATE FUNCTION serial_internal.keep_shipped()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF OLD.is_shipped OR (TG_OP = 'UPDATE' AND NEW.is_shipped) THEN
		RAISE EXCEPTION 'transition "%" from "%" came with the extension', OLD.business_step, OLD.from_disposition
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'Insert a row of your own, which takes its place; with is_legal false it forbids the step.';
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_shipped() IS
'refuses to change or delete transitions that came with the extension; errors 55000';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_shipped() FROM PUBLIC;
CREATE TRIGGER keep_shipped BEFORE UPDATE OR DELETE ON serial.transition
	FOR EACH ROW EXECUTE FUNCTION serial_internal.keep_shipped();

-- A rule in other words than events have would never apply, and nobody would notice.
CREATE FUNCTION serial_internal.normalize_transition()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	NEW.business_step := serial_internal.vocabulary_word('business_step', NEW.business_step);
	NEW.to_disposition := serial_internal.vocabulary_word('disposition', NEW.to_disposition);
	IF NEW.from_disposition <> 'none' THEN
		NEW.from_disposition := serial_internal.vocabulary_word('disposition', NEW.from_disposition);
	END IF;
	RETURN NEW;
END;
$$;
COMMENT ON FUNCTION serial_internal.normalize_transition() IS
'brings the words of a transition into their one form; errors 22023 a word that is neither of CBV 2.0 nor a URI';
REVOKE EXECUTE ON FUNCTION serial_internal.normalize_transition() FROM PUBLIC;
CREATE TRIGGER normalize_transition BEFORE INSERT OR UPDATE ON serial.transition
	FOR EACH ROW EXECUTE FUNCTION serial_internal.normalize_transition();

CREATE VIEW serial.transitions AS
SELECT t.business_step, t.from_disposition, t.to_disposition, t.within, t.same_actor
FROM serial.transition AS t
WHERE t.is_legal
  AND (NOT t.is_shipped
	   OR NOT EXISTS (SELECT FROM serial.transition AS o
					  WHERE o.business_step = t.business_step AND o.from_disposition = t.from_disposition AND NOT o.is_shipped));
COMMENT ON VIEW serial.transitions IS
'the transitions in force: one''s own, and those that came with the extension where there is none of one''s own';
COMMENT ON COLUMN serial.transitions.business_step IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.from_disposition IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.to_disposition IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.within IS 'as in serial.transition';
COMMENT ON COLUMN serial.transitions.same_actor IS 'as in serial.transition';

-- Dispositions in which a thing is about, in which something is wrong with it,
-- and after which nothing happens to it any more.
CREATE FUNCTION serial_internal.dispositions(state text)
RETURNS SETOF text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'serial_dispositions';
COMMENT ON FUNCTION serial_internal.dispositions(text) IS
'the dispositions of CBV 2.0 in which a thing is circulating, blocked, left, or ended';

CREATE FUNCTION serial_internal.is_final(disposition text)
RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_is_final';
COMMENT ON FUNCTION serial_internal.is_final(text) IS
'has a thing in this disposition left or ended?';

INSERT INTO serial.transition (business_step, from_disposition, to_disposition, is_shipped)
SELECT s.step, d.disposition, s.to_disposition, true
FROM (VALUES
	('commissioning', 'before', 'active'),
	('encoding', 'before', 'encoded'),
	('reserving', 'before', 'reserved'),
	('decommissioning', 'circulating', 'inactive'), ('decommissioning', 'blocked', 'inactive'),
	('destroying', 'circulating', 'destroyed'), ('destroying', 'blocked', 'destroyed'), ('destroying', 'inactive', 'destroyed'),
	('sampling', 'circulating', 'inactive'), ('sampling', 'blocked', 'inactive'),
	('shipping', 'none', 'in_transit'), ('shipping', 'circulating', 'in_transit'), ('shipping', 'blocked', NULL),
	('consigning', 'none', 'in_transit'), ('consigning', 'circulating', 'in_transit'), ('consigning', 'blocked', NULL),
	('departing', 'none', 'in_transit'), ('departing', 'circulating', 'in_transit'), ('departing', 'blocked', NULL),
	('transporting', 'none', 'in_transit'), ('transporting', 'circulating', 'in_transit'), ('transporting', 'blocked', NULL),
	('void_shipping', 'in_transit', 'active'),
	('receiving', 'none', 'in_progress'), ('receiving', 'circulating', 'in_progress'), ('receiving', 'blocked', NULL),
	('arriving', 'none', 'in_progress'), ('arriving', 'circulating', 'in_progress'), ('arriving', 'blocked', NULL),
	('accepting', 'none', 'in_progress'), ('accepting', 'circulating', 'in_progress'), ('accepting', 'blocked', NULL),
	('stocking', 'circulating', 'sellable_accessible'), ('stocking', 'blocked', NULL),
	('dispensing', 'circulating', 'dispensed'), ('dispensing', 'partially_dispensed', 'dispensed'),
	('retail_selling', 'circulating', 'retail_sold')
) AS s(step, state, to_disposition)
CROSS JOIN LATERAL (
	SELECT serial_internal.dispositions(s.state)
	UNION ALL SELECT unnest('{none,encoded,reserved}'::text[]) WHERE s.state = 'before'
	UNION ALL SELECT s.state WHERE s.state IN ('none', 'inactive', 'in_transit', 'partially_dispensed')
) AS d(disposition);

-- Undoing: Regulation (EU) 2016/161, Article 13.  Never what is destroyed or
-- stolen.
INSERT INTO serial.transition (business_step, from_disposition, to_disposition, within, same_actor, is_shipped)
SELECT 'urn:serial:step:reinstating', d, 'active', '10 days', true, true
FROM unnest('{inactive,dispensed,partially_dispensed,retail_sold}'::text[]) AS d;

-- Is a step legal for a thing that is so since an event by somebody?
CREATE FUNCTION serial_internal.is_legal(step text, disposition text, since timestamptz, actor text, at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN EXISTS (SELECT FROM serial.transition AS t WHERE t.business_step = step)
		THEN EXISTS (SELECT FROM serial.transitions AS t
					 WHERE t.business_step = step AND t.from_disposition = coalesce(is_legal.disposition, 'none')
					   AND (t.within IS NULL OR at <= is_legal.since + t.within)
					   AND (NOT t.same_actor OR actor = session_user))
		ELSE serial_internal.is_final(is_legal.disposition) IS NOT TRUE END;
END;
COMMENT ON FUNCTION serial_internal.is_legal(text, text, timestamptz, text, timestamptz) IS
'does serial.transition let a business step find a thing in a disposition, since then and by the doing of that actor?';

CREATE FUNCTION serial_internal.legal_steps(disposition text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT string_agg(t.business_step || CASE WHEN t.within IS NOT NULL OR t.same_actor
		THEN format(' (%s)', concat_ws(', ', 'within ' || t.within::text, CASE WHEN t.same_actor THEN 'by who did it' END)) ELSE '' END,
		', ' ORDER BY t.business_step COLLATE "C")
	FROM serial.transitions AS t
	WHERE t.from_disposition = coalesce(legal_steps.disposition, 'none')
	  AND t.business_step <> 'urn:serial:step:correcting_lot';    -- says nothing of what may happen
END;
COMMENT ON FUNCTION serial_internal.legal_steps(text) IS
'the steps that serial.transition lets find a thing so';
