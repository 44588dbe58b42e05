/*-------------------------------------------------------------------------
 *
 * sync_trigger.c
 *	  The trigger that keeps links in step with an adopted table.
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

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "hierarchy/sync/adopted_table.h"
#include "hierarchy/sync/sync_links.h"
#include "hierarchy/sync/user_query.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_sync_adopted);

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

/*
 * An identifier that a statement may have moved.
 */
typedef struct SyncChange
{
	Serial	   *id;
	Datum		spelling;		/* as the column has it */
	bool		was_there;		/* the table had it before the statement */
} SyncChange;

typedef struct SyncState
{
	TriggerData *data;
	AdoptedTable adopted;
	MemoryContext context;
	bool		has_many_rows;	/* so that plans are not kept */
	SyncChange *changes;
	int			n;
	int			capacity;
	DesiredLinks links;			/* the rows of these identifiers */
} SyncState;

/* --- Changed identifiers --- */

static void
sync_add_change(SyncState *sync, Serial *id, Datum spelling, bool was_there)
{
	SyncChange *change;

	sync->changes = ArrayEnlarge(sync->changes, sync->n, &sync->capacity,
								 sizeof(SyncChange));
	change = &sync->changes[sync->n++];
	change->id = id;
	change->spelling = spelling;
	change->was_there = was_there;
}

/*
 * Adds the identifiers of a result, whose second column tells whether they were
 * there before.  An identifier that is written now must be valid, unless errors
 * are skipped; an invalid one from before is ignored.
 */
static void
sync_add_result(SyncState *sync, bool all_were_there)
{
	MemoryContext spi = MemoryContextSwitchTo(sync->context);
	const IdSource *source = &sync->adopted.id;
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
		bool		ignore = was_there || sync->adopted.skip_errors;
		char	   *problem;
		Serial	   *id = AdoptedTableReadId(&sync->adopted, source, spelling,
											isnull, ignore ? &problem : NULL);

		if (id != NULL)
			sync_add_change(sync, id, datumCopy(spelling, false, -1), was_there);
	}
	MemoryContextSwitchTo(spi);
}

static int
sync_compare_changes(const void *a, const void *b)
{
	return ValueCompare(((const SyncChange *) a)->id,
						((const SyncChange *) b)->id);
}

static SyncChange *
sync_find_change(const SyncState *sync, Serial *id)
{
	SyncChange	key = {id, (Datum) 0, false};

	return bsearch(&key, sync->changes, sync->n, sizeof(SyncChange),
				   sync_compare_changes);
}

/*
 * All spellings of the changed identifiers.
 */
static Datum
sync_spellings_array(const SyncState *sync)
{
	Datum	   *spellings = palloc_extended(Max(sync->n, 1) * sizeof(Datum),
											MCXT_ALLOC_HUGE);
	int			i;

	for (i = 0; i < sync->n; i++)
		spellings[i] = sync->changes[i].spelling;
	return PointerGetDatum(construct_array(spellings, sync->n,
										   IdSourceType(&sync->adopted.id),
										   -1, false, TYPALIGN_INT));
}

/*
 * Sorts the changes and merges those of one identifier.
 */
static void
sync_merge_changes(SyncState *sync)
{
	int			n = 0;
	int			i;

	qsort(sync->changes, sync->n, sizeof(SyncChange), sync_compare_changes);
	for (i = 0; i < sync->n; i++)
	{
		if (n > 0 && ValueEqual(sync->changes[n - 1].id, sync->changes[i].id))
			sync->changes[n - 1].was_there |= sync->changes[i].was_there;
		else
			sync->changes[n++] = sync->changes[i];
	}
	sync->n = n;
}

/* --- Queries --- */

static void
sync_execute(SyncState *sync, int number, const StringInfo query)
{
	UserQueryKey key = {sync->data->tg_trigger->tgoid, number};

	UserQueryExecute(query->data, sync->has_many_rows ? NULL : &key,
					 InvalidOid, (Datum) 0);
}

