/*-------------------------------------------------------------------------
 *
 * problem.c
 *	  Problems of XML and JSON texts, with their positions.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/problem.h"

#include <stdio.h>
#include <string.h>

/* how many bytes of a text a message shows */
#define SHOWN_MAX 60

void
XmlProblemClear(XmlProblem *problem)
{
	memset(problem, 0, sizeof(*problem));
}

static bool
continues_character(char c)
{
	return ((unsigned char) c & 0xC0) == 0x80;
}

/*
 * Copies the beginning of a text, whole characters, so that a terminal can
 * show it.
 */
static void
copy_shown(XmlSpan shown, char *out)
{
	size_t		len = shown.len;
	size_t		i;

	if (len > SHOWN_MAX)
	{
		len = SHOWN_MAX;
		while (len > 0 && continues_character(shown.bytes[len]))
			len--;
	}
	for (i = 0; i < len; i++)
	{
		unsigned char c = shown.bytes[i];

		out[i] = c < 0x20 || c == 0x7F ? ' ' : shown.bytes[i];
	}
	out[len] = '\0';
	if (len < shown.len)
		strcat(out, "...");
}

void
XmlProblemSet(XmlProblem *problem, XmlProblemKind kind, size_t offset,
			  const char *message, XmlSpan shown, const char *expected)
{
	char		part[SHOWN_MAX + 4];
	const char *hole = strstr(message, "%s");

	if (problem->kind != XML_NO_PROBLEM)
		return;
	problem->kind = kind;
	problem->offset = offset;
	copy_shown(shown, part);
	if (hole == NULL)
		snprintf(problem->message, XML_MESSAGE_MAX, "%s", message);
	else
		snprintf(problem->message, XML_MESSAGE_MAX, "%.*s%s%s",
				 (int) (hole - message), message, part, hole + 2);
	snprintf(problem->expected, XML_MESSAGE_MAX, "%s", expected);
}

void *
XmlAlloc(XmlArena *arena, size_t size, XmlProblem *problem, size_t offset)
{
	void	   *block = XmlArenaAlloc(arena, size);

	if (block == NULL)
		XmlProblemSet(problem, XML_OUT_OF_MEMORY, offset, "out of memory", XmlSpanOf(""), "");
	return block;
}

void
XmlProblemLocate(XmlProblem *problem, const char *source, size_t length)
{
	size_t		end = problem->offset < length ? problem->offset : length;
	size_t		i;

	problem->line = 1;
	problem->column = 1;
	for (i = 0; i < end; i++)
	{
		if (source[i] == '\n')
		{
			problem->line++;
			problem->column = 1;
		}
		else if (!continues_character(source[i]))
			problem->column++;
	}
}
