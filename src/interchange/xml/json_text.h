/*-------------------------------------------------------------------------
 *
 * json_text.h
 *	  Writing JSON to a buffer.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 * Commas are written by themselves, in front of whatever follows a value.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_JSON_TEXT_H
#define SERIAL_INTERCHANGE_XML_JSON_TEXT_H

#include "interchange/xml/memory.h"

/* bracket is one of { } [ ] */
extern void JsonOpen(XmlBuffer *out, char bracket);
extern void JsonClose(XmlBuffer *out, char bracket);

extern void JsonString(XmlBuffer *out, XmlSpan value);

/* true, false or null */
extern void JsonLiteral(XmlBuffer *out, const char *literal);

/* the name of a member */
extern void JsonName(XmlBuffer *out, const char *name);

/* a name that consists of a sign, a prefix with a colon, and the rest */
extern void JsonPrefixedName(XmlBuffer *out, const char *sign, XmlSpan prefix,
							 XmlSpan local);

/* a string that consists of a prefix, a colon, and the rest */
extern void JsonPrefixedString(XmlBuffer *out, XmlSpan prefix, XmlSpan local);

/*
 * Writes the text of a number of XML as a number, or as a string if it is none
 * that JSON can say.
 */
extern void JsonNumber(XmlBuffer *out, XmlSpan value);

/* whether JsonNumber writes a number */
extern bool JsonIsNumber(XmlSpan value);

#endif							/* SERIAL_INTERCHANGE_XML_JSON_TEXT_H */
