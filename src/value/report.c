/*-------------------------------------------------------------------------
 *
 * report.c
 *	  Report the problem of an input as a PostgreSQL error.
 *
 *-------------------------------------------------------------------------
 */
#include "value/report.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "syntax/syntax.h"
#include "utils/builtins.h"
#include "value/value.h"

/* how many bytes of a text an error message shows */
#define SHOWN_MAX 120

/*
 * The rule that was broken, with the text it was broken in; whole sentences,
 * so that they can be translated.
 */
static const char *const messages[] = {
	[PROBLEM_SPELLING] = gettext_noop("\"%s\" is not written as an identifier"),
	[PROBLEM_SCHEME] = gettext_noop("\"%s\" is of no known scheme"),
	[PROBLEM_AI] = gettext_noop("\"%s\" has a malformed application identifier"),
	[PROBLEM_ELEMENTS] = gettext_noop("\"%s\" is not the elements of one identifier"),
	[PROBLEM_STRUCTURE] = gettext_noop("\"%s\" is malformed or incomplete"),
	[PROBLEM_CHARACTER] = gettext_noop("\"%s\" has a character that may not stand there"),
	[PROBLEM_ESCAPE] = gettext_noop("\"%s\" has a broken escape sequence"),
	[PROBLEM_LENGTH] = gettext_noop("\"%s\" has a component of the wrong length"),
	[PROBLEM_CHECK] = gettext_noop("\"%s\" has a wrong check digit"),
	[PROBLEM_RULE] = gettext_noop("\"%s\" breaks a rule of its scheme")
};

/*
 * The same for a whole scan.
 */
static const char *const scan_messages[] = {
	[PROBLEM_SPELLING] = gettext_noop("\"%s\" is not written as a scan of GS1 data"),
	[PROBLEM_AI] = gettext_noop("\"%s\" has an unknown or malformed application identifier"),
	[PROBLEM_ELEMENTS] = gettext_noop("\"%s\" has elements that may not stand together"),
	[PROBLEM_STRUCTURE] = gettext_noop("\"%s\" is malformed or incomplete"),
	[PROBLEM_CHARACTER] = gettext_noop("\"%s\" has a character that may not stand there"),
	[PROBLEM_ESCAPE] = gettext_noop("\"%s\" has a broken escape sequence"),
	[PROBLEM_LENGTH] = gettext_noop("\"%s\" has an element of the wrong length"),
	[PROBLEM_CHECK] = gettext_noop("\"%s\" has a wrong check digit"),
	[PROBLEM_RULE] = gettext_noop("\"%s\" has a value that its application identifier does not allow")
};

/*
 * Appends characters so that a terminal can show them: control characters, such as
 * the separators of raw element strings, as \x1D.  In SQL_ASCII nobody knows which
 * bytes are a character, and clients refuse a part of one.
 */
static void
append_printable(StringInfo out, const char *input, size_t len)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		unsigned char c = input[i];

		if (c < 0x20 || c == 0x7F ||
			(IS_HIGHBIT_SET(c) && GetDatabaseEncoding() == PG_SQL_ASCII))
			appendStringInfo(out, "\\x%02X", c);
		else
			appendStringInfoChar(out, c);
	}
}

static char *
shown_text(const char *input, size_t len)
{
	StringInfoData out;
	size_t		shown = len;

	initStringInfo(&out);
	if (len > SHOWN_MAX)
		shown = pg_mbcliplen(input, (int) len, SHOWN_MAX);
	append_printable(&out, input, shown);
	if (shown < len)
		appendStringInfoString(&out, "...");
	return out.data;
}

/*
 * Where the character begins that the problem lies in.  Readers count bytes, and a
 * value of fixed length may end within a character.
 */
static size_t
character_start(const char *input, size_t len, const Problem *problem)
{
	if (problem->offset >= len)
		return len;
	return pg_mbcliplen(input, (int) len, (int) problem->offset);
}

/*
 * The character of the problem, quoted; or the end of the text.  Letters of
 * other alphabets can look like ours, so their code is named.
 */
