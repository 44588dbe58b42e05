/*-------------------------------------------------------------------------
 *
 * fold_disposition.c
 *	  The disposition of an item, folded from events.
 *
 * A blocking disposition stays until an event changes it that is about the item
 * itself, or about the container that has it, or one between the two: what happens to
 * containers further out lifts it neither from the item nor from the container, and
 * does not reach the contents of a container that has one.  A final disposition of a
 * container further out is shown as long as it lasts; if that is undone, the blocking one
 * is there still.
 *
 * An item in a final disposition keeps it whatever happens to its container, and so do
 * the contents of a container in a final disposition, whatever happens to the
 * containers around it and to others into which they are packed later.  When the item
 * is reinstated, the dispositions of its containers since then count again.  Its place,
 * consignee and persistent dispositions go on changing with its containers: also what is
 * destroyed is somewhere.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "ledger/event/cbv.h"
#include "ledger/state/fold_disposition.h"
#include "utils/memutils.h"

/*
 * From since to until, no event at or after a step changes the disposition of the item
 * through a container outside the given depth: what is at that depth had a final one.
 */
struct Closing
{
	const ContainmentInterval *inside;
	TimestampTz at;
	int64		event;
};

/*
 * From where a container enters or leaves another one, until the next span: the answer for
 * the beginning.
 */
struct BlockedSpan
{
	TimestampTz since;
	int64		since_event;
	bool		is_known;
	bool		is_blocked;
};

static bool
is_over(const Fold *fold, const ContainmentInterval *inside)
{
	return inside->until != DT_NOEND &&
		StepCompare(inside->until, inside->until_event, fold->as_of, fold->upto) <= 0;
}

static bool
has_begun(const Fold *fold, const ContainmentInterval *inside)
{
	return StepCompare(inside->since, inside->since_event, fold->as_of, fold->upto) <= 0;
}

/* --- Final dispositions --- */

