/*-------------------------------------------------------------------------
 *
 * lookup.h
 *	  Looking up rows of a table of ours by texts, without a statement where
 *	  that finds the same.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_LOOKUP_H
#define SERIAL_LOOKUP_H

#include "postgres.h"

#include "probe.h"
#include "statement.h"

typedef struct Lookup
{
	const char *table;
	const char *index;
	ProbeKey	key;			/* PROBE_TEXT or PROBE_TEXTS */
	int			columns;		/* so many of the table's, from the first on */
	Statement	statement;		/* selects them in the order of the index */
} Lookup;

/* sees a row until it returns; false stops */
typedef bool (*RowVisitor) (const Datum *values, const bool *nulls,
							void *context);

/*
 * Visits the rows with these texts in the order of the index, as the current
 * user, under the active snapshot; returns how many it visited.  Without a
 * visitor looks for one only.  Errors: 42501.
 */
extern int	LookupRows(Lookup *lookup, Datum *texts, RowVisitor visit,
					   void *context);

#endif							/* SERIAL_LOOKUP_H */
