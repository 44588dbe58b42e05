/*-------------------------------------------------------------------------
 *
 * scan_test.c
 *	  Scans without PostgreSQL: published scans with all their elements, what
 *	  they identify, and the table of application identifiers.
 *
 * Takes the folder of the vectors; prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include "tap.h"
#include "syntax/ai.h"

/* vectors with dates are read in this year */
#define CURRENT_YEAR 2026

static int
compare_elements(const void *a, const void *b)
{
	char		left[AI_DIGITS_MAX + 1];
	char		right[AI_DIGITS_MAX + 1];

	*ScanElementName(((const ScanElement *) a)->ai, left) = '\0';
	*ScanElementName(((const ScanElement *) b)->ai, right) = '\0';
	return strcmp(left, right);
}

/*
 * The elements in the order of their AIs, bracketed, without escapes.
 */
static void
write_elements(Gs1Scan *scan, char *out)
{
	int			i;

	qsort(scan->elements, scan->count, sizeof(ScanElement), compare_elements);
	for (i = 0; i < scan->count; i++)
	{
		*out++ = '(';
		out = ScanElementName(scan->elements[i].ai, out);
		*out++ = ')';
		memcpy(out, scan->elements[i].value, scan->elements[i].len);
		out += scan->elements[i].len;
	}
	*out = '\0';
}

static void
check_scan(const char *escaped, const char *expected)
{
	char		input[2048];
	char		got[SCAN_ELEMENTS_MAX * (SCAN_VALUE_MAX + 6) + 1];
	char		what[4200];
	size_t		len;
	Gs1Scan		scan;
	Problem		problem;

	snprintf(what, sizeof(what), "%s is %s", escaped, expected);
	snprintf(input, sizeof(input), "%s", escaped);
	len = unescape(input);
	if (SyntaxScan(input, len, CURRENT_YEAR, &scan, &problem))
		write_elements(&scan, got);
	else
		snprintf(got, sizeof(got), "!%s@%zu", problem_names[problem.code],
				 problem.offset);
	report(strcmp(got, expected) == 0, what, got);
}

static void
check_file(const char *folder)
{
	char		line[2048];
	char		path[1024];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/scan.tsv", folder);
	file = fopen(path, "r");
	if (file == NULL)
	{
		printf("Bail out! cannot open %s\n", path);
		exit(1);
	}
	while (fgets(line, sizeof(line), file) != NULL)
	{
		char	   *expected;
		char	   *source;

		if (line[0] == '#')
			continue;
		expected = strchr(line, '\t');
		source = expected != NULL ? strchr(expected + 1, '\t') : NULL;
		if (source == NULL)
		{
			report(false, "a row has three columns", line);
			continue;
		}
		*expected++ = *source = '\0';
		check_scan(line, expected);
	}
	fclose(file);
}

/*
 * What a scan identifies, canonically, or "".
 */
static void
check_identity(const char *input, const char *expected)
{
	char		got[SYNTAX_TEXT_MAX + 1] = "a problem";
	char		what[1100];
	Gs1Scan		scan;
	Problem		problem;

	snprintf(what, sizeof(what), "%s identifies %s", input,
			 *expected != '\0' ? expected : "nothing");
	if (SyntaxScan(input, strlen(input), CURRENT_YEAR, &scan, &problem))
		got[scan.has_id ? SyntaxWrite(&scan.id, got) : 0] = '\0';
	report(strcmp(got, expected) == 0, what, got);
}

