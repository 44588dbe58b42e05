/*-------------------------------------------------------------------------
 *
 * digital_link.c
 *	  GS1 Digital Link URIs: https://example.com/01/09506000134352/21/A1B2
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/ai.h"
#include "syntax/digital_link.h"
#include "syntax/scan.h"

#define EXPIRY_AI		17
#define EXPIRY_DIGITS	6		/* YYMMDD */

/*
 * The qualifiers that may follow a key in the path, in the order in which
 * they may follow (GS1 Digital Link Standard: URI Syntax).  Those of one
 * group exclude those of the key's other groups.
 */
typedef struct Qualifier
{
	int16_t		key_ai;
	int16_t		ai;
	uint8_t		group;
} Qualifier;

static const Qualifier qualifiers[] = {
	{1, 22, 1},
	{1, 10, 1},
	{1, 21, 1},
	{1, 235, 2},
	{414, 254, 1},
	{414, 7040, 2},
	{415, 8020, 1},
	{417, 7040, 1},
	{8004, 7040, 1},
	{8006, 22, 1},
	{8006, 10, 1},
	{8006, 21, 1},
	{8010, 8011, 1},
	{8017, 8019, 1},
	{8018, 8019, 1}
};

#define QUALIFIER_COUNT (sizeof(qualifiers) / sizeof(qualifiers[0]))

/*
 * The short names that early versions of the standard had for the application
 * identifiers of qualifiers; those of keys stand in the table of schemes.  They
 * are read, and never written.
 */
typedef struct ShortName
{
	const char *name;
	int16_t		ai;
} ShortName;

static const ShortName short_names[] = {
	{"cpsn", 8011},
	{"cpv", 22},
	{"glnx", 254},
	{"lot", 10},
	{"refno", 8020},
	{"ser", 21},
	{"srin", 8019}
};

static int
read_short_name(const char *segment, size_t len)
{
	const Scheme *scheme = SchemeByLinkName(segment, len);
	size_t		i;

	if (scheme != NULL)
		return scheme->key_ai;
	for (i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++)
		if (strlen(short_names[i].name) == len &&
			memcmp(short_names[i].name, segment, len) == 0)
			return short_names[i].ai;
	return NO_AI;
}

/*
 * Phones write the first letter of a text as a capital, and the scheme of a URI
 * may be in any case; GS1's own examples have it in one case.
 */
size_t
DigitalLinkPrefix(const char *input, size_t len, size_t from, bool lenient)
{
	static const char *const prefixes[][2] = {
		{"https://", "HTTPS://"}, {"http://", "HTTP://"}
	};
	size_t		row;

	if (from == len || (input[from] != 'h' && input[from] != 'H'))
		return 0;
	for (row = 0; row < sizeof(prefixes) / sizeof(prefixes[0]); row++)
	{
		const char *lower = prefixes[row][0];
		const char *upper = prefixes[row][1];
		size_t		n = strlen(lower);
		size_t		i = 0;

		if (len - from < n)
			continue;
		if (memcmp(input + from, lower, n) == 0 ||
			memcmp(input + from, upper, n) == 0)
			return n;
		while (lenient && i < n && (input[from + i] == lower[i] ||
									input[from + i] == upper[i]))
			i++;
		if (i == n)
			return n;
	}
	return 0;
}

/*
 * How many zeros a GTIN-8, GTIN-12 or GTIN-13 in a link lacks.
 */
size_t
DigitalLinkZeros(const DigitalLink *link, const Element *element)
{
	size_t		digits = element->to - element->from;

	if (!link->lenient || element->ai != 1 || (digits != 8 && digits != 12 && digits != 13))
		return 0;
	return GTIN_DIGITS - digits;
}

/*
 * The start of the segment that ends at to.
 */
static size_t
segment_start(const char *input, size_t path, size_t to)
{
	while (to > path && input[to - 1] != '/')
		to--;
	return to;
}

/*
 * Is the AI in an order that the key allows, at or behind a row?  Returns the
 * row of the qualifier, or QUALIFIER_COUNT.
 */
