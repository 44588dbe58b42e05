/*-------------------------------------------------------------------------
 *
 * tree.c
 *	  A picture in text of a container and what is inside.
 *
 * Walks down once, however little is drawn of it, since every line says how
 * much there is below.  Sorted by container, what is directly in one stands
 * together, and things of one kind stand together in that.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/walk/descend.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_tree);

/* more siblings than so many are folded, and how many are shown then */
#define FOLDED_ABOVE	5
#define SHOWN_OF_FOLDED	3

/* of the folded, so many kinds get a line of their own */
#define KINDS_SHOWN		3

/*
 * Numbers begin in one column, and counts in another.
 */
typedef struct Line
{
	char	   *text;
	int			width;
	char	   *number;			/* NULL: none */
	char	   *counts;			/* NULL: nothing is inside */
} Line;

/* what stands before a thing */
typedef struct Branches
{
	const char *fork;
	const char *end;
	const char *pass;
	const char *blank;
} Branches;

static const Branches plain_branches = {"|- ", "`- ", "|  ", "   "};

/* the box drawing characters, in UTF-8 */
static const Branches line_branches = {
	"\xE2\x94\x9C\xE2\x94\x80 ", "\xE2\x94\x94\xE2\x94\x80 ",
	"\xE2\x94\x82  ", "   "
};

typedef struct Picture
{
	/* everything inside, sorted by parent and child */
	Link	   *links;
	int64		n;
	int64		room;
	int			levels;			/* how deep it goes */

	int			max_depth;		/* how deep it is drawn */
	const Branches *branches;
	List	   *lines;
} Picture;

/* --- What is inside --- */

static bool
keep_link(Descent *walk, const Link *link)
{
	Picture    *picture = walk->context;
	Link	   *copy;

	if (picture->n == picture->room)
	{
		picture->room *= 2;
		picture->links = repalloc_huge(picture->links,
									   picture->room * sizeof(Link));
	}
	copy = &picture->links[picture->n++];
	copy->child = SerialCopy(link->child);
	copy->parent = SerialCopy(link->parent);
	copy->is_container = link->is_container;
	return true;
}

static int
compare_links(const void *a, const void *b)
{
	const Link *left = a;
	const Link *right = b;
	int			order = ValueCompare(left->parent, right->parent);

	return order != 0 ? order : ValueCompare(left->child, right->child);
}

static void
look_inside(Picture *picture, Serial *container)
{
	Descent		walk = {.visit = keep_link,.context = picture,
		.max_depth = ANY_DEPTH,
	.reader = LinksOpen(LINKS_NOW)};

	picture->n = 0;
	picture->room = 64;
	picture->links = palloc(picture->room * sizeof(Link));
	(void) Descend(&walk, container);
	walk.reader->close(walk.reader);
	picture->levels = walk.depth;
	qsort(picture->links, picture->n, sizeof(Link), compare_links);
}

/*
 * The first link out of a container, and the first one behind its last.
 */
