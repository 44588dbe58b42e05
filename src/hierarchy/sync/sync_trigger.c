/*-------------------------------------------------------------------------
 *
 * sync_trigger.c
 *	  The trigger that keeps the links as an adopted table says.
 *
 * It tells from the rows of a statement which identifiers it may be about, and
 * then goes by what the table says of them, not by those rows: other triggers
 * and foreign keys may have changed the table since.
 *
 * Where parents are given by a key, a link hangs on two rows, the child's and
 * its parent's.  Who writes the child locks the parent's row as a foreign key
 * would, that of the parent it had as well; who writes the parent's identifier
 * locks it against that.  So the second of the two sees what the first wrote.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "compat.h"
#include "fmgr.h"
#include "hierarchy/sync/adopted_table.h"
#include "hierarchy/sync/sync_links.h"
#include "hierarchy/sync/user_query.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_sync_adopted);

/* up to so many rows, plans are kept */
#define FEW 100

/* the queries of a trigger, whatever event it is for */
enum
{
	QUERY_CHANGES,
	QUERY_LOCK_RENAMED,
	QUERY_LOCK_LEFT,
	QUERY_CHILDREN,
	QUERY_LOCK_PARENTS,
	QUERY_LINKS
};

/*
 * An identifier that a statement may have moved.
 */
typedef struct Change
{
	Serial	   *id;
	Datum		written;		/* as the column has it */
	bool		was;			/* did the table say before where it is? */
} Change;

typedef struct Follower
{
	TriggerData *data;
	AdoptedTable source;
	MemoryContext context;
	bool		many;			/* rows, so that plans are not kept */
	Change	   *changes;
	int			n;
	int			room;
	DesiredLinks links;			/* what the table says of them */
} Follower;

/* --- Which identifiers --- */

static void
add_change(Follower *f, Serial *id, Datum written, bool was)
{
	Change	   *change;

	if (f->n == f->room)
	{
		f->room *= 2;
		f->changes = repalloc_huge(f->changes,
								   (Size) f->room * sizeof(Change));
	}
	change = &f->changes[f->n++];
	change->id = id;
	change->written = written;
	change->was = was;
}

/*
 * Adds the identifiers of a result.  What was there before and could not be read
 * is no identifier; what is written now must be one.
 */
static void
add_result(Follower *f, bool always_was)
{
	MemoryContext spi = MemoryContextSwitchTo(f->context);
	uint64		row;

	for (row = 0; row < SPI_processed; row++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[row];
		TupleDesc	columns = SPI_tuptable->tupdesc;
		bool		isnull;
		Datum		written = SPI_getbinval(tuple, columns, 1, &isnull);
		bool		isnt;
		bool		was = always_was ||
		DatumGetBool(SPI_getbinval(tuple, columns, 2, &isnt));
		char	   *problem;
		Serial	   *id = AdoptedTableIdentifier(&f->source, f->source.id, written,
												isnull, was ? &problem : NULL);

		if (id != NULL)
			add_change(f, id, datumCopy(written, false, -1), was);
	}
	MemoryContextSwitchTo(spi);
}

static int
compare_changes(const void *a, const void *b)
{
	return ValueCompare(((const Change *) a)->id, ((const Change *) b)->id);
}

static Change *
find_change(const Follower *f, Serial *id)
{
	Change		key = {id, (Datum) 0, false};

	return bsearch(&key, f->changes, f->n, sizeof(Change), compare_changes);
}

/*
 * The identifiers as they are written, all spellings of each.
 */
static Datum
written_array(const Follower *f)
{
	Datum	   *written = palloc_extended(Max(f->n, 1) * sizeof(Datum),
										  MCXT_ALLOC_HUGE);
	int			i;

	for (i = 0; i < f->n; i++)
		written[i] = f->changes[i].written;
	return PointerGetDatum(construct_array(written, f->n,
										   AdoptedTableIdType(&f->source), -1, false,
										   TYPALIGN_INT));
}

/*
 * Sorts, and leaves one of each.
 */
