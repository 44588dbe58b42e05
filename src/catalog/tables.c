/*-------------------------------------------------------------------------
 *
 * tables.c
 *	  The extension's own tables and the indexes that it scans.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "catalog/tables.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(serial_catalog_columns);
PG_FUNCTION_INFO_V1(serial_catalog_indexes);

/* *INDENT-OFF* */
static const CatalogColumnDef aggregation_columns[AGGREGATION_COLUMNS] = {
	[AGGREGATION_CHILD] = {"child", SERIAL_TYPE, false},
	[AGGREGATION_PARENT] = {"parent", SERIAL_TYPE, false},
	[AGGREGATION_SINCE] = {"since", TIMESTAMPTZOID, false},
	[AGGREGATION_IS_CONTAINER] = {"is_container", BOOLOID, true},
	[AGGREGATION_SINCE_EVENT] = {"since_event", INT8OID, true}
};

static const CatalogColumnDef history_columns[HISTORY_COLUMNS] = {
	[HISTORY_CHILD] = {"child", SERIAL_TYPE, false},
	[HISTORY_PARENT] = {"parent", SERIAL_TYPE, false},
	[HISTORY_SINCE] = {"since", TIMESTAMPTZOID, false},
	[HISTORY_UNTIL] = {"until", TIMESTAMPTZOID, false},
	[HISTORY_IS_CONTAINER] = {"is_container", BOOLOID, true},
	[HISTORY_SINCE_EVENT] = {"since_event", INT8OID, true},
	[HISTORY_UNTIL_EVENT] = {"until_event", INT8OID, true},
	[HISTORY_FORMER_UNTIL] = {"former_until", TIMESTAMPTZOID, false}
};

static const CatalogColumnDef event_columns[EVENT_COLUMNS] = {
	[EVENT_NUMBER] = {"event", INT8OID, true},
	[EVENT_TYPE] = {"type", TEXTOID, false},
	[EVENT_ACTION] = {"action", TEXTOID, false},
	[EVENT_TIME] = {"event_time", TIMESTAMPTZOID, false},
	[EVENT_TIME_ZONE_OFFSET] = {"time_zone_offset", TEXTOID, false},
	[EVENT_RECORD_TIME] = {"record_time", TIMESTAMPTZOID, false},
	[EVENT_RECORDED_BY] = {"recorded_by", TEXTOID, false},
	[EVENT_ACTOR] = {"actor", TEXTOID, false},
	[EVENT_BUSINESS_STEP] = {"business_step", TEXTOID, false},
	[EVENT_DISPOSITION] = {"disposition", TEXTOID, false},
	[EVENT_READ_POINT] = {"read_point", TEXTOID, false},
	[EVENT_PLACE] = {"place", TEXTOID, false},
	[EVENT_PARENT] = {"parent", SERIAL_TYPE, false},
	[EVENT_LOT] = {"lot", TEXTOID, false},
	[EVENT_EXPIRY] = {"expiry", DATEOID, false},
	[EVENT_QUANTITIES] = {"quantities", JSONBOID, false},
	[EVENT_INPUT_QUANTITIES] = {"input_quantities", JSONBOID, false},
	[EVENT_BUSINESS_TRANSACTIONS] = {"business_transactions", JSONBOID, false},
	[EVENT_SOURCES] = {"sources", JSONBOID, false},
	[EVENT_DESTINATIONS] = {"destinations", JSONBOID, false},
	[EVENT_PERSISTENT_DISPOSITION] = {"persistent_disposition", JSONBOID, false},
	[EVENT_TRANSFORMATION] = {"transformation", TEXTOID, false},
	[EVENT_ID] = {"event_id", TEXTOID, false},
	[EVENT_CORRECTS] = {"corrects", INT8OID, false},
	[EVENT_ERROR_REASON] = {"error_reason", TEXTOID, false},
	[EVENT_ATTRIBUTES] = {"attributes", JSONBOID, false},
	[EVENT_IS_ACCEPTED] = {"is_accepted", BOOLOID, false},
	[EVENT_DIGEST] = {"digest", BYTEAOID, false}
};

static const CatalogColumnDef event_item_columns[EVENT_ITEM_COLUMNS] = {
	[EVENT_ITEM_ID] = {"id", SERIAL_TYPE, false},
	[EVENT_ITEM_EVENT_TIME] = {"event_time", TIMESTAMPTZOID, false},
	[EVENT_ITEM_EVENT] = {"event", INT8OID, false},
	[EVENT_ITEM_ROLE] = {"role", TEXTOID, false},
	[EVENT_ITEM_RESULTING_DISPOSITION] = {"resulting_disposition", TEXTOID, false},
	[EVENT_ITEM_RECORD_TIME] = {"record_time", TIMESTAMPTZOID, false}
};

