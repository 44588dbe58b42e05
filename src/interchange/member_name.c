/*-------------------------------------------------------------------------
 *
 * member_name.c
 *	  Names of members with the namespaces that contexts give to their prefixes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "interchange/json_context.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(serial_braced_name);
PG_FUNCTION_INFO_V1(serial_expand_name);
PG_FUNCTION_INFO_V1(serial_expand_names);

/*
 * The context of the arguments (name text, event jsonb, context jsonb).
 */
static JsonContext
context_of_arguments(FunctionCallInfo fcinfo)
{
	return JsonContextOf(PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1),
						 PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2));
}

typedef char *(*NameWriter) (const JsonContext *context, const char *name, size_t len);

static Datum
write_name(FunctionCallInfo fcinfo, NameWriter write)
{
	JsonContext context = context_of_arguments(fcinfo);
	text	   *name;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	name = PG_GETARG_TEXT_PP(0);
	PG_RETURN_TEXT_P(cstring_to_text(write(&context, VARDATA_ANY(name),
										   VARSIZE_ANY_EXHDR(name))));
}

/*
 * serial_internal.braced_name(name text, event jsonb, context jsonb) -> text
 */
Datum
serial_braced_name(PG_FUNCTION_ARGS)
{
	return write_name(fcinfo, JsonContextBracedName);
}

/*
 * serial_internal.expand_name(name text, event jsonb, context jsonb) -> text
 */
Datum
serial_expand_name(PG_FUNCTION_ARGS)
{
	return write_name(fcinfo, JsonContextExpand);
}

/*
 * The name of a member in full; "@name" is an attribute of an XML element.
 */
static void
expand_key(const JsonContext *context, JsonbValue *key)
{
	const char *name = key->val.string.val;
	size_t		len = key->val.string.len;
	char	   *full;

	if (len > 0 && name[0] == '@')
		full = psprintf("@%s", JsonContextExpand(context, name + 1, len - 1));
	else
		full = JsonContextExpand(context, name, len);
	key->val.string.val = full;
	key->val.string.len = strlen(full);
}

/*
 * serial_internal.expand_names(value jsonb, context jsonb) -> jsonb
 */
Datum
serial_expand_names(PG_FUNCTION_ARGS)
{
	JsonContext context = {NULL, PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1)};
	Jsonb	   *value;
	JsonbIterator *iterator;
	JsonbParseState *state = NULL;
	JsonbValue *result = NULL;
	JsonbValue	token;
	JsonbIteratorToken kind;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	value = PG_GETARG_JSONB_P(0);
	iterator = JsonbIteratorInit(&value->root);
	while ((kind = JsonbIteratorNext(&iterator, &token, false)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (kind == WJB_KEY)
			expand_key(&context, &token);
		if (kind == WJB_BEGIN_ARRAY && token.val.array.rawScalar)
			PG_RETURN_JSONB_P(value);
		result = pushJsonbValue(&state, kind, kind < WJB_BEGIN_ARRAY ? &token : NULL);
	}
	PG_RETURN_JSONB_P(JsonbValueToJsonb(result));
}
