/*-------------------------------------------------------------------------
 *
 * call_cache.h
 *	  What a function that is called row by row remembers of the links.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_OPERATOR_CALL_CACHE_H
#define SERIAL_HIERARCHY_OPERATOR_CALL_CACHE_H

#include "postgres.h"

#include "fmgr.h"

/*
 * What an answer hangs on, besides the question.  An expression may be kept
 * for a whole transaction, and a transaction changes links, takes changes
 * back, and changes its user.
 */
typedef struct SnapshotKey
{
	TransactionId xmin;
	TransactionId xmax;
	uint32		in_progress;	/* transactions; each that commits was one */
	uint32		parts_in_progress;	/* their subtransactions, if listed */
	CommandId	command;
	SubTransactionId subtransaction;
	Oid			user;
} SnapshotKey;

/* the first member of every memo */
typedef struct CallCache
{
	MemoryContext memory;		/* of what is remembered */
	SnapshotKey view;
} CallCache;

/*
 * The memo of this call site, of a size that includes its CallCache.  Where there is
 * none yet, or the view is another, everything behind its CallCache is zero and its
 * memory empty.
 */
extern void *CallCacheOpen(FunctionCallInfo fcinfo, Size size);

/* forgets, as if the view were another */
extern void CallCacheReset(CallCache *memo, Size size);

#endif							/* SERIAL_HIERARCHY_OPERATOR_CALL_CACHE_H */
