/*-------------------------------------------------------------------------
 *
 * mirror.h
 *	  Making the links what somebody else says they are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_MIRROR_H
#define SERIAL_MIRROR_H

#include "postgres.h"

#include "value/value.h"

typedef struct WantedLink
{
	Serial	   *child;
	Serial	   *parent;			/* NULL: the child is to be in nothing */
} WantedLink;

typedef struct WantedLinks
{
	WantedLink *links;
	int			n;
	int			room;
} WantedLinks;

/* none; they are kept where they were begun */
extern void WantedBegin(WantedLinks *wanted);

/* takes the pointers, not copies */
extern void WantedAdd(WantedLinks *wanted, Serial *child, Serial *parent);

/* sorts by child */
extern void WantedSort(WantedLinks *wanted);

/* among the first n, which are sorted; NULL: not there */
extern WantedLink *WantedFind(const WantedLinks *wanted, int n,
							  const Serial *child);

/*
 * Packs what is wanted, and returns how many links that made.  No child may be
 * there twice; sorts and changes the list.  With replace, takes children out of
 * where they are first; else a child that is elsewhere is the error of
 * serial.pack, and one that is to be in nothing stays where it is.
 *
 * As whatever user; with search_path pinned.
 */
extern int64 MirrorLinks(WantedLinks *wanted, bool replace);

#endif							/* SERIAL_MIRROR_H */
