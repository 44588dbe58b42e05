/*-------------------------------------------------------------------------
 *
 * verify.c
 *	  Is this item genuine, and may it be sold?
 *
 * The first answer of several decides, in this order: where the number comes
 * from, whatever events say; what is printed; the state of the item; what is
 * known of its beginning.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "issue/issue.h"
#include "ledger/event/cbv.h"
#include "ledger/query/recall.h"
#include "ledger/query/verify.h"
#include "ledger/state/item.h"
#include "ledger/state/lot.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/typcache.h"

PG_FUNCTION_INFO_V1(serial_verify);
PG_FUNCTION_INFO_V1(serial_verify_text);

/* the columns of serial.verdict */
enum
{
	VERDICT_VERDICT,
	VERDICT_REASON,
	VERDICT_IS_GENUINE,
	VERDICT_IS_AUTHENTIC,
	VERDICT_IS_SALEABLE,
	VERDICT_IS_ALARMING,
	VERDICT_KNOWN_LOT,
	VERDICT_KNOWN_EXPIRY,
	VERDICT_DISPOSITION,
	VERDICT_KNOWN_PLACE,
	VERDICT_SINCE,
	VERDICT_EVENT,
	VERDICT_RECALL,
	VERDICT_COLUMNS
};

/*
 * An answer, and what it is based on.
 */
typedef struct Verdict
{
	Serial	   *id;
	Identifier	identifier;		/* the same */
	const char *verdict;
	char	   *reason;			/* NULL: there is nothing to add */
	bool		is_alarming;
	bool		is_authentic;
	const char *lot;			/* NULL: it is not known */
	bool		has_expiry;
	DateADT		expiry;
	int64		recall;			/* 0: none */
	CurrentState state;
} Verdict;

static bool
decide(Verdict *verdict, const char *word, bool is_alarming, char *reason)
{
	verdict->verdict = word;
	verdict->is_alarming = is_alarming;
	verdict->reason = reason;
	return true;
}

char *
DateForMessage(DateADT date)
{
	return DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(date)));
}

static char *
state_since(const CurrentState *state)
{
	return psprintf("It is %s since %s, by event %lld%s%s%s.",
					state->disposition, TimestampForMessage(state->since),
					(long long) state->disposition_event,
					state->place != NULL ? ", at \"" : "",
					state->place != NULL ? state->place : "",
					state->place != NULL ? "\"" : "");
}

/* --- Where does the number come from? --- */

static bool
decide_by_origin(Verdict *verdict, const Origin *origin)
{
	switch (origin->state)
	{
		case ORIGIN_VOID:
			return decide(verdict, "void", true,
						  psprintf("Pool \"%s\" issued it, and it was declared void: %s.",
								   origin->pool, origin->void_reason));
		case ORIGIN_NOT_ISSUED:
			return decide(verdict, "never issued", true,
						  psprintf("Pool \"%s\" has not issued it.", origin->pool));
		case ORIGIN_LEASED:
			return decide(verdict, "never issued", true,
						  psprintf("It is in a lease of pool \"%s\" and has not been issued from that.",
								   origin->pool));
		case ORIGIN_RETURNED:
			return decide(verdict, "never issued", true,
						  psprintf("It was in a lease of pool \"%s\", which was returned before it was issued.",
								   origin->pool));
		case ORIGIN_EXPIRED:
			return decide(verdict, "never issued", true,
						  psprintf("It was in a lease of pool \"%s\", which expired before it was issued.",
								   origin->pool));
		default:
			return false;
	}
}

/*
 * Row-level security may hide the commissioning, and must not accuse.
 */
static bool
may_be_hidden(void)
{
	return check_enable_rls(CatalogTableOid("item"), InvalidOid, true) == RLS_ENABLED;
}

static bool
decide_by_beginning(Verdict *verdict, const Origin *origin)
{
	const CurrentState *state = &verdict->state;

	if (state->own.commissioning_event != 0)
		return false;
	if (DispositionIsPrepared(state->own.disposition))
		return decide(verdict, "not commissioned", true,
					  psprintf("It is %s since %s, by event %lld, and no commissioning is recorded.",
							   state->own.disposition,
							   TimestampForMessage(state->own.since),
							   (long long) state->own.disposition_event));
	if (origin->state != ORIGIN_ISSUED)
		return false;
	if (state->own.last_event == 0 && may_be_hidden())
		return decide(verdict, "unknown", false,
					  pstrdup("No event that this user may see is recorded of it."));
	return decide(verdict, "not commissioned", true,
				  psprintf("Pool \"%s\" issued it, but no commissioning is recorded.",
						   origin->pool));
}

/* --- Does what is printed agree with what is known? --- */

/*
 * The expiry date that is known of an item or, if neither it nor the lot is, of the lot
 * that is printed.
 */
