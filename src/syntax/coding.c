/*-------------------------------------------------------------------------
 *
 * coding.c
 *	  The table of the binary encodings of EPC, and which of them can hold an
 *	  identifier.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <string.h>

#include "syntax/coding.h"
#include "syntax/epc.h"

/* SGTIN and ITIP: the reference begins with the indicator digit */
static const Partition item_partitions[PARTITION_COUNT] = {
	{40, 12, 4, 1},
	{37, 11, 7, 2},
	{34, 10, 10, 3},
	{30, 9, 14, 4},
	{27, 8, 17, 5},
	{24, 7, 20, 6},
	{20, 6, 24, 7}
};

/* SSCC, GSRN and GSRNP */
static const Partition long_partitions[PARTITION_COUNT] = {
	{40, 12, 18, 5},
	{37, 11, 21, 6},
	{34, 10, 24, 7},
	{30, 9, 28, 8},
	{27, 8, 31, 9},
	{24, 7, 34, 10},
	{20, 6, 38, 11}
};

/* SGLN, GDTI and SGCN */
static const Partition short_partitions[PARTITION_COUNT] = {
	{40, 12, 1, 0},
	{37, 11, 4, 1},
	{34, 10, 7, 2},
	{30, 9, 11, 3},
	{27, 8, 14, 4},
	{24, 7, 17, 5},
	{20, 6, 21, 6}
};

/* a digit less than an item in the same bits */
static const Partition grai_partitions[PARTITION_COUNT] = {
	{40, 12, 4, 0},
	{37, 11, 7, 1},
	{34, 10, 10, 2},
	{30, 9, 14, 3},
	{27, 8, 17, 4},
	{24, 7, 20, 5},
	{20, 6, 24, 6}
};

static const Partition giai_integer_partitions[PARTITION_COUNT] = {
	{40, 12, 42, 13},
	{37, 11, 45, 14},
	{34, 10, 48, 15},
	{30, 9, 52, 16},
	{27, 8, 55, 17},
	{24, 7, 58, 18},
	{20, 6, 62, 19}
};

static const Partition giai_partitions[PARTITION_COUNT] = {
	{40, 12, 148, 18},
	{37, 11, 151, 19},
	{34, 10, 154, 20},
	{30, 9, 158, 21},
	{27, 8, 161, 22},
	{24, 7, 164, 23},
	{20, 6, 168, 24}
};

static const Partition cpi_integer_partitions[PARTITION_COUNT] = {
	{40, 12, 11, 3},
	{37, 11, 14, 4},
	{34, 10, 17, 5},
	{30, 9, 21, 6},
	{27, 8, 24, 7},
	{24, 7, 27, 8},
	{20, 6, 31, 9}
};

/* the reference takes as many bits as it needs */
static const Partition cpi_partitions[PARTITION_COUNT] = {
	{40, 12, 0, 18},
	{37, 11, 0, 19},
	{34, 10, 0, 20},
	{30, 9, 0, 21},
	{27, 8, 0, 22},
	{24, 7, 0, 23},
	{20, 6, 0, 24}
};

#define PARTITIONED(rowname, rowheader, rowbits, rowscheme, rowpartitions, \
					rowkey, rownumber, width) \
	.name = (rowname), .header = (rowheader), .bits = (rowbits), \
	.scheme = (rowscheme), .filter_bits = 3, \
	.partitions = (rowpartitions), \
	.key = FIELD_##rowkey, .number = FIELD_##rownumber, .number_bits = (width)

#define PLUS(rowname, rowheader, rowscheme, rowkey, rownumber) \
	.name = (rowname), .header = (rowheader), .scheme = (rowscheme), \
	.filter_bits = 3, .plus = true, \
	.key = FIELD_##rowkey, .number = FIELD_##rownumber

/* recognised, in order to be refused by name: a host name follows the EPC */
#define HOSTED(rowname, rowheader) \
	.name = (rowname), .header = (rowheader), .plus = true

/*
 * Of the codings of one scheme, those for small values come first, and those
 * that GS1 added last, which fewer devices know, come last.
 */
