-- Master data in documents of EPCIS: vocabularies

CREATE TABLE serial.vocabulary_element
(
	type text NOT NULL,
	element text NOT NULL,
	attributes jsonb NOT NULL,
	children text[] NOT NULL,
	content jsonb NOT NULL,
	document bigint NOT NULL REFERENCES serial.document,
	PRIMARY KEY (type, element)
);
CREATE INDEX vocabulary_element_element_idx ON serial.vocabulary_element (element);
CREATE INDEX vocabulary_element_children_idx ON serial.vocabulary_element USING gin (children);
CREATE INDEX vocabulary_element_document_idx ON serial.vocabulary_element (document);
COMMENT ON TABLE serial.vocabulary_element IS
'master data as documents say it; the last document that names an element counts for it as a whole';
COMMENT ON COLUMN serial.vocabulary_element.type IS
'the URI of its vocabulary, such as urn:epcglobal:epcis:vtype:BusinessLocation';
COMMENT ON COLUMN serial.vocabulary_element.element IS
'what it describes, in the form that serial.event has: a place, a word, or a canonical Digital Link';
COMMENT ON COLUMN serial.vocabulary_element.attributes IS
'its attributes, by names as of serial_internal.attribute_name: a text, an object, or an array of several';
COMMENT ON COLUMN serial.vocabulary_element.children IS
'what it contains, in the same form as element';
COMMENT ON COLUMN serial.vocabulary_element.content IS
'the element as it came, with compact names in full';
COMMENT ON COLUMN serial.vocabulary_element.document IS
'the document that it came in';
SELECT pg_catalog.pg_extension_config_dump('serial.vocabulary_element', '');

CREATE TABLE serial.trade_item
(
	gtin text PRIMARY KEY CHECK (gtin ~ '^[0-9]{14}$' AND serial.has_valid_check('mod10', gtin)),
	name text,
	attributes jsonb
);
COMMENT ON TABLE serial.trade_item IS
'master data of trade items';
COMMENT ON COLUMN serial.trade_item.gtin IS
'its 14 digits';
COMMENT ON COLUMN serial.trade_item.name IS
'its name for people';
COMMENT ON COLUMN serial.trade_item.attributes IS
'further properties, as JSON; those of CBV have bare names';
SELECT pg_catalog.pg_extension_config_dump('serial.trade_item', '');

-- What documents say

