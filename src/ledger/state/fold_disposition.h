/*-------------------------------------------------------------------------
 *
 * fold_disposition.h
 *	  The disposition of an item, folded from events.
 *
 * Private to ledger/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_FOLD_DISPOSITION_H
#define SERIAL_LEDGER_STATE_FOLD_DISPOSITION_H

#include "postgres.h"

#include "ledger/state/item_history.h"

typedef struct Closing Closing;

/*
 * What the events of an item and of its containers tell up to a step.
 */
typedef struct Fold
{
	TimestampTz as_of;
	int64		upto;
	HistoryReader *reader;
	const ItemHistory *history;
	Mention    *mentions;		/* those that affect the item */
	int			n;
	Mention    *dispositions;	/* of these, those whose disposition does */
	int			n_dispositions;
	Closing    *closings;
	int			n_closings;
} Fold;

/*
 * Finds the mentions as of a time and, of the events of that time, up to one; in the
 * current memory context.
 */
extern void FoldBegin(Fold *fold, HistoryReader *reader, const ItemHistory *history,
					  TimestampTz as_of, int64 upto);

/*
 * Leaves out what the item has from the container that it is in at the end.
 */
extern void FoldKeepOwn(Fold *fold);

/*
 * A final disposition in force, else the first blocking one that is, else the last
 * disposition; NULL if there is none.
 */
extern const Mention *FoldDispositionMention(const Fold *fold);

/*
 * The disposition as of a step, for item_history.c: what events up to then left is
 * known, of the item and of its containers.
 */
extern const char *FoldDisposition(HistoryReader *reader, const ItemHistory *history,
								   TimestampTz as_of, int64 upto);

/*
 * Is a later mention about the item itself, or about what the earlier one named or
 * something between the two, in which the item was already?
 */
static inline bool
MentionIsAboutSame(const Mention *later, const Mention *earlier)
{
	return later->inside->depth == 0 ||
		(later->inside->depth <= earlier->inside->depth &&
		 StepCompare(later->inside->since, later->inside->since_event,
					 earlier->own->at, earlier->own->event) <= 0);
}

#endif							/* SERIAL_LEDGER_STATE_FOLD_DISPOSITION_H */
