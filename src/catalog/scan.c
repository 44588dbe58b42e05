/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  Index scans of the extension's own tables, without an executor.
 *
 * A scan is opened once, for a walk through the hierarchy say, and started anew
 * for each identifier on the way: to open it costs more than to use it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "catalog/absent_range.h"
#include "catalog/definition.h"
#include "catalog/pg_class.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "miscadmin.h"
#include "partitioning/partdesc.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/predicate.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

struct CatalogScan
{
	Relation	table;
	Relation	index;
	CatalogIndex number;		/* of the index */
	Snapshot	snapshot;
	IndexScanDesc scan;
	TupleTableSlot *slot;
	bool		passed_rows;	/* CatalogScanNextRow has passed entries whose
								 * rows the snapshot does not see */
	Buffer		map;			/* a pinned page of the visibility map */
	ScanKeyData keys[3];
	int			nkeys;
	MemoryContext memory;		/* in which it was opened: a scan allocates
								 * some of what it keeps when it is first used */
};

/* --- Opening --- */

/*
 * The comparisons of identifiers, kept like those of a relation cache entry.  All indexes
 * have them in one operator family, which a new one of another CREATE EXTENSION
 * replaces.
 */
static FmgrInfo *
identifier_procedure(Relation index, StrategyNumber strategy)
{
	static Oid	family = InvalidOid;
	static FmgrInfo procedures[BTMaxStrategyNumber + 1];
	Oid			type = index->rd_opcintype[0];

	if (family != index->rd_opfamily[0])
	{
		memset(procedures, 0, sizeof(procedures));
		family = index->rd_opfamily[0];
	}
	if (!OidIsValid(procedures[strategy].fn_oid))
		fmgr_info_cxt(get_opcode(get_opfamily_member(family, type, type, strategy)),
					  &procedures[strategy], TopMemoryContext);
	return &procedures[strategy];
}

/*
 * One comparison of an index column with what is searched for.
 */
typedef struct ScanCondition
{
	AttrNumber	column;			/* of the index; 0: there are no more */
	StrategyNumber strategy;
	RegProcedure procedure;		/* 0: that of identifiers */
} ScanCondition;

/* *INDENT-OFF* */
static const ScanCondition scan_conditions[][3] = {
	[SCAN_ID] = {{1, BTEqualStrategyNumber, 0}},
	[SCAN_ID_FROM] = {{1, BTGreaterEqualStrategyNumber, 0}},
	[SCAN_ID_UNTIL] = {{1, BTEqualStrategyNumber, 0},
	{2, BTGreaterStrategyNumber, F_TIMESTAMPTZ_GT}},
	[SCAN_ID_RANGE] = {{1, BTGreaterEqualStrategyNumber, 0},
	{1, BTLessEqualStrategyNumber, 0}},
	[SCAN_ID_DURING] = {{1, BTEqualStrategyNumber, 0},
	{2, BTGreaterEqualStrategyNumber, F_TIMESTAMPTZ_GE},
	{2, BTLessEqualStrategyNumber, F_TIMESTAMPTZ_LE}},
	[SCAN_NUMBER] = {{1, BTEqualStrategyNumber, F_INT8EQ}},
	[SCAN_NUMBER_RANGE] = {{1, BTGreaterEqualStrategyNumber, F_INT8GE},
	{1, BTLessEqualStrategyNumber, F_INT8LE}},
	[SCAN_TIME_FROM] = {{1, BTGreaterEqualStrategyNumber, F_TIMESTAMPTZ_GE}},
	[SCAN_TEXT] = {{1, BTEqualStrategyNumber, F_TEXTEQ}},
	[SCAN_TEXTS] = {{1, BTEqualStrategyNumber, F_TEXTEQ},
	{2, BTEqualStrategyNumber, F_TEXTEQ}}
};

/* *INDENT-ON* */

static void
init_scan_key(ScanKey key, const ScanCondition *condition, Relation index)
{
	Oid			collation = index->rd_indcollation[condition->column - 1];

	if (condition->procedure != 0)
		ScanKeyEntryInitialize(key, 0, condition->column, condition->strategy,
							   InvalidOid, collation, condition->procedure,
							   (Datum) 0);
	else
		ScanKeyEntryInitializeWithInfo(key, 0, condition->column,
									   condition->strategy, InvalidOid, collation,
									   identifier_procedure(index, condition->strategy),
									   (Datum) 0);
}

