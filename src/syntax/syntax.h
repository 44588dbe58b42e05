/*-------------------------------------------------------------------------
 *
 * syntax.h
 *	  How identifiers are written: readers and writers of every spelling.
 *
 * The only door of syntax/.  Pure C: callers own every buffer, nothing is
 * allocated, and what is wrong comes back as a Problem whose offset counts
 * bytes of the text that was read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_H
#define SERIAL_SYNTAX_H

#include "scheme/scheme.h"

/* FNC1 within a raw element string, as scanners transmit it */
#define SYNTAX_GS '\x1D'

/*
 * Room that any writer needs: two application identifiers in brackets, and
 * every character of key and number escaped in the longest way.
 */
#define SYNTAX_TEXT_MAX (64 + 3 * (KEY_MAX + NUMBER_MAX))

/*
 * Reads any spelling of one identifier and checks it against its scheme.
 * False: problem says what is wrong, and where in the text.
 */
extern bool SyntaxRead(const char *text, size_t len, Identifier *id,
					   Problem *problem);

/*
 * Writes the canonical spelling: GS1 keys as a bracketed element string, the
 * rest as scheme:value.  Returns its length; out is not terminated.
 */
extern size_t SyntaxWrite(const Identifier *id, char *out);

/*
 * Writes an uncompressed GS1 Digital Link on a domain, which may have a port,
 * a path, and http:// or https:// in front (https:// when not).  out has room
 * for domain_len and SYNTAX_TEXT_MAX.  False: it is no such domain.  The
 * scheme must be GS1's.
 */
extern bool SyntaxWriteLink(const Identifier *id, const char *domain,
							size_t domain_len, char *out, size_t *len);

/*
 * Writes the EPC pure identity URI, or the pattern URI of a class, for a
 * company prefix of so many digits (ignored where the scheme has none).
 * False: the identifier has no such URI.
 */
extern bool SyntaxWriteEpc(const Identifier *id, int prefix_digits, char *out,
						   size_t *len, Problem *problem);

#endif							/* SERIAL_SYNTAX_H */
