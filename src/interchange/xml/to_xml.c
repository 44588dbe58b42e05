/*-------------------------------------------------------------------------
 *
 * to_xml.c
 *	  Writing members of EPCIS 2.0 JSON-LD as XML.
 *
 * The tables of rule.c say what a member is.  The schemas of XML prescribe an
 * order, which is that of these tables, and for events that of the lists below.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/to_xml.h"

#include <string.h>

#include "interchange/xml/own_element.h"
#include "interchange/xml/xml_word.h"

static bool
require_kind(XmlConversion *conversion, const JsonNode *node, XmlSpan name, JsonKind kind)
{
	static const char *const kinds[] = {
		[JSON_NULL] = "null",
		[JSON_FALSE] = "a boolean",
		[JSON_TRUE] = "a boolean",
		[JSON_NUMBER] = "a number",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object"
	};

	if (node->kind == kind)
		return true;
	XmlNotEpcis(conversion, node, "member \"%s\" is of the wrong type", name, kinds[kind]);
	return false;
}

/*
 * Members that EPCIS defines
 */

static void
open_element(XmlConversion *conversion, const char *name)
{
	XmlBufferAppendChar(&conversion->out, '<');
	XmlBufferAppendString(&conversion->out, name);
}

static void
write_end_tag(XmlConversion *conversion, const char *name)
{
	XmlBufferAppendString(&conversion->out, "</");
	XmlBufferAppendString(&conversion->out, name);
	XmlBufferAppendChar(&conversion->out, '>');
}

static void
write_element(XmlConversion *conversion, const char *name, XmlSpan value)
{
	open_element(conversion, name);
	XmlBufferAppendChar(&conversion->out, '>');
	XmlWriteText(conversion, value);
	write_end_tag(conversion, name);
}

/*
 * A string that is an identifier, a time or the like.
 */
static void
write_string_element(XmlConversion *conversion, const char *name, const JsonNode *node)
{
	if (require_kind(conversion, node, XmlSpanOf(name), JSON_STRING))
		write_element(conversion, name, node->value);
}

static void
write_word_element(XmlConversion *conversion, const char *name, const JsonNode *node)
{
	if (require_kind(conversion, node, XmlSpanOf(name), JSON_STRING))
		write_element(conversion, name,
					  XmlVocabularyWord(conversion, name, node->value));
}

static void
write_scalar_element(XmlConversion *conversion, const char *name, const JsonNode *node)
{
	if (!JsonIsScalar(node))
		require_kind(conversion, node, XmlSpanOf(name), JSON_NUMBER);
	else
		write_element(conversion, name, JsonScalarSpan(node));
}

static void
write_known_attribute(XmlConversion *conversion, const JsonNode *node,
					  const XmlMemberRule *rule, bool is_sensor)
{
	XmlSpan		value = JsonScalarSpan(node);

	if (!JsonIsScalar(node))
	{
		require_kind(conversion, node, XmlSpanOf(rule->json), JSON_STRING);
		return;
	}
	if (rule->kind == XML_MEMBER_WORD && is_sensor)
		value = XmlSensorWord(conversion, rule->name, value);
	else if (rule->kind == XML_MEMBER_WORD)
		value = XmlExpandValue(conversion, value);
	XmlWriteAttribute(conversion, rule->name, value);
}

/*
 * Members that the rules of an object do not have.
 */
static void
write_other_member(XmlConversion *conversion, const JsonNode *member,
				   const XmlObjectRule *rule, bool as_attribute)
{
	if (!XmlIsOwnName(member->name))
		XmlNotEpcis(conversion, member, "member \"%s\" is not known here", member->name,
					rule->what);
	else if (as_attribute)
		XmlWriteOwnAttribute(conversion, member->name, member);
	else
		XmlWriteOwn(conversion, member->name, member);
}

static void
write_other_members(XmlConversion *conversion, const JsonNode *object,
					const XmlObjectRule *rule, bool as_attribute)
{
	const JsonNode *member;

	for (member = object->first; member != NULL; member = member->next)
		if (XmlFindJsonRule(rule->attributes, member->name) == NULL &&
			XmlFindJsonRule(rule->elements, member->name) == NULL)
			write_other_member(conversion, member, rule, as_attribute);
}

/*
 * An object of sensor data, master data, a place, and so on.
 */
