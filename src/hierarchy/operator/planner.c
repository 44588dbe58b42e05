/*-------------------------------------------------------------------------
 *
 * planner.c
 *	  Planner support for <@, @> and serial.contents: an index condition, and
 *	  estimates.
 *
 * "id <@ container", where a btree has the column id, becomes
 * "id = ANY (serial_internal.contents_array(container))".  Where it has the
 * column container, it becomes
 * "container = ANY (serial_internal.containers_array(id))".  The planner does not
 * check the condition that a support function returns: each case in which none is
 * returned below would otherwise give wrong results or an error.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "fmgr.h"
#include "hierarchy/links/link.h"
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
#include "value/value.h"

PG_FUNCTION_INFO_V1(serial_is_inside_support);
PG_FUNCTION_INFO_V1(serial_has_inside_support);
PG_FUNCTION_INFO_V1(serial_contents_support);
PG_FUNCTION_INFO_V1(serial_is_inside_sel);
PG_FUNCTION_INFO_V1(serial_has_inside_sel);
PG_FUNCTION_INFO_V1(serial_is_inside_joinsel);
PG_FUNCTION_INFO_V1(serial_has_inside_joinsel);

/* an estimate reads at most so many containers a level, links, and levels */
#define SAMPLE_CONTAINERS_PER_LEVEL	8
#define SAMPLE_LINKS_PER_LEVEL		2000
#define SAMPLE_LEVELS				20

/* of an array of containers, it samples at most so many */
#define SAMPLE_ARRAY_ELEMENTS 20

/* the estimates where nothing is known */
#define DEFAULT_CONTENTS	100.0	/* items in a container */
#define DEFAULT_DEPTH		2.0 /* containers around an item */
#define DEFAULT_ARRAY_ELEMENTS 10.0

/* which argument of the operator is the item; the other is the container */
typedef enum ItemArgument
{
	ITEM_LEFT = 0,
	ITEM_RIGHT = 1
} ItemArgument;

/* --- Estimates of contents --- */

/*
 * The links found in a sample of the containers of a level.
 */
typedef struct LevelSample
{
	int			links;
	SerialSet	containers;		/* of the next level */
} LevelSample;

static bool
sample_visit_link(const Link *link, void *context)
{
	LevelSample *sample = context;

	if (link->is_container)
		SerialSetAdd(&sample->containers, SerialCopy(link->child));
	return ++sample->links < SAMPLE_LINKS_PER_LEVEL;
}

/*
 * Estimates the number of items in a container, level by level, from a few
 * containers of each.
 */
static double
estimate_contents_of(Serial *container)
{
	LinkReader *reader = LinksOpen(LINKS_NOW);
	SerialSet	level = {&container, 1, 1};
	double		containers = 1; /* estimate for this level */
	double		contents = 0;
	int			depth;

	for (depth = 0; depth < SAMPLE_LEVELS && level.n > 0; depth++)
	{
		int			opened = Min(level.n, SAMPLE_CONTAINERS_PER_LEVEL);
		LevelSample sample = {0};

		SerialSetInit(&sample.containers);
		(void) reader->children(reader, level.members, opened, sample_visit_link,
								&sample);
		contents += containers * sample.links / opened;
		containers *= (double) sample.containers.n / opened;
		level = sample.containers;
	}
	reader->close(reader);
	return contents;
}

/*
 * The number of distinct parents in n links.  A negative number in the
 * statistics is a fraction of the rows.
 */
static double
estimate_distinct_parents(Oid links, double n)
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
estimate_rows(Oid relation)
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
 * The average number of items in a container.  An item counts in each of the
 * containers around it, of which there are mostly DEFAULT_DEPTH.
 */
static double
estimate_average_contents(void)
{
	Oid			links = CatalogTableOid("aggregation");
	double		n = estimate_rows(links);
	double		parents = n > 0 ? estimate_distinct_parents(links, n) : 0;

	if (parents < 1)
		return DEFAULT_CONTENTS;
	return Max(DEFAULT_DEPTH * n / parents, 1);
}

/*
 * Estimates show in EXPLAIN, so that links are read only for users who may see
 * all of them.
 */
