/*-------------------------------------------------------------------------
 *
 * xml_text.c
 *	  Writing XML to a buffer, with the names of JSON-LD.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/xml_text.h"

#include <stdio.h>

#include "interchange/xml/character.h"
#include "interchange/xml/json_prefix.h"

/* for names that are URIs, which no prefix has */
#define URI_PREFIX "uri"

/*
 * What the context of EPCIS binds, and what XML binds for it.
 */
static const struct
{
	const char *prefix;
	const char *json;
	const char *xml;
}			standard_prefixes[XML_STANDARD_PREFIXES] =

{
	{"epcis", "https://ref.gs1.org/epcis/", "https://ref.gs1.org/epcis/"},
	{"cbv", "https://ref.gs1.org/cbv/", "https://ref.gs1.org/cbv/"},
	{"cbvmda", "urn:epcglobal:cbv:mda:", "urn:epcglobal:cbv:mda"},
	{"gs1", "https://gs1.org/voc/", "https://gs1.org/voc/"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2000/01/rdf-schema#"},
	{"owl", "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2002/07/owl#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/2001/XMLSchema"},
	{"dcterms", "http://purl.org/dc/terms/", "http://purl.org/dc/terms/"}
};

/* prefixes that a context may have */
#define CONTEXT_MAX 1000

/* the prefix of EPCIS itself, which the root element declares otherwise */
#define STANDARD_EPCIS 0

void
XmlCannotSay(XmlConversion *conversion, const JsonNode *node, const char *message,
			 XmlSpan shown)
{
	XmlProblemSet(conversion->problem, XML_CANNOT_SAY, node->offset, message, shown, "");
}

void
XmlNotEpcis(XmlConversion *conversion, const JsonNode *node, const char *message,
			XmlSpan shown, const char *expected)
{
	XmlProblemSet(conversion->problem, XML_NOT_EPCIS, node->offset, message, shown,
				  expected);
}

/*
 * Prefixes
 */

static int
find_standard_prefix(XmlSpan prefix)
{
	int			i;

	for (i = 0; i < XML_STANDARD_PREFIXES; i++)
		if (XmlSpanIs(prefix, standard_prefixes[i].prefix))
			return i;
	return -1;
}

/*
 * The namespace in a definition, which is a string or {"@id": ...}; NULL if it
 * is none.
 */
static const JsonNode *
definition_namespace(const JsonNode *definition)
{
	if (definition->kind == JSON_OBJECT)
		definition = JsonMember(definition, "@id");
	if (definition == NULL || definition->kind != JSON_STRING ||
		XmlSpanTrim(definition->value).len == 0)
		return NULL;
	return definition;
}

/*
 * The definition of a prefix, the last one of those in a context.
 */
static const JsonNode *
find_definition(const JsonNode *context, XmlSpan prefix)
{
	const JsonNode *found = NULL;
	const JsonNode *entry;

	if (context == NULL)
		return NULL;
	for (entry = context->first; entry != NULL; entry = entry->next)
	{
		const JsonNode *candidate = NULL;

		if (context->kind == JSON_ARRAY)
			candidate = entry->kind == JSON_OBJECT ? find_definition(entry, prefix) : NULL;
		else if (XmlSpanEquals(entry->name, prefix))
			candidate = entry;
		if (candidate != NULL)
			found = candidate;
	}
	return found;
}

/*
 * XML reserves two prefixes and their namespaces.
 */
static bool
is_reserved(XmlSpan prefix, XmlSpan name)
{
	bool		is_xml;

	/* readers of XML ignore blanks around the name */
	name = XmlSpanTrim(name);
	is_xml = XmlSpanIs(name, "http://www.w3.org/XML/1998/namespace");
	return XmlSpanIs(prefix, "xmlns") || XmlSpanIs(name, "http://www.w3.org/2000/xmlns/") ||
		XmlSpanIs(prefix, "xml") != is_xml;
}

/*
 * The namespace of a prefix that is no standard one, or NULL.
 */
static const JsonNode *
find_own_prefix(const XmlConversion *conversion, XmlSpan prefix)
{
	const JsonNode *definition = find_definition(conversion->event_context, prefix);

	const JsonNode *name;

	if (definition == NULL)
		definition = find_definition(conversion->document_context, prefix);
	name = definition == NULL ? NULL : definition_namespace(definition);
	return name == NULL || is_reserved(prefix, name->value) ? NULL : name;
}

void
XmlUseStandardPrefix(XmlConversion *conversion, XmlSpan prefix)
{
	int			standard = find_standard_prefix(prefix);

	if (standard >= 0)
		conversion->uses_standard[standard] = true;
}

/*
 * Divides "prefix:local" at its first colon.  False: it is no compact name.
 */
static bool
split_compact(XmlSpan name, XmlSpan *prefix, XmlSpan *local)
{
	const char *colon = memchr(name.bytes, ':', name.len);

	if (colon == NULL)
		return false;
	*prefix = XmlSpanMake(name.bytes, colon - name.bytes);
	*local = XmlSpanMake(colon + 1, name.len - prefix->len - 1);
	return local->len < 2 || memcmp(local->bytes, "//", 2) != 0;
}

XmlSpan
XmlExpandValue(XmlConversion *conversion, XmlSpan value)
{
	XmlSpan		prefix;
	XmlSpan		local;
	XmlSpan		name;
	const JsonNode *own;
	int			standard;
	char	   *expanded;

	if (!split_compact(value, &prefix, &local))
		return value;
	standard = find_standard_prefix(prefix);
	own = find_own_prefix(conversion, prefix);
	if (standard >= 0)
		name = XmlSpanOf(standard_prefixes[standard].json);
	else if (own != NULL)
		name = own->value;
	else
		return value;
	expanded = XmlArenaAlloc(&conversion->arena, name.len + local.len);
	if (expanded == NULL)
		return value;
	memcpy(expanded, name.bytes, name.len);
	memcpy(expanded + name.len, local.bytes, local.len);
	return XmlSpanMake(expanded, name.len + local.len);
}

static size_t
count_definitions(const JsonNode *context)
{
	const JsonNode *entry;
	size_t		count = 0;

	if (context == NULL)
		return 0;
	for (entry = context->first; entry != NULL; entry = entry->next)
		count += 1 + (context->kind == JSON_ARRAY && entry->kind == JSON_OBJECT
					  ? count_definitions(entry) : 0);
	return count;
}

void
XmlCheckContext(XmlConversion *conversion, const JsonNode *context)
{
	if (count_definitions(context) > CONTEXT_MAX)
		XmlProblemSet(conversion->problem, XML_TOO_LARGE, context->offset,
					  "@context has too many prefixes", XmlSpanOf(""), "at most 1000");
}

/*
 * Tags
 */

static bool
is_name(XmlSpan name)
{
	return name.len > 0 && XmlNameLength(name.bytes, name.len) == name.len;
}

/*
 * A name that is a URI is divided behind its last separator, and its namespace
 * declared where it is used.
 */
static bool
make_uri_tag(XmlConversion *conversion, const JsonNode *node, XmlSpan uri, XmlSpan name,
			 XmlTag *tag)
{
	size_t		local = uri.len;

	while (local > 0 && strchr("#/:", uri.bytes[local - 1]) == NULL)
		local--;
	tag->prefix = XmlSpanOf(URI_PREFIX);
	tag->local = XmlSpanMake(uri.bytes + local, uri.len - local);
	tag->declared = XmlSpanMake(uri.bytes, local);
	if (local > 0 && is_name(tag->local) &&
		find_own_prefix(conversion, tag->prefix) == NULL)
		return true;
	XmlCannotSay(conversion, node, "XML has no form for the name \"%s\"", name);
	return false;
}

bool
XmlMakeTag(XmlConversion *conversion, const JsonNode *node, XmlSpan name, XmlTag *tag)
{
	int			standard;

	tag->prefix = tag->declared = XmlSpanOf("");
	tag->local = name;
	if (memchr(name.bytes, ':', name.len) == NULL)
	{
		if (is_name(name))
			return true;
		XmlCannotSay(conversion, node, "XML has no form for the name \"%s\"", name);
		return false;
	}
	if (!split_compact(name, &tag->prefix, &tag->local))
		return make_uri_tag(conversion, node, name, name, tag);
	standard = find_standard_prefix(tag->prefix);
	if (standard == STANDARD_EPCIS)
		return make_uri_tag(conversion, node, XmlExpandValue(conversion, name), name, tag);
	if (standard >= 0)
		conversion->uses_standard[standard] = true;
	else if (find_own_prefix(conversion, tag->prefix) == NULL)
	{
		if (JsonIsUriScheme(tag->prefix))
			return make_uri_tag(conversion, node, name, name, tag);
		XmlNotEpcis(conversion, node, "the prefix of \"%s\" is not declared", name,
					"a prefix that @context declares");
		return false;
	}
	if (is_name(tag->prefix) && is_name(tag->local))
		return true;
	XmlCannotSay(conversion, node, "XML has no form for the name \"%s\"", name);
	return false;
}

static void
write_tag_name(XmlConversion *conversion, const XmlTag *tag)
{
	if (tag->prefix.len > 0)
	{
		XmlBufferAppendSpan(&conversion->out, tag->prefix);
		XmlBufferAppendChar(&conversion->out, ':');
	}
	XmlBufferAppendSpan(&conversion->out, tag->local);
}

void
XmlWriteTag(XmlConversion *conversion, const XmlTag *tag)
{
	XmlBufferAppendChar(&conversion->out, '<');
	write_tag_name(conversion, tag);
	if (tag->declared.len > 0)
		XmlWriteAttribute(conversion, "xmlns:" URI_PREFIX, tag->declared);
}

void
XmlWriteEnd(XmlConversion *conversion, const XmlTag *tag)
{
	XmlBufferAppendString(&conversion->out, "</");
	write_tag_name(conversion, tag);
	XmlBufferAppendChar(&conversion->out, '>');
}

/*
 * Texts
 */

static void
write_escaped(XmlConversion *conversion, XmlSpan value, bool is_attribute)
{
	size_t		begin = 0;
	size_t		i;

	for (i = 0; i < value.len; i++)
	{
		char		c = value.bytes[i];
		const char *escape = c == '&' ? "&amp;" : c == '<' ? "&lt;" :
		c == '>' ? "&gt;" : c == '\r' ? "&#13;" : !is_attribute ? NULL :
		c == '"' ? "&quot;" : c == '\n' ? "&#10;" : c == '\t' ? "&#9;" : NULL;

		if (escape == NULL)
			continue;
		XmlBufferAppend(&conversion->out, value.bytes + begin, i - begin);
		XmlBufferAppendString(&conversion->out, escape);
		begin = i + 1;
	}
	XmlBufferAppend(&conversion->out, value.bytes + begin, value.len - begin);
}

void
XmlWriteText(XmlConversion *conversion, XmlSpan value)
{
	write_escaped(conversion, value, false);
}

static void
write_attribute_value(XmlConversion *conversion, XmlSpan value)
{
	XmlBufferAppendString(&conversion->out, "=\"");
	write_escaped(conversion, value, true);
	XmlBufferAppendChar(&conversion->out, '"');
}

void
XmlWriteAttribute(XmlConversion *conversion, const char *name, XmlSpan value)
{
	XmlBufferAppendChar(&conversion->out, ' ');
	XmlBufferAppendString(&conversion->out, name);
	write_attribute_value(conversion, value);
}

void
XmlWriteTagAttribute(XmlConversion *conversion, const XmlTag *tag, XmlSpan value)
{
	XmlBufferAppendChar(&conversion->out, ' ');
	write_tag_name(conversion, tag);
	write_attribute_value(conversion, value);
}

void
XmlWriteXsiAttribute(XmlConversion *conversion, const JsonNode *node, const char *name,
					 const char *value)
{
	const JsonNode *own = find_own_prefix(conversion, XmlSpanOf("xsi"));

	if (own != NULL && !XmlSpanIs(own->value, XSI_NAMESPACE))
		XmlCannotSay(conversion, node, "prefix \"%s\" is needed for XML Schema",
					 XmlSpanOf("xsi"));
	conversion->uses_xsi = true;
	if (strncmp(value, "xsd:", 4) == 0)
		XmlUseStandardPrefix(conversion, XmlSpanOf("xsd"));
	XmlWriteAttribute(conversion, name, XmlSpanOf(value));
}

/*
 * Declarations
 */

static void
write_declaration(XmlConversion *conversion, XmlSpan prefix, XmlSpan name)
{
	XmlBufferAppendString(&conversion->out, " xmlns:");
	XmlBufferAppendSpan(&conversion->out, prefix);
	write_attribute_value(conversion, name);
}

static void
write_declarations_of(XmlConversion *conversion, const JsonNode *context,
					  const JsonNode *object)
{
	const JsonNode *definition;

	for (definition = object->first; definition != NULL; definition = definition->next)
	{
		const JsonNode *name = definition_namespace(definition);

		if (name != NULL && is_name(definition->name) &&
			!is_reserved(definition->name, name->value) &&
			find_standard_prefix(definition->name) < 0 &&
			find_definition(context, definition->name) == definition)
			write_declaration(conversion, definition->name, name->value);
	}
}

void
XmlWriteDeclarations(XmlConversion *conversion, const JsonNode *context)
{
	const JsonNode *entry;

	if (context == NULL)
		return;
	if (context->kind == JSON_OBJECT)
		write_declarations_of(conversion, context, context);
	else if (context->kind == JSON_ARRAY)
		for (entry = context->first; entry != NULL; entry = entry->next)
			if (entry->kind == JSON_OBJECT)
				write_declarations_of(conversion, context, entry);
}

void
XmlWriteUsedDeclarations(XmlConversion *conversion, const JsonNode *context)
{
	XmlSpan		xsi = XmlSpanOf("xsi");
	int			i;

	for (i = 0; i < XML_STANDARD_PREFIXES; i++)
		if (conversion->uses_standard[i] && i != STANDARD_EPCIS)
			write_declaration(conversion, XmlSpanOf(standard_prefixes[i].prefix),
							  XmlSpanOf(standard_prefixes[i].xml));
	if (conversion->uses_xsi && find_definition(context, xsi) == NULL)
		write_declaration(conversion, xsi, XmlSpanOf(XSI_NAMESPACE));
}
