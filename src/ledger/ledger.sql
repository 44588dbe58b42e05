-- Ledger: what happens to things, and what that leaves them as.  In the words
-- of EPCIS 2.0 and its Core Business Vocabulary (CBV) 2.0.

-- Words

CREATE TABLE serial.vocabulary
(
	kind text NOT NULL,
	word text NOT NULL,
	PRIMARY KEY (kind, word)
);
COMMENT ON TABLE serial.vocabulary IS
'the bare words of CBV 2.0; other words are URIs';
COMMENT ON COLUMN serial.vocabulary.kind IS
'business_step, disposition, business_transaction, source_destination or error_reason';
COMMENT ON COLUMN serial.vocabulary.word IS
'the bare word';
GRANT SELECT ON serial.vocabulary TO PUBLIC;

INSERT INTO serial.vocabulary (kind, word)
SELECT kind, unnest(string_to_array(words, ' '))
FROM (VALUES
	('business_step', 'commissioning creating_class_instance encoding reserving decommissioning destroying killing packing unpacking repackaging loading unloading assembling disassembling installing removing replacing picking staging_outbound departing shipping consigning transporting arriving accepting receiving void_shipping storing stocking collecting entering_exiting holding inspecting sampling repairing cycle_counting stock_taking dispensing retail_selling sensor_reporting other'),
	('disposition', 'encoded reserved active in_progress in_transit sellable_accessible sellable_not_accessible available conformant returned unknown container_closed container_open unavailable non_sellable_other damaged expired recalled no_pedigree_match non_conformant needs_replacement mismatch_instance mismatch_class mismatch_quantity stolen dispensed partially_dispensed retail_sold disposed inactive destroyed completeness_verified completeness_inferred'),
	('business_transaction', 'bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt'),
	('source_destination', 'owning_party possessing_party location'),
	('error_reason', 'did_not_occur incorrect_data')
) AS v(kind, words);

CREATE FUNCTION serial.vocabulary_word(kind text, word text)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	prefix text := CASE kind WHEN 'business_step' THEN 'BizStep' WHEN 'disposition' THEN 'Disp'
		WHEN 'business_transaction' THEN 'BTT' WHEN 'source_destination' THEN 'SDT' ELSE 'ER' END;
	bare text := regexp_replace(word, format('^(https://ref\.gs1\.org/cbv/%s-|urn:epcglobal:cbv:%s:)', prefix, lower(prefix)), '');
BEGIN
	IF word IS NULL OR EXISTS (SELECT FROM serial.vocabulary AS v WHERE v.kind = vocabulary_word.kind AND v.word = bare) THEN
		RETURN bare;
	END IF;
	IF word ~ '^[A-Za-z][A-Za-z0-9+.-]*:.' AND word !~ '^(https://ref\.gs1\.org/cbv/|urn:epcglobal:cbv:)' THEN
		RETURN word;
	END IF;
	RAISE EXCEPTION '"%" is no % of CBV 2.0', word, replace(kind, '_', ' ')
		USING ERRCODE = 'invalid_parameter_value',
			  DETAIL = 'Expected one of its bare words, or a URI for a word of your own.',
			  HINT = format('SELECT word FROM serial.vocabulary WHERE kind = %L;', kind);
END;
$$;
COMMENT ON FUNCTION serial.vocabulary_word(text, text) IS
'the one form of a word of CBV 2.0, which may come bare, as a web URI or as a URN; a URI of one''s own passes; errors 22023 neither';

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
CREATE FUNCTION serial.keep_shipped()
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
COMMENT ON FUNCTION serial.keep_shipped() IS
'refuses to change or delete transitions that came with the extension; errors 55000';
REVOKE EXECUTE ON FUNCTION serial.keep_shipped() FROM PUBLIC;
CREATE TRIGGER keep_shipped BEFORE UPDATE OR DELETE ON serial.transition
	FOR EACH ROW EXECUTE FUNCTION serial.keep_shipped();

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
CREATE FUNCTION serial.dispositions(state text)
RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT unnest(CASE state
		WHEN 'circulating' THEN '{active,in_progress,in_transit,sellable_accessible,sellable_not_accessible,available,conformant,returned,unknown,container_closed,container_open,completeness_verified,completeness_inferred}'::text[]
		WHEN 'blocked' THEN '{unavailable,non_sellable_other,damaged,expired,recalled,no_pedigree_match,non_conformant,needs_replacement,mismatch_instance,mismatch_class,mismatch_quantity}'
		WHEN 'left' THEN '{dispensed,retail_sold,disposed}'
		WHEN 'ended' THEN '{inactive,destroyed,stolen}' END);
END;
COMMENT ON FUNCTION serial.dispositions(text) IS
'the dispositions of CBV 2.0 in which a thing is circulating, blocked, left, or ended';

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
	SELECT serial.dispositions(s.state)
	UNION ALL SELECT unnest('{none,encoded,reserved}'::text[]) WHERE s.state = 'before'
	UNION ALL SELECT s.state WHERE s.state IN ('none', 'inactive', 'in_transit', 'partially_dispensed')
) AS d(disposition);

-- Undoing: Regulation (EU) 2016/161, Article 13.  Never what is destroyed or
-- stolen.
INSERT INTO serial.transition (business_step, from_disposition, to_disposition, within, same_actor, is_shipped)
SELECT 'urn:serial:step:reinstating', d, 'active', '10 days', true, true
FROM unnest('{inactive,dispensed,partially_dispensed,retail_sold}'::text[]) AS d;

-- Events

CREATE SEQUENCE serial.event_sequence;
COMMENT ON SEQUENCE serial.event_sequence IS
'numbers of events';
CREATE TABLE serial.event
(
	event bigint NOT NULL DEFAULT nextval('serial.event_sequence'),
	type text NOT NULL,
	action text,
	event_time timestamptz NOT NULL,
	time_zone_offset text NOT NULL,
	record_time timestamptz NOT NULL,
	recorded_by text NOT NULL,
	business_step text,
	disposition text,
	read_point text,
	place text,
	parent serial.serial,
	lot text,
	expiry date,
	quantities jsonb,
	business_transactions jsonb,
	sources jsonb,
	destinations jsonb,
	persistent_disposition jsonb,
	transformation text,
	event_id text,
	corrects bigint,
	error_reason text,
	attributes jsonb,
	is_accepted boolean NOT NULL,
	digest bytea NOT NULL
) PARTITION BY RANGE (record_time);
COMMENT ON TABLE serial.event IS
'what happened, as EPCIS 2.0 has it; written by serial.record only, and never changed';
COMMENT ON COLUMN serial.event.event IS
'its number, in the order of recording';
COMMENT ON COLUMN serial.event.type IS
'ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent';
COMMENT ON COLUMN serial.event.action IS
'ADD, OBSERVE or DELETE; NULL for a TransformationEvent';
COMMENT ON COLUMN serial.event.event_time IS
'when it happened';
COMMENT ON COLUMN serial.event.time_zone_offset IS
'the offset from UTC where and when it happened';
COMMENT ON COLUMN serial.event.record_time IS
'when it was recorded';
COMMENT ON COLUMN serial.event.recorded_by IS
'the session user who recorded it';
COMMENT ON COLUMN serial.event.business_step IS
'what was being done: a word of serial.vocabulary or a URI';
COMMENT ON COLUMN serial.event.disposition IS
'what it says the things are from then on: a word of serial.vocabulary or a URI';
COMMENT ON COLUMN serial.event.read_point IS
'where it happened';
COMMENT ON COLUMN serial.event.place IS
'where the things are from then on: the bizLocation of EPCIS';
COMMENT ON COLUMN serial.event.parent IS
'the container or the whole';
COMMENT ON COLUMN serial.event.lot IS
'the lot of things that begin to exist';
COMMENT ON COLUMN serial.event.expiry IS
'the day until which things that begin to exist are good';
COMMENT ON COLUMN serial.event.quantities IS
'the quantityElements of EPCIS: things of a class without numbers of their own';
COMMENT ON COLUMN serial.event.business_transactions IS
'the bizTransactionList of EPCIS';
COMMENT ON COLUMN serial.event.sources IS
'the sourceList of EPCIS';
COMMENT ON COLUMN serial.event.destinations IS
'the destinationList of EPCIS';
COMMENT ON COLUMN serial.event.persistent_disposition IS
'marks that outlast later dispositions, as {set: [...], unset: [...]}';
COMMENT ON COLUMN serial.event.transformation IS
'the transformationID that joins several TransformationEvents';
COMMENT ON COLUMN serial.event.event_id IS
'the eventID by which others know it: a URI';
COMMENT ON COLUMN serial.event.corrects IS
'the event that this one declares wrong';
COMMENT ON COLUMN serial.event.error_reason IS
'why: did_not_occur or incorrect_data';
COMMENT ON COLUMN serial.event.attributes IS
'whatever else EPCIS or the reporter says of it';
COMMENT ON COLUMN serial.event.is_accepted IS
'did it change serial.item? else it is kept as evidence, and serial.alert says why';
COMMENT ON COLUMN serial.event.digest IS
'the leaf that serial.seal takes; see serial.event_digest';

-- Which thing an event is about.  What it leaves the thing as is found here
-- without a look at the event.
CREATE TABLE serial.event_item
(
	id serial.serial NOT NULL,
	event_time timestamptz NOT NULL,
	event bigint NOT NULL,
	role text NOT NULL,
	leaves text,
	record_time timestamptz NOT NULL
) PARTITION BY RANGE (record_time);
COMMENT ON TABLE serial.event_item IS
'which thing an event is about, and as what; written by serial.record only, and never changed';
COMMENT ON COLUMN serial.event_item.id IS
'the thing';
COMMENT ON COLUMN serial.event_item.event_time IS
'as of the event';
COMMENT ON COLUMN serial.event_item.event IS
'the event';
COMMENT ON COLUMN serial.event_item.role IS
'item, parent, child, input or output';
COMMENT ON COLUMN serial.event_item.leaves IS
'the disposition that the event leaves the thing in; NULL leaves it unchanged';
COMMENT ON COLUMN serial.event_item.record_time IS
'as of the event';