static const Coding codings[] = {
	{PARTITIONED("sgtin-96", 0x30, 96, "sgtin", item_partitions,
				 DIGITS, INTEGER, 38)},
	{PARTITIONED("sgtin-198", 0x36, 198, "sgtin", item_partitions,
				 DIGITS, ASCII, 140)},
	{PLUS("sgtin+", 0xF7, "sgtin", BCD, TEXT)},
	{PLUS("dsgtin+", 0xFB, "sgtin", BCD, TEXT),
	.dated = true,.read_only = true},
	{PARTITIONED("sscc-96", 0x31, 96, "sscc", long_partitions,
				 DIGITS, NONE, 0)},
	{PLUS("sscc+", 0xF9, "sscc", BCD, NONE)},
	{PARTITIONED("sgln-96", 0x32, 96, "sgln", short_partitions,
				 DIGITS, INTEGER, 41)},
	{PARTITIONED("sgln-195", 0x39, 195, "sgln", short_partitions,
				 DIGITS, ASCII, 140)},
	{PLUS("sgln+", 0xF2, "sgln", BCD, TEXT)},
	{PARTITIONED("grai-96", 0x33, 96, "grai", grai_partitions,
				 DIGITS, INTEGER, 38)},
	{PARTITIONED("grai-170", 0x37, 170, "grai", grai_partitions,
				 DIGITS, ASCII, 112)},
	{PLUS("grai+", 0xF1, "grai", BCD, TEXT)},
	{PARTITIONED("giai-96", 0x34, 96, "giai", giai_integer_partitions,
				 INTEGER, NONE, 0)},
	{PARTITIONED("giai-202", 0x38, 202, "giai", giai_partitions,
				 ASCII, NONE, 0)},
	{PLUS("giai+", 0xFA, "giai", DELIMITED, NONE)},
	{PARTITIONED("gsrn-96", 0x2D, 96, "gsrn", long_partitions,
				 DIGITS, NONE, 0)},
	{PLUS("gsrn+", 0xF4, "gsrn", BCD, NONE)},
	{PARTITIONED("gsrnp-96", 0x2E, 96, "gsrnp", long_partitions,
				 DIGITS, NONE, 0)},
	{PLUS("gsrnp+", 0xF5, "gsrnp", BCD, NONE)},
	{PARTITIONED("gdti-96", 0x2C, 96, "gdti", short_partitions,
				 DIGITS, INTEGER, 41)},
	{PARTITIONED("gdti-113", 0x3A, 113, "gdti", short_partitions,
				 DIGITS, MARKED, 58),
	.read_only = true},
	{PARTITIONED("gdti-174", 0x3E, 174, "gdti", short_partitions,
				 DIGITS, ASCII, 119)},
	{PLUS("gdti+", 0xF6, "gdti", BCD, TEXT)},
	{PARTITIONED("cpi-96", 0x3C, 96, "cpi", cpi_integer_partitions,
				 INTEGER, INTEGER, 31)},
	{PARTITIONED("cpi-var", 0x3D, 0, "cpi", cpi_partitions,
				 SIX_BIT, INTEGER, 40)},
	{PLUS("cpi+", 0xF0, "cpi", DELIMITED, COUNTED)},
	{PARTITIONED("sgcn-96", 0x3F, 96, "sgcn", short_partitions,
				 DIGITS, MARKED, 41)},
	{PLUS("sgcn+", 0xF8, "sgcn", BCD, COUNTED)},
	{PARTITIONED("itip-110", 0x40, 110, "itip", item_partitions,
				 DIGITS, INTEGER, 38)},
	{PARTITIONED("itip-212", 0x41, 212, "itip", item_partitions,
				 DIGITS, ASCII, 140)},
	{PLUS("itip+", 0xF3, "itip", BCD, TEXT)},
	{.name = "usdod-96",.header = 0x2F,.bits = 96,.scheme = "usdod",
		.filter_bits = 4,.key = FIELD_CAGE,
	.number = FIELD_INTEGER,.number_bits = 36},
	{.name = "adi-var",.header = 0x3B,.bits = 0,.scheme = "adi",
		.filter_bits = 6,.key = FIELD_CAGE_PART,
	.number = FIELD_SIX_BIT},

	{.name = "gid-96",.header = 0x35,.bits = 96},
	{HOSTED("cpi++", 0xE6)},
	{HOSTED("gsrn++", 0xE7)},
	{HOSTED("gsrnp++", 0xE8)},
	{HOSTED("sgln++", 0xE9)},
	{HOSTED("gdti++", 0xEA)},
	{HOSTED("grai++", 0xEB)},
	{HOSTED("sgcn++", 0xEC)},
	{HOSTED("itip++", 0xED)},
	{HOSTED("giai++", 0xEE)},
	{HOSTED("sscc++", 0xEF)},
	{HOSTED("dsgtin++", 0xFC)},
	{HOSTED("sgtin++", 0xFD)}
};

#define CODINGS (sizeof(codings) / sizeof(codings[0]))

/*
 * The i-th row, counting from 0; NULL past the last.
 */
