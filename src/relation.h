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

/* the OID of serial.serial */
extern Oid	ExtensionType(void);

#endif							/* SERIAL_RELATION_H */