static char *
shown_character(const char *input, size_t len, const Problem *problem)
{
	size_t		start = character_start(input, len, problem);
	StringInfoData out;
	size_t		n;

	if (start >= len)
		return pstrdup(_("the end of the text"));
	initStringInfo(&out);
	n = Min((size_t) pg_mblen(input + start), len - start);
	appendStringInfoChar(&out, '"');
	append_printable(&out, input + start, n);
	appendStringInfoChar(&out, '"');
	if (n > 1 && GetDatabaseEncoding() == PG_UTF8)
		appendStringInfo(&out, " (U+%04X)",
						 utf8_to_unicode((const unsigned char *) input + start));
	return out.data;
}

/*
 * Positions count characters from 1.
 */
static int
position(const char *input, size_t len, const Problem *problem)
{
	return pg_mbstrlen_with_len(input, (int) character_start(input, len, problem)) + 1;
}

/*
 * The characters in the place of the right check digits.
 */
static char *
shown_check(const char *input, size_t len, const Problem *problem)
{
	size_t		start = character_start(input, len, problem);
	size_t		end = start;
	size_t		n = strlen(problem->expected);
	StringInfoData out;

	while (n-- > 0 && end < len)
		end += Min((size_t) pg_mblen(input + end), len - end);
	initStringInfo(&out);
	append_printable(&out, input + start, end - start);
	return out.data;
}

/*
 * Say where the problem is, what was found there, and what was expected.
 */
static char *
detail_text(const char *input, size_t len, const Problem *problem)
{
	if (problem->code == PROBLEM_CHECK)
		return psprintf(_("Position %d: found \"%s\", expected \"%s\"."),
						position(input, len, problem),
						shown_check(input, len, problem), problem->expected);
	return psprintf(_("Position %d: found %s, expected %s."),
					position(input, len, problem),
					shown_character(input, len, problem),
					problem->expected);
}

/*
 * The same in a scan, where a check digit has to say whose it is.
 */
static char *
scan_detail_text(const char *input, size_t len, const Problem *problem, int ai)
{
	char		digits[AI_DIGITS_MAX + 1];

	if (problem->code != PROBLEM_CHECK || ai == NO_AI)
		return detail_text(input, len, problem);
	*AiWrite(ai, digits) = '\0';
	return psprintf(_("Position %d: found \"%s\", expected \"%s\" in AI (%s)."),
					position(input, len, problem),
					shown_check(input, len, problem), problem->expected,
					digits);
}

/*
 * Reads a text as the identifier or the scan that it was read as before.
 */
static bool
reads_as(const char *input, size_t len, Reading reading, const Scheme *scheme)
{
	Identifier	id;
	Problem		problem;
	Gs1Scan    *scan;

	if (reading == READING_KEY)
		return SyntaxReadKey(input, len, scheme, &id, &problem);
	if (reading == READING_IDENTIFIER)
		return SyntaxRead(input, len, &id, &problem);
	scan = palloc(sizeof(Gs1Scan));
	return SyntaxScanLenient(input, len, 2000, scan, &problem);
}

char *
SwapCase(const char *input, size_t len)
{
	char	   *swapped = palloc(len + 1);
	size_t		i;

	for (i = 0; i < len; i++)
		swapped[i] = isalpha((unsigned char) input[i]) && !IS_HIGHBIT_SET(input[i]) ?
			input[i] ^ 0x20 : input[i];
	swapped[len] = '\0';
	return swapped;
}

/*
 * A keyboard wedge scanner types what it reads, and so caps lock swaps the
 * case of all letters.
 */
static bool
is_case_swapped(const char *input, size_t len, Reading reading,
				const Scheme *scheme)
{
	char	   *swapped;

	if (len > TYPED_MAX)
		return false;
	swapped = SwapCase(input, len);
	return memcmp(swapped, input, len) != 0 &&
		reads_as(swapped, len, reading, scheme);
}

/*
 * What may have caused the problem, or NULL.  An element too many is usually a
 * whole scan in place of one identifier.
 */
