-- Scans.  STABLE, because the current year tells the century of dates; with a
-- date for that, IMMUTABLE, which generated columns need.

CREATE FUNCTION serial.scan(scanned text, separator text DEFAULT NULL,
	OUT id serial.serial, OUT gtin text, OUT serial text, OUT lot text,
	OUT expiry date, OUT production date, OUT elements jsonb)
LANGUAGE C STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_scan';
COMMENT ON FUNCTION serial.scan(text, text) IS
'every element of what a scanner sent, each checked, and what they identify: element strings, Digital Links '
'and bare GTINs of 8, 12, 13 or 14 digits; separator is what the scanner sends for GS; error 22P02 says which '
'is wrong and where. serial.unmet tells which required elements are missing, as they may be in other bar codes';

CREATE FUNCTION serial.scan(scanned text, separator text, as_of date,
	OUT id serial.serial, OUT gtin text, OUT serial text, OUT lot text,
	OUT expiry date, OUT production date, OUT elements jsonb)
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_scan_as_of';
COMMENT ON FUNCTION serial.scan(text, text, date) IS
'as serial.scan without a date, but the century of two-digit years follows from a date; immutable, for generated '
'columns';

CREATE FUNCTION serial.try_scan(scanned text, separator text DEFAULT NULL,
	OUT id serial.serial, OUT gtin text, OUT serial text, OUT lot text,
	OUT expiry date, OUT production date, OUT elements jsonb)
LANGUAGE C STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_try_scan';
COMMENT ON FUNCTION serial.try_scan(text, text) IS
'as serial.scan, but every column is NULL in place of an error';

CREATE FUNCTION serial.try_scan(scanned text, separator text, as_of date,
	OUT id serial.serial, OUT gtin text, OUT serial text, OUT lot text,
	OUT expiry date, OUT production date, OUT elements jsonb)
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_try_scan_as_of';
COMMENT ON FUNCTION serial.try_scan(text, text, date) IS
'as serial.scan with a date, but every column is NULL in place of an error';

CREATE FUNCTION serial.unmet(scanned text, separator text DEFAULT NULL,
	OUT ai text, OUT requires text[])
RETURNS SETOF record
LANGUAGE C STABLE PARALLEL SAFE ROWS 2
AS 'MODULE_PATHNAME', 'serial_unmet';
COMMENT ON FUNCTION serial.unmet(text, text) IS
'the elements of a scan that require others which it lacks: any one of the alternatives, in which + joins what '
'must be there together';
