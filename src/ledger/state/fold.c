/*-------------------------------------------------------------------------
 *
 * fold.c
 *	  The state of an item, folded from events.
 *
 * The events of an item and of its containers, while it was inside, count in the
 * order of time and, at one time, of recording.
 *
 * A blocking disposition stays until an event changes it that is about the item
 * itself, or about the container that has it, or one between the two: what happens to
 * containers further out lifts it neither from the item nor from the container, and
 * does not reach the contents of a container that has one, unless it is a final
 * disposition.
 *
 * An item in a final disposition keeps it whatever happens to its container, and so do
 * the contents of a container in a final disposition, whatever happens to the
 * containers around it and to others into which they are packed later.  When the item
 * is reinstated, the events of its containers since then count again.
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
#include "ledger/state/item.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_state);

struct FoldReader
{
	OwnEventReader *events;
	ContainmentReader *links;
};

FoldReader *
FoldOpen(void)
{
	FoldReader *reader = palloc(sizeof(FoldReader));

	reader->events = OwnEventsOpen();
	reader->links = ContainmentOpen();
	return reader;
}

void
FoldClose(FoldReader *reader)
{
	ContainmentClose(reader->links);
	OwnEventsClose(reader->events);
	pfree(reader);
}

void
FoldOwnEvents(FoldReader *reader, const Serial *id, OwnEvents *events)
{
	OwnEventsRead(reader->events, id, events);
}

/* --- Events of an item --- */

/*
 * The time during which the item was inside a container, or the item itself, and the
 * container's own events at any time.
 */
typedef struct FoldInterval
{
	const ContainmentInterval *inside;
	const OwnEvents *events;
} FoldInterval;

/*
 * An event of the item or of a container while it was inside.
 */
typedef struct Mention
{
	const OwnEvent *own;
	const ContainmentInterval *inside;
} Mention;

/*
 * From since to until, no event at or after a step affects the item through a container
 * outside the given depth: what is at that depth had a final disposition.
 */
typedef struct Closing
{
	const ContainmentInterval *inside;
	TimestampTz at;
	int64		event;
} Closing;

typedef struct Fold
{
	TimestampTz as_of;
	int64		upto;
	FoldInterval *intervals;
	int			n_intervals;
	int			max_depth;
	Mention    *mentions;		/* in order; of one event, the least depth
								 * first */
	int			n;
	Closing    *closings;
	int			n_closings;
} Fold;

static inline int
compare_steps(const Mention *a, const Mention *b)
{
	return StepCompare(a->own->at, a->own->event, b->own->at, b->own->event);
}

static inline bool
is_within(const ContainmentInterval *inside, TimestampTz at, int64 event)
{
	return StepCompare(at, event, inside->since, inside->since_event) >= 0 &&
		StepCompare(at, event, inside->until, inside->until_event) < 0;
}

/*
 * An unpacking is an event of what it takes out, too, which it need not name.
 */
static inline bool
is_unpacked_by(const ContainmentInterval *inside, const OwnEvent *own)
{
	return own->is_parent && own->assertions->unpacks &&
		StepCompare(own->at, own->event, inside->until, inside->until_event) == 0;
}

static bool
is_over(const Fold *fold, const ContainmentInterval *inside)
{
	return inside->until != DT_NOEND &&
		StepCompare(inside->until, inside->until_event, fold->as_of, fold->upto) <= 0;
}

static int
compare_mentions(const void *left, const void *right)
{
	const Mention *a = left;
	const Mention *b = right;
	int			order = compare_steps(a, b);

	return order != 0 ? order : a->inside->depth - b->inside->depth;
}

