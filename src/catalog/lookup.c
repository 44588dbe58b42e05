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
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/serial_catalog.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* --- Where a row was found last --- */

/*
 * A row of a unique index is looked for first where one with its texts was found last.  If
 * the snapshot sees a version with these texts there, it is the row that the index leads
 * to.  If not, nothing is known.
 */
#define PLACES	4096

static ItemPointer
last_place(CatalogLookup *lookup, const Datum *texts)
{
	const CatalogIndexDef *index = &CatalogIndexDefs[lookup->index];
	uint32		hash = 0;
	int			i;

	if (lookup->places == NULL)
		lookup->places = MemoryContextAllocZero(TopMemoryContext,
												PLACES * sizeof(ItemPointerData));
	for (i = 0; i < index->nkeys; i++)
	{
		text	   *key = DatumGetTextPP(texts[i]);

		hash = hash_combine(hash, hash_bytes((unsigned char *) VARDATA_ANY(key),
											 VARSIZE_ANY_EXHDR(key)));
	}
	return &lookup->places[hash % PLACES];
}

static bool
has_texts(TupleTableSlot *slot, const CatalogIndexDef *index, const Datum *texts)
{
	int			i;

	for (i = 0; i < index->nkeys; i++)
	{
		bool		isnull;
		Datum		value = slot_getattr(slot, COLUMN_ATTNUM(index->columns[i]), &isnull);

		if (isnull || !TextsAreEqual(value, texts[i]))
			return false;
	}
	return true;
}

/*
 * The table may have become shorter since.
 */
static bool
fetch_row(Relation rel, ItemPointer place, TupleTableSlot *slot)
{
	return ItemPointerIsValid(place) &&
		ItemPointerGetBlockNumber(place) < RelationGetNumberOfBlocks(rel) &&
		table_tuple_fetch_row_version(rel, place, GetActiveSnapshot(), slot);
}

static bool
visit_last_place(CatalogLookup *lookup, Oid table, Datum *texts, RowVisitor visit,
				 void *context)
{
	Relation	rel = table_open(table, NoLock);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	bool		found = fetch_row(rel, last_place(lookup, texts), slot) &&
	has_texts(slot, &CatalogIndexDefs[lookup->index], texts);

	if (found && visit != NULL)
	{
		slot_getallattrs(slot);
		(void) visit(slot->tts_values, slot->tts_isnull, context);
	}
	ExecDropSingleTupleTableSlot(slot);
	table_close(rel, NoLock);
	return found;
}

/* --- Looking rows up --- */

static int
scan_rows(CatalogLookup *lookup, List *scans, Datum *texts, RowVisitor visit,
		  void *context)
{
	CatalogScan *scan = linitial(scans);
	TupleTableSlot *slot = CatalogScanSlot(scan);
	int			n = 0;
	bool		going = true;

	CatalogRescanTexts(scan, texts);
	while (going && CatalogScanNextRow(scan))
	{
		n++;
		if (lookup->is_unique)
			*last_place(lookup, texts) = slot->tts_tid;
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
	if (lookup->is_unique &&
		visit_last_place(lookup, linitial_oid(tables), texts, visit, context))
		return 1;
	return scan_rows(lookup,
					 CatalogScansOpen(tables, lookup->index, lookup->key,
									  GetActiveSnapshot(), false),
					 texts, visit, context);
}
