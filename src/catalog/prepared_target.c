/*-------------------------------------------------------------------------
 *
 * prepared_target.c
 *	  Prepare what the executor evaluates for each row that is written to a table.
 *
 * In each statement, the executor reads the CHECK constraints of a table from the text that
 * pg_constraint has, and plans the predicates of its partial indexes.  For one row, that
 * costs more than to write it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/tupdesc.h"
#include "catalog/prepared_target.h"
#include "compat.h"
#include "executor/executor.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* --- Constraints --- */

/*
 * What a text is read as depends on nothing else, so that it is never stale.
 */
typedef struct KeptExpression
{
	char	   *source;
	Expr	   *expression;
} KeptExpression;

#define KEPT_EXPRESSIONS 16

static KeptExpression kept_expressions[KEPT_EXPRESSIONS];

static void
keep_expression(KeptExpression *kept, const char *source)
{
	MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);
	Expr	   *expression = stringToNode(source);

	*kept = (KeptExpression)
	{
		pstrdup(source), expression
	};
	MemoryContextSwitchTo(caller);
}

/*
 * A text that is one too many is read anew each time.
 */
static Expr *
expression_of_text(const char *source)
{
	int			i;

	for (i = 0; i < KEPT_EXPRESSIONS; i++)
	{
		if (kept_expressions[i].source == NULL)
			keep_expression(&kept_expressions[i], source);
		if (strcmp(kept_expressions[i].source, source) == 0)
			return kept_expressions[i].expression;
	}
	return stringToNode(source);
}

/*
 * The executor takes what is prepared already.  It has more to do where a constraint
 * refers to a generated column that is not stored.
 */
static void
prepare_constraints(ResultRelInfo *target, EState *estate)
{
	TupleConstr *constraints = RelationGetDescr(target->ri_RelationDesc)->constr;
	ExprState **states;
	int			i;

	if (constraints == NULL || constraints->num_check == 0 || TargetConstraints(target) != NULL ||
		HasVirtualColumns(constraints))
		return;
	states = palloc0(constraints->num_check * sizeof(ExprState *));
	for (i = 0; i < constraints->num_check; i++)
	{
		ConstrCheck *check = &constraints->check[i];

		if (CheckIsEnforced(check))
			states[i] = ExecPrepareExpr(expression_of_text(check->ccbin), estate);
	}
	TargetConstraints(target) = states;
}

/* --- Predicates --- */

/*
 * They are as RelationGetIndexPredicate returns them: simplified as the planner does it.
 */
static void
prepare_predicates(ResultRelInfo *target)
{
	int			i;

	for (i = 0; i < target->ri_NumIndices; i++)
	{
		IndexInfo  *index = target->ri_IndexRelationInfo[i];

		if (index->ii_Predicate != NIL && index->ii_PredicateState == NULL)
			index->ii_PredicateState = ExecInitQual(index->ii_Predicate, NULL);
	}
}

void
TargetPrepare(ResultRelInfo *target, EState *estate)
{
	MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);

	prepare_constraints(target, estate);
	prepare_predicates(target);
	MemoryContextSwitchTo(caller);
}
