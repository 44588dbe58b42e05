/*-------------------------------------------------------------------------
 *
 * adopt.c
 *	  serial.adopt and the functions that go with it.
 *
 * All that is known of an adopted table is in the arguments of its triggers: so
 * it is dumped, renamed and dropped with the table.
 *
 * search_path is pinned by the functions' declarations.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/sysattr.h"
#include "catalog/serial_catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "commands/trigger.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/sync/adopted_rows.h"
#include "hierarchy/sync/adopted_table.h"
#include "hierarchy/sync/sync_links.h"
#include "hierarchy/sync/user_query.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/varlena.h"

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
static Relation
adopt_open_own_table(Oid table, LOCKMODE lock)
{
	Relation	relation;

	adopt_check_exists(table);
	adopt_check_owner(table);
	relation = relation_open(table, lock);
	adopt_check_owner(table);
	return relation;
}

static void
adopt_check_kind(Relation table)
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

/* --- Triggers of adopted tables --- */

static Oid
adopt_sync_function(void)
{
	List	   *name = list_make2(makeString("serial_internal"),
								  makeString("sync_adopted"));

	return LookupFuncName(name, 0, NULL, false);
}

/*
 * The sync triggers on a table, as a list of Trigger: its own, or those of tables
 * that refer to it.  Of a copy, since the relation cache may free its own when a
 * name is looked up.
 */
static List *
adopt_sync_triggers(Relation table, bool own)
{
	TriggerDesc *triggers = CopyTriggerDesc(table->trigdesc);
	Oid			function = adopt_sync_function();
	List	   *found = NIL;
	int			i;

	for (i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		Trigger    *trigger = &triggers->triggers[i];

		if (trigger->tgfoid == function && trigger->tgnargs == SYNC_ARGS &&
			(trigger->tgargs[SYNC_ARG_TABLE][0] == '\0') == own)
			found = lappend(found, trigger);
	}
	return found;
}

static void
adopt_check_adopted(Relation table, const List *triggers)
{
	if (triggers == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("table \"%s\" is not adopted",
						RelationGetRelationName(table))));
}

/*
 * Describes an adopted table by its triggers.
 */
static void
adopt_describe(Relation table, AdoptedTable *adopted)
{
	List	   *triggers = adopt_sync_triggers(table, true);

	adopt_check_adopted(table, triggers);
	(void) AdoptedTableFromTrigger(adopted, table,
								   ((Trigger *) linitial(triggers))->tgargs);
}