static bool
estimate_may_read_links(void)
{
	return ActiveSnapshotSet() && LinksAreOpenToUser();
}

static double
estimate_contents_of_any(ArrayType *array)
{
	SerialSet	containers;
	double		n = 0;
	int			i;

	SerialSetFromArray(&containers, array);
	for (i = 0; i < containers.n; i++)
		n += i < SAMPLE_ARRAY_ELEMENTS && estimate_may_read_links() ?
			estimate_contents_of(containers.members[i]) : estimate_average_contents();
	return n;
}

/*
 * Estimates the number of items in the container, or containers, that is the
 * value of an expression.
 */
static double
estimate_contents(PlannerInfo *root, Node *container)
{
	bool		is_array = type_is_array(exprType(container));

	container = estimate_expression_value(root, container);
	if (!IsA(container, Const))
		return (is_array ? DEFAULT_ARRAY_ELEMENTS : 1) * estimate_average_contents();
	if (((Const *) container)->constisnull)
		return 0;
	if (is_array)
		return estimate_contents_of_any(DatumGetArrayTypeP(((Const *) container)->constvalue));
	if (!estimate_may_read_links())
		return estimate_average_contents();
	return estimate_contents_of(DatumGetSerialPP(((Const *) container)->constvalue));
}

/* --- Selectivity --- */

/*
 * The fraction of a variable's rows whose value is one of n identifiers.
 */
static Selectivity
selectivity_of_identifiers(VariableStatData *variable, double n)
{
	bool		is_default;
	Selectivity selectivity = n /
	Max(get_variable_numdistinct(variable, &is_default), 1);

	if (HeapTupleIsValid(variable->statsTuple))
		selectivity *= 1 - ((Form_pg_statistic) GETSTRUCT(variable->statsTuple))->stanullfrac;
	CLAMP_PROBABILITY(selectivity);
	return selectivity;
}

static Selectivity
selectivity_of_restriction(PlannerInfo *root, List *args, int relation,
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
		selectivity = selectivity_of_identifiers(&variable,
												 estimate_contents(root, other));
	else
		selectivity = selectivity_of_identifiers(&variable, DEFAULT_DEPTH);
	ReleaseVariableStats(variable);
	return selectivity;
}

/*
 * The fraction of pairs of an item and a container in which the item is one of
 * the contents of the container.
 */
static Selectivity
selectivity_of_join(PlannerInfo *root, List *args, SpecialJoinInfo *sjinfo,
					ItemArgument item)
{
	VariableStatData left,
				right;
	bool		is_reversed;
	Selectivity selectivity;

	get_join_variables(root, args, sjinfo, &left, &right, &is_reversed);
	selectivity = selectivity_of_identifiers(item == ITEM_LEFT ? &left : &right,
											 estimate_average_contents());
	ReleaseVariableStats(left);
	ReleaseVariableStats(right);
	return selectivity;
}

static Datum
planner_restriction(FunctionCallInfo fcinfo, ItemArgument item)
{
	PG_RETURN_FLOAT8(selectivity_of_restriction((PlannerInfo *) PG_GETARG_POINTER(0),
												(List *) PG_GETARG_POINTER(2),
												PG_GETARG_INT32(3), item));
}

static Datum
planner_join(FunctionCallInfo fcinfo, ItemArgument item)
{
	PG_RETURN_FLOAT8(selectivity_of_join((PlannerInfo *) PG_GETARG_POINTER(0),
										 (List *) PG_GETARG_POINTER(2),
										 (SpecialJoinInfo *) PG_GETARG_POINTER(4),
										 item));
}

/* the RESTRICT functions of <@ and @>: (internal, oid, internal, int) -> float8 */
Datum
serial_is_inside_sel(PG_FUNCTION_ARGS)
{
	return planner_restriction(fcinfo, ITEM_LEFT);
}

Datum
serial_has_inside_sel(PG_FUNCTION_ARGS)
{
	return planner_restriction(fcinfo, ITEM_RIGHT);
}

