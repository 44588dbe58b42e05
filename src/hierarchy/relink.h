/*-------------------------------------------------------------------------
 *
 * relink.h
 *	  Moving links without SQL.
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
 * NULL where SQL would do more than this does: the tables have triggers, rules,
 * policies, or whatever else we have not given them; the user lacks a right; an
 * old snapshot may not see the link that is to move.
 */
extern Relinker *RelinkerOpen(void);
extern void RelinkerClose(Relinker *relinker);

/* the outcomes of RelinkerMove */
typedef enum Relinked
{
	RELINKED,
	RELINK_CHANGED,				/* the link is not any more what was seen */
	RELINK_IN_SQL				/* SQL would do more with this one */
} Relinked;

/*
 * Ends a link and begins another in its row, waiting for whoever is writing it.
 * The link was seen under the active snapshot or later.
 */
extern Relinked RelinkerMove(Relinker *relinker, const Serial *child,
							 const SettledLink *link, const Serial *container,
							 TimestampTz at);

#endif							/* SERIAL_RELINK_H */
