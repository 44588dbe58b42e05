/*-------------------------------------------------------------------------
 *
 * modify.c
 *	  Writing rows of a table of ours without a statement.
 *
 * To set up a statement is most of the cost of writing one row.  This writes
 * rows, and what leads to them in the indexes, as the executor would, into
 * tables that are as we have made them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/modify.h"
#include "catalog/pg_class.h"
#include "compat.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

typedef struct TargetIndex
{
	Relation	index;
	IndexInfo  *info;
	ExprState  *predicate;		/* NULL: it holds all rows */
} TargetIndex;

struct CatalogModify
{
	const CatalogTable *made;
	AclMode		rights;
	Relation	whole;

	/* what is written to: the whole, or the partition turned to last */
	Relation	table;			/* NULL: none */
	EState	   *estate;
	TupleTableSlot *slot;
	int			n_indexes;
	TargetIndex *indexes;
};

/* --- Is a table as we have made it? --- */

static bool
has_triggers(const TriggerDesc *triggers, AclMode rights)
{
	if (triggers == NULL)
		return false;
	if ((rights & ACL_INSERT) != 0 &&
		(triggers->trig_insert_before_row || triggers->trig_insert_after_row ||
		 triggers->trig_insert_before_statement ||
		 triggers->trig_insert_after_statement))
		return true;
	return (rights & ACL_UPDATE) != 0 &&
		(triggers->trig_update_before_row || triggers->trig_update_after_row ||
		 triggers->trig_update_before_statement ||
		 triggers->trig_update_after_statement);
}

static bool
has_other_constraints(const TupleConstr *constr, const CatalogTable *made)
{
	const char *check = made->check;

	if (constr == NULL)
		return false;
	return constr->has_generated_stored ||
		constr->num_defval > made->defaults || constr->num_check > 1 ||
		(constr->num_check == 1 &&
		 (check == NULL || strcmp(constr->check[0].ccname, check) != 0));
}

/*
 * What we have in memory is of the types we have given the columns.  SQL would
 * cast it to others, or refuse it, as it does with what is given to an identity.
 */
static bool
has_our_columns(TupleDesc columns, const CatalogTable *made)
{
	int			i;

	if (columns->natts != made->columns)
		return false;
	for (i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (column->atttypid != CatalogTypeOid(made->types[i]) ||
			column->atttypmod != -1 || column->attidentity != '\0')
			return false;
	}
	return true;
}

/*
 * Is there nothing about a table that SQL would heed, and we do not?
 */
static bool
is_bare(Relation table, const CatalogTable *made, AclMode rights)
{
	TupleDesc	columns = RelationGetDescr(table);

	return !table->rd_rel->relhasrules &&
		!has_triggers(table->trigdesc, rights) &&
		!has_other_constraints(columns->constr, made) &&
		has_our_columns(columns, made);
}

/*
 * Rights and policies are those of the table that is named.
 */
static bool
may_write(Relation whole, AclMode rights)
{
	Oid			table = RelationGetRelid(whole);

	return pg_class_aclmask(table, GetUserId(), rights,
							ACLMASK_ALL) == rights &&
		check_enable_rls(table, InvalidOid, true) != RLS_ENABLED;
}

static bool
is_partitioned_by(Relation whole, AttrNumber moment)
{
	PartitionKey key = RelationGetPartitionKey(whole);

	return key->strategy == PARTITION_STRATEGY_RANGE && key->partnatts == 1 &&
		key->partattrs[0] == moment;
}

/*
 * The rows of heirs are among those of the table.
 */
static bool
is_of_its_kind(Relation whole, const CatalogTable *made)
{
	if (whole->rd_rel->relispartition)
		return false;
	if (AttributeNumberIsValid(made->moment))
		return whole->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
			is_partitioned_by(whole, made->moment);
	return whole->rd_rel->relkind == RELKIND_RELATION && !CatalogHasInheritanceChildren(whole);
}

/* --- Opening --- */

static void
close_table(CatalogModify *target)
{
	int			i;

	if (target->table == NULL)
		return;
	for (i = 0; i < target->n_indexes; i++)
	{
		IndexInsertEnd(target->indexes[i].index, target->indexes[i].info);
		index_close(target->indexes[i].index, NoLock);
	}
	ExecDropSingleTupleTableSlot(target->slot);
	FreeExecutorState(target->estate);
	pfree(target->indexes);
	/* locks are kept until the transaction ends, as SQL does */
	if (target->table != target->whole)
		table_close(target->table, NoLock);
	target->table = NULL;
}

/*
 * The primary key comes first: of a row that there is already, the others are
 * not to complain.
 */
static void
put_first(CatalogModify *target, TargetIndex *entry)
{
	TargetIndex first = target->indexes[0];

	target->indexes[0] = *entry;
	*entry = first;
}

