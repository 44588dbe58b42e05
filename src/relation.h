/*-------------------------------------------------------------------------
 *
 * relation.h
 *	  The extension's own tables, indexes and type.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_RELATION_H
#define SERIAL_RELATION_H

#include "postgres.h"

#include "utils/relcache.h"

/* the OID of a relation in the schema serial; the name is a literal */
extern Oid	ExtensionRelation(const char *name);

/* has a partition the columns of the whole, in the same places? */
extern bool RelationHasColumns(Relation partition, Relation whole);

/* are there tables that inherit from it? */
extern bool RelationHasHeirs(Relation table);

/* the OID of serial.serial */
extern Oid	ExtensionType(void);

/*
 * Stand-ins, in lists of types, for those whose OIDs are known only when the
 * extension is there.
 */
#define SERIAL_TYPE			((Oid) 1)
#define SERIAL_ARRAY_TYPE	((Oid) 2)
#define EVENT_ROW_TYPE		((Oid) 3)	/* serial.event */

/* the type that one stands for; any other type itself */
extern Oid	ExtensionTypeFor(Oid type);

#endif							/* SERIAL_RELATION_H */
