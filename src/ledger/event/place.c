/*-------------------------------------------------------------------------
 *
 * place.c
 *	  Names of places and parties, in one spelling.
 *
 * Partners write one Global Location Number in several ways.  Events, master data
 * and questions must mean the same place by all of them, or stock is missing from
 * one of the spellings.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "ledger/event/place.h"
#include "utils/builtins.h"
#include "value/value.h"

#define GLN_DIGITS	13

/* an index entry has at most 2704 bytes */
#define NAME_BYTES_MAX	2000

PG_FUNCTION_INFO_V1(serial_canonical_place);
PG_FUNCTION_INFO_V1(serial_canonical_gtin);

static bool
is_bare_gln(const char *spelling)
{
	return strlen(spelling) == GLN_DIGITS &&
		strspn(spelling, "0123456789") == GLN_DIGITS;
}

/*
 * Does a path hold a location or party key of a Digital Link, "/414/" or "/417/"
 * or its old short name, and 13 digits?  Other web addresses may name places, too.
 */
static bool
has_gln_path(const char *url)
{
	static const char *const keys[] = {"/414/", "/417/", "/gln/", "/party/"};
	int			i;

	for (i = 0; i < (int) lengthof(keys); i++)
	{
		const char *key = strstr(url, keys[i]);

		if (key != NULL &&
			strspn(key + strlen(keys[i]), "0123456789") >= GLN_DIGITS)
			return true;
	}
	return false;
}

/*
 * Is it what a scanner sends of a bar code with a location or a party first?  A symbology
 * identifier is a bracket and two characters.
 */
static bool
is_scanned_gln(const char *spelling)
{
	return spelling[0] == ']' && strlen(spelling) > 6 &&
		(strncmp(spelling + 3, "414", 3) == 0 || strncmp(spelling + 3, "417", 3) == 0);
}

/*
 * Does it claim to be a GLN?  Then it must be one.
 */
static bool
is_spelled_as_gln(const char *spelling)
{
	static const char *const starts[] = {"(414)", "(417)", "urn:epc:id:sgln:",
	"urn:epc:id:pgln:", "sgln:", "pgln:"};
	int			i;

	for (i = 0; i < (int) lengthof(starts); i++)
		if (pg_strncasecmp(spelling, starts[i], strlen(starts[i])) == 0)
			return true;
	return is_scanned_gln(spelling) ||
		(strstr(spelling, "://") != NULL && has_gln_path(spelling));
}

static bool
is_location_scheme(const Scheme *scheme)
{
	return strcmp(scheme->name, "sgln") == 0 || strcmp(scheme->name, "pgln") == 0;
}

static void
refuse_location(const char *spelling, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a valid Global Location Number (GLN)", spelling),
			 errdetail("%s", problem)));
}

/*
 * A location without an extension, and a party, are the bare GLN.  In EPC, extension 0 says
 * that there is none.
 */
static char *
write_location(const Serial *location)
{
	Identifier	id;

	ValueOpen(location, &id);
	if (id.number_len > 0 && !(id.number_len == 1 && id.number[0] == '0'))
		return ValueToCString(location);
	return pnstrdup(id.key, id.key_len);
}

bool
NameIsPrintable(const char *name)
{
	size_t		len = strlen(name);
	size_t		i;

	for (i = 0; i < len; i++)
		if ((unsigned char) name[i] < ' ' || name[i] == '\177')
			return false;
	return len > 0 && name[0] != ' ' && name[len - 1] != ' ';
}

char *
PlaceCanonical(const char *spelling)
{
	char	   *problem = NULL;
	Serial	   *location;
	Identifier	id;
	char	   *read = pstrdup(spelling);

	if (strlen(spelling) > NAME_BYTES_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errmsg("place or party is too long: %zu bytes", strlen(spelling)),
				 errdetail("The maximum is %d bytes.", NAME_BYTES_MAX)));
	if (!NameIsPrintable(spelling))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid place or party: \"%s\"", spelling),
				 errdetail("A place or party must be printable, must not be empty, and must not begin or end with a blank.")));
	if (is_bare_gln(spelling))
		read = psprintf("(414)%s", spelling);
	else if (!is_spelled_as_gln(spelling))
		return read;
	location = ValueTry(read, strlen(read), &problem);
	if (location == NULL)
		refuse_location(spelling, problem);
	ValueOpen(location, &id);
	if (!is_location_scheme(id.scheme))
		refuse_location(spelling, psprintf("It is an identifier of scheme \"%s\".",
										   id.scheme->name));
	return write_location(location);
}

/*
 * serial_internal.canonical_place(spelling text) returns text
 */
Datum
serial_canonical_place(PG_FUNCTION_ARGS)
{
	char	   *spelling = text_to_cstring(PG_GETARG_TEXT_PP(0));

	PG_RETURN_TEXT_P(cstring_to_text(PlaceCanonical(spelling)));
}

static bool
is_bare_number(const char *spelling)
{
	return spelling[0] != '\0' &&
		strspn(spelling, "0123456789") == strlen(spelling);
}

/*
 * serial_internal.canonical_gtin(spelling text) returns text
 */
Datum
serial_canonical_gtin(PG_FUNCTION_ARGS)
{
	char	   *spelling = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char	   *read = is_bare_number(spelling) ?
	psprintf("gtin:%s", spelling) : spelling;
	char	   *problem = NULL;
	Serial	   *gtin = ValueTry(read, strlen(read), &problem);
	Identifier	id;

	if (gtin != NULL)
		ValueOpen(gtin, &id);
	if (gtin == NULL || strcmp(id.scheme->name, "gtin") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not a valid Global Trade Item Number (GTIN)",
						spelling),
				 errdetail("%s", gtin == NULL ? problem :
						   psprintf("It is an identifier of scheme \"%s\".",
									id.scheme->name))));
	PG_RETURN_TEXT_P(cstring_to_text(pnstrdup(id.key, id.key_len)));
}
