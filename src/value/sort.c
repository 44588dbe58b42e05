/*-------------------------------------------------------------------------
 *
 * sort.c
 *	  Sort support with abbreviated keys.
 *
 * A table of serials repeats few keys and differs in the numbers, so that the
 * first eight bytes of a value, which hold scheme and key, distinguish few.  An
 * abbreviation therefore has two parts: 16 bits that stand for the head, the
 * bytes before those that vary, and 48 bits of what follows it, which is
 * twelve digits.
 *
 * The 16 bits are labels, given to heads as they are met so that labels sort
 * as heads do.  Known heads have even labels.  A head for which there is no
 * label left between its neighbours shares the odd one with all that fall
 * into the same gap, and spends the 48 bits on its distance from the lower
 * neighbour.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "lib/hyperloglog.h"
#include "port/pg_bswap.h"
#include "utils/sortsupport.h"
#include "value/pack.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_sortsupport);

static int
compare_full(Datum a, Datum b, SortSupport ssup)
{
	return ValueCompare(DatumGetSerialPP(a), DatumGetSerialPP(b));
}

#if SIZEOF_DATUM == 8

#define SUFFIX_BITS		48
#define SUFFIX_MAX		((UINT64CONST(1) << SUFFIX_BITS) - 1)
#define LABEL_END		65536	/* above every label */
#define LABEL_STRIDE	64		/* between heads that come in order */
#define HEADS_MAX		4096

typedef struct Head
{
	uint64		bytes;
	int32		label;
} Head;

typedef struct SortState
{
	int			nheads;
	int			last;			/* index of the head found last */
	int64		input_count;
	bool		estimating;		/* still counting distinct abbreviations? */
	hyperLogLogState cardinality;
	Head		heads[HEADS_MAX];	/* sorted */
} SortState;

/*
 * The next n bytes of the value from an offset, at the top of a 64-bit number
 * that sorts as they do; zeros behind the value's end.
 */
static inline uint64
bytes_at(const Serial *value, size_t offset, size_t n)
{
	size_t		len = VARSIZE_ANY_EXHDR(value);
	uint64		bytes = 0;

	if (len > offset)
		memcpy(&bytes, VARDATA_ANY(value) + offset, Min(len - offset, n));
	return pg_ntoh64(bytes);
}

/*
 * The index of the first known head that is not below this one.
 */
static int
find_head(const SortState *state, uint64 bytes)
{
	int			low = 0;
	int			high = state->nheads;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (state->heads[middle].bytes < bytes)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * An even label for a head that would stand at an index, or 0 when there is
 * none: halfway between its neighbours, but at the ends no further than a
 * stride away, since heads may come in order.
 */
static int32
free_label(const SortState *state, int index)
{
	int32		below = index > 0 ? state->heads[index - 1].label : 0;
	int32		above = index < state->nheads ? state->heads[index].label
	: LABEL_END;
	int32		label = (below + (above - below) / 2) & ~1;

	if (state->nheads == HEADS_MAX || label <= below)
		return 0;
	if (state->nheads > 0 && index == state->nheads)
		label = Min(label, below + LABEL_STRIDE);
	else if (state->nheads > 0 && index == 0)
		label = Max(label, above - LABEL_STRIDE);
	return label;
}

static void
add_head(SortState *state, int index, uint64 bytes, int32 label)
{
	memmove(&state->heads[index + 1], &state->heads[index],
			(state->nheads - index) * sizeof(Head));
	state->heads[index].bytes = bytes;
	state->heads[index].label = label;
	state->nheads++;
}

/*
 * The abbreviation of a value whose head fell into a gap.
 */
static uint64
abbreviate_in_gap(const SortState *state, int index, uint64 bytes)
{
	uint64		lowest = index > 0 ? state->heads[index - 1].bytes : 0;
	uint64		highest = index < state->nheads ? state->heads[index].bytes
	: PG_UINT64_MAX;
	uint64		label = (index > 0 ? state->heads[index - 1].label : 0) + 1;
	uint64		distance = bytes - lowest;
	uint64		gap = highest - lowest;

	while (gap > SUFFIX_MAX)
	{
		gap >>= 1;
		distance >>= 1;
	}
	return label << SUFFIX_BITS | distance;
}

static uint64
abbreviation(SortState *state, const Serial *value)
{
	size_t		head = PackedHeadBytes((const unsigned char *) VARDATA_ANY(value));
	uint64		bytes = bytes_at(value, 0, head);
	int			index = state->last;

	if (index >= state->nheads || state->heads[index].bytes != bytes)
	{
		index = find_head(state, bytes);
		if (index == state->nheads || state->heads[index].bytes != bytes)
		{
			int32		label = free_label(state, index);

			if (label == 0)
				return abbreviate_in_gap(state, index, bytes);
			add_head(state, index, bytes, label);
		}
		state->last = index;
	}
	return (uint64) state->heads[index].label << SUFFIX_BITS |
		bytes_at(value, head, SUFFIX_BITS / 8) >> (64 - SUFFIX_BITS);
}

static Datum
abbreviate(Datum original, SortSupport ssup)
{
	SortState  *state = ssup->ssup_extra;
	uint64		result = abbreviation(state, DatumGetSerialPP(original));

	state->input_count++;
	if (state->estimating)
		addHyperLogLog(&state->cardinality,
					   DatumGetUInt32(hash_uint32((uint32) result ^
												  (uint32) (result >> 32))));
	return (Datum) result;
}

/*
 * Abandons abbreviation when it distinguishes too few values, as uuid
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

	state->nheads = 0;
	state->last = 0;
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
