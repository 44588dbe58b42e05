/*-------------------------------------------------------------------------
 *
 * element.c
 *	  GS1 element strings: (01)09506000134352(21)A1B2, and the raw form that
 *	  scanners transmit, 010950600013435221A1B2.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/ai.h"
#include "syntax/element.h"

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
	const char *input = reader->input;
	size_t		begin = *at;
	uint8_t		n;

	*ai = 0;
	for (n = 0; n < 2 || n < class->digits; n++)
	{
		if (*at == reader->len || !is_digit(input[*at]))
			return ProblemSet(problem, PROBLEM_AI, *at,
							  "a digit of an application identifier");
		*ai = *ai * 10 + (input[(*at)++] - '0');
		if (n == 1)
		{
			*class = AiClasses[*ai];
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
	const char *input = reader->input;
	size_t		at = reader->at;
	AiClass		class = {0, 0};

	element->at = at;
	if (input[at] != '(')
		return ProblemSet(problem, PROBLEM_STRUCTURE, at, "\"(\"");
	at++;
	if (!read_ai(reader, &at, &element->ai, &class, problem))
		return false;
	if (at == reader->len || input[at] != ')')
		return ProblemSet(problem, PROBLEM_STRUCTURE, at,
						  "\")\" after the application identifier");
	element->from = ++at;
	while (at < reader->len && (input[at] != '(' || input[at - 1] == '\\'))
		at++;
	element->to = reader->at = at;
	element->escape = ESCAPE_BRACKET;
	element->needs_separator = false;
	return true;
}

static bool
next_raw(ElementReader *reader, Element *element, Problem *problem)
{
	const char *input = reader->input;
	size_t		at = reader->at;
	AiClass		class = {0, 0};

	element->at = at;
	if (!read_ai(reader, &at, &element->ai, &class, problem))
		return false;
	element->from = at;
	while (at < reader->len && !is_separator(input[at]) &&
		   (class.predefined == 0 || at - element->from < class.predefined))
		at++;
	element->to = at;
	element->escape = ESCAPE_NONE;
	element->needs_separator = class.predefined == 0;
	/* behind a predefined length, or at the end, one may stand but need not */
	if (at < reader->len && is_separator(input[at]))
		at++;
	reader->at = at;
	return true;
}

/*
 * Reads the element strings that begin at text[from]; a leading FNC1, which
 * marks the data as GS1's, is passed over.
 */
void
ElementReaderBegin(ElementReader *reader, const char *input, size_t len,
				   size_t from)
{
	reader->input = input;
	reader->len = len;
	reader->bracketed = from < len && input[from] == '(';
	reader->at = from < len && is_separator(input[from]) ? from + 1 : from;
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

	element->in_query = false;
	if (ok && element->from == element->to)
		return AiProblem(problem, PROBLEM_LENGTH, element->from, element->ai,
						 "a value");
	return ok;
}

/*
 * One decoded character of an element's value.
 */
static bool
decode_in_value(const char *input, const Element *element, size_t *at, char *c)
{
	bool		is_space = element->in_query && input[*at] == '+';

	if (!EscapeDecode(input, element->to, element->escape, at, c))
		return false;
	if (is_space)
		*c = ' ';
	return true;
}

/*
 * The byte of the text that a character of the value came from.
 */
static size_t
locate_in_value(const char *input, const Element *element, size_t index)
{
	size_t		at = element->from;
	char		c;

	while (index-- > 0 && at < element->to)
		(void) decode_in_value(input, element, &at, &c);
	return at;
}

/*
 * A value that grows too long, or has a character that its AI does not allow,
 * may be several elements without the separators between them.
 */
static void
hint_at_separator(const Element *element, Problem *problem)
{
	if (element->needs_separator &&
		(problem->code == PROBLEM_LENGTH ||
		 problem->code == PROBLEM_CHARACTER) &&
		problem->offset < element->to)
		problem->hint = HINT_SEPARATOR;
}

