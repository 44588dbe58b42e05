/*-------------------------------------------------------------------------
 *
 * relink.c
 *	  Writing links without SQL.
 *
 * To set up a statement is most of the cost of moving one link, and to look the
 * link up a second time most of the rest.  This writes rows, and what leads to
 * them in the indexes, as the executor would, into tables that are as we have
 * made them.  Of our CHECK constraints nothing is left to be checked.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "compat.h"
#include "executor/executor.h"
#include "hierarchy/relink.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "relation.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#define LINK_COLUMNS	4
#define HISTORY_COLUMNS	5
#define LINK_PARENT		2
#define HISTORY_UNTIL	4

/*
 * A table to write to, with its indexes.
 */
typedef struct Target
{
	Relation	table;
	TupleTableSlot *slot;
	int			n_indexes;
	Relation   *indexes;
	IndexInfo **infos;
} Target;

struct Relinker
{
	Target		links;
	Relation	history;		/* partitioned; NULL: not open yet */
	bool		is_history_bare;
	Target		past;			/* the partition written to last */
};

/* --- Are the tables as we have made them? --- */

static bool
has_only_check(const TupleConstr *constr, const char *check)
{
	return constr != NULL && !constr->has_generated_stored &&
		constr->num_check == 1 &&
		strcmp(constr->check[0].ccname, check) == 0;
}

/*
 * Is a table without anything that SQL would heed?
 */
static bool
is_bare(Relation table, char kind, int columns, const char *check)
{
	return table->rd_rel->relkind == kind &&
		!table->rd_rel->relrowsecurity && !table->rd_rel->relhasrules &&
		table->trigdesc == NULL &&
		RelationGetNumberOfAttributes(table) == columns &&
		has_only_check(RelationGetDescr(table)->constr, check);
}

/*
 * A partition that was attached may have its columns in another order.
 */
static bool
has_same_columns(Relation a, Relation b)
{
	int			i;

	for (i = 0; i < RelationGetNumberOfAttributes(a); i++)
	{
		Form_pg_attribute left = TupleDescAttr(RelationGetDescr(a), i);
		Form_pg_attribute right = TupleDescAttr(RelationGetDescr(b), i);

		if (left->attisdropped || right->attisdropped ||
			left->atttypid != right->atttypid ||
			strcmp(NameStr(left->attname), NameStr(right->attname)) != 0)
			return false;
	}
	return true;
}

static bool
is_plain_index(Relation index)
{
	Form_pg_index form = index->rd_index;

	return index->rd_rel->relam == BTREE_AM_OID && form->indimmediate &&
		!form->indisexclusion && RelationGetIndexExpressions(index) == NIL &&
		RelationGetIndexPredicate(index) == NIL;
}

/* --- Opening --- */

static void
close_target(Target *target)
{
	int			i;

	if (target->table == NULL)
		return;
	ExecDropSingleTupleTableSlot(target->slot);
	for (i = 0; i < target->n_indexes; i++)
		index_close(target->indexes[i], NoLock);
	table_close(target->table, NoLock);
	target->table = NULL;
}

/*
 * Takes over a table that is open.  False if an index is not plain.
 */
static bool
open_target(Target *target, Relation table)
{
	List	   *indexes = RelationGetIndexList(table);
	bool		plain = true;
	ListCell   *cell;

	target->table = table;
	target->slot = MakeSingleTupleTableSlot(RelationGetDescr(table),
											&TTSOpsVirtual);
	target->n_indexes = 0;
	target->indexes = palloc(list_length(indexes) * sizeof(Relation));
	target->infos = palloc(list_length(indexes) * sizeof(IndexInfo *));
	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), RowExclusiveLock);

		plain = plain && is_plain_index(index);
		target->infos[target->n_indexes] = BuildIndexInfo(index);
		target->indexes[target->n_indexes++] = index;
	}
	list_free(indexes);
	return plain;
}

static bool
may_write(Relation table, AclMode rights)
{
	return pg_class_aclcheck(RelationGetRelid(table), GetUserId(),
							 rights) == ACLCHECK_OK;
}

