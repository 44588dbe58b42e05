/*-------------------------------------------------------------------------
 *
 * link.c
 *	  Reading links: which of the two ways may be gone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/scan.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/link.h"
#include "utils/guc.h"

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

bool
LinksAreOpenToUser(void)
{
	return enable_direct_walk && CatalogMayScan("aggregation") &&
		CatalogScanTables("aggregation") != NIL;
}

LinkReader *
LinksOpen(TimestampTz as_of)
{
	LinkReader *reader = NULL;

	if (enable_direct_walk && CatalogMayScan("aggregation") &&
		(as_of == LINKS_NOW || CatalogMayScan("aggregation_history")))
		reader = LinksOpenDirect(as_of);
	return reader != NULL ? reader : LinksOpenSql(as_of);
}
