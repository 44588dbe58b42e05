/*-------------------------------------------------------------------------
 *
 * format06.c
 *	  Messages of ISO/IEC 15434: format 06, whose fields begin with data
 *	  identifiers (ANSI MH10.8.2), and format 05, which holds GS1 elements.
 *
 *		[)> RS 06 GS 9N110375286414 GS 1TLOT7 GS D271231 GS S12345 RS EOT
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/lint.h"
#include "syntax/scan.h"

#define RS	'\x1E'
#define EOT '\x04'

/* "[)>", RS, two digits of the format, GS */
#define HEADER_LENGTH 7

/* a field begins with up to so many digits, and a letter */
#define DATA_IDENTIFIER_DIGITS 3

bool
ScanIsMessage(const char *input, size_t len)
{
	return len >= 3 && memcmp(input, "[)>", 3) == 0;
}

/*
 * The end of the data, before RS and EOT, which some scanners do not send.
 */
static size_t
find_message_end(const ScanReader *reader)
{
	size_t		end = reader->len;

	if (end > HEADER_LENGTH && reader->input[end - 1] == EOT)
		end--;
	if (end > HEADER_LENGTH && reader->input[end - 1] == RS)
		end--;
	return end;
}

/*
 * Reads the data identifier at *at, which advances: digits and a letter.
 */
static bool
read_data_identifier(ScanReader *reader, size_t *at, size_t end, int *code)
{
	size_t		digits = 0;
	int			number = 0;

	while (*at < end && digits < DATA_IDENTIFIER_DIGITS &&
		   AlphabetHas(ALPHABET_DIGITS, reader->input[*at]))
	{
		number = number * 10 + (reader->input[(*at)++] - '0');
		digits++;
	}
	if (*at == end || !AlphabetHas(ALPHABET_LETTERS, reader->input[*at]))
		return ProblemSet(reader->problem, PROBLEM_AI, *at,
						  "the letter of a data identifier");
	*code = DATA_IDENTIFIER(number, reader->input[(*at)++]);
	return true;
}

static bool
check_message_date(ScanReader *reader, const ScanElement *element, size_t at)
{
	bool		has_century = element->ai != DATA_IDENTIFIER(0, 'D');
	size_t		digits = has_century ? 8 : 6;
	size_t		good = AlphabetSpan(ALPHABET_DIGITS, element->value,
									element->len);

	if (good < element->len)
		return ProblemSet(reader->problem, PROBLEM_CHARACTER, at + good,
						  "a digit of a date");
	if (element->len != digits)
		return ProblemSet(reader->problem, PROBLEM_LENGTH,
						  at + (element->len < digits ? element->len : digits),
						  "a date of %zu digits", digits);
	if (LintDate(element->value + (has_century ? 2 : 0), 0,
				 reader->current_year, reader->problem))
		return true;
	reader->problem->offset = at + reader->problem->index + (has_century ? 2 : 0);
	return false;
}

static bool
read_field_value(ScanReader *reader, ScanElement *element, size_t from,
				 size_t to)
{
	size_t		at = from;

	while (at < to && reader->input[at] >= ' ' && reader->input[at] <= '~')
		at++;
	if (at < to)
		return ProblemSet(reader->problem, PROBLEM_CHARACTER, at,
						  "a printable ASCII character");
	if (to == from || to - from > SCAN_VALUE_MAX)
		return ProblemSet(reader->problem, PROBLEM_LENGTH,
						  to == from ? from : from + SCAN_VALUE_MAX,
						  "1 to %d characters of a field", SCAN_VALUE_MAX);
	element->len = (uint8_t) (to - from);
	memcpy(element->value, reader->input + from, to - from);
	if (element->ai == DATA_IDENTIFIER(0, 'D') ||
		element->ai == DATA_IDENTIFIER(14, 'D') ||
		element->ai == DATA_IDENTIFIER(16, 'D'))
		return check_message_date(reader, element, from);
	return true;
}

static bool
read_fields(ScanReader *reader, size_t at, size_t end)
{
	Gs1Scan    *scan = reader->scan;

	for (;;)
	{
		ScanElement *element = &scan->elements[scan->count];
		const char *separator = memchr(reader->input + at, SYNTAX_GS, end - at);
		size_t		to = separator != NULL ? (size_t) (separator - reader->input)
		: end;

		if (scan->count == SCAN_ELEMENTS_MAX)
			return ProblemSet(reader->problem, PROBLEM_LENGTH, at,
							  "at most %d fields", SCAN_ELEMENTS_MAX);
		element->at = at;
		if (!read_data_identifier(reader, &at, to, &element->ai) ||
			!read_field_value(reader, element, at, to))
			return false;
		if (ScanFindElement(scan, element->ai) != NULL)
			return ProblemSet(reader->problem, PROBLEM_ELEMENTS, element->at,
							  "no second value of a data identifier");
		scan->count++;
		if (to == end)
			return true;
		at = to + 1;
	}
}

