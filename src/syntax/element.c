/*-------------------------------------------------------------------------
 *
 * element.c
 *	  GS1 element strings: (01)09506000134352(21)A1B2, and the raw form that
 *	  scanners transmit, 010950600013435221A1B2.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/element.h"

/*
 * The first two digits of an application identifier say how many digits it
 * has, and whether its value has a length so well known that no separator
 * follows it.  Both are frozen by the standard (GS1 General Specifications,
 * figures 7.8.4-2 and 7.8.5-2), for unassigned identifiers too.
 */
typedef struct AiClass
{
	uint8_t		digits;			/* of the AI; 0: no AI begins like this */
	uint8_t		predefined;		/* length of the value; 0: it ends at a
								 * separator */
} AiClass;

static const AiClass ai_classes[100] = {
	[0] = {2, 18},
	[1 ... 3] = {2, 14},
	[4] = {2, 16},
	[10] = {2, 0},
	[11 ... 19] = {2, 6},
	[20] = {2, 2},
	[21 ... 22] = {2, 0},
	[23 ... 25] = {3, 0},
	[30] = {2, 0},
	[31 ... 36] = {4, 6},
	[37] = {2, 0},
	[39] = {4, 0},
	[40] = {3, 0},
	[41] = {3, 13},
	[42] = {3, 0},
	[43] = {4, 0},
	[70] = {4, 0},
	[71] = {3, 0},
	[72] = {4, 0},
	[80 ... 82] = {4, 0},
	[90 ... 99] = {2, 0}
};

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_separator(char c)
{
	return c == SYNTAX_GS || c == '^';
}

/*
 * Reads the digits of an AI at *at, which advances.
 */
static bool
read_ai(ElementReader *reader, size_t *at, int *ai, AiClass *class,
		Problem *problem)
{
	const char *text = reader->text;
	size_t		begin = *at;
	uint8_t		n;

	*ai = 0;
	for (n = 0; n < 2 || n < class->digits; n++)
	{
		if (*at == reader->len || !is_digit(text[*at]))
			return ProblemSet(problem, PROBLEM_AI, *at,
							  "a digit of an application identifier");
		*ai = *ai * 10 + (text[(*at)++] - '0');
		if (n == 1)
		{
			*class = ai_classes[*ai];
			if (class->digits == 0)
				return ProblemSet(problem, PROBLEM_AI, begin,
								  "an application identifier; none begins with %02d",
								  *ai);
		}
	}
	return true;
}

static bool
next_bracketed(ElementReader *reader, Element *element, Problem *problem)
{
	const char *text = reader->text;
	size_t		at = reader->at;
	AiClass		class = {0, 0};

	element->at = at;
	if (text[at] != '(')
		return ProblemSet(problem, PROBLEM_STRUCTURE, at, "\"(\"");
	at++;
	if (!read_ai(reader, &at, &element->ai, &class, problem))
		return false;
	if (at == reader->len || text[at] != ')')
		return ProblemSet(problem, PROBLEM_STRUCTURE, at,
						  "\")\" after the application identifier");
	element->from = ++at;
	while (at < reader->len && (text[at] != '(' || text[at - 1] == '\\'))
		at++;
	element->to = reader->at = at;
	return true;
}

static bool
next_raw(ElementReader *reader, Element *element, Problem *problem)
{
	const char *text = reader->text;
	size_t		at = reader->at;
	AiClass		class = {0, 0};

	element->at = at;
	if (!read_ai(reader, &at, &element->ai, &class, problem))
		return false;
	element->from = at;
	while (at < reader->len && !is_separator(text[at]) &&
		   (class.predefined == 0 || at - element->from < class.predefined))
		at++;
	element->to = at;
	/* behind a predefined length, or at the end, one may stand but need not */
	if (at < reader->len && is_separator(text[at]))
		at++;
	reader->at = at;
	return true;
}

/*
 * Reads the element strings that begin at text[from]; a leading FNC1, which
 * marks the data as GS1's, is passed over.
 */
void
ElementReaderBegin(ElementReader *reader, const char *text, size_t len,
				   size_t from)
{
	reader->text = text;
	reader->len = len;
	reader->bracketed = from < len && text[from] == '(';
	reader->at = from < len && is_separator(text[from]) ? from + 1 : from;
}

/*
 * The next element; not to be called at the end.  Its value is never empty.
 */
