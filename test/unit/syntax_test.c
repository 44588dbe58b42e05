/*-------------------------------------------------------------------------
 *
 * syntax_test.c
 *	  Reading and writing without PostgreSQL: published spellings, and what
 *	  packing gives back.
 *
 * Takes the folder of the vectors; prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include "tap.h"
#include "syntax/syntax.h"
#include "value/pack.h"

static void
check_spelling(const char *spelling, const char *expected)
{
	char		input[1024];
	char		got[SYNTAX_TEXT_MAX + 64];
	char		what[2100];
	size_t		len;
	Identifier	id;
	Problem		problem;

	snprintf(what, sizeof(what), "%s is %s", spelling, expected);
	snprintf(input, sizeof(input), "%s", spelling);
	len = unescape(input);
	if (SyntaxRead(input, len, &id, &problem))
		got[SyntaxWrite(&id, got)] = '\0';
	else
		snprintf(got, sizeof(got), "!%s@%zu", problem_names[problem.code],
				 problem.offset);
	report(strcmp(got, expected) == 0, what, got);
}

/*
 * Text to identifier to bytes and back is the identity.
 */
static void
check_packing(const char *canonical)
{
	unsigned char packed[PACKED_MAX];
	char		input[SYNTAX_TEXT_MAX + 1];
	char		what[1100];
	Identifier	id;
	Identifier	again;
	Problem		problem;
	size_t		len;
	bool		ok;

	snprintf(what, sizeof(what), "%s survives packing", canonical);
	ok = SyntaxRead(canonical, strlen(canonical), &id, &problem);
	len = ok ? IdentifierPack(&id, packed) : 0;
	ok = ok && len <= PACKED_MAX && IdentifierUnpackStrict(packed, len, &again);
	input[ok ? SyntaxWrite(&again, input) : 0] = '\0';
	report(ok && strcmp(input, canonical) == 0, what, input);

	/* and nothing shorter or longer passes for it */
	if (ok)
	{
		snprintf(what, sizeof(what), "%s is not read from other bytes", canonical);
		packed[len] = 0;
		ok = !IdentifierUnpackStrict(packed, len + 1, &again);
		while (ok && len-- > 1)
			ok = !IdentifierUnpackStrict(packed, len, &again) ||
				again.key_len != id.key_len || again.number_len != id.number_len;
		report(ok, what, "an identifier");
	}
}

static void
check_file(const char *folder)
{
	char		line[2048];
	char		path[1024];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/spelling.tsv", folder);
	file = fopen(path, "r");
	if (file == NULL)
	{
		printf("Bail out! cannot open %s\n", path);
		exit(1);
	}
	while (fgets(line, sizeof(line), file) != NULL)
	{
		char	   *spelling = line;
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
		check_spelling(spelling, expected);
		if (*expected != '!')
			check_packing(expected);
	}
	fclose(file);
}

/*
 * Every scheme's example is canonical, and its row leads to itself.
 */
static void
check_examples(void)
{
	const Scheme *scheme;
	size_t		i;

	for (i = 0; (scheme = SchemeAt(i)) != NULL; i++)
	{
		char		what[128];

		check_spelling(scheme->example, scheme->example);
		check_packing(scheme->example);
		snprintf(what, sizeof(what), "%s is found by id and by name", scheme->name);
		report(SchemeById(scheme->id) == scheme &&
			   SchemeByName(scheme->name, strlen(scheme->name)) == scheme,
			   what, "another scheme");
	}
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
	check_examples();
	return finish();
}
