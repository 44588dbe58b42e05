/*-------------------------------------------------------------------------
 *
 * step.c
 *	  What packing and unpacking have in common: hooks, arguments, errors.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "hierarchy/pack/pack.h"
#include "hierarchy/pack/step.h"
#include "utils/array.h"
#include "utils/timestamp.h"

needs_link_hooks_type needs_link_hooks = NULL;
next_event_hook_type next_event_hook = NULL;
link_removed_hook_type link_removed_hook = NULL;
link_added_hook_type link_added_hook = NULL;
record_links_hook_type record_links_hook = NULL;

bool
StepNeedsHooks(void)
{
	return needs_link_hooks != NULL && needs_link_hooks();
}

int64
StepNumber(int64 event)
{
	if (event != NO_EVENT || !StepNeedsHooks())
		return event;
	return next_event_hook();
}

void
StepRefuseNullArguments(FunctionCallInfo fcinfo, const char *function,
						const char *const *names)
{
	int			i;

	for (i = 0; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" of serial.%s must not be null",
							names[i], function)));
}

TimestampTz
StepTimeArgument(FunctionCallInfo fcinfo, int n)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(n);

	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("cannot pack or unpack at %s",
						at == DT_NOEND ? "infinity" : "-infinity"),
				 errdetail("The time must be finite.")));
	if (!TimestampHasFourDigitYear(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("cannot pack or unpack at %s", TimestampForMessage(at)),
				 errdetail("The year must be from 1 to 9999.")));
	HierarchyCheckTime(at);
	return at;
}

void
StepChildrenArgument(FunctionCallInfo fcinfo, int n, SerialSet *children)
{
	ArrayIterator elements = array_create_iterator(PG_GETARG_ARRAYTYPE_P(n), 0,
												   NULL);
	Datum		element;
	bool		isnull;

	SerialSetInit(children);
	while (array_iterate(elements, &element, &isnull))
	{
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("identifiers to pack or unpack must not be null"),
					 errdetail("Element %d of the array is null.",
							   children->n + 1)));
		SerialSetAdd(children, DatumGetSerialPP(element));
	}
	array_free_iterator(elements);
}

void
StepRefuseLate(const char *what, Serial *child, Serial *parent, TimestampTz since,
			   TimestampTz at)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot %s \"%s\" at %s", what, ValueToCString(child),
					TimestampForMessage(at)),
			 errdetail("It has been in \"%s\" only since %s.",
					   ValueToCString(parent), TimestampForMessage(since))));
}

void
StepRefuseOldSnapshot(const Serial *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent packing of \"%s\"",
					ValueToCString(id))));
}
