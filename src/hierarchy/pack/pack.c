/*-------------------------------------------------------------------------
 *
 * pack.c
 *	  Packing and unpacking: one parent a child at a time, and no cycle, whatever
 *	  runs concurrently.
 *
 * The primary key sees to it that a child has one parent now.  Everything else
 * is checked after the links are written, with a dirty snapshot (see
 * links/conflict.c): that a new interval overlaps none of the past, that there
 * is no cycle, and that the links of what has just become a container say so.
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
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/conflict.h"
#include "hierarchy/pack/link_writer.h"
#include "hierarchy/pack/pack.h"
#include "hierarchy/walk/ancestors.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_pack);
PG_FUNCTION_INFO_V1(serial_unpack);
PG_FUNCTION_INFO_V1(serial_unpack_all);
PG_FUNCTION_INFO_V1(serial_pack_for_event);
PG_FUNCTION_INFO_V1(serial_unpack_for_event);
PG_FUNCTION_INFO_V1(serial_unpack_all_for_event);

/* --- Hooks --- */

needs_link_hooks_type needs_link_hooks = NULL;
next_event_hook_type next_event_hook = NULL;
link_removed_hook_type link_removed_hook = NULL;
link_added_hook_type link_added_hook = NULL;
record_links_hook_type record_links_hook = NULL;

static bool
pack_needs_hooks(void)
{
	return needs_link_hooks != NULL && needs_link_hooks();
}

/*
 * The number by which a step counts among those of its time.  Where no event was
 * ever recorded, it comes before all events.
 */
static int64
pack_event_number(int64 event)
{
	if (event != NO_EVENT || !pack_needs_hooks())
		return event;
	return next_event_hook();
}

/* --- Statements --- */

/*
 * Links that end go to history, except those of no duration, which contain no
 * event.  The result is one row: how many links ended; one of them, if
 * any, that would end before it began; and, if asked for, all children and the
 * containers that they were in.
 */
#define KEEP_AND_REPORT(ended) \
	" kept AS (INSERT INTO serial.aggregation_history" \
	" (child, parent, since, until, is_container, since_event, until_event)" \
	" SELECT e.child, e.parent, e.since, $2, e.is_container, e.since_event, $4" \
	" FROM " ended " AS e WHERE (e.since, e.since_event) < ($2, $4))," \
	" late AS (SELECT e.child, e.parent, e.since FROM " ended " AS e" \
	" WHERE e.since > $2 ORDER BY e.child LIMIT 1)" \
	" SELECT (SELECT count(*) FROM " ended "), late.child, late.parent, late.since," \
	" CASE WHEN $3 THEN (SELECT array_agg(e.child) FROM " ended " AS e) END," \
	" CASE WHEN $3 THEN (SELECT array_agg(DISTINCT e.parent) FROM " ended " AS e) END" \
	" FROM (VALUES (1)) AS one LEFT JOIN late ON true"

static SavedPlan delete_links = {
	"WITH gone AS (DELETE FROM serial.aggregation AS a WHERE a.child = ANY ($1)"
	" RETURNING a.child, a.parent, a.since, a.is_container, a.since_event),"
	KEEP_AND_REPORT("gone"),
	4, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID, BOOLOID, INT8OID},
	SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan delete_contents = {
	"WITH gone AS (DELETE FROM serial.aggregation AS a WHERE a.parent = $1"
	" RETURNING a.child, a.parent, a.since, a.is_container, a.since_event),"
	KEEP_AND_REPORT("gone"),
	4, {SERIAL_TYPE, TIMESTAMPTZOID, BOOLOID, INT8OID},
	SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan mark_links = {
	"UPDATE serial.aggregation AS a SET is_container = true"
	" WHERE a.child = ANY ($1) AND NOT a.is_container",
	1, {SERIAL_ARRAY_TYPE}, SPI_OK_UPDATE, NULL, InvalidOid
};

static SavedPlan mark_history = {
	"UPDATE serial.aggregation_history AS h SET is_container = true"
	" WHERE h.child = ANY ($1) AND h.until > $2 AND NOT h.is_container",
	2, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID}, SPI_OK_UPDATE, NULL, InvalidOid
};

