/*-------------------------------------------------------------------------
 *
 * event_json.c
 *	  Write events as EPCIS 2.0 JSON, with identifiers in a format and words of
 *	  CBV bare.
 *
 * A document may have a hundred thousand identifiers.  It is put together in one
 * pass over its events: jsonb copies an event anew for each operator that changes it,
 * and for each object that it becomes part of.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "interchange/event_member.h"
#include "interchange/identifier_uri.h"
#include "interchange/json_context.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(serial_uris_in);
PG_FUNCTION_INFO_V1(serial_whole_context);
PG_FUNCTION_INFO_V1(serial_with_items);
PG_FUNCTION_INFO_V1(serial_event_in);
PG_FUNCTION_INFO_V1(serial_document_of_events);

/*
 * The events of a document, in arrays of one length.
 */
typedef struct EventArrays
{
	Datum	   *contents;
	Datum	   *hashes;
	Datum	   *contexts;
	bool	   *lacks_context;
	Datum	   *record_times;	/* NULL: the events have none */
	int			n;
} EventArrays;

typedef struct JsonWriter
{
	JsonbParseState *state;
	JsonbValue *written;		/* the whole, once it has ended */
	UriFormat	format;
	CompanyPrefixes prefixes;
	const JsonContext *context; /* of the event that is being written */
	const EventArrays *events;	/* of a document */
} JsonWriter;

/*
 * A function that writes a pair of an object, or leaves it out, and one that writes an
 * element of an array.  The object or array is the value of a member of the event.
 */
typedef void (*PairWriter) (JsonWriter *writer, const Member *member, JsonbValue *key,
							JsonbValue *value);
typedef void (*ElementWriter) (JsonWriter *writer, const Member *member, JsonbValue *element);

/* --- Tokens --- */

static void
write_token(JsonWriter *writer, JsonbIteratorToken token, JsonbValue *value)
{
	writer->written = pushJsonbValue(&writer->state, token, value);
}

static void
set_string(JsonbValue *value, const char *string)
{
	value->type = jbvString;
	value->val.string.val = unconstify(char *, string);
	value->val.string.len = (int) strlen(string);
}

static void
write_string(JsonWriter *writer, JsonbIteratorToken token, const char *string)
{
	JsonbValue	value;

	set_string(&value, string);
	write_token(writer, token, &value);
}

static void
write_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	(void) member;
	write_token(writer, WJB_KEY, key);
	write_token(writer, WJB_VALUE, value);
}

/* --- Identifiers, words and times; what is no string is written as it is --- */

static void
write_identifier(JsonWriter *writer, JsonbIteratorToken token, JsonbValue *value)
{
	if (value->type == jbvString && writer->format != URI_AS_CAPTURED)
	{
		const char *uri = value->val.string.val;
		size_t		len = value->val.string.len;

		JsonTrim(&uri, &len);
		set_string(value, IdentifierUri(uri, len, writer->format, &writer->prefixes));
	}
	write_token(writer, token, value);
}

/*
 * A word of the standard is written bare in those spellings that the event hash takes for
 * one; any other stays as it is.
 */
static const char *
bare_word(const JsonContext *context, const Member *member, const char *word)
{
	const char *bare;

	if (strchr(word, ':') == NULL)
		return word;
	if (member->urn != NULL && strncmp(word, member->urn, strlen(member->urn)) == 0)
		bare = word + strlen(member->urn);
	else
	{
		bare = MemberBareWord(member, JsonContextExpand(context, word, strlen(word)));
		if (bare == NULL)
			return word;
	}
	return *bare == '\0' || strchr(bare, ':') != NULL ? word : bare;
}

static void
write_word(JsonWriter *writer, JsonbIteratorToken token, const Member *member, JsonbValue *value)
{
	if (value->type == jbvString && writer->format != URI_AS_CAPTURED)
	{
		const char *word = value->val.string.val;
		size_t		len = value->val.string.len;

		JsonTrim(&word, &len);
		set_string(value, bare_word(writer->context, member, pnstrdup(word, len)));
	}
	write_token(writer, token, value);
}

