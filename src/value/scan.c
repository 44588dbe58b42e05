/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  Everything that a scan holds, as a row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "syntax/syntax.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "value/report.h"
#include "value/row.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_scan);
PG_FUNCTION_INFO_V1(serial_scan_as_of);
PG_FUNCTION_INFO_V1(serial_try_scan);
PG_FUNCTION_INFO_V1(serial_try_scan_as_of);
PG_FUNCTION_INFO_V1(serial_unmet);

/* the columns of the result, in the order of its declaration */
typedef enum ScanColumn
{
	COLUMN_ID,
	COLUMN_GTIN,
	COLUMN_SERIAL,
	COLUMN_LOT,
	COLUMN_EXPIRY,
	COLUMN_PRODUCTION,
	COLUMN_ELEMENTS
} ScanColumn;

#define COLUMN_COUNT (COLUMN_ELEMENTS + 1)

typedef struct FieldColumn
{
	ScanColumn	column;
	ScanField	field;
	bool		is_date;
} FieldColumn;

static const FieldColumn field_columns[] = {
	{COLUMN_GTIN, SCAN_GTIN, false},
	{COLUMN_SERIAL, SCAN_SERIAL, false},
	{COLUMN_LOT, SCAN_LOT, false},
	{COLUMN_EXPIRY, SCAN_EXPIRY, true},
	{COLUMN_PRODUCTION, SCAN_PRODUCTION, true}
};

static int
year_of(DateADT date)
{
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(date))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("date must be finite")));
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return year;
}

/*
 * The year in which the transaction started, in the session's time zone.
 */
static int
current_year(void)
{
	return year_of(GetSQLCurrentDate());
}

static Datum
date_datum(const char *yymmdd, int this_year)
{
	ScanDate	date = SyntaxDate(yymmdd, this_year);

	return DateADTGetDatum(date2j(date.year, date.month, date.day) -
						   POSTGRES_EPOCH_JDATE);
}

static void
fill_fields(const Gs1Scan *scan, int this_year, Datum *values, bool *nulls)
{
	size_t		i;

	for (i = 0; i < lengthof(field_columns); i++)
	{
		ScanColumn	column = field_columns[i].column;
		const char *chars;
		size_t		len;

		nulls[column] = !ScanFind(scan, field_columns[i].field, &chars, &len);
		if (nulls[column])
			continue;
		values[column] = field_columns[i].is_date ?
			date_datum(chars, this_year) :
			PointerGetDatum(cstring_to_text_with_len(chars, (int) len));
	}
}

static void
push_string(JsonbParseState **state, JsonbIteratorToken token,
			const char *chars, int len)
{
	JsonbValue	value;

	value.type = jbvString;
	value.val.string.val = unconstify(char *, chars);
	value.val.string.len = len;
	(void) pushJsonbValue(state, token, &value);
}

/*
 * A measure or an amount is a whole number, and the last digit of its AI says
 * how many decimals it has: {"310n": 0.195} for (3103)000195.
 */
static void
push_number(JsonbParseState **state, const ScanElement *element, char *key)
{
	char	   *digits;
	int			decimals = element->ai % 10;
	JsonbValue	value;

	*AiWrite(element->ai, key) = '\0';
	key[AI_DIGITS_MAX - 1] = 'n';
	digits = psprintf("%.*se-%d", element->len, element->value, decimals);
	value.type = jbvNumeric;
	value.val.numeric =
		DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(digits),
											ObjectIdGetDatum(InvalidOid),
											Int32GetDatum(-1)));
	push_string(state, WJB_KEY, key, AI_DIGITS_MAX);
	(void) pushJsonbValue(state, WJB_VALUE, &value);
}

/*
 * Is the value a number whose AI tells the decimals?  Trade and logistic
 * measures, amounts without a currency, and percentages are.
 */
static bool
has_decimals(int ai)
{
	return (ai >= 3100 && ai <= 3699) || (ai >= 3900 && ai <= 3909) ||
		(ai >= 3920 && ai <= 3929) || (ai >= 3940 && ai <= 3959);
}

/*
 * {"01": "09506000134352", "10": "LOT7"}
 */
static Datum
elements_datum(const Gs1Scan *scan)
{
	char		keys[SCAN_ELEMENTS_MAX][AI_DIGITS_MAX + 1];
	char		number_keys[SCAN_ELEMENTS_MAX][AI_DIGITS_MAX + 1];
	JsonbParseState *state = NULL;
	JsonbValue *object;
	int			i;

	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (i = 0; i < scan->count; i++)
	{
		const ScanElement *element = &scan->elements[i];

		push_string(&state, WJB_KEY, keys[i],
					(int) (ScanElementName(element->ai, keys[i]) - keys[i]));
		push_string(&state, WJB_VALUE, element->value, element->len);
		if (has_decimals(element->ai))
			push_number(&state, element, number_keys[i]);
	}
	if (scan->addon_len > 0)
	{
		push_string(&state, WJB_KEY, "add-on", strlen("add-on"));
		push_string(&state, WJB_VALUE, scan->addon, scan->addon_len);
	}
	object = pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	return JsonbPGetDatum(JsonbValueToJsonb(object));
}

/*
 * What to scan: the text, with GS for the scanner's stand-in.
 */
typedef struct ScanInput
{
	const char *given;
	size_t		given_len;
	const char *separator;		/* NULL: the scanner sends GS itself */
	size_t		separator_len;
	const char *read;			/* with GS in place of each separator */
	size_t		read_len;
} ScanInput;

static bool
is_separator_at(const ScanInput *input, size_t at)
{
	return input->given_len - at >= input->separator_len &&
		memcmp(input->given + at, input->separator, input->separator_len) == 0;
}

