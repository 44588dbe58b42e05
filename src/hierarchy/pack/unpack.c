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

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/pack/pack.h"
#include "hierarchy/pack/step.h"
#include "utils/array.h"
#include "utils/timestamp.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_unpack);
PG_FUNCTION_INFO_V1(serial_unpack_all);
PG_FUNCTION_INFO_V1(serial_unpack_for_event);
PG_FUNCTION_INFO_V1(serial_unpack_all_for_event);

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

static void
unpack_check_not_late(TimestampTz at)
{
	bool		isnull;
	Datum		late = SavedPlanResult(0, 2, &isnull);

	if (!isnull)
		StepRefuseLate("unpack", DatumGetSerialPP(late),
					   DatumGetSerialPP(SavedPlanResult(0, 3, &isnull)),
					   DatumGetTimestampTz(SavedPlanResult(0, 4, &isnull)), at);
}

/*
 * Ends the links that a statement selects by an identifier or an array of them.
 */
static int64
unpack_execute(SavedPlan *statement, Datum selection, TimestampTz at, int64 event)
{
	bool		needs_hooks = StepNeedsHooks();
	Datum		values[4] = {selection, TimestampTzGetDatum(at),
	BoolGetDatum(needs_hooks)};
	int64		ended;
	bool		isnull;

	SPI_connect();
	values[3] = Int64GetDatum(StepNumber(event));
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

	StepRefuseNullArguments(fcinfo, "unpack", names);
	CatalogPreventOnCopy("unpack", "aggregation");
	StepChildrenArgument(fcinfo, 0, &children);
	PG_RETURN_INT64(unpack_execute(&delete_links, PG_GETARG_DATUM(0),
								   StepTimeArgument(fcinfo, 1), NO_EVENT));
}

/*
 * serial_internal.unpack_for_event(ids serial.serial[], at timestamptz, event bigint)
 *	  -> bigint
 */
Datum
serial_unpack_for_event(PG_FUNCTION_ARGS)
{
	SerialSet	children;

	StepChildrenArgument(fcinfo, 0, &children);
	PG_RETURN_INT64(unpack_execute(&delete_links, PG_GETARG_DATUM(0),
								   StepTimeArgument(fcinfo, 1),
								   PG_GETARG_INT64(2)));
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
	PG_RETURN_INT64(unpack_execute(&delete_contents, PG_GETARG_DATUM(0),
								   StepTimeArgument(fcinfo, 1), NO_EVENT));
}

/*
 * serial_internal.unpack_all_for_event(container serial.serial, at timestamptz,
 *										event bigint) -> bigint
 */
Datum
serial_unpack_all_for_event(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(unpack_execute(&delete_contents, PG_GETARG_DATUM(0),
								   StepTimeArgument(fcinfo, 1),
								   PG_GETARG_INT64(2)));
}
