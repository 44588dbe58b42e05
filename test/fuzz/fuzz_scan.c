/*-------------------------------------------------------------------------
 *
 * fuzz_scan.c
 *	  Any bytes as what a scanner sent.
 *
 * Compiled once for each kind of bar code, with FUZZ_PREFIX in front of what the
 * fuzzer makes up.  A Health Industry Bar Code gets its check character, which
 * the fuzzer could only guess.
 *
 *-------------------------------------------------------------------------
 */
#include "require.h"

#ifndef FUZZ_PREFIX
#define FUZZ_PREFIX ""
#endif

#define PREFIX_LENGTH (sizeof(FUZZ_PREFIX) - 1)

static void
check_unmet(int ai, const char *alternatives, void *arg)
{
	(void) arg;
	require(ai >= 0 && alternatives[0] != '\0');
}

/*
 * What is identified is valid, and what it consists of points into the scan.
 */
static void
check_accepted(const Gs1Scan *scan)
{
	Problem		problem;
	const char *found;
	size_t		len;
	int			field;

	if (scan->has_id)
		require(IdentifierCheck(&scan->id, &problem));
	for (field = SCAN_GTIN; field <= SCAN_PRODUCTION; field++)
		if (ScanFind(scan, (ScanField) field, &found, &len))
			require(len > 0 && found > (const char *) scan &&
					found + len <= (const char *) (scan + 1));
}

/*
 * The prefix and the fuzzer's bytes, exactly as large as they are, so that a
 * byte read too far is noticed.
 */
static char *
make_input(const uint8_t *data, size_t size, size_t *len)
{
	static const char hibc[] = "+";
	bool		add_check = strcmp(FUZZ_PREFIX, hibc) == 0;
	char	   *input;
	char		check;
	size_t		bad;

	*len = PREFIX_LENGTH + size + (add_check ? 1 : 0);
	input = malloc(*len + (*len == 0));
	memcpy(input, FUZZ_PREFIX, PREFIX_LENGTH);
	if (size > 0)
		memcpy(input + PREFIX_LENGTH, data, size);
	if (add_check)
		input[*len - 1] = CheckCompute(CheckById(CHECK_MOD43), input, *len - 1,
									   &check, &bad) ? check : '0';
	return input;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *input = make_input(data, size, &size);
	Gs1Scan		scan;
	Identifier	id;
	Problem		problem;

	if (SyntaxScan(input, size, 2026, &scan, &problem))
		check_accepted(&scan);
	else
		require(problem.code != PROBLEM_NONE && problem.offset <= size &&
				problem.expected[0] != '\0');
	if (SyntaxScanLenient(input, size, 2026, &scan, &problem))
	{
		check_accepted(&scan);
		ScanUnmet(&scan, check_unmet, NULL);
	}
	else
		require(problem.code != PROBLEM_NONE && problem.offset <= size &&
				problem.expected[0] != '\0');
	if (!SyntaxRead(input, size, &id, &problem))
		require(problem.code != PROBLEM_NONE && problem.offset <= size);
	free(input);
	return 0;
}
