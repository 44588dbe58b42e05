/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Every difference between PostgreSQL 15, 16, 17 and 18, and nowhere else.
 *
 * Included after postgres.h, in place of the headers that moved.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_COMPAT_H
#define SERIAL_COMPAT_H

#include "fmgr.h"

#if PG_VERSION_NUM < 150000 || PG_VERSION_NUM >= 190000
#error "serial supports PostgreSQL 15, 16, 17 and 18"
#endif

/*
 * 16 exports functions from a module only where they are marked, and marks
 * those that SQL calls.  15 exports all; the Makefile has it hide them as well.
 */
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#undef PG_FUNCTION_INFO_V1
#define PG_FUNCTION_INFO_V1(funcname) \
extern PGDLLEXPORT Datum funcname(PG_FUNCTION_ARGS); \
extern PGDLLEXPORT const Pg_finfo_record *CppConcat(pg_finfo_, funcname) (void); \
const Pg_finfo_record * \
CppConcat(pg_finfo_, funcname) (void) \
{ \
	static const Pg_finfo_record my_finfo = {1}; \
\
	return &my_finfo; \
} \
extern int no_such_variable
extern PGDLLEXPORT void _PG_init(void);
#endif

/* 16 moved the varlena macros out of postgres.h */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/*
 * 16 brought soft errors: an input function may report through a context
 * instead of throwing.  15 always throws.
 */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#define SOFT_ERROR_CONTEXT(fcinfo) ((fcinfo)->context)
#else
#define SOFT_ERROR_CONTEXT(fcinfo) ((Node *) NULL)
#define errsave(context, ...) ereport(ERROR, __VA_ARGS__)
#endif

/* 16 wants to know the table of an index, 17 has no snapshot that may be too old */
#if PG_VERSION_NUM >= 170000
#define BTreeSearch(index, table, key, buffer) \
	_bt_search(index, table, key, buffer, BT_READ)
#elif PG_VERSION_NUM >= 160000
#define BTreeSearch(index, table, key, buffer) \
	_bt_search(index, table, key, buffer, BT_READ, NULL)
#else
#define BTreeSearch(index, table, key, buffer) \
	((void) (table), _bt_search(index, key, buffer, BT_READ, NULL))
#endif

/* 16 has one check of rights on objects of every kind */
#if PG_VERSION_NUM >= 160000
#define FunctionAclCheck(function, role) \
	object_aclcheck(ProcedureRelationId, (function), (role), ACL_EXECUTE)
#else
#define FunctionAclCheck(function, role) \
	pg_proc_aclcheck((function), (role), ACL_EXECUTE)
#endif

/* 16 has one ownership check for objects of every kind */
#if PG_VERSION_NUM >= 160000
#define TableIsOwnedBy(table, role) \
	object_ownercheck(RelationRelationId, table, role)
#else
#define TableIsOwnedBy(table, role) pg_class_ownercheck(table, role)
#endif

/*
 * 17 knows that an array in an index condition may end the order of a scan,
 * also where a support function has put it there.
 */
#define PLANNER_SEES_DERIVED_ARRAYS (PG_VERSION_NUM >= 170000)

/*
 * 16 has indexes that summarize pages: of a row that stays on its page, only these
 * need an entry.
 */
#if PG_VERSION_NUM >= 160000
#define UpdatedIndexes TU_UpdateIndexes
#define UPDATED_NO_INDEXES TU_None
#define UpdatedSummariesOnly(updated) ((updated) == TU_Summarizing)
#define InsertIndexTuples(target, slot, estate, update, conflict, arbiters, summaries_only) \
	ExecInsertIndexTuples(target, slot, estate, update, (conflict) != NULL, conflict, \
						  arbiters, summaries_only)
#else
#define UpdatedIndexes bool
#define UPDATED_NO_INDEXES false
#define UpdatedSummariesOnly(updated) false
#define InsertIndexTuples(target, slot, estate, update, conflict, arbiters, summaries_only) \
	ExecInsertIndexTuples(target, slot, estate, update, (conflict) != NULL, conflict, \
						  arbiters)
#endif

/*
 * 16 keeps what a statement may touch beside the range table; 18 wants to know what
 * was not pruned.  The modules that use these include parser/parse_relation.h.
 */
#if PG_VERSION_NUM >= 180000
#define InitRangeTable(estate, entries, permissions) \
	ExecInitRangeTable(estate, entries, permissions, bms_make_singleton(1))
#elif PG_VERSION_NUM >= 160000
#define InitRangeTable(estate, entries, permissions) \
	ExecInitRangeTable(estate, entries, permissions)
#else
#define InitRangeTable(estate, entries, permissions) \
	ExecInitRangeTable(estate, entries)
