/*-------------------------------------------------------------------------
 *
 * walk.c
 *	  Walking up and down the hierarchy.
 *
 * Links are no ring as long as only our functions write them.  Who disables
 * triggers or restores half a dump may make one, and must not hang a backend.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "hierarchy/walk/walk.h"
#include "miscadmin.h"

/*
 * Names no identifier: the operators are leakproof.
 */
void
ReportLinkCycle(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("the links in \"serial.aggregation\" are a ring"),
			 errdetail("A container is inside itself.")));
}

/*
 * Everything has one parent at a moment, so the only ring that a way down can
 * enter is one through its beginning.
 */
static bool
visit_link(const Link *link, void *context)
{
	Descent	   *walk = context;

	walk->visited++;
	if (link->is_container)
	{
		if (ValueEqual(link->child, walk->root))
			ReportLinkCycle();
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
									visit_link, walk))
			return false;
		walk->opened += level.n;
		pfree(level.members);
	}
	return true;
}

void
AscendBegin(Ascent *climb, LinkReader *reader, Serial *item)
{
	climb->reader = reader;
	climb->at = item;
	climb->milestone = item;
	climb->depth = 0;
}

/*
 * Brent's way of noticing a ring: a milestone is set at each power of two.
 */
Serial *
AscendNext(Ascent *climb)
{
	CHECK_FOR_INTERRUPTS();
	climb->at = climb->reader->parent(climb->reader, climb->at);
	if (climb->at == NULL)
		return NULL;
	climb->depth++;
	if (ValueEqual(climb->at, climb->milestone))
		ReportLinkCycle();
	if ((climb->depth & (climb->depth - 1)) == 0)
		climb->milestone = climb->at;
	return climb->at;
}