bool
ElementRead(const char *input, const Element *element, int current_year,
			char *value, size_t *len, Problem *problem)
{
	Linted		linted = {value, 0, current_year};
	size_t		longest = AiLongest(AiFind(element->ai));
	size_t		given = *len;
	size_t		at = element->from;

	while (at < element->to && *len < longest)
	{
		size_t		begin = at;

		if (!decode_in_value(input, element, &at, &value[(*len)++]))
			return AiProblem(problem, PROBLEM_ESCAPE, begin, element->ai,
							 "two hexadecimal digits after \"%%\"");
	}
	/* what is too long need not be read to be refused */
	linted.len = at < element->to ? longest + 1 : *len;
	if (AiCheck(element->ai, &linted, problem))
		return true;
	problem->offset = locate_in_value(input, element, problem->index < given ? 0
									  : problem->index - given);
	hint_at_separator(element, problem);
	return false;
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
refuse_elements(IdentifierBuilder *builder, const Element *elements, int n)
{
	const Element *odd = &elements[0];

	if (n > 1 && SchemeByAi(elements[0].ai, NO_AI) != NULL)
		odd = &elements[1];
	return ProblemSet(builder->problem, PROBLEM_ELEMENTS, odd->at,
					  n > 1 ? "the application identifiers of one key, and no others"
					  : "the application identifier of a key");
}

/*
 * Reads the element string at text[from] as one identifier: the elements of
 * a key and, where it has one, of its number, in any order, and no others.
 */
bool
ElementStringRead(IdentifierBuilder *builder, size_t from)
{
	ElementReader reader;
	Element		elements[2];
	const Scheme *scheme;
	int			n = 0;

	ElementReaderBegin(&reader, builder->input, builder->len, from);
	do
	{
		if (n == 2)
			return ProblemSet(builder->problem, PROBLEM_ELEMENTS, reader.at,
							  "the end of the identifier");
		if (reader.at == reader.len)
			return ProblemSet(builder->problem, PROBLEM_AI, reader.at,
							  "an application identifier");
		if (!ElementNext(&reader, &elements[n], builder->problem))
			return false;
		n++;
	} while (reader.at < reader.len);

	scheme = match_scheme(elements, n);
	if (scheme == NULL)
		return refuse_elements(builder, elements, n);
	BuilderBegin(builder, scheme);
	if (scheme->number_ai == NO_AI && scheme->number.max > 0)
	{
		/* the number follows the key within one element */
		size_t		key_end = elements[0].from + scheme->key.max;

		if (key_end < elements[0].to)
		{
			elements[1] = elements[0];
			elements[0].to = elements[1].from = key_end;
			n = 2;
		}
	}
	if (BuilderAppend(builder, COMPONENT_KEY, elements[0].from, elements[0].to,
					  elements[0].escape) &&
		(n == 1 ||
		 BuilderAppend(builder, COMPONENT_NUMBER, elements[1].from,
					   elements[1].to, elements[1].escape)) &&
		BuilderFinish(builder))
		return true;
	hint_at_separator(&elements[n - 1], builder->problem);
	return false;
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
write_bracket_escaped(const char *value, size_t len, char *out)
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

	end = write_bracket_escaped(id->key, id->key_len, end);
	if (id->number_len > 0 && id->scheme->number_ai != NO_AI)
		end = write_bracketed_ai(id->scheme->number_ai, end);
	end = write_bracket_escaped(id->number, id->number_len, end);
	return end - out;
}

size_t
SyntaxWriteRaw(const Identifier *id, char *out)
{
	const Scheme *scheme = id->scheme;
	char	   *end = AiWrite(scheme->key_ai, out);

	memcpy(end, id->key, id->key_len);
	end += id->key_len;
	if (id->number_len > 0 && scheme->number_ai != NO_AI)
	{
		if (!AiIsPredefined(scheme->key_ai))
			*end++ = SYNTAX_GS;
		end = AiWrite(scheme->number_ai, end);
	}
	memcpy(end, id->number, id->number_len);
	return end + id->number_len - out;
}
