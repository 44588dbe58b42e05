/*-------------------------------------------------------------------------
 *
 * sealed_text.c
 *	  The text of an event that seals cover.
 *
 * An event that was sealed has to give the same text for ever, in every version
 * of the extension and whatever the settings of the session.  This file is the
 * only one that writes it: recording, declarations of errors, serial.check_seals
 * and serial.proof all come here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "ledger/seal/merkle.h"
#include "ledger/seal/sealed_text.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(serial_event_content);
PG_FUNCTION_INFO_V1(serial_event_digest);
PG_FUNCTION_INFO_V1(serial_format_event_items);
PG_FUNCTION_INFO_V1(serial_timestamp_text);

/*
 * The version of the form below.  Text of another form needs another number,
 * and the code that writes the forms before it has to stay.  Format 0, of version
 * 0.1.0 of the extension, names no format.
 */
#define SEALED_TEXT_FORMAT	1

/* --- Items --- */

/*
 * The items of an event as a JSON array of "role disposition identifier", in the
 * order of the identifiers; "-" stands for no resulting disposition.
 */
static void
sealed_items_begin(StringInfo content)
{
	appendStringInfoChar(content, '[');
}

static void
sealed_items_append(StringInfo content, const char *role,
					const char *resulting_disposition, const Serial *id)
{
	char	   *entry = psprintf("%s %s %s", role,
								 resulting_disposition == NULL ? "-" : resulting_disposition,
								 ValueToCString(id));

	if (content->data[content->len - 1] != '[')
		appendStringInfoString(content, ", ");
	escape_json(content, entry);
	pfree(entry);
}

static void
sealed_items_end(StringInfo content)
{
	appendStringInfoChar(content, ']');
}

static char *
sealed_items_of_event(const EventItems *items)
{
	StringInfoData content;
	int			i;

	initStringInfo(&content);
	sealed_items_begin(&content);
	for (i = 0; i < items->n; i++)
		sealed_items_append(&content, items->members[i].role,
							items->members[i].resulting_disposition,
							items->members[i].id);
	sealed_items_end(&content);
	return content.data;
}

/*
 * serial_internal.format_event_items(roles text[], dispositions text[],
 *									  ids serial.serial[]) -> text
 *
 * The arrays are in the order of ids.  Errors: 2202E they differ in length.
 */
Datum
serial_format_event_items(PG_FUNCTION_ARGS)
{
	StringInfoData content;
	Datum	   *roles;
	Datum	   *dispositions;
	Datum	   *ids;
	bool	   *nulls;
	int			n_roles;
	int			n_dispositions;
	int			n;
	int			i;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false,
					  TYPALIGN_INT, &roles, NULL, &n_roles);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false,
					  TYPALIGN_INT, &dispositions, &nulls, &n_dispositions);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), ARR_ELEMTYPE(PG_GETARG_ARRAYTYPE_P(2)),
					  -1, false, TYPALIGN_INT, &ids, NULL, &n);
	if (n_roles != n || n_dispositions != n)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("arrays of roles, dispositions and identifiers must be of one length")));
	initStringInfo(&content);
	sealed_items_begin(&content);
	for (i = 0; i < n; i++)
		sealed_items_append(&content, TextDatumGetCString(roles[i]),
							nulls[i] ? NULL : TextDatumGetCString(dispositions[i]),
							DatumGetSerialPP(ids[i]));
	sealed_items_end(&content);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(content.data, content.len));
}

/* --- Columns --- */

/*
 * A timestamp in UTC with microseconds, as in ISO 8601.  The empty text sorts
 * before all others, as -infinity does; there is none for infinity.
 */
char *
SealedTimestamp(TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (TIMESTAMP_NOT_FINITE(at))
		return at == DT_NOBEGIN ? "" : NULL;
	if (timestamp2tm(at, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year,
					tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
					(int) fsec);
}

static char *
sealed_date(DateADT date)
{
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(date))
		return NULL;
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return psprintf("%04d-%02d-%02d", year, month, day);
}

typedef enum SealedForm
{
	SEALED_NUMBER,
	SEALED_BOOLEAN,
	SEALED_TEXT,
	SEALED_TIMESTAMP,
	SEALED_DATE,
	SEALED_IDENTIFIER,
	SEALED_JSON,
	SEALED_FORMAT,				/* no column: SEALED_TEXT_FORMAT */
	SEALED_ITEMS				/* no column: the items of the event */
} SealedForm;

