/*-------------------------------------------------------------------------
 *
 * modify.c
 *	  Insert, update and delete rows of the extension's own tables without SPI.
 *
 * To plan and start a statement costs more than to write one row.  This calls the
 * row-level functions of the executor in the order in which nodeModifyTable.c
 * does, so that constraints, triggers, partitions and indexes of any kind are the
 * executor's business.  What only a plan could do (rules, inheritance children,
 * defaults, distribution over servers) is refused when a table is opened.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/definition.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "catalog/prepared_target.h"
#include "catalog/serial_catalog.h"
#include "commands/trigger.h"
#include "compat.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "parser/parse_relation.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "storage/lmgr.h"
#include "tcop/utility.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

struct CatalogModify
{
	CatalogTable table;
	Relation	rel;
	EState	   *estate;
	RangeTblEntry *rte;
	ResultRelInfo *target;
	TupleTableSlot *slot;		/* the row to be written */
	TupleTableSlot *old_slot;	/* an older version; NULL: not needed so far */
	bool		has_other_unique;	/* than the primary key, of a table that
									 * is not partitioned */

	/* of a partitioned table */
	ModifyTableState *mtstate;
	PartitionTupleRouting *routing; /* NULL: it is not partitioned */
	ResultRelInfo *partition;	/* the last one that was written to */

	/* triggers of statements: each mode of writing is one */
	bool		has_inserted;
	bool		has_updated;
	bool		has_deleted;
	TransitionCaptureState *inserted;
	TransitionCaptureState *updated;
	TransitionCaptureState *deleted;
};

/* --- Opening and closing --- */

typedef struct ModeDef
{
	const char *command;		/* for errors */
	AclMode		rights;
} ModeDef;

static const ModeDef mode_defs[] = {
	[CATALOG_INSERT] = {"INSERT", ACL_INSERT},
	[CATALOG_INSERT_OR_UPDATE] = {"UPDATE", ACL_INSERT | ACL_SELECT | ACL_UPDATE},
	[CATALOG_DELETE] = {"DELETE", ACL_SELECT | ACL_DELETE}
};

static void
check_table(CatalogModify *modify, CatalogModifyMode mode)
{
	const char *problem = DefinitionWriteProblem(modify->rel, modify->table);

	if (problem != NULL)
		DefinitionRefuse(modify->table, problem);
	DefinitionCheckRights(RelationGetRelid(modify->rel), mode_defs[mode].rights);
}

/*
 * The executor finds tables, and which of their columns an UPDATE sets, in the range
 * table.
 */
static RangeTblEntry *
open_range_table(EState *estate, Relation rel)
{
	RangeTblEntry *rte = makeNode(RangeTblEntry);
	List	   *permissions = NIL;

	rte->rtekind = RTE_RELATION;
	rte->relid = RelationGetRelid(rel);
	rte->relkind = rel->rd_rel->relkind;
	rte->rellockmode = RowExclusiveLock;
	AddPermissions(&permissions, rte);
	InitRangeTable(estate, list_make1(rte), permissions);
	return rte;
}

/*
 * The primary key comes first: if a row is there already, no other unique index
 * that somebody has added may be the one to complain.
 */
static void
put_primary_key_first(CatalogModify *modify)
{
	Relation   *relations = modify->target->ri_IndexRelationDescs;
	IndexInfo **infos = modify->target->ri_IndexRelationInfo;
	int			i;

	for (i = 0; i < modify->target->ri_NumIndices; i++)
	{
		Relation	relation = relations[i];
		IndexInfo  *info = infos[i];

		if (!relation->rd_index->indisprimary)
		{
			modify->has_other_unique |= info->ii_Unique || info->ii_ExclusionOps != NULL;
			continue;
		}
		relations[i] = relations[0];
		infos[i] = infos[0];
		relations[0] = relation;
		infos[0] = info;
	}
}

/*
 * A session that attaches one moves its rows out of the default one, under a lock on
 * it.  The list of partitions is read after a wait for that: a row would otherwise
 * be sent to the default partition, which does not accept it any more.
 */
static void
lock_default_partition(Relation rel)
{
	PartitionDesc partitions = RelationGetPartitionDesc(rel, true);

	if (partitions->nparts > 0 && partition_bound_has_default(partitions->boundinfo))
		LockRelationOid(partitions->oids[partitions->boundinfo->default_index],
						RowExclusiveLock);
}

