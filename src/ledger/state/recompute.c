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
#include "catalog/catalog.h"
#include "executor/spi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event_insert.h"
#include "ledger/state/recompute.h"
#include "utils/snapmgr.h"

/*
 * Must the row of a thing be made from all its events?  If something newer is
 * known; if it leaves or ends in a container, of which nothing counts from then
 * on (of what begins, nobody has looked whether it is in one); and if it comes
 * back, for then what was said of a container meanwhile counts again.
 */
static bool
is_to_fold(const EventItems *things, const EventItem *thing)
{
	return thing->is_late || DispositionIsFinal(thing->disposition) ||
		((thing->is_inside || things->begin) && DispositionIsFinal(thing->resulting_disposition));
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
		if (is_to_fold(things, thing))
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
