-- What happens to items: random histories, reported to the extension and to a
-- plain model, which must agree on every answer.
SET client_min_messages = warning;
-- In a database of its own, with nothing packed.
CREATE DATABASE regress_serial_model TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_model
CREATE EXTENSION serial;
SET client_min_messages = warning;
SET timezone = 'UTC';
SET jit = off;
CREATE SCHEMA model;

-- The model: what was reported, what was packed in what, and what follows, by
-- recursive queries over these.  Nothing of the extension but its type.

CREATE TABLE model.item (id serial.serial PRIMARY KEY, name text UNIQUE, level integer);
INSERT INTO model.item
SELECT format('(01)09506000134352(21)%s', n)::serial.serial, 'unit' || n, 0 FROM generate_series(1, 170) AS n
UNION ALL
SELECT format('(01)80614141123458(21)%s', n)::serial.serial, 'case' || n, 1 FROM generate_series(1, 16) AS n
UNION ALL
SELECT format('(8003)09506000134352%s', n)::serial.serial, 'pallet' || n, 2 FROM generate_series(1, 6) AS n;

CREATE TABLE model.event (n bigint PRIMARY KEY, step text, at timestamptz, place text, mark boolean,
	lot text, expiry date, is_accepted boolean, corrects bigint, is_wrong boolean DEFAULT false);
CREATE TABLE model.reported (n bigint, id serial.serial, role text, leaves text, PRIMARY KEY (id, n));
CREATE TABLE model.link (child serial.serial, parent serial.serial, since timestamptz, until timestamptz DEFAULT 'infinity',
	since_n bigint, until_n bigint DEFAULT 0, former_until timestamptz);    -- steps of one time count in the order of their numbers
CREATE INDEX ON model.link (child);
CREATE INDEX ON model.link (parent);

-- Which steps find a item as what, and leave it as what; the rest find
-- anything that is not final, and leave it as it is.
CREATE TABLE model.rule (step text, finds text, leaves text, PRIMARY KEY (step, finds));
INSERT INTO model.rule
SELECT step, unnest(string_to_array(finds, ' ')), leaves
FROM (VALUES
	('commissioning', 'none', 'active'),
	('shipping', 'none active in_progress in_transit sellable_accessible', 'in_transit'),
	('shipping', 'damaged', NULL),
	('receiving', 'none active in_progress in_transit sellable_accessible', 'in_progress'),
	('receiving', 'damaged', NULL),
	('stocking', 'active in_progress in_transit sellable_accessible', 'sellable_accessible'),
	('stocking', 'damaged', NULL),
	('dispensing', 'active in_progress in_transit sellable_accessible', 'dispensed'),
	('void_shipping', 'in_transit', 'active'),
	('decommissioning', 'active in_progress in_transit sellable_accessible damaged', 'inactive'),
	('destroying', 'active in_progress in_transit sellable_accessible damaged inactive', 'destroyed'),
	('urn:serial:step:reinstating', 'inactive dispensed', 'active')
) AS r(step, finds, leaves);

