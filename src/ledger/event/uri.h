/*-------------------------------------------------------------------------
 *
 * uri.h
 *	  What counts as a URI in events of EPCIS 2.0.
 *
 * Private to ledger/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_EVENT_URI_H
#define SERIAL_LEDGER_EVENT_URI_H

#include "postgres.h"

/*
 * Is a counted string a URI (RFC 3986), or the compact name of one?  That is a
 * scheme or prefix, a colon, and something without blanks, control characters
 * and others that no URI may hold.  Characters beyond ASCII pass, as in an IRI.
 */
extern bool UriIsValid(const char *at, size_t len);

#endif							/* SERIAL_LEDGER_EVENT_URI_H */