static size_t
find_qualifier(int key_ai, int ai, uint8_t group, size_t row)
{
	while (row < QUALIFIER_COUNT &&
		   (qualifiers[row].key_ai != key_ai || qualifiers[row].ai != ai ||
			(group != 0 && qualifiers[row].group != group)))
		row++;
	return row;
}

/*
 * Qualifiers of several groups cannot stand in one path: the first group of
 * which the list has one counts.
 */
uint8_t
DigitalLinkGroup(const ElementList *list)
{
	size_t		row;
	int			i;

	for (i = 1; i < list->count; i++)
	{
		/* the number that identifies comes first, and is in the path */
		if (SchemeByAi(list->elements[0].ai, list->elements[i].ai) == NULL)
			continue;
		row = find_qualifier(list->elements[0].ai, list->elements[i].ai, 0, 0);
		if (row < QUALIFIER_COUNT)
			return qualifiers[row].group;
	}
	return 1;
}

int
DigitalLinkNextQualifier(int key_ai, uint8_t group, size_t *row)
{
	while (*row < QUALIFIER_COUNT)
	{
		const Qualifier *qualifier = &qualifiers[(*row)++];

		if (qualifier->key_ai == key_ai && qualifier->group == group)
			return qualifier->ai;
	}
	return NO_AI;
}

/*
 * Takes pairs of segments from the end of the path until one is a key's, which
 * becomes the first.  What stands before it is the custom stem, which may look
 * like anything.  False when no key is among them.
 */
static bool
cut_path(DigitalLink *link, size_t path, size_t to)
{
	const char *input = link->input;
	int			first = DIGITAL_LINK_PATH_MAX;

	while (first > 0)
	{
		Element    *pair = &link->path[--first];
		const AiRow *row;

		*pair = (Element)
		{
			.to = to,.escape = ESCAPE_PERCENT
		};
		pair->from = segment_start(input, path, to);
		if (pair->from <= path)
			return false;
		pair->at = segment_start(input, path, pair->from - 1);
		pair->ai = AiRead(input + pair->at, pair->from - 1 - pair->at);
		if (pair->ai == NO_AI && link->lenient)
			pair->ai = read_short_name(input + pair->at,
									   pair->from - 1 - pair->at);
		row = AiFind(pair->ai);
		if (row != NULL && (row->link & LINK_KEY) != 0)
		{
			link->npath = DIGITAL_LINK_PATH_MAX - first;
			memmove(link->path, pair, link->npath * sizeof(Element));
			return true;
		}
		if (pair->at <= path)
			return false;
		to = pair->at - 1;
	}
	return false;
}

/*
 * Do the qualifiers belong to the key, and come in their order?
 */
static bool
check_qualifiers(DigitalLink *link, Problem *problem)
{
	size_t		row = 0;
	int			i;

	link->group = 0;
	for (i = 1; i < link->npath; i++)
	{
		const Element *pair = &link->path[i];

		row = find_qualifier(link->path[0].ai, pair->ai, link->group, row);
		if (row == QUALIFIER_COUNT)
			return ProblemSet(problem, PROBLEM_ELEMENTS, pair->at,
							  "a qualifier of the key, in its place");
		if (pair->from == pair->to)
			return AiProblem(problem, PROBLEM_LENGTH, pair->from, pair->ai,
							 "a value");
		link->group = qualifiers[row++].group;
	}
	return true;
}

/*
 * The first of two characters in text[from .. to), or to.
 */
static size_t
find_either(const char *input, size_t from, size_t to, char a, char b)
{
	while (from < to && input[from] != a && input[from] != b)
		from++;
	return from;
}

bool
DigitalLinkCut(DigitalLink *link, const char *input, size_t len, size_t from,
			   bool lenient, Problem *problem)
{
	size_t		end = find_either(input, from, len, '?', '#');
	size_t		path = find_either(input, from, end, '/', '@');
	size_t		foreign;

	link->input = input;
	link->lenient = lenient;
	link->end = find_either(input, end, len, '#', '#');
	link->query = end < link->end ? end + 1 : link->end;
	if (path == from || path == end || input[path] == '@')
		return ProblemSet(problem, PROBLEM_STRUCTURE, path,
						  "a domain without user information, and a path");
	foreign = from + AlphabetSpan(ALPHABET_URI, input + from, len - from);
	if (foreign < len)
		return ProblemSet(problem, PROBLEM_CHARACTER, foreign, "%s",
						  foreign < path ? "a character of a domain" :
						  AlphabetDescription(ALPHABET_URI));
	if (!cut_path(link, path + 1, end))
		return ProblemSet(problem, PROBLEM_STRUCTURE, path,
						  "a path that ends in the application identifier of a key, its value, and qualifiers");
	return check_qualifiers(link, problem);
}

