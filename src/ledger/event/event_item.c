/*-------------------------------------------------------------------------
 *
 * event_item.c
 *	  The items of an event that is being recorded, and the state in which it
 *	  finds them.
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
#include "ledger/state/fold.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_lock_items);
PG_FUNCTION_INFO_V1(serial_lock_known_items);

/* --- Items of the arguments --- */

static void
event_items_add(EventItems *items, Serial *id, const char *role)
{
	EventItem  *item = &items->members[items->n++];

	memset(item, 0, sizeof(EventItem));
	item->id = id;
	item->role = role;
	item->since = DT_NOBEGIN;
}

static void
event_items_add_array(EventItems *items, ArrayType *ids, const char *role)
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
					 errmsg("one of the items of an event is NULL")));
		event_items_add(items, DatumGetSerialPP(element), role);
	}
	array_free_iterator(elements);
}

static int
compare_event_items(const void *a, const void *b)
{
	return ValueCompare(((const EventItem *) a)->id, ((const EventItem *) b)->id);
}

static void
event_items_init(EventItems *items, Size capacity)
{
	items->n = 0;
	items->begin = false;
	items->members = MemoryContextAllocHuge(CurrentMemoryContext,
											Max(capacity, 1) * sizeof(EventItem));
}

/*
 * Sort items by identifier and remove duplicates.  Returns one that was there
 * twice, or NULL.
 */
static Serial *
event_items_sort(EventItems *items)
{
	Serial	   *twice = NULL;
	int			n = 0;
	int			i;

	qsort(items->members, items->n, sizeof(EventItem), compare_event_items);
	for (i = 0; i < items->n; i++)
	{
		if (n > 0 && ValueEqual(items->members[n - 1].id, items->members[i].id))
			twice = items->members[i].id;
		else
			items->members[n++] = items->members[i];
	}
	items->n = n;
	return twice;
}

void
EventItemsFromArrays(EventItems *items, const Event *event, ArrayType *ids,
					 ArrayType *inputs, ArrayType *outputs, Serial *parent)
{
	bool		are_children = str_equals_or_null(event->type, "AggregationEvent") ||
	str_equals_or_null(event->type, "AssociationEvent");
	Serial	   *twice;

	event_items_init(items, 1 + (Size) SerialArrayCount(ids) + SerialArrayCount(inputs) + SerialArrayCount(outputs));
	items->begin = EventBeginsItems(event);
	event_items_add_array(items, ids, are_children ? "child" : "item");
	if (parent != NULL)
		event_items_add(items, parent, "parent");
	event_items_add_array(items, inputs, "input");
	event_items_add_array(items, outputs, "output");
	twice = event_items_sort(items);
	if (twice != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("\"%s\" is named twice among the items of an event",
						ValueToCString(twice))));
}

static SerialSet
event_items_set(const EventItems *items)
{
	SerialSet	set;
	int			i;

	SerialSetInit(&set);
	for (i = 0; i < items->n; i++)
		SerialSetAdd(&set, items->members[i].id);
	return set;
}

ArrayType *
EventItemsToArray(const EventItems *items)
{
	SerialSet	set = event_items_set(items);

	return SerialSetToArray(&set);
}

/*
 * --- Locks ---
 *
 * After each wait a new snapshot is taken, so that what other sessions have
 * committed meanwhile is visible.
 */

static EventItem *
event_item_find(const EventItems *items, Serial *id)
{
	EventItem	key = {.id = id};

	return bsearch(&key, items->members, items->n, sizeof(EventItem),
				   compare_event_items);
}

const EventItem *
EventItemsFindById(const EventItems *items, Serial *id)
{
	return event_item_find(items, id);
}

bool
EventItemsContain(const EventItems *items, Serial *id)
{
	return event_item_find(items, id) != NULL;
}

static int
event_items_lock_each(EventItems *items, ItemReader *reader)
{
	ItemRow    *item = palloc(sizeof(ItemRow));
	int			n = 0;
	int			i;

	for (i = 0; i < items->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!ItemLock(reader, items->members[i].id, item))
			continue;
		items->members[i].row = item;
		item = palloc(sizeof(ItemRow));
		n++;
	}
	pfree(item);
	return n;
}

/*
 * Lock the rows that there are, read them as they are then, and return how many.
 */
static int
event_items_lock_rows(EventItems *items)
{
	ItemReader	reader;
	int			n;

	if (items->n == 0)
		return 0;
	/* rows that this command has written are to be visible */
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	ItemsOpenToLockRange(&reader, items->members[0].id, items->members[items->n - 1].id);
	n = event_items_lock_each(items, &reader);
	ItemsClose(&reader);
	PopActiveSnapshot();
	return n;
}

void
ReportConcurrentUpdate(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent recording of the same items"),
			 errhint("Record the event again.")));
}

/*
 * The items whose rows others may see, and so lock.
 */
