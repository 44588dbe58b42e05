/*-------------------------------------------------------------------------
 *
 * conflict.c
 *	  Read links with a dirty snapshot, waiting for in-progress writers.
 *
 * A session checks for conflicting links after it has written its own, as
 * exclusion constraints do.  Of two sessions whose links conflict, at least one
 * sees the other's, and waits until that transaction ends; if both wait, the
 * deadlock detector cancels one.
 *
 * A row that another session updates meanwhile has two entries in the index,
 * and a dirty scan may miss both: the new entry may be made after the scan has
 * passed its place, and the old row be dead when the scan reaches it.  So where
 * an entry led to no visible row, a scan under a snapshot of what is committed
 * must confirm that no link was missed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "hierarchy/links/conflict.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/snapmgr.h"
#include "value/value.h"

void
DirtyLinksOpen(DirtyLinkReader *reader)
{
	(void) CatalogScanTablesRequired(CATALOG_AGGREGATION);
	(void) CatalogScanTablesRequired(CATALOG_AGGREGATION_HISTORY);
	memset(reader, 0, sizeof(DirtyLinkReader));
	InitDirtySnapshot(reader->snapshot);
}

/*
 * Scans are opened at first use, since not every write needs all of them.
 */
static List *
dirty_scans(DirtyLinkReader *reader, List **scans, CatalogTable table,
			CatalogIndex index, CatalogScanKey key)
{
	if (*scans == NIL)
		*scans = CatalogScansOpen(CatalogScanTablesRequired(table), index, key,
								  &reader->snapshot, false);
	return *scans;
}

static List *
current_by_child(DirtyLinkReader *reader)
{
	return dirty_scans(reader, &reader->current_by_child, CATALOG_AGGREGATION,
					   CATALOG_AGGREGATION_BY_CHILD, SCAN_ID);
}

static List *
history_by_child(DirtyLinkReader *reader)
{
	return dirty_scans(reader, &reader->history_by_child,
					   CATALOG_AGGREGATION_HISTORY,
					   CATALOG_HISTORY_BY_CHILD, SCAN_ID_UNTIL);
}

static List *
current_by_parent(DirtyLinkReader *reader)
{
	return dirty_scans(reader, &reader->current_by_parent, CATALOG_AGGREGATION,
					   CATALOG_AGGREGATION_BY_PARENT, SCAN_ID_RANGE);
}

static List *
history_by_parent(DirtyLinkReader *reader)
{
	return dirty_scans(reader, &reader->history_by_parent,
					   CATALOG_AGGREGATION_HISTORY,
					   CATALOG_HISTORY_BY_PARENT,
					   SCAN_ID_RANGE);
}

static List *
current_by_children(DirtyLinkReader *reader)
{
	return dirty_scans(reader, &reader->current_by_children, CATALOG_AGGREGATION,
					   CATALOG_AGGREGATION_BY_CHILD, SCAN_ID_RANGE);
}

static List *
history_by_children(DirtyLinkReader *reader)
{
	return dirty_scans(reader, &reader->history_by_children,
					   CATALOG_AGGREGATION_HISTORY,
					   CATALOG_HISTORY_BY_CHILD, SCAN_ID_RANGE);
}

void
DirtyLinksClose(DirtyLinkReader *reader)
{
	CatalogScansClose(reader->current_by_children);
	CatalogScansClose(reader->history_by_children);
	CatalogScansClose(reader->current_by_child);
	CatalogScansClose(reader->history_by_child);
	CatalogScansClose(reader->current_by_parent);
	CatalogScansClose(reader->history_by_parent);
}

/*
 * The other transaction that is writing the row that a scan stands on, if any.
 */
static TransactionId
dirty_writer(const DirtyLinkReader *reader)
{
	return TransactionIdIsValid(reader->snapshot.xmin) ?
		reader->snapshot.xmin : reader->snapshot.xmax;
}

static Datum
dirty_column(CatalogScan *scan, int column)
{
	bool		isnull;

	return slot_getattr(CatalogScanSlot(scan), COLUMN_ATTNUM(column), &isnull);
}

static DirtyLink *
dirty_link_of_row(CatalogScan *scan, bool is_history)
{
	DirtyLink  *link = palloc(sizeof(DirtyLink));

	link->parent = SerialCopy(DatumGetSerialPP(dirty_column(scan, AGGREGATION_PARENT)));
	link->since = DatumGetTimestampTz(dirty_column(scan, AGGREGATION_SINCE));
	link->since_event = DatumGetInt64(dirty_column(scan, is_history ?
												   HISTORY_SINCE_EVENT :
												   AGGREGATION_SINCE_EVENT));
	link->until = is_history ?
		DatumGetTimestampTz(dirty_column(scan, HISTORY_UNTIL)) : DT_NOEND;
	link->until_event = is_history ?
		DatumGetInt64(dirty_column(scan, HISTORY_UNTIL_EVENT)) : 0;
	link->is_container = DatumGetBool(dirty_column(scan, is_history ?
												   HISTORY_IS_CONTAINER :
												   AGGREGATION_IS_CONTAINER));
	link->tid = CatalogScanSlot(scan)->tts_tid;
	return link;
}

/*
 * Is the row that a scan stands on among the links from an index on?
 */