static bool
known_expiry(const Verdict *verdict, const char *lot, DateADT *expiry)
{
	if (!verdict->has_expiry)
		return verdict->lot == NULL && lot != NULL &&
			LotExpiry(&verdict->identifier, lot, expiry);
	*expiry = verdict->expiry;
	return true;
}

static bool
decide_by_print(Verdict *verdict, const char *lot, const DateADT *expiry)
{
	DateADT		known;

	if (lot != NULL && verdict->lot != NULL && strcmp(lot, verdict->lot) != 0)
		return decide(verdict, "wrong lot", true,
					  psprintf("It is of lot \"%s\", not \"%s\".", verdict->lot, lot));
	if (expiry != NULL && known_expiry(verdict, lot, &known) && *expiry != known)
		return decide(verdict, "wrong expiry", true,
					  psprintf("%s expires on %s, not on %s.",
							   verdict->has_expiry ? "It" : psprintf("Lot \"%s\"", lot),
							   DateForMessage(known), DateForMessage(*expiry)));
	return false;
}

/* --- What is the state of the item? --- */

static bool
decide_by_recall(Verdict *verdict, const char *lot)
{
	const CurrentState *state = &verdict->state;

	verdict->recall = RecallOfItem(verdict->id, &verdict->identifier, lot);
	if (verdict->recall != 0)
		return decide(verdict, "recalled", false,
					  psprintf("It is under recall %lld.", (long long) verdict->recall));
	if (str_equals_or_null(state->disposition, "recalled"))
		return decide(verdict, "recalled", false, state_since(state));
	if (state->blocking != NULL && strstr(state->blocking, "recalled") != NULL)
		return decide(verdict, "recalled", false,
					  psprintf("Its persistent dispositions are: %s.", state->blocking));
	return false;
}

/*
 * A lot or expiry that is printed counts where none is known.
 */
static bool
decide_by_state(Verdict *verdict, const char *lot, const DateADT *expiry)
{
	const CurrentState *state = &verdict->state;
	DateADT		known;

	if (DispositionIsFinal(state->disposition))
		return decide(verdict, state->disposition, true, state_since(state));
	if (decide_by_recall(verdict, verdict->lot != NULL ? verdict->lot : lot))
		return true;
	if (state->blocking != NULL)
		return decide(verdict, "quarantined", false,
					  psprintf("Its persistent dispositions are: %s.", state->blocking));
	if (str_equals_or_null(state->disposition, "partially_dispensed"))
		return decide(verdict, "partially_dispensed", true, state_since(state));
	if (DispositionIsBlocked(state->disposition))
		return decide(verdict, "blocked", false, state_since(state));
	if (known_expiry(verdict, lot, &known))
		expiry = &known;
	if (expiry != NULL &&
		*expiry < LotDay(GetCurrentTransactionStartTimestamp()))
		return decide(verdict, "expired", false,
					  psprintf("It expired on %s.", DateForMessage(*expiry)));
	return false;
}

/*
 * The text that a statement selects for an identifier; NULL if that is NULL.
 */
static char *
select_text(SavedPlan *select, Serial *id)
{
	Datum		value = PointerGetDatum(id);
	bool		isnull;
	Datum		found = SavedPlanValue(select, &value, NULL, &isnull);

	return isnull ? NULL : TextDatumGetCString(found);
}

static char *
withdrawn_content(Serial *container)
{
	static SavedPlan select = {
		"SELECT serial_internal.withdrawn_content($1)::pg_catalog.text",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};

	return select_text(&select, container);
}

static bool
decide_by_contents(Verdict *verdict)
{
	char	   *withdrawn;

	if (!verdict->state.may_be_container || !RecallMayHaveContents(verdict->id))
		return false;
	verdict->recall = RecallOfContents(verdict->id);
	if (verdict->recall != 0)
		return decide(verdict, "recalled content", false,
					  psprintf("It contains items under recall %lld.",
							   (long long) verdict->recall));
	withdrawn = withdrawn_content(verdict->id);
	return withdrawn != NULL &&
		decide(verdict, "recalled content", false,
			   psprintf("It contains \"%s\", which is recalled.", withdrawn));
}

/* --- What is known of it? --- */

/*
 * Was an event recorded of the item itself, which need not have changed its
 * disposition?  Few items have only such events.
 */
