/*-------------------------------------------------------------------------
 *
 * month.c
 *	  The partitions of the events recorded in one month.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "ledger/event/month.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

/*
 * Is there a partition of serial.event_item for a time?  Partitions of both
 * tables are created together.
 */
static bool
is_month_open(TimestampTz at)
{
	Relation	rel = table_open(CatalogTableOid("event_item"), AccessShareLock);
	PartitionKey key = RelationGetPartitionKey(rel);
	PartitionDesc partitions = RelationGetPartitionDesc(rel, true);
	Datum		value = TimestampTzGetDatum(at);
	bool		is_equal;
	bool		is_open = false;
	int			bound;

	if (partitions->nparts > 0)
	{
		bound = partition_range_datum_bsearch(key->partsupfunc, key->partcollation,
											  partitions->boundinfo, key->partnatts,
											  &value, &is_equal);
		is_open = partitions->boundinfo->indexes[bound + 1] >= 0;
	}
	table_close(rel, AccessShareLock);
	return is_open;
}

void
MonthOpen(TimestampTz at)
{
	static SavedPlan open = {
		"SELECT serial_internal.open_month($1)",
		1, {TIMESTAMPTZOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = TimestampTzGetDatum(at);

	if (!is_month_open(at))
		SavedPlanExecute(&open, &value, NULL, false, 1);
}
