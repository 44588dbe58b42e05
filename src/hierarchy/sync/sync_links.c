/*-------------------------------------------------------------------------
 *
 * sync_links.c
 *	  Changing links to the desired ones.
 *
 * All links that change are ended before any is made, so that two items can
 * change places.
 *
 * The time of the links is that of the clock, not of the transaction: another
 * transaction may have begun later and have changed the same links already.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "hierarchy/hierarchy.h"
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
DesiredLinksInit(DesiredLinks *desired)
{
	desired->n = 0;
	desired->capacity = 64;
	desired->links = palloc(desired->capacity * sizeof(DesiredLink));
}

void
DesiredLinksAdd(DesiredLinks *desired, Serial *child, Serial *parent)
{
	desired->links = ArrayEnlarge(desired->links, desired->n, &desired->capacity,
								  sizeof(DesiredLink));
	desired->links[desired->n++] = (DesiredLink)
	{
		child, parent, 1, false
	};
}

static int
compare_children(const void *a, const void *b)
{
	return ValueCompare(((const DesiredLink *) a)->child,
						((const DesiredLink *) b)->child);
}

/*
 * Links without a parent sort first.
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

/*
 * Merges a row about the same child into a link.
 */
static void
desired_link_merge(DesiredLink *link, const DesiredLink *other, bool may_repeat)
{
	link->rows += other->rows;
	link->is_ambiguous |= other->is_ambiguous || !may_repeat ||
		(link->parent != NULL && other->parent != NULL &&
		 !ValueEqual(link->parent, other->parent));
	if (link->parent == NULL)
		link->parent = other->parent;
}

Serial *
DesiredLinksUnite(DesiredLinks *desired, bool may_repeat)
{
	DesiredLink *links = desired->links;
	Serial	   *ambiguous = NULL;
	int			n = 0;
	int			i;

	qsort(links, desired->n, sizeof(DesiredLink), compare_children);
	for (i = 0; i < desired->n; i++)
	{
		if (n == 0 || !ValueEqual(links[n - 1].child, links[i].child))
		{
			links[n++] = links[i];
			continue;
		}
		desired_link_merge(&links[n - 1], &links[i], may_repeat);
		if (ambiguous == NULL && links[n - 1].is_ambiguous)
			ambiguous = links[n - 1].child;
	}
	desired->n = n;
	return ambiguous;
}

DesiredLink *
DesiredLinksFind(const DesiredLinks *desired, int n, const Serial *child)
{
	DesiredLink key = {.child = unconstify(Serial *, child)};

	return bsearch(&key, desired->links, n, sizeof(DesiredLink),
				   compare_children);
}

static Datum
desired_children_array(const DesiredLinks *desired)
{
	SerialSet	children;
	int			i;

	SerialSetInit(&children);
	for (i = 0; i < desired->n; i++)
		SerialSetAdd(&children, desired->links[i].child);
	return PointerGetDatum(SerialSetToArray(&children));
}

/*
 * Finds children that are in another container than the desired one, with that
 * container.  The parents of children that are in the desired one are set to NULL,
 * since nothing is to be done for them.  Reads what is committed now, whatever the
 * isolation level.
 */
static void
find_misplaced(DesiredLinks *desired, DesiredLinks *misplaced)
{
	Datum		values[] = {desired_children_array(desired)};
	uint64		row;

	DesiredLinksInit(misplaced);
	qsort(desired->links, desired->n, sizeof(DesiredLink), compare_children);
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	SavedPlanExecute(&select_links, values, NULL, true, 0);
	PopActiveSnapshot();
	for (row = 0; row < SPI_processed; row++)
	{
		bool		isnull;
		Serial	   *child = DatumGetSerialPP(SavedPlanResult(row, 1, &isnull));
		Serial	   *parent = DatumGetSerialPP(SavedPlanResult(row, 2, &isnull));
		DesiredLink *link = DesiredLinksFind(desired, desired->n, child);

		if (link->parent != NULL && ValueEqual(link->parent, parent))
			link->parent = NULL;
		else
			DesiredLinksAdd(misplaced, link->child, SerialCopy(parent));
	}
}

/*
 * Takes the children of one parent from links that are sorted by it, and returns
 * where the next parent begins.
 */
static int
take_children(const DesiredLinks *links, int i, SerialSet *children)
{
	const Serial *parent = links->links[i].parent;

	SerialSetInit(children);
	for (; i < links->n &&
		 (parent == NULL ? links->links[i].parent == NULL :
		  links->links[i].parent != NULL && ValueEqual(links->links[i].parent, parent)); i++)
		SerialSetAdd(children, links->links[i].child);
	return i;
}

