/*-------------------------------------------------------------------------
 *
 * pack.c
 *	  Packing and unpacking: one parent a child at a moment, and no ring,
 *	  whatever runs at the same time.
 *
 * That a child has one parent now is the primary key's doing.  The rest is
 * looked for after the links are written, with settle.c: an interval of the
 * past that the new one would overlap, a ring, and links whose child has just
 * become a container and does not say so.
 *
 * These functions run as the owner, with search_path pinned by their
 * declaration.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "catalog/saved_plan.h"
#include "compat.h"
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
#include "value/set.h"

PG_FUNCTION_INFO_V1(serial_pack);
PG_FUNCTION_INFO_V1(serial_unpack);
PG_FUNCTION_INFO_V1(serial_unpack_all);

/* --- Who listens --- */

static const LinkHooks *listener = NULL;

void
LinkHooksRegister(const LinkHooks *who)
{
	listener = who;
}

static bool
somebody_listens(void)
{
	return listener != NULL && listener->listens();
}

/* --- Statements --- */

static SavedPlan insert_links = {
	"INSERT INTO serial.aggregation (child, parent, since)"
	" SELECT c, $1, $3 FROM unnest($2) AS c"
	" ON CONFLICT (child) DO NOTHING RETURNING child",
	3, {SERIAL_TYPE, SERIAL_ARRAY_TYPE, TIMESTAMPTZOID},
	SPI_OK_INSERT_RETURNING, NULL, InvalidOid
};

/*
 * What ends is kept, an interval without length aside: nobody can ask for a
 * moment within it.  The result is one row: how many ended, one of them, if
 * any, that began after it would end, and, if asked for, all children and the
 * containers they were in.
 */
#define KEEP_AND_REPORT(ended) \
	" kept AS (INSERT INTO serial.aggregation_history" \
	" (child, parent, since, until, is_container)" \
	" SELECT e.child, e.parent, e.since, $2, e.is_container" \
	" FROM " ended " AS e WHERE e.since < $2)," \
	" late AS (SELECT e.child, e.parent, e.since FROM " ended " AS e" \
	" WHERE e.since > $2 ORDER BY e.child LIMIT 1)" \
	" SELECT (SELECT count(*) FROM " ended "), late.child, late.parent, late.since," \
	" CASE WHEN $3 THEN (SELECT array_agg(e.child) FROM " ended " AS e) END," \
	" CASE WHEN $3 THEN (SELECT array_agg(DISTINCT e.parent) FROM " ended " AS e) END" \
	" FROM (VALUES (1)) AS one LEFT JOIN late ON true"

/*
 * Only if the link is still what was seen: from the container, since then.
 */
static SavedPlan move_link = {
	"WITH moved AS (UPDATE serial.aggregation AS a SET parent = $2, since = $3"
	" WHERE a.child = $1 AND a.parent = $4 AND a.since = $5"
	" RETURNING a.child, a.is_container),"
	" kept AS (INSERT INTO serial.aggregation_history"
	" (child, parent, since, until, is_container)"
	" SELECT m.child, $4, $5, $3, m.is_container FROM moved AS m WHERE $5 < $3)"
	" SELECT FROM moved",
	5, {SERIAL_TYPE, SERIAL_TYPE, TIMESTAMPTZOID, SERIAL_TYPE, TIMESTAMPTZOID},
	SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan delete_links = {
	"WITH gone AS (DELETE FROM serial.aggregation AS a WHERE a.child = ANY ($1)"
	" RETURNING a.child, a.parent, a.since, a.is_container),"
	KEEP_AND_REPORT("gone"),
	3, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID, BOOLOID},
	SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan delete_contents = {
	"WITH gone AS (DELETE FROM serial.aggregation AS a WHERE a.parent = $1"
	" RETURNING a.child, a.parent, a.since, a.is_container),"
	KEEP_AND_REPORT("gone"),
	3, {SERIAL_TYPE, TIMESTAMPTZOID, BOOLOID},
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

/* --- Arguments --- */

static void
refuse_null(FunctionCallInfo fcinfo, const char *function,
			const char *const *names)
{
	int			i;

	for (i = 0; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" of serial.%s is NULL",
							names[i], function)));
}

static TimestampTz
finite_moment(FunctionCallInfo fcinfo, int n)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(n);

	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("nothing is packed or unpacked at %s",
						at == DT_NOEND ? "infinity" : "-infinity"),
				 errdetail("Expected a moment in time.")));
	return at;
}

/*
 * The children as they are named.
 */
static void
children_argument(FunctionCallInfo fcinfo, int n, SerialSet *children)
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
					 errmsg("a child is NULL"),
					 errdetail("It is child %d of the array.", children->n + 1)));
		SerialSetAdd(children, DatumGetSerialPP(element));
	}
	array_free_iterator(elements);
}

