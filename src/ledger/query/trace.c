/*-------------------------------------------------------------------------
 *
 * trace.c
 *	  serial.trace: every event of an item and of the containers that it was in.
 *
 * Reads the indexes of the events itself where the user may see all of them,
 * and asks in SQL elsewhere.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/event.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_trace);

/* the columns of CATALOG_EVENT_ITEM_BY_ITEM, counted from 0 */
enum
{
	ENTRY_ID,
	ENTRY_EVENT_TIME,
	ENTRY_EVENT,
	ENTRY_ROLE,
	ENTRY_RECORD_TIME
};

/* the columns of the answer; see 62-questions.sql */
enum
{
	TRACE_EVENT,
	TRACE_EVENT_TIME,
	TRACE_RECORD_TIME,
	TRACE_SOURCE_ITEM,
	TRACE_ROLE,
	TRACE_EVENT_COLUMNS,		/* from here on, as event_columns has them */
	TRACE_CORRECTING_EVENT = 15,
	TRACE_ATTRIBUTES,
	TRACE_COLUMNS
};

static const EventColumn event_columns[] = {EVENT_TYPE, EVENT_ACTION,
	EVENT_BUSINESS_STEP, EVENT_DISPOSITION, EVENT_READ_POINT, EVENT_PLACE,
EVENT_PARENT, EVENT_RECORDED_BY, EVENT_IS_ACCEPTED, EVENT_CORRECTS};

/*
 * An event, and the item or container that it names.
 */
typedef struct TracedEvent
{
	int64		event;
	TimestampTz event_time;
	TimestampTz record_time;
	const ContainmentInterval *interval;
	Datum		role;
	int			month;			/* the partition that it was found in */
	int64		correcting_event;	/* 0: it was not declared wrong */
} TracedEvent;

typedef struct TracedEvents
{
	TracedEvent *members;
	int			n;
	int			capacity;
} TracedEvents;

/*
 * The partitions of both tables.  Of events, one is opened when it is first
 * needed: an index scan takes much memory.
 */
typedef struct Months
{
	List	   *event_items;
	List	   *events;
	CatalogScan **open;			/* as events; NULL where none is */
} Months;

static List *
months_of(CatalogTable table)
{
	return CatalogMayScan(table) ? CatalogScanTables(table) : NIL;
}

static bool
find_months(Months *months)
{
	months->event_items = months_of(CATALOG_EVENT_ITEM);
	months->events = months_of(CATALOG_EVENT);
	months->open = palloc0(list_length(months->events) * sizeof(CatalogScan *));
	return months->event_items != NIL && months->events != NIL &&
		pg_class_aclcheck(CatalogTableOid("detached_month"), GetUserId(),
						  ACL_SELECT) == ACLCHECK_OK;
}

static void
warn_of_detached_months(void)
{
	static SavedPlan warn = {
		"SELECT serial_internal.is_complete()", 0, {InvalidOid}, SPI_OK_SELECT, NULL,
		InvalidOid
	};

	if (CatalogTableIsEmpty("detached_month"))
		return;
	SPI_connect();
	SavedPlanExecute(&warn, NULL, NULL, true, 0);
	SPI_finish();
}

static TracedEvent *
add_mention(TracedEvents *mentions)
{
	if (mentions->n == mentions->capacity)
	{
		mentions->capacity *= 2;
		mentions->members = repalloc_huge(mentions->members,
										  mentions->capacity * sizeof(TracedEvent));
	}
	return &mentions->members[mentions->n++];
}

/*
 * A role of its own, or that of the mention before, which is most often the same.
 */
static Datum
copy_role(Datum role, const TracedEvents *mentions)
{
	if (mentions->n > 1)
	{
		Datum		before = mentions->members[mentions->n - 2].role;

		if (datumIsEqual(role, before, false, -1))
			return before;
	}
	return datumCopy(role, false, -1);
}

/*
 * The unpacking that ends an interval is in it: it need not name what it takes out.
 */
static bool
is_in_interval(const ContainmentInterval *interval, TimestampTz at, int64 event, Datum role)
{
	int			end = StepCompare(at, event, interval->until, interval->until_event);

	return StepCompare(at, event, interval->since, interval->since_event) >= 0 &&
		(end < 0 || (end == 0 && strcmp(TextDatumGetCString(role), "parent") == 0));
}

/*
 * The events of a month that name a container while the item was inside.
 */
