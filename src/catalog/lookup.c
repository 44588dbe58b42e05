/*-------------------------------------------------------------------------
 *
 * lookup.c
 *	  Looking up rows of a table of ours by texts.
 *
 * By the index itself where the user may see everything, else in SQL.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/lookup.h"
#include "utils/snapmgr.h"

static int
look_directly(List *probes, Datum *texts, RowVisitor visit, void *context)
{
	CatalogScan	   *probe = linitial(probes);
	int			n = 0;
	bool		going = true;

	CatalogRescanTexts(probe, texts);
	while (going && CatalogScanNextRow(probe))
	{
		n++;
		slot_getallattrs(probe->slot);
		going = visit != NULL &&
			visit(probe->slot->tts_values, probe->slot->tts_isnull, context);
	}
	CatalogScansClose(probes);
	return n;
}

static int
look_in_sql(CatalogLookup *lookup, Datum *texts, RowVisitor visit, void *context)
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
CatalogLookupRows(CatalogLookup *lookup, Datum *texts, RowVisitor visit, void *context)
{
	List	   *probes = NIL;

	if (CatalogMayScan(lookup->table))
		probes = CatalogScansOpen(CatalogScanTables(lookup->table), lookup->index,
							lookup->key, GetActiveSnapshot(), false);
	return probes != NIL ? look_directly(probes, texts, visit, context) :
		look_in_sql(lookup, texts, visit, context);
}
