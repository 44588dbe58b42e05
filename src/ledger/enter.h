/*-------------------------------------------------------------------------
 *
 * enter.h
 *	  Entering an event, and what it leaves things as, into the tables.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ENTER_H
#define SERIAL_ENTER_H

#include "postgres.h"

#include "ledger/event.h"
#include "ledger/thing.h"

/* the event with its things */
extern void EnterEvent(const Event *event, const Things *things);

/*
 * The rows of things that have none, and what changes in the rows of others,
 * which are locked; but not of things that something newer is known of.  Errors:
 * 40001 some that had none have one now.
 */
extern void EnterRows(const Event *event, const Things *things);

#endif							/* SERIAL_ENTER_H */
