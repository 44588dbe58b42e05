/*-------------------------------------------------------------------------
 *
 * link_hooks.c
 *	  Keep the state of containers in the rows of items when links change.
 *
 * A container's events are not written to what is inside: they are looked up
 * as long as it is inside.  What leaves has them written to its own row, and so
 * has what has left or ended when it turns out where it had been.
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
#include "ledger/event/cbv.h"
#include "ledger/event/event_item.h"
#include "ledger/ledger.h"
#include "ledger/rule/transition.h"
#include "ledger/state/affected.h"
#include "ledger/state/fold.h"
#include "ledger/state/item_fold.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_leave_at_end);

/*
 * In a database in which no event was ever recorded, packing shall cost no more than the
 * links.
 */
static bool
something_is_known(void)
{
	return !CatalogTableIsEmpty("item");
}

/*
 * May an event have been recorded since a time that others could see?  What
 * happens at now() in a transaction that began long ago is late, too.
 */
static bool
is_late(TimestampTz at)
{
	return at < GetCurrentStatementStartTimestamp();
}

/*
 * Waits for the events of containers, and of those around them, that other sessions are
 * recording, and keeps others from being recorded.
 */
static void
lock_with_outer(ArrayType *containers)
{
	SerialSet	ids;
	AncestorNodes nodes;

	SerialSetFromArray(&ids, containers);
	PushActiveSnapshot(GetTransactionSnapshot());
	AncestorsOfItems(ids.members, ids.n, &nodes);
	PopActiveSnapshot();
	LockContainersForShare(nodes.nodes, nodes.n);
}

/*
 * Children have left containers: what the containers' events said is written to the
 * children's own rows.  If the unpacking is reported late, events of the containers
 * after it no longer concern the children, nor what has been unpacked from them or has
 * steps of its own since.
 */
static void
materialize_container_state(ArrayType *children, ArrayType *containers, TimestampTz at)
{
	SerialSet	items;

	SPI_connect();
	SerialSetFromArray(&items, children);
	if (is_late(at))
		EventItemsLockArray(children);
	lock_with_outer(containers);
	if (is_late(at))
	{
		SerialSet	left = items;

		PushActiveSnapshot(GetTransactionSnapshot());
		SerialSetFromArray(&items, children);
		AffectedItems(&left, at, &items, &items);
		PopActiveSnapshot();
	}
	RecomputeItems(SerialSetToArray(&items));
	SPI_finish();
}

/*
 * Find the event after a time that ended a child without its container, NULL if there is
 * none.  The child left the container with that event, though it is packed into it only
 * now.
 */
static const OwnEvent *
ended_apart(FoldReader *reader, Serial *child, const OwnEvents *of_container, TimestampTz at)
{
	OwnEvents	events;
	int			i;
	int			j;

	FoldOwnEvents(reader, child, &events);
	for (i = 0; i < events.n; i++)
	{
		const OwnEvent *own = &events.members[i];

		if (own->at <= at || own->role == ROLE_PARENT ||
			!DispositionIsFinal(own->resulting_disposition))
			continue;
		for (j = 0; j < of_container->n; j++)
			if (of_container->members[j].event == own->event)
				break;
		if (j == of_container->n)
			return own;
	}
	return NULL;
}

