/*-------------------------------------------------------------------------
 *
 * field.c
 *	  The kinds of field of the binary encodings of EPC, and those that the
 *	  encodings of fixed layout use.
 *
 *-------------------------------------------------------------------------
 */
#include <inttypes.h>
#include <string.h>

#include "syntax/field.h"

/* CAGE codes have five characters, DoDAACs six */
#define CAGE_LENGTH 6

/* digits of the largest integer of 64 bits */
#define INTEGER_DIGITS 20

bool
FieldAppend(FieldText *output, char c, Problem *problem)
{
	if (output->len == output->max)
		return ProblemSet(problem, PROBLEM_LENGTH, 0,
						  "at most %zu characters", output->max);
	output->chars[output->len++] = c;
	return true;
}

static bool
not_empty(const FieldText *output, Problem *problem)
{
	return output->len > 0 ||
		ProblemSet(problem, PROBLEM_LENGTH, 0, "at least one character");
}

static bool
digits_read(BitReader *bits, unsigned width, FieldText *output,
			Problem *problem)
{
	output->len = output->max;
	if (BitsReadDecimal(bits, width, output->chars, output->len))
		return true;
	return ProblemSet(problem, PROBLEM_LENGTH, 0,
					  "a number of at most %zu digits", output->max);
}

static void
digits_write(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	BitsWriteDecimal(bits, width, chars, len);
}

/*
 * The digits of an integer, without leading zeros: where they begin in a
 * buffer of INTEGER_DIGITS.
 */
static size_t
read_integer(BitReader *bits, unsigned width, char *digits)
{
	size_t		from = 0;

	(void) BitsReadDecimal(bits, width, digits, INTEGER_DIGITS);
	while (from < INTEGER_DIGITS - 1 && digits[from] == '0')
		from++;
	return from;
}

static bool
integer_read(BitReader *bits, unsigned width, FieldText *output,
			 Problem *problem)
{
	char		digits[INTEGER_DIGITS];
	size_t		i;

	for (i = read_integer(bits, width, digits); i < INTEGER_DIGITS; i++)
		if (!FieldAppend(output, digits[i], problem))
			return false;
	return true;
}

/*
 * An integer is limited by its bits, and by its digits where a coding wants
 * fewer than the bits could hold.
 */
static bool
integer_fits(unsigned width, size_t max, const char *chars, size_t len,
			 Problem *problem)
{
	uint64_t	limit = (UINT64_C(1) << width) - 1;
	uint64_t	power = 1;
	uint64_t	value = 0;
	size_t		i;

	for (i = 0; i < max && power <= limit; i++)
		power *= 10;
	if (power <= limit)
		limit = power - 1;
	/* one digit fewer cannot overflow */
	for (i = 0; i < len && i < INTEGER_DIGITS - 1; i++)
	{
		if (chars[i] < '0' || chars[i] > '9')
			break;
		value = value * 10 + (chars[i] - '0');
	}
	if (i == len && value <= limit && (len == 1 || chars[0] != '0'))
		return true;
	return ProblemSet(problem, PROBLEM_RULE, 0,
					  "a whole number up to %" PRIu64 " without leading zeros",
					  limit);
}

/*
 * The 1 in front keeps the leading zeros.
 */
static bool
marked_read(BitReader *bits, unsigned width, FieldText *output,
			Problem *problem)
{
	char		digits[INTEGER_DIGITS];
	size_t		i = read_integer(bits, width, digits);

	if (digits[i] != '1' || i == INTEGER_DIGITS - 1)
		return ProblemSet(problem, PROBLEM_STRUCTURE, 0,
						  "a 1, and the digits of a number behind it");
	while (++i < INTEGER_DIGITS)
		if (!FieldAppend(output, digits[i], problem))
			return false;
	return true;
}

static bool
marked_fits(unsigned width, size_t max, const char *chars, size_t len,
			Problem *problem)
{
	(void) width;
	(void) max;
	if (AlphabetSpan(ALPHABET_DIGITS, chars, len) == len)
		return true;
	return ProblemSet(problem, PROBLEM_RULE, 0, "a number of digits only");
}

static void
marked_write(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	char		digits[INTEGER_DIGITS];

	digits[0] = '1';
	memcpy(digits + 1, chars, len);
	BitsWriteDecimal(bits, width, digits, len + 1);
}

/*
 * Bits that make no whole character are zero too.
 */
