/*-------------------------------------------------------------------------
 *
 * tap.h
 *	  What the unit tests share: TAP lines, and the rows of vector files.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_TEST_TAP_H
#define SERIAL_TEST_TAP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scheme/scheme.h"

static int	tests = 0;
static int	failures = 0;

/* how the vector files write problems */
static const char *const problem_names[] = {
	[PROBLEM_NONE] = "NONE",
	[PROBLEM_SPELLING] = "SPELLING",
	[PROBLEM_SCHEME] = "SCHEME",
	[PROBLEM_AI] = "AI",
	[PROBLEM_ELEMENTS] = "ELEMENTS",
	[PROBLEM_STRUCTURE] = "STRUCTURE",
	[PROBLEM_CHARACTER] = "CHARACTER",
	[PROBLEM_ESCAPE] = "ESCAPE",
	[PROBLEM_LENGTH] = "LENGTH",
	[PROBLEM_CHECK] = "CHECK",
	[PROBLEM_RULE] = "RULE"
};

static inline bool
report(bool ok, const char *what, const char *got)
{
	tests++;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
	if (!ok)
	{
		failures++;
		printf("# got %s\n", got);
	}
	return ok;
}

/*
 * Prints the plan; the exit status of the program.
 */
static inline int
finish(void)
{
	printf("1..%d\n", tests);
	return failures > 0;
}

/*
 * Turns \xHH into bytes, in place; returns the length.
 */
static inline size_t
unescape(char *input)
{
	char	   *in = input;
	char	   *out = input;

	while (*in != '\0')
	{
		unsigned	byte;

		if (in[0] == '\\' && in[1] == 'x' && sscanf(in + 2, "%2x", &byte) == 1)
		{
			*out++ = (char) byte;
			in += 4;
		}
		else
			*out++ = *in++;
	}
	return out - input;
}

#endif							/* SERIAL_TEST_TAP_H */
