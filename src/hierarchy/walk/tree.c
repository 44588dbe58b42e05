/*-------------------------------------------------------------------------
 *
 * tree.c
 *	  serial.tree: a container and its contents drawn as text.
 *
 * The whole subtree is read, however little of it is drawn, since each line
 * shows how much is below it.  Nodes are kept in the order of drawing, so that
 * the contents of a node are the ones that follow it.
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
#include "utils/tuplestore.h"
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_tree);

/*
 * If a node has more children than can stay unfolded, only the first few are
 * drawn, and the others are summed up by kind.
 */
#define MAX_UNFOLDED		5
#define DRAWN_OF_FOLDED		3
#define MAX_FOLDED_KINDS	3

/* levels that are drawn unless max_depth says otherwise */
#define DEFAULT_MAX_DEPTH	100

/* levels whose counts are shown one by one; deeper ones are added up */
#define COUNTED_LEVELS		8

typedef struct TreeNode
{
	Serial	   *id;
	bool		is_container;
	int			depth;			/* 0 is the root */
	int			end;			/* the node after the last one below */
} TreeNode;

/*
 * Numbers begin in one column, and counts in another.
 */
typedef struct TreeLine
{
	char	   *label;
	int			width;			/* of the label, in characters */
	char	   *number;			/* NULL: none */
	char	   *counts;			/* NULL: no contents */
} TreeLine;

/* what is drawn before a node */
typedef struct TreeBranches
{
	const char *fork;
	const char *end;
	const char *pass;
	const char *blank;
} TreeBranches;

static const TreeBranches plain_branches = {"|- ", "`- ", "|  ", "   "};

/* the box drawing characters, in UTF-8 */
static const TreeBranches line_branches = {
	"\xE2\x94\x9C\xE2\x94\x80 ", "\xE2\x94\x94\xE2\x94\x80 ",
	"\xE2\x94\x82  ", "   "
};

typedef struct Tree
{
	/* everything inside the root, sorted by parent and child */
	Link	   *links;
	int			n_links;
	int			capacity;

	/* the root and everything inside it, parents first */
	TreeNode   *nodes;
	int			n;

	int			max_depth;		/* drawn no deeper than that */
	const TreeBranches *branches;
	List	   *lines;
} Tree;

/* --- Reading --- */

static bool
tree_add_link(Descent *walk, const Link *link)
{
	Tree	   *tree = walk->context;
	Link	   *copy;

	tree->links = ArrayEnlarge(tree->links, tree->n_links, &tree->capacity,
							   sizeof(Link));
	copy = &tree->links[tree->n_links++];
	copy->child = SerialCopy(link->child);
	copy->parent = SerialCopy(link->parent);
	copy->is_container = link->is_container;
	return true;
}

static int
tree_compare_links(const void *a, const void *b)
{
	const Link *left = a;
	const Link *right = b;
	int			order = ValueCompare(left->parent, right->parent);

	return order != 0 ? order : ValueCompare(left->child, right->child);
}

static void
tree_read_links(Tree *tree, Serial *root)
{
	Descent		walk = {.visit = tree_add_link,.context = tree,
		.max_depth = ANY_DEPTH,
	.reader = LinksOpen(LINKS_NOW)};

	tree->capacity = 64;
	tree->links = palloc(tree->capacity * sizeof(Link));
	(void) Descend(&walk, root);
	walk.reader->close(walk.reader);
	qsort(tree->links, tree->n_links, sizeof(Link), tree_compare_links);
}

/*
 * The first link of a parent; n_links if there is none, or another parent's.
 */
