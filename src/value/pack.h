/*-------------------------------------------------------------------------
 *
 * pack.h
 *	  The bytes of a stored identifier, format version 1.
 *
 * Private to value/.  Pure C, so that the fuzzers can reach it.
 *
 *		scheme id	1 byte
 *		key			a fixed count of digits: its integer without the check
 *					digit, big-endian, in as few bytes as all such keys need;
 *					else a text, closed when a number may follow
 *		number		a text, absent when there is none
 *
 * A text is one byte that says how many bits a character takes, then the
 * characters' codes, most significant bit first, and zero bits up to the next
 * byte; a closed text ends in a code of zero.  It takes the narrowest of
 *
 *		4 bits		digits
 *		6 bits		ASCII 0x21 to 0x5F: digits, capitals and signs
 *		7 bits		ASCII
 *
 * Codes keep the order of the characters, so memcmp sorts by scheme, key and
 * number.  One identifier has one packed form: equal means bytewise equal.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_VALUE_PACK_H
#define SERIAL_VALUE_PACK_H

#include "scheme/scheme.h"

#define PACK_FORMAT_VERSION 1

/* scheme and one text, the URI: width, and characters at 7 bits */
#define PACKED_MAX (1 + 1 + (7 * KEY_MAX + 7) / 8)

/*
 * Packs an identifier that satisfies its scheme; returns the count of bytes.
 */
extern size_t IdentifierPack(const Identifier *id, unsigned char *out);

/*
 * Unpacks bytes that IdentifierPack made.  Safe on any bytes: false when they
 * cannot be such, though some that are not may pass.
 */
extern bool IdentifierUnpack(const unsigned char *data, size_t len,
							 Identifier *id);

/*
 * Unpacks bytes from outside: false unless they are exactly what
 * IdentifierPack makes of a valid identifier.
 */
extern bool IdentifierUnpackStrict(const unsigned char *data, size_t len,
								   Identifier *id);

/*
 * How many of the first bytes, 1 to 8, many values are likely to share: up to
 * the number's characters, or the upper part of a key that has no number.
 */
extern size_t PackedHeadBytes(const unsigned char *data);

#endif							/* SERIAL_VALUE_PACK_H */
