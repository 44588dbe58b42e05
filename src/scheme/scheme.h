/*-------------------------------------------------------------------------
 *
 * scheme.h
 *	  Which identifiers exist: alphabets, check characters, the table of
 *	  schemes, and the rules a finished identifier must satisfy.
 *
 * The public header of scheme/.  Pure C: callers own every buffer, nothing is
 * allocated, and errors are returned as a Problem.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERIAL_SCHEME_SCHEME_H
#define SERIAL_SCHEME_SCHEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Alphabets, named by the standard that defines them.
 */
typedef enum Alphabet
{
	ALPHABET_DIGITS,			/* 0-9 */
	ALPHABET_HEX,				/* 0-9 A-F */
	ALPHABET_LETTERS,			/* A-Z */
	ALPHABET_ALPHANUMERIC,		/* 0-9 A-Z */
	ALPHABET_CAGE,				/* 0-9 A-Z without I and O */
	ALPHABET_VIN,				/* 0-9 A-Z without I, O and Q */
	ALPHABET_ADI,				/* 0-9 A-Z - / #, and the dot between CAGE
								 * code and part number */
	ALPHABET_CSET39,			/* GS1: # - / 0-9 A-Z */
	ALPHABET_CSET64,			/* GS1: base64url, = as padding */
	ALPHABET_CSET82,			/* GS1: the invariant graphic characters */
	ALPHABET_HIBC,				/* Code 39 without the blank and / */
	ALPHABET_CODE39,			/* 0-9 A-Z - . $ / + % and the blank */
	ALPHABET_URI,				/* RFC 3986, with % of escape sequences */
	ALPHABET_GRAPHIC			/* ASCII 0x21 to 0x7E */
} Alphabet;

#define ALPHABET_COUNT (ALPHABET_GRAPHIC + 1)

extern bool AlphabetHas(Alphabet alphabet, char c);
extern size_t AlphabetSpan(Alphabet alphabet, const char *chars, size_t len);
extern const char *AlphabetName(Alphabet alphabet);
extern const char *AlphabetDescription(Alphabet alphabet);

/*
 * Check characters.  An algorithm takes the payload, which is everything
 * but the check, and gives one or two characters.
 */
#define CHECK_LENGTH_MAX 2

typedef enum CheckId
{
	CHECK_NONE,
	CHECK_MOD10,
	CHECK_LUHN,
	CHECK_LUHN_MOD_N,
	CHECK_VERHOEFF,
	CHECK_DAMM,
	CHECK_MOD11_2,
	CHECK_MOD37_2,
	CHECK_MOD97_10,
	CHECK_MOD661_26,
	CHECK_MOD1271_36,
	CHECK_MOD11_10,
	CHECK_MOD27_26,
	CHECK_MOD37_36,
	CHECK_GS1_PAIR,
	CHECK_ISO6346,
	CHECK_VIN,
	CHECK_LUHN16,
	CHECK_IMO,
	CHECK_PZN,
	CHECK_PPN,
	CHECK_MOD43
} CheckId;

#define CHECK_COUNT (CHECK_MOD43 + 1)

typedef struct CheckAlgorithm
{
	const char *name;			/* as SQL knows it: "mod10" */
	const char *standard;		/* the document that defines it */
	Alphabet	payload;		/* characters it is defined on */
	uint8_t		length;			/* check characters: 1 or 2 */
	uint8_t		at;				/* index in the whole value where the check
								 * stands, or CHECK_AT_END */
	uint8_t		payload_length; /* 0: any length from 1 */

	/*
	 * payload is non-empty and within its alphabet; writes length characters,
	 * or a null character where the payload has no check
	 */
	void		(*compute) (const char *payload, size_t len, char *check);
} CheckAlgorithm;

#define CHECK_AT_END UINT8_MAX

extern const CheckAlgorithm *CheckById(CheckId id);
extern const CheckAlgorithm *CheckByName(const char *name, size_t len);

/*
 * The check of a payload.  False: *bad is the index of the character that the
 * algorithm does not know, or the length where that is what is wrong.
 */
extern bool CheckCompute(const CheckAlgorithm *algorithm, const char *payload,
						 size_t len, char *check, size_t *bad);

/* does a whole value carry the right check? */
extern bool CheckIsValid(const CheckAlgorithm *algorithm, const char *value,
						 size_t len);

/*
 * An identifier that has been read: its scheme, its key and its number (the serial
 * component), in the characters of the canonical spelling, check digits
 * included.  The strings are counted, not terminated.  Only URIs are longer than
 * OWN_KEY_MAX.
 */
#define KEY_MAX		255
#define OWN_KEY_MAX	64
#define NUMBER_MAX	30

typedef struct Scheme Scheme;

typedef struct Identifier
{
	const Scheme *scheme;
	uint8_t		key_len;
	uint8_t		number_len;		/* 0: no number */
	char		key[KEY_MAX];
	char		number[NUMBER_MAX];
} Identifier;

