/*-------------------------------------------------------------------------
 *
 * apply.h
 *	  What follows from an event.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_APPLY_H
#define SERIAL_APPLY_H

#include "postgres.h"

#include "ledger/event.h"
#include "ledger/thing.h"

/*
 * Brings serial.item up to an event just written.  Errors: 40001 things that
 * had no rows have some now.
 */
extern void ApplyEvent(const Event *event, const Things *things);

#endif							/* SERIAL_APPLY_H */