typedef enum SealedFormats
{
	EVERY_FORMAT,
	ONLY_FORMAT_0,
	SINCE_FORMAT_1
} SealedFormats;

/*
 * The members of the text, in the order in which jsonb has them: by length,
 * then by byte.
 */
static const struct
{
	const char *name;
	EventColumn column;
	SealedForm	form;
	SealedFormats formats;
}			sealed_members[] =

{
	{"lot", EVENT_LOT, SEALED_TEXT, EVERY_FORMAT},
	{"type", EVENT_TYPE, SEALED_TEXT, EVERY_FORMAT},
	{"actor", EVENT_ACTOR, SEALED_TEXT, SINCE_FORMAT_1},
	{"event", EVENT_NUMBER, SEALED_NUMBER, EVERY_FORMAT},
	{"items", EVENT_COLUMNS, SEALED_ITEMS, SINCE_FORMAT_1},
	{"place", EVENT_PLACE, SEALED_TEXT, EVERY_FORMAT},
	{"action", EVENT_ACTION, SEALED_TEXT, EVERY_FORMAT},
	{"expiry", EVENT_EXPIRY, SEALED_DATE, EVERY_FORMAT},
	{"format", EVENT_COLUMNS, SEALED_FORMAT, SINCE_FORMAT_1},
	{"parent", EVENT_PARENT, SEALED_IDENTIFIER, EVERY_FORMAT},
	{"things", EVENT_COLUMNS, SEALED_ITEMS, ONLY_FORMAT_0},
	{"sources", EVENT_SOURCES, SEALED_JSON, EVERY_FORMAT},
	{"corrects", EVENT_CORRECTS, SEALED_NUMBER, EVERY_FORMAT},
	{"event_id", EVENT_ID, SEALED_TEXT, EVERY_FORMAT},
	{"attributes", EVENT_ATTRIBUTES, SEALED_JSON, EVERY_FORMAT},
	{"event_time", EVENT_TIME, SEALED_TIMESTAMP, EVERY_FORMAT},
	{"quantities", EVENT_QUANTITIES, SEALED_JSON, EVERY_FORMAT},
	{"read_point", EVENT_READ_POINT, SEALED_TEXT, EVERY_FORMAT},
	{"disposition", EVENT_DISPOSITION, SEALED_TEXT, EVERY_FORMAT},
	{"is_accepted", EVENT_IS_ACCEPTED, SEALED_BOOLEAN, EVERY_FORMAT},
	{"record_time", EVENT_RECORD_TIME, SEALED_TIMESTAMP, EVERY_FORMAT},
	{"recorded_by", EVENT_RECORDED_BY, SEALED_TEXT, EVERY_FORMAT},
	{"destinations", EVENT_DESTINATIONS, SEALED_JSON, EVERY_FORMAT},
	{"error_reason", EVENT_ERROR_REASON, SEALED_TEXT, EVERY_FORMAT},
	{"business_step", EVENT_BUSINESS_STEP, SEALED_TEXT, EVERY_FORMAT},
	{"transformation", EVENT_TRANSFORMATION, SEALED_TEXT, EVERY_FORMAT},
	{"input_quantities", EVENT_INPUT_QUANTITIES, SEALED_JSON, EVERY_FORMAT},
	{"time_zone_offset", EVENT_TIME_ZONE_OFFSET, SEALED_TEXT, EVERY_FORMAT},
	{"business_transactions", EVENT_BUSINESS_TRANSACTIONS, SEALED_JSON, EVERY_FORMAT},
	{"persistent_disposition", EVENT_PERSISTENT_DISPOSITION, SEALED_JSON, EVERY_FORMAT}
};

static void
sealed_append_string(StringInfo content, const char *value)
{
	if (value == NULL)
		appendStringInfoString(content, "null");
	else
		escape_json(content, value);
}

static void
sealed_append_value(StringInfo content, SealedForm form, Datum value)
{
	Jsonb	   *json;

	switch (form)
	{
		case SEALED_NUMBER:
			appendStringInfo(content, INT64_FORMAT, DatumGetInt64(value));
			break;
		case SEALED_BOOLEAN:
			appendStringInfoString(content, DatumGetBool(value) ? "true" : "false");
			break;
		case SEALED_TEXT:
			sealed_append_string(content, TextDatumGetCString(value));
			break;
		case SEALED_TIMESTAMP:
			sealed_append_string(content, SealedTimestamp(DatumGetTimestampTz(value)));
			break;
		case SEALED_DATE:
			sealed_append_string(content, sealed_date(DatumGetDateADT(value)));
			break;
		case SEALED_IDENTIFIER:
			sealed_append_string(content, ValueToCString(DatumGetSerialPP(value)));
			break;
		case SEALED_JSON:
			json = DatumGetJsonbP(value);
			(void) JsonbToCString(content, &json->root, VARSIZE(json));
			break;
		case SEALED_FORMAT:
		case SEALED_ITEMS:
			break;
	}
}

