/*-------------------------------------------------------------------------
 *
 * ledger.h
 *	  What happens to things.
 *
 * The only door of ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_LEDGER_H
#define SERIAL_LEDGER_LEDGER_H

/* the settings of this room; once, when the library is loaded */
extern void LedgerDefineSettings(void);

/* has the hierarchy tell this room how links change; once, as well */
extern void LedgerListen(void);

#endif							/* SERIAL_LEDGER_LEDGER_H */
