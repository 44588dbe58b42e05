/*-------------------------------------------------------------------------
 *
 * reservation.c
 *	  Numbers that an older system has issued, and which ordinals a pool may
 *	  still issue.
 *
 * A position is what the identifier's issued characters are as a number, after
 * the permutation has been inverted.  The number space of a random pool may be
 * larger than 2^63, and an older system may have issued any number of it, so
 * positions have 128 bits; ordinals are the positions that the pool issues.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/serial_catalog.h"
#include "issue/ordinal_scan.h"
#include "issue/reservation.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/snapmgr.h"

/*
 * Finds the last reserved run that begins at or before a position.
 */
static void
reserved_run_open(OrdinalScan *scan, int32 pool, Numeral position,
				  Snapshot snapshot)
{
	OrdinalScanOpen(scan, CATALOG_RESERVED_BY_POOL, pool, 0, position,
					BackwardScanDirection, snapshot);
}

bool
PositionIsReserved(int32 pool, Numeral lowest, Numeral position, Numeral *from)
{
	OrdinalScan scan;
	bool		reserved = false;

	*from = lowest;
	if (CatalogTableIsEmpty("reserved"))
		return false;
	reserved_run_open(&scan, pool, position, GetActiveSnapshot());
	if (HeapTupleIsValid(scan.tuple))
	{
		Numeral		last = OrdinalScanNumeral(&scan, RESERVED_LAST);

		reserved = last >= position;
		*from = reserved ? OrdinalScanNumeral(&scan, RESERVED_FIRST) : last + 1;
	}
	OrdinalScanClose(&scan);
	return reserved;
}

static void
reservation_read_row(int32 pool, int64 number, Reservation *reservation)
{
	OrdinalScan scan;

	OrdinalScanOpen(&scan, CATALOG_RESERVATION_BY_POOL, pool, number, number,
					ForwardScanDirection, GetActiveSnapshot());
	reservation->number = number;
	if (HeapTupleIsValid(scan.tuple))
	{
		reservation->reference = OrdinalScanText(&scan, RESERVATION_REFERENCE);
		reservation->reserved_at = OrdinalScanInt64(&scan,
													RESERVATION_AT);
		reservation->reserved_by = OrdinalScanName(&scan,
												   RESERVATION_BY);
	}
	OrdinalScanClose(&scan);
}

bool
ReservationRead(int32 pool, Numeral position, Reservation *reservation)
{
	OrdinalScan scan;
	int64		number = 0;

	reserved_run_open(&scan, pool, position, GetActiveSnapshot());
	if (HeapTupleIsValid(scan.tuple) &&
		OrdinalScanNumeral(&scan, RESERVED_LAST) >= position)
		number = OrdinalScanInt64(&scan, RESERVED_RESERVATION);
	OrdinalScanClose(&scan);
	if (number == 0)
		return false;
	memset(reservation, 0, sizeof(Reservation));
	reservation_read_row(pool, number, reservation);
	return reservation->reserved_by != NULL;
}

void
IssuableOrdinalsInit(IssuableOrdinals *issuable, Pool *pool)
{
	issuable->pool = pool;
	issuable->read_from = PG_INT64_MAX;
	issuable->excluded_first = 0;
	issuable->excluded_last = 0;
}

/*
 * Sets the excluded run to the one of a row, if this ends at or above an
 * ordinal and begins below the run that is set.
 */
static void
issuable_offer_run(IssuableOrdinals *issuable, int64 ordinal,
				   Numeral first, Numeral last)
{
	if (last < (Numeral) ordinal || first >= (Numeral) issuable->excluded_first)
		return;
	issuable->excluded_first = (int64) first;
	/* one more than the last must fit, too */
	issuable->excluded_last = (int64) Min(last, PG_INT64_MAX - 1);
}

/*
 * Looks for a reserved run that holds an ordinal, or the next one above it.
 */
