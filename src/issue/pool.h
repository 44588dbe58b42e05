/*-------------------------------------------------------------------------
 *
 * pool.h
 *	  Pools, as their rows in serial.pool describe them.
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
	Oid			sequence;		/* where its ordinals come from */
	int64		capacity;		/* ordinals are 1 .. capacity */
	bool		open;
	bool		random;
	Template	template;
	Numbering	numbering;
	Ff1			ff1;			/* of a random pool, once it has been needed */
	char	   *description;	/* what a derived key depends on */
	unsigned char *fingerprint; /* of the master key, or NULL */
} Pool;

#define POOL_FIRST_ORDINAL 1

/* is there any pool? */
extern bool PoolsExist(void);

/*
 * Finds a pool.  It stays valid until the next of these calls, and is not to
 * be changed but by the functions below.  42704: there is no such pool.
 */
extern Pool *PoolFind(const char *name);
extern Pool *PoolByNumber(int32 number);

/*
 * The pool whose number an identifier is, NULL if it is no pool's.  The
 * ordinal is 0 when the number lies in the pool's space but can never be
 * issued: beyond its capacity.
 */
extern Pool *PoolOfIdentifier(const Identifier *id, int64 *ordinal);

/* 55000 unless it is open */
extern void PoolRequireOpen(const Pool *pool);

/*
 * To be called before ordinals are drawn: F0000 or XX001 when the key cannot
 * be had that is needed to write their numbers.
 */
extern void PoolPrepare(Pool *pool);

/*
 * Writes the identifiers of n <= FF1_BATCH ordinals that follow one another,
 * the i-th at values + i * VALUE_MAX.
 */
extern void PoolIdentifiers(Pool *pool, int64 first, int n, char *values);

#endif							/* SERIAL_ISSUE_POOL_H */
