/*-------------------------------------------------------------------------
 *
 * saved_plan.c
 *	  SQL of our own, planned once a backend.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/saved_plan.h"
#include "optimizer/cost.h"
#include "utils/plancache.h"
#include "utils/resowner.h"

/*
 * A plan outlives the extension: after DROP and CREATE the type is another.
 * It is generic, since planning for each call would cost more than it finds.
 */
static void
plan(SavedPlan *statement)
{
	Oid			serial = SerialTypeOid();
	Oid			types[SAVED_PLAN_MAX_ARGS];
	SPIPlanPtr	fresh;
	int			i;

	if (statement->plan != NULL && statement->serial == serial)
		return;
	for (i = 0; i < statement->nargs; i++)
		types[i] = CatalogTypeOid(statement->types[i]);
	fresh = SPI_prepare_cursor(statement->text, statement->nargs, types,
							   CURSOR_OPT_GENERIC_PLAN);
	if (fresh == NULL || SPI_keepplan(fresh) != 0)
		elog(ERROR, "could not prepare \"%s\"", statement->text);
	if (statement->plan != NULL)
		SPI_freeplan(statement->plan);
	statement->plan = fresh;
	statement->serial = serial;
}

/*
 * A plan may be made while tables are empty, and is kept while they grow: it
 * must use indexes from the first day.  Has it made, if it is not, before it is
 * executed, so that what it calls is planned as ever.
 */
static void
plan_by_index(SavedPlan *statement)
{
	bool		setting = enable_seqscan;
	CachedPlan *cached;

	enable_seqscan = false;
	PG_TRY();
	{
		cached = SPI_plan_get_cached_plan(statement->plan);
		if (cached != NULL)
			ReleaseCachedPlan(cached, CurrentResourceOwner);
	}
	PG_FINALLY();
	{
		enable_seqscan = setting;
	}
	PG_END_TRY();
}

void
SavedPlanExecute(SavedPlan *statement, Datum *values, const char *nulls,
				 bool read_only, long limit)
{
	plan(statement);
	plan_by_index(statement);
	if (SPI_execute_plan(statement->plan, values, nulls, read_only, limit) !=
		statement->expected)
		elog(ERROR, "could not execute \"%s\"", statement->text);
}

Datum
SavedPlanResult(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
						 column, isnull);
}
