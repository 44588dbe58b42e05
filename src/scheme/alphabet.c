/*-------------------------------------------------------------------------
 *
 * alphabet.c
 *	  The alphabets: which characters an identifier may be written in.
 *
 * Every character belongs to exactly one atom, an alphabet is a set of atoms,
 * so membership is one look-up and one bit test.
 *
 *-------------------------------------------------------------------------
 */
#include "scheme/scheme.h"

typedef enum Atom
{
	ATOM_NONE = 0,
	ATOM_DIGIT = 1 << 0,
	ATOM_A_F = 1 << 1,			/* upper-case hexadecimal */
	ATOM_UPPER = 1 << 2,		/* G-Z without I, O and Q */
	ATOM_IO = 1 << 3,
	ATOM_Q = 1 << 4,
	ATOM_LOWER = 1 << 5,
	ATOM_HASH = 1 << 6,
	ATOM_HYPHEN = 1 << 7,
	ATOM_SLASH = 1 << 8,
	ATOM_UNDERSCORE = 1 << 9,
	ATOM_EQUALS = 1 << 10,
	ATOM_DOT = 1 << 11,
	ATOM_INVARIANT = 1 << 12,	/* the rest of GS1's set 82 that URIs have */
	ATOM_NOT_IN_URI = 1 << 13,	/* those of GS1's set 82 that they have not */
	ATOM_URI = 1 << 14,			/* the rest of RFC 3986's characters */
	ATOM_GRAPHIC = 1 << 15,		/* the rest of ASCII's graphic characters */
	ATOM_PLUS_PERCENT = 1 << 16,	/* of GS1's set 82, those that Code 39 has */
	ATOM_DOLLAR = 1 << 17,
	ATOM_SPACE = 1 << 18
} Atom;
/* INDENT OFF */
static const uint32_t atom_of[256] = {
	[' '] = ATOM_SPACE,
	['!'] = ATOM_INVARIANT,
	['"'] = ATOM_NOT_IN_URI,
	['#'] = ATOM_HASH,
	['$'] = ATOM_DOLLAR,
	['%'] = ATOM_PLUS_PERCENT,
	['&' ... '*'] = ATOM_INVARIANT,
	['+'] = ATOM_PLUS_PERCENT,
	[','] = ATOM_INVARIANT,
	['-'] = ATOM_HYPHEN,
	['.'] = ATOM_DOT,
	['/'] = ATOM_SLASH,
	['0' ... '9'] = ATOM_DIGIT,
	[':' ... ';'] = ATOM_INVARIANT,
	['<'] = ATOM_NOT_IN_URI,
	['='] = ATOM_EQUALS,
	['>'] = ATOM_NOT_IN_URI,
	['?'] = ATOM_INVARIANT,
	['@'] = ATOM_URI,
	['A' ... 'F'] = ATOM_A_F,
	['G'] = ATOM_UPPER,
	['H'] = ATOM_UPPER,
	['I'] = ATOM_IO,
	['J' ... 'N'] = ATOM_UPPER,
	['O'] = ATOM_IO,
	['P'] = ATOM_UPPER,
	['Q'] = ATOM_Q,
	['R' ... 'Z'] = ATOM_UPPER,
	['['] = ATOM_URI,
	['\\'] = ATOM_GRAPHIC,
	[']'] = ATOM_URI,
	['^'] = ATOM_GRAPHIC,
	['_'] = ATOM_UNDERSCORE,
	['`'] = ATOM_GRAPHIC,
	['a' ... 'z'] = ATOM_LOWER,
	['{' ... '}'] = ATOM_GRAPHIC,
	['~'] = ATOM_URI
};
/* INDENT ON */

#define ATOMS_LETTERS	(ATOM_A_F | ATOM_UPPER | ATOM_IO | ATOM_Q)
#define ATOMS_CSET82	(ATOM_DIGIT | ATOMS_LETTERS | ATOM_LOWER | \
						 ATOM_HYPHEN | ATOM_SLASH | ATOM_UNDERSCORE | \
						 ATOM_EQUALS | ATOM_DOT | ATOM_INVARIANT | \
						 ATOM_NOT_IN_URI | ATOM_PLUS_PERCENT)

typedef struct AlphabetRow
{
	uint32_t	atoms;
	const char *name;
	const char *description;	/* completes "expected ..." */
} AlphabetRow;

