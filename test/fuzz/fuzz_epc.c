/*-------------------------------------------------------------------------
 *
 * fuzz_epc.c
 *	  Any bytes as the memory of an RFID tag.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *bytes = copy_input(data, size);
	Identifier	id;
	Problem		problem;

	if (SyntaxReadEpcBinary(bytes, size, &id, &problem))
		require(IdentifierCheck(&id, &problem));
	else
		require(problem.code != PROBLEM_NONE && problem.offset <= size &&
				problem.expected[0] != '\0');
	free(bytes);
	return 0;
}