static void
init_scan_keys(CatalogScan *scan, CatalogScanKey key)
{
	for (scan->nkeys = 0; scan->nkeys < (int) lengthof(scan_conditions[key]); scan->nkeys++)
	{
		const ScanCondition *condition = &scan_conditions[key][scan->nkeys];

		if (condition->column == 0)
			break;
		init_scan_key(&scan->keys[scan->nkeys], condition, scan->index);
	}
}

static CatalogScan *
open_scan(Relation table, Relation index, CatalogIndex number, CatalogScanKey key,
		  Snapshot snapshot, bool entries_only)
{
	CatalogScan *scan = palloc0(sizeof(CatalogScan));

	scan->table = table;
	scan->index = index;
	scan->number = number;
	scan->snapshot = snapshot;
	scan->memory = CurrentMemoryContext;
	scan->slot = table_slot_create(table, NULL);
	scan->map = InvalidBuffer;
	init_scan_keys(scan, key);
	scan->scan = IndexBeginScan(table, index, snapshot, scan->nkeys);
	scan->scan->xs_want_itup = entries_only;
	return scan;
}

static void
refuse_missing_index(Oid leaf, CatalogIndex index)
{
	CatalogTable table = CatalogIndexDefs[index].table;
	const char *problem = DefinitionScanProblem(leaf, table);

	DefinitionRefuse(table, problem != NULL ? problem :
					 psprintf("An index of table \"%s\" is being replaced.",
							  get_rel_name(leaf)));
}

CatalogScan *
CatalogScanOpen(Oid table, CatalogIndex index, CatalogScanKey key,
				Snapshot snapshot, bool entries_only)
{
	Relation	rel = table_open(table, NoLock);
	Oid			index_oid = DefinitionIndex(table, index);

	if (!OidIsValid(index_oid))
		refuse_missing_index(table, index);
	return open_scan(rel, index_open(index_oid, AccessShareLock), index, key, snapshot,
					 entries_only);
}

List *
CatalogScansOpen(List *tables, CatalogIndex index, CatalogScanKey key,
				 Snapshot snapshot, bool entries_only)
{
	List	   *scans = NIL;
	ListCell   *cell;

	foreach(cell, tables)
		scans = lappend(scans, CatalogScanOpen(lfirst_oid(cell), index, key,
											   snapshot, entries_only));
	return scans;
}

void
CatalogScanClose(CatalogScan *scan)
{
	index_endscan(scan->scan);
	if (BufferIsValid(scan->map))
		ReleaseBuffer(scan->map);
	ExecDropSingleTupleTableSlot(scan->slot);
	/* keep the locks until the transaction ends, as queries do */
	index_close(scan->index, NoLock);
	table_close(scan->table, NoLock);
	pfree(scan);
}

void
CatalogScansClose(List *scans)
{
	ListCell   *cell;

	foreach(cell, scans)
		CatalogScanClose(lfirst(cell));
}

Oid
CatalogIndexOid(CatalogIndex index)
{
	const char *name = CatalogTableDefs[CatalogIndexDefs[index].table].name;

	return DefinitionIndex(CatalogTableOid(name), index);
}

Oid
CatalogIndexOidRequired(CatalogIndex index)
{
	Oid			found = CatalogIndexOid(index);
	CatalogTable table = CatalogIndexDefs[index].table;

	if (!OidIsValid(found))
		refuse_missing_index(CatalogTableOidOf(table), index);
	return found;
}

/* --- The tables that hold the rows of a table --- */

static List *leaf_tables_below(Oid table);

/*
 * Locks a partition, unless it was detached and dropped in the meantime.
 */
static bool
lock_partition(Oid table)
{
	LockRelationOid(table, AccessShareLock);
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(table)))
		return true;
	UnlockRelationOid(table, AccessShareLock);
	return false;
}

/*
 * The table itself, or its partitions in the order of their bounds, which may be
 * partitioned in turn.  The whole is locked before its partitions are listed, as
 * queries do: somebody may be attaching or detaching one.
 */
