/*-------------------------------------------------------------------------
 *
 * to_xml.h
 *	  Writing members of EPCIS 2.0 JSON-LD as XML.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_TO_XML_H
#define SERIAL_INTERCHANGE_XML_TO_XML_H

#include "interchange/xml/rule.h"
#include "interchange/xml/xml_text.h"

/* a member of a document, event or list by its rule */
extern void XmlWriteMember(XmlConversion *conversion, const JsonNode *node,
						   const XmlMemberRule *rule);

extern void XmlWriteEvent(XmlConversion *conversion, const JsonNode *event);

/* the type of an event, or an empty text */
extern XmlSpan XmlEventType(const JsonNode *event);

#endif							/* SERIAL_INTERCHANGE_XML_TO_XML_H */
