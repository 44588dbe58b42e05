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
#include "issue/reservation.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_origin);
PG_FUNCTION_INFO_V1(serial_origin_states);
PG_FUNCTION_INFO_V1(serial_pool_positions);

/*
 * An identifier of a pool, and where its answer goes.
 */
typedef struct PoolNumber
{
	int32		pool;
	Numeral		position;
	Origin	   *origin;
} PoolNumber;

/*
 * What is known of the ordinals of one pool.  They are asked for from the
 * highest down, so that each look into a table answers for all ordinals down
 * to the row that was found.  Positions are ordinals and beyond; see
 * reservation.c.
 */
typedef struct PoolReader
{
	bool		with_reserved;	/* find out of all numbers whether they are
								 * reserved? */
	int32		pool;			/* 0: none yet */
	const char *name;
	Pool	   *pool_row;
	Numeral		lowest;			/* position that is asked for */
	int64		last_allocated;
	int64		lease_free_from;	/* no lease holds any from here up */
	bool		has_lease;		/* the one below */
	Lease		lease;
	int64		lease_last_allocated;
	Numeral		void_free_from; /* none is void from here up */
	Numeral		reserved_from;	/* all from here up to the last position are
								 * as the next member says */
	bool		is_reserved;
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

static void
reader_set_pool(PoolReader *reader, int32 number, Numeral lowest)
{
	Pool	   *pool = PoolByNumber(number);

	reader->pool = number;
	reader->pool_row = pool;
	reader->name = pstrdup(pool->name);
	reader->lowest = lowest;
	reader->last_allocated = LastAllocated(pool->sequence, pool->first,
										   pool->highest);
	reader->lease_free_from = PG_INT64_MAX;
	reader->has_lease = false;
	reader->void_free_from = ~(Numeral) 0;
	reader->reserved_from = ~(Numeral) 0;
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
												 reader->lease.lowest,
												 reader->lease.highest);
	return &reader->lease;
}

static bool
reader_is_reserved(PoolReader *reader, Numeral position)
{
	if (position < reader->reserved_from)
		reader->is_reserved = PositionIsReserved(reader->pool, reader->lowest,
												 position,
												 &reader->reserved_from);
	return reader->is_reserved;
}

/*
 * The state of a number before somebody declares it void.
 */
static OriginState
reader_issue_state(PoolReader *reader, Numeral position)
{
	int64		ordinal = PoolOrdinal(reader->pool_row, position);
	const Lease *lease;

	if (ordinal == 0 || ordinal > reader->last_allocated)
		return ORIGIN_NOT_ISSUED;
	lease = reader_lease(reader, ordinal);
	if (lease == NULL || ordinal <= reader->lease_last_allocated)
		return ORIGIN_ISSUED;
	if (lease->returned)
		return ORIGIN_RETURNED;
	return lease->expired ? ORIGIN_EXPIRED : ORIGIN_LEASED;
}

/*
 * Whether a number is reserved makes a difference only if the pool has not issued it.
 */
static void
reader_origin(PoolReader *reader, Numeral position, Origin *origin)
{
	char	   *reason;

	origin->pool = reader->name;
	origin->ordinal = PoolOrdinal(reader->pool_row, position);
	origin->state = reader_issue_state(reader, position);
	if (reader->with_reserved || origin->state != ORIGIN_ISSUED)
		origin->reserved = reader_is_reserved(reader, position);
	if (origin->reserved)
		origin->state = ORIGIN_ISSUED;
	origin->issued = origin->state == ORIGIN_ISSUED;
	if (origin->state == ORIGIN_NOT_ISSUED || position >= reader->void_free_from)
		return;
	if (VoidReasonRead(reader->pool, reader->lowest, position, &reason,
					   &reader->void_free_from))
	{
		origin->state = ORIGIN_VOID;
		origin->void_reason = reason;
	}
}

/*
 * By pool, and the highest position first.
 */
static int
compare_numbers(const void *left, const void *right)
{
	const PoolNumber *a = left;
	const PoolNumber *b = right;

	if (a->pool != b->pool)
		return a->pool < b->pool ? -1 : 1;
	if (a->position != b->position)
		return a->position > b->position ? -1 : 1;
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
		pool = PoolOfIdentifier(&id, &number->position);
		if (pool == NULL)
			continue;
		number->pool = pool->number;
		number->origin = &origins[i];
		found++;
	}
	return found;
}

/*
 * The lowest position in the pool that sorted numbers begin with.
 */
