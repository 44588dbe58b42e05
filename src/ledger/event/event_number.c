/*-------------------------------------------------------------------------
 *
 * event_number.c
 *	  Numbers of events, and which of them are final.
 *
 * Events are committed in another order than they are numbered in.  A reader of
 * "all events after number 7" who finds 9 must know whether 8 may still come.
 * Therefore a transaction holds a lock, from before its first number is assigned
 * until it has ended, whose tag contains a number below all of its own.  A number
 * is final if it is not above that of any such lock.
 *
 * A reader takes the last number assigned first, then looks at the locks, and
 * takes a snapshot last.  A number up to the last one was assigned before the
 * reader looked, and so its lock had been granted.  If the lock is gone, the
 * transaction had ended before the snapshot was taken, which therefore shows all
 * events that will ever be there.  What the reader returns ends before the first
 * of them that the snapshot of its own statement does not show.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "commands/async.h"
#include "commands/sequence.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "issue/issue.h"
#include "ledger/event/event_number.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_assign_event_number);
PG_FUNCTION_INFO_V1(serial_changes_horizon);

/*
 * Fourth field of the lock tag.  The advisory locks that users can take have 1
 * or 2 there, and the allocation of numbers in pools 3.
 */
#define EVENT_NUMBER_LOCK_CLASS 4

static bool notify_events = false;

void
EventNumberDefineSettings(void)
{
	DefineCustomBoolVariable("serial.notify_events",
							 "Notifies listeners of channel serial_event when events are committed.",
							 "Transactions that notify commit one after another.",
							 &notify_events, false, PGC_SUSET, 0,
							 NULL, NULL, NULL);
}

static int64
last_number(void)
{
	return LastAllocated(CatalogTableOid("event_sequence"), 1, PG_INT64_MAX);
}

/*
 * The lock is taken again for each number, because a subtransaction that took it
 * may have been rolled back.  Users of the lock never wait for each other.
 */
static void
lock_numbers_above(void)
{
	static LocalTransactionId transaction = InvalidLocalTransactionId;
	static int64 below = 0;
	LOCKTAG		tag;

	if (transaction != MyLocalTransactionId)
	{
		below = last_number();
		transaction = MyLocalTransactionId;
	}
	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (below >> 32), (uint32) below,
						 EVENT_NUMBER_LOCK_CLASS);
	(void) LockAcquire(&tag, ShareLock, false, false);
}

int64
EventNumberAssign(void)
{
	/* serial.seal waits for the transactions that hold this one */
	LockRelationOid(CatalogTableOid("event"), RowExclusiveLock);
	lock_numbers_above();
	if (notify_events)
		Async_Notify("serial_event", "");
	return nextval_internal(CatalogTableOid("event_sequence"), false);
}

/*
 * serial_internal.assign_event_number() -> bigint
 */
Datum
serial_assign_event_number(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(EventNumberAssign());
}

static bool
is_event_number_lock(const LOCKTAG *tag)
{
	return tag->locktag_type == LOCKTAG_ADVISORY &&
		tag->locktag_field1 == MyDatabaseId &&
		tag->locktag_field4 == EVENT_NUMBER_LOCK_CLASS;
}

/*
 * Lowers a number to that of the lowest lock.
 */
static int64
lower_to_locks(int64 number)
{
	LockData   *locks = GetLockStatusData();
	int			i;

	for (i = 0; i < locks->nelements; i++)
	{
		const LOCKTAG *tag = &locks->locks[i].locktag;

		if (is_event_number_lock(tag))
			number = Min(number, (int64) ((uint64) tag->locktag_field2 << 32 |
										  tag->locktag_field3));
	}
	return number;
}

static void
check_is_assigned(int64 since_event, int64 last)
{
	if (since_event > last)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no event %lld yet", (long long) since_event),
				 errdetail("The last number assigned to an event is %lld.",
						   (long long) last),
				 errhint("If the database was restored from a backup, read its events again from one that it still has.")));
}

/*
 * The numbers of the next events that a snapshot shows.  Keeps their months from
 * being detached until the transaction ends.
 */
static int
read_numbers(Snapshot snapshot, int64 since_event, int64 horizon, int limit,
			 int64 **numbers)
{
	static SavedPlan select = {
		"SELECT e.event FROM serial.event AS e WHERE e.event > $1 AND e.event <= $2"
		" ORDER BY e.event LIMIT $3",
		3, {INT8OID, INT8OID, INT4OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[] = {Int64GetDatum(since_event), Int64GetDatum(horizon),
	Int32GetDatum(limit)};
	bool		isnull;
	int			i;
	int			n;

	PushActiveSnapshot(snapshot);
	SavedPlanExecute(&select, values, NULL, true, 0);
	PopActiveSnapshot();
	n = (int) SPI_processed;
	*numbers = palloc(Max(n, 1) * sizeof(int64));
	for (i = 0; i < n; i++)
		(*numbers)[i] = DatumGetInt64(SavedPlanResult(i, 1, &isnull));
	return n;
}

/*
 * Lowers the horizon to before the first event that is committed now and not
 * visible to the statement that asks.
 */
static int64
lower_to_visible(int64 since_event, int64 horizon, int limit)
{
	int64	   *committed;
	int64	   *visible;
	int			n_visible = read_numbers(GetActiveSnapshot(), since_event, horizon,
										 limit, &visible);
	int			n = read_numbers(GetLatestSnapshot(), since_event, horizon, limit,
								 &committed);
	int			i;

	for (i = 0; i < n; i++)
		if (i == n_visible || visible[i] != committed[i])
			return committed[i] - 1;
	return horizon;
}

static void
check_is_attached(int64 since_event)
{
	static SavedPlan select = {
		"SELECT to_char(min(d.month), 'YYYY-MM'), max(upper(d.events)) - 1"
		" FROM serial.detached_month AS d WHERE upper(d.events) - 1 > $1",
		1, {INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		since = Int64GetDatum(since_event);
	Datum		month;
	Datum		last;
	bool		isnull;

	PushActiveSnapshot(GetLatestSnapshot());
	SavedPlanExecute(&select, &since, NULL, true, 1);
	PopActiveSnapshot();
	month = SavedPlanResult(0, 1, &isnull);
	if (isnull)
		return;
	last = SavedPlanResult(0, 2, &isnull);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("events after %lld are detached", (long long) since_event),
			 errhint("Attach month %s again, or ask for events after %lld, the last one that is detached.",
					 TextDatumGetCString(month), (long long) DatumGetInt64(last))));
}

/*
 * serial_internal.changes_horizon(since_event bigint, limit integer) -> bigint
 */
Datum
serial_changes_horizon(PG_FUNCTION_ARGS)
{
	int64		since_event = PG_GETARG_INT64(0);
	int64		horizon;

	CatalogPreventOnCopy("read changes", "event");
	horizon = last_number();
	check_is_assigned(since_event, horizon);
	horizon = lower_to_locks(horizon);
	SPI_connect();
	horizon = lower_to_visible(since_event, horizon, PG_GETARG_INT32(1));
	check_is_attached(since_event);
	SPI_finish();
	PG_RETURN_INT64(horizon);
}
