/*-------------------------------------------------------------------------
 *
 * event_insert.c
 *	  Insert an event and its items, and update the rows of serial.item.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event_insert.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

/* --- Events --- */

/*
 * A row of serial.event_item.
 */
static void
fill_event_item(Datum *values, bool *nulls, const Event *event, const EventItem *item)
{
	memset(nulls, false, EVENT_ITEM_COLUMNS * sizeof(bool));
	values[EVENT_ITEM_ID] = PointerGetDatum(item->id);
	values[EVENT_ITEM_EVENT_TIME] = event->values[EVENT_TIME];
	values[EVENT_ITEM_EVENT] = event->values[EVENT_NUMBER];
	values[EVENT_ITEM_ROLE] = CStringGetTextDatum(item->role);
	nulls[EVENT_ITEM_RESULTING_DISPOSITION] = item->resulting_disposition == NULL;
	if (item->resulting_disposition != NULL)
		values[EVENT_ITEM_RESULTING_DISPOSITION] = CStringGetTextDatum(item->resulting_disposition);
	values[EVENT_ITEM_RECORD_TIME] = event->values[EVENT_RECORD_TIME];
}

static void
insert_event_items(const Event *event, const EventItems *event_items)
{
	CatalogModify *modify = CatalogModifyOpen(CATALOG_EVENT_ITEM, CATALOG_INSERT);
	Datum		values[EVENT_ITEM_COLUMNS];
	bool		nulls[EVENT_ITEM_COLUMNS];
	int			i;

	for (i = 0; i < event_items->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		fill_event_item(values, nulls, event, &event_items->members[i]);
		CatalogInsert(modify, values, nulls);
	}
	CatalogModifyClose(modify);
}

void
EventInsert(const Event *event, const EventItems *event_items)
{
	CatalogModify *modify = CatalogModifyOpen(CATALOG_EVENT, CATALOG_INSERT);

	CatalogInsert(modify, event->values, event->nulls);
	CatalogModifyClose(modify);
	insert_event_items(event, event_items);
}

/* --- What an event asserts of its items --- */

/*
 * A row of serial.item in the making.
 */
typedef struct Row
{
	Datum		values[ITEM_COLUMNS];
	bool		nulls[ITEM_COLUMNS];
	Bitmapset  *changed;		/* as PostgreSQL counts columns */
} Row;

/*
 * What an event says besides its columns.
 */
typedef struct Assertions
{
	bool		has_consignee;
	Datum		consignee;		/* as text */
	bool		has_marks;
	Datum		marks;			/* persistent dispositions, as serial.item has
								 * them */
} Assertions;

