/*-------------------------------------------------------------------------
 *
 * ancestors.c
 *	  Walking up: the containers around an item, and the test for cycles.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "hierarchy/walk/ancestors.h"
#include "miscadmin.h"

/*
 * The intervals that were found form a queue: the containers around an
 * interval are appended when the iterator passes it.
 */
struct AncestorStep
{
	ContainmentInterval interval;
	CycleTest	cycle;			/* of the path from the item to here */
	AncestorStep *next;
};

static void
ancestors_start(AncestorIterator *iterator)
{
	AncestorStep *step = palloc0(sizeof(AncestorStep));

	step->interval.container = iterator->item;
	step->interval.since = iterator->since;
	step->interval.until = DT_NOEND;
	CycleTestInit(&step->cycle, iterator->item);
	iterator->current = iterator->last = step;
	iterator->item_links = NIL;
}

void
AncestorsBegin(AncestorIterator *iterator, LinkReader *reader, Serial *item)
{
	memset(iterator, 0, sizeof(AncestorIterator));
	iterator->reader = reader;
	iterator->item = item;
	iterator->since = DT_NOBEGIN;
	ancestors_start(iterator);
}

void
AncestorsBeginIntervals(AncestorIterator *iterator, LinkReader *reader,
						Serial *item)
{
	AncestorsBegin(iterator, reader, item);
	iterator->with_times = true;
	iterator->may_be_container = true;
}

void
AncestorsBeginDirty(AncestorIterator *iterator, DirtyLinkReader *links,
					Serial *item, TimestampTz since)
{
	memset(iterator, 0, sizeof(AncestorIterator));
	iterator->dirty = links;
	iterator->item = item;
	iterator->since = since;
	ancestors_start(iterator);
}

const ContainmentInterval *
AncestorsItem(const AncestorIterator *iterator)
{
	return &iterator->current->interval;
}

static bool
ancestors_is_same_path(const ContainmentInterval *a, const ContainmentInterval *b)
{
	for (; a != NULL && b != NULL; a = a->inner, b = b->inner)
		if (StepCompare(a->since, a->since_event, b->since, b->since_event) != 0 ||
			StepCompare(a->until, a->until_event, b->until, b->until_event) != 0 ||
			!ValueEqual(a->container, b->container))
			return false;
	return a == b;
}

bool
AncestorsConfirm(AncestorIterator *iterator, const ContainmentInterval *path)
{
	if (iterator->dirty == NULL ||
		ancestors_is_same_path(path, iterator->unconfirmed))
		return true;
	iterator->unconfirmed = path;
	ancestors_start(iterator);
	return false;
}

/*
 * Appends a container around the current one: it counts only while the item
 * was in the current one.  Returns false if the iterator has started again.
 */
static bool
ancestors_add(AncestorIterator *iterator, Serial *container, TimestampTz since,
			  int64 since_event, TimestampTz until, int64 until_event)
{
	AncestorStep *inner = iterator->current;
	AncestorStep *step;

	if (StepCompare(since, since_event, inner->interval.since,
					inner->interval.since_event) < 0)
	{
		since = inner->interval.since;
		since_event = inner->interval.since_event;
	}
	if (StepCompare(until, until_event, inner->interval.until,
					inner->interval.until_event) > 0)
	{
		until = inner->interval.until;
		until_event = inner->interval.until_event;
	}
	if (StepCompare(since, since_event, until, until_event) >= 0)
		return true;
	step = palloc(sizeof(AncestorStep));
	step->interval = (ContainmentInterval)
	{
		container, since, since_event, until, until_event,
			inner->interval.depth + 1, &inner->interval
	};
	step->cycle = inner->cycle;
	step->next = NULL;
	if (CycleTestStep(&step->cycle, container))
	{
		if (AncestorsConfirm(iterator, &step->interval))
			LinksReportCycle();
		return false;
	}
	iterator->last->next = step;
	iterator->last = step;
	return true;
}

static bool
ancestors_visit_link(const Link *link, void *context)
{
	AncestorIterator *iterator = context;

	if (iterator->current->interval.depth == 0)
		iterator->may_be_container = link->is_container;
	return ancestors_add(iterator, SerialCopy(link->parent), link->since,
						 link->since_event, link->until, link->until_event);
}

static bool
ancestors_add_dirty(AncestorIterator *iterator)
{
	const ContainmentInterval *inner = &iterator->current->interval;
	List	   *links = DirtyLinksOfChild(iterator->dirty, inner->container,
										  inner->since);
	ListCell   *cell;

	if (inner->depth == 0)
		iterator->item_links = links;
	foreach(cell, links)
	{
		DirtyLink  *link = lfirst(cell);

		if (!ancestors_add(iterator, link->parent, link->since, link->since_event,
						   link->until, link->until_event))
			return false;
	}
	return true;
}

/*
 * Appends the containers directly around the current one.  Returns false if the
 * iterator has started again.
 */
static bool
ancestors_add_parents(AncestorIterator *iterator)
{
	Serial	   *container = iterator->current->interval.container;
	LinkReader *reader = iterator->reader;
	Serial	   *parent;

	if (iterator->dirty != NULL)
		return ancestors_add_dirty(iterator);
	if (iterator->with_times)
		return reader->parents(reader, &container, 1, ancestors_visit_link,
							   iterator);
	parent = reader->parent(reader, container);
	return parent == NULL ||
		ancestors_add(iterator, parent, DT_NOBEGIN, 0, DT_NOEND, 0);
}

const ContainmentInterval *
AncestorsNext(AncestorIterator *iterator)
{
	do
	{
		CHECK_FOR_INTERRUPTS();
	} while (!ancestors_add_parents(iterator));
	iterator->current = iterator->current->next;
	return iterator->current == NULL ? NULL : &iterator->current->interval;
}
