/*-------------------------------------------------------------------------
 *
 * epc.h
 *	  What the URIs of EPC share among them and with its binary encodings.
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_EPC_H
#define SERIAL_SYNTAX_EPC_H

#include "syntax/builder.h"

/*
 * The lengths of company prefix that EPC knows: one of 4 or 5 digits counts
 * as all those of 6 that begin with it.
 */
#define COMPANY_PREFIX_DIGITS_MIN 6
#define COMPANY_PREFIX_DIGITS_MAX 12

/* of a count behind the check digit: ITIP's piece and total */
#define COUNT_DIGITS 2

/*
 * The components of a URI are separated by dots, but the last may hold dots
 * of its own, so they are taken from the left.
 */
typedef struct EpcCursor
{
	IdentifierBuilder *builder;
	size_t		at;				/* of the next component; behind len: none */
	size_t		from;			/* the component taken last */
	size_t		to;
	int			prefix_digits;	/* of the company prefix, once read */
} EpcCursor;

extern bool EpcNextComponent(EpcCursor *cursor, const char *what);

/* reads the components from company prefix to number into the builder begun */
extern bool EpcReadComponents(EpcCursor *cursor, bool pattern);

/*
 * Writes the components, for a company prefix that EpcCheckPrefix has passed;
 * returns the end.
 */
extern char *EpcWriteComponents(const Identifier *id, size_t prefix_digits,
								bool pattern, char *out);

/*
 * Can the key have a company prefix of so many digits?
 */
extern bool EpcCheckPrefix(const Identifier *id, int prefix_digits,
						   Problem *problem);

/*
 * An SGLN without extension is written with the extension 0, so one whose
 * extension is 0 cannot be.
 */
extern bool EpcZeroIsNone(const Scheme *scheme);
extern bool EpcCheckZero(const Identifier *id, Problem *problem);

/*
 * A key in two: company prefix, and reference as EPC writes it, which is the
 * key's first digit before those behind the prefix, and no check digit.
 */
extern const char *EpcPrefix(const Identifier *id);
extern size_t EpcReference(const Identifier *id, size_t prefix_digits,
						   char *reference);
extern void EpcJoinKey(Identifier *id, const char *prefix,
					   size_t prefix_digits, const char *reference,
					   size_t reference_len);

#endif							/* SERIAL_SYNTAX_EPC_H */
