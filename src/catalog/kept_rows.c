/*-------------------------------------------------------------------------
 *
 * kept_rows.c
 *	  The rows of a small table, kept by a session as long as no page of it changes.
 *
 * Each write to a table that is logged moves the LSN of a page of it, or adds a page.
 * While neither has happened, the versions of rows that were read once are all that
 * there are.  That does not depend on any message from the session that wrote them, and
 * which of them a snapshot sees is decided by their transactions each time.  So what is
 * found is what an index scan under this snapshot would find.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/kept_rows.h"
#include "catalog/scan.h"
#include "executor/tuptable.h"
#include "nodes/pg_list.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/*
 * In more pages, an index scan costs less than to look whether they have changed.
 */
#define MAX_KEPT_PAGES	8

/*
 * What the table was like when its rows were read.
 */
typedef struct KeptTable
{
	KeptRows	kept;
	MemoryContext memory;		/* of the rows */
	Oid			file;			/* of the table */
	BlockNumber npages;
	XLogRecPtr	lsns[MAX_KEPT_PAGES];
	bool		has_outside;	/* some values are stored outside of the rows */
} KeptTable;

static KeptTable *kept_tables[CATALOG_TABLES];

/* --- Have pages changed? --- */

XLogRecPtr
CatalogPageLsn(Relation rel, BlockNumber page)
{
	Buffer		buffer = ReadBuffer(rel, page);
	XLogRecPtr	lsn;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	lsn = BufferGetLSNAtomic(buffer);
	UnlockReleaseBuffer(buffer);
	return lsn;
}

static bool
is_unchanged(const KeptTable *table, Relation rel, BlockNumber npages)
{
	BlockNumber page;

	if (table->kept.relation != RelationGetRelid(rel) ||
		table->file != rel->rd_rel->relfilenode || table->npages != npages)
		return false;
	for (page = 0; page < npages; page++)
		if (CatalogPageLsn(rel, page) != table->lsns[page])
			return false;
	return true;
}

/* --- Reading them --- */

static void
keep_tuple(KeptTable *table, HeapTuple tuple, TupleDesc desc)
{
	KeptRow    *row = &table->kept.rows[table->kept.n++];

	table->has_outside |= HeapTupleHasExternal(tuple);
	tuple = heap_copytuple(tuple);
	row->tid = tuple->t_self;
	row->values = palloc(desc->natts * sizeof(Datum));
	row->nulls = palloc(desc->natts * sizeof(bool));
	heap_deform_tuple(tuple, desc, row->values, row->nulls);
}

static void
keep_page(KeptTable *table, Relation rel, BlockNumber number)
{
	Buffer		buffer = ReadBuffer(rel, number);
	Page		page = BufferGetPage(buffer);
	HeapTupleData tuple = {.t_tableOid = RelationGetRelid(rel)};
	OffsetNumber offset;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	table->lsns[number] = BufferGetLSNAtomic(buffer);
	for (offset = FirstOffsetNumber; offset <= PageGetMaxOffsetNumber(page); offset++)
	{
		ItemId		item = PageGetItemId(page, offset);

		if (!ItemIdIsNormal(item))
			continue;
		ItemPointerSet(&tuple.t_self, number, offset);
		tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple.t_len = ItemIdGetLength(item);
		keep_tuple(table, &tuple, RelationGetDescr(rel));
	}
	UnlockReleaseBuffer(buffer);
}

static KeptTable *
keep_table(Relation rel, BlockNumber npages)
{
	MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "serial kept rows",
												 ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(memory);
	KeptTable  *table = palloc0(sizeof(KeptTable));
	BlockNumber page;

	table->memory = memory;
	table->kept.relation = RelationGetRelid(rel);
	table->file = rel->rd_rel->relfilenode;
	table->npages = npages;
	table->kept.rows = palloc(npages * MaxHeapTuplesPerPage * sizeof(KeptRow));
	for (page = 0; page < npages; page++)
		keep_page(table, rel, page);
	MemoryContextSwitchTo(caller);
	return table;
}

/*
 * The memory belongs to the caller until all has been read.
 */
static void
replace_table(CatalogTable number, KeptTable *table)
{
	if (kept_tables[number] != NULL)
		MemoryContextDelete(kept_tables[number]->memory);
	kept_tables[number] = table;
	MemoryContextSetParent(table->memory, CacheMemoryContext);
}

static const KeptTable *
read_table(CatalogTable number, Relation rel)
{
	BlockNumber npages = RelationGetNumberOfBlocks(rel);

	/* what is not logged changes without a trace */
	if (npages > MAX_KEPT_PAGES || !RelationNeedsWAL(rel))
		return NULL;
	if (kept_tables[number] == NULL || !is_unchanged(kept_tables[number], rel, npages))
		replace_table(number, keep_table(rel, npages));
	return kept_tables[number];
}

const KeptRows *
KeptRowsRead(CatalogTable table)
{
	List	   *tables = IsolationIsSerializable() ? NIL : CatalogScanTables(table);
	const KeptTable *found;
	Relation	rel;

	if (list_length(tables) != 1)
		return NULL;
	rel = table_open(linitial_oid(tables), NoLock);
	found = read_table(table, rel);
	table_close(rel, NoLock);
	return found == NULL || found->has_outside ? NULL : &found->kept;
}

bool
KeptRowIsVisible(const KeptRows *kept, const KeptRow *row)
{
	Relation	rel = table_open(kept->relation, NoLock);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	ItemPointerData tid = row->tid;
	bool		is_visible = table_tuple_fetch_row_version(rel, &tid, GetActiveSnapshot(),
														   slot);

	ExecDropSingleTupleTableSlot(slot);
	table_close(rel, NoLock);
	return is_visible;
}
