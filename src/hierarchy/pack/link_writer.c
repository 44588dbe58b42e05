/*-------------------------------------------------------------------------
 *
 * link_writer.c
 *	  Writing links without SQL.
 *
 * To look a link up a second time is much of the cost of moving it, and to set
 * up a statement most of the rest.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/modify.h"
#include "catalog/pg_type.h"
#include "catalog/saved_plan.h"
#include "hierarchy/pack/link_writer.h"

/* the columns of both tables; see hierarchy.sql */
#define LINK_COLUMNS	4
#define LINK_PARENT		2
#define LINK_SINCE		3
#define HISTORY_COLUMNS 5
#define HISTORY_UNTIL	4

static const Oid link_types[] = {
	SERIAL_TYPE, SERIAL_TYPE, TIMESTAMPTZOID, BOOLOID
};

static const Oid history_types[] = {
	SERIAL_TYPE, SERIAL_TYPE, TIMESTAMPTZOID, TIMESTAMPTZOID, BOOLOID
};

static const CatalogTable links_table = {
	"aggregation", LINK_COLUMNS, link_types, 1, "aggregation_check", 0
};

static const CatalogTable history_table = {
	"aggregation_history", HISTORY_COLUMNS, history_types, 1,
	"aggregation_history_check", HISTORY_UNTIL
};

struct LinkWriter
{
	CatalogModify	   *links;
	CatalogModify	   *history;		/* NULL: not open, or SQL is to write it */
	bool		has_history;	/* it was asked for */
};

LinkWriter *
LinkWriterOpen(void)
{
	LinkWriter   *relinker;
	CatalogModify	   *links;

	if (IsolationUsesXactSnapshot())
		return NULL;
	links = CatalogModifyOpen(&links_table, ACL_INSERT | ACL_UPDATE | ACL_SELECT);
	if (links == NULL)
		return NULL;
	relinker = palloc0(sizeof(LinkWriter));
	relinker->links = links;
	return relinker;
}

void
LinkWriterClose(LinkWriter *relinker)
{
	if (relinker == NULL)
		return;
	CatalogModifyClose(relinker->history);
	CatalogModifyClose(relinker->links);
	pfree(relinker);
}

static bool
turn_to_history(LinkWriter *relinker, TimestampTz until)
{
	if (!relinker->has_history)
		relinker->history = CatalogModifyOpen(&history_table, ACL_INSERT);
	relinker->has_history = true;
	return relinker->history != NULL && CatalogModifyRoute(relinker->history, until);
}

static void
keep(LinkWriter *relinker, const Serial *child, const DirtyLink *link,
	 TimestampTz at)
{
	Datum		values[HISTORY_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(link->parent),
		TimestampTzGetDatum(link->since), TimestampTzGetDatum(at),
		BoolGetDatum(link->is_container)
	};
	bool		nulls[HISTORY_COLUMNS] = {false};

	CatalogInsert(relinker->history, values, nulls);
}

static bool
replace(LinkWriter *relinker, const Serial *child, const DirtyLink *link,
		const Serial *container, TimestampTz at)
{
	Datum		values[LINK_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(container),
		TimestampTzGetDatum(at), BoolGetDatum(link->is_container)
	};
	bool		nulls[LINK_COLUMNS] = {false};
	Bitmapset  *changed = bms_add_member(bms_make_singleton(LINK_PARENT),
										 LINK_SINCE);
	bool		replaced = CatalogUpdate(relinker->links, &link->tid, values,
										 nulls, changed);

	bms_free(changed);
	return replaced;
}

LinkWriteResult
LinkWriterMove(LinkWriter *relinker, const Serial *child, const DirtyLink *link,
			 const Serial *container, TimestampTz at)
{
	bool		has_length = link->since < at;

	if (has_length && !turn_to_history(relinker, at))
		return LINK_NEEDS_SQL;
	if (!replace(relinker, child, link, container, at))
		return LINK_CHANGED;
	if (has_length)
		keep(relinker, child, link, at);
	return LINK_MOVED;
}

bool
LinkWriterInsert(LinkWriter *relinker, const Serial *child, const Serial *container,
			TimestampTz at)
{
	Datum		values[LINK_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(container),
		TimestampTzGetDatum(at), BoolGetDatum(false)
	};
	bool		nulls[LINK_COLUMNS] = {false};

	return CatalogInsertIfAbsent(relinker->links, values, nulls);
}