static int64
first_in(const Picture *picture, const Serial *container)
{
	int64		low = 0;
	int64		high = picture->n;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (ValueCompare(picture->links[middle].parent, container) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int64
behind_last_in(const Picture *picture, const Serial *container, int64 first)
{
	while (first < picture->n &&
		   ValueEqual(picture->links[first].parent, container))
		first++;
	return first;
}

/*
 * Adds what is below a thing to the counts, which begin with a level.
 */
static void
count_below(const Picture *picture, const Link *link, int level, int64 *counts)
{
	int64		i;

	check_stack_depth();
	if (!link->is_container)
		return;
	for (i = first_in(picture, link->child);
		 i < picture->n && ValueEqual(picture->links[i].parent, link->child);
		 i++)
	{
		counts[level]++;
		count_below(picture, &picture->links[i], level + 1, counts);
	}
}

static int64 *
no_counts(const Picture *picture)
{
	return palloc0((picture->levels + 1) * sizeof(int64));
}

/* --- Words --- */

/*
 * 1920 as "1,920"
 */
static char *
grouped(int64 n)
{
	char	   *digits = psprintf(INT64_FORMAT, n);
	StringInfoData text;
	int			i;

	initStringInfo(&text);
	for (i = 0; digits[i] != '\0'; i++)
	{
		if (i > 0 && strlen(digits + i) % 3 == 0)
			appendStringInfoChar(&text, ',');
		appendStringInfoChar(&text, digits[i]);
	}
	return text.data;
}

/*
 * "[40 inside, 1,920 in them]", from a level on; NULL if there is nothing.
 */
static char *
counts_text(const Picture *picture, const int64 *counts, int level)
{
	static const char *const where[] = {"inside", "in them", "in those"};
	StringInfoData text;
	const char *before = "[";

	if (counts[level] == 0)
		return NULL;
	initStringInfo(&text);
	for (; counts[level] > 0; level++)
	{
		appendStringInfo(&text, "%s%s %s", before, grouped(counts[level]),
						 where[Min(level, 2)]);
		before = ", ";
	}
	appendStringInfoChar(&text, ']');
	return text.data;
}

static char *
scheme_and_key(const Identifier *id)
{
	return psprintf("%s %.*s", id->scheme->name, (int) id->key_len, id->key);
}

/*
 * What things have in common that differ in nothing but the number.  Where
 * there is none, the key is the thing's own.
 */
static char *
kind_of(const Link *link)
{
	Identifier	id;

	ValueOpen(link->child, &id);
	return id.number_len > 0 ? scheme_and_key(&id) : pstrdup(id.scheme->name);
}

/* --- Lines --- */

static void
add_line(Picture *picture, char *text, char *number, char *counts)
{
	Line	   *line = palloc(sizeof(Line));

	line->text = text;

	line->width = pg_mbstrlen(text);
	line->number = number;
	line->counts = counts;
	picture->lines = lappend(picture->lines, line);
}

static void
draw_thing(Picture *picture, const char *before, const Link *link)
{
	int64	   *counts = no_counts(picture);
	char	   *number = NULL;
	Identifier	id;

	ValueOpen(link->child, &id);
	if (id.number_len > 0)
		number = pnstrdup(id.number, id.number_len);
	count_below(picture, link, 0, counts);
	add_line(picture, psprintf("%s%s", before, scheme_and_key(&id)), number,
			 counts_text(picture, counts, 0));
}

/*
 * Siblings of a kind, or of several.
 */
typedef struct Fold
{
	char	   *kind;			/* the last of them */
	int			kinds;
	int64		n;
	int64	   *counts;			/* what is in them, from level 1 on */
} Fold;

static Fold *
fold_for(Picture *picture, List **folds, char *kind)
{
	Fold	   *fold = *folds == NIL ? NULL : llast(*folds);

	if (fold != NULL && strcmp(fold->kind, kind) == 0)
		return fold;
	if (list_length(*folds) <= KINDS_SHOWN)
	{
		fold = palloc0(sizeof(Fold));
		fold->counts = no_counts(picture);
		*folds = lappend(*folds, fold);
	}
	fold->kind = kind;
	fold->kinds++;
	return fold;
}

/*
 * In place of siblings, how many they are, of which kinds.
 */
static void
draw_folded(Picture *picture, const char *indent, int64 from, int64 to)
{
	List	   *folds = NIL;
	ListCell   *cell;

	for (; from < to; from++)
	{
		Link	   *link = &picture->links[from];
		Fold	   *fold = fold_for(picture, &folds, kind_of(link));

		fold->n++;
		count_below(picture, link, 1, fold->counts);
	}
	foreach(cell, folds)
	{
		Fold	   *fold = lfirst(cell);
		bool		is_last = lnext(folds, cell) == NULL;
		char	   *kinds = fold->kinds == 1 ? fold->kind :
		psprintf("%s other kinds", grouped(fold->kinds));

		add_line(picture,
				 psprintf("%s%s%s more of %s", indent,
						  is_last ? picture->branches->end : picture->branches->fork,
						  grouped(fold->n), kinds),
				 NULL, counts_text(picture, fold->counts, 1));
	}
}

static void
draw_below(Picture *picture, const Serial *container, const char *indent,
		   int depth)
{
	const Branches *branches = picture->branches;
	int64		i = first_in(picture, container);
	int64		end = behind_last_in(picture, container, i);
	int64		shown = end - i > FOLDED_ABOVE ? i + SHOWN_OF_FOLDED : end;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (depth > picture->max_depth)
		return;
	for (; i < shown; i++)
	{
		Link	   *link = &picture->links[i];
		bool		is_last = i + 1 == end;

		draw_thing(picture,
				   psprintf("%s%s", indent, is_last ? branches->end : branches->fork),
				   link);
		draw_below(picture, link->child,
				   psprintf("%s%s", indent, is_last ? branches->blank : branches->pass),
				   depth + 1);
	}
	draw_folded(picture, indent, shown, end);
}

/* --- Layout --- */

typedef struct Layout
{
	int			numbers;		/* column where numbers begin */
	int			counts;			/* and where counts do */
} Layout;

static Layout
lay_out(const Picture *picture)
{
	Layout		layout = {0, 0};
	ListCell   *cell;

	foreach(cell, picture->lines)
	{
		Line	   *line = lfirst(cell);

		if (line->number != NULL)
			layout.numbers = Max(layout.numbers, line->width + 2);
	}
	foreach(cell, picture->lines)
	{
		Line	   *line = lfirst(cell);
		int			end = line->number == NULL ? line->width :
		layout.numbers + (int) strlen(line->number);

		if (line->counts != NULL)
			layout.counts = Max(layout.counts, end + 3);
	}
	return layout;
}

static text *
row_text(const Line *line, const Layout *layout)
{
	int			width = line->width;
	StringInfoData row;

	initStringInfo(&row);
	appendStringInfoString(&row, line->text);
	if (line->number != NULL)
	{
		appendStringInfo(&row, "%*s%s", layout->numbers - width, "", line->number);
		width = layout->numbers + strlen(line->number);
	}
	if (line->counts != NULL)
		appendStringInfo(&row, "%*s%s", layout->counts - width, "", line->counts);
	return cstring_to_text_with_len(row.data, row.len);
}

static void
put_lines(const Picture *picture, ReturnSetInfo *result)
{
	Layout		layout = lay_out(picture);
	ListCell   *cell;

	foreach(cell, picture->lines)
	{
		Datum		row = PointerGetDatum(row_text(lfirst(cell), &layout));
		bool		isnull = false;

		tuplestore_putvalues(result->setResult, result->setDesc, &row, &isnull);
	}
}

/*
 * serial.tree(container serial.serial, max_depth int) -> setof text
 */
Datum
serial_tree(PG_FUNCTION_ARGS)
{
	Picture		picture = {0};
	Link		root = {.is_container = true};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	root.child = PG_GETARG_SERIAL_PP(0);
	picture.max_depth = PG_ARGISNULL(1) ? ANY_DEPTH : PG_GETARG_INT32(1);
	picture.branches = GetDatabaseEncoding() == PG_UTF8 ? &line_branches :
		&plain_branches;
	look_inside(&picture, root.child);
	draw_thing(&picture, "", &root);
	draw_below(&picture, root.child, "", 1);
	put_lines(&picture, (ReturnSetInfo *) fcinfo->resultinfo);
	return (Datum) 0;
}
