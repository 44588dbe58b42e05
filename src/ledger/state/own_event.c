/*-------------------------------------------------------------------------
 *
 * own_event.c
 *	  The accepted events of an identifier itself.
 *
 * Many items are named in the same events: what was read of an event is kept.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event.h"
#include "ledger/state/own_event.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/snapmgr.h"

typedef struct EventEntry
{
	int64		event;
	EventAssertions *assertions;
	char		status;
} EventEntry;

#define SH_PREFIX		event_entries
#define SH_ELEMENT_TYPE	EventEntry
#define SH_KEY_TYPE		int64
#define SH_KEY			event
#define SH_HASH_KEY(table, key)	murmurhash32((uint32) (key) ^ (uint32) ((uint64) (key) >> 32))
#define SH_EQUAL(table, a, b)	((a) == (b))
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct OwnEventReader
{
	MemoryContext memory;
	event_entries_hash *events;

	/* one scan a month; NIL: in SQL */
	List	   *items;
	List	   *by_number;
	List	   *by_corrected_event;
};

OwnEventReader *
OwnEventsOpen(void)
{
	OwnEventReader *reader = palloc0(sizeof(OwnEventReader));
	List	   *items = CatalogMayScan(CATALOG_EVENT_ITEM) ?
	CatalogScanTables(CATALOG_EVENT_ITEM) : NIL;
	List	   *events = CatalogMayScan(CATALOG_EVENT) ?
	CatalogScanTables(CATALOG_EVENT) : NIL;

	reader->memory = CurrentMemoryContext;
	reader->events = event_entries_create(reader->memory, 64, NULL);
	if (items == NIL || events == NIL)
		return reader;
	reader->items = CatalogScansOpen(items, CATALOG_EVENT_ITEM_BY_ITEM, SCAN_ID,
									 GetActiveSnapshot(), false);
	reader->by_number = CatalogScansOpen(events, CATALOG_EVENT_BY_NUMBER, SCAN_NUMBER,
										 GetActiveSnapshot(), false);
	reader->by_corrected_event = CatalogScansOpen(events, CATALOG_EVENT_BY_CORRECTED_EVENT,
												  SCAN_NUMBER, GetActiveSnapshot(), false);
	return reader;
}

void
OwnEventsClose(OwnEventReader *reader)
{
	CatalogScansClose(reader->items);
	CatalogScansClose(reader->by_number);
	CatalogScansClose(reader->by_corrected_event);
	event_entries_destroy(reader->events);
	pfree(reader);
}

/* --- Events --- */

static void
fill_assertions(EventAssertions *assertions, Event *event)
{
	EventRead(event);
	assertions->is_accepted = true;
	RecordedStepOfEvent(&assertions->step, event);
	assertions->is_object_add = EventIsObjectAdd(event);
	assertions->unpacks = str_equals_or_null(event->type, "AggregationEvent") &&
		str_equals_or_null(event->action, "DELETE");
	assertions->action_disposition = EventActionDisposition(event);
	assertions->begins_items = EventBeginsItems(event);
	assertions->begins_numbers = EventBeginsNumbers(event);
	assertions->undoes_shipping = str_equals_or_null(event->step, "void_shipping");
	assertions->place = EventText(event, EVENT_PLACE);
	assertions->ships = assertions->step.consignee.party != NULL ||
		str_equals_or_null(event->step, "shipping");
	assertions->departs = StepDeparts(event->step);
	assertions->arrives = StepArrives(event->step);
	assertions->lot = EventText(event, EVENT_LOT);
	assertions->has_expiry = !event->nulls[EVENT_EXPIRY];
	if (assertions->has_expiry)
		assertions->expiry = DatumGetDateADT(event->values[EVENT_EXPIRY]);
	assertions->has_persistent = !event->nulls[EVENT_PERSISTENT_DISPOSITION];
	if (assertions->has_persistent)
		assertions->persistent =
			datumCopy(event->values[EVENT_PERSISTENT_DISPOSITION], false, -1);
}

