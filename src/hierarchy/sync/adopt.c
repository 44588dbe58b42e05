/*-------------------------------------------------------------------------
 *
 * adopt.c
 *	  Taking a table's hierarchy over, and letting go of it.
 *
 * What is to be followed is in the arguments of the triggers, and nowhere else:
 * it is dumped, renamed and dropped with the table.
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
#include "compat.h"
#include "fmgr.h"
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
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(serial_adopt);
PG_FUNCTION_INFO_V1(serial_unadopt);

/* how many bad rows an error shows */
#define SHOWN 10

/* --- Which tables --- */

static void
check_owner(Oid table)
{
	if (!TableIsOwnedBy(table, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(table));
}

/*
 * The owner is looked at before the lock, which others would feel, and again
 * under it.
 */
static Relation
open_own_table(Oid relation, LOCKMODE lock)
{
	Relation	table;

	if (get_rel_name(relation) != NULL)
		check_owner(relation);
	table = relation_open(relation, lock);
	check_owner(relation);
	return table;
}

static void
check_kind(Relation table)
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
				 errdetail("Rows of temporary and unlogged tables go without a trigger, and their links would stay.")));
	if (has_superclass(RelationGetRelid(table)))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot adopt \"%s\"", name),
				 errdetail("It is part of another table."),
				 errhint("Adopt the table that it is part of.")));
}

static Oid
follow_function(void)
{
	List	   *name = list_make2(makeString("serial_internal"), makeString("sync_adopted"));

	return LookupFuncName(name, 0, NULL, false);
}

/*
 * The names of the triggers that follow a table.
 */
static List *
followers(Relation table)
{
	TriggerDesc *triggers = table->trigdesc;
	Oid			follow = follow_function();
	List	   *names = NIL;
	int			i;

	for (i = 0; triggers != NULL && i < triggers->numtriggers; i++)
		if (triggers->triggers[i].tgfoid == follow)
			names = lappend(names, pstrdup(triggers->triggers[i].tgname));
	return names;
}

static void
check_is_free(Relation table)
{
	if (followers(table) != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("table \"%s\" is adopted already",
						RelationGetRelationName(table)),
				 errhint("Release it first.")));
}

static void
check_columns(const AdoptedTable *source)
{
	if (strcmp(source->id, source->parent) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_COLUMN),
				 errmsg("column \"%s\" is named twice", source->id),
				 errdetail("Identifiers and parents are in columns of their own.")));
}

/* --- Rows that are there --- */

typedef struct Reading
{
	const AdoptedTable *source;
	MemoryContext context;
	DesiredLinks links;
	int64		bad;			/* rows that hold what is no identifier */
	StringInfoData shown;		/* the first of them */
} Reading;

static void
add_shown(Reading *reading, const char *line)
{
	if (reading->shown.len > 0)
		appendStringInfoChar(&reading->shown, '\n');
	appendStringInfoString(&reading->shown, line);
}

static void
add_bad(Reading *reading, const char *problem)
{
	if (++reading->bad <= SHOWN)
		add_shown(reading, problem);
}

static void
add_row(Reading *reading, Datum *values, bool *nulls)
{
	const AdoptedTable *source = reading->source;
	char	   *problem = NULL;
	Serial	   *id = AdoptedTableIdentifier(source, source->id, values[0], nulls[0],
											&problem);
	Serial	   *parent = NULL;

	if (id != NULL)
		parent = AdoptedTableIdentifier(source, source->parent, values[1], nulls[1],
										&problem);
	/* a parent's own row tells what is wrong with it */
	if (problem != NULL && (id == NULL || source->key == NULL))
		add_bad(reading, problem);
	if (id != NULL)
		DesiredLinksAdd(&reading->links, id, parent);
}

static void
add_rows(void *context)
{
	Reading    *reading = context;
	MemoryContext spi = MemoryContextSwitchTo(reading->context);
	uint64		row;

	for (row = 0; row < SPI_processed; row++)
	{
		Datum		values[2];
		bool		nulls[2];
		int			i;

		for (i = 0; i < 2; i++)
			values[i] = SPI_getbinval(SPI_tuptable->vals[row],
									  SPI_tuptable->tupdesc, i + 1, &nulls[i]);
		add_row(reading, values, nulls);
	}
	MemoryContextSwitchTo(spi);
}