static void
issuable_read_reserved(IssuableOrdinals *issuable, int64 ordinal)
{
	Pool	   *pool = issuable->pool;
	OrdinalScan scan;

	if (CatalogTableIsEmpty("reserved"))
		return;
	reserved_run_open(&scan, pool->number, ordinal, NULL);
	if (HeapTupleIsValid(scan.tuple))
		issuable_offer_run(issuable, ordinal,
						   OrdinalScanNumeral(&scan, RESERVED_FIRST),
						   OrdinalScanNumeral(&scan, RESERVED_LAST));
	OrdinalScanClose(&scan);
	OrdinalScanOpen(&scan, CATALOG_RESERVED_BY_POOL, pool->number, ordinal, pool->highest,
					ForwardScanDirection, NULL);
	if (HeapTupleIsValid(scan.tuple))
		issuable_offer_run(issuable, ordinal,
						   OrdinalScanNumeral(&scan, RESERVED_FIRST),
						   OrdinalScanNumeral(&scan, RESERVED_LAST));
	OrdinalScanClose(&scan);
}

/*
 * Looks for the next void ordinal.  A number may be declared void while it is
 * leased and not yet issued.
 */
static void
issuable_read_void(IssuableOrdinals *issuable, int64 ordinal)
{
	OrdinalScan scan;

	if (CatalogTableIsEmpty("voided"))
		return;
	OrdinalScanOpen(&scan, CATALOG_VOIDED_BY_POOL, issuable->pool->number, ordinal,
					issuable->pool->highest, ForwardScanDirection, NULL);
	if (HeapTupleIsValid(scan.tuple))
	{
		Numeral		position = OrdinalScanNumeral(&scan, VOIDED_ORDINAL);

		issuable_offer_run(issuable, ordinal, position, position);
	}
	OrdinalScanClose(&scan);
}

/*
 * Finds the excluded run that holds an ordinal, or the next one above it.
 */
static void
issuable_read_run(IssuableOrdinals *issuable, int64 ordinal)
{
	issuable->read_from = ordinal;
	issuable->excluded_first = PG_INT64_MAX;
	issuable->excluded_last = PG_INT64_MAX;
	issuable_read_reserved(issuable, ordinal);
	issuable_read_void(issuable, ordinal);
}

static bool
issuable_skip_excluded(IssuableOrdinals *issuable, int64 *ordinal)
{
	if (*ordinal < issuable->read_from || *ordinal > issuable->excluded_last)
		issuable_read_run(issuable, *ordinal);
	if (*ordinal < issuable->excluded_first)
		return false;
	*ordinal = issuable->excluded_last + 1;
	return true;
}

int64
IssuableOrdinalsNext(IssuableOrdinals *issuable, int64 ordinal)
{
	while (ordinal <= issuable->pool->highest)
	{
		CHECK_FOR_INTERRUPTS();
		if (issuable_skip_excluded(issuable, &ordinal))
			continue;
		if (PoolCheckIsInAlphabet(issuable->pool, ordinal))
			break;
		ordinal++;
	}
	return ordinal;
}

/*
 * How many ordinals may be issued from one that may be, up to the next that
 * may not.
 */
static int64
issuable_run_length(const IssuableOrdinals *issuable, int64 ordinal,
					int64 highest)
{
	if (issuable->pool->check_in_alphabet)
		return 1;
	return Min(highest + 1, issuable->excluded_first) - ordinal;
}

bool
IssuableOrdinalsSkip(IssuableOrdinals *issuable, int64 ordinal, int64 highest,
					 int64 n, int64 *last)
{
	while (n > 0)
	{
		int64		length;

		ordinal = IssuableOrdinalsNext(issuable, ordinal);
		if (ordinal > highest)
			return false;
		length = Min(n, issuable_run_length(issuable, ordinal, highest));
		ordinal += length;
		n -= length;
	}
	*last = ordinal - 1;
	return true;
}

int64
IssuableOrdinalsCount(Pool *pool, int64 first, int64 last)
{
	IssuableOrdinals issuable;
	int64		n = 0;

	IssuableOrdinalsInit(&issuable, pool);
	while ((first = IssuableOrdinalsNext(&issuable, first)) <= last)
	{
		int64		length = issuable_run_length(&issuable, first, last);

		n += length;
		first += length;
	}
	return n;
}
