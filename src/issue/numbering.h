/*-------------------------------------------------------------------------
 *
 * numbering.h
 *	  How an ordinal is written in the characters of a pool's alphabet.
 *
 * Private to issue/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_NUMBERING_H
#define SERIAL_ISSUE_NUMBERING_H

#include "postgres.h"

#include "issue/ff1.h"

#define NUMBERING_RADIX_MAX FF1_RADIX_MAX

typedef struct Numbering
{
	int			radix;
	int			shift;			/* log2 of the radix, or 0 */
	int			length;			/* characters of a number */
	Ff1Halves	halves;
	char		characters[NUMBERING_RADIX_MAX];
	int8		values[256];	/* of each character; -1: not in the alphabet */
} Numbering;

extern void NumberingInit(Numbering *numbering, const char *characters,
						  int length);
extern void NumberingWrite(const Numbering *numbering, const Ff1Block *block,
						   char *out);
extern bool NumberingRead(const Numbering *numbering, const char *characters,
						  Ff1Block *block);

/* convert between an ordinal and the two halves of its number */
extern void NumberingSplit(const Numbering *numbering, int64 ordinal,
						   Ff1Block *block);
extern Numeral NumberingJoin(const Numbering *numbering, const Ff1Block *block);

/* convert between a number and a value of type numeric */
extern Datum NumeralToNumeric(Numeral number);
extern Numeral NumericToNumeral(Datum number);

#endif							/* SERIAL_ISSUE_NUMBERING_H */
