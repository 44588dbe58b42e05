/*-------------------------------------------------------------------------
 *
 * pool.h
 *	  A pool, as its row in serial.pool describes it.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_POOL_H
#define SERIAL_ISSUE_POOL_H

#include "postgres.h"

#include "issue/template.h"
#include "value/value.h"

typedef struct Pool
{
	NameData	name;			/* for messages */
	Oid			sequence;		/* where its ordinals come from */
	int64		capacity;		/* ordinals are 1 .. capacity */
	Template	template;
} Pool;

extern void PoolOpen(Pool *pool, const char *name);
extern int64 PoolNextOrdinal(const Pool *pool);
extern Serial *PoolIdentifier(Pool *pool, int64 ordinal);

#endif							/* SERIAL_ISSUE_POOL_H */
