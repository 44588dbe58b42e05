/*-------------------------------------------------------------------------
 *
 * record.c
 *	  Recording an event: the only way into serial.event.
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
#include "ledger/event/event.h"
#include "ledger/event/event_id.h"
#include "ledger/event/event_insert.h"
#include "ledger/event/event_item.h"
#include "ledger/event/event_number.h"
#include "ledger/event/month.h"
#include "ledger/ledger.h"
#include "ledger/rule/lot_rule.h"
#include "ledger/seal/sealed_text.h"
#include "ledger/state/recompute.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(serial_record);

/* --- Arguments --- */

/* the arguments of serial.record, counted from 0; see 56-record.sql */
enum
{
	ARG_TYPE,
	ARG_ACTION,
	ARG_IDS,
	ARG_BUSINESS_STEP,
	ARG_DISPOSITION,
	ARG_AT,
	ARG_READ_POINT,
	ARG_PLACE,
	ARG_PARENT,
	ARG_INPUTS,
	ARG_OUTPUTS,
	ARG_LOT,
	ARG_EXPIRY,
	ARG_QUANTITIES,
	ARG_INPUT_QUANTITIES,
	ARG_BUSINESS_TRANSACTIONS,
	ARG_SOURCES,
	ARG_DESTINATIONS,
	ARG_PERSISTENT_DISPOSITION,
	ARG_TRANSFORMATION,
	ARG_EVENT_ID,
	ARG_TIME_ZONE_OFFSET,
	ARG_ATTRIBUTES,
	ARG_STRICT
};

static const struct
{
	int			argument;
	EventColumn column;
}			given[] =

{
	{ARG_TYPE, EVENT_TYPE},
	{ARG_ACTION, EVENT_ACTION},
	{ARG_BUSINESS_STEP, EVENT_BUSINESS_STEP},
	{ARG_DISPOSITION, EVENT_DISPOSITION},
	{ARG_AT, EVENT_TIME},
	{ARG_READ_POINT, EVENT_READ_POINT},
	{ARG_PLACE, EVENT_PLACE},
	{ARG_PARENT, EVENT_PARENT},
	{ARG_LOT, EVENT_LOT},
	{ARG_EXPIRY, EVENT_EXPIRY},
	{ARG_QUANTITIES, EVENT_QUANTITIES},
	{ARG_INPUT_QUANTITIES, EVENT_INPUT_QUANTITIES},
	{ARG_BUSINESS_TRANSACTIONS, EVENT_BUSINESS_TRANSACTIONS},
	{ARG_SOURCES, EVENT_SOURCES},
	{ARG_DESTINATIONS, EVENT_DESTINATIONS},
	{ARG_PERSISTENT_DISPOSITION, EVENT_PERSISTENT_DISPOSITION},
	{ARG_TRANSFORMATION, EVENT_TRANSFORMATION},
	{ARG_EVENT_ID, EVENT_ID},
	{ARG_TIME_ZONE_OFFSET, EVENT_TIME_ZONE_OFFSET},
	{ARG_ATTRIBUTES, EVENT_ATTRIBUTES}
};

/*
 * The event as it is given; its number is assigned when its items are locked.
 */
static void
take_event(Event *event, FunctionCallInfo fcinfo)
{
	int			i;

	memset(event, 0, sizeof(Event));
	for (i = 0; i < EVENT_COLUMNS; i++)
		event->nulls[i] = true;
	for (i = 0; i < (int) lengthof(given); i++)
		if (!PG_ARGISNULL(given[i].argument))
			EventSet(event, given[i].column, PG_GETARG_DATUM(given[i].argument));
	EventSet(event, EVENT_RECORD_TIME, TimestampTzGetDatum(GetCurrentTimestamp()));
	EventSetText(event, EVENT_RECORDED_BY,
				 GetUserNameFromId(GetSessionUserId(), false));
	EventSetText(event, EVENT_ACTOR, LedgerActor());
	EventSet(event, EVENT_IS_ACCEPTED, BoolGetDatum(true));
}

static ArrayType *
array_argument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : PG_GETARG_ARRAYTYPE_P(n);
}

static void
check_and_take(Event *event, EventItems *items, FunctionCallInfo fcinfo)
{
	ArrayType  *ids = array_argument(fcinfo, ARG_IDS);
	ArrayType  *inputs = array_argument(fcinfo, ARG_INPUTS);
	ArrayType  *outputs = array_argument(fcinfo, ARG_OUTPUTS);
	EventItemCounts counts = {SerialArrayCount(ids), SerialArrayCount(inputs),
	SerialArrayCount(outputs)};

	EventCheck(event, &counts);
	EventItemsFromArrays(items, event, ids, inputs, outputs,
						 PG_ARGISNULL(ARG_PARENT) ? NULL : PG_GETARG_SERIAL_PP(ARG_PARENT));
}

