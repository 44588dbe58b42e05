/*-------------------------------------------------------------------------
 *
 * link_writer.h
 *	  Writing links without SQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_PACK_LINK_WRITER_H
#define SERIAL_HIERARCHY_PACK_LINK_WRITER_H

#include "postgres.h"

#include "hierarchy/links/conflict.h"
#include "value/value.h"

typedef struct LinkWriter LinkWriter;

/*
 * NULL where SQL would do more than this does: serial.aggregation has triggers,
 * rules, policies, or whatever else we have not given it; the user lacks a
 * right; an old snapshot may not see the links that are there.
 */
extern LinkWriter *LinkWriterOpen(void);
extern void LinkWriterClose(LinkWriter *relinker);

/* the outcomes of LinkWriterMove */
typedef enum LinkWriteResult
{
	LINK_MOVED,
	LINK_CHANGED,				/* the link is not any more what was seen */
	LINK_NEEDS_SQL				/* SQL would do more with the past of it */
} LinkWriteResult;

/*
 * Ends a link and begins another in its row, waiting for whoever is writing it.
 * The link was seen under the active snapshot or later.
 */
extern LinkWriteResult LinkWriterMove(LinkWriter *relinker, const Serial *child,
							 const DirtyLink *link, const Serial *container,
							 TimestampTz at);

/*
 * Begins the link of a child.  False if it has one, or gets one from somebody
 * else at this moment.
 */
extern bool LinkWriterInsert(LinkWriter *relinker, const Serial *child,
						const Serial *container, TimestampTz at);

#endif							/* SERIAL_HIERARCHY_PACK_LINK_WRITER_H */
