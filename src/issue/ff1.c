/*-------------------------------------------------------------------------
 *
 * ff1.c
 *	  FF1 (NIST SP 800-38G), names of the standard in comments.
 *
 * With a radix of at most 82 and at most 30 numerals, a half is below 2^96.
 * So b is at most 12 and d at most 16: the round's output S is one block of
 * the cipher, and all arithmetic fits 128 bits.  Of the blocks that the
 * CBC-MAC runs over, only the last depends on the round and the number; the
 * others are done once, when the permutation is prepared.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "issue/ff1.h"
#include "port/pg_bswap.h"

#define BLOCK_BYTES 16
#define ROUNDS		10

static Numeral
numeral_power(int radix, int exponent)
{
	Numeral		result = 1;

	while (exponent-- > 0)
		result *= radix;
	return result;
}

const char *
Ff1CheckDomain(int radix, int length)
{
	if (radix < 2 || radix > FF1_RADIX_MAX)
		return "an alphabet of 2 to 82 characters";
	if (length < 2 || length > FF1_LENGTH_MAX)
		return "a length of 2 to 30 characters";
	/* compared in halves, since the whole may be beyond 128 bits */
	if (length <= 20 && numeral_power(radix, length) < FF1_DOMAIN_MIN)
		return "alphabet and length that make at least 1000000 numbers";
	return NULL;
}

static void
report_cipher_failure(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
			 errmsg("OpenSSL could not encrypt")));
}

static inline void
ff1_encrypt_blocks(const Ff1 *ff1, const unsigned char *in, unsigned char *out,
				   int n)
{
	int			len;

	if (EVP_EncryptUpdate(ff1->cipher, out, &len, in, n * BLOCK_BYTES) != 1)
		report_cipher_failure();
}

static const EVP_CIPHER *
cipher_for_key(int key_bytes)
{
	switch (key_bytes)
	{
		case 16:
			return EVP_aes_128_ecb();
		case 24:
			return EVP_aes_192_ecb();
		case 32:
			return EVP_aes_256_ecb();
		default:
			elog(ERROR, "unexpected key of %d bytes", key_bytes);
	}
}

static void
ff1_init_cipher(Ff1 *ff1, const unsigned char *key, int key_bytes)
{
	ff1->cipher = EVP_CIPHER_CTX_new();
	if (ff1->cipher == NULL ||
		EVP_EncryptInit_ex(ff1->cipher, cipher_for_key(key_bytes), NULL, key,
						   NULL) != 1 ||
		EVP_CIPHER_CTX_set_padding(ff1->cipher, 0) != 1)
	{
		Ff1Free(ff1);
		report_cipher_failure();
	}
}

/*
 * Bytes that hold every number below a space.
 */
static int
numeral_bytes_below(Numeral space)
{
	Numeral		highest = space - 1;
	int			bytes = 0;

	while (highest > 0)
	{
		highest >>= 8;
		bytes++;
	}
	return bytes;
}

static void
xor_block(unsigned char *block, const unsigned char *other)
{
	int			i;

	for (i = 0; i < BLOCK_BYTES; i++)
		block[i] ^= other[i];
}

/*
 * P and the part of Q that no round changes: tweak and zeros.  What Q ends in,
 * the round's byte and b bytes of number, always falls into its last block.
 */
