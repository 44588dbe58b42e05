/*-------------------------------------------------------------------------
 *
 * allocate.h
 *	  Ordinals out of a sequence, one or many at once.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_ALLOCATE_H
#define SERIAL_ISSUE_ALLOCATE_H

#include "postgres.h"

/*
 * The highest ordinal ever drawn from a sequence; lowest - 1 if there is none.
 */
extern int64 LastAllocated(Oid sequence, int64 lowest);

/*
 * Was the sequence made in this transaction?  If that is rolled back, what was
 * drawn is forgotten with it.
 */
extern bool SequenceIsProvisional(Oid sequence);

/*
 * Draws n ordinals that follow one another, within lowest .. highest.  False:
 * there are not so many left, and none was drawn; the caller must raise an
 * error, and when n is 1 not touch the sequence before.
 */
extern bool AllocateOrdinals(Oid sequence, int64 lowest, int64 highest, int64 n,
				 int64 *first);

#endif							/* SERIAL_ISSUE_ALLOCATE_H */
