/*-------------------------------------------------------------------------
 *
 * origin.c
 *	  Was this number ever ours?
 *
 * No row per number is kept.  The pool's permutation is inverted, and the
 * ordinal that comes out was issued if the sequence has reached it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "issue/allocate.h"
#include "issue/batch.h"
#include "issue/pool.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(serial_origin);

/* columns of serial.origin(); the order of issue.sql */
enum
{
	ORIGIN_POOL,
	ORIGIN_ORDINAL,
	ORIGIN_ISSUED,
	ORIGIN_BATCH,
	ORIGIN_REFERENCE,
	ORIGIN_ISSUED_AT,
	ORIGIN_ISSUED_BY,
	ORIGIN_HOLDER,
	ORIGIN_STATE,
	ORIGIN_REASON,
	ORIGIN_COLUMNS
};

typedef struct Row
{
	Datum		values[ORIGIN_COLUMNS];
	bool		nulls[ORIGIN_COLUMNS];
} Row;

static void
put(Row *row, int column, Datum value)
{
	row->values[column] = value;
	row->nulls[column] = false;
}

static void
put_text(Row *row, int column, const char *text)
{
	if (text != NULL)
		put(row, column, CStringGetTextDatum(text));
}

/*
 * What became of a number of a lease that was not issued from it.
 */
static const char *
unissued_state(const Record *record)
{
	if (record->returned)
		return "returned";
	return record->expired ? "expired" : "leased";
}

static void
put_record(Row *row, const Pool *pool, int64 ordinal)
{
	Record		record;
	bool		issued = ordinal <= LastAllocated(pool->sequence,
											   POOL_FIRST_ORDINAL);
	const char *state = issued ? "issued" : "not issued";

	RecordRead(pool->number, ordinal, &record);
	if (issued && record.in_lease &&
		ordinal > LastAllocated(record.lease.sequence, record.lease.lowest))
	{
		issued = false;
		state = unissued_state(&record);
	}
	if (record.void_reason != NULL)
		state = "void";

	put(row, ORIGIN_ISSUED, BoolGetDatum(issued));
	put_text(row, ORIGIN_STATE, state);
	put_text(row, ORIGIN_REASON, record.void_reason);
	put_text(row, ORIGIN_HOLDER, record.holder);
	if (!record.in_batch)
		return;
	put(row, ORIGIN_BATCH, Int64GetDatum(record.batch));
	put_text(row, ORIGIN_REFERENCE, record.reference);
	put(row, ORIGIN_ISSUED_AT, TimestampTzGetDatum(record.issued_at));
	put_text(row, ORIGIN_ISSUED_BY, record.issued_by);
}

/* serial.origin(serial.serial) -> record; pool NULL for a foreign number */
Datum
serial_origin(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	Identifier	id;
	Pool	   *pool;
	int64		ordinal;
	Row			row;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "serial.origin does not return a record");
	memset(row.nulls, true, sizeof(row.nulls));
	ValueOpen(PG_GETARG_SERIAL_PP(0), &id);
	pool = PoolOfIdentifier(&id, &ordinal);
	if (pool == NULL)
	{
		put(&row, ORIGIN_ISSUED, BoolGetDatum(false));
		put_text(&row, ORIGIN_STATE, "foreign");
	}
	else if (ordinal < POOL_FIRST_ORDINAL)
	{
		put_text(&row, ORIGIN_POOL, pool->name);
		put(&row, ORIGIN_ISSUED, BoolGetDatum(false));
		put_text(&row, ORIGIN_STATE, "not issued");
	}
	else
	{
		put_text(&row, ORIGIN_POOL, pool->name);
		put(&row, ORIGIN_ORDINAL, Int64GetDatum(ordinal));
		put_record(&row, pool, ordinal);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  row.values, row.nulls)));
}
