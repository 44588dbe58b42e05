/*-------------------------------------------------------------------------
 *
 * json_conversion.c
 *	  What the writers of JSON share: the conversion, tests of elements, and nodes.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/json_conversion.h"

#include <string.h>

void
JsonUnexpected(JsonConversion *conversion, size_t offset, const char *message,
			   XmlSpan shown, const char *expected)
{
	XmlProblemSet(conversion->problem, XML_NOT_EPCIS, offset, message, shown,
				  expected);
}

void *
JsonConversionAlloc(JsonConversion *conversion, size_t size)
{
	return XmlAlloc(conversion->reader.arena, size, conversion->problem, 0);
}

bool
JsonIsEpcis(JsonConversion *conversion, int ns)
{
	return JsonNamespaceRole(&conversion->prefixes, ns) == NAMESPACE_EPCIS;
}

bool
JsonIsXsi(JsonConversion *conversion, int ns)
{
	return JsonNamespaceRole(&conversion->prefixes, ns) == NAMESPACE_XSI;
}

bool
JsonNodeIs(JsonConversion *conversion, const XmlNode *node, const char *name)
{
	return XmlSpanIs(node->local, name) && JsonIsEpcis(conversion, node->ns);
}

bool
JsonIsWrapper(JsonConversion *conversion, int ns, XmlSpan local)
{
	return (XmlSpanIs(local, "extension") || XmlSpanIs(local, "baseExtension")) &&
		JsonIsEpcis(conversion, ns);
}

bool
JsonIsNil(JsonConversion *conversion, const XmlNode *node)
{
	int			i;

	for (i = 0; i < node->attribute_count; i++)
	{
		const XmlAttribute *attribute = &node->attributes[i];

		if (JsonIsXsi(conversion, attribute->ns) && XmlSpanIs(attribute->local, "nil"))
		{
			XmlSpan		value = XmlSpanTrim(attribute->value);

			return node->first == NULL && XmlSpanTrim(node->value).len == 0 &&
				(XmlSpanIs(value, "true") || XmlSpanIs(value, "1"));
		}
	}
	return false;
}

void
JsonNodeListAdd(JsonConversion *conversion, JsonNodeList *list, XmlNode *node)
{
	if (list->count == list->size)
	{
		size_t		size = list->size == 0 ? 8 : list->size * 2;
		XmlNode   **nodes = JsonConversionAlloc(conversion, size * sizeof(XmlNode *));

		if (nodes == NULL)
			return;
		if (list->count > 0)
			memcpy(nodes, list->nodes, list->count * sizeof(XmlNode *));
		list->nodes = nodes;
		list->size = size;
	}
	list->nodes[list->count++] = node;
}

XmlNode *
JsonAttributeNode(JsonConversion *conversion, const XmlAttribute *attribute)
{
	XmlNode    *node = JsonConversionAlloc(conversion, sizeof(XmlNode));

	if (node == NULL)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->prefix = attribute->prefix;
	node->local = attribute->local;
	node->ns = attribute->ns;
	node->offset = attribute->offset;
	node->value = attribute->value;
	node->keeps_space = true;
	return node;
}

XmlNode *
JsonMakeElement(JsonConversion *conversion, const char *name, size_t offset)
{
	XmlNode    *node = JsonConversionAlloc(conversion, sizeof(XmlNode));

	if (node == NULL)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->local = XmlSpanOf(name);
	node->value = XmlSpanOf("");
	node->offset = offset;
	return node;
}