static void
write_xml_object(XmlConversion *conversion, const char *name, const JsonNode *node,
				 const XmlObjectRule *rule)
{
	bool		is_sensor = rule->attributes != NULL && rule->elements == NULL;
	const XmlMemberRule *member_rule;
	const JsonNode *member;

	if (!require_kind(conversion, node, XmlSpanOf(name), JSON_OBJECT))
		return;
	open_element(conversion, name);
	for (member_rule = rule->attributes; member_rule != NULL && member_rule->name != NULL;
		 member_rule++)
	{
		member = JsonMember(node, member_rule->json);
		if (member != NULL)
			write_known_attribute(conversion, member, member_rule, is_sensor);
	}
	if (is_sensor)
	{
		XmlCheckAttributeNames(conversion, node, '\0');
		write_other_members(conversion, node, rule, true);
	}
	XmlBufferAppendChar(&conversion->out, '>');
	for (member_rule = rule->elements; member_rule != NULL && member_rule->name != NULL;
		 member_rule++)
	{
		member = JsonMember(node, member_rule->json);
		if (member != NULL)
			XmlWriteMember(conversion, member, member_rule);
	}
	if (!is_sensor)
		write_other_members(conversion, node, rule, false);
	write_end_tag(conversion, name);
}

/*
 * A business transaction, source or destination.
 */
static void
write_xml_typed_item(XmlConversion *conversion, const JsonNode *node, const XmlMemberRule *rule)
{
	const JsonNode *type = JsonMember(node, "type");
	const JsonNode *value = JsonMember(node, rule->item);
	const JsonNode *member;

	if (!require_kind(conversion, node, XmlSpanOf(rule->json), JSON_OBJECT))
		return;
	for (member = node->first; member != NULL; member = member->next)
		if (!XmlSpanIs(member->name, "type") && !XmlSpanIs(member->name, rule->item))
			XmlCannotSay(conversion, member, "XML has no form for \"%s\" in a list of EPCIS",
						 member->name);
	if (value == NULL)
	{
		XmlNotEpcis(conversion, node, "an entry of \"%s\" has no value",
					XmlSpanOf(rule->json), rule->item);
		return;
	}
	open_element(conversion, rule->item);
	if (type != NULL && require_kind(conversion, type, XmlSpanOf("type"), JSON_STRING))
		XmlWriteAttribute(conversion, "type",
						  XmlVocabularyWord(conversion, rule->json, type->value));
	XmlBufferAppendChar(&conversion->out, '>');
	if (require_kind(conversion, value, XmlSpanOf(rule->item), JSON_STRING))
		XmlWriteText(conversion, XmlExpandValue(conversion, value->value));
	write_end_tag(conversion, rule->item);
}

/*
 * An attribute of master data: its name, and a value of any kind.
 */
static void
write_xml_master_data_attribute(XmlConversion *conversion, const JsonNode *node,
								const XmlMemberRule *rule)
{
	const JsonNode *id = JsonMember(node, "id");
	const JsonNode *value = JsonMember(node, "attribute");

	if (!require_kind(conversion, node, XmlSpanOf(rule->json), JSON_OBJECT))
		return;
	open_element(conversion, rule->name);
	if (id != NULL && require_kind(conversion, id, XmlSpanOf("id"), JSON_STRING))
		XmlWriteAttribute(conversion, "id", XmlExpandValue(conversion, id->value));
	if (value == NULL)
		XmlBufferAppendChar(&conversion->out, '>');
	else
		XmlWriteOwnValue(conversion, value);
	write_end_tag(conversion, rule->name);
}

/*
 * One of the elements that stand for an array, or the only one.
 */
static void
write_element_of(XmlConversion *conversion, const JsonNode *node, const XmlMemberRule *rule)
{
	switch (rule->kind)
	{
		case XML_MEMBER_STRINGS:
			write_word_element(conversion, rule->item, node);
			break;
		case XML_MEMBER_OBJECTS:
			write_xml_object(conversion, rule->item, node, rule->object);
			break;
		case XML_MEMBER_TYPED:
			write_xml_typed_item(conversion, node, rule);
			break;
		case XML_MEMBER_REPEATED:
		case XML_MEMBER_WORDS:
			write_word_element(conversion, rule->name, node);
			break;
		case XML_MEMBER_REPEATED_OBJECTS:
			write_xml_object(conversion, rule->name, node, rule->object);
			break;
		default:
			write_xml_master_data_attribute(conversion, node, rule);
	}
}

static void
write_elements(XmlConversion *conversion, const JsonNode *array, const XmlMemberRule *rule)
{
	const JsonNode *element;

	if (!require_kind(conversion, array, XmlSpanOf(rule->json), JSON_ARRAY))
		return;
	for (element = array->first; element != NULL; element = element->next)
		write_element_of(conversion, element, rule);
}

