/*-------------------------------------------------------------------------
 *
 * pack.c
 *	  Packing: one parent a child at a time, and no cycle, whatever runs
 *	  concurrently.
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
#include "hierarchy/pack/step.h"
#include "hierarchy/walk/ancestors.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_pack);
PG_FUNCTION_INFO_V1(serial_pack_for_event);
PG_FUNCTION_INFO_V1(serial_pack_again);

/* --- Statements --- */

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
	PackStates	states;

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
					   ValueToCString(container), TimestampForMessage(until))));
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
					TimestampForMessage(pack->at)),
			 end == DT_NOEND ?
			 errdetail("It is in another container.") :
			 errdetail("It was in another container until %s.",
					   TimestampForMessage(end))));
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

	if (!DirtyLinksMayBeFormer(&pack->reader, &pack->packed) && pack->early.n == 0)
		return;
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
			StepRefuseOldSnapshot(pack->container);
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
			StepRefuseLate("move", child, link->parent, link->since, pack->at);
		if (LinkWriterMove(pack_writer(pack), child, link, pack->container, pack->at,
						   pack->event))
		{
			SerialSetAdd(&pack->moved, child);
			SerialSetAdd(&pack->left, link->parent);
			return;
		}
		if (IsolationUsesXactSnapshot())
			StepRefuseOldSnapshot(child);
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
 * A child that came into the container later from another one was not in both.
 */
static void
pack_check_not_elsewhere(PackState *pack, Serial *child, const DirtyLink *elsewhere)
{
	DirtyLink  *link = DirtyLinkCurrent(&pack->reader, child);

	if (link != NULL && ValueEqual(link->parent, pack->container))
		pack_refuse_past(pack, child, elsewhere->until);
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

		if (link == NULL)
			return false;
		if (!ValueEqual(link->parent, pack->container))
		{
			pack_check_not_elsewhere(pack, child, link);
			return false;
		}
		if (StepCompare(link->since, link->since_event, pack->at, pack->event) <= 0)
			return true;
		if (pack_begin_earlier(pack, child, link))
		{
			SerialSetAdd(&pack->early, child);
			return true;
		}
		if (IsolationUsesXactSnapshot())
			StepRefuseOldSnapshot(child);
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
	if (!DirtyLinksMayBeCurrent(&pack->reader, &pack->children) &&
		!DirtyLinksMayBeFormer(&pack->reader, &pack->children))
	{
		pack->rest = pack->children;
		return;
	}
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
	if (pack->states == PACK_STATES_FOLLOW || !StepNeedsHooks())
		return;
	link_added_hook(pack_children_array(pack), pack->container, pack->at,
					pack->states == PACK_STATES_LOCKED);
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
	if (StepNeedsHooks())
		(void) pack_writer(pack);	/* where it may not be written, that is
									 * the error */
	pack->event = StepNumber(pack->event);
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
		  bool repack, PackStates states)
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
	pack.states = states;
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

	StepRefuseNullArguments(fcinfo, "pack", names);
	CatalogPreventOnCopy("pack", "aggregation");
	StepChildrenArgument(fcinfo, 1, &children);
	PG_RETURN_INT64(PackLinks(PG_GETARG_SERIAL_PP(0), &children,
							  StepTimeArgument(fcinfo, 2), NO_EVENT,
							  PG_GETARG_BOOL(3), PACK_STATES_TO_LOCK));
}

/*
 * serial_internal.pack_for_event(container serial.serial, ids serial.serial[],
 *								  at timestamptz, event bigint, are_locked boolean) -> bigint
 */
Datum
serial_pack_for_event(PG_FUNCTION_ARGS)
{
	SerialSet	children;

	StepChildrenArgument(fcinfo, 1, &children);
	PG_RETURN_INT64(PackLinks(PG_GETARG_SERIAL_PP(0), &children,
							  StepTimeArgument(fcinfo, 2), PG_GETARG_INT64(3),
							  false,
							  PG_GETARG_BOOL(4) ? PACK_STATES_LOCKED :
							  PACK_STATES_TO_LOCK));
}

/*
 * serial_internal.pack_again(container serial.serial, ids serial.serial[],
 *							  at timestamptz, event bigint) -> bigint
 */
Datum
serial_pack_again(PG_FUNCTION_ARGS)
{
	SerialSet	children;

	StepChildrenArgument(fcinfo, 1, &children);
	PG_RETURN_INT64(PackLinks(PG_GETARG_SERIAL_PP(0), &children,
							  StepTimeArgument(fcinfo, 2), PG_GETARG_INT64(3),
							  false, PACK_STATES_FOLLOW));
}