static List *
leaf_tables(Relation whole)
{
	List	   *tables = NIL;
	PartitionDesc partitions;
	int			i;

	if (whole->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return list_make1_oid(RelationGetRelid(whole));
	partitions = RelationGetPartitionDesc(whole, true);
	for (i = 0; i < partitions->nparts; i++)
	{
		Oid			partition = partitions->oids[i];

		if (!lock_partition(partition))
			continue;
		tables = partitions->is_leaf[i] ? lappend_oid(tables, partition) :
			list_concat(tables, leaf_tables_below(partition));
	}
	return tables;
}

static List *
leaf_tables_below(Oid table)
{
	Relation	whole = table_open(table, AccessShareLock);
	List	   *tables = leaf_tables(whole);

	table_close(whole, NoLock);
	return tables;
}

/*
 * The tables; NIL, and why, if they cannot be scanned.
 */
static List *
scannable_tables(CatalogTable table, const char **problem)
{
	Oid			whole = CatalogTableOidOf(table);
	List	   *tables;
	ListCell   *cell;

	LockRelationOid(whole, AccessShareLock);
	if (DefinitionIsKnown(whole))
		return list_make1_oid(whole);
	tables = leaf_tables_below(whole);
	*problem = tables == NIL ? "It has no partition." : NULL;
	foreach(cell, tables)
	{
		*problem = DefinitionScanProblem(lfirst_oid(cell), table);
		if (*problem != NULL)
			return NIL;
	}
	return tables;
}

List *
CatalogScanTables(CatalogTable table)
{
	const char *problem;

	return scannable_tables(table, &problem);
}

List *
CatalogScanTablesWith(CatalogIndex index)
{
	List	   *tables = CatalogScanTables(CatalogIndexDefs[index].table);
	ListCell   *cell;

	foreach(cell, tables)
		if (!OidIsValid(DefinitionIndex(lfirst_oid(cell), index)))
		return NIL;
	return tables;
}

List *
CatalogScanTablesRequired(CatalogTable table)
{
	const char *problem;
	List	   *tables = scannable_tables(table, &problem);

	if (tables == NIL)
		DefinitionRefuse(table, problem);
	return tables;
}

List *
CatalogScanTablesToLock(CatalogTable table)
{
	Oid			whole = CatalogTableOidOf(table);

	PreventCommandIfReadOnly("SELECT FOR UPDATE");
	PreventCommandIfParallelMode("SELECT FOR UPDATE");
	LockRelationOid(whole, RowShareLock);
	DefinitionCheckRights(whole, ACL_SELECT | ACL_UPDATE);
	return CatalogScanTablesRequired(table);
}

/* --- Scanning --- */

void
CatalogScanRestart(CatalogScan *scan, Snapshot snapshot)
{
	MemoryContext caller = MemoryContextSwitchTo(scan->memory);

	scan->passed_rows = false;
	scan->scan->xs_snapshot = snapshot;
	index_rescan(scan->scan, scan->keys, scan->nkeys, NULL, 0);
	MemoryContextSwitchTo(caller);
}

static void
start_scan(CatalogScan *scan, Datum first, Datum second, Datum third)
{
	scan->keys[0].sk_argument = first;
	scan->keys[1].sk_argument = second;
	scan->keys[2].sk_argument = third;
	CatalogScanRestart(scan, scan->snapshot);
}

void
CatalogRescan(CatalogScan *scan, const Serial *id, TimestampTz after)
{
	start_scan(scan, PointerGetDatum(id), TimestampTzGetDatum(after), (Datum) 0);
}

void
CatalogRescanRange(CatalogScan *scan, const Serial *lowest, const Serial *highest)
{
	start_scan(scan, PointerGetDatum(lowest), PointerGetDatum(highest), (Datum) 0);
}

void
CatalogRescanDuring(CatalogScan *scan, const Serial *id, TimestampTz since,
					TimestampTz until)
{
	start_scan(scan, PointerGetDatum(id), TimestampTzGetDatum(since),
			   TimestampTzGetDatum(until));
}

void
CatalogRescanNumber(CatalogScan *scan, int64 number)
{
	start_scan(scan, Int64GetDatum(number), (Datum) 0, (Datum) 0);
}

void
CatalogRescanNumbers(CatalogScan *scan, int64 lowest, int64 highest)
{
	start_scan(scan, Int64GetDatum(lowest), Int64GetDatum(highest), (Datum) 0);
}

void
CatalogRescanTime(CatalogScan *scan, TimestampTz from)
{
	start_scan(scan, TimestampTzGetDatum(from), (Datum) 0, (Datum) 0);
}

void
CatalogRescanTexts(CatalogScan *scan, const Datum *texts)
{
	start_scan(scan, texts[0], scan->nkeys > 1 ? texts[1] : (Datum) 0, (Datum) 0);
}

void
CatalogScanRelease(CatalogScan *scan)
{
	ExecClearTuple(scan->slot);
	CatalogScanRestart(scan, scan->snapshot);
}

/*
 * Does what index_getnext_slot does, and notes what it passes.  An entry may lead
 * to several versions of a row, of which the snapshot may see any.
 */
static bool
next_row(CatalogScan *scan)
{
	IndexScanDesc desc = scan->scan;

	for (;;)
	{
		bool		goes_on = desc->xs_heap_continue;

		if (!goes_on && index_getnext_tid(desc, ForwardScanDirection) == NULL)
			return false;
		if (index_fetch_heap(desc, scan->slot))
			return true;
		scan->passed_rows |= !goes_on;
	}
}

bool
CatalogScanNextRow(CatalogScan *scan)
{
	MemoryContext caller = MemoryContextSwitchTo(scan->memory);
	bool		found = next_row(scan);

	MemoryContextSwitchTo(caller);
	return found;
}

bool
CatalogScanFindRow(CatalogScan *scan, const Serial *id)
{
	if (AbsentRangeHas(scan->number, scan->index, id))
		return false;
	CatalogRescan(scan, id, DT_NOBEGIN);
	if (CatalogScanNextRow(scan))
		return true;
	if (!scan->passed_rows)
		AbsentRangeLearn(scan->number, scan->table, scan->index, id);
	return false;
}

bool
CatalogScanFetchRow(CatalogScan *scan, ItemPointer tid)
{
	ExecClearTuple(scan->slot);
	return table_tuple_fetch_row_version(scan->table, tid, scan->snapshot, scan->slot);
}

bool
CatalogScanRowIsNew(CatalogScan *scan)
{
	HeapTupleHeader header;

	if (!TTS_IS_BUFFERTUPLE(scan->slot))
		return false;
	header = ((BufferHeapTupleTableSlot *) scan->slot)->base.tuple->t_data;
	return (header->t_infomask & HEAP_UPDATED) == 0 &&
		TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(header));
}

