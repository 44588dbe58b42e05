/*-------------------------------------------------------------------------
 *
 * thing.h
 *	  The things of an event that is being recorded: what the event finds them
 *	  as, what it leaves them as, and what speaks against it.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_THING_H
#define SERIAL_THING_H

#include "postgres.h"

#include "ledger/event.h"
#include "ledger/item.h"
#include "set.h"

typedef struct Thing
{
	Serial	   *id;
	const char *role;			/* item, parent, child, input or output */
	const char *leaves;			/* what the event leaves it as; NULL: no change */
	ItemRow    *row;			/* of serial.item, locked; NULL: none yet */

	/* what the event finds */
	const char *disposition;	/* NULL: nothing is known */
	TimestampTz since;
	int64		decided_by;
	bool		is_late;		/* something newer is known of it */
	bool		is_inside;		/* it is in something now */

	/* what speaks against the event, as a kind of alert; NULL: nothing */
	const char *problem;
	char	   *detail;
} Thing;

/*
 * In the order of their identifiers.
 */
typedef struct Things
{
	Thing	   *members;
	int			n;
	bool		begin;			/* they begin: nothing is known of most */
} Things;

/*
 * Takes the things of arguments.  Errors: 22004 a NULL, 21000 one is named
 * twice.
 */
extern void ThingsTake(Things *things, const Event *event, ArrayType *items,
					   ArrayType *inputs, ArrayType *outputs, Serial *parent);

/*
 * Locks the rows of things, so that two events of one thing come one after the
 * other, and holds what they are in as it is.  A thing has no row yet where
 * nothing was told of it itself; it gets one, unless it begins.
 */
extern void ThingsLock(Things *things);

/*
 * Finds what is known of the locked things as of the event, which has a number.
 */
extern void ThingsFind(Things *things, const Event *event);

/*
 * Says what the event leaves them as, and what speaks against it.
 */
extern void ThingsJudge(Things *things, const Event *event);

/* the error of an event that is not legal: 55000 */
extern void ThingRefuse(const Thing *thing, const Event *event);

/* the error of things of which somebody records an event too: 40001 */
extern void ThingsQuarrel(void);

/* the things as a JSON array of "role disposition identifier" */
extern char *ThingsText(const Things *things);

extern bool ThingsHave(const Things *things, Serial *id);

/* all of them */
extern ArrayType *ThingsArray(const Things *things);

#endif							/* SERIAL_THING_H */