static SavedPlan begin_history = {
	"UPDATE serial.aggregation_history AS h SET since = $4, since_event = $5"
	" WHERE h.child = $1 AND h.until = $2 AND h.until_event = $3",
	5, {SERIAL_TYPE, TIMESTAMPTZOID, INT8OID, TIMESTAMPTZOID, INT8OID},
	SPI_OK_UPDATE, NULL, InvalidOid
};

/* --- Arguments --- */

static void
pack_refuse_null_arguments(FunctionCallInfo fcinfo, const char *function,
						   const char *const *names)
{
	int			i;

	for (i = 0; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" of serial.%s must not be null",
							names[i], function)));
}

static TimestampTz
pack_time_argument(FunctionCallInfo fcinfo, int n)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(n);

	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("cannot pack or unpack at %s",
						at == DT_NOEND ? "infinity" : "-infinity"),
				 errdetail("The time must be finite.")));
	HierarchyCheckTime(at);
	return at;
}

/*
 * The children in the order of the array.
 */
static void
pack_children_argument(FunctionCallInfo fcinfo, int n, SerialSet *children)
{
	ArrayIterator elements = array_create_iterator(PG_GETARG_ARRAYTYPE_P(n), 0,
												   NULL);
	Datum		element;
	bool		isnull;

	SerialSetInit(children);
	while (array_iterate(elements, &element, &isnull))
	{
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("identifiers to pack or unpack must not be null"),
					 errdetail("Element %d of the array is null.",
							   children->n + 1)));
		SerialSetAdd(children, DatumGetSerialPP(element));
	}
	array_free_iterator(elements);
}

static char *
pack_time_to_cstring(TimestampTz at)
{
	return DatumGetCString(DirectFunctionCall1(timestamptz_out,
											   TimestampTzGetDatum(at)));
}

/* --- The state of a call --- */

typedef struct PackState
{
	Serial	   *container;
	SerialSet	children;
	ArrayType  *array;			/* the same, made at first use */
	SerialSet	rest;			/* those whose links are not known yet */
	TimestampTz at;
	int64		event;			/* by which it counts among steps of that time */
	bool		repack;

	DirtyLinkReader reader;
	LinkWriter *writer;			/* NULL: nothing was written */

	/* results */
	SerialSet	packed;			/* children that were in no container */
	SerialSet	moved;			/* children that were in another one */
	SerialSet	left;			/* the containers of these */
	SerialSet	early;			/* children whose interval in the container
								 * begins earlier than was known */
} PackState;

/* --- Errors --- */

static void
pack_refuse_itself(const Serial *container)
{
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("cannot pack \"%s\" into itself",
					ValueToCString(container))));
}

/*
 * The container is inside the child, or was until some time.
 */
static void
pack_refuse_cycle(const Serial *container, const Serial *child, TimestampTz until)
{
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("cannot pack \"%s\" into its own content",
					ValueToCString(child)),
			 until == DT_NOEND ?
			 errdetail("\"%s\" is inside it.", ValueToCString(container)) :
			 errdetail("\"%s\" was inside it until %s.",
					   ValueToCString(container), pack_time_to_cstring(until))));
}

static void
pack_refuse_late(const char *what, Serial *child, Serial *parent, TimestampTz since,
				 TimestampTz at)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot %s \"%s\" at %s", what, ValueToCString(child),
					pack_time_to_cstring(at)),
			 errdetail("It has been in \"%s\" only since %s.",
					   ValueToCString(parent), pack_time_to_cstring(since))));
}

static void
pack_refuse_old_snapshot(Serial *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent packing of \"%s\"",
					ValueToCString(id))));
}

static void
pack_refuse_elsewhere(const Serial *child, const Serial *parent)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("\"%s\" is already packed", ValueToCString(child)),
			 errdetail("It is in \"%s\".", ValueToCString(parent)),
			 errhint("Unpack it first, or move it with \"repack => true\".")));
}

/* --- Checks, after the links are written --- */

