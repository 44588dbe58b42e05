/*-------------------------------------------------------------------------
 *
 * check_test.c
 *	  Tests of the check algorithms: published vectors, and what each
 *	  algorithm promises to catch, tried exhaustively.
 *
 * Takes the path of the vectors, test/vectors/check.tsv, and prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include "scheme/scheme.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_MAX			1024
#define LONG_LENGTH		1048575
#define SHORT_MAX		3
#define SHORT_COUNT_MAX	7000

static int	tests = 0;
static int	failures = 0;

static bool Ok(bool passed, const char *format,...)
			__attribute__((format(printf, 2, 3)));

static bool
Ok(bool passed, const char *format,...)
{
	va_list		args;

	tests++;
	if (!passed)
		failures++;

	printf("%s %d - ", passed ? "ok" : "not ok", tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');

	return passed;
}

static void
BailOut(const char *why)
{
	printf("Bail out!  %s\n", why);
	exit(1);
}

/*
 * Is the value complete and its check right?
 */
static bool
Valid(const CheckAlgorithm *algorithm, const char *value, size_t len)
{
	char		payload[ROW_MAX];
	char		check[CHECK_LENGTH_MAX];
	size_t		payload_len;
	size_t		at;

	if (len <= algorithm->length)
		return false;
	payload_len = len - algorithm->length;
	if (algorithm->payload_length != 0 &&
		algorithm->payload_length != payload_len)
		return false;

	at = algorithm->at == CHECK_AT_END ? payload_len : algorithm->at;
	memcpy(payload, value, at);
	memcpy(payload + at, value + at + algorithm->length, payload_len - at);
	if (AlphabetSpan(algorithm->payload, payload, payload_len) != payload_len)
		return false;

	algorithm->compute(payload, payload_len, check);
	return memcmp(check, value + at, algorithm->length) == 0;
}

/*
 * Which errors an algorithm promises to catch.  Two neighbours exchanged are
 * either always noticed, or always except for certain pairs, which are then
 * never noticed: the tests demand both.
 */
typedef enum Transpositions
{
	NOT_PROMISED,
	ALL,
	ALL_IN_PAYLOAD,				/* not those that move a check character */
	ALL_BUT_FIVE_APART,			/* 0 and 5, 1 and 6, ... */
	ALL_BUT_ENDS				/* the alphabet's first and its last */
} Transpositions;

typedef struct Promise
{
	bool		substitutions;	/* every single character changed */
	Transpositions transpositions;
} Promise;

static const Promise promises[CHECK_COUNT] = {
	[CHECK_MOD10] = {true, ALL_BUT_FIVE_APART},
	[CHECK_LUHN] = {true, ALL_BUT_ENDS},
	[CHECK_LUHN_MOD_N] = {true, ALL_BUT_ENDS},
	[CHECK_VERHOEFF] = {true, ALL},
	[CHECK_DAMM] = {true, ALL},
	[CHECK_MOD11_2] = {true, ALL},
	[CHECK_MOD37_2] = {true, ALL},
	[CHECK_MOD97_10] = {true, ALL},
	[CHECK_MOD661_26] = {true, ALL},
	[CHECK_MOD1271_36] = {true, ALL},
	[CHECK_MOD11_10] = {true, NOT_PROMISED},
	[CHECK_MOD27_26] = {true, NOT_PROMISED},
	[CHECK_MOD37_36] = {true, NOT_PROMISED},
	[CHECK_GS1_PAIR] = {true, ALL_IN_PAYLOAD},
	[CHECK_LUHN16] = {true, ALL_BUT_ENDS}
};

static CheckId
IdOf(const CheckAlgorithm *algorithm)
{
	return (CheckId) (algorithm - CheckById(CHECK_NONE));
}

/*
 * The characters of the algorithm's alphabet, in the order of ASCII.
 */
static size_t
Members(const CheckAlgorithm *algorithm, char *members)
{
	size_t		n = 0;
	int			c;

	for (c = 0; c < 256; c++)
	{
		if (AlphabetHas(algorithm->payload, (char) c))
			members[n++] = (char) c;
	}

	return n;
}