static bool
is_declared_wrong(OwnEventReader *reader, int64 event)
{
	ListCell   *cell;

	foreach(cell, reader->by_corrected_event)
	{
		CatalogRescanNumber(lfirst(cell), event);
		if (CatalogScanNextRow(lfirst(cell)))
			return true;
	}
	return false;
}

/*
 * Finds an event in a month.
 */
static bool
find_in_month(CatalogScan *scan, int64 number, TimestampTz recorded_at, Event *event)
{
	TupleTableSlot *slot = CatalogScanSlot(scan);

	CatalogRescanNumber(scan, number);
	while (CatalogScanNextRow(scan))
	{
		slot_getallattrs(slot);
		if (DatumGetTimestampTz(slot->tts_values[EVENT_RECORD_TIME]) != recorded_at)
			continue;
		memcpy(event->values, slot->tts_values, sizeof(event->values));
		memcpy(event->nulls, slot->tts_isnull, sizeof(event->nulls));
		return true;
	}
	return false;
}

/*
 * Reads an event that is named in a month; most are in the same month of the other
 * table.
 */
static EventAssertions *
read_event(OwnEventReader *reader, int month, int64 number, TimestampTz recorded_at)
{
	MemoryContext caller = MemoryContextSwitchTo(reader->memory);
	EventAssertions *assertions = palloc0(sizeof(EventAssertions));
	int			n = list_length(reader->by_number);
	Event		event;
	int			i;

	for (i = 0; i < n; i++)
		if (find_in_month(list_nth(reader->by_number, (month + i) % n), number,
						  recorded_at, &event))
			break;
	if (i < n && event.nulls[EVENT_CORRECTS] &&
		DatumGetBool(event.values[EVENT_IS_ACCEPTED]) &&
		!is_declared_wrong(reader, number))
		fill_assertions(assertions, &event);
	MemoryContextSwitchTo(caller);
	return assertions;
}

static const EventAssertions *
assertions_of(OwnEventReader *reader, int month, int64 number, TimestampTz recorded_at)
{
	bool		found;
	EventEntry *entry = event_entries_insert(reader->events, number, &found);

	if (!found)
		entry->assertions = read_event(reader, month, number, recorded_at);
	return entry->assertions;
}

/* --- Items --- */

static OwnEvent *
add_event(OwnEvents *events, int *capacity)
{
	if (events->members == NULL)
	{
		*capacity = 8;
		events->members = palloc(*capacity * sizeof(OwnEvent));
	}
	else if (events->n == *capacity)
	{
		*capacity *= 2;
		events->members = repalloc_huge(events->members, *capacity * sizeof(OwnEvent));
	}
	return &events->members[events->n++];
}

static void
set_role(OwnEvent *event, Datum role)
{
	char	   *word = TextDatumGetCString(role);

	event->role = ItemRoleOf(word);
	pfree(word);
}

static void
read_month(OwnEventReader *reader, CatalogScan *scan, int month, const Serial *id,
		   OwnEvents *events, int *capacity)
{
	TupleTableSlot *slot = CatalogScanSlot(scan);

	CatalogRescan(scan, id, DT_NOBEGIN);
	while (CatalogScanNextRow(scan))
	{
		Datum	   *values = slot->tts_values;
		const EventAssertions *assertions;
		OwnEvent   *event;

		CHECK_FOR_INTERRUPTS();
		slot_getallattrs(slot);
		assertions = assertions_of(reader, month, DatumGetInt64(values[EVENT_ITEM_EVENT]),
								   DatumGetTimestampTz(values[EVENT_ITEM_RECORD_TIME]));
		if (!assertions->is_accepted)
			continue;
		event = add_event(events, capacity);
		event->at = DatumGetTimestampTz(values[EVENT_ITEM_EVENT_TIME]);
		event->event = DatumGetInt64(values[EVENT_ITEM_EVENT]);
		event->assertions = assertions;
		set_role(event, values[EVENT_ITEM_ROLE]);
		event->resulting_disposition = NULL;
	}
}

