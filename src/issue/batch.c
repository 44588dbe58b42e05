/*-------------------------------------------------------------------------
 *
 * batch.c
 *	  What is written down about issued numbers.
 *
 * Writing goes through SPI, as the tables' owner; reading, which origin does
 * for every number it is asked about, by index scans of its own.
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
#include "catalog/saved_plan.h"
#include "issue/batch.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* what was in force before the owner's rights and a path of our own */
typedef struct Caller
{
	Oid			user;
	int			context;
	int			settings;
} Caller;

static void
become_owner(Caller *caller)
{
	Oid			relation = CatalogTableOid("batch");
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relation);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	GetUserIdAndSecContext(&caller->user, &caller->context);
	SetUserIdAndSecContext(owner,
						   caller->context | SECURITY_LOCAL_USERID_CHANGE);
}

/*
 * What is prepared with the owner's rights must find no operator or function
 * that the caller has put in its way.
 */
static void
pin_search_path(Caller *caller)
{
	caller->settings = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
							 true, 0, false);
}

static void
begin(Caller *caller)
{
	become_owner(caller);
	pin_search_path(caller);
	SPI_connect();
}

static void
finish(const Caller *caller)
{
	SPI_finish();
	AtEOXact_GUC(true, caller->settings);
	SetUserIdAndSecContext(caller->user, caller->context);
}

void
RecordBatch(int32 pool, int64 first, int64 n, int64 lease, text *reference)
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
	Caller		caller;

	begin(&caller);
	SavedPlanExecute(&insert, values, nulls, false, 1);
	finish(&caller);
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
	Caller		caller;

	begin(&caller);
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
	finish(&caller);
	if (returned || expired)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 returned ? errmsg("lease %lld has been returned", (long long) number)
				 : errmsg("lease %lld has expired", (long long) number),
				 errdetail("Its unused numbers are never issued.")));
}

/* columns of serial.batch, serial.lease and serial.voided; see issue.sql */
enum
{
	BLOCK_NUMBER = 1,			/* of batch and lease */
	BLOCK_POOL,
	BLOCK_ORDINALS,
	BLOCK_FIRST,
	BLOCK_LAST,
	BATCH_LEASE,
	BATCH_REFERENCE,
	BATCH_ISSUED_AT,
	BATCH_ISSUED_BY,
	LEASE_ISSUED = BLOCK_LAST + 1,
	LEASE_HOLDER,
	LEASE_EXPIRES_AT,
	LEASE_LEASED_AT,
	LEASE_LEASED_BY,
	LEASE_RETURNED_AT,
	VOIDED_POOL = 1,
	VOIDED_ORDINAL,
	VOIDED_REASON
};

/*
 * A row that is looked at.
 */
typedef struct Row
{
	Relation	relation;
	Relation	index;
	SysScanDesc scan;
	HeapTuple	tuple;			/* NULL: there is none */
} Row;

static Datum
column(const Row *row, int attribute, bool *isnull)
{
	return heap_getattr(row->tuple, attribute, RelationGetDescr(row->relation),
						isnull);
}

static char *
text_column(const Row *row, int attribute)
{
	bool		isnull;
	Datum		datum = column(row, attribute, &isnull);

	return isnull ? NULL : TextDatumGetCString(datum);
}

static void
close_row(Row *row, bool ordered)
{
	if (ordered)
	{
		systable_endscan_ordered(row->scan);
		index_close(row->index, AccessShareLock);
	}
	else
		systable_endscan(row->scan);
	table_close(row->relation, AccessShareLock);
}

/*
 * The block of a table, batch or lease, that an ordinal lies in.  Blocks of a
 * pool do not overlap, so it can only be the last that begins at or before
 * the ordinal.
 */
static void
open_block(Row *row, const char *table, const char *index, int32 pool,
		   int64 ordinal)
{
	ScanKeyData keys[2];
	bool		isnull;

	row->relation = table_open(CatalogTableOid(table), AccessShareLock);
	row->index = index_open(CatalogTableOid(index), AccessShareLock);
	ScanKeyInit(&keys[0], BLOCK_POOL, BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(pool));
	ScanKeyInit(&keys[1], BLOCK_FIRST, BTLessEqualStrategyNumber, F_INT8LE,
				Int64GetDatum(ordinal));
	row->scan = systable_beginscan_ordered(row->relation, row->index,
										   GetActiveSnapshot(), 2, keys);
	row->tuple = systable_getnext_ordered(row->scan, BackwardScanDirection);
	if (HeapTupleIsValid(row->tuple) &&
		DatumGetInt64(column(row, BLOCK_LAST, &isnull)) < ordinal)
		row->tuple = NULL;
}

static void
read_batch(int32 pool, int64 ordinal, Record *record)
{
	Row			row;
	bool		isnull;

	open_block(&row, "batch", "batch_pool_first_idx", pool, ordinal);
	record->in_batch = HeapTupleIsValid(row.tuple);
	if (record->in_batch)
	{
		record->batch = DatumGetInt64(column(&row, BLOCK_NUMBER, &isnull));
		record->reference = text_column(&row, BATCH_REFERENCE);
		record->issued_at = DatumGetTimestampTz(column(&row, BATCH_ISSUED_AT,
													   &isnull));
		record->issued_by = pstrdup(NameStr(*DatumGetName(column(&row,
																 BATCH_ISSUED_BY,
																 &isnull))));
	}
	close_row(&row, true);
}

static void
read_lease(int32 pool, int64 ordinal, Record *record)
{
	Lease	   *lease = &record->lease;
	Row			row;
	bool		isnull;

	open_block(&row, "lease", "lease_pool_first_idx", pool, ordinal);
	record->in_lease = HeapTupleIsValid(row.tuple);
	if (record->in_lease)
	{
		TimestampTz expires_at;

		lease->number = DatumGetInt64(column(&row, BLOCK_NUMBER, &isnull));
		lease->pool = pool;
		lease->lowest = DatumGetInt64(column(&row, BLOCK_FIRST, &isnull));
		lease->highest = DatumGetInt64(column(&row, BLOCK_LAST, &isnull));
		lease->sequence = DatumGetObjectId(column(&row, LEASE_ISSUED, &isnull));
		record->holder = text_column(&row, LEASE_HOLDER);
		expires_at = DatumGetTimestampTz(column(&row, LEASE_EXPIRES_AT, &isnull));
		record->expired = !isnull &&
			expires_at <= GetCurrentTimestamp();
		(void) column(&row, LEASE_RETURNED_AT, &isnull);
		record->returned = !isnull;
	}
	close_row(&row, true);
}

static void
read_void(int32 pool, int64 ordinal, Record *record)
{
	ScanKeyData keys[2];
	Row			row;

	row.relation = table_open(CatalogTableOid("voided"), AccessShareLock);
	ScanKeyInit(&keys[0], VOIDED_POOL, BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(pool));
	ScanKeyInit(&keys[1], VOIDED_ORDINAL, BTEqualStrategyNumber, F_INT8EQ,
				Int64GetDatum(ordinal));
	row.scan = systable_beginscan(row.relation, CatalogTableOid("voided_pkey"),
								  true, GetActiveSnapshot(), 2, keys);
	row.tuple = systable_getnext(row.scan);
	if (HeapTupleIsValid(row.tuple))
		record->void_reason = text_column(&row, VOIDED_REASON);
	close_row(&row, false);
}

void
RecordRead(int32 pool, int64 ordinal, Record *record)
{
	memset(record, 0, sizeof(Record));
	read_batch(pool, ordinal, record);
	read_lease(pool, ordinal, record);
	read_void(pool, ordinal, record);
}
