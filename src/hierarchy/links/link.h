/*-------------------------------------------------------------------------
 *
 * link.h
 *	  Reading aggregation links: what was in what at a point in time.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_LINKS_LINK_H
#define SERIAL_HIERARCHY_LINKS_LINK_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "value/value.h"

/*
 * A child in its parent.  What a visitor gets is valid until it returns.
 */
typedef struct Link
{
	Serial	   *child;
	Serial	   *parent;
	bool		is_container;	/* false: nothing was ever packed into the
								 * child */
	TimestampTz since;
	int64		since_event;	/* not set by children() as of the past */
	TimestampTz until;			/* DT_NOEND: it lasts; not set by children() */
	int64		until_event;	/* not set by children() */
} Link;

/* is called in the memory context of the read; returning false ends that */
typedef bool (*LinkVisitor) (const Link *link, void *context);

/*
 * Reads with the rights of the current user, under the active snapshot.
 */
typedef struct LinkReader LinkReader;
struct LinkReader
{
	TimestampTz as_of;

	/* what is directly in any of n containers; false if a visitor ended it */
	bool		(*children) (LinkReader *reader, Serial *const *containers,
							 int n, LinkVisitor visit, void *context);

	/*
	 * The container that a child is directly in, palloc'd; NULL if it is in
	 * none.  Needs the right to read child and parent only, and for the past
	 * since and until.
	 */
	Serial	   *(*parent) (LinkReader *reader, const Serial *child);

	/*
	 * The links of n children to the containers that they are directly in;
	 * from a reader of LINKS_EVER, also of those that have ended.  Not for
	 * readers as of a point in time.
	 */
	bool		(*parents) (LinkReader *reader, Serial *const *children, int n,
							LinkVisitor visit, void *context);

	/*
	 * Which of n items contain something?  It is fastest if they are in their
	 * order.  Only for readers of LINKS_NOW.
	 */
	void		(*find_containers) (LinkReader *reader, Serial *const *ids, int n,
									bool *is_container);

	void		(*close) (LinkReader *reader);

	/*
	 * Results depend only on the snapshot (no row-level security, no foreign
	 * tables), so that callers may cache them.
	 */
	bool		sees_all;

	/*
	 * It looks each identifier up by itself: many at once cost as much as one
	 * by one, and children that are not visited are not read.
	 */
	bool		seeks;
};

/* as_of for the links that last */
#define LINKS_NOW DT_NOEND

/* as_of for parents(), whatever their time */
#define LINKS_EVER DT_NOBEGIN

/*
 * Opens the links as they were at a point in time.  The reader scans the
 * indexes itself where that gives what SQL would give, and uses SQL elsewhere:
 * under row-level security, where tables are foreign or otherwise more than a
 * heap, and for a user without SELECT on the whole table.  Errors: 42501 no
 * right to read.
 */
extern LinkReader *LinksOpen(TimestampTz as_of);

/*
 * Would LinksOpen scan the indexes itself?  Then the user may see everything in
 * serial.aggregation.
 */
extern bool LinksAreOpenToUser(void);

/* for LinksOpen; LinksOpenDirect returns NULL where tables cannot be scanned */
extern LinkReader *LinksOpenDirect(TimestampTz as_of);
extern LinkReader *LinksOpenSql(TimestampTz as_of);

/* raises XX001: the links form a cycle */
pg_noreturn extern void LinksReportCycle(void);

#endif							/* SERIAL_HIERARCHY_LINKS_LINK_H */
