/*-------------------------------------------------------------------------
 *
 * event_prehash.c
 *	  Write all that an event says as one string, in a fixed order and in one
 *	  spelling each: the pre-hash string of the event hash id of CBV 2.0.
 *
 * Where the rule text and the public implementations differ, this has typed
 * entries with their type first, source before destination, times rounded half
 * up with carry, no certificationInfo, and the namespace of CBV master data as
 * in XML.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "interchange/event_member.h"
#include "interchange/event_prehash.h"
#include "interchange/identifier_uri.h"
#include "interchange/json_context.h"
#include "interchange/utc_time.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

/* --- Strings in byte order --- */

typedef struct Strings
{
	char	  **strings;
	int			n;
	int			max;
} Strings;

static void
strings_init(Strings *list)
{
	list->n = 0;
	list->max = 8;
	list->strings = palloc(list->max * sizeof(char *));
}

static void
strings_add(Strings *list, char *string)
{
	if (list->n == list->max)
	{
		list->max *= 2;
		list->strings = repalloc_huge(list->strings, list->max * sizeof(char *));
	}
	list->strings[list->n++] = string;
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

static void
append_sorted(StringInfo out, Strings *list)
{
	int			i;

	qsort(list->strings, list->n, sizeof(char *), compare_strings);
	for (i = 0; i < list->n; i++)
		appendStringInfoString(out, list->strings[i]);
}

/*
 * The same as psprintf("%s%s"), for what is done to each identifier.
 */
static char *
concatenate(const char *a, const char *b)
{
	size_t		a_len = strlen(a);
	size_t		b_size = strlen(b) + 1;
	char	   *both = palloc(a_len + b_size);

	memcpy(both, a, a_len);
	memcpy(both + a_len, b, b_size);
	return both;
}

/* --- Values --- */

/*
 * A scalar as text without blanks at its ends; numbers without trailing zeros.
 */
static char *
scalar_text(const JsonbValue *value)
{
	const char *at;
	size_t		len;

	switch (value->type)
	{
		case jbvNumeric:
			return numeric_normalize(value->val.numeric);
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		case jbvString:
			at = value->val.string.val;
			len = value->val.string.len;
			JsonTrim(&at, &len);
			return pnstrdup(at, len);
		default:
			return pstrdup("");
	}
}

/*
 * A word of a vocabulary as a web URI, whether it came bare, as a URN of EPCIS
 * 1.2, as a compact name, or as a web URI.
 */
static char *
normalize_word(const JsonContext *context, const Member *member, char *word)
{
	const char *bare;

	if (member->urn != NULL && strncmp(word, member->urn, strlen(member->urn)) == 0)
		return psprintf("%s%s", member->web_uri, word + strlen(member->urn));
	if (*word != '\0' && strchr(word, ':') == NULL)
		return psprintf("%s%s", member->web_uri, word);
	word = JsonContextExpand(context, word, strlen(word));
	bare = MemberBareWord(member, word);
	return bare == NULL ? word : psprintf("%s%s", member->web_uri, bare);
}

static char *
normalize_uri(const JsonContext *context, char *uri)
{
	const char *colon = strchr(uri, ':');

	/* most are URIs, and need not be copied */
	if (colon != NULL && strncmp(colon, "://", 3) != 0)
		uri = JsonContextExpand(context, uri, strlen(uri));
	return IdentifierDigitalLink(uri, strlen(uri));
}

/*
 * A number that came as a text, as XML has it, is the same number.
 */
static char *
normalize_number(char *value)
{
	const char *at = value;
	int			digits = 0;

	if (*at == '-' || *at == '+')
		at++;
	for (; *at == '.' || (*at >= '0' && *at <= '9'); at++)
		digits += *at != '.';
	if (digits == 0 || *at != '\0' || strlen(value) > 100 ||
		strchr(value, '.') != strrchr(value, '.'))
		return value;
	return numeric_normalize(DatumGetNumeric(DirectFunctionCall3(numeric_in,
																 CStringGetDatum(value),
																 ObjectIdGetDatum(InvalidOid),
																 Int32GetDatum(-1))));
}

static char *
normalize_scalar(const JsonContext *context, const Member *member,
				 const JsonbValue *value)
{
	char	   *content = scalar_text(value);
	char	   *time;

	switch (member->kind)
	{
		case MEMBER_TIME:
			time = UtcTime(content);
			return time == NULL ? content : time;
		case MEMBER_WORD:
		case MEMBER_PERSISTENT_DISPOSITION:
			return normalize_word(context, member, content);
		case MEMBER_URI:
		case MEMBER_URI_LIST:
			return normalize_uri(context, content);
		case MEMBER_NUMBER:
			return normalize_number(content);
		default:
			return content;
	}
}

/* --- Own members --- */

static char *own_member(const JsonContext *context, const JsonbValue *key,
						const JsonbValue *value);

/*
 * Attributes such as xsi:type say how an XML text is to be read, and nothing of
 * the event.
 */
static bool
is_schema_attribute(const JsonContext *context, const JsonbValue *key)
{
	size_t		local;
	char	   *namespace_uri;

	if (key->val.string.len < 2 || key->val.string.val[0] != '@')
		return false;
	namespace_uri = JsonContextNamespace(context, key->val.string.val + 1,
										 key->val.string.len - 1, &local);
	return namespace_uri != NULL &&
		strcmp(namespace_uri, "http://www.w3.org/2001/XMLSchema-instance") == 0;
}

/*
 * Adds a member for each element of an array, else one.
 */
static void
add_own_member(Strings *list, const JsonContext *context, const JsonbValue *key,
			   JsonbValue *value)
{
	uint32		n;
	uint32		i;

	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
	{
		strings_add(list, own_member(context, key, value));
		return;
	}
	n = JsonContainerSize(value->val.binary.data);
	for (i = 0; i < n; i++)
		add_own_member(list, context, key,
					   getIthJsonbValueFromContainer(value->val.binary.data, i));
}

/*
 * Appends the members of an object, sorted, that are not among those of the
 * standard.  The text of an XML element with attributes is its "#text", and
 * the attributes are named "@name".
 */
static void
append_own_members(StringInfo out, const JsonContext *context,
				   JsonbContainer *object, bool (*is_standard) (const JsonbValue *key))
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue	key;
	JsonbValue	value;
	Strings		list;

	strings_init(&list);
	token = JsonbIteratorNext(&iterator, &value, true);
	while ((token = JsonbIteratorNext(&iterator, &key, true)) == WJB_KEY)
	{
		token = JsonbIteratorNext(&iterator, &value, true);
		if (!MemberIs(&key, "rdfs:comment") && !MemberIs(&key, "#text") &&
			!MemberIs(&key, "@context") && !is_schema_attribute(context, &key) &&
			!(is_standard != NULL && is_standard(&key)))
			add_own_member(&list, context, &key, &value);
	}
	append_sorted(out, &list);
}

