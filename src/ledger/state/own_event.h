/*-------------------------------------------------------------------------
 *
 * own_event.h
 *	  The accepted events of an identifier itself.
 *
 * Private to ledger/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_OWN_EVENT_H
#define SERIAL_LEDGER_STATE_OWN_EVENT_H

#include "postgres.h"

#include "ledger/rule/transition.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "value/value.h"

/*
 * What an event says of all its items.  It lives as long as the reader.
 */
typedef struct EventAssertions
{
	bool		is_accepted;	/* and neither a declaration of error nor
								 * declared wrong itself; nothing else is set
								 * if false */
	RecordedStep step;
	bool		is_object_add;	/* ADD of an ObjectEvent */
	bool		begins_items;	/* it commissions, encodes or reserves */
	bool		begins_numbers; /* which only encodes or reserves identifiers */
	bool		ships;			/* or names a consignee */
	bool		departs;		/* by its step, and so on */
	bool		arrives;
	bool		undoes_shipping;
	const char *action_disposition; /* in which its action leaves items */
	bool		unpacks;		/* DELETE of an AggregationEvent */
	char	   *place;			/* NULL: none is named, and so on */
	char	   *lot;
	bool		has_expiry;
	DateADT		expiry;
	bool		has_persistent;
	Datum		persistent;		/* jsonb */
} EventAssertions;

typedef struct OwnEvent
{
	TimestampTz at;
	int64		event;
	const EventAssertions *assertions;
	ItemRole	role;

	/*
	 * What the step leaves, if what it finds is known by now: see
	 * item_history.h.  NULL: it changes nothing.
	 */
	const char *resulting_disposition;
} OwnEvent;

/*
 * In the order of time and, at one time, of recording.
 */
typedef struct OwnEvents
{
	OwnEvent   *members;
	int			n;
} OwnEvents;

/*
 * Reads as the current user, under the snapshot that is active when the reader is
 * opened: by index scans where the user may see all events, else in SQL.
 */
typedef struct OwnEventReader OwnEventReader;

extern OwnEventReader *OwnEventsOpen(void);
extern void OwnEventsClose(OwnEventReader *reader);

/* in the current memory context; resulting dispositions are NULL */
extern void OwnEventsRead(OwnEventReader *reader, const Serial *id, OwnEvents *events);

/*
 * The last one, up to a step, that changed the disposition of the item; NULL: none did.
 * Resulting dispositions must be known.
 */
extern const OwnEvent *OwnEventsLastChange(const OwnEvents *events, TimestampTz at,
										   int64 event);

#endif							/* SERIAL_LEDGER_STATE_OWN_EVENT_H */
