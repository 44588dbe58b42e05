/*-------------------------------------------------------------------------
 *
 * cursor.c
 *	  Look at what comes next in a text of XML, and take it.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/cursor.h"

#include <string.h>

#include "interchange/xml/character.h"

const XmlSpan xml_nothing = {"", 0};

bool
XmlRefuse(XmlReader *reader, XmlProblemKind kind, size_t offset,
		  const char *message, XmlSpan shown, const char *expected)
{
	XmlProblemSet(reader->problem, kind, offset, message, shown, expected);
	return false;
}

bool
XmlMalformed(XmlReader *reader, size_t offset, const char *message,
			 XmlSpan shown, const char *expected)
{
	return XmlRefuse(reader, XML_NOT_WELL_FORMED, offset, message, shown, expected);
}

bool
XmlTooLarge(XmlReader *reader, size_t offset, const char *message,
			const char *expected)
{
	return XmlRefuse(reader, XML_TOO_LARGE, offset, message, xml_nothing, expected);
}

bool
XmlComes(const XmlReader *reader, const char *string)
{
	size_t		len = strlen(string);

	return reader->length - reader->at >= len &&
		memcmp(reader->source + reader->at, string, len) == 0;
}

bool
XmlTake(XmlReader *reader, const char *string)
{
	if (!XmlComes(reader, string))
		return false;
	reader->at += strlen(string);
	return true;
}

char
XmlPeek(const XmlReader *reader)
{
	return reader->at < reader->length ? reader->source[reader->at] : '\0';
}

bool
XmlSkipSpace(XmlReader *reader)
{
	size_t		begin = reader->at;

	while (reader->at < reader->length && XmlIsSpace(reader->source[reader->at]))
		reader->at++;
	return reader->at > begin;
}

size_t
XmlFind(const XmlReader *reader, const char *string)
{
	size_t		len = strlen(string);
	size_t		at = reader->at;

	while (reader->length - at >= len)
	{
		const char *found = memchr(reader->source + at, string[0],
								   reader->length - at - len + 1);

		if (found == NULL)
			break;
		at = found - reader->source;
		if (memcmp(found, string, len) == 0)
			return at;
		at++;
	}
	return reader->length;
}

XmlSpan
XmlSpanBetween(const XmlReader *reader, size_t begin, size_t end)
{
	return XmlSpanMake(reader->source + begin, end - begin);
}

bool
XmlTakeName(XmlReader *reader, const char *what, XmlSpan *prefix, XmlSpan *local)
{
	size_t		begin = reader->at;
	size_t		len = XmlNameLength(reader->source + begin, reader->length - begin);

	*prefix = xml_nothing;
	reader->at += len;
	if (len > 0 && XmlPeek(reader) == ':')
	{
		*prefix = XmlSpanBetween(reader, begin, reader->at);
		begin = ++reader->at;
		len = XmlNameLength(reader->source + begin, reader->length - begin);
		reader->at += len;
	}
	if (len == 0)
		return XmlMalformed(reader, reader->at, "no name where there must be one",
							xml_nothing, what);
	*local = XmlSpanBetween(reader, begin, reader->at);
	return true;
}
