/*-------------------------------------------------------------------------
 *
 * event_item.c
 *	  The things of an event that is being recorded, and what is known of them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event_item.h"
#include "ledger/state/current_state.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_lock_items);

/* --- Which things --- */

static void
add(EventItems *things, Serial *id, const char *role, const char *resulting_disposition)
{
	EventItem	   *thing = &things->members[things->n++];

	memset(thing, 0, sizeof(EventItem));
	thing->id = id;
	thing->role = role;
	thing->resulting_disposition = resulting_disposition;
	thing->since = DT_NOBEGIN;
}

static void
add_all(EventItems *things, ArrayType *ids, const char *role, const char *resulting_disposition)
{
	ArrayIterator elements;
	Datum		element;
	bool		isnull;

	if (ids == NULL)
		return;
	elements = array_create_iterator(ids, 0, NULL);
	while (array_iterate(elements, &element, &isnull))
	{
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("one of the things of an event is NULL")));
		add(things, DatumGetSerialPP(element), role, resulting_disposition);
	}
	array_free_iterator(elements);
}

static int
compare_things(const void *a, const void *b)
{
	return ValueCompare(((const EventItem *) a)->id, ((const EventItem *) b)->id);
}

static void
make_room(EventItems *things, Size room)
{
	things->n = 0;
	things->begin = false;
	things->members = MemoryContextAllocHuge(CurrentMemoryContext,
											 Max(room, 1) * sizeof(EventItem));
}

/*
 * Puts things in order, and each of them once; NULL, or one that is there twice.
 */
static Serial *
sort(EventItems *things)
{
	Serial	   *twice = NULL;
	int			n = 0;
	int			i;

	qsort(things->members, things->n, sizeof(EventItem), compare_things);
	for (i = 0; i < things->n; i++)
	{
		if (n > 0 && ValueEqual(things->members[n - 1].id, things->members[i].id))
			twice = things->members[i].id;
		else
			things->members[n++] = things->members[i];
	}
	things->n = n;
	return twice;
}

static bool
begin_to_exist(const Event *event)
{
	return str_equals_or_null(event->type, "ObjectEvent") &&
		(str_equals_or_null(event->step, "commissioning") ||
		 str_equals_or_null(event->step, "encoding") || str_equals_or_null(event->step, "reserving"));
}

/*
 * What an event of this type and action leaves its items as if nothing else says
 * so.
 */
static const char *
items_left_as(const Event *event)
{
	if (!str_equals_or_null(event->type, "ObjectEvent"))
		return NULL;
	return str_equals_or_null(event->action, "ADD") ? "active" :
		str_equals_or_null(event->action, "DELETE") ? "inactive" : NULL;
}

void
EventItemsFromArrays(EventItems *things, const Event *event, ArrayType *items,
		   ArrayType *inputs, ArrayType *outputs, Serial *parent)
{
	bool		are_children = str_equals_or_null(event->type, "AggregationEvent") ||
		str_equals_or_null(event->type, "AssociationEvent");
	Serial	   *twice;

	make_room(things, 1 + (Size) SerialArrayCount(items) + SerialArrayCount(inputs) + SerialArrayCount(outputs));
	things->begin = begin_to_exist(event);
	add_all(things, items, are_children ? "child" : "item", items_left_as(event));
	if (parent != NULL)
		add(things, parent, "parent", NULL);
	add_all(things, inputs, "input", "inactive");
	add_all(things, outputs, "output", "active");
	twice = sort(things);
	if (twice != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("\"%s\" is named twice among the things of an event",
						ValueToCString(twice))));
}

static SerialSet
set_of(const EventItems *things)
{
	SerialSet	set;
	int			i;

	SerialSetInit(&set);
	for (i = 0; i < things->n; i++)
		SerialSetAdd(&set, things->members[i].id);
	return set;
}

ArrayType *
EventItemsToArray(const EventItems *things)
{
	SerialSet	set = set_of(things);

	return SerialSetToArray(&set);
}

/*
 * --- Locks ---
 *
 * After each wait a new snapshot is taken: what others have committed meanwhile
 * is to be seen.
 */

static EventItem *
thing_of(const EventItems *things, Serial *id)
{
	EventItem		key = {.id = id};

	return bsearch(&key, things->members, things->n, sizeof(EventItem),
				   compare_things);
}

bool
EventItemsContain(const EventItems *things, Serial *id)
{
	return thing_of(things, id) != NULL;
}

static int
lock_each(EventItems *things, ItemReader *reader)
{
	ItemRow    *item = palloc(sizeof(ItemRow));
	int			n = 0;
	int			i;

	for (i = 0; i < things->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!ItemLock(reader, things->members[i].id, item))
			continue;
		things->members[i].row = item;
		item = palloc(sizeof(ItemRow));
		n++;
	}
	pfree(item);
	return n;
}

/*
 * How many rows there are; they are read as they are once locked.
 */
static int
lock_rows(EventItems *things)
{
	ItemReader	reader;
	int			n;

	/* what this command has written already is to be seen */
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	ItemsOpenToLock(&reader);
	n = lock_each(things, &reader);
	ItemsClose(&reader);
	PopActiveSnapshot();
	return n;
}

void
ReportConcurrentUpdate(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent recording of the same things"),
			 errhint("Record the event again.")));
}

static void
make_rows(const EventItems *things)
{
	static SavedPlan insert = {
		"INSERT INTO serial.item (id) SELECT t.id FROM unnest($1) AS t(id)"
		" ORDER BY t.id ON CONFLICT (id) DO NOTHING",
		1, {SERIAL_ARRAY_TYPE}, SPI_OK_INSERT, NULL, InvalidOid
	};
	Datum		ids = PointerGetDatum(EventItemsToArray(things));

	SavedPlanExecute(&insert, &ids, NULL, false, 0);
}

