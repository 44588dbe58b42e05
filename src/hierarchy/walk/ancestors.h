/*-------------------------------------------------------------------------
 *
 * ancestors.h
 *	  Walking up: the containers around an item, and the test for cycles.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_WALK_ANCESTORS_H
#define SERIAL_HIERARCHY_WALK_ANCESTORS_H

#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "hierarchy/links/conflict.h"
#include "hierarchy/links/link.h"

/*
 * Brent's algorithm: a node is saved at each power of two of the depth, and a
 * path that reaches the saved node again has a cycle.
 */
typedef struct CycleTest
{
	const Serial *saved;
	int			depth;
} CycleTest;

static inline void
CycleTestInit(CycleTest *test, const Serial *id)
{
	test->saved = id;
	test->depth = 0;
}

/* true if the next node of the path closes a cycle */
static inline bool
CycleTestStep(CycleTest *test, const Serial *id)
{
	if (ValueEqual(id, test->saved))
		return true;
	test->depth++;
	if ((test->depth & (test->depth - 1)) == 0)
		test->saved = id;
	return false;
}

typedef struct AncestorStep AncestorStep;

/*
 * Iterates over the containers around an item, from the inside out.  There are
 * three kinds:
 *
 * - as of the reader's time: one chain of containers, without times;
 * - intervals: with the time during which the item was inside each container,
 *	 from a reader of LINKS_NOW one chain, from one of LINKS_EVER every container
 *	 in which the item has been, the containers of a container after it;
 * - dirty: intervals since a point in time, with what other sessions have
 *	 written and not committed.  It waits for these sessions.
 *
 * Intervals are allocated in the memory context of the call and stay valid.
 * Errors: XX001 the links form a cycle.
 */
typedef struct AncestorIterator
{
	LinkReader *reader;			/* NULL: dirty */
	DirtyLinkReader *dirty;
	bool		with_times;
	Serial	   *item;
	TimestampTz since;
	AncestorStep *current;		/* the interval returned last */
	AncestorStep *last;			/* the end of the queue that follows it */
	const ContainmentInterval *unconfirmed; /* see AncestorsConfirm */
	List	   *item_links;		/* dirty: the DirtyLinks of the item itself */
	bool		may_be_container;	/* with LINKS_NOW, after the first
									 * AncestorsNext: false if the item's link
									 * says that nothing was ever packed into
									 * it */
} AncestorIterator;

extern void AncestorsBegin(AncestorIterator *iterator, LinkReader *reader,
						   Serial *item);
extern void AncestorsBeginIntervals(AncestorIterator *iterator,
									LinkReader *reader, Serial *item);
extern void AncestorsBeginDirty(AncestorIterator *iterator,
								DirtyLinkReader *links, Serial *item,
								TimestampTz since);

/* NULL after the last, and then it must not be called again */
extern const ContainmentInterval *AncestorsNext(AncestorIterator *iterator);

/* the item itself at depth 0; valid before the first AncestorsNext */
extern const ContainmentInterval *AncestorsItem(const AncestorIterator *iterator);

/*
 * To be asked of a dirty iterator before a conflict is reported.  Links are
 * read one after another, and those read first may have changed before the
 * last is read, above all during a wait.  If this path was not found by the
 * ascent before, returns false and starts again.  All links of a path that is
 * found twice in succession existed together, at the time between the two
 * ascents.
 */
extern bool AncestorsConfirm(AncestorIterator *iterator,
							 const ContainmentInterval *path);

#endif							/* SERIAL_HIERARCHY_WALK_ANCESTORS_H */
