/*-------------------------------------------------------------------------
 *
 * bits.h
 *	  Fields of bits in a buffer of bytes, most significant bit first.
 *
 * Private to syntax/.  What lies behind the end reads as zero and is not
 * written; overrun remembers it, so that a row of fields is checked once.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_BITS_H
#define SERIAL_SYNTAX_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct BitReader
{
	const unsigned char *bytes;
	size_t		end;			/* all counted in bits */
	size_t		at;
	bool		overrun;
} BitReader;

typedef struct BitWriter
{
	unsigned char *bytes;		/* zeroed by the caller */
	size_t		end;
	size_t		at;
	bool		overrun;
} BitWriter;

/* the widest decimal number: 38 digits */
#define BITS_DECIMAL_MAX 128

extern uint64_t BitsRead(BitReader *bits, unsigned width);
extern void BitsWrite(BitWriter *bits, unsigned width, uint64_t value);

/* nothing but zeros from here to the end? */
extern bool BitsRestIsZero(const BitReader *bits);

/*
 * Unsigned integers of up to BITS_DECIMAL_MAX bits as a given count of decimal
 * digits.  Read: false if the number has more.  Write: the number must fit.
 */
extern bool BitsReadDecimal(BitReader *bits, unsigned width, char *digits,
							size_t count);
extern void BitsWriteDecimal(BitWriter *bits, unsigned width,
							 const char *digits, size_t count);

/* bits that hold every number of so many digits, up to 38 */
extern unsigned BitsForDigits(size_t count);

#endif							/* SERIAL_SYNTAX_BITS_H */
