/*-------------------------------------------------------------------------
 *
 * recompute.h
 *	  What follows from an event.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_RECOMPUTE_H
#define SERIAL_LEDGER_STATE_RECOMPUTE_H

#include "postgres.h"

#include "ledger/event/event.h"
#include "ledger/event/event_item.h"

/*
 * Brings serial.item up to an event just written.  Errors: 40001 items that
 * had no rows have some now.
 */
extern void ApplyEvent(const Event *event, const EventItems *items);

#endif							/* SERIAL_LEDGER_STATE_RECOMPUTE_H */
