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

#include "access/xact.h"
#include "compat.h"
#include "executor/nodeHash.h"
#include "fmgr.h"
#include "hierarchy/walk.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_is_inside);
PG_FUNCTION_INFO_V1(serial_has_inside);
PG_FUNCTION_INFO_V1(serial_is_inside_any);
PG_FUNCTION_INFO_V1(serial_any_has_inside);

/* a climb costs about as much as walking down to this many things */
#define THINGS_A_CLIMB 16

/* how many climbs are made before the first walk down */
#define FIRST_PATIENCE 8

/*
 * What an answer hangs on, besides the question.  An expression may be kept
 * for a whole transaction, and a transaction changes links, takes changes
 * back, and changes its user.  What row security lets a user see hangs on more
 * than that, so nothing is kept under it.
 */
typedef struct View
{
	TransactionId xmin;
	TransactionId xmax;
	uint32		in_progress;
	CommandId	command;
	SubTransactionId subtransaction;
	Oid			user;
} View;

typedef struct Memo
{
	MemoryContext memory;		/* of what follows */
	View		view;
	struct varlena *asked;		/* the container or containers, as passed */
	SerialSet	containers;		/* sorted */
	int64		climbs;
	int64		patience;		/* how many climbs before walking down */
	bool		is_known;
	SerialSet	inside;			/* sorted, if known */
} Memo;

static View
current_view(void)
{
	Snapshot	snapshot = GetActiveSnapshot();
	View		view;

	memset(&view, 0, sizeof(view));
	view.xmin = snapshot->xmin;
	view.xmax = snapshot->xmax;
	view.in_progress = snapshot->xcnt;
	view.command = snapshot->curcid;
	view.subtransaction = GetCurrentSubTransactionId();
	view.user = GetUserId();
	return view;
}

static Memo *
open_memo(FunctionCallInfo fcinfo)
{
	Memo	   *memo = fcinfo->flinfo->fn_extra;

	if (memo == NULL)
	{
		memo = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Memo));
		memo->memory = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt,
											 "serial inside",
											 ALLOCSET_DEFAULT_SIZES);
		fcinfo->flinfo->fn_extra = memo;
	}
	return memo;
}

/*
 * Forgets what is remembered if it is not about these containers, or about
 * another view.
 */
static void
refresh(Memo *memo, struct varlena *asked, bool is_array)
{
	View		view = current_view();
	MemoryContext caller;

	if (memo->asked != NULL &&
		memcmp(&view, &memo->view, sizeof(View)) == 0 &&
		VARSIZE_ANY(asked) == VARSIZE_ANY(memo->asked) &&
		memcmp(asked, memo->asked, VARSIZE_ANY(asked)) == 0)
		return;
	memo->asked = NULL;
	MemoryContextReset(memo->memory);
	caller = MemoryContextSwitchTo(memo->memory);
	memo->view = view;
	memo->climbs = 0;
	memo->patience = FIRST_PATIENCE;
	memo->is_known = false;
	asked = memcpy(palloc(VARSIZE_ANY(asked)), asked, VARSIZE_ANY(asked));
	if (is_array)
		SetOfArray(&memo->containers, (ArrayType *) asked);
	else
	{
		SetBegin(&memo->containers);
		SetAdd(&memo->containers, asked);
	}
	(void) SetSort(&memo->containers);
	memo->asked = asked;
	MemoryContextSwitchTo(caller);
}

static bool
climbs_into(const SerialSet *containers, Serial *item)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	bool		inside = false;
	Climb		climb;

	ClimbBegin(&climb, reader, item);
	while (!inside && ClimbNext(&climb) != NULL)
		inside = SetHas(containers, climb.at);
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
remember(Walk *walk, const Link *link)
{
	Remembering *remembering = walk->context;

	SetAdd(remembering->inside, SerialCopy(link->child));
	return --remembering->left > 0;
}

static int64
worth_remembering(const Memo *memo)
{
	int64		fits = get_hash_memory_limit() / (sizeof(Serial *) + 32);

	return Min(memo->climbs * THINGS_A_CLIMB, fits);
}

/*
 * Walks down, no farther than the climbs so far have cost; if that is not to
 * the end, the same number of climbs again must pass before the next try.
 */
static void
try_to_know(Memo *memo)
{
	MemoryContext caller = MemoryContextSwitchTo(memo->memory);
	Remembering remembering = {&memo->inside, worth_remembering(memo)};
	Walk		walk = {.visit = remember,.context = &remembering,
		.max_depth = ANY_DEPTH,
	.reader = LinksOpen(LINKS_NOW)};
	bool		complete = true;
	int			i;

	SetBegin(&memo->inside);
	for (i = 0; complete && i < memo->containers.n; i++)
		complete = WalkDown(&walk, memo->containers.members[i]);
	walk.reader->close(walk.reader);
	MemoryContextSwitchTo(caller);
	(void) SetSort(&memo->inside);
	memo->is_known = complete;
	memo->patience *= 2;
}

static bool
inside(FunctionCallInfo fcinfo, Serial *item, struct varlena *containers,
	   bool is_array)
{
	Memo	   *memo = open_memo(fcinfo);

	refresh(memo, containers, is_array);
	if (!memo->is_known && memo->climbs >= memo->patience &&
		LinksAreAllVisible())
		try_to_know(memo);
	if (memo->is_known)
		return SetHas(&memo->inside, item);
	memo->climbs++;
	return climbs_into(&memo->containers, item);
}

/*
 * serial.is_inside(item serial.serial, container serial.serial) -> boolean
 */
Datum
serial_is_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside(fcinfo, PG_GETARG_SERIAL_PP(0),
						  PG_GETARG_SERIAL_PP(1), false));
}

/*
 * serial.has_inside(container serial.serial, item serial.serial) -> boolean
 */
Datum
serial_has_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside(fcinfo, PG_GETARG_SERIAL_PP(1),
						  PG_GETARG_SERIAL_PP(0), false));
}

/*
 * serial.is_inside_any(item serial.serial, containers serial.serial[])
 *	  -> boolean
 */
Datum
serial_is_inside_any(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside(fcinfo, PG_GETARG_SERIAL_PP(0),
						  (struct varlena *) PG_GETARG_ARRAYTYPE_P(1), true));
}

/*
 * serial.any_has_inside(containers serial.serial[], item serial.serial)
 *	  -> boolean
 */
Datum
serial_any_has_inside(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(inside(fcinfo, PG_GETARG_SERIAL_PP(1),
						  (struct varlena *) PG_GETARG_ARRAYTYPE_P(0), true));
}