static const CatalogColumnDef item_columns[ITEM_COLUMNS] = {
	[ITEM_ID] = {"id", SERIAL_TYPE, false},
	[ITEM_LOT] = {"lot", TEXTOID, false},
	[ITEM_EXPIRY] = {"expiry", DATEOID, false},
	[ITEM_DISPOSITION] = {"disposition", TEXTOID, false},
	[ITEM_SINCE] = {"since", TIMESTAMPTZOID, false},
	[ITEM_DISPOSITION_EVENT] = {"disposition_event", INT8OID, false},
	[ITEM_PLACE] = {"place", TEXTOID, false},
	[ITEM_PLACE_SINCE] = {"place_since", TIMESTAMPTZOID, false},
	[ITEM_PLACE_EVENT] = {"place_event", INT8OID, false},
	[ITEM_FIRST_EVENT] = {"first_event", INT8OID, false},
	[ITEM_COMMISSIONING_EVENT] = {"commissioning_event", INT8OID, false},
	[ITEM_LAST_EVENT] = {"last_event", INT8OID, false},
	[ITEM_LAST_TIME] = {"last_time", TIMESTAMPTZOID, false},
	[ITEM_PERSISTENT_DISPOSITIONS] = {"persistent_dispositions", JSONBOID, false},
	[ITEM_CONSIGNEE] = {"consignee", TEXTOID, false},
	[ITEM_CONSIGNEE_SINCE] = {"consignee_since", TIMESTAMPTZOID, false},
	[ITEM_CONSIGNEE_EVENT] = {"consignee_event", INT8OID, false},
	[ITEM_VOID_SHIPPING_TIME] = {"void_shipping_time", TIMESTAMPTZOID, false},
	[ITEM_FINAL_SINCE] = {"final_since", TIMESTAMPTZOID, false},
	[ITEM_ATTRIBUTES] = {"attributes", JSONBOID, false}
};

static const CatalogColumnDef lot_columns[LOT_COLUMNS] = {
	[LOT_GTIN] = {"gtin", TEXTOID, false},
	[LOT_LOT] = {"lot", TEXTOID, false},
	[LOT_EXPIRY] = {"expiry", DATEOID, false},
	[LOT_PRODUCED_ON] = {"produced_on", DATEOID, false},
	[LOT_ATTRIBUTES] = {"attributes", JSONBOID, false}
};

static const CatalogColumnDef place_columns[PLACE_COLUMNS] = {
	[PLACE_PLACE] = {"place", TEXTOID, false},
	[PLACE_NAME] = {"name", TEXTOID, false},
	[PLACE_LATITUDE] = {"latitude", FLOAT8OID, false},
	[PLACE_LONGITUDE] = {"longitude", FLOAT8OID, false},
	[PLACE_ATTRIBUTES] = {"attributes", JSONBOID, false},
	[PLACE_PARENT] = {"parent", TEXTOID, false}
};

static const CatalogColumnDef recall_columns[RECALL_COLUMNS] = {
	[RECALL_NUMBER] = {"recall", INT8OID, true},
	[RECALL_KEY] = {"key", TEXTOID, false},
	[RECALL_LOTS] = {"lots", TEXTARRAYOID, false},
	[RECALL_FIRST] = {"first", SERIAL_TYPE, false},
	[RECALL_LAST] = {"last", SERIAL_TYPE, false},
	[RECALL_REASON] = {"reason", TEXTOID, false},
	[RECALL_RECALLED_AT] = {"recalled_at", TIMESTAMPTZOID, true},
	[RECALL_RECALLED_BY] = {"recalled_by", TEXTOID, true},
	[RECALL_CLOSED_AT] = {"closed_at", TIMESTAMPTZOID, false},
	[RECALL_CLOSED_BY] = {"closed_by", TEXTOID, false}
};

static const CatalogColumnDef transition_columns[TRANSITION_COLUMNS] = {
	[TRANSITION_BUSINESS_STEP] = {"business_step", TEXTOID, false},
	[TRANSITION_FROM_DISPOSITION] = {"from_disposition", TEXTOID, false},
	[TRANSITION_TO_DISPOSITION] = {"to_disposition", TEXTOID, false},
	[TRANSITION_WITHIN] = {"within", INTERVALOID, false},
	[TRANSITION_SAME_ACTOR] = {"same_actor", BOOLOID, true},
	[TRANSITION_SAME_PLACE] = {"same_place", BOOLOID, true},
	[TRANSITION_CONDITIONS] = {"conditions", TEXTARRAYOID, true},
	[TRANSITION_IS_SHIPPED] = {"is_shipped", BOOLOID, true},
	[TRANSITION_IS_LEGAL] = {"is_legal", BOOLOID, true},
	[TRANSITION_SINCE] = {"since", TIMESTAMPTZOID, false}
};

