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
	int64		first;			/* ordinals are first to highest */
	int64		highest;
	bool		check_in_alphabet;	/* are numbers skipped whose check
									 * character is not in the alphabet? */
	bool		open;
	bool		random;
	IdentifierTemplate template;
	Numbering	numbering;
	Ff1			ff1;			/* of a random pool; filled by PoolPrepare */
	char	   *description;	/* what a derived key depends on */
	unsigned char *fingerprint; /* of the master key, or NULL */
} Pool;

/*
 * base32 leaves out characters that are easily confused.  A check character of
 * its pools may not be one of them either.
 */
#define POOL_BASE32 "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

/* is there any pool? */
extern bool PoolsExist(void);

/*
 * Finds a pool.  The result is valid until the next of these calls, and only
 * the functions below may change it.  Errors: 42704 no such pool.
 */
extern Pool *PoolFind(const char *name);
extern Pool *PoolByNumber(int32 number);

/*
 * The pool in whose number space an identifier lies, NULL if there is none,
 * and its position there.
 */
extern Pool *PoolOfIdentifier(const Identifier *id, Numeral *position);

/* the ordinal of a position; 0: the pool never issues it */
extern int64 PoolOrdinal(const Pool *pool, Numeral position);

/* is the check character of an ordinal one that the pool may use? */
extern bool PoolCheckIsInAlphabet(Pool *pool, int64 ordinal);

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
