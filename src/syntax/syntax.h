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

#endif							/* SERIAL_SYNTAX_H */
