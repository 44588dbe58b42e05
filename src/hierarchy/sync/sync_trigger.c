/*-------------------------------------------------------------------------
 *
 * sync_trigger.c
 *	  The trigger that keeps links in step with an adopted table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "hierarchy/sync/sync_links.h"
#include "hierarchy/sync/sync_statement.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"

PG_FUNCTION_INFO_V1(serial_sync_adopted);

/*
 * When a table mentions an identifier for the first time, without a parent, its
 * link is left alone: it may have been packed by other means.  If the table had
 * it before, the item is unpacked.
 */
static void
find_desired_links(const SyncStatement *statement, DesiredLinks *desired)
{
	int			i;

	DesiredLinksInit(desired);
	for (i = 0; i < statement->changes.n; i++)
	{
		ChangedId  *change = &statement->changes.members[i];
		DesiredLink *link = DesiredLinksFind(&statement->links, statement->links.n,
											 change->id);

		if (link != NULL && link->is_ambiguous)
			continue;
		if (change->was_there || (link != NULL && link->parent != NULL))
			DesiredLinksAdd(desired, change->id,
							link == NULL ? NULL : link->parent);
	}
}

static void
check_trigger_call(FunctionCallInfo fcinfo)
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

static void
warn_of_error(const SyncStatement *statement, const ErrorData *error)
{
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("links of table \"%s\" were not changed: %s",
					get_rel_name(statement->adopted.table), error->message),
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
write_or_warn(SyncStatement *statement, DesiredLinks *desired,
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
		warn_of_error(statement, error);
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
error_context(void *arg)
{
	TriggerData *data = arg;

	errcontext("trigger \"%s\", which keeps serial.aggregation in step with table \"%s\"",
			   data->tg_trigger->tgname,
			   RelationGetRelationName(data->tg_relation));
}

static const char *
command_name(const TriggerData *data)
{
	return TRIGGER_FIRED_BY_INSERT(data->tg_event) ? "INSERT" :
		TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? "UPDATE" :
		TRIGGER_FIRED_BY_DELETE(data->tg_event) ? "DELETE" : "TRUNCATE";
}

static void
execute_trigger(TriggerData *data)
{
	SyncStatement statement;
	DesiredLinks desired;
	LinkRecording recording;

	if (!SyncStatementBegin(&statement, data))
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
	SyncStatementRead(&statement);
	find_desired_links(&statement, &desired);
	LinkRecordingInit(&recording, &statement.adopted, command_name(data),
					  RelationGetRelid(data->tg_relation));
	if (statement.adopted.skip_errors && desired.n > 0)
		write_or_warn(&statement, &desired, &recording);
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

	check_trigger_call(fcinfo);
	callback.callback = error_context;
	callback.arg = fcinfo->context;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	execute_trigger((TriggerData *) fcinfo->context);
	error_context_stack = callback.previous;
	return PointerGetDatum(NULL);
}
