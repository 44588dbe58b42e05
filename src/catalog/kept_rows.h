/*-------------------------------------------------------------------------
 *
 * kept_rows.h
 *	  The rows of a small table, kept by a session as long as no page of it changes.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_KEPT_ROWS_H
#define SERIAL_CATALOG_KEPT_ROWS_H

#include "postgres.h"

#include "access/xlogdefs.h"
#include "catalog/tables.h"
#include "storage/block.h"
#include "storage/itemptr.h"
#include "utils/relcache.h"

/*
 * One version of a row: also one that is not committed, or no longer visible to any
 * transaction.
 */
typedef struct KeptRow
{
	ItemPointerData tid;
	Datum	   *values;			/* by the columns of the table, none of them
								 * stored elsewhere */
	bool	   *nulls;
} KeptRow;

typedef struct KeptRows
{
	Oid			relation;
	int			n;
	KeptRow    *rows;
} KeptRows;

/*
 * All versions of all rows of a table, which live until the next call for it.  NULL if
 * it has to be scanned: if it is large, if CatalogScanTables returns NIL, or if the
 * transaction is serializable, since nothing is locked for the detection of conflicts.
 */
extern const KeptRows *KeptRowsRead(CatalogTable table);

/* does the active snapshot see this version? */
extern bool KeptRowIsVisible(const KeptRows *kept, const KeptRow *row);

/* the LSN of a page, which each change of it moves if the relation is logged */
extern XLogRecPtr CatalogPageLsn(Relation rel, BlockNumber page);

#endif							/* SERIAL_CATALOG_KEPT_ROWS_H */
