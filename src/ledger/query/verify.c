/*-------------------------------------------------------------------------
 *
 * verify.c
 *	  Is this thing genuine, and may it be sold?
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event.h"
#include "ledger/state/item.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/typcache.h"

PG_FUNCTION_INFO_V1(serial_recall_of);
PG_FUNCTION_INFO_V1(serial_verify);

typedef struct Verdict
{
	const char *verdict;
	bool		alarms;			/* somebody should look into it */
	char	   *reason;			/* NULL if there is nothing to say */
	int64		recall;			/* 0: none */
} Verdict;

/* the columns of serial.verdict; see verify.sql */
enum
{
	VERDICT,
	VERDICT_IS_GENUINE,
	VERDICT_REASON,
	VERDICT_ALERT,
	VERDICT_LOT,
	VERDICT_EXPIRY,
	VERDICT_DISPOSITION,
	VERDICT_PLACE,
	VERDICT_SINCE,
	VERDICT_EVENT,
	VERDICT_RECALL,
	VERDICT_COLUMNS
};

static char *
date_text(DateADT date)
{
	return DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(date)));
}

static CatalogLookup recalls = {
	CATALOG_RECALL, CATALOG_RECALL_BY_GTIN, SCAN_TEXT, RECALL_CLOSED_AT + 1,
	{"SELECT r.recall, r.gtin, r.lots, r.reason, r.recalled_at, r.recalled_by,"
		" r.closed_at FROM serial.recall AS r"
	" WHERE r.gtin OPERATOR(pg_catalog.=) $1",
	1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid}
};

typedef struct Search
{
	const char *lot;
	int64		recall;			/* the first that has it; 0: none yet */
} Search;

static bool
has_text(ArrayType *texts, const char *wanted)
{
	ArrayIterator elements = array_create_iterator(texts, 0, NULL);
	bool		found = false;
	Datum		element;
	bool		isnull;

	while (!found && array_iterate(elements, &element, &isnull))
		found = !isnull && strcmp(TextDatumGetCString(element), wanted) == 0;
	array_free_iterator(elements);
	return found;
}

static bool
look_at_recall(const Datum *values, const bool *nulls, void *context)
{
	Search	   *search = context;
	int64		number = DatumGetInt64(values[RECALL_NUMBER]);

	if (nulls[RECALL_CLOSED_AT] &&
		(search->recall == 0 || number < search->recall) &&
		has_text(DatumGetArrayTypeP(values[RECALL_LOTS]), search->lot))
		search->recall = number;
	return true;
}

/*
 * The first open recall that covers an item of a lot, or 0.
 */
static int64
recall_of_item(const Serial *value, const char *lot)
{
	Search		search = {lot, 0};
	Identifier	id;
	const char *gtin;
	Datum		key;

	ValueOpen(value, &id);
	gtin = IdentifierGtin(&id);
	if (lot == NULL || gtin == NULL)
		return 0;
	key = PointerGetDatum(cstring_to_text_with_len(gtin, GTIN_DIGITS));
	CatalogLookupRows(&recalls, &key, look_at_recall, &search);
	return search.recall;
}

/*
 * serial_internal.recall_of(id serial.serial, lot text) -> bigint
 */
