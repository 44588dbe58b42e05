/*-------------------------------------------------------------------------
 *
 * cursor.h
 *	  Look at what comes next in a text of XML, and take it.
 *
 * Private to interchange/xml/, whose reader it is a part of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_CURSOR_H
#define SERIAL_INTERCHANGE_XML_CURSOR_H

#include "interchange/xml/reader.h"

extern const XmlSpan xml_nothing;

/*
 * These report a problem at an offset, with what was expected there, and return
 * false.  The message may have one %s, for the span.
 */
extern bool XmlRefuse(XmlReader *reader, XmlProblemKind kind, size_t offset,
					  const char *message, XmlSpan shown, const char *expected);
extern bool XmlMalformed(XmlReader *reader, size_t offset, const char *message,
						 XmlSpan shown, const char *expected);
extern bool XmlTooLarge(XmlReader *reader, size_t offset, const char *message,
						const char *expected);

/* does a string come next? */
extern bool XmlComes(const XmlReader *reader, const char *string);

/* takes it if it does */
extern bool XmlTake(XmlReader *reader, const char *string);

/* the byte that comes next; NUL, which no text contains, at the end */
extern char XmlPeek(const XmlReader *reader);

/* skips white space, and returns whether there was any */
extern bool XmlSkipSpace(XmlReader *reader);

/* where a string begins, from here on; the length of the text if nowhere */
extern size_t XmlFind(const XmlReader *reader, const char *string);

extern XmlSpan XmlSpanBetween(const XmlReader *reader, size_t begin, size_t end);

/*
 * Takes a name and its prefix, which is empty if it has none.  False: there is no
 * name; the problem says that "what" was expected.
 */
extern bool XmlTakeName(XmlReader *reader, const char *what, XmlSpan *prefix,
						XmlSpan *local);

#endif							/* SERIAL_INTERCHANGE_XML_CURSOR_H */
