/*-------------------------------------------------------------------------
 *
 * definition.c
 *	  Is a table, or one of its indexes, still what the extension made it?
 *
 * Nobody keeps an administrator from altering our tables.  What the executor
 * looks after may be added: triggers, constraints, indexes, policies.  Index scans and
 * writes know the columns and indexes by their position, though, and
 * know nothing of other storage: they have to notice when these are different.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/definition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "commands/defrem.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

/* --- Tables --- */

static bool
has_inheritance_children(Relation rel)
{
	return rel->rd_rel->relhassubclass &&
		find_inheritance_children(RelationGetRelid(rel), AccessShareLock) != NIL;
}

/*
 * The rows of a table that citus distributes are elsewhere, though it looks like
 * an ordinary one: only statements, which citus plans, find and write them.
 */
static bool
is_distributed(Oid relid)
{
	Oid			citus = get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE);
	Relation	rel;
	ScanKeyData key;
	SysScanDesc scan;
	bool		found;

	if (!OidIsValid(citus))
		return false;
	rel = table_open(citus, AccessShareLock);
	if (get_atttype(citus, 1) != REGCLASSOID)
	{
		table_close(rel, AccessShareLock);
		return false;
	}
	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/*
 * Are the columns that we know where we know them to be?
 */
static const char *
column_problem(Relation rel, const CatalogTableDef *def)
{
	TupleDesc	desc = RelationGetDescr(rel);
	int			i;

	for (i = 0; i < def->ncolumns; i++)
	{
		const CatalogColumnDef *column = &def->columns[i];
		Oid			type = CatalogTypeOid(column->type);
		Form_pg_attribute att;

		att = i < desc->natts ? TupleDescAttr(desc, i) : NULL;
		if (att == NULL || att->attisdropped || att->atttypid != type ||
			att->atttypmod != -1 ||
			strcmp(NameStr(att->attname), column->name) != 0)
			return psprintf("Column %d of table \"%s\" is not \"%s\" of type %s.",
							i + 1, RelationGetRelationName(rel), column->name,
							format_type_be(type));
	}
	return NULL;
}

static const char *
storage_problem(Relation rel)
{
	const char *name = RelationGetRelationName(rel);

	if (rel->rd_rel->relkind != RELKIND_RELATION ||
		rel->rd_rel->relam != HEAP_TABLE_AM_OID)
		return psprintf("Relation \"%s\" is not an ordinary table of this server.",
						name);
	if (has_inheritance_children(rel))
		return psprintf("Table \"%s\" has inheritance children.", name);
	return NULL;
}

static const char *
distribution_problem(Relation rel)
{
	return is_distributed(RelationGetRelid(rel)) ?
		psprintf("Table \"%s\" is distributed over several servers.",
				 RelationGetRelationName(rel)) : NULL;
}

/*
 * Would an INSERT that leaves a column out give it another value than we do?
 */
static const char *
default_problem(Relation rel, const CatalogTableDef *def)
{
	TupleDesc	desc = RelationGetDescr(rel);
	const char *name = RelationGetRelationName(rel);
	int			i;

	for (i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (att->attisdropped)
			continue;
		if (i >= def->ncolumns)
			return psprintf("Column \"%s\" of table \"%s\" has been added.",
							NameStr(att->attname), name);
		if (att->attidentity != '\0' || att->attgenerated != '\0' ||
			(att->atthasdef && !def->columns[i].has_default))
			return psprintf("Column \"%s\" of table \"%s\" has another default.",
							NameStr(att->attname), name);
	}
	return NULL;
}

static bool
is_partitioned_by(Relation rel, AttrNumber column)
{
	PartitionKey key;

	if (rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return false;
	key = RelationGetPartitionKey(rel);
	return key->strategy == PARTITION_STRATEGY_RANGE && key->partnatts == 1 &&
		key->partattrs[0] == column;
}

static const char *
kind_problem(Relation rel, const CatalogTableDef *def)
{
	if (def->partition_column < 0)
		return storage_problem(rel);
	return is_partitioned_by(rel, COLUMN_ATTNUM(def->partition_column)) ? NULL :
		psprintf("Table \"%s\" is not partitioned by ranges of column \"%s\".",
				 RelationGetRelationName(rel),
				 def->columns[def->partition_column].name);
}

static const char *
surroundings_problem(Relation rel)
{
	const char *name = RelationGetRelationName(rel);

	if (rel->rd_rel->relispartition)
		return psprintf("Table \"%s\" is a partition of another table.", name);
	if (rel->rd_rel->relhasrules)
		return psprintf("Table \"%s\" has rules.", name);
	return NULL;
}

const char *
DefinitionWriteProblem(Relation rel, CatalogTable table)
{
	const CatalogTableDef *def = &CatalogTableDefs[table];
	const char *problem = kind_problem(rel, def);

	if (problem == NULL)
		problem = surroundings_problem(rel);
	if (problem == NULL)
		problem = column_problem(rel, def);
	if (problem == NULL)
		problem = default_problem(rel, def);
	if (problem == NULL)
		problem = distribution_problem(rel);
	return problem;
}

const char *
DefinitionPartitionWriteProblem(Relation partition)
{
	const char *problem = storage_problem(partition);

	if (problem == NULL && partition->rd_rel->relhasrules)
		problem = psprintf("Table \"%s\" has rules.",
						   RelationGetRelationName(partition));
	if (problem == NULL)
		problem = distribution_problem(partition);
	return problem;
}

void
DefinitionRefuse(CatalogTable table, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table \"serial.%s\" is not as the extension created it",
					CatalogTableDefs[table].name),
			 errdetail("%s", problem),
			 errhint("Undo the change.  Triggers, constraints, indexes and policies may be added to the table.")));
}

