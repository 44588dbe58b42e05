/*-------------------------------------------------------------------------
 *
 * item.c
 *	  Rows of serial.item, and the current state of an item.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/serial_catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/state/current_state.h"
#include "ledger/state/fold.h"
#include "ledger/state/item.h"
#include "ledger/state/lot.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_current_state);

/* --- Rows --- */

void
ItemsOpen(ItemReader *reader)
{
	List	   *tables = CatalogMayScan(CATALOG_ITEM) ?
	CatalogScanTables(CATALOG_ITEM) : NIL;

	reader->scans = CatalogScansOpen(tables, CATALOG_ITEM_BY_ID, SCAN_ID,
									 GetActiveSnapshot(), false);
	reader->range = NULL;
}

void
ItemsOpenToLock(ItemReader *reader)
{
	reader->scans = CatalogScansOpen(CatalogScanTablesToLock(CATALOG_ITEM),
									 CATALOG_ITEM_BY_ID, SCAN_ID,
									 GetActiveSnapshot(), false);
	reader->range = NULL;
}

void
ItemsOpenToLockRange(ItemReader *reader, const Serial *lowest, const Serial *highest)
{
	ItemsOpenToLock(reader);
	reader->range = CatalogScanOpen(CatalogTableOid("item"), CATALOG_ITEM_BY_ID,
									SCAN_ID_RANGE, GetActiveSnapshot(), false);
	CatalogRescanRange(reader->range, lowest, highest);
	reader->is_passed = true;
	reader->has_ended = false;
}

static void
items_close_range(ItemReader *reader)
{
	if (reader->range != NULL)
		CatalogScanClose(reader->range);
	reader->range = NULL;
}

void
ItemsClose(ItemReader *reader)
{
	items_close_range(reader);
	CatalogScansClose(reader->scans);
}

static void
item_fill(ItemRow *item, const Serial *id, const Datum *values, const bool *nulls)
{
#define STRING(column) \
	(nulls[column] ? NULL : TextDatumGetCString(values[column]))
#define TIMESTAMP(column) \
	(nulls[column] ? DT_NOBEGIN : DatumGetTimestampTz(values[column]))
#define NUMBER(column) \
	(nulls[column] ? 0 : DatumGetInt64(values[column]))
	item->lot = LotOfItem(id, STRING(ITEM_LOT));
	item->has_expiry = !nulls[ITEM_EXPIRY];
	item->expiry = item->has_expiry ? DatumGetDateADT(values[ITEM_EXPIRY]) : 0;
	item->disposition = STRING(ITEM_DISPOSITION);
	item->since = TIMESTAMP(ITEM_SINCE);
	item->disposition_event = NUMBER(ITEM_DISPOSITION_EVENT);
	item->place = STRING(ITEM_PLACE);
	item->place_since = TIMESTAMP(ITEM_PLACE_SINCE);
	item->place_event = NUMBER(ITEM_PLACE_EVENT);
	item->first_event = NUMBER(ITEM_FIRST_EVENT);
	item->commissioning_event = NUMBER(ITEM_COMMISSIONING_EVENT);
	item->last_event = NUMBER(ITEM_LAST_EVENT);
	item->last_time = TIMESTAMP(ITEM_LAST_TIME);
	item->has_persistent_dispositions = !nulls[ITEM_PERSISTENT_DISPOSITIONS];
	item->consignee = STRING(ITEM_CONSIGNEE);
	item->consignee_since = TIMESTAMP(ITEM_CONSIGNEE_SINCE);
	item->consignee_event = NUMBER(ITEM_CONSIGNEE_EVENT);
	item->void_shipping_time = TIMESTAMP(ITEM_VOID_SHIPPING_TIME);
	ItemPointerSetInvalid(&item->tid);
#undef STRING
#undef TIMESTAMP
#undef NUMBER
}

static void
item_clear(ItemRow *item, const Serial *id)
{
	memset(item, 0, sizeof(ItemRow));
	item->lot = LotOfItem(id, NULL);
	item->since = item->place_since = item->consignee_since =
		item->void_shipping_time = item->last_time = DT_NOBEGIN;
}

static Serial *
item_id_of_row(CatalogScan *scan)
{
	bool		isnull;

	return DatumGetSerialPP(slot_getattr(CatalogScanSlot(scan), COLUMN_ATTNUM(ITEM_ID),
										 &isnull));
}