static const CatalogColumnDef pool_columns[POOL_COLUMNS] = {
	[POOL_NUMBER] = {"number", INT4OID, true},
	[POOL_NAME] = {"name", TEXTOID, false},
	[POOL_SCHEME] = {"scheme", TEXTOID, false},
	[POOL_PREFIX] = {"prefix", TEXTOID, false},
	[POOL_LENGTH] = {"length", INT4OID, false},
	[POOL_ALPHABET] = {"alphabet", TEXTOID, false},
	[POOL_RANDOM] = {"random", BOOLOID, false},
	[POOL_GUESS_BOUND] = {"guess_bound", FLOAT8OID, false},
	[POOL_CAPACITY] = {"capacity", INT8OID, false},
	[POOL_ORDINALS] = {"ordinals", REGCLASSOID, false},
	[POOL_MASTER_KEY] = {"master_key", BYTEAOID, false},
	[POOL_OPEN] = {"open", BOOLOID, true},
	[POOL_CREATED_AT] = {"created_at", TIMESTAMPTZOID, true},
	[POOL_CREATED_BY] = {"created_by", NAMEOID, true},
	[POOL_FIRST] = {"first", INT8OID, true}
};

static const CatalogColumnDef pool_key_columns[POOL_KEY_COLUMNS] = {
	[POOL_KEY_POOL] = {"pool", INT4OID, false},
	[POOL_KEY_KEY] = {"key", BYTEAOID, false}
};

static const CatalogColumnDef lease_columns[LEASE_COLUMNS] = {
	[LEASE_NUMBER] = {"lease", INT8OID, true},
	[LEASE_POOL] = {"pool", INT4OID, false},
	[LEASE_ORDINALS] = {"ordinals", INT8RANGEOID, false},
	[LEASE_FIRST] = {"first", INT8OID, true},
	[LEASE_LAST] = {"last", INT8OID, true},
	[LEASE_ISSUED] = {"issued", REGCLASSOID, false},
	[LEASE_HOLDER] = {"holder", TEXTOID, false},
	[LEASE_EXPIRES_AT] = {"expires_at", TIMESTAMPTZOID, false},
	[LEASE_LEASED_AT] = {"leased_at", TIMESTAMPTZOID, true},
	[LEASE_LEASED_BY] = {"leased_by", NAMEOID, true},
	[LEASE_RETURNED_AT] = {"returned_at", TIMESTAMPTZOID, false},
	[LEASE_RETURNED_BY] = {"returned_by", NAMEOID, false},
	[LEASE_EXPORTED] = {"exported", INT8OID, false}
};

static const CatalogColumnDef batch_columns[BATCH_COLUMNS] = {
	[BATCH_NUMBER] = {"batch", INT8OID, true},
	[BATCH_POOL] = {"pool", INT4OID, false},
	[BATCH_ORDINALS] = {"ordinals", INT8MULTIRANGEOID, false},
	[BATCH_FIRST] = {"first", INT8OID, true},
	[BATCH_LAST] = {"last", INT8OID, true},
	[BATCH_LEASE] = {"lease", INT8OID, false},
	[BATCH_REFERENCE] = {"reference", TEXTOID, false},
	[BATCH_ISSUED_AT] = {"issued_at", TIMESTAMPTZOID, true},
	[BATCH_ISSUED_BY] = {"issued_by", NAMEOID, true}
};

static const CatalogColumnDef voided_columns[VOIDED_COLUMNS] = {
	[VOIDED_POOL] = {"pool", INT4OID, false},
	[VOIDED_ORDINAL] = {"ordinal", NUMERICOID, false},
	[VOIDED_REASON] = {"reason", TEXTOID, false},
	[VOIDED_AT] = {"voided_at", TIMESTAMPTZOID, true},
	[VOIDED_BY] = {"voided_by", NAMEOID, true}
};

static const CatalogColumnDef reservation_columns[RESERVATION_COLUMNS] = {
	[RESERVATION_NUMBER] = {"reservation", INT8OID, true},
	[RESERVATION_POOL] = {"pool", INT4OID, false},
	[RESERVATION_NUMBERS] = {"numbers", INT8OID, false},
	[RESERVATION_REFERENCE] = {"reference", TEXTOID, false},
	[RESERVATION_AT] = {"reserved_at", TIMESTAMPTZOID, true},
	[RESERVATION_BY] = {"reserved_by", NAMEOID, true}
};

