/*-------------------------------------------------------------------------
 *
 * lint.c
 *	  What the value of an application identifier must satisfy beyond its
 *	  alphabet and length.
 *
 * One function a lint, chosen from the table at the end.  Alphabet and length
 * have been checked before, so a lint of digits may take digits for granted.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "syntax/code.h"
#include "syntax/builder.h"
#include "syntax/lint.h"

/* the shortest GS1 company prefix */
#define COMPANY_PREFIX_MIN 4

/* IBAN: country, check digits, and what they check (ISO 13616) */
#define IBAN_CHECK_AT	2
#define IBAN_BASIC_AT	4
#define IBAN_MIN		11
#define IBAN_MAX		34

bool
LintFault(Problem *problem, ProblemCode code, size_t index,
		  const char *expected)
{
	problem->index = index;
	return ProblemSet(problem, code, 0, "%s", expected);
}

static bool
lint_broken(Problem *problem, size_t index, const char *expected)
{
	return LintFault(problem, PROBLEM_RULE, index, expected);
}

static int
decimal_value(const char *chars, size_t len)
{
	int			value = 0;

	while (len-- > 0)
		value = value * 10 + (*chars++ - '0');
	return value;
}

/*
 * Do the last characters check the rest?
 */
static bool
ends_in_check(CheckId check, const char *chars, size_t len, Problem *problem)
{
	const CheckAlgorithm *algorithm = CheckById(check);
	char		right[CHECK_LENGTH_MAX + 1] = {0};
	size_t		at = len - algorithm->length;

	if (len <= algorithm->length)
		return LintFault(problem, PROBLEM_LENGTH, len,
						 "something before the check");
	algorithm->compute(chars, at, right);
	return memcmp(right, chars + at, algorithm->length) == 0 ||
		LintFault(problem, PROBLEM_CHECK, at, right);
}

static bool
csum(const Linted *value, Problem *problem)
{
	return ends_in_check(CHECK_MOD10, value->chars, value->len, problem);
}

static bool
csumalpha(const Linted *value, Problem *problem)
{
	return ends_in_check(CHECK_GS1_PAIR, value->chars, value->len, problem);
}

/*
 * Which company prefixes are assigned, and how long each is, only GS1
 * knows; the shortest have four digits.
 */
static bool
company_prefix(const char *chars, size_t len, size_t at, Problem *problem)
{
	size_t		digits = AlphabetSpan(ALPHABET_DIGITS, chars + at, len - at);

	return digits >= COMPANY_PREFIX_MIN ||
		lint_broken(problem, at + digits, "a digit of the GS1 company prefix");
}

static bool
gcppos1(const Linted *value, Problem *problem)
{
	return company_prefix(value->chars, value->len, 0, problem);
}

static bool
gcppos2(const Linted *value, Problem *problem)
{
	return company_prefix(value->chars, value->len, 1, problem);
}

static bool
hasnondigit(const Linted *value, Problem *problem)
{
	size_t		digits = AlphabetSpan(ALPHABET_DIGITS, value->chars, value->len);

	return digits < value->len || lint_broken(problem, 0, "not digits alone");
}

