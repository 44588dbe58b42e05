/*-------------------------------------------------------------------------
 *
 * sync_statement.c
 *	  What a statement changed in an adopted table, or in one that it refers to.
 *
 * From the rows of a statement it finds the identifiers that the statement may
 * have moved.  Then it reads where the table has these identifiers now, instead
 * of using the rows of the statement: other triggers and foreign keys may have
 * changed the table since.
 *
 * A link may depend on rows of up to three tables: on the row of the adopted
 * table and, where its columns are references, on the rows that they refer to.
 * A session that writes the former locks the latter as foreign keys do, that of a
 * former parent too.  A session that changes an identifier of a referenced row
 * takes a lock that conflicts with this.  So the second of two sessions sees what
 * the first has written.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "hierarchy/sync/sync_statement.h"
#include "hierarchy/sync/user_query.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

/* plans are kept for statements of at most this many rows */
#define MAX_KEPT_PLAN_ROWS 100

/* the queries of a trigger, each with a plan of its own */
enum
{
	QUERY_CHANGED_ROWS,
	QUERY_CHANGED_IDS,
	QUERY_CHILDREN,
	QUERY_LOCK_CHANGED,
	QUERY_LOCK_CHANGED_IDS,
	QUERY_LOCK_FORMER_PARENTS,
	QUERY_LOCK_IDS,
	QUERY_LOCK_PARENTS,
	QUERY_LINKS
};

/* --- Queries --- */

/*
 * Adds the identifiers of a result, whose second column tells whether they were
 * there before.  An identifier that is written now must be valid, unless errors
 * are skipped; an invalid one from before is ignored.
 */
static void
add_result(SyncStatement *statement, bool all_were_there)
{
	MemoryContext spi = MemoryContextSwitchTo(statement->context);
	const IdSource *source = &statement->adopted.id;
	uint64		row;

	for (row = 0; row < SPI_processed; row++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[row];
		TupleDesc	columns = SPI_tuptable->tupdesc;
		bool		isnull;
		Datum		spelling = SPI_getbinval(tuple, columns, 1, &isnull);
		bool		flag_isnull;
		bool		was_there = all_were_there ||
		DatumGetBool(SPI_getbinval(tuple, columns, 2, &flag_isnull));
		bool		ignore = was_there || statement->adopted.skip_errors;
		char	   *problem;
		Serial	   *id = AdoptedTableReadId(&statement->adopted, source, spelling,
											isnull, ignore ? &problem : NULL);

		if (id != NULL)
			ChangedIdsAdd(&statement->changes, id, spelling, was_there);
	}
	MemoryContextSwitchTo(spi);
}

static void
execute(SyncStatement *statement, int number, const StringInfo query)
{
	UserQueryKey key = {statement->data->tg_trigger->tgoid, number};

	UserQueryExecute(query->data, statement->has_many_rows ? NULL : &key,
					 InvalidOid, (Datum) 0);
}

/*
 * Executes a query whose parameter is the array of the changed identifiers.
 */
static void
execute_for_changes(SyncStatement *statement, int number, const StringInfo query)
{
	UserQueryKey key = {statement->data->tg_trigger->tgoid, number};
	bool		keep = !statement->has_many_rows && statement->changes.n <= MAX_KEPT_PLAN_ROWS;

	UserQueryExecute(query->data, keep ? &key : NULL,
					 get_array_type(IdSourceType(&statement->adopted.id)),
					 ChangedIdsSpellings(&statement->changes, IdSourceType(&statement->adopted.id)));
}

static const char *
column(const char *alias, const char *name)
{
	return psprintf("%s.%s", alias, quote_identifier(name));
}

/*
 * Selects the columns of the adopted table that matter from a transition table.
 */
static void
append_rows(StringInfo query, const SyncStatement *statement, const char *rows)
{
	const IdSource *id = &statement->adopted.id;
	const IdSource *parent = &statement->adopted.parent;

	appendStringInfoString(query, "SELECT ");
	if (OidIsValid(id->table))
		appendStringInfoString(query, column("r", id->reference));
	else
		IdSourceAppendColumn(query, id, "r", id->reference);
	appendStringInfoString(query, " AS id, ");
	if (OidIsValid(parent->table))
		appendStringInfoString(query, column("r", parent->reference));
	else
		IdSourceAppendColumn(query, parent, "r", parent->reference);
	appendStringInfo(query, " AS parent FROM %s AS r", quote_identifier(rows));
}

