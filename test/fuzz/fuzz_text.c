/*-------------------------------------------------------------------------
 *
 * fuzz_text.c
 *	  Any bytes as the spelling of an identifier.
 *
 * Compiled once for each kind of spelling, with FUZZ_PREFIX in front of what
 * the fuzzer makes up.  Whatever is read must be valid, and must survive being
 * written, read again, packed and unpacked, unchanged.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"
#include "value/pack.h"

#ifndef FUZZ_PREFIX
#define FUZZ_PREFIX ""
#endif

#define PREFIX_LENGTH (sizeof(FUZZ_PREFIX) - 1)

static bool
same(const Identifier *a, const Identifier *b)
{
	return a->scheme == b->scheme &&
		a->key_len == b->key_len &&
		memcmp(a->key, b->key, a->key_len) == 0 &&
		a->number_len == b->number_len &&
		memcmp(a->number, b->number, a->number_len) == 0;
}

static void
check_accepted(const Identifier *id)
{
	char		input[SYNTAX_TEXT_MAX];
	unsigned char packed[PACKED_MAX];
	Identifier	again;
	Problem		problem;
	size_t		len;

	require(IdentifierCheck(id, &problem));

	len = SyntaxWrite(id, input);
	require(len <= sizeof(input));
	require(SyntaxRead(input, len, &again, &problem) && same(id, &again));

	len = IdentifierPack(id, packed);
	require(len <= sizeof(packed));
	require(IdentifierUnpackStrict(packed, len, &again) && same(id, &again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* exactly as large as the input, so that a byte read too far is noticed */
	char	   *input = malloc(PREFIX_LENGTH + size + (PREFIX_LENGTH + size == 0));
	Identifier	id;
	Problem		problem;

	memcpy(input, FUZZ_PREFIX, PREFIX_LENGTH);
	if (size > 0)
		memcpy(input + PREFIX_LENGTH, data, size);
	if (SyntaxRead(input, PREFIX_LENGTH + size, &id, &problem))
		check_accepted(&id);
	else
		require(problem.code != PROBLEM_NONE &&
				problem.offset <= PREFIX_LENGTH + size &&
				problem.expected[0] != '\0');
	free(input);
	return 0;
}