static void
read_rows(Reading *reading, const AdoptedTable *source)
{
	StringInfoData query;
	SavedUser	before;

	reading->source = source;
	reading->context = CurrentMemoryContext;
	DesiredLinksInit(&reading->links);
	reading->bad = 0;
	initStringInfo(&reading->shown);
	initStringInfo(&query);
	AdoptedTableAppendLinks(&query, source);
	AdoptedTableSwitchToOwner(source, &before);
	SPI_connect();
	UserQueryVisit(query.data, add_rows, reading);
	SPI_finish();
	RestoreUser(&before);
}

/* --- Rows that cannot be --- */

/*
 * A column's spellings as SQL that a user may run.
 */
static char *
spelling(const AdoptedTable *source, const char *column)
{
	if (source->scheme == NULL)
		return pstrdup(quote_identifier(column));
	return psprintf("%s || %s",
					quote_literal_cstr(psprintf("%s:", source->scheme)),
					quote_identifier(column));
}

static char *
query_for_bad(const AdoptedTable *source)
{
	const char *id = quote_identifier(source->id);
	const char *parent = quote_identifier(source->parent);

	if (source->key != NULL)
		return psprintf("SELECT * FROM %s WHERE %s <> '' AND serial.try_parse(%s) IS NULL",
						AdoptedTableName(source), id, spelling(source, source->id));
	return psprintf("SELECT * FROM %s WHERE %s <> '' AND (serial.try_parse(%s) IS NULL OR %s <> '' AND serial.try_parse(%s) IS NULL)",
					AdoptedTableName(source), id, spelling(source, source->id),
					parent, spelling(source, source->parent));
}

static char *
query_for_twice(const AdoptedTable *source)
{
	const char *id = quote_identifier(source->id);

	if (!source->is_text)
		return psprintf("SELECT %s, count(*) FROM %s GROUP BY 1 HAVING count(%s) > 1",
						id, AdoptedTableName(source), id);
	return psprintf("SELECT serial.parse(%s), count(*) FROM %s WHERE %s <> '' GROUP BY 1 HAVING count(*) > 1",
					spelling(source, source->id), AdoptedTableName(source), id);
}

static void
add_rest(Reading *reading, int64 n)
{
	if (n > SHOWN)
		add_shown(reading, psprintf("... and %lld more.", (long long) (n - SHOWN)));
}

static void
refuse_bad(Reading *reading)
{
	const AdoptedTable *source = reading->source;

	if (reading->bad == 0)
		return;
	add_rest(reading, reading->bad);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg_plural("%lld row of table \"%s\" holds what is no identifier",
						   "%lld rows of table \"%s\" hold what is no identifier",
						   (unsigned long) reading->bad,
						   (long long) reading->bad,
						   RelationGetRelationName(source->table)),
			 errdetail_internal("%s", reading->shown.data),
			 errhint("To see all: %s", query_for_bad(source))));
}

/*
 * Counts identifiers that are in more than one row, and keeps the first few.
 */
static int64
count_twice(Reading *reading)
{
	DesiredLink *links = reading->links.links;
	int64		twice = 0;
	int			i;
	int			rows = 1;

	DesiredLinksSort(&reading->links);
	for (i = 1; i <= reading->links.n; i++, rows++)
	{
		if (i < reading->links.n &&
			ValueEqual(links[i - 1].child, links[i].child))
			continue;
		if (rows > 1 && ++twice <= SHOWN)
			add_shown(reading, psprintf("\"%s\" is in %d rows.",
										ValueToCString(links[i - 1].child), rows));
		rows = 0;
	}
	return twice;
}

static void
refuse_twice(Reading *reading)
{
	const AdoptedTable *source = reading->source;
	int64		twice = count_twice(reading);

	if (twice == 0)
		return;
	add_rest(reading, twice);
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg_plural("%lld identifier is in more than one row of table \"%s\"",
						   "%lld identifiers are in more than one row of table \"%s\"",
						   (unsigned long) twice, (long long) twice,
						   RelationGetRelationName(source->table)),
			 errdetail_internal("%s", reading->shown.data),
			 errhint("To see all: %s", query_for_twice(source))));
}

/* --- Indexes --- */

/*
 * Does an index that has all rows begin with the column?
 */
static bool
is_indexed(Relation table, const char *column)
{
	AttrNumber	number = AdoptedTableColumn(table, column);
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
		found |= index->indisvalid && index->indkey.values[0] == number &&
			heap_attisnull(tuple, Anum_pg_index_indpred, NULL);
		ReleaseSysCache(tuple);
	}
	return found;
}

