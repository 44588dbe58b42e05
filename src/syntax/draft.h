/*-------------------------------------------------------------------------
 *
 * draft.h
 *	  An identifier while it is being read, and where in the text each of its
 *	  characters came from.
 *
 * Private to syntax/.  The readers of the spellings cut the text into pieces
 * and append them; what a scheme demands is checked once, at the end, and a
 * problem found there is mapped back to the byte of the text that caused it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_DRAFT_H
#define SERIAL_SYNTAX_DRAFT_H

#include "syntax/syntax.h"

typedef enum Escape
{
	ESCAPE_NONE,
	ESCAPE_BRACKET,				/* \( for an opening bracket */
	ESCAPE_PERCENT				/* %hh for any byte */
} Escape;

typedef struct Piece
{
	Component	component;
	size_t		index;			/* of its first character in the component */
	size_t		at;				/* of its first byte in the text */
	Escape		escape;
} Piece;

/* ITIP's URI has the most: lead digit, prefix, reference, two counts, number */
#define PIECES_MAX 6

typedef struct IdentifierBuilder
{
	const char *text;
	size_t		len;
	Identifier *id;
	Problem    *problem;
	int			npieces;
	Piece		pieces[PIECES_MAX];
} IdentifierBuilder;

extern void DraftBegin(IdentifierBuilder *draft, const Scheme *scheme);
extern bool DraftAppend(IdentifierBuilder *draft, Component component, size_t from,
						size_t to, Escape escape);
extern bool DraftAppendCheck(IdentifierBuilder *draft);
extern bool DraftNormalise(IdentifierBuilder *draft);
extern bool DraftFinish(IdentifierBuilder *draft);

/*
 * One decoded character: reads it at *at, advances *at.  False: a broken
 * escape sequence.
 */
extern bool EscapeDecode(const char *text, size_t to, Escape escape,
						 size_t *at, char *c);

/* writes %HH for a character, in capitals; returns the end */
extern char *EscapePercent(char c, char *out);

/* the readers, one a spelling; each begins and finishes the draft */
extern bool ElementStringRead(IdentifierBuilder *draft, size_t from);
extern bool EpcRead(IdentifierBuilder *draft, size_t from);
extern bool EpcReadTag(IdentifierBuilder *draft, size_t from);
extern bool LinkRead(IdentifierBuilder *draft, size_t from);
extern bool NamedRead(IdentifierBuilder *draft);

/* the writers that SyntaxWrite chooses from */
extern size_t ElementStringWrite(const Identifier *id, char *out);
extern size_t NamedWrite(const Identifier *id, char *out);

#endif							/* SERIAL_SYNTAX_DRAFT_H */
