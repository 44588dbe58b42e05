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
 * a reader would take what follows for part of those.  A colon that no port
 * follows would be that of another protocol.
 */
static bool
check_domain(const char *domain, size_t len)
{
	size_t		host = 0;
	size_t		port;
	size_t		i;

	while (host < len && is_unreserved(domain[host]))
		host++;
	port = host;
	if (port < len && domain[port] == ':')
		port += 1 + AlphabetSpan(ALPHABET_DIGITS, domain + port + 1, len - port - 1);
	if (host == 0 || port == host + 1 || domain[len - 1] == '/' ||
		(port < len && domain[port] != '/'))
		return false;
	for (i = port; i < len; i++)
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
	size_t		given = DigitalLinkPrefix(domain, len, 0, true);
	const char *protocol = given == strlen("http://") ? "http://" : "https://";

	domain += given;
	len -= given;
	if (len > 1 && domain[len - 1] == '/')
		len--;
	if (!check_domain(domain, len))
		return NULL;
	memcpy(out, protocol, strlen(protocol));
	memcpy(out + strlen(protocol), domain, len);
	return out + strlen(protocol) + len;
}