/*
 * Selects key and identifier of a referenced table from a transition table.
 */
static void
append_keys(StringInfo query, const IdSource *source, const char *rows)
{
	appendStringInfo(query, "SELECT %s AS key, ", column("r", source->key));
	IdSourceAppendColumn(query, source, "r", source->column);
	appendStringInfo(query, " AS id FROM %s AS r", quote_identifier(rows));
}

/*
 * The rows of one transition table that are not in the other one, if there is
 * another.  With a source, of a referenced table; else of the adopted table.
 */
static void
append_difference(StringInfo query, const SyncStatement *statement,
				  const IdSource *source, const char *rows,
				  const char *others)
{
	if (source != NULL)
		append_keys(query, source, rows);
	else
		append_rows(query, statement, rows);
	if (others == NULL)
		return;
	appendStringInfoString(query, " EXCEPT ALL ");
	if (source != NULL)
		append_keys(query, source, others);
	else
		append_rows(query, statement, others);
}

/*
 * The rows that the statement has changed: columns, and whether the row is an old
 * one.
 */
static void
append_changed(StringInfo query, const SyncStatement *statement,
			   const IdSource *source, const char *columns)
{
	const char *old = statement->data->tg_trigger->tgoldtable;
	const char *new = statement->data->tg_trigger->tgnewtable;

	if (old != NULL)
	{
		appendStringInfo(query, "SELECT %s, true AS was_there FROM (", columns);
		append_difference(query, statement, source, old, new);
		appendStringInfoString(query, ") AS old");
	}
	if (old != NULL && new != NULL)
		appendStringInfoString(query, " UNION ALL ");
	if (new != NULL)
	{
		appendStringInfo(query, "SELECT %s, false AS was_there FROM (", columns);
		append_difference(query, statement, source, new, old);
		appendStringInfoString(query, ") AS new");
	}
}

/*
 * Appends a condition: the expression is the key of a changed row of the
 * referenced table.
 */
static void
append_where_key_changed(StringInfo query, const SyncStatement *statement,
						 const IdSource *source, const char *expression,
						 bool is_key)
{
	appendStringInfoString(query, " WHERE EXISTS (SELECT FROM (");
	append_changed(query, statement, source, "key");
	appendStringInfoString(query, ") AS changed WHERE ");
	IdSourceAppendMatch(query, source, "changed.key", true, expression, is_key);
	appendStringInfoChar(query, ')');
}

static void
append_where_id_changed(StringInfo query, const SyncStatement *statement)
{
	const IdSource *id = &statement->adopted.id;

	appendStringInfo(query, " WHERE %s = ANY ($1)",
					 column(OidIsValid(id->table) ? id->alias : "c",
							id->column));
}

/* --- Statements on the adopted table --- */

/*
 * Locks the rows of a referenced table that a column of other rows refers to.
 */
static void
lock_referenced_by(SyncStatement *statement, const IdSource *source, const char *rows,
				   const char *reference, int number)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS r WHERE EXISTS (SELECT FROM (%s) AS c WHERE ",
					 source->table_name, rows);
	IdSourceAppendMatch(&query, source, column("r", source->key), true,
						column("c", reference), false);
	appendStringInfoString(&query, ") FOR KEY SHARE OF r");
	execute(statement, number, &query);
}

/*
 * Locks the rows of the other table that hold the identifiers of the changed rows,
 * before these are read: another session may be changing them.
 */
static void
lock_changed_ids(SyncStatement *statement)
{
	StringInfoData rows;

	initStringInfo(&rows);
	append_changed(&rows, statement, NULL, "id");
	lock_referenced_by(statement, &statement->adopted.id, rows.data, "id",
					   QUERY_LOCK_CHANGED_IDS);
}

static void
read_changed_rows(SyncStatement *statement)
{
	const IdSource *id = &statement->adopted.id;
	StringInfoData query;

	initStringInfo(&query);
	if (OidIsValid(id->table))
	{
		appendStringInfoString(&query, "SELECT ");
		IdSourceAppend(&query, id);
		appendStringInfoString(&query, ", changed.was_there FROM (");
		append_changed(&query, statement, NULL, "id");
		appendStringInfo(&query, ") AS changed JOIN %s AS %s ON ",
						 id->table_name, id->alias);
		IdSourceAppendMatch(&query, id, column(id->alias, id->key), true,
							"changed.id", false);
	}
	else
		append_changed(&query, statement, NULL, "id");
	execute(statement, QUERY_CHANGED_ROWS, &query);
	add_result(statement, false);
}

