/*-------------------------------------------------------------------------
 *
 * changed_ids.h
 *	  The identifiers that a statement may have moved.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_CHANGED_IDS_H
#define SERIAL_HIERARCHY_SYNC_CHANGED_IDS_H

#include "postgres.h"

#include "value/value.h"

typedef struct ChangedId
{
	Serial	   *id;
	Datum		spelling;		/* as the column has it */
	bool		was_there;		/* the table had it before the statement */
} ChangedId;

typedef struct ChangedIds
{
	ChangedId  *members;
	int			n;
	int			capacity;
} ChangedIds;

/* an empty list in the current memory context */
extern void ChangedIdsInit(ChangedIds *changes);

/* takes the pointer, and copies the spelling, a varlena, into the current memory context */
extern void ChangedIdsAdd(ChangedIds *changes, Serial *id, Datum spelling, bool was_there);

/* sorts the list, and merges the members of one identifier */
extern void ChangedIdsMerge(ChangedIds *changes);

/* in a merged list; NULL: not found */
extern ChangedId *ChangedIdsFind(const ChangedIds *changes, Serial *id);

/* all spellings, as an array of a type */
extern Datum ChangedIdsSpellings(const ChangedIds *changes, Oid type);

#endif							/* SERIAL_HIERARCHY_SYNC_CHANGED_IDS_H */