static bool
is_history(Relation history)
{
	PartitionKey key;

	if (!is_bare(history, RELKIND_PARTITIONED_TABLE, HISTORY_COLUMNS,
				 "aggregation_history_check") ||
		!may_write(history, ACL_INSERT))
		return false;
	key = RelationGetPartitionKey(history);
	return key->strategy == PARTITION_STRATEGY_RANGE && key->partnatts == 1 &&
		key->partattrs[0] == HISTORY_UNTIL;
}

static bool
is_links(Relation links)
{
	return is_bare(links, RELKIND_RELATION, LINK_COLUMNS, "aggregation_check") &&
		!links->rd_rel->relispartition &&
		may_write(links, ACL_INSERT) && may_write(links, ACL_UPDATE) &&
		may_write(links, ACL_SELECT);
}

Relinker *
RelinkerOpen(void)
{
	Relinker   *relinker;
	Relation	links;

	if (IsolationUsesXactSnapshot() || XactReadOnly || IsInParallelMode())
		return NULL;
	relinker = palloc0(sizeof(Relinker));
	links = table_open(ExtensionRelation("aggregation"), RowExclusiveLock);
	if (open_target(&relinker->links, links) && is_links(links))
	{
		CheckCmdReplicaIdentity(links, CMD_UPDATE);
		/* what this command has written already is to be seen */
		CommandCounterIncrement();
		return relinker;
	}
	RelinkerClose(relinker);
	return NULL;
}

void
RelinkerClose(Relinker *relinker)
{
	if (relinker == NULL)
		return;
	/* and so is what was written here */
	CommandCounterIncrement();
	close_target(&relinker->past);
	close_target(&relinker->links);
	/* locks are kept until the transaction ends, as SQL does */
	if (relinker->history != NULL)
		table_close(relinker->history, NoLock);
	pfree(relinker);
}

/* --- Writing --- */

static Oid
partition_for(Relation history, TimestampTz until)
{
	PartitionKey key = RelationGetPartitionKey(history);
	PartitionDesc partitions = RelationGetPartitionDesc(history, true);
	PartitionBoundInfo bounds = partitions->boundinfo;
	Datum		value = TimestampTzGetDatum(until);
	bool		equal;
	int			n;

	if (partitions->nparts == 0)
		return InvalidOid;
	n = bounds->indexes[1 +
						partition_range_datum_bsearch(key->partsupfunc,
													  key->partcollation,
													  bounds, 1, &value,
													  &equal)];
	if (n < 0)
		n = bounds->default_index;
	return n < 0 ? InvalidOid : partitions->oids[n];
}

static bool
open_history(Relinker *relinker)
{
	if (relinker->history == NULL)
	{
		relinker->history = table_open(ExtensionRelation("aggregation_history"),
									   RowExclusiveLock);
		relinker->is_history_bare = is_history(relinker->history);
	}
	return relinker->is_history_bare;
}

/*
 * Opens the partition for what ends at a moment.
 */
static bool
open_past(Relinker *relinker, TimestampTz until)
{
	Oid			partition;
	Relation	table = relinker->past.table;

	if (!open_history(relinker))
		return false;
	partition = partition_for(relinker->history, until);
	if (table != NULL && RelationGetRelid(table) == partition)
		return true;
	close_target(&relinker->past);
	if (!OidIsValid(partition))
		return false;
	table = table_open(partition, RowExclusiveLock);
	if (open_target(&relinker->past, table) &&
		is_bare(table, RELKIND_RELATION, HISTORY_COLUMNS,
				"aggregation_history_check") &&
		has_same_columns(relinker->history, table))
		return true;
	close_target(&relinker->past);
	return false;
}

static void
fill_slot(Target *target, const Datum *values)
{
	TupleTableSlot *slot = target->slot;
	int			n = RelationGetNumberOfAttributes(target->table);

	ExecClearTuple(slot);
	memcpy(slot->tts_values, values, n * sizeof(Datum));
	memset(slot->tts_isnull, false, n * sizeof(bool));
	ExecStoreVirtualTuple(slot);
}

/*
 * Enters the row in the slot in one index.  False if check is
 * UNIQUE_CHECK_PARTIAL and there is, or may soon be, another of its key.
 */
