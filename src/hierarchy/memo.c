/*-------------------------------------------------------------------------
 *
 * memo.c
 *	  What a function that is called row by row remembers of the links.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "hierarchy/memo.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

static View
current_view(void)
{
	Snapshot	snapshot = GetActiveSnapshot();
	View		view;

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

static Memo *
make_memo(FmgrInfo *call_site, Size size)
{
	Memo	   *memo = MemoryContextAllocZero(call_site->fn_mcxt, size);

	memo->memory = AllocSetContextCreate(call_site->fn_mcxt, "serial memo",
										 ALLOCSET_DEFAULT_SIZES);
	call_site->fn_extra = memo;
	return memo;
}

void
MemoForget(Memo *memo, Size size)
{
	memset((char *) memo + sizeof(Memo), 0, size - sizeof(Memo));
	MemoryContextReset(memo->memory);
}

void *
MemoOpen(FunctionCallInfo fcinfo, Size size)
{
	Memo	   *memo = fcinfo->flinfo->fn_extra;
	View		view = current_view();

	if (memo == NULL)
		memo = make_memo(fcinfo->flinfo, size);
	if (memcmp(&view, &memo->view, sizeof(View)) != 0)
		MemoForget(memo, size);
	memo->view = view;
	return memo;
}
