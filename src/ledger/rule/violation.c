/*-------------------------------------------------------------------------
 *
 * violation.c
 *	  Is an event legal for the things that it finds?
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
#include "ledger/event/event_item.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#define REINSTATING "urn:serial:step:reinstating"

static char *
text_of_result(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SavedPlanResult(row, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* --- Transitions --- */

/*
 * What serial.transition says of a step that finds a thing in a disposition.
 * Many things are alike: it is asked once for each disposition.
 */
typedef struct Transition
{
	const char *from;			/* NULL: nothing is known */
	bool		is_ruled;		/* the step has rows */
	bool		is_there;		/* and one from this disposition */
	const char *to;				/* NULL: it stays so */
	Interval   *within;			/* NULL: at any time */
	bool		same_actor;
} Transition;

#define SELECT_TRANSITIONS \
	"SELECT t.business_step, t.from_disposition, t.to_disposition, t.within," \
	" t.same_actor, t.is_shipped, t.is_legal FROM serial.transition AS t" \
	" WHERE t.business_step = $1"

static CatalogLookup by_step = {
	CATALOG_TRANSITION, CATALOG_TRANSITION_BY_STEP, SCAN_TEXT, TRANSITION_COLUMNS,
	{SELECT_TRANSITIONS, 1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}
};

