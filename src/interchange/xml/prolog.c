/*-------------------------------------------------------------------------
 *
 * prolog.c
 *	  Read what stands in front of the root element, and skip what is no token.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/prolog.h"

#include <string.h>

#include "interchange/xml/character.h"
#include "interchange/xml/cursor.h"

#define DECLARATION			"<?xml"

bool
XmlSkipComment(XmlReader *reader)
{
	size_t		begin = reader->at;

	reader->at += strlen("<!--");
	reader->at = XmlFind(reader, "--");
	if (reader->at == reader->length)
		return XmlMalformed(reader, begin, "a comment has no end", xml_nothing, "\"-->\"");
	if (!XmlTake(reader, "-->"))
		return XmlMalformed(reader, reader->at, "\"--\" in a comment", xml_nothing, "\"-->\"");
	return true;
}

static bool
is_xml_in_any_case(XmlSpan name)
{
	return name.len == 3 && (name.bytes[0] | 0x20) == 'x' &&
		(name.bytes[1] | 0x20) == 'm' && (name.bytes[2] | 0x20) == 'l';
}

bool
XmlSkipInstruction(XmlReader *reader)
{
	size_t		begin = reader->at;
	XmlSpan		target;
	size_t		end;

	reader->at += strlen("<?");
	target.bytes = reader->source + reader->at;
	target.len = XmlNameLength(target.bytes, reader->length - reader->at);
	if (target.len == 0)
		return XmlMalformed(reader, reader->at, "a processing instruction has no name",
							xml_nothing, "a name");
	if (is_xml_in_any_case(target))
		return XmlMalformed(reader, begin, "an XML declaration that is not at the beginning",
							xml_nothing, "at most one, in front of all else");
	reader->at += target.len;
	if (!XmlComes(reader, "?>") && !XmlSkipSpace(reader))
		return XmlMalformed(reader, reader->at, "the name of a processing instruction is malformed",
							xml_nothing, "white space or \"?>\"");
	end = XmlFind(reader, "?>");
	if (end == reader->length)
		return XmlMalformed(reader, begin, "a processing instruction has no end", xml_nothing,
							"\"?>\"");
	reader->at = end + strlen("?>");
	return true;
}

/*
 * A quoted text of a declaration.
 */
static bool
take_literal(XmlReader *reader, XmlSpan *literal)
{
	char		quote = XmlPeek(reader);
	size_t		begin = reader->at + 1;
	const char *end;

	if (quote != '"' && quote != '\'')
		return false;
	end = memchr(reader->source + begin, quote, reader->length - begin);
	if (end == NULL)
		return false;
	*literal = XmlSpanBetween(reader, begin, end - reader->source);
	reader->at = end - reader->source + 1;
	return true;
}

/*
 * A document type declaration may name the root element and where a DTD is,
 * which is not read.
 */
bool
XmlSkipDocumentType(XmlReader *reader)
{
	static const char expected[] = "a declaration of nothing but a name";
	size_t		begin = reader->at;
	XmlSpan		prefix;
	XmlSpan		name;
	bool		is_complete = true;

	if (reader->has_root || reader->has_document_type)
		return XmlMalformed(reader, begin, "a document type declaration that does not belong here",
							xml_nothing, "at most one, in front of the root element");
	reader->has_document_type = true;
	reader->at += strlen("<!DOCTYPE");
	if (!XmlSkipSpace(reader))
		return XmlMalformed(reader, reader->at, "a document type declaration is malformed",
							xml_nothing, expected);
	if (!XmlTakeName(reader, "the name of an element", &prefix, &name))
		return false;
	XmlSkipSpace(reader);
	if (XmlTake(reader, "PUBLIC"))
		is_complete = XmlSkipSpace(reader) && take_literal(reader, &name) &&
			XmlSkipSpace(reader) && take_literal(reader, &name);
	else if (XmlTake(reader, "SYSTEM"))
		is_complete = XmlSkipSpace(reader) && take_literal(reader, &name);
	XmlSkipSpace(reader);
	if (is_complete && XmlTake(reader, "["))
	{
		XmlSkipSpace(reader);
		if (!XmlTake(reader, "]"))
			return XmlMalformed(reader, reader->at, "a document type declaration declares something",
								xml_nothing, "no entities and no other declarations");
		XmlSkipSpace(reader);
	}
	if (!is_complete || !XmlTake(reader, ">"))
		return XmlMalformed(reader, reader->at, "a document type declaration is malformed",
							xml_nothing, expected);
	return true;
}

