/*-------------------------------------------------------------------------
 *
 * current_state.c
 *	  The current states of many items, found together.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "executor/spi.h"
#include "ledger/state/current_state.h"
#include "miscadmin.h"
#include "utils/memutils.h"

void
CurrentStatesOpen(CurrentStateReader *reader)
{
	ItemsOpen(&reader->items);
	reader->memory = CurrentMemoryContext;
	reader->fold = NULL;
}

void
CurrentStatesClose(CurrentStateReader *reader)
{
	ItemsClose(&reader->items);
	if (reader->fold != NULL)
		FoldClose(reader->fold);
}

/*
 * No event tells anything of many containers.  They have this row together.
 */
static const ItemRow no_row;

/*
 * Returns the row of a container, which is attached to its node; NULL if there is none.
 */
static const ItemRow *
row_of(CurrentStateReader *reader, const AncestorNode *container)
{
	const ItemRow *row = AncestorNodeAttachment(container);

	if (row == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(reader->memory);
		ItemRow    *found = palloc(sizeof(ItemRow));

		row = ItemRead(&reader->items, AncestorNodeId(container), found) ? found : &no_row;
		if (row == &no_row)
			pfree(found);
		AncestorNodeAttach(container, row);
		MemoryContextSwitchTo(caller);
	}
	return row == &no_row ? NULL : row;
}

static void
fold_consignee(CurrentStateReader *reader, Serial *id, CurrentState *state)
{
	if (reader->fold == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(reader->memory);

		reader->fold = FoldOpen();
		MemoryContextSwitchTo(caller);
	}
	CurrentStateFoldConsignee(reader->fold, id, state);
}

void
CurrentStateOfRows(CurrentStateReader *reader, const AncestorNode *node,
				   const ItemRow *own, CurrentState *state)
{
	Packing		inside_since = {DT_NOBEGIN, 0};
	const AncestorNode *container;

	CurrentStateInit(state, AncestorNodeId(node), own);
	for (; (container = AncestorNodeContainer(node)) != NULL; node = container)
	{
		Packing		packed = {AncestorNodeSince(node), AncestorNodeSinceEvent(node)};
		const ItemRow *row = row_of(reader, container);

		if (StepCompare(packed.at, packed.event, inside_since.at,
						inside_since.event) > 0)
			inside_since = packed;
		if (row != NULL)
			CurrentStateMergeContainer(state, AncestorNodeId(container), row,
									   inside_since);
	}
}

void
CurrentStateOf(CurrentStateReader *reader, const AncestorNode *node,
			   const ItemRow *own, CurrentState *state)
{
	CurrentStateOfRows(reader, node, own, state);
	if (AncestorNodeContainer(node) != NULL && state->has_void_shipping)
		fold_consignee(reader, AncestorNodeId(node), state);
}

/*
 * The items of an SPI result.
 */
typedef struct CurrentStates
{
	CurrentStateReader reader;
	AncestorNodes items;
	CurrentStateVisitor visit;
	void	   *context;
} CurrentStates;

static void
visit_item_row(CurrentStates *states, int i)
{
	const AncestorNode *node = states->items.nodes[i];
	ItemRow		own;
	CurrentState state;

	(void) ItemOfResult(&own, i);
	CurrentStateOf(&states->reader, node, &own, &state);
	states->visit(node, &state, states->context);
}

static void
visit_items(CurrentStates *states)
{
	MemoryContext one = AllocSetContextCreate(CurrentMemoryContext,
											  "serial current state",
											  ALLOCSET_DEFAULT_SIZES);
	int			i;

	CurrentStatesOpen(&states->reader);
	MemoryContextSwitchTo(one);
	for (i = 0; i < states->items.n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		visit_item_row(states, i);
		MemoryContextReset(one);
	}
	MemoryContextSwitchTo(states->reader.memory);
	MemoryContextDelete(one);
	CurrentStatesClose(&states->reader);
}

static void
find_items(CurrentStates *states, int n)
{
	Serial	  **ids = MemoryContextAllocHuge(CurrentMemoryContext,
											 n * sizeof(Serial *));
	bool		isnull;
	int			i;

	for (i = 0; i < n; i++)
		ids[i] = DatumGetSerialPP(SavedPlanResult(i, 1, &isnull));
	AncestorsOfItems(ids, n, &states->items);
	pfree(ids);
}

void
CurrentStatesOfResult(CurrentStateVisitor visit, void *context)
{
	CurrentStates states = {.visit = visit,.context = context};

	find_items(&states, (int) SPI_processed);
	visit_items(&states);
}
