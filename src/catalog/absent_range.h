/*-------------------------------------------------------------------------
 *
 * absent_range.h
 *	  Ranges of identifiers that an index does not have, kept by a session.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_ABSENT_RANGE_H
#define SERIAL_CATALOG_ABSENT_RANGE_H

#include "postgres.h"

#include "catalog/tables.h"
#include "utils/relcache.h"
#include "value/value.h"

/* is it known that an index by identifier alone has no entry of this one? */
extern bool AbsentRangeHas(CatalogIndex number, Relation index, const Serial *id);

/*
 * To be called when a scan has found no entry of an identifier.  At some of the calls, the
 * range in which it lies is kept.
 */
extern void AbsentRangeLearn(CatalogIndex number, Relation table, Relation index,
							 const Serial *id);

#endif							/* SERIAL_CATALOG_ABSENT_RANGE_H */