static char *
moment_text(TimestampTz moment)
{
	return DatumGetCString(DirectFunctionCall1(timestamptz_out,
											   TimestampTzGetDatum(moment)));
}

typedef struct Packing
{
	Serial	   *container;
	SerialSet	children;
	ArrayType  *array;			/* the same, made when it is asked for */
	TimestampTz at;
	bool		repack;

	DirtyLinkReader settler;
	LinkWriter *relinker;
	bool		has_relinker;	/* it was asked for, and may be NULL */

	/* what came of it */
	SerialSet	packed;			/* those that were in nothing */
	SerialSet	moved;			/* the others */
	SerialSet	left;			/* what each of these was in */
} Packing;

/* --- What can go wrong --- */

static void
refuse_itself(const Serial *container)
{
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("cannot pack \"%s\" into itself",
					ValueToCString(container))));
}

/*
 * The container is, or was until some moment, inside the child.
 */
static void
refuse_cycle(const Serial *container, const Serial *child, TimestampTz until)
{
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("cannot pack \"%s\" into its own content",
					ValueToCString(child)),
			 until == DT_NOEND ?
			 errdetail("\"%s\" is inside it.", ValueToCString(container)) :
			 errdetail("\"%s\" was inside it until %s.",
					   ValueToCString(container), moment_text(until))));
}

static void
refuse_late(const char *what, Serial *child, Serial *parent, TimestampTz since,
			TimestampTz at)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot %s \"%s\" at %s", what, ValueToCString(child),
					moment_text(at)),
			 errdetail("It is in \"%s\" only since %s.",
					   ValueToCString(parent), moment_text(since))));
}

static void
refuse_old_snapshot(Serial *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent packing of \"%s\"",
					ValueToCString(id))));
}

static void
refuse_elsewhere(const Serial *child, const Serial *parent)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("\"%s\" is packed already", ValueToCString(child)),
			 errdetail("It is in \"%s\".", ValueToCString(parent)),
			 errhint("Unpack it first, or move it with repack => true.")));
}

/* --- Looking around --- */

/*
 * Ascends from the container for as long as it may hold the children, and
 * refuses one of them among its containers: links that are reported late must
 * not form a cycle in the past either.  Returns the links of the container
 * itself.
 */
static List *
check_cycle(Packing *packing)
{
	AncestorIterator ancestors;
	const ContainmentInterval *outer;

	AncestorsBeginDirty(&ancestors, &packing->settler, packing->container,
						packing->at);
	while ((outer = AncestorsNext(&ancestors)) != NULL)
		if (SerialSetHas(&packing->children, outer->container) &&
			AncestorsConfirm(&ancestors, outer))
			refuse_cycle(packing->container, outer->container, outer->until);
	return ancestors.item_links;
}

/*
 * A child that is packed anew must not have been elsewhere at that time.
 */
static void
check_past(DirtyLinkReader *settler, const SerialSet *children, TimestampTz at)
{
	int			i;

	for (i = 0; i < children->n; i++)
	{
		TimestampTz end = DirtyLinkEnd(settler, children->members[i], at);

		if (end == DT_NOBEGIN)
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot pack \"%s\" at %s",
						ValueToCString(children->members[i]), moment_text(at)),
				 errdetail("It was in another container until %s.",
						   moment_text(end))));
	}
}

static int64
mark(const SerialSet *containers, TimestampTz at)
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
are_marked(const List *links)
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
 * Has the container's own links since a moment, as they were seen after it was
 * packed into, say that there may be something in it.  Who packs the container
 * at this moment looks, afterwards too, for what is in it.
 */
static void
mark_container(DirtyLinkReader *settler, Serial *container, TimestampTz at,
			   List *links)
{
	SerialSet	one = {&container, 1, 1};

	for (; !are_marked(links); links = DirtyLinksOfChild(settler, container, at))
	{
		/* an old snapshot will never see what is to be marked */
		if (mark(&one, at) == 0 && IsolationUsesXactSnapshot())
			refuse_old_snapshot(container);
	}
}

/*
 * Has the new links of children that are containers say so.
 */
static void
mark_children(DirtyLinkReader *settler, const SerialSet *children, TimestampTz at)
{
	SerialSet	containers;

	SerialSetInit(&containers);
	DirtyLinksFindContainers(settler, children, &containers);
	if (containers.n > 0)
		(void) mark(&containers, at);
}

/* --- Writing --- */

static ArrayType *
children_array(Packing *packing)
{
	if (packing->array == NULL)
		packing->array = SerialSetToArray(&packing->children);
	return packing->array;
}