/*
 * Ascends from the container for as long as it may hold the children, and
 * refuses one of them among its containers: links that are reported late must
 * not form a cycle in the past either.  Returns the links of the container
 * itself.
 */
static List *
pack_check_cycle(PackState *pack)
{
	AncestorIterator ancestors;
	const ContainmentInterval *outer;

	AncestorsBeginDirty(&ancestors, &pack->reader, pack->container,
						pack->at);
	while ((outer = AncestorsNext(&ancestors)) != NULL)
		if (SerialSetHas(&pack->children, outer->container) &&
			AncestorsConfirm(&ancestors, outer))
			pack_refuse_cycle(pack->container, outer->container, outer->until);
	return ancestors.item_links;
}

static void
pack_refuse_past(const PackState *pack, const Serial *child, TimestampTz end)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot pack \"%s\" at %s", ValueToCString(child),
					pack_time_to_cstring(pack->at)),
			 end == DT_NOEND ?
			 errdetail("It is in another container.") :
			 errdetail("It was in another container until %s.",
					   pack_time_to_cstring(end))));
}

/*
 * The interval of a child that lasts at a time or is the first to begin after it;
 * NULL if there is none.
 */
static DirtyLink *
pack_first_interval(PackState *pack, const Serial *child)
{
	DirtyLink  *first = NULL;
	ListCell   *cell;

	foreach(cell, DirtyLinksOfChild(&pack->reader, child, pack->at))
	{
		DirtyLink  *link = lfirst(cell);

		if (first == NULL ||
			StepCompare(link->until, link->until_event, first->until,
						first->until_event) < 0)
			first = link;
	}
	return first;
}

/*
 * A child that was in no container must not have been in one at that time, and one
 * that has been in the container since that time must not have been in another.
 */
static void
pack_check_past(PackState *pack)
{
	int			i;

	for (i = 0; i < pack->packed.n; i++)
	{
		Serial	   *child = pack->packed.members[i];
		TimestampTz end = DirtyLinkEnd(&pack->reader, child, pack->at);

		if (end != DT_NOBEGIN)
			pack_refuse_past(pack, child, end);
	}
	for (i = 0; i < pack->early.n; i++)
	{
		DirtyLink  *link = pack_first_interval(pack, pack->early.members[i]);

		if (link != NULL && !ValueEqual(link->parent, pack->container))
			pack_refuse_past(pack, pack->early.members[i], link->until);
	}
}

static int64
pack_mark_links(const SerialSet *containers, TimestampTz at)
{
	Datum		values[] = {PointerGetDatum(SerialSetToArray(containers)),
	TimestampTzGetDatum(at)};
	int64		marked;

	SavedPlanExecute(&mark_links, values, NULL, false, 0);
	marked = SPI_processed;
	SavedPlanExecute(&mark_history, values, NULL, false, 0);
	return marked + SPI_processed;
}

static bool
pack_are_marked(const List *links)
{
	ListCell   *cell;

	foreach(cell, links)
	{
		if (!((DirtyLink *) lfirst(cell))->is_container)
			return false;
	}
	return true;
}

/*
 * Sets is_container on the container's own links that are valid at or after
 * 'at'.  They were read after the children were packed; a session that packs the
 * container meanwhile looks for its contents after it has written its link.
 */
static void
pack_mark_container(PackState *pack, List *links)
{
	SerialSet	container = {&pack->container, 1, 1};

	while (!pack_are_marked(links))
	{
		/* the transaction's snapshot will never see the links to be marked */
		if (pack_mark_links(&container, pack->at) == 0 &&
			IsolationUsesXactSnapshot())
			pack_refuse_old_snapshot(pack->container);
		links = DirtyLinksOfChild(&pack->reader, pack->container, pack->at);
	}
}

/*
 * Sets is_container on the new links of children that are containers.
 */
static void
pack_mark_children(PackState *pack)
{
	SerialSet	containers;

	SerialSetInit(&containers);
	DirtyLinksFindContainers(&pack->reader, &pack->packed, &containers);
	if (containers.n > 0)
		(void) pack_mark_links(&containers, pack->at);
}

/* --- Writing --- */