static void
read_intervals(Fold *fold, FoldReader *reader, Serial *id)
{
	List	   *containment = ContainmentRead(reader->links, id);
	ListCell   *cell;

	fold->intervals = palloc(list_length(containment) * sizeof(FoldInterval));
	fold->n_intervals = 0;
	fold->max_depth = 0;
	foreach(cell, containment)
	{
		const ContainmentInterval *inside = lfirst(cell);
		FoldInterval *interval = &fold->intervals[fold->n_intervals++];

		interval->inside = inside;
		fold->max_depth = Max(fold->max_depth, inside->depth);
		if (inside->depth > 0)
			interval->events = OwnEventsReadCached(reader->events, inside->container);
		else
		{
			OwnEvents  *own = palloc(sizeof(OwnEvents));

			OwnEventsRead(reader->events, id, own);
			interval->events = own;
		}
	}
}

static void
add_mentions(Fold *fold, const FoldInterval *interval)
{
	int			i;

	for (i = 0; i < interval->events->n; i++)
	{
		const OwnEvent *own = &interval->events->members[i];

		if ((!is_within(interval->inside, own->at, own->event) &&
			 !is_unpacked_by(interval->inside, own)) ||
			StepCompare(own->at, own->event, fold->as_of, fold->upto) > 0)
			continue;
		fold->mentions[fold->n].own = own;
		fold->mentions[fold->n++].inside = interval->inside;
	}
}

static void
collect_mentions(Fold *fold)
{
	Size		most = 0;
	int			i;

	for (i = 0; i < fold->n_intervals; i++)
		most += fold->intervals[i].events->n;
	fold->mentions = palloc_extended(Max(most, 1) * sizeof(Mention), MCXT_ALLOC_HUGE);
	fold->n = 0;
	for (i = 0; i < fold->n_intervals; i++)
		add_mentions(fold, &fold->intervals[i]);
	if (fold->n > 1)
		qsort(fold->mentions, fold->n, sizeof(Mention), compare_mentions);
}

/* --- Final dispositions --- */

/*
 * The last event of a container itself, up to a step, that changed its disposition.
 */
static const OwnEvent *
last_change(const OwnEvents *events, TimestampTz at, int64 event)
{
	int			i;

	for (i = events->n - 1; i >= 0; i--)
	{
		const OwnEvent *own = &events->members[i];

		if (own->resulting_disposition != NULL &&
			StepCompare(own->at, own->event, at, event) <= 0)
			return own;
	}
	return NULL;
}

static bool
is_closed(const Closing *closings, int n, const Mention *mention)
{
	const OwnEvent *own = mention->own;
	int			i;

	for (i = 0; i < n; i++)
		if (closings[i].inside->depth < mention->inside->depth &&
			StepCompare(own->at, own->event, closings[i].at, closings[i].event) >= 0 &&
			is_within(closings[i].inside, own->at, own->event))
			return true;
	return false;
}

static void
add_closing(Fold *fold, int *n, const ContainmentInterval *inside, TimestampTz at,
			int64 event)
{
	if (fold->closings == NULL)
		fold->closings = palloc(sizeof(Closing));
	else
		fold->closings = repalloc(fold->closings, (*n + 1) * sizeof(Closing));
	fold->closings[*n].inside = inside;
	fold->closings[*n].at = at;
	fold->closings[(*n)++].event = event;
}

/*
 * What had a final disposition when its interval ended, or has one now.
 */
static void
close_final(Fold *fold)
{
	int			i;

	for (i = 0; i < fold->n_intervals; i++)
	{
		const FoldInterval *interval = &fold->intervals[i];
		const ContainmentInterval *inside = interval->inside;
		const OwnEvent *last;

		if (inside->depth == fold->max_depth)
			continue;
		last = is_over(fold, inside) ?
			last_change(interval->events, inside->until, inside->until_event - 1) :
			last_change(interval->events, fold->as_of, fold->upto);
		if (last != NULL && DispositionIsFinal(last->resulting_disposition))
			add_closing(fold, &fold->n_closings, inside, last->at, last->event);
	}
}

/*
 * Did what was in an inner interval share the final disposition of the container
 * that it left, and has it none of its own since?
 */
