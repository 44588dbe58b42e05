/*-------------------------------------------------------------------------
 *
 * epc.c
 *	  EPC URIs (GS1 Tag Data Standard): urn:epc:id:sgtin:9506000.013435.A1B2
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/epc.h"

bool
EpcNextComponent(EpcCursor *cursor, const char *what)
{
	IdentifierBuilder *builder = cursor->builder;
	const char *dot;

	if (cursor->at > builder->len)
		return ProblemSet(builder->problem, PROBLEM_STRUCTURE, builder->len,
						  "\".\" and %s", what);
	cursor->from = cursor->at;
	dot = memchr(builder->input + cursor->from, '.', builder->len - cursor->from);
	cursor->to = dot != NULL ? (size_t) (dot - builder->input) : builder->len;
	cursor->at = cursor->to + 1;
	return true;
}

/*
 * Characters that a URN must escape although identifiers may have them (GS1
 * Tag Data Standard, table of characters permitted in alphanumeric serial
 * numbers).
 */
static const bool must_be_escaped[256] = {
	['"'] = true,['#'] = true,['&'] = true,['/'] = true,['<'] = true,
	['>'] = true,['?'] = true
};

static bool
check_escapes(const IdentifierBuilder *builder, size_t from)
{
	size_t		at = from;

	while (at < builder->len &&
		   !must_be_escaped[(unsigned char) builder->input[at]])
		at++;
	return at >= builder->len ||
		ProblemSet(builder->problem, PROBLEM_CHARACTER, at,
				   "the escape sequence \"%%%02X\"",
				   (unsigned char) builder->input[at]);
}

/*
 * What remains, dots included, is the number; at least one character.
 */
static bool
append_number(EpcCursor *cursor, const char *what)
{
	IdentifierBuilder *builder = cursor->builder;

	if (cursor->at >= builder->len)
		return ProblemSet(builder->problem, PROBLEM_STRUCTURE, builder->len,
						  "\".\" and %s", what);
	return check_escapes(builder, cursor->at) &&
		BuilderAppend(builder, COMPONENT_NUMBER, cursor->at, builder->len,
					  ESCAPE_PERCENT);
}

/*
 * The next component, of digits alone.  Its characters are checked before its
 * length, so that the position is that of the first wrong one.
 */
static bool
next_digits(EpcCursor *cursor, const char *what, const char *digit)
{
	IdentifierBuilder *builder = cursor->builder;
	size_t		digits;

	if (!EpcNextComponent(cursor, what))
		return false;
	digits = AlphabetSpan(ALPHABET_DIGITS, builder->input + cursor->from,
						  cursor->to - cursor->from);
	return cursor->from + digits == cursor->to ||
		ProblemSet(builder->problem, PROBLEM_CHARACTER, cursor->from + digits,
				   "%s", digit);
}

static bool
read_company_prefix(EpcCursor *cursor)
{
	IdentifierBuilder *builder = cursor->builder;
	size_t		digits;

	if (!next_digits(cursor, "a company prefix", "a digit of the GS1 company prefix"))
		return false;
	digits = cursor->to - cursor->from;
	if (digits < COMPANY_PREFIX_DIGITS_MIN || digits > COMPANY_PREFIX_DIGITS_MAX)
		return ProblemSet(builder->problem, PROBLEM_LENGTH, cursor->from,
						  "a company prefix of %d to %d digits, not %zu",
						  COMPANY_PREFIX_DIGITS_MIN,
						  COMPANY_PREFIX_DIGITS_MAX, digits);
	cursor->prefix_digits = (int) digits;
	return true;
}

/*
 * Company prefix and reference share the digits of the key that are neither
 * filler nor check; the one's length gives the other's.
 */
static bool
check_reference_length(const EpcCursor *cursor, size_t prefix_digits)
{
	const Scheme *scheme = cursor->builder->id->scheme;
	size_t		digits = scheme->check_at - prefix_digits;

	if (scheme->epc == EPC_LEAD_ZERO)
		digits--;
	if (cursor->to - cursor->from == digits)
		return true;
	return ProblemSet(cursor->builder->problem, PROBLEM_LENGTH, cursor->from,
					  "%zu digits after a company prefix of %zu, not %zu",
					  digits, prefix_digits, cursor->to - cursor->from);
}

/*
 * Puts the key together in the order of the element string.
 */
