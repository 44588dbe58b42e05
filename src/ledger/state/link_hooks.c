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

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/ledger.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"

static SavedPlan keep = {
	"SELECT serial_internal.materialize_container_state($1, $2, $3)",
	3, {SERIAL_ARRAY_TYPE, SERIAL_ARRAY_TYPE, TIMESTAMPTZOID},
	SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan apply_late = {
	"SELECT serial_internal.apply_late_container_events($1, $2, $3)",
	3, {SERIAL_ARRAY_TYPE, SERIAL_TYPE, TIMESTAMPTZOID},
	SPI_OK_SELECT, NULL, InvalidOid
};

/*
 * Where no event was ever recorded, packing costs nothing more.
 */
static bool
something_is_known(void)
{
	Relation	items = table_open(CatalogTableOid("item"), AccessShareLock);
	bool		any = RelationGetNumberOfBlocks(items) > 0;

	table_close(items, AccessShareLock);
	return any;
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

static void
materialize_container_state(ArrayType *children, ArrayType *containers, TimestampTz at)
{
	Datum		values[] = {PointerGetDatum(children),
	PointerGetDatum(containers), TimestampTzGetDatum(at)};

	SPI_connect();
	SavedPlanExecute(&keep, values, is_late(at) ? NULL : "  n", false, 0);
	SPI_finish();
}

static void
apply_late_container_events(ArrayType *children, Serial *container, TimestampTz at)
{
	Datum		values[] = {PointerGetDatum(children),
	PointerGetDatum(container), TimestampTzGetDatum(at)};

	if (!is_late(at))
		return;
	SPI_connect();
	SavedPlanExecute(&apply_late, values, NULL, false, 0);
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

void
LedgerListen(void)
{
	record_links_hook = record_links;
	needs_link_hooks = something_is_known;
	link_removed_hook = materialize_container_state;
	link_added_hook = apply_late_container_events;
}
