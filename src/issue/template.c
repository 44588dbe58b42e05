/*-------------------------------------------------------------------------
 *
 * template.c
 *	  What the identifiers of a pool look like.
 *
 * A prefix is the beginning of "scheme:value" without the scheme: leading
 * characters of the key, or the whole key and leading characters of the
 * number.
 *
 *-------------------------------------------------------------------------
 */
#include "issue/template.h"

/* issued characters if neither the caller nor the scheme determines them */
#define DEFAULT_LENGTH 12

static bool
scheme_has_number(const Scheme *scheme)
{
	return scheme->number.max > 0;
}

/*
 * Does the scheme put its check behind the issued characters?
 */
static bool
scheme_check_follows(const Scheme *scheme)
{
	return !scheme_has_number(scheme) && scheme->check != CHECK_NONE &&
		(scheme->check_at == CHECK_AT_END ||
		 scheme->check_at == scheme->key.max -
		 CheckById(scheme->check)->length);
}

static void
report_bad_prefix(const Scheme *scheme, const char *prefix, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("prefix \"%s\" does not begin identifiers of scheme \"%s\"",
					prefix, scheme->name),
			 errdetail("Expected %s.", expected)));
}

/*
 * A check can be computed over characters of its alphabet only.
 */
static void
template_check_characters(const IdentifierTemplate *template, const char *prefix)
{
	const Identifier *id = &template->id;
	const Scheme *scheme = id->scheme;

	if (AlphabetSpan(scheme->key.alphabet, id->key, id->key_len) < id->key_len)
		report_bad_prefix(scheme, prefix,
						  AlphabetDescription(scheme->key.alphabet));
	if (AlphabetSpan(scheme->number.alphabet, id->number,
					 id->number_len) < id->number_len)
		report_bad_prefix(scheme, prefix,
						  AlphabetDescription(scheme->number.alphabet));
}

/*
 * Splits the prefix into the characters of key and number.
 */
static void
template_place_prefix(IdentifierTemplate *template, const char *prefix)
{
	Identifier *id = &template->id;
	const Scheme *scheme = id->scheme;
	size_t		len = strlen(prefix);
	size_t		key_len = len;
	const char *rest;

	if (scheme_has_number(scheme))
	{
		key_len = Min(scheme->key.max, len);
		if (scheme->key.min != scheme->key.max)
		{
			const char *separator = strrchr(prefix, scheme->separator);

			if (separator != NULL)
				key_len = separator - prefix;
		}
	}
	if (key_len > scheme->key.max || len > KEY_MAX + NUMBER_MAX)
		report_bad_prefix(scheme, prefix,
						  psprintf("at most %d characters", scheme->key.max));
	memcpy(id->key, prefix, key_len);
	id->key_len = key_len;
	rest = prefix + key_len;
	if (*rest != '\0' && scheme->separator != '\0' && *rest++ != scheme->separator)
		report_bad_prefix(scheme, prefix,
						  psprintf("\"%c\" after the %d characters of the key",
								   scheme->separator, scheme->key.max));
	id->number_len = strlen(rest);
	if (id->number_len > scheme->number.max)
		report_bad_prefix(scheme, prefix,
						  psprintf("at most %d characters after the key",
								   scheme->number.max));
	memcpy(id->number, rest, id->number_len);
	template_check_characters(template, prefix);
}

static void
report_bad_length(const IdentifierTemplate *template, int capacity)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid length %d for a pool of scheme \"%s\"",
					template->length, template->id.scheme->name),
			 errdetail("After this prefix the scheme allows 1 to %d characters.",
					   Min(capacity, ISSUED_MAX))));
}

/*
 * Prepares the template of a pool.  Errors: 22023 the prefix is too long or
 * ends within a fixed part, or the scheme does not allow the length.  Whether
 * prefix and issued characters are valid otherwise is checked with the first
 * identifiers.
 */
void
IdentifierTemplateInit(IdentifierTemplate *template, const Scheme *scheme,
					   const char *prefix, int length)
{
	Identifier *id = &template->id;
	int			check_length = scheme_check_follows(scheme) ?
	CheckById(scheme->check)->length : 0;
	int			capacity;

	id->scheme = scheme;
	template->length = length;
	template->check_at = -1;
	template_place_prefix(template, prefix);
	if (scheme_has_number(scheme))
	{
		capacity = scheme->number.max - id->number_len;
		template->issued = id->number + id->number_len;
		id->number_len += length;
	}
	else
	{
		capacity = scheme->key.max - id->key_len - check_length;
		template->issued = id->key + id->key_len;
		if (check_length > 0)
			template->check_at = id->key_len + length;
		id->key_len += length + check_length;
	}
	if (length < 1 || length > Min(capacity, ISSUED_MAX))
		report_bad_length(template, capacity);
}

/*
 * The number of characters that a scheme of fixed length requires after the
 * prefix, else the default.
 */
int
IdentifierTemplateDefaultLength(const Scheme *scheme, const char *prefix)
{
	int			length = scheme->key.max - (int) strlen(prefix);

	if (scheme_has_number(scheme) || scheme->key.min != scheme->key.max)
		return DEFAULT_LENGTH;
	if (scheme_check_follows(scheme))
		length -= CheckById(scheme->check)->length;
	return length;
}

/*
 * Completes the identifier after the issued characters have been written.
 */
void
IdentifierTemplateFinish(IdentifierTemplate *template)
{
	Identifier *id = &template->id;

	if (template->check_at >= 0)
		CheckById(id->scheme->check)->compute(id->key, template->check_at,
											  id->key + template->check_at);
}

/*
 * The issued characters of an identifier that matches the template, else NULL.
 * Its check was verified when it was read, and is not compared.
 */
const char *
IdentifierTemplateMatch(const IdentifierTemplate *template, const Identifier *id)
{
	const Identifier *model = &template->id;
	bool		in_key = template->issued < model->number;
	size_t		before = template->issued - (in_key ? model->key : model->number);

	if (id->scheme != model->scheme || id->key_len != model->key_len ||
		id->number_len != model->number_len)
		return NULL;
	if (memcmp(id->key, model->key, in_key ? before : model->key_len) != 0)
		return NULL;
	if (in_key)
		return id->key + before;
	return memcmp(id->number, model->number, before) == 0 ?
		id->number + before : NULL;
}
