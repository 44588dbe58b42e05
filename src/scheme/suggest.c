/*-------------------------------------------------------------------------
 *
 * suggest.c
 *	  Repairs of a key whose check is wrong.
 *
 * Most errors of typing and scanning change one character or swap two
 * neighbours.
 *
 *-------------------------------------------------------------------------
 */
#include "scheme/scheme.h"

typedef void (*Found) (const Identifier *id, void *arg);

static void
try_candidate(const Identifier *candidate, Found found, void *arg)
{
	Problem		problem;

	if (IdentifierCheck(candidate, &problem))
		found(candidate, arg);
}

static void
try_transpositions(Identifier *candidate, Found found, void *arg)
{
	char	   *key = candidate->key;
	size_t		i;

	for (i = 0; i + 1 < candidate->key_len; i++)
	{
		char		left = key[i];

		if (left == key[i + 1])
			continue;
		key[i] = key[i + 1];
		key[i + 1] = left;
		try_candidate(candidate, found, arg);
		key[i + 1] = key[i];
		key[i] = left;
	}
}

static void
try_substitutions(Identifier *candidate, Found found, void *arg)
{
	Alphabet	alphabet = candidate->scheme->key.alphabet;
	size_t		i;

	for (i = 0; i < candidate->key_len; i++)
	{
		char		right = candidate->key[i];
		char		c;

		for (c = '!'; c <= '~'; c++)
		{
			if (c == right || !AlphabetHas(alphabet, c))
				continue;
			candidate->key[i] = c;
			try_candidate(candidate, found, arg);
		}
		candidate->key[i] = right;
	}
}

void
IdentifierSuggest(const Identifier *id, Found found, void *arg)
{
	Identifier	candidate = *id;

	try_transpositions(&candidate, found, arg);
	try_substitutions(&candidate, found, arg);
}