static ArrayType *
pack_children_array(PackState *pack)
{
	if (pack->array == NULL)
		pack->array = SerialSetToArray(&pack->children);
	return pack->array;
}

static LinkWriter *
pack_writer(PackState *pack)
{
	if (pack->writer == NULL)
		pack->writer = LinkWriterOpen();
	return pack->writer;
}

static bool
pack_insert_child(PackState *pack, Serial *child)
{
	if (!LinkWriterInsert(pack_writer(pack), child, pack->container, pack->at,
						  pack->event))
		return false;
	SerialSetAdd(&pack->packed, child);
	return true;
}

/*
 * Inserts the links of children that have none.  To look for a link first costs
 * more than to insert and meet it, but the latter leaves a dead row.  If one child
 * is already packed, others probably are: look before inserting from then on.
 */
static void
pack_insert_children(PackState *pack)
{
	bool		look_first = false;
	int			i;

	for (i = 0; i < pack->rest.n; i++)
	{
		Serial	   *child = pack->rest.members[i];

		CHECK_FOR_INTERRUPTS();
		if (look_first && DirtyLinkCurrent(&pack->reader, child) != NULL)
			continue;
		if (!pack_insert_child(pack, child))
			look_first = true;
	}
}

/*
 * Moves a child that is in another container; other sessions may be moving it
 * too.
 */
static void
pack_move_child(PackState *pack, Serial *child)
{
	for (;;)
	{
		DirtyLink  *link = DirtyLinkCurrent(&pack->reader, child);

		if (link == NULL ? pack_insert_child(pack, child) :
			ValueEqual(link->parent, pack->container))
			return;
		if (link == NULL)
			continue;
		if (link->since > pack->at)
			pack_refuse_late("move", child, link->parent, link->since, pack->at);
		if (LinkWriterMove(pack_writer(pack), child, link, pack->container, pack->at,
						   pack->event))
		{
			SerialSetAdd(&pack->moved, child);
			SerialSetAdd(&pack->left, link->parent);
			return;
		}
		if (IsolationUsesXactSnapshot())
			pack_refuse_old_snapshot(child);
	}
}

static void
pack_move_children(PackState *pack)
{
	int			i;

	for (i = 0; i < pack->rest.n; i++)
		pack_move_child(pack, pack->rest.members[i]);
}

/*
 * Is every child in the container?  Some may have been in it before, and other
 * sessions may have unpacked or moved others meanwhile.  SQL cannot tell: the
 * snapshot of the transaction may be older than that.
 */
static bool
pack_all_are_inside(PackState *pack)
{
	int			i;

	/* make the links written here visible */
	CommandCounterIncrement();
	for (i = 0; i < pack->rest.n; i++)
	{
		Serial	   *child = pack->rest.members[i];
		DirtyLink  *link = DirtyLinkCurrent(&pack->reader, child);

		if (link == NULL)
			return false;
		if (ValueEqual(link->parent, pack->container))
			continue;
		if (!pack->repack)
			pack_refuse_elsewhere(child, link->parent);
		return false;
	}
	return true;
}

static bool
pack_is_done(const PackState *pack)
{
	return pack->packed.n + pack->moved.n >= pack->rest.n;
}

static bool
pack_begin_earlier(PackState *pack, Serial *child, const DirtyLink *link)
{
	Datum		values[] = {PointerGetDatum(child), TimestampTzGetDatum(link->until),
		Int64GetDatum(link->until_event), TimestampTzGetDatum(pack->at),
	Int64GetDatum(pack->event)};

	if (link->until == DT_NOEND)
		return LinkWriterBegin(pack_writer(pack), child, link, pack->at, pack->event);
	SavedPlanExecute(&begin_history, values, NULL, false, 0);
	return SPI_processed > 0;
}

/*
 * A packing that is reported late, of a child that the next report has in the same
 * container: it has been there since the earlier one.  Returns false if the child is to be
 * packed as any other.
 */
