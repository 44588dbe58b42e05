/*-------------------------------------------------------------------------
 *
 * batch.c
 *	  The containers of many items, and their contents, found together.
 *
 * Items that are asked for together are mostly in few containers, and the links
 * of a container are adjacent in the index by parent.  So after one item has been
 * looked up, its container may be read instead of looking up its other contents
 * one by one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/link.h"
#include "hierarchy/walk/ancestors.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "value/value.h"

/*
 * A look-up costs about as much as reading this many adjacent links.  Reading a
 * container ends early when its links to other items exceed FIRST_BUDGET and this
 * number for each item found that was asked for.
 */
#define LINKS_PER_LOOKUP 16
#define FIRST_BUDGET 64

/* to find out that reading a container does not pay costs this many look-ups */
#define MIN_LOOKUPS_LEFT (FIRST_BUDGET / LINKS_PER_LOOKUP)

/*
 * Each look-up adds to the budget of links to other items, so that where most
 * containers have only those, reading them costs at most half as much as the
 * look-ups.
 */
#define BUDGET_PER_LOOKUP (LINKS_PER_LOOKUP / 2)

/* identifiers in one request to a reader that does not seek */
#define BATCH_SIZE 10000

struct AncestorNode
{
	Serial	   *id;
	AncestorNode *container;	/* NULL: in none, or not looked up yet */
	TimestampTz since;			/* in that container */
	int64		since_event;
	bool		is_looked_up;	/* container is valid */
	bool		is_read;		/* its contents were read */
	bool		is_container;	/* according to its link; false for items that
								 * were not found through a link */
	bool		is_checked;		/* the path to its outermost container has no
								 * cycle */
};

typedef struct NodeEntry
{
	Serial	   *id;
	AncestorNode *node;
	uint32		hash;
	char		status;
} NodeEntry;

#define SH_PREFIX		node
#define SH_ELEMENT_TYPE	NodeEntry
#define SH_KEY_TYPE		Serial *
#define SH_KEY			id
#define SH_HASH_KEY(table, key)	ValueHash(key)
#define SH_EQUAL(table, a, b)	ValueEqual(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, element)	(element)->hash
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct AncestorBatch
{
	LinkReader *reader;
	MemoryContext memory;
	node_hash  *entries;		/* every identifier met, once */

	/* the items asked for, then contents and containers in order of discovery */
	AncestorNode **nodes;
	int			n;
	int			capacity;

	int64		budget;			/* links to other items that may be read */

	/* while a container is read */
	AncestorNode *container;
	int64		wanted;			/* links found to items that were asked for */
	int64		others;			/* and to other items */
} AncestorBatch;

static void
batch_append(AncestorBatch *batch, AncestorNode *node)
{
	batch->nodes = ArrayEnlarge(batch->nodes, batch->n, &batch->capacity,
								sizeof(AncestorNode *));
	batch->nodes[batch->n++] = node;
}

/*
 * Adds an item that is asked for.  An item that occurs twice has one node: the
 * one passed, which is all zeros, is not used then.
 */
static void
batch_add_item(AncestorBatch *batch, Serial *item, AncestorNode *node)
{
	bool		found;
	NodeEntry  *entry = node_insert(batch->entries, item, &found);

	if (!found)
	{
		node->id = item;
		entry->node = node;
	}
	batch_append(batch, entry->node);
}

/*
 * The node of an identifier; a new one is appended, to be looked up in turn.
 */
static AncestorNode *
batch_get_node(AncestorBatch *batch, Serial *id)
{
	bool		found;
	NodeEntry  *entry = node_insert(batch->entries, id, &found);

	if (!found)
	{
		MemoryContext caller = MemoryContextSwitchTo(batch->memory);

		entry->id = SerialCopy(id);
		entry->node = palloc0(sizeof(AncestorNode));
		entry->node->id = entry->id;
		batch_append(batch, entry->node);
		MemoryContextSwitchTo(caller);
	}
	return entry->node;
}

/* --- Upwards --- */

static bool
batch_visit_parent(const Link *link, void *context)
{
	AncestorBatch *batch = context;
	AncestorNode *node = node_lookup(batch->entries, link->child)->node;

	node->container = batch_get_node(batch, link->parent);
	node->since = link->since;
	node->since_event = link->since_event;
	node->is_looked_up = true;
	return true;
}

static bool
batch_visit_sibling(const Link *link, void *context)
{
	AncestorBatch *batch = context;
	NodeEntry  *entry = node_lookup(batch->entries, link->child);

	CHECK_FOR_INTERRUPTS();
	if (entry == NULL)
	{
		batch->budget--;
		return ++batch->others <
			FIRST_BUDGET + LINKS_PER_LOOKUP * batch->wanted;
	}
	batch->budget += LINKS_PER_LOOKUP;
	batch->wanted++;
	entry->node->container = batch->container;
	entry->node->since = link->since;
	entry->node->since_event = link->since_event;
	entry->node->is_looked_up = true;
	return true;
}

/*
 * Reads the contents of a container for other items that were asked for.  This is
 * tried once, even if the reading ended early.
 */
static void
batch_read_siblings(AncestorBatch *batch, AncestorNode *container)
{
	container->is_read = true;
	batch->container = container;
	batch->wanted = 0;
	batch->others = 0;
	batch->reader->children(batch->reader, &container->id, 1,
							batch_visit_sibling, batch);
}