/*
 * Returns the scan that is positioned on the row; NULL if there is no row.
 */
static CatalogScan *
item_find(ItemReader *reader, const Serial *id)
{
	ListCell   *cell;

	foreach(cell, reader->scans)
	{
		CatalogScan *scan = lfirst(cell);

		if (CatalogScanFindRow(scan, id))
			return scan;
	}
	return NULL;
}

/* rows of other items that a range may pass on the way to the next one */
#define MAX_PASSED_ROWS 8

/*
 * A scan that has ended must not be asked again: it would begin anew.
 */
static bool
range_has_row(ItemReader *reader)
{
	if (reader->is_passed && !reader->has_ended)
		reader->has_ended = !CatalogScanNextRow(reader->range);
	return !reader->has_ended;
}

/*
 * Advance the range to an identifier.  Returns 0 if it stands on its row then, 1 if it
 * stands behind it, and -1 if it is still before it, after too many other rows.
 */
static int
range_go_on(ItemReader *reader, const Serial *id)
{
	int			passed;

	for (passed = 0; passed <= MAX_PASSED_ROWS; passed++)
	{
		int			order;

		if (!range_has_row(reader))
			return 1;
		order = ValueCompare(item_id_of_row(reader->range), id);
		reader->is_passed = order <= 0;
		if (order >= 0)
			return order == 0 ? 0 : 1;
	}
	return -1;
}

/*
 * The same, for identifiers in their order.  Items of one event often follow each other in
 * the index, and new ones are missing together: then one range finds them all, or none.
 * As soon as other items lie between them, each one is looked up.
 */
static CatalogScan *
item_find_next(ItemReader *reader, const Serial *id)
{
	int			position = reader->range == NULL ? -1 : range_go_on(reader, id);

	if (position == 0)
		return reader->range;
	if (position == 1)
		return NULL;
	items_close_range(reader);
	return item_find(reader, id);
}

Serial *
ItemOfSlot(ItemRow *item, TupleTableSlot *slot)
{
	Serial	   *id;

	slot_getsomeattrs(slot, ITEM_COMPUTED_COLUMNS);
	id = DatumGetSerialPP(slot->tts_values[ITEM_ID]);
	item_fill(item, id, slot->tts_values, slot->tts_isnull);
	return id;
}

static bool
item_read_directly(CatalogScan *scan, ItemRow *item)
{
	if (scan == NULL)
		return false;
	(void) ItemOfSlot(item, CatalogScanSlot(scan));
	item->tid = CatalogScanSlot(scan)->tts_tid;
	return true;
}

bool
ItemLock(ItemReader *reader, const Serial *id, ItemRow *item)
{
	CatalogScan *scan = item_find_next(reader, id);

	/* the session we waited for may have changed the row's id */
	return scan != NULL && CatalogScanLockRow(scan) &&
		ValueEqual(item_id_of_row(scan), id) && item_read_directly(scan, item);
}

void
ItemsCreateRows(ArrayType *ids)
{
	static SavedPlan insert = {
		"INSERT INTO serial.item (id) SELECT t.id FROM unnest($1) AS t(id)"
		" ORDER BY t.id ON CONFLICT (id) DO NOTHING",
		1, {SERIAL_ARRAY_TYPE}, SPI_OK_INSERT, NULL, InvalidOid
	};
	Datum		array = PointerGetDatum(ids);

	SavedPlanExecute(&insert, &array, NULL, false, 0);
}

bool
ItemIsNew(ItemReader *reader, const Serial *id)
{
	CatalogScan *scan = item_find(reader, id);

	return scan != NULL && CatalogScanRowIsNew(scan);
}

Serial *
ItemOfResult(ItemRow *item, uint64 row)
{
	Datum		values[ITEM_COMPUTED_COLUMNS];
	bool		nulls[ITEM_COMPUTED_COLUMNS];
	Serial	   *id;

	heap_deform_tuple(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, values,
					  nulls);
	id = DatumGetSerialPP(values[ITEM_ID]);
	item_fill(item, id, values, nulls);
	return id;
}

