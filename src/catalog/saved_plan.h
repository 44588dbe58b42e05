/*-------------------------------------------------------------------------
 *
 * saved_plan.h
 *	  SQL of the extension's own, planned once a session.
 *
 * Private to catalog/: other modules include catalog/serial_catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_SAVED_PLAN_H
#define SERIAL_CATALOG_SAVED_PLAN_H

#include "postgres.h"

#include "executor/tuptable.h"

#define SAVED_PLAN_MAX_ARGS	16

/*
 * The text qualifies all names, operators too, unless the caller has pinned
 * search_path.
 */
typedef struct SavedPlan
{
	const char *sql;
	int			nargs;
	Oid			types[SAVED_PLAN_MAX_ARGS]; /* or placeholders */
	int			expected;		/* the SPI code of success */
	struct _SPI_plan *plan;		/* initially NULL */
	Oid			serial;			/* the type it was planned with */
} SavedPlan;

/*
 * Within SPI_connect: executes with the current user's rights; with read_only,
 * under the active snapshot, else under a new one where the isolation level
 * allows that.  Returns at most limit rows, all if that is 0.  nulls is as SPI
 * expects it, or NULL.
 */
extern void SavedPlanExecute(SavedPlan *statement, Datum *values,
							 const char *nulls, bool read_only, long limit);

/* is called for each row of a result, in a memory context that lives as long as the query */
typedef void (*ResultVisitor) (TupleTableSlot *row, void *context);

/*
 * The same, read_only, for results that may be too large for memory.  It is planned to
 * read many rows, in the order in which they are stored.  The visitor may use SPI.
 */
extern void SavedPlanVisit(SavedPlan *statement, Datum *values, ResultVisitor visit,
						   void *context);

/* a column, counted from 1, of a row of the result, counted from 0 */
extern Datum SavedPlanResult(uint64 row, int column, bool *isnull);

/* the same, of type text, as a C string; NULL if it is NULL */
extern char *SavedPlanResultText(uint64 row, int column);

/*
 * Within SPI_connect: is there a row?  Executes as if not read_only, and frees the result.
 */
extern bool SavedPlanHasRow(SavedPlan *statement, Datum *values, const char *nulls);

/*
 * Connects to SPI, executes read_only, and returns a copy of the first row in the current
 * memory context.  Returns false, and all columns NULL, if there is none.
 */
extern bool SavedPlanRow(SavedPlan *statement, Datum *values, const char *nulls,
						 Datum *row_values, bool *row_nulls);

/* the same, of a statement with one column */
extern Datum SavedPlanValue(SavedPlan *statement, Datum *values, const char *nulls,
							bool *isnull);

#endif							/* SERIAL_CATALOG_SAVED_PLAN_H */
