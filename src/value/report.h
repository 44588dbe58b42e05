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
#include "utils/rel.h"

extern void ReportProblem(const char *input, size_t len, const Problem *problem,
						  struct Node *escontext);

/* the same for the value of a column, which the error names */
extern void ReportColumnProblem(const char *input, size_t len,
								const Problem *problem, Relation table,
								const char *column);

/* the same as text, palloc'd: what is wrong, and where */
extern char *ProblemText(const char *input, size_t len, const Problem *problem);

/* how the text was read */
typedef enum Reading
{
	READING_IDENTIFIER,			/* in any spelling */
	READING_KEY,				/* as a bare key of a scheme */
	READING_SCAN
} Reading;

typedef struct ProblemDescription
{
	char	   *message;
	char	   *detail;
	const char *hint;			/* NULL: none */
	int			position;		/* in characters, from 1 */
} ProblemDescription;

extern void ProblemDescribe(const char *input, size_t len,
							const Problem *problem, Reading reading,
							const Scheme *scheme,
							ProblemDescription *description);

extern void ReportKeyProblem(const char *input, size_t len,
							 const Problem *problem, const Scheme *scheme);

/* 22023: a text is no domain to write Digital Links on */
pg_noreturn extern void ReportDomain(text *domain);

/* what is longer was not typed by hand: it has no typing errors to look for */
#define TYPED_MAX 512

/* upper case for lower and lower for upper, palloc'd and terminated */
extern char *SwapCase(const char *input, size_t len);

extern void ReportScanProblem(const char *input, size_t len,
							  const Problem *problem, int ai);

#endif							/* SERIAL_VALUE_REPORT_H */