/*
 * False if the index forbids more than that two keys are equal, or later than at
 * once.
 */
static bool
open_index(CatalogModify *target, Oid oid)
{
	TargetIndex *entry = &target->indexes[target->n_indexes++];
	Form_pg_index form;

	entry->index = index_open(oid, RowExclusiveLock);
	entry->info = BuildIndexInfo(entry->index);
	entry->predicate = entry->info->ii_Predicate == NIL ? NULL :
		ExecPrepareQual(entry->info->ii_Predicate, target->estate);
	form = entry->index->rd_index;
	if (form->indisprimary)
		put_first(target, entry);
	return form->indimmediate && !form->indisexclusion;
}

/*
 * Takes over a table that is open.  False if SQL is to write to it.
 */
static bool
open_table(CatalogModify *target, Relation table)
{
	List	   *indexes = RelationGetIndexList(table);
	bool		simple = true;
	ListCell   *cell;

	target->table = table;
	target->estate = CreateExecutorState();
	target->slot = MakeSingleTupleTableSlot(RelationGetDescr(table),
											&TTSOpsVirtual);
	GetPerTupleExprContext(target->estate)->ecxt_scantuple = target->slot;
	target->n_indexes = 0;
	target->indexes = palloc(list_length(indexes) * sizeof(TargetIndex));
	foreach(cell, indexes)
		simple = open_index(target, lfirst_oid(cell)) && simple;
	list_free(indexes);
	return simple;
}

static bool
can_write(CatalogModify *target)
{
	Relation	whole = target->whole;

	if (!is_bare(whole, target->made, target->rights) ||
		!is_of_its_kind(whole, target->made) ||
		!may_write(whole, target->rights))
		return false;
	return AttributeNumberIsValid(target->made->moment) ||
		open_table(target, whole);
}

CatalogModify *
CatalogModifyOpen(const CatalogTable *made, AclMode rights)
{
	CatalogModify	   *target;

	if (XactReadOnly || IsInParallelMode())
		return NULL;
	target = palloc0(sizeof(CatalogModify));
	target->made = made;
	target->rights = rights;
	target->whole = table_open(CatalogTableOid(made->name), RowExclusiveLock);
	if (can_write(target))
	{
		/* what this command has written already is to be seen */
		CommandCounterIncrement();
		return target;
	}
	CatalogModifyClose(target);
	return NULL;
}

void
CatalogModifyClose(CatalogModify *target)
{
	if (target == NULL)
		return;
	/* and so is what was written here */
	CommandCounterIncrement();
	close_table(target);
	table_close(target->whole, NoLock);
	pfree(target);
}