void
XmlWriteMember(XmlConversion *conversion, const JsonNode *node, const XmlMemberRule *rule)
{
	switch (rule->kind)
	{
		case XML_MEMBER_STRING:
		case XML_MEMBER_TEXT:
			write_string_element(conversion, rule->name, node);
			break;
		case XML_MEMBER_WORD:
			write_word_element(conversion, rule->name, node);
			break;
		case XML_MEMBER_NUMBER:
		case XML_MEMBER_BOOLEAN:
			write_scalar_element(conversion, rule->name, node);
			break;
		case XML_MEMBER_OBJECT:
			write_xml_object(conversion, rule->name, node, rule->object);
			break;
		case XML_MEMBER_STRINGS:
		case XML_MEMBER_OBJECTS:
		case XML_MEMBER_TYPED:
			open_element(conversion, rule->name);
			XmlBufferAppendChar(&conversion->out, '>');
			write_elements(conversion, node, rule);
			write_end_tag(conversion, rule->name);
			break;
		case XML_MEMBER_REPEATED:
			if (node->kind == JSON_ARRAY)
				write_elements(conversion, node, rule);
			else
				write_element_of(conversion, node, rule);
			break;
		case XML_MEMBER_WORDS:
		case XML_MEMBER_REPEATED_OBJECTS:
		case XML_MEMBER_ATTRIBUTES:
			write_elements(conversion, node, rule);
			break;
	}
}

/*
 * Events
 */

/* what follows is in an extension element in EPCIS 1.2 */
#define EXTENSION "|"
/* in EPCIS 1.2 the element is there even if it is empty */
#define REQUIRED "!"

#define WHERE "bizStep", "disposition", "readPoint", "bizLocation"
#define PARTNERS "sourceList", "destinationList"
#define NOT_IN_1_2 "sensorElementList", "persistentDisposition"

static const char *const object_order[] = {
	REQUIRED "epcList", "action", WHERE, "bizTransactionList", EXTENSION, "quantityList",
	PARTNERS, NOT_IN_1_2, "ilmd", NULL
};
static const char *const aggregation_order[] = {
	"parentID", REQUIRED "childEPCs", "action", WHERE, "bizTransactionList", EXTENSION,
	"childQuantityList", PARTNERS, NOT_IN_1_2, NULL
};
static const char *const transaction_order[] = {
	"bizTransactionList", "parentID", REQUIRED "epcList", "action", WHERE, EXTENSION,
	"quantityList", PARTNERS, NOT_IN_1_2, NULL
};
static const char *const transformation_order[] = {
	"inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList",
	"transformationID", WHERE, "bizTransactionList", PARTNERS, NOT_IN_1_2, "ilmd", NULL
};
static const char *const association_order[] = {
	"parentID", "childEPCs", "childQuantityList", "action", WHERE, "bizTransactionList",
	PARTNERS, NOT_IN_1_2, NULL
};
static const char *const any_order[] = {
	"parentID", "epcList", "childEPCs", "inputEPCList", "inputQuantityList",
	"outputEPCList", "outputQuantityList", "transformationID", "action", WHERE,
	"bizTransactionList", "quantityList", "childQuantityList", PARTNERS, NOT_IN_1_2, "ilmd",
	NULL
};

typedef struct EventOrder
{
	const char *type;
	const char *const *order;
} EventOrder;

static const EventOrder event_orders[] = {
	{"ObjectEvent", object_order},
	{"AggregationEvent", aggregation_order},
	{"TransactionEvent", transaction_order},
	{"TransformationEvent", transformation_order},
	{"AssociationEvent", association_order}
};

static const char *const times[] = {"eventTime", "recordTime", "eventTimeZoneOffset", NULL};
static const char *const identity[] = {"eventID", "errorDeclaration", NULL};
static const char *const identity_2_0[] = {"certificationInfo", NULL};

static bool
is_in_order(XmlSpan name, const char *const *order)
{
	for (; *order != NULL; order++)
		if (XmlSpanIs(name, **order == REQUIRED[0] ? *order + 1 : *order))
			return true;
	return false;
}

static bool
has_any_of(const JsonNode *event, const char *const *order)
{
	for (; *order != NULL; order++)
		if (JsonMember(event, *order) != NULL)
			return true;
	return false;
}

