/*-------------------------------------------------------------------------
 *
 * to_json.c
 *	  Writing elements of EPCIS in XML as JSON.
 *
 * What an element becomes is looked up in the tables of rule.c.  An element
 * that they do not have is written as an own member, under its bare name if it
 * has no namespace: whether a document may have it is not decided here.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/to_json.h"

#include <string.h>

#include "interchange/xml/json_scalar.h"
#include "interchange/xml/json_text.h"
#include "interchange/xml/own_member.h"

/*
 * The elements of an object, by their rules.
 */
typedef struct CollectedMembers
{
	const XmlMemberRule *rules[XML_RULES_MAX];	/* in the order of the
												 * document */
	int			count;
	XmlNode    *first[XML_RULES_MAX];
	XmlNode    *last[XML_RULES_MAX];
	JsonNodeList own;
} CollectedMembers;

static bool
is_wrapper(JsonConversion *conversion, const XmlNode *node)
{
	return JsonIsWrapper(conversion, node->ns, node->local);
}

/*
 * White space and types of XML Schema are no content.
 */
static bool
is_content(JsonConversion *conversion, const XmlAttribute *attribute)
{
	if (attribute->ns == XML_NS_XML)
		return !XmlSpanIs(attribute->local, "space");
	return !JsonIsXsi(conversion, attribute->ns);
}

static void
check_text_only(JsonConversion *conversion, const XmlNode *node)
{
	if (node->first != NULL)
		JsonUnexpected(conversion, node->first->offset, "element \"%s\" must contain only a text",
					   node->local, "no element inside it");
}

static void
check_no_attributes(JsonConversion *conversion, const XmlNode *node)
{
	int			i;

	for (i = 0; i < node->attribute_count; i++)
		if (is_content(conversion, &node->attributes[i]))
			JsonUnexpected(conversion, node->attributes[i].offset,
						   "attribute \"%s\" is not known here",
						   node->attributes[i].local, "no attribute");
}

static void
write_text_node(JsonConversion *conversion, const XmlNode *node, XmlMemberKind kind)
{
	check_text_only(conversion, node);
	check_no_attributes(conversion, node);
	JsonWriteScalar(conversion, kind, node->value, node->value_ns);
}

/*
 * Lists
 */

static void
check_no_text(JsonConversion *conversion, const XmlNode *node)
{
	if (XmlSpanTrim(node->value).len > 0)
		JsonUnexpected(conversion, node->offset, "element \"%s\" must not contain a text",
					   node->local, "elements inside it");
}

/*
 * Attributes of an item besides its type, as members: the check of the event
 * refuses them, and other events of the document are read.
 */
static void
write_item_attributes(JsonConversion *conversion, const XmlNode *node, const char *name)
{
	JsonNodeList own = {NULL, 0, 0};
	int			i;

	for (i = 0; i < node->attribute_count; i++)
	{
		const XmlAttribute *attribute = &node->attributes[i];
		XmlNode    *member;

		if (!is_content(conversion, attribute) || attribute == XmlNodeAttribute(node, "type"))
			continue;
		if (attribute->ns == XML_NS_NONE && XmlSpanIs(attribute->local, name))
			JsonUnexpected(conversion, attribute->offset, "attribute \"%s\" is not known here",
						   attribute->local, "no other attribute");
		else if ((member = JsonAttributeNode(conversion, attribute)) != NULL)
			JsonNodeListAdd(conversion, &own, member);
	}
	JsonWriteOwnMembers(conversion, own.nodes, own.count);
}

/*
 * A bizTransaction, source or destination.
 */
static void
write_typed_item(JsonConversion *conversion, const XmlNode *node, const char *name)
{
	const XmlAttribute *type = XmlNodeAttribute(node, "type");

	check_text_only(conversion, node);
	JsonOpen(&conversion->out, '{');
	if (type != NULL)
	{
		JsonName(&conversion->out, "type");
		JsonWriteWord(conversion, type->value, type->value_ns);
	}
	JsonName(&conversion->out, name);
	JsonWriteWord(conversion, node->value, node->value_ns);
	write_item_attributes(conversion, node, name);
	JsonClose(&conversion->out, '}');
}

static void
write_item(JsonConversion *conversion, XmlNode *node, const XmlMemberRule *rule)
{
	if (!JsonNodeIs(conversion, node, rule->item))
		JsonUnexpected(conversion, node->offset, "element \"%s\" is not known here",
					   node->local, rule->item);
	else if (rule->kind == XML_MEMBER_STRINGS)
		write_text_node(conversion, node, XML_MEMBER_WORD);
	else if (rule->kind == XML_MEMBER_TYPED)
		write_typed_item(conversion, node, rule->item);
	else
		JsonWriteObject(conversion, node, rule->object);
}