static bool
ascii_read(BitReader *bits, unsigned width, FieldText *output, Problem *problem)
{
	uint64_t	code = 1;

	for (; width >= 7 && code != 0; width -= 7)
	{
		code = BitsRead(bits, 7);
		if (code != 0 && !FieldAppend(output, (char) code, problem))
			return false;
	}
	while (width > 0)
	{
		unsigned	step = width < 64 ? width : 64;

		if (BitsRead(bits, step) != 0)
			return ProblemSet(problem, PROBLEM_STRUCTURE, 0,
							  "zeros behind the last character");
		width -= step;
	}
	return not_empty(output, problem);
}

static void
ascii_write(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	size_t		i;

	for (i = 0; i < len; i++)
		BitsWrite(bits, 7, chars[i]);
	bits->at += width - 7 * len;
}

/*
 * The lower six bits of ASCII: 32 to 63 stand for themselves, 1 to 31 for
 * what lies 64 above, which are the capitals.
 */
static char
from_six_bits(uint64_t code)
{
	return (char) (code < 32 ? code + 64 : code);
}

static bool
six_bit_append(BitReader *bits, FieldText *output, Problem *problem)
{
	uint64_t	code;

	while ((code = BitsRead(bits, 6)) != 0)
		if (!FieldAppend(output, from_six_bits(code), problem))
			return false;
	return true;
}

static bool
six_bit_read(BitReader *bits, unsigned width, FieldText *output,
			 Problem *problem)
{
	(void) width;
	return six_bit_append(bits, output, problem) && not_empty(output, problem);
}

static void
six_bit_write(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	size_t		i;

	(void) width;
	for (i = 0; i < len; i++)
		BitsWrite(bits, 6, chars[i] & 0x3F);
	BitsWrite(bits, 6, 0);
}

/*
 * A CAGE code is brought to the length of a DoDAAC by a space in front.
 */
static bool
cage_append(BitReader *bits, unsigned char_bits, FieldText *output,
			Problem *problem)
{
	int			i;

	for (i = 0; i < CAGE_LENGTH; i++)
	{
		uint64_t	code = BitsRead(bits, char_bits);
		char		c = char_bits == 6 ? from_six_bits(code) : (char) code;

		if (i == 0 && c == ' ')
			continue;
		if (!FieldAppend(output, c, problem))
			return false;
	}
	return true;
}

static void
cage_put(BitWriter *bits, unsigned char_bits, const char *cage, size_t len)
{
	size_t		i;

	if (len < CAGE_LENGTH)
		BitsWrite(bits, char_bits, ' ');
	for (i = 0; i < len; i++)
		BitsWrite(bits, char_bits, cage[i]);
}

static bool
cage_read(BitReader *bits, unsigned width, FieldText *output, Problem *problem)
{
	(void) width;
	return cage_append(bits, 8, output, problem);
}

static void
cage_write(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	(void) width;
	cage_put(bits, 8, chars, len);
}

/*
 * The key of the aerospace identifier: CAGE.PART, where PART may be empty.
 */
static bool
cage_part_read(BitReader *bits, unsigned width, FieldText *output,
			   Problem *problem)
{
	(void) width;
	return cage_append(bits, 6, output, problem) &&
		FieldAppend(output, '.', problem) &&
		six_bit_append(bits, output, problem);
}

static void
cage_part_write(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	const char *dot = memchr(chars, '.', len);
	const char *part = dot + 1;

	cage_put(bits, 6, chars, dot - chars);
	six_bit_write(bits, width, part, chars + len - part);
}

static const Field fields[FIELD_COUNT] = {
	[FIELD_DIGITS] = {digits_read, NULL, digits_write},
	[FIELD_INTEGER] = {integer_read, integer_fits, digits_write},
	[FIELD_MARKED] = {marked_read, marked_fits, marked_write},
	[FIELD_ASCII] = {ascii_read, NULL, ascii_write},
	[FIELD_SIX_BIT] = {six_bit_read, NULL, six_bit_write},
	[FIELD_CAGE] = {cage_read, NULL, cage_write},
	[FIELD_CAGE_PART] = {cage_part_read, NULL, cage_part_write},
	[FIELD_BCD] = {BcdRead, NULL, BcdWrite},
	[FIELD_DELIMITED] = {DelimitedRead, NULL, DelimitedWrite},
	[FIELD_TEXT] = {TextRead, NULL, TextWrite},
	[FIELD_COUNTED] = {CountedRead, NULL, CountedWrite}
};

const Field *
FieldOf(FieldKind kind)
{
	return &fields[kind];
}
