/*-------------------------------------------------------------------------
 *
 * ancestor_node.h
 *	  An item or a container, and the container that it is in.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_WALK_ANCESTOR_NODE_H
#define SERIAL_HIERARCHY_WALK_ANCESTOR_NODE_H

#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "hierarchy/links/link.h"

struct AncestorNode
{
	Serial	   *id;
	AncestorNode *container;	/* NULL: in none, or not looked up yet */
	TimestampTz since;			/* in that container */
	int64		since_event;
	const void *attachment;
	int			round;			/* in which its contents were read; see
								 * siblings.h */
	bool		is_looked_up;	/* container is valid */
	bool		is_container;	/* something may be in it */
	bool		is_checked;		/* the path to its outermost container has no
								 * cycle */
};

/*
 * Nodes by their identifiers.
 */
typedef struct NodeEntry
{
	Serial	   *id;
	AncestorNode *node;
	uint32		hash;
	char		status;
} NodeEntry;

#define SH_PREFIX		node
#define SH_ELEMENT_TYPE	NodeEntry
#define SH_KEY_TYPE		Serial *
#define SH_KEY			id
#define SH_HASH_KEY(table, key)	ValueHash(key)
#define SH_EQUAL(table, a, b)	ValueEqual(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, element)	(element)->hash
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/*
 * Sets what a link tells of its child, whose container is given.
 */
static inline void
AncestorNodeTakeLink(AncestorNode *child, AncestorNode *container, const Link *link)
{
	child->container = container;
	child->since = link->since;
	child->since_event = link->since_event;
	child->is_container = link->is_container;
	child->is_looked_up = true;
}

/*
 * Raises XX001 if the path from a node to its outermost container forms a cycle.  Each
 * node is passed once: a path ends where another one was passed before.
 */
extern void AncestorNodeCheckPath(AncestorNode *start);

#endif							/* SERIAL_HIERARCHY_WALK_ANCESTOR_NODE_H */
