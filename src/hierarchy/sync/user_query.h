/*-------------------------------------------------------------------------
 *
 * user_query.h
 *	  Queries on tables of users.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_USER_QUERY_H
#define SERIAL_HIERARCHY_SYNC_USER_QUERY_H

#include "postgres.h"

#include "executor/spi.h"

/*
 * What keeps a plan apart from others.
 */
typedef struct UserQueryKey
{
	Oid			trigger;
	int			number;			/* of its queries */
} UserQueryKey;

/*
 * Within SPI_connect: executes with the current user's rights what sees all that
 * is committed now, whatever the isolation level.  An array is $1; NULL for
 * none.  With a key the plan is kept for the next time.
 */
extern void UserQueryExecute(const char *text, const UserQueryKey *key, Oid array_type,
							 Datum array);

/*
 * The same for results of any size: hands them over in pieces, each in
 * SPI_tuptable.
 */
extern void UserQueryVisit(const char *text, void (*visit) (void *context),
						   void *context);

#endif							/* SERIAL_HIERARCHY_SYNC_USER_QUERY_H */