static void
open_partitions(CatalogModify *modify)
{
	lock_default_partition(modify->rel);
	modify->mtstate = makeNode(ModifyTableState);
	modify->mtstate->ps.state = modify->estate;
	modify->mtstate->operation = CMD_INSERT;
	modify->mtstate->resultRelInfo = modify->target;
	modify->mtstate->mt_transition_capture = modify->inserted;
	modify->routing = ExecSetupPartitionTupleRouting(modify->estate, modify->rel);
}

static void
open_target(CatalogModify *modify)
{
	TriggerDesc *triggers;

	modify->target = makeNode(ResultRelInfo);
	ExecInitResultRelation(modify->estate, modify->target, 1);
	modify->slot = ExecInitExtraTupleSlot(modify->estate,
										  RelationGetDescr(modify->rel),
										  &TTSOpsVirtual);
	triggers = modify->target->ri_TrigDesc;
	if (triggers != NULL)
	{
		modify->inserted = MakeTransitionCaptureState(triggers, RelationGetRelid(modify->rel),
													  CMD_INSERT);
		modify->updated = MakeTransitionCaptureState(triggers, RelationGetRelid(modify->rel),
													 CMD_UPDATE);
		modify->deleted = MakeTransitionCaptureState(triggers, RelationGetRelid(modify->rel),
													 CMD_DELETE);
	}
	if (modify->rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		open_partitions(modify);
	else
	{
		ExecOpenIndices(modify->target, false);
		put_primary_key_first(modify);
		TargetPrepare(modify->target, modify->estate);
	}
}

static void
begin_modify(CatalogModify *modify)
{
	EState	   *estate = CreateExecutorState();
	MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);

	modify->estate = estate;
	modify->rte = open_range_table(estate, modify->rel);
	estate->es_snapshot = RegisterSnapshot(GetActiveSnapshot());
	AfterTriggerBeginQuery();
	open_target(modify);
	MemoryContextSwitchTo(caller);
}

CatalogModify *
CatalogModifyOpen(CatalogTable table, CatalogModifyMode mode)
{
	const char *command = mode_defs[mode].command;
	CatalogModify *modify = palloc0(sizeof(CatalogModify));

	PreventCommandIfReadOnly(command);
	PreventCommandIfParallelMode(command);
	modify->table = table;
	modify->rel = table_open(CatalogTableOidOf(table), RowExclusiveLock);
	check_table(modify, mode);
	/* what this command has written already is to be visible */
	CommandCounterIncrement();
	begin_modify(modify);
	return modify;
}

static void
end_statements(CatalogModify *modify)
{
	if (modify->has_inserted)
		ExecASInsertTriggers(modify->estate, modify->target, modify->inserted);
	if (modify->has_updated)
		ExecASUpdateTriggers(modify->estate, modify->target, modify->updated);
	if (modify->has_deleted)
		ExecASDeleteTriggers(modify->estate, modify->target, modify->deleted);
	AfterTriggerEndQuery(modify->estate);
}

void
CatalogModifyClose(CatalogModify *modify)
{
	EState	   *estate = modify->estate;

	CommandCounterIncrement();
	end_statements(modify);
	if (modify->routing != NULL)
		ExecCleanupTupleRouting(modify->mtstate, modify->routing);
	ExecResetTupleTable(estate->es_tupleTable, false);
	ExecCloseResultRelations(estate);
	ExecCloseRangeTableRelations(estate);
	UnregisterSnapshot(estate->es_snapshot);
	FreeExecutorState(estate);
	/* keep the lock until the transaction ends */
	table_close(modify->rel, NoLock);
	pfree(modify);
}

/* --- Writing --- */

/*
 * Puts a row into the slot.  Columns behind those that we know have been dropped.
 */
static TupleTableSlot *
store_row(CatalogModify *modify, const Datum *values, const bool *nulls)
{
	TupleTableSlot *slot = modify->slot;
	int			known = CatalogTableDefs[modify->table].ncolumns;
	int			all = slot->tts_tupleDescriptor->natts;

	modify->estate->es_output_cid = GetCurrentCommandId(true);
	ExecClearTuple(slot);
	memcpy(slot->tts_values, values, known * sizeof(Datum));
	memcpy(slot->tts_isnull, nulls, known * sizeof(bool));
	memset(slot->tts_isnull + known, true, (all - known) * sizeof(bool));
	return ExecStoreVirtualTuple(slot);
}

static void
refuse_suppressed_row(Relation rel)
{
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
			 errmsg("a trigger kept a row from being written to table \"%s\"",
					RelationGetRelationName(rel)),
			 errhint("Row triggers of this table may raise errors, but must not return NULL.")));
}

