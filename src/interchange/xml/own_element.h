/*-------------------------------------------------------------------------
 *
 * own_element.h
 *	  Writing own members, which no table of EPCIS has, as XML.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_OWN_ELEMENT_H
#define SERIAL_INTERCHANGE_XML_OWN_ELEMENT_H

#include "interchange/xml/xml_text.h"

/* whether a name is one of an own namespace */
extern bool XmlIsOwnName(XmlSpan name);

/* an own member, repeated if it is an array */
extern void XmlWriteOwn(XmlConversion *conversion, XmlSpan name, const JsonNode *node);

/* the rest of the tag of a value, and what follows it up to the end tag */
extern void XmlWriteOwnValue(XmlConversion *conversion, const JsonNode *node);

/* an own member as an attribute of the tag that is being written */
extern void XmlWriteOwnAttribute(XmlConversion *conversion, XmlSpan name,
								 const JsonNode *node);

/*
 * An element must not have two attributes of one name, whatever their prefixes.  The
 * names of attributes begin with a sign in JSON; where it is '\0', all members are
 * attributes.
 */
extern void XmlCheckAttributeNames(XmlConversion *conversion, const JsonNode *object,
								   char sign);

#endif							/* SERIAL_INTERCHANGE_XML_OWN_ELEMENT_H */
