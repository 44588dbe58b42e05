/*-------------------------------------------------------------------------
 *
 * event_number.h
 *	  Numbers of events, and which of them are final.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_EVENT_NUMBER_H
#define SERIAL_LEDGER_EVENT_EVENT_NUMBER_H

#include "postgres.h"

/*
 * Assigns the number of an event that this transaction records.  All who record
 * call this, each time: it takes the locks by which serial.seal and
 * serial.changes know that the transaction is recording, and notifies listeners
 * when it commits, if serial.notify_events is on.
 */
extern int64 EventNumberAssign(void);

/* defines serial.notify_events; once, when the library is loaded */
extern void EventNumberDefineSettings(void);

#endif							/* SERIAL_LEDGER_EVENT_EVENT_NUMBER_H */
