/*-------------------------------------------------------------------------
 *
 * document.c
 *	  Reading EPCIS documents in XML, and writing them as JSON.
 *
 * Events are read and written one after the other, so that the memory that is
 * needed besides the result does not grow with their number.  Everything else
 * of a document is kept until its end.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/epcis_xml.h"

#include <string.h>

#include "interchange/xml/json_text.h"
#include "interchange/xml/own_member.h"
#include "interchange/xml/to_json.h"

#define JSON_SCHEMA_VERSION "2.0"

static const XmlSpan nothing = {"", 0};

/*
 * Elements of which a document consists, each with what may be in it.
 */
typedef enum XmlDocumentPart
{
	PART_DOCUMENT,
	PART_BODY,
	PART_EVENTS,
	PART_QUERY_RESULTS,
	PART_RESULTS_BODY
} XmlDocumentPart;

/*
 * A document of which a part has been read.
 */
typedef struct XmlDocument
{
	JsonConversion *conversion;
	bool		is_master_data;
	bool		has_events;
	bool		has_body;
	XmlNode    *header;
	XmlNode    *vocabularies;	/* of the body of a master data document */
	XmlNode   **own;			/* own members of the document */
	size_t		own_count;
	size_t		own_size;
} XmlDocument;

static void read_part(XmlDocument *document, XmlDocumentPart part);

static void
unexpected_element(XmlDocument *document, size_t offset, const char *message, XmlSpan shown,
				   const char *expected)
{
	XmlProblemSet(document->conversion->problem, XML_NOT_EPCIS, offset, message,
				  shown, expected);
}

static bool
has_problem(const XmlDocument *document)
{
	return document->conversion->problem->kind != XML_NO_PROBLEM;
}

/* whether the last token begins or ends an element of EPCIS of this name */
static bool
token_is(XmlDocument *document, const char *name)
{
	JsonConversion *conversion = document->conversion;

	return XmlSpanIs(conversion->reader.local, name) &&
		JsonNamespaceRole(&conversion->prefixes, conversion->reader.ns) == NAMESPACE_EPCIS;
}

static bool
token_is_epcis(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;

	return JsonNamespaceRole(&conversion->prefixes, conversion->reader.ns) == NAMESPACE_EPCIS;
}

/*
 * The element whose beginning is the last token.
 */
static XmlNode *
read_tree(XmlDocument *document)
{
	return XmlTreeRead(&document->conversion->reader, false);
}

static void
add_own(XmlDocument *document, XmlNode *node)
{
	if (node == NULL)
		return;
	if (document->own_count == document->own_size)
	{
		size_t		size = document->own_size == 0 ? 8 : document->own_size * 2;
		XmlNode   **own = XmlArenaAlloc(&document->conversion->document_arena,
										size * sizeof(XmlNode *));

		if (own == NULL)
			return;
		if (document->own_count > 0)
			memcpy(own, document->own, document->own_count * sizeof(XmlNode *));
		document->own = own;
		document->own_size = size;
	}
	document->own[document->own_count++] = node;
}

static void
note_second(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;

	unexpected_element(document, conversion->reader.offset, "element \"%s\" is there twice",
					   conversion->reader.local, "each element once");
}

/*
 * Events
 */

static void
read_event_element(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;
	XmlNode    *node = read_tree(document);

	if (node == NULL)
		return;
	JsonOpen(&conversion->out, '{');
	JsonWriteEventMembers(conversion, node);
	JsonClose(&conversion->out, '}');
	XmlArenaReset(&conversion->event_arena);
}

static void
read_event_elements(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;

	if (document->has_events)
		note_second(document);
	document->has_events = true;
	JsonName(&conversion->out, "eventList");
	JsonOpen(&conversion->out, '[');
	conversion->reader.arena = &conversion->event_arena;
	read_part(document, PART_EVENTS);
	conversion->reader.arena = &conversion->document_arena;
	JsonClose(&conversion->out, ']');
}

/*
 * Other parts
 */

static void
read_object_part(XmlDocument *document, const char *name, XmlDocumentPart part)
{
	JsonConversion *conversion = document->conversion;

	JsonName(&conversion->out, name);
	JsonOpen(&conversion->out, '{');
	read_part(document, part);
	JsonClose(&conversion->out, '}');
}

static void
read_body(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;

	if (document->has_body)
		note_second(document);
	document->has_body = true;
	JsonName(&conversion->out, "epcisBody");
	JsonOpen(&conversion->out, '{');
	read_part(document, PART_BODY);
	if (document->is_master_data && !document->has_events)
	{
		JsonName(&conversion->out, "eventList");
		JsonOpen(&conversion->out, '[');
		JsonClose(&conversion->out, ']');
	}
	JsonClose(&conversion->out, '}');
}

