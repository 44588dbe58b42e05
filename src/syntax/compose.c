/*-------------------------------------------------------------------------
 *
 * compose.c
 *	  Put elements together: the element string of a bar code, the query of a
 *	  Digital Link, and human readable lines.
 *
 * Values are written as they are; the caller reads the result again, which
 * checks them.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/ai.h"
#include "syntax/digital_link.h"

int
SyntaxFindAi(const char *digits, size_t len)
{
	int			ai = AiRead(digits, len);

	return AiFind(ai) != NULL ? ai : NO_AI;
}

static const ListedElement *
find_listed(const ElementList *list, int ai)
{
	int			i;

	for (i = 0; i < list->count; i++)
		if (list->elements[i].ai == ai)
			return &list->elements[i];
	return NULL;
}

bool
ElementListAdd(ElementList *list, int ai, const char *value, size_t len)
{
	ListedElement *element = &list->elements[list->count];

	if (list->count == SCAN_ELEMENTS_MAX || find_listed(list, ai) != NULL)
		return false;
	element->ai = ai;
	element->value = value;
	element->len = len;
	list->count++;
	return true;
}

bool
ElementListAddIdentifier(ElementList *list, const Identifier *id, char *joined)
{
	const Scheme *scheme = id->scheme;

	if (scheme->number_ai != NO_AI)
		return ElementListAdd(list, scheme->key_ai, id->key, id->key_len) &&
			(id->number_len == 0 ||
			 ElementListAdd(list, scheme->number_ai, id->number,
							id->number_len));
	/* the number follows the key within one element */
	memcpy(joined, id->key, id->key_len);
	memcpy(joined + id->key_len, id->number, id->number_len);
	return ElementListAdd(list, scheme->key_ai, joined,
						  id->key_len + id->number_len);
}

/*
 * Elements of predefined length first: these need no separator behind them.
 */
void
ElementListSort(ElementList *list)
{
	ElementList sorted;
	int			pass;
	int			i;

	sorted.count = 0;
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < list->count; i++)
			if (AiIsPredefined(list->elements[i].ai) == (pass == 0))
				sorted.elements[sorted.count++] = list->elements[i];
	memcpy(list->elements, sorted.elements,
		   sorted.count * sizeof(ListedElement));
}

size_t
ElementListSize(const ElementList *list)
{
	size_t		size = 0;
	int			i;

	/* in a link, every character may be escaped */
	for (i = 0; i < list->count; i++)
		size += AI_DIGITS_MAX + 2 + 3 * list->elements[i].len;
	return size;
}

size_t
SyntaxCompose(const ElementList *list, char *out)
{
	char	   *end = out;
	int			i;

	for (i = 0; i < list->count; i++)
	{
		const ListedElement *element = &list->elements[i];

		end = AiWrite(element->ai, end);
		memcpy(end, element->value, element->len);
		end += element->len;
		if (i + 1 < list->count && !AiIsPredefined(element->ai))
			*end++ = SYNTAX_GS;
	}
	return end - out;
}

/*
 * The element of the list with the smallest AI above one, or NULL.
 */
static const ListedElement *
next_by_ai(const ElementList *list, int above)
{
	const ListedElement *next = NULL;
	int			i;

	for (i = 0; i < list->count; i++)
		if (list->elements[i].ai > above &&
			(next == NULL || list->elements[i].ai < next->ai))
			next = &list->elements[i];
	return next;
}

bool
SyntaxComposeLink(const ElementList *list, const char *domain,
				  size_t domain_len, char *out, size_t *len)
{
	const ListedElement *key = &list->elements[0];
	const ListedElement *element;
	uint8_t		group = DigitalLinkGroup(list);
	bool		in_path[SCAN_ELEMENTS_MAX] = {true};
	char		separator = '?';
	char	   *end;
	size_t		row = 0;
	int			ai = -1;

	end = DigitalLinkWriteStem(domain, domain_len, out);
	if (end == NULL)
		return false;
	end = DigitalLinkWriteSegments(key->ai, key->value, key->len, end);
	while ((ai = DigitalLinkNextQualifier(key->ai, group, &row)) != NO_AI)
	{
		element = find_listed(list, ai);
		if (element == NULL)
			continue;
		end = DigitalLinkWriteSegments(ai, element->value, element->len, end);
		in_path[element - list->elements] = true;
	}
	for (ai = -1; (element = next_by_ai(list, ai)) != NULL; ai = element->ai)
	{
		if (in_path[element - list->elements])
			continue;
		*end++ = separator;
		separator = '&';
		end = AiWrite(element->ai, end);
		*end++ = '=';
		end = DigitalLinkWriteEscaped(element->value, element->len, end);
	}
	*len = end - out;
	return true;
}
