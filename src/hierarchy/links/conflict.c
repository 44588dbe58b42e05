/*-------------------------------------------------------------------------
 *
 * conflict.c
 *	  Links as they will have been: those in progress awaited.
 *
 * Who writes a link looks around afterwards.  Of two sessions whose links
 * contradict each other, at least one sees the other's, and waits to learn
 * whether it stays; if both do, the deadlock detector picks one.  Exclusion
 * constraints work the same way.
 *
 * A row that somebody else updates meanwhile has two entries in the index, and
 * such a look may miss it: the new entry may come after the index was read, and
 * the old row be gone before it is.  So where an entry led to no row, a snapshot
 * of what is committed has to confirm that nothing was missed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/scan.h"
#include "hierarchy/links/conflict.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/snapmgr.h"
#include "value/set.h"

/* columns of both tables; see hierarchy.sql */
enum
{
	LINK_CHILD = 1,
	LINK_PARENT,
	LINK_SINCE,
	CURRENT_IS_CONTAINER,
	HISTORY_UNTIL = CURRENT_IS_CONTAINER,
	HISTORY_IS_CONTAINER
};

/*
 * No snapshot shows what is in progress on another server.
 */
static List *
readable_tables(const char *table)
{
	List	   *tables = CatalogScanTables(table);

	if (tables != NIL)
		return tables;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("nothing can be packed while rows of \"serial.%s\" are in a table of another kind",
					table),
			 errdetail("Expected all of them in ordinary tables of this server.")));
}

void
DirtyLinksOpen(DirtyLinkReader *settler)
{
	(void) readable_tables("aggregation");
	(void) readable_tables("aggregation_history");
	memset(settler, 0, sizeof(DirtyLinkReader));
	InitDirtySnapshot(settler->snapshot);
}

/*
 * Opens probes when they are first asked for: not every write asks for all.
 */
static List *
current(DirtyLinkReader *settler, List **probes, const char *index, CatalogScanKey key)
{
	if (*probes == NIL)
		*probes = CatalogScansOpen(readable_tables("aggregation"), index, key,
							 &settler->snapshot, false);
	return *probes;
}

static List *
history(DirtyLinkReader *settler, List **probes, const char *index, CatalogScanKey key)
{
	if (*probes == NIL)
		*probes = CatalogScansOpen(readable_tables("aggregation_history"), index, key,
							 &settler->snapshot, false);
	return *probes;
}

static List *
current_by_child(DirtyLinkReader *settler)
{
	return current(settler, &settler->current_by_child, "aggregation_pkey",
				   SCAN_ID);
}

static List *
history_by_child(DirtyLinkReader *settler)
{
	return history(settler, &settler->history_by_child,
				   "aggregation_history_default_pkey", SCAN_ID_UNTIL);
}

static List *
current_by_parent(DirtyLinkReader *settler)
{
	return current(settler, &settler->current_by_parent,
				   "aggregation_parent_idx", SCAN_ID_RANGE);
}

static List *
history_by_parent(DirtyLinkReader *settler)
{
	return history(settler, &settler->history_by_parent,
				   "aggregation_history_default_parent_idx",
				   SCAN_ID_RANGE);
}

void
DirtyLinksClose(DirtyLinkReader *settler)
{
	CatalogScansClose(settler->current_by_child);
	CatalogScansClose(settler->history_by_child);
	CatalogScansClose(settler->current_by_parent);
	CatalogScansClose(settler->history_by_parent);
}

/*
 * Who is writing the row that a probe stands on, if anybody else is.
 */
static TransactionId
writer(const DirtyLinkReader *settler)
{
	return TransactionIdIsValid(settler->snapshot.xmin) ?
		settler->snapshot.xmin : settler->snapshot.xmax;
}

static Datum
column(CatalogScan *probe, AttrNumber number)
{
	bool		isnull;

	return slot_getattr(probe->slot, number, &isnull);
}

static DirtyLink *
link_of_row(CatalogScan *probe, bool is_history)
{
	DirtyLink *link = palloc(sizeof(DirtyLink));

	link->parent = SerialCopy(DatumGetSerialPP(column(probe, LINK_PARENT)));
	link->since = DatumGetTimestampTz(column(probe, LINK_SINCE));
	link->until = is_history ?
		DatumGetTimestampTz(column(probe, HISTORY_UNTIL)) : DT_NOEND;
	link->is_container = DatumGetBool(column(probe, is_history ?
											 HISTORY_IS_CONTAINER :
											 CURRENT_IS_CONTAINER));
	link->place = probe->slot->tts_tid;
	return link;
}