/*
 * An event as far as EventAssertions need it, from a row of the result.
 */
static void
event_of_result(Event *event, uint64 row)
{
	static const EventColumn columns[] = {EVENT_TYPE, EVENT_ACTION,
		EVENT_BUSINESS_STEP, EVENT_PLACE, EVENT_DESTINATIONS, EVENT_SOURCES, EVENT_LOT, EVENT_EXPIRY,
		EVENT_PERSISTENT_DISPOSITION, EVENT_DISPOSITION, EVENT_TIME, EVENT_RECORD_TIME,
	EVENT_RECORDED_BY, EVENT_ACTOR, EVENT_READ_POINT};
	int			i;

	memset(event->nulls, true, sizeof(event->nulls));
	for (i = 0; i < (int) lengthof(columns); i++)
		event->values[columns[i]] = SavedPlanResult(row, i + 4,
													&event->nulls[columns[i]]);
}

static void
take_result_row(OwnEventReader *reader, uint64 row, OwnEvents *events, int *capacity)
{
	OwnEvent   *event = add_event(events, capacity);
	EventEntry *entry;
	bool		found;
	bool		isnull;

	event->at = DatumGetTimestampTz(SavedPlanResult(row, 1, &isnull));
	event->event = DatumGetInt64(SavedPlanResult(row, 2, &isnull));
	set_role(event, SavedPlanResult(row, 3, &isnull));
	event->resulting_disposition = NULL;
	entry = event_entries_insert(reader->events, event->event, &found);
	if (!found)
	{
		MemoryContext caller = MemoryContextSwitchTo(reader->memory);
		Event		of_row;

		entry->assertions = palloc0(sizeof(EventAssertions));
		event_of_result(&of_row, row);
		fill_assertions(entry->assertions, &of_row);
		MemoryContextSwitchTo(caller);
	}
	event->assertions = entry->assertions;
}

static void
read_in_sql(OwnEventReader *reader, const Serial *id, OwnEvents *events)
{
	static SavedPlan select = {
		"SELECT a.event_time, a.event, a.role, a.type, a.action,"
		" a.business_step, a.place, a.destinations, a.sources, a.lot, a.expiry, a.persistent_disposition,"
		" a.disposition, a.event_time, a.record_time, a.recorded_by, a.actor, a.read_point"
		" FROM serial_internal.accepted_item AS a WHERE a.id OPERATOR(pg_catalog.=) $1",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	MemoryContext caller = CurrentMemoryContext;
	Datum		value = PointerGetDatum(id);
	int			capacity = 0;
	uint64		row;

	SPI_connect();
	SavedPlanExecute(&select, &value, NULL, true, 0);
	MemoryContextSwitchTo(caller);
	for (row = 0; row < SPI_processed; row++)
		take_result_row(reader, row, events, &capacity);
	SPI_finish();
	MemoryContextSwitchTo(caller);
}

static int
compare_own_events(const void *left, const void *right)
{
	const OwnEvent *a = left;
	const OwnEvent *b = right;

	return StepCompare(a->at, a->event, b->at, b->event);
}

void
OwnEventsRead(OwnEventReader *reader, const Serial *id, OwnEvents *events)
{
	ListCell   *cell;
	int			capacity = 0;

	events->members = NULL;
	events->n = 0;
	if (reader->items == NIL)
		read_in_sql(reader, id, events);
	foreach(cell, reader->items)
		read_month(reader, lfirst(cell), foreach_current_index(cell), id, events,
				   &capacity);
	if (events->n > 1)
		qsort(events->members, events->n, sizeof(OwnEvent), compare_own_events);
}

const OwnEvent *
OwnEventsLastChange(const OwnEvents *events, TimestampTz at, int64 event)
{
	int			i;

	for (i = events->n - 1; i >= 0; i--)
	{
		const OwnEvent *own = &events->members[i];

		if (own->resulting_disposition != NULL &&
			StepCompare(own->at, own->event, at, event) <= 0)
			return own;
	}
	return NULL;
}
