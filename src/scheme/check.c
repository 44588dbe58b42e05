/*-------------------------------------------------------------------------
 *
 * check.c
 *	  Check digits and check characters.
 *
 * Each algorithm is one row of the table at the end.  All of them run in
 * linear time and keep their sums small or in 64 bits, so that a payload may
 * have any length.  Text is ASCII.
 *
 *-------------------------------------------------------------------------
 */
#include "scheme/scheme.h"

#include <string.h>

#define LETTERS			"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS			"0123456789"
#define ALPHANUMERIC	DIGITS LETTERS

/*
 * The value of a digit or capital letter where letters go on from the digits:
 * A is 10.
 */
static inline uint32_t
CharValue(char c)
{
	return (uint32_t) (c <= '9' ? c - '0' : c - 'A' + 10);
}

/*
 * GS1 mod 10: weights 3, 1, 3, 1 ... from the right.  The two weights are
 * summed apart, which leaves nothing but additions in the loop.
 */
static void
Mod10(const char *payload, size_t len, char *check)
{
	uint64_t	thrice = 0;
	uint64_t	once = 0;
	size_t		i;

	for (i = len; i >= 2; i -= 2)
	{
		thrice += payload[i - 1] - '0';
		once += payload[i - 2] - '0';
	}
	if (i > 0)
		thrice += payload[0] - '0';

	check[0] = DIGITS[(10 - (3 * thrice + once) % 10) % 10];
}

/*
 * Twice a value, its two digits in the base added.  That makes doubling a
 * permutation when the base is even, and a permutation is what catches every
 * single error; with an odd base Luhn would miss some.
 */
static inline uint32_t
LuhnDouble(uint32_t value, uint32_t base)
{
	uint32_t	twice = 2 * value;

	/* twice is below 2 * base, so its first digit can only be 0 or 1 */
	return twice < base ? twice : twice - base + 1;
}

static inline char
Luhn(uint32_t base, const char *payload, size_t len)
{
	uint64_t	sum = 0;
	size_t		i;

	for (i = len; i >= 2; i -= 2)
	{
		sum += LuhnDouble(CharValue(payload[i - 1]), base);
		sum += CharValue(payload[i - 2]);
	}
	if (i > 0)
		sum += LuhnDouble(CharValue(payload[0]), base);

	return ALPHANUMERIC[(base - sum % base) % base];
}

static void
Luhn10(const char *payload, size_t len, char *check)
{
	check[0] = Luhn(10, payload, len);
}

static void
Luhn16(const char *payload, size_t len, char *check)
{
	check[0] = Luhn(16, payload, len);
}

static void
Luhn36(const char *payload, size_t len, char *check)
{
	check[0] = Luhn(36, payload, len);
}

/*
 * Verhoeff: a product in the dihedral group of order 10, which does not
 * commute and so notices transpositions, over digits permuted by their
 * position, in a cycle of eight.
 */
