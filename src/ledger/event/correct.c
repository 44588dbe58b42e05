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
PG_FUNCTION_INFO_V1(serial_dependent_event);
PG_FUNCTION_INFO_V1(serial_affected_items);
PG_FUNCTION_INFO_V1(serial_ended_before);

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
 * The first later event of an item that would not be legal without the event; 0 if
 * there is none.
 */
static int64
contradicted_without(EventWalk *walk, Serial *id)
{
	FoldedState state;
	OwnEvents	events;
	const char *disposition = NULL;
	int64		later;

	MemoryContextSwitchTo(walk->one);
	FoldStateBefore(walk->reader, id, walk->point.at, walk->point.event, &state, &events);
	MemoryContextSwitchTo(walk->memory);
	if (state.disposition != NULL)
		disposition = pstrdup(state.disposition);
	later = TransitionContradictedBy(&events, &walk->transitions, disposition,
									 step_before(walk, &state), walk->point.at,
									 walk->point.event);
	MemoryContextReset(walk->one);
	return later;
}

static int64
first_event_after(EventWalk *walk, Serial *id)
{
	OwnEvents	events;
	int64		event = 0;
	int			i;

	MemoryContextSwitchTo(walk->one);
	FoldOwnEvents(walk->reader, id, &events);
	MemoryContextSwitchTo(walk->memory);
	for (i = 0; i < events.n && event == 0; i++)
		if (StepCompare(events.members[i].at, events.members[i].event,
						walk->point.at, walk->point.event) > 0)
			event = events.members[i].event;
	MemoryContextReset(walk->one);
	return event;
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
 * serial_internal.dependent_event(changed serial.serial[], begun serial.serial[],
 *								   at timestamptz, event bigint) -> bigint
 */
Datum
serial_dependent_event(PG_FUNCTION_ARGS)
{
	EventWalk	walk;
	SerialSet	ids;
	int64		event = 0;
	int			i;

	SPI_connect();
	walk_open(&walk, PG_GETARG_TIMESTAMPTZ(2), PG_GETARG_INT64(3));
	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(0));
	for (i = 0; i < ids.n && event == 0; i++)
	{
		CHECK_FOR_INTERRUPTS();
		event = contradicted_without(&walk, ids.members[i]);
	}
	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(1));
	for (i = 0; i < ids.n && event == 0; i++)
	{
		CHECK_FOR_INTERRUPTS();
		event = first_event_after(&walk, ids.members[i]);
	}
	walk_close(&walk);
	SPI_finish();
	if (event == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(event);
}

/*
 * The time of the last change of an item itself before the event, if that was to a
 * final disposition; DT_NOEND otherwise.
 */
static TimestampTz
ended_before(EventWalk *walk, Serial *id)
{
	TimestampTz ended = DT_NOEND;
	OwnEvents	events;
	int			i;

	MemoryContextSwitchTo(walk->one);
	FoldOwnEvents(walk->reader, id, &events);
	MemoryContextSwitchTo(walk->memory);
	for (i = events.n - 1; i >= 0; i--)
		if (events.members[i].resulting_disposition != NULL &&
			StepCompare(events.members[i].at, events.members[i].event,
						walk->point.at, walk->point.event) < 0)
			break;
	if (i >= 0 && DispositionIsFinal(events.members[i].resulting_disposition))
		ended = events.members[i].at;
	MemoryContextReset(walk->one);
	return ended;
}

/*
 * serial_internal.ended_before(ids serial.serial[], at timestamptz, event bigint)
 *	  -> timestamptz
 */
Datum
serial_ended_before(PG_FUNCTION_ARGS)
{
	TimestampTz first = DT_NOEND;
	EventWalk	walk;
	SerialSet	ids;
	int			i;

	walk_open(&walk, PG_GETARG_TIMESTAMPTZ(1), PG_GETARG_INT64(2));
	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(0));
	for (i = 0; i < ids.n; i++)
	{
		TimestampTz ended;

		CHECK_FOR_INTERRUPTS();
		ended = ended_before(&walk, ids.members[i]);
		first = Min(first, ended);
	}
	walk_close(&walk);
	PG_RETURN_TIMESTAMPTZ(first);
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
	AffectedItems(&containers, PG_GETARG_TIMESTAMPTZ(1), &affected);
	array = SerialSetToArray(&affected);
	PopActiveSnapshot();
	PG_RETURN_ARRAYTYPE_P(array);
}
