/*-------------------------------------------------------------------------
 *
 * prepared_target.h
 *	  Prepare what the executor evaluates for each row that is written to a table.
 *
 * Private to catalog/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_PREPARED_TARGET_H
#define SERIAL_CATALOG_PREPARED_TARGET_H

#include "postgres.h"

#include "nodes/execnodes.h"

/*
 * Prepares the CHECK constraints of a table, and the predicates of those of its indexes
 * that are open, for one statement.
 */
extern void TargetPrepare(ResultRelInfo *target, EState *estate);

#endif							/* SERIAL_CATALOG_PREPARED_TARGET_H */
