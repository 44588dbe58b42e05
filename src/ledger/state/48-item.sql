-- Items, and the master data of their lots and places

CREATE TABLE serial.item
(
	id serial.serial PRIMARY KEY,
	lot text,
	expiry date,
	disposition text,
	since timestamptz,
	disposition_event bigint,
	place text,
	place_since timestamptz,
	place_event bigint,
	first_event bigint,
	last_event bigint,
	last_time timestamptz,
	persistent_dispositions jsonb,
	consignee text,
	consignee_since timestamptz,
	consignee_event bigint,
	attributes jsonb
);
CREATE INDEX item_lot_idx ON serial.item (lot, id) WHERE lot IS NOT NULL;
CREATE INDEX item_place_idx ON serial.item (place, id) WHERE place IS NOT NULL;
CREATE INDEX item_expiry_idx ON serial.item (expiry, id)
	WHERE serial_internal.is_final(disposition) IS NOT TRUE AND expiry IS NOT NULL;
CREATE INDEX item_ended_idx ON serial.item (since)
	WHERE serial_internal.is_final(disposition);
COMMENT ON TABLE serial.item IS
'the state in which events have left each item, one row per identifier seen; serial_internal.current_state adds what is known of the containers that it is in';
COMMENT ON COLUMN serial.item.id IS
'the identifier of the item';
COMMENT ON COLUMN serial.item.lot IS
'its lot';
COMMENT ON COLUMN serial.item.expiry IS
'its expiry date, as recorded for the item';
COMMENT ON COLUMN serial.item.disposition IS
'its disposition after the last event that changed it';
COMMENT ON COLUMN serial.item.since IS
'the time of that event';
COMMENT ON COLUMN serial.item.disposition_event IS
'the number of that event';
COMMENT ON COLUMN serial.item.place IS
'its place after the last event that named one';
COMMENT ON COLUMN serial.item.place_since IS
'the time of that event';
COMMENT ON COLUMN serial.item.place_event IS
'the number of that event';
COMMENT ON COLUMN serial.item.first_event IS
'the first event of the item itself that gave it a disposition';
COMMENT ON COLUMN serial.item.last_event IS
'the last event of the item';
COMMENT ON COLUMN serial.item.last_time IS
'the time of that event';
COMMENT ON COLUMN serial.item.persistent_dispositions IS
'its persistent dispositions and when each was set or unset, in the form of serial_internal.decide_persistent_dispositions';
COMMENT ON COLUMN serial.item.consignee IS
'the owning party that the last event with one among its destinations named';
COMMENT ON COLUMN serial.item.consignee_since IS
'the time of that event';
COMMENT ON COLUMN serial.item.consignee_event IS
'the number of that event';
COMMENT ON COLUMN serial.item.attributes IS
'further data of the item';

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
'the lot number';
COMMENT ON COLUMN serial.lot.expiry IS
'the expiry date of the lot';
COMMENT ON COLUMN serial.lot.produced_on IS
'the production date';
COMMENT ON COLUMN serial.lot.attributes IS
'further data of the lot, such as quality results or composition';

SELECT pg_catalog.pg_extension_config_dump('serial.item', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lot', '');