static void
adopt_utility(const char *command)
{
	if (SPI_execute(command, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not execute \"%s\"", command);
}

static char *
adopt_quoted_arg(const char *arg)
{
	return quote_literal_cstr(arg == NULL ? "" : arg);
}

static void
adopt_append_source_args(StringInfo args, const AdoptedTable *adopted,
						 const IdSource *source)
{
	bool		is_reference = OidIsValid(source->table);

	appendStringInfo(args, ", %s, %s, %s",
					 adopt_quoted_arg(is_reference &&
									  source->table != adopted->table ?
									  source->table_name : NULL),
					 adopt_quoted_arg(is_reference ? source->key : NULL),
					 adopt_quoted_arg(is_reference ? source->column : NULL));
}

static void
adopt_create_trigger(const AdoptedTable *adopted, Oid table, const char *event,
					 const char *when, const char *rows)
{
	bool		is_own = table == adopted->table;
	char	   *prefix = psprintf("serial_sync_%s", event);
	char	   *name = is_own ? prefix :
	makeObjectName(prefix, get_rel_name(adopted->table), NULL);
	StringInfoData args;

	initStringInfo(&args);
	appendStringInfo(&args, "%s, %s, %s, %s",
					 adopt_quoted_arg(is_own ? NULL : adopted->name),
					 adopt_quoted_arg(adopted->id.reference),
					 adopt_quoted_arg(adopted->parent.reference),
					 adopt_quoted_arg(adopted->scheme));
	adopt_append_source_args(&args, adopted, &adopted->id);
	adopt_append_source_args(&args, adopted, &adopted->parent);
	appendStringInfo(&args, ", %s, %s",
					 adopt_quoted_arg(adopted->skip_errors ? "skip" : NULL),
					 adopt_quoted_arg(adopted->record ? "record" : NULL));
	adopt_utility(psprintf("CREATE TRIGGER %s %s ON %s %s FOR EACH STATEMENT"
						   " EXECUTE FUNCTION serial_internal.sync_adopted(%s)",
						   quote_identifier(name), when,
						   AdoptedTableQualifiedName(table), rows, args.data));
}

static void
adopt_create_triggers_on(const AdoptedTable *adopted, Oid table)
{
	adopt_create_trigger(adopted, table, "insert", "AFTER INSERT",
						 "REFERENCING NEW TABLE AS serial_new");
	adopt_create_trigger(adopted, table, "update", "AFTER UPDATE",
						 "REFERENCING OLD TABLE AS serial_old NEW TABLE AS serial_new");
	adopt_create_trigger(adopted, table, "delete", "AFTER DELETE",
						 "REFERENCING OLD TABLE AS serial_old");
	adopt_create_trigger(adopted, table, "truncate", "BEFORE TRUNCATE", "");
}

/*
 * The other tables that an adopted table refers to, each once.
 */
static List *
adopt_referenced_tables(const AdoptedTable *adopted)
{
	List	   *tables = NIL;

	if (OidIsValid(adopted->id.table))
		tables = list_append_unique_oid(tables, adopted->id.table);
	if (OidIsValid(adopted->parent.table))
		tables = list_append_unique_oid(tables, adopted->parent.table);
	return list_delete_oid(tables, adopted->table);
}

/*
 * With the caller's rights.
 */
static void
adopt_create_triggers(const AdoptedTable *adopted)
{
	ListCell   *cell;

	SPI_connect();
	adopt_create_triggers_on(adopted, adopted->table);
	foreach(cell, adopt_referenced_tables(adopted))
		adopt_create_triggers_on(adopted, lfirst_oid(cell));
	SPI_finish();
}

/*
 * Is this a trigger, on a referenced table, of this adopted table, or of one that
 * does not exist any more?
 */
static bool
adopt_trigger_is_for(const Trigger *trigger, Oid adopted)
{
	Oid			table = AdoptedTableByName(trigger->tgargs[SYNC_ARG_TABLE], true);

	return !OidIsValid(table) || table == adopted;
}

/*
 * Appends DROP TRIGGER commands for the triggers on a table that belong to an
 * adopted one.
 */
static List *
adopt_append_drops(List *commands, Oid table, Oid adopted)
{
	Relation	relation = relation_open(table, AccessExclusiveLock);
	ListCell   *cell;

	foreach(cell, adopt_sync_triggers(relation, table == adopted))
	{
		Trigger    *trigger = lfirst(cell);

		if (table == adopted || adopt_trigger_is_for(trigger, adopted))
			commands = lappend(commands,
							   psprintf("DROP TRIGGER %s ON %s",
										quote_identifier(trigger->tgname),
										AdoptedTableQualifiedName(table)));
	}
	relation_close(relation, NoLock);
	return commands;
}

/*
 * The tables with triggers for an adopted table, itself first.  Its columns may
 * have been renamed, and other tables dropped, since it was adopted.
 */
static List *
adopt_trigger_tables(Relation table)
{
	static const int args[] = {SYNC_ARG_ID_TABLE, SYNC_ARG_PARENT_TABLE};
	List	   *triggers = adopt_sync_triggers(table, true);
	List	   *tables = list_make1_oid(RelationGetRelid(table));
	int			i;

	adopt_check_adopted(table, triggers);
	for (i = 0; i < (int) lengthof(args); i++)
	{
		char	   *name = ((Trigger *) linitial(triggers))->tgargs[args[i]];
		Oid			other = name[0] == '\0' ? InvalidOid :
		AdoptedTableByName(name, true);

		if (OidIsValid(other))
			tables = list_append_unique_oid(tables, other);
	}
	return tables;
}

/* --- Columns that refer to rows --- */

static char *
adopt_column_name(Oid table, AttrNumber number)
{
	return get_attname(table, number, false);
}

/*
 * The foreign keys of a table: a copy, as of triggers.
 */
static List *
adopt_foreign_keys(Relation table)
{
	return copyObject(RelationGetFKeyList(table));
}

/*
 * The foreign key of a column, to a table or to any; NULL if there is none.
 */
static ForeignKeyCacheInfo *
adopt_foreign_key(Relation table, AttrNumber column, Oid to)
{
	ListCell   *cell;

	foreach(cell, adopt_foreign_keys(table))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);
		int			i;

		if (OidIsValid(to) && key->confrelid != to)
			continue;
		for (i = 0; i < key->nkeys; i++)
			if (key->conkey[i] == column)
				return key;
	}
	return NULL;
}

