/*-------------------------------------------------------------------------
 *
 * transition.c
 *	  Legal transitions, as serial.transition has them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/rule/transition.h"
#include "ledger/state/own_event.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_transition_conditions);

static const struct
{
	const char *word;
	TransitionCondition condition;
}			transition_conditions[] =

{
	{"recalled", CONDITION_RECALLED},
	{"quarantined", CONDITION_QUARANTINED},
	{"expired", CONDITION_EXPIRED},
	{"in_transit", CONDITION_IN_TRANSIT},
	{"not_here", CONDITION_NOT_HERE},
	{"packed", CONDITION_PACKED},
	{"shipped_twice", CONDITION_SHIPPED_TWICE},
	{"not_returned", CONDITION_NOT_RETURNED},
	{"never_seen", CONDITION_NEVER_SEEN},
	{"not_shipped", CONDITION_NOT_SHIPPED}
};

/*
 * serial_internal.transition_conditions() -> text[]
 */
Datum
serial_transition_conditions(PG_FUNCTION_ARGS)
{
	Datum		words[lengthof(transition_conditions)];
	int			i;

	for (i = 0; i < (int) lengthof(transition_conditions); i++)
		words[i] = CStringGetTextDatum(transition_conditions[i].word);
	PG_RETURN_ARRAYTYPE_P(construct_array(words, lengthof(words), TEXTOID, -1,
										  false, TYPALIGN_INT));
}

/* --- Reading transitions --- */

#define SELECT_TRANSITIONS \
	"SELECT t.business_step, t.from_disposition, t.to_disposition, t.within," \
	" t.same_actor, t.same_place, t.conditions, t.is_shipped, t.is_legal, t.since" \
	" FROM serial.transition AS t WHERE t.business_step = $1"

static CatalogLookup by_step = {
	CATALOG_TRANSITION, CATALOG_TRANSITION_BY_STEP, SCAN_TEXT, TRANSITION_COLUMNS,
	{SELECT_TRANSITIONS, 1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}, false, NULL
};

static CatalogLookup by_step_and_disposition = {
	CATALOG_TRANSITION, CATALOG_TRANSITION_BY_STEP, SCAN_TEXTS, TRANSITION_COLUMNS,
	{SELECT_TRANSITIONS " AND t.from_disposition = $2 ORDER BY t.is_shipped",
	2, {TEXTOID, TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}, false, NULL
};

static int
conditions_of_array(ArrayType *array)
{
	int			conditions = 0;
	Datum	   *words;
	int			n;
	int			i;
	int			j;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &words, NULL, &n);
	for (i = 0; i < n; i++)
	{
		char	   *word = TextDatumGetCString(words[i]);

		for (j = 0; j < (int) lengthof(transition_conditions); j++)
			if (strcmp(transition_conditions[j].word, word) == 0)
				conditions |= transition_conditions[j].condition;
	}
	return conditions;
}

