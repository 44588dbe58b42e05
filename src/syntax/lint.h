/*-------------------------------------------------------------------------
 *
 * lint.h
 *	  What the value of an application identifier must satisfy beyond its
 *	  alphabet and length.
 *
 * Private to syntax/.  The names are those of the GS1 Barcode Syntax
 * Dictionary, so that its next release can be compared with ours.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_LINT_H
#define SERIAL_SYNTAX_LINT_H

#include "scheme/scheme.h"

typedef enum Lint
{
	LINT_NONE,
	LINT_CSUM,					/* ends in a GS1 check digit */
	LINT_CSUMALPHA,				/* ends in a GS1 check character pair */
	LINT_GCPPOS1,				/* begins with a GS1 company prefix */
	LINT_GCPPOS2,				/* the same, behind one digit */
	LINT_HASNONDIGIT,			/* is no number */
	LINT_YYMMD0,				/* a date; day 00: none is given */
	LINT_YYMMDD,
	LINT_YYYYMMDD,
	LINT_HH,					/* hour */
	LINT_MI,					/* minute */
	LINT_SS,					/* second */
	LINT_HHMI,
	LINT_PIECEOFTOTAL,			/* two numbers of equal length */
	LINT_POSINSEQSLASH,			/* position/count */
	LINT_NONZERO,
	LINT_ZERO,
	LINT_NOZEROPREFIX,
	LINT_ISO3166,				/* country, numeric */
	LINT_ISO3166999,			/* the same, or 999 */
	LINT_ISO3166ALPHA2,			/* country, two letters */
	LINT_ISO4217,				/* currency, numeric */
	LINT_ISO5218,				/* sex */
	LINT_WINDING,				/* winding direction of a roll */
	LINT_YESNO,
	LINT_HYPHEN,				/* minus sign of a temperature */
	LINT_LATITUDE,
	LINT_LONGITUDE,
	LINT_MEDIATYPE,				/* what a bar code is fixed to */
	LINT_IMPORTERIDX,			/* importer index */
	LINT_PACKAGETYPE,
	LINT_IBAN,
	LINT_PCENC,					/* percent-encoded */
	LINT_PADDING,				/* "=" at the end of base 64 only */
	LINT_COUPONCODE,			/* coupon of AI (8110) */
	LINT_COUPONPOSOFFER			/* coupon of AI (8112) */
} Lint;

#define LINT_COUNT (LINT_COUPONPOSOFFER + 1)

/*
 * The value of an application identifier, or a component of it: not empty,
 * and of the alphabet and the length that its row demands.
 */
typedef struct Linted
{
	const char *chars;
	size_t		len;
	int			current_year;	/* tells the century of dates, which leave it
								 * out */
} Linted;

/*
 * Does the value pass?  If not, problem->index is the character at fault.
 */
extern bool LintCheck(Lint lint, const Linted *value, Problem *problem);

/*
 * What lints share: sets code, index and phrase, and is false.
 */
extern bool LintFault(Problem *problem, ProblemCode code, size_t index,
					  const char *expected);

/* YYMMDD; where the first day is 0, the day may be left open */
extern bool LintDate(const char *chars, int first_day, int current_year,
					 Problem *problem);

/* the lints of coupon.c, which are small languages of their own */
extern bool LintCouponCode(const Linted *value, Problem *problem);
extern bool LintCouponPositiveOffer(const Linted *value, Problem *problem);

#endif							/* SERIAL_SYNTAX_LINT_H */
