/*-------------------------------------------------------------------------
 *
 * xml_text.h
 *	  Writing XML to a buffer, with the names of JSON-LD.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_XML_TEXT_H
#define SERIAL_INTERCHANGE_XML_XML_TEXT_H

#include "interchange/xml/epcis_xml.h"
#include "interchange/xml/json_tree.h"

#define XML_STANDARD_PREFIXES 8

/*
 * What is written, and the prefixes that are in force.
 */
typedef struct XmlConversion
{
	XmlBuffer	out;
	XmlProblem *problem;
	XmlArena	arena;
	EpcisXmlVersion version;
	const JsonNode *document_context;	/* or NULL */
	const JsonNode *event_context;
	bool		uses_standard[XML_STANDARD_PREFIXES];
	bool		uses_xsi;
} XmlConversion;

/*
 * How a member of an own namespace is written.
 */
typedef struct XmlTag
{
	XmlSpan		prefix;			/* may be empty */
	XmlSpan		local;
	XmlSpan		declared;		/* the namespace to declare here, or empty */
} XmlTag;

extern void XmlCannotSay(XmlConversion *conversion, const JsonNode *node,
						 const char *message, XmlSpan shown);
extern void XmlNotEpcis(XmlConversion *conversion, const JsonNode *node,
						const char *message, XmlSpan shown, const char *expected);

/* false: the name cannot be one in XML, which is noted as a problem */
extern bool XmlMakeTag(XmlConversion *conversion, const JsonNode *node, XmlSpan name,
					   XmlTag *tag);

/* the beginning of a tag, without ">" */
extern void XmlWriteTag(XmlConversion *conversion, const XmlTag *tag);
extern void XmlWriteEnd(XmlConversion *conversion, const XmlTag *tag);

extern void XmlWriteText(XmlConversion *conversion, XmlSpan value);
extern void XmlWriteAttribute(XmlConversion *conversion, const char *name, XmlSpan value);
extern void XmlWriteTagAttribute(XmlConversion *conversion, const XmlTag *tag,
								 XmlSpan value);

/*
 * The URI that a compact name stands for, in the arena; any other value as it
 * is.
 */
extern XmlSpan XmlExpandValue(XmlConversion *conversion, XmlSpan value);

/* a context must not have so many prefixes that looking them up takes long */
extern void XmlCheckContext(XmlConversion *conversion, const JsonNode *context);

/* notes that a prefix of the context of EPCIS is used */
extern void XmlUseStandardPrefix(XmlConversion *conversion, XmlSpan prefix);

/* an attribute xsi:type or xsi:nil; types are "xsd:" and a name */
extern void XmlWriteXsiAttribute(XmlConversion *conversion, const JsonNode *node,
								 const char *name, const char *value);

/* xmlns attributes for the prefixes of a context */
extern void XmlWriteDeclarations(XmlConversion *conversion, const JsonNode *context);

/* the same for all other prefixes that have been used, behind those of the root's context */
extern void XmlWriteUsedDeclarations(XmlConversion *conversion, const JsonNode *context);

#endif							/* SERIAL_INTERCHANGE_XML_XML_TEXT_H */
