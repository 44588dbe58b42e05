/*-------------------------------------------------------------------------
 *
 * affected.c
 *	  Items whose rows hold what happened to the containers that they were in.
 *
 * Such a row is that of an item that has left a container, or has events of its own since
 * it was packed: what they left depends on what they found, and by a final disposition
 * the item leaves the container.  It is to be computed anew when it turns out later what
 * happened before that.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "ledger/state/affected.h"
#include "ledger/state/item.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

typedef struct VisitedItem
{
	Serial	   *id;
	bool		has_left;
	char		status;
} VisitedItem;

#define SH_PREFIX		visited
#define SH_ELEMENT_TYPE	VisitedItem
#define SH_KEY_TYPE		Serial *
#define SH_KEY			id
#define SH_HASH_KEY(table, key)	ValueHash(key)
#define SH_EQUAL(table, a, b)	ValueEqual(a, b)
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct AffectedDescent
{
	TimestampTz since;
	List	   *current;		/* scans by parent */
	List	   *former;
	ItemReader	items;
	MemoryContext memory;
	MemoryContext one;			/* reset after each row of serial.item */
	visited_hash *visited;
	SerialSet	containers;		/* those found, to be visited in turn */
	SerialSet  *inside;			/* results: see AffectedItems */
	SerialSet  *left;
} AffectedDescent;

static bool
has_event_since(AffectedDescent *descent, const Serial *id)
{
	MemoryContext caller = MemoryContextSwitchTo(descent->one);
	ItemRow		row;
	bool		has_event = ItemRead(&descent->items, id, &row) &&
	row.last_time >= descent->since;

	MemoryContextSwitchTo(caller);
	MemoryContextReset(descent->one);
	return has_event;
}

static void
descent_add(AffectedDescent *descent, Serial *id, bool is_container, bool has_left)
{
	bool		found;
	VisitedItem *item = visited_insert(descent->visited, id, &found);

	if (!found)
	{
		item->id = SerialCopy(id);
		item->has_left = false;
		if (is_container)
			SerialSetAdd(&descent->containers, item->id);
	}
	if (has_left && !item->has_left)
		SerialSetAdd(descent->left, item->id);
	else if (!found && has_event_since(descent, item->id))
		SerialSetAdd(descent->inside, item->id);
	item->has_left |= has_left;
}

static void
descent_read_current(AffectedDescent *descent, CatalogScan *scan, const Serial *container)
{
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	CatalogRescan(scan, container, DT_NOBEGIN);
	while (CatalogScanNextEntry(scan, values, nulls))
	{
		CHECK_FOR_INTERRUPTS();
		descent_add(descent, DatumGetSerialPP(values[BY_PARENT_CHILD]),
					DatumGetBool(values[BY_PARENT_IS_CONTAINER]), false);
	}
}

static void
descent_read_former(AffectedDescent *descent, CatalogScan *scan, const Serial *container)
{
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	/* the scan finds what ends after the time that it is given */
	CatalogRescan(scan, container, descent->since - 1);
	while (CatalogScanNextEntry(scan, values, nulls))
	{
		CHECK_FOR_INTERRUPTS();
		descent_add(descent, DatumGetSerialPP(values[HISTORY_BY_PARENT_CHILD]),
					DatumGetBool(values[HISTORY_BY_PARENT_IS_CONTAINER]), true);
	}
}

static void
descent_open(AffectedDescent *descent, TimestampTz since, SerialSet *inside, SerialSet *left)
{
	descent->since = since;
	descent->inside = inside;
	descent->left = left;
	descent->memory = CurrentMemoryContext;
	descent->one = AllocSetContextCreate(descent->memory, "serial affected items",
										 ALLOCSET_DEFAULT_SIZES);
	descent->current = CatalogScansOpen(CatalogScanTablesRequired(CATALOG_AGGREGATION),
										CATALOG_AGGREGATION_BY_PARENT, SCAN_ID,
										GetActiveSnapshot(), true);
	descent->former = CatalogScansOpen(CatalogScanTablesRequired(CATALOG_AGGREGATION_HISTORY),
									   CATALOG_HISTORY_BY_PARENT, SCAN_ID_UNTIL,
									   GetActiveSnapshot(), true);
	ItemsOpen(&descent->items);
	descent->visited = visited_create(descent->memory, 64, NULL);
	SerialSetInit(&descent->containers);
}

static void
descent_close(AffectedDescent *descent)
{
	ItemsClose(&descent->items);
	CatalogScansClose(descent->former);
	CatalogScansClose(descent->current);
	visited_destroy(descent->visited);
	MemoryContextDelete(descent->one);
}

