/*-------------------------------------------------------------------------
 *
 * conflict.h
 *	  Read links with a dirty snapshot, waiting for in-progress writers.
 *
 * Private to hierarchy/
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
#include "value/value.h"

/*
 * Sees what any session has written, committed or in progress, whatever the
 * isolation level of the current transaction.  The scans are opened at first
 * use.
 */
typedef struct DirtyLinkReader
{
	SnapshotData snapshot;
	List	   *current_by_child;
	List	   *history_by_child;
	List	   *current_by_parent;
	List	   *history_by_parent;
	List	   *current_by_children;
	List	   *history_by_children;
} DirtyLinkReader;

typedef struct DirtyLink
{
	Serial	   *parent;
	TimestampTz since;
	int64		since_event;
	TimestampTz until;			/* DT_NOEND: it lasts */
	int64		until_event;
	bool		is_container;
	ItemPointerData tid;		/* of its row */
} DirtyLink;

/* Errors: 55000 some links are in tables that cannot be scanned */
extern void DirtyLinksOpen(DirtyLinkReader *reader);
extern void DirtyLinksClose(DirtyLinkReader *reader);

/*
 * The links of a child that last or ended after a point in time, as a list of
 * DirtyLink.  Waits for sessions that are writing one of them.
 */
extern List *DirtyLinksOfChild(DirtyLinkReader *reader, const Serial *child,
							   TimestampTz after);

/* the link of a child that lasts; NULL if there is none; waits as above */
extern DirtyLink *DirtyLinkCurrent(DirtyLinkReader *reader, const Serial *child);

/*
 * The last end of a link of a child that has ended after a point in time;
 * DT_NOBEGIN if none has; waits as above.
 */
extern TimestampTz DirtyLinkEnd(DirtyLinkReader *reader, const Serial *child,
								TimestampTz after);

/*
 * May one of the children, which are sorted, be in a container, or have been in one?  One
 * look at all between the first and the last: false if none of these has a link.  Do not
 * wait.
 */
extern bool DirtyLinksMayBeCurrent(DirtyLinkReader *reader, const SerialSet *sorted);
extern bool DirtyLinksMayBeFormer(DirtyLinkReader *reader, const SerialSet *sorted);

/*
 * Adds to found those members of a sorted set in which anything was ever packed,
 * or may have been by a transaction in progress.  Does not wait.
 */
extern void DirtyLinksFindContainers(DirtyLinkReader *reader,
									 const SerialSet *sorted,
									 SerialSet *found);

#endif							/* SERIAL_HIERARCHY_LINKS_CONFLICT_H */
