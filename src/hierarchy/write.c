/*-------------------------------------------------------------------------
 *
 * write.c
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
#include "compat.h"
#include "fmgr.h"
#include "hierarchy/set.h"
#include "hierarchy/settle.h"
#include "hierarchy/walk.h"
#include "miscadmin.h"
#include "statement.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(serial_pack);
PG_FUNCTION_INFO_V1(serial_unpack);
PG_FUNCTION_INFO_V1(serial_unpack_all);

/* --- Statements --- */

static Statement insert_links = {
	"INSERT INTO serial.aggregation (child, parent, since)"
	" SELECT c, $1, $3 FROM unnest($2) AS c"
	" ON CONFLICT (child) DO NOTHING RETURNING child",
	3, {SERIAL_TYPE, SERIAL_ARRAY_TYPE, TIMESTAMPTZOID},
	SPI_OK_INSERT_RETURNING, NULL, InvalidOid
};

/*
 * What ends is kept, an interval without length aside: nobody can ask for a
 * moment within it.  The result is one row: how many ended, and one of them, if
 * any, that began after it would end.
 */
#define KEEP_AND_REPORT(ended) \
	" kept AS (INSERT INTO serial.aggregation_history" \
	" (child, parent, since, until, is_container)" \
	" SELECT e.child, e.parent, e.since, $2, e.is_container" \
	" FROM " ended " AS e WHERE e.since < $2)," \
	" late AS (SELECT e.child, e.parent, e.since FROM " ended " AS e" \
	" WHERE e.since > $2 ORDER BY e.child LIMIT 1)" \
	" SELECT (SELECT count(*) FROM " ended "), late.child, late.parent, late.since" \
	" FROM (VALUES (1)) AS one LEFT JOIN late ON true"

static Statement move_links = {
	"WITH old AS MATERIALIZED (SELECT a.child, a.parent, a.since, a.is_container"
	" FROM serial.aggregation AS a WHERE a.child = ANY ($1) AND a.parent <> $3"
	" ORDER BY a.child FOR NO KEY UPDATE),"
	" moved AS (UPDATE serial.aggregation AS a SET parent = $3, since = $2"
	" FROM old WHERE a.child = old.child),"
	KEEP_AND_REPORT("old"),
	3, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID, SERIAL_TYPE},
	SPI_OK_SELECT, NULL, InvalidOid
};

static Statement delete_links = {
	"WITH gone AS (DELETE FROM serial.aggregation AS a WHERE a.child = ANY ($1)"
	" RETURNING a.child, a.parent, a.since, a.is_container),"
	KEEP_AND_REPORT("gone"),
	2, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
};

static Statement delete_contents = {
	"WITH gone AS (DELETE FROM serial.aggregation AS a WHERE a.parent = $1"
	" RETURNING a.child, a.parent, a.since, a.is_container),"
	KEEP_AND_REPORT("gone"),
	2, {SERIAL_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
};

static Statement select_elsewhere = {
	"SELECT a.child, a.parent FROM serial.aggregation AS a"
	" WHERE a.child = ANY ($1) AND a.parent <> $2 ORDER BY a.child",
	2, {SERIAL_ARRAY_TYPE, SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

static Statement mark_links = {
	"UPDATE serial.aggregation AS a SET is_container = true"
	" WHERE a.child = ANY ($1) AND NOT a.is_container",
	1, {SERIAL_ARRAY_TYPE}, SPI_OK_UPDATE, NULL, InvalidOid
};

static Statement mark_history = {
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

	SetBegin(children);
	while (array_iterate(elements, &element, &isnull))
	{
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a child is NULL"),
					 errdetail("It is child %d of the array.", children->n + 1)));
		SetAdd(children, DatumGetSerialPP(element));
	}
	array_free_iterator(elements);
}

static char *
moment_text(TimestampTz moment)
{
	return DatumGetCString(DirectFunctionCall1(timestamptz_out,
											   TimestampTzGetDatum(moment)));
}

/* --- What can go wrong --- */

static void
refuse_ring(const Serial *container, const Serial *child)
{
	if (ValueEqual(container, child))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("cannot pack \"%s\" into itself",
						ValueToCString(child))));
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("cannot pack \"%s\" into its own content",
					ValueToCString(child)),
			 errdetail("\"%s\" is inside it.", ValueToCString(container))));
}