/*
 * May the AI stand in the query?  A qualifier of the key may not: there it
 * would not identify, although it does in the path.
 */
static bool
check_attribute(const DigitalLink *link, const Element *element, Problem *problem)
{
	const AiRow *row = AiFind(element->ai);
	char		digits[AI_DIGITS_MAX + 1];

	if (row == NULL)
		return ProblemSet(problem, PROBLEM_AI, element->at,
						  "an application identifier that GS1 has assigned, before \"=\"");
	if ((row->link & LINK_ATTRIBUTE) != 0 &&
		find_qualifier(link->path[0].ai, element->ai, link->group, 0) ==
		QUALIFIER_COUNT)
		return true;
	*AiWrite(element->ai, digits) = '\0';
	return ProblemSet(problem, PROBLEM_ELEMENTS, element->at,
					  "no AI (%s) in the query", digits);
}

/*
 * Is the parameter the short name of the key or of a qualifier of it, in any case?  A
 * link with it in the query is meant to say what would be lost there.
 */
static bool
is_identifying_name(const DigitalLink *link, const char *name, size_t len)
{
	char		lower[8];
	size_t		i;
	int			ai;

	if (!link->lenient || len > sizeof(lower))
		return false;
	for (i = 0; i < len; i++)
		lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i];
	ai = read_short_name(lower, len);
	return ai != NO_AI &&
		(ai == link->path[0].ai ||
		 find_qualifier(link->path[0].ai, ai, 0, 0) < QUALIFIER_COUNT);
}

/*
 * Is the parameter the expiry date under its old short name?  Web addresses may
 * have a parameter of this name for the time at which they end, as longer numbers.
 */
static bool
is_expiry_name(const DigitalLink *link, size_t begin, size_t equals, size_t to)
{
	static const char name[] = "exp";
	const char *value = link->input + equals + 1;

	return link->lenient && equals - begin == strlen(name) &&
		memcmp(link->input + begin, name, strlen(name)) == 0 &&
		to - equals - 1 == EXPIRY_DIGITS &&
		AlphabetSpan(ALPHABET_DIGITS, value, EXPIRY_DIGITS) == EXPIRY_DIGITS;
}

/*
 * Parameters whose names are not all digits are not GS1's, and those without
 * "=" have no value.
 */
bool
DigitalLinkNextAttribute(DigitalLink *link, Element *element, bool *found, Problem *problem)
{
	const char *input = link->input;

	*found = false;
	while (link->query < link->end)
	{
		size_t		begin = link->query;
		size_t		to = find_either(input, begin, link->end, '&', '&');
		size_t		equals = find_either(input, begin, to, '=', '=');
		bool		is_expiry;

		link->query = to < link->end ? to + 1 : to;
		if (equals == to)
			continue;
		if (equals == begin)
			return ProblemSet(problem, PROBLEM_STRUCTURE, begin,
							  "a name before \"=\"");
		is_expiry = is_expiry_name(link, begin, equals, to);
		if (!is_expiry &&
			AlphabetSpan(ALPHABET_DIGITS, input + begin, equals - begin) <
			equals - begin)
		{
			if (is_identifying_name(link, input + begin, equals - begin))
				return ProblemSet(problem, PROBLEM_ELEMENTS, begin,
								  "no key or qualifier of the key in the query");
			continue;
		}
		*element = (Element)
		{
			.at = begin,.from = equals + 1,.to = to,
				.escape = ESCAPE_PERCENT,.in_query = true
		};
		element->ai = is_expiry ? EXPIRY_AI : AiRead(input + begin, equals - begin);
		*found = true;
		return check_attribute(link, element, problem);
	}
	return true;
}

