/*-------------------------------------------------------------------------
 *
 * json_tree.c
 *	  A JSON text as a tree.
 *
 *-------------------------------------------------------------------------
 */
#include "interchange/xml/json_tree.h"

#include "interchange/xml/character.h"

typedef struct JsonParser
{
	const char *json;
	size_t		length;
	size_t		at;
	int			depth;
	XmlArena   *arena;
	XmlProblem *problem;
} JsonParser;

static JsonNode *parse_value(JsonParser *parser);

static JsonNode *
malformed(JsonParser *parser, size_t offset, const char *message, const char *expected)
{
	XmlProblemSet(parser->problem, XML_NOT_WELL_FORMED, offset, message, XmlSpanOf(""),
				  expected);
	return NULL;
}

static void
skip_blanks(JsonParser *parser)
{
	while (parser->at < parser->length && XmlIsSpace(parser->json[parser->at]))
		parser->at++;
}

/* the byte that comes next; NUL at the end */
static char
peek(const JsonParser *parser)
{
	return parser->at < parser->length ? parser->json[parser->at] : '\0';
}

static bool
take(JsonParser *parser, char c)
{
	if (peek(parser) != c || parser->at == parser->length)
		return false;
	parser->at++;
	return true;
}

static void *
parser_alloc(JsonParser *parser, size_t size)
{
	return XmlAlloc(parser->arena, size, parser->problem, parser->at);
}

/*
 * Strings
 */

static bool
take_hex(JsonParser *parser, uint32_t *code)
{
	int			i;

	*code = 0;
	for (i = 0; i < 4; i++)
	{
		char		c = peek(parser);

		if (c >= '0' && c <= '9')
			*code = *code * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			*code = *code * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			*code = *code * 16 + (c - 'A' + 10);
		else
			return false;
		parser->at++;
	}
	return true;
}

/*
 * The code point of \u, of which two may make one.
 */
static bool
take_unicode_escape(JsonParser *parser, uint32_t *code)
{
	uint32_t	low;

	if (!take_hex(parser, code))
		return false;
	if (*code >= 0xD800 && *code <= 0xDBFF)
	{
		if (!take(parser, '\\') || !take(parser, 'u') || !take_hex(parser, &low) ||
			low < 0xDC00 || low > 0xDFFF)
			return false;
		*code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
	}
	return *code < 0xD800 || *code > 0xDFFF;
}

static bool
take_escape(JsonParser *parser, uint32_t *code)
{
	static const char escapes[] = "\"\\/bfnrt";
	static const char characters[] = "\"\\/\b\f\n\r\t";
	const char *found;
	char		c = peek(parser);

	if (c == '\0')
		return false;
	parser->at++;
	if (c == 'u')
		return take_unicode_escape(parser, code);
	found = strchr(escapes, c);
	if (found == NULL)
		return false;
	*code = (unsigned char) characters[found - escapes];
	return true;
}

/*
 * Decodes a string with escapes; none is shorter than its character.
 */
static bool
decode_string(JsonParser *parser, size_t end, XmlSpan *value)
{
	char	   *out = parser_alloc(parser, end - parser->at);
	size_t		len = 0;

	if (out == NULL)
		return false;
	while (parser->at < end)
	{
		size_t		begin = parser->at;
		uint32_t	code;

		if (parser->json[parser->at] != '\\')
		{
			out[len++] = parser->json[parser->at++];
			continue;
		}
		parser->at++;
		if (!take_escape(parser, &code))
			return malformed(parser, begin, "an escape sequence is malformed",
							 "one that JSON defines") != NULL;
		if (!XmlIsCharacter(code))
		{
			XmlProblemSet(parser->problem, XML_CANNOT_SAY, begin,
						  "XML has no form for a control character", XmlSpanOf(""),
						  "characters that XML allows");
			return false;
		}
		len += XmlEncodeCharacter(code, out + len);
	}
	*value = XmlSpanMake(out, len);
	return true;
}

static bool
take_string(JsonParser *parser, XmlSpan *value)
{
	size_t		begin = ++parser->at;
	size_t		end = begin;
	bool		is_plain = true;

	while (end < parser->length && parser->json[end] != '"')
	{
		if ((unsigned char) parser->json[end] < 0x20)
			return malformed(parser, end, "a control character in a string",
							 "an escape sequence") != NULL;
		if (parser->json[end] == '\\')
		{
			is_plain = false;
			end++;
		}
		end++;
	}
	if (end >= parser->length)
		return malformed(parser, begin - 1, "a string has no end",
						 "a quotation mark") != NULL;
	*value = XmlSpanMake(parser->json + begin, end - begin);
	if (!is_plain && !decode_string(parser, end, value))
		return false;
	parser->at = end + 1;
	return true;
}

/*
 * Numbers and literals
 */

static bool
take_json_digits(JsonParser *parser)
{
	size_t		begin = parser->at;

	while (peek(parser) >= '0' && peek(parser) <= '9')
		parser->at++;
	return parser->at > begin;
}