/*
 * Does a valid time end with Z or an offset such as +01:00?
 */
static bool
has_offset(const char *time, size_t len)
{
	JsonTrim(&time, &len);
	return len >= 6 &&
		(time[len - 1] == 'Z' || time[len - 6] == '+' || time[len - 6] == '-');
}

/*
 * A time without an offset, as EPCIS 1.2 allows it, is in UTC.  EPCIS 2.0 would refuse
 * it, so it is not written as it was captured, either.
 */
static void
write_time(JsonWriter *writer, JsonbValue *value)
{
	if (value->type == jbvString && !has_offset(value->val.string.val, value->val.string.len))
	{
		const char *time = value->val.string.val;
		size_t		len = value->val.string.len;

		JsonTrim(&time, &len);
		set_string(value, psprintf("%.*sZ", (int) len, time));
	}
	write_token(writer, WJB_VALUE, value);
}

/* --- Objects and arrays --- */

static void
write_pairs(JsonWriter *writer, const Member *member, JsonbContainer *object, PairWriter write)
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbValue	key;
	JsonbValue	value;

	(void) JsonbIteratorNext(&iterator, &key, true);
	while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY)
	{
		(void) JsonbIteratorNext(&iterator, &value, true);
		write(writer, member, &key, &value);
	}
}

static void
write_object(JsonWriter *writer, const Member *member, JsonbIteratorToken token,
			 JsonbValue *value, PairWriter write)
{
	if (!JsonIsObject(value))
	{
		write_token(writer, token, value);
		return;
	}
	write_token(writer, WJB_BEGIN_OBJECT, NULL);
	write_pairs(writer, member, value->val.binary.data, write);
	write_token(writer, WJB_END_OBJECT, NULL);
}

static void
write_list(JsonWriter *writer, const Member *member, JsonbValue *value, ElementWriter write)
{
	JsonbIterator *iterator;
	JsonbValue	element;

	if (!JsonIsArray(value))
	{
		write_token(writer, WJB_VALUE, value);
		return;
	}
	write_token(writer, WJB_BEGIN_ARRAY, NULL);
	iterator = JsonbIteratorInit(value->val.binary.data);
	(void) JsonbIteratorNext(&iterator, &element, true);
	while (JsonbIteratorNext(&iterator, &element, true) == WJB_ELEM)
	{
		CHECK_FOR_INTERRUPTS();
		write(writer, member, &element);
	}
	write_token(writer, WJB_END_ARRAY, NULL);
}

/* --- Members of an event --- */

static void
write_uri(JsonWriter *writer, const Member *member, JsonbValue *element)
{
	(void) member;
	write_identifier(writer, WJB_ELEM, element);
}

/*
 * Write a pair of a place, or of an entry in a list of quantities, sources, destinations
 * or business transactions.
 */
static void
write_entry_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	write_token(writer, WJB_KEY, key);
	if (MemberIs(key, member->entry))
		write_identifier(writer, WJB_VALUE, value);
	else if (member->urn != NULL && MemberIs(key, "type"))
		write_word(writer, WJB_VALUE, member, value);
	else
		write_token(writer, WJB_VALUE, value);
}

static void
write_entry(JsonWriter *writer, const Member *member, JsonbValue *element)
{
	write_object(writer, member, WJB_ELEM, element, write_entry_pair);
}

static void
write_disposition(JsonWriter *writer, const Member *member, JsonbValue *element)
{
	write_word(writer, WJB_ELEM, member, element);
}

/*
 * "set" or "unset" with dispositions.
 */
static void
write_disposition_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	write_token(writer, WJB_KEY, key);
	write_list(writer, member, value, write_disposition);
}

static void
write_declaration_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	write_token(writer, WJB_KEY, key);
	member = MemberFind(ErrorDeclarationMembers, key);
	if (member != NULL && member->kind == MEMBER_WORD)
		write_word(writer, WJB_VALUE, member, value);
	else if (member != NULL && member->kind == MEMBER_TIME)
		write_time(writer, value);
	else
		write_token(writer, WJB_VALUE, value);
}

