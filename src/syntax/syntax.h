/*-------------------------------------------------------------------------
 *
 * syntax.h
 *	  How identifiers are written: readers and writers of every spelling.
 *
 * The public header of syntax/.  Pure C: callers own every buffer, nothing is
 * allocated, and errors are returned as a Problem whose offset counts
 * bytes of the text that was read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_SYNTAX_H
#define SERIAL_SYNTAX_SYNTAX_H

#include "scheme/scheme.h"

/* FNC1 within a raw element string, as scanners transmit it */
#define SYNTAX_GS '\x1D'

/*
 * Size of the buffer that any writer needs: two application identifiers in brackets, and
 * every character of key and number escaped in the longest way.  URIs are not
 * escaped, and are shorter than that.
 */
#define SYNTAX_TEXT_MAX (64 + 3 * (OWN_KEY_MAX + NUMBER_MAX))

/*
 * Reads any spelling of one identifier and checks it against its scheme.
 * False: problem says what is wrong, and where in the text.
 */
extern bool SyntaxRead(const char *input, size_t len, Identifier *id,
					   Problem *problem);

/*
 * Reads the bare key of a known scheme, and behind it, where the scheme has
 * one, the separator and the number.  Blanks and hyphens that people write in
 * the key are dropped unless they may be part of it.
 */
extern bool SyntaxReadKey(const char *input, size_t len, const Scheme *scheme,
						  Identifier *id, Problem *problem);

/*
 * Makes an identifier of its components; a number_len of 0 means that there is
 * none.  On false, problem->component tells which component problem->offset
 * counts in.
 */
extern bool SyntaxMake(const Scheme *scheme, const char *key, size_t key_len,
					   const char *number, size_t number_len, Identifier *id,
					   Problem *problem);

/*
 * Writes the canonical spelling: GS1 keys as a bracketed element string, the
 * rest as scheme:value.  Returns its length; out is not terminated.
 */
extern size_t SyntaxWrite(const Identifier *id, char *out);

/*
 * Writes the raw element string, as a scanner would transmit it without its
 * symbology identifier; returns its length.  The scheme must be GS1's.
 */
extern size_t SyntaxWriteRaw(const Identifier *id, char *out);

/*
 * Writes the EPC pure identity URI, or the pattern URI of a class, for a
 * company prefix of so many digits (ignored where the scheme has none).
 * False: the identifier has no such URI.
 */
extern bool SyntaxWriteEpc(const Identifier *id, int prefix_digits, char *out,
						   size_t *len, Problem *problem);

/*
 * Bytes of the longest binary encoding of EPC that is written.
 */
#define SYNTAX_EPC_BINARY_MAX 64

/*
 * Reads the binary encoding of an EPC, as RFID tags hold it; zeros may follow.
 * The problem's offset counts bytes.
 */
extern bool SyntaxReadEpcBinary(const unsigned char *bytes, size_t len,
								Identifier *id, Problem *problem);

/*
 * How to encode an EPC.  The coding is one such as "sgtin-96"; NULL takes the
 * shortest that holds the identifier among those that divide the key into
 * company prefix and reference.  Only these use the company prefix length.
 */
typedef struct EpcOptions
{
	const char *coding;
	size_t		coding_len;
	int			filter;
	int			prefix_digits;
} EpcOptions;

/*
 * Writes the binary encoding of an EPC, up to SYNTAX_EPC_BINARY_MAX bytes, an
 * even count.
 */
extern bool SyntaxWriteEpcBinary(const Identifier *id,
								 const EpcOptions *options,
								 unsigned char *bytes, size_t *len,
								 Problem *problem);

/*
 * Writes the EPC tag URI, which names the coding and its filter value.
 */
extern bool SyntaxWriteEpcTag(const Identifier *id, const EpcOptions *options,
							  char *out, size_t *len, Problem *problem);

/*
 * A whole scan: every element of an element string or a GS1 Digital Link, in
 * the order in which they were found.
 */
#define AI_DIGITS_MAX		4
#define SCAN_ELEMENTS_MAX	64
#define SCAN_VALUE_MAX		90
#define SCAN_ADDON_MAX		5

typedef struct ScanElement
{
	int			ai;
	size_t		at;				/* byte of the text where it begins */
	uint8_t		len;
	char		value[SCAN_VALUE_MAX];	/* decoded, not terminated */
} ScanElement;

