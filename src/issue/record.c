/*-------------------------------------------------------------------------
 *
 * record.c
 *	  What is written down about issued numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "issue/record.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/*
 * A statement that is planned once a backend.
 */
typedef struct Statement
{
	const char *text;
	int			nargs;
	Oid			types[5];
	int			expected;		/* what SPI calls its success */
	SPIPlanPtr	plan;
} Statement;

/* the user and context that were there before the owner's */
typedef struct Caller
{
	Oid			user;
	int			context;
} Caller;

static void
become_owner(Caller *caller)
{
	Oid			relation = get_relname_relid("batch", get_namespace_oid("serial", false));
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

static void
begin(Caller *caller)
{
	become_owner(caller);
	SPI_connect();
}

static void
finish(const Caller *caller)
{
	SPI_finish();
	SetUserIdAndSecContext(caller->user, caller->context);
}

static void
execute(Statement *statement, Datum *values, const char *nulls)
{
	if (statement->plan == NULL)
	{
		SPIPlanPtr	plan = SPI_prepare(statement->text, statement->nargs,
									   statement->types);

		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare \"%s\"", statement->text);
		statement->plan = plan;
	}
	if (SPI_execute_plan(statement->plan, values, nulls, false, 1) !=
		statement->expected)
		elog(ERROR, "could not execute \"%s\"", statement->text);
}

static Datum
result(int attribute, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
						 attribute, isnull);
}

void
RecordBatch(int32 pool, int64 first, int64 n, int64 lease, text *reference)
{
	static Statement insert = {
		"INSERT INTO serial.batch (pool, ordinals, lease, reference)"
		" VALUES ($1, pg_catalog.int8multirange(pg_catalog.int8range($2, $3)), $4, $5)",
		5, {INT4OID, INT8OID, INT8OID, INT8OID, TEXTOID}, SPI_OK_INSERT, NULL
	};
	Datum		values[] = {Int32GetDatum(pool), Int64GetDatum(first),
	Int64GetDatum(first + n), Int64GetDatum(lease), PointerGetDatum(reference)};
	char		nulls[] = {' ', ' ', ' ', lease == NO_LEASE ? 'n' : ' ',
	reference == NULL ? 'n' : ' '};
	Caller		caller;

	begin(&caller);
	execute(&insert, values, nulls);
	finish(&caller);
}

void
LeaseOpen(int64 number, Lease *lease)
{
	static Statement select = {
		"SELECT l.pool, pg_catalog.lower(l.ordinals), pg_catalog.upper(l.ordinals) - 1,"
		" l.issued, l.returned_at IS NOT NULL, l.expires_at <= pg_catalog.now()"
		" FROM serial.lease AS l WHERE l.lease = $1 FOR SHARE",
		1, {INT8OID}, SPI_OK_SELECT, NULL
	};
	Datum		values[] = {Int64GetDatum(number)};
	bool		returned;
	bool		expired;
	bool		isnull;
	Caller		caller;

	begin(&caller);
	execute(&select, values, NULL);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("lease %lld does not exist", (long long) number)));
	lease->number = number;
	lease->pool = DatumGetInt32(result(1, &isnull));
	lease->lowest = DatumGetInt64(result(2, &isnull));
	lease->highest = DatumGetInt64(result(3, &isnull));
	lease->sequence = DatumGetObjectId(result(4, &isnull));
	returned = DatumGetBool(result(5, &isnull));
	expired = DatumGetBool(result(6, &isnull));
	finish(&caller);
	if (returned || expired)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 returned ? errmsg("lease %lld has been returned", (long long) number)
				 : errmsg("lease %lld has expired", (long long) number),
				 errdetail("Its unused numbers are never issued.")));
}

static char *
text_result(int attribute, MemoryContext context)
{
	bool		isnull;
	Datum		datum = result(attribute, &isnull);

	return isnull ? NULL :
		MemoryContextStrdup(context, TextDatumGetCString(datum));
}

static void
read_lease(Record *record, MemoryContext context)
{
	bool		isnull;

	record->lease.number = DatumGetInt64(result(5, &isnull));
	record->in_lease = !isnull;
	if (isnull)
		return;
	record->lease.lowest = DatumGetInt64(result(6, &isnull));
	record->lease.highest = DatumGetInt64(result(7, &isnull));
	record->lease.sequence = DatumGetObjectId(result(8, &isnull));
	record->holder = text_result(9, context);
	record->returned = DatumGetBool(result(10, &isnull));
	record->expired = DatumGetBool(result(11, &isnull)) && !isnull;
}

void
RecordRead(int32 pool, int64 ordinal, Record *record)
{
	static Statement select = {
		"SELECT b.batch, b.reference, b.issued_at, b.issued_by::pg_catalog.text,"
		" l.lease, pg_catalog.lower(l.ordinals), pg_catalog.upper(l.ordinals) - 1, l.issued, l.holder,"
		" l.returned_at IS NOT NULL, l.expires_at <= pg_catalog.now(), v.reason"
		" FROM (SELECT) AS one"
		" LEFT JOIN LATERAL (SELECT * FROM serial.batch AS b"
		"  WHERE b.pool = $1 AND pg_catalog.lower(b.ordinals) <= $2"
		"  ORDER BY pg_catalog.lower(b.ordinals) DESC LIMIT 1) AS b ON b.ordinals @> $2"
		" LEFT JOIN LATERAL (SELECT * FROM serial.lease AS l"
		"  WHERE l.pool = $1 AND pg_catalog.lower(l.ordinals) <= $2"
		"  ORDER BY pg_catalog.lower(l.ordinals) DESC LIMIT 1) AS l ON l.ordinals @> $2"
		" LEFT JOIN serial.voided AS v ON v.pool = $1 AND v.ordinal = $2",
		2, {INT4OID, INT8OID}, SPI_OK_SELECT, NULL
	};
	Datum		values[] = {Int32GetDatum(pool), Int64GetDatum(ordinal)};
	MemoryContext context = CurrentMemoryContext;
	bool		isnull;
	Caller		caller;

	memset(record, 0, sizeof(Record));
	begin(&caller);
	execute(&select, values, NULL);
	record->batch = DatumGetInt64(result(1, &isnull));
	record->in_batch = !isnull;
	record->reference = text_result(2, context);
	record->issued_at = DatumGetTimestampTz(result(3, &isnull));
	record->issued_by = text_result(4, context);
	read_lease(record, context);
	record->void_reason = text_result(12, context);
	finish(&caller);
}