static void
replace_separators(ScanInput *input)
{
	char	   *copy = palloc(input->given_len + 1);
	char	   *out = copy;
	size_t		at = 0;

	while (at < input->given_len)
	{
		bool		found = is_separator_at(input, at);

		*out++ = found ? SYNTAX_GS : input->given[at];
		at += found ? input->separator_len : 1;
	}
	input->read = copy;
	input->read_len = out - copy;
}

/*
 * The byte of the given text that a byte of the text read came from.
 */
static size_t
given_offset(const ScanInput *input, size_t offset)
{
	size_t		at = 0;

	if (input->separator == NULL)
		return offset;
	while (offset-- > 0 && at < input->given_len)
		at += is_separator_at(input, at) ? input->separator_len : 1;
	return at;
}

static void
scan_arguments(FunctionCallInfo fcinfo, ScanInput *input)
{
	text	   *scanned = PG_GETARG_TEXT_PP(0);

	input->read = input->given = VARDATA_ANY(scanned);
	input->read_len = input->given_len = VARSIZE_ANY_EXHDR(scanned);
	input->separator = NULL;
	if (PG_ARGISNULL(1))
		return;
	input->separator = VARDATA_ANY(PG_GETARG_TEXT_PP(1));
	input->separator_len = VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(1));
	if (input->separator_len == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("separator must not be empty"),
				 errhint("Pass NULL if the scanner sends the GS character itself.")));
	replace_separators(input);
}

static HeapTuple
scan_row(FunctionCallInfo fcinfo, const Gs1Scan *scan, int this_year)
{
	Datum		values[COLUMN_COUNT] = {0};
	bool		nulls[COLUMN_COUNT] = {0};

	nulls[COLUMN_ID] = !scan->has_id;
	if (scan->has_id)
		values[COLUMN_ID] = PointerGetDatum(ValueMake(&scan->id));
	fill_fields(scan, this_year, values, nulls);
	values[COLUMN_ELEMENTS] = elements_datum(scan);
	return heap_form_tuple(RowDescriptor(fcinfo), values, nulls);
}

/*
 * Read a scan.  What is not allowed in one is an error, or NULL with is_try.
 */
static Datum
scan_argument(FunctionCallInfo fcinfo, int this_year, bool is_try)
{
	ScanInput	input;
	Gs1Scan		scan;
	Problem		problem;

	scan_arguments(fcinfo, &input);
	if (SyntaxScanLenient(input.read, input.read_len, this_year, &scan, &problem))
		PG_RETURN_DATUM(HeapTupleGetDatum(scan_row(fcinfo, &scan, this_year)));
	if (!is_try)
	{
		problem.offset = given_offset(&input, problem.offset);
		ReportScanProblem(input.given, input.given_len, &problem,
						  scan.wrong_ai);
	}
	PG_RETURN_NULL();
}

static Datum
scan_now(FunctionCallInfo fcinfo, bool is_try)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return scan_argument(fcinfo, current_year(), is_try);
}

/* for the century of a given date, so that it is immutable */
static Datum
scan_as_of(FunctionCallInfo fcinfo, bool is_try)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	return scan_argument(fcinfo, year_of(PG_GETARG_DATEADT(2)), is_try);
}

/*
 * serial.scan(scanned text, separator text [, as_of date])
 * -> (id, gtin, serial, lot, expiry, production, elements)
 */
Datum
serial_scan(PG_FUNCTION_ARGS)
{
	return scan_now(fcinfo, false);
}

Datum
serial_scan_as_of(PG_FUNCTION_ARGS)
{
	return scan_as_of(fcinfo, false);
}

/*
 * serial.try_scan(scanned text, separator text [, as_of date]): NULL where serial.scan
 * raises an error
 */
Datum
serial_try_scan(PG_FUNCTION_ARGS)
{
	return scan_now(fcinfo, true);
}

Datum
serial_try_scan_as_of(PG_FUNCTION_ARGS)
{
	return scan_as_of(fcinfo, true);
}

/*
 * The alternatives of a requirement, "01+21,8006" among them, as an array.
 */
static Datum
alternatives_datum(const char *list)
{
	Datum		alternatives[SCAN_ELEMENTS_MAX];
	int			n = 0;

	while (*list != '\0' && n < SCAN_ELEMENTS_MAX)
	{
		size_t		len = strcspn(list, ",");

		alternatives[n++] =
			PointerGetDatum(cstring_to_text_with_len(list, (int) len));
		list += len;
		if (*list == ',')
			list++;
	}
	return PointerGetDatum(construct_array(alternatives, n, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

static void
put_unmet(int ai, const char *alternatives, void *arg)
{
	ReturnSetInfo *result = arg;
	char		digits[AI_DIGITS_MAX];
	Datum		values[2];
	bool		nulls[2] = {false, false};

	values[0] =
		PointerGetDatum(cstring_to_text_with_len(digits,
												 (int) (AiWrite(ai, digits) - digits)));
	values[1] = alternatives_datum(alternatives);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* serial.unmet(scanned text, separator text) -> setof (ai, requires) */
Datum
serial_unmet(PG_FUNCTION_ARGS)
{
	ScanInput	input;
	Gs1Scan		scan;
	Problem		problem;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	scan_arguments(fcinfo, &input);
	if (!SyntaxScanLenient(input.read, input.read_len, current_year(), &scan,
						   &problem))
	{
		problem.offset = given_offset(&input, problem.offset);
		ReportScanProblem(input.given, input.given_len, &problem,
						  scan.wrong_ai);
	}
	ScanUnmet(&scan, put_unmet, fcinfo->resultinfo);
	return (Datum) 0;
}