static void
read_header(XmlDocument *document)
{
	if (document->header != NULL)
		note_second(document);
	document->header = read_tree(document);
}

/*
 * A text of the answer to a query.
 */
static void
read_text(XmlDocument *document, const char *name)
{
	JsonConversion *conversion = document->conversion;
	XmlNode    *node = read_tree(document);

	if (node == NULL)
		return;
	if (node->first != NULL)
		unexpected_element(document, node->first->offset, "element \"%s\" must contain only a text",
						   node->local, "no element inside it");
	JsonName(&conversion->out, name);
	JsonString(&conversion->out, XmlSpanTrim(node->value));
}

static void
read_vocabularies(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;
	XmlNode    *node = read_tree(document);

	if (node != NULL)
		JsonWriteMember(conversion, node, &XmlVocabularyListRule);
}

/*
 * The element whose beginning is the last token, in a part of the document.
 * False: it does not belong there.
 */
static bool
read_element(XmlDocument *document, XmlDocumentPart part)
{
	switch (part)
	{
		case PART_DOCUMENT:
			if (token_is(document, "EPCISHeader"))
				read_header(document);
			else if (token_is(document, "EPCISBody"))
				read_body(document);
			else if (token_is_epcis(document))
				return false;
			else
				add_own(document, read_tree(document));
			return true;
		case PART_BODY:
			if (token_is(document, "EventList"))
				read_event_elements(document);
			else if (token_is(document, "QueryResults"))
				read_object_part(document, "queryResults", PART_QUERY_RESULTS);
			else if (document->is_master_data && document->vocabularies == NULL &&
					 token_is(document, "VocabularyList"))
				document->vocabularies = read_tree(document);
			else
				return false;
			return true;
		case PART_EVENTS:
			read_event_element(document);
			return true;
		case PART_QUERY_RESULTS:
			if (token_is(document, "queryName"))
				read_text(document, "queryName");
			else if (token_is(document, "subscriptionID"))
				read_text(document, "subscriptionID");
			else if (token_is(document, "resultsBody"))
				read_object_part(document, "resultsBody", PART_RESULTS_BODY);
			else
				return false;
			return true;
		case PART_RESULTS_BODY:
			if (token_is(document, "EventList"))
				read_event_elements(document);
			else if (token_is(document, "VocabularyList"))
				read_vocabularies(document);
			else
				return false;
			return true;
	}
	return false;
}

static const char *
expected_in(XmlDocumentPart part)
{
	static const char *const expected[] = {
		[PART_DOCUMENT] = "EPCISHeader or EPCISBody",
		[PART_BODY] = "EventList or QueryResults",
		[PART_EVENTS] = "an event",
		[PART_QUERY_RESULTS] = "queryName, subscriptionID or resultsBody",
		[PART_RESULTS_BODY] = "EventList or VocabularyList"
	};

	return expected[part];
}

/*
 * Reads on to the end of the element whose beginning is the last token.  What
 * is in wrappers is read as if it were beside them.
 */
static void
read_part(XmlDocument *document, XmlDocumentPart part)
{
	XmlReader  *reader = &document->conversion->reader;
	int			wrappers = 0;

	while (!has_problem(document))
	{
		switch (XmlReaderNext(reader))
		{
			case XML_TOKEN_START:
				if (JsonIsWrapper(document->conversion, reader->ns, reader->local))
					wrappers++;
				else if (!read_element(document, part))
					unexpected_element(document, reader->offset, "element \"%s\" is not known here",
									   reader->local, expected_in(part));
				break;
			case XML_TOKEN_END:
				if (wrappers-- == 0)
					return;
				break;
			case XML_TOKEN_TEXT:
				if (XmlSpanTrim(reader->value).len > 0)
					unexpected_element(document, reader->offset, "a text between elements",
									   nothing, expected_in(part));
				break;
			default:
				return;
		}
	}
}

/*
 * The end of the document
 */

/*
 * An element of the Standard Business Document Header, by its path below it.
 */
static const XmlNode *
find_in_sbdh(const XmlDocument *document, const char *outer, const char *inner)
{
	const XmlNode *node;
	const char *path[3] = {"StandardBusinessDocumentHeader"};
	int			i;

	if (document->header == NULL)
		return NULL;
	path[1] = outer;
	path[2] = inner;
	node = document->header->first;
	for (i = 0; i < 3; i++)
	{
		while (node != NULL && !XmlSpanIs(node->local, path[i]))
			node = node->next;
		if (node == NULL || i == 2)
			break;
		node = node->first;
	}
	return node;
}

