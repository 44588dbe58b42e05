/*-------------------------------------------------------------------------
 *
 * outermost.c
 *	  The outermost container around an item.
 *
 * Queries call it row by row, mostly for many items in few containers: the
 * result is cached for each container that an item is directly in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "hierarchy/operator/call_cache.h"
#include "hierarchy/walk/ancestors.h"
#include "miscadmin.h"

PG_FUNCTION_INFO_V1(serial_outermost);

typedef struct OutermostEntry
{
	Serial	   *container;
	Serial	   *outermost;
	char		status;
} OutermostEntry;

#define SH_PREFIX		outermost
#define SH_ELEMENT_TYPE	OutermostEntry
#define SH_KEY_TYPE		Serial *
#define SH_KEY			container
#define SH_HASH_KEY(table, key)	ValueHash(key)
#define SH_EQUAL(table, a, b)	ValueEqual(a, b)
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct OutermostCache
{
	CallCache	base;
	outermost_hash *entries;
} OutermostCache;

static Serial *
outermost_ascend(LinkReader *reader, Serial *container)
{
	Serial	   *outermost = container;
	AncestorIterator ancestors;
	const ContainmentInterval *outer;

	AncestorsBegin(&ancestors, reader, container);
	while ((outer = AncestorsNext(&ancestors)) != NULL)
		outermost = outer->container;
	return outermost;
}

static bool
outermost_cache_has_capacity(const OutermostCache *cache)
{
	return cache->entries->members <
		get_hash_memory_limit() / (sizeof(OutermostEntry) + 64);
}

static void
outermost_cache_add(OutermostCache *cache, Serial *container, Serial *outermost)
{
	MemoryContext caller = MemoryContextSwitchTo(cache->base.memory);
	bool		found;
	OutermostEntry *entry = outermost_insert(cache->entries,
											 SerialCopy(container), &found);

	entry->outermost = SerialCopy(outermost);
	MemoryContextSwitchTo(caller);
}

/*
 * The outermost container around a container; the container itself if it is in
 * none.
 */
static Serial *
outermost_of_container(FunctionCallInfo fcinfo, LinkReader *reader,
					   Serial *container)
{
	OutermostCache *cache = CallCacheOpen(fcinfo, sizeof(OutermostCache));
	OutermostEntry *entry;
	Serial	   *outermost;

	if (cache->entries == NULL)
		cache->entries = outermost_create(cache->base.memory, 64, NULL);
	entry = outermost_lookup(cache->entries, container);
	if (entry != NULL)
		return entry->outermost;
	outermost = outermost_ascend(reader, container);
	if (outermost_cache_has_capacity(cache))
		outermost_cache_add(cache, container, outermost);
	return outermost;
}

/*
 * serial.outermost(id serial.serial) -> serial.serial
 */
Datum
serial_outermost(PG_FUNCTION_ARGS)
{
	Serial	   *outermost = PG_GETARG_SERIAL_PP(0);
	LinkReader *reader = LinksOpen(LINKS_NOW);
	Serial	   *parent = reader->parent(reader, outermost);

	if (parent != NULL)
		outermost = reader->sees_all ?
			outermost_of_container(fcinfo, reader, parent) :
			outermost_ascend(reader, parent);
	reader->close(reader);
	PG_RETURN_SERIAL(SerialCopy(outermost));
}
