/*-------------------------------------------------------------------------
 *
 * reservation.h
 *	  Numbers that an older system has issued, and which ordinals a pool may
 *	  still issue.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_RESERVATION_H
#define SERIAL_ISSUE_RESERVATION_H

#include "postgres.h"

#include "issue/pool.h"
#include "utils/timestamp.h"

typedef struct Reservation
{
	int64		number;
	char	   *reference;		/* NULL: none was given */
	TimestampTz reserved_at;
	char	   *reserved_by;
} Reservation;

/*
 * Is a position of a pool reserved, under the active snapshot?  Sets from to
 * the lowest position that has the same answer, together with all between, but
 * looks no lower than lowest.
 */
extern bool PositionIsReserved(int32 pool, Numeral lowest, Numeral position,
							   Numeral *from);

/* the reservation of a position that is reserved */
extern bool ReservationRead(int32 pool, Numeral position,
							Reservation *reservation);

/*
 * Which ordinals a pool may issue: those that are neither reserved nor void and
 * whose check character, if the pool's alphabet is base32, is in the alphabet.
 */
typedef struct IssuableOrdinals
{
	Pool	   *pool;
	int64		read_from;		/* no reserved or void ones from here up ... */
	int64		excluded_first; /* ... before this run; 0: none was read */
	int64		excluded_last;
} IssuableOrdinals;

extern void IssuableOrdinalsInit(IssuableOrdinals *issuable, Pool *pool);

/*
 * The lowest ordinal, from the given one up, that may be issued; above the
 * pool's highest if there is none.  Ascending ordinals are fastest.  Reads what
 * has been committed by now, whatever the active snapshot: to be called while
 * reservations are locked out, or for ordinals that have been allocated, which
 * cannot be reserved any more.
 */
extern int64 IssuableOrdinalsNext(IssuableOrdinals *issuable, int64 ordinal);

/*
 * The last of the first n ordinals, from the given one up, that may be issued.
 * False: fewer are left up to highest.
 */
extern bool IssuableOrdinalsSkip(IssuableOrdinals *issuable, int64 ordinal,
								 int64 highest, int64 n, int64 *last);

/* how many of the ordinals from first to last may be issued */
extern int64 IssuableOrdinalsCount(Pool *pool, int64 first, int64 last);

#endif							/* SERIAL_ISSUE_RESERVATION_H */
