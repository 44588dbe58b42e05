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

#include <stdlib.h>
#include <string.h>

#include "interchange/xml/character.h"
#include "interchange/xml/json_text.h"

static const XmlSpan nothing = {"", 0};

/*
 * Own members of an object, in the order of the document.
 */
typedef struct NodeList
{
	XmlNode   **nodes;
	size_t		count;
	size_t		size;
} NodeList;

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
	NodeList	own;
} CollectedMembers;

static void
unexpected(JsonConversion *conversion, size_t offset, const char *message,
		   XmlSpan shown, const char *expected)
{
	XmlProblemSet(conversion->problem, XML_NOT_EPCIS, offset, message, shown,
				  expected);
}

static void *
conversion_alloc(JsonConversion *conversion, size_t size)
{
	return XmlAlloc(conversion->reader.arena, size, conversion->problem, 0);
}

static bool
is_epcis(JsonConversion *conversion, int ns)
{
	return JsonNamespaceRole(&conversion->prefixes, ns) == NAMESPACE_EPCIS;
}

static bool
is_xsi(JsonConversion *conversion, int ns)
{
	return JsonNamespaceRole(&conversion->prefixes, ns) == NAMESPACE_XSI;
}

bool
JsonNodeIs(JsonConversion *conversion, const XmlNode *node, const char *name)
{
	return XmlSpanIs(node->local, name) && is_epcis(conversion, node->ns);
}

bool
JsonIsWrapper(JsonConversion *conversion, int ns, XmlSpan local)
{
	return (XmlSpanIs(local, "extension") || XmlSpanIs(local, "baseExtension")) &&
		is_epcis(conversion, ns);
}

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
	return !is_xsi(conversion, attribute->ns);
}

static bool
is_nil(JsonConversion *conversion, const XmlNode *node)
{
	int			i;

	for (i = 0; i < node->attribute_count; i++)
	{
		const XmlAttribute *attribute = &node->attributes[i];

		if (is_xsi(conversion, attribute->ns) && XmlSpanIs(attribute->local, "nil"))
		{
			XmlSpan		value = XmlSpanTrim(attribute->value);

			return node->first == NULL && XmlSpanTrim(node->value).len == 0 &&
				(XmlSpanIs(value, "true") || XmlSpanIs(value, "1"));
		}
	}
	return false;
}

/*
 * Texts
 */

/*
 * A URI, whose scheme must not become a prefix.
 */
static void
write_json_uri(JsonConversion *conversion, XmlSpan value)
{
	size_t		len = XmlNameLength(value.bytes, value.len);

	if (len > 0 && len < value.len && value.bytes[len] == ':' &&
		!JsonAddUriScheme(&conversion->prefixes, XmlSpanMake(value.bytes, len)))
		XmlProblemSet(conversion->problem, XML_TOO_LARGE, conversion->reader.at,
					  "too many URI schemes", nothing, "at most 1000 in a document");
	JsonString(&conversion->out, value);
}

static void
write_json_word(JsonConversion *conversion, XmlSpan value, int value_ns)
{
	size_t		len = 0;
	XmlSpan		prefix;
	XmlSpan		written;

	value = XmlSpanTrim(value);
	while (value_ns != XML_NS_NONE && value.bytes[len] != ':')
		len++;
	prefix = XmlSpanMake(value.bytes, len);
	if (value_ns == XML_NS_NONE || JsonIsUriScheme(prefix))
	{
		write_json_uri(conversion, value);
		return;
	}
	written = JsonPrefix(&conversion->prefixes, value_ns, prefix);
	JsonPrefixedString(&conversion->out, written,
					   XmlSpanMake(value.bytes + len + 1, value.len - len - 1));
}

static void
write_boolean(JsonConversion *conversion, XmlSpan value)
{
	if (XmlSpanIs(value, "true") || XmlSpanIs(value, "1"))
		JsonLiteral(&conversion->out, "true");
	else if (XmlSpanIs(value, "false") || XmlSpanIs(value, "0"))
		JsonLiteral(&conversion->out, "false");
	else
		JsonString(&conversion->out, value);
}

