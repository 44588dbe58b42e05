/*-------------------------------------------------------------------------
 *
 * saved_plan.h
 *	  SQL of our own, planned once a backend.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_CATALOG_SAVED_PLAN_H
#define SERIAL_CATALOG_SAVED_PLAN_H

#include "postgres.h"

#include "catalog/catalog.h"
#include "executor/spi.h"

#define SAVED_PLAN_MAX_ARGS	16

/*
 * Names in the text are to be qualified, operators too, unless the caller has
 * pinned search_path.
 */
typedef struct SavedPlan
{
	const char *text;
	int			nargs;
	Oid			types[SAVED_PLAN_MAX_ARGS];	/* or stand-ins */
	int			expected;		/* what SPI calls its success */
	SPIPlanPtr	plan;			/* begins as NULL */
	Oid			serial;			/* the type it was planned with */
} SavedPlan;

/*
 * Within SPI_connect: executes with the caller's rights; with read_only, under
 * the active snapshot, else under a new one where isolation allows.  At most
 * limit rows unless that is 0.  nulls as SPI has them, or NULL.
 */
extern void SavedPlanExecute(SavedPlan *statement, Datum *values,
							 const char *nulls, bool read_only, long limit);

/* a column of a row of the result */
extern Datum SavedPlanResult(uint64 row, int column, bool *isnull);

#endif							/* SERIAL_CATALOG_SAVED_PLAN_H */
