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
 * An item or a container, and the container that it is directly in now.  What is
 * in the same container points to the same node.
 */
typedef struct AncestorNode AncestorNode;

extern Serial *AncestorNodeId(const AncestorNode *node);

/* NULL: it is in no container */
extern const AncestorNode *AncestorNodeContainer(const AncestorNode *node);

/* since when it has been in that container */
extern TimestampTz AncestorNodeSince(const AncestorNode *node);
extern int64 AncestorNodeSinceEvent(const AncestorNode *node);

/* of AncestorsContents, or after AncestorsFindContainers: may something be in it? */
extern bool AncestorNodeIsContainer(const AncestorNode *node);

/* a copy, also of the identifier, in the current memory context */
extern AncestorNode *AncestorNodeCopy(const AncestorNode *node);

/* what the caller knows of a node; initially NULL */
extern void AncestorNodeAttach(const AncestorNode *node, const void *attachment);
extern const void *AncestorNodeAttachment(const AncestorNode *node);

/*
 * The nodes of n_items items, in the order in which they were asked for; an item
 * that was asked for twice has the same node twice.  They are followed by the
 * nodes of all other containers around them, each once.  An identifier in a node
 * is the pointer that was passed.
 */
typedef struct AncestorNodes
{
	const AncestorNode **nodes;
	int			n_items;
	int			n;
} AncestorNodes;

/*
 * Finds the containers of many items together.  Errors: 42501 no right to read
 * the links, XX001 they form a cycle.
 */
extern void AncestorsOfItems(Serial *const *items, int n,
							 AncestorNodes *result);

/*
 * The same for more items than memory should hold, which are read some at a time, and for
 * what is in them.  Errors: as above.
 */
typedef struct AncestorReader AncestorReader;

extern AncestorReader *AncestorsOpen(void);
extern void AncestorsClose(AncestorReader *reader);

/*
 * The nodes of n different items, in the current memory context.  The nodes of the
 * containers around them live in AncestorsMemory.
 */
extern AncestorNode **AncestorsRead(AncestorReader *reader, Serial *const *items,
									int n);

/* lets AncestorNodeIsContainer tell which of these items contain something */
extern void AncestorsFindContainers(AncestorReader *reader, AncestorNode *const *nodes,
									int n);

/*
 * The nodes of what is directly in a container, in the current memory context, in the
 * order of their identifiers unless the links are read in SQL.
 */
extern AncestorNode **AncestorsContents(AncestorReader *reader, AncestorNode *container,
										int *n);

/*
 * Between two calls of AncestorsRead: forgets the containers, if they have grown larger
 * than hash tables of queries may.
 */
extern void AncestorsForget(AncestorReader *reader);
extern MemoryContext AncestorsMemory(const AncestorReader *reader);

/*
 * Hooks that follow changes of links.  They are called after the links are
 * written, as the owner of the links, and only if needs_link_hooks returns true; not
 * if the event that changes the links, or undoes a change, brings the states of the
 * children up to date itself.  All are set together, when the library is loaded.
 */
typedef bool (*needs_link_hooks_type) (void);

/* before links are written: the number of the next event, within SPI_connect */
typedef int64 (*next_event_hook_type) (void);

/* children left these containers, some of which may occur more than once */
typedef void (*link_removed_hook_type) (ArrayType *children,
										ArrayType *containers,
										TimestampTz at);

/*
 * Children were packed into a container; some may have been in it before.  are_locked if
 * the event that packs them holds the locks of their states.
 */
typedef void (*link_added_hook_type) (ArrayType *children, Serial *container,
									  TimestampTz at, bool are_locked);

extern needs_link_hooks_type needs_link_hooks;
extern next_event_hook_type next_event_hook;
extern link_removed_hook_type link_removed_hook;
extern link_added_hook_type link_added_hook;

/*
 * Records that items were packed into a container (ADD) or taken out of it
 * (DELETE), and does it.  Set when the library is loaded.  What is illegal is an
 * error if is_strict; else it is kept as evidence and not done.  Called as the
 * owner of the links.
 */
typedef void (*record_links_hook_type) (const char *action, Serial *container,
										ArrayType *children, TimestampTz at,
										const char *cause, bool is_strict);

extern record_links_hook_type record_links_hook;

/*
 * The order of two steps: by time and, at one time, by the number of the event.
 * Of a packing or unpacking without an event it is that of the next event.
 */
static inline int
StepCompare(TimestampTz a, int64 a_event, TimestampTz b, int64 b_event)
{
	if (a != b)
		return a < b ? -1 : 1;
	return a_event < b_event ? -1 : a_event > b_event;
}

/*
 * The time during which an item was inside a container, at any depth: from the
 * packing up to but not including the unpacking.
 */
typedef struct ContainmentInterval
{
	Serial	   *container;		/* the item itself at depth 0 */
	TimestampTz since;
	int64		since_event;
	TimestampTz until;			/* DT_NOEND: it lasts */
	int64		until_event;
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
 * The same for many items, which are mostly in few containers: the links of
 * containers are read once, under the snapshot that is active when the reader is
 * opened.
 */
typedef struct ContainmentReader ContainmentReader;

extern ContainmentReader *ContainmentOpen(void);
extern List *ContainmentRead(ContainmentReader *reader, Serial *item);
extern void ContainmentClose(ContainmentReader *reader);

/*
 * The containers in which an item is now, from the inside out, in the same form.
 * The item itself is not among them.  Sets may_be_container to false if the item is
 * in one, and nothing was ever packed into the item.
 */
extern List *ContainmentNow(Serial *item, bool *may_be_container);

/* defines the settings of this module; to be called once, from _PG_init */
extern void HierarchyDefineSettings(void);

/*
 * Refuse times of recording that are later than now and serial.clock_tolerance:
 * the present would rest on the future.  Errors: 22008.
 */
extern void HierarchyCheckTime(TimestampTz at);

/*
 * Is a time in a year from 1 to 9999?  Timestamps are compared as text in some places,
 * which needs years of four digits; others are mistyped.  Infinity is not.
 */
extern bool TimestampHasFourDigitYear(TimestampTz at);

/* a timestamp as the session displays it, for messages */
extern char *TimestampForMessage(TimestampTz at);

extern void HierarchyDefineClock(void);

#endif							/* SERIAL_HIERARCHY_HIERARCHY_H */