static const AlphabetRow alphabets[ALPHABET_COUNT] = {
	[ALPHABET_DIGITS] = {ATOM_DIGIT, "0-9", "a digit"},
	[ALPHABET_HEX] = {ATOM_DIGIT | ATOM_A_F,
	"0-9 A-F", "a hexadecimal digit, 0-9 or A-F"},
	[ALPHABET_LETTERS] = {ATOMS_LETTERS, "A-Z", "a letter A-Z"},
	[ALPHABET_ALPHANUMERIC] = {ATOM_DIGIT | ATOMS_LETTERS,
	"0-9 A-Z", "a digit or a letter A-Z"},
	[ALPHABET_CAGE] = {ATOM_DIGIT | ATOM_A_F | ATOM_UPPER | ATOM_Q,
	"0-9 A-Z without I O", "a digit or a letter A-Z other than I and O"},
	[ALPHABET_VIN] = {ATOM_DIGIT | ATOM_A_F | ATOM_UPPER,
	"0-9 A-Z without I O Q", "a digit or a letter A-Z other than I, O and Q"},
	[ALPHABET_ADI] = {ATOM_DIGIT | ATOMS_LETTERS | ATOM_HYPHEN | ATOM_SLASH |
		ATOM_HASH | ATOM_DOT,
	"0-9 A-Z - /", "a digit, a letter A-Z, \"-\" or \"/\""},
	[ALPHABET_CSET39] = {ATOM_DIGIT | ATOMS_LETTERS | ATOM_HYPHEN |
		ATOM_SLASH | ATOM_HASH,
	"GS1 set 39", "a character of GS1 set 39: a digit, A-Z, \"#\", \"-\" or \"/\""},
	[ALPHABET_CSET64] = {ATOM_DIGIT | ATOMS_LETTERS | ATOM_LOWER |
		ATOM_HYPHEN | ATOM_UNDERSCORE | ATOM_EQUALS,
	"GS1 set 64", "a character of GS1 set 64: a digit, A-Z, a-z, \"-\", \"_\" or \"=\""},
	[ALPHABET_CSET82] = {ATOMS_CSET82,
	"GS1 set 82", "a character of GS1 set 82: a digit, A-Z, a-z or one of !\"%&'()*+,-./:;<=>?_"},
	[ALPHABET_HIBC] = {ATOM_DIGIT | ATOMS_LETTERS | ATOM_HYPHEN | ATOM_DOT |
		ATOM_DOLLAR | ATOM_PLUS_PERCENT,
	"0-9 A-Z - . $ + %", "a digit, a letter A-Z or one of -.$+%"},
	[ALPHABET_CODE39] = {ATOM_DIGIT | ATOMS_LETTERS | ATOM_HYPHEN | ATOM_DOT |
		ATOM_DOLLAR | ATOM_PLUS_PERCENT | ATOM_SLASH | ATOM_SPACE,
	"Code 39", "a digit, a letter A-Z, a blank or one of -.$/+%"},
	[ALPHABET_URI] = {(ATOMS_CSET82 & ~ATOM_NOT_IN_URI) | ATOM_HASH | ATOM_DOLLAR |
		ATOM_URI,
	"RFC 3986", "a character of a URI, or an escape sequence such as \"%22\""},
	[ALPHABET_GRAPHIC] = {ATOMS_CSET82 | ATOM_HASH | ATOM_DOLLAR | ATOM_URI |
		ATOM_GRAPHIC,
	"graphic ASCII", "a graphic ASCII character, without spaces"}
};

/*
 * Is the character a member?  Bytes of multi-byte characters never are.
 */
bool
AlphabetHas(Alphabet alphabet, char c)
{
	return (atom_of[(unsigned char) c] & alphabets[alphabet].atoms) != 0;
}

/*
 * How many characters at the start of the text are members.
 */
size_t
AlphabetSpan(Alphabet alphabet, const char *chars, size_t len)
{
	uint32_t	atoms = alphabets[alphabet].atoms;
	size_t		n = 0;

	while (n < len && (atom_of[(unsigned char) chars[n]] & atoms) != 0)
		n++;
	return n;
}

/*
 * What the alphabet is called.
 */
const char *
AlphabetName(Alphabet alphabet)
{
	return alphabets[alphabet].name;
}

/*
 * What a character of the alphabet is, as a phrase that completes
 * "expected ...".
 */
const char *
AlphabetDescription(Alphabet alphabet)
{
	return alphabets[alphabet].description;
}