static void
ff1_init_chain(Ff1 *ff1, const unsigned char *tweak, int tweak_bytes, int radix,
			   int length)
{
	unsigned char p[BLOCK_BYTES] = {1, 2, 1, 0, 0, radix, ROUNDS,
		ff1->halves.left_length, 0, 0, 0, length,
		tweak_bytes >> 24, tweak_bytes >> 16, tweak_bytes >> 8, tweak_bytes
	};
	int			q_bytes = (tweak_bytes + 1 + ff1->number_bytes +
						   BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
	unsigned char *q = palloc0(q_bytes);
	int			at;

	if (tweak_bytes > 0)
		memcpy(q, tweak, tweak_bytes);
	ff1_encrypt_blocks(ff1, p, ff1->chain, 1);
	for (at = 0; at < q_bytes; at += BLOCK_BYTES)
	{
		xor_block(ff1->chain, q + at);
		if (at + BLOCK_BYTES < q_bytes)
			ff1_encrypt_blocks(ff1, ff1->chain, ff1->chain, 1);
	}
	pfree(q);
}

void
Ff1HalvesInit(Ff1Halves *halves, int radix, int length)
{
	halves->left_length = length / 2;
	halves->right_length = length - halves->left_length;
	halves->left_space = numeral_power(radix, halves->left_length);
	halves->right_space = numeral_power(radix, halves->right_length);
}

void
Ff1Init(Ff1 *ff1, const unsigned char *key, int key_bytes,
		const unsigned char *tweak, int tweak_bytes, int radix, int length)
{
	Ff1HalvesInit(&ff1->halves, radix, length);
	ff1->left_inverse = (uint64) (PG_UINT64_MAX / ff1->halves.left_space);
	ff1->right_inverse = (uint64) (PG_UINT64_MAX / ff1->halves.right_space);
	ff1->number_bytes = numeral_bytes_below(ff1->halves.right_space);
	ff1->take_bytes = 4 * ((ff1->number_bytes + 3) / 4) + 4;
	ff1_init_cipher(ff1, key, key_bytes);
	ff1_init_chain(ff1, tweak, tweak_bytes, radix, length);
}

void
Ff1Free(Ff1 *ff1)
{
	/* clears the key schedule too */
	EVP_CIPHER_CTX_free(ff1->cipher);
	ff1->cipher = NULL;
}

/*
 * The last block of Q: the round, then the number in b bytes, at its end.  Put
 * together in registers: bytes written singly and then read as a whole stall
 * the processor.
 */
static inline void
ff1_write_last_block(const Ff1 *ff1, unsigned char *block, int round,
					 Numeral number)
{
	Numeral		end = number | (Numeral) round << 8 * ff1->number_bytes;
	uint64		words[2];

	memcpy(words, ff1->chain, BLOCK_BYTES);
	words[0] ^= pg_hton64((uint64) (end >> 64));
	words[1] ^= pg_hton64((uint64) end);
	memcpy(block, words, BLOCK_BYTES);
}

/*
 * The half that a round writes alternates, and with it radix ^ m.
 */
static inline Numeral
ff1_round_space(const Ff1 *ff1, int round)
{
	return round % 2 == 0 ? ff1->halves.left_space : ff1->halves.right_space;
}

/*
 * y mod space by multiplication, which is several times faster than the
 * division: the quotient that the inverse gives is right or one too small.
 */
static inline uint64
numeral_reduce(uint64 y, uint64 space, uint64 inverse)
{
	uint64		quotient = (uint64) ((Numeral) y * inverse >> 64);
	uint64		remainder = y - quotient * space;

	while (remainder >= space)
		remainder -= space;
	return remainder;
}

/*
 * y mod space, y being the first d bytes of the round's output.  d is 8 where
 * the halves are below 2^32.
 */
static inline Numeral
ff1_read_output(const Ff1 *ff1, const unsigned char *output, int round)
{
	bool		even = round % 2 == 0;
	uint64		high;
	uint64		low;

	memcpy(&high, output, 8);
	high = pg_ntoh64(high);
	if (ff1->take_bytes == 8)
		return numeral_reduce(high, (uint64) ff1_round_space(ff1, round),
							  even ? ff1->left_inverse : ff1->right_inverse);
	memcpy(&low, output + 8, 8);
	low = pg_ntoh64(low);
	return (((Numeral) high << 64 | low) >> 8 * (BLOCK_BYTES - ff1->take_bytes)) %
		ff1_round_space(ff1, round);
}

void
Ff1Encrypt(const Ff1 *ff1, Ff1Block *blocks, int n)
{
	unsigned char buffer[FF1_BATCH * BLOCK_BYTES];
	int			round;
	int			i;

	Assert(n <= FF1_BATCH);
	for (round = 0; round < ROUNDS; round++)
	{
		Numeral		space = ff1_round_space(ff1, round);

		for (i = 0; i < n; i++)
			ff1_write_last_block(ff1, buffer + i * BLOCK_BYTES, round,
								 blocks[i].right);
		ff1_encrypt_blocks(ff1, buffer, buffer, n);
		for (i = 0; i < n; i++)
		{
			Numeral		c = blocks[i].left +
			ff1_read_output(ff1, buffer + i * BLOCK_BYTES, round);

			blocks[i].left = blocks[i].right;
			blocks[i].right = c >= space ? c - space : c;
		}
	}
}

void
Ff1Decrypt(const Ff1 *ff1, Ff1Block *blocks, int n)
{
	unsigned char buffer[FF1_BATCH * BLOCK_BYTES];
	int			round;
	int			i;

	Assert(n <= FF1_BATCH);
	for (round = ROUNDS - 1; round >= 0; round--)
	{
		Numeral		space = ff1_round_space(ff1, round);

		for (i = 0; i < n; i++)
			ff1_write_last_block(ff1, buffer + i * BLOCK_BYTES, round,
								 blocks[i].left);
		ff1_encrypt_blocks(ff1, buffer, buffer, n);
		for (i = 0; i < n; i++)
		{
			Numeral		y = ff1_read_output(ff1, buffer + i * BLOCK_BYTES, round);
			Numeral		c = blocks[i].right;

			blocks[i].right = blocks[i].left;
			blocks[i].left = c >= y ? c - y : c + space - y;
		}
	}
}
