/*-------------------------------------------------------------------------
 *
 * fuzz_scan.c
 *	  Any bytes as what a scanner sent.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"

static void
check_unmet(int ai, const char *alternatives, void *arg)
{
	(void) arg;
	require(ai >= 0 && alternatives[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *input = copy_input(data, size);
	Gs1Scan		scan;
	Problem		problem;

	if (!SyntaxScan(input, size, 2026, &scan, &problem))
		require(problem.code != PROBLEM_NONE && problem.offset <= size &&
				problem.expected[0] != '\0');
	if (SyntaxScanLenient(input, size, 2026, &scan, &problem))
		ScanUnmet(&scan, check_unmet, NULL);
	else
		require(problem.code != PROBLEM_NONE && problem.offset <= size &&
				problem.expected[0] != '\0');
	free(input);
	return 0;
}