-- State

CREATE TABLE serial.item
(
	id serial.serial PRIMARY KEY,
	lot text,
	expiry date,
	disposition text,
	since timestamptz,
	decided_by bigint,
	place text,
	place_since timestamptz,
	placed_by bigint,
	first_event bigint,
	last_event bigint,
	last_time timestamptz,
	marks jsonb,
	consignee text,
	consignee_since timestamptz,
	consigned_by bigint,
	attributes jsonb
);
CREATE INDEX item_lot_idx ON serial.item (lot, id) WHERE lot IS NOT NULL;
CREATE INDEX item_place_idx ON serial.item (place, id) WHERE place IS NOT NULL;
CREATE INDEX item_expiry_idx ON serial.item (expiry, id) WHERE expiry IS NOT NULL;
CREATE INDEX item_ended_idx ON serial.item (since)
	WHERE disposition IN ('dispensed', 'retail_sold', 'disposed', 'inactive', 'destroyed', 'stolen');
COMMENT ON TABLE serial.item IS
'what events have left each thing as, one row an identifier seen; of what is inside something, serial.state knows more';
COMMENT ON COLUMN serial.item.id IS
'the thing';
COMMENT ON COLUMN serial.item.lot IS
'its lot';
COMMENT ON COLUMN serial.item.expiry IS
'the day until which it is good';
COMMENT ON COLUMN serial.item.disposition IS
'what the last event that said so left it as';
COMMENT ON COLUMN serial.item.since IS
'when that happened';
COMMENT ON COLUMN serial.item.decided_by IS
'by which event';
COMMENT ON COLUMN serial.item.place IS
'where the last event that said so left it';
COMMENT ON COLUMN serial.item.place_since IS
'when that happened';
COMMENT ON COLUMN serial.item.placed_by IS
'by which event';
COMMENT ON COLUMN serial.item.first_event IS
'the first event that said of the thing itself what it is';
COMMENT ON COLUMN serial.item.last_event IS
'the last event of it';
COMMENT ON COLUMN serial.item.last_time IS
'when that happened';
COMMENT ON COLUMN serial.item.marks IS
'persistent dispositions and when each was set or unset, as serial.decide_marks has them';
COMMENT ON COLUMN serial.item.consignee IS
'the party that the last event with a new owner named';
COMMENT ON COLUMN serial.item.consignee_since IS
'when that happened';
COMMENT ON COLUMN serial.item.consigned_by IS
'by which event';
COMMENT ON COLUMN serial.item.attributes IS
'whatever else is to be known of it';

CREATE TABLE serial.lot
(
	gtin text NOT NULL,
	lot text NOT NULL,
	expiry date,
	produced_on date,
	attributes jsonb,
	PRIMARY KEY (gtin, lot)
);
COMMENT ON TABLE serial.lot IS
'master data of lots';
COMMENT ON COLUMN serial.lot.gtin IS
'the 14 digits of the trade item';
COMMENT ON COLUMN serial.lot.lot IS
'the lot';
COMMENT ON COLUMN serial.lot.expiry IS
'the day until which it is good';
COMMENT ON COLUMN serial.lot.produced_on IS
'the day it was made';
COMMENT ON COLUMN serial.lot.attributes IS
'quality, composition, and whatever else is to be known of it';

CREATE TABLE serial.place
(
	place text PRIMARY KEY,
	name text,
	latitude double precision CHECK (latitude BETWEEN -90 AND 90),
	longitude double precision CHECK (longitude BETWEEN -180 AND 180),
	attributes jsonb
);
COMMENT ON TABLE serial.place IS
'master data of places';
COMMENT ON COLUMN serial.place.place IS
'a GLN, a URI, or whatever names it in events';
COMMENT ON COLUMN serial.place.name IS
'what people call it';
COMMENT ON COLUMN serial.place.latitude IS
'degrees north';
COMMENT ON COLUMN serial.place.longitude IS
'degrees east';
COMMENT ON COLUMN serial.place.attributes IS
'whatever else is to be known of it';

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
COMMENT ON TABLE serial.alert IS
'what does not fit: reports that contradict what is known, and verifications that failed; never deleted';
COMMENT ON COLUMN serial.alert.alert IS
'its number';
COMMENT ON COLUMN serial.alert.kind IS
'what does not fit, in two or three words';
COMMENT ON COLUMN serial.alert.id IS
'the thing';
COMMENT ON COLUMN serial.alert.event IS
'the event that raised it; NULL for a verification';
COMMENT ON COLUMN serial.alert.detail IS
'what speaks against it';
COMMENT ON COLUMN serial.alert.raised_at IS
'when';
COMMENT ON COLUMN serial.alert.raised_by IS
'the session user in whose session it was raised';
COMMENT ON COLUMN serial.alert.acknowledged_at IS
'when somebody took note of it; NULL while it is open';
COMMENT ON COLUMN serial.alert.acknowledged_by IS
'the session user who did';
COMMENT ON COLUMN serial.alert.note IS
'what that user said of it';
COMMENT ON SEQUENCE serial.alert_alert_seq IS
'numbers of alerts';
SELECT pg_catalog.pg_extension_config_dump('serial.alert', '');
SELECT pg_catalog.pg_extension_config_dump('serial.alert_alert_seq', '');

SELECT pg_catalog.pg_extension_config_dump('serial.event_sequence', '');
SELECT pg_catalog.pg_extension_config_dump('serial.item', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lot', '');
SELECT pg_catalog.pg_extension_config_dump('serial.place', '');

-- Nothing that was recorded is changed: not by the owner's slip either.
CREATE FUNCTION serial.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'nothing in serial.% is ever changed', regexp_replace(TG_TABLE_NAME, '_[0-9]{6}$', '')
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  DETAIL = format('%s was refused.', TG_OP),
			  HINT = CASE WHEN TG_TABLE_NAME = 'alert' THEN 'Who has taken note of an alert says so with serial.acknowledge.'
				ELSE 'What was recorded wrongly is declared so with serial.declare_error.' END;
END;
$$;
COMMENT ON FUNCTION serial.refuse_change() IS
'refuses to change, delete or truncate what was recorded; errors 55000 always';
REVOKE EXECUTE ON FUNCTION serial.refuse_change() FROM PUBLIC;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.event
	FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event
	FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.event_item
	FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_item
	FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE ON serial.alert
	FOR EACH ROW WHEN (OLD.acknowledged_at IS NOT NULL
		OR (OLD.alert, OLD.kind, OLD.id, OLD.event, OLD.detail, OLD.raised_at, OLD.raised_by)
			IS DISTINCT FROM (NEW.alert, NEW.kind, NEW.id, NEW.event, NEW.detail, NEW.raised_at, NEW.raised_by))
	EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON serial.alert
	FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.alert
	FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();

-- The partitions are no members of the extension, so that pg_dump dumps them.
-- What it writes attaches a partition before it makes its indexes: were there an
-- index on serial.event itself, attaching would make them first.
CREATE FUNCTION serial.index_month(parent text, month text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF parent = 'event' THEN
		EXECUTE format('ALTER TABLE serial.%I ADD PRIMARY KEY (event, record_time)', month);
		EXECUTE format('CREATE INDEX ON serial.%I (corrects) WHERE corrects IS NOT NULL', month);
		EXECUTE format('CREATE INDEX ON serial.%I (event_id) WHERE event_id IS NOT NULL', month);
	ELSE
		EXECUTE format('ALTER TABLE serial.%I ADD PRIMARY KEY (id, event_time, event, role, record_time)', month);
		EXECUTE format('CREATE INDEX ON serial.%I (event)', month);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.index_month(text, text) IS
'makes the indexes of a new partition of serial.event or serial.event_item';
REVOKE EXECUTE ON FUNCTION serial.index_month(text, text) FROM PUBLIC;

-- A month of events is a partition, made when the first of them is recorded.
CREATE FUNCTION serial.open_month(at timestamptz)
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
	PERFORM pg_advisory_xact_lock('serial.event'::regclass::oid::bigint);
	IF to_regclass('serial.event_item' || suffix) IS NOT NULL THEN
		RETURN;
	END IF;
	FOREACH parent IN ARRAY '{event,event_item}'::text[] LOOP
		EXECUTE format('CREATE TABLE serial.%I (LIKE serial.%I INCLUDING ALL)', parent || suffix, parent);
		EXECUTE format('REVOKE ALL ON TABLE serial.%I FROM PUBLIC', parent || suffix);
		EXECUTE format('COMMENT ON TABLE serial.%I IS %L', parent || suffix,
					   format('rows of serial.%s recorded in %s (UTC)', parent, to_char(month, 'YYYY-MM')));
		PERFORM serial.index_month(parent, parent || suffix);
		EXECUTE format('ALTER TABLE serial.%I ATTACH PARTITION serial.%I FOR VALUES FROM (%L) TO (%L)',
					   parent, parent || suffix, month, month + interval '1 month');
		EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.%I FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change()',
					   parent || suffix);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.open_month(timestamptz) IS
'makes the partitions of events for a month (UTC), if there are none';
REVOKE EXECUTE ON FUNCTION serial.open_month(timestamptz) FROM PUBLIC;

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
	IF to_regclass('serial.event' || suffix) IS NULL OR EXISTS (SELECT FROM serial.detached_month AS d WHERE d.month = first) THEN
		RAISE EXCEPTION 'there are no events of % to detach', to_char(first, 'YYYY-MM') USING ERRCODE = 'undefined_object';
	END IF;
	IF first >= date_trunc('month', now() AT TIME ZONE 'UTC') THEN
		RAISE EXCEPTION 'month % is not over', to_char(first, 'YYYY-MM')
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'Events are still recorded in it.';
	END IF;
	EXECUTE format('SELECT range_agg(int8range(event, event, ''[]'')) FROM serial.%I', 'event' || suffix) INTO events;
	FOREACH parent IN ARRAY '{event,event_item}'::text[] LOOP
		EXECUTE format('ALTER TABLE serial.%I DETACH PARTITION serial.%I', parent, parent || suffix);
		-- a partition has this trigger of its parent, and loses it
		EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.%I FOR EACH ROW EXECUTE FUNCTION serial.refuse_change()',
					   parent || suffix);
	END LOOP;
	INSERT INTO serial.detached_month (month, events) VALUES (first, coalesce(events, '{}'));
