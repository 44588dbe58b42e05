/*-------------------------------------------------------------------------
 *
 * siblings.c
 *	  The links of items that are wanted together, found through their container.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "hierarchy/walk/siblings.h"
#include "miscadmin.h"

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

void
SiblingsInit(Siblings *siblings, LinkReader *links)
{
	memset(siblings, 0, sizeof(Siblings));
	siblings->links = links;
	siblings->budget = FIRST_BUDGET;
}

void
SiblingsWant(Siblings *siblings, node_hash *wanted)
{
	siblings->wanted = wanted;
	siblings->round++;
}

static bool
visit_sibling(const Link *link, void *context)
{
	Siblings   *siblings = context;
	NodeEntry  *entry = node_lookup(siblings->wanted, link->child);

	CHECK_FOR_INTERRUPTS();
	if (entry == NULL)
	{
		siblings->budget--;
		return ++siblings->others <
			FIRST_BUDGET + LINKS_PER_LOOKUP * siblings->found;
	}
	siblings->budget += LINKS_PER_LOOKUP;
	siblings->found++;
	AncestorNodeTakeLink(entry->node, siblings->container, link);
	return true;
}

/*
 * Reads the contents of a container for other items that were asked for.  This is
 * tried once, even if the reading ended early.
 */
static void
read_container(Siblings *siblings, AncestorNode *container)
{
	container->round = siblings->round;
	siblings->container = container;
	siblings->found = 0;
	siblings->others = 0;
	siblings->links->children(siblings->links, &container->id, 1, visit_sibling,
							  siblings);
}

void
SiblingsFind(Siblings *siblings, AncestorNode *container, int left)
{
	siblings->budget += BUDGET_PER_LOOKUP;
	if (container != NULL && container->round != siblings->round &&
		siblings->budget >= FIRST_BUDGET && left >= MIN_LOOKUPS_LEFT)
		read_container(siblings, container);
}
