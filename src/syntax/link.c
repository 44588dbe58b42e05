/*-------------------------------------------------------------------------
 *
 * link.c
 *	  GS1 Digital Link URIs: https://example.com/01/09506000134352/21/A1B2
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/draft.h"

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

/* a key and its three qualifiers at most */
#define PAIRS_MAX 4

/*
 * An AI and its value, two segments of the path.
 */
typedef struct Pair
{
	int			ai;
	size_t		at;				/* of the AI in the text */
	size_t		from;			/* the value: text[from .. to) */
	size_t		to;
} Pair;

/*
 * The AI that text[from .. to) spells, or NO_AI.
 */
static int
segment_ai(const char *text, size_t from, size_t to)
{
	int			ai = 0;
	size_t		i;

	if (to - from < 2 || to - from > 4)
		return NO_AI;
	for (i = from; i < to; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return NO_AI;
		ai = ai * 10 + (text[i] - '0');
	}
	return ai;
}

/*
 * The start of the segment that ends at to.
 */
static size_t
segment_start(const char *text, size_t path, size_t to)
{
	while (to > path && text[to - 1] != '/')
		to--;
	return to;
}

/*
 * Takes pairs from the end of the path until one is a key's, which becomes
 * the first.  What stands before it is the custom stem, which may look like
 * anything.  Returns how many pairs there are, 0 when no key is among them.
 */
static int
read_pairs(const char *text, size_t path, size_t to, Pair *pairs)
{
	int			n = 0;
	int			first = PAIRS_MAX;

	while (first > 0)
	{
		Pair	   *pair = &pairs[--first];
		size_t		ai_end;

		n++;
		pair->to = to;
		pair->from = segment_start(text, path, to);
		if (pair->from <= path)
			return 0;
		ai_end = pair->from - 1;
		pair->at = segment_start(text, path, ai_end);
		pair->ai = segment_ai(text, pair->at, ai_end);
		if (SchemeIsKeyAi(pair->ai))
		{
			memmove(pairs, pair, n * sizeof(Pair));
			return n;
		}
		if (pair->at <= path)
			return 0;
		to = pair->at - 1;
	}
	return 0;
}

/*
 * Do the qualifiers belong to the key, and come in their order?
 */
static bool
check_qualifiers(Draft *draft, const Pair *pairs, int n)
{
	size_t		row = 0;
	uint8_t		group = 0;
	int			i;

	for (i = 1; i < n; i++)
	{
		while (row < QUALIFIER_COUNT &&
			   (qualifiers[row].key_ai != pairs[0].ai ||
				qualifiers[row].ai != pairs[i].ai ||
				(group != 0 && qualifiers[row].group != group)))
			row++;
		if (row == QUALIFIER_COUNT)
			return ProblemSet(draft->problem, PROBLEM_ELEMENTS, pairs[i].at,
							  "a qualifier of the key, in its place");
		if (pairs[i].from == pairs[i].to)
			return ProblemSet(draft->problem, PROBLEM_LENGTH, pairs[i].from,
							  "a value after the application identifier");
		group = qualifiers[row++].group;
	}
	return true;
}

/*
 * The identity is the key and the one qualifier that makes a number of a
 * scheme, the finest if there are several: (01)(10)(21) is one item, and that
 * it is of a lot does not make it another.
 */
static bool
append_identity(Draft *draft, const Pair *pairs, int n)
{
	const Scheme *scheme = NULL;
	const Pair *number = NULL;
	size_t		joint = pairs[0].to;
	int			i;

	for (i = n - 1; i > 0 && scheme == NULL; i--)
	{
		scheme = SchemeByAi(pairs[0].ai, pairs[i].ai);
		number = &pairs[i];
	}
	if (scheme == NULL)
	{
		scheme = SchemeByAi(pairs[0].ai, NO_AI);
		number = NULL;
	}
	if (scheme == NULL)
		return ProblemSet(draft->problem, PROBLEM_STRUCTURE, draft->len,
						  "the serial number that this key needs");
	DraftBegin(draft, scheme);
	if (number == NULL && scheme->number_ai == NO_AI &&
		scheme->number.max > 0 && joint - pairs[0].from > scheme->key.max)
		joint = pairs[0].from + scheme->key.max;
	if (!DraftAppend(draft, COMPONENT_KEY, pairs[0].from, joint,
					 ESCAPE_PERCENT))
		return false;
	if (joint < pairs[0].to &&
		!DraftAppend(draft, COMPONENT_NUMBER, joint, pairs[0].to,
					 ESCAPE_PERCENT))
		return false;
	if (number != NULL &&
		!DraftAppend(draft, COMPONENT_NUMBER, number->from, number->to,
					 ESCAPE_PERCENT))
		return false;
	return DraftFinish(draft);
}

/*
 * Where the path ends: at a query or fragment, which do not identify.
 */
static size_t
path_end(const char *text, size_t from, size_t len)
{
	while (from < len && text[from] != '?' && text[from] != '#')
		from++;
	return from;
}

/*
 * Reads the URI whose authority begins at text[from].
 */
bool
LinkRead(Draft *draft, size_t from)
{
	const char *text = draft->text;
	size_t		end = path_end(text, from, draft->len);
	size_t		path = from;
	Pair		pairs[PAIRS_MAX];
	int			n;

	while (path < end && text[path] != '/' && text[path] != '@')
		path++;
	if (path == from || path == end || text[path] == '@')
		return ProblemSet(draft->problem, PROBLEM_STRUCTURE, path,
						  "a domain without user information, and a path");
	n = read_pairs(text, path + 1, end, pairs);
	if (n == 0)
		return ProblemSet(draft->problem, PROBLEM_STRUCTURE, path,
						  "a path that ends in the application identifier of a key, its value, and qualifiers");
	return check_qualifiers(draft, pairs, n) &&
		append_identity(draft, pairs, n);
}
