/*-------------------------------------------------------------------------
 *
 * record.c
 *	  Recording an event: the only way into serial.event.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "commands/sequence.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event.h"
#include "ledger/event/event_insert.h"
#include "ledger/event/event_item.h"
#include "ledger/ledger.h"
#include "ledger/rule/lot_rule.h"
#include "ledger/seal/sealed_text.h"
#include "ledger/state/recompute.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(serial_record);

/* --- Arguments --- */

/* the arguments of serial.record, counted from 0; see record.sql */
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
 * The event as it is given; its number comes when its things are locked.
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
check_and_take(Event *event, EventItems *things, FunctionCallInfo fcinfo)
{
	ArrayType  *items = array_argument(fcinfo, ARG_IDS);
	ArrayType  *inputs = array_argument(fcinfo, ARG_INPUTS);
	ArrayType  *outputs = array_argument(fcinfo, ARG_OUTPUTS);
	EventItemCounts counts = {SerialArrayCount(items), SerialArrayCount(inputs), SerialArrayCount(outputs)};

	EventCheck(event, &counts);
	EventItemsFromArrays(things, event, items, inputs, outputs,
			   PG_ARGISNULL(ARG_PARENT) ? NULL : PG_GETARG_SERIAL_PP(ARG_PARENT));
}

/* --- Steps --- */

/*
 * The event that has an eventID; 0 if none has.
 */
static int64
find_event(Datum id, bool is_seen_now)
{
	static SavedPlan select = {
		"SELECT serial_internal.known_event($1)",
		1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		number;
	bool		isnull;

	if (is_seen_now)
		PushActiveSnapshot(GetLatestSnapshot());
	SavedPlanExecute(&select, &id, NULL, is_seen_now, 1);
	if (is_seen_now)
		PopActiveSnapshot();
	number = SavedPlanResult(0, 1, &isnull);
	return isnull ? 0 : DatumGetInt64(number);
}

/*
 * The event that has its eventID already; 0 if none has.  Who comes with the
 * same eventID at the same time waits, as no index spans the partitions; and an
 * old snapshot does not see who came first.
 */
static int64
known_event(const Event *event)
{
	static SavedPlan lock = {
		"SELECT pg_advisory_xact_lock(hashtextextended($1, 'serial.event'::regclass::oid::bigint))",
		1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		id = event->values[EVENT_ID];
	int64		number;

	if (event->nulls[EVENT_ID])
		return 0;
	SavedPlanExecute(&lock, &id, NULL, false, 1);
	number = find_event(id, false);
	if (number == 0 && IsolationUsesXactSnapshot() && find_event(id, true) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent recording of event \"%s\"",
						TextDatumGetCString(id)),
				 errhint("Record the event again.")));
	return number;
}

/*
 * Is the month there, in UTC, with its things?  serial_internal.open_month names it.
 */
static bool
is_month_open(TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fsec;
	char		name[NAMEDATALEN];

	if (timestamp2tm(at, NULL, &tm, &fsec, NULL, NULL) != 0)
		return false;
	snprintf(name, sizeof(name), "event_item_%04d%02d", tm.tm_year, tm.tm_mon);
	return OidIsValid(get_relname_relid(name, get_namespace_oid("serial", false)));
}

