/*-------------------------------------------------------------------------
 *
 * scan_right.c
 *	  May the current user read all rows of a table?
 *
 * To ask the system catalogs takes longer than to find a row, so a positive answer is
 * kept until something that it depends on changes, as PostgreSQL keeps the roles of which
 * a role is a member.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/inval.h"
#include "utils/rls.h"
#include "utils/syscache.h"

/*
 * A table, and the user who was last found to have the right.
 */
typedef struct ScanRight
{
	Oid			relation;
	Oid			user;			/* InvalidOid: nobody is known to have it */
} ScanRight;

static ScanRight scan_rights[CATALOG_TABLES];
static uint64 changes = 0;

/*
 * Privileges, owner and row-level security of a table are in its row of pg_class.
 */
static void
forget_rights_on(Datum argument, Oid relation)
{
	int			i;

	changes++;
	for (i = 0; i < CATALOG_TABLES; i++)
		if (!OidIsValid(relation) || scan_rights[i].relation == relation)
			scan_rights[i].user = InvalidOid;
}

static void
forget_rights_of_roles(Datum argument, int cache, uint32 hash)
{
	forget_rights_on(argument, InvalidOid);
}

/*
 * The owner of the database is a member of pg_database_owner.
 */
static void
watch_rights(void)
{
	static bool is_watching = false;

	if (is_watching)
		return;
	CacheRegisterRelcacheCallback(forget_rights_on, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, forget_rights_of_roles, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, forget_rights_of_roles, (Datum) 0);
	CacheRegisterSyscacheCallback(DATABASEOID, forget_rights_of_roles, (Datum) 0);
	is_watching = true;
}

/*
 * A right is not kept if it depends on more than the user, because of row-level security,
 * or if rights changed while it was looked up.
 */
static bool
find_right(ScanRight *right, Oid relation)
{
	uint64		seen = changes;
	int			security;

	if (pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return false;
	security = check_enable_rls(relation, InvalidOid, true);
	if (security == RLS_NONE && changes == seen)
		*right = (ScanRight)
	{
		relation, GetUserId()
	};
	return security != RLS_ENABLED;
}

bool
CatalogMayScan(CatalogTable table)
{
	ScanRight  *right = &scan_rights[table];
	Oid			relation = CatalogTableOidOf(table);

	watch_rights();
	return (right->user == GetUserId() && right->relation == relation) ||
		find_right(right, relation);
}
