/*-------------------------------------------------------------------------
 *
 * read_sql.c
 *	  Reading links by SQL, as the current user, one statement a level.
 *
 * Used where direct index scans would show more than the user may see, or not
 * all that the table holds.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "hierarchy/links/link.h"
#include "utils/timestamp.h"
#include "value/value.h"

static SavedPlan children_now = {
	"SELECT a.child, a.parent, a.is_container, a.since, a.since_event FROM serial.aggregation AS a"
	" WHERE a.parent OPERATOR(pg_catalog.=) ANY ($1)",
	1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan children_as_of = {
	"SELECT a.child, a.parent, a.is_container, a.since, a.since_event FROM serial.aggregation AS a"
	" WHERE a.parent OPERATOR(pg_catalog.=) ANY ($1)"
	" AND a.since OPERATOR(pg_catalog.<=) $2"
	" UNION ALL"
	" SELECT h.child, h.parent, h.is_container, h.since, h.since_event FROM serial.aggregation_history AS h"
	" WHERE h.parent OPERATOR(pg_catalog.=) ANY ($1)"
	" AND h.since OPERATOR(pg_catalog.<=) $2 AND h.until OPERATOR(pg_catalog.>) $2",
	2, {SERIAL_ARRAY_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan parent_now = {
	"SELECT a.parent FROM serial.aggregation AS a"
	" WHERE a.child OPERATOR(pg_catalog.=) $1",
	1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan parent_as_of = {
	"SELECT a.parent FROM serial.aggregation AS a"
	" WHERE a.child OPERATOR(pg_catalog.=) $1"
	" AND a.since OPERATOR(pg_catalog.<=) $2"
	" UNION ALL"
	" SELECT h.parent FROM serial.aggregation_history AS h"
	" WHERE h.child OPERATOR(pg_catalog.=) $1"
	" AND h.since OPERATOR(pg_catalog.<=) $2 AND h.until OPERATOR(pg_catalog.>) $2",
	2, {SERIAL_TYPE, TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan parents_ever = {
	"SELECT a.child, a.parent, a.is_container, a.since, a.since_event, 'infinity', 0::pg_catalog.int8"
	" FROM serial.aggregation AS a WHERE a.child OPERATOR(pg_catalog.=) ANY ($1)"
	" UNION ALL"
	" SELECT h.child, h.parent, h.is_container, h.since, h.since_event, h.until, h.until_event"
	" FROM serial.aggregation_history AS h WHERE h.child OPERATOR(pg_catalog.=) ANY ($1)",
	1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

static SavedPlan parents_now = {
	"SELECT a.child, a.parent, a.is_container, a.since, a.since_event,"
	" 'infinity'::pg_catalog.timestamptz, 0::pg_catalog.int8"
	" FROM serial.aggregation AS a WHERE a.child OPERATOR(pg_catalog.=) ANY ($1)",
	1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

static void
sql_execute(LinkReader *reader, SavedPlan *now, SavedPlan *as_of, Datum id)
{
	Datum		values[] = {id, TimestampTzGetDatum(reader->as_of)};

	SavedPlanExecute(reader->as_of == LINKS_NOW ? now : as_of, values, NULL,
					 true, 0);
}

/*
 * The visitor runs in the caller's memory and may not use SPI.
 */
static bool
sql_visit_result(MemoryContext caller, LinkVisitor visit, void *context)
{
	MemoryContext spi = MemoryContextSwitchTo(caller);
	bool		going = true;
	uint64		row;

	for (row = 0; row < SPI_processed && going; row++)
	{
		bool		isnull;
		Link		link;

		link.child = DatumGetSerialPP(SavedPlanResult(row, 1, &isnull));
		link.parent = DatumGetSerialPP(SavedPlanResult(row, 2, &isnull));
		link.is_container = DatumGetBool(SavedPlanResult(row, 3, &isnull));
		link.since = DatumGetTimestampTz(SavedPlanResult(row, 4, &isnull));
		link.since_event = DatumGetInt64(SavedPlanResult(row, 5, &isnull));
		if (SPI_tuptable->tupdesc->natts > 5)
		{
			link.until = DatumGetTimestampTz(SavedPlanResult(row, 6, &isnull));
			link.until_event = DatumGetInt64(SavedPlanResult(row, 7, &isnull));
		}
		going = visit(&link, context);
	}
	MemoryContextSwitchTo(spi);
	return going;
}

/*
 * Visits the links of n identifiers, which one statement finds.
 */
static bool
sql_visit_links(LinkReader *reader, SavedPlan *now, SavedPlan *as_of,
				Serial *const *ids, int n, LinkVisitor visit, void *context)
{
	MemoryContext caller = CurrentMemoryContext;
	SerialSet	set = {(Serial **) ids, n, n};
	ArrayType  *array = SerialSetToArray(&set);
	bool		going;

	SPI_connect();
	sql_execute(reader, now, as_of, PointerGetDatum(array));
	going = sql_visit_result(caller, visit, context);
	SPI_finish();
	pfree(array);
	return going;
}

static bool
sql_children(LinkReader *self, Serial *const *containers, int n,
			 LinkVisitor visit, void *context)
{
	return sql_visit_links(self, &children_now, &children_as_of,
						   containers, n, visit, context);
}

static Serial *
sql_parent(LinkReader *self, const Serial *child)
{
	MemoryContext caller = CurrentMemoryContext;
	Serial	   *parent = NULL;

	SPI_connect();
	sql_execute(self, &parent_now, &parent_as_of, PointerGetDatum(child));
	if (SPI_processed > 0)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);
		bool		isnull;

		parent = SerialCopy(DatumGetSerialPP(SavedPlanResult(0, 1, &isnull)));
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	return parent;
}

static bool
sql_parents(LinkReader *self, Serial *const *children, int n,
			LinkVisitor visit, void *context)
{
	return sql_visit_links(self, &parents_now, &parents_ever,
						   children, n, visit, context);
}

/*
 * The numbers of those that contain something, counted from 1.
 */
static SavedPlan containers_now = {
	"SELECT i.n FROM pg_catalog.unnest($1) WITH ORDINALITY AS i(id, n)"
	" CROSS JOIN LATERAL (SELECT FROM serial.aggregation AS a"
	" WHERE a.parent OPERATOR(pg_catalog.=) i.id LIMIT 1) AS a",
	1, {SERIAL_ARRAY_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

static void
sql_find_containers(LinkReader *self, Serial *const *ids, int n, bool *is_container)
{
	SerialSet	set = {(Serial **) ids, n, n};
	ArrayType  *array = SerialSetToArray(&set);
	Datum		value = PointerGetDatum(array);
	uint64		row;
	bool		isnull;

	memset(is_container, 0, n * sizeof(bool));
	SPI_connect();
	SavedPlanExecute(&containers_now, &value, NULL, true, 0);
	for (row = 0; row < SPI_processed; row++)
		is_container[DatumGetInt64(SavedPlanResult(row, 1, &isnull)) - 1] = true;
	SPI_finish();
	pfree(array);
}

static void
sql_close(LinkReader *self)
{
	pfree(self);
}

LinkReader *
LinksOpenSql(TimestampTz as_of)
{
	LinkReader *reader = palloc0(sizeof(LinkReader));

	reader->as_of = as_of;
	reader->children = sql_children;
	reader->parent = sql_parent;
	reader->parents = sql_parents;
	reader->find_containers = sql_find_containers;
	reader->close = sql_close;
	return reader;
}
