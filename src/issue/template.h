/*-------------------------------------------------------------------------
 *
 * template.h
 *	  The identifiers of a pool: all begin alike, then come the issued
 *	  characters, then perhaps a check digit.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_TEMPLATE_H
#define SERIAL_ISSUE_TEMPLATE_H

#include "postgres.h"

#include "scheme/scheme.h"

/* characters a pool may issue per identifier */
#define ISSUED_MAX 20

typedef struct Template
{
	Identifier	id;				/* the prefix is in place */
	char	   *issued;			/* where in id the issued characters go */
	int			length;			/* how many there are */
	int			check_at;		/* where in the key a check follows; -1: none */
} Template;

extern void TemplateInit(Template *template, const Scheme *scheme,
						 const char *prefix, int length);
extern int	TemplateDefaultLength(const Scheme *scheme, const char *prefix);
extern void TemplateFinish(Template *template);
extern const char *TemplateMatch(const Template *template, const Identifier *id);

#endif							/* SERIAL_ISSUE_TEMPLATE_H */