static LinkWriter *
relinker(Packing *packing)
{
	if (!packing->has_relinker)
		packing->relinker = LinkWriterOpen();
	packing->has_relinker = true;
	return packing->relinker;
}

static bool
add_child(Packing *packing, Serial *child)
{
	if (!LinkWriterInsert(packing->relinker, child, packing->container,
						  packing->at))
		return false;
	SerialSetAdd(&packing->packed, child);
	return true;
}

static void
insert_in_sql(Packing *packing)
{
	Datum		values[] = {PointerGetDatum(packing->container),
		PointerGetDatum(children_array(packing)),
	TimestampTzGetDatum(packing->at)};
	bool		isnull;
	uint64		row;

	SavedPlanExecute(&insert_links, values, NULL, false, 0);
	for (row = 0; row < SPI_processed; row++)
		SerialSetAdd(&packing->packed,
					 DatumGetSerialPP(SavedPlanResult(row, 1, &isnull)));
}

/*
 * False if the child has a link.  To look for it costs more than to find it in
 * the way, which leaves a row to vacuum.
 */
static bool
insert_child(Packing *packing, Serial *child, bool look_first)
{
	if (look_first && DirtyLinkCurrent(&packing->settler, child) != NULL)
		return false;
	/* whoever is writing another link of it may give up */
	while (!add_child(packing, child))
		if (DirtyLinkCurrent(&packing->settler, child) != NULL)
			return false;
	return true;
}

/*
 * Where one of them is there already, so are others.
 */
static void
insert(Packing *packing)
{
	bool		are_new = true;
	int			i;

	if (relinker(packing) == NULL)
	{
		insert_in_sql(packing);
		return;
	}
	for (i = 0; i < packing->children.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		are_new = insert_child(packing, packing->children.members[i],
							   !are_new) && are_new;
	}
}

/*
 * Ends a link and begins another, if the link is still what was seen.
 */
static bool
replace_link(Packing *packing, const Serial *child, const DirtyLink *link)
{
	LinkWriteResult relinked = relinker(packing) == NULL ? LINK_NEEDS_SQL :
	LinkWriterMove(packing->relinker, child, link, packing->container,
				   packing->at);
	Datum		move[] = {PointerGetDatum(child),
		PointerGetDatum(packing->container), TimestampTzGetDatum(packing->at),
	PointerGetDatum(link->parent), TimestampTzGetDatum(link->since)};

	if (relinked != LINK_NEEDS_SQL)
		return relinked == LINK_MOVED;
	SavedPlanExecute(&move_link, move, NULL, false, 0);
	return SPI_processed > 0;
}

/*
 * Adds a child that is in nothing; but in SQL, all of these are added at once.
 */
static bool
is_added(Packing *packing, Serial *child)
{
	return relinker(packing) == NULL || add_child(packing, child);
}

/*
 * Moves a child that is elsewhere; somebody else may be doing so too.
 */
static void
move_child(Packing *packing, DirtyLinkReader *settler, Serial *child)
{
	for (;;)
	{
		DirtyLink  *link = DirtyLinkCurrent(settler, child);

		if (link == NULL ? is_added(packing, child) :
			ValueEqual(link->parent, packing->container))
			return;
		if (link == NULL)
			continue;
		if (link->since > packing->at)
			refuse_late("move", child, link->parent, link->since, packing->at);
		if (replace_link(packing, child, link))
		{
			SerialSetAdd(&packing->moved, child);
			SerialSetAdd(&packing->left, link->parent);
			return;
		}
		if (IsolationUsesXactSnapshot())
			refuse_old_snapshot(child);
	}
}

static void
move(Packing *packing)
{
	int			i;

	for (i = 0; i < packing->children.n; i++)
		move_child(packing, &packing->settler, packing->children.members[i]);
}

/*
 * Is every child in the container?  Some may have been before, and somebody else
 * may have unpacked or moved others meanwhile.  This is not asked in SQL: an old
 * snapshot sees where they were, and always will.
 */
static bool
all_are_inside(Packing *packing)
{
	int			i;

	/* what was written here is to be seen */
	CommandCounterIncrement();
	for (i = 0; i < packing->children.n; i++)
	{
		Serial	   *child = packing->children.members[i];
		DirtyLink  *link = DirtyLinkCurrent(&packing->settler, child);

		if (link == NULL)
			return false;
		if (ValueEqual(link->parent, packing->container))
			continue;
		if (!packing->repack)
			refuse_elsewhere(child, link->parent);
		return false;
	}
	return true;
}

static bool
is_done(const Packing *packing)
{
	return packing->packed.n + packing->moved.n >= packing->children.n;
}

/*
 * What is in this container already stays as it is.  Somebody else may pack or
 * unpack a child between two statements, hence the loop.
 */
