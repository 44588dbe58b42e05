/*-------------------------------------------------------------------------
 *
 * digital_link.h
 *	  Cutting GS1 Digital Link URIs into elements (GS1 Digital Link Standard:
 *	  URI Syntax).
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_DIGITAL_LINK_H
#define SERIAL_SYNTAX_DIGITAL_LINK_H

#include "syntax/element.h"

/* a key and its three qualifiers at most */
#define DIGITAL_LINK_PATH_MAX 4

typedef struct DigitalLink
{
	const char *input;
	bool		lenient;		/* short names and short GTINs are read */
	int			npath;
	Element		path[DIGITAL_LINK_PATH_MAX];	/* the key, then its
												 * qualifiers */
	uint8_t		group;			/* of the qualifiers; 0: there are none */
	size_t		query;			/* the next parameter; end: there is none */
	size_t		end;			/* the fragment, or the end of the text */
} DigitalLink;

/* length of the http:// or https:// at input[from], or 0 */
extern size_t DigitalLinkPrefix(const char *input, size_t len, size_t from,
								bool lenient);

/* how many zeros an element of a link lacks in front of its value */
extern size_t DigitalLinkZeros(const DigitalLink *link, const Element *element);

/*
 * The qualifiers that may stand together with those in the list, and the next
 * of them for a key, in their order: an AI, or NO_AI at the end.
 */
extern uint8_t DigitalLinkGroup(const ElementList *list);
extern int	DigitalLinkNextQualifier(int key_ai, uint8_t group, size_t *row);

/*
 * Writers of the parts of a link; each returns the end.  NULL: the domain is
 * none.
 */
extern char *DigitalLinkWriteStem(const char *domain, size_t len, char *out);
extern char *DigitalLinkWriteSegments(int ai, const char *value, size_t len,
									  char *out);
extern char *DigitalLinkWriteEscaped(const char *value, size_t len, char *out);

/* cuts the path; the authority begins at text[from] */
extern bool DigitalLinkCut(DigitalLink *link, const char *input, size_t len,
						   size_t from, bool lenient, Problem *problem);

/* cuts the next attribute from the query, if *found */
extern bool DigitalLinkNextAttribute(DigitalLink *link, Element *element, bool *found,
									 Problem *problem);

#endif							/* SERIAL_SYNTAX_DIGITAL_LINK_H */
