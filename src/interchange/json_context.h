/*-------------------------------------------------------------------------
 *
 * json_context.h
 *	  Prefixes that the @context of an EPCIS document, or of an event, declares.
 *
 * Private to interchange/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_INTERCHANGE_JSON_CONTEXT_H
#define SERIAL_INTERCHANGE_JSON_CONTEXT_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

/*
 * An event may add a context of its own to that of its document; either may be
 * missing.
 */
typedef struct JsonContext
{
	JsonbValue *event;
	Jsonb	   *document;
} JsonContext;

/* that of an event and of its document; either may be NULL */
extern JsonContext JsonContextOf(Jsonb *event, Jsonb *document_context);

/*
 * The namespace of the prefix in "prefix:local", palloc'd; *local is where the
 * local part begins.  NULL: the name is not compact, or nothing declares the
 * prefix.  The prefixes of the standard context cannot be declared anew.
 */
extern char *JsonContextNamespace(const JsonContext *context, const char *name,
								  size_t len, size_t *local);

/*
 * Does a context name, by a URL, another document than the standard context?
 * What that declares is not known: contexts are never fetched.
 */
extern bool JsonContextNamesOther(const JsonContext *context);

/*
 * The URL of the standard context of EPCIS 2.0.
 */
#define STANDARD_CONTEXT "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

/*
 * What the contexts have beside the standard context, the document's before the
 * event's, as JsonbValues: objects that declare prefixes, and URLs of other contexts.
 */
extern List *JsonContextAdditions(const JsonContext *context);

/* a compact name in full, anything else as it is; palloc'd */
extern char *JsonContextExpand(const JsonContext *context, const char *name,
							   size_t len);

/*
 * "{namespace}local" of a compact name or a URI, palloc'd; a bare name as it is.
 */
extern char *JsonContextBracedName(const JsonContext *context, const char *name,
								   size_t len);

#endif							/* SERIAL_INTERCHANGE_JSON_CONTEXT_H */