/*
 * The blanks and hyphens that people write in keys are no characters of them.
 */
static bool
check_key_characters(ScanReader *reader, const ScanElement *key)
{
	size_t		good = AlphabetSpan(ALPHABET_ALPHANUMERIC, key->value, key->len);

	/* the data identifiers of keys have two characters */
	return good == key->len ||
		ProblemSet(reader->problem, PROBLEM_CHARACTER, key->at + 2 + good,
				   "%s", AlphabetDescription(ALPHABET_ALPHANUMERIC));
}

/*
 * A number that is unique by itself (data identifier 25S).
 */
static bool
identify_by_itself(ScanReader *reader, const ScanElement *number)
{
	static const char name[] = "iso15459";

	reader->scan->has_id = true;
	if (SyntaxMake(SchemeByName(name, strlen(name)), number->value, number->len,
				   NULL, 0, &reader->scan->id, reader->problem))
		return true;
	reader->problem->offset += number->at + strlen("25S");
	return false;
}

/*
 * What the fields identify: a PPN or a GTIN with a serial number, a number that
 * is unique by itself, or the PPN or GTIN alone.
 */
static bool
identify_message(ScanReader *reader)
{
	static const struct
	{
		int			key;
		const char *item;		/* the scheme with a number */
		const char *class;
	}			keys[] = {
		{DATA_IDENTIFIER(9, 'N'), "ppn", "ppn"},
		{DATA_IDENTIFIER(8, 'P'), "sgtin", "gtin"}
	};
	Gs1Scan    *scan = reader->scan;
	const ScanElement *number = ScanFindElement(scan, DATA_IDENTIFIER(0, 'S'));
	const ScanElement *unique = ScanFindElement(scan, DATA_IDENTIFIER(25, 'S'));
	size_t		i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
	{
		const ScanElement *key = ScanFindElement(scan, keys[i].key);
		const char *name = number != NULL ? keys[i].item : keys[i].class;
		const ScanElement *wrong;

		if (key == NULL || (number == NULL && unique != NULL))
			continue;
		if (!check_key_characters(reader, key))
			return false;
		scan->has_id = true;
		if (SyntaxMake(SchemeByName(name, strlen(name)), key->value, key->len,
					   number != NULL ? number->value : NULL,
					   number != NULL ? number->len : 0, &scan->id,
					   reader->problem))
			return true;
		wrong = reader->problem->component == COMPONENT_NUMBER && number != NULL ?
			number : key;
		/* the data identifier of each is as long as 2 or 1 characters */
		reader->problem->offset += wrong->at + (wrong == key ? 2 : 1);
		return false;
	}
	return unique == NULL || identify_by_itself(reader, unique);
}

bool
ScanMessage(ScanReader *reader)
{
	const char *input = reader->input;
	size_t		end = find_message_end(reader);

	if (end <= HEADER_LENGTH || input[3] != RS || input[4] != '0' ||
		(input[5] != '5' && input[5] != '6') || input[6] != SYNTAX_GS)
		return ProblemSet(reader->problem, PROBLEM_SPELLING, 0,
						  "a message of format 05 or 06 behind \"[)>\"");
	if (input[5] == '5')
	{
		reader->len = end;
		return ScanElementString(reader, HEADER_LENGTH);
	}
	return read_fields(reader, HEADER_LENGTH, end) && identify_message(reader);
}

char *
ScanElementName(int code, char *out)
{
	static const char *const hibc_names[] = {"+", "$$", "$", "$+", "-"};
	int			number;

	if (code < DATA_IDENTIFIER_BASE)
		return AiWrite(code, out);
	if (code >= HIBC_BASE)
		return strcpy(out, hibc_names[code - HIBC_BASE]) +
			strlen(hibc_names[code - HIBC_BASE]);
	number = (code - DATA_IDENTIFIER_BASE) / 26;
	if (number >= 100)
		*out++ = '0' + number / 100;
	if (number >= 10)
		*out++ = '0' + number / 10 % 10;
	if (number > 0)
		*out++ = '0' + number % 10;
	*out++ = 'A' + (code - DATA_IDENTIFIER_BASE) % 26;
	return out;
}
