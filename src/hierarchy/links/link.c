/*-------------------------------------------------------------------------
 *
 * link.c
 *	  Choose between direct index scans and SQL for reading links.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/links/link.h"
#include "utils/guc.h"

static bool enable_direct_walk = true;

void
HierarchyDefineSettings(void)
{
	HierarchyDefineClock();
	DefineCustomBoolVariable("serial.enable_direct_walk",
							 "Enables walks of the hierarchy to scan the indexes of the links directly.",
							 "If off, and wherever row-level security or foreign tables require it, "
							 "walks read the links by SQL, level by level.",
							 &enable_direct_walk, true, PGC_USERSET, 0,
							 NULL, NULL, NULL);
}

bool
LinksAreOpenToUser(void)
{
	return enable_direct_walk && CatalogMayScan(CATALOG_AGGREGATION) &&
		CatalogScanTables(CATALOG_AGGREGATION) != NIL;
}

LinkReader *
LinksOpen(TimestampTz as_of)
{
	LinkReader *reader = NULL;

	if (enable_direct_walk && CatalogMayScan(CATALOG_AGGREGATION) &&
		(as_of == LINKS_NOW || CatalogMayScan(CATALOG_AGGREGATION_HISTORY)))
		reader = LinksOpenDirect(as_of);
	if (reader != NULL)
		return reader;
	AccessCheckReader(CatalogTableOid("aggregation"), "read the hierarchy");
	return LinksOpenSql(as_of);
}

/*
 * Our functions never create a cycle, but disabling triggers or a partial
 * restore can; walks report it rather than loop forever.  The message must not
 * contain an identifier, because the operators are marked LEAKPROOF.
 */
void
LinksReportCycle(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("links in \"serial.aggregation\" form a cycle"),
			 errdetail("A container is inside itself."),
			 errhint("Links were written by other means than serial.pack and serial.unpack, or restored in part. Restore the tables of links from a backup.")));
}