static void
check_member_version(XmlConversion *conversion, const JsonNode *member)
{
	static const char *const newer[] = {NOT_IN_1_2, "certificationInfo", NULL};

	if (conversion->version == EPCIS_XML_1_2 && is_in_order(member->name, newer))
		XmlCannotSay(conversion, member, "EPCIS 1.2 has no form for \"%s\"", member->name);
}

static void
write_in_order(XmlConversion *conversion, const JsonNode *event, const char *const *order)
{
	bool		is_1_2 = conversion->version == EPCIS_XML_1_2;
	bool		is_open = false;

	for (; *order != NULL; order++)
	{
		bool		is_required = **order == REQUIRED[0];
		const char *name = is_required ? *order + 1 : *order;
		const JsonNode *member = JsonMember(event, name);

		if (strcmp(name, EXTENSION) == 0)
		{
			is_open = is_1_2 && has_any_of(event, order + 1);
			if (is_open)
				XmlBufferAppendString(&conversion->out, "<extension>");
		}
		else if (member != NULL)
		{
			check_member_version(conversion, member);
			XmlWriteMember(conversion, member,
						   XmlFindJsonRule(XmlEventRule.elements, XmlSpanOf(name)));
		}
		else if (is_required && is_1_2)
			write_element(conversion, name, XmlSpanOf(""));
	}
	if (is_open)
		XmlBufferAppendString(&conversion->out, "</extension>");
}

static void
write_identity(XmlConversion *conversion, const JsonNode *event)
{
	bool		is_wrapped = conversion->version == EPCIS_XML_1_2 &&
	has_any_of(event, identity);

	if (is_wrapped)
		XmlBufferAppendString(&conversion->out, "<baseExtension>");
	write_in_order(conversion, event, identity);
	if (is_wrapped)
		XmlBufferAppendString(&conversion->out, "</baseExtension>");
	write_in_order(conversion, event, identity_2_0);
}

/*
 * Members that are in none of the lists of the type.
 */
static void
write_other_event_members(XmlConversion *conversion, const JsonNode *event,
						  const char *const *order)
{
	static const char *const no_elements[] = {"type", "@context", "isA", NULL};
	const JsonNode *member;

	for (member = event->first; member != NULL; member = member->next)
	{
		XmlSpan		name = member->name;

		if (is_in_order(name, order) || is_in_order(name, times) ||
			is_in_order(name, identity) || is_in_order(name, identity_2_0) ||
			is_in_order(name, no_elements))
			continue;
		if (XmlIsOwnName(name))
			XmlWriteOwn(conversion, name, member);
		else if (XmlFindJsonRule(XmlEventRule.elements, name) != NULL)
			XmlCannotSay(conversion, member, "XML has no form for \"%s\" in such an event",
						 name);
		else
			XmlNotEpcis(conversion, member, "member \"%s\" is not known here", name,
						"a member of EPCIS, or one with a prefix");
	}
}

static const char *const *
find_order(XmlSpan type)
{
	size_t		i;

	for (i = 0; i < sizeof(event_orders) / sizeof(event_orders[0]); i++)
		if (XmlSpanIs(type, event_orders[i].type))
			return event_orders[i].order;
	return XmlIsOwnName(type) ? any_order : NULL;
}

XmlSpan
XmlEventType(const JsonNode *event)
{
	const JsonNode *type = JsonMember(event, "type");

	return type == NULL || type->kind != JSON_STRING ? XmlSpanOf("") : type->value;
}

void
XmlWriteEvent(XmlConversion *conversion, const JsonNode *event)
{
	XmlSpan		type = XmlEventType(event);
	const char *const *order = find_order(type);
	XmlTag		tag;

	conversion->event_context = JsonMember(event, "@context");
	XmlCheckContext(conversion, conversion->event_context);
	if (order == NULL)
		XmlNotEpcis(conversion, event, "\"%s\" is no type of event", type,
					"a type of EPCIS, or one with a prefix");
	if (order == association_order && conversion->version == EPCIS_XML_1_2)
		XmlCannotSay(conversion, event, "EPCIS 1.2 has no form for an \"%s\"", type);
	if (order == NULL || !XmlMakeTag(conversion, event, type, &tag))
		return;
	XmlWriteTag(conversion, &tag);
	XmlWriteDeclarations(conversion, conversion->event_context);
	XmlBufferAppendChar(&conversion->out, '>');
	write_in_order(conversion, event, times);
	write_identity(conversion, event);
	write_in_order(conversion, event, order);
	write_other_event_members(conversion, event, order);
	XmlWriteEnd(conversion, &tag);
	conversion->event_context = NULL;
}