static bool
left_final_container(const Fold *fold, const ContainmentInterval *outer,
					 const ContainmentInterval *inner)
{
	const Mention *last = NULL;
	int			i;

	for (i = 0; i < fold->n; i++)
	{
		const Mention *mention = &fold->mentions[i];
		const OwnEvent *own = mention->own;

		if (own->resulting_disposition == NULL)
			continue;
		if (mention->inside->depth == inner->depth &&
			StepCompare(own->at, own->event, outer->until, outer->until_event) >= 0 &&
			StepCompare(own->at, own->event, inner->until, inner->until_event) < 0)
			return false;
		if (mention->inside->depth < inner->depth ||
			StepCompare(own->at, own->event, inner->since, inner->since_event) < 0 ||
			StepCompare(own->at, own->event, outer->until, outer->until_event) >= 0 ||
			is_closed(fold->closings, fold->n_closings, mention))
			continue;
		if (last == NULL || compare_steps(mention, last) > 0)
			last = mention;		/* of one event, that of the least depth */
	}
	return last != NULL && last->inside->depth > inner->depth &&
		DispositionIsFinal(last->own->resulting_disposition);
}

/*
 * From the outermost containers inwards, since those of one depth depend on those
 * further out.
 */
static void
close_after_leaving(Fold *fold, int depth)
{
	int			n = fold->n_closings;
	int			o;
	int			s;

	for (o = 0; o < fold->n_intervals; o++)
	{
		const ContainmentInterval *outer = fold->intervals[o].inside;

		if (outer->depth != depth || !is_over(fold, outer))
			continue;
		for (s = 0; s < fold->n_intervals; s++)
		{
			const ContainmentInterval *inner = fold->intervals[s].inside;

			if (inner->depth == depth - 1 &&
				StepCompare(inner->since, inner->since_event, outer->since,
							outer->since_event) <= 0 &&
				StepCompare(inner->until, inner->until_event, outer->until,
							outer->until_event) > 0 &&
				left_final_container(fold, outer, inner))
				add_closing(fold, &n, inner, outer->until, outer->until_event);
		}
	}
	fold->n_closings = n;
}

static const ContainmentInterval *
current_container(const Fold *fold)
{
	int			i;

	for (i = 0; i < fold->n_intervals; i++)
		if (fold->intervals[i].inside->depth == 1 &&
			fold->intervals[i].inside->until == DT_NOEND)
			return fold->intervals[i].inside;
	return NULL;
}

static bool
has_own_closing(const Fold *fold)
{
	int			i;

	for (i = 0; i < fold->n_closings; i++)
		if (fold->closings[i].inside->depth == 0)
			return true;
	return false;
}

/*
 * Leaves the mentions that affect the item.
 */
static void
keep_relevant(Fold *fold, bool own_only)
{
	const ContainmentInterval *now = NULL;
	int			kept = 0;
	int			depth;
	int			i;

	close_final(fold);
	for (depth = fold->max_depth; depth > 0; depth--)
		close_after_leaving(fold, depth);
	if (own_only && !has_own_closing(fold))
		now = current_container(fold);
	for (i = 0; i < fold->n; i++)
	{
		const Mention *mention = &fold->mentions[i];

		if (is_closed(fold->closings, fold->n_closings, mention))
			continue;
		if (now != NULL && mention->inside->depth > 0 &&
			StepCompare(mention->own->at, mention->own->event, now->since,
						now->since_event) >= 0)
			continue;
		fold->mentions[kept++] = *mention;
	}
	fold->n = kept;
}

/* --- What counts among the relevant mentions --- */

/*
 * Is a later mention about the item itself, or about what the earlier one named or
 * something between the two, in which the item was already?
 */
static bool
is_about_same(const Mention *later, const Mention *earlier)
{
	return later->inside->depth == 0 ||
		(later->inside->depth <= earlier->inside->depth &&
		 StepCompare(later->inside->since, later->inside->since_event,
					 earlier->own->at, earlier->own->event) <= 0);
}

/*
 * Does a container between the item and the one that a mention names have a blocking
 * disposition then?
 */