/*
 * The only column of the primary key; NULL if there is none or there are more.
 */
static char *
adopt_primary_key(Relation table)
{
	Bitmapset  *columns = RelationGetIndexAttrBitmap(table,
													 INDEX_ATTR_BITMAP_PRIMARY_KEY);
	int			member;

	if (!bms_get_singleton_member(columns, &member))
		return NULL;
	return adopt_column_name(RelationGetRelid(table),
							 member + FirstLowInvalidHeapAttributeNumber);
}

static bool
adopt_holds_identifiers(Oid table, const char *column)
{
	Oid			type = getBaseType(AdoptedTableColumnType(table, column));

	return type == SerialTypeOid() || type == TEXTOID || type == VARCHAROID ||
		type == BPCHAROID;
}

/*
 * Refuses a column that refers to another table, if nothing says where the
 * identifiers are there: its values must not be taken for keys of this table.
 */
static void
adopt_check_not_elsewhere(Relation table, const char *column,
						  const char *argument)
{
	AttrNumber	number = AdoptedTableColumn(RelationGetRelid(table), column);
	ForeignKeyCacheInfo *key = adopt_foreign_key(table, number, InvalidOid);

	if (key == NULL || key->confrelid == RelationGetRelid(table) ||
		adopt_foreign_key(table, number, RelationGetRelid(table)) != NULL ||
		adopt_holds_identifiers(RelationGetRelid(table), column))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_FOREIGN_KEY),
			 errmsg("column \"%s\" of table \"%s\" refers to table \"%s\"",
					column, RelationGetRelationName(table),
					get_rel_name(key->confrelid)),
			 errhint("Name the column that holds the identifiers there: %s => '%s.column'.",
					 argument, get_rel_name(key->confrelid))));
}

/*
 * Parents without parent_from: identifiers, or references to rows of the same
 * table, by a foreign key or by the type of the primary key.
 */
static void
adopt_find_own_key(IdSource *parent, Relation table, const char *id_column)
{
	Oid			oid = RelationGetRelid(table);
	AttrNumber	number = AdoptedTableColumn(oid, parent->reference);
	Oid			type = AdoptedTableColumnType(oid, parent->reference);
	ForeignKeyCacheInfo *foreign = adopt_foreign_key(table, number, oid);
	char	   *key;

	if (foreign != NULL && foreign->nkeys == 1)
		key = adopt_column_name(oid, foreign->confkey[0]);
	else if (type == AdoptedTableColumnType(oid, id_column))
		return;
	else
	{
		key = adopt_primary_key(table);
		if (key == NULL || AdoptedTableColumnType(oid, key) != type)
			return;
	}
	if (strcmp(key, id_column) == 0)
		return;
	parent->table = oid;
	parent->key = key;
	parent->column = id_column;
}

/*
 * The table of id_from or parent_from: the one that a foreign key of the column
 * refers to, or one in the schema of the adopted table, if it is not qualified.
 */
static Oid
adopt_find_table(Relation table, const char *column, RangeVar *name)
{
	AttrNumber	number = AdoptedTableColumn(RelationGetRelid(table), column);
	ListCell   *cell;

	foreach(cell, adopt_foreign_keys(table))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (key->nkeys == 1 && key->conkey[0] == number &&
			name->schemaname == NULL &&
			strcmp(get_rel_name(key->confrelid), name->relname) == 0)
			return key->confrelid;
	}
	if (name->schemaname == NULL)
		name->schemaname = get_namespace_name(RelationGetNamespace(table));
	return RangeVarGetRelid(name, NoLock, false);
}

