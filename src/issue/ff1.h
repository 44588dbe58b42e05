/*-------------------------------------------------------------------------
 *
 * ff1.h
 *	  FF1 (NIST SP 800-38G): a keyed permutation of all strings of n numerals.
 *
 * Private to issue/.  The block cipher is OpenSSL's.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_ISSUE_FF1_H
#define SERIAL_ISSUE_FF1_H

#include "postgres.h"

#include <openssl/evp.h>

#define FF1_RADIX_MAX	82
#define FF1_LENGTH_MAX	30
#define FF1_DOMAIN_MIN	1000000 /* required by SP 800-38G, revision 1 */
#define FF1_KEY_BYTES	32		/* of a pool's key */

/* numbers permuted together, to keep the pipeline of the cipher full */
#define FF1_BATCH		64

/* PostgreSQL's uint128 tolerates the 8-byte alignment that palloc gives */
typedef uint128 Numeral;

/*
 * A string of n numerals, as the two numbers that FF1's halves are.
 */
typedef struct Ff1Block
{
	Numeral		left;			/* the first n / 2 numerals */
	Numeral		right;			/* the rest */
} Ff1Block;

typedef struct Ff1Halves
{
	int			left_length;	/* u of the standard */
	int			right_length;	/* v */
	Numeral		left_space;		/* radix ^ u */
	Numeral		right_space;	/* radix ^ v */
} Ff1Halves;

typedef struct Ff1
{
	EVP_CIPHER_CTX *cipher;
	Ff1Halves	halves;
	uint64		left_inverse;	/* 2^64 / left_space, where that is below 2^32 */
	uint64		right_inverse;
	int			number_bytes;	/* b: bytes of a half as a number */
	int			take_bytes;		/* d: bytes of the cipher's output used */
	unsigned char chain[16];	/* CBC-MAC of all blocks but the last, with
								 * the last one's constant bytes */
} Ff1;

/*
 * NULL if FF1 may be used on the domain, else what it requires.
 */
extern const char *Ff1CheckDomain(int radix, int length);

extern void Ff1HalvesInit(Ff1Halves *halves, int radix, int length);

/*
 * Prepares the permutation.  key_bytes is 16, 24 or 32; the key is not kept,
 * but the cipher's key schedule is, until Ff1Free.
 */
extern void Ff1Init(Ff1 *ff1, const unsigned char *key, int key_bytes,
					const unsigned char *tweak, int tweak_bytes,
					int radix, int length);
extern void Ff1Free(Ff1 *ff1);

/* permutes up to FF1_BATCH blocks in place, and back */
extern void Ff1Encrypt(const Ff1 *ff1, Ff1Block *blocks, int n);
extern void Ff1Decrypt(const Ff1 *ff1, Ff1Block *blocks, int n);

#endif							/* SERIAL_ISSUE_FF1_H */
