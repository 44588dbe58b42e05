/*-------------------------------------------------------------------------
 *
 * trace.c
 *	  Every event of a thing and of what it was in.
 *
 * Reads the indexes of the events itself where the user may see all of them,
 * and asks in SQL elsewhere.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "compat.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "miscadmin.h"
#include "probe.h"
#include "relation.h"
#include "statement.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_trace);

/* columns of serial.event and serial.event_item; see event.sql */
#define EVENT_EVENT			1
#define EVENT_TYPE			2
#define EVENT_ACTION		3
#define EVENT_RECORD_TIME	6
#define EVENT_RECORDED_BY	7
#define EVENT_BUSINESS_STEP	8
#define EVENT_DISPOSITION	9
#define EVENT_READ_POINT	10
#define EVENT_PLACE			11
#define EVENT_PARENT		12
#define EVENT_CORRECTS		22
#define EVENT_ATTRIBUTES	24
#define EVENT_IS_ACCEPTED	25

static const AttrNumber things_key[] = {1, 2, 3, 4, 6};
static const AttrNumber events_key[] = {EVENT_EVENT, EVENT_RECORD_TIME};
static const AttrNumber corrections_key[] = {EVENT_CORRECTS};

/* places of things_key, counted from 0 */
enum
{
	THING_ID,
	THING_EVENT_TIME,
	THING_EVENT,
	THING_ROLE,
	THING_RECORD_TIME
};

/* the columns of the answer; see ask.sql */
enum
{
	TRACE_EVENT,
	TRACE_EVENT_TIME,
	TRACE_RECORD_TIME,
	TRACE_HOLDER,
	TRACE_ROLE,
	TRACE_OF_EVENT,				/* from here on, as event_columns has them */
	TRACE_CORRECTED_BY = 15,
	TRACE_ATTRIBUTES,
	TRACE_COLUMNS
};

static const AttrNumber event_columns[] = {EVENT_TYPE, EVENT_ACTION,
	EVENT_BUSINESS_STEP, EVENT_DISPOSITION, EVENT_READ_POINT, EVENT_PLACE,
	EVENT_PARENT, EVENT_RECORDED_BY, EVENT_IS_ACCEPTED, EVENT_CORRECTS};

/*
 * An event, and of what it was told.
 */
typedef struct Mention
{
	int64		event;
	TimestampTz event_time;
	TimestampTz record_time;
	const Stay *stay;
	Datum		role;
	int			month;			/* the partition that it was found in */
	int64		corrected_by;	/* 0: it was not declared wrong */
} Mention;

typedef struct Mentions
{
	Mention    *members;
	int			n;
	int			room;
} Mentions;

/* probes into all months, each */
typedef struct Months
{
	List	   *things;
	List	   *events;
	List	   *corrections;
} Months;

static bool
may_be_read(const char *table)
{
	return ProbesMayRead(table) && ProbesCanRead(table);
}

static void
close_months(Months *months)
{
	ProbesClose(months->things);
	ProbesClose(months->events);
	ProbesClose(months->corrections);
}

/*
 * False if SQL is to be asked.
 */
static bool
open_months(Months *months)
{
	Snapshot	snapshot = GetActiveSnapshot();

	if (!may_be_read("event") || !may_be_read("event_item") ||
		!may_be_read("detached_month"))
		return false;
	months->things = ProbesOpenBy("event_item", things_key, lengthof(things_key),
								  PROBE_ID_DURING, snapshot, true);
	months->events = ProbesOpenBy("event", events_key, lengthof(events_key),
								  PROBE_NUMBER_AT, snapshot, false);
	months->corrections = ProbesOpenBy("event", corrections_key,
									   lengthof(corrections_key),
									   PROBE_NUMBER_FROM, snapshot, false);
	if (months->things != NIL && months->events != NIL &&
		months->corrections != NIL)
		return true;
	close_months(months);
	return false;
}

/*
 * As long as no month was ever detached, there is not a page to read.
 */
