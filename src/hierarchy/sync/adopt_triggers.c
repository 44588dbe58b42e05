/*-------------------------------------------------------------------------
 *
 * adopt_triggers.c
 *	  Create, find and drop the sync triggers of adopted tables.
 *
 * All that is known of an adopted table is in the arguments of its triggers: so
 * it is dumped, renamed and dropped with the table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "commands/defrem.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "hierarchy/sync/adopt_triggers.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

static Oid
sync_function(void)
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
sync_triggers_on(Relation table, bool own)
{
	TriggerDesc *triggers = CopyTriggerDesc(table->trigdesc);
	Oid			function = sync_function();
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
sync_check_adopted(Relation table, const List *triggers)
{
	if (triggers == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("table \"%s\" is not adopted",
						RelationGetRelationName(table))));
}

bool
SyncTriggersExist(Relation table)
{
	return sync_triggers_on(table, true) != NIL;
}

void
SyncTriggersDescribe(Relation table, AdoptedTable *adopted)
{
	List	   *triggers = sync_triggers_on(table, true);

	sync_check_adopted(table, triggers);
	(void) AdoptedTableFromTrigger(adopted, table,
								   ((Trigger *) linitial(triggers))->tgargs);
}

static void
sync_utility(const char *command)
{
	if (SPI_execute(command, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not execute \"%s\"", command);
}

static char *
sync_quoted_arg(const char *arg)
{
	return quote_literal_cstr(arg == NULL ? "" : arg);
}

static void
sync_append_source_args(StringInfo args, const AdoptedTable *adopted,
						const IdSource *source)
{
	bool		is_reference = OidIsValid(source->table);

	appendStringInfo(args, ", %s, %s, %s",
					 sync_quoted_arg(is_reference &&
									 source->table != adopted->table ?
									 source->table_name : NULL),
					 sync_quoted_arg(is_reference ? source->key : NULL),
					 sync_quoted_arg(is_reference ? source->column : NULL));
}

static void
sync_create_trigger(const AdoptedTable *adopted, Oid table, const char *event,
					const char *when, const char *rows)
{
	bool		is_own = table == adopted->table;
	char	   *prefix = psprintf("serial_sync_%s", event);
	char	   *name = is_own ? prefix :
	makeObjectName(prefix, get_rel_name(adopted->table), NULL);
	StringInfoData args;

	initStringInfo(&args);
	appendStringInfo(&args, "%s, %s, %s, %s",
					 sync_quoted_arg(is_own ? NULL : adopted->name),
					 sync_quoted_arg(adopted->id.reference),
					 sync_quoted_arg(adopted->parent.reference),
					 sync_quoted_arg(adopted->scheme));
	sync_append_source_args(&args, adopted, &adopted->id);
	sync_append_source_args(&args, adopted, &adopted->parent);
	appendStringInfo(&args, ", %s, %s",
					 sync_quoted_arg(adopted->skip_errors ? "skip" : NULL),
					 sync_quoted_arg(adopted->record ? "record" : NULL));
	sync_utility(psprintf("CREATE TRIGGER %s %s ON %s %s FOR EACH STATEMENT"
						  " EXECUTE FUNCTION serial_internal.sync_adopted(%s)",
						  quote_identifier(name), when,
						  AdoptedTableQualifiedName(table), rows, args.data));
}

static void
sync_create_triggers_on(const AdoptedTable *adopted, Oid table)
{
	sync_create_trigger(adopted, table, "insert", "AFTER INSERT",
						"REFERENCING NEW TABLE AS serial_new");
	sync_create_trigger(adopted, table, "update", "AFTER UPDATE",
						"REFERENCING OLD TABLE AS serial_old NEW TABLE AS serial_new");
	sync_create_trigger(adopted, table, "delete", "AFTER DELETE",
						"REFERENCING OLD TABLE AS serial_old");
	sync_create_trigger(adopted, table, "truncate", "BEFORE TRUNCATE", "");
}

/*
 * The other tables that an adopted table refers to, each once.
 */
static List *
sync_referenced_tables(const AdoptedTable *adopted)
{
	List	   *tables = NIL;

	if (OidIsValid(adopted->id.table))
		tables = list_append_unique_oid(tables, adopted->id.table);
	if (OidIsValid(adopted->parent.table))
		tables = list_append_unique_oid(tables, adopted->parent.table);
	return list_delete_oid(tables, adopted->table);
}

void
SyncTriggersCreate(const AdoptedTable *adopted)
{
	ListCell   *cell;

	SPI_connect();
	sync_create_triggers_on(adopted, adopted->table);
	foreach(cell, sync_referenced_tables(adopted))
		sync_create_triggers_on(adopted, lfirst_oid(cell));
	SPI_finish();
}

/*
 * Is this a trigger, on a referenced table, of this adopted table, or of one that
 * does not exist any more?
 */
static bool
sync_trigger_is_for(const Trigger *trigger, Oid adopted)
{
	Oid			table = AdoptedTableByName(trigger->tgargs[SYNC_ARG_TABLE], true);

	return !OidIsValid(table) || table == adopted;
}

/*
 * Appends DROP TRIGGER commands for the triggers on a table that belong to an
 * adopted one.
 */
static List *
sync_append_drops(List *commands, Oid table, Oid adopted)
{
	Relation	relation = relation_open(table, AccessExclusiveLock);
	ListCell   *cell;

	foreach(cell, sync_triggers_on(relation, table == adopted))
	{
		Trigger    *trigger = lfirst(cell);

		if (table == adopted || sync_trigger_is_for(trigger, adopted))
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
sync_trigger_tables(Relation table)
{
	static const int args[] = {SYNC_ARG_ID_TABLE, SYNC_ARG_PARENT_TABLE};
	List	   *triggers = sync_triggers_on(table, true);
	List	   *tables = list_make1_oid(RelationGetRelid(table));
	int			i;

	sync_check_adopted(table, triggers);
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

void
SyncTriggersDrop(Oid adopted)
{
	Relation	table = relation_open(adopted, AccessExclusiveLock);
	List	   *tables = sync_trigger_tables(table);
	List	   *commands = NIL;
	ListCell   *cell;

	relation_close(table, NoLock);
	foreach(cell, tables)
		commands = sync_append_drops(commands, lfirst_oid(cell), adopted);
	SPI_connect();
	foreach(cell, commands)
		sync_utility(lfirst(cell));
	SPI_finish();
}