static char *
own_member(const JsonContext *context, const JsonbValue *key, const JsonbValue *value)
{
	StringInfoData out;
	JsonbValue	content;
	char	   *scalar = "";

	check_stack_depth();
	initStringInfo(&out);
	appendStringInfoString(&out, JsonContextBracedName(context, key->val.string.val,
													   key->val.string.len));
	if (value->type != jbvBinary)
		scalar = scalar_text(value);
	else if (getKeyJsonValueFromContainer(value->val.binary.data, "#text", 5,
										  &content) != NULL)
		scalar = scalar_text(&content);
	if (*scalar != '\0')
		appendStringInfo(&out, "=%s", scalar);
	if (value->type == jbvBinary)
		append_own_members(&out, context, value->val.binary.data, NULL);
	return out.data;
}

/* --- Members of the standard --- */

static bool
get_member(JsonbContainer *object, const char *name, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(object, name, strlen(name), value) != NULL;
}

static void
append_scalar(StringInfo out, const JsonContext *context, const Member *member,
			  const char *name, const JsonbValue *value)
{
	char	   *content = value->type == jbvBinary ? "" :
	normalize_scalar(context, member, value);

	if (*content != '\0')
		appendStringInfo(out, "%s=%s", name, content);
}

static void
append_scalar_member(StringInfo out, const JsonContext *context,
					 JsonbContainer *object, const Member *member)
{
	JsonbValue	value;

	if (get_member(object, member->name, &value))
		append_scalar(out, context, member, member->name, &value);
}