static bool
sealed_format_has(int format, SealedFormats formats)
{
	return formats == EVERY_FORMAT || (formats == ONLY_FORMAT_0) == (format == 0);
}

static void
sealed_content(StringInfo content, const Event *event, const char *items,
			   int format)
{
	int			i;

	initStringInfo(content);
	appendStringInfoChar(content, '{');
	for (i = 0; i < (int) lengthof(sealed_members); i++)
	{
		EventColumn column = sealed_members[i].column;

		if (!sealed_format_has(format, sealed_members[i].formats))
			continue;
		appendStringInfo(content, "%s\"%s\": ", content->len == 1 ? "" : ", ",
						 sealed_members[i].name);
		if (sealed_members[i].form == SEALED_ITEMS)
			appendStringInfoString(content, items);
		else if (sealed_members[i].form == SEALED_FORMAT)
			appendStringInfo(content, "%d", format);
		else if (event->nulls[column])
			appendStringInfoString(content, "null");
		else
			sealed_append_value(content, sealed_members[i].form,
								event->values[column]);
	}
	appendStringInfoChar(content, '}');
}

static bytea *
sealed_digest(const StringInfo content)
{
	char	   *utf8 = pg_server_to_any(content->data, content->len, PG_UTF8);

	return MerkleLeaf(utf8, utf8 == content->data ? (Size) content->len : strlen(utf8));
}

void
SealedTextSetDigest(Event *event, const EventItems *items)
{
	StringInfoData content;

	sealed_content(&content, event, sealed_items_of_event(items),
				   SEALED_TEXT_FORMAT);
	EventSet(event, EVENT_DIGEST, PointerGetDatum(sealed_digest(&content)));
}

/* --- SQL --- */

static bool
sealed_has_digest(const StringInfo content, const Event *event)
{
	bytea	   *digest = sealed_digest(content);
	bytea	   *recorded = DatumGetByteaPP(event->values[EVENT_DIGEST]);

	return VARSIZE_ANY_EXHDR(recorded) == VARSIZE_ANY_EXHDR(digest) &&
		memcmp(VARDATA_ANY(recorded), VARDATA_ANY(digest),
			   VARSIZE_ANY_EXHDR(digest)) == 0;
}

/*
 * The arguments of the two functions below: a row of serial.event, and its items
 * as serial_internal.event_items_text has them.
 *
 * An event does not say in which format its digest was made: it is the one that
 * gives this digest.  Every format covers all columns that had a value then.
 */
static void
sealed_content_of_arguments(FunctionCallInfo fcinfo, StringInfo content)
{
	Event		event;
	char	   *items = text_to_cstring(PG_GETARG_TEXT_PP(1));
	StringInfoData older;

	EventOfRow(&event, PG_GETARG_HEAPTUPLEHEADER(0));
	sealed_content(content, &event, items, SEALED_TEXT_FORMAT);
	if (!event.nulls[EVENT_ACTOR] || event.nulls[EVENT_DIGEST] ||
		sealed_has_digest(content, &event))
		return;
	sealed_content(&older, &event, items, 0);
	if (sealed_has_digest(&older, &event))
		*content = older;
}

/*
 * serial_internal.event_content(e serial.event, items text) -> text
 */
Datum
serial_event_content(PG_FUNCTION_ARGS)
{
	StringInfoData content;

	sealed_content_of_arguments(fcinfo, &content);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(content.data, content.len));
}

/*
 * serial_internal.event_digest(e serial.event, items text) -> bytea
 */
Datum
serial_event_digest(PG_FUNCTION_ARGS)
{
	StringInfoData content;

	sealed_content_of_arguments(fcinfo, &content);
	PG_RETURN_BYTEA_P(sealed_digest(&content));
}

/*
 * serial_internal.timestamp_text(at timestamptz) -> text
 */
Datum
serial_timestamp_text(PG_FUNCTION_ARGS)
{
	char	   *result = SealedTimestamp(PG_GETARG_TIMESTAMPTZ(0));

	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(result));
}