void
DefinitionCheckRights(Oid relation, AclMode rights)
{
	AclMode		granted = pg_class_aclmask(relation, GetUserId(), rights,
										   ACLMASK_ALL);

	if (granted != rights)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(relation));
	if (check_enable_rls(relation, InvalidOid, false) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot write to table \"%s\" under row-level security",
						get_rel_name(relation)),
				 errdetail("Its policies apply to user \"%s\", who owns the functions of the extension.",
						   GetUserNameFromId(GetUserId(), false)),
				 errhint("Use ALTER TABLE ... NO FORCE ROW LEVEL SECURITY, or give that user the attribute BYPASSRLS.")));
}

/* --- Indexes --- */

static bool
has_key_column(Relation rel, Relation index, int i, const CatalogIndexDef *def)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), def->columns[i]);
	Oid			opclass = GetDefaultOpClass(att->atttypid, BTREE_AM_OID);

	return index->rd_opfamily[i] == get_opclass_family(opclass) &&
		index->rd_opcintype[i] == get_opclass_input_type(opclass) &&
		index->rd_indcollation[i] == att->attcollation &&
		index->rd_indoption[i] == 0;
}

static bool
has_columns(Relation rel, Relation index, const CatalogIndexDef *def)
{
	Form_pg_index form = index->rd_index;
	int			i;

	if (form->indnatts != def->ncolumns || form->indnkeyatts != def->nkeys)
		return false;
	for (i = 0; i < def->ncolumns; i++)
	{
		if (form->indkey.values[i] != COLUMN_ATTNUM(def->columns[i]) ||
			(i < def->nkeys && !has_key_column(rel, index, i, def)))
			return false;
	}
	return true;
}

static bool
is_column(Node *expression, int column)
{
	return IsA(expression, Var) &&
		((Var *) expression)->varattno == COLUMN_ATTNUM(column);
}

static bool
requires_column(Node *condition, int column)
{
	NullTest   *test = (NullTest *) condition;

	return IsA(condition, NullTest) && test->nulltesttype == IS_NOT_NULL &&
		is_column((Node *) test->arg, column);
}

static bool
requires_step(Node *condition, const char *step)
{
	OpExpr	   *comparison = (OpExpr *) condition;
	Const	   *constant;

	if (!IsA(condition, OpExpr) || comparison->opno != TextEqualOperator ||
		!is_column(linitial(comparison->args), EVENT_BUSINESS_STEP))
		return false;
	constant = lsecond(comparison->args);
	return IsA(constant, Const) && !constant->constisnull &&
		strcmp(TextDatumGetCString(constant->constvalue), step) == 0;
}

/*
 * An index of all rows does as well where those without a value are not needed.
 */
static bool
has_predicate(Relation index, const CatalogIndexDef *def)
{
	List	   *predicate = RelationGetIndexPredicate(index);

	if (def->business_step != NULL)
		return list_length(predicate) == 1 &&
			requires_step(linitial(predicate), def->business_step);
	if (predicate == NIL || !def->is_partial)
		return predicate == NIL;
	return list_length(predicate) == 1 &&
		requires_column(linitial(predicate), def->columns[0]);
}

/*
 * An index that a CREATE or REINDEX CONCURRENTLY has left behind is not valid.
 * One that was built over broken HOT chains misses rows for older snapshots.
 */
static bool
is_usable(Relation index)
{
	Form_pg_index form = index->rd_index;

	return form->indisvalid && form->indisready && form->indislive &&
		(!form->indcheckxmin ||
		 TransactionIdPrecedes(HeapTupleHeaderGetXmin(index->rd_indextuple->t_data),
							   TransactionXmin));
}

static bool
is_like(Relation rel, Relation index, const CatalogIndexDef *def)
{
	return index->rd_rel->relam == BTREE_AM_OID && is_usable(index) &&
		has_columns(rel, index, def) && has_predicate(index, def);
}

static Oid
find_index(Relation rel, const CatalogIndexDef *def)
{
	Oid			found = InvalidOid;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(rel))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (is_like(rel, index, def))
			found = lfirst_oid(cell);
		index_close(index, AccessShareLock);
		if (OidIsValid(found))
			break;
	}
	return found;
}

static const char *
predicate_text(const CatalogIndexDef *def)
{
	if (def->business_step != NULL)
		return psprintf(" WHERE business_step = %s",
						quote_literal_cstr(def->business_step));
	return def->is_partial ? psprintf(" WHERE %s IS NOT NULL",
									  CatalogTableDefs[def->table].columns[def->columns[0]].name) : "";
}

