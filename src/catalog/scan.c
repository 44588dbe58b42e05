/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  Looking into an index of a table of ours, again and again.
 *
 * An index scan of PostgreSQL without the executor around it: opened once for
 * a walk, and positioned anew for each thing on the way.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/scan.h"
#include "compat.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "partitioning/partdesc.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/predicate.h"
#include "utils/acl.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"
#include "utils/rls.h"
#include "utils/syscache.h"

/*
 * A comparison of identifiers that the index itself uses.
 */
static RegProcedure
comparison(Relation index, StrategyNumber strategy)
{
	Oid			type = index->rd_opcintype[0];

	return get_opcode(get_opfamily_member(index->rd_opfamily[0], type, type,
										  strategy));
}

/*
 * What is compared with what is sought.
 */
typedef struct Condition
{
	AttrNumber	column;			/* of the index; 0: there is no more */
	StrategyNumber strategy;
	RegProcedure procedure;		/* 0: of identifiers */
} Condition;

static const Condition conditions[][3] = {
	[SCAN_ID] = {{1, BTEqualStrategyNumber, 0}},
	[SCAN_ID_UNTIL] = {{1, BTEqualStrategyNumber, 0},
	{2, BTGreaterStrategyNumber, F_TIMESTAMPTZ_GT}},
	[SCAN_ID_RANGE] = {{1, BTGreaterEqualStrategyNumber, 0},
	{1, BTLessEqualStrategyNumber, 0}},
	[SCAN_ID_DURING] = {{1, BTEqualStrategyNumber, 0},
	{2, BTGreaterEqualStrategyNumber, F_TIMESTAMPTZ_GE},
	{2, BTLessStrategyNumber, F_TIMESTAMPTZ_LT}},
	[SCAN_NUMBER] = {{1, BTEqualStrategyNumber, F_INT8EQ}},
	[SCAN_NUMBER_RANGE] = {{1, BTGreaterEqualStrategyNumber, F_INT8GE},
	{1, BTLessEqualStrategyNumber, F_INT8LE}},
	[SCAN_TEXT] = {{1, BTEqualStrategyNumber, F_TEXTEQ}},
	[SCAN_TEXTS] = {{1, BTEqualStrategyNumber, F_TEXTEQ},
	{2, BTEqualStrategyNumber, F_TEXTEQ}}
};

static void
init_keys(CatalogScan *probe, CatalogScanKey key)
{
	for (probe->nkeys = 0; probe->nkeys < (int) lengthof(conditions[key]); probe->nkeys++)
	{
		const Condition *condition = &conditions[key][probe->nkeys];

		if (condition->column == 0)
			break;
		ScanKeyEntryInitialize(&probe->keys[probe->nkeys], 0, condition->column,
							   condition->strategy, InvalidOid,
							   probe->index->rd_indcollation[condition->column - 1],
							   condition->procedure != 0 ? condition->procedure :
							   comparison(probe->index, condition->strategy),
							   (Datum) 0);
	}
}

static CatalogScan *
open_probe(Relation table, Relation index, CatalogScanKey key, Snapshot snapshot,
		   bool entries_only)
{
	CatalogScan	   *probe = palloc0(sizeof(CatalogScan));

	probe->table = table;
	probe->index = index;
	probe->snapshot = snapshot;
	probe->memory = CurrentMemoryContext;
	probe->slot = table_slot_create(probe->table, NULL);
	probe->map = InvalidBuffer;
	init_keys(probe, key);
	probe->scan = IndexBeginScan(probe->table, probe->index, snapshot,
								 probe->nkeys);
	probe->scan->xs_want_itup = entries_only;
	return probe;
}

static List *tables_below(Oid table);

/*
 * Locks a partition, unless it was detached meanwhile and dropped.
 */
static bool
lock_if_there(Oid table)
{
	LockRelationOid(table, AccessShareLock);
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(table)))
		return true;
	UnlockRelationOid(table, AccessShareLock);
	return false;
}