/*
 * JSON has members for the partners and the number of a document.
 */
static void
write_sbdh_members(XmlDocument *document)
{
	static const struct
	{
		const char *outer;
		const char *inner;
		const char *json;
	}			members[] =
	{
		{"Sender", "Identifier", "sender"},
		{"Receiver", "Identifier", "receiver"},
		{"DocumentIdentification", "InstanceIdentifier", "instanceIdentifier"}
	};
	JsonConversion *conversion = document->conversion;
	size_t		i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
	{
		const XmlNode *node = find_in_sbdh(document, members[i].outer, members[i].inner);

		if (node != NULL)
		{
			JsonName(&conversion->out, members[i].json);
			JsonString(&conversion->out, XmlSpanTrim(node->value));
		}
	}
}

/*
 * The header, into which the vocabularies of a master data document go.
 */
static void
write_header(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;
	XmlNode    *vocabularies = document->vocabularies;

	if (vocabularies != NULL)
	{
		XmlNode    *master_data = JsonMakeElement(conversion, "EPCISMasterData",
												  vocabularies->offset);

		if (document->header == NULL)
			document->header = JsonMakeElement(conversion, "EPCISHeader",
											   vocabularies->offset);
		if (master_data == NULL || document->header == NULL)
			return;
		XmlNodeAppend(master_data, vocabularies);
		XmlNodeAppend(document->header, master_data);
	}
	if (document->header != NULL)
	{
		JsonName(&conversion->out, "epcisHeader");
		JsonWriteObject(conversion, document->header, &XmlHeaderRule);
	}
}

static void
write_json_context(JsonConversion *conversion)
{
	const JsonPrefixes *prefixes = &conversion->prefixes;
	bool		has_own = false;
	int			ns;

	JsonName(&conversion->out, "@context");
	JsonOpen(&conversion->out, '[');
	JsonString(&conversion->out, XmlSpanOf(EPCIS_CONTEXT));
	for (ns = 0; ns < conversion->reader.namespace_count; ns++)
	{
		if (prefixes->prefixes[ns].len == 0 || prefixes->is_standard[ns])
			continue;
		if (!has_own)
			JsonOpen(&conversion->out, '{');
		has_own = true;
		JsonPrefixedName(&conversion->out, "", nothing, prefixes->prefixes[ns]);
		JsonString(&conversion->out, conversion->reader.namespaces[ns]);
	}
	if (has_own)
		JsonClose(&conversion->out, '}');
	JsonClose(&conversion->out, ']');
}

/*
 * The attributes of the root element.  The schemas allow any others; those that
 * have no namespace have no place in JSON.
 */
static void
read_root_attributes(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;
	XmlReader  *reader = &conversion->reader;
	int			i;

	JsonName(&conversion->out, "schemaVersion");
	JsonString(&conversion->out,
			   XmlSpanOf(JSON_SCHEMA_VERSION));
	for (i = 0; i < reader->attribute_count; i++)
	{
		const XmlAttribute *attribute = &reader->attributes[i];

		if (attribute->ns != XML_NS_NONE)
		{
			if (JsonNamespaceRole(&conversion->prefixes, attribute->ns) == NAMESPACE_OWN)
				add_own(document, JsonAttributeNode(conversion, attribute));
		}
		else if (XmlSpanIs(attribute->local, "creationDate"))
		{
			JsonName(&conversion->out, "creationDate");
			JsonString(&conversion->out, XmlSpanTrim(attribute->value));
		}
	}
}

static void
read_document(XmlDocument *document, const char *type)
{
	JsonConversion *conversion = document->conversion;

	JsonOpen(&conversion->out, '{');
	JsonName(&conversion->out, "type");
	JsonString(&conversion->out, XmlSpanOf(type));
	read_root_attributes(document);
	read_part(document, PART_DOCUMENT);
	if (strcmp(type, "EPCISDocument") == 0)
		write_sbdh_members(document);
	write_header(document);
	JsonWriteOwnMembers(conversion, document->own, document->own_count);
}

/*
 * An event that is a document of its own has the attributes of a document, of
 * which JSON keeps none.
 */
static void
drop_document_attributes(XmlNode *node)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < node->attribute_count; i++)
	{
		const XmlAttribute *attribute = &node->attributes[i];

		if (attribute->ns == XML_NS_NONE &&
			(XmlSpanIs(attribute->local, "schemaVersion") ||
			 XmlSpanIs(attribute->local, "creationDate")))
			continue;
		node->attributes[kept++] = *attribute;
	}
	node->attribute_count = kept;
}

