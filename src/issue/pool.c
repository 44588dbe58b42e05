/*-------------------------------------------------------------------------
 *
 * pool.c
 *	  Pools, as their rows in serial.pool describe them.
 *
 * Rows are read without asking for rights on the table: who may execute the
 * functions of this room may issue, and nobody else reaches this code.
 *
 * A backend reads the table once and keeps what it found, key schedules
 * included, until somebody changes the table: a trigger on it sends the
 * relation's invalidation, to which all backends listen.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <openssl/crypto.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "commands/trigger.h"
#include "issue/key.h"
#include "issue/pool.h"
#include "catalog/catalog.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(serial_pools_changed);

/* columns of serial.pool; the order of issue.sql */
typedef enum PoolColumn
{
	POOL_NUMBER = 1,
	POOL_NAME,
	POOL_SCHEME,
	POOL_PREFIX,
	POOL_LENGTH,
	POOL_ALPHABET,
	POOL_RANDOM,
	POOL_GUESS_BOUND,
	POOL_CAPACITY,
	POOL_SEQUENCE,
	POOL_MASTER_KEY,
	POOL_OPEN
} PoolColumn;

typedef struct PoolCache
{
	MemoryContext context;		/* of all that is below; NULL: nothing read */
	Oid			relation;		/* serial.pool */
	bool		complete;		/* has it been read to its end? */
	bool		stale;			/* has the table changed since? */
	List	   *pools;
} PoolCache;

static PoolCache cache;

static void
pool_table_changed(Datum arg, Oid relation)
{
	if (relation == InvalidOid || relation == cache.relation)
		cache.stale = true;
}

/*
 * Runs when the cache's context is deleted: OpenSSL's memory is not in it.
 */
static void
free_ciphers(void *arg)
{
	ListCell   *cell;

	foreach(cell, cache.pools)
		Ff1Free(&((Pool *) lfirst(cell))->ff1);
	cache.pools = NIL;
}

static void
reset_cache(void)
{
	static bool registered = false;
	static MemoryContextCallback callback = {.func = free_ciphers};

	if (!registered)
	{
		CacheRegisterRelcacheCallback(pool_table_changed, (Datum) 0);
		registered = true;
	}
	if (cache.context != NULL)
		MemoryContextDelete(cache.context);
	cache.context = AllocSetContextCreate(CacheMemoryContext, "serial pools",
										  ALLOCSET_DEFAULT_SIZES);
	MemoryContextRegisterResetCallback(cache.context, &callback);
	cache.complete = false;
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

static char *
text_column(HeapTuple tuple, TupleDesc desc, PoolColumn attribute)
{
	return TextDatumGetCString(column(tuple, desc, attribute));
}

static unsigned char *
fingerprint_column(HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	Datum		datum = heap_getattr(tuple, POOL_MASTER_KEY, desc, &isnull);
	bytea	   *bytes;
	unsigned char *fingerprint;

	if (isnull)
		return NULL;
	bytes = DatumGetByteaPP(datum);
	if (VARSIZE_ANY_EXHDR(bytes) != FINGERPRINT_BYTES)
		elog(ERROR, "column %d of serial.pool is not a fingerprint",
			 POOL_MASTER_KEY);
	fingerprint = palloc(FINGERPRINT_BYTES);
	memcpy(fingerprint, VARDATA_ANY(bytes), FINGERPRINT_BYTES);
	return fingerprint;
}

static Pool *
make_pool(HeapTuple tuple, TupleDesc desc)
{
	Pool	   *pool = palloc0(sizeof(Pool));
	char	   *scheme = text_column(tuple, desc, POOL_SCHEME);
	char	   *prefix = text_column(tuple, desc, POOL_PREFIX);
	char	   *alphabet = text_column(tuple, desc, POOL_ALPHABET);
	int			length = DatumGetInt32(column(tuple, desc, POOL_LENGTH));

	pool->number = DatumGetInt32(column(tuple, desc, POOL_NUMBER));
	pool->name = text_column(tuple, desc, POOL_NAME);
	pool->sequence = DatumGetObjectId(column(tuple, desc, POOL_SEQUENCE));
	pool->capacity = DatumGetInt64(column(tuple, desc, POOL_CAPACITY));
	pool->open = DatumGetBool(column(tuple, desc, POOL_OPEN));
	pool->random = DatumGetBool(column(tuple, desc, POOL_RANDOM));
	pool->fingerprint = fingerprint_column(tuple, desc);
	pool->description = psprintf("serial pool key 1|%s|%s|%d|%s",
								 scheme, prefix, length, alphabet);
	pool->template.id.scheme = SchemeByName(scheme, strlen(scheme));
	if (pool->template.id.scheme == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("pool \"%s\" is of unknown scheme \"%s\"",
						pool->name, scheme)));
	TemplateInit(&pool->template, pool->template.id.scheme, prefix, length);
	NumberingInit(&pool->numbering, alphabet, length);
	return pool;
}