static void
append_table(StringInfo out, const JsonContext *context, JsonbContainer *object,
			 const Member *members)
{
	for (; members->name != NULL; members++)
		append_scalar_member(out, context, object, members);
}

static bool
is_metadata_member(const JsonbValue *key)
{
	return MemberFind(SensorMetadataMembers, key) != NULL;
}

static bool
is_report_member(const JsonbValue *key)
{
	return MemberFind(SensorReportMembers, key) != NULL;
}

static bool
is_place_member(const JsonbValue *key)
{
	return MemberIs(key, "id");
}

static bool
is_sensor_member(const JsonbValue *key)
{
	return MemberIs(key, "sensorMetadata") || MemberIs(key, "sensorReport");
}

static bool
is_event_member(const JsonbValue *key)
{
	return MemberFind(EventMembers, key) != NULL;
}

static char *
quantity_string(const JsonContext *context, JsonbContainer *object)
{
	StringInfoData out;

	initStringInfo(&out);
	append_table(&out, context, object, QuantityMembers);
	return out.len == 0 ? out.data : psprintf("quantityElement%s", out.data);
}

/*
 * An entry with its type first.
 */
static char *
typed_entry_string(const JsonContext *context, const Member *member,
				   JsonbContainer *object)
{
	Member		type = {.name = "type",.kind = MEMBER_WORD,
	.web_uri = member->web_uri,.urn = member->urn};
	Member		entry = {.name = member->entry,.kind = MEMBER_URI};
	StringInfoData out;

	initStringInfo(&out);
	append_scalar_member(&out, context, object, &type);
	append_scalar_member(&out, context, object, &entry);
	return out.data;
}

static char *
report_string(const JsonContext *context, JsonbContainer *object)
{
	StringInfoData out;

	initStringInfo(&out);
	append_table(&out, context, object, SensorReportMembers);
	append_own_members(&out, context, object, is_report_member);
	return out.len == 0 ? out.data : psprintf("sensorReport%s", out.data);
}

static char *
sensor_string(const JsonContext *context, JsonbContainer *object)
{
	StringInfoData out;
	JsonbValue	value;

	initStringInfo(&out);
	appendStringInfoString(&out, "sensorElement");
	if (get_member(object, "sensorMetadata", &value) && JsonIsObject(&value))
	{
		appendStringInfoString(&out, "sensorMetadata");
		append_table(&out, context, value.val.binary.data, SensorMetadataMembers);
		append_own_members(&out, context, value.val.binary.data, is_metadata_member);
	}
	if (get_member(object, "sensorReport", &value) && JsonIsArray(&value))
	{
		JsonbContainer *reports = value.val.binary.data;
		Strings		list;
		uint32		i;

		strings_init(&list);
		for (i = 0; i < JsonContainerSize(reports); i++)
		{
			JsonbValue *report = getIthJsonbValueFromContainer(reports, i);

			if (JsonIsObject(report))
				strings_add(&list, report_string(context, report->val.binary.data));
		}
		append_sorted(&out, &list);
	}
	append_own_members(&out, context, object, is_sensor_member);
	return out.data;
}

/*
 * An entry of a list, as a string.
 */
