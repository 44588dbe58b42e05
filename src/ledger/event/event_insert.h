/*-------------------------------------------------------------------------
 *
 * event_insert.h
 *	  Insert an event and its items, and update the rows of serial.item.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_EVENT_INSERT_H
#define SERIAL_LEDGER_EVENT_EVENT_INSERT_H

#include "postgres.h"

#include "ledger/event/event.h"
#include "ledger/event/event_item.h"

/* inserts the event with its items */
extern void EventInsert(const Event *event, const EventItems *event_items);

/*
 * Inserts the rows of items that have none, and updates those of others, which are
 * locked; leaves items alone of which a newer event is known.  Errors: 40001 an item
 * that had no row has one now.
 */
extern void EventUpdateItems(const Event *event, const EventItems *event_items);

#endif							/* SERIAL_LEDGER_EVENT_EVENT_INSERT_H */