static void
read_pools(void)
{
	Oid			relation = CatalogTableOid("pool");
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;

	reset_cache();
	cache.relation = relation;
	rel = table_open(relation, AccessShareLock);
	cache.stale = false;
	/* no snapshot: the newest, for what is read is kept beyond this one */
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		MemoryContext old = MemoryContextSwitchTo(cache.context);

		cache.pools = lappend(cache.pools,
							  make_pool(tuple, RelationGetDescr(rel)));
		MemoryContextSwitchTo(old);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	cache.complete = true;
}

/*
 * The pools, read again if they have changed, or if an error kept them from
 * being read whole.
 */
static List *
pools(void)
{
	/* a transaction that has all its locks would not hear of changes */
	AcceptInvalidationMessages();
	if (!cache.complete || cache.stale)
		read_pools();
	return cache.pools;
}

bool
PoolsExist(void)
{
	return pools() != NIL;
}

Pool *
PoolFind(const char *name)
{
	ListCell   *cell;

	foreach(cell, pools())
	{
		Pool	   *pool = lfirst(cell);

		if (strcmp(pool->name, name) == 0)
			return pool;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("pool \"%s\" does not exist", name),
			 errhint("serial.pools lists the pools; serial.create_pool makes one.")));
}

Pool *
PoolByNumber(int32 number)
{
	ListCell   *cell;

	foreach(cell, pools())
	{
		Pool	   *pool = lfirst(cell);

		if (pool->number == number)
			return pool;
	}
	elog(ERROR, "there is no pool %d", number);
}

void
PoolRequireOpen(const Pool *pool)
{
	if (!pool->open)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pool \"%s\" is closed", pool->name),
				 errdetail("A closed pool issues nothing, and keeps its numbers from others.")));
}

/*
 * Makes the permutation of a random pool ready: once a backend.
 */
void
PoolPrepare(Pool *pool)
{
	unsigned char key[FF1_KEY_BYTES];

	if (!pool->random || pool->ff1.cipher != NULL)
		return;
	KeyOpen(pool->number, pool->name, pool->description, pool->fingerprint, key);
	Ff1Init(&pool->ff1, key, FF1_KEY_BYTES,
			(unsigned char *) pool->description, strlen(pool->description),
			pool->numbering.radix, pool->numbering.length);
	OPENSSL_cleanse(key, sizeof(key));
}

void
PoolIdentifiers(Pool *pool, int64 first, int n, char *values)
{
	Ff1Block	blocks[FF1_BATCH];
	int			i;

	PoolPrepare(pool);
	for (i = 0; i < n; i++)
		NumberingSplit(&pool->numbering, first + i, &blocks[i]);
	if (pool->random)
		Ff1Encrypt(&pool->ff1, blocks, n);
	for (i = 0; i < n; i++)
	{
		NumberingWrite(&pool->numbering, &blocks[i], pool->template.issued);
		TemplateFinish(&pool->template);
		ValueWrite(&pool->template.id, (Serial *) (values + i * VALUE_MAX));
	}
}

/*
 * Is the number one of the pool's space?  The ordinal is 0 when it is one
 * that the pool never issues.
 */
static bool
read_number(Pool *pool, const Identifier *id, int64 *ordinal)
{
	const char *issued = TemplateMatch(&pool->template, id);
	Ff1Block	block;

	if (issued == NULL || !NumberingRead(&pool->numbering, issued, &block))
		return false;
	PoolPrepare(pool);
	if (pool->random)
		Ff1Decrypt(&pool->ff1, &block, 1);
	if (!NumberingJoin(&pool->numbering, &block, ordinal) ||
		*ordinal > pool->capacity)
		*ordinal = 0;
	return true;
}

/*
 * What pools issue never meets, but the space of a sequential pool that has
 * less than all of it may hold another pool: the one that can issue the number
 * goes first.
 */
Pool *
PoolOfIdentifier(const Identifier *id, int64 *ordinal)
{
	Pool	   *beyond = NULL;
	ListCell   *cell;

	foreach(cell, pools())
	{
		Pool	   *pool = lfirst(cell);

		if (!read_number(pool, id, ordinal))
			continue;
		if (*ordinal >= POOL_FIRST_ORDINAL)
			return pool;
		beyond = pool;
	}
	*ordinal = 0;
	return beyond;
}

/* serial_internal.pools_changed(): statement trigger on serial.pool */
Datum
serial_pools_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("serial_internal.pools_changed can only be called as a trigger")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	return PointerGetDatum(NULL);
}