/*
 * Locks the parents of rows that are gone or have another parent now.  A session
 * that changes the identifier of such a parent would otherwise still see the
 * child there, and pack it into the new identifier.
 */
static void
lock_former_parents(SyncStatement *statement)
{
	StringInfoData rows;

	initStringInfo(&rows);
	append_difference(&rows, statement, NULL, statement->data->tg_trigger->tgoldtable,
					  statement->data->tg_trigger->tgnewtable);
	lock_referenced_by(statement, &statement->adopted.parent, rows.data, "parent",
					   QUERY_LOCK_FORMER_PARENTS);
}

/*
 * Locks the rows of a referenced table that the changed rows refer to.
 */
static void
lock_referenced(SyncStatement *statement, const IdSource *source, int number)
{
	StringInfoData query;

	if (!OidIsValid(source->table))
		return;
	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS r WHERE EXISTS (SELECT",
					 source->table_name);
	AdoptedTableAppendFrom(&query, &statement->adopted, false);
	append_where_id_changed(&query, statement);
	appendStringInfoString(&query, " AND ");
	IdSourceAppendMatch(&query, source, column("r", source->key), true,
						column("c", source->reference), false);
	appendStringInfoString(&query, ") FOR KEY SHARE OF r");
	execute_for_changes(statement, number, &query);
}

/* --- Statements on a table that the adopted one refers to --- */

static void
lock_changed(SyncStatement *statement, const IdSource *source)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS r", source->table_name);
	append_where_key_changed(&query, statement, source,
							 column("r", source->key), true);
	appendStringInfoString(&query, " FOR UPDATE OF r");
	execute(statement, QUERY_LOCK_CHANGED, &query);
}

/*
 * Children may be there before their parent, if no foreign key prevents it.  The
 * session that wrote such a child found no parent to lock, hence the lock on the
 * child.
 */
static void
read_children(SyncStatement *statement)
{
	const IdSource *parent = &statement->adopted.parent;
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	IdSourceAppend(&query, &statement->adopted.id);
	AdoptedTableAppendFrom(&query, &statement->adopted, false);
	append_where_key_changed(&query, statement, parent,
							 column("c", parent->reference), false);
	if (TRIGGER_FIRED_BY_INSERT(statement->data->tg_event))
		appendStringInfoString(&query, " FOR SHARE OF c");
	execute(statement, QUERY_CHILDREN, &query);
	add_result(statement, true);
}

/*
 * Old identifiers count if a row of the adopted table refers to them.  When rows
 * of the referenced table are deleted, the rows that referred to them may be gone
 * already.
 */
static void
read_changed_ids(SyncStatement *statement)
{
	const IdSource *id = &statement->adopted.id;
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT changed.id, changed.was_there FROM (");
	append_changed(&query, statement, id, "key, id");
	appendStringInfoString(&query, ") AS changed");
	if (!TRIGGER_FIRED_BY_DELETE(statement->data->tg_event))
	{
		appendStringInfo(&query, " WHERE EXISTS (SELECT FROM %s AS c WHERE ",
						 statement->adopted.name);
		IdSourceAppendMatch(&query, id, "changed.key", true,
							column("c", id->reference), false);
		appendStringInfoChar(&query, ')');
	}
	execute(statement, QUERY_CHANGED_IDS, &query);
	add_result(statement, false);
}

/* --- Desired links --- */

static void
add_link(SyncStatement *statement, HeapTuple tuple, TupleDesc columns)
{
	const AdoptedTable *adopted = &statement->adopted;
	char	   *problem = NULL;
	char	  **ignore = adopted->skip_errors ? &problem : NULL;
	bool		isnull;
	Datum		value = SPI_getbinval(tuple, columns, 1, &isnull);
	Serial	   *child = AdoptedTableReadId(adopted, &adopted->id, value, isnull,
										   ignore);
	Serial	   *parent;

	/* the column's collation may find other texts equal */
	if (child == NULL || ChangedIdsFind(&statement->changes, child) == NULL)
		return;
	value = SPI_getbinval(tuple, columns, 2, &isnull);
	parent = AdoptedTableReadId(adopted, &adopted->parent, value, isnull,
								ignore);
	DesiredLinksAdd(&statement->links, child, parent);
}

static void
add_links(SyncStatement *statement)
{
	MemoryContext spi = MemoryContextSwitchTo(statement->context);
	uint64		row;

	for (row = 0; row < SPI_processed; row++)
		add_link(statement, SPI_tuptable->vals[row], SPI_tuptable->tupdesc);
	MemoryContextSwitchTo(spi);
}

static void
refuse_duplicate(const SyncStatement *statement, const Serial *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("\"%s\" is in more than one row of table \"%s\"",
					ValueToCString(id), get_rel_name(statement->adopted.table)),
			 errdetail("An identifier may occur only once in column \"%s\" of an adopted table.",
					   statement->adopted.id.reference)));
}