/* --- Steps --- */

static void
raise_alert(const char *kind, Serial *id, const Event *event, const char *detail)
{
	static SavedPlan raise = {
		"SELECT serial_internal.raise_alert($1, $2, $3, $4)",
		4, {TEXTOID, SERIAL_TYPE, INT8OID, TEXTOID}, SPI_OK_SELECT, NULL,
		InvalidOid
	};
	Datum		values[] = {CStringGetTextDatum(kind), PointerGetDatum(id),
	event->values[EVENT_NUMBER], CStringGetTextDatum(detail)};

	SavedPlanExecute(&raise, values, NULL, false, 1);
}

static void
reject_event(Event *event)
{
	EventSet(event, EVENT_IS_ACCEPTED, BoolGetDatum(false));
}

static bool
is_accepted(const Event *event)
{
	return DatumGetBool(event->values[EVENT_IS_ACCEPTED]);
}

/*
 * What happens to an event that violates the rules.
 */
typedef enum Strictness
{
	STRICT_BY_DEFAULT,			/* refused, but for observations of what was
								 * never issued */
	STRICT_ALWAYS,				/* refused */
	STRICT_NEVER				/* kept as evidence, with an alert */
} Strictness;

static bool
is_refused(const EventItem *item, Strictness strictness)
{
	return strictness == STRICT_ALWAYS ||
		(strictness == STRICT_BY_DEFAULT && !item->is_kept_by_default);
}

/*
 * Alerts of an event, which one statement writes.
 */
typedef struct Alerts
{
	Datum	   *kinds;
	Datum	   *details;
	SerialSet	ids;
} Alerts;

static void
add_alert(Alerts *alerts, const char *kind, Serial *id, const char *detail)
{
	alerts->kinds[alerts->ids.n] = CStringGetTextDatum(kind);
	alerts->details[alerts->ids.n] = CStringGetTextDatum(detail);
	SerialSetAdd(&alerts->ids, id);
}

