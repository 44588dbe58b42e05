/*-------------------------------------------------------------------------
 *
 * document_to_xml.c
 *	  Writing EPCIS 2.0 JSON-LD documents as XML.
 *
 * Which prefixes the document uses is known when it has been written, so the
 * declarations are put into the root element at the end.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/epcis_xml.h"

#include "interchange/xml/json_prefix.h"
#include "interchange/xml/own_element.h"
#include "interchange/xml/to_xml.h"

#define SBDH_NAME "StandardBusinessDocumentHeader"

static void
write(XmlConversion *conversion, const char *markup)
{
	XmlBufferAppendString(&conversion->out, markup);
}

static bool
is_1_2(const XmlConversion *conversion)
{
	return conversion->version == EPCIS_XML_1_2;
}

/*
 * Events
 */

/*
 * The number of elements that wrap an event, because older schemas do not know its type.
 */
static int
count_wrappers(const XmlConversion *conversion, const JsonNode *event)
{
	XmlSpan		type = XmlEventType(event);

	if (XmlIsOwnName(type))
		return is_1_2(conversion) ? 2 : 1;
	return is_1_2(conversion) && XmlSpanIs(type, "TransformationEvent");
}

static void
write_event_in_list(XmlConversion *conversion, const JsonNode *event)
{
	int			wrappers = count_wrappers(conversion, event);
	int			i;

	for (i = 0; i < wrappers; i++)
		write(conversion, "<extension>");
	XmlWriteEvent(conversion, event);
	for (i = 0; i < wrappers; i++)
		write(conversion, "</extension>");
}

static void
write_xml_event_list(XmlConversion *conversion, const JsonNode *list)
{
	const JsonNode *event;

	if (list == NULL)
		return;
	if (list->kind != JSON_ARRAY)
		XmlNotEpcis(conversion, list, "eventList is of the wrong type", XmlSpanOf(""),
					"an array");
	write(conversion, "<EventList>");
	for (event = list->first;
		 event != NULL && conversion->problem->kind == XML_NO_PROBLEM;
		 event = event->next)
	{
		conversion->problem->event++;
		write_event_in_list(conversion, event);
	}
	write(conversion, "</EventList>");
	if (conversion->problem->kind == XML_NO_PROBLEM)
		conversion->problem->event = 0;
}

/*
 * An object whose members are all written by other functions: notes those that
 * are not.
 */
static void
check_members(XmlConversion *conversion, const JsonNode *object, const char *what,
			  const char *const *known, bool may_have_own)
{
	const JsonNode *member;

	if (object->kind != JSON_OBJECT)
		XmlNotEpcis(conversion, object, "a part of the document is of the wrong type",
					XmlSpanOf(""), what);
	for (member = object->first; member != NULL; member = member->next)
	{
		int			i = 0;

		while (known[i] != NULL && !XmlSpanIs(member->name, known[i]))
			i++;
		if (known[i] != NULL || (may_have_own && XmlIsOwnName(member->name)))
			continue;
		if (XmlSpanIs(member->name, "id"))
			XmlCannotSay(conversion, member, "XML has no form for the \"%s\" of a document",
						 member->name);
		else
			XmlNotEpcis(conversion, member, "member \"%s\" is not known here",
						member->name, what);
	}
}

/*
 * The body
 */

static void
write_results_body(XmlConversion *conversion, const JsonNode *body)
{
	static const char *const known[] = {"eventList", "vocabularyList", NULL};
	const JsonNode *vocabularies = JsonMember(body, "vocabularyList");

	check_members(conversion, body, "a resultsBody", known, false);
	write(conversion, "<resultsBody>");
	write_xml_event_list(conversion, JsonMember(body, "eventList"));
	if (vocabularies != NULL)
		XmlWriteMember(conversion, vocabularies, &XmlVocabularyListRule);
	write(conversion, "</resultsBody>");
}

static void
write_text_member(XmlConversion *conversion, const JsonNode *object, const char *name)
{
	const XmlMemberRule rule = {name, name, XML_MEMBER_STRING, NULL, NULL, false};
	const JsonNode *member = JsonMember(object, name);

	if (member != NULL)
		XmlWriteMember(conversion, member, &rule);
}