/*
 * A document may be a single event.  It need not be one of EPCIS, but then it
 * must say when it happened.
 */
static void
read_single_event(XmlDocument *document)
{
	static const char expected[] =
	"EPCISDocument, EPCISQueryDocument, EPCISMasterDataDocument or an event";
	JsonConversion *conversion = document->conversion;
	XmlNode    *node;
	XmlNode    *child;

	node = read_tree(document);
	if (node == NULL)
		return;
	for (child = node->first; child != NULL; child = child->next)
		if (JsonNodeIs(conversion, child, "eventTime"))
			break;
	if (child == NULL)
		unexpected_element(document, node->offset, "element \"%s\" is no EPCIS document",
						   node->local, expected);
	drop_document_attributes(node);
	JsonOpen(&conversion->out, '{');
	JsonWriteEventMembers(conversion, node);
}

static void
read_root(XmlDocument *document)
{
	JsonConversion *conversion = document->conversion;

	if (XmlReaderNext(&conversion->reader) != XML_TOKEN_START)
		return;
	if (token_is(document, "EPCISDocument"))
		read_document(document, "EPCISDocument");
	else if (token_is(document, "EPCISQueryDocument"))
		read_document(document, "EPCISQueryDocument");
	else if (token_is(document, "EPCISMasterDataDocument"))
	{
		document->is_master_data = true;
		read_document(document, "EPCISDocument");
	}
	else
		read_single_event(document);
	write_json_context(conversion);
	JsonClose(&conversion->out, '}');
	/* what follows may be comments only */
	if (!has_problem(document))
		XmlReaderNext(&conversion->reader);
}

static void
check_memory(JsonConversion *conversion)
{
	if (conversion->out.is_full)
		XmlProblemSet(conversion->problem, XML_TOO_LARGE, conversion->reader.at,
					  "the document is too large", nothing, "a smaller document");
	else if (conversion->document_arena.has_failed ||
			 conversion->event_arena.has_failed || conversion->out.has_failed)
		XmlProblemSet(conversion->problem, XML_OUT_OF_MEMORY, conversion->reader.at,
					  "out of memory", nothing, "");
}

static void
convert(JsonConversion *conversion)
{
	XmlDocument document;

	memset(&document, 0, sizeof(document));
	document.conversion = conversion;
	read_root(&document);
	XmlBufferAppendChar(&conversion->out, '\0');
	check_memory(conversion);
}

static void
begin_reading(JsonConversion *conversion, const char *xml, size_t length,
			  const EpcisXmlOptions *options)
{
	XmlReaderInit(&conversion->reader, xml, length, &conversion->document_arena,
				  conversion->problem);
	conversion->reader.ignores_encoding = options->ignores_encoding;
}

/*
 * Converts the document once more, now that all schemes of URIs are known.
 */
static void
convert_again(JsonConversion *conversion, const EpcisXmlOptions *options)
{
	const char *xml = conversion->reader.source;
	size_t		length = conversion->reader.length;

	XmlReaderFree(&conversion->reader);
	begin_reading(conversion, xml, length, options);
	JsonPrefixesReset(&conversion->prefixes);
	conversion->out.len = 0;
	convert(conversion);
}

char *
EpcisXmlToJson(const char *xml, size_t length, const EpcisXmlOptions *options,
			   size_t *json_length, XmlProblem *problem)
{
	JsonConversion *conversion = options->resize(NULL, sizeof(JsonConversion));
	char	   *json;

	XmlProblemClear(problem);
	if (conversion == NULL)
	{
		XmlProblemSet(problem, XML_OUT_OF_MEMORY, 0, "out of memory", nothing, "");
		return NULL;
	}
	conversion->problem = problem;
	XmlBufferInit(&conversion->out, options->resize, options->max_length);
	XmlArenaInit(&conversion->document_arena, options->resize);
	XmlArenaInit(&conversion->event_arena, options->resize);
	begin_reading(conversion, xml, length, options);
	JsonPrefixesInit(&conversion->prefixes, &conversion->reader,
					 &conversion->document_arena);
	convert(conversion);
	if (problem->kind == XML_NO_PROBLEM && JsonPrefixesClash(&conversion->prefixes))
		convert_again(conversion, options);
	if (problem->kind != XML_NO_PROBLEM)
	{
		XmlProblemLocate(problem, xml, length);
		XmlBufferFree(&conversion->out);
	}
	json = conversion->out.bytes;
	*json_length = conversion->out.len - (json != NULL);
	XmlReaderFree(&conversion->reader);
	XmlArenaFree(&conversion->document_arena);
	XmlArenaFree(&conversion->event_arena);
	options->resize(conversion, 0);
	return json;
}
