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

/* the OID of a relation in the schema serial; the name is a literal */
extern Oid	ExtensionRelation(const char *name);

/* the OID of serial.serial */
extern Oid	ExtensionType(void);

#endif							/* SERIAL_RELATION_H */
