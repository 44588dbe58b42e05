/*-------------------------------------------------------------------------
 *
 * json_conversion.h
 *	  What the writers of JSON share: the conversion, tests of elements, and nodes.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_JSON_CONVERSION_H
#define SERIAL_INTERCHANGE_XML_JSON_CONVERSION_H

#include "interchange/xml/json_prefix.h"
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

/*
 * Nodes in the order of the document; initially zeros.
 */
typedef struct JsonNodeList
{
	XmlNode   **nodes;
	size_t		count;
	size_t		size;
} JsonNodeList;

/* note a problem of the document: that it is not EPCIS */
extern void JsonUnexpected(JsonConversion *conversion, size_t offset, const char *message,
						   XmlSpan shown, const char *expected);

/* memory for one event; NULL, and a problem is noted, if there is none */
extern void *JsonConversionAlloc(JsonConversion *conversion, size_t size);

/* whether a namespace is that of EPCIS, or of instances of XML Schema */
extern bool JsonIsEpcis(JsonConversion *conversion, int ns);
extern bool JsonIsXsi(JsonConversion *conversion, int ns);

/* whether it is an element of EPCIS of this name */
extern bool JsonNodeIs(JsonConversion *conversion, const XmlNode *node,
					   const char *name);

/* whether it only wraps what a later version of EPCIS has added */
extern bool JsonIsWrapper(JsonConversion *conversion, int ns, XmlSpan local);

/* whether an empty element is declared to be nil */
extern bool JsonIsNil(JsonConversion *conversion, const XmlNode *node);

extern void JsonNodeListAdd(JsonConversion *conversion, JsonNodeList *list, XmlNode *node);

/* a node for an attribute, as if it were an element */
extern XmlNode *JsonAttributeNode(JsonConversion *conversion,
								  const XmlAttribute *attribute);

/* an element of EPCIS that the document does not have in this place */
extern XmlNode *JsonMakeElement(JsonConversion *conversion, const char *name,
								size_t offset);

#endif							/* SERIAL_INTERCHANGE_XML_JSON_CONVERSION_H */
