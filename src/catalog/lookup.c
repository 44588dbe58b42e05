/*-------------------------------------------------------------------------
 *
 * lookup.c
 *	  Look up rows of one of the extension's tables by one or two texts.
 *
 * Scans the index where the user may see all rows, and asks in SQL elsewhere.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "utils/snapmgr.h"

static int
scan_rows(List *scans, Datum *texts, RowVisitor visit, void *context)
{
	CatalogScan *scan = linitial(scans);
	TupleTableSlot *slot = CatalogScanSlot(scan);
	int			n = 0;
	bool		going = true;

	CatalogRescanTexts(scan, texts);
	while (going && CatalogScanNextRow(scan))
	{
		n++;
		slot_getallattrs(slot);
		going = visit != NULL && visit(slot->tts_values, slot->tts_isnull, context);
	}
	CatalogScansClose(scans);
	return n;
}

static int
select_rows(CatalogLookup *lookup, Datum *texts, RowVisitor visit, void *context)
{
	MemoryContext caller = CurrentMemoryContext;
	Datum	   *values = palloc(lookup->columns * sizeof(Datum));
	bool	   *nulls = palloc(lookup->columns * sizeof(bool));
	bool		going = true;
	int			n = 0;

	SPI_connect();
	SavedPlanExecute(&lookup->statement, texts, NULL, true, visit == NULL);
	while (going && n < (int) SPI_processed)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		heap_deform_tuple(SPI_tuptable->vals[n++], SPI_tuptable->tupdesc,
						  values, nulls);
		going = visit != NULL && visit(values, nulls, context);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	return n;
}

int
CatalogLookupRows(CatalogLookup *lookup, Datum *texts, RowVisitor visit,
				  void *context)
{
	List	   *tables = NIL;

	if (CatalogMayScan(lookup->table))
		tables = CatalogScanTables(lookup->table);
	if (tables == NIL)
		return select_rows(lookup, texts, visit, context);
	return scan_rows(CatalogScansOpen(tables, lookup->index, lookup->key,
									  GetActiveSnapshot(), false),
					 texts, visit, context);
}
