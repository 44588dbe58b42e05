/*-------------------------------------------------------------------------
 *
 * clock.c
 *	  Which times of events, and of packing, there may be.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "hierarchy/hierarchy.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

/* in minutes */
static int	clock_tolerance = 10;

void
HierarchyDefineClock(void)
{
	DefineCustomIntVariable("serial.clock_tolerance",
							"How far ahead of the server's clock the time of an event, or of packing, may be.",
							NULL,
							&clock_tolerance, 10, 0, PG_INT32_MAX, PGC_SUSET,
							GUC_UNIT_MIN, NULL, NULL, NULL);
}

char *
TimestampForMessage(TimestampTz at)
{
	return DatumGetCString(DirectFunctionCall1(timestamptz_out,
											   TimestampTzGetDatum(at)));
}

bool
TimestampHasFourDigitYear(TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fsec;

	return timestamp2tm(at, NULL, &tm, &fsec, NULL, NULL) == 0 &&
		tm.tm_year >= 1 && tm.tm_year <= 9999;
}

void
HierarchyCheckTime(TimestampTz at)
{
	TimestampTz now = GetCurrentTimestamp();

	if (at <= now || at - now <= (int64) clock_tolerance * USECS_PER_MINUTE)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("time %s is in the future",
					TimestampForMessage(at)),
			 errdetail("It may be at most %d minutes ahead of the server's clock.",
					   clock_tolerance),
			 errhint("The setting serial.clock_tolerance allows more.")));
}
