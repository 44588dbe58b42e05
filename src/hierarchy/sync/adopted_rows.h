/*-------------------------------------------------------------------------
 *
 * adopted_rows.h
 *	  All rows of an adopted table, and what is wrong with them.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_ADOPTED_ROWS_H
#define SERIAL_HIERARCHY_SYNC_ADOPTED_ROWS_H

#include "postgres.h"

#include "hierarchy/sync/adopted_table.h"
#include "hierarchy/sync/sync_links.h"

/* a row with an invalid identifier */
typedef struct InvalidRow
{
	const char *id;				/* as written; NULL: it is valid */
	const char *parent;
	const char *problem;
} InvalidRow;

typedef struct AdoptedRows
{
	const AdoptedTable *adopted;
	MemoryContext context;
	int64		n;				/* rows with an identifier, valid or not */
	DesiredLinks links;			/* of rows with a valid identifier */
	List	   *invalid;		/* InvalidRow */
	int64		n_ambiguous;	/* identifiers in rows that contradict each
								 * other */
} AdoptedRows;

/* reads all rows; links are united */
extern void AdoptedRowsRead(AdoptedRows *rows, const AdoptedTable *adopted);

/*
 * Raises 22P02 for rows with invalid identifiers, 23505 for ambiguous ones, with
 * the first few and a query that finds all.
 */
extern void AdoptedRowsRefuse(const AdoptedRows *rows);

/*
 * The links that the rows name; with all, also children that should be in no
 * container.
 */
extern void AdoptedRowsLinks(const AdoptedRows *rows, bool all,
							 DesiredLinks *links);

#endif							/* SERIAL_HIERARCHY_SYNC_ADOPTED_ROWS_H */