/*
 * The tables that hold the rows of a table: itself, or its partitions in the
 * order of their bounds, which may be partitioned in turn.  It was locked before
 * it is asked for them, as SQL does: somebody may be attaching or detaching one.
 */
static List *
tables_of(Relation whole)
{
	List	   *tables = NIL;
	PartitionDesc partitions;
	int			i;

	if (whole->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return list_make1_oid(RelationGetRelid(whole));
	partitions = RelationGetPartitionDesc(whole, true);
	for (i = 0; i < partitions->nparts; i++)
	{
		Oid			part = partitions->oids[i];

		if (!lock_if_there(part))
			continue;
		tables = partitions->is_leaf[i] ? lappend_oid(tables, part) :
			list_concat(tables, tables_below(part));
	}
	return tables;
}

static List *
tables_below(Oid table)
{
	Relation	whole = table_open(table, AccessShareLock);
	List	   *tables = tables_of(whole);

	table_close(whole, NoLock);
	return tables;
}

/*
 * A heap of this server from which nothing inherits: that would be no partition.
 */
static bool
is_plain(Relation table, Relation whole)
{
	return table->rd_rel->relkind == RELKIND_RELATION &&
		table->rd_rel->relam == HEAP_TABLE_AM_OID &&
		!CatalogHasInheritanceChildren(table) &&
		(table == whole || CatalogHasSameColumns(table, whole));
}

static bool
is_plain_part(Oid part_oid, Relation whole)
{
	Relation	part = table_open(part_oid, AccessShareLock);
	bool		plain = is_plain(part, whole);

	table_close(part, NoLock);
	return plain;
}

List *
CatalogScanTables(const char *table)
{
	Relation	whole = table_open(CatalogTableOid(table), AccessShareLock);
	List	   *tables = tables_of(whole);
	ListCell   *cell;

	foreach(cell, tables)
	{
		if (!is_plain_part(lfirst_oid(cell), whole))
		{
			tables = NIL;
			break;
		}
	}
	table_close(whole, NoLock);
	return tables;
}

static bool
may(const char *table, AclMode rights)
{
	Oid			relation = CatalogTableOid(table);

	return pg_class_aclmask(relation, GetUserId(), rights,
							ACLMASK_ALL) == rights &&
		check_enable_rls(relation, InvalidOid, true) != RLS_ENABLED;
}

bool
CatalogMayScan(const char *table)
{
	return may(table, ACL_SELECT);
}

bool
CatalogMayLock(const char *table)
{
	return !XactReadOnly && !IsInParallelMode() && !IsolationUsesXactSnapshot() &&
		may(table, ACL_SELECT | ACL_UPDATE);
}

/*
 * Does an index hold the same columns in the same places as a model?
 */
static bool
is_like(Oid index_oid, Oid model_oid)
{
	Relation	index = index_open(index_oid, AccessShareLock);
	Relation	model = index_open(model_oid, AccessShareLock);
	Form_pg_index form = index->rd_index;
	Form_pg_index wanted = model->rd_index;
	bool		like = form->indisvalid &&
		index->rd_rel->relam == model->rd_rel->relam &&
		form->indnatts == wanted->indnatts &&
		form->indnkeyatts == wanted->indnkeyatts &&
		memcmp(form->indkey.values, wanted->indkey.values,
			   wanted->indnatts * sizeof(int16)) == 0 &&
		memcmp(index->rd_opfamily, model->rd_opfamily,
			   wanted->indnkeyatts * sizeof(Oid)) == 0 &&
		memcmp(index->rd_indoption, model->rd_indoption,
			   wanted->indnkeyatts * sizeof(int16)) == 0 &&
		RelationGetIndexPredicate(index) == NIL;

	index_close(model, AccessShareLock);
	index_close(index, AccessShareLock);
	return like;
}

/*
 * The index of a partition that is like a model of another one.
 */
static Oid
index_like(Oid partition_oid, Oid model)
{
	Relation	partition = table_open(partition_oid, AccessShareLock);
	Oid			found = InvalidOid;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(partition))
	{
		if (is_like(lfirst_oid(cell), model))
			found = lfirst_oid(cell);
	}
	if (!OidIsValid(found))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("partition \"%s\" has no index like \"%s\"",
						RelationGetRelationName(partition), get_rel_name(model)),
				 errhint("Create one, or detach the partition.")));
	table_close(partition, NoLock);
	return found;
}