static void
unite_changes(Follower *f)
{
	int			n = 0;
	int			i;

	qsort(f->changes, f->n, sizeof(Change), compare_changes);
	for (i = 0; i < f->n; i++)
	{
		if (n > 0 && ValueEqual(f->changes[n - 1].id, f->changes[i].id))
			f->changes[n - 1].was |= f->changes[i].was;
		else
			f->changes[n++] = f->changes[i];
	}
	f->n = n;
}

/* --- Queries --- */

static void
execute(Follower *f, int number, const StringInfo query)
{
	UserQueryKey key = {f->data->tg_trigger->tgoid, number};

	UserQueryExecute(query->data, f->many ? NULL : &key, InvalidOid, (Datum) 0);
}

static void
execute_for_changes(Follower *f, int number, const StringInfo query)
{
	UserQueryKey key = {f->data->tg_trigger->tgoid, number};

	UserQueryExecute(query->data, f->many || f->n > FEW ? NULL : &key,
					 get_array_type(AdoptedTableIdType(&f->source)), written_array(f));
}

static const char *
column(const char *alias, const char *name)
{
	return psprintf("%s.%s", alias, quote_identifier(name));
}

/*
 * What of the rows matters, from the old or the new ones: the identifier, the
 * key if there is one, and the parent.
 */
static void
append_rows(StringInfo query, const Follower *f, const char *rows,
			bool with_parent)
{
	const AdoptedTable *source = &f->source;

	appendStringInfoString(query, "SELECT ");
	AdoptedTableAppendId(query, source, "r", source->id);
	appendStringInfoString(query, " AS id");
	if (source->key != NULL)
		appendStringInfo(query, ", %s AS key", column("r", source->key));
	if (with_parent)
	{
		appendStringInfoString(query, ", ");
		if (source->key == NULL)
			AdoptedTableAppendId(query, source, "r", source->parent);
		else
			appendStringInfoString(query, column("r", source->parent));
		appendStringInfoString(query, " AS parent");
	}
	appendStringInfo(query, " FROM %s AS r", quote_identifier(rows));
}

/*
 * The rows of one side that are not on the other, if there is another.
 */
static void
append_side(StringInfo query, const Follower *f, const char *rows,
			const char *others, bool with_parent)
{
	append_rows(query, f, rows, with_parent);
	if (others != NULL)
	{
		appendStringInfoString(query, " EXCEPT ALL ");
		append_rows(query, f, others, with_parent);
	}
}

/*
 * Of the rows that a statement wrote, what is not as it was: columns of the row
 * and, last, whether it is gone.
 */
static void
append_written(StringInfo query, const Follower *f, const char *columns,
			   bool with_parent)
{
	const char *gone = f->data->tg_trigger->tgoldtable;
	const char *come = f->data->tg_trigger->tgnewtable;

	if (gone != NULL)
	{
		appendStringInfo(query, "SELECT %s, true AS was FROM (", columns);
		append_side(query, f, gone, come, with_parent);
		appendStringInfoString(query, ") AS gone");
	}
	if (gone != NULL && come != NULL)
		appendStringInfoString(query, " UNION ALL ");
	if (come != NULL)
	{
		appendStringInfo(query, "SELECT %s, false AS was FROM (", columns);
		append_side(query, f, come, gone, with_parent);
		appendStringInfoString(query, ") AS come");
	}
}

/*
 * Appends: there is a row whose identifier or key is new or gone, and whose key
 * is this one.
 */
static void
append_where_renamed(StringInfo query, const Follower *f, const char *this,
					 bool this_is_key)
{
	appendStringInfoString(query, " WHERE EXISTS (SELECT FROM (");
	append_written(query, f, "key", false);
	appendStringInfoString(query, ") AS renamed WHERE ");
	AdoptedTableAppendMatch(query, &f->source, "renamed.key", true, this, this_is_key);
	appendStringInfoChar(query, ')');
}

static void
append_where_changed(StringInfo query, const Follower *f)
{
	appendStringInfo(query, " WHERE %s = ANY ($1)", column("c", f->source.id));
}

static void
read_changes(Follower *f)
{
	StringInfoData query;

	initStringInfo(&query);
	append_written(&query, f, "id", true);
	execute(f, QUERY_CHANGES, &query);
	add_result(f, false);
}

