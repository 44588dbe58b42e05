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

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "issue/batch.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/*
 * User and settings to restore.
 */
typedef struct OwnerContext
{
	Oid			user;
	int			security_context;
	int			settings;
} OwnerContext;

static void
owner_switch_user(OwnerContext *saved)
{
	Oid			relation = CatalogTableOid("batch");
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relation);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	GetUserIdAndSecContext(&saved->user, &saved->security_context);
	SetUserIdAndSecContext(owner,
						   saved->security_context | SECURITY_LOCAL_USERID_CHANGE);
}

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
	owner_switch_user(saved);
	owner_pin_search_path(saved);
	SPI_connect();
}

static void
owner_end(const OwnerContext *saved)
{
	SPI_finish();
	AtEOXact_GUC(true, saved->settings);
	SetUserIdAndSecContext(saved->user, saved->security_context);
}

void
BatchInsert(int32 pool, int64 first, int64 n, int64 lease, text *reference)
{
	static SavedPlan insert = {
		"INSERT INTO serial.batch (pool, ordinals, lease, reference)"
		" VALUES ($1, pg_catalog.int8multirange(pg_catalog.int8range($2, $3)), $4, $5)",
		5, {INT4OID, INT8OID, INT8OID, INT8OID, TEXTOID}, SPI_OK_INSERT, NULL, InvalidOid
	};
	Datum		values[] = {Int32GetDatum(pool), Int64GetDatum(first),
	Int64GetDatum(first + n), Int64GetDatum(lease), PointerGetDatum(reference)};
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
 * One of these tables with its index on pool and ordinal.
 */
typedef struct OrdinalScan
{
	Relation	table;
	Relation	index;
	SysScanDesc scan;
	HeapTuple	tuple;			/* NULL: none was found */
} OrdinalScan;

static Datum
ordinal_scan_column(const OrdinalScan *scan, int attribute, bool *isnull)
{
	return heap_getattr(scan->tuple, COLUMN_ATTNUM(attribute), RelationGetDescr(scan->table),
						isnull);
}

static int64
ordinal_scan_int64(const OrdinalScan *scan, int attribute)
{
	bool		isnull;

	return DatumGetInt64(ordinal_scan_column(scan, attribute, &isnull));
}

static char *
ordinal_scan_text(const OrdinalScan *scan, int attribute)
{
	bool		isnull;
	Datum		datum = ordinal_scan_column(scan, attribute, &isnull);

	return isnull ? NULL : TextDatumGetCString(datum);
}

/*
 * Finds the last row of a pool whose ordinal in the index is from lowest to
 * highest.
 */
static void
ordinal_scan_open(OrdinalScan *scan, const char *table, CatalogIndex index,
				  const int columns[2], int32 pool, int64 lowest,
				  int64 highest)
{
	ScanKeyData keys[3];

	scan->table = table_open(CatalogTableOid(table), AccessShareLock);
	scan->index = index_open(CatalogIndexOidRequired(index), AccessShareLock);
	ScanKeyInit(&keys[0], COLUMN_ATTNUM(columns[0]), BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(pool));
	ScanKeyInit(&keys[1], COLUMN_ATTNUM(columns[1]), BTGreaterEqualStrategyNumber, F_INT8GE,
				Int64GetDatum(lowest));
	ScanKeyInit(&keys[2], COLUMN_ATTNUM(columns[1]), BTLessEqualStrategyNumber, F_INT8LE,
				Int64GetDatum(highest));
	scan->scan = systable_beginscan_ordered(scan->table, scan->index,
											GetActiveSnapshot(), 3, keys);
	scan->tuple = systable_getnext_ordered(scan->scan, BackwardScanDirection);
}

/*
 * Finds the block of a pool, a batch or a lease, that may hold an ordinal.
 * Blocks do not overlap, so it can only be the last that begins at or before
 * the ordinal.
 */
static void
block_scan_open(OrdinalScan *scan, const char *table, CatalogIndex index,
				int32 pool, int64 ordinal)
{
	static const int columns[] = {BLOCK_POOL, BLOCK_FIRST};

	ordinal_scan_open(scan, table, index, columns, pool, PG_INT64_MIN, ordinal);
}

static void
ordinal_scan_close(OrdinalScan *scan)
{
	systable_endscan_ordered(scan->scan);
	index_close(scan->index, AccessShareLock);
	table_close(scan->table, AccessShareLock);
}

/*
 * Does the row that was found hold the ordinal?  If not, all behind the row
 * are free.
 */
static bool
ordinal_scan_holds(const OrdinalScan *scan, int last_column, int64 ordinal,
				   int64 *free_from)
{
	int64		last = HeapTupleIsValid(scan->tuple) ?
		ordinal_scan_int64(scan, last_column) : PG_INT64_MIN;

	if (last >= ordinal)
		return true;
	*free_from = last + 1;
	return false;
}

bool
BatchRead(int32 pool, int64 ordinal, Batch *batch)
{
	OrdinalScan scan;
	int64		free_from;
	bool		isnull;
	bool		found;

	block_scan_open(&scan, "batch", CATALOG_BATCH_BY_POOL, pool, ordinal);
	found = ordinal_scan_holds(&scan, BLOCK_LAST, ordinal, &free_from);
	if (found)
	{
		batch->number = ordinal_scan_int64(&scan, BLOCK_NUMBER);
		batch->reference = ordinal_scan_text(&scan, BATCH_REFERENCE);
		batch->issued_at = ordinal_scan_int64(&scan, BATCH_ISSUED_AT);
		batch->issued_by =
			pstrdup(NameStr(*DatumGetName(ordinal_scan_column(&scan,
															  BATCH_ISSUED_BY,
															  &isnull))));
	}
	ordinal_scan_close(&scan);
	return found;
}

static void
lease_from_row(const OrdinalScan *scan, Lease *lease)
{
	TimestampTz expires_at;
	bool		isnull;

	lease->number = ordinal_scan_int64(scan, BLOCK_NUMBER);
	lease->pool = DatumGetInt32(ordinal_scan_column(scan, BLOCK_POOL, &isnull));
	lease->lowest = ordinal_scan_int64(scan, BLOCK_FIRST);
	lease->highest = ordinal_scan_int64(scan, BLOCK_LAST);
	lease->sequence = DatumGetObjectId(ordinal_scan_column(scan, LEASE_ISSUED,
														   &isnull));
	lease->holder = ordinal_scan_text(scan, LEASE_HOLDER);
	expires_at = DatumGetTimestampTz(ordinal_scan_column(scan, LEASE_EXPIRES_AT,
														 &isnull));
	lease->expired = !isnull && expires_at <= GetCurrentTimestamp();
	(void) ordinal_scan_column(scan, LEASE_RETURNED_AT, &isnull);
	lease->returned = !isnull;
}

bool
LeaseRead(int32 pool, int64 ordinal, Lease *lease, int64 *free_from)
{
	OrdinalScan scan;
	bool		found;

	block_scan_open(&scan, "lease", CATALOG_LEASE_BY_POOL, pool, ordinal);
	found = ordinal_scan_holds(&scan, BLOCK_LAST, ordinal, free_from);
	if (found)
		lease_from_row(&scan, lease);
	ordinal_scan_close(&scan);
	return found;
}

bool
VoidReasonRead(int32 pool, int64 lowest, int64 ordinal, char **reason,
			   int64 *free_from)
{
	static const int columns[] = {VOIDED_POOL, VOIDED_ORDINAL};
	OrdinalScan scan;
	bool		found;

	ordinal_scan_open(&scan, "voided", CATALOG_VOIDED_BY_POOL, columns, pool, lowest,
					  ordinal);
	found = ordinal_scan_holds(&scan, VOIDED_ORDINAL, ordinal, free_from);
	if (found)
		*reason = ordinal_scan_text(&scan, VOIDED_REASON);
	ordinal_scan_close(&scan);
	return found;
}