static void
descent_read(AffectedDescent *descent, const Serial *container)
{
	ListCell   *cell;

	foreach(cell, descent->current)
		descent_read_current(descent, lfirst(cell), container);
	foreach(cell, descent->former)
		descent_read_former(descent, lfirst(cell), container);
}

/*
 * The first identifier, from a position on, into which anything was packed.
 */
static int
next_container(CatalogScan *range, const SerialSet *sorted, int from)
{
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];
	int			i = from;

	if (from >= sorted->n)
		return from;
	CatalogRescanRange(range, sorted->members[from], sorted->members[sorted->n - 1]);
	if (!CatalogScanNextEntry(range, values, nulls))
		return sorted->n;
	while (ValueCompare(sorted->members[i], DatumGetSerialPP(values[0])) < 0)
		i++;
	return i;
}

typedef void (*ReadContainer) (AffectedDescent *descent, CatalogScan *scan, const Serial *container);

/*
 * Reads what is, or was, in the containers among many identifiers, most of which are
 * none: those in between are passed over.
 */
static void
descent_read_each(AffectedDescent *descent, List *scans, CatalogTable table, CatalogIndex index,
				  const SerialSet *sorted, ReadContainer read)
{
	List	   *ranges = CatalogScansOpen(CatalogScanTablesRequired(table), index, SCAN_ID_RANGE,
										  GetActiveSnapshot(), true);
	ListCell   *scan;
	ListCell   *range;

	forboth(scan, scans, range, ranges)
	{
		int			i = next_container(lfirst(range), sorted, 0);

		while (i < sorted->n)
		{
			read(descent, lfirst(scan), sorted->members[i]);
			i = next_container(lfirst(range), sorted, i + 1);
		}
	}
	CatalogScansClose(ranges);
}

/* so many are read without a look at which of them are containers */
#define FEW_CONTAINERS 8

static void
descent_read_all(AffectedDescent *descent, const SerialSet *sorted)
{
	int			i;

	if (sorted->n > FEW_CONTAINERS)
	{
		descent_read_each(descent, descent->current, CATALOG_AGGREGATION,
						  CATALOG_AGGREGATION_BY_PARENT, sorted, descent_read_current);
		descent_read_each(descent, descent->former, CATALOG_AGGREGATION_HISTORY,
						  CATALOG_HISTORY_BY_PARENT, sorted, descent_read_former);
		return;
	}
	for (i = 0; i < sorted->n; i++)
		descent_read(descent, sorted->members[i]);
}

void
AffectedItems(SerialSet *containers, TimestampTz since, SerialSet *inside, SerialSet *left)
{
	AffectedDescent descent;
	int			i;

	SerialSetMakeDistinct(containers);
	descent_open(&descent, since, inside, left);
	descent_read_all(&descent, containers);
	for (i = 0; i < descent.containers.n; i++)
		descent_read(&descent, descent.containers.members[i]);
	descent_close(&descent);
}

/* --- Candidates --- */

/*
 * Takes the identifiers that a statement selects, at most so many, by a time.  Returns
 * false if there are more.
 */
static bool
select_candidates(SavedPlan *select, TimestampTz since, int most, SerialSet *candidates)
{
	Datum		values[] = {TimestampTzGetDatum(since), Int32GetDatum(most + 1)};
	uint64		row;
	bool		isnull;

	SavedPlanExecute(select, values, NULL, false, 0);
	if (SPI_processed > (uint64) most)
		return false;
	for (row = 0; row < SPI_processed; row++)
		SerialSetAdd(candidates, DatumGetSerialPP(SavedPlanResult(row, 1, &isnull)));
	return true;
}

static bool
scan_unpacked(CatalogScan *scan, TimestampTz since, int most, SerialSet *candidates)
{
	bool		isnull;

	CatalogRescanTime(scan, since);
	while (CatalogScanNextRow(scan))
	{
		if (candidates->n == most)
			return false;
		SerialSetAdd(candidates,
					 SerialCopy(DatumGetSerialPP(slot_getattr(CatalogScanSlot(scan),
															  COLUMN_ATTNUM(HISTORY_CHILD),
															  &isnull))));
	}
	return true;
}

/*
 * What was unpacked at a time or since.
 */