/*
 * The column of the other table that the reference points to.
 */
static char *
adopt_find_key(Relation table, const IdSource *source, Relation to)
{
	AttrNumber	number = AdoptedTableColumn(RelationGetRelid(table),
											source->reference);
	ForeignKeyCacheInfo *foreign = adopt_foreign_key(table, number,
													 RelationGetRelid(to));
	char	   *key;

	if (foreign != NULL && foreign->nkeys == 1)
		return adopt_column_name(RelationGetRelid(to), foreign->confkey[0]);
	key = adopt_primary_key(to);
	if (key == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FOREIGN_KEY),
				 errmsg("cannot tell which column of table \"%s\" the column \"%s\" refers to",
						RelationGetRelationName(to), source->reference),
				 errdetail("There is neither a foreign key between them nor a primary key of one column.")));
	return key;
}

/*
 * Reads id_from or parent_from: 'table.column', or 'schema.table.column'.
 */
static void
adopt_read_from(IdSource *source, Relation table, const char *from)
{
	List	   *names = textToQualifiedNameList(cstring_to_text(from));
	int			n = list_length(names);
	Relation	to;

	if (n < 2 || n > 3)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid column name: \"%s\"", from),
				 errdetail("The form is table.column or schema.table.column.")));
	source->column = pstrdup(strVal(llast(names)));
	source->table = adopt_find_table(table, source->reference,
									 makeRangeVarFromNameList(list_truncate(names, n - 1)));
	to = adopt_open_own_table(source->table, ShareRowExclusiveLock);
	adopt_check_kind(to);
	source->key = adopt_find_key(table, source, to);
	relation_close(to, NoLock);
}

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

static void
adopt_open_sources(AdoptedTable *adopted, Relation table, const char *id_from,
				   const char *parent_from)
{
	if (id_from != NULL)
		adopt_read_from(&adopted->id, table, id_from);
	else
		adopt_check_not_elsewhere(table, adopted->id.reference, "id_from");
	IdSourceOpen(&adopted->id, adopted->table);
	if (parent_from != NULL)
		adopt_read_from(&adopted->parent, table, parent_from);
	else
	{
		adopt_check_not_elsewhere(table, adopted->parent.reference,
								  "parent_from");
		adopt_find_own_key(&adopted->parent, table, adopted->id.reference);
	}
	IdSourceOpen(&adopted->parent, adopted->table);
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
	table = adopt_open_own_table(PG_GETARG_OID(0), ShareRowExclusiveLock);
	adopt_check_kind(table);
	if (adopt_sync_triggers(table, true) != NIL)
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
	adopt_open_sources(&adopted, table, adopt_text_argument(fcinfo, 4),
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
	adopt_create_triggers(&adopted);
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
	List	   *tables;
	List	   *commands = NIL;
	ListCell   *cell;

	adopt_refuse_null(fcinfo, "unadopt", 0, "relation");
	table = adopt_open_own_table(PG_GETARG_OID(0), AccessExclusiveLock);
	tables = adopt_trigger_tables(table);
	relation_close(table, NoLock);
	foreach(cell, tables)
		commands = adopt_append_drops(commands, lfirst_oid(cell),
									  linitial_oid(tables));
	SPI_connect();
	foreach(cell, commands)
		adopt_utility(lfirst(cell));
	SPI_finish();
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
	table = adopt_open_own_table(PG_GETARG_OID(0), ShareRowExclusiveLock);
	adopt_describe(table, &adopted);
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
	{
		nulls[i] = columns[i] == NULL;
		values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(columns[i]);
	}
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
	table = adopt_open_own_table(PG_GETARG_OID(0), AccessShareLock);
	adopt_describe(table, &adopted);
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
	nulls[4] = adopted->scheme == NULL;
	values[4] = nulls[4] ? (Datum) 0 : CStringGetTextDatum(adopted->scheme);
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
	if (adopt_sync_triggers(table, true) != NIL)
	{
		adopt_describe(table, &adopted);
		adopt_put_state((ReturnSetInfo *) fcinfo->resultinfo, &adopted);
	}
	relation_close(table, NoLock);
	return (Datum) 0;
}
