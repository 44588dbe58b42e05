/*-------------------------------------------------------------------------
 *
 * stock.c
 *	  Which items are at a place, and how many of each GTIN and lot.
 *
 * An item is where its own row or that of one of its containers says.  So what is at a
 * place is among the items whose own rows name it, and their contents.  Contents whose own
 * rows name it, too, are met among the former, so that each item is met once without a
 * list of those that were.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/nodeHash.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/event/cbv.h"
#include "ledger/state/current_state.h"
#include "ledger/state/fold.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_current_items_at);
PG_FUNCTION_INFO_V1(serial_current_stock);
PG_FUNCTION_INFO_V1(serial_past_places);

/* --- Items at a place --- */

typedef struct StockQuery
{
	const char *place;			/* NULL: any */
	AncestorReader *ancestors;
	CurrentStateReader states;

	/* items whose own rows name the place, which are looked up together */
	Serial	  **ids;
	ItemRow    *rows;
	int			n;
	int			capacity;
	MemoryContext some;

	/* inside one of them: containers whose contents are to be visited */
	List	   *containers;
	MemoryContext below;

	MemoryContext children;		/* of one container */
	MemoryContext one;			/* what is known of one item */
	CurrentStateVisitor visit;
	void	   *context;
} StockQuery;

static bool
names_place(const StockQuery *query, const char *place)
{
	return query->place == NULL ? place != NULL : str_equals_or_null(place, query->place);
}

/*
 * serial_internal.current_state returns no row for an item without events; an unpacked
 * item is located by its own row.
 */
static void
visit_item(StockQuery *query, const AncestorNode *node, const ItemRow *own)
{
	CurrentState state;

	CurrentStateOfRows(&query->states, node, own, &state);
	if (names_place(query, state.place) &&
		(state.source_item != NULL || AncestorNodeContainer(node) == NULL))
		query->visit(node, &state, query->context);
}

/*
 * Visits something inside a container.  What is a container itself is kept, with its own
 * row, until its contents have been visited.
 */
static void
visit_content(StockQuery *query, AncestorNode *node)
{
	bool		is_container = AncestorNodeIsContainer(node);
	MemoryContext caller = MemoryContextSwitchTo(is_container ? query->below : query->one);
	ItemRow    *own = palloc(sizeof(ItemRow));

	(void) ItemRead(&query->states.items, AncestorNodeId(node), own);
	if (!names_place(query, own->place))
	{
		if (is_container)
		{
			node = AncestorNodeCopy(node);
			AncestorNodeAttach(node, own);
			query->containers = lappend(query->containers, node);
		}
		MemoryContextSwitchTo(query->one);
		visit_item(query, node, own);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(query->one);
}

static void
visit_children(StockQuery *query, AncestorNode *container)
{
	MemoryContext caller = MemoryContextSwitchTo(query->children);
	int			n;
	AncestorNode **nodes = AncestorsContents(query->ancestors, container, &n);
	int			i;

	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		visit_content(query, nodes[i]);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(query->children);
}

/*
 * Visits everything inside a container, depth first.
 */
static void
visit_contents(StockQuery *query, AncestorNode *container, const ItemRow *row)
{
	AncestorNodeAttach(container, row);
	visit_children(query, container);
	while (query->containers != NIL)
	{
		AncestorNode *inside = llast(query->containers);

		query->containers = list_delete_last(query->containers);
		visit_children(query, inside);
	}
	MemoryContextReset(query->below);
}

static void
visit_placed_items(StockQuery *query, Serial *const *ids, const ItemRow *rows, int n)
{
	AncestorNode **nodes = AncestorsRead(query->ancestors, ids, n);
	MemoryContext caller = MemoryContextSwitchTo(query->one);
	int			i;

	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		visit_item(query, nodes[i], &rows[i]);
		MemoryContextReset(query->one);
	}
	MemoryContextSwitchTo(caller);
	AncestorsFindContainers(query->ancestors, nodes, n);
	for (i = 0; i < n; i++)
		if (AncestorNodeIsContainer(nodes[i]))
			visit_contents(query, nodes[i], &rows[i]);
}

static void
visit_some(StockQuery *query)
{
	MemoryContext caller = MemoryContextSwitchTo(query->some);

	if (query->n > 0)
		visit_placed_items(query, query->ids, query->rows, query->n);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(query->some);
	AncestorsForget(query->ancestors);
	query->n = 0;
}

