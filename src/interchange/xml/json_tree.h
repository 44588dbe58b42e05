/*-------------------------------------------------------------------------
 *
 * json_tree.h
 *	  A JSON text as a tree.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_JSON_TREE_H
#define SERIAL_INTERCHANGE_XML_JSON_TREE_H

#include "interchange/xml/problem.h"

/* objects and arrays inside one another */
#define JSON_MAX_DEPTH 512

typedef enum JsonKind
{
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
} JsonKind;

typedef struct JsonNode
{
	JsonKind	kind;
	XmlSpan		name;			/* of a member of an object */
	XmlSpan		value;			/* of a string, decoded; of a number as it is */
	size_t		offset;			/* in the text */
	struct JsonNode *first;		/* of the elements or members */
	struct JsonNode *last;
	struct JsonNode *next;
} JsonNode;

/*
 * Reads a whole text; what is decoded and the tree are in the arena.  NULL: a
 * problem.
 */
extern JsonNode *JsonTreeRead(const char *json, size_t length, XmlArena *arena,
							  XmlProblem *problem);

/* whether it is a string, a number or a boolean, and its text */
extern bool JsonIsScalar(const JsonNode *node);
extern XmlSpan JsonScalarSpan(const JsonNode *node);

/* a member of an object, the last of its name, or NULL */
extern const JsonNode *JsonMember(const JsonNode *object, const char *name);

#endif							/* SERIAL_INTERCHANGE_XML_JSON_TREE_H */
