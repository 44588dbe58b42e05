/*-------------------------------------------------------------------------
 *
 * user_context.c
 *	  Act as the owner of a table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/user_context.h"
#include "miscadmin.h"
#include "utils/syscache.h"

Oid
TableOwner(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relation);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

void
SwitchToTableOwner(Oid relation, int flags, SavedUser *before)
{
	GetUserIdAndSecContext(&before->id, &before->context);
	SetUserIdAndSecContext(TableOwner(relation),
						   before->context | SECURITY_LOCAL_USERID_CHANGE |
						   flags);
}

void
RestoreUser(const SavedUser *before)
{
	SetUserIdAndSecContext(before->id, before->context);
}