static bool
take_unpacked(TimestampTz since, int most, SerialSet *candidates)
{
	static SavedPlan select = {
		"SELECT h.child FROM serial.aggregation_history AS h WHERE h.until >= $1 LIMIT $2",
		2, {TIMESTAMPTZOID, INT4OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	List	   *tables = CatalogScanTablesWith(CATALOG_HISTORY_BY_UNTIL);
	List	   *scans;
	ListCell   *cell;
	bool		are_few = true;

	if (tables == NIL)
		return select_candidates(&select, since, most, candidates);
	scans = CatalogScansOpen(tables, CATALOG_HISTORY_BY_UNTIL, SCAN_TIME_FROM,
							 GetActiveSnapshot(), false);
	foreach(cell, scans)
		are_few = are_few && scan_unpacked(lfirst(cell), since, most, candidates);
	CatalogScansClose(scans);
	return are_few;
}

/*
 * Was a shipping undone after a time?
 */
static bool
has_void_shipping(TimestampTz since)
{
	static SavedPlan select = {
		"SELECT FROM serial.event AS e"
		" WHERE e.business_step = 'void_shipping' AND e.event_time > $1 LIMIT 1",
		1, {TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		argument = TimestampTzGetDatum(since);
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];
	List	   *tables = CatalogScanTablesWith(CATALOG_EVENT_BY_VOID_SHIPPING_TIME);
	List	   *scans;
	ListCell   *cell;
	bool		found = false;

	if (tables == NIL)
		return SavedPlanHasRow(&select, &argument, NULL);
	scans = CatalogScansOpen(tables, CATALOG_EVENT_BY_VOID_SHIPPING_TIME, SCAN_TIME_FROM,
							 GetActiveSnapshot(), true);
	foreach(cell, scans)
	{
		CatalogRescanTime(lfirst(cell), since + 1);
		found = found || CatalogScanNextEntry(lfirst(cell), values, nulls);
	}
	CatalogScansClose(scans);
	return found;
}

/*
 * What was named where a shipping was undone after a time.  A statement for this costs
 * more than all else here, and there is seldom such an event.
 */
static bool
take_void_shipped(TimestampTz since, int most, SerialSet *candidates)
{
	static SavedPlan select = {
		"SELECT i.id FROM serial.event AS e"
		" JOIN serial.event_item AS i ON i.event = e.event AND i.record_time = e.record_time"
		" WHERE e.business_step = 'void_shipping' AND e.event_time > $1 LIMIT $2",
		2, {TIMESTAMPTZOID, INT4OID}, SPI_OK_SELECT, NULL, InvalidOid
	};

	return !has_void_shipping(since) ||
		select_candidates(&select, since, most, candidates);
}

bool
AffectedCandidates(TimestampTz since, int most, SerialSet *candidates)
{
	bool		are_few;

	PushActiveSnapshot(GetTransactionSnapshot());
	are_few = take_unpacked(since, most, candidates) &&
		take_void_shipped(since, most - candidates->n, candidates);
	PopActiveSnapshot();
	return are_few;
}

/*
 * The row of the link of an item, if it is directly in a container now; else NULL.
 */
static TupleTableSlot *
find_link(List *by_child, const Serial *child, const Serial *container)
{
	ListCell   *cell;

	foreach(cell, by_child)
	{
		CatalogScan *scan = lfirst(cell);
		TupleTableSlot *slot = CatalogScanSlot(scan);
		bool		isnull;

		CatalogRescan(scan, child, DT_NOBEGIN);
		if (CatalogScanNextRow(scan) &&
			ValueEqual(DatumGetSerialPP(slot_getattr(slot, COLUMN_ATTNUM(AGGREGATION_PARENT),
													 &isnull)),
					   container))
			return slot;
	}
	return NULL;
}

static bool
link_is_of_container(TupleTableSlot *link)
{
	bool		isnull;

	return DatumGetBool(slot_getattr(link, COLUMN_ATTNUM(AGGREGATION_IS_CONTAINER), &isnull));
}

void
AffectedChildren(const SerialSet *children, const Serial *container, TimestampTz since,
				 SerialSet *affected, SerialSet *containers)
{
	AffectedDescent descent;
	List	   *by_child = CatalogScansOpen(CatalogScanTablesRequired(CATALOG_AGGREGATION),
											CATALOG_AGGREGATION_BY_CHILD, SCAN_ID,
											GetActiveSnapshot(), false);
	int			i;

	descent_open(&descent, since, affected, affected);
	for (i = 0; i < children->n; i++)
	{
		Serial	   *child = children->members[i];
		TupleTableSlot *link = find_link(by_child, child, container);

		CHECK_FOR_INTERRUPTS();
		if (link == NULL || link_is_of_container(link))
			SerialSetAdd(containers, child);
		if (link == NULL || has_event_since(&descent, child))
			SerialSetAdd(affected, child);
	}
	descent_close(&descent);
	CatalogScansClose(by_child);
}
