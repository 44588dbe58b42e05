/*-------------------------------------------------------------------------
 *
 * user.h
 *	  Acting for the owner of a table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_USER_H
#define SERIAL_USER_H

#include "postgres.h"

typedef struct User
{
	Oid			id;
	int			context;
} User;

/*
 * Becomes the owner of a relation, with more flags of the security context.
 * Who was the user before is for BecomeAgain; after an error, the transaction
 * sees to it.
 */
extern void BecomeOwner(Oid relation, int flags, User *before);

extern void BecomeAgain(const User *before);

#endif							/* SERIAL_USER_H */
