/*-------------------------------------------------------------------------
 *
 * epc_binary.c
 *	  Binary encodings of EPC, as RFID tags hold them (GS1 Tag Data Standard,
 *	  section 14).
 *
 * Every encoding is a header that names it, a filter value, the key, the number
 * and zeros.  The layout of each is a row in coding.c.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/coding.h"
#include "syntax/epc.h"

#define HEADER_BITS	8
#define TOGGLE_BITS	1
#define COUNT_BITS	7

/* memory of tags is written in words */
#define WORD_BITS	16

typedef struct Decoder
{
	BitReader	bits;
	const Coding *coding;
	Identifier *id;
	Problem    *problem;
	size_t		key_at;			/* first bit */
	size_t		number_at;
} Decoder;

static bool
refuse_bits(Decoder *decoder, ProblemCode code, size_t at, const char *expected)
{
	return ProblemSet(decoder->problem, code, at / 8, "%s", expected);
}

/*
 * Which coding?  The offset of a problem is 0, the header's.
 */
static bool
decode_header(Decoder *decoder)
{
	uint8_t		header = (uint8_t) BitsRead(&decoder->bits, HEADER_BITS);
	const Coding *coding = CodingByHeader(header);

	if (coding == NULL)
		return ProblemSet(decoder->problem, PROBLEM_SCHEME, 0,
						  "the header of an EPC encoding, not %02X", header);
	if (coding->scheme == NULL)
		return ProblemSet(decoder->problem, PROBLEM_SCHEME, 0,
						  "an encoding %s, not %s",
						  coding->plus ? "without a host name"
						  : "of a scheme that is known here", coding->name);
	if (decoder->bits.end < coding->bits)
		return ProblemSet(decoder->problem, PROBLEM_LENGTH,
						  decoder->bits.end / 8, "%d bits of %s, not %zu",
						  coding->bits, coding->name, decoder->bits.end);
	decoder->coding = coding;
	decoder->id->scheme = SchemeByName(coding->scheme, strlen(coding->scheme));
	return true;
}

/*
 * Reads one field.  A problem is placed where the field begins, but missing
 * bytes are missing at the end, whatever came of them.
 */
static bool
decode_field(Decoder *decoder, FieldKind kind, unsigned width, FieldText *field)
{
	size_t		at = decoder->bits.at;
	bool		ok = FieldOf(kind)->read(&decoder->bits, width, field,
										 decoder->problem);

	if (decoder->bits.overrun)
		return refuse_bits(decoder, PROBLEM_LENGTH, decoder->bits.end,
						   "more bytes: the encoding is cut off");
	if (!ok)
		decoder->problem->offset = at / 8;
	return ok;
}

/*
 * The date of a DSGTIN+, which says what it is a date of, is checked and
 * passed over.  A day of 0 leaves it open.
 */
static bool
decode_date(Decoder *decoder)
{
	static const uint8_t days[12] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	size_t		at = decoder->bits.at;
	uint64_t	meaning = BitsRead(&decoder->bits, 4);
	uint64_t	year = BitsRead(&decoder->bits, 7);
	uint64_t	month = BitsRead(&decoder->bits, 4);
	uint64_t	day = BitsRead(&decoder->bits, 5);
	bool		leap = year % 4 == 0 && month == 2;

	if (decoder->bits.overrun)
		return refuse_bits(decoder, PROBLEM_LENGTH, decoder->bits.end,
						   "more bytes: the encoding is cut off");
	if (meaning > 6)
		return refuse_bits(decoder, PROBLEM_STRUCTURE, at,
						   "a date type indicator of 0 to 6");
	if (year <= 99 && month >= 1 && month <= 12 &&
		day <= (uint64_t) days[month - 1] + leap)
		return true;
	return refuse_bits(decoder, PROBLEM_RULE, at, "a date of the calendar");
}

/*
 * Piece and total of an ITIP stand behind the key's check digit.
 */
static bool
decode_counts(Decoder *decoder)
{
	Identifier *id = decoder->id;

	while (id->key_len < id->scheme->key.max)
	{
		FieldText	count = {id->key + id->key_len, 0, COUNT_DIGITS};

		if (!decode_field(decoder, FIELD_DIGITS, COUNT_BITS, &count))
			return false;
		id->key_len += COUNT_DIGITS;
	}
	return true;
}

static bool
decode_partitioned_key(Decoder *decoder)
{
	Identifier *id = decoder->id;
	uint64_t	value = BitsRead(&decoder->bits, PARTITION_BITS);
	const Partition *partition = &decoder->coding->partitions[value];
	char		prefix[COMPANY_PREFIX_DIGITS_MAX];
	char		reference[OWN_KEY_MAX];
	FieldText	prefix_text = {prefix, 0, 0};
	FieldText	reference_text = {reference, 0, 0};

	if (value >= PARTITION_COUNT)
		return refuse_bits(decoder, PROBLEM_STRUCTURE, decoder->key_at,
						   "a partition value of 0 to 6");
	prefix_text.max = partition->prefix_digits;
	reference_text.max = partition->reference_max;
	if (!decode_field(decoder, FIELD_DIGITS, partition->prefix_bits,
					  &prefix_text) ||
		!decode_field(decoder, decoder->coding->key, partition->reference_bits,
					  &reference_text))
		return false;
	EpcJoinKey(id, prefix, prefix_text.len, reference, reference_text.len);
	return !SchemeKeyIsNumber(id->scheme) || decode_counts(decoder);
}

