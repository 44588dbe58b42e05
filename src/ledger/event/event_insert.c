/*-------------------------------------------------------------------------
 *
 * event_insert.c
 *	  Entering an event, and what it leaves things as, into the tables.
 *
 * Written without SQL where the tables are as we have made them, and by the same
 * rows in SQL elsewhere.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/modify.h"
#include "catalog/pg_type.h"
#include "catalog/saved_plan.h"
#include "catalog/scan.h"
#include "compat.h"
#include "fmgr.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event_insert.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

/*
 * Executes a statement whose parameters are the columns of a row.
 */
static void
execute(SavedPlan *statement, Datum *values, const bool *nulls)
{
	char		marks[SAVED_PLAN_MAX_ARGS];
	int			i;

	for (i = 0; i < statement->nargs; i++)
		marks[i] = nulls[i] ? 'n' : ' ';
	SavedPlanExecute(statement, values, marks, false, 0);
}

/* --- Events --- */

/* the columns of serial.event_item, counted from 0; see event.sql */
enum
{
	THING_ID,
	THING_EVENT_TIME,
	THING_EVENT,
	THING_ROLE,
	THING_RESULTING_DISPOSITION,
	THING_RECORD_TIME,
	THING_COLUMNS
};

#define THING_TYPES \
	{SERIAL_TYPE, TIMESTAMPTZOID, INT8OID, TEXTOID, TEXTOID, TIMESTAMPTZOID}

static const Oid thing_types[] = THING_TYPES;

static const CatalogTable event_table = {
	"event", EVENT_COLUMNS, EventTypes, 1, NULL, EVENT_RECORD_TIME + 1
};

static const CatalogTable thing_table = {
	"event_item", THING_COLUMNS, thing_types, 0, NULL, THING_RECORD_TIME + 1
};

/*
 * A table of events turned to the month of one; NULL where SQL is to write.
 */
static CatalogModify *
open_month_of(const CatalogTable *table, const Event *event)
{
	CatalogModify	   *target = CatalogModifyOpen(table, ACL_INSERT);

	if (target == NULL ||
		CatalogModifyRoute(target, DatumGetTimestampTz(event->values[EVENT_RECORD_TIME])))
		return target;
	CatalogModifyClose(target);
	return NULL;
}

static void
insert_event(const Event *event)
{
	static SavedPlan insert = {
		"INSERT INTO serial.event SELECT ($1).*",
		1, {EVENT_ROW_TYPE}, SPI_OK_INSERT, NULL, InvalidOid
	};
	CatalogModify	   *target = open_month_of(&event_table, event);
	Datum		row;

	if (target != NULL)
	{
		CatalogInsert(target, event->values, event->nulls);
		CatalogModifyClose(target);
		return;
	}
	row = EventRow(event);
	SavedPlanExecute(&insert, &row, NULL, false, 0);
}

/*
 * A row of serial.event_item.
 */
static void
fill_thing(Datum *values, bool *nulls, const Event *event, const EventItem *thing)
{
	memset(nulls, false, THING_COLUMNS * sizeof(bool));
	values[THING_ID] = PointerGetDatum(thing->id);
	values[THING_EVENT_TIME] = event->values[EVENT_TIME];
	values[THING_EVENT] = event->values[EVENT_NUMBER];
	values[THING_ROLE] = CStringGetTextDatum(thing->role);
	nulls[THING_RESULTING_DISPOSITION] = thing->resulting_disposition == NULL;
	if (thing->resulting_disposition != NULL)
		values[THING_RESULTING_DISPOSITION] = CStringGetTextDatum(thing->resulting_disposition);
	values[THING_RECORD_TIME] = event->values[EVENT_RECORD_TIME];
}

static void
insert_thing_in_sql(Datum *values, const bool *nulls)
{
	static SavedPlan insert = {
		"INSERT INTO serial.event_item (id, event_time, event, role, resulting_disposition, record_time)"
		" VALUES ($1, $2, $3, $4, $5, $6)",
		THING_COLUMNS, THING_TYPES, SPI_OK_INSERT, NULL, InvalidOid
	};

	execute(&insert, values, nulls);
}

static void
insert_things(const Event *event, const EventItems *things)
{
	CatalogModify	   *target = open_month_of(&thing_table, event);
	Datum		values[THING_COLUMNS];
	bool		nulls[THING_COLUMNS];
	int			i;

	for (i = 0; i < things->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		fill_thing(values, nulls, event, &things->members[i]);
		if (target == NULL)
			insert_thing_in_sql(values, nulls);
		else
			CatalogInsert(target, values, nulls);
	}
	CatalogModifyClose(target);
}

