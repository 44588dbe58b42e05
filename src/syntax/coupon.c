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

typedef enum FieldKind
{
	FIELD_DIGITS,				/* as many as extra says */
	FIELD_CHOICE,				/* one of the choices */
	FIELD_COUNTED,				/* one of the choices, then as many digits as
								 * it says, and extra */
	FIELD_COUNTED_OR_NOT,		/* the same, but 9 stands for none at all */
	FIELD_EXPIRY,				/* YYMMDD */
	FIELD_START					/* YYMMDD, not after the expiry */
} FieldKind;

/* a length digit's choices for a company prefix of 6 to 12 digits */
#define PREFIX_LENGTHS	"0123456"
#define ANY_DIGIT		"0123456789"

typedef struct Field
{
	char		section;		/* the digit that opens it; 0: not optional */
	FieldKind	kind;
	const char *choices;
	uint8_t		extra;
	const char *name;
} Field;

static const Field coupon_fields[] = {
	{0, FIELD_COUNTED, PREFIX_LENGTHS, 6, "the company prefix"},
	{0, FIELD_DIGITS, NULL, 6, "the offer code"},
	{0, FIELD_COUNTED, "12345", 0, "the save value"},
	{0, FIELD_COUNTED, "12345", 0, "the first purchase requirement"},
	{0, FIELD_CHOICE, "012349", 0, "the first purchase requirement code"},
	{0, FIELD_DIGITS, NULL, 3, "the first purchase family code"},
	{'1', FIELD_CHOICE, "0123", 0, "the additional purchase rules code"},
	{'1', FIELD_COUNTED, "12345", 0, "the second purchase requirement"},
	{'1', FIELD_CHOICE, "012349", 0, "the second purchase requirement code"},
	{'1', FIELD_DIGITS, NULL, 3, "the second purchase family code"},
	{'1', FIELD_COUNTED_OR_NOT, PREFIX_LENGTHS "9", 6,
	"the second purchase company prefix"},
	{'2', FIELD_COUNTED, "12345", 0, "the third purchase requirement"},
	{'2', FIELD_CHOICE, "012349", 0, "the third purchase requirement code"},
	{'2', FIELD_DIGITS, NULL, 3, "the third purchase family code"},
	{'2', FIELD_COUNTED_OR_NOT, PREFIX_LENGTHS "9", 6,
	"the third purchase company prefix"},
	{'3', FIELD_EXPIRY, NULL, 6, "the expiry date"},
	{'4', FIELD_START, NULL, 6, "the start date"},
	{'5', FIELD_COUNTED, ANY_DIGIT, 6, "the serial number"},
	{'6', FIELD_COUNTED, "1234567", 6, "the retailer's company prefix or GLN"},
	{'9', FIELD_CHOICE, "01256", 0, "the save value code"},
	{'9', FIELD_CHOICE, "012", 0, "the item that the save value applies to"},
	{'9', FIELD_CHOICE, ANY_DIGIT, 0, "the store coupon flag"},
	{'9', FIELD_CHOICE, "01", 0, "the don't multiply flag"}
};

static const Field positive_offer_fields[] = {
	{0, FIELD_CHOICE, "01", 0, "the format code"},
	{0, FIELD_COUNTED, PREFIX_LENGTHS, 6, "the funder"},
	{0, FIELD_DIGITS, NULL, 6, "the offer code"},
	{0, FIELD_COUNTED, ANY_DIGIT, 6, "the serial number"}
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
read_choice(CouponReader *reader, const Field *field, int *choice)
{
	char		c;

	reader->problem->index = reader->at;
	if (reader->at == reader->value->len)
		return ProblemSet(reader->problem, PROBLEM_LENGTH, 0, "%s",
						  field->name);
	c = reader->value->text[reader->at];
	if (strchr(field->choices, c) == NULL)
		return ProblemSet(reader->problem, PROBLEM_RULE, 0,
						  field->kind == FIELD_CHOICE ?
						  "%s, one of %s" : "the length of %s, one of %s",
						  field->name, field->choices);
	*choice = c - '0';
	reader->at++;
	return true;
}

static bool
read_date(CouponReader *reader, const Field *field)
{
	const char *date = reader->value->text + reader->at;
	const char *expiry = reader->value->text + reader->expiry;

	if (!LintDate(date, 1, reader->value->current_year, reader->problem))
	{
		reader->problem->index += reader->at;
		return false;
	}
	if (field->kind == FIELD_EXPIRY)
		reader->expiry = reader->at;
	else if (reader->expiry != 0 && memcmp(date, expiry, 6) > 0)
		return LintFault(reader->problem, PROBLEM_RULE, reader->at,
						 "a start date not after the expiry date");
	return true;
}

static bool
read_field(CouponReader *reader, const Field *field)
{
	size_t		digits = field->extra;
	int			choice = 0;

	if (field->choices != NULL && !read_choice(reader, field, &choice))
		return false;
	if (field->kind == FIELD_COUNTED_OR_NOT && choice == 9)
		return true;
	if (field->kind == FIELD_COUNTED || field->kind == FIELD_COUNTED_OR_NOT)
		digits += choice;
	if (reader->value->len - reader->at < digits)
	{
		reader->problem->index = reader->value->len;
		return ProblemSet(reader->problem, PROBLEM_LENGTH, 0,
						  "the %zu digits of %s", digits, field->name);
	}
	if ((field->kind == FIELD_EXPIRY || field->kind == FIELD_START) &&
		!read_date(reader, field))
		return false;
	reader->at += digits;
	return true;
}

/*
 * Reads all fields, and of the optional sections those that are there.
 */
static bool
read_coupon(const Linted *value, const Field *fields, size_t count,
			Problem *problem)
{
	CouponReader reader = {value, 0, 0, problem};
	size_t		good = AlphabetSpan(ALPHABET_DIGITS, value->text, value->len);
	char		open = 0;
	size_t		i;

	if (good < value->len)
		return LintFault(problem, PROBLEM_CHARACTER, good, "a digit");
	for (i = 0; i < count; i++)
	{
		const Field *field = &fields[i];

		if (field->section != open && reader.at < value->len &&
			value->text[reader.at] == field->section)
		{
			open = field->section;
			reader.at++;
		}
		if (field->section == open && !read_field(&reader, field))
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
