/*-------------------------------------------------------------------------
 *
 * numbering.c
 *	  How an ordinal is written in the characters of a pool's alphabet.
 *
 * A number is held as its two halves, as FF1 takes it.  The numbers of pools
 * have at most 20 characters, so that each half fits 64 bits.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "issue/numbering.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/* decimal digits of a number of 128 bits */
#define NUMERAL_DIGITS_MAX 39

/*
 * The characters must be distinct ASCII, 2 to NUMBERING_RADIX_MAX of them.
 */
void
NumberingInit(Numbering *numbering, const char *characters, int length)
{
	int			i;

	numbering->radix = strlen(characters);
	numbering->length = length;
	numbering->shift = 0;
	while (1 << (numbering->shift + 1) <= numbering->radix)
		numbering->shift++;
	if (1 << numbering->shift != numbering->radix)
		numbering->shift = 0;
	Ff1HalvesInit(&numbering->halves, numbering->radix, length);

	memset(numbering->values, -1, sizeof(numbering->values));
	memcpy(numbering->characters, characters, numbering->radix);
	for (i = 0; i < numbering->radix; i++)
		numbering->values[(unsigned char) characters[i]] = i;
}

/*
 * Division by a constant, or by shifting, is several times faster than by a
 * variable; decimal and powers of two are what pools mostly use.
 */
static inline void
numbering_write_half(const Numbering *numbering, Numeral half, char *out, int length)
{
	uint64		value;
	int			i;

	for (; half > PG_UINT64_MAX; half /= numbering->radix)
		out[--length] = numbering->characters[half % numbering->radix];
	value = (uint64) half;
	if (numbering->radix == 10)
		for (i = length - 1; i >= 0; i--, value /= 10)
			out[i] = numbering->characters[value % 10];
	else if (numbering->shift > 0)
		for (i = length - 1; i >= 0; i--, value >>= numbering->shift)
			out[i] = numbering->characters[value & (numbering->radix - 1)];
	else
		for (i = length - 1; i >= 0; i--, value /= numbering->radix)
			out[i] = numbering->characters[value % numbering->radix];
}

void
NumberingWrite(const Numbering *numbering, const Ff1Block *block, char *out)
{
	numbering_write_half(numbering, block->left, out, numbering->halves.left_length);
	numbering_write_half(numbering, block->right, out + numbering->halves.left_length,
						 numbering->halves.right_length);
}

static bool
numbering_read_half(const Numbering *numbering, const char *characters, int length,
					Numeral *half)
{
	int			i;

	*half = 0;
	for (i = 0; i < length; i++)
	{
		int			value = numbering->values[(unsigned char) characters[i]];

		if (value < 0)
			return false;
		*half = *half * numbering->radix + value;
	}
	return true;
}

/*
 * Reads a number; false if a character is not in the alphabet.
 */
bool
NumberingRead(const Numbering *numbering, const char *characters, Ff1Block *block)
{
	return numbering_read_half(numbering, characters, numbering->halves.left_length,
							   &block->left) &&
		numbering_read_half(numbering, characters + numbering->halves.left_length,
							numbering->halves.right_length, &block->right);
}

void
NumberingSplit(const Numbering *numbering, int64 ordinal, Ff1Block *block)
{
	uint64		right_space = (uint64) numbering->halves.right_space;

	block->left = (uint64) ordinal / right_space;
	block->right = (uint64) ordinal % right_space;
}

Numeral
NumberingJoin(const Numbering *numbering, const Ff1Block *block)
{
	return block->left * numbering->halves.right_space + block->right;
}

/*
 * The decimal digits of a number, which ends at the end of the buffer.
 */
static char *
numeral_digits(Numeral number, char *end)
{
	*--end = '\0';
	do
	{
		*--end = '0' + (int) (number % 10);
		number /= 10;
	} while (number > 0);
	return end;
}

Datum
NumeralToNumeric(Numeral number)
{
	char		digits[NUMERAL_DIGITS_MAX + 1];

	if (number <= PG_INT64_MAX)
		return NumericGetDatum(int64_to_numeric((int64) number));
	return DirectFunctionCall3(numeric_in,
							   CStringGetDatum(numeral_digits(number, digits + sizeof(digits))),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

Numeral
NumericToNumeral(Datum number)
{
	const char *digits = DatumGetCString(DirectFunctionCall1(numeric_out, number));
	Numeral		result = 0;

	for (; *digits >= '0' && *digits <= '9'; digits++)
		result = result * 10 + (*digits - '0');
	return result;
}
