/*-------------------------------------------------------------------------
 *
 * event_item.h
 *	  The items of an event that is being recorded: the state in which the
 *	  event finds them, the one that results, and what violates the rules.
 *
 * Private to ledger/
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_EVENT_ITEM_H
#define SERIAL_LEDGER_EVENT_EVENT_ITEM_H

#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "ledger/event/event.h"
#include "ledger/state/item.h"
#include "value/value.h"

typedef struct EventItem
{
	Serial	   *id;
	const char *role;			/* item, parent, child, input or output */
	const char *resulting_disposition;	/* NULL: the event does not change it */
	ItemRow    *row;			/* of serial.item, locked; NULL: none yet */
	ItemRow    *outside;		/* the same once the item has left its
								 * containers; NULL: it is in none, or its
								 * events have to be folded for that */

	/* the state that the event finds */
	const char *disposition;	/* NULL: nothing is known */
	TimestampTz since;
	int64		disposition_event;
	const char *place;			/* NULL: not known */
	const char *consignee;		/* NULL: not known */
	int64		consignee_event;
	Serial	   *container;		/* it is directly in this now, if it is inside */
	TimestampTz packed_at;		/* and has been since then */
	bool		has_persistent_dispositions;	/* it may have some in force */
	bool		is_late;		/* a newer event of the item, or of a
								 * container that it is in, is known */
	bool		row_is_newer;	/* a newer event of the item itself is known */
	bool		is_inside;		/* it is in a container now */
	bool		leaves;			/* the event takes it out of its container,
								 * and writes to its row what it is outside */

	/* a kind of alert, and what it tells; NULL: none */
	const char *violation;
	char	   *detail;
	bool		has_other_lot;	/* or another expiry date than the event says */
	bool		is_kept_by_default; /* refused only if the caller says strict */
	const char *warning;
	char	   *warning_detail;
} EventItem;

/*
 * In the order of their identifiers.
 */
typedef struct EventItems
{
	EventItem  *members;
	int			n;
	bool		begin;			/* they begin: nothing is known of most */
} EventItems;

/*
 * Take the items of the arguments of serial.record.  Errors: 22004 a NULL,
 * 21000 an identifier that is given twice.
 */
extern void EventItemsFromArrays(EventItems *items, const Event *event, ArrayType *ids,
								 ArrayType *inputs, ArrayType *outputs, Serial *parent);

/*
 * Lock the rows of items, so that events of one item are recorded one after the
 * other, and their containers for share.  Rows that are missing are created,
 * unless the items begin.
 */
extern void EventItemsLock(EventItems *items);

/*
 * The same for the identifiers of an array.
 */
extern void EventItemsLockArray(ArrayType *ids);

/*
 * Find the state of the locked items as of the event, which has a number.
 */
extern void EventItemsFind(EventItems *items, const Event *event);

/* is anything known of one or of its containers that happened after the event? */
extern bool EventItemsAnyIsLate(const EventItems *items);

/*
 * Do the rows of the items and of their containers tell what the items are once they have
 * left the containers?  So it is unless something is late, blocked, final or persistent.
 */
extern bool EventItemsTellOutside(const EventItems *items);

/*
 * Set the resulting dispositions, violations and warnings.
 */
extern void EventItemsCheck(EventItems *items, const Event *event);

/* raise the error of an item with a violation: 55000 */
extern void EventItemRefuse(const EventItem *item, const Event *event);

/*
 * Lock containers for share: sessions that record an event of one wait, others that lock
 * them for share do not.
 */
extern void LockContainersForShare(const AncestorNode *const *nodes, int n);

/* raise the error of items of which another session records an event: 40001 */
extern void ReportConcurrentUpdate(void);

extern bool EventItemsContain(const EventItems *items, Serial *id);

/* NULL if it is none of them */
extern const EventItem *EventItemsFindById(const EventItems *items, Serial *id);

/* the identifiers of all of them */
extern ArrayType *EventItemsToArray(const EventItems *items);

#endif							/* SERIAL_LEDGER_EVENT_EVENT_ITEM_H */
