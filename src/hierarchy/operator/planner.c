/*-------------------------------------------------------------------------
 *
 * planner.c
 *	  What the planner may know of <@, @> and serial.contents: an index
 *	  condition, and how many rows to expect.
 *
 * "item <@ container" on a column with a btree becomes
 * "item = ANY (serial_internal.contents_array(container))", and "item <@ container"
 * asked of a column of containers "container = ANY
 * (serial_internal.containers_array(item))".  The planner does not check what a support
 * function answers: each refusal below stands for a wrong result or an error.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/catalog.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "hierarchy/links/link.h"
#include "value/set.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "parser/parse_func.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(serial_is_inside_support);
PG_FUNCTION_INFO_V1(serial_has_inside_support);
PG_FUNCTION_INFO_V1(serial_contents_support);
PG_FUNCTION_INFO_V1(serial_is_inside_sel);
PG_FUNCTION_INFO_V1(serial_has_inside_sel);
PG_FUNCTION_INFO_V1(serial_is_inside_joinsel);
PG_FUNCTION_INFO_V1(serial_has_inside_joinsel);

/*
 * An estimate opens so many containers of a level, and looks at so many things
 * in them.
 */
#define OPEN_AT_MOST	8
#define LOOK_AT_MOST	2000
#define LOOK_AS_DEEP	20

/* of many containers, it looks into so many */
#define SAMPLE_CONTAINERS 20

/* things in a container, and containers around a thing, as long as nobody knows */
#define CONTENTS_UNKNOWN	100.0
#define CONTAINERS_UNKNOWN	2.0

/* which argument of the operator is the item, and which the container */
typedef enum ItemArgument
{
	ITEM_LEFT = 0,
	ITEM_RIGHT = 1
} ItemArgument;

/* --- How many are inside --- */

/*
 * What was found in the containers of a sample, and which containers next.
 */
typedef struct Sample
{
	int			found;
	SerialSet	containers;
} Sample;

static bool
look(const Link *link, void *context)
{
	Sample	   *sample = context;

	if (link->is_container)
		SerialSetAdd(&sample->containers, SerialCopy(link->child));
	return ++sample->found < LOOK_AT_MOST;
}

/*
 * Estimates how much is in a container: level by level, from a few containers
 * of each.
 */
static double
estimate_contents_of(Serial *container)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	SerialSet	level = {&container, 1, 1};
	double		containers = 1; /* of this level, the estimate is */
	double		contents = 0;
	int			depth;

	for (depth = 0; depth < LOOK_AS_DEEP && level.n > 0; depth++)
	{
		int			opened = Min(level.n, OPEN_AT_MOST);
		Sample		sample = {0};

		SerialSetInit(&sample.containers);
		(void) reader->children(reader, level.members, opened, look, &sample);
		contents += containers * sample.found / opened;
		containers *= (double) sample.containers.n / opened;
		level = sample.containers;
	}
	reader->close(reader);
	return contents;
}

/*
 * How many different parents there are, of how many links: a negative number
 * in the statistics is a share.
 */
static double
distinct_parents(Oid links, double n)
{
	AttrNumber	parent = get_attnum(links, "parent");
	HeapTuple	tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(links),
										Int16GetDatum(parent),
										BoolGetDatum(false));
	double		distinct;

	if (!HeapTupleIsValid(tuple))
		return 0;
	distinct = ((Form_pg_statistic) GETSTRUCT(tuple))->stadistinct;
	ReleaseSysCache(tuple);
	return distinct < 0 ? -distinct * n : distinct;
}

static double
row_count(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	double		rows;

	if (!HeapTupleIsValid(tuple))
		return 0;
	rows = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
	ReleaseSysCache(tuple);
	return rows;
}

/*
 * What an unknown container holds on average.  Each thing is in as many
 * containers as it is deep, and most are CONTAINERS_UNKNOWN deep.
 */
static double
average_contents(void)
{
	Oid			links = CatalogTableOid("aggregation");
	double		n = row_count(links);
	double		parents = n > 0 ? distinct_parents(links, n) : 0;

	if (parents < 1)
		return CONTENTS_UNKNOWN;
	return Max(CONTAINERS_UNKNOWN * n / parents, 1);
}

/*
 * Estimates are made for whoever plans, EXPLAIN included: only those who may
 * see all links are told what they say.
 */
