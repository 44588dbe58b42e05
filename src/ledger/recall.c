/*-------------------------------------------------------------------------
 *
 * recall.c
 *	  Where all things of some lots are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/item.h"
#include "miscadmin.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_recalled);

/*
 * By the index of lots; left to itself the planner may join by GTIN.
 */
static Statement select_items = {
	"SELECT " ITEM_COLUMN_LIST " FROM serial.recall AS r CROSS JOIN LATERAL"
	" (SELECT n.* FROM serial.item AS n WHERE n.lot OPERATOR(pg_catalog.=) ANY (r.lots)"
	" AND serial.gtin(n.id) OPERATOR(pg_catalog.=) r.gtin OFFSET 0) AS i"
	" WHERE r.recall OPERATOR(pg_catalog.=) $1",
	1, {INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
};

typedef struct Answer
{
	ReturnSetInfo *result;
	ItemReader	items;
	MemoryContext memory;		/* of the rows of containers */
} Answer;

/*
 * The row of a container, which has it as its note.
 */
static const ItemRow *
row_of(Answer *answer, Nested *container)
{
	MemoryContext caller;
	ItemRow    *row;

	if (container->note == NULL)
	{
		caller = MemoryContextSwitchTo(answer->memory);
		row = palloc(sizeof(ItemRow));
		(void) ItemRead(&answer->items, container->id, row);
		container->note = row;
		MemoryContextSwitchTo(caller);
	}
	return container->note;
}

/*
 * What PresentRead says, without the marks.
 */
static void
find_present(Answer *answer, const Nested *thing, const ItemRow *own,
			 Present *present)
{
	bool		hears = PresentBegin(present, thing->id, own);
	TimestampTz inside_since = DT_NOBEGIN;

	for (; hears && thing->container != NULL; thing = thing->container)
	{
		inside_since = Max(inside_since, thing->since);
		hears = PresentHear(present, thing->container->id,
							row_of(answer, thing->container), inside_since);
	}
}

static Serial *
outermost_of(const Nested *thing)
{
	while (thing->container != NULL)
		thing = thing->container;
	return thing->id;
}

static Datum
text_or_null(const char *text, bool *isnull)
{
	*isnull = text == NULL;
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/*
 * Of what nothing is known, serial.present has no row.
 */
static void
put_thing(Answer *answer, const Nested *thing, const ItemRow *own)
{
	Datum		values[6];
	bool		nulls[6] = {false};
	Present		present;
	bool		is_known;

	find_present(answer, thing, own, &present);
	is_known = present.holder != NULL;
	values[0] = PointerGetDatum(thing->id);
	values[1] = text_or_null(own->lot, &nulls[1]);
	values[2] = PointerGetDatum(outermost_of(thing));
	values[3] = text_or_null(is_known ? present.place : NULL, &nulls[3]);
	values[4] = text_or_null(is_known ? present.consignee : NULL, &nulls[4]);
	values[5] = text_or_null(is_known ? present.disposition : NULL, &nulls[5]);
	tuplestore_putvalues(answer->result->setResult, answer->result->setDesc,
						 values, nulls);
}

/*
 * Everything about one thing is forgotten before the next.
 */
static void
put_things(Answer *answer, Nested **things, uint64 n)
{
	MemoryContext one = AllocSetContextCreate(answer->memory, "serial recall",
											  ALLOCSET_DEFAULT_SIZES);
	uint64		i;

	MemoryContextSwitchTo(one);
	for (i = 0; i < n; i++)
	{
		ItemRow		own;

		CHECK_FOR_INTERRUPTS();
		(void) ItemOfResult(&own, i);
		put_thing(answer, things[i], &own);
		MemoryContextReset(one);
	}
	MemoryContextSwitchTo(answer->memory);
	MemoryContextDelete(one);
}

/*
 * What the things of the result are in.
 */
static Nested **
find_together(uint64 n)
{
	struct LinkReader *links = EnclosuresOpen();
	Serial	  **ids = MemoryContextAllocHuge(CurrentMemoryContext,
											 n * sizeof(Serial *));
	Nested	  **nested;
	bool		isnull;
	uint64		i;

	for (i = 0; i < n; i++)
		ids[i] = DatumGetSerialPP(StatementResult(i, 1, &isnull));
	nested = NestedNow(links, ids, n);
	EnclosuresClose(links);
	pfree(ids);
	return nested;
}

/*
 * serial.recalled(recall bigint)
 *	  -> table (id serial.serial, lot text, outermost serial.serial,
 *				place text, consignee text, disposition text)
 *
 * Volatile, as it may follow a serial.recall of the same statement: what was
 * written so far counts, and all is read under one snapshot.
 */
Datum
serial_recalled(PG_FUNCTION_ARGS)
{
	Datum		recall = PG_GETARG_DATUM(0);
	Answer		answer = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	uint64		n;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	answer.memory = CurrentMemoryContext;
	StatementExecute(&select_items, &recall, NULL, true, 0);
	n = SPI_processed;
	ItemsOpen(&answer.items);
	put_things(&answer, find_together(n), n);
	ItemsClose(&answer.items);
	SPI_finish();
	PopActiveSnapshot();
	return (Datum) 0;
}
