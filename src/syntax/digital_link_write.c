/*-------------------------------------------------------------------------
 *
 * digital_link_write.c
 *	  Writing GS1 Digital Link URIs: https://id.gs1.org/01/09506000134352/21/A1B2
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/digital_link.h"

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

char *
DigitalLinkWriteEscaped(const char *value, size_t len, char *out)
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

char *
DigitalLinkWriteSegments(int ai, const char *value, size_t len, char *out)
{
	*out++ = '/';
	out = AiWrite(ai, out);
	*out++ = '/';
	return DigitalLinkWriteEscaped(value, len, out);
}

char *
DigitalLinkWriteStem(const char *domain, size_t len, char *out)
{
	const char *protocol = "https://";

	if (len > 7 && memcmp(domain, "http://", 7) == 0)
	{
		protocol = "http://";
		domain += 7;
		len -= 7;
	}
	else if (len > 8 && memcmp(domain, "https://", 8) == 0)
	{
		domain += 8;
		len -= 8;
	}
	if (len > 1 && domain[len - 1] == '/')
		len--;
	if (!check_domain(domain, len))
		return NULL;
	memcpy(out, protocol, strlen(protocol));
	memcpy(out + strlen(protocol), domain, len);
	return out + strlen(protocol) + len;
}
