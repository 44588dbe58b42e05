/*-------------------------------------------------------------------------
 *
 * compare_text.c
 *	  Compare identifiers with texts, which are read as identifiers.
 *
 * Drivers bind strings as text or varchar.  A comparison of an identifier
 * with a text is planned as one of two identifiers, the text being read once,
 * so that indexes, statistics and all kinds of joins serve it.  The functions
 * themselves are called where the planner does not replace operators: for
 * = ANY of an array of texts, also within an index scan.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
#include "value/value.h"

static Serial *
text_argument(FunctionCallInfo fcinfo, int n)
{
	text	   *spelling = PG_GETARG_TEXT_PP(n);

	return ValueParse(VARDATA_ANY(spelling), VARSIZE_ANY_EXHDR(spelling), NULL);
}

static int
compare_serial_text(FunctionCallInfo fcinfo)
{
	return ValueCompare(PG_GETARG_SERIAL_PP(0), text_argument(fcinfo, 1));
}

static int
compare_text_serial(FunctionCallInfo fcinfo)
{
	return ValueCompare(text_argument(fcinfo, 0), PG_GETARG_SERIAL_PP(1));
}

static int
compare_text_text(FunctionCallInfo fcinfo)
{
	return ValueCompare(text_argument(fcinfo, 0), text_argument(fcinfo, 1));
}

#define COMPARISON(name, compare, relation) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_BOOL(compare(fcinfo) relation 0); \
	}

#define COMPARISONS(types, compare) \
	COMPARISON(serial_lt_##types, compare, <) \
	COMPARISON(serial_le_##types, compare, <=) \
	COMPARISON(serial_eq_##types, compare, ==) \
	COMPARISON(serial_ne_##types, compare, !=) \
	COMPARISON(serial_ge_##types, compare, >=) \
	COMPARISON(serial_gt_##types, compare, >) \
	PG_FUNCTION_INFO_V1(serial_cmp_##types); \
	Datum \
	serial_cmp_##types(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_INT32(compare(fcinfo)); \
	}

COMPARISONS(serial_text, compare_serial_text)
COMPARISONS(text_serial, compare_text_serial)
COMPARISONS(text_text, compare_text_text)

/*
 * The comparison of two identifiers for which a comparison function stands;
 * its name tells which.
 */
static Oid
serial_operator(Oid function, Oid serial_type)
{
	static const struct
	{
		const char *prefix;
		StrategyNumber strategy;
	}			comparisons[] = {
		{"serial_lt_", BTLessStrategyNumber},
		{"serial_le_", BTLessEqualStrategyNumber},
		{"serial_eq_", BTEqualStrategyNumber},
		{"serial_ne_", InvalidStrategy},
		{"serial_ge_", BTGreaterEqualStrategyNumber},
		{"serial_gt_", BTGreaterStrategyNumber}
	};
	TypeCacheEntry *type = lookup_type_cache(serial_type, TYPECACHE_BTREE_OPFAMILY);
	char	   *name = get_func_name(function);
	size_t		i;

	for (i = 0; name != NULL && i < lengthof(comparisons); i++)
	{
		StrategyNumber strategy = comparisons[i].strategy;
		Oid			operator;

		if (strncmp(name, comparisons[i].prefix,
					strlen(comparisons[i].prefix)) != 0)
			continue;
		operator = get_opfamily_member(type->btree_opf, serial_type, serial_type,
									   strategy != InvalidStrategy ? strategy
									   : BTEqualStrategyNumber);
		return strategy != InvalidStrategy ? operator : get_negator(operator);
	}
	return InvalidOid;
}

/*
 * The argument as an identifier: itself, or the call of the cast that reads
 * it.
 */
static Node *
as_serial(Node *argument, Oid serial_type)
{
	Oid			function;

	if (exprType(argument) == serial_type)
		return argument;
	if (find_coercion_pathway(serial_type, TEXTOID, COERCION_ASSIGNMENT,
							  &function) != COERCION_PATH_FUNC)
		return NULL;
	return (Node *) makeFuncExpr(function, serial_type, list_make1(argument),
								 InvalidOid, exprCollation(argument),
								 COERCE_EXPLICIT_CALL);
}

PG_FUNCTION_INFO_V1(serial_compare_text_support);

/*
 * Planner support: the comparison of identifiers that a comparison with a text
 * is.
 */
Datum
serial_compare_text_support(PG_FUNCTION_ARGS)
{
	SupportRequestSimplify *request = (SupportRequestSimplify *) PG_GETARG_POINTER(0);
	FuncExpr   *call;
	Node	   *left;
	Node	   *right;
	Oid			serial_type;
	Oid			operator;
	Expr	   *comparison;

	if (!IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(NULL);
	call = request->fcall;
	left = linitial(call->args);
	right = lsecond(call->args);
	serial_type = exprType(left) != TEXTOID ? exprType(left) : exprType(right);
	operator = serial_operator(call->funcid, serial_type);
	left = as_serial(left, serial_type);
	right = as_serial(right, serial_type);
	if (!OidIsValid(operator) || left == NULL || right == NULL)
		PG_RETURN_POINTER(NULL);
	comparison = make_opclause(operator, BOOLOID, false, (Expr *) left,
							   (Expr *) right, InvalidOid, InvalidOid);
	set_opfuncid((OpExpr *) comparison);
	PG_RETURN_POINTER(comparison);
}
