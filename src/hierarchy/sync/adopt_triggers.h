/*-------------------------------------------------------------------------
 *
 * adopt_triggers.h
 *	  Create, find and drop the sync triggers of adopted tables.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_ADOPT_TRIGGERS_H
#define SERIAL_HIERARCHY_SYNC_ADOPT_TRIGGERS_H

#include "postgres.h"

#include "hierarchy/sync/adopted_table.h"
#include "utils/relcache.h"

/* is the table adopted itself, and not only referred to by one that is? */
extern bool SyncTriggersExist(Relation table);

/*
 * Describes an adopted table by its triggers.  Errors: 42704 it is not adopted,
 * and those of AdoptedTableFromTrigger.
 */
extern void SyncTriggersDescribe(Relation table, AdoptedTable *adopted);

/*
 * Create and drop the triggers on an adopted table and on those that it refers to,
 * with the caller's rights.  Errors: 42704 it is not adopted.
 */
extern void SyncTriggersCreate(const AdoptedTable *adopted);
extern void SyncTriggersDrop(Oid adopted);

#endif							/* SERIAL_HIERARCHY_SYNC_ADOPT_TRIGGERS_H */
