/*-------------------------------------------------------------------------
 *
 * json_scalar.c
 *	  Writing the texts of EPCIS in XML as words, numbers and booleans of JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/json_scalar.h"

#include "interchange/xml/character.h"
#include "interchange/xml/json_text.h"

/*
 * A URI, whose scheme must not become a prefix.
 */
static void
write_json_uri(JsonConversion *conversion, XmlSpan value)
{
	size_t		len = XmlNameLength(value.bytes, value.len);

	if (len > 0 && len < value.len && value.bytes[len] == ':' &&
		!JsonAddUriScheme(&conversion->prefixes, XmlSpanMake(value.bytes, len)))
		XmlProblemSet(conversion->problem, XML_TOO_LARGE, conversion->reader.at,
					  "too many URI schemes", XmlSpanOf(""), "at most 1000 in a document");
	JsonString(&conversion->out, value);
}

void
JsonWriteWord(JsonConversion *conversion, XmlSpan value, int value_ns)
{
	size_t		len = 0;
	XmlSpan		prefix;
	XmlSpan		written;

	value = XmlSpanTrim(value);
	while (value_ns != XML_NS_NONE && value.bytes[len] != ':')
		len++;
	prefix = XmlSpanMake(value.bytes, len);
	if (value_ns == XML_NS_NONE || JsonIsUriScheme(prefix))
	{
		write_json_uri(conversion, value);
		return;
	}
	written = JsonPrefix(&conversion->prefixes, value_ns, prefix);
	JsonPrefixedString(&conversion->out, written,
					   XmlSpanMake(value.bytes + len + 1, value.len - len - 1));
}

void
JsonWriteBoolean(JsonConversion *conversion, XmlSpan value)
{
	if (XmlSpanIs(value, "true") || XmlSpanIs(value, "1"))
		JsonLiteral(&conversion->out, "true");
	else if (XmlSpanIs(value, "false") || XmlSpanIs(value, "0"))
		JsonLiteral(&conversion->out, "false");
	else
		JsonString(&conversion->out, value);
}

void
JsonWriteScalar(JsonConversion *conversion, XmlMemberKind kind, XmlSpan value, int value_ns)
{
	if (kind != XML_MEMBER_TEXT)
		value = XmlSpanTrim(value);
	switch (kind)
	{
		case XML_MEMBER_WORD:
		case XML_MEMBER_WORDS:
		case XML_MEMBER_REPEATED:
			JsonWriteWord(conversion, value, value_ns);
			break;
		case XML_MEMBER_NUMBER:
			JsonNumber(&conversion->out, value);
			break;
		case XML_MEMBER_BOOLEAN:
			JsonWriteBoolean(conversion, value);
			break;
		default:
			JsonString(&conversion->out, value);
	}
}
