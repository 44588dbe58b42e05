/*-------------------------------------------------------------------------
 *
 * digital_link_write.c
 *	  Writing GS1 Digital Link URIs: https://id.gs1.org/01/09506000134352/21/A1B2
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/element.h"

/*
 * Characters that stand for themselves in a path (RFC 3986, unreserved).
 */
static bool
is_unreserved(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z') ||
		c == '-' || c == '.' || c == '_' || c == '~';
}

static char *
write_path_escaped(const char *value, size_t len, char *out)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		if (is_unreserved(value[i]))
			*out++ = value[i];
		else
			out = EscapePercent(value[i], out);
	}
	return out;
}

/*
 * A domain, a port and a path: no user information, query or fragment, since
 * a reader would take what follows for part of those.
 */
static bool
check_domain(const char *domain, size_t len)
{
	size_t		i;

	if (len == 0 || domain[0] == '/' || domain[len - 1] == '/')
		return false;
	for (i = 0; i < len; i++)
		if (!is_unreserved(domain[i]) && domain[i] != ':' && domain[i] != '/')
			return false;
	return true;
}

static char *
write_segments(int ai, const char *value, size_t len, char *out)
{
	*out++ = '/';
	out = AiWrite(ai, out);
	*out++ = '/';
	return write_path_escaped(value, len, out);
}

bool
SyntaxWriteDigitalLink(const Identifier *id, const char *domain, size_t domain_len,
					   char *out, size_t *len)
{
	const Scheme *scheme = id->scheme;
	const char *protocol = "https://";
	char	   *end;

	if (domain_len > 7 && memcmp(domain, "http://", 7) == 0)
	{
		protocol = "http://";
		domain += 7;
		domain_len -= 7;
	}
	else if (domain_len > 8 && memcmp(domain, "https://", 8) == 0)
	{
		domain += 8;
		domain_len -= 8;
	}
	if (!check_domain(domain, domain_len))
		return false;
	end = out + strlen(protocol);
	memcpy(out, protocol, strlen(protocol));
	memcpy(end, domain, domain_len);
	end = write_segments(scheme->key_ai, id->key, id->key_len, end + domain_len);
	if (id->number_len > 0 && scheme->number_ai != NO_AI)
		end = write_segments(scheme->number_ai, id->number, id->number_len, end);
	else
		end = write_path_escaped(id->number, id->number_len, end);
	*len = end - out;
	return true;
}
