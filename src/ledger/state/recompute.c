/*-------------------------------------------------------------------------
 *
 * recompute.c
 *	  What follows from an event for the rows of things.
 *
 * EventItems of which nothing newer is known are brought up by EventUpdateItems; the
 * others, and what has left them since, by all their events.  So are things in a
 * container that leave, end or come back: it counts no more, or again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event_insert.h"
#include "ledger/state/recompute.h"
#include "utils/snapmgr.h"

/*
 * Must the row of an item be computed from all its events?  So it is if a newer event
 * is known; if the item reaches a final disposition in a container, whose events no
 * longer count from then on (for an item that begins, nobody has looked whether it is
 * in one); if it is reinstated, because the container's events since then count
 * again; and if a shipping is undone, because the shipping before counts again.
 */
static bool
needs_recomputing(const Event *event, const EventItems *items, const EventItem *item)
{
	return item->is_late || DispositionIsFinal(item->disposition) ||
		((item->is_inside || items->begin) &&
		 DispositionIsFinal(item->resulting_disposition)) ||
		str_equals_or_null(event->step, "void_shipping");
}

static void
fold_rows(const SerialSet *things)
{
	static SavedPlan refresh = {
		"SELECT serial_internal.recompute_items($1)",
		1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		ids;

	if (things->n == 0)
		return;
	ids = PointerGetDatum(SerialSetToArray(things));
	SavedPlanExecute(&refresh, &ids, NULL, false, 1);
}

/*
 * Was something in one of the things at a moment, or until then?
 */
static bool
was_inside(Serial *id, const EventItems *things, TimestampTz at)
{
	ListCell   *cell;

	foreach(cell, ContainmentOfItem(id))
	{
		ContainmentInterval	   *stay = lfirst(cell);

		if (stay->depth > 0 && stay->until >= at &&
			EventItemsContain(things, stay->container))
			return true;
	}
	return false;
}

/* more than so many are not looked at one by one */
#define FEW 100

/*
 * Of what has left anything, or has ended, at a moment or since, takes what was
 * inside; false, and none, if that is more than a few.
 */
static bool
take_of_few(Datum at, const EventItems *things, SerialSet *late)
{
	static SavedPlan select = {
		"SELECT h.child FROM serial.aggregation_history AS h WHERE h.until >= $1"
		" UNION ALL SELECT i.id FROM serial.item AS i"
		" WHERE i.since >= $1 AND serial_internal.is_final(i.disposition)"
		" LIMIT " CppAsString2(FEW) " + 1",
		1, {TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	uint64		row;
	bool		isnull;

	SavedPlanExecute(&select, &at, NULL, false, 0);
	if (SPI_processed > FEW)
		return false;
	PushActiveSnapshot(GetTransactionSnapshot());
	for (row = 0; row < SPI_processed; row++)
	{
		Serial	   *id = DatumGetSerialPP(SavedPlanResult(row, 1, &isnull));

		if (was_inside(id, things, DatumGetTimestampTz(at)))
			SerialSetAdd(late, id);
	}
	PopActiveSnapshot();
	return true;
}

/*
 * What has left the things since, or has ended inside them, hears of the event
 * too.  Since an event of now, nothing or little has left or ended anywhere:
 * that spares the walk through all that is inside.
 */
static void
find_those_who_hear(Datum at, const EventItems *things, SerialSet *late)
{
	static SavedPlan walk = {
		"SELECT serial_internal.unpacked_since($1, $2) UNION SELECT serial_internal.ended_inside($1, $2)",
		2, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {PointerGetDatum(EventItemsToArray(things)), at};
	uint64		row;
	bool		isnull;

	if (take_of_few(at, things, late))
		return;
	SavedPlanExecute(&walk, values, NULL, false, 0);
	for (row = 0; row < SPI_processed; row++)
		SerialSetAdd(late, DatumGetSerialPP(SavedPlanResult(row, 1, &isnull)));
}

void
ApplyEvent(const Event *event, const EventItems *things)
{
	TimestampTz heard_since = event->at;
	SerialSet	late;
	bool		any_known = false;
	int			i;

	SerialSetInit(&late);
	for (i = 0; i < things->n; i++)
	{
		const EventItem *thing = &things->members[i];

		any_known |= thing->row != NULL;
		if (needs_recomputing(event, things, thing))
			SerialSetAdd(&late, thing->id);
		/* through a container that comes back, all is heard again */
		if (DispositionIsFinal(thing->disposition))
			heard_since = Min(heard_since, thing->since);
	}
	EventUpdateItems(event, things);
	if (any_known)
		find_those_who_hear(TimestampTzGetDatum(heard_since), things, &late);
	fold_rows(&late);
}
