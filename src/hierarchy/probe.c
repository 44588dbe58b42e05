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
is_plain(Oid table)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Form_pg_class class;
	bool		plain;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", table);
	class = (Form_pg_class) GETSTRUCT(tuple);
	plain = class->relkind == RELKIND_RELATION && !class->relhassubclass &&
		class->relam == HEAP_TABLE_AM_OID;
	ReleaseSysCache(tuple);
	return plain;
}

static bool
can_read(Oid table)
{
	ListCell   *cell;

	if (get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE)
		return is_plain(table);
	foreach(cell, find_inheritance_children(table, AccessShareLock))
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
 * Opens the tables that hold the rows of a table: itself, or its partitions,
 * which may be partitioned in turn.
 */
static void
open_probes(List **probes, Oid table, Oid index, ProbeKey key,
			Snapshot snapshot, bool entries_only)
{
	ListCell   *cell;

	if (get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE)
	{
		*probes = lappend(*probes, open_probe(table, index, key, snapshot,
											  entries_only));
		return;
	}
	foreach(cell, find_inheritance_children(table, AccessShareLock))
	{
		Oid			partition = lfirst_oid(cell);

		open_probes(probes, partition, index_of_partition(partition, index),
					key, snapshot, entries_only);
	}
}

List *
ProbesOpen(const char *table, const char *index, ProbeKey key,
		   Snapshot snapshot, bool entries_only)
{
	List	   *probes = NIL;

	open_probes(&probes, ExtensionRelation(table), ExtensionRelation(index),
				key, snapshot, entries_only);
	return probes;
}

static void
close_probe(Probe *probe)
{
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
	index_rescan(probe->scan, probe->keys, probe->nkeys, NULL, 0);
}

void
ProbeRest(Probe *probe)
{
	ExecClearTuple(probe->slot);
	index_rescan(probe->scan, probe->keys, probe->nkeys, NULL, 0);
}

bool
ProbeRow(Probe *probe)
{
	return index_getnext_slot(probe->scan, ForwardScanDirection, probe->slot);
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
