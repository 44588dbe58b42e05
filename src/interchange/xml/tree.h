/*-------------------------------------------------------------------------
 *
 * tree.h
 *	  An element of an XML document with all that it contains.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_TREE_H
#define SERIAL_INTERCHANGE_XML_TREE_H

#include "interchange/xml/reader.h"

typedef struct XmlNode
{
	XmlSpan		prefix;
	XmlSpan		local;
	int			ns;
	int			value_ns;		/* that of the prefix that the text begins
								 * with, or XML_NS_NONE */
	size_t		offset;			/* in the text of the document */
	XmlSpan		value;			/* all characters directly inside it */
	bool		keeps_space;	/* xml:space="preserve" is in force */
	int			attribute_count;
	XmlAttribute *attributes;
	struct XmlNode *first;		/* of the elements inside it */
	struct XmlNode *last;
	struct XmlNode *next;		/* beside it */
	struct XmlNode *same;		/* the next of the same name, found where
								 * members are collected */
	bool		is_repeated;	/* one of the same name precedes it */
} XmlNode;

/*
 * Reads on to the end of the element whose beginning is the last token.  NULL:
 * a problem, which the reader has noted.
 */
extern XmlNode *XmlTreeRead(XmlReader *reader, bool keeps_space);

/* an attribute without a namespace; NULL: there is none */
extern const XmlAttribute *XmlNodeAttribute(const XmlNode *node, const char *name);

/* puts a node behind all others in another */
extern void XmlNodeAppend(XmlNode *node, XmlNode *child);

#endif							/* SERIAL_INTERCHANGE_XML_TREE_H */
