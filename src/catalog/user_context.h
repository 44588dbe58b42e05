/*-------------------------------------------------------------------------
 *
 * user_context.h
 *	  Act as the owner of a table.
 *
 * Private to catalog/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_USER_CONTEXT_H
#define SERIAL_CATALOG_USER_CONTEXT_H

#include "postgres.h"

typedef struct SavedUser
{
	Oid			id;
	int			context;
} SavedUser;

extern Oid	TableOwner(Oid relation);

/*
 * Switches to the owner of a relation, with more flags of the security context.
 * RestoreUser switches back to the user before; after an error, the end of the
 * transaction does.
 */
extern void SwitchToTableOwner(Oid relation, int flags, SavedUser *before);

extern void RestoreUser(const SavedUser *before);

#endif							/* SERIAL_CATALOG_USER_CONTEXT_H */