static bool
append_numeric_key(EpcCursor *cursor)
{
	IdentifierBuilder *builder = cursor->builder;
	const Scheme *scheme = builder->id->scheme;
	size_t		prefix = cursor->from;
	size_t		prefix_end = cursor->to;

	if (!next_digits(cursor, "a reference", "a digit") ||
		!check_reference_length(cursor, prefix_end - prefix))
		return false;
	if (scheme->epc == EPC_LEAD_ZERO)
		builder->id->key[builder->id->key_len++] = '0';
	if (scheme->epc == EPC_LEAD_DIGIT)
	{
		if (!BuilderAppend(builder, COMPONENT_KEY, cursor->from, cursor->from + 1,
						   ESCAPE_NONE))
			return false;
		cursor->from++;
	}
	if (!BuilderAppend(builder, COMPONENT_KEY, prefix, prefix_end, ESCAPE_NONE) ||
		!BuilderAppend(builder, COMPONENT_KEY, cursor->from, cursor->to,
					   ESCAPE_NONE) ||
		!BuilderAppendCheck(builder))
		return false;
	while (builder->id->key_len < scheme->key.max)
	{
		if (!next_digits(cursor, "a count of pieces", "a digit"))
			return false;
		if (cursor->to - cursor->from != COUNT_DIGITS)
			return ProblemSet(builder->problem, PROBLEM_LENGTH, cursor->from,
							  "a count of %d digits", COUNT_DIGITS);
		if (!BuilderAppend(builder, COMPONENT_KEY, cursor->from, cursor->to,
						   ESCAPE_NONE))
			return false;
	}
	return true;
}

/*
 * A key that is not numeric throughout is prefix and reference in one string.
 */
static bool
append_text_key(EpcCursor *cursor)
{
	IdentifierBuilder *builder = cursor->builder;

	if (!check_escapes(builder, cursor->at) ||
		!BuilderAppend(builder, COMPONENT_KEY, cursor->from, cursor->to,
					   ESCAPE_NONE))
		return false;
	if (builder->id->scheme->number.max > 0)
	{
		if (!EpcNextComponent(cursor, "a reference"))
			return false;
		if (cursor->from == cursor->to)
			return ProblemSet(builder->problem, PROBLEM_STRUCTURE, cursor->to,
							  "a reference");
		return BuilderAppend(builder, COMPONENT_KEY, cursor->from, cursor->to,
							 ESCAPE_PERCENT);
	}
	/* the last component of the URI: it may hold dots */
	if (cursor->at >= builder->len)
		return ProblemSet(builder->problem, PROBLEM_STRUCTURE, builder->len,
						  "\".\" and a reference");
	cursor->from = cursor->at;
	cursor->to = builder->len;
	cursor->at = builder->len + 1;
	return BuilderAppend(builder, COMPONENT_KEY, cursor->from, cursor->to,
						 ESCAPE_PERCENT);
}

static bool
expect_end(EpcCursor *cursor)
{
	if (cursor->at > cursor->builder->len)
		return true;
	return ProblemSet(cursor->builder->problem, PROBLEM_STRUCTURE, cursor->to,
					  "the end of the URI");
}

bool
EpcZeroIsNone(const Scheme *scheme)
{
	return scheme->key_ai == 414;
}

/*
 * The number, or what the URI writes in its place when there is none: "*" in
 * a pattern, and "0" for an SGLN without extension.
 */
static bool
read_epc_number(EpcCursor *cursor, bool pattern)
{
	IdentifierBuilder *builder = cursor->builder;

	if (pattern)
	{
		if (cursor->at + 1 != builder->len || builder->input[cursor->at] != '*')
			return ProblemSet(builder->problem, PROBLEM_STRUCTURE,
							  cursor->at < builder->len ? cursor->at : builder->len,
							  "\"*\" at the end of a pattern");
		return true;
	}
	if (builder->id->scheme->number.max == 0)
		return expect_end(cursor);
	if (EpcZeroIsNone(builder->id->scheme) && cursor->at + 1 == builder->len &&
		builder->input[cursor->at] == '0')
		return true;
	return append_number(cursor, "a serial number");
}

/*
 * Finds the scheme of "id:sgtin" at text[from], a name that ends at a colon.
 * A pattern without a number is written in its own name space, "idpat:".
 */
static const Scheme *
find_epc_scheme(const char *name, size_t len, bool *pattern)
{
	const Scheme *scheme;
	size_t		i;

	*pattern = len > 6 && memcmp(name, "idpat:", 6) == 0;
	for (i = 0; (scheme = SchemeAt(i)) != NULL; i++)
	{
		if (scheme->epc == EPC_NONE)
			continue;
		if (strlen(scheme->epc_name) == len &&
			memcmp(scheme->epc_name, name, len) == 0)
			return scheme;
		if (*pattern && scheme->number.max > 0 &&
			strlen(scheme->epc_name) == len - 3 &&
			memcmp(scheme->epc_name + 3, name + 6, len - 6) == 0)
			return scheme->number.min == 0 ? scheme :
				SchemeByAi(scheme->key_ai, NO_AI);
	}
	return NULL;
}