static bool
is_closed(const Closing *closings, int n, const Mention *mention)
{
	const OwnEvent *own = mention->own;
	int			i;

	for (i = 0; i < n; i++)
		if (closings[i].inside->depth < mention->inside->depth &&
			StepCompare(own->at, own->event, closings[i].at, closings[i].event) >= 0 &&
			IntervalIncludes(closings[i].inside, own->at, own->event))
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
 * Folds the events of a container up to a step; false if what happened to containers around
 * it can be left out, since none of them had a blocking or final disposition.
 */
static bool
fold_container(HistoryReader *reader, ItemHistory *container, TimestampTz at, int64 event,
			   Fold *fold)
{
	HistoryResolveAll(reader, container, at, event);
	if (!HistoryIsInExceptional(container))
		return false;
	FoldBegin(fold, reader, container, at, event);
	return true;
}

/*
 * The disposition of a container as of a step, if it is final and the container has it from
 * another one, since before the item was packed; NULL otherwise.
 */
static const OwnEvent *
inherited_final(const Fold *fold, const HistoryInterval *interval, TimestampTz at, int64 event)
{
	const ContainmentInterval *inside = interval->inside;
	const Mention *mention;
	Fold		of_container;

	if (!fold_container(fold->reader, interval->of, at, event, &of_container))
		return NULL;
	mention = FoldDispositionMention(&of_container);
	return mention != NULL && mention->inside->depth > 0 &&
		DispositionIsFinal(mention->own->resulting_disposition) &&
		StepCompare(mention->own->at, mention->own->event, inside->since,
					inside->since_event) < 0 ? mention->own : NULL;
}

static const OwnEvent *
final_at(const Fold *fold, const HistoryInterval *interval, TimestampTz at, int64 event)
{
	const OwnEvent *last = OwnEventsLastChange(&interval->of->events, at, event);

	if (last != NULL && DispositionIsFinal(last->resulting_disposition))
		return last;
	return interval->inside->depth == 0 ? NULL :
		inherited_final(fold, interval, at, event);
}

/*
 * What had a final disposition when its interval ended, or has one now.  Intervals that
 * have not begun are left out: the recursion to containers ends because of that.
 */
static void
close_final(Fold *fold)
{
	int			i;

	for (i = 0; i < fold->history->n_intervals; i++)
	{
		const HistoryInterval *interval = &fold->history->intervals[i];
		const ContainmentInterval *inside = interval->inside;
		const OwnEvent *last;

		if (inside->depth == fold->history->max_depth || !has_begun(fold, inside))
			continue;
		last = is_over(fold, inside) ?
			final_at(fold, interval, inside->until, inside->until_event - 1) :
			final_at(fold, interval, fold->as_of, fold->upto);
		if (last != NULL)
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
		if (last == NULL || MentionCompare(mention, last) > 0)
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

	for (o = 0; o < fold->history->n_intervals; o++)
	{
		const ContainmentInterval *outer = fold->history->intervals[o].inside;

		if (outer->depth != depth || !is_over(fold, outer))
			continue;
		for (s = 0; s < fold->history->n_intervals; s++)
		{
			const ContainmentInterval *inner = fold->history->intervals[s].inside;

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

/*
 * Finds the mentions by which the disposition may have changed.
 */
static void
find_dispositions(Fold *fold)
{
	int			depth;
	int			i;

	close_final(fold);
	for (depth = fold->history->max_depth; depth > 0; depth--)
		close_after_leaving(fold, depth);
	fold->dispositions = palloc(fold->n * sizeof(Mention));
	for (i = 0; i < fold->n; i++)
	{
		const Mention *mention = &fold->mentions[i];

		if (mention->own->resulting_disposition != NULL &&
			!is_closed(fold->closings, fold->n_closings, mention))
			fold->dispositions[fold->n_dispositions++] = *mention;
	}
}

/* --- Containers with a blocking disposition --- */

static int
compare_spans(const void *left, const void *right)
{
	const BlockedSpan *a = left;
	const BlockedSpan *b = right;

	return StepCompare(a->since, a->since_event, b->since, b->since_event);
}

static void
add_span(ItemHistory *history, TimestampTz since, int64 since_event)
{
	BlockedSpan *span = &history->blocked[history->n_blocked++];

	span->since = since;
	span->since_event = since_event;
	span->is_known = false;
}

static void
find_spans(ItemHistory *history)
{
	Size		most = 1 + 2 * (Size) history->n_intervals;
	int			i;

	history->blocked = MemoryContextAllocHuge(GetMemoryChunkContext(history),
											  most * sizeof(BlockedSpan));
	add_span(history, DT_NOBEGIN, 0);
	for (i = 0; i < history->n_intervals; i++)
	{
		const ContainmentInterval *inside = history->intervals[i].inside;

		if (inside->depth != 1)
			continue;
		add_span(history, inside->since, inside->since_event);
		add_span(history, inside->until, inside->until_event);
	}
	qsort(history->blocked, history->n_blocked, sizeof(BlockedSpan), compare_spans);
}

/*
 * The last span that has begun at a step.
 */
static BlockedSpan *
span_at(ItemHistory *history, TimestampTz at, int64 event)
{
	int			first = 0;
	int			end = history->n_blocked;

	while (end - first > 1)
	{
		int			middle = first + (end - first) / 2;
		const BlockedSpan *span = &history->blocked[middle];

		if (StepCompare(span->since, span->since_event, at, event) <= 0)
			first = middle;
		else
			end = middle;
	}
	return &history->blocked[first];
}

/*
 * Did a container leave another one with a blocking disposition, which it has as of a step?
 */
static bool
took_blocking_along(HistoryReader *reader, ItemHistory *container, TimestampTz at, int64 event)
{
	const Mention *mention;
	Fold		fold;

	if (!fold_container(reader, container, at, event, &fold))
		return false;
	FoldKeepOwn(&fold);
	mention = FoldDispositionMention(&fold);
	return mention != NULL && DispositionIsBlocked(mention->own->resulting_disposition);
}

/*
 * What happens to the containers around a container does not count, so that what it took along
 * into a span lasts until an event of its own changes it.  That is found once for the
 * span: there may be many events, and many items in the container.
 */
static bool
is_blocked_at(HistoryReader *reader, ItemHistory *container, TimestampTz at, int64 event)
{
	const OwnEvent *last = OwnEventsLastChange(&container->events, at, event);
	BlockedSpan *span;

	if (last != NULL && DispositionIsBlocked(last->resulting_disposition))
		return true;
	HistoryNeedIntervals(reader, container);
	if (container->blocked == NULL)
		find_spans(container);
	span = span_at(container, at, event);
	if (last != NULL &&
		StepCompare(last->at, last->event, span->since, span->since_event) >= 0)
		return false;
	if (!span->is_known)
	{
		span->is_blocked = took_blocking_along(reader, container, span->since,
											   span->since_event);
		span->is_known = true;
	}
	return span->is_blocked;
}

/* --- What counts among the mentions --- */

/*
 * Does a container between the item and the one that a mention names have a blocking
 * disposition then?
 */
static bool
is_blocked_between(const Fold *fold, const Mention *mention)
{
	const OwnEvent *own = mention->own;
	int			i;

	for (i = 0; i < fold->history->n_intervals; i++)
	{
		const HistoryInterval *interval = &fold->history->intervals[i];
		const ContainmentInterval *inside = interval->inside;

		if (inside->depth >= 1 && inside->depth < mention->inside->depth &&
			IntervalIncludes(inside, own->at, own->event) &&
			is_blocked_at(fold->reader, interval->of, own->at, own->event))
			return true;
	}
	return false;
}

static bool
changes_disposition(const Fold *fold, const Mention *mention)
{
	return mention->inside->depth < 2 ||
		DispositionIsFinal(mention->own->resulting_disposition) ||
		!is_blocked_between(fold, mention);
}

/*
 * Does no later mention of what has a disposition, or of anything inside that, change it?
 */
static bool
is_in_force(const Fold *fold, int n)
{
	const Mention *mention = &fold->dispositions[n];
	int			i;

	for (i = n + 1; i < fold->n_dispositions; i++)
	{
		const Mention *later = &fold->dispositions[i];

		if (MentionCompare(later, mention) > 0 && MentionIsAboutSame(later, mention))
			return false;
	}
	return true;
}

/*
 * A final disposition that is not in force any more was undone: by a mention that counts, or
 * by one that a blocking disposition keeps from the item.
 */
const Mention *
FoldDispositionMention(const Fold *fold)
{
	const Mention *counted = NULL;
	const Mention *final = NULL;
	const Mention *blocking = NULL;
	const Mention *last = NULL;
	int			i;

	for (i = 0; i < fold->n_dispositions; i++)
	{
		const Mention *mention = &fold->dispositions[i];
		const char *disposition = mention->own->resulting_disposition;

		if (!changes_disposition(fold, mention) ||
			(counted != NULL && MentionCompare(mention, counted) == 0))
			continue;			/* of one event, that of the least depth
								 * counts */
		counted = mention;
		if (DispositionIsFinal(disposition) && !is_in_force(fold, i))
			continue;
		if (DispositionIsFinal(disposition))
			final = mention;
		if (blocking == NULL && DispositionIsBlocked(disposition) && is_in_force(fold, i))
			blocking = mention;
		last = mention;
	}
	return final != NULL ? final : blocking != NULL ? blocking : last;
}

/* --- What an item has by itself --- */

/*
 * The container that the item is in as of the end of the fold; NULL: in none.
 */
static const ContainmentInterval *
last_container(const Fold *fold)
{
	int			i;

	for (i = 0; i < fold->history->n_intervals; i++)
	{
		const ContainmentInterval *inside = fold->history->intervals[i].inside;

		if (inside->depth == 1 && has_begun(fold, inside) && !is_over(fold, inside))
			return inside;
	}
	return NULL;
}

static int
keep_own(const ContainmentInterval *container, Mention *mentions, int n)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		const Mention *mention = &mentions[i];

		if (mention->inside->depth == 0 ||
			StepCompare(mention->own->at, mention->own->event, container->since,
						container->since_event) < 0)
			mentions[kept++] = *mention;
	}
	return kept;
}

void
FoldKeepOwn(Fold *fold)
{
	const ContainmentInterval *container = last_container(fold);

	if (container == NULL)
		return;
	fold->n = keep_own(container, fold->mentions, fold->n);
	fold->n_dispositions = keep_own(container, fold->dispositions, fold->n_dispositions);
}

/* --- The fold --- */

void
FoldBegin(Fold *fold, HistoryReader *reader, const ItemHistory *history, TimestampTz as_of,
		  int64 upto)
{
	Mentions	mentions;

	memset(fold, 0, sizeof(Fold));
	fold->as_of = as_of;
	fold->upto = upto;
	fold->reader = reader;
	fold->history = history;
	HistoryMentions(history, as_of, upto, &mentions);
	fold->mentions = mentions.members;
	fold->n = mentions.n;
	find_dispositions(fold);
}

const char *
FoldDisposition(HistoryReader *reader, const ItemHistory *history, TimestampTz as_of,
				int64 upto)
{
	Fold		fold;
	const Mention *mention;

	FoldBegin(&fold, reader, history, as_of, upto);
	mention = FoldDispositionMention(&fold);
	return mention == NULL ? NULL : mention->own->resulting_disposition;
}
