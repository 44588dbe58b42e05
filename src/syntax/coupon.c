/*-------------------------------------------------------------------------
 *
 * coupon.c
 *	  The coupons of North America: what AI (8110) and AI (8112) hold.
 *
 * Both are digits throughout, one field after another.  A field may say its
 * own length in its first digit, and a digit that stands for a section opens
 * fields that may be left out (GS1 US, North American Coupon Application
 * Guideline; GS1 AI (8112) Coupon Data Specifications).
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/lint.h"

typedef enum CouponFieldKind
{
	COUPON_DIGITS,				/* as many as extra says */
	COUPON_CHOICE,				/* one of the choices */
	COUPON_COUNTED,				/* one of the choices, then as many digits as
								 * it says, and extra */
	COUPON_COUNTED_OR_NOT,		/* the same, but 9 stands for none at all */
	COUPON_EXPIRY,				/* YYMMDD */
	COUPON_START				/* YYMMDD, not after the expiry */
} CouponFieldKind;

/* a length digit's choices for a company prefix of 6 to 12 digits */
#define PREFIX_LENGTHS	"0123456"
#define ANY_DIGIT		"0123456789"

typedef struct CouponField
{
	char		section;		/* the digit that opens it; 0: not optional */
	CouponFieldKind kind;
	const char *choices;
	uint8_t		extra;
	const char *name;
} CouponField;

static const CouponField coupon_fields[] = {
	{0, COUPON_COUNTED, PREFIX_LENGTHS, 6, "the company prefix"},
	{0, COUPON_DIGITS, NULL, 6, "the offer code"},
	{0, COUPON_COUNTED, "12345", 0, "the save value"},
	{0, COUPON_COUNTED, "12345", 0, "the first purchase requirement"},
	{0, COUPON_CHOICE, "012349", 0, "the first purchase requirement code"},
	{0, COUPON_DIGITS, NULL, 3, "the first purchase family code"},
	{'1', COUPON_CHOICE, "0123", 0, "the additional purchase rules code"},
	{'1', COUPON_COUNTED, "12345", 0, "the second purchase requirement"},
	{'1', COUPON_CHOICE, "012349", 0, "the second purchase requirement code"},
	{'1', COUPON_DIGITS, NULL, 3, "the second purchase family code"},
	{'1', COUPON_COUNTED_OR_NOT, PREFIX_LENGTHS "9", 6,
	"the second purchase company prefix"},
	{'2', COUPON_COUNTED, "12345", 0, "the third purchase requirement"},
	{'2', COUPON_CHOICE, "012349", 0, "the third purchase requirement code"},
	{'2', COUPON_DIGITS, NULL, 3, "the third purchase family code"},
	{'2', COUPON_COUNTED_OR_NOT, PREFIX_LENGTHS "9", 6,
	"the third purchase company prefix"},
	{'3', COUPON_EXPIRY, NULL, 6, "the expiry date"},
	{'4', COUPON_START, NULL, 6, "the start date"},
	{'5', COUPON_COUNTED, ANY_DIGIT, 6, "the serial number"},
	{'6', COUPON_COUNTED, "1234567", 6, "the retailer's company prefix or GLN"},
	{'9', COUPON_CHOICE, "01256", 0, "the save value code"},
	{'9', COUPON_CHOICE, "012", 0, "the item that the save value applies to"},
	{'9', COUPON_CHOICE, ANY_DIGIT, 0, "the store coupon flag"},
	{'9', COUPON_CHOICE, "01", 0, "the don't multiply flag"}
};

static const CouponField positive_offer_fields[] = {
	{0, COUPON_CHOICE, "01", 0, "the format code"},
	{0, COUPON_COUNTED, PREFIX_LENGTHS, 6, "the funder"},
	{0, COUPON_DIGITS, NULL, 6, "the offer code"},
	{0, COUPON_COUNTED, ANY_DIGIT, 6, "the serial number"}
};

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

typedef struct CouponReader
{
	const Linted *value;
	size_t		at;
	size_t		expiry;			/* where it stands; 0: nowhere */
	Problem    *problem;
} CouponReader;

/*
 * The digit that says a length, or is a field by itself.
 */
static bool
read_coupon_choice(CouponReader *reader, const CouponField *field, int *choice)
{
	char		c;

	reader->problem->index = reader->at;
	if (reader->at == reader->value->len)
		return ProblemSet(reader->problem, PROBLEM_LENGTH, 0, "%s",
						  field->name);
	c = reader->value->chars[reader->at];
	if (strchr(field->choices, c) == NULL)
		return ProblemSet(reader->problem, PROBLEM_RULE, 0,
						  field->kind == COUPON_CHOICE ?
						  "%s, one of %s" : "the length of %s, one of %s",
						  field->name, field->choices);
	*choice = c - '0';
	reader->at++;
	return true;
}

static bool
read_coupon_date(CouponReader *reader, const CouponField *field)
{
	const char *date = reader->value->chars + reader->at;
	const char *expiry = reader->value->chars + reader->expiry;

	if (!LintDate(date, 1, reader->value->current_year, reader->problem))
	{
		reader->problem->index += reader->at;
		return false;
	}
	if (field->kind == COUPON_EXPIRY)
		reader->expiry = reader->at;
	else if (reader->expiry != 0 && memcmp(date, expiry, 6) > 0)
		return LintFault(reader->problem, PROBLEM_RULE, reader->at,
						 "a start date not after the expiry date");
	return true;
}

static bool
read_coupon_field(CouponReader *reader, const CouponField *field)
{
	size_t		digits = field->extra;
	int			choice = 0;

	if (field->choices != NULL && !read_coupon_choice(reader, field, &choice))
		return false;
	if (field->kind == COUPON_COUNTED_OR_NOT && choice == 9)
		return true;
	if (field->kind == COUPON_COUNTED || field->kind == COUPON_COUNTED_OR_NOT)
		digits += choice;
	if (reader->value->len - reader->at < digits)
	{
		reader->problem->index = reader->value->len;
		return ProblemSet(reader->problem, PROBLEM_LENGTH, 0,
						  "the %zu digits of %s", digits, field->name);
	}
	if ((field->kind == COUPON_EXPIRY || field->kind == COUPON_START) &&
		!read_coupon_date(reader, field))
		return false;
	reader->at += digits;
	return true;
}

/*
 * Reads all fields, and of the optional sections those that are there.
 */
static bool
read_coupon(const Linted *value, const CouponField *fields, size_t count,
			Problem *problem)
{
	CouponReader reader = {value, 0, 0, problem};
	size_t		good = AlphabetSpan(ALPHABET_DIGITS, value->chars, value->len);
	char		open = 0;
	size_t		i;

	if (good < value->len)
		return LintFault(problem, PROBLEM_CHARACTER, good, "a digit");
	for (i = 0; i < count; i++)
	{
		const CouponField *field = &fields[i];

		if (field->section != open && reader.at < value->len &&
			value->chars[reader.at] == field->section)
		{
			open = field->section;
			reader.at++;
		}
		if (field->section == open && !read_coupon_field(&reader, field))
			return false;
	}
	return reader.at == value->len ||
		LintFault(problem, PROBLEM_LENGTH, reader.at, "the end of the coupon");
}

bool
LintCouponCode(const Linted *value, Problem *problem)
{
	return read_coupon(value, coupon_fields, COUNT(coupon_fields), problem);
}

bool
LintCouponPositiveOffer(const Linted *value, Problem *problem)
{
	return read_coupon(value, positive_offer_fields,
					   COUNT(positive_offer_fields), problem);
}
