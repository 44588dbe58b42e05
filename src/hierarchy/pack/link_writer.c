/*-------------------------------------------------------------------------
 *
 * link_writer.c
 *	  Insert, move and end links.
 *
 * The link to be moved has been read already, and its row is updated by its
 * position: to find it a second time, and to start a statement for it, would be
 * most of the cost of a move.  A statement that ends many links would be planned by
 * what is known of the table then, and might read an index once for each link.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/pack/link_writer.h"

struct LinkWriter
{
	CatalogModify *links;
	CatalogModify *history;		/* NULL: no link with a past has been moved or
								 * ended */
};

static LinkWriter *
open_writer(CatalogModifyMode mode)
{
	LinkWriter *writer = palloc0(sizeof(LinkWriter));

	writer->links = CatalogModifyOpen(CATALOG_AGGREGATION, mode);
	return writer;
}

LinkWriter *
LinkWriterOpen(void)
{
	return open_writer(CATALOG_INSERT_OR_UPDATE);
}

LinkWriter *
LinkWriterOpenToEnd(void)
{
	return open_writer(CATALOG_DELETE);
}

void
LinkWriterClose(LinkWriter *writer)
{
	if (writer == NULL)
		return;
	if (writer->history != NULL)
		CatalogModifyClose(writer->history);
	CatalogModifyClose(writer->links);
	pfree(writer);
}

static void
insert_history(LinkWriter *writer, const Serial *child, const DirtyLink *link,
			   TimestampTz until, int64 until_event)
{
	Datum		values[HISTORY_COLUMNS];
	bool		nulls[HISTORY_COLUMNS] = {false};

	values[HISTORY_CHILD] = PointerGetDatum(child);
	values[HISTORY_PARENT] = PointerGetDatum(link->parent);
	values[HISTORY_SINCE] = TimestampTzGetDatum(link->since);
	values[HISTORY_UNTIL] = TimestampTzGetDatum(until);
	values[HISTORY_IS_CONTAINER] = BoolGetDatum(link->is_container);
	values[HISTORY_SINCE_EVENT] = Int64GetDatum(link->since_event);
	values[HISTORY_UNTIL_EVENT] = Int64GetDatum(until_event);
	nulls[HISTORY_FORMER_UNTIL] = true;
	if (writer->history == NULL)
		writer->history = CatalogModifyOpen(CATALOG_AGGREGATION_HISTORY, CATALOG_INSERT);
	CatalogInsert(writer->history, values, nulls);
}

/*
 * No event can be in an interval without length.
 */
static void
keep_past(LinkWriter *writer, const Serial *child, const DirtyLink *link,
		  TimestampTz until, int64 until_event)
{
	if (StepCompare(link->since, link->since_event, until, until_event) < 0)
		insert_history(writer, child, link, until, until_event);
}

static void
fill_link(Datum *values, const Serial *child, const Serial *container,
		  TimestampTz since, int64 since_event, bool is_container)
{
	values[AGGREGATION_CHILD] = PointerGetDatum(child);
	values[AGGREGATION_PARENT] = PointerGetDatum(container);
	values[AGGREGATION_SINCE] = TimestampTzGetDatum(since);
	values[AGGREGATION_IS_CONTAINER] = BoolGetDatum(is_container);
	values[AGGREGATION_SINCE_EVENT] = Int64GetDatum(since_event);
}

/*
 * Writes another container or beginning into the row of a link.
 */
static bool
update_link(LinkWriter *writer, const Serial *child, const DirtyLink *link,
			const Serial *container, TimestampTz since, int64 since_event)
{
	Datum		values[AGGREGATION_COLUMNS];
	bool		nulls[AGGREGATION_COLUMNS] = {false};
	Bitmapset  *changed = bms_make_singleton(COLUMN_ATTNUM(AGGREGATION_PARENT));
	bool		done;

	changed = bms_add_member(changed, COLUMN_ATTNUM(AGGREGATION_SINCE));
	changed = bms_add_member(changed, COLUMN_ATTNUM(AGGREGATION_SINCE_EVENT));
	fill_link(values, child, container, since, since_event, link->is_container);
	done = CatalogUpdate(writer->links, &link->tid, values, nulls, changed);
	bms_free(changed);
	return done;
}

bool
LinkWriterMove(LinkWriter *writer, const Serial *child, const DirtyLink *link,
			   const Serial *container, TimestampTz at, int64 event)
{
	if (!update_link(writer, child, link, container, at, event))
		return false;
	keep_past(writer, child, link, at, event);
	return true;
}

bool
LinkWriterEnd(LinkWriter *writer, const Serial *child, const DirtyLink *link,
			  TimestampTz at, int64 event)
{
	if (!CatalogDelete(writer->links, &link->tid))
		return false;
	keep_past(writer, child, link, at, event);
	return true;
}

bool
LinkWriterBegin(LinkWriter *writer, const Serial *child, const DirtyLink *link,
				TimestampTz at, int64 event)
{
	return update_link(writer, child, link, link->parent, at, event);
}

bool
LinkWriterInsert(LinkWriter *writer, const Serial *child, const Serial *container,
				 TimestampTz at, int64 event)
{
	Datum		values[AGGREGATION_COLUMNS];
	bool		nulls[AGGREGATION_COLUMNS] = {false};

	fill_link(values, child, container, at, event, false);
	return CatalogInsertIfAbsent(writer->links, values, nulls);
}
