/*-------------------------------------------------------------------------
 *
 * item_history.c
 *	  What happened to an item: its own events, and those of the containers that it
 *	  was in.
 *
 * Many items are in the same containers: the histories of these are kept.
 *
 * What a step left depends on events before it only, of the item or of containers.
 * So the recursion from an item to its containers ends, even if two of them have been
 * in one another at different times.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "ledger/event/cbv.h"
#include "ledger/state/fold_disposition.h"
#include "ledger/state/item_history.h"
#include "miscadmin.h"

typedef struct KeptHistory
{
	Serial	   *id;
	ItemHistory *history;
	char		status;
} KeptHistory;

#define SH_PREFIX		kept_histories
#define SH_ELEMENT_TYPE	KeptHistory
#define SH_KEY_TYPE		Serial *
#define SH_KEY			id
#define SH_HASH_KEY(table, key)	ValueHash(key)
#define SH_EQUAL(table, a, b)	ValueEqual(a, b)
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct HistoryReader
{
	OwnEventReader *events;
	ContainmentReader *links;
	kept_histories_hash *containers;
	StepTransitions transitions;
	MemoryContext memory;
};

HistoryReader *
HistoryOpen(void)
{
	HistoryReader *reader = palloc0(sizeof(HistoryReader));

	reader->events = OwnEventsOpen();
	reader->links = ContainmentOpen();
	reader->memory = CurrentMemoryContext;
	reader->containers = kept_histories_create(reader->memory, 64, NULL);
	return reader;
}

void
HistoryClose(HistoryReader *reader)
{
	kept_histories_destroy(reader->containers);
	ContainmentClose(reader->links);
	OwnEventsClose(reader->events);
	pfree(reader);
}

/* --- Reading --- */

static ItemHistory *
read_own_events(HistoryReader *reader, const Serial *id)
{
	ItemHistory *history = palloc0(sizeof(ItemHistory));

	history->id = unconstify(Serial *, id);
	OwnEventsRead(reader->events, id, &history->events);
	return history;
}

static ItemHistory *
history_of_container(HistoryReader *reader, Serial *id)
{
	bool		found;
	KeptHistory *kept = kept_histories_insert(reader->containers, id, &found);

	if (!found)
	{
		MemoryContext caller = MemoryContextSwitchTo(reader->memory);

		kept->id = SerialCopy(id);
		kept->history = read_own_events(reader, kept->id);
		kept->history->is_kept = true;
		MemoryContextSwitchTo(caller);
	}
	return kept->history;
}

static void
read_intervals(HistoryReader *reader, ItemHistory *history)
{
	List	   *containment = ContainmentRead(reader->links, history->id);
	ListCell   *cell;

	history->intervals = palloc(list_length(containment) * sizeof(HistoryInterval));
	foreach(cell, containment)
	{
		const ContainmentInterval *inside = lfirst(cell);
		HistoryInterval *interval = &history->intervals[history->n_intervals++];

		interval->inside = inside;
		interval->of = inside->depth == 0 ? history :
			history_of_container(reader, inside->container);
		history->max_depth = Max(history->max_depth, inside->depth);
	}
}

ItemHistory *
HistoryRead(HistoryReader *reader, const Serial *id)
{
	return read_own_events(reader, id);
}

/*
 * The containers around an item are looked up only where it matters in which it was.
 */
void
HistoryNeedIntervals(HistoryReader *reader, ItemHistory *history)
{
	MemoryContext caller = CurrentMemoryContext;

	if (history->intervals != NULL)
		return;
	if (history->is_kept)
		MemoryContextSwitchTo(reader->memory);
	read_intervals(reader, history);
	MemoryContextSwitchTo(caller);
}

/* --- Mentions --- */

/*
 * An unpacking is an event of what it takes out, too, which it need not name.
 */
static bool
is_unpacked_by(const ContainmentInterval *inside, const OwnEvent *own)
{
	return own->role == ROLE_PARENT && own->assertions->unpacks &&
		StepCompare(own->at, own->event, inside->until, inside->until_event) == 0;
}

static int
compare_mentions(const void *left, const void *right)
{
	const Mention *a = left;
	const Mention *b = right;
	int			order = MentionCompare(a, b);

	return order != 0 ? order : a->inside->depth - b->inside->depth;
}

static void
add_mentions(const HistoryInterval *interval, TimestampTz at, int64 event,
			 Mentions *mentions)
{
	const OwnEvents *events = &interval->of->events;
	int			i;

	for (i = 0; i < events->n; i++)
	{
		const OwnEvent *own = &events->members[i];

		if (StepCompare(own->at, own->event, at, event) > 0)
			break;
		if (!IntervalIncludes(interval->inside, own->at, own->event) &&
			!is_unpacked_by(interval->inside, own))
			continue;
		mentions->members[mentions->n].own = own;
		mentions->members[mentions->n++].inside = interval->inside;
	}
}

