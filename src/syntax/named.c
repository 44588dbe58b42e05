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
 * Where the key ends: a key of fixed length at that length, another at the
 * last separator, since the number cannot contain one.
 */
static size_t
find_number(const Scheme *scheme, const char *input, size_t from, size_t to)
{
	size_t		at;

	if (scheme->number.max == 0)
		return to;
	if (scheme->key.min == scheme->key.max)
		return to - from > scheme->key.max ? from + scheme->key.max : to;
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

/*
 * Reads scheme:value.  Nothing in the value is escaped.
 */
bool
NamedRead(IdentifierBuilder *builder)
{
	size_t		colon;
	const Scheme *scheme = read_name(builder, &colon);
	size_t		separator;

	if (scheme == NULL)
		return false;
	separator = find_number(scheme, builder->input, colon + 1, builder->len);
	BuilderBegin(builder, scheme);
	if (!BuilderAppend(builder, COMPONENT_KEY, colon + 1, separator, ESCAPE_NONE) ||
		!BuilderNormalise(builder))
		return false;
	if (separator < builder->len)
	{
		if (scheme->separator != 0 && builder->input[separator] != scheme->separator)
			return ProblemSet(builder->problem, PROBLEM_STRUCTURE, separator,
							  "\"%c\" before the serial number",
							  scheme->separator);
		if (scheme->separator != 0 && ++separator == builder->len)
			return ProblemSet(builder->problem, PROBLEM_LENGTH, separator,
							  "a serial number");
		if (!BuilderAppend(builder, COMPONENT_NUMBER, separator, builder->len,
						   ESCAPE_NONE))
			return false;
	}
	return BuilderFinish(builder);
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
