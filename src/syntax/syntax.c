/*-------------------------------------------------------------------------
 *
 * syntax.c
 *	  Recognise the spelling of an input and call its reader.
 *
 * The first characters decide, so that no reader is tried in vain and the
 * error message is about the spelling that was meant.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/builder.h"
#include "syntax/digital_link.h"
#include "syntax/scan.h"

/*
 * Symbology identifiers (ISO/IEC 15424), and what the carriers hold that begin
 * their data with them.
 */
typedef enum Content
{
	CONTENT_ELEMENTS,			/* GS1 element strings */
	CONTENT_GTIN,				/* the digits of a GTIN, without an AI */
	CONTENT_GTIN_ADDON,			/* a GTIN-13, and an add-on of 2 or 5 digits */
	CONTENT_ADDON,				/* an add-on alone */
	CONTENT_TEXT				/* anything, such as a Digital Link */
} Content;

typedef struct Symbology
{
	const char *name;
	Content		content;
	uint8_t		digits;			/* of the GTIN or the add-on */
	bool		sends_upc;		/* some scanners send 12 digits of a UPC-A or
								 * 8 of a UPC-E */
} Symbology;

static const Symbology symbologies[] = {
	{"]C1", CONTENT_ELEMENTS, 0, false},	/* GS1-128 */
	{"]e0", CONTENT_ELEMENTS, 0, false},	/* GS1 DataBar and Composite */
	{"]d2", CONTENT_ELEMENTS, 0, false},	/* GS1 DataMatrix */
	{"]d5", CONTENT_ELEMENTS, 0, false},	/* the same, with ECI protocol */
	{"]Q3", CONTENT_ELEMENTS, 0, false},	/* GS1 QR Code */
	{"]Q4", CONTENT_ELEMENTS, 0, false},	/* the same, with ECI protocol */
	{"]J1", CONTENT_ELEMENTS, 0, false},	/* GS1 DotCode */
	{"]E0", CONTENT_GTIN, 13, true},	/* EAN-13, UPC-A, UPC-E */
	{"]E1", CONTENT_ADDON, 2, false},
	{"]E2", CONTENT_ADDON, 5, false},
	{"]E3", CONTENT_GTIN_ADDON, 13, false},
	{"]E4", CONTENT_GTIN, 8, false},	/* EAN-8 */
	{"]I0", CONTENT_GTIN, 14, false},	/* ITF-14, its check digit not
										 * verified */
	{"]I1", CONTENT_GTIN, 14, false},	/* ITF-14 */
	{"]A0", CONTENT_TEXT, 0, false},	/* Code 39 */
	{"]A1", CONTENT_TEXT, 0, false},	/* the same, check character verified */
	{"]A4", CONTENT_TEXT, 0, false},	/* Code 39, full ASCII */
	{"]A5", CONTENT_TEXT, 0, false},	/* the same, check character verified */
	{"]C0", CONTENT_TEXT, 0, false},	/* Code 128 */
	{"]d0", CONTENT_TEXT, 0, false},	/* Data Matrix */
	{"]d1", CONTENT_TEXT, 0, false},	/* Data Matrix */
	{"]d4", CONTENT_TEXT, 0, false},	/* the same, with ECI protocol */
	{"]L0", CONTENT_TEXT, 0, false},	/* PDF417 */
	{"]L1", CONTENT_TEXT, 0, false},	/* the same, with ECI protocol */
	{"]L2", CONTENT_TEXT, 0, false},	/* PDF417 */
	{"]Q0", CONTENT_TEXT, 0, false},	/* QR Code */
	{"]Q1", CONTENT_TEXT, 0, false},	/* QR Code */
	{"]Q2", CONTENT_TEXT, 0, false},	/* the same, with ECI protocol */
	{"]z0", CONTENT_TEXT, 0, false},	/* Aztec Code */
	{"]z3", CONTENT_TEXT, 0, false},	/* the same, with ECI protocol */
	{"]J0", CONTENT_TEXT, 0, false} /* DotCode */
};

#define SYMBOLOGY_LENGTH 3
#define SYMBOLOGY_COUNT (sizeof(symbologies) / sizeof(symbologies[0]))

