/*-------------------------------------------------------------------------
 *
 * descend.c
 *	  Walking down: everything inside a container, level by level.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "hierarchy/walk/descend.h"
#include "miscadmin.h"

/*
 * An item has one parent at a time, so that a cycle below the root can only
 * be one through the root itself.
 */
static bool
descent_visit_link(const Link *link, void *context)
{
	Descent    *walk = context;

	walk->visited++;
	if (link->is_container)
	{
		if (ValueEqual(link->child, walk->root))
			LinksReportCycle();
		SerialSetAdd(&walk->next, SerialCopy(link->child));
	}
	return walk->visit(walk, link);
}

bool
Descend(Descent *walk, Serial *container)
{
	SerialSet	level;

	container = SerialCopy(container);
	walk->root = container;
	walk->visited = 0;
	walk->opened = 0;
	walk->depth = 0;
	SerialSetInit(&walk->next);
	SerialSetAdd(&walk->next, container);
	while (walk->next.n > 0 && walk->depth < walk->max_depth)
	{
		CHECK_FOR_INTERRUPTS();
		level = walk->next;
		SerialSetInit(&walk->next);
		walk->depth++;
		if (!walk->reader->children(walk->reader, level.members, level.n,
									descent_visit_link, walk))
			return false;
		walk->opened += level.n;
		pfree(level.members);
	}
	return true;
}