/*
 * After a statement that ends links, refuses if one began later.
 */
static int64
refuse_late(const char *what, TimestampTz at)
{
	bool		isnull;
	int64		ended = DatumGetInt64(StatementResult(0, 1, &isnull));
	Datum		child = StatementResult(0, 2, &isnull);

	if (isnull)
		return ended;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot %s \"%s\" at %s", what,
					ValueToCString(DatumGetSerialPP(child)), moment_text(at)),
			 errdetail("It is in \"%s\" only since %s.",
					   ValueToCString(DatumGetSerialPP(StatementResult(0, 3, &isnull))),
					   moment_text(DatumGetTimestampTz(StatementResult(0, 4, &isnull))))));
	return 0;
}

static void
refuse_elsewhere(void)
{
	bool		isnull;

	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("\"%s\" is packed already",
					ValueToCString(DatumGetSerialPP(StatementResult(0, 1, &isnull)))),
			 errdetail("It is in \"%s\".",
					   ValueToCString(DatumGetSerialPP(StatementResult(0, 2, &isnull)))),
			 errhint("Unpack it first, or move it with repack => true.")));
}

/* --- Looking around --- */

/*
 * A container in which the children would be from one moment to another.
 */
typedef struct Stay
{
	const Serial *container;
	TimestampTz from;
	TimestampTz to;
	int			height;			/* of the container above the first */
	const Serial *milestone;	/* one below, to notice a ring by */
} Stay;

static Stay *
first_stay(const Serial *container, TimestampTz at)
{
	Stay	   *stay = palloc(sizeof(Stay));

	stay->container = container;
	stay->from = at;
	stay->to = DT_NOEND;
	stay->height = 0;
	stay->milestone = container;
	return stay;
}

/*
 * The stay in the container of a container, NULL if that was at another time.
 * Rings are noticed as in ClimbNext: who waits for the end of one waits long.
 */
static Stay *
stay_above(const Stay *below, const SettledLink *link)
{
	Stay	   *stay = palloc(sizeof(Stay));

	stay->container = link->parent;
	stay->from = Max(below->from, link->since);
	stay->to = Min(below->to, link->until);
	if (stay->from >= stay->to)
		return NULL;
	if (ValueEqual(stay->container, below->milestone))
		WalkRefuseRing();
	stay->height = below->height + 1;
	stay->milestone = (stay->height & (stay->height - 1)) == 0 ?
		stay->container : below->milestone;
	return stay;
}

/*
 * Looks up from the container, from the moment of packing on, for one of the
 * children: what was reported late must make no ring in the past either.
 */
static void
check_ring(Settler *settler, const Serial *container, TimestampTz at,
		   const SerialSet *children)
{
	List	   *stays = list_make1(first_stay(container, at));

	while (stays != NIL)
	{
		Stay	   *stay = llast(stays);
		List	   *links = SettledLinks(settler, stay->container, stay->from);
		ListCell   *cell;

		stays = list_delete_last(stays);
		foreach(cell, links)
		{
			Stay	   *above = stay_above(stay, lfirst(cell));

			if (above == NULL)
				continue;
			if (SetHas(children, above->container))
				refuse_ring(container, above->container);
			stays = lappend(stays, above);
		}
	}
}

/*
 * A child that is packed anew must not have been elsewhere at that time.
 */
static void
check_past(Settler *settler, const SerialSet *children, TimestampTz at)
{
	int			i;

	for (i = 0; i < children->n; i++)
	{
		TimestampTz end = SettledEnd(settler, children->members[i], at);

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
	Datum		values[] = {PointerGetDatum(SetArray(containers)),
	TimestampTzGetDatum(at)};
	int64		marked;

	StatementExecute(&mark_links, values, NULL, false, 0);
	marked = SPI_processed;
	StatementExecute(&mark_history, values, NULL, false, 0);
	return marked + SPI_processed;
}

static bool
is_marked(Settler *settler, const Serial *container, TimestampTz at)
{
	ListCell   *cell;

	foreach(cell, SettledLinks(settler, container, at))
	{
		if (!((SettledLink *) lfirst(cell))->is_container)
			return false;
	}
	return true;
}

/*
 * Has the container's own links say that there may be something in it.  Who
 * packs the container at this moment looks, afterwards too, for what is in it.
 */
static void
mark_container(Settler *settler, Serial *container, TimestampTz at)
{
	SerialSet	one = {&container, 1, 1};

	while (!is_marked(settler, container, at))
	{
		/* an old snapshot will never see what is to be marked */
		if (mark(&one, at) == 0 && IsolationUsesXactSnapshot())
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("could not serialize access due to concurrent packing of \"%s\"",
							ValueToCString(container))));
	}
}

