/*-------------------------------------------------------------------------
 *
 * element.h
 *	  Cutting GS1 element strings into elements (GS1 General Specifications,
 *	  section 7.8), bracketed or raw.
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_ELEMENT_H
#define SERIAL_SYNTAX_ELEMENT_H

#include "syntax/draft.h"

typedef struct Element
{
	int			ai;
	size_t		at;				/* of the element in the text */
	size_t		from;			/* its value: text[from .. to) */
	size_t		to;
} Element;

typedef struct ElementReader
{
	const char *text;
	size_t		len;
	size_t		at;				/* of the next element; len: there is none */
	bool		bracketed;
} ElementReader;

extern void ElementReaderBegin(ElementReader *reader, const char *text,
							   size_t len, size_t from);
extern bool ElementNext(ElementReader *reader, Element *element,
						Problem *problem);
extern char *AiWrite(int ai, char *out);

#endif							/* SERIAL_SYNTAX_ELEMENT_H */