static void write_sensor_element(JsonWriter *writer, const Member *member, JsonbValue *element);

static void
write_member_value(JsonWriter *writer, const Member *member, JsonbValue *value)
{
	switch (member->kind)
	{
		case MEMBER_TIME:
			write_time(writer, value);
			break;
		case MEMBER_WORD:
			write_word(writer, WJB_VALUE, member, value);
			break;
		case MEMBER_URI:
			write_identifier(writer, WJB_VALUE, value);
			break;
		case MEMBER_URI_LIST:
			write_list(writer, member, value, write_uri);
			break;
		case MEMBER_QUANTITY_LIST:
		case MEMBER_TYPED_LIST:
			write_list(writer, member, value, write_entry);
			break;
		case MEMBER_PLACE:
			write_object(writer, member, WJB_VALUE, value, write_entry_pair);
			break;
		case MEMBER_PERSISTENT_DISPOSITION:
			write_object(writer, member, WJB_VALUE, value, write_disposition_pair);
			break;
		case MEMBER_SENSOR_LIST:
			write_list(writer, member, value, write_sensor_element);
			break;
		case MEMBER_ERROR_DECLARATION:
			write_object(writer, member, WJB_VALUE, value, write_declaration_pair);
			break;
		default:
			write_token(writer, WJB_VALUE, value);
	}
}

/*
 * Write a pair of an object for which the standard has a list of members.
 */
static void
write_known_pair(JsonWriter *writer, const Member *members, JsonbValue *key, JsonbValue *value)
{
	const Member *member = MemberFind(members, key);

	write_token(writer, WJB_KEY, key);
	if (member == NULL)
		write_token(writer, WJB_VALUE, value);
	else
		write_member_value(writer, member, value);
}

static void
write_metadata_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	(void) member;
	write_known_pair(writer, SensorMetadataMembers, key, value);
}

static void
write_report_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	(void) member;
	write_known_pair(writer, SensorReportMembers, key, value);
}

static void
write_report(JsonWriter *writer, const Member *member, JsonbValue *element)
{
	write_object(writer, member, WJB_ELEM, element, write_report_pair);
}

static void
write_sensor_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	write_token(writer, WJB_KEY, key);
	if (MemberIs(key, "sensorMetadata"))
		write_object(writer, member, WJB_VALUE, value, write_metadata_pair);
	else if (MemberIs(key, "sensorReport"))
		write_list(writer, member, value, write_report);
	else
		write_token(writer, WJB_VALUE, value);
}

static void
write_sensor_element(JsonWriter *writer, const Member *member, JsonbValue *element)
{
	write_object(writer, member, WJB_ELEM, element, write_sensor_pair);
}

/*
 * The @context is written anew, a recordTime is for the receiver to set, and an
 * eventID stays as it is.
 */
static void
write_event_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	if (MemberIs(key, "@context") || MemberIs(key, "recordTime"))
		return;
	if (MemberIs(key, "eventID"))
		write_pair(writer, member, key, value);
	else
		write_known_pair(writer, EventMembers, key, value);
}

static void
write_captured_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	(void) member;
	if (!MemberIs(key, "@context"))
		write_known_pair(writer, EventMembers, key, value);
}

/* --- Events --- */

/*
 * An event as it was captured, or as its columns say it.
 */
typedef struct EventContent
{
	Jsonb	   *content;
	text	   *hash;
	Jsonb	   *context;		/* of its document; or NULL */
	text	   *record_time;	/* if a query answers with it; or NULL */
} EventContent;

static void
write_context(JsonWriter *writer, List *additions)
{
	ListCell   *cell;

	write_token(writer, WJB_BEGIN_ARRAY, NULL);
	write_string(writer, WJB_ELEM, STANDARD_CONTEXT);
	foreach(cell, additions)
		write_token(writer, WJB_ELEM, lfirst(cell));
	write_token(writer, WJB_END_ARRAY, NULL);
}