static void
begin_insert(CatalogModify *modify)
{
	if (modify->has_inserted)
		return;
	modify->has_inserted = true;
	ExecBSInsertTriggers(modify->estate, modify->target);
}

/*
 * The partition that the row in the slot belongs to, and the row as its columns
 * are; or the table itself.
 */
static ResultRelInfo *
route_row(CatalogModify *modify, TupleTableSlot **slot)
{
	ResultRelInfo *partition;
	const char *problem;
	TupleConversionMap *map;

	if (modify->routing == NULL)
		return modify->target;
	partition = ExecFindPartition(modify->mtstate, modify->target,
								  modify->routing, *slot, modify->estate);
	if (partition != modify->partition)
	{
		problem = DefinitionPartitionWriteProblem(partition->ri_RelationDesc);
		if (problem != NULL)
			DefinitionRefuse(modify->table, problem);
		TargetPrepare(partition, modify->estate);
		modify->partition = partition;
	}
	map = PartitionRowMap(partition, modify->estate);
	if (map != NULL)
		*slot = execute_attr_map_slot(map->attrMap, *slot,
									  partition->ri_PartitionTupleSlot);
	return partition;
}

/*
 * Does to a row what comes before it is stored.
 */
static void
prepare_insert(CatalogModify *modify, ResultRelInfo *target, TupleTableSlot *slot)
{
	Relation	rel = target->ri_RelationDesc;
	bool		has_triggers = target->ri_TrigDesc != NULL &&
	target->ri_TrigDesc->trig_insert_before_row;

	slot->tts_tableOid = RelationGetRelid(rel);
	if (has_triggers && !ExecBRInsertTriggers(modify->estate, target, slot))
		refuse_suppressed_row(rel);
	if (rel->rd_att->constr != NULL)
		ExecConstraints(target, slot, modify->estate);
	/* triggers may have changed what the row was routed by */
	if (has_triggers && rel->rd_rel->relispartition)
		ExecPartitionCheck(target, slot, modify->estate, true);
}

static void
finish_insert(CatalogModify *modify, ResultRelInfo *target, TupleTableSlot *slot,
			  List *recheck)
{
	ExecARInsertTriggers(modify->estate, target, slot, recheck, modify->inserted);
	list_free(recheck);
	ResetPerTupleExprContext(modify->estate);
}

void
CatalogInsert(CatalogModify *modify, const Datum *values, const bool *nulls)
{
	TupleTableSlot *slot = store_row(modify, values, nulls);
	ResultRelInfo *target;
	List	   *recheck = NIL;

	begin_insert(modify);
	target = route_row(modify, &slot);
	prepare_insert(modify, target, slot);
	table_tuple_insert(target->ri_RelationDesc, slot, modify->estate->es_output_cid,
					   0, NULL);
	if (target->ri_NumIndices > 0)
		recheck = InsertIndexTuples(target, slot, modify->estate, false, NULL, NIL, false);
	finish_insert(modify, target, slot, recheck);
}

/*
 * Inserts a row that is taken back if its primary key turns out to be somebody
 * else's.
 */
static bool
insert_speculatively(CatalogModify *modify, TupleTableSlot *slot, List *arbiters,
					 List **recheck)
{
	ResultRelInfo *target = modify->target;
	TransactionId xid = GetCurrentTransactionId();
	uint32		token = SpeculativeInsertionLockAcquire(xid);
	bool		conflict = false;

	table_tuple_insert_speculative(target->ri_RelationDesc, slot,
								   modify->estate->es_output_cid, 0, NULL, token);
	*recheck = InsertIndexTuples(target, slot, modify->estate, false, &conflict,
								 arbiters, false);
	table_tuple_complete_speculative(target->ri_RelationDesc, slot, token, !conflict);
	SpeculativeInsertionLockRelease(xid);
	return !conflict;
}

static TupleTableSlot *
old_slot(CatalogModify *modify)
{
	if (modify->old_slot == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(modify->estate->es_query_cxt);

		modify->old_slot = table_slot_create(modify->rel, &modify->estate->es_tupleTable);
		MemoryContextSwitchTo(caller);
	}
	return modify->old_slot;
}

static bool
is_visible(CatalogModify *modify, ItemPointerData *tid)
{
	TupleTableSlot *slot = old_slot(modify);
	bool		visible = table_tuple_fetch_row_version(modify->rel, tid,
														GetTransactionSnapshot(), slot);

	ExecClearTuple(slot);
	return visible;
}

