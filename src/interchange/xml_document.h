/*-------------------------------------------------------------------------
 *
 * xml_document.h
 *	  EPCIS documents in XML, for PostgreSQL.
 *
 * Private to interchange/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_DOCUMENT_H
#define SERIAL_INTERCHANGE_XML_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads an EPCIS document in XML, in the encoding of the database, and returns
 * it as EPCIS 2.0 JSON-LD, terminated, in the current memory context.  The
 * encoding that the XML declaration names is not looked at when the document
 * has been converted by the type xml.  Errors: 2200M, 2200N, 54000.
 */
extern char *ReadXmlDocument(const char *xml, size_t len, bool is_converted);

/*
 * Writes EPCIS 2.0 JSON-LD, in the encoding of the database, as XML of version
 * "1.2" or "2.0".  Errors: 22023 no such version, or no EPCIS; 0A000 the
 * version has no form for what the document says; 54000.
 */
extern char *WriteXmlDocument(const char *json, size_t len, const char *version,
							  size_t *xml_len);

#endif							/* SERIAL_INTERCHANGE_XML_DOCUMENT_H */