/*
 * Executes a query whose parameter is the array of the changed identifiers.
 */
static void
sync_execute_for_changes(SyncState *sync, int number, const StringInfo query)
{
	UserQueryKey key = {sync->data->tg_trigger->tgoid, number};
	bool		keep = !sync->has_many_rows && sync->n <= MAX_KEPT_PLAN_ROWS;

	UserQueryExecute(query->data, keep ? &key : NULL,
					 get_array_type(IdSourceType(&sync->adopted.id)),
					 sync_spellings_array(sync));
}

static const char *
sync_column(const char *alias, const char *name)
{
	return psprintf("%s.%s", alias, quote_identifier(name));
}

/*
 * Selects the columns of the adopted table that matter from a transition table.
 */
static void
sync_append_rows(StringInfo query, const SyncState *sync, const char *rows)
{
	const IdSource *id = &sync->adopted.id;
	const IdSource *parent = &sync->adopted.parent;

	appendStringInfoString(query, "SELECT ");
	if (OidIsValid(id->table))
		appendStringInfoString(query, sync_column("r", id->reference));
	else
		IdSourceAppendColumn(query, id, "r", id->reference);
	appendStringInfoString(query, " AS id, ");
	if (OidIsValid(parent->table))
		appendStringInfoString(query, sync_column("r", parent->reference));
	else
		IdSourceAppendColumn(query, parent, "r", parent->reference);
	appendStringInfo(query, " AS parent FROM %s AS r", quote_identifier(rows));
}

/*
 * Selects key and identifier of a referenced table from a transition table.
 */
static void
sync_append_keys(StringInfo query, const IdSource *source, const char *rows)
{
	appendStringInfo(query, "SELECT %s AS key, ", sync_column("r", source->key));
	IdSourceAppendColumn(query, source, "r", source->column);
	appendStringInfo(query, " AS id FROM %s AS r", quote_identifier(rows));
}

/*
 * The rows of one transition table that are not in the other one, if there is
 * another.  With a source, of a referenced table; else of the adopted table.
 */
static void
sync_append_difference(StringInfo query, const SyncState *sync,
					   const IdSource *source, const char *rows,
					   const char *others)
{
	if (source != NULL)
		sync_append_keys(query, source, rows);
	else
		sync_append_rows(query, sync, rows);
	if (others == NULL)
		return;
	appendStringInfoString(query, " EXCEPT ALL ");
	if (source != NULL)
		sync_append_keys(query, source, others);
	else
		sync_append_rows(query, sync, others);
}

/*
 * The rows that the statement has changed: columns, and whether the row is an old
 * one.
 */
static void
sync_append_changed(StringInfo query, const SyncState *sync,
					const IdSource *source, const char *columns)
{
	const char *old = sync->data->tg_trigger->tgoldtable;
	const char *new = sync->data->tg_trigger->tgnewtable;

	if (old != NULL)
	{
		appendStringInfo(query, "SELECT %s, true AS was_there FROM (", columns);
		sync_append_difference(query, sync, source, old, new);
		appendStringInfoString(query, ") AS old");
	}
	if (old != NULL && new != NULL)
		appendStringInfoString(query, " UNION ALL ");
	if (new != NULL)
	{
		appendStringInfo(query, "SELECT %s, false AS was_there FROM (", columns);
		sync_append_difference(query, sync, source, new, old);
		appendStringInfoString(query, ") AS new");
	}
}

/*
 * Appends a condition: the expression is the key of a changed row of the
 * referenced table.
 */
static void
sync_append_where_key_changed(StringInfo query, const SyncState *sync,
							  const IdSource *source, const char *expression,
							  bool is_key)
{
	appendStringInfoString(query, " WHERE EXISTS (SELECT FROM (");
	sync_append_changed(query, sync, source, "key");
	appendStringInfoString(query, ") AS changed WHERE ");
	IdSourceAppendMatch(query, source, "changed.key", true, expression, is_key);
	appendStringInfoChar(query, ')');
}

