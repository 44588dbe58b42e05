-- Recall

CREATE TABLE serial.recall
(
	recall bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key text,
	lots text[],
	first serial.serial,
	last serial.serial,
	reason text NOT NULL,
	recalled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	recalled_by text NOT NULL DEFAULT session_user,
	closed_at timestamptz,
	closed_by text,
	CONSTRAINT recall_check CHECK (CASE WHEN key IS NULL THEN num_nonnulls(lots, first, last) = 0
		ELSE num_nonnulls(lots, first) = 1 AND (first IS NULL) = (last IS NULL) END)
);
CREATE INDEX recall_key_idx ON serial.recall (key) WHERE key IS NOT NULL;
COMMENT ON TABLE serial.recall IS
'recalls of lots, of ranges of identifiers, and of listed identifiers (serial.recall_item)';
COMMENT ON COLUMN serial.recall.recall IS
'the number of the recall';
COMMENT ON COLUMN serial.recall.key IS
'the 14 digits of the trade item, or the key of another scheme; NULL if identifiers are listed';
COMMENT ON COLUMN serial.recall.lots IS
'the recalled lots; NULL if identifiers are recalled';
COMMENT ON COLUMN serial.recall.first IS
'the first identifier of a recalled range';
COMMENT ON COLUMN serial.recall.last IS
'the last identifier of a recalled range';
COMMENT ON COLUMN serial.recall.reason IS
'the reason';
COMMENT ON COLUMN serial.recall.recalled_at IS
'when the recall was opened';
COMMENT ON COLUMN serial.recall.recalled_by IS
'the session user who opened it';
COMMENT ON COLUMN serial.recall.closed_at IS
'when it was closed; NULL while it is open';
COMMENT ON COLUMN serial.recall.closed_by IS
'the session user who closed it';
COMMENT ON SEQUENCE serial.recall_recall_seq IS
'numbers of recalls';

CREATE TABLE serial.recall_item
(
	id serial.serial,
	recall bigint,
	PRIMARY KEY (id, recall)
);
CREATE INDEX recall_item_recall_idx ON serial.recall_item (recall, id);
COMMENT ON TABLE serial.recall_item IS
'identifiers that serial.recall_items recalled one by one';
COMMENT ON COLUMN serial.recall_item.id IS
'the identifier';
COMMENT ON COLUMN serial.recall_item.recall IS
'the number of the recall';
SELECT pg_catalog.pg_extension_config_dump('serial.recall', '');
SELECT pg_catalog.pg_extension_config_dump('serial.recall_recall_seq', '');
SELECT pg_catalog.pg_extension_config_dump('serial.recall_item', '');

CREATE FUNCTION serial_internal.recall_key(id serial.serial)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_recall_key';
COMMENT ON FUNCTION serial_internal.recall_key(serial.serial) IS
'the key by which recalls name an item: its GTIN, or the key of another scheme';