static CatalogLookup by_step_and_disposition = {
	CATALOG_TRANSITION, CATALOG_TRANSITION_BY_STEP, SCAN_TEXTS, TRANSITION_COLUMNS,
	{SELECT_TRANSITIONS " AND t.from_disposition = $2 ORDER BY t.is_shipped",
	2, {TEXTOID, TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}
};

/*
 * One's own row comes first, and takes the place of that which came with the
 * extension, as in serial.transitions.
 */
static bool
take_transition(const Datum *values, const bool *nulls, void *context)
{
	Transition *transition = context;

	transition->is_there = DatumGetBool(values[TRANSITION_IS_LEGAL]);
	if (!nulls[TRANSITION_TO_DISPOSITION])
		transition->to = TextDatumGetCString(values[TRANSITION_TO_DISPOSITION]);
	if (!nulls[TRANSITION_WITHIN])
		transition->within = DatumGetIntervalP(datumCopy(values[TRANSITION_WITHIN],
														 false, sizeof(Interval)));
	transition->same_actor = DatumGetBool(values[TRANSITION_SAME_ACTOR]);
	return false;
}

static void
ask_transition(Transition *transition, const char *step)
{
	const char *from = transition->from == NULL ? "none" : transition->from;
	Datum		texts[2];

	if (step == NULL)
		return;
	texts[0] = CStringGetTextDatum(step);
	texts[1] = CStringGetTextDatum(from);
	transition->is_ruled =
		CatalogLookupRows(&by_step_and_disposition, texts, take_transition,
				   transition) > 0 ||
		CatalogLookupRows(&by_step, texts, NULL, NULL) > 0;
}

static const Transition *
transition_from(List **known, const char *step, const char *from)
{
	ListCell   *cell;
	Transition *transition;

	foreach(cell, *known)
	{
		transition = lfirst(cell);
		if (from == NULL ? transition->from == NULL : str_equals_or_null(transition->from, from))
			return transition;
	}
	transition = palloc0(sizeof(Transition));
	transition->from = from;
	ask_transition(transition, step);
	*known = lappend(*known, transition);
	return transition;
}

/*
 * Did the session user record an event?
 */
static bool
is_own_event(int64 event)
{
	static SavedPlan select = {
		"SELECT FROM serial.event AS e"
		" WHERE e.event = $1 AND e.recorded_by = session_user",
		1, {INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = Int64GetDatum(event);

	SavedPlanExecute(&select, &value, NULL, false, 1);
	return SPI_processed > 0;
}

static bool
is_in_time(const EventItem *thing, const Interval *within, TimestampTz at)
{
	Datum		end = DirectFunctionCall2(timestamptz_pl_interval,
										  TimestampTzGetDatum(thing->since),
										  IntervalPGetDatum(within));

	return at <= DatumGetTimestampTz(end);
}

static bool
is_legal(const EventItem *thing, const Transition *transition, TimestampTz at)
{
	if (str_equals_or_null(thing->role, "parent"))
		return true;
	if (!transition->is_ruled || str_equals_or_null(thing->role, "input"))
		return !DispositionIsFinal(thing->disposition);
	return transition->is_there &&
		(transition->within == NULL || is_in_time(thing, transition->within, at)) &&
		(!transition->same_actor || is_own_event(thing->disposition_event));
}

/*
 * What happens to inputs and outputs lies in their role; else the event has the
 * first word, then the transition, then the action.
 */
static const char *
left_as(const EventItem *thing, const Transition *transition, const Event *event)
{
	if (str_equals_or_null(thing->role, "input") || str_equals_or_null(thing->role, "output"))
		return thing->resulting_disposition;
	if (event->disposition != NULL)
		return event->disposition;
	if (str_equals_or_null(thing->role, "parent"))
		return NULL;
	return transition->is_there ? transition->to : thing->resulting_disposition;
}

/* --- What else speaks against an event --- */

static void
object(EventItem *thing, const char *problem, char *detail)
{
	if (thing->problem != NULL)
		return;
	thing->problem = problem;
	thing->detail = detail;
}

static void
object_to_step(EventItem *thing, const Event *event)
{
	object(thing,
		   str_equals_or_null(event->step, "commissioning") && !str_equals_or_null(thing->role, "input") ?
		   "commissioned twice" :
		   DispositionIsTransferred(thing->disposition) ?
		   psprintf("seen after %s", thing->disposition) : "illegal step",
		   thing->disposition == NULL ? pstrdup("Nothing is known of it.") :
		   psprintf("It is %s since %s, by event %lld.", thing->disposition,
					TimestampForMessage(thing->since),
					(long long) thing->disposition_event));
}

/*
 * Something that came later, and was legal, would not be.
 */
static void
object_by_later(EventItem *thing, const Event *event)
{
	static SavedPlan contradicted_by = {
		"SELECT serial_internal.contradicted_by($1, $2, $3, session_user, $3, $4)",
		4, {SERIAL_TYPE, TEXTOID, TIMESTAMPTZOID, INT8OID}, SPI_OK_SELECT, NULL,
		InvalidOid
	};
	Datum		values[4];
	Datum		later;
	bool		isnull;

	if (!thing->is_late || thing->resulting_disposition == NULL)
		return;
	values[0] = PointerGetDatum(thing->id);
	values[1] = CStringGetTextDatum(thing->resulting_disposition);
	values[2] = TimestampTzGetDatum(event->at);
	values[3] = event->values[EVENT_NUMBER];
	SavedPlanExecute(&contradicted_by, values, NULL, false, 1);
	later = SavedPlanResult(0, 1, &isnull);
	if (!isnull)
		object(thing, "contradicted",
			   psprintf("Event %lld came later and would not have been legal.",
						(long long) DatumGetInt64(later)));
}

/*
 * Asks SQL for things with an objection to each, in the order of things.
 */
static void
object_in_sql(EventItems *things, SavedPlan *statement, Datum *values,
			  const char *problem, const char *detail)
{
	uint64		row;
	int			i = 0;
	bool		isnull;

	SavedPlanExecute(statement, values, NULL, false, 0);
	for (row = 0; row < SPI_processed; row++)
	{
		Serial	   *id = DatumGetSerialPP(SavedPlanResult(row, 1, &isnull));
		char	   *reason = text_of_result(row, 2);

		while (!ValueEqual(things->members[i].id, id))
			i++;
		if (!str_equals_or_null(things->members[i].role, "input"))
			object(&things->members[i], problem == NULL ? reason : problem,
				   psprintf(detail, reason));
	}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * What a pool of ours could have issued must have been.
 */
static void
object_by_origin(EventItems *things, const Event *event)
{
	static SavedPlan select = {
		"SELECT t.id, o.pool FROM unnest($1) AS t(id)"
		" CROSS JOIN LATERAL serial.origin(t.id) AS o"
		" WHERE EXISTS (SELECT FROM serial.pool) AND o.pool IS NOT NULL AND NOT o.issued ORDER BY t.id",
		1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		ids;

	if (!str_equals_or_null(event->step, "commissioning"))
		return;
	ids = PointerGetDatum(EventItemsToArray(things));
	object_in_sql(things, &select, &ids, "never issued",
				  "Pool \"%s\" has not issued it.");
}

/*
 * Regulation (EU) 2016/161, Article 13.
 */
static void
object_to_reinstating(EventItems *things, const Event *event)
{
	static SavedPlan select = {
		"SELECT b.id, b.reason FROM (SELECT i.id,"
		" CASE WHEN i.expiry < $2::date THEN 'expired'"
		" WHEN serial_internal.recall_of(i.id, i.lot) IS NOT NULL THEN 'recalled' END AS reason"
		" FROM serial.item AS i WHERE i.id = ANY ($1)) AS b"
		" WHERE b.reason IS NOT NULL ORDER BY b.id",
		2, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[2];

	if (!str_equals_or_null(event->step, REINSTATING))
		return;
	values[0] = PointerGetDatum(EventItemsToArray(things));
	values[1] = TimestampTzGetDatum(event->at);
	object_in_sql(things, &select, values, NULL,
				  "It is %s, and may not come back.");
}

void
EventItemsCheck(EventItems *things, const Event *event)
{
	List	   *transitions = NIL;
	int			i;

	PushActiveSnapshot(GetTransactionSnapshot());
	for (i = 0; i < things->n; i++)
	{
		EventItem	   *thing = &things->members[i];
		const Transition *transition = transition_from(&transitions, event->step,
													   thing->disposition);

		thing->resulting_disposition = left_as(thing, transition, event);
		if (!is_legal(thing, transition, event->at))
			object_to_step(thing, event);
		object_by_later(thing, event);
	}
	PopActiveSnapshot();
	object_by_origin(things, event);
	object_to_reinstating(things, event);
}

static char *
legal_steps(const char *disposition)
{
	static SavedPlan select = {
		"SELECT serial_internal.legal_steps($1)",
		1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = CStringGetTextDatum(disposition == NULL ? "none" : disposition);
	char	   *steps;

	SavedPlanExecute(&select, &value, NULL, false, 1);
	steps = text_of_result(0, 1);
	return steps == NULL ? pstrdup("nothing") : steps;
}

void
EventItemRefuse(const EventItem *thing, const Event *event)
{
	bool		is_evidence = str_equals_or_null(thing->problem, "contradicted") ||
		str_equals_or_null(thing->problem, "never issued");

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("%s of \"%s\" is not legal: %s",
					event->step == NULL ? event->type : event->step,
					ValueToCString(thing->id), thing->problem),
			 errdetail("%s", thing->detail),
			 is_evidence ?
			 errhint("With strict => false, serial.record keeps it as evidence.") :
			 errhint("Legal now: %s.", legal_steps(thing->disposition))));
}
