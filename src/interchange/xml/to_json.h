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

#include "interchange/xml/json_prefix.h"
#include "interchange/xml/rule.h"
#include "interchange/xml/tree.h"

/*
 * What is read, and what has been written of it.  A problem is noted once, and
 * what is written after it does not matter.
 */
typedef struct JsonConversion
{
	XmlBuffer	out;
	XmlProblem *problem;
	XmlArena	document_arena; /* what lasts until the end */
	XmlArena	event_arena;	/* what is needed for one event */
	XmlReader	reader;
	JsonPrefixes prefixes;
} JsonConversion;

/* whether it is an element of EPCIS of this name */
extern bool JsonNodeIs(JsonConversion *conversion, const XmlNode *node,
					   const char *name);

/* whether it only wraps what a later version of EPCIS has added */
extern bool JsonIsWrapper(JsonConversion *conversion, int ns, XmlSpan local);

extern void JsonWriteObject(JsonConversion *conversion, XmlNode *node,
							const XmlObjectRule *rule);

/* a member with its name, by its rule */
extern void JsonWriteMember(JsonConversion *conversion, XmlNode *node,
							const XmlMemberRule *rule);

/* own elements, and elements and attributes that EPCIS does not know */
extern void JsonWriteOwnMembers(JsonConversion *conversion, XmlNode **nodes,
								size_t count);

/* an event with its type, without brackets */
extern void JsonWriteEventMembers(JsonConversion *conversion, XmlNode *node);

/* a node for an attribute, as if it were an element */
extern XmlNode *JsonAttributeNode(JsonConversion *conversion,
								  const XmlAttribute *attribute);

/* an element of EPCIS that the document does not have in this place */
extern XmlNode *JsonMakeElement(JsonConversion *conversion, const char *name,
								size_t offset);

#endif							/* SERIAL_INTERCHANGE_XML_TO_JSON_H */