static void
read_mentions(CatalogScan *scan, int month, const ContainmentInterval *interval, TracedEvents *mentions)
{
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	CatalogRescanDuring(scan, interval->container, interval->since, interval->until);
	while (CatalogScanNextEntry(scan, values, nulls))
	{
		int64		event = DatumGetInt64(values[ENTRY_EVENT]);
		TimestampTz event_time = DatumGetTimestampTz(values[ENTRY_EVENT_TIME]);
		TracedEvent *mention;

		CHECK_FOR_INTERRUPTS();
		if (!is_in_interval(interval, event_time, event, values[ENTRY_ROLE]))
			continue;
		mention = add_mention(mentions);
		mention->event = event;
		mention->event_time = event_time;
		mention->record_time = DatumGetTimestampTz(values[ENTRY_RECORD_TIME]);
		mention->interval = interval;
		mention->role = copy_role(values[ENTRY_ROLE], mentions);
		mention->month = month;
		mention->correcting_event = 0;
	}
}

/*
 * By event time, as the answer is; of one event, the least depth first.
 */
static int
compare_trace_mentions(const void *left, const void *right)
{
	const TracedEvent *a = left;
	const TracedEvent *b = right;

	if (a->event_time != b->event_time)
		return a->event_time < b->event_time ? -1 : 1;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	return a->interval->depth - b->interval->depth;
}

/*
 * An event that names several containers of an item counts once.
 */
static void
sort_mentions(TracedEvents *mentions)
{
	TracedEvent *members = mentions->members;
	int			kept = 0;
	int			i;

	if (mentions->n < 2)
		return;
	qsort(members, mentions->n, sizeof(TracedEvent), compare_trace_mentions);
	for (i = 1; i < mentions->n; i++)
	{
		if (members[i].event != members[kept].event ||
			members[i].event_time != members[kept].event_time)
			members[++kept] = members[i];
	}
	mentions->n = kept + 1;
}

static void
collect_mentions(List *event_items, Serial *id, TracedEvents *mentions)
{
	List	   *intervals = ContainmentOfItem(id);
	ListCell   *month;
	ListCell   *interval;

	foreach(month, event_items)
	{
		CatalogScan *scan = CatalogScanOpen(lfirst_oid(month),
											CATALOG_EVENT_ITEM_BY_ITEM,
											SCAN_ID_DURING,
											GetActiveSnapshot(), true);

		foreach(interval, intervals)
			read_mentions(scan, foreach_current_index(month), lfirst(interval),
						  mentions);
		CatalogScanClose(scan);
	}
	sort_mentions(mentions);
}

static int
compare_events(const void *left, const void *right)
{
	const TracedEvent *a = *(TracedEvent *const *) left;
	const TracedEvent *b = *(TracedEvent *const *) right;

	return a->event < b->event ? -1 : a->event > b->event;
}

/*
 * Looks in a month for what declares events wrong: for all of them at once, and
 * where there is something, for one, two, four, and so on, as long as no such
 * look meets declarations of other events only.  Few declarations cost few
 * looks, and among many no look reads much.
 */
static void
read_corrections(CatalogScan *scan, TracedEvent **by_event, int n)
{
	bool		grows = true;
	int			reach = n;		/* of how many events is to be looked for */
	int			i = 0;

	while (i < n)
	{
		int			last = Min(i + reach, n) - 1;
		int64		wrong;
		bool		isnull;

		CatalogRescanNumbers(scan, by_event[i]->event, by_event[last]->event);
		if (!CatalogScanNextRow(scan))
		{
			i = last + 1;
			reach = grows ? reach * 2 : 1;
			continue;
		}
		wrong = DatumGetInt64(slot_getattr(CatalogScanSlot(scan), COLUMN_ATTNUM(EVENT_CORRECTS), &isnull));
		while (by_event[i]->event < wrong)
			i++;
		if (by_event[i]->event == wrong)
			by_event[i++]->correcting_event =
				DatumGetInt64(slot_getattr(CatalogScanSlot(scan), COLUMN_ATTNUM(EVENT_NUMBER), &isnull));
		else if (reach < n)
			grows = false;
		reach = 1;
	}
}

static void
find_corrections(List *events, TracedEvents *mentions)
{
	TracedEvent **by_event;
	ListCell   *month;
	int			i;

	if (mentions->n == 0)
		return;
	by_event = palloc(mentions->n * sizeof(TracedEvent *));
	for (i = 0; i < mentions->n; i++)
		by_event[i] = &mentions->members[i];
	qsort(by_event, mentions->n, sizeof(TracedEvent *), compare_events);
	foreach(month, events)
	{
		CatalogScan *scan = CatalogScanOpen(lfirst_oid(month),
											CATALOG_EVENT_BY_CORRECTED_EVENT,
											SCAN_NUMBER_RANGE,
											GetActiveSnapshot(), false);

		read_corrections(scan, by_event, mentions->n);
		CatalogScanClose(scan);
	}
}

