/*-------------------------------------------------------------------------
 *
 * epc_tag.c
 *	  EPC tag URIs (GS1 Tag Data Standard, section 12):
 *	  urn:epc:tag:sgtin-96:3.0614141.812345.6789
 *
 * They name the binary encoding and the filter value of a tag, which do
 * not identify the item, so they are checked and skipped.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <string.h>

#include "syntax/coding.h"
#include "syntax/epc.h"

/*
 * Other fields of a tag's memory may stand before the coding, in brackets.
 */
static const char *const control_fields[] = {
	"att=x",					/* attribute bits */
	"umi=",						/* is there user memory? */
	"xpc=x",					/* extended protocol control */
	"xpc-w1=x"
};

#define CONTROL_FIELDS (sizeof(control_fields) / sizeof(control_fields[0]))

static bool
is_control_field(const char *input, size_t len)
{
	size_t		i;

	for (i = 0; i < CONTROL_FIELDS; i++)
	{
		size_t		n = strlen(control_fields[i]);

		if (len > n && memcmp(input, control_fields[i], n) == 0)
			return AlphabetSpan(ALPHABET_HEX, input + n, len - n) == len - n;
	}
	return false;
}

/*
 * Passes over "[att=x01][umi=1]:".
 */
static bool
skip_control_fields(const IdentifierBuilder *builder, size_t *at)
{
	const char *input = builder->input;
	bool		any = false;

	for (; *at < builder->len && input[*at] == '['; any = true)
	{
		const char *from = input + *at + 1;
		const char *to = memchr(from, ']', input + builder->len - from);

		if (to == NULL || !is_control_field(from, to - from))
			return ProblemSet(builder->problem, PROBLEM_STRUCTURE, *at,
							  "a control field such as [att=x01] or [umi=1]");
		*at = to + 1 - input;
	}
	if (!any)
		return true;
	if (*at == builder->len || input[*at] != ':')
		return ProblemSet(builder->problem, PROBLEM_STRUCTURE, *at,
						  "\":\" behind the control fields");
	(*at)++;
	return true;
}

/*
 * A coding that tag URIs name: the "+" codings have none.
 */
static const Coding *
read_tag_coding(const IdentifierBuilder *builder, size_t from, size_t *at)
{
	const char *input = builder->input;
	const char *colon = memchr(input + from, ':', builder->len - from);
	const Coding *coding;

	if (colon == NULL)
		return NULL;
	coding = CodingByName(input + from, colon - (input + from));
	if (coding == NULL || coding->scheme == NULL || coding->plus)
		return NULL;
	*at = colon + 1 - input;
	return coding;
}

static bool
read_tag_filter(EpcCursor *cursor, const Coding *coding)
{
	IdentifierBuilder *builder = cursor->builder;
	size_t		len;
	Problem		ignored;

	if (!EpcNextComponent(cursor, "a filter value"))
		return false;
	len = cursor->to - cursor->from;
	if (len == 0 ||
		!FieldOf(FIELD_INTEGER)->fits(coding->filter_bits, len,
									  builder->input + cursor->from, len,
									  &ignored))
		return ProblemSet(builder->problem, PROBLEM_RULE, cursor->from,
						  "a filter value of 0 to %d",
						  (1 << coding->filter_bits) - 1);
	return cursor->at <= builder->len ||
		ProblemSet(builder->problem, PROBLEM_STRUCTURE, builder->len,
				   "\".\" and what the tag identifies");
}

/*
 * The coding cannot hold the component: maps it to the text.
 */
static bool
locate_in_tag_uri(IdentifierBuilder *builder)
{
	const Problem *problem = builder->problem;
	int			i;

	for (i = 0; i < builder->nspans; i++)
		if (builder->spans[i].component == problem->component &&
			builder->spans[i].index <= problem->index)
			builder->problem->offset = builder->spans[i].at;
	return false;
}

bool
EpcReadTag(IdentifierBuilder *builder, size_t from)
{
	EpcCursor	cursor = {.builder = builder};
	const Coding *coding;

	if (!skip_control_fields(builder, &from))
		return false;
	coding = read_tag_coding(builder, from, &cursor.at);
	if (coding == NULL)
		return ProblemSet(builder->problem, PROBLEM_SCHEME, from,
						  "an EPC coding such as \"sgtin-96:\" or \"sscc-96:\"");
	BuilderBegin(builder, SchemeByName(coding->scheme, strlen(coding->scheme)));
	if (!read_tag_filter(&cursor, coding) || !EpcReadComponents(&cursor, false))
		return false;
	/* no tag can have said what its coding cannot hold */
	return CodingHolds(coding, builder->id, cursor.prefix_digits,
					   builder->problem) || locate_in_tag_uri(builder);
}

bool
SyntaxWriteEpcTag(const Identifier *id, const EpcOptions *options, char *out,
				  size_t *len, Problem *problem)
{
	const Coding *row = CodingChoose(id, options, problem);
	char	   *end;

	if (row == NULL)
		return false;
	if (row->plus)
		return ProblemSet(problem, PROBLEM_SCHEME, 0,
						  "a coding that tag URIs name, not %s", row->name);
	end = out + sprintf(out, "urn:epc:tag:%s:%d.", row->name,
						options->filter);
	end = EpcWriteComponents(id, options->prefix_digits, false, end);
	*len = end - out;
	return true;
}