-- A key may be a GTIN of any length, an identifier in any spelling, or the bare key of
-- another scheme, such as a part number.
CREATE FUNCTION serial_internal.recall_key(spelling text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	id serial.serial;
BEGIN
	IF spelling ~ '^([0-9]{8}|[0-9]{12,14})$' THEN
		RETURN serial_internal.canonical_gtin(spelling);
	END IF;
	IF octet_length(spelling) > 2000 THEN    -- it is indexed
		RAISE EXCEPTION 'key is too long: % bytes', octet_length(spelling)
			USING ERRCODE = 'string_data_right_truncation', DETAIL = 'The maximum is 2000 bytes.';
	END IF;
	IF spelling !~ '^[[:graph:]]([[:print:]]*[[:graph:]])?$' THEN
		RAISE EXCEPTION 'invalid key: "%"', spelling
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'A key must be printable, must not be empty, and must not begin or end with a blank.';
	END IF;
	id := serial.try_parse(spelling);
	-- a company prefix may begin as an application identifier does, and the key "4012345AB-7" of a part
	-- is no consignment of AI (401)
	IF spelling ~ '^[0-9]' AND serial.gtin(id) IS NULL AND serial.scheme(id) <> 'cpi' THEN
		id := NULL;
	END IF;
	-- what claims to be an identifier must be one, or the recall would cover nothing
	IF id IS NULL AND spelling ~* '^(\([0-9]{2,4}\)|urn:epc:|https?://|[sl]?gtin:)' THEN
		RAISE EXCEPTION 'invalid key: "%"', spelling
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = (SELECT d.message || '. ' || d.detail FROM serial.diagnose(spelling) AS d);
	END IF;
	RETURN coalesce(serial_internal.recall_key(id), spelling);
END;
$$;
COMMENT ON FUNCTION serial_internal.recall_key(text) IS
'the key of a recall in one form; errors 22023 not printable, or spelled as a GTIN or another identifier and none, '
'22001 more than 2000 bytes';

CREATE FUNCTION serial_internal.lots_in_quantities(quantities jsonb, input_quantities jsonb)
RETURNS serial.serial[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT array_agg(c.id)
	FROM jsonb_array_elements(coalesce(quantities, '[]') || coalesce(input_quantities, '[]')) AS q(entry)
	CROSS JOIN LATERAL serial.try_parse(q.entry ->> 'epcClass') AS c(id)
	WHERE serial.scheme(c.id) = 'lgtin';
END;
COMMENT ON FUNCTION serial_internal.lots_in_quantities(jsonb, jsonb) IS
'the LGTINs among the classes of the quantities of an event; NULL if there is none';

-- The condition on quantities is that of the index.
CREATE FUNCTION serial_internal.warn_of_unrecorded_lots(key text, lots text[])
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
DECLARE
	missing text;
BEGIN
	FOR missing IN
		SELECT l.lot FROM unnest(lots) AS l(lot)
		WHERE NOT EXISTS (SELECT FROM serial.lot AS k WHERE k.gtin = warn_of_unrecorded_lots.key AND k.lot = l.lot)
		  AND NOT EXISTS (SELECT FROM serial.item AS i
						  WHERE i.lot = l.lot AND serial_internal.recall_key(i.id) = warn_of_unrecorded_lots.key)
		  AND NOT EXISTS (SELECT FROM serial.item AS i
						  WHERE i.id = serial_internal.lgtin(warn_of_unrecorded_lots.key, l.lot))
		  AND NOT EXISTS (SELECT FROM serial.event AS e
						  WHERE (e.quantities IS NOT NULL OR e.input_quantities IS NOT NULL)
							AND serial_internal.lots_in_quantities(e.quantities, e.input_quantities)
								@> ARRAY[serial_internal.lgtin(warn_of_unrecorded_lots.key, l.lot)])
	LOOP
		RAISE WARNING 'lot "%" of "%" is not recorded', missing, key
			USING DETAIL = 'The recall takes effect when something of the lot is recorded.';
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial_internal.warn_of_unrecorded_lots(text, text[]) IS
'warns of each lot of a key of which no item, no quantity and no master data are recorded';

CREATE FUNCTION serial.recall(key text, lots text[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	number bigint;
	canonical text := serial_internal.recall_key(key);
BEGIN
	IF key IS NULL OR lots IS NULL OR reason IS NULL OR EXISTS (SELECT FROM unnest(lots) AS i WHERE i IS NULL) THEN
		RAISE EXCEPTION 'key, lots and reason must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF cardinality(lots) = 0 THEN
		RAISE EXCEPTION 'lots must not be empty' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM serial_internal.check_lot(l.lot, canonical ~ '^[0-9]{14}$') FROM unnest(lots) AS l(lot);
	PERFORM serial_internal.warn_of_unrecorded_lots(canonical, lots);
	INSERT INTO serial.recall (key, lots, reason)
	VALUES (canonical, ARRAY(SELECT DISTINCT l.lot FROM unnest(lots) AS l(lot) ORDER BY l.lot), reason)
	RETURNING recall.recall INTO number;
	RETURN number;
END;
$$;
COMMENT ON FUNCTION serial.recall(text, text[], text) IS
'recalls lots of a key, such as a GTIN or a part number, and returns the number of the recall; serial.verify '
'answers "recalled" until it is closed; warns of lots that are not recorded; errors 22023 not a GTIN, not a lot, '
'or no lot, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.recall(text, text[], text) FROM PUBLIC;

-- A user who lists a lot or a trade item probably means its items, which have identifiers of their own.
CREATE FUNCTION serial_internal.warn_of_classes(ids serial.serial[])
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	class serial.serial;
BEGIN
	FOR class IN SELECT DISTINCT i.id FROM unnest(ids) AS i(id) WHERE serial.scheme(i.id) IN ('gtin', 'lgtin')
		ORDER BY i.id
	LOOP
		RAISE WARNING 'the recall does not cover the items of "%"', class
			USING DETAIL = 'It covers the identifier itself only.', HINT = 'serial.recall recalls the items of lots.';
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial_internal.warn_of_classes(serial.serial[]) IS
'warns of each of recalled identifiers that is that of a trade item or a lot';

CREATE FUNCTION serial.recall_items(ids serial.serial[], reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	number bigint;
BEGIN
	IF ids IS NULL OR reason IS NULL OR EXISTS (SELECT FROM unnest(ids) AS i WHERE i IS NULL) THEN
		RAISE EXCEPTION 'identifiers and reason must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF cardinality(ids) = 0 THEN
		RAISE EXCEPTION 'ids must not be empty' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM serial_internal.warn_of_classes(ids);
	INSERT INTO serial.recall (reason) VALUES (recall_items.reason) RETURNING recall INTO number;
	INSERT INTO serial.recall_item (id, recall) SELECT DISTINCT i.id, number FROM unnest(ids) AS i(id) ORDER BY i.id;
	RETURN number;
END;
$$;
COMMENT ON FUNCTION serial.recall_items(serial.serial[], text) IS
'recalls listed identifiers and returns the number of the recall; warns of those of trade items and lots, whose '
'items it does not cover; errors 22023 no identifier, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.recall_items(serial.serial[], text) FROM PUBLIC;

CREATE FUNCTION serial.recall_range(first serial.serial, last serial.serial, reason text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	number bigint;
BEGIN
	IF first IS NULL OR last IS NULL OR reason IS NULL THEN
		RAISE EXCEPTION 'first, last and reason must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF serial.scheme(first) <> serial.scheme(last) OR serial.key(first) <> serial.key(last)
	   OR (length(serial.number(first)) = length(serial.number(last))) IS NOT TRUE OR first > last THEN
		RAISE EXCEPTION 'invalid range: "%" to "%"', first, last
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Both identifiers must have the same scheme and key and serial numbers of the same length, '
						   'in ascending order.';
	END IF;
	PERFORM serial_internal.warn_of_classes(ARRAY[first, last]);
	INSERT INTO serial.recall (key, first, last, reason)
	VALUES (serial_internal.recall_key(recall_range.first), recall_range.first, recall_range.last, recall_range.reason)
	RETURNING recall INTO number;
	RETURN number;
END;
$$;
COMMENT ON FUNCTION serial.recall_range(serial.serial, serial.serial, text) IS
'recalls the identifiers from one to another whose serial numbers are as long as theirs, and returns the number '
'of the recall; warns of those of lots, whose items it does not cover; errors 22023 not a range, 22004 a NULL';
REVOKE EXECUTE ON FUNCTION serial.recall_range(serial.serial, serial.serial, text) FROM PUBLIC;

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

CREATE FUNCTION serial_internal.recall_of(id serial.serial, lot text)
RETURNS bigint
LANGUAGE C STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_recall_of';
COMMENT ON FUNCTION serial_internal.recall_of(serial.serial, text) IS
'the first open recall that covers an item of a lot, which may be NULL; NULL if there is none';

CREATE FUNCTION serial_internal.recall_of_contents(container serial.serial)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT min(serial_internal.recall_of(c.id, serial_internal.lot_of(c.id, i.lot)))
	FROM serial.contents(container) AS c LEFT JOIN serial.item AS i ON i.id = c.id;
END;
COMMENT ON FUNCTION serial_internal.recall_of_contents(serial.serial) IS
'the first open recall that covers something in a container, at any depth; NULL if there is none';

CREATE FUNCTION serial_internal.withdrawn_content(container serial.serial)
RETURNS serial.serial
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT min(c.id)
	FROM serial.contents(container) AS c JOIN serial.item AS i ON i.id = c.id
	WHERE CASE WHEN i.disposition = 'recalled' THEN true
			   WHEN i.persistent_dispositions IS NULL THEN false
			   ELSE 'recalled' = ANY (serial_internal.blocking_dispositions(
				   serial_internal.current_persistent_dispositions(c.id))) END;
END;
COMMENT ON FUNCTION serial_internal.withdrawn_content(serial.serial) IS
'the first identifier in a container, at any depth, that was recalled by an event; NULL if there is none';

CREATE FUNCTION serial_internal.lgtin(gtin text, lot text)
RETURNS serial.serial
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN gtin ~ '^[0-9]{14}$' THEN serial.try_parse('(01)' || gtin || '(10)' || lot) END;
END;
COMMENT ON FUNCTION serial_internal.lgtin(text, text) IS
'the identifier of a lot of a GTIN; NULL if there is none, because the key or the lot is none of GS1';

-- A mistyped number must not be answered as if nothing were left to be found.
CREATE FUNCTION serial_internal.recall_numbered(number bigint)
RETURNS serial.recall
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r serial.recall;
BEGIN
	SELECT k.* INTO r FROM serial.recall AS k WHERE k.recall = number;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'recall % does not exist', number USING ERRCODE = 'undefined_object';
	END IF;
	RETURN r;
END;
$$;
COMMENT ON FUNCTION serial_internal.recall_numbered(bigint) IS
'the row of a recall; errors 42704 there is none, or row security hides it';

-- By the index of lots, or of identifiers.
CREATE FUNCTION serial_internal.items_of_recall(recall bigint)
RETURNS SETOF serial.item
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	WITH asked AS MATERIALIZED (
		SELECT r.* FROM serial_internal.recall_numbered(items_of_recall.recall) AS r
	)
	SELECT i.* FROM asked AS r
	CROSS JOIN LATERAL (SELECT n.* FROM serial.item AS n
						WHERE n.lot = ANY (r.lots) AND serial_internal.recall_key(n.id) = r.key OFFSET 0) AS i
	WHERE r.lots IS NOT NULL
	UNION ALL
	SELECT i.* FROM asked AS r CROSS JOIN LATERAL unnest(r.lots) AS l(lot)
	JOIN serial.item AS i ON i.id = serial_internal.lgtin(r.key, l.lot)
	WHERE i.lot IS NULL
	UNION ALL
	SELECT i.* FROM asked AS r
	CROSS JOIN LATERAL (SELECT n.* FROM serial.item AS n WHERE n.id BETWEEN r.first AND r.last OFFSET 0) AS i
	WHERE r.first IS NOT NULL AND length(serial.number(i.id)) = length(serial.number(r.first))
	UNION ALL
	SELECT m.id, i.lot, i.expiry, i.disposition, i.since, i.disposition_event, i.place, i.place_since, i.place_event,
		   i.first_event, i.commissioning_event, i.last_event, i.last_time, i.persistent_dispositions,
		   i.consignee, i.consignee_since, i.consignee_event, i.void_shipping_time, i.final_since, i.attributes
	FROM serial.recall_item AS m LEFT JOIN serial.item AS i ON i.id = m.id
	WHERE m.recall = items_of_recall.recall;
END;
COMMENT ON FUNCTION serial_internal.items_of_recall(bigint) IS
'the rows of the items that a recall covers; of identifiers that were recalled one by one, also of those without '
'a row; errors 42704 no such recall';

-- Each row is what serial.outermost and serial_internal.current_state answer for one item,
-- but the containers of all items are found together and the row of each container is
-- read once.  JIT is disabled: compilation costs more than the query.
CREATE FUNCTION serial.recalled(recall bigint)
RETURNS TABLE (id serial.serial, lot text, outermost serial.serial, place text, consignee text, disposition text)
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1000
SET jit = off
AS 'MODULE_PATHNAME', 'serial_recalled';
COMMENT ON FUNCTION serial.recalled(bigint) IS
'every item of the recalled lots: the outermost container that it is in now, its place, the party to which it was '
'last shipped, and its disposition; errors 42704 no such recall';
REVOKE EXECUTE ON FUNCTION serial.recalled(bigint) FROM PUBLIC;

-- Volatile, as serial.recalled is: they may follow serial.recall in one statement.
CREATE FUNCTION serial.recall_consignees(recall bigint)
RETURNS TABLE (consignee text, items bigint, first_shipped timestamptz, last_shipped timestamptz)
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE ROWS 10
SET jit = off SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.party, count(DISTINCT s.id), min(s.at) FILTER (WHERE s.is_shipping),
		   max(s.at) FILTER (WHERE s.is_shipping)
	FROM serial_internal.shipments(ARRAY(
		SELECT i.id FROM serial_internal.items_of_recall(recall_consignees.recall) AS i)) AS s
	WHERE serial_internal.is_complete() IS NOT NULL AND s.party IS NOT NULL
	GROUP BY s.party ORDER BY s.party COLLATE "C";
$$;
COMMENT ON FUNCTION serial.recall_consignees(bigint) IS
'every party to which items of a recall were ever shipped, by themselves or in a container, with how many and when '
'it was shipped to first and last, which is NULL if only other events name it as the owner; shipments that were '
'undone or declared in error do not count; errors 42704 no such recall';
REVOKE EXECUTE ON FUNCTION serial.recall_consignees(bigint) FROM PUBLIC;

CREATE FUNCTION serial.recall_containers(recall bigint)
RETURNS TABLE (container serial.serial, items bigint, place text, consignee text, is_outermost boolean)
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE ROWS 10
SET jit = off SET search_path = pg_catalog, pg_temp
AS $$
	SELECT h.container, h.items, s.place, s.consignee, serial.container(h.container) IS NULL
	FROM (SELECT c.id AS container, count(*) AS items
		  FROM serial_internal.items_of_recall(recall_containers.recall) AS i
		  CROSS JOIN LATERAL serial.containers(i.id) AS c
		  GROUP BY c.id) AS h
	LEFT JOIN LATERAL serial_internal.current_state(h.container) AS s ON true
	ORDER BY h.container;
$$;
COMMENT ON FUNCTION serial.recall_containers(bigint) IS
'every container that holds items of a recall now, at any depth, with how many, its place and the party to which '
'it was last shipped; errors 42704 no such recall';
REVOKE EXECUTE ON FUNCTION serial.recall_containers(bigint) FROM PUBLIC;
