/*-------------------------------------------------------------------------
 *
 * rule.c
 *	  Rules of single schemes that the columns of the scheme table cannot
 *	  express.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "scheme/rule.h"

/* the shortest GS1 company prefix */
#define COMPANY_PREFIX_MIN 4

static bool
rule_broken(Problem *problem, Component component, size_t index,
			const char *expected)
{
	problem->component = component;
	problem->index = index;
	return ProblemSet(problem, PROBLEM_RULE, 0, "%s", expected);
}

/*
 * Keys that begin with a GS1 company prefix but are not numeric throughout:
 * the prefix itself is (GS1 General Specifications, section 1.4.4).
 */
bool
RuleCompanyPrefix(const Identifier *id, Problem *problem)
{
	size_t		digits = AlphabetSpan(ALPHABET_DIGITS, id->key,
									  COMPANY_PREFIX_MIN);

	if (digits == COMPANY_PREFIX_MIN)
		return true;
	return rule_broken(problem, COMPONENT_KEY, digits,
					   "a digit of the GS1 company prefix");
}

/*
 * AI (8003) begins with a filler zero, which makes the asset type as long as
 * a GTIN.
 */
bool
RuleGrai(const Identifier *id, Problem *problem)
{
	if (id->key[0] == '0')
		return true;
	return rule_broken(problem, COMPONENT_KEY, 0, "the filler 0");
}

/*
 * Piece and total count from 1, and no piece lies beyond the total (GS1
 * General Specifications, AI 8006).
 */
bool
RuleItip(const Identifier *id, Problem *problem)
{
	const char *piece = id->key + GTIN_DIGITS;
	const char *total = piece + 2;

	if (memcmp(piece, "00", 2) == 0)
		return rule_broken(problem, COMPONENT_KEY, GTIN_DIGITS,
						   "a piece number from 01");
	if (memcmp(piece, total, 2) > 0)
		return rule_broken(problem, COMPONENT_KEY, GTIN_DIGITS,
						   "a piece number that is not above the total behind it");
	return true;
}

static bool
no_leading_zero(const Identifier *id, Problem *problem)
{
	if (id->number[0] != '0')
		return true;
	return rule_broken(problem, COMPONENT_NUMBER, 0,
					   "a serial number without leading zeros");
}

/*
 * AI (8011) has no leading zeros (GS1 General Specifications).
 */
bool
RuleCpi(const Identifier *id, Problem *problem)
{
	return RuleCompanyPrefix(id, problem) &&
		(id->number_len == 0 || no_leading_zero(id, problem));
}

/*
 * How many characters of a CAGE code (5) or DoDAAC (6) stand at the start.
 */
static size_t
cage_length(const Identifier *id)
{
	size_t		n = AlphabetSpan(ALPHABET_CAGE, id->key, id->key_len);

	return n < 6 ? n : 6;
}

/* characters of a part number */
#define ADI_PART_MAX 32

/*
 * CAGE.PART, where the part number may be empty; a number sign may only begin
 * the serial number (GS1 Tag Data Standard, ADI).
 */
bool
RuleAdi(const Identifier *id, Problem *problem)
{
	const char *dot = memchr(id->key, '.', id->key_len);
	size_t		cage = cage_length(id);
	size_t		i;

	if (dot != id->key + cage || cage < 5)
		return rule_broken(problem, COMPONENT_KEY, cage,
						   "a CAGE code of 5 or a DoDAAC of 6 characters, then \".\"");
	if (id->key_len - (cage + 1) > ADI_PART_MAX)
		return rule_broken(problem, COMPONENT_KEY, cage + 1 + ADI_PART_MAX,
						   "a part number of at most 32 characters");
	for (i = cage + 1; i < id->key_len; i++)
		if (id->key[i] == '.' || id->key[i] == '#')
			return rule_broken(problem, COMPONENT_KEY, i,
							   "a character of a part number: a digit, A-Z, \"-\" or \"/\"");
	for (i = 1; i < id->number_len; i++)
		if (id->number[i] == '#')
			return rule_broken(problem, COMPONENT_NUMBER, i,
							   "\"#\" at the start of the serial number only");
	if (id->number_len == 1 && id->number[0] == '#')
		return rule_broken(problem, COMPONENT_NUMBER, 1,
						   "a serial number after \"#\"");
	return true;
}