/*
 * Is there a row with this primary key?  Waits for its writer.
 */
static bool
has_conflict(CatalogModify *modify, TupleTableSlot *slot, List *arbiters)
{
	ResultRelInfo *target = modify->target;
	IndexInfo  *info = target->ri_IndexRelationInfo[0];
	ItemPointerData none;
	ItemPointerData tid;

	ItemPointerSetInvalid(&none);
	if (info->ii_UniqueOps == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(modify->estate->es_query_cxt);

		BuildSpeculativeIndexInfo(target->ri_IndexRelationDescs[0], info);
		MemoryContextSwitchTo(caller);
	}
	if (CheckIndexConstraints(target, slot, modify->estate, &tid, &none, arbiters))
		return false;
	if (IsolationUsesXactSnapshot() && !is_visible(modify, &tid))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update")));
	return true;
}

/*
 * Conflicts are found by the primary key, whose index comes first.
 */
static List *
arbiter_indexes(CatalogModify *modify)
{
	Relation	index = modify->target->ri_NumIndices > 0 ?
	modify->target->ri_IndexRelationDescs[0] : NULL;

	if (index == NULL || !index->rd_index->indisprimary)
		DefinitionRefuse(modify->table,
						 psprintf("Table \"%s\" has no primary key.",
								  RelationGetRelationName(modify->rel)));
	return list_make1_oid(RelationGetRelid(index));
}

bool
CatalogInsertIfAbsent(CatalogModify *modify, const Datum *values, const bool *nulls)
{
	TupleTableSlot *slot = store_row(modify, values, nulls);
	List	   *arbiters = arbiter_indexes(modify);
	List	   *recheck = NIL;
	bool		inserted = false;
	bool		conflict;

	begin_insert(modify);
	prepare_insert(modify, modify->target, slot);
	/* no other unique index may complain of a row that is there already */
	conflict = modify->has_other_unique && has_conflict(modify, slot, arbiters);
	while (!inserted && !conflict)
	{
		inserted = insert_speculatively(modify, slot, arbiters, &recheck);
		conflict = !inserted && has_conflict(modify, slot, arbiters);
	}
	if (inserted)
		finish_insert(modify, modify->target, slot, recheck);
	else
		ResetPerTupleExprContext(modify->estate);
	list_free(arbiters);
	return inserted;
}

/*
 * The executor asks which columns an UPDATE sets: for the strength of the row lock,
 * and for triggers of certain columns.
 */
static void
set_updated_columns(CatalogModify *modify, const Bitmapset *changed)
{
	MemoryContext caller = MemoryContextSwitchTo(modify->estate->es_query_cxt);
	Bitmapset **columns = UpdatedColumns(modify->estate, modify->rte);
	int			column = -1;

	bms_free(*columns);
	*columns = NULL;
	while ((column = bms_next_member(changed, column)) >= 0)
		*columns = bms_add_member(*columns, column - FirstLowInvalidHeapAttributeNumber);
	MemoryContextSwitchTo(caller);
}

static void
begin_update(CatalogModify *modify, const Bitmapset *changed)
{
	set_updated_columns(modify, changed);
	if (modify->has_updated)
		return;
	modify->has_updated = true;
	CheckCmdReplicaIdentity(modify->rel, CMD_UPDATE);
	ExecBSUpdateTriggers(modify->estate, modify->target);
}

/*
 * Did a table function find that somebody else has changed the row?  That our own
 * command has, through a trigger, is an error as in an UPDATE or DELETE.
 */
static bool
is_changed_concurrently(CatalogModify *modify, TM_Result result)
{
	if (result == TM_SelfModified)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
				 errmsg("tuple to be updated or deleted was already modified by an operation triggered by the current command")));
	if (result != TM_Ok && result != TM_Updated && result != TM_Deleted)
		elog(ERROR, "could not update or delete a row of \"%s\": unexpected result %d",
			 RelationGetRelationName(modify->rel), result);
	return result != TM_Ok;
}

/*
 * Calls the row triggers of an UPDATE or, if there is no new row, of a DELETE.  They must
 * not see that the row has been changed in the meantime, so that it is locked before.
 * False if it has been changed.
 */
