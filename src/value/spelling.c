/*-------------------------------------------------------------------------
 *
 * spelling.c
 *	  A value in other spellings than the canonical one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "syntax/syntax.h"
#include "utils/builtins.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_element_string);
PG_FUNCTION_INFO_V1(serial_epc_uri);
PG_FUNCTION_INFO_V1(serial_company_prefix_digits);

/* the length that stands for an unknown company prefix */
#define UNKNOWN_PREFIX 0

/*
 * serial.element_string(serial.serial, raw boolean) -> text, bracketed or as
 * scanned; NULL for a scheme that GS1 does not define
 */
Datum
serial_element_string(PG_FUNCTION_ARGS)
{
	bool		raw = PG_GETARG_BOOL(1);
	text	   *string = palloc(VARHDRSZ + SYNTAX_TEXT_MAX);
	Identifier	id;

	ValueOpen(PG_GETARG_SERIAL_PP(0), &id);
	if (id.scheme->key_ai == NO_AI)
		PG_RETURN_NULL();
	SET_VARSIZE(string, VARHDRSZ +
				(raw ? SyntaxWriteRaw(&id, VARDATA(string))
				 : SyntaxWrite(&id, VARDATA(string))));
	PG_RETURN_TEXT_P(string);
}

static void
refuse_epc(const Serial *value, int prefix_digits, const Problem *problem)
{
	if (prefix_digits == UNKNOWN_PREFIX && problem->code == PROBLEM_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the company prefix of \"%s\" is not known",
						ValueToCString(value)),
				 errdetail("An EPC URI separates company prefix and reference, and the key does not say where."),
				 errhint("Pass the company prefix length, or add the prefix to serial.company_prefix.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" cannot be written as an EPC URI",
					ValueToCString(value)),
			 errdetail("Expected %s.", problem->expected)));
}

/*
 * serial.epc_uri(serial.serial, company_prefix_length integer) -> text
 *
 * The length may be NULL: unknown, which some schemes do not mind.
 */
Datum
serial_epc_uri(PG_FUNCTION_ARGS)
{
	Serial	   *value;
	int			prefix_digits = PG_ARGISNULL(1) ? UNKNOWN_PREFIX : PG_GETARG_INT32(1);
	text	   *uri = palloc(VARHDRSZ + SYNTAX_TEXT_MAX);
	Identifier	id;
	Problem		problem;
	size_t		len = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	value = PG_GETARG_SERIAL_PP(0);
	ValueOpen(value, &id);
	if (!SyntaxWriteEpc(&id, prefix_digits, VARDATA(uri), &len, &problem))
		refuse_epc(value, prefix_digits, &problem);
	SET_VARSIZE(uri, VARHDRSZ + len);
	PG_RETURN_TEXT_P(uri);
}

/*
 * serial_internal.company_prefix_digits(serial.serial) -> text: the up to twelve digits
 * of the key from where its company prefix begins; NULL if it has none
 */
Datum
serial_company_prefix_digits(PG_FUNCTION_ARGS)
{
	Identifier	id;
	size_t		from;
	size_t		digits;

	ValueOpen(PG_GETARG_SERIAL_PP(0), &id);
	if (id.scheme->epc == EPC_NONE || id.scheme->epc == EPC_AS_WRITTEN)
		PG_RETURN_NULL();
	from = id.scheme->epc == EPC_KEYED ? 0 : 1;
	digits = AlphabetSpan(ALPHABET_DIGITS, id.key + from,
						  Min(id.key_len - from, 12));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(id.key + from, digits));
}
