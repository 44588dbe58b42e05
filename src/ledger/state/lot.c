/*-------------------------------------------------------------------------
 *
 * lot.c
 *	  Lots, and the day on which they expire.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "ledger/event/place.h"
#include "ledger/state/lot.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/guc.h"

PG_FUNCTION_INFO_V1(serial_lot_of);
PG_FUNCTION_INFO_V1(serial_check_lot);
PG_FUNCTION_INFO_V1(serial_day_of);

/* AI (10) carries at most so many characters */
#define AI_LOT_MAX	20

/* --- Of which lot is an item? --- */

static bool
has_lot_in_identifier(const Serial *id)
{
	return strcmp(ValueScheme(id)->name, "lgtin") == 0;
}

const char *
LotOfItem(const Serial *id, const char *lot_in_row)
{
	Identifier	identifier;

	/* an LGTIN has no row with another lot */
	if (lot_in_row != NULL || !has_lot_in_identifier(id))
		return lot_in_row;
	ValueOpen(id, &identifier);
	return pnstrdup(identifier.number, identifier.number_len);
}

/*
 * serial_internal.lot_of(id serial.serial, lot text) -> text
 */
Datum
serial_lot_of(PG_FUNCTION_ARGS)
{
	Identifier	identifier;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!has_lot_in_identifier(PG_GETARG_SERIAL_PP(0)))
	{
		if (PG_ARGISNULL(1))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(1));
	}
	ValueOpen(PG_GETARG_SERIAL_PP(0), &identifier);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(identifier.number, identifier.number_len));
}

/* --- When does it expire? --- */

static bool
lot_take_expiry(const Datum *values, const bool *nulls, void *context)
{
	DateADT    *expiry = context;

	if (!nulls[LOT_EXPIRY])
		*expiry = DatumGetDateADT(values[LOT_EXPIRY]);
	return false;
}

bool
LotExpiry(const Identifier *identifier, const char *lot, DateADT *expiry)
{
	static CatalogLookup lots = {
		CATALOG_LOT, CATALOG_LOT_BY_GTIN, SCAN_TEXTS, LOT_EXPIRY + 1,
		{"SELECT l.gtin, l.lot, l.expiry FROM serial.lot AS l"
			" WHERE l.gtin OPERATOR(pg_catalog.=) $1 AND l.lot OPERATOR(pg_catalog.=) $2",
		2, {TEXTOID, TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}, true, NULL
	};
	const char *gtin;
	DateADT		found = DATEVAL_NOBEGIN;
	Datum		texts[2];

	if (lot == NULL)
		return false;
	gtin = IdentifierGtin(identifier);
	if (gtin == NULL)
		return false;
	texts[0] = PointerGetDatum(cstring_to_text_with_len(gtin, GTIN_DIGITS));
	texts[1] = CStringGetTextDatum(lot);
	(void) CatalogLookupRows(&lots, texts, lot_take_expiry, &found);
	if (found == DATEVAL_NOBEGIN)
		return false;
	*expiry = found;
	return true;
}

/* --- On which day? --- */

static char *time_zone = NULL;

static bool
check_time_zone(char **newval, void **extra, GucSource source)
{
	if (pg_tzset(*newval) != NULL)
		return true;
	GUC_check_errmsg("time zone \"%s\" not recognized", *newval);
	return false;
}

void
LotDefineSettings(void)
{
	DefineCustomStringVariable("serial.time_zone",
							   "The time zone in which an expiry date ends.",
							   "It decides for all sessions of a database, whatever their TimeZone.",
							   &time_zone, "UTC", PGC_SUSET, 0,
							   check_time_zone, NULL, NULL);
}

DateADT
LotDay(TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fraction;
	int			offset;

	if (timestamp2tm(at, &offset, &tm, &fraction, NULL, pg_tzset(time_zone)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

/*
 * serial_internal.day_of(at timestamptz) -> date
 */
Datum
serial_day_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(LotDay(PG_GETARG_TIMESTAMPTZ(0)));
}

/* --- Is a text a lot? --- */

void
LotCheck(const char *lot, bool has_gtin)
{
	size_t		len = strlen(lot);

	if (has_gtin ? len > 0 && len <= AI_LOT_MAX &&
		AlphabetSpan(ALPHABET_CSET82, lot, len) == len :
		NameIsPrintable(lot))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid lot: \"%s\"", lot),
			 has_gtin ?
			 errdetail("The lot of a GTIN must be 1 to %d characters, each %s.",
					   AI_LOT_MAX, AlphabetDescription(ALPHABET_CSET82)) :
			 errdetail("A lot must be printable, must not be empty, and must not begin or end with a blank.")));
}

/*
 * serial_internal.check_lot(lot text, has_gtin boolean) -> void
 */
Datum
serial_check_lot(PG_FUNCTION_ARGS)
{
	LotCheck(text_to_cstring(PG_GETARG_TEXT_PP(0)), PG_GETARG_BOOL(1));
	PG_RETURN_VOID();
}
