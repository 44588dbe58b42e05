/*-------------------------------------------------------------------------
 *
 * relink.c
 *	  Writing links without SQL.
 *
 * To look a link up a second time is much of the cost of moving it, and to set
 * up a statement most of the rest.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "hierarchy/relink.h"
#include "statement.h"
#include "target.h"

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

static const TargetTable links_table = {
	"aggregation", LINK_COLUMNS, link_types, 1, "aggregation_check", 0
};

static const TargetTable history_table = {
	"aggregation_history", HISTORY_COLUMNS, history_types, 1,
	"aggregation_history_check", HISTORY_UNTIL
};

struct Relinker
{
	Target	   *links;
	Target	   *history;		/* NULL: not open, or SQL is to write it */
	bool		has_history;	/* it was asked for */
};

Relinker *
RelinkerOpen(void)
{
	Relinker   *relinker;
	Target	   *links;

	if (IsolationUsesXactSnapshot())
		return NULL;
	links = TargetOpen(&links_table, ACL_INSERT | ACL_UPDATE | ACL_SELECT);
	if (links == NULL)
		return NULL;
	relinker = palloc0(sizeof(Relinker));
	relinker->links = links;
	return relinker;
}

void
RelinkerClose(Relinker *relinker)
{
	if (relinker == NULL)
		return;
	TargetClose(relinker->history);
	TargetClose(relinker->links);
	pfree(relinker);
}

static bool
turn_to_history(Relinker *relinker, TimestampTz until)
{
	if (!relinker->has_history)
		relinker->history = TargetOpen(&history_table, ACL_INSERT);
	relinker->has_history = true;
	return relinker->history != NULL && TargetTurn(relinker->history, until);
}

static void
keep(Relinker *relinker, const Serial *child, const SettledLink *link,
	 TimestampTz at)
{
	Datum		values[HISTORY_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(link->parent),
		TimestampTzGetDatum(link->since), TimestampTzGetDatum(at),
		BoolGetDatum(link->is_container)
	};
	bool		nulls[HISTORY_COLUMNS] = {false};

	TargetInsert(relinker->history, values, nulls);
}

static bool
replace(Relinker *relinker, const Serial *child, const SettledLink *link,
		const Serial *container, TimestampTz at)
{
	Datum		values[LINK_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(container),
		TimestampTzGetDatum(at), BoolGetDatum(link->is_container)
	};
	bool		nulls[LINK_COLUMNS] = {false};
	Bitmapset  *changed = bms_add_member(bms_make_singleton(LINK_PARENT),
										 LINK_SINCE);
	bool		replaced = TargetReplace(relinker->links, &link->place, values,
										 nulls, changed);

	bms_free(changed);
	return replaced;
}

Relinked
RelinkerMove(Relinker *relinker, const Serial *child, const SettledLink *link,
			 const Serial *container, TimestampTz at)
{
	bool		has_length = link->since < at;

	if (has_length && !turn_to_history(relinker, at))
		return RELINK_IN_SQL;
	if (!replace(relinker, child, link, container, at))
		return RELINK_CHANGED;
	if (has_length)
		keep(relinker, child, link, at);
	return RELINKED;
}

bool
RelinkerAdd(Relinker *relinker, const Serial *child, const Serial *container,
			TimestampTz at)
{
	Datum		values[LINK_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(container),
		TimestampTzGetDatum(at), BoolGetDatum(false)
	};
	bool		nulls[LINK_COLUMNS] = {false};

	return TargetAdd(relinker->links, values, nulls);
}
