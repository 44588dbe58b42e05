/*-------------------------------------------------------------------------
 *
 * current_state.c
 *	  What many things are now, found together.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "executor/spi.h"
#include "ledger/state/current_state.h"
#include "miscadmin.h"
#include "utils/memutils.h"

void
CurrentStatesOpen(CurrentStateReader *reader)
{
	ItemsOpen(&reader->items);
	reader->memory = CurrentMemoryContext;
}

void
CurrentStatesClose(CurrentStateReader *reader)
{
	ItemsClose(&reader->items);
}

static const ItemRow *
row_of(CurrentStateReader *reader, AncestorNode *container)
{
	MemoryContext caller;
	ItemRow    *row;

	if (container->note == NULL)
	{
		caller = MemoryContextSwitchTo(reader->memory);
		row = palloc(sizeof(ItemRow));
		(void) ItemRead(&reader->items, container->id, row);
		container->note = row;
		MemoryContextSwitchTo(caller);
	}
	return container->note;
}

void
CurrentStateOf(CurrentStateReader *reader, const AncestorNode *thing, const ItemRow *own,
		  CurrentState *present)
{
	bool		hears = CurrentStateInit(present, thing->id, own);
	TimestampTz inside_since = DT_NOBEGIN;

	for (; hears && thing->container != NULL; thing = thing->container)
	{
		inside_since = Max(inside_since, thing->since);
		hears = CurrentStateMergeContainer(present, thing->container->id,
							row_of(reader, thing->container), inside_since);
	}
}

/*
 * The things to be shown.  The first ones are those of the result, in its order.
 */
typedef struct Presents
{
	CurrentStateReader reader;
	AncestorNode	  **things;
	int			n;
	int			n_result;
	CurrentStateVisitor visit;
	void	   *context;
} Presents;

static void
show(Presents *presents, int i)
{
	const AncestorNode *thing = presents->things[i];
	ItemRow		own;
	CurrentState		present;

	if (i < presents->n_result)
		(void) ItemOfResult(&own, i);
	else
		(void) ItemRead(&presents->reader.items, thing->id, &own);
	CurrentStateOf(&presents->reader, thing, &own, &present);
	presents->visit(thing, &present, presents->context);
}

static void
show_all(Presents *presents)
{
	MemoryContext one = AllocSetContextCreate(CurrentMemoryContext,
											  "serial present",
											  ALLOCSET_DEFAULT_SIZES);
	int			i;

	CurrentStatesOpen(&presents->reader);
	MemoryContextSwitchTo(one);
	for (i = 0; i < presents->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		show(presents, i);
		MemoryContextReset(one);
	}
	MemoryContextSwitchTo(presents->reader.memory);
	MemoryContextDelete(one);
	CurrentStatesClose(&presents->reader);
}

/*
 * What the things of the result are in, and what is in them.
 */
static void
find_things(Presents *presents, bool with_contents)
{
	Serial	  **ids = MemoryContextAllocHuge(CurrentMemoryContext,
											 presents->n * sizeof(Serial *));
	bool		isnull;
	int			i;

	for (i = 0; i < presents->n; i++)
		ids[i] = DatumGetSerialPP(SavedPlanResult(i, 1, &isnull));
	presents->things = with_contents ? AncestorsOfContents(ids, &presents->n) :
		AncestorsOfItems(ids, presents->n);
	pfree(ids);
}

void
CurrentStatesOfRows(bool with_contents, CurrentStateVisitor visit, void *context)
{
	Presents	presents = {.visit = visit,.context = context};

	presents.n = presents.n_result = (int) SPI_processed;
	find_things(&presents, with_contents);
	show_all(&presents);
}
