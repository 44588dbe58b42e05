/*-------------------------------------------------------------------------
 *
 * element.h
 *	  Cutting GS1 element strings into elements (GS1 General Specifications,
 *	  section 7.8), bracketed or raw; and reading the values of elements,
 *	  wherever they were cut from.
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_ELEMENT_H
#define SERIAL_SYNTAX_ELEMENT_H

#include "syntax/builder.h"

typedef struct Element
{
	int			ai;
	size_t		at;				/* of the element in the text */
	size_t		from;			/* its value: text[from .. to) */
	size_t		to;
	Escape		escape;			/* how the value is written */
	bool		in_query;		/* of a link, where "+" is a space */
	bool		needs_separator;	/* raw, and its length not predefined */
} Element;

typedef struct ElementReader
{
	const char *input;
	size_t		len;
	size_t		at;				/* of the next element; len: there is none */
	bool		bracketed;
} ElementReader;

extern void ElementReaderBegin(ElementReader *reader, const char *input,
							   size_t len, size_t from);
extern bool ElementNext(ElementReader *reader, Element *element,
						Problem *problem);

/*
 * Decodes the value of an element whose AI exists and checks it, behind the
 * *len characters that value has already and that the text leaves out.  value
 * is a buffer of SCAN_VALUE_MAX bytes.
 */
extern bool ElementRead(const char *input, const Element *element,
						int current_year, char *value, size_t *len,
						Problem *problem);

#endif							/* SERIAL_SYNTAX_ELEMENT_H */