/*
 * What is wrong with a text or an identifier.
 */
typedef enum ProblemCode
{
	PROBLEM_NONE,
	PROBLEM_SPELLING,			/* no spelling begins like this */
	PROBLEM_SCHEME,				/* no scheme has this name */
	PROBLEM_AI,					/* not an application identifier */
	PROBLEM_ELEMENTS,			/* elements that make no single identifier */
	PROBLEM_STRUCTURE,			/* a separator, bracket, component or path
								 * segment is missing or misplaced */
	PROBLEM_CHARACTER,			/* a character outside the alphabet */
	PROBLEM_ESCAPE,				/* a broken escape sequence */
	PROBLEM_LENGTH,				/* too short or too long */
	PROBLEM_CHECK,				/* wrong check digit or check characters */
	PROBLEM_RULE				/* a rule of the one scheme */
} ProblemCode;

typedef enum Component
{
	COMPONENT_KEY,
	COMPONENT_NUMBER
} Component;

typedef enum ProblemHint
{
	HINT_NONE,
	HINT_SEPARATOR				/* a separator may be missing */
} ProblemHint;

#define PROBLEM_EXPECTED_MAX 160

typedef struct Problem
{
	ProblemCode code;
	ProblemHint hint;
	Component	component;		/* what index counts in, while an identifier
								 * is checked */
	size_t		index;			/* character of the component */
	size_t		offset;			/* byte of the text, once a reader has mapped
								 * it */
	char		expected[PROBLEM_EXPECTED_MAX]; /* what should be there: a
												 * phrase */
} Problem;

extern bool ProblemSet(Problem *problem, ProblemCode code, size_t offset,
					   const char *expected,...)
			__attribute__((format(printf, 4, 5)));

/*
 * One component of an identifier: its characters and how many.
 */
typedef struct ComponentRule
{
	Alphabet	alphabet;
	uint8_t		min;			/* for a number, 0: may be left out */
	uint8_t		max;			/* 0: the scheme has no such component */
} ComponentRule;

/*
 * How EPC writes the key (GS1 Tag Data Standard).
 */
typedef enum EpcForm
{
	EPC_NONE,					/* the scheme has no EPC form */
	EPC_KEYED,					/* company prefix, reference [, number] */
	EPC_LEAD_DIGIT,				/* the same; the key's first digit is written
								 * before the reference */
	EPC_LEAD_ZERO,				/* the same; the key's first digit is a filler
								 * that is not written */
	EPC_AS_WRITTEN				/* the components as scheme:value has them */
} EpcForm;

#define NO_AI (-1)

struct Scheme
{
	uint8_t		id;				/* stored in every value: never renumbered */
	const char *name;
	const char *title;
	int16_t		key_ai;			/* application identifier of the key, or NO_AI */
	int16_t		number_ai;		/* of the number; NO_AI: it follows the key
								 * directly */
	ComponentRule key;
	ComponentRule number;
	char		separator;		/* between key and number in scheme:value; 0:
								 * none */
	CheckId		check;
	uint8_t		check_at;		/* index in the key, or CHECK_AT_END */
	EpcForm		epc;
	const char *epc_name;		/* after urn:epc:id: */
	const char *link_name;		/* of the key, in the path of early Digital
								 * Links; or NULL */

	/* a rule that no column can express; may be NULL */
	bool		(*rule) (const Identifier *id, Problem *problem);

	/*
	 * Brings other ways to write the key after scheme: into the canonical
	 * one, in place; may be NULL.
	 */
	bool		(*normalise) (Identifier *id, Problem *problem);
	const char *example;		/* canonical, from a published source */
};

extern const Scheme *SchemeAt(size_t i);	/* NULL past the last */
extern const Scheme *SchemeById(uint8_t id);
extern const Scheme *SchemeByName(const char *name, size_t len);
extern const Scheme *SchemeByAi(int key_ai, int number_ai);
extern const Scheme *SchemeByLinkName(const char *name, size_t len);
extern bool SchemeIsKeyAi(int ai);
extern bool SchemeKeyIsNumber(const Scheme *scheme);

/* the 14 digits of the GTIN in the key, or NULL when the key has none */
extern const char *IdentifierGtin(const Identifier *id);
#define GTIN_DIGITS 14

/*
 * Ways to repair a key whose check is wrong: the identifiers one transposition
 * of neighbours or one character away that satisfy their scheme.  Calls found
 * for each, the likelier ones first.
 */
extern void IdentifierSuggest(const Identifier *id,
							  void (*found) (const Identifier *id, void *arg),
							  void *arg);

/*
 * Does the identifier satisfy everything its scheme demands?  If not, says in
 * problem which component, at which index, and what was expected.
 */
extern bool IdentifierCheck(const Identifier *id, Problem *problem);

#endif							/* SERIAL_SCHEME_SCHEME_H */