static void
sync_append_where_id_changed(StringInfo query, const SyncState *sync)
{
	const IdSource *id = &sync->adopted.id;

	appendStringInfo(query, " WHERE %s = ANY ($1)",
					 sync_column(OidIsValid(id->table) ? id->alias : "c",
								 id->column));
}

/* --- Statements on the adopted table --- */

/*
 * Locks the rows of the other table that hold the identifiers of the changed rows,
 * before these are read: another session may be changing them.
 */
static void
sync_lock_changed_ids(SyncState *sync)
{
	const IdSource *id = &sync->adopted.id;
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS r WHERE EXISTS (SELECT FROM (",
					 id->table_name);
	sync_append_changed(&query, sync, NULL, "id");
	appendStringInfoString(&query, ") AS changed WHERE ");
	IdSourceAppendMatch(&query, id, sync_column("r", id->key), true,
						"changed.id", false);
	appendStringInfoString(&query, ") FOR KEY SHARE OF r");
	sync_execute(sync, QUERY_LOCK_CHANGED_IDS, &query);
}

static void
sync_read_changed_rows(SyncState *sync)
{
	const IdSource *id = &sync->adopted.id;
	StringInfoData query;

	initStringInfo(&query);
	if (OidIsValid(id->table))
	{
		appendStringInfoString(&query, "SELECT ");
		IdSourceAppend(&query, id);
		appendStringInfoString(&query, ", changed.was_there FROM (");
		sync_append_changed(&query, sync, NULL, "id");
		appendStringInfo(&query, ") AS changed JOIN %s AS %s ON ",
						 id->table_name, id->alias);
		IdSourceAppendMatch(&query, id, sync_column(id->alias, id->key), true,
							"changed.id", false);
	}
	else
		sync_append_changed(&query, sync, NULL, "id");
	sync_execute(sync, QUERY_CHANGED_ROWS, &query);
	sync_add_result(sync, false);
}

/*
 * Locks the parents of rows that are gone or have another parent now.  A session
 * that changes the identifier of such a parent would otherwise still see the
 * child there, and pack it into the new identifier.
 */
static void
sync_lock_former_parents(SyncState *sync)
{
	const IdSource *parent = &sync->adopted.parent;
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS p WHERE EXISTS (SELECT FROM (",
					 parent->table_name);
	sync_append_difference(&query, sync, NULL,
						   sync->data->tg_trigger->tgoldtable,
						   sync->data->tg_trigger->tgnewtable);
	appendStringInfoString(&query, ") AS old WHERE ");
	IdSourceAppendMatch(&query, parent, sync_column("p", parent->key), true,
						"old.parent", false);
	appendStringInfoString(&query, ") FOR KEY SHARE OF p");
	sync_execute(sync, QUERY_LOCK_FORMER_PARENTS, &query);
}

/*
 * Locks the rows of a referenced table that the changed rows refer to.
 */
static void
sync_lock_referenced(SyncState *sync, const IdSource *source, int number)
{
	StringInfoData query;

	if (!OidIsValid(source->table))
		return;
	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS r WHERE EXISTS (SELECT",
					 source->table_name);
	AdoptedTableAppendFrom(&query, &sync->adopted, false);
	sync_append_where_id_changed(&query, sync);
	appendStringInfoString(&query, " AND ");
	IdSourceAppendMatch(&query, source, sync_column("r", source->key), true,
						sync_column("c", source->reference), false);
	appendStringInfoString(&query, ") FOR KEY SHARE OF r");
	sync_execute_for_changes(sync, number, &query);
}

/* --- Statements on a table that the adopted one refers to --- */

static void
sync_lock_changed(SyncState *sync, const IdSource *source)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS r", source->table_name);
	sync_append_where_key_changed(&query, sync, source,
								  sync_column("r", source->key), true);
	appendStringInfoString(&query, " FOR UPDATE OF r");
	sync_execute(sync, QUERY_LOCK_CHANGED, &query);
}

/*
 * Children may be there before their parent, if no foreign key prevents it.  The
 * session that wrote such a child found no parent to lock, hence the lock on the
 * child.
 */
static void
sync_read_children(SyncState *sync)
{
	const IdSource *parent = &sync->adopted.parent;
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	IdSourceAppend(&query, &sync->adopted.id);
	AdoptedTableAppendFrom(&query, &sync->adopted, false);
	sync_append_where_key_changed(&query, sync, parent,
								  sync_column("c", parent->reference), false);
	if (TRIGGER_FIRED_BY_INSERT(sync->data->tg_event))
		appendStringInfoString(&query, " FOR SHARE OF c");
	sync_execute(sync, QUERY_CHILDREN, &query);
	sync_add_result(sync, true);
}

/*
 * Old identifiers count if a row of the adopted table refers to them.  When rows
 * of the referenced table are deleted, the rows that referred to them may be gone
 * already.
 */
static void
sync_read_changed_ids(SyncState *sync)
{
	const IdSource *id = &sync->adopted.id;
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT changed.id, changed.was_there FROM (");
	sync_append_changed(&query, sync, id, "key, id");
	appendStringInfoString(&query, ") AS changed");
	if (!TRIGGER_FIRED_BY_DELETE(sync->data->tg_event))
	{
		appendStringInfo(&query, " WHERE EXISTS (SELECT FROM %s AS c WHERE ",
						 sync->adopted.name);
		IdSourceAppendMatch(&query, id, "changed.key", true,
							sync_column("c", id->reference), false);
		appendStringInfoChar(&query, ')');
	}
	sync_execute(sync, QUERY_CHANGED_IDS, &query);
	sync_add_result(sync, false);
}

/* --- Desired links --- */

static void
sync_add_link(SyncState *sync, HeapTuple tuple, TupleDesc columns)
{
	const AdoptedTable *adopted = &sync->adopted;
	char	   *problem = NULL;
	char	  **ignore = adopted->skip_errors ? &problem : NULL;
	bool		isnull;
	Datum		value = SPI_getbinval(tuple, columns, 1, &isnull);
	Serial	   *child = AdoptedTableReadId(adopted, &adopted->id, value, isnull,
										   ignore);
	Serial	   *parent;

	/* the column's collation may find other texts equal */
	if (child == NULL || sync_find_change(sync, child) == NULL)
		return;
	value = SPI_getbinval(tuple, columns, 2, &isnull);
	parent = AdoptedTableReadId(adopted, &adopted->parent, value, isnull,
								ignore);
	DesiredLinksAdd(&sync->links, child, parent);
}

static void
sync_add_links(SyncState *sync)
{
	MemoryContext spi = MemoryContextSwitchTo(sync->context);
	uint64		row;

	for (row = 0; row < SPI_processed; row++)
		sync_add_link(sync, SPI_tuptable->vals[row], SPI_tuptable->tupdesc);
	MemoryContextSwitchTo(spi);
}

static void
sync_refuse_duplicate(const SyncState *sync, const Serial *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("\"%s\" is in more than one row of table \"%s\"",
					ValueToCString(id), get_rel_name(sync->adopted.table)),
			 errdetail("An identifier may occur only once in column \"%s\" of an adopted table.",
					   sync->adopted.id.reference)));
}

