/*-------------------------------------------------------------------------
 *
 * to_json.h
 *	  Writing elements of EPCIS in XML as JSON.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_TO_JSON_H
#define SERIAL_INTERCHANGE_XML_TO_JSON_H

#include "interchange/xml/json_conversion.h"
#include "interchange/xml/rule.h"

extern void JsonWriteObject(JsonConversion *conversion, XmlNode *node,
							const XmlObjectRule *rule);

/* a member with its name, by its rule */
extern void JsonWriteMember(JsonConversion *conversion, XmlNode *node,
							const XmlMemberRule *rule);

/* an event with its type, without brackets */
extern void JsonWriteEventMembers(JsonConversion *conversion, XmlNode *node);

#endif							/* SERIAL_INTERCHANGE_XML_TO_JSON_H */