/*
 * The row of the users' own comes first, and replaces the one that came with
 * the extension, as in serial.transitions.
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
	transition->same_place = DatumGetBool(values[TRANSITION_SAME_PLACE]);
	transition->conditions = conditions_of_array(DatumGetArrayTypeP(values[TRANSITION_CONDITIONS]));
	return false;
}

static void
read_transition(Transition *transition, const char *step)
{
	const char *from = transition->from == NULL ? "none" : transition->from;
	Datum		keys[2];

	if (step == NULL)
		return;
	keys[0] = CStringGetTextDatum(step);
	keys[1] = CStringGetTextDatum(from);
	transition->is_ruled =
		CatalogLookupRows(&by_step_and_disposition, keys, take_transition,
						  transition) > 0 ||
		CatalogLookupRows(&by_step, keys, NULL, NULL) > 0;
}

/* equal, or NULL both */
static bool
same_or_null(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const Transition *
TransitionFind(List **known, const char *step, const char *from)
{
	ListCell   *cell;
	Transition *transition;

	foreach(cell, *known)
	{
		transition = lfirst(cell);
		if (same_or_null(transition->from, from))
			return transition;
	}
	transition = palloc0(sizeof(Transition));
	transition->from = from;
	read_transition(transition, step);
	*known = lappend(*known, transition);
	return transition;
}

static bool
kept_transitions_are_own(const KeptRows *kept)
{
	bool		found = false;
	int			i;

	PushActiveSnapshot(GetTransactionSnapshot());
	for (i = 0; i < kept->n && !found; i++)
		found = !DatumGetBool(kept->rows[i].values[TRANSITION_IS_SHIPPED]) &&
			KeptRowIsVisible(kept, &kept->rows[i]);
	PopActiveSnapshot();
	return found;
}

bool
TransitionsAreOwn(void)
{
	static SavedPlan select = {
		"SELECT FROM serial.transition AS t WHERE NOT t.is_shipped LIMIT 1",
		0, {InvalidOid}, SPI_OK_SELECT, NULL, InvalidOid
	};
	const KeptRows *kept = CatalogMayScan(CATALOG_TRANSITION) ?
	KeptRowsRead(CATALOG_TRANSITION) : NULL;

	return kept != NULL ? kept_transitions_are_own(kept) :
		SavedPlanHasRow(&select, NULL, NULL);
}

/* --- Legality --- */

/*
 * A window ends at the same time in every session: days are those of UTC, so
 * that the session's time zone does not matter.
 */
TimestampTz
TransitionWindowEnd(const Transition *transition, TimestampTz since)
{
	return DatumGetTimestamp(DirectFunctionCall2(timestamp_pl_interval,
												 TimestampGetDatum(since),
												 IntervalPGetDatum(transition->within)));
}

/*
 * A window counts from the step itself and from its recording: what was recorded
 * in January cannot be undone in November as if it were January still.
 */
StepLegality
TransitionCheck(const Transition *transition, const RecordedStep *before,
				const RecordedStep *step)
{
	if (!transition->is_ruled)
		return DispositionIsFinal(transition->from) ? STEP_ILLEGAL : STEP_LEGAL;
	if (!transition->is_there)
		return STEP_ILLEGAL;
	if ((transition->conditions & CONDITION_NOT_RETURNED) != 0 &&
		!str_equals_or_null(step->disposition, "returned"))
		return STEP_NOT_RETURNED;
	if (transition->within != NULL &&
		(before == NULL || step->at > TransitionWindowEnd(transition, before->at)))
		return STEP_TOO_LATE;
	if (transition->within != NULL &&
		step->recorded_at > TransitionWindowEnd(transition, before->recorded_at))
		return STEP_RECORDED_TOO_LATE;
	if (transition->same_actor &&
		(before == NULL || !same_or_null(before->recorded_by, step->recorded_by) ||
		 !same_or_null(before->actor, step->actor)))
		return STEP_BY_OTHER_ACTOR;
	if (transition->same_place &&
		(before == NULL || !same_or_null(before->place, step->place)))
		return STEP_AT_OTHER_PLACE;
	return STEP_LEGAL;
}

void
RecordedStepOfEvent(RecordedStep *step, const Event *event)
{
	step->step = event->step;
	step->disposition = EventNamedDisposition(event);
	step->at = event->at;
	step->recorded_at = DatumGetTimestampTz(event->values[EVENT_RECORD_TIME]);
	step->recorded_by = EventText(event, EVENT_RECORDED_BY);
	step->actor = EventText(event, EVENT_ACTOR);
	step->place = EventText(event, event->nulls[EVENT_PLACE] ? EVENT_READ_POINT : EVENT_PLACE);
	EventConsignee(event, &step->consignee);
}

/*
 * Take a step from the row that RecordedStepRead() has read.
 */
static void
take_step(RecordedStep *step)
{
	bool		isnull;
	bool		no_destinations;
	bool		no_sources;
	Datum		destinations = SavedPlanResult(0, 8, &no_destinations);
	Datum		sources = SavedPlanResult(0, 9, &no_sources);

	step->step = SavedPlanResultText(0, 1);
	step->disposition = SavedPlanResultText(0, 2);
	step->at = DatumGetTimestampTz(SavedPlanResult(0, 3, &isnull));
	step->recorded_at = DatumGetTimestampTz(SavedPlanResult(0, 4, &isnull));
	step->recorded_by = SavedPlanResultText(0, 5);
	step->actor = SavedPlanResultText(0, 6);
	step->place = SavedPlanResultText(0, 7);
	step->consignee.party = NULL;
	if (!no_destinations)
		ConsigneeRead(&step->consignee, step->step, DatumGetJsonbP(destinations),
					  no_sources ? NULL : DatumGetJsonbP(sources));
}

bool
RecordedStepRead(RecordedStep *step, int64 event)
{
	static SavedPlan select = {
		"SELECT e.business_step, e.disposition, e.event_time, e.record_time, e.recorded_by,"
		" e.actor, coalesce(e.place, e.read_point), e.destinations, e.sources"
		" FROM serial.event AS e WHERE e.event = $1",
		1, {INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = Int64GetDatum(event);
	bool		found;

	SavedPlanExecute(&select, &value, NULL, false, 1);
	found = SPI_processed > 0;
	if (found)
		take_step(step);
	SPI_freetuptable(SPI_tuptable);
	return found;
}

/* --- What a step leaves --- */

ItemRole
ItemRoleOf(const char *word)
{
	return strcmp(word, "child") == 0 ? ROLE_CHILD :
		strcmp(word, "parent") == 0 ? ROLE_PARENT :
		strcmp(word, "input") == 0 ? ROLE_INPUT :
		strcmp(word, "output") == 0 ? ROLE_OUTPUT : ROLE_ITEM;
}

bool
RoleHasTransitions(ItemRole role, const char *named, const char *from)
{
	return role != ROLE_PARENT || (named != NULL && DispositionIsFinal(from));
}

Transition
TransitionOfRole(ItemRole role, const Transition *transition)
{
	Transition	unruled = {.from = transition->from};

	return role == ROLE_INPUT || (role == ROLE_OUTPUT && DispositionIsFinal(transition->from)) ?
		unruled : *transition;
}

/*
 * Does the action of an event end what its step would leave in circulation, or as it was?
 */
static bool
action_ends(const char *action_disposition, const Transition *transition)
{
	return DispositionIsFinal(action_disposition) && !DispositionIsFinal(transition->from) &&
		(transition->to == NULL || DispositionIsCirculating(transition->to) ||
		 DispositionIsPrepared(transition->to));
}

/*
 * What a step leaves, but for a final disposition that stays.
 */
static const char *
stated_result(ItemRole role, const char *named, const Transition *transition,
			  const char *action_disposition)
{
	if (role == ROLE_INPUT)
		return "inactive";
	if (role == ROLE_OUTPUT)
		return "active";
	if (named != NULL || role == ROLE_PARENT)
		return named;
	if (transition->is_there && !action_ends(action_disposition, transition))
		return transition->to;
	return role == ROLE_ITEM ? action_disposition : NULL;
}

const char *
StepResult(ItemRole role, const char *named, const Transition *transition,
		   const char *action_disposition)
{
	const char *result = stated_result(role, named, transition, action_disposition);
	bool		leads_out = role != ROLE_OUTPUT && transition->is_there && transition->to != NULL;

	return DispositionIsFinal(transition->from) && !DispositionIsFinal(result) && !leads_out ?
		NULL : result;
}

typedef struct KnownStep
{
	const char *step;
	List	   *transitions;
	struct KnownStep *next;
} KnownStep;

static List **
transitions_of_step(StepTransitions *known, const char *step)
{
	KnownStep  *found;

	for (found = known->steps; found != NULL; found = found->next)
		if (same_or_null(found->step, step))
			return &found->transitions;
	found = palloc0(sizeof(KnownStep));
	found->step = step;
	found->next = known->steps;
	known->steps = found;
	return &found->transitions;
}

static const Transition *
find_transition(const OwnEvent *own, StepTransitions *known, const char *found)
{
	const char *step = own->assertions->step.step;

	return TransitionFind(transitions_of_step(known, step), step, found);
}

/*
 * Have users changed transitions since an event was recorded?
 */
static bool
have_transitions_changed(const OwnEvent *own, StepTransitions *known)
{
	static SavedPlan select = {
		"SELECT serial_internal.transitions_changed_at()",
		0, {InvalidOid}, SPI_OK_SELECT, NULL, InvalidOid
	};
	bool		isnull;

	if (!known->is_change_known)
	{
		known->changed_at = DatumGetTimestampTz(SavedPlanValue(&select, NULL, NULL, &isnull));
		known->is_change_known = true;
	}
	return own->assertions->step.recorded_at < known->changed_at;
}

/*
 * The transition that was in force when an event was recorded, as far as its result
 * depends on it.
 */
static void
read_former_transition(const OwnEvent *own, const char *found, Transition *transition)
{
	static SavedPlan select = {
		"SELECT t.is_ruled, t.is_legal, t.to_disposition, t.conditions"
		" FROM serial_internal.transition_at($1, $2, $3) AS t",
		3, {TEXTOID, TEXTOID, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	const RecordedStep *step = &own->assertions->step;
	Datum		values[] = {CStringGetTextDatum(step->step == NULL ? "" : step->step),
		CStringGetTextDatum(found == NULL ? "none" : found),
	TimestampTzGetDatum(step->recorded_at)};
	Datum		row[4];
	bool		nulls[4];

	memset(transition, 0, sizeof(Transition));
	(void) SavedPlanRow(&select, values, NULL, row, nulls);
	transition->is_ruled = DatumGetBool(row[0]);
	transition->is_there = DatumGetBool(row[1]);
	if (!nulls[2])
		transition->to = TextDatumGetCString(row[2]);
	if (!nulls[3])
		transition->conditions = conditions_of_array(DatumGetArrayTypeP(row[3]));
}

static void
find_transition_in_force(const OwnEvent *own, StepTransitions *known, const char *found,
						 Transition *transition)
{
	if (have_transitions_changed(own, known))
		read_former_transition(own, found, transition);
	else
		*transition = *find_transition(own, known, found);
	transition->from = found;
	if ((transition->conditions & CONDITION_NOT_RETURNED) != 0 &&
		!str_equals_or_null(own->assertions->step.disposition, "returned"))
		transition->is_there = false;
}

/*
 * The disposition that an event names depends on what it finds only in so far as a final
 * one may stay.
 */
bool
OwnEventDependsOnState(const OwnEvent *own, StepTransitions *known)
{
	const char *named = own->assertions->step.disposition;

	switch (own->role)
	{
		case ROLE_INPUT:
			return false;
		case ROLE_OUTPUT:
			return true;
		case ROLE_PARENT:
			return named != NULL && !DispositionIsFinal(named);
		default:
			return named != NULL ? !DispositionIsFinal(named) :
				find_transition(own, known, NULL)->is_ruled ||
				have_transitions_changed(own, known);
	}
}

const char *
OwnEventResult(const OwnEvent *own, StepTransitions *known, const char *found)
{
	const EventAssertions *assertions = own->assertions;
	bool		names_disposition = assertions->step.disposition != NULL;
	Transition	transition = {.from = found};

	if (OwnEventDependsOnState(own, known) && (!names_disposition || DispositionIsFinal(found)))
		find_transition_in_force(own, known, found, &transition);
	if (transition.is_ruled && !transition.is_there && !names_disposition)
	{
		Transition	of_active;

		find_transition_in_force(own, known, "active", &of_active);
		if (of_active.is_there && DispositionIsFinal(of_active.to))
			transition = of_active;
	}
	return StepResult(own->role, assertions->step.disposition, &transition,
					  assertions->action_disposition);
}

/* --- Later events --- */

/*
 * Would a step be illegal, by conditions that the step before decides?  Nothing else is
 * known of what has no disposition.
 */
static bool
is_conditionally_illegal(const Transition *transition, const RecordedStep *before,
						 const RecordedStep *step)
{
	if ((transition->conditions & CONDITION_NEVER_SEEN) != 0)
		return true;
	return (transition->conditions & CONDITION_SHIPPED_TWICE) != 0 &&
		before != NULL && ConsigneeDiffers(&before->consignee, &step->consignee);
}

/*
 * Is a step barred by the disposition that an item had before its final one?
 */
static bool
is_barred_by(const char *before_final, const Transition *transition)
{
	return ((transition->conditions & CONDITION_RECALLED) != 0 &&
			str_equals_or_null(before_final, "recalled")) ||
		((transition->conditions & CONDITION_EXPIRED) != 0 &&
		 str_equals_or_null(before_final, "expired"));
}

/*
 * The last disposition that was not final, once a step has led to another.
 */
static const char *
before_final_after(const char *before_final, const char *from, const char *result)
{
	if (!DispositionIsFinal(result))
		return NULL;
	return DispositionIsFinal(from) ? before_final : from;
}

/*
 * Where the dispositions are again what they were, steps stay legal as far as these decide
 * it.  What was recalled or expired before a final one bars steps beyond that.
 */
int64
TransitionContradictedBy(const OwnEvents *events, StepTransitions *known,
						 const char *disposition, const RecordedStep *before,
						 TimestampTz after_time, int64 after_event)
{
	const char *before_final = NULL;
	bool		is_as_it_was = false;
	int			i;

	for (i = 0; i < events->n; i++)
	{
		const OwnEvent *own = &events->members[i];
		const RecordedStep *step = &own->assertions->step;
		Transition	transition;
		const char *result;

		if (StepCompare(own->at, own->event, after_time, after_event) <= 0 ||
			!RoleHasTransitions(own->role, step->disposition, disposition))
			continue;
		transition = TransitionOfRole(own->role, find_transition(own, known, disposition));
		if (is_barred_by(before_final, &transition) ||
			(!is_as_it_was &&
			 (TransitionCheck(&transition, before, step) != STEP_LEGAL ||
			  is_conditionally_illegal(&transition, before, step))))
			return own->event;
		result = OwnEventResult(own, known, disposition);
		if (result == NULL)
			continue;
		is_as_it_was = is_as_it_was || str_equals_or_null(own->resulting_disposition, result);
		before_final = before_final_after(before_final, disposition, result);
		if (is_as_it_was && before_final == NULL)
			break;
		disposition = result;
		before = step;
	}
	return 0;
}
