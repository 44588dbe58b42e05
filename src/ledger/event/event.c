/*-------------------------------------------------------------------------
 *
 * event.c
 *	  An event of EPCIS 2.0, as a row of serial.event, and as the text that is
 *	  sealed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/event/event.h"
#include "ledger/seal/merkle.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/typcache.h"

PG_FUNCTION_INFO_V1(serial_event_content);
PG_FUNCTION_INFO_V1(serial_event_digest);
PG_FUNCTION_INFO_V1(serial_timestamp_text);
PG_FUNCTION_INFO_V1(serial_new_owning_party);

const Oid	EventTypes[EVENT_COLUMNS] = {
	INT8OID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, TIMESTAMPTZOID, TEXTOID,
	TEXTOID, TEXTOID, TEXTOID, TEXTOID, SERIAL_TYPE, TEXTOID, DATEOID, JSONBOID,
	JSONBOID, JSONBOID, JSONBOID, JSONBOID, JSONBOID, TEXTOID, TEXTOID, INT8OID,
	TEXTOID, JSONBOID, BOOLOID, BYTEAOID
};

void
EventSet(Event *event, EventColumn column, Datum value)
{
	event->values[column] = value;
	event->nulls[column] = false;
}

void
EventSetText(Event *event, EventColumn column, const char *text)
{
	event->nulls[column] = text == NULL;
	if (text != NULL)
		event->values[column] = CStringGetTextDatum(text);
}

char *
EventText(const Event *event, EventColumn column)
{
	return event->nulls[column] ? NULL :
		TextDatumGetCString(event->values[column]);
}

int
EventCount(const Event *event, EventColumn column)
{
	Jsonb	   *list;

	if (event->nulls[column])
		return 0;
	list = DatumGetJsonbP(event->values[column]);
	return JB_ROOT_IS_ARRAY(list) && !JB_ROOT_IS_SCALAR(list) ?
		JB_ROOT_COUNT(list) : 0;
}

char *
TimestampForMessage(TimestampTz moment)
{
	return DatumGetCString(DirectFunctionCall1(timestamptz_out,
											   TimestampTzGetDatum(moment)));
}

char *
EventTypeInWords(const Event *event)
{
	return psprintf("%s %s", strchr("AO", event->type[0]) ? "an" : "a",
					event->type);
}

void
EventRead(Event *event)
{
	event->type = EventText(event, EVENT_TYPE);
	event->action = EventText(event, EVENT_ACTION);
	event->step = EventText(event, EVENT_BUSINESS_STEP);
	event->disposition = EventText(event, EVENT_DISPOSITION);
	event->at = event->nulls[EVENT_TIME] ? DT_NOBEGIN :
		DatumGetTimestampTz(event->values[EVENT_TIME]);
}

static void
refuse_columns(const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("serial.event has %s", problem),
			 errdetail("Expected are the %d that the extension gave it.",
					   EVENT_COLUMNS)));
}

/*
 * A column that somebody has added would be in no seal, and one of another type
 * would hold something else than it says.
 */
static void
check_columns(TupleDesc desc)
{
	int			i;

	if (desc->natts != EVENT_COLUMNS)
		refuse_columns(psprintf("%d columns", desc->natts));
	for (i = 0; i < EVENT_COLUMNS; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (column->atttypid != CatalogTypeOid(EventTypes[i]))
			refuse_columns(psprintf("a column \"%s\" of another type",
									NameStr(column->attname)));
	}
}

Datum
EventRow(const Event *event)
{
	Relation	table = table_open(CatalogTableOid("event"), NoLock);
	HeapTuple	row;

	check_columns(RelationGetDescr(table));
	row = heap_form_tuple(RelationGetDescr(table), (Datum *) event->values,
						  (bool *) event->nulls);
	table_close(table, NoLock);
	return HeapTupleGetDatum(row);
}

/* --- The new owner --- */

static bool
is_text(const JsonbValue *value, const char *text)
{
	return value != NULL && value->type == jbvString &&
		value->val.string.len == (int) strlen(text) &&
		memcmp(value->val.string.val, text, value->val.string.len) == 0;
}

/*
 * The destination of the first entry whose type is owning_party, and whose
 * destination is text.
 */