void
EventInsert(const Event *event, const EventItems *things)
{
	insert_event(event);
	insert_things(event, things);
}

/* --- What an event says of the things --- */

/* of the columns that are told of */
#define TOLD_TYPES \
	SERIAL_TYPE, TEXTOID, DATEOID, TEXTOID, TIMESTAMPTZOID, INT8OID, TEXTOID, \
	TIMESTAMPTZOID, INT8OID, INT8OID, INT8OID, TIMESTAMPTZOID, JSONBOID, TEXTOID, \
	TIMESTAMPTZOID, INT8OID

static const Oid item_types[] = {TOLD_TYPES, JSONBOID};

static const CatalogTable item_table = {
	"item", ITEM_COLUMNS, item_types, 0, NULL, 0
};

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
typedef struct Said
{
	bool		has_owner;
	Datum		owner;			/* as text */
	bool		has_marks;
	Datum		marks;			/* persistent dispositions, as serial.item has them */
} Said;

static void
hear_marks(const Event *event, Said *said)
{
	static SavedPlan select = {
		"SELECT serial_internal.new_persistent_dispositions($1, $2, $3)",
		3, {JSONBOID, TIMESTAMPTZOID, INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {event->values[EVENT_PERSISTENT_DISPOSITION],
	event->values[EVENT_TIME], event->values[EVENT_NUMBER]};
	bool		isnull;

	SavedPlanExecute(&select, values, NULL, false, 1);
	said->marks = SavedPlanResult(0, 1, &isnull);
	said->has_marks = !isnull;
}

static void
hear(const Event *event, Said *said)
{
	char	   *owner = EventNewOwner(event);

	said->has_owner = owner != NULL;
	if (owner != NULL)
		said->owner = CStringGetTextDatum(owner);
	said->has_marks = false;
	if (!event->nulls[EVENT_PERSISTENT_DISPOSITION])
		hear_marks(event, said);
}

static void
set(Row *row, ItemColumn column, Datum value)
{
	row->values[column] = value;
	row->nulls[column] = false;
	row->changed = bms_add_member(row->changed, column + 1);
}

/*
 * Something that is said, when, and by which event, which stand together.
 */
static void
set_saying(Row *row, ItemColumn column, Datum what, const Event *event)
{
	set(row, column, what);
	set(row, column + 1, event->values[EVENT_TIME]);
	set(row, column + 2, event->values[EVENT_NUMBER]);
}

static void
set_marks(Row *row, const Said *said)
{
	set(row, ITEM_MARKS, row->nulls[ITEM_MARKS] ? said->marks :
		DirectFunctionCall2(jsonb_concat, row->values[ITEM_MARKS], said->marks));
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
		set_saying(row, ITEM_PLACE, event->values[EVENT_PLACE], event);
}

/*
 * Brings a row up to an event.
 */
static void
change(Row *row, const Event *event, const EventItem *thing, const Said *said)
{
	if (thing->resulting_disposition != NULL)
	{
		set_saying(row, ITEM_DISPOSITION, CStringGetTextDatum(thing->resulting_disposition),
				   event);
		if (row->nulls[ITEM_FIRST_EVENT])
			set(row, ITEM_FIRST_EVENT, event->values[EVENT_NUMBER]);
	}
	if (!str_equals_or_null(thing->role, "input"))
		set_origin(row, event);
	if (said->has_owner)
		set_saying(row, ITEM_CONSIGNEE, said->owner, event);
	if (said->has_marks)
		set_marks(row, said);
	set(row, ITEM_LAST_EVENT, event->values[EVENT_NUMBER]);
	set(row, ITEM_LAST_TIME, event->values[EVENT_TIME]);
}

/* --- Rows --- */

/*
 * The table of rows, open.
 */
typedef struct Items
{
	CatalogModify	   *target;			/* NULL: rows are written in SQL */
	List	   *probes;			/* by which those are found that are there */
} Items;

static void
open_items(Items *items)
{
	List	   *tables = CatalogScanTables("item");

	items->target = tables == NIL ? NULL :
		CatalogModifyOpen(&item_table, ACL_SELECT | ACL_INSERT | ACL_UPDATE);
	PushActiveSnapshot(GetTransactionSnapshot());
	items->probes = items->target == NULL ? NIL :
		CatalogScansOpen(tables, "item_pkey", SCAN_ID, GetActiveSnapshot(), false);
}

static void
close_items(Items *items)
{
	CatalogScansClose(items->probes);
	PopActiveSnapshot();
	CatalogModifyClose(items->target);
}

static bool
insert_in_sql(Row *row)
{
	static SavedPlan insert = {
		"INSERT INTO serial.item (id, lot, expiry, disposition, since, disposition_event,"
		" place, place_since, place_event, first_event, last_event, last_time, persistent_dispositions,"
		" consignee, consignee_since, consignee_event)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
		" ON CONFLICT (id) DO NOTHING",
		ITEM_TOLD, {TOLD_TYPES}, SPI_OK_INSERT, NULL, InvalidOid
	};

	execute(&insert, row->values, row->nulls);
	return SPI_processed > 0;
}

static bool
update_in_sql(Row *row)
{
	static SavedPlan update = {
		"UPDATE serial.item SET lot = $2, expiry = $3, disposition = $4,"
		" since = $5, disposition_event = $6, place = $7, place_since = $8,"
		" place_event = $9, first_event = $10, last_event = $11, last_time = $12,"
		" persistent_dispositions = $13, consignee = $14, consignee_since = $15, consignee_event = $16"
		" WHERE id = $1",
		ITEM_TOLD, {TOLD_TYPES}, SPI_OK_UPDATE, NULL, InvalidOid
	};

	execute(&update, row->values, row->nulls);
	return SPI_processed > 0;
}

/*
 * The row of a thing that has none.  SQL waits for whoever is writing one.
 */
static bool
add_row(Items *items, const Event *event, const EventItem *thing, const Said *said)
{
	Row			row = {.changed = NULL};

	memset(row.nulls, true, sizeof(row.nulls));
	set(&row, ITEM_ID, PointerGetDatum(thing->id));
	change(&row, event, thing, said);
	bms_free(row.changed);
	return (items->target != NULL &&
			CatalogInsertIfAbsent(items->target, row.values, row.nulls)) ||
		insert_in_sql(&row);
}

static bool
change_in_sql(const Event *event, const EventItem *thing, const Said *said)
{
	static SavedPlan select = {
		"SELECT " ITEM_COLUMN_LIST " FROM serial.item AS i WHERE i.id = $1",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		id = PointerGetDatum(thing->id);
	Row			row = {.changed = NULL};
	SPITupleTable *found;
	bool		done;
	int			i;

	SavedPlanExecute(&select, &id, NULL, false, 1);
	if (SPI_processed == 0)
		return false;
	found = SPI_tuptable;
	for (i = 0; i < ITEM_TOLD; i++)
		row.values[i] = SavedPlanResult(0, i + 1, &row.nulls[i]);
	change(&row, event, thing, said);
	bms_free(row.changed);
	done = update_in_sql(&row);
	SPI_freetuptable(found);
	return done;
}

/*
 * Changes the row of a thing, which is locked.
 */
static bool
change_row(Items *items, const Event *event, const EventItem *thing,
		   const Said *said)
{
	Row			row = {.changed = NULL};
	CatalogScan	   *probe;
	bool		done;

	if (items->target == NULL)
		return change_in_sql(event, thing, said);
	probe = linitial(items->probes);
	CatalogRescan(probe, thing->id, DT_NOBEGIN);
	if (!CatalogScanNextRow(probe))
		return false;
	slot_getallattrs(probe->slot);
	memcpy(row.values, probe->slot->tts_values, sizeof(row.values));
	memcpy(row.nulls, probe->slot->tts_isnull, sizeof(row.nulls));
	change(&row, event, thing, said);
	done = CatalogUpdate(items->target, &probe->slot->tts_tid, row.values,
						 row.nulls, row.changed);
	bms_free(row.changed);
	return done;
}

void
EventUpdateItems(const Event *event, const EventItems *things)
{
	Items		items;
	Said		said;
	int			i;

	hear(event, &said);
	open_items(&items);
	for (i = 0; i < things->n; i++)
	{
		const EventItem *thing = &things->members[i];

		CHECK_FOR_INTERRUPTS();
		if (thing->is_late)
			continue;
		if (!(thing->row == NULL ? add_row(&items, event, thing, &said) :
			  change_row(&items, event, thing, &said)))
			ReportConcurrentUpdate();
	}
	close_items(&items);
}