#endif
#if PG_VERSION_NUM >= 160000
#define AddPermissions(permissions, entry) (void) addRTEPermissionInfo(permissions, entry)
#define UpdatedColumns(estate, entry) \
	(&getRTEPermissionInfo((estate)->es_rteperminfos, entry)->updatedCols)
#else
#define AddPermissions(permissions, entry) ((void) (permissions))
#define UpdatedColumns(estate, entry) (&(entry)->updatedCols)
#endif

/*
 * 18 has constraints that are not enforced, and generated columns that are not stored.
 */
#if PG_VERSION_NUM >= 180000
#define TargetConstraints(target) ((target)->ri_CheckConstraintExprs)
#define CheckIsEnforced(check) ((check)->ccenforced)
#define HasVirtualColumns(constraints) ((constraints)->has_generated_virtual)
#else
#define TargetConstraints(target) ((target)->ri_ConstraintExprs)
#define CheckIsEnforced(check) true
#define HasVirtualColumns(constraints) false
#endif

/* 16 computes on demand how columns of a partition differ from those of the whole */
#if PG_VERSION_NUM >= 160000
#define PartitionRowMap(partition, estate) ExecGetRootToChildMap(partition, estate)
#else
#define PartitionRowMap(partition, estate) ((partition)->ri_RootToPartitionMap)
#endif

/* 16 and 18 gave these further arguments, for MERGE */
#if PG_VERSION_NUM >= 180000
#define BeforeUpdateTriggers(estate, epq, target, tid, slot, result, failure) \
	ExecBRUpdateTriggers(estate, epq, target, tid, NULL, slot, result, failure, false)
#elif PG_VERSION_NUM >= 160000
#define BeforeUpdateTriggers(estate, epq, target, tid, slot, result, failure) \
	ExecBRUpdateTriggers(estate, epq, target, tid, NULL, slot, result, failure)
#else
#define BeforeUpdateTriggers(estate, epq, target, tid, slot, result, failure) \
	((void) (result), ExecBRUpdateTriggers(estate, epq, target, tid, NULL, slot, failure))
#endif
#if PG_VERSION_NUM >= 180000
#define BeforeDeleteTriggers(estate, epq, target, tid, result, failure) \
	ExecBRDeleteTriggers(estate, epq, target, tid, NULL, NULL, result, failure, false)
#elif PG_VERSION_NUM >= 160000
#define BeforeDeleteTriggers(estate, epq, target, tid, result, failure) \
	ExecBRDeleteTriggers(estate, epq, target, tid, NULL, NULL, result, failure)
#else
#define BeforeDeleteTriggers(estate, epq, target, tid, result, failure) \
	((void) (result), (void) (failure), ExecBRDeleteTriggers(estate, epq, target, tid, NULL, NULL))
#endif
#if PG_VERSION_NUM >= 160000
#define InitPlanQual(epq, estate) EvalPlanQualInit(epq, estate, NULL, NIL, -1, NIL)
#else
#define InitPlanQual(epq, estate) EvalPlanQualInit(epq, estate, NULL, NIL, -1)
#endif

/* 18 can leave a row out of a search for conflicts */
#if PG_VERSION_NUM >= 180000
#define CheckIndexConstraints(target, slot, estate, conflict, none, arbiters) \
	ExecCheckIndexConstraints(target, slot, estate, conflict, none, arbiters)
#else
#define CheckIndexConstraints(target, slot, estate, conflict, none, arbiters) \
	((void) (none), ExecCheckIndexConstraints(target, slot, estate, conflict, arbiters))
#endif

/* 18 counts index searches on the caller's behalf */
#if PG_VERSION_NUM >= 180000
#define IndexBeginScan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, NULL, nkeys, 0)
#else
#define IndexBeginScan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, nkeys, 0)
#endif

/* 18 has another word for functions that do not return, before the declaration */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

/* 17 moved the number of the transaction within the backend */
#if PG_VERSION_NUM >= 170000
#define MyLocalTransactionId (MyProc->vxid.lxid)
#else
#define MyLocalTransactionId (MyProc->lxid)
#endif

/* 18 has columns that are computed when they are read */
#if PG_VERSION_NUM < 180000
#define ATTRIBUTE_GENERATED_VIRTUAL 'v'
#endif

/* 18 lets a module say its name and version */
#if PG_VERSION_NUM >= 180000
#define SERIAL_MODULE_MAGIC \
	PG_MODULE_MAGIC_EXT(.name = "serial", .version = SERIAL_VERSION)
#else
#define SERIAL_MODULE_MAGIC PG_MODULE_MAGIC
#endif

/* 16 lets a range report errors through a context */
#if PG_VERSION_NUM >= 160000
#define MakeRange(type, lower, upper) make_range(type, lower, upper, false, NULL)
#else
#define MakeRange(type, lower, upper) make_range(type, lower, upper, false)
#endif

#endif							/* SERIAL_COMPAT_H */