static const CatalogColumnDef reserved_columns[RESERVED_COLUMNS] = {
	[RESERVED_POOL] = {"pool", INT4OID, false},
	[RESERVED_FIRST] = {"first", NUMERICOID, false},
	[RESERVED_LAST] = {"last", NUMERICOID, false},
	[RESERVED_RESERVATION] = {"reservation", INT8OID, false}
};

const CatalogTableDef CatalogTableDefs[CATALOG_TABLES] = {
	[CATALOG_AGGREGATION] = {"aggregation", AGGREGATION_COLUMNS, aggregation_columns, -1},
	[CATALOG_AGGREGATION_HISTORY] = {"aggregation_history", HISTORY_COLUMNS, history_columns, HISTORY_UNTIL},
	[CATALOG_EVENT] = {"event", EVENT_COLUMNS, event_columns, EVENT_RECORD_TIME},
	[CATALOG_EVENT_ITEM] = {"event_item", EVENT_ITEM_COLUMNS, event_item_columns, EVENT_ITEM_RECORD_TIME},
	[CATALOG_ITEM] = {"item", ITEM_COLUMNS, item_columns, -1},
	[CATALOG_LOT] = {"lot", LOT_COLUMNS, lot_columns, -1},
	[CATALOG_PLACE] = {"place", PLACE_COLUMNS, place_columns, -1},
	[CATALOG_RECALL] = {"recall", RECALL_COLUMNS, recall_columns, -1},
	[CATALOG_TRANSITION] = {"transition", TRANSITION_COLUMNS, transition_columns, -1},
	[CATALOG_POOL] = {"pool", POOL_COLUMNS, pool_columns, -1},
	[CATALOG_POOL_KEY] = {"pool_key", POOL_KEY_COLUMNS, pool_key_columns, -1},
	[CATALOG_LEASE] = {"lease", LEASE_COLUMNS, lease_columns, -1},
	[CATALOG_BATCH] = {"batch", BATCH_COLUMNS, batch_columns, -1},
	[CATALOG_VOIDED] = {"voided", VOIDED_COLUMNS, voided_columns, -1},
	[CATALOG_RESERVATION] = {"reservation", RESERVATION_COLUMNS, reservation_columns, -1},
	[CATALOG_RESERVED] = {"reserved", RESERVED_COLUMNS, reserved_columns, -1}
};
/* INDENT OFF */
const CatalogIndexDef CatalogIndexDefs[CATALOG_INDEXES] = {
	[CATALOG_AGGREGATION_BY_CHILD] = {"aggregation_pkey", CATALOG_AGGREGATION, 1, 1,
		{AGGREGATION_CHILD}, false},
	[CATALOG_AGGREGATION_BY_PARENT] = {"aggregation_parent_idx", CATALOG_AGGREGATION, 2, 5,
		{AGGREGATION_PARENT, AGGREGATION_CHILD, AGGREGATION_IS_CONTAINER, AGGREGATION_SINCE, AGGREGATION_SINCE_EVENT}, false},
	[CATALOG_HISTORY_BY_CHILD] = {NULL, CATALOG_AGGREGATION_HISTORY, 3, 3,
		{HISTORY_CHILD, HISTORY_UNTIL, HISTORY_UNTIL_EVENT}, false},
	[CATALOG_HISTORY_BY_PARENT] = {NULL, CATALOG_AGGREGATION_HISTORY, 2, 5,
		{HISTORY_PARENT, HISTORY_UNTIL, HISTORY_CHILD, HISTORY_IS_CONTAINER, HISTORY_SINCE}, false},
	[CATALOG_HISTORY_BY_UNTIL] = {NULL, CATALOG_AGGREGATION_HISTORY, 1, 1,
		{HISTORY_UNTIL}, .may_be_missing = true},
	[CATALOG_EVENT_BY_NUMBER] = {NULL, CATALOG_EVENT, 2, 2,
		{EVENT_NUMBER, EVENT_RECORD_TIME}, false},
	[CATALOG_EVENT_BY_CORRECTED_EVENT] = {NULL, CATALOG_EVENT, 1, 1,
		{EVENT_CORRECTS}, true},
	[CATALOG_EVENT_BY_VOID_SHIPPING_TIME] = {NULL, CATALOG_EVENT, 1, 1,
		{EVENT_TIME}, .business_step = "void_shipping", .may_be_missing = true},
	[CATALOG_EVENT_ITEM_BY_ITEM] = {NULL, CATALOG_EVENT_ITEM, 5, 5,
		{EVENT_ITEM_ID, EVENT_ITEM_EVENT_TIME, EVENT_ITEM_EVENT, EVENT_ITEM_ROLE, EVENT_ITEM_RECORD_TIME}, false},
	[CATALOG_ITEM_BY_ID] = {"item_pkey", CATALOG_ITEM, 1, 1,
		{ITEM_ID}, false},
	[CATALOG_LOT_BY_GTIN] = {"lot_pkey", CATALOG_LOT, 2, 2,
		{LOT_GTIN, LOT_LOT}, false},
	[CATALOG_PLACE_BY_PLACE] = {"place_pkey", CATALOG_PLACE, 1, 1,
		{PLACE_PLACE}, false},
	[CATALOG_RECALL_BY_KEY] = {"recall_key_idx", CATALOG_RECALL, 1, 1,
		{RECALL_KEY}, true},
	[CATALOG_TRANSITION_BY_STEP] = {"transition_pkey", CATALOG_TRANSITION, 3, 3,
		{TRANSITION_BUSINESS_STEP, TRANSITION_FROM_DISPOSITION, TRANSITION_IS_SHIPPED}, false},
	[CATALOG_POOL_KEY_BY_POOL] = {"pool_key_pkey", CATALOG_POOL_KEY, 1, 1,
		{POOL_KEY_POOL}, false},
	[CATALOG_LEASE_BY_POOL] = {"lease_pool_first_idx", CATALOG_LEASE, 2, 2,
		{LEASE_POOL, LEASE_FIRST}, false},
	[CATALOG_BATCH_BY_POOL] = {"batch_pool_first_idx", CATALOG_BATCH, 2, 2,
		{BATCH_POOL, BATCH_FIRST}, false},
	[CATALOG_VOIDED_BY_POOL] = {"voided_pkey", CATALOG_VOIDED, 2, 2,
		{VOIDED_POOL, VOIDED_ORDINAL}, false},
	[CATALOG_RESERVATION_BY_POOL] = {"reservation_pool_reservation_idx", CATALOG_RESERVATION, 2, 2,
		{RESERVATION_POOL, RESERVATION_NUMBER}, false},
	[CATALOG_RESERVED_BY_POOL] = {"reserved_pkey", CATALOG_RESERVED, 2, 2,
		{RESERVED_POOL, RESERVED_FIRST}, false}
};
/* INDENT ON */

