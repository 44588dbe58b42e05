/*-------------------------------------------------------------------------
 *
 * reader.c
 *	  A pull reader of XML: each call takes the next token.
 *
 * The characters of the whole text are checked before the first token.  All
 * that follows may rely on them: names and texts are cut out of the text, and
 * only those with references or line ends to replace are copied.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/reader.h"

#include <string.h>

#include "interchange/xml/character.h"
#include "interchange/xml/cursor.h"
#include "interchange/xml/prolog.h"

#define XML_NAMESPACE		"http://www.w3.org/XML/1998/namespace"
#define XMLNS_NAMESPACE		"http://www.w3.org/2000/xmlns/"

void
XmlReaderInit(XmlReader *reader, const char *source, size_t length,
			  XmlArena *arena, XmlProblem *problem)
{
	memset(reader, 0, offsetof(XmlReader, attributes));
	reader->source = source;
	reader->length = length;
	reader->arena = arena;
	reader->problem = problem;
	XmlArenaInit(&reader->names, arena->resize);
	reader->namespaces[XML_NS_NONE] = xml_nothing;
	reader->namespaces[XML_NS_XML] = XmlSpanOf(XML_NAMESPACE);
	reader->namespaces[XML_NS_XMLNS] = XmlSpanOf(XMLNS_NAMESPACE);
	reader->namespace_count = XML_NS_FIRST;
}

void
XmlReaderFree(XmlReader *reader)
{
	XmlArenaFree(&reader->names);
}

/*
 * Namespaces
 */

/*
 * The namespace to which a prefix is bound in this place, or XML_NS_NONE.
 */
static int
prefix_namespace(const XmlReader *reader, XmlSpan prefix)
{
	int			i;

	for (i = reader->binding_count - 1; i >= 0; i--)
		if (XmlSpanEquals(reader->bindings[i].prefix, prefix))
			return reader->bindings[i].ns;
	if (XmlSpanIs(prefix, "xml"))
		return XML_NS_XML;
	return XML_NS_NONE;
}

int
XmlReaderValueNamespace(const XmlReader *reader, XmlSpan value)
{
	size_t		len = XmlNameLength(value.bytes, value.len);

	if (len == 0 || value.len - len < 2 || value.bytes[len] != ':' ||
		(value.bytes[len + 1] == '/'))
		return XML_NS_NONE;
	return prefix_namespace(reader, XmlSpanMake(value.bytes, len));
}

static bool
resolve(XmlReader *reader, size_t offset, XmlSpan prefix, int *ns)
{
	*ns = prefix_namespace(reader, prefix);
	if (*ns == XML_NS_NONE && prefix.len > 0)
		return XmlMalformed(reader, offset, "prefix \"%s\" is not declared", prefix,
							"a prefix that an xmlns attribute declares");
	return true;
}

/*
 * The number of a namespace; -1 after a problem.
 */
static int
number_namespace(XmlReader *reader, size_t offset, XmlSpan name)
{
	char	   *copy;
	int			i;

	for (i = reader->namespace_count - 1; i >= 0; i--)
		if (XmlSpanEquals(reader->namespaces[i], name))
			return i;
	if (reader->namespace_count == XML_MAX_NAMESPACES)
	{
		XmlTooLarge(reader, offset, "too many namespaces", "at most 1000 in a document");
		return -1;
	}
	copy = XmlArenaAlloc(&reader->names, name.len);
	if (copy == NULL)
	{
		XmlRefuse(reader, XML_OUT_OF_MEMORY, offset, "out of memory", xml_nothing, "");
		return -1;
	}
	memcpy(copy, name.bytes, name.len);
	reader->namespaces[reader->namespace_count] = XmlSpanMake(copy, name.len);
	return reader->namespace_count++;
}

/*
 * References and line ends
 */

