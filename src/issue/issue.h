/*-------------------------------------------------------------------------
 *
 * issue.h
 *	  Pools and the numbers they issue: the public header of issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_ISSUE_H
#define SERIAL_ISSUE_ISSUE_H

#include "postgres.h"

#include "value/value.h"

/*
 * Where a number comes from.  All but the first are states of a number that
 * lies in the space of a pool.
 */
typedef enum OriginState
{
	ORIGIN_NO_POOL,				/* no pool here could issue it */
	ORIGIN_NOT_ISSUED,			/* neither issued nor leased, or beyond the
								 * pool's capacity */
	ORIGIN_LEASED,				/* in a lease, not issued from it yet */
	ORIGIN_RETURNED,			/* in a lease that was returned before it was
								 * issued: it never will be */
	ORIGIN_EXPIRED,				/* likewise, of a lease that expired */
	ORIGIN_ISSUED,				/* or reserved, or burnt by a rollback or
								 * crash */
	ORIGIN_VOID					/* issued or leased, and declared void since */
} OriginState;

typedef struct Origin
{
	OriginState state;
	const char *pool;			/* its name; NULL with ORIGIN_NO_POOL */
	int64		ordinal;		/* 0: there is none that the pool can issue */
	bool		issued;			/* was it issued, void or not? */
	bool		reserved;		/* issued by an older system: serial.reserve;
								 * not looked up if the pool has issued it */
	const char *void_reason;	/* NULL unless ORIGIN_VOID */
} Origin;

/*
 * Finds the origins of n identifiers, in the order of these.  Batches, leases
 * and voided numbers are read under the active snapshot, sequences as they
 * are now; no rights are asked for, whatever the current user.  Strings are
 * allocated in the current memory context.
 *
 * Costs next to nothing where there is no pool, and runs no SQL.  Errors:
 * F0000 the master key of a random pool is missing, XX001 its stored key is.
 */
extern void OriginsRead(Serial *const *ids, int n, Origin *origins);

/*
 * The highest number ever allocated from a sequence, at most highest; lowest - 1
 * if there is none.  Needs no right on the sequence.  Errors: 42809 not a
 * sequence.
 */
extern int64 LastAllocated(Oid sequence, int64 lowest, int64 highest);

/* the settings of this module; once, when the library is loaded */
extern void IssueDefineSettings(void);

#endif							/* SERIAL_ISSUE_ISSUE_H */