static int
tree_first_link(const Tree *tree, const Serial *parent)
{
	int			low = 0;
	int			high = tree->n_links;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (ValueCompare(tree->links[middle].parent, parent) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Appends the children of a node to the stack, the first one last.
 */
static int
tree_push_children(const Tree *tree, const TreeNode *node, TreeNode *stack,
				   int n)
{
	int			first = tree_first_link(tree, node->id);
	int			end = first;

	while (end < tree->n_links &&
		   ValueEqual(tree->links[end].parent, node->id))
		end++;
	while (end > first)
	{
		const Link *link = &tree->links[--end];

		stack[n++] = (TreeNode)
		{
			link->child, link->is_container, node->depth + 1, 0
		};
	}
	return n;
}

static void
tree_set_ends(Tree *tree)
{
	int			i;

	for (i = tree->n - 1; i >= 0; i--)
	{
		int			end = i + 1;

		while (end < tree->n && tree->nodes[end].depth > tree->nodes[i].depth)
			end = tree->nodes[end].end;
		tree->nodes[i].end = end;
	}
}

/*
 * Uses a stack of its own: recursion could exceed the stack in a long chain of containers.
 */
static void
tree_order_nodes(Tree *tree, Serial *root)
{
	Size		size = ((Size) tree->n_links + 1) * sizeof(TreeNode);
	TreeNode   *stack = palloc_extended(size, MCXT_ALLOC_HUGE);
	int			n = 1;

	tree->nodes = palloc_extended(size, MCXT_ALLOC_HUGE);
	stack[0] = (TreeNode)
	{
		root, true, 0, 0
	};
	while (n > 0)
	{
		TreeNode	node = stack[--n];

		CHECK_FOR_INTERRUPTS();
		tree->nodes[tree->n++] = node;
		if (node.is_container)
			n = tree_push_children(tree, &node, stack, n);
	}
	pfree(stack);
	tree_set_ends(tree);
}

/* --- Counts --- */

/*
 * Counts of contents by level below a node.  The last one is that of all deeper
 * levels together.
 */
typedef struct LevelCounts
{
	int64		n[COUNTED_LEVELS + 1];
} LevelCounts;

static void
level_counts_add(LevelCounts *counts, const Tree *tree, const TreeNode *node)
{
	int			i;

	for (i = node - tree->nodes + 1; i < node->end; i++)
	{
		int			level = tree->nodes[i].depth - node->depth - 1;

		counts->n[Min(level, COUNTED_LEVELS)]++;
	}
}

/*
 * 1920 as "1,920"
 */
static char *
level_counts_group_digits(int64 n)
{
	char	   *digits = psprintf(INT64_FORMAT, n);
	StringInfoData grouped;
	int			i;

	initStringInfo(&grouped);
	for (i = 0; digits[i] != '\0'; i++)
	{
		if (i > 0 && strlen(digits + i) % 3 == 0)
			appendStringInfoChar(&grouped, ',');
		appendStringInfoChar(&grouped, digits[i]);
	}
	return grouped.data;
}

/*
 * "[40 inside, 1,920 in them]"; NULL if there is nothing.  Counts of what is in
 * siblings begin with the second word.
 */
static char *
level_counts_format(const LevelCounts *counts, int first_word)
{
	static const char *const words[] = {"inside", "in them", "in those"};
	StringInfoData formatted;
	const char *separator = "[";
	int			level;

	if (counts->n[0] == 0)
		return NULL;
	initStringInfo(&formatted);
	for (level = 0; level <= COUNTED_LEVELS && counts->n[level] > 0; level++)
	{
		appendStringInfo(&formatted, "%s%s %s", separator,
						 level_counts_group_digits(counts->n[level]),
						 level == COUNTED_LEVELS ? "deeper" :
						 words[Min(level + first_word, 2)]);
		separator = ", ";
	}
	appendStringInfoChar(&formatted, ']');
	return formatted.data;
}

/* --- Lines --- */

static char *
tree_scheme_and_key(const Identifier *id)
{
	return psprintf("%s %.*s", id->scheme->name, (int) id->key_len, id->key);
}

/*
 * The kind by which siblings are summed up: scheme and key.  The key of an
 * identifier without a number is its own, so that the scheme must do.
 */
static char *
tree_kind(const TreeNode *node)
{
	Identifier	id;

	ValueOpen(node->id, &id);
	return id.number_len > 0 ? tree_scheme_and_key(&id) :
		pstrdup(id.scheme->name);
}

static void
tree_add_line(Tree *tree, char *label, char *number, char *counts)
{
	TreeLine   *line = palloc(sizeof(TreeLine));

	line->label = label;
	line->width = pg_mbstrlen(label);
	line->number = number;
	line->counts = counts;
	tree->lines = lappend(tree->lines, line);
}

static void
tree_draw_node(Tree *tree, const char *before, const TreeNode *node)
{
	LevelCounts counts = {{0}};
	char	   *number = NULL;
	Identifier	id;

	ValueOpen(node->id, &id);
	if (id.number_len > 0)
		number = pnstrdup(id.number, id.number_len);
	level_counts_add(&counts, tree, node);
	tree_add_line(tree, psprintf("%s%s", before, tree_scheme_and_key(&id)),
				  number, level_counts_format(&counts, 0));
}

/*
 * Siblings of one kind; the last fold may be of several.
 */
typedef struct TreeFold
{
	char	   *kind;			/* the last of them */
	int			kinds;
	int64		n;
	LevelCounts counts;			/* of what is in them */
} TreeFold;

static TreeFold *
tree_fold_for_kind(List **folds, char *kind)
{
	TreeFold   *fold = *folds == NIL ? NULL : llast(*folds);

	if (fold != NULL && strcmp(fold->kind, kind) == 0)
		return fold;
	if (list_length(*folds) <= MAX_FOLDED_KINDS)
	{
		fold = palloc0(sizeof(TreeFold));
		*folds = lappend(*folds, fold);
	}
	fold->kind = kind;
	fold->kinds++;
	return fold;
}

/*
 * Draws how many siblings there are of which kinds, in place of the siblings
 * from one node to before another.
 */
static void
tree_draw_folded(Tree *tree, const char *indent, int from, int to)
{
	List	   *folds = NIL;
	ListCell   *cell;

	for (; from < to; from = tree->nodes[from].end)
	{
		const TreeNode *node = &tree->nodes[from];
		TreeFold   *fold = tree_fold_for_kind(&folds, tree_kind(node));

		fold->n++;
		level_counts_add(&fold->counts, tree, node);
	}
	foreach(cell, folds)
	{
		TreeFold   *fold = lfirst(cell);
		bool		is_last = lnext(folds, cell) == NULL;
		char	   *kinds = fold->kinds == 1 ? fold->kind :
		psprintf("%s other kinds", level_counts_group_digits(fold->kinds));

		tree_add_line(tree,
					  psprintf("%s%s%s more of %s", indent,
							   is_last ? tree->branches->end :
							   tree->branches->fork,
							   level_counts_group_digits(fold->n), kinds),
					  NULL, level_counts_format(&fold->counts, 1));
	}
}

static int
tree_count_children(const Tree *tree, const TreeNode *parent)
{
	int			n = 0;
	int			i;

	for (i = parent - tree->nodes + 1; i < parent->end; i = tree->nodes[i].end)
		n++;
	return n;
}

static void
tree_draw_contents(Tree *tree, const TreeNode *parent, const char *indent)
{
	const TreeBranches *branches = tree->branches;
	int			n = tree_count_children(tree, parent);
	int			drawn = n > MAX_UNFOLDED ? DRAWN_OF_FOLDED : n;
	int			i = parent - tree->nodes + 1;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (parent->depth >= tree->max_depth)
		return;
	for (; drawn > 0; drawn--, i = tree->nodes[i].end)
	{
		const TreeNode *node = &tree->nodes[i];
		bool		is_last = node->end == parent->end;

		tree_draw_node(tree,
					   psprintf("%s%s", indent,
								is_last ? branches->end : branches->fork),
					   node);
		tree_draw_contents(tree, node,
						   psprintf("%s%s", indent,
									is_last ? branches->blank : branches->pass));
	}
	tree_draw_folded(tree, indent, i, parent->end);
}

/* --- Layout --- */

typedef struct TreeLayout
{
	int			numbers;		/* column where numbers begin */
	int			counts;			/* and where counts do */
} TreeLayout;

static TreeLayout
tree_layout(const Tree *tree)
{
	TreeLayout	layout = {0, 0};
	ListCell   *cell;

	foreach(cell, tree->lines)
	{
		TreeLine   *line = lfirst(cell);

		if (line->number != NULL)
			layout.numbers = Max(layout.numbers, line->width + 2);
	}
	foreach(cell, tree->lines)
	{
		TreeLine   *line = lfirst(cell);
		int			end = line->number == NULL ? line->width :
		layout.numbers + (int) strlen(line->number);

		if (line->counts != NULL)
			layout.counts = Max(layout.counts, end + 3);
	}
	return layout;
}

static text *
tree_format_line(const TreeLine *line, const TreeLayout *layout)
{
	int			width = line->width;
	StringInfoData row;

	initStringInfo(&row);
	appendStringInfoString(&row, line->label);
	if (line->number != NULL)
	{
		appendStringInfo(&row, "%*s%s", layout->numbers - width, "",
						 line->number);
		width = layout->numbers + strlen(line->number);
	}
	if (line->counts != NULL)
		appendStringInfo(&row, "%*s%s", layout->counts - width, "",
						 line->counts);
	return cstring_to_text_with_len(row.data, row.len);
}

static void
tree_put_lines(const Tree *tree, ReturnSetInfo *result)
{
	TreeLayout	layout = tree_layout(tree);
	ListCell   *cell;

	foreach(cell, tree->lines)
	{
		Datum		row = PointerGetDatum(tree_format_line(lfirst(cell),
														   &layout));
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
	Tree		tree = {0};
	Serial	   *root;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	root = PG_GETARG_SERIAL_PP(0);
	tree.max_depth = PG_ARGISNULL(1) ? DEFAULT_MAX_DEPTH : PG_GETARG_INT32(1);
	tree.branches = GetDatabaseEncoding() == PG_UTF8 ? &line_branches :
		&plain_branches;
	tree_read_links(&tree, root);
	tree_order_nodes(&tree, root);
	tree_draw_node(&tree, "", &tree.nodes[0]);
	tree_draw_contents(&tree, &tree.nodes[0], "");
	tree_put_lines(&tree, (ReturnSetInfo *) fcinfo->resultinfo);
	return (Datum) 0;
}
