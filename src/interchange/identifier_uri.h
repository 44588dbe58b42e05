/*-------------------------------------------------------------------------
 *
 * identifier_uri.h
 *	  Identifiers in EPCIS documents: EPC URIs and GS1 Digital Links.
 *
 * Private to interchange/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_IDENTIFIER_URI_H
#define SERIAL_INTERCHANGE_IDENTIFIER_URI_H

#include "postgres.h"

/*
 * The canonical GS1 Digital Link of an EPC URI, class or pattern URI, or Digital
 * Link: on https://id.gs1.org, without query, and with the finest identification
 * only.  Anything else is returned as it is.  The result is palloc'd.
 */
extern char *IdentifierDigitalLink(const char *uri, size_t len);

#endif							/* SERIAL_INTERCHANGE_IDENTIFIER_URI_H */