static void
write_query_results(XmlConversion *conversion, const JsonNode *results)
{
	static const char *const known[] = {
		"queryName", "subscriptionID", "resultsBody", NULL
	};
	const JsonNode *body = JsonMember(results, "resultsBody");

	check_members(conversion, results, "queryResults", known, false);
	write(conversion, "<epcis:QueryResults>");
	write_text_member(conversion, results, "queryName");
	write_text_member(conversion, results, "subscriptionID");
	if (body != NULL)
		write_results_body(conversion, body);
	write(conversion, "</epcis:QueryResults>");
}

/*
 * A body with a single event is read like one with a list.
 */
static void
write_body(XmlConversion *conversion, const JsonNode *body, bool is_query)
{
	static const char *const known[] = {"eventList", "event", NULL};
	static const char *const known_in_query[] = {"queryResults", NULL};
	const JsonNode *event = JsonMember(body, "event");
	const JsonNode *results = JsonMember(body, "queryResults");

	check_members(conversion, body, "an epcisBody", is_query ? known_in_query : known,
				  false);
	write(conversion, "<EPCISBody>");
	write_xml_event_list(conversion, JsonMember(body, "eventList"));
	if (event != NULL)
	{
		write(conversion, "<EventList>");
		write_event_in_list(conversion, event);
		write(conversion, "</EventList>");
	}
	if (results != NULL)
		write_query_results(conversion, results);
	write(conversion, "</EPCISBody>");
}

/*
 * The Standard Business Document Header
 */

/*
 * The order of its schema, which is one for elements at all levels.
 */
static int
sbdh_rank(XmlSpan name)
{
	static const char *const order[] = {
		"HeaderVersion", "Sender", "Receiver", "Identifier", "ContactInformation",
		"Contact", "EmailAddress", "FaxNumber", "TelephoneNumber",
		"ContactTypeIdentifier", "DocumentIdentification", "Standard", "TypeVersion",
		"InstanceIdentifier", "Type", "MultipleType", "CreationDateAndTime", "Manifest",
		"NumberOfItems", "ManifestItem", "BusinessScope", "Scope"
	};
	const char *colon = memchr(name.bytes, ':', name.len);
	XmlSpan		local = colon == NULL ? name
	: XmlSpanMake(colon + 1, name.len - (colon + 1 - name.bytes));
	int			count = sizeof(order) / sizeof(order[0]);
	int			i;

	for (i = 0; i < count && !XmlSpanIs(local, order[i]); i++)
		;
	return i;
}

/*
 * Sorts the members of an object, and of those in it, by rank.
 */
static void
sort_sbdh(JsonNode *node)
{
	JsonNode   *rest = node->first;
	JsonNode   *sorted = NULL;

	while (rest != NULL)
	{
		JsonNode   *moved = rest;
		JsonNode  **place = &sorted;

		rest = rest->next;
		sort_sbdh(moved);
		while (*place != NULL && sbdh_rank((*place)->name) <= sbdh_rank(moved->name))
			place = &(*place)->next;
		moved->next = *place;
		*place = moved;
	}
	node->first = sorted;
}

static const JsonNode *
find_sbdh(const JsonNode *header)
{
	const JsonNode *member = header == NULL ? NULL : header->first;

	while (member != NULL)
	{
		const char *colon = memchr(member->name.bytes, ':', member->name.len);

		if (colon != NULL &&
			XmlSpanIs(XmlSpanMake(colon + 1, member->name.len -
								  (colon + 1 - member->name.bytes)), SBDH_NAME))
			return member;
		member = member->next;
	}
	return NULL;
}

static bool
is_digits(XmlSpan value)
{
	size_t		i;

	for (i = 0; i < value.len; i++)
		if (value.bytes[i] < '0' || value.bytes[i] > '9')
			return false;
	return value.len > 0;
}

static void
write_partner(XmlConversion *conversion, const JsonNode *document, const char *member,
			  const char *element)
{
	const JsonNode *partner = JsonMember(document, member);

	if (partner == NULL)
		return;
	write(conversion, "<sbdh:");
	write(conversion, element);
	write(conversion, "><sbdh:Identifier");
	XmlWriteAttribute(conversion, "Authority",
					  XmlSpanOf(is_digits(partner->value) ? "GLN" : "SGLN"));
	write(conversion, ">");
	XmlWriteText(conversion, partner->value);
	write(conversion, "</sbdh:Identifier></sbdh:");
	write(conversion, element);
	write(conversion, ">");
}

