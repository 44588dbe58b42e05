/*-------------------------------------------------------------------------
 *
 * sync_links.h
 *	  Making the links what somebody else says they are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_SYNC_LINKS_H
#define SERIAL_HIERARCHY_SYNC_SYNC_LINKS_H

#include "postgres.h"

#include "value/value.h"

typedef struct DesiredLink
{
	Serial	   *child;
	Serial	   *parent;			/* NULL: the child is to be in nothing */
} DesiredLink;

typedef struct DesiredLinks
{
	DesiredLink *links;
	int			n;
	int			room;
} DesiredLinks;

/* none; they are kept where they were begun */
extern void DesiredLinksInit(DesiredLinks *wanted);

/* takes the pointers, not copies */
extern void DesiredLinksAdd(DesiredLinks *wanted, Serial *child, Serial *parent);

/* sorts by child */
extern void DesiredLinksSort(DesiredLinks *wanted);

/* among the first n, which are sorted; NULL: not there */
extern DesiredLink *DesiredLinksFind(const DesiredLinks *wanted, int n,
									 const Serial *child);

/*
 * Packs what is wanted, and returns how many links that made.  No child may be
 * there twice; sorts and changes the list.  With replace, takes children out of
 * where they are first; else a child that is elsewhere is the error of
 * serial.pack, and one that is to be in nothing stays where it is.
 *
 * As whatever user; with search_path pinned.
 */
extern int64 SyncLinks(DesiredLinks *wanted, bool replace);

#endif							/* SERIAL_HIERARCHY_SYNC_SYNC_LINKS_H */
