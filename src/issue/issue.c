/*-------------------------------------------------------------------------
 *
 * issue.c
 *	  SQL functions that issue numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"

#include "compat.h"
#include "funcapi.h"
#include "issue/allocate.h"
#include "issue/batch.h"
#include "issue/issue.h"
#include "issue/pool.h"
#include "issue/reservation.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

PG_FUNCTION_INFO_V1(serial_issue);
PG_FUNCTION_INFO_V1(serial_issue_many);
PG_FUNCTION_INFO_V1(serial_issue_lease);
PG_FUNCTION_INFO_V1(serial_allocate);
PG_FUNCTION_INFO_V1(serial_pool_serials);
PG_FUNCTION_INFO_V1(serial_last_allocated);
PG_FUNCTION_INFO_V1(serial_count_issuable);
PG_FUNCTION_INFO_V1(serial_lock_allocation);

static int64
pool_last_allocated(const Pool *pool)
{
	return LastAllocated(pool->sequence, pool->first, pool->highest);
}

static int64
pool_capacity(const Pool *pool)
{
	return pool->highest - pool->first + 1;
}

static void
report_exhausted(Pool *pool, int64 n)
{
	int64		left = IssuableOrdinalsCount(pool, pool_last_allocated(pool) + 1,
											 pool->highest);

	if (left > 0)
		ereport(ERROR,
				(errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
				 errmsg("pool \"%s\" has only %lld numbers left, not %lld",
						pool->name, (long long) left, (long long) n),
				 errhint("Issue fewer, or create another pool with a prefix or length of its own.")));
	ereport(ERROR,
			(errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
			 errmsg("pool \"%s\" has issued all its %lld numbers",
					pool->name, (long long) pool_capacity(pool)),
			 pool->random ? errdetail("More numbers would make them easier to guess than its guess_bound allows, or its number space is used up.") : 0,
			 errhint("Create another pool with a prefix or length of its own.")));
}

/*
 * Allocates ordinals of which n may be issued; see AllocateOrdinals.
 */
static void
pool_allocate(Pool *pool, int64 n, int64 *first, int64 *last)
{
	IssuableOrdinals issuable;

	CatalogPreventOnCopy("issue numbers", "pool");
	PoolRequireOpen(pool);
	PoolPrepare(pool);
	if (SequenceIsProvisional(pool->sequence))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pool \"%s\" was created in this transaction",
						pool->name),
				 errdetail("If the transaction were rolled back, the numbers could be issued again."),
				 errhint("Commit the transaction first.")));
	if (n < 1 || n > pool_capacity(pool))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot issue %lld numbers from pool \"%s\"",
						(long long) n, pool->name),
				 errdetail("The number must be from 1 to the capacity of the pool, %lld.",
						   (long long) pool_capacity(pool))));
	IssuableOrdinalsInit(&issuable, pool);
	if (!AllocateOrdinals(pool->sequence, pool->first, pool->highest, n,
						  &issuable, first, last))
		report_exhausted(pool, n);
}

/*
 * Returns the identifiers of the ordinals from first to last that may be
 * issued, computing FF1_BATCH at a time.
 */
static void
return_identifiers(FunctionCallInfo fcinfo, Pool *pool, int64 first, int64 last)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *values = palloc(FF1_BATCH * VALUE_MAX);
	IssuableOrdinals issuable;
	int64		next;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	IssuableOrdinalsInit(&issuable, pool);
	next = IssuableOrdinalsNext(&issuable, first);
	while (first <= last)
	{
		int			count = (int) Min(last - first + 1, FF1_BATCH);
		int			i;

		CHECK_FOR_INTERRUPTS();
		PoolIdentifiers(pool, first, count, values);
		for (i = 0; i < count; i++)
		{
			Datum		datum = PointerGetDatum(values + i * VALUE_MAX);
			bool		isnull = false;

			if (first + i < next)
				continue;
			tuplestore_putvalues(result->setResult, result->setDesc, &datum,
								 &isnull);
			next = IssuableOrdinalsNext(&issuable, next + 1);
		}
		/* not by FF1_BATCH: the last ordinals are near the end of int64 */
		first += count;
	}
}

static void
require_arguments(FunctionCallInfo fcinfo, int required)
{
	int			i;

	for (i = 0; i < required; i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument %d of serial.%s must not be null", i + 1,
							get_func_name(fcinfo->flinfo->fn_oid))));
}

static text *
reference_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : PG_GETARG_TEXT_PP(argument);
}