static bool
dirty_has_row(const List *links, int from, CatalogScan *scan)
{
	ListCell   *cell;

	for_each_from(cell, links, from)
	{
		DirtyLink  *link = lfirst(cell);

		if (ItemPointerEquals(&link->tid, &CatalogScanSlot(scan)->tts_tid))
			return true;
	}
	return false;
}

/*
 * Did a scan find all rows, those included that were updated meanwhile?  The links that
 * it found are those of the list from an index on.
 */
static bool
dirty_missed_none(CatalogScan *scan, const List *links, int from)
{
	bool		complete = true;
	Snapshot	committed;

	if (!CatalogScanPassedRows(scan))
		return true;
	committed = RegisterSnapshot(GetLatestSnapshot());
	CatalogScanRestart(scan, committed);
	while (complete && CatalogScanNextRow(scan))
		complete = dirty_has_row(links, from, scan);
	CatalogScanRelease(scan);
	UnregisterSnapshot(committed);
	return complete;
}

/*
 * Appends the links that the scans find.  Returns false if the caller must start
 * again: after a wait, since others may have written meanwhile, or if a link was
 * missed.
 */
static bool
dirty_append_links(DirtyLinkReader *reader, List *scans, bool is_history,
				   const Serial *child, TimestampTz after, List **links)
{
	ListCell   *cell;

	foreach(cell, scans)
	{
		CatalogScan *scan = lfirst(cell);
		int			before = list_length(*links);

		CatalogRescan(scan, child, after);
		while (CatalogScanNextRow(scan))
		{
			TransactionId other = dirty_writer(reader);

			if (TransactionIdIsValid(other))
			{
				CatalogScanRelease(scan);
				XactLockTableWait(other, CatalogScanTable(scan), NULL, XLTW_None);
				return false;
			}
			*links = lappend(*links, dirty_link_of_row(scan, is_history));
		}
		if (!dirty_missed_none(scan, *links, before))
			return false;
	}
	return true;
}

List *
DirtyLinksOfChild(DirtyLinkReader *reader, const Serial *child, TimestampTz after)
{
	List	   *links;

	do
	{
		CHECK_FOR_INTERRUPTS();
		links = NIL;
	} while (!dirty_append_links(reader, current_by_child(reader), false, child,
								 after, &links) ||
			 !dirty_append_links(reader, history_by_child(reader), true, child,
								 after, &links));
	return links;
}

DirtyLink *
DirtyLinkCurrent(DirtyLinkReader *reader, const Serial *child)
{
	List	   *links;

	do
	{
		CHECK_FOR_INTERRUPTS();
		links = NIL;
	} while (!dirty_append_links(reader, current_by_child(reader), false, child,
								 DT_NOBEGIN, &links));
	return links == NIL ? NULL : linitial(links);
}

TimestampTz
DirtyLinkEnd(DirtyLinkReader *reader, const Serial *child, TimestampTz after)
{
	TimestampTz end = DT_NOBEGIN;
	List	   *links;
	ListCell   *cell;

	do
	{
		CHECK_FOR_INTERRUPTS();
		links = NIL;
	} while (!dirty_append_links(reader, history_by_child(reader), true, child,
								 after, &links));
	foreach(cell, links)
		end = Max(end, ((DirtyLink *) lfirst(cell))->until);
	return end;
}

/*
 * Is there a link of one of the containers, or children, from lowest to highest, committed
 * or in progress?
 */
static bool
dirty_finds_any(List *scans, const Serial *lowest, const Serial *highest)
{
	bool		found = false;
	ListCell   *cell;

	foreach(cell, scans)
	{
		CatalogScan *scan = lfirst(cell);

		CatalogRescanRange(scan, lowest, highest);
		found = found || CatalogScanNextRow(scan) || !dirty_missed_none(scan, NIL, 0);
		CatalogScanRelease(scan);
	}
	return found;
}

bool
DirtyLinksMayBeCurrent(DirtyLinkReader *reader, const SerialSet *sorted)
{
	return sorted->n > 0 &&
		dirty_finds_any(current_by_children(reader), sorted->members[0],
						sorted->members[sorted->n - 1]);
}

bool
DirtyLinksMayBeFormer(DirtyLinkReader *reader, const SerialSet *sorted)
{
	return sorted->n > 0 &&
		dirty_finds_any(history_by_children(reader), sorted->members[0],
						sorted->members[sorted->n - 1]);
}

/*
 * Halves each range in which anything is found.  Most sets are of one GTIN, whose
 * items are either all containers or none, so that few ranges are halved.
 */
static void
dirty_find_containers(DirtyLinkReader *reader, const SerialSet *set, int from, int to,
					  SerialSet *found)
{
	int			middle = from + (to - from) / 2;

	CHECK_FOR_INTERRUPTS();
	if (from == to ||
		(!dirty_finds_any(current_by_parent(reader), set->members[from],
						  set->members[to - 1]) &&
		 !dirty_finds_any(history_by_parent(reader), set->members[from],
						  set->members[to - 1])))
		return;
	if (to - from == 1)
	{
		SerialSetAdd(found, set->members[from]);
		return;
	}
	dirty_find_containers(reader, set, from, middle, found);
	dirty_find_containers(reader, set, middle, to, found);
}

void
DirtyLinksFindContainers(DirtyLinkReader *reader, const SerialSet *sorted, SerialSet *found)
{
	dirty_find_containers(reader, sorted, 0, sorted->n, found);
}
