/*-------------------------------------------------------------------------
 *
 * pool.c
 *	  Pools as described by the rows of serial.pool.
 *
 * No rights on the table are checked: EXECUTE on the functions of this module
 * is the right to issue, and nobody without it reaches this code.
 *
 * A backend reads the table once and caches the pools, key schedules included.
 * When somebody changes the table, a trigger on it sends a relation cache
 * invalidation, and all backends read it again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <openssl/crypto.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/serial_catalog.h"
#include "commands/trigger.h"
#include "compat.h"
#include "issue/key.h"
#include "issue/pool.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(serial_pools_changed);

typedef struct PoolCache
{
	MemoryContext context;		/* of all that follows; NULL: nothing was read */
	Oid			relation;		/* serial.pool */
	bool		complete;		/* was the table read to its end? */
	bool		stale;			/* was the table changed since? */
	List	   *pools;
} PoolCache;

static PoolCache pool_cache;

static void
pool_cache_invalidate(Datum arg, Oid relation)
{
	if (relation == InvalidOid || relation == pool_cache.relation)
		pool_cache.stale = true;
}

/*
 * Runs when the context of the cache is deleted, since the ciphers are
 * allocated by OpenSSL.
 */
static void
pool_cache_free_ciphers(void *arg)
{
	ListCell   *cell;

	foreach(cell, pool_cache.pools)
		Ff1Free(&((Pool *) lfirst(cell))->ff1);
	pool_cache.pools = NIL;
}

static void
pool_cache_reset(void)
{
	static bool registered = false;
	static MemoryContextCallback callback = {.func = pool_cache_free_ciphers};

	if (!registered)
	{
		CacheRegisterRelcacheCallback(pool_cache_invalidate, (Datum) 0);
		registered = true;
	}
	if (pool_cache.context != NULL)
		MemoryContextDelete(pool_cache.context);
	pool_cache.context = AllocSetContextCreate(CacheMemoryContext, "serial pools",
											   ALLOCSET_DEFAULT_SIZES);
	MemoryContextRegisterResetCallback(pool_cache.context, &callback);
	pool_cache.complete = false;
}

static Datum
pool_column(HeapTuple tuple, TupleDesc desc, PoolColumn attribute)
{
	bool		isnull;
	Datum		datum = heap_getattr(tuple, COLUMN_ATTNUM(attribute), desc, &isnull);

	if (isnull)
		elog(ERROR, "column %d of serial.pool is null", COLUMN_ATTNUM(attribute));
	return datum;
}

static char *
pool_text_column(HeapTuple tuple, TupleDesc desc, PoolColumn attribute)
{
	return TextDatumGetCString(pool_column(tuple, desc, attribute));
}

static unsigned char *
pool_fingerprint_column(HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	Datum		datum = heap_getattr(tuple, COLUMN_ATTNUM(POOL_MASTER_KEY), desc, &isnull);
	bytea	   *bytes;
	unsigned char *fingerprint;

	if (isnull)
		return NULL;
	bytes = DatumGetByteaPP(datum);
	if (VARSIZE_ANY_EXHDR(bytes) != FINGERPRINT_BYTES)
		elog(ERROR, "column %d of serial.pool is not a fingerprint",
			 COLUMN_ATTNUM(POOL_MASTER_KEY));
	fingerprint = palloc(FINGERPRINT_BYTES);
	memcpy(fingerprint, VARDATA_ANY(bytes), FINGERPRINT_BYTES);
	return fingerprint;
}

static Pool *
pool_from_row(HeapTuple tuple, TupleDesc desc)
{
	Pool	   *pool = palloc0(sizeof(Pool));
	char	   *scheme = pool_text_column(tuple, desc, POOL_SCHEME);
	char	   *prefix = pool_text_column(tuple, desc, POOL_PREFIX);
	char	   *alphabet = pool_text_column(tuple, desc, POOL_ALPHABET);
	int			length = DatumGetInt32(pool_column(tuple, desc, POOL_LENGTH));

	pool->number = DatumGetInt32(pool_column(tuple, desc, POOL_NUMBER));
	pool->name = pool_text_column(tuple, desc, POOL_NAME);
	pool->sequence = DatumGetObjectId(pool_column(tuple, desc, POOL_ORDINALS));
	pool->first = DatumGetInt64(pool_column(tuple, desc, POOL_FIRST));
	pool->highest = pool->first +
		DatumGetInt64(pool_column(tuple, desc, POOL_CAPACITY)) - 1;
	pool->open = DatumGetBool(pool_column(tuple, desc, POOL_OPEN));
	pool->random = DatumGetBool(pool_column(tuple, desc, POOL_RANDOM));
	pool->fingerprint = pool_fingerprint_column(tuple, desc);
	pool->description = psprintf("serial pool key 1|%s|%s|%d|%s",
								 scheme, prefix, length, alphabet);
	pool->template.id.scheme = SchemeByName(scheme, strlen(scheme));
	if (pool->template.id.scheme == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("pool \"%s\" is of unknown scheme \"%s\"",
						pool->name, scheme)));
	IdentifierTemplateInit(&pool->template, pool->template.id.scheme, prefix, length);
	NumberingInit(&pool->numbering, alphabet, length);
	pool->check_in_alphabet = pool->template.check_at >= 0 &&
		strcmp(alphabet, POOL_BASE32) == 0;
	return pool;
}

