/*-------------------------------------------------------------------------
 *
 * adopted_table.h
 *	  A table of a user's that holds a hierarchy.
 *
 * What is read from it is read as its owner: its columns may be of types, and
 * computed by expressions, that are anybody's.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_ADOPTED_TABLE_H
#define SERIAL_HIERARCHY_SYNC_ADOPTED_TABLE_H

#include "postgres.h"

#include "catalog/user_context.h"
#include "lib/stringinfo.h"
#include "utils/rel.h"
#include "value/value.h"

typedef struct AdoptedTable
{
	Relation	table;
	const char *id;				/* the column of identifiers */
	const char *parent;			/* the column of parents */
	const char *key;			/* the column that parents point to; NULL:
								 * they are identifiers */
	const char *scheme;			/* of bare identifiers; NULL: they are spelled
								 * in full */
	bool		is_text;		/* identifiers are texts, else serial.serial */
	Oid			key_type;
	Oid			parent_type;
} AdoptedTable;

/*
 * Looks at the columns.  Errors: 42703 there is no such column, 42804 a column
 * cannot be what it should be, 22023 no such scheme.
 */
extern void AdoptedTableOpen(AdoptedTable *source, Relation table, const char *id,
							 const char *parent, const char *key,
							 const char *scheme);

/* the same, and finds out which column the parents point to */
extern void AdoptedTableDiscover(AdoptedTable *source, Relation table, const char *id,
								 const char *parent, const char *scheme);

/* acting for the owner of the table, who may do no more than read and lock */
extern void AdoptedTableSwitchToOwner(const AdoptedTable *source, SavedUser *before);

/* the number of a column; error 42703 */
extern AttrNumber AdoptedTableColumn(Relation table, const char *column);

/* the table's name, for SQL */
extern char *AdoptedTableName(const AdoptedTable *source);

/* the types of identifiers when they are parameters */
extern Oid	AdoptedTableIdType(const AdoptedTable *source);

/*
 * Parts of queries.  An identifier is as it was written, without a mark of
 * whose collation it has; the parent's is of alias "c" or, if there is a key, of
 * "p", which AdoptedTableAppendLinks joins.
 */
extern void AdoptedTableAppendId(StringInfo query, const AdoptedTable *source,
								 const char *alias, const char *column);
extern void AdoptedTableAppendLinks(StringInfo query, const AdoptedTable *source);

/* left is the key or the parent of a row, and so is right */
extern void AdoptedTableAppendMatch(StringInfo query, const AdoptedTable *source,
									const char *left, bool left_is_key,
									const char *right, bool right_is_key);

/*
 * The identifier in a column; NULL if there is none yet, for NULL or an empty
 * text.  If it cannot be read, NULL and what is wrong in *problem, or an error
 * if problem is NULL.
 */
extern Serial *AdoptedTableIdentifier(const AdoptedTable *source, const char *column,
									  Datum value, bool isnull, char **problem);

#endif							/* SERIAL_HIERARCHY_SYNC_ADOPTED_TABLE_H */
