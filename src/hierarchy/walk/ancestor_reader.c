/*-------------------------------------------------------------------------
 *
 * ancestor_reader.c
 *	  The containers of many items, found together.
 *
 * Callers may read many items in batches: the items of a batch are forgotten after it.
 * Their containers are kept, because many items are in few containers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/nodeHash.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/link.h"
#include "hierarchy/walk/ancestor_node.h"
#include "hierarchy/walk/siblings.h"
#include "miscadmin.h"
#include "utils/memutils.h"

/* identifiers in one request to a reader of links that does not seek */
#define BATCH_SIZE 10000

struct AncestorReader
{
	LinkReader *links;
	Siblings	siblings;
	MemoryContext memory;		/* of the containers */
	node_hash  *containers;

	/* to be looked up: items, then their containers in order of discovery */
	AncestorNode **nodes;
	int			n;
	int			capacity;
	int			n_done;
};

static void
reader_begin(AncestorReader *reader, int size)
{
	reader->containers = node_create(reader->memory, size, NULL);
	reader->nodes = MemoryContextAllocHuge(reader->memory, (Size) size * sizeof(AncestorNode *));
	reader->capacity = size;
	reader->n = reader->n_done = 0;
}

static void
reader_open(AncestorReader *reader, MemoryContext memory, int size)
{
	reader->links = LinksOpen(LINKS_NOW);
	reader->memory = memory;
	SiblingsInit(&reader->siblings, reader->links);
	reader_begin(reader, size);
}

AncestorReader *
AncestorsOpen(void)
{
	AncestorReader *reader = palloc(sizeof(AncestorReader));

	reader_open(reader, AllocSetContextCreate(CurrentMemoryContext, "serial containers",
											  ALLOCSET_DEFAULT_SIZES), 64);
	return reader;
}

void
AncestorsClose(AncestorReader *reader)
{
	reader->links->close(reader->links);
	MemoryContextDelete(reader->memory);
	pfree(reader);
}

MemoryContext
AncestorsMemory(const AncestorReader *reader)
{
	return reader->memory;
}

void
AncestorsForget(AncestorReader *reader)
{
	if (MemoryContextMemAllocated(reader->memory, true) <= get_hash_memory_limit())
		return;
	MemoryContextReset(reader->memory);
	reader_begin(reader, 64);
}

/* --- Upwards --- */

static void
reader_append_node(AncestorReader *reader, AncestorNode *node)
{
	reader->nodes = ArrayEnlarge(reader->nodes, reader->n, &reader->capacity,
								 sizeof(AncestorNode *));
	reader->nodes[reader->n++] = node;
}

/*
 * An item that occurs twice has one node.
 */
