/*-------------------------------------------------------------------------
 *
 * lookup.h
 *	  Looking up rows of a table of ours by texts, without a statement where
 *	  that finds the same.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_LOOKUP_H
#define SERIAL_CATALOG_LOOKUP_H

#include "postgres.h"

#include "catalog/saved_plan.h"
#include "catalog/scan.h"

typedef struct CatalogLookup
{
	const char *table;
	const char *index;
	CatalogScanKey	key;			/* SCAN_TEXT or SCAN_TEXTS */
	int			columns;		/* so many of the table's, from the first on */
	SavedPlan	statement;		/* selects them in the order of the index */
} CatalogLookup;

/* sees a row until it returns; false stops */
typedef bool (*RowVisitor) (const Datum *values, const bool *nulls,
							void *context);

/*
 * Visits the rows with these texts in the order of the index, as the current
 * user, under the active snapshot; returns how many it visited.  Without a
 * visitor looks for one only.  Errors: 42501.
 */
extern int	CatalogLookupRows(CatalogLookup *lookup, Datum *texts, RowVisitor visit,
					   void *context);

#endif							/* SERIAL_CATALOG_LOOKUP_H */
