/*-------------------------------------------------------------------------
 *
 * scan.h
 *	  Index scans of the extension's own tables, without an executor.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_SCAN_H
#define SERIAL_CATALOG_SCAN_H

#include "postgres.h"

#include "catalog/tables.h"
#include "datatype/timestamp.h"
#include "executor/tuptable.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"
#include "value/value.h"

typedef struct CatalogScan CatalogScan;

/*
 * What is compared with the first columns of an index.
 */
typedef enum CatalogScanKey
{
	SCAN_ID,					/* an identifier */
	SCAN_ID_FROM,				/* identifiers from one on */
	SCAN_ID_UNTIL,				/* and an end after a point in time */
	SCAN_ID_RANGE,				/* identifiers from one to another */
	SCAN_ID_DURING,				/* an identifier, and a time from one to
								 * another */
	SCAN_NUMBER,
	SCAN_NUMBER_RANGE,
	SCAN_TIME_FROM,				/* times from one on */
	SCAN_TEXT,
	SCAN_TEXTS					/* two texts */
} CatalogScanKey;

/*
 * The tables that hold the rows of a table, as a list of OIDs: the table itself,
 * or its partitions in the order of their bounds, all of them locked.  NIL where
 * index scans would not find every row: where not all of it is in heaps of this
 * server with their original columns and indexes, or it has no partition.  The
 * caller has to ask in SQL then.
 */
extern List *CatalogScanTables(CatalogTable table);

/* the same for those who cannot ask in SQL: raises 55000 */
extern List *CatalogScanTablesRequired(CatalogTable table);

/* and for those who lock rows; also raises 25006, 42501 */
extern List *CatalogScanTablesToLock(CatalogTable table);

/* as CatalogScanTables for an index that may be missing: NIL also where it is */
extern List *CatalogScanTablesWith(CatalogIndex index);

/*
 * Opens an index of each of CatalogScanTables; returns a list of CatalogScan.  With
 * entries_only, CatalogScanNextEntry is used, which need not visit rows that
 * everybody can see.
 */
extern List *CatalogScansOpen(List *tables, CatalogIndex index, CatalogScanKey key,
							  Snapshot snapshot, bool entries_only);
extern void CatalogScansClose(List *scans);

/* the same of one of CatalogScanTables */
extern CatalogScan *CatalogScanOpen(Oid table, CatalogIndex index,
									CatalogScanKey key, Snapshot snapshot,
									bool entries_only);
extern void CatalogScanClose(CatalogScan *scan);

/*
 * The index of a table that is not partitioned, for a scan by other means;
 * InvalidOid if it is missing, invalid or altered.  The table is locked.
 */
extern Oid	CatalogIndexOid(CatalogIndex index);

/* the same, or 55000 */
extern Oid	CatalogIndexOidRequired(CatalogIndex index);

/*
 * Start a scan: by CatalogScanKey.  What pointers refer to has to live as long.
 */
extern void CatalogRescan(CatalogScan *scan, const Serial *id, TimestampTz after);
extern void CatalogRescanRange(CatalogScan *scan, const Serial *lowest,
							   const Serial *highest);
extern void CatalogRescanDuring(CatalogScan *scan, const Serial *id,
								TimestampTz since, TimestampTz until);
extern void CatalogRescanNumber(CatalogScan *scan, int64 number);
extern void CatalogRescanNumbers(CatalogScan *scan, int64 lowest, int64 highest);
extern void CatalogRescanTime(CatalogScan *scan, TimestampTz from);
extern void CatalogRescanTexts(CatalogScan *scan, const Datum *texts);

/* starts again under another snapshot, which is used until CatalogScanRelease */
extern void CatalogScanRestart(CatalogScan *scan, Snapshot snapshot);

/* releases buffer pins, before a wait */
extern void CatalogScanRelease(CatalogScan *scan);

/* reads the next row into the scan's slot; returns false at the end */
extern bool CatalogScanNextRow(CatalogScan *scan);

/*
 * Starts a scan of a unique index by identifier alone, and reads the row into the slot;
 * false if there is none.
 */
extern bool CatalogScanFindRow(CatalogScan *scan, const Serial *id);

/* reads the version of a row at a position; false if the snapshot does not see it */
extern bool CatalogScanFetchRow(CatalogScan *scan, ItemPointer tid);

/*
 * Reads the next index entry of a row that the snapshot sees; the values live
 * until the next call.  Returns false at the end.
 */
extern bool CatalogScanNextEntry(CatalogScan *scan, Datum *values, bool *nulls);

/*
 * The same, but returns the identifier that is the first column, which lives until the
 * next call; NULL at the end.
 */
extern Serial *CatalogScanNextId(CatalogScan *scan);

/*
 * Has this transaction inserted the row in the slot, and not updated it since?  Then no
 * other one sees it, and it needs no lock.
 */
extern bool CatalogScanRowIsNew(CatalogScan *scan);

/*
 * Locks the row in the slot, unless it is new, as SELECT FOR UPDATE does, waiting for
 * concurrent writers, and reads its latest version.  Returns false if the row is gone.
 * Errors: 40001.
 */
extern bool CatalogScanLockRow(CatalogScan *scan);

extern TupleTableSlot *CatalogScanSlot(CatalogScan *scan);
extern Relation CatalogScanTable(CatalogScan *scan);

/* has it, since it was started, passed entries whose rows the snapshot does not see? */
extern bool CatalogScanPassedRows(CatalogScan *scan);

/*
 * May the current user read all rows of a table?  Scans check neither privileges
 * nor policies.
 */
extern bool CatalogMayScan(CatalogTable table);

#endif							/* SERIAL_CATALOG_SCAN_H */