static void
check_identities(void)
{
	check_identity("(17)271231(10)LOT7(01)09506000134352(21)A1B2",
				   "(01)09506000134352(21)A1B2");
	check_identity("(01)09506000134352(10)LOT7(17)271231",
				   "(01)09506000134352(10)LOT7");
	check_identity("(01)09506000134352(17)271231", "(01)09506000134352");
	check_identity("(01)09506000134352(10)LOT7(235)XYZ",
				   "(01)09506000134352(235)XYZ");
	check_identity("(00)095060001343500002(01)09506000134352(21)A1B2",
				   "(01)09506000134352(21)A1B2");
	check_identity("(02)09506000134352(37)24(00)095060001343500002",
				   "(00)095060001343500002");
	check_identity("(02)09506000134352(37)24(10)LOT7", "");
	check_identity("(03)09506000134352(21)A1B2", "");
	check_identity("(8006)095060001343520102(21)A1B2(10)LOT7",
				   "(8006)095060001343520102(21)A1B2");
	check_identity("(8006)095060001343520102(414)9506000134352",
				   "(8006)095060001343520102");
	check_identity("(8003)09506000134352R7", "(8003)09506000134352R7");
	check_identity("(8003)09506000134352", "(8003)09506000134352");
	check_identity("(253)9506000134352D7", "(253)9506000134352D7");
	check_identity("(255)95060001343527", "(255)95060001343527");
	check_identity("(8010)9506000ABC(8011)12", "(8010)9506000ABC(8011)12");
	check_identity("(8010)9506000ABC", "(8010)9506000ABC");
	check_identity("(414)9506000134352(254)E7", "(414)9506000134352(254)E7");
	check_identity("(414)9506000134352(8004)9506000A7", "(8004)9506000A7");
	check_identity("+A99912345/$$52001510X3/16D20111212/S77DEFG457",
				   "hibc:A99912345/77DEFG45");
	check_identity("+A99912345/$$52001510X33", "hibc:A99912345");
	check_identity("+$$52001510X3GD", "");
	check_identity("(10)LOT7(17)271231", "");
	check_identity("https://example.com/01/09506000134352/22/V/10/LOT7/21/A1B2?17=271231",
				   "(01)09506000134352(21)A1B2");
}

static void
check_field(const char *input, ScanField field, const char *expected)
{
	char		got[SCAN_VALUE_MAX + 1] = "";
	char		what[300];
	const char *value;
	size_t		len;
	Gs1Scan		scan;
	Problem		problem;

	snprintf(what, sizeof(what), "%s says \"%s\"", input, expected);
	if (SyntaxScan(input, strlen(input), CURRENT_YEAR, &scan, &problem) &&
		ScanFind(&scan, field, &value, &len))
		snprintf(got, sizeof(got), "%.*s", (int) len, value);
	report(strcmp(got, expected) == 0, what, got);
}

static void
check_fields(void)
{
	check_field("(01)09506000134352", SCAN_GTIN, "09506000134352");
	check_field("(8006)095060001343520102", SCAN_GTIN, "09506000134352");
	check_field("(02)09506000134352", SCAN_GTIN, "09506000134352");
	check_field("(03)09506000134352", SCAN_GTIN, "09506000134352");
	check_field("(00)095060001343500002", SCAN_GTIN, "");
	check_field("(01)09506000134352(21)A1", SCAN_SERIAL, "A1");
	check_field("(01)09506000134352(235)A1", SCAN_SERIAL, "A1");
	check_field("(8003)09506000134352A1", SCAN_SERIAL, "A1");
	check_field("(8003)09506000134352", SCAN_SERIAL, "");
	check_field("(253)9506000134352A1", SCAN_SERIAL, "A1");
	check_field("(255)950600013435271", SCAN_SERIAL, "71");
	check_field("(8010)9506000ABC(8011)12", SCAN_SERIAL, "12");
	check_field("(414)9506000134352(254)A1", SCAN_SERIAL, "A1");
	check_field("(10)LOT7", SCAN_LOT, "LOT7");
	check_field("(17)271231(7003)2612311200", SCAN_EXPIRY, "271231");
	check_field("(7003)2612311200", SCAN_EXPIRY, "261231");
	check_field("(11)260131", SCAN_PRODUCTION, "260131");
}

static void
check_date(const char *input, int current_year, const char *expected)
{
	ScanDate	date = SyntaxDate(input, current_year);
	char		got[40];
	char		what[100];

	snprintf(what, sizeof(what), "in %d, %s is %s", current_year, input, expected);
	snprintf(got, sizeof(got), "%d-%02d-%02d", date.year, date.month, date.day);
	report(strcmp(got, expected) == 0, what, got);
}