static bool
call_before_triggers(CatalogModify *modify, ItemPointerData *tid, LockTupleMode mode,
					 TupleTableSlot *new)
{
	EPQState	epq;
	TM_FailureData failure;
	TM_Result	result;
	bool		goes_on;

	result = table_tuple_lock(modify->rel, tid, modify->estate->es_snapshot,
							  old_slot(modify), modify->estate->es_output_cid,
							  mode, LockWaitBlock, 0, &failure);
	if (is_changed_concurrently(modify, result))
		return false;
	InitPlanQual(&epq, modify->estate);
	goes_on = new == NULL ?
		BeforeDeleteTriggers(modify->estate, &epq, modify->target, tid, &result, &failure) :
		BeforeUpdateTriggers(modify->estate, &epq, modify->target, tid, new, &result,
							 &failure);
	if (!goes_on)
		refuse_suppressed_row(modify->rel);
	EvalPlanQualEnd(&epq);
	return true;
}

/*
 * False if the row has been changed.
 */
static bool
prepare_update(CatalogModify *modify, ItemPointerData *tid, TupleTableSlot *slot)
{
	ResultRelInfo *target = modify->target;
	TriggerDesc *triggers = target->ri_TrigDesc;

	slot->tts_tableOid = RelationGetRelid(modify->rel);
	if (IsolationUsesXactSnapshot() && !is_visible(modify, tid))
		return false;
	if (triggers != NULL && triggers->trig_update_before_row &&
		!call_before_triggers(modify, tid, ExecUpdateLockMode(modify->estate, target), slot))
		return false;
	if (modify->rel->rd_att->constr != NULL)
		ExecConstraints(target, slot, modify->estate);
	return true;
}

static bool
replace_row(CatalogModify *modify, ItemPointerData *tid, TupleTableSlot *slot)
{
	EState	   *estate = modify->estate;
	List	   *recheck = NIL;
	UpdatedIndexes indexes;
	LockTupleMode mode;
	TM_FailureData failure;
	TM_Result	result;

	result = table_tuple_update(modify->rel, tid, slot, estate->es_output_cid,
								estate->es_snapshot, InvalidSnapshot, true,
								&failure, &mode, &indexes);
	if (is_changed_concurrently(modify, result))
		return false;
	if (modify->target->ri_NumIndices > 0 && indexes != UPDATED_NO_INDEXES)
		recheck = InsertIndexTuples(modify->target, slot, estate, true, NULL, NIL,
									UpdatedSummariesOnly(indexes));
	ExecARUpdateTriggers(estate, modify->target, NULL, NULL, tid, NULL, slot,
						 recheck, modify->updated, false);
	list_free(recheck);
	return true;
}

bool
CatalogUpdate(CatalogModify *modify, const ItemPointerData *tid,
			  const Datum *values, const bool *nulls, const Bitmapset *changed)
{
	TupleTableSlot *slot = store_row(modify, values, nulls);
	ItemPointerData old = *tid;
	bool		replaced;

	begin_update(modify, changed);
	replaced = prepare_update(modify, &old, slot) &&
		replace_row(modify, &old, slot);
	ResetPerTupleExprContext(modify->estate);
	return replaced;
}

static void
begin_delete(CatalogModify *modify)
{
	modify->estate->es_output_cid = GetCurrentCommandId(true);
	if (modify->has_deleted)
		return;
	modify->has_deleted = true;
	CheckCmdReplicaIdentity(modify->rel, CMD_DELETE);
	ExecBSDeleteTriggers(modify->estate, modify->target);
}

/*
 * False if the row has been changed.
 */
static bool
prepare_delete(CatalogModify *modify, ItemPointerData *tid)
{
	TriggerDesc *triggers = modify->target->ri_TrigDesc;

	if (IsolationUsesXactSnapshot() && !is_visible(modify, tid))
		return false;
	return triggers == NULL || !triggers->trig_delete_before_row ||
		call_before_triggers(modify, tid, LockTupleExclusive, NULL);
}

static bool
remove_row(CatalogModify *modify, ItemPointerData *tid)
{
	EState	   *estate = modify->estate;
	TM_FailureData failure;
	TM_Result	result;

	result = table_tuple_delete(modify->rel, tid, estate->es_output_cid,
								estate->es_snapshot, InvalidSnapshot, true,
								&failure, false);
	if (is_changed_concurrently(modify, result))
		return false;
	ExecARDeleteTriggers(estate, modify->target, tid, NULL, modify->deleted, false);
	return true;
}

bool
CatalogDelete(CatalogModify *modify, const ItemPointerData *tid)
{
	ItemPointerData old = *tid;
	bool		deleted;

	begin_delete(modify);
	deleted = prepare_delete(modify, &old) && remove_row(modify, &old);
	ResetPerTupleExprContext(modify->estate);
	return deleted;
}
