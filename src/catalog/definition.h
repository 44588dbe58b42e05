/*-------------------------------------------------------------------------
 *
 * definition.h
 *	  Is a table, or one of its indexes, still what the extension made it?
 *
 * Private to catalog/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_DEFINITION_H
#define SERIAL_CATALOG_DEFINITION_H

#include "postgres.h"

#include "catalog/tables.h"
#include "compat.h"
#include "nodes/parsenodes.h"
#include "utils/relcache.h"

/*
 * Why index scans would not find all rows of a table that holds rows (the table
 * itself or a partition), or would take them for something else: a complete
 * sentence, or NULL if all is well.  The caller holds a lock on it.
 */
extern const char *DefinitionScanProblem(Oid leaf, CatalogTable table);

/*
 * Is a relation known to be a table that holds rows, and as it was made?  Costs less
 * than to open it.  The caller holds a lock on it.
 */
extern bool DefinitionIsKnown(Oid relation);

/* the index of a leaf; InvalidOid if it is missing or altered */
extern Oid	DefinitionIndex(Oid leaf, CatalogIndex index);

/*
 * Why rows cannot be written as if the table were as it was made.  Its
 * partitions are checked one by one, when they are written to.
 */
extern const char *DefinitionWriteProblem(Relation rel, CatalogTable table);
extern const char *DefinitionPartitionWriteProblem(Relation partition);

/*
 * Raises 42501 if the current user lacks a privilege, 55000 if policies apply to
 * him: rows are written without asking them.
 */
extern void DefinitionCheckRights(Oid relation, AclMode rights);

/* raises 55000 */
pg_noreturn extern void DefinitionRefuse(CatalogTable table, const char *problem);

#endif							/* SERIAL_CATALOG_DEFINITION_H */