const Coding *
CodingAt(size_t i)
{
	return i < CODINGS ? &codings[i] : NULL;
}

const Coding *
CodingByHeader(uint8_t header)
{
	size_t		i;

	for (i = 0; i < CODINGS; i++)
		if (codings[i].header == header)
			return &codings[i];
	return NULL;
}

const Coding *
CodingByName(const char *name, size_t len)
{
	size_t		i;

	for (i = 0; i < CODINGS; i++)
		if (strlen(codings[i].name) == len &&
			memcmp(codings[i].name, name, len) == 0)
			return &codings[i];
	return NULL;
}

static bool
is_of_scheme(const Coding *coding, const Scheme *scheme)
{
	return coding->scheme != NULL && strcmp(coding->scheme, scheme->name) == 0;
}

/*
 * Does the field take the reference behind the company prefix?
 */
static bool
reference_fits(const Coding *coding, const Identifier *id, int prefix_digits,
			   Problem *problem)
{
	const Partition *partition =
	&coding->partitions[COMPANY_PREFIX_DIGITS_MAX - prefix_digits];
	const Field *field = FieldOf(coding->key);
	char		reference[OWN_KEY_MAX];
	size_t		len = EpcReference(id, prefix_digits, reference);

	problem->component = COMPONENT_KEY;
	problem->index = prefix_digits;
	return field->fits == NULL ||
		field->fits(partition->reference_bits, partition->reference_max,
					reference, len, problem);
}

static bool
number_fits(const Coding *coding, const Identifier *id, Problem *problem)
{
	const Field *field = FieldOf(coding->number);

	if (coding->number == FIELD_NONE)
		return true;
	problem->component = COMPONENT_NUMBER;
	problem->index = 0;
	if (id->number_len == 0)
		return EpcZeroIsNone(id->scheme) ||
			ProblemSet(problem, PROBLEM_RULE, 0,
					   "a serial number: without one it is a class, which has no encoding");
	return EpcCheckZero(id, problem) &&
		(field->fits == NULL ||
		 field->fits(coding->number_bits, id->scheme->number.max, id->number,
					 id->number_len, problem));
}

bool
CodingHolds(const Coding *coding, const Identifier *id, int prefix_digits,
			Problem *problem)
{
	if (coding->partitions != NULL &&
		(!EpcCheckPrefix(id, prefix_digits, problem) ||
		 !reference_fits(coding, id, prefix_digits, problem)))
		return false;
	return number_fits(coding, id, problem);
}

/*
 * No coding was meant: lists those that write the scheme.
 */
static void
refuse_name(const Scheme *scheme, Problem *problem)
{
	char		list[PROBLEM_EXPECTED_MAX] = "";
	size_t		len = 0;
	size_t		i;

	for (i = 0; i < CODINGS; i++)
		if (is_of_scheme(&codings[i], scheme) && !codings[i].read_only)
			len += snprintf(list + len, sizeof(list) - len, "%s%s",
							len > 0 ? ", " : "", codings[i].name);
	if (len > 0)
		(void) ProblemSet(problem, PROBLEM_SCHEME, 0,
						  "one of the codings %s", list);
	else
		(void) ProblemSet(problem, PROBLEM_SCHEME, 0,
						  "a scheme that EPC encodes in binary, not \"%s\"",
						  scheme->name);
}

static const Coding *
find_coding(const Identifier *id, const EpcOptions *options, Problem *problem)
{
	const Coding *named = options->coding != NULL ?
	CodingByName(options->coding, options->coding_len) : NULL;
	bool		tried = false;
	size_t		i;

	for (i = 0; i < CODINGS; i++)
	{
		const Coding *coding = &codings[i];

		if (!is_of_scheme(coding, id->scheme) || coding->read_only)
			continue;
		if (options->coding != NULL ? coding != named : coding->plus)
			continue;
		if (CodingHolds(coding, id, options->prefix_digits, problem))
			return coding;
		tried = true;
	}
	if (!tried)
		refuse_name(id->scheme, problem);
	return NULL;
}

const Coding *
CodingChoose(const Identifier *id, const EpcOptions *options, Problem *problem)
{
	const Coding *coding = find_coding(id, options, problem);
	int			limit;

	if (coding == NULL)
		return NULL;
	limit = (1 << coding->filter_bits) - 1;
	if (options->filter >= 0 && options->filter <= limit)
		return coding;
	(void) ProblemSet(problem, PROBLEM_RULE, 0,
					  "a filter value of 0 to %d, not %d", limit,
					  options->filter);
	return NULL;
}
