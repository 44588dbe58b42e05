/*-------------------------------------------------------------------------
 *
 * batch.c
 *	  What is recorded about issued numbers: batches, leases, void numbers.
 *
 * Rows are written by SQL, as the owner of the tables.  They are read by index
 * scans without SQL, because the origin of every identifier that is recorded
 * or verified is looked up here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "issue/batch.h"
#include "issue/ordinal_scan.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

/*
 * User and settings to restore.
 */
typedef struct OwnerContext
{
	SavedUser	user;
	int			settings;
} OwnerContext;

/*
 * Statements that run with the owner's rights must not find operators or
 * functions that the caller has created.
 */
static void
owner_pin_search_path(OwnerContext *saved)
{
	saved->settings = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
							 true, 0, false);
}

static void
owner_begin(OwnerContext *saved)
{
	SwitchToTableOwner(CatalogTableOid("batch"), 0, &saved->user);
	owner_pin_search_path(saved);
	SPI_connect();
}

static void
owner_end(const OwnerContext *saved)
{
	SPI_finish();
	AtEOXact_GUC(true, saved->settings);
	RestoreUser(&saved->user);
}

void
BatchInsert(int32 pool, int64 first, int64 last, int64 lease,
			text *reference)
{
	static SavedPlan insert = {
		"INSERT INTO serial.batch (pool, ordinals, lease, reference)"
		" VALUES ($1, pg_catalog.int8multirange(pg_catalog.int8range($2, $3)), $4, $5)",
		5, {INT4OID, INT8OID, INT8OID, INT8OID, TEXTOID}, SPI_OK_INSERT, NULL, InvalidOid
	};
	Datum		values[] = {Int32GetDatum(pool), Int64GetDatum(first),
	Int64GetDatum(last + 1), Int64GetDatum(lease), PointerGetDatum(reference)};
	char		nulls[] = {' ', ' ', ' ', lease == NO_LEASE ? 'n' : ' ',
	reference == NULL ? 'n' : ' '};
	OwnerContext saved;

	owner_begin(&saved);
	SavedPlanExecute(&insert, values, nulls, false, 1);
	owner_end(&saved);
}

void
LeaseOpen(int64 number, Lease *lease)
{
	static SavedPlan select = {
		"SELECT l.pool, l.first, l.last, l.issued,"
		" l.returned_at IS NOT NULL,"
		" l.expires_at OPERATOR(pg_catalog.<=) pg_catalog.clock_timestamp()"
		" FROM serial.lease AS l WHERE l.lease OPERATOR(pg_catalog.=) $1 FOR SHARE",
		1, {INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {Int64GetDatum(number)};
	bool		returned;
	bool		expired;
	bool		isnull;
	OwnerContext saved;

	owner_begin(&saved);
	SavedPlanExecute(&select, values, NULL, false, 1);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("lease %lld does not exist", (long long) number)));
	lease->number = number;
	lease->pool = DatumGetInt32(SavedPlanResult(0, 1, &isnull));
	lease->lowest = DatumGetInt64(SavedPlanResult(0, 2, &isnull));
	lease->highest = DatumGetInt64(SavedPlanResult(0, 3, &isnull));
	lease->sequence = DatumGetObjectId(SavedPlanResult(0, 4, &isnull));
	returned = DatumGetBool(SavedPlanResult(0, 5, &isnull));
	expired = DatumGetBool(SavedPlanResult(0, 6, &isnull));
	owner_end(&saved);
	if (returned || expired)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 returned ? errmsg("lease %lld has been returned", (long long) number)
				 : errmsg("lease %lld has expired", (long long) number),
				 errdetail("Its unused numbers are never issued.")));
}

/* the columns that serial.batch and serial.lease have in common */
#define BLOCK_NUMBER	BATCH_NUMBER
#define BLOCK_POOL		BATCH_POOL
#define BLOCK_FIRST		BATCH_FIRST
#define BLOCK_LAST		BATCH_LAST

/*
 * Finds the batch or lease that holds an ordinal.  Those of a pool do not
 * overlap, so it can only be the last that begins at or before the ordinal.
 */
static bool
block_scan_open(OrdinalScan *scan, CatalogIndex index, int32 pool,
				int64 ordinal, int64 *free_from)
{
	int64		last = 0;

	OrdinalScanOpen(scan, index, pool, 0, ordinal, BackwardScanDirection,
					GetActiveSnapshot());
	if (HeapTupleIsValid(scan->tuple))
		last = OrdinalScanInt64(scan, BLOCK_LAST);
	*free_from = last + 1;
	return last >= ordinal;
}

bool
BatchRead(int32 pool, int64 ordinal, Batch *batch)
{
	OrdinalScan scan;
	int64		free_from;
	bool		found = block_scan_open(&scan, CATALOG_BATCH_BY_POOL, pool, ordinal,
										&free_from);

	if (found)
	{
		batch->number = OrdinalScanInt64(&scan, BLOCK_NUMBER);
		batch->reference = OrdinalScanText(&scan, BATCH_REFERENCE);
		batch->issued_at = OrdinalScanInt64(&scan, BATCH_ISSUED_AT);
		batch->issued_by = OrdinalScanName(&scan, BATCH_ISSUED_BY);
	}
	OrdinalScanClose(&scan);
	return found;
}

static void
lease_from_row(const OrdinalScan *scan, Lease *lease)
{
	TimestampTz expires_at;
	bool		isnull;

	lease->number = OrdinalScanInt64(scan, BLOCK_NUMBER);
	lease->pool = DatumGetInt32(OrdinalScanColumn(scan, BLOCK_POOL, &isnull));
	lease->lowest = OrdinalScanInt64(scan, BLOCK_FIRST);
	lease->highest = OrdinalScanInt64(scan, BLOCK_LAST);
	lease->sequence = DatumGetObjectId(OrdinalScanColumn(scan, LEASE_ISSUED,
														 &isnull));
	lease->holder = OrdinalScanText(scan, LEASE_HOLDER);
	expires_at = DatumGetTimestampTz(OrdinalScanColumn(scan, LEASE_EXPIRES_AT,
													   &isnull));
	lease->expired = !isnull && expires_at <= GetCurrentTimestamp();
	(void) OrdinalScanColumn(scan, LEASE_RETURNED_AT, &isnull);
	lease->returned = !isnull;
}

bool
LeaseRead(int32 pool, int64 ordinal, Lease *lease, int64 *free_from)
{
	OrdinalScan scan;
	bool		found;

	if (CatalogTableIsEmpty("lease"))
	{
		*free_from = 1;
		return false;
	}
	found = block_scan_open(&scan, CATALOG_LEASE_BY_POOL, pool, ordinal, free_from);
	if (found)
		lease_from_row(&scan, lease);
	OrdinalScanClose(&scan);
	return found;
}

bool
VoidReasonRead(int32 pool, Numeral lowest, Numeral position, char **reason,
			   Numeral *free_from)
{
	OrdinalScan scan;
	bool		found = false;

	*free_from = lowest;
	if (CatalogTableIsEmpty("voided"))
		return false;
	OrdinalScanOpen(&scan, CATALOG_VOIDED_BY_POOL, pool, lowest, position,
					BackwardScanDirection, GetActiveSnapshot());
	if (HeapTupleIsValid(scan.tuple))
	{
		Numeral		last = OrdinalScanNumeral(&scan, VOIDED_ORDINAL);

		found = last == position;
		*free_from = last + 1;
		if (found)
			*reason = OrdinalScanText(&scan, VOIDED_REASON);
	}
	OrdinalScanClose(&scan);
	return found;
}
