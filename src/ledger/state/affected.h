/*-------------------------------------------------------------------------
 *
 * affected.h
 *	  Items whose rows hold what happened to the containers that they were in.
 *
 * Within SPI_connect, as the owner of the ledger, with search_path pinned.
 *
 * Private to ledger/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LEDGER_STATE_AFFECTED_H
#define SERIAL_LEDGER_STATE_AFFECTED_H

#include "postgres.h"

#include "utils/timestamp.h"
#include "value/value.h"

/*
 * Reads what was in containers, which are sorted here, at any depth: adds to left what has
 * left the container that it was directly in at or after a time; and to inside what is in it,
 * and has an event at or after that time.  Both may be one set.  Under the active snapshot.
 */
extern void AffectedItems(SerialSet *containers, TimestampTz since, SerialSet *inside,
						  SerialSet *left);

/*
 * Takes all that has left a container at or after a time, or whose shipping has been undone
 * since, wherever that was; false if that is more than some, of which a few may be taken.  Since an event of now, nothing
 * or little has, which spares the walks through what is inside, unless a disposition of a
 * container keeps steps of its contents from changing theirs.
 */
extern bool AffectedCandidates(TimestampTz since, int most, SerialSet *candidates);

/*
 * Adds to affected those of some items that have an event at or after a time, or are not
 * directly in a container now; and to containers those that may hold, or have held,
 * something.
 */
extern void AffectedChildren(const SerialSet *children, const Serial *container,
							 TimestampTz since, SerialSet *affected,
							 SerialSet *containers);

#endif							/* SERIAL_LEDGER_STATE_AFFECTED_H */
