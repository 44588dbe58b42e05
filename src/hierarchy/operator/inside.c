/*-------------------------------------------------------------------------
 *
 * inside.c
 *	  The operators <@ and @>: is an item packed inside a container?
 *
 * Where the planner can, it turns them into an index condition (plan.c).
 * Where it cannot, they are asked row by row, most often about the same
 * containers: after some climbs it pays to walk down once and remember what
 * is inside.
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

/* a climb costs about as much as walking down to this many things */
#define THINGS_A_CLIMB 16

/* how many climbs are made before the first walk down */
#define FIRST_PATIENCE 8

typedef struct InsideMemo
{
	CallCache	memo;
	struct varlena *asked;		/* the container or containers, as passed */
	SerialSet	containers;		/* sorted */
	int64		climbs;
	int64		patience;		/* how many climbs before walking down */
	bool		is_known;
	SerialSet	inside;			/* sorted, if known */
} InsideMemo;

static bool
is_about(const InsideMemo *memo, const struct varlena *asked)
{
	return memo->asked != NULL &&
		VARSIZE_ANY(asked) == VARSIZE_ANY(memo->asked) &&
		memcmp(asked, memo->asked, VARSIZE_ANY(asked)) == 0;
}

/*
 * The memo about these containers, and no others.
 */
static InsideMemo *
open_memo(FunctionCallInfo fcinfo, struct varlena *asked, bool is_array)
{
	InsideMemo *memo = CallCacheOpen(fcinfo, sizeof(InsideMemo));
	MemoryContext caller;

	if (is_about(memo, asked))
		return memo;
	CallCacheReset(&memo->memo, sizeof(InsideMemo));
	caller = MemoryContextSwitchTo(memo->memo.memory);
	memo->patience = FIRST_PATIENCE;
	asked = memcpy(palloc(VARSIZE_ANY(asked)), asked, VARSIZE_ANY(asked));
	if (is_array)
		SerialSetFromArray(&memo->containers, (ArrayType *) asked);
	else
	{
		SerialSetInit(&memo->containers);
		SerialSetAdd(&memo->containers, asked);
	}
	(void) SerialSetSort(&memo->containers);
	memo->asked = asked;
	MemoryContextSwitchTo(caller);
	return memo;
}

static bool
climbs_into(const SerialSet *containers, Serial *item)
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
 * What is remembered, with how much of it is worth its price.
 */
typedef struct Remembering
{
	SerialSet  *inside;
	int64		left;
} Remembering;

static bool
remember(Descent *walk, const Link *link)
{
	Remembering *remembering = walk->context;

	SerialSetAdd(remembering->inside, SerialCopy(link->child));
	return --remembering->left > 0;
}

static int64
worth_remembering(const InsideMemo *memo)
{
	int64		fits = get_hash_memory_limit() / (sizeof(Serial *) + 32);

	return Min(memo->climbs * THINGS_A_CLIMB, fits);
}

/*
 * Walks down, no farther than the climbs so far have cost; if that is not to
 * the end, the same number of climbs again must pass before the next try.
 */
static void
try_to_know(InsideMemo *memo)
{
	MemoryContext caller = MemoryContextSwitchTo(memo->memo.memory);
	Remembering remembering = {&memo->inside, worth_remembering(memo)};
	Descent		walk = {.visit = remember,.context = &remembering,
		.max_depth = ANY_DEPTH,
	.reader = LinksOpen(LINKS_NOW)};
	bool		complete = true;
	int			i;

	SerialSetInit(&memo->inside);
	for (i = 0; complete && i < memo->containers.n; i++)
		complete = Descend(&walk, memo->containers.members[i]);
	walk.reader->close(walk.reader);
	MemoryContextSwitchTo(caller);
	(void) SerialSetSort(&memo->inside);
	memo->is_known = complete;
	memo->patience *= 2;
}

/*
 * What a policy lets one see may hang on a setting, and a foreign table changes
 * without a new snapshot: there every climb is made.
 */
static bool
pays_to_know(const InsideMemo *memo)
{
	return memo->climbs >= memo->patience && LinksAreOpenToUser();
}

static bool
inside(FunctionCallInfo fcinfo, Serial *item, struct varlena *containers,
	   bool is_array)
{
	InsideMemo *memo = open_memo(fcinfo, containers, is_array);

	if (!memo->is_known && pays_to_know(memo))
		try_to_know(memo);
	if (memo->is_known)
		return SerialSetHas(&memo->inside, item);
	memo->climbs++;
	return climbs_into(&memo->containers, item);
}

/*
 * serial_internal.is_inside(item serial.serial, container serial.serial) -> boolean
 */
Datum
serial_is_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside(fcinfo, PG_GETARG_SERIAL_PP(0),
						  PG_GETARG_SERIAL_PP(1), false));
}

/*
 * serial_internal.has_inside(container serial.serial, item serial.serial) -> boolean
 */
Datum
serial_has_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside(fcinfo, PG_GETARG_SERIAL_PP(1),
						  PG_GETARG_SERIAL_PP(0), false));
}

/*
 * serial_internal.is_inside_any(item serial.serial, containers serial.serial[])
 *	  -> boolean
 */
Datum
serial_is_inside_any(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside(fcinfo, PG_GETARG_SERIAL_PP(0),
						  (struct varlena *) PG_GETARG_ARRAYTYPE_P(1), true));
}

/*
 * serial_internal.any_has_inside(containers serial.serial[], item serial.serial)
 *	  -> boolean
 */
Datum
serial_any_has_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside(fcinfo, PG_GETARG_SERIAL_PP(1),
						  (struct varlena *) PG_GETARG_ARRAYTYPE_P(0), true));
}