static void
write_links(Packing *packing)
{
	for (;;)
	{
		if (packing->repack)
			move(packing);
		if (!is_done(packing) &&
			(!packing->repack || packing->relinker == NULL))
			insert(packing);
		if (is_done(packing) || all_are_inside(packing))
			return;
		CHECK_FOR_INTERRUPTS();
	}
}

static void
look_around(Packing *packing)
{
	DirtyLinkReader *settler = &packing->settler;
	List	   *links;

	(void) SerialSetSort(&packing->packed);
	check_past(settler, &packing->packed, packing->at);
	links = check_cycle(packing);
	mark_container(settler, packing->container, packing->at, links);
	mark_children(settler, &packing->packed, packing->at);
}

static void
tell_of_packing(Packing *packing)
{
	if (!somebody_listens())
		return;
	listener->joined(children_array(packing), packing->container, packing->at);
	if (packing->moved.n > 0)
		listener->left(SerialSetToArray(&packing->moved), SerialSetToArray(&packing->left),
					   packing->at);
}

static int64
pack(Packing *packing)
{
	int64		changed;

	SPI_connect();
	DirtyLinksOpen(&packing->settler);
	SerialSetInit(&packing->packed);
	SerialSetInit(&packing->moved);
	SerialSetInit(&packing->left);
	packing->has_relinker = false;
	packing->relinker = NULL;
	write_links(packing);
	LinkWriterClose(packing->relinker);
	changed = packing->packed.n + packing->moved.n;
	if (changed > 0)
		look_around(packing);
	DirtyLinksClose(&packing->settler);
	if (changed > 0)
		tell_of_packing(packing);
	SPI_finish();
	return changed;
}

int64
PackLinks(Serial *container, SerialSet *children, TimestampTz at, bool repack)
{
	Packing		packing;
	Serial	   *twice = SerialSetSort(children);

	if (twice != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("\"%s\" is named twice among the children",
						ValueToCString(twice))));
	if (SerialSetHas(children, container))
		refuse_itself(container);
	packing.container = container;
	packing.children = *children;
	packing.array = NULL;
	packing.at = at;
	packing.repack = repack;
	return pack(&packing);
}

/*
 * serial.pack(container serial.serial, children serial.serial[],
 *			   at timestamptz, repack bool) -> bigint
 */
Datum
serial_pack(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"container", "children", "at", "repack"};
	SerialSet	children;

	refuse_null(fcinfo, "pack", names);
	children_argument(fcinfo, 1, &children);
	PG_RETURN_INT64(PackLinks(PG_GETARG_SERIAL_PP(0), &children,
							  finite_moment(fcinfo, 2), PG_GETARG_BOOL(3)));
}

static void
check_not_late(TimestampTz at)
{
	bool		isnull;
	Datum		late = SavedPlanResult(0, 2, &isnull);

	if (!isnull)
		refuse_late("unpack", DatumGetSerialPP(late),
					DatumGetSerialPP(SavedPlanResult(0, 3, &isnull)),
					DatumGetTimestampTz(SavedPlanResult(0, 4, &isnull)), at);
}

static int64
unpack(SavedPlan *statement, Datum what, TimestampTz at)
{
	bool		listens = somebody_listens();
	Datum		values[] = {what, TimestampTzGetDatum(at), BoolGetDatum(listens)};
	int64		ended;
	bool		isnull;

	SPI_connect();
	SavedPlanExecute(statement, values, NULL, false, 0);
	ended = DatumGetInt64(SavedPlanResult(0, 1, &isnull));
	check_not_late(at);
	if (listens && ended > 0)
		listener->left(DatumGetArrayTypeP(SavedPlanResult(0, 5, &isnull)),
					   DatumGetArrayTypeP(SavedPlanResult(0, 6, &isnull)), at);
	SPI_finish();
	return ended;
}

int64
UnpackLinks(const SerialSet *children, TimestampTz at)
{
	return unpack(&delete_links, PointerGetDatum(SerialSetToArray(children)), at);
}

/*
 * serial.unpack(children serial.serial[], at timestamptz) -> bigint
 */
Datum
serial_unpack(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"children", "at"};
	SerialSet	children;

	refuse_null(fcinfo, "unpack", names);
	children_argument(fcinfo, 0, &children);
	PG_RETURN_INT64(unpack(&delete_links, PG_GETARG_DATUM(0),
						   finite_moment(fcinfo, 1)));
}

/*
 * serial.unpack_all(container serial.serial, at timestamptz) -> bigint
 */
Datum
serial_unpack_all(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"container", "at"};

	refuse_null(fcinfo, "unpack_all", names);
	PG_RETURN_INT64(unpack(&delete_contents, PG_GETARG_DATUM(0),
						   finite_moment(fcinfo, 1)));
}