static void
write_scalar(JsonConversion *conversion, XmlMemberKind kind, XmlSpan value, int value_ns)
{
	if (kind != XML_MEMBER_TEXT)
		value = XmlSpanTrim(value);
	switch (kind)
	{
		case XML_MEMBER_WORD:
		case XML_MEMBER_WORDS:
		case XML_MEMBER_REPEATED:
			write_json_word(conversion, value, value_ns);
			break;
		case XML_MEMBER_NUMBER:
			JsonNumber(&conversion->out, value);
			break;
		case XML_MEMBER_BOOLEAN:
			write_boolean(conversion, value);
			break;
		default:
			JsonString(&conversion->out, value);
	}
}

static void
check_text_only(JsonConversion *conversion, const XmlNode *node)
{
	if (node->first != NULL)
		unexpected(conversion, node->first->offset, "element \"%s\" must contain only a text",
				   node->local, "no element inside it");
}

static void
check_no_attributes(JsonConversion *conversion, const XmlNode *node)
{
	int			i;

	for (i = 0; i < node->attribute_count; i++)
		if (is_content(conversion, &node->attributes[i]))
			unexpected(conversion, node->attributes[i].offset,
					   "attribute \"%s\" is not known here",
					   node->attributes[i].local, "no attribute");
}

static void
write_text_node(JsonConversion *conversion, const XmlNode *node, XmlMemberKind kind)
{
	check_text_only(conversion, node);
	check_no_attributes(conversion, node);
	write_scalar(conversion, kind, node->value, node->value_ns);
}

/*
 * Own values
 */

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
		!is_xsi(conversion, attribute->ns) || !XmlSpanIs(attribute->local, "type") ||
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
		write_boolean(conversion, value);
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
	if (is_xsi(conversion, attribute->ns) && XmlSpanIs(attribute->local, "type"))
		write_json_word(conversion, attribute->value, attribute->value_ns);
	else
		JsonString(&conversion->out, attribute->value);
}

static void
add_node(JsonConversion *conversion, NodeList *list, XmlNode *node)
{
	if (list->count == list->size)
	{
		size_t		size = list->size == 0 ? 8 : list->size * 2;
		XmlNode   **nodes = conversion_alloc(conversion, size * sizeof(XmlNode *));

		if (nodes == NULL)
			return;
		if (list->count > 0)
			memcpy(nodes, list->nodes, list->count * sizeof(XmlNode *));
		list->nodes = nodes;
		list->size = size;
	}
	list->nodes[list->count++] = node;
}

/*
 * Any value: a text, or an object of attributes, elements and text.
 */
static void
write_value(JsonConversion *conversion, XmlNode *node)
{
	XmlSpan		value = node->keeps_space ? node->value : XmlSpanTrim(node->value);
	NodeList	children = {NULL, 0, 0};
	XmlNode    *child;
	int			i;

	if (node->first == NULL && !has_own_attributes(node))
	{
		JsonString(&conversion->out, value);
		return;
	}
	if (node->attribute_count == 1 && is_nil(conversion, node))
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
		add_node(conversion, &children, child);
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
	NamedNode  *named = conversion_alloc(conversion, count * sizeof(NamedNode));
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
			write_value(conversion, node);
		else
		{
			JsonOpen(&conversion->out, '[');
			for (; node != NULL; node = node->same)
				write_value(conversion, node);
			JsonClose(&conversion->out, ']');
		}
	}
}

/*
 * Lists
 */

static void
check_no_text(JsonConversion *conversion, const XmlNode *node)
{
	if (XmlSpanTrim(node->value).len > 0)
		unexpected(conversion, node->offset, "element \"%s\" must not contain a text",
				   node->local, "elements inside it");
}

/*
 * Attributes of an item besides its type, as members: the check of the event
 * refuses them, and other events of the document are read.
 */
