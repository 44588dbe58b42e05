/*-------------------------------------------------------------------------
 *
 * pack.c
 *	  The bytes of a stored identifier, format version 1 (see pack.h).
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "value/pack.h"

/*
 * Widths of a text's characters; a code is the character less the base, and
 * zero is no character's.
 */
typedef enum Width
{
	WIDTH_DIGITS = 4,
	WIDTH_CAPITALS = 6,
	WIDTH_ASCII = 7
} Width;

static inline int
width_base(Width width)
{
	return width == WIDTH_DIGITS ? '0' - 1 :
		width == WIDTH_CAPITALS ? ' ' : 0;
}

static Width
narrowest_width(const char *chars, size_t len)
{
	Width		width = WIDTH_DIGITS;
	size_t		i;

	for (i = 0; i < len; i++)
	{
		if (chars[i] > '_' || chars[i] <= ' ')
			return WIDTH_ASCII;
		if (chars[i] < '0' || chars[i] > '9')
			width = WIDTH_CAPITALS;
	}
	return width;
}

/*
 * Bytes that hold any integer of so many digits.
 */
static inline size_t
integer_bytes(size_t digits)
{
	static const uint8_t bytes[] = {
		0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 8
	};

	return bytes[digits];
}

/*
 * Digits of a numeric key that are stored: all but its check digit.
 */
static inline size_t
stored_digits(const Scheme *scheme)
{
	return scheme->key.max - (scheme->check != CHECK_NONE ? 1 : 0);
}

static unsigned char *
pack_key_integer(const Identifier *id, unsigned char *out)
{
	const Scheme *scheme = id->scheme;
	size_t		check_at = scheme->check != CHECK_NONE ? scheme->check_at
	: id->key_len;
	uint64_t	value = 0;
	size_t		n = integer_bytes(stored_digits(scheme));
	size_t		i;

	for (i = 0; i < id->key_len; i++)
		if (i != check_at)
			value = value * 10 + (id->key[i] - '0');
	for (i = n; i > 0; i--)
	{
		out[i - 1] = (unsigned char) value;
		value >>= 8;
	}
	return out + n;
}

static bool
unpack_key_integer(const unsigned char **data, const unsigned char *end,
				   Identifier *id)
{
	const Scheme *scheme = id->scheme;
	const CheckAlgorithm *algorithm = CheckById(scheme->check);
	size_t		n = integer_bytes(stored_digits(scheme));
	size_t		i;
	uint64_t	value = 0;

	if ((size_t) (end - *data) < n)
		return false;
	for (i = 0; i < n; i++)
		value = value << 8 | *(*data)++;
	for (i = scheme->key.max; i > 0; i--)
	{
		if (scheme->check != CHECK_NONE && i - 1 == scheme->check_at)
			continue;
		id->key[i - 1] = '0' + value % 10;
		value /= 10;
	}
	id->key_len = scheme->key.max;
	if (scheme->check != CHECK_NONE)
		algorithm->compute(id->key, scheme->check_at,
						   id->key + scheme->check_at);
	/* more than the digits can say */
	return value == 0;
}

static inline unsigned char *
pack_codes(const char *chars, size_t len, bool closed, Width width,
		   unsigned char *out)
{
	int			base = width_base(width);
	uint32_t	bits = 0;
	int			nbits = 0;
	size_t		i;

	for (i = 0; i < len; i++)
	{
		bits = bits << width | (chars[i] - base);
		nbits += width;
		if (nbits >= 8)
		{
			nbits -= 8;
			*out++ = (unsigned char) (bits >> nbits);
		}
	}
	/* what is left, and behind it zeros, which close the text too */
	if (nbits > 0)
		*out++ = (unsigned char) (bits << (8 - nbits));
	if (closed && (nbits == 0 || 8 - nbits < (int) width))
		*out++ = 0;
	return out;
}

/*
 * The constants let the compiler make a loop of its own for each width.
 */
static unsigned char *
pack_text(const char *chars, size_t len, bool closed, unsigned char *out)
{
	Width		width = narrowest_width(chars, len);

	*out++ = width;
	if (width == WIDTH_DIGITS)
		return pack_codes(chars, len, closed, WIDTH_DIGITS, out);
	if (width == WIDTH_CAPITALS)
		return pack_codes(chars, len, closed, WIDTH_CAPITALS, out);
	return pack_codes(chars, len, closed, WIDTH_ASCII, out);
}

/*
 * Reads codes until a zero code or the end of the data.
 */
static bool
unpack_text(const unsigned char **data, const unsigned char *end,
			char *chars, uint8_t *len, size_t max)
{
	uint32_t	bits = 0;
	int			nbits = 0;
	int			width;
	int			base;

	*len = 0;
	if (*data == end)
		return false;
	width = *(*data)++;
	if (width != WIDTH_DIGITS && width != WIDTH_CAPITALS &&
		width != WIDTH_ASCII)
		return false;
	base = width_base(width);
	for (;;)
	{
		uint32_t	code;

		if (nbits < width)
		{
			if (*data == end)
				return true;
			bits = bits << 8 | *(*data)++;
			nbits += 8;
			continue;
		}
		nbits -= width;
		code = bits >> nbits & ((1 << width) - 1);
		if (code == 0)
			return true;
		if (*len == max)
			return false;
		chars[(*len)++] = (char) (code + base);
	}
}

size_t
IdentifierPack(const Identifier *id, unsigned char *out)
{
	const Scheme *scheme = id->scheme;
	unsigned char *end = out;

	*end++ = scheme->id;
	if (SchemeKeyIsNumber(scheme))
		end = pack_key_integer(id, end);
	else
		end = pack_text(id->key, id->key_len, scheme->number.max > 0, end);
	if (id->number_len > 0)
		end = pack_text(id->number, id->number_len, false, end);
	return end - out;
}

bool
IdentifierUnpack(const unsigned char *data, size_t len, Identifier *id)
{
	const unsigned char *end = data + len;

	id->number_len = 0;
	if (len == 0 || (id->scheme = SchemeById(*data++)) == NULL)
		return false;
	if (SchemeKeyIsNumber(id->scheme))
	{
		if (!unpack_key_integer(&data, end, id))
			return false;
	}
	else if (!unpack_text(&data, end, id->key, &id->key_len, KEY_MAX))
		return false;
	return data == end ||
		unpack_text(&data, end, id->number, &id->number_len, NUMBER_MAX);
}

bool
IdentifierUnpackStrict(const unsigned char *data, size_t len, Identifier *id)
{
	unsigned char again[PACKED_MAX];
	Problem		problem;

	return IdentifierUnpack(data, len, id) &&
		IdentifierCheck(id, &problem) &&
		IdentifierPack(id, again) == len &&
		memcmp(again, data, len) == 0;
}

size_t
PackedHeadBytes(const unsigned char *data)
{
	const Scheme *scheme = SchemeById(data[0]);
	size_t		key;

	if (scheme == NULL || !SchemeKeyIsNumber(scheme))
		return 8;
	key = integer_bytes(stored_digits(scheme));
	if (scheme->number.max > 0)
		return 1 + key + 1 <= 8 ? 1 + key + 1 : 8;
	return key > 6 ? 1 + key - 6 : 1;
}