static void
sync_read_links(SyncState *sync)
{
	Serial	   *duplicate;
	StringInfoData query;

	initStringInfo(&query);
	AdoptedTableAppendLinks(&query, &sync->adopted);
	sync_append_where_id_changed(&query, sync);
	sync_execute_for_changes(sync, QUERY_LINKS, &query);
	sync_merge_changes(sync);
	sync_add_links(sync);
	duplicate = DesiredLinksUnite(&sync->links,
								  OidIsValid(sync->adopted.id.table));
	if (duplicate != NULL && !sync->adopted.skip_errors)
		sync_refuse_duplicate(sync, duplicate);
}

/*
 * When a table mentions an identifier for the first time, without a parent, its
 * link is left alone: it may have been packed by other means.  If the table had
 * it before, the item is unpacked.
 */
static void
sync_decide(const SyncState *sync, DesiredLinks *desired)
{
	int			i;

	DesiredLinksInit(desired);
	for (i = 0; i < sync->n; i++)
	{
		SyncChange *change = &sync->changes[i];
		DesiredLink *link = DesiredLinksFind(&sync->links, sync->links.n,
											 change->id);

		if (link != NULL && link->is_ambiguous)
			continue;
		if (change->was_there || (link != NULL && link->parent != NULL))
			DesiredLinksAdd(desired, change->id,
							link == NULL ? NULL : link->parent);
	}
}

