/*-------------------------------------------------------------------------
 *
 * template.h
 *	  What the identifiers of a pool look like: a common prefix, the issued
 *	  characters, and a check digit where the scheme has one at the end.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_TEMPLATE_H
#define SERIAL_ISSUE_TEMPLATE_H

#include "postgres.h"

#include "scheme/scheme.h"

/* issued characters of an identifier */
#define ISSUED_MAX 20

typedef struct IdentifierTemplate
{
	Identifier	id;				/* contains the prefix */
	char	   *issued;			/* place of the issued characters in id */
	int			length;			/* of the issued characters */
	int			check_at;		/* place of the check in the key; -1: none */
} IdentifierTemplate;

extern void IdentifierTemplateInit(IdentifierTemplate *template, const Scheme *scheme,
								   const char *prefix, int length);
extern int	IdentifierTemplateDefaultLength(const Scheme *scheme, const char *prefix);
extern void IdentifierTemplateFinish(IdentifierTemplate *template);
extern const char *IdentifierTemplateMatch(const IdentifierTemplate *template,
										   const Identifier *id);

#endif							/* SERIAL_ISSUE_TEMPLATE_H */
