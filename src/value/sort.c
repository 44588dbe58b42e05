/*-------------------------------------------------------------------------
 *
 * sort.c
 *	  Sort support with abbreviated keys.
 *
 * A table of serials mostly repeats a few keys and differs in the numbers, so
 * the first eight bytes, scheme and key, would tell little.  An abbreviation
 * therefore compares against a reference, the head of the first value seen:
 *
 *		00 and 62 bits of the head		the head sorts before the reference
 *		01 and 62 bits that follow it	the head is the reference
 *		10 and 62 bits of the head		the head sorts after the reference
 *
 * which keeps the order of the whole, and spends the bits where they tell
 * values apart.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "lib/hyperloglog.h"
#include "port/pg_bswap.h"
#include "utils/guc.h"
#include "utils/sortsupport.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_sortsupport);

/* scheme, a key of six bytes, and the width of the number's characters */
#define HEAD_BYTES 8

typedef struct SortState
{
	bool		have_reference;
	uint64		reference;
	int64		input_count;
	bool		estimating;		/* still counting distinct abbreviations? */
	hyperLogLogState cardinality;
} SortState;

/*
 * Eight bytes of the value from an offset as a number, zeros behind its end.
 */
static uint64
bytes_at(const Serial *value, size_t offset)
{
	size_t		len = VARSIZE_ANY_EXHDR(value);
	uint64		bytes = 0;

	if (len > offset)
		memcpy(&bytes, VARDATA_ANY(value) + offset,
			   Min(len - offset, sizeof(bytes)));
	return pg_ntoh64(bytes);
}

static int
compare_full(Datum a, Datum b, SortSupport ssup)
{
	return ValueCompare(DatumGetSerialPP(a), DatumGetSerialPP(b));
}

#if SIZEOF_DATUM == 8

static Datum
abbreviate(Datum original, SortSupport ssup)
{
	SortState  *state = ssup->ssup_extra;
	const Serial *value = DatumGetSerialPP(original);
	uint64		head = bytes_at(value, 0);
	uint64		result;

	if (!state->have_reference)
	{
		state->have_reference = true;
		state->reference = head;
	}
	if (head == state->reference)
		result = UINT64CONST(1) << 62 | bytes_at(value, HEAD_BYTES) >> 2;
	else
		result = (head < state->reference ? 0 : UINT64CONST(2) << 62) |
			head >> 2;

	state->input_count++;
	if (state->estimating)
		addHyperLogLog(&state->cardinality,
					   DatumGetUInt32(hash_uint32((uint32) result ^
												  (uint32) (result >> 32))));
	return (Datum) result;
}

/*
 * Gives abbreviation up when it tells too few values apart, the way uuid
 * does: below one distinct abbreviation in 2,000 values, and not any more
 * once there have been 100,000 distinct ones.
 */
static bool
abbreviation_is_poor(int memtupcount, SortSupport ssup)
{
	SortState  *state = ssup->ssup_extra;
	double		distinct;

	if (memtupcount < 10000 || state->input_count < 10000 ||
		!state->estimating)
		return false;
	distinct = estimateHyperLogLog(&state->cardinality);
	if (distinct > 100000.0)
	{
		state->estimating = false;
		return false;
	}
	return distinct < state->input_count / 2000.0 + 0.5;
}

static void
use_abbreviation(SortSupport ssup)
{
	SortState  *state = palloc(sizeof(SortState));

	state->have_reference = false;
	state->input_count = 0;
	state->estimating = true;
	initHyperLogLog(&state->cardinality, 10);

	ssup->ssup_extra = state;
	ssup->comparator = ssup_datum_unsigned_cmp;
	ssup->abbrev_converter = abbreviate;
	ssup->abbrev_abort = abbreviation_is_poor;
	ssup->abbrev_full_comparator = compare_full;
}

#endif							/* SIZEOF_DATUM == 8 */

/* serial_sortsupport(internal) */
Datum
serial_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = compare_full;
	ssup->ssup_extra = NULL;
#if SIZEOF_DATUM == 8
	if (ssup->abbreviate)
	{
		MemoryContext old = MemoryContextSwitchTo(ssup->ssup_cxt);

		use_abbreviation(ssup);
		MemoryContextSwitchTo(old);
	}
#endif
	PG_RETURN_VOID();
}
