/*-------------------------------------------------------------------------
 *
 * origin_rule.c
 *	  Check that numbers of the pools here were issued before they are recorded.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "issue/issue.h"
#include "ledger/event/cbv.h"
#include "ledger/rule/origin_rule.h"
#include "utils/builtins.h"
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

/* --- What is in containers --- */

static bool
is_handed_over(const EventItem *item)
{
	return item->violation == NULL && DispositionIsTransferred(item->resulting_disposition) &&
		(str_equals_or_null(item->role, "item") || str_equals_or_null(item->role, "child"));
}

/*
 * What is handed over with its container and cannot exist.  The container is genuine, so
 * that a report of it is no evidence of a counterfeit and is kept only on demand.
 */
static void
check_content(EventItem *item, Serial *content, const Origin *origin)
{
	char	   *detail;

	if (item->violation != NULL || origin->state == ORIGIN_NO_POOL ||
		origin->state == ORIGIN_ISSUED || (detail = describe_origin(origin)) == NULL)
		return;
	item->violation = origin->state == ORIGIN_VOID ? "void" : "never issued";
	item->detail = psprintf("It contains \"%s\". %s", ValueToCString(content), detail);
}

/*
 * The rows of the result are containers among the items, in their order, and what each contains.
 * To read the origins replaces the result.
 */
static void
check_contents(EventItems *items)
{
	SPITupleTable *result = SPI_tuptable;
	int			n = (int) SPI_processed;
	Serial	  **containers = palloc_extended(Max(n, 1) * sizeof(Serial *), MCXT_ALLOC_HUGE);
	Serial	  **contents = palloc_extended(Max(n, 1) * sizeof(Serial *), MCXT_ALLOC_HUGE);
	Origin	   *origins = palloc_extended(Max(n, 1) * sizeof(Origin), MCXT_ALLOC_HUGE);
	bool		isnull;
	int			row;
	int			i = 0;

	for (row = 0; row < n; row++)
	{
		containers[row] = DatumGetSerialPP(SavedPlanResult(row, 1, &isnull));
		contents[row] = DatumGetSerialPP(SavedPlanResult(row, 2, &isnull));
	}
	OriginsRead(contents, n, origins);
	for (row = 0; row < n; row++)
	{
		while (!ValueEqual(items->members[i].id, containers[row]))
			i++;
		check_content(&items->members[i], contents[row], &origins[row]);
	}
	SPI_freetuptable(result);
	pfree(containers);
	pfree(contents);
	pfree(origins);
}

void
OriginRuleCheckContents(EventItems *items, const Event *event)
{
	static SavedPlan select = {
		"SELECT t.id, c.id FROM pg_catalog.unnest($1) AS t(id)"
		" CROSS JOIN LATERAL (SELECT a.parent FROM serial.aggregation AS a"
		"  WHERE a.parent = t.id AND a.since <= $2 LIMIT 1) AS p"
		" CROSS JOIN LATERAL serial.contents(p.parent, $2) AS c ORDER BY t.id, c.id",
		2, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	SerialSet	containers;
	Datum		values[2];
	int			i;

	SerialSetInit(&containers);
	for (i = 0; i < items->n; i++)
		if (is_handed_over(&items->members[i]))
			SerialSetAdd(&containers, items->members[i].id);
	if (containers.n == 0 || CatalogTableIsEmpty("pool"))
		return;
	values[0] = PointerGetDatum(SerialSetToArray(&containers));
	values[1] = TimestampTzGetDatum(event->at);
	SavedPlanExecute(&select, values, NULL, false, 0);
	check_contents(items);
}
