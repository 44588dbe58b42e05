/*-------------------------------------------------------------------------
 *
 * pool_definition.c
 *	  SQL functions that serial.create_pool validates a pool with.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "issue/key.h"
#include "issue/numbering.h"
#include "issue/pool.h"
#include "issue/template.h"
#include "utils/builtins.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_pool_length);
PG_FUNCTION_INFO_V1(serial_pool_prefix);
PG_FUNCTION_INFO_V1(serial_check_pool);
PG_FUNCTION_INFO_V1(serial_make_pool_key);

/* serial_internal.pool_length(scheme text, prefix text) -> int: the default */
Datum
serial_pool_length(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(IdentifierTemplateDefaultLength(SchemeArgument(PG_GETARG_TEXT_PP(0)),
													text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

/*
 * serial_internal.pool_prefix(scheme text, prefix text) -> text: with the
 * separator behind a whole key, so that one pool's prefix is the beginning of
 * another's if its space contains the other's
 */
Datum
serial_pool_prefix(PG_FUNCTION_ARGS)
{
	const Scheme *scheme = SchemeArgument(PG_GETARG_TEXT_PP(0));
	char	   *prefix = text_to_cstring(PG_GETARG_TEXT_PP(1));
	bool		whole_key = scheme->key.min == scheme->key.max ?
	strlen(prefix) == scheme->key.max : strchr(prefix, scheme->separator) == NULL;

	if (scheme->number.max > 0 && scheme->separator != '\0' && whole_key)
		prefix = psprintf("%s%c", prefix, scheme->separator);
	PG_RETURN_TEXT_P(cstring_to_text(prefix));
}

static void
report_bad_alphabet(const char *alphabet, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid alphabet \"%s\"", alphabet),
			 errdetail("The alphabet must consist of %s.", expected)));
}

void
PoolAlphabetCheck(const char *alphabet)
{
	size_t		n = strlen(alphabet);
	size_t		i;

	if (n < 2 || n > NUMBERING_RADIX_MAX)
		report_bad_alphabet(alphabet, "2 to 82 characters");
	if (AlphabetSpan(ALPHABET_GRAPHIC, alphabet, n) < n)
		report_bad_alphabet(alphabet, AlphabetDescription(ALPHABET_GRAPHIC));
	for (i = 1; i < n; i++)
		if (memchr(alphabet, alphabet[i], i) != NULL)
			report_bad_alphabet(alphabet,
								psprintf("different characters, but it contains \"%c\" twice",
										 alphabet[i]));
}

static void
pool_check_characters(const IdentifierTemplate *template, const char *alphabet)
{
	const Identifier *id = &template->id;
	bool		in_key = template->issued < id->number;
	const ComponentRule *rule = in_key ? &id->scheme->key : &id->scheme->number;
	size_t		n = strlen(alphabet);

	if (AlphabetSpan(rule->alphabet, alphabet, n) < n ||
		(template->check_at >= 0 &&
		 AlphabetSpan(CheckById(id->scheme->check)->payload, alphabet, n) < n))
		report_bad_alphabet(alphabet, AlphabetDescription(rule->alphabet));
}

static void
pool_check_identifier(IdentifierTemplate *template, const char *prefix)
{
	const Identifier *id = &template->id;
	Problem		problem;

	IdentifierTemplateFinish(template);
	if (IdentifierCheck(id, &problem))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("prefix \"%s\" does not begin identifiers of scheme \"%s\"",
					prefix, id->scheme->name),
			 errdetail("At position %d of the %s there must be %s.",
					   (int) problem.index + 1,
					   problem.component == COMPONENT_KEY ? "key" : "number",
					   problem.expected)));
}

/*
 * Tries each character in all places, and each character in each place alone.
 * That is enough, because the rules of the schemes look at leading characters
 * or at weighted sums.
 */
static void
pool_check_identifiers(IdentifierTemplate *template, const char *prefix, const char *alphabet)
{
	const char *c;
	int			i;

	for (c = alphabet; *c != '\0'; c++)
	{
		memset(template->issued, *c, template->length);
		pool_check_identifier(template, prefix);
		for (i = 0; i < template->length; i++)
		{
			memset(template->issued, alphabet[0], template->length);
			template->issued[i] = *c;
			pool_check_identifier(template, prefix);
		}
	}
}

/*
 * serial_internal.check_pool(scheme text, prefix text, length int, alphabet text,
 *					 random bool) -> void
 *
 * Errors: 22023 a number of such a pool would not be a valid identifier, or it
 * is random and its number space is too small for FF1.
 */
Datum
serial_check_pool(PG_FUNCTION_ARGS)
{
	const Scheme *scheme = SchemeArgument(PG_GETARG_TEXT_PP(0));
	char	   *prefix = text_to_cstring(PG_GETARG_TEXT_PP(1));
	int			length = PG_GETARG_INT32(2);
	char	   *alphabet = text_to_cstring(PG_GETARG_TEXT_PP(3));
	IdentifierTemplate template;

	PoolAlphabetCheck(alphabet);
	IdentifierTemplateInit(&template, scheme, prefix, length);
	pool_check_characters(&template, alphabet);
	pool_check_identifiers(&template, prefix, alphabet);
	if (PG_GETARG_BOOL(4))
	{
		const char *expected = Ff1CheckDomain(strlen(alphabet), length);

		if (expected != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the number space of the pool is too small for random numbers"),
					 errdetail("FF1 requires %s.", expected)));
	}
	PG_RETURN_VOID();
}

/*
 * serial_internal.make_pool_key(pool integer) -> bytea
 *
 * Creates the key of a random pool.  If it is derived, returns the fingerprint
 * of the master key; else stores a random key and returns NULL.
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
