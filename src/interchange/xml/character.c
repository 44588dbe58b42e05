/*-------------------------------------------------------------------------
 *
 * character.c
 *	  Which characters XML allows in texts and in names.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/character.h"

/*
 * Bytes of a character, by the first of them; 0 if none begins so.
 */
static size_t
character_size(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2)
		return 0;
	if (first < 0xE0)
		return 2;
	if (first < 0xF0)
		return 3;
	return first < 0xF5 ? 4 : 0;
}

/*
 * Bytes of the character that begins here, and its code point; 0 if it is no
 * UTF-8: overlong, a surrogate, or cut off.
 */
static size_t
decode(const unsigned char *bytes, size_t len, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = bytes[0];
	size_t		size = character_size(first);
	size_t		i;

	if (size <= 1)
	{
		*code = first;
		return size;
	}
	if (size > len)
		return 0;
	*code = first & (0xFF >> (size + 1));
	for (i = 1; i < size; i++)
	{
		if ((bytes[i] & 0xC0) != 0x80)
			return 0;
		*code = *code << 6 | (bytes[i] & 0x3F);
	}
	if (*code < least[size] || *code > 0x10FFFF ||
		(*code >= 0xD800 && *code <= 0xDFFF))
		return 0;
	return size;
}

bool
XmlIsCharacter(uint32_t code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n' || code == '\r';
	return code <= 0xD7FF || (code >= 0xE000 && code <= 0xFFFD) ||
		(code >= 0x10000 && code <= 0x10FFFF);
}

size_t
XmlFindBadCharacter(const char *source, size_t length)
{
	const unsigned char *bytes = (const unsigned char *) source;
	size_t		at = 0;

	while (at < length)
	{
		uint32_t	code;
		size_t		size;

		if (bytes[at] >= 0x20 && bytes[at] < 0x80)
		{
			at++;
			continue;
		}
		size = decode(bytes + at, length - at, &code);
		if (size == 0 || !XmlIsCharacter(code))
			return at;
		at += size;
	}
	return length;
}

size_t
XmlEncodeCharacter(uint32_t code, char *out)
{
	if (code < 0x80)
	{
		out[0] = (char) code;
		return 1;
	}
	if (code < 0x800)
	{
		out[0] = (char) (0xC0 | code >> 6);
		out[1] = (char) (0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000)
	{
		out[0] = (char) (0xE0 | code >> 12);
		out[1] = (char) (0x80 | (code >> 6 & 0x3F));
		out[2] = (char) (0x80 | (code & 0x3F));
		return 3;
	}
	out[0] = (char) (0xF0 | code >> 18);
	out[1] = (char) (0x80 | (code >> 12 & 0x3F));
	out[2] = (char) (0x80 | (code >> 6 & 0x3F));
	out[3] = (char) (0x80 | (code & 0x3F));
	return 4;
}

typedef struct CodeRange
{
	uint32_t	first;
	uint32_t	last;
} CodeRange;

/* NameStartChar of XML 1.0 beyond ASCII */
static const CodeRange name_start[] = {
	{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D},
	{0x37F, 0x1FFF}, {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
	{0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}
};

/* what NameChar has besides */
static const CodeRange name_more[] = {
	{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}
};

static bool
is_in_ranges(uint32_t code, const CodeRange *ranges, size_t count)
{
	size_t		i;

	for (i = 0; i < count; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

static bool
begins_name(uint32_t code)
{
	if (code < 0x80)
		return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
			code == '_';
	return is_in_ranges(code, name_start, sizeof(name_start) / sizeof(name_start[0]));
}

static bool
continues_name(uint32_t code)
{
	if (begins_name(code))
		return true;
	if (code < 0x80)
		return (code >= '0' && code <= '9') || code == '-' || code == '.';
	return is_in_ranges(code, name_more, sizeof(name_more) / sizeof(name_more[0]));
}

size_t
XmlNameLength(const char *bytes, size_t len)
{
	const unsigned char *name = (const unsigned char *) bytes;
	size_t		at = 0;

	while (at < len)
	{
		uint32_t	code;
		size_t		size = decode(name + at, len - at, &code);

		if (size == 0 || !(at == 0 ? begins_name(code) : continues_name(code)))
			break;
		at += size;
	}
	return at;
}