void
HistoryMentions(const ItemHistory *history, TimestampTz at, int64 event,
				Mentions *mentions)
{
	Size		most = 0;
	int			i;

	for (i = 0; i < history->n_intervals; i++)
		most += history->intervals[i].of->events.n;
	mentions->members = palloc_extended(Max(most, 1) * sizeof(Mention), MCXT_ALLOC_HUGE);
	mentions->n = 0;
	for (i = 0; i < history->n_intervals; i++)
		add_mentions(&history->intervals[i], at, event, mentions);
	if (history->n_intervals > 1 && mentions->n > 1)
		qsort(mentions->members, mentions->n, sizeof(Mention), compare_mentions);
}

/* --- What steps left --- */

/*
 * Sets the result of the next event, which finds a disposition.
 */
static void
resolve_next(HistoryReader *reader, ItemHistory *history, const char *found)
{
	OwnEvent   *own = &history->events.members[history->n_resolved];
	MemoryContext caller = MemoryContextSwitchTo(reader->memory);

	own->resulting_disposition = OwnEventResult(own, &reader->transitions, found);
	MemoryContextSwitchTo(caller);
	history->is_exceptional |= DispositionIsExceptional(own->resulting_disposition);
	history->n_resolved++;
}

static const char *
last_own_result(const ItemHistory *history)
{
	int			i;

	for (i = history->n_resolved - 1; i >= 0; i--)
		if (history->events.members[i].resulting_disposition != NULL)
			return history->events.members[i].resulting_disposition;
	return NULL;
}

/*
 * Does it matter for the next event in which containers the item was?
 */
static bool
next_depends_on_containers(HistoryReader *reader, const ItemHistory *history)
{
	const OwnEvent *own = &history->events.members[history->n_resolved];
	MemoryContext caller;
	bool		depends;

	if (own->assertions->begins_items)
		return false;
	caller = MemoryContextSwitchTo(reader->memory);
	depends = OwnEventDependsOnState(own, &reader->transitions);
	MemoryContextSwitchTo(caller);
	return depends;
}

bool
HistoryIsInExceptional(const ItemHistory *history)
{
	int			i;

	for (i = 0; i < history->n_intervals; i++)
		if (history->intervals[i].inside->depth > 0 && history->intervals[i].of->is_exceptional)
			return true;
	return false;
}

/*
 * The disposition that the next event finds, from the mentions before it, of which
 * "last" is the last one that changed the disposition.  Where a blocking or final
 * disposition takes part, the last change is not all that counts.
 */
static const char *
disposition_found(HistoryReader *reader, ItemHistory *history, const Mention *last, bool in_exceptional)
{
	const OwnEvent *own = &history->events.members[history->n_resolved];

	if (own->assertions->begins_items)
		return last_own_result(history);
	if (in_exceptional || DispositionIsExceptional(last_own_result(history)))
		return FoldDisposition(reader, history, own->at, own->event - 1);
	return last == NULL ? NULL : last->own->resulting_disposition;
}

/*
 * Of one event, the mention of the least depth counts.
 */
static void
resolve_by_mentions(HistoryReader *reader, ItemHistory *history, int n)
{
	const OwnEvent *end = &history->events.members[n - 1];
	bool		in_exceptional = HistoryIsInExceptional(history);
	const Mention *last = NULL;
	Mentions	mentions;
	int			i;

	HistoryMentions(history, end->at, end->event, &mentions);
	for (i = 0; i < mentions.n; i++)
	{
		const Mention *mention = &mentions.members[i];

		if (mention->inside->depth == 0 &&
			mention->own == &history->events.members[history->n_resolved])
			resolve_next(reader, history,
						 disposition_found(reader, history, last, in_exceptional));
		if (mention->own->resulting_disposition != NULL &&
			(last == NULL || MentionCompare(mention, last) > 0))
			last = mention;
	}
	pfree(mentions.members);
}

/*
 * The events up to a step.
 */
static int
count_events(const OwnEvents *events, TimestampTz at, int64 event)
{
	int			n = events->n;

	while (n > 0 && StepCompare(events->members[n - 1].at, events->members[n - 1].event,
								at, event) > 0)
		n--;
	return n;
}

static void
resolve_containers(HistoryReader *reader, ItemHistory *history, TimestampTz at, int64 event)
{
	int			i;

	for (i = 0; i < history->n_intervals; i++)
		if (history->intervals[i].inside->depth > 0)
			HistoryResolve(reader, history->intervals[i].of, at, event);
}

void
HistoryResolve(HistoryReader *reader, ItemHistory *history, TimestampTz at, int64 event)
{
	int			n = count_events(&history->events, at, event);
	const OwnEvent *last;

	check_stack_depth();
	while (history->n_resolved < n && !next_depends_on_containers(reader, history))
		resolve_next(reader, history, last_own_result(history));
	if (history->n_resolved >= n)
		return;
	HistoryNeedIntervals(reader, history);
	last = &history->events.members[n - 1];
	resolve_containers(reader, history, last->at, last->event - 1);
	if (history->n_resolved < n)
		resolve_by_mentions(reader, history, n);
}

void
HistoryResolveAll(HistoryReader *reader, ItemHistory *history, TimestampTz at, int64 event)
{
	HistoryNeedIntervals(reader, history);
	resolve_containers(reader, history, at, event);
	HistoryResolve(reader, history, at, event);
}
