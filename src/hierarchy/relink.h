/*-------------------------------------------------------------------------
 *
 * relink.h
 *	  Writing links without SQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_RELINK_H
#define SERIAL_RELINK_H

#include "postgres.h"

#include "hierarchy/settle.h"
#include "value/value.h"

typedef struct Relinker Relinker;

/*
 * NULL where SQL would do more than this does: serial.aggregation has triggers,
 * rules, policies, or whatever else we have not given it; the user lacks a
 * right; an old snapshot may not see the links that are there.
 */
extern Relinker *RelinkerOpen(void);
extern void RelinkerClose(Relinker *relinker);

/* the outcomes of RelinkerMove */
typedef enum Relinked
{
	RELINKED,
	RELINK_CHANGED,				/* the link is not any more what was seen */
	RELINK_IN_SQL				/* SQL would do more with the past of it */
} Relinked;

/*
 * Ends a link and begins another in its row, waiting for whoever is writing it.
 * The link was seen under the active snapshot or later.
 */
extern Relinked RelinkerMove(Relinker *relinker, const Serial *child,
							 const SettledLink *link, const Serial *container,
							 TimestampTz at);

/*
 * Begins the link of a child.  False if it has one, or gets one from somebody
 * else at this moment.
 */
extern bool RelinkerAdd(Relinker *relinker, const Serial *child,
						const Serial *container, TimestampTz at);

#endif							/* SERIAL_RELINK_H */