static void
write_item_attributes(JsonConversion *conversion, const XmlNode *node, const char *name)
{
	NodeList	own = {NULL, 0, 0};
	int			i;

	for (i = 0; i < node->attribute_count; i++)
	{
		const XmlAttribute *attribute = &node->attributes[i];
		XmlNode    *member;

		if (!is_content(conversion, attribute) || attribute == XmlNodeAttribute(node, "type"))
			continue;
		if (attribute->ns == XML_NS_NONE && XmlSpanIs(attribute->local, name))
			unexpected(conversion, attribute->offset, "attribute \"%s\" is not known here",
					   attribute->local, "no other attribute");
		else if ((member = JsonAttributeNode(conversion, attribute)) != NULL)
			add_node(conversion, &own, member);
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
		write_json_word(conversion, type->value, type->value_ns);
	}
	JsonName(&conversion->out, name);
	write_json_word(conversion, node->value, node->value_ns);
	write_item_attributes(conversion, node, name);
	JsonClose(&conversion->out, '}');
}

static void
write_item(JsonConversion *conversion, XmlNode *node, const XmlMemberRule *rule)
{
	if (!JsonNodeIs(conversion, node, rule->item))
		unexpected(conversion, node->offset, "element \"%s\" is not known here",
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
		write_json_word(conversion, id->value, id->value_ns);
		rest.attributes = conversion_alloc(conversion, size);
		if (rest.attributes == NULL)
			return;
		rest.attribute_count = 0;
		for (i = 0; i < node->attribute_count; i++)
			if (&node->attributes[i] != id)
				rest.attributes[rest.attribute_count++] = node->attributes[i];
	}
	JsonName(&conversion->out, "attribute");
	write_value(conversion, &rest);
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
		unexpected(conversion, node->offset, "element \"%s\" is there twice",
				   node->local, "each element once");
	members->last[i] = node;
}

static void
collect_member(JsonConversion *conversion, CollectedMembers *members, XmlNode *node,
			   const XmlObjectRule *object)
{
	const XmlMemberRule *rule = NULL;

	if (is_epcis(conversion, node->ns))
	{
		if (is_nil(conversion, node))
			return;
		rule = XmlFindRule(object->elements, node->local);
		node->ns = XML_NS_NONE;
	}
	if (rule != NULL)
		collect_known(conversion, members, node, rule);
	else if (node->ns == XML_NS_NONE && XmlIsMemberName(object, node->local))
		unexpected(conversion, node->offset, "element \"%s\" is not known here",
				   node->local, object->what);
	else
		add_node(conversion, &members->own, node);
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

XmlNode *
JsonAttributeNode(JsonConversion *conversion, const XmlAttribute *attribute)
{
	XmlNode    *node = conversion_alloc(conversion, sizeof(XmlNode));

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
			write_scalar(conversion, rule->kind, attribute->value, attribute->value_ns);
		}
		else if (attribute->ns == XML_NS_NONE && XmlIsMemberName(object, attribute->local))
			unexpected(conversion, attribute->offset, "attribute \"%s\" is not known here",
					   attribute->local, object->what);
		else if ((own = JsonAttributeNode(conversion, attribute)) != NULL)
			add_node(conversion, &members->own, own);
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

XmlNode *
JsonMakeElement(JsonConversion *conversion, const char *name, size_t offset)
{
	XmlNode    *node = conversion_alloc(conversion, sizeof(XmlNode));

	if (node == NULL)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->local = XmlSpanOf(name);
	node->value = nothing;
	node->offset = offset;
	return node;
}

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
	else if (is_epcis(conversion, node->ns))
		JsonString(&conversion->out, node->local);
	else
	{
		XmlSpan		prefix = JsonPrefix(&conversion->prefixes, node->ns, node->prefix);

		JsonPrefixedString(&conversion->out, prefix, node->local);
	}
	write_json_members(conversion, node, &XmlEventRule);
}
