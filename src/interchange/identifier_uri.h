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

#include "interchange/company_prefix.h"
#include "value/value.h"

/*
 * How identifiers are written.
 */
typedef enum UriFormat
{
	URI_DIGITAL_LINK,
	URI_EPC,					/* EPC URIs, where there are such */
	URI_AS_CAPTURED
} UriFormat;

/* the format of a name; errors: 22023 there is none */
extern UriFormat UriFormatNamed(const char *name);

/*
 * The canonical GS1 Digital Link of an EPC URI, class or pattern URI, or Digital
 * Link: on https://id.gs1.org, without query, and with the finest identification
 * only.  Anything else is returned as it is.  The result is palloc'd.
 */
extern char *IdentifierDigitalLink(const char *uri, size_t len);

/*
 * What an identifier is read from that a document names by a URI: a URI of a scheme that
 * is none of identifiers, such as did:, is of our scheme uri.  *len is its length.
 */
extern const char *IdentifierSpelling(const char *uri, size_t *len);

/*
 * An identifier as EPCIS writes it: a Digital Link, another URI as it is, or the
 * canonical form of a scheme that is not of GS1.  The result is palloc'd.
 */
extern char *IdentifierItemUri(const Serial *value);

/*
 * A URI in a format.  One that cannot be written so is returned as it is, the same as
 * any text that is not the URI of an identifier.  The result is palloc'd.
 */
extern char *IdentifierUri(const char *uri, size_t len, UriFormat format,
						   CompanyPrefixes *prefixes);

#endif							/* SERIAL_INTERCHANGE_IDENTIFIER_URI_H */
