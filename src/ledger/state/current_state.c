/*-------------------------------------------------------------------------
 *
 * current_state.c
 *	  The current states of many items, found together.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "ledger/state/current_state.h"
#include "miscadmin.h"
#include "utils/memutils.h"

typedef struct ContainerRow
{
	const AncestorNode *container;
	ItemRow    *row;
	char		status;
} ContainerRow;

#define SH_PREFIX		container_rows
#define SH_ELEMENT_TYPE	ContainerRow
#define SH_KEY_TYPE		const AncestorNode *
#define SH_KEY			container
#define SH_HASH_KEY(table, key)	murmurhash32((uint32) ((uintptr_t) (key) >> 3))
#define SH_EQUAL(table, a, b)	((a) == (b))
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

void
CurrentStatesOpen(CurrentStateReader *reader)
{
	ItemsOpen(&reader->items);
	reader->memory = CurrentMemoryContext;
	reader->rows = container_rows_create(reader->memory, 64, NULL);
	reader->fold = NULL;
}

void
CurrentStatesClose(CurrentStateReader *reader)
{
	ItemsClose(&reader->items);
	if (reader->fold != NULL)
		FoldClose(reader->fold);
}

static const ItemRow *
row_of(CurrentStateReader *reader, const AncestorNode *container)
{
	bool		found;
	ContainerRow *entry = container_rows_insert(reader->rows, container, &found);

	if (!found)
	{
		MemoryContext caller = MemoryContextSwitchTo(reader->memory);

		entry->row = palloc(sizeof(ItemRow));
		(void) ItemRead(&reader->items, AncestorNodeId(container), entry->row);
		MemoryContextSwitchTo(caller);
	}
	return entry->row;
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
CurrentStateOf(CurrentStateReader *reader, const AncestorNode *node,
			   const ItemRow *own, CurrentState *state)
{
	const AncestorNode *item = node;
	Packing		inside_since = {DT_NOBEGIN, 0};
	const AncestorNode *container;

	CurrentStateInit(state, AncestorNodeId(node), own);
	for (; (container = AncestorNodeContainer(node)) != NULL; node = container)
	{
		Packing		packed = {AncestorNodeSince(node), AncestorNodeSinceEvent(node)};

		if (StepCompare(packed.at, packed.event, inside_since.at,
						inside_since.event) > 0)
			inside_since = packed;
		CurrentStateMergeContainer(state, AncestorNodeId(container),
								   row_of(reader, container), inside_since);
	}
	if (node != item && state->has_void_shipping)
		fold_consignee(reader, AncestorNodeId(item), state);
}

/*
 * The items to visit.  Those of the SPI result come first, in its order.
 */
typedef struct CurrentStates
{
	CurrentStateReader reader;
	AncestorNodes items;
	int			n_result;
	CurrentStateVisitor visit;
	void	   *context;
} CurrentStates;

static void
visit_item(CurrentStates *states, int i)
{
	const AncestorNode *node = states->items.nodes[i];
	ItemRow		own;
	CurrentState state;

	if (i < states->n_result)
		(void) ItemOfResult(&own, i);
	else
		(void) ItemRead(&states->reader.items, AncestorNodeId(node), &own);
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
		visit_item(states, i);
		MemoryContextReset(one);
	}
	MemoryContextSwitchTo(states->reader.memory);
	MemoryContextDelete(one);
	CurrentStatesClose(&states->reader);
}

/*
 * Finds the containers of the items of the result, and their contents if wanted.
 */
static void
find_items(CurrentStates *states, bool with_contents)
{
	int			n = states->n_result;
	Serial	  **ids = MemoryContextAllocHuge(CurrentMemoryContext,
											 n * sizeof(Serial *));
	bool		isnull;
	int			i;

	for (i = 0; i < n; i++)
		ids[i] = DatumGetSerialPP(SavedPlanResult(i, 1, &isnull));
	if (with_contents)
		AncestorsOfContents(ids, n, &states->items);
	else
		AncestorsOfItems(ids, n, &states->items);
	pfree(ids);
}

void
CurrentStatesOfRows(bool with_contents, CurrentStateVisitor visit, void *context)
{
	CurrentStates states = {.visit = visit,.context = context};

	states.n_result = (int) SPI_processed;
	find_items(&states, with_contents);
	visit_items(&states);
}
