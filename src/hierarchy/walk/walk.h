/*-------------------------------------------------------------------------
 *
 * walk.h
 *	  Walking up and down the hierarchy.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_WALK_WALK_H
#define SERIAL_HIERARCHY_WALK_WALK_H

#include "postgres.h"

#include "hierarchy/links/link.h"
#include "value/set.h"

#define ANY_DEPTH PG_INT32_MAX

/* reports a ring: error XX001 */
extern void ReportLinkCycle(void);

/*
 * Visits everything inside a container, level by level, depth 1 being what is
 * directly in it.  A visitor that returns false ends the walk, which then
 * returns false.  What it is shown has the short header.
 */
typedef struct Descent Descent;
typedef bool (*DescentVisitor) (Descent *walk, const Link *link);

struct Descent
{
	LinkReader *reader;
	DescentVisitor visit;
	void	   *context;		/* the visitor's */
	int			max_depth;

	/* how it goes on; a visitor may look */
	Serial	   *root;
	int			depth;
	int64		visited;		/* things */
	int64		opened;			/* containers whose children were read */
	SerialSet	next;			/* containers of the next level */
};

/* Errors: XX001 the links are a ring */
extern bool Descend(Descent *walk, Serial *container);

/*
 * The containers of a thing, from the inside out; NULL after the outermost.
 * Errors: XX001 the links are a ring.
 */
typedef struct Ascent
{
	LinkReader *reader;
	Serial	   *at;				/* the container reached */
	int			depth;			/* of it; 1 is the one directly around */
	Serial	   *milestone;		/* a container passed, to notice a ring by */
} Ascent;

extern void AscendBegin(Ascent *climb, LinkReader *reader, Serial *item);
extern Serial *AscendNext(Ascent *climb);

#endif							/* SERIAL_HIERARCHY_WALK_WALK_H */
