/*-------------------------------------------------------------------------
 *
 * identifier_uri.c
 *	  Identifiers in EPCIS documents: EPC URIs and GS1 Digital Links.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "interchange/identifier_uri.h"
#include "syntax/syntax.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(serial_canonical_link);
PG_FUNCTION_INFO_V1(serial_item_spelling);
PG_FUNCTION_INFO_V1(serial_item_uri);
PG_FUNCTION_INFO_V1(serial_uri_in);

#define CANONICAL_DOMAIN "https://id.gs1.org"
#define SSCC_DIGITS 18

static bool
uri_begins_with(const char *uri, size_t len, const char *prefix)
{
	return len >= strlen(prefix) && pg_strncasecmp(uri, prefix, strlen(prefix)) == 0;
}

/*
 * Short names in Digital Links ("gtin" for 01) are out of date and still sent.
 */
static bool
read_link(const char *uri, size_t len, Identifier *id)
{
	Gs1Scan    *scan = palloc(sizeof(Gs1Scan));
	Problem		problem;
	bool		is_read;

	is_read = SyntaxScanLenient(uri, len, 2000, scan, &problem) && scan->has_id;
	if (is_read)
		*id = scan->id;
	pfree(scan);
	return is_read;
}

static bool
read_identifier_uri(const char *uri, size_t len, Identifier *id)
{
	Problem		problem;

	if (!uri_begins_with(uri, len, "urn:epc:") && !uri_begins_with(uri, len, "http://") &&
		!uri_begins_with(uri, len, "https://"))
		return false;
	if (SyntaxRead(uri, len, id, &problem) && id->scheme->key_ai != NO_AI)
		return true;
	return !uri_begins_with(uri, len, "urn:") && read_link(uri, len, id) &&
		id->scheme->key_ai != NO_AI;
}

/*
 * The Digital Link of an identifier of a scheme of GS1; NULL if it cannot be written.
 */
static char *
digital_link(const Identifier *id)
{
	ElementList list;
	char		joined[KEY_MAX + NUMBER_MAX];
	char	   *link;
	size_t		len;

	list.count = 0;
	(void) ElementListAddIdentifier(&list, id, joined);
	link = palloc(strlen(CANONICAL_DOMAIN) + ElementListSize(&list) + 17);
	if (!SyntaxComposeLink(&list, CANONICAL_DOMAIN, strlen(CANONICAL_DOMAIN), link, &len))
		return NULL;
	link[len] = '\0';
	return link;
}

/*
 * Is it the link of an SSCC, or of a GTIN with a serial number of digits and capitals?
 * Most identifiers of documents are such links, and need not be read: they are canonical
 * if they are valid, and stay as they are if not.
 */
static bool
is_simple_link(const char *uri, size_t len)
{
	static const char sscc[] = CANONICAL_DOMAIN "/00/";
	static const char gtin[] = CANONICAL_DOMAIN "/01/";
	static const char serial[] = "/21/";
	const char *key = uri + strlen(gtin);
	const char *number = key + GTIN_DIGITS + strlen(serial);
	const char *end = uri + len;

	if (len == strlen(sscc) + SSCC_DIGITS && memcmp(uri, sscc, strlen(sscc)) == 0)
		return AlphabetSpan(ALPHABET_DIGITS, key, SSCC_DIGITS) == SSCC_DIGITS;
	return number < end && memcmp(uri, gtin, strlen(gtin)) == 0 &&
		AlphabetSpan(ALPHABET_DIGITS, key, GTIN_DIGITS) == GTIN_DIGITS &&
		memcmp(key + GTIN_DIGITS, serial, strlen(serial)) == 0 &&
		number + AlphabetSpan(ALPHABET_ALPHANUMERIC, number, end - number) == end;
}

char *
IdentifierDigitalLink(const char *uri, size_t len)
{
	Identifier	id;
	char	   *link = NULL;

	if (!is_simple_link(uri, len) && read_identifier_uri(uri, len, &id))
		link = digital_link(&id);
	return link != NULL ? link : pnstrdup(uri, len);
}

/*
 * serial_internal.canonical_link(uri text) -> text
 */
Datum
serial_canonical_link(PG_FUNCTION_ARGS)
{
	text	   *uri = PG_GETARG_TEXT_PP(0);

	PG_RETURN_TEXT_P(cstring_to_text(IdentifierDigitalLink(VARDATA_ANY(uri),
														   VARSIZE_ANY_EXHDR(uri))));
}