static void
read_links(SyncStatement *statement)
{
	Serial	   *duplicate;
	StringInfoData query;

	initStringInfo(&query);
	AdoptedTableAppendLinks(&query, &statement->adopted);
	append_where_id_changed(&query, statement);
	execute_for_changes(statement, QUERY_LINKS, &query);
	ChangedIdsMerge(&statement->changes);
	add_links(statement);
	duplicate = DesiredLinksUnite(&statement->links,
								  OidIsValid(statement->adopted.id.table));
	if (duplicate != NULL && !statement->adopted.skip_errors)
		refuse_duplicate(statement, duplicate);
}

static void
read_statement(SyncStatement *statement)
{
	const AdoptedTable *adopted = &statement->adopted;
	Oid			table = RelationGetRelid(statement->data->tg_relation);
	bool		is_update = TRIGGER_FIRED_BY_UPDATE(statement->data->tg_event);
	bool		is_adopted = table == adopted->table;

	if (is_adopted && OidIsValid(adopted->id.table))
		lock_changed_ids(statement);
	if (is_adopted)
		read_changed_rows(statement);
	if (table == adopted->id.table)
	{
		if (is_update)
			lock_changed(statement, &adopted->id);
		read_changed_ids(statement);
	}
	if (is_adopted && OidIsValid(adopted->parent.table) &&
		statement->data->tg_oldtable != NULL)
		lock_former_parents(statement);
	if (table == adopted->parent.table)
	{
		if (is_update)
			lock_changed(statement, &adopted->parent);
		read_children(statement);
	}
	if (statement->changes.n == 0)
		return;
	lock_referenced(statement, &adopted->id, QUERY_LOCK_IDS);
	lock_referenced(statement, &adopted->parent, QUERY_LOCK_PARENTS);
	read_links(statement);
}

/* --- TRUNCATE --- */

static void
add_truncated(void *context)
{
	add_result(context, true);
}

static void
read_truncated(SyncStatement *statement)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	IdSourceAppend(&query, &statement->adopted.id);
	AdoptedTableAppendFrom(&query, &statement->adopted, false);
	UserQueryVisit(query.data, add_truncated, statement);
	ChangedIdsMerge(&statement->changes);
}

/* --- The statement --- */

static bool
has_many(const Tuplestorestate *rows)
{
	return rows != NULL &&
		tuplestore_tuple_count(unconstify(Tuplestorestate *, rows)) >
		MAX_KEPT_PLAN_ROWS;
}

bool
SyncStatementBegin(SyncStatement *statement, TriggerData *data)
{
	if (!AdoptedTableFromTrigger(&statement->adopted, data->tg_relation,
								 data->tg_trigger->tgargs))
		return false;
	statement->data = data;
	statement->context = CurrentMemoryContext;
	statement->has_many_rows = has_many(data->tg_oldtable) ||
		has_many(data->tg_newtable);
	ChangedIdsInit(&statement->changes);
	DesiredLinksInit(&statement->links);
	return true;
}

void
SyncStatementRead(SyncStatement *statement)
{
	SavedUser	before;

	AdoptedTableSwitchToOwner(&statement->adopted, &before);
	SPI_connect();
	SPI_register_trigger_data(statement->data);
	if (TRIGGER_FIRED_BY_TRUNCATE(statement->data->tg_event))
		read_truncated(statement);
	else
		read_statement(statement);
	SPI_finish();
	RestoreUser(&before);
}