static void
leave_container(Serial *child, const OwnEvent *end)
{
	static SavedPlan leave = {
		"SELECT serial_internal.leave_containers(ARRAY[$1], $2, $3, '{}', false)",
		3, {SERIAL_TYPE, TIMESTAMPTZOID, INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {PointerGetDatum(child), TimestampTzGetDatum(end->at),
	Int64GetDatum(end->event)};

	SavedPlanExecute(&leave, values, NULL, false, 0);
}

/*
 * serial_internal.leave_at_end(children serial.serial[], container serial.serial,
 *								at timestamptz) -> void
 */
Datum
serial_leave_at_end(PG_FUNCTION_ARGS)
{
	Serial	   *container = PG_GETARG_SERIAL_PP(1);
	SerialSet	children;
	const OwnEvent **ends;
	OwnEvents	of_container;
	FoldReader *reader;
	int			i;

	SPI_connect();
	SerialSetFromArray(&children, PG_GETARG_ARRAYTYPE_P(0));
	ends = palloc0(Max(children.n, 1) * sizeof(OwnEvent *));
	PushActiveSnapshot(GetTransactionSnapshot());
	reader = FoldOpen();
	FoldOwnEvents(reader, container, &of_container);
	for (i = 0; i < children.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		ends[i] = ended_apart(reader, children.members[i], &of_container,
							  PG_GETARG_TIMESTAMPTZ(2));
	}
	FoldClose(reader);
	PopActiveSnapshot();
	for (i = 0; i < children.n; i++)
		if (ends[i] != NULL)
			leave_container(children.members[i], ends[i]);
	SPI_finish();
	PG_RETURN_VOID();
}

/*
 * May what has steps of its own since then find another disposition in a container?
 */
static bool
is_exceptional(Serial *container)
{
	FoldReader *reader;
	bool		is_exceptional;

	PushActiveSnapshot(GetTransactionSnapshot());
	reader = FoldOpen();
	is_exceptional = FoldIsExceptional(reader, container);
	FoldClose(reader);
	PopActiveSnapshot();
	return is_exceptional;
}

/*
 * Computes anew, of children that are packed late and of what is in them, what has left or
 * has steps of its own since.
 */
static void
recompute_affected(ArrayType *children, Serial *container, TimestampTz at)
{
	SerialSet	packed;
	SerialSet	containers;
	SerialSet	affected;

	SerialSetFromArray(&packed, children);
	SerialSetInit(&containers);
	SerialSetInit(&affected);
	PushActiveSnapshot(GetTransactionSnapshot());
	AffectedChildren(&packed, container, at, &affected, &containers);
	AffectedItems(&containers, at, &affected, &affected);
	PopActiveSnapshot();
	RecomputeItems(SerialSetToArray(&affected));
}

static ArrayType *
array_of_one(Serial *id)
{
	SerialSet	set = {&id, 1, 1};

	return SerialSetToArray(&set);
}

/*
 * A packing is reported late: events of the container since then concern the children,
 * too.  What is still inside needs nothing, because the container's row is read
 * whenever the state is asked for; what has left since is computed anew.
 */
static void
apply_late_container_events(ArrayType *children, Serial *container, TimestampTz at,
							bool are_locked)
{
	SerialSet	candidates;

	if (!is_late(at))
		return;
	SPI_connect();
	/* and their containers */
	EventItemsLockArray(are_locked ? array_of_one(container) : children);
	SerialSetInit(&candidates);
	if (!AffectedCandidates(at, 0, &candidates) || TransitionsAreOwn() ||
		is_exceptional(container))
		recompute_affected(children, container, at);
	SPI_finish();
}

static void
record_links(const char *action, Serial *container, ArrayType *children,
			 TimestampTz at, const char *cause, bool is_strict)
{
	static SavedPlan record = {
		"SELECT serial_internal.record_links($1, $2, $3, $4, $5, $6)",
		6, {TEXTOID, SERIAL_TYPE, SERIAL_ARRAY_TYPE, TIMESTAMPTZOID, TEXTOID, BOOLOID},
		SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {CStringGetTextDatum(action), PointerGetDatum(container),
		PointerGetDatum(children), TimestampTzGetDatum(at),
	CStringGetTextDatum(cause), BoolGetDatum(is_strict)};

	SPI_connect();
	SavedPlanExecute(&record, values, NULL, false, 1);
	SPI_finish();
}

/*
 * The number that comes after all that were assigned.
 */
static int64
next_event(void)
{
	static SavedPlan select = {
		"SELECT s.last_value + s.is_called::int FROM serial.event_sequence AS s",
		0, {InvalidOid}, SPI_OK_SELECT, NULL, InvalidOid
	};
	bool		isnull;

	SavedPlanExecute(&select, NULL, NULL, false, 1);
	return DatumGetInt64(SavedPlanResult(0, 1, &isnull));
}

void
LedgerListen(void)
{
	record_links_hook = record_links;
	needs_link_hooks = something_is_known;
	next_event_hook = next_event;
	link_removed_hook = materialize_container_state;
	link_added_hook = apply_late_container_events;
}
