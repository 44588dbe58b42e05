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
#include "catalog/catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/state/current_state.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_recalled);

/*
 * By the index of lots; left to itself the planner may join by GTIN.
 */
static SavedPlan select_items = {
	"SELECT " ITEM_COLUMN_LIST " FROM serial.recall AS r CROSS JOIN LATERAL"
	" (SELECT n.* FROM serial.item AS n WHERE n.lot OPERATOR(pg_catalog.=) ANY (r.lots)"
	" AND serial.gtin(n.id) OPERATOR(pg_catalog.=) r.gtin OFFSET 0) AS i"
	" WHERE r.recall OPERATOR(pg_catalog.=) $1",
	1, {INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
};

static Serial *
outermost_of(const AncestorNode *thing)
{
	while (AncestorNodeContainer(thing) != NULL)
		thing = AncestorNodeContainer(thing);
	return AncestorNodeId(thing);
}

/*
 * Of what nothing is known, serial_internal.current_state has no row.
 */
static void
put_thing(const AncestorNode *thing, const CurrentState *present, void *context)
{
	ReturnSetInfo *result = context;
	Datum		values[6];
	bool		nulls[6] = {false};
	bool		is_known = present->holder != NULL;

	values[0] = PointerGetDatum(AncestorNodeId(thing));
	values[1] = TextOrNull(present->own.lot, &nulls[1]);
	values[2] = PointerGetDatum(outermost_of(thing));
	values[3] = TextOrNull(is_known ? present->place : NULL, &nulls[3]);
	values[4] = TextOrNull(is_known ? present->consignee : NULL, &nulls[4]);
	values[5] = TextOrNull(is_known ? present->disposition : NULL, &nulls[5]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
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

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	SavedPlanExecute(&select_items, &recall, NULL, true, 0);
	CurrentStatesOfRows(false, put_thing, fcinfo->resultinfo);
	SPI_finish();
	PopActiveSnapshot();
	return (Datum) 0;
}