static int
digit_value(char c, int base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (base == 16 && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * The digits of a character reference, behind "&#".
 */
static bool
take_character_reference(XmlReader *reader, size_t begin, char *out, size_t *len)
{
	int			base = XmlTake(reader, "x") ? 16 : 10;
	size_t		digits = reader->at;
	uint32_t	code = 0;
	int			digit;

	while ((digit = digit_value(XmlPeek(reader), base)) >= 0)
	{
		/* once it is beyond every character, it stays there */
		if (code <= 0x10FFFF)
			code = code * base + digit;
		reader->at++;
	}
	if (reader->at == digits || XmlPeek(reader) != ';')
		return XmlMalformed(reader, begin, "a character reference is not complete",
							xml_nothing, "\"&#\" digits \";\" or \"&#x\" hexadecimal digits \";\"");
	reader->at++;
	if (!XmlIsCharacter(code))
		return XmlMalformed(reader, begin, "\"%s\" is no character that XML allows",
							XmlSpanBetween(reader, begin, reader->at),
							"no control characters, surrogates or code points beyond Unicode");
	*len = XmlEncodeCharacter(code, out);
	return true;
}

static bool
take_reference(XmlReader *reader, char *out, size_t *len)
{
	static const char *const entities[] = {"lt;<", "gt;>", "amp;&", "quot;\"", "apos;'"};
	size_t		begin = reader->at++;
	size_t		name_len;
	size_t		i;

	if (XmlTake(reader, "#"))
		return take_character_reference(reader, begin, out, len);
	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
	{
		size_t		entity_len = strlen(entities[i]) - 1;

		if (reader->length - reader->at >= entity_len &&
			memcmp(reader->source + reader->at, entities[i], entity_len) == 0)
		{
			reader->at += entity_len;
			out[0] = entities[i][entity_len];
			*len = 1;
			return true;
		}
	}
	name_len = XmlNameLength(reader->source + reader->at, reader->length - reader->at);
	if (name_len == 0)
		return XmlMalformed(reader, begin, "\"&\" begins no reference", xml_nothing,
							"\"&amp;\" for the character itself");
	return XmlMalformed(reader, begin, "entity \"%s\" is not defined",
						XmlSpanBetween(reader, reader->at, reader->at + name_len),
						"lt, gt, amp, quot or apos");
}

/*
 * Decodes the text up to its end, which is on a character boundary.  In values
 * of attributes white space becomes blanks.
 */
static bool
decode_text(XmlReader *reader, size_t end, bool is_value, XmlSpan *decoded)
{
	/* no reference is shorter than the character that it stands for */
	char	   *out = XmlArenaAlloc(reader->arena, end - reader->at);
	size_t		len = 0;

	if (out == NULL)
		return XmlRefuse(reader, XML_OUT_OF_MEMORY, reader->at, "out of memory",
						 xml_nothing, "");
	decoded->bytes = out;
	while (reader->at < end)
	{
		char		c = reader->source[reader->at];
		size_t		taken = 0;

		if (c == '&')
		{
			if (!take_reference(reader, out + len, &taken))
				return false;
			len += taken;
			continue;
		}
		reader->at++;
		if (c == '\r')
		{
			if (reader->at < end && reader->source[reader->at] == '\n')
				reader->at++;
			c = '\n';
		}
		out[len++] = is_value && (c == '\n' || c == '\t') ? ' ' : c;
	}
	decoded->len = len;
	return true;
}

/*
 * Attributes
 */

static bool
take_value(XmlReader *reader, XmlSpan *value)
{
	char		quote = XmlPeek(reader);
	size_t		begin = reader->at + 1;
	size_t		end;
	bool		is_plain = true;

	if (quote != '"' && quote != '\'')
		return XmlMalformed(reader, reader->at, "an attribute has no value", xml_nothing,
							"a value in quotation marks");
	for (end = begin; end < reader->length && reader->source[end] != quote; end++)
	{
		char		c = reader->source[end];

		if (c == '<')
			return XmlMalformed(reader, end, "\"<\" in the value of an attribute",
								xml_nothing, "\"&lt;\"");
		if (c == '&' || (XmlIsSpace(c) && c != ' '))
			is_plain = false;
	}
	if (end == reader->length)
		return XmlMalformed(reader, reader->at, "the value of an attribute has no end",
							xml_nothing, "a closing quotation mark");
	reader->at = begin;
	if (is_plain)
		*value = XmlSpanBetween(reader, begin, end);
	else if (!decode_text(reader, end, true, value))
		return false;
	reader->at = end + 1;
	return true;
}

static bool
take_attribute(XmlReader *reader)
{
	XmlAttribute *attribute;

	if (reader->attribute_count == XML_MAX_ATTRIBUTES)
		return XmlTooLarge(reader, reader->at, "too many attributes",
						   "at most 256 in an element");
	attribute = &reader->attributes[reader->attribute_count];
	attribute->offset = reader->at;
	attribute->ns = XML_NS_NONE;
	attribute->value_ns = XML_NS_NONE;
	if (!XmlTakeName(reader, "an attribute, \">\" or \"/>\"", &attribute->prefix,
					 &attribute->local))
		return false;
	XmlSkipSpace(reader);
	if (!XmlTake(reader, "="))
		return XmlMalformed(reader, reader->at, "attribute \"%s\" has no value",
							attribute->local, "\"=\" and a value");
	XmlSkipSpace(reader);
	if (!take_value(reader, &attribute->value))
		return false;
	reader->attribute_count++;
	return true;
}

static bool
is_declaration(const XmlAttribute *attribute)
{
	return XmlSpanIs(attribute->prefix, "xmlns") ||
		(attribute->prefix.len == 0 && XmlSpanIs(attribute->local, "xmlns"));
}

/*
 * A namespace declaration binds its prefix for the element and all inside it.
 */
static bool
declare_namespace(XmlReader *reader, const XmlAttribute *attribute)
{
	XmlSpan		prefix = attribute->prefix.len > 0 ? attribute->local : xml_nothing;
	XmlSpan		name = XmlSpanTrim(attribute->value);
	XmlBinding *binding;
	int			ns;

	if (XmlSpanIs(prefix, "xmlns") || XmlSpanIs(name, XMLNS_NAMESPACE) ||
		XmlSpanIs(prefix, "xml") != XmlSpanIs(name, XML_NAMESPACE))
		return XmlMalformed(reader, attribute->offset, "prefix \"%s\" must not be declared so",
							prefix, "no other use of the prefixes xml and xmlns");
	if (prefix.len > 0 && name.len == 0)
		return XmlMalformed(reader, attribute->offset, "prefix \"%s\" has no namespace",
							prefix, "the name of a namespace");
	if (reader->binding_count == XML_MAX_BINDINGS)
		return XmlTooLarge(reader, attribute->offset, "too many namespace declarations",
						   "at most 256 in scope");
	ns = number_namespace(reader, attribute->offset, name);
	if (ns < 0)
		return false;
	binding = &reader->bindings[reader->binding_count++];
	binding->prefix = prefix;
	binding->ns = ns;
	return true;
}

static bool
check_duplicates(XmlReader *reader)
{
	int			i;
	int			j;

	for (i = 1; i < reader->attribute_count; i++)
		for (j = 0; j < i; j++)
		{
			const XmlAttribute *a = &reader->attributes[i];
			const XmlAttribute *b = &reader->attributes[j];

			if (a->ns == b->ns && XmlSpanEquals(a->local, b->local))
				return XmlMalformed(reader, a->offset,
									"attribute \"%s\" is there twice", a->local,
									"each attribute once");
		}
	return true;
}

/*
 * Gives the attributes their namespaces, and drops the declarations.
 */
static bool
resolve_attributes(XmlReader *reader)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < reader->attribute_count; i++)
	{
		XmlAttribute *attribute = &reader->attributes[i];

		if (is_declaration(attribute))
		{
			attribute->ns = XML_NS_XMLNS;
			if (!declare_namespace(reader, attribute))
				return false;
		}
	}
	for (i = 0; i < reader->attribute_count; i++)
	{
		XmlAttribute *attribute = &reader->attributes[i];

		if (attribute->ns != XML_NS_XMLNS && attribute->prefix.len > 0 &&
			!resolve(reader, attribute->offset, attribute->prefix, &attribute->ns))
			return false;
	}
	if (!check_duplicates(reader))
		return false;
	for (i = 0; i < reader->attribute_count; i++)
		if (reader->attributes[i].ns != XML_NS_XMLNS)
			reader->attributes[kept++] = reader->attributes[i];
	reader->attribute_count = kept;
	for (i = 0; i < kept; i++)
		reader->attributes[i].value_ns =
			XmlReaderValueNamespace(reader, reader->attributes[i].value);
	return true;
}

