/*-------------------------------------------------------------------------
 *
 * hibc.c
 *	  Health Industry Bar Codes of suppliers (ANSI/HIBC 2.6).
 *
 *		+A123BJC5D6E71G			labeler, product, unit of measure, check
 *		+$$52001510X3GD			expiry date and lot, link, check
 *		+A123BJC5D6E71/$$52001510X3C	both in one, without a link
 *
 * Where two bar codes hold the data, the link in the second is the check of
 * the first one.  It is not verified, because the first one is not there.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/builder.h"
#include "syntax/lint.h"
#include "syntax/scan.h"

/* the longest lot and serial number, and the fewest characters of a key */
#define LOT_MAX			18
#define PRIMARY_MIN		6

/* digits behind "Q", and behind the flags 8 and 9 of a quantity */
#define QUANTITY_DIGITS_MAX 5

static bool
hibc_problem(ScanReader *reader, ProblemCode code, size_t at,
			 const char *expected)
{
	return ProblemSet(reader->problem, code, at, "%s", expected);
}

/*
 * Keeps input[from .. to) as an element of the scan; at is where its flag
 * stands.
 */
static bool
hibc_add_element(ScanReader *reader, int code, size_t at, size_t from, size_t to)
{
	Gs1Scan    *scan = reader->scan;
	ScanElement *element = &scan->elements[scan->count];
	int			i;

	for (i = 0; i < scan->count; i++)
		if (scan->elements[i].ai == code)
			return hibc_problem(reader, PROBLEM_ELEMENTS, at,
								"no second value of the same kind");
	if (scan->count == SCAN_ELEMENTS_MAX)
		return hibc_problem(reader, PROBLEM_LENGTH, at, "fewer elements");
	element->ai = code;
	element->at = at;
	element->len = (uint8_t) (to - from);
	memcpy(element->value, reader->input + from, to - from);
	scan->count++;
	return true;
}

/*
 * A lot or serial number; none is there if it is empty.
 */
static bool
read_number(ScanReader *reader, int code, size_t at, size_t from, size_t to)
{
	size_t		good = AlphabetSpan(ALPHABET_HIBC, reader->input + from,
									to - from);

	if (from + good < to)
		return hibc_problem(reader, PROBLEM_CHARACTER, from + good,
							AlphabetDescription(ALPHABET_HIBC));
	if (to - from > LOT_MAX)
		return hibc_problem(reader, PROBLEM_LENGTH, from + LOT_MAX,
							"at most 18 characters of a lot or serial number");
	return from == to || hibc_add_element(reader, code, at, from, to);
}

static bool
check_digits(ScanReader *reader, size_t from, size_t digits, size_t to,
			 const char *expected)
{
	size_t		len = to - from < digits ? to - from : digits;
	size_t		good = AlphabetSpan(ALPHABET_DIGITS, reader->input + from, len);

	return good == digits ||
		hibc_problem(reader,
					 good < len ? PROBLEM_CHARACTER : PROBLEM_LENGTH,
					 from + good, expected);
}

static int
read_decimal(const char *digits, size_t n)
{
	int			value = 0;

	while (n-- > 0)
		value = value * 10 + (*digits++ - '0');
	return value;
}

/*
 * Writes YYMMDD for a day of the year.  Every fourth year is a leap year
 * between 1901 and 2099.
 */