static char *
entry_string(const JsonContext *context, const Member *member, const JsonbValue *entry)
{
	if (member->kind == MEMBER_URI_LIST && entry->type == jbvString)
		return concatenate("epc=", normalize_scalar(context, member, entry));
	if (!JsonIsObject(entry))
		return "";
	switch (member->kind)
	{
		case MEMBER_QUANTITY_LIST:
			return quantity_string(context, entry->val.binary.data);
		case MEMBER_TYPED_LIST:
			return typed_entry_string(context, member, entry->val.binary.data);
		case MEMBER_SENSOR_LIST:
			return sensor_string(context, entry->val.binary.data);
		default:
			return "";
	}
}

static void
append_list(StringInfo out, const JsonContext *context, const Member *member,
			JsonbContainer *array)
{
	uint32		n = JsonContainerSize(array);
	Strings		list;
	uint32		i;

	strings_init(&list);
	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		strings_add(&list, entry_string(context, member,
										getIthJsonbValueFromContainer(array, i)));
	}
	if (n > 0)
		appendStringInfoString(out, member->name);
	append_sorted(out, &list);
}

static void
append_words(StringInfo out, const JsonContext *context, const Member *member,
			 const char *name, JsonbContainer *object)
{
	JsonbValue	value;
	Strings		list;
	uint32		i;

	if (!get_member(object, name, &value) || !JsonIsArray(&value))
		return;
	strings_init(&list);
	for (i = 0; i < JsonContainerSize(value.val.binary.data); i++)
		strings_add(&list, psprintf("%s=%s", name,
									normalize_scalar(context, member,
													 getIthJsonbValueFromContainer(value.val.binary.data, i))));
	append_sorted(out, &list);
}

/*
 * Append the name of an object and its content, unless it has none.
 */
static void
append_object(StringInfo out, const JsonContext *context, const Member *member,
			  JsonbContainer *object)
{
	static const Member id = {.name = "id",.kind = MEMBER_URI};
	StringInfoData content;

	initStringInfo(&content);
	if (member->kind == MEMBER_PERSISTENT_DISPOSITION)
	{
		append_words(&content, context, member, "set", object);
		append_words(&content, context, member, "unset", object);
	}
	else if (member->kind == MEMBER_PLACE)
	{
		append_scalar_member(&content, context, object, &id);
		append_own_members(&content, context, object, is_place_member);
	}
	else
		append_own_members(&content, context, object, NULL);
	if (content.len > 0)
		appendStringInfo(out, "%s%s", member->name, content.data);
}

static void
append_event_member(StringInfo out, const JsonContext *context, const Member *member,
					const JsonbValue *value)
{
	if (JsonIsArray(value))
		append_list(out, context, member, value->val.binary.data);
	else if (JsonIsObject(value))
		append_object(out, context, member, value->val.binary.data);
	else
		append_scalar(out, context, member, member->name, value);
}

/*
 * A type of the standard bare, in whatever spelling it came; one's own in full.
 */
static const char *
event_type(const JsonContext *context, const JsonbValue *value)
{
	static const char standard[] = "https://ref.gs1.org/epcis/";
	const char *type = JsonContextExpand(context, value->val.string.val, value->val.string.len);
	const char *bare = type + strlen(standard);

	if (strncmp(type, standard, strlen(standard)) != 0 ||
		EventTypeBit(bare, strlen(bare)) == OWN_EVENT)
		return type;
	return bare;
}

char *
EventPrehash(Jsonb *event, Jsonb *document_context)
{
	JsonContext context = JsonContextOf(event, document_context);
	JsonbContainer *root = &event->root;
	StringInfoData out;
	const Member *member;
	JsonbValue	value;

	if (!JB_ROOT_IS_OBJECT(event))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an event must be a JSON object")));
	initStringInfo(&out);
	if (get_member(root, "type", &value) && value.type == jbvString)
		appendStringInfo(&out, "eventType=%s", event_type(&context, &value));
	for (member = EventMembers; member->name != NULL; member++)
		if (!member->is_left_out && get_member(root, member->name, &value))
			append_event_member(&out, &context, member, &value);
	append_own_members(&out, &context, root, is_event_member);
	return out.data;
}