static void
write_json_list(JsonConversion *conversion, XmlNode *node, const XmlMemberRule *rule)
{
	XmlNode    *item;

	check_no_text(conversion, node);
	check_no_attributes(conversion, node);
	JsonOpen(&conversion->out, '[');
	for (item = node->first; item != NULL; item = item->next)
		write_item(conversion, item, rule);
	JsonClose(&conversion->out, ']');
}

/*
 * Members
 */

/*
 * An attribute of master data: its name, and a value of any kind.
 */
static void
write_master_data_attribute(JsonConversion *conversion, const XmlNode *node)
{
	const XmlAttribute *id = XmlNodeAttribute(node, "id");
	XmlNode		rest = *node;
	size_t		size = node->attribute_count * sizeof(XmlAttribute);
	int			i;

	JsonOpen(&conversion->out, '{');
	if (id != NULL)
	{
		JsonName(&conversion->out, "id");
		JsonWriteWord(conversion, id->value, id->value_ns);
		rest.attributes = JsonConversionAlloc(conversion, size);
		if (rest.attributes == NULL)
			return;
		rest.attribute_count = 0;
		for (i = 0; i < node->attribute_count; i++)
			if (&node->attributes[i] != id)
				rest.attributes[rest.attribute_count++] = node->attributes[i];
	}
	JsonName(&conversion->out, "attribute");
	JsonWriteOwnValue(conversion, &rest);
	JsonClose(&conversion->out, '}');
}

static void
write_repeated(JsonConversion *conversion, XmlNode *node, const XmlMemberRule *rule)
{
	bool		is_array = rule->kind != XML_MEMBER_REPEATED || node->same != NULL;

	if (is_array)
		JsonOpen(&conversion->out, '[');
	for (; node != NULL; node = node->same)
	{
		if (rule->kind == XML_MEMBER_REPEATED_OBJECTS)
			JsonWriteObject(conversion, node, rule->object);
		else if (rule->kind == XML_MEMBER_ATTRIBUTES)
			write_master_data_attribute(conversion, node);
		else
			write_text_node(conversion, node, rule->kind);
	}
	if (is_array)
		JsonClose(&conversion->out, ']');
}

static bool
is_list(XmlMemberKind kind)
{
	return kind == XML_MEMBER_STRINGS || kind == XML_MEMBER_OBJECTS || kind == XML_MEMBER_TYPED;
}

static bool
may_be_repeated(XmlMemberKind kind)
{
	return kind == XML_MEMBER_REPEATED || kind == XML_MEMBER_WORDS ||
		kind == XML_MEMBER_REPEATED_OBJECTS || kind == XML_MEMBER_ATTRIBUTES;
}

void
JsonWriteMember(JsonConversion *conversion, XmlNode *node, const XmlMemberRule *rule)
{
	/* an empty list and a missing one mean the same */
	if (is_list(rule->kind) && node->first == NULL && !rule->keeps_empty)
	{
		check_no_text(conversion, node);
		return;
	}
	JsonName(&conversion->out, rule->json);
	if (is_list(rule->kind))
		write_json_list(conversion, node, rule);
	else if (may_be_repeated(rule->kind))
		write_repeated(conversion, node, rule);
	else if (rule->kind == XML_MEMBER_OBJECT)
		JsonWriteObject(conversion, node, rule->object);
	else
		write_text_node(conversion, node, rule->kind);
}

static void
collect_known(JsonConversion *conversion, CollectedMembers *members, XmlNode *node,
			  const XmlMemberRule *rule)
{
	int			i;

	for (i = 0; i < members->count && members->rules[i] != rule; i++)
		;
	node->same = NULL;
	if (i == members->count)
	{
		members->rules[members->count++] = rule;
		members->first[i] = node;
	}
	else if (may_be_repeated(rule->kind))
		members->last[i]->same = node;
	else
		JsonUnexpected(conversion, node->offset, "element \"%s\" is there twice",
					   node->local, "each element once");
	members->last[i] = node;
}

static void
collect_member(JsonConversion *conversion, CollectedMembers *members, XmlNode *node,
			   const XmlObjectRule *object)
{
	const XmlMemberRule *rule = NULL;

	if (JsonIsEpcis(conversion, node->ns))
	{
		if (JsonIsNil(conversion, node))
			return;
		rule = XmlFindRule(object->elements, node->local);
		node->ns = XML_NS_NONE;
	}
	if (rule != NULL)
		collect_known(conversion, members, node, rule);
	else if (node->ns == XML_NS_NONE && XmlIsMemberName(object, node->local))
		JsonUnexpected(conversion, node->offset, "element \"%s\" is not known here",
					   node->local, object->what);
	else
		JsonNodeListAdd(conversion, &members->own, node);
}

