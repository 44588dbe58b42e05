/*-------------------------------------------------------------------------
 *
 * pool_definition.c
 *	  What SQL asks before it makes a pool, and FF1 by itself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "issue/key.h"
#include "issue/numbering.h"
#include "issue/template.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_pool_length);
PG_FUNCTION_INFO_V1(serial_pool_prefix);
PG_FUNCTION_INFO_V1(serial_check_pool);
PG_FUNCTION_INFO_V1(serial_make_pool_key);
PG_FUNCTION_INFO_V1(serial_ff1_encrypt);
PG_FUNCTION_INFO_V1(serial_ff1_decrypt);

static const Scheme *
scheme_argument(text *name)
{
	const Scheme *scheme = SchemeByName(VARDATA_ANY(name),
										VARSIZE_ANY_EXHDR(name));

	if (scheme == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a scheme",
						text_to_cstring(name)),
				 errhint("serial.schemes() lists the schemes.")));
	return scheme;
}

/* serial_internal.pool_length(scheme text, prefix text) -> int: the default */
Datum
serial_pool_length(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(TemplateDefaultLength(scheme_argument(PG_GETARG_TEXT_PP(0)),
										  text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

/*
 * serial_internal.pool_prefix(scheme text, prefix text) -> text: with the joint behind
 * a whole key, so that the prefixes of two pools compare as beginnings
 */
Datum
serial_pool_prefix(PG_FUNCTION_ARGS)
{
	const Scheme *scheme = scheme_argument(PG_GETARG_TEXT_PP(0));
	char	   *prefix = text_to_cstring(PG_GETARG_TEXT_PP(1));

	bool		whole_key = scheme->key.min == scheme->key.max ?
		strlen(prefix) == scheme->key.max : strchr(prefix, scheme->separator) == NULL;

	if (scheme->number.max > 0 && scheme->separator != '\0' && whole_key)
		prefix = psprintf("%s%c", prefix, scheme->separator);
	PG_RETURN_TEXT_P(cstring_to_text(prefix));
}

static void
refuse_alphabet(const char *alphabet, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("alphabet \"%s\" is unsuitable", alphabet),
			 errdetail("Expected %s.", expected)));
}

/*
 * Distinct ASCII characters, as many as FF1 takes.
 */
static void
check_alphabet(const char *alphabet)
{
	size_t		n = strlen(alphabet);
	size_t		i;

	if (n < 2 || n > NUMBERING_RADIX_MAX)
		refuse_alphabet(alphabet, "2 to 82 characters");
	if (AlphabetSpan(ALPHABET_GRAPHIC, alphabet, n) < n)
		refuse_alphabet(alphabet, AlphabetDescription(ALPHABET_GRAPHIC));
	for (i = 1; i < n; i++)
		if (memchr(alphabet, alphabet[i], i) != NULL)
			refuse_alphabet(alphabet,
							psprintf("each character once, not \"%c\" twice",
									 alphabet[i]));
}

static void
check_characters(const Template *template, const char *alphabet)
{
	const Identifier *id = &template->id;
	bool		in_key = template->issued < id->number;
	const ComponentRule *rule = in_key ? &id->scheme->key : &id->scheme->number;
	size_t		n = strlen(alphabet);

	if (AlphabetSpan(rule->alphabet, alphabet, n) < n ||
		(template->check_at >= 0 &&
		 AlphabetSpan(CheckById(id->scheme->check)->payload, alphabet, n) < n))
		refuse_alphabet(alphabet, AlphabetDescription(rule->alphabet));
}

static void
check_identifier(Template *template, const char *prefix)
{
	const Identifier *id = &template->id;
	Problem		problem;

	TemplateFinish(template);
	if (IdentifierCheck(id, &problem))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("prefix \"%s\" does not begin identifiers of scheme \"%s\"",
					prefix, id->scheme->name),
			 errdetail("At position %d of the %s, expected %s.",
					   (int) problem.index + 1,
					   problem.component == COMPONENT_KEY ? "key" : "number",
					   problem.expected)));
}

/*
 * Every character throughout, and every character alone at every place: what
 * rules there are look at the first characters, or sum weighted characters.
 */
static void
check_identifiers(Template *template, const char *prefix, const char *alphabet)
{
	const char *c;
	int			i;

	for (c = alphabet; *c != '\0'; c++)
	{
		memset(template->issued, *c, template->length);
		check_identifier(template, prefix);
		for (i = 0; i < template->length; i++)
		{
			memset(template->issued, alphabet[0], template->length);
			template->issued[i] = *c;
			check_identifier(template, prefix);
		}
	}
}

/*
 * serial_internal.check_pool(scheme text, prefix text, length int, alphabet text,
 *					 random bool) -> void
 *
 * Error 22023 unless every number of such a pool is a valid identifier, and
 * its space is one that FF1 may permute.
 */
Datum
serial_check_pool(PG_FUNCTION_ARGS)
{
	const Scheme *scheme = scheme_argument(PG_GETARG_TEXT_PP(0));
	char	   *prefix = text_to_cstring(PG_GETARG_TEXT_PP(1));
	int			length = PG_GETARG_INT32(2);
	char	   *alphabet = text_to_cstring(PG_GETARG_TEXT_PP(3));
	Template	template;

	check_alphabet(alphabet);
	TemplateInit(&template, scheme, prefix, length);
	check_characters(&template, alphabet);
	check_identifiers(&template, prefix, alphabet);
	if (PG_GETARG_BOOL(4))
	{
		const char *expected = Ff1CheckDomain(strlen(alphabet), length);

		if (expected != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the space of the pool is too small for random numbers"),
					 errdetail("Expected %s.", expected)));
	}
	PG_RETURN_VOID();
}

/*
 * serial_internal.make_pool_key(pool integer) -> bytea
 *
 * Makes the key of a random pool: derived, and then the result is the master
 * key's fingerprint, or else stored, and the result is NULL.
 */
Datum
serial_make_pool_key(PG_FUNCTION_ARGS)
{
	bytea	   *fingerprint = palloc(VARHDRSZ + FINGERPRINT_BYTES);

	SET_VARSIZE(fingerprint, VARHDRSZ + FINGERPRINT_BYTES);
	if (KeyMasterFingerprint((unsigned char *) VARDATA(fingerprint)))
		PG_RETURN_BYTEA_P(fingerprint);
	KeyCreate(PG_GETARG_INT32(0));
	PG_RETURN_NULL();
}

static void
refuse_ff1(const char *message, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s", _(message)),
			 errdetail("Expected %s.", expected)));
}

/*
 * The arguments of both functions: key, tweak, alphabet, text.
 */
static text *
permute(FunctionCallInfo fcinfo,
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
		refuse_ff1("the key of FF1 has a wrong length", "16, 24 or 32 bytes");
	check_alphabet(alphabet);
	expected = Ff1CheckDomain(strlen(alphabet), length);
	if (expected != NULL)
		refuse_ff1("the domain of FF1 is unsuitable", expected);
	NumberingInit(&numbering, alphabet, length);
	if (!NumberingRead(&numbering, in, &block))
		refuse_ff1("the text for FF1 has a character outside the alphabet",
				   "characters of the alphabet only");
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
	PG_RETURN_TEXT_P(permute(fcinfo, Ff1Encrypt));
}

/* serial_internal.ff1_decrypt(key bytea, tweak bytea, alphabet text, ciphertext text) */
Datum
serial_ff1_decrypt(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(permute(fcinfo, Ff1Decrypt));
}