/*
 * Three letters of the owner, one of the category, six digits and the check
 * (ISO 6346, EN 13044).
 */
static bool
check_owner_code(const Identifier *id, const char *categories,
				 const char *expected, Problem *problem)
{
	size_t		letters = AlphabetSpan(ALPHABET_LETTERS, id->key, 3);
	size_t		digits = AlphabetSpan(ALPHABET_DIGITS, id->key + 4, 6);

	if (letters < 3)
		return rule_broken(problem, COMPONENT_KEY, letters,
						   "a letter of the owner code");
	if (strchr(categories, id->key[3]) == NULL)
		return rule_broken(problem, COMPONENT_KEY, 3, expected);
	if (digits < 6)
		return rule_broken(problem, COMPONENT_KEY, 4 + digits,
						   "a digit of the serial number");
	return true;
}

bool
RuleBic(const Identifier *id, Problem *problem)
{
	return check_owner_code(id, "UJZ", "a category of U, J or Z", problem);
}

bool
RuleIlu(const Identifier *id, Problem *problem)
{
	return check_owner_code(id, "ABCDEK", "a category of A to E, or K", problem);
}

#define PPN_AGENCY_LENGTH	2
#define PZN_DIGITS			8

/*
 * Agency 11, the German one, has PZNs for product codes (IFA, specification of
 * the PPN code).
 */
bool
RulePpn(const Identifier *id, Problem *problem)
{
	const CheckAlgorithm *algorithm = CheckById(CHECK_PZN);

	if (AlphabetSpan(ALPHABET_DIGITS, id->key + id->key_len - 2, 2) < 2)
		return rule_broken(problem, COMPONENT_KEY, id->key_len - 2,
						   "two check digits");
	if (memcmp(id->key, "11", PPN_AGENCY_LENGTH) != 0)
		return true;
	if (id->key_len != PPN_AGENCY_LENGTH + PZN_DIGITS + 2)
		return rule_broken(problem, COMPONENT_KEY, PPN_AGENCY_LENGTH,
						   "a PZN of 8 digits behind the agency 11");
	if (CheckIsValid(algorithm, id->key + PPN_AGENCY_LENGTH, PZN_DIGITS))
		return true;
	return rule_broken(problem, COMPONENT_KEY, PPN_AGENCY_LENGTH,
					   "a PZN with a right check digit");
}

/*
 * Four characters of the labeler, of which the first is a letter, one to
 * eighteen of the product, and a digit of the unit of measure (ANSI/HIBC 2.6).
 */
bool
RuleHibc(const Identifier *id, Problem *problem)
{
	if (!AlphabetHas(ALPHABET_LETTERS, id->key[0]))
		return rule_broken(problem, COMPONENT_KEY, 0,
						   "the letter that a labeler begins with");
	if (!AlphabetHas(ALPHABET_DIGITS, id->key[id->key_len - 1]))
		return rule_broken(problem, COMPONENT_KEY, id->key_len - 1,
						   "the digit of the unit of measure");
	return true;
}

/*
 * An issuing agency code has one to three digits or capitals (ISO/IEC 15459-2).
 */
bool
RuleIso15459(const Identifier *id, Problem *problem)
{
	return AlphabetHas(ALPHABET_ALPHANUMERIC, id->key[0]) ||
		rule_broken(problem, COMPONENT_KEY, 0,
					"an issuing agency code, which begins with a digit or A-Z");
}

/*
 * The serial number is an integer of 36 bits (GS1 Tag Data Standard, USDOD).
 */
bool
RuleUsdod(const Identifier *id, Problem *problem)
{
	static const char largest[] = "68719476735";

	if (id->number_len > 1 && !no_leading_zero(id, problem))
		return false;
	if (id->number_len < sizeof(largest) - 1 ||
		memcmp(id->number, largest, sizeof(largest) - 1) <= 0)
		return true;
	return rule_broken(problem, COMPONENT_NUMBER, 0,
					   "a serial number of at most 68719476735");
}

/*
 * The ninth position is a check digit where law makes it one: in North
 * America, whose vehicles begin with 1 to 5, and in China, whose begin with
 * L (49 CFR 565, GB 16735).  Elsewhere it is free.
 */
