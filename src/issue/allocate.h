/*-------------------------------------------------------------------------
 *
 * allocate.h
 *	  Allocate ordinals from a sequence, one or many at once.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_ALLOCATE_H
#define SERIAL_ISSUE_ALLOCATE_H

#include "postgres.h"

#include "issue/reservation.h"

/*
 * Was the sequence created in this transaction?  If that is rolled back, what
 * was allocated is forgotten with it.
 */
extern bool SequenceIsProvisional(Oid sequence);

/*
 * Allocates the ordinals from first to last, of which n may be issued; between
 * them there may be some that may not.  All are above lowest - 1 and not above
 * highest.  False: fewer than n are left, and none was allocated.
 */
extern bool AllocateOrdinals(Oid sequence, int64 lowest, int64 highest,
							 int64 n, IssuableOrdinals *issuable,
							 int64 *first, int64 *last);

/*
 * Keeps other sessions from allocating until the transaction ends.
 */
extern void LockAllocation(Oid sequence);

#endif							/* SERIAL_ISSUE_ALLOCATE_H */
