/*-------------------------------------------------------------------------
 *
 * scheme.c
 *	  The table of schemes, and the check of an identifier against its row.
 *
 * Adding a scheme is adding a row; a rule that no column can express is a
 * small function in rule.c to which the row points.  Row ids are stored in every value:
 * a row never changes its id, and an id is never given to another scheme.
 *
 *-------------------------------------------------------------------------
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scheme/rule.h"
#include "scheme/scheme.h"

#define DIGITS(n)		{ALPHABET_DIGITS, (n), (n)}
#define UPTO(a, n)		{ALPHABET_##a, 1, (n)}
#define OPTIONAL(a, n)	{ALPHABET_##a, 0, (n)}
#define NO_NUMBER		{ALPHABET_DIGITS, 0, 0}

/* a scheme that is a check digit algorithm over an alphabet, and no more */
#define CHECKED(rowid, rowname, rowtitle, a, rowcheck, shortest, rowexample) \
	{.id = (rowid), .name = (rowname), .title = (rowtitle), \
		.key_ai = NO_AI, .number_ai = NO_AI, \
		.key = {ALPHABET_##a, (shortest), OWN_KEY_MAX}, .number = NO_NUMBER, \
		.check = (rowcheck), .check_at = CHECK_AT_END, \
		.example = (rowexample)}
/* INDENT OFF */
static const Scheme schemes[] = {
	{.id = 1, .name = "gtin", .title = "Global Trade Item Number",
		.key_ai = 1, .number_ai = NO_AI,
		.key = DIGITS(14), .number = NO_NUMBER,
		.check = CHECK_MOD10, .check_at = 13,
		.epc = EPC_LEAD_DIGIT, .epc_name = "idpat:sgtin",
		.normalise = NormaliseGtin,
		.link_name = "gtin",
	.example = "(01)09506000134352"},
	{.id = 2, .name = "sgtin", .title = "Serialised Global Trade Item Number",
		.key_ai = 1, .number_ai = 21,
		.key = DIGITS(14), .number = UPTO(CSET82, 20), .separator = '/',
		.check = CHECK_MOD10, .check_at = 13,
		.epc = EPC_LEAD_DIGIT, .epc_name = "id:sgtin",
		.normalise = NormaliseGtin,
	.example = "(01)80614141123458(21)6789"},
	{.id = 3, .name = "lgtin", .title = "GTIN and Batch or Lot",
		.key_ai = 1, .number_ai = 10,
		.key = DIGITS(14), .number = UPTO(CSET82, 20), .separator = '/',
		.check = CHECK_MOD10, .check_at = 13,
		.epc = EPC_LEAD_DIGIT, .epc_name = "class:lgtin",
		.normalise = NormaliseGtin,
	.example = "(01)80614141123458(10)998877"},
	{.id = 4, .name = "upui", .title = "Unit Pack Identifier (tobacco)",
		.key_ai = 1, .number_ai = 235,
		.key = DIGITS(14), .number = UPTO(CSET82, 28), .separator = '/',
		.check = CHECK_MOD10, .check_at = 13,
		.epc = EPC_LEAD_DIGIT, .epc_name = "id:upui",
		.normalise = NormaliseGtin,
	.example = "(01)01234567987651(235)51qIgY)<&Jp3*j7'SDB"},
	{.id = 5, .name = "itip", .title = "Individual Trade Item Piece",
		.key_ai = 8006, .number_ai = 21,
		.key = DIGITS(18), .number = OPTIONAL(CSET82, 20), .separator = '/',
		.check = CHECK_MOD10, .check_at = 13,
		.epc = EPC_LEAD_DIGIT, .epc_name = "id:itip",
		.rule = RuleItip,
		.link_name = "itip",
	.example = "(8006)040123451234560102(21)987"},
	{.id = 6, .name = "sscc", .title = "Serial Shipping Container Code",
		.key_ai = 0, .number_ai = NO_AI,
		.key = DIGITS(18), .number = NO_NUMBER,
		.check = CHECK_MOD10, .check_at = 17,
		.epc = EPC_LEAD_DIGIT, .epc_name = "id:sscc",
		.link_name = "sscc",
	.example = "(00)302335678902000022"},
	{.id = 7, .name = "sgln", .title = "Global Location Number with or without Extension",
		.key_ai = 414, .number_ai = 254,
		.key = DIGITS(13), .number = OPTIONAL(CSET82, 20), .separator = '/',
		.check = CHECK_MOD10, .check_at = 12,
		.epc = EPC_KEYED, .epc_name = "id:sgln",
		.link_name = "gln",
	.example = "(414)0614141123452(254)400"},
	{.id = 8, .name = "pgln", .title = "Global Location Number of a Party",
		.key_ai = 417, .number_ai = NO_AI,
		.key = DIGITS(13), .number = NO_NUMBER,
		.check = CHECK_MOD10, .check_at = 12,
		.epc = EPC_KEYED, .epc_name = "id:pgln",
		.link_name = "party",
	.example = "(417)1234567890128"},
	{.id = 9, .name = "grai", .title = "Global Returnable Asset Identifier",
		.key_ai = 8003, .number_ai = NO_AI,
		.key = DIGITS(14), .number = OPTIONAL(CSET82, 16),
		.check = CHECK_MOD10, .check_at = 13,
		.epc = EPC_LEAD_ZERO, .epc_name = "id:grai",
		.rule = RuleGrai,
		.link_name = "grai",
	.example = "(8003)00614141123452400"},
	{.id = 10, .name = "giai", .title = "Global Individual Asset Identifier",
		.key_ai = 8004, .number_ai = NO_AI,
		.key = {ALPHABET_CSET82, 5, 30}, .number = NO_NUMBER,
		.epc = EPC_KEYED, .epc_name = "id:giai",
		.rule = RuleCompanyPrefix,
		.link_name = "giai",
	.example = "(8004)06141419876"},
	{.id = 11, .name = "gsrn", .title = "Global Service Relation Number of a Recipient",
		.key_ai = 8018, .number_ai = NO_AI,
		.key = DIGITS(18), .number = NO_NUMBER,
		.check = CHECK_MOD10, .check_at = 17,
		.epc = EPC_KEYED, .epc_name = "id:gsrn",
		.link_name = "gsrn",
	.example = "(8018)061414112345678902"},
	{.id = 12, .name = "gsrnp", .title = "Global Service Relation Number of a Provider",
		.key_ai = 8017, .number_ai = NO_AI,
		.key = DIGITS(18), .number = NO_NUMBER,
		.check = CHECK_MOD10, .check_at = 17,
		.epc = EPC_KEYED, .epc_name = "id:gsrnp",
		.link_name = "gsrnp",
	.example = "(8017)061414112345678902"},
	{.id = 13, .name = "gdti", .title = "Global Document Type Identifier",
		.key_ai = 253, .number_ai = NO_AI,
		.key = DIGITS(13), .number = OPTIONAL(CSET82, 17),
		.check = CHECK_MOD10, .check_at = 12,
		.epc = EPC_KEYED, .epc_name = "id:gdti",
		.link_name = "gdti",
	.example = "(253)0614141123452400"},
	{.id = 14, .name = "cpi", .title = "Component or Part Identifier",
		.key_ai = 8010, .number_ai = 8011,
		.key = {ALPHABET_CSET39, 5, 30}, .number = OPTIONAL(DIGITS, 12), .separator = '/',
		.epc = EPC_KEYED, .epc_name = "id:cpi",
		.rule = RuleCpi,
		.link_name = "cpid",
	.example = "(8010)0614141123ABC(8011)123456789"},
	{.id = 15, .name = "sgcn", .title = "Global Coupon Number",
		.key_ai = 255, .number_ai = NO_AI,
		.key = DIGITS(13), .number = OPTIONAL(DIGITS, 12),
		.check = CHECK_MOD10, .check_at = 12,
		.epc = EPC_KEYED, .epc_name = "id:sgcn",
		.link_name = "gcn",
	.example = "(255)401234567890104711"},
	{.id = 16, .name = "ginc", .title = "Global Identification Number for Consignment",
		.key_ai = 401, .number_ai = NO_AI,
		.key = {ALPHABET_CSET82, 5, 30}, .number = NO_NUMBER,
		.epc = EPC_KEYED, .epc_name = "id:ginc",
		.rule = RuleCompanyPrefix,
		.link_name = "ginc",
	.example = "(401)0614141xyz47/11"},
	{.id = 17, .name = "gsin", .title = "Global Shipment Identification Number",
		.key_ai = 402, .number_ai = NO_AI,
		.key = DIGITS(17), .number = NO_NUMBER,
		.check = CHECK_MOD10, .check_at = 16,
		.epc = EPC_KEYED, .epc_name = "id:gsin",
		.link_name = "gsin",
	.example = "(402)06141411234567890"},
	{.id = 18, .name = "gmn", .title = "Global Model Number",
		.key_ai = 8013, .number_ai = NO_AI,
		.key = {ALPHABET_CSET82, 7, 25}, .number = NO_NUMBER,
		.check = CHECK_GS1_PAIR, .check_at = CHECK_AT_END,
		.rule = RuleCompanyPrefix,
		.link_name = "gmn",
	.example = "(8013)1987654Ad4X4bL5ttr2310c2K"},

	{.id = 32, .name = "adi", .title = "Aerospace and Defense Identifier",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_ADI, 6, 39}, .number = UPTO(CSET39, 30), .separator = '.',
		.epc = EPC_AS_WRITTEN, .epc_name = "id:adi",
		.rule = RuleAdi,
	.example = "adi:35962.PQ7VZ4.M37GXB92"},
	{.id = 33, .name = "bic", .title = "BIC Container Code (ISO 6346)",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_ALPHANUMERIC, 11, 11}, .number = NO_NUMBER,
		.check = CHECK_ISO6346, .check_at = 10,
		.epc = EPC_AS_WRITTEN, .epc_name = "id:bic",
		.rule = RuleBic, .normalise = NormaliseCapitals,
	.example = "bic:CSQU3054383"},
	{.id = 34, .name = "imovn", .title = "IMO Vessel Number",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = DIGITS(7), .number = NO_NUMBER,
		.check = CHECK_IMO, .check_at = 6,
		.epc = EPC_AS_WRITTEN, .epc_name = "id:imovn",
		.normalise = NormaliseImo,
	.example = "imovn:9319466"},
	{.id = 35, .name = "usdod", .title = "US Department of Defense Identifier",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_CAGE, 5, 6}, .number = UPTO(DIGITS, 11), .separator = '.',
		.epc = EPC_AS_WRITTEN, .epc_name = "id:usdod",
		.rule = RuleUsdod,
	.example = "usdod:CAGEY.5678"},
	{.id = 36, .name = "vin", .title = "Vehicle Identification Number (ISO 3779)",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_VIN, 17, 17}, .number = NO_NUMBER,
		.rule = RuleVin, .normalise = NormaliseCapitals,
	.example = "vin:1M8GDM9AXKP042788"},
	{.id = 37, .name = "imei", .title = "International Mobile Equipment Identity",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = DIGITS(15), .number = NO_NUMBER,
		.check = CHECK_LUHN, .check_at = 14,
		.normalise = NormaliseImei,
	.example = "imei:354178036859789"},
	{.id = 38, .name = "meid", .title = "Mobile Equipment Identifier",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_HEX, 14, 14}, .number = NO_NUMBER,
		.normalise = NormaliseMeid,
	.example = "meid:AF0123450ABCDE"},

	{.id = 39, .name = "pzn", .title = "Pharmazentralnummer (Germany)",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = DIGITS(8), .number = NO_NUMBER,
		.check = CHECK_PZN, .check_at = 7,
		.normalise = NormalisePzn,
	.example = "pzn:27580899"},
	{.id = 40, .name = "ppn", .title = "Pharmacy Product Number, with or without Serial Number",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_ALPHANUMERIC, 5, 22}, .number = OPTIONAL(CSET82, 20),
		.separator = '/',
		.check = CHECK_PPN, .check_at = CHECK_AT_END,
		.rule = RulePpn,
	.example = "ppn:110375286414"},
	{.id = 41, .name = "ilu", .title = "ILU Code of Swap Bodies and Semi-Trailers (EN 13044)",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_ALPHANUMERIC, 11, 11}, .number = NO_NUMBER,
		.check = CHECK_ISO6346, .check_at = 10,
		.rule = RuleIlu, .normalise = NormaliseCapitals,
	.example = "ilu:UIRA1234561"},

	{.id = 42, .name = "hibc", .title = "Health Industry Bar Code of a Product, with or without Serial Number",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_ALPHANUMERIC, 6, 23}, .number = OPTIONAL(HIBC, 18),
		.separator = '/',
		.rule = RuleHibc,
	.example = "hibc:A123BJC5D6E71"},
	{.id = 43, .name = "iso15459", .title = "Serial Number with Issuing Agency Code (ISO/IEC 15459)",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_CSET82, 4, 50}, .number = NO_NUMBER,
		.rule = RuleIso15459,
	.example = "iso15459:UN123456789ABC"},

	CHECKED(64, "luhn", "Digits with a Luhn check digit",
			DIGITS, CHECK_LUHN, 2, "luhn:79927398713"),
	CHECKED(65, "luhn_mod_n", "Digits and capitals with a Luhn check, base 36",
			ALPHANUMERIC, CHECK_LUHN_MOD_N, 2, "luhn_mod_n:A12425GABC1234002C"),
	CHECKED(66, "verhoeff", "Digits with a Verhoeff check digit",
			DIGITS, CHECK_VERHOEFF, 2, "verhoeff:2363"),
	CHECKED(67, "damm", "Digits with a Damm check digit",
			DIGITS, CHECK_DAMM, 2, "damm:5724"),
	CHECKED(68, "mod10", "Digits with a GS1 check digit",
			DIGITS, CHECK_MOD10, 2, "mod10:6291041500213"),
	CHECKED(69, "mod11_2", "Digits with an ISO/IEC 7064 MOD 11-2 check",
			ALPHANUMERIC, CHECK_MOD11_2, 2, "mod11_2:079X"),
	CHECKED(70, "mod37_2", "Digits and capitals with an ISO/IEC 7064 MOD 37-2 check",
			CSET82, CHECK_MOD37_2, 2, "mod37_2:G123489654321Y"),
	CHECKED(71, "mod97_10", "Digits with an ISO/IEC 7064 MOD 97-10 check pair",
			DIGITS, CHECK_MOD97_10, 3, "mod97_10:79444"),
	CHECKED(72, "mod661_26", "Capitals with an ISO/IEC 7064 MOD 661-26 check pair",
			LETTERS, CHECK_MOD661_26, 3, "mod661_26:BAISDLAFKBM"),
	CHECKED(73, "mod1271_36", "Digits and capitals with an ISO/IEC 7064 MOD 1271-36 check pair",
			ALPHANUMERIC, CHECK_MOD1271_36, 3, "mod1271_36:ISO793W"),
	CHECKED(74, "mod11_10", "Digits with an ISO/IEC 7064 MOD 11,10 check digit",
			DIGITS, CHECK_MOD11_10, 2, "mod11_10:07945"),
	CHECKED(75, "mod27_26", "Capitals with an ISO/IEC 7064 MOD 27,26 check letter",
			LETTERS, CHECK_MOD27_26, 2, "mod27_26:JEJLMGJS"),
	CHECKED(76, "mod37_36", "Digits and capitals with an ISO/IEC 7064 MOD 37,36 check",
			ALPHANUMERIC, CHECK_MOD37_36, 2, "mod37_36:A12425GABC1234002M"),
	{.id = 126, .name = "uri", .title = "Any Other URI (RFC 3986)",
		.key_ai = NO_AI, .number_ai = NO_AI,
		.key = {ALPHABET_URI, 3, KEY_MAX}, .number = NO_NUMBER,
		.rule = RuleUri, .normalise = NormaliseUri,
	.example = "uri:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
	CHECKED(127, "plain", "Any number of one's own, without a check",
			GRAPHIC, CHECK_NONE, 1, "plain:LOC-0042")
};
/* INDENT ON */