static const char *
index_problem(Relation rel, const CatalogIndexDef *def)
{
	StringInfoData columns;
	int			i;

	initStringInfo(&columns);
	for (i = 0; i < def->ncolumns; i++)
		appendStringInfo(&columns, "%s%s",
						 i == 0 ? "" : i == def->nkeys ? ") INCLUDE (" : ", ",
						 CatalogTableDefs[def->table].columns[def->columns[i]].name);
	return psprintf("Table \"%s\" has no valid btree index on (%s)%s.",
					RelationGetRelationName(rel), columns.data, predicate_text(def));
}

/* --- What was found is kept until something of it changes --- */

/*
 * A relation that something is known of: a leaf, or one of the indexes found.
 */
typedef struct KnownRelation
{
	Oid			relation;		/* the key */
	bool		is_leaf;
	Oid			indexes[CATALOG_INDEXES];	/* of a leaf, those of its table */
	char		status;
} KnownRelation;

#define SH_PREFIX		known_relations
#define SH_ELEMENT_TYPE	KnownRelation
#define SH_KEY_TYPE		Oid
#define SH_KEY			relation
#define SH_HASH_KEY(table, key)	murmurhash32(key)
#define SH_EQUAL(table, a, b)	((a) == (b))
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static known_relations_hash *known_relations = NULL;
static bool is_stale = false;
static uint64 invalidations = 0;

static void
relation_changed(Datum argument, Oid relation)
{
	invalidations++;
	if (known_relations != NULL &&
		(!OidIsValid(relation) ||
		 known_relations_lookup(known_relations, relation) != NULL))
		is_stale = true;
}

static void
open_known_relations(void)
{
	static bool is_watching = false;

	if (!is_watching)
		CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	is_watching = true;
	if (known_relations == NULL)
		known_relations = known_relations_create(TopMemoryContext, 64, NULL);
	else if (is_stale)
		known_relations_reset(known_relations);
	is_stale = false;
}

static KnownRelation *
add_known_relation(Oid relation, bool is_leaf)
{
	bool		found;
	KnownRelation *known = known_relations_insert(known_relations, relation, &found);

	known->is_leaf = is_leaf;
	memset(known->indexes, 0, sizeof(known->indexes));
	return known;
}

/*
 * Nothing is kept of what changed while it was looked at, or may soon be
 * different.
 */
static void
remember(Oid leaf, const Oid *indexes, uint64 seen)
{
	int			i;

	if (invalidations != seen)
		return;
	for (i = 0; i < CATALOG_INDEXES; i++)
		if (OidIsValid(indexes[i]))
			(void) add_known_relation(indexes[i], false);
	memcpy(add_known_relation(leaf, true)->indexes, indexes,
		   CATALOG_INDEXES * sizeof(Oid));
}

static const KnownRelation *
recall(Oid leaf)
{
	const KnownRelation *known;

	open_known_relations();
	known = known_relations_lookup(known_relations, leaf);
	return known != NULL && known->is_leaf ? known : NULL;
}

static const char *
look_at_leaf(Relation rel, CatalogTable table, Oid *indexes)
{
	const char *problem = storage_problem(rel);
	int			i;

	if (problem == NULL)
		problem = column_problem(rel, &CatalogTableDefs[table]);
	for (i = 0; i < CATALOG_INDEXES && problem == NULL; i++)
	{
		indexes[i] = InvalidOid;
		if (CatalogIndexDefs[i].table != table)
			continue;
		indexes[i] = find_index(rel, &CatalogIndexDefs[i]);
		if (!OidIsValid(indexes[i]) && !CatalogIndexDefs[i].may_be_missing)
			problem = index_problem(rel, &CatalogIndexDefs[i]);
	}
	return problem != NULL ? problem : distribution_problem(rel);
}

bool
DefinitionIsKnown(Oid relation)
{
	return recall(relation) != NULL;
}

const char *
DefinitionScanProblem(Oid leaf, CatalogTable table)
{
	Oid			indexes[CATALOG_INDEXES];
	const char *problem;
	Relation	rel;
	uint64		seen;

	if (recall(leaf) != NULL)
		return NULL;
	seen = invalidations;
	rel = table_open(leaf, NoLock);
	problem = look_at_leaf(rel, table, indexes);
	table_close(rel, NoLock);
	if (problem == NULL)
		remember(leaf, indexes, seen);
	return problem;
}

Oid
DefinitionIndex(Oid leaf, CatalogIndex index)
{
	const KnownRelation *known = recall(leaf);
	Relation	rel;
	Oid			found;

	/* remembers the indexes for the next time, if the table is as it was made */
	if (known == NULL &&
		DefinitionScanProblem(leaf, CatalogIndexDefs[index].table) == NULL)
		known = recall(leaf);
	if (known != NULL)
		return known->indexes[index];
	rel = table_open(leaf, NoLock);
	found = find_index(rel, &CatalogIndexDefs[index]);
	table_close(rel, NoLock);
	return found;
}
