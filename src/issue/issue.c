/*-------------------------------------------------------------------------
 *
 * issue.c
 *	  SQL functions that issue numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "funcapi.h"
#include "issue/allocate.h"
#include "issue/batch.h"
#include "issue/pool.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(serial_issue);
PG_FUNCTION_INFO_V1(serial_issue_many);
PG_FUNCTION_INFO_V1(serial_issue_lease);
PG_FUNCTION_INFO_V1(serial_allocate);
PG_FUNCTION_INFO_V1(serial_pool_serials);
PG_FUNCTION_INFO_V1(serial_last_allocated);

/*
 * If n is 1, the sequence must not be accessed: nextval failed while it held
 * the page.
 */
static void
report_exhausted(const Pool *pool, int64 n)
{
	int64		left = n == 1 ? 0 : pool->capacity -
		LastAllocated(pool->sequence, POOL_FIRST_ORDINAL);

	if (left > 0)
		ereport(ERROR,
				(errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
				 errmsg("pool \"%s\" has only %lld numbers left, not %lld",
						pool->name, (long long) left, (long long) n),
				 errhint("Issue fewer, or create another pool with a prefix or length of its own.")));
	ereport(ERROR,
			(errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
			 errmsg("pool \"%s\" has issued all its %lld numbers",
					pool->name, (long long) pool->capacity),
			 pool->random ? errdetail("More numbers would make them easier to guess than its guess_bound allows, or its number space is used up.") : 0,
			 errhint("Create another pool with a prefix or length of its own.")));
}

static int64
pool_allocate(Pool *pool, int64 n)
{
	int64		first;

	PoolRequireOpen(pool);
	PoolPrepare(pool);
	if (SequenceIsProvisional(pool->sequence))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pool \"%s\" was created in this transaction",
						pool->name),
				 errdetail("If the transaction were rolled back, the numbers could be issued again."),
				 errhint("Commit the transaction first.")));
	if (n < 1 || n > pool->capacity)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot issue %lld numbers from pool \"%s\"",
						(long long) n, pool->name),
				 errdetail("The number must be from 1 to the capacity of the pool, %lld.",
						   (long long) pool->capacity)));
	if (!AllocateOrdinals(pool->sequence, POOL_FIRST_ORDINAL, pool->capacity, n, &first))
		report_exhausted(pool, n);
	return first;
}

/*
 * Returns the identifiers of consecutive ordinals, computing FF1_BATCH at a
 * time.
 */
static void
return_identifiers(FunctionCallInfo fcinfo, Pool *pool, int64 first, int64 n)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *values = palloc(FF1_BATCH * VALUE_MAX);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	while (n > 0)
	{
		int			count = (int) Min(n, FF1_BATCH);
		int			i;

		CHECK_FOR_INTERRUPTS();
		PoolIdentifiers(pool, first, count, values);
		for (i = 0; i < count; i++)
		{
			Datum		datum = PointerGetDatum(values + i * VALUE_MAX);
			bool		isnull = false;

			tuplestore_putvalues(result->setResult, result->setDesc, &datum,
								 &isnull);
		}
		first += count;
		n -= count;
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

	PoolIdentifiers(pool, pool_allocate(pool, 1), 1, value);
	PG_RETURN_SERIAL(value);
}

/* serial.issue(pool text, n bigint, reference text) -> setof serial.serial */
Datum
serial_issue_many(PG_FUNCTION_ARGS)
{
	Pool	   *pool;
	int32		number;
	int64		n;
	int64		first;

	require_arguments(fcinfo, 2);
	pool = PoolFind(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	number = pool->number;
	n = PG_GETARG_INT64(1);
	first = pool_allocate(pool, n);
	BatchInsert(number, first, n, NO_LEASE, reference_argument(fcinfo, 2));
	/* a trigger on serial.batch may have read the pools again */
	return_identifiers(fcinfo, PoolByNumber(number), first, n);
	return (Datum) 0;
}

/* serial.issue_lease(lease bigint, n bigint, reference text) -> setof serial.serial */
Datum
serial_issue_lease(PG_FUNCTION_ARGS)
{
	Lease		lease;
	int64		n;
	int64		first;

	require_arguments(fcinfo, 2);
	n = PG_GETARG_INT64(1);
	LeaseOpen(PG_GETARG_INT64(0), &lease);
	if (n < 1 || n > lease.highest - lease.lowest + 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot issue %lld numbers from lease %lld",
						(long long) n, (long long) lease.number),
				 errdetail("The number must be from 1 to the %lld numbers of the lease.",
						   (long long) (lease.highest - lease.lowest + 1))));
	PoolPrepare(PoolByNumber(lease.pool));
	if (!AllocateOrdinals(lease.sequence, lease.lowest, lease.highest, n, &first))
		ereport(ERROR,
				(errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
				 errmsg("lease %lld does not have %lld numbers left",
						(long long) lease.number, (long long) n),
				 errhint("Issue fewer, or lease more.")));
	BatchInsert(lease.pool, first, n, lease.number, reference_argument(fcinfo, 2));
	return_identifiers(fcinfo, PoolByNumber(lease.pool), first, n);
	return (Datum) 0;
}

/* serial_internal.allocate(pool text, n bigint) -> bigint: the first of n ordinals */
Datum
serial_allocate(PG_FUNCTION_ARGS)
{
	Pool	   *pool = PoolFind(text_to_cstring(PG_GETARG_TEXT_PP(0)));

	PG_RETURN_INT64(pool_allocate(pool, PG_GETARG_INT64(1)));
}

/*
 * serial_internal.pool_serials(pool integer, first bigint, n bigint)
 *		-> setof serial.serial: the numbers of consecutive ordinals
 */
Datum
serial_pool_serials(PG_FUNCTION_ARGS)
{
	return_identifiers(fcinfo, PoolByNumber(PG_GETARG_INT32(0)),
					PG_GETARG_INT64(1), PG_GETARG_INT64(2));
	return (Datum) 0;
}

/* serial_internal.last_allocated(ordinals regclass, lowest bigint) -> bigint */
Datum
serial_last_allocated(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(LastAllocated(PG_GETARG_OID(0), PG_GETARG_INT64(1)));
}
