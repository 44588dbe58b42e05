/*-------------------------------------------------------------------------
 *
 * draw.h
 *	  Ordinals out of a sequence, one or many at once.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_DRAW_H
#define SERIAL_ISSUE_DRAW_H

#include "postgres.h"

/*
 * The highest ordinal ever drawn from a sequence; lowest - 1 if there is none.
 */
extern int64 DrawnSoFar(Oid sequence, int64 lowest);

/*
 * Was the sequence made in this transaction?  If that is rolled back, what was
 * drawn is forgotten with it.
 */
extern bool DrawIsProvisional(Oid sequence);

/*
 * Draws n ordinals that follow one another, within lowest .. highest.  False:
 * there are not so many left, and none was drawn; the caller must raise an
 * error, and when n is 1 not touch the sequence before.
 */
extern bool Draw(Oid sequence, int64 lowest, int64 highest, int64 n,
				 int64 *first);

#endif							/* SERIAL_ISSUE_DRAW_H */
