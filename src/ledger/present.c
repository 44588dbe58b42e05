/*-------------------------------------------------------------------------
 *
 * present.c
 *	  What many things are now, found together.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "ledger/present.h"
#include "miscadmin.h"
#include "statement.h"
#include "utils/memutils.h"

typedef struct Presents
{
	ItemReader	items;
	MemoryContext memory;		/* of the rows of containers */

	/* the first ones are those of the result, in its order */
	Nested	  **things;
	int			n;
	int			n_result;

	PresentVisitor visit;
	void	   *context;
} Presents;

/*
 * The row of a container, which has it as its note.
 */
static const ItemRow *
row_of(Presents *presents, Nested *container)
{
	MemoryContext caller;
	ItemRow    *row;

	if (container->note == NULL)
	{
		caller = MemoryContextSwitchTo(presents->memory);
		row = palloc(sizeof(ItemRow));
		(void) ItemRead(&presents->items, container->id, row);
		container->note = row;
		MemoryContextSwitchTo(caller);
	}
	return container->note;
}

static void
find_present(Presents *presents, const Nested *thing, const ItemRow *own,
			 Present *present)
{
	bool		hears = PresentBegin(present, thing->id, own);
	TimestampTz inside_since = DT_NOBEGIN;

	for (; hears && thing->container != NULL; thing = thing->container)
	{
		inside_since = Max(inside_since, thing->since);
		hears = PresentHear(present, thing->container->id,
							row_of(presents, thing->container), inside_since);
	}
}

static void
show(Presents *presents, int i)
{
	const Nested *thing = presents->things[i];
	ItemRow		own;
	Present		present;

	if (i < presents->n_result)
		(void) ItemOfResult(&own, i);
	else
		(void) ItemRead(&presents->items, thing->id, &own);
	find_present(presents, thing, &own, &present);
	presents->visit(thing, &present, presents->context);
}

static void
show_all(Presents *presents)
{
	MemoryContext one = AllocSetContextCreate(presents->memory,
											  "serial present",
											  ALLOCSET_DEFAULT_SIZES);
	int			i;

	ItemsOpen(&presents->items);
	MemoryContextSwitchTo(one);
	for (i = 0; i < presents->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		show(presents, i);
		MemoryContextReset(one);
	}
	MemoryContextSwitchTo(presents->memory);
	MemoryContextDelete(one);
	ItemsClose(&presents->items);
}

/*
 * What the things of the result are in, and what is in them.
 */
static void
find_things(Presents *presents, bool with_contents)
{
	struct LinkReader *links = EnclosuresOpen();
	Serial	  **ids = MemoryContextAllocHuge(CurrentMemoryContext,
											 presents->n * sizeof(Serial *));
	bool		isnull;
	int			i;

	for (i = 0; i < presents->n; i++)
		ids[i] = DatumGetSerialPP(StatementResult(i, 1, &isnull));
	presents->things = with_contents ?
		NestedWithin(links, ids, &presents->n) :
		NestedNow(links, ids, presents->n);
	EnclosuresClose(links);
	pfree(ids);
}

void
PresentsOfResult(bool with_contents, PresentVisitor visit, void *context)
{
	Presents	presents = {.visit = visit,.context = context};

	presents.memory = CurrentMemoryContext;
	presents.n = presents.n_result = (int) SPI_processed;
	find_things(&presents, with_contents);
	show_all(&presents);
}
