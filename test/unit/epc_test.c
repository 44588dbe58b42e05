/*-------------------------------------------------------------------------
 *
 * epc_test.c
 *	  Binary encodings of EPC and tag URIs without PostgreSQL: published
 *	  vectors both ways, and round trips through every encoding.
 *
 * Takes the folder of the vectors; prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include "tap.h"
#include "syntax/coding.h"
#include "syntax/epc.h"
#include "syntax/syntax.h"

#define BYTES_MAX 512
#define LINE_LEN 2048
#define WHAT_MAX (4 * LINE_LEN)

/*
 * Half a byte at the end is filled up with zeros.
 */
static size_t
from_hex(const char *hex, unsigned char *bytes)
{
	size_t		len = strlen(hex);
	size_t		i;

	memset(bytes, 0, (len + 1) / 2);
	for (i = 0; i < len; i++)
	{
		char		digit[2] = {hex[i], '\0'};

		bytes[i / 2] |= strtoul(digit, NULL, 16) << (i % 2 == 0 ? 4 : 0);
	}
	return (len + 1) / 2;
}

static void
to_hex(const unsigned char *bytes, size_t len, char *hex)
{
	size_t		i;

	for (i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02X", bytes[i]);
	hex[2 * len] = '\0';
}

/*
 * How far published rows are padded differs.
 */
static size_t
without_padding(const unsigned char *bytes, size_t len)
{
	while (len > 0 && bytes[len - 1] == 0)
		len--;
	return len;
}

static void
describe(bool ok, const Identifier *id, const Problem *problem, char *got)
{
	if (ok)
		got[SyntaxWrite(id, got)] = '\0';
	else
		sprintf(got, "!%s@%zu", problem_names[problem->code],
				problem->offset);
}

static void
check_reading(const char *hex, const char *expected)
{
	unsigned char bytes[BYTES_MAX];
	size_t		len = from_hex(hex, bytes);
	char		got[SYNTAX_TEXT_MAX + 64];
	char		what[WHAT_MAX];
	Identifier	id;
	Problem		problem;
	bool		ok;

	ok = SyntaxReadEpcBinary(bytes, len, &id, &problem);
	describe(ok, &id, &problem, got);
	snprintf(what, sizeof(what), "%s is %s", *hex != '\0' ? hex : "nothing",
			 expected);
	report(strcmp(got, expected) == 0, what, got);
}

static void
check_spelling(const char *uri, const char *expected)
{
	char		got[SYNTAX_TEXT_MAX + 64];
	char		what[WHAT_MAX];
	Identifier	id;
	Problem		problem;
	bool		ok;

	ok = SyntaxRead(uri, strlen(uri), &id, &problem);
	describe(ok, &id, &problem, got);
	snprintf(what, sizeof(what), "%s is %s", uri, expected);
	report(strcmp(got, expected) == 0, what, got);
}

/*
 * What a tag URI says besides the identifier: urn:epc:tag:CODING:FILTER.PREFIX.
 * Rows of codings without tag URI have CODING:FILTER alone.
 */
typedef struct TagParts
{
	const char *coding;
	size_t		coding_len;
	int			filter;
	int			prefix_digits;
} TagParts;

static void
split_tag(const char *tag, TagParts *parts)
{
	char	   *end;

	parts->coding = strncmp(tag, "urn:epc:tag:", 12) == 0 ? tag + 12 : tag;
	parts->coding_len = strcspn(parts->coding, ":");
	parts->filter = (int) strtol(parts->coding + parts->coding_len + 1, &end,
								 10);
	parts->prefix_digits = *end == '.' ? (int) strcspn(end + 1, ".") : 0;
}

static void
check_writing(const char *canonical, const char *tag, const char *hex)
{
	EpcOptions	options;
	unsigned char expected[BYTES_MAX];
	unsigned char bytes[SYNTAX_EPC_BINARY_MAX];
	size_t		expected_len = from_hex(hex, expected);
	size_t		len = 0;
	char		got[SYNTAX_TEXT_MAX + 1];
	char		what[WHAT_MAX];
	TagParts	parts;
	Identifier	id;
	Problem		problem;
	bool		ok;

	split_tag(tag, &parts);
	options.coding = parts.coding;
	options.coding_len = parts.coding_len;
	options.filter = parts.filter;
	options.prefix_digits = parts.prefix_digits;
	ok = SyntaxRead(canonical, strlen(canonical), &id, &problem) &&
		SyntaxWriteEpcBinary(&id, &options, bytes, &len, &problem);
	to_hex(bytes, ok ? len : 0, got);
	expected_len = without_padding(expected, expected_len);
	ok = ok && len % 2 == 0 && without_padding(bytes, len) == expected_len &&
		memcmp(bytes, expected, expected_len) == 0;
	snprintf(what, sizeof(what), "%s is written as %s, %s", canonical, hex,
			 tag);
	report(ok, what, got);
	if (strncmp(tag, "urn:", 4) != 0)
		return;

	ok = SyntaxWriteEpcTag(&id, &options, got, &len, &problem);
	got[ok ? len : 0] = '\0';
	snprintf(what, sizeof(what), "%s is written as %s", canonical, tag);
	report(strcmp(got, tag) == 0, what, got);
}

static void
check_row(const char *hex, const char *tag, const char *expected)
{
	check_reading(hex, expected);
	if (strncmp(tag, "urn:", 4) == 0)
		check_spelling(tag, expected);
	if (*tag != '-' && strstr(tag, "gdti-113") == NULL)
		check_writing(expected, tag, hex);
}

static void
check_file(const char *folder)
{
	char		line[LINE_LEN];
	char		path[1024];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/epc_binary.tsv", folder);
	file = fopen(path, "r");
	if (file == NULL)
	{
		printf("Bail out! cannot open %s\n", path);
		exit(1);
	}
	while (fgets(line, sizeof(line), file) != NULL)
	{
		char	   *tag = strchr(line, '\t');
		char	   *expected = tag != NULL ? strchr(tag + 1, '\t') : NULL;
		char	   *source = NULL;

		if (expected != NULL)
			source = strchr(expected + 1, '\t');
		if (line[0] == '#')
			continue;
		if (source == NULL)
		{
			report(false, "a row has four columns", line);
			continue;
		}
		*tag++ = *expected++ = *source = '\0';
		check_row(line, tag, expected);
	}
	fclose(file);
}

/*
 * Writes the identifier in the coding, reads it again, both as bits and as
 * URI, and says what was wrong; NULL if nothing was.
 */
static const char *
round_trip(const Identifier *id, const Coding *coding, int prefix_digits)
{
	unsigned char bytes[SYNTAX_EPC_BINARY_MAX];
	char		canonical[SYNTAX_TEXT_MAX];
	char		input[SYNTAX_TEXT_MAX];
	size_t		canonical_len = SyntaxWrite(id, canonical);
	size_t		len;
	int			filter = (1 << coding->filter_bits) - 1;
	EpcOptions	options = {coding->name, strlen(coding->name), filter, prefix_digits};
	Identifier	again;
	Problem		problem;

	if (!SyntaxWriteEpcBinary(id, &options, bytes, &len, &problem))
		return "the bits are not written";
	if (!SyntaxReadEpcBinary(bytes, len, &again, &problem))
		return "the bits are not read";
	if (SyntaxWrite(&again, input) != canonical_len ||
		memcmp(input, canonical, canonical_len) != 0)
		return "the bits are another identifier";
	if (coding->plus)
		return NULL;
	if (!SyntaxWriteEpcTag(id, &options, input, &len, &problem))
		return "the tag URI is not written";
	if (!SyntaxRead(input, len, &again, &problem))
		return "the tag URI is not read";
	if (SyntaxWrite(&again, input) != canonical_len ||
		memcmp(input, canonical, canonical_len) != 0)
		return "the tag URI is another identifier";
	return NULL;
}

/*
 * An identifier through every coding that can hold it, with every length of
 * company prefix; at least so many codings.
 */
static void
check_round_trips(const char *spelling, int least)
{
	char		what[256];
	char		got[128];
	Identifier	id;
	Problem		problem;
	const Coding *coding;
	const char *wrong = NULL;
	int			used = 0;
	size_t		i;

	snprintf(what, sizeof(what), "%s survives its encodings", spelling);
	if (!SyntaxRead(spelling, strlen(spelling), &id, &problem))
	{
		report(false, what, problem.expected);
		return;
	}
	for (i = 0; wrong == NULL && (coding = CodingAt(i)) != NULL; i++)
	{
		bool		holds = false;
		int			digits;

		if (coding->scheme == NULL || coding->read_only ||
			strcmp(coding->scheme, id.scheme->name) != 0)
			continue;
		for (digits = COMPANY_PREFIX_DIGITS_MIN;
			 wrong == NULL && digits <= COMPANY_PREFIX_DIGITS_MAX; digits++)
			if (CodingHolds(coding, &id, digits, &problem))
			{
				holds = true;
				wrong = round_trip(&id, coding, digits);
			}
		used += holds;
		snprintf(got, sizeof(got), "%s: %s", coding->name, wrong ? wrong : "");
	}
	if (wrong == NULL && used < least)
		snprintf(got, sizeof(got), "%d codings", used);
	report(wrong == NULL && used >= least, what, got);
}

typedef struct Extreme
{
	const char *spelling;
	int			codings;		/* that can hold it */
} Extreme;

static const Extreme extremes[] = {
	/* the largest integer of 38 bits, one more, and other edges of serials */
	{"(01)80614141123458(21)274877906943", 3},
	{"(01)80614141123458(21)274877906944", 2},
	{"(01)80614141123458(21)0", 3},
	{"(01)80614141123458(21)00", 2},
	{"(01)80614141123458(21)09", 2},
	{"(01)80614141123458(21)99999999999999999999", 2},
	{"(01)80614141123458(21)00000000000000000000", 2},
	{"(01)80614141123458(21)zzzzzzzzzzzzzzzzzzzz", 2},
	{"(01)80614141123458(21)!\"%&'\\()*+,-./:;<=>?_", 2},
	{"(01)80614141123458(21)ABCDEFABCDEFABCDEFAB", 2},
	{"(01)80614141123458(21)abcdefabcdefabcdefab", 2},
	{"(01)80614141123458(21)ABCDEFGHIJKLMNOPQRST", 2},
	{"(01)80614141123458(21)A.B-C:D.E-F:G.H-I:J.", 2},
	{"(01)80614141123458(21)Z", 2},
	{"(01)99999999999997(21)1", 3},
	{"(01)00000000000000(21)1", 3},

	{"(00)999999999999999995", 2},
	{"(00)000000000000000000", 2},
	{"(414)9999999999994(254)2199023255551", 3},
	{"(414)9999999999994(254)2199023255552", 2},
	{"(414)9999999999994(254)00", 2},
	{"(414)9999999999994(254)abcdefghij0123456789", 2},
	{"(414)9999999999994", 3},
	{"(8003)09999999999994274877906943", 3},
	{"(8003)09999999999994274877906944", 2},
	{"(8003)09999999999994zzzzzzzzzzzzzzzz", 2},
	{"(8003)0000000000000000", 2},
	{"(253)99999999999942199023255551", 3},
	{"(253)99999999999942199023255552", 2},
	{"(253)999999999999499999999999999999", 2},
	{"(253)9999999999994zzzzzzzzzzzzzzzzz", 2},
	{"(255)9999999999994999999999999", 2},
	{"(255)9999999999994000000000000", 2},
	{"(255)99999999999940", 2},

	/* assets: the edges move with the company prefix */
	{"(8004)9999994611686018427387903", 3},
	{"(8004)9999994611686018427387904", 2},
	{"(8004)9999999999994398046511103", 3},
	{"(8004)9999999999990", 3},
	{"(8004)99999999999900", 2},
	{"(8004)999999999999zzzzzzzzzzzzzzzzzz", 2},
	{"(8004)999999zzzzzzzzzzzzzzzzzzzzzzzz", 2},
	{"(8004)999999999999999999999999999999", 2},
	{"(8004)000000!", 2},

	{"(8010)999999999999999(8011)2147483647", 3},
	{"(8010)999999999999999(8011)2147483648", 2},
	{"(8010)999999999999999(8011)999999999999", 2},
	{"(8010)9999990(8011)1", 3},
	{"(8010)99999901(8011)1", 3},
	{"(8010)99999900(8011)1", 3},
	{"(8010)9999999999990A(8011)1", 2},
	{"(8010)999999ZZZZZZZZZZZZZZZZZZZZZZZZ(8011)1", 2},
	{"(8010)999999#-/#-/#-/#-/#-/#-/#-/#-/(8011)1", 2},
	{"(8018)999999999999999995", 2},
	{"(8017)000000000000000000", 2},
	{"(8006)999999999999979999(21)274877906943", 3},
	{"(8006)999999999999970199(21)274877906944", 2},
	{"(8006)000000000000000101(21)zzzzzzzzzzzzzzzzzzzz", 2},

	{"adi:Z9999.99999999999999999999999999999999.#99999999999999999999999999999", 1},
	{"adi:ZZZZZZ..0", 1},
	{"usdod:ZZZZZ.0", 1},
	{"usdod:999999.68719476735", 1}
};

static void
check_all_round_trips(void)
{
	const Scheme *scheme;
	size_t		i;

	for (i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++)
		check_round_trips(extremes[i].spelling, extremes[i].codings);
	for (i = 0; (scheme = SchemeAt(i)) != NULL; i++)
		check_round_trips(scheme->example, 0);
}

/*
 * What to write with, and what cannot be written.
 */
typedef struct Choice
{
	const char *spelling;
	const char *coding;			/* NULL: the first that holds it */
	int			filter;
	int			prefix_digits;
	const char *expected;		/* beginning of the hex, or !problem */
} Choice;

static const Choice choices[] = {
	{"(01)80614141123458(21)6789", NULL, 0, 7, "30"},
	{"(01)80614141123458(21)06789", NULL, 0, 7, "36"},
	{"(01)80614141123458(21)274877906944", NULL, 0, 7, "36"},
	{"(00)106141412345678908", NULL, 0, 7, "31"},
	{"(414)0614141000012", NULL, 0, 7, "32"},
	{"(414)0614141000012(254)A", NULL, 0, 7, "39"},
	{"(8003)00614141123452400", NULL, 0, 7, "33"},
	{"(8003)006141411234520400", NULL, 0, 7, "37"},
	{"(8004)06141419876", NULL, 0, 7, "34"},
	{"(8004)061414109876", NULL, 0, 7, "38"},
	{"(253)0614141123452400", NULL, 0, 7, "2C"},
	{"(253)0614141123452A", NULL, 0, 7, "3E"},
	{"(8010)0614141123(8011)1", NULL, 0, 7, "3C"},
	{"(8010)0614141123(8011)999999999999", NULL, 0, 7, "3D"},
	{"(8010)0614141123A(8011)1", NULL, 0, 7, "3D"},
	{"(255)401234567890104711", NULL, 0, 7, "3F"},
	{"(8006)040123451234560102(21)987", NULL, 0, 7, "40"},
	{"(8006)040123451234560102(21)A", NULL, 0, 7, "41"},
	{"usdod:CAGEY.5678", NULL, 15, 0, "2F"},
	{"adi:35962.PQ7VZ4.M37GXB92", NULL, 63, 0, "3B"},
	{"(01)80614141123458(21)6789", "sgtin+", 7, 0, "F7"},
	{"(01)80614141123458(21)6789", "sgtin-198", 7, 12, "36"},

	{"(01)80614141123458(21)06789", "sgtin-96", 0, 7, "!RULE"},
	{"(01)80614141123458(21)A", "sgtin-96", 0, 7, "!RULE"},
	{"(01)80614141123458(21)274877906944", "sgtin-96", 0, 7, "!RULE"},
	{"(01)80614141123458(21)6789", NULL, 8, 7, "!RULE"},
	{"(01)80614141123458(21)6789", NULL, -1, 7, "!RULE"},
	{"(01)80614141123458(21)6789", NULL, 0, 0, "!LENGTH"},
	{"(01)80614141123458(21)6789", NULL, 0, 5, "!LENGTH"},
	{"(01)80614141123458(21)6789", NULL, 0, 13, "!LENGTH"},
	{"(01)80614141123458(21)6789", "SGTIN-96", 0, 7, "!SCHEME"},
	{"(01)80614141123458(21)6789", "sscc-96", 0, 7, "!SCHEME"},
	{"(01)80614141123458(21)6789", "dsgtin+", 0, 7, "!SCHEME"},
	{"(01)80614141123458(21)6789", "sgtin++", 0, 7, "!SCHEME"},
	{"(01)80614141123458(21)6789", "", 0, 7, "!SCHEME"},
	{"(253)0614141123452400", "gdti-113", 0, 7, "!SCHEME"},
	{"(01)80614141123458", NULL, 0, 7, "!SCHEME"},
	{"(01)80614141123458(10)L", NULL, 0, 7, "!SCHEME"},
	{"vin:1M8GDM9AXKP042788", NULL, 0, 7, "!SCHEME"},
	{"(8003)00614141123452", NULL, 0, 7, "!RULE"},
	{"(8003)00614141123452", "grai+", 0, 7, "!RULE"},
	{"(253)0614141123452", NULL, 0, 7, "!RULE"},
	{"(253)0614141123452", "gdti+", 0, 7, "!RULE"},
	{"(255)4012345678901", NULL, 0, 7, "!RULE"},
	{"(414)0614141000012(254)0", NULL, 0, 7, "!RULE"},
	{"(414)0614141000012(254)0", "sgln+", 0, 7, "!RULE"},
	{"(8004)061414109876", "giai-96", 0, 7, "!RULE"},
	{"(8004)0614141A9876", NULL, 0, 8, "!CHARACTER"},
	{"(8004)06141419876", NULL, 0, 11, "!LENGTH"},
	{"(8010)06141411234567890(8011)1", "cpi-96", 0, 7, "!RULE"},
	{"(8010)0614141012(8011)1", "cpi-96", 0, 7, "!RULE"},
	{"(8010)0614141123(8011)2147483648", "cpi-96", 0, 7, "!RULE"},
	{"usdod:CAGEY.5678", NULL, 16, 0, "!RULE"},
	{"adi:35962.PQ7VZ4.M37GXB92", NULL, 64, 0, "!RULE"}
};

static void
check_choice(const Choice *choice)
{
	unsigned char bytes[SYNTAX_EPC_BINARY_MAX];
	const char *coding = choice->coding;
	size_t		coding_len = coding != NULL ? strlen(coding) : 0;
	EpcOptions	options = {coding, coding_len, choice->filter, choice->prefix_digits};
	size_t		len;
	char		got[2 * SYNTAX_EPC_BINARY_MAX + 1];
	char		what[256];
	Identifier	id;
	Problem		problem;

	snprintf(what, sizeof(what), "%s, %s, filter %d, prefix of %d digits: %s",
			 choice->spelling, coding != NULL ? coding : "any coding",
			 choice->filter, choice->prefix_digits, choice->expected);
	if (!SyntaxRead(choice->spelling, strlen(choice->spelling), &id, &problem))
		strcpy(got, "no identifier");
	else if (SyntaxWriteEpcBinary(&id, &options, bytes, &len, &problem))
		to_hex(bytes, len, got);
	else
		sprintf(got, "!%s", problem_names[problem.code]);
	report(strncmp(got, choice->expected, strlen(choice->expected)) == 0, what,
		   got);
}

/*
 * Tag URIs that need more than the vectors have.
 */
static const char *const tag_uris[][2] = {
	{"urn:epc:tag:[att=x01]:sgtin-96:3.0614141.812345.6789", "(01)80614141123458(21)6789"},
	{"urn:epc:tag:[att=xA0][umi=1][xpc=x0004]:sgtin-96:3.0614141.812345.6789", "(01)80614141123458(21)6789"},
	{"urn:epc:tag:sgtin-198:3.0614141.812345.a.b", "(01)80614141123458(21)a.b"},
	{"urn:epc:tag:giai-202:0.0614141.a.b", "(8004)0614141a.b"},
	{"urn:epc:tag:sgln-96:0.0614141.00001.0", "(414)0614141000012"},
	{"urn:epc:tag:gdti-113:3.4012345.98765.00000000000000001", "(253)401234598765200000000000000001"},

	{"urn:epc:tag:", "!SCHEME@12"},
	{"urn:epc:tag:sgtin-96", "!SCHEME@12"},
	{"urn:epc:tag:sgtin-97:3.0614141.812345.6789", "!SCHEME@12"},
	{"urn:epc:tag:SGTIN-96:3.0614141.812345.6789", "!SCHEME@12"},
	{"urn:epc:tag:sgtin+:3.0614141.812345.6789", "!SCHEME@12"},
	{"urn:epc:tag:gid-96:31415.271828.1414", "!SCHEME@12"},
	{"urn:epc:tag:sgtin-96:", "!RULE@21"},
	{"urn:epc:tag:sgtin-96:3", "!STRUCTURE@22"},
	{"urn:epc:tag:usdod-96:3", "!STRUCTURE@22"},
	{"urn:epc:tag:usdod-96:3.", "!STRUCTURE@23"},
	{"urn:epc:tag:sgtin-96:8.0614141.812345.6789", "!RULE@21"},
	{"urn:epc:tag:sgtin-96:03.0614141.812345.6789", "!RULE@21"},
	{"urn:epc:tag:sgtin-96:.0614141.812345.6789", "!RULE@21"},
	{"urn:epc:tag:sgtin-96:-1.0614141.812345.6789", "!RULE@21"},
	{"urn:epc:tag:usdod-96:16.CAGEY.5678", "!RULE@21"},
	{"urn:epc:tag:adi-var:64.35962.PQ7VZ4.M37GXB92", "!RULE@20"},
	{"urn:epc:tag:sgtin-96:3.0614141.812345.06789", "!RULE@38"},
	{"urn:epc:tag:sgtin-96:3.0614141.812345.67A", "!RULE@38"},
	{"urn:epc:tag:sgtin-96:3.0614141.812345.274877906944", "!RULE@38"},
	{"urn:epc:tag:sgtin-96:3.0614141.812345.99999999999999999999", "!RULE@38"},
	{"urn:epc:tag:sgtin-96:3.0614141.812345", "!STRUCTURE@37"},
	{"urn:epc:tag:sgtin-96:3.0614141.812345.*", "!RULE@38"},
	{"urn:epc:tag:sgtin-96:3.061414.812345.6789", "!LENGTH@30"},
	{"urn:epc:tag:grai-96:3.0614141.12345.040", "!RULE@36"},
	{"urn:epc:tag:sgln-96:3.0614141.12345.2199023255552", "!RULE@36"},
	{"urn:epc:tag:sgln-96:3.0614141.12345.00", "!RULE@36"},
	{"urn:epc:tag:giai-96:3.0614141.0987", "!RULE@30"},
	{"urn:epc:tag:giai-96:3.0614141.98A", "!RULE@30"},
	{"urn:epc:tag:giai-96:3.0614141.288230376151711744", "!RULE@30"},
	{"urn:epc:tag:cpi-96:3.0614141.012.1", "!RULE@29"},
	{"urn:epc:tag:cpi-96:3.0614141.123456789.1", "!RULE@29"},
	{"urn:epc:tag:cpi-96:3.0614141.12A.1", "!RULE@29"},
	{"urn:epc:tag:cpi-96:3.0614141.12.2147483648", "!RULE@32"},
	{"urn:epc:tag:gdti-113:3.4012345.98765.A", "!RULE@37"},
	{"urn:epc:tag:usdod-96:3.CAGEY.68719476736", "!RULE@29"},
	{"urn:epc:tag:[att=x01]sgtin-96:3.0614141.812345.6789", "!STRUCTURE@21"},
	{"urn:epc:tag:[att=x01]", "!STRUCTURE@21"},
	{"urn:epc:tag:[att=x01:sgtin-96:3.0614141.812345.6789", "!STRUCTURE@12"},
	{"urn:epc:tag:[att=01]:sgtin-96:3.0614141.812345.6789", "!STRUCTURE@12"},
	{"urn:epc:tag:[att=x]:sgtin-96:3.0614141.812345.6789", "!STRUCTURE@12"},
	{"urn:epc:tag:[att=x01][]:sgtin-96:3.0614141.812345.6789", "!STRUCTURE@21"}
};

/*
 * Every number of so many digits has directory in the bits, and no bit is spared.
 */
static void
check_bits(void)
{
	static const char nines[] = "99999999999999999999999999999999999999";
	size_t		n;

	for (n = 1; n < sizeof(nines); n++)
	{
		unsigned char bytes[BITS_DECIMAL_MAX / 8] = {0};
		unsigned	width = BitsForDigits(n);
		BitWriter	writer = {.bytes = bytes,.end = sizeof(bytes) * 8};
		BitReader	reader = {.bytes = bytes,.end = sizeof(bytes) * 8};
		char		digits[sizeof(nines)] = "";
		char		what[64];
		bool		ok;

		BitsWriteDecimal(&writer, width, nines, n);
		ok = BitsReadDecimal(&reader, width, digits, n);
		snprintf(what, sizeof(what), "%zu digits take %u bits", n, width);
		report(ok && !writer.overrun && !reader.overrun &&
			   memcmp(digits, nines, n) == 0 && (bytes[0] & 0x80) != 0 &&
			   reader.at == width, what, digits);
	}
}

int
main(int argc, char **argv)
{
	size_t		i;

	if (argc != 2)
	{
		fprintf(stderr, "usage: %s vectors-folder\n", argv[0]);
		return 2;
	}
	check_file(argv[1]);
	check_all_round_trips();
	for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		check_choice(&choices[i]);
	for (i = 0; i < sizeof(tag_uris) / sizeof(tag_uris[0]); i++)
		check_spelling(tag_uris[i][0], tag_uris[i][1]);
	check_bits();
	return finish();
}
