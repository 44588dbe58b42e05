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

/*
 * The highest ordinal ever allocated from a sequence; lowest - 1 if there is
 * none.  Needs no right on the sequence.  Errors: 42809 not a sequence.
 */
extern int64 LastAllocated(Oid sequence, int64 lowest);

/*
 * Was the sequence created in this transaction?  If that is rolled back, what
 * was allocated is forgotten with it.
 */
extern bool SequenceIsProvisional(Oid sequence);

/*
 * Allocates n consecutive ordinals between lowest and highest.  False: fewer
 * than n are left, and none was allocated.  The caller must then raise an
 * error, and when n is 1 not access the sequence before it does.
 */
extern bool AllocateOrdinals(Oid sequence, int64 lowest, int64 highest,
							 int64 n, int64 *first);

#endif							/* SERIAL_ISSUE_ALLOCATE_H */
