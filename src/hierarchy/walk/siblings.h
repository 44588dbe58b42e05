/*-------------------------------------------------------------------------
 *
 * siblings.h
 *	  The links of items that are wanted together, found through their container.
 *
 * Items that are asked for together are mostly in few containers, and the links
 * of a container are adjacent in the index by parent.  So after one item has been
 * looked up, its container may be read instead of looking up its other contents
 * one by one.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_WALK_SIBLINGS_H
#define SERIAL_HIERARCHY_WALK_SIBLINGS_H

#include "postgres.h"

#include "hierarchy/links/link.h"
#include "hierarchy/walk/ancestor_node.h"

typedef struct Siblings
{
	LinkReader *links;
	node_hash  *wanted;			/* the items that were asked for */
	int			round;			/* a container is read once in each */
	int64		budget;			/* links to other items that may be read */

	/* while a container is read */
	AncestorNode *container;
	int64		found;			/* links to items that were asked for */
	int64		others;			/* and to other items */
} Siblings;

extern void SiblingsInit(Siblings *siblings, LinkReader *links);

/* begins anew with other items */
extern void SiblingsWant(Siblings *siblings, node_hash *wanted);

/*
 * To be called when an item has been looked up and others may not have been: how many are
 * left tells whether reading its container may pay.
 */
extern void SiblingsFind(Siblings *siblings, AncestorNode *container, int left);

#endif							/* SERIAL_HIERARCHY_WALK_SIBLINGS_H */
