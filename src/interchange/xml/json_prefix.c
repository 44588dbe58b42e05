/*-------------------------------------------------------------------------
 *
 * json_prefix.c
 *	  Prefixes of JSON-LD for the namespaces of an XML document.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/json_prefix.h"

#include <stdio.h>
#include <string.h>

#include "interchange/xml/rule.h"

#define MASTER_DATA_PREFIX "cbvmda"

/* longer prefixes of XML are not taken over */
#define PREFIX_MAX 40

static const char *const epcis_namespaces[] = {
	"urn:epcglobal:epcis:xsd:1",
	"urn:epcglobal:epcis:xsd:2",
	"urn:epcglobal:epcis-query:xsd:1",
	"urn:epcglobal:epcis-query:xsd:2",
	"urn:epcglobal:epcis-masterdata:xsd:1",
	"urn:epcglobal:epcis-masterdata:xsd:2"
};

/*
 * What the context of EPCIS binds.  XML names the vocabulary of master data
 * and the types of XML Schema without the last character.
 */
static const struct
{
	const char *prefix;
	const char *name;
}			standard_prefixes[] =

{
	{"epcis", "https://ref.gs1.org/epcis/"},
	{"cbv", "https://ref.gs1.org/cbv/"},
	{MASTER_DATA_PREFIX, "urn:epcglobal:cbv:mda"},
	{MASTER_DATA_PREFIX, "urn:epcglobal:cbv:mda:"},
	{MASTER_DATA_PREFIX, "urn:epcglobal:cbv:mda#"},
	{"gs1", "https://gs1.org/voc/"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"owl", "http://www.w3.org/2002/07/owl#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema"},
	{"dcterms", "http://purl.org/dc/terms/"}
};

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

void
JsonPrefixesInit(JsonPrefixes *prefixes, const XmlReader *reader, XmlArena *arena)
{
	prefixes->reader = reader;
	prefixes->arena = arena;
	prefixes->scheme_count = 0;
	JsonPrefixesReset(prefixes);
}

void
JsonPrefixesReset(JsonPrefixes *prefixes)
{
	prefixes->master_data_ns = XML_NS_NONE;
	prefixes->next_suffix = 2;
	memset(prefixes->roles, 0, sizeof(prefixes->roles));
	memset(prefixes->prefixes, 0, sizeof(prefixes->prefixes));
	memset(prefixes->is_standard, 0, sizeof(prefixes->is_standard));
}

static NamespaceRole
role_of_name(XmlSpan name)
{
	size_t		i;

	if (name.len == 0)
		return NAMESPACE_EPCIS;
	for (i = 0; i < LENGTH_OF(epcis_namespaces); i++)
		if (XmlSpanIs(name, epcis_namespaces[i]))
			return NAMESPACE_EPCIS;
	return XmlSpanIs(name, XSI_NAMESPACE) ? NAMESPACE_XSI : NAMESPACE_OWN;
}

NamespaceRole
JsonNamespaceRole(JsonPrefixes *prefixes, int ns)
{
	if (prefixes->roles[ns] == NAMESPACE_UNKNOWN)
		prefixes->roles[ns] = role_of_name(prefixes->reader->namespaces[ns]);
	return prefixes->roles[ns];
}

/*
 * Takes the prefix that the context of EPCIS has for a namespace, if any.
 */
static bool
take_standard_prefix(JsonPrefixes *prefixes, int ns)
{
	size_t		i;

	for (i = 0; i < LENGTH_OF(standard_prefixes); i++)
	{
		const char *prefix = standard_prefixes[i].prefix;

		if (XmlSpanIs(prefixes->reader->namespaces[ns], standard_prefixes[i].name))
		{
			prefixes->prefixes[ns] = XmlSpanOf(prefix);
			prefixes->is_standard[ns] = true;
			return true;
		}
	}
	return false;
}