Datum
serial_recall_of(PG_FUNCTION_ARGS)
{
	int64		recall = recall_of_item(PG_GETARG_SERIAL_PP(0),
										text_to_cstring(PG_GETARG_TEXT_PP(1)));

	if (recall == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(recall);
}

/*
 * What serial.origin knows of a thing of which nothing was recorded.
 */
static void
judge_by_origin(Serial *id, Verdict *verdict)
{
	static SavedPlan select = {
		"SELECT o.pool, o.issued FROM serial.origin($1) AS o",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext spi;
	Datum		value = PointerGetDatum(id);
	bool		is_foreign = true;
	bool		is_issued = false;
	char	   *pool = NULL;
	bool		isnull;

	SPI_connect();
	SavedPlanExecute(&select, &value, NULL, false, 1);
	if (SPI_processed > 0)
	{
		Datum		name = SavedPlanResult(0, 1, &is_foreign);

		spi = MemoryContextSwitchTo(caller);
		if (!is_foreign)
			pool = TextDatumGetCString(name);
		MemoryContextSwitchTo(spi);
		is_issued = DatumGetBool(SavedPlanResult(0, 2, &isnull)) && !isnull;
	}
	SPI_finish();
	verdict->alarms = !is_foreign;
	verdict->verdict = is_foreign ? "unknown" :
		is_issued ? "not commissioned" : "never issued";
	verdict->reason = is_foreign ?
		pstrdup("Nothing was recorded of it, and no pool of ours could have issued it.") :
		psprintf(is_issued ?
				 "Pool \"%s\" has issued it, but it was never recorded that it was put on a thing." :
				 "Pool \"%s\" has not issued it.", pool);
}

static char *
since_when(const CurrentState *present)
{
	return psprintf("It is %s since %s, by event %lld%s%s%s.",
					present->disposition, TimestampForMessage(present->since),
					(long long) present->disposition_event,
					present->place != NULL ? ", at \"" : "",
					present->place != NULL ? present->place : "",
					present->place != NULL ? "\"" : "");
}

/*
 * Does what is printed on it agree with what was recorded?
 */
static bool
judge_by_print(const CurrentState *present, const char *lot, const DateADT *expiry,
			   Verdict *verdict)
{
	const ItemRow *own = &present->own;

	if (lot != NULL && (own->lot == NULL || strcmp(lot, own->lot) != 0))
	{
		verdict->verdict = "wrong lot";
		verdict->reason = own->lot == NULL ? psprintf("No lot is known of it.") :
			psprintf("It is of lot \"%s\", not \"%s\".", own->lot, lot);
	}
	else if (expiry != NULL && (!own->has_expiry || *expiry != own->expiry))
	{
		verdict->verdict = "wrong expiry";
		verdict->reason = !own->has_expiry ? psprintf("No expiry is known of it.") :
			psprintf("It expires on %s, not on %s.", date_text(own->expiry),
					 date_text(*expiry));
	}
	verdict->alarms = verdict->verdict != NULL;
	return verdict->verdict != NULL;
}

/*
 * May it be sold, given that it is what it says?
 */
static void
judge_by_state(Serial *id, const CurrentState *present, Verdict *verdict)
{
	verdict->recall = recall_of_item(id, present->own.lot);
	if (verdict->recall != 0)
	{
		verdict->verdict = "recalled";
		verdict->reason = psprintf("Lot \"%s\" is under recall %lld.",
								   present->own.lot,
								   (long long) verdict->recall);
	}
	else if (present->in_force != NULL)
	{
		verdict->verdict = "quarantined";
		verdict->reason = psprintf("It is marked %s.", present->in_force);
	}
	else if (DispositionIsBlocked(present->disposition))
	{
		verdict->verdict = "blocked";
		verdict->reason = since_when(present);
	}
	else if (present->own.has_expiry &&
			 present->own.expiry < GetSQLCurrentDate())
	{
		verdict->verdict = "expired";
		verdict->reason = psprintf("It expired on %s.",
								   date_text(present->own.expiry));
	}
	else
		verdict->verdict = "genuine";
}

static void
judge(Serial *id, const CurrentState *present, const char *lot,
	  const DateADT *expiry, Verdict *verdict)
{
	memset(verdict, 0, sizeof(Verdict));
	if (present->own.first_event == 0)
		judge_by_origin(id, verdict);
	else if (DispositionIsFinal(present->disposition))
	{
		verdict->verdict = present->disposition;
		verdict->reason = since_when(present);
		verdict->alarms = true;
	}
	else if (!judge_by_print(present, lot, expiry, verdict))
		judge_by_state(id, present, verdict);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	if (text != NULL)
		values[column] = CStringGetTextDatum(text);
}

static Datum
make_verdict(TupleDesc desc, const Verdict *verdict, const CurrentState *present)
{
	Datum		values[VERDICT_COLUMNS];
	bool		nulls[VERDICT_COLUMNS] = {false};

	put_text(values, nulls, VERDICT, verdict->verdict);
	values[VERDICT_IS_GENUINE] = BoolGetDatum(strcmp(verdict->verdict, "genuine") == 0);
	put_text(values, nulls, VERDICT_REASON, verdict->reason);
	values[VERDICT_ALERT] = BoolGetDatum(verdict->alarms);
	put_text(values, nulls, VERDICT_LOT, present->own.lot);
	nulls[VERDICT_EXPIRY] = !present->own.has_expiry;
	values[VERDICT_EXPIRY] = DateADTGetDatum(present->own.expiry);
	put_text(values, nulls, VERDICT_DISPOSITION, present->disposition);
	put_text(values, nulls, VERDICT_PLACE, present->place);
	nulls[VERDICT_SINCE] = present->disposition == NULL;
	values[VERDICT_SINCE] = TimestampTzGetDatum(present->since);
	nulls[VERDICT_EVENT] = present->event == 0;
	values[VERDICT_EVENT] = Int64GetDatum(present->event);
	nulls[VERDICT_RECALL] = verdict->recall == 0;
	values[VERDICT_RECALL] = Int64GetDatum(verdict->recall);
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

/*
 * serial.verify(id serial.serial, lot text, expiry date) -> serial.verdict
 */
Datum
serial_verify(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	CurrentState		present;
	Verdict		verdict;
	char	   *lot;
	DateADT		expiry;
	Datum		result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	lot = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	expiry = PG_ARGISNULL(2) ? 0 : PG_GETARG_DATEADT(2);
	CurrentStateRead(PG_GETARG_SERIAL_PP(0), &present);
	judge(PG_GETARG_SERIAL_PP(0), &present, lot,
		  PG_ARGISNULL(2) ? NULL : &expiry, &verdict);
	desc = lookup_rowtype_tupdesc(get_fn_expr_rettype(fcinfo->flinfo), -1);
	result = make_verdict(desc, &verdict, &present);
	ReleaseTupleDesc(desc);
	return result;
}
