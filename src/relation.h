/*-------------------------------------------------------------------------
 *
 * relation.h
 *	  The extension's own tables and indexes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_RELATION_H
#define SERIAL_RELATION_H

#include "postgres.h"

/* the OID of a relation in the schema serial */
extern Oid	ExtensionRelation(const char *name);

#endif							/* SERIAL_RELATION_H */
