-- Sealing

CREATE FUNCTION serial.merkle_root(leaves bytea)
RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_merkle_root';
COMMENT ON FUNCTION serial.merkle_root(bytea) IS
'the root of a Merkle tree (RFC 6962, SHA-256) over entries of an event''s number (8 bytes) and digest (32 '
'bytes); NULL of none; errors 22023 no such entries';

CREATE FUNCTION serial.merkle_path(leaves bytea, event bigint)
RETURNS text[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_merkle_path';
COMMENT ON FUNCTION serial.merkle_path(bytea, bigint) IS
'the steps from an event''s leaf to the root: L or R, the side of the other branch, and the root of that branch in '
'hexadecimal; NULL if the event is not among the entries; errors 22023 no such entries';

CREATE FUNCTION serial_internal.seal_leaves(leaves bytea)
RETURNS TABLE (event bigint, digest bytea)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_seal_leaves';
COMMENT ON FUNCTION serial_internal.seal_leaves(bytea) IS
'the entries of a seal; errors 22023 no such entries';

CREATE FUNCTION serial_internal.wait_for_recorders()
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'serial_wait_for_recorders';
COMMENT ON FUNCTION serial_internal.wait_for_recorders() IS
'waits for the transactions that are recording events now, without making others wait';
REVOKE EXECUTE ON FUNCTION serial_internal.wait_for_recorders() FROM PUBLIC;

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
'covers this seal and all before; see serial_internal.seal_chain';
COMMENT ON COLUMN serial.seal.sealed_at IS
'when it was sealed';
COMMENT ON COLUMN serial.seal.sealed_by IS
'the session user who sealed';
COMMENT ON COLUMN serial.seal.leaves IS
'number and digest of each event, as serial_internal.seal_leaves reads them';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON serial.seal
	FOR EACH ROW EXECUTE FUNCTION serial_internal.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON serial.seal
	FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.refuse_change();
SELECT pg_catalog.pg_extension_config_dump('serial.seal', '');

CREATE FUNCTION serial_internal.seal_chain(previous bytea, root bytea, events bigint)
RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sha256('\x02'::bytea || coalesce(previous, '') || root || int8send(events));
END;
COMMENT ON FUNCTION serial_internal.seal_chain(bytea, bytea, bigint) IS
'SHA-256 of a byte 2, the chain before, the root, and the number of events in 8 bytes';

-- The leaves of a seal are one value, which cannot hold more than 26 million.
CREATE FUNCTION serial_internal.seal_horizon(after_event bigint, horizon bigint, most bigint)
RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN horizon - after_event <= most THEN horizon
		ELSE coalesce((SELECT e.event FROM serial.event AS e WHERE e.event > after_event AND e.event <= horizon
					   ORDER BY e.event OFFSET most - 1 LIMIT 1), horizon) END;
END;
COMMENT ON FUNCTION serial_internal.seal_horizon(bigint, bigint, bigint) IS
'the number up to which a seal covers events after another: the horizon, or that of the last of the most events';

-- Numbers are assigned under a lock on the table of events: sessions that have one
-- up to the horizon are waited for, and their events are visible or rolled back
-- then.
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
	PERFORM serial_internal.prevent_on_copy('seal events', 'serial.event');
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'serial.seal must be called in READ COMMITTED'
			USING ERRCODE = 'invalid_transaction_state', DETAIL = 'It has to see what is committed while it waits.';
	END IF;
	LOCK TABLE serial.seal IN SHARE ROW EXCLUSIVE MODE;
	horizon := (SELECT s.last_value FROM serial.event_sequence AS s);
	PERFORM serial_internal.wait_for_recorders();
	SELECT s.* INTO last FROM serial.seal AS s ORDER BY s.seal DESC LIMIT 1;
	horizon := serial_internal.seal_horizon(coalesce(last.last_event, 0), horizon, 10000000);
	SELECT count(*), string_agg(int8send(e.event) || e.digest, ''::bytea ORDER BY e.event) INTO sealed, leaves
	FROM serial.event AS e WHERE e.event > coalesce(last.last_event, 0) AND e.event <= horizon;
	IF sealed = 0 THEN
		RETURN NULL;
	END IF;
	root := serial.merkle_root(leaves);
	INSERT INTO serial.seal (seal, last_event, events, root, previous, chain, leaves)
	VALUES (coalesce(last.seal, 0) + 1, horizon, sealed, root, last.chain,
			serial_internal.seal_chain(last.chain, root, sealed), leaves);
	RETURN coalesce(last.seal, 0) + 1;
END;
$$;
COMMENT ON FUNCTION serial.seal() IS
'closes the events recorded since the last seal, at most ten million, under a Merkle root chained to those before, '
'and returns the seal, NULL if there is nothing to seal; waits for transactions that are recording events, which '
'never wait for it; errors 25000 not READ COMMITTED, 25006 a standby, 55000 a logical subscriber';
REVOKE EXECUTE ON FUNCTION serial.seal() FROM PUBLIC;

-- An event that a policy hides must not look like one that was removed, so that the
-- function raises an error where row-level security would apply.
CREATE FUNCTION serial.check_seals()
RETURNS TABLE (seal bigint, event bigint, problem text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
SET row_security = off
SET jit = off    -- compiling takes longer than the check of many seals
BEGIN ATOMIC
	WITH seals AS (
		SELECT s.seal, s.last_event, s.events, s.root, s.previous, s.chain, s.leaves,
			   lag(s.last_event, 1, 0::bigint) OVER w AS after_event, lag(s.chain) OVER w AS chain_before,
			   lag(s.seal, 1, 0::bigint) OVER w AS seal_before
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
			SELECT l.event, l.digest FROM serial_internal.seal_leaves(s.leaves) AS l) AS l
		FULL JOIN (
			-- the times of an event stand in both tables, and most queries read those of the items
			SELECT e.event, true AS is_there, e.digest,
				   CASE WHEN NOT EXISTS (SELECT FROM serial.event_item AS i WHERE i.event = e.event
										 AND (i.event_time, i.record_time) <> (e.event_time, e.record_time))
						THEN serial_internal.event_digest(e, serial_internal.event_items_text(e.event))
						ELSE '' END AS computed
			FROM serial.event AS e
			WHERE e.event <= (SELECT m.last_event FROM sealed AS m)
			UNION ALL
			SELECT DISTINCT i.event, false, ''::bytea, ''::bytea
			FROM serial.event_item AS i
			WHERE i.event <= (SELECT m.last_event FROM sealed AS m)
			  AND NOT EXISTS (SELECT FROM serial.event AS e WHERE e.event = i.event)
		) AS e ON e.event = l.event
		WHERE l.event IS NULL OR e.event IS NULL OR e.digest <> l.digest OR e.computed <> l.digest
	)
	SELECT s.seal, NULL::bigint, 'the seal itself was changed'
	FROM seals AS s
	WHERE serial.merkle_root(s.leaves) IS DISTINCT FROM s.root
	   OR s.previous IS DISTINCT FROM s.chain_before
	   OR s.seal <> s.seal_before + 1
	   OR s.events <> length(s.leaves) / 40
	   OR NOT (SELECT min(l.event) > s.after_event AND max(l.event) <= s.last_event
			   FROM serial_internal.seal_leaves(s.leaves) AS l)
	   OR serial_internal.seal_chain(s.previous, s.root, s.events) <> s.chain
	UNION ALL
	SELECT coalesce(d.seal, (SELECT min(n.seal) FROM seals AS n WHERE n.last_event >= d.event)), d.event, d.problem
	FROM differences AS d
	ORDER BY 1, 2 NULLS FIRST;
END;
COMMENT ON FUNCTION serial.check_seals() IS
'what does not agree with the seals: events changed, removed or inserted since, seals changed, and events that '
'are detached and cannot be checked; no row if all is well; errors 42501 a policy hides rows';

CREATE FUNCTION serial.proof(event bigint)
RETURNS TABLE (seal bigint, content text, leaf text, path text[], root text, previous text, events bigint, chain text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT s.seal, c.content, encode(sha256('\x00'::bytea || convert_to(c.content, 'UTF8')), 'hex'),
		   serial.merkle_path(s.leaves, e.event), encode(s.root, 'hex'), encode(s.previous, 'hex'), s.events,
		   encode(s.chain, 'hex')
	FROM serial.event AS e
	CROSS JOIN LATERAL (
		SELECT serial_internal.event_content(e, serial_internal.event_items_text(e.event)) AS content OFFSET 0) AS c
	JOIN LATERAL (SELECT n.* FROM serial.seal AS n WHERE n.last_event >= e.event ORDER BY n.seal LIMIT 1) AS s ON true
	WHERE e.event = proof.event
	UNION ALL
	-- no row, but a warning
	SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	WHERE CASE WHEN EXISTS (SELECT FROM serial.detached_month AS d WHERE d.events @> proof.event)
			   THEN serial_internal.is_complete() IS NULL END;
END;
COMMENT ON FUNCTION serial.proof(bigint) IS
'what proves an event to an outsider who knows a published chain: its content, the steps from its leaf to the '
'root, and what the chain is made of; no row before it is sealed, nor while it is detached';
