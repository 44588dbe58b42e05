/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  Read whole scans: every element, and what they identify together.
 *
 * Each element is checked by its row of the AI table.  Of the rules between
 * elements only exclusions are enforced: which others an element requires is
 * meant for all carriers on an item together, and a scan is one of them.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/ai.h"
#include "syntax/digital_link.h"
#include "syntax/scan.h"

/*
 * What a scan identifies: the first of these whose elements are there.  Items
 * come before classes, and before the shipment, location or party that they
 * belong to.  A key without the number that it needs has a row for which there is
 * no scheme: it identifies nothing, and the rows behind it must not be tried.
 */
typedef struct Identity
{
	int16_t		key_ai;
	int16_t		number_ai;
} Identity;

static const Identity identities[] = {
	{8006, 21},
	{8006, NO_AI},
	{1, 21},
	{1, 235},
	{0, NO_AI},
	{8003, NO_AI},
	{8004, NO_AI},
	{253, NO_AI},
	{255, NO_AI},
	{8010, 8011},
	{8010, NO_AI},
	{8017, NO_AI},
	{8018, NO_AI},
	{1, 10},
	{1, NO_AI},
	{414, 254},
	{414, NO_AI},
	{417, NO_AI},
	{401, NO_AI},
	{402, NO_AI},
	{8013, NO_AI}
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const ScanElement *
ScanFindElement(const Gs1Scan *scan, int ai)
{
	int			i;

	for (i = 0; i < scan->count; i++)
		if (scan->elements[i].ai == ai)
			return &scan->elements[i];
	return NULL;
}

/*
 * A repeated element is kept once.  In a Digital Link none may be repeated,
 * even with the same value.
 */
static bool
keep_element(ScanReader *reader, const Element *element, const char *value, size_t len)
{
	Gs1Scan    *scan = reader->scan;
	const ScanElement *before = ScanFindElement(scan, element->ai);
	ScanElement *kept = &scan->elements[scan->count];

	if (before != NULL && element->escape == ESCAPE_PERCENT)
		return AiProblem(reader->problem, PROBLEM_ELEMENTS, element->at,
						 element->ai, "no second value");
	if (before != NULL &&
		(before->len != len || memcmp(before->value, value, len) != 0))
		return AiProblem(reader->problem, PROBLEM_ELEMENTS, element->at,
						 element->ai, "the same value as before");
	if (before != NULL)
		return true;
	if (scan->count == SCAN_ELEMENTS_MAX)
		return ProblemSet(reader->problem, PROBLEM_LENGTH, element->at,
						  "at most %d elements", SCAN_ELEMENTS_MAX);
	kept->ai = element->ai;
	kept->at = element->at;
	kept->len = (uint8_t) len;
	memcpy(kept->value, value, len);
	scan->count++;
	return true;
}

/*
 * Reads an element's value, behind so many zeros that the text leaves out.
 */
static bool
read_scan_element(ScanReader *reader, const Element *element, size_t zeros)
{
	char		value[SCAN_VALUE_MAX];
	size_t		len = zeros;

	memset(value, '0', zeros);
	reader->scan->wrong_ai = element->ai;
	if (!ElementRead(reader->input, element, reader->current_year, value, &len,
					 reader->problem))
		return false;
	reader->scan->wrong_ai = NO_AI;
	return keep_element(reader, element, value, len);
}

/*
 * The problem of two elements that exclude each other is placed at the later one.
 */
static bool
check_exclusions(ScanReader *reader)
{
	const Gs1Scan *scan = reader->scan;
	char		later[AI_DIGITS_MAX + 1];
	char		earlier[AI_DIGITS_MAX + 1];
	int			i;
	int			j;

	for (i = 1; i < scan->count; i++)
		for (j = 0; j < i; j++)
		{
			int			ai = scan->elements[i].ai;
			int			other = scan->elements[j].ai;

			if (!AiExcludes(ai, other) && !AiExcludes(other, ai))
				continue;
			*AiWrite(ai, later) = '\0';
			*AiWrite(other, earlier) = '\0';
			return ProblemSet(reader->problem, PROBLEM_ELEMENTS,
							  scan->elements[i].at,
							  "no AI (%s) together with AI (%s)",
							  later, earlier);
		}
	return true;
}

/*
 * A signature signs one item, so that a key whose number is optional must have
 * it (GS1 Barcode Syntax Dictionary, AI 8030).
 */
static bool
check_signature(ScanReader *reader)
{
	static const struct
	{
		int16_t		ai;
		uint8_t		key_len;
	}			keys[] = {{253, 13}, {255, 13}, {8003, 14}};
	size_t		i;

	if (ScanFindElement(reader->scan, 8030) == NULL)
		return true;
	for (i = 0; i < COUNT(keys); i++)
	{
		const ScanElement *key = ScanFindElement(reader->scan, keys[i].ai);

		if (key != NULL && key->len <= keys[i].key_len)
			return AiProblem(reader->problem, PROBLEM_ELEMENTS, key->at,
							 key->ai,
							 "a serial number, which AI (8030) requires,");
	}
	return true;
}

/*
 * The scheme of what the scan identifies, and its elements; NULL: none.
 */
static const Scheme *
choose_scan_scheme(const Gs1Scan *scan, const ScanElement **key,
				   const ScanElement **number)
{
	size_t		i;

	for (i = 0; i < COUNT(identities); i++)
	{
		const Identity *identity = &identities[i];

		*key = ScanFindElement(scan, identity->key_ai);
		*number = ScanFindElement(scan, identity->number_ai);
		if (*key != NULL && (*number != NULL || identity->number_ai == NO_AI))
			return SchemeByAi(identity->key_ai, identity->number_ai);
	}
	return NULL;
}

static void
copy_identity(Identifier *id, const ScanElement *key,
			  const ScanElement *number)
{
	const Scheme *scheme = id->scheme;
	const char *rest = number != NULL ? number->value : key->value;

	id->key_len = key->len;
	id->number_len = number != NULL ? number->len : 0;
	/* the number follows the key within one element */
	if (number == NULL && scheme->number.max > 0 &&
		scheme->number_ai == NO_AI && key->len > scheme->key.max)
	{
		id->key_len = scheme->key.max;
		id->number_len = key->len - id->key_len;
		rest += id->key_len;
	}
	memcpy(id->key, key->value, id->key_len);
	memcpy(id->number, rest, id->number_len);
}

/*
 * What do the elements identify?  A scheme can demand more than the AI does: a
 * company prefix alone is a value of AI (8004), but names no asset.
 */
static bool
identify_scan(ScanReader *reader)
{
	Gs1Scan    *scan = reader->scan;
	Problem    *problem = reader->problem;
	const ScanElement *key;
	const ScanElement *number;
	const ScanElement *wrong;
	char		expected[PROBLEM_EXPECTED_MAX];

	scan->id.scheme = choose_scan_scheme(scan, &key, &number);
	scan->has_id = scan->id.scheme != NULL;
	if (!scan->has_id)
		return true;
	copy_identity(&scan->id, key, number);
	if (IdentifierCheck(&scan->id, problem))
		return true;
	wrong = problem->component == COMPONENT_NUMBER && number != NULL ? number
		: key;
	memcpy(expected, problem->expected, sizeof(expected));
	return AiProblem(problem, problem->code, wrong->at, wrong->ai, "%s",
					 expected);
}

/*
 * The elements are all read: may they stand together, and what do they
 * identify?
 */
static bool
finish_scan(ScanReader *reader)
{
	return check_exclusions(reader) && check_signature(reader) &&
		identify_scan(reader);
}

void
ScanBegin(Gs1Scan *scan)
{
	scan->has_id = false;
	scan->has_expiry = false;
	scan->wrong_ai = NO_AI;
	scan->count = 0;
	scan->addon_len = 0;
}

bool
ScanElementString(ScanReader *reader, size_t from)
{
	ElementReader elements;
	Element		element;
	char		digits[AI_DIGITS_MAX];

	ElementReaderBegin(&elements, reader->input, reader->len, from);
	do
	{
		if (elements.at == reader->len)
			return ProblemSet(reader->problem, PROBLEM_AI, elements.at,
							  "an application identifier");
		if (!ElementNext(&elements, &element, reader->problem))
			return false;
		if (AiFind(element.ai) == NULL)
			return ProblemSet(reader->problem, PROBLEM_AI,
							  element.at + (elements.bracketed ? 1 : 0),
							  "an application identifier that GS1 has assigned, not (%.*s)",
							  (int) (AiWrite(element.ai, digits) - digits),
							  digits);
		if (!read_scan_element(reader, &element, 0))
			return false;
	} while (elements.at < reader->len);
	return finish_scan(reader);
}

bool
ScanDigitalLink(ScanReader *reader, size_t from)
{
	DigitalLink link;
	Element		element;
	bool		found;
	int			i;

	if (!DigitalLinkCut(&link, reader->input, reader->len, from,
						reader->lenient, reader->problem))
		return false;
	for (i = 0; i < link.npath; i++)
		if (!read_scan_element(reader, &link.path[i],
							   DigitalLinkZeros(&link, &link.path[i])))
			return false;
	do
	{
		if (!DigitalLinkNextAttribute(&link, &element, &found, reader->problem))
			return false;
		if (found && !read_scan_element(reader, &element,
										DigitalLinkZeros(&link, &element)))
			return false;
	} while (found);
	return finish_scan(reader);
}

/*
 * Reads digits that are the key of a scheme, as the only element of the scan.
 */
static bool
scan_digits(ScanReader *reader, const Scheme *scheme, int code, size_t from, size_t to)
{
	Gs1Scan    *scan = reader->scan;
	ScanElement *element = &scan->elements[0];
	size_t		good = AlphabetSpan(ALPHABET_DIGITS, reader->input + from, to - from);

	if (from + good < to)
		return ProblemSet(reader->problem, PROBLEM_CHARACTER, from + good, "%s",
						  AlphabetDescription(ALPHABET_DIGITS));
	if (!SyntaxReadKey(reader->input + from, to - from, scheme, &scan->id,
					   reader->problem))
	{
		reader->problem->offset += from;
		return false;
	}
	scan->has_id = true;
	element->ai = code;
	element->at = from;
	element->len = scan->id.key_len;
	memcpy(element->value, scan->id.key, element->len);
	scan->count = 1;
	return true;
}

/*
 * A shorter GTIN is a GTIN-14 without its leading zeros, and has the same
 * check digit.
 */
bool
ScanGtin(ScanReader *reader, size_t from, size_t to)
{
	reader->scan->wrong_ai = 1;
	if (!scan_digits(reader, SchemeByAi(1, NO_AI), 1, from, to))
		return false;
	reader->scan->wrong_ai = NO_AI;
	return true;
}

bool
ScanIsPzn(const char *input, size_t len, size_t from)
{
	return from < len && input[from] == '-';
}

bool
ScanPzn(ScanReader *reader, size_t from)
{
	return scan_digits(reader, SchemeByName("pzn", strlen("pzn")), PZN_NUMBER, from + 1,
					   reader->len);
}

bool
ScanAddon(ScanReader *reader, size_t from, size_t digits)
{
	Gs1Scan    *scan = reader->scan;
	size_t		good = AlphabetSpan(ALPHABET_DIGITS, reader->input + from,
									reader->len - from);

	scan->has_id = false;
	if (from + good < reader->len)
		return ProblemSet(reader->problem, PROBLEM_CHARACTER, from + good,
						  "a digit");
	if (good != digits)
		return ProblemSet(reader->problem, PROBLEM_LENGTH,
						  good < digits ? reader->len : from + digits,
						  "an add-on of %zu digits", digits);
	scan->addon_len = (uint8_t) digits;
	memcpy(scan->addon, reader->input + from, digits);
	return true;
}

/*
 * Is an element there for a pattern such as "01" or "310n", in which n is any
 * digit, that ends at a comma or a plus sign?
 */
static bool
has_match(const Gs1Scan *scan, const char *pattern, size_t len)
{
	int			i;

	for (i = 0; i < scan->count; i++)
	{
		char		digits[AI_DIGITS_MAX];
		size_t		n = AiWrite(scan->elements[i].ai, digits) - digits;
		size_t		at = 0;

		while (at < n && at < len &&
			   (pattern[at] == digits[at] || pattern[at] == 'n'))
			at++;
		if (at == n && at == len)
			return true;
	}
	return false;
}

/*
 * Are all elements of one of the alternatives there?
 */
static bool
is_met(const Gs1Scan *scan, const char *alternatives)
{
	bool		complete = true;

	while (*alternatives != '\0')
	{
		size_t		len = strcspn(alternatives, ",+");

		complete = complete && has_match(scan, alternatives, len);
		alternatives += len;
		if (*alternatives != '+')
		{
			if (complete)
				return true;
			complete = true;
		}
		if (*alternatives != '\0')
			alternatives++;
	}
	return false;
}

void
ScanUnmet(const Gs1Scan *scan,
		  void (*found) (int ai, const char *alternatives, void *arg),
		  void *arg)
{
	int			i;

	for (i = 0; i < scan->count; i++)
	{
		int			ai = scan->elements[i].ai;
		const AiRow *row = AiFind(ai);

		if (row != NULL && row->requires[0] != '\0' && !is_met(scan, row->requires))
			found(ai, row->requires, arg);
	}
}

/*
 * Which element holds a field, and which of its characters do.  The first
 * element that is present counts.
 */
typedef struct FieldSource
{
	ScanField	field;
	int			ai;
	uint8_t		from;
	uint8_t		len;			/* 0: all that there are */
} FieldSource;

static const FieldSource sources[] = {
	{SCAN_GTIN, 1, 0, GTIN_DIGITS},
	{SCAN_GTIN, 8006, 0, GTIN_DIGITS},
	{SCAN_GTIN, 2, 0, GTIN_DIGITS},
	{SCAN_GTIN, 3, 0, GTIN_DIGITS},
	{SCAN_SERIAL, 21, 0, 0},
	{SCAN_SERIAL, 235, 0, 0},
	{SCAN_SERIAL, 8003, 14, 0},
	{SCAN_SERIAL, 253, 13, 0},
	{SCAN_SERIAL, 255, 13, 0},
	{SCAN_SERIAL, 8011, 0, 0},
	{SCAN_SERIAL, 254, 0, 0},
	{SCAN_GTIN, DATA_IDENTIFIER(8, 'P'), 0, 0},
	{SCAN_SERIAL, HIBC_SERIAL, 0, 0},
	{SCAN_SERIAL, DATA_IDENTIFIER(0, 'S'), 0, 0},
	{SCAN_SERIAL, DATA_IDENTIFIER(25, 'S'), 0, 0},
	{SCAN_LOT, 10, 0, 0},
	{SCAN_EXPIRY, 17, 0, 6},
	{SCAN_EXPIRY, 7003, 0, 6},
	{SCAN_LOT, DATA_IDENTIFIER(1, 'T'), 0, 0},
	{SCAN_LOT, HIBC_LOT, 0, 0},
	{SCAN_EXPIRY, DATA_IDENTIFIER(0, 'D'), 0, 6},
	{SCAN_EXPIRY, DATA_IDENTIFIER(14, 'D'), 2, 6},
	{SCAN_PRODUCTION, DATA_IDENTIFIER(16, 'D'), 2, 6},
	{SCAN_PRODUCTION, 11, 0, 6}
};

bool
ScanFind(const Gs1Scan *scan, ScanField field, const char **input, size_t *len)
{
	size_t		i;

	if (field == SCAN_EXPIRY && scan->has_expiry)
	{
		*input = scan->expiry;
		*len = sizeof(scan->expiry);
		return true;
	}
	/* a message may hold a shorter GTIN */
	if (field == SCAN_GTIN && scan->has_id &&
		ScanFindElement(scan, DATA_IDENTIFIER(8, 'P')) != NULL &&
		IdentifierGtin(&scan->id) != NULL)
	{
		*input = IdentifierGtin(&scan->id);
		*len = GTIN_DIGITS;
		return true;
	}
	for (i = 0; i < COUNT(sources); i++)
	{
		const FieldSource *source = &sources[i];
		const ScanElement *element = ScanFindElement(scan, source->ai);

		if (source->field != field || element == NULL ||
			element->len <= source->from)
			continue;
		*input = element->value + source->from;
		*len = source->len > 0 ? source->len : element->len - source->from;
		return true;
	}
	return false;
}
