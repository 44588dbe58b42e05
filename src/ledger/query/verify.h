/*-------------------------------------------------------------------------
 *
 * verify.h
 *	  What is presented to be verified.
 *
 * Private to ledger/query/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_QUERY_VERIFY_H
#define SERIAL_LEDGER_QUERY_VERIFY_H

#include "postgres.h"

#include "utils/date.h"
#include "value/value.h"

/*
 * An identifier, and the lot and expiry date that are printed beside it.
 */
typedef struct Presented
{
	Serial	   *id;				/* NULL: the text is not well formed */
	char	   *problem;		/* why it is not */
	char	   *lot;			/* NULL: none is given */
	bool		has_expiry;
	DateADT		expiry;
} Presented;

/*
 * Reads what a scanner sends, lot and expiry included, or any other spelling of an
 * identifier.
 */
extern void PresentedRead(Presented *presented, const char *scanned);

/*
 * Adds a lot or expiry date that is given beside the text.  Errors: 22023 the text
 * contains another.
 */
extern void PresentedSetLot(Presented *presented, char *lot);
extern void PresentedSetExpiry(Presented *presented, DateADT expiry);

/* as date_out writes it */
extern char *DateForMessage(DateADT date);

#endif							/* SERIAL_LEDGER_QUERY_VERIFY_H */
