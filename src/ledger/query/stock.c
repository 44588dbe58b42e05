/*-------------------------------------------------------------------------
 *
 * stock.c
 *	  What is at a place.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/event/cbv.h"
#include "ledger/state/current_state.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_current_items_at);

static SavedPlan select_items = {
	"SELECT " ITEM_COLUMN_LIST " FROM serial.item AS i"
	" WHERE i.place OPERATOR(pg_catalog.=) $1",
	1, {TEXTOID}, SPI_OK_SELECT, NULL, InvalidOid
};

typedef struct Answer
{
	ReturnSetInfo *result;
	const char *place;
} Answer;

/*
 * Of what nothing is known, serial_internal.current_state has no row; but what is in nothing is
 * where its own row says.
 */
static bool
is_at(const AncestorNode *thing, const CurrentState *present, const char *place)
{
	return str_equals_or_null(present->place, place) &&
		(present->holder != NULL || AncestorNodeContainer(thing) == NULL);
}

static void
put_if_there(const AncestorNode *thing, const CurrentState *present, void *context)
{
	Answer	   *answer = context;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (!is_at(thing, present, answer->place))
		return;
	values[0] = PointerGetDatum(AncestorNodeId(thing));
	values[1] = TextOrNull(present->disposition, &nulls[1]);
	values[2] = TextOrNull(present->own.lot, &nulls[2]);
	values[3] = DateADTGetDatum(present->own.expiry);
	nulls[3] = !present->own.has_expiry;
	tuplestore_putvalues(answer->result->setResult, answer->result->setDesc,
						 values, nulls);
}

/*
 * serial_internal.current_items_at(place text)
 *	  -> table (id serial.serial, disposition text, lot text, expiry date)
 *
 * Whatever is at a place was said to be there, or is in something that was.
 */
Datum
serial_current_items_at(PG_FUNCTION_ARGS)
{
	Datum		place = PG_GETARG_DATUM(0);
	Answer		answer = {.result = (ReturnSetInfo *) fcinfo->resultinfo,
	.place = TextDatumGetCString(place)};

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	SavedPlanExecute(&select_items, &place, NULL, true, 0);
	CurrentStatesOfRows(true, put_if_there, &answer);
	SPI_finish();
	return (Datum) 0;
}
