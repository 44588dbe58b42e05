/*-------------------------------------------------------------------------
 *
 * fold.c
 *	  The state of an item, folded from events.
 *
 * The events of an item and of its containers, while it was inside, count in the
 * order of time and, at one time, of recording.  Which of them decides about the
 * disposition is in fold_disposition.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "lib/stringinfo.h"
#include "ledger/event/cbv.h"
#include "ledger/seal/sealed_text.h"
#include "ledger/state/fold.h"
#include "ledger/state/fold_disposition.h"
#include "ledger/state/item.h"
#include "ledger/state/item_history.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(serial_state);
PG_FUNCTION_INFO_V1(serial_shipments);

struct FoldReader
{
	HistoryReader *histories;
};

FoldReader *
FoldOpen(void)
{
	FoldReader *reader = palloc(sizeof(FoldReader));

	reader->histories = HistoryOpen();
	return reader;
}

void
FoldClose(FoldReader *reader)
{
	HistoryClose(reader->histories);
	pfree(reader);
}

static const char *
place_named(const Mention *mention)
{
	return mention->own->role == ROLE_INPUT ? NULL : mention->own->assertions->place;
}

/*
 * Of one event, the mention of the least depth comes first.
 */
static const Mention *
first_of_event(const Fold *fold, int n)
{
	while (n > 0 && MentionCompare(&fold->mentions[n - 1], &fold->mentions[n]) == 0)
		n--;
	return &fold->mentions[n];
}

static const Mention *
place_mention(const Fold *fold)
{
	const Mention *last = NULL;
	int			i;

	for (i = 0; i < fold->n; i++)
		if (place_named(&fold->mentions[i]) != NULL &&
			(last == NULL || MentionCompare(&fold->mentions[i], last) > 0))
			last = &fold->mentions[i];
	return last;
}

/*
 * A void_shipping undoes the last shipping, not undone yet, of what it names or of a
 * container around that.
 */
static void
undo_shipping(const Fold *fold, int n, bool *stands)
{
	int			i;

	for (i = n - 1; i >= 0; i--)
		if (stands[i] && MentionCompare(&fold->mentions[i], &fold->mentions[n]) < 0 &&
			MentionIsAboutSame(&fold->mentions[n], &fold->mentions[i]))
		{
			stands[i] = false;
			return;
		}
}

/*
 * Is the item on its way after an event?
 */
static bool
is_under_way_after(const EventAssertions *assertions, bool before)
{
	if (assertions->departs)
		return true;
	return before && !assertions->undoes_shipping && !assertions->arrives &&
		assertions->place == NULL;
}

/*
 * The mentions by which the item was shipped, without those that were undone.  Of one
 * event, only the first mention counts.  A departure without a consignee ships what is not
 * on its way yet; otherwise it belongs to the shipping before.
 */
static bool *
standing_shippings(const Fold *fold, TimestampTz *void_shipping_time)
{
	bool	   *stands = palloc0(fold->n * sizeof(bool));
	bool		is_under_way = false;
	int			i;

	for (i = 0; i < fold->n; i++)
	{
		const EventAssertions *assertions = fold->mentions[i].own->assertions;

		if (first_of_event(fold, i) != &fold->mentions[i])
			continue;
		stands[i] = assertions->ships || (assertions->departs && !is_under_way);
		is_under_way = is_under_way_after(assertions, is_under_way);
		if (!assertions->undoes_shipping)
			continue;
		undo_shipping(fold, i, stands);
		*void_shipping_time = fold->mentions[i].own->at;
	}
	return stands;
}

static void
find_consignee(const Fold *fold, FoldedState *state)
{
	bool	   *stands = standing_shippings(fold, &state->void_shipping_time);
	int			i;

	for (i = fold->n - 1; i >= 0; i--)
	{
		const OwnEvent *own = fold->mentions[i].own;

		if (!stands[i] || own->assertions->step.consignee.party == NULL)
			continue;
		state->consignee = own->assertions->step.consignee.party;
		state->consignee_since = own->at;
		state->consignee_event = own->event;
		break;
	}
	pfree(stands);
}

/* --- Persistent dispositions --- */

static void
append_persistent_words(StringInfo mentions, const Mention *mention, const char *member, bool is_set)
{
	Jsonb	   *persistent = DatumGetJsonbP(mention->own->assertions->persistent);
	JsonbValue *words = getKeyJsonValueFromContainer(&persistent->root, member,
													 strlen(member), NULL);
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	word;

	if (words == NULL || words->type != jbvBinary)
		return;
	iterator = JsonbIteratorInit(words->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &word, false)) != WJB_DONE)
	{
		if (token != WJB_ELEM || word.type != jbvString)
			continue;
		appendStringInfoString(mentions, mentions->len == 1 ? "{\"word\": " : ", {\"word\": ");
		escape_json(mentions, pnstrdup(word.val.string.val, word.val.string.len));
		appendStringInfo(mentions, ", \"depth\": %d, \"is_set\": %s, \"by\": " INT64_FORMAT
						 ", \"inside_event\": " INT64_FORMAT,
						 mention->inside->depth, is_set ? "true" : "false",
						 mention->own->event, mention->inside->since_event);
		appendStringInfo(mentions, ", \"at\": \"%s\"", SealedTimestamp(mention->own->at));
		appendStringInfo(mentions, ", \"inside_since\": \"%s\"}",
						 SealedTimestamp(mention->inside->since));
	}
}

