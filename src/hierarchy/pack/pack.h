/*-------------------------------------------------------------------------
 *
 * pack.h
 *	  Packing and unpacking from C.
 *
 * To be called as the owner of the links, with search_path pinned.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_PACK_PACK_H
#define SERIAL_HIERARCHY_PACK_PACK_H

#include "postgres.h"

#include "utils/timestamp.h"
#include "value/value.h"

/* no event packs or unpacks */
#define NO_EVENT	0

/*
 * The states of children that are packed.
 */
typedef enum PackStates
{
	PACK_STATES_TO_LOCK,		/* link_added_hook is called, and locks them */
	PACK_STATES_LOCKED,			/* it is called, and the caller has locked
								 * them */
	PACK_STATES_FOLLOW			/* the caller brings them up to date itself */
} PackStates;

/*
 * What serial.pack does, for an event or for none; sorts the children.
 */
extern int64 PackLinks(Serial *container, SerialSet *children, TimestampTz at,
					   int64 event, bool repack, PackStates states);

/* what serial.unpack does; sorts the children */
extern int64 UnpackLinks(SerialSet *children, TimestampTz at);

#endif							/* SERIAL_HIERARCHY_PACK_PACK_H */
