/*-------------------------------------------------------------------------
 *
 * named.c
 *	  scheme:value, the spelling that every scheme has, and the canonical one
 *	  of schemes that GS1 does not define: vin:1M8GDM9AXKP042788
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/draft.h"

/* longer than any scheme's name */
#define NAME_MAX 32

/*
 * Where the key ends: a key of fixed length at that length, another at the
 * last joint, since the number cannot contain one.
 */
static size_t
find_joint(const Scheme *scheme, const char *text, size_t from, size_t to)
{
	size_t		at;

	if (scheme->number.max == 0)
		return to;
	if (scheme->key.min == scheme->key.max)
		return to - from > scheme->key.max ? from + scheme->key.max : to;
	for (at = to; at > from; at--)
		if (text[at - 1] == scheme->joint)
			return at - 1;
	return to;
}

static const Scheme *
read_name(IdentifierBuilder *draft, size_t *colon)
{
	size_t		limit = draft->len < NAME_MAX ? draft->len : NAME_MAX;
	const char *found = memchr(draft->text, ':', limit);
	const Scheme *scheme;

	if (found == NULL)
	{
		ProblemSet(draft->problem, PROBLEM_SPELLING, 0,
				   "an element string, an EPC URI, a Digital Link or scheme:value");
		return NULL;
	}
	*colon = found - draft->text;
	scheme = SchemeByName(draft->text, *colon);
	if (scheme == NULL)
		ProblemSet(draft->problem, PROBLEM_SCHEME, 0,
				   "the name of a scheme before \":\"");
	return scheme;
}

/*
 * Reads scheme:value.  Nothing in the value is escaped.
 */
bool
NamedRead(IdentifierBuilder *draft)
{
	size_t		colon;
	const Scheme *scheme = read_name(draft, &colon);
	size_t		joint;

	if (scheme == NULL)
		return false;
	joint = find_joint(scheme, draft->text, colon + 1, draft->len);
	DraftBegin(draft, scheme);
	if (!DraftAppend(draft, COMPONENT_KEY, colon + 1, joint, ESCAPE_NONE) ||
		!DraftNormalise(draft))
		return false;
	if (joint < draft->len)
	{
		if (scheme->joint != 0 && draft->text[joint] != scheme->joint)
			return ProblemSet(draft->problem, PROBLEM_STRUCTURE, joint,
							  "\"%c\" before the serial number",
							  scheme->joint);
		if (scheme->joint != 0 && ++joint == draft->len)
			return ProblemSet(draft->problem, PROBLEM_LENGTH, joint,
							  "a serial number");
		if (!DraftAppend(draft, COMPONENT_NUMBER, joint, draft->len,
						 ESCAPE_NONE))
			return false;
	}
	return DraftFinish(draft);
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
		if (id->scheme->joint != 0)
			*end++ = id->scheme->joint;
		memcpy(end, id->number, id->number_len);
		end += id->number_len;
	}
	return end - out;
}