static void
write_members(JsonWriter *writer, const EventContent *event)
{
	JsonbContainer *root = &event->content->root;
	JsonbValue	event_id;

	if (writer->format == URI_AS_CAPTURED)
	{
		write_pairs(writer, NULL, root, write_captured_pair);
		return;
	}
	write_pairs(writer, NULL, root, write_event_pair);
	if (getKeyJsonValueFromContainer(root, "eventID", strlen("eventID"), &event_id) == NULL)
	{
		write_string(writer, WJB_KEY, "eventID");
		write_string(writer, WJB_VALUE, text_to_cstring(event->hash));
	}
}

/*
 * Writes an event.  Within a document, which has the standard context itself, it has
 * an @context if that says more: events of several documents may bind one prefix to
 * different namespaces.
 */
static void
write_event(JsonWriter *writer, const EventContent *event, bool is_alone)
{
	JsonContext context = JsonContextOf(event->content, event->context);
	List	   *additions = JsonContextAdditions(&context);

	if (!JB_ROOT_IS_OBJECT(event->content))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an event must be a JSON object")));
	writer->context = &context;
	write_token(writer, WJB_BEGIN_OBJECT, NULL);
	write_members(writer, event);
	if (event->record_time != NULL)
	{
		write_string(writer, WJB_KEY, "recordTime");
		write_string(writer, WJB_VALUE, text_to_cstring(event->record_time));
	}
	if (is_alone || additions != NIL)
	{
		write_string(writer, WJB_KEY, "@context");
		write_context(writer, additions);
	}
	write_token(writer, WJB_END_OBJECT, NULL);
}

/*
 * serial_internal.event_in(content jsonb, hash text, context jsonb, format text,
 *							record_time text) -> jsonb
 */
Datum
serial_event_in(PG_FUNCTION_ARGS)
{
	JsonWriter	writer = {0};
	EventContent event;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	event.content = PG_GETARG_JSONB_P(0);
	event.hash = PG_GETARG_TEXT_PP(1);
	event.context = PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2);
	event.record_time = PG_ARGISNULL(4) ? NULL : PG_GETARG_TEXT_PP(4);
	writer.format = UriFormatNamed(text_to_cstring(PG_GETARG_TEXT_PP(3)));
	write_event(&writer, &event, true);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(writer.written));
}

/* --- Documents --- */

/*
 * Reads an array argument that may be NULL, which has no elements.
 */
static int
get_array(FunctionCallInfo fcinfo, int argument, Oid type, Datum **elements, bool **nulls)
{
	int			n = 0;

	if (!PG_ARGISNULL(argument))
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), type, -1, false, TYPALIGN_INT,
						  elements, nulls, &n);
	return n;
}

static void
get_events(FunctionCallInfo fcinfo, EventArrays *events)
{
	events->n = get_array(fcinfo, 1, JSONBOID, &events->contents, NULL);
	events->record_times = NULL;
	if (get_array(fcinfo, 2, TEXTOID, &events->hashes, NULL) != events->n ||
		get_array(fcinfo, 3, JSONBOID, &events->contexts, &events->lacks_context) != events->n ||
		(!PG_ARGISNULL(4) &&
		 get_array(fcinfo, 4, TEXTOID, &events->record_times, NULL) != events->n))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("arrays of the parts of events must be of one length")));
}

static void
write_event_list(JsonWriter *writer)
{
	const EventArrays *events = writer->events;
	int			i;

	write_token(writer, WJB_BEGIN_ARRAY, NULL);
	for (i = 0; i < events->n; i++)
	{
		EventContent event = {
			.content = DatumGetJsonbP(events->contents[i]),
			.hash = DatumGetTextPP(events->hashes[i]),
			.context = events->lacks_context[i] ? NULL : DatumGetJsonbP(events->contexts[i]),
			.record_time = events->record_times == NULL ? NULL :
			DatumGetTextPP(events->record_times[i])
		};

		CHECK_FOR_INTERRUPTS();
		write_event(writer, &event, false);
	}
	write_token(writer, WJB_END_ARRAY, NULL);
}

/*
 * The events take the place of the eventList, in the body of a document or in the
 * results of a query.
 */
