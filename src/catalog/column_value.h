/*-------------------------------------------------------------------------
 *
 * column_value.h
 *	  Columns of result rows that are NULL where something is not known.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_COLUMN_VALUE_H
#define SERIAL_CATALOG_COLUMN_VALUE_H

#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

/* of text */
static inline Datum
TextOrNull(const char *string, bool *isnull)
{
	*isnull = string == NULL;
	return string == NULL ? (Datum) 0 : CStringGetTextDatum(string);
}

/* of timestamptz; DT_NOBEGIN is NULL */
static inline Datum
TimestampOrNull(TimestampTz at, bool *isnull)
{
	*isnull = at == DT_NOBEGIN;
	return TimestampTzGetDatum(at);
}

/* of bigint; 0 is NULL */
static inline Datum
NumberOrNull(int64 number, bool *isnull)
{
	*isnull = number == 0;
	return Int64GetDatum(number);
}

#endif							/* SERIAL_CATALOG_COLUMN_VALUE_H */