/*
 * Does the exchange of these two neighbours go unnoticed?
 */
static bool
Escapes(const CheckAlgorithm *algorithm, char a, char b)
{
	char		members[256];
	size_t		n;

	if (a == b)
		return true;

	switch (promises[IdOf(algorithm)].transpositions)
	{
		case ALL_BUT_FIVE_APART:
			return abs(a - b) == 5;
		case ALL_BUT_ENDS:
			n = Members(algorithm, members);
			return (a == members[0] && b == members[n - 1]) ||
				(b == members[0] && a == members[n - 1]);
		default:
			return false;
	}
}

static bool
TransposedAsPromised(const CheckAlgorithm *algorithm,
					 const char *value, size_t len, size_t i)
{
	char		wrong[ROW_MAX];

	memcpy(wrong, value, len);
	wrong[i] = value[i + 1];
	wrong[i + 1] = value[i];

	return Valid(algorithm, wrong, len) ==
		Escapes(algorithm, value[i], value[i + 1]);
}

static bool
TranspositionsAsPromised(const CheckAlgorithm *algorithm,
						 const char *value, size_t len)
{
	Transpositions promised = promises[IdOf(algorithm)].transpositions;
	size_t		last = len;
	size_t		i;

	if (promised == NOT_PROMISED)
		return true;
	if (promised == ALL_IN_PAYLOAD)
		last -= algorithm->length;

	for (i = 0; i + 1 < last; i++)
	{
		if (!TransposedAsPromised(algorithm, value, len, i))
			return false;
	}

	return true;
}

/*
 * Every character in turn becomes every other byte.
 */
static bool
SubstitutionsCaught(const CheckAlgorithm *algorithm,
					const char *value, size_t len)
{
	char		wrong[ROW_MAX];
	size_t		i;
	int			c;

	memcpy(wrong, value, len);
	for (i = 0; i < len; i++)
	{
		for (c = 0; c < 256; c++)
		{
			wrong[i] = (char) c;
			if (wrong[i] != value[i] && Valid(algorithm, wrong, len))
				return false;
		}
		wrong[i] = value[i];
	}

	return true;
}

static void
TestErrors(const CheckAlgorithm *algorithm, const char *value, size_t len)
{
	const Promise *promise = &promises[IdOf(algorithm)];

	if (promise->substitutions)
		Ok(SubstitutionsCaught(algorithm, value, len),
		   "%s %s: every substitution is caught", algorithm->name, value);
	if (promise->transpositions != NOT_PROMISED)
		Ok(TranspositionsAsPromised(algorithm, value, len),
		   "%s %s: transpositions are caught as promised",
		   algorithm->name, value);
}

/*
 * A row of the vectors.
 */
typedef struct Vector
{
	const CheckAlgorithm *algorithm;
	const char *value;
	bool		valid;
} Vector;

/*
 * Cuts off the text up to the next tab.  NULL if there is none.
 */
static char *
NextField(char **rest)
{
	char	   *field = *rest;
	char	   *tab = strchr(field, '\t');

	if (tab == NULL)
		return NULL;
	*tab = '\0';
	*rest = tab + 1;
	return field;
}

static bool
ParseRow(char *row, Vector *vector)
{
	char	   *name = NextField(&row);
	char	   *value = name != NULL ? NextField(&row) : NULL;
	char	   *valid = value != NULL ? NextField(&row) : NULL;

	/* what is left is the source, which must be named */
	if (valid == NULL || row[0] == '\0' || strchr(row, '\t') != NULL)
		return false;
	if (strcmp(valid, "t") != 0 && strcmp(valid, "f") != 0)
		return false;

	vector->algorithm = CheckByName(name, strlen(name));
	vector->value = value;
	vector->valid = valid[0] == 't';
	return vector->algorithm != NULL;
}

static void
TestVector(const Vector *vector)
{
	size_t		len = strlen(vector->value);

	Ok(Valid(vector->algorithm, vector->value, len) == vector->valid,
	   "%s %s is %s", vector->algorithm->name,
	   len > 0 ? vector->value : "(nothing)",
	   vector->valid ? "valid" : "not valid");

	if (vector->valid)
		TestErrors(vector->algorithm, vector->value, len);
}