static Datum
text_array(Datum *texts, int n)
{
	return PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
raise_alerts(const Alerts *alerts, const Event *event)
{
	static SavedPlan raise = {
		"SELECT serial_internal.raise_alerts($1, $2, $3, $4)",
		4, {TEXTARRAYOID, SERIAL_ARRAY_TYPE, INT8OID, TEXTARRAYOID}, SPI_OK_SELECT, NULL,
		InvalidOid
	};
	int			n = alerts->ids.n;
	Datum		values[4];

	if (n == 0)
		return;
	values[0] = text_array(alerts->kinds, n);
	values[1] = PointerGetDatum(SerialSetToArray(&alerts->ids));
	values[2] = event->values[EVENT_NUMBER];
	values[3] = text_array(alerts->details, n);
	SavedPlanExecute(&raise, values, NULL, false, 0);
}

/*
 * Refuse an event that violates the rules, or keep it as evidence; raise alerts
 * for violations and warnings.
 */
static void
handle_violations(Event *event, const EventItems *items, Strictness strictness)
{
	Size		most = 2 * (Size) Max(items->n, 1);
	Alerts		alerts;
	int			i;

	for (i = 0; i < items->n; i++)
		if (items->members[i].violation != NULL && is_refused(&items->members[i], strictness))
			EventItemRefuse(&items->members[i], event);
	alerts.kinds = palloc_extended(most * sizeof(Datum), MCXT_ALLOC_HUGE);
	alerts.details = palloc_extended(most * sizeof(Datum), MCXT_ALLOC_HUGE);
	SerialSetInit(&alerts.ids);
	for (i = 0; i < items->n; i++)
	{
		const EventItem *item = &items->members[i];

		if (item->violation != NULL)
		{
			reject_event(event);
			add_alert(&alerts, item->violation, item->id, item->detail);
		}
		if (item->warning != NULL)
			add_alert(&alerts, item->warning, item->id, item->warning_detail);
	}
	raise_alerts(&alerts, event);
	pfree(alerts.kinds);
	pfree(alerts.details);
}

/*
 * Does the event change links?  Quantities alone do not: they have no
 * identifiers.
 */
static bool
changes_links(const Event *event, ArrayType *ids)
{
	return str_equals_or_null(event->type, "AggregationEvent") &&
		(SerialArrayCount(ids) > 0 || EventCount(event, EVENT_QUANTITIES) == 0);
}

/*
 * The event has packed its children, or has taken them out of its parent.
 */
static void
note_links(const Event *event, EventItems *items, bool states_follow)
{
	bool		unpacks = str_equals_or_null(event->action, "DELETE");
	int			i;

	for (i = 0; i < items->n; i++)
	{
		EventItem  *item = &items->members[i];

		if (!str_equals_or_null(item->role, "child"))
			continue;
		item->is_inside |= !unpacks;
		item->leaves = unpacks && states_follow;
	}
}

/*
 * The children that have newer events themselves.
 */
static ArrayType *
later_children(const EventItems *items)
{
	SerialSet	later;
	int			i;

	SerialSetInit(&later);
	for (i = 0; i < items->n; i++)
		if (items->members[i].row_is_newer &&
			str_equals_or_null(items->members[i].role, "child"))
			SerialSetAdd(&later, items->members[i].id);
	return SerialSetToArray(&later);
}

/*
 * Pack or unpack as an aggregation event says; what the hierarchy refuses is
 * refused, or kept as evidence.
 */
static void
apply_aggregation(Event *event, EventItems *items, ArrayType *ids, Strictness strictness)
{
	static SavedPlan apply = {
		"SELECT serial_internal.apply_aggregation($1, $2, $3, $4, $5, $6, $7, $8)",
		8, {TEXTOID, SERIAL_TYPE, SERIAL_ARRAY_TYPE, TIMESTAMPTZOID, INT8OID, BOOLOID, SERIAL_ARRAY_TYPE, BOOLOID},
		SPI_OK_SELECT, NULL, InvalidOid
	};
	bool		states_follow = EventItemsTellOutside(items);
	Datum		values[] = {event->values[EVENT_ACTION],
		event->values[EVENT_PARENT], PointerGetDatum(ids),
		event->values[EVENT_TIME], event->values[EVENT_NUMBER],
		BoolGetDatum(strictness != STRICT_NEVER),
	PointerGetDatum(later_children(items)), BoolGetDatum(states_follow)};
	char		nulls[] = {' ', event->nulls[EVENT_PARENT] ? 'n' : ' ',
	ids == NULL ? 'n' : ' ', ' ', ' ', ' ', EventItemsAnyIsLate(items) ? ' ' : 'n', ' '};
	Datum		refusal;
	bool		isnull;

	if (!changes_links(event, ids) || !is_accepted(event))
		return;
	SavedPlanExecute(&apply, values, nulls, false, 1);
	refusal = SavedPlanResult(0, 1, &isnull);
	if (isnull)
	{
		note_links(event, items, states_follow);
		return;
	}
	reject_event(event);
	raise_alert("aggregation refused",
				event->nulls[EVENT_PARENT] ? NULL : DatumGetSerialPP(event->values[EVENT_PARENT]),
				event, TextDatumGetCString(refusal));
}

/*
 * Does an event end an item by itself, and so take it out of the container in which it
 * is, or was at that time?
 */
static bool
leaves_container(const EventItems *items, const EventItem *item)
{
	return (item->is_inside || item->is_late) &&
		DispositionIsFinal(item->resulting_disposition) &&
		!str_equals_or_null(item->role, "parent") &&
		(item->container == NULL || !EventItemsContain(items, item->container));
}

/*
 * An item that ends or is dispensed by itself leaves its container at that time.
 */
static void
remove_ended_items(const Event *event, EventItems *items)
{
	static SavedPlan leave = {
		"SELECT serial_internal.leave_containers($1, $2, $3, $4, $5)",
		5, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID, INT8OID, SERIAL_ARRAY_TYPE, BOOLOID},
		SPI_OK_SELECT, NULL, InvalidOid
	};
	bool		states_follow = EventItemsTellOutside(items);
	SerialSet	ended;
	Datum		values[5];
	int			i;

	if (!is_accepted(event))
		return;
	SerialSetInit(&ended);
	for (i = 0; i < items->n; i++)
	{
		EventItem  *item = &items->members[i];

		if (!leaves_container(items, item))
			continue;
		SerialSetAdd(&ended, item->id);
		item->leaves = states_follow && item->packed_at <= event->at;
	}
	if (ended.n == 0)
		return;
	values[0] = PointerGetDatum(SerialSetToArray(&ended));
	values[1] = event->values[EVENT_TIME];
	values[2] = event->values[EVENT_NUMBER];
	values[3] = PointerGetDatum(EventItemsToArray(items));
	values[4] = BoolGetDatum(states_follow);
	SavedPlanExecute(&leave, values, NULL, false, 1);
}

typedef struct PlaceLocation
{
	bool		has_coordinates;
	char	   *parent;			/* NULL: it is a part of none that is known */
} PlaceLocation;

static bool
take_location(const Datum *values, const bool *nulls, void *context)
{
	PlaceLocation *location = context;

	location->has_coordinates = !nulls[PLACE_LATITUDE] && !nulls[PLACE_LONGITUDE];
	if (!nulls[PLACE_PARENT])
		location->parent = TextDatumGetCString(values[PLACE_PARENT]);
	return false;
}