/*
 * Against those who write children of a row whose identifier has changed: see
 * the head of this file.
 */
static void
lock_renamed(Follower *f)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS c", AdoptedTableName(&f->source));
	append_where_renamed(&query, f, column("c", f->source.key), true);
	appendStringInfoString(&query, " FOR UPDATE OF c");
	execute(f, QUERY_LOCK_RENAMED, &query);
}

/*
 * Against those who change the identifier of a row whose child is gone, or has
 * changed: they would else see the child where it was, and pack it there.
 */
static void
lock_left(Follower *f)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS p WHERE EXISTS (SELECT FROM (",
					 AdoptedTableName(&f->source));
	append_side(&query, f, f->data->tg_trigger->tgoldtable,
				f->data->tg_trigger->tgnewtable, true);
	appendStringInfoString(&query, ") AS gone WHERE ");
	AdoptedTableAppendMatch(&query, &f->source, column("p", f->source.key), true,
							"gone.parent", false);
	appendStringInfoString(&query, ") FOR KEY SHARE OF p");
	execute(f, QUERY_LOCK_LEFT, &query);
}

/*
 * Children may be there before their parent, if no foreign key says otherwise;
 * who writes one of them then found no parent to lock.
 */
static void
read_children_of_renamed(Follower *f)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	AdoptedTableAppendId(&query, &f->source, "c", f->source.id);
	appendStringInfo(&query, " FROM %s AS c", AdoptedTableName(&f->source));
	append_where_renamed(&query, f, column("c", f->source.parent), false);
	if (TRIGGER_FIRED_BY_INSERT(f->data->tg_event))
		appendStringInfoString(&query, " FOR SHARE OF c");
	execute(f, QUERY_CHILDREN, &query);
	add_result(f, true);
}

static void
lock_parents(Follower *f)
{
	StringInfoData query;
	const char *name = AdoptedTableName(&f->source);

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s AS p WHERE EXISTS (SELECT FROM %s AS c",
					 name, name);
	append_where_changed(&query, f);
	appendStringInfoString(&query, " AND ");
	AdoptedTableAppendMatch(&query, &f->source, column("p", f->source.key), true,
							column("c", f->source.parent), false);
	appendStringInfoString(&query, ") FOR KEY SHARE OF p");
	execute_for_changes(f, QUERY_LOCK_PARENTS, &query);
}

/* --- What the table says --- */

static void
add_links(Follower *f)
{
	const AdoptedTable *source = &f->source;
	const char *parent_column = source->key == NULL ? source->parent : source->id;
	MemoryContext spi = MemoryContextSwitchTo(f->context);
	uint64		row;

	for (row = 0; row < SPI_processed; row++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[row];
		TupleDesc	columns = SPI_tuptable->tupdesc;
		bool		isnull;
		Datum		value = SPI_getbinval(tuple, columns, 1, &isnull);
		Serial	   *child = AdoptedTableIdentifier(source, source->id, value, isnull,
												   NULL);

		/* a collation may take other texts for equal */
		if (child == NULL || find_change(f, child) == NULL)
			continue;
		value = SPI_getbinval(tuple, columns, 2, &isnull);
		DesiredLinksAdd(&f->links, child,
						AdoptedTableIdentifier(source, parent_column, value, isnull, NULL));
	}
	MemoryContextSwitchTo(spi);
}

static void
refuse_twice(const Follower *f)
{
	int			i;

	DesiredLinksSort(unconstify(DesiredLinks *, &f->links));
	for (i = 1; i < f->links.n; i++)
	{
		const Serial *id = f->links.links[i].child;

		if (ValueEqual(id, f->links.links[i - 1].child))
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("\"%s\" is in more than one row of table \"%s\"",
							ValueToCString(id),
							RelationGetRelationName(f->source.table)),
					 errdetail("Its links follow column \"%s\", where an identifier may stand once.",
							   f->source.id)));
	}
}

static void
read_links(Follower *f)
{
	StringInfoData query;

	initStringInfo(&query);
	AdoptedTableAppendLinks(&query, &f->source);
	append_where_changed(&query, f);
	execute_for_changes(f, QUERY_LINKS, &query);
	unite_changes(f);
	add_links(f);
	refuse_twice(f);
}

