/*-------------------------------------------------------------------------
 *
 * adopted_table.h
 *	  A user's table that holds a hierarchy: its columns, the tables that these
 *	  refer to, and the SQL that reads them.
 *
 * The SQL runs with the rights of the table's owner, because column types and
 * expressions of generated columns may be anybody's.
 *
 * Private to hierarchy/
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_HIERARCHY_SYNC_ADOPTED_TABLE_H
#define SERIAL_HIERARCHY_SYNC_ADOPTED_TABLE_H

#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "lib/stringinfo.h"
#include "utils/rel.h"
#include "value/value.h"

/*
 * Where the identifiers of a column are: in the column itself, or in the rows of
 * a table that the column refers to by a key.
 */
typedef struct IdSource
{
	const char *reference;		/* the column of the adopted table */
	Oid			reference_type;
	Oid			table;			/* InvalidOid: the column holds identifiers */
	const char *table_name;		/* qualified and quoted */
	const char *key;			/* the column that the reference points to */
	Oid			key_type;
	const char *column;			/* the identifiers */
	Oid			column_table;	/* the table that has this column */
	const char *alias;			/* of the table in queries */
	bool		is_text;		/* else of type serial.serial */
} IdSource;

typedef struct AdoptedTable
{
	Oid			table;
	const char *name;			/* qualified and quoted */
	IdSource	id;
	IdSource	parent;
	const char *scheme;			/* of bare keys; NULL: spelled in full */
	bool		skip_errors;	/* rows with errors are skipped */
	bool		record;			/* changes of links are recorded as events */
} AdoptedTable;

/*
 * The arguments of the triggers that serial.adopt creates: all that is known of
 * an adopted table.  Empty for what is absent.
 */
enum
{
	SYNC_ARG_TABLE,				/* empty in triggers of the adopted table
								 * itself */
	SYNC_ARG_ID_COLUMN,
	SYNC_ARG_PARENT_COLUMN,
	SYNC_ARG_SCHEME,
	SYNC_ARG_ID_TABLE,
	SYNC_ARG_ID_KEY,
	SYNC_ARG_ID_FROM,
	SYNC_ARG_PARENT_TABLE,		/* empty with a key: the adopted table */
	SYNC_ARG_PARENT_KEY,
	SYNC_ARG_PARENT_FROM,
	SYNC_ARG_ON_ERROR,
	SYNC_ARG_RECORD,
	SYNC_ARGS
};

/*
 * Fills the description from the arguments of a trigger on a table.  Returns
 * false if the adopted table does not exist any more.  Errors: 42P01 a table that
 * it refers to does not exist, 42703 no such column, 42804 a column has an
 * unsuitable type, 42501 the tables do not have the same owner.
 */
extern bool AdoptedTableFromTrigger(AdoptedTable *adopted, Relation table,
									char **args);

/* raises 42501 if the tables do not have the same owner */
extern void AdoptedTableCheckOwners(const AdoptedTable *adopted,
									Oid trigger_table);

/*
 * Checks the columns of a source that was filled up to them, and sets the
 * others.  Errors: 42703, 42804, 0A000 a virtual column.
 */
extern void IdSourceOpen(IdSource *source, Oid adopted);

/* finds a table by the qualified name in an argument of a trigger */
extern Oid	AdoptedTableByName(const char *name, bool missing_ok);

/* the number of a column; errors 42703, 0A000 a virtual column */
extern AttrNumber AdoptedTableColumn(Oid table, const char *column);
extern Oid	AdoptedTableColumnType(Oid table, const char *column);
extern char *AdoptedTableQualifiedName(Oid table);

/* with the rights of the table's owner, for queries that only read and lock */
extern void AdoptedTableSwitchToOwner(const AdoptedTable *adopted,
									  SavedUser *before);

/* the type of identifiers as parameters */
extern Oid	IdSourceType(const IdSource *source);

/*
 * Appends the expression of the identifiers: of alias "c" of the adopted table,
 * or of the alias of the table that they are in.  Texts are read as they are
 * written, without a collation of their own.
 */
extern void IdSourceAppend(StringInfo query, const IdSource *source);

/* appends a column of an alias in the form of identifiers */
extern void IdSourceAppendColumn(StringInfo query, const IdSource *source,
								 const char *alias, const char *column);

/*
 * Appends a comparison of two expressions, each of which is of the type of the
 * key or of the reference.
 */
extern void IdSourceAppendMatch(StringInfo query, const IdSource *source,
								const char *left, bool left_is_key,
								const char *right, bool right_is_key);

/* appends "table AS c", and joins for the sources */
extern void AdoptedTableAppendFrom(StringInfo query, const AdoptedTable *adopted,
								   bool with_parent);

/* the whole query: identifiers and parents of all rows */
extern void AdoptedTableAppendLinks(StringInfo query,
									const AdoptedTable *adopted);

/*
 * Reads an identifier; NULL for NULL or an empty text.  If it is not valid,
 * returns NULL and sets *problem, or raises 22P02 if problem is NULL.
 */
extern Serial *AdoptedTableReadId(const AdoptedTable *adopted,
								  const IdSource *source, Datum value,
								  bool isnull, char **problem);

#endif							/* SERIAL_HIERARCHY_SYNC_ADOPTED_TABLE_H */