#define SCHEME_COUNT (sizeof(schemes) / sizeof(schemes[0]))

/*
 * The i-th row, counting from 0; NULL past the last.
 */
const Scheme *
SchemeAt(size_t i)
{
	return i < SCHEME_COUNT ? &schemes[i] : NULL;
}

/*
 * The scheme of a stored id, or NULL.
 */
const Scheme *
SchemeById(uint8_t id)
{
	size_t		i;

	for (i = 0; i < SCHEME_COUNT; i++)
		if (schemes[i].id == id)
			return &schemes[i];
	return NULL;
}

/*
 * The scheme of a name, in lower case, or NULL.
 */
const Scheme *
SchemeByName(const char *name, size_t len)
{
	size_t		i;

	for (i = 0; i < SCHEME_COUNT; i++)
		if (strlen(schemes[i].name) == len &&
			memcmp(schemes[i].name, name, len) == 0)
			return &schemes[i];
	return NULL;
}

/*
 * The scheme that a pair of application identifiers stands for, or NULL.
 * number_ai is NO_AI where the text has no element but the key's.
 */
const Scheme *
SchemeByAi(int key_ai, int number_ai)
{
	size_t		i;

	for (i = 0; i < SCHEME_COUNT; i++)
	{
		const Scheme *scheme = &schemes[i];

		if (scheme->key_ai != key_ai || key_ai == NO_AI)
			continue;
		if (scheme->number_ai == number_ai ||
			(number_ai == NO_AI && scheme->number.min == 0))
			return scheme;
	}
	return NULL;
}

