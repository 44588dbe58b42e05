/*-------------------------------------------------------------------------
 *
 * item_history.h
 *	  What happened to an item: its own events, and those of the containers that it
 *	  was in.
 *
 * Private to ledger/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_ITEM_HISTORY_H
#define SERIAL_LEDGER_STATE_ITEM_HISTORY_H

#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "ledger/state/own_event.h"

/*
 * The time during which the item was inside a container, or the item itself, and the
 * container's own events at any time.
 */
typedef struct HistoryInterval
{
	const ContainmentInterval *inside;
	struct ItemHistory *of;
} HistoryInterval;

/* private to fold_disposition.c */
typedef struct BlockedSpan BlockedSpan;

typedef struct ItemHistory
{
	Serial	   *id;
	OwnEvents	events;
	HistoryInterval *intervals; /* the first is the item itself; NULL: not
								 * read yet */
	int			n_intervals;
	int			max_depth;

	bool		is_kept;		/* it lives as long as the reader */

	/* how many of the events have their resulting dispositions already */
	int			n_resolved;
	bool		is_exceptional; /* one of them is blocking or final */

	BlockedSpan *blocked;		/* of a container; NULL: not asked yet */
	int			n_blocked;
} ItemHistory;

/*
 * An event of the item or of a container while it was inside.
 */
typedef struct Mention
{
	const OwnEvent *own;
	const ContainmentInterval *inside;
} Mention;

/*
 * The mentions up to a step, in the order of time and of recording; of one event, that
 * of the least depth first.
 */
typedef struct Mentions
{
	Mention    *members;
	int			n;
} Mentions;

/*
 * Reads as the current user, under the snapshot that is active when the reader is
 * opened.  What was read of events, containers and transitions is kept.
 */
typedef struct HistoryReader HistoryReader;

extern HistoryReader *HistoryOpen(void);
extern void HistoryClose(HistoryReader *reader);

/*
 * Reads the history of an item into the current memory context; its containers are
 * looked up where what follows needs them, in the same context.
 */
extern ItemHistory *HistoryRead(HistoryReader *reader, const Serial *id);

/* looks the containers up */
extern void HistoryNeedIntervals(HistoryReader *reader, ItemHistory *history);

/*
 * Computes the dispositions that the item's own events up to a step left.  They depend on
 * the dispositions that these events found, and so on earlier events, which may have been
 * recorded later.  What was recorded with an event is therefore not read here.
 */
extern void HistoryResolve(HistoryReader *reader, ItemHistory *history, TimestampTz at,
						   int64 event);

/*
 * The same for the item and its containers.
 */
extern void HistoryResolveAll(HistoryReader *reader, ItemHistory *history, TimestampTz at,
							  int64 event);

/* has any of the item's containers an event that left it blocked or final? */
extern bool HistoryIsInExceptional(const ItemHistory *history);

/* in the current memory context */
extern void HistoryMentions(const ItemHistory *history, TimestampTz at, int64 event,
							Mentions *mentions);

static inline int
MentionCompare(const Mention *a, const Mention *b)
{
	return StepCompare(a->own->at, a->own->event, b->own->at, b->own->event);
}

/* was the item inside at a step? */
static inline bool
IntervalIncludes(const ContainmentInterval *inside, TimestampTz at, int64 event)
{
	return StepCompare(at, event, inside->since, inside->since_event) >= 0 &&
		StepCompare(at, event, inside->until, inside->until_event) < 0;
}

#endif							/* SERIAL_LEDGER_STATE_ITEM_HISTORY_H */
