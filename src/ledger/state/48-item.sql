-- Items, and the master data of their lots

-- No index has a column that most events change, not even in its predicate, and a page has space
-- for another version of each row: the events of items that were commissioned together write no
-- index entries.
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
	commissioning_event bigint,
	last_event bigint,
	last_time timestamptz,
	persistent_dispositions jsonb,
	consignee text,
	consignee_since timestamptz,
	consignee_event bigint,
	void_shipping_time timestamptz,
	final_since timestamptz,
	attributes jsonb
) WITH (fillfactor = 50);
CREATE INDEX item_lot_idx ON serial.item (lot, id) WHERE lot IS NOT NULL;
CREATE INDEX item_place_idx ON serial.item (place, id) WHERE place IS NOT NULL;
CREATE INDEX item_expiry_idx ON serial.item (expiry, id) WHERE final_since IS NULL AND expiry IS NOT NULL;
COMMENT ON TABLE serial.item IS
'the state of each item after its events, one row for each identifier that appeared in an event; '
'serial_internal.current_state adds what is known of the containers that it is in';
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
COMMENT ON COLUMN serial.item.commissioning_event IS
'the first event by which the item began to exist: ADD of an ObjectEvent, or output of a TransformationEvent; '
'NULL if none is recorded';
COMMENT ON COLUMN serial.item.last_event IS
'the last event of the item';
COMMENT ON COLUMN serial.item.last_time IS
'the time of that event';
COMMENT ON COLUMN serial.item.persistent_dispositions IS
'its persistent dispositions and when each was set or unset, in the form of '
'serial_internal.decide_persistent_dispositions';
COMMENT ON COLUMN serial.item.consignee IS
'the owning party that the last event with one among its destinations named, of those that no void_shipping undid';
COMMENT ON COLUMN serial.item.consignee_since IS
'the time of that event';
COMMENT ON COLUMN serial.item.consignee_event IS
'the number of that event';
COMMENT ON COLUMN serial.item.void_shipping_time IS
'the time of the last void_shipping; NULL if there is none';
COMMENT ON COLUMN serial.item.final_since IS
'the time since when its disposition is transferred or terminal, as serial_internal.is_final tells; NULL if it is '
'neither';
COMMENT ON COLUMN serial.item.attributes IS
'further data of the item';

-- Lots.  What serial.lot says of a lot counts for all items of the lot.

CREATE FUNCTION serial_internal.lot_of(id serial.serial, lot text)
RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_lot_of';
COMMENT ON FUNCTION serial_internal.lot_of(serial.serial, text) IS
'the lot of an item: the one in an LGTIN, else the one in its row, which is the second argument';

CREATE FUNCTION serial_internal.check_lot(lot text, has_gtin boolean)
RETURNS void
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_check_lot';
COMMENT ON FUNCTION serial_internal.check_lot(text, boolean) IS
'refuses a text that is no lot: for items with a GTIN what AI (10) cannot carry, for others what is not printable '
'or begins or ends with a blank; errors 22023';

CREATE FUNCTION serial_internal.day_of(at timestamptz)
RETURNS date
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_day_of';
COMMENT ON FUNCTION serial_internal.day_of(timestamptz) IS
'the date of a point in time in serial.time_zone, where expiry dates end';

CREATE TABLE serial.lot
(
	gtin text NOT NULL,
	lot text NOT NULL,
	expiry date,
	produced_on date,
	attributes jsonb,
	PRIMARY KEY (gtin, lot)
);
CREATE INDEX lot_expiry_idx ON serial.lot (expiry) WHERE expiry IS NOT NULL;
COMMENT ON TABLE serial.lot IS
'master data of lots';
COMMENT ON COLUMN serial.lot.gtin IS
'the 14 digits of the trade item';
COMMENT ON COLUMN serial.lot.lot IS
'the lot number';
COMMENT ON COLUMN serial.lot.expiry IS
'the expiry date of the lot: set by the first commissioning with one, by a document or by an admin, changed by '
'serial.set_lot_expiry';
COMMENT ON COLUMN serial.lot.produced_on IS
'the production date';
COMMENT ON COLUMN serial.lot.attributes IS
'further data of the lot, such as quality results or composition';

