/*-------------------------------------------------------------------------
 *
 * epc_encoding.c
 *	  A value as RFID tags hold it: binary encodings of EPC, in hexadecimal,
 *	  and tag URIs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "syntax/syntax.h"
#include "utils/builtins.h"
#include "value/report.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_epc_hex);
PG_FUNCTION_INFO_V1(serial_epc_tag_uri);
PG_FUNCTION_INFO_V1(serial_from_epc_hex);

/* the length that stands for an unknown company prefix */
#define UNKNOWN_PREFIX 0

/* how many digits of the input an error message shows */
#define SHOWN_MAX 120

/*
 * What to encode, and how: the arguments (id serial.serial,
 * company_prefix_length integer, coding text, filter integer), of which all
 * may be NULL.
 */
typedef struct EpcArguments
{
	Serial	   *value;
	Identifier	id;
	EpcOptions	options;
} EpcArguments;

/*
 * False: the result is NULL.
 */
static bool
get_epc_arguments(FunctionCallInfo fcinfo, EpcArguments *args)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
		return false;
	args->value = PG_GETARG_SERIAL_PP(0);
	ValueOpen(args->value, &args->id);
	args->options.prefix_digits =
		PG_ARGISNULL(1) ? UNKNOWN_PREFIX : PG_GETARG_INT32(1);
	args->options.coding = NULL;
	args->options.coding_len = 0;
	if (!PG_ARGISNULL(2))
	{
		text	   *coding = PG_GETARG_TEXT_PP(2);

		args->options.coding = VARDATA_ANY(coding);
		args->options.coding_len = VARSIZE_ANY_EXHDR(coding);
	}
	args->options.filter = PG_GETARG_INT32(3);
	return true;
}

static void
refuse_encoding(const EpcArguments *args, const Problem *problem)
{
	char	   *value = ValueToCString(args->value);

	if (args->options.prefix_digits == UNKNOWN_PREFIX &&
		problem->code == PROBLEM_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the company prefix of \"%s\" is not known", value),
				 errdetail("The encoding separates company prefix and reference, and the key does not say where."),
				 errhint("Pass the company prefix length, or add the prefix to serial.company_prefix.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 args->options.coding != NULL ?
			 errmsg("\"%s\" cannot be encoded as \"%.*s\"", value,
					(int) args->options.coding_len, args->options.coding) :
			 errmsg("\"%s\" cannot be encoded as an EPC", value),
			 errdetail("Expected %s.", problem->expected)));
}

static text *
hex_from_bytes(const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	text	   *hex = palloc(VARHDRSZ + 2 * len);
	char	   *out = VARDATA(hex);
	size_t		i;

	for (i = 0; i < len; i++)
	{
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 0xF];
	}
	SET_VARSIZE(hex, VARHDRSZ + 2 * len);
	return hex;
}

/*
 * serial.epc_hex(id serial.serial, company_prefix_length integer,
 * coding text, filter integer) -> text, a whole number of 16-bit words
 */
Datum
serial_epc_hex(PG_FUNCTION_ARGS)
{
	EpcArguments args;
	unsigned char bytes[SYNTAX_EPC_BINARY_MAX];
	size_t		len;
	Problem		problem;

	if (!get_epc_arguments(fcinfo, &args))
		PG_RETURN_NULL();
	if (!SyntaxWriteEpcBinary(&args.id, &args.options, bytes, &len, &problem))
		refuse_encoding(&args, &problem);
	PG_RETURN_TEXT_P(hex_from_bytes(bytes, len));
}

/*
 * serial.epc_tag_uri(id serial.serial, company_prefix_length integer,
 * coding text, filter integer) -> text
 */
Datum
serial_epc_tag_uri(PG_FUNCTION_ARGS)
{
	EpcArguments args;
	char		uri[SYNTAX_TEXT_MAX];
	size_t		len = 0;
	Problem		problem;

	if (!get_epc_arguments(fcinfo, &args))
		PG_RETURN_NULL();
	if (!SyntaxWriteEpcTag(&args.id, &args.options, uri, &len, &problem))
		refuse_encoding(&args, &problem);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(uri, (int) len));
}

/*
 * The bytes of a text of hexadecimal digits; half a byte at the end is filled
 * up with zeros.
 */
static unsigned char *
bytes_from_hex(const char *hex, size_t len, size_t *nbytes)
{
	unsigned char *bytes = palloc0(len / 2 + 1);
	size_t		i;

	for (i = 0; i < len; i++)
	{
		char		c = pg_ascii_toupper((unsigned char) hex[i]);
		unsigned char digit;
		Problem		problem;

		if (!AlphabetHas(ALPHABET_HEX, c))
		{
			ProblemSet(&problem, PROBLEM_CHARACTER, i, "a hexadecimal digit");
			ReportProblem(hex, len, &problem, NULL);
		}
		digit = c <= '9' ? c - '0' : c - 'A' + 10;
		bytes[i / 2] |= i % 2 == 0 ? digit << 4 : digit;
	}
	*nbytes = (len + 1) / 2;
	return bytes;
}

/* serial.from_epc_hex(hex text) -> serial.serial */
Datum
serial_from_epc_hex(PG_FUNCTION_ARGS)
{
	text	   *hex = PG_GETARG_TEXT_PP(0);
	size_t		hex_len = VARSIZE_ANY_EXHDR(hex);
	Identifier	id;
	Problem		problem;
	size_t		len;
	unsigned char *bytes = bytes_from_hex(VARDATA_ANY(hex), hex_len, &len);

	if (!SyntaxReadEpcBinary(bytes, len, &id, &problem))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("\"%.*s%s\" is not the EPC binary encoding of an identifier",
						(int) Min(hex_len, SHOWN_MAX), VARDATA_ANY(hex),
						hex_len > SHOWN_MAX ? "..." : ""),
				 problem.code == PROBLEM_CHECK ?
				 errdetail("Byte %zu: expected the check digit \"%s\".",
						   problem.offset + 1, problem.expected) :
				 errdetail("Byte %zu: expected %s.", problem.offset + 1,
						   problem.expected)));
	PG_RETURN_SERIAL(ValueMake(&id));
}