static SerialSet
items_to_lock(const AncestorNode *const *nodes, int n)
{
	ItemReader	reader;
	SerialSet	ids;
	int			i;

	SerialSetInit(&ids);
	PushActiveSnapshot(GetTransactionSnapshot());
	ItemsOpenToLock(&reader);
	for (i = 0; i < n; i++)
	{
		Serial	   *id = AncestorNodeId(nodes[i]);

		if (!ItemIsNew(&reader, id))
			SerialSetAdd(&ids, id);
	}
	ItemsClose(&reader);
	PopActiveSnapshot();
	return ids;
}

void
LockContainersForShare(const AncestorNode *const *nodes, int n)
{
	static SavedPlan lock = {
		"SELECT serial_internal.lock_containers_for_share($1)",
		1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	SerialSet	containers = items_to_lock(nodes, n);
	Datum		array;

	if (containers.n == 0)
		return;
	array = PointerGetDatum(SerialSetToArray(&containers));
	SavedPlanExecute(&lock, &array, NULL, false, 0);
}

static void
lock_containers(EventItems *items)
{
	SerialSet	ids = event_items_set(items);
	AncestorNodes nodes;
	int			i;

	PushActiveSnapshot(GetTransactionSnapshot());
	AncestorsOfItems(ids.members, ids.n, &nodes);
	PopActiveSnapshot();
	for (i = 0; i < items->n; i++)
		items->members[i].is_inside =
			AncestorNodeContainer(nodes.nodes[i]) != NULL;
	LockContainersForShare(nodes.nodes + nodes.n_items, nodes.n - nodes.n_items);
}

void
EventItemsLock(EventItems *items)
{
	int			found = event_items_lock_rows(items);

	if (items->begin)
		return;
	if (found < items->n)
	{
		ItemsCreateRows(EventItemsToArray(items));
		if (event_items_lock_rows(items) < items->n)
			ReportConcurrentUpdate();
	}
	lock_containers(items);
}

void
EventItemsLockArray(ArrayType *ids)
{
	EventItems	items;

	event_items_init(&items, SerialArrayCount(ids));
	event_items_add_array(&items, ids, NULL);
	event_items_sort(&items);
	EventItemsLock(&items);
}

/*
 * serial_internal.lock_items(items serial.serial[]) -> void
 */
Datum
serial_lock_items(PG_FUNCTION_ARGS)
{
	SPI_connect();
	EventItemsLockArray(PG_GETARG_ARRAYTYPE_P(0));
	SPI_finish();
	PG_RETURN_VOID();
}

/*
 * serial_internal.lock_known_items(items serial.serial[]) -> void
 */
Datum
serial_lock_known_items(PG_FUNCTION_ARGS)
{
	SerialSet	ids;
	EventItems	items;
	int			i;

	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(0));
	SerialSetMakeDistinct(&ids);
	event_items_init(&items, ids.n);
	for (i = 0; i < ids.n; i++)
		event_items_add(&items, ids.members[i], NULL);
	(void) event_items_lock_rows(&items);
	PG_RETURN_VOID();
}

/* --- The state that the event finds --- */

/*
 * The fold of events, for items of which newer events are known; opened at first use.
 */
typedef struct PastStates
{
	TimestampTz at;
	FoldReader *reader;			/* NULL: not open */
	MemoryContext one;			/* reset after each item */
} PastStates;

static void
past_states_open(PastStates *past)
{
	if (past->reader != NULL)
		return;
	past->reader = FoldOpen();
	past->one = AllocSetContextCreate(CurrentMemoryContext, "serial past state",
									  ALLOCSET_DEFAULT_SIZES);
}

static void
past_states_close(PastStates *past)
{
	if (past->reader == NULL)
		return;
	FoldClose(past->reader);
	MemoryContextDelete(past->one);
}

static char *
copy_or_null(const char *word)
{
	return word == NULL ? NULL : pstrdup(word);
}

static void
find_past_state(EventItem *item, PastStates *past)
{
	MemoryContext caller;
	FoldedState state;

	past_states_open(past);
	caller = MemoryContextSwitchTo(past->one);
	(void) FoldState(past->reader, item->id, past->at, LAST_EVENT, false, &state);
	MemoryContextSwitchTo(caller);
	item->disposition = copy_or_null(state.disposition);
	item->since = state.since;
	item->disposition_event = state.disposition_event;
	item->place = copy_or_null(state.place);
	item->consignee = copy_or_null(state.consignee);
	item->consignee_event = state.consignee_event;
	MemoryContextReset(past->one);
}

/*
 * The last change of an item itself; events of its containers do not count.
 */
static void
find_past_change(EventItem *item, PastStates *past)
{
	MemoryContext caller;
	OwnEvents	events;
	int			i;

	past_states_open(past);
	caller = MemoryContextSwitchTo(past->one);
	FoldOwnEvents(past->reader, item->id, &events);
	MemoryContextSwitchTo(caller);
	for (i = events.n - 1; i >= 0; i--)
		if (events.members[i].at <= past->at && events.members[i].resulting_disposition != NULL)
			break;
	if (i >= 0)
	{
		item->disposition = pstrdup(events.members[i].resulting_disposition);
		item->since = events.members[i].at;
		item->disposition_event = events.members[i].event;
	}
	MemoryContextReset(past->one);
}