static void
warn_of_detached_months(void)
{
	static Statement warn = {
		"SELECT serial.is_complete()", 0, {InvalidOid}, SPI_OK_SELECT, NULL,
		InvalidOid
	};
	Relation	table = table_open(ExtensionRelation("detached_month"),
								   AccessShareLock);

	PredicateLockRelation(table, GetActiveSnapshot());
	if (RelationGetNumberOfBlocks(table) > 0)
	{
		SPI_connect();
		StatementExecute(&warn, NULL, NULL, true, 0);
		SPI_finish();
	}
	table_close(table, NoLock);
}

static Mention *
add_mention(Mentions *mentions)
{
	if (mentions->n == mentions->room)
	{
		mentions->room *= 2;
		mentions->members = repalloc_huge(mentions->members,
										  mentions->room * sizeof(Mention));
	}
	return &mentions->members[mentions->n++];
}

/*
 * What a month tells of a container, while the thing was inside.
 */
static void
read_mentions(Probe *probe, int month, const Stay *stay, Mentions *mentions)
{
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];
	IndexTuple	entry;

	ProbeSeekDuring(probe, stay->container, stay->since, stay->until);
	while ((entry = ProbeEntry(probe)) != NULL)
	{
		Mention    *mention = add_mention(mentions);

		index_deform_tuple(entry, probe->scan->xs_itupdesc, values, nulls);
		mention->event = DatumGetInt64(values[THING_EVENT]);
		mention->event_time = DatumGetTimestampTz(values[THING_EVENT_TIME]);
		mention->record_time = DatumGetTimestampTz(values[THING_RECORD_TIME]);
		mention->stay = stay;
		mention->role = datumCopy(values[THING_ROLE], false, -1);
		mention->month = month;
		mention->corrected_by = 0;
	}
}

/*
 * By event time, as the answer is; of one event, the least depth first.  The
 * role decides where nothing else does: a thing may go into a transformation
 * and come out of it.
 */
static int
compare_mentions(const void *left, const void *right)
{
	const Mention *a = left;
	const Mention *b = right;

	if (a->event_time != b->event_time)
		return a->event_time < b->event_time ? -1 : 1;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	if (a->stay->depth != b->stay->depth)
		return a->stay->depth < b->stay->depth ? -1 : 1;
	return strcmp(TextDatumGetCString(a->role), TextDatumGetCString(b->role));
}

/*
 * An event that was told of several containers of a thing counts once.
 */
static void
sort_mentions(Mentions *mentions)
{
	Mention    *members = mentions->members;
	int			kept = 0;
	int			i;

	if (mentions->n < 2)
		return;
	qsort(members, mentions->n, sizeof(Mention), compare_mentions);
	for (i = 1; i < mentions->n; i++)
	{
		if (members[i].event != members[kept].event ||
			members[i].event_time != members[kept].event_time)
			members[++kept] = members[i];
	}
	mentions->n = kept + 1;
}

static void
collect(List *probes, Serial *id, Mentions *mentions)
{
	ListCell   *around;
	ListCell   *cell;

	foreach(around, StaysOf(id))
	{
		CHECK_FOR_INTERRUPTS();
		foreach(cell, probes)
			read_mentions(lfirst(cell), foreach_current_index(cell),
						  lfirst(around), mentions);
	}
	sort_mentions(mentions);
}

static int
compare_events(const void *left, const void *right)
{
	const Mention *a = *(Mention *const *) left;
	const Mention *b = *(Mention *const *) right;

	return a->event < b->event ? -1 : a->event > b->event;
}

/*
 * Looks in a month for what declares events wrong.  What it finds says up to
 * where nothing is declared, so that few declarations cost few looks.
 */
static void
read_corrections(Probe *probe, Mention **by_event, int n)
{
	bool		isnull;
	int			i = 0;

	while (i < n)
	{
		int64		wrong;

		ProbeSeekNumber(probe, by_event[i]->event, 0);
		if (!ProbeRow(probe))
			return;
		wrong = DatumGetInt64(slot_getattr(probe->slot, EVENT_CORRECTS, &isnull));
		while (i < n && by_event[i]->event < wrong)
			i++;
		if (i < n && by_event[i]->event == wrong)
			by_event[i++]->corrected_by =
				DatumGetInt64(slot_getattr(probe->slot, EVENT_EVENT, &isnull));
	}
}

