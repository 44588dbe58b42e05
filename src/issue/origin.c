/*-------------------------------------------------------------------------
 *
 * origin.c
 *	  Was this number ever issued here?
 *
 * No row per number is kept.  The pool's permutation is inverted, and the
 * ordinal that comes out was issued if the sequence has reached it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "compat.h"
#include "funcapi.h"
#include "issue/allocate.h"
#include "issue/batch.h"
#include "issue/issue.h"
#include "issue/pool.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "value/set.h"

PG_FUNCTION_INFO_V1(serial_origin);
PG_FUNCTION_INFO_V1(serial_origin_states);

/*
 * An identifier of a pool, and where its answer goes.
 */
typedef struct PoolNumber
{
	int32		pool;
	int64		ordinal;
	Origin	   *origin;
} PoolNumber;

/*
 * What is known of the ordinals of one pool.  They are asked for from the
 * highest down, so that each look into a table answers for all ordinals down
 * to the row that was found.
 */
typedef struct PoolReader
{
	int32		pool;			/* 0: none yet */
	const char *name;
	int64		lowest;			/* ordinal that is asked for */
	int64		last_allocated;
	int64		lease_free_from;	/* no lease holds any from here up */
	bool		has_lease;		/* the one below */
	Lease		lease;
	int64		lease_last_allocated;
	int64		void_free_from; /* none is void from here up */
} PoolReader;

static const char *const state_names[] = {
	[ORIGIN_NO_POOL] = "foreign",
	[ORIGIN_NOT_ISSUED] = "not issued",
	[ORIGIN_LEASED] = "leased",
	[ORIGIN_RETURNED] = "returned",
	[ORIGIN_EXPIRED] = "expired",
	[ORIGIN_ISSUED] = "issued",
	[ORIGIN_VOID] = "void"
};

const char *
OriginStateName(OriginState state)
{
	return state_names[state];
}

static void
reader_set_pool(PoolReader *reader, int32 number, int64 lowest)
{
	const Pool *pool = PoolByNumber(number);

	reader->pool = number;
	reader->name = pstrdup(pool->name);
	reader->lowest = lowest;
	reader->last_allocated = LastAllocated(pool->sequence, POOL_FIRST_ORDINAL);
	reader->lease_free_from = PG_INT64_MAX;
	reader->has_lease = false;
	reader->void_free_from = PG_INT64_MAX;
}

/*
 * The lease that holds an ordinal, or NULL.
 */
static const Lease *
reader_lease(PoolReader *reader, int64 ordinal)
{
	if (reader->has_lease && ordinal >= reader->lease.lowest)
		return &reader->lease;
	if (ordinal >= reader->lease_free_from)
		return NULL;
	reader->has_lease = LeaseRead(reader->pool, ordinal, &reader->lease,
								  &reader->lease_free_from);
	if (!reader->has_lease)
		return NULL;
	reader->lease_last_allocated = LastAllocated(reader->lease.sequence,
												 reader->lease.lowest);
	return &reader->lease;
}

/*
 * The state of a number before somebody declares it void.
 */
static OriginState
reader_issue_state(PoolReader *reader, int64 ordinal)
{
	const Lease *lease;

	if (ordinal < POOL_FIRST_ORDINAL || ordinal > reader->last_allocated)
		return ORIGIN_NOT_ISSUED;
	lease = reader_lease(reader, ordinal);
	if (lease == NULL || ordinal <= reader->lease_last_allocated)
		return ORIGIN_ISSUED;
	if (lease->returned)
		return ORIGIN_RETURNED;
	return lease->expired ? ORIGIN_EXPIRED : ORIGIN_LEASED;
}

static void
reader_origin(PoolReader *reader, int64 ordinal, Origin *origin)
{
	char	   *reason;

	origin->pool = reader->name;
	origin->ordinal = ordinal;
	origin->state = reader_issue_state(reader, ordinal);
	origin->issued = origin->state == ORIGIN_ISSUED;
	if (origin->state == ORIGIN_NOT_ISSUED || ordinal >= reader->void_free_from)
		return;
	if (VoidReasonRead(reader->pool, reader->lowest, ordinal, &reason,
					   &reader->void_free_from))
	{
		origin->state = ORIGIN_VOID;
		origin->void_reason = reason;
	}
}

/*
 * By pool, and the highest ordinal first.
 */
static int
compare_numbers(const void *left, const void *right)
{
	const PoolNumber *a = left;
	const PoolNumber *b = right;

	if (a->pool != b->pool)
		return a->pool < b->pool ? -1 : 1;
	if (a->ordinal != b->ordinal)
		return a->ordinal > b->ordinal ? -1 : 1;
	return 0;
}

/*
 * Finds the pools; returns how many of the identifiers are of one.
 */
static int
find_pools(Serial *const *ids, int n, Origin *origins, PoolNumber *numbers)
{
	int			found = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		PoolNumber *number = &numbers[found];
		Identifier	id;
		Pool	   *pool;

		CHECK_FOR_INTERRUPTS();
		ValueOpen(ids[i], &id);
		pool = PoolOfIdentifier(&id, &number->ordinal);
		if (pool == NULL)
			continue;
		number->pool = pool->number;
		number->origin = &origins[i];
		found++;
	}
	return found;
}

