/*-------------------------------------------------------------------------
 *
 * scan.h
 *	  Reading whole scans: the readers that SyntaxScan chooses from.
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_SCAN_H
#define SERIAL_SYNTAX_SCAN_H

#include "syntax/syntax.h"

typedef struct ScanReader
{
	const char *input;
	size_t		len;
	int			current_year;
	Gs1Scan    *scan;
	Problem    *problem;
	bool		lenient;		/* read what early versions of standards
								 * allowed, too */
} ScanReader;

/* the element of an application identifier, or of a number as below; NULL: none */
extern const ScanElement *ScanFindElement(const Gs1Scan *scan, int ai);

/* element strings that begin at text[from] */
extern bool ScanElementString(ScanReader *reader, size_t from);

/* a message of ISO/IEC 15434, which begins with "[)>" */
extern bool ScanIsMessage(const char *input, size_t len);
extern bool ScanMessage(ScanReader *reader);

/* nothing is read yet */
extern void ScanBegin(Gs1Scan *scan);

/* a Health Industry Bar Code at text[from], which begins with "+" */
extern bool ScanIsHibc(const char *input, size_t len, size_t from);
extern bool ScanHibc(ScanReader *reader, size_t from);

/*
 * Fields of format 06 are elements, too: what they have for an application
 * identifier is a number that no such one has.
 */
#define DATA_IDENTIFIER_BASE	10000
#define DATA_IDENTIFIER(number, letter) \
	(DATA_IDENTIFIER_BASE + (number) * 26 + ((letter) - 'A'))

/*
 * So do the flags of Health Industry Bar Codes that are no data identifiers, and
 * the minus sign in front of a PZN.
 */
#define HIBC_BASE		40000
#define HIBC_PRIMARY	(HIBC_BASE + 0)
#define HIBC_EXPIRY		(HIBC_BASE + 1)
#define HIBC_LOT		(HIBC_BASE + 2)
#define HIBC_SERIAL		(HIBC_BASE + 3)
#define PZN_NUMBER		(HIBC_BASE + 4)

/* a Digital Link whose authority begins at text[from] */
extern bool ScanDigitalLink(ScanReader *reader, size_t from);

/*
 * A bare GTIN of 8, 12, 13 or 14 digits at input[from .. to), as EAN-13, EAN-8
 * and ITF-14 carry it.
 */
extern bool ScanGtin(ScanReader *reader, size_t from, size_t to);

/*
 * A Pharmazentralnummer at input[from], which begins with "-", as Code 39 carries
 * it (IFA, Technical Information on the PZN).
 */
extern bool ScanIsPzn(const char *input, size_t len, size_t from);
extern bool ScanPzn(ScanReader *reader, size_t from);

/* the add-on of an EAN-13, which is the rest of the input */
extern bool ScanAddon(ScanReader *reader, size_t from, size_t digits);

#endif							/* SERIAL_SYNTAX_SCAN_H */
