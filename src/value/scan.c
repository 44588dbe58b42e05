/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  Everything that a scan holds, as a row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "compat.h"
#include "funcapi.h"
#include "syntax/syntax.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"
#include "value/report.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_scan);

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

/*
 * Of the transaction's start, in the session's time zone.
 */
static int
current_year(void)
{
	int			year;
	int			month;
	int			day;

	j2date(GetSQLCurrentDate() + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return year;
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
 * {"01": "09506000134352", "10": "LOT7"}
 */
static Datum
elements_datum(const Gs1Scan *scan)
{
	char		keys[SCAN_ELEMENTS_MAX][AI_DIGITS_MAX];
	JsonbParseState *state = NULL;
	JsonbValue *object;
	int			i;

	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (i = 0; i < scan->count; i++)
	{
		const ScanElement *element = &scan->elements[i];

		push_string(&state, WJB_KEY, keys[i],
					(int) (AiWrite(element->ai, keys[i]) - keys[i]));
		push_string(&state, WJB_VALUE, element->value, element->len);
	}
	object = pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	return JsonbPGetDatum(JsonbValueToJsonb(object));
}

/*
 * serial.scan(text) -> (id, gtin, serial, lot, expiry, production, elements)
 */
Datum
serial_scan(PG_FUNCTION_ARGS)
{
	text	   *spelling = PG_GETARG_TEXT_PP(0);
	int			this_year = current_year();
	Datum		values[COLUMN_COUNT] = {0};
	bool		nulls[COLUMN_COUNT] = {0};
	TupleDesc	descriptor;
	HeapTuple	row;
	Gs1Scan		scan;
	Problem		problem;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "serial.scan returns a row");
	if (!SyntaxScan(VARDATA_ANY(spelling), VARSIZE_ANY_EXHDR(spelling),
					this_year, &scan, &problem))
		ReportScanProblem(VARDATA_ANY(spelling), VARSIZE_ANY_EXHDR(spelling),
						  &problem, scan.wrong_ai);

	nulls[COLUMN_ID] = !scan.has_id;
	if (scan.has_id)
		values[COLUMN_ID] = PointerGetDatum(ValueMake(&scan.id));
	fill_fields(&scan, this_year, values, nulls);
	values[COLUMN_ELEMENTS] = elements_datum(&scan);
	row = heap_form_tuple(BlessTupleDesc(descriptor), values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(row));
}
