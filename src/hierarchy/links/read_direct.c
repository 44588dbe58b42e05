/*-------------------------------------------------------------------------
 *
 * read_direct.c
 *	  Reading links by index scans of our own.
 *
 * Downwards from the indexes alone, which hold all that is needed; upwards
 * from the rows that the primary keys lead to.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/itup.h"
#include "catalog/scan.h"
#include "hierarchy/links/link.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
#include "value/set.h"

/* columns of both tables; see hierarchy.sql */
#define LINK_PARENT 2
#define LINK_SINCE	3
#define LINK_UNTIL	4			/* of history */

/*
 * Where an index by parent has what, counted from 0; see hierarchy.sql.
 */
typedef struct Columns
{
	int			child;
	int			is_container;
	int			since;
} Columns;

static const Columns current_columns = {1, 2, 3};
static const Columns history_columns = {2, 3, 4};

typedef struct DirectReader
{
	LinkReader	reader;
	TimestampTz as_of;
	List	   *current_tables;
	List	   *history_tables;	/* NIL: not asked for */

	/* by parent and by child; opened when first asked for */
	List	   *current_down;
	List	   *history_down;
	List	   *current_up;
	List	   *history_up;
} DirectReader;

static bool
visit_children(DirectReader *reader, CatalogScan *probe, const Columns *columns,
			   Serial *container, LinkVisitor visit, void *context)
{
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];
	IndexTuple	entry;
	Link		link;

	link.parent = container;
	CatalogRescan(probe, container, reader->as_of);
	while ((entry = CatalogScanNextEntry(probe)) != NULL)
	{
		index_deform_tuple(entry, probe->scan->xs_itupdesc, values, nulls);
		link.since = DatumGetTimestampTz(values[columns->since]);
		if (reader->as_of != LINKS_NOW && link.since > reader->as_of)
			continue;
		link.child = DatumGetSerialPP(values[columns->child]);
		link.is_container = DatumGetBool(values[columns->is_container]);
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
	ListCell   *cell;
	int			i;

	if (reader->current_down == NIL)
		reader->current_down = CatalogScansOpen(reader->current_tables,
										  "aggregation_parent_idx",
										  SCAN_ID, GetActiveSnapshot(), true);
	if (reader->history_down == NIL && reader->as_of != LINKS_NOW)
		reader->history_down = CatalogScansOpen(reader->history_tables,
										  "aggregation_history_default_parent_idx",
										  SCAN_ID_UNTIL, GetActiveSnapshot(),
										  true);
	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		foreach(cell, reader->current_down)
		{
			if (!visit_children(reader, lfirst(cell), &current_columns,
								containers[i], visit, context))
				return false;
		}
		foreach(cell, reader->history_down)
		{
			if (!visit_children(reader, lfirst(cell), &history_columns,
								containers[i], visit, context))
				return false;
		}
	}
	return true;
}

/*
 * The parent in the first row that a probe finds, if that row began in time.
 * Of intervals that end after a moment, only the first to end can hold it.
 */
static Serial *
parent_in(DirectReader *reader, CatalogScan *probe, const Serial *child)
{
	bool		isnull;

	CatalogRescan(probe, child, reader->as_of);
	if (!CatalogScanNextRow(probe))
		return NULL;
	if (reader->as_of != LINKS_NOW &&
		DatumGetTimestampTz(slot_getattr(probe->slot, LINK_SINCE, &isnull)) > reader->as_of)
		return NULL;
	return SerialCopy(DatumGetSerialPP(slot_getattr(probe->slot, LINK_PARENT,
													&isnull)));
}

static void
open_upwards(DirectReader *reader)
{
	if (reader->current_up == NIL)
		reader->current_up = CatalogScansOpen(reader->current_tables,
										  "aggregation_pkey",
										SCAN_ID, GetActiveSnapshot(), false);
	if (reader->history_up == NIL && reader->as_of != LINKS_NOW)
		reader->history_up = CatalogScansOpen(reader->history_tables,
										"aggregation_history_default_pkey",
										SCAN_ID_UNTIL, GetActiveSnapshot(),
										false);
}

static Serial *
direct_parent(LinkReader *self, const Serial *child)
{
	DirectReader *reader = (DirectReader *) self;
	Serial	   *parent;
	ListCell   *cell;

	open_upwards(reader);
	foreach(cell, reader->current_up)
	{
		if ((parent = parent_in(reader, lfirst(cell), child)) != NULL)
			return parent;
	}
	foreach(cell, reader->history_up)
	{
		if ((parent = parent_in(reader, lfirst(cell), child)) != NULL)
			return parent;
	}
	return NULL;
}

static bool
visit_parents(CatalogScan *probe, bool is_history, const Serial *child,
			  LinkVisitor visit, void *context)
{
	Link		link = {.child = (Serial *) child,.until = DT_NOEND};
	bool		isnull;

	CatalogRescan(probe, child, LINKS_EVER);
	while (CatalogScanNextRow(probe))
	{
		link.parent = DatumGetSerialPP(slot_getattr(probe->slot, LINK_PARENT,
													&isnull));
		link.since = DatumGetTimestampTz(slot_getattr(probe->slot, LINK_SINCE,
													  &isnull));
		if (is_history)
			link.until = DatumGetTimestampTz(slot_getattr(probe->slot,
														  LINK_UNTIL, &isnull));
		if (!visit(&link, context))
			return false;
	}
	return true;
}

static bool
visit_all_parents(DirectReader *reader, const Serial *child,
				  LinkVisitor visit, void *context)
{
	ListCell   *cell;

	foreach(cell, reader->current_up)
	{
		if (!visit_parents(lfirst(cell), false, child, visit, context))
			return false;
	}
	foreach(cell, reader->history_up)
	{
		if (!visit_parents(lfirst(cell), true, child, visit, context))
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

	open_upwards(reader);
	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!visit_all_parents(reader, children[i], visit, context))
			return false;
	}
	return true;
}

static void
direct_close(LinkReader *self)
{
	DirectReader *reader = (DirectReader *) self;

	CatalogScansClose(reader->current_down);
	CatalogScansClose(reader->history_down);
	CatalogScansClose(reader->current_up);
	CatalogScansClose(reader->history_up);
	pfree(reader);
}

LinkReader *
LinksOpenDirect(TimestampTz as_of)
{
	List	   *current = CatalogScanTables("aggregation");
	List	   *history = as_of == LINKS_NOW ? NIL :
		CatalogScanTables("aggregation_history");
	DirectReader *reader;

	if (current == NIL || (as_of != LINKS_NOW && history == NIL))
		return NULL;
	reader = palloc0(sizeof(DirectReader));
	reader->reader.children = direct_children;
	reader->reader.parent = direct_parent;
	reader->reader.parents = direct_parents;
	reader->reader.close = direct_close;
	reader->reader.sees_all = true;
	reader->reader.seeks = true;
	reader->as_of = as_of;
	reader->current_tables = current;
	reader->history_tables = history;
	return &reader->reader;
}
