/*-------------------------------------------------------------------------
 *
 * ordinal_scan.h
 *	  The row of a table that may hold an ordinal of a pool.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_ORDINAL_SCAN_H
#define SERIAL_ISSUE_ORDINAL_SCAN_H

#include "postgres.h"

#include "access/genam.h"
#include "access/sdir.h"
#include "catalog/serial_catalog.h"
#include "issue/ff1.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

typedef struct OrdinalScan
{
	Relation	table;
	Relation	index;
	SysScanDesc scan;
	HeapTuple	tuple;			/* NULL: none was found */
} OrdinalScan;

/*
 * Scans an index on a column for the pool and one for ordinals, of type bigint
 * or numeric.  Finds the first or, with BackwardScanDirection, the last row of a pool whose
 * ordinal is from lowest to highest.  Without a snapshot, finds what has been
 * committed by now.
 */
extern void OrdinalScanOpen(OrdinalScan *scan, CatalogIndex index,
							int32 pool, Numeral lowest, Numeral highest,
							ScanDirection direction, Snapshot snapshot);

extern void OrdinalScanClose(OrdinalScan *scan);

extern Datum OrdinalScanColumn(const OrdinalScan *scan, int column,
							   bool *isnull);
extern int64 OrdinalScanInt64(const OrdinalScan *scan, int column);
extern Numeral OrdinalScanNumeral(const OrdinalScan *scan, int column);
extern char *OrdinalScanText(const OrdinalScan *scan, int column);
extern char *OrdinalScanName(const OrdinalScan *scan, int column);

#endif							/* SERIAL_ISSUE_ORDINAL_SCAN_H */
