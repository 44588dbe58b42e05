/*-------------------------------------------------------------------------
 *
 * adopt.c
 *	  serial.adopt and the functions that go with it.
 *
 * search_path is pinned by the functions' declarations.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/sync/adopt.h"
#include "hierarchy/sync/adopt_triggers.h"
#include "hierarchy/sync/adopted_rows.h"
#include "hierarchy/sync/sync_links.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_adopt);
PG_FUNCTION_INFO_V1(serial_unadopt);
PG_FUNCTION_INFO_V1(serial_resync);
PG_FUNCTION_INFO_V1(serial_adopted_skipped);
PG_FUNCTION_INFO_V1(serial_adopted_state);

/* --- Checks of tables --- */

static void
adopt_check_exists(Oid table)
{
	if (get_rel_name(table) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", table)));
}

static void
adopt_check_owner(Oid table)
{
	if (!TableIsOwnedBy(table, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(table));
}

/*
 * Checks the owner before the lock, which other sessions would notice, and again
 * under it.
 */
Relation
AdoptOpenOwnTable(Oid table, LOCKMODE lock)
{
	Relation	relation;

	adopt_check_exists(table);
	adopt_check_owner(table);
	relation = relation_open(table, lock);
	adopt_check_owner(table);
	return relation;
}

void
AdoptCheckKind(Relation table)
{
	const char *name = RelationGetRelationName(table);
	char		kind = table->rd_rel->relkind;

	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot adopt \"%s\"", name),
				 errdetail_relkind_not_supported(kind)));
	if (table->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot adopt \"%s\"", name),
				 errdetail("Rows of temporary and unlogged tables can vanish without firing a trigger, and their links would stay.")));
	if (has_superclass(RelationGetRelid(table)))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot adopt \"%s\"", name),
				 errdetail("It is a partition or an inheritance child of another table."),
				 errhint("Adopt the parent table.")));
}

/* --- Checks of arguments --- */

static void
adopt_check_types(const AdoptedTable *adopted)
{
	if (strcmp(adopted->id.reference, adopted->parent.reference) == 0 &&
		adopted->id.table == adopted->parent.table)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_COLUMN),
				 errmsg("column \"%s\" is specified twice", adopted->id.reference),
				 errdetail("Identifiers and parents must be in different columns.")));
	if (OidIsValid(adopted->id.table) &&
		adopted->parent.table == adopted->table)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot adopt \"%s\"", get_rel_name(adopted->table)),
				 errdetail("Parents that are rows of the same table must have their identifiers there, too.")));
}

static void
adopt_check_scheme(const AdoptedTable *adopted)
{
	if (adopted->scheme == NULL)
		return;
	if (SchemeByName(adopted->scheme, strlen(adopted->scheme)) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scheme \"%s\" does not exist", adopted->scheme),
				 errhint("serial.schemes() lists the schemes.")));
	if (!adopted->id.is_text)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" of table \"%s\" takes no scheme",
						adopted->id.column,
						get_rel_name(adopted->id.column_table)),
				 errdetail("A scheme is for bare keys in a text; the column is of type serial.serial.")));
}

/* --- Indexes --- */

/*
 * Does an index of all rows begin with the column?
 */
static bool
adopt_is_indexed(Relation table, AttrNumber column)
{
	ListCell   *cell;
	bool		found = false;

	foreach(cell, RelationGetIndexList(table))
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID,
											ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_index index;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for index %u", lfirst_oid(cell));
		index = (Form_pg_index) GETSTRUCT(tuple);
		found |= index->indisvalid && index->indkey.values[0] == column &&
			heap_attisnull(tuple, Anum_pg_index_indpred, NULL);
		ReleaseSysCache(tuple);
	}
	return found;
}

static void
adopt_recommend_index(Oid table, const char *column)
{
	Relation	relation = relation_open(table, NoLock);

	if (!adopt_is_indexed(relation, AdoptedTableColumn(table, column)))
		ereport(NOTICE,
				(errmsg("table \"%s\" has no index on column \"%s\"",
						get_rel_name(table), column),
				 errdetail("Statements that write an adopted table will read all of this table."),
				 errhint("CREATE INDEX ON %s (%s);",
						 AdoptedTableQualifiedName(table),
						 quote_identifier(column))));
	relation_close(relation, NoLock);
}

