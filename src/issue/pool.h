/*-------------------------------------------------------------------------
 *
 * pool.h
 *	  Pools as described by the rows of serial.pool.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_POOL_H
#define SERIAL_ISSUE_POOL_H

#include "postgres.h"

#include "issue/numbering.h"
#include "issue/template.h"
#include "value/value.h"

typedef struct Pool
{
	int32		number;
	char	   *name;
	Oid			sequence;		/* of its ordinals */
	int64		capacity;		/* ordinals are 1 .. capacity */
	bool		open;
	bool		random;
	IdentifierTemplate template;
	Numbering	numbering;
	Ff1			ff1;			/* of a random pool; filled by PoolPrepare */
	char	   *description;	/* what a derived key depends on */
	unsigned char *fingerprint; /* of the master key, or NULL */
} Pool;

#define POOL_FIRST_ORDINAL 1

/* is there any pool? */
extern bool PoolsExist(void);

/*
 * Finds a pool.  The result is valid until the next of these calls, and only
 * the functions below may change it.  Errors: 42704 no such pool.
 */
extern Pool *PoolFind(const char *name);
extern Pool *PoolByNumber(int32 number);

/*
 * The pool in whose space an identifier lies, NULL if there is none.  The
 * ordinal is 0 if the number is beyond the pool's capacity and so never
 * issued.
 */
extern Pool *PoolOfIdentifier(const Identifier *id, int64 *ordinal);

/* Errors: 22023 not 2 to 82 different ASCII characters */
extern void PoolAlphabetCheck(const char *alphabet);

/* Errors: 55000 the pool is closed */
extern void PoolRequireOpen(const Pool *pool);

/*
 * Opens the key that is needed to write numbers.  To be called before
 * ordinals are allocated, so that none is lost by an error.  Errors: F0000 or
 * XX001 the key is missing.
 */
extern void PoolPrepare(Pool *pool);

/*
 * Writes the identifiers of n <= FF1_BATCH consecutive ordinals, the i-th at
 * values + i * VALUE_MAX.
 */
extern void PoolIdentifiers(Pool *pool, int64 first, int n, char *values);

#endif							/* SERIAL_ISSUE_POOL_H */
