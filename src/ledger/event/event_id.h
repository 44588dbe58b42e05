/*-------------------------------------------------------------------------
 *
 * event_id.h
 *	  EventIDs: the event that has one already.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_EVENT_ID_H
#define SERIAL_LEDGER_EVENT_EVENT_ID_H

#include "postgres.h"

#include "ledger/event/event.h"
#include "ledger/event/event_item.h"

/*
 * The number of the event that has the eventID of this one, or 0.  Locks the eventID until
 * the end of the transaction, so that sessions that record it wait for each other.  To be
 * called within SPI_connect, as all of these.  Errors: 40001 another session has recorded
 * it, which this transaction cannot see.
 */
extern int64 EventKnown(const Event *event);

/* was the event, whose eventID is locked, declared an error before it came? */
extern bool EventIsDeclaredEarly(const Event *event);

/*
 * The event with that number, which has the same eventID, must be this one, recorded again.
 * Times are not compared, since the default is the time of the call.  Errors: 23505.
 */
extern void EventCheckSameContent(const Event *event, const EventItems *items, int64 number);

#endif							/* SERIAL_LEDGER_EVENT_EVENT_ID_H */