static void
write_sbdh_text(XmlConversion *conversion, const char *element, const JsonNode *value)
{
	if (value == NULL)
		return;
	write(conversion, "<sbdh:");
	write(conversion, element);
	write(conversion, ">");
	XmlWriteText(conversion, value->value);
	write(conversion, "</sbdh:");
	write(conversion, element);
	write(conversion, ">");
}

/*
 * What a document in JSON says of its sender, receiver and number.
 */
static void
make_sbdh(XmlConversion *conversion, const JsonNode *document)
{
	write(conversion, "<sbdh:" SBDH_NAME);
	XmlWriteAttribute(conversion, "xmlns:sbdh", XmlSpanOf(SBDH_NAMESPACE));
	write(conversion, "><sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>");
	write_partner(conversion, document, "sender", "Sender");
	write_partner(conversion, document, "receiver", "Receiver");
	write(conversion, "<sbdh:DocumentIdentification><sbdh:Standard>EPCglobal</sbdh:Standard>"
		  "<sbdh:TypeVersion>1.0</sbdh:TypeVersion>");
	write_sbdh_text(conversion, "InstanceIdentifier",
					JsonMember(document, "instanceIdentifier"));
	write(conversion, "<sbdh:Type>Events</sbdh:Type>");
	write_sbdh_text(conversion, "CreationDateAndTime", JsonMember(document, "creationDate"));
	write(conversion, "</sbdh:DocumentIdentification></sbdh:" SBDH_NAME ">");
}

/*
 * The header
 */

static void
write_xml_header(XmlConversion *conversion, const JsonNode *document)
{
	static const char *const known[] = {"epcisMasterData", NULL};
	const JsonNode *header = JsonMember(document, "epcisHeader");
	const JsonNode *sbdh = find_sbdh(header);
	const JsonNode *master_data = JsonMember(header, "epcisMasterData");
	bool		has_partners = JsonMember(document, "sender") != NULL ||
	JsonMember(document, "receiver") != NULL ||
	JsonMember(document, "instanceIdentifier") != NULL;
	const JsonNode *member;

	if (header == NULL && !has_partners)
		return;
	write(conversion, "<EPCISHeader>");
	if (sbdh != NULL)
	{
		sort_sbdh((JsonNode *) sbdh);
		XmlWriteOwn(conversion, sbdh->name, sbdh);
	}
	else if (has_partners)
		make_sbdh(conversion, document);
	if (master_data != NULL)
	{
		write(conversion, "<extension>");
		XmlWriteMember(conversion, master_data,
					   XmlFindJsonRule(XmlHeaderRule.elements, master_data->name));
		write(conversion, "</extension>");
	}
	if (header != NULL)
	{
		check_members(conversion, header, "an epcisHeader", known, true);
		for (member = header->first; member != NULL; member = member->next)
			if (member != sbdh && XmlIsOwnName(member->name))
				XmlWriteOwn(conversion, member->name, member);
	}
	write(conversion, "</EPCISHeader>");
}

/*
 * The root element
 */

static void
check_strings(XmlConversion *conversion, const JsonNode *document)
{
	static const char *const strings[] = {
		"creationDate", "sender", "receiver", "instanceIdentifier"
	};
	size_t		i;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
	{
		const JsonNode *member = JsonMember(document, strings[i]);

		if (member != NULL && member->kind != JSON_STRING)
			XmlNotEpcis(conversion, member, "member \"%s\" is of the wrong type",
						member->name, "a string");
	}
}

static void
write_root(XmlConversion *conversion, const JsonNode *document, bool is_query,
		   size_t *declarations_at)
{
	static const char *const known[] = {
		"@context", "type", "schemaVersion", "creationDate", "epcisHeader", "epcisBody",
		"sender", "receiver", "instanceIdentifier", NULL
	};
	const char *name = is_query ? "epcis:EPCISQueryDocument" : "epcis:EPCISDocument";
	const JsonNode *created = JsonMember(document, "creationDate");
	const JsonNode *body = JsonMember(document, "epcisBody");
	const JsonNode *member;

	check_strings(conversion, document);
	check_members(conversion, document, "a member of a document", known, true);
	write(conversion, "<");
	write(conversion, name);
	*declarations_at = conversion->out.len;
	XmlWriteAttribute(conversion, "schemaVersion",
					  XmlSpanOf(is_1_2(conversion) ? "1.2" : "2.0"));
	if (created != NULL)
		XmlWriteAttribute(conversion, "creationDate", created->value);
	write(conversion, ">");
	write_xml_header(conversion, document);
	if (body != NULL)
		write_body(conversion, body, is_query);
	for (member = document->first; member != NULL; member = member->next)
		if (XmlIsOwnName(member->name))
			XmlWriteOwn(conversion, member->name, member);
	write(conversion, "</");
	write(conversion, name);
	write(conversion, ">");
}

