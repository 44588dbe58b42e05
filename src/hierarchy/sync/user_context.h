/*-------------------------------------------------------------------------
 *
 * user_context.h
 *	  Acting for the owner of a table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_USER_CONTEXT_H
#define SERIAL_HIERARCHY_SYNC_USER_CONTEXT_H

#include "postgres.h"

typedef struct SavedUser
{
	Oid			id;
	int			context;
} SavedUser;

/*
 * Becomes the owner of a relation, with more flags of the security context.
 * Who was the user before is for RestoreUser; after an error, the transaction
 * sees to it.
 */
extern void SwitchToTableOwner(Oid relation, int flags, SavedUser *before);

extern void RestoreUser(const SavedUser *before);

#endif							/* SERIAL_HIERARCHY_SYNC_USER_CONTEXT_H */
