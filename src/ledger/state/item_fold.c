/*-------------------------------------------------------------------------
 *
 * item_fold.c
 *	  Rows of serial.item, computed anew from all events.
 *
 * The container that an item is in now is left out, because its row is read
 * whenever the current state is asked for.  If an item began in a month that is
 * detached, what its row says is kept where the attached events say nothing newer.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/event/cbv.h"
#include "ledger/event/event_item.h"
#include "ledger/state/fold.h"
#include "ledger/state/item.h"
#include "ledger/state/item_fold.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(serial_folded_items);
PG_FUNCTION_INFO_V1(serial_recompute_items);

typedef struct ItemValues
{
	Datum		values[ITEM_COLUMNS];
	bool		nulls[ITEM_COLUMNS];
} ItemValues;

/* --- From events --- */

static void
set_text(ItemValues *item, ItemColumn column, const char *value)
{
	item->values[column] = TextOrNull(value, &item->nulls[column]);
}

static void
set_number(ItemValues *item, ItemColumn column, int64 number)
{
	item->values[column] = NumberOrNull(number, &item->nulls[column]);
}

static void
set_timestamp(ItemValues *item, ItemColumn column, TimestampTz at)
{
	item->values[column] = TimestampOrNull(at, &item->nulls[column]);
}

/*
 * All columns that are computed.  Returns false if there is no event.
 */
static bool
item_fold(FoldReader *reader, Serial *id, ItemValues *item)
{
	FoldedState state;
	FoldedOrigin origin;
	bool		is_known = FoldItem(reader, id, &state, &origin);

	item->values[ITEM_ID] = PointerGetDatum(id);
	item->nulls[ITEM_ID] = false;
	set_text(item, ITEM_LOT, origin.lot);
	item->nulls[ITEM_EXPIRY] = !origin.has_expiry;
	item->values[ITEM_EXPIRY] = DateADTGetDatum(origin.expiry);
	set_text(item, ITEM_DISPOSITION, state.disposition);
	set_timestamp(item, ITEM_SINCE, state.since);
	set_number(item, ITEM_DISPOSITION_EVENT, state.disposition_event);
	set_text(item, ITEM_PLACE, state.place);
	set_timestamp(item, ITEM_PLACE_SINCE, state.place_since);
	set_number(item, ITEM_PLACE_EVENT, state.place_event);
	set_number(item, ITEM_FIRST_EVENT, origin.first_event);
	set_number(item, ITEM_COMMISSIONING_EVENT, origin.commissioning_event);
	set_number(item, ITEM_LAST_EVENT, state.event);
	set_timestamp(item, ITEM_LAST_TIME, state.event_time);
	item->nulls[ITEM_PERSISTENT_DISPOSITIONS] = !state.has_persistent_dispositions;
	item->values[ITEM_PERSISTENT_DISPOSITIONS] = state.persistent_dispositions;
	set_text(item, ITEM_CONSIGNEE, state.consignee);
	set_timestamp(item, ITEM_CONSIGNEE_SINCE, state.consignee_since);
	set_number(item, ITEM_CONSIGNEE_EVENT, state.consignee_event);
	set_timestamp(item, ITEM_VOID_SHIPPING_TIME, state.void_shipping_time);
	set_timestamp(item, ITEM_FINAL_SINCE,
				  DispositionIsFinal(state.disposition) ? state.since : DT_NOBEGIN);
	return is_known;
}

/* --- Detached months --- */

