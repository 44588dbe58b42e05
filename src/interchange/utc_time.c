/*-------------------------------------------------------------------------
 *
 * utc_time.c
 *	  Times of EPCIS in one spelling.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "datatype/timestamp.h"
#include "fmgr.h"
#include "interchange/utc_time.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

PG_FUNCTION_INFO_V1(serial_utc_time);

/*
 * Reads n digits; false if there are others.
 */
static bool
take_digits(const char **at, int n, int *number)
{
	*number = 0;
	for (; n > 0; n--, (*at)++)
	{
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

static bool
take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/*
 * The decimals of a second in milliseconds: what follows the fourth decimal is
 * cut, and then it is rounded half up, maybe to a whole second.
 */
static int
take_milliseconds(const char **at)
{
	int			digits = 0;
	int			tenths = 0;

	if (!take_char(at, '.') && !take_char(at, ','))
		return 0;
	for (; **at >= '0' && **at <= '9'; (*at)++, digits++)
		if (digits < 4)
			tenths = tenths * 10 + (**at - '0');
	for (; digits < 4; digits++)
		tenths *= 10;
	return (tenths + 5) / 10;
}

/*
 * The offset in minutes; a time without one is in UTC.
 */
static bool
take_offset(const char **at, int *minutes)
{
	int			sign = **at == '-' ? -1 : 1;
	int			hour;
	int			minute;

	*minutes = 0;
	if (**at == '\0' || take_char(at, 'Z'))
		return true;
	if (!take_char(at, '+') && !take_char(at, '-'))
		return false;
	if (!take_digits(at, 2, &hour) || !take_char(at, ':') || !take_digits(at, 2, &minute))
		return false;
	*minutes = sign * (hour * 60 + minute);
	return true;
}

char *
UtcTime(const char *spelling)
{
	const char *at = spelling;
	int			year,
				month,
				day,
				hour,
				minute,
				second,
				milliseconds,
				offset;
	int64		total;
	int64		days;

	if (!take_digits(&at, 4, &year) || !take_char(&at, '-') ||
		!take_digits(&at, 2, &month) || !take_char(&at, '-') ||
		!take_digits(&at, 2, &day) || !take_char(&at, 'T') ||
		!take_digits(&at, 2, &hour) || !take_char(&at, ':') ||
		!take_digits(&at, 2, &minute) || !take_char(&at, ':') ||
		!take_digits(&at, 2, &second))
		return NULL;
	milliseconds = take_milliseconds(&at);
	if (!take_offset(&at, &offset) || *at != '\0' || month < 1 || month > 12)
		return NULL;
	total = ((int64) hour * 60 + minute - offset) * 60 + second;
	total = total * 1000 + milliseconds;
	days = total / (SECS_PER_DAY * INT64CONST(1000));
	total -= days * SECS_PER_DAY * 1000;
	if (total < 0)
	{
		days--;
		total += SECS_PER_DAY * INT64CONST(1000);
	}
	j2date(date2j(year, month, day) + (int) days, &year, &month, &day);
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
					(int) (total / 3600000), (int) (total / 60000 % 60),
					(int) (total / 1000 % 60), (int) (total % 1000));
}

/*
 * serial_internal.utc_time(spelling text) -> text
 */
Datum
serial_utc_time(PG_FUNCTION_ARGS)
{
	char	   *time = UtcTime(text_to_cstring(PG_GETARG_TEXT_PP(0)));

	if (time == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(time));
}