static bool
pack_late_child(PackState *pack, Serial *child)
{
	for (;;)
	{
		DirtyLink  *link = pack_first_interval(pack, child);

		if (link == NULL || !ValueEqual(link->parent, pack->container))
			return false;
		if (StepCompare(link->since, link->since_event, pack->at, pack->event) <= 0)
			return true;
		if (pack_begin_earlier(pack, child, link))
		{
			SerialSetAdd(&pack->early, child);
			return true;
		}
		if (IsolationUsesXactSnapshot())
			pack_refuse_old_snapshot(child);
		CHECK_FOR_INTERRUPTS();
	}
}

/*
 * Leaves, of the children of a packing that is reported late, those that are to be
 * packed as any other.
 */
static void
pack_late_children(PackState *pack)
{
	int			i;

	/* links that the same command has deleted must not be found */
	CommandCounterIncrement();
	SerialSetInit(&pack->rest);
	for (i = 0; i < pack->children.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!pack_late_child(pack, pack->children.members[i]))
			SerialSetAdd(&pack->rest, pack->children.members[i]);
	}
}

/*
 * Children that are in this container already keep their links.  Other sessions
 * may pack or unpack a child between two statements, hence the loop.
 */
static void
pack_write_links(PackState *pack)
{
	if (pack->at < GetCurrentStatementStartTimestamp())
		pack_late_children(pack);
	else
		pack->rest = pack->children;
	for (;;)
	{
		if (pack->repack)
			pack_move_children(pack);
		else if (!pack_is_done(pack))
			pack_insert_children(pack);
		if (pack_is_done(pack) || pack_all_are_inside(pack))
			return;
		CHECK_FOR_INTERRUPTS();
	}
}

static void
pack_check_conflicts(PackState *pack)
{
	List	   *container_links;

	(void) SerialSetSort(&pack->packed);
	pack_check_past(pack);
	container_links = pack_check_cycle(pack);
	pack_mark_container(pack, container_links);
	pack_mark_children(pack);
}

static void
pack_call_hooks(PackState *pack)
{
	if (!pack_needs_hooks())
		return;
	link_added_hook(pack_children_array(pack), pack->container, pack->at);
	if (pack->moved.n > 0)
		link_removed_hook(SerialSetToArray(&pack->moved),
						  SerialSetToArray(&pack->left), pack->at);
}

static int64
pack_execute(PackState *pack)
{
	bool		changed;

	SPI_connect();
	DirtyLinksOpen(&pack->reader);
	if (pack_needs_hooks())
		(void) pack_writer(pack);	/* where it may not be written, that is
									 * the error */
	pack->event = pack_event_number(pack->event);
	SerialSetInit(&pack->packed);
	SerialSetInit(&pack->moved);
	SerialSetInit(&pack->left);
	SerialSetInit(&pack->early);
	pack_write_links(pack);
	LinkWriterClose(pack->writer);
	changed = pack->packed.n + pack->moved.n + pack->early.n > 0;
	if (changed)
		pack_check_conflicts(pack);
	DirtyLinksClose(&pack->reader);
	if (changed)
		pack_call_hooks(pack);
	SPI_finish();
	return pack->packed.n + pack->moved.n;
}

int64
PackLinks(Serial *container, SerialSet *children, TimestampTz at, int64 event,
		  bool repack)
{
	PackState	pack;
	Serial	   *duplicate = SerialSetSort(children);

	if (duplicate != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("\"%s\" occurs more than once among the identifiers to pack",
						ValueToCString(duplicate))));
	if (SerialSetHas(children, container))
		pack_refuse_itself(container);
	memset(&pack, 0, sizeof(PackState));
	pack.container = container;
	pack.children = *children;
	pack.at = at;
	pack.event = event;
	pack.repack = repack;
	return pack_execute(&pack);
}

/*
 * serial.pack(container serial.serial, ids serial.serial[], at timestamptz,
 *			   repack bool) -> bigint
 */
Datum
serial_pack(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"container", "ids", "at", "repack"};
	SerialSet	children;

	pack_refuse_null_arguments(fcinfo, "pack", names);
	CatalogPreventOnCopy("pack", "aggregation");
	pack_children_argument(fcinfo, 1, &children);
	PG_RETURN_INT64(PackLinks(PG_GETARG_SERIAL_PP(0), &children,
							  pack_time_argument(fcinfo, 2), NO_EVENT,
							  PG_GETARG_BOOL(3)));
}

