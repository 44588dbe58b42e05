/*-------------------------------------------------------------------------
 *
 * compare.c
 *	  Order and equality: operators, hashing, min and max.
 *
 * The packed form of an identifier is unique, so equal is bytewise equal, and
 * its bytes sort by scheme, key and number.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "port/pg_bswap.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_lt);
PG_FUNCTION_INFO_V1(serial_le);
PG_FUNCTION_INFO_V1(serial_eq);
PG_FUNCTION_INFO_V1(serial_ne);
PG_FUNCTION_INFO_V1(serial_ge);
PG_FUNCTION_INFO_V1(serial_gt);
PG_FUNCTION_INFO_V1(serial_cmp);
PG_FUNCTION_INFO_V1(serial_hash);
PG_FUNCTION_INFO_V1(serial_hash_extended);
PG_FUNCTION_INFO_V1(serial_smaller);
PG_FUNCTION_INFO_V1(serial_larger);
PG_FUNCTION_INFO_V1(serial_sort_key);

/*
 * The value must have been detoasted; its header may be short.
 */
static inline size_t
size_of(const Serial *value)
{
	return VARATT_IS_1B(value) ? VARSIZE_1B(value) - VARHDRSZ_SHORT :
		VARSIZE_4B(value) - VARHDRSZ;
}

/*
 * Eight bytes as a number that sorts as they do.
 */
static inline uint64
load(const char *bytes)
{
	uint64		number;

	memcpy(&number, bytes, sizeof(number));
	return pg_ntoh64(number);
}

/*
 * Most identifiers differ in their first 8 bytes, or are as long as their neighbours and
 * of at most 16 bytes: loads, which may overlap, then compare them faster than memcmp is
 * called.
 */
int
ValueCompare(const Serial *a, const Serial *b)
{
	const char *a_data = VARDATA_ANY(a);
	const char *b_data = VARDATA_ANY(b);
	size_t		a_len = size_of(a);
	size_t		b_len = size_of(b);
	int			order;

	if (a_len >= 8 && b_len >= 8)
	{
		uint64		a_bytes = load(a_data);
		uint64		b_bytes = load(b_data);

		if (a_bytes == b_bytes && a_len == b_len && a_len <= 16)
		{
			a_bytes = load(a_data + a_len - 8);
			b_bytes = load(b_data + b_len - 8);
			return a_bytes < b_bytes ? -1 : a_bytes > b_bytes;
		}
		if (a_bytes != b_bytes)
			return a_bytes < b_bytes ? -1 : 1;
	}
	order = memcmp(a_data, b_data, Min(a_len, b_len));
	if (order != 0)
		return order;
	return a_len < b_len ? -1 : a_len > b_len;
}

static inline int
compare_args(FunctionCallInfo fcinfo)
{
	return ValueCompare(PG_GETARG_SERIAL_PP(0), PG_GETARG_SERIAL_PP(1));
}

Datum
serial_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) < 0);
}

Datum
serial_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) <= 0);
}

Datum
serial_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(ValueEqual(PG_GETARG_SERIAL_PP(0), PG_GETARG_SERIAL_PP(1)));
}

Datum
serial_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!ValueEqual(PG_GETARG_SERIAL_PP(0), PG_GETARG_SERIAL_PP(1)));
}

Datum
serial_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) >= 0);
}

Datum
serial_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) > 0);
}

Datum
serial_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_args(fcinfo));
}

Datum
serial_hash(PG_FUNCTION_ARGS)
{
	Serial	   *value = PG_GETARG_SERIAL_PP(0);

	return hash_any((unsigned char *) VARDATA_ANY(value),
					VARSIZE_ANY_EXHDR(value));
}

Datum
serial_hash_extended(PG_FUNCTION_ARGS)
{
	Serial	   *value = PG_GETARG_SERIAL_PP(0);

	return hash_any_extended((unsigned char *) VARDATA_ANY(value),
							 VARSIZE_ANY_EXHDR(value),
							 PG_GETARG_INT64(1));
}

Datum
serial_smaller(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(compare_args(fcinfo) <= 0 ? 0 : 1));
}

Datum
serial_larger(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(compare_args(fcinfo) >= 0 ? 0 : 1));
}

/* bytea has the same layout and compares in the same way */
Datum
serial_sort_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(PG_GETARG_SERIAL_PP(0));
}
