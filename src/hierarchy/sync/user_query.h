/*-------------------------------------------------------------------------
 *
 * user_query.h
 *	  Queries on users' tables.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_USER_QUERY_H
#define SERIAL_HIERARCHY_SYNC_USER_QUERY_H

#include "postgres.h"

#include "executor/spi.h"

/*
 * Identifies a query whose plan is kept.
 */
typedef struct UserQueryKey
{
	Oid			trigger;
	int			number;			/* of the query of this trigger */
} UserQueryKey;

/*
 * Within SPI_connect: executes a query with the current user's rights.  It sees
 * everything that is committed now, whatever the isolation level.  The array is
 * $1, unless its type is InvalidOid.  With a key, the plan is kept for the next
 * time.
 */
extern void UserQueryExecute(const char *query, const UserQueryKey *key, Oid array_type,
							 Datum array);

/*
 * The same for results of any size: calls visit for each batch of rows, in
 * SPI_tuptable.
 */
extern void UserQueryVisit(const char *query, void (*visit) (void *context),
						   void *context);

#endif							/* SERIAL_HIERARCHY_SYNC_USER_QUERY_H */
