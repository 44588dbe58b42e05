/*-------------------------------------------------------------------------
 *
 * epc_tag.c
 *	  EPC tag URIs (GS1 Tag Data Standard, section 12):
 *	  urn:epc:tag:sgtin-96:3.0614141.812345.6789
 *
 * They name the binary encoding and the filter value of a tag, which say
 * nothing of the thing, so they are checked and passed over.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <string.h>

#include "syntax/coding.h"
#include "syntax/epc.h"

/*
 * What else a tag's memory holds may stand before the coding, in brackets.
 */
static const char *const control_fields[] = {
	"att=x",					/* attribute bits */
	"umi=",						/* is there user memory? */
	"xpc=x",					/* extended protocol control */
	"xpc-w1=x"
};

#define CONTROL_FIELDS (sizeof(control_fields) / sizeof(control_fields[0]))

static bool
is_control_field(const char *text, size_t len)
{
	size_t		i;

	for (i = 0; i < CONTROL_FIELDS; i++)
	{
		size_t		n = strlen(control_fields[i]);

		if (len > n && memcmp(text, control_fields[i], n) == 0)
			return AlphabetSpan(ALPHABET_HEX, text + n, len - n) == len - n;
	}
	return false;
}

/*
 * Passes over "[att=x01][umi=1]:".
 */
static bool
skip_control_fields(const IdentifierBuilder *draft, size_t *at)
{
	const char *text = draft->text;
	bool		any = false;

	for (; *at < draft->len && text[*at] == '['; any = true)
	{
		const char *from = text + *at + 1;
		const char *to = memchr(from, ']', text + draft->len - from);

		if (to == NULL || !is_control_field(from, to - from))
			return ProblemSet(draft->problem, PROBLEM_STRUCTURE, *at,
							  "a control field such as [att=x01] or [umi=1]");
		*at = to + 1 - text;
	}
	if (!any)
		return true;
	if (*at == draft->len || text[*at] != ':')
		return ProblemSet(draft->problem, PROBLEM_STRUCTURE, *at,
						  "\":\" behind the control fields");
	(*at)++;
	return true;
}

/*
 * A coding that tag URIs name: the "+" codings have none.
 */
static const Coding *
read_coding(const IdentifierBuilder *draft, size_t from, size_t *at)
{
	const char *text = draft->text;
	const char *colon = memchr(text + from, ':', draft->len - from);
	const Coding *coding;

	if (colon == NULL)
		return NULL;
	coding = CodingByName(text + from, colon - (text + from));
	if (coding == NULL || coding->scheme == NULL || coding->plus)
		return NULL;
	*at = colon + 1 - text;
	return coding;
}

static bool
read_filter(EpcCursor *cursor, const Coding *coding)
{
	IdentifierBuilder	   *draft = cursor->draft;
	size_t		len;
	Problem		ignored;

	if (!EpcNextComponent(cursor, "a filter value"))
		return false;
	len = cursor->to - cursor->from;
	if (len == 0 ||
		!FieldOf(FIELD_INTEGER)->fits(coding->filter_bits, len,
									  draft->text + cursor->from, len,
									  &ignored))
		return ProblemSet(draft->problem, PROBLEM_RULE, cursor->from,
						  "a filter value of 0 to %d",
						  (1 << coding->filter_bits) - 1);
	return cursor->at <= draft->len ||
		ProblemSet(draft->problem, PROBLEM_STRUCTURE, draft->len,
				   "\".\" and what the tag identifies");
}

/*
 * The coding cannot hold the component: maps it to the text.
 */
static bool
locate(IdentifierBuilder *draft)
{
	const Problem *problem = draft->problem;
	int			i;

	for (i = 0; i < draft->npieces; i++)
		if (draft->pieces[i].component == problem->component &&
			draft->pieces[i].index <= problem->index)
			draft->problem->offset = draft->pieces[i].at;
	return false;
}

bool
EpcReadTag(IdentifierBuilder *draft, size_t from)
{
	EpcCursor	cursor = {.draft = draft};
	const Coding *coding;

	if (!skip_control_fields(draft, &from))
		return false;
	coding = read_coding(draft, from, &cursor.at);
	if (coding == NULL)
		return ProblemSet(draft->problem, PROBLEM_SCHEME, from,
						  "an EPC coding such as \"sgtin-96:\" or \"sscc-96:\"");
	DraftBegin(draft, SchemeByName(coding->scheme, strlen(coding->scheme)));
	if (!read_filter(&cursor, coding) || !EpcReadComponents(&cursor, false))
		return false;
	/* no tag can have said what its coding cannot hold */
	return CodingHolds(coding, draft->id, cursor.prefix_digits,
					   draft->problem) || locate(draft);
}

bool
SyntaxWriteEpcTag(const Identifier *id, const char *coding, size_t coding_len,
				  int filter, int prefix_digits, char *out, size_t *len,
				  Problem *problem)
{
	const Coding *row = CodingChoose(id, coding, coding_len, filter,
									 prefix_digits, problem);
	char	   *end;

	if (row == NULL)
		return false;
	if (row->plus)
		return ProblemSet(problem, PROBLEM_SCHEME, 0,
						  "a coding that tag URIs name, not %s", row->name);
	end = out + sprintf(out, "urn:epc:tag:%s:%d.", row->name, filter);
	end = EpcWriteComponents(id, prefix_digits, false, end);
	*len = end - out;
	return true;
}
