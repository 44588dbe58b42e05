/*-------------------------------------------------------------------------
 *
 * link.h
 *	  Reading links: what was in what at a moment.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_LINKS_LINK_H
#define SERIAL_HIERARCHY_LINKS_LINK_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "value/value.h"

/*
 * A child in its parent, as long as its reader stays where it is.
 */
typedef struct Link
{
	Serial	   *child;
	Serial	   *parent;
	bool		is_container;	/* false: nothing was ever in the child */
	TimestampTz since;
	TimestampTz until;			/* of links upwards; DT_NOEND: it lasts */
} Link;

/* false stops the reading */
typedef bool (*LinkVisitor) (const Link *link, void *context);

/*
 * Reads as the current user, under the active snapshot.
 */
typedef struct LinkReader LinkReader;
struct LinkReader
{
	/* what is directly in any of n containers; false if a visitor stopped it */
	bool		(*children) (LinkReader *reader, Serial *const *containers,
							 int n, LinkVisitor visit, void *context);

	/* the container something is directly in, palloc'd; NULL if in none */
	Serial	   *(*parent) (LinkReader *reader, const Serial *child);

	/*
	 * The links to containers that n things are directly in; of a reader of
	 * LINKS_EVER, also to those they were in.
	 */
	bool		(*parents) (LinkReader *reader, Serial *const *children, int n,
							LinkVisitor visit, void *context);

	void		(*close) (LinkReader *reader);

	/*
	 * What it reads hangs on nothing but the snapshot: no policy and no other
	 * server has a say.
	 */
	bool		sees_all;

	/*
	 * It looks for each thing by itself: many asked for at once cost as much as
	 * one by one, and what is not visited is not read.
	 */
	bool		seeks;
};

/* the moment that asks for what is, not for what was */
#define LINKS_NOW DT_NOEND

/* the moment after which everything ended, for parents() */
#define LINKS_EVER DT_NOBEGIN

/*
 * Opens the links as they were at a moment.  Reads the indexes itself where
 * that gives what SQL would, and asks in SQL elsewhere: under row security, of
 * foreign and other tables that are more than a heap, of a user without SELECT
 * on the whole table.  Errors: 42501 no right to read.
 */
extern LinkReader *LinksOpen(TimestampTz as_of);

/*
 * Would LinksOpen read the indexes itself?  Then the user may know everything
 * in serial.aggregation.
 */
extern bool LinksAreOpenToUser(void);

/* the two ways; LinksOpenDirect returns NULL where it is none */
extern LinkReader *LinksOpenDirect(TimestampTz as_of);
extern LinkReader *LinksOpenSql(TimestampTz as_of);

#endif							/* SERIAL_HIERARCHY_LINKS_LINK_H */