typedef struct Gs1Scan
{
	bool		has_id;
	Identifier	id;				/* what the elements identify */
	int			wrong_ai;		/* after a failure, the AI whose value is
								 * wrong, or NO_AI */
	bool		has_expiry;
	char		expiry[6];		/* YYMMDD, from a bar code that has another
								 * format */
	uint8_t		addon_len;		/* digits of the add-on of an EAN-13; or 0 */
	char		addon[SCAN_ADDON_MAX];
	int			count;
	ScanElement elements[SCAN_ELEMENTS_MAX];
} Gs1Scan;

/*
 * Reads a scan and checks every element by itself, and that no two are there
 * that exclude each other.  The current year tells the century of dates.
 * False: problem says what is wrong, and where in the text.
 */
extern bool SyntaxScan(const char *input, size_t len, int current_year,
					   Gs1Scan *scan, Problem *problem);

/*
 * The same, but reads what GS1 does not allow any more and what scanners send
 * all the same: short names, GTIN-8, -12 and -13 and "Https://" in Digital
 * Links, and UPC-A and UPC-E behind "]E0" as they are printed.
 */
extern bool SyntaxScanLenient(const char *input, size_t len, int current_year,
							  Gs1Scan *scan, Problem *problem);

/*
 * Calls found for each element that requires others of which the scan has no
 * complete alternative: "01,02+37" is AI (01), or (02) and (37) together.
 */
extern void ScanUnmet(const Gs1Scan *scan,
					  void (*found) (int ai, const char *alternatives, void *arg),
					  void *arg);

/*
 * Elements to be put together; the first is the key's.
 */
typedef struct ListedElement
{
	int			ai;
	const char *value;
	size_t		len;
} ListedElement;

typedef struct ElementList
{
	int			count;
	ListedElement elements[SCAN_ELEMENTS_MAX];
} ElementList;

/* the AI that digits are, or NO_AI if GS1 has not assigned it */
extern int	SyntaxFindAi(const char *digits, size_t len);

/* false: the list is full, or has an element of this AI */
extern bool ElementListAdd(ElementList *list, int ai, const char *value,
						   size_t len);

/*
 * The same for key and number of an identifier of a GS1 scheme, which joined,
 * of OWN_KEY_MAX + NUMBER_MAX bytes, holds where they are one element.
 */
extern bool ElementListAddIdentifier(ElementList *list, const Identifier *id,
									 char *joined);

/* into the order that takes the fewest separators in a bar code */
extern void ElementListSort(ElementList *list);

/* bytes that suffice to write the elements in any way */
extern size_t ElementListSize(const ElementList *list);

/*
 * Writes the raw element string, as a scanner would transmit it without its
 * symbology identifier; returns its length.
 */
extern size_t SyntaxCompose(const ElementList *list, char *out);

/*
 * Writes an uncompressed GS1 Digital Link on a domain, which may have a port,
 * a path, and http:// or https:// in front (https:// when not).  The elements
 * that qualify the key stand in the path, the others in the query, by their
 * AIs.  out needs domain_len and ElementListSize plus 16 bytes.  False: it is
 * no such domain.
 */
extern bool SyntaxComposeLink(const ElementList *list, const char *domain,
							  size_t domain_len, char *out, size_t *len);

/*
 * What a scan tells about the item, whichever element holds it.
 */
typedef enum ScanField
{
	SCAN_GTIN,
	SCAN_SERIAL,
	SCAN_LOT,
	SCAN_EXPIRY,				/* YYMMDD, for SyntaxDate */
	SCAN_PRODUCTION				/* the same */
} ScanField;

/* false: no element holds it; else *input points into the scan */
extern bool ScanFind(const Gs1Scan *scan, ScanField field, const char **input,
					 size_t *len);

typedef struct ScanDate
{
	int			year;
	int			month;
	int			day;
} ScanDate;

/* the date that YYMMDD means; day 00 is the last of the month */
extern ScanDate SyntaxDate(const char *input, int current_year);

/*
 * Writes the application identifier of an element, or the data identifier of a
 * field, in up to AI_DIGITS_MAX characters; returns the end.
 */
extern char *ScanElementName(int code, char *out);

/* writes the 2 to 4 digits of an application identifier; returns the end */
extern char *AiWrite(int ai, char *out);

#endif							/* SERIAL_SYNTAX_SYNTAX_H */