/*
 * The scheme whose key has this name in the path of early Digital Links, or
 * NULL.
 */
const Scheme *
SchemeByLinkName(const char *name, size_t len)
{
	size_t		i;

	for (i = 0; i < SCHEME_COUNT; i++)
		if (schemes[i].link_name != NULL &&
			strlen(schemes[i].link_name) == len &&
			memcmp(schemes[i].link_name, name, len) == 0)
			return &schemes[i];
	return NULL;
}

/*
 * Does an element with this application identifier begin an identifier?
 */
bool
SchemeIsKeyAi(int ai)
{
	size_t		i;

	for (i = 0; i < SCHEME_COUNT; i++)
		if (ai != NO_AI && schemes[i].key_ai == ai)
			return true;
	return false;
}

/*
 * Is the key a fixed count of digits, so that it can be stored as an integer?
 */
bool
SchemeKeyIsNumber(const Scheme *scheme)
{
	return scheme->key.alphabet == ALPHABET_DIGITS &&
		scheme->key.min == scheme->key.max;
}

/*
 * The GTIN that the key is, or begins with: AI (01), and (8006) for a piece
 * of an item.
 */
const char *
IdentifierGtin(const Identifier *id)
{
	int			ai = id->scheme->key_ai;

	return ai == 1 || ai == 8006 ? id->key : NULL;
}

