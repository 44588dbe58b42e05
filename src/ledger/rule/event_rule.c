/*-------------------------------------------------------------------------
 *
 * event_rule.c
 *	  Check an event against what is known of its items.
 *
 * A violation refuses the event, or makes it evidence that changes nothing.  A
 * warning raises an alert beside an event that is accepted.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event_item.h"
#include "ledger/ledger.h"
#include "ledger/rule/origin_rule.h"
#include "ledger/rule/transition.h"
#include "ledger/state/fold.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/* the first violation counts */
static void
add_violation(EventItem *item, const char *kind, char *detail)
{
	if (item->violation != NULL)
		return;
	item->violation = kind;
	item->detail = detail;
}

static void
add_warning(EventItem *item, const char *kind, char *detail)
{
	if (item->warning != NULL)
		return;
	item->warning = kind;
	item->warning_detail = detail;
}

/* --- The event --- */

/*
 * What the checks compare of an event that is being recorded.
 */
typedef struct CheckedEvent
{
	const Event *event;
	RecordedStep step;
	const char *place;			/* NULL: none is named */
	const char *read_point;

	/* the place of an item that was compared with these last; NULL: none */
	const char *known_place;
	bool		known_is_elsewhere;

	bool		is_departure;
	List	   *transitions;	/* those found so far */

	/* the step that was read last, of an event; 0: none */
	int64		before_event;
	RecordedStep before;

	/* of other events of an item; opened at first use */
	FoldReader *reader;
	StepTransitions later_transitions;
	MemoryContext one;			/* reset after each item */
} CheckedEvent;

static void
open_checked_event(CheckedEvent *checked, const Event *event)
{
	checked->event = event;
	checked->place = EventText(event, EVENT_PLACE);
	checked->read_point = EventText(event, EVENT_READ_POINT);
	checked->known_place = NULL;
	checked->is_departure = StepDeparts(event->step);
	checked->transitions = NIL;
	checked->before_event = 0;
	checked->reader = NULL;
	memset(&checked->later_transitions, 0, sizeof(StepTransitions));
	RecordedStepOfEvent(&checked->step, event);
}

/* the place and the read point of the event, as values of a query */
static void
put_places(const CheckedEvent *checked, Datum *values, char *nulls)
{
	const char *const places[] = {checked->place, checked->read_point};
	int			i;

	for (i = 0; i < (int) lengthof(places); i++)
	{
		if (places[i] == NULL)
			nulls[i] = 'n';
		else
			values[i] = CStringGetTextDatum(places[i]);
	}
}

/*
 * Is it known that this is another place than those that the event names?  Most items of an
 * event come from one place: that is looked up once.
 */
