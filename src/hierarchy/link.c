/*-------------------------------------------------------------------------
 *
 * link.c
 *	  Reading links: which of the two ways may be gone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "hierarchy/hierarchy.h"
#include "hierarchy/link.h"
#include "hierarchy/probe.h"
#include "miscadmin.h"
#include "relation.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/rls.h"

static bool enable_direct_walk = true;

void
HierarchyDefineSettings(void)
{
	DefineCustomBoolVariable("serial.enable_direct_walk",
							 "Lets walks through the hierarchy read the indexes of the links themselves.",
							 "Where off, and wherever row security or foreign tables ask for it, "
							 "they ask in SQL, level by level.",
							 &enable_direct_walk, true, PGC_USERSET, 0,
							 NULL, NULL, NULL);
}

/*
 * Index scans of our own know neither rights nor policies.
 */
static bool
sees_all(const char *table)
{
	Oid			relation = ExtensionRelation(table);

	return pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		check_enable_rls(relation, InvalidOid, true) != RLS_ENABLED;
}

bool
LinksAreAllVisible(void)
{
	return sees_all("aggregation");
}

bool
LinksAreOpenToUser(void)
{
	return enable_direct_walk && LinksAreAllVisible() &&
		ProbesCanRead("aggregation");
}

LinkReader *
LinksOpen(TimestampTz as_of)
{
	LinkReader *reader = NULL;

	if (enable_direct_walk && LinksAreAllVisible() &&
		(as_of == LINKS_NOW || sees_all("aggregation_history")))
		reader = LinksOpenDirect(as_of);
	return reader != NULL ? reader : LinksOpenSql(as_of);
}