/*
 * A table that says for the first time where a thing is, and says nowhere, says
 * nothing: somebody else may have packed it.  Where the table had it before, it
 * has been taken out.
 */
static void
decide(const Follower *f, DesiredLinks *wanted)
{
	int			i;

	DesiredLinksInit(wanted);
	for (i = 0; i < f->n; i++)
	{
		Change	   *change = &f->changes[i];
		DesiredLink *link = DesiredLinksFind(&f->links, f->links.n, change->id);

		if (change->was || (link != NULL && link->parent != NULL))
			DesiredLinksAdd(wanted, change->id, link == NULL ? NULL : link->parent);
	}
}

static void
read_statement(Follower *f)
{
	read_changes(f);
	if (f->n == 0)
		return;
	if (f->source.key != NULL)
	{
		if (TRIGGER_FIRED_BY_UPDATE(f->data->tg_event))
			lock_renamed(f);
		if (f->data->tg_oldtable != NULL)
			lock_left(f);
		read_children_of_renamed(f);
		lock_parents(f);
	}
	read_links(f);
}

/* --- TRUNCATE --- */

static void
add_truncated(void *context)
{
	add_result(context, true);
}

static void
read_truncated(Follower *f)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	AdoptedTableAppendId(&query, &f->source, "c", f->source.id);
	appendStringInfo(&query, " FROM %s AS c", AdoptedTableName(&f->source));
	UserQueryVisit(query.data, add_truncated, f);
	unite_changes(f);
}

/* --- The trigger --- */

static void
check_call(FunctionCallInfo fcinfo)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	if (CALLED_AS_TRIGGER(fcinfo) && TRIGGER_FIRED_FOR_STATEMENT(data->tg_event) &&
		data->tg_trigger->tgnargs == 4 &&
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
has_many(const Tuplestorestate *rows)
{
	return rows != NULL &&
		tuplestore_tuple_count(unconstify(Tuplestorestate *, rows)) > FEW;
}

static const char *
argument(const TriggerData *data, int n)
{
	const char *text = data->tg_trigger->tgargs[n];

	return text[0] == '\0' ? NULL : text;
}

static void
begin(Follower *f, TriggerData *data)
{
	f->data = data;
	AdoptedTableOpen(&f->source, data->tg_relation, data->tg_trigger->tgargs[0],
					 data->tg_trigger->tgargs[1], argument(data, 2),
					 argument(data, 3));
	f->context = CurrentMemoryContext;
	f->many = has_many(data->tg_oldtable) || has_many(data->tg_newtable);
	f->n = 0;
	f->room = 64;
	f->changes = palloc(f->room * sizeof(Change));
	DesiredLinksInit(&f->links);
}

/*
 * Who writes the table may never have heard of links.
 */
static void
tell_trigger(void *arg)
{
	TriggerData *data = arg;

	errcontext("trigger \"%s\", which keeps serial.aggregation in step with table \"%s\"",
			   data->tg_trigger->tgname,
			   RelationGetRelationName(data->tg_relation));
}

static void
follow(TriggerData *data)
{
	Follower	f;
	SavedUser	before;
	DesiredLinks wanted;

	begin(&f, data);
	AdoptedTableSwitchToOwner(&f.source, &before);
	SPI_connect();
	SPI_register_trigger_data(data);
	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		read_truncated(&f);
	else
		read_statement(&f);
	SPI_finish();
	RestoreUser(&before);

	decide(&f, &wanted);
	(void) SyncLinks(&wanted, true);
}

/*
 * serial_internal.sync_adopted(): trigger with the columns of identifiers, parents and keys, and
 * a scheme; the last two may be empty
 */
Datum
serial_sync_adopted(PG_FUNCTION_ARGS)
{
	ErrorContextCallback callback;

	check_call(fcinfo);
	callback.callback = tell_trigger;
	callback.arg = fcinfo->context;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	follow((TriggerData *) fcinfo->context);
	error_context_stack = callback.previous;
	return PointerGetDatum(NULL);
}
