/*-------------------------------------------------------------------------
 *
 * item.c
 *	  Rows of serial.item, and what they say together.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "compat.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "hierarchy/hierarchy.h"
#include "ledger/event/cbv.h"
#include "ledger/state/item.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(serial_current_state);

static SavedPlan select_item = {
	"SELECT " ITEM_COLUMN_LIST " FROM serial.item AS i WHERE i.id OPERATOR(pg_catalog.=) $1",
	1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

void
ItemsOpen(ItemReader *reader)
{
	List	   *tables = CatalogMayScan(CATALOG_ITEM) ?
		CatalogScanTables(CATALOG_ITEM) : NIL;

	reader->probes = CatalogScansOpen(tables, CATALOG_ITEM_BY_ID, SCAN_ID,
									  GetActiveSnapshot(), false);
}

void
ItemsOpenToLock(ItemReader *reader)
{
	reader->probes = CatalogScansOpen(CatalogScanTablesToLock(CATALOG_ITEM),
									  CATALOG_ITEM_BY_ID, SCAN_ID,
									  GetActiveSnapshot(), false);
}

void
ItemsClose(ItemReader *reader)
{
	CatalogScansClose(reader->probes);
}

static void
fill(ItemRow *item, const Datum *values, const bool *nulls)
{
#define TEXT(column) \
	(nulls[column] ? NULL : TextDatumGetCString(values[column]))
#define MOMENT(column) \
	(nulls[column] ? DT_NOBEGIN : DatumGetTimestampTz(values[column]))
#define NUMBER(column) \
	(nulls[column] ? 0 : DatumGetInt64(values[column]))
	item->lot = TEXT(ITEM_LOT);
	item->has_expiry = !nulls[ITEM_EXPIRY];
	item->expiry = item->has_expiry ? DatumGetDateADT(values[ITEM_EXPIRY]) : 0;
	item->disposition = TEXT(ITEM_DISPOSITION);
	item->since = MOMENT(ITEM_SINCE);
	item->disposition_event = NUMBER(ITEM_DISPOSITION_EVENT);
	item->place = TEXT(ITEM_PLACE);
	item->place_since = MOMENT(ITEM_PLACE_SINCE);
	item->place_event = NUMBER(ITEM_PLACE_EVENT);
	item->first_event = NUMBER(ITEM_FIRST_EVENT);
	item->last_event = NUMBER(ITEM_LAST_EVENT);
	item->last_time = MOMENT(ITEM_LAST_TIME);
	item->has_marks = !nulls[ITEM_PERSISTENT_DISPOSITIONS];
	item->consignee = TEXT(ITEM_CONSIGNEE);
	item->consignee_since = MOMENT(ITEM_CONSIGNEE_SINCE);
	item->consignee_event = NUMBER(ITEM_CONSIGNEE_EVENT);
}

/*
 * The probe that stands on the row; NULL if there is none.
 */
static CatalogScan *
find_directly(ItemReader *reader, const Serial *id)
{
	ListCell   *cell;

	foreach(cell, reader->probes)
	{
		CatalogScan	   *probe = lfirst(cell);

		CatalogRescan(probe, id, DT_NOBEGIN);
		if (CatalogScanNextRow(probe))
			return probe;
	}
	return NULL;
}

static bool
read_directly(CatalogScan *probe, ItemRow *item)
{
	if (probe == NULL)
		return false;
	slot_getsomeattrs(CatalogScanSlot(probe), ITEM_COMPUTED_COLUMNS);
	fill(item, CatalogScanSlot(probe)->tts_values, CatalogScanSlot(probe)->tts_isnull);
	return true;
}

/*
 * Who was waited for may have given the row to another thing.
 */
static bool
is_still_of(CatalogScan *probe, const Serial *id)
{
	bool		isnull;

	return ValueEqual(DatumGetSerialPP(slot_getattr(CatalogScanSlot(probe), COLUMN_ATTNUM(ITEM_ID),
													&isnull)), id);
}