/*
 * The XML declaration
 */

static bool
span_is_in_any_case(XmlSpan span, const char *lower)
{
	size_t		i;

	if (span.len != strlen(lower))
		return false;
	for (i = 0; i < span.len; i++)
	{
		char		c = span.bytes[i];

		if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower[i])
			return false;
	}
	return true;
}

static bool
check_encoding(XmlReader *reader, size_t offset, XmlSpan encoding)
{
	if (reader->ignores_encoding || span_is_in_any_case(encoding, "utf-8") ||
		span_is_in_any_case(encoding, "utf8") ||
		span_is_in_any_case(encoding, "us-ascii"))
		return true;
	return XmlMalformed(reader, offset, "the encoding \"%s\" is not supported", encoding,
						"UTF-8");
}

static bool
is_version(XmlSpan version)
{
	size_t		i;

	if (version.len < 3 || memcmp(version.bytes, "1.", 2) != 0)
		return false;
	for (i = 2; i < version.len; i++)
		if (version.bytes[i] < '0' || version.bytes[i] > '9')
			return false;
	return true;
}

/*
 * Takes name="value" with white space in front, if it comes next.  False: it
 * is malformed.
 */
static bool
take_setting(XmlReader *reader, const char *name, XmlSpan *value)
{
	size_t		begin = reader->at;

	*value = xml_nothing;
	if (!XmlSkipSpace(reader) || !XmlTake(reader, name))
	{
		reader->at = begin;
		return true;
	}
	XmlSkipSpace(reader);
	if (!XmlTake(reader, "="))
		return false;
	XmlSkipSpace(reader);
	return take_literal(reader, value);
}

static bool
take_declaration(XmlReader *reader)
{
	static const char expected[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
	size_t		begin = reader->at;
	XmlSpan		version;
	XmlSpan		encoding;
	XmlSpan		standalone;
	bool		is_complete;

	reader->at += strlen(DECLARATION);
	is_complete = take_setting(reader, "version", &version) && is_version(version) &&
		take_setting(reader, "encoding", &encoding) &&
		take_setting(reader, "standalone", &standalone);
	XmlSkipSpace(reader);
	if (!is_complete || !XmlTake(reader, "?>"))
		return XmlMalformed(reader, begin, "the XML declaration is malformed", xml_nothing,
							expected);
	return encoding.len == 0 || check_encoding(reader, begin, encoding);
}

bool
XmlBeginDocument(XmlReader *reader)
{
	size_t		bad;

	reader->has_begun = true;
	if (XmlComes(reader, "\xFF\xFE") || XmlComes(reader, "\xFE\xFF"))
		return XmlMalformed(reader, 0, "the text is encoded in UTF-16", xml_nothing, "UTF-8");
	bad = XmlFindBadCharacter(reader->source, reader->length);
	if (bad < reader->length)
		return XmlMalformed(reader, bad,
							"a byte that is not UTF-8, or a character that XML does not allow",
							xml_nothing, "UTF-8 without control characters");
	XmlTake(reader, "\xEF\xBB\xBF");
	if (XmlComes(reader, DECLARATION) && reader->length - reader->at > strlen(DECLARATION) &&
		XmlIsSpace(reader->source[reader->at + strlen(DECLARATION)]))
		return take_declaration(reader);
	return true;
}
