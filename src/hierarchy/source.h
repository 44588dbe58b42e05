/*-------------------------------------------------------------------------
 *
 * source.h
 *	  A table of a user's that holds a hierarchy.
 *
 * What is read from it is read as its owner: its columns may be of types, and
 * computed by expressions, that are anybody's.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SOURCE_H
#define SERIAL_SOURCE_H

#include "postgres.h"

#include "hierarchy/user.h"
#include "lib/stringinfo.h"
#include "utils/rel.h"
#include "value/value.h"

typedef struct Source
{
	Relation	table;
	const char *id;				/* the column of identifiers */
	const char *parent;			/* the column of parents */
	const char *key;			/* the column that parents point to; NULL: they
								 * are identifiers */
	const char *scheme;			/* of bare identifiers; NULL: they are spelled
								 * in full */
	bool		is_text;		/* identifiers are texts, else serial.serial */
	Oid			key_type;
	Oid			parent_type;
} Source;

/*
 * Looks at the columns.  Errors: 42703 there is no such column, 42804 a column
 * cannot be what it should be, 22023 no such scheme.
 */
extern void SourceOpen(Source *source, Relation table, const char *id,
					   const char *parent, const char *key,
					   const char *scheme);

/* the same, and finds out which column the parents point to */
extern void SourceDiscover(Source *source, Relation table, const char *id,
						   const char *parent, const char *scheme);

/* acting for the owner of the table, who may do no more than read and lock */
extern void SourceBegin(const Source *source, User *before);

/* the number of a column; error 42703 */
extern AttrNumber SourceColumn(Relation table, const char *column);

/* the table's name, for SQL */
extern char *SourceName(const Source *source);

/* the types of identifiers when they are parameters */
extern Oid	SourceIdType(const Source *source);

/*
 * Parts of queries.  An identifier is as it was written, without a mark of
 * whose collation it has; the parent's is of alias "c" or, if there is a key, of
 * "p", which SourceAppendLinks joins.
 */
extern void SourceAppendId(StringInfo query, const Source *source,
						   const char *alias, const char *column);
extern void SourceAppendLinks(StringInfo query, const Source *source);

/* left is the key or the parent of a row, and so is right */
extern void SourceAppendMatch(StringInfo query, const Source *source,
							  const char *left, bool left_is_key,
							  const char *right, bool right_is_key);

/*
 * The identifier in a column; NULL if there is none yet, for NULL or an empty
 * text.  If it cannot be read, NULL and what is wrong in *problem, or an error
 * if problem is NULL.
 */
extern Serial *SourceIdentifier(const Source *source, const char *column,
								Datum value, bool isnull, char **problem);

#endif							/* SERIAL_SOURCE_H */
