/*-------------------------------------------------------------------------
 *
 * current_state.c
 *	  What many things are now, found together.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
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
}

void
CurrentStatesClose(CurrentStateReader *reader)
{
	ItemsClose(&reader->items);
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

void
CurrentStateOf(CurrentStateReader *reader, const AncestorNode *thing, const ItemRow *own,
		  CurrentState *present)
{
	bool		hears = CurrentStateInit(present, AncestorNodeId(thing), own);
	TimestampTz inside_since = DT_NOBEGIN;
	const AncestorNode *container;

	for (; hears && (container = AncestorNodeContainer(thing)) != NULL;
		 thing = container)
	{
		inside_since = Max(inside_since, AncestorNodeSince(thing));
		hears = CurrentStateMergeContainer(present, AncestorNodeId(container),
										   row_of(reader, container),
										   inside_since);
	}
}

/*
 * The things to be shown.  The first ones are those of the result, in its order.
 */
typedef struct Presents
{
	CurrentStateReader reader;
	AncestorNodes things;
	int			n_result;
	CurrentStateVisitor visit;
	void	   *context;
} Presents;

static void
show(Presents *presents, int i)
{
	const AncestorNode *thing = presents->things.nodes[i];
	ItemRow		own;
	CurrentState		present;

	if (i < presents->n_result)
		(void) ItemOfResult(&own, i);
	else
		(void) ItemRead(&presents->reader.items, AncestorNodeId(thing), &own);
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
	for (i = 0; i < presents->things.n_items; i++)
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
	int			n = presents->n_result;
	Serial	  **ids = MemoryContextAllocHuge(CurrentMemoryContext,
											 n * sizeof(Serial *));
	bool		isnull;
	int			i;

	for (i = 0; i < n; i++)
		ids[i] = DatumGetSerialPP(SavedPlanResult(i, 1, &isnull));
	if (with_contents)
		AncestorsOfContents(ids, n, &presents->things);
	else
		AncestorsOfItems(ids, n, &presents->things);
	pfree(ids);
}

void
CurrentStatesOfRows(bool with_contents, CurrentStateVisitor visit, void *context)
{
	Presents	presents = {.visit = visit,.context = context};

	presents.n_result = (int) SPI_processed;
	find_things(&presents, with_contents);
	show_all(&presents);
}