bool
ElementNext(ElementReader *reader, Element *element, Problem *problem)
{
	bool		ok = reader->bracketed ?
		next_bracketed(reader, element, problem) :
		next_raw(reader, element, problem);

	if (ok && element->from == element->to)
		return ProblemSet(problem, PROBLEM_LENGTH, element->from,
						  "a value after the application identifier");
	return ok;
}

/*
 * Which scheme do the elements make, whatever their order?  Orders them as
 * key, number.
 */
static const Scheme *
match_scheme(Element *elements, int n)
{
	const Scheme *scheme;
	Element		swap;

	if (n == 1)
		return SchemeByAi(elements[0].ai, NO_AI);
	scheme = SchemeByAi(elements[0].ai, elements[1].ai);
	if (scheme != NULL)
		return scheme;
	scheme = SchemeByAi(elements[1].ai, elements[0].ai);
	if (scheme == NULL)
		return NULL;
	swap = elements[0];
	elements[0] = elements[1];
	elements[1] = swap;
	return scheme;
}

/*
 * The elements are well formed but no scheme's: which one is out of place?
 * A key alone that wants a number is incomplete rather than wrong.
 */
static bool
refuse_elements(Draft *draft, const Element *elements, int n)
{
	const Element *odd = &elements[0];

	if (n > 1 && SchemeByAi(elements[0].ai, NO_AI) != NULL)
		odd = &elements[1];
	return ProblemSet(draft->problem, PROBLEM_ELEMENTS, odd->at,
					  n > 1 ? "the application identifiers of one key, and no others"
					  : "the application identifier of a key");
}

/*
 * Reads the element string at text[from] as one identifier: the elements of
 * a key and, where it has one, of its number, in any order, and no others.
 */
bool
ElementStringRead(Draft *draft, size_t from)
{
	ElementReader reader;
	Element		elements[2];
	const Scheme *scheme;
	Escape		escape;
	int			n = 0;

	ElementReaderBegin(&reader, draft->text, draft->len, from);
	escape = reader.bracketed ? ESCAPE_BRACKET : ESCAPE_NONE;
	do
	{
		if (n == 2)
			return ProblemSet(draft->problem, PROBLEM_ELEMENTS, reader.at,
							  "the end of the identifier");
		if (reader.at == reader.len)
			return ProblemSet(draft->problem, PROBLEM_AI, reader.at,
							  "an application identifier");
		if (!ElementNext(&reader, &elements[n], draft->problem))
			return false;
		n++;
	} while (reader.at < reader.len);

	scheme = match_scheme(elements, n);
	if (scheme == NULL)
		return refuse_elements(draft, elements, n);
	DraftBegin(draft, scheme);
	if (scheme->number_ai == NO_AI && scheme->number.max > 0)
	{
		/* the number follows the key within one element */
		size_t		joint = elements[0].from + scheme->key.max;

		if (joint < elements[0].to)
		{
			elements[1] = elements[0];
			elements[0].to = elements[1].from = joint;
			n = 2;
		}
	}
	if (!DraftAppend(draft, COMPONENT_KEY, elements[0].from, elements[0].to,
					 escape))
		return false;
	if (n == 2 &&
		!DraftAppend(draft, COMPONENT_NUMBER, elements[1].from, elements[1].to,
					 escape))
		return false;
	return DraftFinish(draft);
}

/*
 * Writes the digits of an AI and returns the end.
 */
char *
AiWrite(int ai, char *out)
{
	if (ai >= 1000)
		*out++ = '0' + ai / 1000;
	if (ai >= 100)
		*out++ = '0' + ai / 100 % 10;
	*out++ = '0' + ai / 10 % 10;
	*out++ = '0' + ai % 10;
	return out;
}

static char *
write_bracketed_ai(int ai, char *out)
{
	*out++ = '(';
	out = AiWrite(ai, out);
	*out++ = ')';
	return out;
}

static char *
write_escaped(const char *value, size_t len, char *out)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		if (value[i] == '(')
			*out++ = '\\';
		*out++ = value[i];
	}
	return out;
}

/*
 * Writes the bracketed element string; returns its length.
 */
size_t
ElementStringWrite(const Identifier *id, char *out)
{
	char	   *end = write_bracketed_ai(id->scheme->key_ai, out);

	end = write_escaped(id->key, id->key_len, end);
	if (id->number_len > 0 && id->scheme->number_ai != NO_AI)
		end = write_bracketed_ai(id->scheme->number_ai, end);
	end = write_escaped(id->number, id->number_len, end);
	return end - out;
}
