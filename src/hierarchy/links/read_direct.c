/*-------------------------------------------------------------------------
 *
 * read_direct.c
 *	  Reading links by direct index scans.
 *
 * Children are read from the indexes by parent alone, which contain all columns
 * that walks down need; parents are read from the rows that the primary keys
 * lead to.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "hierarchy/links/link.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "value/value.h"

/*
 * Columns of an index by parent, counted from 0.
 */
typedef struct ParentIndexColumns
{
	int			child;
	int			is_container;
	int			since;
	int			since_event;	/* 0: not in the index */
} ParentIndexColumns;

static const ParentIndexColumns current_columns = {BY_PARENT_CHILD,
BY_PARENT_IS_CONTAINER, BY_PARENT_SINCE, BY_PARENT_SINCE_EVENT};
static const ParentIndexColumns history_columns = {HISTORY_BY_PARENT_CHILD,
HISTORY_BY_PARENT_IS_CONTAINER, HISTORY_BY_PARENT_SINCE, 0};

typedef struct DirectReader
{
	LinkReader	reader;
	List	   *current_tables;
	List	   *history_tables; /* NIL: only the links that last are read */

	/*
	 * scans by parent and by child, opened at first use, in the reader's
	 * memory
	 */
	MemoryContext memory;
	List	   *current_down;
	List	   *history_down;
	List	   *current_up;
	List	   *history_up;
	List	   *occupied;		/* OrderedLookup by parent */
} DirectReader;

static bool
direct_visit_children(DirectReader *reader, CatalogScan *scan,
					  const ParentIndexColumns *columns, Serial *container,
					  LinkVisitor visit, void *context)
{
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];
	Link		link;

	link.parent = container;
	CatalogRescan(scan, container, reader->reader.as_of);
	while (CatalogScanNextEntry(scan, values, nulls))
	{
		link.since = DatumGetTimestampTz(values[columns->since]);
		if (reader->reader.as_of != LINKS_NOW && link.since > reader->reader.as_of)
			continue;
		link.child = DatumGetSerialPP(values[columns->child]);
		link.is_container = DatumGetBool(values[columns->is_container]);
		link.since_event = columns->since_event == 0 ? 0 :
			DatumGetInt64(values[columns->since_event]);
		if (!visit(&link, context))
			return false;
	}
	return true;
}

static bool
direct_children(LinkReader *self, Serial *const *containers, int n,
				LinkVisitor visit, void *context)
{
	DirectReader *reader = (DirectReader *) self;
	MemoryContext caller = MemoryContextSwitchTo(reader->memory);
	ListCell   *cell;
	int			i;

	if (reader->current_down == NIL)
		reader->current_down = CatalogScansOpen(reader->current_tables,
												CATALOG_AGGREGATION_BY_PARENT,
												SCAN_ID, GetActiveSnapshot(),
												true);
	if (reader->history_down == NIL && reader->reader.as_of != LINKS_NOW)
		reader->history_down = CatalogScansOpen(reader->history_tables,
												CATALOG_HISTORY_BY_PARENT,
												SCAN_ID_UNTIL,
												GetActiveSnapshot(), true);
	MemoryContextSwitchTo(caller);
	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		foreach(cell, reader->current_down)
		{
			if (!direct_visit_children(reader, lfirst(cell), &current_columns,
									   containers[i], visit, context))
				return false;
		}
		foreach(cell, reader->history_down)
		{
			if (!direct_visit_children(reader, lfirst(cell), &history_columns,
									   containers[i], visit, context))
				return false;
		}
	}
	return true;
}

/*
 * Fills the link from the row that a scan stands on.
 */
static void
direct_read_link(CatalogScan *scan, bool is_history, Link *link)
{
	TupleTableSlot *slot = CatalogScanSlot(scan);
	Datum	   *values = slot->tts_values;

	slot_getsomeattrs(slot, is_history ? COLUMN_ATTNUM(HISTORY_UNTIL_EVENT) :
					  COLUMN_ATTNUM(AGGREGATION_SINCE_EVENT));
	link->parent = DatumGetSerialPP(values[AGGREGATION_PARENT]);
	link->is_container = DatumGetBool(values[is_history ? HISTORY_IS_CONTAINER :
											 AGGREGATION_IS_CONTAINER]);
	link->since = DatumGetTimestampTz(values[AGGREGATION_SINCE]);
	link->since_event = DatumGetInt64(values[is_history ? HISTORY_SINCE_EVENT :
											 AGGREGATION_SINCE_EVENT]);
	link->until = is_history ? DatumGetTimestampTz(values[HISTORY_UNTIL]) : DT_NOEND;
	link->until_event = is_history ? DatumGetInt64(values[HISTORY_UNTIL_EVENT]) : 0;
}

/*
 * A child has one link that lasts.  Of those that have ended, the scan finds the ones that
 * end after the reader's point in time.
 */
static bool
direct_find_link(DirectReader *reader, CatalogScan *scan, bool is_history,
				 const Serial *child)
{
	if (!is_history)
		return CatalogScanFindRow(scan, child);
	CatalogRescan(scan, child, reader->reader.as_of);
	return CatalogScanNextRow(scan);
}

