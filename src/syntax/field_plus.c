/*-------------------------------------------------------------------------
 *
 * field_plus.c
 *	  Fields of the "+" encodings of EPC, which need no company prefix length
 *	  (GS1 Tag Data Standard, section 14.5).
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/field.h"

/* what may stand in four bits besides a digit */
#define BCD_TEXT_FOLLOWS 0xE
#define BCD_END 0xF

bool
BcdRead(BitReader *bits, unsigned width, FieldText *output, Problem *problem)
{
	(void) width;
	while (output->len < output->max)
	{
		uint64_t	digit = BitsRead(bits, 4);

		if (digit > 9)
			return ProblemSet(problem, PROBLEM_CHARACTER, 0,
							  "a decimal digit in every four bits");
		output->chars[output->len++] = '0' + (char) digit;
	}
	return true;
}

void
BcdWrite(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	size_t		i;

	(void) width;
	for (i = 0; i < len; i++)
		BitsWrite(bits, 4, chars[i] - '0');
}

/*
 * Digits up to the first character that is none; what remains is a text.
 */
bool
DelimitedRead(BitReader *bits, unsigned width, FieldText *output,
			  Problem *problem)
{
	uint64_t	digit;

	while ((digit = BitsRead(bits, 4)) <= 9 && !bits->overrun)
		if (!FieldAppend(output, '0' + (char) digit, problem))
			return false;
	if (digit == BCD_TEXT_FOLLOWS)
		return TextRead(bits, width, output, problem);
	return digit == BCD_END ||
		ProblemSet(problem, PROBLEM_CHARACTER, 0,
				   "a digit, E or F in every four bits");
}

void
DelimitedWrite(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	size_t		digits = AlphabetSpan(ALPHABET_DIGITS, chars, len);

	BcdWrite(bits, width, chars, digits);
	BitsWrite(bits, 4, digits < len ? BCD_TEXT_FOLLOWS : BCD_END);
	if (digits < len)
		TextWrite(bits, width, chars + digits, len - digits);
}

/*
 * How the characters of a text are encoded, by its encoding indicator.  Group
 * by group, their places in the alphabet are the digits of one number; a last
 * group is filled up with places of 0.
 */
typedef struct TextEncoding
{
	const char *alphabet;		/* NULL: ASCII, whose codes are the places */
	uint8_t		radix;			/* places in the alphabet */
	uint8_t		group;			/* characters; 0: all of them are one group */
	uint8_t		bits;			/* of a group; that of all characters takes as
								 * many as it needs */
	uint8_t		offset;			/* added to the number */
} TextEncoding;

/* by indicator; URN Code 40 comes last, and the space is its filler */
static const TextEncoding encodings[] = {
	{"0123456789", 10, 0, 0, 0},
	{"0123456789ABCDEF", 16, 1, 4, 0},
	{"0123456789abcdef", 16, 1, 4, 0},
	{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
	64, 1, 6, 0},
	{NULL, 128, 1, 7, 0},
	{" ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789", 40, 3, 16, 1}
};

#define ENCODINGS (sizeof(encodings) / sizeof(encodings[0]))
#define INDICATOR_BITS 3
#define LENGTH_BITS 5

/* the encoding of any text */
#define TEXT_ASCII 4

/* the longest group */
#define GROUP_MAX 3

static size_t
encoded_bits(const TextEncoding *encoding, size_t len)
{
	if (encoding->group == 0)
		return BitsForDigits(len);
	return (len + encoding->group - 1) / encoding->group * encoding->bits;
}

static bool
read_text_group(BitReader *bits, const TextEncoding *encoding, size_t len,
				FieldText *output, Problem *problem)
{
	uint64_t	number = BitsRead(bits, encoding->bits) - encoding->offset;
	unsigned	places[GROUP_MAX];
	size_t		i;

	for (i = encoding->group; i-- > 0;)
	{
		places[i] = number % encoding->radix;
		number /= encoding->radix;
	}
	if (number != 0)
		return ProblemSet(problem, PROBLEM_CHARACTER, 0,
						  "a number of 1 to 64000 for three characters");
	for (i = 0; i < encoding->group; i++)
	{
		char		c = encoding->alphabet != NULL ?
		encoding->alphabet[places[i]] : (char) places[i];

		if (i < len && !FieldAppend(output, c, problem))
			return false;
		if (i >= len && places[i] != 0)
			return ProblemSet(problem, PROBLEM_STRUCTURE, 0,
							  "nothing behind the last character");
	}
	return true;
}