END;
$$;
COMMENT ON FUNCTION serial.detach_month(date) IS
'puts the events of a month aside: the tables stay, no question looks into them; errors 42704 no such month, 55000 the month is not over';
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
					   WHERE c.oid = to_regclass('serial.' || parent || suffix) AND p.oid = to_regclass('serial.' || parent)
						 AND c.relowner = p.relowner) THEN
			RAISE EXCEPTION 'there is no table "serial.%" of the owner of "serial.%"', parent || suffix, parent
				USING ERRCODE = 'undefined_table';
		END IF;
		EXECUTE format('DROP TRIGGER IF EXISTS refuse_change ON serial.%I', parent || suffix);
		EXECUTE format('ALTER TABLE serial.%I ATTACH PARTITION serial.%I FOR VALUES FROM (%L) TO (%L)', parent, parent || suffix,
					   first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
	END LOOP;
	DELETE FROM serial.detached_month AS d WHERE d.month = first;
END;
$$;
COMMENT ON FUNCTION serial.attach_month(date) IS
'takes the events of a detached month back; errors 42704 the month is not detached, 42P01 its tables are not there';
REVOKE EXECUTE ON FUNCTION serial.attach_month(date) FROM PUBLIC;

CREATE FUNCTION serial.is_complete()
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	months text := (SELECT string_agg(to_char(d.month, 'YYYY-MM'), ', ' ORDER BY d.month) FROM serial.detached_month AS d);
BEGIN
	IF months IS NOT NULL THEN
		RAISE WARNING 'events of % are detached', months
			USING DETAIL = 'What was recorded then is not in the answer.', HINT = 'serial.attach_month takes them back.';
	END IF;
	RETURN months IS NULL;
END;
$$;
COMMENT ON FUNCTION serial.is_complete() IS
'are all events at hand? else a warning says which months are not';

-- What is known of a thing

CREATE FUNCTION serial.told(item serial.serial, as_of timestamptz DEFAULT 'infinity')
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, holder serial.serial, depth integer, role text, leaves text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT DISTINCT ON (i.event_time, i.event)
		   i.event, i.event_time, i.record_time, s.container, s.depth, i.role, i.leaves
	FROM serial.stays(item) AS s
	JOIN serial.event_item AS i ON i.id = s.container AND i.event_time >= s.since AND i.event_time < s.until
	WHERE i.event_time <= as_of
	ORDER BY i.event_time, i.event, s.depth;
END;
COMMENT ON FUNCTION serial.told(serial.serial, timestamptz) IS
'the events of an item and, only while it was inside, of its containers, in order of event time; those declared wrong and those not accepted among them';

-- Persistent dispositions.  What was set is in force until it is lifted: from the
-- thing itself, or from the container it was set on, or one between, if the
-- thing has been in that ever since.  What is lifted from a container is thus not
-- lifted from what was marked for itself, nor from what came marked.
CREATE FUNCTION serial.decide_marks(mentions jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH mention AS MATERIALIZED (
		SELECT m.word, m.depth, m.inside_since, m.is_set, m.at, m.by
		FROM jsonb_to_recordset(mentions) AS m(word text, depth integer, inside_since text, is_set boolean, at text, by bigint)
	)
	SELECT jsonb_object_agg(d.word, jsonb_build_object('set', d.is_set, 'at', d.at, 'by', d.by))
	FROM (SELECT DISTINCT ON (m.word) m.word, m.is_set, m.at, m.by
		  FROM mention AS m
		  WHERE CASE WHEN m.is_set THEN NOT EXISTS (
					SELECT FROM mention AS u
					WHERE u.word = m.word AND NOT u.is_set AND (u.at, u.by) > (m.at, m.by)
					  AND (u.depth = 0 OR (u.depth <= m.depth AND u.inside_since <= m.at)))
				ELSE m.depth = 0 END
		  ORDER BY m.word, m.is_set DESC, m.at DESC, m.by DESC) AS d;
END;
COMMENT ON FUNCTION serial.decide_marks(jsonb) IS
'of mentions of persistent dispositions (word, depth, inside_since, is_set, at, by), the one that decides for each word, as {word: {set, at, by}}';

CREATE FUNCTION serial.marks_in_force(marks jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(m.key ORDER BY m.key) FROM jsonb_each(marks) AS m WHERE (m.value ->> 'set')::boolean;
END;
COMMENT ON FUNCTION serial.marks_in_force(jsonb) IS
'the words of serial.decide_marks that are set';

-- Moments in marks compare as text, those before all others too.
CREATE FUNCTION serial.moment_text(moment timestamptz)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN moment = '-infinity' THEN '' ELSE to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END;
END;
COMMENT ON FUNCTION serial.moment_text(timestamptz) IS
'a moment in UTC with microseconds, in ISO 8601';

CREATE FUNCTION serial.new_owner(destinations jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT d.entry ->> 'destination' FROM jsonb_array_elements(destinations) AS d(entry)
	WHERE d.entry ->> 'type' = 'owning_party' LIMIT 1;
END;
COMMENT ON FUNCTION serial.new_owner(jsonb) IS
'the owning party among the destinations of an event';

-- A thing that has left or ended stays so, whatever happens to its container.
CREATE FUNCTION serial.state(
	item serial.serial, as_of timestamptz DEFAULT 'infinity', own_only boolean DEFAULT false, upto bigint DEFAULT 9223372036854775807)
RETURNS TABLE (disposition text, since timestamptz, place text, place_since timestamptz, event bigint, holder serial.serial, marks jsonb,
			   consignee text, consignee_since timestamptz, decided_by bigint, event_time timestamptz, placed_by bigint, consigned_by bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH known AS MATERIALIZED (
		SELECT i.event, i.event_time, s.container AS holder, s.depth, s.since AS inside_since, i.leaves,
			   CASE WHEN i.role <> 'input' THEN e.place END AS place, e.persistent_disposition,
			   serial.new_owner(e.destinations) AS consignee
		FROM serial.stays(item) AS s
		JOIN serial.event_item AS i ON i.id = s.container AND i.event_time >= s.since AND i.event_time < s.until
		JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE (i.event_time, i.event) <= (as_of, upto) AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	), finally AS MATERIALIZED (
		SELECT k.event_time, k.event FROM (
			SELECT k.event_time, k.event, k.leaves FROM known AS k
			WHERE k.depth = 0 AND k.leaves IS NOT NULL
			ORDER BY k.event_time DESC, k.event DESC LIMIT 1) AS k
		WHERE k.leaves IN (SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended'))
	), relevant AS MATERIALIZED (
		SELECT k.* FROM known AS k LEFT JOIN finally AS f ON true
		WHERE k.depth = 0
		   OR CASE WHEN f.event IS NOT NULL THEN (k.event_time, k.event) < (f.event_time, f.event)
				ELSE NOT own_only
				  OR k.event_time < coalesce((SELECT a.since FROM serial.aggregation AS a WHERE a.child = item), 'infinity') END
	)
	SELECT d.leaves, d.event_time, p.place, p.event_time, l.event, l.holder, s.marks,
		   o.consignee, o.event_time, d.event, l.event_time, p.event, o.event
	FROM (SELECT r.event, r.event_time, r.holder FROM relevant AS r ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS l
	LEFT JOIN (SELECT r.leaves, r.event_time, r.event FROM relevant AS r WHERE r.leaves IS NOT NULL
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS d ON true
	LEFT JOIN (SELECT r.place, r.event_time, r.event FROM relevant AS r WHERE r.place IS NOT NULL
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS p ON true
	LEFT JOIN (SELECT r.consignee, r.event_time, r.event FROM relevant AS r WHERE r.consignee IS NOT NULL
			   ORDER BY r.event_time DESC, r.event DESC, r.depth LIMIT 1) AS o ON true
	CROSS JOIN LATERAL (
		SELECT serial.decide_marks(jsonb_agg(jsonb_build_object('word', w.word, 'depth', r.depth,
			'inside_since', serial.moment_text(r.inside_since), 'is_set', m.is_set, 'at', serial.moment_text(r.event_time), 'by', r.event))) AS marks
		FROM relevant AS r
		CROSS JOIN (VALUES ('set', true), ('unset', false)) AS m(member, is_set)
		CROSS JOIN LATERAL jsonb_array_elements_text(r.persistent_disposition -> m.member) AS w(word)) AS s;
END;
COMMENT ON FUNCTION serial.state(serial.serial, timestamptz, boolean, bigint) IS
'what events have left an item as, by a moment of event time and, at that moment, up to an event: the fold of what was told of it and of its containers while it was inside; own_only leaves out the container it is in now, unless the item has left or ended there; no row if nothing was told';

-- Marks of a thing and of what it is in, now.
CREATE FUNCTION serial.marks_now(item serial.serial)
RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH known AS MATERIALIZED (
		SELECT s.depth, s.since AS inside_since, i.disposition, i.marks
		FROM serial.stays(item) AS s JOIN serial.item AS i ON i.id = s.container
		WHERE s.until = 'infinity'
	)
	SELECT serial.decide_marks(jsonb_agg(jsonb_build_object('word', m.key, 'depth', k.depth,
		'inside_since', serial.moment_text(k.inside_since), 'is_set', (m.value ->> 'set')::boolean,
		'at', m.value ->> 'at', 'by', m.value -> 'by')))
	FROM known AS k CROSS JOIN LATERAL jsonb_each(k.marks) AS m
	WHERE k.depth = 0
	   OR (m.value ->> 'at' >= serial.moment_text(k.inside_since)
		   AND NOT EXISTS (SELECT FROM known AS o WHERE o.depth = 0
						   AND o.disposition IN (SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended'))));
END;
COMMENT ON FUNCTION serial.marks_now(serial.serial) IS
'the persistent dispositions of a thing now, as serial.decide_marks gives them; NULL if none was ever mentioned';

-- Now, and of one thing, the rows of serial.item say as much as all events.
CREATE FUNCTION serial.present(item serial.serial)
RETURNS TABLE (disposition text, since timestamptz, place text, place_since timestamptz, event bigint, holder serial.serial, marks jsonb,
			   consignee text, consignee_since timestamptz, decided_by bigint, event_time timestamptz)
LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1
AS 'MODULE_PATHNAME', 'serial_present';
COMMENT ON FUNCTION serial.present(serial.serial) IS
'what events have left an item as, now; no row if nothing was told of it or of what it is in';

-- Recall

CREATE TABLE serial.recall
(
	recall bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	gtin text NOT NULL,
	lots text[] NOT NULL,
	reason text NOT NULL,
	recalled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	recalled_by text NOT NULL DEFAULT session_user,
	closed_at timestamptz,
	closed_by text
);
CREATE INDEX recall_gtin_idx ON serial.recall (gtin);
COMMENT ON TABLE serial.recall IS
'lots that are called back';
COMMENT ON COLUMN serial.recall.recall IS
'its number';
COMMENT ON COLUMN serial.recall.gtin IS
'the 14 digits of the trade item';
COMMENT ON COLUMN serial.recall.lots IS
'the lots called back';
COMMENT ON COLUMN serial.recall.reason IS
'why';
COMMENT ON COLUMN serial.recall.recalled_at IS
'when';
COMMENT ON COLUMN serial.recall.recalled_by IS
'the session user who called them back';
COMMENT ON COLUMN serial.recall.closed_at IS
'when it ended; NULL while it is open';
COMMENT ON COLUMN serial.recall.closed_by IS
'the session user who ended it';
COMMENT ON SEQUENCE serial.recall_recall_seq IS
'numbers of recalls';
SELECT pg_catalog.pg_extension_config_dump('serial.recall', '');
SELECT pg_catalog.pg_extension_config_dump('serial.recall_recall_seq', '');

CREATE FUNCTION serial.recall(gtin text, lots text[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	number bigint;
BEGIN
	IF gtin IS NULL OR lots IS NULL OR reason IS NULL OR array_position(lots, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'a recall names a GTIN, lots and a reason' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF cardinality(lots) = 0 THEN
		RAISE EXCEPTION 'a recall names lots' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF NOT serial.has_valid_check('mod10', gtin) OR gtin !~ '^[0-9]{14}$' THEN
		RAISE EXCEPTION '"%" is not a GTIN', gtin
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Expected 14 digits, the last of them the check digit.';
	END IF;
	INSERT INTO serial.recall (gtin, lots, reason)
	VALUES (gtin, ARRAY(SELECT DISTINCT l.lot FROM unnest(lots) AS l(lot) ORDER BY l.lot), reason) RETURNING recall.recall INTO number;
	RETURN number;
END;
$$;
COMMENT ON FUNCTION serial.recall(text, text[], text) IS
'calls lots of a GTIN back and returns the number of the recall; from then on serial.verify says so; errors 22023 no GTIN or no lot, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.recall(text, text[], text) FROM PUBLIC;

CREATE FUNCTION serial.close_recall(recall bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE serial.recall AS r SET closed_at = clock_timestamp(), closed_by = session_user
	WHERE r.recall = close_recall.recall AND r.closed_at IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'recall % does not exist or is closed', recall USING ERRCODE = 'undefined_object';
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.close_recall(bigint) IS
'ends a recall; errors 42704 no such open recall';
REVOKE EXECUTE ON FUNCTION serial.close_recall(bigint) FROM PUBLIC;

CREATE FUNCTION serial.recall_of(id serial.serial, lot text)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.recall FROM serial.recall AS r
	WHERE r.gtin = serial.gtin(recall_of.id) AND recall_of.lot = ANY (r.lots) AND r.closed_at IS NULL
	ORDER BY r.recall LIMIT 1;
END;
COMMENT ON FUNCTION serial.recall_of(serial.serial, text) IS
'the open recall that a thing of a lot falls under; NULL if none';

-- Recording

CREATE FUNCTION serial.first_event(item serial.serial)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT i.event FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
	WHERE i.id = item AND i.leaves IS NOT NULL AND e.is_accepted AND e.corrects IS NULL
	  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	ORDER BY i.event_time, i.event LIMIT 1;
END;
COMMENT ON FUNCTION serial.first_event(serial.serial) IS
'the first event that said of a thing itself what it is; NULL if none did, though something may have been said of what it was in';

-- What was said last of a thing's lot and expiry.
CREATE FUNCTION serial.lot_told(item serial.serial)
RETURNS TABLE (lot text, expiry date)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH told AS MATERIALIZED (
		SELECT e.lot, e.expiry, i.event_time, i.event
		FROM serial.event_item AS i JOIN serial.event AS e ON e.event = i.event AND e.record_time = i.record_time
		WHERE i.id = item AND i.role <> 'input' AND coalesce(e.lot, e.expiry::text) IS NOT NULL AND e.is_accepted AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)
	)
	SELECT (SELECT t.lot FROM told AS t WHERE t.lot IS NOT NULL ORDER BY t.event_time DESC, t.event DESC LIMIT 1),
		   (SELECT t.expiry FROM told AS t WHERE t.expiry IS NOT NULL ORDER BY t.event_time DESC, t.event DESC LIMIT 1);
END;
COMMENT ON FUNCTION serial.lot_told(serial.serial) IS
'the lot and the expiry that events give a thing';

CREATE FUNCTION serial.newer_marks(a jsonb, b jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_object_agg(d.key, d.value)
	FROM (SELECT DISTINCT ON (m.key) m.key, m.value
		  FROM (SELECT * FROM jsonb_each(a) UNION ALL SELECT * FROM jsonb_each(b)) AS m
		  ORDER BY m.key, m.value ->> 'at' DESC) AS d;
END;
COMMENT ON FUNCTION serial.newer_marks(jsonb, jsonb) IS
'of two results of serial.decide_marks, the newer mark of each word';

-- Writes down as the present what the events of things say.  The stay that
-- lasts is left out: it is looked up.  The rows are locked before events are
-- looked at, so that none is missed that was recorded meanwhile.  Of what began
-- in a month that is detached, the row knows what events do not.
CREATE FUNCTION serial.refresh(things serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.item (id)
	SELECT t.id FROM (SELECT DISTINCT u.id FROM unnest(things) AS u(id)) AS t
	WHERE NOT EXISTS (SELECT FROM serial.item AS i WHERE i.id = t.id) AND EXISTS (SELECT FROM serial.state(t.id, 'infinity', true))
	ORDER BY t.id
	ON CONFLICT (id) DO NOTHING;
	PERFORM FROM serial.item AS i WHERE i.id = ANY (things) ORDER BY i.id FOR UPDATE;
	UPDATE serial.item AS i
	SET disposition = CASE WHEN k.disposition THEN i.disposition ELSE s.disposition END,
		since = CASE WHEN k.disposition THEN i.since ELSE s.since END,
		decided_by = CASE WHEN k.disposition THEN i.decided_by ELSE s.decided_by END,
		place = CASE WHEN k.place THEN i.place ELSE s.place END,
		place_since = CASE WHEN k.place THEN i.place_since ELSE s.place_since END,
		placed_by = CASE WHEN k.place THEN i.placed_by ELSE s.placed_by END,
		first_event = CASE WHEN a.is_older THEN i.first_event ELSE serial.first_event(i.id) END,
		last_event = CASE WHEN k.last THEN i.last_event ELSE s.event END,
		last_time = CASE WHEN k.last THEN i.last_time ELSE s.event_time END,
		marks = CASE WHEN a.is_older THEN serial.newer_marks(i.marks, s.marks) ELSE s.marks END,
		consignee = CASE WHEN k.consignee THEN i.consignee ELSE s.consignee END,
		consignee_since = CASE WHEN k.consignee THEN i.consignee_since ELSE s.consignee_since END,
		consigned_by = CASE WHEN k.consignee THEN i.consigned_by ELSE s.consigned_by END,
		lot = CASE WHEN a.is_older THEN coalesce(l.lot, i.lot) ELSE l.lot END,
		expiry = CASE WHEN a.is_older THEN coalesce(l.expiry, i.expiry) ELSE l.expiry END
	FROM serial.item AS o
	LEFT JOIN LATERAL serial.state(o.id, 'infinity', true) AS s ON true
	CROSS JOIN LATERAL serial.lot_told(o.id) AS l
	CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM serial.detached_month AS d WHERE d.events @> o.first_event)) AS a(is_older)
	CROSS JOIN LATERAL (
		SELECT a.is_older AND s.since >= o.since IS NOT TRUE, a.is_older AND s.place_since >= o.place_since IS NOT TRUE,
			   a.is_older AND s.consignee_since >= o.consignee_since IS NOT TRUE,
			   a.is_older AND s.event_time >= o.last_time IS NOT TRUE) AS k(disposition, place, consignee, last)
	WHERE o.id = ANY (things) AND i.id = o.id;
END;
$$;
COMMENT ON FUNCTION serial.refresh(serial.serial[]) IS
'brings the rows of things in serial.item up to what was recorded of them';
REVOKE EXECUTE ON FUNCTION serial.refresh(serial.serial[]) FROM PUBLIC;

-- What was in things, at any depth, and has left what it was directly in
-- since a moment.
CREATE FUNCTION serial.left_since(things serial.serial[], moment timestamptz)
RETURNS SETOF serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	WITH RECURSIVE inside(id, has_left) AS (
		SELECT t.id, false FROM unnest(things) AS t(id)
		UNION
		SELECT l.child, l.has_left
		FROM inside AS i
		CROSS JOIN LATERAL (
			SELECT a.child, false AS has_left FROM serial.aggregation AS a WHERE a.parent = i.id AND a.is_container
			UNION ALL
			SELECT h.child, true FROM serial.aggregation_history AS h WHERE h.parent = i.id AND h.until > moment) AS l
	)
	SELECT DISTINCT i.id FROM inside AS i WHERE i.has_left;
END;
COMMENT ON FUNCTION serial.left_since(serial.serial[], timestamptz) IS
'what was in things, at any depth, and has left the container it was directly in since a moment';

-- What has left or ended keeps what was said of its container before, so that
-- its row must hear of what is told late.
CREATE FUNCTION serial.ended_inside(things serial.serial[], moment timestamptz)
RETURNS SETOF serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT i.id FROM serial.item AS i
	WHERE i.since >= moment AND i.disposition IN ('dispensed', 'retail_sold', 'disposed', 'inactive', 'destroyed', 'stolen')
	  AND EXISTS (SELECT FROM serial.containers(i.id) AS c WHERE c.id = ANY (things));
END;
COMMENT ON FUNCTION serial.ended_inside(serial.serial[], timestamptz) IS
'what is in things, at any depth, and has left or ended since a moment';

-- Holds containers as they are, against those who record an event of one, not
-- against others who hold them.
CREATE FUNCTION serial.hold_containers(containers serial.serial[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.item (id) SELECT DISTINCT c.id FROM unnest(containers) AS c(id) ORDER BY c.id ON CONFLICT (id) DO NOTHING;
	PERFORM FROM serial.item AS i WHERE i.id = ANY (containers) ORDER BY i.id FOR KEY SHARE;
END;
$$;
COMMENT ON FUNCTION serial.hold_containers(serial.serial[]) IS
'waits for the events of containers that are being recorded, and keeps others from being recorded';
REVOKE EXECUTE ON FUNCTION serial.hold_containers(serial.serial[]) FROM PUBLIC;

-- What leaves a container keeps what was said of the container.
-- An event of the container that is being recorded meanwhile is waited for.
CREATE FUNCTION serial.keep_what_was_said()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	gone serial.serial[];
	left_ones serial.serial[];
BEGIN
	IF NOT EXISTS (SELECT FROM serial.item) THEN
		RETURN NULL;
	END IF;
	IF TG_OP = 'DELETE' THEN
		SELECT array_agg(o.child), array_agg(DISTINCT o.parent) INTO gone, left_ones FROM old_links AS o;
	ELSE
		SELECT array_agg(o.child), array_agg(DISTINCT o.parent) INTO gone, left_ones
		FROM old_links AS o JOIN new_links AS n USING (child) WHERE o.parent <> n.parent;
	END IF;
	IF gone IS NOT NULL THEN
		PERFORM serial.hold_containers(left_ones || ARRAY(
			SELECT c.id FROM unnest(left_ones) AS p(id) CROSS JOIN LATERAL serial.containers(p.id) AS c));
		PERFORM serial.refresh(gone);
	END IF;
	RETURN NULL;
END;
$$;
COMMENT ON FUNCTION serial.keep_what_was_said() IS
'refreshes what was unpacked or moved';
REVOKE EXECUTE ON FUNCTION serial.keep_what_was_said() FROM PUBLIC;
CREATE TRIGGER keep_what_was_said_of_unpacked AFTER DELETE ON serial.aggregation
	REFERENCING OLD TABLE AS old_links
	FOR EACH STATEMENT EXECUTE FUNCTION serial.keep_what_was_said();
CREATE TRIGGER keep_what_was_said_of_moved AFTER UPDATE ON serial.aggregation
	REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
	FOR EACH STATEMENT EXECUTE FUNCTION serial.keep_what_was_said();

CREATE FUNCTION serial.raise_alert(kind text, id serial.serial, event bigint, detail text)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	INSERT INTO serial.alert (kind, id, event, detail) VALUES (kind, id, event, detail) RETURNING alert;
END;
COMMENT ON FUNCTION serial.raise_alert(text, serial.serial, bigint, text) IS
'writes an alert and returns its number';
REVOKE EXECUTE ON FUNCTION serial.raise_alert(text, serial.serial, bigint, text) FROM PUBLIC;

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
'notes who has taken note of an alert, when, and what of it; once; errors 42704 no such open alert';
REVOKE EXECUTE ON FUNCTION serial.acknowledge(bigint, text) FROM PUBLIC;

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

-- Names for daily use.  All are strict.

CREATE FUNCTION serial.commission(
	items serial.serial[], lot text DEFAULT NULL, expiry date DEFAULT NULL, place text DEFAULT NULL,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.lot (gtin, lot, expiry)
	SELECT DISTINCT serial.gtin(i), commission.lot, commission.expiry
	FROM unnest(items) AS i WHERE serial.gtin(i) IS NOT NULL AND commission.lot IS NOT NULL
	ON CONFLICT DO NOTHING;
	RETURN serial.record('ObjectEvent', 'ADD', items, 'commissioning', event_time => at, read_point => place,
						 place => place, lot => lot, expiry => expiry, attributes => attributes);
END;
$$;
COMMENT ON FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb) IS
'things begin to exist, of a lot and with an expiry; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.ship(
	items serial.serial[], read_point text DEFAULT NULL, destination text DEFAULT NULL,
	reference text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'shipping', event_time => at, read_point => read_point,
		business_transactions => CASE WHEN reference IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'desadv', 'bizTransaction', reference)) END,
		destinations => CASE WHEN destination IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'owning_party', 'destination', destination)) END,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb) IS
'things leave a place (read_point) for a party (destination) under a despatch advice (reference), with all that is in them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.receive(
	items serial.serial[], place text, source text DEFAULT NULL,
	reference text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'receiving', event_time => at, read_point => place, place => place,
		business_transactions => CASE WHEN reference IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'recadv', 'bizTransaction', reference)) END,
		sources => CASE WHEN source IS NOT NULL THEN jsonb_build_array(jsonb_build_object('type', 'owning_party', 'source', source)) END,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb) IS
'things arrive at a place from a party (source) under a receiving advice (reference), with all that is in them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.dispense(
	items serial.serial[], place text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'dispensing', event_time => at, read_point => place, place => place,
		attributes => attributes);
END;
COMMENT ON FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb) IS
'things are given to a consumer; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb) FROM PUBLIC;

-- The reasons of Regulation (EU) 2016/161 for taking a pack out of circulation.
-- What is withdrawn is there still, and cannot be reinstated.
CREATE FUNCTION serial.decommission(
	items serial.serial[], reason text, place text DEFAULT NULL, at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step text;
	left_as text;
BEGIN
	SELECT r.step, r.left_as INTO step, left_as
	FROM (VALUES ('exported', 'decommissioning', 'inactive'), ('sample', 'sampling', 'inactive'),
				 ('free sample', 'decommissioning', 'inactive'), ('locked', 'decommissioning', 'inactive'),
				 ('checked out', 'decommissioning', 'inactive'), ('withdrawn', 'decommissioning', 'recalled'),
				 ('destroyed', 'destroying', 'destroyed'), ('stolen', 'decommissioning', 'stolen')) AS r(reason, step, left_as)
	WHERE r.reason = decommission.reason;
	IF NOT FOUND THEN
		RAISE EXCEPTION '% is not a reason to decommission', coalesce('"' || reason || '"', 'NULL')
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Expected exported, sample, free sample, locked, checked out, withdrawn, destroyed or stolen.';
	END IF;
	RETURN serial.record('ObjectEvent', 'DELETE', items, step, left_as, at, place, place,
						 attributes => coalesce(attributes, '{}') || jsonb_build_object('reason', reason));
END;
$$;
COMMENT ON FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb) IS
'things leave circulation for a reason; returns the event; errors as serial.record, 22023 no such reason';
REVOKE EXECUTE ON FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.reinstate(items serial.serial[], at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	barred record;
BEGIN
	SELECT i.id, CASE WHEN i.expiry < at::date THEN 'expired' ELSE 'recalled' END AS as_what INTO barred
	FROM serial.item AS i
	WHERE i.id = ANY (items) AND (i.expiry < at::date OR serial.recall_of(i.id, i.lot) IS NOT NULL) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '"%" cannot be reinstated: it is %', barred.id, barred.as_what
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = 'Regulation (EU) 2016/161, Article 13, does not allow it.';
	END IF;
	RETURN serial.record('ObjectEvent', 'OBSERVE', items, 'urn:serial:step:reinstating', event_time => at, attributes => attributes);
END;
$$;
COMMENT ON FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb) IS
'undoes that things were dispensed or decommissioned: within 10 days, by the session user who did it, and not what is destroyed, stolen, expired or recalled; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.quarantine(items serial.serial[], reason text, place text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'holding', event_time => at, read_point => place, place => place,
		persistent_disposition => '{"set": ["unavailable"]}', attributes => jsonb_build_object('reason', reason));
END;
COMMENT ON FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz) IS
'things, and all that is in them, are held back, whatever else happens to them; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.release_quarantine(items serial.serial[], reason text DEFAULT NULL, at timestamptz DEFAULT now())
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT serial.record('ObjectEvent', 'OBSERVE', items, 'inspecting', event_time => at,
		persistent_disposition => '{"unset": ["unavailable"]}', attributes => jsonb_build_object('reason', reason));
END;
COMMENT ON FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz) IS
'things are no longer held back; returns the event; errors as serial.record';
REVOKE EXECUTE ON FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz) FROM PUBLIC;

CREATE FUNCTION serial.pack(
	container serial.serial, children serial.serial[], record boolean, place text,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT CASE WHEN record THEN
		serial.record('AggregationEvent', 'ADD', children, 'packing', event_time => at, read_point => place, place => place,
			parent => container, attributes => attributes)
		ELSE serial.pack(container, children, at) END;
END;
COMMENT ON FUNCTION serial.pack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) IS
'packs children into a container and, if it is to be recorded, records that as an aggregation event at a place; returns the event, else how many were packed; errors as serial.pack and serial.record';
REVOKE EXECUTE ON FUNCTION serial.pack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) FROM PUBLIC;

CREATE FUNCTION serial.unpack(
	container serial.serial, children serial.serial[], record boolean, place text,
	at timestamptz DEFAULT now(), attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT CASE WHEN record THEN
		serial.record('AggregationEvent', 'DELETE', children, 'unpacking', event_time => at, read_point => place, place => place,
			parent => container, attributes => attributes)
		ELSE serial.unpack(children, at) END;
END;
COMMENT ON FUNCTION serial.unpack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) IS
'takes children out of a container and, if it is to be recorded, records that as an aggregation event at a place; returns the event, else how many were taken out; errors as serial.unpack and serial.record';
REVOKE EXECUTE ON FUNCTION serial.unpack(serial.serial, serial.serial[], boolean, text, timestamptz, jsonb) FROM PUBLIC;

-- Errors: an event that did not happen so

-- Things of which something was told later that would not be legal without the
-- event.
CREATE FUNCTION serial.depends_on(wrong bigint)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT n.event
	FROM serial.event_item AS i
	LEFT JOIN LATERAL serial.state(i.id, i.event_time, false, i.event - 1) AS b ON true
	CROSS JOIN LATERAL (
		SELECT serial.contradicted_by(i.id, b.disposition, b.since,
			(SELECT e.recorded_by FROM serial.event AS e WHERE e.event = b.decided_by), i.event_time, i.event)) AS n(event)
	WHERE i.event = wrong AND i.leaves IS NOT NULL AND n.event IS NOT NULL
	LIMIT 1;
END;
COMMENT ON FUNCTION serial.depends_on(bigint) IS
'an event that would not have been legal without another; NULL if none';

-- Takes back what an aggregation event did to the links, where it still is so.
CREATE FUNCTION serial.undo_aggregation(e serial.event)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	children serial.serial[] := ARRAY(SELECT i.id FROM serial.event_item AS i WHERE i.event = e.event AND i.role = 'child' ORDER BY i.id);
	changed serial.serial;
BEGIN
	IF e.action = 'ADD' THEN
		SELECT c.id INTO changed FROM unnest(children) AS c(id)
		WHERE NOT EXISTS (SELECT FROM serial.aggregation AS a WHERE a.child = c.id AND a.parent = e.parent AND a.since <= e.event_time) LIMIT 1;
		IF NOT FOUND THEN
			DELETE FROM serial.aggregation AS a WHERE a.child = ANY (children) AND a.since = e.event_time;
			RETURN;
		END IF;
	ELSIF e.action = 'DELETE' THEN
		children := ARRAY(SELECT h.child FROM serial.aggregation_history AS h
						  WHERE h.parent = e.parent AND h.until = e.event_time
							AND (cardinality(children) = 0 OR h.child = ANY (children)) ORDER BY h.child);
		SELECT c.id INTO changed FROM unnest(children) AS c(id)
		WHERE serial.container(c.id) IS NOT NULL
		   OR EXISTS (SELECT FROM serial.aggregation_history AS h WHERE h.child = c.id AND h.until > e.event_time) LIMIT 1;
		IF NOT FOUND THEN
			WITH gone AS (
				DELETE FROM serial.aggregation_history AS h
				WHERE h.parent = e.parent AND h.until = e.event_time AND h.child = ANY (children)
				RETURNING h.child, h.since)
			SELECT count(serial.pack(e.parent, g.children, g.since))
			INTO e.event FROM (SELECT gone.since, array_agg(gone.child) AS children FROM gone GROUP BY gone.since) AS g;
			RETURN;
		END IF;
	ELSE
		RETURN;
	END IF;
	RAISE EXCEPTION 'event % cannot be undone', e.event
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  DETAIL = format('"%s" has been packed or unpacked since.', changed);
END;
$$;
COMMENT ON FUNCTION serial.undo_aggregation(serial.event) IS
'unpacks what an aggregation event packed, or packs what it unpacked, as if it had not been; errors 55000 something was packed or unpacked since';
REVOKE EXECUTE ON FUNCTION serial.undo_aggregation(serial.event) FROM PUBLIC;

-- What was before an event cannot be told of things that began in a month that
-- is detached.
CREATE FUNCTION serial.check_attached(events bigint[])
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing record;
BEGIN
	SELECT e.event, d.month INTO missing FROM unnest(events) AS e(event) JOIN serial.detached_month AS d ON d.events @> e.event LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'event % is needed and is detached', missing.event
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('serial.attach_month(%L) takes it back.', missing.month);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.check_attached(bigint[]) IS
'refuses events that are detached; errors 55000';

CREATE FUNCTION serial.declare_error(event bigint, reason text, attributes jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	e serial.event;
	things serial.serial[];
	left_since serial.serial[];
	dependent bigint;
	findings serial.finding[];
BEGIN
	SELECT o.* INTO e FROM serial.event AS o WHERE o.event = declare_error.event AND o.corrects IS NULL;
	PERFORM serial.check_attached(ARRAY[event]
		|| ARRAY(SELECT i.first_event FROM serial.event_item AS t JOIN serial.item AS i ON i.id = t.id WHERE t.event = e.event));
	IF e.event IS NULL THEN
		RAISE EXCEPTION 'event % does not exist', event USING ERRCODE = 'undefined_object';
	END IF;
	things := ARRAY(SELECT i.id FROM serial.event_item AS i WHERE i.event = e.event);
	PERFORM serial.open_month(clock_timestamp()), serial.lock_things(things, false);
	LOCK TABLE ONLY serial.event IN ROW EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event) THEN
		RAISE EXCEPTION 'event % has been declared wrong already', event USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	dependent := serial.depends_on(e.event);
	IF e.is_accepted AND dependent IS NOT NULL THEN
		RAISE EXCEPTION 'event % cannot be undone: event % depends on it', event, dependent
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('Declare event %s wrong first.', dependent);
	END IF;
	left_since := ARRAY(SELECT serial.left_since(things, e.event_time) UNION SELECT serial.ended_inside(things, e.event_time));
	IF e.is_accepted AND e.type = 'AggregationEvent' THEN
		PERFORM serial.undo_aggregation(e);
	END IF;
	e.corrects := e.event;
	e.event := nextval('serial.event_sequence');
	e.error_reason := serial.vocabulary_word('error_reason', reason);
	e.attributes := coalesce(e.attributes, '{}') || coalesce(declare_error.attributes, '{}');
	e.record_time := clock_timestamp();
	e.recorded_by := session_user;
	findings := ARRAY(
		SELECT ROW(i.id, i.role, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::serial.finding
		FROM serial.event_item AS i WHERE i.event = e.corrects);
	e.digest := serial.event_digest(e, serial.things_of_findings(findings));
	PERFORM serial.write_event(e, findings);
	PERFORM serial.refresh(things || left_since);
	RETURN e.event;
END;
$$;
COMMENT ON FUNCTION serial.declare_error(bigint, text, jsonb) IS
'declares an event wrong, which is an event too, and takes back what it did; returns the declaration''s number; errors 42704 no such event, 55000 declared wrong already, or a later event depends on it, or what was before is detached';
REVOKE EXECUTE ON FUNCTION serial.declare_error(bigint, text, jsonb) FROM PUBLIC;

-- Questions.  With the caller's rights.

CREATE FUNCTION serial.trace(id serial.serial)
RETURNS TABLE (event bigint, event_time timestamptz, record_time timestamptz, holder serial.serial, role text,
			   type text, action text, business_step text, disposition text, read_point text, place text,
			   parent serial.serial, recorded_by text, is_accepted boolean, corrects bigint, corrected_by bigint, attributes jsonb)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT t.event, t.event_time, t.record_time, t.holder, t.role, e.type, e.action, e.business_step, e.disposition,
		   e.read_point, e.place, e.parent, e.recorded_by, e.is_accepted, e.corrects,
		   (SELECT w.event FROM serial.event AS w WHERE w.corrects = t.event), e.attributes
	FROM (SELECT serial.is_complete() IS NOT NULL AS is_asked) AS c
	CROSS JOIN LATERAL serial.told(id) AS t
	JOIN serial.event AS e ON e.event = t.event AND e.record_time = t.record_time
	WHERE c.is_asked
	ORDER BY t.event_time, t.event;
END;
COMMENT ON FUNCTION serial.trace(serial.serial) IS
'every event of a thing and, only while it was inside, of its containers, in order of event time; those not accepted, and those declared wrong, are marked so';

CREATE FUNCTION serial.where_is(id serial.serial, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (place text, since timestamptz, disposition text, outermost serial.serial, event bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT s.place, s.place_since, s.disposition, serial.outermost(id), s.event
	FROM serial.present(id) AS s WHERE as_of IS NULL
	UNION ALL
	SELECT s.place, s.place_since, s.disposition,
		   coalesce((SELECT c.id FROM serial.containers(where_is.id, as_of) AS c ORDER BY c.depth DESC LIMIT 1), where_is.id), s.event
	FROM serial.state(id, as_of) AS s WHERE as_of IS NOT NULL AND serial.is_complete() IS NOT NULL;
END;
COMMENT ON FUNCTION serial.where_is(serial.serial, timestamptz) IS
'where a thing is, or was as of a moment, since when, in which outermost container, and by which event; no row if nothing is known';

-- Whatever is at a place was said to be there, or is in something that was.
CREATE FUNCTION serial.things_at(place text, as_of timestamptz DEFAULT NULL)
RETURNS SETOF serial.serial
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	WITH said AS MATERIALIZED (
		SELECT i.id FROM serial.item AS i WHERE i.place = things_at.place AND as_of IS NULL
		UNION
		SELECT i.id FROM serial.event AS e JOIN serial.event_item AS i ON i.event = e.event
		WHERE as_of IS NOT NULL AND serial.is_complete() IS NOT NULL AND e.place = things_at.place AND e.event_time <= as_of
	), candidates AS (
		SELECT s.id FROM said AS s
		UNION
		SELECT c.id FROM said AS s CROSS JOIN LATERAL serial.contents(s.id, as_of) AS c
		UNION
		SELECT c.id FROM said AS s
		JOIN serial.event_item AS i ON i.id = s.id AND i.event_time <= as_of
		CROSS JOIN LATERAL serial.contents(s.id, i.event_time) AS c
		WHERE as_of IS NOT NULL
	)
	SELECT c.id FROM candidates AS c
	CROSS JOIN LATERAL (
		SELECT p.place, p.disposition FROM serial.present(c.id) AS p WHERE as_of IS NULL
		UNION ALL
		SELECT t.place, t.disposition FROM serial.state(c.id, as_of) AS t WHERE as_of IS NOT NULL) AS w
	WHERE w.place = things_at.place
	  AND coalesce(w.disposition NOT IN (SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended') UNION ALL SELECT 'in_transit'), true);
END;
COMMENT ON FUNCTION serial.things_at(text, timestamptz) IS
'the things at a place, containers and what is in them, now or as of a moment; what is in transit, has left or has ended is at none';

CREATE FUNCTION serial.on_hand(place text, gtin text DEFAULT NULL, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (gtin text, lot text, things bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT serial.gtin(t.id), i.lot, count(*)
	FROM serial.things_at(place, as_of) AS t(id) LEFT JOIN serial.item AS i ON i.id = t.id
	WHERE serial.gtin(t.id) IS NOT NULL AND (on_hand.gtin IS NULL OR serial.gtin(t.id) = on_hand.gtin)
	GROUP BY 1, 2 ORDER BY 1, 2;
END;
COMMENT ON FUNCTION serial.on_hand(text, text, timestamptz) IS
'how many things of each GTIN, or of one, and lot are at a place, through all containers, now or as of a moment';

CREATE FUNCTION serial.expiring(within interval, place text DEFAULT NULL)
RETURNS TABLE (id serial.serial, expiry date, lot text, place text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT i.id, i.expiry, i.lot, p.place
	FROM serial.item AS i LEFT JOIN LATERAL serial.present(i.id) AS p ON true
	WHERE i.expiry <= (now() + within)::date
	  AND (expiring.place IS NULL OR p.place = expiring.place)
	  AND coalesce(p.disposition NOT IN (SELECT serial.dispositions('left') UNION ALL SELECT serial.dispositions('ended')), true)
	ORDER BY i.expiry, i.id;
END;
COMMENT ON FUNCTION serial.expiring(interval, text) IS
'what expires within a time, first expired first, at a place or anywhere; what has left or ended aside';

-- Things that were put into one container at one moment, and are otherwise
-- alike, are where it is: one of them is asked for all.
CREATE FUNCTION serial.recalled(recall bigint)
RETURNS TABLE (id serial.serial, lot text, outermost serial.serial, place text, consignee text, disposition text)
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
BEGIN ATOMIC
	WITH alike AS MATERIALIZED (
		SELECT min(i.id) AS example, array_agg(i.id) AS things, i.lot
		FROM serial.recall AS r
		-- by the index of lots; left to itself the planner may join by GTIN
		CROSS JOIN LATERAL (SELECT n.* FROM serial.item AS n WHERE n.lot = ANY (r.lots) AND serial.gtin(n.id) = r.gtin OFFSET 0) AS i
		LEFT JOIN serial.aggregation AS a ON a.child = i.id
		WHERE r.recall = recalled.recall
		GROUP BY i.lot, a.parent, a.since, i.disposition, i.since, i.decided_by, i.place, i.place_since, i.placed_by, i.last_event,
				 i.consignee, i.consignee_since, i.consigned_by,
				 CASE WHEN a.parent IS NULL THEN i.id END
	)
	SELECT t.id, k.lot, coalesce(o.outermost, t.id), p.place, p.consignee, p.disposition
	FROM alike AS k
	CROSS JOIN LATERAL (SELECT nullif(serial.outermost(k.example), k.example) AS outermost) AS o
	LEFT JOIN LATERAL serial.present(k.example) AS p ON true
	CROSS JOIN LATERAL unnest(k.things) AS t(id);
END;
COMMENT ON FUNCTION serial.recalled(bigint) IS
'every thing of the lots of a recall: the outermost container it is in now, the place, the party it was last shipped to, and its state';
REVOKE EXECUTE ON FUNCTION serial.recalled(bigint) FROM PUBLIC;

CREATE FUNCTION serial.made_from(id serial.serial)
RETURNS TABLE (id serial.serial, event bigint, depth integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	WITH RECURSIVE made(id, event, depth) AS (
		SELECT n.id, n.event, 1
		FROM serial.event_item AS o JOIN serial.event_item AS n ON n.event = o.event AND n.role = 'input'
		WHERE o.id = made_from.id AND o.role = 'output'
		UNION
		SELECT n.id, n.event, m.depth + 1
		FROM made AS m
		JOIN serial.event_item AS o ON o.id = m.id AND o.role = 'output'
		JOIN serial.event_item AS n ON n.event = o.event AND n.role = 'input'
		WHERE m.depth < 1000
	)
	SELECT m.id, m.event, m.depth FROM made AS m
	JOIN serial.event AS e ON e.event = m.event
	WHERE e.is_accepted AND e.corrects IS NULL AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = m.event)
	ORDER BY m.depth, m.id;
END;
COMMENT ON FUNCTION serial.made_from(serial.serial) IS
'what a thing was made from, through all transformations, with the event and how many steps back';

CREATE FUNCTION serial.made_into(id serial.serial)
RETURNS TABLE (id serial.serial, event bigint, depth integer)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	WITH RECURSIVE made(id, event, depth) AS (
		SELECT n.id, n.event, 1
		FROM serial.event_item AS o JOIN serial.event_item AS n ON n.event = o.event AND n.role = 'output'
		WHERE o.id = made_into.id AND o.role = 'input'
		UNION
		SELECT n.id, n.event, m.depth + 1
		FROM made AS m
		JOIN serial.event_item AS o ON o.id = m.id AND o.role = 'input'
		JOIN serial.event_item AS n ON n.event = o.event AND n.role = 'output'
		WHERE m.depth < 1000
	)
	SELECT m.id, m.event, m.depth FROM made AS m
	JOIN serial.event AS e ON e.event = m.event
	WHERE e.is_accepted AND e.corrects IS NULL AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = m.event)
	ORDER BY m.depth, m.id;
END;
COMMENT ON FUNCTION serial.made_into(serial.serial) IS
'what was made from a thing, through all transformations, with the event and how many steps on';

-- A verdict

CREATE TABLE serial.verification
(
	verification bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	asked text NOT NULL,
	lot text,
	expiry date,
	verdict text NOT NULL,
	reason text,
	place text,
	verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	verified_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE serial.verification IS
'verifications that were to be recorded';
COMMENT ON COLUMN serial.verification.verification IS
'its number';
COMMENT ON COLUMN serial.verification.asked IS
'the identifier as it was asked for';
COMMENT ON COLUMN serial.verification.lot IS
'the lot that was asked for with it';
COMMENT ON COLUMN serial.verification.expiry IS
'the expiry that was asked for with it';
COMMENT ON COLUMN serial.verification.verdict IS
'what serial.verify said';
COMMENT ON COLUMN serial.verification.reason IS
'and why';
COMMENT ON COLUMN serial.verification.place IS
'where it was asked';
COMMENT ON COLUMN serial.verification.verified_at IS
'when';
COMMENT ON COLUMN serial.verification.verified_by IS
'the session user who asked';
COMMENT ON SEQUENCE serial.verification_verification_seq IS
'numbers of verifications';
SELECT pg_catalog.pg_extension_config_dump('serial.verification', '');
SELECT pg_catalog.pg_extension_config_dump('serial.verification_verification_seq', '');

CREATE TYPE serial.verdict AS
(
	verdict text,
	is_genuine boolean,
	reason text,
	alert boolean,
	known_lot text,
	known_expiry date,
	disposition text,
	known_place text,
	since timestamptz,
	event bigint,
	recall bigint
);
COMMENT ON TYPE serial.verdict IS
'what serial.verify says: a verdict with its reason, whether it should alarm, and what is known of the thing';

CREATE FUNCTION serial.verify(id serial.serial, lot text DEFAULT NULL, expiry date DEFAULT NULL)
RETURNS serial.verdict
LANGUAGE C VOLATILE PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'serial_verify';
COMMENT ON FUNCTION serial.verify(serial.serial, text, date) IS
'is this thing genuine, and may it be sold? one verdict with its reason, whether it should alarm, and what is known';
REVOKE EXECUTE ON FUNCTION serial.verify(serial.serial, text, date) FROM PUBLIC;

CREATE FUNCTION serial.note_verification(asked text, lot text, expiry date, verdict text, reason text, place text, alert boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.verification (asked, lot, expiry, verdict, reason, place)
	VALUES (asked, lot, expiry, verdict, reason, place);
	IF alert THEN
		PERFORM serial.raise_alert('verified as ' || verdict, serial.try_parse(asked), NULL, reason || coalesce(' (asked at "' || place || '")', ''));
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.note_verification(text, text, date, text, text, text, boolean) IS
'records a verification, and raises an alert if it should alarm';
REVOKE EXECUTE ON FUNCTION serial.note_verification(text, text, date, text, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION serial.verify(id text, lot text DEFAULT NULL, expiry date DEFAULT NULL, record boolean DEFAULT false, place text DEFAULT NULL)
RETURNS serial.verdict
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
	answer serial.verdict;
	thing serial.serial;
BEGIN
	IF id IS NULL THEN
		RETURN NULL;
	END IF;
	BEGIN
		thing := id::serial.serial;
	EXCEPTION WHEN invalid_text_representation THEN
		GET STACKED DIAGNOSTICS answer.reason = MESSAGE_TEXT;
		answer.verdict := 'not well formed';
		answer.is_genuine := false;
		answer.alert := true;
	END;
	IF thing IS NOT NULL THEN
		answer := serial.verify(thing, lot, expiry);
	END IF;
	IF record THEN
		PERFORM serial.note_verification(id, lot, expiry, answer.verdict, answer.reason, place, answer.alert);
	END IF;
	RETURN answer;
END;
$$;
COMMENT ON FUNCTION serial.verify(text, text, date, boolean, text) IS
'as serial.verify of an identifier, of any text: what cannot be read is "not well formed"; with record the question is kept, and what alarms raises an alert; errors 42501 to record without the right';
REVOKE EXECUTE ON FUNCTION serial.verify(text, text, date, boolean, text) FROM PUBLIC;

CREATE FUNCTION serial.saleable(id serial.serial)
RETURNS boolean
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT (serial.verify(id)).is_genuine;
END;
COMMENT ON FUNCTION serial.saleable(serial.serial) IS
'is the verdict of serial.verify "genuine"?';
REVOKE EXECUTE ON FUNCTION serial.saleable(serial.serial) FROM PUBLIC;

-- Sealing

CREATE FUNCTION serial.merkle_root(leaves bytea)
RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_merkle_root';
COMMENT ON FUNCTION serial.merkle_root(bytea) IS
'the root of a Merkle tree (RFC 6962, SHA-256) over entries of an event''s number (8 bytes) and digest (32 bytes); NULL of none; errors 22023 no such entries';

CREATE FUNCTION serial.merkle_path(leaves bytea, event bigint)
RETURNS text[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_merkle_path';
COMMENT ON FUNCTION serial.merkle_path(bytea, bigint) IS
'the steps from an event''s leaf to the root: L or R, where the other branch is, and that branch''s root in hex; NULL if the event is not among the entries; errors 22023 no such entries';

CREATE FUNCTION serial.seal_leaves(leaves bytea)
RETURNS TABLE (event bigint, digest bytea)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_seal_leaves';
COMMENT ON FUNCTION serial.seal_leaves(bytea) IS
'the entries of a seal; errors 22023 no such entries';

CREATE FUNCTION serial.wait_for_recorders()
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_wait_for_recorders';
COMMENT ON FUNCTION serial.wait_for_recorders() IS
'waits for the transactions that are recording events now, without making others wait';
REVOKE EXECUTE ON FUNCTION serial.wait_for_recorders() FROM PUBLIC;

CREATE TABLE serial.seal
(
	seal bigint PRIMARY KEY,
	last_event bigint NOT NULL,
	events bigint NOT NULL,
	root bytea NOT NULL,
	previous bytea,
	chain bytea NOT NULL,
	sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	sealed_by text NOT NULL DEFAULT session_user,
	leaves bytea NOT NULL
);
ALTER TABLE serial.seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
COMMENT ON TABLE serial.seal IS
'events closed under the root of a Merkle tree; chain, which covers all seals so far, is what to publish';
COMMENT ON COLUMN serial.seal.seal IS
'its number: 1, 2, 3 and so on';
COMMENT ON COLUMN serial.seal.last_event IS
'no event up to this number is recorded after the seal';
COMMENT ON COLUMN serial.seal.events IS
'how many events it covers';
COMMENT ON COLUMN serial.seal.root IS
'the root of their Merkle tree';
COMMENT ON COLUMN serial.seal.previous IS
'the chain of the seal before';
COMMENT ON COLUMN serial.seal.chain IS
'covers this seal and all before; see serial.seal_chain';
COMMENT ON COLUMN serial.seal.sealed_at IS
'when';
COMMENT ON COLUMN serial.seal.sealed_by IS
'the session user who sealed';
COMMENT ON COLUMN serial.seal.leaves IS
'number and digest of each event, as serial.seal_leaves reads them';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.seal
	FOR EACH ROW EXECUTE FUNCTION serial.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.seal
	FOR EACH STATEMENT EXECUTE FUNCTION serial.refuse_change();
SELECT pg_catalog.pg_extension_config_dump('serial.seal', '');

CREATE FUNCTION serial.seal_chain(previous bytea, root bytea, events bigint)
RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sha256('\x02'::bytea || coalesce(previous, '') || root || int8send(events));
END;
COMMENT ON FUNCTION serial.seal_chain(bytea, bytea, bigint) IS
'SHA-256 of a byte 2, the chain before, the root, and the number of events in 8 bytes';

-- Numbers are drawn under a lock of the table of events: whoever has drawn one
-- up to the horizon is waited for, and is seen or gone then.
CREATE FUNCTION serial.seal()
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	last serial.seal;
	horizon bigint;
	sealed bigint;
	leaves bytea;
	root bytea;
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'serial.seal must be called in READ COMMITTED'
			USING ERRCODE = 'invalid_transaction_state', DETAIL = 'It has to see what is committed while it waits.';
	END IF;
	LOCK TABLE serial.seal IN SHARE ROW EXCLUSIVE MODE;
	horizon := (SELECT s.last_value FROM serial.event_sequence AS s);
	PERFORM serial.wait_for_recorders();
	SELECT s.* INTO last FROM serial.seal AS s ORDER BY s.seal DESC LIMIT 1;
	SELECT count(*), string_agg(int8send(e.event) || e.digest, ''::bytea ORDER BY e.event) INTO sealed, leaves
	FROM serial.event AS e WHERE e.event > coalesce(last.last_event, 0) AND e.event <= horizon;
	IF sealed = 0 THEN
		RETURN NULL;
	END IF;
	root := serial.merkle_root(leaves);
	INSERT INTO serial.seal (seal, last_event, events, root, previous, chain, leaves)
	VALUES (coalesce(last.seal, 0) + 1, horizon, sealed, root, last.chain, serial.seal_chain(last.chain, root, sealed), leaves);
	RETURN coalesce(last.seal, 0) + 1;
END;
$$;
COMMENT ON FUNCTION serial.seal() IS
'closes the events recorded since the last seal under a Merkle root chained to those before, and returns the seal, NULL if there is nothing to seal; waits for those who are recording, who never wait for it; errors 25000 not READ COMMITTED';
REVOKE EXECUTE ON FUNCTION serial.seal() FROM PUBLIC;

CREATE FUNCTION serial.check_seals()
RETURNS TABLE (seal bigint, event bigint, problem text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	WITH seals AS (
		SELECT s.seal, s.last_event, s.events, s.root, s.previous, s.chain, s.leaves,
			   lag(s.last_event, 1, 0::bigint) OVER w AS after_event, lag(s.chain) OVER w AS chain_before, lag(s.seal, 1, 0::bigint) OVER w AS seal_before
		FROM serial.seal AS s WINDOW w AS (ORDER BY s.seal)
	), sealed AS (
		SELECT max(s.last_event) AS last_event FROM serial.seal AS s
	), differences AS (
		SELECT s.seal, coalesce(l.event, e.event) AS event,
			   CASE WHEN l.event IS NULL THEN 'inserted'
					WHEN e.is_there THEN 'changed'
					WHEN EXISTS (SELECT FROM serial.detached_month AS d WHERE d.events @> l.event) THEN 'detached'
					ELSE 'removed' END AS problem
		FROM seals AS s
		CROSS JOIN LATERAL (
			SELECT l.event, l.digest FROM serial.seal_leaves(s.leaves) AS l) AS l
		FULL JOIN (
			-- the times are in both tables, and those of the things are read
			SELECT e.event, true AS is_there, e.digest,
				   CASE WHEN NOT EXISTS (SELECT FROM serial.event_item AS i WHERE i.event = e.event
										 AND (i.event_time, i.record_time) <> (e.event_time, e.record_time))
						THEN serial.event_digest(e, serial.things_of_event(e.event)) ELSE '' END AS computed
			FROM serial.event AS e
			WHERE e.event <= (SELECT m.last_event FROM sealed AS m)
			UNION ALL
			SELECT DISTINCT i.event, false, ''::bytea, ''::bytea
			FROM serial.event_item AS i
			WHERE i.event <= (SELECT m.last_event FROM sealed AS m) AND NOT EXISTS (SELECT FROM serial.event AS e WHERE e.event = i.event)
		) AS e ON e.event = l.event
		WHERE l.event IS NULL OR e.event IS NULL OR e.digest <> l.digest OR e.computed <> l.digest
	)
	SELECT s.seal, NULL::bigint, 'the seal itself was changed'
	FROM seals AS s
	WHERE serial.merkle_root(s.leaves) IS DISTINCT FROM s.root
	   OR s.previous IS DISTINCT FROM s.chain_before
	   OR s.seal <> s.seal_before + 1
	   OR s.events <> length(s.leaves) / 40
	   OR NOT (SELECT min(l.event) > s.after_event AND max(l.event) <= s.last_event FROM serial.seal_leaves(s.leaves) AS l)
	   OR serial.seal_chain(s.previous, s.root, s.events) <> s.chain
	UNION ALL
	SELECT coalesce(d.seal, (SELECT min(n.seal) FROM seals AS n WHERE n.last_event >= d.event)), d.event, d.problem FROM differences AS d
	ORDER BY 1, 2 NULLS FIRST;
END;
COMMENT ON FUNCTION serial.check_seals() IS
'what does not agree with the seals: events changed, removed or inserted since, seals changed, and events that are detached and cannot be checked; no row if all is well';

CREATE FUNCTION serial.proof(event bigint)
RETURNS TABLE (seal bigint, content text, leaf text, path text[], root text, previous text, events bigint, chain text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT s.seal, serial.event_content(e, serial.things_of_event(e.event)),
		   encode(sha256('\x00'::bytea || convert_to(serial.event_content(e, serial.things_of_event(e.event)), 'UTF8')), 'hex'),
		   serial.merkle_path(s.leaves, e.event), encode(s.root, 'hex'), encode(s.previous, 'hex'), s.events, encode(s.chain, 'hex')
	FROM serial.event AS e
	JOIN LATERAL (SELECT n.* FROM serial.seal AS n WHERE n.last_event >= e.event ORDER BY n.seal LIMIT 1) AS s ON true
	WHERE e.event = proof.event;
END;
COMMENT ON FUNCTION serial.proof(bigint) IS
'what proves an event to an outsider who knows a published chain: its content, the steps from its leaf to the root, and what the chain is made of; no row before it is sealed';