static bool
take_number(JsonParser *parser, XmlSpan *value)
{
	size_t		begin = parser->at;
	bool		is_right;

	take(parser, '-');
	is_right = take(parser, '0') || take_json_digits(parser);
	if (is_right && take(parser, '.'))
		is_right = take_json_digits(parser);
	if (is_right && (take(parser, 'e') || take(parser, 'E')))
	{
		if (!take(parser, '-'))
			take(parser, '+');
		is_right = take_json_digits(parser);
	}
	*value = XmlSpanMake(parser->json + begin, parser->at - begin);
	return is_right || malformed(parser, begin, "no value where there must be one",
								 "a JSON value") != NULL;
}

static bool
take_json_literal(JsonParser *parser, JsonNode *node)
{
	static const struct
	{
		const char *name;
		JsonKind	kind;
	}			literals[] =

	{
		{"true", JSON_TRUE}, {"false", JSON_FALSE}, {"null", JSON_NULL}
	};
	size_t		i;

	for (i = 0; i < sizeof(literals) / sizeof(literals[0]); i++)
	{
		size_t		len = strlen(literals[i].name);

		if (parser->length - parser->at >= len &&
			memcmp(parser->json + parser->at, literals[i].name, len) == 0)
		{
			parser->at += len;
			node->kind = literals[i].kind;
			return true;
		}
	}
	return false;
}

/*
 * Arrays and objects
 */

static void
append_node(JsonNode *parent, JsonNode *child)
{
	if (parent->last == NULL)
		parent->first = child;
	else
		parent->last->next = child;
	parent->last = child;
}

static bool
take_member_name(JsonParser *parser, XmlSpan *name)
{
	skip_blanks(parser);
	if (peek(parser) != '"')
		return malformed(parser, parser->at, "a member has no name", "a string") != NULL;
	if (!take_string(parser, name))
		return false;
	skip_blanks(parser);
	if (!take(parser, ':'))
		return malformed(parser, parser->at, "a member has no value", "\":\"") != NULL;
	return true;
}

static bool
parse_container(JsonParser *parser, JsonNode *node)
{
	bool		is_object = node->kind == JSON_OBJECT;
	char		closing = is_object ? '}' : ']';

	if (++parser->depth > JSON_MAX_DEPTH)
	{
		XmlProblemSet(parser->problem, XML_TOO_LARGE, parser->at,
					  "objects and arrays are nested too deeply", XmlSpanOf(""),
					  "at most 512 levels");
		return false;
	}
	parser->at++;
	skip_blanks(parser);
	while (!take(parser, closing))
	{
		XmlSpan		name = {"", 0};
		JsonNode   *child;

		if (node->first != NULL && !take(parser, ','))
			return malformed(parser, parser->at, "an object or array has no end",
							 "a comma or a closing bracket") != NULL;
		if (is_object && !take_member_name(parser, &name))
			return false;
		child = parse_value(parser);
		if (child == NULL)
			return false;
		child->name = name;
		append_node(node, child);
		skip_blanks(parser);
	}
	parser->depth--;
	return true;
}

static JsonNode *
parse_value(JsonParser *parser)
{
	JsonNode   *node = parser_alloc(parser, sizeof(JsonNode));
	bool		is_right;

	if (node == NULL)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->name = node->value = XmlSpanOf("");
	skip_blanks(parser);
	node->offset = parser->at;
	switch (peek(parser))
	{
		case '{':
			node->kind = JSON_OBJECT;
			is_right = parse_container(parser, node);
			break;
		case '[':
			node->kind = JSON_ARRAY;
			is_right = parse_container(parser, node);
			break;
		case '"':
			node->kind = JSON_STRING;
			is_right = take_string(parser, &node->value);
			break;
		default:
			node->kind = JSON_NUMBER;
			is_right = take_json_literal(parser, node) || take_number(parser, &node->value);
	}
	return is_right ? node : NULL;
}

JsonNode *
JsonTreeRead(const char *json, size_t length, XmlArena *arena, XmlProblem *problem)
{
	JsonParser	parser = {json, length, 0, 0, arena, problem};
	size_t		bad = XmlFindBadCharacter(json, length);
	JsonNode   *root;

	if (bad < length)
		return malformed(&parser, bad,
						 "a byte that is not UTF-8, or a character that XML does not allow",
						 "UTF-8 without control characters");
	root = parse_value(&parser);
	skip_blanks(&parser);
	if (root != NULL && parser.at < length)
		return malformed(&parser, parser.at, "a text behind the JSON value",
						 "the end of the text");
	return root;
}

bool
JsonIsScalar(const JsonNode *node)
{
	return node->kind == JSON_STRING || node->kind == JSON_NUMBER ||
		node->kind == JSON_TRUE || node->kind == JSON_FALSE;
}

XmlSpan
JsonScalarSpan(const JsonNode *node)
{
	if (node->kind == JSON_TRUE)
		return XmlSpanOf("true");
	if (node->kind == JSON_FALSE)
		return XmlSpanOf("false");
	return node->value;
}

const JsonNode *
JsonMember(const JsonNode *object, const char *name)
{
	const JsonNode *member;
	const JsonNode *found = NULL;

	if (object == NULL || object->kind != JSON_OBJECT)
		return NULL;
	for (member = object->first; member != NULL; member = member->next)
		if (XmlSpanIs(member->name, name))
			found = member;
	return found;
}
