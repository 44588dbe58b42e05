/*-------------------------------------------------------------------------
 *
 * draft.c
 *	  An identifier while it is being read.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/draft.h"

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
EscapeDecode(const char *text, size_t to, Escape escape, size_t *at, char *c)
{
	*c = text[(*at)++];
	if (escape == ESCAPE_BRACKET && *c == '\\' && *at < to && text[*at] == '(')
		*c = text[(*at)++];
	else if (escape == ESCAPE_PERCENT && *c == '%')
	{
		int			high = *at < to ? hex_digit(text[*at]) : -1;
		int			low = *at + 1 < to ? hex_digit(text[*at + 1]) : -1;

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
DraftBegin(IdentifierBuilder *draft, const Scheme *scheme)
{
	draft->id->scheme = scheme;
	draft->id->key_len = 0;
	draft->id->number_len = 0;
	draft->npieces = 0;
}

static bool
too_long(IdentifierBuilder *draft, size_t at, const Part *part)
{
	return ProblemSet(draft->problem, PROBLEM_LENGTH, at,
					  "at most %d characters", part->max);
}

/*
 * Are there no escape sequences in text[from .. to)?
 */
static inline bool
is_plain(const char *text, size_t from, size_t to, Escape escape)
{
	static const char introducers[] = {
		[ESCAPE_BRACKET] = '\\',
		[ESCAPE_PERCENT] = '%'
	};

	return escape == ESCAPE_NONE ||
		memchr(text + from, introducers[escape], to - from) == NULL;
}

/*
 * Appends text[from .. to) to a component, decoding escapes.  What is longer
 * than the scheme allows is refused here, so that no buffer can overflow.
 */
bool
DraftAppend(IdentifierBuilder *draft, Component component, size_t from, size_t to,
			Escape escape)
{
	Identifier *id = draft->id;
	bool		is_key = component == COMPONENT_KEY;
	char	   *out = is_key ? id->key : id->number;
	uint8_t    *len = is_key ? &id->key_len : &id->number_len;
	const Part *part = is_key ? &id->scheme->key : &id->scheme->number;
	uint8_t		room = is_key && id->scheme->normalise != NULL ? KEY_MAX
		: part->max;
	Piece	   *piece = &draft->pieces[draft->npieces++];
	size_t		at = from;

	piece->component = component;
	piece->index = *len;
	piece->at = from;
	piece->escape = escape;

	if (to - from <= (size_t) (room - *len) && is_plain(draft->text, from, to, escape))
	{
		memcpy(out + *len, draft->text + from, to - from);
		*len += to - from;
		return true;
	}
	while (at < to)
	{
		size_t		begin = at;
		char		c;

		if (!EscapeDecode(draft->text, to, escape, &at, &c))
			return ProblemSet(draft->problem, PROBLEM_ESCAPE, begin,
							  "two hexadecimal digits after \"%%\"");
		if (*len == room)
			return too_long(draft, begin, part);
		out[(*len)++] = c;
	}
	return true;
}

/*
 * Maps the problem's index in a component to the byte of the text that the
 * character came from; behind the last one, to the end of the piece.
 */
static bool
locate(IdentifierBuilder *draft)
{
	Problem    *problem = draft->problem;
	const Piece *piece = NULL;
	size_t		at;
	size_t		index;
	char		c;
	int			i;

	for (i = 0; i < draft->npieces; i++)
	{
		const Piece *candidate = &draft->pieces[i];

		if (candidate->component == problem->component &&
			candidate->index <= problem->index)
			piece = candidate;
	}
	problem->offset = draft->len;
	if (piece == NULL)
		return false;
	at = piece->at;
	for (index = piece->index; index < problem->index && at < draft->len; index++)
		(void) EscapeDecode(draft->text, draft->len, piece->escape, &at, &c);
	problem->offset = at;
	return false;
}

/*
 * Appends the check digit that a spelling leaves out to a key that has
 * reached the place of it.
 */
bool
DraftAppendCheck(IdentifierBuilder *draft)
{
	Identifier *id = draft->id;
	const CheckAlgorithm *algorithm = CheckById(id->scheme->check);
	size_t		good = AlphabetSpan(algorithm->payload, id->key, id->key_len);

	draft->problem->component = COMPONENT_KEY;
	if (good < id->key_len)
	{
		draft->problem->index = good;
		ProblemSet(draft->problem, PROBLEM_CHARACTER, 0, "%s",
				   AlphabetDescription(algorithm->payload));
		return locate(draft);
	}
	algorithm->compute(id->key, id->key_len, id->key + id->key_len);
	id->key_len += algorithm->length;
	return true;
}

/*
 * Brings a key that may be written in several ways into the canonical one.
 * Zeros that are put in front move its characters.
 */
bool
DraftNormalise(IdentifierBuilder *draft)
{
	Identifier *id = draft->id;
	uint8_t		len = id->key_len;

	if (id->scheme->normalise == NULL)
		return true;
	if (!id->scheme->normalise(id, draft->problem))
		return locate(draft);
	if (id->key_len > len)
		draft->pieces[0].index = id->key_len - len;
	return true;
}

/*
 * The identifier is complete: checks it against its scheme.
 */
bool
DraftFinish(IdentifierBuilder *draft)
{
	return IdentifierCheck(draft->id, draft->problem) || locate(draft);
}
