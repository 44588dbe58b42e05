/*-------------------------------------------------------------------------
 *
 * json_text.c
 *	  Writing JSON to a buffer.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/json_text.h"

#include <stdio.h>
#include <string.h>

/* longer numbers, and exponents of more digits, are written as strings */
#define NUMBER_LENGTH_MAX	100
#define EXPONENT_DIGITS_MAX 3

/*
 * Separates what follows from a value in front of it.
 */
static void
separate(XmlBuffer *out)
{
	if (out->len > 0 && strchr("{[:", out->bytes[out->len - 1]) == NULL)
		XmlBufferAppendChar(out, ',');
}

void
JsonOpen(XmlBuffer *out, char bracket)
{
	separate(out);
	XmlBufferAppendChar(out, bracket);
}

void
JsonClose(XmlBuffer *out, char bracket)
{
	XmlBufferAppendChar(out, bracket);
}

static void
append_escaped(XmlBuffer *out, XmlSpan value)
{
	size_t		begin = 0;
	size_t		i;

	for (i = 0; i < value.len; i++)
	{
		unsigned char c = value.bytes[i];
		char		escape[8];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		XmlBufferAppend(out, value.bytes + begin, i - begin);
		begin = i + 1;
		if (c >= 0x20)
			snprintf(escape, sizeof(escape), "\\%c", c);
		else if (c == '\n')
			strcpy(escape, "\\n");
		else if (c == '\t')
			strcpy(escape, "\\t");
		else
			snprintf(escape, sizeof(escape), "\\u%04x", c);
		XmlBufferAppendString(out, escape);
	}
	XmlBufferAppend(out, value.bytes + begin, value.len - begin);
}

void
JsonString(XmlBuffer *out, XmlSpan value)
{
	separate(out);
	XmlBufferAppendChar(out, '"');
	append_escaped(out, value);
	XmlBufferAppendChar(out, '"');
}

void
JsonLiteral(XmlBuffer *out, const char *literal)
{
	separate(out);
	XmlBufferAppendString(out, literal);
}

void
JsonName(XmlBuffer *out, const char *name)
{
	JsonString(out, XmlSpanOf(name));
	XmlBufferAppendChar(out, ':');
}

void
JsonPrefixedName(XmlBuffer *out, const char *sign, XmlSpan prefix, XmlSpan local)
{
	separate(out);
	XmlBufferAppendChar(out, '"');
	XmlBufferAppendString(out, sign);
	if (prefix.len > 0)
	{
		XmlBufferAppendSpan(out, prefix);
		XmlBufferAppendChar(out, ':');
	}
	XmlBufferAppendSpan(out, local);
	XmlBufferAppendString(out, "\":");
}

void
JsonPrefixedString(XmlBuffer *out, XmlSpan prefix, XmlSpan local)
{
	separate(out);
	XmlBufferAppendChar(out, '"');
	append_escaped(out, prefix);
	XmlBufferAppendChar(out, ':');
	append_escaped(out, local);
	XmlBufferAppendChar(out, '"');
}

/*
 * The parts of a decimal number or double of XML Schema.
 */
typedef struct NumberParts
{
	bool		is_negative;
	XmlSpan		integer;		/* without zeros in front */
	XmlSpan		fraction;
	bool		exponent_is_negative;
	XmlSpan		exponent;
} NumberParts;

static XmlSpan
take_digit_span(XmlSpan *rest)
{
	XmlSpan		digits = {rest->bytes, 0};

	while (rest->len > 0 && rest->bytes[0] >= '0' && rest->bytes[0] <= '9')
	{
		rest->bytes++;
		rest->len--;
		digits.len++;
	}
	return digits;
}

static bool
take_one_of(XmlSpan *rest, const char *characters, char *taken)
{
	if (rest->len == 0 || rest->bytes[0] == '\0' ||
		strchr(characters, rest->bytes[0]) == NULL)
		return false;
	*taken = rest->bytes[0];
	rest->bytes++;
	rest->len--;
	return true;
}

static bool
split_number(XmlSpan value, NumberParts *parts)
{
	char		taken;

	memset(parts, 0, sizeof(*parts));
	if (value.len > NUMBER_LENGTH_MAX)
		return false;
	parts->is_negative = take_one_of(&value, "+-", &taken) && taken == '-';
	parts->integer = take_digit_span(&value);
	if (take_one_of(&value, ".", &taken))
		parts->fraction = take_digit_span(&value);
	if (parts->integer.len + parts->fraction.len == 0)
		return false;
	if (take_one_of(&value, "eE", &taken))
	{
		parts->exponent_is_negative = take_one_of(&value, "+-", &taken) && taken == '-';
		parts->exponent = take_digit_span(&value);
		if (parts->exponent.len == 0 || parts->exponent.len > EXPONENT_DIGITS_MAX)
			return false;
	}
	while (parts->integer.len > 0 && parts->integer.bytes[0] == '0')
	{
		parts->integer.bytes++;
		parts->integer.len--;
	}
	return value.len == 0;
}

bool
JsonIsNumber(XmlSpan value)
{
	NumberParts parts;

	return split_number(value, &parts);
}

void
JsonNumber(XmlBuffer *out, XmlSpan value)
{
	NumberParts parts;

	if (!split_number(value, &parts))
	{
		JsonString(out, value);
		return;
	}
	separate(out);
	if (parts.is_negative)
		XmlBufferAppendChar(out, '-');
	if (parts.integer.len == 0)
		XmlBufferAppendChar(out, '0');
	XmlBufferAppendSpan(out, parts.integer);
	if (parts.fraction.len > 0)
	{
		XmlBufferAppendChar(out, '.');
		XmlBufferAppendSpan(out, parts.fraction);
	}
	if (parts.exponent.len > 0)
	{
		XmlBufferAppendString(out, parts.exponent_is_negative ? "e-" : "e");
		XmlBufferAppendSpan(out, parts.exponent);
	}
}