static void
sync_read_statement(SyncState *sync)
{
	const AdoptedTable *adopted = &sync->adopted;
	Oid			table = RelationGetRelid(sync->data->tg_relation);
	bool		is_update = TRIGGER_FIRED_BY_UPDATE(sync->data->tg_event);
	bool		is_adopted = table == adopted->table;

	if (is_adopted && OidIsValid(adopted->id.table))
		sync_lock_changed_ids(sync);
	if (is_adopted)
		sync_read_changed_rows(sync);
	if (table == adopted->id.table)
	{
		if (is_update)
			sync_lock_changed(sync, &adopted->id);
		sync_read_changed_ids(sync);
	}
	if (is_adopted && OidIsValid(adopted->parent.table) &&
		sync->data->tg_oldtable != NULL)
		sync_lock_former_parents(sync);
	if (table == adopted->parent.table)
	{
		if (is_update)
			sync_lock_changed(sync, &adopted->parent);
		sync_read_children(sync);
	}
	if (sync->n == 0)
		return;
	sync_lock_referenced(sync, &adopted->id, QUERY_LOCK_IDS);
	sync_lock_referenced(sync, &adopted->parent, QUERY_LOCK_PARENTS);
	sync_read_links(sync);
}

/* --- TRUNCATE --- */

static void
sync_add_truncated(void *context)
{
	sync_add_result(context, true);
}

static void
sync_read_truncated(SyncState *sync)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	IdSourceAppend(&query, &sync->adopted.id);
	AdoptedTableAppendFrom(&query, &sync->adopted, false);
	UserQueryVisit(query.data, sync_add_truncated, sync);
	sync_merge_changes(sync);
}

/* --- The trigger --- */

static void
sync_check_call(FunctionCallInfo fcinfo)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	if (CALLED_AS_TRIGGER(fcinfo) &&
		TRIGGER_FIRED_FOR_STATEMENT(data->tg_event) &&
		data->tg_trigger->tgnargs == SYNC_ARGS &&
		(TRIGGER_FIRED_BY_TRUNCATE(data->tg_event) ?
		 TRIGGER_FIRED_BEFORE(data->tg_event) :
		 (data->tg_newtable != NULL || TRIGGER_FIRED_BY_DELETE(data->tg_event)) &&
		 (data->tg_oldtable != NULL || TRIGGER_FIRED_BY_INSERT(data->tg_event))))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("function serial_internal.sync_adopted was not called by a trigger of serial.adopt")));
}

static bool
sync_has_many(const Tuplestorestate *rows)
{
	return rows != NULL &&
		tuplestore_tuple_count(unconstify(Tuplestorestate *, rows)) >
		MAX_KEPT_PLAN_ROWS;
}

/*
 * Returns false if the adopted table does not exist any more.
 */