List *
CatalogScansOpen(List *tables, const char *index, CatalogScanKey key, Snapshot snapshot,
		   bool entries_only)
{
	Oid			index_oid = CatalogTableOid(index);
	Oid			index_table = IndexGetRelation(index_oid, false);
	List	   *probes = NIL;
	ListCell   *cell;

	foreach(cell, tables)
	{
		Oid			leaf = lfirst_oid(cell);
		Oid			leaf_index = leaf == index_table ? index_oid :
			index_like(leaf, index_oid);

		probes = lappend(probes,
						 open_probe(table_open(leaf, AccessShareLock),
									index_open(leaf_index, AccessShareLock),
									key, snapshot, entries_only));
	}
	return probes;
}

static bool
ascends_by(Relation index, const AttrNumber *columns, int n)
{
	int			i;

	if (index->rd_index->indnkeyatts < n)
		return false;
	for (i = 0; i < n; i++)
	{
		if (index->rd_index->indkey.values[i] != columns[i] ||
			(index->rd_indoption[i] & INDOPTION_DESC) != 0)
			return false;
	}
	return true;
}

/*
 * Does an index begin with these columns, and hold every row whose first one is
 * not NULL?
 */
static bool
is_by(Relation index, const AttrNumber *columns, int n)
{
	List	   *predicate;
	NullTest   *test;

	if (!index->rd_index->indisvalid || index->rd_rel->relam != BTREE_AM_OID ||
		!ascends_by(index, columns, n))
		return false;
	predicate = RelationGetIndexPredicate(index);
	if (predicate == NIL)
		return true;
	test = linitial(predicate);
	return list_length(predicate) == 1 && IsA(test, NullTest) &&
		test->nulltesttype == IS_NOT_NULL && IsA(test->arg, Var) &&
		((Var *) test->arg)->varattno == columns[0];
}

static Relation
open_index_by(Relation table, const AttrNumber *columns, int n)
{
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(table))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (is_by(index, columns, n))
			return index;
		index_close(index, AccessShareLock);
	}
	return NULL;
}

CatalogScan *
CatalogScanOpenBy(Oid table_oid, const AttrNumber *columns, int n, CatalogScanKey key,
			Snapshot snapshot, bool entries_only)
{
	Relation	table = table_open(table_oid, AccessShareLock);
	Relation	index = open_index_by(table, columns, n);

	if (index != NULL)
		return open_probe(table, index, key, snapshot, entries_only);
	table_close(table, NoLock);
	return NULL;
}

void
CatalogScanClose(CatalogScan *probe)
{
	index_endscan(probe->scan);
	if (BufferIsValid(probe->map))
		ReleaseBuffer(probe->map);
	ExecDropSingleTupleTableSlot(probe->slot);
	/* like any query, until the transaction ends: the next walk finds them held */
	index_close(probe->index, NoLock);
	table_close(probe->table, NoLock);
	pfree(probe);
}

void
CatalogScansClose(List *probes)
{
	ListCell   *cell;

	foreach(cell, probes)
		CatalogScanClose(lfirst(cell));
}

void
CatalogScanRestart(CatalogScan *probe, Snapshot snapshot)
{
	MemoryContext caller = MemoryContextSwitchTo(probe->memory);

	probe->passed = false;
	probe->scan->xs_snapshot = snapshot;
	index_rescan(probe->scan, probe->keys, probe->nkeys, NULL, 0);
	MemoryContextSwitchTo(caller);
}

