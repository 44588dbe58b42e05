/*-------------------------------------------------------------------------
 *
 * report.h
 *	  Report the problem of an input as a PostgreSQL error.
 *
 * Private to value/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_VALUE_REPORT_H
#define SERIAL_VALUE_REPORT_H

#include "postgres.h"

#include "compat.h"
#include "scheme/scheme.h"

extern void ReportProblem(const char *input, size_t len, const Problem *problem,
						  struct Node *escontext);

/* the same as text, palloc'd: what is wrong, and where */
extern char *ProblemText(const char *input, size_t len, const Problem *problem);

extern void ReportScanProblem(const char *input, size_t len,
							  const Problem *problem, int ai);

#endif							/* SERIAL_VALUE_REPORT_H */
