/*-------------------------------------------------------------------------
 *
 * fold.h
 *	  The state of an item, folded from events.
 *
 * Private to ledger/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_FOLD_H
#define SERIAL_LEDGER_STATE_FOLD_H

#include "postgres.h"

#include "ledger/state/item_history.h"
#include "ledger/state/own_event.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "value/value.h"

/* all events of a time */
#define LAST_EVENT	PG_INT64_MAX

/*
 * What is not known is NULL or 0.
 */
typedef struct FoldedState
{
	const char *disposition;
	TimestampTz since;
	int64		disposition_event;
	char	   *place;
	TimestampTz place_since;
	int64		place_event;
	char	   *consignee;
	TimestampTz consignee_since;
	int64		consignee_event;
	TimestampTz void_shipping_time; /* of the last one */
	int64		event;			/* the last event of the item or a container */
	TimestampTz event_time;
	Serial	   *source_item;	/* the identifier in that event */
	bool		has_persistent_dispositions;
	Datum		persistent_dispositions;	/* jsonb, as
											 * serial_internal.decide_persistent_dispositions
											 * has it */
} FoldedState;

/*
 * What a row of serial.item has besides, from events of the item itself.
 */
typedef struct FoldedOrigin
{
	char	   *lot;
	bool		has_expiry;
	DateADT		expiry;
	int64		first_event;
	int64		commissioning_event;
} FoldedOrigin;

/*
 * For many items: reads as the current user under the snapshot that is active when
 * it is opened; what was read of containers and events is kept.
 */
typedef struct FoldReader FoldReader;

extern FoldReader *FoldOpen(void);
extern void FoldClose(FoldReader *reader);

/*
 * Computes the state of an item as of a time and, of the events of that time, up to
 * one.  own_only leaves out the container that the item is in now.  Returns false if there
 * is no event.  What is returned lives in the current memory context and in that of the
 * reader.
 */
extern bool FoldState(FoldReader *reader, Serial *id, TimestampTz as_of, int64 upto,
					  bool own_only, FoldedState *state);

/*
 * The accepted events of an item itself and, if one is later than a step, the state of the
 * item before the step; false if none is.  Then what the step itself left is not computed.
 */
extern bool FoldStateBeforeLater(FoldReader *reader, Serial *id, TimestampTz at, int64 event,
								 FoldedState *state, OwnEvents *events);

/* the accepted events of an item itself, in the current memory context */
extern void FoldOwnEvents(FoldReader *reader, const Serial *id, OwnEvents *events);

/*
 * Has an item, or a container that it was in, ever had a blocking or final disposition?
 */
extern bool FoldIsExceptional(FoldReader *reader, Serial *id);

/*
 * Computes a row of serial.item; returns false if there is no event.
 */
extern bool FoldItem(FoldReader *reader, Serial *id, FoldedState *state,
					 FoldedOrigin *origin);

#endif							/* SERIAL_LEDGER_STATE_FOLD_H */
