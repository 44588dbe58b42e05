/*-------------------------------------------------------------------------
 *
 * call_cache.c
 *	  Results about links that a function keeps from one call to the next.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "hierarchy/operator/call_cache.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

static SnapshotKey
call_cache_current_key(void)
{
	Snapshot	snapshot = GetActiveSnapshot();
	SnapshotKey key;

	memset(&key, 0, sizeof(key));
	key.xmin = snapshot->xmin;
	key.xmax = snapshot->xmax;
	key.in_progress = snapshot->xcnt;
	key.subxacts_in_progress = snapshot->subxcnt;
	key.command = snapshot->curcid;
	key.subtransaction = GetCurrentSubTransactionId();
	key.user = GetUserId();
	return key;
}

static CallCache *
call_cache_create(FmgrInfo *call_site, Size size)
{
	CallCache  *cache = MemoryContextAllocZero(call_site->fn_mcxt, size);

	cache->memory = AllocSetContextCreate(call_site->fn_mcxt, "serial call cache",
										  ALLOCSET_DEFAULT_SIZES);
	call_site->fn_extra = cache;
	return cache;
}

void
CallCacheReset(CallCache *cache, Size size)
{
	memset((char *) cache + sizeof(CallCache), 0, size - sizeof(CallCache));
	MemoryContextReset(cache->memory);
}

void *
CallCacheOpen(FunctionCallInfo fcinfo, Size size)
{
	CallCache  *cache = fcinfo->flinfo->fn_extra;
	SnapshotKey key = call_cache_current_key();

	if (cache == NULL)
		cache = call_cache_create(fcinfo->flinfo, size);
	if (memcmp(&key, &cache->key, sizeof(SnapshotKey)) != 0)
		CallCacheReset(cache, size);
	cache->key = key;
	return cache;
}