/*
 * Components as scheme:value has them, but escaped.  Only the number, which
 * has no dot, comes after the last dot.
 */
static bool
read_epc_as_written(EpcCursor *cursor)
{
	IdentifierBuilder *builder = cursor->builder;
	size_t		from = cursor->at;
	size_t		key_end = builder->len;

	if (!check_escapes(builder, from))
		return false;
	if (builder->id->scheme->number.max > 0)
	{
		while (key_end > from && builder->input[key_end - 1] != '.')
			key_end--;
		if (key_end == from)
			return ProblemSet(builder->problem, PROBLEM_STRUCTURE, builder->len,
							  "\".\" and a serial number");
		key_end--;
	}
	if (!BuilderAppend(builder, COMPONENT_KEY, from, key_end, ESCAPE_PERCENT))
		return false;
	if (key_end < builder->len &&
		!BuilderAppend(builder, COMPONENT_NUMBER, key_end + 1, builder->len,
					   ESCAPE_PERCENT))
		return false;
	return BuilderFinish(builder);
}

bool
EpcReadComponents(EpcCursor *cursor, bool pattern)
{
	const Scheme *scheme = cursor->builder->id->scheme;

	if (scheme->epc == EPC_AS_WRITTEN)
		return read_epc_as_written(cursor);
	if (!read_company_prefix(cursor))
		return false;
	if (!(SchemeKeyIsNumber(scheme) ? append_numeric_key(cursor)
		  : append_text_key(cursor)))
		return false;
	return read_epc_number(cursor, pattern) && BuilderFinish(cursor->builder);
}

/*
 * Reads the URI whose name space begins at text[from].
 */
bool
EpcRead(IdentifierBuilder *builder, size_t from)
{
	const char *input = builder->input;
	EpcCursor	cursor = {.builder = builder};
	const Scheme *scheme = NULL;
	const char *colon;
	bool		pattern = false;

	colon = memchr(input + from, ':', builder->len - from);
	if (colon != NULL)
		colon = memchr(colon + 1, ':', builder->len - (colon + 1 - input));
	if (colon != NULL)
		scheme = find_epc_scheme(input + from, colon - (input + from), &pattern);
	if (scheme == NULL)
		return ProblemSet(builder->problem, PROBLEM_SCHEME, from,
						  "an EPC scheme such as \"id:sgtin:\" or \"id:sscc:\"");
	BuilderBegin(builder, scheme);
	cursor.at = colon + 1 - input;
	return EpcReadComponents(&cursor, pattern);
}

static char *
write_urn_escaped(const char *input, size_t len, char *out)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		if (input[i] != '%' && !must_be_escaped[(unsigned char) input[i]])
			*out++ = input[i];
		else
			out = EscapePercent(input[i], out);
	}
	return out;
}

static char *
append_chars(const char *input, size_t len, char *out)
{
	memcpy(out, input, len);
	return out + len;
}

const char *
EpcPrefix(const Identifier *id)
{
	return id->key + (id->scheme->epc == EPC_KEYED ? 0 : 1);
}

size_t
EpcReference(const Identifier *id, size_t prefix_digits, char *reference)
{
	const Scheme *scheme = id->scheme;
	const char *from = EpcPrefix(id) + prefix_digits;
	const char *to = id->key +
	(SchemeKeyIsNumber(scheme) ? scheme->check_at : id->key_len);
	char	   *end = reference;

	if (scheme->epc == EPC_LEAD_DIGIT)
		*end++ = id->key[0];
	return append_chars(from, to - from, end) - reference;
}

void
EpcJoinKey(Identifier *id, const char *prefix, size_t prefix_digits,
		   const char *reference, size_t reference_len)
{
	const CheckAlgorithm *algorithm = CheckById(id->scheme->check);
	char	   *end = id->key;

	if (id->scheme->epc == EPC_LEAD_ZERO)
		*end++ = '0';
	if (id->scheme->epc == EPC_LEAD_DIGIT)
	{
		*end++ = *reference++;
		reference_len--;
	}
	end = append_chars(prefix, prefix_digits, end);
	end = append_chars(reference, reference_len, end);
	if (id->scheme->check != CHECK_NONE)
	{
		algorithm->compute(id->key, end - id->key, end);
		end += algorithm->length;
	}
	id->key_len = end - id->key;
}

