/*-------------------------------------------------------------------------
 *
 * batch.c
 *	  What many things are in, and what is in them, found together.
 *
 * EventItems that were packed together are in one container, and beside each other
 * in the index by parent: one of them is looked up, and its container tells of
 * the others.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/link.h"
#include "hierarchy/walk/ancestors.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "value/set.h"

/*
 * A look-up costs about as much as to read so many links that stand beside each
 * other.  A container that shows more others than that for each thing that is
 * asked for, and these besides, is left.
 */
#define LINKS_A_LOOKUP 16
#define FIRST_PATIENCE 64

/* so many look-ups cost as much as to find out that a container is to be left */
#define FEW_LOOKUPS (FIRST_PATIENCE / LINKS_A_LOOKUP)

/*
 * Where most containers show others only, reading them costs at most half as
 * much as the look-ups.
 */
#define CREDIT_A_LOOKUP (LINKS_A_LOOKUP / 2)

/* how many things are asked for at once */
#define PIECE 10000

typedef struct Known
{
	Serial	   *id;
	AncestorNode *nested;
	uint32		hash;
	char		status;
} Known;

#define SH_PREFIX		known
#define SH_ELEMENT_TYPE	Known
#define SH_KEY_TYPE		Serial *
#define SH_KEY			id
#define SH_HASH_KEY(table, key) \
	hash_bytes((const unsigned char *) VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key))
#define SH_EQUAL(table, a, b)	ValueEqual(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, element)	(element)->hash
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct Together
{
	LinkReader *reader;
	MemoryContext memory;
	known_hash *known;			/* what was asked for or met, each once */

	/* what was asked for, and behind it the containers, as they were met */
	AncestorNode **all;
	int			n;
	int			room;

	int64		credit;			/* how many others may be read */

	/* of the container that is being read */
	AncestorNode *container;
	int64		asked_for;		/* found in it */
	int64		others;
} Together;

static void
append(Together *together, AncestorNode *nested)
{
	if (together->n == together->room)
	{
		together->room *= 2;
		together->all = repalloc_huge(together->all,
									  (Size) together->room * sizeof(AncestorNode *));
	}
	together->all[together->n++] = nested;
}

/*
 * The nested is all zeros, and not used if the item was asked for before.
 */
static void
ask_for(Together *together, Serial *item, AncestorNode *nested)
{
	bool		is_twice;
	Known	   *known = known_insert(together->known, item, &is_twice);

	if (!is_twice)
	{
		nested->id = item;
		known->nested = nested;
	}
	append(together, known->nested);
}

/*
 * A container that is met first is looked up in turn.
 */
static AncestorNode *
meet(Together *together, Serial *container)
{
	bool		is_met;
	Known	   *known = known_insert(together->known, container, &is_met);

	if (!is_met)
	{
		MemoryContext caller = MemoryContextSwitchTo(together->memory);

		known->id = SerialCopy(container);
		known->nested = palloc0(sizeof(AncestorNode));
		known->nested->id = known->id;
		append(together, known->nested);
		MemoryContextSwitchTo(caller);
	}
	return known->nested;
}

static bool
take_upward(const Link *link, void *context)
{
	Together   *together = context;
	AncestorNode *nested = known_lookup(together->known, link->child)->nested;

	nested->container = meet(together, link->parent);
	nested->since = link->since;
	nested->is_known = true;
	return true;
}

static bool
take_downward(const Link *link, void *context)
{
	Together   *together = context;
	Known	   *known = known_lookup(together->known, link->child);

	CHECK_FOR_INTERRUPTS();
	if (known == NULL)
	{
		together->credit--;
		return ++together->others <
			FIRST_PATIENCE + LINKS_A_LOOKUP * together->asked_for;
	}
	together->credit += LINKS_A_LOOKUP;
	together->asked_for++;
	known->nested->container = together->container;
	known->nested->since = link->since;
	known->nested->is_known = true;
	return true;
}

/*
 * Reads what else is in a container, once: if it was left, it is not tried
 * again.
 */
static void
read_container(Together *together, AncestorNode *container)
{
	container->is_read = true;
	together->container = container;
	together->asked_for = 0;
	together->others = 0;
	together->reader->children(together->reader, &container->id, 1,
							   take_downward, together);
}

/*
 * Behind it, so many are left to be looked up.
 */
