/*-------------------------------------------------------------------------
 *
 * ff1_functions.c
 *	  FF1 as SQL functions, for tests against published vectors.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "issue/ff1.h"
#include "issue/numbering.h"
#include "issue/pool.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(serial_ff1_encrypt);
PG_FUNCTION_INFO_V1(serial_ff1_decrypt);

static void
report_bad_ff1_argument(const char *message, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s", _(message)),
			 errdetail("FF1 requires %s.", expected)));
}

/*
 * The arguments of both functions are key, tweak, alphabet and text.
 */
static text *
ff1_permute(FunctionCallInfo fcinfo,
			void (*direction) (const Ff1 *ff1, Ff1Block *blocks, int n))
{
	bytea	   *key = PG_GETARG_BYTEA_PP(0);
	bytea	   *tweak = PG_GETARG_BYTEA_PP(1);
	char	   *alphabet = text_to_cstring(PG_GETARG_TEXT_PP(2));
	char	   *in = text_to_cstring(PG_GETARG_TEXT_PP(3));
	int			length = strlen(in);
	int			key_bytes = VARSIZE_ANY_EXHDR(key);
	text	   *out = palloc(VARHDRSZ + length);
	const char *expected;
	Numbering	numbering;
	Ff1Block	block;
	Ff1			ff1;

	if (key_bytes != 16 && key_bytes != 24 && key_bytes != 32)
		report_bad_ff1_argument("invalid length of FF1 key",
								"a key of 16, 24 or 32 bytes");
	PoolAlphabetCheck(alphabet);
	expected = Ff1CheckDomain(strlen(alphabet), length);
	if (expected != NULL)
		report_bad_ff1_argument("invalid domain of FF1", expected);
	NumberingInit(&numbering, alphabet, length);
	if (!NumberingRead(&numbering, in, &block))
		report_bad_ff1_argument("invalid character in text for FF1",
								"characters of the alphabet");
	Ff1Init(&ff1, (unsigned char *) VARDATA_ANY(key), key_bytes,
			(unsigned char *) VARDATA_ANY(tweak), VARSIZE_ANY_EXHDR(tweak),
			numbering.radix, length);
	direction(&ff1, &block, 1);
	Ff1Free(&ff1);
	NumberingWrite(&numbering, &block, VARDATA(out));
	SET_VARSIZE(out, VARHDRSZ + length);
	return out;
}

/* serial_internal.ff1_encrypt(key bytea, tweak bytea, alphabet text, plaintext text) */
Datum
serial_ff1_encrypt(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(ff1_permute(fcinfo, Ff1Encrypt));
}

/* serial_internal.ff1_decrypt(key bytea, tweak bytea, alphabet text, ciphertext text) */
Datum
serial_ff1_decrypt(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(ff1_permute(fcinfo, Ff1Decrypt));
}
