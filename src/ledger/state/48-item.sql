-- Things, and the master data of their lots and places

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
	marks jsonb,
	consignee text,
	consignee_since timestamptz,
	consignee_event bigint,
	attributes jsonb
);
CREATE INDEX item_lot_idx ON serial.item (lot, id) WHERE lot IS NOT NULL;
CREATE INDEX item_place_idx ON serial.item (place, id) WHERE place IS NOT NULL;
CREATE INDEX item_expiry_idx ON serial.item (expiry, id)
	WHERE (disposition IN ('dispensed', 'retail_sold', 'disposed', 'inactive', 'destroyed', 'stolen')) IS NOT TRUE AND expiry IS NOT NULL;
CREATE INDEX item_ended_idx ON serial.item (since)
	WHERE disposition IN ('dispensed', 'retail_sold', 'disposed', 'inactive', 'destroyed', 'stolen');
COMMENT ON TABLE serial.item IS
'what events have left each thing as, one row an identifier seen; of what is inside something, serial_internal.state knows more';
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
COMMENT ON COLUMN serial.item.disposition_event IS
'by which event';
COMMENT ON COLUMN serial.item.place IS
'where the last event that said so left it';
COMMENT ON COLUMN serial.item.place_since IS
'when that happened';
COMMENT ON COLUMN serial.item.place_event IS
'by which event';
COMMENT ON COLUMN serial.item.first_event IS
'the first event that said of the thing itself what it is';
COMMENT ON COLUMN serial.item.last_event IS
'the last event of it';
COMMENT ON COLUMN serial.item.last_time IS
'when that happened';
COMMENT ON COLUMN serial.item.marks IS
'persistent dispositions and when each was set or unset, as serial_internal.decide_persistent_dispositions has them';
COMMENT ON COLUMN serial.item.consignee IS
'the party that the last event with a new owner named';
COMMENT ON COLUMN serial.item.consignee_since IS
'when that happened';
COMMENT ON COLUMN serial.item.consignee_event IS
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

SELECT pg_catalog.pg_extension_config_dump('serial.item', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lot', '');
SELECT pg_catalog.pg_extension_config_dump('serial.place', '');