static Oid
partition_for(Relation whole, TimestampTz moment)
{
	PartitionKey key = RelationGetPartitionKey(whole);
	PartitionDesc partitions = RelationGetPartitionDesc(whole, true);
	PartitionBoundInfo bounds = partitions->boundinfo;
	Datum		value = TimestampTzGetDatum(moment);
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

/*
 * NULL if there is none.  Who attaches one takes its rows from the default one,
 * and may have been waited for.
 */
static Relation
open_partition(Relation whole, TimestampTz moment)
{
	Oid			partition;
	Relation	table;

	while (OidIsValid(partition = partition_for(whole, moment)))
	{
		table = table_open(partition, RowExclusiveLock);
		if (partition_for(whole, moment) == partition)
			return table;
		table_close(table, NoLock);
	}
	return NULL;
}

bool
CatalogModifyRoute(CatalogModify *target, TimestampTz moment)
{
	Relation	partition;

	if (target->table != NULL &&
		RelationGetRelid(target->table) == partition_for(target->whole, moment))
		return true;
	close_table(target);
	partition = open_partition(target->whole, moment);
	if (partition == NULL)
		return false;
	if (open_table(target, partition) &&
		target->table->rd_rel->relkind == RELKIND_RELATION &&
		is_bare(target->table, target->made, target->rights) &&
		CatalogHasSameColumns(target->table, target->whole))
		return true;
	close_table(target);
	return false;
}

/* --- Writing --- */

static void
refuse_null(Relation table, int column)
{
	const char *name = NameStr(TupleDescAttr(RelationGetDescr(table), column)->attname);

	ereport(ERROR,
			(errcode(ERRCODE_NOT_NULL_VIOLATION),
			 errmsg("null value in column \"%s\" of relation \"%s\" violates not-null constraint",
					name, RelationGetRelationName(table)),
			 errtablecol(table, column + 1)));
}

static void
fill_slot(CatalogModify *target, const Datum *values, const bool *nulls)
{
	TupleTableSlot *slot = target->slot;
	int			n = target->made->columns;
	int			i;

	for (i = 0; i < n; i++)
		if (nulls[i] && TupleDescAttr(slot->tts_tupleDescriptor, i)->attnotnull)
			refuse_null(target->table, i);
	ExecClearTuple(slot);
	memcpy(slot->tts_values, values, n * sizeof(Datum));
	memcpy(slot->tts_isnull, nulls, n * sizeof(bool));
	ExecStoreVirtualTuple(slot);
}

/*
 * Enters the row in the slot in an index.  False if check is
 * UNIQUE_CHECK_PARTIAL and there is, or may soon be, another of its key.
 */
static bool
insert_entry(CatalogModify *target, TargetIndex *to, IndexUniqueCheck check,
			 bool is_unchanged)
{
	IndexInfo  *info = to->info;
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	if (!info->ii_ReadyForInserts ||
		(to->predicate != NULL &&
		 !ExecQual(to->predicate, GetPerTupleExprContext(target->estate))))
		return true;
	FormIndexDatum(info, target->slot, target->estate, values, nulls);
	return index_insert(to->index, values, nulls, &target->slot->tts_tid,
						target->table,
						info->ii_Unique ? check : UNIQUE_CHECK_NO,
						is_unchanged, info) || check != UNIQUE_CHECK_PARTIAL;
}

/*
 * Pages need not grow for an index whose keys are what they were.
 */
static bool
is_unchanged(const IndexInfo *info, const Bitmapset *changed)
{
	int			i;

	if (changed == NULL)
		return false;
	for (i = 0; i < info->ii_NumIndexKeyAttrs; i++)
		if (info->ii_IndexAttrNumbers[i] <= 0 ||
			bms_is_member(info->ii_IndexAttrNumbers[i], changed))
			return false;
	return true;
}

static void
insert_entries(CatalogModify *target, bool summaries_only, const Bitmapset *changed)
{
	int			i;

	for (i = 0; i < target->n_indexes; i++)
	{
		TargetIndex *to = &target->indexes[i];

		if (!summaries_only || IndexSummarizes(to->info))
			(void) insert_entry(target, to, UNIQUE_CHECK_YES,
								is_unchanged(to->info, changed));
	}
	ResetPerTupleExprContext(target->estate);
}

void
CatalogInsert(CatalogModify *target, const Datum *values, const bool *nulls)
{
	fill_slot(target, values, nulls);
	table_tuple_insert(target->table, target->slot, GetCurrentCommandId(true),
					   0, NULL);
	insert_entries(target, false, NULL);
}

static bool
insert_new_entries(CatalogModify *target)
{
	bool		is_new = true;
	int			i;

	for (i = 0; i < target->n_indexes && is_new; i++)
	{
		TargetIndex *to = &target->indexes[i];

		is_new = insert_entry(target, to,
							  to->index->rd_index->indisprimary ?
							  UNIQUE_CHECK_PARTIAL : UNIQUE_CHECK_YES, false);
	}
	ResetPerTupleExprContext(target->estate);
	return is_new;
}

/*
 * Speculatively: where the primary key is somebody else's, the row is taken
 * back, and waited for only then.
 */
bool
CatalogInsertIfAbsent(CatalogModify *target, const Datum *values, const bool *nulls)
{
	TransactionId me = GetCurrentTransactionId();
	uint32		token = SpeculativeInsertionLockAcquire(me);
	bool		is_new;

	fill_slot(target, values, nulls);
	table_tuple_insert_speculative(target->table, target->slot,
								   GetCurrentCommandId(true), 0, NULL, token);
	is_new = insert_new_entries(target);
	table_tuple_complete_speculative(target->table, target->slot, token, is_new);
	SpeculativeInsertionLockRelease(me);
	/* who looks now for what was in the way is to see what was written */
	if (!is_new)
		CommandCounterIncrement();
	return is_new;
}

bool
CatalogUpdate(CatalogModify *target, const ItemPointerData *place,
			  const Datum *values, const bool *nulls, const Bitmapset *changed)
{
	ItemPointerData old = *place;
	UpdatedIndexes indexes;
	LockTupleMode mode;
	TM_FailureData failure;
	TM_Result	result;

	/* not before there is a row to update: inserts need no identity */
	CheckCmdReplicaIdentity(target->table, CMD_UPDATE);
	fill_slot(target, values, nulls);
	result = table_tuple_update(target->table, &old, target->slot,
								GetCurrentCommandId(true), GetActiveSnapshot(),
								InvalidSnapshot, true, &failure, &mode,
								&indexes);
	if (result == TM_Updated || result == TM_Deleted)
		return false;
	if (result != TM_Ok)
		elog(ERROR, "could not replace a row of \"%s\": unexpected result %d",
			 target->made->name, result);
	if (indexes != UPDATED_NO_INDEXES)
		insert_entries(target, UpdatedSummariesOnly(indexes), changed);
	return true;
}