static void
adopt_recommend_indexes(const AdoptedTable *adopted)
{
	adopt_recommend_index(adopted->id.column_table, adopted->id.column);
	if (OidIsValid(adopted->id.table))
		adopt_recommend_index(adopted->table, adopted->id.reference);
	if (OidIsValid(adopted->parent.table))
		adopt_recommend_index(adopted->table, adopted->parent.reference);
}

/* --- Functions --- */

static void
adopt_refuse_null(FunctionCallInfo fcinfo, const char *function, int n,
				  const char *name)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" of serial.%s must not be null",
						name, function)));
}

static char *
adopt_text_argument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

static bool
adopt_on_error_argument(FunctionCallInfo fcinfo, int n)
{
	char	   *on_error = adopt_text_argument(fcinfo, n);

	if (on_error != NULL && strcmp(on_error, "skip") == 0)
		return true;
	if (on_error == NULL || strcmp(on_error, "error") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid on_error: %s",
						on_error == NULL ? "null" : on_error),
				 errdetail("It must be \"error\" or \"skip\".")));
	return false;
}

/*
 * serial.adopt(relation regclass, id_column name, parent_column name,
 *				scheme text, id_from text, parent_from text, on_error text,
 *				record boolean) -> bigint
 */
Datum
serial_adopt(PG_FUNCTION_ARGS)
{
	AdoptedTable adopted = {0};
	AdoptedRows rows;
	DesiredLinks links;
	LinkRecording recording;
	Relation	table;
	int64		n;

	adopt_refuse_null(fcinfo, "adopt", 0, "relation");
	adopt_refuse_null(fcinfo, "adopt", 1, "id_column");
	adopt_refuse_null(fcinfo, "adopt", 2, "parent_column");
	adopt_refuse_null(fcinfo, "adopt", 7, "record");
	table = AdoptOpenOwnTable(PG_GETARG_OID(0), ShareRowExclusiveLock);
	AdoptCheckKind(table);
	if (SyncTriggersExist(table))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("table \"%s\" is already adopted",
						RelationGetRelationName(table)),
				 errhint("Call serial.unadopt first.")));
	adopted.table = RelationGetRelid(table);
	adopted.name = AdoptedTableQualifiedName(adopted.table);
	adopted.id.alias = "i";
	adopted.id.reference = NameStr(*PG_GETARG_NAME(1));
	adopted.parent.alias = "p";
	adopted.parent.reference = NameStr(*PG_GETARG_NAME(2));
	adopted.scheme = adopt_text_argument(fcinfo, 3);
	adopted.skip_errors = adopt_on_error_argument(fcinfo, 6);
	adopted.record = PG_GETARG_BOOL(7);
	AdoptOpenSources(&adopted, table, adopt_text_argument(fcinfo, 4),
					 adopt_text_argument(fcinfo, 5));
	adopt_check_types(&adopted);
	adopt_check_scheme(&adopted);
	AdoptedTableCheckOwners(&adopted, adopted.table);

	AdoptedRowsRead(&rows, &adopted);
	if (!adopted.skip_errors)
		AdoptedRowsRefuse(&rows);
	AdoptedRowsLinks(&rows, false, &links);
	LinkRecordingInit(&recording, &adopted, "serial.adopt", adopted.table);
	n = SyncLinks(&links, false, &recording);
	adopt_recommend_indexes(&adopted);
	SyncTriggersCreate(&adopted);
	relation_close(table, NoLock);
	PG_RETURN_INT64(n);
}

/*
 * serial.unadopt(relation regclass) -> void
 */
Datum
serial_unadopt(PG_FUNCTION_ARGS)
{
	Relation	table;

	adopt_refuse_null(fcinfo, "unadopt", 0, "relation");
	table = AdoptOpenOwnTable(PG_GETARG_OID(0), AccessExclusiveLock);
	relation_close(table, NoLock);
	SyncTriggersDrop(PG_GETARG_OID(0));
	PG_RETURN_VOID();
}

/*
 * serial.resync(relation regclass) -> bigint
 */