/*
 * Few items have persistent dispositions, so that SQL is fast enough.
 */
static void
find_persistent_dispositions(const Fold *fold, FoldedState *state)
{
	static SavedPlan decide = {
		"SELECT serial_internal.decide_persistent_dispositions($1)",
		1, {JSONBOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	StringInfoData mentions;
	Datum		value;
	bool		isnull;
	int			i;

	initStringInfo(&mentions);
	appendStringInfoChar(&mentions, '[');
	for (i = 0; i < fold->n; i++)
	{
		if (!fold->mentions[i].own->assertions->has_persistent)
			continue;
		append_persistent_words(&mentions, &fold->mentions[i], "set", true);
		append_persistent_words(&mentions, &fold->mentions[i], "unset", false);
	}
	if (mentions.len == 1)
		return;
	appendStringInfoChar(&mentions, ']');
	value = DirectFunctionCall1(jsonb_in, CStringGetDatum(mentions.data));
	state->persistent_dispositions = SavedPlanValue(&decide, &value, NULL, &isnull);
	state->has_persistent_dispositions = !isnull;
}

/* --- The state --- */

static void
summarize(const Fold *fold, FoldedState *state)
{
	const Mention *last = first_of_event(fold, fold->n - 1);
	const Mention *disposition = FoldDispositionMention(fold);
	const Mention *place = place_mention(fold);

	state->event = last->own->event;
	state->event_time = last->own->at;
	state->source_item = last->inside->container;
	if (disposition != NULL)
	{
		state->disposition = disposition->own->resulting_disposition;
		state->since = disposition->own->at;
		state->disposition_event = disposition->own->event;
	}
	if (place != NULL)
	{
		state->place = place->own->assertions->place;
		state->place_since = place->own->at;
		state->place_event = place->own->event;
	}
	find_consignee(fold, state);
	find_persistent_dispositions(fold, state);
}

static bool
fold_events(FoldReader *reader, ItemHistory *history, TimestampTz as_of, int64 upto,
			bool own_only, FoldedState *state)
{
	Fold		fold;

	memset(state, 0, sizeof(FoldedState));
	state->since = state->place_since = state->consignee_since =
		state->void_shipping_time = state->event_time = DT_NOBEGIN;
	HistoryResolveAll(reader->histories, history, as_of, upto);
	FoldBegin(&fold, reader->histories, history, as_of, upto);
	if (own_only)
		FoldKeepOwn(&fold);
	if (fold.n == 0)
		return false;
	summarize(&fold, state);
	return true;
}

bool
FoldState(FoldReader *reader, Serial *id, TimestampTz as_of, int64 upto, bool own_only,
		  FoldedState *state)
{
	ItemHistory *history = HistoryRead(reader->histories, id);

	return fold_events(reader, history, as_of, upto, own_only, state);
}

bool
FoldStateBeforeLater(FoldReader *reader, Serial *id, TimestampTz at, int64 event,
					 FoldedState *state, OwnEvents *events)
{
	ItemHistory *history = HistoryRead(reader->histories, id);
	int			n = history->events.n;
	bool		has_later = n > 0 &&
	StepCompare(history->events.members[n - 1].at, history->events.members[n - 1].event,
				at, event) > 0;

	*events = history->events;
	if (!has_later)
		HistoryResolve(reader->histories, history, at, event - 1);
	else
	{
		HistoryResolve(reader->histories, history, DT_NOEND, LAST_EVENT);
		(void) fold_events(reader, history, at, event - 1, false, state);
	}
	return has_later;
}

void
FoldOwnEvents(FoldReader *reader, const Serial *id, OwnEvents *events)
{
	ItemHistory *history = HistoryRead(reader->histories, id);

	HistoryResolve(reader->histories, history, DT_NOEND, LAST_EVENT);
	*events = history->events;
}

bool
FoldIsExceptional(FoldReader *reader, Serial *id)
{
	ItemHistory *history = HistoryRead(reader->histories, id);

	HistoryResolveAll(reader->histories, history, DT_NOEND, LAST_EVENT);
	return history->is_exceptional || HistoryIsInExceptional(history);
}

static void
find_origin(const OwnEvents *own, FoldedOrigin *origin)
{
	int			i;

	memset(origin, 0, sizeof(FoldedOrigin));
	for (i = 0; i < own->n; i++)
	{
		const OwnEvent *event = &own->members[i];
		const EventAssertions *assertions = event->assertions;
		bool		is_output = event->role == ROLE_OUTPUT;

		if (origin->first_event == 0 && event->resulting_disposition != NULL)
			origin->first_event = event->event;
		if (origin->commissioning_event == 0 &&
			(is_output ||
			 (event->role == ROLE_ITEM && assertions->is_object_add && !assertions->begins_numbers)))
			origin->commissioning_event = event->event;
		if (event->role == ROLE_INPUT)
			continue;
		if (assertions->lot != NULL)
			origin->lot = assertions->lot;
		if (assertions->has_expiry)
		{
			origin->has_expiry = true;
			origin->expiry = assertions->expiry;
		}
	}
}

bool
FoldItem(FoldReader *reader, Serial *id, FoldedState *state, FoldedOrigin *origin)
{
	ItemHistory *history = HistoryRead(reader->histories, id);
	bool		is_known = fold_events(reader, history, DT_NOEND, LAST_EVENT, true, state);

	find_origin(&history->events, origin);
	return is_known;
}

/* --- In SQL --- */

static void
put_shipments(FoldReader *reader, Serial *id, ReturnSetInfo *result)
{
	ItemHistory *history = HistoryRead(reader->histories, id);
	TimestampTz void_shipping_time;
	Fold		fold;
	bool	   *stands;
	int			i;

	HistoryResolveAll(reader->histories, history, DT_NOEND, LAST_EVENT);
	FoldBegin(&fold, reader->histories, history, DT_NOEND, LAST_EVENT);
	stands = standing_shippings(&fold, &void_shipping_time);
	for (i = 0; i < fold.n; i++)
	{
		const OwnEvent *own = fold.mentions[i].own;
		Datum		values[5];
		bool		nulls[5] = {false};

		if (!stands[i])
			continue;
		values[0] = PointerGetDatum(id);
		values[1] = TextOrNull(own->assertions->step.consignee.party, &nulls[1]);
		values[2] = TimestampTzGetDatum(own->at);
		values[3] = Int64GetDatum(own->event);
		values[4] = BoolGetDatum(StepShips(own->assertions->step.step));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/*
 * serial_internal.shipments(ids serial.serial[])
 *	  -> table (id serial.serial, party text, at timestamptz, event bigint,
 *				is_shipping boolean)
 */
Datum
serial_shipments(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext one;
	FoldReader *reader;
	SerialSet	ids;
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(0));
	SerialSetMakeDistinct(&ids);
	reader = FoldOpen();
	one = AllocSetContextCreate(caller, "serial shipments", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(one);
	for (i = 0; i < ids.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_shipments(reader, ids.members[i], (ReturnSetInfo *) fcinfo->resultinfo);
		MemoryContextReset(one);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(one);
	FoldClose(reader);
	return (Datum) 0;
}

/*
 * serial_internal.state(id serial.serial, as_of timestamptz, own_only boolean,
 *						 upto bigint)
 *	  -> table (disposition text, since timestamptz, place text,
 *				place_since timestamptz, event bigint,
 *				source_item serial.serial, persistent_dispositions jsonb,
 *				consignee text, consignee_since timestamptz,
 *				disposition_event bigint, event_time timestamptz,
 *				place_event bigint, consignee_event bigint)
 */
Datum
serial_state(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	FoldReader *reader;
	FoldedState state;
	Datum		values[13];
	bool		nulls[13] = {false};

	InitMaterializedSRF(fcinfo, 0);
	reader = FoldOpen();
	if (FoldState(reader, PG_GETARG_SERIAL_PP(0), PG_GETARG_TIMESTAMPTZ(1),
				  PG_GETARG_INT64(3), PG_GETARG_BOOL(2), &state))
	{
		values[0] = TextOrNull(state.disposition, &nulls[0]);
		values[1] = TimestampOrNull(state.since, &nulls[1]);
		values[2] = TextOrNull(state.place, &nulls[2]);
		values[3] = TimestampOrNull(state.place_since, &nulls[3]);
		values[4] = Int64GetDatum(state.event);
		values[5] = PointerGetDatum(state.source_item);
		nulls[6] = !state.has_persistent_dispositions;
		values[6] = state.persistent_dispositions;
		values[7] = TextOrNull(state.consignee, &nulls[7]);
		values[8] = TimestampOrNull(state.consignee_since, &nulls[8]);
		values[9] = NumberOrNull(state.disposition_event, &nulls[9]);
		values[10] = TimestampTzGetDatum(state.event_time);
		values[11] = NumberOrNull(state.place_event, &nulls[11]);
		values[12] = NumberOrNull(state.consignee_event, &nulls[12]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	FoldClose(reader);
	return (Datum) 0;
}