static bool
starts_with(const char *input, size_t len, const char *prefix)
{
	size_t		n = strlen(prefix);

	return len >= n && memcmp(input, prefix, n) == 0;
}

/*
 * Does the input start with a prefix of lower-case letters and colons,
 * whatever the case of its own letters?
 */
static bool
starts_with_any_case(const char *input, size_t len, const char *prefix)
{
	size_t		i;

	for (i = 0; prefix[i] != '\0'; i++)
		if (i == len || (input[i] != prefix[i] &&
						 (input[i] | 0x20) != prefix[i]))
			return false;
	return true;
}

static const Symbology *
find_symbology(const char *input, size_t len)
{
	size_t		i;

	for (i = 0; i < SYMBOLOGY_COUNT; i++)
		if (starts_with(input, len, symbologies[i].name))
			return &symbologies[i];
	return NULL;
}

/*
 * Are these 8 digits a UPC-E with a right check digit?  Only of number system 0:
 * those that begin with 1 could be a date behind its application identifier.
 */
static bool
is_bare_upc_e(const char *input)
{
	Identifier	id;
	Problem		problem;

	return input[0] == '0' &&
		SyntaxReadKey(input, 8, SchemeByAi(1, NO_AI), &id, &problem);
}

static bool
has_digits_of_gtin(const char *input, size_t len)
{
	return (len == 8 || (len >= 12 && len <= 14)) &&
		AlphabetSpan(ALPHABET_DIGITS, input, len) == len;
}

/*
 * Is this the number of a bar code that holds a GTIN and no more?  Retail bar
 * codes are by far the most common, and they have no application identifier;
 * a check digit that is right by chance is one in ten, and fewer element
 * strings are that short.
 */
static bool
is_bare_gtin(const char *input, size_t len)
{
	return has_digits_of_gtin(input, len) &&
		(CheckIsValid(CheckById(CHECK_MOD10), input, len) ||
		 (len == 8 && is_bare_upc_e(input)));
}

/*
 * Digits that are no elements, but as many as those of a GTIN, are most likely one
 * that was misread or mistyped: then its check digit is what is wrong, and the
 * identifier is kept for suggestions.
 */
static bool
refuse_several_elements(const char *input, size_t len, Identifier *id, Problem *problem)
{
	Problem		as_gtin;

	if ((problem->code == PROBLEM_AI || problem->code == PROBLEM_ELEMENTS) &&
		has_digits_of_gtin(input, len) &&
		!SyntaxReadKey(input, len, SchemeByAi(1, NO_AI), id, &as_gtin))
		*problem = as_gtin;
	return false;
}

static bool
read_bare_gtin(IdentifierBuilder *builder, size_t from)
{
	return KeyRead(builder, SchemeByAi(1, NO_AI), from);
}

static bool
refuse_gtin_length(Problem *problem, const Symbology *symbology, size_t len)
{
	size_t		expected = SYMBOLOGY_LENGTH + symbology->digits;

	return ProblemSet(problem, PROBLEM_LENGTH, len < expected ? len : expected,
					  "exactly %d digits of a GTIN", symbology->digits);
}

/*
 * Does the carrier's data have the length of the GTIN that it should be?
 */
static bool
check_gtin_length(Problem *problem, const Symbology *symbology, size_t len,
				  bool lenient)
{
	size_t		digits = len - SYMBOLOGY_LENGTH;

	return digits == symbology->digits ||
		(lenient && symbology->sends_upc && (digits == 12 || digits == 8)) ||
		refuse_gtin_length(problem, symbology, len);
}

static bool
read_symbology(IdentifierBuilder *builder)
{
	const Symbology *symbology = find_symbology(builder->input, builder->len);

	if (symbology != NULL && symbology->content == CONTENT_ELEMENTS)
		return ElementStringRead(builder, SYMBOLOGY_LENGTH);
	if (symbology != NULL && symbology->content == CONTENT_GTIN)
		return check_gtin_length(builder->problem, symbology, builder->len,
								 true) &&
			read_bare_gtin(builder, SYMBOLOGY_LENGTH);
	if (symbology != NULL && symbology->content == CONTENT_TEXT &&
		ScanIsHibc(builder->input, builder->len, SYMBOLOGY_LENGTH))
		return HibcRead(builder, SYMBOLOGY_LENGTH);
	return ProblemSet(builder->problem, PROBLEM_SPELLING, 0,
					  "a symbology identifier of a GS1 carrier, such as ]C1, ]d2 or ]E0");
}

