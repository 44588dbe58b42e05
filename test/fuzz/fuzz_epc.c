/*-------------------------------------------------------------------------
 *
 * fuzz_epc.c
 *	  Any bytes as the memory of an RFID tag.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "syntax/syntax.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *bytes = malloc(size + (size == 0));
	Identifier	id;
	Problem		problem;

	if (size > 0)
		memcpy(bytes, data, size);
	if (SyntaxReadEpcBinary(bytes, size, &id, &problem))
		require(IdentifierCheck(&id, &problem));
	else
		require(problem.code != PROBLEM_NONE && problem.offset <= size &&
				problem.expected[0] != '\0');
	free(bytes);
	return 0;
}
