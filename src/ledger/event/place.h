/*-------------------------------------------------------------------------
 *
 * place.h
 *	  Names of places and parties, in one spelling.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_PLACE_H
#define SERIAL_LEDGER_EVENT_PLACE_H

#include "postgres.h"

/*
 * Can people and programs tell a name of their own from others?  It is printable,
 * not empty, and does not begin or end with a blank.
 */
extern bool NameIsPrintable(const char *name);

/*
 * The canonical spelling of a place or party, palloc'd: a GLN as its 13 digits,
 * one with an extension as "(414)...(254)...", whatever spelling it came in (bare
 * digits, element string, EPC URI, Digital Link).  Anything else names a place by
 * a code of its own or another URI and is returned as it is.  Errors: 22023 it
 * is spelled as a GLN and is none, or is not printable.
 */
extern char *PlaceCanonical(const char *spelling);

#endif							/* SERIAL_LEDGER_EVENT_PLACE_H */
