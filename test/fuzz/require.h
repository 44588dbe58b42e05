/*-------------------------------------------------------------------------
 *
 * require.h
 *	  What every fuzz target shares.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_FUZZ_REQUIRE_H
#define SERIAL_FUZZ_REQUIRE_H

#include <stdlib.h>
#include <string.h>

#include "syntax/syntax.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Stops the fuzzer unless it holds.
 */
static inline void
require(bool holds)
{
	if (!holds)
		abort();
}

/*
 * A copy that is exactly as large as the input, so that a byte read too far
 * is noticed.
 */
static inline void *
copy_input(const uint8_t *data, size_t size)
{
	void	   *copy = malloc(size + (size == 0));

	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

#endif							/* SERIAL_FUZZ_REQUIRE_H */
