/*-------------------------------------------------------------------------
 *
 * identifier_uri.c
 *	  Identifiers in EPCIS documents: EPC URIs and GS1 Digital Links.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "interchange/event_member.h"
#include "interchange/identifier_uri.h"
#include "miscadmin.h"
#include "syntax/syntax.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(serial_canonical_link);
PG_FUNCTION_INFO_V1(serial_canonical_links);

#define CANONICAL_DOMAIN "https://id.gs1.org"

static bool
begins_with(const char *uri, size_t len, const char *prefix)
{
	return len >= strlen(prefix) && pg_strncasecmp(uri, prefix, strlen(prefix)) == 0;
}

/*
 * Short names in Digital Links ("gtin" for 01) are out of date and still sent.
 */
static bool
read_link(const char *uri, size_t len, Identifier *id)
{
	Gs1Scan    *scan = palloc(sizeof(Gs1Scan));
	Problem		problem;
	bool		is_read;

	is_read = SyntaxScanLenient(uri, len, 2000, scan, &problem) && scan->has_id;
	if (is_read)
		*id = scan->id;
	pfree(scan);
	return is_read;
}

static bool
read_uri(const char *uri, size_t len, Identifier *id)
{
	Problem		problem;

	if (!begins_with(uri, len, "urn:epc:") && !begins_with(uri, len, "http://") &&
		!begins_with(uri, len, "https://"))
		return false;
	if (SyntaxRead(uri, len, id, &problem) && id->scheme->key_ai != NO_AI)
		return true;
	return !begins_with(uri, len, "urn:") && read_link(uri, len, id) &&
		id->scheme->key_ai != NO_AI;
}

char *
IdentifierDigitalLink(const char *uri, size_t len)
{
	Identifier	id;
	ElementList list;
	char		joined[KEY_MAX + NUMBER_MAX];
	char	   *link;
	size_t		link_len;

	if (!read_uri(uri, len, &id))
		return pnstrdup(uri, len);
	list.count = 0;
	(void) ElementListAddIdentifier(&list, &id, joined);
	link = palloc(strlen(CANONICAL_DOMAIN) + ElementListSize(&list) + 17);
	if (!SyntaxComposeLink(&list, CANONICAL_DOMAIN, strlen(CANONICAL_DOMAIN),
						   link, &link_len))
		return pnstrdup(uri, len);
	link[link_len] = '\0';
	return link;
}

/*
 * serial_internal.canonical_link(uri text) -> text
 */
Datum
serial_canonical_link(PG_FUNCTION_ARGS)
{
	text	   *uri = PG_GETARG_TEXT_PP(0);

	PG_RETURN_TEXT_P(cstring_to_text(IdentifierDigitalLink(VARDATA_ANY(uri),
														   VARSIZE_ANY_EXHDR(uri))));
}

static void
make_canonical(JsonbValue *entry)
{
	const char *uri = entry->val.string.val;
	size_t		len = entry->val.string.len;

	if (entry->type != jbvString)
		return;
	JsonTrim(&uri, &len);
	entry->val.string.val = IdentifierDigitalLink(uri, len);
	entry->val.string.len = strlen(entry->val.string.val);
}

/*
 * serial_internal.canonical_links(list jsonb) -> jsonb; what is no array stays as it is
 */
Datum
serial_canonical_links(PG_FUNCTION_ARGS)
{
	Jsonb	   *given = PG_GETARG_JSONB_P(0);
	JsonbIterator *iterator = JsonbIteratorInit(&given->root);
	JsonbParseState *state = NULL;
	JsonbValue *list = NULL;
	JsonbIteratorToken token;
	JsonbValue	entry;

	if (!JB_ROOT_IS_ARRAY(given) || JB_ROOT_IS_SCALAR(given))
		PG_RETURN_JSONB_P(given);
	while ((token = JsonbIteratorNext(&iterator, &entry, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token == WJB_ELEM)
			make_canonical(&entry);
		list = pushJsonbValue(&state, token, token == WJB_ELEM ? &entry : NULL);
	}
	PG_RETURN_JSONB_P(JsonbValueToJsonb(list));
}
