/*-------------------------------------------------------------------------
 *
 * ordered_lookup.c
 *	  Look up many identifiers in one index, mostly in their order.
 *
 * To descend the tree costs about as much as to pass over 16 entries of a page.  But
 * where a scan begins, it reads the rest of the page at once, so that it only pays if
 * several of the identifiers on that page are wanted.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/ordered_lookup.h"
#include "utils/memutils.h"

/* other entries that the scan may pass on the way to the next identifier */
#define MAX_PASSED 16

/* look-ups one by one before the scan begins, at first and after it did not pay again */
#define MIN_PAUSE 16
#define MAX_PAUSE 1024

/* the scan paid if it found out about this many identifiers in succession */
#define MIN_GAIN 8

struct OrderedLookup
{
	Oid			table;
	CatalogIndex index;
	Snapshot	snapshot;
	MemoryContext memory;
	CatalogScan *one;			/* for look-ups one by one */
	CatalogScan *range;			/* NULL: not needed yet */
	Serial	   *first;			/* where the range began, as the scan needs it */
	bool		is_in_range;	/* range has begun, and not beyond last */
	Serial	   *entry;			/* on which range stands; NULL: at the end */
	int			pause;			/* look-ups before the range begins again */
	int			next_pause;
	int			gain;			/* look-ups since it began */
	Serial	   *last;			/* what was looked up last */
	Size		last_capacity;
};

static OrderedLookup *
open_lookup(Oid table, CatalogIndex index, Snapshot snapshot)
{
	OrderedLookup *lookup = palloc0(sizeof(OrderedLookup));

	lookup->table = table;
	lookup->index = index;
	lookup->snapshot = snapshot;
	lookup->memory = CurrentMemoryContext;
	lookup->one = CatalogScanOpen(table, index, SCAN_ID, snapshot, true);
	lookup->pause = MIN_PAUSE;
	lookup->next_pause = MIN_PAUSE;
	return lookup;
}

List *
OrderedLookupsOpen(List *tables, CatalogIndex index, Snapshot snapshot)
{
	List	   *lookups = NIL;
	ListCell   *cell;

	foreach(cell, tables)
		lookups = lappend(lookups, open_lookup(lfirst_oid(cell), index, snapshot));
	return lookups;
}

void
OrderedLookupsClose(List *lookups)
{
	ListCell   *cell;

	foreach(cell, lookups)
	{
		OrderedLookup *lookup = lfirst(cell);

		CatalogScanClose(lookup->one);
		if (lookup->range != NULL)
			CatalogScanClose(lookup->range);
		pfree(lookup);
	}
}

static bool
find_one(OrderedLookup *lookup, const Serial *id)
{
	CatalogRescan(lookup->one, id, DT_NOBEGIN);
	return CatalogScanNextId(lookup->one) != NULL;
}

static void
begin_range(OrderedLookup *lookup, const Serial *id)
{
	MemoryContext caller = MemoryContextSwitchTo(lookup->memory);

	if (lookup->range == NULL)
		lookup->range = CatalogScanOpen(lookup->table, lookup->index, SCAN_ID_FROM,
										lookup->snapshot, true);
	else
		pfree(lookup->first);
	lookup->first = SerialCopy(id);
	MemoryContextSwitchTo(caller);
	CatalogRescan(lookup->range, lookup->first, DT_NOBEGIN);
	lookup->entry = CatalogScanNextId(lookup->range);
	lookup->is_in_range = true;
	lookup->gain = 0;
}

static void
leave_range(OrderedLookup *lookup)
{
	lookup->is_in_range = false;
	if (lookup->gain >= MIN_GAIN)
		lookup->next_pause = MIN_PAUSE;
	lookup->pause = lookup->next_pause;
	lookup->next_pause = Min(2 * lookup->next_pause, MAX_PAUSE);
}

/*
 * Advances the scan to an identifier, which must not sort before the last one.  Returns
 * false if too many other identifiers lie between them.  A scan that has ended must not
 * be asked again: it would begin anew.
 */
static bool
pass_on(OrderedLookup *lookup, const Serial *id, bool *found)
{
	int			passed;

	*found = false;
	for (passed = 0; passed <= MAX_PASSED; passed++)
	{
		int			order = lookup->entry == NULL ? 1 : ValueCompare(lookup->entry, id);

		*found = order == 0;
		if (order >= 0)
			return true;
		lookup->entry = CatalogScanNextId(lookup->range);
	}
	return false;
}

static void
remember_last(OrderedLookup *lookup, const Serial *id)
{
	Size		size = VARSIZE_ANY(id);

	if (size > lookup->last_capacity)
	{
		lookup->last_capacity = Max(2 * size, 64);
		lookup->last = MemoryContextAlloc(lookup->memory, lookup->last_capacity);
	}
	memcpy(lookup->last, id, size);
}

/*
 * Does it pay to look for the identifier in the range, after a pause from where the
 * identifier is?
 */
static bool
enter_range(OrderedLookup *lookup, const Serial *id)
{
	bool		is_behind = lookup->last != NULL && ValueCompare(id, lookup->last) >= 0;

	remember_last(lookup, id);
	if (lookup->is_in_range && is_behind)
		return true;
	if (lookup->is_in_range)
		leave_range(lookup);
	if (lookup->pause > 0)
		lookup->pause--;
	else if (is_behind)
		begin_range(lookup, id);
	return lookup->is_in_range;
}

static bool
has_entry(OrderedLookup *lookup, const Serial *id)
{
	bool		found;

	if (!enter_range(lookup, id))
		return find_one(lookup, id);
	if (!pass_on(lookup, id, &found))
	{
		leave_range(lookup);
		return find_one(lookup, id);
	}
	lookup->gain++;
	return found;
}

bool
OrderedLookupsHave(List *lookups, const Serial *id)
{
	ListCell   *cell;

	foreach(cell, lookups)
	{
		if (has_entry(lfirst(cell), id))
			return true;
	}
	return false;
}