/* the JOIN functions: (internal, oid, internal, smallint, internal) -> float8 */
Datum
serial_is_inside_joinsel(PG_FUNCTION_ARGS)
{
	return planner_join(fcinfo, ITEM_LEFT);
}

Datum
serial_has_inside_joinsel(PG_FUNCTION_ARGS)
{
	return planner_join(fcinfo, ITEM_RIGHT);
}

/* --- The index condition --- */

/*
 * Before 17, the planner assumes that an index scan returns rows in order even
 * if there is an array condition on a column other than the first, because it
 * looks at the original clause and not at the derived one.
 */
static bool
index_order_would_be_wrong(SupportRequestIndexCondition *request)
{
	return !PLANNER_SEES_DERIVED_ARRAYS && request->indexcol > 0 &&
		has_useful_pathkeys(request->root, request->index->rel);
}

/*
 * The operator "=" of the index's operator family; InvalidOid for access methods
 * other than btree.
 */
static Oid
index_equality(SupportRequestIndexCondition *request)
{
	Oid			type = SerialTypeOid();

	if (request->index->relam != BTREE_AM_OID)
		return InvalidOid;
	return get_opfamily_member(request->opfamily, type, type,
							   BTEqualStrategyNumber);
}

/*
 * serial_internal.contents_array(container) or serial_internal.containers_array(id)
 */
static Expr *
index_array_call(const char *name, Node *argument)
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
index_equals_any(Oid equality, Node *indexed, Expr *array)
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
clause_arguments(Node *clause)
{
	if (IsA(clause, OpExpr))
		return ((OpExpr *) clause)->args;
	if (IsA(clause, FuncExpr))
		return ((FuncExpr *) clause)->args;
	return NIL;
}

/*
 * The condition is not lossy: the scan need not recheck the operator.
 */
static Node *
index_condition(SupportRequestIndexCondition *request, ItemArgument item)
{
	List	   *args = clause_arguments(request->node);
	Oid			equality = index_equality(request);
	Node	   *indexed;
	Node	   *other;
	bool		item_is_indexed = request->indexarg == (int) item;

	if (list_length(args) != 2 || !OidIsValid(equality) ||
		index_order_would_be_wrong(request))
		return NULL;
	indexed = list_nth(args, request->indexarg);
	other = list_nth(args, 1 - request->indexarg);
	if (!is_pseudo_constant_for_index(request->root, other, request->index))
		return NULL;
	request->lossy = false;
	return (Node *) list_make1(index_equals_any(equality, indexed,
												index_array_call(item_is_indexed ?
																 "contents_array" :
																 "containers_array",
																 other)));
}

/*
 * The estimators of the operator are not used where its function is called by
 * name.
 */
static Node *
support_selectivity(SupportRequestSelectivity *request, ItemArgument item)
{
	request->selectivity = request->is_join ?
		selectivity_of_join(request->root, request->args, request->sjinfo, item) :
		selectivity_of_restriction(request->root, request->args,
								   request->varRelid, item);
	return (Node *) request;
}

static Datum
planner_support(FunctionCallInfo fcinfo, ItemArgument item)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(index_condition((SupportRequestIndexCondition *) request,
										  item));
	if (IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(support_selectivity((SupportRequestSelectivity *) request, item));
	PG_RETURN_POINTER(NULL);
}

/*
 * Support functions of serial_internal.is_inside and serial_internal.has_inside
 * and of their variants for arrays: (internal) -> internal
 */
Datum
serial_is_inside_support(PG_FUNCTION_ARGS)
{
	return planner_support(fcinfo, ITEM_LEFT);
}

Datum
serial_has_inside_support(PG_FUNCTION_ARGS)
{
	return planner_support(fcinfo, ITEM_RIGHT);
}

/*
 * Support function of serial.contents: (internal) -> internal
 */
Datum
serial_contents_support(PG_FUNCTION_ARGS)
{
	SupportRequestRows *request = (SupportRequestRows *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestRows) || !IsA(request->node, FuncExpr))
		PG_RETURN_POINTER(NULL);
	request->rows = Max(estimate_contents(request->root,
										  linitial(clause_arguments(request->node))),
						1);
	PG_RETURN_POINTER(request);
}
