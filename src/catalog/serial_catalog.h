/*-------------------------------------------------------------------------
 *
 * serial_catalog.h
 *	  The extension's own tables: what they look like, how they are scanned and
 *	  written, and SQL that is planned once a session.
 *
 * Not named catalog.h, since utils/rel.h of PostgreSQL includes a
 * "catalog/catalog.h" of its own.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_SERIAL_CATALOG_H
#define SERIAL_CATALOG_SERIAL_CATALOG_H

#include "postgres.h"

#include "catalog/access.h"
#include "catalog/column_value.h"
#include "catalog/kept_rows.h"
#include "catalog/lookup.h"
#include "catalog/modify.h"
#include "catalog/ordered_lookup.h"
#include "catalog/planned_size.h"
#include "catalog/saved_plan.h"
#include "catalog/scan.h"
#include "catalog/tables.h"
#include "catalog/user_context.h"

/*
 * The OID of a relation in schema serial; the name is a string literal.
 *
 * Raises 55000 if the extension is of another version than this library.
 */
extern Oid	CatalogTableOid(const char *name);

/* the same for a table that is described, found in fewer steps */
extern Oid	CatalogTableOidOf(CatalogTable table);

/*
 * Was no row ever written to a table of schema serial, which is not partitioned?
 * Costs less than to look for one.  The name is a string literal.
 */
extern bool CatalogTableIsEmpty(const char *name);

/*
 * Raises an error where an action, such as "record events", must not write table:
 * 25006 on a standby server, 55000 where a subscription writes the table.  Sequences
 * are not replicated, so numbers issued there would come twice.
 */
extern void CatalogPreventOnCopy(const char *action, const char *table);

/* the type that a placeholder stands for; any other type itself */
extern Oid	CatalogTypeOid(Oid type);

#endif							/* SERIAL_CATALOG_SERIAL_CATALOG_H */
