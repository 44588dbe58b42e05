/*-------------------------------------------------------------------------
 *
 * builder.c
 *	  Build an identifier from parts of the input (see builder.h).
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/builder.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

char *
EscapePercent(char c, char *out)
{
	static const char hex[] = "0123456789ABCDEF";

	*out++ = '%';
	*out++ = hex[(unsigned char) c >> 4];
	*out++ = hex[c & 0xF];
	return out;
}

bool
EscapeDecode(const char *input, size_t to, Escape escape, size_t *at, char *c)
{
	if (escape == ESCAPE_SPACED)
		while (*at + 1 < to && (input[*at] == ' ' || input[*at] == '-'))
			(*at)++;
	*c = input[(*at)++];
	if (escape == ESCAPE_BRACKET && *c == '\\' && *at < to && input[*at] == '(')
		*c = input[(*at)++];
	else if (escape == ESCAPE_PERCENT && *c == '%')
	{
		int			high = *at < to ? hex_digit(input[*at]) : -1;
		int			low = *at + 1 < to ? hex_digit(input[*at + 1]) : -1;

		if (high < 0 || low < 0)
			return false;
		*c = (char) (high * 16 + low);
		*at += 2;
	}
	return true;
}

/*
 * Starts an empty identifier of the scheme.
 */
void
BuilderBegin(IdentifierBuilder *builder, const Scheme *scheme)
{
	builder->id->scheme = scheme;
	builder->id->key_len = 0;
	builder->id->number_len = 0;
	builder->nspans = 0;
}

/*
 * Maps the problem's index in a component to the byte of the text that the
 * character came from; an index behind the last one maps to the end of the
 * span.
 */
static bool
locate_problem(IdentifierBuilder *builder)
{
	Problem    *problem = builder->problem;
	const SourceSpan *span = NULL;
	size_t		at;
	size_t		index;
	char		c;
	int			i;

	for (i = 0; i < builder->nspans; i++)
	{
		const SourceSpan *candidate = &builder->spans[i];

		if (candidate->component == problem->component &&
			candidate->index <= problem->index)
			span = candidate;
	}
	problem->offset = builder->len;
	if (span == NULL)
		return false;
	at = span->at;
	for (index = span->index; index < problem->index && at < builder->len; index++)
		(void) EscapeDecode(builder->input, builder->len, span->escape, &at, &c);
	if (span->escape == ESCAPE_SPACED)
		while (at < builder->len &&
			   (builder->input[at] == ' ' || builder->input[at] == '-'))
			at++;
	problem->offset = at;
	return false;
}

/*
 * Refuses a component of which a character is not one of those that it may
 * have.
 */
bool
BuilderCheckCharacters(IdentifierBuilder *builder, Component component)
{
	const Identifier *id = builder->id;
	bool		is_key = component == COMPONENT_KEY;
	const ComponentRule *rule = is_key ? &id->scheme->key : &id->scheme->number;
	size_t		len = is_key ? id->key_len : id->number_len;
	size_t		good = AlphabetSpan(rule->alphabet,
									is_key ? id->key : id->number, len);

	if (good == len)
		return true;
	builder->problem->component = component;
	builder->problem->index = good;
	(void) ProblemSet(builder->problem, PROBLEM_CHARACTER, 0, "%s",
					  AlphabetDescription(rule->alphabet));
	return locate_problem(builder);
}

/*
 * Refuses a component that is too long.  What was meant to end it is usually
 * a character that it may not have, so characters are checked first.
 */
static bool
refuse_too_long(IdentifierBuilder *builder, Component component, size_t at)
{
	const Scheme *scheme = builder->id->scheme;
	const ComponentRule *rule = component == COMPONENT_KEY ? &scheme->key : &scheme->number;

	return BuilderCheckCharacters(builder, component) &&
		ProblemSet(builder->problem, PROBLEM_LENGTH, at,
				   "at most %d characters", rule->max);
}

/*
 * Are there no escape sequences in text[from .. to)?
 */
static inline bool
is_unescaped(const char *input, size_t from, size_t to, Escape escape)
{
	static const char introducers[] = {
		[ESCAPE_BRACKET] = '\\',
		[ESCAPE_PERCENT] = '%',
		[ESCAPE_SPACED] = ' '
	};

	if (escape == ESCAPE_SPACED && memchr(input + from, '-', to - from) != NULL)
		return false;
	return escape == ESCAPE_NONE ||
		memchr(input + from, introducers[escape], to - from) == NULL;
}