/*
 * Holds containers against those who record an event of one, not against others
 * who hold them.
 */
static void
hold_containers(EventItems *things)
{
	static SavedPlan hold = {
		"SELECT serial_internal.lock_containers_for_share($1)",
		1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	SerialSet	ids = set_of(things);
	SerialSet	containers;
	AncestorNodes nodes;
	Datum		array;
	int			i;

	PushActiveSnapshot(GetTransactionSnapshot());
	AncestorsOfItems(ids.members, ids.n, &nodes);
	PopActiveSnapshot();
	for (i = 0; i < things->n; i++)
		things->members[i].is_inside =
			AncestorNodeContainer(nodes.nodes[i]) != NULL;
	SerialSetInit(&containers);
	for (i = nodes.n_items; i < nodes.n; i++)
		SerialSetAdd(&containers, AncestorNodeId(nodes.nodes[i]));
	if (containers.n == 0)
		return;
	array = PointerGetDatum(SerialSetToArray(&containers));
	SavedPlanExecute(&hold, &array, NULL, false, 0);
}

void
EventItemsLock(EventItems *things)
{
	int			found = lock_rows(things);

	if (things->begin)
		return;
	if (found < things->n)
	{
		make_rows(things);
		if (lock_rows(things) < things->n)
			ReportConcurrentUpdate();
	}
	hold_containers(things);
}

/*
 * serial_internal.lock_items(things serial.serial[]) -> void
 */
Datum
serial_lock_items(PG_FUNCTION_ARGS)
{
	ArrayType  *ids = PG_GETARG_ARRAYTYPE_P(0);
	EventItems		things;

	make_room(&things, SerialArrayCount(ids));
	add_all(&things, ids, NULL, NULL);
	sort(&things);
	SPI_connect();
	EventItemsLock(&things);
	SPI_finish();
	PG_RETURN_VOID();
}

/* --- What is known --- */

/*
 * Asks SQL for a disposition, since when, and by which event.
 */
static void
find_in_sql(EventItem *thing, SavedPlan *statement, TimestampTz at)
{
	Datum		values[] = {PointerGetDatum(thing->id), TimestampTzGetDatum(at)};
	Datum		disposition;
	bool		isnull;

	SavedPlanExecute(statement, values, NULL, false, 1);
	thing->disposition = NULL;
	if (SPI_processed > 0)
	{
		disposition = SavedPlanResult(0, 1, &isnull);
		if (!isnull)
		{
			thing->disposition = TextDatumGetCString(disposition);
			thing->since = DatumGetTimestampTz(SavedPlanResult(0, 2, &isnull));
			thing->disposition_event = DatumGetInt64(SavedPlanResult(0, 3, &isnull));
		}
	}
	SPI_freetuptable(SPI_tuptable);
}

static void
find_in_row(EventItem *thing)
{
	thing->disposition = thing->row->disposition;
	thing->since = thing->row->since;
	thing->disposition_event = thing->row->disposition_event;
}

/*
 * Of what begins only what was said of it itself counts, whatever it is in.  Of
 * months that are detached only the row knows.
 */
static void
find_beginning(EventItem *thing, TimestampTz at)
{
	static SavedPlan last_own = {
		"SELECT o.resulting_disposition, o.event_time, o.event"
		" FROM serial_internal.last_own_event($1, $2, 9223372036854775807) AS o",
		2, {SERIAL_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};

	if (thing->row == NULL)
		return;
	thing->is_late = thing->row->last_time > at;
	if (thing->row->first_event == 0)
		return;
	find_in_sql(thing, &last_own, at);
	if (thing->disposition == NULL && !thing->is_late)
		find_in_row(thing);
}

/*
 * A thing that is inside something comes with what it is in.
 */
static void
find(EventItem *thing, const AncestorNode *nested, CurrentStateReader *reader, TimestampTz at)
{
	static SavedPlan state = {
		"SELECT s.disposition, s.since, s.disposition_event"
		" FROM serial_internal.state($1, $2) AS s",
		2, {SERIAL_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	TimestampTz last_time = thing->row->last_time;
	CurrentState present;

	if (nested == NULL)
		find_in_row(thing);
	else
	{
		CurrentStateOf(reader, nested, thing->row, &present);
		thing->disposition = present.disposition;
		thing->since = present.since;
		thing->disposition_event = present.disposition_event;
		last_time = present.event_time;
	}
	thing->is_late = last_time > at;
	if (thing->is_late)
		find_in_sql(thing, &state, at);
}

/*
 * Containers were waited for, so what things are in is looked up anew.
 */
static void
find_all(EventItems *things, TimestampTz at)
{
	CurrentStateReader reader;
	SerialSet	inside;
	AncestorNodes nodes = {NULL};
	int			i;

	SerialSetInit(&inside);
	for (i = 0; i < things->n; i++)
		if (things->members[i].is_inside)
			SerialSetAdd(&inside, things->members[i].id);
	if (inside.n > 0)
	{
		AncestorsOfItems(inside.members, inside.n, &nodes);
		CurrentStatesOpen(&reader);
	}
	for (i = 0; i < things->n; i++)
		find(&things->members[i],
			 things->members[i].is_inside ? *nodes.nodes++ : NULL, &reader, at);
	if (inside.n > 0)
		CurrentStatesClose(&reader);
}

void
EventItemsFind(EventItems *things, const Event *event)
{
	int			i;

	PushActiveSnapshot(GetTransactionSnapshot());
	if (!things->begin)
		find_all(things, event->at);
	else
	{
		for (i = 0; i < things->n; i++)
			find_beginning(&things->members[i], event->at);
	}
	PopActiveSnapshot();
}