bool
RuleVin(const Identifier *id, Problem *problem)
{
	const CheckAlgorithm *algorithm = CheckById(CHECK_VIN);
	char		payload[16];
	char		right[CHECK_LENGTH_MAX];
	char		region = id->key[0];

	if (!((region >= '1' && region <= '5') || region == 'L'))
		return true;
	memcpy(payload, id->key, algorithm->at);
	memcpy(payload + algorithm->at, id->key + algorithm->at + 1,
		   sizeof(payload) - algorithm->at);
	algorithm->compute(payload, sizeof(payload), right);
	if (right[0] == id->key[algorithm->at])
		return true;
	problem->component = COMPONENT_KEY;
	problem->index = algorithm->at;
	return ProblemSet(problem, PROBLEM_CHECK, 0, "%c", right[0]);
}

/*
 * Puts zeros in front of a key until it has so many digits.
 */
static void
pad_with_zeros(Identifier *id, uint8_t digits)
{
	uint8_t		zeros = digits - id->key_len;

	memmove(id->key + zeros, id->key, id->key_len);
	memset(id->key, '0', zeros);
	id->key_len = digits;
}

#define UPC_E_DIGITS	8
#define UPC_A_DIGITS	12

/*
 * The UPC-A that a UPC-E stands for.  Its last digit but one tells where zeros
 * were left out (GS1 General Specifications, section 7.10).
 */
static void
expand_upc_e(const char *upc_e, char *upc_a)
{
	/* of the digits 1 to 6, those before the zeros */
	static const uint8_t heads[10] = {2, 2, 2, 3, 4, 5, 5, 5, 5, 5};
	char		last = upc_e[6];
	size_t		head = heads[last - '0'];
	size_t		tail = last <= '4' ? 5 - head : 1;

	memset(upc_a, '0', UPC_A_DIGITS);
	memcpy(upc_a, upc_e, 1 + head);
	if (last <= '2')
		upc_a[3] = last;
	memcpy(upc_a + UPC_A_DIGITS - 1 - tail,
		   last <= '4' ? upc_e + 1 + head : upc_e + 6, tail);
	upc_a[UPC_A_DIGITS - 1] = upc_e[7];
}

/*
 * Eight digits that are no GTIN-8 may be a UPC-E.
 */
static void
normalise_upc_e(Identifier *id)
{
	const CheckAlgorithm *algorithm = CheckById(CHECK_MOD10);
	char		upc_a[UPC_A_DIGITS];

	if (AlphabetSpan(ALPHABET_DIGITS, id->key, UPC_E_DIGITS) < UPC_E_DIGITS ||
		id->key[0] > '1' || CheckIsValid(algorithm, id->key, UPC_E_DIGITS))
		return;
	expand_upc_e(id->key, upc_a);
	if (!CheckIsValid(algorithm, upc_a, UPC_A_DIGITS))
		return;
	memcpy(id->key, upc_a, UPC_A_DIGITS);
	id->key_len = UPC_A_DIGITS;
}

/*
 * A GTIN-8, -12 or -13 is a GTIN-14 without its leading zeros, and has the
 * same check digit.
 */
bool
NormaliseGtin(Identifier *id, Problem *problem)
{
	(void) problem;
	if (id->key_len == UPC_E_DIGITS)
		normalise_upc_e(id);
	if (id->key_len == 8 || id->key_len == 12 || id->key_len == 13)
		pad_with_zeros(id, GTIN_DIGITS);
	return true;
}

static void
drop_prefix(Identifier *id, const char *prefix)
{
	uint8_t		len = (uint8_t) strlen(prefix);

	if (id->key_len <= len || memcmp(id->key, prefix, len) != 0)
		return;
	id->key_len -= len;
	memmove(id->key, id->key + len, id->key_len);
}

/*
 * "IMO" is written before the number of a ship.
 */
bool
NormaliseImo(Identifier *id, Problem *problem)
{
	(void) problem;
	drop_prefix(id, "IMO");
	return true;
}

/*
 * A PZN of 7 digits lacks its leading zero; on packs, "PZN" and a hyphen or a
 * colon may stand in front.
 */
bool
NormalisePzn(Identifier *id, Problem *problem)
{
	(void) problem;
	drop_prefix(id, "PZN");
	drop_prefix(id, ":");
	if (id->key_len == PZN_DIGITS - 1)
		pad_with_zeros(id, PZN_DIGITS);
	return true;
}

