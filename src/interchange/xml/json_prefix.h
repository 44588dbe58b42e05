/*-------------------------------------------------------------------------
 *
 * json_prefix.h
 *	  Prefixes of JSON-LD for the namespaces of an XML document.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 * In XML a prefix can be declared again in any element; a JSON document has
 * one context.  So each namespace has one prefix in the whole document: that
 * which XML has for it, unless another namespace has taken it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_JSON_PREFIX_H
#define SERIAL_INTERCHANGE_XML_JSON_PREFIX_H

#include "interchange/xml/reader.h"

#define EPCIS_CONTEXT \
	"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
#define SBDH_NAMESPACE \
	"http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
#define XSI_NAMESPACE	"http://www.w3.org/2001/XMLSchema-instance"

typedef enum NamespaceRole
{
	NAMESPACE_UNKNOWN,			/* nobody has asked yet */
	NAMESPACE_EPCIS,			/* none, or one of EPCIS */
	NAMESPACE_XSI,
	NAMESPACE_OWN
} NamespaceRole;

#define JSON_MAX_SCHEMES	1000

typedef struct JsonPrefixes
{
	const XmlReader *reader;	/* whose namespaces they are */
	XmlArena   *arena;			/* of prefixes that had to be made */
	int			master_data_ns; /* the first in which master data is named */
	int			next_suffix;
	NamespaceRole roles[XML_MAX_NAMESPACES];
	XmlSpan		prefixes[XML_MAX_NAMESPACES];	/* empty: not used yet */
	bool		is_standard[XML_MAX_NAMESPACES];	/* in EPCIS' context */
	int			scheme_count;
	XmlSpan		schemes[JSON_MAX_SCHEMES];	/* that cannot be prefixes */
} JsonPrefixes;

extern void JsonPrefixesInit(JsonPrefixes *prefixes, const XmlReader *reader,
							 XmlArena *arena);
extern NamespaceRole JsonNamespaceRole(JsonPrefixes *prefixes, int ns);

/* the same number for namespaces that name the same */
extern int	JsonCanonicalNamespace(JsonPrefixes *prefixes, int ns);

/*
 * The prefix of a namespace, if possible the one that XML has for it.
 */
extern XmlSpan JsonPrefix(JsonPrefixes *prefixes, int ns, XmlSpan xml_prefix);

/* whether it begins URIs, so that it cannot be a prefix */
extern bool JsonIsUriScheme(XmlSpan prefix);

/*
 * Notes that a value begins with a prefix that XML does not declare there: to JSON
 * it must not be one either.  False: there are too many such, or there is no memory.
 */
extern bool JsonAddUriScheme(JsonPrefixes *prefixes, XmlSpan scheme);

/*
 * Has a namespace got a prefix that was noted to be a URI scheme later?  Then the
 * document is to be written again, after JsonPrefixesReset(), which keeps the schemes.
 */
extern bool JsonPrefixesClash(const JsonPrefixes *prefixes);
extern void JsonPrefixesReset(JsonPrefixes *prefixes);

#endif							/* SERIAL_INTERCHANGE_XML_JSON_PREFIX_H */