static bool
is_blocked_between(const Fold *fold, const Mention *mention)
{
	const OwnEvent *own = mention->own;
	int			i;

	for (i = 0; i < fold->n_intervals; i++)
	{
		const FoldInterval *interval = &fold->intervals[i];
		const OwnEvent *last;

		if (interval->inside->depth < 1 ||
			interval->inside->depth >= mention->inside->depth ||
			!is_within(interval->inside, own->at, own->event))
			continue;
		last = last_change(interval->events, own->at, own->event);
		if (last != NULL && DispositionIsBlocked(last->resulting_disposition))
			return true;
	}
	return false;
}

static bool
changes_disposition(const Fold *fold, const Mention *mention)
{
	return mention->own->resulting_disposition != NULL &&
		(mention->inside->depth < 2 ||
		 DispositionIsFinal(mention->own->resulting_disposition) ||
		 !is_blocked_between(fold, mention));
}

/*
 * Has a mention a blocking disposition that no later one lifts?
 */
static bool
is_blocking(const Fold *fold, int n)
{
	const Mention *mention = &fold->mentions[n];
	int			i;

	if (!DispositionIsBlocked(mention->own->resulting_disposition))
		return false;
	for (i = n + 1; i < fold->n; i++)
	{
		const Mention *later = &fold->mentions[i];

		if (later->own->resulting_disposition != NULL &&
			compare_steps(later, mention) > 0 &&
			(is_about_same(later, mention) ||
			 DispositionIsFinal(later->own->resulting_disposition)))
			return false;
	}
	return true;
}

/*
 * The first blocking disposition that none lifts, else the last disposition.
 */
static const Mention *
disposition_mention(const Fold *fold)
{
	const Mention *last = NULL;
	int			i;

	for (i = 0; i < fold->n; i++)
	{
		const Mention *mention = &fold->mentions[i];

		if (!changes_disposition(fold, mention))
			continue;
		if (is_blocking(fold, i))
			return mention;
		if (last == NULL || compare_steps(mention, last) > 0)
			last = mention;
	}
	return last;
}

static const char *
place_named(const Mention *mention)
{
	return mention->own->is_input ? NULL : mention->own->assertions->place;
}

/*
 * Of one event, the mention of the least depth comes first.
 */
static const Mention *
first_of_event(const Fold *fold, int n)
{
	while (n > 0 && compare_steps(&fold->mentions[n - 1], &fold->mentions[n]) == 0)
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
			(last == NULL || compare_steps(&fold->mentions[i], last) > 0))
			last = &fold->mentions[i];
	return last;
}

/*
 * A shipping is undone by the next void_shipping, if no other shipping comes between.
 */
static bool
is_undone(const Fold *fold, int n)
{
	const Mention *mention = &fold->mentions[n];
	int			i;

	for (i = n + 1; i < fold->n; i++)
	{
		const Mention *later = &fold->mentions[i];
		const EventAssertions *assertions = later->own->assertions;

		if (compare_steps(later, mention) > 0 &&
			(assertions->new_owner != NULL || assertions->undoes_shipping) &&
			is_about_same(later, mention))
			return assertions->undoes_shipping;
	}
	return false;
}

static void
find_consignee(const Fold *fold, FoldedState *state)
{
	const OwnEvent *shipped = NULL;
	const OwnEvent *undoing = NULL;
	int			i;

	for (i = fold->n - 1; i >= 0 && shipped == NULL; i--)
		if (fold->mentions[i].own->assertions->new_owner != NULL && !is_undone(fold, i))
			shipped = fold->mentions[i].own;
	for (i = fold->n - 1; i >= 0 && undoing == NULL; i--)
		if (fold->mentions[i].own->assertions->undoes_shipping)
			undoing = fold->mentions[i].own;
	if (shipped != NULL)
	{
		state->consignee = shipped->assertions->new_owner;
		state->consignee_since = shipped->at;
		state->consignee_event = shipped->event;
	}
	if (undoing == NULL)
		return;
	state->consignee_since = Max(state->consignee_since, undoing->at);
	if (shipped == NULL || undoing->at >= shipped->at)
		state->consignee_event = undoing->event;
}

