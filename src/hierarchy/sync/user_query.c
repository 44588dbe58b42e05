/*-------------------------------------------------------------------------
 *
 * user_query.c
 *	  Queries on tables of users.
 *
 * Foreign keys look at what is committed now, too: what a transaction decides by
 * its old snapshot would else be wrong for good.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "hierarchy/sync/user_query.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* rows that are handed over at once */
#define PIECE 10000

typedef struct KeptPlan
{
	UserQueryKey key;
	char	   *text;			/* what it was made from */
	SPIPlanPtr	plan;			/* NULL: there is none */
} KeptPlan;

/* one for each query of each trigger that this backend has fired */
static HTAB *kept_plans = NULL;

static SPIPlanPtr
prepare(const char *text, Oid array_type)
{
	SPIPlanPtr	plan = SPI_prepare(text, OidIsValid(array_type) ? 1 : 0,
								   &array_type);

	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", text,
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
		kept_plans = hash_create("serial queries", 64, &control,
								 HASH_ELEM | HASH_BLOBS);
	}
	kept = hash_search(kept_plans, key, HASH_ENTER, &found);
	if (!found)
	{
		kept->text = NULL;
		kept->plan = NULL;
	}
	return kept;
}

/*
 * A plan is good as long as the text is the same: names may have changed since.
 */
static SPIPlanPtr
prepare_once(const char *text, const UserQueryKey *key, Oid array_type)
{
	KeptPlan   *kept = kept_plan(key);
	SPIPlanPtr	fresh;

	if (kept->plan != NULL && strcmp(kept->text, text) == 0)
		return kept->plan;
	fresh = prepare(text, array_type);
	if (kept->plan != NULL)
	{
		SPI_freeplan(kept->plan);
		kept->plan = NULL;
		pfree(kept->text);
	}
	kept->text = MemoryContextStrdup(TopMemoryContext, text);
	if (SPI_keepplan(fresh) != 0)
		elog(ERROR, "could not keep the plan of \"%s\"", text);
	kept->plan = fresh;
	return fresh;
}

void
UserQueryExecute(const char *text, const UserQueryKey *key, Oid array_type,
				 Datum array)
{
	SPIPlanPtr	plan = key == NULL ? prepare(text, array_type) :
	prepare_once(text, key, array_type);

	if (SPI_execute_snapshot(plan, &array, NULL, GetLatestSnapshot(),
							 InvalidSnapshot, false, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not execute \"%s\"", text);
}

void
UserQueryVisit(const char *text, void (*visit) (void *context), void *context)
{
	Portal		portal;

	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	portal = SPI_cursor_open(NULL, prepare(text, InvalidOid), NULL, NULL, true);
	for (;;)
	{
		SPI_cursor_fetch(portal, true, PIECE);
		if (SPI_processed == 0)
			break;
		visit(context);
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_cursor_close(portal);
	PopActiveSnapshot();
}