static bool
sync_begin(SyncState *sync, TriggerData *data)
{
	if (!AdoptedTableFromTrigger(&sync->adopted, data->tg_relation,
								 data->tg_trigger->tgargs))
		return false;
	sync->data = data;
	sync->context = CurrentMemoryContext;
	sync->has_many_rows = sync_has_many(data->tg_oldtable) ||
		sync_has_many(data->tg_newtable);
	sync->n = 0;
	sync->capacity = 64;
	sync->changes = palloc(sync->capacity * sizeof(SyncChange));
	DesiredLinksInit(&sync->links);
	return true;
}

static void
sync_read(SyncState *sync)
{
	SavedUser	before;

	AdoptedTableSwitchToOwner(&sync->adopted, &before);
	SPI_connect();
	SPI_register_trigger_data(sync->data);
	if (TRIGGER_FIRED_BY_TRUNCATE(sync->data->tg_event))
		sync_read_truncated(sync);
	else
		sync_read_statement(sync);
	SPI_finish();
	RestoreUser(&before);
}

static void
sync_warn_of_error(const SyncState *sync, const ErrorData *error)
{
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("links of table \"%s\" were not changed: %s",
					get_rel_name(sync->adopted.table), error->message),
			 error->detail == NULL ? 0 :
			 errdetail_internal("%s", error->detail)));
}

/*
 * With on_error => 'skip', a packing that serial.pack refuses is rolled back and
 * reported as a warning.  Errors of another kind are not skipped.  The
 * subtransaction ends before such an error is thrown again, since the block that
 * catches it ends only the subtransaction that it began itself.
 */
static void
sync_write_or_warn(SyncState *sync, DesiredLinks *desired,
				   const LinkRecording *recording)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		(void) SyncLinks(desired, true, recording);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;
		int			category;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		category = ERRCODE_TO_CATEGORY(error->sqlerrcode);
		if (category != ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION &&
			category != ERRCODE_DATA_EXCEPTION)
			ReThrowError(error);
		sync_warn_of_error(sync, error);
		FreeErrorData(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
}

/*
 * Applications that write the table need not know of links: the context of an
 * error explains where it comes from.
 */
static void
sync_error_context(void *arg)
{
	TriggerData *data = arg;

	errcontext("trigger \"%s\", which keeps serial.aggregation in step with table \"%s\"",
			   data->tg_trigger->tgname,
			   RelationGetRelationName(data->tg_relation));
}

static const char *
sync_command_name(const TriggerData *data)
{
	return TRIGGER_FIRED_BY_INSERT(data->tg_event) ? "INSERT" :
		TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? "UPDATE" :
		TRIGGER_FIRED_BY_DELETE(data->tg_event) ? "DELETE" : "TRUNCATE";
}

static void
sync_execute_trigger(TriggerData *data)
{
	SyncState	sync;
	DesiredLinks desired;
	LinkRecording recording;

	if (!sync_begin(&sync, data))
	{
		ereport(WARNING,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("adopted table %s does not exist",
						data->tg_trigger->tgargs[SYNC_ARG_TABLE]),
				 errhint("DROP TRIGGER %s ON %s;",
						 quote_identifier(data->tg_trigger->tgname),
						 AdoptedTableQualifiedName(RelationGetRelid(data->tg_relation)))));
		return;
	}
	sync_read(&sync);
	sync_decide(&sync, &desired);
	LinkRecordingInit(&recording, &sync.adopted, sync_command_name(data),
					  RelationGetRelid(data->tg_relation));
	if (sync.adopted.skip_errors && desired.n > 0)
		sync_write_or_warn(&sync, &desired, &recording);
	else
		(void) SyncLinks(&desired, true, &recording);
}

/*
 * serial_internal.sync_adopted(): trigger, with the arguments of SYNC_ARGS
 */
Datum
serial_sync_adopted(PG_FUNCTION_ARGS)
{
	ErrorContextCallback callback;

	sync_check_call(fcinfo);
	callback.callback = sync_error_context;
	callback.arg = fcinfo->context;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	sync_execute_trigger((TriggerData *) fcinfo->context);
	error_context_stack = callback.previous;
	return PointerGetDatum(NULL);
}
