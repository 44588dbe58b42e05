/*-------------------------------------------------------------------------
 *
 * compose.c
 *	  What goes into a bar code, and the lines below it.
 *
 * Everything that is composed is read again as a scan, so that no bar code is
 * printed that serial.scan would refuse.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "syntax/syntax.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "value/report.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_compose);
PG_FUNCTION_INFO_V1(serial_digital_link);
PG_FUNCTION_INFO_V1(serial_hri);

/*
 * The elements to compose, and the identifier that they must be read as.
 */
typedef struct Composition
{
	Identifier	id;
	ElementList list;
	char		joined[OWN_KEY_MAX + NUMBER_MAX];
} Composition;

/*
 * The elements of a scan, which may be given, include those of the identifier.
 */
static bool
has_element(const Composition *composition, int ai, const char *value, size_t len)
{
	const ElementList *list = &composition->list;
	char		digits[AI_DIGITS_MAX + 1];
	int			i;

	for (i = 0; i < list->count && list->elements[i].ai != ai; i++)
		;
	if (i == list->count)
		return false;
	*AiWrite(ai, digits) = '\0';
	if (list->elements[i].len != len || memcmp(list->elements[i].value, value, len) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conflicting values of AI (%s): \"%s\" and \"%s\"", digits,
						pnstrdup(list->elements[i].value, list->elements[i].len),
						pnstrdup(value, len))));
	return true;
}

static void
add_element(Composition *composition, int ai, const char *value, size_t len)
{
	char		digits[AI_DIGITS_MAX + 1];

	/* a separator in a value would begin another element */
	if (memchr(value, SYNTAX_GS, len) != NULL || memchr(value, '^', len) != NULL)
	{
		*AiWrite(ai, digits) = '\0';
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value of AI (%s) must not contain a separator", digits)));
	}
	if (!has_element(composition, ai, value, len) &&
		!ElementListAdd(&composition->list, ai, value, len))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there must not be more than %d elements", SCAN_ELEMENTS_MAX)));
}

static void
add_text(Composition *composition, int ai, text *value)
{
	add_element(composition, ai, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/*
 * A date has two digits for its year, which readers look for from 49 years
 * back to 50 years ahead.  These years are read right until 2049.
 */
#define FIRST_YEAR	2000
#define LAST_YEAR	2075

static void
add_date(Composition *composition, int ai, DateADT date)
{
	int			year = 0;
	int			month = 0;
	int			day = 0;

	if (!DATE_NOT_FINITE(date))
		j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	if (year < FIRST_YEAR || year > LAST_YEAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date cannot be written with two digits for the year"),
				 errdetail("The year must be between %d and %d.", FIRST_YEAR,
						   LAST_YEAR)));
	add_text(composition, ai,
			 cstring_to_text(psprintf("%02d%02d%02d", year % 100, month, day)));
}

static text *
element_value(const JsonbValue *value)
{
	if (value->type == jbvString)
		return cstring_to_text_with_len(value->val.string.val,
										value->val.string.len);
	if (value->type == jbvNumeric)
		return cstring_to_text(DatumGetCString(DirectFunctionCall1(numeric_out,
																   NumericGetDatum(value->val.numeric))));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("values of elements must be strings or numbers")));
}

/*
 * serial.scan has measures a second time, as numbers: {"3103": "000195",
 * "310n": 0.195}.
 */
static bool
is_measure_as_number(Jsonb *elements, const JsonbValue *key)
{
	char		ai[AI_DIGITS_MAX];
	JsonbValue	value;

	if (key->val.string.len != AI_DIGITS_MAX ||
		key->val.string.val[AI_DIGITS_MAX - 1] != 'n')
		return false;
	memcpy(ai, key->val.string.val, AI_DIGITS_MAX);
	for (ai[AI_DIGITS_MAX - 1] = '0'; ai[AI_DIGITS_MAX - 1] <= '9'; ai[AI_DIGITS_MAX - 1]++)
		if (getKeyJsonValueFromContainer(&elements->root, ai, AI_DIGITS_MAX, &value) != NULL)
			return true;
	return false;
}

