/*-------------------------------------------------------------------------
 *
 * presented.c
 *	  What is presented to be verified: a scan, or the text of an identifier.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "ledger/query/verify.h"
#include "ledger/state/lot.h"
#include "syntax/syntax.h"
#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

static int
current_lot_year(void)
{
	int			year;
	int			month;
	int			day;

	j2date(LotDay(GetCurrentTransactionStartTimestamp()) + POSTGRES_EPOCH_JDATE,
		   &year, &month, &day);
	return year;
}

static void
presented_take_lot(Presented *presented, const Gs1Scan *scan)
{
	const char *chars;
	size_t		len;

	if (ScanFind(scan, SCAN_LOT, &chars, &len))
		presented->lot = pnstrdup(chars, len);
}

static DateADT
date_of_scan(const char *chars, int this_year)
{
	ScanDate	date = SyntaxDate(chars, this_year);

	return date2j(date.year, date.month, date.day) - POSTGRES_EPOCH_JDATE;
}

static void
presented_take_expiry(Presented *presented, const Gs1Scan *scan, int this_year)
{
	const char *chars;
	size_t		len;

	if (!ScanFind(scan, SCAN_EXPIRY, &chars, &len))
		return;
	presented->has_expiry = true;
	presented->expiry = date_of_scan(chars, this_year);
}

static const char *
value_of_element(const Gs1Scan *scan, int ai)
{
	int			i;

	for (i = 0; i < scan->count; i++)
		if (scan->elements[i].ai == ai)
			return scan->elements[i].value;
	return NULL;
}

/*
 * A bar code may say when it expires as a date, and with the time of day; neither is better.
 */
static void
presented_check_expiry(Presented *presented, const Gs1Scan *scan, int this_year)
{
	const char *day = value_of_element(scan, 17);
	const char *time_of_day = value_of_element(scan, 7003);
	DateADT		other;

	if (day == NULL || time_of_day == NULL)
		return;
	other = date_of_scan(time_of_day, this_year);
	if (other == presented->expiry)
		return;
	presented->problem = psprintf("It has two expiry dates: %s in AI (17) and %s in AI (7003).",
								  DateForMessage(presented->expiry), DateForMessage(other));
	presented->id = NULL;
}

/*
 * On the label of a logistic unit, lot and dates are those of the trade items in it (02).
 */
static bool
describes_contents(const Gs1Scan *scan)
{
	return strcmp(scan->id.scheme->name, "sscc") == 0;
}

void
PresentedRead(Presented *presented, const char *scanned)
{
	int			this_year = current_lot_year();
	size_t		len = strlen(scanned);
	Problem		problem;
	Gs1Scan		scan;
	bool		is_scan;

	memset(presented, 0, sizeof(Presented));
	is_scan = SyntaxScanLenient(scanned, len, this_year, &scan, &problem);
	if (is_scan && scan.has_id)
	{
		presented->id = ValueMake(&scan.id);
		if (describes_contents(&scan))
			return;
		presented_take_lot(presented, &scan);
		presented_take_expiry(presented, &scan, this_year);
		presented_check_expiry(presented, &scan, this_year);
		return;
	}
	presented->id = ValueTry(scanned, len, &presented->problem);
	/* what is written as a scan is refused for what is wrong with the scan */
	if (presented->id == NULL && !is_scan && problem.code != PROBLEM_SPELLING)
		presented->problem = ValueScanProblem(scanned, len, &problem, scan.wrong_ai);
}

void
PresentedSetLot(Presented *presented, char *lot)
{
	if (presented->lot != NULL && strcmp(presented->lot, lot) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conflicting lots: \"%s\" and \"%s\"", presented->lot, lot),
				 errdetail("The first one is in the scan, the second one in the argument.")));
	presented->lot = lot;
}

void
PresentedSetExpiry(Presented *presented, DateADT expiry)
{
	if (presented->has_expiry && presented->expiry != expiry)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conflicting expiry dates: %s and %s", DateForMessage(presented->expiry),
						DateForMessage(expiry)),
				 errdetail("The first one is in the scan, the second one in the argument.")));
	presented->has_expiry = true;
	presented->expiry = expiry;
}
