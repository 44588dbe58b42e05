/*-------------------------------------------------------------------------
 *
 * ordinal_scan.c
 *	  The row of a table that may hold an ordinal of a pool.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "issue/numbering.h"
#include "issue/ordinal_scan.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

/*
 * The column for ordinals of an index, as the catalog module describes it.
 */
static const CatalogColumnDef *
ordinal_column(CatalogIndex index)
{
	const CatalogIndexDef *def = &CatalogIndexDefs[index];

	return &CatalogTableDefs[def->table].columns[def->columns[1]];
}

static Datum
ordinal_datum(bool is_numeric, Numeral ordinal)
{
	if (is_numeric)
		return NumeralToNumeric(ordinal);
	return Int64GetDatum((int64) Min(ordinal, PG_INT64_MAX));
}

void
OrdinalScanOpen(OrdinalScan *scan, CatalogIndex index, int32 pool,
				Numeral lowest, Numeral highest, ScanDirection direction,
				Snapshot snapshot)
{
	const CatalogIndexDef *def = &CatalogIndexDefs[index];
	AttrNumber	column = COLUMN_ATTNUM(def->columns[1]);
	bool		is_numeric = ordinal_column(index)->type == NUMERICOID;
	ScanKeyData keys[3];

	scan->table = table_open(CatalogTableOidOf(def->table),
							 AccessShareLock);
	scan->index = index_open(CatalogIndexOidRequired(index), AccessShareLock);
	ScanKeyInit(&keys[0], COLUMN_ATTNUM(def->columns[0]), BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(pool));
	ScanKeyInit(&keys[1], column, BTGreaterEqualStrategyNumber,
				is_numeric ? F_NUMERIC_GE : F_INT8GE,
				ordinal_datum(is_numeric, lowest));
	ScanKeyInit(&keys[2], column, BTLessEqualStrategyNumber,
				is_numeric ? F_NUMERIC_LE : F_INT8LE,
				ordinal_datum(is_numeric, highest));
	scan->scan = systable_beginscan_ordered(scan->table, scan->index, snapshot,
											3, keys);
	scan->tuple = systable_getnext_ordered(scan->scan, direction);
}

void
OrdinalScanClose(OrdinalScan *scan)
{
	systable_endscan_ordered(scan->scan);
	index_close(scan->index, AccessShareLock);
	table_close(scan->table, AccessShareLock);
}

Datum
OrdinalScanColumn(const OrdinalScan *scan, int column, bool *isnull)
{
	return heap_getattr(scan->tuple, COLUMN_ATTNUM(column), RelationGetDescr(scan->table),
						isnull);
}

int64
OrdinalScanInt64(const OrdinalScan *scan, int column)
{
	bool		isnull;

	return DatumGetInt64(OrdinalScanColumn(scan, column, &isnull));
}

Numeral
OrdinalScanNumeral(const OrdinalScan *scan, int column)
{
	bool		isnull;

	return NumericToNumeral(OrdinalScanColumn(scan, column, &isnull));
}

char *
OrdinalScanText(const OrdinalScan *scan, int column)
{
	bool		isnull;
	Datum		datum = OrdinalScanColumn(scan, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(datum);
}

char *
OrdinalScanName(const OrdinalScan *scan, int column)
{
	bool		isnull;

	return pstrdup(NameStr(*DatumGetName(OrdinalScanColumn(scan, column,
														   &isnull))));
}