CREATE FUNCTION serial_internal.document_vocabularies(document jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE jsonb_typeof(document) WHEN 'object' THEN
		coalesce(document #> '{epcisHeader,epcisMasterData,vocabularyList}',
				 document #> '{epcisBody,queryResults,resultsBody,vocabularyList}') END;
END;
COMMENT ON FUNCTION serial_internal.document_vocabularies(jsonb) IS
'the vocabularies of a document; NULL if it has none';

-- Has each entry of an array a member of this type, if it has it at all?
CREATE FUNCTION serial_internal.entries_have(entries jsonb, member text, type text, is_required boolean)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(bool_and(coalesce(jsonb_typeof(e.entry -> member) = type,
									  NOT is_required AND jsonb_typeof(e.entry) = 'object')), true)
	FROM jsonb_array_elements(entries) AS e(entry);
$$;
COMMENT ON FUNCTION serial_internal.entries_have(jsonb, text, text, boolean) IS
'is a member of this type in each entry of an array, if it is there or required?';

CREATE FUNCTION serial_internal.check_vocabularies(vocabularies jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	elements CONSTANT jsonb := jsonb_path_query_array(vocabularies, '$[*].vocabularyElementList[*]');
	attributes CONSTANT jsonb := jsonb_path_query_array(elements, '$[*].attributes[*]');
	problem CONSTANT text := CASE
		WHEN jsonb_typeof(vocabularies) <> 'array' THEN 'Member "vocabularyList" must be an array.'
		WHEN NOT serial_internal.entries_have(vocabularies, 'type', 'string', true)
			THEN 'A vocabulary must have a member "type", which is a string.'
		WHEN NOT serial_internal.entries_have(vocabularies, 'vocabularyElementList', 'array', false)
			THEN 'Member "vocabularyElementList" must be an array.'
		WHEN NOT serial_internal.entries_have(elements, 'id', 'string', true)
			THEN 'An element of a vocabulary must have a member "id", which is a string.'
		WHEN NOT serial_internal.entries_have(elements, 'attributes', 'array', false)
			THEN 'Member "attributes" must be an array.'
		WHEN NOT serial_internal.entries_have(attributes, 'id', 'string', true)
			THEN 'An attribute must have a member "id", which is a string.'
		WHEN NOT serial_internal.entries_have(elements, 'children', 'array', false)
			OR jsonb_path_exists(elements, '$[*].children[*] ? (@.type() != "string")')
			THEN 'Member "children" must be an array of URIs.' END;
BEGIN
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION 'document does not have the structure of EPCIS 2.0'
			USING ERRCODE = 'invalid_parameter_value', DETAIL = problem;
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_vocabularies(jsonb) IS
'checks the structure of the vocabularies of a document; errors 22023 it is not that of EPCIS 2.0';

CREATE FUNCTION serial_internal.attribute_name(name text, context jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN starts_with(n.braced, '{urn:epcglobal:cbv:mda}') THEN substring(n.braced FROM 24)
				ELSE serial_internal.expand_name(name, NULL, context) END
	FROM (SELECT serial_internal.braced_name(name, NULL, context) AS braced) AS n;
END;
COMMENT ON FUNCTION serial_internal.attribute_name(text, jsonb) IS
'the name of an attribute of master data: bare if it is of CBV, whichever way that is written, else in full';

-- What does not depend on the @context of a document can be written into others.
CREATE FUNCTION serial_internal.element_attributes(attributes jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(
		jsonb_object_agg(n.name, CASE WHEN jsonb_array_length(n.list) = 1 THEN n.list -> 0 ELSE n.list END), '{}')
	FROM (SELECT v.name, jsonb_agg(v.value ORDER BY v.n) AS list
		  FROM (SELECT a.n, serial_internal.attribute_name(a.entry ->> 'id', context) AS name,
					   CASE WHEN jsonb_typeof(a.entry -> 'attribute') IN ('object', 'array')
							THEN serial_internal.expand_names(a.entry -> 'attribute', context)
							ELSE to_jsonb(btrim(a.entry ->> 'attribute', E' \t\r\n')) END AS value
				FROM jsonb_array_elements(attributes) WITH ORDINALITY AS a(entry, n)) AS v
		  WHERE v.value IS NOT NULL
		  GROUP BY v.name) AS n;
$$;
COMMENT ON FUNCTION serial_internal.element_attributes(jsonb, jsonb) IS
'the attributes of an element of a vocabulary as serial.vocabulary_element has them';

CREATE FUNCTION serial_internal.is_of_places(type text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT type IN ('urn:epcglobal:epcis:vtype:BusinessLocation', 'urn:epcglobal:epcis:vtype:ReadPoint',
					'urn:epcglobal:epcis:vtype:Location');
END;
COMMENT ON FUNCTION serial_internal.is_of_places(text) IS
'does a vocabulary describe places?';

CREATE FUNCTION serial_internal.element_key(type text, id text, context jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	uri CONSTANT text := serial_internal.event_word(id, NULL, context);
	word_kind CONSTANT text := CASE split_part(type, ':', 5)
		WHEN 'BusinessStep' THEN 'business_step' WHEN 'Disposition' THEN 'disposition'
		WHEN 'BusinessTransactionType' THEN 'business_transaction' WHEN 'SourceDestType' THEN 'source_destination' END;
BEGIN
	IF word_kind IS NOT NULL THEN
		RETURN serial_internal.vocabulary_word(word_kind, uri);
	ELSIF serial_internal.is_of_places(type) OR split_part(type, ':', 5) IN ('Party', 'SourceDest') THEN
		RETURN serial_internal.canonical_place(uri);
	END IF;
	RETURN serial_internal.canonical_link(uri);
EXCEPTION WHEN invalid_parameter_value OR string_data_right_truncation THEN
	RETURN uri;
END;
$$;
COMMENT ON FUNCTION serial_internal.element_key(text, text, jsonb) IS
'what an element of a vocabulary describes, in the form that serial.event has';

CREATE FUNCTION serial_internal.element_content(entry jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT serial_internal.expand_names(entry, context)
		|| jsonb_build_object('id', serial_internal.event_word(entry ->> 'id', NULL, context))
		|| CASE WHEN entry ? 'attributes' THEN jsonb_build_object('attributes', (
			SELECT coalesce(jsonb_agg(serial_internal.expand_names(a.attribute, context)
				|| jsonb_build_object('id', serial_internal.event_word(a.attribute ->> 'id', NULL, context))
				ORDER BY a.n), '[]')
			FROM jsonb_array_elements(entry -> 'attributes') WITH ORDINALITY AS a(attribute, n))) ELSE '{}' END
		|| CASE WHEN entry ? 'children' THEN jsonb_build_object('children', (
			SELECT coalesce(jsonb_agg(serial_internal.event_word(c.id, NULL, context) ORDER BY c.n), '[]')
			FROM jsonb_array_elements_text(entry -> 'children') WITH ORDINALITY AS c(id, n))) ELSE '{}' END;
$$;
COMMENT ON FUNCTION serial_internal.element_content(jsonb, jsonb) IS
'an element of a vocabulary as serial.vocabulary_element keeps it, which needs no @context';

CREATE FUNCTION serial_internal.names_place(name text)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN serial_internal.canonical_place(name) IS NOT NULL;
EXCEPTION WHEN invalid_parameter_value OR string_data_right_truncation THEN
	RETURN false;
END;
$$;
COMMENT ON FUNCTION serial_internal.names_place(text) IS
'can a text name a place? False if it is spelled as a GLN and none, or too long';

CREATE FUNCTION serial_internal.document_elements(document jsonb)
RETURNS TABLE (type text, element text, attributes jsonb, children text[], content jsonb)
LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT DISTINCT ON (v.type, v.element) v.type, v.element,
		   serial_internal.element_attributes(coalesce(v.entry -> 'attributes', '[]'), v.context),
		   ARRAY(SELECT serial_internal.element_key(v.type, c.id, v.context)
				 FROM jsonb_array_elements_text(coalesce(v.entry -> 'children', '[]')) AS c(id)),
		   serial_internal.element_content(v.entry, v.context)
	FROM (SELECT t.type, serial_internal.element_key(t.type, e.entry ->> 'id', t.context) AS element,
				 e.entry, t.context, l.n, e.n AS m
		  FROM jsonb_array_elements(serial_internal.document_vocabularies(document)) WITH ORDINALITY AS l(vocabulary, n)
		  CROSS JOIN LATERAL (
			SELECT document -> '@context' AS context,
				   serial_internal.event_word(l.vocabulary ->> 'type', NULL, document -> '@context') AS type) AS t
		  CROSS JOIN LATERAL jsonb_array_elements(coalesce(l.vocabulary -> 'vocabularyElementList', '[]'))
			WITH ORDINALITY AS e(entry, n)) AS v
	ORDER BY v.type, v.element, v.n DESC, v.m DESC;
$$;
COMMENT ON FUNCTION serial_internal.document_elements(jsonb) IS
'the elements of the vocabularies of a document, sorted; the last of several with one id';

-- What users wrote stays.  A later document replaces what an earlier one said, unless it
-- has been changed since.

CREATE FUNCTION serial_internal.fed_value(present text, former text, said text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN present IS NULL OR present = former THEN said ELSE present END;
END;
COMMENT ON FUNCTION serial_internal.fed_value(text, text, text) IS
'a value of master data after a document: what it says, where nothing is there or what an earlier document said';

CREATE FUNCTION serial_internal.fed_attributes(present jsonb, former jsonb, said jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT nullif(said || coalesce(jsonb_object_agg(m.key, m.value), '{}'), '{}')
	FROM jsonb_each(present) AS m WHERE m.value IS DISTINCT FROM former -> m.key;
$$;
COMMENT ON FUNCTION serial_internal.fed_attributes(jsonb, jsonb, jsonb) IS
'the same of attributes';

CREATE FUNCTION serial_internal.attribute_text(attributes jsonb, name text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE jsonb_typeof(attributes -> name) WHEN 'array' THEN attributes -> name ->> 0
		   WHEN 'object' THEN attributes -> name ->> '#text' ELSE attributes ->> name END;
END;
COMMENT ON FUNCTION serial_internal.attribute_text(jsonb, text) IS
'the text of an attribute of master data, of several the first';

CREATE FUNCTION serial_internal.attribute_degrees(attributes jsonb, name text, maximum integer)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN abs(d.degrees) <= maximum THEN d.degrees END
	FROM (SELECT CASE WHEN t.spelling ~ '^[+-]?[0-9]{1,3}(\.[0-9]{1,20})?$'
					  THEN CAST(t.spelling AS double precision) END AS degrees
		  FROM (SELECT serial_internal.attribute_text(attributes, name) AS spelling) AS t) AS d;
END;
COMMENT ON FUNCTION serial_internal.attribute_degrees(jsonb, text, integer) IS
'a latitude or longitude in the attributes of a place; NULL if there is none that is right';

-- Documents name all descendants as children, so the parent is the one of several that
-- contains none of the others.  CBV also has the site of a place as an attribute.  Places
-- are not nested more than 32 deep: where more contain one, documents contradict each other.
CREATE FUNCTION serial_internal.element_parents(places text[])
RETURNS text[]
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH asked AS MATERIALIZED (
		SELECT p.place, p.n FROM unnest(places) WITH ORDINALITY AS p(place, n)
	), edge AS MATERIALIZED (
		SELECT DISTINCT v.element AS parent, c.child
		FROM serial.vocabulary_element AS v CROSS JOIN LATERAL unnest(v.children) AS c(child)
		WHERE v.children && places AND serial_internal.is_of_places(v.type) AND c.child <> v.element
	), ancestor AS MATERIALIZED (
		SELECT e.child, e.parent
		FROM (SELECT e.*, count(*) OVER (PARTITION BY e.child) AS ancestors
			  FROM edge AS e JOIN asked AS a ON a.place = e.child) AS e
		WHERE e.ancestors <= 32
	), nearest AS (
		SELECT a.child, a.parent FROM ancestor AS a
		EXCEPT
		SELECT a.child, a.parent
		FROM ancestor AS a
		JOIN ancestor AS b ON b.child = a.child
		JOIN edge AS e ON e.parent = a.parent AND e.child = b.parent
	), site AS (
		SELECT v.element AS child, min(serial_internal.element_key(v.type, v.attributes ->> 'site', NULL)) AS parent
		FROM asked AS a JOIN serial.vocabulary_element AS v ON v.element = a.place
		WHERE serial_internal.is_of_places(v.type) AND v.attributes ->> 'site' <> v.element
		GROUP BY v.element
	)
	SELECT array_agg(coalesce(n.parent, s.parent) ORDER BY a.n)
	FROM asked AS a
	LEFT JOIN (SELECT n.child, min(n.parent) AS parent FROM nearest AS n GROUP BY n.child) AS n ON n.child = a.place
	LEFT JOIN site AS s ON s.child = a.place;
$$;
COMMENT ON FUNCTION serial_internal.element_parents(text[]) IS
'the places that places are parts of, by the vocabularies of documents, in the same order; NULL where they do not say';

CREATE FUNCTION serial_internal.feed_place(place text, former jsonb, said jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.place AS p (place, name, latitude, longitude, attributes)
	VALUES (feed_place.place, serial_internal.attribute_text(said, 'name'),
			serial_internal.attribute_degrees(said, 'latitude', 90),
			serial_internal.attribute_degrees(said, 'longitude', 180),
			nullif(said - '{name,latitude,longitude}'::text[], '{}'))
	ON CONFLICT ON CONSTRAINT place_pkey DO UPDATE SET
		name = serial_internal.fed_value(p.name, serial_internal.attribute_text(former, 'name'), EXCLUDED.name),
		latitude = CASE
			WHEN p.latitude IS NULL OR p.latitude = serial_internal.attribute_degrees(former, 'latitude', 90)
			THEN EXCLUDED.latitude ELSE p.latitude END,
		longitude = CASE
			WHEN p.longitude IS NULL OR p.longitude = serial_internal.attribute_degrees(former, 'longitude', 180)
			THEN EXCLUDED.longitude ELSE p.longitude END,
		attributes = serial_internal.fed_attributes(p.attributes, former, coalesce(EXCLUDED.attributes, '{}'));
END;
$$;
COMMENT ON FUNCTION serial_internal.feed_place(text, jsonb, jsonb) IS
'brings what a document says of a place into serial.place; former is what an earlier one said; errors 22023 no GLN';

CREATE FUNCTION serial_internal.trade_item_name(attributes jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(serial_internal.attribute_text(attributes, 'regulatedProductName'),
					serial_internal.attribute_text(attributes, 'descriptionShort'),
					serial_internal.attribute_text(attributes, 'tradeItemDescription'),
					serial_internal.attribute_text(attributes, 'functionalName'));
END;
COMMENT ON FUNCTION serial_internal.trade_item_name(jsonb) IS
'the name of a trade item in its attributes';

CREATE FUNCTION serial_internal.feed_trade_item(gtin text, former jsonb, said jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.trade_item AS t (gtin, name, attributes)
	VALUES (feed_trade_item.gtin, serial_internal.trade_item_name(said), nullif(said, '{}'))
	ON CONFLICT ON CONSTRAINT trade_item_pkey DO UPDATE SET
		name = serial_internal.fed_value(t.name, serial_internal.trade_item_name(former), EXCLUDED.name),
		attributes = serial_internal.fed_attributes(t.attributes, former, said);
END;
$$;
COMMENT ON FUNCTION serial_internal.feed_trade_item(text, jsonb, jsonb) IS
'brings what a document says of a trade item into serial.trade_item; former is what an earlier one said';

-- An expiry date that is known stays, since items have been sold by it: that of a lot
-- changes by serial.set_lot_expiry.
CREATE FUNCTION serial_internal.feed_lot(gtin text, lot text, former jsonb, said jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO serial.lot AS l (gtin, lot, expiry, produced_on, attributes)
	VALUES (feed_lot.gtin, feed_lot.lot,
			serial_internal.event_expiry(serial_internal.attribute_text(said, 'itemExpirationDate')),
			serial_internal.event_expiry(serial_internal.attribute_text(said, 'productionDate')),
			nullif(said - '{lotNumber,itemExpirationDate,productionDate}'::text[], '{}'))
	ON CONFLICT ON CONSTRAINT lot_pkey DO UPDATE SET
		expiry = coalesce(l.expiry, EXCLUDED.expiry), produced_on = coalesce(l.produced_on, EXCLUDED.produced_on),
		attributes = serial_internal.fed_attributes(l.attributes, former, coalesce(EXCLUDED.attributes, '{}'));
END;
$$;
COMMENT ON FUNCTION serial_internal.feed_lot(text, text, jsonb, jsonb) IS
'brings what a document says of a lot into serial.lot, where nothing is known; former is what an earlier one said; '
'errors 22008 no such date, and those of serial.lot';

CREATE FUNCTION serial_internal.feed_class(link text, former jsonb, said jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	class record;
BEGIN
	IF link NOT LIKE 'https://id.gs1.org/01/%' THEN
		RETURN;
	END IF;
	SELECT s.gtin, s.lot, s.serial INTO class FROM serial.try_scan(link) AS s;
	IF class.gtin IS NULL OR class.serial IS NOT NULL THEN
		RETURN;
	ELSIF class.lot IS NULL THEN
		PERFORM serial_internal.feed_trade_item(class.gtin, former, said);
	ELSE
		PERFORM serial_internal.feed_lot(class.gtin, class.lot, former, said);
	END IF;
END;
$$;
COMMENT ON FUNCTION serial_internal.feed_class(text, jsonb, jsonb) IS
'brings what a document says of a trade item or a lot, by its Digital Link, into the table for it';

-- Parents are those of all documents together, so each is looked at before and after.
CREATE FUNCTION serial_internal.feed_parents(places text[], former text[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	parents CONSTANT text[] := serial_internal.element_parents(places);
BEGIN
	INSERT INTO serial.place (place, parent)
	SELECT n.place, n.parent FROM unnest(places, parents) AS n(place, parent)
	WHERE n.parent IS NOT NULL ORDER BY n.place
	ON CONFLICT DO NOTHING;
	UPDATE serial.place AS p SET parent = n.parent
	FROM unnest(places, parents, former) AS n(place, parent, former)
	WHERE p.place = n.place AND (p.parent IS NULL OR p.parent = n.former) AND p.parent IS DISTINCT FROM n.parent;
END;
$$;
COMMENT ON FUNCTION serial_internal.feed_parents(text[], text[]) IS
'brings the parents of places by the vocabularies of documents into serial.place; former are those before; errors '
'23514 a circle';

-- Documents of one partner bring the same master data again and again: what is known is not
-- touched, so that sessions do not wait for each other.
CREATE FUNCTION serial_internal.changed_elements(document bigint, content jsonb)
RETURNS TABLE (type text, element text, attributes jsonb, children text[], content jsonb,
			   former_attributes jsonb, former_children text[])
LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.type, d.element, d.attributes, d.children, d.content, o.attributes, o.children
	FROM serial_internal.document_elements(changed_elements.content) AS d
	LEFT JOIN serial.vocabulary_element AS o ON o.type = d.type AND o.element = d.element
	WHERE o.element IS NULL OR (o.content <> d.content AND o.document <= changed_elements.document)
	ORDER BY d.type, d.element;
$$;
COMMENT ON FUNCTION serial_internal.changed_elements(bigint, jsonb) IS
'the elements of the vocabularies of a document that say something new, and what was known of them';

-- What is wrong in itself is kept as it came, and does not keep the events of the document
-- from being captured.  The locks keep sessions from waiting for each other in a circle: a
-- place that gets a parent takes the second one.
CREATE FUNCTION serial_internal.keep_master_data(document bigint, content jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	v record;
	places text[];
	parents text[];
BEGIN
	IF serial_internal.document_vocabularies(content) IS NULL THEN
		RETURN;
	END IF;
	PERFORM serial_internal.check_vocabularies(serial_internal.document_vocabularies(content));
	IF NOT EXISTS (SELECT FROM serial_internal.changed_elements(document, content)) THEN
		RETURN;
	END IF;
	LOCK TABLE serial.vocabulary_element, serial.place IN SHARE ROW EXCLUSIVE MODE;
	places := ARRAY(SELECT DISTINCT p.place FROM serial_internal.changed_elements(document, content) AS c
					CROSS JOIN LATERAL unnest(c.children || c.former_children || c.element) AS p(place)
					WHERE serial_internal.is_of_places(c.type) AND serial_internal.names_place(p.place));
	parents := serial_internal.element_parents(places);
	FOR v IN SELECT c.* FROM serial_internal.changed_elements(document, content) AS c LOOP
		INSERT INTO serial.vocabulary_element (type, element, attributes, children, content, document)
		VALUES (v.type, v.element, v.attributes, v.children, v.content, keep_master_data.document)
		ON CONFLICT ON CONSTRAINT vocabulary_element_pkey DO UPDATE SET
			attributes = EXCLUDED.attributes, children = EXCLUDED.children, content = EXCLUDED.content,
			document = EXCLUDED.document;
		BEGIN
			IF serial_internal.is_of_places(v.type) THEN
				PERFORM serial_internal.feed_place(v.element, v.former_attributes, v.attributes);
			ELSE
				PERFORM serial_internal.feed_class(v.element, v.former_attributes, v.attributes);
			END IF;
		EXCEPTION WHEN data_exception THEN
			NULL;	-- a GLN or a date that is none
		END;
	END LOOP;
	PERFORM serial_internal.feed_parents(places, parents);
END;
$$;
COMMENT ON FUNCTION serial_internal.keep_master_data(bigint, jsonb) IS
'keeps the vocabularies of a document, unless a later one said otherwise, and brings them into serial.place, '
'serial.trade_item and serial.lot; errors 22023 they do not have the structure of EPCIS 2.0, 23514 a circle of places';
REVOKE EXECUTE ON FUNCTION serial_internal.keep_master_data(bigint, jsonb) FROM PUBLIC;

-- Out again

CREATE FUNCTION serial_internal.mentioned_elements(events bigint[])
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
	WITH mentioned AS MATERIALIZED (SELECT e.* FROM serial.event AS e WHERE e.event = ANY (events)),
	class(gtin, lot) AS (
		SELECT DISTINCT serial.gtin(i.id), e.lot
		FROM mentioned AS e JOIN serial.event_item AS i ON i.event = e.event AND i.record_time = e.record_time
		WHERE serial.gtin(i.id) IS NOT NULL
	)
	SELECT u.element
	FROM mentioned AS e
	CROSS JOIN LATERAL unnest(ARRAY[e.place, e.read_point, e.business_step, e.disposition]) AS u(element)
	UNION
	SELECT p.party
	FROM mentioned AS e
	CROSS JOIN LATERAL jsonb_array_elements(coalesce(e.sources, '[]') || coalesce(e.destinations, '[]')) AS t(entry)
	CROSS JOIN LATERAL (SELECT coalesce(t.entry ->> 'source', t.entry ->> 'destination') AS party) AS p
	UNION
	SELECT serial_internal.canonical_link(q.entry ->> 'epcClass')
	FROM mentioned AS e
	CROSS JOIN LATERAL jsonb_array_elements(
		coalesce(e.quantities, '[]') || coalesce(e.input_quantities, '[]')) AS q(entry)
	UNION
	SELECT serial_internal.canonical_link(t.entry ->> 'bizTransaction')
	FROM mentioned AS e CROSS JOIN LATERAL jsonb_array_elements(e.business_transactions) AS t(entry)
	UNION
	SELECT serial.digital_link(serial.make('gtin', c.gtin)) FROM class AS c
	UNION
	SELECT serial.digital_link(serial_internal.lgtin(c.gtin, c.lot)) FROM class AS c WHERE c.lot IS NOT NULL;
$$;
COMMENT ON FUNCTION serial_internal.mentioned_elements(bigint[]) IS
'the places, parties, classes, words and business transactions in events, as serial.vocabulary_element has them';

CREATE FUNCTION serial_internal.attribute_list(attributes jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(jsonb_agg(
		jsonb_build_object('id', 'urn:epcglobal:cbv:mda:' || m.key, 'attribute', m.value) ORDER BY m.key), '[]')
	FROM jsonb_each_text(jsonb_strip_nulls(attributes)) AS m;
$$;
COMMENT ON FUNCTION serial_internal.attribute_list(jsonb) IS
'attributes of CBV with bare names as a list of EPCIS; NULLs aside';

-- Partners get what documents said and, where no document has described an element, what
-- columns say: further attributes may be confidential.
CREATE FUNCTION serial_internal.described_elements(elements text[])
RETURNS TABLE (type text, content jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
	WITH own(type, element, attributes) AS (
		SELECT 'urn:epcglobal:epcis:vtype:Location', p.place,
			   jsonb_build_object('name', p.name, 'latitude', p.latitude, 'longitude', p.longitude)
		FROM serial.place AS p WHERE p.place = ANY (elements)
		UNION ALL
		SELECT 'urn:epcglobal:epcis:vtype:EPCClass', d.link, jsonb_build_object('descriptionShort', t.name)
		FROM unnest(elements) AS d(link)
		JOIN serial.trade_item AS t ON t.gtin = substring(d.link FROM '^https://id.gs1.org/01/([0-9]{14})$')
		UNION ALL
		SELECT 'urn:epcglobal:epcis:vtype:EPCClass', d.link,
			   jsonb_build_object('lotNumber', l.lot, 'itemExpirationDate', l.expiry, 'productionDate', l.produced_on)
		FROM unnest(elements) AS d(link)
		JOIN serial.lot AS l ON l.gtin = substring(d.link FROM '^https://id.gs1.org/01/([0-9]{14})/10/')
		 AND d.link = serial.digital_link(serial_internal.lgtin(l.gtin, l.lot))
	)
	SELECT v.type, v.content FROM serial.vocabulary_element AS v WHERE v.element = ANY (elements)
	UNION ALL
	SELECT o.type, jsonb_build_object('id', serial_internal.place_uri(o.element),
									  'attributes', serial_internal.attribute_list(o.attributes))
	FROM own AS o
	WHERE jsonb_strip_nulls(o.attributes) <> '{}'
	  AND NOT EXISTS (SELECT FROM serial.vocabulary_element AS v WHERE v.element = o.element);
$$;
COMMENT ON FUNCTION serial_internal.described_elements(text[]) IS
'the master data of elements: as documents gave it, else of serial.place, serial.trade_item and serial.lot';

-- Elements are sorted as they are written: in what spelling they came must not make two
-- documents differ, nor the collation of a database.
CREATE FUNCTION serial_internal.master_data(events bigint[], format text)
RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	SELECT jsonb_agg(jsonb_build_object('type', v.type, 'vocabularyElementList', v.elements)
					 ORDER BY v.type COLLATE "C")
	FROM (SELECT d.type, jsonb_agg(w.element ORDER BY w.element ->> 'id' COLLATE "C") AS elements
		  FROM serial_internal.described_elements(ARRAY(
			SELECT m.element FROM serial_internal.mentioned_elements(events) AS m(element)
			WHERE m.element IS NOT NULL)) AS d
		  CROSS JOIN LATERAL (SELECT CASE format WHEN 'as_captured' THEN d.content
				ELSE d.content || jsonb_build_object('id', serial_internal.uri_in(d.content ->> 'id', format))
					|| CASE WHEN d.content ? 'children' THEN
						jsonb_build_object('children', serial_internal.uris_in(d.content -> 'children', format))
						ELSE '{}' END
				END) AS w(element)
		  GROUP BY d.type) AS v;
$$;
COMMENT ON FUNCTION serial_internal.master_data(bigint[], text) IS
'the vocabularyList of what events mention, with identifiers in a format; NULL if nothing is known of it';
