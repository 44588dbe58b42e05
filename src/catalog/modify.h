/*-------------------------------------------------------------------------
 *
 * modify.h
 *	  Writing rows of a table of ours without a statement.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_MODIFY_H
#define SERIAL_CATALOG_MODIFY_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/parsenodes.h"
#include "storage/itemptr.h"
#include "utils/timestamp.h"

/*
 * How we have made a table.
 */
typedef struct CatalogTable
{
	const char *name;
	int			columns;
	const Oid  *types;			/* of the columns, or stand-ins */
	int			defaults;		/* how many columns have one */
	const char *check;			/* its CHECK constraint, which our rows satisfy;
								 * NULL: it has none */
	AttrNumber	moment;			/* by which it is partitioned into ranges; 0: it
								 * is not */
} CatalogTable;

typedef struct CatalogModify CatalogModify;

/*
 * Opens a table to insert into or to update.  NULL where SQL would do more than
 * this does: the table has got triggers for that, rules, policies for this user,
 * heirs, or columns, types, defaults and constraints that we have not given it;
 * the user lacks a right; the transaction may not write.
 */
extern CatalogModify *CatalogModifyOpen(const CatalogTable *table, AclMode rights);
extern void CatalogModifyClose(CatalogModify *target);

/*
 * Turns to the partition for a moment.  False where SQL is to write, as above.
 */
extern bool CatalogModifyRoute(CatalogModify *target, TimestampTz moment);

/* Errors: 23502 a NULL where none may be, 23505 */
extern void CatalogInsert(CatalogModify *target, const Datum *values,
						 const bool *nulls);

/*
 * The same as with ON CONFLICT DO NOTHING.  False if there is a row with that
 * primary key, or gets one from somebody else at this moment.
 */
extern bool CatalogInsertIfAbsent(CatalogModify *target, const Datum *values, const bool *nulls);

/*
 * Puts a row in the place of another, waiting for whoever is writing that.  It
 * was seen under the active snapshot or later, else vacuum may have taken it
 * away.  Columns that are not among the changed ones keep their values.  False if
 * it is not any more what was seen.  Errors: 55000 subscribers could not tell
 * which row it is.
 */
extern bool CatalogUpdate(CatalogModify *target, const ItemPointerData *place,
						  const Datum *values, const bool *nulls,
						  const Bitmapset *changed);

#endif							/* SERIAL_CATALOG_MODIFY_H */
