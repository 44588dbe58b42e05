/*-------------------------------------------------------------------------
 *
 * uri.c
 *	  The scheme "uri": identifiers that are URIs of other issuers than GS1
 *	  (RFC 3986), such as urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6.
 *
 * A URI is kept as it is written, because only the issuer knows which other
 * spellings mean the same.  The one exception is urn:uuid:, whose definition
 * says so itself (RFC 9562).
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "scheme/rule.h"

/* a UUID in a URN, and the digits of its parts, which hyphens separate */
#define UUID_PREFIX			"urn:uuid:"
#define UUID_PREFIX_LENGTH	(sizeof(UUID_PREFIX) - 1)
#define UUID_LENGTH			36

/* digits that a key begins with, in every kind of Digital Link */
#define LINK_KEY_DIGITS		4

static inline char
lower_case(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool
key_begins_with(const Identifier *id, const char *prefix)
{
	size_t		i;

	for (i = 0; prefix[i] != '\0'; i++)
		if (i == id->key_len || lower_case(id->key[i]) != prefix[i])
			return false;
	return true;
}

static bool
uri_problem(Problem *problem, ProblemCode code, size_t index,
			const char *expected)
{
	problem->component = COMPONENT_KEY;
	problem->index = index;
	return ProblemSet(problem, code, 0, "%s", expected);
}

/*
 * The first of some characters in the key at or behind a place, or the key's
 * length.
 */
static size_t
find_any(const Identifier *id, size_t at, const char *chars)
{
	while (at < id->key_len && strchr(chars, id->key[at]) == NULL)
		at++;
	return at;
}

/*
 * The colon behind the URI's scheme: a letter, then letters, digits, "+", "-"
 * and ".".
 */
static bool
check_uri_scheme(const Identifier *id, Problem *problem)
{
	size_t		at = 0;

	for (; at < id->key_len && id->key[at] != ':'; at++)
	{
		char		c = lower_case(id->key[at]);
		bool		is_letter = c >= 'a' && c <= 'z';

		if (at == 0 && !is_letter)
			return uri_problem(problem, PROBLEM_STRUCTURE, at,
							   "the letter that a URI begins with");
		if (!is_letter && !(c >= '0' && c <= '9') && strchr("+-.", c) == NULL)
			break;
	}
	if (at == 0 || at == id->key_len || id->key[at] != ':')
		return uri_problem(problem, PROBLEM_STRUCTURE, at,
						   "the scheme of a URI and \":\", such as \"urn:\" or \"https:\"");
	return at + 1 < id->key_len ||
		uri_problem(problem, PROBLEM_STRUCTURE, id->key_len,
					"more of the URI behind its scheme");
}

/*
 * Every "%" begins an escape sequence.
 */
static bool
check_uri_escapes(const Identifier *id, Problem *problem)
{
	size_t		at;

	for (at = find_any(id, 0, "%"); at < id->key_len;
		 at = find_any(id, at + 1, "%"))
	{
		size_t		i;

		for (i = at + 1; i <= at + 2; i++)
			if (i >= id->key_len || strchr("0123456789abcdef",
										   lower_case(id->key[i])) == NULL)
				return uri_problem(problem, PROBLEM_ESCAPE, at,
								   "two hexadecimal digits after \"%\"");
	}
	return true;
}

/*
 * Brackets stand around an IP address at the beginning of the host, and "#"
 * stands once, before the fragment.
 */
static bool
check_uri_delimiters(const Identifier *id, size_t host, size_t authority_end,
					 Problem *problem)
{
	size_t		fragment = find_any(id, 0, "#");
	size_t		again = fragment < id->key_len ?
	find_any(id, fragment + 1, "#") : id->key_len;
	size_t		bracket = find_any(id, 0, "[]");
	size_t		closing;

	if (again < id->key_len)
		return uri_problem(problem, PROBLEM_CHARACTER, again,
						   "\"#\" once only, before the fragment");
	if (bracket == id->key_len)
		return true;
	closing = find_any(id, bracket + 1, "[]");
	if (bracket != host || id->key[bracket] != '[' ||
		closing >= authority_end || id->key[closing] != ']')
		return uri_problem(problem, PROBLEM_CHARACTER, bracket,
						   "\"[\" and \"]\" around the IP address of a host only");
	bracket = find_any(id, closing + 1, "[]");
	return bracket == id->key_len ||
		uri_problem(problem, PROBLEM_CHARACTER, bracket,
					"\"[\" and \"]\" around the IP address of a host only");
}

/*
 * The authority of a URI with "//": [user "@"] host [":" port].  A web address
 * has a host.
 */
static bool
check_uri_authority(const Identifier *id, size_t colon, Problem *problem)
{
	size_t		host = colon + 1;
	size_t		end = host;
	size_t		at;

	if (id->key_len - host >= 2 && memcmp(id->key + host, "//", 2) == 0)
	{
		host += 2;
		end = find_any(id, host, "/?#");
		at = find_any(id, host, "@");
		if (at < end)
			host = at + 1;
		if ((key_begins_with(id, "http:") || key_begins_with(id, "https:")) &&
			(host == end || id->key[host] == ':'))
			return uri_problem(problem, PROBLEM_STRUCTURE, host,
							   "the host of a web address");
	}
	return check_uri_delimiters(id, host, end, problem);
}

/*
 * The namespace of a URN, 2 to 32 letters, digits and hyphens, and a string
 * behind it (RFC 8141).
 */
static bool
check_urn(const Identifier *id, size_t colon, Problem *problem)
{
	size_t		from = colon + 1;
	size_t		to = find_any(id, from, ":");
	size_t		at;

	for (at = from; at < to; at++)
	{
		char		c = lower_case(id->key[at]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			(c != '-' || at == from || at + 1 == to))
			return uri_problem(problem, PROBLEM_STRUCTURE, at,
							   "a letter or digit of the namespace of a URN");
	}
	if (to - from < 2 || to - from > 32)
		return uri_problem(problem, PROBLEM_STRUCTURE, from,
						   "the namespace of a URN, of 2 to 32 characters");
	return find_any(id, to, "?#") > to + 1 ||
		uri_problem(problem, PROBLEM_STRUCTURE,
					to < id->key_len ? to + 1 : to,
					"\":\" and the name within the namespace of the URN");
}

/*
 * Where a hyphen stands in a UUID.
 */
static bool
is_uuid_hyphen(size_t index)
{
	return index == 8 || index == 13 || index == 18 || index == 23;
}

/*
 * Capitals are refused here, too: NormaliseUri() has replaced them.
 */
static bool
check_uuid(const Identifier *id, Problem *problem)
{
	const char *uuid = id->key + UUID_PREFIX_LENGTH;
	size_t		end = find_any(id, 0, "?#");
	size_t		i;

	for (i = 0; i < UUID_LENGTH && UUID_PREFIX_LENGTH + i < end; i++)
		if (is_uuid_hyphen(i) ? uuid[i] != '-' :
			strchr("0123456789abcdef", uuid[i]) == NULL)
			break;
	if (i == UUID_LENGTH && end == UUID_PREFIX_LENGTH + UUID_LENGTH &&
		memcmp(id->key, UUID_PREFIX, UUID_PREFIX_LENGTH) == 0)
		return true;
	return uri_problem(problem, PROBLEM_STRUCTURE, UUID_PREFIX_LENGTH + i,
					   "a UUID of 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12");
}

/*
 * Does a segment of a path name the key of a Digital Link: by its application
 * identifier, or by the name that early versions of the standard had for it, in
 * any case?
 * AI (415) is the key of a scheme that does not identify items.
 */
static bool
is_link_key(const char *segment, size_t len)
{
	char		name[8];
	int			ai = 0;
	size_t		i;

	for (i = 0; i < len && i < sizeof(name); i++)
		name[i] = lower_case(segment[i]);
	if (i == len && SchemeByLinkName(name, len) != NULL)
		return true;
	if (len < 2 || len > 4 ||
		AlphabetSpan(ALPHABET_DIGITS, segment, len) < len)
		return false;
	for (i = 0; i < len; i++)
		ai = ai * 10 + (segment[i] - '0');
	return ai == 415 || SchemeIsKeyAi(ai);
}

/*
 * Is it a web address whose path has what the path of a Digital Link has,
 * right or wrong?  Then it is not kept as another URI: a link that was mistyped
 * must not become another identifier.
 */
static bool
resembles_link(const Identifier *id, size_t *key_at)
{
	size_t		end = find_any(id, 0, "?#");
	size_t		from;
	size_t		to;

	if (!key_begins_with(id, "http://") && !key_begins_with(id, "https://"))
		return false;
	from = find_any(id, find_any(id, 0, "/") + 2, "/");
	for (; from < end; from = to)
	{
		from++;
		to = find_any(id, from, "/");
		if (to >= end)
			break;
		if (is_link_key(id->key + from, to - from) &&
			AlphabetSpan(ALPHABET_DIGITS, id->key + to + 1,
						 end - (to + 1)) >= LINK_KEY_DIGITS)
		{
			*key_at = from;
			return true;
		}
	}
	return false;
}

bool
RuleUri(const Identifier *id, Problem *problem)
{
	size_t		colon = find_any(id, 0, ":");
	size_t		key_at;

	if (!check_uri_scheme(id, problem) ||
		!check_uri_escapes(id, problem) ||
		!check_uri_authority(id, colon, problem))
		return false;
	if (key_begins_with(id, "urn:epc:"))
		return uri_problem(problem, PROBLEM_RULE, 0,
						   "a URI other than an EPC URI, which is written without \"uri:\"");
	if (resembles_link(id, &key_at))
		return uri_problem(problem, PROBLEM_RULE, key_at,
						   "a URI other than a GS1 Digital Link, which is written without \"uri:\"");
	if (key_begins_with(id, UUID_PREFIX))
		return check_uuid(id, problem);
	return !key_begins_with(id, "urn:") || check_urn(id, colon, problem);
}

/*
 * A UUID is written in lower case and read in either, and so is what stands
 * before it in a URN (RFC 9562, RFC 8141).
 */
bool
NormaliseUri(Identifier *id, Problem *problem)
{
	size_t		i;

	(void) problem;
	if (!key_begins_with(id, UUID_PREFIX))
		return true;
	for (i = 0; i < id->key_len && i < UUID_PREFIX_LENGTH + UUID_LENGTH; i++)
		id->key[i] = lower_case(id->key[i]);
	return true;
}