/*
 * Fills in a problem.  Always false, so that a check can end with
 * "return ProblemSet(...)".  Only the first problem is kept by callers.
 */
bool
ProblemSet(Problem *problem, ProblemCode code, size_t offset,
		   const char *expected,...)
{
	va_list		args;

	problem->code = code;
	problem->hint = HINT_NONE;
	problem->offset = offset;
	va_start(args, expected);
	vsnprintf(problem->expected, sizeof(problem->expected), expected, args);
	va_end(args);
	return false;
}

/*
 * Length and characters of one component.
 */
static bool
check_component(const char *chars, size_t len, const ComponentRule *part, Problem *problem)
{
	size_t		good;

	if (len == 0 && part->min == 0)
		return true;
	good = AlphabetSpan(part->alphabet, chars, len);
	if (good < len && good < part->max)
	{
		problem->index = good;
		return ProblemSet(problem, PROBLEM_CHARACTER, 0, "%s",
						  AlphabetDescription(part->alphabet));
	}
	if (len >= part->min && len <= part->max)
		return true;

	problem->index = len < part->max ? len : part->max;
	if (part->min == part->max)
		return ProblemSet(problem, PROBLEM_LENGTH, 0, "%d characters, not %zu",
						  part->max, len);
	return ProblemSet(problem, PROBLEM_LENGTH, 0,
					  "%d to %d characters, not %zu",
					  part->min > 0 ? part->min : 1, part->max, len);
}