static void
take_placed_item(TupleTableSlot *row, void *context)
{
	StockQuery *query = context;
	MemoryContext caller = MemoryContextSwitchTo(query->some);

	query->ids[query->n] = SerialCopy(ItemOfSlot(&query->rows[query->n], row));
	if (names_place(query, query->rows[query->n].place))
		query->n++;
	MemoryContextSwitchTo(caller);
	if (query->n == query->capacity)
		visit_some(query);
}

static void
visit_all(StockQuery *query, Datum place)
{
	static SavedPlan select_at_place = {
		"SELECT " ITEM_COLUMN_LIST " FROM serial.item AS i"
		" WHERE i.place OPERATOR(pg_catalog.=) $1",
		1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	static SavedPlan select_all = {
		"SELECT " ITEM_COLUMN_LIST " FROM serial.item AS i",
		0, {InvalidOid}, SPI_OK_SELECT, NULL, InvalidOid
	};

	SavedPlanVisit(query->place == NULL ? &select_all : &select_at_place, &place,
				   take_placed_item, query);
	visit_some(query);
}

/* what is known of an item takes about so many bytes */
#define BYTES_PER_ITEM	512

/*
 * How many items whose own rows name the place are looked up together: as many as memory
 * for hash tables may hold, since items that are stored near each other are often in the
 * same containers, but enough for an index to be worth it.
 */
static int
items_at_once(void)
{
	return (int) Min(Max(get_hash_memory_limit() / BYTES_PER_ITEM, 1000), 100000);
}

static void
open_memory(StockQuery *query)
{
	MemoryContext parent = CurrentMemoryContext;

	query->some = AllocSetContextCreate(parent, "serial stock", ALLOCSET_DEFAULT_SIZES);
	query->below = AllocSetContextCreate(parent, "serial contents", ALLOCSET_DEFAULT_SIZES);
	query->children = AllocSetContextCreate(parent, "serial children", ALLOCSET_DEFAULT_SIZES);
	query->one = AllocSetContextCreate(parent, "serial current state", ALLOCSET_DEFAULT_SIZES);
	query->capacity = items_at_once();
	query->ids = palloc(query->capacity * sizeof(Serial *));
	query->rows = palloc(query->capacity * sizeof(ItemRow));
}

/*
 * Calls visit for each item that is at a place now, NULL for any place, with its state.
 */
static void
visit_stock(text *place, CurrentStateVisitor visit, void *context)
{
	StockQuery	query = {.visit = visit,.context = context};

	SPI_connect();
	query.place = place == NULL ? NULL : text_to_cstring(place);
	open_memory(&query);
	query.ancestors = AncestorsOpen();
	CurrentStatesOpen(&query.states);
	query.states.memory = AncestorsMemory(query.ancestors);
	visit_all(&query, PointerGetDatum(place));
	CurrentStatesClose(&query.states);
	AncestorsClose(query.ancestors);
	SPI_finish();
}

static void
put_item(const AncestorNode *node, const CurrentState *state, void *context)
{
	ReturnSetInfo *result = context;
	Datum		values[4];
	bool		nulls[4] = {false};

	values[0] = PointerGetDatum(AncestorNodeId(node));
	values[1] = TextOrNull(state->disposition, &nulls[1]);
	values[2] = TextOrNull(state->own.lot, &nulls[2]);
	values[3] = DateADTGetDatum(state->own.expiry);
	nulls[3] = !state->own.has_expiry;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * serial_internal.current_items_at(place text)
 *	  -> table (id serial.serial, disposition text, lot text, expiry date)
 */
Datum
serial_current_items_at(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	visit_stock(PG_GETARG_TEXT_PP(0), put_item, fcinfo->resultinfo);
	return (Datum) 0;
}

/* --- How many --- */

typedef struct StockKey
{
	const char *place;
	char		gtin[GTIN_DIGITS + 1];
	const char *lot;			/* NULL: it is not known */
} StockKey;

typedef struct StockEntry
{
	StockKey	key;
	int64		items;
	uint32		hash;
	char		status;
} StockEntry;

static inline uint32
hash_string(const char *string)
{
	return string == NULL ? 0 :
		hash_bytes((const unsigned char *) string, (int) strlen(string));
}

static inline uint32
stock_key_hash(const StockKey *key)
{
	return hash_combine(hash_combine(hash_string(key->place), hash_string(key->gtin)),
						hash_string(key->lot));
}

static inline bool
stock_key_equal(const StockKey *a, const StockKey *b)
{
	return strcmp(a->gtin, b->gtin) == 0 && strcmp(a->place, b->place) == 0 &&
		(a->lot == NULL ? b->lot == NULL : str_equals_or_null(b->lot, a->lot));
}

#define SH_PREFIX		stock
#define SH_ELEMENT_TYPE	StockEntry
#define SH_KEY_TYPE		StockKey
#define SH_KEY			key
#define SH_HASH_KEY(table, key)	stock_key_hash(&(key))
#define SH_EQUAL(table, a, b)	stock_key_equal(&(a), &(b))
#define SH_STORE_HASH
#define SH_GET_HASH(table, element)	(element)->hash
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct StockCount
{
	stock_hash *entries;
	MemoryContext memory;
} StockCount;

static void
count_item(const AncestorNode *node, const CurrentState *state, void *context)
{
	StockCount *count = context;
	StockKey	key = {.place = state->place,.lot = state->own.lot};
	Identifier	id;
	const char *gtin;
	StockEntry *entry;
	bool		found;

	if (!DispositionIsInStock(state->disposition))
		return;
	ValueOpen(AncestorNodeId(node), &id);
	gtin = IdentifierGtin(&id);
	if (gtin == NULL)
		return;
	memcpy(key.gtin, gtin, GTIN_DIGITS);
	entry = stock_insert(count->entries, key, &found);
	if (!found)
	{
		entry->items = 0;
		entry->key.place = MemoryContextStrdup(count->memory, key.place);
		if (key.lot != NULL)
			entry->key.lot = MemoryContextStrdup(count->memory, key.lot);
	}
	entry->items++;
}

static void
put_counts(const StockCount *count, ReturnSetInfo *result)
{
	stock_iterator iterator;
	StockEntry *entry;

	stock_start_iterate(count->entries, &iterator);
	while ((entry = stock_iterate(count->entries, &iterator)) != NULL)
	{
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum(entry->key.place);
		values[1] = CStringGetTextDatum(entry->key.gtin);
		values[2] = TextOrNull(entry->key.lot, &nulls[2]);
		values[3] = Int64GetDatum(entry->items);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/*
 * serial_internal.current_stock([place text])
 *	  -> table (place text, gtin text, lot text, items bigint)
 */
Datum
serial_current_stock(PG_FUNCTION_ARGS)
{
	StockCount	count = {.memory = CurrentMemoryContext};

	InitMaterializedSRF(fcinfo, 0);
	count.entries = stock_create(count.memory, 64, NULL);
	visit_stock(PG_NARGS() == 0 ? NULL : PG_GETARG_TEXT_PP(0), count_item, &count);
	put_counts(&count, (ReturnSetInfo *) fcinfo->resultinfo);
	stock_destroy(count.entries);
	return (Datum) 0;
}

/* --- In the past --- */

static void
put_past_place(FoldReader *reader, Serial *id, TimestampTz as_of, ReturnSetInfo *result)
{
	FoldedState state;
	Datum		values[3];
	bool		nulls[3] = {false};

	if (!FoldState(reader, id, as_of, LAST_EVENT, false, &state) || state.place == NULL)
		return;
	values[0] = PointerGetDatum(id);
	values[1] = TextOrNull(state.disposition, &nulls[1]);
	values[2] = CStringGetTextDatum(state.place);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * serial_internal.past_places(ids serial.serial[], as_of timestamptz)
 *	  -> table (id serial.serial, disposition text, place text)
 */
Datum
serial_past_places(PG_FUNCTION_ARGS)
{
	FoldReader *reader;
	SerialSet	ids;
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	SerialSetFromArray(&ids, PG_GETARG_ARRAYTYPE_P(0));
	reader = FoldOpen();
	for (i = 0; i < ids.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_past_place(reader, ids.members[i], PG_GETARG_TIMESTAMPTZ(1),
					   (ReturnSetInfo *) fcinfo->resultinfo);
	}
	FoldClose(reader);
	return (Datum) 0;
}
