/*-------------------------------------------------------------------------
 *
 * recompute.c
 *	  Update the rows of serial.item after an event.
 *
 * EventItems that have no newer event themselves are brought up by EventUpdateItems; the
 * others, and what has left them since, by all their events.  So are items that are
 * reinstated: containers in which they were in the meantime count again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event_insert.h"
#include "ledger/rule/transition.h"
#include "ledger/state/affected.h"
#include "ledger/state/item_fold.h"
#include "ledger/state/recompute.h"
#include "utils/snapmgr.h"

/*
 * Must the row of an item be computed from all its events?  So it is if the item itself has
 * a newer event; if it is reinstated, because the events of containers since then count
 * again; and if a shipping is undone, because the shipping before counts again.
 */
static bool
needs_recomputing(const Event *event, const EventItem *item)
{
	return item->row_is_newer || DispositionIsFinal(item->disposition) ||
		str_equals_or_null(event->step, "void_shipping");
}

/*
 * Was an identifier in one of the items at a time, or until then?
 */
static bool
was_inside(ContainmentReader *reader, Serial *id, const EventItems *items, TimestampTz at)
{
	ListCell   *cell;

	foreach(cell, ContainmentRead(reader, id))
	{
		ContainmentInterval *interval = lfirst(cell);

		if (interval->depth > 0 && interval->until >= at &&
			EventItemsContain(items, interval->container))
			return true;
	}
	return false;
}

/* if there are more candidates than this, they are not looked up one by one */
#define MAX_LATE_CANDIDATES 100

/*
 * Among the items that were unpacked at a time or since, take those that were inside an
 * item of the event then.  Returns false, and takes none, if too many were unpacked.
 */
static bool
take_late_candidates(TimestampTz at, const EventItems *items, SerialSet *late)
{
	SerialSet	candidates;
	ContainmentReader *reader;
	int			i;

	SerialSetInit(&candidates);
	if (!AffectedCandidates(at, MAX_LATE_CANDIDATES, &candidates))
		return false;
	if (candidates.n == 0)
		return true;
	PushActiveSnapshot(GetTransactionSnapshot());
	reader = ContainmentOpen();
	for (i = 0; i < candidates.n; i++)
		if (was_inside(reader, candidates.members[i], items, at))
			SerialSetAdd(late, candidates.members[i]);
	ContainmentClose(reader);
	PopActiveSnapshot();
	return true;
}

/*
 * May later steps of what is inside leave it in other dispositions than before the event?
 * The transitions that come with the extension make no difference between those that are
 * neither blocking nor final, except for void_shipping, which AffectedCandidates knows.
 */
static bool
changes_later_steps(const EventItems *items)
{
	int			i;

	for (i = 0; i < items->n; i++)
	{
		const EventItem *item = &items->members[i];

		if (item->resulting_disposition != NULL &&
			(DispositionIsExceptional(item->disposition) ||
			 DispositionIsExceptional(item->resulting_disposition)))
			return true;
	}
	return TransitionsAreOwn();
}

/*
 * Is an item one that the event packs or unpacks, and that has no newer event itself?  Its
 * row has been brought up to the event.
 */
static bool
is_up_to_date(const EventItems *items, Serial *id)
{
	const EventItem *item = EventItemsFindById(items, id);

	return item != NULL && !item->row_is_newer && str_equals_or_null(item->role, "child");
}

static void
take_outdated(const EventItems *items, const SerialSet *affected, SerialSet *late)
{
	int			i;

	for (i = 0; i < affected->n; i++)
		if (!is_up_to_date(items, affected->members[i]))
			SerialSetAdd(late, affected->members[i]);
}

/*
 * Items unpacked since, or with later steps of their own inside the items, are affected
 * by the event too.  What a later event, in which it is not named, takes out of a container
 * into which this one packs it is not up to date.
 */
static void
find_affected_items(TimestampTz at, const EventItems *items, SerialSet *late)
{
	bool		any_is_late = EventItemsAnyIsLate(items);
	SerialSet	containers;
	SerialSet	inside;
	SerialSet	left;
	int			i;

	if (!changes_later_steps(items) && take_late_candidates(at, items, late))
		return;
	SerialSetInit(&inside);
	SerialSetInit(&left);
	SerialSetInit(&containers);
	for (i = 0; i < items->n; i++)
		SerialSetAdd(&containers, items->members[i].id);
	PushActiveSnapshot(GetTransactionSnapshot());
	AffectedItems(&containers, at, &inside, any_is_late ? late : &left);
	PopActiveSnapshot();
	take_outdated(items, &inside, late);
	take_outdated(items, &left, late);
}

void
ApplyEvent(const Event *event, const EventItems *items)
{
	TimestampTz affected_since = event->at;
	SerialSet	late;
	bool		any_known = false;
	int			i;

	SerialSetInit(&late);
	for (i = 0; i < items->n; i++)
	{
		const EventItem *item = &items->members[i];

		any_known |= item->row != NULL;
		if (needs_recomputing(event, item))
			SerialSetAdd(&late, item->id);

		/*
		 * through a container that comes back, everything inside is affected
		 * again
		 */
		if (DispositionIsFinal(item->disposition))
			affected_since = Min(affected_since, item->since);
	}
	EventUpdateItems(event, items);
	if (any_known)
		find_affected_items(affected_since, items, &late);
	RecomputeItems(SerialSetToArray(&late));
}
