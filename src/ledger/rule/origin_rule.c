/*-------------------------------------------------------------------------
 *
 * origin_rule.c
 *	  Check that numbers of the pools here were issued before they are recorded.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "issue/issue.h"
#include "ledger/event/cbv.h"
#include "ledger/rule/origin_rule.h"
#include "utils/memutils.h"

/*
 * Why an item with a number of a pool here cannot exist; NULL if it can.
 */
static char *
describe_origin(const Origin *origin)
{
	switch (origin->state)
	{
		case ORIGIN_NOT_ISSUED:
			return psprintf("Pool \"%s\" has not issued it.", origin->pool);
		case ORIGIN_LEASED:
			return psprintf("It is in a lease of pool \"%s\" and has not been issued from it.", origin->pool);
		case ORIGIN_RETURNED:
			return psprintf("It was in a lease of pool \"%s\" that was returned before it was issued.", origin->pool);
		case ORIGIN_EXPIRED:
			return psprintf("It was in a lease of pool \"%s\" that expired before it was issued.", origin->pool);
		case ORIGIN_VOID:
			return psprintf("Its number was declared void: %s.", origin->void_reason);
		default:
			return NULL;
	}
}

/*
 * The number of an item whose beginning is not known must have been issued.  A
 * void number stays void, whatever is known of it; but an item that bears one may
 * be destroyed or decommissioned.
 */
static bool
is_origin_checked(const EventItem *item, const Origin *origin)
{
	if (item->row == NULL || item->row->first_event == 0)
		return true;
	return origin->state == ORIGIN_VOID &&
		(str_equals_or_null(item->role, "input") ||
		 !DispositionIsFinal(item->resulting_disposition) ||
		 DispositionIsTransferred(item->resulting_disposition));
}

/*
 * The report of a number that was never issued is evidence of a counterfeit,
 * which an error would lose.  So an event that only observed it is kept, unless
 * it is strict by the caller's word or something else speaks against it.
 */
void
OriginRuleCheck(EventItems *items, const Event *event)
{
	Serial	  **ids = palloc_extended(Max(items->n, 1) * sizeof(Serial *), MCXT_ALLOC_HUGE);
	Origin	   *origins = palloc_extended(Max(items->n, 1) * sizeof(Origin), MCXT_ALLOC_HUGE);
	int			i;

	for (i = 0; i < items->n; i++)
		ids[i] = items->members[i].id;
	OriginsRead(ids, items->n, origins);
	for (i = 0; i < items->n; i++)
	{
		EventItem  *item = &items->members[i];
		char	   *detail;

		if (origins[i].state == ORIGIN_NO_POOL || origins[i].state == ORIGIN_ISSUED ||
			!is_origin_checked(item, &origins[i]) ||
			(detail = describe_origin(&origins[i])) == NULL)
			continue;
		item->is_kept_by_default = item->violation == NULL &&
			str_equals_or_null(event->action, "OBSERVE");
		item->violation = origins[i].state == ORIGIN_VOID ? "void" : "never issued";
		item->detail = detail;
	}
	pfree(ids);
	pfree(origins);
}