/*
 * Has the new links of children that are containers say so.
 */
static void
mark_children(Settler *settler, const SerialSet *children, TimestampTz at)
{
	SerialSet	containers;
	int			i;

	SetBegin(&containers);
	for (i = 0; i < children->n; i++)
		if (SettledContainer(settler, children->members[i]))
			SetAdd(&containers, children->members[i]);
	if (containers.n > 0)
		(void) mark(&containers, at);
}

/* --- Writing --- */

typedef struct Packing
{
	Serial	   *container;
	SerialSet	children;
	ArrayType  *array;			/* the same */
	TimestampTz at;
	bool		repack;

	/* what came of it */
	SerialSet	packed;			/* those that were in nothing */
	int64		moved;
} Packing;

static void
insert(Packing *packing)
{
	Datum		values[] = {PointerGetDatum(packing->container),
		PointerGetDatum(packing->array),
	TimestampTzGetDatum(packing->at)};
	bool		isnull;
	uint64		row;

	StatementExecute(&insert_links, values, NULL, false, 0);
	for (row = 0; row < SPI_processed; row++)
		SetAdd(&packing->packed,
			   DatumGetSerialPP(StatementResult(row, 1, &isnull)));
}

static void
move(Packing *packing)
{
	Datum		values[] = {PointerGetDatum(packing->array),
		TimestampTzGetDatum(packing->at),
	PointerGetDatum(packing->container)};

	StatementExecute(&move_links, values, NULL, false, 0);
	packing->moved += refuse_late("move", packing->at);
}

static bool
some_are_elsewhere(const Packing *packing)
{
	Datum		values[] = {PointerGetDatum(packing->array),
	PointerGetDatum(packing->container)};

	StatementExecute(&select_elsewhere, values, NULL, false, 1);
	return SPI_processed > 0;
}

static bool
is_done(const Packing *packing)
{
	return packing->packed.n + packing->moved >= packing->children.n;
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
		if (!is_done(packing))
			insert(packing);
		if (is_done(packing) || !some_are_elsewhere(packing))
			return;
		if (!packing->repack)
			refuse_elsewhere();
		CHECK_FOR_INTERRUPTS();
	}
}

static void
look_around(Packing *packing)
{
	Settler		settler;

	SettlerOpen(&settler);
	check_past(&settler, &packing->packed, packing->at);
	check_ring(&settler, packing->container, packing->at, &packing->children);
	mark_container(&settler, packing->container, packing->at);
	mark_children(&settler, &packing->packed, packing->at);
	SettlerClose(&settler);
}

static int64
pack(Packing *packing)
{
	SPI_connect();
	SetBegin(&packing->packed);
	packing->moved = 0;
	write_links(packing);
	if (packing->packed.n + packing->moved > 0)
		look_around(packing);
	SPI_finish();
	return packing->packed.n + packing->moved;
}

/*
 * serial.pack(container serial.serial, children serial.serial[],
 *			   at timestamptz, repack bool) -> bigint
 */
Datum
serial_pack(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"container", "children", "at", "repack"};
	Packing		packing;
	Serial	   *twice;

	refuse_null(fcinfo, "pack", names);
	packing.container = PG_GETARG_SERIAL_PP(0);
	children_argument(fcinfo, 1, &packing.children);
	packing.at = finite_moment(fcinfo, 2);
	packing.repack = PG_GETARG_BOOL(3);

	twice = SetSort(&packing.children);
	if (twice != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("\"%s\" is named twice among the children",
						ValueToCString(twice))));
	if (SetHas(&packing.children, packing.container))
		refuse_ring(packing.container, packing.container);
	packing.array = SetArray(&packing.children);
	PG_RETURN_INT64(pack(&packing));
}

static int64
unpack(Statement *statement, Datum what, TimestampTz at)
{
	Datum		values[] = {what, TimestampTzGetDatum(at)};
	int64		ended;

	SPI_connect();
	StatementExecute(statement, values, NULL, false, 0);
	ended = refuse_late("unpack", at);
	SPI_finish();
	return ended;
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
