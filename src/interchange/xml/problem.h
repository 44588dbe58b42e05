/*-------------------------------------------------------------------------
 *
 * problem.h
 *	  Problems of XML and JSON texts, with their positions.
 *
 * Private to interchange/.  Pure C, without PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_XML_PROBLEM_H
#define SERIAL_INTERCHANGE_XML_PROBLEM_H

#include <stddef.h>

#include "interchange/xml/memory.h"

#define XML_MESSAGE_MAX 200

typedef enum XmlProblemKind
{
	XML_NO_PROBLEM,
	XML_NOT_WELL_FORMED,		/* it is no XML, or no JSON */
	XML_NOT_EPCIS,				/* it is no EPCIS document */
	XML_TOO_LARGE,				/* deeper or more than the reader accepts */
	XML_CANNOT_SAY,				/* the version of EPCIS has no form for it */
	XML_OUT_OF_MEMORY
} XmlProblemKind;

typedef struct XmlProblem
{
	XmlProblemKind kind;
	size_t		offset;			/* bytes of the text before it */
	size_t		line;			/* from 1 */
	size_t		column;			/* characters, from 1 */
	size_t		event;			/* of a document that is written, from 1; 0:
								 * not in an event */
	char		message[XML_MESSAGE_MAX];	/* what is wrong */
	char		expected[XML_MESSAGE_MAX];	/* what would be right; may be
											 * empty */
} XmlProblem;

extern void XmlProblemClear(XmlProblem *problem);

/*
 * Notes a problem, unless there is one already.  The message may contain one
 * %s, for which a part of the text is shown.
 */
extern void XmlProblemSet(XmlProblem *problem, XmlProblemKind kind,
						  size_t offset, const char *message, XmlSpan shown,
						  const char *expected);

/* from an arena; NULL, and the problem at this offset, if there is no memory */
extern void *XmlAlloc(XmlArena *arena, size_t size, XmlProblem *problem, size_t offset);

/* finds line and column of the offset */
extern void XmlProblemLocate(XmlProblem *problem, const char *source,
							 size_t length);

#endif							/* SERIAL_INTERCHANGE_XML_PROBLEM_H */