static void
read_persistent_dispositions(const Event *event, Assertions *assertions)
{
	static SavedPlan select = {
		"SELECT serial_internal.new_persistent_dispositions($1, $2, $3)",
		3, {JSONBOID, TIMESTAMPTZOID, INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {event->values[EVENT_PERSISTENT_DISPOSITION],
	event->values[EVENT_TIME], event->values[EVENT_NUMBER]};
	bool		isnull;

	SavedPlanExecute(&select, values, NULL, false, 1);
	assertions->marks = SavedPlanResult(0, 1, &isnull);
	assertions->has_marks = !isnull;
}

static void
read_assertions(const Event *event, Assertions *assertions)
{
	Consignee	consignee;

	EventConsignee(event, &consignee);
	assertions->has_consignee = consignee.party != NULL;
	if (assertions->has_consignee)
		assertions->consignee = CStringGetTextDatum(consignee.party);
	assertions->has_marks = false;
	if (!event->nulls[EVENT_PERSISTENT_DISPOSITION])
		read_persistent_dispositions(event, assertions);
}

static void
set(Row *row, ItemColumn column, Datum value)
{
	row->values[column] = value;
	row->nulls[column] = false;
	row->changed = bms_add_member(row->changed, column + 1);
}

static void
set_null(Row *row, ItemColumn column)
{
	row->nulls[column] = true;
	row->changed = bms_add_member(row->changed, column + 1);
}

/*
 * A value, its time and its event, which are adjacent columns.
 */
static void
set_assertion(Row *row, ItemColumn column, Datum what, const Event *event)
{
	set(row, column, what);
	set(row, column + 1, event->values[EVENT_TIME]);
	set(row, column + 2, event->values[EVENT_NUMBER]);
}

/*
 * The predicate of an index has the column that tells since when a disposition is final: it
 * must not change without need.
 */
static void
set_disposition(Row *row, const char *disposition, const Event *event)
{
	set_assertion(row, ITEM_DISPOSITION, CStringGetTextDatum(disposition), event);
	if (DispositionIsFinal(disposition))
		set(row, ITEM_FINAL_SINCE, event->values[EVENT_TIME]);
	else if (!row->nulls[ITEM_FINAL_SINCE])
		set_null(row, ITEM_FINAL_SINCE);
}

static void
set_persistent_dispositions(Row *row, const Assertions *assertions)
{
	set(row, ITEM_PERSISTENT_DISPOSITIONS, row->nulls[ITEM_PERSISTENT_DISPOSITIONS] ? assertions->marks :
		DirectFunctionCall2(jsonb_concat, row->values[ITEM_PERSISTENT_DISPOSITIONS], assertions->marks));
}

/*
 * Inputs stay where they were, and what they were.
 */
static void
set_origin(Row *row, const Event *event)
{
	if (!event->nulls[EVENT_LOT])
		set(row, ITEM_LOT, event->values[EVENT_LOT]);
	if (!event->nulls[EVENT_EXPIRY])
		set(row, ITEM_EXPIRY, event->values[EVENT_EXPIRY]);
	if (!event->nulls[EVENT_PLACE])
		set_assertion(row, ITEM_PLACE, event->values[EVENT_PLACE], event);
}

/*
 * Does an item begin to exist by an event, and not only its identifier?
 */
static bool
item_begins(const EventItem *item, const Event *event)
{
	if (!str_equals_or_null(item->role, "item"))
		return str_equals_or_null(item->role, "output");
	return EventIsObjectAdd(event) && !EventBeginsNumbers(event);
}

static void
set_state(Row *row, ItemColumn column, const char *what, TimestampTz since, int64 event)
{
	if (what == NULL)
		return;
	set(row, column, CStringGetTextDatum(what));
	set(row, column + 1, TimestampTzGetDatum(since));
	set(row, column + 2, Int64GetDatum(event));
}

/*
 * Give the item the state that its containers left it in, before an event takes it out.
 */
static void
leave_containers(Row *row, const ItemRow *outside)
{
	set_state(row, ITEM_DISPOSITION, outside->disposition, outside->since,
			  outside->disposition_event);
	set_state(row, ITEM_PLACE, outside->place, outside->place_since, outside->place_event);
	set_state(row, ITEM_CONSIGNEE, outside->consignee, outside->consignee_since,
			  outside->consignee_event);
}

/*
 * Brings a row up to an event.
 */
static void
change(Row *row, const Event *event, const EventItem *item, const Assertions *assertions)
{
	if (item->leaves && item->outside != NULL)
		leave_containers(row, item->outside);
	if (item->resulting_disposition != NULL)
	{
		set_disposition(row, item->resulting_disposition, event);
		if (row->nulls[ITEM_FIRST_EVENT])
			set(row, ITEM_FIRST_EVENT, event->values[EVENT_NUMBER]);
	}
	if (row->nulls[ITEM_COMMISSIONING_EVENT] && item_begins(item, event))
		set(row, ITEM_COMMISSIONING_EVENT, event->values[EVENT_NUMBER]);
	if (!str_equals_or_null(item->role, "input"))
		set_origin(row, event);
	if (assertions->has_consignee)
		set_assertion(row, ITEM_CONSIGNEE, assertions->consignee, event);
	if (assertions->has_marks)
		set_persistent_dispositions(row, assertions);
	set(row, ITEM_LAST_EVENT, event->values[EVENT_NUMBER]);
	set(row, ITEM_LAST_TIME, event->values[EVENT_TIME]);
}

/* --- Rows --- */

/*
 * The table of rows, open.
 */
typedef struct Items
{
	CatalogModify *modify;
	List	   *scans;			/* by which those are found that are there */
} Items;

static void
open_items(Items *items)
{
	items->modify = CatalogModifyOpen(CATALOG_ITEM, CATALOG_INSERT_OR_UPDATE);
	PushActiveSnapshot(GetTransactionSnapshot());
	items->scans = CatalogScansOpen(CatalogScanTablesRequired(CATALOG_ITEM),
									CATALOG_ITEM_BY_ID, SCAN_ID,
									GetActiveSnapshot(), false);
}

static void
close_items(Items *items)
{
	CatalogScansClose(items->scans);
	PopActiveSnapshot();
	CatalogModifyClose(items->modify);
}

/*
 * Insert the row of an item that has none.
 */
static bool
add_row(Items *items, const Event *event, const EventItem *item, const Assertions *assertions)
{
	Row			row = {.changed = NULL};

	memset(row.nulls, true, sizeof(row.nulls));
	set(&row, ITEM_ID, PointerGetDatum(item->id));
	change(&row, event, item, assertions);
	bms_free(row.changed);
	return CatalogInsertIfAbsent(items->modify, row.values, row.nulls);
}

/*
 * The row is where it was locked, unless packing or unpacking has written it since.
 */
static bool
find_row(CatalogScan *scan, const EventItem *item)
{
	if (CatalogScanFetchRow(scan, &item->row->tid))
		return true;
	CatalogRescan(scan, item->id, DT_NOBEGIN);
	return CatalogScanNextRow(scan);
}

/*
 * Update the row of an item, which is locked.
 */
static bool
change_row(Items *items, const Event *event, const EventItem *item,
		   const Assertions *assertions)
{
	CatalogScan *scan = linitial(items->scans);
	TupleTableSlot *slot = CatalogScanSlot(scan);
	Row			row = {.changed = NULL};
	bool		done;

	if (!find_row(scan, item))
		return false;
	slot_getallattrs(slot);
	memcpy(row.values, slot->tts_values, sizeof(row.values));
	memcpy(row.nulls, slot->tts_isnull, sizeof(row.nulls));
	change(&row, event, item, assertions);
	done = CatalogUpdate(items->modify, &slot->tts_tid, row.values, row.nulls,
						 row.changed);
	bms_free(row.changed);
	return done;
}

void
EventUpdateItems(const Event *event, const EventItems *event_items)
{
	Items		items;
	Assertions	assertions;
	int			i;

	read_assertions(event, &assertions);
	open_items(&items);
	for (i = 0; i < event_items->n; i++)
	{
		const EventItem *item = &event_items->members[i];

		CHECK_FOR_INTERRUPTS();
		if (item->row_is_newer)
			continue;
		if (!(item->row == NULL ? add_row(&items, event, item, &assertions) :
			  change_row(&items, event, item, &assertions)))
			ReportConcurrentUpdate();
	}
	close_items(&items);
}
