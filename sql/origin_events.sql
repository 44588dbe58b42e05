-- Every origin of a number, every first event of it, strict or not: what becomes of the
-- event, which alert it raises, and what is answered of the number afterwards, against a model.
\set VERBOSITY terse
CREATE DATABASE regress_serial_origin_events;
\set db :DBNAME
\c regress_serial_origin_events
SET client_min_messages = error;
CREATE EXTENSION serial;
SELECT serial.create_pool('numbers', 'sgtin', '09506000134352', length => 6) IS NOT NULL AS created;
SELECT count(*) FROM serial.issue('numbers', 10);
SELECT serial.void(ARRAY['(01)09506000134352(21)000002']::serial.serial[], 'label stolen');
SELECT serial.lease('numbers', 10, 'plant 2', now() + interval '1 hour') AS leased,
	   serial.lease('numbers', 10, 'plant 3', now() + interval '1 hour') AS returned,
	   serial.lease('numbers', 10, 'plant 4', now() + interval '1 hour') AS expired \gset
SELECT serial.return_lease(:returned) IS NOT NULL AS returned;
UPDATE serial.lease SET expires_at = now() - interval '1 second' WHERE lease = :expired;

CREATE TABLE origin (state text PRIMARY KEY, id serial.serial);
INSERT INTO origin
SELECT s.state, s.id::serial.serial
FROM (VALUES ('of no pool', '(01)04006381333931(21)A1'), ('issued', '(01)09506000134352(21)000001'), ('void', '(01)09506000134352(21)000002'),
			 ('leased', '(01)09506000134352(21)000011'), ('returned', '(01)09506000134352(21)000021'),
			 ('expired', '(01)09506000134352(21)000031'), ('not issued', '(01)09506000134352(21)000999')) AS s(state, id);
SELECT o.state, (serial.origin(o.id)).state AS origin FROM origin AS o ORDER BY 1;

-- is_legal: a step may find an item of which nothing is known.  is_observation: its
-- action is OBSERVE, so that by default it is kept as evidence.  begins: with the event
-- an item begins.  verdict: of an item of no pool, once the event is accepted.
CREATE TABLE event (name text PRIMARY KEY, arguments text, is_legal boolean, is_observation boolean, begins boolean, verdict text);
INSERT INTO event VALUES
	('commissioning', $$'ObjectEvent', 'ADD', '{%s}', 'commissioning'$$, true, false, true, 'genuine'),
	('encoding', $$'ObjectEvent', 'ADD', '{%s}', 'encoding'$$, true, false, false, 'not commissioned'),
	('reserving', $$'ObjectEvent', 'ADD', '{%s}', 'reserving'$$, true, false, false, 'not commissioned'),
	('receiving', $$'ObjectEvent', 'OBSERVE', '{%s}', 'receiving', place => 'urn:x:dock'$$, true, true, false, 'unconfirmed'),
	('accepting', $$'ObjectEvent', 'OBSERVE', '{%s}', 'accepting', place => 'urn:x:dock'$$, true, true, false, 'unconfirmed'),
	('arriving', $$'ObjectEvent', 'OBSERVE', '{%s}', 'arriving', place => 'urn:x:dock'$$, true, true, false, 'unconfirmed'),
	('shipping', $$'ObjectEvent', 'OBSERVE', '{%s}', 'shipping', read_point => 'urn:x:dock'$$, true, true, false, 'unconfirmed'),
	('departing', $$'ObjectEvent', 'OBSERVE', '{%s}', 'departing'$$, true, true, false, 'unconfirmed'),
	('inspecting', $$'ObjectEvent', 'OBSERVE', '{%s}', 'inspecting'$$, true, true, false, 'unconfirmed'),
	('inspecting, damaged', $$'ObjectEvent', 'OBSERVE', '{%s}', 'inspecting', 'damaged'$$, true, true, false, 'blocked'),
	('inspecting, active', $$'ObjectEvent', 'OBSERVE', '{%s}', 'inspecting', 'active'$$, true, true, false, 'unconfirmed'),
	('quarantining', $$'ObjectEvent', 'OBSERVE', '{%s}', 'holding', persistent_disposition => '{"set": ["unavailable"]}'$$, true, true, false, 'quarantined'),
	('no step', $$'ObjectEvent', 'OBSERVE', '{%s}'$$, true, true, false, 'unconfirmed'),
	('stocking', $$'ObjectEvent', 'OBSERVE', '{%s}', 'stocking'$$, false, true, false, NULL),
	('dispensing', $$'ObjectEvent', 'OBSERVE', '{%s}', 'dispensing'$$, false, true, false, NULL),
	('retail_selling', $$'ObjectEvent', 'OBSERVE', '{%s}', 'retail_selling'$$, false, true, false, NULL),
	('decommissioning', $$'ObjectEvent', 'DELETE', '{%s}', 'decommissioning'$$, false, false, false, NULL),
	('destroying', $$'ObjectEvent', 'DELETE', '{%s}', 'destroying'$$, false, false, false, NULL),
	('stolen', $$'ObjectEvent', 'DELETE', '{%s}', 'decommissioning', 'stolen'$$, false, false, false, NULL),
	('packing, as child', $$'AggregationEvent', 'ADD', '{%s}', 'packing', parent => 'plain:box'$$, true, false, false, 'unconfirmed'),
	('packing, as parent', $$'AggregationEvent', 'ADD', '{plain:unit}', 'packing', parent => '%s'$$, true, false, false, 'unconfirmed'),
	('seen packed, as child', $$'AggregationEvent', 'OBSERVE', '{%s}', parent => 'plain:box'$$, true, true, false, 'unconfirmed'),
	('seen packed, as parent', $$'AggregationEvent', 'OBSERVE', '{plain:unit}', parent => '%s'$$, true, true, false, 'unconfirmed'),
	('assembling, as child', $$'AssociationEvent', 'ADD', '{%s}', parent => 'plain:box'$$, true, false, false, 'unconfirmed'),
	('assembling, as parent', $$'AssociationEvent', 'ADD', '{plain:unit}', parent => '%s'$$, true, false, false, 'unconfirmed'),
	('transaction, added', $$'TransactionEvent', 'ADD', '{%s}', business_transactions => '[{"bizTransaction": "urn:x:1"}]'$$, true, false, false, 'unconfirmed'),
	('transaction, observed', $$'TransactionEvent', 'OBSERVE', '{%s}', business_transactions => '[{"bizTransaction": "urn:x:1"}]'$$, true, true, false, 'unconfirmed'),
	('transformation, as input', $$'TransformationEvent', inputs => '{%s}', outputs => '{plain:cake}'$$, true, false, false, 'inactive'),
	('transformation, as output', $$'TransformationEvent', inputs => '{plain:flour}', outputs => '{%s}'$$, true, false, true, 'genuine');

