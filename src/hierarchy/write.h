/*-------------------------------------------------------------------------
 *
 * write.h
 *	  Packing and unpacking, for other files of this room.
 *
 * To be called as the owner of the links, with search_path pinned.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_WRITE_H
#define SERIAL_WRITE_H

#include "postgres.h"

#include "set.h"
#include "utils/timestamp.h"

/*
 * What serial.pack does; sorts the children.
 */
extern int64 LinksPack(Serial *container, SerialSet *children, TimestampTz at,
					   bool repack);

/* what serial.unpack does */
extern int64 LinksUnpack(const SerialSet *children, TimestampTz at);

#endif							/* SERIAL_WRITE_H */
