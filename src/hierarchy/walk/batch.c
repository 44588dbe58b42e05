/*-------------------------------------------------------------------------
 *
 * batch.c
 *	  The containers of many items, found together.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/link.h"
#include "hierarchy/walk/ancestor_node.h"
#include "hierarchy/walk/siblings.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "value/value.h"

/* identifiers in one request to a reader that does not seek */
#define BATCH_SIZE 10000

typedef struct AncestorBatch
{
	LinkReader *reader;
	MemoryContext memory;
	node_hash  *entries;		/* every identifier met, once */

	/* the items asked for, then containers in order of discovery */
	AncestorNode **nodes;
	int			n;
	int			capacity;
	Siblings	siblings;
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

static bool
batch_visit_parent(const Link *link, void *context)
{
	AncestorBatch *batch = context;
	AncestorNode *node = node_lookup(batch->entries, link->child)->node;

	AncestorNodeTakeLink(node, batch_get_node(batch, link->parent), link);
	return true;
}

/*
 * Looks a node up, when so many are left.
 */
static void
batch_look_up(AncestorBatch *batch, AncestorNode *node, int left)
{
	if (node->is_looked_up)
		return;
	node->is_looked_up = true;
	batch->reader->parents(batch->reader, &node->id, 1, batch_visit_parent,
						   batch);
	SiblingsFind(&batch->siblings, node->container, left);
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
	SiblingsInit(&batch->siblings, batch->reader);
	SiblingsWant(&batch->siblings, batch->entries);
	for (i = 0; i < n; i++)
		batch_add_item(batch, items[i], &nodes[i]);
}

static void
batch_end(AncestorBatch *batch, AncestorNodes *result)
{
	int			i;

	for (i = 0; i < batch->n; i++)
		AncestorNodeCheckPath(batch->nodes[i]);
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