static bool
insert_entry(Target *target, int n, IndexUniqueCheck check, bool is_unchanged)
{
	IndexInfo  *info = target->infos[n];
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	if (!info->ii_ReadyForInserts)
		return true;
	FormIndexDatum(info, target->slot, NULL, values, nulls);
	return index_insert(target->indexes[n], values, nulls,
						&target->slot->tts_tid, target->table,
						info->ii_Unique ? check : UNIQUE_CHECK_NO,
						is_unchanged, info) || check != UNIQUE_CHECK_PARTIAL;
}

/*
 * The same in all indexes.  The column is one that was changed: of an index
 * without it, pages need not grow.
 */
static void
insert_entries(Target *target, AttrNumber changed)
{
	int			i;

	for (i = 0; i < target->n_indexes; i++)
		(void) insert_entry(target, i, UNIQUE_CHECK_YES,
							AttributeNumberIsValid(changed) &&
							target->infos[i]->ii_IndexAttrNumbers[0] != changed);
}

static void
keep(Target *past, const Serial *child, const SettledLink *link, TimestampTz at)
{
	Datum		values[HISTORY_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(link->parent),
		TimestampTzGetDatum(link->since), TimestampTzGetDatum(at),
		BoolGetDatum(link->is_container)
	};

	fill_slot(past, values);
	table_tuple_insert(past->table, past->slot, GetCurrentCommandId(true), 0,
					   NULL);
	insert_entries(past, InvalidAttrNumber);
}

/*
 * No vacuum has taken the row away: the active snapshot may see it still.
 */
static bool
replace(Target *links, const Serial *child, const SettledLink *link,
		const Serial *container, TimestampTz at)
{
	Datum		values[LINK_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(container),
		TimestampTzGetDatum(at), BoolGetDatum(link->is_container)
	};
	ItemPointerData place = link->place;
	UpdatedIndexes indexes;
	LockTupleMode mode;
	TM_FailureData failure;
	TM_Result	result;

	fill_slot(links, values);
	result = table_tuple_update(links->table, &place, links->slot,
								GetCurrentCommandId(true), GetActiveSnapshot(),
								InvalidSnapshot, true, &failure, &mode,
								&indexes);
	if (result == TM_Updated || result == TM_Deleted)
		return false;
	if (result != TM_Ok)
		elog(ERROR, "could not move a link: unexpected result %d", result);
	if (indexes != UPDATED_NO_INDEXES)
		insert_entries(links, LINK_PARENT);
	return true;
}

Relinked
RelinkerMove(Relinker *relinker, const Serial *child, const SettledLink *link,
			 const Serial *container, TimestampTz at)
{
	bool		has_length = link->since < at;

	if (has_length && !open_past(relinker, at))
		return RELINK_IN_SQL;
	if (!replace(&relinker->links, child, link, container, at))
		return RELINK_CHANGED;
	if (has_length)
		keep(&relinker->past, child, link, at);
	return RELINKED;
}

static bool
insert_new_entries(Target *links)
{
	int			i;

	for (i = 0; i < links->n_indexes; i++)
		if (!insert_entry(links, i,
						  links->indexes[i]->rd_index->indisprimary ?
						  UNIQUE_CHECK_PARTIAL : UNIQUE_CHECK_YES, false))
			return false;
	return true;
}

/*
 * Speculatively, as ON CONFLICT DO NOTHING does: where the primary key is
 * somebody else's, the row is taken back, and waited for only then.
 */
bool
RelinkerAdd(Relinker *relinker, const Serial *child, const Serial *container,
			TimestampTz at)
{
	Target	   *links = &relinker->links;
	TransactionId me = GetCurrentTransactionId();
	Datum		values[LINK_COLUMNS] = {
		PointerGetDatum(child), PointerGetDatum(container),
		TimestampTzGetDatum(at), BoolGetDatum(false)
	};
	uint32		token = SpeculativeInsertionLockAcquire(me);
	bool		is_new;

	fill_slot(links, values);
	table_tuple_insert_speculative(links->table, links->slot,
								   GetCurrentCommandId(true), 0, NULL, token);
	is_new = insert_new_entries(links);
	table_tuple_complete_speculative(links->table, links->slot, token, is_new);
	SpeculativeInsertionLockRelease(me);
	/* who looks now for what was in the way is to see what was written */
	if (!is_new)
		CommandCounterIncrement();
	return is_new;
}