bool
ItemReadColumns(const Serial *id, Datum *values, bool *nulls)
{
	static SavedPlan select = {
		"SELECT " ITEM_COLUMN_LIST " FROM serial.item AS i"
		" WHERE i.id OPERATOR(pg_catalog.=) $1",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = PointerGetDatum(id);

	return SavedPlanRow(&select, &value, NULL, values, nulls);
}

static bool
item_read_in_sql(const Serial *id, ItemRow *item)
{
	Datum		values[ITEM_COMPUTED_COLUMNS];
	bool		nulls[ITEM_COMPUTED_COLUMNS];
	bool		found = ItemReadColumns(id, values, nulls);

	if (found)
		item_fill(item, id, values, nulls);
	return found;
}

bool
ItemRead(ItemReader *reader, const Serial *id, ItemRow *item)
{
	bool		found = reader->scans != NIL ?
	item_read_directly(item_find(reader, id), item) :
	item_read_in_sql(id, item);

	if (!found)
		item_clear(item, id);
	return found;
}

/* --- State --- */

/*
 * Few items have persistent dispositions, so that SQL is fast enough.
 */
static void
state_read_persistent_dispositions(const Serial *id, CurrentState *state)
{
	static SavedPlan select = {
		"SELECT d.words, pg_catalog.array_to_string(serial_internal.blocking_dispositions(d.words), ', ')"
		" FROM serial_internal.current_persistent_dispositions($1) AS d(words)",
		1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
	};
	Datum		value = PointerGetDatum(id);
	Datum		values[2];
	bool		nulls[2];

	(void) SavedPlanRow(&select, &value, NULL, values, nulls);
	state->has_persistent_dispositions = !nulls[0];
	state->persistent_dispositions = values[0];
	if (!nulls[1])
		state->blocking = TextDatumGetCString(values[1]);
}

/*
 * Takes a container's value if it was set while the item was inside, and after the
 * value that is known.  Of two events at one time, the one recorded later counts.
 */
static bool
state_merge(const Assertion *container, Packing inside_since, char **value,
			TimestampTz *since, int64 *event)
{
	if (container->value == NULL ||
		StepCompare(container->since, container->event, inside_since.at,
					inside_since.event) < 0 ||
		StepCompare(container->since, container->event, *since, *event) <= 0)
		return false;
	*value = container->value;
	*since = container->since;
	*event = container->event;
	return true;
}

static void
state_take_disposition(CurrentState *state, const Assertion *disposition,
					   Packing inside_since)
{
	(void) state_merge(disposition, inside_since, &state->disposition, &state->since,
					   &state->disposition_event);
}

/*
 * A blocking disposition stays until an event of the item or container that has it
 * changes it: dispositions of containers further out affect neither that nor its
 * contents, except if they are final and nothing nearer was changed since.  A final one
 * stays, too.
 */
static void
state_merge_disposition(CurrentState *state, const ItemRow *row,
						Packing inside_since)
{
	Assertion	disposition = {row->disposition, row->since, row->disposition_event};
	Assertion  *masked = &state->masked;

	if (state->is_final)
		return;
	if (!state->is_blocked)
		state_take_disposition(state, &disposition, inside_since);
	else if (!DispositionIsFinal(row->disposition))
		(void) state_merge(&disposition, inside_since, &masked->value, &masked->since,
						   &masked->event);
	else if (StepCompare(row->since, row->disposition_event, masked->since,
						 masked->event) > 0)
		state_take_disposition(state, &disposition, inside_since);
	state->is_blocked |= DispositionIsBlocked(row->disposition);
	state->is_final = DispositionIsFinal(row->disposition);
}

static void
state_merge_last_event(CurrentState *state, Serial *container, const ItemRow *row,
					   Packing inside_since)
{
	if (row->last_event == 0 ||
		StepCompare(row->last_time, row->last_event, inside_since.at,
					inside_since.event) < 0 ||
		StepCompare(row->last_time, row->last_event, state->event_time,
					state->event) <= 0)
		return;
	state->event = row->last_event;
	state->event_time = row->last_time;
	state->source_item = container;
}

void
CurrentStateMergeContainer(CurrentState *state, Serial *container,
						   const ItemRow *row, Packing inside_since)
{
	Assertion	place = {row->place, row->place_since, row->place_event};
	Assertion	consignee = {row->consignee, row->consignee_since,
	row->consignee_event};

	state_merge_disposition(state, row, inside_since);
	(void) state_merge(&place, inside_since, &state->place, &state->place_since,
					   &state->place_event);
	(void) state_merge(&consignee, inside_since, &state->consignee,
					   &state->consignee_since, &state->consignee_event);
	state->has_void_shipping |= row->void_shipping_time != DT_NOBEGIN &&
		row->void_shipping_time >= inside_since.at;
	state_merge_last_event(state, container, row, inside_since);
	state->has_persistent_dispositions |= row->has_persistent_dispositions;
}

void
CurrentStateInit(CurrentState *state, Serial *id, const ItemRow *own)
{
	memset(state, 0, sizeof(CurrentState));
	state->own = *own;
	state->disposition = own->disposition;
	state->since = own->since;
	state->disposition_event = own->disposition_event;
	state->is_blocked = DispositionIsBlocked(own->disposition);
	state->is_final = DispositionIsFinal(own->disposition);
	state->masked.since = DT_NOBEGIN;
	state->place = own->place;
	state->place_since = own->place_since;
	state->place_event = own->place_event;
	state->consignee = own->consignee;
	state->consignee_since = own->consignee_since;
	state->consignee_event = own->consignee_event;
	state->has_void_shipping = own->void_shipping_time != DT_NOBEGIN;
	state->event = own->last_event;
	state->event_time = own->last_time;
	state->source_item = own->last_event == 0 ? NULL : id;
	state->has_persistent_dispositions = own->has_persistent_dispositions;
}

void
CurrentStateFoldConsignee(FoldReader *reader, Serial *id, CurrentState *state)
{
	FoldedState folded;

	if (!CatalogTableIsEmpty("detached_month") ||
		!FoldState(reader, id, DT_NOEND, LAST_EVENT, false, &folded))
		return;
	state->consignee = folded.consignee;
	state->consignee_since = folded.consignee_since;
	state->consignee_event = folded.consignee_event;
}

void
CurrentStateRead(Serial *id, CurrentState *state)
{
	ItemReader	reader;
	ItemRow		row;
	bool		may_be_container;
	List	   *containers = ContainmentNow(id, &may_be_container);
	ListCell   *cell;

	ItemsOpen(&reader);
	(void) ItemRead(&reader, id, &row);
	CurrentStateInit(state, id, &row);
	state->may_be_container = may_be_container;
	foreach(cell, containers)
	{
		ContainmentInterval *interval = lfirst(cell);
		Packing		inside_since = {interval->since, interval->since_event};

		(void) ItemRead(&reader, interval->container, &row);
		CurrentStateMergeContainer(state, interval->container, &row, inside_since);
	}
	ItemsClose(&reader);
	if (containers != NIL && state->has_void_shipping)
	{
		FoldReader *fold = FoldOpen();

		CurrentStateFoldConsignee(fold, id, state);
		FoldClose(fold);
	}
	if (state->has_persistent_dispositions)
		state_read_persistent_dispositions(id, state);
}

/*
 * serial_internal.current_state(id serial.serial)
 *	  -> table (disposition text, since timestamptz, place text,
 *				place_since timestamptz, event bigint,
 *				source_item serial.serial, persistent_dispositions jsonb,
 *				consignee text, consignee_since timestamptz,
 *				disposition_event bigint, event_time timestamptz)
 */
Datum
serial_current_state(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CurrentState state;
	Datum		values[11];
	bool		nulls[11] = {false};

	InitMaterializedSRF(fcinfo, 0);
	CurrentStateRead(PG_GETARG_SERIAL_PP(0), &state);
	if (state.source_item == NULL)
		return (Datum) 0;
	values[0] = TextOrNull(state.disposition, &nulls[0]);
	nulls[1] = nulls[9] = nulls[0];
	values[1] = TimestampTzGetDatum(state.since);
	values[2] = TextOrNull(state.place, &nulls[2]);
	nulls[3] = nulls[2];
	values[3] = TimestampTzGetDatum(state.place_since);
	values[4] = Int64GetDatum(state.event);
	values[5] = PointerGetDatum(state.source_item);
	nulls[6] = !state.has_persistent_dispositions;
	values[6] = state.persistent_dispositions;
	values[7] = TextOrNull(state.consignee, &nulls[7]);
	nulls[8] = nulls[7];
	values[8] = TimestampTzGetDatum(state.consignee_since);
	values[9] = Int64GetDatum(state.disposition_event);
	values[10] = TimestampTzGetDatum(state.event_time);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return (Datum) 0;
}