/*
 * Is the row that a probe stands on among the links from a number on?
 */
static bool
has_row(const List *links, int from, CatalogScan *probe)
{
	ListCell   *cell;

	for_each_from(cell, links, from)
	{
		DirtyLink *link = lfirst(cell);

		if (ItemPointerEquals(&link->place, &probe->slot->tts_tid))
			return true;
	}
	return false;
}

/*
 * Has a probe found everything, the links from a number on, in spite of those
 * who update it?
 */
static bool
missed_none(CatalogScan *probe, const List *links, int from)
{
	bool		complete = true;
	Snapshot	committed;

	if (!probe->passed)
		return true;
	committed = RegisterSnapshot(GetLatestSnapshot());
	CatalogScanRestart(probe, committed);
	while (complete && CatalogScanNextRow(probe))
		complete = has_row(links, from, probe);
	CatalogScanRelease(probe);
	UnregisterSnapshot(committed);
	return complete;
}

/*
 * Appends the links that the probes find.  If one was missed, and after a wait,
 * for it may have been long, all begins anew: returns false then.
 */
static bool
append_links(DirtyLinkReader *settler, List *probes, bool is_history,
			 const Serial *child, TimestampTz after, List **links)
{
	ListCell   *cell;

	foreach(cell, probes)
	{
		CatalogScan	   *probe = lfirst(cell);
		int			before = list_length(*links);

		CatalogRescan(probe, child, after);
		while (CatalogScanNextRow(probe))
		{
			TransactionId other = writer(settler);

			if (TransactionIdIsValid(other))
			{
				CatalogScanRelease(probe);
				XactLockTableWait(other, probe->table, NULL, XLTW_None);
				return false;
			}
			*links = lappend(*links, link_of_row(probe, is_history));
		}
		if (!missed_none(probe, *links, before))
			return false;
	}
	return true;
}

List *
DirtyLinksOfChild(DirtyLinkReader *settler, const Serial *child, TimestampTz after)
{
	List	   *links;

	do
	{
		CHECK_FOR_INTERRUPTS();
		links = NIL;
	} while (!append_links(settler, current_by_child(settler), false, child,
						   after, &links) ||
			 !append_links(settler, history_by_child(settler), true, child,
						   after, &links));
	return links;
}

DirtyLink *
DirtyLinkCurrent(DirtyLinkReader *settler, const Serial *child)
{
	List	   *links;

	do
	{
		CHECK_FOR_INTERRUPTS();
		links = NIL;
	} while (!append_links(settler, current_by_child(settler), false, child,
						   DT_NOBEGIN, &links));
	return links == NIL ? NULL : linitial(links);
}

TimestampTz
DirtyLinkEnd(DirtyLinkReader *settler, const Serial *child, TimestampTz after)
{
	TimestampTz end = DT_NOBEGIN;
	List	   *links;
	ListCell   *cell;

	do
	{
		CHECK_FOR_INTERRUPTS();
		links = NIL;
	} while (!append_links(settler, history_by_child(settler), true, child,
						   after, &links));
	foreach(cell, links)
		end = Max(end, ((DirtyLink *) lfirst(cell))->until);
	return end;
}

/*
 * Is anything in one of the containers from one identifier to another, be it
 * settled or not?
 */
static bool
finds_any(List *probes, const Serial *lowest, const Serial *highest)
{
	bool		found = false;
	ListCell   *cell;

	foreach(cell, probes)
	{
		CatalogScan	   *probe = lfirst(cell);

		CatalogRescanRange(probe, lowest, highest);
		found = found || CatalogScanNextRow(probe) || !missed_none(probe, NIL, 0);
		CatalogScanRelease(probe);
	}
	return found;
}

/*
 * Halves a range in which there is something.  Most ranges are of one GTIN, of
 * which either all things are containers or none is.
 */
static void
find_containers(DirtyLinkReader *settler, const SerialSet *set, int from, int to,
				SerialSet *found)
{
	int			middle = from + (to - from) / 2;

	if (from == to ||
		(!finds_any(current_by_parent(settler), set->members[from],
					set->members[to - 1]) &&
		 !finds_any(history_by_parent(settler), set->members[from],
					set->members[to - 1])))
		return;
	if (to - from == 1)
	{
		SerialSetAdd(found, set->members[from]);
		return;
	}
	find_containers(settler, set, from, middle, found);
	find_containers(settler, set, middle, to, found);
}

void
DirtyLinksFindContainers(DirtyLinkReader *settler, const SerialSet *sorted, SerialSet *found)
{
	find_containers(settler, sorted, 0, sorted->n, found);
}
