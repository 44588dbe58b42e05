/*-------------------------------------------------------------------------
 *
 * lot.h
 *	  Lots, and the day on which they expire.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_LOT_H
#define SERIAL_LEDGER_STATE_LOT_H

#include "postgres.h"

#include "utils/date.h"
#include "utils/timestamp.h"
#include "value/value.h"

/*
 * The lot of an item: the one in the identifier if that is an LGTIN, else the one
 * in its row, which may be NULL.
 */
extern const char *LotOfItem(const Serial *id, const char *lot_in_row);

/*
 * Reads the expiry date of a lot of an identifier's GTIN from serial.lot, as the current
 * user, under the active snapshot.  Returns false if there is none.
 */
extern bool LotExpiry(const Identifier *identifier, const char *lot, DateADT *expiry);

/*
 * The day that a point in time belongs to in serial.time_zone.  Something expires at
 * the end of its expiry date there, whatever the time zone of the session.
 */
extern DateADT LotDay(TimestampTz at);

/* checks and sets serial.time_zone; once, when the library is loaded */
extern void LotDefineSettings(void);

/*
 * Refuses a text that is no lot: for items with a GTIN, what AI (10) cannot carry,
 * for others, what is not printable or begins or ends with a blank.  Errors: 22023.
 */
extern void LotCheck(const char *lot, bool has_gtin);

#endif							/* SERIAL_LEDGER_STATE_LOT_H */