static void
seek(Together *together, AncestorNode *nested, int left)
{
	if (nested->is_known)
		return;
	nested->is_known = true;
	together->reader->parents(together->reader, &nested->id, 1, take_upward,
							  together);
	together->credit += CREDIT_A_LOOKUP;
	if (nested->container != NULL && !nested->container->is_read &&
		together->credit >= FIRST_PATIENCE && left >= FEW_LOOKUPS)
		read_container(together, nested->container);
}

/*
 * Asks for what is still to be looked up of a piece.
 */
static int
ask_for_piece(Together *together, int done)
{
	int			n = Min(together->n - done, PIECE);
	Serial	  **ids = palloc(n * sizeof(Serial *));
	int			unknown = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (!together->all[done + i]->is_known)
			ids[unknown++] = together->all[done + i]->id;
	if (unknown > 0)
		together->reader->parents(together->reader, ids, unknown, take_upward,
								  together);
	pfree(ids);
	return n;
}

static void
go_up(Together *together)
{
	int			done = 0;

	while (done < together->n)
	{
		CHECK_FOR_INTERRUPTS();
		if (together->reader->seeks)
		{
			seek(together, together->all[done], together->n - done - 1);
			done++;
		}
		else
			done += ask_for_piece(together, done);
	}
}

/* --- Downwards --- */

/*
 * Whatever is found in a container is asked for too.
 */
static bool
take_inside(const Link *link, void *context)
{
	Together   *together = context;
	AncestorNode *nested = meet(together, link->child);

	CHECK_FOR_INTERRUPTS();
	nested->container = known_lookup(together->known, link->parent)->nested;
	nested->since = link->since;
	nested->is_known = true;
	nested->is_container = link->is_container;
	return true;
}

/*
 * Reads what is in those of a piece in which there may be something: of what was
 * passed, nobody knows.
 */
static int
read_piece(Together *together, int done, int passed)
{
	int			n = Min(together->n - done, PIECE);
	Serial	  **ids = palloc(n * sizeof(Serial *));
	int			containers = 0;
	int			i;

	for (i = done; i < done + n; i++)
	{
		AncestorNode *nested = together->all[i];

		if (nested->is_read || (i >= passed && !nested->is_container))
			continue;
		nested->is_read = true;
		ids[containers++] = nested->id;
	}
	if (containers > 0)
		together->reader->children(together->reader, ids, containers,
								   take_inside, together);
	pfree(ids);
	return n;
}

static void
go_down(Together *together)
{
	int			passed = together->n;
	int			done = 0;

	while (done < together->n)
		done += read_piece(together, done, passed);
}

/* --- Both --- */

/*
 * Each node is passed once: a path ends where another one was passed before.
 */
static void
batch_check_path(AncestorNode *start)
{
	AncestorNode *node;
	CycleTest	cycle;

	CycleTestInit(&cycle, start->id);
	for (node = start->container; node != NULL && !node->is_checked;
		 node = node->container)
		if (CycleTestStep(&cycle, node->id))
			LinksReportCycle();
	for (node = start; node != NULL && !node->is_checked; node = node->container)
		node->is_checked = true;
}

static void
batch_check_cycles(const Together *together)
{
	int			i;

	for (i = 0; i < together->n; i++)
		batch_check_path(together->all[i]);
}

static void
begin(Together *together, Serial *const *items, int n)
{
	AncestorNode *nested = MemoryContextAllocExtended(CurrentMemoryContext,
													  (Size) n * sizeof(AncestorNode),
													  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int			i;

	memset(together, 0, sizeof(Together));
	together->reader = LinksOpen(LINKS_NOW);
	together->memory = CurrentMemoryContext;
	together->known = known_create(together->memory, Max(n, 16), NULL);
	together->room = Max(n, 16);
	together->all = MemoryContextAllocHuge(together->memory,
										   (Size) together->room * sizeof(AncestorNode *));
	together->credit = FIRST_PATIENCE;
	for (i = 0; i < n; i++)
		ask_for(together, items[i], &nested[i]);
}

static AncestorNode **
end(Together *together)
{
	batch_check_cycles(together);
	known_destroy(together->known);
	together->reader->close(together->reader);
	return together->all;
}

AncestorNode **
AncestorsOfItems(Serial *const *items, int n)
{
	Together	together;

	begin(&together, items, n);
	go_up(&together);
	return end(&together);
}

AncestorNode **
AncestorsOfContents(Serial *const *items, int *n)
{
	Together	together;

	begin(&together, items, *n);
	go_down(&together);
	*n = together.n;
	go_up(&together);
	return end(&together);
}
