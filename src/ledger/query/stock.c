/*-------------------------------------------------------------------------
 *
 * stock.c
 *	  Which items are at a place.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
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

typedef struct PlaceQuery
{
	ReturnSetInfo *result;
	const char *place;
} PlaceQuery;

/*
 * serial_internal.current_state returns no row for an item without events; an unpacked
 * item is located by its own row.
 */
static bool
item_is_at(const AncestorNode *node, const CurrentState *state, const char *place)
{
	return str_equals_or_null(state->place, place) &&
		(state->source_item != NULL || AncestorNodeContainer(node) == NULL);
}

static void
put_item_if_at_place(const AncestorNode *node, const CurrentState *state, void *context)
{
	PlaceQuery *query = context;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (!item_is_at(node, state, query->place))
		return;
	values[0] = PointerGetDatum(AncestorNodeId(node));
	values[1] = TextOrNull(state->disposition, &nulls[1]);
	values[2] = TextOrNull(state->own.lot, &nulls[2]);
	values[3] = DateADTGetDatum(state->own.expiry);
	nulls[3] = !state->own.has_expiry;
	tuplestore_putvalues(query->result->setResult, query->result->setDesc,
						 values, nulls);
}

/*
 * serial_internal.current_items_at(place text)
 *	  -> table (id serial.serial, disposition text, lot text, expiry date)
 *
 * Candidates are the items whose own row names the place, and their contents.
 */
Datum
serial_current_items_at(PG_FUNCTION_ARGS)
{
	Datum		place = PG_GETARG_DATUM(0);
	PlaceQuery	query = {.result = (ReturnSetInfo *) fcinfo->resultinfo,
	.place = TextDatumGetCString(place)};

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	SavedPlanExecute(&select_items, &place, NULL, true, 0);
	CurrentStatesOfRows(true, put_item_if_at_place, &query);
	SPI_finish();
	return (Datum) 0;
}
