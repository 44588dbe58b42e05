/*-------------------------------------------------------------------------
 *
 * rule.c
 *	  Rules of single schemes that the columns of the scheme table cannot say.
 *
 *-------------------------------------------------------------------------
 */
#include "scheme/rule.h"

/* the shortest GS1 company prefix */
#define COMPANY_PREFIX_MIN 4

static bool
broken(Problem *problem, Component component, size_t index,
	   const char *expected)
{
	problem->component = component;
	problem->index = index;
	return ProblemSet(problem, PROBLEM_RULE, 0, "%s", expected);
}

/*
 * Keys that begin with a GS1 company prefix but are not numeric throughout:
 * the prefix itself is (GS1 General Specifications, section 1.4.4).
 */
bool
RuleCompanyPrefix(const Identifier *id, Problem *problem)
{
	size_t		digits = AlphabetSpan(ALPHABET_DIGITS, id->key,
									  COMPANY_PREFIX_MIN);

	if (digits == COMPANY_PREFIX_MIN)
		return true;
	return broken(problem, COMPONENT_KEY, digits,
				  "a digit of the GS1 company prefix");
}

/*
 * AI (8003) begins with a filler zero, which makes the asset type as long as
 * a GTIN.
 */
bool
RuleGrai(const Identifier *id, Problem *problem)
{
	if (id->key[0] == '0')
		return true;
	return broken(problem, COMPONENT_KEY, 0, "the filler 0");
}