/* as many as serial_internal.check_place() lets there be; a circle ends here */
#define PLACE_LEVELS_MAX	100

/*
 * Does a place, or one that it is a part of, have coordinates?
 */
static bool
is_located(Datum place)
{
	static CatalogLookup by_place = {
		CATALOG_PLACE, CATALOG_PLACE_BY_PLACE, SCAN_TEXT, PLACE_PARENT + 1,
		{"SELECT n.place, n.name, n.latitude, n.longitude, n.attributes, n.parent"
			" FROM serial.place AS n WHERE n.place = $1",
		1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}, true, NULL
	};
	bool		found = false;
	int			level;

	PushActiveSnapshot(GetTransactionSnapshot());
	for (level = 0; level <= PLACE_LEVELS_MAX && !found; level++)
	{
		PlaceLocation location = {false, NULL};

		CatalogLookupRows(&by_place, &place, take_location, &location);
		found = location.has_coordinates;
		if (location.parent == NULL)
			break;
		place = CStringGetTextDatum(location.parent);
	}
	PopActiveSnapshot();
	return found;
}

/*
 * Check that items can have travelled to the place of the event in time.  This
 * is done for places whose coordinates are known, and before the event is inserted.
 */
static void
check_travel_speed(const Event *event, const EventItems *items)
{
	static SavedPlan check = {
		"SELECT serial_internal.check_travel_speed($2, $1, $3, $4)",
		4, {TEXTOID, INT8OID, TIMESTAMPTZOID, SERIAL_ARRAY_TYPE},
		SPI_OK_SELECT, NULL, InvalidOid
	};
	EventColumn column = event->nulls[EVENT_READ_POINT] ?
	EVENT_PLACE : EVENT_READ_POINT;
	Datum		values[4];

	if (event->nulls[column] || !is_accepted(event) ||
		str_equals_or_null(event->step, "commissioning") ||
		!is_located(event->values[column]))
		return;
	values[0] = event->values[column];
	values[1] = event->values[EVENT_NUMBER];
	values[2] = event->values[EVENT_TIME];
	values[3] = PointerGetDatum(EventItemsToArray(items));
	SavedPlanExecute(&check, values, NULL, false, 1);
}

static void
record_event(Event *event, EventItems *items, ArrayType *ids, Strictness strictness)
{
	MonthOpen(DatumGetTimestampTz(event->values[EVENT_RECORD_TIME]));
	EventItemsLock(items);
	EventSet(event, EVENT_NUMBER, Int64GetDatum(EventNumberAssign()));
	EventItemsFind(items, event);
	EventItemsCheck(items, event);
	LotRuleCheck(items, event);
	handle_violations(event, items, strictness);
	apply_aggregation(event, items, ids, strictness);
	check_travel_speed(event, items);
	remove_ended_items(event, items);
	SealedTextSetDigest(event, items);
	EventInsert(event, items);
	if (is_accepted(event))
		ApplyEvent(event, items);
}

/*
 * An event that was declared an error before it came is kept and changes nothing.
 */
static void
record_declared_event(Event *event, EventItems *items)
{
	static SavedPlan declare = {
		"SELECT serial_internal.declare_recorded($1, $2)",
		2, {INT8OID, TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[2];

	MonthOpen(DatumGetTimestampTz(event->values[EVENT_RECORD_TIME]));
	EventItemsLock(items);
	EventSet(event, EVENT_NUMBER, Int64GetDatum(EventNumberAssign()));
	reject_event(event);
	SealedTextSetDigest(event, items);
	EventInsert(event, items);
	values[0] = event->values[EVENT_NUMBER];
	values[1] = event->values[EVENT_ID];
	SavedPlanExecute(&declare, values, NULL, false, 1);
}

/*
 * serial.record(type text, ...) -> bigint
 *
 * The arguments are in the order of ARG_TYPE to ARG_STRICT.
 */
Datum
serial_record(PG_FUNCTION_ARGS)
{
	Event		event;
	EventItems	items;
	int64		number;

	CatalogPreventOnCopy("record events", "event");
	SPI_connect();
	take_event(&event, fcinfo);
	number = EventKnown(&event);
	check_and_take(&event, &items, fcinfo);
	if (number != 0)
		EventCheckSameContent(&event, &items, number);
	else
	{
		if (EventIsDeclaredEarly(&event))
			record_declared_event(&event, &items);
		else
			record_event(&event, &items, array_argument(fcinfo, ARG_IDS),
						 PG_ARGISNULL(ARG_STRICT) ? STRICT_BY_DEFAULT :
						 PG_GETARG_BOOL(ARG_STRICT) ? STRICT_ALWAYS : STRICT_NEVER);
		number = DatumGetInt64(event.values[EVENT_NUMBER]);
	}
	SPI_finish();
	PG_RETURN_INT64(number);
}
