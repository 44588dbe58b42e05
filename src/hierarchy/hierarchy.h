/*-------------------------------------------------------------------------
 *
 * hierarchy.h
 *	  What is packed in what.
 *
 * The only door of hierarchy/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_H
#define SERIAL_HIERARCHY_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/timestamp.h"
#include "value/value.h"

/*
 * A container that a thing is in, at any depth, and since when it has been.
 */
typedef struct Enclosure
{
	Serial	   *container;
	TimestampTz since;
} Enclosure;

/*
 * What a thing is in now, from the inside out, as a list of Enclosure.  Errors:
 * 42501 no right to read the links.
 */
extern List *EnclosuresNow(Serial *item);

/* the settings of this room; once, when the library is loaded */
extern void HierarchyDefineSettings(void);

#endif							/* SERIAL_HIERARCHY_H */
