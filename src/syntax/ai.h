/*-------------------------------------------------------------------------
 *
 * ai.h
 *	  The application identifiers of GS1: how each is written, what its value
 *	  is made of, where it may stand.
 *
 * Private to syntax/.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SYNTAX_AI_H
#define SERIAL_SYNTAX_AI_H

#include "syntax/lint.h"
#include "syntax/syntax.h"

/*
 * The first two digits of an application identifier tell how many digits it
 * has, and whether its value has a predefined length, so that no separator
 * follows it.
 */
typedef struct AiClass
{
	uint8_t		digits;			/* of the AI; 0: no AI begins like this */
	uint8_t		predefined;		/* length of the value; 0: it ends at a
								 * separator */
} AiClass;

extern const AiClass AiClasses[100];

/* AI (8001) has the most components, AI (8014) the most lints */
#define AI_COMPONENTS_MAX	5
#define AI_LINTS_MAX		3

/*
 * A part of a value.  Only the last may vary in length, or be left out along
 * with those behind it.
 */
typedef struct AiComponent
{
	Alphabet	alphabet;
	uint8_t		min;
	uint8_t		max;			/* 0: there is no such component */
	bool		optional;
	Lint		lints[AI_LINTS_MAX];
} AiComponent;

typedef enum AiLinkRole
{
	LINK_NONE = 0,				/* a qualifier, or not allowed in a link */
	LINK_KEY = 1 << 0,			/* may be the primary key in the path */
	LINK_ATTRIBUTE = 1 << 1		/* may stand in the query */
} AiLinkRole;

typedef struct AiRow
{
	int16_t		first;			/* a row may stand for a range of AIs */
	int16_t		last;
	AiComponent components[AI_COMPONENTS_MAX];
	uint8_t		link;			/* of AiLinkRole */
	const char *requires;		/* one of these; "+" joins what must come
								 * together.  Not enforced: other carriers on
								 * the same item may bear it */
	const char *excludes;		/* none of these; n is any digit */
	const char *title;
} AiRow;

/* the row of an AI, or NULL: GS1 has not assigned it */
extern const AiRow *AiFind(int ai);

/* rows for tests, in order; NULL past the last */
extern const AiRow *AiAt(size_t i);

/* the AI that text is, no more and no less, or NO_AI */
extern int	AiRead(const char *input, size_t len);

/* may the two not stand together, as the first one's row has it? */
extern bool AiExcludes(int ai, int other);

/* does a value of this AI end at its length, so that no separator follows? */
extern bool AiIsPredefined(int ai);

/* the most characters that a value may have */
extern size_t AiLongest(const AiRow *row);

/*
 * Does a value satisfy its row?  If not, problem->index is the character at
 * fault and the phrase names the AI, except that of a check digit, which is
 * the right one alone.
 */
extern bool AiCheck(int ai, const Linted *value, Problem *problem);

/* like ProblemSet, with " in AI (nn)" behind the phrase; at is index too */
extern bool AiProblem(Problem *problem, ProblemCode code, size_t at, int ai,
					  const char *expected,...)
			__attribute__((format(printf, 5, 6)));

#endif							/* SERIAL_SYNTAX_AI_H */
