/*-------------------------------------------------------------------------
 *
 * own_member.h
 *	  Writing own members, which no table of EPCIS has, as JSON.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_OWN_MEMBER_H
#define SERIAL_INTERCHANGE_XML_OWN_MEMBER_H

#include "interchange/xml/json_conversion.h"

/* any value: a text, or an object of attributes, elements and text */
extern void JsonWriteOwnValue(JsonConversion *conversion, XmlNode *node);

/* own elements, and elements and attributes that EPCIS does not know */
extern void JsonWriteOwnMembers(JsonConversion *conversion, XmlNode **nodes,
								size_t count);

#endif							/* SERIAL_INTERCHANGE_XML_OWN_MEMBER_H */