static void
open_month(const Event *event)
{
	static SavedPlan open = {
		"SELECT serial_internal.open_month($1)",
		1, {TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		at = event->values[EVENT_RECORD_TIME];

	if (!is_month_open(DatumGetTimestampTz(at)))
		SavedPlanExecute(&open, &at, NULL, false, 1);
}

/*
 * serial.seal waits for those who hold the lock under which numbers are drawn.
 */
static void
draw_number(Event *event)
{
	LockRelationOid(CatalogTableOid("event"), RowExclusiveLock);
	EventSet(event, EVENT_NUMBER,
			 Int64GetDatum(nextval_internal(CatalogTableOid("event_sequence"),
											false)));
}

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
reject(Event *event)
{
	EventSet(event, EVENT_IS_ACCEPTED, BoolGetDatum(false));
}

static bool
is_accepted(const Event *event)
{
	return DatumGetBool(event->values[EVENT_IS_ACCEPTED]);
}

/*
 * Refuses an event that something speaks against, or keeps it as evidence.
 */
static void
weigh(Event *event, const EventItems *things, bool strict)
{
	int			i;

	for (i = 0; i < things->n; i++)
	{
		const EventItem *thing = &things->members[i];

		if (thing->problem == NULL)
			continue;
		if (strict)
			EventItemRefuse(thing, event);
		reject(event);
		raise_alert(thing->problem, thing->id, event, thing->detail);
	}
}

/*
 * Are links made or ended?  Not by quantities alone: they have no identifiers.
 */
static bool
is_about_links(const Event *event, ArrayType *items)
{
	return str_equals_or_null(event->type, "AggregationEvent") &&
		(SerialArrayCount(items) > 0 || EventCount(event, EVENT_QUANTITIES) == 0);
}

/*
 * Packs or unpacks as the event says; what the hierarchy refuses is refused, or
 * kept as evidence.
 */
static void
follow_aggregation(Event *event, EventItems *things, ArrayType *items, bool strict)
{
	static SavedPlan follow = {
		"SELECT serial_internal.follow_aggregation($1, $2, $3, $4, $5)",
		5, {TEXTOID, SERIAL_TYPE, SERIAL_ARRAY_TYPE, TIMESTAMPTZOID, BOOLOID},
		SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {event->values[EVENT_ACTION],
		event->values[EVENT_PARENT], PointerGetDatum(items),
	event->values[EVENT_TIME], BoolGetDatum(strict)};
	char		nulls[] = {' ', event->nulls[EVENT_PARENT] ? 'n' : ' ',
	items == NULL ? 'n' : ' ', ' ', ' '};
	Datum		objection;
	bool		isnull;
	int			i;

	if (!is_about_links(event, items) || !is_accepted(event))
		return;
	SavedPlanExecute(&follow, values, nulls, false, 1);
	objection = SavedPlanResult(0, 1, &isnull);
	if (isnull)
	{
		for (i = 0; i < things->n; i++)
			things->members[i].is_inside |= str_equals_or_null(things->members[i].role, "child");
		return;
	}
	reject(event);
	raise_alert("aggregation refused",
				event->nulls[EVENT_PARENT] ? NULL : DatumGetSerialPP(event->values[EVENT_PARENT]),
				event, TextDatumGetCString(objection));
}

static bool
is_on_map(const Datum *values, const bool *nulls, void *context)
{
	*(bool *) context = !nulls[PLACE_LATITUDE] && !nulls[PLACE_LONGITUDE];
	return false;
}

static bool
has_coordinates(Datum place)
{
	static CatalogLookup by_place = {
		CATALOG_PLACE, CATALOG_PLACE_BY_PLACE, SCAN_TEXT, PLACE_LONGITUDE + 1,
		{"SELECT n.place, n.name, n.latitude, n.longitude FROM serial.place AS n"
		" WHERE n.place = $1", 1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}
	};
	bool		found = false;

	PushActiveSnapshot(GetTransactionSnapshot());
	CatalogLookupRows(&by_place, &place, is_on_map, &found);
	PopActiveSnapshot();
	return found;
}

/*
 * Can the things have come here in time?  Asked of places with coordinates, and
 * while the event is not yet among those told.
 */
static void
watch_travel(const Event *event, const EventItems *things)
{
	static SavedPlan watch = {
		"SELECT serial_internal.check_travel_speed($2, $1, $3, $4)",
		4, {TEXTOID, INT8OID, TIMESTAMPTZOID, SERIAL_ARRAY_TYPE},
		SPI_OK_SELECT, NULL, InvalidOid
	};
	EventColumn column = event->nulls[EVENT_READ_POINT] ?
		EVENT_PLACE : EVENT_READ_POINT;
	Datum		values[4];

	if (event->nulls[column] || !is_accepted(event) ||
		str_equals_or_null(event->step, "commissioning") ||
		!has_coordinates(event->values[column]))
		return;
	values[0] = event->values[column];
	values[1] = event->values[EVENT_NUMBER];
	values[2] = event->values[EVENT_TIME];
	values[3] = PointerGetDatum(EventItemsToArray(things));
	SavedPlanExecute(&watch, values, NULL, false, 1);
}

static void
record(Event *event, EventItems *things, ArrayType *items, bool strict)
{
	open_month(event);
	EventItemsLock(things);
	draw_number(event);
	EventItemsFind(things, event);
	EventItemsCheck(things, event);
	LotRuleCheck(things, event);
	weigh(event, things, strict);
	follow_aggregation(event, things, items, strict);
	watch_travel(event, things);
	SealedTextSetDigest(event, things);
	EventInsert(event, things);
	if (is_accepted(event))
		ApplyEvent(event, things);
}

/*
 * serial.record(type text, ...) -> bigint
 *
 * What it takes is in the order of ARG_TYPE to ARG_STRICT.
 */
Datum
serial_record(PG_FUNCTION_ARGS)
{
	Event		event;
	EventItems		things;
	int64		number;

	if (PG_ARGISNULL(ARG_STRICT))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"strict\" of serial.record is NULL")));
	CatalogPreventOnCopy("record events", "event");
	SPI_connect();
	take_event(&event, fcinfo);
	number = known_event(&event);
	if (number == 0)
	{
		check_and_take(&event, &things, fcinfo);
		record(&event, &things, array_argument(fcinfo, ARG_IDS),
			   PG_GETARG_BOOL(ARG_STRICT));
		number = DatumGetInt64(event.values[EVENT_NUMBER]);
	}
	SPI_finish();
	PG_RETURN_INT64(number);
}