/*
 * The lowest ordinal of the pool that sorted numbers begin with.
 */
static int64
lowest_of_pool(const PoolNumber *numbers, int n)
{
	int			last = 0;

	while (last + 1 < n && numbers[last + 1].pool == numbers->pool)
		last++;
	return numbers[last].ordinal;
}

void
OriginsRead(Serial *const *ids, int n, Origin *origins)
{
	PoolReader	reader = {0};
	PoolNumber *numbers;
	int			found;
	int			i;

	memset(origins, 0, n * sizeof(Origin));
	if (!PoolsExist())
		return;
	numbers = palloc_extended(n * sizeof(PoolNumber), MCXT_ALLOC_HUGE);
	found = find_pools(ids, n, origins, numbers);
	if (found > 1)
		qsort(numbers, found, sizeof(PoolNumber), compare_numbers);
	for (i = 0; i < found; i++)
	{
		if (numbers[i].pool != reader.pool)
			reader_set_pool(&reader, numbers[i].pool,
							lowest_of_pool(&numbers[i], found - i));
		reader_origin(&reader, numbers[i].ordinal, numbers[i].origin);
	}
	pfree(numbers);
}

/* columns of serial.origin(); the order of 26-origin.sql */
enum
{
	ORIGIN_COLUMN_POOL,
	ORIGIN_COLUMN_ORDINAL,
	ORIGIN_COLUMN_ISSUED,
	ORIGIN_COLUMN_BATCH,
	ORIGIN_COLUMN_REFERENCE,
	ORIGIN_COLUMN_ISSUED_AT,
	ORIGIN_COLUMN_ISSUED_BY,
	ORIGIN_COLUMN_HOLDER,
	ORIGIN_COLUMN_STATE,
	ORIGIN_COLUMN_REASON,
	ORIGIN_COLUMNS
};

typedef struct OriginRow
{
	Datum		values[ORIGIN_COLUMNS];
	bool		nulls[ORIGIN_COLUMNS];
} OriginRow;

static void
row_put(OriginRow *row, int column, Datum value)
{
	row->values[column] = value;
	row->nulls[column] = false;
}

static void
row_put_text(OriginRow *row, int column, const char *value)
{
	if (value != NULL)
		row_put(row, column, CStringGetTextDatum(value));
}

static void
row_put_records(OriginRow *row, int32 pool, int64 ordinal)
{
	Batch		batch;
	Lease		lease;
	int64		free_from;

	row_put(row, ORIGIN_COLUMN_ORDINAL, Int64GetDatum(ordinal));
	if (LeaseRead(pool, ordinal, &lease, &free_from))
		row_put_text(row, ORIGIN_COLUMN_HOLDER, lease.holder);
	if (!BatchRead(pool, ordinal, &batch))
		return;
	row_put(row, ORIGIN_COLUMN_BATCH, Int64GetDatum(batch.number));
	row_put_text(row, ORIGIN_COLUMN_REFERENCE, batch.reference);
	row_put(row, ORIGIN_COLUMN_ISSUED_AT, TimestampTzGetDatum(batch.issued_at));
	row_put_text(row, ORIGIN_COLUMN_ISSUED_BY, batch.issued_by);
}

/* serial.origin(serial.serial) -> record; pool NULL for a foreign number */
Datum
serial_origin(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	Serial	   *id = PG_GETARG_SERIAL_PP(0);
	Origin		origin;
	OriginRow	row;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "serial.origin does not return a record");
	memset(row.nulls, true, sizeof(row.nulls));
	OriginsRead(&id, 1, &origin);
	row_put_text(&row, ORIGIN_COLUMN_POOL, origin.pool);
	row_put(&row, ORIGIN_COLUMN_ISSUED, BoolGetDatum(origin.issued));
	row_put_text(&row, ORIGIN_COLUMN_STATE, OriginStateName(origin.state));
	row_put_text(&row, ORIGIN_COLUMN_REASON, origin.void_reason);
	if (origin.ordinal >= POOL_FIRST_ORDINAL)
		row_put_records(&row, PoolFind(origin.pool)->number, origin.ordinal);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  row.values, row.nulls)));
}

/* serial_internal.origin_states(serial.serial[]) -> setof (id, pool, state, reason) */
Datum
serial_origin_states(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	SerialSet	ids;
	Origin	   *origins;
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(0));
	origins = palloc_extended(Max(ids.n, 1) * sizeof(Origin), MCXT_ALLOC_HUGE);
	OriginsRead(ids.members, ids.n, origins);
	for (i = 0; i < ids.n; i++)
	{
		const Origin *origin = &origins[i];
		Datum		values[] = {
			PointerGetDatum(ids.members[i]),
			(Datum) 0,
			CStringGetTextDatum(OriginStateName(origin->state)),
			(Datum) 0
		};
		bool		nulls[] = {
			false, origin->pool == NULL, false, origin->void_reason == NULL
		};

		if (origin->pool != NULL)
			values[1] = CStringGetTextDatum(origin->pool);
		if (origin->void_reason != NULL)
			values[3] = CStringGetTextDatum(origin->void_reason);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
