/*-------------------------------------------------------------------------
 *
 * scheme_list.c
 *	  The lists of schemes and check algorithms, and check algorithms used
 *	  alone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "syntax/syntax.h"
#include "utils/builtins.h"
#include "value/report.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_schemes);
PG_FUNCTION_INFO_V1(serial_algorithms);
PG_FUNCTION_INFO_V1(serial_check_digit);
PG_FUNCTION_INFO_V1(serial_has_valid_check);

static Datum
text_datum(const char *chars)
{
	return PointerGetDatum(cstring_to_text(chars));
}

/*
 * An application identifier as it is written, or NULL.
 */
static void
put_ai(int ai, Datum *value, bool *isnull)
{
	*isnull = ai == NO_AI;
	if (!*isnull)
		*value = text_datum(psprintf("%02d", ai));
}

static void
put_component_rule(const ComponentRule *part, Datum *values, bool *nulls)
{
	nulls[0] = nulls[1] = nulls[2] = part->max == 0;
	values[0] = Int32GetDatum(part->min);
	values[1] = Int32GetDatum(part->max);
	if (part->max > 0)
		values[2] = text_datum(AlphabetName(part->alphabet));
}

/* columns of serial.schemes(); in the order of their declaration */
enum
{
	SCHEMES_NAME,
	SCHEMES_TITLE,
	SCHEMES_KEY_AI,
	SCHEMES_NUMBER_AI,
	SCHEMES_KEY,
	SCHEMES_NUMBER = SCHEMES_KEY + 3,
	SCHEMES_CHECK = SCHEMES_NUMBER + 3,
	SCHEMES_EXAMPLE,
	SCHEMES_COLUMNS
};

/* serial.schemes() -> table of the schemes */
Datum
serial_schemes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const Scheme *scheme;
	size_t		i;

	InitMaterializedSRF(fcinfo, 0);
	for (i = 0; (scheme = SchemeAt(i)) != NULL; i++)
	{
		Datum		values[SCHEMES_COLUMNS] = {0};
		bool		nulls[SCHEMES_COLUMNS] = {0};

		values[SCHEMES_NAME] = text_datum(scheme->name);
		values[SCHEMES_TITLE] = text_datum(scheme->title);
		put_ai(scheme->key_ai, &values[SCHEMES_KEY_AI], &nulls[SCHEMES_KEY_AI]);
		put_ai(scheme->number_ai, &values[SCHEMES_NUMBER_AI],
			   &nulls[SCHEMES_NUMBER_AI]);
		put_component_rule(&scheme->key, &values[SCHEMES_KEY], &nulls[SCHEMES_KEY]);
		put_component_rule(&scheme->number, &values[SCHEMES_NUMBER],
						   &nulls[SCHEMES_NUMBER]);
		nulls[SCHEMES_CHECK] = scheme->check == CHECK_NONE;
		if (!nulls[SCHEMES_CHECK])
			values[SCHEMES_CHECK] = text_datum(CheckById(scheme->check)->name);
		values[SCHEMES_EXAMPLE] = PointerGetDatum(ValueParse(scheme->example,
															 strlen(scheme->example),
															 NULL));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* columns of serial.algorithms(); in the order of their declaration */
enum
{
	ALGORITHMS_NAME,
	ALGORITHMS_STANDARD,
	ALGORITHMS_PAYLOAD,
	ALGORITHMS_LENGTH,
	ALGORITHMS_POSITION,
	ALGORITHMS_COLUMNS
};

/* serial.algorithms() -> table of the check algorithms */
Datum
serial_algorithms(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			id;

	InitMaterializedSRF(fcinfo, 0);
	for (id = CHECK_NONE + 1; id < CHECK_COUNT; id++)
	{
		const CheckAlgorithm *algorithm = CheckById((CheckId) id);
		Datum		values[ALGORITHMS_COLUMNS] = {0};
		bool		nulls[ALGORITHMS_COLUMNS] = {0};

		values[ALGORITHMS_NAME] = text_datum(algorithm->name);
		values[ALGORITHMS_STANDARD] = text_datum(algorithm->standard);
		values[ALGORITHMS_PAYLOAD] = text_datum(AlphabetName(algorithm->payload));
		values[ALGORITHMS_LENGTH] = Int32GetDatum(algorithm->length);
		nulls[ALGORITHMS_POSITION] = algorithm->at == CHECK_AT_END;
		values[ALGORITHMS_POSITION] = Int32GetDatum(algorithm->at + 1);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

static const CheckAlgorithm *
algorithm_argument(text *name)
{
	const CheckAlgorithm *algorithm = CheckByName(VARDATA_ANY(name),
												  VARSIZE_ANY_EXHDR(name));

	if (algorithm == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a check algorithm",
						text_to_cstring(name)),
				 errhint("serial.algorithms() lists the algorithms.")));
	return algorithm;
}

static void
refuse_payload(const CheckAlgorithm *algorithm, text *payload, size_t bad)
{
	Problem		problem;

	if (bad < (size_t) VARSIZE_ANY_EXHDR(payload))
		ProblemSet(&problem, PROBLEM_CHARACTER, bad, "%s",
				   AlphabetDescription(algorithm->payload));
	else if (algorithm->payload_length != 0)
		ProblemSet(&problem, PROBLEM_LENGTH, bad, "%d characters, not %zu",
				   algorithm->payload_length, bad);
	else if (bad > 0)
		ProblemSet(&problem, PROBLEM_RULE, 0,
				   "a payload that is issued, which one without a check digit is not");
	else
		ProblemSet(&problem, PROBLEM_LENGTH, bad, "at least one character");
	ReportProblem(VARDATA_ANY(payload), VARSIZE_ANY_EXHDR(payload), &problem,
				  NULL);
}

/* serial.check_digit(algorithm text, payload text) -> text */
Datum
serial_check_digit(PG_FUNCTION_ARGS)
{
	const CheckAlgorithm *algorithm = algorithm_argument(PG_GETARG_TEXT_PP(0));
	text	   *payload = PG_GETARG_TEXT_PP(1);
	char		check[CHECK_LENGTH_MAX];
	size_t		bad;

	if (!CheckCompute(algorithm, VARDATA_ANY(payload),
					  VARSIZE_ANY_EXHDR(payload), check, &bad))
		refuse_payload(algorithm, payload, bad);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(check, algorithm->length));
}

/* serial.has_valid_check(algorithm text, value text) -> bool */
Datum
serial_has_valid_check(PG_FUNCTION_ARGS)
{
	const CheckAlgorithm *algorithm = algorithm_argument(PG_GETARG_TEXT_PP(0));
	text	   *value = PG_GETARG_TEXT_PP(1);

	PG_RETURN_BOOL(CheckIsValid(algorithm, VARDATA_ANY(value),
								VARSIZE_ANY_EXHDR(value)));
}
