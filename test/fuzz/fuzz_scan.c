/*-------------------------------------------------------------------------
 *
 * fuzz_scan.c
 *	  Any bytes as what a scanner sent.
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
	char	   *text = malloc(size + (size == 0));
	Gs1Scan		scan;
	Problem		problem;

	if (size > 0)
		memcpy(text, data, size);
	if (!SyntaxScan(text, size, 2026, &scan, &problem))
		require(problem.code != PROBLEM_NONE && problem.offset <= size &&
				problem.expected[0] != '\0');
	free(text);
	return 0;
}