Datum
serial_resync(PG_FUNCTION_ARGS)
{
	Relation	table;
	AdoptedTable adopted;
	AdoptedRows rows;
	DesiredLinks links;
	LinkRecording recording;
	int64		n;

	adopt_refuse_null(fcinfo, "resync", 0, "relation");
	table = AdoptOpenOwnTable(PG_GETARG_OID(0), ShareRowExclusiveLock);
	SyncTriggersDescribe(table, &adopted);
	AdoptedRowsRead(&rows, &adopted);
	if (!adopted.skip_errors)
		AdoptedRowsRefuse(&rows);
	AdoptedRowsLinks(&rows, false, &links);
	LinkRecordingInit(&recording, &adopted, "serial.resync", adopted.table);
	n = SyncLinks(&links, true, &recording);
	relation_close(table, NoLock);
	PG_RETURN_INT64(n);
}

static void
adopt_put_skipped(ReturnSetInfo *result, const char *id, const char *parent,
				  const char *problem)
{
	const char *columns[] = {id, parent, problem};
	Datum		values[3];
	bool		nulls[3];
	int			i;

	for (i = 0; i < 3; i++)
		values[i] = TextOrNull(columns[i], &nulls[i]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * serial.adopted_skipped(relation regclass)
 *	  -> table (id text, parent text, problem text)
 */
Datum
serial_adopted_skipped(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Relation	table;
	AdoptedTable adopted;
	AdoptedRows rows;
	ListCell   *cell;
	int			i;

	adopt_refuse_null(fcinfo, "adopted_skipped", 0, "relation");
	InitMaterializedSRF(fcinfo, 0);
	table = AdoptOpenOwnTable(PG_GETARG_OID(0), AccessShareLock);
	SyncTriggersDescribe(table, &adopted);
	AdoptedRowsRead(&rows, &adopted);
	foreach(cell, rows.invalid)
	{
		InvalidRow *row = lfirst(cell);

		adopt_put_skipped(result, row->id, row->parent, row->problem);
	}
	for (i = 0; i < rows.links.n; i++)
		if (rows.links.links[i].is_ambiguous)
			adopt_put_skipped(result, ValueToCString(rows.links.links[i].child),
							  NULL, psprintf("The identifier is in %d rows.",
											 rows.links.links[i].rows));
	relation_close(table, NoLock);
	return (Datum) 0;
}

static Datum
adopt_source_text(const IdSource *source, const AdoptedTable *adopted,
				  bool *isnull)
{
	*isnull = !OidIsValid(source->table) || source->table == adopted->table;
	if (*isnull)
		return (Datum) 0;
	return CStringGetTextDatum(psprintf("%s.%s", source->table_name,
										quote_identifier(source->column)));
}

static void
adopt_put_state(ReturnSetInfo *result, const AdoptedTable *adopted)
{
	AdoptedRows rows;
	DesiredLinks links;
	Datum		values[10];
	bool		nulls[10] = {false};

	AdoptedRowsRead(&rows, adopted);
	AdoptedRowsLinks(&rows, false, &links);
	values[0] = CStringGetTextDatum(adopted->id.reference);
	values[1] = CStringGetTextDatum(adopted->parent.reference);
	values[2] = adopt_source_text(&adopted->id, adopted, &nulls[2]);
	values[3] = adopt_source_text(&adopted->parent, adopted, &nulls[3]);
	values[4] = TextOrNull(adopted->scheme, &nulls[4]);
	values[5] = CStringGetTextDatum(adopted->skip_errors ? "skip" : "error");
	values[6] = BoolGetDatum(adopted->record);
	values[7] = Int64GetDatum(rows.n);
	values[8] = Int64GetDatum(list_length(rows.invalid) + rows.n_ambiguous);
	values[9] = Int64GetDatum(CountMisplacedLinks(&links));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * serial_internal.adopted_state(relation regclass)
 *	  -> table (id_column text, parent_column text, id_from text,
 *				parent_from text, scheme text, on_error text, record boolean,
 *				rows bigint, skipped bigint, drift bigint)
 *
 * No row for a table that is not adopted itself.
 */
Datum
serial_adopted_state(PG_FUNCTION_ARGS)
{
	Relation	table;
	AdoptedTable adopted;

	InitMaterializedSRF(fcinfo, 0);
	table = try_relation_open(PG_GETARG_OID(0), AccessShareLock);
	if (table == NULL)
		return (Datum) 0;
	if (SyncTriggersExist(table))
	{
		SyncTriggersDescribe(table, &adopted);
		adopt_put_state((ReturnSetInfo *) fcinfo->resultinfo, &adopted);
	}
	relation_close(table, NoLock);
	return (Datum) 0;
}
