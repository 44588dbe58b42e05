/*-------------------------------------------------------------------------
 *
 * sync_links.c
 *	  Making the links what somebody else says they are.
 *
 * All that is to change is unpacked before anything is packed, so that two
 * things may change places.
 *
 * The moment is the clock's, not the transaction's: another transaction may
 * have begun later and changed the same links already.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/serial_catalog.h"
#include "catalog/user_context.h"
#include "executor/spi.h"
#include "hierarchy/pack/pack.h"
#include "hierarchy/sync/sync_links.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

static SavedPlan select_links = {
	"SELECT a.child, a.parent FROM serial.aggregation AS a"
	" WHERE a.child = ANY ($1)",
	1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

void
DesiredLinksInit(DesiredLinks *wanted)
{
	wanted->n = 0;
	wanted->room = 64;
	wanted->links = palloc(wanted->room * sizeof(DesiredLink));
}

void
DesiredLinksAdd(DesiredLinks *wanted, Serial *child, Serial *parent)
{
	if (wanted->n == wanted->room)
	{
		wanted->room *= 2;
		wanted->links = repalloc_huge(wanted->links,
									  (Size) wanted->room * sizeof(DesiredLink));
	}
	wanted->links[wanted->n].child = child;
	wanted->links[wanted->n].parent = parent;
	wanted->n++;
}

static int
compare_children(const void *a, const void *b)
{
	return ValueCompare(((const DesiredLink *) a)->child,
						((const DesiredLink *) b)->child);
}

/*
 * Those without a parent first.
 */
static int
compare_parents(const void *a, const void *b)
{
	const Serial *left = ((const DesiredLink *) a)->parent;
	const Serial *right = ((const DesiredLink *) b)->parent;

	if (left == NULL || right == NULL)
		return (left != NULL) - (right != NULL);
	return ValueCompare(left, right);
}

void
DesiredLinksSort(DesiredLinks *wanted)
{
	qsort(wanted->links, wanted->n, sizeof(DesiredLink), compare_children);
}

DesiredLink *
DesiredLinksFind(const DesiredLinks *wanted, int n, const Serial *child)
{
	DesiredLink key = {unconstify(Serial *, child), NULL};

	return bsearch(&key, wanted->links, n, sizeof(DesiredLink),
				   compare_children);
}

static Datum
children_array(const DesiredLinks *wanted)
{
	SerialSet	children;
	int			i;

	SerialSetInit(&children);
	for (i = 0; i < wanted->n; i++)
		SerialSetAdd(&children, wanted->links[i].child);
	return PointerGetDatum(SerialSetToArray(&children));
}

/*
 * The children that are in another container than wanted.  Those that are
 * where they should be need nothing more: their parents are taken off the list.
 * Looks at what is committed now, whatever the isolation level.
 */
static void
find_astray(DesiredLinks *wanted, SerialSet *astray)
{
	Datum		values[] = {children_array(wanted)};
	uint64		row;

	SerialSetInit(astray);
	DesiredLinksSort(wanted);
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	SavedPlanExecute(&select_links, values, NULL, true, 0);
	PopActiveSnapshot();
	for (row = 0; row < SPI_processed; row++)
	{
		bool		isnull;
		Serial	   *child = DatumGetSerialPP(SavedPlanResult(row, 1, &isnull));
		Serial	   *parent = DatumGetSerialPP(SavedPlanResult(row, 2, &isnull));
		DesiredLink *link = DesiredLinksFind(wanted, wanted->n, child);

		if (link->parent != NULL && ValueEqual(link->parent, parent))
			link->parent = NULL;
		else
			SerialSetAdd(astray, link->child);
	}
}

static void
unpack(const SerialSet *astray, TimestampTz at)
{
	int64		ended;

	if (astray->n == 0)
		return;
	ended = UnpackLinks(astray, at);
	/* an old snapshot will never see what is to end */
	if (ended < astray->n && IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent packing")));
}

/*
 * One call for each parent.
 */
static int64
pack(DesiredLinks *wanted, TimestampTz at)
{
	DesiredLink *links = wanted->links;
	int64		packed = 0;
	int			i = 0;

	qsort(links, wanted->n, sizeof(DesiredLink), compare_parents);
	while (i < wanted->n)
	{
		Serial	   *parent = links[i].parent;
		SerialSet	children;

		SerialSetInit(&children);
		for (; i < wanted->n &&
			 (parent == NULL ? links[i].parent == NULL :
			  ValueEqual(links[i].parent, parent)); i++)
			SerialSetAdd(&children, links[i].child);
		if (parent != NULL)
			packed += PackLinks(parent, &children, at, false);
		CHECK_FOR_INTERRUPTS();
	}
	return packed;
}

int64
SyncLinks(DesiredLinks *wanted, bool replace)
{
	TimestampTz at = GetCurrentTimestamp();
	SavedUser	before;
	SerialSet	astray;
	int64		packed;

	if (wanted->n == 0)
		return 0;
	SwitchToTableOwner(CatalogTableOid("aggregation"), 0, &before);
	SPI_connect();
	if (replace)
	{
		find_astray(wanted, &astray);
		unpack(&astray, at);
	}
	packed = pack(wanted, at);
	SPI_finish();
	RestoreUser(&before);
	return packed;
}
