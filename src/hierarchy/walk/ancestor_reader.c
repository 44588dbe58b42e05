/*-------------------------------------------------------------------------
 *
 * ancestor_reader.c
 *	  The containers of more items than memory should hold.
 *
 * Items are read some at a time, and forgotten.  Many of them are in few containers,
 * which are looked up once and kept.
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

struct AncestorReader
{
	LinkReader *links;
	MemoryContext memory;		/* of the containers */
	node_hash  *containers;
	AncestorNode **found;		/* containers that are to be looked up */
	int			n_found;
	int			capacity;
	Siblings	siblings;
};

static void
begin(AncestorReader *reader)
{
	reader->containers = node_create(reader->memory, 64, NULL);
	reader->capacity = 64;
	reader->found = MemoryContextAlloc(reader->memory, 64 * sizeof(AncestorNode *));
	reader->n_found = 0;
}

AncestorReader *
AncestorsOpen(void)
{
	AncestorReader *reader = palloc(sizeof(AncestorReader));

	reader->links = LinksOpen(LINKS_NOW);
	reader->memory = AllocSetContextCreate(CurrentMemoryContext, "serial containers",
										   ALLOCSET_DEFAULT_SIZES);
	begin(reader);
	SiblingsInit(&reader->siblings, reader->links);
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
	begin(reader);
}

/* --- Upwards --- */

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
		reader->found = ArrayEnlarge(reader->found, reader->n_found, &reader->capacity,
									 sizeof(AncestorNode *));
		reader->found[reader->n_found++] = entry->node;
		MemoryContextSwitchTo(caller);
	}
	return entry->node;
}

/*
 * The nodes among which are those whose links are visited.
 */
typedef struct LinkSearch
{
	AncestorReader *reader;
	node_hash  *nodes;
} LinkSearch;

static bool
visit_link(const Link *link, void *context)
{
	LinkSearch *search = context;
	AncestorNode *node = node_lookup(search->nodes, link->child)->node;

	AncestorNodeTakeLink(node, get_container(search->reader, link->parent), link);
	return true;
}

static void
look_up_together(LinkSearch *search, AncestorNode *const *nodes, int n)
{
	LinkReader *links = search->reader->links;
	Serial	  **ids = palloc(n * sizeof(Serial *));
	int			i;

	for (i = 0; i < n; i++)
		ids[i] = nodes[i]->id;
	links->parents(links, ids, n, visit_link, search);
	pfree(ids);
}

static void
look_up_one_by_one(LinkSearch *search, AncestorNode *const *nodes, int n)
{
	LinkReader *links = search->reader->links;
	int			i;

	for (i = 0; i < n; i++)
		if (!nodes[i]->is_looked_up)
		{
			links->parents(links, &nodes[i]->id, 1, visit_link, search);
			SiblingsFind(&search->reader->siblings, nodes[i]->container, n - i - 1);
		}
}

static void
look_up_items(AncestorReader *reader, AncestorNode *const *nodes, int n)
{
	LinkSearch	search = {reader, node_create(CurrentMemoryContext, n, NULL)};
	bool		found;
	int			i;

	for (i = 0; i < n; i++)
		node_insert(search.nodes, nodes[i]->id, &found)->node = nodes[i];
	SiblingsWant(&reader->siblings, search.nodes);
	if (reader->links->seeks)
		look_up_one_by_one(&search, nodes, n);
	else
		look_up_together(&search, nodes, n);
	node_destroy(search.nodes);
}

/*
 * Looks up the containers that have been found, level by level, each once.
 */
static void
look_up_containers(AncestorReader *reader)
{
	LinkSearch	search = {reader, reader->containers};
	int			first = 0;
	int			i;

	while (first < reader->n_found)
	{
		int			n = reader->n_found - first;

		CHECK_FOR_INTERRUPTS();
		look_up_together(&search, reader->found + first, n);
		first += n;
	}
	for (i = 0; i < reader->n_found; i++)
		AncestorNodeCheckPath(reader->found[i]);
	reader->n_found = 0;
}

AncestorNode **
AncestorsRead(AncestorReader *reader, Serial *const *items, int n)
{
	AncestorNode *nodes = palloc0(n * sizeof(AncestorNode));
	AncestorNode **result = palloc(n * sizeof(AncestorNode *));
	int			i;

	for (i = 0; i < n; i++)
	{
		nodes[i].id = items[i];
		nodes[i].is_container = true;
		result[i] = &nodes[i];
	}
	look_up_items(reader, result, n);
	look_up_containers(reader);
	return result;
}

/* --- Downwards --- */

static int
compare_nodes(const void *a, const void *b)
{
	return ValueCompare((*(AncestorNode *const *) a)->id, (*(AncestorNode *const *) b)->id);
}

/*
 * Of an item in a container the link tells whether it is one, too.  If it does not deny
 * that, and of items in no container, it is looked up.
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
visit_content(const Link *link, void *context)
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

	reader->links->children(reader->links, &container->id, 1, visit_content, &contents);
	*n = contents.n;
	return contents.nodes;
}
