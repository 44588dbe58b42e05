/*-------------------------------------------------------------------------
 *
 * probe.c
 *	  Looking into an index of the links, again and again.
 *
 * An index scan of PostgreSQL without the executor around it: opened once for
 * a walk, and positioned anew for each container on the way.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "compat.h"
#include "hierarchy/probe.h"
#include "relation.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/*
 * The equality that the index itself uses.
 */
static RegProcedure
equality(Relation index)
{
	Oid			type = index->rd_opcintype[0];
	Oid			operator = get_opfamily_member(index->rd_opfamily[0], type,
											   type, BTEqualStrategyNumber);

	return get_opcode(operator);
}

static Probe *
open_probe(Oid table, Oid index, ProbeKey key, Snapshot snapshot,
		   bool entries_only)
{
	Probe	   *probe = palloc0(sizeof(Probe));

	probe->table = table_open(table, AccessShareLock);
	probe->index = index_open(index, AccessShareLock);
	probe->snapshot = snapshot;
	probe->slot = table_slot_create(probe->table, NULL);
	probe->map = InvalidBuffer;
	probe->nkeys = key;
	ScanKeyInit(&probe->keys[0], 1, BTEqualStrategyNumber,
				equality(probe->index), (Datum) 0);
	ScanKeyInit(&probe->keys[1], 2, BTGreaterStrategyNumber,
				F_TIMESTAMPTZ_GT, (Datum) 0);
	probe->scan = IndexBeginScan(probe->table, probe->index, snapshot,
								 probe->nkeys);
	probe->scan->xs_want_itup = entries_only;
	return probe;
}

static bool
is_heap(Oid table)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Form_pg_class class;
	bool		is_heap;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", table);
	class = (Form_pg_class) GETSTRUCT(tuple);
	is_heap = class->relkind == RELKIND_RELATION &&
		class->relam == HEAP_TABLE_AM_OID;
	ReleaseSysCache(tuple);
	return is_heap;
}

static bool
is_partitioned(Oid table)
{
	return get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE;
}

/*
 * What inherits from a heap is none of its partitions.
 */
static bool
can_read(Oid table)
{
	List	   *children = find_inheritance_children(table, AccessShareLock);
	ListCell   *cell;

	if (!is_partitioned(table))
		return children == NIL && is_heap(table);
	foreach(cell, children)
	{
		if (!can_read(lfirst_oid(cell)))
			return false;
	}
	return true;
}

bool
ProbesCanRead(const char *table)
{
	return can_read(ExtensionRelation(table));
}

static Oid
index_of_partition(Oid partition, Oid index)
{
	Relation	relation = table_open(partition, AccessShareLock);

	index = index_get_partition(relation, index);
	table_close(relation, NoLock);
	return index;
}

/*
 * Opens a table, or its partitions and theirs.
 */
static List *
open_probes(Oid table, Oid index, ProbeKey key, Snapshot snapshot,
			bool entries_only)
{
	List	   *probes = NIL;
	ListCell   *cell;

	if (!is_partitioned(table))
		return list_make1(open_probe(table, index, key, snapshot, entries_only));
	foreach(cell, find_inheritance_children(table, AccessShareLock))
	{
		Oid			partition = lfirst_oid(cell);

		probes = list_concat(probes,
							 open_probes(partition,
										 index_of_partition(partition, index),
										 key, snapshot, entries_only));
	}
	return probes;
}

List *
ProbesOpen(const char *table, const char *index, ProbeKey key,
		   Snapshot snapshot, bool entries_only)
{
	return open_probes(ExtensionRelation(table), ExtensionRelation(index), key,
					   snapshot, entries_only);
}

static void
forget_gone(Probe *probe)
{
	if (probe->gone != NULL)
		hash_destroy(probe->gone);
	probe->gone = NULL;
	probe->found_gone = false;
}

static void
close_probe(Probe *probe)
{
	forget_gone(probe);
	index_endscan(probe->scan);
	if (BufferIsValid(probe->map))
		ReleaseBuffer(probe->map);
	ExecDropSingleTupleTableSlot(probe->slot);
	index_close(probe->index, AccessShareLock);
	table_close(probe->table, AccessShareLock);
}

void
ProbesClose(List *probes)
{
	ListCell   *cell;

	foreach(cell, probes)
		close_probe(lfirst(cell));
}

void
ProbeSeek(Probe *probe, const Serial *id, TimestampTz after)
{
	probe->keys[0].sk_argument = PointerGetDatum(id);
	probe->keys[1].sk_argument = TimestampTzGetDatum(after);
	forget_gone(probe);
	index_rescan(probe->scan, probe->keys, probe->nkeys, NULL, 0);
}

void
ProbeRest(Probe *probe)
{
	ExecClearTuple(probe->slot);
	index_rescan(probe->scan, probe->keys, probe->nkeys, NULL, 0);
}

/*
 * Remembers the row that the snapshot did not see.  What is dead to everybody
 * has been dead since before the transaction began.
 */
static void
remember_gone(Probe *probe)
{
	HASHCTL		ctl = {.keysize = sizeof(ItemPointerData),
		.entrysize = sizeof(ItemPointerData),
	.hcxt = CurrentMemoryContext};
	bool		known;

	if (probe->scan->kill_prior_tuple)
		return;
	if (probe->gone == NULL)
		probe->gone = hash_create("rows found gone", 16, &ctl,
								  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	(void) hash_search(probe->gone, &probe->scan->xs_heaptid, HASH_ENTER,
					   &known);
	if (!known)
		probe->found_gone = true;
}

bool
ProbeRow(Probe *probe)
{
	while (probe->scan->xs_heap_continue ||
		   index_getnext_tid(probe->scan, ForwardScanDirection) != NULL)
	{
		if (index_fetch_heap(probe->scan, probe->slot))
			return true;
		if (probe->snapshot->snapshot_type == SNAPSHOT_DIRTY)
			remember_gone(probe);
	}
	return false;
}

/*
 * A row may be replaced while a probe is on its way from the entry to the row.
 * It then finds that one gone, and does not learn of the new one if that has
 * its entry in a place already passed.  What was gone before a look began
 * cannot have been replaced during it.
 */
bool
ProbeAgain(Probe *probe)
{
	if (!probe->found_gone)
		return false;
	probe->found_gone = false;
	ProbeRest(probe);
	return true;
}

IndexTuple
ProbeEntry(Probe *probe)
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
