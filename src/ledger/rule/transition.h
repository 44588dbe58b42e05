/*-------------------------------------------------------------------------
 *
 * transition.h
 *	  Legal transitions, as serial.transition has them: private to ledger/.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_RULE_TRANSITION_H
#define SERIAL_LEDGER_RULE_TRANSITION_H

#include "postgres.h"

#include "ledger/event/event.h"
#include "nodes/pg_list.h"
#include "utils/timestamp.h"
#include "value/value.h"

/*
 * What may stand against a step besides the disposition of an item; the words
 * are those of serial.transition.conditions.
 */
typedef enum TransitionCondition
{
	CONDITION_RECALLED = 1 << 0,
	CONDITION_QUARANTINED = 1 << 1,
	CONDITION_EXPIRED = 1 << 2,
	CONDITION_IN_TRANSIT = 1 << 3,
	CONDITION_NOT_HERE = 1 << 4,
	CONDITION_PACKED = 1 << 5,
	CONDITION_SHIPPED_TWICE = 1 << 6,
	CONDITION_NOT_RETURNED = 1 << 7,
	CONDITION_NEVER_SEEN = 1 << 8,
	CONDITION_NOT_SHIPPED = 1 << 9
} TransitionCondition;

/*
 * What serial.transition says of a step that finds an item in a disposition.
 */
typedef struct Transition
{
	const char *from;			/* NULL: nothing is known of the item */
	bool		is_ruled;		/* the step has rows */
	bool		is_there;		/* and one from this disposition */
	const char *to;				/* NULL: the disposition stays */
	Interval   *within;			/* NULL: at any time */
	bool		same_actor;
	bool		same_place;
	int			conditions;		/* of TransitionCondition */
} Transition;

/*
 * One step of an item: where, when and by whom it was done and recorded.
 */
typedef struct RecordedStep
{
	const char *step;
	const char *disposition;	/* that the event names; NULL if it names none */
	TimestampTz at;
	TimestampTz recorded_at;
	const char *recorded_by;
	const char *actor;			/* NULL: none was named */
	const char *place;			/* of the event, or else its read point */
	Consignee	consignee;
} RecordedStep;

/*
 * The part that an item has in an event.
 */
typedef enum ItemRole
{
	ROLE_ITEM,
	ROLE_CHILD,
	ROLE_PARENT,
	ROLE_INPUT,
	ROLE_OUTPUT
} ItemRole;

/* of the words in serial.event_item */
extern ItemRole ItemRoleOf(const char *word);

/*
 * How a step agrees with a transition.
 */
typedef enum StepLegality
{
	STEP_LEGAL,
	STEP_ILLEGAL,				/* there is no such transition */
	STEP_NOT_RETURNED,			/* it has to leave the item returned */
	STEP_TOO_LATE,				/* it happened after the window */
	STEP_RECORDED_TOO_LATE,		/* it is recorded after the window */
	STEP_BY_OTHER_ACTOR,
	STEP_AT_OTHER_PLACE
} StepLegality;

/*
 * Return the transition of a step from a disposition.  "known" is a list of
 * those found before for the same step, to which this one is added.
 */
extern const Transition *TransitionFind(List **known, const char *step,
										const char *from);

/*
 * Are there transitions that users made, which may distinguish between any dispositions?
 */
extern bool TransitionsAreOwn(void);

/*
 * Check a step of an item that "before" left in the disposition that the
 * transition starts from; "before" is NULL if it is not known.
 */
extern StepLegality TransitionCheck(const Transition *transition,
									const RecordedStep *before,
									const RecordedStep *step);

/*
 * Must an item of a role agree with the transitions of the step?  The disposition of a
 * parent changes only if the event names one, and matters only if it is final.
 */
extern bool RoleHasTransitions(ItemRole role, const char *named, const char *from);

/*
 * What a transition of the step is to an item of a role: what goes into a transformation,
 * and what ended and is to come out of one, follows the rules of events without a step.
 */
extern Transition TransitionOfRole(ItemRole role, const Transition *transition);

/*
 * The disposition in which a step leaves an item; NULL if it stays as it is.  That of
 * inputs and outputs follows from their role.  Of others it is the one that the event
 * names, else that of the transition, else that of the action, which may both be NULL.  A
 * final disposition stays unless the transition leads to another one, or the step ends
 * the item again.
 */
extern const char *StepResult(ItemRole role, const char *named,
							  const Transition *transition,
							  const char *action_disposition);

/* the last time that a window after a time includes */
extern TimestampTz TransitionWindowEnd(const Transition *transition, TimestampTz since);

/* the step of an event after EventRead() */
extern void RecordedStepOfEvent(RecordedStep *step, const Event *event);

/* read a step from serial.event; false if the event is not there */
extern bool RecordedStepRead(RecordedStep *step, int64 event);

/*
 * Transitions that were found before, of several steps; initially zeros.
 */
typedef struct StepTransitions
{
	struct KnownStep *steps;
	bool		is_change_known;
	TimestampTz changed_at;		/* when users last changed a transition */
} StepTransitions;

struct OwnEvent;
struct OwnEvents;

/* does the result of an accepted event depend on the disposition that it finds? */
extern bool OwnEventDependsOnState(const struct OwnEvent *own, StepTransitions *known);

/*
 * The disposition in which an accepted event leaves an item, given the one in which it
 * finds it, by the transitions in force when the event was recorded.  An event recorded
 * since may show that the step was not legal; then the item stays as it is, unless the
 * step ends it.
 */
extern const char *OwnEventResult(const struct OwnEvent *own, StepTransitions *known,
								  const char *found);

/*
 * Return the first of an item's own events after another that would not be legal if
 * that other, whose recorded step is given, had left it in a disposition; 0 if
 * there is none.  Events behind one that leaves the item as it does now were checked
 * against that one.
 */

extern int64 TransitionContradictedBy(const struct OwnEvents *events,
									  StepTransitions *known,
									  const char *disposition,
									  const RecordedStep *before,
									  TimestampTz after_time, int64 after_event);

#endif							/* SERIAL_LEDGER_RULE_TRANSITION_H */
