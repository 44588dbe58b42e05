/*-------------------------------------------------------------------------
 *
 * pool.c
 *	  A pool, as its row in serial.pool describes it.
 *
 * The row is read without asking for rights on the table: who may execute
 * the functions of this room may issue, and nobody else reaches this code.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "commands/sequence.h"
#include "issue/pool.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* columns of serial.pool; the order of issue.sql */
typedef enum PoolColumn
{
	POOL_NUMBER = 1,
	POOL_NAME,
	POOL_SCHEME,
	POOL_PREFIX,
	POOL_LENGTH,
	POOL_CAPACITY,
	POOL_SEQUENCE,
	POOL_OPEN
} PoolColumn;

static Oid
relation_of_schema(const char *name)
{
	return get_relname_relid(name, get_namespace_oid("serial", false));
}

static Datum
column(HeapTuple tuple, TupleDesc desc, PoolColumn attribute)
{
	bool		isnull;
	Datum		datum = heap_getattr(tuple, attribute, desc, &isnull);

	if (isnull)
		elog(ERROR, "column %d of serial.pool is null", attribute);
	return datum;
}

static void
fill_pool(Pool *pool, HeapTuple tuple, TupleDesc desc, const char *name)
{
	char	   *scheme = TextDatumGetCString(column(tuple, desc, POOL_SCHEME));

	if (!DatumGetBool(column(tuple, desc, POOL_OPEN)))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pool \"%s\" is closed", name),
				 errdetail("A closed pool issues nothing, and keeps its numbers from others.")));
	namestrcpy(&pool->name, name);
	pool->sequence = DatumGetObjectId(column(tuple, desc, POOL_SEQUENCE));
	pool->capacity = DatumGetInt64(column(tuple, desc, POOL_CAPACITY));
	TemplateInit(&pool->template, SchemeByName(scheme, strlen(scheme)),
				 TextDatumGetCString(column(tuple, desc, POOL_PREFIX)),
				 DatumGetInt32(column(tuple, desc, POOL_LENGTH)));
}

/*
 * Finds an open pool by name.  Errors: 42704 no such pool, 55000 closed.
 */
void
PoolOpen(Pool *pool, const char *name)
{
	Relation	rel = table_open(relation_of_schema("pool"), AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, POOL_NAME, BTEqualStrategyNumber, F_TEXTEQ,
				CStringGetTextDatum(name));
	key.sk_collation = DEFAULT_COLLATION_OID;
	scan = systable_beginscan(rel, relation_of_schema("pool_name_key"), true,
							  GetActiveSnapshot(), 1, &key);
	tuple = systable_getnext(scan);
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("pool \"%s\" does not exist", name),
				 errhint("serial.pools lists the pools; serial.create_pool makes one.")));
	fill_pool(pool, tuple, RelationGetDescr(rel), name);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/*
 * The next ordinal.  The sequence has the pool's capacity as its maximum, so
 * that no path leads beyond it; only its error needs the pool's words.
 */
int64
PoolNextOrdinal(const Pool *pool)
{
	MemoryContext context = CurrentMemoryContext;
	volatile int64 ordinal = 0;

	PG_TRY();
	{
		ordinal = nextval_internal(pool->sequence, false);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		if (geterrcode() != ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED)
			PG_RE_THROW();
		FlushErrorState();
		ereport(ERROR,
				(errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
				 errmsg("pool \"%s\" has issued all its %lld numbers",
						NameStr(pool->name), (long long) pool->capacity),
				 errhint("Create another pool with a prefix or length of its own.")));
	}
	PG_END_TRY();
	return ordinal;
}

/*
 * Writes an ordinal in decimal, zeros in front.
 */
static void
write_ordinal(int64 ordinal, char *issued, int length)
{
	int			i;

	for (i = length - 1; i >= 0; i--)
	{
		issued[i] = '0' + ordinal % 10;
		ordinal /= 10;
	}
}

/*
 * The identifier of an ordinal.
 */
Serial *
PoolIdentifier(Pool *pool, int64 ordinal)
{
	write_ordinal(ordinal, pool->template.issued, pool->template.length);
	TemplateFinish(&pool->template);
	return ValueMake(&pool->template.id);
}
