-- Events, as EPCIS 2.0 has them

CREATE SEQUENCE serial.event_sequence;
COMMENT ON SEQUENCE serial.event_sequence IS
'numbers of events';
SELECT pg_catalog.pg_extension_config_dump('serial.event_sequence', '');
CREATE TABLE serial.event
(
	event bigint NOT NULL DEFAULT nextval('serial.event_sequence'),
	type text NOT NULL,
	action text,
	event_time timestamptz NOT NULL,
	time_zone_offset text NOT NULL,
	record_time timestamptz NOT NULL,
	recorded_by text NOT NULL,
	actor text,
	business_step text,
	disposition text,
	read_point text,
	place text,
	parent serial.serial,
	lot text,
	expiry date,
	quantities jsonb,
	input_quantities jsonb,
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
'events of EPCIS 2.0; written by serial.record only, and never changed';
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
COMMENT ON COLUMN serial.event.actor IS
'the user of the application, as its setting serial.actor named it; NULL if it named none';
COMMENT ON COLUMN serial.event.business_step IS
'what was being done: a word of serial.vocabulary or a URI';
COMMENT ON COLUMN serial.event.disposition IS
'the disposition of the items from then on: a word of serial.vocabulary or a URI';
COMMENT ON COLUMN serial.event.read_point IS
'where it happened';
COMMENT ON COLUMN serial.event.place IS
'where the items are from then on: the bizLocation of EPCIS';
COMMENT ON COLUMN serial.event.parent IS
'the container, or the assembly of an AssociationEvent';
COMMENT ON COLUMN serial.event.lot IS
'the lot of items that come into existence';
COMMENT ON COLUMN serial.event.expiry IS
'the expiry date of items that come into existence';
COMMENT ON COLUMN serial.event.quantities IS
'the quantityElements of EPCIS: goods without serial numbers; of a TransformationEvent, its outputs';
COMMENT ON COLUMN serial.event.input_quantities IS
'the quantityElements that are inputs of a TransformationEvent';
COMMENT ON COLUMN serial.event.business_transactions IS
'the bizTransactionList of EPCIS';
COMMENT ON COLUMN serial.event.sources IS
'the sourceList of EPCIS';
COMMENT ON COLUMN serial.event.destinations IS
'the destinationList of EPCIS';
COMMENT ON COLUMN serial.event.persistent_disposition IS
'persistent dispositions that the event sets and unsets, as {set: [...], unset: [...]}';
COMMENT ON COLUMN serial.event.transformation IS
'the transformationID that joins several TransformationEvents';
COMMENT ON COLUMN serial.event.event_id IS
'the eventID by which others know it: a URI';
COMMENT ON COLUMN serial.event.corrects IS
'the event that this one declares wrong';
COMMENT ON COLUMN serial.event.error_reason IS
'the reason of that: did_not_occur or incorrect_data';
COMMENT ON COLUMN serial.event.attributes IS
'everything else that was reported, such as sensor data and extensions';
COMMENT ON COLUMN serial.event.is_accepted IS
'true if it changed serial.item; false if it is kept as evidence, for a reason that serial.alert has';
COMMENT ON COLUMN serial.event.digest IS
'its leaf in the tree that serial.seal builds; see serial_internal.event_digest';

-- The items of events.  The resulting disposition is sealed with the event; states are
-- computed from what is known now, which may be more.
CREATE TABLE serial.event_item
(
	id serial.serial NOT NULL,
	event_time timestamptz NOT NULL,
	event bigint NOT NULL,
	role text NOT NULL,
	resulting_disposition text,
	record_time timestamptz NOT NULL
) PARTITION BY RANGE (record_time);
COMMENT ON TABLE serial.event_item IS
'the items of events, and their roles; written by serial.record only, and never changed';
COMMENT ON COLUMN serial.event_item.id IS
'the item';
COMMENT ON COLUMN serial.event_item.event_time IS
'the time of the event';
COMMENT ON COLUMN serial.event_item.event IS
'the event';
COMMENT ON COLUMN serial.event_item.role IS
'item, parent, child, input or output';
COMMENT ON COLUMN serial.event_item.resulting_disposition IS
'the disposition of the item after the event, by what was known when it was recorded; NULL if it did not change';
COMMENT ON COLUMN serial.event_item.record_time IS
'when the event was recorded';

-- Triggers protect what was recorded from mistakes of the owner, too.
CREATE FUNCTION serial_internal.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'nothing in serial.% is ever changed', regexp_replace(TG_TABLE_NAME, '_[0-9]{6}$', '')
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  DETAIL = format('%s was refused.', TG_OP),
			  HINT = CASE WHEN TG_TABLE_NAME = 'alert' THEN 'Use serial.acknowledge to note what became of an alert.'
				ELSE 'Use serial.declare_error for an event that was recorded wrongly.' END;
END;
$$;
COMMENT ON FUNCTION serial_internal.refuse_change() IS
'refuses to change, delete or truncate what was recorded; errors 55000 always';
REVOKE EXECUTE ON FUNCTION serial_internal.refuse_change() FROM PUBLIC;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.event
	FOR EACH ROW EXECUTE FUNCTION serial_internal.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event
	FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.event_item
	FOR EACH ROW EXECUTE FUNCTION serial_internal.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.event_item
	FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.refuse_change();