/*
 * Appends text[from .. to) to a component, decoding escapes.  What is longer
 * than the scheme allows is refused here, so that no buffer can overflow.
 */
bool
BuilderAppend(IdentifierBuilder *builder, Component component, size_t from, size_t to,
			  Escape escape)
{
	Identifier *id = builder->id;
	bool		is_key = component == COMPONENT_KEY;
	char	   *out = is_key ? id->key : id->number;
	uint8_t    *len = is_key ? &id->key_len : &id->number_len;
	const ComponentRule *rule = is_key ? &id->scheme->key : &id->scheme->number;
	uint8_t		capacity = is_key && id->scheme->normalise != NULL ? KEY_MAX
	: rule->max;
	SourceSpan *span = &builder->spans[builder->nspans++];
	size_t		at = from;

	span->component = component;
	span->index = *len;
	span->at = from;
	span->escape = escape;

	if (to - from <= (size_t) (capacity - *len) && is_unescaped(builder->input, from, to, escape))
	{
		memcpy(out + *len, builder->input + from, to - from);
		*len += to - from;
		return true;
	}
	while (at < to)
	{
		size_t		begin = at;
		char		c;

		if (!EscapeDecode(builder->input, to, escape, &at, &c))
			return ProblemSet(builder->problem, PROBLEM_ESCAPE, begin,
							  "two hexadecimal digits after \"%%\"");
		if (*len == capacity)
			return refuse_too_long(builder, component, begin);
		out[(*len)++] = c;
	}
	return true;
}

/*
 * Appends the check digit that a spelling leaves out to a key that has
 * reached the place of it.
 */
bool
BuilderAppendCheck(IdentifierBuilder *builder)
{
	Identifier *id = builder->id;
	const CheckAlgorithm *algorithm = CheckById(id->scheme->check);
	size_t		good = AlphabetSpan(algorithm->payload, id->key, id->key_len);

	builder->problem->component = COMPONENT_KEY;
	if (good < id->key_len)
	{
		builder->problem->index = good;
		ProblemSet(builder->problem, PROBLEM_CHARACTER, 0, "%s",
				   AlphabetDescription(algorithm->payload));
		return locate_problem(builder);
	}
	algorithm->compute(id->key, id->key_len, id->key + id->key_len);
	id->key_len += algorithm->length;
	return true;
}

/*
 * Characters at the start of the key that it may not have, such as those of
 * "PZN"; and the first one behind them.
 */
static uint8_t
count_prefix(const Identifier *id, char *behind)
{
	uint8_t		n = 0;

	while (n < id->key_len &&
		   !AlphabetHas(id->scheme->key.alphabet, id->key[n]))
		n++;
	*behind = n < id->key_len ? id->key[n] : '\0';
	return n;
}

/*
 * Brings a key that may be written in several ways into the canonical one.
 * Zeros that are put in front, and a prefix that is dropped, move its characters.
 */
bool
BuilderNormalise(IdentifierBuilder *builder)
{
	Identifier *id = builder->id;
	SourceSpan *span = &builder->spans[0];
	uint8_t		len = id->key_len;
	uint8_t		prefix;
	char		behind;
	char		c;

	if (id->scheme->normalise == NULL)
		return true;
	prefix = count_prefix(id, &behind);
	if (!id->scheme->normalise(id, builder->problem))
		return locate_problem(builder);
	if (prefix > 0 && id->key_len < len && id->key_len >= len - prefix &&
		id->key[id->key_len - (len - prefix)] == behind)
	{
		span->index = id->key_len - (len - prefix);
		while (prefix-- > 0)
			(void) EscapeDecode(builder->input, builder->len, span->escape,
								&span->at, &c);
	}
	else if (id->key_len > len)
		span->index = id->key_len - len;
	return true;
}

/*
 * The identifier is complete: checks it against its scheme.
 */
bool
BuilderFinish(IdentifierBuilder *builder)
{
	return IdentifierCheck(builder->id, builder->problem) || locate_problem(builder);
}