static bool
write_day_of_year(const char *year, int day, char *date)
{
	static const uint8_t days[2][12] = {
		{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31},
		{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	};
	int			is_leap = read_decimal(year, 2) % 4 == 0;
	int			month = 0;

	if (day < 1 || day > 365 + is_leap)
		return false;
	while (day > days[is_leap][month])
		day -= days[is_leap][month++];
	month++;
	memcpy(date, year, 2);
	date[2] = '0' + month / 10;
	date[3] = '0' + month % 10;
	date[4] = '0' + day / 10;
	date[5] = '0' + day % 10;
	return true;
}

/*
 * Where a part of a date stands in a format, or -1.
 */
static int
find_part(const char *format, const char *part)
{
	const char *found = strstr(format, part);

	return found != NULL ? (int) (found - format) : -1;
}

/*
 * Keeps the date at input[at], whose characters are digits, as YYMMDD.  Where
 * no day is given, it is 00: the last of the month.
 */
static bool
keep_expiry(ScanReader *reader, const char *format, size_t at)
{
	const char *input = reader->input + at;
	char	   *date = reader->scan->expiry;
	int			year = find_part(format, "YY");
	int			month = find_part(format, "MM");
	int			day = find_part(format, "DD");
	int			day_of_year = find_part(format, "JJJ");
	int			hour = find_part(format, "HH");

	if (hour >= 0 && read_decimal(input + hour, 2) > 23)
		return hibc_problem(reader, PROBLEM_CHARACTER, at + hour,
							"an hour from 00 to 23");
	reader->scan->has_expiry = true;
	if (day_of_year >= 0)
		return write_day_of_year(input + year,
								 read_decimal(input + day_of_year, 3), date) ||
			hibc_problem(reader, PROBLEM_CHARACTER, at + day_of_year,
						 "a day of the year");
	memcpy(date, input + year, 2);
	memcpy(date + 2, input + month, 2);
	memcpy(date + 4, day >= 0 ? input + day : "00", 2);
	if (LintDate(date, 0, reader->current_year, reader->problem))
		return true;
	reader->problem->offset = at + month;
	return false;
}

/*
 * Reads an expiry date behind "$$", in the format that its first digit tells,
 * at *at, which advances.
 */
static bool
read_flagged_date(ScanReader *reader, size_t *at, size_t to)
{
	static const char *const formats[] = {
		"MMYY", "MMYY", "2MMDDYY", "3YYMMDD", "4YYMMDDHH", "5YYJJJ",
		"6YYJJJHH", "7"
	};
	size_t		from = *at;
	const char *format;

	if (from == to || reader->input[from] < '0' || reader->input[from] > '7')
		return hibc_problem(reader, PROBLEM_CHARACTER, from,
							"a digit from 0 to 7 that tells the format of the expiry date");
	format = formats[reader->input[from] - '0'];
	if (!check_digits(reader, from, strlen(format), to,
					  "a digit of the expiry date"))
		return false;
	*at = from + strlen(format);
	return strcmp(format, "7") == 0 ||
		(hibc_add_element(reader, HIBC_EXPIRY, from, from, *at) &&
		 keep_expiry(reader, format, from));
}

/*
 * A quantity of 2 or 5 digits behind "$$8" or "$$9", at *at, which advances.
 */
static bool
read_flagged_quantity(ScanReader *reader, size_t *at, size_t to)
{
	size_t		from = *at + 1;
	size_t		digits = reader->input[*at] == '8' ? 2 : 5;

	if (!check_digits(reader, from, digits, to, "a digit of the quantity") ||
		!hibc_add_element(reader, DATA_IDENTIFIER(0, 'Q'), *at, from, from + digits))
		return false;
	*at = from + digits;
	return true;
}

/*
 * "$$": quantity, expiry date, lot.  "$": lot.  With "+" behind, a serial number
 * in place of the lot.
 */
static bool
read_flagged(ScanReader *reader, size_t from, size_t to)
{
	const char *input = reader->input;
	bool		has_date = from + 1 < to && input[from + 1] == '$';
	size_t		at = from + (has_date ? 2 : 1);
	bool		is_serial = at < to && input[at] == '+';

	if (is_serial)
		at++;
	if (has_date)
	{
		bool		has_quantity = at < to &&
		(input[at] == '8' || input[at] == '9');

		if (has_quantity && !read_flagged_quantity(reader, &at, to))
			return false;
		if (!(has_quantity && at == to) && !read_flagged_date(reader, &at, to))
			return false;
	}
	return read_number(reader, is_serial ? HIBC_SERIAL : HIBC_LOT, from, at, to);
}

/*
 * An expiry date as YYJJJ and a lot, without a flag.
 */
static bool
read_unflagged(ScanReader *reader, size_t from, size_t to)
{
	static const char format[] = "YYJJJ";
	size_t		lot = from + strlen(format);

	return check_digits(reader, from, strlen(format), to,
						"a digit of the expiry date") &&
		hibc_add_element(reader, HIBC_EXPIRY, from, from, lot) &&
		keep_expiry(reader, format, from) &&
		read_number(reader, HIBC_LOT, from, lot, to);
}

/*
 * "14D" expiry and "16D" production, as YYYYMMDD.
 */
static bool
read_supplemental_date(ScanReader *reader, size_t from, size_t to)
{
	size_t		date = from + 3;
	int			code = reader->input[from + 1] == '4' ? DATA_IDENTIFIER(14, 'D')
	: DATA_IDENTIFIER(16, 'D');

	if (!check_digits(reader, date, 8, to, "a digit of a date as YYYYMMDD"))
		return false;
	if (to > date + 8)
		return hibc_problem(reader, PROBLEM_LENGTH, date + 8,
							"\"/\" or the check character behind the date");
	if (code == DATA_IDENTIFIER(14, 'D') && reader->scan->has_expiry)
		return hibc_problem(reader, PROBLEM_ELEMENTS, from,
							"no second expiry date");
	if (!LintDate(reader->input + date + 2, 0, reader->current_year,
				  reader->problem))
	{
		reader->problem->offset = date + 4;
		return false;
	}
	return hibc_add_element(reader, code, from, date, to);
}

static bool
read_quantity(ScanReader *reader, size_t from, size_t to)
{
	size_t		digits = to - (from + 1);

	if (digits < 1 || digits > QUANTITY_DIGITS_MAX)
		return hibc_problem(reader, PROBLEM_LENGTH,
							digits < 1 ? to : from + 1 + QUANTITY_DIGITS_MAX,
							"a quantity of 1 to 5 digits");
	return check_digits(reader, from + 1, digits, to,
						"a digit of the quantity") &&
		hibc_add_element(reader, DATA_IDENTIFIER(0, 'Q'), from, from + 1, to);
}

static bool
is_supplemental_date(const ScanReader *reader, size_t from, size_t to)
{
	return to - from >= 3 && (memcmp(reader->input + from, "14D", 3) == 0 ||
							  memcmp(reader->input + from, "16D", 3) == 0);
}

/*
 * One field behind the key, or behind another field.
 */
static bool
read_field(ScanReader *reader, size_t from, size_t to)
{
	char		c = from < to ? reader->input[from] : '\0';

	if (c == '$')
		return read_flagged(reader, from, to);
	if (is_supplemental_date(reader, from, to))
		return read_supplemental_date(reader, from, to);
	if (c >= '0' && c <= '9')
		return read_unflagged(reader, from, to);
	if (c == 'Q')
		return read_quantity(reader, from, to);
	if (c == 'S' && to - from > 1)
		return read_number(reader, HIBC_SERIAL, from, from + 1, to);
	return hibc_problem(reader, PROBLEM_STRUCTURE, from,
						"the flag of an expiry date, a lot, a serial number or a quantity");
}

/*
 * Labeler, product and unit of measure.  Their rules are those of the scheme.
 */
static bool
read_primary(ScanReader *reader, size_t from, size_t to)
{
	size_t		good = AlphabetSpan(ALPHABET_ALPHANUMERIC, reader->input + from,
									to - from);
	const Scheme *scheme = SchemeByName("hibc", 4);

	if (from + good < to)
		return hibc_problem(reader, PROBLEM_CHARACTER, from + good,
							AlphabetDescription(ALPHABET_ALPHANUMERIC));
	if (!SyntaxMake(scheme, reader->input + from, to - from, NULL, 0,
					&reader->scan->id, reader->problem))
	{
		reader->problem->offset += from;
		return false;
	}
	reader->scan->has_id = true;
	return hibc_add_element(reader, HIBC_PRIMARY, from - 1, from, to);
}

/*
 * Puts the serial number behind the key.
 */
static bool
add_serial_to_id(ScanReader *reader)
{
	Gs1Scan    *scan = reader->scan;
	Identifier *id = &scan->id;
	int			i;

	for (i = 0; scan->has_id && i < scan->count; i++)
		if (scan->elements[i].ai == HIBC_SERIAL)
		{
			id->number_len = scan->elements[i].len;
			memcpy(id->number, scan->elements[i].value, id->number_len);
		}
	return true;
}

/*
 * The last character checks all that stand before it.
 */
static bool
check_last(ScanReader *reader, size_t from)
{
	const CheckAlgorithm *algorithm = CheckById(CHECK_MOD43);
	size_t		last = reader->len - 1;
	size_t		good = AlphabetSpan(ALPHABET_CODE39, reader->input + from,
									last - from);
	char		right;

	if (from + good < last)
		return hibc_problem(reader, PROBLEM_CHARACTER, from + good,
							AlphabetDescription(ALPHABET_CODE39));
	algorithm->compute(reader->input + from, last - from, &right);
	if (reader->input[last] == right)
		return true;
	return ProblemSet(reader->problem, PROBLEM_CHECK, last,
					  right == ' ' ? "a blank" : "%c", right);
}

bool
ScanIsHibc(const char *input, size_t len, size_t from)
{
	return from < len && input[from] == '+';
}

bool
ScanHibc(ScanReader *reader, size_t from)
{
	const char *input = reader->input;
	size_t		at = from + 1;
	size_t		end;

	if (reader->len < at + PRIMARY_MIN)
		return hibc_problem(reader, PROBLEM_LENGTH, reader->len,
							"at least 6 characters behind \"+\"");
	if (input[at] == '/')
		return hibc_problem(reader, PROBLEM_SPELLING, at,
							"a bar code of a supplier, not of a provider");
	if (!check_last(reader, from))
		return false;
	end = reader->len - 1;
	/* the link to the bar code that holds the key */
	if (!AlphabetHas(ALPHABET_LETTERS, input[at]))
		end--;
	while (at <= end)
	{
		const char *slash = memchr(input + at, '/', end - at);
		size_t		to = slash != NULL ? (size_t) (slash - input) : end;

		if (!(at == from + 1 && AlphabetHas(ALPHABET_LETTERS, input[at]) ?
			  read_primary(reader, at, to) : read_field(reader, at, to)))
			return false;
		at = to + 1;
	}
	return add_serial_to_id(reader);
}

/*
 * Reads an identifier: the key, and the serial number if there is one.  Like
 * element strings, it may hold nothing else.
 */
bool
HibcRead(IdentifierBuilder *builder, size_t from)
{
	Gs1Scan		scan;
	ScanReader	reader = {builder->input, builder->len, 2000, &scan,
	builder->problem, false};
	int			i;

	ScanBegin(&scan);
	if (!ScanHibc(&reader, from))
		return false;
	for (i = 0; i < scan.count; i++)
		if (scan.elements[i].ai != HIBC_PRIMARY &&
			scan.elements[i].ai != HIBC_SERIAL)
			return hibc_problem(&reader, PROBLEM_ELEMENTS, scan.elements[i].at,
								"no lot, date or quantity, which do not identify");
	if (!scan.has_id)
		return hibc_problem(&reader, PROBLEM_ELEMENTS, from + 1,
							"a labeler, which identifies");
	*builder->id = scan.id;
	return true;
}