/*
 * The namespace of the root element has a prefix that no other one can have.
 */
static void
write_epcis_declaration(XmlConversion *conversion, bool is_query)
{
	const char *name = is_query
	? (is_1_2(conversion) ? "urn:epcglobal:epcis-query:xsd:1" : "urn:epcglobal:epcis-query:xsd:2")
	: (is_1_2(conversion) ? "urn:epcglobal:epcis:xsd:1" : "urn:epcglobal:epcis:xsd:2");

	XmlWriteAttribute(conversion, "xmlns:epcis", XmlSpanOf(name));
}

/*
 * Puts what has been written last in front of what follows a place.
 */
static void
move_to(XmlConversion *conversion, size_t place, size_t begin)
{
	XmlBuffer  *out = &conversion->out;
	size_t		len = out->len - begin;
	char	   *moved = XmlArenaAlloc(&conversion->arena, len);

	if (moved == NULL || out->has_failed)
		return;
	memcpy(moved, out->bytes + begin, len);
	memmove(out->bytes + place + len, out->bytes + place, begin - place);
	memcpy(out->bytes + place, moved, len);
}

static void
write_document(XmlConversion *conversion, const JsonNode *document)
{
	XmlSpan		type = XmlEventType(document);
	bool		is_query = XmlSpanIs(type, "EPCISQueryDocument");
	bool		is_document = is_query || XmlSpanIs(type, "EPCISDocument");
	size_t		declarations_at;
	size_t		end;

	if (is_document)
	{
		conversion->document_context = JsonMember(document, "@context");
		XmlCheckContext(conversion, conversion->document_context);
		write_root(conversion, document, is_query, &declarations_at);
	}
	else
	{
		XmlWriteEvent(conversion, document);
		for (declarations_at = 0; declarations_at < conversion->out.len &&
			 strchr(" >", conversion->out.bytes[declarations_at]) == NULL;)
			declarations_at++;
	}
	end = conversion->out.len;
	if (is_document)
		write_epcis_declaration(conversion, is_query);
	XmlWriteDeclarations(conversion, conversion->document_context);
	XmlWriteUsedDeclarations(conversion, JsonMember(document, "@context"));
	if (end > declarations_at)
		move_to(conversion, declarations_at, end);
}

static void
convert_to_xml(XmlConversion *conversion, const char *json, size_t length)
{
	const JsonNode *root = JsonTreeRead(json, length, &conversion->arena,
										conversion->problem);

	if (root != NULL)
	{
		if (root->kind != JSON_OBJECT)
			XmlNotEpcis(conversion, root, "it is no object", XmlSpanOf(""),
						"an EPCIS document or an event");
		write_document(conversion, root);
	}
	XmlBufferAppendChar(&conversion->out, '\0');
	if (conversion->out.is_full)
		XmlProblemSet(conversion->problem, XML_TOO_LARGE, 0, "the document is too large",
					  XmlSpanOf(""), "a smaller document");
	else if (conversion->out.has_failed || conversion->arena.has_failed)
		XmlProblemSet(conversion->problem, XML_OUT_OF_MEMORY, 0, "out of memory",
					  XmlSpanOf(""), "");
}

char *
EpcisJsonToXml(const char *json, size_t length, EpcisXmlVersion version,
			   const EpcisXmlOptions *options, size_t *xml_length, XmlProblem *problem)
{
	XmlConversion conversion;

	XmlProblemClear(problem);
	memset(&conversion, 0, sizeof(conversion));
	conversion.problem = problem;
	conversion.version = version;
	XmlBufferInit(&conversion.out, options->resize, options->max_length);
	XmlArenaInit(&conversion.arena, options->resize);
	convert_to_xml(&conversion, json, length);
	XmlArenaFree(&conversion.arena);
	if (problem->kind != XML_NO_PROBLEM)
	{
		XmlProblemLocate(problem, json, length);
		XmlBufferFree(&conversion.out);
		return NULL;
	}
	*xml_length = conversion.out.len - 1;
	return conversion.out.bytes;
}