static void
recommend_index(const AdoptedTable *source, const char *column)
{
	if (!is_indexed(source->table, column))
		ereport(NOTICE,
				(errmsg("table \"%s\" has no index on column \"%s\"",
						RelationGetRelationName(source->table), column),
				 errdetail("Each statement that writes it will read all of it."),
				 errhint("CREATE INDEX ON %s (%s);", AdoptedTableName(source),
						 quote_identifier(column))));
}

/* --- Triggers --- */

static void
utility(const char *command)
{
	if (SPI_execute(command, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not execute \"%s\"", command);
}

static void
create_trigger(const AdoptedTable *source, const char *name, const char *when,
			   const char *rows)
{
	utility(psprintf("CREATE TRIGGER %s %s ON %s %s FOR EACH STATEMENT"
					 " EXECUTE FUNCTION serial_internal.sync_adopted(%s, %s, %s, %s)",
					 name, when, AdoptedTableName(source), rows,
					 quote_literal_cstr(source->id),
					 quote_literal_cstr(source->parent),
					 quote_literal_cstr(source->key == NULL ? "" : source->key),
					 quote_literal_cstr(source->scheme == NULL ? "" : source->scheme)));
}

/*
 * With the caller's own rights.
 */
static void
create_triggers(const AdoptedTable *source)
{
	SPI_connect();
	create_trigger(source, "serial_follow_insert", "AFTER INSERT",
				   "REFERENCING NEW TABLE AS serial_new");
	create_trigger(source, "serial_follow_update", "AFTER UPDATE",
				   "REFERENCING OLD TABLE AS serial_old NEW TABLE AS serial_new");
	create_trigger(source, "serial_follow_delete", "AFTER DELETE",
				   "REFERENCING OLD TABLE AS serial_old");
	create_trigger(source, "serial_follow_truncate", "BEFORE TRUNCATE", "");
	SPI_finish();
}

static void
drop_triggers(const char *table, List *names)
{
	ListCell   *cell;

	SPI_connect();
	foreach(cell, names)
		utility(psprintf("DROP TRIGGER %s ON %s",
						 quote_identifier(lfirst(cell)), table));
	SPI_finish();
}

/* --- Functions --- */

static void
refuse_null(FunctionCallInfo fcinfo, const char *function, int n,
			const char *name)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" of serial.%s is NULL", name, function)));
}

/*
 * serial.adopt(source regclass, id_column name, parent_column name,
 *				scheme text) -> bigint
 */
Datum
serial_adopt(PG_FUNCTION_ARGS)
{
	Relation	table;
	AdoptedTable source;
	Reading		reading;
	int64		links;

	refuse_null(fcinfo, "adopt", 0, "source");
	refuse_null(fcinfo, "adopt", 1, "id_column");
	refuse_null(fcinfo, "adopt", 2, "parent_column");
	table = open_own_table(PG_GETARG_OID(0), ShareRowExclusiveLock);
	check_kind(table);
	check_is_free(table);
	AdoptedTableDiscover(&source, table, NameStr(*PG_GETARG_NAME(1)),
						 NameStr(*PG_GETARG_NAME(2)),
						 PG_ARGISNULL(3) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(3)));
	check_columns(&source);

	read_rows(&reading, &source);
	refuse_bad(&reading);
	refuse_twice(&reading);
	links = SyncLinks(&reading.links, false);

	recommend_index(&source, source.id);
	if (source.key != NULL)
		recommend_index(&source, source.parent);
	create_triggers(&source);
	relation_close(table, NoLock);
	PG_RETURN_INT64(links);
}

/*
 * serial.unadopt(source regclass) -> void
 */
Datum
serial_unadopt(PG_FUNCTION_ARGS)
{
	Relation	table;
	AdoptedTable source;
	List	   *names;
	char	   *name;

	refuse_null(fcinfo, "unadopt", 0, "source");
	table = open_own_table(PG_GETARG_OID(0), AccessExclusiveLock);
	source.table = table;
	names = followers(table);
	if (names == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("table \"%s\" is not adopted",
						RelationGetRelationName(table))));
	name = AdoptedTableName(&source);
	relation_close(table, NoLock);
	drop_triggers(name, names);
	PG_RETURN_VOID();
}
