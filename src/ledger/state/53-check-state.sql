-- Comparing the rows of serial.item with the events

-- Without row_security, what a policy hides would look like a difference: the caller
-- gets an error instead.  JIT is disabled: compilation costs more than a page of items.
CREATE FUNCTION serial.check_state()
RETURNS TABLE (id serial.serial, "column" text, stored text, folded text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp
SET row_security = off SET jit = off
AS $$
DECLARE
	page serial.serial[];
BEGIN
	PERFORM serial_internal.is_complete();
	FOR page IN
		SELECT array_agg(n.id)
		FROM (SELECT k.id, (row_number() OVER (ORDER BY k.id) - 1) / 1000 AS page
			  FROM (SELECT i.id FROM serial.item AS i UNION SELECT e.id FROM serial.event_item AS e) AS k) AS n
		GROUP BY n.page ORDER BY n.page
	LOOP
		RETURN QUERY
		SELECT d.id, n.key, o.value, n.value
		FROM (
			SELECT f.id, row_to_json(f) AS folded, row_to_json(r) AS stored
			FROM serial_internal.folded_items(page) AS f
			LEFT JOIN (
				SELECT i.id, i.lot, i.expiry, i.disposition, i.since, i.disposition_event, i.place, i.place_since,
					   i.place_event, i.first_event, i.commissioning_event, i.last_event, i.last_time,
					   i.persistent_dispositions, i.consignee, i.consignee_since, i.consignee_event,
					   i.void_shipping_time, i.final_since
				FROM serial.item AS i WHERE i.id = ANY (page)) AS r ON r.id = f.id
			WHERE r.id IS NOT NULL OR f.last_event IS NOT NULL OFFSET 0) AS d
		CROSS JOIN LATERAL json_each_text(d.folded) WITH ORDINALITY AS n(key, value, position)
		LEFT JOIN LATERAL json_each_text(d.stored) AS o(key, value) ON o.key = n.key
		-- most rows are as they should be: their columns are not compared one by one
		WHERE d.folded::text IS DISTINCT FROM d.stored::text AND n.value IS DISTINCT FROM o.value
		ORDER BY d.id, n.position;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial.check_state() IS
'the columns of serial.item that differ from what the accepted events give, one row for each item and column; no '
'row if all is well; of an item that has events and no row, all columns; a warning names months that are '
'detached, whose events are not read; errors 42501 a policy hides rows';
