/*-------------------------------------------------------------------------
 *
 * inside.c
 *	  The operators <@ and @>: is an item packed inside a container?
 *
 * Where possible, the planner turns them into an index condition (planner.c).
 * Elsewhere they are evaluated row by row, mostly for the same containers.  Each
 * evaluation ascends from the item; after a number of them it pays to descend
 * from the containers once and cache their contents.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "hierarchy/operator/call_cache.h"
#include "hierarchy/walk/ancestors.h"
#include "hierarchy/walk/descend.h"
#include "miscadmin.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(serial_is_inside);
PG_FUNCTION_INFO_V1(serial_has_inside);
PG_FUNCTION_INFO_V1(serial_is_inside_any);
PG_FUNCTION_INFO_V1(serial_any_has_inside);

/* to ascend once costs about as much as to descend to this many items */
#define ITEMS_PER_ASCENT 16

/* how many times to ascend before the first attempt to cache the contents */
#define FIRST_ASCENTS 8

typedef struct InsideCache
{
	CallCache	base;
	struct varlena *argument;	/* the container or containers, as passed */
	SerialSet	containers;		/* sorted */
	int64		ascents;		/* so far */
	int64		ascents_before_caching;
	bool		has_contents;
	SerialSet	contents;		/* sorted, if has_contents */
} InsideCache;

static bool
inside_cache_is_for(const InsideCache *cache, const struct varlena *argument)
{
	return cache->argument != NULL &&
		VARSIZE_ANY(argument) == VARSIZE_ANY(cache->argument) &&
		memcmp(argument, cache->argument, VARSIZE_ANY(argument)) == 0;
}

/*
 * Opens the cache, and empties it if it is for other containers.
 */
static InsideCache *
inside_cache_open(FunctionCallInfo fcinfo, struct varlena *argument,
				  bool is_array)
{
	InsideCache *cache = CallCacheOpen(fcinfo, sizeof(InsideCache));
	MemoryContext caller;

	if (inside_cache_is_for(cache, argument))
		return cache;
	CallCacheReset(&cache->base, sizeof(InsideCache));
	caller = MemoryContextSwitchTo(cache->base.memory);
	cache->ascents_before_caching = FIRST_ASCENTS;
	argument = memcpy(palloc(VARSIZE_ANY(argument)), argument,
					  VARSIZE_ANY(argument));
	if (is_array)
		SerialSetFromArray(&cache->containers, (ArrayType *) argument);
	else
	{
		SerialSetInit(&cache->containers);
		SerialSetAdd(&cache->containers, argument);
	}
	(void) SerialSetSort(&cache->containers);
	cache->argument = argument;
	MemoryContextSwitchTo(caller);
	return cache;
}

static bool
inside_by_ascent(const SerialSet *containers, Serial *item)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	AncestorIterator ancestors;
	const ContainmentInterval *outer;
	bool		inside = false;

	AncestorsBegin(&ancestors, reader, item);
	while (!inside && (outer = AncestorsNext(&ancestors)) != NULL)
		inside = SerialSetHas(containers, outer->container);
	reader->close(reader);
	return inside;
}

/*
 * The contents that a descent collects, and how many more it may collect.
 */
typedef struct ContentsBudget
{
	SerialSet  *contents;
	int64		remaining;
} ContentsBudget;

static bool
inside_collect_content(Descent *walk, const Link *link)
{
	ContentsBudget *budget = walk->context;

	SerialSetAdd(budget->contents, SerialCopy(link->child));
	return --budget->remaining > 0;
}

static int64
inside_cache_budget(const InsideCache *cache)
{
	int64		fits = get_hash_memory_limit() / (sizeof(Serial *) + 32);

	return Min(cache->ascents * ITEMS_PER_ASCENT, fits);
}

/*
 * Descends, no farther than the ascents so far have cost.  If the contents are
 * larger than that, as many ascents again must pass before the next attempt.
 */
static void
inside_cache_fill(InsideCache *cache)
{
	MemoryContext memory = AllocSetContextCreate(cache->base.memory, "serial contents",
												 ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(memory);
	ContentsBudget budget = {&cache->contents, inside_cache_budget(cache)};
	Descent		walk = {.visit = inside_collect_content,.context = &budget,
		.max_depth = ANY_DEPTH,
	.reader = LinksOpen(LINKS_NOW)};
	bool		complete = true;
	int			i;

	SerialSetInit(&cache->contents);
	for (i = 0; complete && i < cache->containers.n; i++)
		complete = Descend(&walk, cache->containers.members[i]);
	walk.reader->close(walk.reader);
	MemoryContextSwitchTo(caller);
	if (complete)
		(void) SerialSetSort(&cache->contents);
	else
		MemoryContextDelete(memory);
	cache->has_contents = complete;
	cache->ascents_before_caching *= 2;
}

/*
 * Contents are cached only where results depend only on the snapshot: a policy
 * may depend on a setting, and a foreign table changes without a new snapshot.
 */
static bool
inside_cache_should_fill(const InsideCache *cache)
{
	return !cache->has_contents &&
		cache->ascents >= cache->ascents_before_caching &&
		LinksAreOpenToUser();
}

static bool
inside_evaluate(FunctionCallInfo fcinfo, Serial *item,
				struct varlena *containers, bool is_array)
{
	InsideCache *cache = inside_cache_open(fcinfo, containers, is_array);

	if (inside_cache_should_fill(cache))
		inside_cache_fill(cache);
	if (cache->has_contents)
		return SerialSetHas(&cache->contents, item);
	cache->ascents++;
	return inside_by_ascent(&cache->containers, item);
}

/*
 * serial_internal.is_inside(id serial.serial, container serial.serial) -> boolean
 */
Datum
serial_is_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside_evaluate(fcinfo, PG_GETARG_SERIAL_PP(0),
								   PG_GETARG_SERIAL_PP(1), false));
}

/*
 * serial_internal.has_inside(container serial.serial, id serial.serial) -> boolean
 */
Datum
serial_has_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside_evaluate(fcinfo, PG_GETARG_SERIAL_PP(1),
								   PG_GETARG_SERIAL_PP(0), false));
}

/*
 * serial_internal.is_inside_any(id serial.serial, containers serial.serial[])
 *	  -> boolean
 */
Datum
serial_is_inside_any(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside_evaluate(fcinfo, PG_GETARG_SERIAL_PP(0),
								   (struct varlena *) PG_GETARG_ARRAYTYPE_P(1), true));
}

/*
 * serial_internal.any_has_inside(containers serial.serial[], id serial.serial)
 *	  -> boolean
 */
Datum
serial_any_has_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside_evaluate(fcinfo, PG_GETARG_SERIAL_PP(1),
								   (struct varlena *) PG_GETARG_ARRAYTYPE_P(0), true));
}
