/*-------------------------------------------------------------------------
 *
 * batch.h
 *	  What is recorded about issued numbers: batches, leases, void numbers.
 *
 * Private to issue/.  These tables are read and written with the rights of
 * their owner, on behalf of the roles that may execute the functions of this module.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_BATCH_H
#define SERIAL_ISSUE_BATCH_H

#include "postgres.h"

#include "issue/ff1.h"
#include "utils/timestamp.h"

#define NO_LEASE 0

typedef struct Lease
{
	int64		number;
	int32		pool;
	int64		lowest;			/* ordinals of the pool */
	int64		highest;
	Oid			sequence;		/* of those issued from it */
	char	   *holder;			/* filled by LeaseRead only, as are those
								 * below */
	bool		returned;
	bool		expired;
} Lease;

typedef struct Batch
{
	int64		number;
	char	   *reference;		/* NULL: none was given */
	TimestampTz issued_at;
	char	   *issued_by;
} Batch;

extern void BatchInsert(int32 pool, int64 first, int64 last, int64 lease,
						text *reference);

/*
 * Reads a lease that may be issued from, and keeps it from being returned
 * until the transaction ends.  Errors: 42704 no such lease, 55000 returned or
 * expired.
 */
extern void LeaseOpen(int64 number, Lease *lease);

/* the batch that an ordinal was issued in, under the active snapshot */
extern bool BatchRead(int32 pool, int64 ordinal, Batch *batch);

/*
 * The lease that holds an ordinal, under the active snapshot.  False: none
 * does.  Then free_from is the lowest ordinal such that no lease holds any
 * from there to the one that was asked for.
 */
extern bool LeaseRead(int32 pool, int64 ordinal, Lease *lease,
					  int64 *free_from);

/*
 * The reason for which a position is void, likewise.  Looks no lower than
 * lowest: there may be many rows that the snapshot does not see.
 */
extern bool VoidReasonRead(int32 pool, Numeral lowest, Numeral position,
						   char **reason, Numeral *free_from);

#endif							/* SERIAL_ISSUE_BATCH_H */
