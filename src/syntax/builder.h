/*-------------------------------------------------------------------------
 *
 * builder.h
 *	  Build an identifier from parts of the input, and remember from where
 *	  in the input each of its characters came.
 *
 * Private to syntax/.  The reader of each spelling finds the parts of the input
 * that make up key and number and appends them here.  The rules of the scheme
 * are checked once, at the end; a span for each part maps a problem found then
 * back to the byte of the input that caused it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_BUILDER_H
#define SERIAL_SYNTAX_BUILDER_H

#include "syntax/syntax.h"

typedef enum Escape
{
	ESCAPE_NONE,
	ESCAPE_BRACKET,				/* \( for an opening bracket */
	ESCAPE_PERCENT,				/* %hh for any byte */
	ESCAPE_SPACED				/* blanks and hyphens between characters are
								 * dropped; none stands at the end */
} Escape;

typedef struct SourceSpan
{
	Component	component;
	size_t		index;			/* of its first character in the component */
	size_t		at;				/* of its first byte in the text */
	Escape		escape;
} SourceSpan;

/* ITIP's URI has the most: lead digit, prefix, reference, two counts, number */
#define SPANS_MAX 6

typedef struct IdentifierBuilder
{
	const char *input;
	size_t		len;
	Identifier *id;
	Problem    *problem;
	int			nspans;
	SourceSpan	spans[SPANS_MAX];
} IdentifierBuilder;

extern void BuilderBegin(IdentifierBuilder *builder, const Scheme *scheme);
extern bool BuilderAppend(IdentifierBuilder *builder, Component component, size_t from,
						  size_t to, Escape escape);
extern bool BuilderCheckCharacters(IdentifierBuilder *builder, Component component);
extern bool BuilderAppendCheck(IdentifierBuilder *builder);
extern bool BuilderNormalise(IdentifierBuilder *builder);
extern bool BuilderFinish(IdentifierBuilder *builder);

/*
 * One decoded character: reads it at *at, advances *at.  False: a broken
 * escape sequence.
 */
extern bool EscapeDecode(const char *input, size_t to, Escape escape,
						 size_t *at, char *c);

/* writes %HH for a character, in capitals; returns the end */
extern char *EscapePercent(char c, char *out);

/* the readers, one a spelling; each calls BuilderBegin and BuilderFinish */
extern bool ElementStringRead(IdentifierBuilder *builder, size_t from);
extern bool EpcRead(IdentifierBuilder *builder, size_t from);
extern bool EpcReadTag(IdentifierBuilder *builder, size_t from);
extern bool DigitalLinkRead(IdentifierBuilder *builder, size_t from);
extern bool HibcRead(IdentifierBuilder *builder, size_t from);
extern bool NamedRead(IdentifierBuilder *builder);

/* a bare key of the scheme, and its number, at input[from] */
extern bool KeyRead(IdentifierBuilder *builder, const Scheme *scheme,
					size_t from);

/* the writers that SyntaxWrite chooses from */
extern size_t ElementStringWrite(const Identifier *id, char *out);
extern size_t NamedWrite(const Identifier *id, char *out);

#endif							/* SERIAL_SYNTAX_BUILDER_H */
