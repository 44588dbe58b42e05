-- Places: master data, one spelling, and the tree of sites, zones and bins.

CREATE FUNCTION serial_internal.canonical_place(spelling text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_canonical_place';
COMMENT ON FUNCTION serial_internal.canonical_place(text) IS
'a GLN in any spelling (bare, AI 414 or 417, EPC URI, Digital Link) as its 13 digits, with an extension as
(414)...(254)...; other names of places as they are; errors 22023 spelled as a GLN and none';

CREATE TABLE serial.place
(
	place text PRIMARY KEY,
	name text,
	latitude double precision CHECK (latitude BETWEEN -90 AND 90),
	longitude double precision CHECK (longitude BETWEEN -180 AND 180),
	attributes jsonb,
	parent text
);
CREATE INDEX place_parent_idx ON serial.place (parent);
COMMENT ON TABLE serial.place IS
'master data of places';
COMMENT ON COLUMN serial.place.place IS
'a GLN (13 digits, whatever spelling is given), a URI, or the code that events name it by';
COMMENT ON COLUMN serial.place.name IS
'its name for people';
COMMENT ON COLUMN serial.place.latitude IS
'degrees north';
COMMENT ON COLUMN serial.place.longitude IS
'degrees east';
COMMENT ON COLUMN serial.place.attributes IS
'further properties, as JSON';
COMMENT ON COLUMN serial.place.parent IS
'the place that it is a part of: the site of a zone, the zone of a bin';
SELECT pg_catalog.pg_extension_config_dump('serial.place', '');

-- Places that are parts of each other in a circle would contain each other's stock.
-- The lock keeps two sessions from closing a circle together; master data of
-- places changes rarely.
CREATE FUNCTION serial_internal.check_place()
RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	above text;
	steps integer := 0;
BEGIN
	NEW.place := serial_internal.canonical_place(NEW.place);
	NEW.parent := serial_internal.canonical_place(NEW.parent);
	IF NEW.parent IS NULL THEN
		RETURN NEW;
	END IF;
	LOCK TABLE serial.place IN SHARE ROW EXCLUSIVE MODE;
	above := NEW.parent;
	WHILE above IS NOT NULL LOOP
		IF above = NEW.place OR steps > 100 THEN
			RAISE EXCEPTION 'place "%" cannot be a part of "%"', NEW.place, NEW.parent
				USING ERRCODE = 'check_violation',
					  DETAIL = format('"%s" is a part of "%s".', NEW.parent, NEW.place);
		END IF;
		steps := steps + 1;
		above := (SELECT p.parent FROM serial.place AS p WHERE p.place = above);
	END LOOP;
	RETURN NEW;
END;
$$;
COMMENT ON FUNCTION serial_internal.check_place() IS
'trigger of serial.place: brings names into one spelling and refuses circles; errors 23514 a circle, 22023 no GLN';
REVOKE EXECUTE ON FUNCTION serial_internal.check_place() FROM PUBLIC;

CREATE TRIGGER check_place BEFORE INSERT OR UPDATE ON serial.place
	FOR EACH ROW EXECUTE FUNCTION serial_internal.check_place();

-- UNION, not UNION ALL: a restore without triggers may bring a circle, which then ends.
CREATE FUNCTION serial_internal.places_within(place text, exactly boolean)
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	WITH RECURSIVE within AS (
		SELECT serial_internal.canonical_place(place) AS place
		UNION
		SELECT p.place FROM within AS w JOIN serial.place AS p ON p.parent = w.place
		WHERE NOT places_within.exactly
	)
	SELECT w.place FROM within AS w;
END;
COMMENT ON FUNCTION serial_internal.places_within(text, boolean) IS
'a place in its canonical spelling and, unless exactly, all places below it';

-- What is known to be at a site may be anywhere in it, and what is in a bin is at its site.
CREATE FUNCTION serial_internal.is_elsewhere(known text, place text, read_point text)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	WITH RECURSIVE above(start, place) AS (
		SELECT n.name, n.name
		FROM (VALUES (is_elsewhere.known), (is_elsewhere.place), (is_elsewhere.read_point)) AS n(name)
		WHERE n.name IS NOT NULL
		UNION
		SELECT a.start, p.parent FROM above AS a JOIN serial.place AS p ON p.place = a.place WHERE p.parent IS NOT NULL
	)
	SELECT NOT EXISTS (
		SELECT FROM above AS a
		WHERE a.start = is_elsewhere.known AND a.place IN (is_elsewhere.place, is_elsewhere.read_point)
		   OR a.start IN (is_elsewhere.place, is_elsewhere.read_point) AND a.place = is_elsewhere.known);
END;
COMMENT ON FUNCTION serial_internal.is_elsewhere(text, text, text) IS
'is a place neither the place nor the read point of an event, nor a part of one of these, nor one of these a part '
'of it?';

CREATE FUNCTION serial_internal.canonical_gtin(spelling text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_canonical_gtin';
COMMENT ON FUNCTION serial_internal.canonical_gtin(text) IS
'the 14 digits of a GTIN given as 8, 12, 13 or 14 digits or in any spelling of a GTIN; errors 22023 no GTIN';