bool
JsonIsUriScheme(XmlSpan prefix)
{
	static const char *const schemes[] = {
		"urn", "http", "https", "ni", "tag", "geo", "mailto", "tel", "did", "data",
		"info", "doi", "ftp", "file", "uuid", "iri", "ws", "wss", "ldap"
	};
	size_t		i;

	for (i = 0; i < LENGTH_OF(schemes); i++)
		if (XmlSpanIs(prefix, schemes[i]))
			return true;
	return false;
}

static bool
is_noted_scheme(const JsonPrefixes *prefixes, XmlSpan prefix)
{
	int			i;

	for (i = 0; i < prefixes->scheme_count; i++)
		if (XmlSpanEquals(prefixes->schemes[i], prefix))
			return true;
	return false;
}

bool
JsonAddUriScheme(JsonPrefixes *prefixes, XmlSpan scheme)
{
	char	   *copy;

	if (JsonIsUriScheme(scheme) || is_noted_scheme(prefixes, scheme))
		return true;
	if (prefixes->scheme_count == JSON_MAX_SCHEMES)
		return false;
	copy = XmlArenaAlloc(prefixes->arena, scheme.len);
	if (copy == NULL)
		return true;
	memcpy(copy, scheme.bytes, scheme.len);
	prefixes->schemes[prefixes->scheme_count++] = XmlSpanMake(copy, scheme.len);
	return true;
}

bool
JsonPrefixesClash(const JsonPrefixes *prefixes)
{
	int			ns;

	for (ns = 0; ns < prefixes->reader->namespace_count; ns++)
		if (!prefixes->is_standard[ns] && is_noted_scheme(prefixes, prefixes->prefixes[ns]))
			return true;
	return false;
}

static bool
is_taken(const JsonPrefixes *prefixes, XmlSpan prefix)
{
	size_t		i;
	int			ns;

	for (i = 0; i < LENGTH_OF(standard_prefixes); i++)
		if (XmlSpanIs(prefix, standard_prefixes[i].prefix))
			return true;
	if (JsonIsUriScheme(prefix) || is_noted_scheme(prefixes, prefix) || XmlIsEpcisTerm(prefix))
		return true;
	for (ns = 0; ns < prefixes->reader->namespace_count; ns++)
		if (XmlSpanEquals(prefixes->prefixes[ns], prefix))
			return true;
	return false;
}

/*
 * Makes a prefix that is not taken, by adding a number to another.
 */
static XmlSpan
make_prefix(JsonPrefixes *prefixes, XmlSpan xml_prefix)
{
	char	   *made = XmlArenaAlloc(prefixes->arena, PREFIX_MAX + 12);
	XmlSpan		prefix = {made, 0};

	if (made == NULL)
		return XmlSpanOf("ns");
	if (xml_prefix.len == 0 || xml_prefix.len > PREFIX_MAX)
		xml_prefix = XmlSpanOf("ns");
	do
		prefix.len = sprintf(made, "%.*s%d", (int) xml_prefix.len, xml_prefix.bytes,
							 prefixes->next_suffix++);
	while (is_taken(prefixes, prefix));
	return prefix;
}

XmlSpan
JsonPrefix(JsonPrefixes *prefixes, int ns, XmlSpan xml_prefix)
{
	if (prefixes->prefixes[ns].len > 0 || take_standard_prefix(prefixes, ns))
		return prefixes->prefixes[ns];
	if (xml_prefix.len == 0 || xml_prefix.len > PREFIX_MAX ||
		is_taken(prefixes, xml_prefix))
		xml_prefix = make_prefix(prefixes, xml_prefix);
	prefixes->prefixes[ns] = xml_prefix;
	return xml_prefix;
}

int
JsonCanonicalNamespace(JsonPrefixes *prefixes, int ns)
{
	if (ns == XML_NS_NONE || JsonNamespaceRole(prefixes, ns) == NAMESPACE_EPCIS)
		return ns;
	if (prefixes->prefixes[ns].len == 0)
		take_standard_prefix(prefixes, ns);
	if (!XmlSpanIs(prefixes->prefixes[ns], MASTER_DATA_PREFIX))
		return ns;
	if (prefixes->master_data_ns == XML_NS_NONE)
		prefixes->master_data_ns = ns;
	return prefixes->master_data_ns;
}
