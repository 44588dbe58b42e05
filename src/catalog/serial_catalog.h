/*-------------------------------------------------------------------------
 *
 * serial_catalog.h
 *	  The extension's own tables: what they look like, how they are scanned and
 *	  written, and SQL that is planned once a session.
 *
 * Since version 16 utils/rel.h of PostgreSQL includes "catalog/catalog.h" and
 * finds this file: nothing that needs utils/rel.h may be included here.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_SERIAL_CATALOG_H
#define SERIAL_CATALOG_SERIAL_CATALOG_H

#include "postgres.h"

#include "catalog/lookup.h"
#include "catalog/modify.h"
#include "catalog/saved_plan.h"
#include "catalog/scan.h"
#include "catalog/tables.h"

/* the OID of a relation in schema serial; the name is a string literal */
extern Oid	CatalogTableOid(const char *name);

/* the type that a placeholder stands for; any other type itself */
extern Oid	CatalogTypeOid(Oid type);

#endif							/* SERIAL_CATALOG_SERIAL_CATALOG_H */
