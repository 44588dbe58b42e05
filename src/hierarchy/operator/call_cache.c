/*-------------------------------------------------------------------------
 *
 * call_cache.c
 *	  What a function that is called row by row remembers of the links.
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
current_view(void)
{
	Snapshot	snapshot = GetActiveSnapshot();
	SnapshotKey view;

	memset(&view, 0, sizeof(view));
	view.xmin = snapshot->xmin;
	view.xmax = snapshot->xmax;
	view.in_progress = snapshot->xcnt;
	view.parts_in_progress = snapshot->subxcnt;
	view.command = snapshot->curcid;
	view.subtransaction = GetCurrentSubTransactionId();
	view.user = GetUserId();
	return view;
}

static CallCache *
make_memo(FmgrInfo *call_site, Size size)
{
	CallCache  *memo = MemoryContextAllocZero(call_site->fn_mcxt, size);

	memo->memory = AllocSetContextCreate(call_site->fn_mcxt, "serial memo",
										 ALLOCSET_DEFAULT_SIZES);
	call_site->fn_extra = memo;
	return memo;
}

void
CallCacheReset(CallCache *memo, Size size)
{
	memset((char *) memo + sizeof(CallCache), 0, size - sizeof(CallCache));
	MemoryContextReset(memo->memory);
}

void *
CallCacheOpen(FunctionCallInfo fcinfo, Size size)
{
	CallCache  *memo = fcinfo->flinfo->fn_extra;
	SnapshotKey view = current_view();

	if (memo == NULL)
		memo = make_memo(fcinfo->flinfo, size);
	if (memcmp(&view, &memo->view, sizeof(SnapshotKey)) != 0)
		CallCacheReset(memo, size);
	memo->view = view;
	return memo;
}
