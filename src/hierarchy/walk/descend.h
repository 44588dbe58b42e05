/*-------------------------------------------------------------------------
 *
 * descend.h
 *	  Walking down: everything inside a container, level by level.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_WALK_DESCEND_H
#define SERIAL_HIERARCHY_WALK_DESCEND_H

#include "postgres.h"

#include "hierarchy/links/link.h"
#include "value/value.h"

#define ANY_DEPTH PG_INT32_MAX

/*
 * A visitor gets each link below the container, level by level; depth 1 is
 * what is directly inside.  If it returns false the walk ends, and returns
 * false.  The identifiers it gets have short headers.
 */
typedef struct Descent Descent;
typedef bool (*DescentVisitor) (Descent *walk, const Link *link);

struct Descent
{
	LinkReader *reader;
	DescentVisitor visit;
	void	   *context;		/* for the visitor's use */
	int			max_depth;

	/* the state of the walk, which a visitor may read */
	Serial	   *root;
	int			depth;
	int64		visited;		/* links */
	int64		opened;			/* containers whose children were read */
	SerialSet	next;			/* containers of the next level */
};

/* Errors: XX001 the links form a cycle */
extern bool Descend(Descent *walk, Serial *container);

#endif							/* SERIAL_HIERARCHY_WALK_DESCEND_H */
