/*-------------------------------------------------------------------------
 *
 * accessor.c
 *	  The components of a value.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_scheme);
PG_FUNCTION_INFO_V1(serial_key);
PG_FUNCTION_INFO_V1(serial_number);
PG_FUNCTION_INFO_V1(serial_gtin);

/* serial.scheme(serial.serial) -> text: the name of its scheme */
Datum
serial_scheme(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(ValueScheme(PG_GETARG_SERIAL_PP(0))->name));
}

/* serial.key(serial.serial) -> text: GTIN, SSCC, ..., check digit included */
Datum
serial_key(PG_FUNCTION_ARGS)
{
	Identifier	id;

	ValueOpen(PG_GETARG_SERIAL_PP(0), &id);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(id.key, id.key_len));
}

/* serial.number(serial.serial) -> text: the serial component, or NULL */
Datum
serial_number(PG_FUNCTION_ARGS)
{
	Identifier	id;

	ValueOpen(PG_GETARG_SERIAL_PP(0), &id);
	if (id.number_len == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(id.number, id.number_len));
}

/* serial.gtin(serial.serial) -> text: 14 digits, or NULL if it has no GTIN */
Datum
serial_gtin(PG_FUNCTION_ARGS)
{
	Identifier	id;
	const char *gtin;

	ValueOpen(PG_GETARG_SERIAL_PP(0), &id);
	gtin = IdentifierGtin(&id);
	if (gtin == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(gtin, GTIN_DIGITS));
}
