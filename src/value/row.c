/*-------------------------------------------------------------------------
 *
 * row.c
 *	  The row type that a function returns.
 *
 *-------------------------------------------------------------------------
 */
#include "value/row.h"

#include "funcapi.h"
#include "utils/memutils.h"

TupleDesc
RowDescriptor(FunctionCallInfo fcinfo)
{
	TupleDesc	descriptor = fcinfo->flinfo->fn_extra;
	MemoryContext old;

	if (descriptor != NULL)
		return descriptor;
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	descriptor = BlessTupleDesc(CreateTupleDescCopy(descriptor));
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = descriptor;
	return descriptor;
}