/*
 * serial_internal.pack_for_event(container serial.serial, ids serial.serial[],
 *								  at timestamptz, event bigint) -> bigint
 */
Datum
serial_pack_for_event(PG_FUNCTION_ARGS)
{
	SerialSet	children;

	pack_children_argument(fcinfo, 1, &children);
	PG_RETURN_INT64(PackLinks(PG_GETARG_SERIAL_PP(0), &children,
							  pack_time_argument(fcinfo, 2), PG_GETARG_INT64(3),
							  false));
}

/* --- Unpacking --- */

static void
unpack_check_not_late(TimestampTz at)
{
	bool		isnull;
	Datum		late = SavedPlanResult(0, 2, &isnull);

	if (!isnull)
		pack_refuse_late("unpack", DatumGetSerialPP(late),
						 DatumGetSerialPP(SavedPlanResult(0, 3, &isnull)),
						 DatumGetTimestampTz(SavedPlanResult(0, 4, &isnull)), at);
}

/*
 * Ends the links that a statement selects by an identifier or an array of them.
 */
static int64
unpack_execute(SavedPlan *statement, Datum selection, TimestampTz at, int64 event)
{
	bool		needs_hooks = pack_needs_hooks();
	Datum		values[4] = {selection, TimestampTzGetDatum(at),
	BoolGetDatum(needs_hooks)};
	int64		ended;
	bool		isnull;

	SPI_connect();
	values[3] = Int64GetDatum(pack_event_number(event));
	SavedPlanExecute(statement, values, NULL, false, 0);
	ended = DatumGetInt64(SavedPlanResult(0, 1, &isnull));
	unpack_check_not_late(at);
	if (needs_hooks && ended > 0)
		link_removed_hook(DatumGetArrayTypeP(SavedPlanResult(0, 5, &isnull)),
						  DatumGetArrayTypeP(SavedPlanResult(0, 6, &isnull)),
						  at);
	SPI_finish();
	return ended;
}

int64
UnpackLinks(const SerialSet *children, TimestampTz at)
{
	return unpack_execute(&delete_links, PointerGetDatum(SerialSetToArray(children)), at,
						  NO_EVENT);
}

/*
 * serial.unpack(ids serial.serial[], at timestamptz) -> bigint
 */
Datum
serial_unpack(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"ids", "at"};
	SerialSet	children;

	pack_refuse_null_arguments(fcinfo, "unpack", names);
	CatalogPreventOnCopy("unpack", "aggregation");
	pack_children_argument(fcinfo, 0, &children);
	PG_RETURN_INT64(unpack_execute(&delete_links, PG_GETARG_DATUM(0),
								   pack_time_argument(fcinfo, 1), NO_EVENT));
}

/*
 * serial_internal.unpack_for_event(ids serial.serial[], at timestamptz, event bigint)
 *	  -> bigint
 */
Datum
serial_unpack_for_event(PG_FUNCTION_ARGS)
{
	SerialSet	children;

	pack_children_argument(fcinfo, 0, &children);
	PG_RETURN_INT64(unpack_execute(&delete_links, PG_GETARG_DATUM(0),
								   pack_time_argument(fcinfo, 1),
								   PG_GETARG_INT64(2)));
}

/*
 * serial.unpack_all(container serial.serial, at timestamptz) -> bigint
 */
Datum
serial_unpack_all(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"container", "at"};

	pack_refuse_null_arguments(fcinfo, "unpack_all", names);
	CatalogPreventOnCopy("unpack", "aggregation");
	PG_RETURN_INT64(unpack_execute(&delete_contents, PG_GETARG_DATUM(0),
								   pack_time_argument(fcinfo, 1), NO_EVENT));
}

/*
 * serial_internal.unpack_all_for_event(container serial.serial, at timestamptz,
 *										event bigint) -> bigint
 */
Datum
serial_unpack_all_for_event(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(unpack_execute(&delete_contents, PG_GETARG_DATUM(0),
								   pack_time_argument(fcinfo, 1),
								   PG_GETARG_INT64(2)));
}
