/*-------------------------------------------------------------------------
 *
 * typed_list.c
 *	  Lists of business transactions, sources and destinations.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "ledger/event/place.h"
#include "ledger/event/typed_list.h"

typedef struct TypedList
{
	Jsonb	   *list;
	CbvKind		kind;
	const char *member;
} TypedList;

static void
refuse_typed_list(const TypedList *typed)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid list: %s",
					JsonbToCString(NULL, &typed->list->root, VARSIZE(typed->list))),
			 errdetail("It must be an array of objects like {\"type\": \"...\", \"%s\": \"...\"}.",
					   typed->member)));
}

static bool
get_entry_member(const JsonbValue *entry, const char *name, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(entry->val.binary.data, name,
										strlen(name), value) != NULL;
}

static bool
is_typed_entry(const TypedList *typed, const JsonbValue *entry)
{
	JsonbValue	value;

	if (entry->type != jbvBinary || !JsonContainerIsObject(entry->val.binary.data) ||
		!get_entry_member(entry, typed->member, &value) || value.type != jbvString)
		return false;
	if (!get_entry_member(entry, "type", &value))
		return typed->kind == BUSINESS_TRANSACTION;
	return value.type == jbvString;
}

static void
check_typed_list(const TypedList *typed)
{
	uint32		i;

	if (!JB_ROOT_IS_ARRAY(typed->list) || JB_ROOT_IS_SCALAR(typed->list))
		refuse_typed_list(typed);
	for (i = 0; i < JB_ROOT_COUNT(typed->list); i++)
		if (!is_typed_entry(typed,
							getIthJsonbValueFromContainer(&typed->list->root, i)))
			refuse_typed_list(typed);
}

/*
 * The canonical form of the value of a member, or NULL for one that has none.
 */
static const char *
canonical_member(const TypedList *typed, const JsonbValue *key, const char *value)
{
	const char *name = pnstrdup(key->val.string.val, key->val.string.len);

	if (strcmp(name, "type") == 0)
		return CbvNormalize(typed->kind, value);
	if (strcmp(name, typed->member) == 0 && typed->kind == SOURCE_DESTINATION)
		return PlaceCanonical(value);
	return NULL;
}

/*
 * Bring the value of a member into its canonical form.  Returns whether that
 * differs from how it is written.
 */
static bool
normalize_member(const TypedList *typed, const JsonbValue *key, JsonbValue *value)
{
	char	   *written;
	const char *canonical;

	if (value->type != jbvString)
		return false;
	written = pnstrdup(value->val.string.val, value->val.string.len);
	canonical = canonical_member(typed, key, written);
	if (canonical == NULL || strcmp(canonical, written) == 0)
		return false;
	value->val.string.val = unconstify(char *, canonical);
	value->val.string.len = strlen(canonical);
	return true;
}

/*
 * Copy a list into a new one.  Returns whether any member has changed.
 */
static bool
copy_typed_list(const TypedList *typed, JsonbParseState **copy,
				JsonbValue **result)
{
	JsonbIterator *iterator = JsonbIteratorInit(&typed->list->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	JsonbValue	key = {0};
	int			depth = 0;
	bool		is_changed = false;

	/* an entry is entered, and what is nested in it is copied whole */
	while ((token = JsonbIteratorNext(&iterator, &value, depth == 2)) != WJB_DONE)
	{
		if (token == WJB_BEGIN_ARRAY || token == WJB_BEGIN_OBJECT)
			depth++;
		else if (token == WJB_END_ARRAY || token == WJB_END_OBJECT)
			depth--;
		else if (token == WJB_KEY)
			key = value;
		else if (token == WJB_VALUE)
			is_changed |= normalize_member(typed, &key, &value);
		*result = pushJsonbValue(copy, token,
								 token == WJB_KEY || token == WJB_VALUE ? &value : NULL);
	}
	return is_changed;
}

Jsonb *
TypedListCanonical(Jsonb *list, CbvKind kind, const char *member)
{
	TypedList	typed = {list, kind, member};
	JsonbParseState *copy = NULL;
	JsonbValue *result = NULL;

	check_typed_list(&typed);
	if (!copy_typed_list(&typed, &copy, &result))
		return list;
	return JsonbValueToJsonb(result);
}
