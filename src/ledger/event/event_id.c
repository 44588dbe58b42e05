/*-------------------------------------------------------------------------
 *
 * event_id.c
 *	  EventIDs: the event that has one already.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "ledger/event/event_id.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_lock_known_event);

/*
 * The number that a query finds for an eventID; 0 if that is NULL.
 */
static int64
find_number(SavedPlan *select, Datum id, bool is_seen_now)
{
	Datum		number;
	bool		isnull;

	if (is_seen_now)
		PushActiveSnapshot(GetLatestSnapshot());
	SavedPlanExecute(select, &id, NULL, is_seen_now, 1);
	if (is_seen_now)
		PopActiveSnapshot();
	number = SavedPlanResult(0, 1, &isnull);
	return isnull ? 0 : DatumGetInt64(number);
}

static int64
find_event(Datum id, bool is_seen_now)
{
	static SavedPlan select = {
		"SELECT serial_internal.known_event($1)",
		1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};

	return find_number(&select, id, is_seen_now);
}

/*
 * Fourth field of the lock tag.  The advisory locks that users can take have 1
 * or 2 there, and must not stop recording.
 */
#define EVENT_ID_LOCK_CLASS 5

/*
 * Until the end of the transaction.
 */
static void
lock_event_id(Datum id)
{
	text	   *event_id = DatumGetTextPP(id);
	uint64		hash = DatumGetUInt64(hash_any_extended((unsigned char *) VARDATA_ANY(event_id),
														VARSIZE_ANY_EXHDR(event_id), 0));
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (hash >> 32), (uint32) hash,
						 EVENT_ID_LOCK_CLASS);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
}

/*
 * Raises an error if a function finds under the latest snapshot what it does not find
 * under that of the transaction.
 */
static int64
find_serializable(int64 (*find) (Datum id, bool is_seen_now), Datum id)
{
	int64		found = find(id, false);

	if (found == 0 && IsolationUsesXactSnapshot() && find(id, true) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent recording of event \"%s\"",
						TextDatumGetCString(id)),
				 errhint("Record the event again.")));
	return found;
}

/*
 * The event that has an eventID already; 0 if none has.  No unique index spans
 * the partitions, so sessions that record the same eventID, or declare it an error
 * before it comes, wait for each other; and under an old snapshot the event of another
 * session is not visible.
 */
static int64
lock_known_event(Datum id)
{
	lock_event_id(id);
	return find_serializable(find_event, id);
}

int64
EventKnown(const Event *event)
{
	return event->nulls[EVENT_ID] ? 0 : lock_known_event(event->values[EVENT_ID]);
}

static int64
count_early_declarations(Datum id, bool is_seen_now)
{
	static SavedPlan select = {
		"SELECT pg_catalog.count(*) FROM serial.early_declaration AS d WHERE d.event_id = $1",
		1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};

	return find_number(&select, id, is_seen_now);
}

bool
EventIsDeclaredEarly(const Event *event)
{
	return !event->nulls[EVENT_ID] &&
		find_serializable(count_early_declarations, event->values[EVENT_ID]) != 0;
}

static ArrayType *
texts_to_array(Datum *texts, bool *nulls, int n)
{
	int			dims[] = {n};
	int			lower[] = {1};

	return construct_md_array(texts, nulls, 1, dims, lower, TEXTOID, -1, false, TYPALIGN_INT);
}

/*
 * What an event says, but for its time and its items, as texts.
 */
static ArrayType *
content_of_event(const Event *event)
{
	static const EventColumn columns[] = {EVENT_TYPE, EVENT_ACTION, EVENT_BUSINESS_STEP,
		EVENT_DISPOSITION, EVENT_READ_POINT, EVENT_PLACE, EVENT_LOT, EVENT_EXPIRY,
		EVENT_QUANTITIES, EVENT_INPUT_QUANTITIES, EVENT_BUSINESS_TRANSACTIONS, EVENT_SOURCES,
		EVENT_DESTINATIONS, EVENT_PERSISTENT_DISPOSITION, EVENT_TRANSFORMATION,
	EVENT_TIME_ZONE_OFFSET, EVENT_ATTRIBUTES};
	Oid			table = CatalogTableOid("event");
	Datum		texts[lengthof(columns)];
	bool		nulls[lengthof(columns)];
	int			i;

	for (i = 0; i < (int) lengthof(columns); i++)
	{
		Oid			output;
		bool		is_varlena;

		nulls[i] = event->nulls[columns[i]];
		if (nulls[i])
			continue;
		getTypeOutputInfo(get_atttype(table, columns[i] + 1), &output, &is_varlena);
		texts[i] = CStringGetTextDatum(OidOutputFunctionCall(output, event->values[columns[i]]));
	}
	return texts_to_array(texts, nulls, lengthof(columns));
}

static ArrayType *
roles_of_items(const EventItems *items)
{
	Datum	   *roles = palloc_extended(Max(items->n, 1) * sizeof(Datum), MCXT_ALLOC_HUGE);
	int			i;

	for (i = 0; i < items->n; i++)
		roles[i] = CStringGetTextDatum(items->members[i].role);
	return texts_to_array(roles, NULL, items->n);
}

/*
 * A call that is repeated may leave the time to the default, which is another one by then.
 */
void
EventCheckSameContent(const Event *event, const EventItems *items, int64 number)
{
	static SavedPlan compare = {
		"SELECT serial_internal.has_other_content($1, $2, $3, $4, $5)",
		5, {INT8OID, TIMESTAMPTZOID, TEXTARRAYOID, TEXTARRAYOID, SERIAL_ARRAY_TYPE},
		SPI_OK_SELECT, NULL, InvalidOid
	};
	bool		has_default_time = event->at == GetCurrentTransactionStartTimestamp();
	Datum		values[5];
	bool		isnull;

	values[0] = Int64GetDatum(number);
	values[1] = TimestampTzGetDatum(event->at);
	values[2] = PointerGetDatum(content_of_event(event));
	values[3] = PointerGetDatum(roles_of_items(items));
	values[4] = PointerGetDatum(EventItemsToArray(items));
	SavedPlanExecute(&compare, values, has_default_time ? " n   " : NULL, false, 1);
	if (DatumGetBool(SavedPlanResult(0, 1, &isnull)))
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg("event \"%s\" is known with other content",
						TextDatumGetCString(event->values[EVENT_ID])),
				 errdetail("It was recorded as event %lld.", (long long) number)));
}

/*
 * serial_internal.lock_known_event(event_id text) -> bigint
 */
Datum
serial_lock_known_event(PG_FUNCTION_ARGS)
{
	int64		number;

	SPI_connect();
	number = lock_known_event(PG_GETARG_DATUM(0));
	SPI_finish();
	if (number == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}