static bool
is_mentioned(Serial *id)
{
	static SavedPlan select = {
		"SELECT serial_internal.last_mention($1)",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = PointerGetDatum(id);
	bool		isnull;

	(void) SavedPlanValue(&select, &value, NULL, &isnull);
	return !isnull;
}

/*
 * An identifier that a reader of bar codes or a person may have meant: one that is
 * known and differs in upper and lower case only, or has 0 for O.
 */
static char *
known_variant(Serial *id)
{
	static SavedPlan select = {
		"SELECT serial_internal.known_variant($1)::pg_catalog.text",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};

	return select_text(&select, id);
}

static void
add_known_variant(Verdict *verdict)
{
	char	   *variant = known_variant(verdict->id);

	if (variant != NULL)
		verdict->reason = psprintf("%s \"%s\" is known: has the code been read with the wrong case, or O and 0 been mistaken for each other?",
								   verdict->reason, variant);
}

static void
decide_by_knowledge(Verdict *verdict)
{
	const ItemRow *own = &verdict->state.own;

	if (own->commissioning_event != 0)
		(void) decide(verdict, "genuine", false, NULL);
	else if (own->first_event != 0 ||
			 (own->last_event != 0 && is_mentioned(verdict->id)))
		(void) decide(verdict, "unconfirmed", false,
					  pstrdup("It was recorded, but not its commissioning, and no pool here could have issued it."));
	else
		(void) decide(verdict, "unknown", false,
					  pstrdup("No event is recorded of it, and no pool here could have issued it."));
}

/* --- The verdict --- */

static void
read_what_is_known(Verdict *verdict)
{
	const ItemRow *own = &verdict->state.own;

	CurrentStateRead(verdict->id, &verdict->state);
	verdict->lot = own->lot;
	verdict->has_expiry = LotExpiry(&verdict->identifier, verdict->lot, &verdict->expiry);
	if (verdict->has_expiry || !own->has_expiry)
		return;
	verdict->has_expiry = true;
	verdict->expiry = own->expiry;
}

static void
decide_verdict(Serial *id, const char *lot, const DateADT *expiry, Verdict *verdict)
{
	Origin		origin;

	memset(verdict, 0, sizeof(Verdict));
	verdict->id = id;
	ValueOpen(id, &verdict->identifier);
	OriginsRead(&id, 1, &origin);
	read_what_is_known(verdict);
	if (!decide_by_origin(verdict, &origin) && !decide_by_beginning(verdict, &origin) &&
		!decide_by_print(verdict, lot, expiry))
	{
		verdict->is_authentic = verdict->state.own.commissioning_event != 0;
		if (!decide_by_state(verdict, lot, expiry) && !decide_by_contents(verdict))
			decide_by_knowledge(verdict);
	}
	if (verdict->state.own.first_event == 0 && verdict->reason != NULL)
		add_known_variant(verdict);
}

/*
 * May the user read the ledger?  Others with the right to call serial.verify are
 * shown the verdict only, and are not made to search for it.
 */
static bool
user_is_reader(void)
{
	return CatalogMayScan(CATALOG_ITEM) ||
		pg_class_aclcheck(CatalogTableOid("item"), GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

/*
 * The same as decide_verdict(), as the ledger's owner for users who may not read it.
 */
static void
verify_as_user(Serial *id, const char *lot, const DateADT *expiry, bool is_reader,
			   Verdict *verdict)
{
	SavedUser	user;

	if (is_reader)
		decide_verdict(id, lot, expiry, verdict);
	else
	{
		SwitchToTableOwner(CatalogTableOid("item"), 0, &user);
		decide_verdict(id, lot, expiry, verdict);
		RestoreUser(&user);
	}
}

static void
put_what_is_known(const Verdict *verdict, Datum *values, bool *nulls)
{
	const CurrentState *state = &verdict->state;

	values[VERDICT_REASON] = TextOrNull(verdict->reason, &nulls[VERDICT_REASON]);
	values[VERDICT_KNOWN_LOT] = TextOrNull(verdict->lot, &nulls[VERDICT_KNOWN_LOT]);
	nulls[VERDICT_KNOWN_EXPIRY] = !verdict->has_expiry;
	values[VERDICT_KNOWN_EXPIRY] = DateADTGetDatum(verdict->expiry);
	values[VERDICT_DISPOSITION] = TextOrNull(state->disposition,
											 &nulls[VERDICT_DISPOSITION]);
	values[VERDICT_KNOWN_PLACE] = TextOrNull(state->place,
											 &nulls[VERDICT_KNOWN_PLACE]);
	nulls[VERDICT_SINCE] = state->disposition == NULL;
	values[VERDICT_SINCE] = TimestampTzGetDatum(state->since);
	nulls[VERDICT_EVENT] = state->event == 0;
	values[VERDICT_EVENT] = Int64GetDatum(state->event);
	nulls[VERDICT_RECALL] = verdict->recall == 0;
	values[VERDICT_RECALL] = Int64GetDatum(verdict->recall);
}

static Datum
verdict_row(FunctionCallInfo fcinfo, const Verdict *verdict, bool with_known)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(get_func_rettype(fcinfo->flinfo->fn_oid), -1);
	HeapTuple	row;
	Datum		values[VERDICT_COLUMNS];
	bool		nulls[VERDICT_COLUMNS];
	bool		is_genuine = strcmp(verdict->verdict, "genuine") == 0;

	memset(nulls, true, sizeof(nulls));
	memset(nulls, false, VERDICT_IS_ALARMING + 1);
	nulls[VERDICT_REASON] = true;
	values[VERDICT_VERDICT] = CStringGetTextDatum(verdict->verdict);
	values[VERDICT_IS_GENUINE] = BoolGetDatum(is_genuine);
	values[VERDICT_IS_AUTHENTIC] = BoolGetDatum(verdict->is_authentic);
	values[VERDICT_IS_SALEABLE] = BoolGetDatum(is_genuine);
	values[VERDICT_IS_ALARMING] = BoolGetDatum(verdict->is_alarming);
	if (with_known)
		put_what_is_known(verdict, values, nulls);
	row = heap_form_tuple(desc, values, nulls);
	ReleaseTupleDesc(desc);
	return HeapTupleGetDatum(row);
}

/*
 * The lot beside what was scanned.  Forms send an empty text where nothing is printed.
 */
static char *
given_lot(FunctionCallInfo fcinfo)
{
	char	   *lot = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));

	return lot == NULL || lot[0] == '\0' ? NULL : lot;
}