static int
days_in_month(int year, int month)
{
	static const uint8_t days[12] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

/*
 * The year that is meant by its last two digits lies from 49 years back to 50
 * years ahead (GS1 General Specifications, section 7.12).
 */
static int
full_year(int last_two, int current_year)
{
	int			year = current_year - current_year % 100 + last_two;

	if (year - current_year > 50)
		return year - 100;
	if (current_year - year > 49)
		return year + 100;
	return year;
}

/*
 * MMDD at text[at].
 */
static bool
month_and_day(const char *chars, size_t at, int year, int first_day,
			  Problem *problem)
{
	int			month = decimal_value(chars + at, 2);
	int			day = decimal_value(chars + at + 2, 2);

	if (month < 1 || month > 12)
		return lint_broken(problem, at, "a month from 01 to 12");
	if (day >= first_day && day <= days_in_month(year, month))
		return true;
	problem->index = at + 2;
	return ProblemSet(problem, PROBLEM_RULE, 0, "a day from %02d to %d",
					  first_day, days_in_month(year, month));
}

bool
LintDate(const char *chars, int first_day, int current_year, Problem *problem)
{
	return month_and_day(chars, 2, full_year(decimal_value(chars, 2), current_year),
						 first_day, problem);
}

static bool
yymmd0(const Linted *value, Problem *problem)
{
	return LintDate(value->chars, 0, value->current_year, problem);
}

static bool
yymmdd(const Linted *value, Problem *problem)
{
	return LintDate(value->chars, 1, value->current_year, problem);
}

static bool
yyyymmdd(const Linted *value, Problem *problem)
{
	return month_and_day(value->chars, 4, decimal_value(value->chars, 4), 1, problem);
}

/*
 * YYMMDD as a date.  Where no day is given it is the last of the month.
 */
ScanDate
SyntaxDate(const char *chars, int current_year)
{
	ScanDate	date;

	date.year = full_year(decimal_value(chars, 2), current_year);
	date.month = decimal_value(chars + 2, 2);
	date.day = decimal_value(chars + 4, 2);
	if (date.day == 0)
		date.day = days_in_month(date.year, date.month);
	return date;
}

static bool
hh(const Linted *value, Problem *problem)
{
	return decimal_value(value->chars, 2) < 24 ||
		lint_broken(problem, 0, "an hour from 00 to 23");
}

static bool
mi(const Linted *value, Problem *problem)
{
	return decimal_value(value->chars, 2) < 60 ||
		lint_broken(problem, 0, "a minute from 00 to 59");
}

static bool
ss(const Linted *value, Problem *problem)
{
	return decimal_value(value->chars, 2) < 60 ||
		lint_broken(problem, 0, "a second from 00 to 59");
}

static bool
hhmi(const Linted *value, Problem *problem)
{
	return hh(value, problem) &&
		(decimal_value(value->chars + 2, 2) < 60 ||
		 lint_broken(problem, 2, "a minute from 00 to 59"));
}

static size_t
leading_zeros(const char *chars, size_t len)
{
	size_t		n = 0;

	while (n < len && chars[n] == '0')
		n++;
	return n;
}

static bool
pieceoftotal(const Linted *value, Problem *problem)
{
	size_t		half = value->len / 2;

	if (leading_zeros(value->chars, half) == half)
		return lint_broken(problem, 0, "the number of a piece, from 1");
	if (leading_zeros(value->chars + half, half) == half)
		return lint_broken(problem, half, "the total of pieces, from 1");
	return memcmp(value->chars, value->chars + half, half) <= 0 ||
		lint_broken(problem, 0, "a number of a piece not above the total");
}

static bool
posinseqslash(const Linted *value, Problem *problem)
{
	size_t		slash = AlphabetSpan(ALPHABET_DIGITS, value->chars, value->len);
	const char *count = value->chars + slash + 1;
	size_t		digits;

	if (slash == 0 || value->chars[0] == '0')
		return lint_broken(problem, 0, "a position without leading zeros");
	if (slash == value->len || value->chars[slash] != '/')
		return lint_broken(problem, slash, "\"/\" behind the position");
	digits = AlphabetSpan(ALPHABET_DIGITS, count, value->len - slash - 1);
	if (digits == 0 || count[0] == '0')
		return lint_broken(problem, slash + 1, "a count without leading zeros");
	if (slash + 1 + digits < value->len)
		return lint_broken(problem, slash + 1 + digits, "a digit of the count");
	return slash < digits ||
		(slash == digits && memcmp(value->chars, count, digits) <= 0) ||
		lint_broken(problem, 0, "a position not above the count behind it");
}

static bool
nonzero(const Linted *value, Problem *problem)
{
	return leading_zeros(value->chars, value->len) < value->len ||
		lint_broken(problem, 0, "a number other than 0");
}

static bool
zero(const Linted *value, Problem *problem)
{
	size_t		zeros = leading_zeros(value->chars, value->len);

	return zeros == value->len || lint_broken(problem, zeros, "0");
}

static bool
nozeroprefix(const Linted *value, Problem *problem)
{
	return value->chars[0] != '0' ||
		lint_broken(problem, 0, "a number without leading zeros");
}

static bool
iso3166(const Linted *value, Problem *problem)
{
	return CodeIsCountry(decimal_value(value->chars, value->len)) ||
		lint_broken(problem, 0, "a numeric country code of ISO 3166");
}

static bool
iso3166999(const Linted *value, Problem *problem)
{
	int			code = decimal_value(value->chars, value->len);

	return code == 999 || CodeIsCountry(code) ||
		lint_broken(problem, 0, "a numeric country code of ISO 3166, or 999");
}

static bool
iso3166alpha2(const Linted *value, Problem *problem)
{
	return CodeIsCountryLetters(value->chars, value->len) ||
		lint_broken(problem, 0, "a two-letter country code of ISO 3166");
}

static bool
iso4217(const Linted *value, Problem *problem)
{
	return CodeIsCurrency(decimal_value(value->chars, value->len)) ||
		lint_broken(problem, 0, "a numeric currency code of ISO 4217");
}

static bool
iso5218(const Linted *value, Problem *problem)
{
	return memchr("0129", value->chars[0], 4) != NULL ||
		lint_broken(problem, 0, "0, 1, 2 or 9");
}

static bool
winding(const Linted *value, Problem *problem)
{
	return memchr("019", value->chars[0], 3) != NULL ||
		lint_broken(problem, 0, "0, 1 or 9");
}

static bool
yesno(const Linted *value, Problem *problem)
{
	return memchr("01", value->chars[0], 2) != NULL ||
		lint_broken(problem, 0, "0 or 1");
}

static bool
hyphen(const Linted *value, Problem *problem)
{
	return value->chars[0] == '-' || lint_broken(problem, 0, "\"-\"");
}

/*
 * Degrees from the south pole, times ten million.
 */
static bool
latitude(const Linted *value, Problem *problem)
{
	return memcmp(value->chars, "1800000000", value->len) <= 0 ||
		lint_broken(problem, 0, "a latitude of at most 1800000000");
}

/*
 * Degrees east of Greenwich, times ten million.
 */
static bool
longitude(const Linted *value, Problem *problem)
{
	return memcmp(value->chars, "3600000000", value->len) <= 0 ||
		lint_broken(problem, 0, "a longitude of at most 3600000000");
}

static bool
mediatype(const Linted *value, Problem *problem)
{
	int			type = decimal_value(value->chars, value->len);

	return (type >= 1 && type <= 10) || type >= 80 ||
		lint_broken(problem, 0, "a media type, 01 to 10 or 80 to 99");
}

static bool
importeridx(const Linted *value, Problem *problem)
{
	return (AlphabetHas(ALPHABET_CSET64, value->chars[0]) &&
			value->chars[0] != '=') ||
		lint_broken(problem, 0, "a digit, A-Z, a-z, \"-\" or \"_\"");
}

static bool
packagetype(const Linted *value, Problem *problem)
{
	return CodeIsPackage(value->chars, value->len) ||
		lint_broken(problem, 0, "a package type code of UN/ECE or GS1");
}

/*
 * Appends characters as digits, a letter as the two of 10 to 35.  Returns the
 * end.
 */
static char *
append_iban_digits(const char *chars, size_t len, char *out)
{
	for (; len > 0; len--, chars++)
	{
		int			value = *chars - 'A' + 10;

		if (*chars <= '9')
			*out++ = *chars;
		else
		{
			*out++ = '0' + value / 10;
			*out++ = '0' + value % 10;
		}
	}
	return out;
}

/*
 * The check digits stand behind the country, but check as if the country and
 * they stood at the end.  How long an IBAN is depends on the country; nobody's
 * is shorter than the shortest allowed here.
 */
static bool
iban(const Linted *value, Problem *problem)
{
	const char *chars = value->chars;
	size_t		good = AlphabetSpan(ALPHABET_ALPHANUMERIC, chars, value->len);
	char		digits[2 * IBAN_MAX];
	char		right[CHECK_LENGTH_MAX + 1] = {0};
	char	   *end;

	if (good < value->len)
		return lint_broken(problem, good, "a digit or a letter A-Z");
	if (value->len < IBAN_MIN)
		return LintFault(problem, PROBLEM_LENGTH, value->len,
						 "at least 11 characters of an IBAN");
	if (!CodeIsCountryLetters(chars, IBAN_CHECK_AT))
		return lint_broken(problem, 0, "a two-letter country code of ISO 3166");
	end = append_iban_digits(chars + IBAN_BASIC_AT, value->len - IBAN_BASIC_AT,
							 digits);
	end = append_iban_digits(chars, IBAN_CHECK_AT, end);
	CheckById(CHECK_MOD97_10)->compute(digits, end - digits, right);
	return memcmp(right, chars + IBAN_CHECK_AT, 2) == 0 ||
		LintFault(problem, PROBLEM_CHECK, IBAN_CHECK_AT, right);
}

static bool
pcenc(const Linted *value, Problem *problem)
{
	size_t		at = 0;

	while (at < value->len)
	{
		size_t		begin = at;
		char		c;

		if (!EscapeDecode(value->chars, value->len, ESCAPE_PERCENT, &at, &c))
			return lint_broken(problem, begin,
							   "two hexadecimal digits after \"%\"");
	}
	return true;
}

/*
 * GS1's own check wants a padded text to have a multiple of 3 characters,
 * where base 64 makes it one of 4 (RFC 4648).  Signatures padded in either way
 * exist; padding is optional, and says nothing.
 */
static bool
padding(const Linted *value, Problem *problem)
{
	size_t		len = value->len;
	size_t		at = 0;
	size_t		i;

	while (at < len && value->chars[at] != '=')
		at++;
	for (i = at; i < len; i++)
		if (value->chars[i] != '=')
			return lint_broken(problem, at, "\"=\" at the end only");
	if (len - at > 2)
		return lint_broken(problem, at, "at most two \"=\"");
	return at == len || len % 4 == 0 || len % 3 == 0 ||
		lint_broken(problem, at, "no \"=\" at this length");
}

static bool (*const lints[LINT_COUNT]) (const Linted *value, Problem *problem) =
{
	[LINT_CSUM] = csum,
		[LINT_CSUMALPHA] = csumalpha,
		[LINT_GCPPOS1] = gcppos1,
		[LINT_GCPPOS2] = gcppos2,
		[LINT_HASNONDIGIT] = hasnondigit,
		[LINT_YYMMD0] = yymmd0,
		[LINT_YYMMDD] = yymmdd,
		[LINT_YYYYMMDD] = yyyymmdd,
		[LINT_HH] = hh,
		[LINT_MI] = mi,
		[LINT_SS] = ss,
		[LINT_HHMI] = hhmi,
		[LINT_PIECEOFTOTAL] = pieceoftotal,
		[LINT_POSINSEQSLASH] = posinseqslash,
		[LINT_NONZERO] = nonzero,
		[LINT_ZERO] = zero,
		[LINT_NOZEROPREFIX] = nozeroprefix,
		[LINT_ISO3166] = iso3166,
		[LINT_ISO3166999] = iso3166999,
		[LINT_ISO3166ALPHA2] = iso3166alpha2,
		[LINT_ISO4217] = iso4217,
		[LINT_ISO5218] = iso5218,
		[LINT_WINDING] = winding,
		[LINT_YESNO] = yesno,
		[LINT_HYPHEN] = hyphen,
		[LINT_LATITUDE] = latitude,
		[LINT_LONGITUDE] = longitude,
		[LINT_MEDIATYPE] = mediatype,
		[LINT_IMPORTERIDX] = importeridx,
		[LINT_PACKAGETYPE] = packagetype,
		[LINT_IBAN] = iban,
		[LINT_PCENC] = pcenc,
		[LINT_PADDING] = padding,
		[LINT_COUPONCODE] = LintCouponCode,
		[LINT_COUPONPOSOFFER] = LintCouponPositiveOffer
};

bool
LintCheck(Lint lint, const Linted *value, Problem *problem)
{
	return lints[lint] == NULL || lints[lint] (value, problem);
}