/*
 * Also makes sure that every algorithm has rows of both kinds.
 */
static void
TestVectors(FILE *file)
{
	bool		seen[CHECK_COUNT][2] = {{false}};
	char		row[ROW_MAX];
	Vector		vector;
	int			id;

	while (fgets(row, sizeof(row), file) != NULL)
	{
		char	   *end = strchr(row, '\n');

		if (end == NULL)
			BailOut("a row is too long or its line end is missing");
		*end = '\0';
		if (row[0] == '#')
			continue;
		if (!ParseRow(row, &vector))
			BailOut("a row is not algorithm, value, t or f, source");

		TestVector(&vector);
		seen[IdOf(vector.algorithm)][vector.valid] = true;
	}

	for (id = CHECK_NONE + 1; id < CHECK_COUNT; id++)
		Ok(seen[id][true] && seen[id][false],
		   "%s has valid and invalid vectors", CheckById((CheckId) id)->name);
}

/*
 * Every pair of neighbours, at every place up to the tenth from the right.
 * That reaches past the longest cycle of weights, Verhoeff's eight.
 */
static bool
PairAsPromised(const CheckAlgorithm *algorithm, char a, char b)
{
	char		value[10 + CHECK_LENGTH_MAX];
	size_t		len;

	for (len = 2; len <= 10; len++)
	{
		memset(value, a, len);
		value[1] = b;
		algorithm->compute(value, len, value + len);
		if (!TransposedAsPromised(algorithm, value,
								  len + algorithm->length, 0))
			return false;
	}

	return true;
}

static void
TestPairs(const CheckAlgorithm *algorithm)
{
	char		members[256];
	size_t		n = Members(algorithm, members);
	size_t		wrong = 0;
	size_t		i;
	size_t		j;

	for (i = 0; i < n; i++)
	{
		for (j = 0; j < n; j++)
		{
			if (i != j && !PairAsPromised(algorithm, members[i], members[j]))
				wrong++;
		}
	}

	Ok(n > 1 && wrong == 0,
	   "%s: any two neighbours exchanged are caught as promised",
	   algorithm->name);
}

/*
 * Every payload of this length, each with every error that is promised to be
 * caught.
 */
static bool
ShortAsPromised(const CheckAlgorithm *algorithm,
				const char *members, size_t n, size_t len, size_t count)
{
	char		value[SHORT_MAX + CHECK_LENGTH_MAX];
	size_t		value_len = len + algorithm->length;
	size_t		k;

	for (k = 0; k < count; k++)
	{
		size_t		rest = k;
		size_t		i;

		for (i = 0; i < len; i++)
		{
			value[i] = members[rest % n];
			rest /= n;
		}
		algorithm->compute(value, len, value + len);
		if (!SubstitutionsCaught(algorithm, value, value_len) ||
			!TranspositionsAsPromised(algorithm, value, value_len))
			return false;
	}

	return true;
}

static void
TestShort(const CheckAlgorithm *algorithm)
{
	char		members[256];
	size_t		n = Members(algorithm, members);
	size_t		count = n;
	size_t		len;

	for (len = 1; len <= SHORT_MAX && count <= SHORT_COUNT_MAX; len++)
	{
		Ok(ShortAsPromised(algorithm, members, n, len, count),
		   "%s: errors in all %zu payloads of length %zu are caught",
		   algorithm->name, count, len);
		count *= n;
	}
}

/*
 * Payloads of a megabyte of the alphabet's highest character.  Expected
 * values come from the definitions, worked out in unlimited integers.
 */
typedef struct LongPayload
{
	CheckId		id;
	char		repeated;
	const char *check;
} LongPayload;

