/*-------------------------------------------------------------------------
 *
 * scan.h
 *	  Looking into an index of a table of ours, again and again.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_SCAN_H
#define SERIAL_CATALOG_SCAN_H

#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "executor/tuptable.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "value/value.h"

typedef struct CatalogScan
{
	Relation	table;
	Relation	index;
	Snapshot	snapshot;
	IndexScanDesc scan;
	TupleTableSlot *slot;		/* the row that CatalogScanNextRow found */
	bool		passed;			/* since it began to look, CatalogScanNextRow has passed
								 * entries whose rows the snapshot does not see */
	Buffer		map;			/* of the visibility map, kept between rows */
	ScanKeyData keys[3];
	int			nkeys;
	MemoryContext memory;		/* in which it was opened: what the scan takes, it
								 * takes when it needs it, and keeps */
} CatalogScan;

/*
 * What an index is asked for.  Most begin with an identifier.  Those of history
 * go on with the end of the interval, and are asked for what ended after a
 * moment; that of the things of events goes on with the time.
 */
typedef enum CatalogScanKey
{
	SCAN_ID,
	SCAN_ID_UNTIL,
	SCAN_ID_RANGE,
	SCAN_ID_DURING,
	SCAN_NUMBER,
	SCAN_NUMBER_RANGE,
	SCAN_TEXT,
	SCAN_TEXTS
} CatalogScanKey;

/*
 * The tables that hold the rows of a table, as a list of OIDs: itself, or its
 * partitions in the order of their bounds.  NIL if it cannot be read by probes:
 * not all of it is in heaps of this server with the columns in the same places,
 * or it has no partition.
 */
extern List *CatalogScanTables(const char *table);

/*
 * Opens, of each of CatalogScanTables, the index, or one like it; a list of CatalogScan.
 * With entries_only, rows are read from the index alone where all can see them.
 * Errors: 55000 a partition has no such index.
 */
extern List *CatalogScansOpen(List *tables, const char *index, CatalogScanKey key,
						Snapshot snapshot, bool entries_only);
extern void CatalogScansClose(List *probes);

/*
 * Opens, of one of CatalogScanTables, the index that begins with these columns, all
 * ascending, and holds all rows whose first one is not NULL; NULL if there is
 * none.
 */
extern CatalogScan *CatalogScanOpenBy(Oid table, const AttrNumber *columns, int n,
						  CatalogScanKey key, Snapshot snapshot, bool entries_only);
extern void CatalogScanClose(CatalogScan *probe);

/* begins to look for an id, and for what ended after a moment */
extern void CatalogRescan(CatalogScan *probe, const Serial *id, TimestampTz after);

/* begins to look for ids from one to another */
extern void CatalogRescanRange(CatalogScan *probe, const Serial *lowest,
						   const Serial *highest);

/* begins to look for an id, from one moment to before another */
extern void CatalogRescanDuring(CatalogScan *probe, const Serial *id, TimestampTz since,
							TimestampTz until);

/* begins to look for a number, or for numbers from one to another */
extern void CatalogRescanNumber(CatalogScan *probe, int64 number);
extern void CatalogRescanNumbers(CatalogScan *probe, int64 lowest, int64 highest);

/* begins to look for a text, or for two of them */
extern void CatalogRescanTexts(CatalogScan *probe, const Datum *texts);

/* lets go of the pages it stands on, before a wait */
extern void CatalogScanRelease(CatalogScan *probe);

/* the next row in slot; false at the end */
extern bool CatalogScanNextRow(CatalogScan *probe);

/*
 * Locks the row in slot as FOR UPDATE does at READ COMMITTED, waiting for whoever
 * is writing it, and reads its latest version.  False if it is gone.
 */
extern bool CatalogScanLockRow(CatalogScan *probe);

/* begins to look for the same again, under another snapshot until CatalogScanRelease */
extern void CatalogScanRestart(CatalogScan *probe, Snapshot snapshot);

/* the next entry of the index, of a row that the snapshot sees; NULL at the end */
extern IndexTuple CatalogScanNextEntry(CatalogScan *probe);

/*
 * May the current user see all of a table?  Probes know neither rights nor
 * policies.
 */
extern bool CatalogMayScan(const char *table);

/* may they lock rows of it, as above? */
extern bool CatalogMayLock(const char *table);

#endif							/* SERIAL_CATALOG_SCAN_H */
