/*-------------------------------------------------------------------------
 *
 * catalog.h
 *	  The extension's own tables, indexes and type.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_CATALOG_H
#define SERIAL_CATALOG_CATALOG_H

#include "postgres.h"

#include "utils/relcache.h"

/* the OID of a relation in the schema serial; the name is a literal */
extern Oid	CatalogTableOid(const char *name);

/* has a partition the columns of the whole, in the same places? */
extern bool CatalogHasSameColumns(Relation partition, Relation whole);

/* are there tables that inherit from it? */
extern bool CatalogHasInheritanceChildren(Relation table);

/* the OID of serial.serial */
extern Oid	SerialTypeOid(void);

/*
 * Stand-ins, in lists of types, for those whose OIDs are known only when the
 * extension is there.
 */
#define SERIAL_TYPE			((Oid) 1)
#define SERIAL_ARRAY_TYPE	((Oid) 2)
#define EVENT_ROW_TYPE		((Oid) 3)	/* serial.event */

/* the type that one stands for; any other type itself */
extern Oid	CatalogTypeOid(Oid type);

#endif							/* SERIAL_CATALOG_CATALOG_H */