static void
write_document_pair(JsonWriter *writer, const Member *member, JsonbValue *key, JsonbValue *value)
{
	write_token(writer, WJB_KEY, key);
	if (MemberIs(key, "eventList"))
		write_event_list(writer);
	else if (MemberIs(key, "epcisBody") || MemberIs(key, "queryResults") ||
			 MemberIs(key, "resultsBody"))
		write_object(writer, member, WJB_VALUE, value, write_document_pair);
	else
		write_token(writer, WJB_VALUE, value);
}

/*
 * serial_internal.document_of_events(document jsonb, contents jsonb[], hashes text[],
 *									  contexts jsonb[], record_times text[], format text)
 *	  -> jsonb
 */
Datum
serial_document_of_events(PG_FUNCTION_ARGS)
{
	JsonWriter	writer = {0};
	EventArrays events;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(5))
		PG_RETURN_NULL();
	writer.format = UriFormatNamed(text_to_cstring(PG_GETARG_TEXT_PP(5)));
	get_events(fcinfo, &events);
	writer.events = &events;
	write_token(&writer, WJB_BEGIN_OBJECT, NULL);
	write_pairs(&writer, NULL, &PG_GETARG_JSONB_P(0)->root, write_document_pair);
	write_token(&writer, WJB_END_OBJECT, NULL);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(writer.written));
}

/* --- Parts of events --- */

static void
write_items(JsonWriter *writer, const char *name, ArrayType *array)
{
	SerialSet	items;
	int			i;

	SerialSetInit(&items);
	SerialSetFromArray(&items, array);
	write_string(writer, WJB_KEY, name);
	write_token(writer, WJB_BEGIN_ARRAY, NULL);
	for (i = 0; i < items.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		write_string(writer, WJB_ELEM, IdentifierItemUri(items.members[i]));
	}
	write_token(writer, WJB_END_ARRAY, NULL);
}

/*
 * serial_internal.with_items(content jsonb, items serial.serial[], children
 *							  serial.serial[], inputs serial.serial[], outputs
 *							  serial.serial[]) -> jsonb
 */
Datum
serial_with_items(PG_FUNCTION_ARGS)
{
	static const char *const lists[] = {"epcList", "childEPCs", "inputEPCList", "outputEPCList"};
	JsonWriter	writer = {0};
	int			i;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	write_token(&writer, WJB_BEGIN_OBJECT, NULL);
	write_pairs(&writer, NULL, &PG_GETARG_JSONB_P(0)->root, write_pair);
	for (i = 0; i < (int) lengthof(lists); i++)
	{
		if (!PG_ARGISNULL(i + 1))
			write_items(&writer, lists[i], PG_GETARG_ARRAYTYPE_P(i + 1));
	}
	write_token(&writer, WJB_END_OBJECT, NULL);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(writer.written));
}

/*
 * serial_internal.uris_in(list jsonb, format text) -> jsonb; what is no array stays as
 * it is
 */
Datum
serial_uris_in(PG_FUNCTION_ARGS)
{
	Jsonb	   *list = PG_GETARG_JSONB_P(0);
	JsonWriter	writer = {0};
	JsonbValue	value;

	if (!JB_ROOT_IS_ARRAY(list) || JB_ROOT_IS_SCALAR(list))
		PG_RETURN_JSONB_P(list);
	writer.format = UriFormatNamed(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	JsonbToJsonbValue(list, &value);
	write_list(&writer, NULL, &value, write_uri);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(writer.written));
}

/*
 * serial_internal.whole_context(document_context jsonb, event_context jsonb) -> jsonb
 */
Datum
serial_whole_context(PG_FUNCTION_ARGS)
{
	JsonContext context = {NULL, PG_ARGISNULL(0) ? NULL : PG_GETARG_JSONB_P(0)};
	JsonWriter	writer = {0};
	JsonbValue	event_context;

	if (!PG_ARGISNULL(1))
	{
		JsonbToJsonbValue(PG_GETARG_JSONB_P(1), &event_context);
		context.event = &event_context;
	}
	write_context(&writer, JsonContextAdditions(&context));
	PG_RETURN_JSONB_P(JsonbValueToJsonb(writer.written));
}