static const uint8_t verhoeff_product[10][10] = {
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
	{1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
	{2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
	{3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
	{4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
	{5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
	{6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
	{7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
	{8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
	{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
};

static const uint8_t verhoeff_permuted[8][10] = {
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
	{1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
	{5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
	{8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
	{9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
	{4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
	{2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
	{7, 0, 4, 6, 9, 1, 3, 2, 5, 8}
};

static void
Verhoeff(const char *payload, size_t len, char *check)
{
	uint8_t		product = 0;
	size_t		i;

	/* position 0 of the cycle is the check digit's own */
	for (i = 1; i <= len; i++)
	{
		uint8_t		digit = verhoeff_permuted[i % 8][payload[len - i] - '0'];

		product = verhoeff_product[product][digit];
	}

	/* the inverse, so that value and check together give 0 */
	check[0] = "0432156789"[product];
}

/*
 * Damm: a totally anti-symmetric quasigroup.  There are others; this is the
 * one that was published and that everybody uses.
 */
static const char damm_table[10][11] = {
	"0317598642",
	"7092154863",
	"4206871359",
	"1750983426",
	"6123045978",
	"3674209581",
	"5869720134",
	"8945362017",
	"9438617205",
	"2581436790"
};

static void
Damm(const char *payload, size_t len, char *check)
{
	char		interim = '0';
	size_t		i;

	for (i = 0; i < len; i++)
		interim = damm_table[interim - '0'][payload[i] - '0'];

	check[0] = interim;
}

/*
 * A system of ISO/IEC 7064.  The standard names each by two numbers, which
 * have different meanings in its pure and its hybrid systems.
 */
typedef struct Iso7064
{
	const char *symbols;		/* in order of their values */
	uint32_t	modulus;
	uint32_t	radix;			/* hybrid: the second modulus, which is the
								 * size of the alphabet */
} Iso7064;

static const Iso7064 iso11_2 = {DIGITS "X", 11, 2};
static const Iso7064 iso37_2 = {ALPHANUMERIC "*", 37, 2};
static const Iso7064 iso97_10 = {DIGITS, 97, 10};
static const Iso7064 iso661_26 = {LETTERS, 661, 26};
static const Iso7064 iso1271_36 = {ALPHANUMERIC, 1271, 36};
static const Iso7064 iso11_10 = {DIGITS, 11, 10};
static const Iso7064 iso27_26 = {LETTERS, 27, 26};
static const Iso7064 iso37_36 = {ALPHANUMERIC, 37, 36};

static inline uint32_t
Iso7064Value(const Iso7064 *system, char c)
{
	return CharValue(c) - CharValue(system->symbols[0]);
}

/*
 * Pure systems: the payload as a number in the radix, times the radix once
 * more for the check character to come, modulo the modulus.
 */
static inline uint32_t
PureResidue(const Iso7064 *system, const char *payload, size_t len)
{
	uint32_t	residue = 0;
	size_t		i;

	for (i = 0; i < len; i++)
		residue = (residue + Iso7064Value(system, payload[i])) *
			system->radix % system->modulus;

	return residue;
}

/*
 * Payload and check together must leave 1.
 */
static inline void
PureOne(const Iso7064 *system, const char *payload, size_t len, char *check)
{
	uint32_t	residue = PureResidue(system, payload, len);

	check[0] = system->symbols[(system->modulus + 1 - residue) %
							   system->modulus];
}

/*
 * The same with two characters.  They are the number from 2 to modulus + 1;
 * 0 and 1 would leave the same residue as its two highest, but the standard
 * gives each payload a single pair.
 */
static inline void
PureTwo(const Iso7064 *system, const char *payload, size_t len, char *check)
{
	uint32_t	residue = PureResidue(system, payload, len);
	uint32_t	pair;

	residue = residue * system->radix % system->modulus;
	pair = system->modulus + 1 - residue;

	check[0] = system->symbols[pair / system->radix];
	check[1] = system->symbols[pair % system->radix];
}

/*
 * Hybrid systems take the two moduli in turn: add modulo the alphabet's size,
 * with the size itself in place of 0, then double modulo the size plus one.
 * Neither operand ever reaches twice its modulus, so a subtraction does; and
 * neither step gives 0.
 */
static inline void
Hybrid(const Iso7064 *system, const char *payload, size_t len, char *check)
{
	uint32_t	size = system->radix;
	uint32_t	product = size;
	size_t		i;

	for (i = 0; i < len; i++)
	{
		uint32_t	sum = product + Iso7064Value(system, payload[i]);

		if (sum > size)
			sum -= size;
		product = 2 * sum;
		if (product >= system->modulus)
			product -= system->modulus;
	}

	check[0] = system->symbols[(size + 1 - product) % size];
}

static void
Mod11_2(const char *payload, size_t len, char *check)
{
	PureOne(&iso11_2, payload, len, check);
}

static void
Mod37_2(const char *payload, size_t len, char *check)
{
	PureOne(&iso37_2, payload, len, check);
}

static void
Mod97_10(const char *payload, size_t len, char *check)
{
	PureTwo(&iso97_10, payload, len, check);
}

static void
Mod661_26(const char *payload, size_t len, char *check)
{
	PureTwo(&iso661_26, payload, len, check);
}

static void
Mod1271_36(const char *payload, size_t len, char *check)
{
	PureTwo(&iso1271_36, payload, len, check);
}

static void
Mod11_10(const char *payload, size_t len, char *check)
{
	Hybrid(&iso11_10, payload, len, check);
}

static void
Mod27_26(const char *payload, size_t len, char *check)
{
	Hybrid(&iso27_26, payload, len, check);
}

static void
Mod37_36(const char *payload, size_t len, char *check)
{
	Hybrid(&iso37_36, payload, len, check);
}

/*
 * The weights of the GS1 check character pair: the first 99 primes, where a
 * GMN needs 23.
 */
static const uint16_t primes[] = {
	2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31,
	37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79,
	83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137,
	139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193,
	197, 199, 211, 223, 227, 229, 233, 239, 241, 251, 257,
	263, 269, 271, 277, 281, 283, 293, 307, 311, 313, 317,
	331, 337, 347, 349, 353, 359, 367, 373, 379, 383, 389,
	397, 401, 409, 419, 421, 431, 433, 439, 443, 449, 457,
	461, 463, 467, 479, 487, 491, 499, 503, 509, 521, 523
};

#define PRIME_COUNT (sizeof(primes) / sizeof(primes[0]))

/*
 * A character's place in CSET 82, which is in the order of ASCII with five
 * gaps.
 */
static inline uint32_t
Cset82Value(char c)
{
	if (c >= 'a')
		return (uint32_t) (c - 'a') + 56;
	if (c == '_')
		return 55;
	if (c >= 'A')
		return (uint32_t) (c - 'A') + 29;
	if (c >= '%')
		return (uint32_t) (c - '%') + 2;
	return (uint32_t) (c - '!');
}

static void
Gs1Pair(const char *payload, size_t len, char *check)
{
	static const char symbols[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	uint64_t	sum = 0;
	size_t		weight = 0;
	size_t		i;

	for (i = len; i > 0; i--)
	{
		sum += Cset82Value(payload[i - 1]) * primes[weight];

		/*
		 * GS1 has no payload that long, and the primes could not go on: the
		 * 172nd is the modulus, and blind.  Starting over keeps every length
		 * defined and every single error caught.
		 */
		if (++weight == PRIME_COUNT)
			weight = 0;
	}

	sum %= 1021;
	check[0] = symbols[sum / 32];
	check[1] = symbols[sum % 32];
}

/*
 * ISO 6346: powers of two from the left, so the sum is built from the right.
 * Letters go on from the digits but skip the multiples of 11, which the
 * modulus could not tell from 0.  A remainder of 10 is written 0.
 */
static void
Iso6346(const char *payload, size_t len, char *check)
{
	uint32_t	sum = 0;
	size_t		i;

	for (i = len; i > 0; i--)
	{
		uint32_t	value = CharValue(payload[i - 1]);

		/* 11, 22 and 33 are skipped */
		if (value > 10)
			value += (value - 1) / 10;
		sum = (2 * sum + value) % 11;
	}

	check[0] = DIGITS[sum % 10];
}

/*
 * The value of a character of a VIN: digits are themselves, and so VinValue
 * serves for plain numbers too.
 */
static inline uint32_t
VinValue(char c)
{
	if (c <= '9')
		return (uint32_t) (c - '0');

	/* I, O and Q do not occur */
	return (uint32_t) ("12345678-12345-7-923456789"[c - 'A'] - '0');
}

/*
 * The sum with weights 2, 3 ... last from the right, then from 2 again.
 */
static inline uint64_t
RisingSum(uint32_t last, const char *payload, size_t len)
{
	uint64_t	sum = 0;
	uint32_t	weight = 2;
	size_t		i;

	for (i = len; i > 0; i--)
	{
		sum += weight * VinValue(payload[i - 1]);
		weight = weight == last ? 2 : weight + 1;
	}

	return sum;
}

/*
 * The law's list of weights is 8 7 6 5 4 3 2 10 0 9 8 7 6 5 4 3 2, with the 0
 * for the check digit.  Without that place the weights rise from the right
 * up to 10 and start over.
 */
static void
Vin(const char *payload, size_t len, char *check)
{
	check[0] = (DIGITS "X")[RisingSum(10, payload, len) % 11];
}

static void
Imo(const char *payload, size_t len, char *check)
{
	check[0] = DIGITS[RisingSum(7, payload, len) % 10];
}

/*
 * The weights end in 7 at the last digit.  Payloads with a remainder of 10 are
 * not issued.
 */
static void
Pzn(const char *payload, size_t len, char *check)
{
	uint64_t	sum = 0;
	uint32_t	weight = 7;
	size_t		i;

	for (i = len; i > 0; i--)
	{
		sum += weight * CharValue(payload[i - 1]);
		weight = weight > 1 ? weight - 1 : 7;
	}
	check[0] = sum % 11 == 10 ? '\0' : DIGITS[sum % 11];
}

/*
 * ASCII codes with weights from 2, modulo 97, in two digits.
 */
static void
Ppn(const char *payload, size_t len, char *check)
{
	uint64_t	sum = 0;
	size_t		i;

	for (i = 0; i < len; i++)
		sum = (sum + (uint64_t) (unsigned char) payload[i] * (i + 2)) % 97;
	check[0] = DIGITS[sum / 10];
	check[1] = DIGITS[sum % 10];
}

/*
 * The sum of the characters' values in Code 39, modulo 43.
 */
static void
Mod43(const char *payload, size_t len, char *check)
{
	static const char symbols[] = DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
	size_t		sum = 0;
	size_t		i;

	for (i = 0; i < len; i++)
		sum += strchr(symbols, payload[i]) - symbols;
	check[0] = symbols[sum % 43];
}

static const CheckAlgorithm algorithms[CHECK_COUNT] = {
	[CHECK_NONE] = {
		"none", "", ALPHABET_GRAPHIC, 0, CHECK_AT_END, 0, NULL
	},
	[CHECK_MOD10] = {
		"mod10", "GS1 General Specifications",
		ALPHABET_DIGITS, 1, CHECK_AT_END, 0, Mod10
	},
	[CHECK_LUHN] = {
		"luhn", "ISO/IEC 7812-1 (Luhn)",
		ALPHABET_DIGITS, 1, CHECK_AT_END, 0, Luhn10
	},
	[CHECK_LUHN_MOD_N] = {
		"luhn_mod_n", "ISO/IEC 7812-1 (Luhn), extended to base 36",
		ALPHABET_ALPHANUMERIC, 1, CHECK_AT_END, 0, Luhn36
	},
	[CHECK_VERHOEFF] = {
		"verhoeff", "J. Verhoeff, Error Detecting Decimal Codes (1969)",
		ALPHABET_DIGITS, 1, CHECK_AT_END, 0, Verhoeff
	},
	[CHECK_DAMM] = {
		"damm", "H. M. Damm, Total anti-symmetrische Quasigruppen (2004)",
		ALPHABET_DIGITS, 1, CHECK_AT_END, 0, Damm
	},
	[CHECK_MOD11_2] = {
		"mod11_2", "ISO/IEC 7064 MOD 11-2",
		ALPHABET_DIGITS, 1, CHECK_AT_END, 0, Mod11_2
	},
	[CHECK_MOD37_2] = {
		"mod37_2", "ISO/IEC 7064 MOD 37-2",
		ALPHABET_ALPHANUMERIC, 1, CHECK_AT_END, 0, Mod37_2
	},
	[CHECK_MOD97_10] = {
		"mod97_10", "ISO/IEC 7064 MOD 97-10",
		ALPHABET_DIGITS, 2, CHECK_AT_END, 0, Mod97_10
	},
	[CHECK_MOD661_26] = {
		"mod661_26", "ISO/IEC 7064 MOD 661-26",
		ALPHABET_LETTERS, 2, CHECK_AT_END, 0, Mod661_26
	},
	[CHECK_MOD1271_36] = {
		"mod1271_36", "ISO/IEC 7064 MOD 1271-36",
		ALPHABET_ALPHANUMERIC, 2, CHECK_AT_END, 0, Mod1271_36
	},
	[CHECK_MOD11_10] = {
		"mod11_10", "ISO/IEC 7064 MOD 11,10",
		ALPHABET_DIGITS, 1, CHECK_AT_END, 0, Mod11_10
	},
	[CHECK_MOD27_26] = {
		"mod27_26", "ISO/IEC 7064 MOD 27,26",
		ALPHABET_LETTERS, 1, CHECK_AT_END, 0, Mod27_26
	},
	[CHECK_MOD37_36] = {
		"mod37_36", "ISO/IEC 7064 MOD 37,36",
		ALPHABET_ALPHANUMERIC, 1, CHECK_AT_END, 0, Mod37_36
	},
	[CHECK_GS1_PAIR] = {
		"gs1_pair", "GS1 General Specifications (check character pair)",
		ALPHABET_CSET82, 2, CHECK_AT_END, 0, Gs1Pair
	},
	[CHECK_ISO6346] = {
		"iso6346", "ISO 6346",
		ALPHABET_ALPHANUMERIC, 1, CHECK_AT_END, 10, Iso6346
	},
	[CHECK_VIN] = {
		"vin", "49 CFR 565.15 (VIN)",
		ALPHABET_VIN, 1, 8, 16, Vin
	},
	[CHECK_LUHN16] = {
		"luhn16", "3GPP2 S.R0048 (MEID)",
		ALPHABET_HEX, 1, CHECK_AT_END, 0, Luhn16
	},
	[CHECK_IMO] = {
		"imo", "IMO Resolution A.1117(30)",
		ALPHABET_DIGITS, 1, CHECK_AT_END, 6, Imo
	},
	[CHECK_PZN] = {
		"pzn", "IFA, Technische Informationen zur PZN",
		ALPHABET_DIGITS, 1, CHECK_AT_END, 0, Pzn
	},
	[CHECK_PPN] = {
		"ppn", "IFA, Spezifikation PPN-Code",
		ALPHABET_ALPHANUMERIC, 2, CHECK_AT_END, 0, Ppn
	},
	[CHECK_MOD43] = {
		"mod43", "ISO/IEC 16388 (Code 39), ANSI/HIBC 2.6",
		ALPHABET_CODE39, 1, CHECK_AT_END, 0, Mod43
	}
};

const CheckAlgorithm *
CheckById(CheckId id)
{
	/* the cast sends negative ids, should there be any, past the end */
	return (unsigned int) id < CHECK_COUNT ? &algorithms[id] : NULL;
}

const CheckAlgorithm *
CheckByName(const char *name, size_t len)
{
	int			i;

	for (i = CHECK_NONE + 1; i < CHECK_COUNT; i++)
	{
		const CheckAlgorithm *algorithm = &algorithms[i];

		if (strlen(algorithm->name) == len &&
			memcmp(algorithm->name, name, len) == 0)
			return algorithm;
	}

	return NULL;
}

bool
CheckCompute(const CheckAlgorithm *algorithm, const char *payload, size_t len,
			 char *check, size_t *bad)
{
	*bad = AlphabetSpan(algorithm->payload, payload, len);
	if (*bad < len || len == 0 ||
		(algorithm->payload_length != 0 && len != algorithm->payload_length))
		return false;
	algorithm->compute(payload, len, check);
	*bad = len;
	return check[0] != '\0';
}

/*
 * A check that stands inside the value divides the payload, which then has a
 * fixed and short length.
 */
bool
CheckIsValid(const CheckAlgorithm *algorithm, const char *value, size_t len)
{
	char		joined[UINT8_MAX];
	char		right[CHECK_LENGTH_MAX];
	size_t		payload = len - algorithm->length;
	size_t		at = payload;
	size_t		bad;

	if (len <= algorithm->length)
		return false;
	if (algorithm->at != CHECK_AT_END)
	{
		if (payload != algorithm->payload_length)
			return false;
		at = algorithm->at;
		memcpy(joined, value, at);
		memcpy(joined + at, value + at + algorithm->length, payload - at);
	}
	return CheckCompute(algorithm, at < payload ? joined : value, payload,
						right, &bad) &&
		memcmp(right, value + at, algorithm->length) == 0;
}