static char *
new_owner(Jsonb *destinations)
{
	uint32		n = JB_ROOT_IS_ARRAY(destinations) ? JB_ROOT_COUNT(destinations) : 0;
	uint32		i;

	for (i = 0; i < n; i++)
	{
		JsonbValue *entry = getIthJsonbValueFromContainer(&destinations->root, i);
		JsonbContainer *object = entry->val.binary.data;
		JsonbValue	type;
		JsonbValue	owner;

		if (entry->type != jbvBinary || !JsonContainerIsObject(object) ||
			!is_text(getKeyJsonValueFromContainer(object, "type", 4, &type),
					 "owning_party") ||
			getKeyJsonValueFromContainer(object, "destination", 11, &owner) == NULL ||
			owner.type != jbvString)
			continue;
		return pnstrdup(owner.val.string.val, owner.val.string.len);
	}
	return NULL;
}

char *
EventNewOwner(const Event *event)
{
	return event->nulls[EVENT_DESTINATIONS] ? NULL :
		new_owner(DatumGetJsonbP(event->values[EVENT_DESTINATIONS]));
}

/*
 * serial_internal.new_owning_party(destinations jsonb) -> text
 */
Datum
serial_new_owning_party(PG_FUNCTION_ARGS)
{
	char	   *owner = new_owner(PG_GETARG_JSONB_P(0));

	if (owner == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(owner));
}

/* --- The text that is sealed --- */

/*
 * A moment in UTC with microseconds, in ISO 8601.  Those before all others
 * compare so too; behind all others nothing happens.
 */
static char *
moment_text(TimestampTz moment)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (TIMESTAMP_NOT_FINITE(moment))
		return moment == DT_NOBEGIN ? "" : NULL;
	if (timestamp2tm(moment, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year,
					tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
					(int) fsec);
}

static char *
day_text(DateADT date)
{
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(date))
		return NULL;
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return psprintf("%04d-%02d-%02d", year, month, day);
}

typedef enum Form
{
	AS_NUMBER,
	AS_BOOLEAN,
	AS_TEXT,
	AS_MOMENT,
	AS_DAY,
	AS_IDENTIFIER,
	AS_JSON,
	AS_THINGS						/* no column: what the event is about */
} Form;

/*
 * Sealed text is the same for ever: in the order of jsonb, short names first.
 * A member that EPCIS gets later may be left out where it is NULL.
 */
static const struct
{
	const char *name;
	EventColumn column;
	Form		form;
}			members[] =
{
	{"lot", EVENT_LOT, AS_TEXT},
	{"type", EVENT_TYPE, AS_TEXT},
	{"event", EVENT_NUMBER, AS_NUMBER},
	{"place", EVENT_PLACE, AS_TEXT},
	{"action", EVENT_ACTION, AS_TEXT},
	{"expiry", EVENT_EXPIRY, AS_DAY},
	{"parent", EVENT_PARENT, AS_IDENTIFIER},
	{"things", EVENT_COLUMNS, AS_THINGS},
	{"sources", EVENT_SOURCES, AS_JSON},
	{"corrects", EVENT_CORRECTS, AS_NUMBER},
	{"event_id", EVENT_ID, AS_TEXT},
	{"attributes", EVENT_ATTRIBUTES, AS_JSON},
	{"event_time", EVENT_TIME, AS_MOMENT},
	{"quantities", EVENT_QUANTITIES, AS_JSON},
	{"read_point", EVENT_READ_POINT, AS_TEXT},
	{"disposition", EVENT_DISPOSITION, AS_TEXT},
	{"is_accepted", EVENT_IS_ACCEPTED, AS_BOOLEAN},
	{"record_time", EVENT_RECORD_TIME, AS_MOMENT},
	{"recorded_by", EVENT_RECORDED_BY, AS_TEXT},
	{"destinations", EVENT_DESTINATIONS, AS_JSON},
	{"error_reason", EVENT_ERROR_REASON, AS_TEXT},
	{"business_step", EVENT_BUSINESS_STEP, AS_TEXT},
	{"transformation", EVENT_TRANSFORMATION, AS_TEXT},
	{"input_quantities", EVENT_INPUT_QUANTITIES, AS_JSON},
	{"time_zone_offset", EVENT_TIME_ZONE_OFFSET, AS_TEXT},
	{"business_transactions", EVENT_BUSINESS_TRANSACTIONS, AS_JSON},
	{"persistent_disposition", EVENT_PERSISTENT_DISPOSITION, AS_JSON}
};

