/*-------------------------------------------------------------------------
 *
 * fuzz_scan.c
 *	  Any bytes as what a scanner sent.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text = copy_input(data, size);
	Gs1Scan		scan;
	Problem		problem;

	if (!SyntaxScan(text, size, 2026, &scan, &problem))
		require(problem.code != PROBLEM_NONE && problem.offset <= size &&
				problem.expected[0] != '\0');
	free(text);
	return 0;
}
