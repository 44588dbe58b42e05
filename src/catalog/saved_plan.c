/*-------------------------------------------------------------------------
 *
 * saved_plan.c
 *	  SQL of the extension's own, planned once a session.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "jit/jit.h"
#include "nodes/params.h"
#include "optimizer/cost.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/plancache.h"
#include "utils/resowner.h"

/*
 * A plan outlives the extension: after DROP and CREATE EXTENSION the type has
 * another OID.  The plan is generic, since planning anew for each call would cost
 * more than it gains.
 */
static void
prepare_plan(SavedPlan *statement)
{
	Oid			serial = SerialTypeOid();
	Oid			types[SAVED_PLAN_MAX_ARGS];
	SPIPlanPtr	plan;
	int			i;

	if (statement->plan != NULL && statement->serial == serial)
		return;
	for (i = 0; i < statement->nargs; i++)
		types[i] = CatalogTypeOid(statement->types[i]);
	plan = SPI_prepare_cursor(statement->sql, statement->nargs, types,
							  CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "could not prepare \"%s\"", statement->sql);
	if (statement->plan != NULL)
		SPI_freeplan(statement->plan);
	statement->plan = plan;
	statement->serial = serial;
}

/*
 * The plan is built before it is executed, while the settings are changed, so that
 * functions that it calls are planned with the user's own.
 */
static void
build_plan(SavedPlan *statement, bool allow_index_scans)
{
	bool		user_seqscan = enable_seqscan;
	bool		user_indexscan = enable_indexscan;
	bool		user_jit = jit_enabled;
	CachedPlan *cached;

	enable_seqscan = false;
	enable_indexscan &= allow_index_scans;
	jit_enabled = false;
	PG_TRY();
	{
		cached = SPI_plan_get_cached_plan(statement->plan);
		if (cached != NULL)
			ReleaseCachedPlan(cached, CurrentResourceOwner);
	}
	PG_FINALLY();
	{
		enable_seqscan = user_seqscan;
		enable_indexscan = user_indexscan;
		jit_enabled = user_jit;
	}
	PG_END_TRY();
}

/*
 * A plan may be made while tables are empty and is kept while they grow, so it
 * must use indexes from the first day.  It is never compiled: it reads a few rows,
 * and if its user has disabled index scans, its cost would have it compiled at
 * each execution.
 */
static void
plan_for_few_rows(SavedPlan *statement)
{
	build_plan(statement, true);
}

/*
 * Many rows are read by a bitmap of what an index finds, in the order in which they are
 * stored, or, where there is no condition, all one after another.
 */
static void
plan_for_many_rows(SavedPlan *statement)
{
	build_plan(statement, false);
}

void
SavedPlanExecute(SavedPlan *statement, Datum *values, const char *nulls,
				 bool read_only, long limit)
{
	prepare_plan(statement);
	plan_for_few_rows(statement);
	if (SPI_execute_plan(statement->plan, values, nulls, read_only, limit) !=
		statement->expected)
		elog(ERROR, "could not execute \"%s\"", statement->sql);
}

/*
 * Receives the rows of a result one by one.
 */
typedef struct ResultReceiver
{
	DestReceiver receiver;
	ResultVisitor visit;
	void	   *context;
} ResultReceiver;

static bool
receive_row(TupleTableSlot *row, DestReceiver *self)
{
	ResultReceiver *receiver = (ResultReceiver *) self;

	receiver->visit(row, receiver->context);
	return true;
}

static void
receiver_start(DestReceiver *self, int operation, TupleDesc columns)
{
}

static void
receiver_end(DestReceiver *self)
{
}

static ParamListInfo
parameters(const SavedPlan *statement, const Datum *values)
{
	ParamListInfo list = makeParamList(statement->nargs);
	int			i;

	for (i = 0; i < statement->nargs; i++)
	{
		list->params[i].value = values[i];
		list->params[i].isnull = false;
		list->params[i].pflags = PARAM_FLAG_CONST;
		list->params[i].ptype = CatalogTypeOid(statement->types[i]);
	}
	return list;
}

void
SavedPlanVisit(SavedPlan *statement, Datum *values, ResultVisitor visit, void *context)
{
	ResultReceiver receiver = {
		{receive_row, receiver_start, receiver_end, receiver_end, DestNone}, visit, context
	};
	SPIExecuteOptions options = {.read_only = true,.dest = &receiver.receiver};

	prepare_plan(statement);
	plan_for_many_rows(statement);
	options.params = parameters(statement, values);
	/* the code for results that do not go to SPI */
	if (SPI_execute_plan_extended(statement->plan, &options) != SPI_OK_UTILITY)
		elog(ERROR, "could not execute \"%s\"", statement->sql);
}

Datum
SavedPlanResult(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
						 column, isnull);
}

char *
SavedPlanResultText(uint64 row, int column)
{
	bool		isnull;
	Datum		value = SavedPlanResult(row, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

bool
SavedPlanHasRow(SavedPlan *statement, Datum *values, const char *nulls)
{
	bool		found;

	SavedPlanExecute(statement, values, nulls, false, 1);
	found = SPI_processed > 0;
	SPI_freetuptable(SPI_tuptable);
	return found;
}

bool
SavedPlanRow(SavedPlan *statement, Datum *values, const char *nulls,
			 Datum *row_values, bool *row_nulls)
{
	MemoryContext caller = CurrentMemoryContext;
	bool		found;

	SPI_connect();
	SavedPlanExecute(statement, values, nulls, true, 1);
	found = SPI_processed > 0;
	if (found)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		heap_deform_tuple(heap_copytuple(SPI_tuptable->vals[0]), SPI_tuptable->tupdesc,
						  row_values, row_nulls);
		MemoryContextSwitchTo(spi);
	}
	else
		memset(row_nulls, true, SPI_tuptable->tupdesc->natts * sizeof(bool));
	SPI_finish();
	return found;
}

Datum
SavedPlanValue(SavedPlan *statement, Datum *values, const char *nulls, bool *isnull)
{
	Datum		value = 0;

	(void) SavedPlanRow(statement, values, nulls, &value, isnull);
	return value;
}
