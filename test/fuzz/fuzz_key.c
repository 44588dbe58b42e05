/*-------------------------------------------------------------------------
 *
 * fuzz_key.c
 *	  Any bytes as the bare key of any scheme: the first byte chooses it.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"

static const Scheme *
choose_scheme(uint8_t byte)
{
	size_t		count = 0;

	while (SchemeAt(count) != NULL)
		count++;
	return SchemeAt(byte % count);
}

/*
 * What is read is valid, and made of its components it is the same.
 */
static void
check_accepted(const Identifier *id)
{
	Identifier	again;
	Problem		problem;

	require(IdentifierCheck(id, &problem));
	require(SyntaxMake(id->scheme, id->key, id->key_len, id->number,
					   id->number_len, &again, &problem));
	require(again.key_len == id->key_len &&
			memcmp(again.key, id->key, id->key_len) == 0 &&
			again.number_len == id->number_len &&
			memcmp(again.number, id->number, id->number_len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const Scheme *scheme;
	char	   *input;
	Identifier	id;
	Problem		problem;

	if (size == 0)
		return 0;
	scheme = choose_scheme(data[0]);
	input = copy_input(data + 1, size - 1);
	if (SyntaxReadKey(input, size - 1, scheme, &id, &problem))
		check_accepted(&id);
	else
		require(problem.code != PROBLEM_NONE && problem.offset <= size - 1 &&
				problem.expected[0] != '\0');
	if (!SyntaxMake(scheme, input, (size - 1) / 2, input + (size - 1) / 2,
					size - 1 - (size - 1) / 2, &id, &problem))
		require(problem.code != PROBLEM_NONE && problem.offset <= size - 1);
	free(input);
	return 0;
}