static void
find_state_in_row(EventItem *item)
{
	item->disposition = item->row->disposition;
	item->since = item->row->since;
	item->disposition_event = item->row->disposition_event;
	item->place = item->row->place;
	item->consignee = item->row->consignee;
	item->consignee_event = item->row->consignee_event;
	item->has_persistent_dispositions = item->row->has_persistent_dispositions;
}

/*
 * For an item that begins only its own events count, whatever it is in.  If its
 * events are in months that are detached, its row is what is known of it.
 */
static void
find_state_of_beginning(EventItem *item, PastStates *past)
{
	if (item->row == NULL)
		return;
	item->row_is_newer = item->row->last_time > past->at;
	item->is_late = item->row_is_newer;
	if (item->row->first_event == 0)
		return;
	find_past_change(item, past);
	if (item->disposition == NULL && !item->is_late)
		find_state_in_row(item);
}

/*
 * The row of an item that leaves its containers: their events, which are known from the
 * containers' rows as long as it is inside, are written to it.
 */
static ItemRow *
row_outside(const ItemRow *row, const CurrentState *state)
{
	ItemRow    *outside;

	if (state->is_blocked || state->is_final || state->has_void_shipping ||
		state->has_persistent_dispositions)
		return NULL;
	outside = palloc(sizeof(ItemRow));
	*outside = *row;
	outside->disposition = state->disposition;
	outside->since = state->since;
	outside->disposition_event = state->disposition_event;
	outside->place = state->place;
	outside->place_since = state->place_since;
	outside->place_event = state->place_event;
	outside->consignee = state->consignee;
	outside->consignee_since = state->consignee_since;
	outside->consignee_event = state->consignee_event;
	return outside;
}

/*
 * Returns the time of the last event of the item or of its containers.
 */
static TimestampTz
find_state_inside(EventItem *item, const AncestorNode *node, CurrentStateReader *reader)
{
	CurrentState state;

	CurrentStateOf(reader, node, item->row, &state);
	item->disposition = state.disposition;
	item->since = state.since;
	item->disposition_event = state.disposition_event;
	item->place = state.place;
	item->consignee = state.consignee;
	item->consignee_event = state.consignee_event;
	item->has_persistent_dispositions = state.has_persistent_dispositions;
	item->is_inside = AncestorNodeContainer(node) != NULL;
	if (item->is_inside)
	{
		item->container = AncestorNodeId(AncestorNodeContainer(node));
		item->packed_at = AncestorNodeSince(node);
		item->outside = row_outside(item->row, &state);
	}
	return state.event_time;
}

/*
 * The state of an item that is inside a container includes that of the
 * container.
 */
static void
find_state(EventItem *item, const AncestorNode *node, CurrentStateReader *reader,
		   PastStates *past)
{
	TimestampTz last_time = item->row->last_time;

	if (node == NULL)
		find_state_in_row(item);
	else
		last_time = find_state_inside(item, node, reader);
	item->row_is_newer = item->row->last_time > past->at;
	item->is_late = last_time > past->at;
	if (item->is_late)
	{
		find_past_state(item, past);
		item->has_persistent_dispositions = true;
	}
}

/*
 * The session may have waited for the locks of containers, so the containers of
 * items are looked up again.
 */
static void
find_states(EventItems *items, PastStates *past)
{
	CurrentStateReader reader;
	SerialSet	inside;
	AncestorNodes nodes = {NULL};
	int			i;

	SerialSetInit(&inside);
	for (i = 0; i < items->n; i++)
		if (items->members[i].is_inside)
			SerialSetAdd(&inside, items->members[i].id);
	if (inside.n > 0)
	{
		AncestorsOfItems(inside.members, inside.n, &nodes);
		CurrentStatesOpen(&reader);
	}
	for (i = 0; i < items->n; i++)
		find_state(&items->members[i],
				   items->members[i].is_inside ? *nodes.nodes++ : NULL, &reader, past);
	if (inside.n > 0)
		CurrentStatesClose(&reader);
}

void
EventItemsFind(EventItems *items, const Event *event)
{
	PastStates	past = {.at = event->at};
	int			i;

	PushActiveSnapshot(GetTransactionSnapshot());
	if (!items->begin)
		find_states(items, &past);
	else
	{
		for (i = 0; i < items->n; i++)
			find_state_of_beginning(&items->members[i], &past);
	}
	past_states_close(&past);
	PopActiveSnapshot();
}

bool
EventItemsAnyIsLate(const EventItems *items)
{
	int			i;

	for (i = 0; i < items->n; i++)
		if (items->members[i].is_late)
			return true;
	return false;
}

bool
EventItemsTellOutside(const EventItems *items)
{
	int			i;

	for (i = 0; i < items->n; i++)
	{
		const EventItem *item = &items->members[i];

		if (item->is_late || DispositionIsExceptional(item->disposition) ||
			item->has_persistent_dispositions ||
			(item->is_inside && item->outside == NULL))
			return false;
	}
	return true;
}