/*
 * Among the intervals that end after a point in time, only the one that ends first can
 * contain it, so that only the first row that the scan finds matters.
 */
static Serial *
direct_find_parent(DirectReader *reader, CatalogScan *scan, bool is_history,
				   const Serial *child)
{
	Link		link;

	if (!direct_find_link(reader, scan, is_history, child))
		return NULL;
	direct_read_link(scan, is_history, &link);
	if (reader->reader.as_of != LINKS_NOW &&
		link.since > reader->reader.as_of)
		return NULL;
	return SerialCopy(link.parent);
}

static void
direct_open_upwards(DirectReader *reader)
{
	MemoryContext caller = MemoryContextSwitchTo(reader->memory);

	if (reader->current_up == NIL)
		reader->current_up = CatalogScansOpen(reader->current_tables,
											  CATALOG_AGGREGATION_BY_CHILD, SCAN_ID,
											  GetActiveSnapshot(), false);
	if (reader->history_up == NIL && reader->reader.as_of != LINKS_NOW)
		reader->history_up = CatalogScansOpen(reader->history_tables,
											  CATALOG_HISTORY_BY_CHILD,
											  SCAN_ID_UNTIL,
											  GetActiveSnapshot(), false);
	MemoryContextSwitchTo(caller);
}

static Serial *
direct_parent(LinkReader *self, const Serial *child)
{
	DirectReader *reader = (DirectReader *) self;
	Serial	   *parent;
	ListCell   *cell;

	direct_open_upwards(reader);
	foreach(cell, reader->current_up)
	{
		parent = direct_find_parent(reader, lfirst(cell), false, child);
		if (parent != NULL)
			return parent;
	}
	foreach(cell, reader->history_up)
	{
		parent = direct_find_parent(reader, lfirst(cell), true, child);
		if (parent != NULL)
			return parent;
	}
	return NULL;
}

static bool
direct_visit_parents(DirectReader *reader, CatalogScan *scan, bool is_history,
					 const Serial *child, LinkVisitor visit, void *context)
{
	Link		link = {.child = unconstify(Serial *, child)};
	bool		found = direct_find_link(reader, scan, is_history, child);

	while (found)
	{
		direct_read_link(scan, is_history, &link);
		if (!visit(&link, context))
			return false;
		found = is_history && CatalogScanNextRow(scan);
	}
	return true;
}

static bool
direct_visit_all_parents(DirectReader *reader, const Serial *child,
						 LinkVisitor visit, void *context)
{
	ListCell   *cell;

	foreach(cell, reader->current_up)
	{
		if (!direct_visit_parents(reader, lfirst(cell), false, child, visit,
								  context))
			return false;
	}
	foreach(cell, reader->history_up)
	{
		if (!direct_visit_parents(reader, lfirst(cell), true, child, visit,
								  context))
			return false;
	}
	return true;
}

static bool
direct_parents(LinkReader *self, Serial *const *children, int n,
			   LinkVisitor visit, void *context)
{
	DirectReader *reader = (DirectReader *) self;
	int			i;

	direct_open_upwards(reader);
	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!direct_visit_all_parents(reader, children[i], visit, context))
			return false;
	}
	return true;
}

static void
direct_find_containers(LinkReader *self, Serial *const *ids, int n, bool *is_container)
{
	DirectReader *reader = (DirectReader *) self;
	MemoryContext caller = MemoryContextSwitchTo(reader->memory);
	int			i;

	if (reader->occupied == NIL)
		reader->occupied = OrderedLookupsOpen(reader->current_tables,
											  CATALOG_AGGREGATION_BY_PARENT,
											  GetActiveSnapshot());
	MemoryContextSwitchTo(caller);
	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		is_container[i] = OrderedLookupsHave(reader->occupied, ids[i]);
	}
}

static void
direct_close(LinkReader *self)
{
	DirectReader *reader = (DirectReader *) self;

	CatalogScansClose(reader->current_down);
	CatalogScansClose(reader->history_down);
	CatalogScansClose(reader->current_up);
	CatalogScansClose(reader->history_up);
	OrderedLookupsClose(reader->occupied);
	pfree(reader);
}

LinkReader *
LinksOpenDirect(TimestampTz as_of)
{
	List	   *current = CatalogScanTables(CATALOG_AGGREGATION);
	List	   *history = as_of == LINKS_NOW ? NIL :
	CatalogScanTables(CATALOG_AGGREGATION_HISTORY);
	DirectReader *reader;

	if (current == NIL || (as_of != LINKS_NOW && history == NIL))
		return NULL;
	reader = palloc0(sizeof(DirectReader));
	reader->reader.as_of = as_of;
	reader->reader.children = direct_children;
	reader->reader.parent = direct_parent;
	reader->reader.parents = direct_parents;
	reader->reader.find_containers = direct_find_containers;
	reader->reader.close = direct_close;
	reader->reader.sees_all = true;
	reader->reader.seeks = true;
	reader->memory = CurrentMemoryContext;
	reader->current_tables = current;
	reader->history_tables = history;
	return &reader->reader;
}