static bool
is_elsewhere(CheckedEvent *checked, const char *place)
{
	static SavedPlan select = {
		"SELECT serial_internal.is_elsewhere($1, $2, $3)",
		3, {TEXTOID, TEXTOID, TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[3];
	char		nulls[] = "   ";
	bool		isnull;

	if (place == NULL || checked->step.place == NULL ||
		str_equals_or_null(checked->place, place) ||
		str_equals_or_null(checked->read_point, place))
		return false;
	if (str_equals_or_null(checked->known_place, place))
		return checked->known_is_elsewhere;
	values[0] = CStringGetTextDatum(place);
	put_places(checked, &values[1], &nulls[1]);
	SavedPlanExecute(&select, values, nulls, false, 1);
	checked->known_place = pstrdup(place);
	checked->known_is_elsewhere = DatumGetBool(SavedPlanResult(0, 1, &isnull));
	SPI_freetuptable(SPI_tuptable);
	return checked->known_is_elsewhere;
}

/* --- Legality --- */

static char *
describe_disposition(const EventItem *item)
{
	if (item->disposition == NULL)
		return pstrdup("Nothing is known of it.");
	return psprintf("It is %s since %s, by event %lld.", item->disposition,
					TimestampForMessage(item->since),
					(long long) item->disposition_event);
}

static char *
describe_actor(const RecordedStep *step)
{
	return step->actor == NULL ? psprintf("\"%s\"", step->recorded_by) :
		psprintf("\"%s\" for \"%s\"", step->recorded_by, step->actor);
}

static char *
describe_window(const Transition *transition)
{
	return DatumGetCString(DirectFunctionCall1(interval_out,
											   IntervalPGetDatum(transition->within)));
}

/*
 * Say which window, actor or place did not fit.
 */
static char *
describe_illegality(StepLegality legality, const Transition *transition,
					const RecordedStep *before, const CheckedEvent *checked)
{
	switch (legality)
	{
		case STEP_NOT_RETURNED:
			return pstrdup(" The step is legal if the event has disposition returned.");
		case STEP_TOO_LATE:
			return before == NULL ? pstrdup("") :
				psprintf(" The step is legal within %s, until %s.", describe_window(transition),
						 TimestampForMessage(TransitionWindowEnd(transition, before->at)));
		case STEP_RECORDED_TOO_LATE:
			return psprintf(" The step may be recorded within %s of the recording of that event, until %s.",
							describe_window(transition),
							TimestampForMessage(TransitionWindowEnd(transition, before->recorded_at)));
		case STEP_BY_OTHER_ACTOR:
			return before == NULL ? pstrdup(" Its actor is not known.") :
				psprintf(" Only %s, who recorded that event, may record the step, not %s.",
						 describe_actor(before), describe_actor(&checked->step));
		case STEP_AT_OTHER_PLACE:
			return before == NULL || before->place == NULL ? pstrdup(" Its place is not known.") :
				psprintf(" The step is legal only at \"%s\".", before->place);
		default:
			return pstrdup("");
	}
}

static const char *
kind_of_illegality(const EventItem *item, const Event *event)
{
	if (str_equals_or_null(event->step, "commissioning") &&
		!str_equals_or_null(item->role, "input"))
		return "commissioned twice";
	return DispositionIsTransferred(item->disposition) ?
		psprintf("seen after %s", item->disposition) : "illegal step";
}

/*
 * The step that left an item in its disposition; false if that is not known.
 */
static bool
read_step_before(const EventItem *item, const Transition *transition,
				 CheckedEvent *checked, RecordedStep *before)
{
	if (item->disposition_event == 0 ||
		(transition->within == NULL && !transition->same_actor && !transition->same_place))
		return false;
	if (item->disposition_event != checked->before_event &&
		!RecordedStepRead(&checked->before, item->disposition_event))
		return false;
	checked->before_event = item->disposition_event;
	*before = checked->before;
	before->at = item->since;
	return true;
}

static void
check_transition(EventItem *item, const Transition *of_step, CheckedEvent *checked)
{
	ItemRole	role = ItemRoleOf(item->role);
	Transition	transition = TransitionOfRole(role, of_step);
	RecordedStep before;
	bool		is_known;
	StepLegality legality;

	if (!RoleHasTransitions(role, checked->step.disposition, item->disposition))
		return;
	is_known = read_step_before(item, &transition, checked, &before);
	legality = TransitionCheck(&transition, is_known ? &before : NULL, &checked->step);
	if (legality != STEP_LEGAL)
		add_violation(item, kind_of_illegality(item, checked->event),
					  psprintf("%s%s", describe_disposition(item),
							   describe_illegality(legality, &transition,
												   is_known ? &before : NULL, checked)));
}

static void
check_parent(EventItem *item, const Event *event)
{
	if (str_equals_or_null(item->role, "parent") &&
		str_equals_or_null(event->action, "ADD") &&
		DispositionIsFinal(item->disposition))
		add_violation(item, "container has ended", describe_disposition(item));
}

static void
open_reader(CheckedEvent *checked)
{
	if (checked->reader != NULL)
		return;
	checked->reader = FoldOpen();
	checked->one = AllocSetContextCreate(CurrentMemoryContext, "serial events of an item",
										 ALLOCSET_DEFAULT_SIZES);
}

/*
 * A later, accepted event would become illegal if this one were accepted.
 */
static void
check_later_events(EventItem *item, CheckedEvent *checked)
{
	MemoryContext caller;
	OwnEvents	events;
	int64		later;

	if (!item->row_is_newer || item->resulting_disposition == NULL)
		return;
	open_reader(checked);
	caller = MemoryContextSwitchTo(checked->one);
	FoldOwnEvents(checked->reader, item->id, &events);
	MemoryContextSwitchTo(caller);
	later = TransitionContradictedBy(&events, &checked->later_transitions,
									 item->resulting_disposition, &checked->step,
									 checked->event->at,
									 DatumGetInt64(checked->event->values[EVENT_NUMBER]));
	MemoryContextReset(checked->one);
	if (later != 0)
		add_violation(item, "contradicted",
					  psprintf("Event %lld came later and would not have been legal.",
							   (long long) later));
}

/* --- Conditions --- */

/*
 * Is an item known, though it has no disposition: was it packed, or anything into
 * it, or is there an event of it?
 */
static bool
is_seen(Serial *id)
{
	static SavedPlan select = {
		"SELECT FROM serial.aggregation AS a WHERE $1 IN (a.child, a.parent)"
		" UNION ALL SELECT FROM serial.aggregation_history AS h WHERE $1 IN (h.child, h.parent)"
		" UNION ALL SELECT FROM serial_internal.last_mention($1) AS m WHERE m IS NOT NULL"
		" LIMIT 1",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = PointerGetDatum(id);

	return SavedPlanHasRow(&select, &value, NULL);
}

/*
 * Has an item been shipped, and not been at a place since?  A blocking disposition
 * outlasts shipping, so that events tell.
 */
static bool
is_under_way(const EventItem *item, TimestampTz at)
{
	static SavedPlan select = {
		"SELECT FROM serial_internal.shipments(ARRAY[$1]) AS h"
		" CROSS JOIN serial_internal.state($1, $2) AS s"
		" WHERE h.at <= $2 AND (s.place_event IS NULL OR (h.at, h.event) >= (s.place_since, s.place_event))"
		" LIMIT 1",
		2, {SERIAL_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {PointerGetDatum(item->id), TimestampTzGetDatum(at)};

	if (!DispositionIsBlocked(item->disposition))
		return str_equals_or_null(item->disposition, "in_transit");
	return SavedPlanHasRow(&select, values, NULL);
}

/*
 * Is an item under way to another party than the event ships it to?
 */
static bool
is_shipped_elsewhere(const EventItem *item, const CheckedEvent *checked, RecordedStep *shipping)
{
	const Consignee *to = &checked->step.consignee;

	return to->party != NULL && item->consignee != NULL &&
		strcmp(item->consignee, to->party) != 0 &&
		is_under_way(item, checked->event->at) &&
		RecordedStepRead(shipping, item->consignee_event) &&
		ConsigneeDiffers(&shipping->consignee, to);
}

static void
check_conditions_of_event(EventItem *item, int conditions, CheckedEvent *checked)
{
	bool		in_transit = str_equals_or_null(item->disposition, "in_transit");
	RecordedStep shipping;

	if ((conditions & CONDITION_SHIPPED_TWICE) != 0 &&
		is_shipped_elsewhere(item, checked, &shipping))
		add_violation(item, "shipped twice",
					  psprintf("It is in transit to \"%s\" since %s, and not to \"%s\".",
							   item->consignee, TimestampForMessage(shipping.at),
							   checked->step.consignee.party));
	if ((conditions & CONDITION_NOT_SHIPPED) != 0 && !is_under_way(item, checked->event->at))
		add_violation(item, kind_of_illegality(item, checked->event),
					  psprintf("%s It was not shipped, or has arrived since.",
							   describe_disposition(item)));
	if ((conditions & CONDITION_NEVER_SEEN) != 0 && !is_seen(item->id))
		add_violation(item, kind_of_illegality(item, checked->event),
					  describe_disposition(item));
	if ((conditions & CONDITION_IN_TRANSIT) != 0 && in_transit)
		add_violation(item, "in transit", describe_disposition(item));
	if ((conditions & CONDITION_NOT_HERE) != 0 && is_elsewhere(checked, item->place))
		add_violation(item, "not here",
					  psprintf("It is at \"%s\", not at \"%s\".", item->place,
							   checked->step.place));
	if ((conditions & CONDITION_PACKED) != 0 && item->is_inside && !item->is_late)
		add_violation(item, "packed",
					  psprintf("It is packed in \"%s\".", ValueToCString(item->container)));
}

/*
 * Was an item recalled or expired before the step that led to its final disposition?  A
 * step that takes that one back leaves the disposition before it in force.
 */
static void
check_conditions_before(EventItem *item, int conditions, CheckedEvent *checked)
{
	MemoryContext caller;
	FoldedState before;
	bool		is_recalled;
	bool		is_expired;

	if ((conditions & (CONDITION_RECALLED | CONDITION_EXPIRED)) == 0 ||
		!DispositionIsFinal(item->disposition))
		return;
	open_reader(checked);
	caller = MemoryContextSwitchTo(checked->one);
	memset(&before, 0, sizeof(FoldedState));
	(void) FoldState(checked->reader, item->id, item->since, item->disposition_event - 1,
					 false, &before);
	is_recalled = str_equals_or_null(before.disposition, "recalled");
	is_expired = str_equals_or_null(before.disposition, "expired");
	MemoryContextSwitchTo(caller);
	MemoryContextReset(checked->one);
	if ((is_recalled && (conditions & CONDITION_RECALLED) != 0) ||
		(is_expired && (conditions & CONDITION_EXPIRED) != 0))
		add_violation(item, is_recalled ? "recalled" : "expired",
					  psprintf("It was %s before it was %s.",
							   is_recalled ? "recalled" : "expired", item->disposition));
}

/*
 * Inputs of a transformation have no transitions of their own, but what may not go into
 * one is what its step says.
 */
static int
conditions_of_role(const EventItem *item, const Transition *transition)
{
	switch (ItemRoleOf(item->role))
	{
		case ROLE_ITEM:
		case ROLE_CHILD:
			return transition->conditions;
		case ROLE_INPUT:
			return transition->conditions &
				(CONDITION_RECALLED | CONDITION_QUARANTINED | CONDITION_EXPIRED |
				 CONDITION_IN_TRANSIT | CONDITION_NOT_HERE | CONDITION_PACKED);
		default:
			return 0;
	}
}

/* an identifier of a result is one of the items, in their order */
static EventItem *
next_item_of_result(EventItems *items, uint64 row, int *i)
{
	bool		isnull;
	Serial	   *id = DatumGetSerialPP(SavedPlanResult(row, 1, &isnull));

	while (!ValueEqual(items->members[*i].id, id))
		(*i)++;
	return &items->members[*i];
}

/*
 * Conditions that need more than the rows of the items: one query for all.
 */
static void
check_conditions_of_state(EventItems *items, const int *conditions, const Event *event)
{
	static SavedPlan select = {
		"SELECT c.id, c.condition, c.detail FROM serial_internal.item_conditions($1, $2, $3) AS c",
		3, {SERIAL_ARRAY_TYPE, SERIAL_ARRAY_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL,
		InvalidOid
	};
	SerialSet	all;
	SerialSet	with_persistent;
	Datum		values[3];
	uint64		row;
	int			i;

	SerialSetInit(&all);
	SerialSetInit(&with_persistent);
	for (i = 0; i < items->n; i++)
	{
		if ((conditions[i] & (CONDITION_RECALLED | CONDITION_QUARANTINED | CONDITION_EXPIRED)) == 0)
			continue;
		SerialSetAdd(&all, items->members[i].id);
		if (items->members[i].has_persistent_dispositions)
			SerialSetAdd(&with_persistent, items->members[i].id);
	}
	if (all.n == 0)
		return;
	values[0] = PointerGetDatum(SerialSetToArray(&all));
	values[1] = PointerGetDatum(SerialSetToArray(&with_persistent));
	values[2] = TimestampTzGetDatum(event->at);
	SavedPlanExecute(&select, values, NULL, false, 0);
	i = 0;
	for (row = 0; row < SPI_processed; row++)
	{
		EventItem  *item = next_item_of_result(items, row, &i);
		char	   *condition = SavedPlanResultText(row, 2);
		int			wanted = conditions[item - items->members];

		if ((strcmp(condition, "recalled") == 0 && (wanted & CONDITION_RECALLED) != 0) ||
			(strcmp(condition, "quarantined") == 0 && (wanted & CONDITION_QUARANTINED) != 0) ||
			(strcmp(condition, "expired") == 0 && (wanted & CONDITION_EXPIRED) != 0))
			add_violation(item, condition, SavedPlanResultText(row, 3));
	}
	SPI_freetuptable(SPI_tuptable);
}

/* --- Warnings --- */

/*
 * Items that are recorded at another place than the container that they are in.
 */
static void
check_containers_places(EventItems *items, const CheckedEvent *checked)
{
	static SavedPlan select = {
		"SELECT c.id, c.container, c.place FROM serial_internal.containers_elsewhere($1, $2, $3) AS c",
		3, {SERIAL_ARRAY_TYPE, TEXTOID, TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	SerialSet	inside;
	Datum		values[3];
	char		nulls[] = "   ";
	uint64		row;
	bool		isnull;
	int			i;

	SerialSetInit(&inside);
	for (i = 0; i < items->n; i++)
	{
		const EventItem *item = &items->members[i];

		if (item->is_inside && !item->is_late && item->container != NULL &&
			str_equals_or_null(item->role, "item") &&
			!EventItemsContain(items, item->container))
			SerialSetAdd(&inside, item->id);
	}
	if (inside.n == 0)
		return;
	values[0] = PointerGetDatum(SerialSetToArray(&inside));
	put_places(checked, &values[1], &nulls[1]);
	SavedPlanExecute(&select, values, nulls, false, 0);
	i = 0;
	for (row = 0; row < SPI_processed; row++)
	{
		EventItem  *item = next_item_of_result(items, row, &i);

		add_warning(item, "apart from its container",
					psprintf("It is in \"%s\", which is at \"%s\", and was recorded at \"%s\".",
							 ValueToCString(DatumGetSerialPP(SavedPlanResult(row, 2, &isnull))),
							 SavedPlanResultText(row, 3), checked->step.place));
	}
	SPI_freetuptable(SPI_tuptable);
}

static void
check_departure(EventItem *item, CheckedEvent *checked)
{
	if (checked->is_departure && str_equals_or_null(item->role, "item") &&
		!str_equals_or_null(item->disposition, "in_transit") &&
		is_elsewhere(checked, item->place))
		add_warning(item, "seen elsewhere",
					psprintf("It was at \"%s\" and left from \"%s\".", item->place,
							 checked->step.place));
}

/* --- All of it --- */

void
EventItemsCheck(EventItems *items, const Event *event)
{
	CheckedEvent checked;
	int		   *conditions = palloc_extended(Max(items->n, 1) * sizeof(int),
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int			i;

	open_checked_event(&checked, event);
	PushActiveSnapshot(GetTransactionSnapshot());
	for (i = 0; i < items->n; i++)
	{
		EventItem  *item = &items->members[i];
		const Transition *transition = TransitionFind(&checked.transitions, event->step,
													  item->disposition);

		item->resulting_disposition = StepResult(ItemRoleOf(item->role), checked.step.disposition,
												 transition, EventActionDisposition(event));
		check_parent(item, event);
		check_transition(item, transition, &checked);
		conditions[i] = conditions_of_role(item, transition);
		check_conditions_of_event(item, conditions[i], &checked);
		check_conditions_before(item, conditions[i], &checked);
		check_later_events(item, &checked);
		check_departure(item, &checked);
	}
	if (checked.reader != NULL)
	{
		FoldClose(checked.reader);
		MemoryContextDelete(checked.one);
	}
	OriginRuleCheck(items, event);
	OriginRuleCheckContents(items, event);
	PopActiveSnapshot();
	check_conditions_of_state(items, conditions, event);
	if (checked.step.place != NULL)
		check_containers_places(items, &checked);
	pfree(conditions);
}

static char *
other_legal_steps(const EventItem *item, const Event *event)
{
	static SavedPlan select = {
		"SELECT serial_internal.legal_steps($1, $2, $3, $4, $5)",
		5, {TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID}, SPI_OK_SELECT, NULL,
		InvalidOid
	};
	Datum		values[] = {CStringGetTextDatum(item->disposition == NULL ? "none" : item->disposition),
		CStringGetTextDatum(event->step == NULL ? "" : event->step),
		TimestampTzGetDatum(item->since), TimestampTzGetDatum(event->at),
	CStringGetTextDatum(item->violation)};
	char	   *steps;

	SavedPlanExecute(&select, values, NULL, false, 1);
	steps = SavedPlanResultText(0, 1);
	return steps == NULL ? pstrdup("nothing") : steps;
}

void
EventItemRefuse(const EventItem *item, const Event *event)
{
	bool		is_evidence = str_equals_or_null(item->violation, "contradicted") ||
	str_equals_or_null(item->violation, "never issued") ||
	str_equals_or_null(item->violation, "void");

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("%s of \"%s\" is not legal: %s",
					event->step == NULL ? event->type : event->step,
					ValueToCString(item->id), item->violation),
			 errdetail("%s", item->detail),
			 is_evidence ?
			 errhint("With strict => false, serial.record keeps it as evidence.") :
			 str_equals_or_null(item->violation, "lot with another expiry") ?
			 errhint("serial.set_lot_expiry changes the expiry date of a lot.") :
			 item->has_other_lot ?
			 errhint("serial.correct_lot corrects lot and expiry date of an item that exists.") :
			 errhint("Other steps that are legal now: %s.",
					 other_legal_steps(item, event))));
}
