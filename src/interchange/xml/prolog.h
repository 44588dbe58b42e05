/*-------------------------------------------------------------------------
 *
 * prolog.h
 *	  Read what stands in front of the root element, and skip what is no token.
 *
 * Private to interchange/xml/, whose reader it is a part of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_PROLOG_H
#define SERIAL_INTERCHANGE_XML_PROLOG_H

#include "interchange/xml/reader.h"

/* All of these return false if there is a problem, which they have set. */

/*
 * Checks the characters of the whole text, and takes the byte order mark and the
 * XML declaration, if there are such.
 */
extern bool XmlBeginDocument(XmlReader *reader);

/* what comes next is a comment, an instruction or a document type declaration */
extern bool XmlSkipComment(XmlReader *reader);
extern bool XmlSkipInstruction(XmlReader *reader);
extern bool XmlSkipDocumentType(XmlReader *reader);

#endif							/* SERIAL_INTERCHANGE_XML_PROLOG_H */
