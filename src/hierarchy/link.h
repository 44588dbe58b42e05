/*-------------------------------------------------------------------------
 *
 * link.h
 *	  Reading links: what was in what at a moment.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LINK_H
#define SERIAL_LINK_H

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

	void		(*close) (LinkReader *reader);
};

/* the moment that asks for what is, not for what was */
#define LINKS_NOW DT_NOEND

/*
 * Opens the links as they were at a moment.  Reads the indexes itself where
 * that gives what SQL would, and asks in SQL elsewhere: under row security, of
 * foreign and other tables that are more than a heap, of a user without SELECT
 * on the whole table.  Errors: 42501 no right to read.
 */
extern LinkReader *LinksOpen(TimestampTz as_of);

/*
 * Does the user see every row of serial.aggregation?  What others see hangs on
 * policies, which may hang on anything.
 */
extern bool LinksAreAllVisible(void);

/*
 * Would LinksOpen read the indexes itself?  Then the user may know everything
 * in serial.aggregation.
 */
extern bool LinksAreOpenToUser(void);

/* the two ways; LinksOpenDirect returns NULL where it is none */
extern LinkReader *LinksOpenDirect(TimestampTz as_of);
extern LinkReader *LinksOpenSql(TimestampTz as_of);

#endif							/* SERIAL_LINK_H */