CREATE TABLE serial.lot_change
(
	change bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	gtin text NOT NULL,
	lot text NOT NULL,
	old_expiry date,
	new_expiry date,
	reason text,
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_by text NOT NULL DEFAULT session_user
);
CREATE INDEX lot_change_lot_idx ON serial.lot_change (gtin, lot);
COMMENT ON TABLE serial.lot_change IS
'changes of the expiry dates of lots, by serial.set_lot_expiry or by UPDATE and DELETE of serial.lot';
COMMENT ON COLUMN serial.lot_change.change IS
'the number of the change';
COMMENT ON COLUMN serial.lot_change.gtin IS
'the 14 digits of the trade item';
COMMENT ON COLUMN serial.lot_change.lot IS
'the lot number';
COMMENT ON COLUMN serial.lot_change.old_expiry IS
'the expiry date before the change; NULL if there was none';
COMMENT ON COLUMN serial.lot_change.new_expiry IS
'the expiry date after it; NULL if the lot was deleted or has none any more';
COMMENT ON COLUMN serial.lot_change.reason IS
'the reason given to serial.set_lot_expiry; NULL if serial.lot was written directly';
COMMENT ON COLUMN serial.lot_change.changed_at IS
'when it was changed';
COMMENT ON COLUMN serial.lot_change.changed_by IS
'the session user who changed it';
COMMENT ON SEQUENCE serial.lot_change_change_seq IS
'numbers of changes';

CREATE FUNCTION serial_internal.check_lot_row()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	NEW.gtin := serial_internal.canonical_gtin(NEW.gtin);
	PERFORM serial_internal.check_lot(NEW.lot, true);
	IF NEW.expiry NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
		RAISE EXCEPTION 'an expiry date is in a year from 1 to 9999'
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('It is %s.', NEW.expiry);
	END IF;
	RETURN NEW;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_lot_row() IS
'writes the GTIN of a lot with 14 digits; errors 22023 not a GTIN, a lot, or an expiry date of years 1 to 9999';
REVOKE EXECUTE ON FUNCTION serial_internal.check_lot_row() FROM PUBLIC;
CREATE TRIGGER check_lot_row BEFORE INSERT OR UPDATE ON serial.lot
	FOR EACH ROW EXECUTE FUNCTION serial_internal.check_lot_row();

CREATE FUNCTION serial_internal.keep_lot_change()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.lot_change (gtin, lot, old_expiry, new_expiry)
	VALUES (OLD.gtin, OLD.lot, OLD.expiry, CASE TG_OP WHEN 'UPDATE' THEN NEW.expiry END);
	RETURN NULL;
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_lot_change() IS
'keeps the expiry date of a lot that is changed or deleted';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_lot_change() FROM PUBLIC;
CREATE TRIGGER keep_lot_change AFTER UPDATE ON serial.lot
	FOR EACH ROW WHEN (OLD.expiry IS NOT NULL
					   AND (OLD.gtin, OLD.lot, OLD.expiry) IS DISTINCT FROM (NEW.gtin, NEW.lot, NEW.expiry))
	EXECUTE FUNCTION serial_internal.keep_lot_change();
CREATE TRIGGER keep_deleted_lot AFTER DELETE ON serial.lot
	FOR EACH ROW WHEN (OLD.expiry IS NOT NULL)
	EXECUTE FUNCTION serial_internal.keep_lot_change();

CREATE FUNCTION serial.set_lot_expiry(gtin text, lot text, expiry date, reason text)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	trade_item text := serial_internal.canonical_gtin(gtin);
	old_expiry date;
	produced date;
