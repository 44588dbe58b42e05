/*-------------------------------------------------------------------------
 *
 * conflict.h
 *	  Links as they will have been: those in progress awaited.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_LINKS_CONFLICT_H
#define SERIAL_HIERARCHY_LINKS_CONFLICT_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "storage/itemptr.h"
#include "utils/snapshot.h"
#include "utils/timestamp.h"
#include "value/set.h"
#include "value/value.h"

/*
 * What anybody has written, committed or in progress, whatever the isolation
 * level of the transaction that looks.
 */
typedef struct DirtyLinkReader
{
	SnapshotData snapshot;
	List	   *current_by_child;
	List	   *history_by_child;
	List	   *current_by_parent;
	List	   *history_by_parent;
} DirtyLinkReader;

typedef struct DirtyLink
{
	Serial	   *parent;
	TimestampTz since;
	TimestampTz until;			/* DT_NOEND: it lasts */
	bool		is_container;
	ItemPointerData place;		/* of its row */
} DirtyLink;

/* Errors: 0A000 some links are where this cannot look */
extern void DirtyLinksOpen(DirtyLinkReader *settler);
extern void DirtyLinksClose(DirtyLinkReader *settler);

/*
 * The links of a child, now and those that ended after a moment, as a list of
 * DirtyLink; waits for whoever is writing one of them.
 */
extern List *DirtyLinksOfChild(DirtyLinkReader *settler, const Serial *child,
						  TimestampTz after);

/* the link that lasts, waiting the same way; NULL if there is none */
extern DirtyLink *DirtyLinkCurrent(DirtyLinkReader *settler, const Serial *child);

/*
 * The end of an interval that has ended after a moment, waiting the same way;
 * DT_NOBEGIN if there is none.
 */
extern TimestampTz DirtyLinkEnd(DirtyLinkReader *settler, const Serial *child,
							  TimestampTz after);

/*
 * Adds those members of a sorted set in which anything has ever been, or may be
 * for something in progress.  Does not wait.
 */
extern void DirtyLinksFindContainers(DirtyLinkReader *settler, const SerialSet *sorted,
							  SerialSet *found);

#endif							/* SERIAL_HIERARCHY_LINKS_CONFLICT_H */
