/*-------------------------------------------------------------------------
 *
 * unpack.c
 *	  Unpacking: links end, and go to history.
 *
 * The SQL functions run as the owner of the links, with search_path pinned by
 * their declaration.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/conflict.h"
#include "hierarchy/pack/link_writer.h"
#include "hierarchy/pack/pack.h"
#include "hierarchy/pack/step.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/timestamp.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_unpack);
PG_FUNCTION_INFO_V1(serial_unpack_all);
PG_FUNCTION_INFO_V1(serial_unpack_for_event);
PG_FUNCTION_INFO_V1(serial_unpack_all_for_event);

/*
 * Links that end go to history, except those of no duration, which contain no
 * event.
 */
typedef struct UnpackState
{
	TimestampTz at;
	int64		event;			/* orders the step among those of that time */

	DirtyLinkReader reader;
	LinkWriter *writer;

	/* results */
	SerialSet	ended;			/* children that were in a container */
	SerialSet	left;			/* the containers of these */
} UnpackState;

/*
 * Other sessions may be moving or unpacking the child, too.
 */
static void
unpack_child(UnpackState *unpack, Serial *child)
{
	for (;;)
	{
		DirtyLink  *link = DirtyLinkCurrent(&unpack->reader, child);

		if (link == NULL)
			return;
		if (link->since > unpack->at)
			StepRefuseLate("unpack", child, link->parent, link->since, unpack->at);
		if (LinkWriterEnd(unpack->writer, child, link, unpack->at, unpack->event))
		{
			SerialSetAdd(&unpack->ended, child);
			SerialSetAdd(&unpack->left, link->parent);
			return;
		}
		if (IsolationUsesXactSnapshot())
			StepRefuseOldSnapshot(child);
	}
}

static void
unpack_write_links(UnpackState *unpack, const SerialSet *children)
{
	int			i;

	DirtyLinksOpen(&unpack->reader);
	unpack->writer = LinkWriterOpenToEnd();
	SerialSetInit(&unpack->ended);
	SerialSetInit(&unpack->left);
	for (i = 0; i < children->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		unpack_child(unpack, children->members[i]);
	}
	LinkWriterClose(unpack->writer);
	DirtyLinksClose(&unpack->reader);
}

static int64
unpack_children(SerialSet *children, TimestampTz at, int64 event, bool states_follow)
{
	UnpackState unpack = {.at = at};

	SerialSetMakeDistinct(children);
	SPI_connect();
	unpack.event = StepNumber(event);
	unpack_write_links(&unpack, children);
	if (!states_follow && StepNeedsHooks() && unpack.ended.n > 0)
		link_removed_hook(SerialSetToArray(&unpack.ended),
						  SerialSetToArray(&unpack.left), at);
	SPI_finish();
	return unpack.ended.n;
}

int64
UnpackLinks(SerialSet *children, TimestampTz at)
{
	return unpack_children(children, at, NO_EVENT, false);
}

/*
 * The result is one row: how many links ended; one of them, if any, that would end
 * before it began; and, if asked for, all children.
 */
static SavedPlan delete_contents = {
	"WITH gone AS (DELETE FROM serial.aggregation AS a WHERE a.parent = $1"
	" RETURNING a.child, a.parent, a.since, a.is_container, a.since_event),"
	" kept AS (INSERT INTO serial.aggregation_history"
	" (child, parent, since, until, is_container, since_event, until_event)"
	" SELECT e.child, e.parent, e.since, $2, e.is_container, e.since_event, $4"
	" FROM gone AS e WHERE (e.since, e.since_event) < ($2, $4)),"
	" late AS (SELECT e.child, e.since FROM gone AS e"
	" WHERE e.since > $2 ORDER BY e.child LIMIT 1)"
	" SELECT (SELECT count(*) FROM gone), late.child, late.since,"
	" CASE WHEN $3 THEN (SELECT array_agg(e.child) FROM gone AS e) END"
	" FROM (VALUES (1)) AS one LEFT JOIN late ON true",
	4, {SERIAL_TYPE, TIMESTAMPTZOID, BOOLOID, INT8OID},
	SPI_OK_SELECT, NULL, InvalidOid
};

static void
unpack_check_not_late(Serial *container, TimestampTz at)
{
	bool		isnull;
	Datum		late = SavedPlanResult(0, 2, &isnull);

	if (!isnull)
		StepRefuseLate("unpack", DatumGetSerialPP(late), container,
					   DatumGetTimestampTz(SavedPlanResult(0, 3, &isnull)), at);
}

static int64
unpack_contents(Serial *container, TimestampTz at, int64 event, bool states_follow)
{
	bool		needs_hooks = !states_follow && StepNeedsHooks();
	Datum		values[4] = {PointerGetDatum(container), TimestampTzGetDatum(at),
	BoolGetDatum(needs_hooks)};
	SerialSet	containers = {&container, 1, 1};
	int64		ended;
	bool		isnull;

	SPI_connect();
	values[3] = Int64GetDatum(StepNumber(event));
	SavedPlanExecute(&delete_contents, values, NULL, false, 0);
	ended = DatumGetInt64(SavedPlanResult(0, 1, &isnull));
	unpack_check_not_late(container, at);
	if (needs_hooks && ended > 0)
		link_removed_hook(DatumGetArrayTypeP(SavedPlanResult(0, 4, &isnull)),
						  SerialSetToArray(&containers), at);
	SPI_finish();
	return ended;
}

/*
 * serial.unpack(ids serial.serial[], at timestamptz) -> bigint
 */
Datum
serial_unpack(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"ids", "at"};
	SerialSet	children;

	StepRefuseNullArguments(fcinfo, "unpack", names);
	CatalogPreventOnCopy("unpack", "aggregation");
	StepChildrenArgument(fcinfo, 0, &children);
	PG_RETURN_INT64(unpack_children(&children, StepTimeArgument(fcinfo, 1), NO_EVENT, false));
}

/*
 * serial_internal.unpack_for_event(ids serial.serial[], at timestamptz, event bigint,
 *									states_follow boolean) -> bigint
 */
Datum
serial_unpack_for_event(PG_FUNCTION_ARGS)
{
	SerialSet	children;

	StepChildrenArgument(fcinfo, 0, &children);
	PG_RETURN_INT64(unpack_children(&children, StepTimeArgument(fcinfo, 1),
									PG_GETARG_INT64(2), PG_GETARG_BOOL(3)));
}

/*
 * serial.unpack_all(container serial.serial, at timestamptz) -> bigint
 */
Datum
serial_unpack_all(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"container", "at"};

	StepRefuseNullArguments(fcinfo, "unpack_all", names);
	CatalogPreventOnCopy("unpack", "aggregation");
	PG_RETURN_INT64(unpack_contents(PG_GETARG_SERIAL_PP(0), StepTimeArgument(fcinfo, 1),
									NO_EVENT, false));
}

/*
 * serial_internal.unpack_all_for_event(container serial.serial, at timestamptz,
 *										event bigint, states_follow boolean) -> bigint
 */
Datum
serial_unpack_all_for_event(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(unpack_contents(PG_GETARG_SERIAL_PP(0), StepTimeArgument(fcinfo, 1),
									PG_GETARG_INT64(2), PG_GETARG_BOOL(3)));
}