BEGIN
	IF gtin IS NULL OR lot IS NULL OR expiry IS NULL OR reason IS NULL THEN
		RAISE EXCEPTION 'GTIN, lot, expiry and reason must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT l.expiry, l.produced_on INTO old_expiry, produced FROM serial.lot AS l
	WHERE l.gtin = trade_item AND l.lot = set_lot_expiry.lot FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'lot "%" of GTIN "%" does not exist', lot, trade_item
			USING ERRCODE = 'undefined_object', HINT = 'A lot that is new is inserted into serial.lot.';
	ELSIF expiry < produced THEN
		RAISE EXCEPTION 'lot "%" of GTIN "%" cannot expire on %', lot, trade_item, expiry
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('It was produced on %s.', produced);
	END IF;
	UPDATE serial.lot AS l SET expiry = set_lot_expiry.expiry WHERE l.gtin = trade_item AND l.lot = set_lot_expiry.lot;
	IF old_expiry IS NULL THEN
		INSERT INTO serial.lot_change (gtin, lot, new_expiry, reason)
		VALUES (trade_item, set_lot_expiry.lot, set_lot_expiry.expiry, set_lot_expiry.reason);
	ELSIF old_expiry <> expiry THEN
		UPDATE serial.lot_change AS c SET reason = set_lot_expiry.reason
			WHERE c.change = currval('serial.lot_change_change_seq');
	END IF;
END;
$$;
COMMENT ON FUNCTION serial.set_lot_expiry(text, text, date, text) IS
'changes or sets the expiry date of a lot, for all items of the lot; the old one is kept in serial.lot_change; errors '
'42704 no such lot, 22023 not a GTIN, or a date before the production of the lot, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.set_lot_expiry(text, text, date, text) FROM PUBLIC;

-- Called for each event by which items with a GTIN begin to exist, or that corrects
-- their lot.  A concurrent commissioning of a new lot is awaited.
CREATE FUNCTION serial_internal.enter_lot(gtins text[], lot text, expiry date)
RETURNS TABLE (gtin text, known_expiry date)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.lot (gtin, lot, expiry)
	SELECT g.gtin, enter_lot.lot, enter_lot.expiry FROM unnest(gtins) AS g(gtin) ORDER BY g.gtin
	ON CONFLICT DO NOTHING;
	IF enter_lot.expiry IS NULL THEN
		RETURN;
	END IF;
	UPDATE serial.lot AS l SET expiry = enter_lot.expiry
	WHERE l.gtin = ANY (gtins) AND l.lot = enter_lot.lot AND l.expiry IS NULL;
	RETURN QUERY SELECT l.gtin, l.expiry FROM serial.lot AS l
	WHERE l.gtin = ANY (gtins) AND l.lot = enter_lot.lot AND l.expiry <> enter_lot.expiry FOR SHARE;
END;
$$;
COMMENT ON FUNCTION serial_internal.enter_lot(text[], text, date) IS
'enters a lot of GTINs into serial.lot, and an expiry date where none is known; returns the GTINs for which '
'another one is known';
REVOKE EXECUTE ON FUNCTION serial_internal.enter_lot(text[], text, date) FROM PUBLIC;

CREATE FUNCTION serial_internal.known_expiry(id serial.serial, lot text, expiry date)
RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce((SELECT l.expiry FROM serial.lot AS l
					 WHERE l.gtin = serial.gtin(known_expiry.id)
					   AND l.lot = serial_internal.lot_of(known_expiry.id, known_expiry.lot)), known_expiry.expiry);
END;
COMMENT ON FUNCTION serial_internal.known_expiry(serial.serial, text, date) IS
'the expiry date of an item: that of its lot in serial.lot, else the one in its row; lot and expiry are those of '
'its row';

SELECT pg_catalog.pg_extension_config_dump('serial.item', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lot', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lot_change', '');
SELECT pg_catalog.pg_extension_config_dump('serial.lot_change_change_seq', '');
