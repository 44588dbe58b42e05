/*-------------------------------------------------------------------------
 *
 * user_query.c
 *	  Queries on users' tables.
 *
 * They see what is committed now, as the queries of foreign keys do.  Links that a
 * transaction derived from an older snapshot would stay wrong.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "hierarchy/sync/user_query.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* rows fetched at once */
#define BATCH_SIZE 10000

typedef struct KeptPlan
{
	UserQueryKey key;
	char	   *query;
	SPIPlanPtr	plan;			/* NULL: none */
} KeptPlan;

/* for each query of each trigger that this backend has fired */
static HTAB *kept_plans = NULL;

static SPIPlanPtr
user_query_prepare(const char *query, Oid array_type)
{
	SPIPlanPtr	plan = SPI_prepare(query, OidIsValid(array_type) ? 1 : 0,
								   &array_type);

	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", query,
			 SPI_result_code_string(SPI_result));
	return plan;
}

static KeptPlan *
kept_plan(const UserQueryKey *key)
{
	KeptPlan   *kept;
	bool		found;

	if (kept_plans == NULL)
	{
		HASHCTL		control;

		control.keysize = sizeof(UserQueryKey);
		control.entrysize = sizeof(KeptPlan);
		kept_plans = hash_create("serial user queries", 64, &control,
								 HASH_ELEM | HASH_BLOBS);
	}
	kept = hash_search(kept_plans, key, HASH_ENTER, &found);
	if (!found)
	{
		kept->query = NULL;
		kept->plan = NULL;
	}
	return kept;
}

/*
 * A plan is kept as long as the query is the same: names may have changed.
 */
static SPIPlanPtr
user_query_get_plan(const char *query, const UserQueryKey *key, Oid array_type)
{
	KeptPlan   *kept = kept_plan(key);
	SPIPlanPtr	fresh;

	if (kept->plan != NULL && strcmp(kept->query, query) == 0)
		return kept->plan;
	fresh = user_query_prepare(query, array_type);
	if (kept->plan != NULL)
	{
		SPI_freeplan(kept->plan);
		kept->plan = NULL;
		pfree(kept->query);
	}
	kept->query = MemoryContextStrdup(TopMemoryContext, query);
	if (SPI_keepplan(fresh) != 0)
		elog(ERROR, "could not keep the plan of \"%s\"", query);
	kept->plan = fresh;
	return fresh;
}

void
UserQueryExecute(const char *query, const UserQueryKey *key, Oid array_type,
				 Datum array)
{
	SPIPlanPtr	plan = key == NULL ? user_query_prepare(query, array_type) :
	user_query_get_plan(query, key, array_type);

	if (SPI_execute_snapshot(plan, &array, NULL, GetLatestSnapshot(),
							 InvalidSnapshot, false, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not execute \"%s\"", query);
}

void
UserQueryVisit(const char *query, void (*visit) (void *context), void *context)
{
	Portal		portal;

	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	portal = SPI_cursor_open(NULL, user_query_prepare(query, InvalidOid), NULL, NULL, true);
	for (;;)
	{
		SPI_cursor_fetch(portal, true, BATCH_SIZE);
		if (SPI_processed == 0)
			break;
		visit(context);
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_cursor_close(portal);
	PopActiveSnapshot();
}
