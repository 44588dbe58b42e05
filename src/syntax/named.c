/*-------------------------------------------------------------------------
 *
 * named.c
 *	  scheme:value, the spelling that every scheme has, and the canonical one
 *	  of schemes that GS1 does not define: vin:1M8GDM9AXKP042788
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/builder.h"

/* longer than any scheme's name */
#define NAME_MAX 32

/*
 * Blanks and hyphens that people write between the characters of a key can be
 * dropped where the hyphen is not one of those characters.
 */
static inline bool
is_spaced(const Scheme *scheme)
{
	return !AlphabetHas(scheme->key.alphabet, '-');
}

static inline bool
is_space(char c)
{
	return c == ' ' || c == '-';
}

/*
 * Find the end of a key of fixed length that nothing separates from its number.
 */
static size_t
find_fixed_end(const Scheme *scheme, const char *input, size_t from, size_t to)
{
	size_t		n = 0;

	while (from < to && n < scheme->key.max)
		if (!is_space(input[from++]))
			n++;
	return from;
}

/*
 * Where the key ends: a key of fixed length at the first separator, since it
 * cannot contain one, another at the last, since the number cannot.
 */
static size_t
find_key_end(const Scheme *scheme, const char *input, size_t from, size_t to)
{
	const char *separator;
	size_t		at;

	if (scheme->number.max == 0)
		return to;
	if (scheme->key.min == scheme->key.max)
	{
		separator = scheme->separator == '\0' ? NULL :
			memchr(input + from, scheme->separator, to - from);
		return separator != NULL ? (size_t) (separator - input) :
			find_fixed_end(scheme, input, from, to);
	}
	for (at = to; at > from; at--)
		if (input[at - 1] == scheme->separator)
			return at - 1;
	return to;
}

static const Scheme *
read_name(IdentifierBuilder *builder, size_t *colon)
{
	size_t		limit = builder->len < NAME_MAX ? builder->len : NAME_MAX;
	const char *found = memchr(builder->input, ':', limit);
	const Scheme *scheme;

	if (found == NULL)
	{
		ProblemSet(builder->problem, PROBLEM_SPELLING, 0,
				   "an element string, an EPC URI, a Digital Link or scheme:value");
		return NULL;
	}
	*colon = found - builder->input;
	scheme = SchemeByName(builder->input, *colon);
	if (scheme == NULL)
		ProblemSet(builder->problem, PROBLEM_SCHEME, 0,
				   "the name of a scheme before \":\"");
	return scheme;
}

static bool
read_key(IdentifierBuilder *builder, size_t from, size_t to)
{
	const Scheme *scheme = builder->id->scheme;
	const char *input = builder->input;

	if (!is_spaced(scheme))
		return BuilderAppend(builder, COMPONENT_KEY, from, to, ESCAPE_NONE) &&
			BuilderNormalise(builder);
	while (from < to && is_space(input[from]))
		from++;
	while (to > from && is_space(input[to - 1]))
		to--;
	return BuilderAppend(builder, COMPONENT_KEY, from, to, ESCAPE_SPACED) &&
		BuilderNormalise(builder);
}

bool
KeyRead(IdentifierBuilder *builder, const Scheme *scheme, size_t from)
{
	size_t		at = find_key_end(scheme, builder->input, from, builder->len);

	BuilderBegin(builder, scheme);
	if (!read_key(builder, from, at))
		return false;
	if (at < builder->len)
	{
		/* behind good characters of the key, a character begins here */
		if (scheme->separator != 0 && builder->input[at] != scheme->separator)
			return BuilderCheckCharacters(builder, COMPONENT_KEY) &&
				ProblemSet(builder->problem, PROBLEM_STRUCTURE, at,
						   "\"%c\" before the serial number",
						   scheme->separator);
		if (scheme->separator != 0 && ++at == builder->len)
			return ProblemSet(builder->problem, PROBLEM_LENGTH, at,
							  "a serial number");
		if (!BuilderAppend(builder, COMPONENT_NUMBER, at, builder->len,
						   ESCAPE_NONE))
			return false;
	}
	return BuilderFinish(builder);
}

/*
 * Reads scheme:value.
 */
bool
NamedRead(IdentifierBuilder *builder)
{
	size_t		colon;
	const Scheme *scheme = read_name(builder, &colon);

	return scheme != NULL && KeyRead(builder, scheme, colon + 1);
}

bool
SyntaxReadKey(const char *input, size_t len, const Scheme *scheme,
			  Identifier *id, Problem *problem)
{
	IdentifierBuilder builder;

	builder.input = input;
	builder.len = len;
	builder.id = id;
	builder.problem = problem;
	if (len == 0)
		return ProblemSet(problem, PROBLEM_LENGTH, 0, "a key of scheme \"%s\"",
						  scheme->name);
	return KeyRead(&builder, scheme, 0);
}

bool
SyntaxMake(const Scheme *scheme, const char *key, size_t key_len,
		   const char *number, size_t number_len, Identifier *id,
		   Problem *problem)
{
	IdentifierBuilder builder;

	builder.input = key;
	builder.len = key_len;
	builder.id = id;
	builder.problem = problem;
	BuilderBegin(&builder, scheme);
	if (!read_key(&builder, 0, key_len))
	{
		problem->component = COMPONENT_KEY;
		return false;
	}
	builder.input = number;
	builder.len = number_len;
	if (number_len > 0 && scheme->number.max == 0)
	{
		problem->component = COMPONENT_NUMBER;
		return ProblemSet(problem, PROBLEM_LENGTH, 0,
						  "no serial number, because the scheme has none");
	}
	if (number_len > 0 &&
		!BuilderAppend(&builder, COMPONENT_NUMBER, 0, number_len, ESCAPE_NONE))
	{
		problem->component = COMPONENT_NUMBER;
		return false;
	}
	if (BuilderFinish(&builder))
		return true;
	if (problem->component == COMPONENT_NUMBER)
		return false;
	/* the key's problem lies in the key, not in the number read last */
	builder.input = key;
	builder.len = key_len;
	return BuilderFinish(&builder);
}

/*
 * Writes scheme:value; returns its length.
 */
size_t
NamedWrite(const Identifier *id, char *out)
{
	size_t		n = strlen(id->scheme->name);
	char	   *end = out + n;

	memcpy(out, id->scheme->name, n);
	*end++ = ':';
	memcpy(end, id->key, id->key_len);
	end += id->key_len;
	if (id->number_len > 0)
	{
		if (id->scheme->separator != 0)
			*end++ = id->scheme->separator;
		memcpy(end, id->number, id->number_len);
		end += id->number_len;
	}
	return end - out;
}
