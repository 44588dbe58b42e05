/*-------------------------------------------------------------------------
 *
 * bits.c
 *	  Fields of bits in a buffer of bytes, most significant bit first.
 *
 *-------------------------------------------------------------------------
 */
#include "syntax/bits.h"

/*
 * Reads a field of up to 64 bits.
 */
uint64_t
BitsRead(BitReader *bits, unsigned width)
{
	uint64_t	value = 0;

	for (; width > 0; width--)
	{
		value <<= 1;
		if (bits->at < bits->end)
			value |= bits->bytes[bits->at / 8] >> (7 - bits->at % 8) & 1;
		else
			bits->overrun = true;
		bits->at++;
	}
	return value;
}

/*
 * Writes the lowest bits of the value, up to 64.
 */
void
BitsWrite(BitWriter *bits, unsigned width, uint64_t value)
{
	for (; width > 0; width--)
	{
		if (bits->at >= bits->end)
			bits->overrun = true;
		else if (value >> (width - 1) & 1)
			bits->bytes[bits->at / 8] |= 0x80 >> bits->at % 8;
		bits->at++;
	}
}

bool
BitsRestIsZero(const BitReader *bits)
{
	BitReader	rest = *bits;

	while (rest.at < rest.end)
		if (BitsRead(&rest, 1) != 0)
			return false;
	return true;
}

/*
 * A number too wide for any integer type, as a row of 32-bit limbs, the most
 * significant first.
 */
#define LIMBS (BITS_DECIMAL_MAX / 32)

bool
BitsReadDecimal(BitReader *bits, unsigned width, char *digits, size_t count)
{
	uint32_t	limbs[LIMBS] = {0};
	uint32_t	rest = 0;
	unsigned	first = LIMBS - (width + 31) / 32;
	unsigned	i;

	for (i = first; i < LIMBS; i++)
	{
		unsigned	behind = (LIMBS - 1 - i) * 32;

		limbs[i] = (uint32_t) BitsRead(bits, width - behind);
		width = behind;
	}
	while (count-- > 0)
	{
		uint64_t	value = 0;

		for (i = first; i < LIMBS; i++)
		{
			value = value << 32 | limbs[i];
			limbs[i] = (uint32_t) (value / 10);
			value %= 10;
		}
		digits[count] = '0' + (char) value;
	}
	for (i = first; i < LIMBS; i++)
		rest |= limbs[i];
	return rest == 0;
}

void
BitsWriteDecimal(BitWriter *bits, unsigned width, const char *digits,
				 size_t count)
{
	uint32_t	limbs[LIMBS] = {0};
	unsigned	first = LIMBS - (width + 31) / 32;
	unsigned	i;

	for (; count > 0; count--)
	{
		uint64_t	carry = *digits++ - '0';

		for (i = LIMBS; i-- > first;)
		{
			carry += (uint64_t) limbs[i] * 10;
			limbs[i] = (uint32_t) carry;
			carry >>= 32;
		}
	}
	for (i = first; i < LIMBS; i++)
	{
		unsigned	behind = (LIMBS - 1 - i) * 32;

		BitsWrite(bits, width - behind, limbs[i]);
		width = behind;
	}
}

/*
 * Digits times the binary logarithm of 10, rounded up.  The fourth decimal
 * place is rounded up too, which changes nothing below 39 digits.
 */
unsigned
BitsForDigits(size_t count)
{
	return (unsigned) ((count * 33220 + 9999) / 10000);
}