bool
ItemLock(ItemReader *reader, const Serial *id, ItemRow *item)
{
	CatalogScan	   *probe = find_directly(reader, id);

	return probe != NULL && CatalogScanLockRow(probe) && is_still_of(probe, id) &&
		read_directly(probe, item);
}

Serial *
ItemOfResult(ItemRow *item, uint64 row)
{
	Datum		values[ITEM_COMPUTED_COLUMNS];
	bool		nulls[ITEM_COMPUTED_COLUMNS];

	heap_deform_tuple(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, values,
					  nulls);
	fill(item, values, nulls);
	return DatumGetSerialPP(values[ITEM_ID]);
}

static bool
read_in_sql(const Serial *id, ItemRow *item)
{
	MemoryContext caller = CurrentMemoryContext;
	Datum		value = PointerGetDatum(id);
	bool		found;

	SPI_connect();
	SavedPlanExecute(&select_item, &value, NULL, true, 1);
	found = SPI_processed > 0;
	if (found)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		(void) ItemOfResult(item, 0);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	return found;
}

bool
ItemRead(ItemReader *reader, const Serial *id, ItemRow *item)
{
	memset(item, 0, sizeof(ItemRow));
	item->since = item->place_since = item->consignee_since =
		item->last_time = DT_NOBEGIN;
	return reader->probes != NIL ?
		read_directly(find_directly(reader, id), item) : read_in_sql(id, item);
}

static SavedPlan select_marks = {
	"SELECT m.words, pg_catalog.array_to_string(serial_internal.persistent_dispositions_set(m.words), ', ')"
	" FROM serial_internal.current_persistent_dispositions($1) AS m(words)",
	1, {SERIAL_TYPE}, SPI_OK_SELECT, NULL, InvalidOid
};

/*
 * Few things have marks: SQL may take its time to weigh them.
 */
static void
read_marks(const Serial *id, CurrentState *present)
{
	MemoryContext caller = CurrentMemoryContext;
	Datum		value = PointerGetDatum(id);
	MemoryContext spi;
	bool		isnull;
	Datum		in_force;

	SPI_connect();
	SavedPlanExecute(&select_marks, &value, NULL, true, 1);
	spi = MemoryContextSwitchTo(caller);
	present->marks = SavedPlanResult(0, 1, &isnull);
	present->has_marks = !isnull;
	if (present->has_marks)
		present->marks = datumCopy(present->marks, false, -1);
	in_force = SavedPlanResult(0, 2, &isnull);
	if (!isnull)
		present->in_force = TextDatumGetCString(in_force);
	MemoryContextSwitchTo(spi);
	SPI_finish();
}

/*
 * Something that was said, when, and by which event.
 */
typedef struct Saying
{
	char	   *what;
	TimestampTz since;
	int64		event;
} Saying;

/*
 * Takes what was said of a container if that was since the thing was inside,
 * and later than what is known.  Of two events at one moment, the one recorded
 * later counts.
 */
static void
hear(const Saying *said, TimestampTz inside_since, char **known,
	 TimestampTz *known_since, int64 *known_by)
{
	if (said->what == NULL || said->since < inside_since ||
		said->since < *known_since ||
		(said->since == *known_since && said->event <= *known_by))
		return;
	*known = said->what;
	*known_since = said->since;
	*known_by = said->event;
}

static void
hear_of_last(CurrentState *present, Serial *container, const ItemRow *row,
			 TimestampTz inside_since)
{
	if (row->last_event == 0 || row->last_time < inside_since ||
		row->last_time < present->event_time ||
		(row->last_time == present->event_time &&
		 row->last_event <= present->event))
		return;
	present->event = row->last_event;
	present->event_time = row->last_time;
	present->holder = container;
}

/*
 * A thing that has left or ended stays so, whatever happens to its container,
 * and so does a container with what is in it.
 */