#define IMEI_PAYLOAD	14		/* 8 of type allocation, 6 of serial */
#define IMEISV_DIGITS	16		/* the payload and a software version */

/*
 * An IMEI is often written without its check digit, and an IMEISV has a
 * software version in its place (3GPP TS 23.003).
 */
bool
NormaliseImei(Identifier *id, Problem *problem)
{
	const CheckAlgorithm *algorithm = CheckById(CHECK_LUHN);

	(void) problem;
	if ((id->key_len != IMEI_PAYLOAD && id->key_len != IMEISV_DIGITS) ||
		AlphabetSpan(ALPHABET_DIGITS, id->key, id->key_len) < id->key_len)
		return true;
	algorithm->compute(id->key, IMEI_PAYLOAD, id->key + IMEI_PAYLOAD);
	id->key_len = IMEI_PAYLOAD + 1;
	return true;
}

/*
 * Letters are read in either case and written in capitals.
 */
bool
NormaliseCapitals(Identifier *id, Problem *problem)
{
	size_t		i;

	(void) problem;
	for (i = 0; i < id->key_len; i++)
		if (id->key[i] >= 'a' && id->key[i] <= 'z')
			id->key[i] += 'A' - 'a';
	return true;
}

/*
 * A MEID may be written with its check digit behind it, which is not part of
 * it.  Verifies and drops the check of a payload of so many characters.
 */
static bool
drop_check(Identifier *id, CheckId check, uint8_t payload, Problem *problem)
{
	const CheckAlgorithm *algorithm = CheckById(check);
	char		right[CHECK_LENGTH_MAX];

	problem->component = COMPONENT_KEY;
	problem->index = AlphabetSpan(algorithm->payload, id->key, payload);
	if (problem->index < payload)
		return ProblemSet(problem, PROBLEM_CHARACTER, 0, "%s",
						  AlphabetDescription(algorithm->payload));
	algorithm->compute(id->key, payload, right);
	problem->index = payload;
	if (id->key_len > payload && id->key[payload] != right[0])
		return ProblemSet(problem, PROBLEM_CHECK, 0, "%c", right[0]);
	id->key_len = payload;
	return true;
}

static uint32_t
decimal(const char *digits, size_t len)
{
	uint64_t	value = 0;

	while (len-- > 0)
		value = value * 10 + (*digits++ - '0');
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t) value;
}

#define MEID_HEX		14		/* 8 of manufacturer, 6 of serial */
#define MEID_DECIMAL	18		/* 10 and 8 */

/*
 * The decimal form is the two halves of the hexadecimal one, each as a number
 * (3GPP2 S.R0048).
 */
static bool
from_decimal(Identifier *id, Problem *problem)
{
	static const char digits[] = "0123456789ABCDEF";
	uint32_t	serial;
	uint64_t	value;
	int			i;

	if (!drop_check(id, CHECK_LUHN, MEID_DECIMAL, problem))
		return false;
	serial = decimal(id->key + 10, 8);
	if (memcmp(id->key, "4294967295", 10) > 0)
		return rule_broken(problem, COMPONENT_KEY, 0,
						   "a first half of at most 4294967295");
	if (serial > 0xFFFFFF)
		return rule_broken(problem, COMPONENT_KEY, 10,
						   "a second half of at most 16777215");
	value = (uint64_t) decimal(id->key, 10) << 24 | serial;
	for (i = MEID_HEX - 1; i >= 0; i--)
	{
		id->key[i] = digits[value & 0xF];
		value >>= 4;
	}
	id->key_len = MEID_HEX;
	return true;
}

/*
 * A MEID comes as 14 hexadecimal or 18 decimal digits, either with a check
 * digit behind or without.  Where all 14 are decimal digits the check is that
 * of an IMEI (3GPP2 S.R0048).
 */
bool
NormaliseMeid(Identifier *id, Problem *problem)
{
	bool		all_decimal;

	if (id->key_len == MEID_DECIMAL || id->key_len == MEID_DECIMAL + 1)
		return from_decimal(id, problem);
	(void) NormaliseCapitals(id, problem);
	if (id->key_len != MEID_HEX + 1)
		return true;
	all_decimal = AlphabetSpan(ALPHABET_DIGITS, id->key, MEID_HEX) == MEID_HEX;
	return drop_check(id, all_decimal ? CHECK_LUHN : CHECK_LUHN16, MEID_HEX,
					  problem);
}
