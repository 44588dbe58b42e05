/*-------------------------------------------------------------------------
 *
 * own_member.c
 *	  Writing own members, which no table of EPCIS has, as JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/own_member.h"

#include <stdlib.h>
#include <string.h>

#include "interchange/xml/json_scalar.h"
#include "interchange/xml/json_text.h"

static const XmlSpan nothing = {"", 0};

/*
 * The local name in the namespace of XML Schema that xsi:type gives, if it is
 * the only attribute; empty if not.
 */
static XmlSpan
schema_type(JsonConversion *conversion, const XmlNode *node)
{
	const XmlAttribute *attribute = node->attributes;
	XmlSpan		value;
	const char *colon;

	if (node->attribute_count != 1 || node->first != NULL ||
		!JsonIsXsi(conversion, attribute->ns) || !XmlSpanIs(attribute->local, "type") ||
		!XmlSpanIs(conversion->reader.namespaces[attribute->value_ns],
				   "http://www.w3.org/2001/XMLSchema"))
		return nothing;
	value = XmlSpanTrim(attribute->value);
	colon = memchr(value.bytes, ':', value.len);
	return XmlSpanMake(colon + 1, value.len - (colon + 1 - value.bytes));
}

/*
 * A number or boolean that is declared to be one.  False: it is neither.
 */
static bool
write_typed_value(JsonConversion *conversion, const XmlNode *node)
{
	XmlSpan		type = schema_type(conversion, node);
	XmlSpan		value = XmlSpanTrim(node->value);

	if (XmlSpanIs(type, "decimal") && JsonIsNumber(value))
		JsonNumber(&conversion->out, value);
	else if (XmlSpanIs(type, "boolean"))
		JsonWriteBoolean(conversion, value);
	else
		return false;
	return true;
}

static bool
has_own_attributes(const XmlNode *node)
{
	int			i;

	for (i = 0; i < node->attribute_count; i++)
		if (node->attributes[i].ns != XML_NS_XML ||
			!XmlSpanIs(node->attributes[i].local, "space"))
			return true;
	return false;
}

static void
write_attribute(JsonConversion *conversion, const XmlAttribute *attribute)
{
	XmlSpan		prefix = nothing;

	if (attribute->ns == XML_NS_XML && XmlSpanIs(attribute->local, "space"))
		return;
	if (attribute->ns != XML_NS_NONE)
		prefix = JsonPrefix(&conversion->prefixes, attribute->ns, attribute->prefix);
	JsonPrefixedName(&conversion->out, "@", prefix, attribute->local);
	if (JsonIsXsi(conversion, attribute->ns) && XmlSpanIs(attribute->local, "type"))
		JsonWriteWord(conversion, attribute->value, attribute->value_ns);
	else
		JsonString(&conversion->out, attribute->value);
}

/*
 * Any value: a text, or an object of attributes, elements and text.
 */
void
JsonWriteOwnValue(JsonConversion *conversion, XmlNode *node)
{
	XmlSpan		value = node->keeps_space ? node->value : XmlSpanTrim(node->value);
	JsonNodeList children = {NULL, 0, 0};
	XmlNode    *child;
	int			i;

	if (node->first == NULL && !has_own_attributes(node))
	{
		JsonString(&conversion->out, value);
		return;
	}
	if (node->attribute_count == 1 && JsonIsNil(conversion, node))
	{
		JsonLiteral(&conversion->out, "null");
		return;
	}
	if (write_typed_value(conversion, node))
		return;
	JsonOpen(&conversion->out, '{');
	for (i = 0; i < node->attribute_count; i++)
		write_attribute(conversion, &node->attributes[i]);
	for (child = node->first; child != NULL; child = child->next)
		JsonNodeListAdd(conversion, &children, child);
	JsonWriteOwnMembers(conversion, children.nodes, children.count);
	if (value.len > 0 && (node->first == NULL || XmlSpanTrim(value).len > 0))
	{
		JsonName(&conversion->out, "#text");
		JsonString(&conversion->out, value);
	}
	JsonClose(&conversion->out, '}');
}

/*
 * A node with what it is sorted by.
 */
typedef struct NamedNode
{
	int			ns;
	size_t		position;
	XmlNode    *node;
} NamedNode;

static int
compare_names(const NamedNode *a, const NamedNode *b)
{
	XmlSpan		left = a->node->local;
	XmlSpan		right = b->node->local;

	if (a->ns != b->ns)
		return a->ns < b->ns ? -1 : 1;
	if (left.len != right.len)
		return left.len < right.len ? -1 : 1;
	return memcmp(left.bytes, right.bytes, left.len);
}

static int
compare_named_nodes(const void *a, const void *b)
{
	const NamedNode *left = a;
	const NamedNode *right = b;
	int			result = compare_names(left, right);

	if (result != 0)
		return result;
	return left->position < right->position ? -1 : 1;
}

/*
 * Chains the nodes of each name.  They are sorted, as there may be many.
 */
static void
chain_same_names(JsonConversion *conversion, XmlNode **nodes, size_t count)
{
	NamedNode  *named = JsonConversionAlloc(conversion, count * sizeof(NamedNode));
	size_t		i;

	if (named == NULL)
		return;
	for (i = 0; i < count; i++)
	{
		named[i].ns = JsonCanonicalNamespace(&conversion->prefixes, nodes[i]->ns);
		named[i].position = i;
		named[i].node = nodes[i];
		nodes[i]->same = NULL;
		nodes[i]->is_repeated = false;
	}
	qsort(named, count, sizeof(NamedNode), compare_named_nodes);
	for (i = 1; i < count; i++)
		if (compare_names(&named[i - 1], &named[i]) == 0)
		{
			named[i - 1].node->same = named[i].node;
			named[i].node->is_repeated = true;
		}
}

void
JsonWriteOwnMembers(JsonConversion *conversion, XmlNode **nodes, size_t count)
{
	size_t		i;

	if (count > 1)
		chain_same_names(conversion, nodes, count);
	for (i = 0; i < count; i++)
	{
		XmlNode    *node = nodes[i];
		XmlSpan		prefix = nothing;

		if (node->is_repeated)
			continue;
		if (node->ns != XML_NS_NONE)
			prefix = JsonPrefix(&conversion->prefixes, node->ns, node->prefix);
		JsonPrefixedName(&conversion->out, "", prefix, node->local);
		if (node->same == NULL)
			JsonWriteOwnValue(conversion, node);
		else
		{
			JsonOpen(&conversion->out, '[');
			for (; node != NULL; node = node->same)
				JsonWriteOwnValue(conversion, node);
			JsonClose(&conversion->out, ']');
		}
	}
}
