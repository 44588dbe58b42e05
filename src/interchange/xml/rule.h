/*-------------------------------------------------------------------------
 *
 * rule.h
 *	  The elements of EPCIS in XML, and the members of JSON that they are.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_RULE_H
#define SERIAL_INTERCHANGE_XML_RULE_H

#include "interchange/xml/memory.h"

typedef enum XmlMemberKind
{
	XML_MEMBER_STRING,
	XML_MEMBER_TEXT,			/* a string with the white space at its ends */
	XML_MEMBER_WORD,			/* a URI, or a prefix and a local name */
	XML_MEMBER_NUMBER,
	XML_MEMBER_BOOLEAN,
	XML_MEMBER_REPEATED,		/* a string, or an array of those that are
								 * repeated */
	XML_MEMBER_WORDS,			/* an array of the words that are repeated */
	XML_MEMBER_STRINGS,			/* a list element, an array of strings */
	XML_MEMBER_OBJECT,
	XML_MEMBER_OBJECTS,			/* a list element, an array of objects */
	XML_MEMBER_REPEATED_OBJECTS,	/* an array of the objects that are
									 * repeated */
	XML_MEMBER_TYPED,			/* a list element, an array of objects with a
								 * type and a URI */
	XML_MEMBER_ATTRIBUTES		/* attributes of master data */
} XmlMemberKind;

struct XmlObjectRule;

typedef struct XmlMemberRule
{
	const char *name;			/* of the element or attribute */
	const char *json;			/* of the member */
	XmlMemberKind kind;
	const char *item;			/* the elements of a list */
	const struct XmlObjectRule *object; /* what an object, or each of a list,
										 * consists of */
	bool		keeps_empty;	/* an empty list is written */
} XmlMemberRule;

typedef struct XmlObjectRule
{
	const char *what;			/* for messages */
	const XmlMemberRule *attributes;	/* ended by a NULL name; or NULL */
	const XmlMemberRule *elements;	/* likewise */
} XmlObjectRule;

extern const XmlObjectRule XmlEventRule;
extern const XmlObjectRule XmlHeaderRule;

/* the vocabularies of the answer to a query */
extern const XmlMemberRule XmlVocabularyListRule;

/* elements that an object may have, at most */
#define XML_RULES_MAX 32

/* whether a member of an object has this name in JSON */
extern bool XmlIsMemberName(const XmlObjectRule *rule, XmlSpan name);

/* whether the context of EPCIS defines a name, which cannot be a prefix then */
extern bool XmlIsEpcisTerm(XmlSpan name);

/* the rule of a member of JSON, or NULL */
extern const XmlMemberRule *XmlFindJsonRule(const XmlMemberRule *rules, XmlSpan name);

/* the rule of an element or attribute, or NULL */
extern const XmlMemberRule *XmlFindRule(const XmlMemberRule *rules, XmlSpan name);

#endif							/* SERIAL_INTERCHANGE_XML_RULE_H */
