/*-------------------------------------------------------------------------
 *
 * uri.c
 *	  What counts as a URI in events of EPCIS 2.0.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "ledger/event/uri.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * RFC 3986 has no underscore in schemes; prefixes of compact names have.
 */
static bool
may_be_in_scheme(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') ||
		c == '+' || c == '-' || c == '.' || c == '_';
}

static bool
is_forbidden(char c)
{
	return (unsigned char) c <= ' ' || strchr("<>\"\\^`{|}", c) != NULL;
}

bool
UriIsValid(const char *at, size_t len)
{
	size_t		i = 0;

	if (len == 0 || !is_letter(at[0]))
		return false;
	while (i < len && may_be_in_scheme(at[i]))
		i++;
	if (i + 1 >= len || at[i] != ':')
		return false;
	for (; i < len; i++)
		if (is_forbidden(at[i]))
			return false;
	return true;
}
