/*-------------------------------------------------------------------------
 *
 * batch.h
 *	  What is written down about issued numbers: batches, leases, and what
 *	  became of them.
 *
 * Private to issue/.  These tables are read and written with the rights of
 * their owner, on behalf of whoever may execute the functions of this room.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_BATCH_H
#define SERIAL_ISSUE_BATCH_H

#include "postgres.h"

#include "utils/timestamp.h"

#define NO_LEASE 0

typedef struct Lease
{
	int64		number;
	int32		pool;
	int64		lowest;			/* ordinals of the pool */
	int64		highest;
	Oid			sequence;		/* of those issued from it */
} Lease;

/*
 * What is known of an ordinal.  Pointers are NULL where there is nothing.
 */
typedef struct Record
{
	bool		in_batch;
	int64		batch;
	char	   *reference;
	TimestampTz issued_at;
	char	   *issued_by;
	bool		in_lease;
	Lease		lease;
	char	   *holder;
	bool		returned;
	bool		expired;
	char	   *void_reason;	/* not NULL: it was declared void */
} Record;

extern void RecordBatch(int32 pool, int64 first, int64 n, int64 lease,
						text *reference);

/*
 * Reads a lease that may be issued from, and keeps it from being returned
 * until the transaction ends.  Errors: 42704 no such lease, 55000 returned or
 * expired.
 */
extern void LeaseOpen(int64 number, Lease *lease);

extern void RecordRead(int32 pool, int64 ordinal, Record *record);

#endif							/* SERIAL_ISSUE_BATCH_H */