/*
 * A URI that is neither GS1's nor EPC's is an identifier of its own, if it is a
 * URN or a web address.  Others could be misspelt names of schemes, so that they
 * need "uri:" in front.
 */
static bool
read_uri(IdentifierBuilder *builder)
{
	return KeyRead(builder, SchemeByName("uri", 3), 0);
}

/*
 * A web address that is no Digital Link, because its path does not end in a key,
 * may be another URI; but it must have more than a host.
 */
static bool
read_web_address(IdentifierBuilder *builder, size_t authority)
{
	Problem		as_link;
	const char *path;

	if (DigitalLinkRead(builder, authority))
		return true;
	as_link = *builder->problem;
	path = memchr(builder->input + authority, '/', builder->len - authority);
	if (as_link.code != PROBLEM_STRUCTURE || path == NULL ||
		path + 1 == builder->input + builder->len)
		return false;
	if (read_uri(builder))
		return true;
	/* a rule of URIs excludes what resembles a link */
	if (builder->problem->code == PROBLEM_RULE)
		*builder->problem = as_link;
	return false;
}

static bool
begins_element_string(char c)
{
	return c == '(' || c == SYNTAX_GS || c == '^' || (c >= '0' && c <= '9');
}

bool
SyntaxRead(const char *input, size_t len, Identifier *id, Problem *problem)
{
	IdentifierBuilder builder;
	size_t		prefix;

	/* set the members one by one: clearing the spans costs more than reading */
	builder.input = input;
	builder.len = len;
	builder.id = id;
	builder.problem = problem;
	if (len == 0)
		return ProblemSet(problem, PROBLEM_SPELLING, 0, "an identifier");
	if (input[0] >= '0' && input[0] <= '9' && is_bare_gtin(input, len))
		return read_bare_gtin(&builder, 0);
	if (begins_element_string(input[0]))
		return ElementStringRead(&builder, 0) ||
			refuse_several_elements(input, len, id, problem);
	if (input[0] == ']')
		return read_symbology(&builder);
	if (input[0] == '+')
		return HibcRead(&builder, 0);
	/* in the usual case it is one comparison */
	if (starts_with(input, len, "urn:epc:") ||
		starts_with_any_case(input, len, "urn:epc:"))
	{
		prefix = strlen("urn:epc:");
		if (starts_with(input + prefix, len - prefix, "tag:"))
			return EpcReadTag(&builder, prefix + strlen("tag:"));
		return EpcRead(&builder, prefix);
	}
	if (starts_with_any_case(input, len, "urn:"))
		return read_uri(&builder);
	prefix = DigitalLinkPrefix(input, len, 0, true);
	if (prefix > 0)
		return read_web_address(&builder, prefix);
	return NamedRead(&builder);
}

/*
 * A GTIN-13, then its add-on, or an add-on alone.
 */
static bool
scan_addon(ScanReader *reader, const Symbology *symbology)
{
	size_t		addon = SYMBOLOGY_LENGTH;

	if (symbology->content == CONTENT_ADDON)
		return ScanAddon(reader, addon, symbology->digits);
	if (reader->len < addon + symbology->digits)
		return refuse_gtin_length(reader->problem, symbology, reader->len);
	addon += symbology->digits;
	return ScanAddon(reader, addon, reader->len - addon == 5 ? 5 : 2) &&
		ScanGtin(reader, SYMBOLOGY_LENGTH, addon);
}

/*
 * Scans a carrier's data behind its symbology identifier.
 */
