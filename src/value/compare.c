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