/*
 * {"3103": "000195", "240": "X1"}
 */
static void
add_elements(Composition *composition, Jsonb *elements)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;
	int			ai = NO_AI;

	if (!JB_ROOT_IS_OBJECT(elements))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("elements must be a JSON object"),
				 errdetail("Its keys are application identifiers.")));
	iterator = JsonbIteratorInit(&elements->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			ai = SyntaxFindAi(value.val.string.val, value.val.string.len);
			if (ai == NO_AI && !is_measure_as_number(elements, &value))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("\"%.*s\" is not an application identifier",
								value.val.string.len, value.val.string.val)));
		}
		else if (token == WJB_VALUE && ai != NO_AI)
			add_text(composition, ai, element_value(&value));
	}
}

/*
 * The arguments (id, ..., lot, expiry, production_date, elements), of which
 * the lot is the n-th.  False: the result is NULL.
 */
static bool
compose_arguments(FunctionCallInfo fcinfo, int n, Composition *composition)
{
	if (PG_ARGISNULL(0))
		return false;
	ValueOpen(PG_GETARG_SERIAL_PP(0), &composition->id);
	if (composition->id.scheme->key_ai == NO_AI)
		return false;
	composition->list.count = 0;
	(void) ElementListAddIdentifier(&composition->list, &composition->id,
									composition->joined);
	if (!PG_ARGISNULL(n))
		add_text(composition, 10, PG_GETARG_TEXT_PP(n));
	if (!PG_ARGISNULL(n + 1))
		add_date(composition, 17, PG_GETARG_DATEADT(n + 1));
	if (!PG_ARGISNULL(n + 2))
		add_date(composition, 11, PG_GETARG_DATEADT(n + 2));
	if (!PG_ARGISNULL(n + 3))
		add_elements(composition, PG_GETARG_JSONB_P(n + 3));
	return true;
}

/*
 * A GTIN with a lot is read as the lot, which is of that GTIN still.
 */
static bool
identifies_the_same(const Identifier *read, const Identifier *given)
{
	if (read->key_len != given->key_len ||
		memcmp(read->key, given->key, given->key_len) != 0)
		return false;
	if (given->number_len == 0)
		return read->scheme == given->scheme || read->scheme->number_ai == 10;
	return read->scheme == given->scheme &&
		read->number_len == given->number_len &&
		memcmp(read->number, given->number, given->number_len) == 0;
}

/*
 * Reads again what has been composed.
 */
static void
check_composed(const Composition *composition, const char *composed, size_t len)
{
	Gs1Scan		scan;
	Problem		problem;

	if (!SyntaxScan(composed, len, FIRST_YEAR, &scan, &problem))
		ReportScanProblem(composed, len, &problem, scan.wrong_ai);
	if (scan.has_id && identifies_the_same(&scan.id, &composition->id))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("elements would identify something else than \"%s\"",
					ValueToCString(ValueMake(&composition->id)))));
}

/*
 * What replaces separators must not occur in the data.
 */
static void
check_separator(const char *composed, size_t len, text *separator)
{
	size_t		separator_len = VARSIZE_ANY_EXHDR(separator);
	size_t		i;

	if (separator_len == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("separator must not be empty")));
	if (*VARDATA_ANY(separator) == SYNTAX_GS)
		return;
	for (i = 0; i + separator_len <= len; i++)
		if (memcmp(composed + i, VARDATA_ANY(separator), separator_len) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("elements must not contain the separator \"%s\"",
							text_to_cstring(separator))));
}

/*
 * The element string with a stand-in for each separator.
 */
