/*-------------------------------------------------------------------------
 *
 * changed_ids.c
 *	  The identifiers that a statement may have moved.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "hierarchy/sync/changed_ids.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "value/value.h"

void
ChangedIdsInit(ChangedIds *changes)
{
	changes->n = 0;
	changes->capacity = 64;
	changes->members = palloc(changes->capacity * sizeof(ChangedId));
}

void
ChangedIdsAdd(ChangedIds *changes, Serial *id, Datum spelling, bool was_there)
{
	ChangedId  *change;

	changes->members = ArrayEnlarge(changes->members, changes->n, &changes->capacity,
									sizeof(ChangedId));
	change = &changes->members[changes->n++];
	change->id = id;
	change->spelling = datumCopy(spelling, false, -1);
	change->was_there = was_there;
}

static int
compare_changes(const void *a, const void *b)
{
	return ValueCompare(((const ChangedId *) a)->id, ((const ChangedId *) b)->id);
}

void
ChangedIdsMerge(ChangedIds *changes)
{
	ChangedId  *members = changes->members;
	int			n = 0;
	int			i;

	qsort(members, changes->n, sizeof(ChangedId), compare_changes);
	for (i = 0; i < changes->n; i++)
	{
		if (n > 0 && ValueEqual(members[n - 1].id, members[i].id))
			members[n - 1].was_there |= members[i].was_there;
		else
			members[n++] = members[i];
	}
	changes->n = n;
}

ChangedId *
ChangedIdsFind(const ChangedIds *changes, Serial *id)
{
	ChangedId	key = {id, (Datum) 0, false};

	return bsearch(&key, changes->members, changes->n, sizeof(ChangedId), compare_changes);
}

Datum
ChangedIdsSpellings(const ChangedIds *changes, Oid type)
{
	Datum	   *spellings = palloc_extended(Max(changes->n, 1) * sizeof(Datum),
											MCXT_ALLOC_HUGE);
	int			i;

	for (i = 0; i < changes->n; i++)
		spellings[i] = changes->members[i].spelling;
	return PointerGetDatum(construct_array(spellings, changes->n, type, -1, false,
										   TYPALIGN_INT));
}