/* serial.issue(pool text) -> serial.serial */
Datum
serial_issue(PG_FUNCTION_ARGS)
{
	Pool	   *pool = PoolFind(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	char	   *value = palloc(VALUE_MAX);
	int64		first;
	int64		last;

	pool_allocate(pool, 1, &first, &last);
	PoolIdentifiers(pool, last, 1, value);
	PG_RETURN_SERIAL(value);
}

/* serial.issue(pool text, n bigint, reference text) -> setof serial.serial */
Datum
serial_issue_many(PG_FUNCTION_ARGS)
{
	Pool	   *pool;
	int32		number;
	int64		first;
	int64		last;

	require_arguments(fcinfo, 2);
	pool = PoolFind(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	number = pool->number;
	pool_allocate(pool, PG_GETARG_INT64(1), &first, &last);
	BatchInsert(number, first, last, NO_LEASE, reference_argument(fcinfo, 2));
	/* a trigger on serial.batch may have read the pools again */
	return_identifiers(fcinfo, PoolByNumber(number), first, last);
	return (Datum) 0;
}

/* serial.issue_lease(lease bigint, n bigint, reference text) -> setof serial.serial */
Datum
serial_issue_lease(PG_FUNCTION_ARGS)
{
	Lease		lease;
	IssuableOrdinals issuable;
	Pool	   *pool;
	int64		n;
	int64		first;
	int64		last;

	require_arguments(fcinfo, 2);
	n = PG_GETARG_INT64(1);
	CatalogPreventOnCopy("issue numbers", "pool");
	LeaseOpen(PG_GETARG_INT64(0), &lease);
	if (n < 1 || n > lease.highest - lease.lowest + 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot issue %lld numbers from lease %lld",
						(long long) n, (long long) lease.number),
				 errdetail("The number must be from 1 to the %lld numbers of the lease.",
						   (long long) (lease.highest - lease.lowest + 1))));
	pool = PoolByNumber(lease.pool);
	PoolPrepare(pool);
	IssuableOrdinalsInit(&issuable, pool);
	if (!AllocateOrdinals(lease.sequence, lease.lowest, lease.highest, n,
						  &issuable, &first, &last))
		ereport(ERROR,
				(errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
				 errmsg("lease %lld does not have %lld numbers left",
						(long long) lease.number, (long long) n),
				 errhint("Issue fewer, or lease more.")));
	BatchInsert(lease.pool, first, last, lease.number, reference_argument(fcinfo, 2));
	return_identifiers(fcinfo, PoolByNumber(lease.pool), first, last);
	return (Datum) 0;
}

/*
 * serial_internal.allocate(pool text, n bigint) -> int8range: ordinals of which
 * n may be issued
 */
Datum
serial_allocate(PG_FUNCTION_ARGS)
{
	Pool	   *pool = PoolFind(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	TypeCacheEntry *type = lookup_type_cache(INT8RANGEOID,
											 TYPECACHE_RANGE_INFO);
	RangeBound	lower = {.inclusive = true,.lower = true};
	RangeBound	upper = {.inclusive = true};
	int64		first;
	int64		last;

	pool_allocate(pool, PG_GETARG_INT64(1), &first, &last);
	lower.val = Int64GetDatum(first);
	upper.val = Int64GetDatum(last);
	PG_RETURN_RANGE_P(MakeRange(type, &lower, &upper));
}

/*
 * serial_internal.pool_serials(pool integer, first bigint, last bigint)
 *		-> setof serial.serial: the numbers of ordinals that may be issued
 */
Datum
serial_pool_serials(PG_FUNCTION_ARGS)
{
	return_identifiers(fcinfo, PoolByNumber(PG_GETARG_INT32(0)),
					   PG_GETARG_INT64(1), PG_GETARG_INT64(2));
	return (Datum) 0;
}

/*
 * serial_internal.last_allocated(ordinals regclass, lowest bigint,
 *		highest bigint) -> bigint
 */
Datum
serial_last_allocated(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(LastAllocated(PG_GETARG_OID(0), PG_GETARG_INT64(1),
								  PG_GETARG_INT64(2)));
}

/*
 * serial_internal.count_issuable(pool integer, first bigint, last bigint)
 *		-> bigint: how many of the ordinals may be issued
 */
Datum
serial_count_issuable(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(IssuableOrdinalsCount(PoolByNumber(PG_GETARG_INT32(0)),
										  PG_GETARG_INT64(1),
										  PG_GETARG_INT64(2)));
}

/* serial_internal.lock_allocation(pool text) -> void */
Datum
serial_lock_allocation(PG_FUNCTION_ARGS)
{
	LockAllocation(PoolFind(text_to_cstring(PG_GETARG_TEXT_PP(0)))->sequence);
	PG_RETURN_VOID();
}