/*
 * serial.verify(id serial.serial, lot text, expiry date) -> serial.verdict
 */
Datum
serial_verify(PG_FUNCTION_ARGS)
{
	Verdict		verdict;
	bool		is_reader;
	DateADT		expiry;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	is_reader = user_is_reader();
	expiry = PG_ARGISNULL(2) ? 0 : PG_GETARG_DATEADT(2);
	verify_as_user(PG_GETARG_SERIAL_PP(0), given_lot(fcinfo),
				   PG_ARGISNULL(2) ? NULL : &expiry, is_reader, &verdict);
	PG_RETURN_DATUM(verdict_row(fcinfo, &verdict, is_reader));
}

/* --- Texts --- */

/*
 * Keeps a question, and raises an alert if the verdict is alarming, for users who
 * need no right to write either.
 */
static void
record_verification(const Presented *presented, const char *asked, Datum place,
					bool place_is_null, const Verdict *verdict)
{
	static SavedPlan insert = {
		"SELECT serial_internal.record_verification($1, $2, $3, $4, $5, $6, $7, $8)",
		8, {TEXTOID, SERIAL_TYPE, TEXTOID, DATEOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID},
		SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		values[8];
	bool		nulls[8] = {false};
	char		marks[9] = "        ";
	SavedUser	user;
	int			i;

	values[0] = CStringGetTextDatum(asked);
	values[1] = PointerGetDatum(presented->id);
	nulls[1] = presented->id == NULL;
	values[2] = TextOrNull(presented->lot, &nulls[2]);
	values[3] = DateADTGetDatum(presented->expiry);
	nulls[3] = !presented->has_expiry;
	values[4] = CStringGetTextDatum(verdict->verdict);
	values[5] = TextOrNull(verdict->reason, &nulls[5]);
	values[6] = place;
	nulls[6] = place_is_null;
	values[7] = BoolGetDatum(verdict->is_alarming);
	for (i = 0; i < 8; i++)
		if (nulls[i])
			marks[i] = 'n';
	SwitchToTableOwner(CatalogTableOid("verification"), 0, &user);
	SPI_connect();
	SavedPlanExecute(&insert, values, marks, false, 0);
	SPI_finish();
	RestoreUser(&user);
}

/*
 * serial.verify(scanned text, lot text, expiry date, record boolean, place text)
 *	  -> serial.verdict
 */
Datum
serial_verify_text(PG_FUNCTION_ARGS)
{
	Presented	presented;
	Verdict		verdict;
	bool		is_reader = user_is_reader();
	char	   *asked;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	asked = text_to_cstring(PG_GETARG_TEXT_PP(0));
	PresentedRead(&presented, asked);
	if (given_lot(fcinfo) != NULL)
		PresentedSetLot(&presented, given_lot(fcinfo));
	if (!PG_ARGISNULL(2))
		PresentedSetExpiry(&presented, PG_GETARG_DATEADT(2));
	memset(&verdict, 0, sizeof(Verdict));
	if (presented.id == NULL)
		(void) decide(&verdict, "not well formed", true, presented.problem);
	else
		verify_as_user(presented.id, presented.lot,
					   presented.has_expiry ? &presented.expiry : NULL, is_reader,
					   &verdict);
	if (!PG_ARGISNULL(3) && PG_GETARG_BOOL(3))
		record_verification(&presented, asked, PG_GETARG_DATUM(4),
							PG_ARGISNULL(4), &verdict);
	PG_RETURN_DATUM(verdict_row(fcinfo, &verdict,
								is_reader || presented.id == NULL));
}
