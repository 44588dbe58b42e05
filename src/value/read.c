/*-------------------------------------------------------------------------
 *
 * read.c
 *	  Read keys of a known scheme, make identifiers of their components, and
 *	  diagnose and repair what cannot be read.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "syntax/syntax.h"
#include "utils/builtins.h"
#include "value/report.h"
#include "value/row.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_parse_key);
PG_FUNCTION_INFO_V1(serial_try_parse_key);
PG_FUNCTION_INFO_V1(serial_make);
PG_FUNCTION_INFO_V1(serial_diagnose);
PG_FUNCTION_INFO_V1(serial_suggest);

const Scheme *
SchemeArgument(text *name)
{
	const Scheme *scheme = SchemeByName(VARDATA_ANY(name),
										VARSIZE_ANY_EXHDR(name));

	if (scheme == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scheme \"%s\" does not exist",
						text_to_cstring(name)),
				 errhint("serial.schemes() lists the schemes.")));
	return scheme;
}

/*
 * A key that the scheme does not allow is an error, or NULL with is_try.
 */
static Datum
parse_key(FunctionCallInfo fcinfo, bool is_try)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	const Scheme *scheme = SchemeArgument(PG_GETARG_TEXT_PP(1));
	Identifier	id;
	Problem		problem;

	if (SyntaxReadKey(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), scheme, &id, &problem))
		PG_RETURN_SERIAL(ValueMake(&id));
	if (!is_try)
		ReportKeyProblem(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), &problem, scheme);
	PG_RETURN_NULL();
}

/* serial.parse(text, scheme text) -> serial.serial */
Datum
serial_parse_key(PG_FUNCTION_ARGS)
{
	return parse_key(fcinfo, false);
}

/* serial.try_parse(text, scheme text) -> serial.serial, or NULL */
Datum
serial_try_parse_key(PG_FUNCTION_ARGS)
{
	return parse_key(fcinfo, true);
}

/*
 * serial.make(scheme text, key text, number text) -> serial.serial
 *
 * No scheme, no key: no identifier.  A number that is NULL or empty is none.
 */
Datum
serial_make(PG_FUNCTION_ARGS)
{
	const Scheme *scheme;
	text	   *key;
	text	   *number = NULL;
	text	   *wrong;
	Identifier	id;
	Problem		problem;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	scheme = SchemeArgument(PG_GETARG_TEXT_PP(0));
	key = PG_GETARG_TEXT_PP(1);
	if (!PG_ARGISNULL(2))
		number = PG_GETARG_TEXT_PP(2);
	if (SyntaxMake(scheme, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key),
				   number != NULL ? VARDATA_ANY(number) : "",
				   number != NULL ? VARSIZE_ANY_EXHDR(number) : 0, &id,
				   &problem))
		PG_RETURN_SERIAL(ValueMake(&id));
	wrong = problem.component == COMPONENT_KEY ? key :
		number != NULL ? number : cstring_to_text("");
	ReportKeyProblem(VARDATA_ANY(wrong), VARSIZE_ANY_EXHDR(wrong), &problem,
					 scheme);
	PG_RETURN_NULL();
}

/* columns of serial.diagnose(), in the order of their declaration */
enum
{
	DIAGNOSIS_ID,
	DIAGNOSIS_IS_VALID,
	DIAGNOSIS_MESSAGE,
	DIAGNOSIS_DETAIL,
	DIAGNOSIS_POSITION,
	DIAGNOSIS_HINT,
	DIAGNOSIS_COLUMNS
};

static void
fill_problem(const ProblemDescription *description, Datum *values, bool *nulls)
{
	nulls[DIAGNOSIS_ID] = true;
	values[DIAGNOSIS_MESSAGE] = CStringGetTextDatum(description->message);
	values[DIAGNOSIS_DETAIL] = CStringGetTextDatum(description->detail);
	values[DIAGNOSIS_POSITION] = Int32GetDatum(description->position);
	nulls[DIAGNOSIS_HINT] = description->hint == NULL;
	if (description->hint != NULL)
		values[DIAGNOSIS_HINT] = CStringGetTextDatum(description->hint);
}

/*
 * serial.diagnose(text, scheme text) -> (id, is_valid, message, detail,
 * position, hint)
 *
 * Without a scheme the text is read in any spelling.
 */