/*
 * Locks the row in the same way as nodeLockRows.c.
 */
bool
CatalogScanLockRow(CatalogScan *scan)
{
	ItemPointerData tid = scan->slot->tts_tid;
	TM_FailureData failure;
	uint8		flags = TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS;
	TM_Result	result;

	if (CatalogScanRowIsNew(scan))
		return true;
	if (!IsolationUsesXactSnapshot())
		flags |= TUPLE_LOCK_FLAG_FIND_LAST_VERSION;
	result = table_tuple_lock(scan->table, &tid, scan->snapshot, scan->slot,
							  GetCurrentCommandId(false), LockTupleExclusive,
							  LockWaitBlock, flags, &failure);
	if ((result == TM_Updated || result == TM_Deleted) && IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update")));
	if (result == TM_Deleted)
		return false;
	if (result != TM_Ok)
		elog(ERROR, "could not lock a row of \"%s\": unexpected result %d",
			 RelationGetRelationName(scan->table), result);
	return true;
}

static IndexTuple
next_entry(CatalogScan *scan)
{
	ItemPointer tid;

	while ((tid = index_getnext_tid(scan->scan, ForwardScanDirection)) != NULL)
	{
		BlockNumber block = ItemPointerGetBlockNumber(tid);

		if (VM_ALL_VISIBLE(scan->table, block, &scan->map))
		{
			PredicateLockPage(scan->table, block, scan->snapshot);
			return scan->scan->xs_itup;
		}
		if (index_fetch_heap(scan->scan, scan->slot))
			return scan->scan->xs_itup;
	}
	return NULL;
}

bool
CatalogScanNextEntry(CatalogScan *scan, Datum *values, bool *nulls)
{
	MemoryContext caller = MemoryContextSwitchTo(scan->memory);
	IndexTuple	entry = next_entry(scan);

	MemoryContextSwitchTo(caller);
	if (entry == NULL)
		return false;
	index_deform_tuple(entry, scan->scan->xs_itupdesc, values, nulls);
	return true;
}

Serial *
CatalogScanNextId(CatalogScan *scan)
{
	MemoryContext caller = MemoryContextSwitchTo(scan->memory);
	IndexTuple	entry = next_entry(scan);
	Serial	   *id = NULL;
	bool		isnull;

	if (entry != NULL)
		id = DatumGetSerialPP(index_getattr(entry, 1, scan->scan->xs_itupdesc, &isnull));
	MemoryContextSwitchTo(caller);
	return id;
}

TupleTableSlot *
CatalogScanSlot(CatalogScan *scan)
{
	return scan->slot;
}

Relation
CatalogScanTable(CatalogScan *scan)
{
	return scan->table;
}

bool
CatalogScanPassedRows(CatalogScan *scan)
{
	return scan->passed_rows;
}
