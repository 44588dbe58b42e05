-- Scans.  STABLE: which century a date is of depends on the current year.

CREATE FUNCTION serial.scan(scanned text, OUT id serial.serial, OUT gtin text,
	OUT serial text, OUT lot text, OUT expiry date, OUT production date,
	OUT elements jsonb)
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_scan';
COMMENT ON FUNCTION serial.scan(text) IS
'every element of a GS1 element string or Digital Link, each checked, and what they identify; error 22P02 says '
'which is wrong and where. Whether all elements are there that others require is not checked: they may be in '
'other bar codes of the item';