/*
 * The length of the scheme of a URI; 0 if a text is none.
 */
static size_t
uri_scheme_length(const char *uri, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	size_t		i = 0;

	if (len == 0 || uri[0] == '\0' || strchr(letters, uri[0]) == NULL)
		return 0;
	while (i < len && uri[i] != '\0' &&
		   (strchr(letters, uri[i]) != NULL || strchr("0123456789+-.", uri[i]) != NULL))
		i++;
	return i < len && uri[i] == ':' ? i : 0;
}

const char *
IdentifierSpelling(const char *uri, size_t *len)
{
	size_t		scheme_len = uri_scheme_length(uri, *len);
	char	   *spelling;

	if (scheme_len == 0 || uri_begins_with(uri, *len, "urn:") ||
		uri_begins_with(uri, *len, "http:") || uri_begins_with(uri, *len, "https:") ||
		SchemeByName(uri, scheme_len) != NULL)
		return uri;
	spelling = palloc(*len + 5);
	memcpy(spelling, "uri:", 4);
	memcpy(spelling + 4, uri, *len);
	*len += 4;
	spelling[*len] = '\0';
	return spelling;
}

/*
 * serial_internal.item_spelling(uri text) -> text
 */
Datum
serial_item_spelling(PG_FUNCTION_ARGS)
{
	text	   *uri = PG_GETARG_TEXT_PP(0);
	size_t		len = VARSIZE_ANY_EXHDR(uri);
	const char *spelling = IdentifierSpelling(VARDATA_ANY(uri), &len);

	PG_RETURN_TEXT_P(cstring_to_text_with_len(spelling, len));
}

char *
IdentifierItemUri(const Serial *value)
{
	char	   *link = NULL;
	Identifier	id;

	ValueOpen(value, &id);
	if (id.scheme->key_ai != NO_AI)
		link = digital_link(&id);
	else if (id.scheme == SchemeByName("uri", strlen("uri")))
		link = pnstrdup(id.key, id.key_len);
	return link != NULL ? link : ValueToCString(value);
}

/*
 * serial_internal.item_uri(id serial.serial) -> text
 */
Datum
serial_item_uri(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(IdentifierItemUri(PG_GETARG_SERIAL_PP(0))));
}

/*
 * The EPC URI of an identifier, or the pattern of a class.  Some have none, and of
 * others the company prefix must be known.
 */
static char *
epc_uri(const char *uri, size_t len, CompanyPrefixes *prefixes)
{
	char		epc[SYNTAX_TEXT_MAX];
	size_t		epc_len;
	Identifier	id;
	Problem		problem;

	if (!SyntaxRead(uri, len, &id, &problem) ||
		!SyntaxWriteEpc(&id, CompanyPrefixLength(prefixes, &id), epc, &epc_len, &problem))
		return pnstrdup(uri, len);
	return pnstrdup(epc, epc_len);
}

/* --- Formats --- */

UriFormat
UriFormatNamed(const char *name)
{
	static const char *const names[] = {
		[URI_DIGITAL_LINK] = "digital_link",
		[URI_EPC] = "urn",
		[URI_AS_CAPTURED] = "as_captured"
	};
	int			format;

	for (format = 0; format < (int) lengthof(names); format++)
		if (strcmp(names[format], name) == 0)
			return format;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a format of events", name),
			 errhint("The formats are digital_link, urn and as_captured.")));
}

char *
IdentifierUri(const char *uri, size_t len, UriFormat format, CompanyPrefixes *prefixes)
{
	switch (format)
	{
		case URI_DIGITAL_LINK:
			return IdentifierDigitalLink(uri, len);
		case URI_EPC:
			return epc_uri(uri, len, prefixes);
		case URI_AS_CAPTURED:
			break;
	}
	return pnstrdup(uri, len);
}

/*
 * serial_internal.uri_in(uri text, format text) -> text
 */
Datum
serial_uri_in(PG_FUNCTION_ARGS)
{
	text	   *uri = PG_GETARG_TEXT_PP(0);
	UriFormat	format = UriFormatNamed(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	CompanyPrefixes prefixes = NULL;

	PG_RETURN_TEXT_P(cstring_to_text(IdentifierUri(VARDATA_ANY(uri), VARSIZE_ANY_EXHDR(uri),
												   format, &prefixes)));
}
