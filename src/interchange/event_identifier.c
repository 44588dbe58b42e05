/*-------------------------------------------------------------------------
 *
 * event_identifier.c
 *	  The identifiers in the lists of an event in EPCIS 2.0 JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "interchange/event_member.h"
#include "interchange/json_context.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/jsonb.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_event_identifiers);
PG_FUNCTION_INFO_V1(serial_event_items);

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
 * The URI in a string, with a compact name in full.
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

/*
 * Adds the identifier in a string, or those in an array, as far as they can be read.
 */
static void
try_identifiers(const JsonContext *context, const JsonbValue *value, SerialSet *ids)
{
	uint32		i;

	if (value->type == jbvString)
	{
		size_t		len;
		const char *uri = identifier_uri(context, value, &len);
		char	   *problem;
		Serial	   *id = ValueTry(uri, len, &problem);

		if (id != NULL)
			SerialSetAdd(ids, id);
	}
	else if (JsonIsArray(value))
	{
		for (i = 0; i < JsonContainerSize(value->val.binary.data); i++)
		{
			JsonbValue *entry = getIthJsonbValueFromContainer(value->val.binary.data, i);

			CHECK_FOR_INTERRUPTS();
			if (entry->type == jbvString)
				try_identifiers(context, entry, ids);
		}
	}
}

/*
 * serial_internal.event_items(event jsonb, context jsonb) -> serial.serial[]
 */
Datum
serial_event_items(PG_FUNCTION_ARGS)
{
	static const char *const members[] = {"epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"};
	Jsonb	   *event = PG_ARGISNULL(0) ? NULL : PG_GETARG_JSONB_P(0);
	JsonContext context = JsonContextOf(event, PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1));
	JsonbValue	value;
	SerialSet	ids;
	int			i;

	if (event == NULL)
		PG_RETURN_NULL();
	SerialSetInit(&ids);
	for (i = 0; i < (int) lengthof(members) && JB_ROOT_IS_OBJECT(event); i++)
		if (getKeyJsonValueFromContainer(&event->root, members[i], strlen(members[i]), &value) != NULL)
			try_identifiers(&context, &value, &ids);
	PG_RETURN_ARRAYTYPE_P(SerialSetToArray(&ids));
}