/*
 * The check characters within the key.  The payload is what stands before
 * them; what follows them, if anything, they do not cover.
 */
static bool
check_check(const Identifier *id, Problem *problem)
{
	const CheckAlgorithm *algorithm = CheckById(id->scheme->check);
	char		right[CHECK_LENGTH_MAX];
	size_t		at = id->scheme->check_at;

	if (at == CHECK_AT_END)
		at = id->key_len - algorithm->length;
	/* the key's alphabet may be wider, for a check that is its only X or * */
	problem->index = AlphabetSpan(algorithm->payload, id->key, at);
	if (problem->index < at)
		return ProblemSet(problem, PROBLEM_CHARACTER, 0, "%s",
						  AlphabetDescription(algorithm->payload));
	algorithm->compute(id->key, at, right);
	if (memcmp(right, id->key + at, algorithm->length) == 0)
		return true;

	problem->index = at;
	if (right[0] == '\0')
		return ProblemSet(problem, PROBLEM_RULE, 0,
						  "another number: this one has no check digit and is not issued");
	if (algorithm->length == 1)
		return ProblemSet(problem, PROBLEM_CHECK, 0, "%c", right[0]);
	return ProblemSet(problem, PROBLEM_CHECK, 0, "%c%c", right[0], right[1]);
}

/*
 * Everything the scheme demands.  On false, problem names component and index.
 */
bool
IdentifierCheck(const Identifier *id, Problem *problem)
{
	const Scheme *scheme = id->scheme;

	problem->component = COMPONENT_KEY;
	if (!check_component(id->key, id->key_len, &scheme->key, problem))
		return false;
	if (scheme->check != CHECK_NONE && !check_check(id, problem))
		return false;
	problem->component = COMPONENT_NUMBER;
	if (!check_component(id->number, id->number_len, &scheme->number, problem))
		return false;
	return scheme->rule == NULL || scheme->rule(id, problem);
}
