/*-------------------------------------------------------------------------
 *
 * access.h
 *	  Errors about rights name the level of access that is missing.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_ACCESS_H
#define SERIAL_CATALOG_ACCESS_H

#include "postgres.h"

/*
 * Raises 42501 unless the current user may read a relation, or a column of it, which
 * takes level reader.  what completes "permission denied to ...".
 */
extern void AccessCheckReader(Oid relation, const char *what);

#endif							/* SERIAL_CATALOG_ACCESS_H */
