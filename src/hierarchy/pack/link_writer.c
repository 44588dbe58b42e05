/*-------------------------------------------------------------------------
 *
 * link_writer.c
 *	  Insert and move links.
 *
 * The link to be moved has been read already, and its row is updated by its
 * position: to find it a second time, and to start a statement for it, would be
 * most of the cost of a move.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "hierarchy/pack/link_writer.h"

struct LinkWriter
{
	CatalogModify *links;
	CatalogModify *history;		/* NULL: no link with a past has been moved */
};

LinkWriter *
LinkWriterOpen(void)
{
	LinkWriter *writer = palloc0(sizeof(LinkWriter));

	writer->links = CatalogModifyOpen(CATALOG_AGGREGATION, CATALOG_INSERT_OR_UPDATE);
	return writer;
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
			   TimestampTz until)
{
	Datum		values[HISTORY_COLUMNS];
	bool		nulls[HISTORY_COLUMNS] = {false};

	values[HISTORY_CHILD] = PointerGetDatum(child);
	values[HISTORY_PARENT] = PointerGetDatum(link->parent);
	values[HISTORY_SINCE] = TimestampTzGetDatum(link->since);
	values[HISTORY_UNTIL] = TimestampTzGetDatum(until);
	values[HISTORY_IS_CONTAINER] = BoolGetDatum(link->is_container);
	if (writer->history == NULL)
		writer->history = CatalogModifyOpen(CATALOG_AGGREGATION_HISTORY, CATALOG_INSERT);
	CatalogInsert(writer->history, values, nulls);
}

static void
fill_link(Datum *values, const Serial *child, const Serial *container,
		  TimestampTz since, bool is_container)
{
	values[AGGREGATION_CHILD] = PointerGetDatum(child);
	values[AGGREGATION_PARENT] = PointerGetDatum(container);
	values[AGGREGATION_SINCE] = TimestampTzGetDatum(since);
	values[AGGREGATION_IS_CONTAINER] = BoolGetDatum(is_container);
}

bool
LinkWriterMove(LinkWriter *writer, const Serial *child, const DirtyLink *link,
			   const Serial *container, TimestampTz at)
{
	Datum		values[AGGREGATION_COLUMNS];
	bool		nulls[AGGREGATION_COLUMNS] = {false};
	Bitmapset  *changed = bms_add_member(bms_make_singleton(COLUMN_ATTNUM(AGGREGATION_PARENT)),
										 COLUMN_ATTNUM(AGGREGATION_SINCE));
	bool		moved;

	fill_link(values, child, container, at, link->is_container);
	moved = CatalogUpdate(writer->links, &link->tid, values, nulls, changed);
	bms_free(changed);
	/* nobody can ask for a point in time within an interval without length */
	if (moved && link->since < at)
		insert_history(writer, child, link, at);
	return moved;
}

bool
LinkWriterInsert(LinkWriter *writer, const Serial *child, const Serial *container,
				 TimestampTz at)
{
	Datum		values[AGGREGATION_COLUMNS];
	bool		nulls[AGGREGATION_COLUMNS] = {false};

	fill_link(values, child, container, at, false);
	return CatalogInsertIfAbsent(writer->links, values, nulls);
}