static bool
may_look(void)
{
	return ActiveSnapshotSet() && LinksAreOpenToUser();
}

static double
contents_of_any(ArrayType *array)
{
	SerialSet	containers;
	double		n = 0;
	int			i;

	SerialSetFromArray(&containers, array);
	for (i = 0; i < containers.n; i++)
		n += i < SAMPLE_CONTAINERS && may_look() ?
			estimate_contents_of(containers.members[i]) : average_contents();
	return n;
}

/*
 * How many identifiers are in the container, or containers, that an expression
 * stands for.
 */
static double
estimate_contents(PlannerInfo *root, Node *container)
{
	bool		is_array = type_is_array(exprType(container));

	container = estimate_expression_value(root, container);
	if (!IsA(container, Const))
		return (is_array ? 10 : 1) * average_contents();
	if (((Const *) container)->constisnull)
		return 0;
	if (is_array)
		return contents_of_any(DatumGetArrayTypeP(((Const *) container)->constvalue));
	if (!may_look())
		return average_contents();
	return estimate_contents_of(DatumGetSerialPP(((Const *) container)->constvalue));
}

/* --- Selectivity --- */

/*
 * The share of a variable's rows that hold one of so many identifiers.
 */
static Selectivity
share(VariableStatData *variable, double identifiers)
{
	bool		is_default;
	Selectivity share = identifiers /
	Max(get_variable_numdistinct(variable, &is_default), 1);

	if (HeapTupleIsValid(variable->statsTuple))
		share *= 1 - ((Form_pg_statistic) GETSTRUCT(variable->statsTuple))->stanullfrac;
	CLAMP_PROBABILITY(share);
	return share;
}

static Selectivity
restriction_selectivity_of(PlannerInfo *root, List *args, int relation,
						   ItemArgument item)
{
	VariableStatData variable;
	Node	   *other;
	bool		on_left;
	Selectivity selectivity;

	if (!get_restriction_variable(root, args, relation, &variable, &other,
								  &on_left))
		return DEFAULT_INEQ_SEL / 100;
	if (on_left == (item == ITEM_LEFT))
		selectivity = share(&variable, estimate_contents(root, other));
	else
		selectivity = share(&variable, CONTAINERS_UNKNOWN);
	ReleaseVariableStats(variable);
	return selectivity;
}

/*
 * Of pairs of an item and a container, each container holds so many of the
 * items.
 */
static Selectivity
join_selectivity_of(PlannerInfo *root, List *args, SpecialJoinInfo *sjinfo,
					ItemArgument item)
{
	VariableStatData left,
				right;
	bool		is_reversed;
	Selectivity selectivity;

	get_join_variables(root, args, sjinfo, &left, &right, &is_reversed);
	selectivity = share(item == ITEM_LEFT ? &left : &right, average_contents());
	ReleaseVariableStats(left);
	ReleaseVariableStats(right);
	return selectivity;
}

static Datum
restriction(FunctionCallInfo fcinfo, ItemArgument item)
{
	PG_RETURN_FLOAT8(restriction_selectivity_of((PlannerInfo *) PG_GETARG_POINTER(0),
												(List *) PG_GETARG_POINTER(2),
												PG_GETARG_INT32(3), item));
}

static Datum
join(FunctionCallInfo fcinfo, ItemArgument item)
{
	PG_RETURN_FLOAT8(join_selectivity_of((PlannerInfo *) PG_GETARG_POINTER(0),
										 (List *) PG_GETARG_POINTER(2),
										 (SpecialJoinInfo *) PG_GETARG_POINTER(4),
										 item));
}

/* the RESTRICT functions of <@ and @>: (internal, oid, internal, int) -> float8 */
Datum
serial_is_inside_sel(PG_FUNCTION_ARGS)
{
	return restriction(fcinfo, ITEM_LEFT);
}

Datum
serial_has_inside_sel(PG_FUNCTION_ARGS)
{
	return restriction(fcinfo, ITEM_RIGHT);
}

/* the JOIN functions: (internal, oid, internal, smallint, internal) -> float8 */
Datum
serial_is_inside_joinsel(PG_FUNCTION_ARGS)
{
	return join(fcinfo, ITEM_LEFT);
}

Datum
serial_has_inside_joinsel(PG_FUNCTION_ARGS)
{
	return join(fcinfo, ITEM_RIGHT);
}

/* --- The index condition --- */