/*
 * What is in wrappers is collected as if it were beside them.
 */
static void
collect_members(JsonConversion *conversion, CollectedMembers *members, XmlNode *node,
				const XmlObjectRule *object)
{
	XmlNode    *child;

	check_no_text(conversion, node);
	for (child = node->first; child != NULL; child = child->next)
	{
		if (is_wrapper(conversion, child))
			collect_members(conversion, members, child, object);
		else
			collect_member(conversion, members, child, object);
	}
}

/*
 * Writes the attributes that are members, and collects those that are own.
 */
static void
write_attributes(JsonConversion *conversion, CollectedMembers *members,
				 const XmlNode *node, const XmlObjectRule *object)
{
	int			i;

	for (i = 0; i < node->attribute_count; i++)
	{
		const XmlAttribute *attribute = &node->attributes[i];
		const XmlMemberRule *rule = NULL;
		XmlNode    *own;

		if (!is_content(conversion, attribute))
			continue;
		if (attribute->ns == XML_NS_NONE)
			rule = XmlFindRule(object->attributes, attribute->local);
		if (rule != NULL)
		{
			JsonName(&conversion->out, rule->json);
			JsonWriteScalar(conversion, rule->kind, attribute->value, attribute->value_ns);
		}
		else if (attribute->ns == XML_NS_NONE && XmlIsMemberName(object, attribute->local))
			JsonUnexpected(conversion, attribute->offset, "attribute \"%s\" is not known here",
						   attribute->local, object->what);
		else if ((own = JsonAttributeNode(conversion, attribute)) != NULL)
			JsonNodeListAdd(conversion, &members->own, own);
	}
}

/*
 * The members of an object, without brackets.
 */
static void
write_json_members(JsonConversion *conversion, XmlNode *node, const XmlObjectRule *rule)
{
	CollectedMembers members;
	int			i;

	members.count = 0;
	memset(&members.own, 0, sizeof(members.own));
	write_attributes(conversion, &members, node, rule);
	collect_members(conversion, &members, node, rule);
	for (i = 0; i < members.count; i++)
		JsonWriteMember(conversion, members.first[i], members.rules[i]);
	JsonWriteOwnMembers(conversion, members.own.nodes, members.own.count);
}

void
JsonWriteObject(JsonConversion *conversion, XmlNode *node, const XmlObjectRule *rule)
{
	JsonOpen(&conversion->out, '{');
	write_json_members(conversion, node, rule);
	JsonClose(&conversion->out, '}');
}

/*
 * Events
 */

/*
 * A QuantityEvent of EPCIS 1.0 is an observation of a class.
 */
static void
rewrite_quantity_event(JsonConversion *conversion, XmlNode *event)
{
	XmlNode    *action = JsonMakeElement(conversion, "action", event->offset);
	XmlNode    *list = JsonMakeElement(conversion, "quantityList", event->offset);
	XmlNode    *element = JsonMakeElement(conversion, "quantityElement", event->offset);
	XmlNode    *child = event->first;

	if (action == NULL || list == NULL || element == NULL)
		return;
	action->value = XmlSpanOf("OBSERVE");
	event->first = event->last = NULL;
	while (child != NULL)
	{
		XmlNode    *next = child->next;

		XmlNodeAppend(JsonNodeIs(conversion, child, "epcClass") ||
					  JsonNodeIs(conversion, child, "quantity") ? element : event, child);
		child = next;
	}
	XmlNodeAppend(list, element);
	XmlNodeAppend(event, action);
	XmlNodeAppend(event, list);
}

void
JsonWriteEventMembers(JsonConversion *conversion, XmlNode *node)
{
	JsonName(&conversion->out, "type");
	if (JsonNodeIs(conversion, node, "QuantityEvent"))
	{
		rewrite_quantity_event(conversion, node);
		JsonString(&conversion->out, XmlSpanOf("ObjectEvent"));
	}
	else if (JsonIsEpcis(conversion, node->ns))
		JsonString(&conversion->out, node->local);
	else
	{
		XmlSpan		prefix = JsonPrefix(&conversion->prefixes, node->ns, node->prefix);

		JsonPrefixedString(&conversion->out, prefix, node->local);
	}
	write_json_members(conversion, node, &XmlEventRule);
}
