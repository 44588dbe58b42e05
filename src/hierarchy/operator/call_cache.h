/*-------------------------------------------------------------------------
 *
 * call_cache.h
 *	  Results about links that a function keeps from one call to the next.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_OPERATOR_CALL_CACHE_H
#define SERIAL_HIERARCHY_OPERATOR_CALL_CACHE_H

#include "postgres.h"

#include "fmgr.h"

/*
 * All that a result depends on besides the arguments.  The state of an
 * expression may live as long as a transaction, and within one transaction links
 * change, subtransactions roll back, and the user changes.
 */
typedef struct SnapshotKey
{
	TransactionId xmin;
	TransactionId xmax;
	uint32		in_progress;	/* number of transactions */
	uint32		subxacts_in_progress;	/* as far as they are listed */
	CommandId	command;
	SubTransactionId subtransaction;
	Oid			user;
} SnapshotKey;

/* the first member of every cache */
typedef struct CallCache
{
	MemoryContext memory;		/* of the cached results */
	SnapshotKey key;
} CallCache;

/*
 * The cache of this call site, in fn_extra; size includes its CallCache.  When
 * it is new, or the snapshot key has changed, everything behind the CallCache is
 * zero and the memory context is empty.
 */
extern void *CallCacheOpen(FunctionCallInfo fcinfo, Size size);

/* empties the cache, as if the snapshot key had changed */
extern void CallCacheReset(CallCache *cache, Size size);

#endif							/* SERIAL_HIERARCHY_OPERATOR_CALL_CACHE_H */