static void
pool_cache_fill(void)
{
	Oid			relation = CatalogTableOid("pool");
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;

	pool_cache_reset();
	pool_cache.relation = relation;
	rel = table_open(relation, AccessShareLock);
	pool_cache.stale = false;
	/* with the newest snapshot, since the cache outlives the current one */
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		MemoryContext old = MemoryContextSwitchTo(pool_cache.context);

		pool_cache.pools = lappend(pool_cache.pools,
								   pool_from_row(tuple, RelationGetDescr(rel)));
		MemoryContextSwitchTo(old);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	pool_cache.complete = true;
}

/*
 * The pools, read again if the table has changed or if an error interrupted
 * the last reading.
 */
static List *
pool_cache_pools(void)
{
	/* a transaction that takes no further lock would not process these */
	AcceptInvalidationMessages();
	if (!pool_cache.complete || pool_cache.stale)
		pool_cache_fill();
	return pool_cache.pools;
}

bool
PoolsExist(void)
{
	return pool_cache_pools() != NIL;
}

Pool *
PoolFind(const char *name)
{
	ListCell   *cell;

	foreach(cell, pool_cache_pools())
	{
		Pool	   *pool = lfirst(cell);

		if (strcmp(pool->name, name) == 0)
			return pool;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("pool \"%s\" does not exist", name),
			 errhint("serial.pools lists the pools; serial.create_pool creates one.")));
}

Pool *
PoolByNumber(int32 number)
{
	ListCell   *cell;

	foreach(cell, pool_cache_pools())
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
				 errdetail("A closed pool issues no numbers, and no other pool can use its numbers.")));
}

/*
 * Prepares the permutation of a random pool, once a backend.  The pool gets it
 * when it is complete: after an error, half a permutation would issue other
 * numbers.
 */
void
PoolPrepare(Pool *pool)
{
	unsigned char key[FF1_KEY_BYTES];
	Ff1			ff1;

	if (!pool->random || pool->ff1.cipher != NULL)
		return;
	KeyOpen(pool->number, pool->name, pool->description, pool->fingerprint, key);
	Ff1Init(&ff1, key, FF1_KEY_BYTES,
			(unsigned char *) pool->description, strlen(pool->description),
			pool->numbering.radix, pool->numbering.length);
	OPENSSL_cleanse(key, sizeof(key));
	pool->ff1 = ff1;
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
		IdentifierTemplateFinish(&pool->template);
		ValueWrite(&pool->template.id, (Serial *) (values + i * VALUE_MAX));
	}
}

/*
 * Does the check of the template's identifier consist of characters of the
 * alphabet?
 */
static bool
pool_check_matches(const Pool *pool, const Identifier *id)
{
	int			i;

	for (i = pool->template.check_at; i < id->key_len; i++)
		if (pool->numbering.values[(unsigned char) id->key[i]] < 0)
			return false;
	return true;
}

bool
PoolCheckIsInAlphabet(Pool *pool, int64 ordinal)
{
	int32		value[VALUE_MAX / sizeof(int32)];

	if (!pool->check_in_alphabet)
		return true;
	PoolIdentifiers(pool, ordinal, 1, (char *) value);
	return pool_check_matches(pool, &pool->template.id);
}

/*
 * Does an identifier lie in the number space of a pool?
 */
static bool
pool_read_number(Pool *pool, const Identifier *id, Numeral *position)
{
	const char *issued = IdentifierTemplateMatch(&pool->template, id);
	Ff1Block	block;

	if (issued == NULL || !NumberingRead(&pool->numbering, issued, &block))
		return false;
	if (pool->check_in_alphabet && !pool_check_matches(pool, id))
		return false;
	PoolPrepare(pool);
	if (pool->random)
		Ff1Decrypt(&pool->ff1, &block, 1);
	*position = NumberingJoin(&pool->numbering, &block);
	return true;
}

/*
 * No two pools issue the same number, but the space of a sequential pool may
 * contain another pool beyond its capacity.  A pool that can issue the number
 * takes precedence.
 */
Pool *
PoolOfIdentifier(const Identifier *id, Numeral *position)
{
	Pool	   *beyond = NULL;
	Numeral		beyond_position = 0;
	ListCell   *cell;

	foreach(cell, pool_cache_pools())
	{
		Pool	   *pool = lfirst(cell);

		if (!pool_read_number(pool, id, position))
			continue;
		if (*position >= 1 && *position <= (Numeral) pool->highest)
			return pool;
		beyond = pool;
		beyond_position = *position;
	}
	*position = beyond_position;
	return beyond;
}

int64
PoolOrdinal(const Pool *pool, Numeral position)
{
	return position >= (Numeral) pool->first &&
		position <= (Numeral) pool->highest ?
		(int64) position : 0;
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
