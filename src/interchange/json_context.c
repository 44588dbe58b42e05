/*-------------------------------------------------------------------------
 *
 * json_context.c
 *	  Prefixes that the @context of an EPCIS document, or of an event, declares.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "interchange/event_member.h"
#include "interchange/json_context.h"

/*
 * The prefixes of the standard context of EPCIS 2.0, which is known by heart and
 * never fetched.
 */
static const struct
{
	const char *prefix;
	const char *namespace_uri;
}			standard_prefixes[] =

{
	{"epcis", "https://ref.gs1.org/epcis/"},
	{"cbv", "https://ref.gs1.org/cbv/"},
	{"cbvmda", "urn:epcglobal:cbv:mda:"},
	{"gs1", "https://gs1.org/voc/"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"owl", "http://www.w3.org/2002/07/owl#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"dcterms", "http://purl.org/dc/terms/"}
};

JsonContext
JsonContextOf(Jsonb *event, Jsonb *document_context)
{
	JsonContext context = {NULL, document_context};

	if (event != NULL && JB_ROOT_IS_OBJECT(event))
		context.event = getKeyJsonValueFromContainer(&event->root, "@context", 8, NULL);
	return context;
}

#define MAX_CONTEXTS 1000

/*
 * The namespace in a definition, which is a string or {"@id": ...}.
 */
static char *
namespace_of_definition(JsonbValue *definition)
{
	JsonbValue	id;

	if (definition->type == jbvBinary &&
		JsonContainerIsObject(definition->val.binary.data) &&
		getKeyJsonValueFromContainer(definition->val.binary.data, "@id", 3, &id) != NULL)
		definition = &id;
	if (definition->type != jbvString)
		return NULL;
	return pnstrdup(definition->val.string.val, definition->val.string.len);
}

static char *
find_in_object(JsonbContainer *object, const char *prefix, size_t len)
{
	JsonbValue	definition;

	if (getKeyJsonValueFromContainer(object, prefix, len, &definition) == NULL)
		return NULL;
	return namespace_of_definition(&definition);
}

/*
 * A context is an object, or an array of URIs and objects of which the last
 * that declares the prefix counts.  All are looked at for each name, so there
 * must not be as many of them as a document has members.
 */
static char *
find_in_container(JsonbContainer *container, const char *prefix, size_t len)
{
	int			i;

	if (JsonContainerIsObject(container))
		return find_in_object(container, prefix, len);
	if (!JsonContainerIsArray(container) || JsonContainerIsScalar(container))
		return NULL;
	if (JsonContainerSize(container) > MAX_CONTEXTS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("@context has more than %d entries", MAX_CONTEXTS)));
	for (i = (int) JsonContainerSize(container) - 1; i >= 0; i--)
	{
		JsonbValue *entry = getIthJsonbValueFromContainer(container, i);
		char	   *found;

		if (entry->type != jbvBinary || !JsonContainerIsObject(entry->val.binary.data))
			continue;
		found = find_in_object(entry->val.binary.data, prefix, len);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static char *
find_prefix(const JsonContext *context, const char *prefix, size_t len)
{
	char	   *found = NULL;
	int			i;

	for (i = 0; i < (int) lengthof(standard_prefixes); i++)
		if (strlen(standard_prefixes[i].prefix) == len &&
			memcmp(standard_prefixes[i].prefix, prefix, len) == 0)
			return pstrdup(standard_prefixes[i].namespace_uri);
	if (context->event != NULL && context->event->type == jbvBinary)
		found = find_in_container(context->event->val.binary.data, prefix, len);
	if (found == NULL && context->document != NULL)
		found = find_in_container(&context->document->root, prefix, len);
	return found;
}

char *
JsonContextNamespace(const JsonContext *context, const char *name, size_t len,
					 size_t *local)
{
	const char *colon = memchr(name, ':', len);

	if (colon == NULL)
		return NULL;
	*local = colon - name + 1;
	if (len >= *local + 2 && memcmp(name + *local, "//", 2) == 0)
		return NULL;
	return find_prefix(context, name, colon - name);
}

static bool
url_begins_with(const JsonbValue *url, const char *prefix)
{
	int			len = (int) strlen(prefix);

	return url->val.string.len >= len && memcmp(url->val.string.val, prefix, len) == 0;
}

/*
 * The standard context has a URL for each release, and one at its workshop.
 */
static bool
is_standard_context(const JsonbValue *url)
{
	static const char *const name = "epcis-context.jsonld";
	int			len = (int) strlen(name);

	return (url_begins_with(url, "https://ref.gs1.org/standards/epcis/") ||
			url_begins_with(url, "https://gs1.github.io/EPCIS/")) &&
		memcmp(url->val.string.val + url->val.string.len - len, name, len) == 0;
}

static List *
add_entry(List *additions, JsonbValue *entry)
{
	if (JsonIsObject(entry) ? JsonContainerSize(entry->val.binary.data) > 0 :
		entry->type == jbvString && !is_standard_context(entry))
		return lappend(additions, entry);
	return additions;
}

/*
 * A string, an object, or an array of such; jsonb has what is not in an object in an
 * array as well.
 */
static List *
add_entries(List *additions, JsonbValue *context)
{
	JsonbContainer *array;
	uint32		i;

	if (!JsonIsArray(context))
		return add_entry(additions, context);
	array = context->val.binary.data;
	for (i = 0; i < JsonContainerSize(array); i++)
		additions = add_entry(additions, getIthJsonbValueFromContainer(array, i));
	return additions;
}

List *
JsonContextAdditions(const JsonContext *context)
{
	List	   *additions = NIL;
	JsonbValue *document;

	if (context->document != NULL)
	{
		document = palloc(sizeof(JsonbValue));
		JsonbToJsonbValue(context->document, document);
		additions = add_entries(additions, document);
	}
	if (context->event != NULL)
		additions = add_entries(additions, context->event);
	return additions;
}

bool
JsonContextNamesOther(const JsonContext *context)
{
	ListCell   *cell;

	foreach(cell, JsonContextAdditions(context))
	{
		if (((JsonbValue *) lfirst(cell))->type == jbvString)
			return true;
	}
	return false;
}

char *
JsonContextExpand(const JsonContext *context, const char *name, size_t len)
{
	size_t		local;
	char	   *namespace_uri = JsonContextNamespace(context, name, len, &local);

	if (namespace_uri == NULL)
		return pnstrdup(name, len);
	return psprintf("%s%.*s", namespace_uri, (int) (len - local), name + local);
}

/*
 * The namespace of CBV master data ends with a colon in JSON, and US guidelines
 * end it with "#"; all are one namespace, written as in XML.
 */
#define CBV_MASTER_DATA "urn:epcglobal:cbv:mda"

static char *
braced_name(const char *namespace_uri, size_t namespace_len, const char *local,
			size_t local_len)
{
	if (namespace_len == strlen(CBV_MASTER_DATA) + 1 &&
		memcmp(namespace_uri, CBV_MASTER_DATA, strlen(CBV_MASTER_DATA)) == 0 &&
		(namespace_uri[namespace_len - 1] == ':' || namespace_uri[namespace_len - 1] == '#'))
		namespace_len--;
	return psprintf("{%.*s}%.*s", (int) namespace_len, namespace_uri,
					(int) local_len, local);
}

/*
 * "{namespace}local" of a compact name; of a URI, which names its namespace
 * itself, divided behind the last "#", "/" or ":".  A bare name stays as it is.
 */
char *
JsonContextBracedName(const JsonContext *context, const char *name, size_t len)
{
	size_t		local;
	char	   *namespace_uri;

	/* an attribute of an own XML element counts like an element */
	if (len > 0 && name[0] == '@')
	{
		name++;
		len--;
	}
	namespace_uri = JsonContextNamespace(context, name, len, &local);
	if (namespace_uri != NULL)
		return braced_name(namespace_uri, strlen(namespace_uri), name + local,
						   len - local);
	if (memchr(name, ':', len) == NULL)
		return pnstrdup(name, len);
	for (local = len; local > 0; local--)
		if (name[local - 1] == '#' || name[local - 1] == '/' || name[local - 1] == ':')
			break;
	return braced_name(name, local, name + local, len - local);
}
