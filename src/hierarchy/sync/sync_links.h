/*-------------------------------------------------------------------------
 *
 * sync_links.h
 *	  Changing links to the desired ones.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_SYNC_LINKS_H
#define SERIAL_HIERARCHY_SYNC_SYNC_LINKS_H

#include "postgres.h"

#include "hierarchy/sync/adopted_table.h"
#include "value/value.h"

typedef struct DesiredLink
{
	Serial	   *child;
	Serial	   *parent;			/* NULL: the child should be in no container */
	int			rows;			/* that say so */
	bool		is_ambiguous;	/* rows contradict each other */
} DesiredLink;

typedef struct DesiredLinks
{
	DesiredLink *links;
	int			n;
	int			capacity;
} DesiredLinks;

/* an empty list in the current memory context */
extern void DesiredLinksInit(DesiredLinks *desired);

/* takes the pointers, not copies */
extern void DesiredLinksAdd(DesiredLinks *desired, Serial *child, Serial *parent);

/*
 * Sorts by child and merges the links of one child.  With may_repeat, a child may
 * occur in several rows, if these do not name different parents; otherwise a child
 * that occurs twice is ambiguous.  Returns the first ambiguous child, NULL if there
 * is none.
 */
extern Serial *DesiredLinksUnite(DesiredLinks *desired, bool may_repeat);

/* searches the first n, which must be sorted; NULL: not found */
extern DesiredLink *DesiredLinksFind(const DesiredLinks *desired, int n,
									 const Serial *child);

/*
 * How changes of links are recorded as events.
 */
typedef struct LinkRecording
{
	const char *cause;			/* NULL: they are not recorded */
	bool		is_strict;		/* what is illegal is an error */
} LinkRecording;

/*
 * For the links of an adopted table: what changed them, and in which table.
 */
extern void LinkRecordingInit(LinkRecording *recording, const AdoptedTable *adopted,
							  const char *command, Oid table);

/*
 * Makes the links that are desired and returns how many it made.  No child may
 * occur twice; the list is sorted and changed.  With replace, children are
 * unpacked from other containers first.  Without it, serial.pack raises 23505 for
 * them, and links of children that should be in no container are left alone.
 * Recording that is not strict may leave links as they are; an event that is kept
 * as evidence says why.
 *
 * The current user may be any; search_path must be pinned.
 */
extern int64 SyncLinks(DesiredLinks *desired, bool replace,
					   const LinkRecording *recording);

/* how many links differ from the desired ones; sorts and changes the list */
extern int64 CountMisplacedLinks(DesiredLinks *desired);

#endif							/* SERIAL_HIERARCHY_SYNC_SYNC_LINKS_H */