/*
 * Elements
 */

static bool
take_attributes(XmlReader *reader)
{
	reader->attribute_count = 0;
	for (;;)
	{
		bool		has_space = XmlSkipSpace(reader);

		if (reader->at == reader->length)
			return XmlMalformed(reader, reader->offset, "the tag of element \"%s\" has no end",
								reader->local, "\">\" or \"/>\"");
		if (XmlTake(reader, ">"))
			return true;
		if (XmlTake(reader, "/>"))
		{
			reader->end_is_due = true;
			return true;
		}
		if (!has_space)
			return XmlMalformed(reader, reader->at, "a character that does not belong into a tag",
								xml_nothing, "white space, \">\" or \"/>\"");
		if (!take_attribute(reader))
			return false;
	}
}

static bool
take_start(XmlReader *reader)
{
	XmlOpenElement *element;

	if (reader->depth == 0 && reader->has_root)
		return XmlMalformed(reader, reader->at, "a second element behind the root element",
							xml_nothing, "the end of the document");
	if (reader->depth == XML_MAX_DEPTH)
		return XmlTooLarge(reader, reader->at, "elements are nested too deeply",
						   "at most 256 levels");
	reader->at++;
	element = &reader->open[reader->depth];
	element->binding_count = reader->binding_count;
	element->name.bytes = reader->source + reader->at;
	if (!XmlTakeName(reader, "the name of an element", &reader->prefix, &reader->local))
		return false;
	element->name.len = reader->source + reader->at - element->name.bytes;
	if (!take_attributes(reader) || !resolve_attributes(reader) ||
		!resolve(reader, reader->offset, reader->prefix, &reader->ns))
		return false;
	element->local = reader->local;
	element->ns = reader->ns;
	reader->depth++;
	reader->has_root = true;
	return true;
}

