/*-------------------------------------------------------------------------
 *
 * event_item.h
 *	  The things of an event that is being recorded: what the event finds them
 *	  as, what it leaves them as, and what speaks against it.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_EVENT_ITEM_H
#define SERIAL_LEDGER_EVENT_EVENT_ITEM_H

#include "postgres.h"

#include "ledger/event/event.h"
#include "ledger/state/item.h"
#include "value/value.h"

typedef struct EventItem
{
	Serial	   *id;
	const char *role;			/* item, parent, child, input or output */
	const char *resulting_disposition;	/* NULL: the event does not change it */
	ItemRow    *row;			/* of serial.item, locked; NULL: none yet */

	/* what the event finds */
	const char *disposition;	/* NULL: nothing is known */
	TimestampTz since;
	int64		disposition_event;
	bool		is_late;		/* something newer is known of it */
	bool		is_inside;		/* it is in something now */

	/* what speaks against the event, as a kind of alert; NULL: nothing */
	const char *problem;
	char	   *detail;
} EventItem;

/*
 * In the order of their identifiers.
 */
typedef struct EventItems
{
	EventItem	   *members;
	int			n;
	bool		begin;			/* they begin: nothing is known of most */
} EventItems;

/*
 * Takes the things of arguments.  Errors: 22004 a NULL, 21000 one is named
 * twice.
 */
extern void EventItemsFromArrays(EventItems *things, const Event *event, ArrayType *items,
					   ArrayType *inputs, ArrayType *outputs, Serial *parent);

/*
 * Locks the rows of things, so that two events of one thing come one after the
 * other, and holds what they are in as it is.  A thing has no row yet where
 * nothing was told of it itself; it gets one, unless it begins.
 */
extern void EventItemsLock(EventItems *things);

/*
 * Finds what is known of the locked things as of the event, which has a number.
 */
extern void EventItemsFind(EventItems *things, const Event *event);

/*
 * Says what the event leaves them as, and what speaks against it.
 */
extern void EventItemsCheck(EventItems *things, const Event *event);

/* the error of an event that is not legal: 55000 */
extern void EventItemRefuse(const EventItem *thing, const Event *event);

/* the error of things of which somebody records an event too: 40001 */
extern void ReportConcurrentUpdate(void);

extern bool EventItemsContain(const EventItems *things, Serial *id);

/* all of them */
extern ArrayType *EventItemsToArray(const EventItems *things);

#endif							/* SERIAL_LEDGER_EVENT_EVENT_ITEM_H */
