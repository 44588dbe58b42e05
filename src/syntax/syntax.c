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
	CONTENT_GTIN,				/* so many digits of a GTIN */
	CONTENT_TEXT				/* anything, such as a link */
} Content;

typedef struct Symbology
{
	const char *name;
	Content		content;
	uint8_t		digits;
} Symbology;

static const Symbology symbologies[] = {
	{"]C1", CONTENT_ELEMENTS, 0},	/* GS1-128 */
	{"]e0", CONTENT_ELEMENTS, 0},	/* GS1 DataBar, and with it Composite */
	{"]d2", CONTENT_ELEMENTS, 0},	/* GS1 DataMatrix */
	{"]Q3", CONTENT_ELEMENTS, 0},	/* GS1 QR Code */
	{"]J1", CONTENT_ELEMENTS, 0},	/* GS1 DotCode */
	{"]E0", CONTENT_GTIN, 13},	/* EAN-13, UPC-A, UPC-E */
	{"]E4", CONTENT_GTIN, 8},	/* EAN-8 */
	{"]I1", CONTENT_GTIN, 14},	/* ITF-14 */
	{"]d1", CONTENT_TEXT, 0},	/* Data Matrix */
	{"]Q1", CONTENT_TEXT, 0},	/* QR Code */
	{"]J0", CONTENT_TEXT, 0}	/* DotCode */
};

#define SYMBOLOGY_LENGTH 3
#define SYMBOLOGY_COUNT (sizeof(symbologies) / sizeof(symbologies[0]))

static bool
starts_with(const char *input, size_t len, const char *prefix)
{
	size_t		n = strlen(prefix);

	return len >= n && memcmp(input, prefix, n) == 0;
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

static bool
read_symbology(IdentifierBuilder *builder)
{
	const Symbology *symbology = find_symbology(builder->input, builder->len);

	if (symbology != NULL && symbology->content == CONTENT_ELEMENTS)
		return ElementStringRead(builder, SYMBOLOGY_LENGTH);
	return ProblemSet(builder->problem, PROBLEM_SPELLING, 0,
					  "a symbology identifier of a GS1 carrier: ]C1, ]e0, ]d2, ]Q3 or ]J1");
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
	if (begins_element_string(input[0]))
		return ElementStringRead(&builder, 0);
	if (input[0] == ']')
		return read_symbology(&builder);
	if (starts_with(input, len, "urn:epc:tag:"))
		return EpcReadTag(&builder, strlen("urn:epc:tag:"));
	if (starts_with(input, len, "urn:epc:"))
		return EpcRead(&builder, strlen("urn:epc:"));
	prefix = DigitalLinkPrefix(input, len, 0);
	if (prefix > 0)
		return DigitalLinkRead(&builder, prefix);
	return NamedRead(&builder);
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
	if (symbology->content == CONTENT_ELEMENTS)
		return ScanElementString(reader, SYMBOLOGY_LENGTH);
	if (symbology->content == CONTENT_GTIN)
		return ScanGtin(reader, SYMBOLOGY_LENGTH, symbology->digits);
	prefix = DigitalLinkPrefix(reader->input, reader->len, SYMBOLOGY_LENGTH);
	if (prefix > 0)
		return ScanDigitalLink(reader, SYMBOLOGY_LENGTH + prefix);
	return ProblemSet(reader->problem, PROBLEM_SPELLING, SYMBOLOGY_LENGTH,
					  "a Digital Link");
}

bool
SyntaxScan(const char *input, size_t len, int current_year, Gs1Scan *scan,
		   Problem *problem)
{
	ScanReader	reader = {input, len, current_year, scan, problem};
	size_t		prefix = DigitalLinkPrefix(input, len, 0);

	scan->wrong_ai = NO_AI;
	scan->count = 0;
	if (len > 0 && begins_element_string(input[0]))
		return ScanElementString(&reader, 0);
	if (len > 0 && input[0] == ']')
		return scan_symbology(&reader);
	if (prefix > 0)
		return ScanDigitalLink(&reader, prefix);
	return ProblemSet(problem, PROBLEM_SPELLING, 0,
					  "an element string or a Digital Link");
}

size_t
SyntaxWrite(const Identifier *id, char *out)
{
	if (id->scheme->key_ai == NO_AI)
		return NamedWrite(id, out);
	return ElementStringWrite(id, out);
}