static Numeral
lowest_of_pool(const PoolNumber *numbers, int n)
{
	int			last = 0;

	while (last + 1 < n && numbers[last + 1].pool == numbers->pool)
		last++;
	return numbers[last].position;
}

static void
read_origins(Serial *const *ids, int n, bool with_reserved, Origin *origins)
{
	PoolReader	reader = {.with_reserved = with_reserved};
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
		reader_origin(&reader, numbers[i].position, numbers[i].origin);
	}
	pfree(numbers);
}

void
OriginsRead(Serial *const *ids, int n, Origin *origins)
{
	read_origins(ids, n, false, origins);
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

/*
 * Fills in the reservation of a number.  False: it is not reserved.
 */
static bool
row_put_reservation(OriginRow *row, int32 pool, Numeral position)
{
	Reservation reservation;

	if (!ReservationRead(pool, position, &reservation))
		return false;
	row_put_text(row, ORIGIN_COLUMN_REFERENCE, reservation.reference);
	row_put(row, ORIGIN_COLUMN_ISSUED_AT,
			TimestampTzGetDatum(reservation.reserved_at));
	row_put_text(row, ORIGIN_COLUMN_ISSUED_BY, reservation.reserved_by);
	return true;
}

static void
row_put_batch(OriginRow *row, int32 pool, int64 ordinal)
{
	Batch		batch;
	Lease		lease;
	int64		free_from;

	if (LeaseRead(pool, ordinal, &lease, &free_from))
		row_put_text(row, ORIGIN_COLUMN_HOLDER, lease.holder);
	if (!BatchRead(pool, ordinal, &batch))
		return;
	row_put(row, ORIGIN_COLUMN_BATCH, Int64GetDatum(batch.number));
	row_put_text(row, ORIGIN_COLUMN_REFERENCE, batch.reference);
	row_put(row, ORIGIN_COLUMN_ISSUED_AT, TimestampTzGetDatum(batch.issued_at));
	row_put_text(row, ORIGIN_COLUMN_ISSUED_BY, batch.issued_by);
}

static void
row_put_records(OriginRow *row, const Serial *id, const Origin *origin)
{
	Identifier	identifier;
	Numeral		position;
	Pool	   *pool;

	if (origin->state == ORIGIN_NO_POOL || origin->state == ORIGIN_NOT_ISSUED)
		return;
	ValueOpen(id, &identifier);
	pool = PoolOfIdentifier(&identifier, &position);
	if (pool != NULL && !row_put_reservation(row, pool->number, position))
		row_put_batch(row, pool->number, origin->ordinal);
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
	row_put_text(&row, ORIGIN_COLUMN_STATE, state_names[origin.state]);
	row_put_text(&row, ORIGIN_COLUMN_REASON, origin.void_reason);
	if (origin.ordinal > 0)
		row_put(&row, ORIGIN_COLUMN_ORDINAL, Int64GetDatum(origin.ordinal));
	row_put_records(&row, id, &origin);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  row.values, row.nulls)));
}

/* serial_internal.origin_states(serial.serial[]) -> setof (id, pool, state, reason, reserved) */
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
	read_origins(ids.members, ids.n, true, origins);
	for (i = 0; i < ids.n; i++)
	{
		const Origin *origin = &origins[i];
		Datum		values[] = {
			PointerGetDatum(ids.members[i]),
			(Datum) 0,
			CStringGetTextDatum(state_names[origin->state]),
			(Datum) 0,
			BoolGetDatum(origin->reserved)
		};
		bool		nulls[] = {
			false, origin->pool == NULL, false, origin->void_reason == NULL,
			false
		};

		if (origin->pool != NULL)
			values[1] = CStringGetTextDatum(origin->pool);
		if (origin->void_reason != NULL)
			values[3] = CStringGetTextDatum(origin->void_reason);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * serial_internal.pool_positions(serial.serial[])
 *		-> setof (id serial.serial, pool integer, "position" numeric)
 */
Datum
serial_pool_positions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	SerialSet	ids;
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(0));
	for (i = 0; i < ids.n; i++)
	{
		Identifier	id;
		Numeral		position = 0;
		Pool	   *pool;
		Datum		values[3] = {PointerGetDatum(ids.members[i])};
		bool		nulls[3] = {false};

		CHECK_FOR_INTERRUPTS();
		ValueOpen(ids.members[i], &id);
		pool = PoolOfIdentifier(&id, &position);
		nulls[1] = nulls[2] = pool == NULL;
		if (pool != NULL)
		{
			values[1] = Int32GetDatum(pool->number);
			values[2] = NumeralToNumeric(position);
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
