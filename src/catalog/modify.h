/*-------------------------------------------------------------------------
 *
 * modify.h
 *	  Insert, update and delete rows of the extension's own tables without SPI.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_MODIFY_H
#define SERIAL_CATALOG_MODIFY_H

#include "postgres.h"

#include "catalog/tables.h"
#include "nodes/bitmapset.h"
#include "storage/itemptr.h"

typedef enum CatalogModifyMode
{
	CATALOG_INSERT,				/* rows are inserted only */
	CATALOG_INSERT_OR_UPDATE,
	CATALOG_DELETE
} CatalogModifyMode;

typedef struct CatalogModify CatalogModify;

/*
 * Opens a table to write to it, with the current user's rights.  What the
 * transaction has written before is visible to it; what is written through it is
 * visible after CatalogModifyClose, where AFTER triggers fire.  Tables are closed
 * in the opposite order.
 *
 * Errors: 25006 the transaction is read-only, 42501, 55000 the table is not as the
 * extension created it.
 */
extern CatalogModify *CatalogModifyOpen(CatalogTable table, CatalogModifyMode mode);
extern void CatalogModifyClose(CatalogModify *modify);

/* Errors: those of an INSERT, 09000 a trigger returned NULL */
extern void CatalogInsert(CatalogModify *modify, const Datum *values,
						  const bool *nulls);

/*
 * INSERT ... ON CONFLICT (primary key) DO NOTHING.  Returns false if there is a row
 * with that key already, after waiting for its writer.
 *
 * Errors: also 40001 there is one that the transaction's snapshot does not see.
 */
extern bool CatalogInsertIfAbsent(CatalogModify *modify, const Datum *values,
								  const bool *nulls);

/*
 * Replaces a version of a row, waiting for its writer.  The version was
 * seen under the active snapshot or a later one: an older one could have been
 * vacuumed away.  Columns that are not in changed, by attribute number, keep their
 * values.  Returns false if the row has been changed concurrently; above READ
 * COMMITTED also if the transaction's snapshot does not see that version.
 *
 * Errors: those of an UPDATE, 09000 a trigger returned NULL.
 */
extern bool CatalogUpdate(CatalogModify *modify, const ItemPointerData *tid,
						  const Datum *values, const bool *nulls,
						  const Bitmapset *changed);

/*
 * Deletes a version of a row in the same way.  Errors: those of a DELETE, 09000 a
 * trigger returned NULL.
 */
extern bool CatalogDelete(CatalogModify *modify, const ItemPointerData *tid);

#endif							/* SERIAL_CATALOG_MODIFY_H */