static bool
is_detached(const ItemValues *item, ItemColumn column)
{
	static SavedPlan select = {
		"SELECT true FROM serial.detached_month AS d WHERE d.events OPERATOR(pg_catalog.@>) $1",
		1, {INT8OID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = item->values[column];
	bool		isnull = item->nulls[column];

	if (!isnull)
		(void) SavedPlanValue(&select, &value, NULL, &isnull);
	return !isnull;
}

static void
keep_columns(ItemValues *item, const ItemValues *row, ItemColumn first, int n)
{
	memcpy(&item->values[first], &row->values[first], n * sizeof(Datum));
	memcpy(&item->nulls[first], &row->nulls[first], n * sizeof(bool));
}

/*
 * Is what the attached events say not known to be as new as what the row says?
 */
static bool
is_older(const ItemValues *item, const ItemValues *row, ItemColumn time)
{
	return item->nulls[time] || row->nulls[time] ||
		DatumGetTimestampTz(item->values[time]) < DatumGetTimestampTz(row->values[time]);
}

static void
merge_persistent_dispositions(ItemValues *item, const ItemValues *row)
{
	static SavedPlan merge = {
		"SELECT serial_internal.newer_persistent_dispositions($1, $2)",
		2, {JSONBOID, JSONBOID}, SPI_OK_SELECT, NULL, InvalidOid
	};
	int			column = ITEM_PERSISTENT_DISPOSITIONS;
	Datum		values[] = {row->values[column], item->values[column]};
	char		nulls[] = {row->nulls[column] ? 'n' : ' ', item->nulls[column] ? 'n' : ' '};

	item->values[column] = SavedPlanValue(&merge, values, nulls, &item->nulls[column]);
}

/*
 * Keeps what the row of an item says where only detached events say it.
 */
static void
keep_detached(ItemValues *item, const ItemValues *row)
{
	if (is_detached(row, ITEM_COMMISSIONING_EVENT))
		keep_columns(item, row, ITEM_COMMISSIONING_EVENT, 1);
	if (!is_detached(row, ITEM_FIRST_EVENT))
		return;
	keep_columns(item, row, ITEM_FIRST_EVENT, 1);
	if (item->nulls[ITEM_LOT])
		keep_columns(item, row, ITEM_LOT, 1);
	if (item->nulls[ITEM_EXPIRY])
		keep_columns(item, row, ITEM_EXPIRY, 1);
	if (is_older(item, row, ITEM_SINCE))
	{
		keep_columns(item, row, ITEM_DISPOSITION, 3);
		keep_columns(item, row, ITEM_FINAL_SINCE, 1);
	}
	if (is_older(item, row, ITEM_PLACE_SINCE))
		keep_columns(item, row, ITEM_PLACE, 3);
	if (is_older(item, row, ITEM_CONSIGNEE_SINCE))
		keep_columns(item, row, ITEM_CONSIGNEE, 3);
	if (is_older(item, row, ITEM_VOID_SHIPPING_TIME))
		keep_columns(item, row, ITEM_VOID_SHIPPING_TIME, 1);
	if (is_older(item, row, ITEM_LAST_TIME))
		keep_columns(item, row, ITEM_LAST_EVENT, 2);
	merge_persistent_dispositions(item, row);
}

/* --- For serial.check_state --- */

/*
 * The members of an array, sorted, each once.
 */
static void
distinct_ids(ArrayType *array, SerialSet *ids)
{
	SerialSetFromArray(ids, array);
	SerialSetMakeDistinct(ids);
}

/*
 * serial_internal.folded_items(ids serial.serial[])
 *	  -> table of the columns of ITEM_COLUMN_LIST
 */
Datum
serial_folded_items(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		is_complete = CatalogTableIsEmpty("detached_month");
	FoldReader *reader;
	SerialSet	ids;
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	distinct_ids(PG_GETARG_ARRAYTYPE_P(0), &ids);
	reader = FoldOpen();
	for (i = 0; i < ids.n; i++)
	{
		ItemValues	item;
		ItemValues	row;

		CHECK_FOR_INTERRUPTS();
		(void) item_fold(reader, ids.members[i], &item);
		if (!is_complete)
		{
			(void) ItemReadColumns(ids.members[i], row.values, row.nulls);
			keep_detached(&item, &row);
		}
		tuplestore_putvalues(result->setResult, result->setDesc, item.values, item.nulls);
	}
	FoldClose(reader);
	return (Datum) 0;
}

/* --- Rows --- */

/*
 * Locks the rows of items, of which there are some, in their order; those that have none
 * are added to missing.
 */
static void
lock_rows(const SerialSet *ids, SerialSet *missing)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext one = AllocSetContextCreate(caller, "serial item lock",
											  ALLOCSET_DEFAULT_SIZES);
	ItemReader	reader;
	int			i;

	/* rows that this command has written are to be visible */
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	ItemsOpenToLockRange(&reader, ids->members[0], ids->members[ids->n - 1]);
	for (i = 0; i < ids->n; i++)
	{
		ItemRow		row;
		bool		found;

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(one);
		found = ItemLock(&reader, ids->members[i], &row);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(one);
		if (!found)
			SerialSetAdd(missing, ids->members[i]);
	}
	ItemsClose(&reader);
	PopActiveSnapshot();
	MemoryContextDelete(one);
}

/*
 * Of items without a row, leaves those of which there is an event.
 */
static void
keep_known(SerialSet *ids)
{
	FoldReader *reader;
	int			n = 0;
	int			i;

	PushActiveSnapshot(GetTransactionSnapshot());
	reader = FoldOpen();
	for (i = 0; i < ids->n; i++)
	{
		FoldedState state;

		if (FoldState(reader, ids->members[i], DT_NOEND, LAST_EVENT, true, &state))
			ids->members[n++] = ids->members[i];
	}
	FoldClose(reader);
	PopActiveSnapshot();
	ids->n = n;
}

typedef struct ItemRows
{
	CatalogModify *modify;
	CatalogScan *scan;
	FoldReader *reader;
	bool		is_complete;
	MemoryContext memory;		/* what the writer keeps lives here */
} ItemRows;

static Bitmapset *
changed_columns(TupleDesc desc, const ItemValues *before, const ItemValues *after)
{
	Bitmapset  *changed = NULL;
	int			i;

	for (i = 0; i < ITEM_COMPUTED_COLUMNS; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (before->nulls[i] != after->nulls[i] ||
			(!before->nulls[i] &&
			 !datum_image_eq(before->values[i], after->values[i], column->attbyval,
							 column->attlen)))
			changed = bms_add_member(changed, i + 1);
	}
	return changed;
}

/*
 * Only rows that differ are written.
 */
static void
update_row(ItemRows *rows, Serial *id)
{
	TupleTableSlot *slot = CatalogScanSlot(rows->scan);
	ItemValues	before;
	ItemValues	after;
	Bitmapset  *changed;
	MemoryContext one;

	CatalogRescan(rows->scan, id, DT_NOBEGIN);
	if (!CatalogScanNextRow(rows->scan))
		return;
	slot_getallattrs(slot);
	memcpy(before.values, slot->tts_values, sizeof(before.values));
	memcpy(before.nulls, slot->tts_isnull, sizeof(before.nulls));
	after = before;
	(void) item_fold(rows->reader, id, &after);
	if (!rows->is_complete)
		keep_detached(&after, &before);
	one = MemoryContextSwitchTo(rows->memory);
	changed = changed_columns(slot->tts_tupleDescriptor, &before, &after);
	if (changed != NULL &&
		!CatalogUpdate(rows->modify, &slot->tts_tid, after.values, after.nulls, changed))
		ReportConcurrentUpdate();
	bms_free(changed);
	MemoryContextSwitchTo(one);
}

static void
update_rows(const SerialSet *ids)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext one = AllocSetContextCreate(caller, "serial item fold",
											  ALLOCSET_DEFAULT_SIZES);
	ItemRows	rows;
	List	   *scans;
	int			i;

	rows.memory = caller;
	rows.is_complete = CatalogTableIsEmpty("detached_month");
	rows.modify = CatalogModifyOpen(CATALOG_ITEM, CATALOG_INSERT_OR_UPDATE);
	PushActiveSnapshot(GetTransactionSnapshot());
	scans = CatalogScansOpen(CatalogScanTablesRequired(CATALOG_ITEM), CATALOG_ITEM_BY_ID,
							 SCAN_ID, GetActiveSnapshot(), false);
	rows.scan = linitial(scans);
	rows.reader = FoldOpen();
	for (i = 0; i < ids->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(one);
		update_row(&rows, ids->members[i]);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(one);
	}
	FoldClose(rows.reader);
	CatalogScansClose(scans);
	PopActiveSnapshot();
	CatalogModifyClose(rows.modify);
	MemoryContextDelete(one);
}

/*
 * The rows are locked before the events are read, so that no event recorded
 * concurrently is missed.
 */
void
RecomputeItems(ArrayType *array)
{
	SerialSet	ids;
	SerialSet	missing;
	SerialSet	none;

	distinct_ids(array, &ids);
	if (ids.n == 0)
		return;
	SerialSetInit(&missing);
	lock_rows(&ids, &missing);
	if (missing.n > 0)
		keep_known(&missing);
	if (missing.n > 0)
	{
		ItemsCreateRows(SerialSetToArray(&missing));
		SerialSetInit(&none);
		lock_rows(&missing, &none);
	}
	update_rows(&ids);
}

/*
 * serial_internal.recompute_items(ids serial.serial[]) -> void
 */
Datum
serial_recompute_items(PG_FUNCTION_ARGS)
{
	SPI_connect();
	RecomputeItems(PG_GETARG_ARRAYTYPE_P(0));
	SPI_finish();
	PG_RETURN_VOID();
}