static void
seek(CatalogScan *probe, Datum first, Datum second, Datum third)
{
	probe->keys[0].sk_argument = first;
	probe->keys[1].sk_argument = second;
	probe->keys[2].sk_argument = third;
	CatalogScanRestart(probe, probe->snapshot);
}

void
CatalogRescan(CatalogScan *probe, const Serial *id, TimestampTz after)
{
	seek(probe, PointerGetDatum(id), TimestampTzGetDatum(after), (Datum) 0);
}

void
CatalogRescanRange(CatalogScan *probe, const Serial *lowest, const Serial *highest)
{
	seek(probe, PointerGetDatum(lowest), PointerGetDatum(highest), (Datum) 0);
}

void
CatalogRescanDuring(CatalogScan *probe, const Serial *id, TimestampTz since,
				TimestampTz until)
{
	seek(probe, PointerGetDatum(id), TimestampTzGetDatum(since),
		 TimestampTzGetDatum(until));
}

void
CatalogRescanNumber(CatalogScan *probe, int64 number)
{
	seek(probe, Int64GetDatum(number), (Datum) 0, (Datum) 0);
}

void
CatalogRescanNumbers(CatalogScan *probe, int64 lowest, int64 highest)
{
	seek(probe, Int64GetDatum(lowest), Int64GetDatum(highest), (Datum) 0);
}

void
CatalogRescanTexts(CatalogScan *probe, const Datum *texts)
{
	seek(probe, texts[0], probe->nkeys > 1 ? texts[1] : (Datum) 0, (Datum) 0);
}

void
CatalogScanRelease(CatalogScan *probe)
{
	ExecClearTuple(probe->slot);
	CatalogScanRestart(probe, probe->snapshot);
}

/*
 * index_getnext_slot, which does not tell what it has passed.  An entry leads to
 * several versions of a row; behind one that is seen, there may be none.
 */
static bool
next_row(CatalogScan *probe)
{
	IndexScanDesc scan = probe->scan;

	for (;;)
	{
		bool		goes_on = scan->xs_heap_continue;

		if (!goes_on && index_getnext_tid(scan, ForwardScanDirection) == NULL)
			return false;
		if (index_fetch_heap(scan, probe->slot))
			return true;
		probe->passed |= !goes_on;
	}
}

bool
CatalogScanNextRow(CatalogScan *probe)
{
	MemoryContext caller = MemoryContextSwitchTo(probe->memory);
	bool		found = next_row(probe);

	MemoryContextSwitchTo(caller);
	return found;
}

bool
CatalogScanLockRow(CatalogScan *probe)
{
	ItemPointerData place = probe->slot->tts_tid;
	TM_FailureData failure;
	TM_Result	result = table_tuple_lock(probe->table, &place, probe->snapshot,
										  probe->slot, GetCurrentCommandId(false),
										  LockTupleExclusive, LockWaitBlock,
										  TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS |
										  TUPLE_LOCK_FLAG_FIND_LAST_VERSION,
										  &failure);

	if (result == TM_Deleted)
		return false;
	if (result != TM_Ok)
		elog(ERROR, "could not lock a row of \"%s\": unexpected result %d",
			 RelationGetRelationName(probe->table), result);
	return true;
}

static IndexTuple
next_entry(CatalogScan *probe)
{
	ItemPointer place;

	while ((place = index_getnext_tid(probe->scan, ForwardScanDirection)) != NULL)
	{
		BlockNumber block = ItemPointerGetBlockNumber(place);

		if (VM_ALL_VISIBLE(probe->table, block, &probe->map))
		{
			PredicateLockPage(probe->table, block, probe->snapshot);
			return probe->scan->xs_itup;
		}
		if (index_fetch_heap(probe->scan, probe->slot))
			return probe->scan->xs_itup;
	}
	return NULL;
}

IndexTuple
CatalogScanNextEntry(CatalogScan *probe)
{
	MemoryContext caller = MemoryContextSwitchTo(probe->memory);
	IndexTuple	entry = next_entry(probe);

	MemoryContextSwitchTo(caller);
	return entry;
}