static void
find_corrections(List *probes, Mentions *mentions)
{
	Mention   **by_event = palloc(mentions->n * sizeof(Mention *));
	ListCell   *cell;
	int			i;

	for (i = 0; i < mentions->n; i++)
		by_event[i] = &mentions->members[i];
	qsort(by_event, mentions->n, sizeof(Mention *), compare_events);
	foreach(cell, probes)
		read_corrections(lfirst(cell), by_event, mentions->n);
}

static bool
find_row(Probe *probe, const Mention *mention)
{
	ProbeSeekNumber(probe, mention->event, mention->record_time);
	return ProbeRow(probe);
}

/*
 * The row of an event; NULL if there is none.  Both tables are cut into the same
 * months, so that the first look finds it.
 */
static TupleTableSlot *
find_event(List *probes, const Mention *mention)
{
	ListCell   *cell;

	if (mention->month < list_length(probes))
	{
		Probe	   *probe = list_nth(probes, mention->month);

		if (find_row(probe, mention))
			return probe->slot;
	}
	foreach(cell, probes)
	{
		Probe	   *probe = lfirst(cell);

		if (find_row(probe, mention))
			return probe->slot;
	}
	return NULL;
}

static void
put_event(ReturnSetInfo *result, const Mention *mention, TupleTableSlot *slot)
{
	Datum		values[TRACE_COLUMNS];
	bool		nulls[TRACE_COLUMNS] = {false};
	int			i;

	slot_getsomeattrs(slot, EVENT_IS_ACCEPTED);
	values[TRACE_EVENT] = Int64GetDatum(mention->event);
	values[TRACE_EVENT_TIME] = TimestampTzGetDatum(mention->event_time);
	values[TRACE_RECORD_TIME] = TimestampTzGetDatum(mention->record_time);
	values[TRACE_HOLDER] = PointerGetDatum(mention->stay->container);
	values[TRACE_ROLE] = mention->role;
	for (i = 0; i < (int) lengthof(event_columns); i++)
	{
		values[TRACE_OF_EVENT + i] = slot->tts_values[event_columns[i] - 1];
		nulls[TRACE_OF_EVENT + i] = slot->tts_isnull[event_columns[i] - 1];
	}
	values[TRACE_CORRECTED_BY] = Int64GetDatum(mention->corrected_by);
	nulls[TRACE_CORRECTED_BY] = mention->corrected_by == 0;
	values[TRACE_ATTRIBUTES] = slot->tts_values[EVENT_ATTRIBUTES - 1];
	nulls[TRACE_ATTRIBUTES] = slot->tts_isnull[EVENT_ATTRIBUTES - 1];
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
trace_directly(Serial *id, Months *months, ReturnSetInfo *result)
{
	Mentions	mentions = {palloc(32 * sizeof(Mention)), 0, 32};
	int			i;

	warn_of_detached_months();
	collect(months->things, id, &mentions);
	find_corrections(months->corrections, &mentions);
	for (i = 0; i < mentions.n; i++)
	{
		TupleTableSlot *slot = find_event(months->events, &mentions.members[i]);

		if (slot != NULL)
			put_event(result, &mentions.members[i], slot);
	}
}

static void
trace_in_sql(Serial *id, ReturnSetInfo *result)
{
	static Statement select = {
		"SELECT * FROM serial.trace_in_sql($1)",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = PointerGetDatum(id);
	uint64		row;

	SPI_connect();
	StatementExecute(&select, &value, NULL, true, 0);
	for (row = 0; row < SPI_processed; row++)
		tuplestore_puttuple(result->setResult, SPI_tuptable->vals[row]);
	SPI_finish();
}

/*
 * serial.trace(id serial.serial)
 *	  -> table (event bigint, event_time timestamptz, record_time timestamptz,
 *				holder serial.serial, role text, type text, action text,
 *				business_step text, disposition text, read_point text,
 *				place text, parent serial.serial, recorded_by text,
 *				is_accepted boolean, corrects bigint, corrected_by bigint,
 *				attributes jsonb)
 */
Datum
serial_trace(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Months		months;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (open_months(&months))
	{
		trace_directly(PG_GETARG_SERIAL_PP(0), &months, result);
		close_months(&months);
	}
	else
		trace_in_sql(PG_GETARG_SERIAL_PP(0), result);
	return (Datum) 0;
}
