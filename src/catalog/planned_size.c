/*-------------------------------------------------------------------------
 *
 * planned_size.c
 *	  What the planner takes the size of the tables of links, events and items to be.
 *
 * These tables may be empty when they are vacuumed or analyzed, or when a plan is made, and
 * hold a hundred thousand rows when the plan is executed in the same transaction, of which no
 * other session knows.  For an empty table all plans cost the same, and one that reads the whole
 * table for each row of another is as good as one that looks rows up by key.  So the planner
 * expects at least as many rows as make the difference.  On a table that is small indeed, the plan
 * for a large one takes hardly longer.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/planned_size.h"
#include "optimizer/plancat.h"
#include "utils/lsyscache.h"

/* pages: too few for parallel workers by the default of min_parallel_table_scan_size */
#define MIN_PLANNED_TUPLES	100000.0
#define MIN_PLANNED_PAGES	1000

static get_relation_info_hook_type previous_hook = NULL;

/*
 * The tables, and their partitions, begin with these names.
 */
static bool
grows_fast(Oid relation)
{
	static const char *const names[] = {"aggregation", "event", "item"};
	Oid			schema = get_namespace_oid("serial", true);
	char	   *name;
	int			i;

	if (!OidIsValid(schema) || get_rel_namespace(relation) != schema)
		return false;
	name = get_rel_name(relation);
	for (i = 0; i < (int) lengthof(names); i++)
		if (strncmp(name, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/*
 * Partial indexes keep their size: they are there to be small.
 */
static void
plan_for_many(PlannerInfo *root, Oid relation, bool is_parent, RelOptInfo *rel)
{
	ListCell   *cell;

	if (previous_hook != NULL)
		previous_hook(root, relation, is_parent, rel);
	if (is_parent || !grows_fast(relation))
		return;
	rel->tuples = Max(rel->tuples, MIN_PLANNED_TUPLES);
	rel->pages = Max(rel->pages, MIN_PLANNED_PAGES);
	foreach(cell, rel->indexlist)
	{
		IndexOptInfo *index = lfirst(cell);

		if (index->indpred != NIL)
			continue;
		index->tuples = Max(index->tuples, rel->tuples);
		index->pages = Max(index->pages, MIN_PLANNED_PAGES);
	}
}

void
CatalogPlanForMany(void)
{
	previous_hook = get_relation_info_hook;
	get_relation_info_hook = plan_for_many;
}