static bool
decode_key(Decoder *decoder)
{
	Identifier *id = decoder->id;
	FieldText	field = {id->key, 0, id->scheme->key.max};

	decoder->key_at = decoder->bits.at;
	if (decoder->coding->partitions != NULL)
		return decode_partitioned_key(decoder);
	if (!decode_field(decoder, decoder->coding->key, 0, &field))
		return false;
	id->key_len = (uint8_t) field.len;
	return true;
}

static bool
decode_number(Decoder *decoder)
{
	const Coding *coding = decoder->coding;
	Identifier *id = decoder->id;
	FieldText	field = {id->number, 0, id->scheme->number.max};

	id->number_len = 0;
	decoder->number_at = decoder->bits.at;
	if (coding->number == FIELD_NONE)
		return true;
	if (!decode_field(decoder, coding->number, coding->number_bits, &field))
		return false;
	if (!EpcZeroIsNone(id->scheme) || field.len != 1 || id->number[0] != '0')
		id->number_len = (uint8_t) field.len;
	return true;
}

/*
 * The toggle bit tells whether what follows the EPC is data.  Such data
 * describes the item and does not identify it.
 */
static bool
decode_rest(Decoder *decoder, bool data_follows)
{
	if (data_follows || BitsRestIsZero(&decoder->bits))
		return true;
	return refuse_bits(decoder, PROBLEM_STRUCTURE, decoder->bits.at,
					   "zeros up to the end");
}

static bool
check_decoded(Decoder *decoder)
{
	Problem    *problem = decoder->problem;

	if (IdentifierCheck(decoder->id, problem))
		return true;
	problem->offset = (problem->component == COMPONENT_KEY ?
					   decoder->key_at : decoder->number_at) / 8;
	return false;
}

bool
SyntaxReadEpcBinary(const unsigned char *bytes, size_t len, Identifier *id,
					Problem *problem)
{
	Decoder		decoder = {.bits = {.bytes = bytes,.end = len * 8},
	.id = id,.problem = problem};
	bool		data_follows;

	if (len == 0)
		return ProblemSet(problem, PROBLEM_LENGTH, 0, "an EPC encoding");
	if (!decode_header(&decoder))
		return false;
	data_follows = decoder.coding->plus &&
		BitsRead(&decoder.bits, TOGGLE_BITS) != 0;
	(void) BitsRead(&decoder.bits, decoder.coding->filter_bits);
	if (decoder.coding->dated && !decode_date(&decoder))
		return false;
	return decode_key(&decoder) && decode_number(&decoder) &&
		decode_rest(&decoder, data_follows) && check_decoded(&decoder);
}

static void
encode_partitioned_key(BitWriter *bits, const Coding *coding,
					   const Identifier *id, int prefix_digits)
{
	int			value = COMPANY_PREFIX_DIGITS_MAX - prefix_digits;
	const Partition *partition = &coding->partitions[value];
	char		reference[OWN_KEY_MAX];
	size_t		len = EpcReference(id, prefix_digits, reference);
	size_t		at;

	BitsWrite(bits, PARTITION_BITS, value);
	FieldOf(FIELD_DIGITS)->write(bits, partition->prefix_bits, EpcPrefix(id),
								 prefix_digits);
	FieldOf(coding->key)->write(bits, partition->reference_bits, reference,
								len);
	if (!SchemeKeyIsNumber(id->scheme))
		return;
	for (at = id->scheme->check_at + 1; at < id->key_len; at += COUNT_DIGITS)
		FieldOf(FIELD_DIGITS)->write(bits, COUNT_BITS, id->key + at,
									 COUNT_DIGITS);
}

static void
encode_number(BitWriter *bits, const Coding *coding, const Identifier *id)
{
	const Field *field = FieldOf(coding->number);

	if (coding->number == FIELD_NONE)
		return;
	/* a number can be missing only in encodings in which zero stands for that */
	if (id->number_len == 0)
		field->write(bits, coding->number_bits, "0", 1);
	else
		field->write(bits, coding->number_bits, id->number, id->number_len);
}

bool
SyntaxWriteEpcBinary(const Identifier *id, const EpcOptions *options,
					 unsigned char *bytes, size_t *len, Problem *problem)
{
	const Coding *row = CodingChoose(id, options, problem);
	BitWriter	bits = {.bytes = bytes,.end = SYNTAX_EPC_BINARY_MAX * 8};

	if (row == NULL)
		return false;
	memset(bytes, 0, SYNTAX_EPC_BINARY_MAX);
	BitsWrite(&bits, HEADER_BITS, row->header);
	if (row->plus)
		BitsWrite(&bits, TOGGLE_BITS, 0);
	BitsWrite(&bits, row->filter_bits, options->filter);
	if (row->partitions != NULL)
		encode_partitioned_key(&bits, row, id, options->prefix_digits);
	else
		FieldOf(row->key)->write(&bits, 0, id->key, id->key_len);
	encode_number(&bits, row, id);
	if (bits.at < row->bits)
		bits.at = row->bits;
	*len = (bits.at + WORD_BITS - 1) / WORD_BITS * (WORD_BITS / 8);
	return true;
}