/* *INDENT-ON* */

/* --- For the regression test --- */

static void
put_column(ReturnSetInfo *result, const CatalogTableDef *table, int column)
{
	const CatalogColumnDef *def = &table->columns[column];
	Datum		values[5] = {
		CStringGetTextDatum(table->name),
		Int32GetDatum(COLUMN_ATTNUM(column)),
		CStringGetTextDatum(def->name),
		ObjectIdGetDatum(CatalogTypeOid(def->type)),
		BoolGetDatum(def->has_default)
	};
	bool		nulls[5] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * serial_internal.catalog_columns()
 *	  -> table (relation text, number integer, name text, type regtype,
 *				has_default boolean)
 */
Datum
serial_catalog_columns(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			table;
	int			column;

	InitMaterializedSRF(fcinfo, 0);
	for (table = 0; table < CATALOG_TABLES; table++)
		for (column = 0; column < CatalogTableDefs[table].ncolumns; column++)
			put_column(result, &CatalogTableDefs[table], column);
	return (Datum) 0;
}

static Datum
index_column_names(const CatalogIndexDef *index)
{
	const CatalogTableDef *table = &CatalogTableDefs[index->table];
	Datum		names[CATALOG_INDEX_MAX_COLUMNS];
	int			i;

	for (i = 0; i < index->ncolumns; i++)
		names[i] = CStringGetTextDatum(table->columns[index->columns[i]].name);
	return PointerGetDatum(construct_array(names, index->ncolumns, TEXTOID, -1,
										   false, TYPALIGN_INT));
}

/*
 * serial_internal.catalog_indexes()
 *	  -> table (relation text, name text, columns text[], keys integer,
 *				is_partial boolean)
 */
Datum
serial_catalog_indexes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	for (i = 0; i < CATALOG_INDEXES; i++)
	{
		const CatalogIndexDef *index = &CatalogIndexDefs[i];
		Datum		values[5];
		bool		nulls[5] = {false};

		values[0] = CStringGetTextDatum(CatalogTableDefs[index->table].name);
		values[1] = TextOrNull(index->name, &nulls[1]);
		values[2] = index_column_names(index);
		values[3] = Int32GetDatum(index->nkeys);
		values[4] = BoolGetDatum(index->is_partial || index->business_step != NULL);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