/*
 * Closes the innermost element, whose end tag has been taken.
 */
static void
close_element(XmlReader *reader)
{
	const XmlOpenElement *element = &reader->open[--reader->depth];

	reader->local = element->local;
	reader->ns = element->ns;
	reader->binding_count = element->binding_count;
}

static bool
take_end(XmlReader *reader)
{
	const XmlOpenElement *element;
	XmlSpan		name;

	reader->at += 2;
	name.bytes = reader->source + reader->at;
	if (!XmlTakeName(reader, "the name of an element", &reader->prefix, &reader->local))
		return false;
	name.len = reader->source + reader->at - name.bytes;
	if (reader->depth == 0)
		return XmlMalformed(reader, reader->offset, "the end of an element that has not begun",
							xml_nothing, "the root element");
	element = &reader->open[reader->depth - 1];
	if (!XmlSpanEquals(element->name, name))
	{
		char		expected[80];
		size_t		shown = element->name.len < 40 ? element->name.len : 40;

		/* not in the middle of a character */
		while (shown > 0 && shown < element->name.len &&
			   ((unsigned char) element->name.bytes[shown] & 0xC0) == 0x80)
			shown--;
		strcpy(expected, "the end of element \"");
		strncat(expected, element->name.bytes, shown);
		strcat(expected, "\"");
		return XmlMalformed(reader, reader->offset, "the end of element \"%s\" does not belong here",
							name, expected);
	}
	XmlSkipSpace(reader);
	if (!XmlTake(reader, ">"))
		return XmlMalformed(reader, reader->at, "an end tag is not complete", xml_nothing,
							"\">\"");
	close_element(reader);
	return true;
}

/*
 * Texts
 */

static bool
take_characters(XmlReader *reader)
{
	const char *found = memchr(reader->source + reader->at, '<',
							   reader->length - reader->at);
	size_t		begin = reader->at;
	size_t		end = found == NULL ? reader->length : (size_t) (found - reader->source);
	bool		is_plain = true;
	size_t		i;

	for (i = begin; i < end; i++)
	{
		char		c = reader->source[i];

		if (c == '&' || c == '\r')
			is_plain = false;
		else if (c == ']' && end - i > 2 && memcmp(reader->source + i, "]]>", 3) == 0)
			return XmlMalformed(reader, i, "\"]]>\" outside a CDATA section", xml_nothing,
								"\"]]&gt;\"");
	}
	if (!is_plain)
		return decode_text(reader, end, false, &reader->value);
	reader->value = XmlSpanBetween(reader, begin, end);
	reader->at = end;
	return true;
}