static bool
read_digits_as_number(BitReader *bits, size_t len, FieldText *output, Problem *problem)
{
	if (len > output->max - output->len)
		return ProblemSet(problem, PROBLEM_LENGTH, 0,
						  "at most %zu characters", output->max);
	if (!BitsReadDecimal(bits, BitsForDigits(len), output->chars + output->len,
						 len))
		return ProblemSet(problem, PROBLEM_LENGTH, 0,
						  "a number of at most %zu digits", len);
	output->len += len;
	return true;
}

/*
 * Appends a text: encoding indicator, length, characters.
 */
bool
TextRead(BitReader *bits, unsigned width, FieldText *output, Problem *problem)
{
	size_t		indicator = BitsRead(bits, INDICATOR_BITS);
	size_t		len = BitsRead(bits, LENGTH_BITS);
	const TextEncoding *encoding;

	(void) width;
	if (indicator >= ENCODINGS)
		return ProblemSet(problem, PROBLEM_STRUCTURE, 0,
						  "an encoding indicator of 0 to %d, not %zu",
						  (int) ENCODINGS - 1, indicator);
	encoding = &encodings[indicator];
	if (len == 0)
		return ProblemSet(problem, PROBLEM_LENGTH, 0,
						  "at least one character");
	if (encoding->group == 0)
		return read_digits_as_number(bits, len, output, problem);
	while (len > 0)
	{
		size_t		n = len < encoding->group ? len : encoding->group;

		if (!read_text_group(bits, encoding, n, output, problem))
			return false;
		len -= n;
	}
	return true;
}

static bool
can_encode(const TextEncoding *encoding, const char *chars, size_t len)
{
	size_t		i;

	if (encoding->alphabet == NULL)
		return true;
	for (i = 0; i < len; i++)
		if (strchr(encoding->alphabet, chars[i]) == NULL)
			return false;
	return true;
}

/*
 * The encoding that takes the fewest bits; the earlier of two equals.
 */
static size_t
choose_encoding(const char *chars, size_t len)
{
	size_t		best = TEXT_ASCII;
	size_t		i;

	for (i = 0; i < ENCODINGS; i++)
	{
		size_t		bits = encoded_bits(&encodings[i], len);
		size_t		best_bits = encoded_bits(&encodings[best], len);

		if ((bits < best_bits || (bits == best_bits && i < best)) &&
			can_encode(&encodings[i], chars, len))
			best = i;
	}
	return best;
}

static void
write_text_group(BitWriter *bits, const TextEncoding *encoding, const char *chars,
				 size_t len)
{
	uint64_t	number = 0;
	size_t		i;

	for (i = 0; i < encoding->group; i++)
	{
		size_t		place = 0;

		if (i < len && encoding->alphabet == NULL)
			place = chars[i];
		else if (i < len)
			place = strchr(encoding->alphabet, chars[i]) - encoding->alphabet;
		number = number * encoding->radix + place;
	}
	BitsWrite(bits, encoding->bits, number + encoding->offset);
}

void
TextWrite(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	size_t		indicator = choose_encoding(chars, len);
	const TextEncoding *encoding = &encodings[indicator];
	size_t		i;

	(void) width;
	BitsWrite(bits, INDICATOR_BITS, indicator);
	BitsWrite(bits, LENGTH_BITS, len);
	if (encoding->group == 0)
		BitsWriteDecimal(bits, BitsForDigits(len), chars, len);
	else
		for (i = 0; i < len; i += encoding->group)
			write_text_group(bits, encoding, chars + i, len - i);
}

/*
 * Digits where the standard allows nothing else: no indicator, and a length
 * of four bits.
 */
bool
CountedRead(BitReader *bits, unsigned width, FieldText *output,
			Problem *problem)
{
	size_t		len = BitsRead(bits, 4);

	(void) width;
	if (len == 0)
		return ProblemSet(problem, PROBLEM_LENGTH, 0, "at least one digit");
	return read_digits_as_number(bits, len, output, problem);
}

void
CountedWrite(BitWriter *bits, unsigned width, const char *chars, size_t len)
{
	(void) width;
	BitsWrite(bits, 4, len);
	BitsWriteDecimal(bits, BitsForDigits(len), chars, len);
}
