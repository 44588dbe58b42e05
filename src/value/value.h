/*-------------------------------------------------------------------------
 *
 * value.h
 *	  The datum: what other modules may do with a serial.serial.
 *
 * The public header of value/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_VALUE_VALUE_H
#define SERIAL_VALUE_VALUE_H

#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "scheme/scheme.h"

/*
 * A serial.serial is a varlena whose content is the packed identifier.  It is
 * built with the one-byte header unless it is a long URI, but may come back from
 * an array with the four-byte one, and compressed from a table of long rows.
 */
typedef struct varlena Serial;

/*
 * Practically every value has the one-byte header already, and comparing is
 * what indexes do all day: spare them the call.
 */
static inline Serial *
DatumGetSerialPP(Datum datum)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(datum);

	if (VARATT_IS_SHORT(value) && !VARATT_IS_EXTERNAL(value))
		return value;
	return pg_detoast_datum_packed(value);
}

#define PG_GETARG_SERIAL_PP(n)	DatumGetSerialPP(PG_GETARG_DATUM(n))
#define PG_RETURN_SERIAL(value)	PG_RETURN_POINTER(value)

/* the packed identifier, palloc'd; it must satisfy its scheme */
extern Serial *ValueMake(const Identifier *id);

/* the same, into the caller's buffer of VALUE_MAX bytes, aligned for int32 */
extern void ValueWrite(const Identifier *id, Serial *value);
#define VALUE_MAX 232

/* the identifier of a value; raises XX001 if the bytes are not such */
extern void ValueOpen(const Serial *value, Identifier *id);

/* its scheme alone; raises XX001 */
extern const Scheme *ValueScheme(const Serial *value);

/* the canonical text, palloc'd and terminated */
extern char *ValueToCString(const Serial *value);

/*
 * Reads any spelling.  Errors are 22P02; with a soft error context of
 * PostgreSQL 16 and later they are saved there and the result is NULL.
 */
extern Serial *ValueParse(const char *spelling, size_t len, struct Node *escontext);

/*
 * The same for the value of a column of a user's table, which the error names.
 */
extern Serial *ValueParseColumn(const char *spelling, size_t len, Oid table,
								const char *column);

/*
 * The same, but returns NULL and describes the problem in whole sentences if the
 * text spells no identifier.
 */
extern Serial *ValueTry(const char *spelling, size_t len, char **problem);

/*
 * Describes in whole sentences why a text is no scan, with what may have caused it.
 * wrong_ai is that of the scan.
 */
extern char *ValueScanProblem(const char *scanned, size_t len,
							  const Problem *problem, int wrong_ai);

/*
 * Order of two values: by scheme, key and number.
 */
extern int	ValueCompare(const Serial *a, const Serial *b);

/*
 * Are two values the same identifier?
 */
static inline bool
ValueEqual(const Serial *a, const Serial *b)
{
	size_t		len = VARSIZE_ANY_EXHDR(a);

	return len == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), len) == 0;
}

/* for hash tables in memory; the same for values that are equal */
static inline uint32
ValueHash(const Serial *value)
{
	return hash_bytes((const unsigned char *) VARDATA_ANY(value),
					  VARSIZE_ANY_EXHDR(value));
}

/* the scheme of that name; errors: 22023 there is none */
extern const Scheme *SchemeArgument(text *name);

/* the OID of the type serial.serial */
extern Oid	SerialTypeOid(void);

/* sets of identifiers, and arrays that grow */
#include "value/enlarge.h"
#include "value/set.h"

#endif							/* SERIAL_VALUE_VALUE_H */