static bool
scan_symbology(ScanReader *reader)
{
	const Symbology *symbology = find_symbology(reader->input, reader->len);
	size_t		prefix;

	if (symbology == NULL)
		return ProblemSet(reader->problem, PROBLEM_SPELLING, 0,
						  "a symbology identifier of a carrier of GS1 data, such as ]d2");
	switch (symbology->content)
	{
		case CONTENT_ELEMENTS:
			return ScanElementString(reader, SYMBOLOGY_LENGTH);
		case CONTENT_GTIN:
			return check_gtin_length(reader->problem, symbology, reader->len,
									 reader->lenient) &&
				ScanGtin(reader, SYMBOLOGY_LENGTH, reader->len);
		case CONTENT_GTIN_ADDON:
		case CONTENT_ADDON:
			return scan_addon(reader, symbology);
		case CONTENT_TEXT:
			break;
	}
	prefix = DigitalLinkPrefix(reader->input, reader->len, SYMBOLOGY_LENGTH,
							   reader->lenient);
	if (prefix > 0)
		return ScanDigitalLink(reader, SYMBOLOGY_LENGTH + prefix);
	if (ScanIsMessage(reader->input + SYMBOLOGY_LENGTH,
					  reader->len - SYMBOLOGY_LENGTH))
	{
		bool		ok;

		reader->input += SYMBOLOGY_LENGTH;
		reader->len -= SYMBOLOGY_LENGTH;
		ok = ScanMessage(reader);
		reader->problem->offset += SYMBOLOGY_LENGTH;
		return ok;
	}
	if (ScanIsHibc(reader->input, reader->len, SYMBOLOGY_LENGTH))
		return ScanHibc(reader, SYMBOLOGY_LENGTH);
	if (ScanIsPzn(reader->input, reader->len, SYMBOLOGY_LENGTH))
		return ScanPzn(reader, SYMBOLOGY_LENGTH);
	if (is_bare_gtin(reader->input + SYMBOLOGY_LENGTH,
					 reader->len - SYMBOLOGY_LENGTH))
		return ScanGtin(reader, SYMBOLOGY_LENGTH, reader->len);
	if (reader->len > SYMBOLOGY_LENGTH &&
		reader->input[SYMBOLOGY_LENGTH] == '(')
		return ScanElementString(reader, SYMBOLOGY_LENGTH);
	return ProblemSet(reader->problem, PROBLEM_SPELLING, SYMBOLOGY_LENGTH,
					  "a Digital Link, a GTIN, a PZN, a Health Industry Bar Code or a message of ISO/IEC 15434");
}

static bool
scan_input(ScanReader *reader)
{
	const char *input = reader->input;
	Gs1Scan    *scan = reader->scan;
	size_t		prefix;
	size_t		len;

	/* what wedge scanners send behind the data */
	while (reader->len > 0 &&
		   memchr("\r\n\t", input[reader->len - 1], 3) != NULL)
		reader->len--;
	len = reader->len;
	prefix = DigitalLinkPrefix(input, len, 0, reader->lenient);
	ScanBegin(scan);
	if (is_bare_gtin(input, len))
		return ScanGtin(reader, 0, len);
	if (len > 0 && begins_element_string(input[0]))
		return ScanElementString(reader, 0) ||
			refuse_several_elements(input, len, &scan->id, reader->problem);
	if (ScanIsMessage(input, len))
		return ScanMessage(reader);
	if (ScanIsHibc(input, len, 0))
		return ScanHibc(reader, 0);
	if (ScanIsPzn(input, len, 0))
		return ScanPzn(reader, 0);
	if (len > 0 && input[0] == ']')
		return scan_symbology(reader);
	if (prefix > 0)
		return ScanDigitalLink(reader, prefix);
	return ProblemSet(reader->problem, PROBLEM_SPELLING, 0,
					  "an element string or a Digital Link");
}

bool
SyntaxScan(const char *input, size_t len, int current_year, Gs1Scan *scan,
		   Problem *problem)
{
	ScanReader	reader = {input, len, current_year, scan, problem, false};

	return scan_input(&reader);
}

bool
SyntaxScanLenient(const char *input, size_t len, int current_year,
				  Gs1Scan *scan, Problem *problem)
{
	ScanReader	reader = {input, len, current_year, scan, problem, true};

	return scan_input(&reader);
}

size_t
SyntaxWrite(const Identifier *id, char *out)
{
	if (id->scheme->key_ai == NO_AI)
		return NamedWrite(id, out);
	return ElementStringWrite(id, out);
}
