/*-------------------------------------------------------------------------
 *
 * adopt.h
 *	  What serial.adopt checks and finds out before it adopts a table.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_ADOPT_H
#define SERIAL_HIERARCHY_SYNC_ADOPT_H

#include "postgres.h"

#include "hierarchy/sync/adopted_table.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"

/*
 * Opens a table of the current user.  Errors: 42P01 it does not exist, 42501 it is
 * somebody else's.
 */
extern Relation AdoptOpenOwnTable(Oid table, LOCKMODE lock);

/* raises 42809 unless it is a table whose rows do not vanish without a trigger */
extern void AdoptCheckKind(Relation table);

/*
 * Finds the sources of identifiers and parents, whose references are set: in the
 * columns that id_from and parent_from name; where these are NULL, in the columns
 * of the table itself or, for parents, in rows of the table that they refer to.
 */
extern void AdoptOpenSources(AdoptedTable *adopted, Relation table, const char *id_from,
							 const char *parent_from);

#endif							/* SERIAL_HIERARCHY_SYNC_ADOPT_H */
