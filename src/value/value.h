/*-------------------------------------------------------------------------
 *
 * value.h
 *	  The datum: what other rooms may do with a serial.serial.
 *
 * The only door of value/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_VALUE_H
#define SERIAL_VALUE_H

#include "postgres.h"

#include "compat.h"
#include "scheme/scheme.h"

/*
 * A serial.serial is a varlena whose content is the packed identifier.  It is
 * built with the one-byte header, but may come back from an array with the
 * four-byte one.
 */
typedef struct varlena Serial;

#define DatumGetSerialPP(datum)	((Serial *) PG_DETOAST_DATUM_PACKED(datum))
#define PG_GETARG_SERIAL_PP(n)	DatumGetSerialPP(PG_GETARG_DATUM(n))
#define PG_RETURN_SERIAL(value)	PG_RETURN_POINTER(value)

/* the packed identifier, palloc'd; it must satisfy its scheme */
extern Serial *ValueMake(const Identifier *id);

/* the identifier of a value; an error of class XX001 if the bytes are none */
extern void ValueOpen(const Serial *value, Identifier *id);

/* the canonical text, palloc'd and terminated */
extern char *ValueToCString(const Serial *value);

/*
 * Reads any spelling.  Errors are 22P02; with a soft error context of
 * PostgreSQL 16 and later they are saved there and the result is NULL.
 */
extern Serial *ValueParse(const char *text, size_t len, struct Node *escontext);

/*
 * Order of two values: by scheme, key and number.
 */
extern int	ValueCompare(const Serial *a, const Serial *b);

#endif							/* SERIAL_VALUE_H */