CREATE FUNCTION model.is_final(disposition text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(disposition IN ('dispensed', 'inactive', 'destroyed', 'stolen'), false) $$;

CREATE FUNCTION model.is_legal(step text, disposition text, since timestamptz, at timestamptz) RETURNS boolean LANGUAGE sql AS $$
	SELECT CASE WHEN EXISTS (SELECT FROM model.rule AS r WHERE r.step = is_legal.step)
		THEN EXISTS (SELECT FROM model.rule AS r WHERE r.step = is_legal.step AND r.finds = coalesce(disposition, 'none'))
			AND (step NOT LIKE '%reinstating' OR at <= since + interval '10 days')
		ELSE NOT model.is_final(disposition) END $$;

-- What was only packed, packed into or mentioned may end.
CREATE FUNCTION model.is_seen(item serial.serial) RETURNS boolean LANGUAGE sql AS $$
	SELECT EXISTS (SELECT FROM model.link AS l WHERE item IN (l.child, l.parent))
		OR EXISTS (SELECT FROM model.reported AS t JOIN model.event AS e USING (n)
				   WHERE t.id = item AND e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL) $$;

-- What items were inside, and when; a item is inside itself for ever.
CREATE FUNCTION model.stays(ids serial.serial[])
RETURNS TABLE (id serial.serial, container serial.serial, since timestamptz, until timestamptz, depth integer, since_n bigint, until_n bigint)
LANGUAGE sql AS $$
	WITH RECURSIVE stay AS (
		SELECT i AS id, i AS container, timestamptz '-infinity' AS since, timestamptz 'infinity' AS until, 0 AS depth, 0::bigint AS since_n, 0::bigint AS until_n
		FROM unnest(ids) AS i
		UNION ALL
		SELECT s.id, l.parent, b.since, n.until, s.depth + 1, b.since_n, n.until_n
		FROM stay AS s JOIN model.link AS l ON l.child = s.container
		CROSS JOIN LATERAL (SELECT * FROM (VALUES (s.since, s.since_n), (l.since, l.since_n)) AS v(since, since_n) ORDER BY 1 DESC, 2 DESC LIMIT 1) AS b
		CROSS JOIN LATERAL (SELECT * FROM (VALUES (s.until, s.until_n), (l.until, l.until_n)) AS v(until, until_n) ORDER BY 1, 2 LIMIT 1) AS n
		WHERE (b.since, b.since_n) < (n.until, n.until_n))
	TABLE stay $$;

-- Every event of items and of what they were in.
CREATE FUNCTION model.mentions(ids serial.serial[], as_of timestamptz)
RETURNS TABLE (id serial.serial, n bigint, at timestamptz, holder serial.serial, depth integer, inside_since timestamptz, inside_n bigint,
	role text, step text, leaves text, place text, mark boolean, counts boolean)
LANGUAGE sql AS $$
	SELECT s.id, e.n, e.at, s.container, s.depth, s.since, s.since_n, t.role, e.step, t.leaves, e.place, e.mark,
		e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL
	FROM model.stays(ids) AS s JOIN model.reported AS t ON t.id = s.container JOIN model.event AS e ON e.n = t.n
	WHERE (e.at, e.n) >= (s.since, s.since_n) AND (e.at, e.n) < (s.until, s.until_n) AND e.at <= as_of $$;

-- A mark counts until it is lifted, later, from the item itself, or from the
-- container that was marked or one between, which the item has not left since.
CREATE FUNCTION model.state(ids serial.serial[], as_of timestamptz)
RETURNS TABLE (id serial.serial, disposition text, since timestamptz, place text, place_since timestamptz, event bigint, marked boolean)
LANGUAGE sql AS $$
	WITH m AS MATERIALIZED (
		SELECT m.* FROM model.mentions(ids, as_of) AS m WHERE m.counts
	), inside AS MATERIALIZED (
		SELECT c.* FROM model.stays(ids) AS c WHERE c.depth > 0
	), own AS (
		SELECT DISTINCT ON (m.id) m.id, m.at, m.n, m.leaves FROM m WHERE m.depth = 0 AND m.leaves IS NOT NULL
		ORDER BY m.id, m.at DESC, m.n DESC
	), r AS MATERIALIZED (
		SELECT m.* FROM m LEFT JOIN own AS o USING (id)
		WHERE m.depth = 0 OR o.id IS NULL OR NOT model.is_final(o.leaves) OR (m.at, m.n) < (o.at, o.n)
	)
	SELECT i, d.leaves, d.at, p.place, p.at, l.n,
		EXISTS (SELECT FROM r AS s WHERE s.id = i AND s.mark
			AND NOT EXISTS (SELECT FROM r AS u WHERE u.id = i AND NOT u.mark AND (u.at, u.n) > (s.at, s.n)
				AND (u.depth = 0 OR u.depth <= s.depth AND (u.inside_since, u.inside_n) <= (s.at, s.n))))
	FROM unnest(ids) AS i
	CROSS JOIN LATERAL (SELECT r.n FROM r WHERE r.id = i ORDER BY r.at DESC, r.n DESC, r.depth LIMIT 1) AS l
	LEFT JOIN LATERAL (
		SELECT b.leaves, b.at
		FROM (SELECT r.*, r.leaves IN ('damaged', 'recalled') AND NOT EXISTS (
					SELECT FROM r AS u WHERE u.id = i AND u.leaves IS NOT NULL AND (u.at, u.n) > (r.at, r.n)
					AND (u.depth = 0 OR (u.depth <= r.depth AND (u.inside_since, u.inside_n) <= (r.at, r.n)) OR model.is_final(u.leaves))) AS stays
			  FROM r WHERE r.id = i AND r.leaves IS NOT NULL
			  AND (r.depth < 2 OR model.is_final(r.leaves) OR NOT EXISTS (
					SELECT FROM inside AS c CROSS JOIN LATERAL (
						SELECT t.leaves FROM model.reported AS t JOIN model.event AS e USING (n)
						WHERE t.id = c.container AND t.leaves IS NOT NULL AND (e.at, e.n) <= (r.at, r.n)
						AND e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL
						ORDER BY e.at DESC, e.n DESC LIMIT 1) AS o
					WHERE c.id = i AND c.depth BETWEEN 1 AND r.depth - 1 AND (c.since, c.since_n) <= (r.at, r.n) AND (c.until, c.until_n) > (r.at, r.n)
					AND o.leaves IN ('damaged', 'recalled')))) AS b
		ORDER BY b.stays DESC, CASE WHEN b.stays THEN b.at END, CASE WHEN b.stays THEN b.n END, b.at DESC, b.n DESC, b.depth LIMIT 1) AS d ON true
	LEFT JOIN LATERAL (SELECT r.place, r.at FROM r WHERE r.id = i AND r.place IS NOT NULL ORDER BY r.at DESC, r.n DESC LIMIT 1) AS p ON true $$;

CREATE FUNCTION model.lot(item serial.serial) RETURNS TABLE (lot text, expiry date) LANGUAGE sql AS $$
	SELECT e.lot, e.expiry FROM model.reported AS t JOIN model.event AS e USING (n)
	WHERE t.id = item AND e.lot IS NOT NULL AND e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL
	ORDER BY e.at DESC, e.n DESC LIMIT 1 $$;

-- What was recorded of a item itself up to a time, an event aside.
CREATE FUNCTION model.own_state(item serial.serial, as_of timestamptz) RETURNS text LANGUAGE sql AS $$
	SELECT t.leaves FROM model.reported AS t JOIN model.event AS e USING (n)
	WHERE t.id = item AND t.leaves IS NOT NULL AND e.at <= as_of AND e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL
	ORDER BY e.at DESC, e.n DESC LIMIT 1 $$;

-- The first event of a item itself after another that would not be legal if
-- that one left the item so; none is looked at behind one that leaves it as
-- something new.
CREATE FUNCTION model.contradiction(item serial.serial, disposition text, since timestamptz, at timestamptz, n bigint) RETURNS bigint LANGUAGE sql AS $$
	SELECT x.n FROM (
		SELECT e.n, e.at, e.step, count(t.leaves) OVER (ORDER BY e.at, e.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS news
		FROM model.reported AS t JOIN model.event AS e USING (n)
		WHERE t.id = item AND t.role <> 'parent' AND (e.at, e.n) > (contradiction.at, contradiction.n)
		  AND e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL) AS x
	WHERE x.news = 0 AND NOT model.is_legal(x.step, disposition, since, x.at)
	ORDER BY x.at, x.n LIMIT 1 $$;

CREATE FUNCTION model.leaves(step text, disposition text, role text, found text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN disposition IS NOT NULL THEN disposition WHEN role = 'parent' THEN NULL
		WHEN found IS NULL AND step = 'decommissioning' THEN 'inactive' WHEN found IS NULL AND step = 'destroying' THEN 'destroyed'
		ELSE (SELECT r.leaves FROM model.rule AS r WHERE r.step = leaves.step AND r.finds = coalesce(found, 'none')) END $$;

-- Packing and unpacking.  What says it cannot be done names the reason.
CREATE FUNCTION model.cannot_pack(container serial.serial, children serial.serial[], instant timestamptz, repack boolean) RETURNS boolean LANGUAGE sql AS $$
	SELECT EXISTS (SELECT FROM model.link AS l WHERE l.child = ANY (children) AND l.until = 'infinity' AND l.parent <> container
				   AND (NOT repack OR l.since > instant))
		OR EXISTS (SELECT FROM model.link AS l WHERE l.child = ANY (children) AND l.until < 'infinity' AND l.until > instant
				   AND NOT EXISTS (SELECT FROM model.link AS k WHERE k.child = l.child AND k.until = 'infinity' AND k.parent = container)) $$;

CREATE FUNCTION model.end_stays(children serial.serial[], instant timestamptz, n bigint) RETURNS void LANGUAGE sql AS $$
	DELETE FROM model.link AS l WHERE l.child = ANY (children) AND l.until = 'infinity' AND (l.since, l.since_n) = (instant, n);
	UPDATE model.link AS l SET until = instant, until_n = n WHERE l.child = ANY (children) AND l.until = 'infinity' $$;

-- What is in the container already has been there since the earliest report.
CREATE FUNCTION model.pack(container serial.serial, children serial.serial[], instant timestamptz, n bigint) RETURNS void LANGUAGE sql AS $$
	SELECT model.end_stays(ARRAY(SELECT l.child FROM model.link AS l
		WHERE l.child = ANY (children) AND l.until = 'infinity' AND l.parent <> container), instant, n);
	UPDATE model.link AS l SET since = instant, since_n = n
	WHERE l.child = ANY (children) AND l.until = 'infinity' AND (l.since, l.since_n) > (instant, n);
	INSERT INTO model.link (child, parent, since, since_n)
	SELECT c, container, instant, n FROM unnest(children) AS c
	WHERE NOT EXISTS (SELECT FROM model.link AS l WHERE l.child = c AND l.until = 'infinity');
	-- what ended by itself later left then
	UPDATE model.link AS l SET until = x.at, until_n = x.n
	FROM (SELECT DISTINCT ON (t.id) t.id, e.at, e.n FROM model.reported AS t JOIN model.event AS e USING (n)
		  WHERE t.id = ANY (children) AND t.role <> 'parent' AND model.is_final(t.leaves) AND e.at > instant
		  AND e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL
		  AND NOT EXISTS (SELECT FROM model.reported AS p WHERE p.n = e.n AND p.id = container)
		  ORDER BY t.id, e.at, e.n) AS x
	WHERE l.child = x.id AND l.until = 'infinity' AND l.since <= x.at $$;

-- The driver.  Numbers are allocated from a hash, the same everywhere.

CREATE SEQUENCE model.allocate;
CREATE FUNCTION model.random(n integer) RETURNS integer LANGUAGE sql VOLATILE AS
$$ SELECT (('x' || substr(md5('ledger' || nextval('model.allocate')), 1, 7))::bit(28)::integer % n) $$;

CREATE TABLE model.surprise (step integer, what text);
CREATE TABLE model.count (what text PRIMARY KEY, n bigint);
CREATE FUNCTION model.count(item text, by bigint DEFAULT 1) RETURNS void LANGUAGE sql AS
$$ INSERT INTO model.count VALUES (item, by) ON CONFLICT (what) DO UPDATE SET n = count.n + excluded.n $$;

-- All that a refused step, or one that is kept as evidence only, must leave.
CREATE FUNCTION model.fingerprint() RETURNS text LANGUAGE sql AS $$
	SELECT md5(coalesce((SELECT string_agg(i::text, ',' ORDER BY id) FROM serial.item AS i WHERE last_event IS NOT NULL), '')
		|| coalesce((SELECT string_agg(a::text, ',' ORDER BY child) FROM serial.aggregation AS a), '')
		|| (SELECT count(*) FROM serial.aggregation_history)) $$;
CREATE FUNCTION model.extent() RETURNS text LANGUAGE sql AS
$$ SELECT format('%s %s %s', (SELECT count(*) FROM serial.event), (SELECT count(*) FROM serial.event_item), (SELECT count(*) FROM serial.alert)) $$;

-- Says one item to both, and notes if the extension does otherwise.
CREATE FUNCTION model.tell(i integer, step text, ids serial.serial[], instant timestamptz, place text,
	disposition text, mark boolean, container serial.serial, lot text, expiry date, is_strict boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	expected boolean;
	before text := model.fingerprint();
	extent text := model.extent();
	number bigint;
	accepted boolean;
	said text;
	type text := CASE WHEN container IS NULL THEN 'ObjectEvent' ELSE 'AggregationEvent' END;
	action text := CASE step WHEN 'commissioning' THEN 'ADD' WHEN 'packing' THEN 'ADD' WHEN 'unpacking' THEN 'DELETE' ELSE 'OBSERVE' END;
BEGIN
	CREATE TEMP TABLE found ON COMMIT DROP AS
	SELECT c.id, r.role, s.disposition, s.since, s.marked, model.leaves(step, tell.disposition, r.role, s.disposition) AS leaves
	FROM (SELECT unnest(ids) AS id, CASE WHEN container IS NULL THEN 'item' ELSE 'child' END AS role
		  UNION ALL SELECT container, 'parent' WHERE container IS NOT NULL) AS r
	CROSS JOIN LATERAL (SELECT r.id) AS c
	LEFT JOIN LATERAL (
		SELECT model.own_state(c.id, instant) AS disposition, instant AS since, false AS marked WHERE step = 'commissioning'
		UNION ALL
		SELECT s.disposition, s.since, s.marked FROM model.state(ARRAY[c.id], instant) AS s WHERE step <> 'commissioning') AS s ON true;
	expected := NOT EXISTS (
			SELECT FROM found AS f WHERE f.role <> 'parent' AND NOT model.is_legal(step, f.disposition, f.since, instant)
			AND NOT (step IN ('decommissioning', 'destroying') AND f.disposition IS NULL AND model.is_seen(f.id)))
		AND NOT EXISTS (
			SELECT FROM found AS f WHERE f.leaves IS NOT NULL
			AND model.contradiction(f.id, f.leaves, instant, instant, 9223372036854775807) IS NOT NULL)
		-- what is expired or recalled may not come back, nor be sold; nor what is quarantined
		AND NOT (step = 'dispensing' AND EXISTS (SELECT FROM found AS f WHERE f.marked))
		AND NOT (step IN ('dispensing', 'urn:serial:step:reinstating') AND EXISTS (
			SELECT FROM unnest(ids) AS t, model.lot(t) AS l
			WHERE (l.lot = 'L1' AND t::text LIKE '(01)09506000134352%') OR l.expiry < instant::date))
		AND NOT (step = 'packing' AND EXISTS (SELECT FROM found AS f WHERE f.role = 'parent' AND model.is_final(f.disposition)))
		AND NOT (step = 'packing' AND model.cannot_pack(container, ids, instant, false))
		AND NOT (step = 'unpacking' AND EXISTS (
			SELECT FROM unnest(ids) AS c WHERE NOT EXISTS (
				SELECT FROM model.link AS l WHERE l.child = c AND l.parent = container AND l.until = 'infinity' AND l.since <= instant)));
	BEGIN
		number := serial.record(type, action, ids, step, tell.disposition, instant, place, place, container,
			lot => lot, expiry => expiry, strict => is_strict,
			persistent_disposition => CASE mark WHEN true THEN '{"set": ["unavailable"]}'::jsonb WHEN false THEN '{"unset": ["unavailable"]}' END);
		SELECT e.is_accepted INTO accepted FROM serial.event AS e WHERE e.event = number;
	EXCEPTION WHEN object_not_in_prerequisite_state OR unique_violation OR invalid_parameter_value THEN
		said := SQLERRM;
	END;
	IF coalesce(accepted, false) <> expected OR (number IS NULL) <> (is_strict AND NOT expected) THEN
		INSERT INTO model.surprise VALUES (i, format('%s of %s at %s: expected %s, got event %s accepted %s: %s', step, ids, instant, expected, number, accepted, said));
	END IF;
	IF number IS NOT NULL THEN
		INSERT INTO model.event VALUES (number, step, instant, place, mark, lot, expiry, accepted);
		INSERT INTO model.reported SELECT number, f.id, f.role, f.leaves FROM found AS f;
	END IF;
	IF accepted AND step = 'packing' THEN
		PERFORM model.pack(container, ids, instant, number);
	ELSIF accepted AND step = 'unpacking' THEN
		PERFORM model.end_stays(ids, instant, number);
	ELSIF accepted THEN
		-- what ends by itself leaves its container
		PERFORM model.end_stays(ARRAY(SELECT f.id FROM found AS f JOIN model.link AS l ON l.child = f.id AND l.until = 'infinity'
			WHERE model.is_final(f.leaves) AND l.since <= instant AND l.parent <> ALL (ids)), instant, number);
		UPDATE model.link AS l SET until = instant, until_n = number, former_until = coalesce(l.former_until, l.until)
		FROM found AS f
		WHERE f.id = l.child AND model.is_final(f.leaves) AND (l.since, l.since_n) < (instant, number) AND l.until > instant AND l.until < 'infinity'
		  AND l.parent <> ALL (ids);
	END IF;
	IF NOT coalesce(accepted, false) AND model.fingerprint() <> before THEN
		INSERT INTO model.surprise VALUES (i, format('%s changed something though it was not accepted', step));
	END IF;
	IF number IS NULL AND model.extent() <> extent THEN
		INSERT INTO model.surprise VALUES (i, format('%s left something though it was refused', step));
	END IF;
	IF number IS NOT NULL AND NOT accepted AND NOT EXISTS (SELECT FROM serial.alert AS a WHERE a.event = number) THEN
		INSERT INTO model.surprise VALUES (i, format('%s was not accepted, and nobody alerted', step));
	END IF;
	PERFORM model.count(format('events %s', CASE WHEN accepted THEN 'accepted' WHEN number IS NULL THEN 'refused' ELSE 'kept as evidence' END));
	DROP TABLE found;
END $$;

-- Links without an event
CREATE FUNCTION model.move(i integer, ids serial.serial[], container serial.serial, instant timestamptz, repack boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	expected boolean := CASE WHEN container IS NOT NULL THEN NOT model.cannot_pack(container, ids, instant, repack)
		ELSE NOT EXISTS (SELECT FROM model.link AS l WHERE l.child = ANY (ids) AND l.until = 'infinity' AND l.since > instant) END;
	before text := model.fingerprint();
	said text;
	number bigint := (SELECT q.last_value + q.is_called::integer FROM serial.event_sequence AS q);    -- of the next event
BEGIN
	BEGIN
		IF container IS NULL THEN
			PERFORM serial.unpack(ids, instant);
		ELSE
			PERFORM serial.pack(container, ids, instant, repack);
		END IF;
	EXCEPTION WHEN unique_violation OR invalid_parameter_value THEN
		said := SQLERRM;
	END;
	IF expected <> (said IS NULL) THEN
		INSERT INTO model.surprise VALUES (i, format('move of %s into %s at %s: expected %s: %s', ids, container, instant, expected, said));
	END IF;
	IF said IS NULL AND container IS NULL THEN
		PERFORM model.end_stays(ids, instant, number);
	ELSIF said IS NULL THEN
		PERFORM model.pack(container, ids, instant, number);
	ELSIF model.fingerprint() <> before THEN
		INSERT INTO model.surprise VALUES (i, 'a refused move changed something');
	END IF;
	PERFORM model.count(CASE WHEN said IS NULL THEN 'moves' ELSE 'moves refused' END);
END $$;

-- The packing with which a link would begin without the one with which it does.
CREATE FUNCTION model.next_packing(l model.link, wrong bigint) RETURNS TABLE (at timestamptz, n bigint) LANGUAGE sql AS $$
	SELECT e.at, e.n FROM model.reported AS t JOIN model.event AS e USING (n) JOIN model.reported AS p USING (n)
	WHERE t.id = l.child AND t.role = 'child' AND p.id = l.parent AND p.role = 'parent' AND e.step = 'packing' AND e.n <> wrong
	  AND e.at >= l.since AND (e.at, e.n) < (l.until, l.until_n) AND e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL
	ORDER BY e.at, e.n LIMIT 1 $$;

-- Declares an event wrong
CREATE FUNCTION model.declare_wrong(i integer, wrong bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	e model.event := (SELECT o FROM model.event AS o WHERE o.n = wrong);
	children serial.serial[] := ARRAY(SELECT t.id FROM model.reported AS t WHERE t.n = wrong AND t.role = 'child');
	container serial.serial := (SELECT t.id FROM model.reported AS t WHERE t.n = wrong AND t.role = 'parent');
	before text := model.fingerprint();
	expected boolean;
	number bigint;
	said text;
BEGIN
	UPDATE model.event AS w SET is_wrong = true WHERE w.n = wrong;
	expected := NOT e.is_wrong AND NOT (e.is_accepted AND EXISTS (
		SELECT FROM model.reported AS t
		LEFT JOIN LATERAL model.state(ARRAY[t.id], e.at) AS s ON true
		WHERE t.n = wrong AND t.leaves IS NOT NULL AND model.contradiction(t.id, s.disposition, s.since, e.at, wrong) IS NOT NULL));
	-- a beginning is not undone while other events or links depend on it
	IF e.is_accepted AND e.step = 'commissioning' THEN
		expected := expected AND NOT EXISTS (
			SELECT FROM model.reported AS t JOIN model.reported AS u USING (id) JOIN model.event AS o ON o.n = u.n
			WHERE t.n = wrong AND o.is_accepted AND NOT o.is_wrong AND o.corrects IS NULL AND (o.at, o.n) > (e.at, e.n))
			AND NOT EXISTS (SELECT FROM model.reported AS t JOIN model.link AS l ON t.id IN (l.child, l.parent) WHERE t.n = wrong AND l.until > e.at);
	END IF;
	IF e.is_accepted AND e.step = 'packing' THEN
		expected := expected AND NOT EXISTS (
			SELECT FROM unnest(children) AS c WHERE NOT EXISTS (
				SELECT FROM model.link AS l WHERE l.child = c AND l.parent = container AND l.since <= e.at AND (l.until, l.until_n) > (e.at, wrong)))
			AND NOT EXISTS (
				SELECT FROM model.link AS l WHERE l.child = ANY (children) AND l.parent = container AND l.until < 'infinity' AND (l.since, l.since_n) = (e.at, wrong)
				AND NOT EXISTS (SELECT FROM model.next_packing(l, wrong)));
	ELSIF e.is_accepted AND e.step = 'unpacking' THEN
		expected := expected AND NOT EXISTS (
			SELECT FROM model.link AS l WHERE l.child = ANY (children) AND l.until = 'infinity'
			AND EXISTS (SELECT FROM model.link AS h WHERE h.child = l.child AND h.parent = container AND h.until = e.at));
	END IF;
	BEGIN
		number := serial.declare_error(wrong, 'did_not_occur');
	EXCEPTION WHEN object_not_in_prerequisite_state THEN
		said := SQLERRM;
	END;
	IF expected <> (number IS NOT NULL) THEN
		INSERT INTO model.surprise VALUES (i, format('error of event %s, %s: expected %s: %s', wrong, e.step, expected, said));
	END IF;
	IF number IS NULL THEN
		UPDATE model.event AS w SET is_wrong = e.is_wrong WHERE w.n = wrong;
		IF model.fingerprint() <> before THEN
			INSERT INTO model.surprise VALUES (i, 'a refused declaration changed something');
		END IF;
	ELSE
		INSERT INTO model.event SELECT number, e.step, e.at, e.place, e.mark, e.lot, e.expiry, e.is_accepted, wrong;
		INSERT INTO model.reported SELECT number, t.id, t.role, NULL FROM model.reported AS t WHERE t.n = wrong;
		IF e.is_accepted AND e.step = 'packing' THEN
			UPDATE model.link AS l SET since = p.at, since_n = p.n
			FROM (SELECT k.child, x.at, x.n FROM model.link AS k, model.next_packing(k, wrong) AS x WHERE k.since_n = wrong) AS p
			WHERE l.child = p.child AND l.parent = container AND l.since_n = wrong;
			DELETE FROM model.link AS l WHERE l.child = ANY (children) AND l.parent = container AND (l.since, l.since_n) = (e.at, wrong);
		ELSIF e.is_accepted AND e.step = 'unpacking' THEN
			UPDATE model.link AS l SET until = 'infinity', until_n = 0 WHERE l.child = ANY (children) AND l.parent = container AND (l.until, l.until_n) = (e.at, wrong);
		ELSIF e.is_accepted THEN
			UPDATE model.link AS l SET until = l.former_until, until_n = 0, former_until = NULL
			WHERE l.former_until IS NOT NULL AND (l.until, l.until_n) = (e.at, wrong);
			UPDATE model.link AS l SET until = 'infinity', until_n = 0
			FROM model.reported AS t
			WHERE t.n = wrong AND model.is_final(t.leaves) AND l.child = t.id AND (l.until, l.until_n) = (e.at, wrong)
			  AND NOT EXISTS (SELECT FROM model.link AS k WHERE k.child = t.id AND (k.until, k.until_n) > (e.at, wrong))
			  AND NOT EXISTS (SELECT FROM model.reported AS u JOIN model.event AS o USING (n)
							  WHERE u.id = t.id AND o.step = 'unpacking' AND o.at = e.at AND o.is_accepted AND NOT o.is_wrong AND o.corrects IS NULL);
		END IF;
	END IF;
	PERFORM model.count(CASE WHEN number IS NULL THEN 'declarations refused' ELSE 'declared wrong' END);
END $$;

CREATE FUNCTION model.some(allocated integer, n integer) RETURNS serial.serial[] LANGUAGE sql VOLATILE AS $$
	WITH wanted AS MATERIALIZED (SELECT model.random(100000) AS x FROM generate_series(1, n))
	SELECT array_agg(DISTINCT t.id) FROM (SELECT id, row_number() OVER (ORDER BY name) - 1 AS n, count(*) OVER () AS size
		FROM model.item AS t WHERE t.level = allocated) AS t JOIN wanted AS w ON w.x % t.size = t.n $$;

-- One step of a history.  A minute passes with every other; two events at one
-- time are common.
CREATE FUNCTION model.step(i integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	instant timestamptz := timestamptz '2024-03-01' + (i / 2) * interval '1 minute' + (i / 400) * interval '9 days';
	dice integer := model.random(100);
	level integer := CASE model.random(10) WHEN 0 THEN 2 WHEN 1 THEN 2 WHEN 2 THEN 1 WHEN 3 THEN 1 ELSE 0 END;
	ids serial.serial[] := model.some(level, 1 + model.random(4));
	place text := CASE WHEN model.random(2) = 0 THEN (ARRAY['plant', 'depot', 'shop', 'clinic'])[1 + model.random(4)] END;
	is_strict boolean := model.random(4) > 0;
	container serial.serial;
	step text;
	lot text;
BEGIN
	IF model.random(5) = 0 THEN
		instant := instant - model.random(60) * interval '1 minute';
	END IF;
	-- What is in something that has ended is another matter.
	IF dice < 14 THEN
		step := 'commissioning';
		lot := 'L' || model.random(4);    -- a lot has one expiry date
	ELSIF dice < 56 THEN
		step := (ARRAY['shipping', 'receiving', 'shipping', 'receiving', 'stocking', 'dispensing', 'void_shipping', 'decommissioning',
			'urn:serial:step:reinstating', 'inspecting', 'inspecting', 'dispensing', 'destroying'])[1 + model.random(13)];
		-- whether something damaged is under way follows from its shippings, which the model does not follow
		IF step = 'void_shipping' AND EXISTS (SELECT FROM model.state(ids, instant) AS s WHERE s.disposition = 'damaged') THEN
			RETURN;
		END IF;
		IF level > 0 AND step IN ('dispensing', 'decommissioning', 'destroying') THEN
			ids := ARRAY(SELECT c FROM unnest(ids) AS c WHERE NOT EXISTS (SELECT FROM model.link AS l WHERE l.parent = c AND l.until > instant));
			IF ids = '{}' THEN
				RETURN;
			END IF;
		END IF;
	ELSIF dice < 66 THEN
		PERFORM model.tell(i, CASE WHEN dice < 61 THEN 'holding' ELSE 'inspecting' END, ids, instant, NULL, NULL, dice < 61, NULL, NULL, NULL, is_strict);
		RETURN;
	ELSIF dice < 74 THEN
		PERFORM model.declare_wrong(i, n) FROM (SELECT n FROM model.event WHERE corrects IS NULL ORDER BY n DESC LIMIT 1 OFFSET model.random(1 + i / 4 % 30)) AS o;
		RETURN;
	ELSE
		level := least(level, 1);
		ids := model.some(level, 1 + model.random(6));
		container := (model.some(CASE WHEN model.random(4) = 0 THEN 2 ELSE level + 1 END, 1))[1];
		IF EXISTS (SELECT FROM model.reported AS t WHERE t.id = container AND model.is_final(t.leaves)) THEN
			RETURN;
		END IF;
		IF dice < 84 THEN
			PERFORM model.tell(i, 'packing', ids, instant, place, NULL, NULL, container, NULL, NULL, is_strict);
		ELSIF dice < 88 THEN
			SELECT coalesce(array_agg(l.child), ids) INTO ids FROM (
				SELECT l.child FROM model.link AS l WHERE l.parent = container AND l.until = 'infinity' ORDER BY l.child LIMIT 2) AS l;
			PERFORM model.tell(i, 'unpacking', ids, instant, place, NULL, NULL, container, NULL, NULL, is_strict);
		ELSE
			PERFORM model.move(i, ids, CASE WHEN dice < 96 THEN container END, instant, dice < 93);
		END IF;
		RETURN;
	END IF;
	PERFORM model.tell(i, step, ids, instant, place, CASE WHEN step = 'inspecting' AND model.random(4) = 0 THEN 'damaged' END, NULL, NULL,
		lot, CASE WHEN lot = 'L3' THEN date '2024-01-31' WHEN lot IS NOT NULL THEN date '2999-12-31' END, is_strict);
END $$;

-- Every question, of some items, now and as of a time.  Counts the answers,
-- and keeps those that differ.
CREATE TABLE model.difference (step integer, question text, extension text, model text);
CREATE FUNCTION model.compare(i integer, question text, extension text, model text) RETURNS void LANGUAGE sql AS $$
	SELECT model.count('answers of ' || split_part(question, ' ', 1));
	INSERT INTO model.difference SELECT i, question, extension, model WHERE extension IS DISTINCT FROM model $$;

CREATE FUNCTION model.marks(marks jsonb) RETURNS boolean LANGUAGE sql AS
$$ SELECT coalesce(serial_internal.persistent_dispositions_set(marks) = '{unavailable}', false) $$;

CREATE FUNCTION model.verdict(item serial.serial, recalled_lot text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN model.is_final(s.disposition) THEN s.disposition
		WHEN l.lot = recalled_lot AND item::text LIKE '(01)09506000134352%' THEN 'recalled'
		WHEN s.disposition = 'recalled' THEN 'recalled'
		WHEN s.marked THEN 'quarantined'
		WHEN s.disposition = 'damaged' THEN 'blocked'
		WHEN l.expiry < current_date THEN 'expired'
		WHEN EXISTS (
			SELECT FROM model.stays(ARRAY(SELECT t.id FROM model.item AS t WHERE t.id::text LIKE '(01)09506000134352%')) AS c
			CROSS JOIN LATERAL model.lot(c.id) AS k
			WHERE c.container = item AND c.depth > 0 AND c.until = 'infinity' AND k.lot = recalled_lot) THEN 'recalled content'
		WHEN m.begins THEN 'genuine'
		WHEN m.begins IS NOT NULL THEN 'unconfirmed'
		ELSE 'unknown' END
	FROM (SELECT item) AS one
	CROSS JOIN LATERAL (
		SELECT bool_or(e.step = 'commissioning' OR t.role = 'output') AS begins FROM model.reported AS t JOIN model.event AS e USING (n)
		WHERE t.id = item AND e.is_accepted AND NOT e.is_wrong AND e.corrects IS NULL) AS m
	LEFT JOIN model.state(ARRAY[item], 'infinity') AS s ON true LEFT JOIN model.lot(item) AS l ON true $$;

CREATE FUNCTION model.ask(i integer, ids serial.serial[], instant timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE now AS SELECT * FROM model.state(ids, 'infinity');
	CREATE TEMP TABLE past AS SELECT * FROM model.state(ids, instant);
	PERFORM model.compare(i, 'state now ' || t.name, (s.disposition, s.since, s.place, s.place_since, s.event, model.marks(s.persistent_dispositions))::text,
						  (n.disposition, n.since, n.place, n.place_since, n.event, coalesce(n.marked, false))::text)
	FROM model.item AS t LEFT JOIN now AS n USING (id) LEFT JOIN LATERAL serial_internal.state(t.id) AS s ON true WHERE t.id = ANY (ids);
	PERFORM model.compare(i, 'present ' || t.name, (s.disposition, s.since, s.place, s.place_since, s.event, model.marks(s.persistent_dispositions))::text,
						  (n.disposition, n.since, n.place, n.place_since, n.event, coalesce(n.marked, false))::text)
	FROM model.item AS t LEFT JOIN now AS n USING (id) LEFT JOIN LATERAL serial_internal.current_state(t.id) AS s ON true WHERE t.id = ANY (ids);
	PERFORM model.compare(i, 'state then ' || t.name, (s.disposition, s.since, s.place, s.place_since, s.event, model.marks(s.persistent_dispositions))::text,
						  (n.disposition, n.since, n.place, n.place_since, n.event, coalesce(n.marked, false))::text)
	FROM model.item AS t LEFT JOIN past AS n USING (id) LEFT JOIN LATERAL serial_internal.state(t.id, instant) AS s ON true WHERE t.id = ANY (ids);
	PERFORM model.compare(i, 'where_is now ' || t.name, (s.place, s.since, s.disposition, s.outermost, s.event)::text, m::text)
	FROM model.item AS t LEFT JOIN LATERAL serial.where_is(t.id) AS s ON true
	CROSS JOIN LATERAL (SELECT n.place, n.place_since, n.disposition,
		CASE WHEN n.id IS NOT NULL THEN (SELECT c.container FROM model.stays(ARRAY[t.id]) AS c WHERE c.until = 'infinity' ORDER BY c.depth DESC LIMIT 1) END, n.event
		FROM (SELECT) AS one LEFT JOIN now AS n ON n.id = t.id) AS m
	WHERE t.id = ANY (ids);
	PERFORM model.compare(i, 'where_is then ' || t.name, (s.place, s.since, s.disposition, s.outermost, s.event)::text, m::text)
	FROM model.item AS t LEFT JOIN LATERAL serial.where_is(t.id, instant) AS s ON true
	CROSS JOIN LATERAL (SELECT n.place, n.place_since, n.disposition,
		CASE WHEN n.id IS NOT NULL THEN (SELECT c.container FROM model.stays(ARRAY[t.id]) AS c WHERE c.since <= instant AND c.until > instant ORDER BY c.depth DESC LIMIT 1) END, n.event
		FROM (SELECT) AS one LEFT JOIN past AS n ON n.id = t.id) AS m
	WHERE t.id = ANY (ids);
	PERFORM model.compare(i, 'trace ' || t.name,
		(SELECT string_agg((r.event, r.event_time, r.source_item, r.role, r.business_step, r.is_accepted, r.corrects, r.correcting_event)::text, ' ' ORDER BY ord)
		 FROM serial.trace(t.id) WITH ORDINALITY AS r(event, event_time, record_time, source_item, role, type, action, business_step, disposition, read_point, place, parent, recorded_by, is_accepted, corrects, correcting_event, attributes, ord)),
		(SELECT string_agg((m.n, m.at, m.holder, m.role, m.step, e.is_accepted, e.corrects, (SELECT w.n FROM model.event AS w WHERE w.corrects = m.n))::text, ' ' ORDER BY m.at, m.n)
		 FROM (SELECT DISTINCT ON (m.at, m.n) m.* FROM model.mentions(ARRAY[t.id], 'infinity') AS m ORDER BY m.at, m.n, m.depth) AS m JOIN model.event AS e USING (n)))
	FROM model.item AS t WHERE t.id = ANY (ids);
	PERFORM model.compare(i, 'verify ' || t.name, v.verdict, model.verdict(t.id, 'L1'))
	FROM model.item AS t CROSS JOIN LATERAL serial.verify(t.id) AS v WHERE t.id = ANY (ids);
	PERFORM model.compare(i, 'lot ' || t.name, (SELECT (it.lot, it.expiry)::text FROM serial.item AS it WHERE it.id = t.id AND it.lot IS NOT NULL), (SELECT l::text FROM model.lot(t.id) AS l))
	FROM model.item AS t WHERE t.id = ANY (ids);
	DROP TABLE now, past;
END $$;

-- And of all items at once
CREATE FUNCTION model.ask_all(i integer, instant timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	ids serial.serial[] := ARRAY(SELECT id FROM model.item);
BEGIN
	PERFORM model.compare(i, 'contents ' || t.name,
		(SELECT string_agg(c::text, ' ' ORDER BY c.id) FROM serial.contents(t.id, w.instant) AS c(id, container, depth)),
		(WITH RECURSIVE inside AS (
			SELECT l.child, l.parent, 1 AS depth FROM model.link AS l WHERE l.parent = t.id AND l.since <= w.at AND w.at < l.until
			UNION ALL
			SELECT l.child, l.parent, s.depth + 1 FROM inside AS s JOIN model.link AS l ON l.parent = s.child AND l.since <= w.at AND w.at < l.until)
		 SELECT string_agg(s::text, ' ' ORDER BY s.child) FROM inside AS s))
	FROM model.item AS t, (VALUES (instant, instant), (NULL, timestamptz '2100-01-01')) AS w(instant, at) WHERE t.level > 0;
	PERFORM model.compare(i, 'on_hand ' || p,
		(SELECT string_agg(o::text, ' ' ORDER BY o.gtin, o.lot) FROM serial.on_hand(p, NULL, w.instant) AS o),
		(SELECT string_agg(o::text, ' ' ORDER BY o.gtin, o.lot) FROM (
			SELECT left(substr(s.id::text, 5), 14) AS gtin, l.lot, count(*) AS items
			FROM model.state(ids, w.at) AS s LEFT JOIN LATERAL model.lot(s.id) AS l ON true
			WHERE s.place = p AND NOT model.is_final(s.disposition) AND s.disposition IS DISTINCT FROM 'in_transit' AND s.id::text LIKE '(01)%' GROUP BY 1, 2) AS o))
	FROM unnest('{plant,depot,shop,clinic}'::text[]) AS p, (VALUES (instant, instant), (NULL, timestamptz '2100-01-01')) AS w(instant, at);
	PERFORM model.compare(i, 'recalled',
		(SELECT string_agg((r.id, r.lot, r.outermost, r.place, r.disposition)::text, ' ' ORDER BY r.id) FROM serial.recalled(1) AS r),
		(SELECT string_agg((s.id, l.lot, (SELECT c.container FROM model.stays(ARRAY[s.id]) AS c WHERE c.until = 'infinity' ORDER BY c.depth DESC LIMIT 1), s.place, s.disposition)::text, ' ' ORDER BY s.id)
		 FROM model.state(ids, 'infinity') AS s CROSS JOIN LATERAL model.lot(s.id) AS l WHERE l.lot = 'L1' AND s.id::text LIKE '(01)09506000134352%'));
END $$;

CREATE PROCEDURE model.run(first integer, last integer) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN first .. last LOOP
		PERFORM model.step(i);
		IF i % 25 = 0 THEN
			PERFORM model.ask(i, model.some(0, 6) || model.some(1, 3) || model.some(2, 2),
							  timestamptz '2024-03-01' + model.random(i) / 2 * interval '1 minute' + model.random(1 + i / 400) * interval '9 days');
		END IF;
		IF i % 200 = 0 THEN
			PERFORM model.ask_all(i, timestamptz '2024-03-01' + model.random(i) / 2 * interval '1 minute' + model.random(1 + i / 400) * interval '9 days');
		END IF;
		COMMIT;
	END LOOP;
END $$;

SELECT serial.recall('09506000134352', '{L1}', 'test') > 0 AS recalled;
CALL model.run(1, 600);

-- In the end everything
SELECT model.ask(601, ARRAY(SELECT id FROM model.item), '2024-03-10 08:00');
SELECT model.ask_all(601, '2024-03-10 08:00');

SELECT * FROM model.surprise ORDER BY step LIMIT 5;
SELECT * FROM model.difference ORDER BY step, question COLLATE "C" LIMIT 5;
SELECT count(*) AS surprises FROM model.surprise;
SELECT count(*) AS differences FROM model.difference;
SELECT what, n FROM model.count ORDER BY what COLLATE "C";

\c :db
DROP DATABASE regress_serial_model;
