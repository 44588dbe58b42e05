-- Aggregation links: what is packed in what, now and in the past.

-- The index by parent contains all columns that a walk down reads.  Steps at one time
-- count in the order of recording, so that links know the numbers of events.
CREATE TABLE serial.aggregation
(
	child serial.serial PRIMARY KEY,
	parent serial.serial NOT NULL,
	since timestamptz NOT NULL,
	is_container boolean NOT NULL DEFAULT false,
	since_event bigint NOT NULL DEFAULT 0,
	CHECK (child <> parent)
);
CREATE INDEX aggregation_parent_idx ON serial.aggregation (parent, child) INCLUDE (is_container, since, since_event);
COMMENT ON TABLE serial.aggregation IS
'what is packed in what now; written by serial.pack and serial.unpack only';
COMMENT ON COLUMN serial.aggregation.child IS
'the item or container that is inside';
COMMENT ON COLUMN serial.aggregation.parent IS
'the container it is directly in';
COMMENT ON COLUMN serial.aggregation.since IS
'when it was packed';
COMMENT ON COLUMN serial.aggregation.is_container IS
'false if nothing was ever packed into the child, so that walks need not look for its contents';
COMMENT ON COLUMN serial.aggregation.since_event IS
'events with the time since and this number or a higher one count as later than the packing';

-- Partitioned from the first day, so that old intervals can be detached.  Each
-- partition has the same indexes as the default one; see serial.partition_history.
CREATE TABLE serial.aggregation_history
(
	child serial.serial NOT NULL,
	parent serial.serial NOT NULL,
	since timestamptz NOT NULL,
	until timestamptz NOT NULL,
	is_container boolean NOT NULL DEFAULT false,
	since_event bigint NOT NULL DEFAULT 0,
	until_event bigint NOT NULL DEFAULT 0,
	former_until timestamptz,
	CHECK ((since, since_event) < (until, until_event))
) PARTITION BY RANGE (until);
COMMENT ON TABLE serial.aggregation_history IS
'what was packed in what in the past, from since up to but not including until; written by serial.pack and '
'serial.unpack only';
COMMENT ON COLUMN serial.aggregation_history.child IS
'the item or container that was inside';
COMMENT ON COLUMN serial.aggregation_history.parent IS
'the container it was directly in';
COMMENT ON COLUMN serial.aggregation_history.since IS
'when it was packed';
COMMENT ON COLUMN serial.aggregation_history.until IS
'when it was unpacked, or packed elsewhere';
COMMENT ON COLUMN serial.aggregation_history.is_container IS
'false if nothing was ever packed into the child, so that walks need not look for its contents';
COMMENT ON COLUMN serial.aggregation_history.since_event IS
'events with the time since and this number or a higher one count as later than the packing';
COMMENT ON COLUMN serial.aggregation_history.until_event IS
'events with the time until and a lower number count as earlier than the unpacking';
COMMENT ON COLUMN serial.aggregation_history.former_until IS
'its end before an event that was reported late made it end earlier; NULL if none did';

CREATE TABLE serial.aggregation_history_default PARTITION OF serial.aggregation_history DEFAULT;
ALTER TABLE serial.aggregation_history_default ADD PRIMARY KEY (child, until, until_event);
CREATE INDEX aggregation_history_default_parent_idx ON serial.aggregation_history_default (parent, until)
	INCLUDE (child, is_container, since);
CREATE INDEX aggregation_history_default_until_idx ON serial.aggregation_history_default (until);
COMMENT ON TABLE serial.aggregation_history_default IS
'intervals for which no partition was made by serial.partition_history';
COMMENT ON COLUMN serial.aggregation_history_default.child IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.parent IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.since IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.until IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.is_container IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.since_event IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.until_event IS
'as in serial.aggregation_history';
COMMENT ON COLUMN serial.aggregation_history_default.former_until IS
'as in serial.aggregation_history';

SELECT pg_catalog.pg_extension_config_dump('serial.aggregation', '');
SELECT pg_catalog.pg_extension_config_dump('serial.aggregation_history_default', '');
