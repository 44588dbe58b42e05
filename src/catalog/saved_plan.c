/*-------------------------------------------------------------------------
 *
 * saved_plan.c
 *	  SQL of the extension's own, planned once a session.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "jit/jit.h"
#include "optimizer/cost.h"
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
 * A plan may be made while tables are empty and is kept while they grow, so it
 * must use indexes from the first day.  It is never compiled: it reads a few rows,
 * and if its user has disabled index scans, its cost would have it compiled at
 * each execution.  The plan is built before it is executed, while the settings
 * are changed, so that functions that it calls are planned with the user's own.
 */
static void
plan_for_few_rows(SavedPlan *statement)
{
	bool		user_seqscan = enable_seqscan;
	bool		user_jit = jit_enabled;
	CachedPlan *cached;

	enable_seqscan = false;
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
		jit_enabled = user_jit;
	}
	PG_END_TRY();
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

Datum
SavedPlanResult(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
						 column, isnull);
}
