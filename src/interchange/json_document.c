/*-------------------------------------------------------------------------
 *
 * json_document.c
 *	  A document in JSON as jsonb.
 *
 * jsonb keeps the last of several members with one name, so that two readers of
 * one document could take it for different ones.  Such documents are refused.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(serial_json_document);

/*
 * How many members the objects in a valid JSON text have: each has a colon
 * outside of strings.
 */
static size_t
members_of_text(const char *at)
{
	size_t		members = 0;
	bool		is_in_string = false;

	for (; *at != '\0'; at++)
	{
		if (*at == '"')
			is_in_string = !is_in_string;
		else if (*at == '\\' && at[1] != '\0')
			at++;
		else if (*at == ':' && !is_in_string)
			members++;
	}
	return members;
}

static size_t
members_of_jsonb(Jsonb *document)
{
	JsonbIterator *iterator = JsonbIteratorInit(&document->root);
	JsonbIteratorToken kind;
	JsonbValue	token;
	size_t		members = 0;

	while ((kind = JsonbIteratorNext(&iterator, &token, false)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (kind == WJB_KEY)
			members++;
	}
	return members;
}

/*
 * serial_internal.json_document(document text) -> jsonb
 */
Datum
serial_json_document(PG_FUNCTION_ARGS)
{
	char	   *document = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Jsonb	   *parsed = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(document)));

	if (members_of_text(document) != members_of_jsonb(parsed))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_JSON_OBJECT_KEY_VALUE),
				 errmsg("document has an object with several members of one name")));
	PG_RETURN_JSONB_P(parsed);
}
