/*-------------------------------------------------------------------------
 *
 * sync_statement.h
 *	  What a statement changed in an adopted table, or in one that it refers to.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_SYNC_STATEMENT_H
#define SERIAL_HIERARCHY_SYNC_SYNC_STATEMENT_H

#include "postgres.h"

#include "commands/trigger.h"
#include "hierarchy/sync/adopted_table.h"
#include "hierarchy/sync/changed_ids.h"
#include "hierarchy/sync/sync_links.h"

typedef struct SyncStatement
{
	TriggerData *data;
	AdoptedTable adopted;
	MemoryContext context;
	bool		has_many_rows;	/* so that plans are not kept */
	ChangedIds	changes;
	DesiredLinks links;			/* the rows of these identifiers, united */
} SyncStatement;

/*
 * For a call of the trigger.  Returns false if the adopted table does not exist any more.
 */
extern bool SyncStatementBegin(SyncStatement *statement, TriggerData *data);

/*
 * Finds the changes and the links, with the rights of the owner of the adopted table.
 * Errors: 23505 an identifier is in more than one row, 22P02 one that the statement wrote
 * is invalid; neither if errors are skipped.
 */
extern void SyncStatementRead(SyncStatement *statement);

#endif							/* SERIAL_HIERARCHY_SYNC_SYNC_STATEMENT_H */