/*
 * Replaces the line ends of a CDATA section, in which "&" is a character.
 */
static bool
decode_line_ends(XmlReader *reader, XmlSpan *decoded)
{
	XmlSpan		raw = *decoded;
	char	   *out = XmlArenaAlloc(reader->arena, raw.len);
	size_t		len = 0;
	size_t		i;

	if (out == NULL)
		return XmlRefuse(reader, XML_OUT_OF_MEMORY, reader->at, "out of memory",
						 xml_nothing, "");
	for (i = 0; i < raw.len; i++)
	{
		if (raw.bytes[i] != '\r')
			out[len++] = raw.bytes[i];
		else if (i + 1 == raw.len || raw.bytes[i + 1] != '\n')
			out[len++] = '\n';
	}
	*decoded = XmlSpanMake(out, len);
	return true;
}

static bool
take_cdata(XmlReader *reader)
{
	size_t		end;

	reader->at += strlen("<![CDATA[");
	end = XmlFind(reader, "]]>");
	if (end == reader->length)
		return XmlMalformed(reader, reader->offset, "a CDATA section has no end", xml_nothing,
							"\"]]>\"");
	reader->value = XmlSpanBetween(reader, reader->at, end);
	reader->at = end + strlen("]]>");
	if (memchr(reader->value.bytes, '\r', reader->value.len) == NULL)
		return true;
	return decode_line_ends(reader, &reader->value);
}

static XmlTokenKind
finish_document(XmlReader *reader)
{
	if (reader->depth > 0)
		XmlMalformed(reader, reader->at, "element \"%s\" has no end",
					 reader->open[reader->depth - 1].name, "its end tag");
	else if (!reader->has_root)
		XmlMalformed(reader, reader->at, "there is no element", xml_nothing, "a root element");
	else
		return XML_TOKEN_FINISH;
	return XML_TOKEN_PROBLEM;
}

/*
 * Skips what is no token.  False: a problem.
 */
static bool
skip_to_token(XmlReader *reader)
{
	for (;;)
	{
		if (reader->depth == 0)
			XmlSkipSpace(reader);
		if (XmlComes(reader, "<!--"))
		{
			if (!XmlSkipComment(reader))
				return false;
		}
		else if (XmlComes(reader, "<?"))
		{
			if (!XmlSkipInstruction(reader))
				return false;
		}
		else if (XmlComes(reader, "<!DOCTYPE"))
		{
			if (!XmlSkipDocumentType(reader))
				return false;
		}
		else
			return true;
	}
}

XmlTokenKind
XmlReaderNext(XmlReader *reader)
{
	bool		is_text;

	if (reader->problem->kind != XML_NO_PROBLEM)
		return XML_TOKEN_PROBLEM;
	if (reader->end_is_due)
	{
		reader->end_is_due = false;
		close_element(reader);
		return XML_TOKEN_END;
	}
	if ((!reader->has_begun && !XmlBeginDocument(reader)) || !skip_to_token(reader))
		return XML_TOKEN_PROBLEM;
	reader->offset = reader->at;
	if (reader->at == reader->length)
		return finish_document(reader);
	if (XmlComes(reader, "</"))
		return take_end(reader) ? XML_TOKEN_END : XML_TOKEN_PROBLEM;
	is_text = XmlPeek(reader) != '<' || XmlComes(reader, "<![CDATA[");
	if (!is_text)
		return take_start(reader) ? XML_TOKEN_START : XML_TOKEN_PROBLEM;
	if (reader->depth == 0)
	{
		XmlMalformed(reader, reader->at, "characters outside the root element", xml_nothing,
					 reader->has_root ? "the end of the document" : "an element");
		return XML_TOKEN_PROBLEM;
	}
	if (!(XmlPeek(reader) == '<' ? take_cdata(reader) : take_characters(reader)))
		return XML_TOKEN_PROBLEM;
	return XML_TOKEN_TEXT;
}
