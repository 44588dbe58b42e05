/*-------------------------------------------------------------------------
 *
 * correct.c
 *	  What depends on an event that is declared an error, and what follows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/rule/transition.h"
#include "ledger/state/affected.h"
#include "ledger/state/fold.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(serial_contradicted_by);
PG_FUNCTION_INFO_V1(serial_before_and_after);
PG_FUNCTION_INFO_V1(serial_affected_items);

/*
 * A step in the order of time and, at one time, of recording.
 */
typedef struct Point
{
	TimestampTz at;
	int64		event;
} Point;

/*
 * The items of an event, one after another.
 */
typedef struct EventWalk
{
	FoldReader *reader;
	Point		point;
	MemoryContext memory;
	MemoryContext one;			/* reset after each item */

	/* the step that was read last, of an event; 0: none */
	int64		before_event;
	RecordedStep before;
	StepTransitions transitions;
} EventWalk;

static void
walk_open(EventWalk *walk, TimestampTz at, int64 event)
{
	memset(walk, 0, sizeof(EventWalk));
	PushActiveSnapshot(GetTransactionSnapshot());
	walk->reader = FoldOpen();
	walk->point.at = at;
	walk->point.event = event;
	walk->memory = CurrentMemoryContext;
	walk->one = AllocSetContextCreate(walk->memory, "serial event walk",
									  ALLOCSET_DEFAULT_SIZES);
}

static void
walk_close(EventWalk *walk)
{
	FoldClose(walk->reader);
	MemoryContextDelete(walk->one);
	PopActiveSnapshot();
}

/*
 * The step that left an item in a state; NULL if it is not known.
 */
static const RecordedStep *
step_before(EventWalk *walk, const FoldedState *state)
{
	if (state->disposition_event == 0)
		return NULL;
	if (state->disposition_event != walk->before_event &&
		!RecordedStepRead(&walk->before, state->disposition_event))
		return NULL;
	walk->before_event = state->disposition_event;
	walk->before.at = state->since;
	return &walk->before;
}

/*
 * serial_internal.contradicted_by(id serial.serial, disposition text,
 *								   disposition_event bigint, since timestamptz,
 *								   after_time timestamptz, after_event bigint)
 *	  -> bigint
 */
Datum
serial_contradicted_by(PG_FUNCTION_ARGS)
{
	FoldedState state = {NULL};
	EventWalk	walk;
	OwnEvents	events;
	int64		event;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(4) || PG_ARGISNULL(5))
		PG_RETURN_NULL();
	SPI_connect();
	walk_open(&walk, PG_GETARG_TIMESTAMPTZ(4), PG_GETARG_INT64(5));
	if (!PG_ARGISNULL(1))
		state.disposition = text_to_cstring(PG_GETARG_TEXT_PP(1));
	state.disposition_event = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2);
	state.since = PG_ARGISNULL(3) ? DT_NOBEGIN : PG_GETARG_TIMESTAMPTZ(3);
	FoldOwnEvents(walk.reader, PG_GETARG_SERIAL_PP(0), &events);
	event = TransitionContradictedBy(&events, &walk.transitions, state.disposition,
									 step_before(&walk, &state), walk.point.at,
									 walk.point.event);
	walk_close(&walk);
	SPI_finish();
	if (event == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(event);
}

/*
 * The first later event of an item; 0 if there is none.
 */
static int64
first_event_after(const Point *point, const OwnEvents *events)
{
	int			i;

	for (i = 0; i < events->n; i++)
		if (StepCompare(events->members[i].at, events->members[i].event, point->at,
						point->event) > 0)
			return events->members[i].event;
	return 0;
}

/*
 * The time of the last change of an item itself before the event, if that was to a
 * final disposition; DT_NOEND otherwise.
 */
static TimestampTz
ended_since(const Point *point, const OwnEvents *events)
{
	const OwnEvent *last = OwnEventsLastChange(events, point->at, point->event - 1);

	return last != NULL && DispositionIsFinal(last->resulting_disposition) ? last->at : DT_NOEND;
}

