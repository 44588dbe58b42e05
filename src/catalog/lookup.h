/*-------------------------------------------------------------------------
 *
 * lookup.h
 *	  Look up rows of one of the extension's tables by one or two texts.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_LOOKUP_H
#define SERIAL_CATALOG_LOOKUP_H

#include "postgres.h"

#include "catalog/saved_plan.h"
#include "catalog/scan.h"
#include "catalog/tables.h"
#include "fmgr.h"
#include "storage/itemptr.h"

typedef struct CatalogLookup
{
	CatalogTable table;
	CatalogIndex index;
	CatalogScanKey key;			/* SCAN_TEXT or SCAN_TEXTS */
	int			columns;		/* how many of the table's are read, from the
								 * first on */
	SavedPlan	statement;		/* selects these in the order of the index */
	bool		is_unique;		/* is the index? */
	ItemPointerData *places;	/* where rows were found last; initially NULL */
} CatalogLookup;

/* have two texts the same bytes? */
static inline bool
TextsAreEqual(Datum left, Datum right)
{
	text	   *a = DatumGetTextPP(left);
	text	   *b = DatumGetTextPP(right);

	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

/* is called for each row; returns false to stop */
typedef bool (*RowVisitor) (const Datum *values, const bool *nulls,
							void *context);

/*
 * Calls visit for the rows with these texts in the order of the index, with the
 * current user's rights, under the active snapshot, and returns for how many.
 * Without a visitor, stops at the first row.  Errors: 42501.
 */
extern int	CatalogLookupRows(CatalogLookup *lookup, Datum *texts,
							  RowVisitor visit, void *context);

#endif							/* SERIAL_CATALOG_LOOKUP_H */