static const LongPayload long_payloads[] = {
	{CHECK_MOD10, '9', "1"},
	{CHECK_LUHN, '9', "5"},
	{CHECK_LUHN_MOD_N, 'Z', "3"},
	{CHECK_VERHOEFF, '9', "6"},
	{CHECK_DAMM, '9', "0"},
	{CHECK_MOD11_2, '9', "4"},
	{CHECK_MOD37_2, 'Z', "T"},
	{CHECK_MOD97_10, '9', "42"},
	{CHECK_MOD661_26, 'Z', "BF"},
	{CHECK_MOD1271_36, 'Z', "H9"},
	{CHECK_MOD11_10, '9', "2"},
	{CHECK_MOD27_26, 'Z', "W"},
	{CHECK_MOD37_36, 'Z', "0"},
	{CHECK_GS1_PAIR, 'z', "74"},
	{CHECK_LUHN16, 'F', "F"}
};

static void
TestLong(void)
{
	char	   *payload = malloc(LONG_LENGTH);
	size_t		i;

	if (payload == NULL)
		BailOut("out of memory");

	for (i = 0; i < sizeof(long_payloads) / sizeof(long_payloads[0]); i++)
	{
		const LongPayload *row = &long_payloads[i];
		const CheckAlgorithm *algorithm = CheckById(row->id);
		char		check[CHECK_LENGTH_MAX];

		memset(payload, row->repeated, LONG_LENGTH);
		algorithm->compute(payload, LONG_LENGTH, check);
		Ok(memcmp(check, row->check, algorithm->length) == 0,
		   "%s of a megabyte of %c is %s",
		   algorithm->name, row->repeated, row->check);
	}

	free(payload);
}

static void
TestRow(CheckId id)
{
	const CheckAlgorithm *algorithm = CheckById(id);
	const char *name;

	if (!Ok(algorithm != NULL && algorithm->name != NULL &&
			algorithm->compute != NULL, "algorithm %d exists", (int) id))
		BailOut("the table has a gap");

	name = algorithm->name;
	Ok(CheckByName(name, strlen(name)) == algorithm, "%s is found", name);
	Ok(CheckByName(name, strlen(name) - 1) != algorithm,
	   "%s is not found by a part of its name", name);
	Ok(algorithm->standard != NULL && algorithm->standard[0] != '\0',
	   "%s names its standard", name);
	Ok(algorithm->length >= 1 && algorithm->length <= CHECK_LENGTH_MAX &&
	   (algorithm->at == CHECK_AT_END ||
		algorithm->at < algorithm->payload_length),
	   "%s: length and place of the check make sense", name);
}

static void
TestTable(void)
{
	int			id;

	for (id = CHECK_NONE + 1; id < CHECK_COUNT; id++)
		TestRow((CheckId) id);

	Ok(CheckById(CHECK_NONE) != NULL &&
	   strcmp(CheckById(CHECK_NONE)->name, "none") == 0 &&
	   CheckById(CHECK_NONE)->compute == NULL,
	   "none is a row that computes nothing");
	Ok(CheckById((CheckId) CHECK_COUNT) == NULL, "no row after the last");
	Ok(CheckByName("none", 4) == NULL, "none is not found by name");
	Ok(CheckByName("", 0) == NULL, "an empty name is not found");
	Ok(CheckByName("LUHN", 4) == NULL, "names are in lower case");
	Ok(CheckByName("luhns", 5) == NULL, "a longer name is not found");
	Ok(CheckByName("luhns", 4) == CheckById(CHECK_LUHN),
	   "a name is as long as the caller says");
}

int
main(int argc, char **argv)
{
	char		path[1024];
	FILE	   *vectors;
	int			id;

	snprintf(path, sizeof(path), "%s/check.tsv", argc == 2 ? argv[1] : ".");
	vectors = fopen(path, "r");
	if (vectors == NULL)
		BailOut("expected the folder of check.tsv");

	TestTable();
	TestVectors(vectors);
	fclose(vectors);
	for (id = CHECK_NONE + 1; id < CHECK_COUNT; id++)
	{
		if (promises[id].transpositions != NOT_PROMISED)
			TestPairs(CheckById((CheckId) id));
		if (promises[id].substitutions)
			TestShort(CheckById((CheckId) id));
	}
	TestLong();

	printf("1..%d\n", tests);
	return failures > 0 ? 1 : 0;
}