/*
 * The items of an event that is to be undone.
 */
typedef struct UndoneItems
{
	SerialSet	ids;
	SerialSet	changed;		/* of these, those with another disposition by
								 * it */
	bool		begin;			/* by it */

	/* results */
	TimestampTz ended_since;
	int64		contradicted;	/* an event that would not be legal without it */
	int64		following;		/* an event of an item that it begins */
} UndoneItems;

/*
 * The first later event of an item that would not be legal without the event; 0 if
 * there is none.
 */
static int64
contradicted_without(EventWalk *walk, const FoldedState *before, const OwnEvents *events)
{
	const char *disposition = before->disposition == NULL ? NULL : pstrdup(before->disposition);

	return TransitionContradictedBy(events, &walk->transitions, disposition,
									step_before(walk, before), walk->point.at,
									walk->point.event);
}

static void
examine_item(EventWalk *walk, UndoneItems *items, Serial *id)
{
	TimestampTz ended;
	FoldedState before;
	OwnEvents	events;
	bool		has_later;

	MemoryContextSwitchTo(walk->one);
	has_later = FoldStateBeforeLater(walk->reader, id, walk->point.at, walk->point.event,
									 &before, &events);
	MemoryContextSwitchTo(walk->memory);
	ended = ended_since(&walk->point, &events);
	items->ended_since = Min(items->ended_since, ended);
	if (has_later && items->contradicted == 0 && SerialSetHas(&items->changed, id))
		items->contradicted = contradicted_without(walk, &before, &events);
	if (has_later && items->begin && items->following == 0)
		items->following = first_event_after(&walk->point, &events);
	MemoryContextReset(walk->one);
}

static Datum
result_of(FunctionCallInfo fcinfo, const UndoneItems *items)
{
	int64		dependent = items->contradicted != 0 ? items->contradicted : items->following;
	Datum		values[2] = {TimestampTzGetDatum(items->ended_since), Int64GetDatum(dependent)};
	bool		nulls[2] = {false, dependent == 0};
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/*
 * serial_internal.before_and_after(ids serial.serial[], changed serial.serial[],
 *									begins boolean, at timestamptz, event bigint)
 *	  -> (ended_since timestamptz, dependent bigint)
 */
Datum
serial_before_and_after(PG_FUNCTION_ARGS)
{
	UndoneItems items = {.begin = PG_GETARG_BOOL(2),.ended_since = DT_NOEND};
	EventWalk	walk;
	int			i;

	SPI_connect();
	walk_open(&walk, PG_GETARG_TIMESTAMPTZ(3), PG_GETARG_INT64(4));
	SerialSetFromArray(&items.ids, PG_GETARG_ARRAYTYPE_P(0));
	SerialSetFromArray(&items.changed, PG_GETARG_ARRAYTYPE_P(1));
	(void) SerialSetSort(&items.changed);
	for (i = 0; i < items.ids.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		examine_item(&walk, &items, items.ids.members[i]);
	}
	walk_close(&walk);
	SPI_finish();
	return result_of(fcinfo, &items);
}

/*
 * serial_internal.affected_items(containers serial.serial[], since timestamptz)
 *	  -> serial.serial[]
 */
Datum
serial_affected_items(PG_FUNCTION_ARGS)
{
	SerialSet	containers;
	SerialSet	affected;
	ArrayType  *array;

	SerialSetFromArray(&containers, PG_GETARG_ARRAYTYPE_P(0));
	SerialSetInit(&affected);
	PushActiveSnapshot(GetTransactionSnapshot());
	AffectedItems(&containers, PG_GETARG_TIMESTAMPTZ(1), &affected, &affected);
	array = SerialSetToArray(&affected);
	PopActiveSnapshot();
	PG_RETURN_ARRAYTYPE_P(array);
}
