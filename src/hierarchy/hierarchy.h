/*-------------------------------------------------------------------------
 *
 * hierarchy.h
 *	  Aggregation: which item is packed in which container.
 *
 * The public header of hierarchy/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_HIERARCHY_H
#define SERIAL_HIERARCHY_HIERARCHY_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/timestamp.h"
#include "value/value.h"

/*
 * A thing or a container, and the container that it is directly in.
 */
typedef struct AncestorNode AncestorNode;
struct AncestorNode
{
	Serial	   *id;
	AncestorNode *container;	/* NULL: it is in nothing */
	TimestampTz since;			/* it has been in that */
	void	   *note;			/* of who asked; begins as NULL */

	/* how it was found */
	bool		is_known;		/* what it is in was looked up */
	bool		is_read;		/* what is in it was read */
	bool		is_container;	/* found in another, something was once in it */
	bool		is_checked;		/* its containers form no cycle */
};

/*
 * What many things are in, found together: for each of them a AncestorNode, in the same
 * order, with the pointer that was passed; a container is the same AncestorNode for all
 * that is in it.  Errors: 42501 no right to read the links, XX001 they are a ring.
 */
extern AncestorNode **AncestorsOfItems(Serial *const *items, int n);

/*
 * The same of things and of all that is in any of them, each once, behind those
 * that were passed; sets n to how many they are together.
 */
extern AncestorNode **AncestorsOfContents(Serial *const *items, int *n);

/*
 * Hooks that follow changes of links.  They are called after the links are
 * written, as the owner of the links, and only if needs_link_hooks returns true.
 * The three are set together, when the library is loaded.
 */
typedef bool (*needs_link_hooks_type) (void);

/* children left these containers, some of which may occur more than once */
typedef void (*link_removed_hook_type) (ArrayType *children,
										ArrayType *containers,
										TimestampTz at);

/* children were packed into a container; some may have been in it before */
typedef void (*link_added_hook_type) (ArrayType *children, Serial *container,
									  TimestampTz at);

extern needs_link_hooks_type needs_link_hooks;
extern link_removed_hook_type link_removed_hook;
extern link_added_hook_type link_added_hook;

/*
 * The time during which an item was inside a container, at any depth.
 */
typedef struct ContainmentInterval
{
	Serial	   *container;		/* the item itself at depth 0 */
	TimestampTz since;
	TimestampTz until;			/* DT_NOEND: it lasts */
	int			depth;
	const struct ContainmentInterval *inner;	/* what is directly inside the
												 * container; NULL at depth 0 */
} ContainmentInterval;

/*
 * Every container in which an item is or has been, as a list of
 * ContainmentInterval.  The first one is the item itself, at depth 0, without
 * beginning or end.  Errors: 42501 no right to read the links, XX001 they form a
 * cycle.
 */
extern List *ContainmentOfItem(Serial *item);

/*
 * The containers in which an item is now, from the inside out, in the same form.
 * The item itself is not among them.
 */
extern List *ContainmentNow(Serial *item);

/* defines the settings of this module; to be called once, from _PG_init */
extern void HierarchyDefineSettings(void);

#endif							/* SERIAL_HIERARCHY_HIERARCHY_H */