-- The model
CREATE FUNCTION expected(state text, e event, strict boolean, OUT outcome text, OUT alert text, OUT verdict text) LANGUAGE sql AS $$
	SELECT o.outcome, CASE WHEN o.outcome = 'evidence' THEN o.violation END,
		   CASE WHEN state = 'void' THEN 'void'
				WHEN state IN ('leased', 'returned', 'expired', 'not issued') THEN 'never issued'
				WHEN o.outcome <> 'accepted' THEN CASE state WHEN 'issued' THEN 'not commissioned' ELSE 'unknown' END
				WHEN state = 'issued' AND NOT e.begins THEN 'not commissioned'
				ELSE e.verdict END
	FROM (SELECT v.violation, CASE WHEN v.violation IS NULL THEN 'accepted'
								   WHEN strict THEN 'refused'
								   WHEN strict IS NULL AND NOT (e.is_legal AND e.is_observation) THEN 'refused'
								   ELSE 'evidence' END AS outcome
		  FROM (SELECT CASE WHEN state = 'void' THEN 'void'
							WHEN state IN ('leased', 'returned', 'expired', 'not issued') THEN 'never issued'
							WHEN NOT e.is_legal THEN 'illegal step' END AS violation) AS v) AS o $$;

-- The extension; all is rolled back.
CREATE FUNCTION observed(id serial.serial, e event, strict boolean, OUT outcome text, OUT alert text, OUT verdict text, OUT is_saleable boolean, OUT is_alarming boolean)
LANGUAGE plpgsql AS $$
DECLARE
	number bigint;
	v record;
BEGIN
	BEGIN
		BEGIN
			EXECUTE format('SELECT serial.record(%s, strict => %L)', format(e.arguments, id), strict) INTO number;
			SELECT CASE WHEN r.is_accepted THEN 'accepted' ELSE 'evidence' END INTO outcome FROM serial.event AS r WHERE r.event = number;
		EXCEPTION WHEN object_not_in_prerequisite_state THEN
			outcome := 'refused';
		END;
		SELECT string_agg(a.kind, ', ') INTO alert FROM serial.alert AS a WHERE a.id = observed.id;
		SELECT w.* INTO v FROM serial.verify(observed.id) AS w;
		verdict := v.verdict;
		is_saleable := serial.saleable(observed.id);
		is_alarming := v.is_alarming;
		RAISE EXCEPTION 'undo' USING ERRCODE = 'raise_exception';
	EXCEPTION WHEN raise_exception THEN
		NULL;
	END;
END $$;

CREATE TABLE result AS
SELECT o.state, e.name, s.strict, x.outcome, x.alert, x.verdict, b.outcome AS got_outcome, b.alert AS got_alert, b.verdict AS got_verdict, b.is_saleable, b.is_alarming
FROM origin AS o CROSS JOIN event AS e CROSS JOIN (VALUES (true), (false), (NULL)) AS s(strict)
CROSS JOIN LATERAL expected(o.state, e, s.strict) AS x CROSS JOIN LATERAL observed(o.id, e, s.strict) AS b;
SELECT state, outcome, verdict, count(*) FROM result GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT * FROM result WHERE (outcome, alert, verdict) IS DISTINCT FROM (got_outcome, got_alert, got_verdict) ORDER BY state, name, strict;
-- Only what is genuine is saleable; what no pool here can have issued, or is void, alarms.
SELECT state, name, strict, got_verdict FROM result WHERE is_saleable <> (got_verdict = 'genuine')
	OR (got_verdict IN ('void', 'never issued') AND NOT is_alarming) ORDER BY 1, 2, 3;

-- A number that is declared void after its commissioning
SELECT serial.commission(ARRAY['(01)09506000134352(21)000003']) > 0 AS commissioned;
SELECT serial.void(ARRAY['(01)09506000134352(21)000003']::serial.serial[], 'printed twice');
SELECT (serial.verify('(01)09506000134352(21)000003'::serial.serial)).verdict;
SELECT serial.receive(ARRAY['(01)09506000134352(21)000003'], 'urn:x:shop') > 0 AS kept_as_evidence;
SELECT serial.record('ObjectEvent', 'OBSERVE', ARRAY['(01)09506000134352(21)000003']::serial.serial[], 'receiving', strict => true);
SELECT kind, detail FROM serial.alert WHERE id = '(01)09506000134352(21)000003';
SELECT serial.decommission(ARRAY['(01)09506000134352(21)000003'], 'destroyed') > 0 AS destroyed;
SELECT (serial.verify('(01)09506000134352(21)000003'::serial.serial)).verdict;

\c :db
DROP DATABASE regress_serial_origin_events;