static const char *
hint_text(const char *input, size_t len, const Problem *problem,
		  Reading reading, const Scheme *scheme)
{
	if (problem->hint == HINT_SEPARATOR)
		return _("A separator (GS) may be missing; scanners can be set to send it or a stand-in, which serial.scan(text, separator) takes.");
	if (problem->code == PROBLEM_ELEMENTS && reading == READING_IDENTIFIER &&
		reads_as(input, len, READING_SCAN, NULL))
		return _("An identifier holds a key and its serial number only; serial.scan(text) reads a whole scan, with lot, expiry and the like.");
	if (is_case_swapped(input, len, reading, scheme))
		return _("The text is valid with upper and lower case swapped; caps lock may be on.");
	return NULL;
}

void
ProblemDescribe(const char *input, size_t len, const Problem *problem,
				Reading reading, const Scheme *scheme,
				ProblemDescription *description)
{
	description->message = psprintf(_(messages[problem->code]),
									shown_text(input, len));
	description->detail = detail_text(input, len, problem);
	description->hint = hint_text(input, len, problem, reading, scheme);
	description->position = position(input, len, problem);
}

/*
 * Reports a problem as 22P02: thrown, or saved in a soft error context.
 */
static void
report_problem(const char *input, size_t len, const Problem *problem,
			   const Scheme *scheme, struct Node *escontext)
{
	const char *hint = hint_text(input, len, problem,
								 scheme == NULL ? READING_IDENTIFIER
								 : READING_KEY, scheme);

	errsave(escontext,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg(messages[problem->code], shown_text(input, len)),
			 errdetail_internal("%s", detail_text(input, len, problem)),
			 hint != NULL ? errhint("%s", hint) : 0,
			 errdatatype(SerialTypeOid())));
}

void
ReportColumnProblem(const char *input, size_t len, const Problem *problem,
					Relation table, const char *column)
{
	const char *hint = hint_text(input, len, problem, READING_IDENTIFIER, NULL);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg(messages[problem->code], shown_text(input, len)),
			 errdetail_internal("%s", detail_text(input, len, problem)),
			 hint != NULL ? errhint("%s", hint) : 0,
			 errtablecolname(table, column)));
}

void
ReportProblem(const char *input, size_t len, const Problem *problem,
			  struct Node *escontext)
{
	report_problem(input, len, problem, NULL, escontext);
}

/*
 * The same for a bare key of the scheme.
 */
void
ReportKeyProblem(const char *input, size_t len, const Problem *problem,
				 const Scheme *scheme)
{
	report_problem(input, len, problem, scheme, NULL);
}

char *
ProblemText(const char *input, size_t len, const Problem *problem)
{
	char	   *message = psprintf(_(messages[problem->code]),
								   shown_text(input, len));

	return psprintf("%s. %s", message, detail_text(input, len, problem));
}

/*
 * Reports a problem in a scan as 22P02.  The AI whose value is wrong, or NO_AI,
 * names the owner of a check digit.
 */
void
ReportScanProblem(const char *input, size_t len, const Problem *problem, int ai)
{
	const char *hint = hint_text(input, len, problem, READING_SCAN, NULL);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg(scan_messages[problem->code], shown_text(input, len)),
			 errdetail_internal("%s", scan_detail_text(input, len, problem, ai)),
			 hint != NULL ? errhint("%s", hint) : 0));
}

char *
ValueScanProblem(const char *scanned, size_t len, const Problem *problem, int wrong_ai)
{
	const char *hint = hint_text(scanned, len, problem, READING_SCAN, NULL);
	char	   *message = psprintf(_(scan_messages[problem->code]),
								   shown_text(scanned, len));

	return psprintf("%s. %s%s%s", message, scan_detail_text(scanned, len, problem, wrong_ai),
					hint != NULL ? " " : "", hint != NULL ? hint : "");
}

void
ReportDomain(text *domain)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a domain", text_to_cstring(domain)),
			 errdetail("Expected a domain such as example.com, a port and a path if need be, and no user information, query or fragment.")));
}