/* text, or NULL for null */
static void
put_string(StringInfo content, const char *text)
{
	if (text == NULL)
		appendStringInfoString(content, "null");
	else
		escape_json(content, text);
}

static void
put_json(StringInfo content, Jsonb *value)
{
	(void) JsonbToCString(content, &value->root, VARSIZE(value));
}

static void
put_value(StringInfo content, Form form, Datum value)
{
	switch (form)
	{
		case AS_NUMBER:
			appendStringInfo(content, INT64_FORMAT, DatumGetInt64(value));
			break;
		case AS_BOOLEAN:
			appendStringInfoString(content, DatumGetBool(value) ? "true" : "false");
			break;
		case AS_TEXT:
			put_string(content, TextDatumGetCString(value));
			break;
		case AS_MOMENT:
			put_string(content, moment_text(DatumGetTimestampTz(value)));
			break;
		case AS_DAY:
			put_string(content, day_text(DatumGetDateADT(value)));
			break;
		case AS_IDENTIFIER:
			put_string(content, ValueToCString(DatumGetSerialPP(value)));
			break;
		case AS_JSON:
			put_json(content, DatumGetJsonbP(value));
			break;
		case AS_THINGS:
			break;
	}
}

static void
make_content(StringInfo content, const Event *event, const char *things)
{
	int			i;

	initStringInfo(content);
	for (i = 0; i < (int) lengthof(members); i++)
	{
		appendStringInfo(content, "%s\"%s\": ", i == 0 ? "{" : ", ",
						 members[i].name);
		if (members[i].form == AS_THINGS)
			appendStringInfoString(content, things);
		else if (event->nulls[members[i].column])
			appendStringInfoString(content, "null");
		else
			put_value(content, members[i].form,
					  event->values[members[i].column]);
	}
	appendStringInfoChar(content, '}');
}

static bytea *
digest(const StringInfo content)
{
	char	   *utf8 = pg_server_to_any(content->data, content->len, PG_UTF8);

	return MerkleLeaf(utf8, utf8 == content->data ? (Size) content->len : strlen(utf8));
}

void
EventSeal(Event *event, const char *things)
{
	StringInfoData content;

	make_content(&content, event, things);
	EventSet(event, EVENT_DIGEST, PointerGetDatum(digest(&content)));
}

/*
 * The arguments of the two functions below: a row of serial.event, and its
 * things as a JSON array.
 */
static void
content_of_arguments(FunctionCallInfo fcinfo, StringInfo content)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
	Jsonb	   *things = PG_GETARG_JSONB_P(1);
	TupleDesc	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row),
											  HeapTupleHeaderGetTypMod(row));
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(row),.t_data = row};
	Event		event;

	check_columns(desc);
	heap_deform_tuple(&tuple, desc, event.values, event.nulls);
	make_content(content, &event,
				 JsonbToCString(NULL, &things->root, VARSIZE(things)));
	ReleaseTupleDesc(desc);
}

/*
 * serial_internal.event_content(e serial.event, things jsonb) -> text
 */
Datum
serial_event_content(PG_FUNCTION_ARGS)
{
	StringInfoData content;

	content_of_arguments(fcinfo, &content);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(content.data, content.len));
}

/*
 * serial_internal.event_digest(e serial.event, things jsonb) -> bytea
 */
Datum
serial_event_digest(PG_FUNCTION_ARGS)
{
	StringInfoData content;

	content_of_arguments(fcinfo, &content);
	PG_RETURN_BYTEA_P(digest(&content));
}

/*
 * serial_internal.timestamp_text(moment timestamptz) -> text
 */
Datum
serial_timestamp_text(PG_FUNCTION_ARGS)
{
	char	   *text = moment_text(PG_GETARG_TIMESTAMPTZ(0));

	if (text == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(text));
}
