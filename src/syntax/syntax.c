/*-------------------------------------------------------------------------
 *
 * syntax.c
 *	  Which spelling is it?
 *
 * The first characters decide, so that no spelling is tried in vain and the
 * error is that of the spelling the writer meant.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/draft.h"

/*
 * Symbology identifiers (ISO/IEC 15424) of the carriers whose content is a
 * GS1 element string.
 */
static const char *const gs1_symbologies[] = {
	"]C1",						/* GS1-128 */
	"]e0",						/* GS1 DataBar, and with it Composite */
	"]d2",						/* GS1 DataMatrix */
	"]Q3",						/* GS1 QR Code */
	"]J1"						/* GS1 DotCode */
};

#define SYMBOLOGY_LENGTH 3
#define SYMBOLOGY_COUNT (sizeof(gs1_symbologies) / sizeof(gs1_symbologies[0]))

static bool
starts_with(const char *text, size_t len, const char *prefix)
{
	size_t		n = strlen(prefix);

	return len >= n && memcmp(text, prefix, n) == 0;
}

static bool
read_symbology(Draft *draft)
{
	size_t		i;

	for (i = 0; i < SYMBOLOGY_COUNT; i++)
		if (starts_with(draft->text, draft->len, gs1_symbologies[i]))
			return ElementStringRead(draft, SYMBOLOGY_LENGTH);
	return ProblemSet(draft->problem, PROBLEM_SPELLING, 0,
					  "a symbology identifier of a GS1 carrier: ]C1, ]e0, ]d2, ]Q3 or ]J1");
}

bool
SyntaxRead(const char *text, size_t len, Identifier *id, Problem *problem)
{
	Draft		draft = {.text = text,.len = len,.id = id,.problem = problem};

	if (len == 0)
		return ProblemSet(problem, PROBLEM_SPELLING, 0, "an identifier");
	if (text[0] == '(' || text[0] == SYNTAX_GS || text[0] == '^' ||
		(text[0] >= '0' && text[0] <= '9'))
		return ElementStringRead(&draft, 0);
	if (text[0] == ']')
		return read_symbology(&draft);
	if (starts_with(text, len, "urn:epc:"))
		return EpcRead(&draft, strlen("urn:epc:"));
	if (starts_with(text, len, "https://") ||
		starts_with(text, len, "HTTPS://"))
		return LinkRead(&draft, strlen("https://"));
	if (starts_with(text, len, "http://") ||
		starts_with(text, len, "HTTP://"))
		return LinkRead(&draft, strlen("http://"));
	return NamedRead(&draft);
}

size_t
SyntaxWrite(const Identifier *id, char *out)
{
	if (id->scheme->key_ai == NO_AI)
		return NamedWrite(id, out);
	return ElementStringWrite(id, out);
}