bool
EpcCheckPrefix(const Identifier *id, int prefix_digits, Problem *problem)
{
	problem->component = COMPONENT_KEY;
	if (prefix_digits < COMPANY_PREFIX_DIGITS_MIN ||
		prefix_digits > COMPANY_PREFIX_DIGITS_MAX)
		return ProblemSet(problem, PROBLEM_LENGTH, 0,
						  "a company prefix of %d to %d digits, not %d",
						  COMPANY_PREFIX_DIGITS_MIN, COMPANY_PREFIX_DIGITS_MAX,
						  prefix_digits);
	if (SchemeKeyIsNumber(id->scheme))
		return true;
	problem->index = AlphabetSpan(ALPHABET_DIGITS, id->key, id->key_len);
	if (problem->index < (size_t) prefix_digits)
		return ProblemSet(problem, PROBLEM_CHARACTER, 0,
						  "a company prefix of %d digits", prefix_digits);
	problem->index = id->key_len;
	if (id->key_len == prefix_digits)
		return ProblemSet(problem, PROBLEM_LENGTH, 0,
						  "a reference after a company prefix of %d digits",
						  prefix_digits);
	return true;
}

bool
EpcCheckZero(const Identifier *id, Problem *problem)
{
	if (!EpcZeroIsNone(id->scheme) || id->number_len != 1 ||
		id->number[0] != '0')
		return true;
	problem->component = COMPONENT_NUMBER;
	problem->index = 0;
	return ProblemSet(problem, PROBLEM_RULE, 0,
					  "an extension other than 0, which in EPC means none");
}

/*
 * The key in its parts: with the company prefix where it has one, and the
 * counts that follow its check digit.
 */
static char *
write_epc_key(const Identifier *id, size_t prefix_digits, char *out)
{
	const Scheme *scheme = id->scheme;
	char		reference[OWN_KEY_MAX];
	size_t		len;
	size_t		at;

	if (scheme->epc == EPC_AS_WRITTEN)
		return write_urn_escaped(id->key, id->key_len, out);
	out = append_chars(EpcPrefix(id), prefix_digits, out);
	*out++ = '.';
	len = EpcReference(id, prefix_digits, reference);
	out = write_urn_escaped(reference, len, out);
	if (!SchemeKeyIsNumber(scheme))
		return out;
	for (at = scheme->check_at + 1; at < id->key_len; at += COUNT_DIGITS)
	{
		*out++ = '.';
		out = append_chars(id->key + at, COUNT_DIGITS, out);
	}
	return out;
}

char *
EpcWriteComponents(const Identifier *id, size_t prefix_digits, bool pattern,
				   char *out)
{
	out = write_epc_key(id, prefix_digits, out);
	if (pattern)
		return append_chars(".*", 2, out);
	if (id->number_len == 0)
		return EpcZeroIsNone(id->scheme) ? append_chars(".0", 2, out) : out;
	*out++ = '.';
	return write_urn_escaped(id->number, id->number_len, out);
}

/*
 * The name space, and the scheme's name in it: a pattern when the number that
 * the URI of an item would have is missing.
 */
static char *
write_epc_scheme(const Identifier *id, bool pattern, char *out)
{
	const char *name = id->scheme->epc_name;

	out = append_chars("urn:epc:", 8, out);
	if (pattern && memcmp(name, "id:", 3) == 0)
	{
		out = append_chars("idpat:", 6, out);
		name += 3;
	}
	out = append_chars(name, strlen(name), out);
	*out++ = ':';
	return out;
}

bool
SyntaxWriteEpc(const Identifier *id, int prefix_digits, char *out, size_t *len,
			   Problem *problem)
{
	const Scheme *scheme = id->scheme;
	bool		pattern;
	char	   *end;

	if (scheme->epc == EPC_NONE)
		return ProblemSet(problem, PROBLEM_SCHEME, 0,
						  "a scheme that EPC knows, not \"%s\"", scheme->name);
	if (!EpcCheckZero(id, problem))
		return false;
	if (scheme->epc != EPC_AS_WRITTEN &&
		!EpcCheckPrefix(id, prefix_digits, problem))
		return false;
	pattern = id->number_len == 0 && !EpcZeroIsNone(scheme) &&
		(scheme->number.max > 0 || memcmp(scheme->epc_name, "idpat:", 6) == 0);
	end = write_epc_scheme(id, pattern, out);
	end = EpcWriteComponents(id, prefix_digits, pattern, end);
	*len = end - out;
	return true;
}
