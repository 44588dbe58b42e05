/*-------------------------------------------------------------------------
 *
 * tree.c
 *	  An element of an XML document with all that it contains.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/tree.h"

#include <string.h>

/*
 * Characters that a comment or a CDATA section has cut in pieces.
 */
typedef struct TextPiece
{
	XmlSpan		span;
	struct TextPiece *previous;
} TextPiece;

/*
 * An element whose end has not been read.
 */
typedef struct OpenNode
{
	XmlNode    *node;
	TextPiece  *pieces;			/* the last one first */
	size_t		len;			/* of all pieces */
} OpenNode;

typedef struct TreeReader
{
	XmlReader  *reader;
	int			depth;
	OpenNode	open[XML_MAX_DEPTH];
} TreeReader;

static void *
tree_alloc(TreeReader *tree, size_t size)
{
	return XmlAlloc(tree->reader->arena, size, tree->reader->problem, tree->reader->offset);
}

static void
find_space_attribute(XmlNode *node)
{
	int			i;

	for (i = 0; i < node->attribute_count; i++)
		if (node->attributes[i].ns == XML_NS_XML &&
			XmlSpanIs(node->attributes[i].local, "space"))
			node->keeps_space = XmlSpanIs(node->attributes[i].value, "preserve");
}

static XmlNode *
make_node(TreeReader *tree, bool keeps_space)
{
	XmlReader  *reader = tree->reader;
	XmlNode    *node = tree_alloc(tree, sizeof(XmlNode));
	size_t		size = reader->attribute_count * sizeof(XmlAttribute);

	if (node == NULL)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->prefix = reader->prefix;
	node->local = reader->local;
	node->ns = reader->ns;
	node->offset = reader->offset;
	node->value.bytes = "";
	node->keeps_space = keeps_space;
	if (size > 0)
	{
		node->attributes = tree_alloc(tree, size);
		if (node->attributes == NULL)
			return NULL;
		memcpy(node->attributes, reader->attributes, size);
		node->attribute_count = reader->attribute_count;
		find_space_attribute(node);
	}
	return node;
}

void
XmlNodeAppend(XmlNode *node, XmlNode *child)
{
	child->next = NULL;
	if (node->last == NULL)
		node->first = child;
	else
		node->last->next = child;
	node->last = child;
}

static bool
open_node(TreeReader *tree, bool keeps_space)
{
	OpenNode   *around = tree->depth > 0 ? &tree->open[tree->depth - 1] : NULL;
	XmlNode    *node = make_node(tree, around == NULL ? keeps_space
								 : around->node->keeps_space);

	if (node == NULL)
		return false;
	if (around != NULL)
		XmlNodeAppend(around->node, node);
	memset(&tree->open[tree->depth], 0, sizeof(OpenNode));
	tree->open[tree->depth++].node = node;
	return true;
}

static bool
tree_add_text(TreeReader *tree)
{
	OpenNode   *open = &tree->open[tree->depth - 1];
	TextPiece  *piece = tree_alloc(tree, sizeof(TextPiece));

	if (piece == NULL)
		return false;
	piece->span = tree->reader->value;
	if (open->node->value_ns == XML_NS_NONE)
		open->node->value_ns =
			XmlReaderValueNamespace(tree->reader, XmlSpanTrim(piece->span));
	piece->previous = open->pieces;
	open->pieces = piece;
	open->len += piece->span.len;
	return true;
}

/*
 * Joins the pieces of the text of an element.
 */
static bool
join_text(TreeReader *tree, OpenNode *open)
{
	TextPiece  *piece = open->pieces;
	size_t		end = open->len;
	char	   *joined;

	if (piece == NULL)
		return true;
	if (piece->previous == NULL)
	{
		open->node->value = piece->span;
		return true;
	}
	joined = tree_alloc(tree, open->len);
	if (joined == NULL)
		return false;
	for (; piece != NULL; piece = piece->previous)
	{
		end -= piece->span.len;
		memcpy(joined + end, piece->span.bytes, piece->span.len);
	}
	open->node->value = XmlSpanMake(joined, open->len);
	return true;
}

static bool
close_node(TreeReader *tree)
{
	OpenNode   *open = &tree->open[--tree->depth];

	return join_text(tree, open);
}

XmlNode *
XmlTreeRead(XmlReader *reader, bool keeps_space)
{
	TreeReader	tree;
	XmlNode    *root;
	bool		is_right;

	tree.reader = reader;
	tree.depth = 0;
	if (!open_node(&tree, keeps_space))
		return NULL;
	root = tree.open[0].node;
	while (tree.depth > 0)
	{
		switch (XmlReaderNext(reader))
		{
			case XML_TOKEN_START:
				is_right = open_node(&tree, false);
				break;
			case XML_TOKEN_END:
				is_right = close_node(&tree);
				break;
			case XML_TOKEN_TEXT:
				is_right = tree_add_text(&tree);
				break;
			default:
				is_right = false;
		}
		if (!is_right)
			return NULL;
	}
	return root;
}

const XmlAttribute *
XmlNodeAttribute(const XmlNode *node, const char *name)
{
	int			i;

	for (i = 0; i < node->attribute_count; i++)
		if (node->attributes[i].ns == XML_NS_NONE &&
			XmlSpanIs(node->attributes[i].local, name))
			return &node->attributes[i];
	return NULL;
}