/*
 * Looks a node up.  The number of nodes left tells whether reading its container
 * may pay.
 */
static void
batch_look_up(AncestorBatch *batch, AncestorNode *node, int left)
{
	if (node->is_looked_up)
		return;
	node->is_looked_up = true;
	batch->reader->parents(batch->reader, &node->id, 1, batch_visit_parent,
						   batch);
	batch->budget += BUDGET_PER_LOOKUP;
	if (node->container != NULL && !node->container->is_read &&
		batch->budget >= FIRST_BUDGET && left >= MIN_LOOKUPS_LEFT)
		batch_read_siblings(batch, node->container);
}

/*
 * Looks up the next nodes by one request; returns how many nodes were passed.
 */
static int
batch_look_up_many(AncestorBatch *batch, int done)
{
	int			n = Min(batch->n - done, BATCH_SIZE);
	Serial	  **ids = palloc(n * sizeof(Serial *));
	int			requested = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (!batch->nodes[done + i]->is_looked_up)
			ids[requested++] = batch->nodes[done + i]->id;
	if (requested > 0)
		batch->reader->parents(batch->reader, ids, requested,
							   batch_visit_parent, batch);
	pfree(ids);
	return n;
}

static void
batch_ascend(AncestorBatch *batch)
{
	int			done = 0;

	while (done < batch->n)
	{
		CHECK_FOR_INTERRUPTS();
		if (batch->reader->seeks)
		{
			batch_look_up(batch, batch->nodes[done], batch->n - done - 1);
			done++;
		}
		else
			done += batch_look_up_many(batch, done);
	}
}

/* --- Downwards --- */

static bool
batch_visit_content(const Link *link, void *context)
{
	AncestorBatch *batch = context;
	AncestorNode *node = batch_get_node(batch, link->child);

	CHECK_FOR_INTERRUPTS();
	node->container = node_lookup(batch->entries, link->parent)->node;
	node->since = link->since;
	node->since_event = link->since_event;
	node->is_looked_up = true;
	node->is_container = link->is_container;
	return true;
}

/*
 * Reads the contents of the next nodes by one request; returns how many nodes
 * were passed.  Whether the items asked for, of which there are n_items, are
 * containers is not known.
 */
static int
batch_read_contents(AncestorBatch *batch, int done, int n_items)
{
	int			n = Min(batch->n - done, BATCH_SIZE);
	Serial	  **ids = palloc(n * sizeof(Serial *));
	int			containers = 0;
	int			i;

	for (i = done; i < done + n; i++)
	{
		AncestorNode *node = batch->nodes[i];

		if (node->is_read || (i >= n_items && !node->is_container))
			continue;
		node->is_read = true;
		ids[containers++] = node->id;
	}
	if (containers > 0)
		batch->reader->children(batch->reader, ids, containers,
								batch_visit_content, batch);
	pfree(ids);
	return n;
}

static void
batch_descend(AncestorBatch *batch)
{
	int			n_items = batch->n;
	int			done = 0;

	while (done < batch->n)
		done += batch_read_contents(batch, done, n_items);
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
batch_begin(AncestorBatch *batch, Serial *const *items, int n)
{
	AncestorNode *nodes = MemoryContextAllocExtended(CurrentMemoryContext,
													 (Size) n * sizeof(AncestorNode),
													 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int			i;

	memset(batch, 0, sizeof(AncestorBatch));
	batch->reader = LinksOpen(LINKS_NOW);
	batch->memory = CurrentMemoryContext;
	batch->entries = node_create(batch->memory, Max(n, 16), NULL);
	batch->capacity = Max(n, 16);
	batch->nodes = MemoryContextAllocHuge(batch->memory,
										  (Size) batch->capacity * sizeof(AncestorNode *));
	batch->budget = FIRST_BUDGET;
	for (i = 0; i < n; i++)
		batch_add_item(batch, items[i], &nodes[i]);
}

static void
batch_end(AncestorBatch *batch, AncestorNodes *result)
{
	int			i;

	for (i = 0; i < batch->n; i++)
		batch_check_path(batch->nodes[i]);
	node_destroy(batch->entries);
	batch->reader->close(batch->reader);
	result->nodes = (const AncestorNode **) batch->nodes;
	result->n = batch->n;
}

void
AncestorsOfItems(Serial *const *items, int n, AncestorNodes *result)
{
	AncestorBatch batch;

	batch_begin(&batch, items, n);
	batch_ascend(&batch);
	batch_end(&batch, result);
	result->n_items = n;
}

void
AncestorsOfContents(Serial *const *items, int n, AncestorNodes *result)
{
	AncestorBatch batch;

	batch_begin(&batch, items, n);
	batch_descend(&batch);
	result->n_items = batch.n;
	batch_ascend(&batch);
	batch_end(&batch, result);
}

Serial *
AncestorNodeId(const AncestorNode *node)
{
	return node->id;
}

const AncestorNode *
AncestorNodeContainer(const AncestorNode *node)
{
	return node->container;
}

TimestampTz
AncestorNodeSince(const AncestorNode *node)
{
	return node->since;
}

int64
AncestorNodeSinceEvent(const AncestorNode *node)
{
	return node->since_event;
}
