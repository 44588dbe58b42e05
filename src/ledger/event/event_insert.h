/*-------------------------------------------------------------------------
 *
 * event_insert.h
 *	  Entering an event, and what it leaves things as, into the tables.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_EVENT_INSERT_H
#define SERIAL_LEDGER_EVENT_EVENT_INSERT_H

#include "postgres.h"

#include "ledger/event/event.h"
#include "ledger/event/event_item.h"

/* the event with its things */
extern void EventInsert(const Event *event, const EventItems *things);

/*
 * The rows of things that have none, and what changes in the rows of others,
 * which are locked; but not of things that something newer is known of.  Errors:
 * 40001 some that had none have one now.
 */
extern void EventUpdateItems(const Event *event, const EventItems *things);

#endif							/* SERIAL_LEDGER_EVENT_EVENT_INSERT_H */