/*
 * Below 17 the planner believes in the order of a scan with an array on a
 * column that is not the first, for it looks at the clause as it was written.
 */
static bool
order_would_be_wrong(SupportRequestIndexCondition *request)
{
	return !PLANNER_SEES_DERIVED_ARRAYS && request->indexcol > 0 &&
		has_useful_pathkeys(request->root, request->index->rel);
}

/*
 * "=" of the index's own operator family, for an index that takes arrays.
 */
static Oid
equality_of_index(SupportRequestIndexCondition *request)
{
	Oid			type = SerialTypeOid();

	if (request->index->relam != BTREE_AM_OID)
		return InvalidOid;
	return get_opfamily_member(request->opfamily, type, type,
							   BTEqualStrategyNumber);
}

/*
 * serial_internal.contents_array(container) or serial_internal.containers_array(item)
 */
static Expr *
call_array_function(const char *name, Node *argument)
{
	Oid			type = SerialTypeOid();
	Oid			array_type = get_array_type(type);
	Oid			argument_type = type_is_array(exprType(argument)) ?
	array_type : type;
	Oid			function = LookupFuncName(list_make2(makeString("serial_internal"),
													 makeString(pstrdup(name))),
										  1, &argument_type, false);

	return (Expr *) makeFuncExpr(function, array_type, list_make1(argument),
								 InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
}

static Expr *
equals_any(Oid equality, Node *indexed, Expr *array)
{
	ScalarArrayOpExpr *clause = makeNode(ScalarArrayOpExpr);

	clause->opno = equality;
	clause->opfuncid = get_opcode(equality);
	clause->useOr = true;
	clause->args = list_make2(indexed, array);
	clause->location = -1;
	return (Expr *) clause;
}

static List *
arguments_of(Node *clause)
{
	if (IsA(clause, OpExpr))
		return ((OpExpr *) clause)->args;
	if (IsA(clause, FuncExpr))
		return ((FuncExpr *) clause)->args;
	return NIL;
}

/*
 * The condition is not lossy: an index scan needs no filter besides.
 */
static Node *
index_condition(SupportRequestIndexCondition *request, ItemArgument item)
{
	List	   *args = arguments_of(request->node);
	Oid			equality = equality_of_index(request);
	Node	   *indexed;
	Node	   *other;
	bool		item_is_indexed = request->indexarg == (int) item;

	if (list_length(args) != 2 || !OidIsValid(equality) ||
		order_would_be_wrong(request))
		return NULL;
	indexed = list_nth(args, request->indexarg);
	other = list_nth(args, 1 - request->indexarg);
	if (!is_pseudo_constant_for_index(request->root, other, request->index))
		return NULL;
	request->lossy = false;
	return (Node *) list_make1(equals_any(equality, indexed,
										  call_array_function(item_is_indexed ?
															  "contents_array" :
															  "containers_array",
															  other)));
}

/* an operator's estimators are not asked where its function is called by name */
static Node *
selectivity(SupportRequestSelectivity *request, ItemArgument item)
{
	request->selectivity = request->is_join ?
		join_selectivity_of(request->root, request->args, request->sjinfo, item) :
		restriction_selectivity_of(request->root, request->args,
								   request->varRelid, item);
	return (Node *) request;
}

static Datum
support(FunctionCallInfo fcinfo, ItemArgument item)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(index_condition((SupportRequestIndexCondition *) request,
										  item));
	if (IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(selectivity((SupportRequestSelectivity *) request, item));
	PG_RETURN_POINTER(NULL);
}

/*
 * The support functions of serial_internal.is_inside and serial_internal.has_inside, and of
 * their likes for arrays: (internal) -> internal
 */
Datum
serial_is_inside_support(PG_FUNCTION_ARGS)
{
	return support(fcinfo, ITEM_LEFT);
}

Datum
serial_has_inside_support(PG_FUNCTION_ARGS)
{
	return support(fcinfo, ITEM_RIGHT);
}

/*
 * The support function of serial.contents: (internal) -> internal
 */
Datum
serial_contents_support(PG_FUNCTION_ARGS)
{
	SupportRequestRows *request = (SupportRequestRows *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestRows) || !IsA(request->node, FuncExpr))
		PG_RETURN_POINTER(NULL);
	request->rows = Max(estimate_contents(request->root,
										  linitial(arguments_of(request->node))),
						1);
	PG_RETURN_POINTER(request);
}