bool
CurrentStateMergeContainer(CurrentState *present, Serial *container, const ItemRow *row,
			TimestampTz inside_since)
{
	Saying		disposition = {row->disposition, row->since, row->disposition_event};
	Saying		place = {row->place, row->place_since, row->place_event};
	Saying		consignee = {row->consignee, row->consignee_since,
	row->consignee_event};

	hear(&disposition, inside_since, &present->disposition, &present->since,
		 &present->disposition_event);
	hear(&place, inside_since, &present->place, &present->place_since,
		 &present->place_event);
	hear(&consignee, inside_since, &present->consignee,
		 &present->consignee_since, &present->consignee_event);
	hear_of_last(present, container, row, inside_since);
	present->has_marks = present->has_marks || row->has_marks;
	return !DispositionIsFinal(row->disposition);
}

bool
CurrentStateInit(CurrentState *present, Serial *id, const ItemRow *own)
{
	memset(present, 0, sizeof(CurrentState));
	present->own = *own;
	present->disposition = own->disposition;
	present->since = own->since;
	present->disposition_event = own->disposition_event;
	present->place = own->place;
	present->place_since = own->place_since;
	present->place_event = own->place_event;
	present->consignee = own->consignee;
	present->consignee_since = own->consignee_since;
	present->consignee_event = own->consignee_event;
	present->event = own->last_event;
	present->event_time = own->last_time;
	present->holder = own->last_event == 0 ? NULL : id;
	present->has_marks = own->has_marks;
	return !DispositionIsFinal(own->disposition);
}

void
CurrentStateRead(Serial *id, CurrentState *present)
{
	ItemReader	reader;
	ItemRow		row;
	List	   *around = NIL;
	ListCell   *cell;

	ItemsOpen(&reader);
	(void) ItemRead(&reader, id, &row);
	if (CurrentStateInit(present, id, &row))
		around = ContainmentNow(id);
	foreach(cell, around)
	{
		ContainmentInterval *outer = lfirst(cell);

		(void) ItemRead(&reader, outer->container, &row);
		if (!CurrentStateMergeContainer(present, outer->container, &row, outer->since))
			break;
	}
	ItemsClose(&reader);
	if (present->has_marks)
		read_marks(id, present);
}

/*
 * serial_internal.current_state(item serial.serial)
 *	  -> table (disposition text, since timestamptz, place text,
 *				place_since timestamptz, event bigint, holder serial.serial,
 *				marks jsonb, consignee text, consignee_since timestamptz,
 *				disposition_event bigint, event_time timestamptz)
 */
Datum
serial_current_state(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CurrentState		present;
	Datum		values[11];
	bool		nulls[11] = {false};

	InitMaterializedSRF(fcinfo, 0);
	CurrentStateRead(PG_GETARG_SERIAL_PP(0), &present);
	if (present.holder == NULL)
		return (Datum) 0;
	nulls[0] = nulls[1] = nulls[9] = present.disposition == NULL;
	nulls[2] = nulls[3] = present.place == NULL;
	if (!nulls[0])
		values[0] = CStringGetTextDatum(present.disposition);
	values[1] = TimestampTzGetDatum(present.since);
	if (!nulls[2])
		values[2] = CStringGetTextDatum(present.place);
	values[3] = TimestampTzGetDatum(present.place_since);
	values[4] = Int64GetDatum(present.event);
	values[5] = PointerGetDatum(present.holder);
	nulls[6] = !present.has_marks;
	values[6] = present.marks;
	nulls[7] = nulls[8] = present.consignee == NULL;
	if (!nulls[7])
		values[7] = CStringGetTextDatum(present.consignee);
	values[8] = TimestampTzGetDatum(present.consignee_since);
	values[9] = Int64GetDatum(present.disposition_event);
	values[10] = TimestampTzGetDatum(present.event_time);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return (Datum) 0;
}
