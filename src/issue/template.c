/*-------------------------------------------------------------------------
 *
 * template.c
 *	  The identifiers of a pool.
 *
 * A prefix is the beginning of scheme:value without the scheme: the leading
 * characters of the key, or the whole key and the leading characters of the
 * number.
 *
 *-------------------------------------------------------------------------
 */
#include "issue/template.h"

/* issued characters when neither the caller nor the scheme says how many */
#define DEFAULT_LENGTH 12

static bool
has_number(const Scheme *scheme)
{
	return scheme->number.max > 0;
}

/*
 * Does the scheme's check stand behind everything that is issued?
 */
static bool
check_follows(const Scheme *scheme)
{
	return !has_number(scheme) && scheme->check != CHECK_NONE &&
		(scheme->check_at == CHECK_AT_END ||
		 scheme->check_at == scheme->key.max -
		 CheckById(scheme->check)->length);
}

static void
refuse_prefix(const Scheme *scheme, const char *prefix, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("prefix \"%s\" does not begin identifiers of scheme \"%s\"",
					prefix, scheme->name),
			 errdetail("Expected %s.", expected)));
}

/*
 * A check can only be computed over characters of its alphabet.
 */
static void
check_characters(const Template *template, const char *prefix)
{
	const Identifier *id = &template->id;
	const Scheme *scheme = id->scheme;

	if (AlphabetSpan(scheme->key.alphabet, id->key, id->key_len) < id->key_len)
		refuse_prefix(scheme, prefix,
					  AlphabetDescription(scheme->key.alphabet));
	if (AlphabetSpan(scheme->number.alphabet, id->number,
					 id->number_len) < id->number_len)
		refuse_prefix(scheme, prefix,
					  AlphabetDescription(scheme->number.alphabet));
}

/*
 * Splits the prefix into the characters of key and number.
 */
static void
place_prefix(Template *template, const char *prefix)
{
	Identifier *id = &template->id;
	const Scheme *scheme = id->scheme;
	size_t		len = strlen(prefix);
	size_t		key_len = len;
	const char *rest;

	if (has_number(scheme))
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
		refuse_prefix(scheme, prefix,
					  psprintf("at most %d characters", scheme->key.max));
	memcpy(id->key, prefix, key_len);
	id->key_len = key_len;
	rest = prefix + key_len;
	if (*rest != '\0' && scheme->separator != '\0' && *rest++ != scheme->separator)
		refuse_prefix(scheme, prefix,
					  psprintf("\"%c\" after the %d characters of the key",
							   scheme->separator, scheme->key.max));
	id->number_len = strlen(rest);
	if (id->number_len > scheme->number.max)
		refuse_prefix(scheme, prefix,
					  psprintf("at most %d characters after the key",
							   scheme->number.max));
	memcpy(id->number, rest, id->number_len);
	check_characters(template, prefix);
}

static void
refuse_length(const Template *template, int room)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("length %d does not suit scheme \"%s\"",
					template->length, template->id.scheme->name),
			 errdetail("After this prefix the scheme has room for 1 to %d characters.",
					   Min(room, ISSUED_MAX))));
}

/*
 * Prepares the template of a pool.  Errors are 22023: a prefix that is too
 * long or cut wrongly, a length for which there is no room.  Whether prefix
 * and issued characters suit the scheme otherwise shows in the first
 * identifier that is made.
 */
void
TemplateInit(Template *template, const Scheme *scheme, const char *prefix,
			 int length)
{
	Identifier *id = &template->id;
	int			check_length = check_follows(scheme) ?
		CheckById(scheme->check)->length : 0;
	int			room;

	id->scheme = scheme;
	template->length = length;
	template->check_at = -1;
	place_prefix(template, prefix);
	if (has_number(scheme))
	{
		room = scheme->number.max - id->number_len;
		template->issued = id->number + id->number_len;
		id->number_len += length;
	}
	else
	{
		room = scheme->key.max - id->key_len - check_length;
		template->issued = id->key + id->key_len;
		if (check_length > 0)
			template->check_at = id->key_len + length;
		id->key_len += length + check_length;
	}
	if (length < 1 || length > Min(room, ISSUED_MAX))
		refuse_length(template, room);
}

/*
 * The count of issued characters that a scheme of fixed length leaves after
 * the prefix, else the usual.
 */
int
TemplateDefaultLength(const Scheme *scheme, const char *prefix)
{
	int			length = scheme->key.max - (int) strlen(prefix);

	if (has_number(scheme) || scheme->key.min != scheme->key.max)
		return DEFAULT_LENGTH;
	if (check_follows(scheme))
		length -= CheckById(scheme->check)->length;
	return length;
}

/*
 * Completes the identifier after the issued characters have been written.
 */
void
TemplateFinish(Template *template)
{
	Identifier *id = &template->id;

	if (template->check_at >= 0)
		CheckById(id->scheme->check)->compute(id->key, template->check_at,
											  id->key + template->check_at);
}

/*
 * If the identifier is of the template, the characters of it that were issued;
 * else NULL.  Its check, which has been verified, is not compared.
 */
const char *
TemplateMatch(const Template *template, const Identifier *id)
{
	const Identifier *ours = &template->id;
	bool		in_key = template->issued < ours->number;
	size_t		before = template->issued - (in_key ? ours->key : ours->number);

	if (id->scheme != ours->scheme || id->key_len != ours->key_len ||
		id->number_len != ours->number_len)
		return NULL;
	if (memcmp(id->key, ours->key, in_key ? before : ours->key_len) != 0)
		return NULL;
	if (in_key)
		return id->key + before;
	return memcmp(id->number, ours->number, before) == 0 ?
		id->number + before : NULL;
}
