/*-------------------------------------------------------------------------
 *
 * ledger.h
 *	  Events and the state that they leave: the public header of ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_LEDGER_H
#define SERIAL_LEDGER_LEDGER_H

#include "postgres.h"

#include "ledger/event/cbv.h"
#include "ledger/event/uri.h"

/* define the settings of this module; once, when the library is loaded */
extern void LedgerDefineSettings(void);

/* register for changes of links in the hierarchy; once, as well */
extern void LedgerListen(void);

/* the user of the application, as serial.actor names it; NULL if it names none */
extern const char *LedgerActor(void);

/* "+hh:mm" or "-hh:mm", up to 14 hours */
extern bool IsTimeZoneOffset(const char *spelling, size_t len);

#endif							/* SERIAL_LEDGER_LEDGER_H */