/*
 * The scheme of the key and the one qualifier that makes a number of a scheme,
 * the finest if there are several: (01)(10)(21) is one item, and that it is of
 * a lot does not make it another.  *number is the qualifier's place in the
 * path, or 0.
 */
static const Scheme *
choose_link_scheme(const DigitalLink *link, int *number)
{
	const Scheme *scheme;
	int			i;

	for (i = link->npath - 1; i > 0; i--)
	{
		scheme = SchemeByAi(link->path[0].ai, link->path[i].ai);
		if (scheme != NULL)
		{
			*number = i;
			return scheme;
		}
	}
	*number = 0;
	return SchemeByAi(link->path[0].ai, NO_AI);
}

/*
 * Qualifiers that are no part of the identity are not kept, but a link with a
 * wrong one is still wrong.
 */
static bool
check_others(const DigitalLink *link, int number, Problem *problem)
{
	char		value[SCAN_VALUE_MAX];
	int			i;

	for (i = 1; i < link->npath; i++)
	{
		size_t		len = 0;

		/* no qualifier is a date, so that any year will do */
		if (i != number &&
			!ElementRead(link->input, &link->path[i], 0, value, &len, problem))
			return false;
	}
	return true;
}

/*
 * Where the nth character of a value ends, or the value if it is shorter.  An
 * escape sequence is one character.
 */
static size_t
behind_characters(const DigitalLink *link, const Element *value, size_t n)
{
	size_t		at = value->from;
	char		c;

	while (n-- > 0 && at < value->to &&
		   EscapeDecode(link->input, value->to, ESCAPE_PERCENT, &at, &c))
		;
	return at;
}

static bool
append_identity(IdentifierBuilder *builder, const DigitalLink *link, int number)
{
	const Scheme *scheme = builder->id->scheme;
	const Element *key = &link->path[0];
	size_t		key_end = key->to;
	size_t		zeros;

	/* what a shorter GTIN lacks moves its characters */
	for (zeros = DigitalLinkZeros(link, key); zeros > 0; zeros--)
		builder->id->key[builder->id->key_len++] = '0';
	/* the number follows the key within one element */
	if (number == 0 && scheme->number_ai == NO_AI && scheme->number.max > 0)
		key_end = behind_characters(link, key, scheme->key.max);
	return BuilderAppend(builder, COMPONENT_KEY, key->from, key_end,
						 ESCAPE_PERCENT) &&
		(key_end == key->to ||
		 BuilderAppend(builder, COMPONENT_NUMBER, key_end, key->to,
					   ESCAPE_PERCENT)) &&
		(number == 0 ||
		 BuilderAppend(builder, COMPONENT_NUMBER, link->path[number].from,
					   link->path[number].to, ESCAPE_PERCENT));
}

/*
 * The attributes of the query do not identify, but a link with a wrong one is
 * wrong: a serial number in the query, above all, would be lost.  No attribute
 * is valid in one century only, so that any year will do.
 */
static bool
check_query(IdentifierBuilder *builder, size_t from)
{
	Gs1Scan		scan;
	ScanReader	reader = {builder->input, builder->len, 2000, &scan,
	builder->problem, true};

	ScanBegin(&scan);
	return ScanDigitalLink(&reader, from);
}

/*
 * Reads the URI whose authority begins at input[from].  Its fragment does not
 * identify.
 */
bool
DigitalLinkRead(IdentifierBuilder *builder, size_t from)
{
	DigitalLink link;
	const Scheme *scheme;
	int			number;

	if (!DigitalLinkCut(&link, builder->input, builder->len, from, true,
						builder->problem))
		return false;
	scheme = choose_link_scheme(&link, &number);
	if (scheme == NULL && !SchemeIsKeyAi(link.path[0].ai))
		return ProblemSet(builder->problem, PROBLEM_ELEMENTS, link.path[0].at,
						  "the application identifier of a key");
	if (scheme == NULL)
		return ProblemSet(builder->problem, PROBLEM_STRUCTURE, builder->len,
						  "the serial number that this key needs");
	BuilderBegin(builder, scheme);
	return append_identity(builder, &link, number) && BuilderFinish(builder) &&
		check_others(&link, number, builder->problem) &&
		(link.query == link.end || check_query(builder, from));
}
