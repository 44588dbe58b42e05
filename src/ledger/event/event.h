/*-------------------------------------------------------------------------
 *
 * event.h
 *	  An event of EPCIS 2.0, as a row of serial.event.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_EVENT_H
#define SERIAL_LEDGER_EVENT_EVENT_H

#include "postgres.h"

#include "access/htup.h"
#include "catalog/serial_catalog.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "value/value.h"

typedef struct Event
{
	Datum		values[EVENT_COLUMNS];
	bool		nulls[EVENT_COLUMNS];

	/* some of them, to compare; NULL where the event does not say */
	const char *type;
	const char *action;
	const char *step;
	const char *disposition;
	TimestampTz at;				/* event_time */
} Event;

extern void EventSet(Event *event, EventColumn column, Datum value);
extern void EventSetText(Event *event, EventColumn column, const char *value);

/* palloc'd; NULL if the event does not say */
extern char *EventText(const Event *event, EventColumn column);

/* the number of elements of a jsonb array; 0 of what is none, or not there */
extern int	EventCount(const Event *event, EventColumn column);

/* the type with its article, for errors */
extern char *EventTypeInWords(const Event *event);

/*
 * Sets type, action, step, disposition and at from the columns.
 */
extern void EventRead(Event *event);

/*
 * Does an event commission, encode or reserve its items?  Only their own events count
 * for it, whatever they are in.
 */
extern bool EventBeginsItems(const Event *event);

/* is it ADD of an ObjectEvent, which may give its items a lot? */
extern bool EventIsObjectAdd(const Event *event);

/*
 * Does an event only encode or reserve identifiers, by its step or by the disposition that
 * it names?  There are no items yet.
 */
extern bool EventBeginsNumbers(const Event *event);

/*
 * The disposition in which its type and action leave an item, unless the event or the
 * transition determines another; NULL if none.  As with EventBeginsItems, the event
 * has been read with EventRead.
 */
extern const char *EventActionDisposition(const Event *event);

/*
 * The disposition that an event names for its items; NULL if it names none.  What ends
 * them leaves none in circulation, nor yet to begin, whatever the event says.
 */
extern const char *EventNamedDisposition(const Event *event);

/* how many items of each kind an event names */
typedef struct EventItemCounts
{
	int			items;
	int			inputs;
	int			outputs;
} EventItemCounts;

/*
 * Brings all words into one form, and refuses what EPCIS 2.0 does not allow.
 * Within SPI_connect.  Errors: 22023, 22001 a text that is longer than an index
 * takes.
 */
extern void EventCheck(Event *event, const EventItemCounts *counts);

/*
 * To whom items are shipped: the destination that comes to own them or, if a shipping
 * names none, the one that comes to possess them, or else the location.
 */
typedef struct Consignee
{
	const char *type;			/* of the destination */
	char	   *party;			/* NULL: none is named; then there is no type */
	char	   *sender;			/* the source of that type; NULL: none is
								 * named */
} Consignee;

extern void ConsigneeRead(Consignee *consignee, const char *step, Jsonb *destinations,
						  Jsonb *sources);
extern void EventConsignee(const Event *event, Consignee *consignee);

/*
 * Is it known that a later consignee is another, because destinations of one type differ?
 * It is not if the first one is the sender: whoever has bought what is on its way may send
 * it on.
 */
extern bool ConsigneeDiffers(const Consignee *consignee, const Consignee *later);

/* the columns of a row of serial.event; the other members are not set */
extern void EventOfRow(Event *event, HeapTupleHeader row);

#endif							/* SERIAL_LEDGER_EVENT_EVENT_H */
