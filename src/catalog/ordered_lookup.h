/*-------------------------------------------------------------------------
 *
 * ordered_lookup.h
 *	  Look up many identifiers in one index, mostly in their order.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_ORDERED_LOOKUP_H
#define SERIAL_CATALOG_ORDERED_LOOKUP_H

#include "postgres.h"

#include "catalog/scan.h"
#include "nodes/pg_list.h"

/*
 * Identifiers may be looked up in any order.  Where each follows the one before, and few
 * others are between them in the index, one scan passes over all of them instead of
 * descending the tree for each.  Only whether an identifier is there is asked; rows that
 * everybody can see are not read.
 */
typedef struct OrderedLookup OrderedLookup;

/*
 * Opens an index of each of CatalogScanTables, whose first column is the identifier, and
 * returns a list of OrderedLookup.
 */
extern List *OrderedLookupsOpen(List *tables, CatalogIndex index, Snapshot snapshot);
extern void OrderedLookupsClose(List *lookups);

/* does one of them have an entry of a row that the snapshot sees? */
extern bool OrderedLookupsHave(List *lookups, const Serial *id);

#endif							/* SERIAL_CATALOG_ORDERED_LOOKUP_H */
