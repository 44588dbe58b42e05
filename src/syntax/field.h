/*-------------------------------------------------------------------------
 *
 * field.h
 *	  How the binary encodings of EPC write one field (GS1 Tag Data
 *	  Standard, sections 14.3 to 14.5).
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_FIELD_H
#define SERIAL_SYNTAX_FIELD_H

#include "scheme/scheme.h"
#include "syntax/bits.h"

typedef enum FieldKind
{
	FIELD_NONE,
	FIELD_DIGITS,				/* a fixed count of digits, as one integer */
	FIELD_INTEGER,				/* an integer: without leading zeros */
	FIELD_MARKED,				/* digits behind a 1, as one integer */
	FIELD_ASCII,				/* 7 bits a character, then zeros */
	FIELD_SIX_BIT,				/* 6 bits a character, closed by six zeros */
	FIELD_CAGE,					/* CAGE code or DoDAAC, 8 bits a character */
	FIELD_CAGE_PART,			/* the same, 6 bits a character; part number */

	/* those of the "+" codings, which need no width */
	FIELD_BCD,					/* a fixed count of digits, 4 bits each */
	FIELD_DELIMITED,			/* digits, 4 bits each; then a text or not */
	FIELD_TEXT,					/* how it is encoded, length, characters */
	FIELD_COUNTED				/* length, digits as one integer */
} FieldKind;

#define FIELD_COUNT (FIELD_COUNTED + 1)

/*
 * The characters of a field that is being read.  A kind of fixed count fills it up to max, and no
 * other kind exceeds that.
 */
typedef struct FieldText
{
	char	   *chars;
	size_t		len;
	size_t		max;
} FieldText;

/*
 * A kind of field.  Width is its bits, where the coding fixes them.
 */
typedef struct Field
{
	/* at least one character, unless max is 0; sets no offset in problem */
	bool		(*read) (BitReader *bits, unsigned width, FieldText *output,
						 Problem *problem);

	/* can it be written? what its scheme demands holds; NULL: always */
	bool		(*fits) (unsigned width, size_t max, const char *chars,
						 size_t len, Problem *problem);
	void		(*write) (BitWriter *bits, unsigned width, const char *chars,
						  size_t len);
} Field;

extern const Field *FieldOf(FieldKind kind);

extern bool FieldAppend(FieldText *output, char c, Problem *problem);

/* the readers and writers in field_plus.c */
extern bool BcdRead(BitReader *bits, unsigned width, FieldText *output,
					Problem *problem);
extern void BcdWrite(BitWriter *bits, unsigned width, const char *chars,
					 size_t len);
extern bool DelimitedRead(BitReader *bits, unsigned width, FieldText *output,
						  Problem *problem);
extern void DelimitedWrite(BitWriter *bits, unsigned width, const char *chars,
						   size_t len);
extern bool TextRead(BitReader *bits, unsigned width, FieldText *output,
					 Problem *problem);
extern void TextWrite(BitWriter *bits, unsigned width, const char *chars,
					  size_t len);
extern bool CountedRead(BitReader *bits, unsigned width, FieldText *output,
						Problem *problem);
extern void CountedWrite(BitWriter *bits, unsigned width, const char *chars,
						 size_t len);

#endif							/* SERIAL_SYNTAX_FIELD_H */
