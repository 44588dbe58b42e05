/*-------------------------------------------------------------------------
 *
 * own_element.c
 *	  Writing own members, which no table of EPCIS has, as XML.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/own_element.h"

#include <string.h>

#include "interchange/xml/reader.h"

bool
XmlIsOwnName(XmlSpan name)
{
	return name.len > 0 && name.bytes[0] != '@' &&
		memchr(name.bytes, ':', name.len) != NULL;
}

static bool
has_outer_space(XmlSpan value)
{
	return value.len > 0 &&
		(XmlIsSpace(value.bytes[0]) || XmlIsSpace(value.bytes[value.len - 1]));
}

static void
write_space_attribute(XmlConversion *conversion, XmlSpan value)
{
	if (has_outer_space(value))
		XmlWriteAttribute(conversion, "xml:space", XmlSpanOf("preserve"));
}

void
XmlCheckAttributeNames(XmlConversion *conversion, const JsonNode *object, char sign)
{
	XmlSpan		names[XML_MAX_ATTRIBUTES];
	const JsonNode *member;
	int			count = 0;
	int			i;

	for (member = object->first; member != NULL; member = member->next)
	{
		XmlSpan		name = member->name;

		if (sign != '\0' && (name.len < 2 || name.bytes[0] != sign))
			continue;
		if (sign != '\0')
			name = XmlSpanMake(name.bytes + 1, name.len - 1);
		if (count == XML_MAX_ATTRIBUTES)
		{
			XmlCannotSay(conversion, object, "XML has no form for so many attributes",
						 XmlSpanOf(""));
			return;
		}
		names[count] = XmlExpandValue(conversion, name);
		for (i = 0; i < count; i++)
			if (XmlSpanEquals(names[i], names[count]))
				XmlCannotSay(conversion, member, "attribute \"%s\" is there twice", name);
		count++;
	}
}

void
XmlWriteOwnAttribute(XmlConversion *conversion, XmlSpan name, const JsonNode *node)
{
	XmlTag		tag;

	if (!XmlMakeTag(conversion, node, name, &tag))
		return;
	if (tag.declared.len > 0 || !JsonIsScalar(node))
		XmlCannotSay(conversion, node, "XML has no form for \"%s\" as an attribute", name);
	if (XmlSpanBeginsWith(node->value, "xsd:"))
		XmlUseStandardPrefix(conversion, XmlSpanOf("xsd"));
	XmlWriteTagAttribute(conversion, &tag, JsonScalarSpan(node));
}

/*
 * An object: attributes, elements and a text.
 */
static void
write_own_object(XmlConversion *conversion, const JsonNode *object)
{
	const JsonNode *content = JsonMember(object, "#text");
	const JsonNode *member;

	XmlCheckAttributeNames(conversion, object, '@');
	for (member = object->first; member != NULL; member = member->next)
		if (member->name.len > 1 && member->name.bytes[0] == '@')
			XmlWriteOwnAttribute(conversion,
								 XmlSpanMake(member->name.bytes + 1, member->name.len - 1),
								 member);
	if (content != NULL)
		write_space_attribute(conversion, content->value);
	XmlBufferAppendChar(&conversion->out, '>');
	for (member = object->first; member != NULL; member = member->next)
		if (member->name.len == 0 ||
			(member->name.bytes[0] != '@' && !XmlSpanIs(member->name, "#text")))
			XmlWriteOwn(conversion, member->name, member);
	if (content != NULL && !JsonIsScalar(content))
		XmlCannotSay(conversion, content, "XML has no form for an object as a text",
					 XmlSpanOf(""));
	if (content != NULL)
		XmlWriteText(conversion, JsonScalarSpan(content));
}

void
XmlWriteOwnValue(XmlConversion *conversion, const JsonNode *node)
{
	switch (node->kind)
	{
		case JSON_OBJECT:
			write_own_object(conversion, node);
			return;
		case JSON_ARRAY:
			XmlCannotSay(conversion, node, "XML has no form for an array in an array",
						 XmlSpanOf(""));
			return;
		case JSON_NULL:
			XmlWriteXsiAttribute(conversion, node, "xsi:nil", "true");
			break;
		case JSON_NUMBER:
			XmlWriteXsiAttribute(conversion, node, "xsi:type",
								 memchr(node->value.bytes, 'e', node->value.len) == NULL &&
								 memchr(node->value.bytes, 'E', node->value.len) == NULL
								 ? "xsd:decimal" : "xsd:double");
			break;
		case JSON_TRUE:
		case JSON_FALSE:
			XmlWriteXsiAttribute(conversion, node, "xsi:type", "xsd:boolean");
			break;
		case JSON_STRING:
			write_space_attribute(conversion, node->value);
			break;
	}
	XmlBufferAppendChar(&conversion->out, '>');
	if (node->kind != JSON_NULL)
		XmlWriteText(conversion, JsonScalarSpan(node));
}

static void
write_own_element(XmlConversion *conversion, XmlSpan name, const JsonNode *node)
{
	XmlTag		tag;

	if (!XmlMakeTag(conversion, node, name, &tag))
		return;
	XmlWriteTag(conversion, &tag);
	XmlWriteOwnValue(conversion, node);
	XmlWriteEnd(conversion, &tag);
}

void
XmlWriteOwn(XmlConversion *conversion, XmlSpan name, const JsonNode *node)
{
	const JsonNode *element;

	if (node->kind != JSON_ARRAY)
	{
		write_own_element(conversion, name, node);
		return;
	}
	for (element = node->first; element != NULL; element = element->next)
		write_own_element(conversion, name, element);
}