static text *
with_separators(const char *composed, size_t len, text *separator)
{
	size_t		separator_len = VARSIZE_ANY_EXHDR(separator);
	text	   *result = palloc(VARHDRSZ + len * separator_len);
	char	   *out = VARDATA(result);
	size_t		i;

	for (i = 0; i < len; i++)
	{
		if (composed[i] != SYNTAX_GS)
			*out++ = composed[i];
		else
		{
			memcpy(out, VARDATA_ANY(separator), separator_len);
			out += separator_len;
		}
	}
	SET_VARSIZE(result, out - (char *) result);
	return result;
}

/*
 * serial.compose(id, lot text, expiry date, production_date date, elements
 * jsonb, separator text) -> text
 */
Datum
serial_compose(PG_FUNCTION_ARGS)
{
	Composition composition;
	char	   *composed;
	size_t		len;

	if (PG_ARGISNULL(5) || !compose_arguments(fcinfo, 1, &composition))
		PG_RETURN_NULL();
	ElementListSort(&composition.list);
	composed = palloc(ElementListSize(&composition.list) + 1);
	len = SyntaxCompose(&composition.list, composed);
	/* a short element string may look like a bare GTIN without its FNC1 */
	memmove(composed + 1, composed, len);
	composed[0] = SYNTAX_GS;
	check_composed(&composition, composed, len + 1);
	check_separator(composed + 1, len, PG_GETARG_TEXT_PP(5));
	PG_RETURN_TEXT_P(with_separators(composed + 1, len, PG_GETARG_TEXT_PP(5)));
}

static bool
has_other_elements(FunctionCallInfo fcinfo)
{
	int			i;

	for (i = 2; i < PG_NARGS(); i++)
		if (!PG_ARGISNULL(i))
			return true;
	return false;
}

/*
 * serial.digital_link(id, domain text, lot text, expiry date, production_date
 * date, elements jsonb) -> text
 */
Datum
serial_digital_link(PG_FUNCTION_ARGS)
{
	Composition composition;
	text	   *domain;
	text	   *link;
	size_t		len;

	if (PG_ARGISNULL(1) || !compose_arguments(fcinfo, 2, &composition))
		PG_RETURN_NULL();
	domain = PG_GETARG_TEXT_PP(1);
	link = palloc(VARHDRSZ + VARSIZE_ANY_EXHDR(domain) +
				  ElementListSize(&composition.list) + 16);
	if (!SyntaxComposeLink(&composition.list, VARDATA_ANY(domain),
						   VARSIZE_ANY_EXHDR(domain), VARDATA(link), &len))
		ReportDomain(domain);
	/* an identifier alone has been checked before */
	if (has_other_elements(fcinfo))
		check_composed(&composition, VARDATA(link), len);
	SET_VARSIZE(link, VARHDRSZ + len);
	PG_RETURN_TEXT_P(link);
}

/*
 * serial.hri(id, lot text, expiry date, production_date date, elements jsonb)
 * -> text[], the lines in the order of the bar code
 */
Datum
serial_hri(PG_FUNCTION_ARGS)
{
	Composition composition;
	Datum		lines[SCAN_ELEMENTS_MAX];
	char	   *composed;
	size_t		len;
	int			i;

	if (!compose_arguments(fcinfo, 1, &composition))
		PG_RETURN_NULL();
	ElementListSort(&composition.list);
	composed = palloc(ElementListSize(&composition.list) + 1);
	len = SyntaxCompose(&composition.list, composed + 1);
	composed[0] = SYNTAX_GS;
	check_composed(&composition, composed, len + 1);
	for (i = 0; i < composition.list.count; i++)
	{
		const ListedElement *element = &composition.list.elements[i];
		char		digits[AI_DIGITS_MAX + 1];

		*AiWrite(element->ai, digits) = '\0';
		lines[i] = CStringGetTextDatum(psprintf("(%s)%.*s", digits,
												(int) element->len,
												element->value));
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(lines, composition.list.count,
										  TEXTOID, -1, false, TYPALIGN_INT));
}