static void
unpack_misplaced(const DesiredLinks *misplaced, TimestampTz at)
{
	SerialSet	children;
	int64		ended;
	int			i;

	SerialSetInit(&children);
	for (i = 0; i < misplaced->n; i++)
		SerialSetAdd(&children, misplaced->links[i].child);
	ended = UnpackLinks(&children, at);
	/* the transaction's snapshot will never see the links to be ended */
	if (ended < misplaced->n && IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent packing")));
}

/*
 * Calls visit for each parent with its children.  The memory that a call
 * allocates is freed behind it: there may be as many parents as there are rows.
 */
typedef void (*ParentVisitor) (Serial *parent, SerialSet *children, void *context);

static void
visit_parents(DesiredLinks *links, ParentVisitor visit, void *context)
{
	MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext,
												 "serial links of a parent",
												 ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(memory);
	int			i = 0;

	qsort(links->links, links->n, sizeof(DesiredLink), compare_parents);
	while (i < links->n)
	{
		Serial	   *parent = links->links[i].parent;
		SerialSet	children;

		CHECK_FOR_INTERRUPTS();
		i = take_children(links, i, &children);
		if (parent != NULL)
			visit(parent, &children, context);
		MemoryContextReset(memory);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
}

typedef struct LinkPacking
{
	TimestampTz at;
	int64		packed;			/* children so far */
} LinkPacking;

static void
pack_children(Serial *parent, SerialSet *children, void *context)
{
	LinkPacking *packing = context;

	packing->packed += PackLinks(parent, children, packing->at, NO_EVENT, false,
								 PACK_STATES_TO_LOCK);
}

static int64
pack_desired(DesiredLinks *desired, TimestampTz at)
{
	LinkPacking packing = {at, 0};

	visit_parents(desired, pack_children, &packing);
	return packing.packed;
}

void
LinkRecordingInit(LinkRecording *recording, const AdoptedTable *adopted,
				  const char *command, Oid table)
{
	recording->cause = adopted->record ?
		psprintf("%s of %s", command, AdoptedTableQualifiedName(table)) : NULL;
	recording->is_strict = !adopted->skip_errors;
}

/*
 * The change for which one event is recorded of each parent.
 */
typedef struct RecordedChange
{
	const char *action;
	TimestampTz at;
	const LinkRecording *recording;
} RecordedChange;

static void
record_children(Serial *parent, SerialSet *children, void *context)
{
	const RecordedChange *change = context;

	record_links_hook(change->action, parent, SerialSetToArray(children), change->at,
					  change->recording->cause, change->recording->is_strict);
}

static void
record_link_changes(DesiredLinks *links, const char *action, TimestampTz at,
					const LinkRecording *recording)
{
	RecordedChange change = {action, at, recording};

	visit_parents(links, record_children, &change);
}

/* parents that are still set are of links that are to be made */
static int64
count_links_to_make(const DesiredLinks *desired)
{
	int64		n = 0;
	int			i;

	for (i = 0; i < desired->n; i++)
		if (desired->links[i].parent != NULL)
			n++;
	return n;
}

/*
 * Events that were kept as evidence have made no links.
 */
static int64
record_desired(DesiredLinks *desired, TimestampTz at, const LinkRecording *recording)
{
	int64		wanted = count_links_to_make(desired);
	DesiredLinks misplaced;

	record_link_changes(desired, "ADD", at, recording);
	if (recording->is_strict)
		return wanted;
	find_misplaced(desired, &misplaced);
	return wanted - count_links_to_make(desired);
}

int64
SyncLinks(DesiredLinks *desired, bool replace, const LinkRecording *recording)
{
	TimestampTz at = GetCurrentTimestamp();
	bool		record = recording->cause != NULL;
	SavedUser	before;
	DesiredLinks misplaced;
	int64		packed;

	if (desired->n == 0)
		return 0;
	SwitchToTableOwner(CatalogTableOid("aggregation"), 0, &before);
	SPI_connect();
	if (replace || record)
		find_misplaced(desired, &misplaced);
	if (replace && record)
		record_link_changes(&misplaced, "DELETE", at, recording);
	else if (replace && misplaced.n > 0)
		unpack_misplaced(&misplaced, at);
	packed = record ? record_desired(desired, at, recording) :
		pack_desired(desired, at);
	SPI_finish();
	RestoreUser(&before);
	return packed;
}

int64
CountMisplacedLinks(DesiredLinks *desired)
{
	SavedUser	before;
	DesiredLinks misplaced;
	int64		n;

	if (desired->n == 0)
		return 0;
	SwitchToTableOwner(CatalogTableOid("aggregation"), 0, &before);
	SPI_connect();
	find_misplaced(desired, &misplaced);
	n = count_links_to_make(desired);
	SPI_finish();
	RestoreUser(&before);
	return n;
}