static void
check_dates(void)
{
	check_date("271231", 2026, "2027-12-31");
	check_date("270200", 2026, "2027-02-28");
	check_date("280200", 2026, "2028-02-29");
	check_date("760101", 2026, "2076-01-01");
	check_date("770101", 2026, "1977-01-01");
	check_date("260101", 2026, "2026-01-01");
	check_date("000200", 2051, "2100-02-28");
	check_date("010101", 2050, "2001-01-01");
	check_date("000101", 2049, "2000-01-01");
	check_date("000101", 2050, "2100-01-01");
	check_date("990101", 2000, "1999-01-01");
	check_date("500101", 2000, "2050-01-01");
	check_date("510101", 2000, "1951-01-01");
}

/*
 * The table is in order, and each row has the length that its class promises.
 */
static void
check_table(void)
{
	const AiRow *row;
	int			last = -1;
	size_t		i;

	for (i = 0; (row = AiAt(i)) != NULL; i++)
	{
		char		digits[AI_DIGITS_MAX + 1];
		char		what[100];
		size_t		n = AiWrite(row->first, digits) - digits;
		int			first_two = (digits[0] - '0') * 10 + digits[1] - '0';
		const AiClass *class = &AiClasses[first_two];
		const AiComponent *component = row->components;
		bool		is_fixed = component[0].min == component[0].max &&
		component[1].max == 0;

		digits[n] = '\0';
		snprintf(what, sizeof(what), "row (%s) is in its place and found", digits);
		report(row->first > last && row->first <= row->last &&
			   AiFind(row->first) == row && AiFind(row->last) == row &&
			   AiRead(digits, n) == row->first, what, "not");
		snprintf(what, sizeof(what), "row (%s) has the length of its class", digits);
		report(class->digits == n && AiLongest(row) <= SCAN_VALUE_MAX &&
			   (class->predefined == 0 ||
				(is_fixed && AiLongest(row) == class->predefined)),
			   what, "another");
		last = row->last;
	}
}

/*
 * 64 elements are read, the 65th is one too many; the same one again is not.
 */
static void
check_limit(void)
{
	char		input[SCAN_ELEMENTS_MAX * 16 + 64] = "";
	char	   *end = input;
	size_t		last = 0;
	Gs1Scan		scan;
	Problem		problem;
	int			ai;

	for (ai = 4300; ai <= 4308; ai++)
		end += sprintf(end, "(%d)%s", ai, ai == 4307 ? "DE" : "A");
	for (ai = 4310; ai <= 4320; ai++)
		end += sprintf(end, "(%d)%s", ai, ai == 4317 ? "DE" : "A");
	for (ai = 7230; ai <= 7239; ai++)
		end += sprintf(end, "(%d)ABC", ai);
	for (ai = 90; ai <= 99; ai++)
		end += sprintf(end, "(%d)A", ai);
	for (ai = 7030; ai <= 7039; ai++)
		end += sprintf(end, "(%d)276A", ai);
	for (ai = 710; ai <= 717; ai++)
		end += sprintf(end, "(%d)A", ai);
	for (ai = 7020; ai <= 7022; ai++)
		end += sprintf(end, "(%d)A", ai);
	for (ai = 240; ai <= 243; ai++)
	{
		last = end - input;
		end += sprintf(end, "(%d)1", ai);
	}
	report(!SyntaxScan(input, strlen(input), CURRENT_YEAR, &scan, &problem) &&
		   problem.code == PROBLEM_LENGTH && problem.offset == last,
		   "65 elements are too many", problem.expected);
	strcpy(input + last, "(90)A");
	report(SyntaxScan(input, strlen(input), CURRENT_YEAR, &scan, &problem) &&
		   scan.count == SCAN_ELEMENTS_MAX,
		   "64 are not, nor the first again", problem.expected);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
	{
		fprintf(stderr, "usage: %s vectors-folder\n", argv[0]);
		return 2;
	}
	check_file(argv[1]);
	check_identities();
	check_fields();
	check_dates();
	check_table();
	check_limit();
	return finish();
}