static CatalogScan *
trace_open_month(Months *months, int month)
{
	if (months->open[month] == NULL)
		months->open[month] = CatalogScanOpen(list_nth_oid(months->events, month),
											  CATALOG_EVENT_BY_NUMBER,
											  SCAN_NUMBER, GetActiveSnapshot(),
											  false);
	return months->open[month];
}

static bool
trace_find_in_month(CatalogScan *scan, const TracedEvent *mention)
{
	bool		isnull;

	CatalogRescanNumber(scan, mention->event);
	while (CatalogScanNextRow(scan))
	{
		if (DatumGetTimestampTz(slot_getattr(CatalogScanSlot(scan), COLUMN_ATTNUM(EVENT_RECORD_TIME),
											 &isnull)) == mention->record_time)
			return true;
	}
	return false;
}

static void
put_event(ReturnSetInfo *result, const TracedEvent *mention, TupleTableSlot *slot)
{
	Datum		values[TRACE_COLUMNS];
	bool		nulls[TRACE_COLUMNS] = {false};
	int			i;

	slot_getsomeattrs(slot, COLUMN_ATTNUM(EVENT_IS_ACCEPTED));
	values[TRACE_EVENT] = Int64GetDatum(mention->event);
	values[TRACE_EVENT_TIME] = TimestampTzGetDatum(mention->event_time);
	values[TRACE_RECORD_TIME] = TimestampTzGetDatum(mention->record_time);
	values[TRACE_SOURCE_ITEM] = PointerGetDatum(mention->interval->container);
	values[TRACE_ROLE] = mention->role;
	for (i = 0; i < (int) lengthof(event_columns); i++)
	{
		values[TRACE_EVENT_COLUMNS + i] = slot->tts_values[event_columns[i]];
		nulls[TRACE_EVENT_COLUMNS + i] = slot->tts_isnull[event_columns[i]];
	}
	values[TRACE_CORRECTING_EVENT] = Int64GetDatum(mention->correcting_event);
	nulls[TRACE_CORRECTING_EVENT] = mention->correcting_event == 0;
	values[TRACE_ATTRIBUTES] = slot->tts_values[EVENT_ATTRIBUTES];
	nulls[TRACE_ATTRIBUTES] = slot->tts_isnull[EVENT_ATTRIBUTES];
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * Both tables are cut into the same months, so that the first look finds it.
 */
static void
put_mention(ReturnSetInfo *result, Months *months, const TracedEvent *mention)
{
	int			n = list_length(months->events);
	int			i;

	for (i = 0; i < n; i++)
	{
		CatalogScan *scan = trace_open_month(months, (mention->month + i) % n);

		if (trace_find_in_month(scan, mention))
		{
			put_event(result, mention, CatalogScanSlot(scan));
			break;
		}
	}
}

static void
put_mentions(ReturnSetInfo *result, Months *months, const TracedEvents *mentions)
{
	int			i;

	for (i = 0; i < mentions->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_mention(result, months, &mentions->members[i]);
	}
	for (i = 0; i < list_length(months->events); i++)
		if (months->open[i] != NULL)
			CatalogScanClose(months->open[i]);
}

/*
 * False if SQL is to be asked: where policies apply, or scans cannot read all.
 */
static bool
trace_directly(Serial *id, ReturnSetInfo *result)
{
	TracedEvents mentions = {palloc(32 * sizeof(TracedEvent)), 0, 32};
	Months		months;

	if (!find_months(&months))
		return false;
	collect_mentions(months.event_items, id, &mentions);
	find_corrections(months.events, &mentions);
	put_mentions(result, &months, &mentions);
	warn_of_detached_months();
	return true;
}

static void
trace_in_sql(Serial *id, ReturnSetInfo *result)
{
	static SavedPlan select = {
		"SELECT * FROM serial_internal.trace_sql($1)",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = PointerGetDatum(id);
	uint64		row;

	SPI_connect();
	SavedPlanExecute(&select, &value, NULL, true, 0);
	for (row = 0; row < SPI_processed; row++)
		tuplestore_puttuple(result->setResult, SPI_tuptable->vals[row]);
	SPI_finish();
}

/*
 * serial.trace(id serial.serial)
 *	  -> table (event bigint, event_time timestamptz, record_time timestamptz,
 *				source_item serial.serial, role text, type text, action text,
 *				business_step text, disposition text, read_point text,
 *				place text, parent serial.serial, recorded_by text,
 *				is_accepted boolean, corrects bigint, correcting_event bigint,
 *				attributes jsonb)
 */
Datum
serial_trace(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!trace_directly(PG_GETARG_SERIAL_PP(0), result))
		trace_in_sql(PG_GETARG_SERIAL_PP(0), result);
	return (Datum) 0;
}
