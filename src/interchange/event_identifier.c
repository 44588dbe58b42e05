/*-------------------------------------------------------------------------
 *
 * event_identifier.c
 *	  The identifiers in the lists of an event in EPCIS 2.0 JSON.
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
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_event_identifiers);
PG_FUNCTION_INFO_V1(serial_event_items);
PG_FUNCTION_INFO_V1(serial_event_company_prefixes);

/*
 * These are no prefixes, whatever an @context declares.
 */
static bool
has_scheme_of_identifiers(const char *uri, size_t len)
{
	static const char *const schemes[] = {"urn:", "http:", "https:"};
	int			i;

	for (i = 0; i < (int) lengthof(schemes); i++)
		if (len >= strlen(schemes[i]) && memcmp(uri, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

/*
 * What an identifier is read from: the URI in a string, with a compact name in full.
 */
static const char *
identifier_uri(const JsonContext *context, const JsonbValue *string, size_t *len)
{
	const char *uri = string->val.string.val;

	*len = string->val.string.len;
	JsonTrim(&uri, len);
	if (!has_scheme_of_identifiers(uri, *len))
	{
		uri = JsonContextExpand(context, uri, *len);
		*len = strlen(uri);
		uri = IdentifierSpelling(uri, len);
	}
	return uri;
}

static Serial *
read_identifier(const JsonContext *context, const JsonbValue *entry)
{
	const char *uri;
	size_t		len;

	if (entry->type != jbvString)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an identifier in an event must be a string")));
	uri = identifier_uri(context, entry, &len);
	return ValueParse(uri, len, NULL);
}

static void
read_identifiers(const JsonContext *context, JsonbContainer *list, SerialSet *ids)
{
	JsonbIterator *iterator = JsonbIteratorInit(list);
	JsonbIteratorToken token;
	JsonbValue	entry;

	while ((token = JsonbIteratorNext(&iterator, &entry, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token == WJB_ELEM)
			SerialSetAdd(ids, read_identifier(context, &entry));
	}
}

/*
 * serial_internal.event_identifiers(list jsonb, event jsonb, context jsonb)
 *	  -> serial.serial[]
 */
Datum
serial_event_identifiers(PG_FUNCTION_ARGS)
{
	JsonContext context = JsonContextOf(PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1),
										PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2));
	SerialSet	ids;

	SerialSetInit(&ids);
	if (!PG_ARGISNULL(0))
		read_identifiers(&context, &PG_GETARG_JSONB_P(0)->root, &ids);
	SerialSetMakeDistinct(&ids);
	PG_RETURN_ARRAYTYPE_P(SerialSetToArray(&ids));
}

/* --- Before the structure of the event is checked --- */

typedef void (*StringVisitor) (const JsonbValue *string, void *state);

static void
visit_strings_of_member(const JsonbValue *value, StringVisitor visit, void *state)
{
	uint32		i;

	if (value->type == jbvString)
		visit(value, state);
	else if (JsonIsArray(value))
	{
		for (i = 0; i < JsonContainerSize(value->val.binary.data); i++)
		{
			JsonbValue *entry = getIthJsonbValueFromContainer(value->val.binary.data, i);

			CHECK_FOR_INTERRUPTS();
			if (entry->type == jbvString)
				visit(entry, state);
		}
	}
}

/*
 * Calls a function for each string that should be an identifier.
 */
static void
visit_identifiers(Jsonb *event, StringVisitor visit, void *state)
{
	static const char *const members[] = {"epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"};
	JsonbValue	value;
	int			i;

	for (i = 0; i < (int) lengthof(members) && JB_ROOT_IS_OBJECT(event); i++)
		if (getKeyJsonValueFromContainer(&event->root, members[i], strlen(members[i]), &value) != NULL)
			visit_strings_of_member(&value, visit, state);
}

typedef struct ReadableItems
{
	JsonContext context;
	SerialSet	ids;
} ReadableItems;

static void
add_readable_item(const JsonbValue *string, void *state)
{
	ReadableItems *items = state;
	size_t		len;
	const char *uri = identifier_uri(&items->context, string, &len);
	char	   *problem;
	Serial	   *id = ValueTry(uri, len, &problem);

	if (id != NULL)
		SerialSetAdd(&items->ids, id);
}

/*
 * serial_internal.event_items(event jsonb, context jsonb) -> serial.serial[]
 */
Datum
serial_event_items(PG_FUNCTION_ARGS)
{
	Jsonb	   *event = PG_ARGISNULL(0) ? NULL : PG_GETARG_JSONB_P(0);
	ReadableItems items;

	if (event == NULL)
		PG_RETURN_NULL();
	items.context = JsonContextOf(event, PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1));
	SerialSetInit(&items.ids);
	visit_identifiers(event, add_readable_item, &items);
	PG_RETURN_ARRAYTYPE_P(SerialSetToArray(&items.ids));
}

typedef struct EventPrefixes
{
	ArrayBuildState *found;		/* NULL: none */
	const char *last;			/* the one that was found last */
	size_t		last_len;
} EventPrefixes;

/*
 * Company prefix of an EPC URI such as urn:epc:id:sgtin:COMPANY.ITEM.SERIAL; empty if it is
 * none.
 */
static const char *
company_prefix_of_uri(const JsonbValue *string, size_t *prefix_len)
{
	static const char beginning[] = "urn:epc:";
	const char *at = string->val.string.val;
	size_t		len = string->val.string.len;
	const char *end;
	int			colons = 0;

	*prefix_len = 0;
	JsonTrim(&at, &len);
	if (len < strlen(beginning) || memcmp(at, beginning, strlen(beginning)) != 0)
		return at;
	for (end = at + len; at < end && colons < 4; at++)
		colons += *at == ':';
	while (at + *prefix_len < end && at[*prefix_len] != '.' && at[*prefix_len] != ':')
		(*prefix_len)++;
	return at;
}

/*
 * Most identifiers of an event are of one company.
 */
static void
add_company_prefix(const JsonbValue *string, void *state)
{
	EventPrefixes *prefixes = state;
	size_t		len;
	const char *prefix = company_prefix_of_uri(string, &len);

	if (len == 0 || (len == prefixes->last_len && memcmp(prefix, prefixes->last, len) == 0))
		return;
	prefixes->last = prefix;
	prefixes->last_len = len;
	prefixes->found = accumArrayResult(prefixes->found,
									   PointerGetDatum(cstring_to_text_with_len(prefix, len)),
									   false, TEXTOID, CurrentMemoryContext);
}

/*
 * serial_internal.event_company_prefixes(event jsonb) -> text[]
 */
Datum
serial_event_company_prefixes(PG_FUNCTION_ARGS)
{
	EventPrefixes prefixes = {NULL, NULL, 0};

	visit_identifiers(PG_GETARG_JSONB_P(0), add_company_prefix, &prefixes);
	if (prefixes.found == NULL)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	PG_RETURN_DATUM(makeArrayResult(prefixes.found, CurrentMemoryContext));
}
