/*-------------------------------------------------------------------------
 *
 * link_writer.h
 *	  Insert, move and end links.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_PACK_LINK_WRITER_H
#define SERIAL_HIERARCHY_PACK_LINK_WRITER_H

#include "postgres.h"

#include "hierarchy/links/conflict.h"
#include "value/value.h"

typedef struct LinkWriter LinkWriter;

/* Errors: those of CatalogModifyOpen */
extern LinkWriter *LinkWriterOpen(void);
extern void LinkWriterClose(LinkWriter *writer);

/* the same, for LinkWriterEnd only */
extern LinkWriter *LinkWriterOpenToEnd(void);

/*
 * Ends a link and begins another in its row, waiting for its writer.
 * The link was seen under the active snapshot or a later one.  Returns false if it
 * has been changed concurrently, or the transaction's snapshot does not see it.
 */
extern bool LinkWriterMove(LinkWriter *writer, const Serial *child,
						   const DirtyLink *link, const Serial *container,
						   TimestampTz at, int64 event);

/*
 * Ends a link in the same way, without another.
 */
extern bool LinkWriterEnd(LinkWriter *writer, const Serial *child,
						  const DirtyLink *link, TimestampTz at, int64 event);

/*
 * Has a link that lasts begin at another time, in the same way.
 */
extern bool LinkWriterBegin(LinkWriter *writer, const Serial *child,
							const DirtyLink *link, TimestampTz at, int64 event);

/*
 * Begins the link of a child.  Returns false if the child has one already.  Errors:
 * 40001 it has one that the transaction's snapshot does not see.
 */
extern bool LinkWriterInsert(LinkWriter *writer, const Serial *child,
							 const Serial *container, TimestampTz at, int64 event);

#endif							/* SERIAL_HIERARCHY_PACK_LINK_WRITER_H */