Datum
serial_diagnose(PG_FUNCTION_ARGS)
{
	TupleDesc	descriptor = RowDescriptor(fcinfo);
	Datum		values[DIAGNOSIS_COLUMNS] = {0};
	bool		nulls[DIAGNOSIS_COLUMNS] = {0};
	const Scheme *scheme = NULL;
	const char *input;
	size_t		len;
	Identifier	id;
	Problem		problem;
	ProblemDescription description;
	bool		is_valid;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	input = VARDATA_ANY(PG_GETARG_TEXT_PP(0));
	len = VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(0));
	if (!PG_ARGISNULL(1))
		scheme = SchemeArgument(PG_GETARG_TEXT_PP(1));

	is_valid = scheme == NULL ? SyntaxRead(input, len, &id, &problem) :
		SyntaxReadKey(input, len, scheme, &id, &problem);
	values[DIAGNOSIS_IS_VALID] = BoolGetDatum(is_valid);
	if (is_valid)
	{
		values[DIAGNOSIS_ID] = PointerGetDatum(ValueMake(&id));
		nulls[DIAGNOSIS_MESSAGE] = nulls[DIAGNOSIS_DETAIL] = true;
		nulls[DIAGNOSIS_POSITION] = nulls[DIAGNOSIS_HINT] = true;
	}
	else
	{
		ProblemDescribe(input, len, &problem,
						scheme == NULL ? READING_IDENTIFIER : READING_KEY,
						scheme, &description);
		fill_problem(&description, values, nulls);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(descriptor, values,
													  nulls)));
}

static void
put_suggestion(const Identifier *id, void *arg)
{
	ReturnSetInfo *result = (ReturnSetInfo *) arg;
	Datum		value = PointerGetDatum(ValueMake(id));
	bool		isnull = false;

	tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
}

/*
 * What a character is mistaken for where it may not stand, or 0.
 */
static char
look_alike(char c)
{
	static const char pairs[][2] = {
		{'O', '0'}, {'o', '0'}, {'I', '1'}, {'l', '1'}, {'i', '1'},
		{'S', '5'}, {'s', '5'}, {'B', '8'},
		{'0', 'O'}, {'1', 'I'}, {'5', 'S'}, {'8', 'B'}
	};
	size_t		i;

	for (i = 0; i < lengthof(pairs); i++)
		if (pairs[i][0] == c)
			return pairs[i][1];
	return '\0';
}

/*
 * The character that may be meant where a text is wrong, or 0.  In an application
 * identifier, and where a text begins with one, only digits can be.
 */
static char
meant_instead(const char *input, size_t len, const Problem *problem)
{
	char		other;

	if (problem->offset >= len)
		return '\0';
	other = look_alike(input[problem->offset]);
	switch (problem->code)
	{
		case PROBLEM_CHARACTER:
		case PROBLEM_RULE:
			return other;
		case PROBLEM_AI:
		case PROBLEM_SPELLING:
			return other >= '0' && other <= '9' ? other : '\0';
		default:
			return '\0';
	}
}

/*
 * Reads a text, replacing characters that may not stand where they do by those
 * they look like.  Each character is replaced once at most.
 */
static bool
read_with_look_alikes(char *input, size_t len, Identifier *id,
					  Problem *problem)
{
	size_t		replaced = 0;

	while (!SyntaxRead(input, len, id, problem))
	{
		char		other = meant_instead(input, len, problem);

		if (other == '\0' || replaced++ == len)
			return false;
		input[problem->offset] = other;
	}
	return true;
}

/*
 * Suggests what one variant of the text can mean; false: nothing.
 */
static bool
suggest_for(char *input, size_t len, ReturnSetInfo *result)
{
	Identifier	id;
	Problem		problem;

	if (read_with_look_alikes(input, len, &id, &problem))
	{
		put_suggestion(&id, result);
		return true;
	}
	if (problem.code != PROBLEM_CHECK)
		return false;
	IdentifierSuggest(&id, put_suggestion, result);
	return true;
}

/*
 * serial.suggest(text) -> setof serial.serial
 *
 * A text that can be read is its own suggestion.  One that is longer than people
 * type has no other.
 */
Datum
serial_suggest(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *input = text_to_cstring(PG_GETARG_TEXT_PP(0));
	size_t		len = strlen(input);
	char	   *swapped = SwapCase(input, len);
	Identifier	id;
	Problem		problem;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (len > TYPED_MAX)
	{
		if (SyntaxRead(input, len, &id, &problem))
			put_suggestion(&id, result);
	}
	else if (!SyntaxRead(input, len, &id, &problem) &&
			 SyntaxRead(swapped, len, &id, &problem))
		put_suggestion(&id, result);
	else if (!suggest_for(input, len, result))
		(void) suggest_for(swapped, len, result);
	return (Datum) 0;
}