static void
append_items(AncestorReader *reader, node_hash *wanted, Serial *const *items, int n)
{
	AncestorNode *nodes = MemoryContextAllocExtended(CurrentMemoryContext,
													 (Size) n * sizeof(AncestorNode),
													 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int			i;

	for (i = 0; i < n; i++)
	{
		bool		found;
		NodeEntry  *entry = node_insert(wanted, items[i], &found);

		if (!found)
		{
			nodes[i].id = items[i];
			nodes[i].is_container = true;
			entry->node = &nodes[i];
		}
		reader_append_node(reader, entry->node);
	}
}

static AncestorNode *
get_container(AncestorReader *reader, Serial *id)
{
	bool		found;
	NodeEntry  *entry = node_insert(reader->containers, id, &found);

	if (!found)
	{
		MemoryContext caller = MemoryContextSwitchTo(reader->memory);

		entry->id = SerialCopy(id);
		entry->node = palloc0(sizeof(AncestorNode));
		entry->node->id = entry->id;
		reader_append_node(reader, entry->node);
		MemoryContextSwitchTo(caller);
	}
	return entry->node;
}

static bool
take_parent_link(const Link *link, void *context)
{
	AncestorReader *reader = context;
	AncestorNode *node = node_lookup(reader->siblings.wanted, link->child)->node;

	AncestorNodeTakeLink(node, get_container(reader, link->parent), link);
	return true;
}

static void
look_up_one_by_one(AncestorReader *reader, int end)
{
	for (; reader->n_done < end; reader->n_done++)
	{
		AncestorNode *node = reader->nodes[reader->n_done];

		CHECK_FOR_INTERRUPTS();
		if (node->is_looked_up)
			continue;
		node->is_looked_up = true;
		reader->links->parents(reader->links, &node->id, 1, take_parent_link, reader);
		SiblingsFind(&reader->siblings, node->container, end - reader->n_done - 1);
	}
}

static void
look_up_together(AncestorReader *reader, int end)
{
	Serial	  **ids = palloc((end - reader->n_done) * sizeof(Serial *));
	int			n = 0;

	CHECK_FOR_INTERRUPTS();
	for (; reader->n_done < end; reader->n_done++)
		if (!reader->nodes[reader->n_done]->is_looked_up)
			ids[n++] = reader->nodes[reader->n_done]->id;
	if (n > 0)
		reader->links->parents(reader->links, ids, n, take_parent_link, reader);
	pfree(ids);
}

/*
 * Looks up all nodes that have been appended.  They are among those that are wanted.
 */
static void
look_up_level(AncestorReader *reader, node_hash *wanted)
{
	int			end = reader->n;

	SiblingsWant(&reader->siblings, wanted);
	if (reader->links->seeks)
		look_up_one_by_one(reader, end);
	while (reader->n_done < end)
		look_up_together(reader, Min(end, reader->n_done + BATCH_SIZE));
}

static void
look_up_containers(AncestorReader *reader)
{
	int			i;

	while (reader->n_done < reader->n)
		look_up_level(reader, reader->containers);
	for (i = 0; i < reader->n; i++)
		AncestorNodeCheckPath(reader->nodes[i]);
}

AncestorNode **
AncestorsRead(AncestorReader *reader, Serial *const *items, int n)
{
	node_hash  *wanted = node_create(CurrentMemoryContext, n, NULL);
	AncestorNode **result = palloc(n * sizeof(AncestorNode *));

	append_items(reader, wanted, items, n);
	memcpy(result, reader->nodes, n * sizeof(AncestorNode *));
	look_up_level(reader, wanted);
	node_destroy(wanted);
	look_up_containers(reader);
	reader->n = reader->n_done = 0;
	return result;
}

/*
 * Here items are kept among the containers, since one may be the container of another.
 */
void
AncestorsOfItems(Serial *const *items, int n, AncestorNodes *result)
{
	AncestorReader reader;

	reader_open(&reader, CurrentMemoryContext, Max(n, 16));
	append_items(&reader, reader.containers, items, n);
	look_up_containers(&reader);
	node_destroy(reader.containers);
	reader.links->close(reader.links);
	result->nodes = (const AncestorNode **) reader.nodes;
	result->n_items = n;
	result->n = reader.n;
}

/* --- Downwards --- */

static int
compare_nodes(const void *a, const void *b)
{
	return ValueCompare((*(AncestorNode *const *) a)->id, (*(AncestorNode *const *) b)->id);
}

/*
 * The link of an item in a container may tell that the item is not a container itself.
 * All other items are looked up.
 */
void
AncestorsFindContainers(AncestorReader *reader, AncestorNode *const *nodes, int n)
{
	AncestorNode **asked = palloc(n * sizeof(AncestorNode *));
	Serial	  **ids = palloc(n * sizeof(Serial *));
	bool	   *is_container = palloc(n * sizeof(bool));
	int			n_asked = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (nodes[i]->is_container)
			asked[n_asked++] = nodes[i];
	qsort(asked, n_asked, sizeof(AncestorNode *), compare_nodes);
	for (i = 0; i < n_asked; i++)
		ids[i] = asked[i]->id;
	if (n_asked > 0)
		reader->links->find_containers(reader->links, ids, n_asked, is_container);
	for (i = 0; i < n_asked; i++)
		asked[i]->is_container = is_container[i];
	pfree(asked);
	pfree(ids);
	pfree(is_container);
}

typedef struct Contents
{
	AncestorNode *container;
	AncestorNode **nodes;
	int			n;
	int			capacity;
} Contents;

static bool
take_content(const Link *link, void *context)
{
	Contents   *contents = context;
	AncestorNode *node = palloc0(sizeof(AncestorNode));

	CHECK_FOR_INTERRUPTS();
	node->id = SerialCopy(link->child);
	AncestorNodeTakeLink(node, contents->container, link);
	contents->nodes = ArrayEnlarge(contents->nodes, contents->n, &contents->capacity,
								   sizeof(AncestorNode *));
	contents->nodes[contents->n++] = node;
	return true;
}

AncestorNode **
AncestorsContents(AncestorReader *reader, AncestorNode *container, int *n)
{
	Contents	contents = {container, palloc(64 * sizeof(AncestorNode *)), 0, 64};

	reader->links->children(reader->links, &container->id, 1, take_content, &contents);
	*n = contents.n;
	return contents.nodes;
}
