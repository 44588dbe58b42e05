/*-------------------------------------------------------------------------
 *
 * reader.h
 *	  A pull reader of XML: each call takes the next token.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 * Reads XML 1.0 with namespaces in UTF-8.  There are no entities but the five
 * that XML defines; a document type declaration may name a type, and must not
 * declare anything.  Nothing is ever loaded.  Reading takes time in proportion
 * to the length of the text, whatever it contains.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_READER_H
#define SERIAL_INTERCHANGE_XML_READER_H

#include "interchange/xml/problem.h"

/* elements inside one another */
#define XML_MAX_DEPTH		256
/* attributes of one element, namespace declarations included */
#define XML_MAX_ATTRIBUTES	256
/* namespace declarations in scope */
#define XML_MAX_BINDINGS	256
/* different namespaces in a document */
#define XML_MAX_NAMESPACES	1000

/*
 * Namespaces have numbers, by which they are compared.  These are the first.
 */
#define XML_NS_NONE		0
#define XML_NS_XML		1
#define XML_NS_XMLNS	2
#define XML_NS_FIRST	3

typedef enum XmlTokenKind
{
	XML_TOKEN_START,			/* the beginning of an element */
	XML_TOKEN_END,				/* its end */
	XML_TOKEN_TEXT,				/* characters, also of a CDATA section */
	XML_TOKEN_FINISH,			/* the end of the document */
	XML_TOKEN_PROBLEM
} XmlTokenKind;

typedef struct XmlAttribute
{
	XmlSpan		prefix;
	XmlSpan		local;
	int			ns;
	XmlSpan		value;
	size_t		offset;			/* of its name in the text */
	int			value_ns;		/* that of the prefix that the value begins
								 * with, or XML_NS_NONE */
} XmlAttribute;

typedef struct XmlBinding
{
	XmlSpan		prefix;			/* empty: the default namespace */
	int			ns;
} XmlBinding;

typedef struct XmlOpenElement
{
	XmlSpan		name;			/* with its prefix */
	XmlSpan		local;
	int			ns;
	int			binding_count;	/* of those in scope around it */
} XmlOpenElement;

typedef struct XmlReader
{
	const char *source;
	size_t		length;
	size_t		at;
	XmlArena   *arena;			/* of decoded texts */
	XmlArena	names;			/* of namespaces */
	XmlProblem *problem;
	bool		ignores_encoding;
	bool		has_begun;
	bool		has_document_type;
	bool		has_root;
	bool		end_is_due;		/* the element of the last token is empty */

	/* the token */
	size_t		offset;
	XmlSpan		prefix;
	XmlSpan		local;
	int			ns;
	XmlSpan		value;			/* the characters of a text */
	int			attribute_count;

	int			depth;
	int			binding_count;
	int			namespace_count;
	XmlAttribute attributes[XML_MAX_ATTRIBUTES];
	XmlOpenElement open[XML_MAX_DEPTH];
	XmlBinding	bindings[XML_MAX_BINDINGS];
	XmlSpan		namespaces[XML_MAX_NAMESPACES];
} XmlReader;

/*
 * Texts that have to be decoded go to the arena, which the caller may reset,
 * or replace by another, between two tokens.
 */
extern void XmlReaderInit(XmlReader *reader, const char *source, size_t length,
						  XmlArena *arena, XmlProblem *problem);
extern void XmlReaderFree(XmlReader *reader);

extern XmlTokenKind XmlReaderNext(XmlReader *reader);

/*
 * The namespace of the prefix of a value like "prefix:local"; XML_NS_NONE if
 * it does not look like that, or if the prefix is not bound.
 */
extern int	XmlReaderValueNamespace(const XmlReader *reader, XmlSpan value);

#endif							/* SERIAL_INTERCHANGE_XML_READER_H */