/* --- Persistent dispositions --- */

static void
append_words(StringInfo mentions, const Mention *mention, const char *member, bool is_set)
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
	MemoryContext caller = CurrentMemoryContext;
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
		append_words(&mentions, &fold->mentions[i], "set", true);
		append_words(&mentions, &fold->mentions[i], "unset", false);
	}
	if (mentions.len == 1)
		return;
	appendStringInfoChar(&mentions, ']');
	value = DirectFunctionCall1(jsonb_in, CStringGetDatum(mentions.data));
	SPI_connect();
	SavedPlanExecute(&decide, &value, NULL, true, 1);
	value = SavedPlanResult(0, 1, &isnull);
	state->has_persistent_dispositions = !isnull;
	if (!isnull)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		state->persistent_dispositions = datumCopy(value, false, -1);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
}

/* --- The state --- */

static void
summarize(const Fold *fold, FoldedState *state)
{
	const Mention *last = first_of_event(fold, fold->n - 1);
	const Mention *disposition = disposition_mention(fold);
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
fold_events(Fold *fold, bool own_only, FoldedState *state)
{
	memset(state, 0, sizeof(FoldedState));
	state->since = state->place_since = state->consignee_since =
		state->event_time = DT_NOBEGIN;
	collect_mentions(fold);
	keep_relevant(fold, own_only);
	if (fold->n == 0)
		return false;
	summarize(fold, state);
	return true;
}

bool
FoldState(FoldReader *reader, Serial *id, TimestampTz as_of, int64 upto, bool own_only,
		  FoldedState *state)
{
	Fold		fold = {.as_of = as_of,.upto = upto};

	read_intervals(&fold, reader, id);
	return fold_events(&fold, own_only, state);
}

/*
 * The first interval is that of the item itself.
 */
static void
find_origin(const OwnEvents *own, FoldedOrigin *origin)
{
	int			i;

	memset(origin, 0, sizeof(FoldedOrigin));
	for (i = 0; i < own->n; i++)
	{
		const OwnEvent *event = &own->members[i];
		const EventAssertions *assertions = event->assertions;

		if (origin->first_event == 0 && event->resulting_disposition != NULL)
			origin->first_event = event->event;
		if (origin->commissioning_event == 0 &&
			(event->is_output ||
			 (event->is_item && assertions->is_object_add && !assertions->begins_numbers)))
			origin->commissioning_event = event->event;
		if (event->is_input)
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
	Fold		fold = {.as_of = DT_NOEND,.upto = LAST_EVENT};

	read_intervals(&fold, reader, id);
	find_origin(fold.intervals[0].events, origin);
	return fold_events(&fold, true, state);
}

/* --- In SQL --- */

static Datum
timestamp_or_null(TimestampTz at, bool *isnull)
{
	*isnull = at == DT_NOBEGIN;
	return TimestampTzGetDatum(at);
}

static Datum
number_or_null(int64 number, bool *isnull)
{
	*isnull = number == 0;
	return Int64GetDatum(number);
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
		values[1] = timestamp_or_null(state.since, &nulls[1]);
		values[2] = TextOrNull(state.place, &nulls[2]);
		values[3] = timestamp_or_null(state.place_since, &nulls[3]);
		values[4] = Int64GetDatum(state.event);
		values[5] = PointerGetDatum(state.source_item);
		nulls[6] = !state.has_persistent_dispositions;
		values[6] = state.persistent_dispositions;
		values[7] = TextOrNull(state.consignee, &nulls[7]);
		values[8] = timestamp_or_null(state.consignee_since, &nulls[8]);
		values[9] = number_or_null(state.disposition_event, &nulls[9]);
		values[10] = TimestampTzGetDatum(state.event_time);
		values[11] = number_or_null(state.place_event, &nulls[11]);
		values[12] = number_or_null(state.consignee_event, &nulls[12]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	FoldClose(reader);
	return (Datum) 0;
}
